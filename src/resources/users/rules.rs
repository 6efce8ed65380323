//! What may happen to users, and what follows from it for their memberships.

use crate::base::ids::UserId;
use crate::base::record::Record;
use crate::base::refusal::Refusal;
use crate::resources::account::Account;
use crate::resources::groups::violations::group_blank;
use crate::resources::organizations::violations::organization_blank;
use crate::resources::seeded::Seeded;

use super::model::{NewUser, Role, User, UserChanges};
use super::violations;

impl Account {
    /// The admin that every account is born with, and as whom callers act whose credentials name
    /// nobody else.
    pub(crate) fn create_owner(&mut self, email: &str) -> UserId {
        let id = self.draw_id();
        let (name, email) = ("Account Owner".to_owned(), Some(email.to_owned()));
        self.users.put(User {
            name,
            email,
            verified: true,
            ..User::with_role(id, Role::Admin, self.now())
        });
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
        self.insert_user(id, changes);
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
        self.insert_user(id, changes);
        Ok(id)
    }

    /// Changes a user. Setting `organization_id` "updates the default organization for that user
    /// and removes all other organizations currently associated with that user".
    /// <https://developer.zendesk.com/api-reference/ticketing/users/users/#organization-id>
    pub(crate) fn update_user(
        &mut self,
        id: UserId,
        mut changes: UserChanges,
    ) -> Result<(), Refusal> {
        let mut user = self.users.active(id).ok_or(Refusal::NotFound)?.clone();
        self.check_user(Some(id), &changes)?;
        let (former_role, organization) = (user.role, changes.organization_id.take());
        let default_group = changes.default_group_id;
        user.apply(tidied(changes));
        user.updated_at = self.now();
        self.users.put(user);
        self.record_updated(id);
        self.follow_role(id, former_role, default_group);
        if let Some(organization) = organization {
            self.move_user(id, organization);
        }
        Ok(())
    }

    /// Deletes a user: it stays readable by id, without its e-mail address and its memberships.
    pub(crate) fn delete_user(&mut self, id: UserId) -> Result<(), Refusal> {
        self.users.active(id).ok_or(Refusal::NotFound)?;
        self.leave_all_but(id, None);
        let updated_at = self.now();
        if let Some(user) = self.user(id) {
            self.users.put(User {
                active: false,
                email: None,
                organization_id: None,
                updated_at,
                ..user
            });
        }
        self.leave_all_groups(id);
        self.record_deleted(id);
        Ok(())
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

    fn insert_user(&mut self, id: UserId, mut changes: UserChanges) {
        let organization = changes.organization_id.take().flatten();
        let default_group = changes.default_group_id;
        let mut user = User::with_role(id, changes.role.unwrap_or(Role::EndUser), self.now());
        user.apply(tidied(changes));
        self.users.put(user);
        self.record_created(id);
        self.follow_role(id, Role::EndUser, default_group);
        if organization.is_some() {
            self.move_user(id, organization);
        }
    }

    fn check_new_user(&self, changes: &UserChanges) -> Result<(), Refusal> {
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
        let mut found = Vec::new();
        if changes
            .name
            .as_deref()
            .is_some_and(|name| name.trim().is_empty())
        {
            found.push(violations::name_blank());
        }
        if let Some(Some(email)) = &changes.email {
            let email = email.trim();
            if !looks_like_email(email) {
                found.push(violations::email_malformed(email));
            } else if self
                .users
                .with_email(email)
                .is_some_and(|other| Some(other) != id)
            {
                found.push(violations::email_taken(email));
            }
        }
        if let Some(Some(organization)) = changes.organization_id {
            if self.organizations.get(organization).is_none() {
                found.push(organization_blank());
            }
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
}

/// A deliberately wide check: something, an at sign, a domain with a dot or not, no space.
pub(crate) fn looks_like_email(email: &str) -> bool {
    let parts = email.split_once('@');
    parts.is_some_and(|(name, domain)| {
        let plain = |part: &str| {
            !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c == '@')
        };
        plain(name) && plain(domain)
    })
}

/// The space around names and addresses is not kept.
fn tidied(changes: UserChanges) -> UserChanges {
    UserChanges {
        name: changes.name.map(|name| name.trim().to_owned()),
        email: changes
            .email
            .map(|email| email.map(|email| email.trim().to_owned())),
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
        created.map_err(|refusal| refusal.details())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_something_on_both_sides_of_one_sign_and_no_space() {
        for address in ["a@b", "ada@example.com", "ada+x@sub.example.com", "é@ü"] {
            assert!(looks_like_email(address), "{address}");
        }
        for address in [
            "",
            "ada",
            "@",
            "ada@",
            "@example.com",
            "a@b@c",
            "a b@c",
            "a@b c",
            "a@\tb",
            "@@",
        ] {
            assert!(!looks_like_email(address), "{address}");
        }
    }
}
