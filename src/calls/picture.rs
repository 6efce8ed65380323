//! [`Picture`]: the calls as data for a page. Like every text, it shows no secret, no control
//! character, and nothing of unlimited length.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use crate::base::effect::Effect;

use super::call::Call;
use super::indented;
use super::jobs_seen::JobSeen;
use super::journal::JournalView;
use super::lines;
use super::redact;
use super::secret_names::is_secret;
use super::secrets::SECRET;
use super::status_seen::StatusSeen;

/// The calls of a longer journal that are shown: the first, the last, and the first of the others
/// that failed.
const MAX_FIRST_CALLS: usize = 50;
const MAX_LAST_CALLS: usize = 100;
const MAX_FAILED_CALLS: usize = 50;

/// The number of lanes for clients. The last one is for all others if there are more.
const MAX_CLIENTS: usize = 4;

/// The number of effects and events of one call that are shown.
const MAX_EFFECTS: usize = 40;

/// The number of jobs that are shown, and of calls that asked for the status of each.
const MAX_JOBS: usize = 50;
const MAX_SEEN_BY: usize = 12;

/// The calls of a double, for a page.
#[derive(Debug, Serialize)]
pub(crate) struct Picture {
    /// The number of calls received.
    received: u64,
    /// The number of calls that the journal did not keep.
    not_kept: u64,
    /// Who calls. Each has a lane.
    clients: Vec<String>,
    calls: Vec<PicturedCall>,
    /// Whether background jobs have a lane.
    has_jobs: bool,
    jobs: Vec<PicturedJob>,
    /// How many more jobs there are.
    more_jobs: usize,
}

#[derive(Debug, Serialize)]
struct PicturedCall {
    /// How many calls are left out between the call before and this one.
    left_out_before: usize,
    ordinal: u64,
    /// The time on the double's clock, unless the call before came at the same time.
    at: Option<String>,
    /// The index of its client.
    client: usize,
    method: String,
    target: String,
    /// The body of the request.
    sent: Option<String>,
    end: End,
    /// The status that the double wrote, also if a fault lost it.
    status: Option<u16>,
    /// The error, or the operation.
    what: String,
    fault: Option<String>,
    /// Whether the client could not read the reply.
    is_spoiled: bool,
    /// The body of the reply.
    reply: Option<String>,
    /// What it changed in the account, and the events that it made.
    effects: Vec<String>,
    /// What it shows of background jobs, and what its own jobs did later.
    jobs: Vec<String>,
    /// What was ignored, and hints at mistakes.
    notes: Vec<String>,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum End {
    Succeeded,
    Refused,
    /// A fault happened to it.
    Faulted,
    /// A mock of the test answered, or nobody has yet.
    Unknown,
}

#[derive(Debug, Serialize)]
struct PicturedJob {
    text: String,
    /// Whether it did not complete everything.
    is_trouble: bool,
    queued_by: u64,
    /// The first calls that named it later, and how many more there are.
    seen_by: Vec<u64>,
    seen_by_more: usize,
}

impl Picture {
    /// Returns the picture of all calls of the journal.
    pub(crate) fn of(journal: &JournalView) -> Self {
        let all: Vec<&Call> = journal.calls.iter().map(|(_, call)| call).collect();
        let shown = shown(&all);
        let mut clients = Vec::new();
        let mut calls = Vec::new();
        let (mut left_out, mut last_time) = (0, None);
        for call in &all {
            if !shown.contains(&call.ordinal()) {
                left_out += 1;
                continue;
            }
            let time = call.at();
            let is_new = last_time.replace(time) != Some(time);
            calls.push(PicturedCall {
                left_out_before: std::mem::take(&mut left_out),
                at: is_new.then(|| time.to_string()),
                ..PicturedCall::of(call, client(call, &mut clients))
            });
        }
        let jobs = JobSeen::all(&all);
        Self {
            received: journal.received,
            not_kept: journal.dropped,
            clients,
            has_jobs: calls.iter().any(|call| !call.jobs.is_empty()),
            calls,
            jobs: jobs
                .iter()
                .take(MAX_JOBS)
                .filter_map(PicturedJob::of)
                .collect(),
            more_jobs: jobs.len().saturating_sub(MAX_JOBS),
        }
    }
}

impl PicturedCall {
    fn of(call: &Call, client: usize) -> Self {
        let (received, secrets) = (call.received(), lines::secrets(call));
        let line = |text: &str| lines::line(text, secrets);
        let fault = call.fault();
        let end = match (&fault, call.reply()) {
            (Some(_), _) => End::Faulted,
            (None, _) if received.error.is_some() => End::Refused,
            (None, Some(_)) => End::Succeeded,
            (None, None) => End::Unknown,
        };
        let operation = || {
            received
                .operation
                .map(|operation| operation.id().to_owned())
        };
        let hints = call.hints().iter();
        let hints = hints.map(|hint| line(&format!("hint: {hint}")));
        let effects = received.effects.iter().filter(|effect| !is_of_job(effect));
        let effects = effects.map(|effect| lines::effect(call, effect));
        Self {
            left_out_before: 0,
            ordinal: call.ordinal(),
            at: None,
            client,
            method: lines::value(call.method(), secrets),
            target: lines::target(call),
            sent: indented::body(call.body(), secrets),
            end,
            status: call.status(),
            what: lines::reason(call).or_else(operation).unwrap_or_default(),
            fault: fault.map(|fault| line(&fault)),
            is_spoiled: received
                .fault
                .as_ref()
                .is_some_and(|fault| fault.spoils_reply),
            reply: call
                .reply()
                .and_then(|reply| indented::body(reply.body(), secrets)),
            effects: limited(effects.chain(lines::events(call)).collect()),
            jobs: limited(jobs_of(call)),
            notes: lines::ignored(call).into_iter().chain(hints).collect(),
        }
    }
}

impl PicturedJob {
    fn of(job: &JobSeen<'_>) -> Option<Self> {
        let mut ordinals = job.ordinals();
        let queued_by = ordinals.next()?;
        let mut seen_by: Vec<u64> = ordinals.collect();
        let seen_by_more = seen_by.len().saturating_sub(MAX_SEEN_BY);
        seen_by.truncate(MAX_SEEN_BY);
        Some(Self {
            text: job.to_string(),
            is_trouble: job.is_trouble(),
            queued_by,
            seen_by,
            seen_by_more,
        })
    }
}

/// Texts from outside the journal, for the same page.
impl JournalView {
    /// Returns a text that may be shown, in one line.
    pub(crate) fn line(&self, text: &str) -> String {
        lines::line(text, &self.secrets)
    }

    /// Returns the value of an attribute with this name, as JSON that may be shown.
    pub(crate) fn value(&self, name: &str, value: &Value) -> String {
        if is_secret(name) {
            return SECRET.to_owned();
        }
        lines::json(value, &self.secrets)
    }
}

/// Returns the index of a call's client. Adds the client if it is new.
fn client(call: &Call, clients: &mut Vec<String>) -> usize {
    let secrets = lines::secrets(call);
    let program = call.header("user-agent");
    let program = program
        .map(|program| format!("{program}, "))
        .unwrap_or_default();
    let name = lines::value(&format!("{program}{}", redact::caller(call)), secrets);
    if let Some(index) = clients.iter().position(|other| *other == name) {
        return index;
    }
    if clients.len() < MAX_CLIENTS {
        clients.push(name);
    } else if let Some(last) = clients.last_mut() {
        "other clients".clone_into(last);
    }
    clients.len() - 1
}

/// Returns the ordinals of the calls that are shown.
fn shown(all: &[&Call]) -> BTreeSet<u64> {
    let has_failed = |call: &&&Call| call.received().error.is_some() || call.fault().is_some();
    let tail = all.len().saturating_sub(MAX_LAST_CALLS);
    let ends = all.iter().take(MAX_FIRST_CALLS).chain(&all[tail..]);
    let between = all[..tail].iter().skip(MAX_FIRST_CALLS);
    let failed = between.filter(has_failed).take(MAX_FAILED_CALLS);
    ends.chain(failed).map(|call| call.ordinal()).collect()
}

/// Returns what a call shows of background jobs, and what its own jobs did later.
fn jobs_of(call: &Call) -> Vec<String> {
    let received = call.received();
    let own = received.effects.iter().filter(|effect| is_of_job(effect));
    let own = own.map(|effect| lines::effect(call, effect));
    let mut jobs: Vec<String> = own.collect();
    // The reply that queues a job shows nothing that the effect does not say.
    if jobs.is_empty() {
        let seen = call.reply().map(StatusSeen::all).unwrap_or_default();
        jobs.extend(seen.iter().map(|status| {
            let text = format!("job {} seen: {status}", status.id);
            lines::line(&text, lines::secrets(call))
        }));
    }
    let later = received.later_effects.iter();
    jobs.extend(later.map(|effect| lines::later_effect(call, effect)));
    jobs
}

/// Returns whether this queues a background job, or ends one.
fn is_of_job(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::JobQueued { .. }
            | Effect::JobCompleted { .. }
            | Effect::JobFailed { .. }
            | Effect::MergeQueued { .. }
            | Effect::MergeFailed { .. }
    )
}

fn limited(mut texts: Vec<String>) -> Vec<String> {
    let more = texts.len().saturating_sub(MAX_EFFECTS);
    texts.truncate(MAX_EFFECTS);
    if more > 0 {
        texts.push(format!("… {more} more"));
    }
    texts
}
