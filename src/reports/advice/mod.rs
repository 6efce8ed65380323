//! What the code under test did that Zendesk punishes, although every call succeeds.
//!
//! [`MockZendesk::advice`](crate::MockZendesk::advice) and [`Calls::advice`](crate::Calls::advice)
//! return it as an [`AdviceList`]. Each [`Advice`] names the calls, the rule and a public source. It
//! is computed from the journal, so calls that
//! [`KeepCalls`](crate::calls::KeepCalls) dropped are not judged.

// The rules work on a snapshot of the journal. They use `calls` and the layers below; `handle` may use
// this layer.
//
// - `kind.rs`: the kinds of advice, each with its rule in a sentence and its source;
// - `list.rs`: the advice about some calls, and its assertions;
// - `rules.rs`: the registry that pairs kinds and functions; `seen.rs`: what a function sees of the
//   calls, and what it returns;
// - `waiting.rs`, `reading.rs`, `writing.rs`, `searching.rs`: the rules.
//
// A rule finds nothing where it is in doubt: advice that is sometimes wrong is switched off.

mod kind;
mod list;
mod reading;
mod rules;
mod searching;
mod seen;
mod waiting;
mod writing;

pub use kind::AdviceKind;
pub use list::{Advice, AdviceList};
