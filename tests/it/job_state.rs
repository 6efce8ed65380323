//! What a test asserts of a background job, and the texts if it does not hold.

use expect_test::{Expect, expect};
use mock_zendesk::{MockZendesk, UserId, calls::Failure, job_statuses::JobPace};
use serde_json::json;

use crate::normal::{Here, here};
use crate::scene::Scene;

/// Starts a job that puts these users into Acme, and gives its id.
async fn start(scene: &Scene, users: impl IntoIterator<Item = UserId>) -> String {
    let users = users.into_iter();
    let items: Vec<_> = users
        .map(|user| json!({"user_id": user, "organization_id": scene.acme.id}))
        .collect();
    let path = "/organization_memberships/create_many";
    let body = json!({"organization_memberships": items});
    let (status, job) = scene.post(path, body).await;
    assert_eq!(status, 200, "{job}");
    job["job_status"]["id"].as_str().unwrap().to_owned()
}

/// Checks the first lines of a failure: what was expected, and the items.
#[track_caller]
fn check(scene: &Scene, failed: Here<Result<(), Failure>>, expected: &Expect) {
    let text = failed.value.unwrap_err().to_string();
    let (head, _) = text.split_once("\n\n").unwrap_or((&text, ""));
    let at = format!(
        "asserted at {}:{}",
        failed.place.file(),
        failed.place.line()
    );
    assert!(head.contains(&at), "{head} is not at {at}");
    let lines = head.lines().filter(|line| !line.contains("asserted at"));
    let head = lines.collect::<Vec<_>>().join("\n");
    expected.assert_eq(&scene.with_names(head));
}

#[tokio::test]
async fn a_job_is_completed_or_has_failed_items() {
    let scene = Scene::start().await;
    let (zendesk, nobody) = (&scene.zendesk, UserId::new(7));
    let bob = zendesk.seed().user("Bob").id;

    let first = start(&scene, [scene.ada.id, nobody, bob]).await;
    let second = start(&scene, [nobody, nobody]).await;
    let third = start(&scene, [zendesk.seed().user("Eve").id]).await;
    assert_eq!(zendesk.account().last_job().unwrap().id, third);
    zendesk.jobs().run_all();

    zendesk.assert_last_job().completed();
    zendesk.assert_last_job().failed_items([]);
    zendesk.assert_job(&first).failed_items([1]);
    // Zendesk calls a job failed if all of its items failed.
    zendesk.assert_job(&second).failed_items([1, 0, 1]);
    let failures = zendesk.account().job(&first).unwrap();
    assert_eq!(failures.failures(), [(1, "User cannot be blank")]);
    assert_eq!(zendesk.account().job("V3-0"), None);
}

#[tokio::test]
async fn what_became_of_a_job_is_told() {
    let scene = Scene::with(MockZendesk::builder().job_pace(JobPace::Manual)).await;
    let (zendesk, nobody) = (&scene.zendesk, UserId::new(7));
    let bob = zendesk.seed().user("Bob").id;
    let last = || zendesk.assert_last_job();

    check(
        &scene,
        here(last().try_completed()),
        &expect![
            "expected the last job to be completed without a failed item, but no job was queued"
        ],
    );
    check(
        &scene,
        here(zendesk.assert_job("V3-0").try_failed_items([2, 0])),
        &expect![
            "expected job V3-0 to be finished with failed items 0, 2, but there is no such job"
        ],
    );

    start(&scene, [scene.ada.id, nobody, bob]).await;
    check(
        &scene,
        here(last().try_completed()),
        &expect![[r#"
            expected job V3-910a2dec89025cc1f3203e9039f4a821 (Bulk Create Organization Membership) to be completed without a failed item, but it is queued, with 0 of 3 items done
              zendesk.jobs().run_all() finishes it"#]],
    );
    zendesk.jobs().work_on_next(1);
    check(
        &scene,
        here(last().try_failed_items([1])),
        &expect![[r#"
            expected job V3-910a2dec89025cc1f3203e9039f4a821 (Bulk Create Organization Membership) to be finished with failed item 1, but it is working, with 1 of 3 items done
              zendesk.jobs().run_all() finishes it"#]],
    );
    zendesk.jobs().run_next();
    check(
        &scene,
        here(last().try_completed()),
        &expect![[r#"
        expected job V3-910a2dec89025cc1f3203e9039f4a821 (Bulk Create Organization Membership) to be completed without a failed item, but it is finished with failed item 1
          unexpected: item 1 failed: User cannot be blank"#]],
    );
    check(
        &scene,
        here(last().try_failed_items([0, 5])),
        &expect![[r#"
            expected job V3-910a2dec89025cc1f3203e9039f4a821 (Bulk Create Organization Membership) to be finished with failed items 0, 5, but it is finished with failed item 1
              missing:    item 0, which did not fail
              missing:    item 5, but the job has only 3 items
              unexpected: item 1 failed: User cannot be blank"#]],
    );

    start(&scene, [nobody]).await;
    zendesk.jobs().run_next();
    check(
        &scene,
        here(last().try_completed()),
        &expect![[r#"
        expected job V3-975835de1c9756cef75f04cbb5a1a1dd (Bulk Create Organization Membership) to be completed without a failed item, but it is finished with failed item 0
          unexpected: item 0 failed: User cannot be blank"#]],
    );
    check(
        &scene,
        here(last().try_failed_items([0, 1])),
        &expect![[r#"
            expected job V3-975835de1c9756cef75f04cbb5a1a1dd (Bulk Create Organization Membership) to be finished with failed items 0, 1, but it is finished with failed item 0
              missing:    item 1, but the job has only 1 item"#]],
    );

    start(&scene, [zendesk.seed().user("Eve").id, nobody]).await;
    zendesk.jobs().run_next();
    check(
        &scene,
        here(last().try_failed_items([0])),
        &expect![[r#"
        expected job V3-1d0b14e4db018fedc164bb7b2b9b3e3a (Bulk Create Organization Membership) to be finished with failed item 0, but it is finished with failed item 1
          missing:    item 0, which did not fail
          unexpected: item 1 failed: User cannot be blank"#]],
    );

    for end in ["fail", "kill"] {
        start(&scene, [zendesk.seed().user("Mallory").id, nobody]).await;
        zendesk.jobs().work_on_next(1);
        match end {
            "fail" => zendesk.jobs().fail_next("the shard is gone"),
            _ => zendesk.jobs().kill_next("the shard is gone"),
        }
        check(
            &scene,
            here(last().try_completed()),
            &match end {
                "fail" => expect![
                    "expected job V3-6e73e372e2338aca16b1cba95fc60262 (Bulk Create Organization Membership) to be completed without a failed item, but it broke: the shard is gone"
                ],
                _ => expect![
                    "expected job V3-63033b0ca389c35ae8f938e3d92c0f81 (Bulk Create Organization Membership) to be completed without a failed item, but it was killed: the shard is gone"
                ],
            },
        );
    }
}

/// The calls that queued the job or asked for it are marked.
#[tokio::test]
async fn the_calls_about_a_job_are_marked() {
    let scene = Scene::start().await;
    scene.get("/users/me").await;
    let job = start(&scene, [UserId::new(7)]).await;
    scene.get(&format!("/job_statuses/{job}")).await;
    scene.get("/users/me").await;
    scene.check(
        here(scene.zendesk.assert_last_job().try_completed()),
        &expect![[r#"
            expected job JOB................................ (Bulk Create Organization Membership) to be completed without a failed item, but it is finished with failed item 0
              asserted at HERE
              unexpected: item 0 failed: User cannot be blank

            calls received (4), * = about it:
                #1  GET   /api/v2/users/me                                          -> 200  ShowCurrentUser
              * #2  POST  /api/v2/organization_memberships/create_many              -> 200  CreateManyOrganizationMemberships: queued
                      {"organization_memberships":[{"organization_id":ACME..........,"user_id":7}]}
                      job JOB................................ queued: Bulk Create Organization Membership, 1 item
                      later: job JOB................................ failed: its only item failed
              * #3  GET   /api/v2/job_statuses/JOB................................  -> 200  ShowJobStatus: failed, 1 of 1 item failed
                #4  GET   /api/v2/users/me                                          -> 200  ShowCurrentUser

            hint: job JOB................................ failed, because its only item failed; item 0: User cannot be blank"#]],
    );
}
