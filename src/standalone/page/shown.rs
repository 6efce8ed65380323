//! [`Shown`]: the state of the double, as JSON and for the template.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::time::Timestamp;
use crate::resources::job_statuses::model::JobState;
use crate::server::backend::Backend;

/// The number of jobs that are shown: first those that are not done.
const MAX_SHOWN_JOBS: usize = 20;

/// The state of the double.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    /// A number that changes with each reset.
    pub(super) run: u64,
    /// The time of the double's clock.
    pub(super) time: Timestamp,
    /// How many calls there were in this run.
    pub(super) received: u64,
    /// How many records of each kind there are, by the plural of the kind.
    pub(super) records: BTreeMap<String, usize>,
    /// The background jobs that are not done, and the last ones that are.
    pub(super) jobs: Vec<ShownJob>,
    /// The planned faults that can still happen.
    pub(super) faults: Vec<ShownFault>,
}

#[derive(Debug, Serialize)]
pub(super) struct ShownJob {
    id: String,
    job_type: &'static str,
    status: JobState,
    total: usize,
    progress: usize,
    /// How many of the items that are done failed.
    failed_items: usize,
}

#[derive(Debug, Serialize)]
pub(super) struct ShownFault {
    fault: String,
    /// How often it happened so far.
    happened: u64,
}

impl Shown {
    pub(super) fn of(backend: &Backend) -> Self {
        let account = backend.snapshot();
        let journal = backend.observed();
        let tables = account.tables().into_iter();
        let mut jobs = account.jobs();
        jobs.sort_by_key(|job| !matches!(job.state, JobState::Queued | JobState::Working));
        let faults = backend.with_faults(|faults| {
            let open = faults.rules().iter().filter(|rule| rule.is_open());
            open.map(|rule| ShownFault {
                fault: rule.fault.to_string(),
                happened: rule.fired,
            })
            .collect()
        });
        Self {
            run: journal.double,
            time: account.now(),
            received: journal.received,
            records: tables
                .map(|table| (table.kind().plural(), table.count()))
                .collect(),
            jobs: jobs
                .into_iter()
                .take(MAX_SHOWN_JOBS)
                .map(|job| ShownJob {
                    id: job.id,
                    job_type: job.job_type,
                    status: job.state,
                    total: job.total,
                    progress: job.progress,
                    failed_items: job.failed_items,
                })
                .collect(),
            faults,
        }
    }
}
