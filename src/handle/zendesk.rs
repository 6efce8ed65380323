//! [`MockZendesk`]: the handle that a test holds. Its methods are thin calls into the other layers.

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::api::credentials::Credentials;
use crate::base::ids::UserId;
use crate::base::place::Place;
use crate::handle::builder::{MockZendeskBuilder, OnDrop};
use crate::handle::front::Front;
#[cfg(feature = "html")]
use crate::handle::page_of_failure::PageOfFailure;
use crate::handle::seed::Seed;
#[cfg(feature = "html")]
use crate::handle::test_name::name_of_test;
use crate::resources::account::Account;
use crate::server::backend::Backend;

/// A private Zendesk for one test: a real HTTP server, backed by an account that follows Zendesk's
/// rules.
///
/// The account starts with one user, its owner, who is an admin. Dropping the double stops the
/// server, and fails the test if [`MockZendesk::verify`] would, unless it is panicking already.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
/// use mock_zendesk::MockZendesk;
/// use serde_json::json;
///
/// let zendesk = MockZendesk::start().await;
/// let seed = zendesk.seed();
/// let (ada, acme) = (seed.user("Ada"), seed.organization("Acme"));
///
/// let membership = json!({"user_id": ada.id, "organization_id": acme.id});
/// let create = reqwest::Client::new()
///     .post(zendesk.url("/organization_memberships"))
///     .header("authorization", zendesk.authorization())
///     .json(&json!({"organization_membership": membership}));
/// assert_eq!(create.try_clone().unwrap().send().await?.status(), 201);
/// // The same again is a duplicate.
/// assert_eq!(create.send().await?.status(), 422);
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
/// | see which outcomes no call had | [`coverage`](Self::coverage) |
/// | see what happened in a browser | `to_html`, with the feature `html` |
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
    /// The line of the test that started it.
    pub(crate) started: Place,
    /// The name of the test, taken from the thread that started it.
    pub(crate) test: Option<String>,
    /// The name of that thread, whatever it is.
    pub(super) thread: Option<String>,
    credentials: Credentials,
    on_drop: OnDrop,
    /// The first error that was explained, because a panic from drop would hide it.
    pub(crate) explained: OnceLock<String>,
    /// Forgets the page when this is dropped, after everything that may write it.
    #[cfg(feature = "html")]
    _page: PageOfFailure,
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
        let thread = thread.name().map(str::to_owned);
        let test = thread.clone().filter(|name| name.contains("::"));
        #[cfg(feature = "html")]
        let page = PageOfFailure::of(&backend, name_of_test(thread.as_deref(), started), started);
        Self {
            front,
            backend,
            started,
            test,
            thread,
            credentials,
            on_drop,
            explained: OnceLock::new(),
            #[cfg(feature = "html")]
            _page: page,
        }
    }
}

/// # Start a double
impl MockZendesk {
    /// Starts a double with the default settings, at a free port of 127.0.0.1.
    #[must_use = "the double starts when this is awaited, and stops when the result is dropped"]
    #[track_caller]
    pub fn start() -> impl Future<Output = Self> + Send {
        Self::builder().start()
    }

    /// Starts a double for a blocking program, like [`MockZendeskBuilder::start_blocking`].
    #[must_use = "the double stops when this is dropped"]
    #[track_caller]
    pub fn start_blocking() -> Self {
        Self::builder().start_blocking()
    }

    /// Returns a builder, to configure a double that differs from the default.
    pub fn builder() -> MockZendeskBuilder {
        MockZendeskBuilder::new()
    }
}

/// # Point a program at the double
impl MockZendesk {
    /// Returns the base URL of the double, for example `http://127.0.0.1:49152`.
    ///
    /// Pass it wherever your client expects `https://{subdomain}.zendesk.com`.
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

    /// Returns the URL of a path below `/api/v2`. The path may include that prefix.
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

    /// Returns credentials that the account accepts.
    ///
    /// These are the first ones that the builder was given, or else an API token of the account's
    /// owner.
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

    /// Returns the value of the `Authorization` header for [`MockZendesk::credentials`].
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

    /// Returns the credentials of this user.
    ///
    /// These are the ones that the builder was given for the user's e-mail address, or an API token
    /// if the double accepts any credentials.
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
    /// Panics if there is no such user, or if it does not have an e-mail address, or if the builder
    /// was given credentials, and none of them are this user's.
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
        // A closure would panic at its own line instead of the caller's.
        let Some(credentials) = self.backend.admission.credentials_of(&email) else {
            panic!(
                "the builder was given no credentials of {email}; add some with `.credentials(…)`"
            );
        };
        credentials
    }
}

/// # Fill and read the account
impl MockZendesk {
    /// Returns a handle that puts records into the account.
    #[must_use]
    pub fn seed(&self) -> Seed<'_> {
        Seed::new(&self.backend)
    }

    /// Returns a snapshot of the account, which later calls do not change. It is cheap for accounts
    /// of any size.
    #[must_use]
    pub fn account(&self) -> Account {
        self.backend.snapshot()
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
        self.keep_last_coverage();
        if std::thread::panicking() {
            self.tell_while_panicking();
        } else if self.on_drop == OnDrop::Verify {
            self.verify_on_drop();
        }
    }
}
