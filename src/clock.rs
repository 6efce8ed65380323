//! The double's own clock: everything that carries a time gets it from here, nothing else looks at the wall.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tokio::runtime::Handle;
use tokio::time::Instant;

/// The last moment that `YYYY-MM-DDTHH:MM:SSZ` can express: 9999-12-31T23:59:59Z.
const LAST_SECOND: u64 = 253_402_300_799;

/// A time as Zendesk gives it: UTC, whole seconds.
///
/// Shown, serialized and read as `2024-09-06T18:52:11Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The time that many seconds after 1970-01-01T00:00:00Z, at most the end of the year 9999.
    #[must_use]
    pub const fn from_unix_seconds(seconds: u64) -> Self {
        Self(if seconds > LAST_SECOND { LAST_SECOND } else { seconds })
    }

    /// The seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix_seconds(self) -> u64 {
        self.0
    }

    /// As the standard library's type.
    #[must_use]
    pub fn system_time(self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.0)
    }
}

impl From<SystemTime> for Timestamp {
    /// Cuts off the fraction of a second. A time before 1970 becomes the start of 1970.
    fn from(time: SystemTime) -> Self {
        Self::from_unix_seconds(time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        humantime::format_rfc3339_seconds(self.system_time()).fmt(f)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match humantime::parse_rfc3339(&text) {
            Ok(time) => Ok(time.into()),
            Err(_) => Err(D::Error::custom(format!("{text} is no time such as 2024-09-06T18:52:11Z"))),
        }
    }
}

/// A moment on the double's clock, finer than the seconds that Zendesk shows: jobs move by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(Duration);

impl Moment {
    pub(crate) fn timestamp(self) -> Timestamp {
        Timestamp::from_unix_seconds(self.0.as_secs())
    }

    pub(crate) fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    pub(crate) fn millis(self) -> u128 {
        self.0.as_millis()
    }

    pub(crate) fn minus(self, duration: Duration) -> Option<Self> {
        self.0.checked_sub(duration).map(Self)
    }

    pub(crate) fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration))
    }
}

/// Which time the double keeps.
///
/// The default stands still at 2024-09-06T18:52:00Z, so that a test sees the same timestamps in every run.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{Clock, MockZendesk, Timestamp};
///
/// let new_year = Timestamp::from_unix_seconds(1_735_689_600);
/// let zendesk = MockZendesk::builder().clock(Clock::fixed_at(new_year)).start().await;
/// assert_eq!(zendesk.seed().user("Ada").created_at.to_string(), "2025-01-01T00:00:00Z");
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Clock {
    mode: Mode,
    /// By how much the test has put the clock forward.
    advanced: Duration,
}

#[derive(Clone, Debug)]
enum Mode {
    Fixed(Moment),
    Wall,
    Tokio { start: Moment, runtime: Option<Runtime> },
}

/// The runtime whose time is followed, and when following began.
#[derive(Clone, Debug)]
struct Runtime {
    handle: Handle,
    since: Instant,
}

impl Clock {
    /// A clock that stands still at this time.
    #[must_use]
    pub fn fixed_at(time: impl Into<Timestamp>) -> Self {
        Self::new(Mode::Fixed(Moment(Duration::from_secs(time.into().unix_seconds()))))
    }

    /// A clock that follows the machine's. For a double that serves people or other programs; a test is better
    /// off with a time that stands still.
    #[must_use]
    pub const fn wall() -> Self {
        Self::new(Mode::Wall)
    }

    /// A clock that starts at the default time and follows the time of the test's tokio runtime, for tests with
    /// `start_paused = true`: what sleeps, wakes as soon as nothing else is left to do, and the double's clock has moved
    /// on by as much.
    ///
    /// With paused time tokio jumps to the next timer whenever the runtime is idle, which it also is while bytes are
    /// under way: a client's own time-out fires at once. With this clock the double holds time while a request is under
    /// way, and lets it go on in small steps, of less than half a second, while everybody sleeps. The limits of this:
    /// paused time needs the current-thread runtime; only timers of tokio count; and a time-out of the client should be
    /// several seconds.
    ///
    /// The double has to be started within a tokio runtime.
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
        Self::new(Mode::Tokio { start: Self::default().now(), runtime: None })
    }

    const fn new(mode: Mode) -> Self {
        Self { mode, advanced: Duration::ZERO }
    }

    /// Whether this follows tokio's time.
    /// Whether only the test moves it.
    pub(crate) fn stands_still(&self) -> bool {
        matches!(self.mode, Mode::Fixed(_))
    }

    pub(crate) fn follows_tokio(&self) -> bool {
        matches!(self.mode, Mode::Tokio { .. })
    }

    /// Starts to follow the runtime that this is called in, if that is what the clock does. Tells whether it is.
    pub(crate) fn attach(&mut self) -> bool {
        match &mut self.mode {
            Mode::Tokio { runtime, .. } => {
                *runtime = Some(Runtime { handle: Handle::current(), since: Instant::now() });
                true
            }
            Mode::Fixed(_) | Mode::Wall => false,
        }
    }

    /// Puts the clock forward.
    pub(crate) fn advance(&mut self, by: Duration) {
        self.advanced = self.advanced.saturating_add(by);
    }

    pub(crate) fn now(&self) -> Moment {
        let now = match &self.mode {
            Mode::Fixed(moment) => *moment,
            Mode::Wall => Moment(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()),
            Mode::Tokio { start, runtime } => {
                let elapsed = runtime.as_ref().map(|runtime| {
                    // Within the runtime tokio tells that runtime's time, whichever thread asks.
                    let _entered = runtime.handle.enter();
                    runtime.since.elapsed()
                });
                start.plus(elapsed.unwrap_or_default())
            }
        };
        now.plus(self.advanced)
    }
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
    fn a_timestamp_reads_as_zendesk_writes_it() {
        assert_eq!(Timestamp::from_unix_seconds(1_702_524_992).to_string(), "2023-12-14T03:36:32Z");
        assert_eq!(Clock::default().now().timestamp().to_string(), "2024-09-06T18:52:00Z");
    }

    #[test]
    fn a_time_beyond_the_year_9999_is_its_last_second() {
        assert_eq!(Timestamp::from_unix_seconds(u64::MAX).to_string(), "9999-12-31T23:59:59Z");
    }
}
