//! Organizations.
//!
//! <https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/>

pub(crate) mod api;
pub(crate) mod model;
pub(crate) mod rules;
pub(crate) mod store;
