//! What a suite of tests costs: each test starts a double, seeds it, lets a program send ten requests,
//! asserts and drops the double. The same tests with wiremock's mocks, written by hand: one for each
//! request, which answers with what the double answered.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use mock_zendesk::{MockZendesk, organization_memberships, users::NewUser};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use wiremock::matchers::{body_json, method, path, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::measure::{Row, time_ratio_of};

/// The tests of a suite.
const TESTS: usize = 1_000;

/// The threads of a parallel run: one for each core, as the test harness has them.
fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// The pairs of suites. The first one is discarded.
const PAIRS: usize = 6;

/// One request of the program, with its reply.
#[derive(Clone)]
struct Exchange {
    method: Method,
    path: String,
    query: Option<(String, String)>,
    body: Option<Value>,
    status: u16,
    reply: Value,
}

/// The program: finds or creates a user and an organization, and links them.
struct Program {
    client: Client,
    uri: String,
    exchanges: Vec<Exchange>,
}

impl Program {
    fn new(uri: String) -> Self {
        Self {
            client: Client::new(),
            uri,
            exchanges: Vec::new(),
        }
    }

    /// Sends a request and keeps it.
    async fn send(&mut self, method: Method, target: &str, body: Option<Value>) -> Value {
        let url = format!("{}/api/v2{target}", self.uri);
        let request = self.client.request(method.clone(), url);
        let request = request.basic_auth("owner@example.com/token", Some("token"));
        let request = match &body {
            Some(body) => request.json(body),
            None => request,
        };
        let reply = request.send().await.expect("a reply");
        let status = reply.status().as_u16();
        assert!(
            reply.status().is_success() || status == 422,
            "{target}: {status}"
        );
        let reply: Value = reply.json().await.expect("JSON");
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let query = query.split_once('=');
        self.exchanges.push(Exchange {
            method,
            path: format!("/api/v2{path}"),
            query: query.map(|(name, value)| (name.to_owned(), value.to_owned())),
            body,
            status,
            reply: reply.clone(),
        });
        reply
    }

    async fn sync(&mut self) {
        let (get, post, put) = (Method::GET, Method::POST, Method::PUT);
        let email = "ada@example.com";
        let find = format!("/users/search?query={email}");
        self.send(get.clone(), &find, None).await;
        let user = json!({"user": {"email": email, "name": "Ada Lovelace"}});
        let path = "/users/create_or_update";
        let user = self.send(post.clone(), path, Some(user)).await;
        let user = &user["user"]["id"];
        let find = "/organizations/search?external_id=c-1";
        self.send(get.clone(), find, None).await;
        let organization = json!({"organization": {"external_id": "c-1", "name": "Acme"}});
        let path = "/organizations/create_or_update";
        let organization = self.send(post.clone(), path, Some(organization)).await;
        let organization = &organization["organization"]["id"];
        let list = format!("/users/{user}/organization_memberships");
        self.send(get.clone(), &list, None).await;
        let pair = json!({"user_id": user, "organization_id": organization});
        let membership = json!({"organization_membership": pair});
        let path = "/organization_memberships";
        let created = self
            .send(post.clone(), path, Some(membership.clone()))
            .await;
        self.send(post, path, Some(membership)).await;
        let membership = &created["organization_membership"]["id"];
        self.send(get.clone(), &list, None).await;
        let make_default = format!("{list}/{membership}/make_default");
        self.send(put, &make_default, None).await;
        self.send(get, &format!("/users/{user}"), None).await;
    }
}

/// A test with this crate. Returns what the program sent and got.
async fn ours() -> Vec<Exchange> {
    let zendesk = MockZendesk::start().await;
    let ada = zendesk
        .seed()
        .user(NewUser::new("Ada").email("ada@example.com"));
    let globex = zendesk.seed().organization("Globex");
    zendesk.seed().membership(&ada, &globex);
    let mut program = Program::new(zendesk.uri());
    program.sync().await;
    let account = zendesk.account();
    let acme = account
        .organization_with_external_id("c-1")
        .expect("created");
    zendesk
        .assert_user(&ada)
        .organizations([&globex, &acme])
        .default(&acme);
    let creations = zendesk.calls().of(organization_memberships::CREATE);
    creations.any_outcome().assert_times(2);
    program.exchanges
}

/// The same test with mocks.
async fn theirs(exchanges: &[Exchange]) {
    let server = MockServer::start().await;
    for exchange in exchanges {
        let mock = Mock::given(method(exchange.method.as_str())).and(path(&exchange.path));
        let mock = match &exchange.query {
            Some((name, value)) => mock.and(query_param(name, value)),
            None => mock.and(query_param_is_missing("query")),
        };
        let mock = match &exchange.body {
            Some(body) => mock.and(body_json(body)),
            None => mock,
        };
        let reply = ResponseTemplate::new(exchange.status).set_body_json(&exchange.reply);
        let mock = mock.respond_with(reply).up_to_n_times(1).expect(1);
        mock.mount(&server).await;
    }
    let mut program = Program::new(server.uri());
    program.sync().await;
}

/// Runs a suite: each test in a runtime of its own, as `#[tokio::test]` does it.
fn suite(threads: usize, test: &(dyn Fn(&tokio::runtime::Runtime) + Sync)) {
    let started = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while started.fetch_add(1, Ordering::Relaxed) < TESTS {
                    let runtime = tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build()
                        .expect("a runtime");
                    test(&runtime);
                }
            });
        }
    });
}

pub fn rows() -> Vec<Row> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let exchanges = runtime.block_on(ours());
    assert_eq!(exchanges.len(), 10);
    let row = |threads: usize, how: &str| {
        let ratio = time_ratio_of(
            PAIRS,
            || suite(threads, &|runtime| drop(runtime.block_on(ours()))),
            || suite(threads, &|runtime| runtime.block_on(theirs(&exchanges))),
        );
        Row {
            what: format!("a suite of 1,000 tests of ten requests each, {how}: time"),
            against: "the same with wiremock's mocks, written by hand",
            ratio: format!("{ratio:.2}"),
            bound: "at most 0.90",
        }
    };
    vec![
        row(1, "one after the other"),
        row(cores(), "as many at once as there are cores"),
    ]
}
