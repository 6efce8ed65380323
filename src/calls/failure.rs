//! [`Failure`]: a failed assertion; [`Report`]: everything that is wrong with the calls of a
//! double.

use std::cell::Cell;
use std::fmt;
use std::io::Write as _;
use std::panic::resume_unwind;

use serde::{Serialize, Serializer};

use crate::base::ending::thread_is_ending;
use crate::base::place::Place;

use super::html_page::with_page;

thread_local! {
    /// Whether the last panic of this thread was ours, and showed the calls.
    static TOLD: Cell<bool> = const { Cell::new(false) };
}

/// Records that the next panic shows the calls.
pub(crate) fn set_told() {
    TOLD.set(true);
}

/// Returns whether the last panic showed the calls, and resets that.
pub(crate) fn take_told() -> bool {
    TOLD.take()
}

/// The reason why an assertion failed. `Display` and `Debug` both write the text that the assertion
/// panics with.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{MockZendesk, organization_memberships, calls::FailureKind};
///
/// let zendesk = MockZendesk::start().await;
/// let failure = zendesk.calls().of(organization_memberships::CREATE).try_assert_once().unwrap_err();
/// assert_eq!(failure.kind(), FailureKind::TooFew);
/// assert_eq!(
///     failure.headline(),
///     "expected exactly 1 call of CreateOrganizationMembership (POST /api/v2/organization_memberships), got none"
/// );
/// assert!(failure.to_string().starts_with(failure.headline()));
/// # }
/// ```
#[derive(Clone)]
pub struct Failure {
    pub(crate) kind: FailureKind,
    pub(crate) headline: String,
    pub(crate) text: String,
    /// The number of the double that it is about.
    pub(crate) double: u64,
}

/// Two failures are equal if they say the same, whatever their doubles.
impl PartialEq for Failure {
    fn eq(&self, other: &Self) -> bool {
        (self.kind, &self.headline, &self.text) == (other.kind, &other.headline, &other.text)
    }
}

impl Eq for Failure {}

/// The kind of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FailureKind {
    /// Fewer calls came than expected.
    TooFew,
    /// More calls came than expected.
    TooMany,
    /// As many calls came as expected, but the double refused one of them, and the test does not
    /// allow that.
    Refused,
    /// The calls did not come in the expected order.
    WrongOrder,
    /// The body of a call differs from what was expected.
    WrongBody,
    /// The outcome depends on calls that the journal did not keep.
    CannotTell,
    /// A row of a list is on none of the pages that a client saw.
    MissedRow,
    /// There is no call that could satisfy or violate the assertion.
    NothingToJudge,
    /// The program did something that Zendesk punishes.
    Advised,
    /// The calls did not come in time.
    TimedOut,
    /// The account differs from what was expected.
    WrongState,
    /// A call went to an endpoint that does not exist.
    UnknownEndpoint,
    /// A call used a parameter or an attribute that Zendesk reads and the double does not
    /// implement.
    Unmodeled,
    /// A call used a query parameter that Zendesk does not have for the operation, and ignores.
    UnknownParameter,
    /// A program asked for the last page of an incremental export again and again, and did not stop
    /// at `end_of_stream`.
    EndlessExport,
    /// A fault, or something else that a test planned, never happened, or no request arrived at a
    /// gate.
    NeverHappened,
    /// An event was not delivered to the webhook of the test, with the feature `webhooks`.
    Undelivered,
    /// Code of the test panicked while the double answered a request: the predicate or the reply of
    /// a fault, or the function of `between_pages`.
    Panicked,
}

impl Failure {
    /// Returns the value, or panics with the text at the line of the caller.
    #[track_caller]
    pub(crate) fn or_panic<T>(result: Result<T, Self>) -> T {
        match result {
            Ok(value) => value,
            Err(Self { double, text, .. }) => {
                set_told();
                panic!("{}", with_page(double, text))
            }
        }
    }

    /// Panics with the text as if at this line of the test, like [`fail_at`].
    pub(crate) fn panic_at(self, place: Place) -> ! {
        fail_at(place, with_page(self.double, self.text))
    }

    /// Returns the kind of the failure.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        self.kind
    }

    /// Returns the first line: what was expected, and what happened.
    #[must_use]
    pub fn headline(&self) -> &str {
        &self.headline
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Failure {}

/// One thing that is wrong with the calls of a double.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// The kind of the problem.
    pub kind: FailureKind,
    /// What was expected, and what happened, in one line.
    pub headline: String,
    /// The line of the test, as `file:line:column`: where the expectation was declared, or where
    /// the double was started.
    #[serde(serialize_with = "as_text")]
    pub(crate) place: Place,
    /// The call with the problem, if it is a single call.
    pub call: Option<u64>,
}

impl Problem {
    /// Returns the line of the test, as `file:line:column`.
    #[must_use]
    pub fn place(&self) -> String {
        self.place.to_string()
    }
}

fn as_text<S: Serializer>(place: &Place, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(place)
}

/// Everything that is wrong with the calls of one double: expectations that are not met, and calls
/// to endpoints that do not exist. [`MockZendesk::report`](crate::MockZendesk::report) returns it,
/// as data and as text.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use mock_zendesk::{MockZendesk, calls::FailureKind};
///
/// let zendesk = MockZendesk::builder().without_verify_on_drop().start().await;
/// assert!(zendesk.report().is_empty());
///
/// reqwest::get(zendesk.url("/organisation_memberships")).await?;
/// let report = zendesk.report();
/// assert_eq!(report.problems()[0].kind, FailureKind::UnknownEndpoint);
/// assert_eq!(serde_json::to_value(&report)?["problems"][0]["call"], 1);
/// assert!(report.to_string().contains("did you mean /api/v2/organization_memberships?"));
/// # Ok(()) }
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[must_use = "a report fails nothing; ask whether it is empty, or call `verify`"]
pub struct Report {
    pub(super) problems: Vec<Problem>,
    pub(super) calls_received: u64,
    pub(super) text: String,
}

impl Report {
    /// Returns whether there are no problems.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// Returns the problems: expectations in the order in which they were declared, then calls in
    /// the order in which they came.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl std::error::Error for Report {}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Panics as if at this line of the test. In `drop` and in a future, no caller is known, so a
/// normal panic would name a line of this crate. The panic hook is skipped, because it would print
/// that line.
pub(crate) fn fail_at(place: Place, text: String) -> ! {
    set_told();
    let thread = std::thread::current();
    eprintln!(
        "\nthread '{}' panicked at {place}:\n{text}",
        thread.name().unwrap_or("<unnamed>")
    );
    resume_unwind(Box::new(text))
}

/// Panics like [`fail_at`], from `drop`. If the double is in a thread-local, a panic is no longer
/// possible, so this only prints the text.
pub(crate) fn fail_in_drop(place: Place, text: String) {
    if !thread_is_ending() {
        fail_at(place, text);
    }
    // `eprintln!` is not used because its output would be captured: the test has passed by now.
    let _ = writeln!(
        std::io::stderr(),
        "\nat {place}:\n{text}\n\nthis does not fail the test: the double is in a `thread_local!`, and was dropped when its \
         thread ended, after the test; call `verify()` at the end of the test"
    );
}
