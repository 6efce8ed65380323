//! The merges of organizations and their indexes.

use std::sync::Arc;

use crate::base::ids::OrganizationId;
use crate::base::sequence::SortedIds;
use crate::base::sorted::SortedMap;
use crate::base::time::Moment;
use crate::base::ulid::ulid;

use super::model::OrganizationMerge;

/// The merges are numbered from 1, because lists and cursors need numbers.
#[derive(Clone, Debug)]
pub(crate) struct MergeStore {
    rows: SortedMap<u64, Arc<OrganizationMerge>>,
    by_id: SortedMap<Arc<str>, u64>,
    by_organization: SortedMap<(OrganizationId, u64), ()>,
    /// The merges that have not ended so far.
    open: SortedMap<u64, ()>,
}

impl MergeStore {
    pub(crate) fn new() -> Self {
        Self {
            rows: SortedMap::new(),
            by_id: SortedMap::new(),
            by_organization: SortedMap::new(),
            open: SortedMap::new(),
        }
    }

    /// Returns an id that no merge has.
    pub(crate) fn draw_id(&self, now: Moment) -> Arc<str> {
        let numbers = self.rows.len() as u64 + 1..;
        let mut ids = numbers.map(|number| Arc::from(ulid(now, number)));
        ids.find(|id| self.by_id.get(id).is_none())
            .unwrap_or_default()
    }

    /// Adds a merge, or replaces the one with the same id.
    pub(crate) fn put(&mut self, merge: OrganizationMerge) {
        let id: Arc<str> = merge.id.as_str().into();
        let number = match self.by_id.get(&id) {
            Some(number) => *number,
            None => self.rows.len() as u64 + 1,
        };
        if merge.status.is_open() {
            self.open.insert(number, ());
        } else {
            self.open.remove(&number);
        }
        for organization in [merge.loser_id, merge.winner_id] {
            self.by_organization.insert((organization, number), ());
        }
        self.by_id.insert(id, number);
        self.rows.insert(number, Arc::new(merge));
    }

    pub(crate) fn get(&self, number: u64) -> Option<&OrganizationMerge> {
        self.rows.get(&number).map(Arc::as_ref)
    }

    pub(crate) fn with_id(&self, id: &str) -> Option<&OrganizationMerge> {
        self.get(*self.by_id.get(&Arc::from(id))?)
    }

    /// Returns all merges, from the oldest one on.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &OrganizationMerge> {
        self.rows.iter().map(|(_, merge)| merge.as_ref())
    }

    /// Returns the merges that have not ended so far. There are only a few at a time.
    pub(crate) fn open(&self) -> impl Iterator<Item = &OrganizationMerge> {
        self.open
            .iter()
            .filter_map(|(number, ())| self.get(*number))
    }

    /// Returns the numbers of the merges in which an organization is the winner or the loser.
    pub(crate) fn of_organization(&self, organization: OrganizationId) -> SortedIds {
        let first = self
            .by_organization
            .rank_where(|(other, _)| *other < organization);
        let of_it = self
            .by_organization
            .iter_from(first)
            .take_while(|((other, _), ())| *other == organization);
        SortedIds::new(of_it.map(|((_, number), ())| *number))
    }
}
