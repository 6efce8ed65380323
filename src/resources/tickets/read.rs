//! How the tickets in the account are read: by tests, and by everything that answers.

use crate::base::ids::{TicketId, UserId};
use crate::base::sequence::Sequence;
use crate::resources::account::Account;

use super::model::Ticket;

impl Account {
    /// Whether a ticket may have the organization that it has: its requester has to be in there. A
    /// closed ticket keeps what it had, whatever became of that.
    pub(crate) fn keeps_organization(&self, ticket: &Ticket) -> bool {
        ticket.organization_id.is_none_or(|organization| {
            !ticket.status.is_working()
                || self
                    .memberships
                    .find(ticket.requester_id, organization)
                    .is_some()
        })
    }

    /// The ticket with this id.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let ada = seed.user("Ada");
    /// let ticket = seed.ticket(&ada, "Printer on fire");
    /// assert_eq!(zendesk.account().ticket(&ticket), Some(ticket));
    /// # }
    /// ```
    #[must_use]
    pub fn ticket(&self, id: impl Into<TicketId>) -> Option<Ticket> {
        self.tickets.get(id.into()).cloned()
    }

    /// All tickets, by id.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let ada = seed.user("Ada");
    /// let ticket = seed.ticket(&ada, "Printer on fire");
    /// assert_eq!(zendesk.account().tickets(), [ticket]);
    /// # }
    /// ```
    #[must_use]
    pub fn tickets(&self) -> Vec<Ticket> {
        self.tickets_of(&self.tickets.all())
    }

    /// The tickets that this user requested, by id.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let ada = seed.user("Ada");
    /// let ticket = seed.ticket(&ada, "Printer on fire");
    /// assert_eq!(zendesk.account().tickets_requested_by(&ada), [ticket]);
    /// # }
    /// ```
    #[must_use]
    pub fn tickets_requested_by(&self, user: impl Into<UserId>) -> Vec<Ticket> {
        self.tickets_of(&self.tickets.requested_by(user.into()))
    }

    pub(super) fn tickets_of(&self, list: &dyn Sequence) -> Vec<Ticket> {
        list.ids(0..list.len())
            .into_iter()
            .filter_map(|id| self.ticket(id))
            .collect()
    }
}
