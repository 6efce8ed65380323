//! The operations on tickets, as the documentation lists them, and what a ticket looks like on the wire.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::api::attributes::Attributes;
use crate::api::error::ApiError;
use crate::api::json::JsonObject;
use crate::api::operation::{AllowedFor, ApiResult, Operation, Takes};
use crate::api::page::{Limits, Page, Paging};
use crate::api::reply::{Reply, Success};
use crate::api::request::{ApiRequest, Caller};
use crate::api::url::ResourceUrl;
use crate::base::ids::{OrganizationId, TicketId, UserId, scatter};
use crate::base::time::Timestamp;
use crate::resources::account::Account;
use crate::resources::roles::Subject;

use super::model::{Ticket, TicketChanges, TicketPriority, TicketStatus, TicketType};

pub(crate) const OPERATIONS: &[Operation] =
    &[LIST, LIST_OF_ORGANIZATION, LIST_REQUESTED_BY_USER, SHOW, CREATE, UPDATE, DELETE];

const PAGES: Limits = Limits::up_to(100);

const TAKES: Takes = Takes::One {
    root: "ticket",
    keys: &[
        "external_id",
        "type",
        "subject",
        "comment",
        "description",
        "priority",
        "status",
        "requester_id",
        "submitter_id",
        "assignee_id",
        "organization_id",
        "group_id",
        "tags",
    ],
};

/// [`GET /api/v2/tickets`](https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#list-tickets)
///
/// All tickets, by id.
pub const LIST: Operation = Operation::get("ListTickets", "/api/v2/tickets", list).named("tickets", "index");

fn list(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let paging = Paging::read(request, PAGES)?;
    request.authorize(account, Subject::Account)?;
    let page = paging.page(&account.tickets.all())?;
    Ok(list_reply(account, request, &page))
}

/// `GET /api/v2/organizations/{organization_id}/tickets`
///
/// The tickets of an organization, by id.
pub const LIST_OF_ORGANIZATION: Operation =
    Operation::get("ListOrganizationTickets", "/api/v2/organizations/{organization_id}/tickets", list_of_organization)
        .named("tickets", "index");

fn list_of_organization(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let organization: OrganizationId = request.path_id(0, "organization_id")?;
    let paging = Paging::read(request, PAGES)?;
    account.organizations.get(organization).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    let page = paging.page(&account.tickets.of_organization(organization))?;
    Ok(list_reply(account, request, &page))
}

/// `GET /api/v2/users/{user_id}/tickets/requested`
///
/// The tickets that a user requested, by id.
pub const LIST_REQUESTED_BY_USER: Operation =
    Operation::get("ListUserRequestedTickets", "/api/v2/users/{user_id}/tickets/requested", list_requested_by_user)
        .named("tickets", "requested");

fn list_requested_by_user(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let user: UserId = request.path_id(0, "user_id")?;
    let paging = Paging::read(request, PAGES)?;
    account.users.get(user).ok_or(ApiError::RecordNotFound)?;
    request.authorize(account, Subject::Account)?;
    let page = paging.page(&account.tickets.requested_by(user))?;
    Ok(list_reply(account, request, &page))
}

/// [`GET
/// /api/v2/tickets/{ticket_id}`](https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#show-ticket)
pub const SHOW: Operation = Operation::get("ShowTicket", "/api/v2/tickets/{ticket_id}", show).named("tickets", "show");

fn show(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: TicketId = request.path_id(0, "id")?;
    let ticket = ticket(account, id)?;
    request.authorize(account, Subject::Account)?;
    Ok(Reply::json(single(request, ticket)))
}

/// [`POST /api/v2/tickets`](https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#create-ticket)
///
/// Creates a ticket for the requester's default organization.
pub const CREATE: Operation = Operation::post("CreateTicket", "/api/v2/tickets", create)
    .named("tickets", "create")
    .taking(TAKES)
    .answers(Success::Created);

fn create(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let changes = changes(&request.root()?)?;
    let Caller::User(caller) = request.caller else { return Err(ApiError::NotAuthenticated) };
    request.authorize(account, Subject::Account)?;
    let id = account.create_ticket(changes, caller)?;
    Ok(Reply::json(with_audit(request, ticket(account, id)?)).location(url(request, id)))
}

/// [`PUT
/// /api/v2/tickets/{ticket_id}`](https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#update-ticket)
///
/// Changes what is given. A closed ticket can't be changed.
pub const UPDATE: Operation =
    Operation::put("UpdateTicket", "/api/v2/tickets/{ticket_id}", update).named("tickets", "update").taking(TAKES);

fn update(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id: TicketId = request.path_id(0, "id")?;
    let changes = changes(&request.root()?)?;
    ticket(account, id)?;
    request.authorize(account, Subject::Account)?;
    account.update_ticket(id, changes)?;
    Ok(Reply::json(with_audit(request, ticket(account, id)?)))
}

/// [`DELETE
/// /api/v2/tickets/{ticket_id}`](https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#delete-ticket)
pub const DELETE: Operation = Operation::delete("DeleteTicket", "/api/v2/tickets/{ticket_id}", delete)
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

fn changes(attributes: &Attributes<'_>) -> Result<TicketChanges, ApiError> {
    let comment = match attributes.hash("comment")? {
        // The official Ruby client calls it `value`.
        Some(comment) => comment.text("body")?.or(comment.text("html_body")?).or(comment.text("value")?),
        None => None,
    };
    let description = attributes.text("description")?;
    let statuses = [
        ("new", TicketStatus::New),
        ("open", TicketStatus::Open),
        ("pending", TicketStatus::Pending),
        ("hold", TicketStatus::Hold),
        ("solved", TicketStatus::Solved),
        ("closed", TicketStatus::Closed),
    ];
    let types = [
        ("problem", TicketType::Problem),
        ("incident", TicketType::Incident),
        ("question", TicketType::Question),
        ("task", TicketType::Task),
    ];
    let priorities = [
        ("urgent", TicketPriority::Urgent),
        ("high", TicketPriority::High),
        ("normal", TicketPriority::Normal),
        ("low", TicketPriority::Low),
    ];
    Ok(TicketChanges {
        external_id: attributes.nullable("external_id", Attributes::text)?,
        ticket_type: attributes.nullable("type", |attributes, key| attributes.word(key, &types))?,
        subject: attributes.nullable("subject", Attributes::text)?,
        description: comment.or(description),
        priority: attributes.nullable("priority", |attributes, key| attributes.word(key, &priorities))?,
        status: attributes.word("status", &statuses)?,
        requester_id: attributes.id("requester_id")?,
        submitter_id: attributes.id("submitter_id")?,
        assignee_id: attributes.nullable("assignee_id", Attributes::id)?,
        organization_id: attributes.nullable("organization_id", Attributes::id)?,
        group_id: attributes.nullable("group_id", Attributes::id)?,
        tags: attributes.texts("tags")?,
    })
}

fn ticket(account: &Account, id: TicketId) -> Result<&Ticket, ApiError> {
    account.tickets.get(id).ok_or(ApiError::RecordNotFound)
}

fn single(request: &ApiRequest<'_>, ticket: &Ticket) -> JsonObject {
    JsonObject::new().field("ticket", &TicketBody::new(request, ticket))
}

/// `{"ticket":{…},"audit":{…}}`: a change of a ticket is answered with the ticket and a record of the change.
fn with_audit(request: &ApiRequest<'_>, ticket: &Ticket) -> JsonObject {
    single(request, ticket).field("audit", &AuditBody::new(ticket))
}

fn list_reply(account: &Account, request: &ApiRequest<'_>, page: &Page) -> Reply {
    let tickets = page.ids.iter().filter_map(|id| account.tickets.get((*id).into()));
    let bodies: Vec<_> = tickets.map(|ticket| TicketBody::new(request, ticket)).collect();
    Reply::json(page.write_links(JsonObject::new().field("tickets", &bodies)))
}

fn url<'a>(request: &'a ApiRequest<'_>, id: TicketId) -> ResourceUrl<'a> {
    request.url("tickets", id.get())
}

/// A ticket as it goes over the wire, in Zendesk's order of keys. Those of forms, brands, fields and the like, which
/// the double has none of, are left out.
#[derive(Serialize)]
struct TicketBody<'a> {
    url: ResourceUrl<'a>,
    id: TicketId,
    external_id: Option<&'a str>,
    created_at: Timestamp,
    updated_at: Timestamp,
    #[serde(rename = "type")]
    ticket_type: Option<TicketType>,
    subject: Option<&'a str>,
    raw_subject: Option<&'a str>,
    description: &'a str,
    priority: Option<TicketPriority>,
    status: TicketStatus,
    recipient: Option<&'a str>,
    requester_id: UserId,
    submitter_id: UserId,
    assignee_id: Option<UserId>,
    organization_id: Option<OrganizationId>,
    group_id: Option<u64>,
    tags: &'a [String],
}

impl<'a> TicketBody<'a> {
    fn new(request: &'a ApiRequest<'_>, ticket: &'a Ticket) -> Self {
        Self {
            url: url(request, ticket.id),
            id: ticket.id,
            external_id: ticket.external_id.as_deref(),
            created_at: ticket.created_at,
            updated_at: ticket.updated_at,
            ticket_type: ticket.ticket_type,
            subject: ticket.subject.as_deref(),
            raw_subject: ticket.subject.as_deref(),
            description: &ticket.description,
            priority: ticket.priority,
            status: ticket.status,
            recipient: None,
            requester_id: ticket.requester_id,
            submitter_id: ticket.submitter_id,
            assignee_id: ticket.assignee_id,
            organization_id: ticket.organization_id,
            group_id: ticket.group_id,
            tags: &ticket.tags,
        }
    }
}

/// The record of a change. The double keeps none: clients expect the key, and get what identifies the change.
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
            // Fewer than 53 bits, as all ids.
            id: scatter(ticket.id.get() ^ ticket.updated_at.unix_seconds()) >> 12,
            ticket_id: ticket.id,
            created_at: ticket.updated_at,
            author_id: ticket.submitter_id,
            metadata: BTreeMap::from([("custom", BTreeMap::new()), ("system", BTreeMap::new())]),
            events: [],
        }
    }
}
