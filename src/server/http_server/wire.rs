//! [`Wire`]: a client's connection that notifies when everything has been written, and that leaves
//! no trace in the system when the double is dropped.

use std::error::Error;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::orders::Orders;

/// Why a request gets no reply, or half of one: its connection breaks.
pub(super) type Broken = Box<dyn Error + Send + Sync>;

/// A client's connection.
///
/// hyper flushes it when hyper's own buffers are empty. A body that breaks off uses this to find
/// out that its first half has been sent. If it failed earlier, the contents of the buffers would
/// be lost.
pub(super) struct Wire {
    stream: TokioIo<TcpStream>,
    written: Arc<Notify>,
    orders: Arc<Orders>,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, orders: Arc<Orders>) -> Self {
        Self {
            stream: TokioIo::new(stream),
            written: Arc::default(),
            orders,
        }
    }

    /// Returns a notification for each time when everything has been written. It wakes those who
    /// wait at that moment.
    pub(super) fn written(&self) -> Arc<Notify> {
        Arc::clone(&self.written)
    }
}

impl Drop for Wire {
    /// Resets the connection if the server is dropped. A system keeps the address of who closes a
    /// connection first for a minute, and after thousands of tests it searches long for a free one.
    fn drop(&mut self) {
        if self.orders.is_ending() {
            #[allow(
                deprecated,
                reason = "what replaces it came with tokio 1.50, and zero seconds do not block"
            )]
            let _ = self.stream.inner().set_linger(Some(Duration::ZERO));
        }
    }
}

impl Read for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl Write for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        self.written.notify_waiters();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }
}
