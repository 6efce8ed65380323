//! Sends events to webhooks: [`carry`]. The outbox of the backend decides what is sent when.
//!
//! A receiver that is slow or gone holds up neither the other webhooks nor the double. All of this
//! ends with the server's thread.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, RETRY_AFTER};
use http::{HeaderMap, Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::base::time::Moment;
use crate::server::backend::Backend;
use crate::webhooks::{Outcome, Parcel};

use super::under_way::{CLOCK_CHECK_INTERVAL, UnderWay};
use super::wire::Broken;

/// How long a receiver may take, in real time.
const TIMEOUT: Duration = Duration::from_secs(12);

/// How long paused time stands still for a receiver, in real time. If the receiver takes longer, it
/// probably waits for that time to pass.
const STANDSTILL: Duration = Duration::from_millis(250);

const HTTP_PORT: u16 = 80;
const CONTENT_TYPE_OF_EVENTS: &str = "application/json; charset=utf-8";

/// Sends what is due, for as long as the server runs.
pub(super) async fn carry(backend: Arc<Backend>) {
    let changed = backend.outbox_changed();
    loop {
        // This is registered before the outbox is inspected, so that nothing is missed in between.
        let mut change = std::pin::pin!(changed.notified());
        change.as_mut().enable();
        let (parcels, now) = backend.take_parcels();
        for parcel in parcels {
            tokio::spawn(deliver(parcel, now, Arc::clone(&backend)));
        }
        let waits_for_clock = backend.waits_for_clock();
        tokio::select! {
            () = change => {}
            () = sleep(CLOCK_CHECK_INTERVAL), if waits_for_clock => {}
        }
    }
}

/// Makes one attempt to deliver.
async fn deliver(parcel: Parcel, at: Moment, backend: Arc<Backend>) {
    let under_way = UnderWay::begun(&backend);
    let number = parcel.number;
    let mut sending = std::pin::pin!(timeout(TIMEOUT, send(parcel)));
    let (sent, under_way) = tokio::select! {
        sent = &mut sending => (sent, Some(under_way)),
        () = sleep(STANDSTILL) => {
            drop(under_way);
            (sending.await, None)
        }
    };
    let outcome = match sent {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(error)) => Outcome::NotReached(error.to_string()),
        Err(_) => Outcome::TimedOut,
    };
    backend.finish_delivery(number, outcome, at);
    // Only now, so that the pacer knows when the next attempt is due.
    drop(under_way);
}

/// Sends a request over a separate connection, and reads the whole reply.
async fn send(parcel: Parcel) -> Result<Outcome, Broken> {
    let uri = parcel.webhook.uri();
    let host = uri.host().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let stream = TcpStream::connect((host, uri.port_u16().unwrap_or(HTTP_PORT))).await?;
    stream.set_nodelay(true)?;
    let (mut requests, connection) = handshake(TokioIo::new(stream)).await?;
    // This ends when `requests` is dropped.
    tokio::spawn(connection);
    let mut reply = requests.send_request(request(uri, &parcel)?).await?;
    while let Some(frame) = reply.frame().await {
        drop(frame?);
    }
    Ok(Outcome::Replied {
        status: reply.status().as_u16(),
        retry_after: retry_after(reply.headers()),
    })
}

fn request(uri: &Uri, parcel: &Parcel) -> Result<Request<Full<Bytes>>, http::Error> {
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let host = uri.authority().map_or("", |authority| authority.as_str());
    let request = Request::post(target)
        .header(HOST, host)
        .header(CONTENT_TYPE, CONTENT_TYPE_OF_EVENTS);
    let headers = parcel.headers.iter();
    headers
        .fold(request, |request, (name, value)| {
            request.header(*name, value)
        })
        .body(Full::new(Bytes::from(parcel.body.clone())))
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse();
    seconds.ok().map(Duration::from_secs)
}
