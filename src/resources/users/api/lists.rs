//! The lists of users, and their filters.

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::operation::Operation;
use crate::api::page::Paging;
use crate::api::page_limits::PageLimits;
use crate::api::reply::ApiResult;
use crate::api::request::ApiRequest;
use crate::base::folded::folded;
use crate::base::ids::OrganizationId;
use crate::base::sequence::{GivenOrder, Sequence, SortedIds};
use crate::base::value::{Expected, parse_integer};
use crate::resources::account::Account;
use crate::resources::roles::Subject;
use crate::resources::shown::collection;
use crate::resources::shown::shape;

use crate::resources::users::model::User;

/// The values that `include` accepts.
pub(crate) const SIDELOADS: &[&str] = &["organizations", "identities", "groups"];

/// The values that `include` accepts in Zendesk and that the double does not implement.
pub(crate) const LACKING_SIDELOADS: &[&str] = &["abilities", "open_ticket_count", "roles"];

pub(crate) const PAGES: PageLimits = PageLimits::up_to(1000);

/// The parameters that filter every list of users.
pub(crate) const USER_FILTERS: &[&str] = &["role", "role[]", "permission_set", "external_id"];

/// [`GET /api/v2/users`](https://developer.zendesk.com/api-reference/ticketing/users/users/#list-users)
///
/// Lists all users that are not deleted, by id.
///
/// `role`, `role[]`, `permission_set` and `external_id` filter the list together. No other
/// parameter does: with `email`, the list contains all users.
pub const LIST: Operation = Operation::get("ListUsers", "/api/v2/users")
    .named("users", "index")
    .showing(Body::Many(shape::<User>))
    .paged(PAGES)
    .reading(USER_FILTERS)
    .sideloading(SIDELOADS)
    .lacking(&[
        "brand_id",
        "include_boundary_indicators",
        "include_item_cursors",
    ])
    .lacking_sideloads(LACKING_SIDELOADS)
    .never_empty();

pub(super) fn list(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let paging = Paging::read(request)?;
    let filter = Filter::read(request)?;
    request.authorize(account, Subject::Account)?;
    let page = match filter {
        None => paging.page(&account.users.by_id())?,
        Some(filter) => paging.page(&filter.apply(account, &account.users.by_id()))?,
    };
    Ok(collection::<User>(account, request, &page))
}

/// The values of `sort_by`.
pub(crate) const SORT_KEYS: &[&str] = &["id", "name", "created_at", "updated_at"];

/// The values of `sort_order`.
pub(crate) const SORT_ORDERS: &[&str] = &["asc", "desc"];

/// `GET /api/v2/organizations/{organization_id}/users`
///
/// Lists the users in an organization, by id, with the filters of [`LIST`].
///
/// Under offset pagination, `sort_by` (`id`, `name`, `created_at` or `updated_at`) and `sort_order`
/// choose another order.
pub const LIST_OF_ORGANIZATION: Operation = Operation::get(
    "ListOrganizationUsers",
    "/api/v2/organizations/{organization_id}/users",
)
.named("users", "index")
.showing(Body::Many(shape::<User>))
.paged(PAGES)
.reading(&[
    "role",
    "role[]",
    "permission_set",
    "external_id",
    "sort_by",
    "sort_order",
])
.sideloading(SIDELOADS)
.lacking_sideloads(LACKING_SIDELOADS);

pub(super) fn list_of_organization(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let organization: OrganizationId = request.path_id(0, "organization_id")?;
    let paging = Paging::read(request)?;
    let filter = Filter::read(request)?;
    let sort_by = word(request, "sort_by", SORT_KEYS)?;
    let sort_order = word(request, "sort_order", SORT_ORDERS)?;
    account
        .organizations
        .get(organization)
        .ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    let members = account.memberships.users_of(organization);
    let page = match (filter, sort_by) {
        (None, None) => paging.page(&members)?,
        (filter, sort_by) => {
            let by_id = filter.unwrap_or_default().apply(account, &members);
            let sorted = sorted(account, &by_id, sort_by, sort_order);
            paging.page_of(&sorted, &by_id)?
        }
    };
    Ok(collection::<User>(account, request, &page))
}

/// Returns the users of a list that match the filters of the request, by id.
pub(crate) fn filtered(
    account: &Account,
    request: &ApiRequest<'_>,
    list: &dyn Sequence,
) -> Result<SortedIds, ApiError> {
    let filter = Filter::read(request)?.unwrap_or_default();
    Ok(filter.apply(account, list))
}

/// Returns the number of users of a list that match the filters of the request. An external id does
/// not count as a filter.
pub(super) fn counted(
    account: &Account,
    request: &ApiRequest<'_>,
    list: &dyn Sequence,
) -> Result<usize, ApiError> {
    let filter = Filter {
        external_id: None,
        ..Filter::read(request)?.unwrap_or_default()
    };
    Ok(filter.apply(account, list).len())
}

/// The filters of a list. A user must match all of them.
#[derive(Debug, Default)]
struct Filter {
    /// The user must have one of these roles. Empty means any role.
    roles: Vec<String>,
    /// Whether a custom role is requested. The double has none, so no user matches.
    has_permission_set: bool,
    external_id: Option<String>,
}

impl Filter {
    /// Reads the filters. `None` means that the request has none.
    fn read(request: &ApiRequest<'_>) -> Result<Option<Self>, ApiError> {
        let query = &request.query;
        let permission_set = query.get("permission_set");
        if permission_set.is_some_and(|id| parse_integer(id).is_none()) {
            return Err(request
                .operation
                .invalid_attribute("permission_set", Expected::Integer));
        }
        let filter = Self {
            roles: query.list("role").into_iter().map(str::to_owned).collect(),
            has_permission_set: permission_set.is_some(),
            external_id: query.get("external_id").map(str::to_owned),
        };
        let narrows =
            !filter.roles.is_empty() || filter.has_permission_set || filter.external_id.is_some();
        Ok(Some(filter).filter(|_| narrows))
    }

    fn apply(&self, account: &Account, list: &dyn Sequence) -> SortedIds {
        let ids = list.ids(0..list.len()).into_iter();
        SortedIds::new(ids.filter(|id| {
            let user = account.users.get((*id).into());
            user.is_some_and(|user| self.holds(user))
        }))
    }

    fn holds(&self, user: &User) -> bool {
        let has_role =
            self.roles.is_empty() || self.roles.iter().any(|role| role == user.role.word());
        let has_external_id = self.external_id.as_deref().is_none_or(|wanted| {
            let own = user.external_id.as_deref();
            own.is_some_and(|own| folded(own) == folded(wanted))
        });
        has_role && has_external_id && !self.has_permission_set
    }
}

/// Returns the value of a parameter that must be one of these words.
fn word<'a>(
    request: &'a ApiRequest<'_>,
    name: &str,
    words: &'static [&'static str],
) -> Result<Option<&'a str>, ApiError> {
    let given = request.query.get(name);
    let is_word = |given: &str| words.iter().any(|word| word.eq_ignore_ascii_case(given));
    match given {
        Some(given) if !is_word(given) => {
            let operation = request.operation;
            Err(operation.invalid_attribute(name, Expected::Word(words)))
        }
        given => Ok(given),
    }
}

/// Sorts the users as the request says.
fn sorted(
    account: &Account,
    list: &SortedIds,
    by: Option<&str>,
    order: Option<&str>,
) -> GivenOrder {
    let mut users: Vec<&User> = list
        .iter()
        .filter_map(|id| account.users.get(id.into()))
        .collect();
    match by {
        Some("name") => users.sort_by_cached_key(|user| folded(&user.name).into_owned()),
        Some("created_at") => users.sort_by_key(|user| user.created_at),
        Some("updated_at") => users.sort_by_key(|user| user.updated_at),
        _ => {}
    }
    if order.is_some_and(|order| order.eq_ignore_ascii_case("desc")) {
        users.reverse();
    }
    GivenOrder(users.into_iter().map(|user| user.id.get()).collect())
}
