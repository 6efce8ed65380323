//! Background jobs and their statuses.
//!
//! <https://developer.zendesk.com/api-reference/ticketing/ticket-management/job_statuses/>

pub(crate) mod api;
pub(crate) mod model;
mod read;
pub(crate) mod result;
pub(crate) mod rules;
pub(crate) mod store;

#[cfg(test)]
mod tests;
