//! The advice about the calls of the double.

use super::zendesk::MockZendesk;
use crate::calls::Failure;
use crate::reports::advice::AdviceList;

/// # Advice
impl MockZendesk {
    /// Returns what the code under test did that Zendesk punishes, although every call succeeded.
    ///
    /// Each [`Advice`](crate::advice::Advice) names the calls, the rule and its source;
    /// [`AdviceKind`](crate::advice::AdviceKind) says exactly when a program earns it. All calls
    /// received so far are judged as those of one program. To judge a part of them, use
    /// [`Calls::advice`](crate::Calls::advice). Calls that the journal did not keep are not judged.
    #[doc(alias("lint", "best_practices", "n_plus_one"))]
    pub fn advice(&self) -> AdviceList {
        self.calls().advice()
    }

    /// Asserts that the code under test did nothing that Zendesk punishes.
    ///
    /// To allow one kind, write
    /// `zendesk.advice().without(AdviceKind::OffsetWalk).assert_none()` instead.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::MockZendesk;
    /// let zendesk = MockZendesk::start().await;
    /// let client = reqwest::Client::new();
    /// let create = async |name: &str| {
    ///     let body = serde_json::json!({"organization": {"name": name}});
    ///     let create = client.post(zendesk.url("/organizations")).json(&body);
    ///     create.header("authorization", zendesk.authorization()).send().await
    /// };
    /// create("Acme").await?;
    /// create("Globex").await?;
    /// zendesk.assert_no_advice();
    ///
    /// create("Initech").await?;
    /// let failure = zendesk.try_assert_no_advice().unwrap_err();
    /// assert!(failure.to_string().contains("CreateManyOrganizations"));
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if there is advice, with one text for all of it, if no call was received, or if the
    /// journal did not keep all calls.
    #[track_caller]
    pub fn assert_no_advice(&self) {
        Failure::or_panic(self.try_assert_no_advice());
    }

    /// Like [`MockZendesk::assert_no_advice`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if there is advice, if no call was received, or if the journal did not keep
    /// all calls.
    #[track_caller]
    pub fn try_assert_no_advice(&self) -> Result<(), Failure> {
        self.advice().try_assert_none()
    }
}
