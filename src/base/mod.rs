//! What every record of an account rests on, whatever its resource: ids, time, ordered lists that
//! are cheap to copy, what happened, why something is refused, and the settings in which accounts
//! differ.
//!
//! Everybody may use this layer; it uses nothing but itself, and knows neither HTTP nor a lock nor
//! a clock.

pub(crate) mod difference;
pub(crate) mod effect;
pub(crate) mod ending;
pub(crate) mod folded;
pub(crate) mod ids;
pub(crate) mod place;
pub(crate) mod printable;
pub(crate) mod record;
pub(crate) mod record_macro;
pub(crate) mod refusal;
pub(crate) mod removed;
pub(crate) mod sequence;
pub(crate) mod setters;
pub(crate) mod settings;
pub(crate) mod sorted;
pub(crate) mod table;
pub(crate) mod time;
pub(crate) mod value;
pub(crate) mod words;
