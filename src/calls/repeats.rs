//! [`Repeats`]: which calls were sent again.

use std::collections::BTreeMap;

use super::call::Call;

/// The calls with the same method, path, query and body as an earlier one. Only calls that write
/// are included, because repeated reads are normal.
pub(super) struct Repeats {
    /// The first of the equal calls, by the ordinals of the later ones.
    firsts: BTreeMap<u64, u64>,
}

impl Repeats {
    pub(super) fn among<'a>(calls: impl Iterator<Item = &'a Call>) -> Self {
        let mut seen = BTreeMap::new();
        let mut firsts = BTreeMap::new();
        for call in calls.filter(|call| !matches!(call.method(), "GET" | "HEAD" | "OPTIONS")) {
            let sent = (call.method(), call.path(), call.query(), call.body());
            let first = *seen.entry(sent).or_insert(call.ordinal());
            if first != call.ordinal() {
                firsts.insert(call.ordinal(), first);
            }
        }
        Self { firsts }
    }

    /// Returns `, repeats #1` for the end of the line of a call, or nothing.
    pub(super) fn note(&self, call: &Call) -> String {
        let first = self.firsts.get(&call.ordinal());
        first
            .map(|first| format!(", repeats #{first}"))
            .unwrap_or_default()
    }
}
