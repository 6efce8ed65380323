//! What may happen to tickets, and what the end of a membership does to them.

use std::sync::Arc;

use crate::base::effect::Effect;
use crate::base::ids::{OrganizationId, TicketId, UserId};
use crate::base::refusal::{Refusal, Violation};
use crate::base::time::Moment;
use crate::resources::account::Account;
use crate::resources::set;

use super::model::{Ticket, TicketChanges, TicketStatus};
use super::store::Unassignment;

impl Account {
    /// Creates a ticket for the requester's default organization, or for another one of theirs that is given. The
    /// caller is the requester if nobody else is named.
    pub(crate) fn create_ticket(&mut self, changes: TicketChanges, caller: UserId) -> Result<TicketId, Refusal> {
        let requester_id = changes.requester_id.unwrap_or(caller);
        let requester = self.users.get(requester_id).filter(|user| user.active);
        let mut violations = Vec::new();
        if requester.is_none() {
            violations.push(Violation::RequesterBlank);
        }
        if changes.description.as_deref().is_none_or(|text| text.trim().is_empty()) {
            violations.push(Violation::DescriptionBlank);
        }
        if requester.is_some() {
            self.check_organization_of_ticket(&changes, requester_id, &mut violations);
        }
        let organization_id = requester.and_then(|user| user.organization_id);
        Refusal::unless_empty(violations)?;

        let now = self.now();
        let id = self.draw_ticket();
        let mut ticket = Ticket {
            description: changes.description.clone().unwrap_or_default(),
            submitter_id: changes.submitter_id.unwrap_or(caller),
            organization_id,
            ..Ticket::fresh(id, requester_id, now)
        };
        apply(&mut ticket, changes);
        self.tickets.put(ticket);
        self.record(|_| Effect::TicketCreated { ticket: id });
        Ok(id)
    }

    /// Changes a ticket that is not closed.
    pub(crate) fn update_ticket(&mut self, id: TicketId, changes: TicketChanges) -> Result<(), Refusal> {
        let mut ticket = self.ticket(id).ok_or(Refusal::NotFound)?;
        if ticket.status == TicketStatus::Closed {
            return Err(Refusal::Invalid(vec![Violation::TicketClosed]));
        }
        let mut violations = Vec::new();
        self.check_organization_of_ticket(&changes, ticket.requester_id, &mut violations);
        Refusal::unless_empty(violations)?;
        apply(&mut ticket, changes);
        ticket.updated_at = self.now();
        self.tickets.put(ticket);
        self.record(|_| Effect::TicketUpdated { ticket: id });
        Ok(())
    }

    pub(crate) fn delete_ticket(&mut self, id: TicketId) -> Result<(), Refusal> {
        self.tickets.get(id).ok_or(Refusal::NotFound)?;
        self.tickets.remove(id);
        self.record(|_| Effect::TicketDeleted { ticket: id });
        Ok(())
    }

    /// "You can only specify the ID of an organization associated with the requester."
    /// <https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#json-format>
    fn check_organization_of_ticket(&self, changes: &TicketChanges, user: UserId, violations: &mut Vec<Violation>) {
        if let Some(Some(organization)) = changes.organization_id {
            if self.memberships.find(user, organization).is_none() {
                violations.push(Violation::OrganizationNotOfRequester);
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

fn apply(ticket: &mut Ticket, changes: TicketChanges) {
    let TicketChanges {
        external_id,
        ticket_type,
        subject,
        // A later comment does not change it, and no more do later changes of who asked.
        description: _,
        requester_id: _,
        submitter_id: _,
        priority,
        status,
        assignee_id,
        organization_id,
        group_id,
        tags,
    } = changes;
    set(&mut ticket.external_id, external_id);
    set(&mut ticket.ticket_type, ticket_type);
    set(&mut ticket.subject, subject);
    set(&mut ticket.priority, priority);
    set(&mut ticket.status, status);
    set(&mut ticket.assignee_id, assignee_id);
    set(&mut ticket.organization_id, organization_id);
    set(&mut ticket.group_id, group_id);
    set(&mut ticket.tags, tags);
}
