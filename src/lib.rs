//! A Zendesk of its own for every test.
//!
//! `mock-zendesk` is a **verified fake** of Zendesk for Rust tests: a real HTTP server in the test
//! process, with an account in memory behind it that applies Zendesk's rules for organization
//! memberships and what surrounds them. The test seeds it, points its client at
//! [`MockZendesk::uri`], acts, and looks at the account. It writes no response by hand.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
//! use mock_zendesk::MockZendesk;
//!
//! let zendesk = MockZendesk::start().await;
//! let seed = zendesk.seed();
//! let (ada, acme, zulu) = (seed.user("Ada"), seed.organization("Acme"), seed.organization("Zulu"));
//! seed.membership(&ada, &zulu);
//! seed.membership(&ada, &acme);
//!
//! let url = zendesk.url(&format!("/users/{}/organization_memberships", ada.id));
//! let request = reqwest::Client::new().get(url).header("authorization", zendesk.authorization());
//! let list: serde_json::Value = request.send().await?.json().await?;
//!
//! // The default membership comes first, the others by organization name.
//! assert_eq!(list["organization_memberships"][0]["organization_name"], "Zulu");
//! assert_eq!(list["organization_memberships"][1]["organization_name"], "Acme");
//! # Ok(()) }
//! ```
//!
//! # The map
//!
//! - [`MockZendesk`] is the double; [`MockZendeskBuilder`] sets one up that is to differ from the
//!   default.
//! - [`Seed`] puts records in: [`NewUser`], [`NewOrganization`], [`NewTicket`], [`NewGroup`],
//!   [`NewGroupMembership`].
//! - [`Account`] is a snapshot to look at: [`User`], [`Organization`], [`OrganizationMembership`],
//!   [`Ticket`], [`Group`], [`GroupMembership`], [`JobStatus`].
//! - [`Operation`] names an endpoint. The constants are in [`organization_memberships`],
//!   [`organizations`], [`users`], [`tickets`], [`groups`], [`group_memberships`] and
//!   [`job_statuses`]; [`operations`] lists them.
//! - [`Calls`] are the calls that the double received, each a [`Call`] with its reply and its
//!   [`Effect`]s: [`MockZendesk::calls`] picks them and asserts, [`MockZendesk::expect`] declares
//!   them before, [`MockZendesk::wait_for`] waits for them. What fails is a [`Failure`], and all of
//!   it together a [`Report`].
//! - [`MockZendesk::assert_user`] and [`MockZendesk::assert_membership`] ask about the account in
//!   words; [`AccountDiff`] is what a run changed in it.
//! - [`Fault`]s go wrong where a test plans them ([`MockZendesk::inject`]), [`Chaos`] where nobody
//!   does ([`for_each_seed`]), a [`sweep`] everywhere in turn. A [`Gate`] holds requests and orders
//!   a race; [`Jobs`] moves background jobs by hand.
//! - [`JobPace`], [`Clock`], [`Credentials`], [`NonDefault`] and [`UserListUnderCursor`] are what
//!   the builder's knobs take.
//!
//! # How the server behaves
//!
//! - It serves the operations that [`operations`] lists, each with and without `.json` at the end
//!   of its path. All other requests get Zendesk's 404 `InvalidEndpoint`.
//! - Requests are applied one after the other, in the order in which they arrive. Each either does
//!   all that it is to do, or nothing.
//! - A background job is `queued` in its own reply, and nothing has been done by then. It is
//!   completed when its status is asked for the first time, unless a [`JobPace`] says otherwise or
//!   [`MockZendesk::jobs`] moves it. The jobs that take the organization from tickets run before
//!   the next request, or the next look at [`MockZendesk::account`].
//! - Any credentials are let in, unless the builder names some. No credentials are answered with
//!   Zendesk's 401.
//! - The caller is the user whose e-mail address the credentials show, or else the account's owner,
//!   an admin. What its role does not allow gets Zendesk's 403.
//! - Limits of requests and of jobs are told in headers, and enforced only where the builder asks
//!   for it.
//! - The clock stands still at 2024-09-06T18:52:00Z until [`MockZendesk::advance`] puts it forward,
//!   unless the builder sets another [`Clock`].
//! - A fault is decided after the route and before anything else. A call is also in the journal if
//!   a fault happened to it. A fault that never happens fails the test as an unmet expectation
//!   does.
//! - Urls in replies start with `http://` and the host that the client used.
//! - Ids, job ids, cursors and timestamps are the same in every run that makes the same requests.
//! - Every request is a call in the journal, in the order in which they arrive, which is the order
//!   in which they change the account. What a background job does belongs to the call that queued
//!   it.
//! - A call to an endpoint that does not exist, or with a method that its path does not take, is
//!   answered with Zendesk's 404 and fails the test: [`MockZendesk::verify`] and dropping the
//!   double panic. A record that does not exist is an honest 404 and fails nothing.
//! - So does a query parameter or a body attribute that Zendesk reads and the double does not
//!   implement, if the call succeeds: [`MockZendeskBuilder::allow_unmodeled`] allows it by name.
//!   And so does a query parameter that Zendesk does not have for the operation, and ignores:
//!   [`MockZendeskBuilder::allow_unknown_parameter`] allows it. Attributes that Zendesk drops are
//!   dropped, and the reply warns of them.
//! - A call that the double refused meets no assertion and no expectation that calls came, unless
//!   the test says that it means that: [`Calls::refused`], [`Calls::with_status`],
//!   [`Calls::any_outcome`].
//! - When a test panics for a reason of its own, the double tells on stderr which calls went wrong,
//!   if any did.
//! - Dropping the double checks that, and all that was [expected](MockZendesk::expect), once more,
//!   unless the thread is panicking already. The panic names the line of the test. It hides the
//!   error of a test that returns one: such a test verifies as its last act.
//! - No text shows more of credentials than their scheme and their user. The account's own secrets,
//!   and those that a request shows, are left out of every text that is printed of calls, wherever
//!   and in whatever encoding they stand, if they have six characters or more. What stands under a
//!   name such as `password`, `token` or `code` is left out however short it is. The snapshot of
//!   the account is data, and hides nothing.
//! - Bodies of more than 8 MiB are answered with 413.
//! - The journal keeps as many calls as [`MockZendeskBuilder::journal`] says. wiremock besides
//!   keeps a copy of every request until the server stops, which it gives no way to prevent.
//!
//! # What no double can notice
//!
//! The double fails a test that is wrong wherever it can know that. It cannot know of these:
//!
//! - A double that is never dropped: one in a `static`, one that was given to [`std::mem::forget`],
//!   one that a task or a thread still holds when the test ends. Call [`MockZendesk::verify`] as
//!   the last act of such a test, and of one that sets
//!   [`MockZendeskBuilder::without_verify_on_drop`].
//! - A double in a `thread_local!` is dropped after the test, when nothing can fail it any more.
//!   What is wrong is printed on stderr. Call [`MockZendesk::verify`] in the test.
//! - A panic in a task that nobody waits for. Await its `JoinHandle`, or let it report what it did.
//! - A test that asserts nothing, or less than it means: an `if` whose branch is never taken, a
//!   `matches!` without an `assert!`, a `try_` assertion whose result is dropped, a future in
//!   `let _ =`, which never runs. [`Calls::len`] judges neither what became of the calls nor what
//!   was not kept.
//! - A program that is never run, or that sends its requests to another server, where the test only
//!   asserts that something did not happen to the account. [`MockZendesk::expect`] says that calls
//!   have to come.
//! - A program that catches the error that it should have passed on, if the account is as it should
//!   be all the same. Assert on the calls, too: that a call came and was not refused, or was
//!   refused with this status.
//! - A program that does not wait for its jobs, or takes a job for a success whose items failed, if
//!   the test looks only at the request. Assert on the account, or on the job.
//! - The test's own calls. They count like the program's, meet its faults, and continue its walks:
//!   [`MockZendesk::mark`] tells them apart.
//! - A selection that nothing matches, since a value in it is wrong: the name of a header, a number
//!   for a string, a user that the program never meant. Assert that something came before you
//!   assert that something did not.
//! - The same effect by another route: that nothing is deleted is said by
//!   [`MockZendesk::assert_changes`], not by `of(DELETE).assert_none()`.
//! - A snapshot that is older than it looks: [`MockZendesk::account`] and [`MockZendesk::calls`] do
//!   not move on.
//! - Trouble that did not come. A call that met a planned fault counts as a call; a fault of
//!   `.times(3)` that happened once has happened; a handful of seeds may bring no trouble; a limit
//!   may be too wide to be met; a service that is offline is not told of those who did not try.
//! - What is allowed too widely: a predicate or a wiremock mock of the test's own that answers for
//!   more requests than it means to, an allowance that hides the mistake.
//! - Ids of another double: each gives the same ones in the same order.
//! - A caller by the wrong name: an e-mail address that is nobody's is the owner's, who may do
//!   everything. Give the builder the [`Credentials`] that may be used.
//! - A refusal for another reason than the test means: assert on the status, and look at the reply.

#![doc(test(attr(deny(unused_must_use))))]

mod api;
mod base;
mod calls;
mod fixtures;
mod handle;
mod resources;
mod server;
#[cfg(test)]
mod testing;
mod trouble;

/// The crate whose requests and replies [`MockZendesk::call`] takes and gives.
pub use http;

pub use crate::api::credentials::Credentials;
pub use crate::api::error::RateLimitForm;
pub use crate::api::operation::{AllowedFor, Operation};
pub use crate::base::difference::Difference;
pub use crate::base::effect::{Effect, Named};
pub use crate::base::ids::{
    GroupId, GroupMembershipId, Kind, MembershipId, OrganizationId, RecordRef, TicketId, UserId,
};
pub use crate::base::settings::{NonDefault, UserListUnderCursor};
pub use crate::base::time::{NoTimestamp, Timestamp};
pub use crate::calls::{
    Call, CallReply, Calls, Failure, FailureKind, Hint, Journal, Mark, Problem, Report, Times,
    Unknown,
};
pub use crate::fixtures::{Fixture, FixtureError, Plan, Planned};
pub use crate::handle::builder::MockZendeskBuilder;
pub use crate::handle::direct::Disconnected;
#[cfg(feature = "tower")]
pub use crate::handle::direct::ZendeskService;
pub use crate::handle::gate::Gate;
pub use crate::handle::jobs::Jobs;
pub use crate::handle::planned::PlannedFault;
pub use crate::handle::runs::{RunFailure, for_each_seed, sweep, try_for_each_seed, try_sweep};
pub use crate::handle::seed::Seed;
pub use crate::handle::state::{AssertMembership, AssertUser};
pub use crate::handle::zendesk::MockZendesk;
pub use crate::resources::account::Account;
pub use crate::resources::difference::AccountDiff;
pub use crate::resources::group_memberships::model::{GroupMembership, NewGroupMembership};
pub use crate::resources::groups::model::{Group, NewGroup};
pub use crate::resources::job_statuses::model::{JobPace, JobState, JobStatus};
pub use crate::resources::organization_memberships::model::OrganizationMembership;
pub use crate::resources::organizations::model::{NewOrganization, Organization};
pub use crate::resources::registry::operations;
pub use crate::resources::seeded::Seeded;
pub use crate::resources::tickets::model::{
    NewTicket, Ticket, TicketPriority, TicketStatus, TicketType,
};
pub use crate::resources::users::model::{NewUser, Role, TicketRestriction, User};
pub use crate::server::clock::Clock;
pub use crate::trouble::{Chaos, Fault};

/// The operations, a module for each resource.
#[doc(inline)]
pub use crate::resources::{
    group_memberships::api as group_memberships, groups::api as groups,
    job_statuses::api as job_statuses, organization_memberships::api as organization_memberships,
    organizations::api as organizations, tickets::api as tickets, users::api as users,
};
