//! [`Pairs`]: the records of a kind that connects users with something else, and their indexes.

use super::difference::Compare;
use super::ids::{RecordId, UserId};
use super::record::Record;
use super::sequence::{ById, Sequence};
use super::sorted::SortedMap;
use super::table::{AnyTable, Store, Table};

/// A kind of record that connects a user with something else, each two at most once.
pub(crate) trait Pair: Record {
    type Other: RecordId;

    /// Returns the user, and what the user is connected with. Neither may change.
    fn pair(&self) -> (UserId, Self::Other);
}

/// Records that connect users with something else. Cheap to copy.
#[derive(Clone, Debug)]
pub(crate) struct Pairs<R: Pair> {
    rows: Table<R>,
    by_user: SortedMap<(UserId, R::Id), ()>,
    by_other: SortedMap<(R::Other, R::Id), ()>,
    by_pair: SortedMap<(R::Other, UserId), R::Id>,
}

impl<R: Pair> Pairs<R> {
    pub(crate) fn get(&self, id: R::Id) -> Option<&R> {
        self.rows.get(id)
    }

    /// Returns the record that connects these two. There is at most one.
    pub(crate) fn find(&self, user: UserId, other: R::Other) -> Option<R::Id> {
        self.by_pair.get(&(other, user)).copied()
    }

    /// Inserts a record, or replaces the one with the same id, which must connect the same two.
    pub(crate) fn put(&mut self, record: R) {
        let (id, (user, other)) = (record.id(), record.pair());
        self.by_user.insert((user, id), ());
        self.by_other.insert((other, id), ());
        self.by_pair.insert((other, user), id);
        self.rows.put(record);
    }

    pub(crate) fn remove(&mut self, id: R::Id) -> Option<R::Row> {
        let (user, other) = self.get(id)?.pair();
        self.by_user.remove(&(user, id));
        self.by_other.remove(&(other, id));
        self.by_pair.remove(&(other, user));
        self.rows.remove(id)
    }

    /// Returns an iterator over all records, by id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &R> {
        self.rows.iter()
    }

    pub(crate) fn all(&self) -> impl Sequence + '_ {
        self.rows.by_id()
    }

    pub(crate) fn of_user(&self, user: UserId) -> impl Sequence + '_ {
        ById::new(&self.by_user, user)
    }

    pub(crate) fn of(&self, other: R::Other) -> impl Sequence + '_ {
        ById::new(&self.by_other, other)
    }

    /// Returns the users that are connected with it, by id.
    pub(crate) fn users_of(&self, other: R::Other) -> impl Sequence + '_ {
        ById::new(&self.by_pair, other)
    }

    pub(crate) fn ids_of(&self, other: R::Other) -> Vec<R::Id> {
        ids(&self.of(other))
    }

    pub(crate) fn ids_of_user(&self, user: UserId) -> Vec<R::Id> {
        ids(&self.of_user(user))
    }

    /// Returns the records in a list.
    pub(crate) fn rows_of(&self, list: &dyn Sequence) -> impl Iterator<Item = &R> {
        ids(list).into_iter().filter_map(|id| self.get(id))
    }
}

fn ids<T: RecordId>(list: &dyn Sequence) -> Vec<T> {
    let numbers = list.ids(0..list.len()).into_iter();
    numbers.map(T::from_number).collect()
}

impl<R: Pair> Default for Pairs<R> {
    fn default() -> Self {
        Self {
            rows: Table::default(),
            by_user: SortedMap::new(),
            by_other: SortedMap::new(),
            by_pair: SortedMap::new(),
        }
    }
}

impl<R: Pair + Compare> Store for Pairs<R> {
    fn table(&self) -> &dyn AnyTable {
        &self.rows
    }
}
