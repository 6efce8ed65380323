//! What a background job is, what it works on, and how fast.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use crate::base::place::Place;
use crate::base::refusal::Refusal;
use crate::base::time::Moment;
use crate::resources::account::Account;

use super::result::ItemResult;

/// When background jobs move on.
///
/// Whatever the pace, the reply to the request that makes a job says `queued`, and nothing has been
/// done by then.
///
/// Some work in the background has no status that anybody could ask for. If a membership or an
/// organization is deleted, the organization is taken from tickets. If an agent leaves a group, the
/// agent is taken from tickets. That follows the pace, too.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use std::time::Duration;
/// use mock_zendesk::{Clock, MockZendesk, job_statuses::JobPace};
///
/// // A client that polls sees the job working once before it is completed.
/// let zendesk = MockZendesk::builder().job_pace(JobPace::AfterPolls(2)).start().await;
/// // Jobs take three seconds of a clock that runs.
/// let other = MockZendesk::builder().clock(Clock::wall()).job_pace(JobPace::After(Duration::from_secs(3))).start().await;
/// # let _ = (zendesk, other);
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JobPace {
    /// A job is completed when its status is asked for the n-th time, and works towards it at each
    /// time before. 1 is the default: queued in its own reply, completed at the next look. With 0
    /// it is done as soon as its own reply is made.
    ///
    /// The work on tickets is done right after the reply, whatever the number: the next request and
    /// the next look at the account see it.
    AfterPolls(u32),
    /// A job does nothing until [`Jobs`](crate::job_statuses::Jobs) lets it.
    ///
    /// The work on tickets is done by [`run_all`](crate::job_statuses::Jobs::run_all) alone, as it belongs to no
    /// job.
    Manual,
    /// A job is completed so long after it was queued, on the double's [`Clock`](crate::Clock), and
    /// works at an even speed until then.
    ///
    /// The work on tickets is done all at once, when the same time has passed since the request
    /// that caused it. A clock that stands still needs [`advance`](crate::MockZendesk::advance) for
    /// this.
    After(Duration),
}

impl JobPace {
    /// A job is done as soon as its own reply is made.
    pub const IMMEDIATE: Self = Self::AfterPolls(0);
}

impl Default for JobPace {
    fn default() -> Self {
        Self::AfterPolls(1)
    }
}

/// How far a background job is.
///
/// <https://developer.zendesk.com/api-reference/ticketing/ticket-management/job_statuses/>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum JobState {
    /// Nothing has been done yet.
    Queued,
    /// Some of the items have been worked on.
    Working,
    /// All items have been worked on. Some of them may have failed.
    Completed,
    /// Every item failed, or the job itself broke.
    Failed,
    /// Somebody ended the job.
    Killed,
}

/// A background job, as [`Account::jobs`] gives it.
///
/// Serializes as the API shows it, except that `url` starts with `/api/v2`: the host depends on the
/// client.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobStatus {
    /// `V3-` and 32 hexadecimal digits.
    pub id: String,
    /// Zendesk's name for what the job does, for example `Bulk Create Organization Membership`.
    pub job_type: &'static str,
    /// How far it is.
    pub state: JobState,
    /// The number of items that it works on.
    pub total: usize,
    /// The number of items that it has worked on. Of a job whose items all failed it is 0.
    pub progress: usize,
    /// The number of items among those that failed.
    pub failed_items: usize,
    /// What it says of itself.
    pub(crate) message: Option<String>,
    /// What came of its items, once it shows that.
    pub(crate) results: Option<Vec<ItemResult>>,
}

/// A job as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    /// Counts the jobs of the account, from 1.
    pub(crate) number: u64,
    pub(crate) id: Arc<str>,
    pub(crate) task: Arc<dyn Task>,
    pub(crate) queued_at: Moment,
    /// The call that asked for it.
    pub(crate) cause: Option<u64>,
    pub(crate) polls: u32,
    pub(crate) progress: Progress,
    /// One for each item worked on so far.
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

/// What is to go wrong with a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mishap {
    Fails {
        message: String,
    },
    IsKilled {
        message: String,
    },
    /// The items at these places fail, for this reason; the others do not. The places are in
    /// ascending order.
    ItemsFail {
        indexes: Arc<[usize]>,
        reason: String,
    },
}

/// How many places of items are shown.
const SHOWN_INDEXES: usize = 8;

impl fmt::Display for Mishap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fails { message } => write!(f, "a job fails: {message}"),
            Self::IsKilled { message } => write!(f, "a job is killed: {message}"),
            Self::ItemsFail { indexes, reason } => {
                let (shown, others) = indexes.split_at(indexes.len().min(SHOWN_INDEXES));
                write!(f, "items {shown:?}")?;
                if !others.is_empty() {
                    write!(f, " and {} more", others.len())?;
                }
                write!(f, " of a job fail: {reason}")
            }
        }
    }
}

/// Items that are to fail, once their job has come.
#[derive(Clone, Debug)]
pub(crate) struct FailingItems {
    /// The number of the job.
    pub(crate) job: u64,
    pub(crate) indexes: Arc<[usize]>,
    pub(crate) reason: String,
    pub(crate) place: Place,
    /// How many items the job has, and how many of them were done when it came to this.
    pub(crate) total: usize,
    pub(crate) done: usize,
    /// Whether an item has failed for this.
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

    /// What it says of itself.
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

    /// How many items it says that it has worked on. As was reported, a job of which every item
    /// failed has made no progress.
    pub(crate) fn done(&self) -> usize {
        match self.progress {
            Progress::AllFailed { .. } => 0,
            _ => self.results.len(),
        }
    }

    /// What came of its items, once it shows that.
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

/// `Completed at 2023-09-18 23:35:12 +0000`: the one time that Zendesk does not write as all others.
fn ended(how: &str, at: Moment) -> String {
    let at = at.timestamp().to_string();
    let at = at.replace('T', " ").replace('Z', " +0000");
    format!("{how} at {at}")
}

/// What a job works on: some items, one by one, each by itself. The resources implement it for
/// their bulk operations.
pub(crate) trait Task: fmt::Debug + Send + Sync {
    /// What Zendesk calls the job, and what the job says of itself.
    fn words(&self) -> JobWords;

    /// The number of items.
    fn total(&self) -> usize;

    /// Works on the item at `index`, which is less than `total()`. Where that is refused,
    /// [`Task::failure`] makes the result.
    fn work(&self, index: usize, account: &mut Account) -> Result<ItemResult, Refusal>;

    /// What comes of the item at `index` if it fails for this reason.
    fn failure(&self, index: usize, reason: &Refusal) -> ItemResult;
}

/// The words of a kind of background job.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JobWords {
    /// Zendesk's name for it: `Bulk Create Organization Membership`.
    pub(crate) job_type: &'static str,
    /// What it says while no item is done: `Creating Organization Memberships`.
    pub(crate) start: &'static str,
    /// What it says behind an item, with the number of it: `Creating organization membership`
    /// before `#31`.
    pub(crate) item: &'static str,
}

/// Background work that Zendesk does without a job status: no list shows it, and no request can ask
/// for it.
pub(crate) trait Chore: fmt::Debug + Send + Sync {
    fn run(&self, account: &mut Account);
}

/// A chore that waits for its time.
#[derive(Clone, Debug)]
pub(crate) struct QueuedChore {
    pub(crate) chore: Arc<dyn Chore>,
    pub(crate) queued_at: Moment,
    /// The call that it follows from.
    pub(crate) cause: Option<u64>,
}
