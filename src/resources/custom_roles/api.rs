//! The operations on custom roles, and the attributes that one shows.

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::operation::{AllowedFor, Operation};
use crate::api::page::Paging;
use crate::api::page_limits::PageLimits;
use crate::api::reply::ApiResult;
use crate::api::request::ApiRequest;
use crate::base::ids::CustomRoleId;
use crate::base::open_question::OpenQuestion;
use crate::base::schema::Key;
use crate::base::sequence::GivenOrder;
use crate::base::value::Shown;
use crate::resources::account::Account;
use crate::resources::handler::Handler;
use crate::resources::roles::Subject;
use crate::resources::shown::{Show, collection, serialize_alone, shape, shown};

use super::configuration::{OF_ADMINS, OF_AGENTS};
use super::model::{CustomRole, CustomRoleDerived, RoleType};

pub(crate) const HANDLERS: &[(Operation, Handler)] = &[(LIST, list), (SHOW, show)];

/// [`GET /api/v2/custom_roles`](https://developer.zendesk.com/api-reference/ticketing/account-configuration/custom_roles/#list-custom-roles)
///
/// Lists all custom roles by name.
pub const LIST: Operation = Operation::get("ListCustomRoles", "/api/v2/custom_roles")
    .named("custom_roles", "index")
    .showing(Body::Many(shape::<CustomRole>))
    .paged(PageLimits::OFFSET_ONLY);

fn list(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let paging = Paging::read(request)?;
    request.authorize(account, Subject::Account)?;
    let is_forbidden = request.answers.is_other(OpenQuestion::NoCustomRoles);
    if is_forbidden && account.custom_roles.by_name().is_empty() {
        return Err(ApiError::Forbidden);
    }
    let roles = account.custom_roles.by_name().into_iter();
    let page = paging.page(&GivenOrder(roles.map(|role| role.id.get()).collect()))?;
    Ok(collection::<CustomRole>(account, request, &page))
}

/// [`GET /api/v2/custom_roles/{custom_role_id}`](https://developer.zendesk.com/api-reference/ticketing/account-configuration/custom_roles/#show-custom-role)
pub const SHOW: Operation = Operation::get(
    "ShowCustomRoleById",
    "/api/v2/custom_roles/{custom_role_id}",
)
.named("custom_roles", "show")
.showing(Body::One(shape::<CustomRole>))
.allowing(AllowedFor::Admins);

fn show(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: CustomRoleId = request.path_id(0, "id")?;
    account
        .custom_roles
        .get(id)
        .ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    shown::<CustomRole>(account, request, id)
}

impl Show for CustomRole {
    const ONE: &'static str = "custom_role";
    const MANY: &'static str = "custom_roles";

    fn find(account: &Account, id: CustomRoleId) -> Option<&Self> {
        account.custom_roles.get(id)
    }

    fn derived_key(name: &'static str, attribute: CustomRoleDerived) -> Option<Key> {
        Some(match attribute {
            CustomRoleDerived::Configuration => Key::new(name, Shown::Hash(OF_ADMINS).schema()),
        })
    }

    fn derived_alone(&self, attribute: CustomRoleDerived) -> Option<Shown<'_>> {
        match attribute {
            CustomRoleDerived::Configuration => Some(Shown::Hash(match self.role_type {
                RoleType::Admin => OF_ADMINS,
                _ => OF_AGENTS,
            })),
        }
    }
}

serialize_alone!(CustomRole);
