//! Faults, as a client sees them: status, headers, kind of error; and what the journal and the
//! account say of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use expect_test::expect;
use mock_zendesk::{
    Call, Clock, Fault, MockZendesk, calls::FailureKind, organization_memberships, organizations,
    tickets, users,
};
use reqwest::{Client, Method};
use serde_json::Value;

use crate::api::errors;
use crate::normal::{here, line_of, normal, with_places};
use crate::scene::Scene;

fn panic_of(act: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(act)).expect_err("it is to panic");
    payload.downcast_ref::<String>().unwrap().clone()
}

#[tokio::test]
async fn a_status_comes_with_zendesks_body_and_nothing_is_applied() {
    let rows = [
        (400, "text/plain; charset=utf-8", "Bad Request"),
        (
            401,
            "application/json; charset=utf-8",
            errors::NOT_AUTHENTICATED,
        ),
        (
            404,
            "application/json; charset=utf-8",
            errors::RECORD_NOT_FOUND,
        ),
        (
            409,
            "text/plain; charset=utf-8",
            "Requester creation collision - please try again",
        ),
        (
            500,
            "application/json; charset=utf-8",
            r#"{"status":500,"error":"Internal Server Error"}"#,
        ),
    ];
    let scene = Scene::start().await;
    let create = || {
        let body = Some(scene.membership(&scene.acme));
        scene.answer(Method::POST, "/organization_memberships", body)
    };
    for (status, content_type, body) in rows {
        scene.zendesk.inject(Fault::status(status));
        let answer = create().await;
        assert_eq!((answer.status, answer.body.as_str()), (status, body));
        assert_eq!(answer.header("content-type"), Some(content_type));
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
    }
    for status in [403, 422, 418, 429] {
        scene.zendesk.inject(Fault::status(status));
        assert_eq!(create().await.status, status);
    }
    for status in [502, 503, 504, 520] {
        scene.zendesk.inject(Fault::status(status));
        let answer = create().await.expect(status);
        assert_eq!(
            answer.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert!(
            answer.body.starts_with("<!DOCTYPE html>") && answer.header("retry-after").is_none()
        );
    }
    assert_eq!(scene.zendesk.account().membership_count(), 0);
    assert_eq!(create().await.status, 201);
}

#[tokio::test]
async fn e18_e22_429_and_503_say_when_to_try_again_in_whole_seconds() {
    let scene = Scene::start().await;
    for (fault, status, seconds) in [
        (Fault::rate_limited(Duration::from_secs(61)), 429, "61"),
        (Fault::rate_limited(Duration::from_millis(1_200)), 429, "2"),
        (Fault::unavailable(Duration::from_secs(5)), 503, "5"),
        (Fault::rate_limited(Duration::ZERO), 429, "0"),
    ] {
        scene.zendesk.inject(fault);
        let answer = scene
            .answer(Method::GET, "/users/me", None)
            .await
            .expect(status);
        assert_eq!(answer.header("retry-after"), Some(seconds));
    }
}

#[tokio::test]
async fn f3_an_error_page_comes_from_the_network_before_zendesk() {
    let scene = Scene::start().await;
    scene.zendesk.inject(Fault::html_error(524));
    let answer = scene
        .answer(Method::GET, "/users/me", None)
        .await
        .expect(524);
    assert_eq!(answer.header("server"), Some("cloudflare"));
    assert!(
        serde_json::from_str::<Value>(&answer.body).is_err(),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn b26_a_reply_can_be_spoilt_after_the_call_was_applied() {
    let scene = Scene::start().await;
    let create = |organization| {
        let body = Some(scene.membership(organization));
        scene.answer(Method::POST, "/organization_memberships", body)
    };
    scene.zendesk.inject(Fault::malformed_json());
    let answer = create(&scene.acme).await.expect(201);
    assert!(
        answer
            .body
            .starts_with("{\"organization_membership\":{\"url\":"),
        "{}",
        answer.body
    );
    assert!(
        serde_json::from_str::<Value>(&answer.body).is_err(),
        "{}",
        answer.body
    );
    scene.zendesk.inject(Fault::empty_body());
    let answer = create(&scene.globex).await.expect(201);
    assert_eq!(
        (answer.body.as_str(), answer.header("content-length")),
        ("", Some("0"))
    );
    scene
        .zendesk
        .assert_user(&scene.ada)
        .organizations([&scene.acme, &scene.globex]);
    scene.zendesk.inject(Fault::wrong_content_type());
    let answer = scene
        .answer(Method::GET, "/users/me", None)
        .await
        .expect(200);
    assert_eq!(
        answer.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(
        serde_json::from_str::<Value>(&answer.body).is_ok(),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn a_disconnect_comes_before_the_call_is_applied() {
    let scene = Scene::start().await;
    scene.zendesk.inject(Fault::disconnect());
    let create = || {
        scene.request(
            Method::POST,
            "/organization_memberships",
            Some(scene.membership(&scene.acme)),
        )
    };
    let error = create().send().await.unwrap_err();
    assert!(
        error.is_request() && !error.is_connect() && !error.is_timeout(),
        "{error:?}"
    );
    assert_eq!(scene.zendesk.account().membership_count(), 0);
    assert_eq!(create().send().await.unwrap().status(), 201);
    assert_eq!(scene.zendesk.calls().first().unwrap().status(), None);
}

#[tokio::test]
async fn f6_b40_after_a_lost_reply_the_retry_meets_its_own_write() {
    let scene = Scene::start().await;
    scene
        .zendesk
        .inject(Fault::lost_reply().on(organization_memberships::CREATE));
    let create = || {
        scene.request(
            Method::POST,
            "/organization_memberships",
            Some(scene.membership(&scene.acme)),
        )
    };
    assert!(create().send().await.is_err());
    scene
        .zendesk
        .assert_membership(&scene.ada, &scene.acme)
        .exists();
    let retry = create().send().await.unwrap();
    assert_eq!(retry.status(), 422);
    assert_eq!(retry.text().await.unwrap(), errors::DUPLICATE_MEMBERSHIP);
    let calls: Vec<u16> = scene
        .zendesk
        .calls()
        .iter()
        .filter_map(Call::status)
        .collect();
    assert_eq!(calls, [201, 422]);
}

#[tokio::test]
async fn a_truncated_body_is_shorter_than_it_says() {
    let scene = Scene::start().await;
    scene.zendesk.inject(Fault::truncated_body());
    let reply = scene
        .request(Method::GET, "/users/me", None)
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), 200);
    let length = reply.content_length().unwrap();
    let error = reply.bytes().await.unwrap_err();
    assert!(
        length > 0 && error.is_body() || error.is_decode(),
        "{error:?}"
    );
    assert_eq!(
        scene.get("/users/me").await.0,
        200,
        "the next one is on a new connection"
    );
}

#[tokio::test]
async fn a_delayed_reply_comes_when_the_clock_has_moved_on() {
    let scene = Scene::start().await;
    scene.zendesk.inject(Fault::delay(Duration::from_secs(10)));
    let request = scene.request(Method::GET, "/users/me", None);
    let reply = tokio::spawn(request.send());
    scene
        .zendesk
        .wait_for(users::ME, 1, Duration::from_secs(60))
        .await
        .assert_once();
    // Others are not held up.
    assert_eq!(scene.get("/users").await.0, 200);
    assert!(!reply.is_finished());
    scene.zendesk.advance(Duration::from_secs(9));
    assert_eq!(scene.get("/users").await.0, 200);
    assert!(!reply.is_finished());
    scene.zendesk.advance(Duration::from_secs(1));
    assert_eq!(reply.await.unwrap().unwrap().status(), 200);
}

#[tokio::test(start_paused = true)]
async fn in_paused_time_a_delay_longer_than_the_clients_patience_is_a_time_out() {
    let zendesk = MockZendesk::builder().clock(Clock::tokio()).start().await;
    let client = Client::builder()
        .timeout(Duration::from_secs(30))
        .build()
        .unwrap();
    zendesk.inject(Fault::delay(Duration::from_secs(20)));
    zendesk.inject(Fault::delay(Duration::from_secs(120)));
    zendesk.inject(Fault::slow_body(Duration::from_secs(16)));
    let get = || client.get(zendesk.url("/users/me")).send();
    assert_eq!(get().await.unwrap().status(), 200);
    assert!(get().await.unwrap_err().is_timeout());
    let before = zendesk.now().unix_seconds();
    assert!(get().await.unwrap().text().await.unwrap().ends_with('}'));
    let took = zendesk.now().unix_seconds() - before;
    assert!((15..20).contains(&took), "{took} s");
}

#[tokio::test]
async fn offline_refuses_connections_and_comes_back_at_the_same_address() {
    let scene = Scene::start().await;
    let uri = scene.zendesk.uri();
    assert_eq!(scene.get("/users/me").await.0, 200);
    for _ in 0..3 {
        scene.zendesk.go_offline();
        for _ in 0..3 {
            // A client that has a connection still may find that broken first.
            let error = reqwest::get(scene.zendesk.url("/users/me"))
                .await
                .unwrap_err();
            assert!(error.is_connect(), "{error:?}");
        }
        scene.zendesk.come_back();
        assert_eq!(
            reqwest::get(scene.zendesk.url("/users/me"))
                .await
                .unwrap()
                .status(),
            200
        );
    }
    assert_eq!(scene.zendesk.uri(), uri);
    scene.zendesk.calls().of(users::ME).assert_times(4);
}

#[tokio::test]
async fn going_offline_breaks_what_is_under_way() {
    let scene = Scene::start().await;
    let gate = scene.zendesk.hold(users::ME);
    let reply = tokio::spawn(scene.request(Method::GET, "/users/me", None).send());
    gate.wait_for(1).await;
    scene.zendesk.go_offline();
    assert!(reply.await.unwrap().is_err());
    scene.zendesk.come_back();
    drop(gate);
    assert_eq!(scene.get("/users/me").await.0, 200);
}

#[tokio::test]
async fn a_race_between_two_creates_comes_out_as_chosen() {
    for order in [[0, 1], [1, 0]] {
        let scene = Scene::start().await;
        let gate = scene.zendesk.hold(organization_memberships::CREATE);
        let mut replies = Vec::new();
        for default in [true, false] {
            let mut body = scene.membership(&scene.acme);
            body["organization_membership"]["default"] = default.into();
            replies.push(tokio::spawn(
                scene
                    .request(Method::POST, "/organization_memberships", Some(body))
                    .send(),
            ));
            gate.wait_for(replies.len()).await;
        }
        let first: Value = serde_json::from_slice(&gate.bodies()[0]).unwrap();
        assert_eq!(first["organization_membership"]["default"], true);
        assert_eq!(
            scene.zendesk.account().membership_count(),
            0,
            "held is not applied"
        );
        scene.zendesk.calls().assert_none();
        assert_eq!(scene.get("/users/me").await.0, 200, "others pass");
        gate.release_in_order(order);
        let mut statuses = Vec::new();
        for reply in replies {
            statuses.push(reply.await.unwrap().unwrap().status().as_u16());
        }
        assert_eq!(
            (statuses[order[0]], statuses[order[1]]),
            (201, 422),
            "{order:?}"
        );
    }
}

#[tokio::test]
async fn a_gate_lets_go_one_by_one_or_all_and_says_what_has_not_come() {
    let scene = Scene::start().await;
    let gate = scene.zendesk.hold(users::ME);
    let first = tokio::spawn(scene.request(Method::GET, "/users/me", None).send());
    gate.wait_for(1).await;
    let second = tokio::spawn(scene.request(Method::GET, "/users/me", None).send());
    gate.wait_for(2).await;
    gate.release_in_order([1]);
    assert_eq!(second.await.unwrap().unwrap().status(), 200);
    assert!(!first.is_finished());
    let text = panic_of(|| gate.release_in_order([2]));
    assert!(
        text.starts_with("request 2 has not arrived at the gate, only 2 have"),
        "{text}"
    );
    gate.release_all();
    assert_eq!(first.await.unwrap().unwrap().status(), 200);
    assert_eq!(
        scene.get("/users/me").await.0,
        200,
        "an open gate holds nothing"
    );
}

#[tokio::test]
async fn the_first_rule_that_is_meant_and_due_happens() {
    let scene = Scene::start().await;
    let zendesk = &scene.zendesk;
    zendesk.inject(Fault::status(500).on(users::ME).nth(2));
    zendesk.inject(Fault::status(503).on(users::ME).times(2));
    zendesk.inject(Fault::status(502).on(organizations::LIST).every(2));
    let all = zendesk.inject(Fault::status(504).on(tickets::LIST).always());
    let page_two = |call: &Call| call.parameter("page").as_deref() == Some("2");
    zendesk.inject(Fault::status(409).when("page 2 is asked for", page_two));
    let mut statuses = Vec::new();
    for path in [
        "/users/me",
        "/users/me",
        "/users/me",
        "/users/me",
        "/organizations",
        "/organizations",
    ] {
        statuses.push(scene.get(path).await.0);
    }
    for path in [
        "/organizations",
        "/organizations",
        "/tickets",
        "/tickets",
        "/users?page=1",
        "/users?page=2",
    ] {
        statuses.push(scene.get(path).await.0);
    }
    assert_eq!(
        statuses,
        [503, 500, 503, 200, 200, 502, 200, 502, 504, 504, 200, 409]
    );
    assert_eq!(all.fired(), 2);
    all.clear();
    assert_eq!((scene.get("/tickets").await.0, all.fired()), (200, 2));
}

#[tokio::test]
async fn a_predicate_that_panics_means_no_call_and_fails_the_test() {
    let scene = Scene::with(MockZendesk::builder().without_verify_on_drop()).await;
    let fault = scene
        .zendesk
        .inject(Fault::status(500).when("it breaks", |_| panic!("mine")));
    assert_eq!(scene.get("/users/me").await.0, 200);
    assert_eq!(fault.fired(), 0);
    let report = scene.zendesk.report();
    assert_eq!(report.problems().len(), 1, "{report}");
    assert_eq!(report.problems()[0].kind, FailureKind::Panicked);
    assert_eq!(
        report.problems()[0].headline,
        "the predicate of a fault (status 500 when it breaks) panicked: mine"
    );
}

#[tokio::test]
async fn a_fault_is_in_the_journal_with_the_line_that_planned_it() {
    let scene = Scene::start().await;
    let planned = [
        here(
            scene
                .zendesk
                .inject(Fault::rate_limited(Duration::from_secs(7)).on(users::ME)),
        ),
        here(scene.zendesk.inject(Fault::disconnect())),
        here(scene.zendesk.inject(Fault::lost_reply())),
    ];
    scene.get("/users/me").await;
    for _ in 0..2 {
        assert!(
            scene
                .request(Method::GET, "/users/me", None)
                .send()
                .await
                .is_err()
        );
    }
    let calls = scene.zendesk.calls();
    assert_eq!(calls.len(), planned.len());
    let lines = calls.iter().zip(planned);
    let lines: Vec<String> = lines
        .map(|(call, planned)| {
            normal(
                &scene.zendesk,
                &call.to_string(),
                &[(planned.place, "HERE")],
            )
        })
        .collect();
    expect![[r#"
        #1  GET  /api/v2/users/me  -> 429  injected fault: status 429, retry after 7s, HERE
        #2  GET  /api/v2/users/me  -> no reply  injected fault: disconnected before the call was applied, HERE
        #3  GET  /api/v2/users/me  -> 200  injected fault: reply lost, the call was applied, HERE"#]]
    .assert_eq(&lines.join("\n"));
}

#[tokio::test]
async fn what_was_planned_and_never_happened_fails_the_test_naming_its_line() {
    let scene = Scene::start().await;
    let zendesk = scene.zendesk;
    let fault = Fault::status(500)
        .on(users::ME)
        .when("page 2 is asked for", |_| true)
        .times(2);
    let first = here(zendesk.inject(fault)).place;
    let job = line_of(|| zendesk.jobs().fail_next("The worker broke"));
    let cleared = here(zendesk.inject(Fault::status(500)));
    cleared.value.clear();
    let report = zendesk.report();
    let kinds: Vec<FailureKind> = report
        .problems()
        .iter()
        .map(|problem| problem.kind)
        .collect();
    assert_eq!(kinds, [FailureKind::NeverHappened; 3]);
    let places = [(first, "FIRST"), (cleared.place, "CLEARED"), (job, "JOB")];
    let text = with_places(&panic_of(|| drop(zendesk)), &places);
    expect![[r#"
        3 problems with the calls received:
          1. expected to happen, but never did: status 500 on ShowCurrentUser when page 2 is asked for, 2 times; no call matched it
             planned at FIRST
          2. expected to happen, but never did: status 500; it was cleared before
             planned at CLEARED
          3. expected to happen, but never did: a job fails: The worker broke
             planned at JOB

        no calls received"#]]
    .assert_eq(&text);
}

#[tokio::test]
async fn wiremock_gives_the_replies_that_the_double_gives() {
    let plain = Scene::start().await;
    let mocked = Scene::start().await;
    let _ = mocked.zendesk.server();
    let big = serde_json::json!({"user": {"name": "Bob", "notes": "x".repeat(300_000)}});
    for (method, path, body) in [
        (Method::GET, "/users?page[size]=1", None),
        (Method::HEAD, "/users", None),
        (Method::POST, "/users", Some(big)),
        (Method::DELETE, "/organization_memberships/7", None),
        (Method::GET, "/organization_memberships/abc", None),
    ] {
        let answers = [&plain, &mocked].map(|scene| async {
            let request = scene
                .request(method.clone(), path, body.clone())
                .header("host", "example.zendesk.com");
            let reply = request.send().await.unwrap();
            (
                reply.status(),
                format!("{:?}", reply.headers()),
                reply.text().await.unwrap(),
            )
        });
        let [plain, mocked] = answers;
        assert_eq!(plain.await, mocked.await, "{method} {path}");
    }
    let calls = |scene: &Scene| scene.zendesk.transcript();
    assert_eq!(calls(&plain), calls(&mocked));
}
