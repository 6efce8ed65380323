//! [`Reply`]: what an operation answers, and [`WireReply`]: that with all that goes over the wire with it.

use crate::clock::Timestamp;
use crate::ids::scatter;
use crate::limits::Rate;

use super::error::ApiError;
use super::json::JsonObject;
use super::operation::ApiResult;
use super::request::{ApiRequest, ResourceUrl};

/// The longest list of unpermitted keys that a reply names, in bytes: clients do not take headers of any length.
const LONGEST_WARNING: usize = 2_000;

/// The statuses of success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Success {
    Ok,
    Created,
    NoContent,
}

impl Success {
    pub(crate) const fn status(self) -> u16 {
        match self {
            Self::Ok => 200,
            Self::Created => 201,
            Self::NoContent => 204,
        }
    }
}

/// What an operation answers when it succeeds. The status is the operation's.
#[derive(Debug)]
pub(crate) struct Reply {
    body: Option<JsonObject>,
    headers: Vec<(&'static str, String)>,
}

impl Reply {
    pub(crate) fn json(body: JsonObject) -> Self {
        Self { body: Some(body), headers: Vec::new() }
    }

    pub(crate) fn no_content() -> Self {
        Self { body: None, headers: Vec::new() }
    }

    #[must_use]
    pub(crate) fn header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// With the url of the record that has been created.
    #[must_use]
    pub(crate) fn location(self, url: ResourceUrl<'_>) -> Self {
        self.header("location", url.to_string())
    }
}

/// A reply as it goes over the wire.
#[derive(Debug)]
pub(crate) struct WireReply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

/// What every reply carries, whatever it answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Envelope {
    pub(crate) now: Timestamp,
    /// Which request of the double this answers, from 1.
    pub(crate) ordinal: u64,
    pub(crate) rate: Rate,
}

impl WireReply {
    /// The reply to a request that got as far as its operation.
    pub(crate) fn to_operation(result: ApiResult, request: &ApiRequest<'_>, envelope: Envelope) -> Self {
        let mut wire = match result {
            Ok(reply) => Self::success(request.operation.success(), reply, envelope),
            Err(error) => Self::error(&error, envelope),
        };
        let unpermitted = request.unpermitted_keys();
        if !unpermitted.is_empty() {
            wire.headers.push(("x-zendesk-api-warn", warning(request, &unpermitted)));
        }
        wire
    }

    pub(crate) fn error(error: &ApiError, envelope: Envelope) -> Self {
        let form = error.form();
        let mut headers = common_headers(envelope);
        headers.push(("content-type", form.content_type.to_owned()));
        headers.push(("cache-control", "no-cache".to_owned()));
        headers.extend(form.retry_after.map(|seconds| ("retry-after", seconds.to_string())));
        Self { status: form.status, headers, body: form.body }
    }

    fn success(success: Success, reply: Reply, envelope: Envelope) -> Self {
        let mut headers = common_headers(envelope);
        let body = reply.body.map(JsonObject::into_bytes).unwrap_or_default();
        if success == Success::NoContent {
            headers.push(("cache-control", "no-cache".to_owned()));
        } else {
            headers.push(("content-type", "application/json; charset=utf-8".to_owned()));
            if !reply.headers.iter().any(|(name, _)| *name == "cache-control") {
                headers.push(("cache-control", "max-age=0, private, must-revalidate".to_owned()));
            }
            headers.push(("etag", etag(&body)));
        }
        headers.extend(reply.headers);
        Self { status: success.status(), headers, body }
    }
}

fn common_headers(envelope: Envelope) -> Vec<(&'static str, String)> {
    let random = scatter(envelope.ordinal);
    let Rate { limit, remaining, reset } = envelope.rate;
    vec![
        ("date", httpdate::fmt_http_date(envelope.now.system_time())),
        ("x-zendesk-api-version", "v2".to_owned()),
        ("x-request-id", format!("{random:016x}-SJC")),
        // Zendesk's own time for the request, in seconds. The double has no use for a true one.
        ("x-runtime", format!("0.{:06}", 50_000 + random % 50_000)),
        ("x-rate-limit", limit.to_string()),
        ("x-rate-limit-remaining", remaining.to_string()),
        ("ratelimit-limit", limit.to_string()),
        ("ratelimit-remaining", remaining.to_string()),
        ("ratelimit-reset", reset.to_string()),
    ]
}

/// `{:allowed_parameters=>{:controller=>"organizations", :action=>"destroy", :unpermitted_keys=>["organization"],
/// :invalid_values=>[]}}`: a Ruby hash, as Zendesk writes it.
fn warning(request: &ApiRequest<'_>, unpermitted: &[String]) -> String {
    let mut keys = String::new();
    for key in unpermitted {
        let quoted: String = key.chars().flat_map(char::escape_default).collect();
        if keys.len() + quoted.len() > LONGEST_WARNING {
            break;
        }
        if !keys.is_empty() {
            keys.push_str(", ");
        }
        keys.push('"');
        keys.push_str(&quoted);
        keys.push('"');
    }
    let (controller, action) = (request.operation.controller(), request.operation.action());
    format!(
        "{{:allowed_parameters=>{{:controller=>\"{controller}\", :action=>\"{action}\", \
         :unpermitted_keys=>[{keys}], :invalid_values=>[]}}}}"
    )
}

/// A weak tag with 32 hexadecimal digits, as Zendesk's are. It is a hash of the body, which Zendesk's need not be.
fn etag(body: &[u8]) -> String {
    let mut lanes = [body.len() as u64, !0];
    for word in body.chunks(8) {
        let mut bytes = [0; 8];
        bytes[..word.len()].copy_from_slice(word);
        let word = u64::from_le_bytes(bytes);
        lanes[0] = (lanes[0] ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
        lanes[1] = (lanes[1].rotate_left(31) ^ word).wrapping_mul(0xd6e8_feb8_6659_fd93);
    }
    format!("W/\"{:016x}{:016x}\"", scatter(lanes[0]), scatter(lanes[1]))
}
