//! The assertions on calls, each of which panics at the line of the test. What they check is with
//! their `try_` twins: in `assertions.rs`, `order.rs`, `walked.rs` and `manners.rs`.

use serde::Serialize;

use crate::api::operation::Operation;

use super::call::Call;
use super::failure::Failure;
use super::select::Calls;
use super::times::Times;

/// # Assertions
impl Calls {
    /// There is exactly one, and it was not refused. Gives it.
    ///
    /// # Panics
    ///
    /// If there is none, or more than one, or if it was [refused](Calls::refused) and the test does
    /// not say so.
    #[doc(alias = "duplicate")]
    #[track_caller]
    #[allow(
        clippy::must_use_candidate,
        reason = "an assertion is made for its panic"
    )]
    pub fn assert_once(&self) -> Call {
        Failure::or_panic(self.try_assert_once())
    }

    /// There are so many, a number or a range of numbers, and none of them was refused. Where the
    /// range has 0 in it, what became of the calls does not matter, but some call has to have come.
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
    /// If there are fewer or more; if one was [refused](Calls::refused) and the test does not say
    /// so; if no number is in the range, or every number.
    #[track_caller]
    pub fn assert_times(&self, times: impl Into<Times>) {
        Failure::or_panic(self.try_assert_times(times));
    }

    /// There are none. To say that no call came at all, pick none first:
    /// `zendesk.calls().assert_none()`.
    ///
    /// # Panics
    ///
    /// If there are any; if calls were picked and none came at all, so that there is nothing to
    /// judge.
    #[track_caller]
    pub fn assert_none(&self) {
        Failure::or_panic(self.try_assert_none());
    }

    /// There is at least one, none was refused, and the body of each includes this, as with
    /// [`Calls::with_json`].
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
    /// If there is none, or the body of one does not include it, or if one was
    /// [refused](Calls::refused) and the test does not say so.
    #[track_caller]
    pub fn assert_json(&self, included: impl Serialize) {
        Failure::or_panic(self.try_assert_json(included));
    }
}

/// # Assertions on the order
impl Calls {
    /// Calls of these operations came in this order, and were not refused. Others may have come
    /// before, between and after.
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
    /// If they did not come, or in another order; if one was [refused](Calls::refused) and the test
    /// does not say so; if no operation is named.
    #[track_caller]
    pub fn assert_sequence(&self, operations: &[Operation]) {
        Failure::or_panic(self.try_assert_sequence(operations));
    }

    /// The calls were just these, in this order, and no others, and were not refused.
    ///
    /// # Panics
    ///
    /// If they were not, or if one was [refused](Calls::refused) and the test does not say so.
    #[track_caller]
    pub fn assert_exact_sequence(&self, operations: &[Operation]) {
        Failure::or_panic(self.try_assert_exact_sequence(operations));
    }
}

/// # Assertions on walks through lists
///
/// A walk begins with the first page of a list, and each of its pages leads to the next one: by its
/// number, or by its cursor. Pick the calls of one list or of several; each walk among them is
/// judged by itself. A reply that is an error, or that a fault spoilt or lost, is no page. A walk
/// that broke off at such a reply is not judged if the client began again later and came to the
/// end.
///
/// Without any page all of these fail, since there is nothing to judge. A list that fits on one
/// page is walked by every client:
/// [`MockZendeskBuilder::max_page_size`](crate::MockZendeskBuilder::max_page_size) makes several of
/// few rows.
impl Calls {
    /// Each walk came to the end of its list: from the first page, by way of every page that the
    /// one before leads to, to one behind which there are no more. No page was asked for out of
    /// line.
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
    /// If a walk stopped before the end, or a page is missing in it; if there was no page.
    #[track_caller]
    pub fn assert_walked_to_end(&self) {
        Failure::or_panic(self.try_assert_walked_to_end());
    }

    /// No walk missed a row: each row that was in the list when the first page was given, and still
    /// was when the last one was, is on one of the pages. Under offset pagination a row can be
    /// missed by a client that does nothing wrong, since the rows move up when another one goes.
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
    /// If a row was missed, or a walk did not come to its end; if there was no page.
    #[track_caller]
    pub fn assert_no_row_missed(&self) {
        Failure::or_panic(self.try_assert_no_row_missed());
    }

    /// In no walk the client saw a row twice. A row is known by its own id; what is sideloaded may
    /// come again.
    ///
    /// # Panics
    ///
    /// If it did; if there was no page.
    #[track_caller]
    pub fn assert_each_row_once(&self) {
        Failure::or_panic(self.try_assert_each_row_once());
    }

    /// In no walk the client asked for a page again that it had got. To begin again is to ask for
    /// the first page again, unless the walk before came to its end, or broke off since a call went
    /// wrong.
    ///
    /// # Panics
    ///
    /// If it did; if there was no page.
    #[track_caller]
    pub fn assert_no_page_twice(&self) {
        Failure::or_panic(self.try_assert_no_page_twice());
    }
}

/// # Assertions on how a client waits
impl Calls {
    /// After every reply with `Retry-After` no further call came before that time was over, on the
    /// double's clock. It fails if no call came after such a reply, since there is nothing to judge
    /// then; under chaos and in a sweep that is a matter of chance, and no failure.
    ///
    /// The double's clock has to move with the program: [`Clock::tokio`](crate::Clock::tokio), or a
    /// program whose sleep the test replaces by
    /// [`MockZendesk::advance`](crate::MockZendesk::advance).
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
    /// If one came too early; if no call came after such a reply.
    #[doc(alias("429", "rate limit", "retry", "backoff"))]
    #[track_caller]
    pub fn assert_honored_retry_after(&self) {
        Failure::or_panic(self.try_assert_honored_retry_after());
    }

    /// Never more than so many calls in a row were answered with 429. It fails if none was, since
    /// there is nothing to judge then, unless `most` is 0; under chaos and in a sweep that is a
    /// matter of chance, and no failure.
    ///
    /// # Panics
    ///
    /// If more were; if none was and `most` is not 0.
    #[doc(alias("429", "rate limit", "retry"))]
    #[track_caller]
    pub fn assert_max_consecutive_429(&self, most: usize) {
        Failure::or_panic(self.try_assert_max_consecutive_429(most));
    }
}
