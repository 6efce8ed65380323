//! What the relay makes of a request before it passes it on: [`Received`].

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HeaderValue};
use http::{Request, Uri, Version, request};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use url::Url;

use crate::api::request::LARGEST_BODY;

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

    pub(super) fn method(&self) -> &str {
        self.head.method.as_str()
    }

    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    /// The address as the server will see it. None: the server cannot read it, and would break the
    /// connection.
    pub(super) fn url(&self) -> Option<Url> {
        url_of(&self.head.uri)
    }

    /// The request for the server. Whatever the client speaks, the server gets HTTP/1.1.
    pub(super) fn into_request(self) -> Request<Full<Bytes>> {
        let Self { head, body } = self;
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = head.method;
        *request.uri_mut() = head.uri;
        *request.headers_mut() = head.headers;
        *request.version_mut() = Version::HTTP_11;
        request
    }
}

/// wiremock puts targets and urls together like this, and panics where it gets no url.
fn url_of(uri: &Uri) -> Option<Url> {
    let text = if uri.authority().is_some() {
        uri.to_string()
    } else {
        format!("http://localhost{uri}")
    };
    Url::parse(&text).ok()
}
