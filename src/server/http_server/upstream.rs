//! [`Upstream`]: the connection to wiremock's server.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::wire::Broken;

/// wiremock's server, as one client's requests reach it.
#[derive(Default)]
pub(super) struct Upstream {
    /// A connection to the server that is idle now. There is room for one only: if a client sends
    /// several requests at the same time over HTTP/2, one of them takes it, and the others open new
    /// ones.
    idle: watch::Sender<Option<SendRequest<Full<Bytes>>>>,
}

impl Upstream {
    /// Sends a request, and returns the whole reply. It ends when the server has replied or has
    /// closed the connection.
    pub(super) async fn send(
        &self,
        address: SocketAddr,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Bytes>, Broken> {
        let mut connection = self.connection(address).await?;
        let (head, body) = connection.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        self.idle.send_replace(Some(connection));
        Ok(Response::from_parts(head, body))
    }

    async fn connection(&self, address: SocketAddr) -> Result<SendRequest<Full<Bytes>>, Broken> {
        if let Some(mut idle) = self.idle.send_replace(None) {
            // After a reply that ends the connection, it is not ready any more.
            if idle.ready().await.is_ok() {
                return Ok(idle);
            }
        }
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (requests, connection) = handshake(TokioIo::new(stream)).await?;
        // This ends when `requests` is dropped, at the latest with the client's connection.
        tokio::spawn(connection);
        Ok(requests)
    }
}
