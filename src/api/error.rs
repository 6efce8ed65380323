//! Every error of the API in one table: when it occurs, with which status and which body. No other
//! file writes the body of an error.
//!
//! Zendesk has four envelopes for errors, and plain text besides. The envelope depends on the
//! error, so each row here contains it in full.

use std::ops::RangeInclusive;
use std::time::Duration;

use serde_json::json;

use crate::base::open_question::{Answers, OpenQuestion};
use crate::base::refusal::{FORBIDDEN, Refusal, Violation};
use crate::base::time::time_span;
use crate::base::value::Expected;

use super::endpoint_limit::EndpointLimitForm;

/// The reason why a request fails.
#[derive(Clone, Debug)]
pub(crate) enum ApiError {
    /// The record does not exist, or the caller cannot see it.
    RecordNotFound,
    /// There is no such route, or it does not support the method.
    InvalidEndpoint,
    /// The record breaks these rules. Never empty.
    RecordInvalid(Vec<Violation>),
    /// A parameter has the wrong type. `name` is its path with dots, `endpoint` the
    /// `controller/action` of the request.
    InvalidAttribute {
        name: String,
        expected: Expected,
        endpoint: String,
    },
    /// A required parameter is missing.
    ParameterMissing(&'static str),
    /// The request contains more items than allowed.
    TooManyValues,
    /// The request contains several records under this root key, where one is expected.
    TooManyRecords(&'static str),
    /// The request contains more users than allowed. This error has a different text.
    TooManyUsers,
    /// The account does not know the credentials, and the operation requires some.
    NotAuthenticated,
    /// The caller's role is not allowed to do this.
    Forbidden,
    /// The caller's OAuth token does not have this scope.
    MissingScope(&'static str),
    /// The account sent more requests in this minute than allowed.
    RateLimited {
        retry_after: u64,
        form: RateLimitForm,
    },
    /// One record was changed more often in this minute than allowed.
    EndpointLimited {
        retry_after: u64,
        form: EndpointLimitForm,
    },
    /// There are more background jobs at once than allowed.
    TooManyJobs {
        job_type: &'static str,
        current: Vec<String>,
    },
    /// A status that the test asked for, with Zendesk's usual body if one is known.
    Injected {
        status: u16,
        retry_after: Option<u64>,
    },
    /// An error page of the network in front of Zendesk.
    EdgePage { status: u16 },
    /// Offset pagination went beyond its limit.
    InvalidPaginationDepth,
    /// A parameter of cursor pagination has a value that is not allowed.
    InvalidPaginationParameter(&'static str),
    /// A look-up does not say what to look for.
    QuerySyntax,
    /// A search is refused for this reason.
    InvalidSearch(String),
    /// Zendesk supports this, but the double does not. The names are written like a parameter:
    /// `?query created`. This fails the test.
    NotModeled(Vec<String>),
    /// An export was asked for changes since a time that is newer than what it shows.
    TooRecentStartTime { delay: Duration },
    /// The program asked for the last page of an export this many times in a row.
    EndlessExport { times: u32 },
    /// The body claims to be JSON but is not, or is not an object.
    MalformedJson,
    /// The body does not claim to be JSON, in an account that refuses that.
    UnsupportedMediaType,
    /// The body is larger than the double accepts.
    BodyTooLarge,
    /// The double itself failed.
    Internal(String),
    /// The test's function that writes the reply panicked.
    NoOwnReply,
}

/// The possible statuses of an error.
pub(crate) const STATUSES: RangeInclusive<u16> = 400..=599;

/// The status of every limit of requests.
pub(crate) const TOO_MANY_REQUESTS: u16 = 429;

/// The description in the reply to a client that sent too many requests.
const REQUESTS_EXCEEDED: &str = "Number of allowed API requests per minute exceeded";

/// The status of a service that is down or asks the client to wait.
pub(crate) const UNAVAILABLE: u16 = 503;

/// The form of the reply when the account's limit of requests is exceeded. All of these were seen
/// in practice; the documentation shows text.
///
/// <https://developer.zendesk.com/api-reference/introduction/rate-limits/>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RateLimitForm {
    /// `{"error":"APIRateLimitExceeded",…}`
    #[default]
    Json,
    /// A sentence as `text/plain`.
    Text,
    /// A sentence as `text/html`, as in the documentation's example.
    Html,
}

/// The form of an error on the wire.
pub(crate) struct ErrorForm {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: Vec<u8>,
    /// The seconds to wait before the next try.
    pub(crate) retry_after: Option<u64>,
}

impl ErrorForm {
    fn retry_after(self, seconds: u64) -> Self {
        Self {
            retry_after: Some(seconds),
            ..self
        }
    }
}

impl ApiError {
    /// Returns the error on the wire, in an account that answers open questions like this.
    pub(crate) fn form(&self, answers: Answers) -> ErrorForm {
        let (question, other) = match self {
            Self::MalformedJson => (
                OpenQuestion::MalformedJson,
                classic(400, "BadRequest", "Bad Request"),
            ),
            Self::TooManyRecords(_) => (
                OpenQuestion::PluralRoot,
                json_form(422, &record_invalid(&[])),
            ),
            Self::InvalidPaginationParameter(name) if name.starts_with("page[") => {
                let body = format!(
                    r#"{{"errors":[{{"code":"InvalidPaginationParameter","title":"{name} is not valid"}}]}}"#
                );
                (OpenQuestion::CursorErrors, raw(400, &body))
            }
            _ => return self.usual_form(),
        };
        match answers.is_other(question) {
            true => other,
            false => self.usual_form(),
        }
    }

    fn usual_form(&self) -> ErrorForm {
        match self {
            Self::RecordNotFound => classic(404, "RecordNotFound", "Not found"),
            Self::InvalidEndpoint => classic(404, "InvalidEndpoint", "Not found"),
            Self::RecordInvalid(violations) => json_form(422, &record_invalid(violations)),
            Self::InvalidAttribute {
                name,
                expected,
                endpoint,
            } => {
                let expected = expected.text();
                titled(
                    400,
                    "Invalid attribute",
                    &format!(
                        "You passed an invalid value for the {name} attribute. \
                         Invalid parameter: {name} {expected} from api/v2/{endpoint}"
                    ),
                )
            }
            Self::ParameterMissing(name) => classic(
                400,
                "ParameterMissing",
                &format!("Parameter {name} is required"),
            ),
            // Zendesk's text has these two spaces.
            Self::TooManyValues => raw(
                400,
                r#"{"error":"TooManyValues","description":"Parameter  cannot specify more than 100 values","max_count":100}"#,
            ),
            Self::TooManyRecords(root) => raw(
                400,
                &format!(
                    r#"{{"error":"TooManyValues","description":"Parameter {root} cannot specify more than 1 values","max_count":1}}"#
                ),
            ),
            Self::TooManyUsers => classic(
                400,
                "TooManyValues",
                "Maximum 100 users may be created per call",
            ),
            Self::NotAuthenticated => raw(401, r#"{"error":"Couldn't authenticate you"}"#),
            Self::Forbidden => titled(403, "Forbidden", FORBIDDEN),
            Self::MissingScope(scope) => classic(
                403,
                "Forbidden",
                &format!("Missing the following required scopes: {scope}"),
            ),
            Self::RateLimited { retry_after, form } => {
                let limited = match form {
                    RateLimitForm::Json => classic(429, "APIRateLimitExceeded", REQUESTS_EXCEEDED),
                    RateLimitForm::Text => text(429, REQUESTS_EXCEEDED),
                    RateLimitForm::Html => html(429, REQUESTS_EXCEEDED),
                };
                limited.retry_after(*retry_after)
            }
            Self::EndpointLimited { retry_after, form } => {
                let limited = match form {
                    EndpointLimitForm::Export => classic(
                        429,
                        "APIRateLimitExceeded",
                        "Number of allowed incremental export API requests per minute exceeded",
                    ),
                    EndpointLimitForm::OfAccount => {
                        classic(429, "APIRateLimitExceeded", REQUESTS_EXCEEDED)
                    }
                    EndpointLimitForm::Json => raw(
                        429,
                        r#"{"errors":[{"code":"TooManyRequests","title":"Too many requests to update"}]}"#,
                    ),
                    // It names nobody, and ends in a space.
                    EndpointLimitForm::TextAboutUser => text(
                        429,
                        "You have exceeded the rate limit for updating a single unique user. \
                         user email:  id:  external_id: ",
                    ),
                };
                limited.retry_after(*retry_after)
            }
            Self::TooManyJobs { job_type, current } => {
                let (current, job_type) = (
                    json!(current),
                    json!(format!(
                        "Too many {job_type} jobs are currently queued or running. Try again later."
                    )),
                );
                raw(
                    429,
                    &format!(
                        r#"{{"error":"TooManyJobs","description":{job_type},"current_job_ids":{current}}}"#
                    ),
                )
            }
            Self::Injected {
                status,
                retry_after,
            } => {
                let form = injected(*status, *retry_after);
                ErrorForm {
                    retry_after: retry_after.or(form.retry_after),
                    ..form
                }
            }
            Self::EdgePage { status } => edge_page(*status),
            Self::InvalidPaginationDepth => json_form(400, &pagination_too_deep()),
            Self::InvalidPaginationParameter(name) => classic(
                400,
                "InvalidPaginationParameter",
                &format!("{name} is not valid"),
            ),
            Self::QuerySyntax => classic(400, "Query Error", "Invalid query syntax"),
            Self::InvalidSearch(reason) => {
                classic(422, "invalid", &format!("Invalid search: {reason}"))
            }
            Self::NotModeled(names) => text(
                501,
                &format!("mock-zendesk does not implement {}", names.join(", ")),
            ),
            // The words are those of a time when the rule was five minutes.
            Self::TooRecentStartTime { delay } => classic(
                422,
                "InvalidValue",
                &format!(
                    "Too recent start_time. Use a start_time older than {}",
                    time_span(*delay)
                ),
            ),
            Self::EndlessExport { times } => text(
                400,
                &format!(
                    "mock-zendesk refuses this request: the same one got the last page of this export \
                     {times} times in a minute. Stop when end_of_stream is true: next_page is set on every page"
                ),
            ),
            // The documentation promises text for "an error like a bad request". The exact text is
            // not known.
            Self::MalformedJson => text(400, "Bad Request"),
            // Neither its words nor its code are known.
            Self::UnsupportedMediaType => {
                classic(415, "UnsupportedMediaType", "The body must be JSON")
            }
            // Zendesk's reply is not known: no client of its API sends so large a body.
            Self::BodyTooLarge => text(413, "Request Entity Too Large"),
            Self::Internal(what) => text(
                500,
                &format!("mock-zendesk failed, please report this: {what}"),
            ),
            Self::NoOwnReply => text(500, "the test's own reply panicked"),
        }
    }
}

impl ApiError {
    /// Returns the error in a few words, for a list of calls: the fields and codes of a validation,
    /// the code of most others.
    pub(crate) fn summary(&self) -> String {
        match self {
            Self::RecordNotFound => "RecordNotFound".to_owned(),
            Self::InvalidEndpoint => "InvalidEndpoint".to_owned(),
            Self::RecordInvalid(violations) => {
                let parts = violations.iter().map(|violation| {
                    let Violation {
                        field,
                        description,
                        code,
                    } = violation;
                    format!("{field}: {}", code.unwrap_or(description.trim()))
                });
                parts.collect::<Vec<_>>().join(", ")
            }
            Self::InvalidAttribute { name, expected, .. } => format!("{name} {}", expected.text()),
            Self::ParameterMissing(name) => format!("ParameterMissing: {name}"),
            Self::TooManyValues | Self::TooManyUsers => "TooManyValues".to_owned(),
            Self::TooManyRecords(root) => format!("TooManyValues: {root}"),
            Self::NotAuthenticated => "Couldn't authenticate you".to_owned(),
            Self::Forbidden => "Forbidden".to_owned(),
            Self::MissingScope(scope) => format!("Forbidden: missing scope {scope}"),
            Self::RateLimited { .. } => "APIRateLimitExceeded".to_owned(),
            Self::EndpointLimited { .. } => "TooManyRequests".to_owned(),
            Self::TooManyJobs { .. } => "TooManyJobs".to_owned(),
            Self::Injected { status, .. } => format!("status {status}"),
            Self::EdgePage { status } => format!("error page {status}"),
            Self::InvalidPaginationDepth => "InvalidPaginationDepth".to_owned(),
            Self::InvalidPaginationParameter(name) => format!("InvalidPaginationParameter: {name}"),
            Self::QuerySyntax => "Query Error".to_owned(),
            Self::InvalidSearch(_) => "invalid search".to_owned(),
            Self::NotModeled(_) => "not implemented".to_owned(),
            Self::TooRecentStartTime { .. } => "too recent start_time".to_owned(),
            Self::EndlessExport { .. } => "endless export".to_owned(),
            Self::MalformedJson => "malformed JSON".to_owned(),
            Self::UnsupportedMediaType => "UnsupportedMediaType".to_owned(),
            Self::BodyTooLarge => "body too large".to_owned(),
            Self::Internal(_) => "mock-zendesk failed".to_owned(),
            Self::NoOwnReply => "own reply panicked".to_owned(),
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound => Self::RecordNotFound,
            Refusal::Forbidden => Self::Forbidden,
            // Only items of jobs can be made to fail. A request never gets here.
            Refusal::Failed(reason) => Self::Internal(reason),
            Refusal::Invalid(violations) => Self::RecordInvalid(violations),
        }
    }
}

/// Groups the violations by field, in the order in which they were found.
fn record_invalid(violations: &[Violation]) -> String {
    let mut fields: Vec<(&'static str, Vec<String>)> = Vec::new();
    for violation in violations {
        let Violation {
            field,
            description,
            code,
        } = violation;
        let description = json!(description);
        let item = match code {
            Some(code) => format!(r#"{{"description":{description},"error":"{code}"}}"#),
            None => format!(r#"{{"description":{description}}}"#),
        };
        match fields.iter_mut().find(|(other, _)| other == field) {
            Some((_, items)) => items.push(item),
            None => fields.push((*field, vec![item])),
        }
    }
    let details: Vec<String> = fields
        .iter()
        .map(|(field, items)| format!(r#""{field}":[{}]"#, items.join(",")))
        .collect();
    format!(
        r#"{{"error":"RecordInvalid","description":"Record validation errors","details":{{{}}}}}"#,
        details.join(",")
    )
}

fn pagination_too_deep() -> String {
    let title = "Pagination requests using Offset Pagination are limited to page 100 or up to 10000 records (page * per_page)";
    let detail = "There are limits to the page depth in Offset Pagination. Offset Pagination will be deprecated fully in the near future.\nPlease switch to Cursor Pagination at the earliest. Cursor Pagination does not have any limits.\nSee https://developer.zendesk.com/documentation/api-basics/pagination/comparing-cursor-pagination-and-offset-pagination\n";
    let (title, detail) = (json!(title), json!(detail));
    format!(
        r#"{{"errors":[{{"code":"InvalidPaginationDepth","title":{title},"detail":{detail}}}]}}"#
    )
}

/// Returns Zendesk's usual reply with this status. Several errors can have the same status.
fn injected(status: u16, retry_after: Option<u64>) -> ErrorForm {
    match status {
        400 => ApiError::MalformedJson.usual_form(),
        401 => ApiError::NotAuthenticated.usual_form(),
        403 => ApiError::Forbidden.usual_form(),
        404 => ApiError::RecordNotFound.usual_form(),
        409 => text(409, "Requester creation collision - please try again"),
        422 => raw(
            422,
            r#"{"error":"RecordInvalid","description":"Record validation errors","details":{}}"#,
        ),
        429 => ApiError::RateLimited {
            retry_after: retry_after.unwrap_or(60),
            form: RateLimitForm::default(),
        }
        .usual_form(),
        500 => raw(500, r#"{"status":500,"error":"Internal Server Error"}"#),
        // If the database is slow, Zendesk asks the client to wait, as text. Maintenance and
        // outages show a page.
        503 if retry_after.is_some() => text(503, "Service Unavailable"),
        502..=504 | 520..=524 => edge_page(status),
        other => text(other, &format!("Status {other}")),
    }
}

/// Zendesk's edge is Cloudflare, whose error pages are HTML.
fn edge_page(status: u16) -> ErrorForm {
    html(
        status,
        &format!(
            "<!DOCTYPE html>\n<html>\n<head><title>{status}</title></head>\n<body><center><h1>{status}</h1></center>\
             <hr><center>cloudflare</center></body>\n</html>\n"
        ),
    )
}

/// `{"error":"Code","description":"…"}`
fn classic(status: u16, code: &str, description: &str) -> ErrorForm {
    json_form(
        status,
        &format!(
            r#"{{"error":"{code}","description":{}}}"#,
            json!(description)
        ),
    )
}

/// `{"error":{"title":"…","message":"…"}}`
fn titled(status: u16, title: &str, message: &str) -> ErrorForm {
    json_form(
        status,
        &format!(
            r#"{{"error":{{"title":"{title}","message":{}}}}}"#,
            json!(message)
        ),
    )
}

fn raw(status: u16, body: &str) -> ErrorForm {
    json_form(status, body)
}

fn json_form(status: u16, body: &str) -> ErrorForm {
    form(status, "application/json; charset=utf-8", body)
}

fn text(status: u16, body: &str) -> ErrorForm {
    form(status, "text/plain; charset=utf-8", body)
}

fn html(status: u16, body: &str) -> ErrorForm {
    form(status, "text/html; charset=utf-8", body)
}

fn form(status: u16, content_type: &'static str, body: &str) -> ErrorForm {
    ErrorForm {
        status,
        content_type,
        body: body.as_bytes().to_vec(),
        retry_after: None,
    }
}
