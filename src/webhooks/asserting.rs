//! The assertions on deliveries that panic at the line of the test.

use crate::calls::{Failure, Times};

use super::deliveries::Deliveries;
use super::delivery::Delivery;

/// # Assertions
///
/// Those on numbers count deliveries in every state. A delivery that is pending counts, because its
/// event has happened.
impl Deliveries {
    /// Asserts that there is exactly one delivery, and returns it.
    ///
    /// # Panics
    ///
    /// Panics if there is none, or more than one.
    #[doc(alias = "duplicate")]
    #[track_caller]
    #[allow(
        clippy::must_use_candidate,
        reason = "an assertion is made for its panic"
    )]
    pub fn assert_once(&self) -> Delivery {
        Failure::or_panic(self.try_assert_once())
    }

    /// Asserts that there are this many deliveries, as a number or a range.
    ///
    /// # Panics
    ///
    /// Panics if there are fewer or more, or if the range is empty or contains every number.
    #[doc(alias("assert_count"))]
    #[track_caller]
    pub fn assert_times(&self, times: impl Into<Times>) {
        Failure::or_panic(self.try_assert_times(times));
    }

    /// Asserts that there are no deliveries.
    ///
    /// # Panics
    ///
    /// Panics if there are any, or if the double received no call at all: then nothing can have
    /// caused one.
    #[track_caller]
    pub fn assert_none(&self) {
        Failure::or_panic(self.try_assert_none());
    }

    /// Asserts that the receivers accepted all deliveries.
    ///
    /// Await [`MockZendesk::settle_deliveries`](crate::MockZendesk::settle_deliveries) before, or
    /// some may still be pending.
    ///
    /// # Panics
    ///
    /// Panics if one is in another state, or if there are none.
    #[track_caller]
    pub fn assert_all_delivered(&self) {
        Failure::or_panic(self.try_assert_all_delivered());
    }
}
