//! [`Front`]: what stands between the account and its clients.

use std::io;
use std::sync::Arc;

use wiremock::MockServer;

use crate::server::backend::Backend;
use crate::server::http_server::{HttpServer, Port};
use crate::server::wiremock_adapter::Server;

/// What stands between the account and its clients.
pub(crate) enum Front {
    NoSocket,
    Listening(Listening),
}

/// A server, and behind it wiremock's once the test has asked for that. The server goes first when
/// they are dropped.
pub(crate) struct Listening {
    pub(crate) http: HttpServer,
    wiremock: Server,
}

/// The host of a double that listens nowhere.
pub(super) const NO_SOCKET: &str = "mock-zendesk.invalid";

impl Front {
    /// Listens at this port.
    pub(crate) fn listen(port: Port, backend: Arc<Backend>) -> io::Result<Self> {
        Ok(Self::Listening(Listening {
            http: HttpServer::start(port, backend)?,
            wiremock: Server::default(),
        }))
    }

    /// Where clients reach it.
    pub(crate) fn uri(&self) -> String {
        match self {
            Self::NoSocket => format!("http://{NO_SOCKET}"),
            Self::Listening(listening) => format!("http://{}", listening.http.address()),
        }
    }

    /// wiremock's server, if the test has asked for it.
    pub(crate) fn wiremock(&self) -> Option<&MockServer> {
        match self {
            Self::NoSocket => None,
            Self::Listening(listening) => listening.wiremock.get(),
        }
    }
}

impl Listening {
    /// wiremock's server. When this has been called all further requests go through it.
    pub(crate) fn wiremock(&self, backend: &Arc<Backend>) -> Result<&MockServer, &io::Error> {
        let server = self.wiremock.start(backend)?;
        self.http.pass_on_to(*server.address());
        Ok(server)
    }
}
