//! [`GivenPage`]: what is kept of a page of a list, or of an incremental export, after it was sent.

use std::time::Duration;

use super::export_kind::{ExportKind, ExportPoint};

/// A page that was sent: the ids of its rows, and its place.
#[derive(Clone, Debug)]
pub(crate) struct GivenPage {
    pub(crate) ids: Vec<u64>,
    pub(crate) place: PagePlace,
    /// What only a page of an incremental export has.
    pub(crate) export: Option<GivenExport>,
}

impl GivenPage {
    /// Returns whether it is a page of a time-based export. Its reply always has `next_page`.
    pub(crate) fn is_by_time(&self) -> bool {
        let export = self.export.as_ref();
        export.is_some_and(|export| export.kind == ExportKind::Time)
    }

    /// Returns whether it may be the first or the last of several pages. Any page of a time-based
    /// export may be: its request looks the same.
    pub(crate) fn may_be_at_an_end(&self) -> bool {
        self.is_by_time() || self.place.is_first == self.place.next.is_some()
    }

    /// Returns the rows that no other page of the same walk should have, with the times of their
    /// last changes, or 0: a record that changes comes again in an export. A time-based page
    /// repeats the rows of the second in which it starts.
    pub(crate) fn rows_to_come_once(&self) -> impl Iterator<Item = (u64, u64)> {
        let export = self.export.as_ref();
        let times = export.map_or(&[][..], |export| &export.times);
        let times = times.iter().copied().chain(std::iter::repeat(0));
        let repeated = export.filter(|export| export.kind == ExportKind::Time);
        let repeated = repeated.map(|export| export.from.time);
        let rows = self.ids.iter().copied().zip(times);
        rows.filter(move |(_, time)| repeated != Some(*time))
    }
}

/// The place of a page in a walk through its list. `here` says how the page was requested, as a
/// text that is the same for every request for the same page. The text has no other meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PagePlace {
    pub(crate) is_first: bool,
    pub(crate) here: String,
    /// How the next page is requested. `None` means that there is no next page.
    pub(crate) next: Option<String>,
}

/// A page of an export that was sent.
#[derive(Clone, Debug)]
pub(crate) struct GivenExport {
    pub(crate) kind: ExportKind,
    /// The time of the last change of each row.
    pub(crate) times: Vec<u64>,
    /// The ids of the rows that are deleted.
    pub(crate) deleted: Vec<u64>,
    pub(crate) from: ExportPoint,
    /// Where a later export continues. `None` means that the page has no rows, and says nothing.
    pub(crate) to: Option<ExportPoint>,
    /// The number of records that changed so recently that the page lacks them.
    pub(crate) withheld: usize,
    /// How long changes are withheld.
    pub(crate) delay: Duration,
}
