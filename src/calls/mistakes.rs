//! Finds the common mistakes that a call seems to contain.

use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::operation::Operation;
use crate::api::query::Query;
use crate::api::takes::Takes;
use crate::resources::organizations::api as organizations;
use crate::resources::search::api as search;
use crate::resources::users::api as users;

use super::call::Received;
use super::fields_sent::{option_name_hints, unknown_field_hints};
use super::hint::Hint;
use super::not_found::{NotFound, edits};
use super::searches::search_hints;
use super::sent_ids::{Records, id_hints};
use super::taken::taken_hints;

/// Returns a hint for each mistake in a call that failed with this error, or that mixes offset and
/// cursor pagination. `refused` is the reason if the caller was refused rather than the request.
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
    let is_search = call.operation == Some(search::SEARCH);
    if has_cursor && !is_search && (query.get("page").is_some() || query.get("per_page").is_some())
    {
        hints.push(Hint::MixedPagination);
    }
    let Some(operation) = call.operation else {
        return hints;
    };
    hints.extend(ignored_keys(call, operation.takes()));
    hints.extend(unknown_field_hints(&call.ignored, records));
    hints.extend(no_filter(operation, &query));
    hints.extend(ids_without_commas(&query));
    hints.extend(search_hints(call, operation, &query));
    let Some(error) = error else {
        return hints;
    };
    hints.extend(too_recent(call, error));
    if refused.is_some() {
        hints.extend(refused);
        return hints;
    }
    if matches!(error, ApiError::MalformedJson) {
        hints.extend(not_json(&call.body));
        return hints;
    }
    // The body is parsed once, because it may have eight megabytes.
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
    hints.extend(taken_hints(operation, &body, error, records));
    hints.extend(option_name_hints(operation, &body, error, records));
    hints
}

/// Returns a hint that says what is wrong with a body that should be a JSON object, and where.
fn not_json(body: &[u8]) -> Option<Hint> {
    // A syntax error of serde_json quotes nothing of the body.
    let why = match serde_json::from_slice::<Value>(body) {
        Err(error) => format!("JSON: {error}"),
        Ok(Value::Object(_)) => return None,
        Ok(Value::Array(_)) => "a JSON object, but an array".to_owned(),
        Ok(_) => "a JSON object, but a single value".to_owned(),
    };
    Some(Hint::NotJson { why })
}

/// Returns a hint if `ids` has several ids, and no comma between them.
fn ids_without_commas(query: &Query) -> Option<Hint> {
    let sent = query.get("ids")?;
    let is_separator = |c: char| ";|/+:".contains(c) || c.is_whitespace();
    let ids: Vec<&str> = sent
        .split(is_separator)
        .filter(|id| !id.is_empty())
        .collect();
    let are_ids = ids.iter().all(|id| id.bytes().all(|b| b.is_ascii_digit()));
    (ids.len() > 1 && are_ids).then(|| Hint::IdsWithoutCommas {
        sent: sent.to_owned(),
        meant: ids.join(","),
    })
}

/// Returns a hint if an export starts too late for the double's clock.
fn too_recent(call: &Received, error: &ApiError) -> Option<Hint> {
    let ApiError::TooRecentStartTime { delay } = error else {
        return None;
    };
    let now = call.moment.timestamp();
    let latest = now.unix_seconds().saturating_sub(delay.as_secs());
    Some(Hint::TooRecentStartTime { latest, now })
}

/// Returns a hint if a list was sent a parameter that only the search accepts.
fn no_filter(operation: Operation, query: &Query) -> Option<Hint> {
    let (parameters, search): (&[&'static str], _) = if operation == users::LIST {
        let search = "GET /api/v2/users/search?query=…";
        (&["email", "name", "phone", "query"], search)
    } else if operation == organizations::LIST {
        let search = "GET /api/v2/organizations/search";
        (&["name", "external_id"], search)
    } else {
        return None;
    };
    let mut sent = parameters.iter().filter(|name| query.get(name).is_some());
    sent.next()
        .map(|parameter| Hint::NotAFilter { parameter, search })
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

/// The number of ignored keys of a request that are checked for mistakes. No real program sends
/// this many.
const MAX_CHECKED_KEYS: usize = 1_000;

/// The maximum length of a key that is compared. No key of Zendesk's is longer.
const MAX_KEY_LENGTH: usize = 40;

/// The number of items of a body that are looked at. Zendesk takes no more.
const MAX_CHECKED_ITEMS: usize = 100;

/// Returns the keys that Zendesk ignores and that resemble an accepted one that was not sent in the
/// same item.
fn ignored_keys(call: &Received, takes: Takes) -> Vec<Hint> {
    let (Takes::One { root, attributes }
    | Takes::Many { root, attributes }
    | Takes::OneOrMany {
        root, attributes, ..
    }) = takes
    else {
        return Vec::new();
    };
    let ignored = call
        .ignored
        .iter()
        .filter_map(|sent| Some((sent, sent.strip_prefix(root)?.strip_prefix('.')?)))
        // The key of a custom field is in a path of three parts.
        .filter(|(_, key)| !key.contains('.'));
    let ignored: Vec<(&String, &str)> = ignored.take(MAX_CHECKED_KEYS).collect();
    if ignored.is_empty() {
        return Vec::new();
    }
    let body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
    let items = match &body[root] {
        Value::Array(items) => items.get(..MAX_CHECKED_ITEMS).unwrap_or(items),
        item => std::slice::from_ref(item),
    };
    let permitted = attributes.permitted(&call.method);
    let hint = |(sent, key): (&String, &str)| {
        let with_key = || items.iter().filter(|item| item.get(key).is_some());
        let is_missing = |meant: &&&str| with_key().any(|item| item.get(**meant).is_none());
        let missing: Vec<&'static str> = permitted.iter().filter(is_missing).copied().collect();
        let sent = sent.clone();
        let meant = nearest_key(key, &missing)?;
        Some(Hint::IgnoredKey { sent, meant })
    };
    ignored.into_iter().filter_map(hint).collect()
}

/// Returns the key that was probably meant: `organization_id` for `org_id`, `organizationId`,
/// `organisation_id` and `organization`, `default` for `is_default`. `None` means that no key is
/// similar.
fn nearest_key(key: &str, keys: &[&'static str]) -> Option<&'static str> {
    let letters = |text: &str| {
        let text = text.chars().filter(char::is_ascii_alphanumeric);
        text.collect::<String>().to_lowercase()
    };
    let key = letters(key);
    if !(4..=MAX_KEY_LENGTH).contains(&key.len()) {
        return None;
    }
    let near = keys.iter().filter_map(|meant| {
        let name = letters(meant);
        let edits = edits(&key, &name);
        let is_near = key.contains(&name)
            || is_abbreviation(&key, &name)
            || name.strip_suffix("id") == Some(key.as_str())
            || 6 * edits <= key.len().max(name.len())
            || (edits == 1 && has_letters_of(&key, &name));
        is_near.then_some((edits, *meant))
    });
    near.min().map(|(_, meant)| meant)
}

/// Returns whether both words have the same letters, in any order.
fn has_letters_of(one: &str, other: &str) -> bool {
    let sorted = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    sorted(one) == sorted(other)
}

/// Returns whether `short` contains only letters of the other word, in the same order, with the
/// same two letters at the end: `orgid` for `organizationid`.
fn is_abbreviation(short: &str, long: &str) -> bool {
    let mut letters = long.chars();
    let is_within = short.chars().all(|c| letters.any(|other| other == c));
    let end = long.get(long.len().saturating_sub(2)..).unwrap_or_default();
    is_within && short.ends_with(end) && short.len() * 3 > long.len()
}
