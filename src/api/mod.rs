//! The vocabulary that every resource's `api.rs` is written in. No resource is named here, and the
//! account is not known. Uses `base`; everything above may use it.
//!
//! An [`operation::Operation`] is one endpoint; its handler takes a [`request::ApiRequest`], reads
//! paths, queries and bodies from it with every miss an [`error::ApiError`], and gives a
//! [`reply::Reply`].

pub(crate) mod attributes;
pub(crate) mod credentials;
pub(crate) mod cursor;
pub(crate) mod endpoint_limit;
pub(crate) mod error;
pub(crate) mod json;
pub(crate) mod operation;
pub(crate) mod page;
pub(crate) mod page_limits;
pub(crate) mod path;
pub(crate) mod query;
pub(crate) mod reply;
pub(crate) mod request;
pub(crate) mod search_query;
pub(crate) mod url;
