//! [`Arrived`]: what is known about a request before it is answered.

use crate::api::operation::Operation;
use crate::server::routing::Routed;

/// A request that is recorded and routed, but not answered yet.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    /// The number of the double's call, from 1.
    pub(super) ordinal: u64,
    /// Its route. `None` means that there is no such endpoint.
    pub(super) routed: Option<Routed>,
}

impl Arrived {
    pub(super) fn operation(&self) -> Option<Operation> {
        self.routed.as_ref().map(Routed::operation)
    }
}
