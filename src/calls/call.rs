//! [`Call`]: one received request with the reply that it got.

use std::fmt;
use std::sync::{Arc, OnceLock};

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

/// A request that the double received, with the reply that it got and what it changed in the
/// account.
///
/// [`MockZendesk::calls`](crate::MockZendesk::calls) gives them. Cheap to clone. Printed as one
/// line, without secrets:
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

/// What is known of a call.
#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) ordinal: u64,
    /// When it came.
    pub(crate) moment: Moment,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) operation: Option<Operation>,
    /// None while no reply of the double's is known.
    pub(crate) reply: Option<CallReply>,
    /// The error in a few words, if the reply is one.
    pub(crate) error: Option<String>,
    pub(crate) unknown: Option<NotFound>,
    pub(crate) fault: Option<FaultNote>,
    /// Keys and parameters that the operation does not take.
    pub(crate) ignored: Vec<String>,
    /// Keys and parameters that Zendesk takes and the double does not implement.
    pub(crate) unmodeled: Vec<String>,
    pub(crate) hints: Vec<Hint>,
    /// What the reply gave of a list, if it is a page of one.
    pub(crate) page: Option<Arc<PageSeen>>,
    pub(crate) effects: Vec<Effect>,
    pub(crate) later_effects: Vec<Effect>,
    /// What must not be printed.
    pub(crate) secrets: Arc<Secrets>,
}

/// The fault that happened to a call.
#[derive(Clone, Debug)]
pub(crate) struct FaultNote {
    pub(crate) what: String,
    /// Where in the test it was planned. None for chaos.
    pub(crate) place: Option<Place>,
    /// Whether the client cannot read the reply.
    pub(crate) spoils_reply: bool,
}

/// The reply that a call got.
#[derive(Clone)]
pub struct CallReply {
    status: u16,
    headers: Vec<Header>,
    body: Vec<u8>,
    envelope: Option<Envelope>,
    /// The headers of the envelope, once they are asked for.
    enveloping: OnceLock<Box<[Header]>>,
}

impl Received {
    /// A request that has just arrived. Without a double's reply it stays what it is if a mock of
    /// the test's answers.
    pub(crate) fn arrived(
        ordinal: u64,
        moment: Moment,
        incoming: &Incoming<'_>,
        secrets: &Arc<Secrets>,
    ) -> Self {
        Self {
            ordinal,
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
    /// Which call of the double this is, from 1. Calls are counted in the order in which they came,
    /// which is the order in which they changed the account.
    #[must_use]
    pub fn ordinal(&self) -> u64 {
        self.0.ordinal
    }

    /// When it came, on the double's clock.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.0.moment.timestamp()
    }

    /// The operation that it was for. None if there is no such endpoint, or if a mock of the test's
    /// own answered.
    #[must_use]
    pub fn operation(&self) -> Option<Operation> {
        self.0.operation
    }

    /// The HTTP method, as it was sent.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.0.method
    }

    /// The path, as it was sent, without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// What was behind the question mark, as it was sent. Empty if there was none.
    #[must_use]
    pub fn query(&self) -> &str {
        &self.0.query
    }

    /// The value of a query parameter, percent-decoded; of one that is repeated the last, as
    /// Zendesk reads it.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        Query::parse(&self.0.query).get(name).map(str::to_owned)
    }

    /// The value of a request header, whatever the case of its name; of one that is repeated the
    /// first. None also if it is no text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.header(name)
    }

    /// The body of the request. Of one of more than 8 MiB, which is refused with 413, the first 8
    /// MiB.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// The reply as the double made it, also where a fault spoilt it or lost it on the way. None if
    /// it was not the double's, since a mock of the test's own answered, if a fault broke the
    /// connection before there was one, or if the request is still under way.
    #[must_use]
    pub fn reply(&self) -> Option<&CallReply> {
        self.0.reply.as_ref()
    }

    /// The status of the reply, as of [`Call::reply`].
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.reply().map(CallReply::status)
    }

    /// What it changed in the account, in the order in which that happened: first what it did
    /// itself, then what background jobs of its did later.
    #[must_use]
    pub fn effects(&self) -> Vec<Effect> {
        self.plain_effects()
            .cloned()
            .map(|effect| effect.with_texts(&|text| self.0.secrets.scrub(text)))
            .collect()
    }

    /// Why something was not found: an endpoint, a method of a path, or a record.
    #[must_use]
    pub fn not_found(&self) -> Option<&NotFound> {
        self.0.unknown.as_ref()
    }

    /// The fault that happened to it, in words: what it was, and the line of the test that planned
    /// it.
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

    /// What Zendesk ignores: keys of the body that the operation does not permit, by their paths,
    /// and parameters of the query that it does not know, with `?` in front.
    #[must_use]
    pub fn ignored(&self) -> &[String] {
        &self.0.ignored
    }

    /// What Zendesk reads and the double does not implement, named as in [`Call::ignored`]. It
    /// fails the test, unless
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

    /// The usual mistakes that this call looks like.
    #[must_use]
    pub fn hints(&self) -> &[Hint] {
        &self.0.hints
    }

    /// Whether the double refused it, by itself and not since a fault was planned.
    pub(crate) fn is_refused(&self) -> bool {
        self.0.error.is_some() && self.0.fault.is_none()
    }

    pub(crate) fn received(&self) -> &Received {
        &self.0
    }

    pub(crate) fn received_mut(&mut self) -> &mut Received {
        Arc::make_mut(&mut self.0)
    }

    pub(super) fn body_json(&self) -> Option<Value> {
        serde_json::from_slice(&self.0.body).ok()
    }

    pub(super) fn credentials(&self) -> Option<Credentials> {
        Credentials::parse(self.header("authorization")?)
    }

    /// As [`Call::effects`], not fit to be printed.
    pub(super) fn plain_effects(&self) -> impl Iterator<Item = &Effect> {
        self.0.effects.iter().chain(&self.0.later_effects)
    }

    /// Whether it names a record, in the path or in the body, or changed something of it.
    pub(crate) fn concerns(&self, record: RecordRef) -> bool {
        self.names(record) || self.plain_effects().any(|effect| effect.concerns(record))
    }

    /// Whether the number stands anywhere in the path, the query or the body, by itself.
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

    /// Whether the request names a record: in the path, in the `ids` of its resource, or under a
    /// name for such ids.
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

/// Whether the number, or its digits, stand anywhere under a name for ids of this kind.
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

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The value of a header, whatever the case of its name.
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

    /// The body. Empty if it has none.
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
