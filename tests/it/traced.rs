//! The trace events of calls, with the feature `tracing`.

use std::fmt::{Debug, Write};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::thread;

use expect_test::expect;
use mock_zendesk::http::{Request, Response};
use mock_zendesk::{Fault, MockZendesk, calls::KeepCalls, users};
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::subscriber::{DefaultGuard, set_default, with_default};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use wiremock::matchers::{body_string, path};
use wiremock::{Mock, ResponseTemplate};

use crate::normal::normal;
use crate::scene::Scene;
use crate::wire::PATIENCE;

/// A subscriber that keeps the events of the double as text, and calls a function after each.
#[derive(Clone, Default)]
struct Seen {
    events: Arc<Mutex<Vec<String>>>,
    then: Arc<OnceLock<Box<dyn Fn() + Send + Sync>>>,
}

/// The fields of an event, one in a line.
#[derive(Default)]
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        writeln!(self.0, "  {field}: {value:?}").unwrap();
    }
}

impl<S: Subscriber> Layer<S> for Seen {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        // hyper and others trace, too.
        if metadata.target() != "mock_zendesk" {
            return;
        }
        let mut fields = Fields::default();
        event.record(&mut fields);
        let text = format!("{} {}\n{}", metadata.level(), metadata.target(), fields.0);
        self.events.lock().unwrap().push(text);
        if let Some(then) = self.then.get() {
            then();
        }
    }
}

impl Seen {
    fn subscriber(&self) -> impl Subscriber + Send + Sync {
        tracing_subscriber::registry().with(self.clone())
    }

    fn on_this_thread(&self) -> DefaultGuard {
        set_default(self.subscriber())
    }

    fn text(&self) -> String {
        self.events.lock().unwrap().concat()
    }

    /// The number of each event, and what came of the call.
    fn short(&self) -> Vec<String> {
        let events = self.events.lock().unwrap();
        let message = |event: &String| {
            let line = event.lines().find(|line| line.starts_with("  message: "));
            let (start, outcome) = line.unwrap().split_once(" -> ").unwrap();
            let number = start.split_whitespace().nth(1).unwrap();
            let outcome = outcome.split([',', ';']).next().unwrap();
            format!("{number} {}", outcome.trim())
        };
        events.iter().map(message).collect()
    }
}

fn me(zendesk: &MockZendesk) -> Request<&'static str> {
    let request = Request::get(zendesk.url("/users/me"));
    let request = request.header("authorization", zendesk.authorization());
    request.body("").unwrap()
}

#[tokio::test]
async fn each_call_is_one_event_for_the_subscriber_of_the_test() {
    let seen = Seen::default();
    let _guard = seen.on_this_thread();
    let builder = MockZendesk::builder().allow_unknown_endpoints();
    let scene = Scene::with(builder.allow_unknown_parameter("?password")).await;

    scene.join(&scene.acme).await;
    scene.join(&scene.acme).await;
    scene.get("/users?password=hunter2-hunter2").await;
    scene.get("/hunter2-hunter2").await;
    scene.zendesk.inject(Fault::status(500));
    scene.join(&scene.globex).await;
    scene.zendesk.inject(Fault::disconnect().on(users::ME));
    let broken = scene.request(reqwest::Method::GET, "/users/me", None);
    broken.send().await.unwrap_err();

    let text = normal(&scene.zendesk, &seen.text(), &[]);
    assert!(!text.contains("hunter2"), "{text}");
    expect![[r#"
        INFO mock_zendesk
          message: #1  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership
          number: 1
          method: "POST"
          path: "/api/v2/organization_memberships"
          operation: "CreateOrganizationMembership"
          status: 201
          effects: "membership MEMBERSHIP.... created: user ADA........... (Ada) in organization ACME.......... (Acme), default"
        WARN mock_zendesk
          message: #2  POST  /api/v2/organization_memberships  -> 422  user_id: DuplicateValue
          number: 2
          method: "POST"
          path: "/api/v2/organization_memberships"
          operation: "CreateOrganizationMembership"
          status: 422
        INFO mock_zendesk
          message: #3  GET  /api/v2/users?password=[secret]  -> 200  ListUsers
          number: 3
          method: "GET"
          path: "/api/v2/users?password=[secret]"
          operation: "ListUsers"
          status: 200
        WARN mock_zendesk
          message: #4  GET  /api/v2/[secret]  -> 404  no such endpoint
          number: 4
          method: "GET"
          path: "/api/v2/[secret]"
          status: 404
        WARN mock_zendesk
          message: #5  POST  /api/v2/organization_memberships  -> 500  injected fault: status 500, tests/it/traced.rs:LINE
          number: 5
          method: "POST"
          path: "/api/v2/organization_memberships"
          operation: "CreateOrganizationMembership"
          status: 500
          fault: "status 500, tests/it/traced.rs:LINE"
        WARN mock_zendesk
          message: #6  GET  /api/v2/users/me  -> no reply  injected fault: disconnected before the call was applied, tests/it/traced.rs:LINE
          number: 6
          method: "GET"
          path: "/api/v2/users/me"
          operation: "ShowCurrentUser"
          fault: "disconnected before the call was applied, tests/it/traced.rs:LINE"
    "#]].assert_eq(&text);
}

#[tokio::test]
async fn what_a_mock_of_the_test_answers_is_an_event_too() {
    let seen = Seen::default();
    let _guard = seen.on_this_thread();
    let scene = Scene::start().await;
    let teapot = || ResponseTemplate::new(418);
    let mocks = [
        Mock::given(path("/api/v2/teapot")).respond_with(teapot()),
        Mock::given(body_string("mine")).respond_with(teapot()),
    ];
    for mock in mocks {
        mock.mount(scene.zendesk.server()).await;
    }
    let send = async |path: &str, body: &'static str| {
        let request = scene.request(reqwest::Method::GET, path, None);
        request.body(body).send().await.unwrap().status().as_u16()
    };

    assert_eq!(send("/users/me", "").await, 200);
    assert_eq!(send("/teapot", "").await, 418);
    assert_eq!(send("/users/me", "mine").await, 418);
    assert_eq!(send("/users/me", "").await, 200);
    assert_eq!(send("/teapot", "").await, 418);

    let mocked = "answered by a mock of the test";
    let expected = [
        "#1 200  ShowCurrentUser",
        &format!("#2 {mocked}"),
        &format!("#3 {mocked}"),
        "#4 200  ShowCurrentUser",
        &format!("#5 {mocked}"),
    ];
    assert_eq!(seen.short(), expected);
}

#[test]
fn a_subscriber_may_use_the_double_and_sees_the_call_in_the_journal() {
    let seen = Seen::default();
    let zendesk = with_default(seen.subscriber(), || {
        Arc::new(MockZendesk::builder().without_socket())
    });
    let itself: Weak<MockZendesk> = Arc::downgrade(&zendesk);
    let (tell, told) = channel();
    let act = move || {
        let zendesk = itself.upgrade().unwrap();
        zendesk.seed().user("Ada");
        tell.send(zendesk.calls().assert_once().status()).unwrap();
    };
    assert!(seen.then.set(Box::new(act)).is_ok());

    let calling = Arc::clone(&zendesk);
    thread::spawn(move || calling.send(me(&calling)).unwrap());

    let status = told.recv_timeout(PATIENCE).expect("it hangs");
    assert_eq!(status, Some(200));
    let users = zendesk.account().users();
    assert!(users.iter().any(|user| user.name == "Ada"));
}

#[test]
fn calls_that_are_not_kept_are_events_too() {
    for keep in [KeepCalls::All, KeepCalls::Last(1), KeepCalls::Off] {
        let seen = Seen::default();
        let _guard = seen.on_this_thread();
        let zendesk = MockZendesk::builder().keep_calls(keep).without_socket();
        let ((arrived, wait_for_arrival), (go, wait)) = (channel(), channel::<()>());
        let wait = Mutex::new(wait);
        zendesk.inject(Fault::reply(move |_| {
            arrived.send(()).unwrap();
            wait.lock().unwrap().recv_timeout(PATIENCE).unwrap();
            Response::new("")
        }));

        thread::scope(|scope| {
            let first = scope.spawn(|| zendesk.send(me(&zendesk)).unwrap());
            wait_for_arrival.recv_timeout(PATIENCE).unwrap();
            // The journal drops the first call, which is still in progress.
            zendesk.send(me(&zendesk)).unwrap();
            go.send(()).unwrap();
            first.join().unwrap();
        });
        zendesk.send(me(&zendesk)).unwrap();

        let expected = [
            "#2 200  ShowCurrentUser",
            "#1 200  injected fault: own reply",
            "#3 200  ShowCurrentUser",
        ];
        assert_eq!(seen.short(), expected, "{keep:?}");
    }
}

#[test]
fn without_a_subscriber_at_the_start_the_one_where_the_call_is_answered_counts() {
    let [first, second] = [Seen::default(), Seen::default()];
    let zendesk = MockZendesk::builder().without_socket();
    zendesk.send(me(&zendesk)).unwrap();
    with_default(first.subscriber(), || zendesk.send(me(&zendesk)).unwrap());
    assert_eq!(first.short(), ["#2 200  ShowCurrentUser"]);

    let other = with_default(first.subscriber(), || {
        MockZendesk::builder().without_socket()
    });
    with_default(second.subscriber(), || other.send(me(&other)).unwrap());
    assert_eq!(first.short()[1..], ["#1 200  ShowCurrentUser"]);
    assert_eq!(second.text(), "");
}

#[tokio::test]
async fn the_events_of_one_program_are_there_before_its_replies_and_in_their_order() {
    let seen = Seen::default();
    let _guard = seen.on_this_thread();
    let scene = Scene::start().await;
    for number in 1..=20 {
        let body = json!({"organization": {"name": format!("Organization {number}")}});
        assert_eq!(scene.post("/organizations", body).await.0, 201);
        assert_eq!(seen.short().len(), number);
    }
    let expected: Vec<String> = (1..=20)
        .map(|number| format!("#{number} 201  CreateOrganization"))
        .collect();
    assert_eq!(seen.short(), expected);
}
