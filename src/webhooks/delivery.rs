//! [`Delivery`]: one event on its way to one webhook.

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::base::effect::{Cause, Named};
use crate::base::ids::RecordRef;
use crate::base::place::Place;
use crate::base::time::{Moment, Timestamp};

use super::event_type::EventType;
use super::fault::Kind;
use super::webhook::Webhook;

/// An event that the double sends.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) event_type: EventType,
    pub(super) id: String,
    pub(super) subject: Named,
    /// The record besides the subject.
    pub(super) other: Option<RecordRef>,
    pub(super) cause: Cause,
    /// The run of the double in which it happened. Each run counts its calls from 1.
    pub(super) run: u64,
    pub(super) payload: Vec<u8>,
}

impl Event {
    /// Returns whether it is about this record.
    pub(super) fn concerns(&self, record: RecordRef) -> bool {
        self.subject.record() == record || self.other == Some(record)
    }

    /// Returns the number of the call that caused it, if that came in this run of the double.
    pub(super) fn cause_in(&self, run: u64) -> Option<u64> {
        (self.run == run).then_some(self.cause.call)
    }

    /// Returns the event in a few words: `user.created, user 7 (Ada)`.
    pub(super) fn shown(&self) -> String {
        format!("{}, {}", self.event_type.short(), self.subject)
    }
}

/// Returns a call of a run of the double, given with its number, as texts of the run `now` name it.
pub(super) fn call_in_words((run, call): (u64, u64), now: u64) -> String {
    let when = if run == now { "" } else { " before a reset" };
    format!("#{call}{when}")
}

/// One event on its way to one webhook.
///
/// [`MockZendesk::deliveries`](crate::MockZendesk::deliveries) returns them, each in its state at
/// that moment. Cloning is cheap.
#[derive(Clone)]
pub struct Delivery(pub(super) Arc<Posted>);

/// The data of a delivery.
#[derive(Clone, Debug)]
pub(super) struct Posted {
    /// Its number, from 1, in the order in which the events happened.
    pub(super) number: u64,
    pub(super) webhook: Webhook,
    pub(super) event: Arc<Event>,
    pub(super) invocation_id: String,
    pub(super) state: DeliveryState,
    pub(super) attempts: Vec<Attempt>,
    /// When it is sent, or sent again. `None` means that it waits for something else.
    pub(super) due: Option<Moment>,
    pub(super) is_in_flight: bool,
    /// The fault that happens to it, and the line of the test that planned it.
    pub(super) fault: Option<(Kind, Place)>,
}

impl Posted {
    /// Returns whether it is in flight or due.
    pub(super) fn is_on_its_way(&self, now: Moment) -> bool {
        self.is_in_flight || self.due.is_some_and(|due| due <= now)
    }
}

/// The state of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeliveryState {
    /// It waits to be sent or sent again, or is on its way.
    Pending,
    /// The receiver accepted it with a status from 200 to 299.
    Delivered,
    /// The receiver did not accept it, and it is not sent again.
    Failed,
    /// A planned fault lost it, so it was never sent.
    Lost,
}

/// One attempt to deliver.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// When the request was sent, on the double's clock.
    pub at: Timestamp,
    /// How it ended.
    pub outcome: AttemptOutcome,
}

/// How an attempt to deliver ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttemptOutcome {
    /// The receiver replied with this status.
    Replied(u16),
    /// The receiver did not reply in time.
    TimedOut,
    /// There was no connection, or it broke. With the reason.
    NotReached(String),
}

impl fmt::Display for AttemptOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Replied(status) => write!(f, "{status}"),
            Self::TimedOut => f.write_str("timed out"),
            Self::NotReached(why) => write!(f, "not reached: {why}"),
        }
    }
}

impl fmt::Display for DeliveryState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Lost => "lost",
        })
    }
}

impl Delivery {
    /// Returns the number of the delivery, from 1. Deliveries are numbered in the order in which
    /// their events happened.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.0.number
    }

    /// Returns the type of its event.
    #[must_use]
    pub fn event_type(&self) -> EventType {
        self.0.event.event_type
    }

    /// Returns the `id` of its event, a UUID. All deliveries of an event have the same one.
    #[must_use]
    pub fn event_id(&self) -> &str {
        &self.0.event.id
    }

    /// Returns the `x-zendesk-webhook-invocation-id` of its requests, a ULID. No other delivery has
    /// it.
    #[must_use]
    pub fn invocation_id(&self) -> &str {
        &self.0.invocation_id
    }

    /// Returns the webhook to which it goes.
    #[must_use]
    pub fn webhook(&self) -> &Webhook {
        &self.0.webhook
    }

    /// Returns the number of the call that caused its event, directly or by a background job.
    ///
    /// After a reset, calls are counted from 1 again.
    /// [`Deliveries::caused_by`](crate::webhooks::Deliveries::caused_by) knows calls with the same
    /// number from each other.
    #[must_use]
    pub fn cause(&self) -> u64 {
        self.0.event.cause.call
    }

    /// Returns its state.
    #[must_use]
    pub fn state(&self) -> DeliveryState {
        self.0.state
    }

    /// Returns the attempts that have ended, in order.
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        &self.0.attempts
    }

    /// Returns the body that is sent.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.0.event.payload
    }

    /// Returns the body that is sent, read as JSON.
    ///
    /// # Panics
    ///
    /// Panics if it does not fit this type.
    #[must_use]
    #[track_caller]
    pub fn payload<T: DeserializeOwned>(&self) -> T {
        match serde_json::from_slice(self.body()) {
            Ok(payload) => payload,
            Err(error) => panic!(
                "the body of delivery {} does not fit this type: {error}",
                self.number()
            ),
        }
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, event) = (self.number(), self.event_type());
        write!(f, "Delivery({number}: {}, {})", event.short(), self.state())
    }
}
