//! Cursor and offset pagination over a [`Sequence`].
//!
//! <https://developer.zendesk.com/api-reference/introduction/pagination/>

use serde::Serialize;

use crate::base::open_question::OpenQuestion;
use crate::base::sequence::{Descending, Sequence, Side};
use crate::base::value::{Expected, parse_integer};

use super::cursor::{self, Cursor};
use super::error::ApiError;
use super::given_page::{GivenPage, PagePlace};
use super::json::JsonObject;
use super::page_limits::{Depth, PageLimits, Pagination, Rows};
use super::request::ApiRequest;

/// The page size if the request does not choose one, and the largest under offset pagination.
const PAGE_SIZE: usize = 100;

/// The page that a request asks for.
#[derive(Debug)]
pub(crate) struct Paging<'a> {
    request: &'a ApiRequest<'a>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Offset {
        page: usize,
        per_page: usize,
    },
    Cursor {
        size: usize,
        from: From,
    },
    /// The whole list.
    Whole,
}

#[derive(Debug)]
enum From {
    Start,
    After(Cursor),
    Before(Cursor),
}

/// One page of a list: the ids of its records, and what the reply says about the other pages.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) ids: Vec<u64>,
    links: Links,
    place: PagePlace,
}

#[derive(Debug)]
enum Links {
    Offset {
        next_page: Option<String>,
        previous_page: Option<String>,
        count: usize,
    },
    Cursor {
        meta: Meta,
        links: PrevNext,
    },
    /// The reply says nothing about other pages.
    None,
}

#[derive(Debug, Serialize)]
struct Meta {
    has_more: bool,
    after_cursor: Option<String>,
    before_cursor: Option<String>,
}

#[derive(Debug, Serialize)]
struct PrevNext {
    prev: Option<String>,
    next: Option<String>,
}

impl<'a> Paging<'a> {
    /// Reads the parameters of pagination. Their errors do not depend on the list.
    pub(crate) fn read(request: &'a ApiRequest<'a>) -> Result<Self, ApiError> {
        let Some(limits) = request.operation.query().pages else {
            return Err(ApiError::Internal(format!(
                "{} has no pages",
                request.operation
            )));
        };
        if request.rows == Rows::All {
            return Ok(Self {
                request,
                kind: Kind::Whole,
            });
        }
        let kind = match limits.pagination_of(&request.query, request.answers) {
            Pagination::Cursor => read_cursor(request, limits.largest_cursor_page.into())?,
            Pagination::Offset => read_offset(request, limits)?,
        };
        Ok(Self { request, kind })
    }

    /// Returns the page of a list with the same order for both kinds of pagination.
    pub(crate) fn page(&self, list: &dyn Sequence) -> Result<Page, ApiError> {
        self.page_of(list, list)
    }

    /// Returns the page of a list with a different order for each kind of pagination.
    pub(crate) fn page_of(
        &self,
        under_offset: &dyn Sequence,
        under_cursor: &dyn Sequence,
    ) -> Result<Page, ApiError> {
        match &self.kind {
            Kind::Offset { page, per_page } => Ok(self.offset_page(under_offset, *page, *per_page)),
            Kind::Cursor { size, from } => self.cursor_page(under_cursor, *size, from),
            Kind::Whole => Ok(Page::whole(under_offset)),
        }
    }

    fn offset_page(&self, list: &dyn Sequence, page: usize, per_page: usize) -> Page {
        let count = list.len();
        let start = ((page - 1) * per_page).min(count);
        let end = (start + per_page).min(count);
        let link = |page: usize| link(self.request, &[("page", Some(&page.to_string()))]);
        let next_page = (end < count).then(|| link(page + 1));
        let previous_page = (page > 1).then(|| link(page - 1));
        let at = |page: usize| format!("page {page} of {per_page} rows each");
        let place = PagePlace {
            is_first: page == 1,
            here: at(page),
            next: next_page.as_ref().map(|_| at(page + 1)),
        };
        Page {
            ids: list.ids(start..end),
            links: Links::Offset {
                next_page,
                previous_page,
                count,
            },
            place,
        }
    }

    fn cursor_page(&self, list: &dyn Sequence, size: usize, from: &From) -> Result<Page, ApiError> {
        let descending = Descending(list);
        let list = match (self.request.query.get("sort"), list.order()) {
            (None, _) | (Some("id"), "id") => list,
            (Some(order), _) if self.request.operation.query().is_unmodeled_order(order) => list,
            (Some("-id"), "id") => &descending,
            (Some(_), _) => return Err(ApiError::InvalidPaginationParameter("sort")),
        };
        let count = list.len();
        let rank = |cursor: &Cursor, side, name| {
            let rank = Some(cursor).filter(|cursor| cursor.order == list.order());
            rank.and_then(|cursor| list.rank(&cursor.position, side))
                .ok_or(ApiError::InvalidPaginationParameter(name))
        };
        let (start, end) = match from {
            From::Start => (0, size.min(count)),
            From::After(cursor) => {
                let start = rank(cursor, Side::After, "page[after]")?;
                (start, (start + size).min(count))
            }
            From::Before(cursor) => {
                let end = rank(cursor, Side::Before, "page[before]")?;
                (end.saturating_sub(size), end)
            }
        };
        let has_more = if matches!(from, From::Before(_)) {
            start > 0
        } else {
            end < count
        };
        let cursor_at = |rank: usize| {
            let position = Some(rank)
                .filter(|_| start < end)
                .and_then(|rank| list.position(rank))?;
            Some(cursor::encode(list.order(), &position))
        };
        let before_cursor = cursor_at(start);
        let after_cursor = cursor_at(end.saturating_sub(1));
        let prev = before_cursor.as_deref().map(|cursor| {
            link(
                self.request,
                &[("page[before]", Some(cursor)), ("page[after]", None)],
            )
        });
        let next = after_cursor.as_deref().map(|cursor| {
            link(
                self.request,
                &[("page[after]", Some(cursor)), ("page[before]", None)],
            )
        });
        let here = match from {
            From::Start => "the start".to_owned(),
            From::After(_) => format!(
                "after {}",
                self.request.query.get("page[after]").unwrap_or_default()
            ),
            From::Before(_) => format!(
                "before {}",
                self.request.query.get("page[before]").unwrap_or_default()
            ),
        };
        let behind = match from {
            From::Start | From::After(_) => after_cursor
                .as_ref()
                .map(|cursor| format!("after {cursor}")),
            From::Before(_) => before_cursor
                .as_ref()
                .map(|cursor| format!("before {cursor}")),
        };
        let place = PagePlace {
            is_first: matches!(from, From::Start),
            here,
            next: behind.filter(|_| has_more),
        };
        let meta = Meta {
            has_more,
            after_cursor,
            before_cursor,
        };
        Ok(Page {
            ids: list.ids(start..end),
            links: Links::Cursor {
                meta,
                links: PrevNext { prev, next },
            },
            place,
        })
    }
}

/// Returns the URL of another page: the request's URL with some parameters replaced, and always
/// with `.json`.
fn link(request: &ApiRequest<'_>, parameters: &[(&str, Option<&str>)]) -> String {
    let (base, path) = (&request.base, request.path);
    format!("{base}{path}.json?{}", request.query.with(parameters))
}

impl Page {
    /// Returns the whole list on one page, in the envelope of offset pagination.
    pub(crate) fn whole(list: &dyn Sequence) -> Self {
        let count = list.len();
        let place = PagePlace {
            is_first: true,
            here: "all".to_owned(),
            next: None,
        };
        Self {
            ids: list.ids(0..count),
            links: Links::Offset {
                next_page: None,
                previous_page: None,
                count,
            },
            place,
        }
    }

    /// Returns a page of a list that can only be read forward. `after` is the cursor of the next
    /// page, which the last page has, too.
    pub(crate) fn forward(
        request: &ApiRequest<'_>,
        ids: Vec<u64>,
        after: Option<String>,
        place: PagePlace,
    ) -> Self {
        let next = after.as_deref();
        let next = next.map(|cursor| link(request, &[("page[after]", Some(cursor))]));
        let meta = Meta {
            has_more: place.next.is_some(),
            after_cursor: after,
            before_cursor: None,
        };
        let links = PrevNext { prev: None, next };
        Self {
            ids,
            links: Links::Cursor { meta, links },
            place,
        }
    }

    /// Removes what the reply says about other pages.
    pub(crate) fn without_links(self) -> Self {
        Self {
            links: Links::None,
            ..self
        }
    }

    /// Replaces the ids, which are places in a list of other things until then.
    pub(crate) fn with_ids(self, id: impl Fn(u64) -> u64) -> Self {
        let ids = self.ids.iter().map(|place| id(*place)).collect();
        Self { ids, ..self }
    }

    /// Returns what is kept of the page after the reply is written.
    pub(crate) fn given(&self) -> GivenPage {
        GivenPage {
            ids: self.ids.clone(),
            place: self.place.clone(),
            export: None,
        }
    }

    pub(crate) fn is_of_cursor(&self) -> bool {
        matches!(self.links, Links::Cursor { .. })
    }

    /// Writes what a reply says about the other pages, at its end.
    pub(crate) fn write_links(&self, body: JsonObject) -> JsonObject {
        match &self.links {
            Links::Offset {
                next_page,
                previous_page,
                count,
            } => body
                .field("next_page", next_page)
                .field("previous_page", previous_page)
                .field("count", count),
            Links::Cursor { meta, links } => body.field("meta", meta).field("links", links),
            Links::None => body,
        }
    }
}

fn read_offset(request: &ApiRequest<'_>, limits: PageLimits) -> Result<Kind, ApiError> {
    let mut names = request.query.each();
    if limits.depth == Depth::OfSearch && names.any(|(name, _)| name.starts_with("page[")) {
        return Err(request
            .operation
            .invalid_attribute("page", Expected::Integer));
    }
    let (page, per_page) = (
        integer(request, "page", "page")?,
        integer(request, "per_page", "per_page")?,
    );
    if request.answers.is_other(OpenQuestion::PageOutOfRange) {
        if page == Some(0) {
            return Err(ApiError::InvalidPaginationParameter("page"));
        }
        if per_page.is_some_and(|per_page| !(1..=PAGE_SIZE).contains(&per_page)) {
            return Err(ApiError::InvalidPaginationParameter("per_page"));
        }
    }
    let page = page.map_or(1, |page| page.max(1));
    let per_page = match per_page {
        Some(asked) if asked >= 1 => asked.min(PAGE_SIZE),
        _ => PAGE_SIZE,
    };
    // A page that the double makes smaller brings a client less deep into the list.
    let per_page = request.rows.of(per_page);
    let last = page.saturating_mul(per_page);
    if last <= limits.depth.records() {
        return Ok(Kind::Offset { page, per_page });
    }
    Err(match limits.depth {
        Depth::OfLists => ApiError::InvalidPaginationDepth,
        Depth::OfSearch => {
            let reason = "Requested response size was greater than Search Response Limits";
            ApiError::InvalidSearch(reason.to_owned())
        }
    })
}

/// Reads the size of a page under cursor pagination.
pub(crate) fn cursor_page_size(
    request: &ApiRequest<'_>,
    largest: usize,
) -> Result<usize, ApiError> {
    // These have no effect here, and must be numbers all the same.
    for name in ["page", "per_page"] {
        integer(request, name, name)?;
    }
    let size = integer(request, "page[size]", "page.size")?.unwrap_or(PAGE_SIZE);
    if !(1..=largest).contains(&size) {
        return Err(ApiError::InvalidPaginationParameter("page[size]"));
    }
    Ok(request.rows.of(size))
}

fn read_cursor(request: &ApiRequest<'_>, largest: usize) -> Result<Kind, ApiError> {
    let size = cursor_page_size(request, largest)?;
    let read = |name| match request.query.get(name) {
        Some(text) => cursor::decode(text)
            .map(Some)
            .ok_or(ApiError::InvalidPaginationParameter(name)),
        None => Ok(None),
    };
    let from = match (read("page[after]")?, read("page[before]")?) {
        (None, None) => From::Start,
        (Some(after), None) => From::After(after),
        (None, Some(before)) => From::Before(before),
        (Some(_), Some(_)) => return Err(ApiError::InvalidPaginationParameter("page[after]")),
    };
    Ok(Kind::Cursor { size, from })
}

/// Reads a number from the query. A negative number counts as zero. `name` is the parameter's name
/// in errors.
fn integer(
    request: &ApiRequest<'_>,
    parameter: &str,
    name: &str,
) -> Result<Option<usize>, ApiError> {
    let Some(text) = request.query.get(parameter).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    match parse_integer(text) {
        Some(number) => Ok(Some(usize::try_from(number.max(0)).unwrap_or(usize::MAX))),
        None => Err(request.operation.invalid_attribute(name, Expected::Integer)),
    }
}
