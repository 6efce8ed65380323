//! Rules on what a program puts into queries: searches and secrets.

use std::collections::BTreeMap;

use crate::api::operation::Operation;
use crate::api::query::Query;
use crate::api::search_query::{Matter, Operator, SearchQuery, Term};
use crate::calls::{Around, Call, Hint, is_secret, search_lags};
use crate::resources::organizations::api as organizations;
use crate::resources::search::api as search;
use crate::resources::users::api as users;

use super::seen::{Found, Seen, ordinals};

/// The number of creations, counted from the last one, that are compared with the searches before
/// them. It keeps the advice on a long run quick.
const MAX_CREATIONS: usize = 1_000;

/// Finds secrets in queries.
///
/// <https://developer.zendesk.com/api-reference/introduction/security-and-auth/>
pub(super) fn secret_in_query(seen: &Seen<'_>) -> Vec<Found> {
    let mut found: Vec<(String, Vec<&Call>)> = Vec::new();
    for call in seen.calls.iter().copied() {
        let Some(what) = secret_in(call) else {
            continue;
        };
        match found.iter_mut().find(|(other, _)| *other == what) {
            Some((_, calls)) => calls.push(call),
            None => found.push((what, vec![call])),
        }
    }
    let others = |more: usize| match more {
        0 => String::new(),
        1 => ", and so has 1 more call".to_owned(),
        more => format!(", and so have {more} more calls"),
    };
    let found = found.into_iter().map(|(what, calls)| Found {
        text: format!(
            "#{} has {what} in its query{}",
            calls[0].ordinal(),
            others(calls.len() - 1)
        ),
        calls: ordinals(calls),
    });
    found.collect()
}

/// Returns which secret the query of a call contains.
fn secret_in(call: &Call) -> Option<String> {
    let query = Query::parse(call.query());
    let mut named = query
        .each()
        .filter(|(name, value)| is_secret(name) && !value.is_empty());
    if let Some((name, _)) = named.next() {
        return Some(format!("the parameter {name}"));
    }
    let scrubbed = call.received().secrets.scrub(call.query());
    (scrubbed != call.query()).then(|| "a secret".to_owned())
}

/// Finds searches that look up one record.
///
/// The search finds a new record only after a while, so a program that creates what it does not find
/// is refused, or creates a duplicate.
/// <https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/>
pub(super) fn looked_up_in_index(seen: &Seen<'_>) -> Vec<Found> {
    let mut by_search: BTreeMap<u64, Found> = BTreeMap::new();
    for call in seen.succeeded() {
        let Some(lookup) = lookup(call) else { continue };
        if asks_exactly_later(seen, call, lookup.exact) {
            continue;
        }
        let found = Found {
            calls: ordinals([call]),
            text: format!(
                "#{} looks up {} in the index of the search; {} finds it at once",
                call.ordinal(),
                lookup.what,
                lookup.instead
            ),
        };
        by_search.insert(call.ordinal(), found);
    }
    for (search, found) in created_again(seen) {
        by_search.entry(search).or_insert(found);
    }
    by_search.into_values().collect()
}

/// A search for one record.
struct Lookup {
    what: &'static str,
    instead: &'static str,
    /// The operations that find the record at once.
    exact: &'static [Operation],
}

/// The operations that find a user, or an organization, without the index of the search.
const OF_USERS: &[Operation] = &[users::SEARCH, users::SHOW_MANY];
const OF_ORGANIZATIONS: &[Operation] = &[organizations::SEARCH, organizations::SHOW_MANY];

/// Returns what a search looks up, if it asks for one property that only one record has.
fn lookup(call: &Call) -> Option<Lookup> {
    let operation = call.operation()?;
    if ![search::SEARCH, search::COUNT].contains(&operation) {
        return None;
    }
    let query = Query::parse(call.query());
    let terms = SearchQuery::parse(query.get("query")?).terms;
    let (types, others): (Vec<&Term>, Vec<&Term>) = terms
        .iter()
        .partition(|term| property(term).is_some_and(|(keyword, _)| keyword == "type"));
    let kind = match types.as_slice() {
        [] => None,
        [term] => Some(property(term)?.1),
        _ => return None,
    };
    let [only] = others.as_slice() else {
        return None;
    };
    let (keyword, value) = property(only)?;
    if value.contains('*') || value.is_empty() {
        return None;
    }
    match (keyword, kind) {
        ("external_id", Some("user")) => Some(Lookup {
            what: "the external id of a user",
            instead: "GET /api/v2/users/show_many?external_ids=…",
            exact: OF_USERS,
        }),
        ("external_id", Some("organization")) => Some(Lookup {
            what: "the external id of an organization",
            instead: "GET /api/v2/organizations/show_many?external_ids=…",
            exact: OF_ORGANIZATIONS,
        }),
        ("email", Some("user") | None) => Some(Lookup {
            what: "the address of a user",
            instead: "GET /api/v2/users/search?query=…",
            exact: OF_USERS,
        }),
        ("name", Some("organization")) => Some(Lookup {
            what: "the name of an organization",
            instead: "GET /api/v2/organizations/search?name=…",
            exact: OF_ORGANIZATIONS,
        }),
        _ => None,
    }
}

/// Returns the keyword and the value of a term that asks for exactly this value.
fn property(term: &Term) -> Option<(&str, &str)> {
    match &term.matter {
        Matter::Property {
            keyword,
            operator: Operator::Is,
            value,
        } if !term.is_negated => Some((keyword, value.text())),
        _ => None,
    }
}

/// Returns whether the program later asks an operation that does not depend on the index.
fn asks_exactly_later(seen: &Seen<'_>, call: &Call, exact: &[Operation]) -> bool {
    let later = seen.calls.iter().rev();
    let mut later = later.take_while(|later| later.ordinal() > call.ordinal());
    later.any(|later| {
        let operation = later.operation();
        operation.is_some_and(|operation| exact.contains(&operation))
    })
}

/// Finds records that were created again because the index did not have them yet, each with the
/// search that did not find it.
fn created_again(seen: &Seen<'_>) -> Vec<(u64, Found)> {
    let indexes = 0..seen.calls.len();
    let creates = [organizations::CREATE, users::CREATE];
    let creations = indexes.rev().filter(|index| {
        let operation = seen.calls[*index].operation();
        operation.is_some_and(|operation| creates.contains(&operation))
    });
    let found = creations.take(MAX_CREATIONS).filter_map(|index| {
        let call = seen.calls[index];
        let around = Around {
            call,
            earlier: &seen.calls[..index],
            later: &seen.calls[index + 1..],
        };
        let Some(Hint::SearchLags {
            created_by,
            searched_by,
            look_up,
            ..
        }) = search_lags(&around)
        else {
            return None;
        };
        let found = Found {
            calls: vec![searched_by, call.ordinal()],
            text: format!(
                "#{searched_by} did not find in the index what #{created_by} had created, and #{} created it again; {look_up} finds it at once",
                call.ordinal()
            ),
        };
        Some((searched_by, found))
    });
    found.collect()
}
