//! [`Counts`]: what one double counts while it answers. A call costs a look-up in a small table.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::export_kind::ExportKind;
use crate::api::given_page::GivenPage;
use crate::api::operation::Operation;
use crate::base::effect::{Cause, Effect};
use crate::trouble::Kind;

use super::outcome::Outcome;

/// How often the operations of one double were called, and what came of the calls.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    by_id: BTreeMap<&'static str, Counted>,
    /// The call that is being answered.
    current: Option<(u64, Operation)>,
    /// The jobs that have not ended yet.
    open: Vec<OpenJob>,
    /// Where pages of time-based exports said that the next page starts. The request for such a
    /// page looks like one for a first page.
    continued: BTreeSet<(&'static str, String)>,
}

/// The counts of one operation.
#[derive(Clone, Debug)]
pub(super) struct Counted {
    pub(super) operation: Operation,
    pub(super) calls: u64,
    outcomes: [u64; Outcome::ALL.len()],
}

/// A job, or the merge of an organization, and the operation that queued it.
#[derive(Clone, Debug)]
struct OpenJob {
    id: String,
    /// The organization that a merge will delete.
    loser: Option<u64>,
    operation: Operation,
}

impl Counts {
    /// Counts a call before it is answered.
    pub(crate) fn count_call(&mut self, operation: Operation) {
        self.of(operation).calls += 1;
    }

    /// Forgets the calls and jobs of an account that is reset, but not what was counted.
    #[cfg(feature = "standalone")]
    pub(crate) fn restart(&mut self) {
        *self = Self {
            by_id: std::mem::take(&mut self.by_id),
            ..Self::default()
        };
    }

    /// Notes which call is being answered, so that its jobs are known by its operation.
    pub(crate) fn begin(&mut self, ordinal: u64, operation: Option<Operation>) {
        self.current = operation.map(|operation| (ordinal, operation));
    }

    /// Counts what came of a call: its reply has this status, and may be a page with an outcome
    /// beside that, and this fault happened to it.
    pub(crate) fn count_reply(
        &mut self,
        operation: Operation,
        status: u16,
        page: Option<Outcome>,
        fault: Option<&Kind>,
    ) {
        let of_fault = fault.and_then(Outcome::of_fault);
        let seen = match of_fault {
            Some(fault) if fault.hides_reply() => [None, None],
            _ => [Some(Outcome::of_status(status)), page],
        };
        for outcome in of_fault.into_iter().chain(seen.into_iter().flatten()) {
            self.count(operation, outcome);
        }
    }

    fn count(&mut self, operation: Operation, outcome: Outcome) {
        self.of(operation).outcomes[outcome as usize] += 1;
    }

    /// Returns the outcome that a page is beside its success, and remembers where its list
    /// continues.
    pub(crate) fn outcome_of_page(
        &mut self,
        operation: Operation,
        page: &GivenPage,
    ) -> Option<Outcome> {
        let is_by_time = page
            .export
            .as_ref()
            .is_some_and(|export| export.kind == ExportKind::Time);
        let key = |place: &str| (operation.id(), place.to_owned());
        let is_continued = is_by_time && self.continued.contains(&key(&page.place.here));
        if let Some(next) = page.place.next.as_ref().filter(|_| is_by_time) {
            self.continued.insert(key(next));
        }
        if !page.place.is_first || is_continued {
            Some(Outcome::FurtherPage)
        } else if page.ids.is_empty() {
            Some(Outcome::EmptyList)
        } else {
            None
        }
    }

    /// Counts the jobs that ended, for the operations that queued them.
    pub(crate) fn count_effects(&mut self, effects: &[(Cause, Effect)]) {
        for (cause, effect) in effects {
            self.count_effect(*cause, effect);
        }
    }

    fn count_effect(&mut self, cause: Cause, effect: &Effect) {
        match effect {
            Effect::JobQueued { job, .. } => self.open(cause, job, None),
            Effect::MergeQueued { merge, loser, .. } => self.open(cause, merge, Some(loser.id)),
            Effect::JobCompleted {
                job,
                failed_items: 0,
                ..
            } => self.end(Outcome::JobCompleted, |open| open.id == *job),
            Effect::JobCompleted { job, .. } => {
                self.end(Outcome::JobPartlyFailed, |open| open.id == *job);
            }
            Effect::JobFailed { job, .. } => self.end(Outcome::JobFailed, |open| open.id == *job),
            Effect::MergeFailed { merge, .. } => {
                self.end(Outcome::JobFailed, |open| open.id == *merge);
            }
            Effect::Merged { loser, .. } => {
                self.end(Outcome::JobCompleted, |open| open.loser == Some(loser.id));
            }
            _ => {}
        }
    }

    fn open(&mut self, cause: Cause, id: &str, loser: Option<u64>) {
        let current = self.current.filter(|(call, _)| *call == cause.call);
        if let Some((_, operation)) = current {
            let id = id.to_owned();
            self.open.push(OpenJob {
                id,
                loser,
                operation,
            });
        }
    }

    fn end(&mut self, outcome: Outcome, is_it: impl Fn(&OpenJob) -> bool) {
        if let Some(index) = self.open.iter().position(is_it) {
            let OpenJob { operation, .. } = self.open.swap_remove(index);
            self.count(operation, outcome);
        }
    }

    fn of(&mut self, operation: Operation) -> &mut Counted {
        self.by_id.entry(operation.id()).or_insert(Counted {
            operation,
            calls: 0,
            outcomes: [0; Outcome::ALL.len()],
        })
    }

    /// Returns the counts by operation, in the order of their names.
    pub(super) fn by_operation(&self) -> impl Iterator<Item = &Counted> {
        self.by_id.values()
    }
}

impl Counted {
    /// Returns the outcomes that happened, with their counts.
    pub(super) fn outcomes(&self) -> impl Iterator<Item = (Outcome, u64)> {
        let counts = Outcome::ALL.into_iter().zip(self.outcomes);
        counts.filter(|(_, count)| *count > 0)
    }
}
