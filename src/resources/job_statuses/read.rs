//! Finds jobs in the account, for tests.

use crate::resources::account::Account;

use super::model::JobStatus;

impl Account {
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
