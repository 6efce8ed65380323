//! The assertion that later runs of an export continue where the ones before ended.

use crate::api::export_kind::{ExportKind, ExportPoint};
use crate::api::given_page::GivenExport;
use crate::base::place::Place;

use super::call::Call;
use super::failure::{Failure, FailureKind};
use super::page_seen::PageSeen;
use super::select::Calls;
use super::walk::Walk;

impl Calls {
    /// Like [`Calls::assert_resumed`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if a run of an export did not continue where the one before ended, or if
    /// no export was run twice.
    #[track_caller]
    pub fn try_assert_resumed(&self) -> Result<(), Failure> {
        let place = Place::here();
        let expected = format!(
            "expected each export{} to continue where the one before ended",
            self.subject()
        );
        let walks = self.walks();
        let mut has_judged = false;
        for (index, later) in walks.iter().enumerate() {
            let former = walks[..index]
                .iter()
                .rev()
                .find(|other| other.is_of_same_list(later));
            let Some((former, later)) = former.and_then(Run::of).zip(Run::of(later)) else {
                continue;
            };
            has_judged = true;
            if let Some(problem) = former.problem_of(&later) {
                let headline = format!("{expected}; {problem}");
                return Err(self.failure(FailureKind::WrongOrder, &headline, place));
            }
        }
        if has_judged {
            return self.need_all(&format!("{expected}, and it does"), place);
        }
        let headline = format!("{expected}; no export was run twice, so there is nothing to check");
        self.need_all(&headline, place)?;
        Err(self.failure(FailureKind::NothingToJudge, &headline, place))
    }
}

/// One run of an export, from its first page to its last.
struct Run<'a> {
    first: (&'a Call, &'a PageSeen),
    last: &'a Call,
    kind: ExportKind,
    from: ExportPoint,
    /// Where a later run continues. A page without rows says nothing about that, so the place from
    /// which it was requested counts.
    to: ExportPoint,
    /// Whether a call failed before the last page, so that starting again is no mistake.
    went_wrong: bool,
}

impl<'a> Run<'a> {
    fn of(walk: &Walk<'a>) -> Option<Self> {
        let (first, (last, last_page)) = (walk.first()?, walk.last()?);
        let at_start: &GivenExport = first.1.given.export.as_ref()?;
        let at_end = last_page.given.export.as_ref()?;
        Some(Self {
            first,
            last,
            kind: at_start.kind,
            from: at_start.from,
            to: at_end.to.unwrap_or(at_end.from),
            went_wrong: !walk.is_complete() && !walk.broke_off(),
        })
    }

    /// Returns what is wrong with the next run of the same export.
    fn problem_of(&self, next: &Self) -> Option<String> {
        let (call, page) = next.first;
        let ended = match self.kind {
            ExportKind::Time => format!("#{} ended at {}", self.last.ordinal(), self.to.time),
            ExportKind::Cursor => format!(
                "the cursor to continue with after #{} is {}",
                self.last.ordinal(),
                self.to.cursor()
            ),
        };
        let requests = format!("#{} requests {}", call.ordinal(), page.given.place.here);
        if next.from > self.to {
            return Some(format!("{requests}, and {ended}: it skips what is between"));
        }
        let is_again = next.from <= self.from && next.from != self.to;
        (is_again && !self.went_wrong).then(|| format!("{requests} again, and {ended}"))
    }
}
