//! Compares the map with the standard library's.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::rows::Row;
use super::*;

#[derive(Clone, Debug)]
enum Step {
    Insert(u16, u8),
    Append(u16),
    Remove(u16),
    RemoveRange(u16, u16),
    /// Removes most rows from the back, so that small chunks stand before small chunks.
    Thin(usize),
    Extend(BTreeSet<u16>),
    Snapshot,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..5_000u16, any::<u8>()).prop_map(|(key, value)| Step::Insert(key, value)),
        2 => (1..2_000u16).prop_map(Step::Append),
        3 => (0..5_000u16).prop_map(Step::Remove),
        1 => (0..5_000u16, 0..3_000u16).prop_map(|(from, count)| Step::RemoveRange(from, count)),
        1 => (1..120usize).prop_map(Step::Thin),
        1 => prop::collection::btree_set(0..5_000u16, 0..1_500).prop_map(Step::Extend),
        1 => Just(Step::Snapshot),
    ]
}

fn assert_same(map: &SortedMap<u16, u8>, model: &BTreeMap<u16, u8>) {
    assert_eq!(map.len(), model.len());
    assert!(map.iter().eq(model.iter()));
    assert!(
        map.top
            .chunks
            .iter()
            .all(|rows| !rows.is_empty() && rows.len() <= CHUNK_ROWS)
    );
    let mut start = 0;
    for (index, rows) in map.top.chunks.iter().enumerate() {
        assert_eq!(map.top.starts[index], start);
        start += rows.len();
    }
    for key in [0, 1, 77, 2_500, 4_999, u16::MAX] {
        assert_eq!(map.get(&key), model.get(&key));
        let rank = map.rank_where(|other| *other < key);
        assert_eq!(rank, model.range(..key).count());
        assert!(map.iter_from(rank).eq(model.range(key..)));
    }
    assert_eq!(map.iter_from(map.len() + 5).count(), 0);
}

proptest! {
    #![proptest_config(crate::base::testing::seeded(16))]

    /// Applies the same steps to the map and to a `BTreeMap`. Snapshots taken on the way must not
    /// change afterwards.
    #[test]
    fn it_is_a_btree_map_with_ranks_and_its_snapshots_stay(steps in prop::collection::vec(step(), 1..60)) {
        let mut map = SortedMap::new();
        let mut model = BTreeMap::new();
        let mut snapshots = Vec::new();
        for step in steps {
            match step {
                Step::Insert(key, value) => prop_assert_eq!(map.insert(key, value), model.insert(key, value)),
                Step::Append(count) => {
                    for _ in 0..count {
                        let next = model.keys().next_back().map_or(0, |last: &u16| last.saturating_add(1));
                        prop_assert_eq!(map.insert(next, 1), model.insert(next, 1));
                    }
                }
                Step::Remove(key) => prop_assert_eq!(map.remove(&key), model.remove(&key)),
                Step::RemoveRange(from, count) => {
                    for key in from..from.saturating_add(count) {
                        prop_assert_eq!(map.remove(&key), model.remove(&key));
                    }
                }
                Step::Thin(keep) => {
                    let keys: Vec<u16> = model.keys().copied().collect();
                    for (_, key) in keys.iter().enumerate().rev().filter(|(place, _)| place % keep != 0) {
                        prop_assert_eq!(map.remove(key), model.remove(key));
                    }
                    let most = if keep > 40 { map.len() / (CHUNK_ROWS / 16) + 4 } else { keys.len() };
                    prop_assert!(map.top.chunks.len() <= most, "{} chunks of {}", map.top.chunks.len(), map.len());
                }
                Step::Extend(keys) => {
                    // In any order, and without the keys that are there already.
                    let mut rows: Vec<(u16, u8)> =
                        keys.into_iter().filter(|key| !model.contains_key(key)).map(|key| (key, 2)).collect();
                    rows.reverse();
                    model.extend(rows.iter().copied());
                    map.extend(rows);
                }
                Step::Snapshot => snapshots.push((map.clone(), model.clone())),
            }
            assert_same(&map, &model);
        }
        for (old, old_model) in &snapshots {
            assert_same(old, old_model);
            let owned = |row: Option<Row<'_, u16, u8>>| row.map(|(key, value)| (*key, *value));
            let found = old.differences(&map).into_iter().map(|(old, new)| (owned(old), owned(new)));
            let keys: BTreeSet<u16> = old_model.keys().chain(model.keys()).copied().collect();
            let row = |model: &BTreeMap<u16, u8>, key| model.get(&key).map(|value| (key, *value));
            let expected = keys.into_iter().map(|key| (row(old_model, key), row(&model, key)));
            prop_assert!(found.eq(expected.filter(|(old, new)| old != new)));
        }
    }
}
