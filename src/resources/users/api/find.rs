//! The operations that find users, or create those that are not found.

use std::sync::Arc;

use http::header::{CACHE_CONTROL, HeaderValue};

use crate::api::attributes::Attributes;
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::operation::{AllowedFor, Operation, Queues};
use crate::api::page::{Page, Paging};
use crate::api::page_limits::PageLimits;
use crate::api::reply::{ApiResult, Reply};
use crate::api::request::{ApiRequest, IDS_OR_EXTERNAL_IDS, NamedRecords};
use crate::api::takes::Takes;
use crate::base::ids::{Kind, RecordId, UserId};
use crate::base::open_question::OpenQuestion;
use crate::base::sequence::{Descending, GivenOrder, SortedIds};
use crate::resources::account::Account;
use crate::resources::job_statuses::api::{job_keys, job_queued};
use crate::resources::roles::Subject;
use crate::resources::search::found::Search;
use crate::resources::search::order::Sorting;
use crate::resources::search::sought::Asker;
use crate::resources::shown::{collection, collection_of, created, shape, shown};

use super::lists::{LACKING_SIDELOADS, SIDELOADS};
use crate::resources::users::find::Criteria;
use crate::resources::users::model::{Role, User};
use crate::resources::users::tasks::CreateOrUpdateMany;

/// [`GET /api/v2/users/search`](https://developer.zendesk.com/api-reference/ticketing/users/users/#search-users)
///
/// Finds users by `external_id`, or by a `query`: an e-mail address, a phone number, words of a
/// name, or terms such as `role:agent`.
///
/// The list is sorted by id, under offset pagination only.
pub const SEARCH: Operation = Operation::get("SearchUsers", "/api/v2/users/search")
    .named("users", "search")
    .showing(Body::Many(shape::<User>))
    .paged(PageLimits::OFFSET_ONLY)
    .reading(&["query", "external_id"])
    .sideloading(SIDELOADS)
    .lacking_sideloads(LACKING_SIDELOADS)
    .invalid_because("the query is not valid");

pub(super) fn search(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let paging = Paging::read(request)?;
    request.authorize(account, Subject::Account)?;
    let given = |name| {
        request
            .query
            .get(name)
            .filter(|text| !text.trim().is_empty())
    };
    let (mut unknown, index) = (Vec::new(), account.as_looked_up());
    let answers = request.answers;
    let external_id = given("external_id")
        .filter(|_| given("query").is_none() || !answers.is_other(OpenQuestion::UsersSearchByBoth));
    let found: Vec<u64> = match (external_id, given("query")) {
        (Some(external_id), _) => {
            let found = index.users.with_external_id(external_id);
            found.map(UserId::get).into_iter().collect()
        }
        (None, Some(query)) => {
            let asker = Asker::new(account, request.caller_id());
            let search = Search::read(query, &[Kind::User], Sorting::Unsorted, &asker)?;
            unknown.extend_from_slice(&search.unknown);
            search.users(index)
        }
        (None, None) if answers.is_other(OpenQuestion::UsersSearchByNothing) => {
            return Err(ApiError::ParameterMissing("query"));
        }
        (None, None) => Vec::new(),
    };
    let is_there = |id: &u64| account.users.active(UserId::new(*id)).is_some();
    let by_id = SortedIds::new(found.into_iter().filter(is_there));
    let page = if answers.is_other(OpenQuestion::OrderOfUserSearch) {
        paging.page(&Descending(&by_id))?
    } else {
        paging.page(&by_id)?
    };
    let sought = given("query").filter(|_| external_id.is_none());
    let reply = if answers.is_other(OpenQuestion::SecondaryAddress) {
        let users = page
            .ids
            .iter()
            .filter_map(|id| account.users.get(UserId::new(*id)));
        let users: Vec<User> = users
            .map(|user| with_address(account, user, sought))
            .collect();
        collection_of(account, request, &page, &users.iter().collect::<Vec<_>>())
    } else {
        collection::<User>(account, request, &page)
    };
    Ok(reply.ignoring(&unknown).header(
        CACHE_CONTROL,
        HeaderValue::from_static("max-age=10, private"),
    ))
}

/// Returns the user with the address that a search asks for as its `email`, if it has that address.
fn with_address(account: &Account, user: &User, query: Option<&str>) -> User {
    let address = query.map(|query| query.trim().trim_matches('"'));
    let own = address.filter(|address| account.holder_of_email(address) == Some(user.id));
    User {
        email: own.map(str::to_owned).or_else(|| user.email.clone()),
        ..user.clone()
    }
}

/// [`GET /api/v2/users/autocomplete`](https://developer.zendesk.com/api-reference/ticketing/users/users/#autocomplete-users)
///
/// Finds the users whose `name`, or `phone` number, starts with a text. Returns one page, by name.
pub const AUTOCOMPLETE: Operation =
    Operation::get("AutocompleteUsers", "/api/v2/users/autocomplete")
        .named("users", "autocomplete")
        .showing(Body::Many(shape::<User>))
        .reading(&["name", "phone", "per_page"])
        .requiring(&[&["name", "phone"]])
        .lacking(&["field_id", "source"]);

/// `POST /api/v2/users/autocomplete`
///
/// Finds users like [`AUTOCOMPLETE`], with `name` or `phone` in the query or in the body.
pub const AUTOCOMPLETE_BY_POST: Operation =
    Operation::post("AutocompleteUsersPost", "/api/v2/users/autocomplete")
        .named("users", "autocomplete")
        .showing(Body::Many(shape::<User>))
        .reading(&["name", "phone", "per_page"])
        .requiring(&[&["name", "phone"]])
        .lacking(&["field_id", "source"]);

pub(super) fn autocomplete(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    request.authorize(account, Subject::Account)?;
    let per_page = request.page_size()?;
    let index = account.as_looked_up();
    let is_there = |id: &UserId| account.users.active(*id).is_some();
    let found: Vec<UserId> = match (request.text("name"), request.text("phone")) {
        (Some(name), _) => {
            let found = index.users.with_name_prefix(&name).filter(is_there);
            found.take(per_page).collect()
        }
        (None, Some(phone)) => {
            let found = index.users_with_phone_prefix(&phone).filter(is_there);
            found.take(per_page).collect()
        }
        (None, None) => return Err(ApiError::QuerySyntax),
    };
    let ids: Vec<u64> = found.into_iter().map(UserId::get).collect();
    Ok(collection::<User>(
        account,
        request,
        &Page::whole(&GivenOrder(ids)),
    ))
}

/// [`POST /api/v2/users/create_or_update`](https://developer.zendesk.com/api-reference/ticketing/users/users/#create-or-update-user)
///
/// Updates the user with the given `id`, `external_id` or `email`, in this order of precedence.
///
/// If there is no such user, it is created, and the status is 201 instead of 200. An `email` that
/// the user does not have yet becomes an additional identity. An update counts as an
/// [`UPDATE`](super::UPDATE) of that user for the limit of changes per minute; a creation does not.
pub const CREATE_OR_UPDATE: Operation =
    Operation::post("CreateOrUpdateUser", "/api/v2/users/create_or_update")
        .named("users", "create_or_update")
        .creating_some()
        .showing(Body::One(shape::<User>))
        .taking(Takes::one::<User>("user"))
        .also_taking(&["id"])
        .allowing(AllowedFor::AdminsAndAgentsForEndUsers)
        .invalid_because("another user has the address");

pub(super) fn create_or_update(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let root = request.root()?;
    let changes = root.changes::<User>()?;
    let criteria = Criteria::of(root.id()?, &changes);
    let role = changes.role;
    match account.find_user(&criteria) {
        Some(id) => {
            request.authorize(account, Subject::User(id))?;
            request.authorize(
                account,
                role.map_or(Subject::User(id), Subject::SomeoneWith),
            )?;
            account.upsert_user(id, changes)?;
            shown::<User>(account, request, id)
        }
        None => {
            request.authorize(account, Subject::SomeoneWith(role.unwrap_or(Role::EndUser)))?;
            let id = account.create_user(changes)?;
            created::<User>(account, request, id).map(Reply::of_creation)
        }
    }
}

/// Returns the user that a [`CREATE_OR_UPDATE`] updates. `None` means that the request is something
/// else, or creates a user.
pub(crate) fn updated_by_upsert(account: &Account, request: &ApiRequest<'_>) -> Option<UserId> {
    if request.operation != CREATE_OR_UPDATE {
        return None;
    }
    let root = request.root().ok()?;
    let changes = root.changes::<User>().ok()?;
    account.find_user(&Criteria::of(root.id().ok()?, &changes))
}

/// [`POST /api/v2/users/create_or_update_many`](https://developer.zendesk.com/api-reference/ticketing/users/users/#create-or-update-many-users)
///
/// Updates or creates up to 100 users in a background job, each like [`CREATE_OR_UPDATE`].
pub const CREATE_OR_UPDATE_MANY: Operation = Operation::post(
    "CreateOrUpdateManyUsers",
    "/api/v2/users/create_or_update_many",
)
.named("users", "create_or_update_many")
.showing(Body::Keys(job_keys))
.taking(Takes::many::<User>("users"))
.also_taking(&["id"])
.allowing(AllowedFor::AdminsAndAgentsForEndUsers)
.queueing(Queues::Items);

pub(super) fn create_or_update_many(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let roots = request.roots(ApiError::TooManyUsers)?;
    let given = roots
        .iter()
        .map(|root: &Attributes<'_>| Ok((root.id()?, root.changes::<User>()?)))
        .collect::<Result<Vec<_>, ApiError>>()?;
    request.authorize(account, Subject::Account)?;
    let by = request.agent(account);
    let ids: Vec<UserId> = account.draw_ids_for_job(given.len());
    let items = ids
        .into_iter()
        .zip(given)
        .map(|(fresh, (id, changes))| (fresh, id, changes))
        .collect();
    job_queued(account, request, Arc::new(CreateOrUpdateMany { items, by }))
}

/// [`GET /api/v2/users/show_many`](https://developer.zendesk.com/api-reference/ticketing/users/users/#show-many-users)
///
/// Returns the users with these `ids` or `external_ids`, by id.
///
/// Missing users are left out, and so are deleted ones, unless the query contains
/// `include_deleted=true`.
pub const SHOW_MANY: Operation = Operation::get("ShowManyUsers", "/api/v2/users/show_many")
    .named("users", "show_many")
    .showing(Body::Many(shape::<User>))
    .reading(SHOW_MANY_READS)
    .requiring(&[&["ids", "external_ids"]])
    .sideloading(SIDELOADS)
    .lacking(&["brand_id"])
    .lacking_sideloads(LACKING_SIDELOADS);

const SHOW_MANY_READS: &[&str] = &[
    IDS_OR_EXTERNAL_IDS[0],
    IDS_OR_EXTERNAL_IDS[1],
    IDS_OR_EXTERNAL_IDS[2],
    IDS_OR_EXTERNAL_IDS[3],
    "include_deleted",
];

pub(super) fn show_many(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let named = request.named_records()?;
    let includes_deleted = request.is_set("include_deleted")?;
    request.authorize(account, Subject::Account)?;
    let ids: Vec<UserId> = match named {
        NamedRecords::Ids(ids) => ids
            .into_iter()
            .filter_map(|id| UserId::from_given(id).ok())
            .collect(),
        NamedRecords::ExternalIds(external_ids) => external_ids
            .iter()
            .filter_map(|external_id| account.users.with_external_id(external_id))
            .collect(),
    };
    let is_shown = |id: &UserId| {
        account
            .users
            .get(*id)
            .is_some_and(|user| user.active || includes_deleted)
    };
    let found = SortedIds::new(ids.into_iter().filter(is_shown).map(UserId::get));
    Ok(collection::<User>(account, request, &Page::whole(&found)))
}
