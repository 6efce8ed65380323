//! [`PageLimits`]: the page sizes of a list, and its kind of pagination.

use super::query::Query;

/// The limits of a list's pages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageLimits {
    /// The largest `page[size]`. A request for more is an error.
    pub(crate) largest_cursor_page: u16,
    /// The pagination of a request that does not choose one.
    pub(crate) default: Pagination,
    /// Whether only offset pagination is available, so that the parameters of cursors have no
    /// effect.
    is_offset_only: bool,
}

/// A kind of pagination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pagination {
    Offset,
    Cursor,
}

/// The parameters that choose a page, under both kinds of pagination.
pub(crate) const PARAMETERS: [&str; 5] = [
    "page",
    "per_page",
    "page[size]",
    "page[after]",
    "page[before]",
];

/// The parameters of offset pagination.
const OFFSET_PARAMETERS: &[&str] = &["page", "per_page"];

/// How many rows the pages of a list get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rows {
    /// As many as the request asks for.
    Asked,
    /// At most this many, whatever the request asks for.
    AtMost(usize),
    /// All rows on one page. Requests cannot ask for that; only the double itself does.
    All,
}

impl PageLimits {
    pub(crate) const fn up_to(largest_cursor_page: u16) -> Self {
        Self {
            largest_cursor_page,
            default: Pagination::Offset,
            is_offset_only: false,
        }
    }

    /// Only offset pagination.
    pub(crate) const OFFSET_ONLY: Self = Self {
        largest_cursor_page: 0,
        default: Pagination::Offset,
        is_offset_only: true,
    };

    /// Returns the parameters that choose a page.
    pub(crate) const fn parameters(&self) -> &'static [&'static str] {
        if self.is_offset_only {
            OFFSET_PARAMETERS
        } else {
            &PARAMETERS
        }
    }

    pub(crate) const fn cursor_only(largest_cursor_page: u16) -> Self {
        Self {
            largest_cursor_page,
            default: Pagination::Cursor,
            is_offset_only: false,
        }
    }
}

impl PageLimits {
    /// Returns the pagination of a request: cursor pagination if it contains one of its parameters,
    /// otherwise the default of the list.
    pub(crate) fn pagination_of(&self, query: &Query) -> Pagination {
        let asks_cursor = ["page[size]", "page[after]", "page[before]"]
            .iter()
            .any(|name| query.get(name).is_some());
        if asks_cursor && !self.is_offset_only {
            Pagination::Cursor
        } else {
            self.default
        }
    }
}
