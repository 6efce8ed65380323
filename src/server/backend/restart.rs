//! [`StartingPoint`]: what a double that runs standalone goes back to when it is reset.

use crate::resources::account::Account;
use crate::server::clock::Clock;
use crate::server::limits::RateWindow;
use crate::trouble::{Dice, FaultPlan};

use super::Backend;

/// The state before the first request. The account shares its rows with the present one.
#[derive(Clone, Debug)]
pub(crate) struct StartingPoint {
    account: Account,
    clock: Clock,
    rate: RateWindow,
    faults: FaultPlan,
    dice: Option<Dice>,
}

impl Backend {
    /// Returns the present state, to go back to later.
    pub(crate) fn starting_point(&self) -> StartingPoint {
        let mut state = self.state.lock();
        state.catch_up();
        StartingPoint {
            account: state.account.clone(),
            clock: state.clock.clone(),
            rate: state.rate.clone(),
            faults: state.faults.clone(),
            dice: state.dice.clone(),
        }
    }

    /// Goes back to a state, and forgets all calls since. Replies that are delayed are sent.
    pub(crate) fn go_back_to(&self, start: &StartingPoint) {
        let start = start.clone();
        let mut state = self.state.lock();
        state.account = start.account;
        state.clock = start.clock;
        state.rate = start.rate;
        state.faults = start.faults;
        state.dice = start.dice;
        state.ends = Default::default();
        state.looked_at = 0;
        state.recorder.restart();
        state.counts.restart();
        #[cfg(feature = "webhooks")]
        state.watch_for_webhooks();
        state.expectations.restart();
        // A reply waits for a time that may be far in the future now.
        state.waits.clear();
        drop(state);
        self.received.notify_waiters();
    }
}
