//! The assertions on calls that panic at the line of the test. The checks are in their `try_`
//! twins: `assertions.rs`, `order.rs`, `walked.rs`, `resumed.rs` and `manners.rs`.

use serde::Serialize;

use crate::api::operation::Operation;

use super::call::Call;
use super::failure::Failure;
use super::select::Calls;
use super::times::Times;

/// # Assertions
impl Calls {
    /// Asserts that exactly one call came and was not refused, and returns it.
    ///
    /// # Panics
    ///
    /// Panics if no call came, or more than one, or if it was [refused](Calls::refused) and the
    /// test does not allow that.
    #[doc(alias = "duplicate")]
    #[track_caller]
    #[allow(
        clippy::must_use_candidate,
        reason = "an assertion is made for its panic"
    )]
    pub fn assert_once(&self) -> Call {
        Failure::or_panic(self.try_assert_once())
    }

    /// Asserts that this many calls came, as a number or a range, and that none of them was
    /// refused.
    ///
    /// If the range contains 0, refused calls are allowed, but at least one call of any kind must
    /// have come.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// reqwest::get(zendesk.url("/users/me")).await?;
    /// zendesk.calls().assert_times(1);
    /// zendesk.calls().assert_times(1..=3);
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if there are fewer or more, or if one was [refused](Calls::refused) and the test does
    /// not allow that, or if the range is empty or contains every number.
    #[doc(alias("assert_count"))]
    #[track_caller]
    pub fn assert_times(&self, times: impl Into<Times>) {
        Failure::or_panic(self.try_assert_times(times));
    }

    /// Asserts that at most this many calls came, whether they succeeded or not: a budget.
    ///
    /// The text of a failure lists the operations, those with the most calls first.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// reqwest::get(zendesk.url("/users/me")).await?;
    /// reqwest::get(zendesk.url("/users/me")).await?;
    /// zendesk.assert_at_most_calls(2);
    /// let failure = zendesk.calls().try_assert_at_most(1).unwrap_err().to_string();
    /// assert!(failure.contains("2  ShowCurrentUser (GET /api/v2/users/me)"));
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if there are more, or if none came and `most` is not 0, because then there is nothing
    /// to judge.
    #[doc(alias("budget", "quota"))]
    #[track_caller]
    pub fn assert_at_most(&self, most: usize) {
        Failure::or_panic(self.try_assert_at_most(most));
    }

    /// Asserts that there are no such calls.
    ///
    /// To assert that no call came at all, do not select any: `zendesk.calls().assert_none()`.
    ///
    /// # Panics
    ///
    /// Panics if there are any, or if calls were selected and none came at all, because then there
    /// is nothing to judge.
    #[track_caller]
    pub fn assert_none(&self) {
        Failure::or_panic(self.try_assert_none());
    }

    /// Asserts that there is at least one call, that none was refused, and that the body of each
    /// includes this, as with [`Calls::with_json`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use serde_json::json;
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let body = json!({"user": {"name": "Ada", "email": "ada@example.com"}});
    /// let create = reqwest::Client::new().post(zendesk.url("/users")).json(&body);
    /// create.header("authorization", zendesk.authorization()).send().await?;
    /// zendesk.calls().of(mock_zendesk::users::CREATE).assert_json(json!({"user": {"name": "Ada"}}));
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if there is none, or if the body of one does not include it, or if one was
    /// [refused](Calls::refused) and the test does not allow that.
    #[track_caller]
    pub fn assert_json(&self, included: impl Serialize) {
        Failure::or_panic(self.try_assert_json(included));
    }
}

/// # Assertions on the order
impl Calls {
    /// Asserts that calls of these operations came in this order, and were not refused.
    ///
    /// Other calls may come before, between and after them.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::{organizations, users};
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// for path in ["/users/me", "/users", "/organizations"] {
    ///     let get = reqwest::Client::new().get(zendesk.url(path));
    ///     get.header("authorization", zendesk.authorization()).send().await?;
    /// }
    /// zendesk.calls().assert_sequence(&[users::ME, organizations::LIST]);
    /// zendesk.calls().assert_exact_sequence(&[users::ME, users::LIST, organizations::LIST]);
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if they did not come, or came in another order, or if one was
    /// [refused](Calls::refused) and the test does not allow that, or if no operation is named.
    #[track_caller]
    pub fn assert_sequence(&self, operations: &[Operation]) {
        Failure::or_panic(self.try_assert_sequence(operations));
    }

    /// Asserts that exactly these calls came, in this order, and were not refused.
    ///
    /// # Panics
    ///
    /// Panics if other calls came, or in another order, or if one was [refused](Calls::refused) and
    /// the test does not allow that.
    #[track_caller]
    pub fn assert_exact_sequence(&self, operations: &[Operation]) {
        Failure::or_panic(self.try_assert_exact_sequence(operations));
    }
}

/// # Assertions on walks through lists
///
/// A walk begins with the first page of a list, and each of its pages leads to the next one by its
/// number or its cursor. Select the calls of one list or of several; each walk among them is judged
/// separately. A reply that is an error, or that a fault spoilt or lost, is not a page. A walk that
/// ended at such a reply is not judged if the client started again later and reached the end.
///
/// Without any page, all of these fail, because there is nothing to judge. Every client can walk a
/// list that fits on one page, so use
/// [`MockZendeskBuilder::max_page_size`](crate::MockZendeskBuilder::max_page_size) to split a few
/// rows into several pages.
impl Calls {
    /// Asserts that each walk reached the end of its list.
    ///
    /// It must start at the first page, follow every page to the next one, and end at a page
    /// without a next one. No other page may be requested.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::builder().max_page_size(2).start().await;
    /// for name in ["Acme", "Globex", "Initech"] {
    ///     zendesk.seed().organization(name);
    /// }
    /// let mut next = Some(zendesk.url("/organizations"));
    /// while let Some(url) = next {
    ///     let request = reqwest::Client::new().get(url).header("authorization", zendesk.authorization());
    ///     let page: serde_json::Value = request.send().await?.json().await?;
    ///     next = page["next_page"].as_str().map(str::to_owned);
    /// }
    /// let walk = zendesk.calls().of(organizations::LIST);
    /// walk.assert_walked_to_end();
    /// walk.assert_no_row_missed();
    /// walk.assert_each_row_once();
    /// walk.assert_no_page_twice();
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if a walk stopped before the end or skipped a page, or if there was no page.
    #[track_caller]
    pub fn assert_walked_to_end(&self) {
        Failure::or_panic(self.try_assert_walked_to_end());
    }

    /// Asserts that no walk missed a row.
    ///
    /// Each row that was in the list at the time of the first page, and still was at the time of
    /// the last one, must be on one of the pages. Under offset pagination, a correct client can
    /// miss a row, because rows move up when another one is removed.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::builder().max_page_size(1).start().await;
    /// let first = zendesk.seed().organization("Acme");
    /// for name in ["Globex", "Initech"] {
    ///     zendesk.seed().organization(name);
    /// }
    /// let auth = zendesk.authorization();
    /// let send = async |request: reqwest::RequestBuilder| request.header("authorization", &auth).send().await;
    /// let client = reqwest::Client::new();
    /// send(client.get(zendesk.url("/organizations?page=1"))).await?;
    /// send(client.delete(zendesk.url(&format!("/organizations/{}", first.id)))).await?;
    /// send(client.get(zendesk.url("/organizations?page=2"))).await?;
    ///
    /// let walk = zendesk.calls().of(organizations::LIST);
    /// walk.assert_walked_to_end();
    /// // Globex is on no page: it was the second row, and then the first.
    /// assert!(walk.try_assert_no_row_missed().is_err());
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if a walk missed a row or did not reach the end, or if there was no page.
    #[track_caller]
    pub fn assert_no_row_missed(&self) {
        Failure::or_panic(self.try_assert_no_row_missed());
    }

    /// Asserts that each run of an incremental export continued where the one before ended.
    ///
    /// A run continues at the last `end_time`, or at the last cursor that was not null. It may go
    /// back a little, and repeat some rows, but not to the start of the run before, unless that one
    /// failed.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use std::time::Duration;
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// zendesk.seed().organization("Acme");
    /// zendesk.advance(Duration::from_secs(61));
    /// let export = async |start_time: u64| {
    ///     let url = zendesk.url(&format!("/incremental/organizations?start_time={start_time}"));
    ///     let get = reqwest::Client::new().get(url).header("authorization", zendesk.authorization());
    ///     let page: serde_json::Value = get.send().await?.json().await?;
    ///     Ok::<_, reqwest::Error>(page["end_time"].as_u64().unwrap())
    /// };
    /// let end_time = export(0).await?;
    /// export(end_time).await?;
    ///
    /// let exports = zendesk.calls().of(organizations::EXPORT);
    /// exports.assert_walked_to_end();
    /// exports.assert_resumed();
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if a run skipped changes or started again, or if no export was run twice.
    #[track_caller]
    pub fn assert_resumed(&self) {
        Failure::or_panic(self.try_assert_resumed());
    }

    /// Asserts that no walk showed a row twice.
    ///
    /// Rows are identified by their ids. Sideloaded records may repeat.
    ///
    /// # Panics
    ///
    /// Panics if a walk showed a row twice, or if there was no page.
    #[track_caller]
    pub fn assert_each_row_once(&self) {
        Failure::or_panic(self.try_assert_each_row_once());
    }

    /// Asserts that no walk requested a page again after receiving it.
    ///
    /// A new request for the first page counts as a repetition, unless the previous walk reached
    /// the end, or stopped because a call failed.
    ///
    /// # Panics
    ///
    /// Panics if a walk requested a page again, or if there was no page.
    #[track_caller]
    pub fn assert_no_page_twice(&self) {
        Failure::or_panic(self.try_assert_no_page_twice());
    }
}

/// # Assertions on how a client waits
impl Calls {
    /// Asserts that after each reply with `Retry-After`, no further call came before that time was
    /// over, on the double's clock.
    ///
    /// It fails if no call came after such a reply, because then there is nothing to judge. Under
    /// chaos and in a sweep it passes in that case, because it depends on chance whether there is
    /// such a reply.
    ///
    /// The double's clock must move with the program: use [`Clock::tokio`](crate::Clock::tokio), or
    /// replace the program's sleep by [`MockZendesk::advance`](crate::MockZendesk::advance).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use std::time::Duration;
    /// # use mock_zendesk::*;
    /// # let zendesk = MockZendesk::start().await;
    /// zendesk.inject(Fault::rate_limited(Duration::from_secs(30)));
    /// reqwest::get(zendesk.url("/users/me")).await?;
    /// zendesk.advance(Duration::from_secs(30)); // The program sleeps.
    /// reqwest::get(zendesk.url("/users/me")).await?;
    /// zendesk.calls().assert_honored_retry_after();
    /// zendesk.calls().assert_max_consecutive_429(1);
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if a call came too early, or if no call came after such a reply.
    #[doc(alias("429", "rate limit", "retry", "backoff"))]
    #[track_caller]
    pub fn assert_honored_retry_after(&self) {
        Failure::or_panic(self.try_assert_honored_retry_after());
    }

    /// Asserts that at most this many calls in a row were answered with 429.
    ///
    /// It fails if none was, because then there is nothing to judge, unless `most` is 0. Under
    /// chaos and in a sweep it passes in that case, because it depends on chance whether there is
    /// such a reply.
    ///
    /// # Panics
    ///
    /// Panics if there were more, or if there was none and `most` is not 0.
    #[doc(alias("429", "rate limit", "retry"))]
    #[track_caller]
    pub fn assert_max_consecutive_429(&self, most: usize) {
        Failure::or_panic(self.try_assert_max_consecutive_429(most));
    }
}
