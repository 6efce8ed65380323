//! The search over all kinds of records. It does not have records.
//!
//! - `api.rs`: the operations; `export.rs`: the cursors of the export; `rows.rs`: the rows of a
//!   reply and what it sideloads;
//! - `found.rs`: a query that was understood, and what it finds; `order.rs`: in which order;
//! - `filter.rs`: the terms of a query as tests of records; `sought.rs`: a term, and a test;
//!   `keyword.rs`, `text.rs`: how values are read, with a keyword and without one;
//! - `index.rs`: what an index sees that lags;
//! - `fields.rs`: the custom fields that can be searched; `by_field.rs`: how;
//! - `searched.rs`: what the search must know of a kind of record; `users.rs`, `organizations.rs`,
//!   `tickets.rs`, `groups.rs`: what it knows.

pub(crate) mod api;
mod by_field;
mod export;
mod fields;
mod filter;
pub(crate) mod found;
mod groups;
mod index;
mod keyword;
pub(crate) mod order;
mod organizations;
mod rows;
mod searched;
pub(crate) mod sought;
mod text;
mod tickets;
mod users;

#[cfg(test)]
mod record_tests;
#[cfg(test)]
mod user_tests;
