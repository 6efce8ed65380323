//! [`Backend`]: the account behind one lock, and the one way by which a request reaches it.
//!
//! The lock is taken here and nowhere else, and never held while code of the user's runs.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use crate::account::Account;
use crate::api::error::ApiError;
use crate::api::operation::{ApiResult, Operation};
use crate::api::query::Query;
use crate::api::reply::{Envelope, WireReply};
use crate::api::request::{ApiRequest, Incoming};
use crate::calls::{
    CallReply, Expectations, Journal, JournalView, Received, Recorder, Strictness, Unknown, describe_unknown,
    hints_for, unknown_endpoint,
};
use crate::clock::Clock;
use crate::credentials::Admission;
use crate::effect::Cause;
use crate::limits::{Limits, Rate, RateWindow};
use crate::pacer::Activity;
use crate::resources::{NO_IDS, operations};

#[derive(Debug)]
pub(crate) struct Backend {
    state: Mutex<State>,
    admission: Admission,
    /// Host and port, for requests that do not name the host that they were sent to.
    authority: String,
    /// Wakes those who wait for calls.
    received: Notify,
    activity: Activity,
}

#[derive(Debug)]
struct State {
    account: Account,
    clock: Clock,
    rate: RateWindow,
    recorder: Recorder,
    expectations: Expectations,
    /// The call that has arrived and that nobody has answered yet.
    arrived: Option<u64>,
}

impl State {
    /// Lets happen what was to happen by now.
    fn catch_up(&mut self) {
        self.account.advance_to(self.clock.now());
        self.settle();
    }

    /// Puts in the journal what has happened.
    fn settle(&mut self) {
        let effects = self.account.take_effects();
        self.recorder.add_effects(effects);
    }

    /// Writes a request down.
    fn arrive(&mut self, incoming: &Incoming<'_>) -> u64 {
        let now = self.account.now();
        self.recorder.add(|ordinal| Received::arrived(ordinal, now, incoming))
    }
}

/// What became of a request on its way: the operation that it was for, if it came so far, and the result.
struct Outcome<'a> {
    operation: Option<Operation>,
    result: Result<(ApiRequest<'a>, ApiResult), ApiError>,
}

impl Backend {
    pub(crate) fn new(
        account: Account,
        clock: Clock,
        admission: Admission,
        authority: String,
        limits: Limits,
        (journal, strictness): (Journal, Strictness),
    ) -> Self {
        let state = State {
            account,
            clock,
            rate: RateWindow::new(limits),
            recorder: Recorder::new(journal),
            expectations: Expectations::new(strictness),
            arrived: None,
        };
        let (received, activity) = (Notify::new(), Activity::default());
        Self { state: Mutex::new(state), admission, authority, received, activity }
    }

    /// What the server is doing.
    pub(crate) fn activity(&self) -> &Activity {
        &self.activity
    }

    /// Puts the clock forward, and lets happen what was to happen by then.
    pub(crate) fn advance(&self, by: Duration) {
        let mut state = self.state.lock();
        state.clock.advance(by);
        state.catch_up();
    }

    /// Takes note of a request before anybody answers it. If a mock of the test's own does, [`Backend::answer`] will not
    /// hear of it.
    pub(crate) fn arrive(&self, incoming: &Incoming<'_>) {
        self.activity.begin();
        self.activity.end();
        let mut state = self.state.lock();
        state.catch_up();
        let ordinal = state.arrive(incoming);
        state.arrived = Some(ordinal);
        drop(state);
        self.received.notify_waiters();
    }

    /// Answers a request. The order of the steps is Zendesk's: of several things that are wrong with a request the
    /// first one found here is what the caller is told.
    pub(crate) fn answer(&self, incoming: &Incoming<'_>) -> WireReply {
        let mut guard = self.state.lock();
        let state = &mut *guard;
        state.catch_up();
        let ordinal = state.arrived.take().unwrap_or_else(|| state.arrive(incoming));
        let now = state.account.now();
        let envelope = Envelope { now, ordinal, rate: state.rate.count(now) };

        let cause = Cause { call: ordinal, in_background: false };
        let rate = envelope.rate;
        let State { account, rate: window, .. } = state;
        let outcome = account.because(Some(cause), |account| self.resolve(incoming, account, window, rate));
        let error = outcome.error().cloned();
        let ignored = outcome.ignored();
        let reply = match outcome.result {
            Ok((request, result)) => WireReply::to_operation(result, &request, envelope),
            Err(error) => WireReply::error(&error, envelope),
        };

        let unknown = error.as_ref().and_then(|error| unknown(error, outcome.operation, incoming));
        if let Some(unknown @ (Unknown::Endpoint { .. } | Unknown::Method { .. })) = &unknown {
            let describe = || describe_unknown(&Received::arrived(ordinal, now, incoming).into(), unknown);
            state.expectations.note_unknown(ordinal, describe);
        }
        let account = &state.account;
        state.recorder.complete(ordinal, |call| {
            call.operation = outcome.operation;
            call.error = error.as_ref().map(ApiError::summary);
            call.unknown = unknown;
            call.ignored = ignored;
            call.hints = hints_for(call, error.as_ref(), &|number| account.kind_of(number));
            let WireReply { status, headers, body } = &reply;
            call.reply = Some(CallReply { status: *status, headers: headers.clone(), body: body.clone() });
        });
        state.settle();
        drop(guard);
        self.received.notify_waiters();
        reply
    }

    /// Does something with the account, which is up to date by then.
    pub(crate) fn with_account<R>(&self, act: impl FnOnce(&mut Account) -> R) -> R {
        let mut state = self.state.lock();
        state.catch_up();
        let result = act(&mut state.account);
        state.settle();
        result
    }

    pub(crate) fn journal(&self) -> JournalView {
        let mut state = self.state.lock();
        state.catch_up();
        state.recorder.view()
    }

    pub(crate) fn with_expectations(&self, act: impl FnOnce(&mut Expectations)) {
        act(&mut self.state.lock().expectations);
    }

    /// What is expected, and the calls at the same moment.
    pub(crate) fn expectations(&self) -> (Expectations, JournalView) {
        let mut state = self.state.lock();
        state.catch_up();
        (state.expectations.clone(), state.recorder.view())
    }

    /// Completes when the next request arrives or is answered.
    pub(crate) fn received(&self) -> Notified<'_> {
        self.received.notified()
    }

    /// Route, limits, authentication, syntax of the body. What comes after is the operation's: types of parameters, the records
    /// that the path names, the caller's role, validation.
    fn resolve<'a>(
        &self,
        incoming: &Incoming<'a>,
        account: &mut Account,
        window: &mut RateWindow,
        rate: Rate,
    ) -> Outcome<'a> {
        let Some((operation, path, path_ids)) = route(incoming) else {
            return Outcome { operation: None, result: Err(ApiError::InvalidEndpoint) };
        };
        let admit = || {
            window.check(rate)?;
            window.check_update(operation, &path_ids, rate)?;
            let caller = self.admission.caller(incoming.header("authorization"), operation, account)?;
            let body = incoming.json_body()?;
            let host = incoming.header("host").filter(|host| !host.is_empty()).unwrap_or(&self.authority);
            let base = format!("http://{host}");
            Ok(ApiRequest { operation, path_ids, query: Query::parse(incoming.query), body, caller, path, base })
        };
        let result = admit().map(|request| {
            let result = operation.handle(account, &request);
            (request, result)
        });
        Outcome { operation: Some(operation), result }
    }
}

impl Outcome<'_> {
    fn error(&self) -> Option<&ApiError> {
        match &self.result {
            Ok((_, result)) => result.as_ref().err(),
            Err(error) => Some(error),
        }
    }

    fn ignored(&self) -> Vec<String> {
        match &self.result {
            Ok((request, _)) => {
                let mut ignored = request.unpermitted_keys();
                ignored.extend(request.query.unknown_names().map(|name| format!("?{name}")));
                ignored
            }
            Err(_) => Vec::new(),
        }
    }
}

/// What was not found, if the error says that something was not.
fn unknown(error: &ApiError, operation: Option<Operation>, incoming: &Incoming<'_>) -> Option<Unknown> {
    match (error, operation) {
        (ApiError::InvalidEndpoint, None) => Some(unknown_endpoint(plain_path(incoming.path))),
        (ApiError::RecordNotFound, Some(_)) => Some(Unknown::Record),
        _ => None,
    }
}

/// The path without a slash at its end and without `.json`.
fn plain_path(path: &str) -> &str {
    let path = path.strip_suffix('/').unwrap_or(path);
    path.strip_suffix(".json").unwrap_or(path)
}

/// The operation that a request is for, its path without `.json`, and the ids in it.
///
/// A dot anywhere but in that ending is in no path of Zendesk's. HEAD goes where GET goes.
fn route<'a>(incoming: &Incoming<'a>) -> Option<(Operation, String, Vec<&'a str>)> {
    let path = plain_path(incoming.path);
    if path.contains('.') || NO_IDS.contains(&path) {
        return None;
    }
    let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    let method = if incoming.method == "HEAD" { "GET" } else { incoming.method };
    operations().filter(|operation| operation.method() == method).find_map(|operation| {
        let ids = operation.match_path(&segments)?;
        Some((operation, path.to_owned(), ids))
    })
}
