//! [`Failure`]: an assertion that does not hold; [`Report`]: all that is wrong with the calls of a double.

use std::cell::Cell;
use std::fmt;
use std::io::Write as _;
use std::panic::resume_unwind;

use serde::{Serialize, Serializer};

use crate::base::ending::thread_is_ending;
use crate::base::place::Place;

thread_local! {
    /// Whether the last panic of this thread was ours, and has told of the calls.
    static TOLD: Cell<bool> = const { Cell::new(false) };
}

/// Remembers that the panic that follows tells of the calls.
pub(crate) fn set_told() {
    TOLD.set(true);
}

/// Whether the last panic has told of the calls.
pub(crate) fn take_told() -> bool {
    TOLD.take()
}

/// Why an assertion does not hold. Shown, and also debug-printed, as the text that the assertion
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
#[derive(Clone, PartialEq, Eq)]
pub struct Failure {
    pub(crate) kind: FailureKind,
    pub(crate) headline: String,
    pub(crate) text: String,
}

/// What kind of failure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FailureKind {
    /// Fewer calls than expected.
    TooFew,
    /// More calls than expected.
    TooMany,
    /// As many calls as expected, and the double refused one of them, which the test does not say.
    Refused,
    /// The calls did not come in the expected order.
    WrongOrder,
    /// The body of a call is not as expected.
    WrongBody,
    /// It depends on calls that the journal did not keep.
    CannotTell,
    /// A row of a list is on none of the pages that a client saw.
    MissedRow,
    /// No call is there that could hold or break what is asserted.
    NothingToJudge,
    /// The calls did not come in time.
    TimedOut,
    /// The account is not as expected.
    WrongState,
    /// A call went to an endpoint that does not exist.
    UnknownEndpoint,
    /// A call used a parameter or an attribute that Zendesk reads and the double does not
    /// implement.
    Unmodeled,
    /// A call used a query parameter that Zendesk does not have for the operation, and ignores.
    UnknownParameter,
    /// A fault, or something else that a test planned, never happened, or no request arrived at a
    /// gate.
    NeverHappened,
    /// Something of the test's own panicked while the double answered a request: the predicate or
    /// the reply of a fault, or an act between two pages.
    Panicked,
}

impl Failure {
    /// The value, or a panic with the text where the caller called.
    #[track_caller]
    pub(crate) fn or_panic<T>(result: Result<T, Self>) -> T {
        match result {
            Ok(value) => value,
            Err(failure) => {
                set_told();
                panic!("{failure}")
            }
        }
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        self.kind
    }

    /// The first line: what was expected, and what there is.
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
    /// What kind of problem it is.
    pub kind: FailureKind,
    /// What was expected, and what there is, in one line.
    pub headline: String,
    /// The line of the test that it goes back to, as `file:line:column`: where the expectation was
    /// declared, or where the double was started.
    #[serde(serialize_with = "as_text")]
    pub(crate) place: Place,
    /// The call that is the problem, if it is one call.
    pub call: Option<u64>,
}

impl Problem {
    /// The line of the test that it goes back to, as `file:line:column`.
    #[must_use]
    pub fn place(&self) -> String {
        self.place.to_string()
    }
}

fn as_text<S: Serializer>(place: &Place, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(place)
}

/// All that is wrong with the calls of one double: expectations that are not met, and calls to
/// endpoints that do not exist. [`MockZendesk::report`](crate::MockZendesk::report) gives it, as
/// data and as text.
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
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// What is wrong: expectations in the order in which they were declared, then calls in the
    /// order in which they came.
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

/// Panics as if it were at this place in the test: where no caller can be named, in `drop` and in a
/// future, the panic would point into this crate. The hook for panics is passed over, since it
/// would print that.
pub(crate) fn fail_at(place: Place, text: String) -> ! {
    set_told();
    let thread = std::thread::current();
    eprintln!(
        "\nthread '{}' panicked at {place}:\n{text}",
        thread.name().unwrap_or("<unnamed>")
    );
    resume_unwind(Box::new(text))
}

/// As [`fail_at`], from `drop`. If the double is in a thread-local, no panic is possible any more:
/// this only prints then.
pub(crate) fn fail_in_drop(place: Place, text: String) {
    if !thread_is_ending() {
        fail_at(place, text);
    }
    // Not by `eprintln!`: its output would be kept back for a test that has passed by now.
    let _ = writeln!(
        std::io::stderr(),
        "\nat {place}:\n{text}\n\nthis does not fail the test: the double is in a `thread_local!`, and was dropped when its \
         thread ended, after the test; call `verify()` at the end of the test"
    );
}
