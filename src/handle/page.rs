//! The page that shows what happened to a double, on request.

use super::page_of_failure::page;
use super::zendesk::MockZendesk;

/// # HTML page
///
/// With the feature `html`.
impl MockZendesk {
    /// Returns an HTML page that shows what happened so far: the calls in their order with their
    /// bodies and effects, the background jobs, and what changed in the account.
    ///
    /// The page needs no other file. Like a failure text, it does not contain
    /// [secrets](crate#secrets). For a test that fails, the page is written by itself if the
    /// environment variable `MOCK_ZENDESK_REPORT_DIR` names a folder:
    /// [the guide](crate::guide::pages) says when.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// reqwest::get(zendesk.url("/users/me")).await?;
    /// assert!(zendesk.to_html().contains("ShowCurrentUser"));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn to_html(&self) -> String {
        page(&self.backend, &self.name_of_test(), self.started, None)
    }
}
