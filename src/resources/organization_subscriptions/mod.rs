//! Subscriptions of users to the tickets of organizations.
//!
//! <https://developer.zendesk.com/api-reference/ticketing/organizations/organization_subscriptions/>

pub(crate) mod api;
pub(crate) mod model;
mod read;
mod rules;
mod saved;
pub(crate) mod store;
mod violations;

#[cfg(test)]
mod tests;
