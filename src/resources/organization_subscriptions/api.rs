//! The operations on subscriptions, in the order of the documentation, and the attributes that one
//! shows.

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::operation::{AllowedFor, Operation, Success};
use crate::api::page::Paging;
use crate::api::page_limits::PageLimits;
use crate::api::reply::{ApiResult, Reply};
use crate::api::request::ApiRequest;
use crate::api::takes::Takes;
use crate::base::ids::{OrganizationId, SubscriptionId, UserId};
use crate::base::schema::Key;
use crate::base::sequence::SortedIds;
use crate::base::value::Shown;
use crate::resources::account::Account;
use crate::resources::handler::Handler;
use crate::resources::roles::Subject;
use crate::resources::shown::{Show, collection, created, serialize_alone, shape, shown};

use super::model::{OrganizationSubscription, SubscriptionDerived};

pub(crate) const HANDLERS: &[(Operation, Handler)] = &[
    (LIST, list),
    (LIST_OF_ORGANIZATION, list_of_organization),
    (LIST_OF_USER, list_of_user),
    (SHOW, show),
    (CREATE, create),
    (DELETE, delete),
];

const PAGES: PageLimits = PageLimits::up_to(100);

/// [`GET /api/v2/organization_subscriptions`](https://developer.zendesk.com/api-reference/ticketing/organizations/organization_subscriptions/#list-organization-subscriptions)
///
/// Lists all subscriptions of the account by id. An end user gets only their own.
pub const LIST: Operation = Operation::get(
    "ListOrganizationSubscriptions",
    "/api/v2/organization_subscriptions",
)
.in_scope("organizations")
.named("organization_subscriptions", "index")
.showing(Body::Many(shape::<OrganizationSubscription>))
.allowing(AllowedFor::AgentsAndEndUsers)
.paged(PAGES);

fn list(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let paging = Paging::read(request)?;
    request.authorize(account, Subject::Account)?;
    let page = match request.end_user(account) {
        Some(user) => paging.page(&account.subscriptions.of_user(user))?,
        None => paging.page(&account.subscriptions.all())?,
    };
    Ok(collection::<OrganizationSubscription>(
        account, request, &page,
    ))
}

/// `GET /api/v2/organizations/{organization_id}/subscriptions`
///
/// Lists the subscriptions to an organization by id. An end user, who must be in the organization,
/// gets only their own.
pub const LIST_OF_ORGANIZATION: Operation = Operation::get(
    "ListOrganizationOrganizationSubscriptions",
    "/api/v2/organizations/{organization_id}/subscriptions",
)
.in_scope("organizations")
.named("organization_subscriptions", "index")
.showing(Body::Many(shape::<OrganizationSubscription>))
.allowing(AllowedFor::AgentsAndEndUsers)
.paged(PAGES);

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
            let membership = account.memberships.find(user, organization);
            membership.ok_or(ApiError::Forbidden)?;
            let own = account.subscriptions.find(user, organization);
            paging.page(&SortedIds::new(own.map(SubscriptionId::get)))?
        }
        None => paging.page(&account.subscriptions.of(organization))?,
    };
    Ok(collection::<OrganizationSubscription>(
        account, request, &page,
    ))
}

/// `GET /api/v2/users/{user_id}/organization_subscriptions`
///
/// Lists the subscriptions of a user by id.
pub const LIST_OF_USER: Operation = Operation::get(
    "ListUserOrganizationSubscriptions",
    "/api/v2/users/{user_id}/organization_subscriptions",
)
.in_scope("organizations")
.named("organization_subscriptions", "index")
.showing(Body::Many(shape::<OrganizationSubscription>))
.allowing(AllowedFor::AgentsAndEndUsers)
.paged(PAGES);

fn list_of_user(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let user: UserId = request.path_id(0, "user_id")?;
    let paging = Paging::read(request)?;
    account.users.get(user).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::User(user))?;
    let page = paging.page(&account.subscriptions.of_user(user))?;
    Ok(collection::<OrganizationSubscription>(
        account, request, &page,
    ))
}

/// [`GET /api/v2/organization_subscriptions/{organization_subscription_id}`](https://developer.zendesk.com/api-reference/ticketing/organizations/organization_subscriptions/#show-organization-subscription)
///
/// Returns a subscription. An end user gets only an own one.
pub const SHOW: Operation = Operation::get(
    "ShowOrganizationSubscription",
    "/api/v2/organization_subscriptions/{organization_subscription_id}",
)
.in_scope("organizations")
.named("organization_subscriptions", "show")
.showing(Body::One(shape::<OrganizationSubscription>))
.allowing(AllowedFor::AgentsAndEndUsers);

fn show(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id = named_in_path(account, request)?;
    shown::<OrganizationSubscription>(account, request, id)
}

/// [`POST /api/v2/organization_subscriptions`](https://developer.zendesk.com/api-reference/ticketing/organizations/organization_subscriptions/#create-organization-subscription)
///
/// Subscribes a user to an organization. "End users can only subscribe to shared organizations in
/// which they're members."
pub const CREATE: Operation = Operation::post(
    "CreateOrganizationSubscription",
    "/api/v2/organization_subscriptions",
)
.in_scope("organizations")
.named("organization_subscriptions", "create")
.showing(Body::One(shape::<OrganizationSubscription>))
.taking(Takes::one::<OrganizationSubscription>(
    "organization_subscription",
))
.requiring(&[&["user_id"], &["organization_id"]])
.answers(Success::Created)
.allowing(AllowedFor::AgentsAndEndUsers)
.invalid_because("the user has the subscription already");

fn create(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let new = request.root()?.changes::<OrganizationSubscription>()?;
    request.authorize(account, new.user_id.map_or(Subject::Account, Subject::User))?;
    let id = account.create_subscription(&new)?;
    created::<OrganizationSubscription>(account, request, id)
}

/// [`DELETE /api/v2/organization_subscriptions/{organization_subscription_id}`](https://developer.zendesk.com/api-reference/ticketing/organizations/organization_subscriptions/#delete-organization-subscription)
///
/// Deletes a subscription. An end user can delete only an own one.
pub const DELETE: Operation = Operation::delete(
    "DeleteOrganizationSubscription",
    "/api/v2/organization_subscriptions/{organization_subscription_id}",
)
.in_scope("organizations")
.named("organization_subscriptions", "destroy")
.answers(Success::NoContent)
.allowing(AllowedFor::AgentsAndEndUsers);

fn delete(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id = named_in_path(account, request)?;
    account.delete_subscription(id)?;
    Ok(Reply::no_content())
}

/// Returns the subscription that the path names, if the caller may access it.
fn named_in_path(account: &Account, request: &ApiRequest<'_>) -> Result<SubscriptionId, ApiError> {
    let id: SubscriptionId = request.path_id(0, "id")?;
    let subscription = account.subscriptions.get(id);
    let user = subscription.ok_or(ApiError::RecordNotFound)?.user_id;
    request.authorize(account, Subject::User(user))?;
    Ok(id)
}

impl Show for OrganizationSubscription {
    const ONE: &'static str = "organization_subscription";
    const MANY: &'static str = "organization_subscriptions";

    fn find(account: &Account, id: SubscriptionId) -> Option<&Self> {
        account.subscriptions.get(id)
    }

    fn derived_key(_: &'static str, attribute: SubscriptionDerived) -> Option<Key> {
        match attribute {}
    }

    fn derived_alone(&self, attribute: SubscriptionDerived) -> Option<Shown<'_>> {
        match attribute {}
    }
}

serialize_alone!(OrganizationSubscription);
