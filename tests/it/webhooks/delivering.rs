//! How events are sent: in order, one at a time, again if need be, and never so that a test hangs.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use expect_test::expect;
use mock_zendesk::webhooks::{AttemptOutcome, DeliveryState, EventType, NewWebhook};
use mock_zendesk::wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};
use mock_zendesk::{Clock, MockZendesk, calls::FailureKind};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Hooked, receiver_that, short_type, until};
use crate::normal::{here, line_of, normal};

/// Makes the given number of changes, each with one event.
async fn rename(hooked: &Hooked, times: usize) {
    let path = format!("/users/{}", hooked.scene.ada.id);
    for n in 0..times {
        let body = json!({"user": {"notes": format!("{n}")}});
        hooked.scene.send(Method::PUT, &path, Some(body)).await;
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

#[tokio::test]
async fn events_come_in_the_order_of_the_changes() {
    let hooked = Hooked::start().await;
    rename(&hooked, 20).await;
    let payloads = hooked.payloads().await;
    let notes: Vec<&str> = payloads
        .iter()
        .map(|payload| payload["event"]["current"].as_str().unwrap())
        .collect();
    let expected: Vec<String> = (0..20).map(|n: usize| n.to_string()).collect();
    assert_eq!(notes, expected);
    hooked.scene.zendesk.deliveries().assert_all_delivered();
}

/// Counts the requests that are being answered at the same time.
#[derive(Clone, Default)]
struct AtOnce {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

#[tokio::test]
async fn a_webhook_has_one_request_in_flight_at_most_and_two_do_not_wait_for_each_other() {
    let at_once = AtOnce::default();
    let counted = at_once.clone();
    let url = receiver_that(move || {
        let AtOnce { now, most } = counted.clone();
        async move {
            let at_once = now.fetch_add(1, Ordering::SeqCst) + 1;
            most.fetch_max(at_once, Ordering::SeqCst);
            tokio::task::yield_now().await;
            // Before the reply: the next request may come right after it.
            now.fetch_sub(1, Ordering::SeqCst);
        }
    })
    .await;
    let hooked = Hooked::start().await;
    hooked.scene.zendesk.webhook(url);
    // This one never replies.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = hooked
        .scene
        .zendesk
        .webhook(format!("http://{}", silent.local_addr().unwrap()));
    rename(&hooked, 10).await;
    let deliveries = || hooked.scene.zendesk.deliveries();
    until(|| deliveries().in_state(DeliveryState::Delivered).len() == 20).await;
    assert_eq!(at_once.most.load(Ordering::SeqCst), 1);
    deliveries()
        .to(&silent)
        .in_state(DeliveryState::Pending)
        .assert_times(10);
}

#[tokio::test]
async fn ns114_a_conflict_is_retried_three_times_on_the_doubles_clock() {
    let hooked = Hooked::with(MockZendesk::builder(), NewWebhook::allow_failures).await;
    let conflict = Mock::given(any()).respond_with(ResponseTemplate::new(409));
    let conflict = conflict.mount_as_scoped(&hooked.receiver).await;
    rename(&hooked, 1).await;
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
    assert_eq!(times[0], "2024-09-06T18:52:00Z");
    assert_eq!(times[3], "2024-09-06T18:52:15Z");
    drop(conflict);
}

/// Each attempt is signed anew, because its time differs.
#[tokio::test]
async fn ns114_too_many_requests_is_retried_after_the_time_that_the_receiver_names() {
    let hooked = Hooked::start().await;
    let later = |seconds: &str| ResponseTemplate::new(429).insert_header("retry-after", seconds);
    hooked.reply_once(later("59")).await;
    rename(&hooked, 1).await;
    hooked.scene.zendesk.settle_deliveries().await;
    hooked.scene.zendesk.advance(Duration::from_secs(59));
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
    rename(&hooked, 1).await;
    hooked.scene.zendesk.settle_deliveries().await;
    tokio::time::sleep(Duration::from_secs(46)).await;
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
    let url = receiver_that(|| tokio::time::sleep(Duration::from_secs(61))).await;
    let builder = MockZendesk::builder().clock(Clock::tokio());
    let hooked = Hooked::with(builder, |webhook| webhook).await;
    let slow = hooked.scene.zendesk.webhook(url);
    rename(&hooked, 1).await;
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
    rename(&hooked, 2).await;
    hooked.scene.zendesk.settle_deliveries().await;
    hooked.scene.zendesk.advance(Duration::from_secs(5));
    let notes: Vec<Value> = hooked
        .payloads()
        .await
        .iter()
        .map(|payload| payload["event"]["current"].clone())
        .collect();
    assert_eq!(notes, ["0", "1", "0"]);
}

#[tokio::test]
async fn a_receiver_that_is_down_fails_no_test_and_stops_nothing() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let hooked = Hooked::start().await;
    let down = hooked.scene.zendesk.webhook(url);
    rename(&hooked, 3).await;
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

/// Dropping the double does not wait for the receiver.
#[tokio::test]
async fn a_double_can_be_dropped_while_a_receiver_does_not_reply() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let hooked = Hooked::start().await;
    let url = format!("http://{}", silent.local_addr().unwrap());
    hooked.scene.zendesk.webhook(url);
    rename(&hooked, 3).await;
    let silent = std::thread::spawn(move || silent.accept().unwrap());
    let (_client, _) = tokio::task::spawn_blocking(|| silent.join().unwrap())
        .await
        .unwrap();
    drop(hooked);
}

#[tokio::test]
async fn what_does_not_settle_is_named() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let hooked = Hooked::start().await;
    let url = format!("http://{}", silent.local_addr().unwrap());
    rename(&hooked, 1).await;
    hooked.scene.zendesk.settle_deliveries().await;
    let webhook = NewWebhook::new(url).events([EventType::UserNotesChanged]);
    let silent_too = hooked.scene.zendesk.webhook(webhook);
    // The first of these changes nothing.
    rename(&hooked, 3).await;
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
            #1  user ADA........... (Ada) updated
            #2  user ADA........... (Ada) updated"#]].assert_eq(&text);
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
    rename(&hooked, 1).await;
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
    rename(&hooked, 1).await;
    let body = json!({"organization": {"name": "Initech"}});
    hooked.scene.post("/organizations", body).await;
    let types: Vec<String> = hooked.payloads().await.iter().map(short_type).collect();
    assert_eq!(types, ["organization.created"]);
}

#[test]
fn webhooks_of_a_blocking_program_are_delivered_too() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let zendesk = MockZendesk::builder().webhook(url).start_blocking();
    let client = reqwest::blocking::Client::new();
    let post = client.post(zendesk.url("/users"));
    let post = post.header("authorization", zendesk.authorization());
    post.json(&json!({"user": {"name": "Ada"}})).send().unwrap();
    let (mut connection, _) = listener.accept().unwrap();
    use std::io::{Read, Write};
    let mut start = [0; 16];
    connection.read_exact(&mut start).unwrap();
    assert_eq!(&start, b"POST / HTTP/1.1\r");
    let reply = b"HTTP/1.1 204 No Content\r\n\r\n";
    connection.write_all(reply).unwrap();
    futures::executor::block_on(zendesk.settle_deliveries());
    zendesk.deliveries().assert_all_delivered();
}
