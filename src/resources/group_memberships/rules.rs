//! What may happen to group memberships, and what follows.
//!
//! They differ from organization memberships: only agents have them, an agent may be without a
//! default, and the first membership does not automatically become the default.

use std::sync::Arc;

use crate::base::effect::Effect;
use crate::base::ids::{GroupId, GroupMembershipId, UserId};
use crate::base::open_question::OpenQuestion;
use crate::base::record::Record;
use crate::base::refusal::Refusal;
use crate::resources::account::Account;
use crate::resources::groups::violations::group_blank;
use crate::resources::job_statuses::model::Chore;
use crate::resources::seeded::Seeded;
use crate::resources::tickets::model::{Ticket, TicketStatus};
use crate::resources::users::model::Role;

use super::model::{GroupMembership, GroupMembershipChanges, NewGroupMembership};
use super::violations;

impl Account {
    /// Assigns an agent to a group. The membership becomes the default only if the changes ask for
    /// it, even if it is the first.
    pub(crate) fn create_group_membership(
        &mut self,
        new: &GroupMembershipChanges,
    ) -> Result<GroupMembershipId, Refusal> {
        let (user, group) = self.check_group_membership(new)?;
        let id = self.draw_id();
        self.add_group_membership(id, user, group, new.default.unwrap_or_default());
        Ok(id)
    }

    /// Assigns an agent to a group like [`Account::create_group_membership`], with an id that was
    /// drawn before.
    pub(crate) fn create_group_membership_as(
        &mut self,
        id: GroupMembershipId,
        new: &GroupMembershipChanges,
    ) -> Result<GroupMembershipId, Refusal> {
        let (user, group) = self.check_group_membership(new)?;
        let id = self.drawn_or_another(id);
        self.add_group_membership(id, user, group, new.default.unwrap_or_default());
        Ok(id)
    }

    /// Removes a membership, which may be the last one. If it was the default, the remaining one
    /// with the lowest id becomes the default. A job removes the agent from the group's tickets
    /// that are open, pending or on hold.
    /// <https://developer.zendesk.com/api-reference/ticketing/groups/group_memberships/#delete-membership>
    pub(crate) fn delete_group_membership(&mut self, id: GroupMembershipId) -> Result<(), Refusal> {
        let GroupMembership {
            user_id,
            group_id,
            default,
            ..
        } = *self.group_memberships.get(id).ok_or(Refusal::NotFound)?;
        self.leave_group(id);
        let rest = self.group_memberships.ids_of_user(user_id).into_iter();
        let successor = if self.rules.is_other(OpenQuestion::NextDefaultGroup) {
            rest.max()
        } else {
            rest.min()
        };
        if let Some(successor) = successor.filter(|_| default) {
            self.set_default_group(user_id, Some(group_id), successor);
        }
        Ok(())
    }

    /// Makes a membership its agent's default. Nothing changes if it already is.
    pub(crate) fn make_default_group(&mut self, id: GroupMembershipId) {
        let Some(GroupMembership {
            user_id,
            default: false,
            ..
        }) = self.group_memberships.get(id).copied()
        else {
            return;
        };
        let former = self
            .group_memberships
            .default_of(user_id)
            .map(|former| former.group_id);
        self.set_default_group(user_id, former, id);
    }

    /// Updates memberships after a change of the role. A new agent joins the account's default
    /// group, and a user who is no longer an agent leaves all groups, and their tickets. If a default group is given,
    /// an agent joins it, and it has no effect on an end user.
    /// <https://support.zendesk.com/hc/en-us/articles/4408821536794>
    pub(crate) fn follow_role(
        &mut self,
        user: UserId,
        former: Role,
        default_group: Option<GroupId>,
    ) {
        let was_agent = former != Role::EndUser;
        let is_agent = self
            .users
            .active(user)
            .is_some_and(|user| user.role != Role::EndUser);
        if was_agent && !is_agent {
            for id in self.group_memberships.ids_of_user(user) {
                self.leave_group(id);
            }
        } else if is_agent && !was_agent {
            self.join_group_by_default(user, self.groups.default);
        }
        if let Some(group) = default_group.filter(|_| is_agent) {
            self.join_group_by_default(user, group);
        }
    }

    /// Makes a group the agent's default. The agent joins it if necessary.
    fn join_group_by_default(&mut self, user: UserId, group: GroupId) {
        let Some(membership) = self.group_memberships.find(user, group) else {
            let id = self.draw_id();
            return self.add_group_membership(id, user, group, true);
        };
        self.make_default_group(membership);
    }

    /// Deletes a membership. A job removes the agent from the group's tickets that are open, pending
    /// or on hold. Another default is not chosen.
    fn leave_group(&mut self, id: GroupMembershipId) {
        if let Some(membership) = self.group_memberships.get(id).copied() {
            self.drop_group_membership(id);
            self.queue_chore(Arc::new(Unassignment {
                agent: membership.user_id,
                group: membership.group_id,
            }));
        }
    }

    /// Removes a deleted user from all groups.
    pub(crate) fn leave_all_groups(&mut self, user: UserId) {
        for id in self.group_memberships.ids_of_user(user) {
            self.drop_group_membership(id);
        }
    }

    /// Deletes a membership without its consequences.
    pub(crate) fn drop_group_membership(&mut self, id: GroupMembershipId) {
        let Some(GroupMembership {
            user_id, group_id, ..
        }) = self.group_memberships.remove(id)
        else {
            return;
        };
        self.record_disconnected(id, user_id, group_id);
    }

    /// Checks a new membership. Returns its user and group, or all violations.
    fn check_group_membership(
        &self,
        new: &GroupMembershipChanges,
    ) -> Result<(UserId, GroupId), Refusal> {
        let user = new.user_id.and_then(|id| self.users.active(id));
        let group = new.group_id.filter(|id| self.groups.active(*id).is_some());
        let mut found = Vec::new();
        match user {
            None => found.push(violations::user_blank()),
            Some(user) if user.role == Role::EndUser => found.push(violations::not_an_agent()),
            Some(_) => {}
        }
        if group.is_none() {
            found.push(group_blank());
        }
        let (Some(user), Some(group), true) = (user, group, found.is_empty()) else {
            return Err(Refusal::Invalid(found));
        };
        match self.group_memberships.find(user.id, group) {
            Some(_) => Err(Refusal::Invalid(vec![violations::already_member()])),
            None => Ok((user.id, group)),
        }
    }

    /// Adds a membership that was checked before.
    pub(crate) fn add_group_membership(
        &mut self,
        id: GroupMembershipId,
        user_id: UserId,
        group_id: GroupId,
        default: bool,
    ) {
        let former = self
            .group_memberships
            .default_of(user_id)
            .map(|former| former.group_id);
        let fresh = GroupMembership::fresh(id, self.now());
        let is_first_default = default && former.is_none();
        self.group_memberships.put(GroupMembership {
            user_id,
            group_id,
            default: is_first_default,
            ..fresh
        });
        self.record_connected(id, user_id, group_id, default);
        if default && former.is_some() {
            self.set_default_group(user_id, former, id);
        }
    }

    /// Moves the default of an agent. Only both memberships and the user get the time of the
    /// change.
    fn set_default_group(&mut self, user: UserId, from: Option<GroupId>, to: GroupMembershipId) {
        let now = self.now();
        for id in self.group_memberships.ids_of_user(user) {
            let Some(membership) = self.group_memberships.get(id).copied() else {
                continue;
            };
            let default = id == to;
            if membership.default != default {
                self.group_memberships.put(GroupMembership {
                    default,
                    updated_at: now,
                    ..membership
                });
            }
        }
        let to = self
            .group_memberships
            .get(to)
            .map(|membership| membership.group_id);
        if let Some(from) = from {
            self.record(|account| Effect::DefaultMoved {
                user: account.name(user),
                from: account.name(from),
                to: to.map(|to| account.name(to)),
            });
        }
        self.touch_user(user);
    }
}

/// Removes an agent who left a group from its tickets that are open, pending or on hold.
#[derive(Clone, Copy, Debug)]
struct Unassignment {
    agent: UserId,
    group: GroupId,
}

impl Chore for Unassignment {
    /// "Schedules a job to unassign all working tickets that are assigned to the given user and
    /// group combination": the tickets that are open, pending or on hold. They keep the group.
    fn run(&self, account: &mut Account) {
        let is_meant = |ticket: &Ticket| {
            let is_working = matches!(
                ticket.status,
                TicketStatus::Open | TicketStatus::Pending | TicketStatus::Hold
            );
            is_working
                && ticket.assignee_id == Some(self.agent)
                && ticket.group_id == Some(self.group)
        };
        let now = account.now();
        for ticket in account.tickets().into_iter().filter(is_meant) {
            let id = ticket.id;
            account.tickets.put(Ticket {
                assignee_id: None,
                updated_at: now,
                ..ticket
            });
            account.record_updated(id);
        }
    }
}

impl Seeded for NewGroupMembership {
    type Record = GroupMembership;

    fn what(&self) -> String {
        format!(
            "group membership of user {} in group {}",
            self.user, self.group
        )
    }

    fn put_into(self, account: &mut Account) -> Result<GroupMembership, String> {
        let Self {
            user,
            group,
            default,
        } = self;
        let (user_id, group_id, default) = (Some(user), Some(group), Some(default));
        let new = GroupMembershipChanges {
            user_id,
            group_id,
            default,
            ..GroupMembershipChanges::default()
        };
        let created = account.create_group_membership(&new);
        let created = created.and_then(|id| {
            account
                .group_memberships
                .get(id)
                .copied()
                .ok_or(Refusal::NotFound)
        });
        created.map_err(|refusal| refusal.details())
    }
}
