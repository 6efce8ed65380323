//! [`Removed`]: the records that are gone, so that texts can still name them.

use super::effect::Named;
use super::ids::{Kind, RecordRef};
use super::printable::cut;
use super::sorted::SortedMap;

/// The number of removed records that are remembered of each kind. Of more, those that were removed
/// first are forgotten. A record that takes many others with it, such as an organization with its
/// memberships, is of another kind than they are.
const MAX_REMEMBERED: usize = 512;

/// The number of characters of a name that are remembered.
const MAX_NAME: usize = 160;

/// A record that was in the account and is gone.
#[derive(Clone, Debug)]
pub(crate) struct RemovedRecord {
    /// What it was called last.
    pub(crate) named: Named,
    /// The call that removed it. None: the test removed it.
    pub(crate) by: Option<u64>,
}

/// The records that are gone. Cheap to copy.
#[derive(Clone, Debug)]
pub(crate) struct Removed {
    /// The records, each with the number of its removal.
    records: SortedMap<RecordRef, (u64, RemovedRecord)>,
    /// The same records by kind and number of removal.
    by_age: SortedMap<(Kind, u64), RecordRef>,
    removals: u64,
}

impl Removed {
    pub(crate) fn new() -> Self {
        Self {
            records: SortedMap::new(),
            by_age: SortedMap::new(),
            removals: 0,
        }
    }

    pub(crate) fn add(&mut self, mut named: Named, by: Option<u64>) {
        named.name = cut(&named.name, MAX_NAME);
        self.removals += 1;
        let (record, number) = (named.record(), self.removals);
        let removed = RemovedRecord { named, by };
        if let Some((former, _)) = self.records.insert(record, (number, removed)) {
            self.by_age.remove(&(record.kind, former));
        }
        self.by_age.insert((record.kind, number), record);
        self.forget_oldest(record.kind);
    }

    /// Forgets the oldest record of this kind if there are too many.
    fn forget_oldest(&mut self, kind: Kind) {
        let start = self.by_age.rank_where(|(other, _)| *other < kind);
        let end = self.by_age.rank_where(|(other, _)| *other <= kind);
        if end - start <= MAX_REMEMBERED {
            return;
        }
        let oldest = self.by_age.iter_from(start).next();
        if let Some((key, record)) = oldest.map(|(key, record)| (*key, *record)) {
            self.by_age.remove(&key);
            self.records.remove(&record);
        }
    }

    pub(crate) fn get(&self, record: RecordRef) -> Option<&RemovedRecord> {
        self.records.get(&record).map(|(_, removed)| removed)
    }
}

#[cfg(test)]
mod tests {
    use super::super::ids::{OrganizationId, RecordId, UserId};
    use super::*;

    /// Adds an organization that this call removed.
    fn remove(removed: &mut Removed, id: u64, call: u64) {
        let name = "x".repeat(MAX_NAME + 1);
        let named = Named::nameless(OrganizationId::new(id));
        removed.add(Named { name, ..named }, Some(call));
    }

    fn remover(removed: &Removed, id: u64) -> Option<u64> {
        let record = removed.get(OrganizationId::from_number(id).into())?;
        record.by
    }

    #[test]
    fn the_records_of_a_kind_that_were_removed_last_are_remembered() {
        let mut removed = Removed::new();
        let many = MAX_REMEMBERED as u64 + 3;
        for call in 1..=many {
            // The ids fall, so that the lowest one is removed last.
            remove(&mut removed, 1_000 - call, call);
        }
        let by = |call| remover(&removed, 1_000 - call);
        assert_eq!((by(3), by(4), by(many)), (None, Some(4), Some(many)));
        assert!(removed.get(UserId::new(1_000 - many).into()).is_none());
        let last = removed.get(OrganizationId::new(1_000 - many).into());
        let name = last.map(|record| record.named.name.as_str());
        assert_eq!(
            name,
            Some(cut(&"x".repeat(MAX_NAME + 1), MAX_NAME).as_str())
        );
    }

    #[test]
    fn a_record_that_is_removed_again_counts_once_and_as_removed_then() {
        let mut removed = Removed::new();
        let many = MAX_REMEMBERED as u64;
        for call in 1..=many {
            remove(&mut removed, call, call);
        }
        remove(&mut removed, 1, many + 1);
        assert_eq!(remover(&removed, 2), Some(2));
        remove(&mut removed, many + 1, many + 2);
        let by = [1, 2, 3].map(|id| remover(&removed, id));
        assert_eq!(by, [Some(many + 1), None, Some(3)]);
    }

    #[test]
    fn records_of_one_kind_do_not_let_those_of_another_be_forgotten() {
        let mut removed = Removed::new();
        remove(&mut removed, 1, 1);
        for user in 1..=2 * MAX_REMEMBERED as u64 {
            removed.add(Named::nameless(UserId::new(user)), Some(2));
        }
        assert_eq!(remover(&removed, 1), Some(1));
    }
}
