//! What is printed of a double whose test panics or returns an error for a reason of its own. Each
//! text comes from a test that fails in a process of its own, and that the test behind it runs.

use std::error::Error;
use std::process::Command;
use std::time::Duration;

use expect_test::{Expect, expect};
use mock_zendesk::{
    Clock, Fault, MockZendesk,
    groups::NewGroup,
    http::Request,
    identities::NewIdentity,
    job_statuses::JobPace,
    organizations,
    user_fields::NewUserField,
    users::{self, NewUser, Role},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::normal::{here, normal_failure, with_places, without_port};
use crate::scene::Scene;

/// Runs one of the tests below that fail, and checks what its double prints.
async fn check(test: &str, expected: &Expect) {
    let text = stderr_of(test);
    let told = text.split_once("\nmock-zendesk: ").map(|(_, told)| told);
    expected.assert_eq(&normal(told.unwrap_or("nothing")).await);
}

/// Runs one of the tests below that fail, and returns what it prints.
fn stderr_of(test: &str) -> String {
    stderr_of_case(test, "")
}

/// The variable that says which case a test runs that has several.
const CASE: &str = "MOCK_ZENDESK_CASE";

/// Runs one case of a test below that fails, and returns what it prints.
fn stderr_of_case(test: &str, case: &str) -> String {
    let name = format!("panicking::{test}");
    let output = Command::new(std::env::current_exe().unwrap())
        .env(CASE, case)
        .args(["--exact", &name, "--ignored", "--nocapture"])
        .env("RUST_BACKTRACE", "0")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(101), "{text}");
    text
}

/// The text with names for ids: the same records have the same ids in every double.
async fn normal(text: &str) -> String {
    let text = with_places(&without_port(text.trim_end()), &[]);
    Scene::start().await.with_names(without_jobs(&text))
}

/// The text with `JOB` for the ids of jobs, as long as they are.
fn without_jobs(text: &str) -> String {
    let mut parts = text.split("V3-");
    let start = parts.next().unwrap_or_default().to_owned();
    parts.fold(start, |text, part| {
        text + &format!("{:.<35}", "JOB") + &part[32..]
    })
}

/// Creates memberships of Ada in a background job, and returns the path of its status.
async fn create_many(scene: &Scene, items: usize) -> String {
    let all = [&scene.acme, &scene.globex, &scene.acme];
    let items: Vec<_> = all[..items]
        .iter()
        .map(|organization| json!({"user_id": scene.ada.id, "organization_id": organization.id}))
        .collect();
    let body = json!({ "organization_memberships": items });
    let path = "/organization_memberships/create_many";
    let (_, queued) = scene.post(path, body).await;
    format!(
        "/job_statuses/{}",
        queued["job_status"]["id"].as_str().unwrap()
    )
}

#[tokio::test]
#[ignore = "it fails: the next test runs it and reads what it prints"]
async fn gives_up_polling() {
    let scene = Scene::with(MockZendesk::builder().job_pace(JobPace::AfterPolls(3))).await;
    let job = create_many(&scene, 2).await;
    scene.get(&job).await;
    scene.get(&job).await;
    scene.get("/users/me").await;
    assert_eq!(scene.zendesk.account().membership_count(), 2);
}

#[tokio::test]
async fn a_job_that_is_not_finished_is_told() {
    check(
        "gives_up_polling",
        &expect![[r#"
            the test panicked; a background job did not complete all its items
              job JOB................................, queued by #1, is not finished

            calls received (4), * = of the job:
              * #1  POST  /api/v2/organization_memberships/create_many              -> 200  CreateManyOrganizationMemberships: queued
                      {"organization_memberships":[{"organization_id":ACME..........,"user_id":ADA...........},{"organization_id":GLOBEX........,"user_id":ADA...........}]}
                      job JOB................................ queued: Bulk Create Organization Membership, 2 items
                      later: membership 21859498330516 created: user ADA........... (Ada) in organization ACME.......... (Acme), default
              * #2  GET   /api/v2/job_statuses/JOB................................  -> 200  ShowJobStatus: working, 0 of 2 items done
              * #3  GET   /api/v2/job_statuses/JOB................................  -> 200  ShowJobStatus: working, 1 of 2 items done
                #4  GET   /api/v2/users/me                                          -> 200  ShowCurrentUser

            hint: the program requested the status of job JOB................................ 2 times, and the job is not finished: 1 of 2 items done, outstanding: item 1 {"organization_id":GLOBEX........,"user_id":ADA...........}; request it again until it is finished"#]],
    )
    .await;
}

#[tokio::test]
#[ignore = "it fails: the next test runs it and reads what it prints"]
async fn takes_completed_for_done() {
    let scene = Scene::start().await;
    scene.join(&scene.acme).await;
    scene.join(&scene.acme).await;
    let job = create_many(&scene, 3).await;
    scene.get(&job).await;
    assert_eq!(scene.zendesk.account().membership_count(), 3);
}

#[tokio::test]
async fn failed_items_are_told() {
    check(
        "takes_completed_for_done",
        &expect![[r#"
            the test panicked; some calls to the double failed, and a background job did not complete all its items
              job JOB................................, queued by #3, is completed, and 2 of 3 items failed

            calls received (4), * = failed, or of the job:
                #1  POST  /api/v2/organization_memberships                          -> 201  CreateOrganizationMembership
              * #2  POST  /api/v2/organization_memberships                          -> 422  user_id: DuplicateValue, repeats #1
                      {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}
              * #3  POST  /api/v2/organization_memberships/create_many              -> 200  CreateManyOrganizationMemberships: queued
                      {"organization_memberships":[{"organization_id":ACME..........,"user_id":ADA...........},{"organization_id":GLOBEX........,"user_id":ADA...........},{"organization_id":ACME..........,"user_id":ADA...........}]}
                      job JOB................................ queued: Bulk Create Organization Membership, 3 items
                      later: membership 21859498330516 created: user ADA........... (Ada) in organization GLOBEX........ (Globex)
                      later: job JOB................................ completed: 2 of 3 items failed
              * #4  GET   /api/v2/job_statuses/JOB................................  -> 200  ShowJobStatus: completed, 2 of 3 items failed

            changed in the account:
                #1  membership 21859498330388 created: user ADA........... (Ada) in organization ACME.......... (Acme), default

            hint: job JOB................................ is completed, but 2 of 3 items failed; item 0: This user is already a member of this organization; item 2: This user is already a member of this organization"#]],
    )
    .await;
}

#[tokio::test]
#[ignore = "it fails: the next test runs it and reads what it prints"]
async fn does_not_ask_for_a_job_that_fails() {
    let scene = Scene::start().await;
    create_many(&scene, 2).await;
    scene.zendesk.jobs().fail_next("Internal Server Error");
    assert_eq!(scene.zendesk.account().membership_count(), 2);
}

#[tokio::test]
async fn a_job_that_failed_is_told() {
    check(
        "does_not_ask_for_a_job_that_fails",
        &expect![[r#"
            the test panicked; a background job did not complete all its items
              job JOB................................, queued by #1, failed

            calls received (1), * = of the job:
              * #1  POST  /api/v2/organization_memberships/create_many  -> 200  CreateManyOrganizationMemberships: queued
                      {"organization_memberships":[{"organization_id":ACME..........,"user_id":ADA...........},{"organization_id":GLOBEX........,"user_id":ADA...........}]}
                      job JOB................................ queued: Bulk Create Organization Membership, 2 items
                      later: job JOB................................ failed: Internal Server Error

            hint: the reply to #1 says only that job JOB................................ is queued; the program never requested its status, which says when it is done and which items failed"#]],
    )
    .await;
}

#[tokio::test]
#[ignore = "it fails: the next test runs it and reads what it prints"]
async fn fails_though_all_went_well() {
    let scene = Scene::start().await;
    let job = create_many(&scene, 2).await;
    scene.get(&job).await;
    scene.zendesk.seed().user("Bob");
    assert_eq!(scene.zendesk.account().membership_count(), 3);
}

#[tokio::test]
async fn nothing_is_told_if_all_went_well() {
    check("fails_though_all_went_well", &expect![[r#"nothing"#]]).await;
}

#[tokio::test]
#[ignore = "it fails: the next test runs it and reads what it prints"]
async fn misspells_what_zendesk_ignores() {
    let scene = Scene::start().await;
    let path = "/organizations/create_or_update";
    let body = json!({"organization": {"name": "Initech", "externalId": "c-2"}});
    scene.post(path, body).await;
    scene
        .get("/users/search?email=ada@example.com&query=Ada")
        .await;
    let further = json!({"organization": {"name": "Hooli", "color_of_the_logo": "red"}});
    scene.post("/organizations", further).await;
    let account = scene.zendesk.account();
    account
        .organization_with_external_id("c-2")
        .expect("Initech");
}

#[tokio::test]
async fn what_was_ignored_is_told() {
    check("misspells_what_zendesk_ignores", &expect![[r#"
        the test panicked; a part of some successful calls was ignored

        calls received (3), * = ignored in part:
          * #1  POST  /api/v2/organizations/create_or_update                -> 201  CreateOrUpdateOrganization
                  {"organization":{"externalId":"c-2","name":"Initech"}}
                  ignored by Zendesk: organization.externalId (did you mean external_id?)
                  organization 21859498330388 (Initech) created
          * #2  GET   /api/v2/users/search?email=ada@example.com&query=Ada  -> 200  SearchUsers
                  ignored by Zendesk: ?email; SearchUsers takes ?page, ?per_page, ?query, ?external_id
          * #3  POST  /api/v2/organizations                                 -> 201  CreateOrganization
                  {"organization":{"color_of_the_logo":"red","name":"Hooli"}}
                  ignored by Zendesk: organization.color_of_the_logo
                  organization 21859498330516 (Hooli) created

        hint: #1: Zendesk ignores organization.externalId; did you mean external_id?"#]]).await;
}

#[tokio::test]
#[ignore = "it fails: the next test runs it and reads what it prints"]
async fn sends_an_attribute_that_zendesk_does_not_have() {
    let scene = Scene::start().await;
    let body = json!({"user": {"name": "Bob", "mailbox": "bob@example.com"}});
    scene.post("/users/create_or_update", body).await;
    let (_, users) = scene.get("/users/search?query=bob@example.com").await;
    assert_eq!(users["count"], 1);
}

/// Whether it resembles another one or not: a test that panics may be about it.
#[tokio::test]
async fn an_ignored_attribute_is_told_though_it_resembles_no_other() {
    check(
        "sends_an_attribute_that_zendesk_does_not_have",
        &expect![[r#"
            the test panicked; a part of some successful calls was ignored

            calls received (2), * = ignored in part:
              * #1  POST  /api/v2/users/create_or_update              -> 201  CreateOrUpdateUser
                      {"user":{"mailbox":"bob@example.com","name":"Bob"}}
                      ignored by Zendesk: user.mailbox
                      user 21859498330388 (Bob) created
                #2  GET   /api/v2/users/search?query=bob@example.com  -> 200  SearchUsers"#]],
    )
    .await;
}

#[tokio::test]
#[ignore = "it fails: the next test runs it and reads what it prints"]
async fn swaps_two_letters() {
    let scene = Scene::start().await;
    let body = json!({"user": {"name": "Bob", "emial": "bob@example.com"}});
    scene.post("/users/create_or_update", body).await;
    let account = scene.zendesk.account();
    assert!(account.user_with_email("bob@example.com").is_some());
}

#[tokio::test]
async fn an_ignored_attribute_with_two_letters_swapped_is_told_with_the_one_that_was_meant() {
    check(
        "swaps_two_letters",
        &expect![[r#"
        the test panicked; a part of some successful calls was ignored

        calls received (1), * = ignored in part:
          * #1  POST  /api/v2/users/create_or_update  -> 201  CreateOrUpdateUser
                  {"user":{"emial":"bob@example.com","name":"Bob"}}
                  ignored by Zendesk: user.emial (did you mean email?)
                  user 21859498330388 (Bob) created

        hint: #1: Zendesk ignores user.emial; did you mean email?"#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
#[ignore = "it fails: the next test runs it and reads what it prints"]
async fn gives_up_in_paused_time() {
    let builder = MockZendesk::builder();
    let builder = match std::env::var(CASE).unwrap().as_str() {
        "tokio" => builder.clock(Clock::tokio()),
        _ => builder,
    };
    let zendesk = builder.start().await;
    if std::env::var(CASE).unwrap() == "called" {
        let request = Request::get(zendesk.url("/userz")).body("").unwrap();
        zendesk.send(request).unwrap();
    }
    tokio::time::sleep(Duration::from_secs(5)).await;
    panic!("mine");
}

#[tokio::test]
async fn a_time_out_in_paused_time_is_told_if_the_double_does_not_follow_it() {
    let told = |case| {
        let text = stderr_of_case("gives_up_in_paused_time", case);
        assert!(text.contains("mine"), "{text}");
        let told = text.split_once("\nmock-zendesk: ").map(|(_, told)| told);
        told.unwrap_or("nothing").trim_end().to_owned()
    };
    expect!["no call came, and tokio's time is paused: whenever the test waits, a time-out of its client can fire before the request arrives; set .clock(Clock::tokio()) on the builder"].assert_eq(&told("default"));
    expect!["nothing"].assert_eq(&told("tokio"));
    expect![[r#"
        the test panicked; some calls to the double failed

        calls received (1), * = failed:
          * #1  GET  /api/v2/userz  -> 404  no such endpoint; did you mean /api/v2/users?

        changed in the account: nothing

        mock-zendesk: tokio's time is paused, and the double does not follow it: whenever the test waits, a time-out of its client can fire before the reply arrives; set .clock(Clock::tokio()) on the builder"#]].assert_eq(&told("called"));
}

#[tokio::test]
#[ignore = "it fails: the next test runs it and reads what it prints"]
async fn takes_queued_for_done_where_every_item_fails() {
    let scene = Scene::start().await;
    let job = create_many(&scene, 1).await;
    scene.get(&job).await;
    let job = create_many(&scene, 1).await;
    scene.get(&job).await;
    panic!("somebody is missing");
}

#[tokio::test]
async fn a_job_of_which_every_item_failed_gives_the_reason() {
    check(
        "takes_queued_for_done_where_every_item_fails",
        &expect![[r#"
            the test panicked; a background job did not complete all its items
              job JOB................................, queued by #3, failed

            calls received (4), * = of the job:
                #1  POST  /api/v2/organization_memberships/create_many              -> 200  CreateManyOrganizationMemberships: queued
                #2  GET   /api/v2/job_statuses/JOB................................  -> 200  ShowJobStatus: completed, 1 item done
              * #3  POST  /api/v2/organization_memberships/create_many              -> 200  CreateManyOrganizationMemberships: queued, repeats #1
                      {"organization_memberships":[{"organization_id":ACME..........,"user_id":ADA...........}]}
                      job JOB................................ queued: Bulk Create Organization Membership, 1 item
                      later: job JOB................................ failed: its only item failed
              * #4  GET   /api/v2/job_statuses/JOB................................  -> 200  ShowJobStatus: failed, 1 of 1 item failed

            changed in the account:
                #1  job JOB................................ queued: Bulk Create Organization Membership, 1 item
                #1  later: membership 21859498330388 created: user ADA........... (Ada) in organization ACME.......... (Acme), default
                #1  later: job JOB................................ completed: 1 item

            hint: job JOB................................ failed, because its only item failed; item 0: This user is already a member of this organization"#]],
    )
    .await;
}

#[tokio::test]
#[ignore = "it fails: the next test runs it and reads what it prints"]
async fn misses_what_its_successful_calls_did() {
    let scene = Scene::with(MockZendesk::builder().max_page_size(1)).await;
    scene.zendesk.seed().membership(&scene.ada, &scene.acme);
    scene.get("/organizations?page[size]=100").await;
    let body = json!({"user": {"organization_id": scene.globex.id}});
    let path = format!("/users/{}", scene.ada.id);
    scene.send(Method::PUT, &path, Some(body)).await;
    let account = scene.zendesk.account();
    account.membership(&scene.ada, &scene.acme).expect("both");
}

#[tokio::test]
async fn what_successful_calls_did_is_told_where_the_state_is_wrong() {
    let scene = Scene::with(MockZendesk::builder().max_page_size(1)).await;
    scene.zendesk.seed().membership(&scene.ada, &scene.acme);
    scene.get("/organizations?page[size]=100").await;
    let both = [&scene.acme, &scene.globex];
    let user = scene.zendesk.assert_user(&scene.ada);
    let failure = here(user.try_organizations(both));
    let text = normal_failure(&scene.zendesk, failure);
    expect![[r#"
        expected user ADA........... (Ada) to be in organizations ACME.......... (Acme), GLOBEX........ (Globex), but the user is in organization ACME.......... (Acme)
          asserted at HERE
          missing:    organization GLOBEX........ (Globex)
          #1 returned 1 of the 2 rows of ListOrganizations (GET /api/v2/organizations), and the program requested no further page

        calls received (1):
            #1  GET  /api/v2/organizations?page[size]=100  -> 200  ListOrganizations

        changed in the account: nothing"#]].assert_eq(&text);
}

#[tokio::test]
async fn what_successful_calls_did_is_told() {
    check("misses_what_its_successful_calls_did", &expect![[r#"
        the test panicked; no call failed, but note this
          #1 returned 1 of the 2 rows of ListOrganizations (GET /api/v2/organizations), and the program requested no further page
          #2: organization_id replaces all organizations of a user: user ADA........... (Ada) left organization ACME.......... (Acme)

        calls received (2), * = worth a look:
          * #1  GET  /api/v2/organizations?page[size]=100  -> 200  ListOrganizations
          * #2  PUT  /api/v2/users/ADA...........          -> 200  UpdateUser
                  {"user":{"organization_id":GLOBEX........}}
                  membership 21859498330516 created: user ADA........... (Ada) in organization GLOBEX........ (Globex), default
                  default of user ADA........... (Ada) moved from organization ACME.......... (Acme) to GLOBEX........ (Globex)
                  membership 21859498330388 deleted: user ADA........... (Ada) in organization ACME.......... (Acme)"#]]).await;
}

#[tokio::test]
#[ignore = "it fails: the next test runs it and reads what it prints"]
async fn expects_another_address_to_replace_the_first() {
    let scene = Scene::start().await;
    let bob = NewUser::new("Bob").email("bob@old.example");
    let bob = scene.zendesk.seed().user(bob);
    let body = json!({"user": {"email": "bob@new.example"}});
    scene
        .send(Method::PUT, &format!("/users/{}", bob.id), Some(body))
        .await;
    let bob = scene.zendesk.account().user(&bob).unwrap();
    assert_eq!(bob.email.as_deref(), Some("bob@new.example"));
}

#[tokio::test]
async fn an_address_that_was_added_and_not_replaced_is_told() {
    check(
        "expects_another_address_to_replace_the_first",
        &expect![[r#"
            the test panicked; no call failed, but see the hint below

            calls received (1), * = worth a look:
              * #1  PUT  /api/v2/users/21859498330388  -> 200  UpdateUser
                      {"user":{"email":"bob@new.example"}}
                      user 21859498330388 (Bob) updated
                      identity 21859498330516 (bob@new.example) created, of user 21859498330388 (Bob)

            hint: #1: bob@new.example is now a secondary address of user 21859498330388 (Bob), whose email is still bob@old.example; PUT /api/v2/users/{user_id}/identities/{identity_id}/make_primary makes it the email"#]],
    )
    .await;
}

#[tokio::test]
#[ignore = "it fails: the next test runs it and reads what it prints"]
async fn polls_a_job_that_waits_for_the_clock() {
    let pace = JobPace::After(Duration::from_secs(90));
    let scene = Scene::with(MockZendesk::builder().job_pace(pace)).await;
    let job = create_many(&scene, 1).await;
    for _ in 0..3 {
        scene.get(&job).await;
    }
    panic!("gave up");
}

#[tokio::test]
async fn a_job_that_waits_for_a_clock_that_stands_still_is_told() {
    check("polls_a_job_that_waits_for_the_clock", &expect![[r#"
        the test panicked; a background job did not complete all its items
          job JOB................................, queued by #1, is not finished

        calls received (4), * = of the job:
          * #1  POST  /api/v2/organization_memberships/create_many              -> 200  CreateManyOrganizationMemberships: queued
                  {"organization_memberships":[{"organization_id":ACME..........,"user_id":ADA...........}]}
                  job JOB................................ queued: Bulk Create Organization Membership, 1 item
          * #2  GET   /api/v2/job_statuses/JOB................................  -> 200  ShowJobStatus: queued
          * #3  GET   /api/v2/job_statuses/JOB................................  -> 200  ShowJobStatus: queued
          * #4  GET   /api/v2/job_statuses/JOB................................  -> 200  ShowJobStatus: queued

        hint: the program requested the status of job JOB................................ 3 times, and the job is not finished: 0 of 1 item done, outstanding: item 0 {"organization_id":ACME..........,"user_id":ADA...........}; request it again until it is finished. With JobPace::Manual it waits for `jobs()`; with JobPace::After it waits for the double's clock: call `advance`, or set .clock(Clock::tokio()) on the builder"#]]).await;
}

#[tokio::test]
#[ignore = "it fails: the next test runs it and reads what it prints"]
async fn does_not_try_again() {
    let scene = Scene::start().await;
    let limited = Fault::rate_limited(Duration::from_secs(7)).on(organizations::CREATE);
    scene.zendesk.inject(limited);
    let body = json!({"organization": {"name": "Initech"}});
    scene.post("/organizations", body).await;
    panic!("Initech is missing");
}

#[tokio::test]
async fn a_request_that_should_be_sent_again_is_told() {
    check("does_not_try_again", &expect![[r#"
        the test panicked; some calls to the double failed
          #1 was answered with 429 and Retry-After: 7, and the program did not send it again

        calls received (1), * = failed, or worth a look:
          * #1  POST  /api/v2/organizations  -> 429  injected fault: status 429, retry after 7s, tests/it/panicking.rs:LINE
                  {"organization":{"name":"Initech"}}

        changed in the account: nothing"#]]).await;
}

/// Only the account's own limit waits for the clock: a fault happens as often as it is told to.
#[tokio::test]
async fn a_limit_that_stays_because_the_clock_stands_still_is_told() {
    let stays = "the double's clock stands still, so the limit stays";
    let limited = || MockZendesk::builder().rate_limit(1);
    let fault = Fault::rate_limited(Duration::from_secs(7));
    for (builder, fault, is_told) in [
        (limited(), None, true),
        (limited().clock(Clock::wall()), None, false),
        (MockZendesk::builder(), Some(fault), false),
    ] {
        let scene = Scene::with(builder).await;
        if let Some(fault) = fault {
            scene.zendesk.inject(fault.nth(2));
        }
        scene.get("/organizations").await;
        assert_eq!(scene.get("/users").await.0, 429);
        let user = scene.zendesk.assert_user(&scene.ada);
        let text = user.try_organizations([&scene.acme]).unwrap_err();
        let text = text.to_string();
        assert!(text.contains("the program did not send it again"), "{text}");
        assert_eq!(text.contains(stays), is_told, "{text}");
    }
}

#[tokio::test]
async fn a_job_that_does_not_move_though_the_clock_does_may_wait_for_the_test() {
    let builder = MockZendesk::builder().job_pace(JobPace::Manual);
    let scene = Scene::with(builder.clock(Clock::wall())).await;
    let job = create_many(&scene, 1).await;
    let told = || {
        let user = scene.zendesk.assert_user(&scene.ada);
        let text = user.try_organizations([&scene.acme]).unwrap_err();
        text.to_string()
            .contains("With JobPace::Manual it waits for `jobs()`")
    };
    for _ in 0..29 {
        scene.get(&job).await;
    }
    assert!(!told());
    scene.get(&job).await;
    assert!(told());
}

#[tokio::test]
#[ignore = "it fails: the next test runs it and reads what it prints"]
async fn returns_an_error_plainly() -> Result<(), reqwest::Error> {
    let scene = Scene::start().await;
    scene.get("/users/me").await;
    let url = scene.zendesk.url("/users");
    reqwest::get(url).await?.error_for_status()?;
    Ok(())
}

/// Whether it did, the double cannot know: this is shown if the test failed.
#[tokio::test]
async fn a_test_that_ends_with_a_failed_call_and_perhaps_an_error_shows_its_calls() {
    let text = stderr_of("returns_an_error_plainly");
    let (_, told) = text.split_once("\nmock-zendesk: ").unwrap();
    let told = told.split("\nError: ").next().unwrap();
    expect![[r#"
        if the test returned an error: the last call to the double failed

        calls received (2), * = failed:
            #1  GET  /api/v2/users/me  -> 200  ShowCurrentUser
          * #2  GET  /api/v2/users     -> 401  Couldn't authenticate you

        changed in the account: nothing

        hint: #2: the request sent no credentials; the account accepts any Basic or Bearer credentials, such as zendesk.authorization()"#]].assert_eq(&normal(told).await);
}

#[tokio::test]
#[ignore = "it fails: the next test runs it and reads what it prints"]
async fn returns_an_error_after_it_looked() -> Result<(), Box<dyn Error>> {
    let scene = Scene::start().await;
    scene.get("/users/1").await;
    scene.zendesk.calls().assert_once();
    Err("not about the double".into())
}

#[tokio::test]
async fn a_test_that_looked_at_its_failed_call_shows_nothing() {
    let text = stderr_of("returns_an_error_after_it_looked");
    assert!(!text.contains("mock-zendesk:"), "{text}");
}

/// What a program does that gives up at the first error.
async fn join_twice(scene: &Scene) -> Result<(), reqwest::Error> {
    for _ in 0..2 {
        let body = Some(scene.membership(&scene.acme));
        let create = scene.request(Method::POST, "/organization_memberships", body);
        create.send().await?.error_for_status()?;
    }
    Ok(())
}

#[tokio::test]
#[ignore = "it fails: the next test runs it and reads what it prints"]
async fn returns_an_error() -> Result<(), Box<dyn Error>> {
    let scene = Scene::start().await;
    scene.zendesk.explain(join_twice(&scene).await)?;
    Ok(())
}

#[tokio::test]
async fn a_test_that_returns_an_error_shows_its_calls() {
    let text = stderr_of("returns_an_error");
    expect![[r#"
        Error: reqwest::Error { kind: Status(422, None), url: "URI/api/v2/organization_memberships" }
          returned at tests/it/panicking.rs:LINE

        calls received (2), * = failed:
            #1  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership
          * #2  POST  /api/v2/organization_memberships  -> 422  user_id: DuplicateValue, repeats #1
                  {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}

        changed in the account:
            #1  membership 21859498330388 created: user ADA........... (Ada) in organization ACME.......... (Acme), default"#]]
    .assert_eq(&normal(&text).await);
}

#[tokio::test]
#[ignore = "it fails: the next test runs it and reads what it prints"]
async fn returns_an_error_before_it_does_all() -> Result<(), Box<dyn Error>> {
    let scene = Scene::start().await;
    scene.zendesk.expect(users::ME, 1);
    scene.zendesk.explain(join_twice(&scene).await)?;
    scene.get("/users/me").await;
    Ok(())
}

#[tokio::test]
async fn a_panic_from_drop_includes_the_error_that_it_hides() {
    let text = stderr_of("returns_an_error_before_it_does_all");
    expect![[r#"

        thread 'panicking::returns_an_error_before_it_does_all' panicked at tests/it/panicking.rs:LINE:
        expected exactly 1 call of ShowCurrentUser (GET /api/v2/users/me), got none
          expected at tests/it/panicking.rs:LINE

        calls received (2):
            #1  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership
            #2  POST  /api/v2/organization_memberships  -> 422  user_id: DuplicateValue, repeats #1

        changed in the account:
            #1  membership 21859498330388 created: user ADA........... (Ada) in organization ACME.......... (Acme), default

        the test had an error before: reqwest::Error { kind: Status(422, None), url: "URI/api/v2/organization_memberships" }"#]]
    .assert_eq(&normal(&text).await);
}

#[tokio::test]
async fn errors_of_any_type_are_explained_and_success_stays() {
    let scene = Scene::start().await;
    let zendesk = &scene.zendesk;
    assert_eq!(zendesk.explain(Ok::<_, String>(7)).unwrap(), 7);
    let (error, line) = (zendesk.explain(Err::<(), _>("x".to_owned())), line!());
    let error = error.unwrap_err();
    let below = |line| format!("\n  returned at tests/it/panicking.rs:{line}:");
    for (text, error) in [(error.to_string(), "x"), (format!("{error:?}"), "\"x\"")] {
        assert!(
            text.starts_with(&(error.to_owned() + &below(line))),
            "{text}"
        );
        assert!(text.ends_with("\n\nno calls received"), "{text}");
    }
    assert_eq!(
        (error.error().as_str(), error.clone().into_error()),
        ("x", "x".to_owned())
    );

    let test = || -> Result<(), Box<dyn Error + Send + Sync>> {
        let boxed: Result<(), Box<dyn Error + Send + Sync>> = Err("y".into());
        Ok(zendesk.explain(boxed)?)
    };
    let text = test().unwrap_err().to_string();
    assert!(text.starts_with("y\n  returned at "), "{text}");

    // An error may show what no text of the double shows.
    let secret = "s3cr3t-token";
    let url = zendesk.url(&format!("/users?access_token={secret}"));
    let reply = reqwest::get(url).await.unwrap();
    let error = zendesk.explain(reply.error_for_status()).unwrap_err();
    assert!(format!("{:?}", error.error()).contains(secret));
    for text in [error.to_string(), format!("{error:?}")] {
        assert!(!text.contains(secret) && text.contains("401"), "{text}");
    }
}

/// Reads a reply as a type that has no place for null, as programs do.
async fn read_default(scene: &Scene, path: &str) -> bool {
    let (_, reply) = scene.get(path).await;
    let list = reply["organization_memberships"].as_array();
    let membership = list.map_or(&reply["organization_membership"], |list| &list[1]);
    serde_json::from_value(membership["default"].clone()).unwrap()
}

async fn with_two_memberships() -> (Scene, String) {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    seed.membership(&scene.ada, &scene.acme);
    let second = seed.membership(&scene.ada, &scene.globex);
    (scene, format!("/organization_memberships/{}", second.id))
}

#[tokio::test]
#[ignore = "it fails: a further test runs it and reads what it prints"]
async fn cannot_read_a_null() {
    let (scene, path) = with_two_memberships().await;
    assert!(!read_default(&scene, &path).await);
}

#[tokio::test]
#[ignore = "it fails: a further test runs it and reads what it prints"]
async fn cannot_read_a_null_in_a_list() {
    let (scene, _) = with_two_memberships().await;
    assert!(!read_default(&scene, "/organization_memberships").await);
}

#[tokio::test]
#[ignore = "it fails: a further test runs it and reads what it prints"]
async fn cannot_read_a_user() {
    let scene = Scene::start().await;
    let (_, reply) = scene.get(&format!("/users/{}", scene.ada.id)).await;
    let email: String = serde_json::from_value(reply["user"]["email"].clone()).unwrap();
    assert_eq!(email, "");
}

#[tokio::test]
#[ignore = "it fails: a further test runs it and reads what it prints"]
async fn fails_an_assertion_after_a_null() {
    let (scene, path) = with_two_memberships().await;
    scene.get(&path).await;
    assert_eq!(scene.zendesk.account().membership_count(), 3);
}

#[tokio::test]
#[ignore = "it fails: a further test runs it and reads what it prints"]
async fn fails_after_a_null_that_is_not_in_the_last_reply() {
    let (scene, path) = with_two_memberships().await;
    scene.get(&path).await;
    scene.get("/organizations").await;
    panic!("mine");
}

#[tokio::test]
async fn an_error_that_may_be_about_a_null_is_explained_with_it() {
    let (scene, path) = with_two_memberships().await;
    let (_, reply) = scene.get(&path).await;
    let read = || serde_json::from_value(reply["organization_membership"]["default"].clone());
    let text = scene
        .zendesk
        .explain::<bool, _>(read())
        .unwrap_err()
        .to_string();
    let told = "\n  all calls succeeded; if the error is about a null: the last reply, #1, has null in organization_membership.default (";
    assert!(text.contains(told), "{text}");
    // Another reply came last, so the error is about something else.
    scene.get("/organizations").await;
    let text = scene
        .zendesk
        .explain::<bool, _>(read())
        .unwrap_err()
        .to_string();
    assert!(!text.contains("about a null"), "{text}");
}

#[tokio::test]
async fn a_null_in_the_last_reply_is_told_if_nothing_else_is() {
    check("cannot_read_a_null", &expect!["all calls succeeded; if the panic is about a null: the last reply, #1, has null in organization_membership.default (Zendesk sends null for a membership that is not the default)"]).await;
    check("cannot_read_a_null_in_a_list", &expect!["all calls succeeded; if the panic is about a null: the last reply, #1, has null in organization_memberships[1].default (Zendesk sends null for a membership that is not the default)"]).await;
    check("cannot_read_a_user", &expect!["all calls succeeded; if the panic is about a null: the last reply, #1, has null in user.email (this user has no e-mail address, and NewUser::new(…).email(…) seeds one)"]).await;
    let nothing = expect!["nothing"];
    check("fails_an_assertion_after_a_null", &nothing).await;
    check("fails_after_a_null_that_is_not_in_the_last_reply", &nothing).await;
}

/// The last request of a program that panics when it reads the reply.
async fn send_last(scene: &Scene, case: &str) -> (u16, Value) {
    let seed = scene.zendesk.seed();
    let group = seed.add(NewGroup::new("Tier 2")).id;
    let agent = NewUser::new("Bob").email("b@example.com").role(Role::Agent);
    let agent = seed.user(agent.tags(["new", "old"])).id;
    let membership = |default: Value| {
        let mut membership = json!({"user_id": agent, "group_id": group});
        if !default.is_null() {
            membership["default"] = default;
        }
        json!({ "group_membership": membership })
    };
    let update = |user: Value| {
        let path = format!("/users/{agent}");
        async move {
            let body = Some(json!({ "user": user }));
            scene.send(Method::PUT, &path, body).await
        }
    };
    let path = format!("/groups/{group}");
    match case {
        "a group" => scene.get(&path).await,
        "a deleted group" => {
            scene.send(Method::DELETE, &path, None).await;
            scene.get(&path).await
        }
        "a field" => {
            seed.add(NewUserField::text("plan"));
            scene.get("/user_fields/plan").await
        }
        "a deleted field" => {
            let path = format!("/user_fields/{}", seed.add(NewUserField::text("plan")).id);
            scene.send(Method::DELETE, &path, None).await;
            scene.get(&path).await
        }
        "a new field" => {
            let field = json!({"organization_field": {"key": "plan", "title": "Plan"}});
            scene.post("/organization_fields", field).await
        }
        "a group membership" => {
            scene
                .post("/group_memberships", membership(Value::Null))
                .await
        }
        "a default group membership" => {
            scene
                .post("/group_memberships", membership(json!(true)))
                .await
        }
        "no default group membership" => {
            scene
                .post("/group_memberships", membership(json!(false)))
                .await
        }
        "an email" => update(json!({"email": "bob@example.org"})).await,
        "the same email" => update(json!({"email": "B@example.com", "phone": "+49 30 1"})).await,
        "a known email" => {
            seed.add(NewIdentity::email(agent, "bob@example.org"));
            update(json!({"email": "bob@example.org", "phone": "+49 30 1"})).await
        }
        "tags" => update(json!({"tags": ["old", "new"]})).await,
        "tags in their order" => update(json!({"tags": ["new", "old"]})).await,
        "other tags" => update(json!({"tags": ["x"]})).await,
        "a count" => scene.get("/organizations/count").await,
        "a list" => scene.get("/organizations").await,
        "a job" => {
            let body = json!({"organizations": [{"name": "New"}]});
            let (_, queued) = scene.post("/organizations/create_many", body).await;
            let job = queued["job_status"]["id"].as_str().unwrap();
            scene.get(&format!("/job_statuses/{job}")).await
        }
        _ => panic!("there is no case {case:?}"),
    }
}

#[tokio::test]
#[ignore = "it fails: the next tests run it and read what it prints"]
async fn panics_after_the_last_reply() {
    let scene = Scene::start().await;
    let (status, _) = send_last(&scene, &std::env::var(CASE).unwrap()).await;
    assert!(!(200..300).contains(&status), "mine");
}

/// Checks what is printed of a program that panics after its last reply.
async fn check_last(case: &str, expected: &Expect) {
    let text = stderr_of_case("panics_after_the_last_reply", case);
    assert!(text.contains("mine"), "{text}");
    let told = text.split_once("\nmock-zendesk: ").map(|(_, told)| told);
    expected.assert_eq(&normal(told.unwrap_or("nothing")).await);
}

#[tokio::test]
async fn no168_a_deleted_group_in_the_last_reply_is_told() {
    check_last("a deleted group", &expect!["all calls succeeded; if the panic is about a group that is deleted: the last reply, #2, has true in group.deleted (Zendesk still shows a deleted group by its id)"]).await;
    check_last("a group", &expect!["nothing"]).await;
}

#[tokio::test]
async fn no167_no168_a_custom_field_in_the_last_reply_is_told() {
    check_last("a deleted field", &expect!["all calls succeeded; if the panic is about a field that is not active: the last reply, #2, has false in user_field.active (Zendesk shows a field by its id even if it is deleted)"]).await;
    check_last("a new field", &expect!["all calls succeeded; if the panic is about the position: the last reply, #1, has 9999 in organization_field.position (Zendesk shows the true position of a new field only later)"]).await;
    check_last("a field", &expect!["nothing"]).await;
}

#[tokio::test]
async fn no169_a_group_membership_that_is_no_default_is_told() {
    check_last("a group membership", &expect!["all calls succeeded; if the panic is about the default: the last reply, #1, has false in group_membership.default (Zendesk makes no membership in a group the default by itself, not even the first)"]).await;
    for case in ["a default group membership", "no default group membership"] {
        check_last(case, &expect!["nothing"]).await;
    }
}

#[tokio::test]
async fn nu188_the_former_email_in_the_last_reply_is_told() {
    check_last("an email", &expect![[r#"
        the test panicked; no call failed, but see the hint below

        calls received (1), * = worth a look:
          * #1  PUT  /api/v2/users/21859498330516  -> 200  UpdateUser
                  {"user":{"email":"bob@example.org"}}
                  user 21859498330516 (Bob) updated
                  identity 21859498330900 (bob@example.org) created, of user 21859498330516 (Bob)

        hint: #1: bob@example.org is now a secondary address of user 21859498330516 (Bob), whose email is still b@example.com; PUT /api/v2/users/{user_id}/identities/{identity_id}/make_primary makes it the email"#]]).await;
    for case in ["the same email", "a known email"] {
        check_last(case, &expect!["nothing"]).await;
    }
}

#[tokio::test]
async fn nu195_tags_in_another_order_than_sent_are_told() {
    check_last("tags", &expect!["all calls succeeded; if the panic is about the tags: the last reply, #1, has the tags of the request in another order or form in user.tags (Zendesk keeps a set of tags)"]).await;
    for case in ["tags in their order", "other tags"] {
        check_last(case, &expect!["nothing"]).await;
    }
}

#[tokio::test]
async fn no171_the_time_of_a_count_is_told() {
    check_last("a count", &expect!["all calls succeeded; if the panic is about a time: the last reply, #1, has 2024-09-06T18:52:00+00:00 in count.refreshed_at (every other time of Zendesk's ends in Z)"]).await;
    check_last("a list", &expect!["nothing"]).await;
}

#[tokio::test]
async fn no165_the_keys_of_the_results_of_a_job_are_told() {
    check_last("a job", &expect!["all calls succeeded; if the panic is about a missing key: the last reply, #2, has only id, status in job_status.results[0] (each kind of job has other keys)"]).await;
}
