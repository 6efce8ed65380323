//! [`Listed`]: a list at the moment when one of its pages was sent.

use crate::api::operation::Operation;
use crate::api::page_limits::Rows;
use crate::api::query::Query;
use crate::api::reply::Reply;
use crate::api::request::{ApiRequest, Caller};
use crate::calls::ListThen;
use crate::resources::account::Account;
use crate::server::routing::Routed;

/// The account at that moment, which shares its rows with the present one, and the request for the
/// page.
pub(super) struct Listed {
    account: Account,
    routed: Routed,
    caller: Caller,
    query: Query,
    path: String,
}

impl Listed {
    pub(super) fn new(account: &Account, routed: &Routed, request: &ApiRequest<'_>) -> Self {
        let (query, path) = (request.query.clone(), request.path.to_owned());
        Self {
            account: account.clone(),
            routed: routed.clone(),
            caller: request.caller,
            query,
            path,
        }
    }

    fn operation(&self) -> Operation {
        self.routed.operation()
    }
}

impl ListThen for Listed {
    /// Asks the operation again, for the whole list on one page.
    fn ids(&self) -> Vec<u64> {
        let request = ApiRequest {
            operation: self.operation(),
            path_ids: &self.routed.ids,
            query: self.query.clone(),
            body: serde_json::Map::new(),
            caller: self.caller,
            path: &self.path,
            base: String::new(),
            rows: Rows::All,
            dropped_attributes: &[],
        };
        let reply = (self.routed.route.handler)(&mut self.account.clone(), &request);
        reply
            .ok()
            .as_mut()
            .and_then(Reply::take_page)
            .map(|page| page.ids)
            .unwrap_or_default()
    }
}
