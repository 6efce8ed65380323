//! Rules on how a program reads lists.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::api::page_limits::{PageLimits, Pagination};
use crate::api::path::plain;
use crate::api::query::Query;
use crate::calls::{Call, LeftRows, has_succeeded, page};

use super::seen::{Found, Seen, is_write, ordinals};

/// The time within which reading the same page twice is advised against.
const MAX_REREAD_PAUSE: Duration = Duration::from_secs(60);

/// Finds walks by offset pagination through lists that have cursors.
///
/// Zendesk recommends cursor pagination, and refuses offset pages beyond 10,000 records.
/// <https://developer.zendesk.com/api-reference/introduction/pagination/>
pub(super) fn offset_walk(seen: &Seen<'_>) -> Vec<Found> {
    let answers = seen.all.journal.answers;
    let walks = seen.all.walks().into_iter();
    let found = walks.filter_map(|walk| {
        let (first, _) = walk.first()?;
        let query = Query::parse(first.query());
        let is_offset = list_of(first)?.pagination_of(&query, answers) == Pagination::Offset;
        if !is_offset || is_sorted(&query) || walk.pages.len() < 2 {
            return None;
        }
        Some(Found {
            text: format!(
                "{} pages of {} were read by offset pagination, from #{} on",
                walk.pages.len(),
                first.operation()?,
                first.ordinal()
            ),
            calls: ordinals(walk.pages.iter().map(|(call, _)| *call)),
        })
    });
    found.collect()
}

/// Finds lists of which only the first page was read.
///
/// A page has at most 100 rows, in some lists 1,000, so a program that stops there works in a test
/// with few records and loses rows in a real account.
/// <https://developer.zendesk.com/api-reference/introduction/pagination/>
pub(super) fn stopped_at_first_page(seen: &Seen<'_>) -> Vec<Found> {
    let walks = seen.all.walks();
    let found = walks.iter().filter_map(|walk| {
        let LeftRows {
            first,
            last,
            seen,
            all,
        } = walk.left_rows()?;
        let query = Query::parse(first.query());
        let asks_for_one = ["per_page", "page[size]"]
            .iter()
            .any(|name| query.get(name) == Some("1"));
        let is_meant = asks_for_one || is_sorted(&query) || walk.is_done_again;
        if is_meant || first.ordinal() != last.ordinal() {
            return None;
        }
        list_of(first)?;
        Some(Found {
            calls: ordinals([first]),
            text: format!(
                "#{} returned {seen} of the {all} rows of {}, and no further page was requested",
                first.ordinal(),
                first.operation()?
            ),
        })
    });
    found.collect()
}

/// Finds lists that were read twice with nothing written in between.
///
/// <https://developer.zendesk.com/documentation/ticketing/using-the-zendesk-api/best-practices-for-avoiding-rate-limiting/>
pub(super) fn read_again(seen: &Seen<'_>) -> Vec<Found> {
    let mut read: BTreeMap<_, &Call> = BTreeMap::new();
    let mut again: BTreeMap<&str, Vec<&Call>> = BTreeMap::new();
    for call in seen.calls.iter().copied() {
        // After a failure a program starts again, and after a write a list has changed.
        if is_write(call) || !has_succeeded(call) {
            read.clear();
            continue;
        }
        if list_of(call).is_none() || page(call).is_none() {
            continue;
        }
        let request = (
            plain(call.path()),
            call.query(),
            call.header("authorization"),
        );
        let earlier = read.insert(request, call);
        let is_same = |earlier: &&Call| {
            let body = |call: &Call| call.reply().map(|reply| reply.body().to_vec());
            call.since(earlier) < MAX_REREAD_PAUSE && body(earlier) == body(call)
        };
        if let Some(earlier) = earlier.filter(is_same) {
            again
                .entry(plain(call.path()))
                .or_default()
                .extend([earlier, call]);
        }
    }
    let mut found: Vec<Found> = again
        .into_values()
        .filter_map(|calls| {
            let (first, operation) = (*calls.first()?, calls.first()?.operation()?);
            Some(Found {
                text: format!(
                    "{operation} was read again as #{}, after #{} had returned the same",
                    calls.get(1)?.ordinal(),
                    first.ordinal()
                ),
                calls: ordinals(calls),
            })
        })
        .collect();
    found.sort_by_key(|found| found.calls.first().copied());
    found
}

/// Returns the limits of the list that a call reads. `None` means that it reads no list that has
/// cursors and whose rows a program reads for themselves: that of jobs is read to wait for one.
fn list_of(call: &Call) -> Option<PageLimits> {
    let operation = call.operation()?;
    let is_waited_for = operation.controller() == "job_statuses";
    let is_export = operation.query().export.is_some() || operation.controller() == "search";
    let limits = operation.query().pages?;
    (limits.has_cursors() && !is_waited_for && !is_export).then_some(limits)
}

/// Returns whether a request chooses an order.
fn is_sorted(query: &Query) -> bool {
    ["sort", "sort_by", "sort_order"]
        .iter()
        .any(|name| query.get(name).is_some())
}
