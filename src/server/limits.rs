//! The limits of requests: the account's limit per minute, which the headers of each reply show,
//! and the limits of single endpoints. A test may give the account's limit a window other than a
//! minute.
//!
//! <https://developer.zendesk.com/api-reference/introduction/rate-limits/>

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use crate::api::endpoint_limit::{Counts, EndpointRate};
use crate::api::error::{ApiError, RateLimitForm};
use crate::api::operation::Operation;
use crate::api::reply::Rate;
use crate::base::time::Timestamp;

/// The limit of the Enterprise plan, which headers show if no other limit is set.
const REQUESTS_PER_MINUTE: u32 = 700;

/// Zendesk counts per minute of the clock, not from the first request on.
const MINUTE_SECONDS: u64 = 60;

/// The limits that are enforced.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The account's limit of requests per window. `None` means that it is not enforced.
    pub(crate) per_window: Option<u32>,
    /// The seconds of a window of the account's limit.
    pub(crate) window_seconds: NonZeroU64,
    /// The form of the reply when the limit is exceeded.
    pub(crate) form: RateLimitForm,
    pub(crate) endpoints: EndpointLimits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            per_window: None,
            window_seconds: NonZeroU64::MIN.saturating_add(MINUTE_SECONDS - 1),
            form: RateLimitForm::default(),
            endpoints: EndpointLimits::default(),
        }
    }
}

/// Whether the limits of single endpoints are enforced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum EndpointLimits {
    Enforced,
    #[default]
    NotEnforced,
}

/// The requests of the account's current window, and of the windows of endpoints that are not over.
#[derive(Clone, Debug, Default)]
pub(crate) struct RateWindow {
    limits: Limits,
    /// The number of the account's current window, and its requests.
    window: u64,
    requests: u32,
    /// The current time, in seconds since 1970, and the number of its minute.
    now: u64,
    minute: u64,
    /// The requests with a limit of their endpoint: by operation and record, or by limit.
    counted: BTreeMap<(&'static str, String), Counted>,
}

/// The requests that count together.
#[derive(Clone, Copy, Debug)]
struct Counted {
    requests: u32,
    /// The first minute after their window.
    until: u64,
}

impl RateWindow {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// Counts a request, whatever its result will be.
    pub(crate) fn count(&mut self, now: Timestamp) -> Rate {
        let seconds = self.limits.window_seconds.get();
        self.now = now.unix_seconds();
        let window = self.now / seconds;
        if window != self.window {
            (self.window, self.requests) = (window, 0);
        }
        let minute = self.now / MINUTE_SECONDS;
        if minute != self.minute {
            self.minute = minute;
            self.counted.retain(|_, counted| counted.until > minute);
        }
        self.requests = self.requests.saturating_add(1);
        let limit = self.limits.per_window.unwrap_or(REQUESTS_PER_MINUTE);
        let left = limit.saturating_sub(self.requests);
        // If the limit is not enforced, at least one request always remains. Otherwise, a client
        // that waits for the next window would wait forever if the clock does not move.
        let remaining = if self.limits.per_window.is_some() {
            left
        } else {
            left.max(1)
        };
        Rate {
            limit,
            remaining,
            reset: seconds - self.now % seconds,
        }
    }

    /// Checks the request that was counted last against the account's limit.
    pub(crate) fn check(&self, rate: Rate) -> Result<(), ApiError> {
        match self.limits.per_window {
            Some(limit) if self.requests > limit => Err(ApiError::RateLimited {
                retry_after: rate.reset,
                form: self.limits.form,
            }),
            _ => Ok(()),
        }
    }

    /// Counts a request to an endpoint with a limit. Returns what the reply says about the limit, and
    /// whether the limit lets the request pass.
    pub(crate) fn count_endpoint(
        &mut self,
        operation: Operation,
        path_ids: &[String],
    ) -> (Option<EndpointRate>, Result<(), ApiError>) {
        let Some(limit) = operation.limit() else {
            return (None, Ok(()));
        };
        let key = match (limit.counts, path_ids.first()) {
            (Counts::ByRecord, Some(id)) => (operation.id(), id.clone()),
            (Counts::ByRecord, None) => return (None, Ok(())),
            (Counts::OfAccount(name), _) => (name, String::new()),
        };
        let until = (self.minute / limit.minutes + 1) * limit.minutes;
        let counted = self
            .counted
            .entry(key)
            .or_insert(Counted { requests: 0, until });
        counted.requests = counted.requests.saturating_add(1);
        let resets = counted.until * MINUTE_SECONDS - self.now;
        let (count, total) = (counted.requests, limit.requests);
        let left = total.saturating_sub(count);
        let is_enforced = self.limits.endpoints == EndpointLimits::Enforced;
        let told = limit.header.map(|header| EndpointRate {
            header,
            total,
            // As of the account's limit: what is not enforced is never used up.
            remaining: if is_enforced { left } else { left.max(1) },
            resets,
        });
        let passes = if is_enforced && count > total {
            Err(ApiError::EndpointLimited {
                retry_after: resets,
                form: limit.form,
            })
        } else {
            Ok(())
        };
        (told, passes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::users::api as users;

    #[test]
    fn each_request_of_a_minute_leaves_one_less_and_the_next_minute_starts_anew() {
        let at = |seconds: u64| Timestamp::from_unix_seconds(60 * 1_000 + seconds);
        let mut window = RateWindow::default();
        assert_eq!(
            window.count(at(54)),
            Rate {
                limit: 700,
                remaining: 699,
                reset: 6
            }
        );
        assert_eq!(
            window.count(at(59)),
            Rate {
                limit: 700,
                remaining: 698,
                reset: 1
            }
        );
        assert_eq!(
            window.count(at(60)),
            Rate {
                limit: 700,
                remaining: 699,
                reset: 60
            }
        );
    }

    #[test]
    fn a_window_of_another_length_starts_at_its_multiples_and_endpoints_keep_their_minutes() {
        let at = |seconds: u64| Timestamp::from_unix_seconds(60 * 1_000 + seconds);
        let mut window = RateWindow::new(Limits {
            per_window: Some(1),
            window_seconds: NonZeroU64::MIN.saturating_add(9),
            ..Limits::default()
        });
        let mut count = |seconds: u64| {
            let rate = window.count(at(seconds));
            let (told, _) = window.count_endpoint(users::EXPORT, &[]);
            let resets = told.map(|told| (told.remaining, told.resets));
            (rate.reset, window.check(rate).is_ok(), resets)
        };
        assert_eq!(count(13), (7, true, Some((9, 47))));
        assert_eq!(count(19), (1, false, Some((8, 41))));
        assert_eq!(count(20), (10, true, Some((7, 40))));
        assert_eq!(count(60), (10, true, Some((9, 60))));
    }

    #[test]
    fn a_limit_that_is_not_enforced_is_never_used_up() {
        let mut window = RateWindow::default();
        let last = (0..1_000)
            .map(|_| window.count(Timestamp::from_unix_seconds(0)).remaining)
            .last();
        assert_eq!(last, Some(1));
    }
}
