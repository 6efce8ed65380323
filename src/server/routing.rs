//! Which operation a request is for, and what can be told from a path alone. A request is routed
//! once, when it arrives.

use crate::api::error::ApiError;
use crate::api::operation::Operation;
use crate::api::path::plain;
use crate::calls::{NotFound, unknown_endpoint};
use crate::resources::elsewhere::{NO_IDS, NOWHERE};
use crate::resources::registry::{ROUTES, Route};

/// Where a request goes.
#[derive(Clone)]
pub(crate) struct Routed {
    pub(crate) route: &'static Route,
    /// The ids in it, in their order.
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

/// What was not found, if the error says that something was not.
pub(crate) fn unknown(error: &ApiError, routed: Option<&Routed>, path: &str) -> Option<NotFound> {
    match (error, routed) {
        (ApiError::InvalidEndpoint, None) => Some(unknown_endpoint(plain(path))),
        (ApiError::RecordNotFound, Some(_)) => Some(NotFound::Record),
        _ => None,
    }
}

/// Finds the operation that a request is for. HEAD goes where GET goes. A dot anywhere but in the
/// ending is in no path of Zendesk's.
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
