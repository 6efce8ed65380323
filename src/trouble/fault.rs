//! [`Fault`]: what goes wrong, with which calls, and when.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::Response;

use crate::api::error::{STATUSES, TOO_MANY_REQUESTS, UNAVAILABLE};
use crate::api::operation::Operation;
use crate::calls::Call;

use super::own_reply::OwnReply;

/// Something that is to go wrong, and with which calls.
/// [`MockZendesk::inject`](crate::MockZendesk::inject) plans it.
///
/// Without more it happens once, to the next call whatever it is. [`Fault::on`] and [`Fault::when`]
/// choose the calls, [`Fault::nth`], [`Fault::times`], [`Fault::every`] and [`Fault::always`] which
/// of them.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
/// use std::time::Duration;
/// use mock_zendesk::{Fault, MockZendesk, users};
///
/// let zendesk = MockZendesk::start().await;
/// let limited = zendesk.inject(Fault::rate_limited(Duration::from_secs(7)).on(users::ME));
///
/// let reply = reqwest::get(zendesk.url("/users/me")).await?;
/// assert_eq!((reply.status().as_u16(), &reply.headers()["retry-after"]), (429, &"7".parse().unwrap()));
/// assert_eq!(reqwest::get(zendesk.url("/users/me")).await?.status(), 200);
/// assert_eq!(limited.fired(), 1);
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use = "a fault does nothing until it is given to `inject`"]
pub struct Fault {
    pub(crate) kind: Kind,
    pub(super) operation: Option<Operation>,
    pub(super) predicate: Option<(String, Predicate)>,
    /// The only call that is meant, by its ordinal.
    pub(super) call: Option<u64>,
    /// None: the first of the calls that are meant.
    schedule: Option<Schedule>,
}

pub(super) type Predicate = Arc<dyn Fn(&Call) -> bool + Send + Sync>;

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// This status in the place of a reply; nothing is applied.
    Status {
        status: u16,
        retry_after: Option<Duration>,
    },
    /// A page of the network before Zendesk; nothing is applied.
    Page { status: u16 },
    /// The connection breaks before anything is applied.
    Disconnect,
    /// The connection breaks when all is applied.
    LostReply,
    /// The reply comes late.
    Delay(Duration),
    /// The body ends in the middle of the JSON, and says that it is whole.
    MalformedJson,
    /// The body is empty.
    EmptyBody,
    /// The body is called something else than JSON.
    WrongContentType,
    /// The connection breaks in the middle of the body.
    TruncatedBody,
    /// The body comes in pieces over this time.
    SlowBody(Duration),
    /// A reply of the test's own; nothing is applied.
    OwnReply(OwnReply),
}

/// Which of the calls that are meant it happens to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Schedule {
    First(u64),
    Nth(u64),
    Every(u64),
    Always,
}

/// What goes wrong.
impl Fault {
    /// This status, with the body that Zendesk gives it where one is known: 500 is JSON, 409 is
    /// text, 502 and 504 are HTML. The call is not applied.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::*;
    /// # let zendesk = MockZendesk::start().await;
    /// zendesk.inject(Fault::status(500));
    /// let reply = reqwest::get(zendesk.url("/users/me")).await?;
    /// assert_eq!(reply.text().await?, r#"{"status":500,"error":"Internal Server Error"}"#);
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// If the status is not one of an error: 400 to 599.
    #[track_caller]
    pub fn status(status: u16) -> Self {
        let (lowest, highest) = (STATUSES.start(), STATUSES.end());
        assert!(
            STATUSES.contains(&status),
            "{status} is not an error status; give one from {lowest} to {highest}"
        );
        Self::new(Kind::Status {
            status,
            retry_after: None,
        })
    }

    /// Too many requests: 429 with this `Retry-After`, in whole seconds, rounded up.
    #[doc(alias("429", "rate limit", "retry"))]
    pub fn rate_limited(retry_after: Duration) -> Self {
        Self::new(Kind::Status {
            status: TOO_MANY_REQUESTS,
            retry_after: Some(retry_after),
        })
    }

    /// Unavailable for the moment: 503 with this `Retry-After`, in whole seconds, rounded up.
    /// Without one, as `Fault::status(503)` gives it, it is maintenance or an outage.
    #[doc(alias("503", "retry", "maintenance"))]
    pub fn unavailable(retry_after: Duration) -> Self {
        Self::new(Kind::Status {
            status: UNAVAILABLE,
            retry_after: Some(retry_after),
        })
    }

    /// An HTML page of the network before Zendesk, with this status, for example 502 or 520. The
    /// call is not applied.
    ///
    /// # Panics
    ///
    /// If the status is not one of an error: 400 to 599.
    #[track_caller]
    pub fn html_error(status: u16) -> Self {
        Self {
            kind: Kind::Page { status },
            ..Self::status(status)
        }
    }

    /// The connection breaks, and nothing is applied. Over HTTP/2 only its stream is reset.
    pub fn disconnect() -> Self {
        Self::new(Kind::Disconnect)
    }

    /// The call is applied, and then the connection breaks: a client that tries again meets what it
    /// has done itself. Over HTTP/2 only its stream is reset.
    #[doc(alias("duplicate", "retry", "idempotent"))]
    pub fn lost_reply() -> Self {
        Self::new(Kind::LostReply)
    }

    /// The call is applied, and the reply comes so much later, on the double's clock: where that
    /// stands still, when the test puts it forward.
    ///
    /// # Panics
    ///
    /// If `by` is zero: the reply would be as without a fault.
    #[track_caller]
    pub fn delay(by: Duration) -> Self {
        assert!(
            !by.is_zero(),
            "a delay of zero changes nothing; give the time by which the reply is late"
        );
        Self::new(Kind::Delay(by))
    }

    /// The call is applied, and the JSON of the reply breaks off, with a length that fits.
    pub fn malformed_json() -> Self {
        Self::new(Kind::MalformedJson)
    }

    /// The call is applied, and the reply has no body.
    pub fn empty_body() -> Self {
        Self::new(Kind::EmptyBody)
    }

    /// The call is applied, and the reply calls its JSON `text/html`.
    pub fn wrong_content_type() -> Self {
        Self::new(Kind::WrongContentType)
    }

    /// The call is applied, and the connection breaks in the middle of the reply's body. Over
    /// HTTP/2 only its stream is reset.
    pub fn truncated_body() -> Self {
        Self::new(Kind::TruncatedBody)
    }

    /// The call is applied, and the reply's body comes in pieces over this time, on the double's
    /// clock.
    ///
    /// # Panics
    ///
    /// If `over` is zero: the reply would be as without a fault.
    #[track_caller]
    pub fn slow_body(over: Duration) -> Self {
        assert!(
            !over.is_zero(),
            "a body that takes no time is not slow; give the time that it takes"
        );
        Self::new(Kind::SlowBody(over))
    }

    /// Answers with a reply of your own. The function gets the call, which has no reply yet; the
    /// call is not applied.
    ///
    /// The response goes out as it is. Only `Content-Length` and `Transfer-Encoding` are the
    /// server's own.
    ///
    /// The function may look at the double. It must not send it a request and wait for the reply,
    /// since a server answers one request after the other. If it panics, or returns a status below
    /// 200, the client gets 500, and the test fails when the double is verified or dropped.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::*;
    /// use mock_zendesk::http::Response;
    ///
    /// # let zendesk = MockZendesk::start().await;
    /// let portal = |call: &Call| {
    ///     let body = format!("Log in to see {}", call.path());
    ///     Response::builder().status(511).body(body).unwrap()
    /// };
    /// zendesk.inject(Fault::reply(portal).on(users::ME));
    /// let reply = reqwest::get(zendesk.url("/users/me")).await?;
    /// assert_eq!(reply.status(), 511);
    /// assert_eq!(reply.text().await?, "Log in to see /api/v2/users/me");
    /// # Ok(()) }
    /// ```
    #[doc(alias("custom", "respond", "stub"))]
    pub fn reply<B: Into<Vec<u8>>>(
        make: impl Fn(&Call) -> Response<B> + Send + Sync + 'static,
    ) -> Self {
        Self::new(Kind::OwnReply(OwnReply::new(move |call| {
            let response = make(call);
            let status = response.status();
            assert!(
                !status.is_informational(),
                "a reply cannot have the status {status}, after which another one would follow; give one from 200 on"
            );
            response.map(Into::into)
        })))
    }

    fn new(kind: Kind) -> Self {
        Self {
            kind,
            operation: None,
            predicate: None,
            call: None,
            schedule: None,
        }
    }
}

/// With which calls, and which of them.
impl Fault {
    /// Only with calls of this operation.
    ///
    /// # Panics
    ///
    /// If an operation is named already: a call is of one.
    #[track_caller]
    pub fn on(self, operation: Operation) -> Self {
        let is_first = self.operation.is_none();
        assert!(
            is_first,
            "this fault already has an operation, and a call has one; inject a fault for each"
        );
        Self {
            operation: Some(operation),
            ..self
        }
    }

    /// Only with calls for which this holds; `what` completes the sentence "when …". The call has
    /// no reply yet.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::*;
    /// # let zendesk = MockZendesk::start().await;
    /// zendesk.inject(Fault::status(500).when("page 2 is asked for", |call| call.parameter("page").as_deref() == Some("2")));
    /// assert_eq!(reqwest::get(zendesk.url("/users?page=1")).await?.status(), 401, "no credentials");
    /// assert_eq!(reqwest::get(zendesk.url("/users?page=2")).await?.status(), 500);
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// If there is such a condition already.
    #[track_caller]
    pub fn when(
        self,
        what: impl Into<String>,
        holds: impl Fn(&Call) -> bool + Send + Sync + 'static,
    ) -> Self {
        assert!(
            self.predicate.is_none(),
            "this fault already has a condition; combine both in one"
        );
        Self {
            predicate: Some((what.into(), Arc::new(holds))),
            ..self
        }
    }

    /// Only with the n-th of the calls that are meant, counted from 1.
    ///
    /// # Panics
    ///
    /// If `n` is 0, or if it is said already which of the calls it happens to.
    #[track_caller]
    pub fn nth(self, n: u64) -> Self {
        assert!(n > 0, "calls are counted from 1; there is no call 0");
        self.scheduled(Schedule::Nth(n))
    }

    /// With the first so many of the calls that are meant, instead of one.
    ///
    /// # Panics
    ///
    /// If `times` is 0, or if it is said already which of the calls it happens to.
    #[track_caller]
    pub fn times(self, times: u64) -> Self {
        assert!(
            times > 0,
            "a fault that happens 0 times never happens; give at least 1, or do not inject it"
        );
        self.scheduled(Schedule::First(times))
    }

    /// With every n-th of the calls that are meant, until it is cleared.
    ///
    /// # Panics
    ///
    /// If `n` is 0, or if it is said already which of the calls it happens to.
    #[track_caller]
    pub fn every(self, n: u64) -> Self {
        assert!(n > 0, "there is no 0th call; give 1 for every call");
        self.scheduled(Schedule::Every(n))
    }

    /// With all of the calls that are meant, until it is cleared.
    ///
    /// # Panics
    ///
    /// If it is said already which of the calls it happens to.
    #[track_caller]
    pub fn always(self) -> Self {
        self.scheduled(Schedule::Always)
    }

    /// With just this call, if it is meant at all.
    pub(crate) fn at_call(self, ordinal: u64) -> Self {
        Self {
            call: Some(ordinal),
            ..self
        }
    }

    /// Whether the test says which of the calls that are meant it happens to.
    pub(crate) fn is_scheduled(&self) -> bool {
        self.schedule.is_some()
    }

    pub(super) fn schedule(&self) -> Schedule {
        self.schedule.unwrap_or(Schedule::First(1))
    }

    #[track_caller]
    fn scheduled(self, schedule: Schedule) -> Self {
        assert!(
            self.schedule.is_none(),
            "this fault already says which calls it happens to; inject a fault for each"
        );
        Self {
            schedule: Some(schedule),
            ..self
        }
    }
}

impl Kind {
    /// Whether it is done to the body of a reply, so that there has to be one.
    pub(crate) fn is_of_body(&self) -> bool {
        match self {
            Self::MalformedJson
            | Self::EmptyBody
            | Self::WrongContentType
            | Self::TruncatedBody
            | Self::SlowBody(_) => true,
            Self::Status { .. }
            | Self::Page { .. }
            | Self::Disconnect
            | Self::LostReply
            | Self::Delay(_)
            | Self::OwnReply(_) => false,
        }
    }

    /// Whether the client cannot read the reply.
    pub(crate) fn spoils_reply(&self) -> bool {
        !matches!(self, Self::Delay(_) | Self::SlowBody(_))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status {
                status,
                retry_after: None,
            } => write!(f, "status {status}"),
            Self::Status {
                status,
                retry_after: Some(time),
            } => write!(f, "status {status}, retry after {time:?}"),
            Self::Page { status } => write!(f, "HTML page, status {status}"),
            Self::Disconnect => f.write_str("disconnected before the call was applied"),
            Self::LostReply => f.write_str("reply lost, the call was applied"),
            Self::Delay(time) => write!(f, "delayed by {time:?}"),
            Self::MalformedJson => f.write_str("malformed JSON"),
            Self::EmptyBody => f.write_str("empty body"),
            Self::WrongContentType => f.write_str("wrong content type"),
            Self::TruncatedBody => f.write_str("truncated body"),
            Self::SlowBody(time) => write!(f, "body sent over {time:?}"),
            Self::OwnReply(_) => f.write_str("own reply"),
        }
    }
}

/// `status 500 on CreateOrganizationMembership, when page 2 is asked for, call 2`
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        if let Some(operation) = self.operation {
            write!(f, " on {}", operation.id())?;
        }
        if let Some((what, _)) = &self.predicate {
            write!(f, " when {what}")?;
        }
        match self.schedule() {
            Schedule::First(1) => Ok(()),
            Schedule::First(times) => write!(f, ", {times} times"),
            Schedule::Nth(n) => write!(f, ", call {n}"),
            Schedule::Every(n) => write!(f, ", every {n} calls"),
            Schedule::Always => f.write_str(", always"),
        }
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fault({self})")
    }
}
