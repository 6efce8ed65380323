//! Users.
//!
//! <https://developer.zendesk.com/api-reference/ticketing/users/users/>

mod addresses;
pub(crate) mod api;
mod checks;
pub(crate) mod find;
mod merging;
pub(crate) mod model;
mod moves;
mod read;
pub(crate) mod rules;
mod saved;
pub(crate) mod store;
pub(crate) mod tasks;
mod time_zones;
mod violations;
mod wire;

#[cfg(test)]
mod tests;
