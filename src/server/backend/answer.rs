//! Answers a request: records and routes it, then refuses it or applies it to the account.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use parking_lot::MutexGuard;

use crate::api::endpoint_limit::EndpointRate;
use crate::api::error::ApiError;
use crate::api::operation::Operation;
use crate::api::page_limits::Rows;
use crate::api::path::plain;
use crate::api::query::Query;
use crate::api::reply::{ApiResult, Envelope, Rate, Reply, WireReply};
use crate::api::request::{ApiRequest, Caller, Incoming, PassedOver};
use crate::base::effect::Cause;
use crate::calls::{
    Call, CallReply, Hint, ListThen, NotFound, PageSeen, Received, Records, hints_for,
};
use crate::reports;
use crate::resources::account::Account;
use crate::resources::custom_fields::api::passed_over::pass_over_fields;
use crate::resources::roles::why_forbidden;
use crate::resources::users::api::{self as users, updated_by_upsert};
use crate::server::limits::RateWindow;
use crate::server::routing::{Routed, route, unknown};
use crate::trouble::{Instead, Kind, MeantFaults, WirePlan, after, instead, panic_text};

use super::arrived::Arrived;
use super::faulted::own_reply;
use super::listed::Listed;
use super::{Backend, BetweenPages, State};

/// The result of a request, and the request as its operation saw it, unless it was refused before.
struct Outcome<'a> {
    request: Option<ApiRequest<'a>>,
    result: ApiResult,
    /// What the reply tells of the limit of its endpoint.
    endpoint_rate: Option<EndpointRate>,
}

/// A request that was applied to the account.
struct Applied {
    reply: WireReply,
    has_next_page: bool,
    /// What the reply is beside its status, if it is a page.
    page: Option<reports::Outcome>,
}

impl Backend {
    /// Records a request at a wiremock server before it is answered. If the test's own mock answers
    /// it, [`Backend::answer_last`] is not called.
    pub(crate) fn arrive_at_server(&self, incoming: &Incoming<'_>) {
        self.activity.begin();
        self.activity.end();
        let routed = route(incoming.method, incoming.path);
        let mut state = self.state.lock();
        state.catch_up();
        let ordinal = state.write_down(incoming, routed.as_ref().map(Routed::operation));
        state.arrived = Some(Arrived { ordinal, routed });
        drop(state);
        self.received.notify_waiters();
    }

    /// Answers the request that arrived last. This is the right one, because a wiremock server
    /// handles one request after the other.
    pub(crate) fn answer_last(&self, incoming: &Incoming<'_>) -> (WireReply, Option<WirePlan>) {
        let arrived = self.state.lock().arrived.take();
        let Some(arrived) = arrived else {
            return self.answer(incoming);
        };
        let meant = self.faults_for(incoming, arrived.operation(), Some(arrived.ordinal));
        self.finish(self.state.lock(), incoming, &arrived, meant)
    }

    /// Records and answers a request under one lock. So the order of calls is the order in which
    /// they change the account, even for parallel requests.
    pub(crate) fn answer(&self, incoming: &Incoming<'_>) -> (WireReply, Option<WirePlan>) {
        let routed = route(incoming.method, incoming.path);
        let operation = routed.as_ref().map(Routed::operation);
        let meant = self.faults_for(incoming, operation, None);
        let mut state = self.state.lock();
        state.catch_up();
        let ordinal = state.write_down(incoming, operation);
        self.finish(state, incoming, &Arrived { ordinal, routed }, meant)
    }

    /// Answers a recorded request. The order of the steps is Zendesk's. If several things are wrong
    /// with a request, the caller gets the error of the first one here.
    ///
    /// The caller of this function must apply the returned plan to the reply on the wire.
    fn finish(
        &self,
        mut guard: MutexGuard<'_, State>,
        incoming: &Incoming<'_>,
        arrived: &Arrived,
        meant: MeantFaults,
    ) -> (WireReply, Option<WirePlan>) {
        let ordinal = arrived.ordinal;
        let state = &mut *guard;
        state.catch_up();
        let now = state.account.now();
        let envelope = Envelope {
            now,
            ordinal,
            rate: state.rate.count(now),
        };

        let fault = state.fault_of(arrived.operation(), meant);
        if let Some(fault) = &fault {
            state
                .recorder
                .complete(ordinal, |call| call.fault = Some(fault.note()));
        }
        let instead = fault
            .as_ref()
            .map(|fault| (fault, instead(&fault.kind, envelope)));
        let mut page = None;
        let (mut reply, has_next_page) = match instead {
            Some((fault, Instead::Reply(reply))) => {
                let is_seen = fault.kind != Kind::Disconnect;
                state.recorder.complete(ordinal, |call| {
                    call.reply = is_seen.then(|| CallReply::of(&reply))
                });
                (reply, false)
            }
            Some((fault, Instead::OwnReply(own))) => {
                let call = state.call_of(incoming, arrived);
                let reply = own_reply(&mut guard, fault, &own, &call, envelope);
                (reply, false)
            }
            Some((_, Instead::Handler)) | None => {
                let applied = self.apply(state, incoming, arrived, envelope);
                page = applied.page;
                (applied.reply, applied.has_next_page)
            }
        };
        let state = &mut *guard;
        let has_body = incoming.method != "HEAD" && !reply.body.is_empty();
        let fault = match fault {
            Some(fault) if fault.kind.is_of_body() && !has_body => {
                state.take_back(&fault, ordinal);
                None
            }
            fault => fault,
        };
        if let Some(operation) = arrived.operation() {
            let kind = fault.as_ref().map(|fault| &fault.kind);
            state
                .counts
                .count_reply(operation, reply.status, page, kind);
        }
        let plan = fault.and_then(|fault| after(&fault.kind, &mut reply));
        self.free(guard, ordinal);
        self.received.notify_waiters();
        if has_next_page {
            self.between_pages(arrived);
        }
        (reply, plan)
    }

    /// Applies a request to the account, and records the result.
    fn apply(
        &self,
        state: &mut State,
        incoming: &Incoming<'_>,
        arrived: &Arrived,
        envelope: Envelope,
    ) -> Applied {
        let Arrived { ordinal, routed } = arrived;
        state.counts.begin(*ordinal, arrived.operation());
        let cause = Cause {
            call: *ordinal,
            in_background: false,
        };
        let State {
            account,
            rate: window,
            ends,
            ..
        } = &mut *state;
        let (path, query) = (plain(incoming.path), incoming.query);
        let times = ends.too_many(path, query, envelope.now);
        let outcome = account.because(Some(cause), |account| {
            self.resolve(incoming, routed.as_ref(), account, window, envelope.rate)
        });
        let Outcome {
            request,
            mut result,
            endpoint_rate,
        } = outcome;
        if let (Some(times), Ok(_)) = (times, &result) {
            result = Err(ApiError::EndlessExport { times });
        }
        let error = result.as_ref().err().cloned();
        let page = result.as_mut().ok().and_then(Reply::take_page);
        if let Some(page) = page.as_ref().filter(|page| page.is_by_time()) {
            ends.note(path, query, page.place.next.is_none());
        }
        let has_next_page = page.as_ref().is_some_and(|page| page.place.next.is_some());
        let outcome = arrived
            .operation()
            .zip(page.as_ref())
            .and_then(|(operation, page)| state.counts.outcome_of_page(operation, page));
        let page = page.map(|given| {
            // Of the pages in the middle, only their own rows are needed.
            let listed = routed
                .as_ref()
                .zip(request.as_ref())
                .filter(|_| given.may_be_at_an_end());
            let list = listed.map(|(routed, request)| -> Arc<dyn ListThen> {
                Arc::new(Listed::new(&state.account, routed, request))
            });
            Arc::new(PageSeen { given, list })
        });
        let mut passed_over = request
            .as_ref()
            .map(ApiRequest::passed_over)
            .unwrap_or_default();
        if let Some(request) = &request {
            pass_over_fields(&state.account, request, &mut passed_over);
        }
        match &result {
            Ok(reply) => passed_over.parameters.extend_from_slice(reply.ignored()),
            Err(ApiError::NotModeled(names)) => passed_over.unmodeled.extend_from_slice(names),
            Err(_) => {}
        }
        let answers = state.account.rules.answers;
        let reply = WireReply::new(
            result,
            arrived.operation(),
            &passed_over.dropped,
            envelope,
            answers,
        )
        .telling(endpoint_rate);
        self.note_problems(state, incoming, arrived, error.as_ref(), &passed_over);

        let account = &state.account;
        let PassedOver {
            keys,
            parameters,
            unmodeled,
            ..
        } = passed_over;
        state.recorder.complete(*ordinal, |call| {
            call.error = error.as_ref().map(ApiError::summary);
            call.unknown = error
                .as_ref()
                .and_then(|error| unknown(error, routed.as_ref(), incoming.path));
            call.ignored = keys;
            call.ignored.extend(parameters);
            call.unmodeled = unmodeled;
            call.page = page;
            let refused = error
                .as_ref()
                .and_then(|error| self.why_refused(error, arrived, incoming, account));
            let records = Records {
                with_id: &|id| account.record_with_id(id),
                removed: &|record| account.removed_record(record),
                holder: &|kind, attribute, value| account.holder_of(kind, attribute, value),
                fields: &|kind| account.fields_seen(kind),
            };
            call.hints = hints_for(call, error.as_ref(), &records, refused);
            call.reply = Some(CallReply::of(&reply));
        });
        state.settle();
        Applied {
            reply,
            has_next_page,
            page: outcome,
        }
    }

    /// Notes problems that fail the test although the call is answered. In every call: an unknown
    /// endpoint, or an export that is asked for without end. In a call that succeeded, or was
    /// refused only for that reason: what the double does not implement, and parameters that Zendesk
    /// does not have.
    fn note_problems(
        &self,
        state: &mut State,
        incoming: &Incoming<'_>,
        arrived: &Arrived,
        error: Option<&ApiError>,
        passed_over: &PassedOver,
    ) {
        let unknown =
            error.and_then(|error| unknown(error, arrived.routed.as_ref(), incoming.path));
        let unknown = unknown.filter(NotFound::is_endpoint);
        let has_dropped = !passed_over.unmodeled.is_empty() || !passed_over.parameters.is_empty();
        let has_dropped = has_dropped && matches!(error, None | Some(ApiError::NotModeled(_)));
        let endless = match error {
            Some(ApiError::EndlessExport { times }) => Some(*times),
            _ => None,
        };
        if unknown.is_none() && !has_dropped && endless.is_none() {
            return;
        }
        let call = state.call_of(incoming, arrived);
        if let Some(times) = endless {
            state.expectations.note_endless(&call, times);
        }
        if let Some(unknown) = unknown {
            state.expectations.note_unknown(&call, &unknown);
        }
        if has_dropped {
            state
                .expectations
                .note_unmodeled(&call, &passed_over.unmodeled);
            state
                .expectations
                .note_unknown_parameters(&call, &passed_over.parameters);
        }
    }

    /// Returns why the caller is refused, if it is.
    fn why_refused(
        &self,
        error: &ApiError,
        arrived: &Arrived,
        incoming: &Incoming<'_>,
        account: &Account,
    ) -> Option<Hint> {
        let authorization = incoming.header("authorization");
        match error {
            ApiError::NotAuthenticated => Some(Hint::NotAuthenticated {
                why: self.admission.explain(authorization, account),
            }),
            ApiError::Forbidden => {
                let operation = arrived.operation()?;
                let Ok(Caller::User(caller)) =
                    self.admission.caller(authorization, operation, account)
                else {
                    return None;
                };
                Some(Hint::NotAllowed {
                    why: why_forbidden(account, caller, operation)?,
                })
            }
            _ => None,
        }
    }

    /// Runs the test's code between two pages. No lock is held.
    fn between_pages(&self, arrived: &Arrived) {
        let Some(operation) = arrived.operation() else {
            return;
        };
        let (hooks, pages) = {
            let mut state = self.state.lock();
            let mut hooks = Vec::new();
            for (index, hook) in state.between_pages.iter_mut().enumerate() {
                if hook.operation == operation {
                    hook.has_run = true;
                    hooks.push((index, hook.act.clone()));
                }
            }
            if hooks.is_empty() {
                return;
            }
            (hooks, state.recorder.count_of(operation))
        };
        for (index, BetweenPages(act)) in hooks {
            // Code that answers a request must not panic. The panic is reported when the double is
            // verified.
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| act(pages, self))) {
                self.state.lock().between_pages[index]
                    .panicked
                    .get_or_insert(panic_text(&*panic));
            }
        }
    }

    /// Returns the planned faults that select a request. The test's predicates run here, without
    /// the lock. A request that is not recorded yet gets the next ordinal.
    fn faults_for(
        &self,
        incoming: &Incoming<'_>,
        operation: Option<Operation>,
        ordinal: Option<u64>,
    ) -> MeantFaults {
        let mut meant = MeantFaults::default();
        let (open, now, secrets, number) = {
            let mut state = self.state.lock();
            let open = state.faults.open();
            if open.is_empty() {
                return meant;
            }
            state.catch_up();
            let (secrets, now) = (Arc::clone(state.recorder.secrets()), state.account.moment());
            let ordinal = ordinal.unwrap_or_else(|| state.recorder.received() + 1);
            (open, now, secrets, (state.recorder.double(), ordinal))
        };
        let call = Call::from(Received {
            operation,
            ..Received::arrived(number, now, incoming, &secrets)
        });
        for (id, fault) in open {
            match catch_unwind(AssertUnwindSafe(|| fault.means(&call))) {
                Ok(true) => meant.rules.push(id),
                Ok(false) => {}
                Err(panic) => meant.panicked.push((id, panic_text(&*panic))),
            }
        }
        meant
    }

    /// Checks limits, credentials and the syntax of the body. Then the operation checks the rest:
    /// types of parameters, the records that the path names, the caller's role, validation.
    fn resolve<'a>(
        &self,
        incoming: &Incoming<'a>,
        routed: Option<&'a Routed>,
        account: &mut Account,
        window: &mut RateWindow,
        rate: Rate,
    ) -> Outcome<'a> {
        let Some(routed) = routed else {
            return Outcome {
                request: None,
                result: Err(ApiError::InvalidEndpoint),
                endpoint_rate: None,
            };
        };
        let operation = routed.operation();
        let mut endpoint_rate = None;
        let mut admit = || {
            window.check(rate)?;
            let (told, passes) = window.count_endpoint(operation, &routed.ids);
            endpoint_rate = told;
            passes?;
            let caller =
                self.admission
                    .caller(incoming.header("authorization"), operation, account)?;
            let body = incoming.json_body(account.rules.answers)?;
            let host = incoming
                .header("host")
                .filter(|host| !host.is_empty())
                .unwrap_or(&self.authority);
            let base = format!("http://{host}");
            let (query, rows) = (
                Query::parse(incoming.query),
                account
                    .rules
                    .max_page_size
                    .map_or(Rows::Asked, Rows::AtMost),
            );
            let (path_ids, path) = (routed.ids.as_slice(), plain(incoming.path));
            let suffix = incoming.path.get(path.len()..).unwrap_or_default();
            Ok(ApiRequest {
                operation,
                path_ids,
                query,
                body,
                caller,
                path,
                suffix,
                base,
                rows,
                answers: account.rules.answers,
            })
        };
        match admit() {
            Ok(request) => {
                let counted = match updated_by_upsert(account, &request) {
                    Some(user) => {
                        let ids = [user.to_string()];
                        let (told, passes) = window.count_endpoint(users::UPDATE, &ids);
                        endpoint_rate = told;
                        passes
                    }
                    None => Ok(()),
                };
                if operation.method() != "GET" {
                    account.before_change();
                }
                let result = counted.and_then(|()| (routed.route.handler)(account, &request));
                Outcome {
                    request: Some(request),
                    result,
                    endpoint_rate,
                }
            }
            Err(error) => Outcome {
                request: None,
                result: Err(error),
                endpoint_rate,
            },
        }
    }
}
