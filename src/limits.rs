//! The account's limit of requests in a minute, as the headers of each reply tell it.
//!
//! <https://developer.zendesk.com/api-reference/introduction/rate-limits/>

use crate::clock::Timestamp;

/// The limit of the plan called Enterprise. The double tells it and does not enforce it.
const REQUESTS_PER_MINUTE: u32 = 700;

/// Zendesk counts in minutes of the clock, not from the first request on.
const WINDOW_SECONDS: u64 = 60;

/// The requests of the current minute.
#[derive(Clone, Debug, Default)]
pub(crate) struct RateWindow {
    minute: u64,
    requests: u32,
}

/// What a reply tells of the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) limit: u32,
    /// How many requests are left in this minute, the present one taken off.
    pub(crate) remaining: u32,
    /// The seconds until the next minute.
    pub(crate) reset: u64,
}

impl RateWindow {
    /// Counts a request, whatever will become of it.
    pub(crate) fn count(&mut self, now: Timestamp) -> Rate {
        let minute = now.unix_seconds() / WINDOW_SECONDS;
        if minute != self.minute {
            *self = Self { minute, requests: 0 };
        }
        self.requests = self.requests.saturating_add(1);
        // Nothing is refused, so the last request is never told to be gone: a client that waits for the next minute would wait for
        // a clock that stands still.
        let remaining = REQUESTS_PER_MINUTE.saturating_sub(self.requests).max(1);
        Rate { limit: REQUESTS_PER_MINUTE, remaining, reset: WINDOW_SECONDS - now.unix_seconds() % WINDOW_SECONDS }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_request_of_a_minute_leaves_one_less_and_the_next_minute_starts_anew() {
        let at = |seconds: u64| Timestamp::from_unix_seconds(60 * 1_000 + seconds);
        let mut window = RateWindow::default();
        assert_eq!(window.count(at(54)), Rate { limit: 700, remaining: 699, reset: 6 });
        assert_eq!(window.count(at(59)), Rate { limit: 700, remaining: 698, reset: 1 });
        assert_eq!(window.count(at(60)), Rate { limit: 700, remaining: 699, reset: 60 });
    }

    #[test]
    fn a_limit_that_is_not_enforced_is_never_used_up() {
        let mut window = RateWindow::default();
        let last = (0..1_000).map(|_| window.count(Timestamp::from_unix_seconds(0)).remaining).last();
        assert_eq!(last, Some(1));
    }
}
