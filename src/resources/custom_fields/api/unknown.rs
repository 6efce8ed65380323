//! Values that a request contains for fields that the account does not have.

use std::collections::BTreeSet;

use crate::api::request::ApiRequest;
use crate::base::record::Standing;
use crate::resources::account::Account;
use crate::resources::custom_fields::rules::InAccount;
use crate::resources::organizations::model::Organization;
use crate::resources::users::model::User;

/// The largest number of unknown fields that are reported for a request.
const MAX_UNKNOWN_FIELDS: usize = 100;

/// Returns the paths of the values that are dropped because the account has no active field with
/// their key, each once, such as `user.user_fields.tier`. The reply does not warn of them.
pub(crate) fn unknown_fields(account: &Account, request: &ApiRequest<'_>) -> BTreeSet<String> {
    let mut unknown = unknown_fields_of::<User>(account, request);
    unknown.extend(unknown_fields_of::<Organization>(account, request));
    unknown
}

fn unknown_fields_of<O: InAccount>(
    account: &Account,
    request: &ApiRequest<'_>,
) -> BTreeSet<String> {
    let operation = request.operation;
    let attributes = operation.takes().attributes();
    let standing = attributes.map(|list| list.standing(O::VALUES, operation.method()));
    if standing != Some(Standing::Permitted) {
        return BTreeSet::new();
    }
    let values = request
        .objects()
        .filter_map(|(root, object)| Some((root, object.get(O::VALUES)?.as_object()?)));
    let keys = values.flat_map(|(root, values)| values.keys().map(move |key| (root, key)));
    keys.filter(|(_, key)| O::fields(account).active(key).is_none())
        .map(|(root, key)| format!("{root}.{}.{key}", O::VALUES))
        .take(MAX_UNKNOWN_FIELDS)
        .collect()
}
