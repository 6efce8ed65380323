//! The operations on numbers of organizations, on what is related to one, and on its tags.

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::json::JsonObject;
use crate::api::operation::{AllowedFor, Operation, Success};
use crate::api::reply::{ApiResult, Reply};
use crate::api::request::ApiRequest;
use crate::base::ids::{OrganizationId, UserId};
use crate::base::open_question::OpenQuestion;
use crate::base::schema::{Key, Schema};
use crate::base::sequence::Sequence;
use crate::resources::account::Account;
use crate::resources::roles::Subject;
use crate::resources::shown;
use crate::resources::shown::count_keys;
use crate::resources::users::api::{given_tags, tags_keys};

/// [`GET /api/v2/organizations/count`](https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#count-organizations)
///
/// Returns the number of organizations.
pub const COUNT: Operation = Operation::get("CountOrganizations", "/api/v2/organizations/count")
    .named("organizations", "count")
    .showing(Body::Keys(count_keys));

pub(super) fn count(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    request.authorize(account, Subject::Account)?;
    Ok(shown::count(account, account.organizations.len()))
}

/// `GET /api/v2/users/{user_id}/organizations/count`
///
/// Returns the number of a user's organizations.
pub const COUNT_OF_USER: Operation = Operation::get(
    "CountUserOrganizations",
    "/api/v2/users/{user_id}/organizations/count",
)
.named("organizations", "count")
.showing(Body::Keys(count_keys));

pub(super) fn count_of_user(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let user: UserId = request.path_id(0, "user_id")?;
    account.users.get(user).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::User(user))?;
    let counted = account.memberships.count_of_user(user);
    Ok(shown::count(account, counted))
}

/// [`GET /api/v2/organizations/{organization_id}/related`](https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#show-organizations-related-information)
///
/// Returns how many users are in an organization, and how many tickets belong to it.
pub const SHOW_RELATED: Operation = Operation::get(
    "OrganizationRelated",
    "/api/v2/organizations/{organization_id}/related",
)
.named("organizations", "related")
.showing(Body::Keys(related_keys));

pub(super) fn related(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id = named(account, request, "id")?;
    let tickets = account.tickets.of_organization(id).len();
    let users = account.memberships.users_of(id).len();
    let body = JsonObject::new().object("organization_related", |related| {
        related
            .field("tickets_count", &tickets)
            .field("users_count", &users)
    });
    Ok(Reply::json(body))
}

/// [`GET /api/v2/organizations/{organization_id}/tags`](https://developer.zendesk.com/api-reference/ticketing/ticket-management/tags/#list-resource-tags)
///
/// Returns the tags of an organization.
pub const LIST_TAGS: Operation = Operation::get(
    "ListOrganizationTags",
    "/api/v2/organizations/{organization_id}/tags",
)
.named("tags", "index")
.showing(Body::Keys(tags_keys));

pub(super) fn list_tags(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id = named(account, request, "organization_id")?;
    Ok(tags_of(account, id))
}

/// `POST /api/v2/organizations/{organization_id}/tags`
///
/// Replaces the tags of an organization.
pub const SET_TAGS: Operation = Operation::post(
    "SetTagsOrganization",
    "/api/v2/organizations/{organization_id}/tags",
)
.named("tags", "create")
.showing(Body::Keys(tags_keys))
.reading(&["tags"])
.requiring(&[&["tags"]])
.answers(Success::Created)
.allowing(AllowedFor::Admins)
.invalid_because("a merge of the organization is in progress");

pub(super) fn set_tags(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let tags = given_tags(request)?;
    let id = named(account, request, "organization_id")?;
    account.change_tags_of_organization(id, |_| tags.clone())?;
    let reply = tags_of(account, id);
    Ok(match request.answers.is_other(OpenQuestion::StatusOfTags) {
        true => reply.of_change(),
        false => reply,
    })
}

/// `PUT /api/v2/organizations/{organization_id}/tags`
///
/// Adds tags to those of an organization, and returns all of them.
pub const ADD_TAGS: Operation = Operation::put(
    "PutTagsOrganization",
    "/api/v2/organizations/{organization_id}/tags",
)
.named("tags", "update")
.showing(Body::Keys(tags_keys))
.reading(&["tags"])
.requiring(&[&["tags"]])
.allowing(AllowedFor::Admins)
.invalid_because("a merge of the organization is in progress");

pub(super) fn add_tags(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let tags = given_tags(request)?;
    let id = named(account, request, "organization_id")?;
    account.change_tags_of_organization(id, |present| [present, &tags].concat())?;
    Ok(tags_of(account, id))
}

/// `DELETE /api/v2/organizations/{organization_id}/tags`
///
/// Removes tags from those of an organization.
pub const REMOVE_TAGS: Operation = Operation::delete(
    "DeleteTagsOrganization",
    "/api/v2/organizations/{organization_id}/tags",
)
.named("tags", "destroy")
.reading(&["tags"])
.requiring(&[&["tags"]])
.answers(Success::NoContent)
.allowing(AllowedFor::Admins)
.invalid_because("a merge of the organization is in progress");

pub(super) fn remove_tags(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let tags = given_tags(request)?;
    let id = named(account, request, "organization_id")?;
    account.change_tags_of_organization(id, |present| {
        let goes = |tag: &String| tags.iter().any(|other| other.to_lowercase() == *tag);
        present.iter().filter(|tag| !goes(tag)).cloned().collect()
    })?;
    Ok(Reply::no_content())
}

/// Returns the keys of the reply of [`SHOW_RELATED`].
fn related_keys() -> Vec<Key> {
    let counts = ["tickets_count", "users_count"].map(|name| Key::new(name, Schema::Integer));
    vec![Key::new(
        "organization_related",
        Schema::Object(counts.into()),
    )]
}

/// Finds the organization that the path names, and checks that the caller may access it.
fn named(
    account: &Account,
    request: &ApiRequest<'_>,
    name: &str,
) -> Result<OrganizationId, ApiError> {
    let id: OrganizationId = request.path_id(0, name)?;
    account
        .organizations
        .get(id)
        .ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    Ok(id)
}

fn tags_of(account: &Account, id: OrganizationId) -> Reply {
    let tags = account
        .organizations
        .get(id)
        .map(|organization| organization.tags.as_slice());
    Reply::json(JsonObject::new().field("tags", tags.unwrap_or_default()))
}
