//! Answers incremental exports, for every kind of record that has them.

use std::borrow::Cow;

use crate::api::export::{Exporting, KeyOrder};
use crate::api::json::JsonObject;
use crate::api::reply::{ApiResult, Reply};
use crate::api::request::ApiRequest;
use crate::base::changes::Changes;
use crate::base::ids::RecordId;

use super::account::Account;
use super::roles::Subject;
use super::shown::{Show, sideload, write};

/// The parameter of the exports that can leave out the deleted records.
pub(crate) const EXCLUDE_DELETED: &str = "exclude_deleted";

/// A kind of record that incremental exports show, also when it is deleted.
pub(crate) trait Exported: Show {
    const KEY_ORDER: KeyOrder = KeyOrder::NextPageFirst;

    /// Returns all records ever, in the order of their last changes.
    fn by_change(account: &Account) -> Changes<'_, Self::Id>;

    /// Returns the record as an export shows it, even if it is deleted.
    fn exported(account: &Account, id: Self::Id) -> Option<Cow<'_, Self>>;

    /// Writes the attributes that an export shows.
    fn write_exported(
        &self,
        object: JsonObject,
        account: &Account,
        request: &ApiRequest<'_>,
    ) -> JsonObject {
        write(object, account, request, self)
    }
}

/// Answers every export of a kind of record.
pub(crate) fn export<R: Exported>(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let account = &*account;
    let exporting = Exporting::read(request)?;
    let reads = request.operation.query().reads;
    let without_deleted = reads.contains(&EXCLUDE_DELETED) && request.is_set(EXCLUDE_DELETED)?;
    request.authorize(account, Subject::Account)?;
    let keeps = |id| {
        let is_deleted = || R::exported(account, id).is_some_and(|record| record.is_deleted());
        !(without_deleted && is_deleted())
    };
    let (now, delay) = (account.now(), account.rules.export_delay);
    let page = exporting.page(R::by_change(account), keeps, now, delay)?;
    let records: Vec<Cow<'_, R>> = page
        .rows
        .iter()
        .filter_map(|(_, id)| R::exported(account, *id))
        .collect();
    let body = JsonObject::new().objects(R::MANY, &records, |object, record| {
        record.write_exported(object, account, request)
    });
    let shown: Vec<&R> = records.iter().map(AsRef::as_ref).collect();
    let body = sideload(body, account, request, &shown);
    let body = exporting.write_links(body, &page, R::KEY_ORDER);
    let deleted = shown.iter().filter(|record| record.is_deleted());
    let deleted = deleted.map(|record| record.id().number()).collect();
    Ok(Reply::with_page(body, exporting.given(&page, deleted)))
}
