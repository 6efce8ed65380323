//! [`Seen`]: what a rule sees of the calls; [`Found`]: what it found.

use std::time::Duration;

use crate::calls::{Call, Calls, has_succeeded};
use crate::resources::organizations::api as organizations;

/// One thing that a rule found.
pub(super) struct Found {
    /// The calls that it is about, from the first to the last.
    pub(super) calls: Vec<u64>,
    /// What they did.
    pub(super) text: String,
}

/// The calls that are judged.
pub(super) struct Seen<'a> {
    pub(super) all: &'a Calls,
    pub(super) calls: Vec<&'a Call>,
    /// Whether only the test moves the clock. Then the time between two calls may be unknown.
    clock_stands_still: bool,
}

impl<'a> Seen<'a> {
    /// Returns what is seen of these calls. They must be selected by nothing but their time, because
    /// a rule also judges by what came in between.
    pub(super) fn of(all: &'a Calls) -> Self {
        Self {
            all,
            calls: all.in_scope().collect(),
            clock_stands_still: all.journal.clock_stands_still,
        }
    }

    /// Returns the time between two calls. `None` means that it cannot be known, because the clock
    /// stands still and the test did not move it.
    pub(super) fn pause(&self, earlier: &Call, later: &Call) -> Option<Duration> {
        let pause = later.since(earlier);
        let is_unknown = self.clock_stands_still && pause.is_zero();
        (!is_unknown).then_some(pause)
    }

    /// Returns the calls that got their reply without an error.
    pub(super) fn succeeded(&self) -> impl Iterator<Item = &'a Call> {
        self.calls
            .iter()
            .copied()
            .filter(|call| has_succeeded(call))
    }
}

/// Returns whether a call may change the account.
pub(super) fn is_write(call: &Call) -> bool {
    let is_read = matches!(call.method(), "GET" | "HEAD" | "OPTIONS");
    !is_read && call.operation() != Some(organizations::AUTOCOMPLETE_BY_POST)
}

/// Returns the ordinals of calls, each once, from the first to the last.
pub(super) fn ordinals<'c>(calls: impl IntoIterator<Item = &'c Call>) -> Vec<u64> {
    let mut ordinals: Vec<u64> = calls.into_iter().map(Call::ordinal).collect();
    ordinals.sort_unstable();
    ordinals.dedup();
    ordinals
}
