//! What is printed of the calls of a test that ends by itself: with a panic of its own, or with an
//! error.

use std::collections::BTreeSet;

use super::call::Call;
use super::jobs_seen::JobSeen;
use super::journal::JournalView;
use super::nulls::null_in_last_reply;
use super::text::Text;

/// So many jobs are named above the calls.
const MAX_SHOWN_JOBS: usize = 3;

/// What went wrong without an assertion that says so.
struct Trouble<'a> {
    /// The calls that were refused, met a fault or went astray.
    calls: BTreeSet<u64>,
    /// The jobs that did not do all that they were asked to.
    jobs: Vec<JobSeen<'a>>,
}

/// Whether the test has looked at the account or at the calls since the last call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Looked {
    /// The program has probably read its last reply by then.
    Since,
    NotSince,
}

/// Returns what to print if the test panics. None if all went well, and the program has probably
/// understood what it was told.
pub(crate) fn panicking(journal: &JournalView, looked: Looked) -> Option<String> {
    let trouble = Trouble::of(journal);
    let what = match (trouble.calls.is_empty(), trouble.jobs.is_empty()) {
        (true, true) if looked == Looked::Since => return None,
        (true, true) => return null_in_last_reply(journal),
        (false, true) => "some calls to the double failed",
        (true, false) => "a background job did not complete all its items",
        (false, false) => {
            "some calls to the double failed, and a background job did not complete all its items"
        }
    };
    let head = format!("mock-zendesk: the test panicked; {what}");
    Some(trouble.text(journal, vec![head]))
}

/// Returns the text of an error with the calls below it.
pub(crate) fn with_calls(journal: &JournalView, error: &str) -> String {
    Trouble::of(journal).text(journal, vec![error.to_owned()])
}

impl<'a> Trouble<'a> {
    fn of(journal: &'a JournalView) -> Self {
        let calls: Vec<&Call> = journal.calls.iter().map(|(_, call)| call).collect();
        let went_wrong = |call: &&&Call| call.received().error.is_some() || call.fault().is_some();
        let wrong = calls.iter().filter(went_wrong);
        let jobs = JobSeen::all(&calls).into_iter();
        Self {
            calls: wrong.map(|call| call.ordinal()).collect(),
            jobs: jobs.filter(JobSeen::is_trouble).collect(),
        }
    }

    fn text(self, journal: &JournalView, mut head: Vec<String>) -> String {
        let Self {
            calls: mut starred,
            jobs,
        } = self;
        let star = match (starred.is_empty(), jobs.is_empty()) {
            (_, true) => "failed",
            (true, false) => "of the job",
            (false, false) => "failed, or of the job",
        };
        let shown = jobs.iter().take(MAX_SHOWN_JOBS);
        head.extend(shown.map(|job| format!("  {job}")));
        let more = jobs.len().saturating_sub(MAX_SHOWN_JOBS);
        if more > 0 {
            head.push(format!("  and {more} more"));
        }
        starred.extend(jobs.iter().flat_map(JobSeen::ordinals));
        let text = Text {
            head,
            journal,
            after: 0,
            before: u64::MAX,
            star,
            starred,
            nearest: Vec::new(),
        };
        text.compose()
    }
}
