//! Renders the page. The template escapes everything, because names and paths come from programs.

use bytes::Bytes;
use http::{Response, StatusCode};
use minijinja::Environment;
use minijinja::value::Serde;
use serde::Serialize;

use crate::api::operation::Operation;
use crate::calls::{Told, told_since};
use crate::server::backend::Backend;
use crate::standalone::fault::{ShownKind, shown_kinds};

use super::reply::{HTML, Refused, reply};
use super::shown::Shown;

/// The number of calls that the page shows, the last ones first.
const MAX_SHOWN_CALLS: u64 = 100;

/// What the template shows.
#[derive(Serialize)]
struct Page {
    version: &'static str,
    shown: Shown,
    calls: Vec<Told>,
    /// How many older calls the page does not show.
    older: u64,
    kinds: Vec<ShownKind>,
    operations: Vec<&'static str>,
}

/// Returns the page as it is now.
pub(super) fn page(backend: &Backend) -> Result<Response<Bytes>, Refused> {
    let shown = Shown::of(backend);
    let older = shown.received.saturating_sub(MAX_SHOWN_CALLS);
    let mut calls = told_since(&backend.observed(), older);
    calls.reverse();
    let page = Page {
        version: env!("CARGO_PKG_VERSION"),
        shown,
        calls,
        older,
        kinds: shown_kinds(),
        operations: Operation::all().map(|operation| operation.id()).collect(),
    };
    // Everything in a template of this name is escaped.
    let rendered =
        Environment::new().render_named_str("page.html", include_str!("page.html"), Serde(page));
    let html = rendered.map_err(|error| {
        Refused::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            format!("the template: {error}"),
        )
    })?;
    Ok(reply(HTML, html))
}
