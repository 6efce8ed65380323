//! [`Activity`]: tells without the lock whether a request is in progress.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// The requests in progress, and how many events there were.
#[derive(Debug, Default)]
pub(crate) struct Activity {
    under_way: AtomicUsize,
    /// The number of requests that began or ended.
    events: AtomicU64,
}

impl Activity {
    /// Notes that a request begins.
    pub(crate) fn begin(&self) {
        self.under_way.fetch_add(1, Ordering::SeqCst);
        self.events.fetch_add(1, Ordering::SeqCst);
    }

    /// Notes that a request ends, or that it begins to wait for time to pass.
    pub(crate) fn end(&self) {
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        self.events.fetch_add(1, Ordering::SeqCst);
    }

    /// Returns the number of events so far, or `None` if a request is in progress.
    pub(super) fn idle_since(&self) -> Option<u64> {
        (self.under_way.load(Ordering::SeqCst) == 0).then(|| self.events.load(Ordering::SeqCst))
    }
}
