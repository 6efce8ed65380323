//! Programs that block: the double needs no async runtime around it.

use mock_zendesk::{Clock, MockZendesk, organization_memberships};
use serde_json::{Value, json};

use crate::handle::panic_of;
use crate::normal::{here, with_places};

/// What a program that blocks does: it links Ada to Acme and looks what came of it.
fn link(zendesk: &MockZendesk, send: impl Fn(&str, &str, Option<Value>) -> (u16, Value)) {
    let (ada, acme) = (
        zendesk.seed().user("Ada"),
        zendesk.seed().organization("Acme"),
    );
    let membership =
        json!({"organization_membership": {"user_id": ada.id, "organization_id": acme.id}});
    let (status, _) = send(
        "POST",
        &zendesk.url("/organization_memberships"),
        Some(membership),
    );
    assert_eq!(status, 201);
    let (status, list) = send(
        "GET",
        &zendesk.url(&format!("/users/{}/organization_memberships", ada.id)),
        None,
    );
    assert_eq!((status, list["count"].as_u64()), (200, Some(1)));
    zendesk.assert_user(&ada).organizations([&acme]);
    zendesk
        .calls()
        .of(organization_memberships::CREATE)
        .assert_once();
    zendesk.verify();
}

#[test]
fn a_program_that_blocks_is_tested_without_a_runtime_with_ureq() {
    for asks_for_server in [false, true] {
        let zendesk = MockZendesk::start_blocking();
        let _server = asks_for_server.then(|| zendesk.server());
        link(&zendesk, |method, url, body| {
            let request = ureq::http::Request::builder().method(method).uri(url);
            let request = request.header("authorization", zendesk.authorization());
            let request = request.header("content-type", "application/json");
            let body = body.map(|body| body.to_string()).unwrap_or_default();
            let mut reply = ureq::run(request.body(body).unwrap()).unwrap();
            let text = reply.body_mut().read_to_string().unwrap();
            (
                reply.status().as_u16(),
                serde_json::from_str(&text).unwrap(),
            )
        });
    }
}

#[test]
fn a_program_that_blocks_is_tested_without_a_runtime_with_reqwest() {
    let zendesk = MockZendesk::start_blocking();
    link(&zendesk, |method, url, body| {
        let client = reqwest::blocking::Client::new();
        let request = client
            .request(method.parse().unwrap(), url)
            .header("authorization", zendesk.authorization());
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let reply = request.send().unwrap();
        (reply.status().as_u16(), reply.json().unwrap())
    });
}

#[tokio::test]
async fn a_blocking_start_works_inside_a_runtime_too() {
    let zendesk = MockZendesk::start_blocking();
    assert_eq!(
        reqwest::get(zendesk.url("/users/me"))
            .await
            .unwrap()
            .status(),
        200
    );
    let url = zendesk.url("/users/me");
    let status =
        tokio::task::spawn_blocking(move || reqwest::blocking::get(url).unwrap().status().as_u16());
    assert_eq!(status.await.unwrap(), 200);
}

#[test]
fn a_blocking_start_that_cannot_be_panics_at_the_line_of_the_test() {
    let (text, file, _) = panic_of(|| {
        drop(
            MockZendesk::builder()
                .clock(Clock::tokio())
                .start_blocking(),
        )
    });
    assert!(
        text.starts_with("Clock::tokio() follows a tokio runtime") && file.ends_with("blocking.rs"),
        "{file}: {text}"
    );

    let taken = MockZendesk::start_blocking();
    let address = taken.uri().trim_start_matches("http://").parse().unwrap();
    let start = here(|| drop(MockZendesk::builder().address(address).start_blocking()));
    let panic = std::panic::catch_unwind(start.value).unwrap_err();
    let text = with_places(
        panic.downcast_ref::<String>().unwrap(),
        &[(start.place, "HERE")],
    );
    assert!(text.contains("\n  started at HERE"), "{text}");
}
