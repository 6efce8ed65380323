//! [`Orders`]: instructions for the connections.

use std::net::SocketAddr;
#[cfg(feature = "standalone")]
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

#[cfg(feature = "standalone")]
use super::beside::Beside;

/// Instructions for the connections, which check them for each request.
#[derive(Debug, Default)]
pub(super) struct Orders {
    wiremock: OnceLock<SocketAddr>,
    is_offline: AtomicBool,
    is_ending: AtomicBool,
    #[cfg(feature = "standalone")]
    beside: OnceLock<Arc<dyn Beside>>,
}

impl Orders {
    /// Passes all further requests on to wiremock's server.
    pub(super) fn pass_on_to(&self, wiremock: SocketAddr) {
        // This is called each time when the test asks for that server. There is only one, so the
        // first call is enough.
        let _ = self.wiremock.set(wiremock);
    }

    /// Returns the address of wiremock's server, if requests must be passed on to it.
    pub(super) fn wiremock(&self) -> Option<SocketAddr> {
        self.wiremock.get().copied()
    }

    /// Lets `beside` answer the requests that are not for the API.
    #[cfg(feature = "standalone")]
    pub(super) fn answer_beside(&self, beside: Arc<dyn Beside>) {
        // The double has one page at most.
        let _ = self.beside.set(beside);
    }

    /// Returns what answers requests that are not for the API.
    #[cfg(feature = "standalone")]
    pub(super) fn beside(&self) -> Option<&dyn Beside> {
        self.beside.get().map(|beside| &**beside)
    }

    /// Announces that the server is dropped.
    pub(super) fn end(&self) {
        self.is_ending.store(true, Ordering::SeqCst);
    }

    pub(super) fn is_ending(&self) -> bool {
        self.is_ending.load(Ordering::SeqCst)
    }

    pub(super) fn set_offline(&self, is_offline: bool) {
        self.is_offline.store(is_offline, Ordering::SeqCst);
    }

    pub(super) fn is_offline(&self) -> bool {
        self.is_offline.load(Ordering::SeqCst)
    }
}
