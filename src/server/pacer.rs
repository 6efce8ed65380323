//! Keeps paused time from running away: the companion of [`Clock::tokio`](crate::Clock::tokio).
//!
//! tokio moves paused time on by itself as soon as its runtime is idle, unless a blocking task
//! runs. So one runs for as long as a request is under way. Whether one is, can only be told once
//! its bytes have arrived; so time moves on in steps, small ones at first, each after a moment
//! without a request.

use std::sync::Weak;
use std::thread;
use std::time::Duration;

use crate::server::backend::Backend;

/// So long must no request come or be under way, on the wall, before time moves on.
const QUIET: Duration = Duration::from_millis(2);

/// The first step of time, and the largest.
const FIRST_STEP: Duration = Duration::from_millis(10);
const LARGEST_STEP: Duration = Duration::from_millis(480);

/// Lets the time of this runtime go on, until the double is gone.
pub(crate) async fn pace(backend: Weak<Backend>) {
    let (mut step, mut last) = (FIRST_STEP, 0);
    loop {
        let watched = Weak::clone(&backend);
        // While this runs, tokio does not move time on.
        let quiet = tokio::task::spawn_blocking(move || wait_until_quiet(&watched)).await;
        let Ok(Some(Quiet { events, next_due })) = quiet else {
            return;
        };
        step = if events == last {
            (step * 2).min(LARGEST_STEP)
        } else {
            FIRST_STEP
        };
        last = events;
        // tokio counts in milliseconds, and rounds up.
        tokio::time::sleep(next_due.map_or(step, |due| due.min(step))).await;
    }
}

/// A moment in which nothing happens.
struct Quiet {
    /// The number of events by then.
    events: u64,
    /// The time until a reply is due that waits for it.
    next_due: Option<Duration>,
}

/// Waits until the server has been idle for a moment. None: the double is gone.
fn wait_until_quiet(backend: &Weak<Backend>) -> Option<Quiet> {
    loop {
        let before = backend.upgrade()?.activity().idle_since();
        thread::sleep(QUIET);
        let backend = backend.upgrade()?;
        let (after, next_due) = (backend.activity().idle_since(), backend.next_due());
        // What is due by now has to be given first.
        let is_overdue = next_due.is_some_and(|time| time.is_zero());
        match after {
            Some(events) if before == after && !is_overdue => {
                return Some(Quiet { events, next_due });
            }
            _ => {}
        }
    }
}
