//! What the last reply has that programs often do not expect, so that they panic when they read it: a
//! null, or another surprise.

use serde_json::Value;

use super::call::Call;
use super::journal::JournalView;
use super::surprises::{Surprise, surprise_in};

/// An attribute that is sometimes null, although many programs assume that it is always there.
struct Nullable {
    /// The keys of one record and of several.
    roots: [&'static str; 2],
    key: &'static str,
    why: &'static str,
}

const NULLABLE: &[Nullable] = &[
    Nullable {
        roots: ["organization_membership", "organization_memberships"],
        key: "default",
        why: "Zendesk sends null for a membership that is not the default",
    },
    Nullable {
        roots: ["user", "users"],
        key: "email",
        why: "this user has no e-mail address, and NewUser::new(…).email(…) seeds one",
    },
];

/// Returns a line about what surprises in the last reply, if every call succeeded. `trouble` is what
/// may be about it: `panic` or `error`.
pub(super) fn surprise_in_last_reply(journal: &JournalView, trouble: &str) -> Option<String> {
    let calls = || journal.calls.iter().map(|(_, call)| call);
    let succeeded = |call: &Call| {
        let received = call.received();
        received.reply.is_some() && received.error.is_none() && received.fault.is_none()
    };
    let last = calls().last().filter(|_| calls().all(succeeded))?;
    let reply: Value = serde_json::from_slice(last.reply()?.body()).ok()?;
    let Surprise { about, has } = null(&reply).or_else(|| surprise_in(last, &reply))?;
    Some(format!(
        "all calls succeeded; if the {trouble} is about {about}: the last reply, #{}, has {has}",
        last.ordinal()
    ))
}

/// Returns the first null that programs often do not expect.
fn null(reply: &Value) -> Option<Surprise> {
    let (place, why) = NULLABLE.iter().find_map(|nullable| {
        let place = place(reply, nullable)?;
        Some((place, nullable.why))
    })?;
    Some(Surprise {
        about: "a null",
        has: format!("null in {place} ({why})"),
    })
}

/// Returns the first place where the attribute is null: `user.email`, or `users[1].email`.
fn place(reply: &Value, nullable: &Nullable) -> Option<String> {
    let Nullable {
        roots: [one, many],
        key,
        ..
    } = nullable;
    let is_null = |record: &Value| record.get(key).is_some_and(Value::is_null);
    if reply.get(one).is_some_and(is_null) {
        return Some(format!("{one}.{key}"));
    }
    let mut records = reply.get(many)?.as_array()?.iter();
    let index = records.position(is_null)?;
    Some(format!("{many}[{index}].{key}"))
}
