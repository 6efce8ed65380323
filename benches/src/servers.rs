//! The same requests over HTTP: to the double, and to static stubs of the same size on other servers.

use http::Request;
use mock_zendesk::{MockZendesk, OrganizationId, Plan, UserId};
use reqwest::Client;
use serde_json::json;
use tokio::runtime::Runtime;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::measure::{Row, time_ratio};

/// So many requests are a batch.
const BATCH: usize = 200;

const MEMBERSHIPS: &str = "/api/v2/organization_memberships";

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// A double with users and organizations, and pairs of them that have no membership yet.
fn account(zendesk: &MockZendesk) -> impl Iterator<Item = (UserId, OrganizationId)> + use<> {
    let planned = zendesk.seed().plan(Plan::new().users(2_000).organizations(200));
    let organizations = planned.organizations;
    planned.users.into_iter().flat_map(move |user| organizations.clone().into_iter().map(move |id| (user, id)))
}

fn body(pair: (UserId, OrganizationId)) -> String {
    json!({"organization_membership": {"user_id": pair.0, "organization_id": pair.1}}).to_string()
}

async fn post(client: &Client, uri: &str, body: String) -> (u16, Vec<u8>) {
    let request = client.post(format!("{uri}{MEMBERSHIPS}")).header("content-type", "application/json");
    let reply = request.header("authorization", "Basic b3duZXI6eA==").body(body).send().await.expect("a reply");
    (reply.status().as_u16(), reply.bytes().await.expect("a body").to_vec())
}

async fn get(client: &Client, url: &str) -> Vec<u8> {
    let reply = client.get(url).header("authorization", "Basic b3duZXI6eA==").send().await.expect("a reply");
    assert_eq!(reply.status(), 200);
    reply.bytes().await.expect("a body").to_vec()
}

pub fn rows() -> Vec<Row> {
    let runtime = runtime();
    let (zendesk, server) = runtime.block_on(async {
        (MockZendesk::start().await, MockServer::builder().disable_request_recording().start().await)
    });
    let mut pairs = account(&zendesk);
    let client = Client::new();
    let mut rows = Vec::new();

    // What the stubs answer is what the double has answered.
    let (_, created) = runtime.block_on(post(&client, &zendesk.uri(), body(pairs.next().expect("a pair"))));
    let id =
        serde_json::from_slice::<serde_json::Value>(&created).expect("JSON")["organization_membership"]["id"].clone();
    let shown = format!("{MEMBERSHIPS}/{id}");
    runtime.block_on(async {
        let json = |status, body: &[u8]| ResponseTemplate::new(status).set_body_raw(body, "application/json");
        Mock::given(method("POST")).respond_with(json(201, &created)).mount(&server).await;
        Mock::given(method("GET")).respond_with(json(200, &created)).mount(&server).await;
    });
    let mut mockito = mockito::Server::new();
    let _post = mockito.mock("POST", MEMBERSHIPS).with_status(201).with_body(&created).expect_at_least(0).create();
    let _get = mockito.mock("GET", shown.as_str()).with_body(&created).expect_at_least(0).create();
    let httpmock = httpmock::MockServer::start();
    httpmock.mock(|when, then| {
        when.method("POST").path(MEMBERSHIPS);
        then.status(201).body(&created);
    });
    httpmock.mock(|when, then| {
        when.method("GET").path(shown.as_str());
        then.status(200).body(&created);
    });

    let mut batch = |uri: &str| {
        let bodies: Vec<String> = pairs.by_ref().take(BATCH).map(body).collect();
        let url = format!("{uri}{shown}");
        runtime.block_on(async {
            for body in bodies {
                assert_eq!(post(&client, uri, body).await.0, 201);
                get(&client, &url).await;
            }
        });
    };
    let uri = zendesk.uri();
    let batch = std::cell::RefCell::new(&mut batch);
    for (against, other, bound) in [
        ("wiremock, a static stub", server.uri(), "at least 0.90"),
        ("httpmock, a static stub", httpmock.base_url(), ""),
        ("mockito, a static stub", mockito.url(), ""),
    ] {
        let ratio = time_ratio(|| batch.borrow_mut()(&uri), || batch.borrow_mut()(&other));
        let what = "create and show over HTTP, the journal on: throughput";
        rows.push(Row { what, against, ratio: format!("{:.2}", 1.0 / ratio), bound });
        if against.starts_with("wiremock") {
            let what = "create and show over HTTP, one after the other: latency";
            rows.push(Row { what, against, ratio: format!("{ratio:.2}"), bound: "at most 1.10" });
        }
    }

    let page = zendesk.url("/organization_memberships?per_page=100");
    let bytes = runtime.block_on(get(&client, &page));
    let stub = runtime.block_on(async {
        let server = MockServer::builder().disable_request_recording().start().await;
        let reply = ResponseTemplate::new(200).set_body_raw(bytes, "application/json; charset=utf-8");
        Mock::given(method("GET")).respond_with(reply).mount(&server).await;
        server
    });
    let pages = |url: &str| {
        runtime.block_on(async {
            for _ in 0..BATCH {
                get(&client, url).await;
            }
        })
    };
    let ratio = time_ratio(|| pages(&page), || pages(&stub.uri()));
    rows.push(Row {
        what: "a page of 100 rows over HTTP: throughput",
        against: "wiremock, the same bytes as a static stub",
        ratio: format!("{:.2}", 1.0 / ratio),
        bound: "at least 0.80",
    });
    rows
}

/// The same core without a socket.
pub fn direct() -> Vec<Row> {
    let runtime = runtime();
    let socket = runtime.block_on(MockZendesk::start());
    let direct = MockZendesk::builder().without_socket();
    let (mut socket_pairs, mut direct_pairs) = (account(&socket), account(&direct));
    let client = Client::new();
    let uri = socket.uri();
    let over_socket = || {
        let bodies: Vec<String> = socket_pairs.by_ref().take(BATCH).map(body).collect();
        runtime.block_on(async {
            for body in bodies {
                assert_eq!(post(&client, &uri, body).await.0, 201);
            }
        });
    };
    let directly = || {
        for pair in direct_pairs.by_ref().take(BATCH) {
            let request = Request::post(MEMBERSHIPS).header("content-type", "application/json");
            let request = request.header("authorization", "Basic b3duZXI6eA==").body(body(pair)).expect("a request");
            assert_eq!(direct.call(request).expect("a reply").status(), 201);
        }
    };
    let ratio = time_ratio(over_socket, directly);
    vec![Row {
        what: "create without a socket: throughput",
        against: "the same over HTTP",
        ratio: format!("{ratio:.1}"),
        bound: "at least 10",
    }]
}
