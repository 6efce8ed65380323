//! [`Tracer`]: traces each call to a subscriber of the crate `tracing`, with the feature `tracing`.
//! [`Untraced`]: the calls that are in progress, which the journal may drop before they are traced.

use std::collections::BTreeMap;

use tracing::dispatcher::{self, Dispatch};
use tracing::subscriber::NoSubscriber;
use tracing::{Level, event};

use crate::api::request::Incoming;

use super::call::Call;
use super::lines;

/// The target of all trace events.
const TARGET: &str = "mock_zendesk";

/// Traces the calls of one double.
///
/// The double answers on separate threads. A subscriber that a test sets for its own thread would
/// miss all calls, so the one is kept that was set where the double was started.
#[derive(Debug)]
pub(crate) struct Tracer(Dispatch);

impl Tracer {
    /// Creates a tracer for the subscriber of this thread. If there is none, the one counts that is
    /// set where a call is answered.
    pub(crate) fn here() -> Self {
        Self(dispatcher::get_default(Dispatch::clone))
    }

    /// Traces a call. The caller holds no lock, because a subscriber may use the double.
    pub(crate) fn trace(&self, call: &Call) {
        if self.0.is::<NoSubscriber>() {
            trace(call);
        } else {
            dispatcher::with_default(&self.0, || trace(call));
        }
    }
}

fn trace(call: &Call) {
    // The level of a trace event must be a constant.
    macro_rules! trace_at {
        ($level:expr) => {{
            let effects = lines::effects(call);
            event!(
                target: TARGET,
                $level,
                number = call.ordinal(),
                method = lines::method(call),
                path = lines::target(call),
                operation = call.operation().map(|operation| operation.id()),
                status = call.status(),
                fault = lines::fault(call),
                effects = (!effects.is_empty()).then(|| effects.join("; ")),
                "{call}"
            );
        }};
    }
    let received = call.received();
    if received.error.is_some() || received.fault.is_some() {
        trace_at!(Level::WARN);
    } else {
        trace_at!(Level::INFO);
    }
}

/// The calls in progress, by their ordinals. Those that the journal has dropped are kept here.
#[derive(Debug, Default)]
pub(super) struct Untraced(BTreeMap<u64, Option<Call>>);

impl Untraced {
    /// Notes a call that has arrived.
    pub(super) fn begin(&mut self, ordinal: u64) {
        self.0.insert(ordinal, None);
    }

    /// Keeps a call that the journal drops, if it is in progress.
    pub(super) fn keep(&mut self, ordinal: u64, call: Call) {
        if let Some(kept) = self.0.get_mut(&ordinal) {
            *kept = Some(call);
        }
    }

    /// Returns a call in progress that the journal has dropped.
    pub(super) fn get_mut(&mut self, ordinal: u64) -> Option<&mut Call> {
        self.0.get_mut(&ordinal)?.as_mut()
    }

    /// Removes a call that is not in progress any more. `Some(None)` means that the journal has it.
    pub(super) fn end(&mut self, ordinal: u64) -> Option<Option<Call>> {
        self.0.remove(&ordinal)
    }

    /// Returns the first call in progress with this request. `call` finds those in the journal.
    pub(super) fn first<'a>(
        &'a self,
        incoming: &Incoming<'_>,
        call: impl Fn(u64) -> Option<&'a Call>,
    ) -> Option<u64> {
        let is_it = |call: &Call| {
            let target = (call.method(), call.path(), call.query());
            target == (incoming.method, incoming.path, incoming.query)
                && call.body() == incoming.kept_body()
        };
        let mut calls = self.0.iter();
        let found = calls.find(|(ordinal, kept)| {
            let call = kept.as_ref().or_else(|| call(**ordinal));
            call.is_some_and(is_it)
        });
        found.map(|(ordinal, _)| *ordinal)
    }
}
