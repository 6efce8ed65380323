//! What a fault does to a reply, or puts in its place.

use std::time::Duration;

use http::header::{CONTENT_TYPE, HeaderValue, SERVER};

use crate::api::error::ApiError;
use crate::api::reply::{Envelope, WireReply};

use super::fault::Kind;
use super::own_reply::OwnReply;

/// What happens in place of the handler.
pub(crate) enum Instead {
    /// This reply. The call is not applied.
    Reply(WireReply),
    /// A reply that the test writes. The call is not applied.
    OwnReply(OwnReply),
    /// Nothing special: the call is applied, and its reply may be spoilt.
    Handler,
}

/// What the server does with a reply, other than sending it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WirePlan {
    /// Closes the connection.
    Drop,
    /// Waits.
    Delay(Duration),
    /// Sends half of the body, and closes the connection.
    Cut,
    /// Sends the body in pieces.
    Slow(Duration),
}

/// Returns what happens in place of the handler.
pub(crate) fn instead(kind: &Kind, envelope: Envelope) -> Instead {
    let error = match *kind {
        Kind::Status {
            status,
            retry_after,
        } => {
            let retry_after = retry_after.map(|time| {
                time.as_secs()
                    .saturating_add(u64::from(time.subsec_nanos() > 0))
            });
            ApiError::Injected {
                status,
                retry_after,
            }
        }
        Kind::Page { status } => ApiError::EdgePage { status },
        Kind::OwnReply(ref own) => return Instead::OwnReply(own.clone()),
        // This reply is dropped before the client sees it.
        Kind::Disconnect => {
            ApiError::Internal("a broken connection could not be simulated".to_owned())
        }
        Kind::LostReply
        | Kind::Delay(_)
        | Kind::MalformedJson
        | Kind::EmptyBody
        | Kind::WrongContentType
        | Kind::TruncatedBody
        | Kind::SlowBody(_) => return Instead::Handler,
    };
    let mut reply = WireReply::error(&error, envelope);
    if matches!(error, ApiError::EdgePage { .. }) {
        reply
            .headers
            .push((SERVER, HeaderValue::from_static("cloudflare")));
    }
    Instead::Reply(reply)
}

/// Spoils the reply after the handler, and returns what happens to it on its way.
pub(crate) fn after(kind: &Kind, reply: &mut WireReply) -> Option<WirePlan> {
    match *kind {
        Kind::Status { .. } | Kind::Page { .. } | Kind::OwnReply(_) => None,
        Kind::Disconnect | Kind::LostReply => Some(WirePlan::Drop),
        Kind::Delay(time) => Some(WirePlan::Delay(time)),
        Kind::TruncatedBody => Some(WirePlan::Cut),
        Kind::SlowBody(time) => Some(WirePlan::Slow(time)),
        Kind::MalformedJson => {
            reply.body.truncate(reply.body.len() / 2);
            None
        }
        Kind::EmptyBody => {
            reply.body.clear();
            None
        }
        Kind::WrongContentType => {
            reply.headers.retain(|(name, _)| *name != CONTENT_TYPE);
            reply.headers.push((
                CONTENT_TYPE,
                HeaderValue::from_static("text/html; charset=utf-8"),
            ));
            None
        }
    }
}
