//! Custom fields of users and of organizations. Both kinds have the same attributes and the same
//! rules, which are written once, for any [`FieldOwner`](model::FieldOwner). `values.rs`: what a
//! record may have in a field.

pub(crate) mod api;
pub(crate) mod model;
pub(crate) mod options;
mod read;
pub(crate) mod rules;
pub(crate) mod saved;
pub(crate) mod store;
#[cfg(test)]
mod tests;
pub(crate) mod values;
pub(crate) mod violations;
