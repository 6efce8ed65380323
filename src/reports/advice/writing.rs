//! Rules on how a program writes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;

use crate::api::operation::Operation;
use crate::api::takes::Takes;
use crate::base::effect::Effect;
use crate::calls::{Call, has_succeeded};
use crate::resources::organizations::api as organizations;

use super::seen::{Found, Seen, is_write, ordinals};

/// The number of records that a bulk operation creates with fewer requests than single ones do.
const MIN_SINGLE_CREATES: usize = 3;

/// The time between two single requests after which they are not one piece of work.
const MAX_CREATE_PAUSE: Duration = Duration::from_secs(60);

/// Finds records that were created one by one although one request takes many.
///
/// <https://developer.zendesk.com/documentation/ticketing/using-the-zendesk-api/best-practices-for-avoiding-rate-limiting/>
pub(super) fn created_one_by_one(seen: &Seen<'_>) -> Vec<Found> {
    let mut runs: BTreeMap<&str, Vec<Vec<&Call>>> = BTreeMap::new();
    let mut in_bulk: BTreeSet<String> = BTreeSet::new();
    let mut refused: BTreeSet<&str> = BTreeSet::new();
    for call in seen.calls.iter().copied().filter(|call| is_write(call)) {
        let Some(operation) = call.operation() else {
            continue;
        };
        if matches!(operation.takes(), Takes::Many { .. }) {
            in_bulk.extend(items(call, operation.takes()));
            if call.is_refused() {
                refused.insert(operation.id());
            }
            continue;
        }
        let Some(bulk) = bulk_of(operation).filter(|_| has_succeeded(call)) else {
            continue;
        };
        let was_in_bulk = items(call, operation.takes())
            .iter()
            .any(|item| in_bulk.contains(item));
        if was_in_bulk || refused.contains(bulk.id()) {
            continue;
        }
        let runs = runs.entry(bulk.id()).or_default();
        let continues = |run: &&mut Vec<&Call>| {
            let last = run.last();
            last.is_some_and(|last| call.since(last) <= MAX_CREATE_PAUSE)
        };
        match runs.last_mut().filter(continues) {
            Some(run) => run.push(call),
            None => runs.push(vec![call]),
        }
    }
    let long = runs.into_values().flatten();
    let long = long.filter(|run| run.len() >= MIN_SINGLE_CREATES);
    let found = long.filter_map(|run| {
        let operation = run.first()?.operation()?;
        Some(Found {
            text: format!(
                "{} was called {} times, from #{} to #{}; {} takes up to 100 at once",
                operation,
                run.len(),
                run.first()?.ordinal(),
                run.last()?.ordinal(),
                bulk_of(operation)?
            ),
            calls: ordinals(run),
        })
    });
    found.collect()
}

/// Returns the operation that does the same with many records.
fn bulk_of(operation: Operation) -> Option<Operation> {
    let single = ["create", "create_or_update"];
    if operation.method() != "POST" || !single.contains(&operation.action()) {
        return None;
    }
    let path = format!(
        "/api/v2/{}/{}_many",
        operation.controller(),
        operation.action()
    );
    Operation::all().find(|bulk| bulk.path() == path && bulk.method() == "POST")
}

/// Returns the records in the body of a call, each as JSON.
fn items(call: &Call, takes: Takes) -> Vec<String> {
    let (Takes::One { root, .. } | Takes::Many { root, .. }) = takes else {
        return Vec::new();
    };
    match call.body_json().map(|mut body| body[root].take()) {
        Some(Value::Array(items)) => items.iter().map(Value::to_string).collect(),
        Some(item) => vec![item.to_string()],
        None => Vec::new(),
    }
}

/// Finds writes that were sent again after they had succeeded.
///
/// Zendesk creates a duplicate, or refuses it, and knows a repetition only by an `Idempotency-Key`.
/// <https://developer.zendesk.com/api-reference/ticketing/introduction/#idempotency>
pub(super) fn sent_again(seen: &Seen<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut last: Option<&Call> = None;
    for call in seen.calls.iter().copied().filter(|call| is_write(call)) {
        let request = |call: &Call| {
            let (method, path, query) = (call.method(), call.path(), call.query());
            (
                method.to_owned(),
                path.to_owned(),
                query.to_owned(),
                call.body().to_vec(),
            )
        };
        let earlier =
            last.filter(|earlier| has_succeeded(earlier) && request(earlier) == request(call));
        if let Some((earlier, what)) =
            earlier.and_then(|earlier| Some((earlier, came_of(earlier, call)?)))
        {
            found.push(Found {
                calls: ordinals([earlier, call]),
                text: format!(
                    "#{} sent the same as #{}, which had succeeded; it {what}",
                    call.ordinal(),
                    earlier.ordinal()
                ),
            });
        }
        // Further repetitions are compared with the one that succeeded.
        if earlier.is_none() {
            last = Some(call);
        }
    }
    found
}

/// Returns what came of a repeated request. `None` means that it was needed, or that nothing is
/// known.
fn came_of(earlier: &Call, call: &Call) -> Option<&'static str> {
    call.reply()?;
    if call.header("idempotency-key").is_some() {
        return None;
    }
    let has_failed = |effect: &Effect| match effect {
        Effect::JobFailed { .. } => true,
        Effect::JobCompleted { failed_items, .. } => *failed_items > 0,
        _ => false,
    };
    if earlier.plain_effects().any(has_failed) {
        return None;
    }
    if call.is_refused() {
        return Some("was refused");
    }
    let is_update = |effect: &Effect| matches!(effect, Effect::Updated { .. });
    if call.plain_effects().all(is_update) {
        return Some("changed nothing");
    }
    call.plain_effects().find_map(|effect| match effect {
        Effect::Created { .. } => Some("created the same again"),
        Effect::JobQueued { .. } => Some("started the same job again"),
        _ => None,
    })
}

/// Finds upserts of organizations that name neither an id nor an external id.
///
/// <https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#create-or-update-organization>
pub(super) fn upserted_by_name(seen: &Seen<'_>) -> Vec<Found> {
    let upserts = seen
        .calls
        .iter()
        .filter(|call| call.operation() == Some(organizations::CREATE_OR_UPDATE));
    let by_name: Vec<&Call> = upserts
        .copied()
        .filter(|call| {
            let body = call.body_json().unwrap_or_default();
            let organization = &body["organization"];
            let has = |key: &str| match &organization[key] {
                Value::Null => false,
                Value::String(text) => !text.trim().is_empty(),
                _ => true,
            };
            organization.is_object() && !has("id") && !has("external_id")
        })
        .collect();
    let Some(first) = by_name.first() else {
        return Vec::new();
    };
    let text = match by_name.len() {
        1 => format!(
            "#{} upserted an organization by its name alone",
            first.ordinal()
        ),
        count => format!(
            "{count} organizations were upserted by their names alone, from #{} on",
            first.ordinal()
        ),
    };
    vec![Found {
        text,
        calls: ordinals(by_name),
    }]
}
