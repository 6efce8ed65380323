//! What nobody thought of: random but reproducible trouble, and trouble at every call in turn.
//!
//! - `dice.rs`: [`Chaos`], a seeded mix of faults, job paces and page sizes;
//! - `runs.rs`: runs of a test under many seeds, and the sweep.

mod dice;
mod runs;

pub use dice::Chaos;
pub use runs::{RunFailure, for_each_seed, sweep, try_for_each_seed, try_sweep};

pub(crate) use dice::{Delays, Dice};
