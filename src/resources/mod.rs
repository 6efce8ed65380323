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

pub(crate) mod elsewhere;
pub(crate) mod job_statuses;
pub(crate) mod organization_memberships;
pub(crate) mod organizations;
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
    let route = |operation: Operation| Route { template: operation.path().split('/').skip(1).collect(), operation };
    operations().map(route).collect()
});

/// An operation and the segments of its path.
pub(crate) struct Route {
    pub(crate) operation: Operation,
    pub(crate) template: Vec<&'static str>,
}

impl Route {
    /// Whether these segments are a path of the operation.
    pub(crate) fn is_path(&self, segments: &[&str]) -> bool {
        let is_part = |(part, segment): (&&str, &&str)| part.starts_with('{') || part == segment;
        self.template.len() == segments.len() && self.template.iter().zip(segments).all(is_part)
    }

    /// The ids in a path of the operation.
    pub(crate) fn ids<'p>(&self, segments: &[&'p str]) -> Vec<&'p str> {
        let parts = self.template.iter().zip(segments).filter(|(part, _)| part.starts_with('{'));
        parts.map(|(_, segment)| *segment).collect()
    }
}

/// Changes a field of a record if a value is given for it.
pub(crate) fn set<T>(field: &mut T, change: Option<T>) {
    if let Some(value) = change {
        *field = value;
    }
}
