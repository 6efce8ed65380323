//! [`Folded`]: equal calls in a row, shown as one.

use super::call::Call;
use super::lines;

/// The number of equal calls in a row that have a line each.
const MAX_EQUAL_LINES: usize = 3;

/// A call, and the equal ones that came right after it.
pub(super) struct Folded<'a> {
    pub(super) call: &'a Call,
    /// The number of equal calls after the first.
    pub(super) more: usize,
    /// The last of them, or the call itself if there are no others.
    pub(super) last: &'a Call,
}

impl<'a> Folded<'a> {
    /// Folds runs of equal calls that are longer than [`MAX_EQUAL_LINES`]. `group` returns the
    /// group of a call; only calls of the same group are folded, and a call without a group stays
    /// separate.
    pub(super) fn all(
        calls: impl Iterator<Item = &'a Call>,
        group: impl Fn(&Call) -> Option<bool>,
    ) -> Vec<Self> {
        let mut runs: Vec<Vec<&Call>> = Vec::new();
        for call in calls {
            let continues = |run: &&mut Vec<&Call>| {
                let last = run.last().copied();
                last.is_some_and(|last| {
                    group(call).is_some() && group(last) == group(call) && is_same(last, call)
                })
            };
            match runs.last_mut().filter(continues) {
                Some(run) => run.push(call),
                None => runs.push(vec![call]),
            }
        }
        let single = |call| Self {
            call,
            more: 0,
            last: call,
        };
        let folded = runs.into_iter().flat_map(|run| match run.as_slice() {
            [call, .., last] if run.len() > MAX_EQUAL_LINES => vec![Self {
                call,
                more: run.len() - 1,
                last,
            }],
            _ => run.into_iter().map(single).collect(),
        });
        folded.collect()
    }
}

/// Returns whether the lines of both calls look the same, and neither changed anything.
fn is_same(one: &Call, other: &Call) -> bool {
    one.method() == other.method()
        && one.path() == other.path()
        && one.query() == other.query()
        && one.body() == other.body()
        && one.status() == other.status()
        && lines::effects(one).is_empty()
        && lines::effects(other).is_empty()
        && lines::outcome(one) == lines::outcome(other)
}
