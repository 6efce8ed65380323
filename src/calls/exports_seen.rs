//! Mistakes that show in several calls of incremental exports.

use crate::api::export_kind::{ExportKind, ExportPoint};
use crate::api::given_page::GivenExport;
use crate::api::path::plain;
use crate::api::query::Query;
use crate::base::ids::{Kind, RecordRef};

use super::call::Call;
use super::hint::Hint;

/// The number of equal requests for a last page that look like a loop.
const MIN_REPEATS: usize = 3;

/// The calls of one export, by their path.
struct Exported<'a> {
    path: &'a str,
    calls: Vec<&'a Call>,
}

/// Returns the mistakes that these calls look like, each with the call that made it.
pub(super) fn hints_of_exports(calls: &[&Call], clock_stands_still: bool) -> Vec<(u64, Hint)> {
    let mut exports: Vec<Exported<'_>> = Vec::new();
    for call in calls.iter().copied().filter(|call| is_export(call)) {
        let path = plain(call.path());
        match exports.iter_mut().find(|export| export.path == path) {
            Some(export) => export.calls.push(call),
            None => exports.push(Exported {
                path,
                calls: vec![call],
            }),
        }
    }
    let mut hints = Vec::new();
    for Exported { calls, .. } in &exports {
        hints.extend(end_asked_again(calls));
        hints.extend(lost_cursor(calls));
        hints.extend(withheld(calls).filter(|_| clock_stands_still));
    }
    if !exports.is_empty() {
        hints.extend(calls.iter().flat_map(|call| taken_for_live(call, calls)));
    }
    hints
}

fn is_export(call: &Call) -> bool {
    call.operation()
        .is_some_and(|operation| operation.query().export.is_some())
}

fn page(call: &Call) -> Option<&GivenExport> {
    call.received().page.as_deref()?.given.export.as_ref()
}

/// Returns whether a call got the last page of an export.
fn got_end(call: &Call) -> bool {
    let page = call.received().page.as_deref();
    page.is_some_and(|page| page.given.place.next.is_none())
}

/// The same request for the last page, again and again in the same minute of the double's clock.
fn end_asked_again(calls: &[&Call]) -> Option<(u64, Hint)> {
    let what = |call: &Call| {
        let minute = call.received().moment.timestamp().unix_seconds() / 60;
        (call.query().to_owned(), minute)
    };
    let runs = calls.chunk_by(|one, other| what(one) == what(other));
    let is_loop = |run: &&[&Call]| {
        let ends = run.iter().filter(|call| got_end(call));
        ends.count() >= MIN_REPEATS
    };
    let run = runs.rev().find(is_loop)?;
    let hint = Hint::EndOfExportAskedAgain {
        times: run.len(),
        first: run.first()?.ordinal(),
    };
    Some((run.last()?.ordinal(), hint))
}

/// A run that starts without the cursor that the one before got, after a page that had none.
fn lost_cursor(calls: &[&Call]) -> Option<(u64, Hint)> {
    calls.windows(2).enumerate().find_map(|(index, pair)| {
        let empty = page(pair[0]).filter(|page| page.to.is_none())?;
        let is_continued = empty.kind == ExportKind::Cursor && !is_at_start(pair[0], empty.from);
        let query = Query::parse(pair[1].query());
        let cursor = query.get("cursor").unwrap_or_default();
        if !is_continued || ExportPoint::of_cursor(cursor).is_some() {
            return None;
        }
        let earlier = calls[..index].iter().rev();
        let saved = earlier.copied().find(|call| {
            let to = page(call).and_then(|page| page.to);
            to == Some(empty.from)
        })?;
        let hint = Hint::CursorLost {
            empty: pair[0].ordinal(),
            saved: saved.ordinal(),
        };
        Some((pair[1].ordinal(), hint))
    })
}

/// Returns whether a call asked for its page by `start_time`.
fn is_at_start(call: &Call, from: ExportPoint) -> bool {
    Query::parse(call.query())
        .get("cursor")
        .and_then(ExportPoint::of_cursor)
        != Some(from)
}

/// Changes that the last page of an export lacks, because they are too recent.
fn withheld(calls: &[&Call]) -> Option<(u64, Hint)> {
    let last = *calls.last()?;
    let page = page(last).filter(|page| got_end(last) && page.withheld > 0)?;
    let hint = Hint::ChangesWithheld {
        records: page.withheld,
        seconds: page.delay.as_secs(),
    };
    Some((last.ordinal(), hint))
}

/// The id of a record that an export showed as deleted.
fn taken_for_live(call: &Call, calls: &[&Call]) -> Vec<(u64, Hint)> {
    let removed = call.received().hints.iter().filter_map(|hint| match hint {
        Hint::RemovedRecord { id, kind, .. } => Some(RecordRef {
            kind: *kind,
            id: *id,
        }),
        _ => None,
    });
    let shown = removed.filter_map(|record| {
        let earlier = calls
            .iter()
            .filter(|other| other.ordinal() < call.ordinal());
        let shows = |other: &&&Call| {
            let is_of_kind = plain(other.path()).contains(match record.kind {
                Kind::User => "/incremental/users",
                Kind::Organization => "/incremental/organizations",
                _ => "/incremental/tickets",
            });
            is_of_kind && page(other).is_some_and(|page| page.deleted.contains(&record.id))
        };
        let by = earlier.rev().find(shows)?.ordinal();
        let (kind, id) = (record.kind, record.id);
        Some((call.ordinal(), Hint::DeletedInExport { kind, id, by }))
    });
    shown.collect()
}
