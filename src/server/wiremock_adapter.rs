//! The only file that uses wiremock. It starts a wiremock server when the test wants to mount its
//! own mocks. It turns wiremock's requests into the backend's, and the backend's replies into
//! wiremock's.
//!
//! The double is a `Mock` that matches everything. wiremock asks mocks with lower priority numbers
//! first. The default priority of a test's mock is 5, so it is asked before the double. A second
//! mock of ours comes before all of them: it records each request and matches nothing. So the
//! journal also contains the requests that a test's mock answers.

use std::io;
use std::net::TcpListener;
use std::panic::resume_unwind;
use std::pin::pin;
use std::sync::{Arc, OnceLock, Weak};
use std::task::{Context, Waker};
use std::thread;

use http::StatusCode;
use tokio::runtime::Handle;
use wiremock::matchers::any;
use wiremock::{Match, Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::api::reply::Envelope;
use crate::api::request::Incoming;
use crate::base::ending::thread_is_ending;
use crate::server::backend::Backend;
use crate::server::http_server::PLAN_HEADER;

/// The priority after the test's mocks.
const PRIORITY_AFTER_TESTS: u8 = 100;

/// The priority before the test's mocks. Of two mocks with the same priority, the one that was
/// mounted first is asked first.
const PRIORITY_BEFORE_TESTS: u8 = 1;

/// wiremock's server, once a test has asked for it. It can be dropped anywhere.
///
/// wiremock blocks on one of tokio's locks when its server is dropped. In a tokio task that has
/// used up its cooperative budget, that would hang forever, so the server is dropped outside of the
/// budget. Inside an executor of `futures` it would panic, and at the end of a thread its
/// thread-locals may be gone. In these cases a new thread drops the server, which takes about 70
/// µs.
#[derive(Default)]
pub(crate) struct Server(OnceLock<io::Result<MockServer>>);

impl Server {
    /// Returns the server, if it was started.
    pub(crate) fn get(&self) -> Option<&MockServer> {
        self.0.get()?.as_ref().ok()
    }

    /// Returns the server, with the double mounted on it. The first call starts it.
    pub(crate) fn start(&self, backend: &Arc<Backend>) -> Result<&MockServer, &io::Error> {
        self.0.get_or_init(|| start(backend)).as_ref()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let Some(Ok(server)) = self.0.take() else {
            return;
        };
        let is_usual = Handle::try_current().is_ok() && futures_executor::enter().is_ok();
        if is_usual {
            let dropping = pin!(tokio::task::unconstrained(async move { drop(server) }));
            // It completes at once, because nothing in it waits.
            let _ = dropping.poll(&mut Context::from_waker(Waker::noop()));
            return;
        }
        let is_panicking = thread::panicking();
        let drop_it = move || {
            let _server = server;
            if is_panicking {
                // wiremock does not report unmet expectations of mocks while its thread panics.
                resume_unwind(Box::new(()));
            }
        };
        // wiremock's panic prints the name of its thread.
        let name = thread::current()
            .name()
            .unwrap_or("mock-zendesk")
            .to_owned();
        // If no thread can be started, this drops the server here.
        let Ok(dropping) = thread::Builder::new().name(name).spawn(drop_it) else {
            return;
        };
        let Err(panic) = dropping.join() else { return };
        if !is_panicking && !thread_is_ending() {
            resume_unwind(panic);
        }
    }
}

/// Starts a server on which the double is mounted. This happens on another thread, because this one
/// may be inside a runtime.
fn start(backend: &Arc<Backend>) -> io::Result<MockServer> {
    let backend = Arc::clone(backend);
    let start = move || {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        Ok(runtime.block_on(start_at(listener, &backend)))
    };
    let starting = thread::Builder::new().spawn(start)?;
    starting.join().unwrap_or_else(|panic| resume_unwind(panic))
}

/// Starts a server outside of wiremock's pool. A server from the pool would accept connections even
/// after it is dropped.
///
/// wiremock's recording of requests is turned off. The `Mock` still keeps each request that it
/// matched, which cannot be avoided.
async fn start_at(listener: TcpListener, backend: &Arc<Backend>) -> MockServer {
    let server = MockServer::builder()
        .listener(listener)
        .disable_request_recording()
        .start()
        .await;
    mount(backend, &server).await;
    server
}

async fn mount(backend: &Arc<Backend>, server: &MockServer) {
    // The account must be dropped with the double and not with the server's thread, which ends a
    // little later. Freeing memory there that was allocated here takes longer.
    let zendesk = || Zendesk(Arc::downgrade(backend));
    let arrivals = Arrivals(Arc::downgrade(backend));
    Mock::given(arrivals)
        .respond_with(zendesk())
        .with_priority(PRIORITY_BEFORE_TESTS)
        .named("Zendesk's journal")
        .mount(server)
        .await;
    Mock::given(any())
        .respond_with(zendesk())
        .with_priority(PRIORITY_AFTER_TESTS)
        .named("Zendesk")
        .mount(server)
        .await;
}

/// A matcher that records requests and matches none of them.
struct Arrivals(Weak<Backend>);

impl Match for Arrivals {
    fn matches(&self, request: &Request) -> bool {
        if let Some(backend) = self.0.upgrade() {
            backend.arrive_at_server(&incoming(request));
        }
        false
    }
}

struct Zendesk(Weak<Backend>);

impl Respond for Zendesk {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let Some(backend) = self.0.upgrade() else {
            return ResponseTemplate::new(StatusCode::SERVICE_UNAVAILABLE);
        };
        let (reply, plan) = backend.answer_last(&incoming(request));
        let mut response = ResponseTemplate::new(reply.status).append_headers(reply.all_headers());
        if let (Some(plan), Some(Envelope { ordinal, .. })) = (plan, reply.envelope) {
            backend.keep_plan(ordinal, plan);
            response = response.append_header(PLAN_HEADER, ordinal);
        }
        if reply.body.is_empty() {
            response
        } else {
            response.set_body_bytes(reply.body)
        }
    }
}

fn incoming(request: &Request) -> Incoming<'_> {
    Incoming {
        method: request.method.as_str(),
        path: request.url.path(),
        query: request.url.query().unwrap_or_default(),
        headers: &request.headers,
        body: &request.body,
    }
}
