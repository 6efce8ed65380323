//! Finds mistakes with ids: ids of another kind, of a removed record, and of no record at all.

use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::operation::Operation;
use crate::api::path::plain;
use crate::base::effect::Named;
use crate::base::field_value::FieldOption;
use crate::base::ids::{Kind, RecordRef};
use crate::base::refusal::Violation;
use crate::base::removed::RemovedRecord;
use crate::resources::holder::Holder;

use super::hint::Hint;

/// The number of ids of a request that are checked. No program sends more on purpose.
const MAX_IDS: usize = 1_000;

/// What hints need to know about the records.
pub(crate) struct Records<'a> {
    /// Returns the record with this id, whatever its kind.
    pub(crate) with_id: &'a dyn Fn(u64) -> Option<Named>,
    /// Returns what a removed record was.
    pub(crate) removed: &'a dyn Fn(RecordRef) -> Option<RemovedRecord>,
    /// Returns the record of a kind that has this value of a unique attribute.
    pub(crate) holder: &'a dyn Fn(Kind, &str, &str) -> Option<Holder>,
    /// Returns the keys of the active custom fields of a kind of record, each with its options.
    pub(crate) fields: &'a dyn Fn(Kind) -> Vec<(String, Vec<FieldOption>)>,
}

/// An id in a request.
#[derive(Clone)]
struct SentId {
    /// The name of its place, such as `user_id`.
    place: String,
    id: u64,
    /// The kind of ids in that place.
    kind: Kind,
}

/// Returns the mistakes with the ids of a request that was refused with this error.
pub(super) fn id_hints(
    operation: Operation,
    path: &str,
    body: &Value,
    error: &ApiError,
    records: &Records<'_>,
) -> Vec<Hint> {
    let mut found = Vec::new();
    for sent in path_ids(operation, path) {
        let is_missing = matches!(error, ApiError::RecordNotFound);
        let gone = |sent: &SentId| gone(sent, records).filter(|_| is_missing);
        found.extend(wrong_kind(&sent, records).or_else(|| gone(&sent)));
    }
    for sent in body_ids(body) {
        let is_named = names(error, &sent.place);
        let missing = |sent: &SentId| {
            let found = gone(sent, records).or_else(|| unknown(sent, records));
            found.filter(|_| is_named)
        };
        found.extend(wrong_kind(&sent, records).or_else(|| missing(&sent)));
    }
    as_hints(found)
}

/// What is wrong with an id.
enum Mistake {
    WrongKind { sent: SentId, is: Named },
    Other(Hint),
}

/// Turns mistakes into hints. Two ids that are swapped become one hint, wherever they are in the
/// request.
fn as_hints(mut mistakes: Vec<Mistake>) -> Vec<Hint> {
    let mut hints = Vec::new();
    while !mistakes.is_empty() {
        let mistake = mistakes.remove(0);
        let mut others = mistakes.iter().enumerate();
        let swapped = others.find_map(|(index, other)| Some((index, mistake.swapped_with(other)?)));
        hints.push(match swapped {
            Some((index, hint)) => {
                mistakes.remove(index);
                hint
            }
            None => mistake.into_hint(),
        });
    }
    hints
}

impl Mistake {
    fn swapped_with(&self, other: &Self) -> Option<Hint> {
        let (
            Self::WrongKind { sent: one, is },
            Self::WrongKind {
                sent: two,
                is: is_two,
            },
        ) = (self, other)
        else {
            return None;
        };
        let is_swap = one.kind == is_two.kind && two.kind == is.kind;
        is_swap.then(|| Hint::SwappedIds {
            places: [one.place.clone(), two.place.clone()],
            ids: [one.id, two.id],
            are: [is.to_string(), is_two.to_string()],
        })
    }

    fn into_hint(self) -> Hint {
        match self {
            Self::WrongKind { sent, is } => Hint::WrongKindOfId {
                place: sent.place,
                id: sent.id,
                is: is.to_string(),
            },
            Self::Other(hint) => hint,
        }
    }
}

/// Returns the ids in a path, under the operation's names for them.
fn path_ids(operation: Operation, path: &str) -> Vec<SentId> {
    let template = operation.path().split('/').zip(plain(path).split('/'));
    let parts = template.filter(|(name, _)| name.starts_with('{'));
    parts
        .filter_map(|(name, id)| SentId::new(name.trim_matches(['{', '}']), id.parse().ok()?))
        .collect()
}

/// Returns the first ids in a body.
fn body_ids(body: &Value) -> Vec<SentId> {
    let mut ids = Vec::new();
    add_ids(body, &mut ids);
    ids
}

fn add_ids(value: &Value, ids: &mut Vec<SentId>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                if ids.len() >= MAX_IDS {
                    return;
                }
                let id = value.as_u64().or_else(|| value.as_str()?.parse().ok());
                ids.extend(id.and_then(|id| SentId::new(key, id)));
                add_ids(value, ids);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| add_ids(value, ids)),
        _ => {}
    }
}

impl SentId {
    fn new(place: &str, id: u64) -> Option<Self> {
        Some(Self {
            place: place.to_owned(),
            id,
            kind: Kind::of_parameter(place)?,
        })
    }

    fn record(&self) -> RecordRef {
        RecordRef {
            kind: self.kind,
            id: self.id,
        }
    }
}

/// Returns whether the error is about the record that this id names.
fn names(error: &ApiError, place: &str) -> bool {
    let ApiError::RecordInvalid(violations) = error else {
        return false;
    };
    let is_it = |violation: &Violation| {
        violation.field == place || place.strip_suffix("_id") == Some(violation.field)
    };
    violations.iter().any(is_it)
}

fn wrong_kind(sent: &SentId, records: &Records<'_>) -> Option<Mistake> {
    let is = (records.with_id)(sent.id).filter(|is| is.kind != sent.kind)?;
    let sent = sent.clone();
    Some(Mistake::WrongKind { sent, is })
}

fn gone(sent: &SentId, records: &Records<'_>) -> Option<Mistake> {
    let RemovedRecord { named, by } = (records.removed)(sent.record())?;
    Some(Mistake::Other(Hint::RemovedRecord {
        place: sent.place.clone(),
        id: sent.id,
        kind: sent.kind,
        name: named.name,
        removed_by: by,
    }))
}

fn unknown(sent: &SentId, records: &Records<'_>) -> Option<Mistake> {
    // Ids of tickets cannot be looked up like others, because they are numbered separately.
    let is_there = !sent.kind.shares_ids() || (records.with_id)(sent.id).is_some();
    let hint = || Hint::UnknownId {
        place: sent.place.clone(),
        id: sent.id,
        kind: sent.kind,
    };
    (!is_there).then(|| Mistake::Other(hint()))
}
