//! Mistakes with the values of custom fields: keys that the account does not have, and the shown
//! names of options.

use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::operation::Operation;
use crate::api::takes::Takes;
use crate::base::folded::folded;
use crate::base::ids::Kind;

use super::hint::Hint;
use super::not_found::edits;
use super::sent_ids::Records;

/// The attributes that have the values of custom fields, and the kinds of records that have them.
const VALUES: [(&str, Kind); 2] = [
    ("user_fields", Kind::User),
    ("organization_fields", Kind::Organization),
];

/// The largest number of keys of a request for which there are hints.
const MAX_HINTS: usize = 3;

/// Returns a hint for each of these ignored paths that is the value of an unknown field.
pub(super) fn unknown_field_hints(ignored: &[String], records: &Records<'_>) -> Vec<Hint> {
    let hint = |sent: &String| {
        let (path, key) = sent.rsplit_once('.')?;
        let (_, attribute) = path.split_once('.')?;
        let (_, owner) = VALUES.iter().find(|(name, _)| *name == attribute)?;
        let known = (records.fields)(*owner).into_iter().map(|(key, _)| key);
        let near = known.map(|known| (edits(&folded(key), &folded(&known)), known));
        let nearest = near.min().filter(|(edits, _)| 3 * edits <= key.len());
        Some(Hint::UnknownField {
            sent: sent.clone(),
            owner: *owner,
            meant: nearest.map(|(_, known)| known),
        })
    };
    ignored.iter().filter_map(hint).take(MAX_HINTS).collect()
}

/// Returns a hint for each value of a refused request that is the name of an option of its field.
pub(super) fn option_name_hints(
    operation: Operation,
    body: &Value,
    error: &ApiError,
    records: &Records<'_>,
) -> Vec<Hint> {
    let (ApiError::RecordInvalid(_), Takes::One { root, .. }) = (error, operation.takes()) else {
        return Vec::new();
    };
    let mut hints = Vec::new();
    for (attribute, owner) in VALUES {
        let Some(values) = body[root][attribute].as_object() else {
            continue;
        };
        for (key, options) in (records.fields)(owner) {
            let Some(sent) = values.get(&key).and_then(Value::as_str) else {
                continue;
            };
            let is_value = options.iter().any(|option| option.value == sent);
            let named = options.iter().find(|option| option.name == sent);
            hints.extend(named.filter(|_| !is_value).map(|option| Hint::OptionName {
                key,
                name: option.name.clone(),
                value: option.value.clone(),
            }));
        }
    }
    hints.truncate(MAX_HINTS);
    hints
}
