//! [`Backend`]: the account behind one lock, and the one way by which a request reaches it.
//!
//! The lock is taken here and nowhere else, and never held while code of the user's runs.

use parking_lot::Mutex;

use crate::account::Account;
use crate::api::error::ApiError;
use crate::api::operation::Operation;
use crate::api::query::Query;
use crate::api::reply::{Envelope, WireReply};
use crate::api::request::{ApiRequest, Incoming};
use crate::clock::Clock;
use crate::credentials::Admission;
use crate::limits::RateWindow;
use crate::resources::{NO_IDS, operations};

#[derive(Debug)]
pub(crate) struct Backend {
    state: Mutex<State>,
    admission: Admission,
    /// Host and port, for requests that do not name the host that they were sent to.
    authority: String,
}

#[derive(Debug)]
struct State {
    account: Account,
    clock: Clock,
    rate: RateWindow,
    requests: u64,
}

impl State {
    fn catch_up(&mut self) {
        self.account.advance_to(self.clock.now());
    }
}

impl Backend {
    pub(crate) fn new(account: Account, clock: Clock, admission: Admission, authority: String) -> Self {
        Self {
            state: Mutex::new(State { account, clock, rate: RateWindow::default(), requests: 0 }),
            admission,
            authority,
        }
    }

    /// Answers a request. The order of the steps is Zendesk's: of several things that are wrong with a request the
    /// first one found here is what the caller is told.
    pub(crate) fn answer(&self, incoming: &Incoming<'_>) -> WireReply {
        let mut state = self.state.lock();
        state.catch_up();
        state.requests += 1;
        let now = state.account.now();
        let envelope = Envelope { now, ordinal: state.requests, rate: state.rate.count(now) };
        match self.resolve(incoming, &state.account) {
            Ok(request) => {
                let result = request.operation.handle(&mut state.account, &request);
                WireReply::to_operation(result, &request, envelope)
            }
            Err(error) => WireReply::error(&error, envelope),
        }
    }

    /// Does something with the account, which is up to date by then.
    pub(crate) fn with_account<R>(&self, act: impl FnOnce(&mut Account) -> R) -> R {
        let mut state = self.state.lock();
        state.catch_up();
        act(&mut state.account)
    }

    /// Route, authentication, syntax of the body. What comes after is the operation's: types of parameters, the records
    /// that the path names, the caller's role, validation.
    fn resolve<'a>(&self, incoming: &Incoming<'a>, account: &Account) -> Result<ApiRequest<'a>, ApiError> {
        let (operation, path, path_ids) = route(incoming).ok_or(ApiError::InvalidEndpoint)?;
        let caller = self.admission.caller(incoming.header("authorization"), operation, account)?;
        let body = incoming.json_body()?;
        let host = incoming.header("host").filter(|host| !host.is_empty()).unwrap_or(&self.authority);
        Ok(ApiRequest {
            operation,
            path_ids,
            query: Query::parse(incoming.query),
            body,
            caller,
            path,
            base: format!("http://{host}"),
        })
    }
}

/// The operation that a request is for, its path without `.json`, and the ids in it.
///
/// A dot anywhere but in that ending is in no path of Zendesk's. HEAD goes where GET goes.
fn route<'a>(incoming: &Incoming<'a>) -> Option<(Operation, String, Vec<&'a str>)> {
    let path = incoming.path.strip_suffix('/').unwrap_or(incoming.path);
    let path = path.strip_suffix(".json").unwrap_or(path);
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
