//! The contract: what Zendesk documents, or has been recorded to do, case by case over HTTP.
//!
//! Each case says above itself the sentence that it proves, and bears the row of the reference in its name where there is one.

mod group_memberships;
mod groups;
mod job_statuses;
mod limits;
mod organization_memberships;
mod organizations;

mod pagination;
mod roles;
mod tickets;
mod users;
mod wire;
