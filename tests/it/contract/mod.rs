//! The contract: what Zendesk documents, or has been recorded to do, case by case over HTTP.
//!
//! Each case names the documented sentence or the recording that it checks.

mod custom_fields;
mod custom_roles;
mod exports;
mod group_memberships;
mod groups;
mod identities;
mod job_statuses;
mod limits;
mod organization_memberships;
mod organization_merges;
mod organization_subscriptions;
mod organizations;

mod pagination;
pub(crate) mod roles;
mod search;
mod tickets;
mod users;
mod users_bulk;
mod users_find;
mod users_lists;
mod wire;
