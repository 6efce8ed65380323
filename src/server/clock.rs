//! The double's own clock. Every time in the double comes from it; nothing else reads the wall
//! clock.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::runtime::Handle;
use tokio::time::Instant;

use crate::base::time::{Moment, Timestamp};

/// The clock of a double.
///
/// The default clock stays at 2024-09-06T18:52:00Z, so that a test sees the same timestamps in
/// every run. No clock goes beyond the year 9999, where [`Timestamp`] ends.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{Clock, MockZendesk, time::Timestamp};
///
/// let new_year = Timestamp::from_unix_seconds(1_735_689_600);
/// let zendesk = MockZendesk::builder().clock(Clock::fixed_at(new_year)).start().await;
/// assert_eq!(zendesk.seed().user("Ada").created_at.to_string(), "2025-01-01T00:00:00Z");
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Clock {
    mode: Mode,
    /// How far the test advanced the clock.
    advanced: Duration,
}

#[derive(Clone, Debug)]
enum Mode {
    Fixed(Moment),
    Wall,
    Tokio {
        start: Moment,
        runtime: Option<Runtime>,
    },
}

/// The runtime whose time the clock follows, and the start of that.
#[derive(Clone, Debug)]
struct Runtime {
    handle: Handle,
    since: Instant,
}

impl Clock {
    /// Returns a clock that stays at this time.
    #[must_use]
    pub fn fixed_at(time: impl Into<Timestamp>) -> Self {
        Self::new(Mode::Fixed(Moment::since_epoch(Duration::from_secs(
            time.into().unix_seconds(),
        ))))
    }

    /// Returns a clock that follows the machine's clock. It is meant for a double that serves
    /// people or other programs. Most tests should use a clock that does not move.
    #[must_use]
    pub const fn wall() -> Self {
        Self::new(Mode::Wall)
    }

    /// Returns a clock that starts at the default time and follows the time of the test's tokio
    /// runtime. It is meant for tests with `start_paused = true`. There a sleep ends as soon as
    /// nothing else is left to do, and the double's clock has advanced by the same time.
    ///
    /// With paused time, tokio jumps to the next timer whenever the runtime is idle, even while
    /// bytes are in transit, so a client's own time-out would fire at once. With this clock, the
    /// double stops time while a request is in progress. While every task sleeps, it lets time pass
    /// in steps of less than half a second.
    ///
    /// There are three limits. Paused time needs the current-thread runtime. Only tokio's timers
    /// count. A time-out of the client should be several seconds.
    ///
    /// The double must be started within a tokio runtime. Starting it anywhere else panics.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() -> Result<(), reqwest::Error> {
    /// use std::time::Duration;
    /// use mock_zendesk::{Clock, MockZendesk};
    ///
    /// let zendesk = MockZendesk::builder().clock(Clock::tokio()).start().await;
    /// let before = zendesk.now();
    /// let client = reqwest::Client::builder().timeout(Duration::from_secs(30)).build()?;
    /// client.get(zendesk.url("/users/me")).send().await?;
    /// tokio::time::sleep(Duration::from_secs(61)).await;
    /// client.get(zendesk.url("/users/me")).send().await?;
    /// assert!(zendesk.now().unix_seconds() - before.unix_seconds() >= 61);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn tokio() -> Self {
        Self::new(Mode::Tokio {
            start: Self::default().now(),
            runtime: None,
        })
    }

    const fn new(mode: Mode) -> Self {
        Self {
            mode,
            advanced: Duration::ZERO,
        }
    }

    /// Returns whether only the test moves it.
    pub(crate) fn stands_still(&self) -> bool {
        matches!(self.mode, Mode::Fixed(_))
    }

    /// Returns whether it follows tokio's time.
    pub(crate) fn follows_tokio(&self) -> bool {
        matches!(self.mode, Mode::Tokio { .. })
    }

    /// Starts to follow the current runtime, if this is a clock that follows tokio. Returns whether
    /// it follows one.
    pub(crate) fn attach(&mut self) -> bool {
        match &mut self.mode {
            Mode::Tokio { runtime, .. } => {
                let current = Handle::try_current().ok();
                *runtime = current.map(|handle| Runtime {
                    handle,
                    since: Instant::now(),
                });
                runtime.is_some()
            }
            Mode::Fixed(_) | Mode::Wall => false,
        }
    }

    /// Advances the clock.
    pub(crate) fn advance(&mut self, by: Duration) {
        self.advanced = self.advanced.saturating_add(by);
    }

    pub(crate) fn now(&self) -> Moment {
        let now = match &self.mode {
            Mode::Fixed(moment) => *moment,
            Mode::Wall => Moment::since_epoch(
                SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .unwrap_or_default(),
            ),
            Mode::Tokio { start, runtime } => {
                // While the thread ends, tokio may already be gone and must not be asked.
                let is_gone =
                    Handle::try_current().is_err_and(|error| error.is_thread_local_destroyed());
                let elapsed = runtime.as_ref().filter(|_| !is_gone).map(|runtime| {
                    // Within the runtime, tokio returns that runtime's time on every thread.
                    let _entered = runtime.handle.enter();
                    runtime.since.elapsed()
                });
                start.plus(elapsed.unwrap_or_default())
            }
        };
        now.plus(self.advanced)
    }
}

/// Returns whether the current tokio runtime has paused its time, and has jumped ahead of the
/// machine's.
pub(crate) fn paused_time_is_ahead() -> bool {
    if Handle::try_current().is_err() {
        return false;
    }
    let of_tokio = Instant::now().into_std();
    // The machine's time is read later, so without paused time it is not behind.
    of_tokio > std::time::Instant::now()
}

impl Default for Clock {
    fn default() -> Self {
        Self::fixed_at(Timestamp::from_unix_seconds(1_725_648_720))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_clock_stands_at_a_known_time() {
        assert_eq!(
            Clock::default().now().timestamp().to_string(),
            "2024-09-06T18:52:00Z"
        );
    }
}
