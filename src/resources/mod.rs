//! The resources of the API, a folder for each, and what they share. Uses `base` and `api`;
//! everything above may use it.
//!
//! - `model.rs`: what a record is, from one list of its attributes, and what one is made from;
//! - `store.rs`: the records and their indexes;
//! - `read.rs`: how the account is asked for them;
//! - `rules.rs`: what may happen to them, and what follows; `violations.rs`: what Zendesk says
//!   where it may not;
//! - `api.rs`: the operations, as the documentation lists them; `wire.rs`: what a record shows that
//!   it does not keep;
//! - `tasks.rs`, where there are bulk operations: what their background jobs do;
//! - `saved.rs`, where records are saved in fixtures: how.
//!
//! Beside the folders:
//!
//! - `account.rs`: the account, which is their stores together; `difference.rs`: how two snapshots
//!   of it differ;
//! - `registry.rs`: the operations with their handlers; `handler.rs`: what a handler is;
//!   `roles.rs`: who may do what;
//! - `shown.rs`: how records and lists are written into replies;
//! - `seeded.rs`, `saved.rs`: how a test puts a record in, and how fixtures put in many;
//! - `elsewhere.rs`: endpoints that Zendesk has and the double does not.

pub(crate) mod account;
pub(crate) mod difference;
pub(crate) mod elsewhere;
pub(crate) mod group_memberships;
pub(crate) mod groups;
mod handler;
pub(crate) mod identities;
pub(crate) mod job_statuses;
pub(crate) mod organization_memberships;
pub(crate) mod organizations;
pub(crate) mod registry;
pub(crate) mod roles;
pub(crate) mod saved;
pub(crate) mod seeded;
mod shown;
pub(crate) mod tickets;
pub(crate) mod users;
