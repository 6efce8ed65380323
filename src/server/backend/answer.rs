//! The way of a request: written down, refused or applied, answered.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::api::error::ApiError;
use crate::api::operation::{ApiResult, Operation};
use crate::api::query::Query;
use crate::api::reply::{Envelope, Rate, WireReply};
use crate::api::request::{ApiRequest, Caller, Incoming};
use crate::base::effect::Cause;
use crate::calls::{Call, CallReply, FaultNote, Hint, Received, describe_unknown, hints_for};
use crate::resources::account::Account;
use crate::resources::roles::why_forbidden;
use crate::server::limits::RateWindow;
use crate::server::routing::{has_next_page, route, unknown};
use crate::trouble::{Instead, Kind, WirePlan, after, instead};

use super::{Arrival, Backend, BetweenPages, State};

/// What became of a request on its way: the operation that it was for, if it came so far, and the result.
struct Outcome<'a> {
    operation: Option<Operation>,
    result: Result<(ApiRequest<'a>, ApiResult), ApiError>,
}

impl Backend {
    /// Takes note of a request before anybody answers it. If a mock of the test's own does, [`Backend::answer`] will not
    /// hear of it.
    pub(crate) fn arrive_at_server(&self, incoming: &Incoming<'_>) {
        let ordinal = self.arrive(incoming);
        self.state.lock().arrived = Some(ordinal);
    }

    /// Takes note of a request, and gives the ordinal of the call that it is.
    pub(crate) fn arrive(&self, incoming: &Incoming<'_>) -> u64 {
        self.activity.begin();
        self.activity.end();
        let mut state = self.state.lock();
        state.catch_up();
        let ordinal = state.arrive(incoming);
        drop(state);
        self.received.notify_waiters();
        ordinal
    }

    /// Answers a request. The order of the steps is Zendesk's: of several things that are wrong with a request the
    /// first one found here is what the caller is told.
    ///
    /// What a fault does to the reply on its way is left to whoever sends it.
    pub(crate) fn answer(&self, incoming: &Incoming<'_>, arrival: Arrival) -> (WireReply, Option<WirePlan>) {
        let ordinal = match arrival {
            Arrival::Last => self.state.lock().arrived.take(),
            Arrival::As(ordinal) => Some(ordinal),
        };
        let ordinal = ordinal.unwrap_or_else(|| self.arrive(incoming));
        let fault = self.fault_for(incoming, ordinal);
        let mut guard = self.state.lock();
        let state = &mut *guard;
        state.catch_up();
        let now = state.account.now();
        let envelope = Envelope { now, ordinal, rate: state.rate.count(now) };

        let kind = fault.map(|(kind, note)| {
            state.recorder.complete(ordinal, |call| call.fault = Some(note));
            kind
        });
        let (mut reply, success) = match kind.map(|kind| (kind, instead(kind, envelope))) {
            Some((kind, Instead::Reply(reply))) => {
                let operation = route(incoming.method, incoming.path).map(|(operation, ..)| operation);
                let is_seen = kind != Kind::Disconnect;
                state.recorder.complete(ordinal, |call| {
                    call.operation = operation;
                    call.reply = is_seen.then(|| CallReply::of(&reply));
                });
                (reply, None)
            }
            Some((_, Instead::Handler)) | None => self.apply(state, incoming, envelope),
        };
        let plan = kind.and_then(|kind| after(kind, &mut reply));
        drop(guard);
        self.received.notify_waiters();
        if let Some(operation) = success {
            self.after_page(operation, &reply);
        }
        (reply, plan)
    }

    /// Applies a request to the account, and writes down what came of it. Tells the operation if it succeeded.
    fn apply(&self, state: &mut State, incoming: &Incoming<'_>, envelope: Envelope) -> (WireReply, Option<Operation>) {
        let (ordinal, rate) = (envelope.ordinal, envelope.rate);
        let cause = Cause { call: ordinal, in_background: false };
        let State { account, rate: window, .. } = state;
        let outcome = account.because(Some(cause), |account| self.resolve(incoming, account, window, rate));
        let Outcome { operation, result } = outcome;
        let error = error_of(&result).cloned();
        let (reply, ignored) = match result {
            Ok((request, result)) => {
                let mut ignored = request.unpermitted_keys();
                let reply = WireReply::to_operation(result, request.operation, &ignored, envelope);
                ignored.extend(request.query.unknown_names().map(|name| format!("?{name}")));
                (reply, ignored)
            }
            Err(error) => (WireReply::error(&error, envelope), Vec::new()),
        };

        let unknown = error.as_ref().and_then(|error| unknown(error, operation, incoming));
        if let Some(unknown) = unknown.as_ref().filter(|unknown| unknown.is_endpoint()) {
            let (secrets, moment) = (Arc::clone(state.recorder.secrets()), state.account.moment());
            let describe = || describe_unknown(&Received::arrived(ordinal, moment, incoming, &secrets).into(), unknown);
            state.expectations.note_unknown(ordinal, describe);
        }
        let account = &state.account;
        state.recorder.complete(ordinal, |call| {
            call.operation = operation;
            call.error = error.as_ref().map(ApiError::summary);
            call.unknown = unknown;
            call.ignored = ignored;
            let refused = error.as_ref().and_then(|error| self.why_refused(error, operation, incoming, account));
            call.hints = hints_for(call, &|number| account.kind_of(number), refused);
            call.reply = Some(CallReply::of(&reply));
        });
        state.settle();
        (reply, operation.filter(|_| error.is_none()))
    }

    /// Why the caller is refused, if it is.
    fn why_refused(
        &self,
        error: &ApiError,
        operation: Option<Operation>,
        incoming: &Incoming<'_>,
        account: &Account,
    ) -> Option<Hint> {
        let authorization = incoming.header("authorization");
        match error {
            ApiError::NotAuthenticated => {
                Some(Hint::NotAuthenticated { why: self.admission.explain(authorization, account) })
            }
            ApiError::Forbidden => {
                let Ok(Caller::User(caller)) = self.admission.caller(authorization, operation?, account) else {
                    return None;
                };
                Some(Hint::NotAllowed { why: why_forbidden(account, caller, operation?)? })
            }
            _ => None,
        }
    }

    /// Lets a test change things once a page has been made, if there are further ones. No lock is held.
    fn after_page(&self, operation: Operation, reply: &WireReply) {
        let (hooks, pages) = {
            let state = self.state.lock();
            let hooks = state.between_pages.iter().filter(|(other, _)| *other == operation);
            let hooks: Vec<BetweenPages> = hooks.map(|(_, act)| act.clone()).collect();
            if hooks.is_empty() || !has_next_page(&reply.body) {
                return;
            }
            (hooks, state.recorder.count_of(operation))
        };
        for BetweenPages(act) in hooks {
            // What answers a request must not panic; what the test asserts, it asserts afterwards.
            let _ = catch_unwind(AssertUnwindSafe(|| act(pages, self)));
        }
    }

    /// The fault that happens to a request. The predicates of the test run here, with no lock held.
    fn fault_for(&self, incoming: &Incoming<'_>, ordinal: u64) -> Option<(Kind, FaultNote)> {
        let (open, now, secrets) = {
            let mut state = self.state.lock();
            let open = state.faults.open();
            if open.is_empty() && state.dice.is_none() {
                return None;
            }
            state.catch_up();
            let secrets = Arc::clone(state.recorder.secrets());
            (open, state.account.moment(), secrets)
        };
        let operation = route(incoming.method, incoming.path).map(|(operation, ..)| operation);
        let call = Call::from(Received { operation, ..Received::arrived(ordinal, now, incoming, &secrets) });
        let meant: Vec<_> = open.iter().filter(|(_, fault)| fault.means(&call)).map(|(id, _)| *id).collect();
        let mut state = self.state.lock();
        if let Some((kind, place)) = state.faults.fire(&meant) {
            return Some((kind, FaultNote { what: kind.to_string(), place: Some(place) }));
        }
        let operation = operation?;
        let State { dice: Some(dice), account, .. } = &mut *state else { return None };
        account.jobs.pace = dice.job_pace();
        let kind = dice.fault(operation)?;
        Some((kind, FaultNote { what: format!("{kind}, chaos with seed {}", dice.seed()), place: None }))
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
            let (query, largest_page) = (Query::parse(incoming.query), account.rules.largest_page);
            Ok(ApiRequest { operation, path_ids, query, body, caller, path, base, largest_page })
        };
        let result = admit().map(|request| {
            let result = operation.handle(account, &request);
            (request, result)
        });
        Outcome { operation: Some(operation), result }
    }
}

fn error_of<'o>(result: &'o Result<(ApiRequest<'_>, ApiResult), ApiError>) -> Option<&'o ApiError> {
    match result {
        Ok((_, result)) => result.as_ref().err(),
        Err(error) => Some(error),
    }
}
