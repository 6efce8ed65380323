//! [`Calls`]: the selected calls.

use std::fmt;

use super::call::Call;
use super::criterion::Criterion;
use super::journal::JournalView;

/// Calls that the double received: all of them, or those that match a selection.
///
/// This is a snapshot, which later calls do not change. Each selecting method adds a condition, and
/// a call must meet all of them.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
/// use mock_zendesk::{MockZendesk, users};
///
/// let zendesk = MockZendesk::start().await;
/// let me = || reqwest::get(zendesk.url("/users/me"));
/// me().await?;
/// me().await?;
///
/// let calls = zendesk.calls().of(users::ME).with_status(200);
/// assert_eq!(calls.len(), 2);
/// assert!(calls.iter().all(|call| call.status() == Some(200)));
/// calls.assert_times(2);
/// # Ok(()) }
/// ```
///
/// # Which method do I want?
///
/// | to select calls by | use |
/// |---|---|
/// | the operation | [`of`](Self::of), such as `of(users::LIST)` |
/// | the path | [`to_path`](Self::to_path) |
/// | the record that they are about | [`about_user`](Self::about_user), [`about_organization`](Self::about_organization), [`about_membership`](Self::about_membership), [`about`](Self::about) |
/// | what they sent | [`with_json`](Self::with_json), [`with_query`](Self::with_query), [`with_header`](Self::with_header), [`with_credentials`](Self::with_credentials) |
/// | the outcome | [`succeeded`](Self::succeeded), [`refused`](Self::refused), [`with_status`](Self::with_status), [`any_outcome`](Self::any_outcome) |
/// | the time at which they came | [`since`](Self::since), [`after`](Self::after), [`before`](Self::before) |
/// | anything else | [`matching`](Self::matching) |
///
/// | to assert | use |
/// |---|---|
/// | that exactly one came, and get it | [`assert_once`](Self::assert_once) |
/// | how many came | [`assert_times`](Self::assert_times), [`assert_none`](Self::assert_none) |
/// | what each of them sent | [`assert_json`](Self::assert_json) |
/// | the order in which they came | [`assert_sequence`](Self::assert_sequence), [`assert_exact_sequence`](Self::assert_exact_sequence) |
/// | that a list was walked completely | [`assert_walked_to_end`](Self::assert_walked_to_end), [`assert_no_row_missed`](Self::assert_no_row_missed) |
/// | that each export continued where the one before ended | [`assert_resumed`](Self::assert_resumed) |
/// | that nothing was read twice | [`assert_each_row_once`](Self::assert_each_row_once), [`assert_no_page_twice`](Self::assert_no_page_twice) |
/// | that the client waited when it was limited | [`assert_honored_retry_after`](Self::assert_honored_retry_after), [`assert_max_consecutive_429`](Self::assert_max_consecutive_429) |
///
/// Each assertion panics at the line of the test. Its twin, such as
/// [`try_assert_once`](Self::try_assert_once), returns the failure instead. To look at calls without
/// asserting anything, use [`iter`](Self::iter), [`first`](Self::first), [`last`](Self::last) and
/// [`len`](Self::len).
#[derive(Clone)]
pub struct Calls {
    pub(crate) journal: JournalView,
    /// Only calls after this ordinal are selected.
    pub(super) after: u64,
    /// Only calls before this ordinal are selected.
    pub(super) before: u64,
    pub(super) criteria: Vec<Criterion>,
}

/// A position in the order of calls. [`MockZendesk::mark`](crate::MockZendesk::mark) returns it,
/// and [`Calls::since`] accepts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    ordinal: u64,
    /// The double that it belongs to.
    double: u64,
}

impl Mark {
    pub(crate) fn at_end_of(journal: &JournalView) -> Self {
        Self {
            ordinal: journal.received,
            double: journal.double,
        }
    }

    /// Returns the number of calls that were received before the mark.
    #[must_use]
    pub fn ordinal(self) -> u64 {
        self.ordinal
    }
}

/// # Selecting calls by when they came
///
/// A mark or a call of another double, and two ends in the wrong order, panic at the line of the
/// test.
impl Calls {
    pub(crate) fn new(journal: JournalView) -> Self {
        Self {
            journal,
            after: 0,
            before: u64::MAX,
            criteria: Vec::new(),
        }
    }

    /// Selects the calls that came after this mark.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// reqwest::get(zendesk.url("/users/me")).await?;
    /// let mark = zendesk.mark();
    /// reqwest::get(zendesk.url("/users/me")).await?;
    /// zendesk.calls().since(mark).assert_once();
    /// # Ok(()) }
    /// ```
    #[must_use = "selecting calls checks nothing; assert something about them, or look at them"]
    #[track_caller]
    pub fn since(&self, mark: Mark) -> Self {
        let is_ours = mark.double == self.journal.double;
        assert!(
            is_ours,
            "this mark is from another double, so its position means nothing here; set one with `mark()` of this double"
        );
        self.since_ordinal(mark.ordinal)
    }

    /// Selects the calls that came after this one.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::{organizations, users};
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// reqwest::get(zendesk.url("/users/me")).await?;
    /// reqwest::get(zendesk.url("/organizations")).await?; // 401: no credentials
    /// let first = zendesk.calls().of(users::ME).assert_once();
    /// zendesk.calls().after(&first).of(organizations::LIST).refused().assert_once();
    /// zendesk.calls().before(&first).assert_none();
    /// # Ok(()) }
    /// ```
    #[must_use = "selecting calls checks nothing; assert something about them, or look at them"]
    #[track_caller]
    pub fn after(&self, call: &Call) -> Self {
        self.check_double(call);
        self.since_ordinal(call.ordinal())
    }

    /// Selects the calls that came before this one.
    #[must_use = "selecting calls checks nothing; assert something about them, or look at them"]
    #[track_caller]
    pub fn before(&self, call: &Call) -> Self {
        self.check_double(call);
        Self {
            before: self.before.min(call.ordinal()),
            ..self.clone()
        }
        .checked()
    }

    #[track_caller]
    pub(super) fn since_ordinal(&self, ordinal: u64) -> Self {
        Self {
            after: self.after.max(ordinal),
            ..self.clone()
        }
        .checked()
    }

    #[track_caller]
    fn check_double(&self, call: &Call) {
        let is_ours = self.journal.contains(call);
        assert!(
            is_ours,
            "this call was received by another double or before a reset, so its position means nothing here"
        );
    }

    /// Returns the same selection if a call can be between its two ends.
    ///
    /// # Panics
    ///
    /// Panics if no call can.
    #[track_caller]
    fn checked(self) -> Self {
        let is_swapped = self.before < u64::MAX && self.after >= self.before;
        assert!(
            !is_swapped,
            "no call comes both after the later end and before the earlier one; swap the two"
        );
        self
    }

    #[track_caller]
    pub(super) fn and(&self, criterion: Criterion) -> Self {
        let clash = || {
            self.criteria
                .iter()
                .find_map(|other| criterion.clash(other))
        };
        if let Some(why) = criterion.why_impossible().or_else(clash) {
            panic!("{why}");
        }
        let mut picked = self.clone();
        picked.criteria.push(criterion);
        picked
    }
}

/// # Inspecting calls
impl Calls {
    /// Returns the calls, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = &Call> {
        self.in_scope()
            .filter(|call| self.criteria.iter().all(|criterion| criterion.holds(call)))
    }

    /// Returns the number of calls.
    #[must_use]
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Returns whether there are no calls.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Returns the first call. `None` means that there are no calls.
    #[must_use]
    pub fn first(&self) -> Option<Call> {
        self.iter().next().cloned()
    }

    /// Returns the last call. `None` means that there are no calls.
    #[must_use]
    pub fn last(&self) -> Option<Call> {
        self.iter().last().cloned()
    }

    /// Returns all calls between the two ends.
    pub(crate) fn whole_scope(&self) -> Self {
        Self {
            criteria: Vec::new(),
            ..self.clone()
        }
    }

    /// Returns the calls between the two ends, whether they meet the conditions or not.
    pub(crate) fn in_scope(&self) -> impl Iterator<Item = &Call> {
        let calls = &self.journal.calls;
        let start = calls.rank_where(|ordinal| *ordinal <= self.after);
        let before = self.before;
        calls
            .iter_from(start)
            .take_while(move |(ordinal, _)| **ordinal < before)
            .map(|(_, call)| call)
    }

    /// Returns the calls that meet the conditions, but came outside of the two ends.
    pub(super) fn out_of_scope(&self) -> impl Iterator<Item = &Call> {
        let all = self.journal.calls.iter().map(|(_, call)| call);
        let outside =
            all.filter(|call| call.ordinal() <= self.after || call.ordinal() >= self.before);
        outside.filter(|call| self.criteria.iter().all(|criterion| criterion.holds(call)))
    }

    /// Returns the number of calls between the two ends that were not kept.
    pub(super) fn dropped(&self) -> u64 {
        self.journal
            .dropped
            .min(self.before.saturating_sub(1))
            .saturating_sub(self.after)
    }

    /// Returns whether the selection mentions the outcome of the calls.
    pub(super) fn say_outcome(&self) -> bool {
        self.criteria.iter().any(Criterion::says_outcome)
    }

    /// Returns the description of the calls that follows their number.
    pub(crate) fn subject(&self) -> String {
        let mut subject: String = self
            .criteria
            .iter()
            .map(|criterion| format!(" {}", criterion.describe(&self.journal)))
            .collect();
        let named = |ordinal: u64| {
            let operation = self.journal.calls.get(&ordinal).and_then(Call::operation);
            operation.map_or_else(
                || format!("#{ordinal}"),
                |operation| format!("#{ordinal} ({})", operation.id()),
            )
        };
        if self.after > 0 {
            subject.push_str(&format!(" after {}", named(self.after)));
        }
        if self.before < u64::MAX {
            subject.push_str(&format!(" before {}", named(self.before)));
        }
        subject
    }

    /// Returns the words for the start of the selection: ` after #2`. Empty if it has none.
    pub(super) fn ends(&self) -> String {
        if self.after > 0 {
            format!(" after #{}", self.after)
        } else {
            String::new()
        }
    }
}

impl fmt::Debug for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
