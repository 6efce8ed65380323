//! [`Criterion`]: one condition on calls, and how close a call comes that does not meet it.

use std::sync::Arc;

use serde_json::Value;

use crate::api::credentials::Credentials;
use crate::api::operation::Operation;
use crate::api::path::plain;
use crate::base::ids::RecordRef;

use super::call::Call;
use super::journal::JournalView;
use super::lines;
use super::not_found::{NotFound, alignment};
use super::redact;
use super::secret_names::is_secret;
use super::secrets::{SECRET, Secrets};
use super::subset::{Difference, differences, leaves};

/// The number of differences of a body that are shown.
const MAX_SHOWN_DIFFERENCES: usize = 5;

#[derive(Clone)]
pub(super) enum Criterion {
    /// Boxed, because it is far larger than the others.
    Operation(Box<Operation>),
    Path(String),
    Status(u16),
    Parameter {
        name: String,
        value: String,
    },
    Header {
        name: String,
        value: String,
    },
    Json(Value),
    Record(RecordRef),
    Credentials(Credentials),
    UnknownEndpoint,
    Success,
    Refused,
    AnyOutcome,
    Predicate {
        what: String,
        holds: Arc<dyn Fn(&Call) -> bool + Send + Sync>,
    },
}

/// One line of the comparison between a call and what was asserted.
pub(super) struct Check {
    pub(super) holds: bool,
    pub(super) text: String,
    /// How strongly it suggests that the call was the intended one: from 0 to `most`.
    pub(super) weight: usize,
    pub(super) most: usize,
}

/// The maximum of [`Check::weight`], by kind of criterion: a path says more than a method.
const VERB_WEIGHT: usize = 2;
const PATH_WEIGHT: usize = 8;
const OTHER_WEIGHT: usize = 6;

impl Criterion {
    pub(super) fn holds(&self, call: &Call) -> bool {
        match self {
            Self::Operation(operation) => call.operation() == Some(**operation),
            Self::Path(path) => plain_path(call.path()) == plain_path(path),
            Self::Status(status) => call.status() == Some(*status),
            Self::Parameter { name, value } => call.parameter(name).as_deref() == Some(value),
            Self::Header { name, value } => has_header(call, name, value),
            Self::Json(expected) => call
                .body_json()
                .is_some_and(|actual| differences(expected, &actual).is_empty()),
            Self::Record(record) => call.concerns(*record),
            Self::Credentials(credentials) => call
                .credentials()
                .is_some_and(|shown| shown.matches(credentials)),
            Self::UnknownEndpoint => call.not_found().is_some_and(NotFound::is_endpoint),
            Self::Success => {
                call.reply().is_some() && call.received().error.is_none() && call.fault().is_none()
            }
            Self::Refused => call.is_refused(),
            Self::AnyOutcome => true,
            Self::Predicate { holds, .. } => holds(call),
        }
    }

    /// Returns whether it states the outcome of the call, so that nobody can mistake a refused call
    /// for one that succeeded.
    pub(super) fn says_outcome(&self) -> bool {
        match self {
            Self::Status(_)
            | Self::UnknownEndpoint
            | Self::Success
            | Self::Refused
            | Self::AnyOutcome => true,
            Self::Operation(_)
            | Self::Path(_)
            | Self::Parameter { .. }
            | Self::Header { .. }
            | Self::Json(_)
            | Self::Record(_)
            | Self::Credentials(_)
            | Self::Predicate { .. } => false,
        }
    }

    /// Compares a call with the criterion, aspect by aspect.
    pub(super) fn checks(&self, call: &Call, journal: &JournalView) -> Vec<Check> {
        let secrets = &journal.secrets;
        let checks = self.compare(call, journal).into_iter();
        checks
            .map(|check| Check {
                text: lines::line(&check.text, secrets),
                ..check
            })
            .collect()
    }

    fn compare(&self, call: &Call, journal: &JournalView) -> Vec<Check> {
        match self {
            Self::Operation(operation) => {
                let verb = equal("verb", call.method(), operation.method(), VERB_WEIGHT);
                vec![verb, path_check(call.path(), operation.path())]
            }
            Self::Path(path) => vec![path_check(call.path(), &plain_path(path))],
            Self::Status(status) => {
                let actual = call.status().map_or_else(
                    || "no reply of the double".to_owned(),
                    |status| status.to_string(),
                );
                vec![equal("status", &actual, &status.to_string(), OTHER_WEIGHT)]
            }
            Self::Parameter { name, value } => {
                let actual = call.parameter(name);
                let actual = actual
                    .as_deref()
                    .map_or("not sent", |actual| redact::value(name, actual));
                let holds = self.holds(call);
                vec![check(
                    holds,
                    &format!("query: {name}"),
                    actual,
                    redact::value(name, value),
                    OTHER_WEIGHT,
                )]
            }
            Self::Header { name, value } => {
                let holds = self.holds(call);
                let what = format!("header: {name}");
                if name.eq_ignore_ascii_case("authorization") {
                    let expected = Credentials::describe(value);
                    return vec![check(
                        holds,
                        &what,
                        &redact::caller(call),
                        &expected,
                        OTHER_WEIGHT,
                    )];
                }
                let expected = redact::value(name, value);
                match call.header(name) {
                    Some(actual) => vec![check(
                        holds,
                        &what,
                        redact::value(name, actual),
                        expected,
                        OTHER_WEIGHT,
                    )],
                    None => {
                        let names: Vec<&str> = call
                            .received()
                            .headers
                            .keys()
                            .map(http::HeaderName::as_str)
                            .collect();
                        let expected = format!("{expected}; the request has {}", names.join(", "));
                        vec![check(false, &what, "not sent", &expected, OTHER_WEIGHT)]
                    }
                }
            }
            Self::Json(expected) => body_checks(expected, call),
            Self::Credentials(credentials) => {
                vec![check(
                    self.holds(call),
                    "auth",
                    &redact::caller(call),
                    &credentials.shown(),
                    OTHER_WEIGHT,
                )]
            }
            Self::AnyOutcome => Vec::new(),
            Self::Record(_)
            | Self::UnknownEndpoint
            | Self::Success
            | Self::Refused
            | Self::Predicate { .. } => {
                let holds = self.holds(call);
                let weight = if holds { OTHER_WEIGHT } else { 0 };
                vec![Check {
                    holds,
                    text: self.describe(journal),
                    weight,
                    most: OTHER_WEIGHT,
                }]
            }
        }
    }
}

fn check(holds: bool, what: &str, actual: &str, expected: &str, most: usize) -> Check {
    let text = match holds {
        true => format!("{what}: {actual}"),
        // If two values differ only in the secret part, they look the same.
        false if actual == expected => {
            format!("{what}: {actual}, but another value was expected (secrets are not shown)")
        }
        false => format!("{what}: {actual}, expected {expected}"),
    };
    Check {
        holds,
        text,
        weight: if holds { most } else { 0 },
        most,
    }
}

fn equal(what: &str, actual: &str, expected: &str, most: usize) -> Check {
    check(actual == expected, what, actual, expected, most)
}

fn has_header(call: &Call, name: &str, value: &str) -> bool {
    let values = call.received().headers.get_all(name.to_lowercase());
    values
        .iter()
        .any(|other| other.to_str().is_ok_and(|other| other == value))
}

/// Returns the path below `/api/v2`, without `.json`: `/users/7` means the same as
/// `/api/v2/users/7.json`.
pub(super) fn plain_path(path: &str) -> String {
    let path = plain(path);
    let path = path.strip_prefix("/api/v2").unwrap_or(path);
    format!("/api/v2/{}", path.trim_start_matches('/'))
}

fn path_check(actual: &str, expected: &str) -> Check {
    let without_ending = plain(actual);
    let split = |path: &'_ str| {
        path.split('/')
            .skip(1)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (sent, template) = (split(without_ending), split(expected));
    let (sent, template): (Vec<&str>, Vec<&str>) = (
        sent.iter().map(String::as_str).collect(),
        template.iter().map(String::as_str).collect(),
    );
    let cost = alignment(&sent, &template);
    let mut check = check(cost == 0, "path", actual, expected, PATH_WEIGHT);
    if cost > 0 {
        check.weight = PATH_WEIGHT.saturating_sub(1 + cost);
    }
    check
}

/// Compares bodies: returns a line for each difference.
fn body_checks(expected: &Value, call: &Call) -> Vec<Check> {
    let Some(actual) = call.body_json() else {
        let actual = if call.body().is_empty() {
            "none"
        } else {
            "not JSON"
        };
        return vec![check(
            false,
            "body",
            actual,
            &lines::json(expected, &call.received().secrets),
            OTHER_WEIGHT,
        )];
    };
    let found = differences(expected, &actual);
    if found.is_empty() {
        let text = "body: includes what is expected".to_owned();
        return vec![Check {
            holds: true,
            text,
            weight: OTHER_WEIGHT,
            most: OTHER_WEIGHT,
        }];
    }
    let total = leaves(expected).max(found.len());
    let weight = OTHER_WEIGHT * (total - found.len()) / total;
    let lines = describe(&found, &call.received().secrets)
        .into_iter()
        .enumerate();
    lines
        .map(|(index, line)| {
            // The body counts once, however many lines it has.
            let (weight, most) = if index == 0 {
                (weight, OTHER_WEIGHT)
            } else {
                (0, 0)
            };
            Check {
                holds: false,
                text: format!("body: {line}"),
                weight,
                most,
            }
        })
        .collect()
}

/// Returns the text of each difference, up to the limit.
pub(super) fn describe(found: &[Difference], secrets: &Secrets) -> Vec<String> {
    let shown = found.iter().take(MAX_SHOWN_DIFFERENCES).map(
        |Difference {
             path,
             expected,
             actual,
         }| {
            let place = if path.is_empty() {
                String::new()
            } else {
                format!("{path}: ")
            };
            if is_secret(path) {
                let actual = actual.as_ref().map_or("missing", |_| SECRET);
                return lines::line(
                    &format!("{place}{actual}, expected [another secret]"),
                    secrets,
                );
            }
            let value = |value: &Value| lines::value(&redact::plain_json(value), secrets);
            let actual = actual.as_ref().map_or_else(|| "missing".to_owned(), value);
            lines::line(
                &format!("{place}{actual}, expected {}", value(expected)),
                secrets,
            )
        },
    );
    let mut texts: Vec<String> = shown.collect();
    if found.len() > MAX_SHOWN_DIFFERENCES {
        texts.push(format!(
            "and {} more differences",
            found.len() - MAX_SHOWN_DIFFERENCES
        ));
    }
    texts
}

impl Criterion {
    /// Returns the words that follow "calls": `of CreateOrganizationMembership (POST …)`,
    /// `with status 201`.
    pub(super) fn describe(&self, journal: &JournalView) -> String {
        let secrets = &journal.secrets;
        let text = match self {
            Self::Operation(operation) => format!("of {operation}"),
            Self::Path(path) => format!("to {}", plain_path(path)),
            Self::Status(status) => format!("with status {status}"),
            Self::Parameter { name, value } => {
                format!("with query {name}={}", redact::value(name, value))
            }
            Self::Header { name, value } if name.eq_ignore_ascii_case("authorization") => {
                format!("with header {name}: {}", Credentials::describe(value))
            }
            Self::Header { name, value } => {
                format!("with header {name}: {}", redact::value(name, value))
            }
            Self::Json(expected) => format!(
                "with a body that includes {}",
                lines::json(expected, secrets)
            ),
            Self::Record(record) => format!("about {}", journal.names.of(*record)),
            Self::Credentials(credentials) => format!("by {}", credentials.shown()),
            Self::UnknownEndpoint => "to an unknown endpoint".to_owned(),
            Self::Success => "that succeeded".to_owned(),
            Self::Refused => "that were refused".to_owned(),
            Self::AnyOutcome => "with any outcome".to_owned(),
            Self::Predicate { what, .. } => format!("where {what}"),
        };
        lines::line(&text, secrets)
    }
}
