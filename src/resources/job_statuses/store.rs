//! The background jobs and their indexes.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use crate::base::ids::scatter;
use crate::base::sequence::{Column, Position, Sequence, Side};
use crate::base::sorted::SortedMap;
use crate::base::time::Moment;

use crate::base::place::Place;

use super::model::{FailingItems, Job, JobPace, Mishap, Progress, QueuedChore, Task};

/// When a job finished, as the list sorts it and a cursor writes it: in milliseconds since 1970.
type FinishedAt = i64;

fn finished_at(at: Moment) -> FinishedAt {
    i64::try_from(at.millis()).unwrap_or(FinishedAt::MAX)
}

#[derive(Clone, Debug)]
pub(crate) struct JobStore {
    jobs: SortedMap<u64, Arc<Job>>,
    by_id: SortedMap<Arc<str>, u64>,
    unfinished: SortedMap<u64, ()>,
    finished: SortedMap<(FinishedAt, u64), ()>,
    last_number: u64,
    /// Jobs that were created at this moment or before are shown no more.
    forgotten_until: Option<Moment>,
    /// The chores, in the order in which they were queued.
    pub(crate) chores: Arc<Vec<QueuedChore>>,
    pub(crate) pace: JobPace,
    /// Whether jobs are paused. Paused jobs do nothing by themselves.
    pub(crate) held: bool,
    /// The planned failures of the next jobs, one for each.
    pub(crate) mishaps: VecDeque<(Mishap, Place)>,
    /// The planned failures of items of jobs that are already queued.
    failing: Vec<FailingItems>,
}

impl JobStore {
    pub(crate) fn new() -> Self {
        Self {
            jobs: SortedMap::new(),
            by_id: SortedMap::new(),
            unfinished: SortedMap::new(),
            finished: SortedMap::new(),
            last_number: 0,
            forgotten_until: None,
            chores: Arc::default(),
            pace: JobPace::default(),
            held: false,
            mishaps: VecDeque::new(),
            failing: Vec::new(),
        }
    }

    /// Adds a queued job, and returns it.
    pub(crate) fn add(
        &mut self,
        task: Arc<dyn Task>,
        queued_at: Moment,
        cause: Option<u64>,
    ) -> Arc<Job> {
        self.last_number += 1;
        let number = self.last_number;
        let id = task.own_record().cloned().unwrap_or_else(|| {
            format!("V3-{:016x}{:016x}", scatter(number), scatter(!number)).into()
        });
        let progress = Progress::Queued;
        self.put(Job {
            number,
            id,
            task,
            queued_at,
            cause,
            polls: 0,
            progress,
            results: Vec::new(),
        })
    }

    /// Inserts a job, or replaces the one with the same number. A finished job without a status is
    /// not kept, because its own record says what became of it.
    pub(crate) fn put(&mut self, job: Job) -> Arc<Job> {
        let (number, job) = (job.number, Arc::new(job));
        match job.finished_at() {
            None => {
                self.unfinished.insert(number, ());
            }
            Some(at) => {
                self.unfinished.remove(&number);
                if !job.has_status() {
                    self.by_id.remove(&job.id);
                    self.jobs.remove(&number);
                    return job;
                }
                self.finished.insert((finished_at(at), number), ());
            }
        }
        self.by_id.insert(Arc::clone(&job.id), number);
        self.jobs.insert(number, Arc::clone(&job));
        job
    }

    /// Plans that items of a job fail.
    pub(crate) fn fail_items(&mut self, items: FailingItems) {
        self.failing.push(items);
    }

    /// Returns why this item of a job must fail, if that is planned. The failure counts as
    /// happened, so the caller must let the item fail.
    pub(crate) fn why_item_fails(&mut self, job: u64, index: usize) -> Option<String> {
        let mut of_job = self.failing.iter_mut().filter(|items| items.job == job);
        let items = of_job.find(|items| items.indexes.binary_search(&index).is_ok())?;
        items.happened = true;
        Some(items.reason.clone())
    }

    /// Returns the planned failures that have not happened so far, with the lines of the test that
    /// planned them.
    pub(crate) fn mishaps_to_come(&self) -> impl Iterator<Item = (String, Place)> {
        let waiting = self
            .mishaps
            .iter()
            .map(|(mishap, place)| (mishap.to_string(), *place));
        let of_items = self
            .failing
            .iter()
            .filter(|items| !items.happened)
            .map(|items| {
                let mishap = Mishap::ItemsFail {
                    indexes: Arc::clone(&items.indexes),
                    reason: items.reason.clone(),
                };
                (
                    format!("{mishap}; {}", self.why_none_failed(items)),
                    items.place,
                )
            });
        waiting.chain(of_items)
    }

    fn why_none_failed(&self, items: &FailingItems) -> String {
        let job_is_open = self
            .get(items.job)
            .is_some_and(|job| job.finished_at().is_none());
        let indexes = || items.indexes.iter().filter(|index| **index < items.total);
        match items.total {
            0 => "the job that came has no items".to_owned(),
            1 if indexes().next().is_none() => {
                "the job that came has only 1 item, which is item 0".to_owned()
            }
            total if indexes().next().is_none() => {
                format!("the job that came has only {total} items, counted from 0")
            }
            _ if indexes().all(|index| *index < items.done) => {
                "the job had worked on them by then".to_owned()
            }
            _ if job_is_open => "the job has not come to them".to_owned(),
            _ => "the job ended before it came to them".to_owned(),
        }
    }

    pub(crate) fn get(&self, number: u64) -> Option<&Arc<Job>> {
        self.jobs.get(&number)
    }

    /// Returns the job that was queued last, of those with a status.
    pub(crate) fn last(&self) -> Option<&Arc<Job>> {
        let all = self.jobs.iter().map(|(_, job)| job);
        all.filter(|job| job.has_status()).last()
    }

    /// Returns the number of the job whose status has this id.
    pub(crate) fn number(&self, id: &str) -> Option<u64> {
        let number = *self.by_id.get(&Arc::from(id))?;
        let job = self.get(number)?;
        (job.has_status() && !self.is_too_old(job)).then_some(number)
    }

    /// Returns the number of the unfinished job that a record with this id shows.
    pub(crate) fn number_of_record(&self, id: &str) -> Option<u64> {
        let number = *self.by_id.get(&Arc::from(id))?;
        let has_status = self.get(number)?.has_status();
        (!has_status).then_some(number)
    }

    /// Returns the jobs that are queued or working, the oldest first, also those without a status.
    pub(crate) fn unfinished(&self) -> Vec<u64> {
        self.unfinished.iter().map(|(number, ())| *number).collect()
    }

    /// Returns the jobs that are queued or working and have a status, the oldest first.
    pub(crate) fn unfinished_statuses(&self) -> impl Iterator<Item = &Job> {
        let unfinished = self.unfinished.iter();
        let jobs = unfinished.filter_map(|(number, ())| self.get(*number));
        jobs.map(Arc::as_ref).filter(|job| job.has_status())
    }

    /// Deletes the jobs that were created at this moment or before. Unfinished jobs are shown no
    /// more, but stay until they are finished, because they still have work to do.
    pub(crate) fn forget_created_until(&mut self, until: Moment) {
        self.forgotten_until = Some(until);
        let old: Vec<(FinishedAt, u64)> = self
            .jobs
            .iter()
            .map(|(number, job)| (*number, job))
            .take_while(|(_, job)| job.queued_at <= until)
            .filter_map(|(number, job)| Some((finished_at(job.finished_at()?), number)))
            .collect();
        for key in old {
            self.finished.remove(&key);
            if let Some(job) = self.jobs.remove(&key.1) {
                self.by_id.remove(&job.id);
            }
        }
    }

    fn is_too_old(&self, job: &Job) -> bool {
        self.forgotten_until
            .is_some_and(|until| job.queued_at <= until)
    }

    /// Returns all jobs in the order of their list: first the finished ones, the latest finished
    /// first; then the others, the latest queued first.
    pub(crate) fn list(&self) -> JobList {
        let finished = self
            .finished
            .iter()
            .map(|((at, number), ())| (Some(*at), *number));
        let unfinished = self
            .unfinished_statuses()
            .filter(|job| !self.is_too_old(job))
            .map(|job| (None, job.number));
        // In ascending order, unfinished jobs (`None`) come first. The list is exactly the reverse.
        let mut keys: Vec<_> = unfinished.chain(finished).collect();
        keys.reverse();
        JobList(keys)
    }
}

/// The jobs of the account, in the order of their list.
pub(crate) struct JobList(Vec<(Option<FinishedAt>, u64)>);

impl JobList {
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u64> {
        self.0.iter().map(|(_, number)| *number)
    }
}

/// Returns the key of a job as the columns of a position. They sort in the same order as the keys.
/// The list is in descending order.
fn columns((finished_at, number): (Option<FinishedAt>, u64)) -> Vec<Column> {
    let finished_at = finished_at.unwrap_or(-1);
    vec![Column::Integer(finished_at), Column::Integer(number as i64)]
}

impl Sequence for JobList {
    fn order(&self) -> &'static str {
        "-completed_at,-id"
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn ids(&self, ranks: Range<usize>) -> Vec<u64> {
        self.0[ranks].iter().map(|(_, number)| *number).collect()
    }

    fn position(&self, rank: usize) -> Option<Position> {
        self.0.get(rank).map(|key| Position(columns(*key)))
    }

    fn rank(&self, position: &Position, side: Side) -> Option<usize> {
        match position.0.as_slice() {
            [Column::Integer(_), Column::Integer(_)] => Some(
                self.0
                    .partition_point(|key| side.includes(position.0.cmp(&columns(*key)))),
            ),
            _ => None,
        }
    }
}
