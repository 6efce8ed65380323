//! How background jobs move. What an item of theirs does is the business of the resource that
//! queued it.

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
const KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);

impl Account {
    /// Queues a job, and gives back how it looks in its own reply.
    pub(crate) fn queue_job(&mut self, task: Arc<dyn Task>) -> Arc<Job> {
        let queued = self.jobs.add(task, self.moment(), self.causing_call());
        self.record(|_| Effect::JobQueued {
            job: queued.id.to_string(),
            job_type: queued.task.words().job_type,
            total: queued.task.total(),
        });
        if let Some((mishap, place)) = self.jobs.mishaps.pop_front() {
            self.befall(queued.number, mishap, place);
        }
        if self.jobs.pace == JobPace::IMMEDIATE && !self.jobs.held {
            self.complete_job(queued.number);
        }
        queued
    }

    /// Looks at a job as the API does: a job may wait for that to move on.
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

    /// Completes all jobs, the oldest first, also those that no status is given of, and those that
    /// are held.
    pub(crate) fn complete_all_jobs(&mut self) {
        for number in self.jobs.unfinished() {
            self.complete_job(number);
        }
        self.run_chores(|_| true);
    }

    /// Leaves something to a job without a status.
    pub(crate) fn queue_chore(&mut self, chore: Arc<dyn Chore>) {
        let (queued_at, cause) = (self.moment(), self.causing_call());
        Arc::make_mut(&mut self.jobs.chores).push(QueuedChore {
            chore,
            queued_at,
            cause,
        });
    }

    /// Runs the chores that are due, in the order in which they were queued.
    pub(crate) fn run_chores(&mut self, is_due: impl Fn(Moment) -> bool) {
        if self.jobs.chores.is_empty() {
            return;
        }
        let queued = std::mem::take(&mut self.jobs.chores);
        let (due, later): (Vec<_>, Vec<_>) = queued
            .iter()
            .cloned()
            .partition(|queued| is_due(queued.queued_at));
        self.jobs.chores = Arc::new(later);
        for QueuedChore { chore, cause, .. } in due {
            self.in_background_of(cause, |account| chore.run(account));
        }
    }

    /// Lets something go wrong with the oldest job that is not finished, or if there is none with
    /// the next one.
    pub(crate) fn plan_mishap(&mut self, mishap: Mishap, place: Place) {
        match self.jobs.unfinished().first() {
            Some(oldest) => self.befall(*oldest, mishap, place),
            None => self.jobs.mishaps.push_back((mishap, place)),
        }
    }

    /// Works on so many more items of a job, which is completed with the last one.
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
            if has_items && job.results.iter().all(|result| result.failed) {
                let failed = self.jobs.put(Job {
                    progress: Progress::AllFailed { at },
                    ..Job::clone(job)
                });
                self.record_of_job(&failed, |status| Effect::JobFailed {
                    job: status.id,
                    message: format!("all {} items failed", status.total),
                });
                return;
            }
            let completed = self.jobs.put(Job {
                progress: Progress::Completed { at },
                ..Job::clone(job)
            });
            self.record_of_job(&completed, |status| Effect::JobCompleted {
                job: status.id,
                total: status.total,
                failed_items: status.failed_items,
            });
        }
    }

    /// Does what is due by now, and forgets what is too old.
    pub(crate) fn run_due_jobs(&mut self) {
        let now = self.moment();
        if self.jobs.held {
            // Chores wait as all other jobs do.
        } else if let JobPace::After(duration) = self.jobs.pace {
            for number in self.jobs.unfinished() {
                self.work_by_the_clock(number, duration, now);
            }
            self.run_chores(|queued_at: Moment| queued_at.plus(duration) <= now);
        } else if self.jobs.pace != JobPace::Manual {
            self.run_chores(|_| true);
        }
        if let Some(until) = now.minus(KEPT_FOR) {
            self.jobs.forget_created_until(until);
        }
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
            // It was completed when it was due, and not when somebody looks.
            self.at(due, |account| account.complete_job(number));
        } else {
            let elapsed = duration.saturating_sub(due.since(now));
            let part = |total| share(total, elapsed.as_millis(), duration.as_millis());
            // Queued until the first item is worked on.
            if self
                .jobs
                .get(number)
                .is_some_and(|job| part(job.task.total()) > 0)
            {
                self.work_on_job(number, part);
            }
        }
    }

    /// Lets something go wrong with a job that is not finished. What it has done stays.
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
                let failed = self.jobs.put(Job {
                    progress: Progress::Failed {
                        at,
                        message: message.clone(),
                    },
                    ..job
                });
                self.record_of_job(&failed, |status| Effect::JobFailed {
                    job: status.id,
                    message,
                });
            }
            Mishap::IsKilled { message } => {
                let killed = self.jobs.put(Job {
                    progress: Progress::Killed {
                        at,
                        message: message.clone(),
                    },
                    ..job
                });
                self.record_of_job(&killed, |status| Effect::JobFailed {
                    job: status.id,
                    message,
                });
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

    fn record_of_job(&mut self, job: &Job, effect: impl FnOnce(JobStatus) -> Effect) {
        let status = job.status();
        self.in_background_of(job.cause, |account| account.record(|_| effect(status)));
    }

    /// Works on a job until as many of its items are done as `goal` makes of their total.
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
        self.jobs.put(job);
    }
}

/// `total × part ÷ whole`, rounded down.
fn share(total: usize, part: u128, whole: u128) -> usize {
    let share = (total as u128 * part).checked_div(whole);
    share
        .and_then(|share| usize::try_from(share).ok())
        .map_or(total, |share| share.min(total))
}
