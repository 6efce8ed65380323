//! What is printed of the calls of a test that panics for a reason of its own.

use std::collections::BTreeSet;

use super::call::Call;
use super::jobs_seen::JobSeen;
use super::journal::JournalView;
use super::text::Text;

/// So many jobs are named above the calls.
const MAX_SHOWN_JOBS: usize = 3;

/// Returns what to print if the test panics: the calls, if one of them was refused, met a fault or
/// went astray, or if a background job did not do all that it was asked to. None if all went well.
pub(crate) fn panicking(journal: &JournalView) -> Option<String> {
    let calls: Vec<&Call> = journal.calls.iter().map(|(_, call)| call).collect();
    let went_wrong = |call: &&&Call| call.received().error.is_some() || call.fault().is_some();
    let wrong: BTreeSet<u64> = calls
        .iter()
        .filter(went_wrong)
        .map(|call| call.ordinal())
        .collect();
    let jobs: Vec<JobSeen<'_>> = JobSeen::all(&calls)
        .into_iter()
        .filter(JobSeen::is_trouble)
        .collect();
    let (what, star) = match (wrong.is_empty(), jobs.is_empty()) {
        (true, true) => return None,
        (false, true) => (
            "some of the calls that its double received went wrong",
            "went wrong",
        ),
        (true, false) => (
            "a background job of its double did not do everything",
            "of the job",
        ),
        (false, false) => (
            "some of the calls that its double received went wrong, and a background job did not do everything",
            "went wrong, or of the job",
        ),
    };
    let mut head = vec![format!("mock-zendesk: the test panics; {what}")];
    head.extend(
        jobs.iter()
            .take(MAX_SHOWN_JOBS)
            .map(|job| format!("  {job}")),
    );
    let more = jobs.len().saturating_sub(MAX_SHOWN_JOBS);
    if more > 0 {
        head.push(format!("  and {more} more"));
    }
    let mut starred = wrong;
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
    Some(text.compose())
}
