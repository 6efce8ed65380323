//! Background jobs and their statuses.
//!
//! <https://developer.zendesk.com/api-reference/ticketing/ticket-management/job_statuses/>

pub(crate) mod api;
pub(crate) mod model;
pub(crate) mod rules;
pub(crate) mod store;
