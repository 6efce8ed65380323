//! A private Zendesk for every test.
//!
//! `mock-zendesk` is a **verified fake** of Zendesk for Rust tests: a real HTTP server in the test
//! process, backed by an in-memory account that applies Zendesk's rules for organization
//! memberships and everything that programs do around them: find or upsert the user, find or upsert
//! the organization, link them, and watch the job. A test seeds the account, points its client at
//! [`MockZendesk::uri`], acts, and inspects the resulting account. No response is written by hand.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
//! use mock_zendesk::MockZendesk;
//!
//! let zendesk = MockZendesk::start().await;
//! let seed = zendesk.seed();
//! let ada = seed.user("Ada");
//! let (acme, zulu) = (seed.organization("Acme"), seed.organization("Zulu"));
//! seed.membership(&ada, &zulu);
//! seed.membership(&ada, &acme);
//!
//! let url = zendesk.url(&format!("/users/{}/organization_memberships", ada.id));
//! let list = reqwest::Client::new()
//!     .get(url)
//!     .header("authorization", zendesk.authorization());
//! let list: serde_json::Value = list.send().await?.json().await?;
//!
//! // The default membership comes first, the others by organization name.
//! let rows = &list["organization_memberships"];
//! assert_eq!(rows[0]["organization_name"], "Zulu");
//! assert_eq!(rows[1]["organization_name"], "Acme");
//! # Ok(()) }
//! ```
//!
//! # Where to find what
//!
//! | to | use | guide |
//! |---|---|---|
//! | start a double | [`MockZendesk::start`], [`MockZendesk::start_blocking`], [`MockZendesk::builder`] | [first test](guide::first_test), [clients](guide::clients) |
//! | add records to the account | [`MockZendesk::seed`]; many at once: [`fixtures`] | [many records](guide::many_records) |
//! | inspect the account | [`MockZendesk::account`], [`MockZendesk::assert_user`], [`MockZendesk::assert_changes`] | [first test](guide::first_test) |
//! | inspect the received calls | [`MockZendesk::calls`], [`MockZendesk::transcript`] | [first test](guide::first_test) |
//! | see a failing test in a browser | `MockZendesk::to_html`, with the feature `html` | `guide::pages` |
//! | add the received calls to an error that the test returns | [`MockZendesk::explain`] | [recipes](guide::recipes) |
//! | see each call among the events of your program | the feature `tracing` | [below](#calls) |
//! | declare beforehand which calls must come | [`MockZendesk::expect`] | [first test](guide::first_test) |
//! | wait for the calls of a program in the background | [`MockZendesk::wait_for`] | [standalone](guide::standalone) |
//! | control and check background jobs | [`MockZendesk::jobs`], [`job_statuses::JobPace`], [`MockZendesk::assert_last_job`] | [jobs](guide::jobs) |
//! | control time | [`Clock`], [`MockZendesk::advance`] | [time](guide::time) |
//! | make a call fail | [`MockZendesk::inject`] with a [`Fault`] | [faults](guide::faults) |
//! | control the order of a race | [`MockZendesk::hold`] | [faults](guide::faults) |
//! | receive webhooks | `MockZendesk::webhook`, `MockZendesk::deliveries`, with the feature `webhooks` | `guide::webhooks` |
//! | find calls that succeed and that Zendesk punishes all the same | [`MockZendesk::advice`]; [`MockZendesk::assert_at_most_calls`] | [advice](guide::advice) |
//! | generate a client, or run a fuzzer | `openapi::document`, with the feature `openapi` | `guide::openapi` |
//! | find what you did not think of | [`chaos::for_each_seed`], [`chaos::sweep`] | [chaos](guide::chaos) |
//! | name an endpoint | the constants in [`users`], [`identities`], [`organizations`], [`user_fields`], [`organization_fields`], [`organization_memberships`], [`organization_merges`], [`organization_subscriptions`], [`tickets`], [`groups`], [`group_memberships`], [`custom_roles`], [`job_statuses`], [`search`] | |
//!
//! # How the server behaves
//!
//! ## Requests
//!
//! - It serves the operations that [`Operation::all`] lists, with or without `.json` at the end of
//!   the path. Other requests get Zendesk's 404 `InvalidEndpoint`.
//! - Requests are applied one at a time, in the order in which they arrive. Each is applied
//!   completely or not at all.
//! - A body of more than 8 MiB gets 413, and a target that is not a URL gets 400.
//! - It supports HTTP/1.1, and HTTP/2 for clients that start with it, over plain TCP.
//! - URLs in replies start with `http://` and the host that the client used.
//! - The same requests get the same ids, job ids, cursors and timestamps in every run.
//!
//! ## Callers
//!
//! - Any credentials are accepted unless the builder names some. A request without credentials gets
//!   Zendesk's 401, but `/users/me` shows an anonymous user.
//! - A caller has the role of the user with the e-mail address in its credentials, or the role of
//!   the account's owner, an admin, if there is no such user. What the role does not allow gets
//!   Zendesk's 403.
//! - Rate and job limits appear in headers. They are enforced only if you turn them on in the
//!   builder.
//!
//! ## Jobs and time
//!
//! - A background job is `queued` in the reply that starts it, and has not done anything yet. It is
//!   completed when its status is first requested, unless a [`job_statuses::JobPace`] says
//!   otherwise or [`MockZendesk::jobs`] moves it.
//! - The jobs that remove the organization from tickets run before the next request, or before the
//!   test next calls [`MockZendesk::account`].
//! - The clock stays at 2024-09-06T18:52:00Z until [`MockZendesk::advance`] moves it, unless the
//!   builder sets another [`Clock`].
//!
//! ## Calls
//!
//! - Every request becomes a call in the journal. The order of the calls is the order of their
//!   arrival, and the order in which they change the account. The effects of a background job
//!   belong to the call that queued it.
//! - A fault is chosen after the route is known and before anything else happens. A call with a
//!   fault is in the journal, too.
//! - The journal keeps as many calls as [`MockZendeskBuilder::keep_calls`] says.
//! - With the feature `tracing`, each call is an event of the crate `tracing`, with the target
//!   `mock_zendesk`. The level is WARN if the double refused the call or a fault happened to it, and
//!   INFO otherwise. The message is the line of the call in a transcript. The fields are `number`,
//!   `method`, `path` with the query, `operation`, `status`, `fault` and `effects`. A field without
//!   a value is absent. What background jobs change later is in no event.
//! - The event comes when the call is answered, before the reply is sent. So the events of a program
//!   that waits for each reply are in the order of the journal. Those of parallel calls may not be;
//!   `number` is the place in the journal. The event of a call that a mock of the test answers comes
//!   when its reply passes the double, without `status`.
//! - The subscriber is the one of the thread that starts the double. If there is none, it is the one
//!   of the thread that answers. It may use the double.
//! - [`MockZendesk::server`] puts a wiremock server behind the double's own server, with the double
//!   mounted on it. Every further request goes through it, so that your own mocks can answer.
//!   wiremock keeps a copy of every request until the double is dropped, and this cannot be
//!   prevented.
//!
//! ## What fails a test
//!
//! [`MockZendesk::verify`] and dropping the double panic if one of these happened:
//!
//! - An expectation was not met, a planned fault never happened, a gate was never reached, or a
//!   function for between two pages was never called.
//! - A call went to an endpoint that does not exist, or used a method that its path does not
//!   accept. A 404 for a missing record is a normal reply and does not fail the test.
//! - A call went to a Zendesk endpoint that the double does not implement.
//! - A successful call used a query parameter or an attribute that Zendesk reads and the double
//!   does not implement. [`MockZendeskBuilder::allow_unmodeled`] allows it by name.
//! - A successful call used a query parameter that Zendesk does not have for the operation.
//!   [`MockZendeskBuilder::allow_unknown_parameter`] allows it. Attributes that Zendesk drops are
//!   also dropped here. The reply warns of them, and the test does not fail.
//! - The program asked again and again for the last page of a time-based export, where `next_page`
//!   is never null.
//! - With the feature `webhooks`: the last reply of a receiver to an event was an error, as far as
//!   replies had come by then. `settle_deliveries` waits for them.
//!
//! Dropping the double does not panic if the thread is already panicking. In a test that returns an
//! error, the panic from drop would hide that error. Return `zendesk.explain(result)`, which also adds
//! the received calls to the error, or end the test with `zendesk.verify()` or
//! `zendesk.try_verify()?`. [The recipes](guide::recipes) show how.
//!
//! A call that the double refused does not satisfy an assertion or expectation that calls came,
//! unless the test asks for refused calls with [`Calls::refused`], [`Calls::with_status`] or
//! [`Calls::any_outcome`].
//!
//! If the test panics for another reason, the failed calls are printed to stderr, together with
//! background jobs that are not done or have failed items, and null values that typed clients
//! stumble over.
//!
//! ## Secrets
//!
//! Failure messages never contain more of the credentials than the scheme and the user name. The
//! account's own secrets, and those in requests, are left out of every text that is printed about
//! calls, and of HTML pages. This applies to every place and encoding, if the secret has at least
//! six characters. A value with a name such as `password`, `token` or `code` is left out even if it
//! is shorter. The snapshot of the account is data and hides nothing.
//!
//! # What the double does not do
//!
//! [`guide::limits`] lists the rules of Zendesk that the double does not apply, and the mistakes in
//! a test that no double can notice.

#![doc(test(attr(deny(unused_must_use))))]

mod api;
mod base;
pub mod calls;
pub mod fixtures;
pub mod guide;
mod handle;
mod reports;
mod resources;
mod server;
#[cfg(feature = "standalone")]
pub mod standalone;
mod trouble;
#[cfg(feature = "webhooks")]
pub mod webhooks;

/// The crate of the requests and responses that [`MockZendesk::send`] accepts and returns.
pub use http;
/// The crate whose `Mock`s can be mounted on [`MockZendesk::server`].
pub use wiremock;

pub use crate::api::credentials::Credentials;
pub use crate::api::operation::Operation;
pub use crate::base::ids::{
    CustomRoleId, GroupId, GroupMembershipId, IdentityId, MembershipId, OrganizationFieldId,
    OrganizationId, SubscriptionId, TicketId, UserFieldId, UserId,
};
#[doc(inline)]
pub use crate::calls::{Call, Calls};
#[doc(inline)]
pub use crate::custom_fields::{organization_fields, user_fields};
pub use crate::handle::builder::MockZendeskBuilder;
pub use crate::handle::seed::Seed;
pub use crate::handle::zendesk::MockZendesk;
pub use crate::reports::advice;
#[cfg(feature = "openapi")]
pub use crate::reports::openapi;
pub use crate::resources::account::Account;
pub use crate::server::clock::Clock;
pub use crate::trouble::Fault;

/// Users: the record, its description for seeds, and the operations.
pub mod users {
    pub use crate::api::operation::AllowedFor;
    pub use crate::resources::users::api::*;
    pub use crate::resources::users::model::{NewUser, Role, TicketRestriction, User};
}

/// Organizations: the record, its description for seeds, and the operations.
pub mod organizations {
    pub use crate::resources::organizations::api::*;
    pub use crate::resources::organizations::model::{NewOrganization, Organization};
}

/// Organization memberships: the record and the operations.
/// [`Seed::membership`](crate::Seed::membership) seeds one.
pub mod organization_memberships {
    pub use crate::resources::organization_memberships::api::*;
    pub use crate::resources::organization_memberships::model::OrganizationMembership;
}

/// Merges of organizations: the record and the operations.
/// [`Seed::merge_organization`](crate::Seed::merge_organization) seeds one.
pub mod organization_merges {
    pub use crate::resources::organization_merges::api::*;
    pub use crate::resources::organization_merges::model::{MergeStatus, OrganizationMerge};
}

/// Subscriptions to organizations: the record, its description for seeds, and the operations.
pub mod organization_subscriptions {
    pub use crate::resources::organization_subscriptions::api::*;
    pub use crate::resources::organization_subscriptions::model::{
        NewOrganizationSubscription, OrganizationSubscription,
    };
}

/// Identities of users: the record, its description for seeds, and the operations.
pub mod identities {
    pub use crate::resources::identities::api::*;
    pub use crate::resources::identities::model::{Identity, IdentityType, NewIdentity};
}

/// Tickets: the record, its description for seeds, and the operations.
pub mod tickets {
    pub use crate::resources::tickets::api::*;
    pub use crate::resources::tickets::model::{
        NewTicket, Ticket, TicketPriority, TicketStatus, TicketType,
    };
}

/// Custom fields of users and of organizations, and the values that records have in them.
pub mod custom_fields {
    pub use crate::base::field_value::{FieldOption, FieldValue, FieldValues};
    pub use crate::resources::custom_fields::api::*;
    pub use crate::resources::custom_fields::model::{
        CustomField, FieldOwner, FieldType, NewCustomField,
    };
}

/// The search over users, organizations, tickets and groups: the control of a test over its index,
/// and the operations.
pub mod search {
    pub use crate::handle::search_index::SearchIndex;
    pub use crate::resources::search::api::*;
}

/// Groups: the record, its description for seeds, and the operations.
pub mod groups {
    pub use crate::resources::groups::api::*;
    pub use crate::resources::groups::model::{Group, NewGroup};
}

/// Group memberships: the record, its description for seeds, and the operations.
pub mod group_memberships {
    pub use crate::resources::group_memberships::api::*;
    pub use crate::resources::group_memberships::model::{GroupMembership, NewGroupMembership};
}

/// Custom roles of agents: the record, its description for seeds, and the operations.
pub mod custom_roles {
    pub use crate::resources::custom_roles::api::*;
    pub use crate::resources::custom_roles::model::{CustomRole, NewCustomRole, RoleType};
}

/// Background jobs: their status, their pace, the control of a test over them, and the operations.
pub mod job_statuses {
    pub use crate::handle::jobs::Jobs;
    pub use crate::resources::job_statuses::api::*;
    pub use crate::resources::job_statuses::model::{JobPace, JobState, JobStatus};
}

/// Assertions about the account, and the differences between two snapshots of it.
pub mod account {
    pub use crate::base::difference::Difference;
    pub use crate::base::ids::{Kind, RecordRef};
    pub use crate::handle::job_state::AssertJob;
    pub use crate::handle::state::{AssertMembership, AssertUser};
    pub use crate::resources::difference::AccountDiff;
    pub use crate::resources::seeded::Seeded;
}

/// The types that belong to planned faults, held requests, and clients without a socket.
pub mod faults {
    pub use crate::handle::direct::Disconnected;
    pub use crate::handle::gate::Gate;
    pub use crate::handle::planned::PlannedFault;
}

/// Random but reproducible faults, and running a test many times with them.
pub mod chaos {
    pub use crate::handle::runs::{RunFailure, for_each_seed, sweep, try_for_each_seed, try_sweep};
    pub use crate::trouble::{Chaos, ChaosKind};
}

/// Which outcomes of Zendesk's operations the tests met, and which no test has seen.
///
/// [The guide](crate::guide::coverage) shows how to get the coverage of one test and of a whole
/// test run.
pub mod coverage {
    pub use crate::reports::{Coverage, FolderError, Gap, Outcome};
}

/// Settings in which accounts differ, and choices where Zendesk's behaviour is not known.
pub mod settings {
    pub use crate::api::error::RateLimitForm;
    pub use crate::base::open_question::OpenQuestion;
    pub use crate::base::settings::SearchLag;
}

/// Points in time in Zendesk's format.
pub mod time {
    pub use crate::base::time::{NoTimestamp, Timestamp};
}

/// The double as a service of `tower`.
#[cfg(feature = "tower")]
pub mod tower {
    pub use crate::handle::direct::ZendeskService;
}

/// Runs the examples of the README as doctests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
