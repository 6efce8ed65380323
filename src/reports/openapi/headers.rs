//! The headers of replies.

use serde_json::{Map, Value, json};

use crate::api::body::Body;
use crate::api::error::TOO_MANY_REQUESTS;
use crate::api::error_reply::ErrorReply;
use crate::api::operation::{Operation, Success};
use crate::api::takes::Takes;

/// A header: its name, the type of its value, and what it says.
type Described = (&'static str, &'static str, &'static str);

/// The headers of every reply.
const ALWAYS: &[Described] = &[
    ("x-request-id", "string", "The id of the request."),
    (
        "x-rate-limit",
        "integer",
        "The number of requests that are allowed in a minute.",
    ),
    (
        "x-rate-limit-remaining",
        "integer",
        "The number of requests that are left in this minute.",
    ),
    ("ratelimit-limit", "integer", "The same as `x-rate-limit`."),
    (
        "ratelimit-remaining",
        "integer",
        "The same as `x-rate-limit-remaining`.",
    ),
    (
        "ratelimit-reset",
        "integer",
        "The seconds until the next minute.",
    ),
];

const ETAG: Described = ("etag", "string", "A tag of the body.");
const LOCATION: Described = ("location", "string", "The URL of the record.");
const RETRY_AFTER: Described = ("retry-after", "integer", "The seconds to wait.");
const WARNING: Described = (
    "x-zendesk-api-warn",
    "string",
    "The keys that were dropped from the body.",
);
const JOBS: Described = (
    "zendesk-ratelimit-inflight-jobs",
    "string",
    "How many more jobs can be queued.",
);

/// Returns all headers, by name.
pub(super) fn components() -> Value {
    let others = [ETAG, LOCATION, RETRY_AFTER, WARNING, JOBS];
    let optional = others.iter().map(|header| described(header, false));
    let always = ALWAYS.iter().map(|header| described(header, true));
    Value::Object(always.chain(optional).collect())
}

/// Returns the headers of the replies with one status of an error.
pub(super) fn of_error(error: &ErrorReply) -> Value {
    let retry = (error.status == TOO_MANY_REQUESTS).then_some(RETRY_AFTER.0);
    references(retry.into_iter())
}

/// Returns the headers of the replies with one status of success.
pub(super) fn of_success(operation: &Operation, success: Success) -> Value {
    let has_body = !matches!(operation.body(), Body::Nothing) && success != Success::NoContent;
    let takes = !matches!(operation.takes(), Takes::Nothing);
    let queues = matches!(operation.body(), Body::Keys(keys) if keys().iter().any(|key| key.name == "job_status"));
    let names = [
        has_body.then_some(ETAG.0),
        takes.then_some(LOCATION.0),
        takes.then_some(WARNING.0),
        queues.then_some(JOBS.0),
    ];
    let mut headers = references(names.into_iter().flatten());
    let of_limit = operation.limit().and_then(|limit| limit.header);
    if let (Some(name), Value::Object(headers)) = (of_limit, &mut headers) {
        let limit = json!({
            "description": "How often the endpoint can be called.",
            "schema": {"type": "string"},
        });
        headers.insert(name.to_owned(), limit);
    }
    headers
}

fn described((name, kind, description): &Described, is_required: bool) -> (String, Value) {
    let header = json!({
        "description": description,
        "required": is_required,
        "schema": {"type": kind},
    });
    ((*name).to_owned(), header)
}

fn references(more: impl Iterator<Item = &'static str>) -> Value {
    let always = ALWAYS.iter().map(|(name, ..)| *name);
    let reference = |name: &'static str| {
        let reference = json!({"$ref": format!("#/components/headers/{name}")});
        (name.to_owned(), reference)
    };
    Value::Object(always.chain(more).map(reference).collect::<Map<_, _>>())
}
