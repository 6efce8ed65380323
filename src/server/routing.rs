//! Which operation a request is for, and what can be told from a path or a body alone.

use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::operation::Operation;
use crate::api::request::Incoming;
use crate::calls::{Unknown, unknown_endpoint};
use crate::resources::ROUTES;
use crate::resources::elsewhere::{NO_IDS, NOWHERE};

/// What was not found, if the error says that something was not.
pub(crate) fn unknown(error: &ApiError, operation: Option<Operation>, incoming: &Incoming<'_>) -> Option<Unknown> {
    match (error, operation) {
        (ApiError::InvalidEndpoint, None) => Some(unknown_endpoint(plain_path(incoming.path))),
        (ApiError::RecordNotFound, Some(_)) => Some(Unknown::Record),
        _ => None,
    }
}

/// Whether a reply is a page of a list behind which there is another.
pub(crate) fn has_next_page(body: &[u8]) -> bool {
    let page: Value = serde_json::from_slice(body).unwrap_or_default();
    page["meta"]["has_more"] == true || page["next_page"].is_string()
}

/// The path without a slash at its end and without `.json`.
fn plain_path(path: &str) -> &str {
    let path = path.strip_suffix('/').unwrap_or(path);
    path.strip_suffix(".json").unwrap_or(path)
}

/// The operation that a request is for, its path without `.json`, and the ids in it.
///
/// A dot anywhere but in that ending is in no path of Zendesk's. HEAD goes where GET goes.
pub(crate) fn route<'a>(method: &str, path: &'a str) -> Option<(Operation, String, Vec<&'a str>)> {
    let path = plain_path(path);
    if path.contains('.') || NO_IDS.contains(&path) || NOWHERE.contains(&path) {
        return None;
    }
    let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    let method = if method == "HEAD" { "GET" } else { method };
    let mut candidates = ROUTES.iter().filter(|route| route.operation.method() == method);
    let route = candidates.find(|route| route.template.is_path(&segments))?;
    Some((route.operation, path.to_owned(), route.template.ids(&segments)))
}
