//! The operations on tickets, in the order of the documentation, and the attributes that a ticket
//! shows.

mod exports;
mod sideloads;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::json::JsonObject;
use crate::api::operation::{AllowedFor, Operation, Success};
use crate::api::page::Paging;
use crate::api::page_limits::PageLimits;
use crate::api::reply::{ApiResult, Reply};
use crate::api::request::{ApiRequest, Caller};
use crate::api::takes::Takes;
use crate::base::ids::{IdSequence, OrganizationId, TicketId, UserId, scatter};
use crate::base::schema::{Key, Schema};
use crate::base::time::Timestamp;
use crate::base::value::{AttributeValue, Shown};
use crate::resources::account::Account;
use crate::resources::exports::export;
use crate::resources::handler::Handler;
use crate::resources::roles::Subject;
use crate::resources::shown::{
    Show, collection, serialize_alone, shape, shown, url, write_derived,
};

use sideloads::LACKING_SIDELOADS;

use super::model::{Ticket, TicketDerived, TicketStatus};

pub use exports::{EXPORT, EXPORT_BY_CURSOR, EXPORT_SAMPLE};

pub(crate) const HANDLERS: &[(Operation, Handler)] = &[
    (LIST, list),
    (LIST_OF_ORGANIZATION, list_of_organization),
    (LIST_REQUESTED_BY_USER, list_requested_by_user),
    (SHOW, show),
    (CREATE, create),
    (UPDATE, update),
    (DELETE, delete),
    (EXPORT, export::<Ticket>),
    (EXPORT_BY_CURSOR, export::<Ticket>),
    (EXPORT_SAMPLE, export::<Ticket>),
];

const PAGES: PageLimits = PageLimits::up_to(100);

const TAKES: Takes = Takes::one::<Ticket>("ticket");

/// [`GET /api/v2/tickets`](https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#list-tickets)
///
/// Lists all tickets by id.
pub const LIST: Operation = Operation::get("ListTickets", "/api/v2/tickets")
    .named("tickets", "index")
    .showing(Body::Many(shape::<Ticket>))
    .paged(PAGES)
    .lacking(&[
        "external_id",
        "sort=status",
        "sort=updated_at",
        "sort_by",
        "sort_order",
        "start_time",
        "support_type_scope",
    ])
    .lacking_sideloads(LACKING_SIDELOADS);

fn list(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let paging = Paging::read(request)?;
    request.authorize(account, Subject::Account)?;
    let page = paging.page(&account.tickets.all())?;
    Ok(collection::<Ticket>(account, request, &page))
}

/// `GET /api/v2/organizations/{organization_id}/tickets`
///
/// Lists the tickets of an organization by id.
pub const LIST_OF_ORGANIZATION: Operation = Operation::get(
    "ListOrganizationTickets",
    "/api/v2/organizations/{organization_id}/tickets",
)
.named("tickets", "index")
.showing(Body::Many(shape::<Ticket>))
.paged(PAGES)
.lacking(&["sort=status", "sort=updated_at", "sort_by", "sort_order"])
.lacking_sideloads(LACKING_SIDELOADS);

fn list_of_organization(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let organization: OrganizationId = request.path_id(0, "organization_id")?;
    let paging = Paging::read(request)?;
    account
        .organizations
        .get(organization)
        .ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    let page = paging.page(&account.tickets.of_organization(organization))?;
    Ok(collection::<Ticket>(account, request, &page))
}

/// `GET /api/v2/users/{user_id}/tickets/requested`
///
/// Lists the tickets that a user requested, by id.
pub const LIST_REQUESTED_BY_USER: Operation = Operation::get(
    "ListUserRequestedTickets",
    "/api/v2/users/{user_id}/tickets/requested",
)
.named("tickets", "requested")
.showing(Body::Many(shape::<Ticket>))
.paged(PAGES)
.lacking(&[
    "exclude_archived",
    "exclude_count",
    "sort=status",
    "sort=updated_at",
    "sort_by",
    "sort_order",
])
.lacking_sideloads(LACKING_SIDELOADS);

fn list_requested_by_user(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let user: UserId = request.path_id(0, "user_id")?;
    let paging = Paging::read(request)?;
    account.users.get(user).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    let page = paging.page(&account.tickets.requested_by(user))?;
    Ok(collection::<Ticket>(account, request, &page))
}

/// [`GET /api/v2/tickets/{ticket_id}`](https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#show-ticket)
pub const SHOW: Operation = Operation::get("ShowTicket", "/api/v2/tickets/{ticket_id}")
    .named("tickets", "show")
    .showing(Body::One(shape::<Ticket>))
    .lacking(&["reduced_payload_size", "remove_duplicate_fields"])
    .lacking_sideloads(LACKING_SIDELOADS);

fn show(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: TicketId = request.path_id(0, "id")?;
    ticket(account, id)?;
    request.authorize(account, Subject::Account)?;
    shown::<Ticket>(account, request, id)
}

/// [`POST /api/v2/tickets`](https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#create-ticket)
///
/// Creates a ticket for the requester's default organization. `requester` names the user by `email`;
/// if nobody has that address yet a user is created, too.
pub const CREATE: Operation = Operation::post("CreateTicket", "/api/v2/tickets")
    .named("tickets", "create")
    .showing(Body::Keys(ticket_and_audit_keys))
    .taking(TAKES)
    .requiring(&[&["comment", "description"]])
    .answers(Success::Created)
    .lacking_sideloads(LACKING_SIDELOADS)
    .invalid_because("the organization is not one of the requester's");

fn create(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let changes = request.root()?.changes::<Ticket>()?;
    let Caller::User(caller) = request.caller else {
        return Err(ApiError::NotAuthenticated);
    };
    request.authorize(account, Subject::Account)?;
    let id = account.create_ticket(changes, caller)?;
    // Recorded: this one shows 0.
    let generated = Shown::Integer(0);
    Ok(with_audit(account, request, id, Some(generated))?.location(url::<Ticket>(request, id)))
}

/// [`PUT /api/v2/tickets/{ticket_id}`](https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#update-ticket)
///
/// Changes the given attributes. A closed ticket cannot be changed.
pub const UPDATE: Operation = Operation::put("UpdateTicket", "/api/v2/tickets/{ticket_id}")
    .named("tickets", "update")
    .showing(Body::Keys(ticket_and_audit_keys))
    .taking(TAKES)
    .invalid_because("the organization is not one of the requester's");

fn update(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: TicketId = request.path_id(0, "id")?;
    let changes = request.root()?.changes::<Ticket>()?;
    ticket(account, id)?;
    request.authorize(account, Subject::Account)?;
    account.update_ticket(id, changes)?;
    with_audit(account, request, id, None)
}

/// [`DELETE /api/v2/tickets/{ticket_id}`](https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#delete-ticket)
pub const DELETE: Operation = Operation::delete("DeleteTicket", "/api/v2/tickets/{ticket_id}")
    .named("tickets", "destroy")
    .answers(Success::NoContent)
    .allowing(AllowedFor::Agents);

fn delete(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: TicketId = request.path_id(0, "id")?;
    ticket(account, id)?;
    request.authorize(account, Subject::Account)?;
    account.delete_ticket(id)?;
    Ok(Reply::no_content())
}

fn ticket(account: &Account, id: TicketId) -> Result<&Ticket, ApiError> {
    account.tickets.get(id).ok_or(ApiError::RecordNotFound)
}

/// Returns the reply `{"ticket":{…},"audit":{…}}`, with the ticket and a record of the change.
/// `generated` is its `generated_timestamp`, if that is not the usual one.
fn with_audit(
    account: &Account,
    request: &ApiRequest<'_>,
    id: TicketId,
    generated: Option<Shown<'static>>,
) -> ApiResult {
    let ticket = ticket(account, id)?;
    let derived = ticket.derived(account);
    let body = JsonObject::new().object("ticket", |object| {
        write_derived(
            object,
            account,
            request,
            ticket,
            |attribute| match attribute {
                TicketDerived::GeneratedTimestamp => generated.or(derived(attribute)),
                attribute => derived(attribute),
            },
        )
    });
    Ok(Reply::json(body.field("audit", &AuditBody::new(ticket))))
}

/// Returns the keys of the reply of [`with_audit`].
fn ticket_and_audit_keys() -> Vec<Key> {
    let metadata = ["custom", "system"].map(|name| Key::new(name, Schema::Object(Vec::new())));
    let audit = vec![
        Key::new("id", Schema::Integer),
        Key::new("ticket_id", Schema::Integer),
        Key::new("created_at", Schema::Time),
        Key::new("author_id", Schema::Integer),
        Key::new("metadata", Schema::Object(metadata.into())),
        Key::new("events", Schema::EmptyList),
    ];
    vec![
        Key::new("ticket", Schema::Record(shape::<Ticket>)),
        Key::new("audit", Schema::Object(audit)),
    ]
}

impl Show for Ticket {
    const ONE: &'static str = "ticket";
    const MANY: &'static str = "tickets";

    fn find(account: &Account, id: TicketId) -> Option<&Self> {
        account.tickets.get(id)
    }

    fn derived_key(name: &'static str, attribute: TicketDerived) -> Option<Key> {
        Some(match attribute {
            TicketDerived::RawSubject => Key::new(name, Schema::Text.or_null()),
            TicketDerived::EncodedId => Key::new(name, Schema::Text),
            TicketDerived::GeneratedTimestamp
            | TicketDerived::CustomStatusId
            | TicketDerived::TicketFormId
            | TicketDerived::BrandId => Key::new(name, Schema::Integer),
        })
    }

    fn derived_alone(&self, attribute: TicketDerived) -> Option<Shown<'_>> {
        Some(match attribute {
            TicketDerived::RawSubject => self.subject.show(),
            TicketDerived::GeneratedTimestamp => Shown::Integer(self.updated_at.unix_seconds()),
            TicketDerived::EncodedId => Shown::Code(self.id.get()),
            TicketDerived::BrandId => born(2),
            TicketDerived::TicketFormId => born(3),
            // An account is born with one status for each category.
            TicketDerived::CustomStatusId => match self.status {
                TicketStatus::New => born(4),
                TicketStatus::Open => born(5),
                TicketStatus::Pending => born(6),
                TicketStatus::Hold => born(7),
                TicketStatus::Solved | TicketStatus::Closed | TicketStatus::Deleted => born(8),
            },
        })
    }
}

serialize_alone!(Ticket);

/// The id of something that every account has from the start. The double shows nothing else of it.
fn born(number: u64) -> Shown<'static> {
    Shown::Integer(IdSequence::new().birth_id::<TicketId>(number).get())
}

/// The record of a change. The double keeps no such records. Clients expect the key, so they get
/// what identifies the change.
#[derive(Serialize)]
struct AuditBody {
    id: u64,
    ticket_id: TicketId,
    created_at: Timestamp,
    author_id: UserId,
    metadata: BTreeMap<&'static str, BTreeMap<&'static str, ()>>,
    events: [(); 0],
}

impl AuditBody {
    fn new(ticket: &Ticket) -> Self {
        Self {
            // Like all ids, it must have fewer than 53 bits.
            id: scatter(ticket.id.get() ^ ticket.updated_at.unix_seconds()) >> 12,
            ticket_id: ticket.id,
            created_at: ticket.updated_at,
            author_id: ticket.submitter_id,
            metadata: BTreeMap::from([("custom", BTreeMap::new()), ("system", BTreeMap::new())]),
            events: [],
        }
    }
}
