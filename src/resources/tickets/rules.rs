//! What may happen to tickets, and what the end of a membership does to them.

use std::sync::Arc;

use crate::base::effect::Effect;
use crate::base::ids::{OrganizationId, TicketId, UserId};
use crate::base::record::Record;
use crate::base::refusal::{Refusal, Violation};
use crate::base::time::Moment;
use crate::resources::account::Account;

use super::model::{Comment, Ticket, TicketChanges, TicketStatus};
use super::store::Unassignment;
use super::violations;

impl Account {
    /// Creates a ticket for the requester's default organization, or for another one of theirs that is given. The
    /// caller is the requester if nobody else is named.
    pub(crate) fn create_ticket(&mut self, changes: TicketChanges, caller: UserId) -> Result<TicketId, Refusal> {
        let requester_id = changes.requester_id.unwrap_or(caller);
        let requester = self.users.active(requester_id);
        let comment = changes.comment.clone().and_then(|Comment(text)| text);
        let description = comment.or(changes.description.clone()).unwrap_or_default();
        let mut found = Vec::new();
        if requester.is_none() {
            found.push(violations::requester_blank());
        }
        if description.trim().is_empty() {
            found.push(violations::description_blank());
        }
        if requester.is_some() {
            self.check_organization_of_ticket(&changes, requester_id, &mut found);
        }
        let organization_id = requester.and_then(|user| user.organization_id);
        Refusal::unless_empty(found)?;

        let id = self.draw_ticket();
        let submitter_id = changes.submitter_id.unwrap_or(caller);
        let mut ticket = Ticket { requester_id, submitter_id, organization_id, ..Ticket::fresh(id, self.now()) };
        ticket.apply(TicketChanges { description: Some(description), ..changes });
        self.tickets.put(ticket);
        self.record_created(id);
        Ok(id)
    }

    /// Changes a ticket that is not closed. Who asked, and what was asked first, stays as it is.
    pub(crate) fn update_ticket(&mut self, id: TicketId, changes: TicketChanges) -> Result<(), Refusal> {
        let mut ticket = self.ticket(id).ok_or(Refusal::NotFound)?;
        if ticket.status == TicketStatus::Closed {
            return Err(Refusal::Invalid(vec![violations::closed()]));
        }
        let mut found = Vec::new();
        self.check_organization_of_ticket(&changes, ticket.requester_id, &mut found);
        Refusal::unless_empty(found)?;
        ticket.apply(TicketChanges { description: None, requester_id: None, submitter_id: None, ..changes });
        ticket.updated_at = self.now();
        self.tickets.put(ticket);
        self.record_updated(id);
        Ok(())
    }

    pub(crate) fn delete_ticket(&mut self, id: TicketId) -> Result<(), Refusal> {
        self.tickets.get(id).ok_or(Refusal::NotFound)?;
        self.tickets.remove(id);
        self.record_deleted(id);
        Ok(())
    }

    /// "You can only specify the ID of an organization associated with the requester."
    /// <https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#json-format>
    fn check_organization_of_ticket(&self, changes: &TicketChanges, user: UserId, found: &mut Vec<Violation>) {
        if let Some(Some(organization)) = changes.organization_id {
            if self.memberships.find(user, organization).is_none() {
                found.push(violations::organization_not_of_requester());
            }
        }
    }

    /// Sends for the tickets of a membership, or of an organization, that is gone. They keep the organization until the
    /// job has run: at the next look, or after the time that jobs take.
    pub(crate) fn queue_unassignment(&mut self, organization: OrganizationId, requester: Option<UserId>) {
        let (queued_at, cause) = (self.moment(), self.causing_call());
        let unassignment = Unassignment { organization, requester, queued_at, cause };
        Arc::make_mut(&mut self.tickets.unassignments).push(unassignment);
    }

    /// Runs the unassignments that are due, by when they were queued.
    pub(crate) fn run_unassignments(&mut self, is_due: impl Fn(Moment) -> bool) {
        if self.tickets.unassignments.is_empty() {
            return;
        }
        let queued = std::mem::take(&mut self.tickets.unassignments);
        let (due, later): (Vec<_>, Vec<_>) = queued.iter().copied().partition(|job| is_due(job.queued_at));
        self.tickets.unassignments = Arc::new(later);
        for unassignment in due {
            self.in_background_of(unassignment.cause, |account| account.unassign_tickets(unassignment));
        }
    }

    /// Working tickets, that is all but closed ones, "have their organization set to null".
    /// <https://support.zendesk.com/hc/en-us/articles/4408846640410>
    fn unassign_tickets(&mut self, unassignment: Unassignment) {
        let organization = unassignment.organization;
        let now = self.now();
        let tickets = match unassignment.requester {
            Some(user) => self.tickets_requested_by(user),
            None => self.tickets_of(&self.tickets.of_organization(organization)),
        };
        let mut unassigned = Vec::new();
        for ticket in tickets {
            if ticket.organization_id == Some(organization) && ticket.status.is_working() {
                unassigned.push(ticket.id);
                self.tickets.put(Ticket { organization_id: None, updated_at: now, ..ticket });
            }
        }
        if !unassigned.is_empty() {
            self.record(|_| Effect::TicketsUnassigned { tickets: unassigned, organization });
        }
    }
}
