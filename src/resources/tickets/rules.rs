//! What may happen to tickets, and how they change when a membership ends.

use std::sync::Arc;

use crate::base::effect::Effect;
use crate::base::ids::{GroupId, OrganizationId, RecordId, RecordRef, TicketId, UserId};
use crate::base::record::Record;
use crate::base::refusal::{Refusal, Violation};
use crate::resources::account::Account;
use crate::resources::job_statuses::model::Chore;
use crate::resources::users::model::UserChanges;

use super::model::{Comment, GivenRequester, Ticket, TicketChanges, TicketStatus};
use super::violations;

impl Account {
    /// Creates a ticket for the requester's default organization, or for another organization of
    /// the requester that is given. A ticket without a group is in the group of that organization.
    /// The default requester is the caller. A requester who is named by an e-mail address that
    /// nobody has is created.
    pub(crate) fn create_ticket(
        &mut self,
        mut changes: TicketChanges,
        caller: UserId,
    ) -> Result<TicketId, Refusal> {
        // Null says nothing, so the ticket gets the requester's organization.
        changes.organization_id = changes.organization_id.filter(Option::is_some);
        let named = match (changes.requester_id, changes.requester.clone()) {
            (Some(id), _) => Requester::Present(id),
            (None, Some(given)) => self.requester(given),
            (None, None) => Requester::Present(caller),
        };
        let requester = match &named {
            Requester::Present(id) => self.users.active(*id),
            Requester::New(_) => None,
        };
        let comment = changes.comment.clone().and_then(|Comment(text)| text);
        let description = comment.or(changes.description.clone()).unwrap_or_default();
        let mut found = Vec::new();
        match &named {
            Requester::Present(_) if requester.is_none() => {
                found.push(violations::requester_blank());
            }
            Requester::Present(_) => {}
            Requester::New(user) => {
                if let Err(Refusal::Invalid(violations)) = self.check_new_user(user) {
                    found.extend(violations.iter().map(violations::of_requester));
                }
            }
        }
        if description.trim().is_empty() {
            found.push(violations::description_blank());
        }
        // Somebody new is in no organization yet.
        if requester.is_some() || matches!(named, Requester::New(_)) {
            let user = requester.map(|user| user.id);
            self.check_organization_of_ticket(&changes, user, &mut found);
        }
        let organization_id = requester.and_then(|user| user.organization_id);
        Refusal::unless_empty(found)?;

        let requester_id = match named {
            Requester::Present(id) => id,
            Requester::New(user) => self.create_user(*user)?,
        };
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
        self.put_ticket(ticket);
        self.record_created(id);
        Ok(id)
    }

    /// The group that the organization of a ticket gives to its tickets.
    fn group_of_organization(&self, ticket: &Ticket) -> Option<GroupId> {
        let group = self.organizations.get(ticket.organization_id?)?.group_id?;
        self.groups.active(group).map(|group| group.id)
    }

    /// Changes a ticket that is not closed. Its requester, its submitter and its description never
    /// change.
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
        self.check_organization_of_ticket(&changes, Some(ticket.requester_id), &mut found);
        Refusal::unless_empty(found)?;
        ticket.apply(TicketChanges {
            description: None,
            requester_id: None,
            submitter_id: None,
            ..changes
        });
        ticket.updated_at = self.now();
        self.put_ticket(ticket);
        self.record_updated(id);
        Ok(())
    }

    /// Deletes a ticket. Only incremental exports still show it.
    pub(crate) fn delete_ticket(&mut self, id: TicketId) -> Result<(), Refusal> {
        let ticket = self.ticket(id).ok_or(Refusal::NotFound)?;
        self.record_deleted(id);
        let now = self.now();
        self.tickets.put(Ticket {
            updated_at: now,
            deleted_at: Some(now),
            ..ticket
        });
        Ok(())
    }

    /// Checks the organization of a ticket: "You can only specify the ID of an organization
    /// associated with the requester."
    /// <https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#json-format>
    fn check_organization_of_ticket(
        &self,
        changes: &TicketChanges,
        user: Option<UserId>,
        found: &mut Vec<Violation>,
    ) {
        if let Some(Some(organization)) = changes.organization_id {
            let membership = user.and_then(|user| self.memberships.find(user, organization));
            if membership.is_none() {
                found.push(violations::organization_not_of_requester());
            }
        }
    }

    /// The user whom a request for a ticket names by name and e-mail address.
    fn requester(&self, given: GivenRequester) -> Requester {
        let GivenRequester { name, email } = given;
        let holder = email
            .as_deref()
            .and_then(|email| self.holder_of_email(email));
        holder.map_or_else(
            || {
                Requester::New(Box::new(UserChanges {
                    name,
                    email: email.map(Some),
                    ..UserChanges::default()
                }))
            },
            Requester::Present,
        )
    }

    /// Gives the tickets that a user requested to another one, closed ones too. They keep their
    /// organization.
    pub(crate) fn give_tickets_of_user(&mut self, loser: UserId, winner: UserId) {
        self.run_chores(|queued| queued.chore.finds_by(loser.into()));
        let tickets = self.tickets_requested_by(loser);
        self.move_tickets(tickets, loser, winner, |ticket| {
            ticket.requester_id = winner
        });
    }

    /// Gives the tickets of an organization to another one, closed ones too.
    pub(crate) fn give_tickets_of_organization(
        &mut self,
        loser: OrganizationId,
        winner: OrganizationId,
    ) {
        self.run_chores(|queued| queued.chore.finds_by(loser.into()));
        let tickets = self.tickets_of(&self.tickets.of_organization(loser));
        self.move_tickets(tickets, loser, winner, |ticket| {
            ticket.organization_id = Some(winner);
        });
    }

    fn move_tickets<R: RecordId>(
        &mut self,
        tickets: Vec<Ticket>,
        from: R,
        to: R,
        change: impl Fn(&mut Ticket),
    ) {
        if tickets.is_empty() {
            return;
        }
        let moved = tickets.iter().map(|ticket| ticket.id).collect();
        for mut ticket in tickets {
            change(&mut ticket);
            ticket.updated_at = self.now();
            self.put_ticket(ticket);
        }
        self.record(|account| Effect::TicketsMoved {
            tickets: moved,
            from: account.name(from),
            to: account.name(to),
        });
    }

    /// Sends for the tickets that are assigned to an agent who is deleted.
    pub(crate) fn queue_abandonment(&mut self, agent: UserId) {
        self.queue_chore(Arc::new(Abandonment { agent }));
    }

    /// Queues the work on the tickets of a deleted membership or organization. They keep the
    /// organization until that work is done, which is before the next request or look at the
    /// account, or after the time that jobs take. Tickets that get the organization by then keep it.
    pub(crate) fn queue_unassignment(
        &mut self,
        organization: OrganizationId,
        requester: Option<UserId>,
    ) {
        let arrivals = self.tickets.arrivals.count();
        self.queue_chore(Arc::new(Unassignment {
            organization,
            requester,
            arrivals,
        }));
    }

    /// Inserts a ticket, or replaces the one with the same id. Notes that it gets its requester and
    /// organization only now, if something may wait that must not take the organization.
    pub(super) fn put_ticket(&mut self, ticket: Ticket) {
        let pair = |ticket: &Ticket| (ticket.requester_id, ticket.organization_id);
        if self.jobs.chores.is_empty() {
            self.tickets.arrivals.forget();
        } else if self.tickets.get(ticket.id).map(pair) != Some(pair(&ticket)) {
            self.tickets.arrivals.note(ticket.id);
        }
        self.tickets.put(ticket);
    }
}

/// The requester of a new ticket.
enum Requester {
    /// A user by id, who need not be there.
    Present(UserId),
    /// Somebody to be created.
    New(Box<UserChanges>),
}

/// Takes an agent who is deleted from the tickets that wait for an answer.
#[derive(Clone, Copy, Debug)]
struct Abandonment {
    agent: UserId,
}

impl Chore for Abandonment {
    fn run(&self, account: &mut Account) {
        let is_meant = |ticket: &Ticket| {
            let is_done = matches!(ticket.status, TicketStatus::Solved | TicketStatus::Closed);
            !is_done && ticket.assignee_id == Some(self.agent)
        };
        let tickets: Vec<Ticket> = account
            .tickets
            .iter()
            .filter(|ticket| is_meant(ticket))
            .cloned()
            .collect();
        for ticket in tickets {
            let id = ticket.id;
            account.tickets.put(Ticket {
                assignee_id: None,
                updated_at: account.now(),
                ..ticket
            });
            account.record_updated(id);
        }
    }
}

/// Removes the organization from tickets that are not closed.
#[derive(Clone, Copy, Debug)]
struct Unassignment {
    organization: OrganizationId,
    /// The user whose tickets are changed. `None` means those of all users, because the
    /// organization itself is deleted.
    requester: Option<UserId>,
    /// How many tickets had arrived when it was queued. It does not change later ones.
    arrivals: u64,
}

impl Chore for Unassignment {
    /// Working tickets, which are all except closed ones, "have their organization set to null".
    /// <https://support.zendesk.com/hc/en-us/articles/4408846640410>
    fn run(&self, account: &mut Account) {
        let Self {
            organization,
            requester,
            arrivals,
        } = *self;
        let now = account.now();
        let tickets = match requester {
            Some(user) => account.tickets_requested_by(user),
            None => account.tickets_of(&account.tickets.of_organization(organization)),
        };
        let mut unassigned = Vec::new();
        for ticket in tickets {
            let is_meant = ticket.organization_id == Some(organization)
                && !account.tickets.arrivals.is_later(ticket.id, arrivals);
            if is_meant && ticket.status.is_working() {
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

    fn finds_by(&self, record: RecordRef) -> bool {
        let requester = self.requester.map(RecordRef::from);
        requester == Some(record) || record == self.organization.into()
    }
}
