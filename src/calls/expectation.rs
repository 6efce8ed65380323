//! Expectations that were declared before acting, calls to endpoints that do not exist, and the
//! report of both.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::call::Call;
use super::failure::{FailureKind, Problem, Report};
use super::journal::JournalView;
use super::lines;
use super::not_found::{NotFound, nearest_parameter, parameters_of};
use super::select::Calls;
use super::text::{Nearest, Text};
use super::times::Times;
use crate::api::operation::Operation;
use crate::base::place::Place;

/// The number of calls to unknown endpoints that are shown.
const MAX_SHOWN_UNKNOWN_CALLS: usize = 20;

/// The number of parameters and attributes without effect that are shown.
const MAX_SHOWN_DROPPED: usize = 40;

/// What fails a test without an expectation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Strictness {
    pub(crate) unknown_endpoints: UnknownEndpoints,
    /// What the double does not implement and the test allows, by the names in failure texts.
    pub(crate) allowed_unmodeled: Vec<String>,
    /// The parameters that Zendesk does not have and the test allows, by the names in failure
    /// texts.
    pub(crate) allowed_parameters: Vec<String>,
}

/// Whether a call to an endpoint that does not exist is a problem.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum UnknownEndpoints {
    #[default]
    Fail,
    Allowed,
}

/// A parameter or an attribute that had no effect, or an export that was asked for without end.
#[derive(Clone, Debug)]
struct Dropped {
    kind: FailureKind,
    name: String,
    /// The first call that has it.
    call: u64,
    /// A description of that call.
    what: String,
}

pub(crate) type Select = Arc<dyn Fn(Calls) -> Calls + Send + Sync>;

/// An expectation that calls come.
#[derive(Clone)]
pub(crate) struct Expectation {
    /// The operation, if it is the only condition on the calls.
    pub(crate) operation: Option<Operation>,
    pub(crate) select: Select,
    pub(crate) times: Times,
    pub(crate) place: Place,
    /// Calls up to this ordinal came before the expectation was declared.
    pub(crate) since: u64,
}

impl fmt::Debug for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expectation({}, declared at {})", self.times, self.place)
    }
}

/// What a double is verified against.
#[derive(Clone, Debug)]
pub(crate) struct Expectations {
    declared: Vec<Expectation>,
    /// The first calls to unknown endpoints. Further ones are only counted.
    unknown: Vec<(u64, String)>,
    unknown_count: usize,
    /// What had no effect on calls that succeeded. Each name appears once.
    dropped: Vec<Dropped>,
    strictness: Strictness,
    /// The indexes in `declared`, and the ordinals of calls, that were reported already.
    told_declared: BTreeSet<usize>,
    told_unknown: usize,
    told_dropped: usize,
    told_unused: bool,
}

impl Expectations {
    pub(crate) fn new(strictness: Strictness) -> Self {
        Self {
            declared: Vec::new(),
            unknown: Vec::new(),
            unknown_count: 0,
            dropped: Vec::new(),
            strictness,
            told_declared: BTreeSet::new(),
            told_unknown: 0,
            told_dropped: 0,
            told_unused: false,
        }
    }

    /// Forgets everything but the strictness.
    #[cfg(feature = "standalone")]
    pub(crate) fn restart(&mut self) {
        *self = Self::new(self.strictness.clone());
    }

    pub(crate) fn declare(&mut self, expectation: Expectation) {
        self.declared.push(expectation);
    }

    /// Returns the place where the same expectation was declared before, with no call in between.
    pub(crate) fn same(&self, operation: Operation, times: Times, since: u64) -> Option<Place> {
        let is_same = |other: &&Expectation| {
            other.operation == Some(operation) && other.times == times && other.since == since
        };
        self.declared.iter().find(is_same).map(|same| same.place)
    }

    /// Records a call to an endpoint that does not exist.
    pub(crate) fn note_unknown(&mut self, call: &Call, unknown: &NotFound) {
        if self.strictness.unknown_endpoints == UnknownEndpoints::Fail {
            self.unknown_count += 1;
            if self.unknown.len() < MAX_SHOWN_UNKNOWN_CALLS {
                self.unknown
                    .push((call.ordinal(), describe(call, &unknown.to_string())));
            }
        }
    }

    /// Records parameters and attributes of a call that Zendesk reads and the double does not
    /// implement. Each is reported once.
    pub(crate) fn note_unmodeled(&mut self, call: &Call, names: &[String]) {
        for name in names {
            let what = format!("Zendesk reads {name}, but the double does not implement it");
            self.note_dropped(FailureKind::Unmodeled, name, call, &what);
        }
    }

    /// Records parameters of a call that Zendesk does not have. Each is reported once.
    pub(crate) fn note_unknown_parameters(&mut self, call: &Call, names: &[String]) {
        for name in names {
            let operation = call.operation();
            let there_is = operation.map(|operation| there_is_instead(operation, name));
            let there_is = there_is.unwrap_or_default();
            let what = format!("Zendesk does not have {name} here and ignores it{there_is}");
            self.note_dropped(FailureKind::UnknownParameter, name, call, &what);
        }
    }

    /// Records that a program does not stop at the end of an export. Each export is reported once.
    pub(crate) fn note_endless(&mut self, call: &Call, times: u32) {
        let what = format!(
            "the program asked {times} times in a minute for the last page of this export and does not stop; stop when \
             end_of_stream is true, because next_page is set on every page"
        );
        self.note_dropped(FailureKind::EndlessExport, call.path(), call, &what);
    }

    fn note_dropped(&mut self, kind: FailureKind, name: &str, call: &Call, what: &str) {
        let allowed = match kind {
            FailureKind::UnknownParameter => &self.strictness.allowed_parameters,
            _ => &self.strictness.allowed_unmodeled,
        };
        let is_known = self
            .dropped
            .iter()
            .any(|known| known.kind == kind && known.name == name);
        let is_allowed = allowed.iter().any(|allowed| allowed == name);
        if !is_known && !is_allowed && self.dropped.len() < MAX_SHOWN_DROPPED {
            let what = describe(call, what);
            self.dropped.push(Dropped {
                kind,
                name: name.to_owned(),
                call: call.ordinal(),
                what,
            });
        }
    }

    /// Marks all problems up to now as reported, so that drop does not report them again.
    pub(crate) fn mark_told(&mut self) {
        self.told_declared = (0..self.declared.len()).collect();
        self.told_unknown = self.unknown_count;
        self.told_dropped = self.dropped.len();
        self.told_unused = true;
    }
}

/// Which problems a report contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    All,
    /// Those that no report that failed the test has contained.
    New,
}

/// Returns all problems. The test's predicates run here, with no lock held.
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
        let calls =
            (expectation.select)(Calls::new(journal.clone()).since_ordinal(expectation.since));
        let Some((kind, headline)) = calls.problem(expectation.times) else {
            continue;
        };
        starred.extend(calls.iter().map(Call::ordinal));
        if !matches!(
            kind,
            FailureKind::TooMany | FailureKind::Refused | FailureKind::NothingToJudge
        ) {
            nearest.extend(calls.nearest().map(|found| Nearest {
                problem: Some(problems.len() + 1),
                ..found
            }));
        }
        after = after.min(expectation.since);
        let early = calls
            .out_of_scope()
            .filter(|_| kind == FailureKind::TooFew)
            .last();
        let early = early.map(|call| {
            format!(
                "; #{} came before the expectation was declared",
                call.ordinal()
            )
        });
        let headline = lines::line(&(headline + &early.unwrap_or_default()), &journal.secrets);
        problems.push(Problem {
            kind,
            headline,
            place: expectation.place,
            call: None,
        });
    }
    if which == Which::All || !expectations.told_unused {
        after = if unused.is_empty() { after } else { 0 };
        starred.extend(unused.iter().filter_map(|problem| problem.call));
        problems.extend(unused.into_iter().map(|problem| {
            let headline = lines::line(&problem.headline, &journal.secrets);
            Problem {
                headline,
                ..problem
            }
        }));
    }
    let told = if which == Which::New {
        expectations.told_unknown
    } else {
        0
    };
    for (ordinal, description) in expectations.unknown.iter().skip(told) {
        starred.insert(*ordinal);
        // The description from the time of the call may hold a secret that became known later.
        let headline = lines::line(&format!("call #{ordinal}, {description}"), &journal.secrets);
        let kind = FailureKind::UnknownEndpoint;
        problems.push(Problem {
            kind,
            headline,
            place: started,
            call: Some(*ordinal),
        });
        after = 0;
    }
    let told_dropped = if which == Which::New {
        expectations.told_dropped
    } else {
        0
    };
    let dropped = &expectations.dropped[told_dropped..];
    for Dropped {
        kind, call, what, ..
    } in dropped
    {
        starred.insert(*call);
        let headline = lines::line(&format!("call #{call}, {what}"), &journal.secrets);
        problems.push(Problem {
            kind: *kind,
            headline,
            place: started,
            call: Some(*call),
        });
        after = 0;
    }
    let untold = expectations
        .unknown_count
        .saturating_sub(told.max(expectations.unknown.len()));
    let text = if problems.is_empty() {
        "nothing is wrong with the calls received".to_owned()
    } else {
        if problems.len() == 1 {
            nearest
                .iter_mut()
                .for_each(|nearest| nearest.problem = None);
        }
        let head = head(&problems, untold, dropped, test);
        Text {
            head,
            journal,
            after,
            before: u64::MAX,
            star: "named above".into(),
            starred,
            nearest,
        }
        .compose()
    };
    Report {
        problems,
        calls_received: journal.received,
        text,
    }
}

fn head(problems: &[Problem], untold: usize, dropped: &[Dropped], test: &str) -> Vec<String> {
    let mut head = Vec::new();
    match problems {
        [problem] => {
            head.push(problem.headline.clone());
            head.extend(origin(problem).map(|origin| format!("  {origin}")));
        }
        problems => {
            head.push(format!(
                "{} problems with the calls received:",
                problems.len() + untold
            ));
            for (index, problem) in problems.iter().enumerate() {
                head.push(format!("  {}. {}", index + 1, problem.headline));
                head.extend(origin(problem).map(|origin| format!("     {origin}")));
            }
        }
    }
    if untold > 0 {
        head.push(format!("  and {untold} more calls to unknown endpoints"));
    }
    let of_kind = |kind| problems.iter().find(move |problem| problem.kind == kind);
    let unknown = of_kind(FailureKind::UnknownEndpoint);
    let of_call = unknown
        .or(of_kind(FailureKind::Unmodeled))
        .or(of_kind(FailureKind::UnknownParameter))
        .or(of_kind(FailureKind::EndlessExport));
    if let Some(problem) = of_call {
        head.push(format!(
            "  received by the double{test}, started at {}",
            problem.place
        ));
    }
    if unknown.is_some() {
        head.push(
            "  if the program should make such calls: MockZendesk::builder().allow_unknown_endpoints()".to_owned(),
        );
    }
    if of_kind(FailureKind::NothingToJudge).is_some() {
        head.push(
            "  if the program should call nothing at all, write zendesk.expect_calls(|calls| calls, 0), or \
             zendesk.calls().assert_none() after it ran"
                .to_owned(),
        );
        head.push("  otherwise check that the program calls zendesk.uri()".to_owned());
    }
    if of_kind(FailureKind::Refused).is_some() {
        head.push(
            "  if the test means refused calls: expect_calls(|calls| calls.of(…).refused(), …), or .with_status(…) or .any_outcome()"
                .to_owned(),
        );
    }
    if of_kind(FailureKind::Undelivered).is_some() {
        head.push(
            "  if the receiver should refuse it: NewWebhook::new(…).allow_failures()".to_owned(),
        );
    }
    let ways_out = [
        (
            FailureKind::Unmodeled,
            "if the test does not depend on it",
            "allow_unmodeled",
        ),
        (
            FailureKind::UnknownParameter,
            "if the program should send it anyway",
            "allow_unknown_parameter",
        ),
    ];
    for (kind, condition, method) in ways_out {
        let names = dropped.iter().filter(|dropped| dropped.kind == kind);
        let calls: String = names
            .map(|dropped| format!(".{method}({:?})", dropped.name))
            .collect();
        if !calls.is_empty() {
            head.push(format!("  {condition}: MockZendesk::builder(){calls}"));
        }
    }
    head
}

/// Returns the line that shows the place of a problem. `None` means that all problems of its kind
/// have the same place: the start of the double.
fn origin(problem: &Problem) -> Option<String> {
    match problem.kind {
        FailureKind::UnknownEndpoint
        | FailureKind::Unmodeled
        | FailureKind::UnknownParameter
        | FailureKind::EndlessExport => None,
        FailureKind::NeverHappened | FailureKind::Panicked => {
            Some(format!("planned at {}", problem.place))
        }
        FailureKind::Undelivered => Some(format!("webhook registered at {}", problem.place)),
        _ => Some(format!("expected at {}", problem.place)),
    }
}

/// Returns the problem of something that was planned and never happened.
pub(crate) fn never_happened(what: &str, place: Place) -> Problem {
    let headline = format!("expected to happen, but never did: {what}");
    Problem {
        kind: FailureKind::NeverHappened,
        headline,
        place,
        call: None,
    }
}

/// Returns the problem of code of the test that panicked while a request was answered.
pub(crate) fn panicked(what: &str, text: &str, place: Place) -> Problem {
    let text: Vec<&str> = text.lines().map(str::trim).collect();
    let headline = format!("{what} panicked: {}", text.join("; "));
    Problem {
        kind: FailureKind::Panicked,
        headline,
        place,
        call: None,
    }
}

/// Returns what to say after the name of a parameter that the operation does not have: the one that
/// was probably meant, or which there are.
fn there_is_instead(operation: Operation, name: &str) -> String {
    let is_keyword_or_sideload = name.contains([' ', '=']);
    match nearest_parameter(operation, name) {
        Some(meant) => format!("; did you mean {meant}?"),
        None if is_keyword_or_sideload => String::new(),
        None => format!("; {}", parameters_of(operation)),
    }
}

/// Returns a call in one line, with a remark.
fn describe(call: &Call, what: &str) -> String {
    let secrets = &call.received().secrets;
    let (method, path) = (
        lines::value(call.method(), secrets),
        lines::value(call.path(), secrets),
    );
    format!("{method} {path}: {}", lines::line(what, secrets))
}
