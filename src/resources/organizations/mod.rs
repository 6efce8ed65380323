//! Organizations.
//!
//! <https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/>

pub(crate) mod api;
pub(crate) mod model;
mod read;
pub(crate) mod rules;
pub(crate) mod store;
