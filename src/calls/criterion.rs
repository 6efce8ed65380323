//! [`Criterion`]: one thing that a call must have to be meant, and how near a call comes that has it not.

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

/// So many differences of a body are named.
const DIFFERENCES: usize = 5;

#[derive(Clone)]
pub(super) enum Criterion {
    Operation(Operation),
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

/// One line of the comparison of a call with what was asked for.
pub(super) struct Check {
    pub(super) holds: bool,
    pub(super) text: String,
    /// How much it says that the call was meant: from 0, nothing, to `most`.
    pub(super) weight: usize,
    pub(super) most: usize,
}

/// What [`Check::weight`] is at most, for each kind of criterion: a path says more than a method.
const VERB: usize = 2;
const PATH: usize = 8;
const OTHER: usize = 6;

impl Criterion {
    pub(super) fn holds(&self, call: &Call) -> bool {
        match self {
            Self::Operation(operation) => call.operation() == Some(*operation),
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

    /// Whether it says what became of the call, so that nobody can take a refused call for one that
    /// did its work.
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
                let verb = equal("verb", call.method(), operation.method(), VERB);
                vec![verb, path_check(call.path(), operation.path())]
            }
            Self::Path(path) => vec![path_check(call.path(), &plain_path(path))],
            Self::Status(status) => {
                let actual = call.status().map_or_else(
                    || "no reply of the double".to_owned(),
                    |status| status.to_string(),
                );
                vec![equal("status", &actual, &status.to_string(), OTHER)]
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
                    OTHER,
                )]
            }
            Self::Header { name, value } => {
                let holds = self.holds(call);
                let what = format!("header: {name}");
                if name.eq_ignore_ascii_case("authorization") {
                    let expected = Credentials::describe(value);
                    return vec![check(holds, &what, &redact::caller(call), &expected, OTHER)];
                }
                let expected = redact::value(name, value);
                match call.header(name) {
                    Some(actual) => vec![check(
                        holds,
                        &what,
                        redact::value(name, actual),
                        expected,
                        OTHER,
                    )],
                    None => {
                        let names: Vec<&str> = call
                            .received()
                            .headers
                            .keys()
                            .map(http::HeaderName::as_str)
                            .collect();
                        let expected = format!("{expected}; the request has {}", names.join(", "));
                        vec![check(false, &what, "not sent", &expected, OTHER)]
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
                    OTHER,
                )]
            }
            Self::AnyOutcome => Vec::new(),
            Self::Record(_)
            | Self::UnknownEndpoint
            | Self::Success
            | Self::Refused
            | Self::Predicate { .. } => {
                let holds = self.holds(call);
                let weight = if holds { OTHER } else { 0 };
                vec![Check {
                    holds,
                    text: self.describe(journal),
                    weight,
                    most: OTHER,
                }]
            }
        }
    }
}

fn check(holds: bool, what: &str, actual: &str, expected: &str, most: usize) -> Check {
    let text = match holds {
        true => format!("{what}: {actual}"),
        // Two values of which only the secret part differs look the same.
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

/// The path below `/api/v2`, without `.json`: `/users/7` means the same as `/api/v2/users/7.json`.
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
    let mut check = check(cost == 0, "path", actual, expected, PATH);
    if cost > 0 {
        check.weight = PATH.saturating_sub(1 + cost);
    }
    check
}

/// Compares bodies: a line for each difference.
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
            OTHER,
        )];
    };
    let found = differences(expected, &actual);
    if found.is_empty() {
        let text = "body: includes what is expected".to_owned();
        return vec![Check {
            holds: true,
            text,
            weight: OTHER,
            most: OTHER,
        }];
    }
    let total = leaves(expected).max(found.len());
    let weight = OTHER * (total - found.len()) / total;
    let lines = describe(&found, &call.received().secrets)
        .into_iter()
        .enumerate();
    lines
        .map(|(index, line)| {
            // The body counts once, however many lines it has.
            let (weight, most) = if index == 0 { (weight, OTHER) } else { (0, 0) };
            Check {
                holds: false,
                text: format!("body: {line}"),
                weight,
                most,
            }
        })
        .collect()
}

/// The differences, a text for each, the first few of them.
pub(super) fn describe(found: &[Difference], secrets: &Secrets) -> Vec<String> {
    let shown = found.iter().take(DIFFERENCES).map(
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
    if found.len() > DIFFERENCES {
        texts.push(format!(
            "and {} more differences",
            found.len() - DIFFERENCES
        ));
    }
    texts
}

impl Criterion {
    /// As it stands behind "calls": `of CreateOrganizationMembership (POST …)`, `with status 201`.
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
