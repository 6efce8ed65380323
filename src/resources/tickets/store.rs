//! The tickets and their indexes.

use crate::base::changes::{ChangeIndex, Changes};
use crate::base::difference::Compare;
use crate::base::ids::{OrganizationId, TicketId, UserId};
use crate::base::record::Record;
use crate::base::sequence::{ById, Sequence};
use crate::base::sorted::SortedMap;
use crate::base::table::{AnyTable, Store, Table};
use crate::base::words::{IndexedWord, WordIndex};

use super::model::Ticket;

#[derive(Clone, Debug)]
pub(crate) struct TicketStore {
    /// All tickets ever, including deleted ones, because exports still show them.
    rows: Table<Ticket>,
    live: SortedMap<TicketId, ()>,
    by_requester: SortedMap<(UserId, TicketId), ()>,
    by_organization: SortedMap<(OrganizationId, TicketId), ()>,
    by_change: ChangeIndex<TicketId>,
    /// The tickets that are not deleted, by the words of their texts.
    by_word: WordIndex<TicketId>,
    pub(super) arrivals: Arrivals,
}

impl TicketStore {
    /// Returns the ticket. `None` means that it does not exist or is deleted.
    pub(crate) fn get(&self, id: TicketId) -> Option<&Ticket> {
        self.ever(id).filter(|ticket| !ticket.is_deleted())
    }

    /// Returns the ticket with this id, even if it is deleted.
    pub(crate) fn ever(&self, id: TicketId) -> Option<&Ticket> {
        self.rows.get(id)
    }

    /// Inserts a ticket, or replaces the one with the same id. A deleted one is found only by its
    /// id and its last change.
    pub(crate) fn put(&mut self, ticket: Ticket) {
        let id = ticket.id;
        let former = self.rows.get(id);
        let changed_before = former.map(|former| former.updated_at);
        self.by_change
            .note(id, changed_before, Some(ticket.updated_at));
        if let Some(former) = former {
            self.by_requester.remove(&(former.requester_id, id));
            self.by_word.remove(id, former.texts());
            if let Some(organization) = former.organization_id {
                self.by_organization.remove(&(organization, id));
            }
        }
        if ticket.is_deleted() {
            self.live.remove(&id);
        } else {
            self.live.insert(id, ());
            self.by_requester.insert((ticket.requester_id, id), ());
            if let Some(organization) = ticket.organization_id {
                self.by_organization.insert((organization, id), ());
            }
            self.by_word.insert(id, ticket.texts());
        }
        self.rows.put(ticket);
    }

    /// Returns tickets that are not deleted, by id, among them all that have these words.
    pub(crate) fn having(&self, words: &[IndexedWord]) -> Vec<TicketId> {
        self.by_word.having(words, || {
            self.iter().map(|ticket| (ticket.id, ticket.texts()))
        })
    }

    /// Returns the tickets that are not deleted, by id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Ticket> {
        self.ever_all().filter(|ticket| !ticket.is_deleted())
    }

    /// Returns all tickets ever, by id.
    pub(crate) fn ever_all(&self) -> impl Iterator<Item = &Ticket> {
        self.rows.iter()
    }

    /// Returns all tickets ever, in the order of their last changes.
    pub(crate) fn by_change(&self) -> Changes<'_, TicketId> {
        self.by_change.of(|| {
            self.rows
                .iter()
                .map(|ticket| (ticket.updated_at, ticket.id))
        })
    }

    pub(crate) fn all(&self) -> impl Sequence + '_ {
        ById::new(&self.live, ())
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
            live: SortedMap::new(),
            by_requester: SortedMap::new(),
            by_organization: SortedMap::new(),
            by_change: ChangeIndex::new(),
            by_word: WordIndex::new(),
            arrivals: Arrivals::new(),
        }
    }
}

/// The tickets that got their requester or their organization while chores were waiting.
#[derive(Clone, Debug)]
pub(super) struct Arrivals {
    count: u64,
    /// The number of each ticket's last arrival.
    last: SortedMap<TicketId, u64>,
}

impl Arrivals {
    fn new() -> Self {
        Self {
            count: 0,
            last: SortedMap::new(),
        }
    }

    /// Returns how many there were.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn note(&mut self, id: TicketId) {
        self.count += 1;
        self.last.insert(id, self.count);
    }

    /// Returns whether a ticket arrived after there had been this many arrivals.
    pub(super) fn is_later(&self, id: TicketId, count: u64) -> bool {
        self.last.get(&id).is_some_and(|last| *last > count)
    }

    /// Forgets all of them, because no chore asks for them any more.
    pub(super) fn forget(&mut self) {
        if self.count > 0 {
            *self = Self::new();
        }
    }
}

impl Store for TicketStore {
    fn table(&self) -> &dyn AnyTable {
        &self.rows
    }
}

impl Compare for Ticket {}
