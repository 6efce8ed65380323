//! [`PageLimits`]: how large the pages of a list may be, and which pagination it has.

use super::query::Query;

/// The limits of a list's pages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageLimits {
    /// The largest `page[size]`. Asking for more is an error.
    pub(crate) largest_cursor_page: usize,
    /// Which pagination a request gets that does not say.
    pub(crate) unasked: Pagination,
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
        }
    }

    pub(crate) const fn cursor_only(largest_cursor_page: usize) -> Self {
        Self {
            largest_cursor_page,
            unasked: Pagination::Cursor,
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
        if asks_cursor {
            Pagination::Cursor
        } else {
            self.unasked
        }
    }
}
