//! Faults of deliveries, as the receiver sees them.

use std::time::Duration;

use expect_test::expect;
use mock_zendesk::MockZendesk;
use mock_zendesk::webhooks::{AttemptOutcome, DeliveryFault, DeliveryState, EventType, signature};
use serde_json::{Value, json};

use super::Hooked;
use crate::normal::{line_of, normal};

/// Creates organizations with these names, and returns the names in the order of their events.
async fn create(hooked: &Hooked, names: &[&str]) -> Vec<String> {
    for name in names {
        let body = json!({"organization": {"name": name}});
        hooked.scene.post("/organizations", body).await;
    }
    names_received(hooked).await
}

async fn names_received(hooked: &Hooked) -> Vec<String> {
    let payloads = hooked.payloads().await;
    let name = |payload: &Value| payload["detail"]["name"].as_str().unwrap().to_owned();
    payloads.iter().map(name).collect()
}

#[tokio::test]
async fn an_event_that_is_late_is_overtaken() {
    let hooked = Hooked::start().await;
    let zendesk = &hooked.scene.zendesk;
    zendesk.inject_delivery(DeliveryFault::late(Duration::from_secs(60)));
    assert_eq!(create(&hooked, &["A", "B"]).await, ["B"]);
    zendesk.advance(Duration::from_secs(60));
    assert_eq!(names_received(&hooked).await, ["B", "A"]);
    zendesk.deliveries().assert_all_delivered();
}

#[tokio::test]
async fn ns115_an_event_that_comes_twice_has_one_event_id_and_two_invocations() {
    let hooked = Hooked::start().await;
    let zendesk = &hooked.scene.zendesk;
    zendesk.inject_delivery(DeliveryFault::twice());
    assert_eq!(create(&hooked, &["A", "B"]).await, ["A", "A", "B"]);
    let deliveries = zendesk.deliveries();
    let all: Vec<_> = deliveries.iter().collect();
    assert_eq!(all[0].event_id(), all[1].event_id());
    assert_ne!(all[0].invocation_id(), all[1].invocation_id());
    assert_ne!(all[1].event_id(), all[2].event_id());
}

#[tokio::test]
async fn ns115_an_event_out_of_order_comes_after_the_next_one() {
    let hooked = Hooked::start().await;
    let zendesk = &hooked.scene.zendesk;
    let body = json!({"organization": {"name": "A"}});
    hooked.scene.post("/organizations", body).await;
    zendesk.inject_delivery(DeliveryFault::out_of_order());
    assert_eq!(
        create(&hooked, &["B", "C", "D"]).await,
        ["A", "C", "B", "D"]
    );
}

#[tokio::test]
async fn the_last_event_out_of_order_stays_pending() {
    let hooked = Hooked::start().await;
    let zendesk = &hooked.scene.zendesk;
    zendesk.inject_delivery(DeliveryFault::out_of_order());
    assert_eq!(create(&hooked, &["A"]).await, [""; 0]);
    zendesk
        .deliveries()
        .in_state(DeliveryState::Pending)
        .assert_once();
}

#[tokio::test]
async fn an_event_that_is_lost_is_never_sent() {
    let hooked = Hooked::start().await;
    let zendesk = &hooked.scene.zendesk;
    let fault = DeliveryFault::lost().of_type(EventType::OrganizationCreated);
    zendesk.inject_delivery(fault.times(2));
    assert_eq!(create(&hooked, &["A", "B", "C"]).await, ["C"]);
    zendesk
        .deliveries()
        .in_state(DeliveryState::Lost)
        .assert_times(2);
}

#[tokio::test]
async fn a_wrong_signature_does_not_verify_and_its_refusal_fails_nothing() {
    let hooked = Hooked::start().await;
    hooked
        .scene
        .zendesk
        .inject_delivery(DeliveryFault::wrong_signature());
    let refuse = mock_zendesk::wiremock::ResponseTemplate::new(401);
    hooked.reply_once(refuse).await;
    create(&hooked, &["A", "B"]).await;
    let is_right: Vec<bool> = hooked
        .received()
        .await
        .iter()
        .map(|request| {
            let header = |name: &str| request.headers[name].to_str().unwrap().to_owned();
            let time = header("x-zendesk-webhook-signature-timestamp");
            let right = signature(hooked.webhook.secret(), &time, &request.body);
            header("x-zendesk-webhook-signature") == right
        })
        .collect();
    assert_eq!(is_right, [false, true]);
    hooked.scene.zendesk.verify();
}

/// The receiver has processed the event, and gets it again.
#[tokio::test]
async fn ns114_ns115_a_reply_that_comes_too_late_brings_the_event_again() {
    let hooked = Hooked::start().await;
    let zendesk = &hooked.scene.zendesk;
    zendesk.inject_delivery(DeliveryFault::timed_out());
    assert_eq!(create(&hooked, &["A"]).await, ["A"]);
    zendesk.advance(Duration::from_secs(5));
    assert_eq!(names_received(&hooked).await, ["A", "A"]);
    let attempts = zendesk.deliveries().assert_once().attempts().to_vec();
    let outcomes: Vec<_> = attempts
        .into_iter()
        .map(|attempt| attempt.outcome)
        .collect();
    let expected = [AttemptOutcome::TimedOut, AttemptOutcome::Replied(200)];
    assert_eq!(outcomes, expected);
}

#[tokio::test]
async fn a_fault_that_never_happens_fails_the_test() {
    let zendesk = MockZendesk::builder()
        .without_verify_on_drop()
        .start()
        .await;
    let fault = DeliveryFault::lost().of_type(EventType::UserCreated);
    let place = line_of(|| zendesk.inject_delivery(fault));
    let report = zendesk.try_verify().unwrap_err();
    let text = normal(&zendesk, &report.to_string(), &[(place, "HERE")]);
    expect![[r#"
        expected to happen, but never did: the fault of a delivery of user.created (lost)
          planned at HERE

        no calls received"#]]
    .assert_eq(&text);
}
