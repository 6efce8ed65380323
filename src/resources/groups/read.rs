//! Finds groups in the account, for tests and for replies.

use crate::base::ids::GroupId;
use crate::base::sequence::Sequence;
use crate::resources::account::Account;

use super::model::Group;

impl Account {
    /// Returns the group with this id, even if it is deleted.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let group = zendesk.seed().add(groups::NewGroup::new("Escalations"));
    /// assert_eq!(zendesk.account().group(&group), Some(group));
    /// # }
    /// ```
    #[must_use]
    pub fn group(&self, id: impl Into<GroupId>) -> Option<Group> {
        self.groups.get(id.into()).cloned()
    }

    /// Returns the account's default group, which new agents join.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let account = MockZendesk::start().await.account();
    /// assert_eq!(account.group(account.default_group()).unwrap().name, "Support");
    /// # }
    /// ```
    #[must_use]
    pub fn default_group(&self) -> GroupId {
        self.groups.default
    }

    /// Returns all groups that are not deleted, by name.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// zendesk.seed().add(groups::NewGroup::new("Escalations"));
    /// let names: Vec<String> = zendesk.account().groups().into_iter().map(|group| group.name).collect();
    /// assert_eq!(names, ["Escalations", "Support"]);
    /// # }
    /// ```
    #[must_use]
    pub fn groups(&self) -> Vec<Group> {
        let list = self.groups.by_name();
        list.ids(0..list.len())
            .into_iter()
            .filter_map(|id| self.group(GroupId::new(id)))
            .collect()
    }
}
