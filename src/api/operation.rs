//! [`Operation`]: one documented endpoint, with everything that it needs to be known for.

use std::fmt;

use crate::base::record::{AttributeList, AttributesOf, Record};

use super::endpoint_limit::EndpointLimit;
use super::page_limits::{PageLimits, Pagination};

/// One documented endpoint of Zendesk's API: what a request to it is called, wherever calls are
/// spoken of.
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
    allowed_for: AllowedFor,
    takes: Takes,
    /// Keys that its objects may have besides the attributes.
    also_taken: &'static [&'static str],
    /// The root key of several records, where it has an error of its own.
    refused_root: Option<&'static str>,
    scope: Option<&'static str>,
    limit: Option<&'static EndpointLimit>,
    query: Parameters,
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

/// What an operation takes from the body of a request. Keys that are not permitted are dropped, and
/// the reply warns of them.
#[derive(Clone, Copy)]
pub(crate) enum Takes {
    Nothing,
    /// An object under a root key.
    One {
        root: &'static str,
        attributes: &'static dyn AttributeList,
    },
    /// An array of objects under a root key.
    Many {
        root: &'static str,
        attributes: &'static dyn AttributeList,
    },
    /// An object under `root`, or an array of objects under `many`.
    OneOrMany {
        root: &'static str,
        many: &'static str,
        attributes: &'static dyn AttributeList,
    },
}

impl Takes {
    /// The attributes of a record of this kind, under this root key.
    pub(crate) const fn one<R: Record>(root: &'static str) -> Self {
        Self::One {
            root,
            attributes: &AttributesOf::<R>::LIST,
        }
    }

    /// The attributes of one record of this kind under the first root key, or of several, in an
    /// array under the second.
    pub(crate) const fn one_or_many<R: Record>(root: &'static str, many: &'static str) -> Self {
        Self::OneOrMany {
            root,
            many,
            attributes: &AttributesOf::<R>::LIST,
        }
    }

    /// Whether the body may have this root key.
    pub(crate) fn has_root(self, key: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::One { root, .. } | Self::Many { root, .. } => root == key,
            Self::OneOrMany { root, many, .. } => root == key || many == key,
        }
    }

    /// The attributes that its objects have.
    pub(crate) fn attributes(self) -> Option<&'static dyn AttributeList> {
        match self {
            Self::Nothing => None,
            Self::One { attributes, .. }
            | Self::Many { attributes, .. }
            | Self::OneOrMany { attributes, .. } => Some(attributes),
        }
    }

    /// The attributes of several records of this kind, in an array under this root key.
    pub(crate) const fn many<R: Record>(root: &'static str) -> Self {
        Self::Many {
            root,
            attributes: &AttributesOf::<R>::LIST,
        }
    }
}

/// The query parameters that an operation knows. Zendesk itself ignores all others.
#[derive(Clone, Copy)]
pub(crate) struct Parameters {
    /// The limits of its pages, if it is a list: then it reads the parameters of both paginations.
    pub(crate) pages: Option<PageLimits>,
    /// Further ones that it reads.
    pub(crate) reads: &'static [&'static str],
    /// What `include` may name.
    pub(crate) sideloads: &'static [&'static str],
    /// What Zendesk documents for it and the double does not implement.
    pub(crate) unmodeled: &'static [&'static str],
    pub(crate) unmodeled_sideloads: &'static [&'static str],
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
    /// The operation's name in Zendesk's OpenAPI document. The twins of a route for which it has no
    /// name of their own (those of a user or of an organization) are named after it in the same
    /// manner.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// The HTTP method, in capitals.
    #[must_use]
    pub const fn method(&self) -> &'static str {
        self.method
    }

    /// The template of the path, with names in braces for its ids. Each path also exists with
    /// `.json` at its end.
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
            allowed_for: AllowedFor::Agents,
            takes: Takes::Nothing,
            also_taken: &[],
            refused_root: None,
            scope: None,
            limit: None,
            query: Parameters {
                pages: None,
                reads: &[],
                sideloads: &[],
                unmodeled: &[],
                unmodeled_sideloads: &[],
            },
        }
    }

    /// The controller and the action by which Zendesk's errors and warnings name the endpoint.
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

    pub(crate) const fn allowing(self, allowed_for: AllowedFor) -> Self {
        Self {
            allowed_for,
            ..self
        }
    }

    pub(crate) const fn taking(self, takes: Takes) -> Self {
        Self { takes, ..self }
    }

    /// Keys that the objects of the body may have besides the attributes of their record.
    pub(crate) const fn also_taking(self, also_taken: &'static [&'static str]) -> Self {
        Self { also_taken, ..self }
    }

    /// The root key of several records, for which one record gets an error of its own.
    pub(crate) const fn refusing(self, root: &'static str) -> Self {
        Self {
            refused_root: Some(root),
            ..self
        }
    }

    /// The resource that an OAuth scope has to name, where that is not the controller.
    pub(crate) const fn in_scope(self, scope: &'static str) -> Self {
        Self {
            scope: Some(scope),
            ..self
        }
    }

    /// No OAuth scope of one resource suffices for it, only `read` and `write`.
    pub(crate) const fn in_no_scope(self) -> Self {
        Self {
            scope: Some(""),
            ..self
        }
    }

    /// The limit of the endpoint: how often one record may be changed in a minute.
    pub(crate) const fn limited_to(self, limit: &'static EndpointLimit) -> Self {
        Self {
            limit: Some(limit),
            ..self
        }
    }

    /// A list with pages.
    pub(crate) const fn paged(self, limits: PageLimits) -> Self {
        Self {
            query: Parameters {
                pages: Some(limits),
                ..self.query
            },
            ..self
        }
    }

    /// Query parameters that it reads.
    pub(crate) const fn reading(self, reads: &'static [&'static str]) -> Self {
        Self {
            query: Parameters {
                reads,
                ..self.query
            },
            ..self
        }
    }

    /// What `include` may name.
    pub(crate) const fn sideloading(self, sideloads: &'static [&'static str]) -> Self {
        Self {
            query: Parameters {
                sideloads,
                ..self.query
            },
            ..self
        }
    }

    /// Query parameters that Zendesk documents and the double does not implement. From Zendesk's
    /// OpenAPI document.
    pub(crate) const fn lacking(self, unmodeled: &'static [&'static str]) -> Self {
        Self {
            query: Parameters {
                unmodeled,
                ..self.query
            },
            ..self
        }
    }

    /// As [`Operation::lacking`]: what `include` may name.
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

    pub(crate) const fn scope(&self) -> &'static str {
        match self.scope {
            Some(scope) => scope,
            None => self.controller,
        }
    }

    pub(crate) const fn limit(&self) -> Option<&'static EndpointLimit> {
        self.limit
    }

    pub(crate) const fn query(&self) -> &Parameters {
        &self.query
    }
}

impl Parameters {
    /// The names of all parameters that Zendesk has for the operation, of `include` with each of
    /// its values.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        let of_pages = self.pages.map_or(&[][..], |pages| pages.parameters());
        let plain = of_pages
            .iter()
            .chain(self.reads)
            .chain(self.unmodeled)
            .map(|name| (*name).to_owned());
        let sideloads = self.sideloads.iter().chain(self.unmodeled_sideloads);
        plain.chain(sideloads.map(|name| format!("include={name}")))
    }

    /// What becomes of a parameter with this name and value: for each name that `include` gives,
    /// and once otherwise.
    pub(crate) fn standing(
        &self,
        name: &str,
        value: &str,
        pagination: Pagination,
    ) -> Vec<ParameterStanding> {
        if self.unmodeled.contains(&name) {
            return vec![ParameterStanding::Unmodeled(name.to_owned())];
        }
        if name == "include" {
            let names = value
                .split(',')
                .map(str::trim)
                .filter(|name| !name.is_empty());
            return names.map(|name| self.standing_of_sideload(name)).collect();
        }
        if self.pages.is_some() && name == "sort" {
            // Cursor pagination checks it; what Zendesk makes of it elsewhere is not modeled.
            let standing = match pagination {
                Pagination::Cursor => ParameterStanding::Read,
                Pagination::Offset => ParameterStanding::Unmodeled(name.to_owned()),
            };
            return vec![standing];
        }
        let is_read = self.reads.contains(&name)
            || self
                .pages
                .is_some_and(|pages| pages.parameters().contains(&name));
        vec![if is_read {
            ParameterStanding::Read
        } else {
            ParameterStanding::Ignored(name.to_owned())
        }]
    }

    fn standing_of_sideload(&self, name: &str) -> ParameterStanding {
        let whole = format!("include={name}");
        if self.sideloads.contains(&name) {
            ParameterStanding::Read
        } else if self.unmodeled_sideloads.contains(&name) {
            ParameterStanding::Unmodeled(whole)
        } else {
            ParameterStanding::Ignored(whole)
        }
    }
}

/// What becomes of a query parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ParameterStanding {
    Read,
    /// Zendesk reads it, the double does not.
    Unmodeled(String),
    /// Zendesk does not know it either.
    Ignored(String),
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
