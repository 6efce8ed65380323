//! What events the account makes, and what becomes of their deliveries.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::base::place::Place;
use crate::base::time::Moment;
use crate::webhooks::{Deliveries, DeliveryFault, NewWebhook, Outcome, Parcel, Webhook};

use super::{Backend, State};

impl State {
    /// Posts the events of what happened since the last time, and notes them with their calls.
    pub(super) fn post_events(&mut self) {
        let steps = self.account.take_steps();
        if steps.is_empty() {
            return;
        }
        let (now, run) = (self.account.moment(), self.recorder.double());
        for (call, event) in self.outbox.post(&steps, now, run) {
            self.recorder.complete(call, |call| call.events.push(event));
        }
        // A job that was queued may have to be awaited.
        self.outbox.wake();
    }

    /// Lets the changes of the account make events if there are webhooks. Call this after the
    /// account was replaced: webhooks may have been registered since that state.
    #[cfg(feature = "standalone")]
    pub(super) fn watch_for_webhooks(&mut self) {
        if self.outbox.webhooks().next().is_some() {
            self.account.watch();
        }
    }
}

impl Backend {
    /// Registers a webhook. From now on, the account's changes make events.
    pub(crate) fn register_webhook(&self, new: NewWebhook, place: Place) -> Webhook {
        let mut state = self.state.lock();
        state.catch_up();
        state.account.watch();
        let now = state.account.moment();
        let webhook = state.outbox.register(new, now, place);
        state.recorder.secrets().remember(webhook.secret());
        webhook
    }

    pub(crate) fn webhooks(&self) -> Vec<Webhook> {
        self.state.lock().outbox.webhooks().cloned().collect()
    }

    pub(crate) fn plan_delivery_fault(&self, fault: DeliveryFault, place: Place) {
        self.state.lock().outbox.plan(fault, place);
    }

    /// The deliveries as they are now, for the test to look at.
    pub(crate) fn deliveries(&self) -> Deliveries {
        let mut state = self.state.lock();
        state.catch_up();
        let now = state.clock.now();
        Deliveries::new(state.outbox.deliveries(), now, state.journal())
    }

    /// Returns what notifies whenever deliveries change or the test advances the clock.
    pub(crate) fn outbox_changed(&self) -> Arc<Notify> {
        self.state.lock().outbox.changed()
    }

    /// Takes the requests that are due, with the moment at which they are sent. Each counts as an
    /// activity, which the caller must end.
    pub(crate) fn take_parcels(&self) -> (Vec<Parcel>, Moment) {
        let mut state = self.state.lock();
        state.catch_up();
        let now = state.clock.now();
        let parcels = state.outbox.take_due(now);
        for _ in &parcels {
            self.activity.begin();
        }
        (parcels, now)
    }

    /// Records how an attempt ended that began at `at`.
    pub(crate) fn finish_delivery(&self, number: u64, outcome: Outcome, at: Moment) {
        let mut state = self.state.lock();
        let now = state.clock.now();
        state.outbox.finish(number, outcome, at, now);
    }

    /// Returns whether a delivery becomes due, or a job makes events, although the test does
    /// nothing.
    pub(crate) fn waits_for_clock(&self) -> bool {
        let state = self.state.lock();
        let has_deliveries = state.outbox.next_due().is_some();
        let has_webhooks = state.outbox.webhooks().next().is_some();
        let has_work = has_webhooks && state.account.has_work_by_the_clock();
        !state.clock.stands_still() && (has_deliveries || has_work)
    }

    /// Returns whether a delivery is in flight or due.
    pub(crate) fn is_delivering(&self) -> bool {
        let mut state = self.state.lock();
        state.catch_up();
        let now = state.clock.now();
        state.outbox.is_busy(now)
    }
}
