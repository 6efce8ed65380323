//! [`Backend`]: the account behind one lock, and the one way by which a request reaches it.
//!
//! The lock is taken here and nowhere else, and never held while code of the user's runs.

use std::collections::BTreeMap;
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
    Call, CallReply, Expectations, FaultNote, Journal, JournalView, Problem, Received, Recorder, Strictness, Unknown,
    describe_unknown, hints_for, never_happened, unknown_endpoint,
};
use crate::clock::{Clock, Moment};
use crate::credentials::Admission;
use crate::effect::Cause;
use crate::faults::{FaultPlan, Instead, Kind, WirePlan, after, instead};
use crate::limits::{Limits, Rate, RateWindow};
use crate::pacer::Activity;
use crate::relay::{Gates, Held, PLAN_HEADER};
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
    faults: FaultPlan,
    gates: Gates,
    /// What the relay is to do with replies that are under way, by the ordinals of their calls.
    plans: BTreeMap<u64, WirePlan>,
    /// When replies are due that wait for it, and how many.
    waits: BTreeMap<Moment, usize>,
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

    /// Spoils a reply, and tells the relay what is left to it.
    fn spoil(&mut self, ordinal: u64, kind: Kind, reply: &mut WireReply) {
        if let Some(plan) = after(kind, reply) {
            self.plans.insert(ordinal, plan);
            reply.headers.push((PLAN_HEADER, ordinal.to_string()));
        }
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
            faults: FaultPlan::default(),
            gates: Gates::default(),
            plans: BTreeMap::new(),
            waits: BTreeMap::new(),
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
        let fault = self.fault_for(incoming);
        let mut guard = self.state.lock();
        let state = &mut *guard;
        state.catch_up();
        let ordinal = state.arrived.take().unwrap_or_else(|| state.arrive(incoming));
        let now = state.account.now();
        let envelope = Envelope { now, ordinal, rate: state.rate.count(now) };

        if let Some((kind, note)) = &fault {
            state.recorder.complete(ordinal, |call| call.fault = Some(note.clone()));
            if let Instead::Reply(mut reply) = instead(*kind, envelope) {
                let operation = route(incoming.method, incoming.path).map(|(operation, ..)| operation);
                let is_seen = *kind != Kind::Disconnect;
                state.recorder.complete(ordinal, |call| {
                    call.operation = operation;
                    call.reply = is_seen.then(|| CallReply::of(&reply));
                });
                state.spoil(ordinal, *kind, &mut reply);
                drop(guard);
                self.received.notify_waiters();
                return reply;
            }
        }

        let cause = Cause { call: ordinal, in_background: false };
        let rate = envelope.rate;
        let State { account, rate: window, .. } = state;
        let outcome = account.because(Some(cause), |account| self.resolve(incoming, account, window, rate));
        let error = outcome.error().cloned();
        let ignored = outcome.ignored();
        let mut reply = match outcome.result {
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
            call.reply = Some(CallReply::of(&reply));
        });
        state.settle();
        if let Some((kind, _)) = fault {
            state.spoil(ordinal, kind, &mut reply);
        }
        drop(guard);
        self.received.notify_waiters();
        reply
    }

    /// The fault that happens to a request. The predicates of the test run here, with no lock held.
    fn fault_for(&self, incoming: &Incoming<'_>) -> Option<(Kind, FaultNote)> {
        let (open, ordinal, now) = {
            let mut state = self.state.lock();
            let open = state.faults.open();
            if open.is_empty() {
                return None;
            }
            state.catch_up();
            (open, state.arrived.unwrap_or_default(), state.account.now())
        };
        let operation = route(incoming.method, incoming.path).map(|(operation, ..)| operation);
        let call = Call::from(Received { operation, ..Received::arrived(ordinal, now, incoming) });
        let meant: Vec<_> = open.iter().filter(|(_, fault)| fault.means(&call)).map(|(id, _)| *id).collect();
        let (kind, place) = self.state.lock().faults.fire(&meant)?;
        Some((kind, FaultNote { what: kind.to_string(), place: Some(place) }))
    }

    pub(crate) fn with_faults<R>(&self, act: impl FnOnce(&mut FaultPlan) -> R) -> R {
        act(&mut self.state.lock().faults)
    }

    /// Does something with the gates. Whoever waits at one looks again.
    pub(crate) fn with_gates<R>(&self, act: impl FnOnce(&mut Gates) -> R) -> R {
        act(&mut self.state.lock().gates)
    }

    /// Holds a request that there is a closed gate for.
    pub(crate) fn hold_at_gate(&self, method: &str, target: &str, body: &[u8]) -> Option<Held> {
        let path = target.split('?').next().unwrap_or_default();
        let (operation, ..) = route(method, path)?;
        let held = self.with_gates(|gates| gates.hold(operation, body))?;
        self.received.notify_waiters();
        Some(held)
    }

    /// What the relay is to do with the reply to this call.
    pub(crate) fn take_plan(&self, ordinal: u64) -> Option<WirePlan> {
        self.state.lock().plans.remove(&ordinal)
    }

    /// Takes note of a reply that waits until then.
    pub(crate) fn begin_wait(&self, due: Moment) {
        *self.state.lock().waits.entry(due).or_default() += 1;
    }

    /// A reply that waited until then goes on.
    pub(crate) fn end_wait(&self, due: Moment) {
        let mut state = self.state.lock();
        let left = state.waits.get(&due).map_or(0, |count| count.saturating_sub(1));
        match left {
            0 => state.waits.remove(&due),
            left => state.waits.insert(due, left),
        };
    }

    /// The time until the next reply is due that waits for it.
    pub(crate) fn next_due(&self) -> Option<Duration> {
        let state = self.state.lock();
        let (due, _) = state.waits.first_key_value()?;
        Some(due.since(state.clock.now()))
    }

    /// What time it is.
    pub(crate) fn now(&self) -> Moment {
        self.state.lock().clock.now()
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

    /// What is expected, what was planned and never happened, and the calls, all at the same moment.
    pub(crate) fn expectations(&self) -> (Expectations, Vec<Problem>, JournalView) {
        let mut state = self.state.lock();
        state.catch_up();
        let rules = state.faults.rules().iter().filter(|rule| rule.fired == 0 && !rule.cleared);
        let faults = rules.map(|rule| never_happened(&rule.fault.to_string(), rule.place));
        let mishaps = state.account.jobs.mishaps.iter();
        let mishaps = mishaps.map(|(mishap, place)| never_happened(&mishap.to_string(), *place));
        let unused = faults.chain(mishaps).collect();
        (state.expectations.clone(), unused, state.recorder.view())
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
        let Some((operation, path, path_ids)) = route(incoming.method, incoming.path) else {
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
fn route<'a>(method: &str, path: &'a str) -> Option<(Operation, String, Vec<&'a str>)> {
    let path = plain_path(path);
    if path.contains('.') || NO_IDS.contains(&path) {
        return None;
    }
    let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    let method = if method == "HEAD" { "GET" } else { method };
    operations().filter(|operation| operation.method() == method).find_map(|operation| {
        let ids = operation.match_path(&segments)?;
        Some((operation, path.to_owned(), ids))
    })
}
