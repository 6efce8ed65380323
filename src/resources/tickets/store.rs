//! The tickets and their indexes.

use crate::base::difference::Compare;
use crate::base::ids::{OrganizationId, TicketId, UserId};
use crate::base::sequence::{ById, Sequence};
use crate::base::sorted::SortedMap;
use crate::base::table::{AnyTable, Store, Table};

use super::model::Ticket;

#[derive(Clone, Debug)]
pub(crate) struct TicketStore {
    rows: Table<Ticket>,
    by_requester: SortedMap<(UserId, TicketId), ()>,
    by_organization: SortedMap<(OrganizationId, TicketId), ()>,
}

impl TicketStore {
    pub(crate) fn get(&self, id: TicketId) -> Option<&Ticket> {
        self.rows.get(id)
    }

    /// Inserts a ticket, or replaces the one with the same id.
    pub(crate) fn put(&mut self, ticket: Ticket) {
        self.remove(ticket.id);
        self.by_requester
            .insert((ticket.requester_id, ticket.id), ());
        if let Some(organization) = ticket.organization_id {
            self.by_organization.insert((organization, ticket.id), ());
        }
        self.rows.put(ticket);
    }

    pub(crate) fn remove(&mut self, id: TicketId) {
        if let Some(former) = self.rows.remove(id) {
            self.by_requester.remove(&(former.requester_id, id));
            if let Some(organization) = former.organization_id {
                self.by_organization.remove(&(organization, id));
            }
        }
    }

    /// Returns an iterator over all tickets, by id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Ticket> {
        self.rows.iter()
    }

    pub(crate) fn all(&self) -> impl Sequence + '_ {
        self.rows.by_id()
    }

    pub(crate) fn requested_by(&self, user: UserId) -> impl Sequence + '_ {
        ById::new(&self.by_requester, user)
    }

    pub(crate) fn of_organization(&self, organization: OrganizationId) -> impl Sequence + '_ {
        ById::new(&self.by_organization, organization)
    }
}

impl Default for TicketStore {
    fn default() -> Self {
        Self {
            rows: Table::default(),
            by_requester: SortedMap::new(),
            by_organization: SortedMap::new(),
        }
    }
}

impl Store for TicketStore {
    fn table(&self) -> &dyn AnyTable {
        &self.rows
    }
}

impl Compare for Ticket {}
