//! [`PageLimits`]: the page sizes of a list, and its kind of pagination.

use crate::base::open_question::{Answers, OpenQuestion};

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
    /// Whether it is an open question that a request which chooses none gets the default.
    is_default_open: bool,
    /// Whether a walk goes only forward, so that `page[before]` is refused.
    #[cfg_attr(
        not(feature = "openapi"),
        allow(dead_code, reason = "only the OpenAPI document reads it")
    )]
    is_forward_only: bool,
    pub(crate) depth: Depth,
}

/// How deep offset pagination reaches, and which error comes below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// 10,000 records, as of most lists.
    OfLists,
    /// 1,000 records, as of the search, which also refuses the parameters of cursors.
    OfSearch,
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

impl Rows {
    /// Returns the number of rows for a request that asks for this many.
    pub(crate) fn of(self, asked: usize) -> usize {
        match self {
            Self::Asked => asked,
            Self::AtMost(most) => asked.min(most),
            Self::All => usize::MAX,
        }
    }
}

impl PageLimits {
    pub(crate) const fn up_to(largest_cursor_page: u16) -> Self {
        Self {
            largest_cursor_page,
            default: Pagination::Offset,
            is_offset_only: false,
            is_default_open: false,
            is_forward_only: false,
            depth: Depth::OfLists,
        }
    }

    /// Only offset pagination.
    pub(crate) const OFFSET_ONLY: Self = Self {
        largest_cursor_page: 0,
        default: Pagination::Offset,
        is_offset_only: true,
        is_default_open: false,
        is_forward_only: false,
        depth: Depth::OfLists,
    };

    /// Only offset pagination, as the search has it.
    pub(crate) const OF_SEARCH: Self = Self {
        depth: Depth::OfSearch,
        ..Self::OFFSET_ONLY
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
            is_default_open: false,
            is_forward_only: false,
            depth: Depth::OfLists,
        }
    }
}

impl Depth {
    /// Returns how many records offset pagination reaches: `page * per_page` must not exceed it.
    pub(crate) const fn records(self) -> usize {
        match self {
            Self::OfLists => 10_000,
            Self::OfSearch => 1_000,
        }
    }
}

impl PageLimits {
    /// Refuses `page[before]`.
    pub(crate) const fn forward_only(self) -> Self {
        Self {
            is_forward_only: true,
            ..self
        }
    }

    /// Returns whether a request can choose a page with this parameter. The others are read, too, and
    /// have no effect or are refused.
    #[cfg(feature = "openapi")]
    pub(crate) fn offers(&self, parameter: &str) -> bool {
        let is_of_offset = OFFSET_PARAMETERS.contains(&parameter);
        match self.default {
            Pagination::Cursor if is_of_offset => false,
            _ => !(self.is_forward_only && parameter == "page[before]"),
        }
    }

    /// Only cursor pagination, as documented of the list of jobs, of which there is no recording.
    pub(crate) const fn of_jobs(largest_cursor_page: u16) -> Self {
        Self {
            is_default_open: true,
            ..Self::cursor_only(largest_cursor_page)
        }
    }

    /// Returns whether cursor pagination is available.
    pub(crate) const fn has_cursors(&self) -> bool {
        !self.is_offset_only
    }

    /// Returns the pagination of a request: cursor pagination if it contains one of its parameters,
    /// otherwise the default of the list.
    pub(crate) fn pagination_of(&self, query: &Query, answers: Answers) -> Pagination {
        let asks_cursor = ["page[size]", "page[after]", "page[before]"]
            .iter()
            .any(|name| query.get(name).is_some());
        if asks_cursor && self.has_cursors() {
            Pagination::Cursor
        } else if self.is_default_open && answers.is_other(OpenQuestion::ListOfJobs) {
            Pagination::Offset
        } else {
            self.default
        }
    }
}
