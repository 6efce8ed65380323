//! What may happen to memberships, and what follows. Each of Zendesk's rules is one function.
//!
//! Everything here is based on three invariants. A user is in an organization at most once. A user
//! with memberships has exactly one default. The user's own `organization_id` is the organization
//! of that default. This field is the only place that says which membership is the default.

use crate::base::effect::Effect;
use crate::base::ids::{MembershipId, OrganizationId, UserId};
use crate::base::open_question::OpenQuestion;
use crate::base::record::Record;
use crate::base::refusal::Refusal;
use crate::base::settings::OrganizationsOfAUser;
use crate::resources::account::Account;
use crate::resources::organizations::violations::organization_blank;

use super::model::{Membership, NewMembership};
use super::violations;

/// Changes. Each of these functions either makes the whole change or refuses it and changes
/// nothing.
impl Account {
    /// Assigns a user to an organization. The user's first membership always becomes the default. A
    /// later one becomes the default if the changes ask for it.
    pub(crate) fn create_membership(
        &mut self,
        new: &NewMembership,
    ) -> Result<MembershipId, Refusal> {
        let (user, organization) = self.check_membership(new)?;
        let id = self.draw_id();
        self.add_membership(id, user, organization, new.default);
        Ok(id)
    }

    /// Assigns a user to an organization like [`Account::create_membership`], with an id that was
    /// drawn before.
    pub(crate) fn create_membership_as(
        &mut self,
        id: MembershipId,
        new: &NewMembership,
    ) -> Result<MembershipId, Refusal> {
        let (user, organization) = self.check_membership(new)?;
        let id = self.drawn_or_another(id);
        self.add_membership(id, user, organization, new.default);
        Ok(id)
    }

    /// Removes a membership. If it was the default, another membership of the user becomes the
    /// default. The tickets that the user requested for this organization lose it, unless they are
    /// closed.
    pub(crate) fn delete_membership(&mut self, id: MembershipId) -> Result<(), Refusal> {
        let row = *self.memberships.get(id).ok_or(Refusal::NotFound)?;
        let was_default = self.default_membership_id(row.user_id) == Some(id);
        self.drop_membership(row);
        if was_default {
            let successor = self.successor_of_default(row.user_id);
            self.set_default(row.user_id, successor);
        } else {
            self.touch_user(row.user_id);
        }
        Ok(())
    }

    /// Makes a membership its user's default. Nothing changes if it already is.
    pub(crate) fn make_default(&mut self, id: MembershipId) -> Result<(), Refusal> {
        let row = *self.memberships.get(id).ok_or(Refusal::NotFound)?;
        if self.default_membership_id(row.user_id) != Some(id) {
            self.set_default(row.user_id, Some(id));
        }
        Ok(())
    }

    /// Applies a change of a user's `organization_id`. That organization becomes the user's only
    /// one, or the user has none any more. The organization must exist. An existing membership in
    /// it stays.
    pub(crate) fn move_user(&mut self, user: UserId, organization: Option<OrganizationId>) {
        let stays = organization.map(|organization| {
            let there = self.memberships.find(user, organization);
            if let Some(former) = there.filter(|_| !self.replaces_membership()) {
                return former;
            }
            if let Some(former) = there.and_then(|id| self.memberships.get(id).copied()) {
                self.remove_membership(former);
                self.touch_user(user);
            }
            let id = self.draw_id();
            self.insert_membership(id, user, organization, true);
            id
        });
        if stays != self.default_membership_id(user) {
            self.set_default(user, stays);
        }
        self.leave_all_but(user, stays);
    }

    /// Makes the user a member of exactly these organizations, which must exist. If none of them is
    /// given as the default, the present one stays if it is among them, and otherwise the first one
    /// becomes the default.
    pub(crate) fn set_organizations(
        &mut self,
        user: UserId,
        organizations: &[OrganizationId],
        default: Option<OrganizationId>,
    ) {
        let mut asked: Vec<OrganizationId> = Vec::from_iter(default);
        for organization in organizations {
            if !asked.contains(organization) {
                asked.push(*organization);
            }
        }
        if self.rules.organizations_of_a_user == OrganizationsOfAUser::One {
            asked.truncate(1);
        }
        let present = self.users.get(user).and_then(|user| user.organization_id);
        let default = default
            .or_else(|| present.filter(|organization| asked.contains(organization)))
            .or_else(|| asked.first().copied());
        for organization in &asked {
            if self.memberships.find(user, *organization).is_none() {
                let id = self.draw_id();
                self.insert_membership(id, user, *organization, Some(*organization) == default);
                self.touch_user(user);
            }
        }
        let default = default.and_then(|organization| self.memberships.find(user, organization));
        if default != self.default_membership_id(user) {
            self.set_default(user, default);
        }
        let all: Vec<MembershipId> = self.memberships.of_user(user).collect();
        for row in all
            .into_iter()
            .filter_map(|id| self.memberships.get(id).copied())
            .collect::<Vec<_>>()
        {
            if !asked.contains(&row.organization_id) {
                self.drop_membership(row);
                self.touch_user(user);
            }
        }
    }

    /// Removes all of a user's memberships except one. This does not change the default, so the
    /// caller must set it before or afterwards.
    pub(crate) fn leave_all_but(&mut self, user: UserId, stays: Option<MembershipId>) {
        let all: Vec<MembershipId> = self.memberships.of_user(user).collect();
        for id in all.into_iter().filter(|id| Some(*id) != stays) {
            if let Some(row) = self.memberships.get(id).copied() {
                self.drop_membership(row);
                self.touch_user(user);
            }
        }
    }

    /// Checks a new membership. Returns its user and organization, or all violations.
    fn check_membership(&self, new: &NewMembership) -> Result<(UserId, OrganizationId), Refusal> {
        let organization = new
            .organization_id
            .filter(|id| self.organizations.get(*id).is_some());
        let user = new
            .user_id
            .filter(|id| self.users.get(*id).is_some_and(|user| user.active));
        let is_unknown = new.user_id.is_some() && user.is_none();
        if is_unknown && self.rules.is_other(OpenQuestion::UnknownUser) {
            return Err(Refusal::NotFound);
        }
        let (Some(organization), Some(user)) = (organization, user) else {
            let mut found = Vec::new();
            if organization.is_none() {
                found.push(organization_blank());
            }
            if user.is_none() {
                found.push(violations::user_blank());
            }
            return Err(Refusal::Invalid(found));
        };
        if self.memberships.find(user, organization).is_some() {
            return Err(Refusal::Invalid(vec![violations::already_member()]));
        }
        let limit = self.rules.organizations_per_user;
        let replaces = self.rules.organizations_of_a_user == OrganizationsOfAUser::One;
        if !replaces && self.memberships.count_of_user(user) >= limit {
            return Err(Refusal::Invalid(vec![violations::too_many_organizations(
                limit,
            )]));
        }
        Ok((user, organization))
    }

    fn add_membership(
        &mut self,
        id: MembershipId,
        user: UserId,
        organization: OrganizationId,
        asked_default: Option<bool>,
    ) {
        let replaces = self.rules.organizations_of_a_user == OrganizationsOfAUser::One;
        let has_default = self.default_membership_id(user).is_some();
        let becomes_default = asked_default == Some(true) || replaces || !has_default;
        self.insert_membership(id, user, organization, becomes_default);
        if becomes_default {
            self.set_default(user, Some(id));
        } else {
            self.touch_user(user);
        }
        if replaces {
            self.leave_all_but(user, Some(id));
        }
    }

    /// Adds a membership. The caller must then make it the default if `becomes_default` is set.
    fn insert_membership(
        &mut self,
        id: MembershipId,
        user_id: UserId,
        organization_id: OrganizationId,
        becomes_default: bool,
    ) {
        let now = self.now();
        let membership = Membership {
            user_id,
            organization_id,
            ..Membership::fresh(id, now)
        };
        let sort_name = self.organizations.sort_name(organization_id);
        self.memberships.insert(membership, sort_name);
        self.record_connected(id, user_id, organization_id, becomes_default);
    }

    /// Removes a membership, and queues the work on its tickets.
    pub(crate) fn drop_membership(&mut self, membership: Membership) {
        self.remove_membership(membership);
        self.queue_unassignment(membership.organization_id, Some(membership.user_id));
    }

    /// Removes a membership without its consequences.
    fn remove_membership(&mut self, membership: Membership) {
        let Membership {
            id,
            user_id,
            organization_id,
            ..
        } = membership;
        let sort_name = self.organizations.sort_name(organization_id);
        self.memberships.remove(id, &sort_name);
        self.record_disconnected(id, user_id, organization_id);
    }

    /// Returns whether a user who is moved to an own organization gets another membership in it.
    fn replaces_membership(&self) -> bool {
        self.rules.is_other(OpenQuestion::KeptMembership)
    }

    /// Returns the membership that becomes the default when the default is removed. The
    /// documentation says only that there will be one. The double uses the oldest, which has the
    /// lowest id, or the newest.
    pub(crate) fn successor_of_default(&self, user: UserId) -> Option<MembershipId> {
        let rest = self.memberships.of_user(user);
        if self.rules.is_other(OpenQuestion::NextDefault) {
            rest.max()
        } else {
            rest.min()
        }
    }

    /// Moves the default. Both memberships and the user get the time of the change.
    pub(crate) fn set_default(&mut self, user: UserId, membership: Option<MembershipId>) {
        let now = self.now();
        if let Some(former) = self.default_membership_id(user) {
            self.memberships.touch(former, now);
        }
        let organization = membership
            .and_then(|id| self.memberships.get(id))
            .map(|row| row.organization_id);
        if let Some(membership) = membership {
            self.memberships.touch(membership, now);
        }
        if let Some(from) = self.users.get(user).and_then(|user| user.organization_id) {
            self.record(|account| Effect::DefaultMoved {
                user: account.name(user),
                from: account.name(from),
                to: organization.map(|to| account.name(to)),
            });
        }
        self.users.update_in_place(user, |user| {
            user.organization_id = organization;
            user.updated_at = now;
        });
    }

    pub(crate) fn touch_user(&mut self, user: UserId) {
        let now = self.now();
        self.users
            .update_in_place(user, |user| user.updated_at = now);
    }
}
