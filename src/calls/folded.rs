//! [`Folded`]: calls that follow each other and are the same, as one.

use super::call::Call;
use super::lines;

/// So many equal calls in a row have a line each.
const MAX_EQUAL_LINES: usize = 3;

/// A call, and those like it that came right after it.
pub(super) struct Folded<'a> {
    pub(super) call: &'a Call,
    /// The number of the others.
    pub(super) more: usize,
    /// The last of them. The call itself if there are none.
    pub(super) last: &'a Call,
}

impl<'a> Folded<'a> {
    /// Folds more than three equal calls in a row. `group` says which calls belong together; a call
    /// without a group stays apart.
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

/// Whether both calls are the same in all that their lines show, and changed nothing.
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
