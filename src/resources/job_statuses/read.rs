//! How the jobs in the account are read: by tests, and by everything that answers.

use crate::resources::account::Account;

use super::model::JobStatus;

impl Account {
    /// The background jobs of the account in the order of Zendesk's list: the finished ones first,
    /// then the others; the latest at the front of each.
    ///
    /// Looking at them here does not move them on.
    #[must_use]
    pub fn jobs(&self) -> Vec<JobStatus> {
        self.jobs
            .list()
            .numbers()
            .filter_map(|number| Some(self.jobs.get(number)?.status()))
            .collect()
    }
}
