//! Removes values under the names of secrets from a text, however short they are. Longer secrets
//! are removed wherever they stand: `secrets.rs`.

use serde_json::Value;

use crate::api::credentials::Credentials;

use super::call::Call;
use super::secret_names::{is_secret, names_one};
use super::secrets::SECRET;

/// Returns the value of a header or a parameter in a form that may be printed.
pub(super) fn value<'a>(name: &str, value: &'a str) -> &'a str {
    if is_secret(name) { SECRET } else { value }
}

/// Returns a query as sent, without the values of parameters with the names of secrets.
pub(super) fn query(query: &str) -> String {
    let parts = query.split('&').map(|part| {
        let (name, _) = part.split_once('=').unwrap_or((part, ""));
        let decoded = form_urlencoded::parse(name.as_bytes())
            .next()
            .map(|(name, _)| name.into_owned());
        if is_secret(&decoded.unwrap_or_default()) {
            format!("{name}={SECRET}")
        } else {
            part.to_owned()
        }
    });
    parts.collect::<Vec<_>>().join("&")
}

/// Returns a body that is not JSON if it does not contain the name of a secret. In such a body, the
/// places of values are not known.
pub(super) fn other_body(text: &str) -> String {
    if names_one(text) {
        return format!(
            "({} bytes that are not JSON; not shown because they seem to contain a secret)",
            text.len()
        );
    }
    text.to_owned()
}

/// Removes the secrets from a JSON value. Returns whether there were any.
pub(super) fn json(value: &mut Value) -> bool {
    match value {
        Value::Object(object) => object.iter_mut().fold(false, |any, (key, value)| {
            if is_secret(key) && !value.is_null() {
                *value = SECRET.into();
                return true;
            }
            json(value) || any
        }),
        // This visits all elements, and does not stop at the first one with a secret.
        Value::Array(values) => {
            values
                .iter_mut()
                .filter_map(|value| json(value).then_some(()))
                .count()
                > 0
        }
        _ => false,
    }
}

/// Returns a JSON value without its secrets, as text.
pub(super) fn plain_json(value: &Value) -> String {
    let mut value = value.clone();
    json(&mut value);
    value.to_string()
}

/// Returns who calls: the scheme of the credentials and their user.
pub(super) fn caller(call: &Call) -> String {
    call.header("authorization")
        .map_or_else(|| "no credentials".to_owned(), Credentials::describe)
}
