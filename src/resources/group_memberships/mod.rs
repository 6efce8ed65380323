//! Group memberships: which agents are in which groups, and which group is an agent's default.
//!
//! <https://developer.zendesk.com/api-reference/ticketing/groups/group_memberships/>

pub(crate) mod api;
pub(crate) mod model;
mod read;
pub(crate) mod rules;
mod saved;
pub(crate) mod store;
pub(crate) mod tasks;
mod violations;

#[cfg(test)]
mod tests;
