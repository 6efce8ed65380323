//! [`SortedMap`]: an ordered map that knows ranks and is cheap to copy.
//!
//! Every list of the API is read from such a map. It can do two things that the standard library's
//! `BTreeMap` cannot. It finds the row at a rank, so a page at any depth costs the same. And a copy
//! shares its rows with the original, so `MockZendesk::account` returns a snapshot of a million
//! rows without copying them.
//!
//! The rows are in chunks, which are sorted, and so are the rows in each of them. Both levels are
//! shared until one side writes, and a write copies one chunk. Two levels are enough: at a million
//! rows there are a few thousand chunks.

mod differences;
mod rows;
#[cfg(test)]
mod tests;

use std::borrow::Borrow;
use std::sync::Arc;

pub(crate) use rows::Rows;

/// The largest number of rows in a chunk. A full chunk is split. Larger chunks make inserting
/// slower, smaller ones make finding slower.
const CHUNK_ROWS: usize = 512;

pub(crate) struct SortedMap<K, V> {
    top: Arc<Top<K, V>>,
}

struct Top<K, V> {
    chunks: Vec<Arc<Vec<(K, V)>>>,
    /// The rank of the first row of each chunk.
    starts: Vec<usize>,
    len: usize,
}

/// The place of a row: the chunk, and the index in it.
#[derive(Clone, Copy)]
struct Place {
    chunk: usize,
    row: usize,
}

impl<K: Ord + Clone, V: Clone> SortedMap<K, V> {
    pub(crate) fn new() -> Self {
        Self {
            top: Arc::new(Top {
                chunks: Vec::new(),
                starts: Vec::new(),
                len: 0,
            }),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.top.len
    }

    pub(crate) fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let place = self.top.find(key).ok()?;
        Some(&self.top.chunks[place.chunk][place.row].1)
    }

    /// Inserts a row, and returns the value that it replaces.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.top.find(&key) {
            Ok(place) => {
                let chunk = Arc::make_mut(&mut Arc::make_mut(&mut self.top).chunks[place.chunk]);
                Some(std::mem::replace(&mut chunk[place.row].1, value))
            }
            Err(place) => {
                Arc::make_mut(&mut self.top).insert_at(place, (key, value));
                None
            }
        }
    }

    /// Inserts many rows at once. None of their keys may be in the map yet. Inserting them one by
    /// one would search for each place; this goes through all rows once.
    pub(crate) fn extend(&mut self, mut rows: Vec<(K, V)>) {
        rows.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let top = Arc::make_mut(&mut self.top);
        let is_behind = match (
            top.chunks.last().and_then(|chunk| chunk.last()),
            rows.first(),
        ) {
            (Some((last, _)), Some((first, _))) => last < first,
            _ => true,
        };
        if !is_behind {
            let mut merged: Vec<(K, V)> = Vec::with_capacity(top.len + rows.len());
            let mut new = rows.into_iter().peekable();
            for row in top.chunks.drain(..).flat_map(Arc::unwrap_or_clone) {
                while let Some(earlier) = new.next_if(|(key, _)| *key < row.0) {
                    merged.push(earlier);
                }
                merged.push(row);
            }
            merged.extend(new);
            (top.len, rows) = (0, merged);
            top.starts.clear();
        }
        top.append(rows);
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let place = self.top.find(key).ok()?;
        Some(Arc::make_mut(&mut self.top).remove_at(place).1)
    }

    /// Returns the value of `key`, to change in place.
    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let place = self.top.find(key).ok()?;
        let chunk = Arc::make_mut(&mut Arc::make_mut(&mut self.top).chunks[place.chunk]);
        Some(&mut chunk[place.row].1)
    }

    /// Returns the number of rows whose keys satisfy `before`, which is the rank of the first row
    /// that does not. `before` must be true for a prefix of the order.
    pub(crate) fn rank_where(&self, before: impl Fn(&K) -> bool) -> usize {
        let chunk = self
            .top
            .chunks
            .partition_point(|rows| rows.last().is_some_and(|(key, _)| before(key)));
        match self.top.chunks.get(chunk) {
            Some(rows) => self.top.starts[chunk] + rows.partition_point(|(key, _)| before(key)),
            None => self.top.len,
        }
    }

    /// Returns the rows from the one at `rank` on, in order.
    pub(crate) fn iter_from(&self, rank: usize) -> Rows<'_, K, V> {
        // The first chunk starts at rank 0, so only an empty map has no chunk before.
        let chunk = self
            .top
            .starts
            .partition_point(|start| *start <= rank)
            .saturating_sub(1);
        let row = rank - self.top.starts.get(chunk).unwrap_or(&0);
        let mut rows = Rows {
            chunk: [].iter(),
            rest: self.top.chunks.get(chunk..).unwrap_or_default(),
        };
        rows.next_chunk();
        rows.chunk = rows.chunk.as_slice().get(row..).unwrap_or_default().iter();
        rows
    }

    pub(crate) fn iter(&self) -> Rows<'_, K, V> {
        self.iter_from(0)
    }
}

impl<K: Ord, V> Top<K, V> {
    /// Returns the place of `key`, or the place where it would be inserted.
    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<Place, Place>
    where
        K: Borrow<Q>,
    {
        let chunk = self
            .chunks
            .partition_point(|rows| rows.last().is_some_and(|(last, _)| last.borrow() < key));
        match self.chunks.get(chunk) {
            Some(rows) => rows
                .binary_search_by(|(row_key, _)| row_key.borrow().cmp(key))
                .map(|row| Place { chunk, row })
                .map_err(|row| Place { chunk, row }),
            // After the last row: the end of the last chunk.
            None => Err(match self.chunks.last() {
                Some(rows) => Place {
                    chunk: chunk - 1,
                    row: rows.len(),
                },
                None => Place { chunk: 0, row: 0 },
            }),
        }
    }
}

impl<K: Ord + Clone, V: Clone> Top<K, V> {
    fn insert_at(&mut self, mut place: Place, row: (K, V)) {
        if self.chunks.is_empty() {
            self.push_chunk(0, 0, Vec::new());
        }
        if self.chunks[place.chunk].len() == CHUNK_ROWS {
            // Ids rise, so most rows are inserted at the end. Starting a new chunk there leaves
            // full chunks behind; splitting would leave half-full ones.
            let at_the_end = place.chunk + 1 == self.chunks.len() && place.row == CHUNK_ROWS;
            let keep = if at_the_end {
                CHUNK_ROWS
            } else {
                CHUNK_ROWS / 2
            };
            let tail = Arc::make_mut(&mut self.chunks[place.chunk]).split_off(keep);
            self.push_chunk(place.chunk + 1, self.starts[place.chunk] + keep, tail);
            if place.row > keep || at_the_end {
                place = Place {
                    chunk: place.chunk + 1,
                    row: place.row - keep,
                };
            }
        }
        Arc::make_mut(&mut self.chunks[place.chunk]).insert(place.row, row);
        self.len += 1;
        self.starts[place.chunk + 1..]
            .iter_mut()
            .for_each(|start| *start += 1);
    }

    /// Appends rows after all others, in full chunks.
    fn append(&mut self, rows: Vec<(K, V)>) {
        let mut rows = rows.into_iter();
        loop {
            let chunk: Vec<(K, V)> = rows.by_ref().take(CHUNK_ROWS).collect();
            if chunk.is_empty() {
                return;
            }
            let start = self.len;
            self.len += chunk.len();
            self.push_chunk(self.chunks.len(), start, chunk);
        }
    }

    fn remove_at(&mut self, place: Place) -> (K, V) {
        let row = Arc::make_mut(&mut self.chunks[place.chunk]).remove(place.row);
        self.len -= 1;
        self.starts[place.chunk + 1..]
            .iter_mut()
            .for_each(|start| *start -= 1);
        self.merge_if_small(place.chunk);
        row
    }

    /// Merges a small chunk with the next one, so that many removals do not leave many tiny chunks.
    fn merge_if_small(&mut self, chunk: usize) {
        if self.chunks[chunk].is_empty() {
            self.remove_chunk(chunk);
        } else if chunk + 1 < self.chunks.len()
            && self.chunks[chunk].len() + self.chunks[chunk + 1].len() <= CHUNK_ROWS / 4
        {
            let tail = self.remove_chunk(chunk + 1);
            Arc::make_mut(&mut self.chunks[chunk]).extend_from_slice(&tail);
        }
    }

    fn push_chunk(&mut self, index: usize, start: usize, rows: Vec<(K, V)>) {
        self.starts.insert(index, start);
        self.chunks.insert(index, Arc::new(rows));
    }

    fn remove_chunk(&mut self, index: usize) -> Arc<Vec<(K, V)>> {
        self.starts.remove(index);
        self.chunks.remove(index)
    }
}

impl<K, V> Clone for SortedMap<K, V> {
    fn clone(&self) -> Self {
        Self {
            top: Arc::clone(&self.top),
        }
    }
}

impl<K: Clone, V: Clone> Clone for Top<K, V> {
    fn clone(&self) -> Self {
        Self {
            chunks: self.chunks.clone(),
            starts: self.starts.clone(),
            len: self.len,
        }
    }
}

impl<K, V> std::fmt::Debug for SortedMap<K, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SortedMap({} rows)", self.top.len)
    }
}
