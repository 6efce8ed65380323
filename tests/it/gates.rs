//! Gates: which requests they hold, in which order those go, and that nothing ever hangs at one.

use std::time::Duration;

use expect_test::expect;
use mock_zendesk::{Fault, MockZendesk, faults::Gate, organization_memberships, users};
use reqwest::Method;
use tokio::task::JoinHandle;

use crate::handle::panic_of;
use crate::normal::{Here, here, line_of, with_places};
use crate::scene::Scene;
use crate::wire::{PATIENCE, Raw, http2, in_time, request};

/// A request that was sent in the background: its status, or none if the connection broke.
type Sent = JoinHandle<Option<u16>>;

/// Asks for the caller in the background, and waits until the request is the n-th at the gate.
async fn ask(scene: &Scene, gate: &Gate, nth: usize) -> Sent {
    let send = scene.request(Method::GET, "/users/me", None).send();
    let sent = tokio::spawn(async move { Some(send.await.ok()?.status().as_u16()) });
    gate.wait_for(nth).await;
    sent
}

async fn status(sent: Sent) -> Option<u16> {
    in_time(sent).await.unwrap()
}

/// Asks for the caller over a connection that nothing else uses, and waits until the request is the
/// n-th at the gate.
async fn ask_raw(scene: &Scene, gate: &Gate, nth: usize) -> Raw {
    let mut client = Raw::connect(&scene.zendesk);
    client.send("GET /api/v2/users/me HTTP/1.1\r\nhost: example.zendesk.com\r\n\r\n");
    gate.wait_for(nth).await;
    client
}

/// Waits until so many requests are held. That a client is gone is seen a moment after it goes.
async fn until_held(gate: &Gate, held: usize) {
    let shown = format!(" {held} held)");
    in_time(async {
        while !format!("{gate:?}").ends_with(&shown) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_request_whose_client_goes_while_it_is_held_never_reaches_the_account_and_the_next_one_goes()
 {
    let scene = Scene::start().await;
    let gate = scene.zendesk.hold(users::ME);
    let gone = ask_raw(&scene, &gate, 1).await;
    let second = ask(&scene, &gate, 2).await;
    let aborted = ask(&scene, &gate, 3).await;
    let fourth = ask(&scene, &gate, 4).await;
    drop(gone);
    aborted.abort();
    until_held(&gate, 2).await;
    assert_eq!(format!("{gate:?}"), "Gate(4 arrived, 2 held)");
    assert_eq!(gate.bodies().len(), 4, "they count as arrived");
    gate.release_in_order([0, 3, 2, 1]);
    assert_eq!(
        (status(fourth).await, status(second).await),
        (Some(200), Some(200))
    );
    scene.zendesk.calls().of(users::ME).assert_times(2);
}

#[tokio::test]
async fn a_request_whose_client_goes_when_it_has_been_let_go_holds_up_nobody() {
    use wiremock::{Mock, ResponseTemplate, matchers::path};

    let scene = Scene::start().await;
    let never = ResponseTemplate::new(200).set_delay(Duration::from_secs(100_000));
    let once = Mock::given(path("/api/v2/users/me"))
        .respond_with(never)
        .up_to_n_times(1);
    once.mount(scene.zendesk.server()).await;
    let gate = scene.zendesk.hold(users::ME);
    let first = ask_raw(&scene, &gate, 1).await;
    let queued = ask_raw(&scene, &gate, 2).await;
    let third = ask(&scene, &gate, 3).await;
    gate.release_in_order([0, 1, 2]);
    scene
        .zendesk
        .wait_for(users::ME, 1, PATIENCE)
        .await
        .assert_once();
    for _ in 0..3 {
        assert_eq!(scene.get("/users").await.0, 200);
    }
    scene.zendesk.calls().of(users::ME).assert_once();
    drop(queued);
    drop(first);
    assert_eq!(status(third).await, Some(200));
}

#[tokio::test]
async fn after_the_double_was_offline_a_gate_goes_on() {
    let scene = Scene::start().await;
    let gate = scene.zendesk.hold(users::ME);
    let held = ask(&scene, &gate, 1).await;
    let raw = ask_raw(&scene, &gate, 2).await;
    scene.zendesk.go_offline();
    assert_eq!(status(held).await, None);
    drop(raw);
    until_held(&gate, 0).await;
    scene.zendesk.come_back();
    for nth in [3, 4] {
        let sent = ask(&scene, &gate, nth).await;
        until_held(&gate, 1).await;
        gate.release_in_order([nth - 1]);
        assert_eq!(status(sent).await, Some(200));
    }
    let last = ask(&scene, &gate, 5).await;
    gate.release_all();
    assert_eq!(status(last).await, Some(200));
    scene.zendesk.calls().of(users::ME).assert_times(3);
}

#[tokio::test]
async fn a_reply_that_a_fault_takes_away_or_delays_lets_the_next_request_go() {
    let faults = [
        (Fault::disconnect(), None),
        (Fault::lost_reply(), None),
        (Fault::truncated_body(), Some(200)),
        (Fault::status(503), Some(503)),
        (Fault::malformed_json(), Some(200)),
    ];
    for (fault, expected) in faults {
        let what = format!("{fault:?}");
        let scene = Scene::start().await;
        scene.zendesk.inject(fault);
        let gate = scene.zendesk.hold(users::ME);
        let first = ask(&scene, &gate, 1).await;
        let second = ask(&scene, &gate, 2).await;
        gate.release_in_order([0, 1]);
        assert_eq!(
            (status(first).await, status(second).await),
            (expected, Some(200)),
            "{what}"
        );
    }
    // These replies wait for a clock that stands still.
    for fault in [
        Fault::delay(Duration::from_secs(1)),
        Fault::slow_body(Duration::from_secs(1)),
    ] {
        let what = format!("{fault:?}");
        let scene = Scene::start().await;
        scene.zendesk.inject(fault);
        let gate = scene.zendesk.hold(users::ME);
        let mut first = ask_raw(&scene, &gate, 1).await;
        let second = ask(&scene, &gate, 2).await;
        gate.release_all();
        assert_eq!(status(second).await, Some(200), "{what}");
        // The pieces of a slow body wait one after the other.
        let advance = async || {
            loop {
                scene.zendesk.advance(Duration::from_secs(1));
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let reply = tokio::task::spawn_blocking(move || first.reply().unwrap().status());
        let reply = async {
            tokio::select! {
                reply = reply => reply.unwrap(),
                () = advance() => unreachable!(),
            }
        };
        assert_eq!(in_time(reply).await, 200, "{what}");
    }
}

#[tokio::test]
async fn of_two_gates_for_one_operation_a_request_stops_at_the_first_closed_one_alone() {
    let scene = Scene::start().await;
    let (first, second) = (scene.zendesk.hold(users::ME), scene.zendesk.hold(users::ME));
    let sent = ask(&scene, &first, 1).await;
    assert_eq!(format!("{second:?}"), "Gate(0 arrived, 0 held)");
    first.release_in_order([0]);
    assert_eq!(
        status(sent).await,
        Some(200),
        "the second gate did not hold it"
    );
    let sent = ask(&scene, &first, 2).await;
    first.release_all();
    assert_eq!(status(sent).await, Some(200));

    let sent = ask(&scene, &second, 1).await;
    let third = scene.zendesk.hold(users::ME);
    drop(second);
    assert_eq!(
        status(sent).await,
        Some(200),
        "nor did one that was closed later"
    );
    let sent = ask(&scene, &third, 1).await;
    drop(third);
    assert_eq!(status(sent).await, Some(200));
    assert_eq!(scene.get("/users/me").await.0, 200);
}

#[tokio::test]
async fn requests_of_other_operations_pass_and_every_spelling_of_the_operation_is_held() {
    let builder = MockZendesk::builder()
        .allow_unknown_endpoints()
        .allow_unknown_parameter("?a");
    let scene = Scene::with(builder).await;
    let gate = scene.zendesk.hold(users::ME);
    for path in ["/users", "/organizations", "/users/1", "/users/me/nowhere"] {
        let request = scene.request(Method::GET, path, None);
        assert!(in_time(request.send()).await.is_ok(), "{path}");
    }
    assert_eq!(
        scene
            .request(Method::POST, "/users/me", None)
            .send()
            .await
            .unwrap()
            .status(),
        404
    );
    assert_eq!(format!("{gate:?}"), "Gate(0 arrived, 0 held)");
    for (n, target) in [
        "/api/v2/users/me.json?a=b",
        "http://other.example/api/v2/users/me",
        "/api/v2/./users/me",
    ]
    .iter()
    .enumerate()
    {
        let mut client = Raw::connect(&scene.zendesk);
        client.send(format!("GET {target} HTTP/1.1\r\n\r\n"));
        gate.wait_for(n + 1).await;
        gate.release_in_order([n]);
        assert_eq!(client.reply().unwrap().status(), 200, "{target}");
    }
    let head = tokio::spawn(scene.request(Method::HEAD, "/users/me", None).send());
    gate.wait_for(4).await;
    gate.release_all();
    assert_eq!(
        in_time(head).await.unwrap().unwrap().status(),
        200,
        "HEAD is GET"
    );
}

#[tokio::test]
async fn letting_go_what_has_been_let_go_or_has_not_arrived_panics_at_the_line_of_the_test() {
    let scene = Scene::start().await;
    let gate = scene.zendesk.hold(users::ME);
    let panics = |order: &[usize]| {
        let order = order.to_vec();
        let Here {
            value: (text, file, line),
            place,
        } = here(panic_of(|| gate.release_in_order(order)));
        assert_eq!((file.as_str(), line), (place.file(), place.line()));
        text
    };
    let let_go = |index: usize| {
        format!("request {index} was released already; release each request once, counted from 0")
    };
    let first = ask(&scene, &gate, 1).await;
    let second = ask(&scene, &gate, 2).await;
    let third = ask_raw(&scene, &gate, 3).await;
    let fourth = ask(&scene, &gate, 4).await;
    drop(third);
    until_held(&gate, 3).await;

    assert_eq!(panics(&[1, 0, 1]), let_go(1), "twice in one call");
    assert_eq!(
        panics(&[0, 7]),
        "request 7 has not arrived at the gate, only 4 have; wait for it with `wait_for`, and count from 0"
    );
    assert_eq!(
        format!("{gate:?}"),
        "Gate(4 arrived, 3 held)",
        "then none of them goes"
    );
    gate.release_in_order([1]);
    assert_eq!(status(second).await, Some(200));
    assert_eq!(panics(&[1]), let_go(1), "after it was answered");
    gate.release_in_order([2, 0]);
    assert_eq!(
        status(first).await,
        Some(200),
        "the one whose client is gone is passed over"
    );
    assert_eq!(panics(&[2]), let_go(2));

    gate.release_all();
    assert_eq!(status(fourth).await, Some(200));
    assert_eq!(panics(&[3]), let_go(3), "by opening the gate");
    assert_eq!(
        panics(&[4]),
        "request 4 did not arrive at the gate before it was opened, only 4 did; an open gate holds nothing"
    );
    gate.release_all();
}

#[tokio::test]
async fn dropping_a_gate_lets_go_what_it_holds_in_the_order_that_was_asked_for() {
    let scene = Scene::start().await;
    let gate = scene.zendesk.hold(organization_memberships::CREATE);
    let mut sent = Vec::new();
    for organization in [&scene.acme, &scene.acme, &scene.globex] {
        let body = Some(scene.membership(organization));
        let send = scene
            .request(Method::POST, "/organization_memberships", body)
            .send();
        sent.push(tokio::spawn(async move {
            Some(send.await.ok()?.status().as_u16())
        }));
        gate.wait_for(sent.len()).await;
    }
    gate.release_in_order([1]);
    drop(gate);
    let mut statuses = Vec::new();
    for sent in sent {
        statuses.push(status(sent).await);
    }
    assert_eq!(statuses, [Some(422), Some(201), Some(201)]);
}

#[tokio::test]
async fn the_double_can_be_dropped_while_requests_are_held() {
    for gate_goes_first in [true, false] {
        let scene = Scene::start().await;
        let gate = scene.zendesk.hold(users::ME);
        let first = ask(&scene, &gate, 1).await;
        let second = ask(&scene, &gate, 2).await;
        let raw = ask_raw(&scene, &gate, 3).await;
        gate.release_in_order([2]);
        let Scene { zendesk, .. } = scene;
        if gate_goes_first {
            drop(gate);
            drop(zendesk);
        } else {
            drop(zendesk);
            assert_eq!((status(first).await, status(second).await), (None, None));
            assert_eq!(format!("{gate:?}"), "Gate(3 arrived, 0 held)");
            gate.release_all();
            gate.wait_for(3).await;
        }
        drop(raw);
    }
}

#[tokio::test]
async fn a_gate_at_which_no_request_arrives_fails_the_test_naming_its_line() {
    let scene = Scene::start().await;
    let zendesk = &scene.zendesk;
    let first = line_of(|| drop(zendesk.hold(users::ME)));
    let opened = here(zendesk.hold(organization_memberships::CREATE));
    opened.value.release_all();
    let reached = zendesk.hold(users::ME);
    let sent = ask(&scene, &reached, 1).await;
    drop(reached);
    assert_eq!(status(sent).await, Some(200));
    let places = [(first, "FIRST"), (opened.place, "OPENED")];
    let problems = |text: &str| {
        with_places(
            &text.split_inclusive('\n').take(5).collect::<String>(),
            &places,
        )
    };
    let report = problems(&zendesk.report().to_string());
    expect![[r#"
        2 problems with the calls received:
          1. expected to happen, but never did: a request of ShowCurrentUser (GET /api/v2/users/me) arriving at its gate
             planned at FIRST
          2. expected to happen, but never did: a request of CreateOrganizationMembership (POST /api/v2/organization_memberships) arriving at its gate
             planned at OPENED
    "#]]
    .assert_eq(&report);
    let Scene { zendesk, .. } = scene;
    let panic =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(zendesk))).unwrap_err();
    assert_eq!(problems(panic.downcast_ref::<String>().unwrap()), report);
}

#[tokio::test]
async fn requests_of_one_connection_over_http2_are_held_by_themselves() {
    let scene = Scene::start().await;
    let gate = scene.zendesk.hold(users::ME);
    let mut client = http2(&scene.zendesk).await;
    let mut send = || {
        let reply = client.send_request(request("GET", "/users/me", ""));
        tokio::spawn(async move { Some(reply.await.ok()?.status().as_u16()) })
    };
    let mut sent = Vec::new();
    for nth in 1..=3 {
        sent.push(send());
        gate.wait_for(nth).await;
    }
    let third = sent.pop().unwrap();
    let second = sent.pop().unwrap();
    let first = sent.pop().unwrap();
    second.abort();
    until_held(&gate, 2).await;
    gate.release_in_order([2, 1, 0]);
    assert_eq!(
        (status(third).await, status(first).await),
        (Some(200), Some(200))
    );
    scene.zendesk.calls().of(users::ME).assert_times(2);

    let held = send();
    gate.wait_for(4).await;
    scene.zendesk.go_offline();
    assert_eq!(status(held).await, None);
    until_held(&gate, 0).await;
    scene.zendesk.come_back();
    let sent = ask(&scene, &gate, 5).await;
    gate.release_in_order([3, 4]);
    assert_eq!(status(sent).await, Some(200));
}
