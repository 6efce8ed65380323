//! The one file that speaks wiremock: it turns wiremock's requests into the backend's and the replies back.
//!
//! The double is a single `Mock` that matches everything. wiremock asks the mocks with lower priority numbers first, so
//! a mock of the user's own, whose priority is 5 unless told otherwise, comes before it.

use std::net::TcpListener;
use std::sync::Arc;

use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::api::request::Incoming;
use crate::backend::Backend;

const PRIORITY: u8 = 100;

/// Starts a server of its own: one from wiremock's pool would go on accepting connections after it is dropped.
///
/// wiremock's recording of requests is disabled. The `Mock` still keeps each request that it matched, which cannot be
/// helped.
pub(crate) async fn start_server(listener: TcpListener) -> MockServer {
    MockServer::builder().listener(listener).disable_request_recording().start().await
}

pub(crate) async fn mount(backend: &Arc<Backend>, server: &MockServer) {
    let zendesk = Zendesk(Arc::clone(backend));
    Mock::given(any()).respond_with(zendesk).with_priority(PRIORITY).named("Zendesk").mount(server).await;
}

struct Zendesk(Arc<Backend>);

impl Respond for Zendesk {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let reply = self.0.answer(&Incoming {
            method: request.method.as_str(),
            path: request.url.path(),
            query: request.url.query().unwrap_or_default(),
            headers: &request.headers,
            body: &request.body,
        });
        let response = ResponseTemplate::new(reply.status).append_headers(reply.headers);
        if reply.body.is_empty() { response } else { response.set_body_bytes(reply.body) }
    }
}
