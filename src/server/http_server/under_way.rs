//! What the pacer is told: [`UnderWay`] while a request is being worked on, [`wait`] while
//! a reply waits for its time.

use std::sync::Arc;
use std::time::Duration;

use crate::base::time::Moment;
use crate::server::backend::Backend;

/// How often a clock is looked at that does not say when it moves.
const LOOK: Duration = Duration::from_millis(1);

/// A request that is under way: while there is one, paused time stands still.
pub(super) struct UnderWay(Arc<Backend>);

impl UnderWay {
    pub(super) fn begin(backend: &Arc<Backend>) -> Self {
        backend.activity().begin();
        Self(Arc::clone(backend))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.activity().end();
    }
}

/// Ends the request for the pacer, waits until so much time has passed on the double's clock, and
/// begins it again.
pub(super) async fn wait(under_way: UnderWay, time: Duration) -> UnderWay {
    let backend = Arc::clone(&under_way.0);
    let wait = Wait::begin(backend.now().plus(time), &backend);
    drop(under_way);
    while backend.now() < wait.due {
        tokio::time::sleep(LOOK).await;
    }
    UnderWay::begin(&backend)
}

/// A reply that waits for its time, which is a time that the pacer must not pass over.
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
