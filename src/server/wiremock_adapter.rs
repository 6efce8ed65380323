//! The one file that speaks wiremock: it starts a server of it when the test wants to mount mocks of
//! its own, turns wiremock's requests into the backend's and the replies back.
//!
//! The double is a `Mock` that matches everything. wiremock asks the mocks with lower priority
//! numbers first, so a mock of the user's own, whose priority is 5 unless told otherwise, comes
//! before it. Before all of them a second one of ours writes each request down and matches nothing:
//! so the journal has the requests that a mock of the user's own answers, too.

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

/// Behind the mocks of the user's own.
const LATE: u8 = 100;

/// Before them. Of two mocks with the same priority the one that was mounted first is asked first.
const FIRST: u8 = 1;

/// wiremock's server, once a test has asked for it. It can be dropped anywhere.
///
/// wiremock blocks on a lock of tokio's when its server is dropped. In a tokio task that has used
/// up its cooperative budget that hangs for ever, so it is done outside of that budget. Inside an
/// executor of `futures` it panics, and where a thread ends its thread-locals may be gone: there a
/// new thread does it, which costs some 70 µs.
#[derive(Default)]
pub(crate) struct Server(OnceLock<io::Result<MockServer>>);

impl Server {
    /// The server, if it was started.
    pub(crate) fn get(&self) -> Option<&MockServer> {
        self.0.get()?.as_ref().ok()
    }

    /// The server, with the double mounted on it. It is started when it is first asked for.
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
            // It is ready at once: nothing in it waits.
            let _ = dropping.poll(&mut Context::from_waker(Waker::noop()));
            return;
        }
        let is_panicking = thread::panicking();
        let drop_it = move || {
            let _server = server;
            if is_panicking {
                // wiremock does not complain about unmet expectations of mocks while its thread
                // panics.
                resume_unwind(Box::new(()));
            }
        };
        // wiremock's panic prints the name of its thread.
        let name = thread::current()
            .name()
            .unwrap_or("mock-zendesk")
            .to_owned();
        // If there can be no thread, this drops the server right here.
        let Ok(dropping) = thread::Builder::new().name(name).spawn(drop_it) else {
            return;
        };
        let Err(panic) = dropping.join() else { return };
        if !is_panicking && !thread_is_ending() {
            resume_unwind(panic);
        }
    }
}

/// Starts a server on which the double is mounted. Another thread does it, since a runtime may be
/// entered here.
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

/// A server that is not from wiremock's pool: one from there would go on accepting connections after
/// it is dropped.
///
/// wiremock's recording of requests is disabled. The `Mock` still keeps each request that it
/// matched, which cannot be helped.
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
    // The account goes with the double, and not with the server's thread, which ends a little
    // later: to free there what was made here takes longer.
    let zendesk = || Zendesk(Arc::downgrade(backend));
    let arrivals = Arrivals(Arc::downgrade(backend));
    Mock::given(arrivals)
        .respond_with(zendesk())
        .with_priority(FIRST)
        .named("Zendesk's journal")
        .mount(server)
        .await;
    Mock::given(any())
        .respond_with(zendesk())
        .with_priority(LATE)
        .named("Zendesk")
        .mount(server)
        .await;
}

/// Writes requests down, and matches none of them.
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
