//! [`Operation`]: one documented endpoint, with everything that the double knows about it.

use std::fmt;

use super::body::Body;
use super::endpoint_limit::EndpointLimit;
use super::export_kind::Export;
use super::page_limits::PageLimits;
use super::parameters::Parameters;
use super::takes::{OneOf, Takes};

/// One documented endpoint of Zendesk's API. Calls are recorded and selected by their operation.
///
/// The operations are constants in the modules of their resources, for example
/// [`organization_memberships::CREATE`](crate::organization_memberships::CREATE);
/// [`Operation::all`] lists them.
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
    /// Whether a success that creates a record has the status of a creation.
    #[cfg_attr(
        not(feature = "openapi"),
        allow(dead_code, reason = "only the OpenAPI document reads it")
    )]
    may_create: bool,
    #[cfg_attr(
        not(feature = "openapi"),
        allow(dead_code, reason = "only the OpenAPI document reads it")
    )]
    body: Body,
    allowed_for: AllowedFor,
    takes: Takes,
    /// Keys that the objects in the body may have besides the attributes.
    also_taken: &'static [&'static str],
    /// Whether these keys have no effect.
    #[cfg_attr(
        not(feature = "openapi"),
        allow(dead_code, reason = "only the OpenAPI document reads it")
    )]
    ignores_also_taken: bool,
    /// The attributes and parameters that a request needs.
    #[cfg_attr(
        not(feature = "openapi"),
        allow(dead_code, reason = "only the OpenAPI document reads it")
    )]
    requires: &'static [OneOf],
    /// The root key of several records, if it gets a special error.
    refused_root: Option<&'static str>,
    scope: Option<&'static str>,
    limit: Option<&'static EndpointLimit>,
    /// Why it answers 422, as the end of a sentence.
    invalid_if: Option<&'static str>,
    queues: Queues,
    query: Parameters,
}

/// The background job that an operation queues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Queues {
    Nothing,
    /// A job whose items succeed or fail one by one.
    Items,
    /// A job that succeeds or fails as a whole.
    Whole,
}

/// The statuses of success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Success {
    Ok,
    Created,
    NoContent,
}

impl Success {
    pub(crate) const fn status(self) -> u16 {
        match self {
            Self::Ok => 200,
            Self::Created => 201,
            Self::NoContent => 204,
        }
    }
}

/// Who may call an operation, according to Zendesk's documentation. Other callers get 403.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AllowedFor {
    /// Everybody, even without credentials.
    Anybody,
    /// Every authenticated caller. End users can access only their own records.
    AgentsAndEndUsers,
    /// Agents and admins.
    Agents,
    /// Admins, and agents if the affected user is an end user.
    AdminsAndAgentsForEndUsers,
    /// Admins.
    Admins,
}

impl Operation {
    /// Returns the operation's name in Zendesk's OpenAPI document. That document has no separate
    /// name for variants of a route, such as those of a user or of an organization. Their names
    /// here are formed in the same way.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// Returns the HTTP method in capitals.
    #[must_use]
    pub const fn method(&self) -> &'static str {
        self.method
    }

    /// Returns the template of the path, with names in braces for its ids. Each path also exists
    /// with `.json` at its end.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// Returns the status of a successful reply.
    #[must_use]
    pub const fn success_status(&self) -> u16 {
        self.success.status()
    }

    /// Returns who may call it.
    #[must_use]
    pub const fn allowed_for(&self) -> AllowedFor {
        self.allowed_for
    }

    pub(crate) const fn get(id: &'static str, path: &'static str) -> Self {
        Self::new(id, "GET", path)
    }

    pub(crate) const fn post(id: &'static str, path: &'static str) -> Self {
        Self::new(id, "POST", path)
    }

    pub(crate) const fn put(id: &'static str, path: &'static str) -> Self {
        Self::new(id, "PUT", path)
    }

    pub(crate) const fn delete(id: &'static str, path: &'static str) -> Self {
        Self::new(id, "DELETE", path)
    }

    const fn new(id: &'static str, method: &'static str, path: &'static str) -> Self {
        Self {
            id,
            method,
            path,
            controller: "",
            action: "",
            success: Success::Ok,
            may_create: false,
            body: Body::Nothing,
            allowed_for: AllowedFor::Agents,
            takes: Takes::Nothing,
            also_taken: &[],
            ignores_also_taken: false,
            requires: &[],
            refused_root: None,
            scope: None,
            limit: None,
            invalid_if: None,
            queues: Queues::Nothing,
            query: Parameters {
                pages: None,
                is_never_empty: false,
                export: None,
                reads: &[],
                sideloads: &[],
                unmodeled: &[],
                unmodeled_sideloads: &[],
            },
        }
    }

    /// Sets the controller and the action, which are the endpoint's name in Zendesk's errors and
    /// warnings.
    pub(crate) const fn named(self, controller: &'static str, action: &'static str) -> Self {
        Self {
            controller,
            action,
            ..self
        }
    }

    pub(crate) const fn answers(self, success: Success) -> Self {
        Self { success, ..self }
    }

    /// Lets a reply have the status of a creation, in place of the usual one.
    pub(crate) const fn creating_some(self) -> Self {
        Self {
            may_create: true,
            ..self
        }
    }

    /// Sets what the body of a successful reply contains.
    pub(crate) const fn showing(self, body: Body) -> Self {
        Self { body, ..self }
    }

    pub(crate) const fn allowing(self, allowed_for: AllowedFor) -> Self {
        Self {
            allowed_for,
            ..self
        }
    }

    pub(crate) const fn taking(self, takes: Takes) -> Self {
        Self { takes, ..self }
    }

    /// Adds keys that the objects in the body may have besides the attributes of their record.
    pub(crate) const fn also_taking(self, also_taken: &'static [&'static str]) -> Self {
        Self { also_taken, ..self }
    }

    /// Adds keys that the objects in the body may have, without an effect and whatever their value.
    pub(crate) const fn also_ignoring(self, also_taken: &'static [&'static str]) -> Self {
        Self {
            also_taken,
            ignores_also_taken: true,
            ..self
        }
    }

    /// Declares what a request needs: of each list at least one attribute of the body, or one
    /// parameter. Null counts as not given. The rules refuse a request without it, and a test
    /// compares both.
    pub(crate) const fn requiring(self, requires: &'static [OneOf]) -> Self {
        Self { requires, ..self }
    }

    /// Sets the root key of several records that gets a special error here.
    pub(crate) const fn refusing(self, root: &'static str) -> Self {
        Self {
            refused_root: Some(root),
            ..self
        }
    }

    /// Sets the resource that an OAuth scope must name, if that is not the controller.
    pub(crate) const fn in_scope(self, scope: &'static str) -> Self {
        Self {
            scope: Some(scope),
            ..self
        }
    }

    /// Requires the OAuth scope `read` or `write`. No scope of one resource is enough.
    pub(crate) const fn in_no_scope(self) -> Self {
        Self {
            scope: Some(""),
            ..self
        }
    }

    /// Sets the endpoint's limit: how often one record may be changed per minute.
    pub(crate) const fn limited_to(self, limit: &'static EndpointLimit) -> Self {
        Self {
            limit: Some(limit),
            ..self
        }
    }

    /// Declares that it answers 422, for example for this reason, which completes the sentence
    /// "because …".
    pub(crate) const fn invalid_because(self, reason: &'static str) -> Self {
        Self {
            invalid_if: Some(reason),
            ..self
        }
    }

    /// Declares that it queues a background job.
    pub(crate) const fn queueing(self, queues: Queues) -> Self {
        Self { queues, ..self }
    }

    /// Declares a list that has at least one row in every account.
    pub(crate) const fn never_empty(self) -> Self {
        Self {
            query: Parameters {
                is_never_empty: true,
                ..self.query
            },
            ..self
        }
    }

    /// Declares a list with pages.
    pub(crate) const fn paged(self, limits: PageLimits) -> Self {
        Self {
            query: Parameters {
                pages: Some(limits),
                ..self.query
            },
            ..self
        }
    }

    /// Declares an incremental export.
    pub(crate) const fn exporting(self, export: &'static Export) -> Self {
        Self {
            query: Parameters {
                export: Some(export),
                ..self.query
            },
            ..self
        }
    }

    /// Adds query parameters that it reads.
    pub(crate) const fn reading(self, reads: &'static [&'static str]) -> Self {
        Self {
            query: Parameters {
                reads,
                ..self.query
            },
            ..self
        }
    }

    /// Adds the values of `include` that it implements.
    pub(crate) const fn sideloading(self, sideloads: &'static [&'static str]) -> Self {
        Self {
            query: Parameters {
                sideloads,
                ..self.query
            },
            ..self
        }
    }

    /// Adds query parameters that Zendesk documents and the double does not implement. They come
    /// from Zendesk's OpenAPI document. `sort=status` is an order under cursor pagination, in both
    /// directions.
    pub(crate) const fn lacking(self, unmodeled: &'static [&'static str]) -> Self {
        Self {
            query: Parameters {
                unmodeled,
                ..self.query
            },
            ..self
        }
    }

    /// Adds values of `include` that Zendesk documents and the double does not implement.
    pub(crate) const fn lacking_sideloads(
        self,
        unmodeled_sideloads: &'static [&'static str],
    ) -> Self {
        Self {
            query: Parameters {
                unmodeled_sideloads,
                ..self.query
            },
            ..self
        }
    }

    pub(crate) const fn takes(&self) -> Takes {
        self.takes
    }

    pub(crate) const fn also_taken(&self) -> &'static [&'static str] {
        self.also_taken
    }

    /// Returns the keys besides the attributes that have an effect.
    #[cfg(feature = "openapi")]
    pub(crate) const fn also_read(&self) -> &'static [&'static str] {
        match self.ignores_also_taken {
            true => &[],
            false => self.also_taken,
        }
    }

    /// Returns what a request needs: of each list at least one attribute or parameter.
    #[cfg(feature = "openapi")]
    pub(crate) fn requires(&self) -> impl Iterator<Item = OneOf> {
        let of_export = self.query.export.map(|export| export.requires());
        self.requires.iter().copied().chain(of_export)
    }

    pub(crate) const fn refused_root(&self) -> Option<&'static str> {
        self.refused_root
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

    /// Returns every status of success that a reply can have.
    #[cfg(feature = "openapi")]
    pub(crate) fn successes(&self) -> Vec<Success> {
        let creation = self.may_create.then_some(Success::Created);
        std::iter::once(self.success).chain(creation).collect()
    }

    pub(crate) const fn body(&self) -> Body {
        self.body
    }

    pub(crate) const fn scope(&self) -> &'static str {
        match self.scope {
            Some(scope) => scope,
            None => self.controller,
        }
    }

    pub(crate) const fn limit(&self) -> Option<&'static EndpointLimit> {
        self.limit
    }

    /// Returns a reason for a 422. `None` means that it never answers 422.
    pub(crate) const fn invalid_if(&self) -> Option<&'static str> {
        self.invalid_if
    }

    pub(crate) const fn queues(&self) -> Queues {
        self.queues
    }

    pub(crate) const fn query(&self) -> &Parameters {
        &self.query
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
