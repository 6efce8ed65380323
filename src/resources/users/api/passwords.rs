//! The operations on passwords. The double keeps none, so all that shows is who may set one.

use serde_json::Value;

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::json::JsonObject;
use crate::api::operation::{AllowedFor, Operation};
use crate::api::reply::{ApiResult, Reply};
use crate::api::request::ApiRequest;
use crate::base::ids::UserId;
use crate::base::schema::{Key, Schema};
use crate::base::value::Expected;
use crate::resources::account::Account;
use crate::resources::roles::Subject;

/// The documented example of what an account asks of passwords. The double does not check it.
const REQUIREMENTS: &[&str] = &[
    "must be at least 5 characters",
    "must be different from email address",
];

/// [`POST /api/v2/users/{user_id}/password`](https://developer.zendesk.com/api-reference/ticketing/users/user_passwords/#set-a-users-password)
///
/// Sets the password of a user, with an empty reply. "The setting is off by default", so this is
/// refused with 403 unless the builder has
/// [`accept_passwords`](crate::MockZendeskBuilder::accept_passwords).
pub const SET_PASSWORD: Operation =
    Operation::post("SetUserPassword", "/api/v2/users/{user_id}/password")
        .named("passwords", "create")
        .in_no_scope()
        .reading(&["password"])
        .requiring(&[&["password"]])
        .allowing(AllowedFor::Admins);

pub(super) fn set(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let user: UserId = request.path_id(0, "user_id")?;
    check_password(request, "password")?;
    account.users.active(user).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::User(user))?;
    account.set_password(user)?;
    Ok(Reply::no_content())
}

/// [`PUT /api/v2/users/{user_id}/password`](https://developer.zendesk.com/api-reference/ticketing/users/user_passwords/#change-your-password)
///
/// Changes the password of the caller, with an empty reply. "You can only change your own
/// password." Refused like [`SET_PASSWORD`].
pub const CHANGE_PASSWORD: Operation =
    Operation::put("ChangeOwnPassword", "/api/v2/users/{user_id}/password")
        .named("passwords", "update")
        .in_no_scope()
        .reading(&["previous_password", "password"])
        .requiring(&[&["previous_password"], &["password"]])
        .allowing(AllowedFor::AgentsAndEndUsers);

pub(super) fn change(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let user: UserId = request.path_id(0, "user_id")?;
    check_password(request, "previous_password")?;
    check_password(request, "password")?;
    account.users.active(user).ok_or(ApiError::RecordNotFound)?;
    if request.caller_id() != Some(user) {
        return Err(ApiError::Forbidden);
    }
    account.set_password(user)?;
    Ok(Reply::no_content())
}

/// [`GET /api/v2/users/{user_id}/password/requirements`](https://developer.zendesk.com/api-reference/ticketing/users/user_passwords/#list-password-requirements)
///
/// Returns what a password of the user must be like, as sentences.
pub const SHOW_PASSWORD_REQUIREMENTS: Operation = Operation::get(
    "GetUserPasswordRequirements",
    "/api/v2/users/{user_id}/password/requirements",
)
.named("passwords", "requirements")
.showing(Body::Keys(requirements_keys))
.in_no_scope()
.allowing(AllowedFor::AgentsAndEndUsers);

pub(super) fn requirements(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let user: UserId = request.path_id(0, "user_id")?;
    account.users.active(user).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::User(user))?;
    let body = JsonObject::new().field("requirements", &REQUIREMENTS);
    Ok(Reply::json(body))
}

/// Returns the keys of the reply of [`SHOW_PASSWORD_REQUIREMENTS`].
fn requirements_keys() -> Vec<Key> {
    vec![Key::new("requirements", Schema::Text.list())]
}

/// Checks that a request has a password under this name, and that it is a string.
fn check_password(request: &ApiRequest<'_>, name: &'static str) -> Result<(), ApiError> {
    match request.body.get(name) {
        Some(Value::String(_)) => Ok(()),
        None | Some(Value::Null) if request.query.get(name).is_some() => Ok(()),
        None | Some(Value::Null) => Err(ApiError::ParameterMissing(name)),
        Some(_) => Err(request.operation.invalid_attribute(name, Expected::Text)),
    }
}
