//! [`DeliveryFault`]: what goes wrong with a delivery.

use std::fmt;
use std::time::Duration;

use crate::base::place::Place;
use crate::calls::{Problem, never_happened};

use super::event_type::EventType;

/// A deliberate deviation from a delivery that works, and the deliveries that it happens to.
/// [`MockZendesk::inject_delivery`](crate::MockZendesk::inject_delivery) plans it.
///
/// By default it happens once, to the next delivery. It fails the test if it never happens.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{MockZendesk, webhooks::{DeliveryFault, EventType}};
///
/// # let zendesk = MockZendesk::builder().without_verify_on_drop().start().await;
/// zendesk.inject_delivery(DeliveryFault::twice().of_type(EventType::UserCreated).times(3));
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a fault does nothing until it is given to `inject_delivery`"]
pub struct DeliveryFault {
    kind: Kind,
    event_type: Option<EventType>,
    times: u64,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Late(Duration),
    Twice,
    OutOfOrder,
    Lost,
    WrongSignature,
    TimedOut,
}

/// # Choose the fault
impl DeliveryFault {
    /// Sends the event this much later, on the double's clock. Others overtake it.
    ///
    /// # Panics
    ///
    /// Panics if `by` is zero: the event would be sent as without a fault.
    #[track_caller]
    pub fn late(by: Duration) -> Self {
        assert!(
            !by.is_zero(),
            "a delay of zero changes nothing; give the time by which the event is late"
        );
        Self::new(Kind::Late(by))
    }

    /// Sends the event twice, with the same event id and another invocation id. Zendesk does not
    /// promise to send each event once.
    #[doc(alias("duplicate"))]
    pub fn twice() -> Self {
        Self::new(Kind::Twice)
    }

    /// Sends the event after the next one to the same webhook. Zendesk does not promise an order.
    ///
    /// If no other event follows, it stays pending.
    #[doc(alias("reorder"))]
    pub fn out_of_order() -> Self {
        Self::new(Kind::OutOfOrder)
    }

    /// Never sends the event.
    #[doc(alias("drop"))]
    pub fn lost() -> Self {
        Self::new(Kind::Lost)
    }

    /// Signs the requests of the event with another secret, as somebody would who does not know it.
    #[doc(alias("forged"))]
    pub fn wrong_signature() -> Self {
        Self::new(Kind::WrongSignature)
    }

    /// Ignores the reply to the first attempt, and counts it as a timeout. So the receiver gets the
    /// event again, although it has processed it.
    #[doc(alias("lost_reply", "retry"))]
    pub fn timed_out() -> Self {
        Self::new(Kind::TimedOut)
    }

    fn new(kind: Kind) -> Self {
        Self {
            kind,
            event_type: None,
            times: 1,
        }
    }
}

/// # Choose the deliveries
impl DeliveryFault {
    /// Limits the fault to events of this type.
    pub fn of_type(self, event_type: EventType) -> Self {
        Self {
            event_type: Some(event_type),
            ..self
        }
    }

    /// Makes the fault happen to this many deliveries, instead of one.
    ///
    /// # Panics
    ///
    /// Panics if `times` is 0.
    #[track_caller]
    pub fn times(self, times: u64) -> Self {
        assert!(
            times > 0,
            "a fault that happens 0 times never happens; give at least 1, or do not inject it"
        );
        Self { times, ..self }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late(by) => write!(f, "late by {by:?}"),
            Self::Twice => f.write_str("sent twice"),
            Self::OutOfOrder => f.write_str("sent after the next one"),
            Self::Lost => f.write_str("lost"),
            Self::WrongSignature => f.write_str("wrong signature"),
            Self::TimedOut => f.write_str("first reply ignored, as if it timed out"),
        }
    }
}

/// A planned fault.
#[derive(Clone, Debug)]
pub(super) struct PlannedFault {
    fault: DeliveryFault,
    place: Place,
    happened: u64,
}

impl PlannedFault {
    pub(super) fn new(fault: DeliveryFault, place: Place) -> Self {
        Self {
            fault,
            place,
            happened: 0,
        }
    }

    /// Returns what happens to the next delivery of this type because of the fault.
    pub(super) fn meet(&mut self, event_type: EventType) -> Option<(Kind, Place)> {
        let is_meant = self
            .fault
            .event_type
            .is_none_or(|meant| meant == event_type);
        if !is_meant || self.happened >= self.fault.times {
            return None;
        }
        self.happened += 1;
        Some((self.fault.kind, self.place))
    }

    /// Returns the problem of the fault at the end of the test.
    pub(super) fn problem(&self) -> Option<Problem> {
        let of = self.fault.event_type.map_or("an event", EventType::short);
        let what = format!("the fault of a delivery of {of} ({})", self.fault.kind);
        (self.happened == 0).then(|| never_happened(&what, self.place))
    }
}
