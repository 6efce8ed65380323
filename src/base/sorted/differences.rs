//! The differences between a [`SortedMap`] and a later state of it.

use std::sync::Arc;

use super::rows::Row;
use super::{Place, SortedMap, Top};

impl<K: Ord + Clone, V: Clone> SortedMap<K, V> {
    /// Returns the rows that differ in `later`, in order: the row here, and the row there. Chunks
    /// that both maps share are skipped, so comparing a map with a changed copy costs only as much
    /// as the changes.
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

/// A row that differs: the earlier row, and the later row.
pub(crate) type RowDifference<'a, K, V> = (Option<Row<'a, K, V>>, Option<Row<'a, K, V>>);

/// A position that moves forward by rows, or by whole chunks.
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

    /// Returns whether both are at the start of the same shared chunk.
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
