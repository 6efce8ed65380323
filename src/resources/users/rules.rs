//! What may happen to users, and what follows from it for their memberships.

use crate::base::effect::Effect;
use crate::base::ids::UserId;
use crate::base::refusal::{Refusal, Violation};
use crate::resources::account::Account;
use crate::resources::set;

use super::model::{NewUser, Role, User, UserChanges};

impl Account {
    /// The admin that every account is born with, and as whom callers act whose credentials name nobody else.
    pub(crate) fn create_owner(&mut self, email: &str) -> UserId {
        let NewUser(mut owner) = NewUser::new("Account Owner").email(email).role(Role::Admin);
        owner.verified = Some(true);
        let id = self.draw_id();
        self.insert_user(id, owner);
        id
    }

    /// Creates a user; one with an `organization_id` is a member of that organization from the start, by default.
    pub(crate) fn create_user(&mut self, changes: UserChanges) -> Result<UserId, Refusal> {
        self.check_new_user(&changes)?;
        let id = self.draw_id();
        self.insert_user(id, changes);
        Ok(id)
    }

    /// As [`Account::create_user`], with an id that was drawn before.
    pub(crate) fn create_user_as(&mut self, id: UserId, changes: UserChanges) -> Result<UserId, Refusal> {
        self.check_new_user(&changes)?;
        let id = self.drawn_or_another(id);
        self.insert_user(id, changes);
        Ok(id)
    }

    /// Changes a user. Setting `organization_id` "updates the default organization for that user and removes all other
    /// organizations currently associated with that user".
    /// <https://developer.zendesk.com/api-reference/ticketing/users/users/#organization-id>
    pub(crate) fn update_user(&mut self, id: UserId, changes: UserChanges) -> Result<(), Refusal> {
        let mut user = self.user(id).filter(|user| user.active).ok_or(Refusal::NotFound)?;
        self.check_user(Some(id), &changes)?;
        let organization = changes.organization_id;
        apply(&mut user, changes);
        user.updated_at = self.now();
        self.users.put(user);
        self.record(|account| Effect::UserUpdated { user: account.named_user(id) });
        if let Some(organization) = organization {
            self.move_user(id, organization);
        }
        Ok(())
    }

    /// Deletes a user: it stays readable by id, without its e-mail address and its memberships.
    pub(crate) fn delete_user(&mut self, id: UserId) -> Result<(), Refusal> {
        let user = self.user(id).filter(|user| user.active).ok_or(Refusal::NotFound)?;
        self.leave_all_but(id, None);
        let updated_at = self.now();
        self.users.put(User { active: false, email: None, organization_id: None, updated_at, ..user });
        self.record(|account| Effect::UserDeleted { user: account.named_user(id) });
        Ok(())
    }

    /// Agents manage end users only. The role that counts is that of the user at this moment.
    /// <https://support.zendesk.com/hc/en-us/articles/4408846640410>
    pub(crate) fn check_agent(&self, agent: Option<UserId>, user: Option<UserId>) -> Result<(), Refusal> {
        let role = user.and_then(|user| self.users.get(user)).map(|user| user.role);
        match (agent, role) {
            (Some(_), Some(Role::Agent | Role::Admin)) => Err(Refusal::Forbidden),
            _ => Ok(()),
        }
    }

    fn insert_user(&mut self, id: UserId, changes: UserChanges) {
        let now = self.now();
        let role = changes.role.unwrap_or(Role::EndUser);
        let organization = changes.organization_id.flatten();
        let mut user = User::fresh(id, role, now);
        apply(&mut user, changes);
        self.users.put(user);
        self.record(|account| Effect::UserCreated { user: account.named_user(id) });
        if organization.is_some() {
            self.move_user(id, organization);
        }
    }

    fn check_new_user(&self, changes: &UserChanges) -> Result<(), Refusal> {
        let name = Some(changes.name.clone().unwrap_or_default());
        self.check_user(None, &UserChanges { name, ..changes.clone() })
    }

    /// Checks attributes that are to be given to a user.
    fn check_user(&self, id: Option<UserId>, changes: &UserChanges) -> Result<(), Refusal> {
        let mut violations = Vec::new();
        if changes.name.as_deref().is_some_and(|name| name.trim().is_empty()) {
            violations.push(Violation::UserNameBlank);
        }
        if let Some(Some(email)) = &changes.email {
            let email = email.trim().to_owned();
            if !looks_like_email(&email) {
                violations.push(Violation::EmailMalformed { email });
            } else if self.users.with_email(&email).is_some_and(|other| Some(other) != id) {
                violations.push(Violation::EmailTaken { email });
            }
        }
        if let Some(Some(organization)) = changes.organization_id {
            if self.organizations.get(organization).is_none() {
                violations.push(Violation::OrganizationBlank);
            }
        }
        Refusal::unless_empty(violations)
    }
}

/// A deliberately wide check: something, an at sign, a domain with a dot or not, no space.
pub(crate) fn looks_like_email(email: &str) -> bool {
    let parts = email.split_once('@');
    parts.is_some_and(|(name, domain)| {
        let plain = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c == '@');
        plain(name) && plain(domain)
    })
}

fn apply(user: &mut User, changes: UserChanges) {
    let UserChanges {
        name,
        email,
        time_zone,
        phone,
        // The memberships decide it: `move_user`.
        organization_id: _,
        role,
        verified,
        external_id,
        tags,
        alias,
        signature,
        details,
        notes,
        ticket_restriction,
        only_private_comments,
        suspended,
    } = changes;
    set(&mut user.name, name.map(|name| name.trim().to_owned()));
    set(&mut user.email, email.map(|email| email.map(|email| email.trim().to_owned())));
    set(&mut user.time_zone, time_zone);
    set(&mut user.phone, phone);
    set(&mut user.role, role);
    set(&mut user.verified, verified);
    set(&mut user.external_id, external_id);
    set(&mut user.tags, tags);
    set(&mut user.alias, alias);
    set(&mut user.signature, signature);
    set(&mut user.details, details);
    set(&mut user.notes, notes);
    set(&mut user.ticket_restriction, ticket_restriction);
    set(&mut user.only_private_comments, only_private_comments);
    set(&mut user.suspended, suspended);
}
