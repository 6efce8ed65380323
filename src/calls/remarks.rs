//! [`remarks`]: facts about the calls that may explain why a test failed.

use serde_json::Value;

use crate::base::effect::{Effect, Named};
use crate::base::ids::Kind;

use super::call::Call;
use super::journal::JournalView;
use super::lines;
use super::select::Calls;
use super::walk::LeftRows;

/// The number of remarks that are shown above the calls.
pub(super) const MAX_SHOWN_REMARKS: usize = 3;

/// The number of calls, counted from the last one, that are compared with those after them. It keeps
/// the text of a long run quick.
const MAX_CANDIDATES: usize = 1_000;

/// A fact about a call. Whether it is a mistake, only the test knows.
pub(super) struct Remark {
    pub(super) ordinal: u64,
    pub(super) text: String,
}

/// Returns what Zendesk's answers meant, where programs often miss it, in the order of the calls.
pub(super) fn remarks(journal: &JournalView) -> Vec<Remark> {
    let calls = Calls::new(journal.clone());
    let mut remarks = unfinished_walks(&calls);
    let all: Vec<&Call> = journal.calls.iter().map(|(_, call)| call).collect();
    for (index, call) in all.iter().enumerate().rev().take(MAX_CANDIDATES) {
        let later = &all[index + 1..];
        remarks.extend(not_repeated(call, later, journal.clock_stands_still));
        remarks.extend(left_by_update(call, later));
    }
    remarks.sort_by_key(|remark| remark.ordinal);
    for remark in &mut remarks {
        remark.text = lines::line(&remark.text, &journal.secrets);
    }
    remarks
}

/// Returns a remark for each list of which the program did not request all pages.
fn unfinished_walks(calls: &Calls) -> Vec<Remark> {
    let walks = calls.walks();
    let unfinished = walks.iter().filter_map(|walk| {
        let LeftRows {
            first,
            last,
            seen,
            all,
        } = walk.left_rows()?;
        let pages = if first.ordinal() == last.ordinal() {
            format!("#{}", first.ordinal())
        } else {
            format!("#{} to #{}", first.ordinal(), last.ordinal())
        };
        Some(Remark {
            ordinal: last.ordinal(),
            text: format!(
                "{pages} returned {seen} of the {all} rows of {}, and the program requested no further page",
                last.operation()?
            ),
        })
    });
    unfinished.collect()
}

/// Returns a remark if the server asked the program to repeat a request, and it did not.
fn not_repeated(call: &Call, later: &[&Call], clock_stands_still: bool) -> Option<Remark> {
    let status = call.status()?;
    let wait = call.reply()?.header("retry-after")?;
    let target = (call.method(), call.path(), call.query());
    let is_repeated = later
        .iter()
        .any(|other| (other.method(), other.path(), other.query()) == target);
    // A fault does not wait for the clock.
    let of_clock = if clock_stands_still && call.fault().is_none() {
        "; the double's clock stands still, so the limit stays: call `advance`, or set .clock(…) on the builder"
    } else {
        ""
    };
    (!is_repeated).then(|| Remark {
        ordinal: call.ordinal(),
        text: format!(
            "#{} was answered with {status} and Retry-After: {wait}, and the program did not send it again{of_clock}",
            call.ordinal()
        ),
    })
}

/// Returns a remark if a user left organizations because `organization_id` replaces them.
fn left_by_update(call: &Call, later: &[&Call]) -> Option<Remark> {
    let membership = |effect: &Effect, is_deleted: bool| -> Option<Vec<Named>> {
        let (record, connects) = match effect {
            Effect::Deleted { record, connects } if is_deleted => (record, connects),
            Effect::Created {
                record, connects, ..
            } if !is_deleted => (record, connects),
            _ => return None,
        };
        (record.kind == Kind::OrganizationMembership).then(|| connects.clone())
    };
    let mut left: Vec<Vec<Named>> = call
        .plain_effects()
        .filter_map(|effect| membership(effect, true))
        .collect();
    if left.is_empty() {
        return None;
    }
    let joined_later: Vec<Vec<Named>> = later
        .iter()
        .flat_map(|call| call.plain_effects())
        .filter_map(|effect| membership(effect, false))
        .collect();
    left.retain(|connects| !joined_later.contains(connects));
    let body: Value = call.body_json()?;
    let sent = &body.get("user")?["organization_id"];
    if !sent.is_u64() && !sent.is_string() {
        return None;
    }
    let user = left.first()?.first()?.to_string();
    let organizations = left.iter().filter_map(|connects| connects.get(1));
    let organizations: Vec<String> = organizations.map(Named::to_string).collect();
    Some(Remark {
        ordinal: call.ordinal(),
        text: format!(
            "#{}: organization_id replaces all organizations of a user: {user} left {}",
            call.ordinal(),
            organizations.join(", ")
        ),
    })
}
