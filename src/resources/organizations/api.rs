//! The operations on organizations, as documented, and the JSON of an organization.

mod agents;
mod bulk;
mod counts;
mod exports;
mod find;

use http::header::{CACHE_CONTROL, HeaderValue};

use crate::api::body::Body;
use crate::api::endpoint_limit::EndpointLimit;
use crate::api::error::ApiError;
use crate::api::operation::{AllowedFor, Operation, Success};
use crate::api::page::Paging;
use crate::api::page_limits::PageLimits;
use crate::api::reply::{ApiResult, Reply};
use crate::api::request::ApiRequest;
use crate::api::takes::Takes;
use crate::base::field_value::FieldValues;
use crate::base::ids::{OrganizationId, UserId};
use crate::base::schema::Key;
use crate::base::sequence::{GivenOrder, SortedIds};
use crate::base::value::{AttributeValue as _, Shown};
use crate::resources::account::Account;
use crate::resources::exports::export;
use crate::resources::handler::Handler;
use crate::resources::roles::Subject;
use crate::resources::shown::{Show, collection, created, serialize_alone, shape, shown};

use agents::allowed_changes;
use exports::LACKING_SIDELOADS;

use super::model::{Organization, OrganizationDerived};

pub use bulk::{CREATE_MANY, DESTROY_MANY, UPDATE_MANY};
pub use counts::{ADD_TAGS, COUNT, COUNT_OF_USER, LIST_TAGS, REMOVE_TAGS, SET_TAGS, SHOW_RELATED};
pub use exports::{EXPORT, EXPORT_SAMPLE};
pub use find::{AUTOCOMPLETE, AUTOCOMPLETE_BY_POST, CREATE_OR_UPDATE, SEARCH, SHOW_MANY};

pub(crate) const HANDLERS: &[(Operation, Handler)] = &[
    (LIST, list),
    (LIST_OF_USER, list_of_user),
    (SHOW_MANY, find::show_many),
    (SEARCH, find::search),
    (AUTOCOMPLETE, find::autocomplete),
    (AUTOCOMPLETE_BY_POST, find::autocomplete),
    (COUNT, counts::count),
    (COUNT_OF_USER, counts::count_of_user),
    (CREATE_OR_UPDATE, find::create_or_update),
    (CREATE_MANY, bulk::create_many),
    (UPDATE_MANY, bulk::update_many),
    (DESTROY_MANY, bulk::destroy_many),
    (SHOW, show),
    (SHOW_RELATED, counts::related),
    (LIST_TAGS, counts::list_tags),
    (SET_TAGS, counts::set_tags),
    (ADD_TAGS, counts::add_tags),
    (REMOVE_TAGS, counts::remove_tags),
    (CREATE, create),
    (UPDATE, update),
    (DELETE, delete),
    (EXPORT, export::<Organization>),
    (EXPORT_SAMPLE, export::<Organization>),
];

pub(crate) const PAGES: PageLimits = PageLimits::up_to(1000);

const TAKES: Takes = Takes::one::<Organization>("organization");

/// [`GET /api/v2/organizations`](https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#list-organizations)
///
/// Lists all organizations: by name under offset pagination, by id under cursor pagination.
pub const LIST: Operation = Operation::get("ListOrganizations", "/api/v2/organizations")
    .named("organizations", "index")
    .showing(Body::Many(shape::<Organization>))
    .paged(PAGES)
    .lacking(&["include_boundary_indicators", "include_item_cursors"]);

fn list(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let paging = Paging::read(request)?;
    request.authorize(account, Subject::Account)?;
    let page = paging.page_of(
        &account.organizations.by_name(),
        &account.organizations.by_id(),
    )?;
    let reply = collection::<Organization>(account, request, &page);
    // This is recorded of this list only.
    Ok(if page.is_of_cursor() {
        reply.header(
            CACHE_CONTROL,
            HeaderValue::from_static("max-age=30, private"),
        )
    } else {
        reply
    })
}

/// `GET /api/v2/users/{user_id}/organizations`
///
/// Lists the organizations of a user: by name under offset pagination, by id under cursor
/// pagination.
pub const LIST_OF_USER: Operation = Operation::get(
    "ListUserOrganizations",
    "/api/v2/users/{user_id}/organizations",
)
.named("organizations", "index")
.showing(Body::Many(shape::<Organization>))
.paged(PAGES)
.lacking(&["include_boundary_indicators", "include_item_cursors"]);

fn list_of_user(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let user: UserId = request.path_id(0, "user_id")?;
    let paging = Paging::read(request)?;
    account.users.get(user).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::User(user))?;
    let by_name: Vec<u64> = account
        .organization_ids_of_user(user)
        .map(OrganizationId::get)
        .collect();
    let by_id = SortedIds::new(by_name.iter().copied());
    let page = paging.page_of(&GivenOrder(by_name), &by_id)?;
    Ok(collection::<Organization>(account, request, &page))
}

/// [`GET /api/v2/organizations/{organization_id}`](https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#show-organization)
pub const SHOW: Operation = Operation::get(
    "ShowOrganization",
    "/api/v2/organizations/{organization_id}",
)
.named("organizations", "show")
.showing(Body::One(shape::<Organization>))
.lacking(&["include_boundary_indicators", "include_item_cursors"])
.lacking_sideloads(LACKING_SIDELOADS);

fn show(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: OrganizationId = request.path_id(0, "id")?;
    account
        .organizations
        .get(id)
        .ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    shown::<Organization>(account, request, id)
}

/// [`POST /api/v2/organizations`](https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#create-organization)
///
/// Creates an organization. "You must provide a unique `name` for each organization. Normally the
/// system doesn't allow records to be created with identical names."
pub const CREATE: Operation = Operation::post("CreateOrganization", "/api/v2/organizations")
    .named("organizations", "create")
    .showing(Body::One(shape::<Organization>))
    .taking(TAKES)
    .requiring(&[&["name"]])
    .answers(Success::Created)
    .allowing(AllowedFor::Admins)
    .invalid_because("the name is taken");

fn create(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let changes = request.root()?.changes::<Organization>()?;
    request.authorize(account, Subject::Account)?;
    let id = account.create_organization(changes)?;
    created::<Organization>(account, request, id)
}

/// [`PUT /api/v2/organizations/{organization_id}`](https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#update-organization)
///
/// Changes the given attributes. The memberships of an organization show a new name at once, and
/// sort by it. Agents may only change `notes`.
pub const UPDATE: Operation = Operation::put(
    "UpdateOrganization",
    "/api/v2/organizations/{organization_id}",
)
.named("organizations", "update")
.showing(Body::One(shape::<Organization>))
.taking(TAKES)
.limited_to(&EndpointLimit::OF_ORGANIZATION)
.invalid_because("the name is taken");

fn update(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: OrganizationId = request.path_id(0, "id")?;
    let changes = request.root()?.changes::<Organization>()?;
    account
        .organizations
        .get(id)
        .ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    let changes = allowed_changes(account, request, changes)?;
    account.update_organization(id, changes)?;
    shown::<Organization>(account, request, id)
}

/// [`DELETE /api/v2/organizations/{organization_id}`](https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#delete-organization)
///
/// Deletes an organization and its memberships.
pub const DELETE: Operation = Operation::delete(
    "DeleteOrganization",
    "/api/v2/organizations/{organization_id}",
)
.named("organizations", "destroy")
.answers(Success::NoContent)
.allowing(AllowedFor::Admins)
.invalid_because("a merge of it is in progress");

fn delete(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: OrganizationId = request.path_id(0, "id")?;
    account
        .organizations
        .get(id)
        .ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    account.delete_organization(id)?;
    Ok(Reply::no_content())
}

impl Show for Organization {
    const ONE: &'static str = "organization";
    const MANY: &'static str = "organizations";

    fn find(account: &Account, id: OrganizationId) -> Option<&Self> {
        account.organizations.get(id)
    }

    fn derived_key(name: &'static str, attribute: OrganizationDerived) -> Option<Key> {
        Some(match attribute {
            OrganizationDerived::OrganizationFields => Key::new(name, FieldValues::schema()),
        })
    }

    fn derived_alone(&self, attribute: OrganizationDerived) -> Option<Shown<'_>> {
        match attribute {
            OrganizationDerived::OrganizationFields => Some(self.organization_fields.show()),
        }
    }

    fn derived<'a>(
        &'a self,
        account: &'a Account,
    ) -> impl Fn(OrganizationDerived) -> Option<Shown<'a>> {
        |attribute| match attribute {
            OrganizationDerived::OrganizationFields => Some(Shown::AllFieldValues {
                fields: account.organization_fields.shown(),
                values: &self.organization_fields,
            }),
        }
    }
}

serialize_alone!(Organization);
