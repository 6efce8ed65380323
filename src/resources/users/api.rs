//! The operations on users, as documented. The JSON of a user is in `wire.rs`.

mod bulk;
mod counts;
mod deleted;
mod exports;
mod find;
mod lists;
mod merge;
mod passwords;

use http::header::{ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, HeaderValue, VARY};

use crate::api::body::Body;
use crate::api::endpoint_limit::EndpointLimit;
use crate::api::error::ApiError;
use crate::api::json::JsonObject;
use crate::api::operation::{AllowedFor, Operation, Success};
use crate::api::reply::{ApiResult, Reply};
use crate::api::request::{ApiRequest, Caller};
use crate::api::takes::Takes;
use crate::base::ids::UserId;
use crate::base::open_question::OpenQuestion;
use crate::resources::account::Account;
use crate::resources::exports::export;
use crate::resources::handler::Handler;
use crate::resources::roles::Subject;
use crate::resources::shown::{created, shape, shown};

use super::model::{Role, User};
use super::violations;
use super::wire::{AnonymousBody, caller_keys, write_caller};

pub use bulk::{CREATE_MANY, DESTROY_MANY, UPDATE_MANY};
pub use counts::{
    ADD_TAGS, COUNT, COUNT_OF_GROUP, COUNT_OF_ORGANIZATION, LIST_TAGS, REMOVE_TAGS, SET_TAGS,
    SHOW_RELATED,
};
pub(crate) use counts::{given_tags, tags_keys};
pub use deleted::{COUNT_DELETED, DELETE_PERMANENTLY, LIST_DELETED, SHOW_COMPLIANCE, SHOW_DELETED};
pub use exports::{EXPORT, EXPORT_BY_CURSOR, EXPORT_SAMPLE};
pub(crate) use find::updated_by_upsert;
pub use find::{
    AUTOCOMPLETE, AUTOCOMPLETE_BY_POST, CREATE_OR_UPDATE, CREATE_OR_UPDATE_MANY, SEARCH, SHOW_MANY,
};
pub(crate) use lists::{LACKING_SIDELOADS, SIDELOADS, USER_FILTERS, filtered};
pub use lists::{LIST, LIST_OF_ORGANIZATION};
#[cfg(feature = "openapi")]
pub(crate) use lists::{SORT_KEYS, SORT_ORDERS};
pub use merge::MERGE;
pub use passwords::{CHANGE_PASSWORD, SET_PASSWORD, SHOW_PASSWORD_REQUIREMENTS};

pub(crate) const HANDLERS: &[(Operation, Handler)] = &[
    (LIST, lists::list),
    (LIST_OF_ORGANIZATION, lists::list_of_organization),
    (ME, me),
    (SHOW_MANY, find::show_many),
    (SEARCH, find::search),
    (AUTOCOMPLETE, find::autocomplete),
    (AUTOCOMPLETE_BY_POST, find::autocomplete),
    (COUNT, counts::count),
    (COUNT_OF_ORGANIZATION, counts::count_of_organization),
    (COUNT_OF_GROUP, counts::count_of_group),
    (CREATE_OR_UPDATE, find::create_or_update),
    (CREATE_OR_UPDATE_MANY, find::create_or_update_many),
    (CREATE_MANY, bulk::create_many),
    (UPDATE_MANY, bulk::update_many),
    (DESTROY_MANY, bulk::destroy_many),
    (SHOW, show),
    (SHOW_RELATED, counts::related),
    (LIST_TAGS, counts::list_tags),
    (SET_TAGS, counts::set_tags),
    (ADD_TAGS, counts::add_tags),
    (REMOVE_TAGS, counts::remove_tags),
    (SET_PASSWORD, passwords::set),
    (CHANGE_PASSWORD, passwords::change),
    (SHOW_PASSWORD_REQUIREMENTS, passwords::requirements),
    (CREATE, create),
    (UPDATE, update),
    (DELETE, delete),
    (MERGE, merge::merge),
    (LIST_DELETED, deleted::list),
    (COUNT_DELETED, deleted::count),
    (SHOW_DELETED, deleted::show),
    (DELETE_PERMANENTLY, deleted::delete_permanently),
    (SHOW_COMPLIANCE, deleted::show_compliance),
    (EXPORT, export::<User>),
    (EXPORT_BY_CURSOR, export::<User>),
    (EXPORT_SAMPLE, export::<User>),
];

/// [`GET /api/v2/users/me`](https://developer.zendesk.com/api-reference/ticketing/users/users/#show-self)
///
/// Returns the user with these credentials. Without credentials this is not an error but returns an
/// anonymous user, so a program must not use the status to check its credentials.
pub const ME: Operation = Operation::get("ShowCurrentUser", "/api/v2/users/me")
    .named("users", "show")
    .showing(Body::Keys(caller_keys))
    .allowing(AllowedFor::Anybody)
    .lacking_sideloads(&[
        "abilities",
        "groups",
        "identities",
        "open_ticket_count",
        "organizations",
        "roles",
    ]);

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

/// [`GET /api/v2/users/{user_id}`](https://developer.zendesk.com/api-reference/ticketing/users/users/#show-user)
///
/// Returns a user. A deleted one has `"active": false`.
pub const SHOW: Operation = Operation::get("ShowUser", "/api/v2/users/{user_id}")
    .named("users", "show")
    .showing(Body::One(shape::<User>))
    .sideloading(SIDELOADS)
    .lacking_sideloads(LACKING_SIDELOADS);

fn show(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: UserId = request.path_id(0, "id")?;
    account.users.get(id).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::User(id))?;
    let reply = shown::<User>(account, request, id)?;
    Ok(reply.header(
        CACHE_CONTROL,
        HeaderValue::from_static("max-age=5, private"),
    ))
}

/// [`POST /api/v2/users`](https://developer.zendesk.com/api-reference/ticketing/users/users/#create-user)
///
/// Creates a user. With an `organization_id`, the user is a member of that organization from the
/// start.
pub const CREATE: Operation = Operation::post("CreateUser", "/api/v2/users")
    .named("users", "create")
    .showing(Body::One(shape::<User>))
    .taking(Takes::one::<User>("user"))
    .requiring(&[&["name"]])
    .also_ignoring(&["id"])
    .answers(Success::Created)
    .allowing(AllowedFor::AdminsAndAgentsForEndUsers)
    .invalid_because("another user has the address");

fn create(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let changes = request.root()?.changes::<User>()?;
    request.authorize(
        account,
        Subject::SomeoneWith(changes.role.unwrap_or(Role::EndUser)),
    )?;
    let id = account.create_user(changes)?;
    created::<User>(account, request, id)
}

/// [`PUT /api/v2/users/{user_id}`](https://developer.zendesk.com/api-reference/ticketing/users/users/#update-user)
///
/// Changes the given attributes. Setting `organization_id` removes the user from all other
/// organizations. A new `email` becomes an additional identity, and the user's `email` stays the
/// same: [`identities::MAKE_PRIMARY`](crate::identities::MAKE_PRIMARY) changes it.
pub const UPDATE: Operation = Operation::put("UpdateUser", "/api/v2/users/{user_id}")
    .named("users", "update")
    .showing(Body::One(shape::<User>))
    .taking(Takes::one::<User>("user"))
    .also_ignoring(&["id"])
    .allowing(AllowedFor::AdminsAndAgentsForEndUsers)
    .limited_to(&EndpointLimit::OF_USER)
    .invalid_because("another user has the address");

fn update(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: UserId = request.path_id(0, "id")?;
    let changes = request.root()?.changes::<User>()?;
    account.users.active(id).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::User(id))?;
    // An agent cannot make anybody an agent or an admin either.
    request.authorize(
        account,
        changes.role.map_or(Subject::User(id), Subject::SomeoneWith),
    )?;
    account.update_user(id, changes)?;
    shown::<User>(account, request, id)
}

/// [`DELETE /api/v2/users/{user_id}`](https://developer.zendesk.com/api-reference/ticketing/users/users/#delete-user)
///
/// Deletes a user. Unlike most deletions, the reply is 200 with the remaining record of the user,
/// which can still be read.
pub const DELETE: Operation = Operation::delete("DeleteUser", "/api/v2/users/{user_id}")
    .named("users", "destroy")
    .showing(Body::One(shape::<User>))
    .allowing(AllowedFor::AdminsAndAgentsForEndUsers)
    .invalid_because("the user requested a ticket that is not closed");

fn delete(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: UserId = request.path_id(0, "id")?;
    account.users.active(id).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::User(id))?;
    // Users cannot delete themselves.
    if request.caller_id() == Some(id) {
        return Err(
            match request.answers.is_other(OpenQuestion::DeletingOneself) {
                true => ApiError::RecordInvalid(vec![violations::deletes_itself()]),
                false => ApiError::Forbidden,
            },
        );
    }
    account.delete_user(id)?;
    shown::<User>(account, request, id)
}
