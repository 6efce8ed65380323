//! The assertions on deliveries that return the failure: how many there are, and whether they
//! arrived.

use std::time::Duration;

use crate::base::place::Place;
use crate::calls::{Failure, FailureKind, Times};

use super::deliveries::Deliveries;
use super::delivery::{Delivery, DeliveryState};
use super::text::{Meant, how_to_send, in_words};

/// The deliveries that an assertion on their number counts.
const COUNTED: Meant<'_> = Meant {
    star: "counted",
    is_meant: &|_| true,
};

/// # Assertions that return a `Result`
impl Deliveries {
    /// Like [`Deliveries::assert_once`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if there is none, or more than one.
    #[track_caller]
    pub fn try_assert_once(&self) -> Result<Delivery, Failure> {
        let place = Place::here();
        match (self.len(), self.first()) {
            (1, Some(delivery)) => Ok(delivery),
            _ => Err(self.wrong_number(1.into(), place)),
        }
    }

    /// Like [`Deliveries::assert_times`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if there are fewer or more.
    ///
    /// # Panics
    ///
    /// Panics if the range is empty or contains every number.
    #[track_caller]
    pub fn try_assert_times(&self, times: impl Into<Times>) -> Result<(), Failure> {
        self.count(times.into().checked(), Place::here())
    }

    /// Like [`Deliveries::assert_none`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if there are any, or if the double received no call at all.
    #[track_caller]
    pub fn try_assert_none(&self) -> Result<(), Failure> {
        self.count(0.into(), Place::here())
    }

    /// Like [`Deliveries::assert_all_delivered`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if one is in another state, or if there are none.
    #[track_caller]
    pub fn try_assert_all_delivered(&self) -> Result<(), Failure> {
        let place = Place::here();
        self.count(Times::at_least(1), place)?;
        let in_state = |state| {
            self.iter()
                .filter(move |delivery| delivery.state() == state)
        };
        let others = [
            (DeliveryState::Failed, "failed", "failed"),
            (DeliveryState::Lost, "was lost", "were lost"),
            (DeliveryState::Pending, "is pending", "are pending"),
        ];
        let others: Vec<String> = others
            .into_iter()
            .filter_map(|(state, one, several)| match in_state(state).count() {
                0 => None,
                1 => Some(format!("1 {one}")),
                count => Some(format!("{count} {several}")),
            })
            .collect();
        if others.is_empty() {
            return Ok(());
        }
        let headline = format!(
            "expected the {}{} to be delivered, but {}",
            match self.len() {
                1 => "delivery".to_owned(),
                count => format!("{count} deliveries"),
            },
            self.subject(),
            others.join(", ")
        );
        let hint = how_to_send(self.iter(), self.now);
        let not_delivered = Meant {
            star: "not delivered",
            is_meant: &|delivery| delivery.state() != DeliveryState::Delivered,
        };
        let kind = FailureKind::Undelivered;
        Err(self.failure(kind, &headline, place, hint, not_delivered))
    }
}

impl Deliveries {
    fn count(&self, times: Times, place: Place) -> Result<(), Failure> {
        if !times.allow(self.len()) {
            return Err(self.wrong_number(times, place));
        }
        if times.least == 0 && self.journal.received == 0 {
            let headline = format!(
                "expected {}{}; the double received no call at all, so this says nothing about the program",
                in_words(times),
                self.subject()
            );
            let kind = FailureKind::NothingToJudge;
            return Err(self.failure(kind, &headline, place, None, COUNTED));
        }
        Ok(())
    }

    fn wrong_number(&self, times: Times, place: Place) -> Failure {
        let count = self.len();
        let got = match count {
            0 => "none".to_owned(),
            count => count.to_string(),
        };
        let headline = format!("expected {}{}, got {got}", in_words(times), self.subject());
        let kind = if count < times.least {
            FailureKind::TooFew
        } else {
            FailureKind::TooMany
        };
        let hint = if self.all().is_empty() {
            Some("  no event happened: only changes by calls make events, and only after a webhook is registered".to_owned())
        } else if self.names_state() {
            // The number may change when these are sent.
            how_to_send(self.in_any_state(), self.now)
        } else {
            None
        };
        self.failure(kind, &headline, place, hint, COUNTED)
    }

    /// Returns the failure for deliveries that did not settle in time.
    pub(crate) fn unsettled(&self, at_most: Duration, place: Place) -> Failure {
        let not_settled = |delivery: &Delivery| delivery.0.is_on_its_way(self.now);
        let open = self.iter().filter(|delivery| not_settled(delivery));
        let (in_flight, due): (Vec<_>, Vec<_>) = open.partition(|delivery| delivery.0.is_in_flight);
        let parts = [(in_flight.len(), "in flight"), (due.len(), "due")].map(|(count, how)| {
            let verb = if count == 1 { "is" } else { "are" };
            (count > 0).then(|| format!("{count} {verb} {how}"))
        });
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let why = match parts.as_slice() {
            // They settled just now.
            [] => "they took longer".to_owned(),
            parts => parts.join(" and "),
        };
        let headline =
            format!("expected all deliveries to be settled within {at_most:?}, but {why}");
        let not_settled = Meant {
            star: "not settled",
            is_meant: &not_settled,
        };
        self.failure(FailureKind::TimedOut, &headline, place, None, not_settled)
    }
}
