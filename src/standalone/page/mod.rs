//! The control page at `/_mock/`: what is in the account, the calls as they come, and buttons. The
//! same as JSON, for tests in other languages.
//!
//! - `mod.rs`: which requests are for the page; `routes.rs`: its routes;
//! - `guard.rs`: who may use it; `body.rs`: what a request says; `reply.rs`: what is replied;
//! - `shown.rs`: the state of the double; `html.rs`, `page.html`, `page.css`, `page.js`: the page.

mod body;
mod guard;
mod html;
mod reply;
mod routes;
mod shown;

use std::future::ready;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use http::StatusCode;

use crate::api::request::Incoming;
use crate::server::backend::Backend;
use crate::server::backend::restart::StartingPoint;
use crate::server::http_server::{Answering, Beside};

use guard::Guard;
use reply::{Refused, TEXT, reply};

/// The path of the page. The paths of its routes start with it.
const PATH: &str = "/_mock";

/// What `/` says.
const WELCOME: &str = concat!(
    "This is mock-zendesk ",
    env!("CARGO_PKG_VERSION"),
    ", a double of Zendesk for tests.\n\nThe API is below /api/v2. The page at /_mock/ shows the \
     account and the calls, and controls the double.\n"
);

/// How the control page is configured.
#[derive(Clone, Debug, Default)]
pub(crate) struct PageOptions {
    /// Further names under which it may be used.
    pub(crate) names: Vec<String>,
}

/// The control page of a double.
#[derive(Debug)]
pub(crate) struct ControlPage {
    backend: Arc<Backend>,
    guard: Guard,
    /// What a reset goes back to: the state before the first request.
    start: OnceLock<StartingPoint>,
}

impl ControlPage {
    pub(crate) fn new(backend: Arc<Backend>, listens_at: IpAddr, options: PageOptions) -> Self {
        let names = options
            .names
            .into_iter()
            .map(|name| name.to_ascii_lowercase());
        Self {
            backend,
            guard: Guard {
                listens_at,
                names: names.collect(),
            },
            start: OnceLock::new(),
        }
    }

    /// Returns the state before the first request.
    fn start(&self) -> &StartingPoint {
        self.start.get_or_init(|| self.backend.starting_point())
    }
}

impl Beside for ControlPage {
    fn answer<'a>(
        &'a self,
        incoming: &'a Incoming<'a>,
        authority: Option<&'a str>,
    ) -> Option<Answering<'a>> {
        self.start();
        let is_get = matches!(incoming.method, "GET" | "HEAD");
        match incoming.path {
            "/" if is_get => Some(Box::pin(ready(reply(TEXT, WELCOME)))),
            // Browsers ask for it when they show `/`.
            "/favicon.ico" if is_get => {
                let refused = Refused::new(StatusCode::NOT_FOUND, "there is no icon");
                Some(Box::pin(ready(refused.into())))
            }
            path => {
                let below = path.strip_prefix(PATH)?;
                let route = match below.strip_prefix('/') {
                    Some(route) => route,
                    None if below.is_empty() => "",
                    None => return None,
                };
                Some(Box::pin(async move {
                    let checked = self.guard.check(incoming, authority);
                    match checked {
                        Ok(()) => self.respond(route, incoming).await,
                        Err(refused) => Err(refused),
                    }
                    .unwrap_or_else(Into::into)
                }))
            }
        }
    }
}
