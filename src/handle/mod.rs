//! What a test holds: the double and everything that it offers. The top layer: it may use all
//! others, and none uses it.
//!
//! - `zendesk.rs`: [`MockZendesk`](zendesk::MockZendesk); `builder.rs`, `strictness.rs`,
//!   `start.rs`, `front.rs`: how it is set up;
//! - `seed.rs`, `jobs.rs`, `gate.rs`, `planned.rs`: what it hands out;
//! - `state.rs`, `calls.rs`, `returning.rs`: what is asked and asserted of the account and of calls;
//! - `faults.rs`, `time.rs`: what goes wrong, and when;
//! - `mocks.rs`: mocks of the test's own; `direct.rs`: the double without a socket;
//! - `runs.rs`: a test run under many seeds, and the sweep.

pub(crate) mod builder;
mod front;
pub(crate) mod gate;
mod open_questions;
pub(crate) mod planned;
pub(crate) mod runs;
pub(crate) mod seed;
mod start;
mod strictness;
#[cfg(test)]
mod tests;

// rustdoc shows the `impl` blocks of `MockZendesk` in the order of these lines. The blank lines keep
// rustfmt from sorting them.

pub(crate) mod zendesk;

pub(crate) mod state;

pub(crate) mod calls;

mod returning;

mod faults;

pub(crate) mod jobs;

mod time;

mod mocks;

pub(crate) mod direct;
