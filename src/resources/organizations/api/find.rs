//! The operations that find organizations, or create one that is not found.

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::operation::{AllowedFor, Operation};
use crate::api::page::{Page, Paging};
use crate::api::page_limits::PageLimits;
use crate::api::reply::ApiResult;
use crate::api::request::{ApiRequest, IDS_OR_EXTERNAL_IDS, NamedRecords};
use crate::api::takes::Takes;
use crate::base::ids::{OrganizationId, RecordId as _};
use crate::base::open_question::OpenQuestion;
use crate::base::sequence::GivenOrder;
use crate::resources::account::Account;
use crate::resources::roles::Subject;
use crate::resources::shown::{collection, created, shape, shown};

use super::agents::allowed_changes;
use crate::resources::organizations::model::Organization;

/// [`GET /api/v2/organizations/search`](https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#search-organizations)
///
/// Finds the organization with this `external_id` or `name`.
///
/// Both must match completely, ignoring case.
pub const SEARCH: Operation = Operation::get("SearchOrganizations", "/api/v2/organizations/search")
    .named("organizations", "search")
    .showing(Body::Many(shape::<Organization>))
    .paged(PageLimits::OFFSET_ONLY)
    .reading(&["external_id", "name"])
    .requiring(&[&["external_id", "name"]])
    .allowing(AllowedFor::Admins);

pub(super) fn search(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let paging = Paging::read(request)?;
    let index = account.as_looked_up();
    let answers = request.answers;
    let name = request.query.get("name");
    let external_id = request
        .query
        .get("external_id")
        .filter(|_| name.is_none() || !answers.is_other(OpenQuestion::OrganizationsSearchByBoth));
    let found = match (external_id, name) {
        (Some(external_id), _) => index.organizations.with_external_id(external_id),
        (None, Some(name)) => index.organizations.named(name),
        (None, None) if answers.is_other(OpenQuestion::OrganizationsSearchByNothing) => None,
        (None, None) => return Err(ApiError::ParameterMissing("external_id")),
    };
    request.authorize(account, Subject::Account)?;
    let found = found.filter(|id| account.organizations.get(*id).is_some());
    let list = GivenOrder(found.into_iter().map(OrganizationId::get).collect());
    let page = paging.page(&list)?;
    Ok(collection::<Organization>(account, request, &page))
}

/// [`GET /api/v2/organizations/autocomplete`](https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#autocomplete-organizations)
///
/// Finds the organizations whose name starts with `name`, ignoring case, and returns them by name.
///
/// Names that do not start with a letter or a digit are never found.
pub const AUTOCOMPLETE: Operation = Operation::get(
    "AutocompleteOrganizations",
    "/api/v2/organizations/autocomplete",
)
.named("organizations", "autocomplete")
.showing(Body::Many(shape::<Organization>))
.paged(PageLimits::OFFSET_ONLY)
.reading(&["name"])
.requiring(&[&["name"]])
.lacking(&["field_id", "source"]);

/// `POST /api/v2/organizations/autocomplete`
///
/// Finds organizations like [`AUTOCOMPLETE`].
pub const AUTOCOMPLETE_BY_POST: Operation = Operation::post(
    "AutocompleteOrganizationsPost",
    "/api/v2/organizations/autocomplete",
)
.named("organizations", "autocomplete")
.showing(Body::Many(shape::<Organization>))
.paged(PageLimits::OFFSET_ONLY)
.reading(&["name"])
.requiring(&[&["name"]])
.lacking(&["field_id", "source"]);

pub(super) fn autocomplete(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let paging = Paging::read(request)?;
    let is_given = request.query.get("name").is_some() || request.body.contains_key("name");
    if !is_given
        && !request
            .answers
            .is_other(OpenQuestion::OrganizationsSearchByNothing)
    {
        return Err(ApiError::ParameterMissing("name"));
    }
    request.authorize(account, Subject::Account)?;
    let index = account.as_looked_up();
    let found = match request.text("name") {
        Some(name) => index.organizations.with_name_prefix(&name).collect(),
        None => Vec::new(),
    };
    let starts_plainly = |id: &OrganizationId| {
        let name = index.organizations.sort_name(*id);
        name.chars().next().is_some_and(char::is_alphanumeric)
            && account.organizations.get(*id).is_some()
    };
    let found = found.into_iter().filter(starts_plainly);
    let list = GivenOrder(found.map(OrganizationId::get).collect());
    let page = paging.page(&list)?;
    Ok(collection::<Organization>(account, request, &page))
}

/// [`POST /api/v2/organizations/create_or_update`](https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#create-or-update-organization)
///
/// Updates the organization with the given `id` or `external_id`.
///
/// If there is no such organization, it is created, and the status is 201 instead of 200. The name
/// does not identify an organization: a name that is taken is refused.
pub const CREATE_OR_UPDATE: Operation = Operation::post(
    "CreateOrUpdateOrganization",
    "/api/v2/organizations/create_or_update",
)
.named("organizations", "create_or_update")
.creating_some()
.showing(Body::One(shape::<Organization>))
.taking(Takes::one::<Organization>("organization"))
.also_taking(&["id"])
.invalid_because("the name is taken");

pub(super) fn create_or_update(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let root = request.root()?;
    let changes = root.changes::<Organization>()?;
    match account.find_organization(root.id()?, &changes)? {
        Some(id) => {
            request.authorize(account, Subject::Account)?;
            let changes = allowed_changes(account, request, changes)?;
            account.update_organization(id, changes)?;
            shown::<Organization>(account, request, id)
        }
        None => {
            request.authorize(account, Subject::Account)?;
            // Agents cannot create organizations.
            if request.agent(account).is_some() {
                return Err(ApiError::Forbidden);
            }
            let id = account.create_organization(changes)?;
            let reply = created::<Organization>(account, request, id)?;
            Ok(reply.of_creation())
        }
    }
}

/// [`GET /api/v2/organizations/show_many`](https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#show-many-organizations)
///
/// Returns the organizations with these `ids` or `external_ids`, by name. Missing ones are left
/// out.
pub const SHOW_MANY: Operation =
    Operation::get("ShowManyOrganizations", "/api/v2/organizations/show_many")
        .named("organizations", "show_many")
        .showing(Body::Many(shape::<Organization>))
        .reading(IDS_OR_EXTERNAL_IDS)
        .requiring(&[&["ids", "external_ids"]]);

pub(super) fn show_many(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let named = request.named_records()?;
    request.authorize(account, Subject::Account)?;
    let mut found: Vec<OrganizationId> = match named {
        NamedRecords::Ids(ids) => ids
            .into_iter()
            .filter_map(|id| OrganizationId::from_given(id).ok())
            .filter(|id| account.organizations.get(*id).is_some())
            .collect(),
        NamedRecords::ExternalIds(external_ids) => external_ids
            .iter()
            .filter_map(|external_id| account.organizations.with_external_id(external_id))
            .collect(),
    };
    found.sort_by_key(|id| (account.organizations.sort_name(*id), *id));
    let by_name = GivenOrder(found.into_iter().map(OrganizationId::get).collect());
    Ok(collection::<Organization>(
        account,
        request,
        &Page::whole(&by_name),
    ))
}
