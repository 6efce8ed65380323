//! Mistakes with merges of users and organizations that show in several calls together.

use serde_json::Value;

use crate::api::path::plain;
use crate::base::effect::Effect;
use crate::base::ids::TicketId;
use crate::resources::job_statuses::api as job_statuses;
use crate::resources::organization_merges::api as organization_merges;
use crate::resources::tickets::api as tickets;
use crate::resources::users::api as users;

use super::around::{Around, has_succeeded};
use super::call::{Call, CallReply};
use super::hint::Hint;

/// The number of requests for a ticket after which the program probably waits for a change of it.
const POLLS_WITHOUT_CHANGE: usize = 3;

/// A ticket of a merged user that is requested again and again, and stays in its organization.
pub(super) fn waits_for_tickets(around: &Around<'_>) -> Option<Hint> {
    if around.call.operation() != Some(users::MERGE) || !has_succeeded(around.call) {
        return None;
    }
    let moved = around
        .call
        .plain_effects()
        .find_map(|effect| match effect {
            Effect::TicketsMoved { tickets, .. } => Some(tickets),
            _ => None,
        })?;
    let organization_of_winner = json(around.call)?["user"]["organization_id"].clone();
    moved.iter().find_map(|ticket| {
        let shows = |call: &&&Call| has_succeeded(call) && shown_ticket(call) == Some(*ticket);
        let mut organizations = Vec::new();
        for call in around.later.iter().filter(shows) {
            organizations.push(json(call)?["ticket"]["organization_id"].clone());
        }
        let stays = organizations.iter().all(|id| *id == organizations[0]);
        let differs = organizations.first() != Some(&organization_of_winner);
        let polls = organizations.len();
        (polls >= POLLS_WITHOUT_CHANGE && stays && differs).then_some(
            Hint::TicketKeepsOrganization {
                ticket: ticket.get(),
                polls,
            },
        )
    })
}

/// The ticket that a call asked for.
fn shown_ticket(call: &Call) -> Option<TicketId> {
    if call.operation() != Some(tickets::SHOW) {
        return None;
    }
    last_segment(call).parse().ok().map(TicketId::new)
}

/// A merge that is looked for among the jobs.
pub(super) fn merge_is_no_job(around: &Around<'_>) -> Option<Hint> {
    let operation = around.call.operation()?;
    let asked = if operation == job_statuses::SHOW {
        last_segment(around.call)
    } else if operation == job_statuses::SHOW_MANY {
        around.call.query()
    } else {
        return None;
    };
    let mut queued = around.earlier.iter().filter_map(|call| queued_merge(call));
    let merge = queued.find(|merge| asked.contains(*merge))?;
    let knows = around.later.iter().any(|call| shows_merge(call, merge));
    (!knows).then(|| Hint::MergeIsNoJob {
        merge: merge.to_owned(),
    })
}

/// A merge of organizations that the program did not see to its end.
pub(super) fn merge_not_complete(around: &Around<'_>) -> Option<Hint> {
    let merge = queued_merge(around.call)?;
    let is_end =
        |effect: &Effect| matches!(effect, Effect::Merged { .. } | Effect::MergeFailed { .. });
    if around.call.plain_effects().any(is_end) {
        return None;
    }
    let polls = around.later.iter().filter(|call| shows_merge(call, merge));
    Some(Hint::MergeNotComplete {
        merge: merge.to_owned(),
        polls: polls.count(),
    })
}

/// The merge of organizations that a call queued.
fn queued_merge(call: &Call) -> Option<&str> {
    call.plain_effects().find_map(|effect| match effect {
        Effect::MergeQueued { merge, .. } => Some(merge.as_str()),
        _ => None,
    })
}

/// Whether the program saw the status of a merge in the reply.
fn shows_merge(call: &Call, merge: &str) -> bool {
    let operations = [
        organization_merges::SHOW,
        organization_merges::LIST_OF_ORGANIZATION,
    ];
    let has_it = |reply: &CallReply| String::from_utf8_lossy(reply.body()).contains(merge);
    operations.map(Some).contains(&call.operation()) && call.reply().is_some_and(has_it)
}

fn last_segment(call: &Call) -> &str {
    plain(call.path()).rsplit('/').next().unwrap_or_default()
}

fn json(call: &Call) -> Option<Value> {
    serde_json::from_slice(call.reply()?.body()).ok()
}
