//! [`PageLimits`]: how large the pages of a list may be, and which pagination it has.

use super::query::Query;

/// The limits of a list's pages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageLimits {
    /// The largest `page[size]`. Asking for more is an error.
    pub(crate) largest_cursor_page: usize,
    /// Which pagination a request gets that does not say.
    pub(crate) unasked: Pagination,
    /// Whether it has offset pagination alone, and the parameters of cursors have no effect.
    is_offset_only: bool,
}

/// A kind of pagination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pagination {
    Offset,
    Cursor,
}

/// The parameters that choose a page, under either pagination.
pub(crate) const PARAMETERS: [&str; 5] = [
    "page",
    "per_page",
    "page[size]",
    "page[after]",
    "page[before]",
];

/// Those of offset pagination.
const OF_OFFSET: &[&str] = &["page", "per_page"];

/// How many rows the pages of a list get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rows {
    /// As many as the request asks for.
    Asked,
    /// At most so many, whatever is asked for.
    AtMost(usize),
    /// All that there are, on one page. No request can ask for that; the double itself does.
    All,
}

impl PageLimits {
    pub(crate) const fn up_to(largest_cursor_page: usize) -> Self {
        Self {
            largest_cursor_page,
            unasked: Pagination::Offset,
            is_offset_only: false,
        }
    }

    /// Offset pagination alone.
    pub(crate) const OFFSET_ONLY: Self = Self {
        largest_cursor_page: 0,
        unasked: Pagination::Offset,
        is_offset_only: true,
    };

    /// The parameters that choose a page.
    pub(crate) const fn parameters(&self) -> &'static [&'static str] {
        if self.is_offset_only {
            OF_OFFSET
        } else {
            &PARAMETERS
        }
    }

    pub(crate) const fn cursor_only(largest_cursor_page: usize) -> Self {
        Self {
            largest_cursor_page,
            unasked: Pagination::Cursor,
            is_offset_only: false,
        }
    }
}

impl PageLimits {
    /// The pagination of a request: that of cursors if it has a parameter of theirs, otherwise the
    /// list's own.
    pub(crate) fn pagination_of(&self, query: &Query) -> Pagination {
        let asks_cursor = ["page[size]", "page[after]", "page[before]"]
            .iter()
            .any(|name| query.get(name).is_some());
        if asks_cursor && !self.is_offset_only {
            Pagination::Cursor
        } else {
            self.unasked
        }
    }
}
