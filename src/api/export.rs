//! Incremental exports: the records that changed since a time, or since a place in the stream, in
//! the order of their last changes.
//!
//! <https://developer.zendesk.com/documentation/ticketing/managing-tickets/using-the-incremental-export-api/>

use std::time::Duration;

use crate::base::changes::Changes;
use crate::base::ids::RecordId;
use crate::base::open_question::OpenQuestion;
use crate::base::time::Timestamp;
use crate::base::value::{Expected, parse_integer};

use super::error::ApiError;
use super::export_kind::{Export, ExportKind, ExportPoint};
use super::given_page::{GivenExport, GivenPage, PagePlace};
use super::json::JsonObject;
use super::page_limits::Rows;
use super::request::ApiRequest;

/// The page of an export that a request asks for.
#[derive(Debug)]
pub(crate) struct Exporting<'a> {
    request: &'a ApiRequest<'a>,
    kind: ExportKind,
    from: ExportPoint,
    /// Whether `from` is the time that the request names, and not a cursor.
    is_start: bool,
    per_page: usize,
}

impl<'a> Exporting<'a> {
    /// Reads the parameters. Their errors do not depend on the account.
    pub(crate) fn read(request: &'a ApiRequest<'a>) -> Result<Self, ApiError> {
        let Some(&Export { kind, page_size }) = request.operation.query().export else {
            return Err(ApiError::Internal(format!(
                "{} is no export",
                request.operation
            )));
        };
        let asked = request
            .query
            .get("per_page")
            .filter(|text| !text.is_empty());
        let asked = asked.map(|text| parse_integer(text).ok_or("per_page"));
        let asked = asked
            .transpose()
            .map_err(|name| request.operation.invalid_attribute(name, Expected::Integer))?;
        let asked = asked.and_then(|asked| usize::try_from(asked).ok());
        let asked = asked
            .filter(|asked| *asked > 0)
            .map_or(page_size, |asked| asked.min(page_size));
        let cursor = request.query.get("cursor");
        let cursor = cursor.filter(|cursor| kind == ExportKind::Cursor && !cursor.is_empty());
        let from = match cursor {
            Some(cursor) => ExportPoint::of_cursor(cursor)
                .ok_or(ApiError::InvalidPaginationParameter("cursor"))?,
            None => ExportPoint::at(start_time(request)?),
        };
        Ok(Self {
            request,
            kind,
            from,
            is_start: cursor.is_none(),
            per_page: match request.rows {
                Rows::Asked => asked,
                Rows::AtMost(most) => asked.min(most),
                Rows::All => usize::MAX,
            },
        })
    }

    /// Returns the page of an account that shows this time and withholds the changes of the time
    /// before it that `delay` says. `keeps` says which records the request wants.
    ///
    /// # Errors
    ///
    /// Returns an error if the request starts within that time.
    pub(crate) fn page<I: RecordId>(
        &self,
        changes: Changes<'_, I>,
        keeps: impl Fn(I) -> bool,
        now: Timestamp,
        delay: Duration,
    ) -> Result<ExportPage<I>, ApiError> {
        // No record has changed before 1970, so an earlier horizon is before all of them.
        let horizon = now.unix_seconds().checked_sub(delay.as_secs());
        let is_too_recent = self.is_start && horizon.is_none_or(|horizon| self.from.time > horizon);
        if is_too_recent && !self.is_behind_full_page(changes, now, horizon) {
            return Err(ApiError::TooRecentStartTime { delay });
        }
        let end = horizon.map_or(0, |horizon| {
            changes.until(Timestamp::from_unix_seconds(horizon))
        });
        let time = Timestamp::from_unix_seconds(self.from.time);
        let start = if self.is_start {
            changes.before(time)
        } else {
            changes.until_record(time, I::from_number(self.from.id))
        };
        let withheld = changes.until(now) - end;
        let mut left = changes
            .at(start.min(end)..end)
            .filter(|(_, id)| keeps(*id))
            .map(|(time, id)| (time.unix_seconds(), id));
        let mut rows: Vec<(u64, I)> = left.by_ref().take(self.per_page).collect();
        let is_end = rows.len() < self.per_page;
        let to = match (rows.first().copied(), rows.last().copied(), self.kind) {
            (Some((first, _)), Some((last, _)), ExportKind::Time) if first == last && !is_end => {
                rows.extend(left.take_while(|(time, _)| *time == first));
                Some(ExportPoint::at(first + 1))
            }
            (_, Some((last, _)), ExportKind::Time) => Some(ExportPoint::at(last)),
            (_, Some((time, id)), ExportKind::Cursor) => Some(ExportPoint {
                time,
                id: id.number(),
            }),
            (_, None, ExportKind::Time)
                if self.request.answers.is_other(OpenQuestion::EmptyExportPage) =>
            {
                Some(ExportPoint::at(self.from.time))
            }
            (_, None, _) => None,
        };
        Ok(ExportPage {
            rows,
            is_end,
            to,
            withheld,
            delay,
        })
    }

    /// Returns whether the page starts a second too late only because a full page of the last second
    /// that is shown linked to it. In Zendesk, time has moved on until a client follows that link; here
    /// it may stand still. Some of the rows of that page may have changed since.
    fn is_behind_full_page<I: RecordId>(
        &self,
        changes: Changes<'_, I>,
        now: Timestamp,
        horizon: Option<u64>,
    ) -> bool {
        let last = self.from.time.saturating_sub(1);
        if self.kind != ExportKind::Time || horizon != Some(last) {
            return false;
        }
        let before = changes.before(Timestamp::from_unix_seconds(last));
        let rest = changes.until(now).saturating_sub(before);
        // A page that was made smaller on the way may have been full with any number of rows.
        let full = match self.request.rows {
            Rows::Asked => self.per_page,
            Rows::AtMost(_) | Rows::All => 1,
        };
        rest >= full
    }

    /// Writes what a reply says about the other pages, at its end.
    pub(crate) fn write_links<I>(
        &self,
        body: JsonObject,
        page: &ExportPage<I>,
        order: KeyOrder,
    ) -> JsonObject {
        let count = page.rows.len();
        match self.kind {
            ExportKind::Time => {
                let end_time = page.to.map(|to| to.time);
                let next = end_time.map(|end_time| {
                    let start_time = end_time.to_string();
                    self.link(".json", &[("start_time", Some(&start_time))])
                });
                match order {
                    KeyOrder::NextPageFirst => body
                        .field("next_page", &next)
                        .field("count", &count)
                        .field("end_of_stream", &page.is_end)
                        .field("end_time", &end_time),
                    KeyOrder::CountFirst => body
                        .field("count", &count)
                        .field("end_of_stream", &page.is_end)
                        .field("next_page", &next)
                        .field("end_time", &end_time),
                }
            }
            ExportKind::Cursor => {
                let after_cursor = page.to.map(ExportPoint::cursor);
                let after_url = after_cursor.as_deref().map(|cursor| {
                    // Recorded: this link has `.json` only if the request had it.
                    let replaced = [("cursor", Some(cursor)), ("start_time", None)];
                    self.link(self.request.suffix, &replaced)
                });
                body.field("after_url", &after_url)
                    .field("before_url", &())
                    .field("after_cursor", &after_cursor)
                    .field("before_cursor", &())
                    .field("end_of_stream", &page.is_end)
            }
        }
    }

    fn link(&self, suffix: &str, parameters: &[(&str, Option<&str>)]) -> String {
        format!(
            "{}{}{suffix}?{}",
            self.request.base,
            self.request.path,
            self.request.query.with(parameters)
        )
    }

    /// Returns what is kept of the page after the reply is written. `deleted` are the records of
    /// the page that are deleted.
    pub(crate) fn given<I: RecordId>(&self, page: &ExportPage<I>, deleted: Vec<u64>) -> GivenPage {
        let here = |point: ExportPoint, is_start: bool| {
            if is_start {
                format!("start_time={}", point.time)
            } else {
                format!("cursor={}", point.cursor())
            }
        };
        let next = page.to.filter(|_| !page.is_end);
        GivenPage {
            ids: page.rows.iter().map(|(_, id)| id.number()).collect(),
            place: PagePlace {
                is_first: self.is_start,
                here: here(self.from, self.is_start),
                next: next.map(|to| here(to, self.kind == ExportKind::Time)),
            },
            export: Some(GivenExport {
                kind: self.kind,
                times: page.rows.iter().map(|(time, _)| *time).collect(),
                deleted,
                from: self.from,
                to: page.to,
                withheld: page.withheld,
                delay: page.delay,
            }),
        }
    }
}

/// One page of an export: its records with the times of their last changes, and what the reply says
/// about the other pages.
#[derive(Debug)]
pub(crate) struct ExportPage<I> {
    pub(crate) rows: Vec<(u64, I)>,
    is_end: bool,
    /// Where the next page starts. `None` means that this page has no rows.
    to: Option<ExportPoint>,
    /// The number of records that changed so recently that they are withheld.
    withheld: usize,
    delay: Duration,
}

/// The order of the keys after the rows of a time-based export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyOrder {
    /// As recorded of users and organizations.
    NextPageFirst,
    /// As recorded of tickets.
    CountFirst,
}

/// Reads the time at which an export starts. Clients send it with a fraction, too.
fn start_time(request: &ApiRequest<'_>) -> Result<u64, ApiError> {
    let text = request.query.get("start_time").map(str::trim);
    let text = text
        .filter(|text| !text.is_empty())
        .ok_or(ApiError::ParameterMissing("start_time"))?;
    let invalid = || {
        let operation = request.operation;
        operation.invalid_attribute("start_time", Expected::Integer)
    };
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(invalid());
    }
    let seconds = parse_integer(seconds).ok_or_else(invalid)?;
    Ok(u64::try_from(seconds.max(0)).unwrap_or(u64::MAX))
}
