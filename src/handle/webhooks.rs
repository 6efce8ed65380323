//! The methods of the double for webhooks: where events are sent to, and what became of them.

use std::time::Duration;

use super::builder::MockZendeskBuilder;
use super::front::Front;
use super::zendesk::MockZendesk;
use crate::base::place::Place;
use crate::calls::{Deadline, Failure};
use crate::webhooks::{Deliveries, DeliveryFault, NewWebhook, Webhook};

/// How long deliveries may take to settle, in real time.
const SETTLE_LIMIT: Duration = Duration::from_secs(10);

impl MockZendeskBuilder {
    /// Registers a webhook from the start, like [`MockZendesk::webhook`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let builder = MockZendesk::builder().webhook("http://127.0.0.1:9000/zendesk");
    /// let zendesk = builder.start().await;
    /// assert_eq!(zendesk.webhooks()[0].url(), "http://127.0.0.1:9000/zendesk");
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics like [`MockZendesk::webhook`].
    #[track_caller]
    pub fn webhook(mut self, webhook: impl Into<NewWebhook>) -> Self {
        self.webhooks
            .push((webhook.into().checked(), Place::here()));
        self
    }
}

/// # Webhooks
///
/// With the feature `webhooks`.
impl MockZendesk {
    /// Registers a webhook, by its URL or as a [`NewWebhook`]. From now on, the double sends it
    /// events.
    ///
    /// What a call changes in users, organizations, identities and memberships makes events of the
    /// types in [`EventType`](crate::webhooks::EventType), also if a background job of the call
    /// makes the change. Seeds make none.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let webhook = zendesk.webhook("http://127.0.0.1:9000/zendesk");
    /// // Give `webhook.secret()` to the program that receives the events.
    /// assert_eq!(webhook.id().len(), 26);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the URL does not start with `http://` and a host, or if the webhook subscribes to
    /// nothing, or if the double was made
    /// [without a socket](crate::MockZendeskBuilder::without_socket).
    #[track_caller]
    #[allow(
        clippy::must_use_candidate,
        reason = "a webhook that is registered need not be asked about"
    )]
    pub fn webhook(&self, webhook: impl Into<NewWebhook>) -> Webhook {
        let sends = matches!(self.front, Front::Listening(_));
        assert!(
            sends,
            "a double without a socket sends nothing, so it cannot have webhooks; start it with `.start().await`"
        );
        let webhook = webhook.into().checked();
        self.backend.register_webhook(webhook, Place::here())
    }

    /// Returns the registered webhooks, in the order of their registration.
    #[must_use]
    pub fn webhooks(&self) -> Vec<Webhook> {
        self.backend.webhooks()
    }

    /// Returns the deliveries of events to webhooks so far, to select from them and to assert.
    #[must_use]
    pub fn deliveries(&self) -> Deliveries {
        self.backend.deliveries()
    }

    /// Plans a fault of a delivery.
    ///
    /// It happens to deliveries of later events. If several faults match, the one that was planned
    /// first happens. A fault that never happens fails the test when the double is verified or
    /// dropped.
    #[track_caller]
    pub fn inject_delivery(&self, fault: DeliveryFault) {
        self.backend.plan_delivery_fault(fault, Place::here());
    }

    /// Waits until no delivery is on its way or due, for at most ten seconds of real time.
    ///
    /// A delivery that waits for a retry, or that a fault delays, is due later on the double's clock.
    /// To send it, move the clock and wait again.
    ///
    /// # Panics
    ///
    /// Panics if a delivery is still on its way or due after that time. The text says which.
    #[must_use = "the wait starts when this is awaited"]
    #[track_caller]
    pub fn settle_deliveries(&self) -> impl Future<Output = ()> + Send {
        self.settle_deliveries_within(SETTLE_LIMIT)
    }

    /// Waits like [`MockZendesk::settle_deliveries`], for at most this much real time.
    ///
    /// # Panics
    ///
    /// Panics if a delivery is still on its way or due after that time. The text says which.
    #[must_use = "the wait starts when this is awaited"]
    #[track_caller]
    pub fn settle_deliveries_within(&self, at_most: Duration) -> impl Future<Output = ()> + Send {
        let place = Place::here();
        let settling = self.settle(at_most, place);
        async move {
            if let Err(failure) = settling.await {
                failure.panic_at(place);
            }
        }
    }

    /// Like [`MockZendesk::settle_deliveries_within`], but returns the failure instead of
    /// panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if a delivery is still on its way or due after that time.
    #[must_use = "the wait starts when this is awaited"]
    #[track_caller]
    pub fn try_settle_deliveries_within(
        &self,
        at_most: Duration,
    ) -> impl Future<Output = Result<(), Failure>> + Send {
        self.settle(at_most, Place::here())
    }
}

impl MockZendesk {
    async fn settle(&self, at_most: Duration, place: Place) -> Result<(), Failure> {
        let changed = self.backend.outbox_changed();
        let mut deadline = Deadline::after(at_most);
        loop {
            // This is registered before the outbox is inspected, so that nothing is missed.
            let mut change = std::pin::pin!(changed.notified());
            change.as_mut().enable();
            if !self.backend.is_delivering() {
                return Ok(());
            }
            if !deadline.wait_for(change).await {
                return Err(self.deliveries().unsettled(at_most, place));
            }
        }
    }
}
