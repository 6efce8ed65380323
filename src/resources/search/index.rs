//! What an index sees that lags behind the account.
//!
//! Where nothing lags, nothing is kept, and an index sees the account. Otherwise the account keeps a
//! copy of itself from before each change, which shares its rows, for as long as an index may see
//! it.

use crate::base::lagging::Lagging;
use crate::base::settings::SearchLag;
use crate::resources::account::Account;
use crate::resources::organizations::model::Organization;
use crate::resources::tickets::model::Ticket;
use crate::resources::users::model::User;

use super::searched::Searched as _;

impl Account {
    /// Returns the account as the index of the search sees it.
    pub(crate) fn as_searched(&self) -> &Self {
        self.seen_by(&self.search_index, self.rules.search_lag)
    }

    /// Returns the account as the look-ups of users and organizations see it.
    pub(crate) fn as_looked_up(&self) -> &Self {
        self.seen_by(&self.lookup_index, self.rules.lookup_lag)
    }

    fn seen_by<'a>(&'a self, index: &'a Lagging<Self>, lag: SearchLag) -> &'a Self {
        let delay = lag.delay();
        let past = delay.and_then(|delay| index.seen(delay, self.tick(lag)));
        if past.is_some() {
            // The words are indexed by the first search. Copies of the account have the index from
            // then on, so that not each of them builds one.
            User::having(self, &[]);
            Organization::having(self, &[]);
            Ticket::having(self, &[]);
        }
        past.unwrap_or(self)
    }
}
