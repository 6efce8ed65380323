//! Reads what a request to the page says: JSON with known fields, or a query with known parameters.
//! Whatever is wrong is refused with its name.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Map, Value};

use crate::api::request::{BODY_SIZE_LIMIT, Incoming};
use crate::base::printable::{clean, cut};

use super::reply::Refused;

/// The number of characters of what was sent that an error repeats.
const MAX_SHOWN_CHARS: usize = 80;

/// Returns the object in the body. An empty body is an empty object. The type must be JSON: a form of
/// another page cannot send that.
pub(super) fn object(incoming: &Incoming<'_>) -> Result<Map<String, Value>, Refused> {
    match text(incoming)?.trim() {
        "" => Ok(Map::new()),
        text => match serde_json::from_str(text) {
            Ok(Value::Object(fields)) => Ok(fields),
            Ok(_) => Err(Refused::bad("body: this is JSON, but not an object")),
            Err(error) => Err(Refused::bad(format!("body: this is not JSON: {error}"))),
        },
    }
}

/// Returns the body, which must be declared as JSON.
pub(super) fn text<'a>(incoming: &Incoming<'a>) -> Result<&'a str, Refused> {
    let content_type = incoming.header("content-type").unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        let text = "Content-Type: it must be application/json";
        return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
    }
    if incoming.body.len() > BODY_SIZE_LIMIT {
        let text = "body: it has more than 8 MiB; load a fixture of this size with --fixture";
        return Err(Refused::new(StatusCode::PAYLOAD_TOO_LARGE, text));
    }
    std::str::from_utf8(incoming.body).map_err(|_| Refused::bad("body: this is not UTF-8"))
}

/// Refuses fields that the route does not have.
pub(super) fn only(fields: &Map<String, Value>, known: &[&str]) -> Result<(), Refused> {
    match fields.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(unknown(name, "field", known)),
        None => Ok(()),
    }
}

/// Returns a number of seconds above 0.
pub(super) fn seconds(fields: &Map<String, Value>) -> Result<Duration, Refused> {
    let given = fields.get("seconds");
    let seconds = given
        .and_then(Value::as_f64)
        .filter(|seconds| *seconds > 0.0);
    let time = seconds.map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX));
    time.ok_or_else(|| {
        let sent = given.map_or_else(|| "missing".to_owned(), |given| shown(&given.to_string()));
        Refused::bad(format!(
            "seconds: it must be a number above 0, and is {sent}"
        ))
    })
}

/// What a request for calls asks for.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// Only calls after this one.
    pub(super) after: u64,
    /// How long to wait for one.
    pub(super) wait: Duration,
}

impl Wanted {
    /// The longest wait.
    const MAX_WAIT_SECONDS: f64 = 30.0;

    /// Reads the query of a route that takes these parameters.
    pub(super) fn of(query: &str, known: &[&str]) -> Result<Self, Refused> {
        let mut wanted = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if !known.contains(&&*name) {
                return Err(unknown(&name, "parameter", known));
            }
            let bad = |what: &str| {
                Refused::bad(format!(
                    "{name}: it must be {what}, and is {}",
                    shown(&value)
                ))
            };
            match &*name {
                "after" => {
                    wanted.after = value.parse().map_err(|_| bad("the number of a call"))?;
                }
                _ => {
                    let seconds = value.parse().ok();
                    let seconds = seconds.filter(|s| (0.0..=Self::MAX_WAIT_SECONDS).contains(s));
                    let seconds = seconds.ok_or_else(|| bad("a number of seconds up to 30"))?;
                    wanted.wait = Duration::from_secs_f64(seconds);
                }
            }
        }
        Ok(wanted)
    }
}

fn unknown(name: &str, what: &str, known: &[&str]) -> Refused {
    let takes = if known.is_empty() {
        "it takes none".to_owned()
    } else {
        format!("it takes {}", known.join(", "))
    };
    Refused::bad(format!(
        "{}: the route has no such {what}; {takes}",
        shown(name)
    ))
}

/// Returns what was sent as an error repeats it.
pub(super) fn shown(sent: &str) -> String {
    cut(&clean(sent), MAX_SHOWN_CHARS)
}
