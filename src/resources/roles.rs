//! Who may do what: the one table of roles, which the handlers ask once they have looked up what a
//! request names.
//!
//! <https://support.zendesk.com/hc/en-us/articles/4408846640410>

use crate::api::error::ApiError;
use crate::api::operation::{AllowedFor, Operation};
use crate::api::request::{ApiRequest, Caller};
use crate::base::ids::UserId;
use crate::resources::account::Account;
use crate::resources::users::model::Role;

/// Whom a request is about, as far as that decides who may make it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Nobody in particular.
    Account,
    /// This user, whose role counts.
    User(UserId),
    /// Somebody who is to have this role.
    SomeoneWith(Role),
}

/// Why this caller is refused an operation, in words; None where it is not the caller's role alone.
pub(crate) fn why_forbidden(
    account: &Account,
    caller: UserId,
    operation: Operation,
) -> Option<String> {
    let role = account.users.get(caller)?.role;
    let is_for = match (operation.allowed_for(), role) {
        (AllowedFor::Admins, _) => "is for admins",
        (AllowedFor::AdminsAndAgentsForEndUsers, Role::EndUser) => "is for admins and agents",
        (AllowedFor::AdminsAndAgentsForEndUsers, _) => {
            "is for admins; agents may use it only for end users"
        }
        (AllowedFor::Agents, Role::EndUser) => "is for agents and admins",
        (AllowedFor::AgentsAndEndUsers, Role::EndUser) => "shows end users only their own records",
        _ => return None,
    };
    let role = match role {
        Role::EndUser => "an end user",
        Role::Agent => "an agent",
        Role::Admin => "an admin",
    };
    Some(format!(
        "the caller is {}, {role}; {} {is_for}",
        account.name(caller),
        operation.id()
    ))
}

impl ApiRequest<'_> {
    /// Checks that the caller's role suffices for the operation: the step of a request that comes
    /// after the records that it names were looked up.
    pub(crate) fn authorize(&self, account: &Account, subject: Subject) -> Result<(), ApiError> {
        let subject_role = match subject {
            Subject::Account => None,
            Subject::User(id) => account.users.get(id).map(|user| user.role),
            Subject::SomeoneWith(role) => Some(role),
        };
        let allowed = match (self.operation.allowed_for(), self.role(account)) {
            (AllowedFor::Anybody, _) | (_, Some(Role::Admin)) => true,
            (_, None) | (AllowedFor::Admins, Some(_)) => false,
            (AllowedFor::AdminsAndAgentsForEndUsers, Some(Role::Agent)) => {
                subject_role.is_none_or(|role| role == Role::EndUser)
            }
            (AllowedFor::Agents | AllowedFor::AgentsAndEndUsers, Some(Role::Agent)) => true,
            (AllowedFor::AgentsAndEndUsers, Some(Role::EndUser)) => {
                subject == Subject::Account
                    || self
                        .caller_id()
                        .is_some_and(|id| subject == Subject::User(id))
            }
            (AllowedFor::Agents | AllowedFor::AdminsAndAgentsForEndUsers, Some(Role::EndUser)) => {
                false
            }
        };
        if allowed {
            Ok(())
        } else {
            Err(ApiError::Forbidden)
        }
    }

    /// The caller, if it is an end user: such a one sees only what is its own.
    pub(crate) fn end_user(&self, account: &Account) -> Option<UserId> {
        self.caller_id()
            .filter(|_| self.role(account) == Some(Role::EndUser))
    }

    /// The caller, if it is an agent: what such a one may do to a user depends on who that is.
    pub(crate) fn agent(&self, account: &Account) -> Option<UserId> {
        self.caller_id()
            .filter(|_| self.role(account) == Some(Role::Agent))
    }

    pub(crate) fn caller_id(&self) -> Option<UserId> {
        match self.caller {
            Caller::User(id) => Some(id),
            Caller::Anonymous => None,
        }
    }

    fn role(&self, account: &Account) -> Option<Role> {
        account.users.get(self.caller_id()?).map(|user| user.role)
    }
}
