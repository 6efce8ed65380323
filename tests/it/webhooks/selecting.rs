//! Selections of deliveries, and the texts of their assertions.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use expect_test::expect;
use mock_zendesk::webhooks::{DeliveryFault, DeliveryState, EventType, NewWebhook};
use mock_zendesk::wiremock::ResponseTemplate;
use mock_zendesk::{
    MockZendesk,
    calls::{Failure, FailureKind},
};
use reqwest::Method;
use serde_json::json;

use super::{Hooked, until};
use crate::normal::here;

fn panic_of(act: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(act)).expect_err("it is to panic");
    let literal = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    literal.unwrap_or_else(|| payload.downcast_ref::<String>().unwrap().clone())
}

#[tokio::test]
async fn deliveries_are_selected_by_what_they_are_about() {
    let hooked = Hooked::start().await;
    let scene = &hooked.scene;
    let other = scene.zendesk.webhook(
        NewWebhook::new(hooked.receiver.uri())
            .events([EventType::UserOrganizationMembershipCreated]),
    );
    scene.join(&scene.acme).await;
    scene.join(&scene.globex).await;
    let body = json!({"user": {"notes": "n"}});
    let path = format!("/users/{}", scene.ada.id);
    scene.send(Method::PUT, &path, Some(body)).await;
    scene.zendesk.settle_deliveries().await;

    let deliveries = scene.zendesk.deliveries();
    deliveries.assert_times(5);
    deliveries.about_user(&scene.ada).assert_times(5);
    deliveries.about_organization(&scene.acme).assert_times(2);
    deliveries.about(scene.globex.id).to(&other).assert_once();
    deliveries.to(&other).assert_times(2..=2);
    deliveries
        .of_type(EventType::UserNotesChanged)
        .to(&other)
        .assert_none();
    let first = scene.zendesk.calls().first().unwrap();
    deliveries.caused_by(&first).assert_times(2);
    deliveries
        .in_state(DeliveryState::Delivered)
        .assert_times(5);
    assert_eq!(deliveries.last().unwrap().cause(), 3);
    assert_eq!(deliveries.first().unwrap().number(), 1);
    assert!(!deliveries.is_empty());
    assert_eq!(
        format!("{:?}", deliveries.of_type(EventType::UserNotesChanged)),
        "[Delivery(5: user.notes_changed, delivered)]"
    );
}

#[tokio::test]
async fn a_wrong_number_shows_all_deliveries_and_the_calls_that_caused_them() {
    let hooked = Hooked::with(MockZendesk::builder(), NewWebhook::allow_failures).await;
    let scene = &hooked.scene;
    scene.zendesk.inject_delivery(DeliveryFault::twice());
    hooked.reply_once(ResponseTemplate::new(500)).await;
    scene.join(&scene.acme).await;
    let body = json!({"user": {"notes": "n"}});
    let path = format!("/users/{}", scene.ada.id);
    scene.send(Method::PUT, &path, Some(body)).await;
    scene.zendesk.settle_deliveries().await;

    let joined = EventType::UserOrganizationMembershipCreated;
    let deliveries = scene.zendesk.deliveries().of_type(joined);
    let failed = here(deliveries.about_user(&scene.ada).try_assert_once());
    scene.check(failed, &expect![[r#"
        expected exactly 1 delivery of user.organization_membership_created about user ADA........... (Ada), got 2
          asserted at HERE

        deliveries (3), * = counted:
          * 1  user.organization_membership_created, user ADA........... (Ada)  -> failed (500), caused by #1; injected fault: sent twice, planned at tests/it/webhooks/selecting.rs:LINE
          * 2  user.organization_membership_created, user ADA........... (Ada)  -> delivered (200), caused by #1; injected fault: sent twice, planned at tests/it/webhooks/selecting.rs:LINE
            3  user.notes_changed, user ADA........... (Ada)  -> delivered (200), caused by #2

        calls received (2), * = about it:
          * #1  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership
                  {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}
                  membership MEMBERSHIP.... created: user ADA........... (Ada) in organization ACME.......... (Acme), default
                  event: user.organization_membership_created, user ADA........... (Ada)
            #2  PUT   /api/v2/users/ADA...........      -> 200  UpdateUser

        changed in the account:
            #2  user ADA........... (Ada) updated"#]]);
    let failed = here(deliveries.try_assert_all_delivered());
    scene.check(failed, &expect![[r#"
        expected the 2 deliveries of user.organization_membership_created to be delivered, but 1 failed
          asserted at HERE

        deliveries (3), * = not delivered:
          * 1  user.organization_membership_created, user ADA........... (Ada)  -> failed (500), caused by #1; injected fault: sent twice, planned at tests/it/webhooks/selecting.rs:LINE
            2  user.organization_membership_created, user ADA........... (Ada)  -> delivered (200), caused by #1; injected fault: sent twice, planned at tests/it/webhooks/selecting.rs:LINE
            3  user.notes_changed, user ADA........... (Ada)  -> delivered (200), caused by #2

        calls received (2), * = about it:
          * #1  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership
                  {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}
                  membership MEMBERSHIP.... created: user ADA........... (Ada) in organization ACME.......... (Acme), default
                  event: user.organization_membership_created, user ADA........... (Ada)
            #2  PUT   /api/v2/users/ADA...........      -> 200  UpdateUser

        changed in the account:
            #2  user ADA........... (Ada) updated"#]]);
}

/// A delivery that is on its way may be delivered soon, so the test has to wait for it. One that is
/// due later on the double's clock is sent when the clock moves.
#[tokio::test]
async fn a_number_in_a_state_names_how_to_have_the_pending_deliveries_sent() {
    let hooked = Hooked::start().await;
    let scene = &hooked.scene;
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("http://{}", silent.local_addr().unwrap());
    let waits = "zendesk.settle_deliveries().await";
    let waits_and_advances = "zendesk.advance(…), then zendesk.settle_deliveries().await";
    let hint_of = |failure: Failure| {
        let text = failure.to_string();
        let lines = text.lines().filter(|line| line.starts_with("  to "));
        let hints: Vec<&str> = lines.filter_map(|line| line.split(": ").nth(1)).collect();
        hints.join(" | ")
    };

    let late = Duration::from_secs(60);
    scene.zendesk.inject_delivery(DeliveryFault::late(late));
    scene.join(&scene.acme).await;
    scene.zendesk.settle_deliveries().await;
    let deliveries = scene.zendesk.deliveries();
    let delivered = deliveries.in_state(DeliveryState::Delivered);
    let failure = delivered.try_assert_once().unwrap_err();
    assert_eq!(hint_of(failure), waits_and_advances);
    let failure = deliveries.try_assert_all_delivered().unwrap_err();
    assert_eq!(hint_of(failure), waits_and_advances);
    // Its state does not matter here, so waiting would change nothing.
    let failure = deliveries.try_assert_times(2).unwrap_err();
    assert_eq!(hint_of(failure), "");
    let pending = deliveries.in_state(DeliveryState::Pending);
    let failure = pending.try_assert_none().unwrap_err();
    assert_eq!(hint_of(failure), waits_and_advances);

    let never = scene.zendesk.webhook(silent);
    scene.join(&scene.globex).await;
    let deliveries = scene.zendesk.deliveries();
    let to_it = deliveries.to(&never).in_state(DeliveryState::Delivered);
    assert_eq!(hint_of(to_it.try_assert_once().unwrap_err()), waits);
    let failure = deliveries.try_assert_all_delivered().unwrap_err();
    assert_eq!(hint_of(failure), waits);

    scene.zendesk.advance(late);
    until(|| {
        let to_it = scene.zendesk.deliveries().to(&hooked.webhook);
        to_it.in_state(DeliveryState::Delivered).len() == 2
    })
    .await;
    let to_it = scene.zendesk.deliveries().to(&hooked.webhook);
    let failed = to_it.in_state(DeliveryState::Failed);
    scene.check(here(failed.try_assert_once()), &expect![[r#"
        expected exactly 1 delivery to URI/hook in state failed, got none
          asserted at HERE

        deliveries (3):
            1  user.organization_membership_created, user ADA........... (Ada)  -> delivered (200), caused by #1; injected fault: late by 60s, planned at tests/it/webhooks/selecting.rs:LINE
            2  user.organization_membership_created, user ADA........... (Ada)  -> delivered (200), caused by #2
            3  user.organization_membership_created, user ADA........... (Ada)  -> pending (in flight), caused by #2

        calls received (2):
            #1  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership
            #2  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership

        changed in the account:
            #1  membership MEMBERSHIP.... created: user ADA........... (Ada) in organization ACME.......... (Acme), default
            #2  membership MEMBERSHIP.... created: user ADA........... (Ada) in organization GLOBEX........ (Globex)"#]]);
}

#[tokio::test]
async fn an_assertion_that_cannot_fail_says_so() {
    let hooked = Hooked::start().await;
    let scene = &hooked.scene;
    let deliveries = scene.zendesk.deliveries();
    let failure = deliveries.try_assert_none().unwrap_err();
    assert_eq!(failure.kind(), FailureKind::NothingToJudge);
    scene.check(here(deliveries.try_assert_times(1..)), &expect![[r#"
        expected at least 1 delivery, got none
          asserted at HERE
          no event happened: only changes by calls make events, and only after a webhook is registered

        no deliveries

        no calls received"#]]);
    let text = panic_of(|| deliveries.assert_times(..));
    assert!(
        text.starts_with("this range contains every number"),
        "{text}"
    );
}

#[tokio::test]
async fn a_call_shows_the_events_that_it_caused() {
    let hooked = Hooked::start().await;
    let scene = &hooked.scene;
    scene.join(&scene.acme).await;
    hooked.scene.zendesk.settle_deliveries().await;
    let transcript = scene.zendesk.transcript();
    let transcript = crate::normal::normal(&scene.zendesk, &transcript, &[]);
    expect![[r##"
        #1  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership
                {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}
                membership MEMBERSHIP.... created: user ADA........... (Ada) in organization ACME.......... (Acme), default
                event: user.organization_membership_created, user ADA........... (Ada)"##]].assert_eq(&transcript);
}

#[tokio::test]
async fn no_text_shows_the_secret_of_a_webhook() {
    let secret = "s3cr3t-of-the-webhook";
    let hooked = Hooked::with(MockZendesk::builder(), |webhook| webhook.secret(secret)).await;
    let scene = &hooked.scene;
    assert_eq!(hooked.webhook.secret(), secret);
    let body = json!({"organization": {"name": format!("Leaks {secret}")}});
    scene.post("/organizations", body).await;
    scene.zendesk.settle_deliveries().await;
    let deliveries = scene.zendesk.deliveries();
    let failure = deliveries.try_assert_times(2).unwrap_err().to_string();
    assert!(failure.contains("organization.created"), "{failure}");
    for text in [
        failure,
        scene.zendesk.transcript(),
        format!("{deliveries:?} {:?}", hooked.webhook),
    ] {
        assert!(!text.contains(secret), "{text}");
    }
}

/// The start of a text, and the wrong use that panics with it.
type Misuse<'a> = (&'static str, Box<dyn Fn() + 'a>);

#[tokio::test]
async fn wrong_use_says_what_to_do() {
    let zendesk = MockZendesk::start().await;
    let other = Hooked::start().await;
    other.scene.join(&other.scene.acme).await;
    let call = other.scene.zendesk.calls().assert_once();
    let rows: [Misuse<'_>; 6] = [
        (
            "\"https://example.com\" is not a URL to which the double can send events",
            Box::new(|| drop(zendesk.webhook("https://example.com"))),
        ),
        (
            "this webhook subscribes to no event",
            Box::new(|| drop(zendesk.webhook(NewWebhook::new("http://a").events([])))),
        ),
        (
            "this call was received by another double",
            Box::new(|| drop(zendesk.deliveries().caused_by(&call))),
        ),
        (
            "a double without a socket sends nothing",
            Box::new(|| drop(MockZendesk::builder().without_socket().webhook("http://a"))),
        ),
        (
            "a double without a socket sends nothing",
            Box::new(|| drop(MockZendesk::builder().webhook("http://a").without_socket())),
        ),
        (
            "a fault that happens 0 times never happens",
            Box::new(|| drop(DeliveryFault::lost().times(0))),
        ),
    ];
    for (expected, act) in rows {
        let text = panic_of(act);
        assert!(text.starts_with(expected), "{text}");
    }
}
