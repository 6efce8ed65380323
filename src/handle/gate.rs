//! [`Gate`]: requests are held before they reach the account, until the test lets them go in the order that it wants.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::api::operation::Operation;
use crate::base::place::Place;
use crate::calls::{Deadline, fail_at};
use crate::server::backend::Backend;

/// Requests of one operation that are held as they arrive. [`MockZendesk::hold`](crate::MockZendesk::hold) gives it.
///
/// While a request is held nothing has happened: it is no call yet, and paused time stands still. Dropping the gate lets
/// all of them go.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use std::time::Duration;
/// use mock_zendesk::{MockZendesk, organization_memberships};
///
/// let zendesk = MockZendesk::builder().wire_control().start().await;
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
/// gate.arrived(1, Duration::from_secs(10)).await;
/// let second = create(false);
/// gate.arrived(2, Duration::from_secs(10)).await;
///
/// // The race comes out as chosen: the one that came last wins.
/// gate.release_in_order([1, 0]);
/// assert_eq!(first.await.unwrap().unwrap().status(), 422);
/// assert_eq!(second.await.unwrap().unwrap().status(), 201);
/// # }
/// ```
#[must_use = "dropping a gate opens it"]
pub struct Gate {
    backend: Arc<Backend>,
    operation: Operation,
    id: usize,
}

impl Gate {
    pub(crate) fn new(backend: Arc<Backend>, operation: Operation) -> Self {
        let id = backend.with_gates(|gates| gates.close(operation));
        Self { backend, operation, id }
    }

    /// Waits until so many requests have arrived at the gate, those that were let go included.
    ///
    /// `at_most` is time on the wall, also in a test with paused time.
    ///
    /// # Panics
    ///
    /// If the time is over before.
    #[track_caller]
    pub fn arrived(&self, count: usize, at_most: Duration) -> impl Future<Output = ()> + Send {
        let place = Place::here();
        async move {
            let mut deadline = Deadline::after(at_most);
            loop {
                let mut received = std::pin::pin!(self.backend.received());
                received.as_mut().enable();
                let arrived = self.bodies().len();
                if arrived >= count {
                    return;
                }
                if !deadline.wait_for(received).await {
                    fail_at(
                        place,
                        format!(
                            "expected {count} requests of {} to arrive at the gate within {at_most:?}, got {arrived}\n  \
                             asserted at {place}",
                            self.operation
                        ),
                    );
                }
            }
        }
    }

    /// The bodies of the requests that have arrived, in their order.
    #[must_use]
    pub fn bodies(&self) -> Vec<Vec<u8>> {
        self.backend.with_gates(|gates| gates.bodies(self.id).to_vec())
    }

    /// Lets these requests go, counted from 0 in the order in which they arrived: one after the other, each when the one
    /// before has been answered. The others stay.
    ///
    /// # Panics
    ///
    /// If one of them has not arrived.
    #[track_caller]
    pub fn release_in_order(&self, order: impl IntoIterator<Item = usize>) {
        let order: Vec<usize> = order.into_iter().collect();
        let arrived = self.bodies().len();
        if let Some(missing) = order.iter().find(|index| **index >= arrived) {
            panic!(
                "request {missing} has not arrived at the gate, only {arrived} have; wait for it with `arrived`, and \
                 count from 0"
            );
        }
        self.backend.with_gates(|gates| gates.release(self.id, order));
    }

    /// Opens the gate: the requests that are held go in the order in which they arrived, and further ones are not held.
    pub fn release_all(&self) {
        self.backend.with_gates(|gates| gates.open(self.id));
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.release_all();
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gate({} arrived)", self.bodies().len())
    }
}
