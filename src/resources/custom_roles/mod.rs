//! Custom roles of agents, which accounts on the Enterprise plan have.
//!
//! <https://developer.zendesk.com/api-reference/ticketing/account-configuration/custom_roles/>

pub(crate) mod api;
mod configuration;
pub(crate) mod model;
mod read;
mod rules;
mod saved;
pub(crate) mod store;
