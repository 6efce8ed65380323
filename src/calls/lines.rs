//! How calls, bodies and effects are written in lines. Nothing that a program sent reaches a
//! terminal as it is: secrets are left out, control characters escaped, long texts cut with their
//! limit named. [`shown`] does it, in this order: half a secret is one, too.

use serde_json::Value;

use super::call::Call;
use super::hint::Hint;
use super::redact;
use super::secrets::Secrets;
use super::status_seen::jobs_in;
use crate::base::printable::{clean, cut};

/// So many characters of a body are shown.
const BODY: usize = 480;

/// So many characters of a path with its query, and of a value.
const VALUE: usize = 160;

/// So many characters of a line that is made of several values.
const LINE: usize = 1_000;

/// One column of a list of calls is at most so wide; what is longer sticks out.
const WIDEST: usize = 100;

/// The widths of the columns of a list of calls.
#[derive(Clone, Copy, Default)]
pub(super) struct Columns {
    ordinal: usize,
    method: usize,
    target: usize,
}

impl Columns {
    pub(super) fn of<'a>(calls: impl Iterator<Item = &'a Call>) -> Self {
        calls.fold(Self::default(), |columns, call| Self {
            ordinal: columns.ordinal.max(call.ordinal().to_string().len()),
            method: columns.method.max(call.method().len()).min(WIDEST),
            target: columns.target.max(target(call).chars().count()).min(WIDEST),
        })
    }

    /// `#2  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership`
    pub(super) fn line(self, call: &Call) -> String {
        let Self {
            ordinal: ordinal_width,
            method: method_width,
            target: target_width,
        } = self;
        let ordinal = format!("#{}", call.ordinal());
        let (method, target) = (value(call.method(), secrets(call)), target(call));
        let line = format!(
            "{ordinal:<ordinal_width$}  {method:<method_width$}  {target:<target_width$}  {}",
            outcome(call),
            ordinal_width = ordinal_width + 1,
        );
        line.trim_end().to_owned()
    }
}

pub(super) fn one_line(call: &Call) -> String {
    Columns::default().line(call)
}

/// The path with the query.
fn target(call: &Call) -> String {
    let query = redact::query(call.query());
    let target = if query.is_empty() {
        call.path().to_owned()
    } else {
        format!("{}?{query}", call.path())
    };
    shown(&target, secrets(call), VALUE)
}

/// What came of a call: the status, and the operation or the error.
pub(super) fn outcome(call: &Call) -> String {
    let received = call.received();
    if let Some(fault) = call.fault() {
        let status = received
            .reply
            .as_ref()
            .map_or_else(|| "no reply".to_owned(), |reply| reply.status().to_string());
        return format!(
            "-> {status}  injected fault: {}",
            line(&fault, secrets(call))
        );
    }
    let Some(reply) = &received.reply else {
        return "-> answered by a mock of the test, or still in progress".to_owned();
    };
    let succeeded = || {
        let operation = received.operation.map(|operation| operation.id())?;
        let state = jobs_in(reply).map(|state| format!(": {state}"));
        Some(operation.to_owned() + &state.unwrap_or_default())
    };
    let what = reason(call).or_else(succeeded).unwrap_or_default();
    format!("-> {}  {}", reply.status(), line(&what, secrets(call)))
}

/// Why a call was refused. None: it was not.
pub(super) fn reason(call: &Call) -> Option<String> {
    let received = call.received();
    let unknown = received.unknown.as_ref().map(ToString::to_string);
    let reason = unknown.or_else(|| received.error.clone())?;
    Some(line(&reason, secrets(call)))
}

/// The body of a call in one line. None if it has none.
pub(super) fn body(call: &Call) -> Option<String> {
    body_of(call.body(), secrets(call))
}

/// A body in one line. None if it is empty.
pub(super) fn body_of(body: &[u8], secrets: &Secrets) -> Option<String> {
    Some(shown(&plain_body(body)?, secrets, BODY))
}

/// A body, whole, without what stands under the names of secrets.
fn plain_body(body: &[u8]) -> Option<String> {
    if body.is_empty() {
        return None;
    }
    let Ok(text) = std::str::from_utf8(body) else {
        return Some(format!("({} bytes that are not text)", body.len()));
    };
    let Ok(mut value) = serde_json::from_str::<Value>(text) else {
        return Some(redact::other_body(text));
    };
    // As it was sent, in its own order of keys, unless that would print secrets or several lines.
    let has_secrets = redact::json(&mut value);
    let is_one_line = !text.contains(char::is_control);
    Some(if is_one_line && !has_secrets {
        text.to_owned()
    } else {
        value.to_string()
    })
}

/// A JSON value in one line.
pub(super) fn json(value: &Value, secrets: &Secrets) -> String {
    shown(&redact::plain_json(value), secrets, BODY)
}

/// An item of a body, a JSON value, in one short line.
pub(super) fn item(value: &Value, secrets: &Secrets) -> String {
    shown(&redact::plain_json(value), secrets, VALUE)
}

/// A value in one line.
pub(super) fn value(text: &str, secrets: &Secrets) -> String {
    shown(text, secrets, VALUE)
}

/// A line that is made of several values.
pub(super) fn line(text: &str, secrets: &Secrets) -> String {
    shown(text, secrets, LINE)
}

/// Why a body could not be read. serde quotes what it finds; where that may stand under the name of
/// a secret, this names only the place.
pub(super) fn error(error: &serde_json::Error, body: &[u8], secrets: &Secrets) -> String {
    let has_secrets = serde_json::from_slice(body).is_ok_and(|mut value| redact::json(&mut value));
    if has_secrets {
        return format!(
            "it has another type, at line {} column {}",
            error.line(),
            error.column()
        );
    }
    line(&error.to_string(), secrets)
}

/// A text as it may be printed. Of a very long one only as much is searched as could be printed,
/// and as a secret could reach beyond that.
fn shown(text: &str, secrets: &Secrets, limit: usize) -> String {
    let reach = secrets.reach().saturating_add(limit);
    match text.char_indices().nth(reach) {
        None => cut(&clean(&secrets.scrub(text)), limit),
        Some((end, _)) => {
            let start: String = clean(&secrets.scrub(&text[..end]))
                .chars()
                .take(limit)
                .collect();
            format!("{start}… ({limit} of {} characters)", text.chars().count())
        }
    }
}

fn secrets(call: &Call) -> &Secrets {
    &call.received().secrets
}

/// The lines below a call: what it changed, and what Zendesk passed over.
pub(super) fn effects(call: &Call) -> Vec<String> {
    let received = call.received();
    let now = received
        .effects
        .iter()
        .map(|effect| line(&effect.to_string(), secrets(call)));
    let later = received
        .later_effects
        .iter()
        .map(|effect| line(&format!("later: {effect}"), secrets(call)));
    now.chain(later).collect()
}

/// What had no effect, and for whose sake.
pub(super) fn ignored(call: &Call) -> Vec<String> {
    let meant = |name: &String| {
        let hint = call.hints().iter().find_map(|hint| match hint {
            Hint::IgnoredKey { sent, meant } if sent == name => Some(meant),
            _ => None,
        });
        match hint {
            Some(meant) => format!("{name} (did you mean {meant}?)"),
            None => name.clone(),
        }
    };
    let ignored: Vec<String> = call.ignored().iter().map(meant).collect();
    let lists = [
        ("ignored by Zendesk", ignored.as_slice()),
        ("not implemented by the double", call.unmodeled()),
    ];
    let lists = lists.into_iter().filter(|(_, names)| !names.is_empty());
    lists
        .map(|(what, names)| format!("{what}: {}", value(&names.join(", "), secrets(call))))
        .collect()
}
