//! One client's connection: its requests are passed on one after the other, and the replies given back, or not.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::base::time::Moment;
use crate::server::backend::Backend;
use crate::trouble::{Held, WirePlan};

use super::message::{Message, Read, Reader, Start};

/// How the backend tells the relay that there is a plan for a reply. Clients never see it.
pub(crate) const PLAN_HEADER: &str = "x-mock-zendesk-plan";

/// A slow body comes in so many pieces.
const PIECES: u32 = 8;

/// How often a clock is looked at that nobody tells of.
const LOOK: Duration = Duration::from_millis(1);

pub(super) async fn serve(client: TcpStream, upstream: SocketAddr, backend: Arc<Backend>) {
    // A connection that breaks is just what this is for: there is nobody to tell.
    let _ = pass_on(client, upstream, &backend).await;
}

async fn pass_on(mut client: TcpStream, upstream: SocketAddr, backend: &Arc<Backend>) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut server = TcpStream::connect(upstream).await?;
    server.set_nodelay(true)?;
    let (from_client, mut to_client) = client.split();
    let (from_server, mut to_server) = server.split();
    let (mut from_client, mut from_server) = (Reader::new(from_client), Reader::new(from_server));
    while let Some(request) = from_client.next(Read::Request).await? {
        let Start::Request { method, target } = &request.start else { return Ok(()) };
        let under_way = UnderWay::begin(backend);
        let passage = backend.hold_at_gate(method, target, &request.body).map(|held| Passage { held, backend });
        if let Some(passage) = &passage {
            passage.held.wait().await;
        }
        to_server.write_all(&request.head).await?;
        to_server.write_all(&request.body).await?;
        let read = if method == "HEAD" { Read::ResponseToHead } else { Read::Response };
        let Some(mut reply) = next_reply(&mut from_server, read).await? else { return Ok(()) };
        drop(passage);
        let plan = reply.take_header(PLAN_HEADER).and_then(|ordinal| backend.take_plan(ordinal.parse().ok()?));
        match give(&mut to_client, &reply, plan, under_way, backend).await? {
            Then::GoOn => {}
            Then::Close => return Ok(()),
        }
    }
    Ok(())
}

/// The next reply that is final.
async fn next_reply<R: tokio::io::AsyncRead + Unpin>(
    from_server: &mut Reader<R>,
    read: Read,
) -> io::Result<Option<Message>> {
    loop {
        match from_server.next(read).await? {
            Some(Message { start: Start::Response { status: 100..=199 }, .. }) => {}
            other => return Ok(other),
        }
    }
}

enum Then {
    GoOn,
    Close,
}

async fn give(
    client: &mut (impl AsyncWrite + Unpin),
    reply: &Message,
    plan: Option<WirePlan>,
    under_way: UnderWay<'_>,
    backend: &Backend,
) -> io::Result<Then> {
    match plan {
        None => {
            write(client, &[&reply.head, &reply.body]).await?;
            Ok(Then::GoOn)
        }
        Some(WirePlan::Drop) => Ok(Then::Close),
        Some(WirePlan::Cut) => {
            write(client, &[&reply.head, &reply.body[..reply.body.len() / 2]]).await?;
            client.shutdown().await?;
            Ok(Then::Close)
        }
        Some(WirePlan::Delay(time)) => {
            let _under_way = wait(under_way, time, backend).await;
            write(client, &[&reply.head, &reply.body]).await?;
            Ok(Then::GoOn)
        }
        Some(WirePlan::Slow(time)) => {
            write(client, &[&reply.head]).await?;
            let mut under_way = under_way;
            let size = reply.body.len().div_ceil(PIECES as usize).max(1);
            for piece in reply.body.chunks(size) {
                under_way = wait(under_way, time / PIECES, backend).await;
                write(client, &[piece]).await?;
            }
            Ok(Then::GoOn)
        }
    }
}

async fn write(client: &mut (impl AsyncWrite + Unpin), parts: &[&[u8]]) -> io::Result<()> {
    client.write_all(&parts.concat()).await?;
    client.flush().await
}

/// Ends the request for the pacer, waits until so much time has passed on the double's clock, and begins it again.
async fn wait<'a>(under_way: UnderWay<'a>, time: Duration, backend: &'a Backend) -> UnderWay<'a> {
    let wait = Wait::begin(backend.now().plus(time), backend);
    drop(under_way);
    while backend.now() < wait.due {
        tokio::time::sleep(LOOK).await;
    }
    UnderWay::begin(backend)
}

/// A reply that waits for its time, which is a time that the pacer must not pass over.
struct Wait<'a> {
    due: Moment,
    backend: &'a Backend,
}

impl<'a> Wait<'a> {
    fn begin(due: Moment, backend: &'a Backend) -> Self {
        backend.begin_wait(due);
        Self { due, backend }
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        self.backend.end_wait(self.due);
    }
}

/// A request on its way through a gate, until it has been answered or has failed.
struct Passage<'a> {
    held: Held,
    backend: &'a Backend,
}

impl Drop for Passage<'_> {
    fn drop(&mut self) {
        self.backend.with_gates(|gates| gates.pass(&self.held));
    }
}

/// A request that is under way: while there is one, paused time stands still.
struct UnderWay<'a>(&'a Backend);

impl<'a> UnderWay<'a> {
    fn begin(backend: &'a Backend) -> Self {
        backend.activity().begin();
        Self(backend)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.activity().end();
    }
}
