//! The organizations and their indexes.

use std::ops::Range;
use std::sync::Arc;

use crate::base::ids::OrganizationId;
use crate::base::sequence::{ById, Column, Position, Sequence, Side};
use crate::base::sorted::SortedMap;

use super::model::Organization;

#[derive(Clone, Debug)]
pub(crate) struct OrganizationStore {
    rows: SortedMap<OrganizationId, Stored>,
    by_name: SortedMap<(Arc<str>, OrganizationId), ()>,
}

#[derive(Clone, Debug, PartialEq)]
struct Stored {
    organization: Arc<Organization>,
    sort_name: Arc<str>,
}

/// The name as names are compared: without case and without the space around it.
pub(crate) fn sort_name(name: &str) -> Arc<str> {
    name.trim().to_lowercase().into()
}

impl OrganizationStore {
    pub(crate) fn new() -> Self {
        Self { rows: SortedMap::new(), by_name: SortedMap::new() }
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The rows that are not the same in `later`: what is here, and what is there.
    pub(crate) fn differences<'a>(
        &'a self,
        later: &'a Self,
    ) -> Vec<(Option<&'a Organization>, Option<&'a Organization>)> {
        let found = self.rows.differences(&later.rows).into_iter();
        let row = |(_, stored): (_, &'a Stored)| &*stored.organization;
        found.map(|(old, new)| (old.map(row), new.map(row))).collect()
    }

    pub(crate) fn get(&self, id: OrganizationId) -> Option<&Organization> {
        self.rows.get(&id).map(|stored| &*stored.organization)
    }

    /// The name by which this organization sorts. Every index that is ordered by it shares this one string.
    pub(crate) fn sort_name(&self, id: OrganizationId) -> Arc<str> {
        self.rows.get(&id).map_or_else(|| "".into(), |stored| Arc::clone(&stored.sort_name))
    }

    /// The organization that bears this name, however it is written.
    pub(crate) fn named(&self, name: &str) -> Option<OrganizationId> {
        let name = sort_name(name);
        let rank = self.by_name.rank_where(|(other, _)| *other < name);
        let ((other, id), ()) = self.by_name.iter_from(rank).next()?;
        (*other == name).then_some(*id)
    }

    /// Puts an organization in, or in the place of the one with its id.
    pub(crate) fn put(&mut self, organization: Organization) {
        let id = organization.id;
        let name = sort_name(&organization.name);
        if let Some(former) = self.rows.get(&id) {
            self.by_name.remove(&(Arc::clone(&former.sort_name), id));
        }
        self.by_name.insert((Arc::clone(&name), id), ());
        self.rows.insert(id, Stored { organization: Arc::new(organization), sort_name: name });
    }

    /// Puts many organizations in at once. Their ids and their names are new.
    pub(crate) fn extend(&mut self, organizations: Vec<Organization>) {
        let rows = organizations.into_iter().map(|organization| {
            let sort_name = sort_name(&organization.name);
            (organization.id, Stored { organization: Arc::new(organization), sort_name })
        });
        let rows: Vec<_> = rows.collect();
        self.by_name.extend(rows.iter().map(|(id, stored)| ((Arc::clone(&stored.sort_name), *id), ())).collect());
        self.rows.extend(rows);
    }

    pub(crate) fn remove(&mut self, id: OrganizationId) {
        if let Some(stored) = self.rows.remove(&id) {
            self.by_name.remove(&(stored.sort_name, id));
        }
    }

    pub(crate) fn by_id(&self) -> impl Sequence + '_ {
        ById::new(&self.rows, ())
    }

    pub(crate) fn by_name(&self) -> ByName<'_> {
        ByName(&self.by_name)
    }
}

/// All organizations by name, whatever the case.
pub(crate) struct ByName<'a>(&'a SortedMap<(Arc<str>, OrganizationId), ()>);

impl Sequence for ByName<'_> {
    fn order(&self) -> &'static str {
        "name,id"
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn ids(&self, ranks: Range<usize>) -> Vec<u64> {
        self.0.iter_from(ranks.start).take(ranks.len()).map(|((_, id), ())| id.get()).collect()
    }

    fn position(&self, rank: usize) -> Option<Position> {
        let ((name, id), ()) = self.0.iter_from(rank).next()?;
        Some(Position(vec![Column::Text(name.to_string()), Column::Integer(id.get() as i64)]))
    }

    fn rank(&self, position: &Position, side: Side) -> Option<usize> {
        let [Column::Text(name), Column::Integer(id)] = position.0.as_slice() else { return None };
        let id = OrganizationId::new((*id).max(0) as u64);
        Some(self.0.rank_where(|(other, other_id)| side.includes((&**other, *other_id).cmp(&(name.as_str(), id)))))
    }
}
