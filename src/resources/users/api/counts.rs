//! The operations on numbers of users, on what is related to a user, and on its tags.

use serde_json::Value;

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::json::JsonObject;
use crate::api::operation::{Operation, Success};
use crate::api::reply::{ApiResult, Reply};
use crate::api::request::ApiRequest;
use crate::base::ids::{GroupId, OrganizationId, UserId};
use crate::base::schema::{Key, Schema};
use crate::base::sequence::Sequence;
use crate::resources::account::Account;
use crate::resources::roles::Subject;
use crate::resources::shown;
use crate::resources::shown::count_keys;

use super::lists::counted;

/// The parameters that filter a count.
const COUNT_FILTERS: &[&str] = &["role", "role[]", "permission_set"];

/// [`GET /api/v2/users/count`](https://developer.zendesk.com/api-reference/ticketing/users/users/#count-users)
///
/// Returns the number of users that are not deleted, filtered by `role`, `role[]` and
/// `permission_set`.
pub const COUNT: Operation = Operation::get("CountUsers", "/api/v2/users/count")
    .named("users", "count")
    .showing(Body::Keys(count_keys))
    .reading(COUNT_FILTERS);

pub(super) fn count(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    request.authorize(account, Subject::Account)?;
    let count = counted(account, request, &account.users.by_id())?;
    Ok(shown::count(account, count))
}

/// `GET /api/v2/organizations/{organization_id}/users/count`
///
/// Returns the number of users in an organization.
pub const COUNT_OF_ORGANIZATION: Operation = Operation::get(
    "CountOrganizationUsers",
    "/api/v2/organizations/{organization_id}/users/count",
)
.named("users", "count")
.showing(Body::Keys(count_keys))
.reading(COUNT_FILTERS);

pub(super) fn count_of_organization(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: OrganizationId = request.path_id(0, "organization_id")?;
    account
        .organizations
        .get(id)
        .ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    let count = counted(account, request, &account.memberships.users_of(id))?;
    Ok(shown::count(account, count))
}

/// `GET /api/v2/groups/{group_id}/users/count`
///
/// Returns the number of users in a group.
pub const COUNT_OF_GROUP: Operation =
    Operation::get("CountGroupUsers", "/api/v2/groups/{group_id}/users/count")
        .named("users", "count")
        .showing(Body::Keys(count_keys))
        .reading(COUNT_FILTERS);

pub(super) fn count_of_group(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: GroupId = request.path_id(0, "group_id")?;
    account.groups.active(id).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    let count = counted(account, request, &account.group_memberships.users_of(id))?;
    Ok(shown::count(account, count))
}

/// [`GET /api/v2/users/{user_id}/related`](https://developer.zendesk.com/api-reference/ticketing/users/users/#show-user-related-information)
///
/// Returns how many tickets a user requested, how many are assigned to it, and how many
/// organizations it subscribed to.
///
/// The double does not implement copies of tickets, so this count is 0.
pub const SHOW_RELATED: Operation =
    Operation::get("ShowUserRelated", "/api/v2/users/{user_id}/related")
        .named("users", "related")
        .showing(Body::Keys(related_keys));

pub(super) fn related(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: UserId = request.path_id(0, "id")?;
    let user = account.users.get(id).ok_or(ApiError::RecordNotFound)?;
    let is_active = user.active;
    request.authorize(account, Subject::User(id))?;
    let requested = account.tickets.requested_by(id).len();
    let is_assigned =
        |ticket: &&crate::resources::tickets::model::Ticket| ticket.assignee_id == Some(id);
    let assigned = account.tickets.iter().filter(is_assigned).count();
    let subscriptions = account.subscriptions.of_user(id).len();
    let of_active = |count: usize| if is_active { count } else { 0 };
    let body = JsonObject::new().object("user_related", |related| {
        related
            .field("assigned_tickets", &of_active(assigned))
            .field("requested_tickets", &of_active(requested))
            .field("ccd_tickets", &0)
            .field("organization_subscriptions", &subscriptions)
    });
    Ok(Reply::json(body))
}

/// [`GET /api/v2/users/{user_id}/tags`](https://developer.zendesk.com/api-reference/ticketing/ticket-management/tags/#list-resource-tags)
///
/// Returns the tags of a user.
pub const LIST_TAGS: Operation = Operation::get("ListUserTags", "/api/v2/users/{user_id}/tags")
    .named("tags", "index")
    .showing(Body::Keys(tags_keys));

pub(super) fn list_tags(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id = tagged_user(account, request)?;
    Ok(tags_of(account, id))
}

/// `POST /api/v2/users/{user_id}/tags`
///
/// Replaces the tags of a user.
pub const SET_TAGS: Operation = Operation::post("SetTagsUser", "/api/v2/users/{user_id}/tags")
    .named("tags", "create")
    .showing(Body::Keys(tags_keys))
    .reading(&["tags"])
    .requiring(&[&["tags"]])
    .answers(Success::Created);

pub(super) fn set_tags(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let tags = given_tags(request)?;
    let id = tagged_user(account, request)?;
    account.change_tags_of_user(id, |_| tags.clone())?;
    Ok(tags_of(account, id))
}

/// `PUT /api/v2/users/{user_id}/tags`
///
/// Adds tags to those of a user.
pub const ADD_TAGS: Operation = Operation::put("PutTagsUser", "/api/v2/users/{user_id}/tags")
    .named("tags", "update")
    .showing(Body::Keys(tags_keys))
    .reading(&["tags"])
    .requiring(&[&["tags"]]);

pub(super) fn add_tags(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let tags = given_tags(request)?;
    let id = tagged_user(account, request)?;
    account.change_tags_of_user(id, |present| [present, &tags].concat())?;
    Ok(tags_of(account, id))
}

/// `DELETE /api/v2/users/{user_id}/tags`
///
/// Removes tags from those of a user, and returns the remaining ones.
pub const REMOVE_TAGS: Operation =
    Operation::delete("DeleteTagsUser", "/api/v2/users/{user_id}/tags")
        .named("tags", "destroy")
        .showing(Body::Keys(tags_keys))
        .reading(&["tags"])
        .requiring(&[&["tags"]]);

pub(super) fn remove_tags(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let tags = given_tags(request)?;
    let id = tagged_user(account, request)?;
    account.change_tags_of_user(id, |present| {
        let stays = |tag: &&String| !tags.contains(*tag);
        present.iter().filter(stays).cloned().collect()
    })?;
    Ok(tags_of(account, id))
}

fn tagged_user(account: &Account, request: &ApiRequest<'_>) -> Result<UserId, ApiError> {
    let id: UserId = request.path_id(0, "user_id")?;
    account.users.active(id).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::User(id))?;
    Ok(id)
}

fn tags_of(account: &Account, id: UserId) -> Reply {
    let tags = account.users.get(id).map(|user| user.tags.as_slice());
    Reply::json(JsonObject::new().field("tags", tags.unwrap_or_default()))
}

/// Returns the keys of the reply of [`SHOW_RELATED`].
fn related_keys() -> Vec<Key> {
    let counts = [
        "assigned_tickets",
        "requested_tickets",
        "ccd_tickets",
        "organization_subscriptions",
    ];
    let counts = counts.map(|name| Key::new(name, Schema::Integer));
    vec![Key::new("user_related", Schema::Object(counts.into()))]
}

/// Returns the keys of a reply with tags.
pub(crate) fn tags_keys() -> Vec<Key> {
    vec![Key::new("tags", Schema::Text.list())]
}

/// Returns the `tags` of the body, or of the query.
pub(crate) fn given_tags(request: &ApiRequest<'_>) -> Result<Vec<String>, ApiError> {
    use crate::base::value::Expected;
    let in_query = || {
        let tags = request.query.list("tags").into_iter();
        let tags: Vec<String> = tags.map(str::to_owned).collect();
        Some(tags).filter(|tags| !tags.is_empty())
    };
    match request.body.get("tags") {
        None | Some(Value::Null) => in_query().ok_or(ApiError::ParameterMissing("tags")),
        Some(Value::Array(tags)) => {
            let text = |tag: &Value| tag.as_str().map(str::to_owned);
            let tags: Option<Vec<String>> = tags.iter().map(text).collect();
            tags.ok_or_else(|| request.operation.invalid_attribute("tags", Expected::Text))
        }
        Some(_) => Err(request.operation.invalid_attribute("tags", Expected::Array)),
    }
}
