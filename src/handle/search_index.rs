//! [`SearchIndex`]: how a test lets the index of the search catch up.

use std::fmt;

use super::zendesk::MockZendesk;
use crate::resources::account::Account;
use crate::server::backend::Backend;

/// The index of the search, which may lag behind the account.
/// [`MockZendesk::search_index`] returns it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
/// use mock_zendesk::{MockZendesk, settings::SearchLag};
///
/// let zendesk = MockZendesk::builder().search_lag(SearchLag::ByHand).start().await;
/// let http = reqwest::Client::new();
/// let create = http.post(zendesk.url("/organizations")).json(&serde_json::json!({"organization": {"name": "Acme"}}));
/// create.header("authorization", zendesk.authorization()).send().await?;
///
/// let count = async || {
///     let count = http.get(zendesk.url("/search/count?query=acme"));
///     count.header("authorization", zendesk.authorization()).send().await?.text().await
/// };
/// assert_eq!(count().await?, r#"{"count":0}"#);
/// zendesk.search_index().catch_up();
/// assert_eq!(count().await?, r#"{"count":1}"#);
/// # Ok(()) }
/// ```
pub struct SearchIndex<'a> {
    backend: &'a Backend,
}

/// # The index of the search
impl MockZendesk {
    /// Returns the index of the search, to let it catch up.
    #[must_use]
    pub fn search_index(&self) -> SearchIndex<'_> {
        SearchIndex {
            backend: &self.backend,
        }
    }
}

impl SearchIndex<'_> {
    /// Lets searches find everything as it is now, whatever the lag. Later changes lag again.
    pub fn catch_up(&self) {
        self.backend.with_account(Account::catch_up_indexes);
    }
}

impl fmt::Debug for SearchIndex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SearchIndex").finish_non_exhaustive()
    }
}
