//! [`Answers`]: gets the reply to a request, from the backend or from wiremock's server.

use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use http::header::{CONTENT_LENGTH, HeaderName};

use crate::api::request::Incoming;
use crate::server::backend::Backend;
use crate::trouble::WirePlan;

use super::orders::Orders;
use super::request::Received;
use super::upstream::Upstream;
use super::wire::Broken;

/// The header with which the backend announces, through wiremock, a plan for a reply. It is removed
/// before the client sees it.
pub(crate) const PLAN_HEADER: HeaderName = HeaderName::from_static("x-mock-zendesk-plan");

/// A reply, and the plan for it on the wire.
pub(super) type Answer = (Response<Bytes>, Option<WirePlan>);

/// Gets the replies to the requests of one connection.
pub(super) struct Answers {
    backend: Arc<Backend>,
    orders: Arc<Orders>,
    upstream: Upstream,
}

impl Answers {
    pub(super) fn new(backend: Arc<Backend>, orders: Arc<Orders>) -> Self {
        Self {
            backend,
            orders,
            upstream: Upstream::default(),
        }
    }

    /// Returns the same for another connection.
    pub(super) fn of_another(&self) -> Self {
        Self::new(Arc::clone(&self.backend), Arc::clone(&self.orders))
    }

    pub(super) fn backend(&self) -> &Arc<Backend> {
        &self.backend
    }

    pub(super) fn orders(&self) -> Arc<Orders> {
        Arc::clone(&self.orders)
    }

    /// Returns the whole reply, and the plan for it.
    pub(super) async fn answer(
        &self,
        incoming: &Incoming<'_>,
        received: &Received,
    ) -> Result<Answer, Broken> {
        let answer = match self.orders.wiremock() {
            None => self.ask_backend(incoming),
            Some(address) => {
                let reply = self.upstream.send(address, received.for_wiremock());
                let reply = reply.await;
                #[cfg(feature = "tracing")]
                self.backend.trace_mocked(incoming);
                self.with_plan(reply?)
            }
        };
        // The test's own code may have taken the double offline while the request was answered.
        if self.orders.is_offline() {
            return Err("the double went offline".into());
        }
        Ok(answer)
    }

    fn with_plan(&self, mut reply: Response<Bytes>) -> Answer {
        let ordinal = reply.headers_mut().remove(PLAN_HEADER);
        let plan = ordinal
            .and_then(|ordinal| self.backend.take_plan(ordinal.to_str().ok()?.parse().ok()?));
        (reply, plan)
    }

    fn ask_backend(&self, incoming: &Incoming<'_>) -> Answer {
        let (reply, plan) = self.backend.answer(incoming);
        let reply = reply.into_http().map(Bytes::from);
        (without_body_of_head(reply, incoming), plan)
    }

    /// Returns the reply to a request that is not for the API, or `None` if it is for the API.
    #[cfg(feature = "standalone")]
    pub(super) async fn answer_beside(
        &self,
        incoming: &Incoming<'_>,
        received: &Received,
    ) -> Option<Response<Bytes>> {
        let beside = self.orders.beside()?;
        let reply = beside.answer(incoming, received.authority())?.await;
        Some(without_body_of_head(reply, incoming))
    }
}

/// A HEAD request gets only the head of the reply, which includes the length of the body.
fn without_body_of_head(mut reply: Response<Bytes>, incoming: &Incoming<'_>) -> Response<Bytes> {
    if incoming.method == "HEAD" {
        let length = reply.body().len();
        reply.headers_mut().insert(CONTENT_LENGTH, length.into());
        reply.body_mut().clear();
    }
    reply
}
