//! The resources of the API, a folder for each, with the same files in each:
//!
//! - `model.rs`: what a record is, and what one is made from;
//! - `store.rs`: the records and their indexes;
//! - `read.rs`: how the account is asked for them;
//! - `rules.rs`: what may happen to them, and what follows;
//! - `api.rs`: the operations, as the documentation lists them, and how a record looks on the wire, which has a
//!   `wire.rs` of its own where it is long;
//! - `tasks.rs`, where there are bulk operations: what their background jobs do.
//!
//! `elsewhere.rs` lists endpoints that the double does not have.
//!
//! A new resource is such a folder and its rows here: the module, and the operations in [`REGISTRY`].

use std::sync::LazyLock;

use crate::api::operation::Operation;

pub(crate) mod account;
pub(crate) mod difference;
pub(crate) mod elsewhere;
pub(crate) mod job_statuses;
pub(crate) mod organization_memberships;
pub(crate) mod organizations;
pub(crate) mod roles;
pub(crate) mod tickets;
pub(crate) mod users;

/// All operations of the double, by resource. A request goes to the first that has its method and its path.
static REGISTRY: &[&[Operation]] = &[
    job_statuses::api::OPERATIONS,
    organization_memberships::api::OPERATIONS,
    organizations::api::OPERATIONS,
    tickets::api::OPERATIONS,
    users::api::OPERATIONS,
];

/// Every operation that the double knows.
///
/// ```
/// let creates = mock_zendesk::operations().filter(|operation| operation.method() == "POST");
/// assert!(creates.into_iter().any(|operation| operation.id() == "CreateOrganizationMembership"));
/// ```
pub fn operations() -> impl Iterator<Item = Operation> {
    REGISTRY.iter().copied().flatten().copied()
}

/// The operations with their templates taken apart, so that a request does not do that again.
pub(crate) static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| {
    let template = |operation: Operation| Template::new(operation.path().trim_start_matches('/'));
    operations().map(|operation| Route { operation, template: template(operation) }).collect()
});

/// An operation and its path.
pub(crate) struct Route {
    pub(crate) operation: Operation,
    pub(crate) template: Template,
}

/// The segments of a path, with names in braces for its ids.
pub(crate) struct Template(pub(crate) Vec<&'static str>);

impl Template {
    /// Takes a path apart, which has no slash in front.
    fn new(path: &'static str) -> Self {
        Self(path.split('/').collect())
    }

    /// Whether these segments are such a path, whatever stands in the places of the ids.
    pub(crate) fn is_path(&self, segments: &[&str]) -> bool {
        let is_part = |(part, segment): (&&str, &&str)| part.starts_with('{') || part == segment;
        self.0.len() == segments.len() && self.0.iter().zip(segments).all(is_part)
    }

    /// As [`Template::is_path`], with what could be ids in their places.
    pub(crate) fn could_be(&self, segments: &[&str]) -> bool {
        self.is_path(segments) && self.ids(segments).iter().all(|id| could_be_id(id))
    }

    /// The ids in such a path.
    pub(crate) fn ids<'p>(&self, segments: &[&'p str]) -> Vec<&'p str> {
        let parts = self.0.iter().zip(segments).filter(|(part, _)| part.starts_with('{'));
        parts.map(|(_, segment)| *segment).collect()
    }
}

/// Whether a segment looks like an id: a number, or that of a job.
pub(crate) fn could_be_id(segment: &str) -> bool {
    segment.starts_with("V3-") || (!segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Changes a field of a record if a value is given for it.
pub(crate) fn set<T>(field: &mut T, change: Option<T>) {
    if let Some(value) = change {
        *field = value;
    }
}
