//! The calls that a double received: the journal that keeps them, questions to it, assertions on it, expectations
//! declared before, and the one text in which all of them fail.
//!
//! Everything here works on snapshots: no lock is held while it runs, so a predicate of the user's may do what it wants.
//! It knows operations and effects, and no store. Uses `resources` (their operations) and what is below; the layers above
//! may use it.
//!
//! - `call.rs`: one received request with the reply that it got; `journal.rs` keeps them, as many as it is told to;
//! - `select.rs`, `criterion.rs`: which calls are meant; `subset.rs` compares JSON;
//! - `times.rs`, `assertions.rs`, `expectation.rs`: how many of them there are to be;
//! - `wait.rs`: waiting until there are; `walk.rs`: walks through lists, and manners;
//! - `unknown.rs`, `hint.rs`, `mistakes.rs`: what was probably meant;
//! - `failure.rs`, `text.rs`, `lines.rs`, `shown.rs`, `redact.rs`: the failure, and its text;

mod assertions;
mod call;
mod criterion;
mod expectation;
mod failure;
mod hint;
mod journal;
mod lines;
mod mistakes;
mod redact;
mod select;
mod shown;
mod subset;
mod text;
mod times;
mod unknown;
mod wait;
mod walk;

pub use call::{Call, CallReply};
pub use failure::{Failure, FailureKind, Problem, Report};
pub use hint::Hint;
pub use journal::Journal;
pub use select::{Calls, Mark};
pub use times::Times;
pub use unknown::Unknown;

pub(crate) use call::{FaultNote, Received};
pub(crate) use expectation::{
    Expectation, Expectations, Select, Strictness, UnknownEndpoints, Which, never_happened, report,
};
pub(crate) use failure::{fail_at, set_told, take_told};
pub(crate) use journal::{JournalView, Recorder};
pub(crate) use mistakes::hints_for;
pub(crate) use redact::forms_of;
pub(crate) use text::{compose_state, panicking, transcript};
pub(crate) use unknown::unknown_endpoint;
pub(crate) use wait::Deadline;
