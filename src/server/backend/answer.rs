//! The way of a request: written down and routed, refused or applied, answered.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::api::error::ApiError;
use crate::api::path::plain;
use crate::api::query::Query;
use crate::api::reply::{ApiResult, Envelope, Rate, Reply, WireReply};
use crate::api::request::{ApiRequest, Caller, Incoming, PassedOver};
use crate::base::effect::Cause;
use crate::calls::{Call, CallReply, FaultNote, Hint, Received, Unknown, hints_for};
use crate::resources::account::Account;
use crate::resources::roles::why_forbidden;
use crate::server::limits::RateWindow;
use crate::server::routing::{Routed, route, unknown};
use crate::trouble::{Instead, Kind, WirePlan, after, instead};

use super::arrived::Arrived;
use super::{Backend, BetweenPages, State};

/// What became of a request: the result, and the request as its operation saw it, if it came so far.
struct Outcome<'a> {
    request: Option<ApiRequest<'a>>,
    result: ApiResult,
}

impl Backend {
    /// Takes note of a request before anybody answers it. If a mock of the test's own does, [`Backend::answer_last`] will
    /// not hear of it.
    pub(crate) fn arrive_at_server(&self, incoming: &Incoming<'_>) {
        let arrived = self.arrive(incoming);
        self.state.lock().arrived = Some(arrived);
    }

    /// Takes note of a request: writes it down, and finds out where it goes.
    pub(crate) fn arrive(&self, incoming: &Incoming<'_>) -> Arrived {
        self.activity.begin();
        self.activity.end();
        let routed = route(incoming.method, incoming.path);
        let mut state = self.state.lock();
        state.catch_up();
        let ordinal = state.write_down(incoming, routed.as_ref().map(Routed::operation));
        drop(state);
        self.received.notify_waiters();
        Arrived { ordinal, routed }
    }

    /// Answers the request that arrived last, since a server takes one after the other.
    pub(crate) fn answer_last(&self, incoming: &Incoming<'_>) -> (WireReply, Option<WirePlan>) {
        let arrived = self.state.lock().arrived.take();
        self.answer(incoming, &arrived.unwrap_or_else(|| self.arrive(incoming)))
    }

    /// Answers a request. The order of the steps is Zendesk's: of several things that are wrong with a request the
    /// first one found here is what the caller is told.
    ///
    /// What a fault does to the reply on its way is left to whoever sends it.
    pub(crate) fn answer(&self, incoming: &Incoming<'_>, arrived: &Arrived) -> (WireReply, Option<WirePlan>) {
        let ordinal = arrived.ordinal;
        let fault = self.fault_for(incoming, arrived);
        let mut guard = self.state.lock();
        let state = &mut *guard;
        state.catch_up();
        let now = state.account.now();
        let envelope = Envelope { now, ordinal, rate: state.rate.count(now) };

        let kind = fault.map(|(kind, note)| {
            state.recorder.complete(ordinal, |call| call.fault = Some(note));
            kind
        });
        let (mut reply, has_next_page) = match kind.map(|kind| (kind, instead(kind, envelope))) {
            Some((kind, Instead::Reply(reply))) => {
                let is_seen = kind != Kind::Disconnect;
                state.recorder.complete(ordinal, |call| call.reply = is_seen.then(|| CallReply::of(&reply)));
                (reply, false)
            }
            Some((_, Instead::Handler)) | None => self.apply(state, incoming, arrived, envelope),
        };
        let plan = kind.and_then(|kind| after(kind, &mut reply));
        drop(guard);
        self.received.notify_waiters();
        if has_next_page {
            self.between_pages(arrived);
        }
        (reply, plan)
    }

    /// Applies a request to the account, and writes down what came of it. Tells whether the reply is a page of a list behind
    /// which there is another.
    fn apply(
        &self,
        state: &mut State,
        incoming: &Incoming<'_>,
        arrived: &Arrived,
        envelope: Envelope,
    ) -> (WireReply, bool) {
        let Arrived { ordinal, routed } = arrived;
        let cause = Cause { call: *ordinal, in_background: false };
        let State { account, rate: window, .. } = state;
        let outcome = account
            .because(Some(cause), |account| self.resolve(incoming, routed.as_ref(), account, window, envelope.rate));
        let Outcome { request, result } = outcome;
        let error = result.as_ref().err().cloned();
        let has_next_page = result.as_ref().is_ok_and(Reply::has_next_page);
        let passed_over = request.as_ref().map(ApiRequest::passed_over).unwrap_or_default();
        let reply = WireReply::new(result, arrived.operation(), &passed_over.dropped, envelope);
        self.note_problems(state, incoming, arrived, error.as_ref(), &passed_over);

        let account = &state.account;
        let PassedOver { keys, parameters, unmodeled, .. } = passed_over;
        state.recorder.complete(*ordinal, |call| {
            call.error = error.as_ref().map(ApiError::summary);
            call.unknown = error.as_ref().and_then(|error| unknown(error, routed.as_ref(), incoming.path));
            call.ignored = keys;
            call.ignored.extend(parameters);
            call.unmodeled = unmodeled;
            let refused = error.as_ref().and_then(|error| self.why_refused(error, arrived, incoming, account));
            call.hints = hints_for(call, &|number| account.record_with_id(number), refused);
            call.reply = Some(CallReply::of(&reply));
        });
        state.settle();
        (reply, has_next_page)
    }

    /// Takes note of what fails the test though it is answered: an endpoint that there is not, and what the double does not
    /// implement where the call succeeded all the same.
    fn note_problems(
        &self,
        state: &mut State,
        incoming: &Incoming<'_>,
        arrived: &Arrived,
        error: Option<&ApiError>,
        passed_over: &PassedOver,
    ) {
        let unknown = error.and_then(|error| unknown(error, arrived.routed.as_ref(), incoming.path));
        let unknown = unknown.filter(Unknown::is_endpoint);
        let has_unmodeled = error.is_none() && !passed_over.unmodeled.is_empty();
        if unknown.is_none() && !has_unmodeled {
            return;
        }
        let (secrets, moment) = (Arc::clone(state.recorder.secrets()), state.account.moment());
        let call = Received::arrived(arrived.ordinal, moment, incoming, &secrets).into();
        if let Some(unknown) = unknown {
            state.expectations.note_unknown(&call, &unknown);
        }
        if has_unmodeled {
            state.expectations.note_unmodeled(&call, &passed_over.unmodeled);
        }
    }

    /// Why the caller is refused, if it is.
    fn why_refused(
        &self,
        error: &ApiError,
        arrived: &Arrived,
        incoming: &Incoming<'_>,
        account: &Account,
    ) -> Option<Hint> {
        let authorization = incoming.header("authorization");
        match error {
            ApiError::NotAuthenticated => {
                Some(Hint::NotAuthenticated { why: self.admission.explain(authorization, account) })
            }
            ApiError::Forbidden => {
                let operation = arrived.operation()?;
                let Ok(Caller::User(caller)) = self.admission.caller(authorization, operation, account) else {
                    return None;
                };
                Some(Hint::NotAllowed { why: why_forbidden(account, caller, operation)? })
            }
            _ => None,
        }
    }

    /// Lets a test change things between two pages. No lock is held.
    fn between_pages(&self, arrived: &Arrived) {
        let Some(operation) = arrived.operation() else { return };
        let (hooks, pages) = {
            let state = self.state.lock();
            let hooks = state.between_pages.iter().filter(|(other, _)| *other == operation);
            let hooks: Vec<BetweenPages> = hooks.map(|(_, act)| act.clone()).collect();
            if hooks.is_empty() {
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
    fn fault_for(&self, incoming: &Incoming<'_>, arrived: &Arrived) -> Option<(Kind, FaultNote)> {
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
        let operation = arrived.operation();
        let call = Received { operation, ..Received::arrived(arrived.ordinal, now, incoming, &secrets) };
        let call = Call::from(call);
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

    /// Limits, authentication, syntax of the body. What comes after is the operation's: types of parameters, the records
    /// that the path names, the caller's role, validation.
    fn resolve<'a>(
        &self,
        incoming: &Incoming<'a>,
        routed: Option<&'a Routed>,
        account: &mut Account,
        window: &mut RateWindow,
        rate: Rate,
    ) -> Outcome<'a> {
        let Some(routed) = routed else { return Outcome { request: None, result: Err(ApiError::InvalidEndpoint) } };
        let operation = routed.operation();
        let mut admit = || {
            window.check(rate)?;
            window.check_update(operation, &routed.ids, rate)?;
            let caller = self.admission.caller(incoming.header("authorization"), operation, account)?;
            let body = incoming.json_body()?;
            let host = incoming.header("host").filter(|host| !host.is_empty()).unwrap_or(&self.authority);
            let base = format!("http://{host}");
            let (query, largest_page) = (Query::parse(incoming.query), account.rules.largest_page);
            let (path_ids, path) = (routed.ids.as_slice(), plain(incoming.path));
            Ok(ApiRequest { operation, path_ids, query, body, caller, path, base, largest_page })
        };
        match admit() {
            Ok(request) => {
                let result = (routed.route.handler)(account, &request);
                Outcome { request: Some(request), result }
            }
            Err(error) => Outcome { request: None, result: Err(error) },
        }
    }
}
