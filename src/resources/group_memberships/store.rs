//! The group memberships and their indexes.

use crate::base::difference::Compare;
use crate::base::ids::{GroupId, GroupMembershipId, UserId};
use crate::base::sequence::{ById, Sequence};
use crate::base::sorted::SortedMap;
use crate::base::table::{AnyTable, Store, Table};

use super::model::GroupMembership;

#[derive(Clone, Debug)]
pub(crate) struct GroupMembershipStore {
    rows: Table<GroupMembership>,
    by_user: SortedMap<(UserId, GroupMembershipId), ()>,
    by_group: SortedMap<(GroupId, GroupMembershipId), ()>,
    by_pair: SortedMap<(GroupId, UserId), GroupMembershipId>,
}

impl GroupMembershipStore {
    pub(crate) fn get(&self, id: GroupMembershipId) -> Option<&GroupMembership> {
        self.rows.get(id)
    }

    /// Returns the membership of this user in this group. There is at most one.
    pub(crate) fn find(&self, user: UserId, group: GroupId) -> Option<GroupMembershipId> {
        self.by_pair.get(&(group, user)).copied()
    }

    /// Inserts a membership, or replaces the one with the same id, which must have the same user
    /// and group.
    pub(crate) fn put(&mut self, membership: GroupMembership) {
        let GroupMembership {
            id,
            user_id,
            group_id,
            ..
        } = membership;
        self.by_user.insert((user_id, id), ());
        self.by_group.insert((group_id, id), ());
        self.by_pair.insert((group_id, user_id), id);
        self.rows.put(membership);
    }

    pub(crate) fn remove(&mut self, id: GroupMembershipId) -> Option<GroupMembership> {
        let membership = self.rows.remove(id)?;
        self.by_user.remove(&(membership.user_id, id));
        self.by_group.remove(&(membership.group_id, id));
        self.by_pair
            .remove(&(membership.group_id, membership.user_id));
        Some(membership)
    }

    /// Returns an iterator over all memberships, by id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &GroupMembership> {
        self.rows.iter()
    }

    pub(crate) fn all(&self) -> impl Sequence + '_ {
        self.rows.by_id()
    }

    pub(crate) fn of_user(&self, user: UserId) -> impl Sequence + '_ {
        ById::new(&self.by_user, user)
    }

    pub(crate) fn of_group(&self, group: GroupId) -> impl Sequence + '_ {
        ById::new(&self.by_group, group)
    }

    /// Returns the users in a group, by id.
    pub(crate) fn users_of(&self, group: GroupId) -> impl Sequence + '_ {
        ById::new(&self.by_pair, group)
    }

    pub(crate) fn ids_of_group(&self, group: GroupId) -> Vec<GroupMembershipId> {
        ids(&self.of_group(group))
    }

    pub(crate) fn ids_of_user(&self, user: UserId) -> Vec<GroupMembershipId> {
        ids(&self.of_user(user))
    }

    /// Returns the user's default membership, if there is one.
    pub(crate) fn default_of(&self, user: UserId) -> Option<&GroupMembership> {
        let all = self
            .ids_of_user(user)
            .into_iter()
            .filter_map(|id| self.get(id));
        all.into_iter().find(|membership| membership.default)
    }

    /// Returns whether this is the default group of any agent.
    pub(crate) fn is_default_of_somebody(&self, group: GroupId) -> bool {
        self.ids_of_group(group)
            .into_iter()
            .filter_map(|id| self.get(id))
            .any(|membership| membership.default)
    }
}

fn ids(list: &dyn Sequence) -> Vec<GroupMembershipId> {
    list.ids(0..list.len())
        .into_iter()
        .map(GroupMembershipId::new)
        .collect()
}

impl Default for GroupMembershipStore {
    fn default() -> Self {
        Self {
            rows: Table::default(),
            by_user: SortedMap::new(),
            by_group: SortedMap::new(),
            by_pair: SortedMap::new(),
        }
    }
}

impl Store for GroupMembershipStore {
    fn table(&self) -> &dyn AnyTable {
        &self.rows
    }
}

impl Compare for GroupMembership {}
