//! Selects calls by what they contain: each method adds one criterion.

use std::sync::Arc;

use serde::Serialize;

use crate::api::credentials::Credentials;
use crate::api::operation::Operation;
use crate::base::ids::{MembershipId, OrganizationId, RecordRef, UserId};

use super::call::Call;
use super::criterion::Criterion;
use super::select::Calls;

/// # Selecting calls
///
/// A selection that cannot match any call, such as two operations at once or a status of 42, panics
/// at the line of the test, because any assertion on it would be meaningless.
impl Calls {
    /// Selects the calls of this operation, whatever their outcome.
    #[must_use = "selecting calls checks nothing; assert something about them, or look at them"]
    #[track_caller]
    pub fn of(&self, operation: Operation) -> Self {
        self.and(Criterion::Operation(Box::new(operation)))
    }

    /// Selects the calls to this path. `/api/v2` and `.json` are optional.
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
    /// Panics if the path contains a query.
    #[must_use = "selecting calls checks nothing; assert something about them, or look at them"]
    #[track_caller]
    pub fn to_path(&self, path: impl Into<String>) -> Self {
        let path = path.into();
        let has_query = path.contains('?');
        assert!(
            !has_query,
            "a path ends before the question mark; add .with_query(name, value) for a parameter"
        );
        self.and(Criterion::Path(path))
    }

    /// Selects the calls that were answered with this status.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// reqwest::get(zendesk.url("/organizations")).await?;
    /// zendesk.calls().with_status(401).assert_once();
    /// # Ok(()) }
    /// ```
    #[must_use = "selecting calls checks nothing; assert something about them, or look at them"]
    #[track_caller]
    pub fn with_status(&self, status: u16) -> Self {
        self.and(Criterion::Status(status))
    }

    /// Selects the calls with this query parameter, decoded.
    ///
    /// If it is repeated, the last value counts, as in Zendesk.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let get = reqwest::Client::new().get(zendesk.url("/users?page%5Bsize%5D=50"));
    /// get.header("authorization", zendesk.authorization()).send().await?;
    /// zendesk.calls().with_query("page[size]", "50").assert_once();
    /// # Ok(()) }
    /// ```
    #[must_use = "selecting calls checks nothing; assert something about them, or look at them"]
    #[track_caller]
    pub fn with_query(&self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.and(Criterion::Parameter {
            name: name.into(),
            value: value.into(),
        })
    }

    /// Selects the calls with this request header.
    ///
    /// The case of the name does not matter. If the header is repeated, one matching value is
    /// enough.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let request = reqwest::Client::new().get(zendesk.url("/users/me"));
    /// request.header("X-Batch", "7").send().await?;
    /// zendesk.calls().with_header("x-batch", "7").assert_once();
    /// # Ok(()) }
    /// ```
    #[must_use = "selecting calls checks nothing; assert something about them, or look at them"]
    #[track_caller]
    pub fn with_header(&self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.and(Criterion::Header {
            name: name.into(),
            value: value.into(),
        })
    }

    /// Selects the calls whose body includes this: all its keys, with values that include its
    /// values. Arrays must have the same length.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// use serde_json::json;
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let body = json!({"user": {"name": "Ada", "email": "ada@example.com"}});
    /// let create = reqwest::Client::new().post(zendesk.url("/users")).json(&body);
    /// create.header("authorization", zendesk.authorization()).send().await?;
    /// zendesk.calls().with_json(json!({"user": {"name": "Ada"}})).assert_once();
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the value cannot be written as JSON.
    #[doc(alias("with_body", "body"))]
    #[must_use = "selecting calls checks nothing; assert something about them, or look at them"]
    #[track_caller]
    pub fn with_json(&self, included: impl Serialize) -> Self {
        match serde_json::to_value(included) {
            Ok(value) => self.and(Criterion::Json(value)),
            Err(error) => panic!("the expected body cannot be written as JSON: {error}"),
        }
    }

    /// Selects the calls that name this user in the path or the body, or that changed it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let (ada, bob) = (zendesk.seed().user("Ada"), zendesk.seed().user("Bob"));
    /// let get = reqwest::Client::new().get(zendesk.url(&format!("/users/{}/organization_memberships", ada.id)));
    /// get.header("authorization", zendesk.authorization()).send().await?;
    /// zendesk.calls().about_user(&ada).assert_once();
    /// zendesk.calls().about_user(&bob).assert_none();
    /// # Ok(()) }
    /// ```
    #[must_use = "selecting calls checks nothing; assert something about them, or look at them"]
    #[track_caller]
    pub fn about_user(&self, user: impl Into<UserId>) -> Self {
        self.and(Criterion::Record(user.into().into()))
    }

    /// Selects the calls that name this organization in the path or the body, or that changed it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let acme = zendesk.seed().organization("Acme");
    /// let get = reqwest::Client::new().get(zendesk.url(&format!("/organizations/{}/users", acme.id)));
    /// get.header("authorization", zendesk.authorization()).send().await?;
    /// zendesk.calls().about_organization(&acme).assert_once();
    /// # Ok(()) }
    /// ```
    #[must_use = "selecting calls checks nothing; assert something about them, or look at them"]
    #[track_caller]
    pub fn about_organization(&self, organization: impl Into<OrganizationId>) -> Self {
        self.and(Criterion::Record(organization.into().into()))
    }

    /// Selects the calls that name this membership in the path or in `ids`, or that created or
    /// deleted it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let membership = seed.membership(&seed.user("Ada"), &seed.organization("Acme"));
    /// let get = reqwest::Client::new().get(zendesk.url(&format!("/organization_memberships/{}", membership.id)));
    /// get.header("authorization", zendesk.authorization()).send().await?;
    /// zendesk.calls().about_membership(&membership).assert_once();
    /// # Ok(()) }
    /// ```
    #[must_use = "selecting calls checks nothing; assert something about them, or look at them"]
    #[track_caller]
    pub fn about_membership(&self, membership: impl Into<MembershipId>) -> Self {
        self.and(Criterion::Record(membership.into().into()))
    }

    /// Selects the calls that name this record, of any kind, in the path, in `ids` or in the body,
    /// or that changed it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let ticket = zendesk.seed().ticket(&zendesk.seed().user("Ada"), "Printer on fire");
    /// let get = reqwest::Client::new().get(zendesk.url(&format!("/tickets/{}", ticket.id)));
    /// get.header("authorization", zendesk.authorization()).send().await?;
    /// zendesk.calls().about(ticket.id).assert_once();
    /// # Ok(()) }
    /// ```
    #[must_use = "selecting calls checks nothing; assert something about them, or look at them"]
    #[track_caller]
    pub fn about(&self, record: impl Into<RecordRef>) -> Self {
        self.and(Criterion::Record(record.into()))
    }

    /// Selects the calls with these credentials.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let request = reqwest::Client::new().get(zendesk.url("/users"));
    /// request.header("authorization", zendesk.authorization()).send().await?;
    /// zendesk.calls().with_credentials(zendesk.credentials()).assert_once();
    /// # Ok(()) }
    /// ```
    #[must_use = "selecting calls checks nothing; assert something about them, or look at them"]
    #[track_caller]
    pub fn with_credentials(&self, credentials: &Credentials) -> Self {
        self.and(Criterion::Credentials(credentials.clone()))
    }

    /// Selects the calls that succeeded: they were answered with a status of success, and no fault
    /// happened to them.
    ///
    /// A call that Zendesk refuses is still a call, so `of(CREATE).assert_none()` counts it, too.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// reqwest::get(zendesk.url("/users")).await?; // 401: no credentials
    /// zendesk.calls().succeeded().assert_none();
    /// # Ok(()) }
    /// ```
    #[must_use = "selecting calls checks nothing; assert something about them, or look at them"]
    #[track_caller]
    pub fn succeeded(&self) -> Self {
        self.and(Criterion::Success)
    }

    /// Selects the calls that the double refused: they were answered with an error that no fault
    /// caused.
    ///
    /// Assertions fail on a refused call unless the selection mentions the outcome. If you expect a
    /// refusal, use this, [`Calls::with_status`] or [`Calls::any_outcome`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// reqwest::get(zendesk.url("/users")).await?; // 401: no credentials
    /// zendesk.calls().refused().assert_once();
    /// # Ok(()) }
    /// ```
    #[must_use = "selecting calls checks nothing; assert something about them, or look at them"]
    #[track_caller]
    pub fn refused(&self) -> Self {
        self.and(Criterion::Refused)
    }

    /// Allows any outcome: assertions on these calls accept refused ones, too.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// reqwest::get(zendesk.url("/users")).await?; // 401: no credentials
    /// assert!(zendesk.calls().try_assert_once().is_err());
    /// zendesk.calls().any_outcome().assert_once();
    /// # Ok(()) }
    /// ```
    #[must_use = "selecting calls checks nothing; assert something about them, or look at them"]
    #[track_caller]
    pub fn any_outcome(&self) -> Self {
        self.and(Criterion::AnyOutcome)
    }

    /// Selects the calls to an endpoint, or with a method, that does not exist.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::builder().allow_unknown_endpoints().start().await;
    /// reqwest::get(zendesk.url("/organisations")).await?;
    /// zendesk.calls().to_unknown_endpoints().assert_once();
    /// # Ok(()) }
    /// ```
    #[must_use = "selecting calls checks nothing; assert something about them, or look at them"]
    #[track_caller]
    pub fn to_unknown_endpoints(&self) -> Self {
        self.and(Criterion::UnknownEndpoint)
    }

    /// Selects the calls for which this function returns true. `what` completes the sentence "calls
    /// where …".
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// reqwest::get(zendesk.url("/users/me")).await?;
    /// zendesk.calls().matching("the body is empty", |call| call.body().is_empty()).assert_once();
    /// # Ok(()) }
    /// ```
    #[must_use = "selecting calls checks nothing; assert something about them, or look at them"]
    #[track_caller]
    pub fn matching(
        &self,
        what: impl Into<String>,
        holds: impl Fn(&Call) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.and(Criterion::Predicate {
            what: what.into(),
            holds: Arc::new(holds),
        })
    }
}
