//! What has no effect in a request about fields, or with values of fields: values for fields that the
//! account does not have, and what nobody knows the effect of.

use crate::api::operation::Operation;
use crate::api::request::{ApiRequest, PassedOver};
use crate::base::ids::RecordId as _;
use crate::resources::account::Account;
use crate::resources::custom_fields::model::FieldType;
use crate::resources::custom_fields::rules::InAccount;
use crate::resources::organizations::model::Organization;
use crate::resources::users::model::User;

use super::unknown::unknown_fields;
use super::{given_changes, named_field, organization_fields, user_fields};

/// Adds what has no effect because of the account's fields.
pub(crate) fn pass_over_fields(
    account: &Account,
    request: &ApiRequest<'_>,
    passed_over: &mut PassedOver,
) {
    passed_over.keys.extend(unknown_fields(account, request));
    passed_over.unmodeled.extend(unmodeled(account, request));
}

/// Returns what the double drops of a request about fields: attributes that only fields of other
/// types have, such as `user_field.tag of type text`, and ids in an order that no field has, as
/// `?user_field_ids of no field`.
fn unmodeled(account: &Account, request: &ApiRequest<'_>) -> Vec<String> {
    let is = |operations: &[Operation]| operations.contains(&request.operation);
    if is(&[user_fields::CREATE, user_fields::UPDATE]) {
        unfitting::<User>(account, request)
    } else if is(&[organization_fields::CREATE, organization_fields::UPDATE]) {
        unfitting::<Organization>(account, request)
    } else if is(&[user_fields::REORDER]) {
        unknown_ids::<User>(account, request)
    } else if is(&[organization_fields::REORDER]) {
        unknown_ids::<Organization>(account, request)
    } else {
        Vec::new()
    }
}

fn unfitting<O: InAccount>(account: &Account, request: &ApiRequest<'_>) -> Vec<String> {
    let Ok(changes) = given_changes::<O>(request) else {
        return Vec::new();
    };
    // The path of a creation names no field.
    let present = named_field::<O>(account, request).ok();
    let present = present.and_then(|id| O::fields(account).get(id));
    let field_type = present.map_or(changes.field_type, |field| Some(field.field_type));
    let field_type = field_type.unwrap_or(FieldType::Text);
    let names = changes.unfitting(field_type).into_iter();
    names
        .map(|name| format!("{}.{name} of type {}", O::ROOT, field_type.word()))
        .collect()
}

fn unknown_ids<O: InAccount>(account: &Account, request: &ApiRequest<'_>) -> Vec<String> {
    let is_known = |id: &i128| {
        let id = O::FieldId::from_given(*id).ok();
        id.is_some_and(|id| O::fields(account).existing(id).is_some())
    };
    match request.numbers(O::IDS) {
        Ok(ids) if !ids.iter().all(is_known) => vec![format!("?{} of no field", O::IDS)],
        _ => Vec::new(),
    }
}
