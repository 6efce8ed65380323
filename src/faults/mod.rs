//! Faults: deliberate deviations from Zendesk, planned by a test, decided by rules before any handler runs.
//!
//! - `fault.rs`: what goes wrong, with which calls, and when;
//! - `plan.rs`: the rules in their order, and which one a call meets;
//! - `apply.rs`: what a fault makes of a reply, or puts in its place.

mod apply;
mod fault;
mod plan;

pub use fault::Fault;
pub use plan::PlannedFault;

pub(crate) use apply::{Instead, WirePlan, after, instead};
pub(crate) use fault::Kind;
pub(crate) use plan::FaultPlan;
