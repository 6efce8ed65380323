//! The rules of users, and what follows for their memberships. The rules of their addresses are
//! those of identities.

use crate::base::effect::Effect;
use crate::base::field_value::FieldValues;
use crate::base::given_fields::GivenFields;
use crate::base::ids::UserId;
use crate::base::open_question::OpenQuestion;
use crate::base::record::Record;
use crate::base::refusal::Refusal;
use crate::base::sequence::Sequence;
use crate::base::settings::Passwords;
use crate::resources::account::Account;
use crate::resources::identities::model::GivenIdentity;
use crate::resources::identities::rules::Born;
use crate::resources::organization_memberships::model::NewMembership;
use crate::resources::seeded::Seeded;

use super::addresses::email_identity;
use super::model::{NewUser, Role, TicketRestriction, User, UserChanges};
use super::moves::Moves;
use super::violations;

/// The name of every user that is deleted permanently.
const PERMANENTLY_DELETED: &str = "Permanently Deleted User";

impl Account {
    /// Creates the admin that every account has from the start. Callers act as this user if their
    /// credentials do not name another one.
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
        // Every agent has a group membership. Its id is not drawn, so that groups do not change
        // other ids.
        let membership = self.ids.birth_id(1);
        self.add_group_membership(membership, id, self.groups.default, true);
        id
    }

    /// Creates a user. With an `organization_id`, the user is a member of that organization from
    /// the start, by default.
    pub(crate) fn create_user(&mut self, changes: UserChanges) -> Result<UserId, Refusal> {
        self.check_new_user(&changes)?;
        let id = self.draw_id();
        self.insert_user(id, changes)?;
        Ok(id)
    }

    /// Creates a user like [`Account::create_user`], with an id that was drawn before.
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
        // They count only when a user is created. An upsert sends them every time.
        changes.identities = None;
        self.check_user(Some(id), &changes)?;
        // This must come before the changes: `verified` counts from the next update on.
        let by_domain = self.organization_by_domain(id);
        let moves = Moves::take(&mut changes, &self.rules);
        let default_group = changes.default_group_id;
        let (email, phone) = (changes.email.take().flatten(), changes.phone.take());
        let verified = changes.verified.take();
        // Recorded: an unchanged name does not change the time, but these attributes do.
        let always_counts = email.is_some() || verified.is_some() || changes.tags.is_some();
        changes.tags = changes.tags.map(|tags| in_order(&former.tags, tags));
        let mut user = former.clone();
        let custom_values = changes.custom_values.take();
        let is_restriction_given = changes.ticket_restriction.is_some();
        user.apply(tidied(changes));
        let becomes_other = (former.role == Role::EndUser) != (user.role == Role::EndUser);
        if becomes_other && !is_restriction_given {
            let fresh = User::with_role(id, user.role, user.created_at);
            user.ticket_restriction = fresh.ticket_restriction;
        }
        self.set_user_fields(&mut user, custom_values);
        restrict(&mut user);
        if always_counts || user != former {
            user.updated_at = self.now();
            self.users.put(user);
            self.record_updated(id);
        }
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

    /// Changes the user that an upsert has found. It is an open question whether its organization
    /// replaces the others.
    pub(crate) fn upsert_user(&mut self, id: UserId, changes: UserChanges) -> Result<(), Refusal> {
        if !self.rules.is_other(OpenQuestion::UpsertOrganization) {
            return self.update_user(id, changes);
        }
        // Whether there is room for another organization is known only after the update, which may
        // have put the user into some.
        let before = self.clone();
        let upserted = self.update_user_and_add_organization(id, changes);
        if upserted.is_err() {
            *self = before;
        }
        upserted
    }

    fn update_user_and_add_organization(
        &mut self,
        id: UserId,
        mut changes: UserChanges,
    ) -> Result<(), Refusal> {
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

    /// Deletes a user. It stays readable by id, without its identities, its external id and its
    /// memberships. The requester of a ticket that is not closed cannot be deleted, and neither can
    /// the account's owner. A deleted assignee is removed from its tickets.
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
        self.delete_subscriptions_of(id);
        let updated_at = self.now();
        if let Some(user) = self.user(id) {
            self.users.put(User {
                active: false,
                email: None,
                phone: None,
                shared_phone_number: None,
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

    /// Deletes a user permanently, who must be deleted already. Its personal data are gone then,
    /// "such as `email` and `phone`", and the name says so.
    /// <https://developer.zendesk.com/api-reference/ticketing/users/users/#permanently-delete-user>
    pub(crate) fn delete_user_permanently(
        &mut self,
        id: UserId,
        by: UserId,
    ) -> Result<(), Refusal> {
        let user = self.users.deleted(id).ok_or(Refusal::NotFound)?;
        let user = User {
            name: PERMANENTLY_DELETED.to_owned(),
            phone: None,
            shared_phone_number: None,
            tags: Vec::new(),
            alias: None,
            signature: None,
            details: None,
            notes: None,
            user_fields: FieldValues::default(),
            permanently_deleted: true,
            permanently_deleted_by: Some(by).filter(|by| *by != self.owner),
            updated_at: self.now(),
            ..user.clone()
        };
        self.record(|account| Effect::DeletedPermanently {
            user: account.name(id),
        });
        self.users.put(user);
        Ok(())
    }

    /// Sets a password, which the account does not keep. Refused if its owner does not allow that.
    pub(crate) fn set_password(&mut self, user: UserId) -> Result<(), Refusal> {
        match self.rules.passwords {
            Passwords::Refused => Err(Refusal::Forbidden),
            Passwords::Accepted => {
                self.record_updated(user);
                Ok(())
            }
        }
    }

    /// Replaces the tags of a user. Each is kept once.
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

    /// Checks that an agent manages only end users. The role counts that the user has at this
    /// moment.
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
        let custom_values = changes.custom_values.take();
        user.apply(tidied(changes));
        self.set_user_fields(&mut user, custom_values);
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

    /// Sets the values of custom fields that a request contains. The tag of a checked checkbox is
    /// one of the user's tags.
    fn set_user_fields(&self, user: &mut User, given: Option<GivenFields>) {
        if let Some(given) = given {
            self.user_fields.set(&mut user.user_fields, &given);
            self.user_fields.tag(&mut user.tags, &given);
        }
    }

    /// Puts the user into the organizations that a request names. `organization_id` is the default
    /// one if it is in the set, and with a set, null does not say anything.
    fn move_as_asked(&mut self, user: UserId, moves: Moves) -> Result<(), Refusal> {
        let mut only = moves.only;
        if let Some(ids) = moves.set {
            let default = only.flatten().filter(|only| ids.contains(only));
            self.set_organizations(user, &ids, default);
            only = only.filter(|only| only.is_some() && default.is_none());
        }
        match (only, moves.named) {
            // An id takes precedence over a name.
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
}

/// Returns the new tags of a user, each once: first those that it has, in their order, then the new
/// ones as sent, as recorded.
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

/// Replaces a restriction that end users cannot have: to groups, or to assigned tickets.
fn restrict(user: &mut User) {
    let is_for_agents = matches!(
        user.ticket_restriction,
        Some(TicketRestriction::Groups | TicketRestriction::Assigned)
    );
    if user.role == Role::EndUser && is_for_agents {
        user.ticket_restriction = Some(TicketRestriction::Requested);
    }
}

/// Removes the space around a name.
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
        account.user_fields.check_seed(&self.0.custom_values)?;
        let created = account
            .create_user(self.0)
            .and_then(|id| account.user(id).ok_or(Refusal::NotFound));
        created.map_err(|refusal| match refusal {
            Refusal::NotFound => "an organization that it names does not exist".to_owned(),
            refusal => refusal.details(),
        })
    }
}
