//! [`PageSeen`]: the page of a list in a reply, and the whole list at that moment.

use std::fmt;
use std::sync::Arc;

use crate::api::given_page::GivenPage;

/// A page that a client received.
pub(crate) struct PageSeen {
    pub(crate) given: GivenPage,
    /// The whole list, if the page is the first or the last of several.
    pub(crate) list: Option<Arc<dyn ListThen>>,
}

/// A list at the time of a reply. It is evaluated only on demand.
pub(crate) trait ListThen: Send + Sync {
    /// Returns the ids of all rows of the list that a request with this query walks through from
    /// its start.
    fn ids(&self, query: &str) -> Vec<u64>;
}

impl fmt::Debug for PageSeen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PageSeen({:?})", self.given)
    }
}
