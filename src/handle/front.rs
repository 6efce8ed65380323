//! [`Front`]: what stands between the account and its clients.

use wiremock::MockServer;

use crate::server::relay::Relay;
use crate::server::wiremock_adapter::Server;

/// What stands between the account and its clients.
pub(crate) enum Front {
    NoSocket,
    Plain(Server),
    /// The relay goes first when they are dropped.
    Relayed {
        relay: Relay,
        server: Server,
    },
}

/// The host of a double that listens nowhere.
pub(super) const NO_SOCKET: &str = "mock-zendesk.invalid";

impl Front {
    /// Where clients reach it.
    pub(crate) fn uri(&self) -> String {
        match self {
            Self::NoSocket => format!("http://{NO_SOCKET}"),
            Self::Plain(server) => server.get().map(MockServer::uri).unwrap_or_default(),
            Self::Relayed { relay, .. } => format!("http://{}", relay.address()),
        }
    }

    pub(crate) fn server(&self) -> Option<&MockServer> {
        match self {
            Self::NoSocket => None,
            Self::Plain(server) | Self::Relayed { server, .. } => server.get(),
        }
    }
}
