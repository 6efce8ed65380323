//! The same requests over HTTP: to the double, and to static stubs on other servers that answer
//! with the double's own replies, including all headers. wiremock's server records the requests, as
//! it does by default, because the double does so, too.

use http::Request;
use mock_zendesk::{MockZendesk, OrganizationId, UserId, fixtures::Plan};
use reqwest::{Client, RequestBuilder};
use serde_json::json;
use tokio::runtime::Runtime;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::cores::Cores;
use crate::measure::{Row, time_ratio};

/// The number of requests in a batch.
const BATCH: usize = 200;

const MEMBERSHIPS: &str = "/api/v2/organization_memberships";

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

/// Seeds users and organizations, and returns pairs of them that do not have a membership yet.
fn account(zendesk: &MockZendesk) -> impl Iterator<Item = (UserId, OrganizationId)> + use<> {
    let planned = zendesk
        .seed()
        .plan(Plan::new().users(2_000).organizations(200));
    let organizations = planned.organizations;
    planned
        .users
        .into_iter()
        .flat_map(move |user| organizations.clone().into_iter().map(move |id| (user, id)))
}

fn body(pair: (UserId, OrganizationId)) -> String {
    json!({"organization_membership": {"user_id": pair.0, "organization_id": pair.1}}).to_string()
}

/// A reply to compare with, and to make stubs from.
struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Reply {
    async fn to(request: RequestBuilder) -> Self {
        let reply = request
            .header("authorization", "Basic b3duZXI6eA==")
            .send()
            .await
            .expect("a reply");
        let headers = reply
            .headers()
            .iter()
            .filter(|(name, _)| *name != "content-length");
        let headers = headers
            .map(|(name, value)| (name.to_string(), value.to_str().expect("text").to_owned()));
        let (status, headers) = (reply.status().as_u16(), headers.collect());
        Self {
            status,
            headers,
            body: reply.bytes().await.expect("a body").to_vec(),
        }
    }

    fn template(&self) -> ResponseTemplate {
        let headers = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        ResponseTemplate::new(self.status)
            .append_headers(headers)
            .set_body_bytes(self.body.clone())
    }

    fn mockito(&self, mut mock: mockito::Mock) -> mockito::Mock {
        for (name, value) in &self.headers {
            mock = mock.with_header(name, value);
        }
        mock.with_status(self.status.into())
            .with_body(&self.body)
            .expect_at_least(0)
            .create()
    }

    fn httpmock(&self, mut then: httpmock::Then) {
        for (name, value) in &self.headers {
            then = then.header(name, value);
        }
        then.status(self.status).body(&self.body);
    }
}

fn post(client: &Client, uri: &str, body: String) -> RequestBuilder {
    client
        .post(format!("{uri}{MEMBERSHIPS}"))
        .header("content-type", "application/json")
        .body(body)
}

/// Sends a request and reads the reply, as a client would.
async fn send(request: RequestBuilder, status: u16) {
    let reply = request
        .header("authorization", "Basic b3duZXI6eA==")
        .send()
        .await
        .expect("a reply");
    assert_eq!(reply.status(), status);
    reply.bytes().await.expect("a body");
}

pub fn rows(cores: Cores) -> Vec<Row> {
    let runtime = runtime();
    let start = || {
        runtime.block_on(async {
            (
                MockZendesk::start().await,
                MockServer::builder().start().await,
            )
        })
    };
    let (zendesk, server) = cores.start(start);
    let mut pairs = account(&zendesk);
    let client = Client::new();
    let mut rows = Vec::new();

    let uri = zendesk.uri();
    let body_of_pair = body(pairs.next().expect("a pair"));
    let created = runtime.block_on(Reply::to(post(&client, &uri, body_of_pair)));
    let id: serde_json::Value = serde_json::from_slice(&created.body).expect("JSON");
    let path = format!("{MEMBERSHIPS}/{}", id["organization_membership"]["id"]);
    let shown = runtime.block_on(Reply::to(client.get(format!("{uri}{path}"))));
    runtime.block_on(async {
        Mock::given(method("POST"))
            .respond_with(created.template())
            .mount(&server)
            .await;
        Mock::given(method("GET"))
            .respond_with(shown.template())
            .mount(&server)
            .await;
    });
    let mut mockito = cores.start(mockito::Server::new);
    let _post = created.mockito(mockito.mock("POST", MEMBERSHIPS));
    let _get = shown.mockito(mockito.mock("GET", path.as_str()));
    let httpmock = cores.start(httpmock::MockServer::start);
    httpmock.mock(|when, then| {
        when.method("POST").path(MEMBERSHIPS);
        created.httpmock(then);
    });
    httpmock.mock(|when, then| {
        when.method("GET").path(path.as_str());
        shown.httpmock(then);
    });

    let mut batch = |uri: &str| {
        let bodies: Vec<String> = pairs.by_ref().take(BATCH).map(body).collect();
        let url = format!("{uri}{path}");
        runtime.block_on(async {
            for body in bodies {
                send(post(&client, uri, body), 201).await;
                send(client.get(&url), 200).await;
            }
        });
    };
    let batch = std::cell::RefCell::new(&mut batch);
    for (against, other, bound) in [
        ("wiremock, a static stub", server.uri(), "at least 0.90"),
        ("httpmock, a static stub", httpmock.base_url(), ""),
        ("mockito, a static stub", mockito.url(), ""),
    ] {
        let ratio = time_ratio(|| batch.borrow_mut()(&uri), || batch.borrow_mut()(&other));
        let what = format!("create and show over HTTP, {}: throughput", cores.name);
        rows.push(Row {
            what,
            against,
            ratio: format!("{:.2}", 1.0 / ratio),
            bound,
        });
        if against.starts_with("wiremock") {
            let what = format!("create and show over HTTP, {}: latency", cores.name);
            rows.push(Row {
                what,
                against,
                ratio: format!("{ratio:.2}"),
                bound: "at most 1.10",
            });
        }
    }

    let page = zendesk.url("/organization_memberships?per_page=100");
    let reply = runtime.block_on(Reply::to(client.get(&page)));
    let stub = cores.start(|| runtime.block_on(MockServer::builder().start()));
    runtime.block_on(
        Mock::given(method("GET"))
            .respond_with(reply.template())
            .mount(&stub),
    );
    let pages = |url: &str| {
        runtime.block_on(async {
            for _ in 0..BATCH {
                send(client.get(url), 200).await;
            }
        })
    };
    let ratio = time_ratio(|| pages(&page), || pages(&stub.uri()));
    rows.push(Row {
        what: format!("a page of 100 rows over HTTP, {}: throughput", cores.name),
        against: "wiremock, the same bytes as a static stub",
        ratio: format!("{:.2}", 1.0 / ratio),
        bound: "at least 0.80",
    });
    rows
}

/// Compares the double with itself without a socket.
pub fn direct(cores: Cores) -> Vec<Row> {
    let runtime = runtime();
    let socket = cores.start(|| runtime.block_on(MockZendesk::start()));
    let direct = MockZendesk::builder().without_socket();
    let (mut socket_pairs, mut direct_pairs) = (account(&socket), account(&direct));
    let client = Client::new();
    let uri = socket.uri();
    let over_socket = || {
        let bodies: Vec<String> = socket_pairs.by_ref().take(BATCH).map(body).collect();
        runtime.block_on(async {
            for body in bodies {
                send(post(&client, &uri, body), 201).await;
            }
        });
    };
    let directly = || {
        for pair in direct_pairs.by_ref().take(BATCH) {
            let request = Request::post(MEMBERSHIPS).header("content-type", "application/json");
            let request = request
                .header("authorization", "Basic b3duZXI6eA==")
                .body(body(pair))
                .expect("a request");
            assert_eq!(direct.send(request).expect("a reply").status(), 201);
        }
    };
    let ratio = time_ratio(over_socket, directly);
    vec![Row {
        what: "create without a socket: throughput".to_owned(),
        against: cores.over_http,
        ratio: format!("{ratio:.1}"),
        bound: "at least 10",
    }]
}
