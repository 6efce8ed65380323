//! A background job, its task, and its pace.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use crate::base::ids::RecordRef;
use crate::base::place::Place;
use crate::base::refusal::Refusal;
use crate::base::time::Moment;
use crate::resources::account::Account;

use super::result::ItemResult;

/// When background jobs progress.
///
/// With every pace, the reply to the request that starts a job says `queued`, and nothing has been
/// done yet.
///
/// A merge of organizations is a job, too, but a separate record shows it instead of a job status. It
/// moves everything at once, at its end: a request that shows the merge counts as one for its
/// status. `new` means queued, `in_progress` working, and `error` failed or killed.
///
/// Some background work does not have a status that a request could show. If a membership or an
/// organization is deleted, the organization is removed from tickets. If an agent leaves a group,
/// the agent is removed from tickets. This work on tickets follows the pace, too.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use std::time::Duration;
/// use mock_zendesk::{Clock, MockZendesk, job_statuses::JobPace};
///
/// // A client that polls sees the job working once before it is completed.
/// let zendesk = MockZendesk::builder().job_pace(JobPace::AfterPolls(2)).start().await;
/// // With a clock that runs, each job takes three seconds.
/// let other = MockZendesk::builder().clock(Clock::wall()).job_pace(JobPace::After(Duration::from_secs(3))).start().await;
/// # let _ = (zendesk, other);
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JobPace {
    /// A job is completed when its status is requested for the n-th time, and makes progress each
    /// time before. The default is 1: the job is queued in its first reply, and completed when its
    /// status is first requested. With 0, it is done immediately after its first reply is made.
    ///
    /// The work on tickets is done immediately after the reply, whatever the number. The next
    /// request and the next look at the account see the result.
    AfterPolls(u32),
    /// A job does nothing until [`Jobs`](crate::job_statuses::Jobs) moves it.
    ///
    /// The work on tickets is done only by [`run_all`](crate::job_statuses::Jobs::run_all), because
    /// it does not belong to a job.
    Manual,
    /// A job is completed this long after it was queued, on the double's [`Clock`](crate::Clock),
    /// and works at a constant speed until then.
    ///
    /// The work on tickets is done all at once, when this time has passed since the request that
    /// caused it. A clock that does not move by itself needs
    /// [`advance`](crate::MockZendesk::advance).
    After(Duration),
}

impl JobPace {
    /// A job is done immediately after its first reply is made.
    pub const IMMEDIATE: Self = Self::AfterPolls(0);
}

impl Default for JobPace {
    fn default() -> Self {
        Self::AfterPolls(1)
    }
}

/// The state of a background job.
///
/// <https://developer.zendesk.com/api-reference/ticketing/ticket-management/job_statuses/>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum JobState {
    /// Nothing has been done yet.
    Queued,
    /// Some of the items have been processed.
    Working,
    /// All items have been processed. Some of them may have failed.
    Completed,
    /// Every item failed, or the job failed as a whole.
    Failed,
    /// The job was ended from outside.
    Killed,
}

/// A background job, as [`Account::jobs`] returns it.
///
/// Serializes as the API shows it, except that `url` starts with `/api/v2`, because the host
/// depends on the client.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobStatus {
    /// The id: `V3-` and 32 hexadecimal digits.
    pub id: String,
    /// Zendesk's name for the kind of job, for example `Bulk Create Organization Membership`.
    pub job_type: &'static str,
    /// Its state.
    pub state: JobState,
    /// The number of items in the job.
    pub total: usize,
    /// The number of items that it has processed. If all items failed, this is 0.
    pub progress: usize,
    /// How many of the items failed.
    pub failed_items: usize,
    /// The message in its status.
    pub(crate) message: Option<String>,
    /// The results of its items, when its status shows them.
    pub(crate) results: Option<Vec<ItemResult>>,
}

impl JobStatus {
    /// Returns the items that failed, once the job is finished: the index of each, counted from 0,
    /// and the reason.
    #[must_use]
    pub fn failures(&self) -> Vec<(usize, &str)> {
        let results = self.results.iter().flatten().enumerate();
        let failed = results.filter(|(_, result)| result.failed);
        failed
            .map(|(index, result)| (index, result.details().unwrap_or_default()))
            .collect()
    }
}

/// A job in the store.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    /// The number of the job in the account, from 1.
    pub(crate) number: u64,
    pub(crate) id: Arc<str>,
    pub(crate) task: Arc<dyn Task>,
    pub(crate) queued_at: Moment,
    /// The call that started it.
    pub(crate) cause: Option<u64>,
    pub(crate) polls: u32,
    pub(crate) progress: Progress,
    /// The results of the items processed so far.
    pub(crate) results: Vec<ItemResult>,
}

#[derive(Clone, Debug)]
pub(crate) enum Progress {
    Queued,
    Working,
    Completed {
        at: Moment,
    },
    /// Every item failed.
    AllFailed {
        at: Moment,
    },
    Failed {
        at: Moment,
        message: String,
    },
    Killed {
        at: Moment,
        message: String,
    },
}

/// A planned failure of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mishap {
    Fails {
        message: String,
    },
    IsKilled {
        message: String,
    },
    /// The items at these indexes fail for this reason, and the others do not. The indexes are in
    /// ascending order.
    ItemsFail {
        indexes: Arc<[usize]>,
        reason: String,
    },
}

/// The largest number of indexes in a text.
const MAX_SHOWN_INDEXES: usize = 8;

impl fmt::Display for Mishap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fails { message } => write!(f, "a job fails: {message}"),
            Self::IsKilled { message } => write!(f, "a job is killed: {message}"),
            Self::ItemsFail { indexes, reason } => {
                let (shown, others) = indexes.split_at(indexes.len().min(MAX_SHOWN_INDEXES));
                write!(f, "items {shown:?}")?;
                if !others.is_empty() {
                    write!(f, " and {} more", others.len())?;
                }
                write!(f, " of a job fail: {reason}")
            }
        }
    }
}

/// A planned failure of items, after the job has been queued.
#[derive(Clone, Debug)]
pub(crate) struct FailingItems {
    /// The number of the job.
    pub(crate) job: u64,
    pub(crate) indexes: Arc<[usize]>,
    pub(crate) reason: String,
    pub(crate) place: Place,
    /// The number of items in the job, and how many of them were already done when the failure was
    /// planned.
    pub(crate) total: usize,
    pub(crate) done: usize,
    /// Whether an item has failed because of this.
    pub(crate) happened: bool,
}

impl Job {
    pub(crate) fn finished_at(&self) -> Option<Moment> {
        match self.progress {
            Progress::Queued | Progress::Working => None,
            Progress::Completed { at }
            | Progress::AllFailed { at }
            | Progress::Failed { at, .. }
            | Progress::Killed { at, .. } => Some(at),
        }
    }

    /// Returns whether a job status shows it.
    pub(crate) fn has_status(&self) -> bool {
        self.task.own_record().is_none()
    }

    pub(crate) fn state(&self) -> JobState {
        match self.progress {
            Progress::Queued => JobState::Queued,
            Progress::Working => JobState::Working,
            Progress::Completed { .. } => JobState::Completed,
            Progress::AllFailed { .. } | Progress::Failed { .. } => JobState::Failed,
            Progress::Killed { .. } => JobState::Killed,
        }
    }

    pub(crate) fn status(&self) -> JobStatus {
        JobStatus {
            id: self.id.to_string(),
            job_type: self.task.words().job_type,
            state: self.state(),
            total: self.task.total(),
            progress: self.done(),
            failed_items: self.results.iter().filter(|result| result.failed).count(),
            message: self.message(),
            results: self.shown_results().map(<[ItemResult]>::to_vec),
        }
    }

    /// Returns the message in its status.
    pub(crate) fn message(&self) -> Option<String> {
        match &self.progress {
            Progress::Queued => None,
            Progress::Working => {
                let words = self.task.words();
                Some(match self.results.len() {
                    0 => words.start.to_owned(),
                    done => format!("{} #{done}", words.item),
                })
            }
            Progress::Completed { at } => Some(ended("Completed", *at)),
            Progress::AllFailed { at } => Some(ended("Failed", *at)),
            Progress::Failed { message, .. } | Progress::Killed { message, .. } => {
                Some(message.clone())
            }
        }
    }

    /// Returns how many items its status shows as processed. According to reports, a job whose
    /// items all failed shows no progress.
    pub(crate) fn done(&self) -> usize {
        match self.progress {
            Progress::AllFailed { .. } => 0,
            _ => self.results.len(),
        }
    }

    /// Returns the results of its items, if its status shows them.
    pub(crate) fn shown_results(&self) -> Option<&[ItemResult]> {
        match self.progress {
            Progress::Queued | Progress::Working => None,
            Progress::Completed { .. } | Progress::AllFailed { .. } => Some(&self.results),
            Progress::Failed { .. } | Progress::Killed { .. } => {
                Some(self.results.as_slice()).filter(|results| !results.is_empty())
            }
        }
    }
}

/// Returns the text `Completed at 2023-09-18 23:35:12 +0000`, which is the only place where Zendesk
/// writes a time in this form.
fn ended(how: &str, at: Moment) -> String {
    let at = at.timestamp().to_string();
    let at = at.replace('T', " ").replace('Z', " +0000");
    format!("{how} at {at}")
}

/// The work of a job: items that are processed one by one and independently. The resources
/// implement it for their bulk operations.
pub(crate) trait Task: fmt::Debug + Send + Sync {
    /// Returns Zendesk's name for the job, and the texts of its messages.
    fn words(&self) -> JobWords;

    /// Returns the number of items.
    fn total(&self) -> usize;

    /// Processes the item at `index`, which must be less than `total()`. If it is refused,
    /// [`Task::failure`] makes the result.
    fn work(&self, index: usize, account: &mut Account) -> Result<ItemResult, Refusal>;

    /// Checks that the role of the caller allows the item at `index`.
    fn check_role(&self, _index: usize, _account: &Account) -> Result<(), Refusal> {
        Ok(())
    }

    /// Returns the result of the item at `index` if it fails for this reason.
    fn failure(&self, index: usize, reason: &Refusal) -> ItemResult;

    /// Returns the id of the record that shows how far the work is, if that is not a job status.
    fn own_record(&self) -> Option<&Arc<str>> {
        None
    }

    /// Records the state that the job has reached. The default is an effect of the call that
    /// queued it.
    fn follow(&self, job: &Job, account: &mut Account) {
        account.record_job(job);
    }
}

/// The texts of a kind of background job.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JobWords {
    /// Zendesk's name for the kind of job: `Bulk Create Organization Membership`.
    pub(crate) job_type: &'static str,
    /// The message before the first item is done: `Creating Organization Memberships`.
    pub(crate) start: &'static str,
    /// The message after an item is done, where the number of the item follows: `Creating
    /// organization membership` before `#31`.
    pub(crate) item: &'static str,
}

/// Background work that Zendesk does without a job status. No list shows it, and no request can ask
/// for it.
pub(crate) trait Chore: fmt::Debug + Send + Sync {
    fn run(&self, account: &mut Account);

    /// Returns whether it finds its tickets by this user or organization. It must run before a merge
    /// gives them another one. The default is for chores of records that are never merged.
    fn finds_by(&self, _: RecordRef) -> bool {
        false
    }
}

/// A chore that is not due yet.
#[derive(Clone, Debug)]
pub(crate) struct QueuedChore {
    pub(crate) chore: Arc<dyn Chore>,
    pub(crate) queued_at: Moment,
    /// The call that caused it.
    pub(crate) cause: Option<u64>,
}
