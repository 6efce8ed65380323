//! [`ReplyBody`]: the body of a reply on its way to the client, which may be slow or break off.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::Notify;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::sleep;

use super::under_way::{UnderWay, wait};
use super::wire::Broken;

/// The number of pieces of a slow body.
const PIECES: u32 = 8;

/// How often hyper is woken to write what it has.
const HTTP1_WAKE_INTERVAL: Duration = Duration::from_millis(1);

/// How long to wait until the first half of a body that breaks off has been sent.
const HTTP2_WAIT: Duration = Duration::from_millis(20);

/// How to find out when everything that was passed to hyper has been sent.
pub(super) enum Sending {
    /// This notifies each time when everything has been written.
    Until(Arc<Notify>),
    /// There is no notification for a stream of HTTP/2. What is not sent after a fixed time is
    /// lost.
    Http2,
}

impl Sending {
    /// Waits until everything has been sent.
    async fn done(self) {
        match self {
            Self::Until(written) => loop {
                tokio::select! {
                    () = written.notified() => return,
                    // hyper writes whenever it is woken, so this ends if the client reads.
                    () = sleep(HTTP1_WAKE_INTERVAL) => {}
                }
            },
            Self::Http2 => sleep(HTTP2_WAIT).await,
        }
    }
}

type Feeder = Pin<Box<dyn Future<Output = Result<(), Broken>> + Send>>;

/// The body of a reply. hyper drops it when hyper has all of it, or when the client is gone.
pub(super) struct ReplyBody {
    pieces: Pieces,
    /// The number of bytes that the client still expects.
    left: usize,
}

/// The source of the pieces of a body.
enum Pieces {
    /// A single piece. It is empty after it was sent.
    Whole(Bytes, Option<UnderWay>),
    /// The feeder sends them. It runs only while hyper asks for them.
    Fed(Option<Feeder>, Receiver<Bytes>),
}

impl ReplyBody {
    /// Returns the body without a change.
    pub(super) fn whole(body: Bytes, under_way: UnderWay) -> Self {
        Self {
            left: body.len(),
            pieces: Pieces::Whole(body, Some(under_way)),
        }
    }

    /// Returns half of the body. When that has been sent it fails, and hyper breaks the connection.
    pub(super) fn cut(body: Bytes, under_way: UnderWay, sending: Sending) -> Self {
        Self::fed(body.len(), async move |pieces| {
            let _under_way = under_way;
            let half = body.slice(..body.len() / 2);
            if !half.is_empty() {
                pieces.send(half).await?;
            }
            sending.done().await;
            Err("a body that breaks off was asked for".into())
        })
    }

    /// Returns the body in pieces, spread over this time.
    pub(super) fn slow(mut body: Bytes, under_way: UnderWay, over: Duration) -> Self {
        let size = body.len().div_ceil(PIECES as usize);
        Self::fed(body.len(), async move |pieces| {
            let mut under_way = under_way;
            while !body.is_empty() {
                under_way = wait(under_way, over / PIECES).await;
                pieces.send(body.split_to(size.min(body.len()))).await?;
            }
            Ok(())
        })
    }

    fn fed<F>(length: usize, feed: impl FnOnce(Sender<Bytes>) -> F) -> Self
    where
        F: Future<Output = Result<(), Broken>> + Send + 'static,
    {
        let (sender, pieces) = channel(1);
        Self {
            pieces: Pieces::Fed(Some(Box::pin(feed(sender))), pieces),
            left: length,
        }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        let polled = self.pieces.poll(context);
        if let Poll::Ready(Some(Ok(piece))) = &polled {
            self.left = self.left.saturating_sub(piece.len());
        }
        polled.map_ok(Frame::data)
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left as u64)
    }
}

impl Pieces {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Broken>>> {
        let (feeder, pieces) = match self {
            Self::Whole(body, under_way) => {
                let is_first = under_way.take().is_some() && !body.is_empty();
                return Poll::Ready(is_first.then(|| Ok(std::mem::take(body))));
            }
            Self::Fed(feeder, pieces) => (feeder, pieces),
        };
        let fed = feeder
            .as_mut()
            .map_or(Poll::Ready(Ok(())), |feeder| feeder.as_mut().poll(context));
        if fed.is_ready() {
            *feeder = None;
        }
        match pieces.poll_recv(context) {
            Poll::Ready(Some(piece)) => Poll::Ready(Some(Ok(piece))),
            _ => fed.map(|result| result.err().map(Err)),
        }
    }
}
