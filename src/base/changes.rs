//! [`ChangeIndex`]: the records of one kind in the order of their last changes.

use std::ops::Range;
use std::sync::OnceLock;

use super::sorted::SortedMap;
use super::time::Timestamp;

/// An index of the records of one kind by the time of their last change, and then by id. Cheap to
/// copy.
///
/// It is built by the first export, because every test seeds and few tests export.
#[derive(Clone, Debug)]
pub(crate) struct ChangeIndex<I> {
    entries: OnceLock<SortedMap<(Timestamp, I), ()>>,
}

impl<I: Copy + Ord> ChangeIndex<I> {
    pub(crate) fn new() -> Self {
        Self {
            entries: OnceLock::new(),
        }
    }

    /// Notes that a record changed last at `to`, and before at `from`. `None` means that there was
    /// no such record.
    pub(crate) fn note(&mut self, id: I, from: Option<Timestamp>, to: Option<Timestamp>) {
        let Some(entries) = self.entries.get_mut().filter(|_| from != to) else {
            return;
        };
        if let Some(from) = from {
            entries.remove(&(from, id));
        }
        if let Some(to) = to {
            entries.insert((to, id), ());
        }
    }

    /// Adds many records that are not in the index yet.
    pub(crate) fn extend(&mut self, records: impl Iterator<Item = (Timestamp, I)>) {
        if let Some(entries) = self.entries.get_mut() {
            entries.extend(records.map(|record| (record, ())).collect());
        }
    }

    /// Returns the records in order. `records` gives all of them.
    pub(crate) fn of<R>(&self, records: impl FnOnce() -> R) -> Changes<'_, I>
    where
        R: Iterator<Item = (Timestamp, I)>,
    {
        Changes(self.entries.get_or_init(|| {
            let mut entries = SortedMap::new();
            entries.extend(records().map(|record| (record, ())).collect());
            entries
        }))
    }
}

/// The records of one kind in the order of their last changes.
#[derive(Clone, Copy)]
pub(crate) struct Changes<'a, I>(&'a SortedMap<(Timestamp, I), ()>);

impl<'a, I: Copy + Ord> Changes<'a, I> {
    /// Returns the number of records that changed last before this time.
    pub(crate) fn before(self, time: Timestamp) -> usize {
        self.0.rank_where(|(other, _)| *other < time)
    }

    /// Returns the number of records that changed last up to this time.
    pub(crate) fn until(self, time: Timestamp) -> usize {
        self.0.rank_where(|(other, _)| *other <= time)
    }

    /// Returns the number of records that come up to this one.
    pub(crate) fn until_record(self, time: Timestamp, id: I) -> usize {
        self.0.rank_where(|other| *other <= (time, id))
    }

    /// Returns the records at these ranks, with the times of their last changes.
    pub(crate) fn at(self, ranks: Range<usize>) -> impl Iterator<Item = (Timestamp, I)> + 'a {
        let rows = self.0.iter_from(ranks.start).take(ranks.len());
        rows.map(|(row, ())| *row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_unix_seconds(seconds)
    }

    fn all(index: &ChangeIndex<u64>, records: &[(Timestamp, u64)]) -> Vec<(Timestamp, u64)> {
        let changes = index.of(|| records.iter().copied());
        changes.at(0..changes.until(at(u64::MAX))).collect()
    }

    #[test]
    fn a_record_moves_when_it_changes_whether_the_index_is_built_before_or_after() {
        let mut early = ChangeIndex::new();
        assert_eq!(all(&early, &[]), []);
        early.extend([(at(2), 1), (at(1), 2), (at(4), 4)].into_iter());
        let mut late = early.clone();
        late.entries = OnceLock::new();
        for index in [&mut early, &mut late] {
            index.note(3, None, Some(at(1)));
            index.note(2, Some(at(1)), Some(at(3)));
            index.note(1, Some(at(2)), None);
        }
        let expected = [(at(1), 3), (at(3), 2), (at(4), 4)];
        assert_eq!(all(&early, &[]), expected);
        assert_eq!(all(&late, &expected), expected);
    }

    #[test]
    fn ranks_count_what_comes_before() {
        let index = ChangeIndex::new();
        let changes = index.of(|| [(at(10), 2), (at(10), 1), (at(12), 3)].into_iter());
        assert_eq!((changes.before(at(10)), changes.until(at(10))), (0, 2));
        assert_eq!((changes.before(at(11)), changes.until(at(11))), (2, 2));
        assert_eq!(changes.until_record(at(10), 1), 1);
        assert_eq!(
            changes.at(1..3).collect::<Vec<_>>(),
            [(at(10), 2), (at(12), 3)]
        );
    }
}
