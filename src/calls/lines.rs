//! Writes calls, bodies and effects as lines. Nothing that a program sent reaches a terminal
//! unchanged: secrets are removed, control characters escaped, and long texts cut, in this order,
//! because half a secret is a secret, too. [`shown`] does that.

use serde_json::Value;

use super::call::Call;
use super::hint::Hint;
use super::json_start::plain_start;
use super::not_found::parameters_of;
use super::redact;
use super::secrets::Secrets;
use super::status_seen::jobs_in;
use crate::base::effect::Effect;
use crate::base::printable::{clean, cut};

/// The number of characters of a body that are shown.
const MAX_BODY_CHARS: usize = 480;

/// The size of a body in bytes up to which all of it is read. Only the start of a larger one is read,
/// because reading eight megabytes for each text would make a page wait for seconds.
const MAX_WHOLE_BODY: usize = 64 * 1024;

/// The number of bytes of a large body that are read for each character that may be needed of it. Not
/// all of them are shown: spaces and secrets are left out.
const BYTES_PER_CHAR: usize = 8;

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
    body_up_to(body, secrets, MAX_BODY_CHARS)
}

/// Returns the first `limit` characters of a body in one line. `None` means that it is empty.
pub(super) fn body_up_to(body: &[u8], secrets: &Secrets, limit: usize) -> Option<String> {
    let needed = secrets.reach().saturating_add(limit);
    let end = needed.saturating_mul(BYTES_PER_CHAR);
    if body.len() <= end.max(MAX_WHOLE_BODY) {
        return Some(shown(&plain_body(body)?, secrets, limit));
    }
    let Ok(text) = std::str::from_utf8(body) else {
        return Some(not_text(body));
    };
    let end = (0..=end).rev().find(|end| text.is_char_boundary(*end))?;
    Some(match plain_start(&text[..end]) {
        Some(start) => start_shown(&start, secrets, limit, text.chars().count()),
        None => format!("({} bytes that are not JSON)", body.len()),
    })
}

/// Returns the whole body, without values under the names of secrets.
fn plain_body(body: &[u8]) -> Option<String> {
    if body.is_empty() {
        return None;
    }
    let Ok(text) = std::str::from_utf8(body) else {
        return Some(not_text(body));
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

fn not_text(body: &[u8]) -> String {
    format!("({} bytes that are not text)", body.len())
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
        Some((end, _)) => start_shown(&text[..end], secrets, limit, text.chars().count()),
    }
}

/// Returns what may be printed of a text of `length` characters that starts with `start`. In the
/// last part of `start`, half a secret could stand, so that part is not shown.
fn start_shown(start: &str, secrets: &Secrets, limit: usize, length: usize) -> String {
    let reach = secrets.reach();
    let place = |chars: usize| {
        let place = start.char_indices().nth(chars);
        place.map_or(start.len(), |(place, _)| place)
    };
    let start = &start[..place(limit.saturating_add(reach))];
    let end = place(limit.min(start.chars().count().saturating_sub(reach)));
    let shown = clean(&secrets.scrub_start(start, end));
    let shown: String = shown.chars().take(limit).collect();
    format!(
        "{shown}… ({} of {length} characters)",
        shown.chars().count()
    )
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::credentials::Credentials;
    use crate::calls::secrets::SECRET;

    /// A body of more than a megabyte that starts with `start`, and has `end` behind that.
    fn large(start: &str, end: &str) -> Vec<u8> {
        format!("{start}{}{end}", "x".repeat(1 << 20)).into_bytes()
    }

    #[test]
    fn only_the_start_of_a_large_body_is_read() {
        let secrets = Secrets::default();
        let start = r#"{"user":{"pwd":"abc","name":""#;
        let whole = body_of(&large(start, "\"}}"), &secrets);
        assert_eq!(
            whole.as_deref(),
            Some(&*format!(
                r#"{{"user":{{"pwd":"[secret]","name":"{}… (480 of 1048608 characters)"#,
                "x".repeat(480 - 34)
            ))
        );
        // Whoever reads further finds that it is not JSON.
        for end in ["\n}}", "\"}]", "\"}", "\"\"\""] {
            let shown = body_of(&large(start, end), &secrets).unwrap_or_default();
            let (shown, _) = shown.split_once('…').unwrap_or_default();
            assert!(
                whole
                    .as_deref()
                    .is_some_and(|whole| whole.starts_with(shown))
            );
            assert_eq!(shown.len(), 480, "{end}");
        }
        let text = body_of(&large("pwd=abc&name=", ""), &secrets);
        assert_eq!(text.as_deref(), Some("(1048589 bytes that are not JSON)"));
    }

    #[test]
    fn a_secret_at_the_end_of_what_is_read_is_not_shown_in_half() {
        let credentials = Credentials::api_token("ada@example.com", "hunter2hunter2");
        let secrets = Secrets::of([&credentials]);
        for before in 0..40 {
            let start = format!(r#"{{"name":"{}"#, "y".repeat(before));
            for secret in ["hunter2hunter2", "hunter2hunter2 ", "%68unter2hunter2"] {
                let repeated = start.clone() + &secret.repeat(20_000) + "\"}";
                let shown = [
                    body_of(repeated.as_bytes(), &secrets).unwrap_or_default(),
                    value(&repeated, &secrets),
                ];
                for shown in shown {
                    assert!(shown.contains(SECRET), "{shown}");
                    assert!(
                        !shown.contains("hunt") && !shown.contains("unter"),
                        "{shown}"
                    );
                }
            }
        }
    }
}
