//! [`Received`]: a request that has arrived completely.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HeaderValue};
use http::{Request, Version, request};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;

use crate::api::request::{self as api, BODY_SIZE_LIMIT};
use crate::server::target::Target;

use super::wire::Broken;

/// How many bytes of a body are kept, which is enough for the server to find it too large.
const KEPT_BODY_LIMIT: usize = BODY_SIZE_LIMIT + 1;

/// How many bytes of a body are read. A client that sends more gets its reply at once, and the
/// connection closes.
const READ_BODY_LIMIT: usize = 1024 * 1024 * 1024;

/// A request that has arrived completely.
pub(super) struct Received {
    head: request::Parts,
    body: Bytes,
}

impl Received {
    /// Reads a request to its end, and keeps only as much of its body as the server needs to refuse
    /// it. It ends when the client has sent everything or is gone.
    pub(super) async fn read(request: Request<Incoming>) -> Result<Self, Broken> {
        let (mut head, mut stream) = request.into_parts();
        let mut body = Vec::new();
        let mut length = 0_usize;
        while let Some(frame) = stream.frame().await {
            // Trailers are not used.
            let Ok(data) = frame?.into_data() else {
                continue;
            };
            length = length.saturating_add(data.len());
            body.extend_from_slice(&data[..data.len().min(KEPT_BODY_LIMIT - body.len())]);
            if length > READ_BODY_LIMIT {
                break;
            }
        }
        if length > body.len() && head.headers.contains_key(CONTENT_LENGTH) {
            head.headers
                .insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        }
        Ok(Self {
            head,
            body: body.into(),
        })
    }

    /// Returns its target. `None` means that wiremock could not read it, and would break the
    /// connection.
    pub(super) fn target(&self) -> Option<Target<'_>> {
        Target::of(&self.head.uri)
    }

    /// Returns the host in its target, if the target has one.
    #[cfg(feature = "standalone")]
    pub(super) fn authority(&self) -> Option<&str> {
        self.head
            .uri
            .authority()
            .map(|authority| authority.as_str())
    }

    /// Returns the request in the backend's form.
    pub(super) fn incoming<'a>(&'a self, target: &'a Target<'_>) -> api::Incoming<'a> {
        api::Incoming {
            method: self.head.method.as_str(),
            path: target.path(),
            query: target.query(),
            headers: &self.head.headers,
            body: &self.body,
        }
    }

    /// Returns the request for wiremock, which is always HTTP/1.1, whatever the client uses.
    pub(super) fn for_wiremock(&self) -> Request<Full<Bytes>> {
        let mut head = self.head.clone();
        head.version = Version::HTTP_11;
        Request::from_parts(head, Full::new(self.body.clone()))
    }
}
