//! Webhooks: the events that the double sends to the program under test, and how their assertions
//! fail.
//!
//! [`MockZendesk::webhook`](crate::MockZendesk::webhook) registers a [`Webhook`].
//! [`MockZendesk::deliveries`](crate::MockZendesk::deliveries) returns [`Deliveries`]: select some
//! of them and assert. Each is a [`Delivery`] of one event to one webhook, with its [`Attempt`]s.

// Everything here is data and rules. The courier of the server sends the requests. This layer uses
// `calls` and the layers below; the server and the handle use it.
//
// - `event_type.rs`: the types of events; `events.rs`: which events a step of the account makes;
//   `happened.rs`: what they say, as data; `payload.rs`: their bodies;
// - `webhook.rs`: where they are sent to; `signature.rs`: how they are signed; `numbered.rs`: ids
//   that are the same in every run;
// - `delivery.rs`: one event on its way to one webhook; `retries.rs`: when it is sent again;
//   `fault.rs`: what goes wrong with it; `outbox.rs`: the deliveries, and which of them are due;
// - `deliveries.rs`: which deliveries are selected; `asserting.rs`: the assertions that panic;
//   `assertions.rs`: their `try_` twins; `text.rs`: their failure texts.

mod delivery;
mod event_type;
mod events;
mod fault;
mod happened;
mod numbered;
mod outbox;
mod payload;
mod retries;
mod signature;
mod text;
mod webhook;

// rustdoc shows the `impl` blocks of `Deliveries` in the order of these lines. The blank lines keep
// rustfmt from sorting them.

mod deliveries;

mod asserting;

mod assertions;

pub use deliveries::Deliveries;
pub use delivery::{Attempt, AttemptOutcome, Delivery, DeliveryState};
pub use event_type::EventType;
pub use fault::DeliveryFault;
pub use signature::signature;
pub use webhook::{NewWebhook, Webhook};

pub(crate) use outbox::{Outbox, Parcel};
pub(crate) use retries::Outcome;
