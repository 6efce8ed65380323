//! The incremental exports of tickets.

use std::borrow::Cow;

use crate::api::body::Body;
use crate::api::endpoint_limit::EndpointLimit;
use crate::api::export::KeyOrder;
use crate::api::export_kind::Export;
use crate::api::operation::{AllowedFor, Operation};
use crate::base::changes::Changes;
use crate::base::ids::TicketId;
use crate::base::record::Record;
use crate::resources::account::Account;
use crate::resources::exports::{EXCLUDE_DELETED, Exported};
use crate::resources::shown::shape;
use crate::resources::tickets::model::{Ticket, TicketStatus};

use super::sideloads::LACKING_SIDELOADS;

/// The parameter that leaves out deleted tickets.
const READS: &[&str] = &[EXCLUDE_DELETED];

/// What Zendesk reads and the double does not implement: it has only tickets of agents.
const LACKING: &[&str] = &["support_type_scope"];

/// [`GET /api/v2/incremental/tickets`](https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/#incremental-ticket-export-time-based)
///
/// Exports the tickets that changed at or after `start_time`, by their `generated_timestamp`, like
/// [`users::EXPORT`](crate::users::EXPORT). Deleted tickets have the status `deleted`, and
/// `exclude_deleted=true` leaves them out.
pub const EXPORT: Operation =
    Operation::get("IncrementalTicketExportTime", "/api/v2/incremental/tickets")
        .named("incremental", "tickets")
        .showing(Body::Many(shape::<Ticket>))
        .in_scope("tickets")
        .exporting(&Export::BY_TIME)
        .reading(READS)
        .lacking(LACKING)
        .lacking_sideloads(LACKING_SIDELOADS)
        .limited_to(&EndpointLimit::OF_EXPORTS)
        .allowing(AllowedFor::Admins)
        .invalid_because("start_time is too recent");

/// [`GET /api/v2/incremental/tickets/cursor`](https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/#incremental-ticket-export-cursor-based)
///
/// Exports tickets like [`EXPORT`], from a `cursor`. No page repeats the tickets of another.
pub const EXPORT_BY_CURSOR: Operation = Operation::get(
    "IncrementalTicketExportCursor",
    "/api/v2/incremental/tickets/cursor",
)
.named("incremental", "tickets_cursor")
.showing(Body::Many(shape::<Ticket>))
.in_scope("tickets")
.exporting(&Export::BY_CURSOR)
.reading(READS)
.lacking(LACKING)
.lacking_sideloads(LACKING_SIDELOADS)
.limited_to(&EndpointLimit::OF_CURSOR_EXPORTS)
.allowing(AllowedFor::Admins)
.invalid_because("start_time is too recent");

/// [`GET /api/v2/incremental/tickets/sample`](https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/#incremental-sample-export)
///
/// Exports up to 50 tickets like [`EXPORT`], to test the format.
pub const EXPORT_SAMPLE: Operation = Operation::get(
    "IncrementalSampleTicketExport",
    "/api/v2/incremental/tickets/sample",
)
.named("incremental", "sample")
.showing(Body::Many(shape::<Ticket>))
.in_scope("tickets")
.exporting(&Export::SAMPLE)
.reading(READS)
.lacking(LACKING)
.lacking_sideloads(LACKING_SIDELOADS)
.limited_to(&EndpointLimit::OF_SAMPLES)
.allowing(AllowedFor::Admins)
.invalid_because("start_time is too recent");

impl Exported for Ticket {
    const KEY_ORDER: KeyOrder = KeyOrder::CountFirst;

    fn by_change(account: &Account) -> Changes<'_, TicketId> {
        account.tickets.by_change()
    }

    /// Returns the ticket. A deleted one has the status that says so.
    fn exported(account: &Account, id: TicketId) -> Option<Cow<'_, Self>> {
        let ticket = account.tickets.ever(id)?;
        Some(if ticket.is_deleted() {
            Cow::Owned(Self {
                status: TicketStatus::Deleted,
                ..ticket.clone()
            })
        } else {
            Cow::Borrowed(ticket)
        })
    }
}
