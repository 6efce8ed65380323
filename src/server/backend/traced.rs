//! Frees the lock after a call, and then traces the call, with the feature `tracing`.

use parking_lot::MutexGuard;

use super::{Backend, State};

impl Backend {
    /// Frees the lock, and traces the call that is answered now.
    #[cfg(not(feature = "tracing"))]
    pub(super) fn free(&self, guard: MutexGuard<'_, State>, _: u64) {
        drop(guard);
    }

    /// Frees the lock, and traces the call that is answered now.
    #[cfg(feature = "tracing")]
    pub(super) fn free(&self, mut guard: MutexGuard<'_, State>, ordinal: u64) {
        let call = guard.recorder.end(ordinal);
        drop(guard);
        if let Some(call) = call {
            self.tracer.trace(&call);
        }
    }

    /// Traces the call with this request if a mock of the test has answered it.
    ///
    /// wiremock does not say who answered. The double traces its own calls, so a call that is still
    /// untraced when its reply is there was answered by a mock. If equal requests came in parallel,
    /// the first of them is traced.
    #[cfg(feature = "tracing")]
    pub(crate) fn trace_mocked(&self, incoming: &crate::api::request::Incoming<'_>) {
        let state = self.state.lock();
        let ordinal = state.recorder.first_untraced(incoming);
        if let Some(ordinal) = ordinal {
            self.free(state, ordinal);
        }
    }
}
