//! The attributes of a user that are derived when it is shown, and the additional ones of
//! `users/me`.

use serde::Serialize;

use crate::api::json::JsonObject;
use crate::api::request::ApiRequest;
use crate::base::field_value::FieldValues;
use crate::base::ids::{OrganizationId, UserId};
use crate::base::open_question::OpenQuestion;
use crate::base::schema::{Key, Schema, Shape};
use crate::base::value::{AttributeValue as _, Shown};
use crate::resources::account::Account;
use crate::resources::groups::model::Group;
use crate::resources::identities::model::Identity;
use crate::resources::organizations::model::Organization;
use crate::resources::shown::{ShortForm, Show, Sideload, serialize_alone, shape, write_derived};

use super::model::{Role, User, UserDerived};
use super::time_zones::iana_name;

impl Show for User {
    const ONE: &'static str = "user";
    const MANY: &'static str = "users";
    const SIDELOADS: &'static [Sideload<Self>] = &[
        Sideload::of::<Organization>(|account, user| {
            if account
                .rules
                .is_other(OpenQuestion::SideloadedOrganizations)
            {
                let all = account.organization_ids_of_user(user.id);
                return all.map(OrganizationId::get).collect();
            }
            let default = user.organization_id.into_iter();
            default.map(OrganizationId::get).collect()
        }),
        Sideload::of::<Identity>(|account, user| {
            let identities = account.identities.of_user(user.id).into_iter();
            identities.map(|identity| identity.id.get()).collect()
        }),
        Sideload::of::<Group>(|account, user| {
            let list = account.group_memberships.of_user(user.id);
            let memberships = account.group_memberships.rows_of(&list);
            memberships
                .map(|membership| membership.group_id.get())
                .collect()
        }),
    ];

    // <https://developer.zendesk.com/api-reference/ticketing/users/users/#json-format-for-end-user-requests>
    const FOR_END_USERS: Option<ShortForm> = Some(ShortForm {
        keys: &[
            "id",
            "url",
            "name",
            "email",
            "created_at",
            "updated_at",
            "time_zone",
            "iana_time_zone",
            "phone",
            "shared_phone_number",
            "photo",
            "locale_id",
            "locale",
            "organization_id",
            "role",
            "verified",
            // Only `users/me` has it.
            "authenticity_token",
        ],
        path: "end_users",
    });

    fn find(account: &Account, id: UserId) -> Option<&Self> {
        account.users.get(id)
    }

    fn derived_key(name: &'static str, attribute: UserDerived) -> Option<Key> {
        Some(match attribute {
            UserDerived::IanaTimeZone => Key::new(name, Schema::Text),
            // Only `users/me` has it.
            UserDerived::AuthenticityToken => Key::optional(name, Schema::Text),
            // Only incremental exports have it.
            UserDerived::PermanentlyDeleted => Key::optional(name, Schema::Boolean),
            UserDerived::TwoFactorAuthEnabled => Key::new(name, Schema::Null),
            UserDerived::IsBillingAdmin => Key::new(name, Schema::Boolean.or_null()),
            UserDerived::RoleType | UserDerived::DefaultGroupId => {
                Key::new(name, Schema::Integer.or_null())
            }
            UserDerived::Moderator | UserDerived::ReportCsv | UserDerived::RestrictedAgent => {
                Key::new(name, Schema::Boolean)
            }
            UserDerived::UserFields => Key::new(name, FieldValues::schema()),
        })
    }

    fn derived_alone(&self, attribute: UserDerived) -> Option<Shown<'_>> {
        let is_admin = self.role == Role::Admin;
        Some(match attribute {
            UserDerived::IanaTimeZone => {
                Shown::Text(iana_name(&self.time_zone).unwrap_or(&self.time_zone))
            }
            // Only `users/me` has it.
            UserDerived::AuthenticityToken => return None,
            // Only incremental exports have it, of deleted users.
            UserDerived::PermanentlyDeleted => return None,
            // It is null for all users in the recordings of 2026, and false for some in earlier
            // ones.
            UserDerived::TwoFactorAuthEnabled => Shown::Null,
            // It is true for the owner, but a record does not know whether it is the owner.
            UserDerived::IsBillingAdmin if is_admin => return None,
            UserDerived::IsBillingAdmin => Shown::Null,
            UserDerived::RoleType if is_admin => Shown::Integer(4),
            UserDerived::RoleType => Shown::Null,
            UserDerived::Moderator | UserDerived::ReportCsv => Shown::Bool(is_admin),
            UserDerived::DefaultGroupId if self.role == Role::EndUser => Shown::Null,
            // For agents, it is kept in their group memberships.
            UserDerived::DefaultGroupId => return None,
            UserDerived::UserFields => self.user_fields.show(),
            // For agents, it says whether they see only some tickets. For end users, it is always
            // true.
            UserDerived::RestrictedAgent => {
                Shown::Bool(self.role == Role::EndUser || self.ticket_restriction.is_some())
            }
        })
    }

    fn derived<'a>(&'a self, account: &'a Account) -> impl Fn(UserDerived) -> Option<Shown<'a>> {
        move |attribute| match attribute {
            UserDerived::DefaultGroupId if self.role != Role::EndUser => {
                let default = account.group_memberships.default_of(self.id);
                Some(default.map_or(Shown::Null, |default| {
                    Shown::Integer(default.group_id.get())
                }))
            }
            UserDerived::IsBillingAdmin if self.id == account.owner => Some(Shown::Bool(true)),
            UserDerived::IsBillingAdmin => Some(Shown::Null),
            UserDerived::UserFields => Some(Shown::AllFieldValues {
                fields: account.user_fields.shown(),
                values: &self.user_fields,
            }),
            attribute => self.derived_alone(attribute),
        }
    }
}

serialize_alone!(User);

/// Writes a user in the form of `users/me`.
pub(super) fn write_caller(
    object: JsonObject,
    account: &Account,
    request: &ApiRequest<'_>,
    user: &User,
) -> JsonObject {
    let derived = user.derived(account);
    write_derived(
        object,
        account,
        request,
        user,
        |attribute| match attribute {
            UserDerived::AuthenticityToken => Some(Shown::Text("mock-zendesk-authenticity-token")),
            attribute => derived(attribute),
        },
    )
}

/// Returns the keys of the reply of `users/me`.
pub(super) fn caller_keys() -> Vec<Key> {
    let caller = vec![
        Schema::Record(shape::<User>),
        Schema::Record(anonymous_shape),
    ];
    vec![Key::new("user", Schema::Any(caller))]
}

/// Returns the keys of [`AnonymousBody`].
fn anonymous_shape() -> Shape {
    Shape::new(
        "anonymous_user",
        User::ONE,
        User::MANY,
        vec![
            Key::new("id", Schema::Null),
            Key::new("name", Schema::Text),
            Key::new("email", Schema::Text),
            Key::new("role", Role::schema()),
            Key::new("active", Schema::Boolean),
            Key::new("organization_id", Schema::Null),
        ],
    )
}

/// The reply of `users/me` to an anonymous caller.
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
