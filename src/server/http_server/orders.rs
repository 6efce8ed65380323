//! [`Orders`]: what the connections are told.

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the connections are told. They look at it for each request.
#[derive(Debug, Default)]
pub(super) struct Orders {
    wiremock: OnceLock<SocketAddr>,
    is_offline: AtomicBool,
}

impl Orders {
    /// All further requests are to be passed on to wiremock's server.
    pub(super) fn pass_on_to(&self, wiremock: SocketAddr) {
        // It is said whenever the test asks for that server, of which there is one.
        let _ = self.wiremock.set(wiremock);
    }

    /// Where wiremock's server is, once requests are to be passed on to it.
    pub(super) fn wiremock(&self) -> Option<SocketAddr> {
        self.wiremock.get().copied()
    }

    pub(super) fn set_offline(&self, is_offline: bool) {
        self.is_offline.store(is_offline, Ordering::SeqCst);
    }

    pub(super) fn is_offline(&self) -> bool {
        self.is_offline.load(Ordering::SeqCst)
    }
}
