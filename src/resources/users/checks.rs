//! Checks whether attributes may be given to a user.

use crate::base::folded::folded;
use crate::base::ids::UserId;
use crate::base::refusal::{Refusal, Violation};
use crate::resources::account::Account;
use crate::resources::groups::violations::group_blank;
use crate::resources::identities::model::GivenIdentity;
use crate::resources::identities::violations::{GivenAs, taken};
use crate::resources::organization_memberships::violations::too_many_organizations;

use super::addresses::email_identity;
use super::model::{Role, UserChanges};
use super::moves::Moves;
use super::time_zones::iana_name;
use super::violations::{self, NAME_LIMIT};

impl Account {
    pub(crate) fn check_new_user(&self, changes: &UserChanges) -> Result<(), Refusal> {
        let name = Some(changes.name.clone().unwrap_or_default());
        self.check_user(
            None,
            &UserChanges {
                name,
                ..changes.clone()
            },
        )
    }

    /// Checks attributes that a user is about to get.
    pub(super) fn check_user(
        &self,
        id: Option<UserId>,
        changes: &UserChanges,
    ) -> Result<(), Refusal> {
        // A missing organization is not a broken rule: it is not found.
        let moves = Moves::take(&mut changes.clone(), &self.rules);
        let limit = self.rules.organizations_per_user;
        let is_one_too_many = moves.set.as_ref().is_some_and(|set| set.len() > limit);
        let ids = moves
            .only
            .flatten()
            .into_iter()
            .chain(moves.set.into_iter().flatten());
        if ids
            .into_iter()
            .any(|id| self.organizations.get(id).is_none())
        {
            return Err(Refusal::NotFound);
        }
        let mut found = Vec::new();
        if let (None | Some(None), Some(name)) = (moves.only, &moves.named) {
            self.check_organization_for_user(name)?;
        }
        if is_one_too_many {
            found.push(too_many_organizations(limit));
        }
        found.extend(changes.name.as_deref().and_then(why_not_name));
        found.extend(self.why_not_addresses(id, changes));
        if let Some(Some(external_id)) = &changes.external_id {
            let holder = self.users.with_external_id(external_id);
            if holder.is_some_and(|holder| Some(holder) != id) {
                found.push(violations::external_id_taken());
            }
        }
        if changes
            .time_zone
            .as_deref()
            .is_some_and(|time_zone| iana_name(time_zone).is_none())
        {
            found.push(violations::time_zone_invalid());
        }
        if let Some(given) = &changes.custom_values {
            found.extend(self.user_fields.why_not(given, self.rules.answers));
        }
        // End users are never in a group, whatever the request says.
        let role = changes.role.or_else(|| Some(self.users.get(id?)?.role));
        let default_group = changes
            .default_group_id
            .filter(|_| role.is_some_and(|role| role != Role::EndUser));
        if default_group.is_some_and(|group| self.groups.active(group).is_none()) {
            found.push(group_blank());
        }
        Refusal::unless_empty(found)
    }

    /// Returns why the given addresses may not be this user's.
    pub(super) fn why_not_addresses(
        &self,
        id: Option<UserId>,
        changes: &UserChanges,
    ) -> Vec<Violation> {
        let mut found = Vec::new();
        let mut given: Vec<GivenIdentity> = Vec::new();
        if let Some(Some(email)) = &changes.email {
            let is_own = id.is_some() && self.holder_of_email(email) == id;
            let identity = email_identity(email);
            if !is_own {
                found.extend(self.why_not_identity(&identity, GivenAs::Email, None));
            }
            given.push(identity);
        }
        for identity in changes
            .identities
            .iter()
            .flat_map(|identities| &identities.0)
        {
            let is_repeated = given.iter().any(|other| is_same(other, identity));
            found.extend(if is_repeated {
                Some(taken(GivenAs::Identity, identity.value.trim()))
            } else {
                self.why_not_identity(identity, GivenAs::Identity, None)
            });
            given.push(identity.clone());
        }
        found
    }
}

fn is_same(one: &GivenIdentity, other: &GivenIdentity) -> bool {
    one.identity_type == other.identity_type && folded(&one.value) == folded(&other.value)
}

fn why_not_name(name: &str) -> Option<Violation> {
    let name = name.trim();
    if name.is_empty() {
        Some(violations::name_too_short())
    } else if name.chars().count() > NAME_LIMIT {
        Some(violations::name_too_long())
    } else {
        None
    }
}
