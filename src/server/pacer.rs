//! Holds paused time back, for [`Clock::tokio`](crate::Clock::tokio).
//!
//! tokio advances paused time as soon as its runtime is idle, unless a blocking task runs. So a
//! blocking task runs while a request is in progress. A request is not noticed before the server's
//! thread has read it. So time advances in steps, small ones at first, each after a moment without a
//! request, and only when that thread has just looked for one: on a busy machine it may get no time
//! to run for longer than many steps take.

use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

use crate::server::backend::Backend;
use crate::server::http_server::Pulse;

/// How long there must be no request before time advances, on the wall clock.
const QUIET_TIME: Duration = Duration::from_millis(2);

/// The first step of time, and the largest.
const FIRST_STEP: Duration = Duration::from_millis(10);
const MAX_STEP: Duration = Duration::from_millis(480);

/// Lets the time of this runtime pass in steps, until the double is dropped.
pub(crate) async fn pace(backend: Weak<Backend>, pulse: Pulse) {
    let (mut step, mut last) = (FIRST_STEP, 0);
    let pulse = Arc::new(pulse);
    loop {
        let (watched, pulse) = (Weak::clone(&backend), Arc::clone(&pulse));
        // While this runs, tokio does not advance time.
        let quiet = tokio::task::spawn_blocking(move || wait_until_quiet(&watched, &pulse)).await;
        let Ok(Some(Quiet { events, next_due })) = quiet else {
            return;
        };
        step = if events == last {
            (step * 2).min(MAX_STEP)
        } else {
            FIRST_STEP
        };
        last = events;
        // tokio counts in milliseconds and rounds up.
        tokio::time::sleep(next_due.map_or(step, |due| due.min(step))).await;
    }
}

/// A moment without a request.
struct Quiet {
    /// The number of events until then.
    events: u64,
    /// The time until the next delayed reply is due.
    next_due: Option<Duration>,
}

/// Waits until the server has been idle for a moment. `None` means that the double was dropped.
fn wait_until_quiet(backend: &Weak<Backend>, pulse: &Pulse) -> Option<Quiet> {
    loop {
        let before = backend.upgrade()?.activity().idle_since();
        thread::sleep(QUIET_TIME);
        pulse.wait();
        let backend = backend.upgrade()?;
        let (after, next_due) = (backend.activity().idle_since(), backend.next_due());
        // A reply that is already due must be sent first.
        let is_overdue = next_due.is_some_and(|time| time.is_zero());
        match after {
            Some(events) if before == after && !is_overdue => {
                return Some(Quiet { events, next_due });
            }
            _ => {}
        }
    }
}
