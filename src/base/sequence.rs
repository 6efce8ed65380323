//! [`Sequence`]: an ordered list of records as pagination sees it; [`Position`]: a place in a list
//! that stays valid when records are added and removed.

use std::ops::Range;

use crate::base::ids::RecordId;
use crate::base::sorted::SortedMap;

/// Records in a fixed order, accessible by rank and by position.
///
/// Both kinds of pagination need only this. Offset pagination asks for ranks. Cursor pagination
/// asks for the current rank of a position.
pub(crate) trait Sequence {
    /// Returns the names of the columns that decide the order, as in Zendesk's cursors: a
    /// descending column starts with `-`.
    fn order(&self) -> &'static str;

    fn len(&self) -> usize;

    /// Returns the ids of the records at these ranks, which must be within `0..len()`.
    fn ids(&self, ranks: Range<usize>) -> Vec<u64>;

    /// Returns the position of the record at this rank. `None` means that the rank is past the
    /// end.
    fn position(&self, rank: usize) -> Option<Position>;

    /// Returns how many records are before the position. A record exactly at the position counts if
    /// `side` is [`Side::After`]. `None` means that the position does not have the columns of this
    /// order.
    fn rank(&self, position: &Position, side: Side) -> Option<usize>;
}

/// A place in an order: the values of its columns. It stays valid when the record that it was taken
/// from is deleted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position(pub(crate) Vec<Column>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Column {
    Integer(i64),
    Text(String),
}

/// A side of a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Before,
    After,
}

impl Side {
    /// Returns whether something with this order relative to the position is before this side of
    /// it.
    pub(crate) fn includes(self, ordering: std::cmp::Ordering) -> bool {
        ordering.is_lt() || (ordering.is_eq() && self == Self::After)
    }
}

/// A key that ends in a record id. It may start with a scope that several records share.
pub(crate) trait IdKey: Ord + Clone {
    type Scope: Copy;
    fn new(scope: Self::Scope, id: u64) -> Self;
    fn id(&self) -> u64;
}

impl<T: RecordId> IdKey for T {
    type Scope = ();
    fn new((): (), id: u64) -> Self {
        T::from_number(id)
    }
    fn id(&self) -> u64 {
        self.number()
    }
}

impl<S: RecordId, T: RecordId> IdKey for (S, T) {
    type Scope = S;
    fn new(scope: S, id: u64) -> Self {
        (scope, T::from_number(id))
    }
    fn id(&self) -> u64 {
        self.1.number()
    }
}

/// The records of one scope of an index, in order of their ids.
pub(crate) struct ById<'a, K: IdKey, V> {
    index: &'a SortedMap<K, V>,
    scope: K::Scope,
    ranks: Range<usize>,
}

impl<'a, K: IdKey, V: Clone> ById<'a, K, V> {
    pub(crate) fn new(index: &'a SortedMap<K, V>, scope: K::Scope) -> Self {
        let first = K::new(scope, 0);
        let last = K::new(scope, u64::MAX);
        let ranks = index.rank_where(|key| *key < first)..index.rank_where(|key| *key <= last);
        Self {
            index,
            scope,
            ranks,
        }
    }
}

impl<K: IdKey, V: Clone> Sequence for ById<'_, K, V> {
    fn order(&self) -> &'static str {
        "id"
    }

    fn len(&self) -> usize {
        self.ranks.len()
    }

    fn ids(&self, ranks: Range<usize>) -> Vec<u64> {
        self.index
            .iter_from(self.ranks.start + ranks.start)
            .take(ranks.len())
            .map(|(key, _)| key.id())
            .collect()
    }

    fn position(&self, rank: usize) -> Option<Position> {
        let rank = Some(self.ranks.start + rank).filter(|rank| self.ranks.contains(rank))?;
        self.index
            .iter_from(rank)
            .next()
            .map(|(key, _)| position_of_id(key.id()))
    }

    fn rank(&self, position: &Position, side: Side) -> Option<usize> {
        let key = K::new(self.scope, id_of_position(position)?);
        let rank = self
            .index
            .rank_where(|other| side.includes(other.cmp(&key)));
        Some(rank.clamp(self.ranks.start, self.ranks.end) - self.ranks.start)
    }
}

/// A short list of ids, in ascending order.
pub(crate) struct SortedIds(Vec<u64>);

impl SortedIds {
    pub(crate) fn new(ids: impl IntoIterator<Item = u64>) -> Self {
        let mut ids: Vec<u64> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        Self(ids)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u64> {
        self.0.iter().copied()
    }
}

impl Sequence for SortedIds {
    fn order(&self) -> &'static str {
        "id"
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn ids(&self, ranks: Range<usize>) -> Vec<u64> {
        self.0[ranks].to_vec()
    }

    fn position(&self, rank: usize) -> Option<Position> {
        self.0.get(rank).map(|id| position_of_id(*id))
    }

    fn rank(&self, position: &Position, side: Side) -> Option<usize> {
        let id = id_of_position(position)?;
        Some(
            self.0
                .partition_point(|other| side.includes(other.cmp(&id))),
        )
    }
}

/// A short list of ids in the given order. It supports offset pagination only, because a cursor
/// cannot express a position in it.
pub(crate) struct GivenOrder(pub(crate) Vec<u64>);

impl Sequence for GivenOrder {
    fn order(&self) -> &'static str {
        ""
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn ids(&self, ranks: Range<usize>) -> Vec<u64> {
        self.0[ranks].to_vec()
    }

    fn position(&self, _: usize) -> Option<Position> {
        None
    }

    fn rank(&self, _: &Position, _: Side) -> Option<usize> {
        None
    }
}

/// A list by id, from the largest one on.
pub(crate) struct Descending<'a>(pub(crate) &'a dyn Sequence);

impl Sequence for Descending<'_> {
    fn order(&self) -> &'static str {
        "-id"
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn ids(&self, ranks: Range<usize>) -> Vec<u64> {
        let len = self.len();
        let mut ids = self.0.ids(len - ranks.end..len - ranks.start);
        ids.reverse();
        ids
    }

    fn position(&self, rank: usize) -> Option<Position> {
        self.0.position(self.len().checked_sub(rank + 1)?)
    }

    fn rank(&self, position: &Position, side: Side) -> Option<usize> {
        let other_side = match side {
            Side::Before => Side::After,
            Side::After => Side::Before,
        };
        Some(self.len() - self.0.rank(position, other_side)?)
    }
}

fn position_of_id(id: u64) -> Position {
    Position(vec![Column::Integer(id as i64)])
}

fn id_of_position(position: &Position) -> Option<u64> {
    match position.0.as_slice() {
        // A negative number is before every record.
        [Column::Integer(id)] => Some((*id).max(0) as u64),
        _ => None,
    }
}
