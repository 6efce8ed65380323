//! How a request reaches an operation: the account behind one lock, the order of the steps, and the
//! servers that receive requests.
//!
//! Only `handle` and `standalone` may use this layer. It may use all others except `fixtures`.
//!
//! - `backend/`: the state behind the lock, and how a request is answered;
//! - `routing.rs`, `admission.rs`, `limits.rs`: the operation of a request, the accepted callers,
//!   the limits of requests; `ends.rs`: exports that a program asks for without end;
//! - `clock.rs`, `pacer.rs`, `activity.rs`: the double's time, and how tokio's paused time is held
//!   back;
//! - `http_server/`: the server that a double listens with; `target.rs`: the path and query of a
//!   request;
//! - `wiremock_adapter.rs`: the only file that uses wiremock, for the double as a mock.

mod activity;
pub(crate) mod admission;
pub(crate) mod backend;
pub(crate) mod clock;
mod ends;
pub(crate) mod http_server;
pub(crate) mod limits;
pub(crate) mod pacer;
mod routing;
pub(crate) mod target;
pub(crate) mod wiremock_adapter;
