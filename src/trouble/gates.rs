//! [`Gates`]: requests that are held before they reach the account, and the order in which they go.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::Notify;

use crate::api::operation::Operation;

/// A request that is held.
#[derive(Debug)]
pub(crate) struct Held {
    gate: usize,
    index: usize,
    go: Arc<Notify>,
}

impl Held {
    /// Waits until it may go.
    pub(crate) async fn wait(&self) {
        self.go.notified().await;
    }
}

/// The gates of a double.
#[derive(Debug, Default)]
pub(crate) struct Gates {
    gates: Vec<State>,
}

#[derive(Debug)]
struct State {
    operation: Operation,
    is_open: bool,
    /// The requests in the order in which they arrived, each until it is let go.
    arrived: Vec<Option<Arc<Notify>>>,
    bodies: Vec<Vec<u8>>,
    /// What goes next, once the one before has been answered.
    order: VecDeque<usize>,
    /// The one that has been let go and is not answered yet.
    going: Option<usize>,
}

impl Gates {
    pub(crate) fn close(&mut self, operation: Operation) -> usize {
        self.gates.push(State {
            operation,
            is_open: false,
            arrived: Vec::new(),
            bodies: Vec::new(),
            order: VecDeque::new(),
            going: None,
        });
        self.gates.len() - 1
    }

    /// Holds a request if there is a closed gate for its operation.
    pub(crate) fn hold(&mut self, operation: Operation, body: &[u8]) -> Option<Held> {
        let is_closed = |state: &State| !state.is_open && state.operation == operation;
        let gate = self.gates.iter().position(is_closed)?;
        let state = &mut self.gates[gate];
        let go = Arc::new(Notify::new());
        state.arrived.push(Some(Arc::clone(&go)));
        state.bodies.push(body.to_vec());
        Some(Held { gate, index: state.arrived.len() - 1, go })
    }

    /// A request that was held has been answered: the next one goes.
    pub(crate) fn pass(&mut self, held: &Held) {
        if let Some(state) = self.gates.get_mut(held.gate).filter(|state| state.going == Some(held.index)) {
            state.going = None;
            state.go_on();
        }
    }

    /// The bodies of the requests that have arrived at a gate, in their order.
    pub(crate) fn bodies(&self, id: usize) -> &[Vec<u8>] {
        self.gates.get(id).map(|state| state.bodies.as_slice()).unwrap_or_default()
    }

    /// Opens a gate: what is held there goes, and further requests are not held.
    pub(crate) fn open(&mut self, id: usize) {
        if let Some(state) = self.gates.get_mut(id) {
            state.is_open = true;
            let all = 0..state.arrived.len();
            self.release(id, all);
        }
    }

    /// Lets these requests go, one after the other.
    pub(crate) fn release(&mut self, id: usize, order: impl IntoIterator<Item = usize>) {
        if let Some(state) = self.gates.get_mut(id) {
            state.order.extend(order);
            if state.going.is_none() {
                state.go_on();
            }
        }
    }
}

impl State {
    fn go_on(&mut self) {
        while let Some(index) = self.order.pop_front() {
            if let Some(go) = self.arrived.get_mut(index).and_then(Option::take) {
                self.going = Some(index);
                return go.notify_one();
            }
        }
    }
}
