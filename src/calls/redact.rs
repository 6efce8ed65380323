//! What must not be printed. A text shows of credentials the scheme and the user at most.

use std::borrow::Cow;

use form_urlencoded::Serializer;
use serde_json::Value;

use super::call::Call;

/// What is printed in the place of a secret.
const SECRET: &str = "[secret]";

/// Names under which secrets stand, in bodies, queries and headers. They are compared without case and as parts: what is
/// called `api_token` is one.
const SECRET_NAMES: [&str; 9] =
    ["password", "passwd", "secret", "token", "authorization", "cookie", "api_key", "api-key", "apikey"];

/// Shorter secrets are words that stand elsewhere too, so taking them out of a text would spoil it.
const SHORTEST: usize = 6;

pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRET_NAMES.iter().any(|secret| name.contains(secret))
}

/// The value of a header or a parameter, to be printed.
pub(super) fn value<'a>(name: &str, value: &'a str) -> &'a str {
    if is_secret(name) { SECRET } else { value }
}

/// A query as it was sent, but for the values of parameters that are called like secrets.
pub(super) fn query(query: &str) -> Cow<'_, str> {
    let pairs = || form_urlencoded::parse(query.as_bytes());
    if !pairs().any(|(name, _)| is_secret(&name)) {
        return Cow::Borrowed(query);
    }
    let redacted = pairs().map(|(name, text)| {
        let text = value(&name, &text).to_owned();
        (name, text)
    });
    Cow::Owned(Serializer::new(String::new()).extend_pairs(redacted).finish())
}

/// Takes the secrets out of a JSON value. Tells whether there were any.
pub(super) fn json(value: &mut Value) -> bool {
    let mut any = false;
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                if is_secret(key) && !value.is_object() && !value.is_array() {
                    *value = SECRET.into();
                    any = true;
                } else {
                    any |= json(value);
                }
            }
        }
        Value::Array(values) => {
            for value in values {
                any |= json(value);
            }
        }
        _ => {}
    }
    any
}

/// Takes out of a text what the calls showed as their secret, wherever else it may stand.
pub(super) fn scrub<'a>(mut text: String, calls: impl Iterator<Item = &'a Call>) -> String {
    let mut secrets: Vec<String> = calls
        .filter_map(|call| {
            let header = call.header("authorization")?;
            let value = header.split_once(' ').map_or(header, |(_, value)| value).trim().to_owned();
            let password = call.credentials().map(|credentials| credentials.password().to_owned());
            Some([Some(value), password])
        })
        .flatten()
        .flatten()
        .filter(|secret| secret.len() >= SHORTEST)
        .collect();
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets.dedup();
    for secret in secrets {
        if text.contains(&secret) {
            text = text.replace(&secret, SECRET);
        }
    }
    text
}

/// Who calls: the scheme of the credentials and the user in them.
pub(super) fn caller(call: &Call) -> String {
    match (call.header("authorization"), call.credentials()) {
        (None, _) => "no credentials".to_owned(),
        (Some(_), Some(credentials)) => credentials.shown(),
        (Some(_), None) => "an Authorization header that is neither Basic nor Bearer".to_owned(),
    }
}
