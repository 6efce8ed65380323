//! [`Hint`]: the usual mistakes, as far as they can be told from what was sent. The list is closed: a hint that is
//! sometimes wrong costs more than none.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::api::operation::Takes;
use crate::api::query::Query;
use crate::effect::Effect;

use super::call::{Call, Received};
use super::unknown::Unknown;

/// A mistake that programs make with Zendesk, and that a call looks like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "hint")]
#[non_exhaustive]
pub enum Hint {
    /// The path is right and the method is not.
    WrongMethod {
        /// The method that was sent.
        sent: String,
        /// The methods that the path takes.
        takes: Vec<&'static str>,
    },
    /// The body has the attributes, without the key that they belong under.
    MissingWrapper {
        /// The key.
        root: &'static str,
    },
    /// The body has another key where the attributes belong under `root`: the plural for a single record, for example.
    WrongWrapper {
        /// The key that was sent.
        sent: String,
        /// The key that belongs there.
        root: &'static str,
    },
    /// The body was not read, since the request does not say that it is JSON.
    NotDeclaredAsJson {
        /// What it says that the body is. Empty if it says nothing.
        content_type: String,
    },
    /// A key of the body that is passed over, and looks like one that is not.
    IgnoredKey {
        /// The key, by its path.
        sent: String,
        /// The key that was probably meant.
        meant: &'static str,
    },
    /// Parameters of both paginations at once; those of cursor pagination win.
    MixedPagination,
    /// More items, or ids, than one request may bring.
    TooManyItems {
        /// The number sent.
        sent: usize,
    },
    /// An id of one kind in the place of another.
    WrongKindOfId {
        /// The name of the place: `user_id`, for example.
        place: String,
        /// What was put there.
        id: u64,
        /// What that really is, for example `organization 9 (Acme)`.
        is: String,
    },
    /// There were no credentials, or not those of this account.
    NotAuthenticated {
        /// What was shown, and what is wrong with it, without any secret.
        why: String,
    },
    /// The caller's role does not suffice.
    NotAllowed {
        /// Who called, and for whom the operation is.
        why: String,
    },
    /// A job was queued and its status never asked for: the first answer is not the result.
    JobNotAwaited {
        /// The job.
        job: String,
        /// The call that queued it.
        queued_by: u64,
    },
    /// A job's status was asked for, but not until it was finished.
    JobNotFinished {
        /// The job.
        job: String,
        /// How often it was asked for.
        polls: usize,
    },
    /// A job is `completed`, and items of it failed.
    ItemsFailed {
        /// The job.
        job: String,
        /// The number of items that failed.
        failed_items: usize,
        /// The number of all items.
        total: usize,
        /// What the first of them say, where a reply has told it.
        reasons: Vec<String>,
    },
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongMethod { sent, takes } => {
                write!(f, "this path takes {}, not {sent}", takes.join(" or "))
            }
            Self::MissingWrapper { root } => {
                write!(f, "the body lacks its wrapper key: send {{\"{root}\": …}} around the attributes")
            }
            Self::WrongWrapper { sent, root } => {
                write!(f, "the body has the key \"{sent}\" where this operation takes \"{root}\"")
            }
            Self::NotDeclaredAsJson { content_type } => {
                let says = match content_type.as_str() {
                    "" => "it has no content-type".to_owned(),
                    content_type => format!("its content-type is {content_type}"),
                };
                write!(f, "the body was not read: {says}, and has to be application/json")
            }
            Self::IgnoredKey { sent, meant } => write!(f, "Zendesk ignores {sent}; did you mean {meant}?"),
            Self::MixedPagination => {
                f.write_str("page or per_page (offset) is mixed with page[…] (cursor): Zendesk then takes the cursor")
            }
            Self::TooManyItems { sent } => write!(f, "one request takes at most 100 items, {sent} were sent"),
            Self::WrongKindOfId { place, id, is } => write!(f, "{id}, sent as {place}, is {is}"),
            Self::NotAuthenticated { why } | Self::NotAllowed { why } => f.write_str(why),
            Self::JobNotAwaited { job, queued_by } => write!(
                f,
                "the answer to #{queued_by} is only the queued job {job}: nobody asked for its status afterwards, \
                 which says when it is done and what came of each item"
            ),
            Self::JobNotFinished { job, polls } => {
                let times = if *polls == 1 { "once".to_owned() } else { format!("{polls} times") };
                write!(f, "job {job} was asked for {times} and was not finished by then: keep asking")
            }
            Self::ItemsFailed { job, failed_items, total, reasons } => {
                let reasons = match reasons.as_slice() {
                    [] => "the reasons are in its results".to_owned(),
                    reasons => reasons.join("; "),
                };
                write!(
                    f,
                    "job {job} is completed, which does not mean that every item is done: {failed_items} of {total} \
                     failed; {reasons}"
                )
            }
        }
    }
}

/// The mistakes that a call looks like that was answered with an error, or that mixes paginations. `kind_of` tells
/// what the record with a number is; `refused` says why the caller, rather than the request, was refused.
pub(crate) fn hints_for(call: &Received, kind_of: &dyn Fn(u64) -> Option<String>, refused: Option<Hint>) -> Vec<Hint> {
    let mut hints = Vec::new();
    if let Some(Unknown::Method { known }) = &call.unknown {
        hints.push(Hint::WrongMethod { sent: call.method.clone(), takes: known.clone() });
    }
    let query = Query::parse(&call.query);
    let has_cursor = ["page[size]", "page[after]", "page[before]"].iter().any(|name| query.get(name).is_some());
    if has_cursor && (query.get("page").is_some() || query.get("per_page").is_some()) {
        hints.push(Hint::MixedPagination);
    }
    let Some(operation) = call.operation else { return hints };
    hints.extend(ignored_keys(call, operation.takes()));
    if call.error.is_none() {
        return hints;
    }
    if refused.is_some() {
        hints.extend(refused);
        return hints;
    }
    hints.extend(wrapper_hint(call, operation.takes()));
    let body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
    let items = match operation.takes() {
        Takes::Many { root, .. } => body.get(root).and_then(Value::as_array).map_or(0, Vec::len),
        Takes::One { .. } | Takes::Nothing => query.list("ids").len(),
    };
    if items > 100 {
        hints.push(Hint::TooManyItems { sent: items });
    }
    let template = operation.path().split('/').zip(call.path.trim_end_matches(".json").split('/'));
    let in_path = template.filter(|(name, _)| name.starts_with('{'));
    let in_path = in_path.filter_map(|(name, id)| Some((name.trim_matches(['{', '}']).to_owned(), id.parse().ok()?)));
    for (place, id) in in_path.chain(body_ids(&body)) {
        hints.extend(wrong_kind(place, id, kind_of));
    }
    hints
}

fn wrapper_hint(call: &Received, takes: Takes) -> Option<Hint> {
    let (Takes::One { root, keys } | Takes::Many { root, keys }) = takes else { return None };
    let content_type = call.header("content-type").unwrap_or_default().to_lowercase();
    if !call.body.is_empty() && !content_type.starts_with("application/json") {
        return Some(Hint::NotDeclaredAsJson { content_type });
    }
    let Ok(Value::Object(body)) = serde_json::from_slice(&call.body) else { return None };
    if body.contains_key(root) {
        return None;
    }
    if body.keys().any(|key| keys.contains(&key.as_str())) {
        return Some(Hint::MissingWrapper { root });
    }
    let sent = body.iter().find(|(_, value)| value.is_object() || value.is_array());
    sent.map(|(sent, _)| Hint::WrongWrapper { sent: sent.clone(), root })
}

/// The keys that Zendesk passes over and that look like one that it takes.
fn ignored_keys(call: &Received, takes: Takes) -> Vec<Hint> {
    let (Takes::One { root, keys } | Takes::Many { root, keys }) = takes else { return Vec::new() };
    let ignored = call.ignored.iter().filter_map(|sent| Some((sent, sent.strip_prefix(root)?.strip_prefix('.')?)));
    let meant = |key: &str| keys.iter().find(|meant| resembles(key, meant)).copied();
    ignored.filter_map(|(sent, key)| Some(Hint::IgnoredKey { sent: sent.clone(), meant: meant(key)? })).collect()
}

/// Whether a key could be meant for another one: `org_id` and `organizationId` for `organization_id`, `is_default` for
/// `default`.
fn resembles(key: &str, meant: &str) -> bool {
    let plain = |text: &str| text.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>().to_lowercase();
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
                && key.ends_with(meant.get(meant.len().saturating_sub(2)..).unwrap_or_default())))
}

/// The ids in a body, with the keys that they stand under.
fn body_ids(value: &Value) -> Vec<(String, u64)> {
    match value {
        Value::Object(object) => object
            .iter()
            .flat_map(|(key, value)| {
                let id = value.as_u64().or_else(|| value.as_str()?.parse().ok());
                let here = id.filter(|_| key.ends_with("_id")).map(|id| (key.clone(), id));
                here.into_iter().chain(body_ids(value))
            })
            .collect(),
        Value::Array(values) => values.iter().flat_map(body_ids).collect(),
        _ => Vec::new(),
    }
}

fn wrong_kind(place: String, id: u64, kind_of: &dyn Fn(u64) -> Option<String>) -> Option<Hint> {
    let expected = match place.as_str() {
        "user_id" | "requester_id" | "submitter_id" | "assignee_id" => "user ",
        "organization_id" => "organization ",
        "organization_membership_id" => "membership ",
        _ => return None,
    };
    let is = kind_of(id).filter(|is| !is.starts_with(expected))?;
    Some(Hint::WrongKindOfId { place, id, is })
}

/// The mistakes that can only be told from several calls: what was made of the answers about jobs.
pub(super) fn job_hints(calls: &[&Call]) -> Vec<Hint> {
    let mut hints = Vec::new();
    for call in calls {
        let effects = call.effects();
        for effect in &effects {
            let Effect::JobQueued { job, .. } = effect else { continue };
            let is_asked = |other: &&&Call| {
                other.ordinal() > call.ordinal()
                    && (other.path().contains(job.as_str()) || other.query().contains(job.as_str()) || {
                        let body = other.reply().map(|reply| String::from_utf8_lossy(reply.body()));
                        body.is_some_and(|body| body.contains(job.as_str()))
                    })
            };
            let polls = calls.iter().filter(is_asked).count();
            let finished = effects.iter().find(|effect| match effect {
                Effect::JobCompleted { job: other, .. } | Effect::JobFailed { job: other, .. } => other == job,
                _ => false,
            });
            match finished {
                _ if polls == 0 => {
                    hints.push(Hint::JobNotAwaited { job: job.clone(), queued_by: call.ordinal() });
                }
                None => hints.push(Hint::JobNotFinished { job: job.clone(), polls }),
                Some(Effect::JobCompleted { failed_items, total, .. }) if *failed_items > 0 => {
                    let (failed_items, total) = (*failed_items, *total);
                    let reasons = reasons(calls, job);
                    hints.push(Hint::ItemsFailed { job: job.clone(), failed_items, total, reasons });
                }
                Some(_) => {}
            }
        }
    }
    hints
}

/// So many reasons of failed items are told.
const REASONS: usize = 3;

/// What the first failed items of a job say, as far as a reply has told it.
fn reasons(calls: &[&Call], job: &str) -> Vec<String> {
    let replies = calls.iter().filter(|call| call.path().contains(job)).filter_map(|call| call.reply());
    let bodies = replies.filter_map(|reply| serde_json::from_slice::<Value>(reply.body()).ok());
    let mut results = bodies.filter_map(|body| body.get("job_status")?.get("results")?.as_array().cloned());
    let Some(results) = results.next_back() else { return Vec::new() };
    let failed = results.iter().enumerate().filter(|(_, result)| result.get("error").is_some());
    let reason = |(index, result): (usize, &Value)| {
        let details = result.get("details").and_then(Value::as_str)?;
        Some(format!("item {index}: {}", details.trim()))
    };
    failed.filter_map(reason).take(REASONS).collect()
}
