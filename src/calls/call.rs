//! [`Call`]: one received request with its reply.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::HeaderMap;
use serde_json::Value;

use crate::api::credentials::Credentials;
use crate::api::operation::Operation;
use crate::api::path::plain;
use crate::api::query::Query;
use crate::api::reply::{Envelope, Header, WireReply};
use crate::api::request::Incoming;
use crate::base::effect::Effect;
use crate::base::ids::{Kind, RecordRef};
use crate::base::time::{Moment, Timestamp};

use super::hint::Hint;
use super::not_found::NotFound;
use super::page_seen::PageSeen;
use super::secrets::Secrets;
use crate::base::place::Place;

/// A request that the double received, with its reply and its effects on the account.
///
/// [`MockZendesk::calls`](crate::MockZendesk::calls) returns them. Cloning is cheap. `Display`
/// prints one line without secrets:
/// `#2 POST /api/v2/organization_memberships -> 201 CreateOrganizationMembership`.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
/// use mock_zendesk::{MockZendesk, organization_memberships};
///
/// let zendesk = MockZendesk::start().await;
/// let (ada, acme) = (zendesk.seed().user("Ada"), zendesk.seed().organization("Acme"));
/// let body = serde_json::json!({"organization_membership": {"user_id": ada.id, "organization_id": acme.id}});
/// let create = reqwest::Client::new().post(zendesk.url("/organization_memberships")).json(&body);
/// create.header("authorization", zendesk.authorization()).send().await?;
///
/// let call = zendesk.calls().of(organization_memberships::CREATE).assert_once();
/// assert_eq!((call.method(), call.path()), ("POST", "/api/v2/organization_memberships"));
/// assert_eq!(call.status(), Some(201));
/// assert_eq!(call.json::<serde_json::Value>(), body);
/// assert_eq!(call.header("content-type"), Some("application/json"));
/// assert!(call.effects()[0].to_string().ends_with("(Acme), default"));
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Call(Arc<Received>);

/// The data of a call.
#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) ordinal: u64,
    /// The number of the double since its last reset. Each reset counts calls anew.
    pub(crate) run: u64,
    /// The time at which it came.
    pub(crate) moment: Moment,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) operation: Option<Operation>,
    /// `None` means that the double did not reply, or not yet.
    pub(crate) reply: Option<CallReply>,
    /// The error in a few words, if the reply is an error.
    pub(crate) error: Option<String>,
    pub(crate) unknown: Option<NotFound>,
    pub(crate) fault: Option<FaultNote>,
    /// Keys and parameters that the operation does not accept.
    pub(crate) ignored: Vec<String>,
    /// Keys and parameters that Zendesk accepts and the double does not implement.
    pub(crate) unmodeled: Vec<String>,
    pub(crate) hints: Vec<Hint>,
    /// The page that the reply contains, if it is one.
    pub(crate) page: Option<Arc<PageSeen>>,
    pub(crate) effects: Vec<Effect>,
    pub(crate) later_effects: Vec<Effect>,
    /// The events that it caused, in a few words each.
    #[cfg(feature = "webhooks")]
    pub(crate) events: Vec<String>,
    /// What must not be printed.
    pub(crate) secrets: Arc<Secrets>,
}

/// The fault that happened to a call.
#[derive(Clone, Debug)]
pub(crate) struct FaultNote {
    pub(crate) what: String,
    /// The line of the test that planned it. `None` means that chaos did.
    pub(crate) place: Option<Place>,
    /// Whether the client cannot read the reply.
    pub(crate) spoils_reply: bool,
}

/// The reply to a call.
#[derive(Clone)]
pub struct CallReply {
    status: u16,
    headers: Vec<Header>,
    body: Vec<u8>,
    envelope: Option<Envelope>,
    /// The headers of the envelope, created on first use.
    enveloping: OnceLock<Box<[Header]>>,
}

impl Received {
    /// Creates a request that has just arrived, with the run of the double and its number in that.
    /// If a mock of the test answers it, it stays like this.
    pub(crate) fn arrived(
        (run, ordinal): (u64, u64),
        moment: Moment,
        incoming: &Incoming<'_>,
        secrets: &Arc<Secrets>,
    ) -> Self {
        Self {
            ordinal,
            run,
            moment,
            method: incoming.method.to_owned(),
            path: incoming.path.to_owned(),
            query: incoming.query.to_owned(),
            headers: incoming.headers.clone(),
            body: incoming.kept_body(),
            operation: None,
            reply: None,
            error: None,
            unknown: None,
            fault: None,
            ignored: Vec::new(),
            unmodeled: Vec::new(),
            hints: Vec::new(),
            page: None,
            effects: Vec::new(),
            later_effects: Vec::new(),
            #[cfg(feature = "webhooks")]
            events: Vec::new(),
            secrets: Arc::clone(secrets),
        }
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl From<Received> for Call {
    fn from(received: Received) -> Self {
        Self(Arc::new(received))
    }
}

impl Call {
    /// Returns the number of the call, from 1.
    ///
    /// Calls are numbered in the order in which they came, which is also the order in which they
    /// changed the account.
    #[must_use]
    pub fn ordinal(&self) -> u64 {
        self.0.ordinal
    }

    /// Returns the time at which the call came, on the double's clock.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.0.moment.timestamp()
    }

    /// Returns the operation of the call.
    ///
    /// `None` means that there is no such endpoint, or that a wiremock `Mock` of the test answered.
    #[must_use]
    pub fn operation(&self) -> Option<Operation> {
        self.0.operation
    }

    /// Returns the HTTP method, as sent.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.0.method
    }

    /// Returns the path without the query, as sent.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// Returns the query, the part after the question mark, as sent. Empty if there is none.
    #[must_use]
    pub fn query(&self) -> &str {
        &self.0.query
    }

    /// Returns the value of a query parameter, percent-decoded.
    ///
    /// If the parameter is repeated, the last value counts, as in Zendesk. `None` means that it was
    /// not sent.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        Query::parse(&self.0.query).get(name).map(str::to_owned)
    }

    /// Returns the value of a request header, ignoring the case of its name.
    ///
    /// If the header is repeated, the first value counts. `None` means that it was not sent, or is
    /// not text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.header(name)
    }

    /// Returns the body of the request.
    ///
    /// If it is larger than 8 MiB, which is refused with 413, this is the first 8 MiB.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// Returns the reply as the double wrote it, also if a fault spoilt or lost it on the way.
    ///
    /// `None` means that a wiremock `Mock` of the test answered, that a fault broke the connection
    /// before there was a reply, or that the request is still in progress.
    #[must_use]
    pub fn reply(&self) -> Option<&CallReply> {
        self.0.reply.as_ref()
    }

    /// Returns the status of the reply. `None` means the same as for [`Call::reply`].
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.reply().map(CallReply::status)
    }

    /// Returns the changes that the call made to the account, in order.
    ///
    /// The changes of the call itself come first, then those that its background jobs made later.
    #[must_use]
    pub fn effects(&self) -> Vec<Effect> {
        self.plain_effects()
            .cloned()
            .map(|effect| effect.with_texts(&|text| self.0.secrets.scrub(text)))
            .collect()
    }

    /// Returns what was not found: an endpoint, a method of a path, or a record. `None` means that
    /// nothing was missing.
    #[must_use]
    pub fn not_found(&self) -> Option<&NotFound> {
        self.0.unknown.as_ref()
    }

    /// Returns the fault that happened to the call, in words: what it was, and the line of the test
    /// that planned it. `None` means that no fault happened.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::*;
    /// # let zendesk = MockZendesk::start().await;
    /// zendesk.inject(Fault::status(500));
    /// reqwest::get(zendesk.url("/users/me")).await?;
    /// let call = zendesk.calls().assert_once();
    /// assert!(call.fault().unwrap().starts_with("status 500, "));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        self.0
            .fault
            .as_ref()
            .map(|FaultNote { what, place, .. }| match place {
                Some(place) => format!("{what}, {place}"),
                None => what.clone(),
            })
    }

    /// Returns what Zendesk ignores in the request.
    ///
    /// These are keys of the body that the operation does not accept, by their paths, and query
    /// parameters that it does not know, with a leading `?`.
    #[must_use]
    pub fn ignored(&self) -> &[String] {
        &self.0.ignored
    }

    /// Returns what Zendesk reads and the double does not implement, named as in [`Call::ignored`].
    ///
    /// It fails the test, unless
    /// [`MockZendeskBuilder::allow_unmodeled`](crate::MockZendeskBuilder::allow_unmodeled) allows
    /// it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::builder().allow_unmodeled("?brand_id").start().await;
    /// let list = reqwest::Client::new().get(zendesk.url("/users?brand_id=1"));
    /// list.header("authorization", zendesk.authorization()).send().await?;
    /// assert_eq!(zendesk.calls().assert_once().unmodeled(), ["?brand_id"]);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn unmodeled(&self) -> &[String] {
        &self.0.unmodeled
    }

    /// Returns the common mistakes that this call seems to contain.
    #[must_use]
    pub fn hints(&self) -> &[Hint] {
        &self.0.hints
    }

    /// Returns whether the double refused the call itself, and not because of a planned fault.
    pub(crate) fn is_refused(&self) -> bool {
        self.0.error.is_some() && self.0.fault.is_none()
    }

    /// Returns whether the double refused the call because it could not read its body, which may be
    /// about any record.
    pub(crate) fn is_unreadable(&self) -> bool {
        let is_not_json = |hint: &Hint| matches!(hint, Hint::NotJson { .. });
        self.is_refused() && self.hints().iter().any(is_not_json)
    }

    pub(crate) fn received(&self) -> &Received {
        &self.0
    }

    pub(crate) fn received_mut(&mut self) -> &mut Received {
        Arc::make_mut(&mut self.0)
    }

    /// Returns the time on the double's clock between an earlier call and this one.
    pub(crate) fn since(&self, earlier: &Self) -> Duration {
        self.0.moment.since(earlier.0.moment)
    }

    pub(crate) fn body_json(&self) -> Option<Value> {
        serde_json::from_slice(&self.0.body).ok()
    }

    pub(super) fn credentials(&self) -> Option<Credentials> {
        Credentials::parse(self.header("authorization")?)
    }

    /// Returns the same as [`Call::effects`], but with texts that must not be printed.
    pub(crate) fn plain_effects(&self) -> impl Iterator<Item = &Effect> {
        self.0.effects.iter().chain(&self.0.later_effects)
    }

    /// Returns whether the call names a record in the path or the body, or changed it.
    pub(crate) fn concerns(&self, record: RecordRef) -> bool {
        self.names(record) || self.plain_effects().any(|effect| effect.concerns(record))
    }

    /// Returns whether the request or the reply contains the id of this job.
    pub(crate) fn names_job(&self, id: &str) -> bool {
        let reply = || {
            let body = self.reply().map(CallReply::body);
            body.is_some_and(|body| String::from_utf8_lossy(body).contains(id))
        };
        self.path().contains(id) || self.query().contains(id) || reply()
    }

    /// Returns whether this number stands anywhere in the path, the query or the body, not as part
    /// of a longer one.
    pub(crate) fn mentions(&self, id: u64) -> bool {
        let id = id.to_string();
        let body = String::from_utf8_lossy(&self.0.body);
        [self.0.path.as_str(), self.0.query.as_str(), &body]
            .into_iter()
            .any(|text| {
                text.match_indices(&id).any(|(start, _)| {
                    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
                    !is_digit(text[..start].chars().next_back())
                        && !is_digit(text[start + id.len()..].chars().next())
                })
            })
    }

    /// Returns whether the request names a record: in the path, in the `ids` of its resource, or
    /// under a name for such ids.
    fn names(&self, record: RecordRef) -> bool {
        let Some(operation) = self.0.operation else {
            return false;
        };
        let RecordRef { kind, id } = record;
        let text = id.to_string();
        let template = operation
            .path()
            .split('/')
            .zip(plain(&self.0.path).split('/'));
        let in_path = template
            .filter(|(part, _)| part.starts_with('{'))
            .any(|(name, segment)| {
                segment == text && Kind::of_parameter(name.trim_matches(['{', '}'])) == Some(kind)
            });
        let of_its_kind = operation.controller() == kind.plural();
        let in_ids = of_its_kind
            && Query::parse(&self.0.query)
                .list("ids")
                .contains(&text.as_str());
        in_path || in_ids || self.body_json().is_some_and(|body| has_id(&body, record))
    }
}

/// Returns whether the number, or its digits, stand anywhere under a name for ids of this kind.
fn has_id(value: &Value, record: RecordRef) -> bool {
    match value {
        Value::Object(object) => object.iter().any(|(key, value)| {
            let RecordRef { kind, id } = record;
            let is_id = value.as_u64() == Some(id)
                || value.as_str().is_some_and(|text| text.parse() == Ok(id));
            (is_id && Kind::of_parameter(key) == Some(kind)) || has_id(value, record)
        }),
        Value::Array(values) => values.iter().any(|value| has_id(value, record)),
        _ => false,
    }
}

impl CallReply {
    pub(crate) fn of(reply: &WireReply) -> Self {
        let WireReply {
            status,
            envelope,
            ref headers,
            ref body,
        } = *reply;
        Self {
            status,
            headers: headers.clone(),
            body: body.clone(),
            envelope,
            enveloping: OnceLock::new(),
        }
    }

    /// Returns the HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns the value of a header, ignoring the case of its name. `None` means that there is no
    /// such header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let enveloping = self.enveloping.get_or_init(|| match self.envelope {
            Some(envelope) => Box::new(envelope.headers()),
            None => Box::default(),
        });
        let found = enveloping
            .iter()
            .chain(&self.headers)
            .find(|(other, _)| other.as_str().eq_ignore_ascii_case(name));
        found?.1.to_str().ok()
    }

    /// Returns the body. Empty if there is none.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl fmt::Debug for CallReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallReply({}, {} bytes)", self.status, self.body.len())
    }
}
