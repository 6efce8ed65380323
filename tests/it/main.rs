//! The integration tests, in one binary: each further one would link the crate again.

#![allow(clippy::unwrap_used, reason = "a test that unwraps says what it expects")]

mod api;
mod contract;
mod handle;
mod hostile;
mod operations;
mod precedence;
mod tidy;
