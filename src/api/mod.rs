//! The vocabulary in which every resource's `api.rs` is written. It names no resource and does not
//! know the account. It uses `base`, and every layer above may use it.
//!
//! An [`operation::Operation`] is one endpoint. Its handler receives a [`request::ApiRequest`] and
//! reads paths, queries and bodies from it. Every mistake in them is an [`error::ApiError`]. The
//! handler returns a [`reply::Reply`].

pub(crate) mod attributes;
#[cfg_attr(
    not(feature = "openapi"),
    allow(dead_code, reason = "only the OpenAPI document reads it")
)]
pub(crate) mod body;
pub(crate) mod credentials;
pub(crate) mod cursor;
pub(crate) mod endpoint_limit;
pub(crate) mod error;
#[cfg(feature = "openapi")]
pub(crate) mod error_reply;
pub(crate) mod export;
pub(crate) mod export_kind;
pub(crate) mod given_page;
pub(crate) mod json;
pub(crate) mod operation;
pub(crate) mod page;
pub(crate) mod page_limits;
pub(crate) mod parameters;
pub(crate) mod path;
pub(crate) mod query;
pub(crate) mod reply;
pub(crate) mod request;
pub(crate) mod search_date;
pub(crate) mod search_query;
pub(crate) mod sideloads;
pub(crate) mod takes;
pub(crate) mod url;
