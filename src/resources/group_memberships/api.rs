//! The operations on group memberships, in the order of the documentation, and the attributes that
//! one shows.

use std::sync::Arc;

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::operation::{AllowedFor, Operation, Queues, Success};
use crate::api::page::{Page, Paging};
use crate::api::page_limits::PageLimits;
use crate::api::reply::{ApiResult, Reply};
use crate::api::request::{ApiRequest, IDS};
use crate::api::takes::Takes;
use crate::base::ids::{GroupId, GroupMembershipId, UserId};
use crate::base::schema::Key;
use crate::base::value::Shown;
use crate::resources::account::Account;
use crate::resources::groups::model::Group;
use crate::resources::handler::Handler;
use crate::resources::job_statuses::api::{items_to_create, job_keys, job_queued};
use crate::resources::roles::Subject;
use crate::resources::shown::{Show, Sideload, collection, created, serialize_alone, shape, shown};
use crate::resources::users::model::User;

use super::model::{GroupMembership, GroupMembershipChanges, GroupMembershipDerived};
use super::tasks::{CreateMany, DestroyMany};

pub(crate) const HANDLERS: &[(Operation, Handler)] = &[
    (LIST, list),
    (LIST_ASSIGNABLE, list_assignable),
    (LIST_OF_USER, list_of_user),
    (LIST_OF_GROUP, list_of_group),
    (LIST_ASSIGNABLE_OF_GROUP, list_assignable_of_group),
    (CREATE, create),
    (CREATE_FOR_USER, create_for_user),
    (CREATE_MANY, create_many),
    (SHOW, show),
    (SHOW_FOR_USER, show_for_user),
    (DELETE_MANY, delete_many),
    (DELETE, delete),
    (DELETE_FOR_USER, delete_for_user),
    (MAKE_DEFAULT, make_default),
];

const PAGES: PageLimits = PageLimits::up_to(100);

/// The values of `include`.
const SIDELOADS: &[&str] = &["users", "groups"];

/// [`GET /api/v2/group_memberships`](https://developer.zendesk.com/api-reference/ticketing/groups/group_memberships/#list-memberships)
///
/// Lists all group memberships of the account, by id.
pub const LIST: Operation = Operation::get("ListGroupMemberships", "/api/v2/group_memberships")
    .named("group_memberships", "index")
    .showing(Body::Many(shape::<GroupMembership>))
    .paged(PAGES)
    .sideloading(SIDELOADS);

fn list(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let paging = Paging::read(request)?;
    request.authorize(account, Subject::Account)?;
    let page = paging.page(&account.group_memberships.all())?;
    Ok(collection::<GroupMembership>(account, request, &page))
}

/// [`GET /api/v2/group_memberships/assignable`](https://developer.zendesk.com/api-reference/ticketing/groups/group_memberships/#list-assignable-memberships)
///
/// Lists the memberships of agents that tickets can be assigned to, which are all of them.
pub const LIST_ASSIGNABLE: Operation = Operation::get(
    "ListAssignableGroupMemberships",
    "/api/v2/group_memberships/assignable",
)
.named("group_memberships", "assignable")
.showing(Body::Many(shape::<GroupMembership>))
.paged(PAGES)
.sideloading(SIDELOADS);

fn list_assignable(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    list(account, request)
}

/// `GET /api/v2/users/{user_id}/group_memberships`
///
/// Lists the group memberships of an agent, by id.
pub const LIST_OF_USER: Operation = Operation::get(
    "ListUserGroupMemberships",
    "/api/v2/users/{user_id}/group_memberships",
)
.named("group_memberships", "index")
.showing(Body::Many(shape::<GroupMembership>))
.paged(PAGES)
.sideloading(SIDELOADS);

fn list_of_user(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let user: UserId = request.path_id(0, "user_id")?;
    let paging = Paging::read(request)?;
    account.users.get(user).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    let page = paging.page(&account.group_memberships.of_user(user))?;
    Ok(collection::<GroupMembership>(account, request, &page))
}

/// `GET /api/v2/groups/{group_id}/memberships`
///
/// Lists the memberships of a group, by id.
pub const LIST_OF_GROUP: Operation = Operation::get(
    "ListGroupMembershipsByGroup",
    "/api/v2/groups/{group_id}/memberships",
)
.named("group_memberships", "index")
.showing(Body::Many(shape::<GroupMembership>))
.paged(PAGES)
.sideloading(SIDELOADS);

fn list_of_group(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let group: GroupId = request.path_id(0, "group_id")?;
    let paging = Paging::read(request)?;
    account
        .groups
        .active(group)
        .ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    let page = paging.page(&account.group_memberships.of(group))?;
    Ok(collection::<GroupMembership>(account, request, &page))
}

/// `GET /api/v2/groups/{group_id}/memberships/assignable`
///
/// Lists the memberships of one group like [`LIST_ASSIGNABLE`].
pub const LIST_ASSIGNABLE_OF_GROUP: Operation = Operation::get(
    "ListAssignableGroupMembershipsByGroup",
    "/api/v2/groups/{group_id}/memberships/assignable",
)
.named("group_memberships", "assignable")
.showing(Body::Many(shape::<GroupMembership>))
.paged(PAGES)
.sideloading(SIDELOADS);

fn list_assignable_of_group(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    list_of_group(account, request)
}

/// [`POST /api/v2/group_memberships`](https://developer.zendesk.com/api-reference/ticketing/groups/group_memberships/#create-membership)
///
/// Assigns an agent to a group.
pub const CREATE: Operation = Operation::post("CreateGroupMembership", "/api/v2/group_memberships")
    .named("group_memberships", "create")
    .showing(Body::One(shape::<GroupMembership>))
    .taking(Takes::one::<GroupMembership>("group_membership"))
    .requiring(&[&["user_id"], &["group_id"]])
    .answers(Success::Created)
    .allowing(AllowedFor::Admins)
    .invalid_because("the user is a member already");

fn create(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let new = request.root()?.changes::<GroupMembership>()?;
    request.authorize(account, Subject::Account)?;
    let id = account.create_group_membership(&new)?;
    created::<GroupMembership>(account, request, id)
}

/// `POST /api/v2/users/{user_id}/group_memberships`
///
/// Assigns the agent in the path to a group. A user in the body is ignored.
pub const CREATE_FOR_USER: Operation = Operation::post(
    "CreateUserGroupMembership",
    "/api/v2/users/{user_id}/group_memberships",
)
.named("group_memberships", "create")
.showing(Body::One(shape::<GroupMembership>))
.taking(Takes::one::<GroupMembership>("group_membership"))
.requiring(&[&["group_id"]])
.answers(Success::Created)
.allowing(AllowedFor::Admins)
.invalid_because("the user is a member already");

fn create_for_user(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let user: UserId = request.path_id(0, "user_id")?;
    let new = GroupMembershipChanges {
        user_id: Some(user),
        ..request.root()?.changes::<GroupMembership>()?
    };
    account.users.active(user).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    let id = account.create_group_membership(&new)?;
    created::<GroupMembership>(account, request, id)
}

/// [`POST /api/v2/group_memberships/create_many`](https://developer.zendesk.com/api-reference/ticketing/groups/group_memberships/#bulk-create-memberships)
///
/// Assigns up to 100 agents to groups in a background job.
pub const CREATE_MANY: Operation = Operation::post(
    "GroupMembershipBulkCreate",
    "/api/v2/group_memberships/create_many",
)
.named("group_memberships", "create_many")
.showing(Body::Keys(job_keys))
.taking(Takes::many::<GroupMembership>("group_memberships"))
.allowing(AllowedFor::Admins)
.queueing(Queues::Items);

fn create_many(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let items = items_to_create::<GroupMembership>(account, request, ApiError::TooManyValues)?;
    job_queued(account, request, Arc::new(CreateMany { items }))
}

/// [`GET /api/v2/group_memberships/{group_membership_id}`](https://developer.zendesk.com/api-reference/ticketing/groups/group_memberships/#show-membership)
pub const SHOW: Operation = Operation::get(
    "ShowGroupMembershipById",
    "/api/v2/group_memberships/{group_membership_id}",
)
.named("group_memberships", "show")
.showing(Body::One(shape::<GroupMembership>))
.sideloading(SIDELOADS);

fn show(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: GroupMembershipId = request.path_id(0, "id")?;
    account
        .group_memberships
        .get(id)
        .ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    shown::<GroupMembership>(account, request, id)
}

/// `GET /api/v2/users/{user_id}/group_memberships/{group_membership_id}`
///
/// Returns a membership of the agent in the path.
pub const SHOW_FOR_USER: Operation = Operation::get(
    "ShowUserGroupMembershipById",
    "/api/v2/users/{user_id}/group_memberships/{group_membership_id}",
)
.named("group_memberships", "show")
.showing(Body::One(shape::<GroupMembership>))
.sideloading(SIDELOADS);

fn show_for_user(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let (user, id) = (request.path_id(0, "user_id")?, request.path_id(1, "id")?);
    let id = account.group_membership_of_user(id, user)?;
    request.authorize(account, Subject::Account)?;
    shown::<GroupMembership>(account, request, id)
}

/// [`DELETE /api/v2/group_memberships/destroy_many`](https://developer.zendesk.com/api-reference/ticketing/groups/group_memberships/#bulk-delete-memberships)
///
/// Removes up to 100 group memberships, named by `ids`, in a background job.
pub const DELETE_MANY: Operation = Operation::delete(
    "GroupMembershipBulkDelete",
    "/api/v2/group_memberships/destroy_many",
)
.named("group_memberships", "destroy_many")
.showing(Body::Keys(job_keys))
.reading(IDS)
.requiring(&[&["ids"]])
.allowing(AllowedFor::Admins)
.queueing(Queues::Items);

fn delete_many(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let ids = request.ids()?;
    request.authorize(account, Subject::Account)?;
    job_queued(account, request, Arc::new(DestroyMany { ids }))
}

/// [`DELETE /api/v2/group_memberships/{group_membership_id}`](https://developer.zendesk.com/api-reference/ticketing/groups/group_memberships/#delete-membership)
///
/// Removes an agent from a group, even from the last one, "and schedules a job to unassign all
/// working tickets that are assigned to the given user and group combination".
pub const DELETE: Operation = Operation::delete(
    "DeleteGroupMembership",
    "/api/v2/group_memberships/{group_membership_id}",
)
.named("group_memberships", "destroy")
.answers(Success::NoContent)
.allowing(AllowedFor::Admins);

fn delete(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: GroupMembershipId = request.path_id(0, "id")?;
    account
        .group_memberships
        .get(id)
        .ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    account.delete_group_membership(id)?;
    Ok(Reply::no_content())
}

/// `DELETE /api/v2/users/{user_id}/group_memberships/{group_membership_id}`
///
/// Removes the agent in the path from a group, like [`DELETE`].
pub const DELETE_FOR_USER: Operation = Operation::delete(
    "DeleteUserGroupMembership",
    "/api/v2/users/{user_id}/group_memberships/{group_membership_id}",
)
.named("group_memberships", "destroy")
.answers(Success::NoContent)
.allowing(AllowedFor::Admins);

fn delete_for_user(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let (user, id) = (request.path_id(0, "user_id")?, request.path_id(1, "id")?);
    let id = account.group_membership_of_user(id, user)?;
    request.authorize(account, Subject::Account)?;
    account.delete_group_membership(id)?;
    Ok(Reply::no_content())
}

/// [`PUT /api/v2/users/{user_id}/group_memberships/{group_membership_id}/make_default`](https://developer.zendesk.com/api-reference/ticketing/groups/group_memberships/#set-membership-as-default)
///
/// Makes a membership its agent's default. The reply is the *list* of the agent's memberships.
pub const MAKE_DEFAULT: Operation = Operation::put(
    "GroupMembershipSetDefault",
    "/api/v2/users/{user_id}/group_memberships/{group_membership_id}/make_default",
)
.named("group_memberships", "make_default")
.showing(Body::Many(shape::<GroupMembership>));

fn make_default(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let (user, id): (UserId, _) = (request.path_id(0, "user_id")?, request.path_id(1, "id")?);
    let id = account.group_membership_of_user(id, user)?;
    request.authorize(account, Subject::Account)?;
    account.make_default_group(id);
    let page = Page::whole(&account.group_memberships.of_user(user));
    Ok(collection::<GroupMembership>(account, request, &page))
}

impl Show for GroupMembership {
    const ONE: &'static str = "group_membership";
    const MANY: &'static str = "group_memberships";

    const SIDELOADS: &'static [Sideload<Self>] = &[
        Sideload::of::<User>(|_, membership| vec![membership.user_id.get()]),
        Sideload::of::<Group>(|_, membership| vec![membership.group_id.get()]),
    ];

    fn find(account: &Account, id: GroupMembershipId) -> Option<&Self> {
        account.group_memberships.get(id)
    }

    fn derived_key(_: &'static str, attribute: GroupMembershipDerived) -> Option<Key> {
        match attribute {}
    }

    fn derived_alone(&self, attribute: GroupMembershipDerived) -> Option<Shown<'_>> {
        match attribute {}
    }
}

serialize_alone!(GroupMembership);
