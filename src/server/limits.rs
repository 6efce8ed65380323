//! The limits of requests per minute: the account's limit, which the headers of each reply show,
//! and the limits of single endpoints.
//!
//! <https://developer.zendesk.com/api-reference/introduction/rate-limits/>

use std::collections::BTreeMap;

use crate::api::endpoint_limit::{Counts, EndpointRate};
use crate::api::error::{ApiError, RateLimitForm};
use crate::api::operation::Operation;
use crate::api::reply::Rate;
use crate::base::time::Timestamp;

/// The limit of the Enterprise plan, which headers show if no other limit is set.
const REQUESTS_PER_MINUTE: u32 = 700;

/// Zendesk counts per minute of the clock, not from the first request on.
const WINDOW_SECONDS: u64 = 60;

/// The limits that are enforced.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Limits {
    /// The account's limit of requests per minute. `None` means that it is not enforced.
    pub(crate) per_minute: Option<u32>,
    /// The form of the reply when the limit is exceeded.
    pub(crate) form: RateLimitForm,
    pub(crate) endpoints: EndpointLimits,
}

/// Whether the limits of single endpoints are enforced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum EndpointLimits {
    Enforced,
    #[default]
    NotEnforced,
}

/// The requests of the current minute, and of longer windows that are not over.
#[derive(Clone, Debug, Default)]
pub(crate) struct RateWindow {
    limits: Limits,
    minute: u64,
    requests: u32,
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
        let minute = now.unix_seconds() / WINDOW_SECONDS;
        if minute != self.minute {
            (self.minute, self.requests) = (minute, 0);
            self.counted.retain(|_, counted| counted.until > minute);
        }
        self.requests = self.requests.saturating_add(1);
        let limit = self.limits.per_minute.unwrap_or(REQUESTS_PER_MINUTE);
        let left = limit.saturating_sub(self.requests);
        // If the limit is not enforced, at least one request always remains. Otherwise, a client
        // that waits for the next minute would wait forever if the clock does not move.
        let remaining = if self.limits.per_minute.is_some() {
            left
        } else {
            left.max(1)
        };
        Rate {
            limit,
            remaining,
            reset: WINDOW_SECONDS - now.unix_seconds() % WINDOW_SECONDS,
        }
    }

    /// Checks the request that was counted last against the account's limit.
    pub(crate) fn check(&self, rate: Rate) -> Result<(), ApiError> {
        match self.limits.per_minute {
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
        rate: Rate,
    ) -> (Option<EndpointRate>, Result<(), ApiError>) {
        let Some(limit) = operation.limit() else {
            return (None, Ok(()));
        };
        let key = match (limit.counts, path_ids.first()) {
            (Counts::ByRecord, Some(id)) => (operation.id(), id.clone()),
            (Counts::ByRecord, None) => return (None, Ok(())),
            (Counts::OfAccount(name), _) => (name, String::new()),
        };
        let counted = self.counted.entry(key).or_insert(Counted {
            requests: 0,
            until: (self.minute / limit.minutes + 1) * limit.minutes,
        });
        counted.requests = counted.requests.saturating_add(1);
        let resets = rate.reset + (counted.until - self.minute - 1) * WINDOW_SECONDS;
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
    fn a_limit_that_is_not_enforced_is_never_used_up() {
        let mut window = RateWindow::default();
        let last = (0..1_000)
            .map(|_| window.count(Timestamp::from_unix_seconds(0)).remaining)
            .last();
        assert_eq!(last, Some(1));
    }
}
