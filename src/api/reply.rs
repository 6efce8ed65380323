//! [`Reply`]: the result of an operation; [`WireReply`]: the reply with everything that goes over
//! the wire.

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
use crate::base::open_question::Answers;
use crate::base::time::Timestamp;

use super::endpoint_limit::EndpointRate;
use super::error::{ApiError, ErrorForm};
use super::given_page::GivenPage;
use super::json::JsonObject;
use super::operation::{Operation, Success};
use super::page::Page;
use super::url::ResourceUrl;

/// The largest length of the unpermitted keys in a warning, in bytes. Clients do not accept headers
/// of any length.
const WARNING_LENGTH_LIMIT: usize = 2_000;

/// A header of a reply.
pub(crate) type Header = (HeaderName, HeaderValue);

/// The result of a successful operation. The status is the operation's.
#[derive(Debug)]
pub(crate) struct Reply {
    body: Option<JsonObject>,
    headers: Vec<Header>,
    /// The page, if the reply contains a page of a list.
    page: Option<GivenPage>,
    /// The status, if it is not the operation's.
    success: Option<Success>,
    /// The parts of parameters that Zendesk does not know: `?query plan` for a keyword.
    ignored: Vec<String>,
}

pub(crate) type ApiResult = Result<Reply, ApiError>;

impl Reply {
    pub(crate) fn json(body: JsonObject) -> Self {
        Self {
            body: Some(body),
            headers: Vec::new(),
            page: None,
            success: None,
            ignored: Vec::new(),
        }
    }

    pub(crate) fn no_content() -> Self {
        Self {
            body: None,
            headers: Vec::new(),
            page: None,
            success: None,
            ignored: Vec::new(),
        }
    }

    /// Returns a reply with a page of a list, whose records are in `body`.
    pub(crate) fn page(body: JsonObject, page: &Page) -> Self {
        Self::with_page(page.write_links(body), page.given())
    }

    /// Returns a reply that is a page, whose body is complete.
    pub(crate) fn with_page(body: JsonObject, page: GivenPage) -> Self {
        Self {
            page: Some(page),
            ..Self::json(body)
        }
    }

    /// Sets the status of a creation, whatever the operation's status is.
    #[must_use]
    pub(crate) fn of_creation(self) -> Self {
        Self {
            success: Some(Success::Created),
            ..self
        }
    }

    /// Sets the status 200, whatever the operation's status is.
    #[must_use]
    pub(crate) fn of_change(self) -> Self {
        Self {
            success: Some(Success::Ok),
            ..self
        }
    }

    /// Adds parts of parameters that Zendesk does not know, such as `?query foo`. They fail the test as
    /// parameters do that Zendesk does not have.
    #[must_use]
    pub(crate) fn ignoring(mut self, names: &[String]) -> Self {
        self.ignored.extend_from_slice(names);
        self
    }

    /// Returns the parts of parameters that Zendesk does not know.
    pub(crate) fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// Takes the page out of the reply.
    pub(crate) fn take_page(&mut self) -> Option<GivenPage> {
        self.page.take()
    }

    #[must_use]
    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Adds the URL of the created record.
    #[must_use]
    pub(crate) fn location(self, url: ResourceUrl<'_>) -> Self {
        self.header(LOCATION, header_value(url.to_string()))
    }
}

/// A reply with everything that goes over the wire.
#[derive(Debug)]
pub(crate) struct WireReply {
    pub(crate) status: u16,
    /// `None` means that the reply does not come from Zendesk.
    pub(crate) envelope: Option<Envelope>,
    /// The headers that do not come from the envelope.
    pub(crate) headers: Vec<Header>,
    pub(crate) body: Vec<u8>,
}

/// The number of headers in the envelope.
const ENVELOPE_SIZE: usize = 9;

const API_VERSION: HeaderName = HeaderName::from_static("x-zendesk-api-version");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const RUNTIME: HeaderName = HeaderName::from_static("x-runtime");
const RATE_LIMIT: HeaderName = HeaderName::from_static("x-rate-limit");
const RATE_LIMIT_REMAINING: HeaderName = HeaderName::from_static("x-rate-limit-remaining");
const RATELIMIT_LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const RATELIMIT_REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RATELIMIT_RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// What every reply contains, whatever the request was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Envelope {
    pub(crate) now: Timestamp,
    /// The number of the double's request, from 1.
    pub(crate) ordinal: u64,
    pub(crate) rate: Rate,
}

/// What a reply says about the limit of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) limit: u32,
    /// How many requests are left in this minute, after the present one.
    pub(crate) remaining: u32,
    /// The seconds until the next minute.
    pub(crate) reset: u64,
}

impl WireReply {
    /// Returns the reply to a request for an operation, with a warning of the keys that were
    /// dropped from the body. Without an operation it is an error.
    pub(crate) fn new(
        result: ApiResult,
        operation: Option<Operation>,
        dropped: &[String],
        envelope: Envelope,
        answers: Answers,
    ) -> Self {
        let mut wire = match (result, operation) {
            (Ok(reply), Some(operation)) => {
                let success = reply.success.unwrap_or(operation.success());
                Self::success(success, reply, envelope)
            }
            (Ok(_), None) => Self::error(&ApiError::InvalidEndpoint, envelope),
            (Err(error), _) => Self::formed(error.form(answers), envelope),
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

    /// Returns an error that depends on no open question.
    pub(crate) fn error(error: &ApiError, envelope: Envelope) -> Self {
        Self::formed(error.form(Answers::default()), envelope)
    }

    fn formed(form: ErrorForm, envelope: Envelope) -> Self {
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

    /// Returns a reply that the test wrote. The server marks the end of the body, so those headers
    /// are removed.
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

    /// Returns all headers that go over the wire.
    pub(crate) fn all_headers(&self) -> impl Iterator<Item = Header> {
        self.envelope
            .map(Envelope::headers)
            .into_iter()
            .flatten()
            .chain(self.headers.iter().cloned())
    }

    /// Converts it into an HTTP response with all headers.
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
    /// Returns the headers of the envelope. Code that keeps the envelope can compute them again.
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
        // The time that Zendesk took for the request, in seconds. Nothing in the double needs a
        // real one.
        let runtime = texts.write(format_args!("0.{:06}", 50_000 + random % 50_000));
        let limit = texts.write(format_args!("{limit}"));
        let remaining = texts.write(format_args!("{remaining}"));
        let reset = texts.write(format_args!("{reset}"));
        let value = texts.into_values();
        [
            (DATE, value(date)),
            (API_VERSION, HeaderValue::from_static("v2")),
            (REQUEST_ID, value(id)),
            (RUNTIME, value(runtime)),
            (RATE_LIMIT, value(limit.clone())),
            (RATE_LIMIT_REMAINING, value(remaining.clone())),
            (RATELIMIT_LIMIT, value(limit)),
            (RATELIMIT_REMAINING, value(remaining)),
            (RATELIMIT_RESET, value(reset)),
        ]
    }
}

/// The texts of header values in one allocation, because every reply has many of them.
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

/// Converts a text into the value of a header. The double's texts do not contain line breaks. If
/// one did, the value would be empty.
pub(crate) fn header_value(text: String) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// Returns the warning of unpermitted keys in Zendesk's form, a Ruby hash:
/// `{:allowed_parameters=>{:controller=>"organizations", :action=>"destroy",
/// :unpermitted_keys=>["organization"], :invalid_values=>[]}}`.
fn warning(operation: Operation, unpermitted: &[String]) -> String {
    let mut keys = String::new();
    for key in unpermitted {
        let quoted: String = key.chars().flat_map(char::escape_default).collect();
        if keys.len() + quoted.len() > WARNING_LENGTH_LIMIT {
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

/// Returns a weak tag with 32 hexadecimal digits, like Zendesk's. It is a hash of the body.
/// Zendesk's may be something else.
fn etag(body: &[u8]) -> String {
    // Four independent lanes are faster, and bodies are long.
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
