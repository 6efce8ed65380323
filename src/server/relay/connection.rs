//! One client's connection: hyper reads its requests as it does for wiremock, each is passed on,
//! and the reply given back, or not.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONNECTION, HeaderName, HeaderValue};
use http::{Request, Response, StatusCode, Version};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioExecutor;
use hyper_util::server::conn::auto::Builder;
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::server::backend::Backend;
use crate::trouble::{Held, WirePlan};

use super::reply::{ReplyBody, Sending};
use super::request::Received;
use super::under_way::{UnderWay, wait};
use super::upstream::Upstream;
use super::wire::{Broken, Wire};

/// How the backend tells the relay that there is a plan for a reply. Clients never see it.
pub(crate) const PLAN_HEADER: HeaderName = HeaderName::from_static("x-mock-zendesk-plan");

/// What the requests of one connection share.
struct Shared {
    upstream: Upstream,
    backend: Arc<Backend>,
    /// Tells when all that was given to the client has been written.
    written: Arc<Notify>,
}

/// Serves a client until it closes the connection, or a fault does.
///
/// What a request waits for is dropped with it, and hyper drops a request when its client is gone.
pub(super) async fn serve(client: TcpStream, upstream: SocketAddr, backend: Arc<Backend>) {
    let _ = client.set_nodelay(true);
    let wire = Wire::new(client);
    let shared = Arc::new(Shared {
        upstream: Upstream::new(upstream),
        backend,
        written: wire.written(),
    });
    let service = service_fn(move |request| pass_on(request, Arc::clone(&shared)));
    // As wiremock does it, so that both read the same requests in the same way.
    let builder = Builder::new(TokioExecutor::new());
    // A connection that breaks is just what this is for: there is nobody to tell.
    let _ = builder.serve_connection_with_upgrades(wire, service).await;
}

/// Passes a request on, and gives its reply. An error closes the connection without one; over
/// HTTP/2 it ends only the stream.
async fn pass_on(
    request: Request<Incoming>,
    shared: Arc<Shared>,
) -> Result<Response<ReplyBody>, Broken> {
    let Shared {
        upstream,
        backend,
        written,
    } = &*shared;
    let sending = match request.version() {
        Version::HTTP_2 => Sending::Http2,
        _ => Sending::Until(Arc::clone(written)),
    };
    let received = Received::read(request).await?;
    let under_way = UnderWay::begin(backend);
    let Some(url) = received.url() else {
        return Ok(bad_request(under_way));
    };

    let held = backend.hold_at_gate(received.method(), url.path(), received.body());
    let passage = held.map(|held| Passage { held, backend });
    if let Some(passage) = &passage {
        passage.held.wait().await;
    }
    let mut reply = upstream.send(received.into_request()).await?;
    drop(passage);

    let ordinal = reply.headers_mut().remove(PLAN_HEADER);
    let plan = ordinal.and_then(|ordinal| backend.take_plan(ordinal.to_str().ok()?.parse().ok()?));
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
        // Without a body there is no half of one: the reply is whole, and the connection closes all
        // the same.
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

/// The reply to a request whose target is no url.
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
