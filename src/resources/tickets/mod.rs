//! Tickets, as far as is necessary to see how memberships affect them.
//!
//! <https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/>

pub(crate) mod api;
pub(crate) mod model;
mod read;
pub(crate) mod rules;
mod saved;
pub(crate) mod store;
mod violations;
