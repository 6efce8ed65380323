//! Users.
//!
//! <https://developer.zendesk.com/api-reference/ticketing/users/users/>

pub(crate) mod api;
pub(crate) mod model;
mod read;
pub(crate) mod rules;
mod saved;
pub(crate) mod store;
pub(crate) mod tasks;
mod violations;
mod wire;
