//! Mistakes with the search: what a query does not mean, what its pages do not have, and what its
//! results do not say.

use serde_json::Value;

use crate::api::operation::Operation;
use crate::api::query::Query;
use crate::api::search_query::{Matter, SearchQuery, Term, Value as Sought};
use crate::base::folded::folded;
use crate::resources::organizations::api as organizations;
use crate::resources::search::api as search;
use crate::resources::search::found::is_keyword;
use crate::resources::users::api as users;

use super::around::{Around, has_succeeded};
use super::call::{Call, Received};
use super::hint::Hint;

/// The signs that compare a property with a value.
const SIGNS: [&str; 5] = [":", "<", ">", "<=", ">="];

/// Returns a hint for each mistake in one search.
pub(super) fn search_hints(call: &Received, operation: Operation, query: &Query) -> Vec<Hint> {
    let mut hints = Vec::new();
    let has = |name: &str| query.get(name).is_some();
    let has_cursor = || query.each().any(|(name, _)| name.starts_with("page["));
    if operation == search::SEARCH && has_cursor() {
        hints.push(Hint::CursorOnSearch);
    }
    if operation == search::EXPORT && (has("page") || has("per_page")) {
        hints.push(Hint::OffsetOnExport);
    }
    let searches = [search::SEARCH, search::COUNT, search::EXPORT, users::SEARCH];
    let sought = query.get("query").filter(|_| searches.contains(&operation));
    if let Some(text) = sought {
        let terms = SearchQuery::parse(text).terms;
        hints.extend(plus_is_a_space(call, &terms).or_else(|| spaces_around_operator(&terms)));
        hints.extend(terms.iter().find_map(star_in_address));
    }
    hints
}

/// `created > 2024-01-01` is three words.
fn spaces_around_operator(terms: &[Term]) -> Option<Hint> {
    let words: Vec<&str> = terms
        .iter()
        .map(word)
        .map(Option::unwrap_or_default)
        .collect();
    let of_three = words.windows(3).find_map(|words| match words {
        [keyword, sign, value] if SIGNS.contains(sign) && !value.is_empty() => {
            Some((*keyword, *sign, *value))
        }
        _ => None,
    });
    let of_two = words.windows(2).find_map(|words| match words {
        [keyword, value] if !value.is_empty() && !SIGNS.contains(keyword) => {
            let sign = SIGNS.iter().rev().find(|sign| keyword.ends_with(**sign))?;
            Some((keyword.strip_suffix(sign)?, *sign, *value))
        }
        _ => None,
    });
    let is_meant = |(keyword, _, _): &(&str, &str, &str)| is_keyword(&keyword.to_lowercase());
    let (keyword, sign, value) = of_three.filter(is_meant).or(of_two.filter(is_meant))?;
    Some(Hint::SpacesAroundOperator {
        keyword: keyword.to_owned(),
        meant: format!("{keyword}{sign}{value}"),
    })
}

/// The word of a term without a keyword.
fn word(term: &Term) -> Option<&str> {
    match &term.matter {
        Matter::Text(Sought::Word(word)) if !term.is_negated => Some(word),
        _ => None,
    }
}

/// A plus that was not encoded is a space, so the number behind it stands alone.
fn plus_is_a_space(call: &Received, terms: &[Term]) -> Option<Hint> {
    let raw = call
        .query
        .replace("%3A", ":")
        .replace("%3a", ":")
        .replace("%22", "\"");
    let is_bare = raw.contains("phone:+") || raw.contains("phone:\"+");
    let mut values = terms.iter().map(|term| term.value().text().trim());
    let number = values.find(|value| value.starts_with(|first: char| first.is_ascii_digit()));
    Some(Hint::PlusIsSpace {
        sent: number.filter(|_| is_bare)?.to_owned(),
    })
}

/// A `*` has no meaning in an address.
fn star_in_address(term: &Term) -> Option<Hint> {
    match &term.matter {
        Matter::Property { keyword, value, .. } if keyword == "email" => {
            let sent = value.text();
            sent.contains('*').then(|| Hint::StarInAddress {
                sent: sent.to_owned(),
            })
        }
        _ => None,
    }
}

/// What the index did not have yet was created again.
pub(crate) fn search_lags(around: &Around<'_>) -> Option<Hint> {
    let operation = around.call.operation()?;
    let (root, attributes, look_up) = if operation == organizations::CREATE {
        (
            "organization",
            ["name", "external_id"],
            organizations::SEARCH,
        )
    } else if operation == users::CREATE {
        ("user", ["email", "external_id"], users::SEARCH)
    } else {
        return None;
    };
    // Who looks it up then knows.
    let mut later = around.later.iter();
    if !around.call.is_refused() || later.any(|call| call.operation() == Some(look_up)) {
        return None;
    }
    let body = around.call.body_json()?;
    attributes.into_iter().find_map(|attribute| {
        let value = body[root][attribute].as_str()?;
        let is_it = |other: &Value| {
            other
                .as_str()
                .is_some_and(|other| folded(other) == folded(value))
        };
        let mut earlier = around.earlier.iter().rev();
        let searched = earlier.find(|call| is_missed(call, attribute, value))?;
        let created = around.earlier.iter().find(|call| {
            let body = || call.body_json();
            call.operation() == Some(operation)
                && has_succeeded(call)
                && body().is_some_and(|body| is_it(&body[root][attribute]))
        })?;
        (created.ordinal() < searched.ordinal()).then(|| Hint::SearchLags {
            value: value.to_owned(),
            created_by: created.ordinal(),
            searched_by: searched.ordinal(),
            look_up: format!("GET {}", look_up.path()),
        })
    })
}

/// Returns whether a call searched for a value and did not find the record that has it.
fn is_missed(call: &Call, attribute: &str, value: &str) -> bool {
    let searches = [search::SEARCH, search::COUNT, search::EXPORT];
    let is_search = call
        .operation()
        .is_some_and(|operation| searches.contains(&operation));
    if !is_search || !has_succeeded(call) {
        return false;
    }
    let query = Query::parse(call.query());
    let asks = query
        .get("query")
        .is_some_and(|query| folded(query).contains(&*folded(value)));
    asks && !results(call).iter().any(|row| {
        let own = row[attribute].as_str();
        own.is_some_and(|own| folded(own) == folded(value))
    })
}

/// The first result of a quoted name was taken, though another name was asked for.
pub(super) fn first_result_taken(around: &Around<'_>) -> Option<Hint> {
    if around.call.method() == "GET" {
        return None;
    }
    let mut earlier = around.earlier.iter().rev();
    let searched = earlier.find(|call| call.operation() == Some(search::SEARCH))?;
    let phrase = only_phrase(searched)?;
    let rows = results(searched);
    let first = rows.first()?;
    let (name, id) = (first["name"].as_str()?, first["id"].as_u64()?);
    let is_other = folded(name) != folded(&phrase) && !phrase.contains('@');
    (is_other && around.call.mentions(id)).then(|| Hint::FirstResultTaken {
        phrase,
        name: name.to_owned(),
        searched_by: searched.ordinal(),
    })
}

/// The one phrase that a search asks for, without any other word.
fn only_phrase(call: &Call) -> Option<String> {
    let query = Query::parse(call.query());
    let terms = SearchQuery::parse(query.get("query")?).terms;
    let mut texts = terms.iter().filter_map(|term| match &term.matter {
        Matter::Text(value) => Some(value),
        Matter::Property { .. } => None,
    });
    match (texts.next(), texts.next()) {
        (Some(Sought::Phrase(phrase)), None) => Some(phrase.clone()),
        _ => None,
    }
}

fn results(call: &Call) -> Vec<Value> {
    let body = call
        .reply()
        .and_then(|reply| serde_json::from_slice(reply.body()).ok());
    match body.map(|mut body: Value| body["results"].take()) {
        Some(Value::Array(rows)) => rows,
        _ => Vec::new(),
    }
}
