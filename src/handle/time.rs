//! The methods of the double for time.

use std::time::Duration;

use super::zendesk::MockZendesk;
use crate::base::time::Timestamp;

/// # Time
impl MockZendesk {
    /// Returns the current time of the double's clock.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// assert_eq!(zendesk.now().to_string(), "2024-09-06T18:52:00Z");
    /// # }
    /// ```
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.backend.with_account(|account| account.now())
    }

    /// Moves the double's clock forward.
    ///
    /// Due background work runs, rate limits start anew, and old jobs expire.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// zendesk.advance(std::time::Duration::from_secs(61));
    /// assert_eq!(zendesk.now().to_string(), "2024-09-06T18:53:01Z");
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the time would be after the year 9999, where timestamps end.
    #[track_caller]
    pub fn advance(&self, by: Duration) {
        let is_possible = self.backend.now().plus(by).can_be_shown();
        assert!(
            is_possible,
            "the clock of the double shows {}; advanced by {by:?} it would pass the year 9999, where its timestamps end",
            self.now()
        );
        self.backend.advance(by);
    }

    /// Moves the double's clock forward to this time.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// # let zendesk = MockZendesk::start().await;
    /// zendesk.set_time(time::Timestamp::from_unix_seconds(1_735_689_600));
    /// assert_eq!(zendesk.now().to_string(), "2025-01-01T00:00:00Z");
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the time is in the past: the clock does not go back.
    #[track_caller]
    pub fn set_time(&self, time: impl Into<Timestamp>) {
        let (now, time) = (self.now(), time.into());
        assert!(
            time >= now,
            "the clock of the double shows {now} already; it cannot go back to {time}"
        );
        self.advance(Duration::from_secs(
            time.unix_seconds() - now.unix_seconds(),
        ));
    }
}
