//! The coverage: which outcomes are counted, what is a gap, and how a test run is joined.

use std::fs;
use std::process::{Command, Output};
use std::time::Duration;

use expect_test::{Expect, expect};
use mock_zendesk::calls::KeepCalls;
use mock_zendesk::coverage::{Coverage, Outcome};
use mock_zendesk::http::Request;
use mock_zendesk::job_statuses::JobPace;
use mock_zendesk::{
    Fault, MockZendesk, Operation, groups, job_statuses, organization_memberships,
    organization_merges, organizations, tickets, users,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::scene::Scene;
use crate::testing::Scratch;

const CREATE: Operation = organization_memberships::CREATE;

/// The outcomes of an operation with their counts.
fn met(coverage: &Coverage, operation: Operation) -> Vec<(Outcome, u64)> {
    let counts = Outcome::ALL.map(|outcome| (outcome, coverage.count(operation, outcome)));
    counts.into_iter().filter(|(_, count)| *count > 0).collect()
}

/// A scene whose program creates a membership, is refused, is limited, and loses a reply.
async fn scripted() -> Scene {
    let scene = Scene::start().await;
    assert_eq!(scene.join(&scene.acme).await.0, 201);
    assert_eq!(scene.join(&scene.acme).await.0, 422);
    assert_eq!(scene.join(&scene.acme).await.0, 422);
    let limited = Fault::rate_limited(Duration::from_secs(1));
    scene.zendesk.inject(limited);
    assert_eq!(scene.join(&scene.globex).await.0, 429);
    scene.zendesk.inject(Fault::lost_reply());
    let body = scene.membership(&scene.globex);
    let lost = scene.request(Method::POST, "/organization_memberships", Some(body));
    lost.send().await.unwrap_err();
    assert_eq!(scene.get("/organization_memberships/7").await.0, 404);
    scene
}

#[tokio::test]
async fn each_call_counts_for_the_outcome_that_the_program_met() {
    let scene = scripted().await;
    let coverage = scene.zendesk.coverage();
    assert_eq!(coverage.calls(CREATE), 5);
    let expected = [
        (Outcome::Success, 1),
        (Outcome::Invalid, 2),
        (Outcome::RateLimited, 1),
        // It was applied, but the program does not know that.
        (Outcome::LostReply, 1),
    ];
    assert_eq!(met(&coverage, CREATE), expected);
    let show = organization_memberships::SHOW;
    assert_eq!(met(&coverage, show), [(Outcome::NotFound, 1)]);
    assert_eq!(coverage.called(), [CREATE, show]);
    assert_eq!(
        coverage.first_met_by(CREATE, Outcome::Invalid),
        Some("coverage::each_call_counts_for_the_outcome_that_the_program_met")
    );
    assert_eq!(coverage.first_met_by(CREATE, Outcome::ServerError), None);
}

#[tokio::test]
async fn the_text_says_what_was_met_and_what_was_not() {
    let coverage = scripted().await.zendesk.coverage();
    check(
        &coverage,
        &expect![[r#"
        2 of 155 operations were called by 1 double, and 5 of the 21 outcomes that they can have were met.

        CreateOrganizationMembership (POST /api/v2/organization_memberships): 5 calls
              1 x 201                    first in coverage::the_text_says_what_was_met_and_what_was_not
              2 x 422                    first in coverage::the_text_says_what_was_met_and_what_was_not
              1 x 429                    first in coverage::the_text_says_what_was_met_and_what_was_not
              1 x lost reply             first in coverage::the_text_says_what_was_met_and_what_was_not

        ShowOrganizationMembershipById (GET /api/v2/organization_memberships/{organization_membership_id}): 1 call
              1 x 404                    first in coverage::the_text_says_what_was_met_and_what_was_not

        not met:
        - no test has seen a 200 from ShowOrganizationMembershipById: every call failed
        - no test has seen a 429 from ShowOrganizationMembershipById
        - no test has seen the reply to ShowOrganizationMembershipById get lost after the request was processed
        - no test has seen a 5xx from any of the 2 operations
        - no test has seen the connection break before any of the 2 operations was processed
        - no test has seen a reply to any of the 2 operations that cannot be read
        - no test has seen a late reply to any of the 2 operations
        - no test has seen a 401 from any of the 2 operations
        - no test has seen a 403 from any of the 2 operations
        - no test has seen a 400 from CreateOrganizationMembership

        not called: 153 operations"#]],
    );
    let nothing = Coverage::default();
    check(
        &nothing,
        &expect![[r#"
        0 of 155 operations were called by 0 doubles, and 0 of the 0 outcomes that they can have were met.

        not called: 155 operations"#]],
    );
}

fn check(coverage: &Coverage, expected: &Expect) {
    expected.assert_eq(&coverage.to_string());
}

#[tokio::test]
async fn every_fault_counts_as_what_it_is_for_the_program() {
    let cases = [
        (Fault::status(503), vec![Outcome::ServerError]),
        (Fault::html_error(502), vec![Outcome::ServerError]),
        (Fault::status(409), vec![Outcome::OtherStatus]),
        (Fault::status(422), vec![Outcome::Invalid]),
        (Fault::disconnect(), vec![Outcome::Disconnected]),
        (Fault::lost_reply(), vec![Outcome::LostReply]),
        (Fault::empty_body(), vec![Outcome::SpoiledBody]),
        (Fault::malformed_json(), vec![Outcome::SpoiledBody]),
        (Fault::wrong_content_type(), vec![Outcome::SpoiledBody]),
        (Fault::truncated_body(), vec![Outcome::SpoiledBody]),
        (
            Fault::delay(Duration::from_secs(1)),
            vec![Outcome::Success, Outcome::LateReply],
        ),
        (
            Fault::slow_body(Duration::from_secs(1)),
            vec![Outcome::Success, Outcome::LateReply],
        ),
        (
            Fault::reply(|_| mock_zendesk::http::Response::new("{}")),
            vec![Outcome::Success],
        ),
    ];
    for (fault, expected) in cases {
        let zendesk = MockZendesk::builder().without_socket();
        let name = format!("{fault:?}");
        zendesk.inject(fault);
        let request = Request::get("/api/v2/users/me").body("").unwrap();
        let _reply_or_none = zendesk.send(request);
        let expected: Vec<_> = expected.into_iter().map(|outcome| (outcome, 1)).collect();
        assert_eq!(met(&zendesk.coverage(), users::ME), expected, "{name}");
    }
}

#[tokio::test]
async fn a_fault_that_changes_nothing_does_not_count() {
    // The double complains that the fault never happened.
    let scene = Scene::with(MockZendesk::builder().without_verify_on_drop()).await;
    let membership = scene.zendesk.seed().membership(&scene.ada, &scene.acme);
    let fault = Fault::empty_body().on(organization_memberships::DELETE);
    scene.zendesk.inject(fault);
    let path = format!("/organization_memberships/{}", membership.id);
    assert_eq!(scene.send(Method::DELETE, &path, None).await.0, 204);
    let coverage = scene.zendesk.coverage();
    let expected = [(Outcome::Success, 1)];
    assert_eq!(met(&coverage, organization_memberships::DELETE), expected);
}

#[tokio::test]
async fn counts_do_not_depend_on_the_calls_that_are_kept() {
    let builder = MockZendesk::builder().keep_calls(KeepCalls::Off);
    let scene = Scene::with(builder.job_pace(JobPace::AfterPolls(2))).await;
    let many = |ids: &[u64]| {
        let items: Vec<Value> = ids
            .iter()
            .map(|id| json!({"user_id": scene.ada.id, "organization_id": id}))
            .collect();
        json!({ "organization_memberships": items })
    };
    let (acme, unknown) = (scene.acme.id.get(), 7);
    // The first one works, of the second one item fails, and of the third one all do.
    for ids in [&[acme][..], &[scene.globex.id.get(), unknown], &[unknown]] {
        let path = "/organization_memberships/create_many";
        let (_, queued) = scene.post(path, many(ids)).await;
        let id = queued["job_status"]["id"].as_str().unwrap().to_owned();
        for _ in 0..2 {
            scene.get(&format!("/job_statuses/{id}")).await;
        }
    }
    let coverage = scene.zendesk.coverage();
    let of_jobs = [
        (Outcome::Success, 3),
        (Outcome::JobCompleted, 1),
        (Outcome::JobPartlyFailed, 1),
        (Outcome::JobFailed, 1),
    ];
    assert_eq!(
        met(&coverage, organization_memberships::CREATE_MANY),
        of_jobs
    );
    assert_eq!(met(&coverage, job_statuses::SHOW), [(Outcome::Success, 6)]);
}

#[tokio::test]
async fn a_job_counts_when_it_ends_and_a_merge_is_a_job() {
    let scene = Scene::start().await;
    let path = format!("/organizations/{}/merge", scene.acme.id);
    let merge = json!({"organization_merge": {"winner_id": scene.globex.id}});
    let (_, queued) = scene.post(&path, merge).await;
    let create = organization_merges::CREATE;
    let queued_only = [(Outcome::Success, 1)];
    assert_eq!(met(&scene.zendesk.coverage(), create), queued_only);
    let id = queued["organization_merge"]["id"].as_str().unwrap();
    scene.get(&format!("/organization_merges/{id}")).await;
    let ended = [(Outcome::Success, 1), (Outcome::JobCompleted, 1)];
    assert_eq!(met(&scene.zendesk.coverage(), create), ended);
}

#[tokio::test]
async fn pages_and_empty_lists_count_under_each_kind_of_pagination() {
    let scene = Scene::start().await;
    let list = organizations::LIST;
    let paths = [
        ("/organizations?per_page=1", None),
        (
            "/organizations?per_page=1&page=2",
            Some(Outcome::FurtherPage),
        ),
        ("/organizations?page[size]=1", None),
    ];
    let (mut further, mut calls) = (0, 0);
    for (path, outcome) in paths {
        scene.get(path).await;
        calls += 1;
        further += u64::from(outcome.is_some());
        let coverage = scene.zendesk.coverage();
        assert_eq!(
            coverage.count(list, Outcome::FurtherPage),
            further,
            "{path}"
        );
        assert_eq!(coverage.count(list, Outcome::Success), calls, "{path}");
    }
    let (_, page) = scene.get("/organizations?page[size]=1").await;
    let after = page["meta"]["after_cursor"].as_str().unwrap();
    scene
        .get(&format!("/organizations?page[size]=1&page[after]={after}"))
        .await;
    assert_eq!(
        scene.zendesk.coverage().count(list, Outcome::FurtherPage),
        2
    );
    assert_eq!(scene.zendesk.coverage().count(list, Outcome::EmptyList), 0);

    scene.get("/tickets").await;
    scene.get("/users/show_many?external_ids=nobody").await;
    let expected = [(Outcome::Success, 1), (Outcome::EmptyList, 1)];
    for operation in [tickets::LIST, users::SHOW_MANY] {
        assert_eq!(met(&scene.zendesk.coverage(), operation), expected);
        assert!(Outcome::possible_for(operation).contains(&Outcome::EmptyList));
    }
}

#[tokio::test]
async fn the_next_page_of_an_export_by_time_is_a_further_one() {
    let scene = Scene::start().await;
    scene.zendesk.advance(Duration::from_secs(3600));
    scene.zendesk.seed().user("Grace");
    scene.zendesk.advance(Duration::from_secs(3600));
    let (_, page) = scene
        .get("/incremental/users?start_time=0&per_page=1")
        .await;
    let export = users::EXPORT;
    let coverage = scene.zendesk.coverage();
    assert_eq!(coverage.count(export, Outcome::FurtherPage), 0);
    let next = page["next_page"].as_str().unwrap();
    scene.get(next.split_once("/api/v2").unwrap().1).await;
    let coverage = scene.zendesk.coverage();
    assert_eq!(coverage.count(export, Outcome::FurtherPage), 1);
}

#[tokio::test]
async fn a_call_that_a_mock_answers_has_no_outcome() {
    let scene = Scene::start().await;
    let mock = wiremock::Mock::given(wiremock::matchers::path("/api/v2/groups"));
    let mock = mock.respond_with(wiremock::ResponseTemplate::new(200));
    mock.mount(scene.zendesk.server()).await;
    scene.get("/groups").await;
    scene.get("/users/me").await;
    let coverage = scene.zendesk.coverage();
    assert_eq!(coverage.calls(groups::LIST), 1);
    assert_eq!(met(&coverage, groups::LIST), []);
    assert_eq!(met(&coverage, users::ME), [(Outcome::Success, 1)]);
}

#[test]
fn what_an_operation_cannot_answer_is_no_gap() {
    let possible = |operation| Outcome::possible_for(operation);
    let lacks = [
        (users::ME, Outcome::NotAuthenticated),
        (users::ME, Outcome::NotFound),
        (users::LIST, Outcome::EmptyList),
        (users::LIST, Outcome::Invalid),
        (users::SHOW, Outcome::FurtherPage),
        (CREATE, Outcome::JobFailed),
        (users::SHOW_MANY, Outcome::FurtherPage),
        (organization_memberships::MAKE_DEFAULT, Outcome::EmptyList),
        (organization_memberships::DELETE, Outcome::SpoiledBody),
        (organization_merges::CREATE, Outcome::JobPartlyFailed),
    ];
    for (operation, outcome) in lacks {
        assert!(
            !possible(operation).contains(&outcome),
            "{operation}: {outcome}"
        );
    }
    let has = [
        (CREATE, Outcome::Invalid),
        (users::SHOW, Outcome::NotFound),
        (users::LIST, Outcome::FurtherPage),
        (users::SHOW_MANY, Outcome::EmptyList),
        (organization_merges::CREATE, Outcome::JobFailed),
        (
            organization_memberships::CREATE_MANY,
            Outcome::JobPartlyFailed,
        ),
    ];
    for (operation, outcome) in has {
        assert!(
            possible(operation).contains(&outcome),
            "{operation}: {outcome}"
        );
    }
    assert!(Outcome::ALL.is_sorted(), "the order is that of importance");
}

#[tokio::test]
async fn joined_coverages_add_up_and_name_who_was_first() {
    let first = scripted().await.zendesk.coverage();
    let other = Scene::start().await;
    other.join(&other.acme).await;
    other.get("/users/me").await;
    let mut joined = first.clone();
    joined.merge(other.zendesk.coverage());
    assert_eq!(joined.calls(CREATE), 6);
    assert_eq!(joined.count(CREATE, Outcome::Success), 2);
    assert_eq!(joined.count(CREATE, Outcome::Invalid), 2);
    assert_eq!(joined.count(users::ME, Outcome::Success), 1);
    let gap = |coverage: &Coverage| {
        let gaps = coverage.gaps();
        gaps.iter()
            .any(|gap| gap.operation() == CREATE && gap.outcome() == Outcome::Invalid)
    };
    assert!(!gap(&joined));
    assert!(gap(&other.zendesk.coverage()));
}

#[tokio::test]
async fn the_json_says_all_and_is_read_again() {
    let coverage = scripted().await.zendesk.coverage();
    let json = serde_json::to_value(&coverage).unwrap();
    assert_eq!(
        json["operations"][CREATE.id()]["met"]["invalid"]["count"],
        2
    );
    assert_eq!(
        json["operations"][CREATE.id()]["not_met"][0],
        "server_error"
    );
    let not_called = json["not_called"].as_array().unwrap();
    assert_eq!(not_called.len(), Operation::all().count() - 2);
    let again: Coverage = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(again, coverage);

    let refused = |change: &dyn Fn(&mut Value)| {
        let mut json = json.clone();
        change(&mut json);
        serde_json::from_value::<Coverage>(json)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        refused(&|json| json["format"] = json!(2)),
        "it has the format 2, and this version of mock-zendesk reads 1"
    );
    assert_eq!(
        refused(&|json| json["operations"]["NoSuch"] = json!({"calls": 1, "met": {}})),
        "this version of mock-zendesk does not have the operation NoSuch"
    );
}

/// Runs one test of this binary in a process of its own, which writes into this folder.
fn run_test(name: &str, folder: &std::path::Path) -> Output {
    let test = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--include-ignored"])
        .env("MOCK_ZENDESK_REPORT_DIR", folder)
        .output()
        .unwrap();
    assert!(
        test.status.success(),
        "{}",
        String::from_utf8_lossy(&test.stdout)
    );
    test
}

/// The test that the processes of other tests run.
const OF_A_PROCESS: &str = "coverage::each_call_counts_for_the_outcome_that_the_program_met";

#[test]
fn the_processes_of_a_test_run_are_joined() {
    let scratch = Scratch::new("coverage");
    let folder = scratch.path().join("made/by/the/tests");
    run_test(OF_A_PROCESS, &folder);
    run_test(OF_A_PROCESS, &folder);
    run_test(
        "coverage::a_job_counts_when_it_ends_and_a_merge_is_a_job",
        &folder,
    );
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 3, "one file each");
    let joined = Coverage::of_folder(&folder).unwrap();
    assert_eq!(joined.calls(CREATE), 10);
    let merge = organization_merges::CREATE;
    assert_eq!(joined.count(merge, Outcome::JobCompleted), 1);
    assert_eq!(
        joined.first_met_by(CREATE, Outcome::LostReply),
        Some(OF_A_PROCESS)
    );
}

#[test]
fn all_doubles_of_a_process_write_one_file() {
    let scratch = Scratch::new("doubles");
    run_test(
        "coverage::every_fault_counts_as_what_it_is_for_the_program",
        scratch.path(),
    );
    assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 1);
    let joined = Coverage::of_folder(scratch.path()).unwrap();
    assert_eq!(joined.calls(users::ME), 13);
}

#[test]
fn a_double_that_is_never_dropped_is_written_when_it_is_verified() {
    let scratch = Scratch::new("verified");
    run_test(
        "coverage::a_double_that_is_verified_twice_and_kept",
        scratch.path(),
    );
    let joined = Coverage::of_folder(scratch.path()).unwrap();
    assert_eq!(joined.calls(users::ME), 2, "each call counts once");
}

#[test]
#[ignore = "another test runs it in a process of its own"]
fn a_double_that_is_verified_twice_and_kept() {
    let zendesk = MockZendesk::builder().without_socket();
    for _ in 0..2 {
        let request = Request::get("/api/v2/users/me").body("").unwrap();
        zendesk.send(request).unwrap();
        zendesk.verify();
    }
    std::mem::forget(zendesk);
}

#[test]
fn a_folder_that_cannot_be_written_is_told_once_and_fails_no_test() {
    let scratch = Scratch::new("unwritable");
    let file = scratch.path().join("file");
    fs::write(&file, "").unwrap();
    let name = "coverage::every_fault_counts_as_what_it_is_for_the_program";
    let output = run_test(name, &file);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(text.matches("cannot write its report").count(), 1, "{text}");
    assert!(text.contains(file.to_str().unwrap()), "{text}");
}

#[test]
fn a_folder_that_cannot_be_read_is_an_error_that_names_the_file() {
    let scratch = Scratch::new("unreadable");
    let error = |folder: &std::path::Path| {
        let error = Coverage::of_folder(folder).unwrap_err().to_string();
        error.replace(scratch.path().to_str().unwrap(), "DIR")
    };
    expect!["DIR: there is no report here; run the tests with MOCK_ZENDESK_REPORT_DIR set to this folder, as an absolute path"].assert_eq(&error(scratch.path()));
    let missing = error(&scratch.path().join("none"));
    assert!(missing.starts_with("DIR/none: "), "{missing}");
    fs::write(scratch.path().join("coverage-1-0.json"), "{").unwrap();
    expect!["DIR/coverage-1-0.json: EOF while parsing an object at line 1 column 1"]
        .assert_eq(&error(scratch.path()));
}

#[test]
#[cfg(feature = "html")]
fn the_page_says_what_the_text_says_and_escapes_names() {
    let json = json!({
        "format": 1, "doubles": 1,
        "operations": {"CreateOrganizationMembership": {
            "calls": 2,
            "met": {"success": {"count": 2, "first": "<b>&\"a test\"</b>"}},
        }},
    });
    let coverage: Coverage = serde_json::from_value(json).unwrap();
    let page = coverage.to_html();
    assert!(
        page.contains("&lt;b&gt;&amp;&quot;a test&quot;&lt;&#x2f;b&gt;"),
        "{page}"
    );
    assert!(!page.contains("<b>"), "{page}");
    assert!(page.contains("no test has seen a 422 from CreateOrganizationMembership"));
    assert!(page.contains("✓ 201 × 2"), "{page}");
    assert!(page.contains("✗ 422"), "{page}");
    assert!(page.contains("prefers-color-scheme: dark"));
    // Nothing comes from elsewhere.
    for word in ["http:", "https:", "src=", "<link", "@import", "url("] {
        assert!(!page.contains(word), "{word}");
    }
    assert!(
        Coverage::default()
            .to_html()
            .contains("No operation was called.")
    );
}
