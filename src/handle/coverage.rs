//! Which outcomes the calls of the double had.

use super::test_name::name_of_test;
use super::zendesk::MockZendesk;
use crate::reports::{Coverage, forget, keep};

/// # Coverage
impl MockZendesk {
    /// Returns which operations were called so far, with which outcomes, and which outcomes no call
    /// had.
    ///
    /// It counts all calls, whatever [`keep_calls`](crate::MockZendeskBuilder::keep_calls) says, and
    /// also those of [`MockZendesk::send`]. A background job counts when it ends, for the operation
    /// that queued it. [The guide](crate::guide::coverage) shows how to join a whole test run.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// use mock_zendesk::{Fault, MockZendesk, coverage::Outcome, users};
    ///
    /// let zendesk = MockZendesk::start().await;
    /// zendesk.inject(Fault::status(503));
    /// for _ in 0..2 {
    ///     reqwest::get(zendesk.url("/users/me")).await?;
    /// }
    /// let coverage = zendesk.coverage();
    /// coverage.assert_met(users::ME, Outcome::ServerError);
    /// assert_eq!(coverage.count(users::ME, Outcome::Success), 1);
    /// # Ok(()) }
    /// ```
    #[must_use = "a coverage checks nothing; print it, or assert something about it"]
    pub fn coverage(&self) -> Coverage {
        Coverage::of_double(&self.backend.counts(), &self.name_of_test())
    }

    /// Writes the coverage so far, if the environment names a folder.
    pub(super) fn keep_coverage(&self) {
        keep(self.backend.double(), || self.coverage());
    }

    /// Writes the coverage of a double that is being dropped, if the environment names a folder.
    pub(super) fn keep_last_coverage(&self) {
        forget(self.backend.double(), || self.coverage());
    }

    /// Returns the name of the test, or the line that started the double.
    pub(super) fn name_of_test(&self) -> String {
        name_of_test(self.thread.as_deref(), self.started)
    }
}
