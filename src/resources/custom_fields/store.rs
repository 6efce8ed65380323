//! The custom fields of one kind of record, and their indexes.

use std::sync::Arc;

use crate::base::difference::Compare;
use crate::base::field_value::{ShownField, Unset};
use crate::base::ids::RecordId as _;
use crate::base::sequence::{GivenOrder, SortedIds};
use crate::base::table::{AnyTable, Store, Table};

use super::model::{CustomField, FieldType, Owner};

#[derive(Clone, Debug)]
pub(crate) struct FieldStore<O: Owner> {
    /// All fields, including deleted ones, because Zendesk still shows these by id.
    rows: Table<CustomField<O>>,
    /// The fields that are not deleted, in order of their positions.
    order: Arc<[O::FieldId]>,
    /// The active fields by key, as records show them, and their ids in the same order.
    shown: Arc<[ShownField]>,
    shown_ids: Arc<[O::FieldId]>,
}

impl<O: Owner> FieldStore<O> {
    pub(crate) fn get(&self, id: O::FieldId) -> Option<&CustomField<O>> {
        self.rows.get(id)
    }

    /// Returns the field, unless it is deleted.
    pub(crate) fn existing(&self, id: O::FieldId) -> Option<&CustomField<O>> {
        self.get(id).filter(|field| !field.deleted)
    }

    /// Returns the field with this key, unless it is deleted.
    pub(crate) fn with_key(&self, key: &str) -> Option<&CustomField<O>> {
        self.in_order().find(|field| field.key == key)
    }

    /// Returns the active field with this key, and the key that all records share.
    pub(crate) fn active(&self, key: &str) -> Option<(&CustomField<O>, &Arc<str>)> {
        let place = self
            .shown
            .binary_search_by(|field| (*field.key).cmp(key))
            .ok()?;
        let field = self.get(self.shown_ids[place])?;
        Some((field, &self.shown[place].key))
    }

    /// Returns the fields that are not deleted, by position.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = &CustomField<O>> {
        self.order.iter().filter_map(|id| self.get(*id))
    }

    /// Returns all fields by id, including deleted ones.
    pub(crate) fn all(&self) -> impl Iterator<Item = &CustomField<O>> {
        self.rows.iter()
    }

    /// Returns the active fields by key, as records show them.
    pub(crate) fn shown(&self) -> &[ShownField] {
        &self.shown
    }

    /// Returns the list of the fields that are not deleted, by position and by id.
    pub(crate) fn lists(&self) -> (GivenOrder, SortedIds) {
        let ids = self.order.iter().map(|id| id.number());
        (GivenOrder(ids.clone().collect()), SortedIds::new(ids))
    }

    /// Adds fields, or replaces those with the same ids.
    pub(crate) fn put(&mut self, fields: impl IntoIterator<Item = CustomField<O>>) {
        for field in fields {
            self.rows.put(field);
        }
        let existing = self.rows.iter().filter(|field| !field.deleted);
        let mut existing: Vec<&CustomField<O>> = existing.collect();
        existing.sort_by_key(|field| (field.position, field.id));
        self.order = existing.iter().map(|field| field.id).collect();
        existing.retain(|field| field.active);
        existing.sort_by(|one, other| one.key.cmp(&other.key));
        self.shown_ids = existing.iter().map(|field| field.id).collect();
        let shown = existing.iter().map(|field| ShownField {
            key: field.key.as_str().into(),
            unset: match field.field_type {
                FieldType::Checkbox => Unset::False,
                _ => Unset::Null,
            },
        });
        self.shown = shown.collect();
    }
}

impl<O: Owner> Default for FieldStore<O> {
    fn default() -> Self {
        Self {
            rows: Table::default(),
            order: Arc::default(),
            shown: Arc::default(),
            shown_ids: Arc::default(),
        }
    }
}

impl<O: Owner> Store for FieldStore<O> {
    fn table(&self) -> &dyn AnyTable {
        &self.rows
    }
}

impl<O: Owner> Compare for CustomField<O> {}
