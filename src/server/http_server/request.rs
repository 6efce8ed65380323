//! [`Received`]: a request that has arrived whole.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HeaderValue};
use http::{Request, Version, request};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;

use crate::api::request::{self as api, LARGEST_BODY};
use crate::server::target::Target;

use super::wire::Broken;

/// The most bytes of a body that are kept: enough for the server to find it too large.
const MOST_KEPT: usize = LARGEST_BODY + 1;

/// The most bytes of a body that are read. A client that sends more gets its reply at once, and the
/// connection closes.
const MOST_READ: usize = 1024 * 1024 * 1024;

/// A request that has arrived whole.
pub(super) struct Received {
    head: request::Parts,
    body: Bytes,
}

impl Received {
    /// Reads a request to its end, and keeps no more of its body than the server needs to refuse
    /// it. It ends when the client has sent everything or is gone.
    pub(super) async fn read(request: Request<Incoming>) -> Result<Self, Broken> {
        let (mut head, mut stream) = request.into_parts();
        let mut body = Vec::new();
        let mut length = 0_usize;
        while let Some(frame) = stream.frame().await {
            // Trailers are of no use to anybody.
            let Ok(data) = frame?.into_data() else {
                continue;
            };
            length = length.saturating_add(data.len());
            body.extend_from_slice(&data[..data.len().min(MOST_KEPT - body.len())]);
            if length > MOST_READ {
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

    /// What it asks for. None: wiremock cannot read that, and would break the connection.
    pub(super) fn target(&self) -> Option<Target<'_>> {
        Target::of(&self.head.uri)
    }

    /// The request as the backend takes it.
    pub(super) fn incoming<'a>(&'a self, target: &'a Target<'_>) -> api::Incoming<'a> {
        api::Incoming {
            method: self.head.method.as_str(),
            path: target.path(),
            query: target.query(),
            headers: &self.head.headers,
            body: &self.body,
        }
    }

    /// The request as wiremock takes it: whatever the client speaks, that is HTTP/1.1.
    pub(super) fn for_wiremock(&self) -> Request<Full<Bytes>> {
        let mut head = self.head.clone();
        head.version = Version::HTTP_11;
        Request::from_parts(head, Full::new(self.body.clone()))
    }
}
