//! [`Secrets`]: what no text may show. Everything that is printed of calls passes through it.
//!
//! The account's secrets are known from the start. The secrets of a request are known from its
//! arrival on, whether its call is kept or not.

use std::collections::BTreeSet;
use std::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use http::header::{self, AUTHORIZATION, HeaderName, HeaderValue};
use parking_lot::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use serde_json::Value;

use crate::api::credentials::Credentials;
use crate::api::request::Incoming;

use super::encodings::{Forms, MAX_ENCODED_BYTE_CHARS, MIN_SECRET_LENGTH, find};
use super::secret_names::{is_secret, may_name_one};

/// The text that replaces a secret.
pub(super) const SECRET: &str = "[secret]";

/// The maximum number of secrets to remember. Each takes about a kilobyte. Further secrets are
/// removed only where a name identifies them.
const MAX_SECRETS: usize = 100_000;

/// The maximum depth of JSON within JSON that is searched.
const MAX_JSON_DEPTH: usize = 4;

/// Base64 with or without the padding at its end.
const LENIENT_BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The secrets that one double knows.
///
/// It has its own lock, which is held only to read and to add, because a call that was handed out
/// earlier must not show what became known later.
#[derive(Default)]
pub(crate) struct Secrets(RwLock<Known>);

#[derive(Default)]
struct Known {
    secrets: BTreeSet<String>,
    /// The forms of all secrets but the new ones.
    forms: Forms,
    /// The secrets whose forms nobody has needed yet. Most tests print nothing.
    new: Vec<String>,
    /// The length of the longest secret in bytes.
    longest: usize,
    /// The last header that was checked, because most programs send the same one with every
    /// request.
    authorization: Option<HeaderValue>,
}

impl Secrets {
    /// Creates it with the secrets of the account.
    pub(crate) fn of<'a>(credentials: impl IntoIterator<Item = &'a Credentials>) -> Self {
        let secrets = Self::default();
        secrets.add(
            credentials
                .into_iter()
                .map(|credentials| credentials.secret().to_owned()),
        );
        secrets
    }

    /// Adds the secrets of a request.
    pub(crate) fn learn(&self, incoming: &Incoming<'_>) {
        let mut found = Vec::new();
        for (name, value) in incoming.headers {
            if *name == AUTHORIZATION {
                if self.0.read().authorization.as_ref() != Some(value) {
                    found.extend(in_authorization(&String::from_utf8_lossy(value.as_bytes())));
                    self.0.write().authorization = Some(value.clone());
                }
            } else if !is_harmless(name) && is_secret(name.as_str()) {
                in_value(&String::from_utf8_lossy(value.as_bytes()), &mut found);
            }
        }
        for text in [
            incoming.path.as_bytes(),
            incoming.query.as_bytes(),
            incoming.body,
        ] {
            if !text.is_empty() && may_name_one(text) {
                in_text(&String::from_utf8_lossy(text), MAX_JSON_DEPTH, &mut found);
            }
        }
        if !found.is_empty() {
            self.add(found);
        }
    }

    /// Adds a secret that the test chose.
    #[cfg(feature = "webhooks")]
    pub(crate) fn remember(&self, secret: &str) {
        self.add([secret.to_owned()]);
    }

    /// Adds secrets. Short ones are skipped: they are words that occur elsewhere, too, so removing
    /// them would garble the text. They are removed only where a name identifies them.
    fn add(&self, found: impl IntoIterator<Item = String>) {
        for secret in found
            .into_iter()
            .filter(|secret| secret.len() >= MIN_SECRET_LENGTH && !is_scheme(secret))
        {
            let is_new = |known: &Known| {
                known.secrets.len() < MAX_SECRETS && !known.secrets.contains(&secret)
            };
            if is_new(&self.0.read()) {
                let mut known = self.0.write();
                known.longest = known.longest.max(secret.len());
                known.new.push(secret.clone());
                known.secrets.insert(secret);
            }
        }
    }

    /// Returns how many characters the longest secret may take in a text.
    pub(super) fn reach(&self) -> usize {
        self.0.read().longest.saturating_mul(MAX_ENCODED_BYTE_CHARS)
    }

    /// Returns what is known, with the forms of all secrets.
    fn known(&self) -> RwLockReadGuard<'_, Known> {
        let known = self.0.read();
        if known.new.is_empty() {
            return known;
        }
        drop(known);
        let mut known = self.0.write();
        for secret in std::mem::take(&mut known.new) {
            known.forms.add(&secret);
        }
        RwLockWriteGuard::downgrade(known)
    }

    /// Removes the secrets from a text.
    pub(crate) fn scrub(&self, text: &str) -> String {
        self.scrub_start(text, text.len())
    }

    /// Returns the first `end` bytes of a text without the secrets, also without one that only begins
    /// there.
    pub(super) fn scrub_start(&self, text: &str, end: usize) -> String {
        let found = find(text, &self.known().forms).into_iter();
        let mut scrubbed = String::with_capacity(end);
        let mut done = 0;
        for range in found.take_while(|range| range.start < end) {
            scrubbed.push_str(&text[done..range.start]);
            scrubbed.push_str(SECRET);
            done = range.end;
        }
        scrubbed.push_str(text.get(done..end).unwrap_or_default());
        scrubbed
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.0.read().secrets.len())
    }
}

/// Returns whether this is only the name of a scheme, as in a header whose token is empty.
fn is_scheme(value: &str) -> bool {
    let schemes = ["Basic", "Bearer", "Digest", "Negotiate"];
    schemes
        .iter()
        .any(|scheme| value.eq_ignore_ascii_case(scheme))
}

/// Returns whether this is a common header that never contains a secret.
fn is_harmless(name: &HeaderName) -> bool {
    [
        header::HOST,
        header::ACCEPT,
        header::CONTENT_TYPE,
        header::CONTENT_LENGTH,
        header::USER_AGENT,
        header::ACCEPT_ENCODING,
        header::CONNECTION,
    ]
    .contains(name)
}

/// Returns the secrets in an `Authorization` header: the part after the scheme, and the password in
/// it.
fn in_authorization(value: &str) -> Vec<String> {
    let behind = value
        .split_once(' ')
        .map_or(value, |(_, behind)| behind)
        .trim();
    let decoded = LENIENT_BASE64
        .decode(behind)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let password = decoded.and_then(|decoded| {
        decoded
            .split_once(':')
            .map(|(_, password)| password.to_owned())
    });
    [behind.to_owned()].into_iter().chain(password).collect()
}

/// Finds the secrets in a value under the name of a secret: the whole value, the part after a
/// scheme, and the values of cookies.
fn in_value(value: &str, found: &mut Vec<String>) {
    found.push(value.trim().to_owned());
    found.extend(in_authorization(value));
    for part in value.split(';') {
        found.extend(
            part.split_once('=')
                .map(|(_, value)| value.trim().trim_matches('"').to_owned()),
        );
    }
}

/// Finds the secrets in a text that may be JSON, a form, or anything else.
fn in_text(text: &str, depth: usize, found: &mut Vec<String>) {
    match serde_json::from_str::<Value>(text) {
        Ok(value @ (Value::Object(_) | Value::Array(_))) => in_json(&value, depth, found),
        _ => {
            for (name, value) in form_urlencoded::parse(text.as_bytes()) {
                if is_secret(&name) {
                    in_value(&value, found);
                } else if depth > 0 && may_name_one(value.as_bytes()) && value != text {
                    in_text(&value, depth - 1, found);
                }
            }
            in_words(text, found);
        }
    }
}

fn in_json(value: &Value, depth: usize, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                if is_secret(name) {
                    leaves(value, found)
                } else {
                    in_json(value, depth, found)
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| in_json(value, depth, found)),
        Value::String(text) if depth > 0 && may_name_one(text.as_bytes()) => {
            in_text(text, depth - 1, found)
        }
        _ => {}
    }
}

/// Finds all values below the name of a secret.
fn leaves(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => object.values().for_each(|value| leaves(value, found)),
        Value::Array(values) => values.iter().for_each(|value| leaves(value, found)),
        Value::String(text) => in_value(text, found),
        Value::Number(number) => found.push(number.to_string()),
        Value::Bool(_) | Value::Null => {}
    }
}

/// Finds the values after the name of a secret and an equals sign or a colon, in a text of unknown
/// form.
fn in_words(text: &str, found: &mut Vec<String>) {
    let is_word = |c: char| c.is_alphanumeric() || "_-.[]".contains(c);
    for (place, sign) in text.match_indices([':', '=']) {
        let before = text[..place].trim_end_matches([' ', '"', '\'', '\\']);
        let start = before.rfind(|c| !is_word(c)).map_or(0, |at| {
            at + before[at..].chars().next().map_or(1, char::len_utf8)
        });
        if is_secret(&before[start..]) {
            let behind = text[place + sign.len()..].trim_start();
            found.extend(quoted(behind));
            let behind = behind.trim_start_matches(['"', '\'', '\\']);
            let end = behind
                .find(|c: char| c.is_whitespace() || "\"'&;,<>{}()\\".contains(c))
                .unwrap_or(behind.len());
            found.push(behind[..end].to_owned());
        }
    }
}

/// Returns the JSON string at the start of a text.
fn quoted(text: &str) -> Option<String> {
    let mut strings = serde_json::Deserializer::from_str(text).into_iter::<String>();
    strings.next()?.ok()
}
