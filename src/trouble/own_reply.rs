//! [`OwnReply`]: a reply that the test writes.

use std::fmt;
use std::sync::Arc;

use http::Response;

use crate::calls::Call;

/// Returns a reply for a call. This is the test's own code, so no lock may be held while it runs,
/// and it may panic.
#[derive(Clone)]
pub(crate) struct OwnReply(Arc<Make>);

type Make = dyn Fn(&Call) -> Response<Vec<u8>> + Send + Sync;

impl OwnReply {
    pub(crate) fn new(make: impl Fn(&Call) -> Response<Vec<u8>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(make))
    }

    pub(crate) fn make(&self, call: &Call) -> Response<Vec<u8>> {
        (self.0)(call)
    }
}

impl PartialEq for OwnReply {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for OwnReply {}

impl fmt::Debug for OwnReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OwnReply")
    }
}
