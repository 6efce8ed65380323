//! Which of the usual mistakes a call looks like.

use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::operation::Takes;
use crate::api::query::Query;

use super::call::Received;
use super::hint::Hint;
use super::not_found::NotFound;
use super::sent_ids::{Records, id_hints};

/// The mistakes that a call looks like that was answered with this error, or that mixes
/// paginations. `refused` says why the caller, rather than the request, was refused.
pub(crate) fn hints_for(
    call: &Received,
    error: Option<&ApiError>,
    records: &Records<'_>,
    refused: Option<Hint>,
) -> Vec<Hint> {
    let hints = plain_hints(call, error, records, refused).into_iter();
    hints
        .map(|hint| hint.with_texts(&|text| call.secrets.scrub(text)))
        .collect()
}

fn plain_hints(
    call: &Received,
    error: Option<&ApiError>,
    records: &Records<'_>,
    refused: Option<Hint>,
) -> Vec<Hint> {
    let mut hints = Vec::new();
    if let Some(NotFound::Method { known }) = &call.unknown {
        hints.push(Hint::WrongMethod {
            sent: call.method.clone(),
            takes: known.clone(),
        });
    }
    let query = Query::parse(&call.query);
    let has_cursor = ["page[size]", "page[after]", "page[before]"]
        .iter()
        .any(|name| query.get(name).is_some());
    if has_cursor && (query.get("page").is_some() || query.get("per_page").is_some()) {
        hints.push(Hint::MixedPagination);
    }
    let Some(operation) = call.operation else {
        return hints;
    };
    hints.extend(ignored_keys(call, operation.takes()));
    let Some(error) = error else {
        return hints;
    };
    if refused.is_some() {
        hints.extend(refused);
        return hints;
    }
    // Once: it can have eight megabytes.
    let body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
    hints.extend(wrapper_hint(call, operation.takes(), &body));
    let items = match operation.takes() {
        Takes::Many { root, .. } => body.get(root).and_then(Value::as_array).map_or(0, Vec::len),
        Takes::One { .. } | Takes::OneOrMany { .. } | Takes::Nothing => query.list("ids").len(),
    };
    if items > 100 {
        hints.push(Hint::TooManyItems { sent: items });
    }
    hints.extend(id_hints(operation, &call.path, &body, error, records));
    hints
}

fn wrapper_hint(call: &Received, takes: Takes, body: &Value) -> Option<Hint> {
    let (Takes::One { root, attributes }
    | Takes::Many { root, attributes }
    | Takes::OneOrMany {
        root, attributes, ..
    }) = takes
    else {
        return None;
    };
    let content_type = call
        .header("content-type")
        .unwrap_or_default()
        .to_lowercase();
    if !call.body.is_empty() && !content_type.starts_with("application/json") {
        return Some(Hint::NotDeclaredAsJson { content_type });
    }
    let body = body.as_object()?;
    if body.contains_key(root) {
        return None;
    }
    let permitted = attributes.permitted(&call.method);
    if body.keys().any(|key| permitted.contains(&key.as_str())) {
        return Some(Hint::MissingWrapper { root });
    }
    let sent = body
        .iter()
        .find(|(_, value)| value.is_object() || value.is_array());
    sent.map(|(sent, _)| Hint::WrongWrapper {
        sent: sent.clone(),
        root,
    })
}

/// So many keys of a request are looked at for mistakes. No program's own has as many.
const MOST_LOOKED_AT: usize = 1_000;

/// The keys that Zendesk passes over and that look like one that it takes.
fn ignored_keys(call: &Received, takes: Takes) -> Vec<Hint> {
    let (Takes::One { root, attributes }
    | Takes::Many { root, attributes }
    | Takes::OneOrMany {
        root, attributes, ..
    }) = takes
    else {
        return Vec::new();
    };
    if call.ignored.is_empty() {
        return Vec::new();
    }
    let keys = attributes.permitted(&call.method);
    let ignored = call
        .ignored
        .iter()
        .filter_map(|sent| Some((sent, sent.strip_prefix(root)?.strip_prefix('.')?)));
    let ignored = ignored.take(MOST_LOOKED_AT);
    let meant = |key: &str| keys.iter().find(|meant| resembles(key, meant)).copied();
    ignored
        .filter_map(|(sent, key)| {
            Some(Hint::IgnoredKey {
                sent: sent.clone(),
                meant: meant(key)?,
            })
        })
        .collect()
}

/// Whether a key could be meant for another one: `org_id` and `organizationId` for
/// `organization_id`, `is_default` for `default`.
fn resembles(key: &str, meant: &str) -> bool {
    let plain = |text: &str| {
        text.chars()
            .filter(|c| c.is_ascii_alphanumeric())
            .collect::<String>()
            .to_lowercase()
    };
    let (key, meant) = (plain(key), plain(meant));
    // All letters of the one are in the other, in their order.
    let within = |short: &str, long: &str| {
        let mut letters = long.chars();
        short.chars().all(|c| letters.any(|other| other == c))
    };
    key.len() >= 4
        && (key.contains(&meant)
            || (key.len() * 3 > meant.len()
                && within(&key, &meant)
                && key.ends_with(
                    meant
                        .get(meant.len().saturating_sub(2)..)
                        .unwrap_or_default(),
                )))
}
