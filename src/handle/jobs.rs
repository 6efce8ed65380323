//! [`Jobs`]: how a test runs the background jobs of the account, and makes them fail.

use std::collections::BTreeSet;
use std::fmt;

use super::zendesk::MockZendesk;
use crate::base::place::Place;
use crate::resources::account::Account;
use crate::resources::job_statuses::model::{JobPace, Mishap};
use crate::server::backend::Backend;

/// More items than any job has. It limits a range without an end.
pub(super) const MAX_INDEXES: usize = 10_000;

/// Runs the background jobs of the account by hand. [`MockZendesk::jobs`](crate::MockZendesk::jobs)
/// returns it.
///
/// A merge of organizations counts as a job of one item, although no job status shows it.
///
/// The *next* job is the oldest one that is not finished. If there is none, a mishap waits for the
/// next one that is queued. If several mishaps wait, each new job takes one of them. A mishap that
/// never finds a job fails the test when the double is verified or dropped.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
/// use mock_zendesk::MockZendesk;
///
/// let zendesk = MockZendesk::start().await;
/// zendesk.jobs().fail_items_of_next([1], "Internal Server Error");
///
/// let (ada, bob, acme) = (zendesk.seed().user("Ada"), zendesk.seed().user("Bob"), zendesk.seed().organization("Acme"));
/// let items = [&ada, &bob].map(|user| serde_json::json!({"user_id": user.id, "organization_id": acme.id}));
/// let body = serde_json::json!({"organization_memberships": items});
/// let create_many = reqwest::Client::new().post(zendesk.url("/organization_memberships/create_many")).json(&body);
/// create_many.header("authorization", zendesk.authorization()).send().await?;
///
/// zendesk.jobs().run_all();
/// zendesk.assert_membership(&ada, &acme).exists();
/// zendesk.assert_membership(&bob, &acme).absent();
/// zendesk.assert_last_job().failed_items([1]);
/// # Ok(()) }
/// ```
pub struct Jobs<'a> {
    backend: &'a Backend,
}

/// # Background jobs
impl MockZendesk {
    /// Returns the background jobs, to run them by hand or to make them fail.
    #[must_use]
    pub fn jobs(&self) -> Jobs<'_> {
        Jobs::new(&self.backend)
    }
}

impl<'a> Jobs<'a> {
    pub(crate) fn new(backend: &'a Backend) -> Self {
        Self { backend }
    }

    /// Sets the pace of jobs from now on, including those that are queued already. Under chaos, too, it
    /// then stays.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// # let zendesk = MockZendesk::start().await;
    /// zendesk.jobs().set_pace(job_statuses::JobPace::Manual);
    /// # }
    /// ```
    pub fn set_pace(&self, pace: JobPace) {
        self.backend.choose_job_pace(pace);
    }

    /// Pauses all jobs until [`Jobs::resume`], whatever their pace.
    ///
    /// This includes the chores that remove the organization from tickets.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// zendesk.jobs().pause();
    /// // Whoever asks after a job now finds it as it was.
    /// zendesk.jobs().resume();
    /// # }
    /// ```
    pub fn pause(&self) {
        self.backend
            .with_account(|account| account.jobs.held = true);
    }

    /// Lets jobs run at their pace again.
    pub fn resume(&self) {
        self.backend.with_account(|account| {
            account.jobs.held = false;
            account.run_due_jobs();
        });
    }

    /// Processes this many items of the next job.
    ///
    /// The job is completed with its last item. With 0 items it only starts: its state becomes
    /// `working`.
    ///
    /// # Panics
    ///
    /// Panics if no job is queued or working.
    #[track_caller]
    pub fn work_on_next(&self, items: usize) {
        self.next(|account, number| account.work_on_items(number, items));
    }

    /// Completes the next job.
    ///
    /// # Panics
    ///
    /// Panics if no job is queued or working.
    #[track_caller]
    pub fn run_next(&self) {
        self.next(Account::complete_job);
    }

    /// Completes all jobs, for a program that starts jobs and does not poll them.
    pub fn run_all(&self) {
        self.backend.with_account(Account::complete_all_jobs);
    }

    /// Breaks the next job: its status becomes `failed`, with this message. The items that are done
    /// by then stay done.
    #[track_caller]
    pub fn fail_next(&self, message: impl Into<String>) {
        self.plan(Mishap::Fails {
            message: message.into(),
        });
    }

    /// Kills the next job: its status becomes `killed`, with this message. The items that are done
    /// by then stay done.
    #[track_caller]
    pub fn kill_next(&self, message: impl Into<String>) {
        self.plan(Mishap::IsKilled {
            message: message.into(),
        });
    }

    /// Makes these items of the next job fail, with `reason` as their details.
    ///
    /// The indexes count from 0, and `0..` means all items. As in Zendesk, the job is still
    /// `completed`, and `failed` only if all of its items failed.
    ///
    /// If none of these items fails, because the job has fewer items or never reaches them, the
    /// test fails when the double is verified or dropped.
    ///
    /// # Panics
    ///
    /// Panics if `indexes` is empty.
    #[track_caller]
    pub fn fail_items_of_next(
        &self,
        indexes: impl IntoIterator<Item = usize>,
        reason: impl Into<String>,
    ) {
        let indexes: BTreeSet<usize> = indexes.into_iter().take(MAX_INDEXES).collect();
        assert!(
            !indexes.is_empty(),
            "there are no items to fail; give at least one, counted from 0, such as [0]"
        );
        self.plan(Mishap::ItemsFail {
            indexes: indexes.into_iter().collect(),
            reason: reason.into(),
        });
    }

    #[track_caller]
    fn plan(&self, mishap: Mishap) {
        let place = Place::here();
        self.backend
            .with_account(|account| account.plan_mishap(mishap, place));
    }

    #[track_caller]
    fn next(&self, act: impl FnOnce(&mut Account, u64)) {
        let acted = self.backend.with_account(|account| {
            let oldest = account.jobs.unfinished().first().copied();
            oldest.map(|number| act(account, number))
        });
        assert!(
            acted.is_some(),
            "no background job is queued or working; let the program start one first"
        );
    }
}

impl fmt::Debug for Jobs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.backend.with_account(|account| account.jobs()))
            .finish()
    }
}
