//! The operations on users, as the documentation lists them. How a user looks on the wire is in
//! `wire.rs`.

use std::sync::Arc;

use http::header::{ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue, VARY};

use crate::api::attributes::Attributes;
use crate::api::error::ApiError;
use crate::api::json::JsonObject;
use crate::api::operation::{AllowedFor, Operation, Success, Takes};
use crate::api::page::{Page, Paging};
use crate::api::page_limits::PageLimits;
use crate::api::reply::{ApiResult, Reply};
use crate::api::request::{ApiRequest, Caller, IDS};
use crate::base::ids::{OrganizationId, UserId};
use crate::base::sequence::SortedIds;
use crate::resources::account::Account;
use crate::resources::handler::Handler;
use crate::resources::job_statuses::api::job_queued;
use crate::resources::roles::Subject;
use crate::resources::shown::{collection, created, shown};

use super::model::{Role, User};
use super::tasks::CreateMany;
use super::wire::{AnonymousBody, write_caller};

pub(crate) const HANDLERS: &[(Operation, Handler)] = &[
    (LIST, list),
    (LIST_OF_ORGANIZATION, list_of_organization),
    (ME, me),
    (SHOW_MANY, show_many),
    (SHOW, show),
    (CREATE, create),
    (CREATE_MANY, create_many),
    (UPDATE, update),
    (DELETE, delete),
];

const PAGES: PageLimits = PageLimits::up_to(1000);

/// What `include` may name in Zendesk, and the double does not implement.
const LACKING_SIDELOADS: &[&str] = &[
    "abilities",
    "groups",
    "identities",
    "open_ticket_count",
    "organizations",
    "roles",
];

/// [`GET /api/v2/users`](https://developer.zendesk.com/api-reference/ticketing/users/users/#list-users)
///
/// All users that are not deleted, by id.
pub const LIST: Operation = Operation::get("ListUsers", "/api/v2/users")
    .named("users", "index")
    .paged(PAGES)
    .lacking(&[
        "role",
        "role[]",
        "permission_set",
        "external_id",
        "brand_id",
        "include_boundary_indicators",
        "include_item_cursors",
    ])
    .lacking_sideloads(LACKING_SIDELOADS);

fn list(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let paging = Paging::read(request)?;
    request.authorize(account, Subject::Account)?;
    let page = paging.page(&account.users.by_id())?;
    Ok(collection::<User>(account, request, &page))
}

/// `GET /api/v2/organizations/{organization_id}/users`
///
/// The users in an organization, by id.
pub const LIST_OF_ORGANIZATION: Operation = Operation::get(
    "ListOrganizationUsers",
    "/api/v2/organizations/{organization_id}/users",
)
.named("users", "index")
.paged(PAGES)
.lacking(&[
    "role",
    "role[]",
    "permission_set",
    "external_id",
    "sort_by",
    "sort_order",
])
.lacking_sideloads(LACKING_SIDELOADS);

fn list_of_organization(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let organization: OrganizationId = request.path_id(0, "organization_id")?;
    let paging = Paging::read(request)?;
    account
        .organizations
        .get(organization)
        .ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    let page = paging.page(&account.memberships.users_of(organization))?;
    Ok(collection::<User>(account, request, &page))
}

/// [`GET /api/v2/users/me`](https://developer.zendesk.com/api-reference/ticketing/users/users/#show-self)
///
/// The user whose credentials these are. Without credentials this is no error, but an anonymous
/// user: a program that checks its credentials here by the status is mistaken.
pub const ME: Operation = Operation::get("ShowCurrentUser", "/api/v2/users/me")
    .named("users", "show")
    .allowing(AllowedFor::Anybody)
    .lacking_sideloads(LACKING_SIDELOADS);

fn me(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let body = match request.caller {
        Caller::Anonymous => JsonObject::new().field("user", &AnonymousBody::new()),
        Caller::User(id) => {
            let user = account.users.get(id).ok_or(ApiError::RecordNotFound)?;
            JsonObject::new().object("user", |object| {
                write_caller(object, account, request, user)
            })
        }
    };
    Ok(Reply::json(body)
        .header(VARY, HeaderValue::from_static("origin"))
        .header(
            ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("X-Zendesk-API-Warn"),
        ))
}

/// [`GET /api/v2/users/show_many`](https://developer.zendesk.com/api-reference/ticketing/users/users/#show-many-users)
///
/// The users named by `ids`, by id; those that are not there are left out.
pub const SHOW_MANY: Operation = Operation::get("ShowManyUsers", "/api/v2/users/show_many")
    .named("users", "show_many")
    .reading(IDS)
    .lacking(&["external_ids", "include_deleted", "brand_id"])
    .lacking_sideloads(LACKING_SIDELOADS);

fn show_many(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let ids = request
        .ids()?
        .into_iter()
        .filter_map(|id| u64::try_from(id).ok());
    request.authorize(account, Subject::Account)?;
    let found = SortedIds::new(ids.filter(|id| account.users.get((*id).into()).is_some()));
    Ok(collection::<User>(account, request, &Page::whole(&found)))
}

/// [`GET /api/v2/users/{user_id}`](https://developer.zendesk.com/api-reference/ticketing/users/users/#show-user)
///
/// A user, also a deleted one: that has `"active": false`.
pub const SHOW: Operation = Operation::get("ShowUser", "/api/v2/users/{user_id}")
    .named("users", "show")
    .lacking_sideloads(LACKING_SIDELOADS);

fn show(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: UserId = request.path_id(0, "id")?;
    account.users.get(id).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::User(id))?;
    shown::<User>(account, request, id)
}

/// [`POST /api/v2/users`](https://developer.zendesk.com/api-reference/ticketing/users/users/#create-user)
///
/// Creates a user; one with an `organization_id` is a member of that organization from the start.
pub const CREATE: Operation = Operation::post("CreateUser", "/api/v2/users")
    .named("users", "create")
    .taking(Takes::one::<User>("user"))
    .answers(Success::Created)
    .allowing(AllowedFor::AdminsAndAgentsForEndUsers);

fn create(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let changes = request.root()?.changes::<User>()?;
    request.authorize(
        account,
        Subject::SomeoneWith(changes.role.unwrap_or(Role::EndUser)),
    )?;
    let id = account.create_user(changes)?;
    created::<User>(account, request, id)
}

/// [`POST /api/v2/users/create_many`](https://developer.zendesk.com/api-reference/ticketing/users/users/#create-many-users)
///
/// Creates up to 100 users in a background job.
pub const CREATE_MANY: Operation = Operation::post("CreateManyUsers", "/api/v2/users/create_many")
    .named("users", "create_many")
    .taking(Takes::many::<User>("users"))
    .allowing(AllowedFor::AdminsAndAgentsForEndUsers);

fn create_many(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let roots = request.roots(ApiError::TooManyUsers)?;
    let new = roots
        .iter()
        .map(Attributes::changes::<User>)
        .collect::<Result<Vec<_>, _>>()?;
    request.authorize(account, Subject::Account)?;
    let by = request.agent(account);
    let items = account
        .draw_ids_for_job(new.len())
        .into_iter()
        .zip(new)
        .collect();
    job_queued(account, request, Arc::new(CreateMany { items, by }))
}

/// [`PUT /api/v2/users/{user_id}`](https://developer.zendesk.com/api-reference/ticketing/users/users/#update-user)
///
/// Changes what is given. Setting `organization_id` removes the user from all other organizations.
pub const UPDATE: Operation = Operation::put("UpdateUser", "/api/v2/users/{user_id}")
    .named("users", "update")
    .taking(Takes::one::<User>("user"))
    .allowing(AllowedFor::AdminsAndAgentsForEndUsers)
    .limited_to(5);

fn update(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: UserId = request.path_id(0, "id")?;
    let changes = request.root()?.changes::<User>()?;
    account.users.active(id).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::User(id))?;
    // An agent makes nobody an agent or an admin either.
    request.authorize(
        account,
        changes.role.map_or(Subject::User(id), Subject::SomeoneWith),
    )?;
    account.update_user(id, changes)?;
    shown::<User>(account, request, id)
}

/// [`DELETE /api/v2/users/{user_id}`](https://developer.zendesk.com/api-reference/ticketing/users/users/#delete-user)
///
/// Deletes a user. Other than most deletions this answers 200 with what is left of the user, which
/// can still be read.
pub const DELETE: Operation = Operation::delete("DeleteUser", "/api/v2/users/{user_id}")
    .named("users", "destroy")
    .allowing(AllowedFor::AdminsAndAgentsForEndUsers);

fn delete(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: UserId = request.path_id(0, "id")?;
    account.users.active(id).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::User(id))?;
    account.delete_user(id)?;
    shown::<User>(account, request, id)
}
