//! The integration tests, in one binary: each further one would link the crate again.

#![allow(
    clippy::unwrap_used,
    reason = "a test that unwraps says what it expects"
)]

mod accidents;
mod advice;
mod api;
mod blocking;
mod calls;
mod chaos;
mod comparison;
mod contract;
mod coverage;
mod custom_fields;
mod direct;
mod dropping;
mod evidence;
mod exports;
mod extremes;
mod faults;
mod fixtures;
mod gates;
mod guides;
mod handle;
mod hints;
mod hostile;
mod imports;
mod job_state;
mod live;
mod merges;
mod messages;
mod mocks;
mod normal;
mod numbers;
mod open_questions;
mod openapi;
mod operations;
mod other_answers;
mod own_reply;
#[cfg(feature = "html")]
mod pages;
mod panicking;
mod panics;
mod pointers;
mod precedence;
mod runs;
mod scene;
mod search_hints;
mod search_lag;
mod secrets;
mod serialized;
#[cfg(feature = "standalone")]
mod standalone;
mod state;
#[path = "../../src/base/testing.rs"]
mod testing;
mod tidy;
mod time;
#[cfg(feature = "tracing")]
mod traced;
mod unmodeled;
mod upserts;
mod walks;
#[cfg(feature = "webhooks")]
mod webhooks;
mod wire;
