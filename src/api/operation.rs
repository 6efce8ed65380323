//! [`Operation`]: one documented endpoint.

use std::fmt;

use crate::resources::account::Account;

use super::error::ApiError;
use super::reply::{Reply, Success};
use super::request::ApiRequest;

pub(crate) type ApiResult = Result<Reply, ApiError>;

pub(crate) type Handler = fn(&mut Account, &ApiRequest<'_>) -> ApiResult;

/// One documented endpoint of Zendesk's API: what a request to it is called, wherever calls are spoken of.
///
/// The operations are constants in the modules of their resources, for example
/// [`organization_memberships::CREATE`](crate::organization_memberships::CREATE); [`operations`](crate::operations)
/// lists them.
///
/// ```
/// use mock_zendesk::organization_memberships;
///
/// let create = organization_memberships::CREATE;
/// assert_eq!(create.id(), "CreateOrganizationMembership");
/// assert_eq!((create.method(), create.path()), ("POST", "/api/v2/organization_memberships"));
/// assert_eq!(create.success_status(), 201);
/// ```
#[derive(Clone, Copy)]
pub struct Operation {
    id: &'static str,
    method: &'static str,
    path: &'static str,
    controller: &'static str,
    action: &'static str,
    success: Success,
    allowed_for: AllowedFor,
    takes: Takes,
    handler: Handler,
}

/// What an operation takes from the body of a request. Keys that are not named are dropped, and the reply warns of
/// them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Takes {
    Nothing,
    /// An object under a root key.
    One {
        root: &'static str,
        keys: &'static [&'static str],
    },
    /// An array of objects under a root key.
    Many {
        root: &'static str,
        keys: &'static [&'static str],
    },
}

/// Whom Zendesk allows an operation, as its documentation says. Others get 403.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AllowedFor {
    /// Everybody, also without credentials.
    Anybody,
    /// Everybody who is authenticated; end users see what is theirs, and are refused what is not.
    AgentsAndEndUsers,
    /// Agents and admins.
    Agents,
    /// Admins; agents where the user that it is about is an end user.
    AdminsAndAgentsForEndUsers,
    /// Admins.
    Admins,
}

impl Operation {
    /// The operation's name in Zendesk's OpenAPI document. The twins of a route for which it has no name of their own
    /// (those of a user or of an organization) are named after it in the same manner.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// The HTTP method, in capitals.
    #[must_use]
    pub const fn method(&self) -> &'static str {
        self.method
    }

    /// The template of the path, with names in braces for its ids. Each path also exists with `.json` at its end.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// The status of a reply that is no error.
    #[must_use]
    pub const fn success_status(&self) -> u16 {
        self.success.status()
    }

    /// Whom Zendesk allows it.
    #[must_use]
    pub const fn allowed_for(&self) -> AllowedFor {
        self.allowed_for
    }

    pub(crate) const fn get(id: &'static str, path: &'static str, handler: Handler) -> Self {
        Self::new(id, "GET", path, handler)
    }

    pub(crate) const fn post(id: &'static str, path: &'static str, handler: Handler) -> Self {
        Self::new(id, "POST", path, handler)
    }

    pub(crate) const fn put(id: &'static str, path: &'static str, handler: Handler) -> Self {
        Self::new(id, "PUT", path, handler)
    }

    pub(crate) const fn delete(id: &'static str, path: &'static str, handler: Handler) -> Self {
        Self::new(id, "DELETE", path, handler)
    }

    const fn new(id: &'static str, method: &'static str, path: &'static str, handler: Handler) -> Self {
        Self {
            id,
            method,
            path,
            controller: "",
            action: "",
            success: Success::Ok,
            allowed_for: AllowedFor::Agents,
            takes: Takes::Nothing,
            handler,
        }
    }

    /// The controller and the action by which Zendesk's errors and warnings name the endpoint.
    pub(crate) const fn named(self, controller: &'static str, action: &'static str) -> Self {
        Self { controller, action, ..self }
    }

    pub(crate) const fn answers(self, success: Success) -> Self {
        Self { success, ..self }
    }

    pub(crate) const fn allowing(self, allowed_for: AllowedFor) -> Self {
        Self { allowed_for, ..self }
    }

    pub(crate) const fn taking(self, takes: Takes) -> Self {
        Self { takes, ..self }
    }

    pub(crate) const fn takes(&self) -> Takes {
        self.takes
    }

    pub(crate) const fn controller(&self) -> &'static str {
        self.controller
    }

    pub(crate) const fn action(&self) -> &'static str {
        self.action
    }

    pub(crate) const fn success(&self) -> Success {
        self.success
    }

    pub(crate) fn handle(&self, account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
        (self.handler)(account, request)
    }
}

impl PartialEq for Operation {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Operation {}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} {})", self.id, self.method, self.path)
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Operation({self})")
    }
}
