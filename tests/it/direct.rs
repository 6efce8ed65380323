//! The double without a socket: the same replies, the same journal, the same faults.

use http::Request;
use mock_zendesk::{
    Clock, Fault, MockZendesk,
    account::Difference,
    calls::FailureKind,
    faults::{Disconnected, Gate},
    organization_memberships,
    organizations::Organization,
    users::{self, User},
};
use reqwest::Method;
use serde_json::json;

use crate::scene::Scene;

fn started() -> (MockZendesk, User, Organization) {
    let zendesk = MockZendesk::builder().without_socket();
    let (ada, acme) = (
        zendesk.seed().user("Ada"),
        zendesk.seed().organization("Acme"),
    );
    zendesk.seed().organization("Globex");
    (zendesk, ada, acme)
}

fn create(zendesk: &MockZendesk, user: &User, organization: &Organization) -> Request<String> {
    let body = json!({"organization_membership": {"user_id": user.id, "organization_id": organization.id}});
    let request = Request::post(zendesk.url("/organization_memberships"))
        .header("content-type", "application/json");
    request
        .header("authorization", zendesk.authorization())
        .body(body.to_string())
        .unwrap()
}

#[test]
fn a_request_without_a_socket_is_answered_and_journaled_like_all_others() {
    let (zendesk, ada, acme) = started();
    let before = zendesk.account();
    let statuses = [0, 1].map(|_| {
        zendesk
            .send(create(&zendesk, &ada, &acme))
            .unwrap()
            .status()
            .as_u16()
    });
    assert_eq!(statuses, [201, 422]);
    zendesk.assert_changes(
        &before,
        [
            Difference::joined(&ada, &acme),
            Difference::default_gained(&ada, &acme),
        ],
    );
    zendesk
        .calls()
        .of(organization_memberships::CREATE)
        .any_outcome()
        .assert_times(2);
    let report = {
        zendesk
            .send(Request::get("/api/v2/nowhere").body("").unwrap())
            .unwrap();
        zendesk.report()
    };
    assert_eq!(report.problems()[0].kind, FailureKind::UnknownEndpoint);
    let dropped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(zendesk)));
    assert!(dropped.is_err(), "dropping it verifies it, too");
}

#[tokio::test]
async fn with_and_without_a_socket_the_replies_are_the_same_to_the_byte() {
    let scene = Scene::start().await;
    let (direct, ..) = started();
    let body = scene.membership(&scene.acme);
    for (method, path, body) in [
        (
            Method::POST,
            "/organization_memberships",
            Some(body.clone()),
        ),
        (Method::POST, "/organization_memberships", Some(body)),
        (
            Method::GET,
            "/organization_memberships?include=users,organizations&page[size]=1",
            None,
        ),
        (Method::HEAD, "/users", None),
        (Method::DELETE, "/organization_memberships/7", None),
        (Method::GET, "/organization_memberships/abc", None),
        (Method::GET, "/users/me", None),
    ] {
        let request = scene
            .request(method.clone(), path, body.clone())
            .header("host", "example.zendesk.com");
        let socket = request.send().await.unwrap();
        let mut request = Request::builder()
            .method(method.as_str())
            .uri(direct.url(path));
        request = request
            .header("host", "example.zendesk.com")
            .header("accept", "*/*");
        request = request.header("authorization", direct.credentials().authorization());
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let reply = direct.send(request.body(body).unwrap()).unwrap();
        assert_eq!(
            reply.status().as_u16(),
            socket.status().as_u16(),
            "{method} {path}"
        );
        for (name, value) in reply.headers() {
            assert_eq!(
                socket.headers()[name.as_str()].as_bytes(),
                value.as_bytes(),
                "{method} {path}: {name}"
            );
        }
        assert_eq!(
            reply.body(),
            &socket.bytes().await.unwrap(),
            "{method} {path}"
        );
    }
}

#[test]
fn urls_in_replies_start_with_the_host_of_the_request() {
    let (zendesk, ..) = started();
    let host = |request: Request<&str>| {
        let reply = zendesk.send(request).unwrap();
        let body: serde_json::Value = serde_json::from_slice(reply.body()).unwrap();
        body["user"]["url"]
            .as_str()
            .unwrap()
            .split("/api")
            .next()
            .unwrap()
            .to_owned()
    };
    let me = |uri: &str| {
        Request::get(uri)
            .header("authorization", zendesk.authorization())
            .body("")
            .unwrap()
    };
    assert_eq!(
        host(me("http://acme.example/api/v2/users/me")),
        "http://acme.example"
    );
    assert_eq!(host(me("/api/v2/users/me")), "http://mock-zendesk.invalid");
}

#[test]
fn faults_happen_without_a_socket_too() {
    let (zendesk, ada, acme) = started();
    zendesk.inject(Fault::disconnect());
    assert_eq!(
        zendesk.send(create(&zendesk, &ada, &acme)).unwrap_err(),
        Disconnected
    );
    zendesk.assert_membership(&ada, &acme).absent();
    zendesk.inject(Fault::lost_reply());
    assert_eq!(
        zendesk.send(create(&zendesk, &ada, &acme)).unwrap_err(),
        Disconnected
    );
    zendesk.assert_membership(&ada, &acme).exists();
    zendesk.inject(Fault::truncated_body());
    zendesk.inject(Fault::delay(std::time::Duration::from_secs(60)));
    let me = || {
        zendesk
            .send(Request::get(zendesk.url("/users/me")).body("").unwrap())
            .unwrap()
    };
    let (half, whole) = (me(), me());
    assert_eq!(half.body().len(), whole.body().len() / 2);
    assert!(
        half.headers()
            .keys()
            .all(|name| !name.as_str().starts_with("x-mock"))
    );
    zendesk.calls().of(users::ME).assert_times(2);
}

/// Over HTTP the server does so before the double sees anything.
#[test]
fn an_address_is_tidied_as_a_server_does_it() {
    let zendesk = MockZendesk::builder()
        .allow_unknown_endpoints()
        .without_socket();
    for (sent, seen, status) in [
        ("/api/v2/users/../users/./me", "/api/v2/users/me", 200),
        ("/api/v2/users/%2E%2e/users/me", "/api/v2/users/me", 200),
        ("/api/v2/users/{id}", "/api/v2/users/%7Bid%7D", 401),
        ("//api/v2/users/me", "//api/v2/users/me", 404),
        ("//other.example/../users/me", "//users/me", 404),
        ("/api/v2/users.json", "/api/v2/users.json", 401),
    ] {
        let reply = zendesk.send(Request::get(sent).body("").unwrap()).unwrap();
        assert_eq!(reply.status(), status, "{sent}");
        assert_eq!(zendesk.calls().last().unwrap().path(), seen);
    }
}

#[test]
fn what_needs_a_server_says_that_there_is_none() {
    let (zendesk, ..) = started();
    let panic_of = |act: &dyn Fn()| {
        let payload = std::panic::catch_unwind(std::panic::AssertUnwindSafe(act)).unwrap_err();
        let literal = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned());
        payload
            .downcast_ref::<String>()
            .cloned()
            .or(literal)
            .unwrap()
    };
    let text = panic_of(&|| _ = zendesk.server());
    assert_eq!(
        text,
        "this double has no server; start it with `start().await` to mount mocks of your own"
    );
    let hold: &dyn Fn() = &|| drop::<Gate>(zendesk.hold(users::ME));
    assert_eq!(
        panic_of(hold),
        "holding requests: this double has no wire; start it with `.start().await`"
    );
}

#[tokio::test]
async fn a_predicate_of_a_fault_sees_the_ordinal_with_and_without_a_socket() {
    let third = || Fault::status(500).when("third", |call| call.ordinal() == 3);
    let scene = Scene::start().await;
    let (direct, ..) = started();
    scene.zendesk.inject(third());
    direct.inject(third());
    for expected in [200, 200, 500, 200] {
        assert_eq!(scene.get("/users/me").await.0, expected);
        let request = Request::get(direct.url("/users/me")).body("").unwrap();
        assert_eq!(direct.send(request).unwrap().status(), expected);
    }
}

#[test]
fn the_time_of_a_runtime_needs_one() {
    let started = || {
        MockZendesk::builder()
            .clock(Clock::tokio())
            .without_socket()
    };
    let (text, _, _) = crate::handle::panic_of(|| drop(started()));
    assert!(
        text.contains("there is none here; start it in a #[tokio::test]"),
        "{text}"
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let zendesk = started();
        let before = zendesk.seed().user("Ada").created_at;
        tokio::time::sleep(std::time::Duration::from_secs(60)).await;
        assert_eq!(
            zendesk.seed().user("Bob").created_at.unix_seconds(),
            before.unix_seconds() + 60
        );
    });
}

#[test]
fn many_threads_may_call_at_once() {
    let (zendesk, ada, _) = started();
    let organizations: Vec<Organization> = (0..40)
        .map(|n| zendesk.seed().organization(format!("Organization {n}")))
        .collect();
    std::thread::scope(|scope| {
        for part in organizations.chunks(10) {
            let (zendesk, ada) = (&zendesk, &ada);
            scope.spawn(move || {
                for organization in part {
                    assert_eq!(
                        zendesk
                            .send(create(zendesk, ada, organization))
                            .unwrap()
                            .status(),
                        201
                    );
                }
            });
        }
    });
    zendesk.calls().succeeded().assert_times(40);
    assert_eq!(zendesk.account().membership_count(), 40);
}

#[cfg(feature = "tower")]
#[tokio::test]
async fn it_is_a_service_of_tower() {
    use tower_service::Service;

    let (zendesk, ada, acme) = started();
    let mut service = zendesk.service();
    std::future::poll_fn(|context| Service::<Request<String>>::poll_ready(&mut service, context))
        .await
        .unwrap();
    assert_eq!(
        service
            .call(create(&zendesk, &ada, &acme))
            .await
            .unwrap()
            .status(),
        201
    );
    zendesk.inject(Fault::lost_reply());
    assert_eq!(
        service
            .clone()
            .call(create(&zendesk, &ada, &acme))
            .await
            .unwrap_err(),
        Disconnected
    );
}

#[test]
fn the_order_of_calls_is_the_order_of_change_whoever_calls_at_the_same_time() {
    let zendesk = MockZendesk::builder().without_socket();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let zendesk = &zendesk;
            scope.spawn(move || {
                for n in 0..100 {
                    let body =
                        serde_json::json!({"organization": {"name": format!("{thread} {n}")}})
                            .to_string();
                    let request = Request::post("/api/v2/organizations")
                        .header("content-type", "application/json");
                    let request = request.header("authorization", zendesk.authorization());
                    assert_eq!(
                        zendesk.send(request.body(body).unwrap()).unwrap().status(),
                        201
                    );
                }
            });
        }
    });
    let ids: Vec<u64> = zendesk
        .calls()
        .iter()
        .map(|call| {
            call.reply_json::<serde_json::Value>()["organization"]["id"]
                .as_u64()
                .unwrap()
        })
        .collect();
    assert_eq!(ids.len(), 800);
    assert!(ids.is_sorted(), "ids are given in the order of change");
}
