//! [`Fault`]: what goes wrong, with which calls, and when.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::Response;

use crate::api::error::{STATUSES, TOO_MANY_REQUESTS, UNAVAILABLE};
use crate::api::operation::Operation;
#[cfg(feature = "standalone")]
use crate::base::place::Place;
use crate::calls::Call;

use super::own_reply::OwnReply;

/// A deliberate deviation from Zendesk, and the calls that it applies to.
/// [`MockZendesk::inject`](crate::MockZendesk::inject) plans it.
///
/// By default, it happens once, to the next call. [`Fault::on`] and [`Fault::when`] select calls.
/// [`Fault::nth`], [`Fault::times`], [`Fault::every`] and [`Fault::always`] choose which of the
/// selected calls fail.
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
    /// The ordinal of the only call that can match.
    pub(super) call: Option<u64>,
    /// `None` means the first matching call.
    schedule: Option<Schedule>,
    /// What the fault was read from, if it is not planned by a line of a test.
    #[cfg(feature = "standalone")]
    pub(crate) origin: Option<Place>,
}

pub(super) type Predicate = Arc<dyn Fn(&Call) -> bool + Send + Sync>;

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// This status instead of a reply. The call is not applied.
    Status {
        status: u16,
        retry_after: Option<Duration>,
    },
    /// A page of the network in front of Zendesk. The call is not applied.
    Page { status: u16 },
    /// The connection breaks before the call is applied.
    Disconnect,
    /// The connection breaks after the call was applied.
    LostReply,
    /// The reply is late.
    Delay(Duration),
    /// The body ends in the middle of the JSON, with a length that claims it is complete.
    MalformedJson,
    /// The body is empty.
    EmptyBody,
    /// The content type is not that of JSON.
    WrongContentType,
    /// The connection breaks in the middle of the body.
    TruncatedBody,
    /// The body arrives in pieces over this time.
    SlowBody(Duration),
    /// A reply that the test writes. The call is not applied.
    OwnReply(OwnReply),
}

/// Which of the matching calls fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Schedule {
    First(u64),
    Nth(u64),
    Every(u64),
    Always,
}

/// # Choose the fault
impl Fault {
    /// Replies with this status.
    ///
    /// The body is Zendesk's, if it is known: 500 is JSON, 409 is text, 502 and 504 are HTML. The
    /// call is not applied.
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
    /// Panics if the status is not an error: 400 to 599.
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

    /// Replies with 429 and this `Retry-After`, in whole seconds, rounded up.
    #[doc(alias("429", "rate limit", "retry"))]
    pub fn rate_limited(retry_after: Duration) -> Self {
        Self::new(Kind::Status {
            status: TOO_MANY_REQUESTS,
            retry_after: Some(retry_after),
        })
    }

    /// Replies with 503 and this `Retry-After`, in whole seconds, rounded up.
    ///
    /// Without `Retry-After`, as with `Fault::status(503)`, it means maintenance or an outage.
    #[doc(alias("503", "retry", "maintenance"))]
    pub fn unavailable(retry_after: Duration) -> Self {
        Self::new(Kind::Status {
            status: UNAVAILABLE,
            retry_after: Some(retry_after),
        })
    }

    /// Replies with this status and an HTML page of the network in front of Zendesk, for example
    /// 502 or 520.
    ///
    /// The call is not applied.
    ///
    /// # Panics
    ///
    /// Panics if the status is not an error: 400 to 599.
    #[track_caller]
    pub fn html_error(status: u16) -> Self {
        Self {
            kind: Kind::Page { status },
            ..Self::status(status)
        }
    }

    /// Breaks the connection before the call is applied. Over HTTP/2, only the stream is reset.
    pub fn disconnect() -> Self {
        Self::new(Kind::Disconnect)
    }

    /// Applies the call, then breaks the connection.
    ///
    /// A client that retries finds the effect of its first attempt. Over HTTP/2, only the stream is
    /// reset.
    #[doc(alias("duplicate", "retry", "idempotent"))]
    pub fn lost_reply() -> Self {
        Self::new(Kind::LostReply)
    }

    /// Applies the call, and delays the reply by this time on the double's clock.
    ///
    /// If the clock does not move by itself, the reply is sent when the test moves it forward.
    ///
    /// # Panics
    ///
    /// Panics if `by` is zero: the reply would be the same as without a fault.
    #[track_caller]
    pub fn delay(by: Duration) -> Self {
        assert!(
            !by.is_zero(),
            "a delay of zero changes nothing; give the time by which the reply is late"
        );
        Self::new(Kind::Delay(by))
    }

    /// Applies the call, and cuts the JSON of the reply off, with a matching content length.
    pub fn malformed_json() -> Self {
        Self::new(Kind::MalformedJson)
    }

    /// Applies the call, and removes the body of the reply.
    pub fn empty_body() -> Self {
        Self::new(Kind::EmptyBody)
    }

    /// Applies the call, and labels the JSON of the reply as `text/html`.
    pub fn wrong_content_type() -> Self {
        Self::new(Kind::WrongContentType)
    }

    /// Applies the call, and breaks the connection in the middle of the reply's body. Over HTTP/2,
    /// only the stream is reset.
    pub fn truncated_body() -> Self {
        Self::new(Kind::TruncatedBody)
    }

    /// Applies the call, and sends the reply's body in pieces over this time on the double's clock.
    ///
    /// # Panics
    ///
    /// Panics if `over` is zero: the reply would be the same as without a fault.
    #[track_caller]
    pub fn slow_body(over: Duration) -> Self {
        assert!(
            !over.is_zero(),
            "a body that takes no time is not slow; give the time that it takes"
        );
        Self::new(Kind::SlowBody(over))
    }

    /// Replies with a response that you write.
    ///
    /// The function receives the call, which does not have a reply yet. The call is not applied.
    ///
    /// The response is sent unchanged, except that the server sets `Content-Length` and
    /// `Transfer-Encoding`.
    ///
    /// The function may inspect the double. It must not send it a request and wait for the reply,
    /// because the server answers one request at a time. If the function panics, or returns a
    /// status below 200, the client gets 500, and the test fails when the double is verified or
    /// dropped.
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
            #[cfg(feature = "standalone")]
            origin: None,
        }
    }
}

/// # Choose the calls
impl Fault {
    /// Limits the fault to calls of this operation.
    ///
    /// # Panics
    ///
    /// Panics if the fault is limited to an operation already.
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

    /// Limits the fault to calls for which `holds` returns true.
    ///
    /// `what` completes the sentence "when …". The call does not have a reply yet.
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
    /// Panics if the fault has a condition already.
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

    /// Makes only the n-th matching call fail, counted from 1.
    ///
    /// # Panics
    ///
    /// Panics if `n` is 0, or if it is already chosen which of the matching calls fail.
    #[track_caller]
    pub fn nth(self, n: u64) -> Self {
        assert!(n > 0, "calls are counted from 1; there is no call 0");
        self.scheduled(Schedule::Nth(n))
    }

    /// Makes this many matching calls fail, instead of one.
    ///
    /// # Panics
    ///
    /// Panics if `times` is 0, or if it is already chosen which of the matching calls fail.
    #[track_caller]
    pub fn times(self, times: u64) -> Self {
        assert!(
            times > 0,
            "a fault that happens 0 times never happens; give at least 1, or do not inject it"
        );
        self.scheduled(Schedule::First(times))
    }

    /// Makes every n-th matching call fail, until the fault is cleared.
    ///
    /// # Panics
    ///
    /// Panics if `n` is 0, or if it is already chosen which of the matching calls fail.
    #[track_caller]
    pub fn every(self, n: u64) -> Self {
        assert!(n > 0, "there is no 0th call; give 1 for every call");
        self.scheduled(Schedule::Every(n))
    }

    /// Makes all matching calls fail, until the fault is cleared.
    ///
    /// # Panics
    ///
    /// Panics if it is already chosen which of the matching calls fail.
    #[track_caller]
    pub fn always(self) -> Self {
        self.scheduled(Schedule::Always)
    }

    /// Limits the fault to the call with this ordinal. The other conditions must hold, too.
    pub(crate) fn at_call(self, ordinal: u64) -> Self {
        Self {
            call: Some(ordinal),
            ..self
        }
    }

    /// Returns whether the test chose which of the matching calls fail.
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
    /// Returns whether the fault changes the body of a reply, so that it needs a reply with a body.
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

    /// Returns whether the client cannot read the reply that the double has for the call. A reply
    /// that the fault itself makes can be read.
    pub(crate) fn spoils_reply(&self) -> bool {
        match self {
            Self::MalformedJson
            | Self::EmptyBody
            | Self::WrongContentType
            | Self::TruncatedBody
            | Self::Disconnect
            | Self::LostReply => true,
            Self::Status { .. }
            | Self::Page { .. }
            | Self::OwnReply(_)
            | Self::Delay(_)
            | Self::SlowBody(_) => false,
        }
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

/// Writes, for example,
/// `status 500 on CreateOrganizationMembership, when page 2 is asked for, call 2`.
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
