//! The double without a socket: it answers a request in the same way as over HTTP.

use std::fmt;
use std::sync::Arc;

use http::header::{HOST, HeaderValue};
use http::{Method, Request, Response};

use crate::api::request::Incoming;
use crate::handle::zendesk::MockZendesk;
use crate::server::backend::Backend;
use crate::server::target::Target;
use crate::trouble::WirePlan;

/// A fault broke the connection, so [`MockZendesk::send`] has no reply to return.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disconnected;

impl fmt::Display for Disconnected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a planned fault broke the connection")
    }
}

impl std::error::Error for Disconnected {}

/// # Without a socket
impl MockZendesk {
    /// Sends a request without a socket, and returns the reply that it would get over HTTP.
    ///
    /// The request is a call like any other, and faults apply to it. Delays take no time, and a
    /// truncated body has half of its bytes.
    ///
    /// ```
    /// use mock_zendesk::http::Request;
    /// use mock_zendesk::MockZendesk;
    ///
    /// let zendesk = MockZendesk::builder().without_socket();
    /// let request = Request::get(zendesk.url("/users/me")).body("").unwrap();
    /// let reply = zendesk.send(request).unwrap();
    /// assert_eq!(reply.status(), 200);
    /// assert!(reply.body().starts_with(b"{\"user\":{"));
    /// zendesk.calls().assert_once();
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if a fault breaks the connection:
    /// [`Fault::disconnect`](crate::Fault::disconnect) or
    /// [`Fault::lost_reply`](crate::Fault::lost_reply).
    pub fn send<B: AsRef<[u8]>>(
        &self,
        request: Request<B>,
    ) -> Result<Response<Vec<u8>>, Disconnected> {
        call(&self.backend, request)
    }

    /// Returns the double as a `tower` service, for a client that accepts one instead of a
    /// connection.
    ///
    /// Requires the feature `tower`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use mock_zendesk::http::Request;
    /// use mock_zendesk::MockZendesk;
    /// use tower_service::Service;
    ///
    /// let zendesk = MockZendesk::builder().without_socket();
    /// let mut service = zendesk.service();
    /// let reply = service.call(Request::get(zendesk.url("/users/me")).body(Vec::new()).unwrap()).await.unwrap();
    /// assert_eq!(reply.status(), 200);
    /// # }
    /// ```
    #[cfg(feature = "tower")]
    #[must_use]
    pub fn service(&self) -> ZendeskService {
        ZendeskService {
            backend: Arc::clone(&self.backend),
        }
    }
}

/// The double as a `tower` service. [`MockZendesk::service`] returns it.
#[cfg(feature = "tower")]
#[derive(Clone)]
pub struct ZendeskService {
    backend: Arc<Backend>,
}

#[cfg(feature = "tower")]
impl fmt::Debug for ZendeskService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ZendeskService")
    }
}

#[cfg(feature = "tower")]
impl<B: AsRef<[u8]>> tower_service::Service<Request<B>> for ZendeskService {
    type Response = Response<Vec<u8>>;
    type Error = Disconnected;
    type Future = std::future::Ready<Result<Self::Response, Self::Error>>;

    fn poll_ready(
        &mut self,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), Self::Error>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        std::future::ready(call(&self.backend, request))
    }
}

fn call<B: AsRef<[u8]>>(
    backend: &Arc<Backend>,
    request: Request<B>,
) -> Result<Response<Vec<u8>>, Disconnected> {
    let (mut parts, body) = request.into_parts();
    let authority = parts
        .uri
        .authority()
        .and_then(|authority| HeaderValue::from_str(authority.as_str()).ok());
    if let Some(authority) = authority.filter(|_| !parts.headers.contains_key(HOST)) {
        parts.headers.insert(HOST, authority);
    }
    let target = Target::without_host(&parts.uri).unwrap_or(Target::AsSent(&parts.uri));
    let incoming = Incoming {
        method: parts.method.as_str(),
        path: target.path(),
        query: target.query(),
        headers: &parts.headers,
        body: body.as_ref(),
    };
    let (mut reply, plan) = backend.answer(&incoming);
    match plan {
        Some(WirePlan::Drop) => return Err(Disconnected),
        Some(WirePlan::Cut) => reply.body.truncate(reply.body.len() / 2),
        Some(WirePlan::Delay(_) | WirePlan::Slow(_)) | None => {}
    }
    let mut response = reply.into_http();
    if parts.method == Method::HEAD {
        response.body_mut().clear();
    }
    Ok(response)
}
