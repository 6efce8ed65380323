//! What a test holds: the double and everything that it offers. This is the top layer: it may use
//! all others, and no other layer uses it.
//!
//! - `zendesk.rs`: [`MockZendesk`](zendesk::MockZendesk); `builder.rs`, `limits.rs`,
//!   `control_page.rs`, `strictness.rs`, `start.rs`, `front.rs`: how it is configured and started;
//! - `seed.rs`, `jobs.rs`, `search_index.rs`, `gate.rs`, `planned.rs`: the helpers that it returns;
//! - `state.rs`, `job_state.rs`, `calls.rs`, `returning.rs`: queries and assertions on the account and on calls;
//! - `coverage.rs`: which outcomes the calls had; `page.rs`, `page_of_failure.rs`: the page that shows
//!   what happened; `test_name.rs`: the name of the test;
//! - `faults.rs`, `time.rs`: what goes wrong, and when;
//! - `advice.rs`: what the code under test did that Zendesk punishes;
//! - `webhooks.rs`: where events are sent to, and what became of them;
//! - `mocks.rs`: wiremock mocks that the test writes; `direct.rs`: the double without a socket;
//! - `follow.rs`: what a program that runs the double standalone tells of the calls;
//! - `runs.rs`: a test that runs under many seeds, and the sweep.

pub(crate) mod builder;
#[cfg(feature = "standalone")]
mod control_page;
mod front;
pub(crate) mod gate;
mod limits;
mod open_questions;
#[cfg(feature = "html")]
mod page_of_failure;
pub(crate) mod planned;
pub(crate) mod runs;
pub(crate) mod seed;
mod start;
mod strictness;
mod test_name;
#[cfg(test)]
mod tests;

// rustdoc shows the `impl` blocks of `MockZendesk` in the order of these lines. The blank lines keep
// rustfmt from sorting them.

pub(crate) mod zendesk;

pub(crate) mod state;

pub(crate) mod job_state;

pub(crate) mod calls;

mod returning;

mod coverage;

#[cfg(feature = "html")]
mod page;

mod faults;

pub(crate) mod jobs;

pub(crate) mod search_index;

mod time;

mod advice;

mod mocks;

#[cfg(feature = "standalone")]
mod follow;

#[cfg(feature = "webhooks")]
mod webhooks;

pub(crate) mod direct;
