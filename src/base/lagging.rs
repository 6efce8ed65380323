//! [`Lagging`]: the states of something in the past, for an index that lags behind it.

use std::fmt;
use std::sync::Arc;

/// The states that an index which lags may still see. Empty where nothing lags.
///
/// Time is counted in ticks, whatever they are.
pub(crate) struct Lagging<T> {
    /// From the oldest to the latest.
    past: Vec<Past<T>>,
}

/// A state in the past.
struct Past<T> {
    /// The tick in which it changed.
    until: u128,
    state: Arc<T>,
}

impl<T> Lagging<T> {
    /// Keeps the state before a change in this tick, and forgets what an index with this delay does
    /// not see any more. Of several changes in one tick, only the first state counts.
    pub(crate) fn keep(&mut self, delay: u128, tick: u128, state: impl FnOnce() -> T) {
        self.past
            .retain(|past| past.until.saturating_add(delay) > tick);
        if self.past.last().is_none_or(|last| last.until < tick) {
            let state = Arc::new(state());
            self.past.push(Past { until: tick, state });
        }
    }

    /// Returns the state that an index with this delay sees. `None` means the present one.
    pub(crate) fn seen(&self, delay: u128, tick: u128) -> Option<&T> {
        let mut past = self.past.iter();
        let seen = past.find(|past| past.until.saturating_add(delay) > tick)?;
        Some(&seen.state)
    }

    /// Forgets the past, so that an index sees the present.
    pub(crate) fn catch_up(&mut self) {
        self.past.clear();
    }
}

impl<T> Default for Lagging<T> {
    fn default() -> Self {
        Self { past: Vec::new() }
    }
}

impl<T> Clone for Lagging<T> {
    fn clone(&self) -> Self {
        Self {
            past: self.past.clone(),
        }
    }
}

impl<T> Clone for Past<T> {
    fn clone(&self) -> Self {
        Self {
            until: self.until,
            state: Arc::clone(&self.state),
        }
    }
}

impl<T> fmt::Debug for Lagging<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lagging({} states)", self.past.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(crate::base::testing::seeded(1_000))]

        /// The index sees the state that was there `delay` ticks ago, with the changes of that tick.
        #[test]
        fn an_index_sees_what_was_there_before_its_delay(
            steps in prop::collection::vec((0..4u128, any::<bool>()), 1..40),
            delay in 1..6u128,
        ) {
            let mut lagging = Lagging::default();
            let (mut tick, mut state) = (0, 0);
            let mut changes: Vec<(u128, i32)> = vec![(0, 0)];
            for (passes, changes_it) in steps {
                tick += passes;
                if changes_it {
                    lagging.keep(delay, tick, || state);
                    state += 1;
                    changes.push((tick, state));
                }
                let entered = changes.iter().rev().find(|(at, _)| at + delay <= tick);
                let expected = entered.map_or(0, |(_, state)| *state);
                let seen = lagging.seen(delay, tick).copied().unwrap_or(state);
                prop_assert_eq!(seen, expected);
                prop_assert!(lagging.past.len() <= usize::try_from(delay).unwrap_or(0) + 1);
            }
            lagging.catch_up();
            prop_assert_eq!(lagging.seen(delay, tick), None);
        }
    }
}
