//! The assertions of the double that return a `Result` instead of panicking. The checks are next to
//! the assertions that panic, in `state.rs` and `calls.rs`.

use std::sync::Arc;
use std::time::Duration;

use super::zendesk::MockZendesk;
use crate::api::operation::Operation;
use crate::base::difference::Difference;
use crate::base::place::Place;
use crate::calls::{Calls, Failure, Report, Which};
use crate::resources::account::Account;

/// # Assertions that return a `Result`
impl MockZendesk {
    /// Like [`MockZendesk::assert_changes`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if the changes are not exactly these.
    #[track_caller]
    pub fn try_assert_changes(
        &self,
        since: &Account,
        expected: impl IntoIterator<Item = Difference>,
    ) -> Result<(), Failure> {
        self.check_changes(since, expected, Place::here())
    }

    /// Like [`MockZendesk::verify`], but returns the report instead of panicking. Dropping the
    /// double reports the problems again.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let zendesk = mock_zendesk::MockZendesk::builder().without_verify_on_drop().start().await;
    /// reqwest::get(zendesk.url("/users/me")).await?;
    /// zendesk.try_verify()?;
    ///
    /// reqwest::get(zendesk.url("/organisations")).await?;
    /// let report = zendesk.try_verify().unwrap_err();
    /// assert!(report.to_string().contains("did you mean /api/v2/organizations?"));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if any check fails.
    pub fn try_verify(&self) -> Result<(), Report> {
        let report = self.report_of(Which::All);
        if report.is_empty() {
            Ok(())
        } else {
            Err(report)
        }
    }

    /// Like [`MockZendesk::wait_for`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if the calls do not arrive in time, or if a call was refused.
    ///
    /// # Panics
    ///
    /// Panics if `count` is 0.
    #[must_use = "the wait starts when this is awaited"]
    #[track_caller]
    pub fn try_wait_for(
        &self,
        operation: Operation,
        count: usize,
        at_most: Duration,
    ) -> impl Future<Output = Result<Calls, Failure>> + Send {
        self.try_wait_for_calls(move |calls| calls.of(operation), count, at_most)
    }

    /// Like [`MockZendesk::wait_for_calls`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if the calls do not arrive in time, or if a call was refused.
    ///
    /// # Panics
    ///
    /// Panics if `count` is 0.
    #[must_use = "the wait starts when this is awaited"]
    #[track_caller]
    pub fn try_wait_for_calls(
        &self,
        select: impl Fn(Calls) -> Calls + Send + Sync + 'static,
        count: usize,
        at_most: Duration,
    ) -> impl Future<Output = Result<Calls, Failure>> + Send {
        assert!(
            count > 0,
            "to wait for 0 calls is not to wait; wait for at least 1"
        );
        self.wait(Arc::new(select), count, at_most, Place::here())
    }
}
