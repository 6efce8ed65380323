//! What a test holds: the double and everything that it offers. The top layer: it may use all
//! others, and none uses it.
//!
//! - `zendesk.rs`: [`MockZendesk`](zendesk::MockZendesk); `builder.rs`, `strictness.rs`,
//!   `start.rs`, `front.rs`: how it is set up;
//! - `seed.rs`, `jobs.rs`, `gate.rs`, `planned.rs`: what it hands out;
//! - `calls.rs`, `state.rs`: what is asked and asserted of calls and of the account;
//! - `direct.rs`: the double without a socket;
//! - `runs.rs`: a test run under many seeds, and the sweep.

pub(crate) mod builder;
pub(crate) mod calls;
pub(crate) mod direct;
mod front;
pub(crate) mod gate;
pub(crate) mod jobs;
mod open_questions;
pub(crate) mod planned;
pub(crate) mod runs;
pub(crate) mod seed;
mod start;
pub(crate) mod state;
mod strictness;
#[cfg(test)]
mod tests;
pub(crate) mod zendesk;
