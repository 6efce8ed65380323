//! The operations on groups, in the order of the documentation, and the attributes that a group
//! shows.

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::operation::{AllowedFor, Operation, Success};
use crate::api::page::Paging;
use crate::api::page_limits::PageLimits;
use crate::api::reply::{ApiResult, Reply};
use crate::api::request::ApiRequest;
use crate::api::takes::Takes;
use crate::base::ids::{GroupId, UserId};
use crate::base::open_question::OpenQuestion;
use crate::base::schema::{Key, Schema};
use crate::base::sequence::Sequence as _;
use crate::base::value::Shown;
use crate::resources::account::Account;
use crate::resources::handler::Handler;
use crate::resources::roles::Subject;
use crate::resources::shown::{
    Show, collection, count, count_keys, created, serialize_alone, shape, shown,
};
use crate::resources::users::api::{
    LACKING_SIDELOADS as LACKING_USER_SIDELOADS, SIDELOADS, USER_FILTERS, filtered,
};
use crate::resources::users::model::User;

use super::model::{Group, GroupDerived};

pub(crate) const HANDLERS: &[(Operation, Handler)] = &[
    (LIST, list),
    (LIST_ASSIGNABLE, list_assignable),
    (LIST_OF_USER, list_of_user),
    (COUNT, show_count),
    (COUNT_OF_USER, count_of_user),
    (LIST_USERS, list_users),
    (SHOW, show),
    (CREATE, create),
    (UPDATE, update),
    (DELETE, delete),
];

const PAGES: PageLimits = PageLimits::up_to(100);

/// A boolean without an effect: deleted groups are left out, whatever it says.
const EXCLUDE_DELETED: &str = "exclude_deleted";

/// The values of `include` that Zendesk supports and the double does not implement.
const LACKING_SIDELOADS: &[&str] = &["group_settings", "users"];

const TAKES: Takes = Takes::one::<Group>("group");

/// [`GET /api/v2/groups`](https://developer.zendesk.com/api-reference/ticketing/groups/groups/#list-groups)
///
/// Lists all groups that are not deleted, by name and then by id, under both kinds of pagination.
pub const LIST: Operation = Operation::get("ListGroups", "/api/v2/groups")
    .named("groups", "index")
    .showing(Body::Many(shape::<Group>))
    .paged(PAGES)
    .reading(&[EXCLUDE_DELETED])
    .lacking(&["include_boundary_indicators", "include_item_cursors"])
    .lacking_sideloads(LACKING_SIDELOADS)
    .never_empty();

fn list(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    request.is_set(EXCLUDE_DELETED)?;
    all_by_name(account, request)
}

fn all_by_name(account: &Account, request: &ApiRequest<'_>) -> ApiResult {
    let paging = Paging::read(request)?;
    request.authorize(account, Subject::Account)?;
    let page = paging.page(&account.groups.by_name())?;
    Ok(collection::<Group>(account, request, &page))
}

/// [`GET /api/v2/groups/assignable`](https://developer.zendesk.com/api-reference/ticketing/groups/groups/#list-assignable-groups)
///
/// Lists the groups that the caller can assign tickets to, which are all that are not deleted.
pub const LIST_ASSIGNABLE: Operation =
    Operation::get("ListAssignableGroups", "/api/v2/groups/assignable")
        .named("groups", "assignable")
        .showing(Body::Many(shape::<Group>))
        .paged(PAGES);

fn list_assignable(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    all_by_name(account, request)
}

/// `GET /api/v2/users/{user_id}/groups`
///
/// Lists the groups of an agent by name. Deleted groups are left out.
pub const LIST_OF_USER: Operation =
    Operation::get("ListUserGroups", "/api/v2/users/{user_id}/groups")
        .named("groups", "index")
        .showing(Body::Many(shape::<Group>))
        .paged(PAGES)
        .reading(&[EXCLUDE_DELETED])
        .lacking(&["include_boundary_indicators", "include_item_cursors"]);

fn list_of_user(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let user: UserId = request.path_id(0, "user_id")?;
    request.is_set(EXCLUDE_DELETED)?;
    let paging = Paging::read(request)?;
    account.users.get(user).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    let page = paging.page(
        &account
            .groups
            .some_by_name(&account.group_ids_of_user(user)),
    )?;
    Ok(collection::<Group>(account, request, &page))
}

/// [`GET /api/v2/groups/count`](https://developer.zendesk.com/api-reference/ticketing/groups/groups/#count-groups)
pub const COUNT: Operation = Operation::get("CountGroups", "/api/v2/groups/count")
    .named("groups", "count")
    .showing(Body::Keys(count_keys));

fn show_count(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    request.authorize(account, Subject::Account)?;
    Ok(count(account, account.groups().len()))
}

/// `GET /api/v2/users/{user_id}/groups/count`
///
/// Returns the number of an agent's groups.
pub const COUNT_OF_USER: Operation =
    Operation::get("CountUserGroups", "/api/v2/users/{user_id}/groups/count")
        .named("groups", "count")
        .showing(Body::Keys(count_keys));

fn count_of_user(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let user: UserId = request.path_id(0, "user_id")?;
    account.users.get(user).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    Ok(count(account, account.group_ids_of_user(user).len()))
}

/// `GET /api/v2/groups/{group_id}/users`
///
/// Lists the agents in a group by id.
pub const LIST_USERS: Operation =
    Operation::get("ListGroupUsers", "/api/v2/groups/{group_id}/users")
        .named("users", "index")
        .showing(Body::Many(shape::<User>))
        .paged(PAGES)
        .reading(USER_FILTERS)
        .sideloading(SIDELOADS)
        .lacking_sideloads(LACKING_USER_SIDELOADS);

fn list_users(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let group: GroupId = request.path_id(0, "group_id")?;
    let paging = Paging::read(request)?;
    account
        .groups
        .active(group)
        .ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    let users = filtered(account, request, &account.group_memberships.users_of(group))?;
    let page = paging.page(&users)?;
    Ok(collection::<User>(account, request, &page))
}

/// [`GET /api/v2/groups/{group_id}`](https://developer.zendesk.com/api-reference/ticketing/groups/groups/#show-group)
///
/// Returns a group. A deleted one has `"deleted": true`.
pub const SHOW: Operation = Operation::get("ShowGroupById", "/api/v2/groups/{group_id}")
    .named("groups", "show")
    .showing(Body::One(shape::<Group>))
    .lacking_sideloads(LACKING_SIDELOADS);

fn show(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: GroupId = request.path_id(0, "id")?;
    account.groups.get(id).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    shown::<Group>(account, request, id)
}

/// [`POST /api/v2/groups`](https://developer.zendesk.com/api-reference/ticketing/groups/groups/#create-group)
pub const CREATE: Operation = Operation::post("CreateGroup", "/api/v2/groups")
    .named("groups", "create")
    .showing(Body::One(shape::<Group>))
    .taking(TAKES)
    .requiring(&[&["name"]])
    .answers(Success::Created)
    .allowing(AllowedFor::Admins)
    .invalid_because("the name is empty");

fn create(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let changes = request.root()?.changes::<Group>()?;
    request.authorize(account, Subject::Account)?;
    let id = account.create_group(changes)?;
    created::<Group>(account, request, id)
}

/// [`PUT /api/v2/groups/{group_id}`](https://developer.zendesk.com/api-reference/ticketing/groups/groups/#update-group)
///
/// Changes the given attributes. The reply has a `Location`, like that of a creation.
pub const UPDATE: Operation = Operation::put("UpdateGroup", "/api/v2/groups/{group_id}")
    .named("groups", "update")
    .showing(Body::One(shape::<Group>))
    .taking(TAKES)
    .allowing(AllowedFor::Admins)
    .invalid_because("the name is empty");

fn update(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: GroupId = request.path_id(0, "id")?;
    let changes = request.root()?.changes::<Group>()?;
    account.groups.active(id).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    account.update_group(id, changes)?;
    created::<Group>(account, request, id)
}

/// [`DELETE /api/v2/groups/{group_id}`](https://developer.zendesk.com/api-reference/ticketing/groups/groups/#delete-group)
///
/// Deletes a group that is not anyone's default. It can still be read.
pub const DELETE: Operation = Operation::delete("DeleteGroup", "/api/v2/groups/{group_id}")
    .named("groups", "destroy")
    .answers(Success::NoContent)
    .allowing(AllowedFor::Admins)
    .invalid_because("it is the default group");

fn delete(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: GroupId = request.path_id(0, "id")?;
    let group = account.groups.get(id).ok_or(ApiError::RecordNotFound)?;
    let repeats = group.deleted
        && request
            .answers
            .is_other(OpenQuestion::DeletingADeletedGroup);
    if group.deleted && !repeats {
        return Err(ApiError::RecordNotFound);
    }
    request.authorize(account, Subject::Account)?;
    if repeats {
        return Ok(Reply::no_content());
    }
    account.delete_group(id)?;
    Ok(Reply::no_content())
}

impl Show for Group {
    const ONE: &'static str = "group";
    const MANY: &'static str = "groups";

    fn find(account: &Account, id: GroupId) -> Option<&Self> {
        account.groups.get(id)
    }

    fn derived_key(name: &'static str, attribute: GroupDerived) -> Option<Key> {
        Some(match attribute {
            GroupDerived::Default => Key::new(name, Schema::Boolean),
        })
    }

    fn derived_alone(&self, attribute: GroupDerived) -> Option<Shown<'_>> {
        match attribute {
            // Only the account knows the default group.
            GroupDerived::Default => None,
        }
    }

    fn derived<'a>(&'a self, account: &'a Account) -> impl Fn(GroupDerived) -> Option<Shown<'a>> {
        |attribute| match attribute {
            GroupDerived::Default => Some(Shown::Bool(account.groups.default == self.id)),
        }
    }
}

serialize_alone!(Group);
