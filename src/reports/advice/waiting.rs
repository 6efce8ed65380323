//! Rules on how long a program waits.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::calls::{Call, StatusSeen, retry_after};

use super::seen::{Found, Seen, ordinals};

/// The shortest pause between two requests for the status of a job that is not advised against.
const MIN_POLL_PAUSE: Duration = Duration::from_secs(1);

/// The number of pauses in a row that are shorter before polling counts as too fast.
const MIN_SHORT_PAUSES: usize = 3;

/// Finds requests that came again before the time in `Retry-After` was over.
///
/// Zendesk answers them with 429 again, and may block a client that goes on.
/// <https://developer.zendesk.com/api-reference/introduction/rate-limits/>
pub(super) fn retried_too_soon(seen: &Seen<'_>) -> Vec<Found> {
    let mut limited: BTreeMap<_, (&Call, Duration)> = BTreeMap::new();
    let mut found = Vec::new();
    for call in seen.calls.iter().copied() {
        let request = (call.method(), call.path(), call.query());
        if let Some((first, wait)) = limited.remove(&request) {
            if let Some(pause) = seen.pause(first, call).filter(|pause| *pause < wait) {
                found.push(Found {
                    calls: ordinals([first, call]),
                    text: format!(
                        "#{} asked to wait {wait:?} (Retry-After), and the same request came again after {pause:?}, as #{}",
                        first.ordinal(),
                        call.ordinal()
                    ),
                });
            }
        }
        if let Some(wait) = retry_after(call).filter(|wait| !wait.is_zero()) {
            limited.insert(request, (call, wait));
        }
    }
    found
}

/// The requests for the status of one job, as long as each came shortly after the one before.
struct Polls<'a> {
    calls: Vec<&'a Call>,
    /// Whether the last of them showed a job that is not done.
    is_open: bool,
}

/// Finds jobs whose status was requested again and again without a pause.
///
/// Each request counts towards the rate limit, and a job takes seconds.
/// <https://developer.zendesk.com/documentation/ticketing/using-the-zendesk-api/best-practices-for-avoiding-rate-limiting/>
pub(super) fn polled_too_fast(seen: &Seen<'_>) -> Vec<Found> {
    let mut jobs: BTreeMap<String, Polls<'_>> = BTreeMap::new();
    let mut runs: Vec<(String, Vec<&Call>)> = Vec::new();
    let is_about_jobs = |call: &&&Call| {
        let operation = call.operation();
        operation.is_some_and(|operation| operation.controller() == "job_statuses")
    };
    for call in seen.calls.iter().filter(is_about_jobs).copied() {
        let statuses = call.reply().map(StatusSeen::all).unwrap_or_default();
        for status in statuses {
            let is_open = status.is_open();
            let polls = jobs.entry(status.id.clone()).or_insert(Polls {
                calls: Vec::new(),
                is_open,
            });
            let is_short = |last: &&Call| {
                let pause = seen.pause(last, call);
                pause.is_some_and(|pause| pause < MIN_POLL_PAUSE)
            };
            let continues = polls.is_open && polls.calls.last().is_some_and(is_short);
            if !continues {
                runs.push((status.id, std::mem::take(&mut polls.calls)));
            }
            polls.calls.push(call);
            polls.is_open = is_open;
        }
    }
    runs.extend(jobs.into_iter().map(|(job, polls)| (job, polls.calls)));
    runs.retain(|(_, calls)| calls.len() > MIN_SHORT_PAUSES);
    runs.sort_by_key(|(job, calls)| (calls[0].ordinal(), job.clone()));
    let found = runs.into_iter().map(|(job, calls)| Found {
        text: format!(
            "the status of job {job} was requested {} times in a row with pauses under {MIN_POLL_PAUSE:?}, #{} to #{}",
            calls.len(),
            calls[0].ordinal(),
            calls[calls.len() - 1].ordinal()
        ),
        calls: ordinals(calls),
    });
    found.collect()
}
