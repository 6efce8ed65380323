//! The double as a program, for clients in any language.
//!
//! The binary `mock-zendesk` is made of the same parts as a test: a builder, seeds, faults that are
//! written as text, [`MockZendesk::follow_calls`](crate::MockZendesk::follow_calls), and a page that
//! [`control_page`](crate::MockZendeskBuilder::control_page) turns on. The
//! [guide](crate::guide::standalone) shows how to run it.

// This layer uses `server` and the layers below; only `handle` may use it.
//
// - `fault.rs`: a fault as text and as JSON;
// - `page/`: the control page, which answers beside the API;
// - `main.rs` is the binary, with `options.rs`, `serve.rs` and `help.txt`. It uses the crate as any
//   other program does, through its public names.

mod fault;
mod page;

pub use fault::NoFault;

pub(crate) use page::{ControlPage, PageOptions};
