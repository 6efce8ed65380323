//! [`Calls`]: the calls that are meant.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::api::credentials::Credentials;
use crate::api::operation::Operation;
use crate::base::ids::{MembershipId, OrganizationId, RecordRef, UserId};

use super::call::Call;
use super::criterion::Criterion;
use super::journal::JournalView;

/// Calls that the double received: all of them at first, then those that are picked by what they must have.
///
/// A snapshot: later calls do not come in. To pick is to say one thing after the other; a call must have all of it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
/// use mock_zendesk::{MockZendesk, users};
///
/// let zendesk = MockZendesk::start().await;
/// let me = || reqwest::get(zendesk.url("/users/me?batch=7"));
/// me().await?;
/// me().await?;
///
/// let calls = zendesk.calls().of(users::ME).with_query("batch", "7");
/// assert_eq!(calls.len(), 2);
/// assert!(calls.iter().all(|call| call.status() == Some(200)));
/// calls.assert_times(2);
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use = "picking calls checks nothing; assert something of them, or look at them"]
pub struct Calls {
    pub(super) journal: JournalView,
    /// Only calls behind this ordinal are meant.
    pub(super) after: u64,
    /// Only calls before this one.
    pub(super) before: u64,
    pub(super) criteria: Vec<Criterion>,
}

/// A point in the order of calls. [`MockZendesk::mark`](crate::MockZendesk::mark) gives it, [`Calls::since`] takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark(u64);

impl Mark {
    pub(crate) fn at(ordinal: u64) -> Self {
        Self(ordinal)
    }

    /// The number of calls received when it was set.
    #[must_use]
    pub fn ordinal(self) -> u64 {
        self.0
    }
}

/// Picking.
impl Calls {
    pub(crate) fn new(journal: JournalView) -> Self {
        Self { journal, after: 0, before: u64::MAX, criteria: Vec::new() }
    }

    /// Those of this operation, whatever became of them.
    pub fn of(&self, operation: Operation) -> Self {
        self.and(Criterion::Operation(operation))
    }

    /// Those to this path. `/api/v2` and `.json` may be left out.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// reqwest::get(zendesk.url("/users/me.json")).await?;
    /// zendesk.calls().to_path("/users/me").assert_once();
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// If there is a query behind the path, which no path has.
    #[track_caller]
    pub fn to_path(&self, path: impl Into<String>) -> Self {
        let path = path.into();
        let has_query = path.contains('?');
        assert!(!has_query, "a path ends before the question mark; add .with_query(name, value) for a parameter");
        self.and(Criterion::Path(path))
    }

    /// Those that were answered with this status.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// reqwest::get(zendesk.url("/organizations")).await?;
    /// zendesk.calls().with_status(401).assert_once();
    /// # Ok(()) }
    /// ```
    pub fn with_status(&self, status: u16) -> Self {
        self.and(Criterion::Status(status))
    }

    /// Those with this parameter in the query, decoded. Of one that is repeated the last counts, as for Zendesk.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// reqwest::get(zendesk.url("/users?page%5Bsize%5D=50")).await?;
    /// zendesk.calls().with_query("page[size]", "50").assert_once();
    /// # Ok(()) }
    /// ```
    pub fn with_query(&self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.and(Criterion::Parameter { name: name.into(), value: value.into() })
    }

    /// Those with this request header. The case of its name does not count; of one that is repeated any value will do.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let request = reqwest::Client::new().get(zendesk.url("/users/me"));
    /// request.header("X-Batch", "7").send().await?;
    /// zendesk.calls().with_header("x-batch", "7").assert_once();
    /// # Ok(()) }
    /// ```
    pub fn with_header(&self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.and(Criterion::Header { name: name.into(), value: value.into() })
    }

    /// Those whose body includes this: all its keys, with values that include its values. Arrays must be of the same
    /// length.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// use serde_json::json;
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let body = json!({"user": {"name": "Ada", "email": "ada@example.com"}});
    /// reqwest::Client::new().post(zendesk.url("/users")).json(&body).send().await?;
    /// zendesk.calls().with_json(json!({"user": {"name": "Ada"}})).assert_once();
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// If it cannot be written as JSON.
    #[track_caller]
    pub fn with_json(&self, included: impl Serialize) -> Self {
        match serde_json::to_value(included) {
            Ok(value) => self.and(Criterion::Json(value)),
            Err(error) => panic!("what the body is to include cannot be written as JSON: {error}"),
        }
    }

    /// Those that name this user, in the path or in the body, or that changed something of it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let (ada, bob) = (zendesk.seed().user("Ada"), zendesk.seed().user("Bob"));
    /// reqwest::get(zendesk.url(&format!("/users/{}/organization_memberships", ada.id))).await?;
    /// zendesk.calls().about_user(&ada).assert_once();
    /// zendesk.calls().about_user(&bob).assert_none();
    /// # Ok(()) }
    /// ```
    pub fn about_user(&self, user: impl Into<UserId>) -> Self {
        self.and(Criterion::Record(user.into().into()))
    }

    /// Those that name this organization, in the path or in the body, or that changed something of it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let acme = zendesk.seed().organization("Acme");
    /// reqwest::get(zendesk.url(&format!("/organizations/{}/users", acme.id))).await?;
    /// zendesk.calls().about_organization(&acme).assert_once();
    /// # Ok(()) }
    /// ```
    pub fn about_organization(&self, organization: impl Into<OrganizationId>) -> Self {
        self.and(Criterion::Record(organization.into().into()))
    }

    /// Those that name this membership in the path or in `ids`, or that created or deleted it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let membership = seed.membership(&seed.user("Ada"), &seed.organization("Acme"));
    /// reqwest::get(zendesk.url(&format!("/organization_memberships/{}", membership.id))).await?;
    /// zendesk.calls().about_membership(&membership).assert_once();
    /// # Ok(()) }
    /// ```
    pub fn about_membership(&self, membership: impl Into<MembershipId>) -> Self {
        self.and(Criterion::Record(membership.into().into()))
    }

    /// Those that name this record, whatever its kind, in the path, in `ids` or in the body, or that changed something of
    /// it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let ticket = zendesk.seed().ticket(&zendesk.seed().user("Ada"), "Printer on fire");
    /// reqwest::get(zendesk.url(&format!("/tickets/{}", ticket.id))).await?;
    /// zendesk.calls().about(ticket.id).assert_once();
    /// # Ok(()) }
    /// ```
    pub fn about(&self, record: impl Into<RecordRef>) -> Self {
        self.and(Criterion::Record(record.into()))
    }

    /// Those that showed these credentials.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let request = reqwest::Client::new().get(zendesk.url("/users"));
    /// request.header("authorization", zendesk.credentials().authorization()).send().await?;
    /// zendesk.calls().with_credentials(zendesk.credentials()).assert_once();
    /// # Ok(()) }
    /// ```
    pub fn with_credentials(&self, credentials: &Credentials) -> Self {
        self.and(Criterion::Credentials(credentials.clone()))
    }

    /// Those that did what they were to do: answered with a status of success, and not touched by a fault. A call that
    /// Zendesk refuses is a call all the same, so `of(CREATE).assert_once()` alone says only that it was sent.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// reqwest::get(zendesk.url("/users")).await?; // 401: no credentials
    /// zendesk.calls().assert_once();
    /// zendesk.calls().succeeded().assert_none();
    /// # Ok(()) }
    /// ```
    pub fn succeeded(&self) -> Self {
        self.and(Criterion::Success)
    }

    /// Those to an endpoint, or with a method, that does not exist.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::builder().allow_unknown_endpoints().start().await;
    /// reqwest::get(zendesk.url("/organisations")).await?;
    /// zendesk.calls().to_unknown_endpoints().assert_once();
    /// # Ok(()) }
    /// ```
    pub fn to_unknown_endpoints(&self) -> Self {
        self.and(Criterion::UnknownEndpoint)
    }

    /// Those for which this holds. `what` completes the sentence "calls where …".
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// reqwest::get(zendesk.url("/users/me")).await?;
    /// zendesk.calls().matching("the body is empty", |call| call.body().is_empty()).assert_once();
    /// # Ok(()) }
    /// ```
    pub fn matching(&self, what: impl Into<String>, holds: impl Fn(&Call) -> bool + Send + Sync + 'static) -> Self {
        self.and(Criterion::Predicate { what: what.into(), holds: Arc::new(holds) })
    }

    /// Those that came after this mark was set.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// reqwest::get(zendesk.url("/users/me")).await?;
    /// let mark = zendesk.mark();
    /// reqwest::get(zendesk.url("/users/me")).await?;
    /// zendesk.calls().since(mark).assert_once();
    /// # Ok(()) }
    /// ```
    pub fn since(&self, mark: Mark) -> Self {
        self.since_ordinal(mark.0)
    }

    /// Those that came after this one.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// reqwest::get(zendesk.url("/users/me?n=1")).await?;
    /// reqwest::get(zendesk.url("/users/me?n=2")).await?;
    /// let first = zendesk.calls().with_query("n", "1").assert_once();
    /// zendesk.calls().after(&first).with_query("n", "2").assert_once();
    /// zendesk.calls().before(&first).assert_none();
    /// # Ok(()) }
    /// ```
    pub fn after(&self, call: &Call) -> Self {
        self.since_ordinal(call.ordinal())
    }

    /// Those that came before this one.
    pub fn before(&self, call: &Call) -> Self {
        Self { before: self.before.min(call.ordinal()), ..self.clone() }
    }

    pub(super) fn since_ordinal(&self, ordinal: u64) -> Self {
        Self { after: self.after.max(ordinal), ..self.clone() }
    }

    fn and(&self, criterion: Criterion) -> Self {
        let mut picked = self.clone();
        picked.criteria.push(criterion);
        picked
    }
}

/// Looking.
impl Calls {
    /// The calls, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = &Call> {
        self.in_scope().filter(|call| self.criteria.iter().all(|criterion| criterion.holds(call)))
    }

    /// The number of calls.
    #[must_use]
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// The first of the calls.
    #[must_use]
    pub fn first(&self) -> Option<Call> {
        self.iter().next().cloned()
    }

    /// The last of the calls.
    #[must_use]
    pub fn last(&self) -> Option<Call> {
        self.iter().last().cloned()
    }

    /// The calls between the two ends, whatever else they must have.
    pub(super) fn in_scope(&self) -> impl Iterator<Item = &Call> {
        let calls = &self.journal.calls;
        let start = calls.rank_where(|ordinal| *ordinal <= self.after);
        let before = self.before;
        calls.iter_from(start).take_while(move |(ordinal, _)| **ordinal < before).map(|(_, call)| call)
    }

    /// The calls that have all that is asked for, but came before or after the ends.
    pub(super) fn out_of_scope(&self) -> impl Iterator<Item = &Call> {
        let all = self.journal.calls.iter().map(|(_, call)| call);
        let outside = all.filter(|call| call.ordinal() <= self.after || call.ordinal() >= self.before);
        outside.filter(|call| self.criteria.iter().all(|criterion| criterion.holds(call)))
    }

    /// How many calls between the two ends were not kept.
    pub(super) fn dropped(&self) -> u64 {
        self.journal.dropped.min(self.before.saturating_sub(1)).saturating_sub(self.after)
    }

    /// What the calls are, as it stands behind a number of calls.
    pub(super) fn subject(&self) -> String {
        let mut subject: String =
            self.criteria.iter().map(|criterion| format!(" {}", criterion.describe(&self.journal.secrets))).collect();
        let named = |ordinal: u64| {
            let operation = self.journal.calls.get(&ordinal).and_then(Call::operation);
            operation.map_or_else(|| format!("#{ordinal}"), |operation| format!("#{ordinal} ({})", operation.id()))
        };
        if self.after > 0 {
            subject.push_str(&format!(" after {}", named(self.after)));
        }
        if self.before < u64::MAX {
            subject.push_str(&format!(" before {}", named(self.before)));
        }
        subject
    }
}

impl fmt::Debug for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
