//! Tickets, as far as they show what memberships do to them.
//!
//! <https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/>

pub(crate) mod api;
pub(crate) mod model;
pub(crate) mod rules;
pub(crate) mod store;
