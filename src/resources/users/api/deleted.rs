//! The operations on deleted users.

use serde::Serialize;

use crate::api::body::Body;
use crate::api::endpoint_limit::EndpointLimit;
use crate::api::error::ApiError;
use crate::api::json::JsonObject;
use crate::api::operation::{AllowedFor, Operation};
use crate::api::page::Paging;
use crate::api::page_limits::PageLimits;
use crate::api::reply::{ApiResult, Reply};
use crate::api::request::ApiRequest;
use crate::base::ids::UserId;
use crate::base::schema::{Key, Schema, Shape};
use crate::base::sequence::Sequence;
use crate::base::time::Timestamp;
use crate::resources::account::Account;
use crate::resources::roles::Subject;
use crate::resources::shown::{self, ShortForm, Show, count_keys, write_short};
use crate::resources::users::model::User;

/// The key of one deleted user, and the key of several.
const ONE: &str = "deleted_user";
const MANY: &str = "deleted_users";

const PAGES: PageLimits = PageLimits::up_to(100);

/// How a deleted user is shown.
const FORM: ShortForm = ShortForm {
    keys: &[
        "id",
        "url",
        "name",
        "email",
        "created_at",
        "updated_at",
        "time_zone",
        "phone",
        "shared_phone_number",
        "photo",
        "locale_id",
        "locale",
        "organization_id",
        "role",
        "active",
    ],
    path: "deleted_users",
};

/// [`GET /api/v2/deleted_users`](https://developer.zendesk.com/api-reference/ticketing/users/users/#list-deleted-users)
///
/// Lists the deleted users by id, including those that are deleted permanently. These have the name
/// `Permanently Deleted User`.
pub const LIST_DELETED: Operation = Operation::get("ListDeletedUsers", "/api/v2/deleted_users")
    .named("deleted_users", "index")
    .showing(Body::Many(deleted_shape))
    .in_scope("users")
    .paged(PAGES);

pub(super) fn list(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let paging = Paging::read(request)?;
    request.authorize(account, Subject::Account)?;
    let page = paging.page(&account.users.deleted_by_id())?;
    let ids = page.ids.iter().copied().map(UserId::new);
    let users: Vec<&User> = ids.filter_map(|id| account.users.get(id)).collect();
    let body = JsonObject::new().objects(MANY, users, |object, user| {
        write_short(object, request, user, FORM, user.derived(account))
    });
    Ok(Reply::page(body, &page))
}

/// [`GET /api/v2/deleted_users/count`](https://developer.zendesk.com/api-reference/ticketing/users/users/#count-deleted-users)
///
/// Returns the number of deleted users, including those that are deleted permanently.
pub const COUNT_DELETED: Operation =
    Operation::get("CountDeletedUsers", "/api/v2/deleted_users/count")
        .named("deleted_users", "count")
        .showing(Body::Keys(count_keys))
        .in_scope("users");

pub(super) fn count(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    request.authorize(account, Subject::Account)?;
    let count = account.users.deleted_by_id().len();
    Ok(shown::count(account, count))
}

/// [`GET /api/v2/deleted_users/{deleted_user_id}`](https://developer.zendesk.com/api-reference/ticketing/users/users/#show-deleted-user)
///
/// Returns a user that is deleted, but not permanently.
pub const SHOW_DELETED: Operation =
    Operation::get("ShowDeletedUser", "/api/v2/deleted_users/{deleted_user_id}")
        .named("deleted_users", "show")
        .showing(Body::One(deleted_shape))
        .in_scope("users");

pub(super) fn show(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: UserId = request.path_id(0, "id")?;
    account.users.deleted(id).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::User(id))?;
    single(account, request, id)
}

/// [`DELETE /api/v2/deleted_users/{deleted_user_id}`](https://developer.zendesk.com/api-reference/ticketing/users/users/#permanently-delete-user)
///
/// Deletes a user permanently, who must be deleted already. The reply is 200 with what is left.
///
/// Zendesk limits this to 700 users in ten minutes:
/// [`endpoint_limits`](crate::MockZendeskBuilder::endpoint_limits) enforces it.
pub const DELETE_PERMANENTLY: Operation = Operation::delete(
    "PermanentlyDeleteUser",
    "/api/v2/deleted_users/{deleted_user_id}",
)
.named("deleted_users", "destroy")
.showing(Body::One(deleted_shape))
.in_scope("users")
.allowing(AllowedFor::AdminsAndAgentsForEndUsers)
.limited_to(&EndpointLimit::OF_PERMANENT_DELETIONS);

pub(super) fn delete_permanently(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: UserId = request.path_id(0, "id")?;
    account.users.deleted(id).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::User(id))?;
    let by = request.caller_id().unwrap_or(account.owner);
    account.delete_user_permanently(id, by)?;
    single(account, request, id)
}

fn single(account: &Account, request: &ApiRequest<'_>, id: UserId) -> ApiResult {
    let user = account.users.get(id).ok_or(ApiError::RecordNotFound)?;
    let body = JsonObject::new().object(ONE, |object| {
        write_short(object, request, user, FORM, user.derived(account))
    });
    Ok(Reply::json(body))
}

/// [`GET /api/v2/users/{user_id}/compliance_deletion_statuses`](https://developer.zendesk.com/api-reference/ticketing/users/users/#show-compliance-deletion-statuses)
///
/// Returns the request to delete a user permanently. Without one, the reply is 404.
///
/// The double does not report how each of Zendesk's products carries out the request.
pub const SHOW_COMPLIANCE: Operation = Operation::get(
    "ShowUserComplianceDeletionStatuses",
    "/api/v2/users/{user_id}/compliance_deletion_statuses",
)
.named("compliance_deletion_statuses", "index")
.showing(Body::Keys(compliance_keys))
.in_scope("users")
.lacking(&["application"]);

pub(super) fn show_compliance(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: UserId = request.path_id(0, "user_id")?;
    let user = account
        .users
        .get(id)
        .filter(|user| user.permanently_deleted);
    let user = user.ok_or(ApiError::RecordNotFound)?;
    let requested = ComplianceDeletionStatus {
        action: "request_deletion",
        application: "all",
        account_subdomain: "mock-zendesk",
        executer_id: user.permanently_deleted_by.unwrap_or(account.owner),
        user_id: id,
        // Nothing changes the user any more.
        created_at: user.updated_at,
    };
    request.authorize(account, Subject::User(id))?;
    let body = JsonObject::new().field("compliance_deletion_statuses", &[requested]);
    Ok(Reply::json(body))
}

/// Returns the keys of a deleted user.
fn deleted_shape() -> Shape {
    let user = shown::shape::<User>();
    let keys = user.keys.into_iter();
    Shape::new(
        ONE,
        ONE,
        MANY,
        keys.filter(|key| FORM.keys.contains(&key.name)).collect(),
    )
}

/// Returns the keys of the reply of [`SHOW_COMPLIANCE`].
fn compliance_keys() -> Vec<Key> {
    let status = vec![
        Key::new("action", Schema::Text),
        Key::new("application", Schema::Text),
        Key::new("account_subdomain", Schema::Text),
        Key::new("executer_id", Schema::Integer),
        Key::new("user_id", Schema::Integer),
        Key::new("created_at", Schema::Time),
    ];
    vec![Key::new(
        "compliance_deletion_statuses",
        Schema::Object(status).list(),
    )]
}

/// A step of the permanent deletion of a user.
#[derive(Debug, Serialize)]
struct ComplianceDeletionStatus {
    action: &'static str,
    application: &'static str,
    account_subdomain: &'static str,
    executer_id: UserId,
    user_id: UserId,
    created_at: Timestamp,
}
