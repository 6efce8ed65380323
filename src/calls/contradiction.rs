//! Selections that no call can match, so that any assertion on them would be meaningless.

use http::HeaderName;
use serde_json::Value;

use crate::api::error::STATUSES;
use crate::api::operation::Operation;
use crate::api::path::plain;

use super::criterion::{Criterion, plain_path};
use super::not_found::alignment;

impl Criterion {
    /// Returns why no call can match this. The text omits values, because they may be secrets.
    pub(super) fn why_impossible(&self) -> Option<String> {
        match self {
            Self::Status(status) if !(100..600).contains(status) => {
                Some(format!("no reply has the status {status}; statuses are 100 to 599"))
            }
            Self::Path(path) => why_no_path(path).map(str::to_owned),
            Self::Header { name, .. } if HeaderName::from_bytes(name.as_bytes()).is_err() => Some(
                "no header has this name; give the name alone, such as \"x-batch\", and the value as the second argument".to_owned(),
            ),
            Self::Parameter { name, .. } if name.starts_with('?') || name.contains(['%', '&', '=']) => {
                Some("no parameter has this name; give the decoded name alone, such as \"page[size]\"".to_owned())
            }
            Self::Json(expected) => why_vacuous(expected),
            _ => None,
        }
    }

    /// Returns why no call can match both this and the other criterion.
    pub(super) fn clash(&self, other: &Self) -> Option<String> {
        one_way(self, other).or_else(|| one_way(other, self))
    }
}

fn one_way(one: &Criterion, other: &Criterion) -> Option<String> {
    match (one, other) {
        (Criterion::Operation(one), Criterion::Operation(other)) if one != other => Some(format!(
            "a call has one operation, so no call has both {} and {}; select each of them separately",
            one.id(),
            other.id()
        )),
        (Criterion::Status(one), Criterion::Status(other)) if one != other => Some(
            "a call has one status, so no call has two; select each of them separately".to_owned(),
        ),
        (Criterion::Path(one), Criterion::Path(other)) if plain_path(one) != plain_path(other) => {
            Some(
                "a call has one path, so no call has two; select each of them separately"
                    .to_owned(),
            )
        }
        (
            Criterion::Parameter { name, value },
            Criterion::Parameter {
                name: same,
                value: other,
            },
        ) if name == same && value != other => Some(format!(
            "only one value of the parameter {name} counts, so no call has two; select each of them separately"
        )),
        (Criterion::Success, Criterion::Refused) => Some(
            "no call both succeeded and was refused; select each of them separately".to_owned(),
        ),
        (Criterion::Success, Criterion::Status(status)) if is_error(*status) => {
            Some(format!("no call succeeded with the status {status}"))
        }
        (Criterion::Refused, Criterion::Status(status)) if !is_error(*status) => {
            Some(format!("no call was refused with the status {status}"))
        }
        (Criterion::UnknownEndpoint, Criterion::Operation(operation)) => Some(format!(
            "{} is a known endpoint, so no call of it went to an unknown one",
            operation.id()
        )),
        (Criterion::Operation(operation), Criterion::Status(status)) => {
            let is_its = is_error(*status) || *status == operation.success_status();
            let told = || {
                format!(
                    "{} replies with {} or an error",
                    operation.id(),
                    operation.success_status()
                )
            };
            (!is_its).then(|| format!("{}, and never with {status}", told()))
        }
        (Criterion::Operation(operation), Criterion::Path(path)) => {
            why_other_path(**operation, path)
        }
        _ => None,
    }
}

fn is_error(status: u16) -> bool {
    STATUSES.contains(&status)
}

fn why_no_path(path: &str) -> Option<&'static str> {
    if path.contains("://") {
        Some("this is a url; give the path alone, such as \"/users/7\"")
    } else if path.contains(['{', '}']) {
        Some(
            "this is the template of a path; replace the names in braces by ids, or select with `.of(operation)`",
        )
    } else if path.contains(char::is_whitespace) {
        Some("no path has a space in it; give the path alone, without the method")
    } else {
        None
    }
}

fn why_other_path(operation: Operation, path: &str) -> Option<String> {
    let path = plain_path(path);
    let (sent, template): (Vec<&str>, Vec<&str>) = (
        plain(&path).split('/').skip(1).collect(),
        operation.path().split('/').skip(1).collect(),
    );
    let is_its = alignment(&sent, &template) == 0;
    (!is_its).then(|| format!("{} has another path: {}", operation.id(), operation.path()))
}

/// Returns why every body includes this.
pub(super) fn why_vacuous(expected: &Value) -> Option<String> {
    let has_nothing = match expected {
        Value::Object(object) => object.values().all(|value| why_vacuous(value).is_some()),
        _ => false,
    };
    has_nothing.then(|| {
        "every object includes this, so it asserts nothing; name a value that the body must have"
            .to_owned()
    })
}
