//! The group memberships, and which of them are defaults.

use crate::base::difference::Compare;
use crate::base::ids::{GroupId, UserId};
use crate::base::pairs::{Pair, Pairs};

use super::model::GroupMembership;

pub(crate) type GroupMembershipStore = Pairs<GroupMembership>;

impl GroupMembershipStore {
    /// Returns the user's default membership, if there is one.
    pub(crate) fn default_of(&self, user: UserId) -> Option<&GroupMembership> {
        self.rows_of(&self.of_user(user))
            .find(|membership| membership.default)
    }

    /// Returns whether this is the default group of any agent.
    pub(crate) fn is_default_of_somebody(&self, group: GroupId) -> bool {
        self.rows_of(&self.of(group))
            .any(|membership| membership.default)
    }
}

impl Pair for GroupMembership {
    type Other = GroupId;

    fn pair(&self) -> (UserId, GroupId) {
        (self.user_id, self.group_id)
    }
}

impl Compare for GroupMembership {}
