//! The operations on organization memberships, in the order of the documentation. `wire.rs`
//! contains the attributes that one shows.

use std::sync::Arc;

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::operation::{AllowedFor, Operation, Queues, Success};
use crate::api::page::{Page, Paging};
use crate::api::page_limits::PageLimits;
use crate::api::reply::{ApiResult, Reply};
use crate::api::request::{ApiRequest, IDS};
use crate::api::takes::Takes;
use crate::base::ids::{MembershipId, OrganizationId, UserId};
use crate::base::open_question::OpenQuestion;
use crate::base::sequence::SortedIds;
use crate::resources::account::Account;
use crate::resources::handler::Handler;
use crate::resources::job_statuses::api::{items_to_create, job_keys, job_queued};
use crate::resources::roles::Subject;
use crate::resources::shown::{collection, created, shape, shown};

use super::model::{Membership, NewMembership};
use super::tasks::{CreateMany, DestroyMany};

pub(crate) const HANDLERS: &[(Operation, Handler)] = &[
    (LIST, list),
    (LIST_OF_USER, list_of_user),
    (LIST_OF_ORGANIZATION, list_of_organization),
    (CREATE, create),
    (CREATE_FOR_USER, create_for_user),
    (CREATE_MANY, create_many),
    (SHOW, show),
    (SHOW_FOR_USER, show_for_user),
    (DELETE_MANY, delete_many),
    (DELETE, delete),
    (DELETE_FOR_USER, delete_for_user),
    (MAKE_DEFAULT, make_default),
    (UNASSIGN_ORGANIZATION, unassign_organization),
    (MAKE_ORGANIZATION_DEFAULT, make_organization_default),
];

const PAGES: PageLimits = PageLimits::up_to(100);

/// The values of `include`.
const SIDELOADS: &[&str] = &["users", "organizations"];

/// [`GET /api/v2/organization_memberships`](https://developer.zendesk.com/api-reference/ticketing/organizations/organization_memberships/#list-memberships)
///
/// Lists all memberships of the account by id. An end user gets only their own.
pub const LIST: Operation = Operation::get(
    "ListOrganizationMemberships",
    "/api/v2/organization_memberships",
)
.in_scope("organizations")
.named("organization_memberships", "index")
.showing(Body::Many(shape::<Membership>))
.allowing(AllowedFor::AgentsAndEndUsers)
.paged(PAGES)
.sideloading(SIDELOADS);

fn list(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let paging = Paging::read(request)?;
    request.authorize(account, Subject::Account)?;
    let page = match request.end_user(account) {
        Some(user) => paging.page(&SortedIds::new(
            account.memberships.of_user(user).map(MembershipId::get),
        ))?,
        None => paging.page(&account.memberships.all())?,
    };
    Ok(collection::<Membership>(account, request, &page))
}

/// `GET /api/v2/users/{user_id}/organization_memberships`
///
/// Lists the memberships of a user, "ordered first by the default membership, and then by
/// organization name".
pub const LIST_OF_USER: Operation = Operation::get(
    "ListUserOrganizationMemberships",
    "/api/v2/users/{user_id}/organization_memberships",
)
.in_scope("organizations")
.named("organization_memberships", "index")
.showing(Body::Many(shape::<Membership>))
.allowing(AllowedFor::AgentsAndEndUsers)
.paged(PAGES)
.sideloading(SIDELOADS);

fn list_of_user(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let user: UserId = request.path_id(0, "user_id")?;
    let paging = Paging::read(request)?;
    // A deleted user has no memberships. A user who never existed is not found.
    let is_active = account
        .users
        .get(user)
        .ok_or(ApiError::RecordNotFound)?
        .active;
    if !is_active && request.answers.is_other(OpenQuestion::ListOfDeletedUser) {
        return Err(ApiError::RecordNotFound);
    }
    request.authorize(account, Subject::User(user))?;
    let list = account.memberships.default_then_name(
        &account.organizations,
        user,
        account.default_membership_id(user),
    );
    let page = if account.rules.is_other(OpenQuestion::UserListUnderCursor) {
        let by_id = SortedIds::new(account.memberships.of_user(user).map(MembershipId::get));
        paging.page_of(&list, &by_id)?
    } else {
        paging.page(&list)?
    };
    Ok(collection::<Membership>(account, request, &page))
}

/// `GET /api/v2/organizations/{organization_id}/organization_memberships`
///
/// Lists the memberships of an organization by id. An end user gets only their own one.
pub const LIST_OF_ORGANIZATION: Operation = Operation::get(
    "ListOrganizationOrganizationMemberships",
    "/api/v2/organizations/{organization_id}/organization_memberships",
)
.in_scope("organizations")
.named("organization_memberships", "index")
.showing(Body::Many(shape::<Membership>))
.allowing(AllowedFor::AgentsAndEndUsers)
.paged(PAGES)
.sideloading(SIDELOADS);

fn list_of_organization(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let organization: OrganizationId = request.path_id(0, "organization_id")?;
    let paging = Paging::read(request)?;
    account
        .organizations
        .get(organization)
        .ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    let page = match request.end_user(account) {
        Some(user) => {
            let own = account.memberships.find(user, organization);
            let own = own.ok_or(ApiError::Forbidden)?;
            paging.page(&SortedIds::new([own.get()]))?
        }
        None => paging.page(&account.memberships.of_organization(organization))?,
    };
    Ok(collection::<Membership>(account, request, &page))
}

/// [`POST /api/v2/organization_memberships`](https://developer.zendesk.com/api-reference/ticketing/organizations/organization_memberships/#create-membership)
///
/// Assigns a user to an organization. The reply is 201, or 422 "if the user is already assigned to
/// the organization".
pub const CREATE: Operation = Operation::post(
    "CreateOrganizationMembership",
    "/api/v2/organization_memberships",
)
.in_scope("organizations")
.named("organization_memberships", "create")
.showing(Body::One(shape::<Membership>))
.taking(Takes::one::<Membership>("organization_membership"))
.requiring(&[&["user_id"], &["organization_id"]])
.refusing("organization_memberships")
.answers(Success::Created)
.allowing(AllowedFor::AdminsAndAgentsForEndUsers)
.sideloading(SIDELOADS)
.invalid_because("the user is a member already");

fn create(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let new: NewMembership = request.root()?.changes::<Membership>()?;
    request.authorize(account, new.user_id.map_or(Subject::Account, Subject::User))?;
    let id = account.create_membership(&new)?;
    created::<Membership>(account, request, id)
}

/// `POST /api/v2/users/{user_id}/organization_memberships`
///
/// Assigns the user in the path to an organization, like [`CREATE`]. A user in the body is ignored.
pub const CREATE_FOR_USER: Operation = Operation::post(
    "CreateUserOrganizationMembership",
    "/api/v2/users/{user_id}/organization_memberships",
)
.in_scope("organizations")
.named("organization_memberships", "create")
.showing(Body::One(shape::<Membership>))
.taking(Takes::one::<Membership>("organization_membership"))
.requiring(&[&["organization_id"]])
.refusing("organization_memberships")
.answers(Success::Created)
.allowing(AllowedFor::AdminsAndAgentsForEndUsers)
.sideloading(SIDELOADS)
.invalid_because("the user is a member already");

fn create_for_user(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let user: UserId = request.path_id(0, "user_id")?;
    let new = NewMembership {
        user_id: Some(user),
        ..request.root()?.changes::<Membership>()?
    };
    account
        .users
        .get(user)
        .filter(|user| user.active)
        .ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::User(user))?;
    let id = account.create_membership(&new)?;
    created::<Membership>(account, request, id)
}

/// [`POST /api/v2/organization_memberships/create_many`](https://developer.zendesk.com/api-reference/ticketing/organizations/organization_memberships/#create-many-memberships)
///
/// Creates up to 100 memberships in a background job. The reply is the queued job, and nothing has
/// been created yet.
pub const CREATE_MANY: Operation = Operation::post(
    "CreateManyOrganizationMemberships",
    "/api/v2/organization_memberships/create_many",
)
.in_scope("organizations")
.named("organization_memberships", "create_many")
.showing(Body::Keys(job_keys))
.taking(Takes::many::<Membership>("organization_memberships"))
.allowing(AllowedFor::Agents)
.queueing(Queues::Items);

fn create_many(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let items = items_to_create::<Membership>(account, request, ApiError::TooManyValues)?;
    let (by, answers) = (request.agent(account), request.answers);
    job_queued(
        account,
        request,
        Arc::new(CreateMany { items, by, answers }),
    )
}

/// [`GET /api/v2/organization_memberships/{organization_membership_id}`](https://developer.zendesk.com/api-reference/ticketing/organizations/organization_memberships/#show-membership)
pub const SHOW: Operation = Operation::get(
    "ShowOrganizationMembershipById",
    "/api/v2/organization_memberships/{organization_membership_id}",
)
.in_scope("organizations")
.named("organization_memberships", "show")
.showing(Body::One(shape::<Membership>))
.sideloading(SIDELOADS);

fn show(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: MembershipId = request.path_id(0, "id")?;
    account
        .memberships
        .get(id)
        .ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    shown::<Membership>(account, request, id)
}

/// `GET /api/v2/users/{user_id}/organization_memberships/{organization_membership_id}`
///
/// Returns a membership of the user in the path.
pub const SHOW_FOR_USER: Operation = Operation::get(
    "ShowUserOrganizationMembership",
    "/api/v2/users/{user_id}/organization_memberships/{organization_membership_id}",
)
.in_scope("organizations")
.named("organization_memberships", "show")
.showing(Body::One(shape::<Membership>))
.sideloading(SIDELOADS);

fn show_for_user(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let (user, id): (UserId, MembershipId) =
        (request.path_id(0, "user_id")?, request.path_id(1, "id")?);
    let id = account.membership_of_user(id, user)?;
    request.authorize(account, Subject::User(user))?;
    shown::<Membership>(account, request, id)
}

/// [`DELETE /api/v2/organization_memberships/destroy_many`](https://developer.zendesk.com/api-reference/ticketing/organizations/organization_memberships/#bulk-delete-memberships)
///
/// Removes up to 100 memberships, named by `ids`, in a background job.
pub const DELETE_MANY: Operation = Operation::delete(
    "DeleteManyOrganizationMemberships",
    "/api/v2/organization_memberships/destroy_many",
)
.in_scope("organizations")
.named("organization_memberships", "destroy_many")
.showing(Body::Keys(job_keys))
.reading(IDS)
.requiring(&[&["ids"]])
.queueing(Queues::Items);

fn delete_many(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let ids = request.ids()?;
    request.authorize(account, Subject::Account)?;
    let (by, answers) = (request.agent(account), request.answers);
    job_queued(account, request, Arc::new(DestroyMany { ids, by, answers }))
}

/// [`DELETE /api/v2/organization_memberships/{organization_membership_id}`](https://developer.zendesk.com/api-reference/ticketing/organizations/organization_memberships/#delete-membership)
///
/// Removes a membership: "Immediately removes a user from an organization and schedules a job to
/// unassign all working tickets currently assigned to the user and organization combination. The
/// `organization_id` of the unassigned tickets is set to null."
pub const DELETE: Operation = Operation::delete(
    "DeleteOrganizationMembership",
    "/api/v2/organization_memberships/{organization_membership_id}",
)
.in_scope("organizations")
.named("organization_memberships", "destroy")
.answers(Success::NoContent)
.allowing(AllowedFor::AdminsAndAgentsForEndUsers);

fn delete(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: MembershipId = request.path_id(0, "id")?;
    let user = account
        .memberships
        .get(id)
        .ok_or(ApiError::RecordNotFound)?
        .user_id;
    request.authorize(account, Subject::User(user))?;
    account.delete_membership(id)?;
    Ok(Reply::no_content())
}

/// `DELETE /api/v2/users/{user_id}/organization_memberships/{organization_membership_id}`
///
/// Removes a membership of the user in the path, like [`DELETE`].
pub const DELETE_FOR_USER: Operation = Operation::delete(
    "DeleteUserOrganizationMembership",
    "/api/v2/users/{user_id}/organization_memberships/{organization_membership_id}",
)
.in_scope("organizations")
.named("organization_memberships", "destroy")
.answers(Success::NoContent)
.allowing(AllowedFor::AdminsAndAgentsForEndUsers);

fn delete_for_user(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let (user, id): (UserId, MembershipId) =
        (request.path_id(0, "user_id")?, request.path_id(1, "id")?);
    let id = account.membership_of_user(id, user)?;
    request.authorize(account, Subject::User(user))?;
    account.delete_membership(id)?;
    Ok(Reply::no_content())
}

/// [`PUT /api/v2/users/{user_id}/organization_memberships/{organization_membership_id}/make_default`](https://developer.zendesk.com/api-reference/ticketing/organizations/organization_memberships/#set-membership-as-default)
///
/// Makes a membership its user's default. The reply is the *list* of the user's memberships.
pub const MAKE_DEFAULT: Operation = Operation::put(
    "SetOrganizationMembershipAsDefault",
    "/api/v2/users/{user_id}/organization_memberships/{organization_membership_id}/make_default",
)
.in_scope("organizations")
.named("organization_memberships", "make_default")
.showing(Body::Many(shape::<Membership>))
.allowing(AllowedFor::AdminsAndAgentsForEndUsers)
.sideloading(SIDELOADS);

fn make_default(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let (user, id): (UserId, MembershipId) =
        (request.path_id(0, "user_id")?, request.path_id(1, "id")?);
    let id = account.membership_of_user(id, user)?;
    request.authorize(account, Subject::User(user))?;
    account.make_default(id)?;
    let page = Page::whole(&account.memberships.default_then_name(
        &account.organizations,
        user,
        account.default_membership_id(user),
    ));
    let page = match request.answers.is_other(OpenQuestion::ReplyOfMakeDefault) {
        true => page.without_links(),
        false => page,
    };
    Ok(collection::<Membership>(account, request, &page))
}

/// [`DELETE /api/v2/users/{user_id}/organizations/{organization_id}`](https://developer.zendesk.com/api-reference/ticketing/organizations/organization_memberships/#unassign-organization)
///
/// Removes the membership of this user in this organization, like [`DELETE`].
pub const UNASSIGN_ORGANIZATION: Operation = Operation::delete(
    "UnassignOrganization",
    "/api/v2/users/{user_id}/organizations/{organization_id}",
)
.named("organizations", "destroy")
.answers(Success::NoContent)
// The page says "Agents", but the help centre lets only admins change the organizations of agents.
.allowing(AllowedFor::AdminsAndAgentsForEndUsers);

fn unassign_organization(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let (user, organization) = (request.path_id(0, "user_id")?, request.path_id(1, "id")?);
    let id = account.membership_of_pair(user, organization)?;
    request.authorize(account, member(request, user))?;
    account.delete_membership(id)?;
    Ok(Reply::no_content())
}

/// [`PUT /api/v2/users/{user_id}/organizations/{organization_id}/make_default`](https://developer.zendesk.com/api-reference/ticketing/organizations/organization_memberships/#set-organization-as-default)
///
/// Makes the membership of this user in this organization the default, like [`MAKE_DEFAULT`]. The
/// reply is only that membership.
pub const MAKE_ORGANIZATION_DEFAULT: Operation = Operation::put(
    "SetOrganizationAsDefault",
    "/api/v2/users/{user_id}/organizations/{organization_id}/make_default",
)
.named("organizations", "make_default")
.showing(Body::One(shape::<Membership>))
.allowing(AllowedFor::AdminsAndAgentsForEndUsers)
.sideloading(SIDELOADS);

fn make_organization_default(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let (user, organization) = (request.path_id(0, "user_id")?, request.path_id(1, "id")?);
    let id = account.membership_of_pair(user, organization)?;
    request.authorize(account, member(request, user))?;
    account.make_default(id)?;
    shown::<Membership>(account, request, id)
}

/// Returns whose role decides who may change this user's organizations by their ids.
fn member(request: &ApiRequest<'_>, user: UserId) -> Subject {
    match request
        .answers
        .is_other(OpenQuestion::OrganizationsOfAgents)
    {
        true => Subject::Account,
        false => Subject::User(user),
    }
}
