//! Webhooks and their deliveries stay when the control page resets the double.

use expect_test::expect;
use mock_zendesk::MockZendesk;
use mock_zendesk::webhooks::EventType;
use mock_zendesk::wiremock::ResponseTemplate;
use serde_json::json;

use super::Hooked;
use crate::handle::panic_of;
use crate::normal::{here, normal_failure};
use crate::scene::Scene;

async fn reset(zendesk: &MockZendesk) {
    let reset = reqwest::Client::new().post(format!("{}/_mock/reset", zendesk.uri()));
    let reply = reset.json(&json!({})).send().await.unwrap();
    assert_eq!(reply.status(), 200);
}

#[tokio::test]
async fn a_webhook_that_was_registered_after_the_first_request_has_its_events_after_a_reset() {
    let scene = Scene::with(MockZendesk::builder().control_page()).await;
    let zendesk = &scene.zendesk;
    scene.get("/users").await;
    // Nobody listens there.
    zendesk.webhook("http://127.0.0.1:9");
    reset(zendesk).await;
    scene.post("/users", json!({"user": {"name": "New"}})).await;
    let created = zendesk.deliveries().of_type(EventType::UserCreated);
    assert_eq!(created.assert_once().cause(), 1);
}

#[tokio::test]
async fn a_delivery_from_before_a_reset_is_not_taken_for_one_of_the_calls_since() {
    let builder = MockZendesk::builder()
        .control_page()
        .without_verify_on_drop();
    let hooked = Hooked::with(builder, |webhook| webhook).await;
    let Scene {
        zendesk,
        acme,
        globex,
        ..
    } = &hooked.scene;
    hooked.reply_once(ResponseTemplate::new(400)).await;
    hooked.scene.join(acme).await;
    hooked.received().await;
    let former = zendesk.calls().assert_once();
    reset(zendesk).await;
    hooked.scene.join(globex).await;
    hooked.received().await;
    let present = zendesk.calls().assert_once();
    assert_eq!((former.ordinal(), present.ordinal()), (1, 1));

    let deliveries = zendesk.deliveries();
    let caused = [&former, &present].map(|call| deliveries.caused_by(call).assert_once());
    assert_ne!(caused[0].event_id(), caused[1].event_id());
    let about = deliveries.about_organization(acme.id).caused_by(&former);
    assert_eq!(about.assert_once().event_id(), caused[0].event_id());

    let failed = here(deliveries.caused_by(&former).try_assert_times(2));
    expect![[r#"
        expected exactly 2 deliveries caused by #1 before a reset, got 1
          asserted at HERE

        deliveries (2), * = counted:
          * 1  user.organization_membership_created, user ADA........... (Ada)  -> failed (400), caused by #1 before a reset
            2  user.organization_membership_created, user ADA........... (Ada)  -> delivered (200), caused by #1

        calls received (1):
            #1  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership

        changed in the account:
            #1  membership MEMBERSHIP.... created: user ADA........... (Ada) in organization GLOBEX........ (Globex), default"#]].assert_eq(&normal_failure(zendesk, failed));
    let report = zendesk.report();
    let problem = &report.problems()[0];
    assert_eq!(problem.call, None);
    expect!["delivery 1 (user.organization_membership_created, user ADA........... (Ada)), caused by #1 before a reset, failed: the receiver replied 400"].assert_eq(&hooked.scene.with_names(problem.headline.clone()));

    let (text, ..) = panic_of(|| drop(zendesk.calls().after(&former)));
    expect!["this call was received by another double or before a reset, so its position means nothing here"].assert_eq(&text);
}
