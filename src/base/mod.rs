//! The foundation of every record of an account, whatever its resource: ids, time, ordered lists
//! that are cheap to copy, effects, refusals, and the settings in which accounts differ.
//!
//! Every other layer may use this one. It uses only itself, and knows no HTTP, no lock and no
//! clock.

pub(crate) mod calendar;
pub(crate) mod changes;
pub(crate) mod difference;
pub(crate) mod effect;
pub(crate) mod ending;
pub(crate) mod field_value;
pub(crate) mod folded;
pub(crate) mod given_fields;
pub(crate) mod ids;
pub(crate) mod lagging;
pub(crate) mod open_question;
pub(crate) mod pairs;
pub(crate) mod place;
pub(crate) mod printable;
pub(crate) mod record;
pub(crate) mod record_macro;
pub(crate) mod refusal;
pub(crate) mod removed;
#[cfg_attr(
    not(feature = "openapi"),
    allow(dead_code, reason = "only the OpenAPI document reads it")
)]
pub(crate) mod schema;
pub(crate) mod sequence;
pub(crate) mod setters;
pub(crate) mod settings;
pub(crate) mod sorted;
pub(crate) mod table;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod time;
pub(crate) mod ulid;
pub(crate) mod value;
pub(crate) mod words;
