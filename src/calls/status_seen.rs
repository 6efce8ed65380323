//! [`StatusSeen`]: the status of a job in a reply.

use std::fmt;

use serde_json::Value;

use super::call::CallReply;

/// The number of reasons of failed items that are shown.
const MAX_SHOWN_REASONS: usize = 3;

/// The maximum number of jobs in a reply for which each is shown.
const MAX_SHOWN_JOBS: usize = 3;

/// The status of a job in a reply.
pub(crate) struct StatusSeen {
    pub(crate) id: String,
    /// `working`, for example.
    state: String,
    /// The number of items that are done, successfully or not.
    pub(super) done: usize,
    total: usize,
    /// The details of the failed items that have some.
    pub(super) reasons: Vec<String>,
    pub(super) failed_items: usize,
}

/// Returns a summary of the jobs in a reply. `None` means that there are none.
pub(super) fn jobs_in(reply: &CallReply) -> Option<String> {
    let all = StatusSeen::all(reply);
    let texts: Vec<String> = all.iter().map(StatusSeen::to_string).collect();
    match texts.len() {
        0 => None,
        1..=MAX_SHOWN_JOBS => Some(texts.join("; ")),
        count => Some(format!("{count} jobs")),
    }
}

impl StatusSeen {
    /// Returns the statuses in a reply that is a job status or a list of them.
    pub(crate) fn all(reply: &CallReply) -> Vec<Self> {
        // Most replies are long, and start with another key.
        let keys = ["job_status", "job_statuses"];
        let starts_with = |key: &&str| reply.body().starts_with(format!("{{\"{key}\":").as_bytes());
        if !keys.iter().any(starts_with) {
            return Vec::new();
        }
        let body: Value = serde_json::from_slice(reply.body()).unwrap_or_default();
        let list = body.get("job_statuses").and_then(Value::as_array);
        let all = body
            .get("job_status")
            .into_iter()
            .chain(list.into_iter().flatten());
        all.filter_map(Self::read).collect()
    }

    /// Returns whether the job has not ended.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.state.as_str(), "queued" | "working")
    }

    fn read(status: &Value) -> Option<Self> {
        let number = |key| {
            let number = status.get(key).and_then(Value::as_u64).unwrap_or_default();
            usize::try_from(number).unwrap_or(usize::MAX)
        };
        let results = status.get("results").and_then(Value::as_array);
        let results = results.map(Vec::as_slice).unwrap_or_default().iter();
        let failed = results
            .enumerate()
            .filter(|(_, result)| result.get("error").is_some());
        let reason = |(index, result): (usize, &Value)| {
            let details = result.get("details").and_then(Value::as_str)?;
            let details = details.trim().trim_end_matches('.');
            Some(format!("item {index}: {details}"))
        };
        Some(Self {
            id: status.get("id")?.as_str()?.to_owned(),
            state: status.get("status")?.as_str()?.to_owned(),
            done: number("progress"),
            total: number("total"),
            reasons: failed
                .clone()
                .filter_map(reason)
                .take(MAX_SHOWN_REASONS)
                .collect(),
            failed_items: failed.count(),
        })
    }
}

/// Writes, for example, `working, 1 of 2 items done`, `completed, 1 of 2 items failed`, or
/// `failed, 2 of 2 items failed`.
impl fmt::Display for StatusSeen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            state,
            done,
            total,
            failed_items,
            ..
        } = self;
        match state.as_str() {
            "queued" => f.write_str("queued"),
            "completed" if *failed_items == 0 => write!(f, "completed, {} done", items(*total)),
            "completed" | "failed" if *failed_items > 0 => {
                write!(f, "{state}, {failed_items} of {} failed", items(*total))
            }
            _ if *failed_items > 0 => {
                write!(
                    f,
                    "{state}, {done} of {} done, {failed_items} of them failed",
                    items(*total)
                )
            }
            _ => write!(f, "{state}, {done} of {} done", items(*total)),
        }
    }
}

pub(crate) fn items(count: usize) -> String {
    let word = if count == 1 { "item" } else { "items" };
    format!("{count} {word}")
}
