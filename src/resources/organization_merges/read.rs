//! Finds merges of organizations in the account, for tests.

use crate::resources::account::Account;

use super::model::OrganizationMerge;

impl Account {
    /// Returns the merge of organizations with this id. Unlike a request, this does not move it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let (acme, globex) = (seed.organization("Acme"), seed.organization("Globex"));
    /// let merge = seed.merge_organization(&acme, &globex);
    /// assert_eq!(zendesk.account().organization_merge(&merge.id), Some(merge));
    /// # }
    /// ```
    #[must_use]
    pub fn organization_merge(&self, id: &str) -> Option<OrganizationMerge> {
        self.merges.with_id(id).cloned()
    }

    /// Returns all merges of organizations, from the oldest one on.
    #[must_use]
    pub fn organization_merges(&self) -> Vec<OrganizationMerge> {
        self.merges.iter().cloned().collect()
    }
}
