//! Organization memberships: which users are in which organizations, and which organization is a
//! user's default.
//!
//! <https://developer.zendesk.com/api-reference/ticketing/organizations/organization_memberships/>

pub(crate) mod api;
mod merging;
pub(crate) mod model;
mod read;
pub(crate) mod rules;
pub(crate) mod saved;
pub(crate) mod store;
pub(crate) mod tasks;
pub(crate) mod violations;
mod wire;

#[cfg(test)]
mod tests;
