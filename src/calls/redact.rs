//! What must not be printed. A text shows of credentials the scheme and the user at most.

use serde_json::Value;

use crate::api::credentials::Credentials;

use super::call::Call;

/// What is printed in the place of a secret.
const SECRET: &str = "[secret]";

/// Names under which secrets stand, in bodies, queries and headers. They are compared without case and as parts: what is
/// called `api_token` is one.
const SECRET_NAMES: [&str; 12] = [
    "password",
    "passwd",
    "secret",
    "token",
    "authorization",
    "cookie",
    "api_key",
    "api-key",
    "apikey",
    "private_key",
    "credential",
    "session",
];

/// Names that are parts of harmless ones, and therefore compared as a whole.
const WHOLE_NAMES: [&str; 5] = ["auth", "jwt", "sig", "pin", "otp"];

/// Shorter secrets are words that stand elsewhere too, so taking them out of a text would spoil it.
const SHORTEST: usize = 6;

pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    let last = name.rsplit('.').next().unwrap_or_default();
    SECRET_NAMES.iter().any(|secret| name.contains(secret)) || WHOLE_NAMES.contains(&last)
}

/// The value of a header or a parameter, to be printed.
pub(super) fn value<'a>(name: &str, value: &'a str) -> &'a str {
    if is_secret(name) { SECRET } else { value }
}

/// A query as it was sent, but for the values of parameters that are called like secrets.
pub(super) fn query(query: &str) -> String {
    let parts = query.split('&').map(|part| {
        let (name, _) = part.split_once('=').unwrap_or((part, ""));
        let decoded = form_urlencoded::parse(name.as_bytes()).next().map(|(name, _)| name.into_owned());
        match is_secret(&decoded.unwrap_or_default()) {
            true => format!("{name}={SECRET}"),
            false => part.to_owned(),
        }
    });
    parts.collect::<Vec<_>>().join("&")
}

/// A body that is not JSON, and so has no places that could be told apart: shown if nothing in it is called like a secret.
pub(super) fn other_body(text: &str) -> String {
    let lower = text.to_lowercase();
    let names = SECRET_NAMES.iter().chain(&WHOLE_NAMES);
    match names.into_iter().any(|name| lower.contains(name)) {
        true => format!("({} bytes that are not JSON, and not shown since they seem to hold a secret)", text.len()),
        false => text.to_owned(),
    }
}

/// A secret in the forms in which it could stand in a text: as it is, in base64 with its user, percent-encoded.
pub(crate) fn forms_of(credentials: &Credentials) -> Vec<String> {
    let authorization = credentials.authorization();
    let encoded = authorization.split_once(' ').map(|(_, value)| value.to_owned());
    let mut forms = vec![credentials.password().to_owned()];
    forms.extend(encoded);
    let escaped: Vec<String> =
        forms.iter().map(|form| form_urlencoded::byte_serialize(form.as_bytes()).collect()).collect();
    forms.extend(escaped);
    forms.retain(|form| form.len() >= SHORTEST);
    forms
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

/// Takes out of a text what the account's own credentials hold, and what the calls showed as their secret, wherever else
/// it may stand.
pub(super) fn scrub<'a>(mut text: String, own: &[String], calls: impl Iterator<Item = &'a Call>) -> String {
    let mut secrets: Vec<String> = own.to_vec();
    for call in calls {
        secrets.extend(call.received().secrets.iter().cloned());
        let Some(header) = call.header("authorization") else { continue };
        match call.credentials() {
            Some(credentials) => secrets.extend(forms_of(&credentials)),
            None => secrets.push(header.split_once(' ').map_or(header, |(_, value)| value).trim().to_owned()),
        }
    }
    secrets.retain(|secret| secret.len() >= SHORTEST);
    secrets.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
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
    call.header("authorization").map_or_else(|| "no credentials".to_owned(), Credentials::describe)
}
