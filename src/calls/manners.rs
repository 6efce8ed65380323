//! Assertions on whether a client waits when a reply asks it to.

use std::time::Duration;

use crate::api::error::TOO_MANY_REQUESTS;
use crate::base::place::Place;

use super::call::Call;
use super::failure::{Failure, FailureKind};
use super::journal::Trouble;
use super::select::Calls;

impl Calls {
    /// Like [`Calls::assert_honored_retry_after`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if a call came too early, or if no call came after such a reply.
    #[track_caller]
    pub fn try_assert_honored_retry_after(&self) -> Result<(), Failure> {
        let place = Place::here();
        let mut told: Option<(&Call, Duration)> = None;
        let mut has_judged = false;
        for call in self.iter() {
            if let Some((limited, wait)) = told {
                has_judged |= !wait.is_zero();
                let waited = call.since(limited);
                if waited < wait {
                    // If the client waits on another clock, the double cannot see that.
                    let clock = match self.journal.clock_stands_still && waited.is_zero() {
                        true => {
                            " on the double's clock, which stands still; to see a client wait, set .clock(Clock::tokio()) or \
                             .clock(Clock::wall()) on the builder"
                        }
                        false => "",
                    };
                    let headline = format!(
                        "expected no call{} for {wait:?} after #{}, as its Retry-After says; #{} came after {waited:?}{clock}",
                        self.subject(),
                        limited.ordinal(),
                        call.ordinal()
                    );
                    return Err(self.failure(FailureKind::WrongOrder, &headline, place));
                }
            }
            // A later reply without `Retry-After` ends the wait.
            told = retry_after(call).map(|wait| (call, wait));
        }
        let expected = format!(
            "expected calls{} to wait as long as Retry-After says",
            self.subject()
        );
        self.need_all(&format!("{expected}, and they do"), place)?;
        if self.may_be_spared() || has_judged {
            return Ok(());
        }
        let headline = format!(
            "{expected}; no call came after a reply with Retry-After, so there is nothing to check"
        );
        Err(self.failure(FailureKind::NothingToJudge, &headline, place))
    }

    /// Like [`Calls::assert_max_consecutive_429`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if there were more, or if there was none and `most` is not 0.
    #[track_caller]
    pub fn try_assert_max_consecutive_429(&self, most: usize) -> Result<(), Failure> {
        let place = Place::here();
        let (most_calls, in_a_row) = match most {
            0 => ("no calls".to_owned(), ""),
            1 => ("at most 1 call".to_owned(), " in a row"),
            most => (format!("at most {most} calls"), " in a row"),
        };
        let wanted = format!(
            "expected {most_calls}{}{in_a_row} with status {TOO_MANY_REQUESTS}",
            self.subject()
        );
        let mut row = 0;
        for call in self.iter() {
            row = if call.status() == Some(TOO_MANY_REQUESTS) {
                row + 1
            } else {
                0
            };
            if row > most {
                let problem = match most {
                    0 => "has it".to_owned(),
                    _ => format!("is number {row}"),
                };
                let headline = format!("{wanted}; #{} {problem}", call.ordinal());
                return Err(self.failure(FailureKind::TooMany, &headline, place));
            }
        }
        self.need_all(&format!("{wanted}, and there are no more"), place)?;
        if most == 0
            || self.may_be_spared()
            || self
                .iter()
                .any(|call| call.status() == Some(TOO_MANY_REQUESTS))
        {
            return Ok(());
        }
        let headline = format!("{wanted}; no call had it, so there is nothing to check");
        Err(self.failure(FailureKind::NothingToJudge, &headline, place))
    }
}

impl Calls {
    /// Returns whether chance or a runner decides what goes wrong, so that nothing need go wrong.
    fn may_be_spared(&self) -> bool {
        self.journal.trouble == Trouble::LeftToChance
    }
}

/// Returns how long a reply asks the client to wait.
pub(crate) fn retry_after(call: &Call) -> Option<Duration> {
    let seconds = call.reply()?.header("retry-after")?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}
