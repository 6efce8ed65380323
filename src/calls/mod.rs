//! The calls that a double received: the journal that keeps them, questions to it, assertions on
//! it, expectations declared before, and the one text in which all of them fail.
//!
//! Everything here works on snapshots: no lock is held while it runs, so a predicate of the user's
//! may do what it wants. It knows operations and effects, and no store. Uses `resources` (their
//! operations) and what is below; the layers above may use it.
//!
//! - `call.rs`: one received request with the reply that it got; `journal.rs` keeps them, as many
//!   as it is told to;
//! - `select.rs`, `pick.rs`, `criterion.rs`: which calls are meant; `contradiction.rs`: which none
//!   can be; `subset.rs` compares JSON;
//! - `times.rs`, `assertions.rs`, `expectation.rs`: how many of them there are to be; `order.rs`:
//!   in which order;
//! - `wait.rs`: waiting until there are; `page_seen.rs`, `walk.rs`, `walked.rs`: walks through
//!   lists; `manners.rs`: waiting when it is asked for;
//! - `unknown.rs`, `hint.rs`, `mistakes.rs`: what was probably meant;
//! - `failure.rs`, `text.rs`, `lines.rs`, `shown.rs`: the failure, and its text;
//! - `secrets.rs`: what no text shows; `secret_names.rs`: the names that secrets stand under;
//!   `encodings.rs`: the forms in which they stand; `redact.rs`: what is left out since it stands
//!   under such a name.

mod assertions;
mod call;
mod contradiction;
mod criterion;
mod encodings;
mod expectation;
mod failure;
mod hint;
mod journal;
mod lines;
mod manners;
mod mistakes;
mod order;
mod page_seen;
mod pick;
mod redact;
mod secret_names;
mod secrets;
mod select;
mod shown;
mod subset;
mod text;
mod times;
mod unknown;
mod wait;
mod walk;
mod walked;

pub use call::{Call, CallReply};
pub use failure::{Failure, FailureKind, Problem, Report};
pub use hint::Hint;
pub use journal::Journal;
pub use select::{Calls, Mark};
pub use times::Times;
pub use unknown::Unknown;

pub(crate) use call::{FaultNote, Received};
pub(crate) use expectation::{
    Expectation, Expectations, Select, Strictness, UnknownEndpoints, Which, never_happened,
    panicked, report,
};
pub(crate) use failure::{fail_at, fail_in_drop, set_told, take_told};
pub(crate) use journal::{JournalView, Recorder, Trouble};
pub(crate) use mistakes::hints_for;
pub(crate) use page_seen::{ListThen, PageSeen};
pub(crate) use secrets::Secrets;
pub(crate) use text::{panicking, state_failure, transcript};
pub(crate) use unknown::unknown_endpoint;
pub(crate) use wait::Deadline;
