//! What the pacer must know: [`UnderWay`] while a request is in progress, [`wait`] while a reply is
//! delayed.

use std::sync::Arc;
use std::time::Duration;

use crate::base::time::Moment;
use crate::server::backend::Backend;

/// How often to check a clock that does not report when it moves.
pub(super) const CLOCK_CHECK_INTERVAL: Duration = Duration::from_millis(1);

/// A request in progress. While there is one, paused time stands still.
pub(super) struct UnderWay(Arc<Backend>);

impl UnderWay {
    pub(super) fn begin(backend: &Arc<Backend>) -> Self {
        backend.activity().begin();
        Self(Arc::clone(backend))
    }

    /// Returns a request for which the backend has noted already that it begins.
    #[cfg(feature = "webhooks")]
    pub(super) fn begun(backend: &Arc<Backend>) -> Self {
        Self(Arc::clone(backend))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.activity().end();
    }
}

/// Ends the request for the pacer, waits until this much time has passed on the double's clock, and
/// begins the request again.
pub(super) async fn wait(under_way: UnderWay, time: Duration) -> UnderWay {
    let backend = Arc::clone(&under_way.0);
    let wait = Wait::begin(backend.now().plus(time), &backend);
    drop(under_way);
    while backend.is_waiting(wait.due) {
        tokio::time::sleep(CLOCK_CHECK_INTERVAL).await;
    }
    UnderWay::begin(&backend)
}

/// A reply that is delayed until a moment. The pacer must not skip that moment.
struct Wait<'a> {
    due: Moment,
    backend: &'a Backend,
}

impl<'a> Wait<'a> {
    fn begin(due: Moment, backend: &'a Backend) -> Self {
        backend.begin_wait(due);
        Self { due, backend }
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        self.backend.end_wait(self.due);
    }
}
