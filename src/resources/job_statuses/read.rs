//! Finds jobs in the account, for tests.

use crate::resources::account::Account;

use super::model::JobStatus;

impl Account {
    /// Returns the background job with this id, as a reply shows it: `V3-…`. This call does not
    /// move the job.
    #[must_use]
    pub fn job(&self, id: &str) -> Option<JobStatus> {
        let job = self.jobs.get(self.jobs.number(id)?)?;
        Some(job.status())
    }

    /// Returns the background job that was queued last. This call does not move the job.
    /// [`MockZendesk::assert_last_job`](crate::MockZendesk::assert_last_job) says whether it is
    /// completed.
    #[must_use]
    pub fn last_job(&self) -> Option<JobStatus> {
        Some(self.jobs.last()?.status())
    }

    /// Returns the background jobs of the account in the order of Zendesk's list: first the
    /// finished ones, then the others, the latest first in both parts.
    ///
    /// This call does not move the jobs.
    #[must_use]
    pub fn jobs(&self) -> Vec<JobStatus> {
        self.jobs
            .list()
            .numbers()
            .filter_map(|number| Some(self.jobs.get(number)?.status()))
            .collect()
    }
}
