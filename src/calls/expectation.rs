//! What was declared before acting, what went to endpoints that do not exist, and the report of both.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::call::Call;
use super::failure::{FailureKind, Problem, Report};
use super::journal::JournalView;
use super::lines;
use super::redact;
use super::select::Calls;
use super::text::{Nearest, Text};
use super::times::Times;
use crate::base::place::Place;

/// So many calls to unknown endpoints are told one by one.
const UNKNOWN: usize = 20;

/// Whether a call to an endpoint that does not exist is a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strictness {
    UnknownEndpointsFail,
    UnknownEndpointsAreAllowed,
}

pub(crate) type Select = Arc<dyn Fn(Calls) -> Calls + Send + Sync>;

/// Calls that were declared to come.
#[derive(Clone)]
pub(crate) struct Expectation {
    pub(crate) select: Select,
    pub(crate) times: Times,
    pub(crate) place: Place,
    /// Calls up to this ordinal came before it was declared.
    pub(crate) since: u64,
}

impl fmt::Debug for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expectation({}, declared at {})", self.times, self.place)
    }
}

/// What a double is to be verified against.
#[derive(Clone, Debug)]
pub(crate) struct Expectations {
    declared: Vec<Expectation>,
    /// The first calls to unknown endpoints; the others are only counted.
    unknown: Vec<(u64, String)>,
    unknown_count: usize,
    strictness: Strictness,
    /// The places in `declared` and the ordinals of calls that have been told of already.
    told_declared: BTreeSet<usize>,
    told_unknown: usize,
    told_unused: bool,
}

impl Expectations {
    pub(crate) fn new(strictness: Strictness) -> Self {
        Self {
            declared: Vec::new(),
            unknown: Vec::new(),
            unknown_count: 0,
            strictness,
            told_declared: BTreeSet::new(),
            told_unknown: 0,
            told_unused: false,
        }
    }

    pub(crate) fn declare(&mut self, expectation: Expectation) {
        self.declared.push(expectation);
    }

    /// Takes note of a call to an endpoint that does not exist.
    pub(crate) fn note_unknown(&mut self, ordinal: u64, describe: impl FnOnce() -> String) {
        if self.strictness == Strictness::UnknownEndpointsFail {
            self.unknown_count += 1;
            if self.unknown.len() < UNKNOWN {
                self.unknown.push((ordinal, describe()));
            }
        }
    }

    /// Remembers that all problems up to now have been told of, so that drop does not tell of them again.
    pub(crate) fn mark_told(&mut self) {
        self.told_declared = (0..self.declared.len()).collect();
        self.told_unknown = self.unknown_count;
        self.told_unused = true;
    }
}

/// Which problems a report is to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    All,
    /// Those that no report has told of that failed the test.
    New,
}

/// All that is wrong. The predicates of the user's run here, with no lock held.
pub(crate) fn report(
    expectations: &Expectations,
    unused: Vec<Problem>,
    journal: &JournalView,
    (started, test): (Place, &str),
    which: Which,
) -> Report {
    let mut problems = Vec::new();
    let mut starred = BTreeSet::new();
    let mut nearest: Vec<Nearest> = Vec::new();
    let mut after = u64::MAX;
    for (index, expectation) in expectations.declared.iter().enumerate() {
        if which == Which::New && expectations.told_declared.contains(&index) {
            continue;
        }
        let calls = (expectation.select)(Calls::new(journal.clone()).since_ordinal(expectation.since));
        let Some((kind, headline)) = calls.problem(expectation.times) else { continue };
        starred.extend(calls.iter().map(Call::ordinal));
        if kind != FailureKind::TooMany {
            nearest.extend(calls.nearest().map(|found| Nearest { problem: Some(problems.len() + 1), ..found }));
        }
        after = after.min(expectation.since);
        let headline = redact::scrub(headline, &journal.secrets, calls.in_scope());
        problems.push(Problem { kind, headline, place: expectation.place, call: None });
    }
    if which == Which::All || !expectations.told_unused {
        after = if unused.is_empty() { after } else { 0 };
        problems.extend(unused);
    }
    let told = if which == Which::New { expectations.told_unknown } else { 0 };
    for (ordinal, description) in expectations.unknown.iter().skip(told) {
        starred.insert(*ordinal);
        let headline = format!("call #{ordinal}, {description}");
        let kind = FailureKind::UnknownEndpoint;
        problems.push(Problem { kind, headline, place: started, call: Some(*ordinal) });
        after = 0;
    }
    let untold = expectations.unknown_count.saturating_sub(told.max(expectations.unknown.len()));
    let text = if problems.is_empty() {
        "nothing is wrong with the calls received".to_owned()
    } else {
        if problems.len() == 1 {
            nearest.iter_mut().for_each(|nearest| nearest.problem = None);
        }
        let head = head(&problems, untold, test);
        Text { head, journal, after, before: u64::MAX, star: "told of above", starred, nearest }.compose()
    };
    Report { problems, calls_received: journal.received, text }
}

fn head(problems: &[Problem], untold: usize, test: &str) -> Vec<String> {
    let mut head = Vec::new();
    match problems {
        [problem] => {
            head.push(problem.headline.clone());
            head.extend(origin(problem).map(|origin| format!("  {origin}")));
        }
        problems => {
            head.push(format!("{} problems with the calls received:", problems.len() + untold));
            for (index, problem) in problems.iter().enumerate() {
                head.push(format!("  {}. {}", index + 1, problem.headline));
                head.extend(origin(problem).map(|origin| format!("     {origin}")));
            }
        }
    }
    if untold > 0 {
        head.push(format!("  and {untold} more calls to unknown endpoints"));
    }
    if let Some(problem) = problems.iter().find(|problem| problem.kind == FailureKind::UnknownEndpoint) {
        head.push(format!("  received by the double{test}, started at {}", problem.place));
        head.push(
            "  if the program is to make such calls: MockZendesk::builder().allow_unknown_endpoints()".to_owned(),
        );
    }
    head
}

/// The line that a problem goes back to, where each has one of its own.
fn origin(problem: &Problem) -> Option<String> {
    match problem.kind {
        FailureKind::UnknownEndpoint => None,
        FailureKind::NeverHappened => Some(format!("planned at {}", problem.place)),
        _ => Some(format!("expected at {}", problem.place)),
    }
}

/// The problem of something that was planned and never happened.
pub(crate) fn never_happened(what: &str, place: Place) -> Problem {
    let headline = format!("expected to happen, and never did: {what}");
    Problem { kind: FailureKind::NeverHappened, headline, place, call: None }
}

/// A call to an endpoint that does not exist, in a line.
pub(crate) fn describe_unknown(call: &Call, unknown: &super::Unknown) -> String {
    let text = format!("{} {}: {unknown}", lines::short(call.method()), lines::short(call.path()));
    redact::scrub(text, &[], [call].into_iter())
}
