//! The registry: every operation of the double with its handler.

use std::sync::LazyLock;

use crate::api::operation::Operation;
use crate::api::path::Template;

use super::handler::Handler;

/// All operations of the double, by resource. A request goes to the first one with its method and
/// its path.
static REGISTRY: &[&[(Operation, Handler)]] = &[
    crate::resources::custom_fields::api::HANDLERS,
    crate::resources::custom_roles::api::HANDLERS,
    crate::resources::group_memberships::api::HANDLERS,
    crate::resources::groups::api::HANDLERS,
    crate::resources::identities::api::HANDLERS,
    crate::resources::job_statuses::api::HANDLERS,
    crate::resources::organization_memberships::api::HANDLERS,
    crate::resources::organization_merges::api::HANDLERS,
    crate::resources::organization_subscriptions::api::HANDLERS,
    crate::resources::organizations::api::HANDLERS,
    crate::resources::search::api::HANDLERS,
    crate::resources::tickets::api::HANDLERS,
    crate::resources::users::api::HANDLERS,
];

impl Operation {
    /// Returns every operation that the double implements, by resource.
    ///
    /// ```
    /// # use mock_zendesk::Operation;
    /// let mut creates = Operation::all().filter(|operation| operation.method() == "POST");
    /// assert!(creates.any(|operation| operation.id() == "CreateOrganizationMembership"));
    /// ```
    pub fn all() -> impl Iterator<Item = Self> {
        REGISTRY
            .iter()
            .copied()
            .flatten()
            .map(|(operation, _)| *operation)
    }
}

/// The operations with their parsed templates, so that templates are not parsed for each request.
pub(crate) static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| {
    let all = REGISTRY.iter().copied().flatten();
    all.map(|(operation, handler)| Route {
        operation: *operation,
        template: Template::new(operation.path().trim_start_matches('/')),
        handler: *handler,
    })
    .collect()
});

/// An operation, its path, and its handler.
pub(crate) struct Route {
    pub(crate) operation: Operation,
    pub(crate) template: Template,
    pub(crate) handler: Handler,
}
