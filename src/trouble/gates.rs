//! [`Gates`]: requests that are held before they reach the account, and the order of their release.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::Notify;

use crate::api::operation::Operation;
use crate::base::place::Place;

/// A request that was held. Its owner must call [`Gates::leave`] when the request is over, in any
/// way.
#[derive(Debug)]
pub(crate) struct Held {
    gate: usize,
    index: usize,
    go: Arc<Notify>,
}

impl Held {
    /// Waits until the request may go.
    pub(crate) async fn wait(&self) {
        self.go.notified().await;
    }
}

/// Why requests cannot be released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotHeld {
    /// This one has not arrived. Only `arrived` requests have.
    NotArrived {
        index: usize,
        arrived: usize,
        is_open: bool,
    },
    /// This one has been released already.
    LetGo { index: usize },
}

/// The gates of a double, in the order in which they were closed.
#[derive(Debug, Default)]
pub(crate) struct Gates {
    gates: Vec<Gate>,
}

#[derive(Debug)]
struct Gate {
    operation: Operation,
    /// The line of the test that closed it.
    place: Place,
    is_open: bool,
    /// The requests that have arrived, in order.
    requests: Vec<Request>,
    /// The requests that go next, each once the previous one is over.
    order: VecDeque<usize>,
    /// The request that has been let through and is not over yet.
    going: Option<usize>,
}

#[derive(Debug)]
struct Request {
    body: Vec<u8>,
    go: Arc<Notify>,
    /// Whether the test has released it. Its turn may not have come yet.
    is_let_go: bool,
    /// Whether it is over: answered, failed, or its client is gone.
    is_over: bool,
}

impl Gates {
    pub(crate) fn close(&mut self, operation: Operation, place: Place) -> usize {
        self.gates.push(Gate {
            operation,
            place,
            is_open: false,
            requests: Vec::new(),
            order: VecDeque::new(),
            going: None,
        });
        self.gates.len() - 1
    }

    /// Returns whether no request is held now.
    pub(crate) fn are_open(&self) -> bool {
        self.gates.iter().all(|gate| gate.is_open)
    }

    /// Holds a request at the first gate that is closed for its operation. `None` means that there
    /// is no such gate.
    pub(crate) fn hold(&mut self, operation: Operation, body: &[u8]) -> Option<Held> {
        let is_closed = |gate: &Gate| !gate.is_open && gate.operation == operation;
        let id = self.gates.iter().position(is_closed)?;
        let requests = &mut self.gates[id].requests;
        let go = Arc::new(Notify::new());
        let held = Held {
            gate: id,
            index: requests.len(),
            go: Arc::clone(&go),
        };
        requests.push(Request {
            body: body.to_vec(),
            go,
            is_let_go: false,
            is_over: false,
        });
        Some(held)
    }

    /// Marks a request as over: it was answered, it failed, or its client is gone. The next one in
    /// the order goes, if there is one.
    pub(crate) fn leave(&mut self, held: &Held) {
        let Some(gate) = self.gates.get_mut(held.gate) else {
            return;
        };
        if let Some(request) = gate.requests.get_mut(held.index) {
            request.is_over = true;
        }
        if gate.going == Some(held.index) {
            gate.going = None;
            gate.go_on();
        }
    }

    /// Returns the bodies of the requests that have arrived at a gate, in order.
    pub(crate) fn bodies(&self, id: usize) -> Vec<Vec<u8>> {
        let requests = self
            .gates
            .get(id)
            .map(|gate| gate.requests.as_slice())
            .unwrap_or_default();
        requests
            .iter()
            .map(|request| request.body.clone())
            .collect()
    }

    /// Returns the number of requests that have arrived at a gate.
    pub(crate) fn arrived(&self, id: usize) -> usize {
        self.gates.get(id).map_or(0, |gate| gate.requests.len())
    }

    /// Returns the number of requests that are held at a gate and have not been released.
    pub(crate) fn held(&self, id: usize) -> usize {
        let requests = self
            .gates
            .get(id)
            .map(|gate| gate.requests.as_slice())
            .unwrap_or_default();
        requests
            .iter()
            .filter(|request| !request.is_let_go && !request.is_over)
            .count()
    }

    /// Opens a gate: releases what is held there, and does not hold further requests.
    pub(crate) fn open(&mut self, id: usize) {
        if let Some(gate) = self.gates.get_mut(id) {
            gate.is_open = true;
            let held = (0..gate.requests.len()).filter(|index| !gate.requests[*index].is_let_go);
            let held: Vec<usize> = held.collect();
            gate.let_go(&held);
        }
    }

    /// Releases these requests one after the other, or none of them on an error.
    pub(crate) fn release(&mut self, id: usize, order: &[usize]) -> Result<(), NotHeld> {
        let Some(gate) = self.gates.get_mut(id) else {
            return Ok(());
        };
        let (arrived, is_open) = (gate.requests.len(), gate.is_open);
        for (position, index) in order.iter().copied().enumerate() {
            match gate.requests.get(index) {
                None => {
                    return Err(NotHeld::NotArrived {
                        index,
                        arrived,
                        is_open,
                    });
                }
                Some(request) if request.is_let_go || order[..position].contains(&index) => {
                    return Err(NotHeld::LetGo { index });
                }
                Some(_) => {}
            }
        }
        gate.let_go(order);
        Ok(())
    }

    /// Returns the gates at which no request has arrived, and where they were closed.
    pub(crate) fn never_reached(&self) -> impl Iterator<Item = (Operation, Place)> + '_ {
        let gates = self.gates.iter().filter(|gate| gate.requests.is_empty());
        gates.map(|gate| (gate.operation, gate.place))
    }
}

impl Gate {
    fn let_go(&mut self, order: &[usize]) {
        for index in order {
            self.requests[*index].is_let_go = true;
        }
        self.order.extend(order);
        if self.going.is_none() {
            self.go_on();
        }
    }

    /// Lets the next request go whose client is still there.
    fn go_on(&mut self) {
        let requests = &self.requests;
        let next =
            std::iter::from_fn(|| self.order.pop_front()).find(|index| !requests[*index].is_over);
        if let Some(index) = next {
            self.going = Some(index);
            self.requests[index].go.notify_one();
        }
    }
}
