//! The organizations and their indexes.

use std::ops::Range;
use std::sync::Arc;

use crate::base::changes::{ChangeIndex, Changes};
use crate::base::difference::Compare;
use crate::base::folded::{external_id_key, folded};
use crate::base::ids::OrganizationId;
use crate::base::record::Record;
use crate::base::sequence::{ById, Column, Position, Sequence, Side};
use crate::base::sorted::SortedMap;
use crate::base::table::{AnyTable, Store, Table};
use crate::base::words::{IndexedWord, WordIndex};

use super::model::Organization;

#[derive(Clone, Debug)]
pub(crate) struct OrganizationStore {
    /// All organizations ever, including deleted ones, because exports still show them.
    rows: Table<Organization>,
    /// The name by which each organization that is not deleted sorts. All indexes by name share
    /// this string.
    sort_names: SortedMap<OrganizationId, Arc<str>>,
    by_name: SortedMap<(Arc<str>, OrganizationId), ()>,
    by_external_id: SortedMap<Arc<str>, OrganizationId>,
    by_change: ChangeIndex<OrganizationId>,
    /// The organizations that are not deleted, by the words of their texts.
    by_word: WordIndex<OrganizationId>,
}

/// Returns a name in the form for comparison: without case and without surrounding space.
pub(crate) fn sort_name(name: &str) -> Arc<str> {
    folded(name).into()
}

impl OrganizationStore {
    /// Returns the number of organizations that are not deleted.
    pub(crate) fn len(&self) -> usize {
        self.sort_names.len()
    }

    /// Returns the organization. `None` means that it does not exist or is deleted.
    pub(crate) fn get(&self, id: OrganizationId) -> Option<&Organization> {
        self.rows
            .get(id)
            .filter(|organization| !organization.is_deleted())
    }

    /// Returns the organization with this id, even if it is deleted.
    pub(crate) fn ever(&self, id: OrganizationId) -> Option<&Organization> {
        self.rows.get(id)
    }

    /// Returns all organizations ever, by id.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Organization> {
        self.rows.iter()
    }

    /// Returns all organizations ever, in the order of their last changes.
    pub(crate) fn by_change(&self) -> Changes<'_, OrganizationId> {
        let all = || self.rows.iter();
        self.by_change
            .of(|| all().map(|organization| (organization.updated_at, organization.id)))
    }

    /// Returns the name by which this organization sorts.
    pub(crate) fn sort_name(&self, id: OrganizationId) -> Arc<str> {
        self.sort_names
            .get(&id)
            .map_or_else(|| "".into(), Arc::clone)
    }

    /// Returns the organization with this name, ignoring case and surrounding space.
    pub(crate) fn named(&self, name: &str) -> Option<OrganizationId> {
        let name = sort_name(name);
        let rank = self.by_name.rank_where(|(other, _)| *other < name);
        let ((other, id), ()) = self.by_name.iter_from(rank).next()?;
        (*other == name).then_some(*id)
    }

    /// Returns the organization with this external id, ignoring case.
    pub(crate) fn with_external_id(&self, external_id: &str) -> Option<OrganizationId> {
        self.by_external_id.get(&*folded(external_id)).copied()
    }

    /// Returns the organizations whose name starts with this, ignoring case, by name.
    pub(crate) fn with_name_prefix(&self, prefix: &str) -> impl Iterator<Item = OrganizationId> {
        let prefix = sort_name(prefix);
        let first = self.by_name.rank_where(|(name, _)| **name < *prefix);
        self.by_name
            .iter_from(first)
            .take_while(move |((name, _), ())| name.starts_with(&*prefix))
            .map(|((_, id), ())| *id)
    }

    /// Returns the organizations that are not deleted, by id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Organization> {
        self.all().filter(|organization| !organization.is_deleted())
    }

    /// Returns organizations that are not deleted, by id, among them all that have these words.
    pub(crate) fn having(&self, words: &[IndexedWord]) -> Vec<OrganizationId> {
        self.by_word.having(words, || {
            self.iter()
                .map(|organization| (organization.id, organization.indexed_texts()))
        })
    }

    /// Adds an organization, or replaces the one with the same id. A deleted one is found only by
    /// its id and its last change.
    pub(crate) fn put(&mut self, organization: Organization) {
        let id = organization.id;
        if let Some(former) = self.rows.get(id).filter(|former| !former.is_deleted()) {
            self.by_word.remove(id, former.indexed_texts());
            if let Some(external_id) = external_id_key(former.external_id.as_deref()) {
                self.by_external_id.remove(&external_id);
            }
        }
        if let Some(former) = self.sort_names.remove(&id) {
            self.by_name.remove(&(former, id));
        }
        if !organization.is_deleted() {
            if let Some(external_id) = external_id_key(organization.external_id.as_deref()) {
                self.by_external_id.insert(external_id, id);
            }
            let name = sort_name(&organization.name);
            self.sort_names.insert(id, Arc::clone(&name));
            self.by_name.insert((name, id), ());
            self.by_word.insert(id, organization.indexed_texts());
        }
        let updated_at = organization.updated_at;
        let former = self.rows.put(organization);
        let changed_before = former.map(|former| former.updated_at);
        self.by_change.note(id, changed_before, Some(updated_at));
    }

    /// Adds many organizations at once. Their ids and their names must be new.
    pub(crate) fn extend(&mut self, organizations: Vec<Organization>) {
        let live = || organizations.iter().filter(|new| !new.is_deleted());
        let names: Vec<(OrganizationId, Arc<str>)> = live()
            .map(|organization| (organization.id, sort_name(&organization.name)))
            .collect();
        self.by_name.extend(
            names
                .iter()
                .map(|(id, name)| ((Arc::clone(name), *id), ()))
                .collect(),
        );
        self.sort_names.extend(names);
        let external_ids = live().filter_map(|organization| {
            Some((
                external_id_key(organization.external_id.as_deref())?,
                organization.id,
            ))
        });
        self.by_external_id.extend(external_ids.collect());
        self.by_word
            .extend(live().map(|organization| (organization.id, organization.indexed_texts())));
        let all = organizations.iter();
        self.by_change
            .extend(all.map(|organization| (organization.updated_at, organization.id)));
        self.rows.extend(organizations);
    }

    /// Returns the organizations that are not deleted, by id.
    pub(crate) fn by_id(&self) -> impl Sequence + '_ {
        ById::new(&self.sort_names, ())
    }

    pub(crate) fn by_name(&self) -> ByName<'_> {
        ByName(&self.by_name)
    }
}

impl Default for OrganizationStore {
    fn default() -> Self {
        Self {
            rows: Table::default(),
            sort_names: SortedMap::new(),
            by_name: SortedMap::new(),
            by_external_id: SortedMap::new(),
            by_change: ChangeIndex::new(),
            by_word: WordIndex::new(),
        }
    }
}

impl Store for OrganizationStore {
    fn table(&self) -> &dyn AnyTable {
        &self.rows
    }
}

impl Compare for Organization {}

/// All organizations by name, ignoring case.
pub(crate) struct ByName<'a>(&'a SortedMap<(Arc<str>, OrganizationId), ()>);

impl Sequence for ByName<'_> {
    fn order(&self) -> &'static str {
        "name,id"
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn ids(&self, ranks: Range<usize>) -> Vec<u64> {
        self.0
            .iter_from(ranks.start)
            .take(ranks.len())
            .map(|((_, id), ())| id.get())
            .collect()
    }

    fn position(&self, rank: usize) -> Option<Position> {
        let ((name, id), ()) = self.0.iter_from(rank).next()?;
        Some(Position(vec![
            Column::Text(name.to_string()),
            Column::Integer(id.get() as i64),
        ]))
    }

    fn rank(&self, position: &Position, side: Side) -> Option<usize> {
        let [Column::Text(name), Column::Integer(id)] = position.0.as_slice() else {
            return None;
        };
        let id = OrganizationId::new((*id).max(0) as u64);
        Some(self.0.rank_where(|(other, other_id)| {
            side.includes((&**other, *other_id).cmp(&(name.as_str(), id)))
        }))
    }
}
