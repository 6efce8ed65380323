//! What a user shows that it does not keep, and what `users/me` shows besides.

use serde::Serialize;

use crate::api::json::JsonObject;
use crate::api::request::ApiRequest;
use crate::base::ids::{OrganizationId, UserId};
use crate::base::value::Shown;
use crate::resources::account::Account;
use crate::resources::shown::Show;

use super::model::{Role, User, UserDerived};

impl Show for User {
    const ONE: &'static str = "user";
    const MANY: &'static str = "users";

    fn find(account: &Account, id: UserId) -> Option<&Self> {
        account.users.get(id)
    }

    fn derived<'a>(&'a self, account: &'a Account) -> impl Fn(UserDerived) -> Option<Shown<'a>> {
        let is_admin = self.role == Role::Admin;
        move |attribute| {
            Some(match attribute {
                UserDerived::IanaTimeZone => Shown::Text(&self.time_zone),
                // Only `users/me` has it.
                UserDerived::AuthenticityToken => return None,
                // Null of admins, false of end users, as recorded.
                UserDerived::TwoFactorAuthEnabled if is_admin => Shown::Null,
                UserDerived::TwoFactorAuthEnabled => Shown::Bool(false),
                UserDerived::RoleType if is_admin => Shown::Integer(4),
                UserDerived::RoleType => Shown::Null,
                UserDerived::Moderator | UserDerived::ReportCsv => Shown::Bool(is_admin),
                UserDerived::DefaultGroupId if self.role == Role::EndUser => Shown::Null,
                UserDerived::DefaultGroupId => {
                    let default = account.group_memberships.default_of(self.id);
                    default.map_or(Shown::Null, |default| {
                        Shown::Integer(default.group_id.get())
                    })
                }
                UserDerived::RestrictedAgent => Shown::Bool(!is_admin),
            })
        }
    }
}

/// Writes a user as `users/me` shows it.
pub(super) fn write_caller(
    object: JsonObject,
    account: &Account,
    request: &ApiRequest<'_>,
    user: &User,
) -> JsonObject {
    let derived = user.derived(account);
    object.record(user, &request.base, |attribute| match attribute {
        UserDerived::AuthenticityToken => Some(Shown::Text("mock-zendesk-authenticity-token")),
        attribute => derived(attribute),
    })
}

/// What `users/me` shows to somebody who is nobody.
#[derive(Debug, Serialize)]
pub(crate) struct AnonymousBody {
    id: Option<UserId>,
    name: &'static str,
    email: &'static str,
    role: Role,
    active: bool,
    organization_id: Option<OrganizationId>,
}

impl AnonymousBody {
    pub(crate) fn new() -> Self {
        Self {
            id: None,
            name: "Anonymous user",
            email: "invalid@example.com",
            role: Role::EndUser,
            active: true,
            organization_id: None,
        }
    }
}
