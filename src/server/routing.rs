//! Finds the operation of a request, and what a path alone can tell. A request is routed once, when
//! it arrives.

use crate::api::error::ApiError;
use crate::api::operation::Operation;
use crate::api::path::plain;
use crate::calls::{NotFound, unknown_endpoint};
use crate::resources::elsewhere::{NO_IDS, NOWHERE};
use crate::resources::registry::{ROUTES, Route};

/// The route of a request.
#[derive(Clone)]
pub(crate) struct Routed {
    pub(crate) route: &'static Route,
    /// The ids in the path, in order.
    pub(crate) ids: Vec<String>,
}

impl Routed {
    pub(crate) fn operation(&self) -> Operation {
        self.route.operation
    }
}

impl std::fmt::Debug for Routed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Routed({:?} to {})", self.ids, self.operation())
    }
}

/// Returns what was not found, if the error says so.
pub(crate) fn unknown(error: &ApiError, routed: Option<&Routed>, path: &str) -> Option<NotFound> {
    match (error, routed) {
        (ApiError::InvalidEndpoint, None) => Some(unknown_endpoint(plain(path))),
        (ApiError::RecordNotFound, Some(_)) => Some(NotFound::Record),
        _ => None,
    }
}

/// Finds the operation of a request. HEAD uses the operation of GET. No path of Zendesk's contains
/// a dot except in its ending.
pub(crate) fn route(method: &str, path: &str) -> Option<Routed> {
    let path = plain(path);
    if path.contains('.') || NO_IDS.contains(&path) || NOWHERE.contains(&path) {
        return None;
    }
    let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    let method = if method == "HEAD" { "GET" } else { method };
    let mut candidates = ROUTES
        .iter()
        .filter(|route| route.operation.method() == method);
    let route = candidates.find(|route| route.template.is_path(&segments))?;
    let ids = route
        .template
        .ids(&segments)
        .into_iter()
        .map(|(_, id)| id.to_owned())
        .collect();
    Some(Routed { route, ids })
}
