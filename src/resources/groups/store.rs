//! The groups and their indexes.

use std::ops::Range;
use std::sync::Arc;

use crate::base::difference::Compare;
use crate::base::ids::GroupId;
use crate::base::sequence::{Column, Position, Sequence, Side, SortedIds};
use crate::base::sorted::SortedMap;
use crate::base::table::{AnyTable, Store, Table};

use super::model::Group;

#[derive(Clone, Debug)]
pub(crate) struct GroupStore {
    /// All groups, including deleted ones, because Zendesk still shows these by id.
    rows: Table<Group>,
    /// The groups that are not deleted, by name without case, then by id.
    by_name: SortedMap<(Arc<str>, GroupId), ()>,
    /// The account's default group, which every account has.
    pub(crate) default: GroupId,
}

fn sort_name(name: &str) -> Arc<str> {
    name.to_lowercase().into()
}

impl GroupStore {
    pub(crate) fn get(&self, id: GroupId) -> Option<&Group> {
        self.rows.get(id)
    }

    /// Returns the group, unless it is deleted.
    pub(crate) fn active(&self, id: GroupId) -> Option<&Group> {
        self.get(id).filter(|group| !group.deleted)
    }

    /// Inserts a group, or replaces the one with the same id.
    pub(crate) fn put(&mut self, group: Group) {
        let id = group.id;
        if let Some(former) = self.rows.get(id) {
            self.by_name.remove(&(sort_name(&former.name), id));
        }
        if !group.deleted {
            self.by_name.insert((sort_name(&group.name), id), ());
        }
        self.rows.put(group);
    }

    /// Returns all groups by id, including deleted ones.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Group> {
        self.rows.iter()
    }

    /// Returns the groups that are not deleted, by name and then by id.
    pub(crate) fn by_name(&self) -> ByName<'_> {
        ByName {
            groups: self,
            keys: self.by_name.clone(),
        }
    }

    /// Returns those of the given groups that are not deleted, by name and then by id.
    pub(crate) fn some_by_name(&self, ids: &SortedIds) -> ByName<'_> {
        let groups = ids.iter().filter_map(|id| self.active(GroupId::new(id)));
        let mut keys = SortedMap::new();
        keys.extend(
            groups
                .map(|group| ((sort_name(&group.name), group.id), ()))
                .collect(),
        );
        ByName { groups: self, keys }
    }
}

impl Default for GroupStore {
    fn default() -> Self {
        Self {
            rows: Table::default(),
            by_name: SortedMap::new(),
            default: GroupId::new(0),
        }
    }
}

impl Store for GroupStore {
    fn table(&self) -> &dyn AnyTable {
        &self.rows
    }
}

impl Compare for Group {}

/// Groups by name without case, then by id. Their cursors contain the name with its case.
pub(crate) struct ByName<'a> {
    groups: &'a GroupStore,
    keys: SortedMap<(Arc<str>, GroupId), ()>,
}

impl Sequence for ByName<'_> {
    fn order(&self) -> &'static str {
        "name,id"
    }

    fn len(&self) -> usize {
        self.keys.len()
    }

    fn ids(&self, ranks: Range<usize>) -> Vec<u64> {
        self.keys
            .iter_from(ranks.start)
            .take(ranks.len())
            .map(|((_, id), ())| id.get())
            .collect()
    }

    fn position(&self, rank: usize) -> Option<Position> {
        let ((_, id), ()) = self.keys.iter_from(rank).next()?;
        let name = self.groups.get(*id)?.name.clone();
        Some(Position(vec![
            Column::Text(name),
            Column::Integer(id.get() as i64),
        ]))
    }

    fn rank(&self, position: &Position, side: Side) -> Option<usize> {
        let [Column::Text(name), Column::Integer(id)] = position.0.as_slice() else {
            return None;
        };
        let key = (sort_name(name), GroupId::new((*id).max(0) as u64));
        Some(self.keys.rank_where(|other| side.includes(other.cmp(&key))))
    }
}
