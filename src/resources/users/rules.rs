//! What may happen to users, and what follows from it for their memberships. What becomes of their
//! addresses is in the rules of identities.

use crate::base::ids::{IdentityId, OrganizationId, UserId};
use crate::base::record::Record;
use crate::base::refusal::{Refusal, Violation};
use crate::base::sequence::Sequence;
use crate::base::settings::{OrganizationIdsOnWrite, Rules, UpsertOrganization};
use crate::resources::account::Account;
use crate::resources::groups::violations::group_blank;
use crate::resources::identities::model::{GivenIdentity, IdentityType};
use crate::resources::identities::rules::Born;
use crate::resources::identities::violations::GivenAs;
use crate::resources::organization_memberships::model::NewMembership;
use crate::resources::organization_memberships::violations::too_many_organizations;
use crate::resources::seeded::Seeded;

use super::model::{NewUser, Role, TicketRestriction, User, UserChanges};
use super::time_zones::iana_name;
use super::violations::{self, NAME_LIMIT};

impl Account {
    /// The admin that every account is born with, and as whom callers act whose credentials name
    /// nobody else.
    pub(crate) fn create_owner(&mut self, email: &str) -> UserId {
        let id = self.draw_id();
        let name = "Account Owner".to_owned();
        self.users.put(User {
            name,
            ..User::with_role(id, Role::Admin, self.now())
        });
        let verified = true;
        self.add_identity(
            id,
            GivenIdentity {
                verified,
                ..email_identity(email)
            },
            Born::WithUser,
        );
        // As every agent is. Its id is not drawn, so that groups do not change what is.
        let membership = self.ids.birth_id(1);
        self.add_group_membership(membership, id, self.groups.default, true);
        id
    }

    /// Creates a user; one with an `organization_id` is a member of that organization from the
    /// start, by default.
    pub(crate) fn create_user(&mut self, changes: UserChanges) -> Result<UserId, Refusal> {
        self.check_new_user(&changes)?;
        let id = self.draw_id();
        self.insert_user(id, changes)?;
        Ok(id)
    }

    /// As [`Account::create_user`], with an id that was drawn before.
    pub(crate) fn create_user_as(
        &mut self,
        id: UserId,
        changes: UserChanges,
    ) -> Result<UserId, Refusal> {
        self.check_new_user(&changes)?;
        let id = self.drawn_or_another(id);
        self.insert_user(id, changes)?;
        Ok(id)
    }

    /// Changes a user. Setting `organization_id` "updates the default organization for that user
    /// and removes all other organizations currently associated with that user". Another `email`
    /// becomes an identity besides the present ones.
    /// <https://developer.zendesk.com/api-reference/ticketing/users/users/#organization-id>
    pub(crate) fn update_user(
        &mut self,
        id: UserId,
        mut changes: UserChanges,
    ) -> Result<(), Refusal> {
        let former = self.users.active(id).ok_or(Refusal::NotFound)?.clone();
        // They are only taken when a user is created. An upsert sends them every time.
        changes.identities = None;
        self.check_user(Some(id), &changes)?;
        // Before the changes: `verified` counts from the next update on.
        let by_domain = self.organization_by_domain(id);
        let moves = Moves::take(&mut changes, &self.rules);
        let default_group = changes.default_group_id;
        let (email, phone) = (changes.email.take().flatten(), changes.phone.take());
        let verified = changes.verified.take();
        // Recorded: a name that is the same leaves the time alone, these attributes do not.
        let always_counts = email.is_some() || verified.is_some() || changes.tags.is_some();
        changes.tags = changes.tags.map(|tags| in_order(&former.tags, tags));
        let mut user = former.clone();
        user.apply(tidied(changes));
        restrict(&mut user);
        if always_counts || user != former {
            user.updated_at = self.now();
        }
        self.users.put(user);
        self.record_updated(id);
        match email {
            Some(email) => self.take_email(id, &email, verified),
            None => self.take_verified(id, verified),
        }
        if let Some(phone) = phone {
            if let Some(identity) = self.take_phone(id, phone.as_deref(), Born::Later) {
                self.record_identity_created(identity, id);
            }
        }
        self.follow_role(id, former.role, default_group);
        match by_domain {
            Some(found) if moves == Moves::default() => {
                self.join_as_found(id, found);
                Ok(())
            }
            _ => self.move_as_asked(id, moves),
        }
    }

    /// Changes the user that an upsert has found. Whether its organization replaces the others is an
    /// open question.
    pub(crate) fn upsert_user(
        &mut self,
        id: UserId,
        mut changes: UserChanges,
    ) -> Result<(), Refusal> {
        if self.rules.upsert_organization == UpsertOrganization::Replaces {
            return self.update_user(id, changes);
        }
        self.check_user(Some(id), &changes)?;
        let added = changes.organization_id.take().flatten();
        let named = changes.organization.take().filter(|_| added.is_none());
        self.update_user(id, changes)?;
        let named = named.map(|named| self.organization_for_user(&named.0));
        for organization in added.into_iter().chain(named.transpose()?) {
            if self.memberships.find(id, organization).is_none() {
                self.create_membership(&NewMembership {
                    user_id: Some(id),
                    organization_id: Some(organization),
                    ..NewMembership::default()
                })?;
            }
        }
        Ok(())
    }

    /// Deletes a user: it stays readable by id, without its identities, its external id and its
    /// memberships. Whoever is the requester of a ticket that is not closed is not deleted, and
    /// neither is the account's owner. Tickets lose an assignee who is deleted.
    /// <https://support.zendesk.com/hc/en-us/articles/4408821737498>
    pub(crate) fn delete_user(&mut self, id: UserId) -> Result<(), Refusal> {
        self.users.active(id).ok_or(Refusal::NotFound)?;
        if id == self.owner {
            return Err(Refusal::Forbidden);
        }
        match self.open_tickets_requested_by(id) {
            0 => {}
            count => return Err(Refusal::Invalid(vec![violations::requests_tickets(count)])),
        }
        self.leave_all_but(id, None);
        self.delete_identities_of(id);
        let updated_at = self.now();
        if let Some(user) = self.user(id) {
            self.users.put(User {
                active: false,
                email: None,
                external_id: None,
                organization_id: None,
                verified: false,
                updated_at,
                ..user
            });
        }
        self.leave_all_groups(id);
        self.queue_abandonment(id);
        self.record_deleted(id);
        Ok(())
    }

    /// Gives a user other tags, each once.
    pub(crate) fn change_tags_of_user(
        &mut self,
        id: UserId,
        change: impl FnOnce(&[String]) -> Vec<String>,
    ) -> Result<(), Refusal> {
        let user = self.users.active(id).ok_or(Refusal::NotFound)?;
        let tags = change(&user.tags);
        self.update_user(
            id,
            UserChanges {
                tags: Some(tags),
                ..UserChanges::default()
            },
        )
    }

    /// Agents manage end users only. The role that counts is that of the user at this moment.
    /// <https://support.zendesk.com/hc/en-us/articles/4408846640410>
    pub(crate) fn check_agent(
        &self,
        agent: Option<UserId>,
        user: Option<UserId>,
    ) -> Result<(), Refusal> {
        let role = user
            .and_then(|user| self.users.get(user))
            .map(|user| user.role);
        match (agent, role) {
            (Some(_), Some(Role::Agent | Role::Admin)) => Err(Refusal::Forbidden),
            _ => Ok(()),
        }
    }

    fn open_tickets_requested_by(&self, user: UserId) -> usize {
        let list = self.tickets.requested_by(user);
        let tickets = list.ids(0..list.len()).into_iter();
        tickets
            .filter_map(|id| self.tickets.get(id.into()))
            .filter(|ticket| ticket.status.is_working())
            .count()
    }

    fn insert_user(&mut self, id: UserId, mut changes: UserChanges) -> Result<(), Refusal> {
        let moves = Moves::take(&mut changes, &self.rules);
        let default_group = changes.default_group_id;
        let verified = changes.verified.unwrap_or(false);
        let (email, phone) = (changes.email.take().flatten(), changes.phone.take());
        let identities = changes.identities.take().unwrap_or_default();
        changes.tags = changes.tags.map(|tags| in_order(&[], tags));
        let mut user = User::with_role(id, changes.role.unwrap_or(Role::EndUser), self.now());
        user.apply(tidied(changes));
        restrict(&mut user);
        self.users.put(user);
        // The first address is the primary one.
        if let Some(email) = email {
            self.add_identity(
                id,
                GivenIdentity {
                    verified,
                    ..email_identity(&email)
                },
                Born::WithUser,
            );
        }
        for identity in identities.0 {
            self.add_identity(id, identity, Born::WithUser);
        }
        if let Some(Some(phone)) = phone {
            self.take_phone(id, Some(&phone), Born::WithUser);
        }
        self.record_created(id);
        self.follow_role(id, Role::EndUser, default_group);
        self.move_as_asked(id, moves)
    }

    /// Puts the user into the organizations that a request names.
    fn move_as_asked(&mut self, user: UserId, moves: Moves) -> Result<(), Refusal> {
        if let Some(ids) = moves.set {
            self.set_organizations(user, &ids);
        }
        match (moves.only, moves.named) {
            // An id wins over a name.
            (Some(Some(organization)), _) => self.move_user(user, Some(organization)),
            (_, Some(name)) => {
                let organization = self.organization_for_user(&name)?;
                self.move_user(user, Some(organization));
            }
            (Some(None), None) => self.move_user(user, None),
            (None, None) => {}
        }
        Ok(())
    }

    /// Takes an `email` that is given to a user who is there: an address that the user does not
    /// have yet becomes an identity, the primary one only if there is no other.
    fn take_email(&mut self, user: UserId, email: &str, verified: Option<bool>) {
        let present = self.identities.find(IdentityType::Email, email).cloned();
        match (present, verified) {
            (None, verified) => {
                let verified = verified.unwrap_or(false);
                let id = self.add_identity(
                    user,
                    GivenIdentity {
                        verified,
                        ..email_identity(email)
                    },
                    Born::Later,
                );
                self.record_identity_created(id, user);
            }
            (Some(identity), Some(verified)) if identity.verified != verified => {
                self.set_identity_verified(identity, verified);
            }
            (Some(_), _) => {}
        }
    }

    /// Takes a `verified` that is given alone: it is said of the primary address.
    fn take_verified(&mut self, user: UserId, verified: Option<bool>) {
        let Some(verified) = verified else { return };
        match self
            .identities
            .primary_of(user, IdentityType::Email)
            .cloned()
        {
            Some(identity) if identity.verified != verified => {
                self.set_identity_verified(identity, verified);
            }
            Some(_) => {}
            None => {
                if let Some(user) = self.users.get_mut(user) {
                    user.verified = verified;
                }
            }
        }
    }

    /// Takes a phone number. One that nobody else has is a direct line, and an identity; a second
    /// one does not replace the first. An empty one takes all numbers away. Gives the identity that
    /// came into being.
    fn take_phone(&mut self, user: UserId, number: Option<&str>, born: Born) -> Option<IdentityId> {
        let number = number.map(str::trim).filter(|number| !number.is_empty());
        let Some(number) = number else {
            self.delete_phone_numbers(user);
            self.users.update(user, |user| {
                user.phone = None;
                user.shared_phone_number = None;
            });
            return None;
        };
        let has_direct_line = self
            .identities
            .primary_of(user, IdentityType::PhoneNumber)
            .is_some();
        let is_taken = self
            .identities
            .find(IdentityType::PhoneNumber, number)
            .is_some();
        if !is_taken {
            let direct_line = GivenIdentity {
                identity_type: IdentityType::PhoneNumber,
                ..email_identity(number)
            };
            return Some(self.add_identity(user, direct_line, born));
        }
        if !has_direct_line {
            self.users.update(user, |user| {
                user.phone = Some(number.to_owned());
                user.shared_phone_number = Some(true);
            });
        }
        None
    }

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

    /// Checks attributes that are to be given to a user.
    fn check_user(&self, id: Option<UserId>, changes: &UserChanges) -> Result<(), Refusal> {
        // An organization that is not there is no broken rule: it is not found.
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
        // End users are in no group, whatever is asked for.
        let role = changes.role.or_else(|| Some(self.users.get(id?)?.role));
        let default_group = changes
            .default_group_id
            .filter(|_| role.is_some_and(|role| role != Role::EndUser));
        if default_group.is_some_and(|group| self.groups.active(group).is_none()) {
            found.push(group_blank());
        }
        Refusal::unless_empty(found)
    }

    /// Why the addresses that are given may not be this user's.
    fn why_not_addresses(&self, id: Option<UserId>, changes: &UserChanges) -> Vec<Violation> {
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
                Some(crate::resources::identities::violations::taken(
                    GivenAs::Identity,
                    identity.value.trim(),
                ))
            } else {
                self.why_not_identity(identity, GivenAs::Identity, None)
            });
            given.push(identity.clone());
        }
        found
    }
}

/// Where a request wants a user to be.
#[derive(Debug, Default, PartialEq, Eq)]
struct Moves {
    /// `organization_ids`.
    set: Option<Vec<OrganizationId>>,
    /// `organization_id`; null is no organization.
    only: Option<Option<OrganizationId>>,
    /// `organization`, by its name.
    named: Option<String>,
}

impl Moves {
    fn take(changes: &mut UserChanges, rules: &Rules) -> Self {
        let set = changes.organization_ids.take().map(|ids| ids.0);
        Self {
            set: set.filter(|_| rules.organization_ids == OrganizationIdsOnWrite::Replaces),
            only: changes.organization_id.take(),
            named: changes
                .organization
                .take()
                .map(|organization| organization.0),
        }
    }
}

fn email_identity(email: &str) -> GivenIdentity {
    GivenIdentity {
        identity_type: IdentityType::Email,
        value: email.to_owned(),
        verified: false,
        primary: false,
    }
}

fn is_same(one: &GivenIdentity, other: &GivenIdentity) -> bool {
    let folded = crate::base::folded::folded;
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

/// Tags that are given to a user with other ones, each once: those that it has first, in their
/// order, then the new ones as sent, as was recorded.
fn in_order(present: &[String], given: Vec<String>) -> Vec<String> {
    let stays = present.iter().filter(|tag| given.contains(*tag)).cloned();
    let mut tags: Vec<String> = stays.collect();
    for tag in given {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// End users cannot be restricted to groups or to what is assigned to them.
fn restrict(user: &mut User) {
    let is_for_agents = matches!(
        user.ticket_restriction,
        Some(TicketRestriction::Groups | TicketRestriction::Assigned)
    );
    if user.role == Role::EndUser && is_for_agents {
        user.ticket_restriction = Some(TicketRestriction::Requested);
    }
}

/// The space around a name is not kept.
fn tidied(changes: UserChanges) -> UserChanges {
    UserChanges {
        name: changes.name.map(|name| name.trim().to_owned()),
        ..changes
    }
}

impl Seeded for NewUser {
    type Record = User;

    fn what(&self) -> String {
        format!("user {:?}", self.0.name.as_deref().unwrap_or_default())
    }

    fn put_into(self, account: &mut Account) -> Result<User, String> {
        let created = account
            .create_user(self.0)
            .and_then(|id| account.user(id).ok_or(Refusal::NotFound));
        created.map_err(|refusal| match refusal {
            Refusal::NotFound => "an organization that it names does not exist".to_owned(),
            refusal => refusal.details(),
        })
    }
}
