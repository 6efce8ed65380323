//! [`Gate`]: requests are held before they reach the account, until the test releases them in the
//! order of its choice.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::api::operation::Operation;
use crate::base::place::Place;
use crate::calls::{Deadline, fail_at, with_page};
use crate::server::backend::Backend;
use crate::trouble::NotHeld;

/// How long [`Gate::wait_for`] waits.
const WAIT_LIMIT: Duration = Duration::from_secs(10);

/// Holds the requests of one operation as they arrive.
/// [`MockZendesk::hold`](crate::MockZendesk::hold) returns it.
///
/// - While a request is held, nothing has happened: it is not a call yet, and paused time does not
///   move.
/// - Released requests reach the account one after the other. Each waits until the previous one is
///   answered, is lost to a fault, or its client is gone.
/// - If the client closes the connection while its request is held, the request leaves the gate and
///   never reaches the account. It still counts as arrived, and keeps its number. The same happens
///   to all held requests when the double goes offline.
/// - If an operation has several gates, a request stops only at the first closed one, in the order
///   in which the gates were created.
/// - Dropping the gate releases all requests. Dropping the double closes their connections.
/// - A gate at which no request arrives fails the test when the double is verified or dropped.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{MockZendesk, organization_memberships};
///
/// let zendesk = MockZendesk::start().await;
/// let (ada, acme) = (zendesk.seed().user("Ada"), zendesk.seed().organization("Acme"));
/// let gate = zendesk.hold(organization_memberships::CREATE);
///
/// let create = |default: bool| {
///     let membership = serde_json::json!({"user_id": ada.id, "organization_id": acme.id, "default": default});
///     let request = reqwest::Client::new().post(zendesk.url("/organization_memberships"));
///     let request = request.header("authorization", zendesk.authorization());
///     tokio::spawn(request.json(&serde_json::json!({"organization_membership": membership})).send())
/// };
/// let first = create(true);
/// gate.wait_for(1).await;
/// let second = create(false);
/// gate.wait_for(2).await;
///
/// // The race ends as chosen: the request that came last wins.
/// gate.release_in_order([1, 0]);
/// assert_eq!(first.await.unwrap().unwrap().status(), 422);
/// assert_eq!(second.await.unwrap().unwrap().status(), 201);
/// # }
/// ```
#[doc(alias = "race")]
#[must_use = "dropping a gate opens it"]
pub struct Gate {
    backend: Arc<Backend>,
    operation: Operation,
    id: usize,
}

impl Gate {
    pub(crate) fn new(backend: Arc<Backend>, operation: Operation, place: Place) -> Self {
        let id = backend.with_gates(|gates| gates.close(operation, place));
        Self {
            backend,
            operation,
            id,
        }
    }

    /// Waits until this many requests have arrived at the gate. Requests that were released, or
    /// whose client is gone, count, too.
    ///
    /// # Panics
    ///
    /// Panics if they do not arrive within ten seconds of real time, also in a test with paused
    /// time, or if `count` is 0.
    #[track_caller]
    pub fn wait_for(&self, count: usize) -> impl Future<Output = ()> + Send {
        self.wait_for_within(count, WAIT_LIMIT)
    }

    /// Waits like [`Gate::wait_for`], for up to `at_most` of real time.
    ///
    /// # Panics
    ///
    /// Panics if the requests have not arrived by then, or if `count` is 0.
    #[track_caller]
    pub fn wait_for_within(
        &self,
        count: usize,
        at_most: Duration,
    ) -> impl Future<Output = ()> + Send {
        assert!(
            count > 0,
            "to wait for 0 requests is not to wait; wait for at least 1"
        );
        let place = Place::here();
        async move {
            let mut deadline = Deadline::after(at_most);
            loop {
                let mut received = std::pin::pin!(self.backend.received());
                received.as_mut().enable();
                let arrived = self.count();
                if arrived >= count {
                    return;
                }
                if !deadline.wait_for(received).await {
                    let text = format!(
                        "expected {count} requests of {} to arrive at the gate within {at_most:?}, got {arrived}\n  \
                         asserted at {place}",
                        self.operation
                    );
                    fail_at(place, with_page(self.backend.double(), text));
                }
            }
        }
    }

    /// Returns the bodies of the requests that have arrived, in order of arrival.
    #[must_use]
    pub fn bodies(&self) -> Vec<Vec<u8>> {
        self.backend.with_gates(|gates| gates.bodies(self.id))
    }

    /// Releases these requests one after the other, each when the previous one has been answered.
    ///
    /// The indexes count from 0, in order of arrival. The other requests stay. A request whose
    /// client is gone is skipped.
    ///
    /// # Panics
    ///
    /// Panics if one of them has not arrived, or has been released already: then none is released.
    /// If no index is given.
    #[track_caller]
    pub fn release_in_order(&self, order: impl IntoIterator<Item = usize>) {
        let order: Vec<usize> = order.into_iter().collect();
        assert!(
            !order.is_empty(),
            "no request is named, so none is released; name some, or open the gate with `release_all`"
        );
        match self
            .backend
            .with_gates(|gates| gates.release(self.id, &order))
        {
            Ok(()) => {}
            Err(NotHeld::NotArrived {
                index,
                arrived,
                is_open: false,
            }) => panic!(
                "request {index} has not arrived at the gate, only {arrived} have; wait for it with `wait_for`, and \
                 count from 0"
            ),
            Err(NotHeld::NotArrived {
                index,
                arrived,
                is_open: true,
            }) => panic!(
                "request {index} did not arrive at the gate before it was opened, only {arrived} did; an open gate holds \
                 nothing"
            ),
            Err(NotHeld::LetGo { index }) => {
                panic!(
                    "request {index} was released already; release each request once, counted from 0"
                )
            }
        }
    }

    /// Opens the gate: releases the held requests in order of arrival, and does not hold further
    /// ones.
    pub fn release_all(&self) {
        self.backend.with_gates(|gates| gates.open(self.id));
    }

    fn count(&self) -> usize {
        self.backend.with_gates(|gates| gates.arrived(self.id))
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.release_all();
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = self.backend.with_gates(|gates| gates.held(self.id));
        write!(f, "Gate({} arrived, {held} held)", self.count())
    }
}
