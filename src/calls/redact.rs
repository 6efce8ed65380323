//! What is left out of a text since it stands under the name of a secret, however short it is.
//! Longer secrets are left out wherever they stand: `secrets.rs`.

use serde_json::Value;

use crate::api::credentials::Credentials;

use super::call::Call;
use super::secret_names::{is_secret, names_one};
use super::secrets::SECRET;

/// The value of a header or a parameter, to be printed.
pub(super) fn value<'a>(name: &str, value: &'a str) -> &'a str {
    if is_secret(name) { SECRET } else { value }
}

/// A query as it was sent, but for the values of parameters that are called like secrets.
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

/// A body that is not JSON, and so has no places that could be told apart: shown if nothing in it
/// is called like a secret.
pub(super) fn other_body(text: &str) -> String {
    if names_one(text) {
        return format!(
            "({} bytes that are not JSON; not shown because they seem to contain a secret)",
            text.len()
        );
    }
    text.to_owned()
}

/// Takes the secrets out of a JSON value. Tells whether there were any.
pub(super) fn json(value: &mut Value) -> bool {
    match value {
        Value::Object(object) => object.iter_mut().fold(false, |any, (key, value)| {
            if is_secret(key) && !value.is_null() {
                *value = SECRET.into();
                return true;
            }
            json(value) || any
        }),
        // All of them, not only up to the first that has any.
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

/// A JSON value without its secrets, as text.
pub(super) fn plain_json(value: &Value) -> String {
    let mut value = value.clone();
    json(&mut value);
    value.to_string()
}

/// Who calls: the scheme of the credentials and the user in them.
pub(super) fn caller(call: &Call) -> String {
    call.header("authorization")
        .map_or_else(|| "no credentials".to_owned(), Credentials::describe)
}
