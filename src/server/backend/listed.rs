//! [`Listed`]: a list, or an export, at the moment when one of its pages was sent.

use crate::api::operation::Operation;
use crate::api::page_limits::Rows;
use crate::api::query::Query;
use crate::api::reply::Reply;
use crate::api::request::{ApiRequest, Caller};
use crate::calls::ListThen;
use crate::resources::account::Account;
use crate::server::routing::Routed;

/// The account at that moment, which shares its rows with the present one, and who asked for the
/// page.
pub(super) struct Listed {
    account: Account,
    routed: Routed,
    caller: Caller,
    path: String,
}

impl Listed {
    pub(super) fn new(account: &Account, routed: &Routed, request: &ApiRequest<'_>) -> Self {
        Self {
            account: account.clone(),
            routed: routed.clone(),
            caller: request.caller,
            path: request.path.to_owned(),
        }
    }

    fn operation(&self) -> Operation {
        self.routed.operation()
    }
}

impl ListThen for Listed {
    /// Asks the operation again, for the whole list on one page.
    fn ids(&self, query: &str) -> Vec<u64> {
        let request = ApiRequest {
            operation: self.operation(),
            path_ids: &self.routed.ids,
            query: Query::parse(query),
            body: serde_json::Map::new(),
            caller: self.caller,
            path: &self.path,
            suffix: "",
            base: String::new(),
            rows: Rows::All,
            answers: self.account.rules.answers,
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
