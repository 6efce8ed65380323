//! What the handle of the double offers of calls: looking, expecting, verifying, waiting.

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
    Calls, Deadline, Expectation, Expectations, Explained, Failure, FailureKind, Mark, Report,
    Select, Times, Which, fail_at, fail_in_drop, panicking, report, set_told, take_told,
    transcript,
};

/// # Calls
impl MockZendesk {
    /// The calls received so far: to pick from, to look at, and to assert of. Requests that a mock
    /// of the test's own answers are among them; of those the double does not know the reply.
    #[must_use = "looking at calls checks nothing; assert something about them"]
    pub fn calls(&self) -> Calls {
        Calls::new(self.backend.journal())
    }

    /// A point in the order of calls: what comes from now on is [since](Calls::since) then. So one
    /// double serves a test of several parts.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark::at_end_of(&self.backend.journal())
    }

    /// Lets something happen, and gives its result and the calls that came meanwhile.
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

    /// The journal for a human: a line for each call, with its body and what it changed below it.
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
    /// Declares that calls of this operation are to come from now on, so many or a range, and not
    /// to be refused. [`MockZendesk::verify`] checks it, and so does dropping the double. Where a
    /// refusal is meant, [`MockZendesk::expect_calls`] can say so: `|calls| calls.of(…).refused()`.
    /// That none of an operation comes is judged by the calls that do: if none comes at all, that
    /// fails, and `expect_calls(|calls| calls, 0)` says it instead.
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
    /// If no number is in the range, or every number; if just the same is expected already.
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

    /// As [`MockZendesk::expect`], for calls picked in any way.
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
    /// If no number is in the range, or every number.
    #[track_caller]
    pub fn expect_calls(
        &self,
        select: impl Fn(Calls) -> Calls + Send + Sync + 'static,
        times: impl Into<Times>,
    ) {
        // A selection that no call can be in panics here, and not when the double is verified.
        let _ = select(self.calls());
        self.declare(
            None,
            Arc::new(select),
            times.into().checked(),
            Place::here(),
        );
    }

    /// Checks all that was declared, and that no call went to an endpoint that does not exist.
    ///
    /// Dropping the double does the same, unless the test is panicking already; what has been told
    /// once is not told again. A panic from drop would hide an error that the test returns: pass
    /// the error through [`MockZendesk::explain`], or call this at the end of the test.
    ///
    /// # Panics
    ///
    /// If anything of it does not hold, with one text for all.
    #[track_caller]
    pub fn verify(&self) {
        if let Err(report) = self.try_verify() {
            self.backend.with_expectations(Expectations::mark_told);
            set_told();
            panic!("{report}");
        }
    }

    /// Adds the calls so far to an error, for a test that returns it: the calls that went wrong,
    /// background jobs that are not done, and hints at the usual mistakes. Leaves `Ok` as it is.
    ///
    /// Without this, a test that ends with `Err` prints nothing of the double. If the double then
    /// fails the test when it is dropped, the text of that failure includes the error, too.
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
    /// If the result is one.
    #[doc(alias("context", "with_calls", "with_transcript"))]
    pub fn explain<T, E: Display + Debug>(&self, result: Result<T, E>) -> Result<T, Explained<E>> {
        result.map_err(|error| {
            let journal = self.backend.journal();
            self.explained
                .get_or_init(|| journal.scrub(&format!("{error:?}")));
            Explained::new(error, &journal)
        })
    }

    /// All that is wrong with the calls so far, as data and as text. It fails nothing.
    pub fn report(&self) -> Report {
        self.report_of(Which::All)
    }
}

/// # Waiting for calls
impl MockZendesk {
    /// Waits until this operation has been called so many times, since the start of the double: for
    /// programs that work in the background. Gives the calls.
    ///
    /// `at_most` is time on the wall, also in a test with paused time.
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
    /// If the time is over before; if a call was [refused](Calls::refused) and the test does not
    /// say so; if it is to wait for no call.
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

    /// As [`MockZendesk::wait_for`], for calls picked in any way.
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
    /// If the time is over before; if a call was [refused](Calls::refused) and the test does not
    /// say so; if it is to wait for no call.
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
                Err(failure) => fail_at(place, failure.to_string()),
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
            // Asked for before looking, so that no call slips in between.
            let mut received = std::pin::pin!(self.backend.received());
            received.as_mut().enable();
            let calls = select(self.calls());
            if calls.len() >= count {
                // One that has no reply yet may still be about to change the account, if it goes
                // through wiremock. That answers one request at a time: when it lets us in, those
                // that have arrived are done.
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

    /// Tells what went wrong with the calls of a test that panics for a reason of its own.
    pub(crate) fn tell_while_panicking(&self) {
        let (journal, looked) = self.backend.last_look();
        if let Some(text) = panicking(&journal, looked).filter(|_| !take_told()) {
            eprintln!("\n{text}");
        }
    }

    /// What is to be told when the double is dropped, and was not told before.
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
            fail_in_drop(problem.place, text);
        }
    }
}
