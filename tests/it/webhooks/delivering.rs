//! How events are sent: in order, one at a time, again if need be, and never so that a test hangs.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use expect_test::expect;
use mock_zendesk::webhooks::{AttemptOutcome, DeliveryState, EventType, NewWebhook};
use mock_zendesk::wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};
use mock_zendesk::{Clock, MockZendesk, calls::FailureKind};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::{Hooked, receiver_that, short_type, until};
use crate::normal::{here, line_of, normal};

/// Gives Ada these notes, one after the other. Each is a change with one event.
async fn note(hooked: &Hooked, notes: impl IntoIterator<Item = usize>) {
    let path = format!("/users/{}", hooked.scene.ada.id);
    for note in notes {
        let body = json!({"user": {"notes": note.to_string()}});
        hooked.scene.send(Method::PUT, &path, Some(body)).await;
    }
}

/// Returns the notes of these events.
fn notes_of(payloads: &[Value]) -> Vec<usize> {
    let note = |payload: &Value| payload["event"]["current"].as_str().unwrap().parse();
    payloads
        .iter()
        .map(|payload| note(payload).unwrap())
        .collect()
}

/// A receiver that holds its first request back.
struct Holding {
    url: String,
    /// The first request gets its reply when this gets a permit.
    gate: Arc<Semaphore>,
    received: Arc<Mutex<Vec<Value>>>,
}

impl Holding {
    async fn start() -> Self {
        let gate = Arc::new(Semaphore::new(0));
        let received = Arc::new(Mutex::new(Vec::new()));
        let (held_at, kept) = (Arc::clone(&gate), Arc::clone(&received));
        let url = receiver_that(move |payload| {
            let mut received = kept.lock().unwrap();
            received.push(payload);
            let (is_first, gate) = (received.len() == 1, Arc::clone(&held_at));
            async move {
                if is_first {
                    gate.acquire().await.unwrap().forget();
                }
            }
        })
        .await;
        Self {
            url,
            gate,
            received,
        }
    }

    fn received(&self) -> Vec<Value> {
        self.received.lock().unwrap().clone()
    }
}

fn outcomes(hooked: &Hooked) -> Vec<Vec<AttemptOutcome>> {
    let deliveries = hooked.scene.zendesk.deliveries();
    let attempts = deliveries
        .iter()
        .map(|delivery| delivery.attempts().to_vec());
    attempts
        .map(|attempts| {
            attempts
                .into_iter()
                .map(|attempt| attempt.outcome)
                .collect()
        })
        .collect()
}

/// The first request holds the others back, so their order is the double's.
#[tokio::test]
async fn events_come_in_the_order_of_the_changes() {
    let hooked = Hooked::start().await;
    let holding = Holding::start().await;
    hooked.scene.zendesk.webhook(&holding.url);
    note(&hooked, 0..20).await;
    holding.gate.add_permits(1);
    hooked.scene.zendesk.settle_deliveries().await;
    assert_eq!(notes_of(&holding.received()), Vec::from_iter(0..20));
    hooked.scene.zendesk.deliveries().assert_all_delivered();
}

#[tokio::test]
async fn a_webhook_has_one_request_in_flight_at_most_and_two_do_not_wait_for_each_other() {
    let hooked = Hooked::start().await;
    let holding = Holding::start().await;
    let held = hooked.scene.zendesk.webhook(&holding.url);
    note(&hooked, 0..10).await;
    let deliveries = || hooked.scene.zendesk.deliveries();
    let delivered = |webhook| {
        let deliveries = deliveries().to(webhook);
        deliveries.in_state(DeliveryState::Delivered)
    };
    until(|| delivered(&hooked.webhook).len() == 10 && !holding.received().is_empty()).await;
    // A second request to the other webhook would have been sent before the ten of this one.
    assert_eq!(holding.received().len(), 1);
    delivered(&held).assert_none();
    holding.gate.add_permits(1);
    hooked.scene.zendesk.settle_deliveries().await;
    assert_eq!(holding.received().len(), 10);
    deliveries().assert_all_delivered();
}

#[tokio::test]
async fn ns114_a_conflict_is_retried_three_times_on_the_doubles_clock() {
    let hooked = Hooked::with(MockZendesk::builder(), NewWebhook::allow_failures).await;
    let conflict = Mock::given(any()).respond_with(ResponseTemplate::new(409));
    let conflict = conflict.mount_as_scoped(&hooked.receiver).await;
    note(&hooked, [0]).await;
    let zendesk = &hooked.scene.zendesk;
    for attempts in 1..=4 {
        zendesk.settle_deliveries().await;
        assert_eq!(
            outcomes(&hooked),
            [vec![AttemptOutcome::Replied(409); attempts]]
        );
        // One second less is not enough.
        zendesk.advance(Duration::from_secs(4));
        zendesk.settle_deliveries().await;
        assert_eq!(outcomes(&hooked)[0].len(), attempts);
        zendesk.advance(Duration::from_secs(1));
    }
    zendesk.settle_deliveries().await;
    let delivery = zendesk
        .deliveries()
        .in_state(DeliveryState::Failed)
        .assert_once();
    let times: Vec<String> = delivery
        .attempts()
        .iter()
        .map(|attempt| attempt.at.to_string())
        .collect();
    let expected = ["00", "05", "10", "15"].map(|second| format!("2024-09-06T18:52:{second}Z"));
    assert_eq!(times, expected);
    drop(conflict);
}

/// Each attempt is signed anew, because its time differs.
#[tokio::test]
async fn ns114_too_many_requests_is_retried_after_the_time_that_the_receiver_names() {
    let hooked = Hooked::start().await;
    let later = |seconds: &str| ResponseTemplate::new(429).insert_header("retry-after", seconds);
    hooked.reply_once(later("59")).await;
    note(&hooked, [0]).await;
    assert_eq!(hooked.received().await.len(), 1);
    hooked.scene.zendesk.advance(Duration::from_secs(58));
    assert_eq!(hooked.received().await.len(), 1);
    hooked.scene.zendesk.advance(Duration::from_secs(1));
    let received = hooked.received().await;
    assert_eq!(received.len(), 2);
    let header = |index: usize, name: &str| received[index].headers[name].clone();
    let signature = "x-zendesk-webhook-signature";
    let invocation = "x-zendesk-webhook-invocation-id";
    assert_ne!(header(0, signature), header(1, signature));
    assert_eq!(header(0, invocation), header(1, invocation));
    assert_eq!(received[0].body, received[1].body);
    hooked.scene.zendesk.deliveries().assert_all_delivered();
}

#[tokio::test(start_paused = true)]
async fn ns114_a_retry_needs_no_real_time_when_time_is_paused() {
    let builder = MockZendesk::builder().clock(Clock::tokio());
    let hooked = Hooked::with(builder, |webhook| webhook).await;
    let reply = ResponseTemplate::new(503).insert_header("retry-after", "45");
    hooked.reply_once(reply).await;
    note(&hooked, [0]).await;
    hooked.scene.zendesk.settle_deliveries().await;
    tokio::time::sleep(Duration::from_secs(600)).await;
    hooked.scene.zendesk.settle_deliveries().await;
    let delivery = hooked.scene.zendesk.deliveries().assert_once();
    assert_eq!(delivery.state(), DeliveryState::Delivered);
    let [first, second] = delivery.attempts() else {
        panic!("two attempts: {:?}", delivery.attempts());
    };
    let between = second.at.unix_seconds() - first.at.unix_seconds();
    assert!((45..=46).contains(&between), "{between}");
}

/// A receiver that waits while time is paused does not stop time for ever.
#[tokio::test(start_paused = true)]
async fn a_receiver_may_wait_for_paused_time() {
    let url = receiver_that(|_| tokio::time::sleep(Duration::from_secs(61))).await;
    let builder = MockZendesk::builder().clock(Clock::tokio());
    let hooked = Hooked::with(builder, |webhook| webhook).await;
    let slow = hooked.scene.zendesk.webhook(url);
    note(&hooked, [0]).await;
    hooked.scene.zendesk.settle_deliveries().await;
    hooked
        .scene
        .zendesk
        .deliveries()
        .to(&slow)
        .assert_all_delivered();
}

/// A delivery that waits for its retry does not hold up the others.
#[tokio::test]
async fn ns115_a_retry_comes_after_events_that_happened_later() {
    let hooked = Hooked::start().await;
    hooked.reply_once(ResponseTemplate::new(409)).await;
    note(&hooked, [0]).await;
    // So the first one waits for its retry before the second one happens.
    hooked.scene.zendesk.settle_deliveries().await;
    note(&hooked, [1]).await;
    assert_eq!(notes_of(&hooked.payloads().await), [0, 1]);
    hooked.scene.zendesk.advance(Duration::from_secs(5));
    assert_eq!(notes_of(&hooked.payloads().await), [0, 1, 0]);
}

#[tokio::test]
async fn a_receiver_that_is_down_fails_no_test_and_stops_nothing() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let hooked = Hooked::start().await;
    let down = hooked.scene.zendesk.webhook(url);
    note(&hooked, 0..3).await;
    hooked.scene.zendesk.settle_deliveries().await;
    let deliveries = hooked.scene.zendesk.deliveries();
    deliveries
        .to(&down)
        .in_state(DeliveryState::Failed)
        .assert_times(3);
    deliveries.to(&hooked.webhook).assert_all_delivered();
    let first = deliveries.to(&down).first().unwrap();
    let outcome = &first.attempts()[0].outcome;
    assert!(
        matches!(outcome, AttemptOutcome::NotReached(_)),
        "{outcome}"
    );
    hooked.scene.zendesk.verify();
}

/// The receiver is given up after twelve seconds, so a drop that waited would take as long.
#[tokio::test]
async fn a_double_can_be_dropped_while_a_receiver_does_not_reply() {
    let hooked = Hooked::start().await;
    let holding = Holding::start().await;
    hooked.scene.zendesk.webhook(&holding.url);
    note(&hooked, 0..3).await;
    until(|| !holding.received().is_empty()).await;
    let dropping = tokio::task::spawn_blocking(move || drop(hooked));
    let dropped = tokio::time::timeout(Duration::from_secs(8), dropping).await;
    dropped.expect("it does not wait").unwrap();
}

#[tokio::test]
async fn what_does_not_settle_is_named() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let hooked = Hooked::start().await;
    let url = format!("http://{}", silent.local_addr().unwrap());
    note(&hooked, [0]).await;
    hooked.scene.zendesk.settle_deliveries().await;
    let webhook = NewWebhook::new(url).events([EventType::UserNotesChanged]);
    let silent_too = hooked.scene.zendesk.webhook(webhook);
    // The first of these changes nothing.
    note(&hooked, 0..3).await;
    let deliveries = || hooked.scene.zendesk.deliveries();
    let accepted = || {
        deliveries()
            .to(&hooked.webhook)
            .in_state(DeliveryState::Delivered)
    };
    until(|| accepted().len() == 3).await;
    deliveries().to(&silent_too).assert_times(2);
    let at_most = Duration::from_millis(50);
    let settling = here(hooked.scene.zendesk.try_settle_deliveries_within(at_most));
    let failure = settling.value.await.unwrap_err();
    assert_eq!(failure.kind(), FailureKind::TimedOut);
    let text = normal(
        &hooked.scene.zendesk,
        &failure.to_string(),
        &[(settling.place, "HERE")],
    );
    expect![[r#"
        expected all deliveries to be settled within 50ms, but 1 is in flight and 1 is due
          asserted at HERE

        deliveries (5), * = not settled:
            1  user.notes_changed, user ADA........... (Ada)  -> delivered (200), caused by #1
            2  user.notes_changed, user ADA........... (Ada)  -> delivered (200), caused by #3
          * 3  user.notes_changed, user ADA........... (Ada)  -> pending (in flight), caused by #3
            4  user.notes_changed, user ADA........... (Ada)  -> delivered (200), caused by #4
          * 5  user.notes_changed, user ADA........... (Ada)  -> pending (due at 2024-09-06T18:52:00Z), caused by #4

        calls received (4), * = about it:
            #1  PUT  /api/v2/users/ADA...........  -> 200  UpdateUser
            #2  PUT  /api/v2/users/ADA...........  -> 200  UpdateUser, repeats #1
          * #3  PUT  /api/v2/users/ADA...........  -> 200  UpdateUser
                  {"user":{"notes":"1"}}
                  user ADA........... (Ada) updated
                  event: user.notes_changed, user ADA........... (Ada)
          * #4  PUT  /api/v2/users/ADA...........  -> 200  UpdateUser
                  {"user":{"notes":"2"}}
                  user ADA........... (Ada) updated
                  event: user.notes_changed, user ADA........... (Ada)

        changed in the account:
            #1  user ADA........... (Ada) updated"#]].assert_eq(&text);
}

/// An error as the last reply of a receiver means that the program lost an event.
#[tokio::test]
async fn a_delivery_that_the_receiver_refuses_fails_the_test() {
    let receiver = MockServer::start().await;
    let refuse = Mock::given(any()).respond_with(ResponseTemplate::new(500));
    refuse.mount(&receiver).await;
    let zendesk = MockZendesk::builder()
        .without_verify_on_drop()
        .start()
        .await;
    let place = line_of(|| drop(zendesk.webhook(receiver.uri())));
    let post = reqwest::Client::new().post(zendesk.url("/users"));
    let post = post.header("authorization", zendesk.authorization());
    post.json(&json!({"user": {"name": "Ada"}}))
        .send()
        .await
        .unwrap();
    zendesk.settle_deliveries().await;
    let report = zendesk.try_verify().unwrap_err();
    assert_eq!(report.problems()[0].kind, FailureKind::Undelivered);
    let text = normal(&zendesk, &report.to_string(), &[(place, "HERE")]);
    expect![[r#"
        delivery 1 (user.created, user ADA........... (Ada)), caused by #1, failed: the receiver replied 500
          webhook registered at HERE
          if the receiver should refuse it: NewWebhook::new(…).allow_failures()

        calls received (1), * = named above:
          * #1  POST  /api/v2/users  -> 201  CreateUser
                  {"user":{"name":"Ada"}}
                  user ADA........... (Ada) created
                  event: user.created, user ADA........... (Ada)"#]].assert_eq(&text);
}

#[tokio::test]
async fn a_failure_that_the_test_allows_fails_nothing() {
    let hooked = Hooked::with(MockZendesk::builder(), NewWebhook::allow_failures).await;
    hooked.reply_once(ResponseTemplate::new(500)).await;
    note(&hooked, [0]).await;
    hooked.scene.zendesk.settle_deliveries().await;
    let deliveries = hooked.scene.zendesk.deliveries();
    deliveries.in_state(DeliveryState::Failed).assert_once();
    hooked.scene.zendesk.verify();
}

#[tokio::test]
async fn a_webhook_gets_the_events_that_it_subscribes_to() {
    let hooked = Hooked::with(MockZendesk::builder(), |webhook| {
        webhook.events([EventType::OrganizationCreated])
    })
    .await;
    note(&hooked, [0]).await;
    let body = json!({"organization": {"name": "Initech"}});
    hooked.scene.post("/organizations", body).await;
    let types: Vec<String> = hooked.payloads().await.iter().map(short_type).collect();
    assert_eq!(types, ["organization.created"]);
}

#[test]
fn webhooks_of_a_blocking_program_are_delivered_too() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let receiver = std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut start = [0; 16];
        connection.read_exact(&mut start).unwrap();
        let reply = b"HTTP/1.1 204 No Content\r\n\r\n";
        connection.write_all(reply).unwrap();
        start
    });
    let zendesk = MockZendesk::builder().webhook(url).start_blocking();
    let client = reqwest::blocking::Client::new();
    let post = client.post(zendesk.url("/users"));
    let post = post.header("authorization", zendesk.authorization());
    post.json(&json!({"user": {"name": "Ada"}})).send().unwrap();
    futures::executor::block_on(zendesk.settle_deliveries());
    zendesk.deliveries().assert_all_delivered();
    assert_eq!(&receiver.join().unwrap(), b"POST / HTTP/1.1\r");
}
