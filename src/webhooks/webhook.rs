//! [`NewWebhook`] and [`Webhook`]: where events are sent to.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Uri;

use crate::base::place::Place;
use crate::base::time::Moment;

use super::event_type::EventType;
use super::numbered::{Purpose, secret_bytes, ulid};

/// A webhook to be registered: a URL, and what differs from the defaults.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{MockZendesk, webhooks::{EventType, NewWebhook}};
///
/// let zendesk = MockZendesk::start().await;
/// let joined = NewWebhook::new("http://127.0.0.1:9000/zendesk")
///     .secret("s3cr3t-of-the-webhook")
///     .events([EventType::UserOrganizationMembershipCreated]);
/// let webhook = zendesk.webhook(joined);
/// assert_eq!(webhook.secret(), "s3cr3t-of-the-webhook");
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a webhook does nothing until it is registered with `zendesk.webhook(…)`"]
pub struct NewWebhook {
    url: String,
    secret: Option<String>,
    /// `None` means all.
    events: Option<Vec<EventType>>,
    failures: Failures,
}

/// Whether a delivery that the receiver refuses for good is a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failures {
    AreProblems,
    Allowed,
}

impl NewWebhook {
    /// Describes a webhook that sends all events to this URL, which must start with `http://`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            secret: None,
            events: None,
            failures: Failures::AreProblems,
        }
    }

    /// Sets the secret that signs the requests.
    ///
    /// Without this, the webhook gets one that has Zendesk's form and is the same in every run:
    /// [`Webhook::secret`] returns it.
    pub fn secret(mut self, secret: impl Into<String>) -> Self {
        self.secret = Some(secret.into());
        self
    }

    /// Subscribes to these types of events only, instead of all.
    pub fn events(mut self, events: impl IntoIterator<Item = EventType>) -> Self {
        self.events = Some(events.into_iter().collect());
        self
    }

    /// Allows the receiver to refuse deliveries for good.
    ///
    /// Without this, a delivery to which the receiver gave an error as its last reply fails the
    /// test when the double is verified or dropped.
    pub fn allow_failures(mut self) -> Self {
        self.failures = Failures::Allowed;
        self
    }

    /// Returns the same description if events can be sent to it.
    ///
    /// # Panics
    ///
    /// Panics if the URL is not one of plain HTTP, or if it subscribes to nothing.
    #[track_caller]
    pub(crate) fn checked(self) -> Self {
        let Self { url, events, .. } = &self;
        let is_http = uri_of(url).is_some();
        assert!(
            is_http,
            "{url:?} is not a URL to which the double can send events; give one such as http://127.0.0.1:9000/hook"
        );
        let is_empty = events.as_ref().is_some_and(Vec::is_empty);
        assert!(
            !is_empty,
            "this webhook subscribes to no event; name at least one, or leave `events` out for all"
        );
        self
    }
}

impl<T: Into<String>> From<T> for NewWebhook {
    fn from(url: T) -> Self {
        Self::new(url)
    }
}

/// Reads a URL. `None` means that it is not one of plain HTTP.
fn uri_of(url: &str) -> Option<Uri> {
    let uri: Uri = url.parse().ok()?;
    let is_http =
        uri.scheme_str() == Some("http") && uri.host().is_some_and(|host| !host.is_empty());
    is_http.then_some(uri)
}

/// A registered webhook. [`MockZendesk::webhook`](crate::MockZendesk::webhook) returns it.
///
/// Cloning is cheap, and dropping it changes nothing: the webhook stays registered.
#[derive(Clone)]
pub struct Webhook(Arc<Registration>);

struct Registration {
    id: String,
    url: String,
    uri: Uri,
    secret: String,
    events: Option<Vec<EventType>>,
    failures: Failures,
    place: Place,
}

impl Webhook {
    /// Registers the webhook with this number, from 1.
    pub(super) fn registered(new: NewWebhook, number: u64, now: Moment, place: Place) -> Self {
        let NewWebhook {
            url,
            secret,
            events,
            failures,
        } = new;
        Self(Arc::new(Registration {
            id: ulid(Purpose::Webhook, number, now),
            uri: uri_of(&url).unwrap_or_default(),
            url,
            secret: secret.unwrap_or_else(|| STANDARD.encode(secret_bytes(number))),
            events,
            failures,
            place,
        }))
    }

    /// Returns the id of the webhook, a ULID, as in `x-zendesk-webhook-id`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Returns the secret that signs the requests, to hand to the program.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.0.secret
    }

    /// Returns the URL to which it sends events.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.0.url
    }

    pub(crate) fn uri(&self) -> &Uri {
        &self.0.uri
    }

    pub(super) fn wants(&self, event_type: EventType) -> bool {
        let events = self.0.events.as_ref();
        events.is_none_or(|events| events.contains(&event_type))
    }

    pub(super) fn allows_failures(&self) -> bool {
        self.0.failures == Failures::Allowed
    }

    /// Returns the line of the test that registered it.
    pub(super) fn place(&self) -> Place {
        self.0.place
    }
}

impl PartialEq for Webhook {
    /// Two handles are equal if they mean the same registration.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Webhook {}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Webhook({} to {})", self.id(), self.url())
    }
}
