//! [`Reply`]: what an operation answers, and [`WireReply`]: that with all that goes over the wire with it.

use std::fmt::{self, Write};
use std::ops::Range;

use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, DATE, ETAG, HeaderName, HeaderValue, LOCATION,
    RETRY_AFTER, TRANSFER_ENCODING,
};
use http::{HeaderMap, Response, StatusCode};
use httpdate::HttpDate;

use crate::base::ids::scatter;
use crate::base::time::Timestamp;

use super::endpoint_limit::EndpointRate;
use super::error::ApiError;
use super::json::JsonObject;
use super::operation::{Operation, Success};
use super::page::{GivenPage, Page};
use super::url::ResourceUrl;

/// The longest list of unpermitted keys that a reply names, in bytes: clients do not take headers
/// of any length.
const LONGEST_WARNING: usize = 2_000;

/// A header of a reply.
pub(crate) type Header = (HeaderName, HeaderValue);

/// What an operation answers when it succeeds. The status is the operation's.
#[derive(Debug)]
pub(crate) struct Reply {
    body: Option<JsonObject>,
    headers: Vec<Header>,
    /// What it gives of a list, if it is a page of one.
    page: Option<GivenPage>,
    /// The status, where it is not the operation's.
    success: Option<Success>,
}

pub(crate) type ApiResult = Result<Reply, ApiError>;

impl Reply {
    pub(crate) fn json(body: JsonObject) -> Self {
        Self {
            body: Some(body),
            headers: Vec::new(),
            page: None,
            success: None,
        }
    }

    pub(crate) fn no_content() -> Self {
        Self {
            body: None,
            headers: Vec::new(),
            page: None,
            success: None,
        }
    }

    /// A page of a list, whose records `body` has.
    pub(crate) fn page(body: JsonObject, page: &Page) -> Self {
        Self {
            page: Some(page.given()),
            ..Self::json(page.write_links(body))
        }
    }

    /// With the status of a creation, whatever the operation usually does.
    #[must_use]
    pub(crate) fn of_creation(self) -> Self {
        Self {
            success: Some(Success::Created),
            ..self
        }
    }

    /// Takes what it gives of a list.
    pub(crate) fn take_page(&mut self) -> Option<GivenPage> {
        self.page.take()
    }

    #[must_use]
    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// With the url of the record that has been created.
    #[must_use]
    pub(crate) fn location(self, url: ResourceUrl<'_>) -> Self {
        self.header(LOCATION, header_value(url.to_string()))
    }
}

/// A reply as it goes over the wire.
#[derive(Debug)]
pub(crate) struct WireReply {
    pub(crate) status: u16,
    /// None: the reply is not Zendesk's at all.
    pub(crate) envelope: Option<Envelope>,
    /// Those that the envelope does not make.
    pub(crate) headers: Vec<Header>,
    pub(crate) body: Vec<u8>,
}

/// The number of headers that the envelope makes.
const ENVELOPE_SIZE: usize = 9;

/// What every reply carries, whatever it answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Envelope {
    pub(crate) now: Timestamp,
    /// Which request of the double this answers, from 1.
    pub(crate) ordinal: u64,
    pub(crate) rate: Rate,
}

/// What a reply tells of the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) limit: u32,
    /// How many requests are left in this minute, the present one taken off.
    pub(crate) remaining: u32,
    /// The seconds until the next minute.
    pub(crate) reset: u64,
}

impl WireReply {
    /// The reply to a request for an operation, of whose body some keys were dropped. Without an
    /// operation there is an error.
    pub(crate) fn new(
        result: ApiResult,
        operation: Option<Operation>,
        dropped: &[String],
        envelope: Envelope,
    ) -> Self {
        let mut wire = match (result, operation) {
            (Ok(reply), Some(operation)) => {
                let success = reply.success.unwrap_or(operation.success());
                Self::success(success, reply, envelope)
            }
            (Ok(_), None) => Self::error(&ApiError::InvalidEndpoint, envelope),
            (Err(error), _) => Self::error(&error, envelope),
        };
        if let Some(operation) = operation.filter(|_| !dropped.is_empty()) {
            let warning = warning(operation, dropped);
            wire.headers.push((
                HeaderName::from_static("x-zendesk-api-warn"),
                header_value(warning),
            ));
        }
        wire
    }

    /// With what it tells of the limit of its endpoint.
    pub(crate) fn telling(mut self, rate: Option<EndpointRate>) -> Self {
        if let Some(rate) = rate {
            let EndpointRate {
                header,
                total,
                remaining,
                resets,
            } = rate;
            let text = format!("total={total}; remaining={remaining}; resets={resets}");
            self.headers
                .push((HeaderName::from_static(header), header_value(text)));
        }
        self
    }

    pub(crate) fn error(error: &ApiError, envelope: Envelope) -> Self {
        let form = error.form();
        let mut headers = vec![
            (CONTENT_TYPE, HeaderValue::from_static(form.content_type)),
            (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        ];
        headers.extend(
            form.retry_after
                .map(|seconds| (RETRY_AFTER, seconds.into())),
        );
        Self {
            status: form.status,
            envelope: Some(envelope),
            headers,
            body: form.body,
        }
    }

    /// A reply that the test wrote. Where the body ends is for the server to say.
    pub(crate) fn own(response: Response<Vec<u8>>) -> Self {
        let (parts, body) = response.into_parts();
        let mut headers = parts.headers;
        headers.remove(CONTENT_LENGTH);
        headers.remove(TRANSFER_ENCODING);
        let each = |name: &HeaderName| {
            let values = headers.get_all(name).iter().cloned();
            values
                .map(|value| (name.clone(), value))
                .collect::<Vec<_>>()
        };
        Self {
            status: parts.status.as_u16(),
            envelope: None,
            headers: headers.keys().flat_map(each).collect(),
            body,
        }
    }

    fn success(success: Success, reply: Reply, envelope: Envelope) -> Self {
        let body = reply.body.map(JsonObject::into_bytes).unwrap_or_default();
        let mut headers = Vec::with_capacity(3 + reply.headers.len());
        if success == Success::NoContent {
            headers.push((CACHE_CONTROL, HeaderValue::from_static("no-cache")));
        } else {
            headers.push((
                CONTENT_TYPE,
                HeaderValue::from_static("application/json; charset=utf-8"),
            ));
            if !reply.headers.iter().any(|(name, _)| *name == CACHE_CONTROL) {
                headers.push((
                    CACHE_CONTROL,
                    HeaderValue::from_static("max-age=0, private, must-revalidate"),
                ));
            }
            headers.push((ETAG, header_value(etag(&body))));
        }
        headers.extend(reply.headers);
        Self {
            status: success.status(),
            envelope: Some(envelope),
            headers,
            body,
        }
    }

    /// All headers that go over the wire.
    pub(crate) fn all_headers(&self) -> impl Iterator<Item = Header> {
        self.envelope
            .map(Envelope::headers)
            .into_iter()
            .flatten()
            .chain(self.headers.iter().cloned())
    }

    /// The reply with all that goes over the wire.
    pub(crate) fn into_http(self) -> Response<Vec<u8>> {
        let envelope = self.envelope.map(Envelope::headers);
        let mut headers = HeaderMap::with_capacity(ENVELOPE_SIZE + self.headers.len() + 1);
        headers.extend(envelope.into_iter().flatten().chain(self.headers));
        let mut response = Response::new(self.body);
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or_default();
        *response.headers_mut() = headers;
        response
    }
}

impl Envelope {
    /// They follow from it, so that whoever keeps the envelope need not keep them.
    pub(crate) fn headers(self) -> [Header; ENVELOPE_SIZE] {
        let random = scatter(self.ordinal);
        let Rate {
            limit,
            remaining,
            reset,
        } = self.rate;
        let mut texts = Texts::default();
        let date = texts.write(format_args!("{}", HttpDate::from(self.now.system_time())));
        let id = texts.write(format_args!("{random:016x}-SJC"));
        // Zendesk's own time for the request, in seconds. The double has no use for a true one.
        let runtime = texts.write(format_args!("0.{:06}", 50_000 + random % 50_000));
        let limit = texts.write(format_args!("{limit}"));
        let remaining = texts.write(format_args!("{remaining}"));
        let reset = texts.write(format_args!("{reset}"));
        let value = texts.into_values();
        let name = HeaderName::from_static;
        [
            (DATE, value(date)),
            (
                name("x-zendesk-api-version"),
                HeaderValue::from_static("v2"),
            ),
            (name("x-request-id"), value(id)),
            (name("x-runtime"), value(runtime)),
            (name("x-rate-limit"), value(limit.clone())),
            (name("x-rate-limit-remaining"), value(remaining.clone())),
            (name("ratelimit-limit"), value(limit)),
            (name("ratelimit-remaining"), value(remaining)),
            (name("ratelimit-reset"), value(reset)),
        ]
    }
}

/// Texts for the values of headers in one piece of memory, since every reply has many.
struct Texts(String);

impl Default for Texts {
    fn default() -> Self {
        Self(String::with_capacity(96))
    }
}

impl Texts {
    fn write(&mut self, text: fmt::Arguments<'_>) -> Range<usize> {
        let start = self.0.len();
        // Writing to memory does not fail.
        let _ = self.0.write_fmt(text);
        start..self.0.len()
    }

    fn into_values(self) -> impl Fn(Range<usize>) -> HeaderValue {
        let bytes = Bytes::from(self.0);
        move |range| {
            HeaderValue::from_maybe_shared(bytes.slice(range))
                .unwrap_or_else(|_| HeaderValue::from_static(""))
        }
    }
}

/// A text as the value of a header. What the double writes there has no line breaks; should it
/// ever, the reply goes out without that value.
pub(crate) fn header_value(text: String) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// `{:allowed_parameters=>{:controller=>"organizations", :action=>"destroy", :unpermitted_keys=>["organization"], :invalid_values=>[]}}`:
/// a Ruby hash, as Zendesk writes it.
fn warning(operation: Operation, unpermitted: &[String]) -> String {
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
    let (controller, action) = (operation.controller(), operation.action());
    format!(
        "{{:allowed_parameters=>{{:controller=>\"{controller}\", :action=>\"{action}\", \
         :unpermitted_keys=>[{keys}], :invalid_values=>[]}}}}"
    )
}

/// A weak tag with 32 hexadecimal digits, as Zendesk's are. It is a hash of the body, which
/// Zendesk's need not be.
fn etag(body: &[u8]) -> String {
    // Four lanes that do not wait for each other: bodies are long.
    let mut lanes = [body.len() as u64, 1, 2, 3];
    let mut blocks = body.chunks_exact(8 * lanes.len());
    let mut mix = |block: &[u8]| {
        for (lane, word) in lanes.iter_mut().zip(block.chunks(8)) {
            let mut bytes = [0; 8];
            bytes[..word.len()].copy_from_slice(word);
            *lane = (*lane ^ u64::from_le_bytes(bytes))
                .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .rotate_left(29);
        }
    };
    blocks.by_ref().for_each(&mut mix);
    mix(blocks.remainder());
    let [first, second, third, fourth] = lanes.map(scatter);
    let mut tag = String::with_capacity(36);
    let _ = write!(
        tag,
        "W/\"{:016x}{:016x}\"",
        first ^ second.rotate_left(32),
        scatter(third) ^ fourth.rotate_left(32)
    );
    tag
}
