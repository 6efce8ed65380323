//! [`Outbox`]: the webhooks of a double with their deliveries, and which of them are due.
//!
//! Each webhook has one request in flight at most. Its deliveries are sent in the order of the
//! account's changes. One that waits for a retry does not hold up the others.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::base::effect::Step;
use crate::base::place::Place;
use crate::base::time::{Moment, Timestamp};
use crate::calls::{FailureKind, Problem};
use crate::resources::account::Account;

use super::delivery::{
    Attempt, AttemptOutcome, Delivery, DeliveryState, Event, Posted, call_in_words,
};
use super::events::happened;
use super::fault::{DeliveryFault, Kind, PlannedFault};
use super::numbered::{Purpose, ulid, uuid};
use super::payload::{ACCOUNT_ID, payload};
use super::retries::{Next, Outcome, next};
use super::signature::signature;
use super::webhook::{NewWebhook, Webhook};

/// What signs a request whose signature is wrong.
const WRONG_SECRET: &str = "not the secret of this webhook";

/// The webhooks and their deliveries.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    queues: Vec<Queue>,
    /// All deliveries. Their numbers are their positions, from 1.
    posted: Vec<Arc<Posted>>,
    /// The number of events so far.
    events: u64,
    faults: Vec<PlannedFault>,
    /// Notifies whenever something changed.
    changed: Arc<Notify>,
}

/// The deliveries of one webhook that are not on their way, in the order in which they are sent.
#[derive(Debug)]
struct Queue {
    webhook: Webhook,
    waiting: Vec<u64>,
    is_busy: bool,
    /// The deliveries that are sent after the next one.
    held: Vec<u64>,
}

/// A request that is due.
#[derive(Debug)]
pub(crate) struct Parcel {
    /// The number of the delivery.
    pub(crate) number: u64,
    pub(crate) webhook: Webhook,
    pub(crate) headers: [(&'static str, String); 5],
    pub(crate) body: Vec<u8>,
}

/// What an event did: the call that caused it, and the event in a few words.
pub(crate) type Caused = (u64, String);

/// # Webhooks, faults, events
impl Outbox {
    pub(crate) fn register(&mut self, new: NewWebhook, now: Moment, place: Place) -> Webhook {
        let number = self.queues.len() as u64 + 1;
        let webhook = Webhook::registered(new, number, now, place);
        self.queues.push(Queue {
            webhook: webhook.clone(),
            waiting: Vec::new(),
            is_busy: false,
            held: Vec::new(),
        });
        webhook
    }

    pub(crate) fn webhooks(&self) -> impl Iterator<Item = &Webhook> {
        self.queues.iter().map(|queue| &queue.webhook)
    }

    pub(crate) fn plan(&mut self, fault: DeliveryFault, place: Place) {
        self.faults.push(PlannedFault::new(fault, place));
    }

    /// Makes the events of these steps in a run of the double, and a delivery to each webhook that
    /// wants them. The caller must wake the courier.
    pub(crate) fn post(&mut self, steps: &[Step<Account>], now: Moment, run: u64) -> Vec<Caused> {
        let mut caused = Vec::new();
        for happened in steps.iter().flat_map(happened) {
            self.events += 1;
            let event_type = happened.event_type;
            let id = uuid(Purpose::Event, self.events);
            let event = Arc::new(Event {
                event_type,
                subject: happened.subject.named(),
                other: happened.other,
                cause: happened.cause,
                run,
                payload: payload(&id, &happened),
                id,
            });
            caused.push((event.cause.call, event.shown()));
            for queue in 0..self.queues.len() {
                if self.queues[queue].webhook.wants(event_type) {
                    self.post_to(queue, &event, now);
                }
            }
        }
        caused
    }

    fn post_to(&mut self, queue: usize, event: &Arc<Event>, now: Moment) {
        let mut faults = self.faults.iter_mut();
        let fault = faults.find_map(|fault| fault.meet(event.event_type));
        let kind = fault.map(|(kind, _)| kind);
        let copies = if kind == Some(Kind::Twice) { 2 } else { 1 };
        for _ in 0..copies {
            let number = self.posted.len() as u64 + 1;
            let queue = &mut self.queues[queue];
            let (state, due) = match kind {
                Some(Kind::Lost) => (DeliveryState::Lost, None),
                Some(Kind::OutOfOrder) => (DeliveryState::Pending, None),
                Some(Kind::Late(by)) => (DeliveryState::Pending, Some(now.plus(by))),
                _ => (DeliveryState::Pending, Some(now)),
            };
            match (kind, due) {
                (_, Some(_)) => queue.waiting.push(number),
                (Some(Kind::OutOfOrder), None) => queue.held.push(number),
                _ => {}
            }
            self.posted.push(Arc::new(Posted {
                number,
                webhook: queue.webhook.clone(),
                event: Arc::clone(event),
                invocation_id: ulid(Purpose::Invocation, number, now),
                state,
                attempts: Vec::new(),
                due,
                is_in_flight: false,
                fault,
            }));
        }
    }

    /// Returns all deliveries, in their present state.
    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        self.posted.iter().cloned().map(Delivery).collect()
    }

    /// Returns what is wrong at the end of the test, in this run of the double.
    pub(crate) fn problems(&self, run: u64) -> Vec<Problem> {
        let posted = self.posted.iter();
        let refused = posted.filter_map(|posted| refused(posted, run));
        let faults = self.faults.iter().filter_map(PlannedFault::problem);
        faults.chain(refused).collect()
    }
}

/// # Sending
impl Outbox {
    /// Returns what notifies whenever something changed.
    pub(crate) fn changed(&self) -> Arc<Notify> {
        Arc::clone(&self.changed)
    }

    pub(crate) fn wake(&self) {
        self.changed.notify_waiters();
    }

    /// Takes the requests that are due: one at most for each webhook that has none in flight.
    pub(crate) fn take_due(&mut self, now: Moment) -> Vec<Parcel> {
        let Self { queues, posted, .. } = self;
        let idle = queues.iter_mut().filter(|queue| !queue.is_busy);
        idle.filter_map(|queue| {
            let is_due = |number: &u64| {
                let due = delivery(posted, *number).and_then(|posted| posted.due);
                due.is_some_and(|due| due <= now)
            };
            let index = queue.waiting.iter().position(is_due)?;
            let number = queue.waiting.remove(index);
            let posted = delivery_mut(posted, number)?;
            queue.is_busy = true;
            posted.is_in_flight = true;
            posted.due = None;
            Some(parcel(posted, now.timestamp()))
        })
        .collect()
    }

    /// Records how an attempt ended that began at `at`.
    pub(crate) fn finish(&mut self, number: u64, mut outcome: Outcome, at: Moment, now: Moment) {
        let Some(posted) = delivery_mut(&mut self.posted, number) else {
            return;
        };
        let retries = posted.attempts.len();
        let is_spoilt = matches!(posted.fault, Some((Kind::TimedOut, _)));
        if is_spoilt && retries == 0 {
            outcome = Outcome::TimedOut;
        }
        posted.is_in_flight = false;
        posted.attempts.push(Attempt {
            at: at.timestamp(),
            outcome: outcome.shown(),
        });
        let mut retry = None;
        match next(&outcome, retries) {
            Next::Delivered => posted.state = DeliveryState::Delivered,
            Next::Failed => posted.state = DeliveryState::Failed,
            Next::RetryIn(pause) => {
                posted.due = Some(now.plus(pause));
                retry = Some(number);
            }
        }
        let webhook = posted.webhook.clone();
        let queue = self
            .queues
            .iter_mut()
            .find(|queue| queue.webhook == webhook);
        if let Some(queue) = queue {
            queue.is_busy = false;
            let held = std::mem::take(&mut queue.held).into_iter();
            let (overtaken, held): (Vec<u64>, Vec<u64>) = held.partition(|held| *held < number);
            queue.held = held;
            for held in &overtaken {
                if let Some(posted) = delivery_mut(&mut self.posted, *held) {
                    posted.due = Some(now);
                }
            }
            queue.waiting.splice(..0, overtaken);
            queue.waiting.extend(retry);
        }
        self.wake();
    }

    /// Returns the moment when the next delivery is due that is not in flight.
    pub(crate) fn next_due(&self) -> Option<Moment> {
        let queues = self.queues.iter().filter(|queue| !queue.is_busy);
        let waiting = queues.flat_map(|queue| &queue.waiting);
        waiting
            .filter_map(|number| delivery(&self.posted, *number)?.due)
            .min()
    }

    /// Returns whether something is in flight or due.
    pub(crate) fn is_busy(&self, now: Moment) -> bool {
        self.queues.iter().any(|queue| queue.is_busy)
            || self.next_due().is_some_and(|due| due <= now)
    }
}

/// Returns the problem of a delivery to which the receiver gave an error as its last reply, unless
/// the test allows that or planned the fault that explains it. That a receiver is not there is no
/// problem, because it may end before the double does.
fn refused(posted: &Posted, run: u64) -> Option<Problem> {
    let is_planned = matches!(posted.fault, Some((Kind::WrongSignature, _)));
    let is_allowed = posted.webhook.allows_failures() || is_planned;
    if posted.state != DeliveryState::Failed || is_allowed {
        return None;
    }
    let AttemptOutcome::Replied(status) = posted.attempts.last()?.outcome else {
        return None;
    };
    let Posted { number, event, .. } = posted;
    Some(Problem {
        kind: FailureKind::Undelivered,
        headline: format!(
            "delivery {number} ({}), caused by {}, failed: the receiver replied {status}",
            event.shown(),
            call_in_words((event.run, event.cause.call), run)
        ),
        place: posted.webhook.place(),
        call: event.cause_in(run),
    })
}

/// Returns the request of a delivery. Each attempt has another time, and so another signature.
fn parcel(posted: &Posted, now: Timestamp) -> Parcel {
    let Posted {
        number,
        webhook,
        event,
        invocation_id,
        fault,
        ..
    } = posted;
    let secret = match fault {
        Some((Kind::WrongSignature, _)) => WRONG_SECRET,
        _ => webhook.secret(),
    };
    let timestamp = now.to_string();
    let signature = signature(secret, &timestamp, &event.payload);
    Parcel {
        number: *number,
        webhook: webhook.clone(),
        headers: [
            ("x-zendesk-account-id", ACCOUNT_ID.to_string()),
            ("x-zendesk-webhook-id", webhook.id().to_owned()),
            ("x-zendesk-webhook-invocation-id", invocation_id.clone()),
            ("x-zendesk-webhook-signature", signature),
            ("x-zendesk-webhook-signature-timestamp", timestamp),
        ],
        body: event.payload.clone(),
    }
}

fn index(number: u64) -> usize {
    usize::try_from(number)
        .unwrap_or(usize::MAX)
        .saturating_sub(1)
}

fn delivery(posted: &[Arc<Posted>], number: u64) -> Option<&Posted> {
    posted.get(index(number)).map(|posted| &**posted)
}

fn delivery_mut(posted: &mut [Arc<Posted>], number: u64) -> Option<&mut Posted> {
    posted.get_mut(index(number)).map(Arc::make_mut)
}
