//! The resources of the API, one folder for each, and what they share. This layer may use `base`
//! and `api`, and every layer above may use it.
//!
//! - `model.rs`: the record, as a list of its attributes, and its description for seeds;
//! - `store.rs`: the records and their indexes;
//! - `read.rs`: the functions that find records in the account;
//! - `rules.rs`: what may happen to records, and what follows; `violations.rs`: Zendesk's texts for
//!   broken rules;
//! - `api.rs`: the operations, in the order of the documentation; `wire.rs`: shown attributes that
//!   a record does not keep;
//! - `tasks.rs`, if there are bulk operations: the work of their background jobs;
//! - `saved.rs`, if fixtures contain the records: how they are saved and loaded.
//!
//! Outside of the folders:
//!
//! - `account.rs`: the account, which combines all stores; `difference.rs`: how two snapshots of it
//!   differ;
//! - `registry.rs`: the operations with their handlers; `handler.rs`: the type of a handler;
//!   `roles.rs`: who may do what;
//! - `holder.rs`: which record has a value that no second one may have;
//! - `shown.rs`: writes records and lists into replies; `exports.rs`: answers incremental exports;
//! - `seeded.rs`, `saved.rs`: how a test adds a record, and how fixtures add many;
//! - `elsewhere.rs`: endpoints that Zendesk has and the double does not implement.

pub(crate) mod account;
pub(crate) mod custom_fields;
pub(crate) mod custom_roles;
pub(crate) mod difference;
pub(crate) mod elsewhere;
pub(crate) mod exports;
pub(crate) mod group_memberships;
pub(crate) mod groups;
mod handler;
pub(crate) mod holder;
pub(crate) mod identities;
pub(crate) mod job_statuses;
pub(crate) mod organization_memberships;
pub(crate) mod organization_merges;
pub(crate) mod organization_subscriptions;
pub(crate) mod organizations;
pub(crate) mod registry;
pub(crate) mod roles;
pub(crate) mod saved;
pub(crate) mod search;
pub(crate) mod seeded;
mod shown;
pub(crate) mod tickets;
pub(crate) mod users;
