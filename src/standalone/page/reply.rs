//! What the page replies: texts of several types, and errors as JSON. Every reply forbids the browser
//! to do anything that the page does not need.

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use serde::Serialize;
use serde_json::json;

/// The headers of every reply. The page loads its style and its script from here, and asks only this
/// server. Nobody may show it in a frame.
const HEADERS: [(&str, &str); 6] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
         img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
];

pub(super) const HTML: &str = "text/html; charset=utf-8";
pub(super) const CSS: &str = "text/css; charset=utf-8";
pub(super) const SCRIPT: &str = "text/javascript; charset=utf-8";
pub(super) const TEXT: &str = "text/plain; charset=utf-8";
pub(super) const JSON: &str = "application/json; charset=utf-8";

/// Why a request is refused, in a sentence that names what is wrong.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) status: StatusCode,
    pub(super) text: String,
    /// The methods that the path has, if it does not have the one of the request.
    pub(super) allow: Option<String>,
}

impl Refused {
    pub(super) fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Self {
            status,
            text: text.into(),
            allow: None,
        }
    }

    /// Returns the refusal of a field, or of the body.
    pub(super) fn bad(text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, text)
    }
}

impl From<Refused> for Response<Bytes> {
    fn from(refused: Refused) -> Self {
        let mut reply = json_reply(&json!({"error": refused.text}));
        *reply.status_mut() = refused.status;
        let allow = refused
            .allow
            .and_then(|allow| HeaderValue::try_from(allow).ok());
        if let Some(allow) = allow {
            reply.headers_mut().insert(ALLOW, allow);
        }
        reply
    }
}

/// Returns a reply with a body of this type.
pub(super) fn reply(content_type: &'static str, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut reply = Response::new(body.into());
    let headers = reply.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for (name, value) in HEADERS {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    reply
}

/// Returns a value as JSON.
pub(super) fn json_reply(value: &impl Serialize) -> Response<Bytes> {
    match serde_json::to_vec(value) {
        Ok(body) => reply(JSON, body),
        Err(error) => {
            let mut reply = reply(TEXT, error.to_string());
            *reply.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            reply
        }
    }
}
