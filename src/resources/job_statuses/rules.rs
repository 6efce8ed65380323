//! How background jobs move. What an item of theirs does is the business of the resource that queued it.

use std::sync::Arc;
use std::time::Duration;

use crate::account::Account;
use crate::clock::Moment;
use crate::effect::Effect;

use super::model::{Job, JobPace, JobState, Progress, Task};

/// How long the status of a finished job is kept: "job data is kept for one day".
/// <https://developer.zendesk.com/api-reference/ticketing/ticket-management/job_statuses/>
const KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);

impl Account {
    /// Queues a job, and gives back how it looks in its own reply.
    pub(crate) fn queue_job(&mut self, task: Arc<dyn Task>) -> Arc<Job> {
        let queued = self.jobs.add(task, self.moment(), self.causing_call());
        self.record(|_| Effect::JobQueued {
            job: queued.id.to_string(),
            job_type: queued.task.job_type(),
            total: queued.task.total(),
        });
        if self.jobs.pace == JobPace::AfterPolls(0) {
            self.complete_job(queued.number);
        }
        queued
    }

    /// Looks at a job as the API does: a job may wait for that to move on.
    pub(crate) fn poll_job(&mut self, number: u64) -> Option<Arc<Job>> {
        let job = self.jobs.get(number)?;
        if job.finished_at().is_none() {
            let polls = job.polls.saturating_add(1);
            let polled = Job { polls, ..Job::clone(job) };
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

    /// Completes all jobs, the oldest first, also those that no status is given of.
    pub(crate) fn complete_all_jobs(&mut self) {
        for number in self.jobs.unfinished() {
            self.complete_job(number);
        }
        self.run_unassignments(|_| true);
    }

    /// Breaks off a job that is not finished, with the text that its status is to show. What it has done stays.
    pub(crate) fn fail_job(&mut self, number: u64, message: String) {
        if let Some(job) = self.jobs.get(number).filter(|job| job.finished_at().is_none()) {
            let progress = Progress::Failed { at: self.moment(), message: message.clone() };
            let failed = self.jobs.put(Job { progress, ..Job::clone(job) });
            self.in_background_of(failed.cause, |account| {
                account.record(|_| Effect::JobFailed { job: failed.id.to_string(), message });
            });
        }
    }

    /// Does what is due by now, and forgets what is too old.
    pub(crate) fn run_due_jobs(&mut self) {
        let now = self.moment();
        if let JobPace::After(duration) = self.jobs.pace {
            for number in self.jobs.unfinished() {
                let Some(due) = self.jobs.get(number).map(|job| job.queued_at.plus(duration)) else { continue };
                if due <= now {
                    // It was completed when it was due, and not when somebody looks.
                    self.at(due, |account| account.complete_job(number));
                } else {
                    let elapsed = duration.saturating_sub(due.since(now));
                    let part = |total| share(total, elapsed.as_millis(), duration.as_millis());
                    // Queued until the first item is worked on.
                    if self.jobs.get(number).is_some_and(|job| part(job.task.total()) > 0) {
                        self.work_on_job(number, part);
                    }
                }
            }
            self.run_unassignments(|queued_at: Moment| queued_at.plus(duration) <= now);
        } else {
            self.run_unassignments(|_| true);
        }
        if let Some(until) = now.minus(KEPT_FOR) {
            self.jobs.forget_finished_until(until);
        }
    }

    fn complete_job(&mut self, number: u64) {
        self.work_on_job(number, |total| total);
        if let Some(job) = self.jobs.get(number).filter(|job| job.state() == JobState::Working) {
            let completed =
                self.jobs.put(Job { progress: Progress::Completed { at: self.moment() }, ..Job::clone(job) });
            self.in_background_of(completed.cause, |account| {
                account.record(|_| {
                    let status = completed.status();
                    Effect::JobCompleted { job: status.id, total: status.total, failed_items: status.failed_items }
                });
            });
        }
    }

    /// Works on a job until as many of its items are done as `goal` makes of their total.
    fn work_on_job(&mut self, number: u64, goal: impl Fn(usize) -> usize) {
        let Some(job) = self.jobs.get(number).filter(|job| job.finished_at().is_none()) else { return };
        let mut job = Job::clone(job);
        let task = Arc::clone(&job.task);
        let goal = goal(task.total());
        while job.results.len() < goal {
            let index = job.results.len();
            let result = self.in_background_of(job.cause, |account| task.work(index, account));
            job.results.push(result);
        }
        job.progress = Progress::Working;
        self.jobs.put(job);
    }
}

/// `total × part ÷ whole`, rounded down.
fn share(total: usize, part: u128, whole: u128) -> usize {
    let share = (total as u128 * part).checked_div(whole);
    share.and_then(|share| usize::try_from(share).ok()).map_or(total, |share| share.min(total))
}
