//! What may happen to tickets, and what the end of a membership does to them.

use std::sync::Arc;

use crate::base::effect::Effect;
use crate::base::ids::{GroupId, OrganizationId, TicketId, UserId};
use crate::base::record::Record;
use crate::base::refusal::{Refusal, Violation};
use crate::resources::account::Account;
use crate::resources::job_statuses::model::Chore;

use super::model::{Comment, Ticket, TicketChanges, TicketStatus};
use super::violations;

impl Account {
    /// Creates a ticket for the requester's default organization, or for another one of theirs that
    /// is given. Unless a group is given, it is in the group of that organization. The caller is the requester if nobody else is named.
    pub(crate) fn create_ticket(
        &mut self,
        changes: TicketChanges,
        caller: UserId,
    ) -> Result<TicketId, Refusal> {
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
        let mut ticket = Ticket {
            requester_id,
            submitter_id,
            organization_id,
            ..Ticket::fresh(id, self.now())
        };
        ticket.apply(TicketChanges {
            description: Some(description),
            ..changes
        });
        ticket.group_id = ticket
            .group_id
            .or_else(|| self.group_of_organization(&ticket));
        self.tickets.put(ticket);
        self.record_created(id);
        Ok(id)
    }

    /// The group that the organization of a ticket gives to its tickets.
    fn group_of_organization(&self, ticket: &Ticket) -> Option<GroupId> {
        let group = self.organizations.get(ticket.organization_id?)?.group_id?;
        self.groups.active(group).map(|group| group.id)
    }

    /// Changes a ticket that is not closed. Who asked, and what was asked first, stays as it is.
    pub(crate) fn update_ticket(
        &mut self,
        id: TicketId,
        changes: TicketChanges,
    ) -> Result<(), Refusal> {
        let mut ticket = self.ticket(id).ok_or(Refusal::NotFound)?;
        if ticket.status == TicketStatus::Closed {
            return Err(Refusal::Invalid(vec![violations::closed()]));
        }
        let mut found = Vec::new();
        self.check_organization_of_ticket(&changes, ticket.requester_id, &mut found);
        Refusal::unless_empty(found)?;
        ticket.apply(TicketChanges {
            description: None,
            requester_id: None,
            submitter_id: None,
            ..changes
        });
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
    fn check_organization_of_ticket(
        &self,
        changes: &TicketChanges,
        user: UserId,
        found: &mut Vec<Violation>,
    ) {
        if let Some(Some(organization)) = changes.organization_id {
            if self.memberships.find(user, organization).is_none() {
                found.push(violations::organization_not_of_requester());
            }
        }
    }

    /// Sends for the tickets of a membership, or of an organization, that is gone. They keep the
    /// organization until the job has run: at the next look, or after the time that jobs take.
    pub(crate) fn queue_unassignment(
        &mut self,
        organization: OrganizationId,
        requester: Option<UserId>,
    ) {
        self.queue_chore(Arc::new(Unassignment {
            organization,
            requester,
        }));
    }
}

/// Takes the organization from tickets that are not closed.
#[derive(Clone, Copy, Debug)]
struct Unassignment {
    organization: OrganizationId,
    /// Only the tickets that this user requested; those of all users if the organization itself is
    /// gone.
    requester: Option<UserId>,
}

impl Chore for Unassignment {
    /// Working tickets, that is all but closed ones, "have their organization set to null".
    /// <https://support.zendesk.com/hc/en-us/articles/4408846640410>
    fn run(&self, account: &mut Account) {
        let Self {
            organization,
            requester,
        } = *self;
        let now = account.now();
        let tickets = match requester {
            Some(user) => account.tickets_requested_by(user),
            None => account.tickets_of(&account.tickets.of_organization(organization)),
        };
        let mut unassigned = Vec::new();
        for ticket in tickets {
            if ticket.organization_id == Some(organization) && ticket.status.is_working() {
                unassigned.push(ticket.id);
                account.tickets.put(Ticket {
                    organization_id: None,
                    updated_at: now,
                    ..ticket
                });
            }
        }
        if !unassigned.is_empty() {
            account.record(|_| Effect::TicketsUnassigned {
                tickets: unassigned,
                organization,
            });
        }
    }
}
