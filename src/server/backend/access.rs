//! Everything except answering requests that is done with the account behind the lock. Each visit
//! is short.

use std::time::Duration;

use tokio::sync::futures::Notified;

use crate::api::operation::Operation;
use crate::api::request::Incoming;
use crate::base::place::Place;
use crate::base::time::Moment;
use crate::calls::{Expectations, JournalView, Looked, Problem, never_happened, panicked};
use crate::reports::Counts;
use crate::resources::account::{Account, Taken};
use crate::resources::job_statuses::model::JobPace;
use crate::server::activity::Activity;
use crate::trouble::{FaultPlan, Gates, Held, Rule, WirePlan};

use super::{Backend, BetweenPages, Hook};
use crate::server::routing::route;

impl Backend {
    /// Returns the activity of the server.
    pub(crate) fn activity(&self) -> &Activity {
        &self.activity
    }

    /// Advances the clock, and does what was due by then.
    pub(crate) fn advance(&self, by: Duration) {
        let mut state = self.state.lock();
        state.clock.advance(by);
        state.catch_up();
        #[cfg(feature = "webhooks")]
        state.outbox.wake();
    }

    pub(crate) fn add_between_pages(&self, operation: Operation, act: BetweenPages, place: Place) {
        let hook = Hook {
            operation,
            act,
            place,
            has_run: false,
            panicked: None,
        };
        self.state.lock().between_pages.push(hook);
    }

    pub(crate) fn with_faults<R>(&self, act: impl FnOnce(&mut FaultPlan) -> R) -> R {
        act(&mut self.state.lock().faults)
    }

    /// Calls the function with the gates.
    pub(crate) fn with_gates<R>(&self, act: impl FnOnce(&mut Gates) -> R) -> R {
        act(&mut self.state.lock().gates)
    }

    /// Holds a request if there is a closed gate for it.
    pub(crate) fn hold_at_gate(&self, incoming: &Incoming<'_>) -> Option<Held> {
        if self.with_gates(|gates| gates.are_open()) {
            return None;
        }
        let operation = route(incoming.method, incoming.path)?.operation();
        let held = self.with_gates(|gates| gates.hold(operation, incoming.body))?;
        self.received.notify_waiters();
        Some(held)
    }

    /// Keeps the plan for the reply to this call, which goes through wiremock.
    pub(crate) fn keep_plan(&self, ordinal: u64, plan: WirePlan) {
        self.state.lock().plans.insert(ordinal, plan);
    }

    /// Takes the plan for the reply to this call.
    pub(crate) fn take_plan(&self, ordinal: u64) -> Option<WirePlan> {
        self.state.lock().plans.remove(&ordinal)
    }

    /// Notes a reply that waits until this moment.
    pub(crate) fn begin_wait(&self, due: Moment) {
        *self.state.lock().waits.entry(due).or_default() += 1;
    }

    /// Returns whether a reply still waits until this moment. A reset ends every wait.
    pub(crate) fn is_waiting(&self, due: Moment) -> bool {
        let state = self.state.lock();
        state.clock.now() < due && state.waits.contains_key(&due)
    }

    /// Notes that a reply does not wait until this moment any more.
    pub(crate) fn end_wait(&self, due: Moment) {
        let mut state = self.state.lock();
        let left = state
            .waits
            .get(&due)
            .map_or(0, |count| count.saturating_sub(1));
        match left {
            0 => state.waits.remove(&due),
            left => state.waits.insert(due, left),
        };
    }

    /// Returns the time until the next delayed reply or delivery is due.
    pub(crate) fn next_due(&self) -> Option<Duration> {
        let state = self.state.lock();
        let due = state.waits.keys().next().copied();
        #[cfg(feature = "webhooks")]
        let due = due.into_iter().chain(state.outbox.next_due()).min();
        Some(due?.since(state.clock.now()))
    }

    /// Returns the time of the double's clock.
    pub(crate) fn now(&self) -> Moment {
        self.state.lock().clock.now()
    }

    /// Calls the function with the account, after everything that is due has been done.
    pub(crate) fn with_account<R>(&self, act: impl FnOnce(&mut Account) -> R) -> R {
        let mut state = self.state.lock();
        state.catch_up();
        state.account.before_change();
        let result = act(&mut state.account);
        state.settle();
        result
    }

    /// Sets the pace of jobs. Chaos does not change it any more.
    pub(crate) fn choose_job_pace(&self, pace: JobPace) {
        self.with_account(|account| account.jobs.pace = pace);
        if let Some(dice) = &mut self.state.lock().dice {
            dice.leave_job_pace();
        }
    }

    /// Returns the present state of the account.
    pub(crate) fn snapshot(&self) -> Account {
        let mut state = self.state.lock();
        state.catch_up();
        state.looked_at = state.recorder.received();
        let taken = Taken {
            double: state.recorder.double(),
            calls: state.recorder.received(),
        };
        let mut account = state.account.clone();
        account.taken = Some(taken);
        account
    }

    /// The journal as it is now, for the test to look at.
    pub(crate) fn journal(&self) -> JournalView {
        let mut state = self.state.lock();
        state.catch_up();
        state.looked_at = state.recorder.received();
        state.journal()
    }

    /// Returns the journal, the account before the first call, and the present account, all from the
    /// same moment.
    #[cfg(feature = "html")]
    pub(crate) fn whole(&self) -> (JournalView, Option<Account>, Account) {
        let mut state = self.state.lock();
        state.catch_up();
        (
            state.journal(),
            state.at_first_call.clone(),
            state.account.clone(),
        )
    }

    /// Returns the number of the double, which no other one of this process has.
    pub(crate) fn double(&self) -> u64 {
        self.state.lock().recorder.double()
    }

    /// Returns what came of the calls so far.
    pub(crate) fn counts(&self) -> Counts {
        let mut state = self.state.lock();
        state.catch_up();
        state.counts.clone()
    }

    /// The journal as it is now, for an onlooker who is not the test.
    #[cfg(feature = "standalone")]
    pub(crate) fn observed(&self) -> JournalView {
        let mut state = self.state.lock();
        state.catch_up();
        state.journal()
    }

    /// The journal that the last reset ended.
    #[cfg(feature = "standalone")]
    pub(crate) fn observed_before_reset(&self) -> Option<JournalView> {
        self.state.lock().recorder.previous()
    }

    /// The journal at the end of a test that panics, and whether the test has looked at the double
    /// since the last call.
    pub(crate) fn last_look(&self) -> (JournalView, Looked) {
        let mut state = self.state.lock();
        state.catch_up();
        let looked = if state.looked_at == state.recorder.received() {
            Looked::Since
        } else {
            Looked::NotSince
        };
        (state.journal(), looked)
    }

    pub(crate) fn with_expectations<R>(&self, act: impl FnOnce(&mut Expectations) -> R) -> R {
        act(&mut self.state.lock().expectations)
    }

    /// Returns the expectations, the planned events that did not happen, and the calls, all from
    /// the same moment.
    pub(crate) fn expectations(&self) -> (Expectations, Vec<Problem>, JournalView) {
        let mut state = self.state.lock();
        state.catch_up();
        let hooks = state.between_pages.iter().filter_map(Hook::problem);
        let faults = state.faults.rules().iter().filter_map(Rule::problem);
        let mishaps = state
            .account
            .jobs
            .mishaps_to_come()
            .map(|(what, place)| never_happened(&what, place));
        let gates = state.gates.never_reached();
        let gates = gates.map(|(operation, place)| {
            never_happened(
                &format!("a request of {operation} arriving at its gate"),
                place,
            )
        });
        let problems = faults.chain(hooks).chain(mishaps).chain(gates);
        #[cfg(feature = "webhooks")]
        let problems = problems.chain(state.outbox.problems(state.recorder.double()));
        let unused = problems.collect();
        (state.expectations.clone(), unused, state.journal())
    }

    /// Completes when the next request arrives or is answered.
    pub(crate) fn received(&self) -> Notified<'_> {
        self.received.notified()
    }
}

impl Hook {
    /// Returns what is wrong with it at the end of the test.
    fn problem(&self) -> Option<Problem> {
        let what = format!("the act between two pages of {}", self.operation);
        match &self.panicked {
            Some(text) => Some(panicked(&what, text, self.place)),
            None if self.has_run => None,
            None => Some(never_happened(&what, self.place)),
        }
    }
}
