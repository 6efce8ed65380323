//! [`Timestamp`] and [`Moment`]: time as values. Nothing here reads a clock; the caller passes the
//! time.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The last moment that `YYYY-MM-DDTHH:MM:SSZ` can express: 9999-12-31T23:59:59Z.
const LAST_SECOND: u64 = 253_402_300_799;

/// A time in Zendesk's format: UTC, in whole seconds.
///
/// Shown, serialized and parsed as `2024-09-06T18:52:11Z`. The latest one is
/// `9999-12-31T23:59:59Z`, and later times become that.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// Returns the time this many seconds after 1970-01-01T00:00:00Z, at most the end of the year
    /// 9999.
    #[must_use]
    pub const fn from_unix_seconds(seconds: u64) -> Self {
        Self(if seconds > LAST_SECOND {
            LAST_SECOND
        } else {
            seconds
        })
    }

    /// Returns the seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix_seconds(self) -> u64 {
        self.0
    }

    /// Returns it as the standard library's type.
    #[must_use]
    pub fn system_time(self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.0)
    }
}

impl From<SystemTime> for Timestamp {
    /// Cuts off the fraction of a second. A time before 1970 becomes the start of 1970.
    fn from(time: SystemTime) -> Self {
        Self::from_unix_seconds(
            time.duration_since(UNIX_EPOCH)
                .map_or(0, |since| since.as_secs()),
        )
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

impl FromStr for Timestamp {
    type Err = NoTimestamp;

    fn from_str(text: &str) -> Result<Self, NoTimestamp> {
        humantime::parse_rfc3339(text)
            .map(Self::from)
            .map_err(|_| NoTimestamp(text.to_owned()))
    }
}

/// The error for a text that is not a time in Zendesk's format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoTimestamp(String);

impl fmt::Display for NoTimestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is no time such as 2024-09-06T18:52:11Z", self.0)
    }
}

impl std::error::Error for NoTimestamp {}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

/// A moment on the double's clock, finer than the seconds that Zendesk shows. Jobs progress by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(Duration);

impl Moment {
    /// Returns the moment this long after 1970-01-01T00:00:00Z.
    pub(crate) const fn since_epoch(duration: Duration) -> Self {
        Self(duration)
    }

    pub(crate) fn timestamp(self) -> Timestamp {
        Timestamp::from_unix_seconds(self.0.as_secs())
    }

    pub(crate) fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    pub(crate) fn millis(self) -> u128 {
        self.0.as_millis()
    }

    pub(crate) fn nanos(self) -> u128 {
        self.0.as_nanos()
    }

    pub(crate) fn minus(self, duration: Duration) -> Option<Self> {
        self.0.checked_sub(duration).map(Self)
    }

    /// Returns whether a timestamp can express it. Moments after the year 9999 are shown as its
    /// last second.
    pub(crate) const fn can_be_shown(self) -> bool {
        self.0.as_secs() <= LAST_SECOND
    }

    pub(crate) fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration))
    }
}

/// Returns a span of time in words: `1 minute`, `90 seconds`.
pub(crate) fn time_span(span: Duration) -> String {
    let seconds = span.as_secs();
    let (number, unit) = if seconds > 0 && seconds % 60 == 0 {
        (seconds / 60, "minute")
    } else {
        (seconds, "second")
    };
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_reads_as_zendesk_writes_it() {
        assert_eq!(
            Timestamp::from_unix_seconds(1_702_524_992).to_string(),
            "2023-12-14T03:36:32Z"
        );
    }

    #[test]
    fn a_time_beyond_the_year_9999_is_its_last_second() {
        assert_eq!(
            Timestamp::from_unix_seconds(u64::MAX).to_string(),
            "9999-12-31T23:59:59Z"
        );
    }
}
