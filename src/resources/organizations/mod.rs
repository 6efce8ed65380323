//! Organizations.
//!
//! <https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/>

pub(crate) mod api;
pub(crate) mod domains;
pub(crate) mod model;
mod read;
pub(crate) mod rules;
mod saved;
pub(crate) mod store;
pub(crate) mod tasks;
pub(crate) mod violations;
