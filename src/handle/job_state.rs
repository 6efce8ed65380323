//! Assertions on a background job: that it is finished, and which of its items failed.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::effect::Effect;
use crate::base::place::Place;
use crate::calls::{Call, Failure, items};
use crate::handle::jobs::MAX_INDEXES;
use crate::handle::zendesk::MockZendesk;
use crate::resources::account::Account;
use crate::resources::job_statuses::model::{JobState, JobStatus};

/// The number of items that are listed with their reasons.
const MAX_SHOWN_ITEMS: usize = 8;

/// Assertions on a background job. [`MockZendesk::assert_last_job`] returns it.
#[must_use = "nothing is asserted about the job yet; call `completed` or `failed_items`"]
#[derive(Debug)]
pub struct AssertJob<'a> {
    zendesk: &'a MockZendesk,
    /// The id of the job. `None` means the one that was queued last.
    id: Option<String>,
}

/// # Assertions on background jobs
impl MockZendesk {
    /// Returns assertions on the background job that was queued last. Each checks the state at the
    /// time when it is called.
    ///
    /// A job that the program does not wait for is not done yet:
    /// [`Jobs::run_all`](crate::job_statuses::Jobs::run_all) completes it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// # let (ada, acme) = (zendesk.seed().user("Ada"), zendesk.seed().organization("Acme"));
    /// # let item = |id: u64| serde_json::json!({"user_id": id, "organization_id": acme.id});
    /// # let items = [item(ada.id.get()), item(7)];
    /// # let program = reqwest::Client::new()
    /// #     .post(zendesk.url("/organization_memberships/create_many"))
    /// #     .header("authorization", zendesk.authorization())
    /// #     .json(&serde_json::json!({"organization_memberships": items}))
    /// #     .send();
    /// // The program sends two items in one job. The second names a user who does not exist.
    /// program.await.unwrap();
    ///
    /// zendesk.jobs().run_all();
    /// zendesk.assert_last_job().failed_items([1]); // counted from 0
    /// # }
    /// ```
    pub fn assert_last_job(&self) -> AssertJob<'_> {
        AssertJob {
            zendesk: self,
            id: None,
        }
    }

    /// Returns assertions on the background job with this id, like
    /// [`MockZendesk::assert_last_job`].
    pub fn assert_job(&self, id: impl Into<String>) -> AssertJob<'_> {
        AssertJob {
            zendesk: self,
            id: Some(id.into()),
        }
    }
}

/// # Assertions
impl AssertJob<'_> {
    /// Asserts that the job has processed all its items, and that none of them failed.
    ///
    /// # Panics
    ///
    /// Panics if there is no such job, if it is not finished, if it broke, or if an item failed.
    #[track_caller]
    pub fn completed(&self) {
        Failure::or_panic(self.try_completed());
    }

    /// Asserts that the job has processed all its items, and that exactly these failed. The indexes
    /// count from 0.
    ///
    /// As in Zendesk, the state of the job is still `completed`, and `failed` only if all of its
    /// items failed.
    ///
    /// # Panics
    ///
    /// Panics if there is no such job, if it is not finished, if it broke, or if other items
    /// failed.
    #[track_caller]
    pub fn failed_items(&self, indexes: impl IntoIterator<Item = usize>) {
        Failure::or_panic(self.try_failed_items(indexes));
    }
}

/// # Assertions that return a `Result`
impl AssertJob<'_> {
    /// Like [`AssertJob::completed`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such job, if it is not finished, if it broke, or if an item
    /// failed.
    #[track_caller]
    pub fn try_completed(&self) -> Result<(), Failure> {
        self.check(&BTreeSet::new(), Place::here())
    }

    /// Like [`AssertJob::failed_items`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such job, if it is not finished, if it broke, or if other
    /// items failed.
    #[track_caller]
    pub fn try_failed_items(
        &self,
        indexes: impl IntoIterator<Item = usize>,
    ) -> Result<(), Failure> {
        let expected = indexes.into_iter().take(MAX_INDEXES).collect();
        self.check(&expected, Place::here())
    }
}

impl AssertJob<'_> {
    fn check(&self, expected: &BTreeSet<usize>, place: Place) -> Result<(), Failure> {
        let account = self.zendesk.account();
        let job = match &self.id {
            Some(id) => account.job(id),
            None => account.last_job(),
        };
        let Some(job) = job else {
            let (what, why) = match &self.id {
                Some(id) => (format!("job {id}"), "there is no such job"),
                None => ("the last job".to_owned(), "no job was queued"),
            };
            let headline = format!("expected {what} {}, but {why}", finished_with(expected));
            return Err(self
                .zendesk
                .wrong_state(headline, place, Vec::new(), |_| false));
        };
        let failed: BTreeMap<usize, &str> = job.failures().into_iter().collect();
        let actual: BTreeSet<usize> = failed.keys().copied().collect();
        if is_finished(&job) && actual == *expected {
            return Ok(());
        }
        let headline = format!(
            "expected job {} ({}) {}, but {}",
            job.id,
            job.job_type,
            finished_with(expected),
            state_of(&job, &actual)
        );
        let missing = expected
            .difference(&actual)
            .map(|index| match job.total {
                total if *index >= total => {
                    format!(
                        "missing:    item {index}, but the job has only {}",
                        items(total)
                    )
                }
                _ => format!("missing:    item {index}, which did not fail"),
            })
            .filter(|_| is_finished(&job));
        let unexpected = failed
            .iter()
            .filter(|(index, _)| !expected.contains(index))
            .map(|(index, reason)| format!("unexpected: item {index} failed: {}", reason.trim()));
        let by_test = is_open(&job).then(|| format!("{FINISHES} finishes it"));
        let items = missing.chain(unexpected).take(MAX_SHOWN_ITEMS);
        let details = by_test.into_iter().chain(items).collect();
        let names_job = |call: &Call| call.names_job(&job.id);
        Err(self
            .zendesk
            .wrong_state(headline, place, details, names_job))
    }
}

/// What a test calls to finish jobs for which the program does not wait.
const FINISHES: &str = "zendesk.jobs().run_all()";

/// Returns a line for everything that the background jobs of these calls did not do: jobs that are
/// not finished, and items that failed.
pub(super) fn left_undone<'a>(
    account: &Account,
    calls: impl Iterator<Item = &'a Call>,
) -> Vec<String> {
    let queued = calls.flat_map(|call| {
        let effects = call.plain_effects();
        effects.filter_map(move |effect| match effect {
            Effect::JobQueued { job, .. } => Some((account.job(job)?, call.ordinal())),
            _ => None,
        })
    });
    let mut lines = Vec::new();
    for (job, ordinal) in queued {
        let of = format!("job {}, queued by #{ordinal}", job.id);
        if is_open(&job) {
            lines.push(format!("{of}, is not finished; {FINISHES} finishes it"));
        } else if !is_finished(&job) {
            lines.push(format!("{of}: {}", state_of(&job, &BTreeSet::new())));
        }
        let failures = job.failures().into_iter();
        lines.extend(failures.map(|(index, reason)| {
            let reason = reason.trim();
            format!("item {index} of {of}, failed: {reason}")
        }));
    }
    let more = lines.len().saturating_sub(MAX_SHOWN_ITEMS);
    lines.truncate(MAX_SHOWN_ITEMS);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines
}

/// Returns whether it still has work to do.
fn is_open(job: &JobStatus) -> bool {
    matches!(job.state, JobState::Queued | JobState::Working)
}

/// Returns whether it has processed all its items.
fn is_finished(job: &JobStatus) -> bool {
    let all_failed = job.failed_items == job.total && job.total > 0;
    job.state == JobState::Completed || (job.state == JobState::Failed && all_failed)
}

fn finished_with(expected: &BTreeSet<usize>) -> String {
    if expected.is_empty() {
        "to be completed without a failed item".to_owned()
    } else {
        format!("to be finished with {}", failed(expected))
    }
}

fn failed(indexes: &BTreeSet<usize>) -> String {
    let listed: Vec<String> = indexes
        .iter()
        .take(MAX_SHOWN_ITEMS)
        .map(usize::to_string)
        .collect();
    let more = match indexes.len().saturating_sub(MAX_SHOWN_ITEMS) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let word = if indexes.len() == 1 { "item" } else { "items" };
    format!("failed {word} {}{more}", listed.join(", "))
}

fn state_of(job: &JobStatus, actual: &BTreeSet<usize>) -> String {
    let done = format!("{} of {} done", job.progress, items(job.total));
    let message = job.message.as_deref().unwrap_or_default();
    match job.state {
        JobState::Queued => format!("it is queued, with {done}"),
        JobState::Working => format!("it is working, with {done}"),
        JobState::Killed => format!("it was killed: {message}"),
        JobState::Failed if !is_finished(job) => format!("it broke: {message}"),
        JobState::Completed if actual.is_empty() => "no item failed".to_owned(),
        JobState::Completed | JobState::Failed => format!("it is finished with {}", failed(actual)),
    }
}
