//! [`JobSeen`]: a background job as the calls show it, and the mistakes of programs with jobs.

use std::fmt;

use serde_json::Value;

use crate::api::query::Query;
use crate::api::takes::Takes;
use crate::base::effect::Effect;

use super::call::Call;
use super::hint::Hint;
use super::lines;
use super::status_seen::{StatusSeen, items};

/// The number of unfinished items that are shown.
const MAX_SHOWN_ITEMS: usize = 3;

/// The number of requests for a status after which a job that has not begun probably waits for the
/// test: first if the double's clock stands still, and then if it moves by itself.
const POLLS_WITHOUT_PROGRESS: [usize; 2] = [3, 30];

/// A background job as the calls show it.
pub(super) struct JobSeen<'a> {
    id: &'a str,
    total: usize,
    queued_by: &'a Call,
    /// The later calls that name it in the path, in the query, or in the reply.
    polls: Vec<&'a Call>,
    end: End,
}

/// How a job ended.
enum End {
    /// It has not ended so far.
    Open,
    Completed {
        failed_items: usize,
    },
    /// It broke, or was killed.
    Broke,
}

impl<'a> JobSeen<'a> {
    /// Returns the jobs that these calls queued, in order.
    pub(super) fn all(calls: &[&'a Call]) -> Vec<Self> {
        let queued = calls.iter().flat_map(|call| {
            let effects = call.plain_effects();
            effects.filter_map(|effect| match effect {
                Effect::JobQueued { job, total, .. } => Some((*call, job.as_str(), *total)),
                _ => None,
            })
        });
        let seen = queued.map(|(call, id, total)| Self {
            id,
            total,
            queued_by: call,
            polls: polls(calls, call, id),
            end: end(call, id),
        });
        seen.collect()
    }

    /// Returns whether the job did not complete everything.
    pub(super) fn is_trouble(&self) -> bool {
        !matches!(self.end, End::Completed { failed_items: 0 })
    }

    /// Returns the calls that queued it or named it.
    pub(super) fn ordinals(&self) -> impl Iterator<Item = u64> {
        let calls = [self.queued_by]
            .into_iter()
            .chain(self.polls.iter().copied());
        calls.map(Call::ordinal)
    }

    /// Returns the mistake that the program probably made with the job. `None` means that there is
    /// no sign of one.
    pub(super) fn hint(&self, clock_stands_still: bool) -> Option<Hint> {
        let job = self.id.to_owned();
        if self.polls.is_empty() {
            let queued_by = self.queued_by.ordinal();
            return Some(Hint::JobNotAwaited { job, queued_by });
        }
        match self.end {
            End::Open => {
                let done = self.status().map_or(0, |status| status.done);
                let enough = POLLS_WITHOUT_PROGRESS[usize::from(!clock_stands_still)];
                Some(Hint::JobNotFinished {
                    job,
                    polls: self.polls.len(),
                    done,
                    total: self.total,
                    outstanding: self.outstanding(done),
                    may_wait_for_test: done == 0 && self.polls.len() >= enough,
                })
            }
            End::Completed { failed_items: 0 } => None,
            End::Completed { failed_items } => Some(Hint::ItemsFailed {
                job,
                failed_items,
                total: self.total,
                reasons: self
                    .status()
                    .map(|status| status.reasons)
                    .unwrap_or_default(),
            }),
            // A job that the test breaks has no results. One of which every item failed has them.
            End::Broke => {
                let status = self.status().filter(|status| status.failed_items > 0)?;
                Some(Hint::ItemsFailed {
                    job,
                    failed_items: status.failed_items,
                    total: self.total,
                    reasons: status.reasons,
                })
            }
        }
    }

    /// Returns the status that a reply showed last.
    fn status(&self) -> Option<StatusSeen> {
        let polls = self.polls.iter().rev();
        let mut replies = polls.filter_map(|call| call.reply());
        replies.find_map(|reply| {
            let mut all = StatusSeen::all(reply).into_iter();
            all.find(|status| status.id == self.id)
        })
    }

    /// Returns the first items that are not done, as the request described them.
    fn outstanding(&self, done: usize) -> Vec<String> {
        let call = self.queued_by;
        let secrets = &call.received().secrets;
        let takes = call.operation().map(|operation| operation.takes());
        let items: Vec<String> = match (takes, call.body_json()) {
            (Some(Takes::Many { root, .. }), Some(body)) => {
                let items = body.get(root).and_then(Value::as_array);
                let items = items.map(Vec::as_slice).unwrap_or_default().iter();
                let items = items.skip(done).take(MAX_SHOWN_ITEMS);
                items.map(|item| lines::item(item, secrets)).collect()
            }
            _ => {
                let query = Query::parse(call.query());
                let mut ids: Vec<&str> = Vec::new();
                for id in query.list("ids") {
                    if !ids.contains(&id) {
                        ids.push(id);
                    }
                }
                let ids = ids.into_iter().skip(done).take(MAX_SHOWN_ITEMS);
                ids.map(|id| format!("(id {})", lines::value(id, secrets)))
                    .collect()
            }
        };
        let numbered = items.into_iter().enumerate();
        numbered
            .map(|(index, item)| format!("item {} {item}", done + index))
            .collect()
    }
}

/// Writes, for example, `job V3-…, queued by #1, is not finished`.
impl fmt::Display for JobSeen<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "job {}, queued by #{}, ",
            self.id,
            self.queued_by.ordinal()
        )?;
        match self.end {
            End::Open => f.write_str("is not finished"),
            End::Completed { failed_items } => {
                let total = self.total;
                write!(
                    f,
                    "is completed, and {failed_items} of {} failed",
                    items(total)
                )
            }
            End::Broke => f.write_str("failed"),
        }
    }
}

/// Returns the calls that name a job, after the one that queued it.
fn polls<'a>(calls: &[&'a Call], queued_by: &Call, id: &str) -> Vec<&'a Call> {
    let later = calls
        .iter()
        .copied()
        .filter(|call| call.ordinal() > queued_by.ordinal());
    later.filter(|call| call.names_job(id)).collect()
}

fn end(queued_by: &Call, id: &str) -> End {
    let ends = queued_by.plain_effects().find_map(|effect| match effect {
        Effect::JobCompleted {
            job, failed_items, ..
        } if job == id => Some(End::Completed {
            failed_items: *failed_items,
        }),
        Effect::JobFailed { job, .. } if job == id => Some(End::Broke),
        _ => None,
    });
    ends.unwrap_or(End::Open)
}
