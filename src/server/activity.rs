//! [`Activity`]: whether a request is under way, told without the lock.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// What the server is doing.
#[derive(Debug, Default)]
pub(crate) struct Activity {
    under_way: AtomicUsize,
    /// Counts the beginnings and ends of requests.
    events: AtomicU64,
}

impl Activity {
    /// A request begins.
    pub(crate) fn begin(&self) {
        self.under_way.fetch_add(1, Ordering::SeqCst);
        self.events.fetch_add(1, Ordering::SeqCst);
    }

    /// A request ends, or begins to wait for time to pass.
    pub(crate) fn end(&self) {
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        self.events.fetch_add(1, Ordering::SeqCst);
    }

    /// The number of events so far, if nothing is under way.
    pub(super) fn idle_since(&self) -> Option<u64> {
        (self.under_way.load(Ordering::SeqCst) == 0).then(|| self.events.load(Ordering::SeqCst))
    }
}
