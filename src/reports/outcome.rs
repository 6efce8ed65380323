//! [`Outcome`]: what can come of a call, and which outcomes an operation can have.

use std::fmt;

use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::api::body::Body;
use crate::api::operation::{AllowedFor, Operation, Queues, Success};
use crate::api::takes::Takes;
use crate::trouble::Kind;

/// What came of a call, as the program under test met it. The order is that of importance.
///
/// Most calls have one outcome. A page has two, for example [`Success`](Self::Success) and
/// [`FurtherPage`](Self::FurtherPage), and a call that queued a job gets another one when the job
/// ends. A status counts whether the account or a planned fault replied with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// The status of success of the operation, such as 201.
    Success,
    /// 422: the account refuses what the request asks for.
    Invalid,
    /// 404: a record that the path names does not exist.
    NotFound,
    /// The job that the call queued was completed, and no item failed.
    JobCompleted,
    /// The job that the call queued was completed, and some of its items failed.
    JobPartlyFailed,
    /// The job that the call queued failed, because all of its items did, or as a whole.
    JobFailed,
    /// A page of a list after the first one.
    FurtherPage,
    /// The first page of a list, without rows.
    EmptyList,
    /// 429: too many requests, or too many jobs.
    RateLimited,
    /// The call was applied, but the connection broke before the reply.
    LostReply,
    /// Any status from 500 on.
    ServerError,
    /// The connection broke before the call was applied.
    Disconnected,
    /// A reply whose body cannot be read: empty, cut off, or not JSON.
    SpoiledBody,
    /// A reply that came late, or slowly.
    LateReply,
    /// 401: no credentials, or wrong ones.
    NotAuthenticated,
    /// 403: the caller's role or scope does not allow the call.
    Forbidden,
    /// 400: the request is malformed.
    BadRequest,
    /// Any other status. Only a reply of the test's own, or a planned fault, has one.
    OtherStatus,
}

impl Outcome {
    /// All outcomes, the most important one first.
    pub const ALL: [Self; 18] = [
        Self::Success,
        Self::Invalid,
        Self::NotFound,
        Self::JobCompleted,
        Self::JobPartlyFailed,
        Self::JobFailed,
        Self::FurtherPage,
        Self::EmptyList,
        Self::RateLimited,
        Self::LostReply,
        Self::ServerError,
        Self::Disconnected,
        Self::SpoiledBody,
        Self::LateReply,
        Self::NotAuthenticated,
        Self::Forbidden,
        Self::BadRequest,
        Self::OtherStatus,
    ];

    /// Returns the outcomes that a call of this operation can have, the most important one first.
    /// They follow from what the operation declares.
    ///
    /// ```
    /// use mock_zendesk::{coverage::Outcome, organization_memberships};
    ///
    /// let of_delete = Outcome::possible_for(organization_memberships::DELETE);
    /// assert_eq!(of_delete[..2], [Outcome::Success, Outcome::NotFound]);
    /// assert!(!of_delete.contains(&Outcome::FurtherPage));
    /// ```
    #[must_use]
    pub fn possible_for(operation: Operation) -> Vec<Self> {
        let is_possible = |outcome: &Self| outcome.is_possible_for(operation);
        Self::ALL.into_iter().filter(is_possible).collect()
    }

    fn is_possible_for(self, operation: Operation) -> bool {
        let query = operation.query();
        let is_list = query.pages.is_some() || query.export.is_some();
        let is_read_of_many =
            operation.method() == "GET" && matches!(operation.body(), Body::Many(_));
        match self {
            Self::Success
            | Self::RateLimited
            | Self::LostReply
            | Self::ServerError
            | Self::Disconnected
            | Self::LateReply => true,
            Self::Invalid => operation.invalid_if().is_some(),
            Self::NotFound => operation.path().contains('{'),
            Self::JobCompleted | Self::JobFailed => operation.queues() != Queues::Nothing,
            Self::JobPartlyFailed => operation.queues() == Queues::Items,
            Self::FurtherPage => is_list,
            // A list without pages can be empty, too: of those asked for, none may be there.
            Self::EmptyList => (is_list || is_read_of_many) && !query.is_never_empty,
            Self::SpoiledBody => operation.success() != Success::NoContent,
            Self::NotAuthenticated | Self::Forbidden => {
                operation.allowed_for() != AllowedFor::Anybody
            }
            Self::BadRequest => {
                is_list || !query.reads.is_empty() || !matches!(operation.takes(), Takes::Nothing)
            }
            Self::OtherStatus => false,
        }
    }

    /// Returns whether it can happen to a call of nearly every operation. A text lists such gaps
    /// together.
    pub(super) fn is_general(self) -> bool {
        self >= Self::RateLimited
    }

    /// Returns the outcome of a reply with this status.
    pub(crate) fn of_status(status: u16) -> Self {
        let Ok(status) = StatusCode::from_u16(status) else {
            return Self::OtherStatus;
        };
        match status {
            StatusCode::BAD_REQUEST => Self::BadRequest,
            StatusCode::UNAUTHORIZED => Self::NotAuthenticated,
            StatusCode::FORBIDDEN => Self::Forbidden,
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::UNPROCESSABLE_ENTITY => Self::Invalid,
            StatusCode::TOO_MANY_REQUESTS => Self::RateLimited,
            status if status.is_success() => Self::Success,
            status if status.is_server_error() => Self::ServerError,
            _ => Self::OtherStatus,
        }
    }

    /// Returns the outcome that a fault is by itself. `None` means that its status says all.
    pub(crate) fn of_fault(kind: &Kind) -> Option<Self> {
        match kind {
            Kind::Status { .. } | Kind::Page { .. } | Kind::OwnReply(_) => None,
            Kind::Disconnect => Some(Self::Disconnected),
            Kind::LostReply => Some(Self::LostReply),
            Kind::Delay(_) | Kind::SlowBody(_) => Some(Self::LateReply),
            Kind::MalformedJson
            | Kind::EmptyBody
            | Kind::WrongContentType
            | Kind::TruncatedBody => Some(Self::SpoiledBody),
        }
    }

    /// Returns whether the program does not get the reply that the account gave.
    pub(crate) fn hides_reply(self) -> bool {
        matches!(
            self,
            Self::Disconnected | Self::LostReply | Self::SpoiledBody
        )
    }

    /// Returns the outcome in a word or two, for a table: `422`, `further page`.
    pub(super) fn label(self, operation: Operation) -> String {
        let status = match self {
            Self::Success => return operation.success_status().to_string(),
            Self::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::NotAuthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::ServerError => return "5xx".to_owned(),
            _ => return self.to_string(),
        };
        status.as_str().to_owned()
    }
}

/// Writes the outcome in a few words: `job with failed items`.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Success => "success",
            Self::Invalid => "invalid",
            Self::NotFound => "not found",
            Self::JobCompleted => "completed job",
            Self::JobPartlyFailed => "job with failed items",
            Self::JobFailed => "failed job",
            Self::FurtherPage => "further page",
            Self::EmptyList => "empty list",
            Self::RateLimited => "rate limited",
            Self::LostReply => "lost reply",
            Self::ServerError => "server error",
            Self::Disconnected => "broken connection",
            Self::SpoiledBody => "unreadable body",
            Self::LateReply => "late reply",
            Self::NotAuthenticated => "not authenticated",
            Self::Forbidden => "forbidden",
            Self::BadRequest => "bad request",
            Self::OtherStatus => "another status",
        })
    }
}
