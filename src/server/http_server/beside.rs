//! [`Beside`]: what answers requests that are not for the API, at the address of the double.

use std::fmt::Debug;
use std::pin::Pin;

use bytes::Bytes;
use http::Response;

use crate::api::request::Incoming;

/// A reply that may take a while.
pub(crate) type Answering<'a> = Pin<Box<dyn Future<Output = Response<Bytes>> + Send + 'a>>;

/// Answers requests beside the API. They are not calls: the journal does not have them, and no fault
/// happens to them.
pub(crate) trait Beside: Debug + Send + Sync {
    /// Returns the reply, or `None` if the request is for the API. It is called for every request.
    ///
    /// `authority` is the host in the target of the request, if it has one.
    fn answer<'a>(
        &'a self,
        incoming: &'a Incoming<'a>,
        authority: Option<&'a str>,
    ) -> Option<Answering<'a>>;
}
