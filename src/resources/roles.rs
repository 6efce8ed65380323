//! Who may do what. This is the only table of roles. Handlers check it after they have looked up
//! the records that a request names.
//!
//! <https://support.zendesk.com/hc/en-us/articles/4408846640410>

use crate::api::error::ApiError;
use crate::api::operation::{AllowedFor, Operation};
use crate::api::request::{ApiRequest, Caller};
use crate::base::ids::UserId;
use crate::base::settings::Passwords;
use crate::resources::account::Account;
use crate::resources::users::model::Role;

/// The user that a request is about, as far as the permission depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// No particular user.
    Account,
    /// This user, whose role counts.
    User(UserId),
    /// A user who will have this role.
    SomeoneWith(Role),
}

/// Returns why this caller may not use an operation, as text. `None` means that the caller's role
/// is not the only reason.
pub(crate) fn why_forbidden(
    account: &Account,
    caller: UserId,
    operation: Operation,
) -> Option<String> {
    let role = account.users.get(caller)?.role;
    let sets_password = operation.path().ends_with("/password");
    if sets_password && account.rules.passwords == Passwords::Refused {
        let text = "no request may set a password, as long as the owner of the account does not \
                    allow it; in the double, `accept_passwords` of the builder allows it";
        return Some(text.to_owned());
    }
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
    /// Checks that the caller's role allows the operation. Handlers call this after they have
    /// looked up the records that the request names.
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

    /// Returns the caller if it is an end user, who can access only its own records.
    pub(crate) fn end_user(&self, account: &Account) -> Option<UserId> {
        self.caller_id()
            .filter(|_| self.role(account) == Some(Role::EndUser))
    }

    /// Returns the caller if it is an agent, whose permissions depend on the affected user.
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
