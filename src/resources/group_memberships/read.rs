//! Finds group memberships in the account, for tests and for replies.

use crate::base::ids::{GroupId, GroupMembershipId, UserId};
use crate::base::refusal::Refusal;
use crate::base::sequence::SortedIds;
use crate::resources::account::Account;

use super::model::GroupMembership;

impl Account {
    /// Returns the membership of this agent in this group.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let grace = zendesk.seed().user(users::NewUser::new("Grace").role(users::Role::Agent));
    /// let account = zendesk.account();
    /// assert!(account.group_membership(&grace, account.default_group()).unwrap().default);
    /// # }
    /// ```
    #[must_use]
    pub fn group_membership(
        &self,
        user: impl Into<UserId>,
        group: impl Into<GroupId>,
    ) -> Option<GroupMembership> {
        self.group_memberships
            .get(self.group_memberships.find(user.into(), group.into())?)
            .copied()
    }

    /// Returns the agent's group memberships, by id.
    #[must_use]
    pub fn group_memberships_of_user(&self, user: impl Into<UserId>) -> Vec<GroupMembership> {
        let list = self.group_memberships.of_user(user.into());
        self.group_memberships.rows_of(&list).copied().collect()
    }

    /// Returns the group's memberships, by id.
    #[must_use]
    pub fn group_memberships_of_group(&self, group: impl Into<GroupId>) -> Vec<GroupMembership> {
        let list = self.group_memberships.of(group.into());
        self.group_memberships.rows_of(&list).copied().collect()
    }

    /// Returns the groups that an agent is in.
    pub(crate) fn group_ids_of_user(&self, user: UserId) -> SortedIds {
        let memberships = self.group_memberships_of_user(user).into_iter();
        SortedIds::new(memberships.map(|membership| membership.group_id.get()))
    }

    /// Returns the membership if it belongs to this user, and an error otherwise.
    pub(super) fn group_membership_of_user(
        &self,
        id: GroupMembershipId,
        user: UserId,
    ) -> Result<GroupMembershipId, Refusal> {
        match self.group_memberships.get(id) {
            Some(membership) if membership.user_id == user => Ok(id),
            _ => Err(Refusal::NotFound),
        }
    }
}
