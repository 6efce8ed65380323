//! [`Rows`]: iterates over the rows of a map.

use std::slice;
use std::sync::Arc;

/// The key and the value of a row in a map.
pub(crate) type Row<'a, K, V> = (&'a K, &'a V);

/// An iterator over rows in order, chunk by chunk.
pub(crate) struct Rows<'a, K, V> {
    pub(super) chunk: slice::Iter<'a, (K, V)>,
    pub(super) rest: &'a [Arc<Vec<(K, V)>>],
}

impl<K, V> Rows<'_, K, V> {
    /// Moves on to the next chunk. Returns whether there is one.
    pub(super) fn next_chunk(&mut self) -> bool {
        let Some((chunk, rest)) = self.rest.split_first() else {
            return false;
        };
        (self.chunk, self.rest) = (chunk.iter(), rest);
        true
    }
}

impl<'a, K, V> Iterator for Rows<'a, K, V> {
    type Item = Row<'a, K, V>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((key, value)) = self.chunk.next() {
                return Some((key, value));
            }
            if !self.next_chunk() {
                return None;
            }
        }
    }
}
