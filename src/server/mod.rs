//! How a request reaches an operation: the account behind one lock, the order of the steps, and
//! what brings requests in.
//!
//! Only `handle` uses this layer; it uses all others but `fixtures`.
//!
//! - `backend/`: what is behind the lock, and the way of a request;
//! - `routing.rs`, `admission.rs`, `limits.rs`: which operation a request is for, who is let in,
//!   how many requests;
//! - `clock.rs`, `pacer.rs`, `activity.rs`: the double's time; what keeps tokio's paused time from
//!   running away;
//! - `http_server/`: the server that a double listens with; `target.rs`: what a request asks for;
//! - `wiremock_adapter.rs`: the only file that speaks wiremock, where the double is a mock.

mod activity;
pub(crate) mod admission;
pub(crate) mod backend;
pub(crate) mod clock;
pub(crate) mod http_server;
pub(crate) mod limits;
pub(crate) mod pacer;
mod routing;
pub(crate) mod target;
pub(crate) mod wiremock_adapter;
