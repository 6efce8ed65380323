//! Merges of organizations. Each has a record, which a background job moves.
//!
//! <https://developer.zendesk.com/api-reference/ticketing/organizations/organization_merges/>

pub(crate) mod api;
pub(crate) mod model;
mod read;
pub(crate) mod rules;
pub(crate) mod store;
mod tasks;
mod violations;
