//! Tests that are wrong must not pass: each mistake that the double can notice, and what it says.

use std::time::Duration;

use mock_zendesk::{Calls, Failure, FailureKind, MockZendesk, organization_memberships, organizations, users};
use serde_json::json;

use crate::handle::panic_of;
use crate::scene::Scene;

/// What panicked, which has to point at this file.
fn panic_here(act: impl FnOnce()) -> String {
    let (text, file, _) = panic_of(act);
    assert!(file.ends_with("accidents.rs"), "it points at {file}: {text}");
    text
}

#[tokio::test]
async fn a_refused_call_is_not_taken_for_one_that_did_its_work() {
    let scene = Scene::start().await;
    scene.join(&scene.acme).await;
    scene.join(&scene.acme).await;
    let create = organization_memberships::CREATE;
    let second = scene.zendesk.calls().last().unwrap();
    let of = scene.zendesk.calls().of(create);
    let only = of.after(&scene.zendesk.calls().first().unwrap());
    let includes = json!({"organization_membership": {"user_id": scene.ada.id}});
    let cases: [(&str, Result<(), Failure>); 7] = [
        ("assert_once", only.try_assert_once().map(drop)),
        ("assert_times", of.try_assert_times(2)),
        ("assert_times of a range", of.try_assert_times(1..)),
        ("assert_sequence", of.try_assert_sequence(&[create, create])),
        ("assert_exact_sequence", of.try_assert_exact_sequence(&[create, create])),
        ("assert_json", of.try_assert_json(&includes)),
        ("wait_for", scene.zendesk.try_wait_for(create, 2, Duration::from_secs(10)).await.map(drop)),
    ];
    for (name, result) in cases {
        let failure = result.expect_err(name);
        assert_eq!(failure.kind(), FailureKind::Refused, "{name}: {failure}");
        let refusal = "#2 was refused with 422, user_id: DuplicateValue";
        assert!(failure.headline().contains(refusal), "{name}: {failure}");
        let ways_out = "if the refusal is meant: .refused(), .with_status(422) or .any_outcome() before the assertion";
        assert!(failure.to_string().contains(ways_out), "{name}: {failure}");
    }
    // Each way out is one, and a range that allows for no call says nothing of what became of them.
    let content: [fn(&Calls) -> Calls; 3] = [Calls::refused, Calls::any_outcome, |calls| calls.with_status(422)];
    for way_out in content {
        way_out(&only).assert_once();
        way_out(&only).assert_sequence(&[create]);
        way_out(&only).assert_json(&includes);
    }
    of.assert_times(..=2);
    scene.zendesk.calls().of(users::ME).assert_none();
    assert_eq!(second.status(), Some(422));
}

#[tokio::test]
async fn an_expectation_is_not_met_by_a_refused_call() {
    let scene = Scene::with(MockZendesk::builder().without_verify_on_drop()).await;
    scene.zendesk.expect(organization_memberships::CREATE, 2);
    scene.zendesk.expect_calls(|calls| calls.of(organization_memberships::CREATE).refused(), 1);
    scene.zendesk.expect(organizations::LIST, 0);
    scene.join(&scene.acme).await;
    scene.join(&scene.acme).await;
    let report = scene.zendesk.report();
    assert_eq!(report.problems().len(), 1, "{report}");
    assert_eq!(report.problems()[0].kind, FailureKind::Refused);
    let text = report.to_string();
    assert!(text.contains("and #2 was refused with 422"), "{text}");
    assert!(text.contains("if the refusal is meant: expect_calls(|calls| calls.of(…).refused(), …)"), "{text}");
}

#[tokio::test]
async fn a_fault_that_a_test_plans_is_no_refusal() {
    let scene = Scene::start().await;
    scene.zendesk.inject(mock_zendesk::Fault::status(503));
    scene.get("/users/me").await;
    scene.get("/users/me").await;
    scene.zendesk.calls().of(users::ME).assert_times(2);
}

#[tokio::test]
async fn what_could_not_fail_panics_and_says_what_to_write() {
    let zendesk = MockZendesk::start().await;
    let calls = || zendesk.calls();
    let wait = Duration::from_secs(1);
    let cases: [(&str, &dyn Fn(), &str); 9] = [
        ("assert_times(..)", &|| calls().assert_times(..), "every number of calls is in this range"),
        ("assert_times(0..)", &|| calls().assert_times(0..), "every number of calls is in this range"),
        ("try_assert_times(..)", &|| drop(calls().try_assert_times(..)), "every number of calls is in this range"),
        ("expect(..)", &|| zendesk.expect(users::ME, ..), "every number of calls is in this range"),
        (
            "expect_calls(0..)",
            &|| zendesk.expect_calls(|calls| calls.clone(), 0..),
            "every number of calls is in this range",
        ),
        ("assert_sequence(&[])", &|| calls().assert_sequence(&[]), "no operation is named"),
        ("wait_for 0", &|| drop(zendesk.wait_for(users::ME, 0, wait)), "no calls have come from the start"),
        ("try_wait_for 0", &|| drop(zendesk.try_wait_for(users::ME, 0, wait)), "no calls have come from the start"),
        ("to_path", &|| drop(calls().to_path("/users?token=s3cr3t-s3cr3t")), "a path ends before the question mark"),
    ];
    for (name, act, text) in cases {
        let panic = panic_here(act);
        assert!(panic.contains(text) && !panic.contains("s3cr3t"), "{name}: {panic}");
    }
    calls().assert_exact_sequence(&[]);
}

#[tokio::test]
async fn what_depends_on_calls_that_were_not_kept_says_so() {
    let scene = Scene::with(MockZendesk::builder().journal(mock_zendesk::Journal::Last(1))).await;
    let body = json!({"organization": {"name": "Initech"}});
    scene.post("/organizations", body.clone()).await;
    scene.post("/organizations", json!({"organization": {"name": "Hooli"}})).await;
    let failure = scene.zendesk.calls().try_assert_json(json!({"organization": {"name": "Hooli"}})).unwrap_err();
    assert_eq!(failure.kind(), FailureKind::CannotTell, "{failure}");
    assert!(failure.headline().starts_with("cannot tell: expected the body of each call to include"), "{failure}");
    // What is wrong with the kept ones is wrong anyhow.
    assert_eq!(scene.zendesk.calls().try_assert_json(body).unwrap_err().kind(), FailureKind::WrongBody);
}
