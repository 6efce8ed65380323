//! [`Front`]: what connects the account with its clients.

use std::io;
use std::sync::Arc;

use wiremock::MockServer;

use crate::server::backend::Backend;
use crate::server::http_server::{HttpServer, Port};
use crate::server::wiremock_adapter::Server;

/// What connects the account with its clients.
pub(crate) enum Front {
    NoSocket,
    Listening(Listening),
}

/// A server, and wiremock's server once the test has asked for it. On drop, the double's server
/// stops first.
pub(crate) struct Listening {
    pub(crate) http: HttpServer,
    wiremock: Server,
}

/// The host of a double without a socket.
pub(super) const NO_SOCKET: &str = "mock-zendesk.invalid";

impl Front {
    /// Listens at this port.
    pub(crate) fn listen(port: Port, backend: Arc<Backend>) -> io::Result<Self> {
        Ok(Self::Listening(Listening {
            http: HttpServer::start(port, backend)?,
            wiremock: Server::default(),
        }))
    }

    /// Returns the address for clients.
    pub(crate) fn uri(&self) -> String {
        match self {
            Self::NoSocket => format!("http://{NO_SOCKET}"),
            Self::Listening(listening) => format!("http://{}", listening.http.address()),
        }
    }

    /// Returns wiremock's server, if the test has asked for it.
    pub(crate) fn wiremock(&self) -> Option<&MockServer> {
        match self {
            Self::NoSocket => None,
            Self::Listening(listening) => listening.wiremock.get(),
        }
    }
}

impl Listening {
    /// Returns wiremock's server, and starts it if necessary. From then on, all requests go through
    /// it.
    pub(crate) fn wiremock(&self, backend: &Arc<Backend>) -> Result<&MockServer, &io::Error> {
        let server = self.wiremock.start(backend)?;
        self.http.pass_on_to(*server.address());
        Ok(server)
    }
}
