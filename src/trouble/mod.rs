//! Trouble that a test asks for: deliberate deviations from Zendesk, as data, and the rules that
//! decide when they happen.
//!
//! The server asks this layer what happens to a call. The layer uses `calls` and those below it,
//! because a test may inspect a call to decide.
//!
//! - `fault.rs`: what goes wrong, with which calls, and when; `plan.rs`: which of the planned
//!   faults a call meets; `own_reply.rs`: a reply that the test writes; `apply.rs`: what a fault
//!   does to a reply, or puts in its place;
//! - `dice.rs`: [`Chaos`], a seeded mix of faults, job paces and page sizes; `chaos_kind.rs`: the kinds
//!   of trouble in it;
//! - `gates.rs`: requests that are held, and the order of their release.

mod apply;
mod chaos_kind;
mod dice;
mod fault;
mod gates;
mod own_reply;
mod plan;

pub use chaos_kind::ChaosKind;
pub use dice::Chaos;
pub use fault::Fault;

pub(crate) use apply::{Instead, WirePlan, after, instead};
pub(crate) use dice::{Delays, Dice};
pub(crate) use fault::Kind;
pub(crate) use gates::{Gates, Held, NotHeld};
pub(crate) use own_reply::OwnReply;
pub(crate) use plan::{FaultPlan, MeantFaults, Rule, RuleId, panic_text};
