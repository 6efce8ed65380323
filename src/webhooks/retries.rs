//! When a delivery is sent again.
//!
//! Zendesk documents which replies it retries, but not the pauses, which are a choice of the double.
//! <https://developer.zendesk.com/api-reference/webhooks/introduction/#webhook-retries>

use std::time::Duration;

use http::StatusCode;

use super::delivery::AttemptOutcome;

/// How often a request is repeated after a reply that asks for it, and after none in time.
const MAX_RETRIES: usize = 3;
const MAX_RETRIES_AFTER_TIMEOUT: usize = 5;

/// A longer `Retry-After` is not waited for.
const RETRY_AFTER_LIMIT: Duration = Duration::from_secs(60);

/// The pause before a retry for which the receiver does not name one.
const RETRY_PAUSE: Duration = Duration::from_secs(5);

/// How an attempt ended, as the courier reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Replied {
        status: u16,
        /// The `Retry-After` of the reply, if it is a number of seconds.
        retry_after: Option<Duration>,
    },
    TimedOut,
    /// There was no connection, or it broke. With the reason.
    NotReached(String),
}

impl Outcome {
    pub(super) fn shown(&self) -> AttemptOutcome {
        match self {
            Self::Replied { status, .. } => AttemptOutcome::Replied(*status),
            Self::TimedOut => AttemptOutcome::TimedOut,
            Self::NotReached(why) => AttemptOutcome::NotReached(why.clone()),
        }
    }
}

/// What follows from an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Delivered,
    RetryIn(Duration),
    Failed,
}

/// Returns what follows from an attempt, after this many retries.
pub(super) fn next(outcome: &Outcome, retries: usize) -> Next {
    let (most, pause) = match outcome {
        Outcome::TimedOut => (MAX_RETRIES_AFTER_TIMEOUT, Some(RETRY_PAUSE)),
        Outcome::NotReached(_) => (0, None),
        Outcome::Replied {
            status,
            retry_after,
        } => match StatusCode::from_u16(*status) {
            Ok(status) if status.is_success() => return Next::Delivered,
            Ok(StatusCode::CONFLICT) => (MAX_RETRIES, Some(RETRY_PAUSE)),
            Ok(StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) => {
                let pause = retry_after.filter(|pause| *pause < RETRY_AFTER_LIMIT);
                (MAX_RETRIES, pause)
            }
            _ => (0, None),
        },
    };
    match pause {
        Some(pause) if retries < most => Next::RetryIn(pause),
        _ => Next::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ns114_only_some_failures_are_retried_and_only_so_often() {
        let replied = |status, seconds: Option<u64>| Outcome::Replied {
            status,
            retry_after: seconds.map(Duration::from_secs),
        };
        let pause = |seconds| Next::RetryIn(Duration::from_secs(seconds));
        let unreached = Outcome::NotReached("connection refused".to_owned());
        let rows = [
            (replied(200, None), 0, Next::Delivered),
            (replied(204, None), 3, Next::Delivered),
            (replied(409, None), 0, pause(5)),
            (replied(409, None), 2, pause(5)),
            (replied(409, None), 3, Next::Failed),
            (replied(429, None), 0, Next::Failed),
            (replied(429, Some(59)), 0, pause(59)),
            (replied(429, Some(60)), 0, Next::Failed),
            (replied(503, Some(7)), 2, pause(7)),
            (replied(503, Some(7)), 3, Next::Failed),
            (replied(500, Some(7)), 0, Next::Failed),
            (replied(302, None), 0, Next::Failed),
            (replied(404, None), 0, Next::Failed),
            (Outcome::TimedOut, 4, pause(5)),
            (Outcome::TimedOut, 5, Next::Failed),
            (unreached, 0, Next::Failed),
        ];
        for (outcome, retries, expected) in rows {
            assert_eq!(
                next(&outcome, retries),
                expected,
                "{outcome:?} after {retries}"
            );
        }
    }
}
