//! The operations on organizations, as the documentation lists them, and what an organization looks like on the wire.

use std::collections::BTreeMap;

use serde::Serialize;

use http::header::{CACHE_CONTROL, HeaderValue};

use crate::api::attributes::Attributes;
use crate::api::error::ApiError;
use crate::api::json::JsonObject;
use crate::api::operation::{AllowedFor, ApiResult, Operation, Takes};
use crate::api::page::{Limits, Page, Paging};
use crate::api::reply::{Reply, Success};
use crate::api::request::ApiRequest;
use crate::api::url::ResourceUrl;
use crate::base::ids::{OrganizationId, UserId};
use crate::base::sequence::{GivenOrder, SortedIds};
use crate::base::time::Timestamp;
use crate::resources::account::Account;
use crate::resources::roles::Subject;

use super::model::{Organization, OrganizationChanges};

pub(crate) const OPERATIONS: &[Operation] = &[LIST, LIST_OF_USER, SHOW_MANY, SHOW, CREATE, UPDATE, DELETE];

pub(crate) const PAGES: Limits = Limits::up_to(1000);

const TAKES: Takes = Takes::One {
    root: "organization",
    keys: &[
        "name",
        "shared_tickets",
        "shared_comments",
        "external_id",
        "domain_names",
        "details",
        "notes",
        "group_id",
        "tags",
        "organization_fields",
    ],
};

/// [`GET
/// /api/v2/organizations`](https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#list-organizations)
///
/// All organizations: by name under offset pagination, by id under cursor pagination.
pub const LIST: Operation =
    Operation::get("ListOrganizations", "/api/v2/organizations", list).named("organizations", "index");

fn list(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let paging = Paging::read(request, PAGES)?;
    request.authorize(account, Subject::Account)?;
    let page = paging.page_of(&account.organizations.by_name(), &account.organizations.by_id())?;
    let reply = list_reply(account, request, &page);
    // Recorded of this list only.
    Ok(if page.is_of_cursor() {
        reply.header(CACHE_CONTROL, HeaderValue::from_static("max-age=30, private"))
    } else {
        reply
    })
}

/// `GET /api/v2/users/{user_id}/organizations`
///
/// The organizations that a user is in: by name under offset pagination, by id under cursor pagination.
pub const LIST_OF_USER: Operation =
    Operation::get("ListUserOrganizations", "/api/v2/users/{user_id}/organizations", list_of_user)
        .named("organizations", "index");

fn list_of_user(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let user: UserId = request.path_id(0, "user_id")?;
    let paging = Paging::read(request, PAGES)?;
    account.users.get(user).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::User(user))?;
    let by_name: Vec<u64> = account.organization_ids_of_user(user).map(OrganizationId::get).collect();
    let by_id = SortedIds::new(by_name.iter().copied());
    let page = paging.page_of(&GivenOrder(by_name), &by_id)?;
    Ok(list_reply(account, request, &page))
}

/// [`GET
/// /api/v2/organizations/show_many`](https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#show-many-organizations)
///
/// The organizations named by `ids`, by name; those that are not there are left out.
pub const SHOW_MANY: Operation = Operation::get("ShowManyOrganizations", "/api/v2/organizations/show_many", show_many)
    .named("organizations", "show_many");

fn show_many(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let ids = request.ids()?.into_iter().filter_map(|id| u64::try_from(id).ok()).map(OrganizationId::new);
    request.authorize(account, Subject::Account)?;
    let mut found: Vec<OrganizationId> = ids.filter(|id| account.organizations.get(*id).is_some()).collect();
    found.sort_by_key(|id| (account.organizations.sort_name(*id), *id));
    let by_name = GivenOrder(found.into_iter().map(OrganizationId::get).collect());
    Ok(list_reply(account, request, &Page::whole(&by_name)))
}

/// [`GET
/// /api/v2/organizations/{organization_id}`](https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#show-organization)
pub const SHOW: Operation =
    Operation::get("ShowOrganization", "/api/v2/organizations/{organization_id}", show).named("organizations", "show");

fn show(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: OrganizationId = request.path_id(0, "id")?;
    let body = single(account, request, id)?;
    request.authorize(account, Subject::Account)?;
    Ok(Reply::json(body))
}

/// [`POST
/// /api/v2/organizations`](https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#create-organization)
///
/// "You must provide a unique `name` for each organization. Normally the system doesn't allow records to be created
/// with identical names."
pub const CREATE: Operation = Operation::post("CreateOrganization", "/api/v2/organizations", create)
    .named("organizations", "create")
    .taking(TAKES)
    .answers(Success::Created)
    .allowing(AllowedFor::Admins);

fn create(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let changes = changes(&request.root()?)?;
    request.authorize(account, Subject::Account)?;
    let id = account.create_organization(changes)?;
    Ok(Reply::json(single(account, request, id)?).location(url(request, id)))
}

/// [`PUT
/// /api/v2/organizations/{organization_id}`](https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#update-organization)
///
/// Changes what is given. The memberships of an organization show a new name at once, and sort by it.
pub const UPDATE: Operation = Operation::put("UpdateOrganization", "/api/v2/organizations/{organization_id}", update)
    .named("organizations", "update")
    .taking(TAKES)
    .allowing(AllowedFor::Admins);

fn update(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: OrganizationId = request.path_id(0, "id")?;
    let changes = changes(&request.root()?)?;
    account.organizations.get(id).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    account.update_organization(id, changes)?;
    single(account, request, id).map(Reply::json)
}

/// [`DELETE
/// /api/v2/organizations/{organization_id}`](https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#delete-organization)
///
/// Deletes an organization and the memberships in it.
pub const DELETE: Operation =
    Operation::delete("DeleteOrganization", "/api/v2/organizations/{organization_id}", delete)
        .named("organizations", "destroy")
        .answers(Success::NoContent)
        .allowing(AllowedFor::Admins);

fn delete(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: OrganizationId = request.path_id(0, "id")?;
    account.organizations.get(id).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    account.delete_organization(id)?;
    Ok(Reply::no_content())
}

fn changes(attributes: &Attributes<'_>) -> Result<OrganizationChanges, ApiError> {
    // The double's account has no fields of its own, and Zendesk drops values for fields that an account has not.
    attributes.hash("organization_fields")?;
    Ok(OrganizationChanges {
        name: attributes.nullable("name", Attributes::text)?.map(Option::unwrap_or_default),
        shared_tickets: attributes.boolean("shared_tickets")?,
        shared_comments: attributes.boolean("shared_comments")?,
        external_id: attributes.nullable("external_id", Attributes::text)?,
        domain_names: attributes.texts("domain_names")?,
        details: attributes.nullable("details", Attributes::text)?,
        notes: attributes.nullable("notes", Attributes::text)?,
        group_id: attributes.nullable("group_id", Attributes::id)?,
        tags: attributes.texts("tags")?,
    })
}

fn single(account: &Account, request: &ApiRequest<'_>, id: OrganizationId) -> Result<JsonObject, ApiError> {
    let organization = account.organizations.get(id).ok_or(ApiError::RecordNotFound)?;
    Ok(JsonObject::new().field("organization", &OrganizationBody::new(request, organization)))
}

fn list_reply(account: &Account, request: &ApiRequest<'_>, page: &Page) -> Reply {
    let organizations = page.ids.iter().filter_map(|id| account.organizations.get((*id).into()));
    let bodies: Vec<_> = organizations.map(|organization| OrganizationBody::new(request, organization)).collect();
    Reply::json(page.write_links(JsonObject::new().field("organizations", &bodies)))
}

fn url<'a>(request: &'a ApiRequest<'_>, id: OrganizationId) -> ResourceUrl<'a> {
    request.url("organizations", id.get())
}

/// An organization as it goes over the wire, in Zendesk's order of keys.
#[derive(Serialize)]
pub(crate) struct OrganizationBody<'a> {
    url: ResourceUrl<'a>,
    id: OrganizationId,
    name: &'a str,
    shared_tickets: bool,
    shared_comments: bool,
    external_id: Option<&'a str>,
    created_at: Timestamp,
    updated_at: Timestamp,
    domain_names: &'a [String],
    details: Option<&'a str>,
    notes: Option<&'a str>,
    group_id: Option<u64>,
    tags: &'a [String],
    organization_fields: BTreeMap<&'a str, ()>,
}

impl<'a> OrganizationBody<'a> {
    pub(crate) fn new(request: &'a ApiRequest<'_>, organization: &'a Organization) -> Self {
        Self {
            url: url(request, organization.id),
            id: organization.id,
            name: &organization.name,
            shared_tickets: organization.shared_tickets,
            shared_comments: organization.shared_comments,
            external_id: organization.external_id.as_deref(),
            created_at: organization.created_at,
            updated_at: organization.updated_at,
            domain_names: &organization.domain_names,
            details: organization.details.as_deref(),
            notes: organization.notes.as_deref(),
            group_id: organization.group_id,
            tags: &organization.tags,
            organization_fields: BTreeMap::new(),
        }
    }
}
