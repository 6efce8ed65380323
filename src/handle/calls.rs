//! The methods of the double that deal with calls: inspecting, expecting, verifying, waiting.

use std::fmt::{Debug, Display};
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::time::Duration;

use super::zendesk::MockZendesk;
use crate::api::operation::Operation;
use crate::base::ending::thread_is_ending;
use crate::base::place::Place;
use crate::calls::{
    Calls, Deadline, Expectation, Expectations, Explained, Failure, FailureKind, JournalView, Mark,
    Report, Select, Times, Which, fail_in_drop, last_page, panicking, perhaps_failing, report,
    set_told, take_told, transcript, with_page,
};
use crate::server::clock::paused_time_is_ahead;

/// # Calls
impl MockZendesk {
    /// Returns the calls received so far, to select from, to inspect, and to assert on.
    ///
    /// Requests that a wiremock `Mock` of the test answers are included, but the double does not
    /// know their replies.
    #[must_use = "looking at calls checks nothing; assert something about them"]
    pub fn calls(&self) -> Calls {
        Calls::new(self.backend.journal())
    }

    /// Returns the current position in the order of calls.
    ///
    /// Pass it to [`Calls::since`] to select only later calls, so that one double can serve a test
    /// of several parts.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark::at_end_of(&self.backend.journal())
    }

    /// Asserts that the code under test got by with this many calls, whether they succeeded or not.
    ///
    /// To give a budget to a part of them, use [`Calls::assert_at_most`].
    ///
    /// # Panics
    ///
    /// Panics if more came, or if none came at all and `most` is not 0.
    #[doc(alias("budget", "quota"))]
    #[track_caller]
    pub fn assert_at_most_calls(&self, most: usize) {
        self.calls().assert_at_most(most);
    }

    /// Runs a function, and returns its result and the calls that came in the meantime.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let (reply, calls) = zendesk.calls_during(async || reqwest::get(zendesk.url("/users/me")).await).await;
    /// assert!(reply?.status().is_success());
    /// calls.assert_once();
    /// # Ok(()) }
    /// ```
    pub async fn calls_during<R>(&self, act: impl AsyncFnOnce() -> R) -> (R, Calls) {
        let mark = self.mark();
        let result = act().await;
        (result, self.calls().since(mark))
    }

    /// Returns the journal for a human: a line for each call, followed by its body and its changes.
    /// Of more than three equal calls in a row that changed nothing, such as polls, only the first is
    /// shown, with the number of the others.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// reqwest::get(zendesk.url("/users/me")).await?;
    /// assert_eq!(zendesk.transcript(), "#1  GET  /api/v2/users/me  -> 200  ShowCurrentUser");
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn transcript(&self) -> String {
        transcript(&self.backend.journal())
    }
}

/// # Expectations
impl MockZendesk {
    /// Declares how many calls of this operation must come from now on, as a number or a range.
    ///
    /// None of them may be refused. [`MockZendesk::verify`] checks this, and so does dropping the
    /// double. If you expect a refusal, use [`MockZendesk::expect_calls`] with
    /// `|calls| calls.of(…).refused()`.
    ///
    /// Expecting 0 calls of an operation fails if no call comes at all, because then the program
    /// may not have run. To expect that no call comes at all, use `expect_calls(|calls| calls, 0)`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// use mock_zendesk::{MockZendesk, organization_memberships, users};
    ///
    /// let zendesk = MockZendesk::start().await;
    /// zendesk.expect(users::ME, 1..);
    /// zendesk.expect(organization_memberships::CREATE, 0);
    ///
    /// reqwest::get(zendesk.url("/users/me")).await?;
    /// zendesk.verify();
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the range is empty or contains every number, or if the same expectation was
    /// declared already.
    #[track_caller]
    pub fn expect(&self, operation: Operation, times: impl Into<Times>) {
        let times = times.into().checked();
        let since = self.backend.journal().received;
        if let Some(first) = self
            .backend
            .with_expectations(|expectations| expectations.same(operation, times, since))
        {
            panic!(
                "the same expectation was declared at {first}, and both would count the same calls; declare it once with the total number"
            );
        }
        self.declare(
            Some(operation),
            Arc::new(move |calls: Calls| calls.of(operation)),
            times,
            Place::here(),
        );
    }

    /// Declares how many of the selected calls must come, like [`MockZendesk::expect`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::{MockZendesk, users};
    /// # let zendesk = MockZendesk::start().await;
    /// zendesk.expect_calls(|calls| calls.of(users::ME).with_status(200), 1);
    /// reqwest::get(zendesk.url("/users/me")).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the range is empty or contains every number.
    #[track_caller]
    pub fn expect_calls(
        &self,
        select: impl Fn(Calls) -> Calls + Send + Sync + 'static,
        times: impl Into<Times>,
    ) {
        // A selection that cannot match any call panics here instead of when the double is
        // verified.
        let _ = select(self.calls());
        self.declare(
            None,
            Arc::new(select),
            times.into().checked(),
            Place::here(),
        );
    }

    /// Checks every expectation, and that no call went to an endpoint that does not exist.
    ///
    /// Dropping the double does the same, unless the test is panicking already. A problem is
    /// reported only once. A panic from drop would hide an error that the test returns: pass the
    /// error through [`MockZendesk::explain`], or call this at the end of the test.
    ///
    /// # Panics
    ///
    /// Panics if any check fails, with one text for all of them.
    #[track_caller]
    pub fn verify(&self) {
        self.keep_coverage();
        if let Err(report) = self.try_verify() {
            self.backend.with_expectations(Expectations::mark_told);
            set_told();
            panic!("{}", with_page(self.backend.double(), report.to_string()));
        }
    }

    /// Adds the calls so far to an error that the test returns. Leaves `Ok` as it is.
    ///
    /// The text shows the calls that went wrong, background jobs that are not done, and hints at
    /// the usual mistakes.
    ///
    /// Without this, a test that ends with `Err` prints nothing about the double. If the double
    /// then fails the test when it is dropped, the text of that failure includes the error, too.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use mock_zendesk::MockZendesk;
    /// async fn my_sync(url: String) -> Result<(), reqwest::Error> {
    ///     reqwest::get(url).await?.error_for_status().map(drop)
    /// }
    ///
    /// let zendesk = MockZendesk::start().await;
    /// zendesk.explain(my_sync(zendesk.url("/users/me")).await)?;
    ///
    /// let error = zendesk.explain(my_sync(zendesk.url("/users")).await).unwrap_err();
    /// let text = error.to_string();
    /// assert!(text.starts_with("HTTP status client error (401 Unauthorized)"));
    /// assert!(text.contains("* #2  GET  /api/v2/users     -> 401  Couldn't authenticate you"));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the result is an error.
    #[doc(alias("context", "with_calls", "with_transcript"))]
    #[track_caller]
    pub fn explain<T, E: Display + Debug>(&self, result: Result<T, E>) -> Result<T, Explained<E>> {
        let place = Place::here();
        result.map_err(|error| {
            let journal = self.backend.journal();
            self.explained
                .get_or_init(|| journal.scrub(&format!("{error:?}")));
            Explained::new(error, &journal, place)
        })
    }

    /// Returns every problem with the calls so far, as data and as text, without failing the test.
    pub fn report(&self) -> Report {
        self.report_of(Which::All)
    }
}

/// # Waiting for calls
impl MockZendesk {
    /// Waits until this operation has been called `count` times since the start of the double, and
    /// returns the calls. Use it for programs that work in the background.
    ///
    /// `at_most` is real time, also in a test with paused time.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use std::time::Duration;
    /// # use mock_zendesk::{MockZendesk, users};
    /// # let zendesk = MockZendesk::start().await;
    /// tokio::spawn(reqwest::get(zendesk.url("/users/me")));
    /// let calls = zendesk.wait_for(users::ME, 1, Duration::from_secs(10)).await;
    /// assert_eq!(calls.len(), 1);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the calls do not come in time, or if a call was [refused](Calls::refused) and the
    /// test does not allow that, or if `count` is 0.
    #[must_use = "the wait starts when this is awaited"]
    #[track_caller]
    pub fn wait_for(
        &self,
        operation: Operation,
        count: usize,
        at_most: Duration,
    ) -> impl Future<Output = Calls> + Send {
        self.wait_for_calls(move |calls| calls.of(operation), count, at_most)
    }

    /// Waits for the selected calls, like [`MockZendesk::wait_for`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use std::time::Duration;
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// tokio::spawn(reqwest::get(zendesk.url("/users/me")));
    /// zendesk.wait_for_calls(|calls| calls.with_status(200), 1, Duration::from_secs(10)).await;
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the calls do not come in time, or if a call was [refused](Calls::refused) and the
    /// test does not allow that, or if `count` is 0.
    #[must_use = "the wait starts when this is awaited"]
    #[track_caller]
    pub fn wait_for_calls(
        &self,
        select: impl Fn(Calls) -> Calls + Send + Sync + 'static,
        count: usize,
        at_most: Duration,
    ) -> impl Future<Output = Calls> + Send {
        assert!(
            count > 0,
            "to wait for 0 calls is not to wait; wait for at least 1"
        );
        let place = Place::here();
        let waiting = self.wait(Arc::new(select), count, at_most, place);
        async move {
            match waiting.await {
                Ok(calls) => calls,
                Err(failure) => failure.panic_at(place),
            }
        }
    }
}

impl MockZendesk {
    fn declare(&self, operation: Option<Operation>, select: Select, times: Times, place: Place) {
        let since = self.mark().ordinal();
        let expectation = Expectation {
            operation,
            select,
            times,
            place,
            since,
        };
        self.backend
            .with_expectations(|expectations| expectations.declare(expectation));
    }

    pub(super) async fn wait(
        &self,
        select: Select,
        count: usize,
        at_most: Duration,
        place: Place,
    ) -> Result<Calls, Failure> {
        let mut deadline = Deadline::after(at_most);
        loop {
            // This is registered before the calls are inspected, so that none is missed in between.
            let mut received = std::pin::pin!(self.backend.received());
            received.as_mut().enable();
            let calls = select(self.calls());
            if calls.len() >= count {
                // A call without a reply may still be about to change the account if it goes
                // through wiremock. wiremock answers one request at a time, so when it accepts
                // ours, the earlier ones are done.
                if calls.iter().any(|call| call.reply().is_none()) {
                    if let Some(server) = self.front.wiremock() {
                        let _ = server.received_requests().await;
                    }
                }
                let calls = select(self.calls());
                return match calls.problem(Times::at_least(count)) {
                    None => Ok(calls),
                    Some((kind, headline)) => Err(calls.failure(kind, &headline, place)),
                };
            }
            if !deadline.wait_for(received).await {
                let calls = select(self.calls());
                return match calls.problem(Times::at_least(count)) {
                    None => Ok(calls),
                    Some((_, headline)) => {
                        let headline = format!("{headline} within {at_most:?}");
                        Err(calls.failure(FailureKind::TimedOut, &headline, place))
                    }
                };
            }
        }
    }

    pub(super) fn report_of(&self, which: Which) -> Report {
        let (expectations, unused, journal) = self.backend.expectations();
        let test = self
            .test
            .as_ref()
            .map(|name| format!(" of test {name}"))
            .unwrap_or_default();
        report(
            &expectations,
            unused,
            &journal,
            (self.started, &test),
            which,
        )
    }

    /// Prints the calls that went wrong, for a test that panics for another reason.
    pub(crate) fn tell_while_panicking(&self) {
        let (journal, looked) = self.backend.last_look();
        let of_calls = panicking(&journal, looked);
        let texts = [of_calls, hint_at_paused_time(&journal)];
        let text = texts
            .into_iter()
            .flatten()
            .reduce(|calls, hint| format!("{calls}\n\n{hint}"));
        let text = text.filter(|_| !take_told());
        if let Some(text) = &text {
            eprintln!("\n{text}");
        }
        if let Some(page) = last_page(journal.double, text.as_deref()) {
            eprintln!("\n{page}");
        }
    }

    /// Reports the problems that were not reported before, when the double is dropped.
    pub(crate) fn verify_on_drop(&self) {
        let report = match catch_unwind(AssertUnwindSafe(|| self.report_of(Which::New))) {
            Ok(report) => report,
            // The test's own code panicked.
            Err(_) if thread_is_ending() => return,
            Err(panic) => resume_unwind(panic),
        };
        if let Some(problem) = report.problems().first() {
            let mut text = report.to_string();
            if let Some(error) = self.explained.get() {
                text.push_str(&format!("\n\nthe test had an error before: {error}"));
            }
            fail_in_drop(problem.place, with_page(self.backend.double(), text));
        }
        if self.explained.get().is_none() {
            let (journal, looked) = self.backend.last_look();
            if let Some(text) = perhaps_failing(&journal, looked) {
                eprintln!("\n{text}");
            }
        }
    }
}

/// Returns a hint for a test in which tokio's paused time passed faster than the machine's, although
/// the double does not follow it.
fn hint_at_paused_time(journal: &JournalView) -> Option<String> {
    if !journal.clock_stands_still || !paused_time_is_ahead() {
        return None;
    }
    let (what, before) = match journal.received {
        0 => (
            "no call came, and tokio's time is paused",
            "the request arrives",
        ),
        _ => (
            "tokio's time is paused, and the double does not follow it",
            "the reply arrives",
        ),
    };
    Some(format!(
        "mock-zendesk: {what}: whenever the test waits, a time-out of its client can fire before {before}; set \
         .clock(Clock::tokio()) on the builder"
    ))
}
