//! [`Arrived`]: what is known of a request before it is answered.

use crate::api::operation::Operation;
use crate::server::routing::Routed;

/// A request that has been written down and routed, and that nobody has answered yet.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    /// Which call of the double it is, from 1.
    pub(super) ordinal: u64,
    /// Where it goes. None: there is no such endpoint.
    pub(super) routed: Option<Routed>,
}

impl Arrived {
    pub(super) fn operation(&self) -> Option<Operation> {
        self.routed.as_ref().map(Routed::operation)
    }
}
