//! Finds tickets in the account, for tests and for replies.

use crate::base::ids::{TicketId, UserId};
use crate::base::record::Record;
use crate::base::sequence::Sequence;
use crate::base::settings::OrganizationsOfAUser;
use crate::resources::account::Account;

use super::model::Ticket;

impl Account {
    /// Returns whether a ticket may have its organization. The requester must be a member, except
    /// that a closed ticket keeps its organization in any case. Where users are in one organization
    /// at most, so do the tickets of a user who was merged into the requester.
    pub(crate) fn keeps_organization(&self, ticket: &Ticket) -> bool {
        let is_single = self.rules.organizations_of_a_user == OrganizationsOfAUser::One;
        ticket.organization_id.is_none_or(|organization| {
            !ticket.status.is_working()
                || (is_single && self.organizations.get(organization).is_some())
                || self
                    .memberships
                    .find(ticket.requester_id, organization)
                    .is_some()
        })
    }

    /// Returns the ticket with this id.
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

    /// Returns all tickets, by id.
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

    /// Returns the deleted tickets, by id. Only incremental exports show them.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// zendesk.seed().ticket(&zendesk.seed().user("Ada"), "Printer on fire");
    /// assert_eq!(zendesk.account().deleted_tickets(), []);
    /// # }
    /// ```
    #[must_use]
    pub fn deleted_tickets(&self) -> Vec<Ticket> {
        let all = self.tickets.ever_all();
        all.filter(|ticket| ticket.is_deleted()).cloned().collect()
    }

    /// Returns the tickets that this user requested, by id.
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
