//! The routes of the page, each with what it does.

use std::pin::pin;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use crate::api::request::Incoming;
use crate::base::place::Place;
use crate::calls::{Calls, Which, report, told_since, transcript};
use crate::fixtures::Fixture;
use crate::reports::Coverage;
use crate::resources::account::Account;
use crate::standalone::fault::fault;

use super::body::{self, Wanted, shown};
use super::html::page;
use super::reply::{CSS, JSON, Refused, SCRIPT, TEXT, json_reply, reply};
use super::shown::Shown;
use super::{ControlPage, PATH};

type Answered = Result<Response<Bytes>, Refused>;

/// What a route does.
#[derive(Clone, Copy)]
enum Action {
    Page,
    Style,
    Script,
    Account,
    Fixture,
    Calls,
    Transcript,
    Problems,
    Advice,
    Coverage,
    Load,
    Reset,
    Advance,
    RunJobs,
    Inject,
    ClearFaults,
}

impl Action {
    /// The query parameters that it takes.
    fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::Calls => &["after", "wait"],
            _ => &[],
        }
    }
}

/// The routes: the method, the path below that of the page, and the action.
const ROUTES: [(&str, &str, Action); 16] = [
    ("GET", "", Action::Page),
    ("GET", "page.css", Action::Style),
    ("GET", "page.js", Action::Script),
    ("GET", "account", Action::Account),
    ("GET", "fixture", Action::Fixture),
    ("GET", "calls", Action::Calls),
    ("GET", "transcript", Action::Transcript),
    ("GET", "problems", Action::Problems),
    ("GET", "advice", Action::Advice),
    ("GET", "coverage", Action::Coverage),
    ("POST", "fixture", Action::Load),
    ("POST", "reset", Action::Reset),
    ("POST", "clock/advance", Action::Advance),
    ("POST", "jobs/run", Action::RunJobs),
    ("POST", "faults", Action::Inject),
    ("POST", "faults/clear", Action::ClearFaults),
];

/// What the coverage names instead of a test.
const STANDALONE: &str = "this double";

impl ControlPage {
    /// Answers a request to a path below that of the page.
    pub(super) async fn respond(&self, path: &str, incoming: &Incoming<'_>) -> Answered {
        let backend = &*self.backend;
        let action = action(path, incoming.method)?;
        let wanted = Wanted::of(incoming.query, action.parameters())?;
        match action {
            Action::Page => page(backend),
            Action::Style => Ok(reply(CSS, include_str!("page.css"))),
            Action::Script => Ok(reply(SCRIPT, include_str!("page.js"))),
            Action::Account => Ok(self.state()),
            Action::Fixture => Ok(reply(JSON, backend.snapshot().to_fixture().to_json())),
            Action::Calls => Ok(self.calls(wanted).await),
            Action::Transcript => Ok(reply(TEXT, transcript(&backend.observed()))),
            Action::Problems => Ok(json_reply(&self.problems())),
            Action::Advice => Ok(json_reply(&Calls::new(backend.observed()).advice())),
            Action::Coverage => {
                let coverage = Coverage::of_double(&backend.counts(), STANDALONE);
                Ok(json_reply(&coverage))
            }
            Action::Load => {
                let read = Fixture::from_json(body::text(incoming)?);
                let loaded = read
                    .and_then(|fixture| backend.with_account(|account| fixture.put_into(account)));
                loaded.map_err(|error| Refused::bad(format!("body: {error}")))?;
                Ok(self.state())
            }
            Action::Reset => {
                body::only(&body::object(incoming)?, &[])?;
                backend.go_back_to(self.start());
                Ok(self.state())
            }
            Action::Advance => {
                let fields = body::object(incoming)?;
                body::only(&fields, &["seconds"])?;
                let time = body::seconds(&fields)?;
                if !backend.now().plus(time).can_be_shown() {
                    return Err(Refused::bad(
                        "seconds: the time would be after the year 9999",
                    ));
                }
                backend.advance(time);
                Ok(self.state())
            }
            Action::RunJobs => {
                body::only(&body::object(incoming)?, &[])?;
                backend.with_account(Account::complete_all_jobs);
                Ok(self.state())
            }
            Action::Inject => {
                let fault = fault(&body::object(incoming)?, "given at /_mock/faults");
                let fault = fault.map_err(|error| Refused::bad(error.to_string()))?;
                if let Some(origin) = fault.origin {
                    backend.with_faults(|faults| faults.add(fault, origin));
                }
                Ok(self.state())
            }
            Action::ClearFaults => {
                body::only(&body::object(incoming)?, &[])?;
                backend.with_faults(|faults| {
                    (0..faults.rules().len()).for_each(|id| faults.forgive(id));
                });
                Ok(self.state())
            }
        }
    }

    /// Returns what would fail a test in Rust whose double this is.
    fn problems(&self) -> Vec<Value> {
        let (expectations, unused, journal) = self.backend.expectations();
        let start = (Place::here(), STANDALONE);
        let report = report(&expectations, unused, &journal, start, Which::All);
        let problems = report.problems().iter();
        problems
            .map(|problem| json!({"kind": problem.kind, "text": problem.headline, "call": problem.call}))
            .collect()
    }

    fn state(&self) -> Response<Bytes> {
        json_reply(&Shown::of(&self.backend))
    }

    /// Returns the calls that are wanted. If there are none, waits for one, or for a reset.
    async fn calls(&self, wanted: Wanted) -> Response<Bytes> {
        let mut over = pin!(tokio::time::sleep(wanted.wait));
        let mut is_over = wanted.wait.is_zero();
        let mut run = None;
        loop {
            // This is registered before the calls are inspected, so that none is missed in between.
            let mut received = pin!(self.backend.received());
            received.as_mut().enable();
            let journal = self.backend.observed();
            let is_reset = *run.get_or_insert(journal.double) != journal.double;
            if is_over || is_reset || journal.received > wanted.after {
                return json_reply(&json!({
                    "run": journal.double,
                    "received": journal.received,
                    "calls": told_since(&journal, wanted.after),
                }));
            }
            tokio::select! {
                () = received => {}
                () = &mut over => is_over = true,
            }
        }
    }
}

/// Returns what a request asks for.
fn action(path: &str, method: &str) -> Result<Action, Refused> {
    let method = if method == "HEAD" { "GET" } else { method };
    let of_path = || ROUTES.iter().filter(|(_, known, _)| *known == path);
    if let Some((_, _, action)) = of_path().find(|(known, _, _)| *known == method) {
        return Ok(*action);
    }
    let methods: Vec<&str> = of_path().map(|(known, _, _)| *known).collect();
    if methods.is_empty() {
        let known = ROUTES
            .iter()
            .map(|(method, path, _)| format!("{method} {PATH}/{path}"));
        let known = known.collect::<Vec<_>>().join(", ");
        let text = format!("there is no {PATH}/{}; there are {known}", shown(path));
        return Err(Refused::new(StatusCode::NOT_FOUND, text));
    }
    let methods = methods.join(", ");
    let text = format!("{PATH}/{path} takes only {methods}");
    Err(Refused {
        allow: Some(methods),
        ..Refused::new(StatusCode::METHOD_NOT_ALLOWED, text)
    })
}
