//! The operations on users, as the documentation lists them. How a user looks on the wire is in `wire.rs`.

use std::sync::Arc;

use http::header::{ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue, VARY};

use crate::api::attributes::Attributes;
use crate::api::error::ApiError;
use crate::api::json::JsonObject;
use crate::api::operation::{AllowedFor, ApiResult, Operation, Takes};
use crate::api::page::{Limits, Page, Paging};
use crate::api::reply::{Reply, Success};
use crate::api::request::{ApiRequest, Caller};
use crate::base::ids::{OrganizationId, UserId};
use crate::base::sequence::SortedIds;
use crate::resources::account::Account;
use crate::resources::job_statuses::api::job_queued;
use crate::resources::roles::Subject;

use super::model::{Role, TicketRestriction, UserChanges};
use super::tasks::CreateMany;
use super::wire::{AnonymousBody, UserBody, url};

pub(crate) const OPERATIONS: &[Operation] =
    &[LIST, LIST_OF_ORGANIZATION, ME, SHOW_MANY, SHOW, CREATE, CREATE_MANY, UPDATE, DELETE];

const PAGES: Limits = Limits::up_to(1000);

const KEYS: &[&str] = &[
    "name",
    "email",
    "time_zone",
    "phone",
    "organization_id",
    "role",
    "verified",
    "external_id",
    "tags",
    "alias",
    "signature",
    "details",
    "notes",
    "ticket_restriction",
    "only_private_comments",
    "suspended",
    "user_fields",
    // Whether to send an e-mail: the double sends none.
    "skip_verify_email",
];

/// [`GET /api/v2/users`](https://developer.zendesk.com/api-reference/ticketing/users/users/#list-users)
///
/// All users that are not deleted, by id.
pub const LIST: Operation = Operation::get("ListUsers", "/api/v2/users", list).named("users", "index");

fn list(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let paging = Paging::read(request, PAGES)?;
    request.authorize(account, Subject::Account)?;
    let page = paging.page(&account.users.by_id())?;
    Ok(list_reply(account, request, &page))
}

/// `GET /api/v2/organizations/{organization_id}/users`
///
/// The users in an organization, by id.
pub const LIST_OF_ORGANIZATION: Operation =
    Operation::get("ListOrganizationUsers", "/api/v2/organizations/{organization_id}/users", list_of_organization)
        .named("users", "index");

fn list_of_organization(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let organization: OrganizationId = request.path_id(0, "organization_id")?;
    let paging = Paging::read(request, PAGES)?;
    account.organizations.get(organization).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    let page = paging.page(&account.memberships.users_of(organization))?;
    Ok(list_reply(account, request, &page))
}

/// [`GET /api/v2/users/me`](https://developer.zendesk.com/api-reference/ticketing/users/users/#show-self)
///
/// The user whose credentials these are. Without credentials this is no error, but an anonymous user: a program that
/// checks its credentials here by the status is mistaken.
pub const ME: Operation =
    Operation::get("ShowCurrentUser", "/api/v2/users/me", me).named("users", "show").allowing(AllowedFor::Anybody);

fn me(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let body = match request.caller {
        Caller::Anonymous => JsonObject::new().field("user", &AnonymousBody::new()),
        Caller::User(id) => {
            let user = account.users.get(id).ok_or(ApiError::RecordNotFound)?;
            JsonObject::new().field("user", &UserBody::of_caller(request, user))
        }
    };
    Ok(Reply::json(body)
        .header(VARY, HeaderValue::from_static("origin"))
        .header(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("X-Zendesk-API-Warn")))
}

/// [`GET /api/v2/users/show_many`](https://developer.zendesk.com/api-reference/ticketing/users/users/#show-many-users)
///
/// The users named by `ids`, by id; those that are not there are left out.
pub const SHOW_MANY: Operation =
    Operation::get("ShowManyUsers", "/api/v2/users/show_many", show_many).named("users", "show_many");

fn show_many(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let ids = request.ids()?.into_iter().filter_map(|id| u64::try_from(id).ok());
    request.authorize(account, Subject::Account)?;
    let found = SortedIds::new(ids.filter(|id| account.users.get((*id).into()).is_some()));
    Ok(list_reply(account, request, &Page::whole(&found)))
}

/// [`GET /api/v2/users/{user_id}`](https://developer.zendesk.com/api-reference/ticketing/users/users/#show-user)
///
/// A user, also a deleted one: that has `"active": false`.
pub const SHOW: Operation = Operation::get("ShowUser", "/api/v2/users/{user_id}", show).named("users", "show");

fn show(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: UserId = request.path_id(0, "id")?;
    let body = single(account, request, id)?;
    request.authorize(account, Subject::User(id))?;
    Ok(Reply::json(body))
}

/// [`POST /api/v2/users`](https://developer.zendesk.com/api-reference/ticketing/users/users/#create-user)
///
/// Creates a user; one with an `organization_id` is a member of that organization from the start.
pub const CREATE: Operation = Operation::post("CreateUser", "/api/v2/users", create)
    .named("users", "create")
    .taking(Takes::One { root: "user", keys: KEYS })
    .answers(Success::Created)
    .allowing(AllowedFor::AdminsAndAgentsForEndUsers);

fn create(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let changes = changes(&request.root()?)?;
    request.authorize(account, Subject::SomeoneWith(changes.role.unwrap_or(Role::EndUser)))?;
    let id = account.create_user(changes)?;
    Ok(Reply::json(single(account, request, id)?).location(url(request, id)))
}

/// [`POST
/// /api/v2/users/create_many`](https://developer.zendesk.com/api-reference/ticketing/users/users/#create-many-users)
///
/// Creates up to 100 users in a background job.
pub const CREATE_MANY: Operation = Operation::post("CreateManyUsers", "/api/v2/users/create_many", create_many)
    .named("users", "create_many")
    .taking(Takes::Many { root: "users", keys: KEYS })
    .allowing(AllowedFor::AdminsAndAgentsForEndUsers);

fn create_many(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let roots = request.roots(ApiError::TooManyUsers)?;
    let new = roots.iter().map(changes).collect::<Result<Vec<_>, _>>()?;
    request.authorize(account, Subject::Account)?;
    let by = request.agent(account);
    let items = account.draw_ids_for_job(new.len()).into_iter().zip(new).collect();
    job_queued(account, request, Arc::new(CreateMany { items, by }))
}

/// [`PUT /api/v2/users/{user_id}`](https://developer.zendesk.com/api-reference/ticketing/users/users/#update-user)
///
/// Changes what is given. Setting `organization_id` removes the user from all other organizations.
pub const UPDATE: Operation = Operation::put("UpdateUser", "/api/v2/users/{user_id}", update)
    .named("users", "update")
    .taking(Takes::One { root: "user", keys: KEYS })
    .allowing(AllowedFor::AdminsAndAgentsForEndUsers);

fn update(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: UserId = request.path_id(0, "id")?;
    let changes = changes(&request.root()?)?;
    account.users.get(id).filter(|user| user.active).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::User(id))?;
    // An agent makes nobody an agent or an admin either.
    request.authorize(account, changes.role.map_or(Subject::User(id), Subject::SomeoneWith))?;
    account.update_user(id, changes)?;
    single(account, request, id).map(Reply::json)
}

/// [`DELETE /api/v2/users/{user_id}`](https://developer.zendesk.com/api-reference/ticketing/users/users/#delete-user)
///
/// Deletes a user. Other than most deletions this answers 200 with what is left of the user, which can still be read.
pub const DELETE: Operation = Operation::delete("DeleteUser", "/api/v2/users/{user_id}", delete)
    .named("users", "destroy")
    .allowing(AllowedFor::AdminsAndAgentsForEndUsers);

fn delete(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: UserId = request.path_id(0, "id")?;
    account.users.get(id).filter(|user| user.active).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::User(id))?;
    account.delete_user(id)?;
    single(account, request, id).map(Reply::json)
}

fn changes(attributes: &Attributes<'_>) -> Result<UserChanges, ApiError> {
    // The double's account has no fields of its own, and Zendesk drops values for fields that an account has not.
    attributes.hash("user_fields")?;
    attributes.boolean("skip_verify_email")?;
    let role = |attributes: &Attributes<'_>| {
        attributes.word("role", &[("end-user", Role::EndUser), ("agent", Role::Agent), ("admin", Role::Admin)])
    };
    let ticket_restriction = |attributes: &Attributes<'_>, key: &str| {
        attributes.word(
            key,
            &[
                ("organization", TicketRestriction::Organization),
                ("groups", TicketRestriction::Groups),
                ("assigned", TicketRestriction::Assigned),
                ("requested", TicketRestriction::Requested),
            ],
        )
    };
    Ok(UserChanges {
        name: attributes.nullable("name", Attributes::text)?.map(Option::unwrap_or_default),
        email: attributes.nullable("email", Attributes::text)?,
        time_zone: attributes.text("time_zone")?,
        phone: attributes.nullable("phone", Attributes::text)?,
        organization_id: attributes.nullable("organization_id", Attributes::id)?,
        role: role(attributes)?,
        verified: attributes.boolean("verified")?,
        external_id: attributes.nullable("external_id", Attributes::text)?,
        tags: attributes.texts("tags")?,
        alias: attributes.nullable("alias", Attributes::text)?,
        signature: attributes.nullable("signature", Attributes::text)?,
        details: attributes.nullable("details", Attributes::text)?,
        notes: attributes.nullable("notes", Attributes::text)?,
        ticket_restriction: attributes.nullable("ticket_restriction", ticket_restriction)?,
        only_private_comments: attributes.boolean("only_private_comments")?,
        suspended: attributes.boolean("suspended")?,
    })
}

fn single(account: &Account, request: &ApiRequest<'_>, id: UserId) -> Result<JsonObject, ApiError> {
    let user = account.users.get(id).ok_or(ApiError::RecordNotFound)?;
    Ok(JsonObject::new().field("user", &UserBody::new(request, user)))
}

fn list_reply(account: &Account, request: &ApiRequest<'_>, page: &Page) -> Reply {
    let users = page.ids.iter().filter_map(|id| account.users.get((*id).into()));
    let bodies: Vec<_> = users.map(|user| UserBody::new(request, user)).collect();
    Reply::json(page.write_links(JsonObject::new().field("users", &bodies)))
}
