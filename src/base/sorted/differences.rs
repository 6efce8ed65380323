//! What is different between a [`SortedMap`] and a later state of it.

use std::sync::Arc;

use super::rows::Row;
use super::{Place, SortedMap, Top};

impl<K: Ord + Clone, V: Clone> SortedMap<K, V> {
    /// The rows in which `later` is not the same as this, in order: what is here, and what is
    /// there. Chunks that both share are passed over, so of a copy and what has become of it this
    /// costs what has been changed.
    pub(crate) fn differences<'a>(&'a self, later: &'a Self) -> Vec<RowDifference<'a, K, V>>
    where
        V: PartialEq,
    {
        let (mut here, mut there) = (Cursor::new(&self.top), Cursor::new(&later.top));
        let mut found = Vec::new();
        loop {
            while here.skips_with(&there) {
                here.next_chunk();
                there.next_chunk();
            }
            match (here.row(), there.row()) {
                (None, None) => return found,
                (Some(old), Some(new)) if old.0 == new.0 => {
                    if old.1 != new.1 {
                        found.push((Some(old), Some(new)));
                    }
                    here.step();
                    there.step();
                }
                (Some(old), new) if new.is_none_or(|new| old.0 < new.0) => {
                    found.push((Some(old), None));
                    here.step();
                }
                (_, new) => {
                    found.push((None, new));
                    there.step();
                }
            }
        }
    }
}

/// What became of a row: what is here, and what is there.
pub(crate) type RowDifference<'a, K, V> = (Option<Row<'a, K, V>>, Option<Row<'a, K, V>>);

/// Walks through the rows, or past whole chunks of them.
struct Cursor<'a, K, V> {
    top: &'a Top<K, V>,
    place: Place,
}

impl<'a, K, V> Cursor<'a, K, V> {
    fn new(top: &'a Top<K, V>) -> Self {
        Self {
            top,
            place: Place { chunk: 0, row: 0 },
        }
    }

    fn row(&self) -> Option<Row<'a, K, V>> {
        let (key, value) = self.top.chunks.get(self.place.chunk)?.get(self.place.row)?;
        Some((key, value))
    }

    fn step(&mut self) {
        self.place.row += 1;
        if self
            .top
            .chunks
            .get(self.place.chunk)
            .is_some_and(|rows| rows.len() == self.place.row)
        {
            self.next_chunk();
        }
    }

    fn next_chunk(&mut self) {
        self.place = Place {
            chunk: self.place.chunk + 1,
            row: 0,
        };
    }

    /// Whether both stand at the start of one and the same chunk.
    fn skips_with(&self, other: &Self) -> bool {
        let chunks = (
            self.top.chunks.get(self.place.chunk),
            other.top.chunks.get(other.place.chunk),
        );
        match chunks {
            (Some(here), Some(there)) => {
                self.place.row == 0 && other.place.row == 0 && Arc::ptr_eq(here, there)
            }
            _ => false,
        }
    }
}
