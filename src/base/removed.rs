//! [`Removed`]: the records that are gone, so that texts can still name them.

use super::effect::Named;
use super::ids::RecordRef;
use super::printable::cut;
use super::sorted::SortedMap;

/// The number of removed records that are remembered. Of more, those with the lowest ids are
/// forgotten.
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
pub(crate) struct Removed(SortedMap<RecordRef, RemovedRecord>);

impl Removed {
    pub(crate) fn new() -> Self {
        Self(SortedMap::new())
    }

    pub(crate) fn add(&mut self, mut named: Named, by: Option<u64>) {
        named.name = cut(&named.name, MAX_NAME);
        self.0.insert(named.record(), RemovedRecord { named, by });
        if self.0.len() > MAX_REMEMBERED {
            let first = self.0.iter().next().map(|(record, _)| *record);
            first.map(|record| self.0.remove(&record));
        }
    }

    pub(crate) fn get(&self, record: RecordRef) -> Option<&RemovedRecord> {
        self.0.get(&record)
    }
}

#[cfg(test)]
mod tests {
    use super::super::ids::{OrganizationId, RecordId, UserId};
    use super::*;

    #[test]
    fn the_last_records_are_remembered_by_kind_and_id() {
        let mut removed = Removed::new();
        let many = MAX_REMEMBERED as u64 + 3;
        for number in 1..=many {
            let id = OrganizationId::new(number);
            let name = "x".repeat(MAX_NAME + 1);
            removed.add(
                Named {
                    name,
                    ..Named::nameless(id)
                },
                Some(number),
            );
        }
        let by = |number| {
            let record = removed.get(OrganizationId::from_number(number).into())?;
            record.by
        };
        assert_eq!((by(3), by(4), by(many)), (None, Some(4), Some(many)));
        assert!(removed.get(UserId::new(many).into()).is_none());
        let last = removed.get(OrganizationId::new(many).into());
        let name = last.map(|record| record.named.name.as_str());
        assert_eq!(
            name,
            Some(cut(&"x".repeat(MAX_NAME + 1), MAX_NAME).as_str())
        );
    }
}
