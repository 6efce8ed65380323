//! [`MockZendeskBuilder`]: all options of the double. `start.rs` starts it.

use std::net::SocketAddr;
use std::time::Duration;

use crate::api::credentials::Credentials;
use crate::base::settings::{DomainMapping, OrganizationsOfAUser, Passwords, Rules, SearchLag};
use crate::calls::{KeepCalls, Strictness, Trouble};
use crate::resources::job_statuses::model::JobPace;
use crate::server::clock::Clock;
use crate::server::limits::Limits;
use crate::trouble::Chaos;

/// Configures a [`MockZendesk`](crate::MockZendesk) that differs from the default.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{Credentials, MockZendesk};
///
/// let zendesk = MockZendesk::builder()
///     .credentials(Credentials::api_token("sync@example.com", "s3cret"))
///     .organizations_per_user(2)
///     .start()
///     .await;
/// assert_eq!(zendesk.credentials().email(), "sync@example.com");
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `start().await`"]
pub struct MockZendeskBuilder {
    pub(crate) rules: Rules,
    pub(crate) clock: Clock,
    /// `None` means that the test did not choose one.
    pub(crate) job_pace: Option<JobPace>,
    /// How far the search lags. `None` means that the test did not choose it.
    pub(crate) search_lag: Option<SearchLag>,
    pub(crate) credentials: Vec<Credentials>,
    pub(crate) address: SocketAddr,
    pub(crate) keep_calls: KeepCalls,
    pub(crate) strictness: Strictness,
    pub(crate) on_drop: OnDrop,
    pub(crate) limits: Limits,
    pub(crate) chaos: Option<Chaos>,
    pub(crate) trouble: Trouble,
    /// The control page, if there is one.
    #[cfg(feature = "standalone")]
    pub(crate) page: Option<crate::standalone::PageOptions>,
    /// The webhooks, each with the line of the test that describes it.
    #[cfg(feature = "webhooks")]
    pub(crate) webhooks: Vec<(crate::webhooks::NewWebhook, crate::base::place::Place)>,
}

/// Whether dropping the double checks what `verify` checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnDrop {
    Verify,
    Nothing,
}

impl MockZendeskBuilder {
    pub(crate) fn new() -> Self {
        Self {
            rules: Rules::default(),
            clock: Clock::default(),
            job_pace: None,
            search_lag: None,
            credentials: Vec::new(),
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            keep_calls: KeepCalls::default(),
            strictness: Strictness::default(),
            on_drop: OnDrop::Verify,
            limits: Limits::default(),
            chaos: None,
            trouble: Trouble::Planned,
            #[cfg(feature = "standalone")]
            page: None,
            #[cfg(feature = "webhooks")]
            webhooks: Vec::new(),
        }
    }

    /// Accepts only these credentials. Call it several times to accept several.
    ///
    /// Without it, the double accepts any credentials. A request without credentials gets 401
    /// either way, as from the real Zendesk, except at `users/me`, which shows an anonymous user.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials.push(credentials);
        self
    }

    /// Uses this clock instead of one that does not move.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::builder().clock(Clock::fixed_at(time::Timestamp::from_unix_seconds(0))).start().await;
    /// assert_eq!(zendesk.seed().user("Ada").created_at.to_string(), "1970-01-01T00:00:00Z");
    /// # }
    /// ```
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Sets the pace at which background jobs run. Chaos does not change it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::builder().job_pace(job_statuses::JobPace::AfterPolls(3)).start().await;
    /// # let _ = zendesk;
    /// # }
    /// ```
    pub fn job_pace(mut self, pace: JobPace) -> Self {
        self.job_pace = Some(pace);
        self
    }

    /// Limits each user to this many organizations instead of 300. With 0, no user can join any.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::builder().organizations_per_user(1).start().await;
    /// let seed = zendesk.seed();
    /// seed.membership(&seed.user("Ada"), &seed.organization("Acme"));
    /// // A second organization for Ada would get a 422.
    /// # }
    /// ```
    pub fn organizations_per_user(mut self, most: usize) -> Self {
        self.rules.organizations_per_user = most;
        self
    }

    /// Switches "multiple organizations" off: a user is in at most one organization, and leaves it
    /// when it joins another one.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::builder().single_organization().start().await;
    /// let seed = zendesk.seed();
    /// let ada = seed.user("Ada");
    /// seed.membership(&ada, &seed.organization("Acme"));
    /// seed.membership(&ada, &seed.organization("Globex"));
    /// let memberships = zendesk.account().memberships_of_user(&ada);
    /// assert_eq!(memberships.len(), 1);
    /// assert_eq!(memberships[0].organization_name, "Globex");
    /// # }
    /// ```
    pub fn single_organization(mut self) -> Self {
        self.rules.organizations_of_a_user = OrganizationsOfAUser::One;
        self
    }

    /// Puts users into organizations by the domains of their verified e-mail addresses. Without
    /// this, the `domain_names` of an organization have no effect.
    ///
    /// Only end users without an organization are put into one: the first by name that has the
    /// domain. This happens when
    ///
    /// - an address is verified by [`identities::VERIFY`](crate::identities::VERIFY);
    /// - a user is updated whose address was verified before, so `verified: true` in a request
    ///   takes effect with the user's next update;
    /// - an organization gets a domain.
    ///
    /// If an organization loses a domain, it loses the users whom that domain brought. Fixtures do
    /// not save which users these are, so a loaded membership stays.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::{MockZendesk, identities::NewIdentity, organizations::NewOrganization};
    /// let zendesk = MockZendesk::builder().map_domains().start().await;
    /// let seed = zendesk.seed();
    /// let ada = seed.user("Ada");
    /// seed.add(NewIdentity::email(&ada, "ada@acme.example").verified());
    /// let acme = seed.organization(NewOrganization::new("Acme").domain_names(["acme.example"]));
    /// zendesk.assert_user(&ada).organizations([&acme]);
    /// # }
    /// ```
    pub fn map_domains(mut self) -> Self {
        self.rules.domain_mapping = DomainMapping::On;
        self
    }

    /// Lets requests set passwords, as the owner of an account can allow. Without this they get 403.
    ///
    /// The double keeps no passwords, so credentials stay what they were.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::MockZendesk;
    /// let zendesk = MockZendesk::builder().accept_passwords().start().await;
    /// let ada = zendesk.seed().user("Ada");
    /// let set = reqwest::Client::new().post(zendesk.url(&format!("/users/{}/password", ada.id)));
    /// let set = set.header("authorization", zendesk.authorization());
    /// let set = set.json(&serde_json::json!({"password": "correct horse"}));
    /// assert_eq!(set.send().await?.status(), 200);
    /// # Ok(()) }
    /// ```
    pub fn accept_passwords(mut self) -> Self {
        self.rules.passwords = Passwords::Accepted;
        self
    }

    /// Lets the index of [`search::SEARCH`](crate::search::SEARCH), and of its count and its export,
    /// lag behind the account, as in Zendesk. Without this, it does not.
    ///
    /// Records match as they were when the index had them last, and are shown as they are now. A
    /// deleted record disappears at once. What is there before the first request is in the index. Chaos
    /// does not change the lag, not even `SearchLag::None`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use std::time::Duration;
    /// # use mock_zendesk::*;
    /// let lag = settings::SearchLag::Time(Duration::from_secs(60));
    /// let zendesk = MockZendesk::builder().search_lag(lag).start().await;
    /// # let _ = zendesk;
    /// # }
    /// ```
    #[doc(alias("index", "eventual consistency"))]
    pub fn search_lag(mut self, lag: SearchLag) -> Self {
        self.search_lag = Some(lag);
        self
    }

    /// Lets [`users::SEARCH`](crate::users::SEARCH), [`organizations::SEARCH`](crate::organizations::SEARCH)
    /// and both autocompletes lag like [`search_lag`](Self::search_lag). Recorded replies show that
    /// they do not; lags of some seconds are reported.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let lag = settings::SearchLag::Requests(3);
    /// let zendesk = MockZendesk::builder().lookup_lag(lag).start().await;
    /// # let _ = zendesk;
    /// # }
    /// ```
    pub fn lookup_lag(mut self, lag: SearchLag) -> Self {
        self.rules.lookup_lag = lag;
        self
    }

    /// Sets the address to listen at, instead of a free port of 127.0.0.1.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::builder().address(([127, 0, 0, 1], 0).into()).start().await;
    /// assert!(zendesk.uri().starts_with("http://127.0.0.1:"));
    /// # }
    /// ```
    pub fn address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Limits how many calls are kept for assertions, instead of keeping all.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// // For a test that makes hundreds of thousands of calls.
    /// let zendesk = MockZendesk::builder().keep_calls(calls::KeepCalls::Last(10_000)).start().await;
    /// # let _ = zendesk;
    /// # }
    /// ```
    pub fn keep_calls(mut self, keep_calls: KeepCalls) -> Self {
        self.keep_calls = keep_calls;
        self
    }

    /// Sets how long incremental exports withhold a change, instead of a minute of the double's
    /// clock: "Data isn't provided for the most recent minute." They refuse a `start_time` that is
    /// newer. Fractions of a second have no effect.
    ///
    /// The default clock does not move, so exports show nothing until the test calls
    /// [`advance`](crate::MockZendesk::advance). With a delay of zero they show every change at once.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use std::time::Duration;
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::builder().export_delay(Duration::ZERO).start().await;
    /// let acme = zendesk.seed().organization("Acme");
    /// let url = zendesk.url("/incremental/organizations?start_time=0");
    /// let export = reqwest::Client::new().get(url).header("authorization", zendesk.authorization());
    /// let reply = export.send().await?.text().await?;
    /// assert!(reply.starts_with("{\"organizations\":[{") && reply.contains(&acme.name));
    /// # Ok(()) }
    /// ```
    pub fn export_delay(mut self, delay: Duration) -> Self {
        self.rules.export_delay = delay;
        self
    }

    /// Limits every page to this many rows, whatever the request asks for, so that a few records
    /// make several pages.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::builder().max_page_size(2).start().await;
    /// # let _ = zendesk;
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if `rows` is 0: a list would never end.
    #[track_caller]
    pub fn max_page_size(mut self, rows: usize) -> Self {
        assert!(rows > 0, "a page must have at least 1 row");
        self.rules.max_page_size = Some(rows);
        self
    }

    /// Marks the double as part of a sweep, where each run has a different fault.
    pub(crate) fn swept(mut self) -> Self {
        self.trouble = Trouble::LeftToChance;
        self.without_verify_on_drop()
    }

    /// Injects random but reproducible faults, derived from a seed. Pages may be smaller, too, and
    /// the index of the search may lag. What the test chooses itself stays as it is, whichever comes
    /// first: [`job_pace`](Self::job_pace), [`max_page_size`](Self::max_page_size) and
    /// [`search_lag`](Self::search_lag).
    ///
    /// [`for_each_seed`](crate::chaos::for_each_seed) runs a test under many seeds.
    pub fn chaos(mut self, chaos: Chaos) -> Self {
        self.chaos = Some(chaos);
        self.trouble = Trouble::LeftToChance;
        self
    }
}
