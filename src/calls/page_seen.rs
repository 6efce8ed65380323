//! [`PageSeen`]: what a reply gave of a list, and what there was of it at that moment.

use std::fmt;
use std::sync::Arc;

use crate::api::page::GivenPage;

/// A page that a client was given.
pub(crate) struct PageSeen {
    pub(crate) given: GivenPage,
    /// The whole list, where the page is the first or the last of several.
    pub(crate) list: Option<Arc<dyn ListThen>>,
}

/// A list as it was when a page of it was given. It is looked up only when somebody asks.
pub(crate) trait ListThen: Send + Sync {
    /// The ids of all its rows.
    fn ids(&self) -> Vec<u64>;
}

impl fmt::Debug for PageSeen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PageSeen({:?})", self.given)
    }
}
