//! [`Table`]: the records of one kind by id, shared between snapshots; [`AnyTable`]: a table of any
//! kind.

use std::any::Any;
use std::borrow::Borrow;
use std::fmt;

use super::difference::{Compare, Difference};
use super::ids::{Kind, RecordId};
#[cfg(feature = "html")]
use super::record::{Attribute, Source};
use super::record::{Record, Row};
use super::sequence::ById;
use super::sorted::SortedMap;
#[cfg(feature = "html")]
use super::value::Shown;

/// The records of one kind, by id. Cheap to copy.
pub(crate) struct Table<R: Record> {
    rows: SortedMap<R::Id, R::Row>,
}

impl<R: Record> Table<R> {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn get(&self, id: R::Id) -> Option<&R> {
        self.rows.get(&id).map(Borrow::borrow)
    }

    /// Returns the record, to change only what no index depends on.
    pub(crate) fn get_mut(&mut self, id: R::Id) -> Option<&mut R> {
        self.rows.get_mut(&id).map(Row::get_mut)
    }

    /// Inserts a record, and returns the one with the same id that it replaces.
    pub(crate) fn put(&mut self, record: R) -> Option<R::Row> {
        self.rows.insert(record.id(), record.into())
    }

    /// Inserts many records at once. Their ids must be new.
    pub(crate) fn extend(&mut self, records: impl IntoIterator<Item = R>) {
        self.rows.extend(
            records
                .into_iter()
                .map(|record| (record.id(), record.into()))
                .collect(),
        );
    }

    pub(crate) fn remove(&mut self, id: R::Id) -> Option<R::Row> {
        self.rows.remove(&id)
    }

    /// Returns all records, in order of their ids.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &R> {
        self.rows.iter().map(|(_, row)| row.borrow())
    }

    /// Returns all records in order of their ids, as pagination sees them.
    pub(crate) fn by_id(&self) -> ById<'_, R::Id, R::Row> {
        ById::new(&self.rows, ())
    }
}

/// The records of one kind, with their indexes.
pub(crate) trait Store {
    fn table(&self) -> &dyn AnyTable;
}

/// A table of any kind of record.
pub(crate) trait AnyTable {
    fn as_any(&self) -> &dyn Any;

    fn kind(&self) -> Kind;

    /// Returns the number of records that are not deleted. Goes through all of them.
    fn count(&self) -> usize;

    fn has(&self, id: u64) -> bool;

    /// Whether the record is there and not deleted.
    fn is_live(&self, id: u64) -> bool;

    /// Returns the name of a record that exists.
    fn name(&self, id: u64) -> Option<&str>;

    /// Returns the attributes that a record keeps, with their values. Empty if there is no such record,
    /// or if it is deleted.
    #[cfg(feature = "html")]
    fn values(&self, id: u64) -> Vec<(&'static str, Shown<'_>)>;

    /// Returns the differences between this table and a later state of it.
    fn differences(&self, later: &dyn AnyTable) -> Vec<Difference>;
}

impl<R: Record + Compare> AnyTable for Table<R> {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn kind(&self) -> Kind {
        R::KIND
    }

    fn count(&self) -> usize {
        self.iter().filter(|record| !record.is_deleted()).count()
    }

    fn has(&self, id: u64) -> bool {
        self.get(R::Id::from_number(id)).is_some()
    }

    fn is_live(&self, id: u64) -> bool {
        self.get(R::Id::from_number(id))
            .is_some_and(|record| !record.is_deleted())
    }

    fn name(&self, id: u64) -> Option<&str> {
        self.get(R::Id::from_number(id)).map(R::name)
    }

    #[cfg(feature = "html")]
    fn values(&self, id: u64) -> Vec<(&'static str, Shown<'_>)> {
        let record = self.get(R::Id::from_number(id));
        let live = record.filter(|record| !record.is_deleted());
        let kept = |record, attribute: &Attribute<R>| match attribute.source {
            Source::Kept { show, .. } => Some((attribute.key, show(record))),
            _ => None,
        };
        let of = |record| {
            R::ATTRIBUTES
                .iter()
                .filter_map(move |one| kept(record, one))
        };
        live.into_iter().flat_map(of).collect()
    }

    fn differences(&self, later: &dyn AnyTable) -> Vec<Difference> {
        let Some(later) = later.as_any().downcast_ref::<Self>() else {
            return Vec::new();
        };
        let found = self.rows.differences(&later.rows).into_iter();
        found
            .flat_map(|(old, new)| {
                R::compare(
                    old.map(|(_, row)| row.borrow()),
                    new.map(|(_, row)| row.borrow()),
                )
            })
            .collect()
    }
}

impl<R: Record> Default for Table<R> {
    fn default() -> Self {
        Self {
            rows: SortedMap::new(),
        }
    }
}

impl<R: Record> Clone for Table<R> {
    fn clone(&self) -> Self {
        Self {
            rows: self.rows.clone(),
        }
    }
}

impl<R: Record> fmt::Debug for Table<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", R::KIND, self.rows)
    }
}
