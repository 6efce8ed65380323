//! The operations of the search, in the order of the documentation.

use http::header::{CACHE_CONTROL, HeaderValue};

use crate::api::body::Body;
use crate::api::endpoint_limit::EndpointLimit;
use crate::api::error::ApiError;
use crate::api::given_page::PagePlace;
use crate::api::json::JsonObject;
use crate::api::operation::Operation;
use crate::api::page::{Page, Paging, cursor_page_size};
use crate::api::page_limits::{PageLimits, Rows};
use crate::api::reply::{ApiResult, Reply};
use crate::api::request::ApiRequest;
use crate::base::ids::Kind;
use crate::base::open_question::OpenQuestion;
use crate::base::schema::{Key, Schema};
use crate::base::sequence::GivenOrder;
use crate::base::value::Expected;
use crate::resources::account::Account;
use crate::resources::handler::Handler;
use crate::resources::roles::Subject;

use super::export::ExportCursor;
use super::found::{KINDS, Search};
use super::order::{Found, Sorting};
use super::rows::{LACKING_SIDELOADS, SIDELOADS, results_keys, write_results};
use super::sought::Asker;

pub(crate) const HANDLERS: &[(Operation, Handler)] =
    &[(SEARCH, search), (COUNT, count), (EXPORT, export)];

/// The largest page of an export.
const LARGEST_EXPORT_PAGE: u16 = 1_000;

/// The names in `filter[type]`.
const TYPES: &[&str] = &["user", "organization", "ticket", "group"];

/// [`GET /api/v2/search`](https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/#list-search-results)
///
/// Finds users, organizations, tickets and groups by a `query`: words, and properties such as
/// `type:organization tags:vip created>2024-01-01`.
///
/// Without `sort_by`, records whose name or title equals the words come first, the others by id.
/// There is only offset pagination, which reaches 1,000 records. The index may lag, see
/// [`search_lag`](crate::MockZendeskBuilder::search_lag).
pub const SEARCH: Operation = Operation::get("ListSearchResults", "/api/v2/search")
    .named("search", "index")
    .showing(Body::Keys(results_keys))
    .in_no_scope()
    .limited_to(&EndpointLimit::OF_SEARCH)
    .paged(PageLimits::OF_SEARCH)
    .reading(&["query", "sort_by", "sort_order"])
    .requiring(&[&["query"]])
    .sideloading(SIDELOADS)
    .lacking_sideloads(LACKING_SIDELOADS)
    .invalid_because("the query is not valid");

fn search(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let paging = Paging::read(request)?;
    let query = query(request)?;
    request.authorize(account, Subject::Account)?;
    let sorting = Sorting::Asked {
        sort_by: request.query.get("sort_by"),
        sort_order: request.query.get("sort_order"),
    };
    let search = Search::read(query, KINDS, sorting, &asker(account, request))?;
    let found = search.run(account.as_searched());
    let places = GivenOrder((0..found.len() as u64).collect());
    let page = paging.page(&places)?;
    let at = |place: u64| found.get(usize::try_from(place).ok()?).copied();
    let rows: Vec<Found> = page.ids.iter().filter_map(|place| at(*place)).collect();
    let page = page.with_ids(|place| at(place).map_or(0, |row| row.id));
    Ok(reply(account, request, &rows, &page).ignoring(&search.unknown))
}

/// [`GET /api/v2/search/count`](https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/#show-results-count)
///
/// Returns how many records a `query` finds.
pub const COUNT: Operation = Operation::get("CountSearchResults", "/api/v2/search/count")
    .named("search", "count")
    .showing(Body::Keys(count_keys))
    .in_no_scope()
    .reading(&["query"])
    .requiring(&[&["query"]])
    .invalid_because("the query is not valid");

fn count(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let query = query(request)?;
    request.authorize(account, Subject::Account)?;
    let search = Search::read(query, KINDS, Sorting::Newest, &asker(account, request))?;
    let count = search.run(account.as_searched()).len();
    Ok(Reply::json(JsonObject::new().field("count", &count)).ignoring(&search.unknown))
}

/// [`GET /api/v2/search/export`](https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/#export-search-results)
///
/// Lists all records of the kind `filter[type]` that a `query` finds, from the latest one on.
///
/// There is only cursor pagination, and only forward. A cursor lives for an hour on the double's
/// clock, and belongs to its query.
pub const EXPORT: Operation = Operation::get("ExportSearchResults", "/api/v2/search/export")
    .named("search", "export")
    .showing(Body::Keys(results_keys))
    .in_no_scope()
    .limited_to(&EndpointLimit::OF_SEARCH_EXPORT)
    .paged(PageLimits::cursor_only(LARGEST_EXPORT_PAGE).forward_only())
    .reading(&["query", "filter[type]"])
    .requiring(&[&["query"], &["filter[type]"]])
    .sideloading(SIDELOADS)
    .lacking_sideloads(LACKING_SIDELOADS)
    .invalid_because("the query is not valid");

fn export(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let size = cursor_page_size(request, LARGEST_EXPORT_PAGE.into())?;
    let query = query(request)?;
    let kind = kind(request)?;
    if request.query.get("page[before]").is_some() {
        return Err(ApiError::InvalidPaginationParameter("page[before]"));
    }
    let of = format!("{kind} {query}");
    let cursor = match request.query.get("page[after]") {
        Some(text) if request.rows != Rows::All => Some(
            ExportCursor::decode(text, &of, account.moment())
                .ok_or(ApiError::InvalidPaginationParameter("page[after]"))?,
        ),
        _ => None,
    };
    request.authorize(account, Subject::Account)?;
    let search = Search::read(query, &[kind], Sorting::Newest, &asker(account, request))?;
    let found = search.run(account.as_searched()).into_iter();
    let is_behind = |row: &Found| cursor.as_ref().is_none_or(|cursor| cursor.is_before(row));
    let mut rest = found.filter(is_behind);
    let rows: Vec<Found> = rest.by_ref().take(size).collect();
    let has_more = rest.next().is_some();
    let after = rows.last().map(|last| {
        let now = account.moment();
        ExportCursor::behind(*last, rows.len(), cursor.as_ref(), &of, now)
    });
    // Two cursors for the same page differ in when they were made.
    let behind = |cursor: &ExportCursor| format!("after {:?}", cursor.last_row());
    let place = PagePlace {
        is_first: cursor.is_none(),
        here: cursor
            .as_ref()
            .map_or_else(|| "the start".to_owned(), behind),
        next: after.as_ref().filter(|_| has_more).map(behind),
    };
    let ids = rows.iter().map(|row| row.id).collect();
    let page = Page::forward(request, ids, after.map(|after| after.encode()), place);
    Ok(reply(account, request, &rows, &page).ignoring(&search.unknown))
}

/// Returns the reply with these rows.
fn reply(account: &Account, request: &ApiRequest<'_>, rows: &[Found], page: &Page) -> Reply {
    let body = write_results(JsonObject::new(), account, request, rows);
    Reply::page(body.field("facets", &()), page).header(
        CACHE_CONTROL,
        HeaderValue::from_static("max-age=10, private"),
    )
}

/// Returns the keys of the reply of [`COUNT`].
fn count_keys() -> Vec<Key> {
    vec![Key::new("count", Schema::Integer)]
}

fn query<'a>(request: &'a ApiRequest<'_>) -> Result<&'a str, ApiError> {
    let query = request.query.get("query");
    if request.answers.is_other(OpenQuestion::SearchWithoutQuery) {
        return Ok(query.unwrap_or_default());
    }
    query.ok_or(ApiError::ParameterMissing("query"))
}

fn asker(account: &Account, request: &ApiRequest<'_>) -> Asker {
    Asker::new(account, request.caller_id())
}

/// Reads the kind of record that an export is limited to.
fn kind(request: &ApiRequest<'_>) -> Result<Kind, ApiError> {
    let name = request.query.get("filter[type]");
    let name = name.ok_or(ApiError::ParameterMissing("filter"))?;
    let kind = KINDS.iter().find(|kind| kind.wire() == name);
    kind.copied().ok_or_else(|| {
        let operation = request.operation;
        operation.invalid_attribute("filter.type", Expected::Word(TYPES))
    })
}
