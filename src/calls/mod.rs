//! The calls that the double received, and how their assertions fail.
//!
//! [`MockZendesk::calls`](crate::MockZendesk::calls) returns [`Calls`]: select some of them and
//! assert. Each is a [`Call`] with its [reply](CallReply) and its [`Effect`]s on the account. A
//! failed assertion is a [`Failure`]. A [`Report`] contains everything that is wrong with the calls
//! of a test.

// Everything here works on snapshots: no lock is held while it runs, so a predicate of the user's
// may do anything. It knows operations and effects, but no store. It uses `resources` (their
// operations) and the layers below; the layers above may use it.
//
// - `call.rs`: one received request with its reply; `journal.rs` keeps them;
// - `select.rs`, `pick.rs`, `criterion.rs`: which calls are selected; `contradiction.rs`: which
//   selections cannot match any call; `subset.rs` compares JSON;
// - `asserting.rs`: the assertions that panic; the other files have their `try_` twins;
// - `times.rs`, `assertions.rs`, `expectation.rs`: how many of them must come; `order.rs`: in which
//   order;
// - `wait.rs`: waiting until they come; `page_seen.rs`, `walk.rs`, `walked.rs`: walks through
//   lists; `manners.rs`: whether clients wait when they are told to;
// - `not_found.rs`, `hint.rs`, `hint_text.rs`, `mistakes.rs`, `sent_ids.rs`, `taken.rs`,
//   `fields_sent.rs`, `searches.rs`, `together.rs`, `around.rs`, `merges_seen.rs`: what was probably meant;
// - `jobs_seen.rs`, `status_seen.rs`: what the calls show of background jobs; `repeats.rs`,
//   `folded.rs`: which calls are the same;
// - `failure.rs`, `text.rs`, `lines.rs`, `shown.rs`: the failure and its text; `panicking.rs`,
//   `nulls.rs`, `surprises.rs`, `remarks.rs`, `explained.rs`: the text for a test that panics or
//   returns an error by itself;
// - `html_page.rs`: who writes the page of a failing test; `picture.rs`, `indented.rs`: the calls as the
//   page shows them;
// - `told.rs`: what a double that runs standalone tells of a call;
// - `secrets.rs`: what no text shows; `secret_names.rs`: the names of secrets; `encodings.rs`: the
//   forms in which they occur; `redact.rs`: removes values under such names; `json_start.rs`: the same
//   in the start of a large body;
// - `traced.rs`: traces the calls, with the feature `tracing`.

mod call;
mod contradiction;
mod criterion;
mod encodings;
mod expectation;
mod explained;
mod exports_seen;
mod failure;
mod fields_sent;
mod folded;
mod hint;
mod hint_text;
mod html_page;
#[cfg(feature = "html")]
mod indented;
mod jobs_seen;
mod journal;
mod json_start;
mod lines;
mod merges_seen;
mod mistakes;
mod not_found;
mod nulls;
mod page_seen;
mod panicking;
#[cfg(feature = "html")]
mod picture;
mod redact;
mod remarks;
mod repeats;
mod resumed;
mod searches;
mod secret_names;
mod secrets;
mod sent_ids;
mod shown;
mod status_seen;
mod subset;
mod surprises;
mod taken;
mod text;
mod times;
mod together;
#[cfg(feature = "standalone")]
mod told;
#[cfg(feature = "tracing")]
mod traced;
mod wait;
mod walk;

// rustdoc shows the `impl` blocks of `Calls` in the order of these lines. The blank lines keep
// rustfmt from sorting them.

mod pick;

mod select;

mod around;
mod asserting;

mod assertions;

mod order;

mod walked;

mod manners;

pub use crate::base::effect::{Effect, Named};
pub use call::{Call, CallReply};
pub use explained::Explained;
pub use failure::{Failure, FailureKind, Problem, Report};
pub use hint::Hint;
pub use journal::KeepCalls;
pub use not_found::NotFound;
pub use select::{Calls, Mark};
pub use times::Times;

pub(crate) use call::{FaultNote, Received};
pub(crate) use expectation::{
    Expectation, Expectations, Select, Strictness, UnknownEndpoints, Which, never_happened,
    panicked, report,
};
pub(crate) use failure::{fail_at, fail_in_drop, set_told, take_told};
#[cfg(feature = "html")]
pub(crate) use html_page::{forget_page, write_page_with};
pub(crate) use html_page::{last_page, with_page};
pub(crate) use journal::{JournalView, Names, Recorder, Trouble};
pub(crate) use mistakes::hints_for;
#[cfg(feature = "standalone")]
pub(crate) use not_found::edits;
pub(crate) use not_found::unknown_endpoint;
pub(crate) use page_seen::{ListThen, PageSeen};
pub(crate) use panicking::{Looked, panicking, perhaps_failing};
#[cfg(feature = "html")]
pub(crate) use picture::Picture;
pub(crate) use secrets::Secrets;
pub(crate) use sent_ids::Records;
pub(crate) use status_seen::items;
pub(crate) use text::{hints, state_failure, transcript};
#[cfg(feature = "standalone")]
pub(crate) use told::{Told, told_since};
#[cfg(feature = "tracing")]
pub(crate) use traced::Tracer;
pub(crate) use wait::Deadline;

pub(crate) use around::{Around, has_succeeded};
pub(crate) use lines::line;
pub(crate) use manners::retry_after;
pub(crate) use searches::search_lags;
pub(crate) use secret_names::is_secret;
pub(crate) use status_seen::StatusSeen;
pub(crate) use walk::{LeftRows, page};
