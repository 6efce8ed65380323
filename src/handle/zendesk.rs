//! [`MockZendesk`]: the handle that a test holds. Thin calls into the rest.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use wiremock::MockServer;

use super::gate::Gate;
use super::planned::PlannedFault;
use crate::api::credentials::Credentials;
use crate::api::operation::Operation;
use crate::base::ids::UserId;
use crate::base::place::Place;
use crate::base::time::Timestamp;
use crate::handle::builder::{MockZendeskBuilder, OnDrop};
use crate::handle::front::{Front, Listening};
use crate::handle::jobs::Jobs;
use crate::handle::seed::Seed;
use crate::resources::account::Account;
use crate::server::backend::{Backend, BetweenPages};
use crate::trouble::Fault;

/// A private Zendesk for one test: a real HTTP server, backed by an account that follows Zendesk's
/// rules.
///
/// The account starts with one user, its owner, who is an admin. Dropping the double stops the
/// server, and fails the test if [`MockZendesk::verify`] would, unless it is panicking already.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
/// use mock_zendesk::MockZendesk;
///
/// let zendesk = MockZendesk::start().await;
/// let (ada, acme) = (zendesk.seed().user("Ada"), zendesk.seed().organization("Acme"));
///
/// let body = serde_json::json!({"organization_membership": {"user_id": ada.id, "organization_id": acme.id}});
/// let create = reqwest::Client::new()
///     .post(zendesk.url("/organization_memberships"))
///     .basic_auth(zendesk.credentials().username(), Some(zendesk.credentials().secret()))
///     .json(&body);
/// assert_eq!(create.try_clone().unwrap().send().await?.status(), 201);
/// assert_eq!(create.send().await?.status(), 422, "the same again is a duplicate");
///
/// assert!(zendesk.account().membership(&ada, &acme).unwrap().default);
/// # Ok(()) }
/// ```
///
/// # Which method do I want?
///
/// | to | use |
/// |---|---|
/// | start a double | [`start`](Self::start), [`start_blocking`](Self::start_blocking), [`builder`](Self::builder) |
/// | point a program at it | [`uri`](Self::uri), [`authorization`](Self::authorization), [`credentials`](Self::credentials), [`credentials_for`](Self::credentials_for) |
/// | put records into the account | [`seed`](Self::seed) |
/// | inspect the account | [`account`](Self::account), [`assert_user`](Self::assert_user), [`assert_membership`](Self::assert_membership), [`assert_changes`](Self::assert_changes) |
/// | inspect the calls | [`calls`](Self::calls), [`transcript`](Self::transcript) |
/// | limit an assertion to a part of the test | [`mark`](Self::mark), [`calls_during`](Self::calls_during) |
/// | declare beforehand which calls must come | [`expect`](Self::expect), [`expect_calls`](Self::expect_calls), [`verify`](Self::verify) |
/// | wait for calls of a program in the background | [`wait_for`](Self::wait_for) |
/// | let a call fail | [`inject`](Self::inject) |
/// | order a race | [`hold`](Self::hold) |
/// | take the service down | [`go_offline`](Self::go_offline), [`come_back`](Self::come_back) |
/// | change a list while a client walks it | [`between_pages`](Self::between_pages) |
/// | move background jobs, or let them fail | [`jobs`](Self::jobs) |
/// | move time | [`advance`](Self::advance), [`set_time`](Self::set_time) |
/// | answer an endpoint yourself | [`server`](Self::server) |
/// | send a request without a socket | [`send`](Self::send) |
#[must_use = "the double stops when this is dropped"]
pub struct MockZendesk {
    pub(crate) front: Front,
    pub(crate) backend: Arc<Backend>,
    /// Where in the test it was started.
    pub(crate) started: Place,
    /// The name of the test, as that of the thread that started it.
    pub(crate) test: Option<String>,
    credentials: Credentials,
    on_drop: OnDrop,
    /// The first error that was explained, which a panic from drop would hide.
    pub(crate) explained: OnceLock<String>,
}

impl MockZendesk {
    pub(crate) fn new(
        front: Front,
        backend: Arc<Backend>,
        started: Place,
        credentials: Credentials,
        on_drop: OnDrop,
    ) -> Self {
        let thread = std::thread::current();
        let test = thread
            .name()
            .filter(|name| name.contains("::"))
            .map(str::to_owned);
        Self {
            front,
            backend,
            started,
            test,
            credentials,
            on_drop,
            explained: OnceLock::new(),
        }
    }

    /// Starts a double at a free port of 127.0.0.1, with everything as by default.
    #[must_use = "the double starts when this is awaited, and stops when the result is dropped"]
    #[track_caller]
    pub fn start() -> impl Future<Output = Self> + Send {
        Self::builder().start()
    }

    /// Starts a double for a blocking program, as [`MockZendeskBuilder::start_blocking`] does.
    #[must_use = "the double stops when this is dropped"]
    #[track_caller]
    pub fn start_blocking() -> Self {
        Self::builder().start_blocking()
    }

    /// Sets up a double that is to differ from the default.
    pub fn builder() -> MockZendeskBuilder {
        MockZendeskBuilder::new()
    }

    /// Where the double listens, for example `http://127.0.0.1:49152`: what a client takes for
    /// `https://{subdomain}.zendesk.com`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// assert!(zendesk.uri().starts_with("http://127.0.0.1:"));
    /// # }
    /// ```
    #[must_use]
    pub fn uri(&self) -> String {
        self.front.uri()
    }

    /// The url of a path below `/api/v2`, with that in front or without.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let zendesk = mock_zendesk::MockZendesk::start().await;
    /// assert_eq!(zendesk.url("/users/me"), format!("{}/api/v2/users/me", zendesk.uri()));
    /// assert_eq!(zendesk.url("/api/v2/users/me"), zendesk.url("/users/me"));
    /// # }
    /// ```
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        let path = path.trim_start_matches('/');
        format!(
            "{}/api/v2/{}",
            self.uri(),
            path.strip_prefix("api/v2/").unwrap_or(path)
        )
    }

    /// Credentials that the account lets in: the first that the builder was given, or else an API
    /// token of the account's owner.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// assert_eq!(zendesk.credentials().username(), "owner@example.com/token");
    /// assert!(zendesk.authorization().starts_with("Basic "));
    /// # }
    /// ```
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// The value of the `Authorization` header for [`MockZendesk::credentials`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let list = reqwest::Client::new().get(zendesk.url("/users")).header("authorization", zendesk.authorization());
    /// assert_eq!(list.send().await?.status(), 200);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn authorization(&self) -> String {
        self.credentials.authorization()
    }

    /// Returns credentials with which this user calls: those that the builder was given for its
    /// e-mail address, or an API token if the double accepts any.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::{MockZendesk, users::NewUser};
    /// let zendesk = MockZendesk::start().await;
    /// let ada = zendesk.seed().user(NewUser::new("Ada").email("ada@example.com"));
    ///
    /// let me = reqwest::Client::new()
    ///     .get(zendesk.url("/users/me"))
    ///     .header("authorization", zendesk.credentials_for(&ada).authorization());
    /// let me: serde_json::Value = me.send().await?.json().await?;
    /// assert_eq!(me["user"]["name"], "Ada");
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// If there is no such user, or it has no e-mail address; if the builder was given credentials,
    /// and none of them are this user's.
    #[must_use]
    #[track_caller]
    pub fn credentials_for(&self, user: impl Into<UserId>) -> Credentials {
        let id = user.into();
        let Some(user) = self.account().user(id) else {
            panic!(
                "there is no user {id} in this account; seed it before you ask for its credentials"
            );
        };
        let Some(email) = user.email else {
            panic!(
                "user {id} ({}) has no e-mail address, which credentials need; seed it \
                 with `NewUser::new(…).email(…)`",
                user.name
            );
        };
        self.backend
            .admission
            .credentials_of(&email)
            .unwrap_or_else(|| {
                panic!(
                    "the builder was given no credentials of {email}; add some with \
                 `.credentials(…)`"
                )
            })
    }

    /// Puts records into the account.
    #[must_use]
    pub fn seed(&self) -> Seed<'_> {
        Seed::new(&self.backend)
    }

    /// The account as it is now: a snapshot that no later call changes. Cheap at any size.
    #[must_use]
    pub fn account(&self) -> Account {
        self.backend.snapshot()
    }

    /// Plans a fault: a deliberate deviation from Zendesk. Of several the first that was planned,
    /// and that is meant for a call, happens to it. One that never happens fails the test when the
    /// double is verified or dropped.
    #[doc(alias("fault", "error", "retry"))]
    #[track_caller]
    #[allow(
        clippy::must_use_candidate,
        reason = "a fault that is planned need not be asked about"
    )]
    pub fn inject(&self, fault: Fault) -> PlannedFault {
        self.inject_at(fault, Place::here())
    }

    /// As [`MockZendesk::inject`], where the test says so at another place.
    pub(crate) fn inject_at(&self, fault: Fault, place: Place) -> PlannedFault {
        let id = self.backend.with_faults(|faults| faults.add(fault, place));
        PlannedFault {
            backend: Arc::clone(&self.backend),
            id,
        }
    }

    /// Does something each time that a page of this list has been made and there is another one
    /// behind it: adds or removes records between two pages of a walk. It is told how many calls of
    /// the list there were.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::builder().max_page_size(1).start().await;
    /// zendesk.seed().user("Ada");
    /// zendesk.between_pages(users::LIST, |page, seed| {
    ///     if page == 1 {
    ///         seed.user("Bob");
    ///     }
    /// });
    /// let list = reqwest::Client::new().get(zendesk.url("/users?page[size]=10"));
    /// list.header("authorization", zendesk.authorization()).send().await?;
    /// assert_eq!(zendesk.account().users().last().unwrap().name, "Bob");
    /// # Ok(()) }
    /// ```
    ///
    /// If it never happens, or panics, that fails the test when the double is verified or dropped.
    #[doc(alias("race", "pagination"))]
    #[track_caller]
    pub fn between_pages(
        &self,
        list: Operation,
        act: impl Fn(u64, &Seed<'_>) + Send + Sync + 'static,
    ) {
        let act = move |page: u64, backend: &Backend| act(page, &Seed::new(backend));
        self.backend
            .add_between_pages(list, BetweenPages(Arc::new(act)), Place::here());
    }

    /// Closes all connections and refuses new ones, as a service that is down does, until
    /// [`MockZendesk::come_back`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let zendesk = mock_zendesk::MockZendesk::start().await;
    /// zendesk.go_offline();
    /// assert!(reqwest::get(zendesk.url("/users/me")).await.unwrap_err().is_connect());
    /// zendesk.come_back();
    /// assert_eq!(reqwest::get(zendesk.url("/users/me")).await.unwrap().status(), 200);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If the double was made [without a socket](MockZendeskBuilder::without_socket).
    #[doc(alias("outage", "down"))]
    #[track_caller]
    pub fn go_offline(&self) {
        self.listening("going offline").http.go_offline();
    }

    /// Takes connections again, at the same address.
    ///
    /// # Panics
    ///
    /// If the double was made [without a socket](MockZendeskBuilder::without_socket), or if it
    /// cannot listen at its address. On Linux the address stays the double's while it is
    /// offline; a system that cannot do that lets another program take it.
    #[track_caller]
    pub fn come_back(&self) {
        let http = &self.listening("coming back").http;
        if let Err(error) = http.come_back() {
            panic!(
                "mock-zendesk cannot listen at {} again: {error}",
                http.address()
            );
        }
    }

    /// Holds the requests of this operation from now on, before they reach the account, until the
    /// gate lets them go. A gate at which no request arrives fails the test when the double is
    /// verified or dropped.
    ///
    /// # Panics
    ///
    /// If the double was made [without a socket](MockZendeskBuilder::without_socket).
    #[doc(alias("race", "pause", "block"))]
    #[track_caller]
    pub fn hold(&self, operation: Operation) -> Gate {
        self.listening("holding requests");
        Gate::new(Arc::clone(&self.backend), operation, Place::here())
    }

    #[track_caller]
    fn listening(&self, what: &str) -> &Listening {
        match &self.front {
            Front::Listening(listening) => listening,
            Front::NoSocket => {
                panic!("{what}: this double has no wire; start it with `.start().await`")
            }
        }
    }

    /// The background jobs, to be moved by hand or to go wrong.
    #[must_use]
    pub fn jobs(&self) -> Jobs<'_> {
        Jobs::new(&self.backend)
    }

    /// What time it is, by the double's clock.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// assert_eq!(zendesk.now().to_string(), "2024-09-06T18:52:00Z");
    /// # }
    /// ```
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.backend.with_account(|account| account.now())
    }

    /// Puts the double's clock forward: what is due happens, limits of requests start anew, old
    /// jobs are forgotten.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// zendesk.advance(std::time::Duration::from_secs(61));
    /// assert_eq!(zendesk.now().to_string(), "2024-09-06T18:53:01Z");
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If that lies behind the year 9999, where timestamps end.
    #[track_caller]
    pub fn advance(&self, by: Duration) {
        let is_possible = self.backend.now().plus(by).can_be_shown();
        assert!(
            is_possible,
            "the clock of the double shows {}; advanced by {by:?} it would pass the year 9999, where its timestamps end",
            self.now()
        );
        self.backend.advance(by);
    }

    /// Puts the double's clock forward to this time.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// # let zendesk = MockZendesk::start().await;
    /// zendesk.set_time(time::Timestamp::from_unix_seconds(1_735_689_600));
    /// assert_eq!(zendesk.now().to_string(), "2025-01-01T00:00:00Z");
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If that lies in the past: time does not go back.
    #[track_caller]
    pub fn set_time(&self, time: impl Into<Timestamp>) {
        let (now, time) = (self.now(), time.into());
        assert!(
            time >= now,
            "the clock of the double shows {now} already; it cannot go back to {time}"
        );
        self.advance(Duration::from_secs(
            time.unix_seconds() - now.unix_seconds(),
        ));
    }

    /// Returns the double as a wiremock server, to mount a `Mock` of your own on it: that comes
    /// before the double for the requests that it matches, unless its priority is above 100.
    ///
    /// The server is started when this is first called. From then on every request goes through it,
    /// which takes longer, and wiremock keeps a copy of each until the double is dropped. It does not
    /// record requests: [`MockZendesk::calls`] has all of them, whoever answers.
    ///
    /// Do not call `reset` on it: that would take away the double too.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// use wiremock::{Mock, ResponseTemplate, matchers::path};
    ///
    /// let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let outage = Mock::given(path("/api/v2/users.json")).respond_with(ResponseTemplate::new(503));
    /// outage.up_to_n_times(1).mount(zendesk.server()).await;
    ///
    /// assert_eq!(reqwest::get(zendesk.url("/users.json")).await?.status(), 503);
    /// assert_eq!(reqwest::get(zendesk.url("/users.json")).await?.status(), 401, "the double again");
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// If the double was made [without a socket](MockZendeskBuilder::without_socket); if the server
    /// cannot be started, for example because too many files are open.
    #[must_use]
    #[track_caller]
    pub fn server(&self) -> &MockServer {
        let Front::Listening(listening) = &self.front else {
            panic!(
                "this double has no server; start it with `start().await` to mount mocks of your own"
            );
        };
        match listening.wiremock(&self.backend) {
            Ok(server) => server,
            Err(error) => panic!("wiremock's server cannot be started: {error}"),
        }
    }
}

impl fmt::Debug for MockZendesk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("MockZendesk");
        shown.field("uri", &self.uri());
        for table in self.account().tables() {
            shown.field(&table.kind().plural(), &table.count());
        }
        shown.field("calls", &self.mark().ordinal()).finish()
    }
}

impl Drop for MockZendesk {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.tell_while_panicking();
        } else if self.on_drop == OnDrop::Verify {
            self.verify_on_drop();
        }
    }
}
