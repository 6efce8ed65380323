//! One client's connection. hyper reads its requests as it does for wiremock. Each request gets its
//! reply, or none if a fault says so.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONNECTION, HeaderValue};
use http::{Request, Response, StatusCode, Version};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioExecutor;
use hyper_util::server::conn::auto::Builder;
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::server::backend::Backend;
use crate::trouble::{Held, WirePlan};

use super::answers::Answers;
use super::reply::{ReplyBody, Sending};
use super::request::Received;
use super::under_way::{UnderWay, wait};
use super::wire::{Broken, Wire};

/// What the requests of one connection share.
struct Shared {
    answers: Answers,
    /// Notifies when everything that was passed to hyper has been written.
    written: Arc<Notify>,
}

/// Serves a client until the client or a fault closes the connection.
///
/// hyper drops a request when its client is gone, and everything that the request waits for is
/// dropped with it.
pub(super) async fn serve(client: TcpStream, answers: Answers) {
    let _ = client.set_nodelay(true);
    let wire = Wire::new(client, answers.orders());
    let shared = Arc::new(Shared {
        answers,
        written: wire.written(),
    });
    let service = service_fn(move |request| respond(request, Arc::clone(&shared)));
    // wiremock uses the same builder, so both servers read the same requests in the same way.
    let builder = Builder::new(TokioExecutor::new());
    // Breaking a connection is the purpose of some faults, so the error is ignored.
    let _ = builder.serve_connection_with_upgrades(wire, service).await;
}

/// Answers a request. An error closes the connection without a reply. Over HTTP/2 it ends only the
/// stream.
async fn respond(
    request: Request<Incoming>,
    shared: Arc<Shared>,
) -> Result<Response<ReplyBody>, Broken> {
    let Shared { answers, written } = &*shared;
    let backend = answers.backend();
    let sending = match request.version() {
        Version::HTTP_2 => Sending::Http2,
        _ => Sending::Until(Arc::clone(written)),
    };
    let received = Received::read(request).await?;
    #[cfg(feature = "standalone")]
    if let Some(target) = received.target() {
        // This is before the request counts as under way: one that waits for calls may take long.
        let incoming = received.incoming(&target);
        if let Some(reply) = answers.answer_beside(&incoming, &received).await {
            let under_way = UnderWay::begin(backend);
            return Ok(reply.map(|body| ReplyBody::whole(body, under_way)));
        }
    }
    let under_way = UnderWay::begin(backend);
    let Some(target) = received.target() else {
        return Ok(bad_request(under_way));
    };
    let incoming = received.incoming(&target);

    let held = backend.hold_at_gate(&incoming);
    let passage = held.map(|held| Passage { held, backend });
    if let Some(passage) = &passage {
        passage.held.wait().await;
    }
    let (reply, plan) = answers.answer(&incoming, &received).await?;
    drop(passage);
    give(reply, plan, under_way, sending).await
}

async fn give(
    mut reply: Response<Bytes>,
    plan: Option<WirePlan>,
    under_way: UnderWay,
    sending: Sending,
) -> Result<Response<ReplyBody>, Broken> {
    let reply = match plan {
        None => reply.map(|body| ReplyBody::whole(body, under_way)),
        Some(WirePlan::Drop) => return Err("a connection that breaks was asked for".into()),
        Some(WirePlan::Delay(time)) => {
            let under_way = wait(under_way, time).await;
            reply.map(|body| ReplyBody::whole(body, under_way))
        }
        // An empty body has no half. The reply is complete, but the connection closes.
        Some(WirePlan::Cut) if reply.body().is_empty() => {
            reply
                .headers_mut()
                .insert(CONNECTION, HeaderValue::from_static("close"));
            reply.map(|body| ReplyBody::whole(body, under_way))
        }
        Some(WirePlan::Cut) => reply.map(|body| ReplyBody::cut(body, under_way, sending)),
        Some(WirePlan::Slow(time)) => reply.map(|body| ReplyBody::slow(body, under_way, time)),
    };
    Ok(reply)
}

/// Returns the reply to a request whose target is not a URL.
fn bad_request(under_way: UnderWay) -> Response<ReplyBody> {
    let mut reply = Response::new(ReplyBody::whole(Bytes::new(), under_way));
    *reply.status_mut() = StatusCode::BAD_REQUEST;
    reply
}

/// A request on its way through a gate, until it has been answered, has failed, or its client is
/// gone.
struct Passage<'a> {
    held: Held,
    backend: &'a Backend,
}

impl Drop for Passage<'_> {
    fn drop(&mut self) {
        self.backend.with_gates(|gates| gates.leave(&self.held));
    }
}
