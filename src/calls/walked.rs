//! Assertions on walks through lists and exports.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::place::Place;

use super::call::Call;
use super::failure::{Failure, FailureKind};
use super::page_seen::PageSeen;
use super::select::Calls;
use super::walk::Walk;

/// The number of rows that are named.
const MAX_NAMED_ROWS: usize = 5;

impl Calls {
    /// Like [`Calls::assert_walked_to_end`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if a walk stopped before the end or skipped a page, or if there was no
    /// page.
    #[track_caller]
    pub fn try_assert_walked_to_end(&self) -> Result<(), Failure> {
        let (place, expected) = (
            Place::here(),
            format!("a walk{} to the end", self.subject()),
        );
        for walk in self.walks_to_judge(&expected, place)? {
            if let Some(problem) = not_at_end(&walk) {
                return Err(self.failure(
                    FailureKind::WrongOrder,
                    &format!("expected {expected}; {problem}"),
                    place,
                ));
            }
        }
        self.need_all(&format!("expected {expected}, and there is one"), place)
    }

    /// Like [`Calls::assert_no_row_missed`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if a walk missed a row or did not reach the end, or if there was no page.
    #[track_caller]
    pub fn try_assert_no_row_missed(&self) -> Result<(), Failure> {
        let (place, expected) = (
            Place::here(),
            format!("every row to be on a page{}", self.subject()),
        );
        for walk in self.walks_to_judge(&expected, place)? {
            let missed = missed_rows(&walk);
            if !missed.is_empty() {
                let headline = format!("expected {expected}; {}", told(&missed));
                return Err(self.failure(FailureKind::MissedRow, &headline, place));
            }
            // No client has seen what comes after the last page that was sent.
            if let Some(problem) = not_at_end(&walk) {
                return Err(self.failure(
                    FailureKind::WrongOrder,
                    &format!("expected {expected}; {problem}"),
                    place,
                ));
            }
        }
        self.need_all(&format!("expected {expected}, and it is"), place)
    }

    /// Like [`Calls::assert_each_row_once`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if a walk showed a row twice, or if there was no page.
    #[track_caller]
    pub fn try_assert_each_row_once(&self) -> Result<(), Failure> {
        let (place, expected) = (
            Place::here(),
            format!("each row once on the pages{}", self.subject()),
        );
        for walk in self.walks_to_judge(&expected, place)? {
            let mut seen: BTreeMap<(u64, u64), u64> = BTreeMap::new();
            for (call, page) in &walk.pages {
                for (id, time) in page.given.rows_to_come_once() {
                    if let Some(first) = seen.insert((id, time), call.ordinal()) {
                        let headline = format!(
                            "expected {expected}; {id} is on #{first} and on #{}",
                            call.ordinal()
                        );
                        return Err(self.failure(FailureKind::TooMany, &headline, place));
                    }
                }
            }
        }
        self.need_all(&format!("expected {expected}, and it is"), place)
    }

    /// Like [`Calls::assert_no_page_twice`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if a walk requested a page again, or if there was no page.
    #[track_caller]
    pub fn try_assert_no_page_twice(&self) -> Result<(), Failure> {
        let (place, expected) = (Place::here(), format!("no page twice{}", self.subject()));
        let walks = self.walks_to_judge(&expected, place)?;
        let repeated = walks.iter().enumerate().find_map(|(index, walk)| {
            let restarts = walks[index + 1..]
                .iter()
                .filter(|other| walk.broke_off() && other.is_of_same_list(walk));
            let restarts = restarts.filter_map(Walk::first);
            page_twice(walk.pages.iter().copied().chain(restarts))
        });
        if let Some((first, again)) = repeated {
            let headline =
                format!("expected {expected}; #{again} requests the page that #{first} returned");
            return Err(self.failure(FailureKind::TooMany, &headline, place));
        }
        self.need_all(&format!("expected {expected}, and there is none"), place)
    }

    /// Returns the walks to check: all except those that failed and were repeated to the end.
    fn walks_to_judge(&self, expected: &str, place: Place) -> Result<Vec<Walk<'_>>, Failure> {
        let walks: Vec<Walk<'_>> = self
            .walks()
            .into_iter()
            .filter(|walk| !walk.is_excused())
            .collect();
        if !walks.is_empty() {
            return Ok(walks);
        }
        let headline =
            format!("expected {expected}; no page was returned, so there is nothing to check");
        self.need_all(&headline, place)?;
        Err(self.failure(FailureKind::NothingToJudge, &headline, place))
    }
}

/// Returns why a walk has not reached the end of its list. `None` means that it has.
fn not_at_end(walk: &Walk<'_>) -> Option<String> {
    if walk.is_complete() {
        return None;
    }
    Some(match (walk.last(), walk.stray()) {
        (None, Some(stray)) => {
            format!(
                "#{} is a page in the middle, and the first page was not requested",
                stray.ordinal()
            )
        }
        (Some((last, _)), Some(stray)) => {
            format!(
                "the page after #{} was not requested; #{} requests another one",
                last.ordinal(),
                stray.ordinal()
            )
        }
        (Some((last, _)), None) => {
            let again = walk
                .restarted_by
                .map(|(call, page)| match &page.given.export {
                    None => format!("; #{} requests the first page again", call.ordinal()),
                    Some(_) => format!("; #{} requests {}", call.ordinal(), page.given.place.here),
                });
            let again = again.unwrap_or_default();
            format!(
                "#{} was the last page that was requested, and there are more{again}",
                last.ordinal()
            )
        }
        (None, None) => "no page was returned".to_owned(),
    })
}

/// Returns the rows that were in the list at the first and at the last page, and are on no page.
fn missed_rows(walk: &Walk<'_>) -> Vec<u64> {
    let Some((start, _)) = walk.first() else {
        return Vec::new();
    };
    // The last page of an export is requested by another start, so its own query is not asked.
    let at = |page: Option<(&Call, &PageSeen)>| -> Option<BTreeSet<u64>> {
        let list = page?.1.list.as_ref()?;
        Some(list.ids(start.query()).into_iter().collect())
    };
    // A single page has no separate list, because it contains all rows.
    let (Some(first), Some(last)) = (at(walk.first()), at(walk.last())) else {
        return Vec::new();
    };
    let seen: BTreeSet<u64> = walk
        .pages
        .iter()
        .flat_map(|(_, page)| page.given.ids.iter().copied())
        .collect();
    first
        .intersection(&last)
        .filter(|id| !seen.contains(id))
        .copied()
        .collect()
}

/// Returns the first page that was requested twice, as the ordinals of both calls.
fn page_twice<'a>(pages: impl Iterator<Item = (&'a Call, &'a PageSeen)>) -> Option<(u64, u64)> {
    let mut seen: BTreeMap<&str, u64> = BTreeMap::new();
    for (call, page) in pages {
        if let Some(first) = seen.insert(&page.given.place.here, call.ordinal()) {
            return Some((first, call.ordinal()));
        }
    }
    None
}

fn told(missed: &[u64]) -> String {
    let named: Vec<String> = missed
        .iter()
        .take(MAX_NAMED_ROWS)
        .map(u64::to_string)
        .collect();
    let more = match missed.len().saturating_sub(MAX_NAMED_ROWS) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let verb = if missed.len() == 1 { "was" } else { "were" };
    format!(
        "{}{more} {verb} in the list the whole time, but on no page",
        named.join(", ")
    )
}
