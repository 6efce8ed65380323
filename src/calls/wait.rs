//! Waits for calls that come in the background.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::mpsc::{Sender, channel};
use std::task::Poll;
use std::time::Duration;

use tokio::sync::oneshot;

/// Becomes ready after some real time.
///
/// A thread keeps the time, not tokio. In a test with paused time, tokio would jump to the deadline
/// as soon as everything else sleeps, and calls that are still in progress would be missed.
pub(crate) struct Deadline {
    over: oneshot::Receiver<()>,
    /// Ends the thread when dropped.
    _alive: Sender<()>,
}

impl Deadline {
    pub(crate) fn after(time: Duration) -> Self {
        let (alive, gone) = channel::<()>();
        let (tell, over) = oneshot::channel();
        std::thread::spawn(move || {
            // Nothing is ever sent: this returns when the time is over, or when the waiting side is
            // gone.
            let _ = gone.recv_timeout(time);
            let _ = tell.send(());
        });
        Self {
            over,
            _alive: alive,
        }
    }

    /// Waits for `event`. Returns false if the time is over first.
    pub(crate) async fn wait_for(&mut self, event: impl Future<Output = ()>) -> bool {
        let mut event = pin!(event);
        poll_fn(|context| {
            if event.as_mut().poll(context).is_ready() {
                return Poll::Ready(true);
            }
            pin!(&mut self.over).poll(context).map(|_| false)
        })
        .await
    }
}
