//! Writes calls, bodies and effects as lines. Nothing that a program sent reaches a terminal
//! unchanged: secrets are removed, control characters escaped, and long texts cut, in this order,
//! because half a secret is a secret, too. [`shown`] does that.

use serde_json::Value;

use super::call::Call;
use super::hint::Hint;
use super::not_found::parameters_of;
use super::redact;
use super::secrets::Secrets;
use super::status_seen::jobs_in;
use crate::base::effect::Effect;
use crate::base::printable::{clean, cut};

/// The number of characters of a body that are shown.
const MAX_BODY_CHARS: usize = 480;

/// The number of characters of a value, or of a path with its query, that are shown.
const MAX_VALUE_CHARS: usize = 160;

/// The number of characters of a line with several values that are shown.
const MAX_LINE_CHARS: usize = 1_000;

/// The maximum width of a column in a list of calls. Longer values extend beyond it.
const MAX_COLUMN_WIDTH: usize = 100;

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
            method: columns
                .method
                .max(call.method().len())
                .min(MAX_COLUMN_WIDTH),
            target: columns
                .target
                .max(target(call).chars().count())
                .min(MAX_COLUMN_WIDTH),
        })
    }

    /// Returns the line of a call, such as
    /// `#2  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership`.
    pub(super) fn line(self, call: &Call) -> String {
        let Self {
            ordinal: ordinal_width,
            method: method_width,
            target: target_width,
        } = self;
        let ordinal = format!("#{}", call.ordinal());
        let (method, target) = (method(call), target(call));
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

/// Returns the HTTP method.
pub(super) fn method(call: &Call) -> String {
    value(call.method(), secrets(call))
}

/// Returns the fault that happened to a call. `None` means that no fault happened.
pub(super) fn fault(call: &Call) -> Option<String> {
    Some(line(&call.fault()?, secrets(call)))
}

/// Returns the path with the query.
pub(super) fn target(call: &Call) -> String {
    let query = redact::query(call.query());
    let target = if query.is_empty() {
        call.path().to_owned()
    } else {
        format!("{}?{query}", call.path())
    };
    shown(&target, secrets(call), MAX_VALUE_CHARS)
}

/// Returns the outcome of a call: the status, and the operation or the error.
pub(super) fn outcome(call: &Call) -> String {
    let received = call.received();
    if let Some(fault) = fault(call) {
        let status = received
            .reply
            .as_ref()
            .map_or_else(|| "no reply".to_owned(), |reply| reply.status().to_string());
        return format!("-> {status}  injected fault: {fault}");
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

/// Returns why a call was refused. `None` means that it was not.
pub(super) fn reason(call: &Call) -> Option<String> {
    let received = call.received();
    let unknown = received.unknown.as_ref().map(ToString::to_string);
    let reason = unknown.or_else(|| received.error.clone())?;
    Some(line(&reason, secrets(call)))
}

/// Returns the body of a call in one line. `None` means that it has none.
pub(super) fn body(call: &Call) -> Option<String> {
    body_of(call.body(), secrets(call))
}

/// Returns a body in one line. `None` means that it is empty.
pub(super) fn body_of(body: &[u8], secrets: &Secrets) -> Option<String> {
    Some(shown(&plain_body(body)?, secrets, MAX_BODY_CHARS))
}

/// Returns the whole body, without values under the names of secrets.
pub(super) fn plain_body(body: &[u8]) -> Option<String> {
    if body.is_empty() {
        return None;
    }
    let Ok(text) = std::str::from_utf8(body) else {
        return Some(format!("({} bytes that are not text)", body.len()));
    };
    let Ok(mut value) = serde_json::from_str::<Value>(text) else {
        return Some(redact::other_body(text));
    };
    // The body is kept as sent, with its order of keys, unless that would print secrets or several
    // lines.
    let has_secrets = redact::json(&mut value);
    let is_one_line = !text.contains(char::is_control);
    Some(if is_one_line && !has_secrets {
        text.to_owned()
    } else {
        value.to_string()
    })
}

/// Returns a JSON value in one line.
pub(super) fn json(value: &Value, secrets: &Secrets) -> String {
    shown(&redact::plain_json(value), secrets, MAX_BODY_CHARS)
}

/// Returns an item of a body, a JSON value, in one short line.
pub(super) fn item(value: &Value, secrets: &Secrets) -> String {
    shown(&redact::plain_json(value), secrets, MAX_VALUE_CHARS)
}

/// Returns a value in one line.
pub(super) fn value(text: &str, secrets: &Secrets) -> String {
    shown(text, secrets, MAX_VALUE_CHARS)
}

/// Returns a line that consists of several values.
pub(crate) fn line(text: &str, secrets: &Secrets) -> String {
    shown(text, secrets, MAX_LINE_CHARS)
}

/// Returns why a body could not be read. serde quotes what it finds. If that may be a value under
/// the name of a secret, this returns only the place.
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

/// Returns a text that may be printed. In a very long text, only the part is searched that could be
/// printed, plus the length of the longest secret.
pub(super) fn shown(text: &str, secrets: &Secrets, limit: usize) -> String {
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

pub(super) fn secrets(call: &Call) -> &Secrets {
    &call.received().secrets
}

/// Returns the hints of a call.
#[cfg(feature = "standalone")]
pub(super) fn hints(call: &Call) -> Vec<String> {
    let hints = call.hints().iter();
    hints
        .map(|hint| line(&hint.to_string(), secrets(call)))
        .collect()
}

/// Returns the lines below a call: what it changed, and what Zendesk ignored.
pub(super) fn effects(call: &Call) -> Vec<String> {
    let received = call.received();
    let now = received.effects.iter();
    let now = now.map(|change| effect(call, change));
    let later = received.later_effects.iter();
    let later = later.map(|change| later_effect(call, change));
    now.chain(later).collect()
}

/// Returns the line of something that a call itself changed.
pub(super) fn effect(call: &Call, effect: &Effect) -> String {
    line(&effect.to_string(), secrets(call))
}

/// Returns the line of something that a background job of a call changed.
pub(super) fn later_effect(call: &Call, effect: &Effect) -> String {
    line(&format!("later: {effect}"), secrets(call))
}

/// Returns the events that a call caused, for webhooks.
pub(super) fn events(call: &Call) -> Vec<String> {
    #[cfg(feature = "webhooks")]
    let events = call.received().events.iter();
    #[cfg(not(feature = "webhooks"))]
    let events = std::iter::empty::<String>();
    events
        .map(|event| line(&format!("event: {event}"), secrets(call)))
        .collect()
}

/// Returns what had no effect, and whether Zendesk or the double ignored it.
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
    let is_parameter = |name: &String| name.starts_with('?') && !name.contains(' ');
    let takes = call
        .operation()
        .filter(|_| call.ignored().iter().any(is_parameter));
    let takes = takes.map(|operation| format!("; {}", parameters_of(operation)));
    let lists = [
        ("ignored by Zendesk", ignored.as_slice(), takes),
        ("not implemented by the double", call.unmodeled(), None),
    ];
    let lists = lists.into_iter().filter(|(_, names, _)| !names.is_empty());
    lists
        .map(|(what, names, more)| {
            let names = value(&names.join(", "), secrets(call));
            format!("{what}: {names}{}", more.unwrap_or_default())
        })
        .collect()
}
