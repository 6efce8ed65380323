//! Prints the calls of a test that ends without an assertion of this crate: with its own panic, or
//! with an error.

use std::collections::BTreeSet;

use crate::base::place::Place;

use super::call::Call;
use super::jobs_seen::JobSeen;
use super::journal::{JournalView, Trouble as WhoDecides};
use super::nulls::surprise_in_last_reply;
use super::remarks::{MAX_SHOWN_REMARKS, Remark, remarks};
use super::text::Text;
use super::together::hints_together;

/// The number of jobs that are shown above the calls.
const MAX_SHOWN_JOBS: usize = 3;

/// What went wrong without an assertion that reports it.
struct Trouble<'a> {
    /// The calls that were refused, met a fault or went to an unknown endpoint.
    failed: BTreeSet<u64>,
    /// The calls that succeeded, and of which Zendesk or the double ignored a part.
    ignored: BTreeSet<u64>,
    /// The jobs that did not complete everything.
    jobs: Vec<JobSeen<'a>>,
    /// What the test may not know of its calls.
    remarks: Vec<Remark>,
    /// The calls that succeeded and look like a mistake, of which a hint tells.
    hinted: BTreeSet<u64>,
}

/// Whether the test has inspected the account or the calls since the last call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Looked {
    /// It has, so the program has probably read its last reply by then.
    Since,
    NotSince,
}

/// Returns what to print if the test panics. Returns `None` if everything went well, and the program
/// has probably understood the replies.
pub(crate) fn panicking(journal: &JournalView, looked: Looked) -> Option<String> {
    let trouble = Trouble::of(journal);
    let kinds = [
        (
            !trouble.failed.is_empty(),
            "some calls to the double failed",
        ),
        (
            !trouble.ignored.is_empty(),
            "a part of some successful calls was ignored",
        ),
        (
            !trouble.jobs.is_empty(),
            "a background job did not complete all its items",
        ),
    ];
    let is_quiet = kinds.iter().all(|(is_there, _)| !is_there);
    let is_remarkable = !trouble.remarks.is_empty() || !trouble.hinted.is_empty();
    let of_remarks = match trouble.remarks.as_slice() {
        // The hints follow the calls.
        [] => "no call failed, but see the hint below",
        _ => "no call failed, but note this",
    };
    let of_remarks = (is_quiet && is_remarkable, of_remarks);
    let what: Vec<&str> = kinds
        .into_iter()
        .chain([of_remarks])
        .filter_map(|(is_there, what)| is_there.then_some(what))
        .collect();
    if what.is_empty() {
        return match looked {
            Looked::Since => None,
            Looked::NotSince => {
                let surprise = surprise_in_last_reply(journal, "panic")?;
                Some(format!("mock-zendesk: {surprise}"))
            }
        };
    }
    let mut head = vec![format!(
        "mock-zendesk: the test panicked; {}",
        what.join(", and ")
    )];
    // What was ignored may be meant, so it hides no other reason.
    if trouble.failed.is_empty() && trouble.jobs.is_empty() && !is_remarkable {
        let surprise = match looked {
            Looked::Since => None,
            Looked::NotSince => surprise_in_last_reply(journal, "panic"),
        };
        head.extend(surprise.map(|surprise| format!("  {surprise}")));
    }
    Some(trouble.text(journal, head))
}

/// Returns what to print if the test ends without a panic and perhaps with an error: the last call
/// failed, and the test did not look at it. `None` means that there is nothing to print.
pub(crate) fn perhaps_failing(journal: &JournalView, looked: Looked) -> Option<String> {
    let (_, last) = journal.calls.iter().last()?;
    // A runner that lets things go wrong by chance reports its runs itself.
    let is_by_chance = journal.trouble == WhoDecides::LeftToChance;
    if looked == Looked::Since || is_by_chance || !has_failed(last) {
        return None;
    }
    let head = "mock-zendesk: if the test returned an error: the last call to the double failed";
    Some(Trouble::of(journal).text(journal, vec![head.to_owned()]))
}

/// Returns the text of an error with the place that returned it and the calls below it.
pub(crate) fn with_calls(journal: &JournalView, error: &str, place: Place) -> String {
    let mut head = vec![error.to_owned(), format!("  returned at {place}")];
    let surprise = surprise_in_last_reply(journal, "error");
    head.extend(surprise.map(|surprise| format!("  {surprise}")));
    Trouble::of(journal).text(journal, head)
}

impl<'a> Trouble<'a> {
    fn of(journal: &'a JournalView) -> Self {
        let calls: Vec<&Call> = journal.calls.iter().map(|(_, call)| call).collect();
        let ordinals = |is_meant: fn(&Call) -> bool| {
            let meant = calls.iter().filter(|call| is_meant(call));
            meant.map(|call| call.ordinal()).collect()
        };
        let jobs = JobSeen::all(&calls).into_iter();
        let failed: BTreeSet<u64> = ordinals(has_failed);
        let hinted = hints_together(&calls, journal.clock_stands_still).into_iter();
        let hinted: BTreeSet<u64> = hinted
            .map(|(ordinal, _)| ordinal)
            .filter(|ordinal| !failed.contains(ordinal))
            .collect();
        let mut remarks = remarks(journal);
        remarks.retain(|remark| !hinted.contains(&remark.ordinal));
        Self {
            failed,
            ignored: ordinals(|call| !has_failed(call) && is_partly_ignored(call)),
            jobs: jobs.filter(JobSeen::is_trouble).collect(),
            remarks,
            hinted,
        }
    }

    fn text(self, journal: &JournalView, mut head: Vec<String>) -> String {
        let Self {
            failed,
            ignored,
            jobs,
            remarks,
            hinted,
        } = self;
        let is_remarkable = !remarks.is_empty() || !hinted.is_empty();
        let kinds = [
            // Where nothing is starred, the word is not shown.
            (
                !failed.is_empty() || (ignored.is_empty() && jobs.is_empty() && !is_remarkable),
                "failed",
            ),
            (!ignored.is_empty(), "ignored in part"),
            (!jobs.is_empty(), "of the job"),
            (is_remarkable, "worth a look"),
        ];
        let star: Vec<&str> = kinds
            .into_iter()
            .filter_map(|(is_there, word)| is_there.then_some(word))
            .collect();
        let shown = jobs.iter().take(MAX_SHOWN_JOBS);
        head.extend(shown.map(|job| format!("  {job}")));
        let more = jobs.len().saturating_sub(MAX_SHOWN_JOBS);
        if more > 0 {
            head.push(format!("  and {more} more"));
        }
        let shown = remarks.iter().take(MAX_SHOWN_REMARKS);
        head.extend(shown.map(|remark| format!("  {}", remark.text)));
        let mut starred = failed;
        starred.extend(ignored);
        starred.extend(hinted);
        starred.extend(remarks.iter().map(|remark| remark.ordinal));
        starred.extend(jobs.iter().flat_map(JobSeen::ordinals));
        let text = Text {
            head,
            journal,
            after: 0,
            before: u64::MAX,
            star: star.join(", or ").into(),
            starred,
            nearest: Vec::new(),
        };
        text.compose()
    }
}

fn has_failed(call: &Call) -> bool {
    call.received().error.is_some() || call.fault().is_some()
}

/// Returns whether a part of the call had no effect: a parameter or an attribute that Zendesk does
/// not have, or something that the double does not implement; or whether there is a hint.
fn is_partly_ignored(call: &Call) -> bool {
    !call.unmodeled().is_empty() || !call.ignored().is_empty() || !call.received().hints.is_empty()
}
