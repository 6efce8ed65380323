//! How background jobs progress. The resource that queued a job decides what happens to its items.

use std::sync::Arc;
use std::time::Duration;

use crate::base::effect::Effect;
use crate::base::place::Place;
use crate::base::refusal::Refusal;
use crate::base::time::Moment;
use crate::resources::account::Account;

use super::model::{
    Chore, FailingItems, Job, JobPace, JobState, JobStatus, Mishap, Progress, QueuedChore, Task,
};

/// How long the status of a job is kept: "one day after a particular job is created".
/// <https://developer.zendesk.com/api-reference/ticketing/ticket-management/job_statuses/>
const JOB_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

impl Account {
    /// Queues a job, and returns it in the state that its first reply shows.
    pub(crate) fn queue_job(&mut self, task: Arc<dyn Task>) -> Arc<Job> {
        let queued = self.jobs.add(task, self.moment(), self.causing_call());
        queued.task.follow(&queued, self);
        if let Some((mishap, place)) = self.jobs.mishaps.pop_front() {
            self.befall(queued.number, mishap, place);
        }
        if self.jobs.pace == JobPace::IMMEDIATE && !self.jobs.held {
            self.complete_job(queued.number);
        }
        queued
    }

    /// Returns a job for a request that shows its status. The request may move the job.
    pub(crate) fn poll_job(&mut self, number: u64) -> Option<Arc<Job>> {
        let job = self.jobs.get(number)?;
        if job.finished_at().is_none() && !self.jobs.held {
            let polls = job.polls.saturating_add(1);
            let polled = Job {
                polls,
                ..Job::clone(job)
            };
            self.jobs.put(polled);
            if let JobPace::AfterPolls(needed) = self.jobs.pace {
                if polls >= needed {
                    self.complete_job(number);
                } else {
                    self.work_on_job(number, |total| share(total, polls.into(), needed.into()));
                }
            }
        }
        self.jobs.get(number).cloned()
    }

    /// Completes all jobs, the oldest first, even if they are paused. Also does all chores, which
    /// have no status.
    pub(crate) fn complete_all_jobs(&mut self) {
        for number in self.jobs.unfinished() {
            self.complete_job(number);
        }
        self.run_chores(|_| true);
    }

    /// Queues work without a job status.
    pub(crate) fn queue_chore(&mut self, chore: Arc<dyn Chore>) {
        let (queued_at, cause) = (self.moment(), self.causing_call());
        Arc::make_mut(&mut self.jobs.chores).push(QueuedChore {
            chore,
            queued_at,
            cause,
        });
    }

    /// Runs the chores that are due, in the order in which they were queued.
    pub(crate) fn run_chores(&mut self, is_due: impl Fn(&QueuedChore) -> bool) {
        if self.jobs.chores.is_empty() {
            return;
        }
        let queued = std::mem::take(&mut self.jobs.chores);
        let (due, later): (Vec<_>, Vec<_>) = queued.iter().cloned().partition(is_due);
        self.jobs.chores = Arc::new(later);
        for QueuedChore { chore, cause, .. } in due {
            self.in_background_of(cause, |account| chore.run(account));
        }
    }

    /// Plans a failure of the oldest unfinished job, or of the next job if there is none.
    pub(crate) fn plan_mishap(&mut self, mishap: Mishap, place: Place) {
        match self.jobs.unfinished().first() {
            Some(oldest) => self.befall(*oldest, mishap, place),
            None => self.jobs.mishaps.push_back((mishap, place)),
        }
    }

    /// Processes this many more items of a job. The last item completes the job.
    pub(crate) fn work_on_items(&mut self, number: u64, items: usize) {
        let done = self.jobs.get(number).map_or(0, |job| job.results.len());
        let goal = done.saturating_add(items);
        self.work_on_job(number, |total| goal.min(total));
        if self
            .jobs
            .get(number)
            .is_some_and(|job| job.results.len() == job.task.total())
        {
            self.complete_job(number);
        }
    }

    pub(crate) fn complete_job(&mut self, number: u64) {
        self.work_on_job(number, |total| total);
        if let Some(job) = self
            .jobs
            .get(number)
            .filter(|job| job.state() == JobState::Working)
        {
            let at = self.moment();
            let has_items = !job.results.is_empty();
            let progress = if has_items && job.results.iter().all(|result| result.failed) {
                Progress::AllFailed { at }
            } else {
                Progress::Completed { at }
            };
            let job = Job::clone(job);
            self.put_job(Job { progress, ..job });
        }
    }

    /// Does what is due by now, and deletes jobs that are too old.
    pub(crate) fn run_due_jobs(&mut self) {
        let now = self.moment();
        if self.jobs.held {
            // Chores are paused like jobs.
        } else if let JobPace::After(duration) = self.jobs.pace {
            for number in self.jobs.unfinished() {
                self.work_by_the_clock(number, duration, now);
            }
            self.run_chores(|queued: &QueuedChore| queued.queued_at.plus(duration) <= now);
        } else if self.jobs.pace != JobPace::Manual {
            self.run_chores(|_| true);
        }
        if let Some(until) = now.minus(JOB_LIFETIME) {
            self.jobs.forget_created_until(until);
        }
    }

    /// Returns whether something becomes due as time passes.
    #[cfg(feature = "webhooks")]
    pub(crate) fn has_work_by_the_clock(&self) -> bool {
        let has_work = !self.jobs.unfinished().is_empty() || !self.jobs.chores.is_empty();
        has_work && !self.jobs.held && matches!(self.jobs.pace, JobPace::After(_))
    }

    fn work_by_the_clock(&mut self, number: u64, duration: Duration, now: Moment) {
        let Some(due) = self
            .jobs
            .get(number)
            .map(|job| job.queued_at.plus(duration))
        else {
            return;
        };
        if due <= now {
            // It was completed when it was due, not when someone looks at it.
            self.at(due, |account| account.complete_job(number));
        } else {
            let elapsed = duration.saturating_sub(due.since(now));
            let part = |total| share(total, elapsed.as_millis(), duration.as_millis());
            // It stays queued until the first item is processed. One without a status has no items to
            // count, and begins at once.
            if self
                .jobs
                .get(number)
                .is_some_and(|job| part(job.task.total()) > 0 || !job.has_status())
            {
                self.work_on_job(number, part);
            }
        }
    }

    /// Applies a planned failure to an unfinished job. What the job has done stays.
    fn befall(&mut self, number: u64, mishap: Mishap, place: Place) {
        let Some(job) = self
            .jobs
            .get(number)
            .filter(|job| job.finished_at().is_none())
        else {
            return;
        };
        let (job, at) = (Job::clone(job), self.moment());
        match mishap {
            Mishap::Fails { message } => {
                let progress = Progress::Failed { at, message };
                self.put_job(Job { progress, ..job });
            }
            Mishap::IsKilled { message } => {
                let progress = Progress::Killed { at, message };
                self.put_job(Job { progress, ..job });
            }
            Mishap::ItemsFail { indexes, reason } => {
                let (total, done) = (job.task.total(), job.results.len());
                self.jobs.fail_items(FailingItems {
                    job: number,
                    indexes,
                    reason,
                    place,
                    total,
                    done,
                    happened: false,
                });
            }
        }
    }

    /// Puts a job into the state that it has reached, and records that.
    fn put_job(&mut self, job: Job) {
        let job = self.jobs.put(job);
        self.in_background_of(job.cause, |account| job.task.follow(&job, account));
    }

    /// Records the state that a job has reached as an effect. That it has begun is none.
    pub(crate) fn record_job(&mut self, job: &Job) {
        let JobStatus {
            id: job_id,
            job_type,
            total,
            failed_items,
            ..
        } = job.status();
        let effect = match &job.progress {
            Progress::Queued => Effect::JobQueued {
                job: job_id,
                job_type,
                total,
            },
            Progress::Working => return,
            Progress::Completed { .. } => Effect::JobCompleted {
                job: job_id,
                total,
                failed_items,
            },
            Progress::AllFailed { .. } => Effect::JobFailed {
                job: job_id,
                message: match total {
                    1 => "its only item failed".to_owned(),
                    total => format!("all {total} items failed"),
                },
            },
            Progress::Failed { message, .. } | Progress::Killed { message, .. } => {
                Effect::JobFailed {
                    job: job_id,
                    message: message.clone(),
                }
            }
        };
        self.record(|_| effect);
    }

    /// Processes items of a job until the number of done items reaches `goal` of their total.
    fn work_on_job(&mut self, number: u64, goal: impl Fn(usize) -> usize) {
        let Some(job) = self
            .jobs
            .get(number)
            .filter(|job| job.finished_at().is_none())
        else {
            return;
        };
        let mut job = Job::clone(job);
        let task = Arc::clone(&job.task);
        let goal = goal(task.total());
        while job.results.len() < goal {
            let index = job.results.len();
            let result = match self.jobs.why_item_fails(number, index) {
                Some(reason) => task.failure(index, &Refusal::Failed(reason)),
                None => {
                    let result =
                        self.in_background_of(job.cause, |account| task.work(index, account));
                    result.unwrap_or_else(|reason| task.failure(index, &reason))
                }
            };
            job.results.push(result);
        }
        job.progress = Progress::Working;
        self.put_job(job);
    }
}

/// Returns `total × part ÷ whole`, rounded down.
fn share(total: usize, part: u128, whole: u128) -> usize {
    let share = (total as u128 * part).checked_div(whole);
    share
        .and_then(|share| usize::try_from(share).ok())
        .map_or(total, |share| share.min(total))
}
