//! The operations on identities, as documented, and the JSON of an identity.

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::operation::{AllowedFor, Operation, Success};
use crate::api::page::{Page, Paging};
use crate::api::page_limits::PageLimits;
use crate::api::reply::{ApiResult, Reply};
use crate::api::request::ApiRequest;
use crate::api::takes::Takes;
use crate::api::url::ResourceUrl;
use crate::base::ids::{IdentityId, UserId};
use crate::base::record::Record;
use crate::base::schema::{Key, Schema};
use crate::base::sequence::{GivenOrder, SortedIds};
use crate::base::value::{Expected, Shown};
use crate::resources::account::Account;
use crate::resources::handler::Handler;
use crate::resources::roles::Subject;
use crate::resources::shown::{Show, collection, serialize_alone, shape, shown};

use super::model::{Identity, IdentityChanges, IdentityDerived};
use super::violations;

pub(crate) const HANDLERS: &[(Operation, Handler)] = &[
    (LIST, list),
    (LIST_OF_END_USER, list),
    (CREATE, create),
    (CREATE_FOR_END_USER, create),
    (SHOW, show),
    (SHOW_OF_END_USER, show),
    (UPDATE, update),
    (DELETE, delete),
    (DELETE_OF_END_USER, delete),
    (MAKE_PRIMARY, make_primary),
    (MAKE_PRIMARY_OF_END_USER, make_primary),
    (VERIFY, verify),
    (REQUEST_VERIFICATION, request_verification),
    (REQUEST_VERIFICATION_OF_END_USER, request_verification),
];

const PAGES: PageLimits = PageLimits::up_to(100);

const TAKES: Takes = Takes::one::<Identity>("identity");

/// Domains that receive no mail.
const EXAMPLE_DOMAINS: [&str; 4] = [
    "@example.com",
    "@example.net",
    "@example.org",
    "@example.edu",
];

/// [`GET /api/v2/users/{user_id}/identities`](https://developer.zendesk.com/api-reference/ticketing/users/user_identities/#list-identities)
///
/// Lists the identities of a user: under offset pagination the primary ones first, then by id;
/// under cursor pagination by id. `type[]` narrows the list.
pub const LIST: Operation =
    Operation::get("ListUserIdentities", "/api/v2/users/{user_id}/identities")
        .named("identities", "index")
        .showing(Body::Many(shape::<Identity>))
        .in_no_scope()
        .paged(PAGES)
        .reading(&["type[]"])
        .allowing(AllowedFor::AgentsAndEndUsers);

/// `GET /api/v2/end_users/{user_id}/identities`
///
/// Lists like [`LIST`], for end users who read their own identities.
pub const LIST_OF_END_USER: Operation = Operation::get(
    "ListEndUserIdentities",
    "/api/v2/end_users/{user_id}/identities",
)
.named("identities", "index")
.showing(Body::Many(shape::<Identity>))
.in_no_scope()
.paged(PAGES)
.reading(&["type[]"])
.allowing(AllowedFor::AgentsAndEndUsers);

fn list(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let user: UserId = request.path_id(0, "user_id")?;
    let paging = Paging::read(request)?;
    account.users.get(user).ok_or(ApiError::RecordNotFound)?;
    authorize(account, request, user)?;
    let types = request.query.list("type");
    let listed = account.identities_of_user(user).into_iter();
    let listed: Vec<u64> = listed
        .filter(|identity| types.is_empty() || types.contains(&identity.identity_type.word()))
        .map(|identity| identity.id.get())
        .collect();
    let by_id = SortedIds::new(listed.iter().copied());
    let page = paging.page_of(&GivenOrder(listed), &by_id)?;
    Ok(collection::<Identity>(account, request, &page))
}

/// [`POST /api/v2/users/{user_id}/identities`](https://developer.zendesk.com/api-reference/ticketing/users/user_identities/#create-identity)
///
/// Adds an identity to a user. The first of its type becomes the primary one.
pub const CREATE: Operation =
    Operation::post("CreateUserIdentity", "/api/v2/users/{user_id}/identities")
        .named("identities", "create")
        .showing(Body::One(shape::<Identity>))
        .in_no_scope()
        .taking(TAKES)
        .requiring(&[&["type"], &["value"]])
        .answers(Success::Created)
        .invalid_because("another user has the address");

/// `POST /api/v2/end_users/{user_id}/identities`
///
/// Adds an identity like [`CREATE`], for end users who add it to themselves. They cannot add a
/// verified or a primary one.
pub const CREATE_FOR_END_USER: Operation = Operation::post(
    "CreateEndUserIdentity",
    "/api/v2/end_users/{user_id}/identities",
)
.named("identities", "create")
.showing(Body::One(shape::<Identity>))
.in_no_scope()
.taking(TAKES)
.requiring(&[&["type"], &["value"]])
.answers(Success::Created)
.allowing(AllowedFor::AgentsAndEndUsers)
.invalid_because("another user has the address");

fn create(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let user: UserId = request.path_id(0, "user_id")?;
    let changes = given(request)?;
    account.users.active(user).ok_or(ApiError::RecordNotFound)?;
    authorize(account, request, user)?;
    // An end user makes only a verified identity primary, and verifies none.
    let is_for_agents = changes.verifies() == Some(true) || changes.primary == Some(true);
    if is_for_agents && request.end_user(account).is_some() {
        return Err(ApiError::Forbidden);
    }
    let id = account.create_identity(user, &changes)?;
    let location = ResourceUrl {
        below: Some(("users", user.get())),
        ..request.url(Identity::PATH, id.get())
    };
    Ok(shown::<Identity>(account, request, id)?.location(location))
}

/// [`GET /api/v2/users/{user_id}/identities/{identity_id}`](https://developer.zendesk.com/api-reference/ticketing/users/user_identities/#show-identity)
pub const SHOW: Operation = Operation::get(
    "ShowUserIdentity",
    "/api/v2/users/{user_id}/identities/{identity_id}",
)
.named("identities", "show")
.showing(Body::One(shape::<Identity>))
.in_no_scope()
.allowing(AllowedFor::AgentsAndEndUsers);

/// `GET /api/v2/end_users/{user_id}/identities/{identity_id}`
///
/// Returns the identity like [`SHOW`], for end users who read their own.
pub const SHOW_OF_END_USER: Operation = Operation::get(
    "ShowEndUserIdentity",
    "/api/v2/end_users/{user_id}/identities/{identity_id}",
)
.named("identities", "show")
.showing(Body::One(shape::<Identity>))
.in_no_scope()
.allowing(AllowedFor::AgentsAndEndUsers);

fn show(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let (_, id) = named_identity(account, request)?;
    shown::<Identity>(account, request, id)
}

/// [`PUT /api/v2/users/{user_id}/identities/{identity_id}`](https://developer.zendesk.com/api-reference/ticketing/users/user_identities/#update-identity)
///
/// Changes the value of an identity, or whether it is verified. The user's `email` follows.
pub const UPDATE: Operation = Operation::put(
    "UpdateUserIdentity",
    "/api/v2/users/{user_id}/identities/{identity_id}",
)
.named("identities", "update")
.showing(Body::One(shape::<Identity>))
.in_no_scope()
.taking(TAKES)
.invalid_because("another user has the address");

fn update(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let changes = request.root()?.changes::<Identity>()?;
    let (_, id) = named_identity(account, request)?;
    account.update_identity(id, &changes)?;
    shown::<Identity>(account, request, id)
}

/// [`DELETE /api/v2/users/{user_id}/identities/{identity_id}`](https://developer.zendesk.com/api-reference/ticketing/users/user_identities/#delete-identity)
///
/// Deletes an identity. If it was the primary one, no other becomes primary.
pub const DELETE: Operation = Operation::delete(
    "DeleteUserIdentity",
    "/api/v2/users/{user_id}/identities/{identity_id}",
)
.named("identities", "destroy")
.in_no_scope()
.answers(Success::NoContent);

/// `DELETE /api/v2/end_users/{user_id}/identities/{identity_id}`
///
/// Deletes an identity like [`DELETE`], for end users who delete one of their own.
pub const DELETE_OF_END_USER: Operation = Operation::delete(
    "DeleteEndUserIdentity",
    "/api/v2/end_users/{user_id}/identities/{identity_id}",
)
.named("identities", "destroy")
.in_no_scope()
.answers(Success::NoContent)
.allowing(AllowedFor::AgentsAndEndUsers);

fn delete(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let (_, id) = named_identity(account, request)?;
    account.delete_identity(id)?;
    Ok(Reply::no_content())
}

/// [`PUT /api/v2/users/{user_id}/identities/{identity_id}/make_primary`](https://developer.zendesk.com/api-reference/ticketing/users/user_identities/#make-identity-primary)
///
/// Makes an identity the primary one of its type, and returns the list of the user's identities.
/// The user's `email` follows.
pub const MAKE_PRIMARY: Operation = Operation::put(
    "MakeUserIdentityPrimary",
    "/api/v2/users/{user_id}/identities/{identity_id}/make_primary",
)
.named("identities", "make_primary")
.showing(Body::Many(shape::<Identity>))
.in_no_scope();

/// `PUT /api/v2/end_users/{user_id}/identities/{identity_id}/make_primary`
///
/// Makes an identity primary like [`MAKE_PRIMARY`], for end users. The identity must be their own,
/// and verified.
pub const MAKE_PRIMARY_OF_END_USER: Operation = Operation::put(
    "MakeEndUserIdentityPrimary",
    "/api/v2/end_users/{user_id}/identities/{identity_id}/make_primary",
)
.named("identities", "make_primary")
.showing(Body::Many(shape::<Identity>))
.in_no_scope()
.allowing(AllowedFor::AgentsAndEndUsers);

fn make_primary(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let (user, id) = named_identity(account, request)?;
    let is_verified = account
        .identities
        .get(id)
        .is_some_and(|identity| identity.verified);
    if request.end_user(account).is_some() && !is_verified {
        return Err(ApiError::Forbidden);
    }
    account.make_primary(id)?;
    let list = account.identities_of_user(user).into_iter();
    let list = GivenOrder(list.map(|identity| identity.id.get()).collect());
    let page = Page::whole(&list);
    Ok(collection::<Identity>(account, request, &page))
}

/// [`PUT /api/v2/users/{user_id}/identities/{identity_id}/verify`](https://developer.zendesk.com/api-reference/ticketing/users/user_identities/#verify-identity)
///
/// Marks an identity as verified, unless it is the account owner's.
pub const VERIFY: Operation = Operation::put(
    "VerifyUserIdentity",
    "/api/v2/users/{user_id}/identities/{identity_id}/verify",
)
.named("identities", "verify")
.showing(Body::One(shape::<Identity>))
.in_no_scope();

fn verify(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let (_, id) = named_identity(account, request)?;
    account.verify_identity(id)?;
    shown::<Identity>(account, request, id)
}

/// [`PUT /api/v2/users/{user_id}/identities/{identity_id}/request_verification`](https://developer.zendesk.com/api-reference/ticketing/users/user_identities/#request-user-verification)
///
/// Sends the user an e-mail to verify the identity. The double sends none, so nothing changes.
pub const REQUEST_VERIFICATION: Operation = Operation::put(
    "RequestUserVerfication",
    "/api/v2/users/{user_id}/identities/{identity_id}/request_verification",
)
.named("identities", "request_verification")
.in_no_scope();

/// `PUT /api/v2/end_users/{user_id}/identities/{identity_id}/request_verification`
///
/// Works like [`REQUEST_VERIFICATION`], for end users themselves.
pub const REQUEST_VERIFICATION_OF_END_USER: Operation = Operation::put(
    "RequestEndUserVerification",
    "/api/v2/end_users/{user_id}/identities/{identity_id}/request_verification",
)
.named("identities", "request_verification")
.in_no_scope()
.allowing(AllowedFor::AgentsAndEndUsers);

fn request_verification(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    named_identity(account, request)?;
    Ok(Reply::no_content())
}

/// Finds the identity that the path names, and checks that the caller may access it.
fn named_identity(
    account: &Account,
    request: &ApiRequest<'_>,
) -> Result<(UserId, IdentityId), ApiError> {
    let user: UserId = request.path_id(0, "user_id")?;
    let id: IdentityId = request.path_id(1, "id")?;
    let identity = account.identities.get(id);
    identity
        .filter(|identity| identity.user_id == user)
        .ok_or(ApiError::RecordNotFound)?;
    authorize(account, request, user)?;
    Ok((user, id))
}

/// Checks that the caller may access the identities of this user. The routes below `end_users` are
/// for verified end users.
fn authorize(account: &Account, request: &ApiRequest<'_>, user: UserId) -> Result<(), ApiError> {
    request.authorize(account, Subject::User(user))?;
    let is_for_end_users = request.operation.path().starts_with("/api/v2/end_users/");
    let end_user = request.end_user(account).filter(|_| is_for_end_users);
    let end_user = end_user.and_then(|id| account.users.get(id));
    if end_user.is_some_and(|user| !user.verified) {
        return Err(ApiError::Forbidden);
    }
    Ok(())
}

/// Reads the identity in a request. An unknown type is not a mistyped parameter, but breaks a rule.
fn given(request: &ApiRequest<'_>) -> Result<IdentityChanges, ApiError> {
    let root = request.root()?;
    root.changes::<Identity>().map_err(|error| match error {
        ApiError::InvalidAttribute { name, .. } if name == "identity.type" => {
            match root.text("type") {
                Some(_) => ApiError::RecordInvalid(vec![violations::type_invalid()]),
                None => request.operation.invalid_attribute(&name, Expected::Text),
            }
        }
        error => error,
    })
}

impl Show for Identity {
    const ONE: &'static str = "identity";
    const MANY: &'static str = "identities";

    fn find(account: &Account, id: IdentityId) -> Option<&Self> {
        account.identities.get(id)
    }

    fn derived_key(name: &'static str, attribute: IdentityDerived) -> Option<Key> {
        Some(match attribute {
            IdentityDerived::Url => Key::new(name, Schema::Url),
            // Only e-mail addresses have these two.
            IdentityDerived::UndeliverableCount => Key::optional(name, Schema::Integer),
            IdentityDerived::DeliverableState => {
                Key::optional(name, Schema::Words(vec!["deliverable", "reserved_example"]))
            }
        })
    }

    fn derived_alone(&self, attribute: IdentityDerived) -> Option<Shown<'_>> {
        let is_example = || {
            let value = self.value.to_lowercase();
            EXAMPLE_DOMAINS.iter().any(|domain| value.ends_with(domain))
        };
        match attribute {
            IdentityDerived::Url => Some(Shown::UrlBelow("users", self.user_id.get())),
            // Only e-mail addresses have these two.
            _ if !self.is_email() => None,
            IdentityDerived::UndeliverableCount => Some(Shown::Integer(0)),
            IdentityDerived::DeliverableState if is_example() => {
                Some(Shown::Text("reserved_example"))
            }
            IdentityDerived::DeliverableState => Some(Shown::Text("deliverable")),
        }
    }
}

serialize_alone!(Identity);
