//! The identities of users: the addresses, numbers and accounts by which Zendesk knows them.

pub(crate) mod api;
pub(crate) mod model;
pub(crate) mod read;
pub(crate) mod rules;
pub(crate) mod saved;
pub(crate) mod store;
pub(crate) mod violations;
