//! The calls received: what the journal keeps, which calls are meant, what is expected of them,
//! waiting for them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use expect_test::expect;
use mock_zendesk::{
    Call, Calls, Clock, Credentials, MockZendesk, UserId,
    calls::{FailureKind, Hint, KeepCalls, NotFound, Times},
    job_statuses::{self, JobPace},
    organization_memberships, organizations,
    tickets::{self, NewTicket},
    time::Timestamp,
    users,
};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use wiremock::matchers::path;
use wiremock::{Mock, ResponseTemplate};

use crate::normal::{Here, here, line_of, normal, with_places};
use crate::scene::Scene;

/// The text of the panic that `act` causes.
fn panic_of(act: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(act)).expect_err("it is to panic");
    let literal = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    payload
        .downcast_ref::<String>()
        .cloned()
        .or(literal)
        .unwrap()
}

fn effects(call: &Call) -> Vec<String> {
    call.effects().iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_call_is_kept_with_its_request_its_reply_and_its_time() {
    let clock = Clock::fixed_at(Timestamp::from_unix_seconds(1_702_524_992));
    let scene = Scene::with(MockZendesk::builder().clock(clock)).await;
    scene.join(&scene.acme).await;
    scene.get("/users/7.json?include=a&include=b%20c").await;

    let calls: Vec<Call> = scene.zendesk.calls().iter().cloned().collect();
    let [create, show] = calls.as_slice() else {
        panic!("{calls:?}")
    };
    assert_eq!((create.ordinal(), create.method()), (1, "POST"));
    assert_eq!(create.path(), "/api/v2/organization_memberships");
    assert_eq!(create.operation(), Some(organization_memberships::CREATE));
    assert_eq!(create.at().to_string(), "2023-12-14T03:36:32Z");
    assert_eq!(create.header("Content-Type"), Some("application/json"));
    assert_eq!(create.json::<Value>(), scene.membership(&scene.acme));
    assert_eq!(
        create.body(),
        scene.membership(&scene.acme).to_string().as_bytes()
    );
    assert_eq!(create.status(), Some(201));
    let reply = create.reply().unwrap();
    let id = scene.zendesk.account().memberships()[0].id;
    assert!(
        reply
            .header("Location")
            .unwrap()
            .ends_with(&format!("/organization_memberships/{id}.json"))
    );
    assert_eq!(
        create.reply_json::<Value>()["organization_membership"]["id"],
        json!(id)
    );

    assert_eq!(
        (show.ordinal(), show.query()),
        (2, "include=a&include=b%20c")
    );
    assert_eq!(
        (show.parameter("include").as_deref(), show.parameter("page")),
        (Some("b c"), None)
    );
    assert_eq!(show.status(), Some(404));
    assert_eq!(
        show.to_string(),
        "#2  GET  /api/v2/users/7.json?include=a&include=b%20c  -> 404  no such record"
    );
    assert_eq!(format!("{show:?}"), format!("Call({show})"));
}

#[tokio::test]
async fn a_call_knows_what_it_changed_and_a_seed_is_no_call() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    seed.membership(&scene.ada, &scene.globex);
    seed.ticket(&scene.ada, "Printer on fire");
    seed.ticket(&scene.ada, NewTicket::new("Paper"));
    scene.join(&scene.acme).await;
    let [globex, acme] = [&scene.globex, &scene.acme].map(|organization| {
        let membership = scene
            .zendesk
            .account()
            .membership(&scene.ada, organization)
            .unwrap();
        (
            membership.id,
            format!(
                "user {} (Ada) in organization {} ({})",
                scene.ada.id, organization.id, organization.name
            ),
        )
    });
    let make_default = format!(
        "/users/{}/organization_memberships/{}/make_default",
        scene.ada.id, acme.0
    );
    scene.send(Method::PUT, &make_default, None).await;
    scene.send(Method::PUT, &make_default, None).await;
    scene
        .send(
            Method::DELETE,
            &format!("/organization_memberships/{}", globex.0),
            None,
        )
        .await;
    scene
        .send(
            Method::DELETE,
            &format!("/organization_memberships/{}", acme.0),
            None,
        )
        .await;
    scene.get("/organization_memberships").await;

    let (ada, acme_name, globex_name) = (
        format!("user {} (Ada)", scene.ada.id),
        format!("{} (Acme)", scene.acme.id),
        format!("{} (Globex)", scene.globex.id),
    );
    let expected: [&[String]; 6] = [
        &[format!("membership {} created: {}", acme.0, acme.1)],
        &[format!(
            "default of {ada} moved from organization {globex_name} to {acme_name}"
        )],
        &[],
        &[
            format!("membership {} deleted: {}", globex.0, globex.1),
            // The job ran later, and belongs to this call all the same.
            format!("tickets 1, 2 lost organization {}", scene.globex.id),
        ],
        &[
            format!("membership {} deleted: {}", acme.0, acme.1),
            format!("default of {ada} was organization {acme_name}, none is left"),
        ],
        &[],
    ];
    let actual: Vec<Vec<String>> = scene.zendesk.calls().iter().map(effects).collect();
    assert_eq!(actual, expected);
}

#[tokio::test]
async fn what_a_background_job_does_belongs_to_the_call_that_queued_it() {
    let scene = Scene::with(MockZendesk::builder().job_pace(JobPace::AfterPolls(2))).await;
    let item = json!({"user_id": scene.ada.id, "organization_id": scene.acme.id});
    let body = json!({"organization_memberships": [item, item]});
    scene
        .post("/organization_memberships/create_many", body.clone())
        .await;
    scene
        .post("/organization_memberships/create_many", body)
        .await;
    scene.zendesk.jobs().run_all();
    let account = scene.zendesk.account();
    let [second, first] = account.jobs().try_into().unwrap();
    let calls: Vec<Vec<String>> = scene.zendesk.calls().iter().map(effects).collect();
    let queued =
        |id: &str| format!("job {id} queued: Bulk Create Organization Membership, 2 items");
    let membership = account.memberships()[0].id;
    let created = format!(
        "membership {membership} created: user {} (Ada) in organization {} (Acme), default",
        scene.ada.id, scene.acme.id
    );
    assert_eq!(
        calls[0],
        [
            queued(&first.id),
            created,
            format!("job {} completed: 1 of 2 items failed", first.id)
        ]
    );
    assert_eq!(
        calls[1],
        [
            queued(&second.id),
            format!("job {} failed: all 2 items failed", second.id)
        ]
    );
}

#[tokio::test]
async fn every_kind_of_change_has_its_line() {
    let scene = Scene::start().await;
    let (ada, acme) = (scene.ada.id, scene.acme.id);
    scene
        .post(
            "/organizations",
            json!({"organization": {"name": "Initech"}}),
        )
        .await;
    scene
        .send(
            Method::PUT,
            &format!("/organizations/{acme}"),
            Some(json!({"organization": {"name": "Acme2"}})),
        )
        .await;
    scene.post("/users", json!({"user": {"name": "Bob"}})).await;
    scene
        .send(
            Method::PUT,
            &format!("/users/{ada}"),
            Some(json!({"user": {"organization_id": acme, "notes": "n"}})),
        )
        .await;
    scene
        .post(
            "/tickets",
            json!({"ticket": {"requester_id": ada, "comment": {"body": "Help"}}}),
        )
        .await;
    scene
        .send(
            Method::PUT,
            "/tickets/1",
            Some(json!({"ticket": {"status": "open"}})),
        )
        .await;
    scene.send(Method::DELETE, "/tickets/1", None).await;
    let membership = scene.zendesk.account().memberships()[0].id;
    scene
        .send(Method::DELETE, &format!("/organizations/{acme}"), None)
        .await;
    scene
        .send(Method::DELETE, &format!("/users/{ada}"), None)
        .await;
    let account = scene.zendesk.account();
    let (initech, bob) = (
        account.organization_named("Initech").unwrap().id,
        account.users().last().unwrap().id,
    );
    let user = format!("user {ada} (Ada)");
    let actual: Vec<Vec<String>> = scene.zendesk.calls().iter().map(effects).collect();
    let expected: [&[String]; 9] = [
        &[format!("organization {initech} (Initech) created")],
        &[format!("organization {acme} (Acme2) updated")],
        &[format!("user {bob} (Bob) created")],
        &[
            format!("{user} updated"),
            format!(
                "membership {membership} created: {user} in organization {acme} (Acme2), default"
            ),
        ],
        &["ticket 1 created".to_owned()],
        &["ticket 1 updated".to_owned()],
        &["ticket 1 deleted".to_owned()],
        &[
            format!("membership {membership} deleted: {user} in organization {acme} (Acme2)"),
            format!("default of {user} was organization {acme} (Acme2), none is left"),
            format!("organization {acme} (Acme2) deleted"),
        ],
        &[format!("{user} deleted")],
    ];
    assert_eq!(actual, expected);
}

#[tokio::test]
async fn a_user_whom_a_request_leaves_as_it_was_is_not_updated() {
    let scene = Scene::start().await;
    let path = format!("/users/{}", scene.ada.id);
    for user in [json!({"name": "Ada"}), json!({"nmae": "B"}), json!({})] {
        let body = Some(json!({ "user": user }));
        let (status, _) = scene.send(Method::PUT, &path, body).await;
        assert_eq!(status, 200);
    }
    let calls = scene.zendesk.calls();
    assert!(calls.iter().all(|call| effects(call).is_empty()));
}

#[tokio::test]
async fn calls_are_picked_by_what_they_have() {
    let scene = Scene::start().await;
    let bob = scene.zendesk.seed().user("Bob");
    let ids = |calls: mock_zendesk::Calls| calls.iter().map(Call::ordinal).collect::<Vec<_>>();
    scene.join(&scene.acme).await; // 1
    scene.join(&scene.acme).await; // 2
    let membership = scene.zendesk.account().memberships()[0].id;
    scene
        .get(&format!(
            "/users/{}/organization_memberships.json?page[size]=5",
            scene.ada.id
        ))
        .await; // 3
    scene
        .get(&format!("/organizations/{}/users", scene.acme.id))
        .await; // 4
    scene.get(&format!("/users/{}", bob.id)).await; // 5
    scene
        .send(
            Method::DELETE,
            &format!("/organization_memberships/destroy_many?ids={membership}"),
            None,
        )
        .await; // 6
    scene.zendesk.jobs().run_all();
    let request = Client::new().get(scene.zendesk.url("/users/me")); // 7
    request
        .header("x-batch", "1")
        .header("x-batch", "2")
        .send()
        .await
        .unwrap();

    let calls = || scene.zendesk.calls();
    let second = calls().iter().nth(1).unwrap().clone();
    let rows: [(&str, mock_zendesk::Calls, &[u64]); 21] = [
        ("all", calls(), &[1, 2, 3, 4, 5, 6, 7]),
        ("of", calls().of(organization_memberships::CREATE), &[1, 2]),
        ("status", calls().with_status(422), &[2]),
        (
            "path",
            calls().to_path("/organization_memberships"),
            &[1, 2],
        ),
        (
            "path whole",
            calls().to_path("/api/v2/organization_memberships.json"),
            &[1, 2],
        ),
        ("path not by its start", calls().to_path("/users"), &[]),
        ("query", calls().with_query("page[size]", "5"), &[3]),
        (
            "header, any of its values",
            calls().with_header("X-Batch", "2"),
            &[7],
        ),
        (
            "header, another value",
            calls().with_header("x-batch", "3"),
            &[],
        ),
        (
            "json",
            calls().with_json(json!({"organization_membership": {"user_id": scene.ada.id}})),
            &[1, 2],
        ),
        (
            "json, another value",
            calls().with_json(json!({"organization_membership": {"user_id": 1}})),
            &[],
        ),
        (
            "user in path, body, effects",
            calls().about_user(&scene.ada),
            &[1, 2, 3, 6],
        ),
        ("user in path as its id", calls().about_user(&bob), &[5]),
        (
            "organization",
            calls().about_organization(&scene.acme),
            &[1, 2, 4, 6],
        ),
        ("membership", calls().about_membership(membership), &[1, 6]),
        (
            "credentials",
            calls().with_credentials(scene.zendesk.credentials()),
            &[1, 2, 3, 4, 5, 6],
        ),
        ("after", calls().after(&second), &[3, 4, 5, 6, 7]),
        ("before", calls().before(&second), &[1]),
        (
            "between",
            calls().after(&second).before(&calls().last().unwrap()),
            &[3, 4, 5, 6],
        ),
        (
            "that",
            calls().matching("there is a body", |call| !call.body().is_empty()),
            &[1, 2],
        ),
        (
            "several",
            calls()
                .of(organization_memberships::CREATE)
                .with_status(201)
                .about_user(&scene.ada),
            &[1],
        ),
    ];
    for (what, picked, expected) in rows {
        assert_eq!(ids(picked), expected, "{what}");
    }
    assert_eq!(calls().first().unwrap().ordinal(), 1);
    assert_eq!(calls().last().unwrap().ordinal(), 7);
    assert!(calls().with_status(500).is_empty() && calls().with_status(500).first().is_none());
}

#[tokio::test]
async fn a_snapshot_of_calls_does_not_grow_and_a_mark_leaves_the_earlier_ones_out() {
    let scene = Scene::start().await;
    scene.get("/users/me").await;
    let (before, mark) = (scene.zendesk.calls(), scene.zendesk.mark());
    let ((), during) = scene
        .zendesk
        .calls_during(async || drop(scene.get("/users").await))
        .await;
    scene.get("/organizations").await;
    assert_eq!(
        (before.len(), mark.ordinal(), scene.zendesk.calls().len()),
        (1, 1, 3)
    );
    during.of(users::LIST).assert_once();
    assert_eq!(during.len(), 1);
    scene
        .zendesk
        .calls()
        .since(mark)
        .assert_exact_sequence(&[users::LIST, organizations::LIST]);
}

#[tokio::test]
async fn a_call_that_a_mock_of_the_tests_own_answers_is_in_the_journal() {
    let scene = Scene::start().await;
    let outage = Mock::given(path("/api/v2/users"))
        .respond_with(ResponseTemplate::new(503))
        .up_to_n_times(1);
    outage.mount(scene.zendesk.server()).await;
    assert_eq!(scene.get("/users").await.0, 503);
    assert_eq!(scene.get("/users").await.0, 200);
    let calls: Vec<String> = scene.zendesk.calls().iter().map(Call::to_string).collect();
    assert_eq!(
        calls,
        [
            "#1  GET  /api/v2/users  -> answered by a mock of the test, or still in progress",
            "#2  GET  /api/v2/users  -> 200  ListUsers"
        ]
    );
    scene.zendesk.calls().to_path("/users").assert_times(2);
    let waited = scene
        .zendesk
        .wait_for_calls(|calls| calls.to_path("/users"), 2, Duration::from_secs(60))
        .await;
    assert_eq!(waited.first().unwrap().status(), None);
}

#[tokio::test]
async fn an_endpoint_a_method_a_parameter_and_a_record_that_are_not_there_are_told_apart() {
    let builder = MockZendesk::builder().allow_unknown_endpoints();
    let builder = builder
        .allow_unknown_parameter("?per-page")
        .allow_unknown_parameter("?sort_by");
    let scene = Scene::with(builder).await;
    scene.get("/organization_membership").await;
    scene
        .send(Method::PATCH, "/organization_memberships/7", None)
        .await;
    scene.get("/organization_memberships/7").await;
    scene
        .get("/organization_memberships?per-page=5&per-page=6&sort_by=id")
        .await;
    scene
        .post(
            "/users",
            json!({"user": {"name": "Bob", "colour": "red"}, "extra": 1}),
        )
        .await;
    scene.get("/nowhere/at/all").await;
    scene.get("/tickets/count").await;
    let calls: Vec<Call> = scene.zendesk.calls().iter().cloned().collect();
    let nearest = Some("/api/v2/organization_memberships".to_owned());
    let mistyped = None;
    let endpoint = NotFound::Endpoint { nearest, mistyped };
    assert_eq!(calls[0].not_found(), Some(&endpoint));
    assert_eq!(
        calls[1].not_found(),
        Some(&NotFound::Method {
            known: vec!["GET", "DELETE"]
        })
    );
    assert_eq!(calls[2].not_found(), Some(&NotFound::Record));
    assert_eq!(
        (calls[3].not_found(), calls[3].ignored()),
        (None, &["?per-page".to_owned(), "?sort_by".to_owned()][..])
    );
    assert_eq!(calls[4].ignored(), ["extra", "user.colour"]);
    assert_eq!(
        calls[5].not_found(),
        Some(&NotFound::Endpoint {
            nearest: None,
            mistyped: None
        })
    );
    assert_eq!(
        calls[1].hints(),
        [Hint::WrongMethod {
            sent: "PATCH".into(),
            takes: vec!["GET", "DELETE"]
        }]
    );
    let unknown: Vec<u64> = scene
        .zendesk
        .calls()
        .to_unknown_endpoints()
        .iter()
        .map(Call::ordinal)
        .collect();
    assert_eq!(unknown, [1, 2, 6, 7]);
    assert_eq!(calls[6].not_found(), Some(&NotFound::NotCovered));
    let line = calls[6].to_string();
    let told = "-> 404  Zendesk has this endpoint, but the double does not implement it; in Rust, mount a Mock for it on zendesk.server()";
    assert!(line.ends_with(told), "{line}");
}

#[tokio::test]
async fn a_record_that_does_not_exist_fails_no_test() {
    let scene = Scene::start().await;
    assert_eq!(scene.get("/organization_memberships/7").await.0, 404);
    scene.zendesk.verify();
}

#[tokio::test]
async fn an_unknown_endpoint_fails_the_test_when_the_double_is_dropped() {
    let scene = Scene::start().await;
    scene.get("/users/me").await;
    scene.get("/organisation_memberships").await;
    let zendesk = scene.zendesk;
    let text = panic_of(|| drop(zendesk));
    expect![[r#"
        call #2, GET /api/v2/organisation_memberships: no such endpoint; did you mean /api/v2/organization_memberships?
          received by the double of test calls::an_unknown_endpoint_fails_the_test_when_the_double_is_dropped, started at tests/it/scene.rs:LINE
          if the program should make such calls: MockZendesk::builder().allow_unknown_endpoints()

        calls received (2), * = named above:
            #1  GET  /api/v2/users/me                  -> 200  ShowCurrentUser
          * #2  GET  /api/v2/organisation_memberships  -> 404  no such endpoint; did you mean /api/v2/organization_memberships?

        changed in the account: nothing"#]]
    .assert_eq(&with_places(&text, &[]));
}

#[tokio::test]
async fn unknown_endpoints_may_be_allowed_and_are_reported_also_without_a_journal() {
    let allowed = MockZendesk::builder()
        .allow_unknown_endpoints()
        .start()
        .await;
    reqwest::get(allowed.url("/nowhere")).await.unwrap();
    allowed.verify();
    drop(allowed);

    let builder = MockZendesk::builder()
        .keep_calls(KeepCalls::Off)
        .without_verify_on_drop();
    let strict = builder.start().await;
    for _ in 0..25 {
        reqwest::get(strict.url("/nowhere")).await.unwrap();
    }
    let report = strict.report();
    assert_eq!(report.problems().len(), 20);
    assert_eq!(
        report.problems()[19].headline,
        "call #20, GET /api/v2/nowhere: no such endpoint"
    );
    assert!(
        report
            .to_string()
            .starts_with("25 problems with the calls received:\n"),
        "{report}"
    );
    assert!(
        report
            .to_string()
            .contains("\n  and 5 more calls to unknown endpoints\n"),
        "{report}"
    );
    assert!(
        report
            .to_string()
            .ends_with("\ncalls received (25, none of them kept), * = named above"),
        "{report}"
    );
}

#[tokio::test]
async fn expectations_that_are_not_met_fail_verify_in_one_text() {
    let scene = Scene::with(MockZendesk::builder().without_verify_on_drop()).await;
    scene.join(&scene.acme).await;
    let first = line_of(|| scene.zendesk.expect(organization_memberships::CREATE, 1..));
    let zendesk = &scene.zendesk;
    let shown = |calls: Calls| calls.of(users::ME).with_status(200);
    let second = line_of(|| zendesk.expect_calls(shown, 0));
    scene.zendesk.expect(organizations::LIST, ..=1);
    scene.get("/users/me").await;
    scene.get("/organizations").await;

    let text = panic_of(|| scene.zendesk.verify());
    let text = normal(
        &scene.zendesk,
        &text,
        &[(first, "FIRST"), (second, "SECOND")],
    );
    expect![[r#"
        2 problems with the calls received:
          1. expected at least 1 call of CreateOrganizationMembership (POST /api/v2/organization_memberships) after #1 (CreateOrganizationMembership), got none; #1 came before the expectation was declared
             expected at FIRST
          2. expected no call of ShowCurrentUser (GET /api/v2/users/me) with status 200 after #1 (CreateOrganizationMembership), got 1
             expected at SECOND

        calls received after #1 (2), * = named above:
          * #2  GET  /api/v2/users/me       -> 200  ShowCurrentUser
            #3  GET  /api/v2/organizations  -> 200  ListOrganizations

        changed in the account: nothing"#]]
    .assert_eq(&text);

    let report = scene.zendesk.report();
    let kinds: Vec<FailureKind> = report
        .problems()
        .iter()
        .map(|problem| problem.kind)
        .collect();
    assert_eq!(kinds, [FailureKind::TooFew, FailureKind::TooMany]);
    let data = serde_json::to_value(&report).unwrap();
    assert_eq!(data["problems"][0]["kind"], "too_few");
    assert_eq!(
        data["problems"][1]["place"],
        json!(report.problems()[1].place())
    );
    assert!(
        report.problems()[1]
            .place()
            .starts_with(&format!("{}:{}:", file!(), second.line()))
    );
    assert_eq!(data["calls_received"], 3);
}

#[test]
fn an_expectation_that_fails_on_drop_names_the_line_where_it_was_declared_on_any_runtime() {
    let runtimes = [
        tokio::runtime::Builder::new_current_thread(),
        tokio::runtime::Builder::new_multi_thread(),
    ];
    for mut runtime in runtimes {
        let runtime = runtime.enable_all().build().unwrap();
        // Within a task.
        let (declares, declared) = std::sync::mpsc::channel();
        let payload = runtime.block_on(async {
            let task = tokio::spawn(async move {
                let zendesk = MockZendesk::start().await;
                declares
                    .send(line_of(|| zendesk.expect(users::ME, 2)))
                    .unwrap();
                reqwest::get(zendesk.url("/users/me")).await.unwrap();
            });
            task.await.unwrap_err().into_panic()
        });
        let text = payload.downcast_ref::<String>().unwrap();
        let text = with_places(text, &[(declared.recv().unwrap(), "HERE")]);
        assert!(
            text.starts_with(
                "expected exactly 2 calls of ShowCurrentUser (GET /api/v2/users/me), got 1\n"
            ),
            "{text}"
        );
        assert!(text.contains("  expected at HERE\n"), "{text}");
        // Outside of any.
        let zendesk = runtime.block_on(MockZendesk::start());
        let place = line_of(|| zendesk.expect(users::ME, 1..));
        let text = with_places(&panic_of(|| drop(zendesk)), &[(place, "HERE")]);
        assert!(text.contains("  expected at HERE\n"), "{text}");
    }
}

#[tokio::test]
async fn what_has_been_told_is_not_told_again() {
    let scene = Scene::start().await;
    scene.zendesk.expect(users::ME, 1);
    scene.get("/nowhere").await;
    assert_eq!(
        scene.zendesk.report().problems().len(),
        2,
        "asking tells nobody"
    );
    panic_of(|| scene.zendesk.verify());
    scene.zendesk.expect(organizations::LIST, 1);
    let zendesk = scene.zendesk;
    let text = panic_of(|| drop(zendesk));
    assert!(
        text.starts_with("expected exactly 1 call of ListOrganizations"),
        "{text}"
    );
    assert!(!text.contains("problems"), "{text}");
}

#[tokio::test]
async fn a_test_that_panics_is_not_made_to_panic_twice() {
    let zendesk = MockZendesk::start().await;
    zendesk.expect(users::ME, 1);
    // Two panics at once would abort the process.
    let text = panic_of(move || {
        let _kept = zendesk;
        panic!("the test's own failure");
    });
    assert_eq!(text, "the test's own failure");
}

#[tokio::test]
async fn a_test_that_verifies_first_keeps_its_own_error() {
    async fn test() -> Result<(), String> {
        let zendesk = MockZendesk::builder()
            .without_verify_on_drop()
            .start()
            .await;
        zendesk.expect(users::ME, 1);
        Err("the program under test failed".to_owned())
    }
    assert_eq!(
        test().await,
        Err("the program under test failed".to_owned())
    );
}

#[tokio::test]
async fn a_predicate_that_panics_leaves_the_double_usable() {
    let scene = Scene::start().await;
    scene.get("/users/me").await;
    let text = panic_of(|| {
        assert_eq!(
            scene
                .zendesk
                .calls()
                .matching("it breaks", |_| panic!("mine"))
                .len(),
            0
        )
    });
    assert_eq!(text, "mine");
    assert_eq!(scene.join(&scene.acme).await.0, 201);
    scene.zendesk.calls().assert_times(2);
}

#[tokio::test]
async fn an_assertion_panics_at_the_line_of_the_test() {
    let scene = Scene::start().await;
    let calls = scene.zendesk.calls();
    let account = scene.zendesk.account();
    let asserted = |act: Here<&dyn Fn()>| {
        let text = with_places(&panic_of(act.value), &[(act.place, "HERE")]);
        assert!(text.contains("\n  asserted at HERE\n"), "{text}");
    };
    asserted(here(&|| drop(calls.assert_once())));
    asserted(here(&|| calls.assert_times(1..)));
    asserted(here(&|| calls.assert_sequence(&[users::ME])));
    asserted(here(&|| calls.assert_exact_sequence(&[users::ME])));
    asserted(here(&|| calls.assert_json(json!({"a": 1}))));
    asserted(here(&|| {
        _ = scene
            .zendesk
            .assert_user(&scene.ada)
            .organizations([&scene.acme])
    }));
    asserted(here(&|| {
        _ = scene.zendesk.assert_user(&scene.ada).default(&scene.acme)
    }));
    asserted(here(&|| {
        scene
            .zendesk
            .assert_membership(&scene.ada, &scene.acme)
            .exists()
    }));
    let joined = mock_zendesk::account::Difference::joined(&scene.ada, &scene.acme);
    asserted(here(&|| {
        scene.zendesk.assert_changes(&account, [joined.clone()])
    }));
    scene.get("/users/me").await;
    asserted(here(&|| scene.zendesk.calls().assert_none()));
    let text = panic_of(|| scene.zendesk.expect(users::ME, 3..3));
    assert_eq!(
        text,
        "this range contains no number; give a range such as 1.. or 1..=3"
    );
}

#[test]
fn a_range_of_times_is_what_the_range_says() {
    let rows: [(Times, &str); 9] = [
        (Times::from(0), "no call"),
        (Times::from(2), "exactly 2 calls"),
        (Times::from(1..), "at least 1 call"),
        (Times::from(..), "any number of calls"),
        (Times::from(..1), "no call"),
        (Times::from(..=1), "at most 1 call"),
        (Times::from(1..2), "exactly 1 call"),
        (Times::from(1..=3), "1 to 3 calls"),
        (Times::from(0..=3), "at most 3 calls"),
    ];
    for (times, text) in rows {
        assert_eq!(times.to_string(), text);
    }
}

#[tokio::test]
async fn waiting_ends_with_the_call_and_what_it_changed() {
    let scene = Scene::start().await;
    for organization in [&scene.acme, &scene.globex] {
        let request = Client::new().post(scene.zendesk.url("/organization_memberships"));
        let request = request.header("authorization", scene.zendesk.authorization());
        tokio::spawn(request.json(&scene.membership(organization)).send());
    }
    let calls = scene
        .zendesk
        .wait_for(organization_memberships::CREATE, 2, Duration::from_secs(60))
        .await;
    assert_eq!(calls.len(), 2);
    assert_eq!(scene.zendesk.account().membership_count(), 2);
}

#[tokio::test(start_paused = true)]
async fn waiting_lets_a_program_sleep_in_paused_time() {
    let zendesk = MockZendesk::start().await;
    let url = zendesk.url("/users/me");
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(3_600)).await;
        reqwest::get(url).await
    });
    zendesk
        .wait_for(users::ME, 1, Duration::from_secs(60))
        .await
        .assert_once();
}

#[tokio::test]
async fn waiting_in_vain_has_the_text_of_every_failure() {
    let scene = Scene::start().await;
    scene.get("/users/me").await;
    let result = here(
        scene
            .zendesk
            .try_wait_for(users::ME, 2, Duration::from_millis(1))
            .await,
    );
    scene.check(
        result,
        &expect![[r#"
            expected at least 2 calls of ShowCurrentUser (GET /api/v2/users/me), got 1 within 1ms
              asserted at HERE

            calls received (1), * = counted:
              * #1  GET  /api/v2/users/me  -> 200  ShowCurrentUser

            changed in the account: nothing"#]],
    );
    let Here {
        value: waiting,
        place,
    } = here(scene.zendesk.wait_for(users::ME, 2, Duration::ZERO));
    let expected = format!("\n  asserted at {}:{}:", place.file(), place.line());
    let mut waiting = Box::pin(waiting);
    let panic = std::future::poll_fn(|context| {
        catch_unwind(AssertUnwindSafe(|| {
            waiting.as_mut().poll(context).map(drop)
        }))
        .map_or_else(
            |panic| std::task::Poll::Ready(Some(panic)),
            |poll| poll.map(|()| None),
        )
    });
    let panic = panic.await.expect("it is to panic");
    let text = panic.downcast_ref::<String>().unwrap();
    assert!(text.contains(&expected), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_is_in_the_order_in_which_fifty_clients_changed_the_account() {
    let scene = Scene::start().await;
    let names: Vec<String> = (0..50).map(|n| format!("Organization {n}")).collect();
    let tasks = names.iter().map(|name| {
        let request = Client::new().post(scene.zendesk.url("/organizations"));
        let request = request.header("authorization", scene.zendesk.authorization());
        tokio::spawn(
            request
                .json(&json!({"organization": {"name": name}}))
                .send(),
        )
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap().unwrap();
    }
    let calls = scene.zendesk.calls().of(organizations::CREATE);
    calls.assert_times(50);
    // Ids rise in the order in which records are created.
    let ids: Vec<u64> = calls
        .iter()
        .map(|call| {
            call.reply_json::<Value>()["organization"]["id"]
                .as_u64()
                .unwrap()
        })
        .collect();
    assert!(ids.is_sorted(), "{ids:?}");
    for call in calls.iter() {
        let name = call.json::<Value>()["organization"]["name"]
            .as_str()
            .unwrap()
            .to_owned();
        let [effect] = call.effects().try_into().unwrap();
        assert!(
            effect.to_string().ends_with(&format!("({name}) created")),
            "{effect} of {name}"
        );
    }
}

#[tokio::test]
async fn a_bounded_journal_keeps_the_last_calls_and_counts_the_others() {
    let scene = Scene::with(MockZendesk::builder().keep_calls(KeepCalls::Last(3))).await;
    for page in 1..=1_000 {
        scene.get(&format!("/users?page={page}")).await;
    }
    // Most of these pages are too deep.
    let calls = scene.zendesk.calls().any_outcome();
    assert_eq!(
        calls.iter().map(Call::ordinal).collect::<Vec<_>>(),
        [998, 999, 1_000]
    );
    assert_eq!(scene.zendesk.mark().ordinal(), 1_000);
    // What can be told from the kept ones is told.
    calls.assert_times(3..);
    calls.assert_sequence(&[users::LIST, users::LIST]);
    assert_eq!(
        calls.try_assert_times(..=2).unwrap_err().kind(),
        FailureKind::TooMany
    );
    assert_eq!(
        calls.try_assert_times(1_001..).unwrap_err().kind(),
        FailureKind::TooFew
    );
    assert_eq!(
        calls.try_assert_times(4..).unwrap_err().kind(),
        FailureKind::CannotTell
    );
    assert_eq!(
        calls
            .try_assert_exact_sequence(&[users::LIST; 3])
            .unwrap_err()
            .kind(),
        FailureKind::CannotTell
    );
    // All that came after the first kept one is there.
    let first = calls.first().unwrap();
    calls.after(&first).assert_times(2);
    calls.after(&first).of(tickets::LIST).assert_none();
    assert!(
        scene
            .zendesk
            .transcript()
            .starts_with("(the first 997 calls were not kept)\n#998 ")
    );
}

#[tokio::test]
async fn no_text_shows_a_secret() {
    const SECRETS: [&str; 12] = [
        "basic-s3cret+/",
        "bearer-s3cret",
        "odd-s3cret",
        "body-s3cret",
        "query-s3cret",
        "header-s3cret",
        "x-s3cret",
        "form-s3cret",
        "malformed-s3cret",
        "jwt-s3cret",
        "auth-s3cret",
        "basic-s3cret%2B%2F",
    ];
    let builder =
        MockZendesk::builder().credentials(Credentials::api_token("sync@example.com", SECRETS[0]));
    let scene = Scene::with(builder.allow_unknown_endpoints().without_verify_on_drop()).await;
    let zendesk = &scene.zendesk;
    let client = Client::new();
    let body = json!({"user": {"name": "Bob", "password": SECRETS[3], "notes": SECRETS[0]}});
    scene.post("/users", body.clone()).await;
    client
        .get(zendesk.url("/users"))
        .bearer_auth(SECRETS[1])
        .send()
        .await
        .unwrap();
    client
        .get(zendesk.url("/users"))
        .header("authorization", SECRETS[2])
        .send()
        .await
        .unwrap();
    let query = format!("/users?access_token={}&x={}", SECRETS[4], SECRETS[0]);
    scene.get(&query).await;
    scene.get(&format!("/{}", SECRETS[0])).await;
    client
        .get(zendesk.url("/users/me"))
        .header("X-Api-Key", SECRETS[5])
        .send()
        .await
        .unwrap();
    // What has no places to tell apart, other names of secrets, and the account's own credentials
    // elsewhere.
    let form = format!("name=Bob&password={}", SECRETS[7]);
    client
        .post(zendesk.url("/users"))
        .body(form)
        .send()
        .await
        .unwrap();
    let malformed = format!(r#"{{"user": {{"password": "{}",}}}}"#, SECRETS[8]);
    let request = client
        .post(zendesk.url("/users"))
        .header("content-type", "application/json");
    request.body(malformed).send().await.unwrap();
    scene
        .post(
            "/users",
            json!({"user": {"name": "Cid", "jwt": SECRETS[9], "auth": SECRETS[10]}}),
        )
        .await;
    let own = zendesk.authorization();
    let base64 = own.split(' ').nth(1).unwrap().to_owned();
    client
        .get(zendesk.url("/users/me"))
        .header("x-forwarded", &own)
        .send()
        .await
        .unwrap();
    let query: String = form_urlencoded::byte_serialize(SECRETS[0].as_bytes()).collect();
    client
        .get(zendesk.url(&format!("/users/me?note={query}")))
        .send()
        .await
        .unwrap();
    client
        .get(zendesk.url(&format!("/users/me?note={}", "y".repeat(470))))
        .send()
        .await
        .unwrap();
    let long =
        json!({"user": {"name": "Dee", "notes": format!("{}{}", "z".repeat(438), SECRETS[0])}});
    scene.post("/users", long).await;

    zendesk.expect(users::ME, 9);
    let calls = || zendesk.calls();
    let mut texts = vec![
        calls()
            .with_header("x-forwarded", &own)
            .try_assert_none()
            .unwrap_err()
            .to_string(),
        calls()
            .with_header("x-forwarded", format!("{own}="))
            .try_assert_once()
            .unwrap_err()
            .to_string(),
        calls()
            .matching(SECRETS[0], |_| false)
            .try_assert_once()
            .unwrap_err()
            .to_string(),
        zendesk.transcript(),
        format!("{zendesk:?}"),
        format!("{:?}", calls()),
        zendesk.report().to_string(),
        serde_json::to_string(&zendesk.report()).unwrap(),
        calls().try_assert_none().unwrap_err().to_string(),
        calls().try_assert_json(&body).unwrap_err().to_string(),
        calls()
            .of(users::LIST)
            .with_query("access_token", SECRETS[6])
            .try_assert_once()
            .unwrap_err()
            .to_string(),
        calls()
            .of(users::ME)
            .with_header("x-api-key", SECRETS[6])
            .try_assert_once()
            .unwrap_err()
            .to_string(),
        calls()
            .of(users::LIST)
            .with_header("authorization", SECRETS[6])
            .try_assert_once()
            .unwrap_err()
            .to_string(),
        calls()
            .of(users::LIST)
            .with_credentials(&Credentials::oauth(SECRETS[6]))
            .try_assert_once()
            .unwrap_err()
            .to_string(),
        calls()
            .of(users::CREATE)
            .with_json(json!({"user": {"password": SECRETS[6]}}))
            .try_assert_once()
            .unwrap_err()
            .to_string(),
        scene
            .zendesk
            .assert_user(&scene.ada)
            .try_organizations([&scene.acme])
            .unwrap_err()
            .to_string(),
    ];
    texts.extend(calls().iter().map(ToString::to_string));
    texts.extend(calls().iter().flat_map(|call| {
        call.hints()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    }));
    for text in texts {
        assert!(!text.contains(&base64), "the account's own in:\n{text}");
        for secret in SECRETS {
            assert!(!text.contains(secret), "{secret} in:\n{text}");
        }
    }
    assert!(zendesk.transcript().contains("[secret]"));
}

#[tokio::test]
async fn what_a_program_sends_reaches_no_terminal_as_it_is() {
    let scene = Scene::start().await;
    let request = Client::new()
        .post(scene.zendesk.url("/users"))
        .header("content-type", "application/json");
    let request = request.header("authorization", scene.zendesk.authorization());
    request.body("\u{1b}[31mred\r\n\0").send().await.unwrap();
    scene
        .post(
            "/organizations",
            json!({"organization": {"name": "A\u{1b}[2Jcme"}}),
        )
        .await;
    let transcript = scene.zendesk.transcript();
    assert!(
        !transcript.contains('\u{1b}') && !transcript.contains('\0') && !transcript.contains('\r'),
        "{transcript}"
    );
    assert!(
        transcript.contains(r"\u{1b}[31mred\r\n\u{0}"),
        "{transcript}"
    );
    assert!(
        transcript.contains(r"(A\u{1b}[2Jcme) created"),
        "{transcript}"
    );
}

#[tokio::test]
async fn a_body_of_several_lines_is_shown_in_one() {
    let scene = Scene::start().await;
    let request = Client::new()
        .post(scene.zendesk.url("/users"))
        .header("content-type", "application/json");
    request
        .body("{\n  \"user\": {\n    \"name\": \"Bob\"\n  }\n}")
        .send()
        .await
        .unwrap();
    assert!(
        scene
            .zendesk
            .transcript()
            .contains("\n        {\"user\":{\"name\":\"Bob\"}}")
    );
    let request = Client::new()
        .post(scene.zendesk.url("/users"))
        .body(vec![0xff, 0xfe]);
    request.send().await.unwrap();
    assert!(
        scene
            .zendesk
            .transcript()
            .contains("\n        (2 bytes that are not text)")
    );
}

#[tokio::test]
async fn a_body_that_is_not_of_the_type_asked_for_says_what_it_is() {
    let scene = Scene::start().await;
    scene.join(&scene.acme).await;
    let call = scene.zendesk.calls().assert_once();
    let text = panic_of(|| drop(call.json::<Vec<u8>>()));
    assert!(
        text.starts_with(
            "cannot read the body of this call as JSON of this type: invalid type: map"
        ),
        "{text}"
    );
    assert!(
        text.contains("\n  #1  POST  /api/v2/organization_memberships  -> 201"),
        "{text}"
    );
    let text =
        panic_of(|| assert_eq!(scene.zendesk.calls().first().unwrap().reply_json::<u8>(), 0));
    assert!(
        text.starts_with("cannot read the reply of this call"),
        "{text}"
    );
}

#[tokio::test]
async fn polls_are_counted_as_calls_and_the_job_hint_goes_once_it_is_done() {
    let scene = Scene::start().await;
    let items = json!({"organization_memberships": [{"user_id": scene.ada.id, "organization_id": scene.acme.id}]});
    let (_, queued) = scene
        .post("/organization_memberships/create_many", items)
        .await;
    scene
        .get(&format!(
            "/job_statuses/{}",
            queued["job_status"]["id"].as_str().unwrap()
        ))
        .await;
    scene.zendesk.calls().of(job_statuses::SHOW).assert_once();
    let text = scene
        .zendesk
        .calls()
        .try_assert_none()
        .unwrap_err()
        .to_string();
    assert!(!text.contains("hint"), "{text}");
}

#[tokio::test]
async fn what_came_outside_of_the_ends_is_told() {
    let scene = Scene::start().await;
    scene.get("/users/me").await;
    scene.get("/organizations").await;
    let (first, second) = (
        scene.zendesk.calls().first().unwrap(),
        scene.zendesk.calls().last().unwrap(),
    );
    let texts = [
        (
            scene
                .zendesk
                .calls()
                .after(&second)
                .of(users::ME)
                .try_assert_once(),
            "expected exactly 1 call of ShowCurrentUser (GET /api/v2/users/me) after #2 (ListOrganizations), got none",
            "\n  one came earlier: #1  GET  /api/v2/users/me  -> 200  ShowCurrentUser\n\nno calls received after #2",
        ),
        (
            scene
                .zendesk
                .calls()
                .before(&first)
                .of(organizations::LIST)
                .try_assert_once(),
            "expected exactly 1 call of ListOrganizations (GET /api/v2/organizations) before #1 (ShowCurrentUser), got none",
            "\n  one came later: #2  GET  /api/v2/organizations  -> 200  ListOrganizations\n\nno calls received before #1",
        ),
    ];
    for (result, headline, rest) in texts {
        let failure = result.unwrap_err();
        assert_eq!(failure.headline(), headline);
        assert!(failure.to_string().ends_with(rest), "{failure}");
    }
}

#[tokio::test]
async fn why_somebody_is_not_let_in_is_told_case_by_case() {
    let own =
        || MockZendesk::builder().credentials(Credentials::api_token("sync@example.com", "s3cr3t"));
    let basic = |text: &str| {
        let credentials = Credentials::basic(
            text.split(':').next().unwrap(),
            text.split(':').nth(1).unwrap(),
        );
        Some(credentials.authorization())
    };
    let oauth = || MockZendesk::builder().credentials(Credentials::oauth("s3cr3t"));
    let rows = [
        (
            own(),
            None,
            "the request sent no credentials; the account accepts Basic sync@example.com/token",
        ),
        (
            own(),
            basic("sync@example.com:s3cr3t"),
            "the request sent Basic sync@example.com; the account accepts Basic sync@example.com/token: \"/token\" is \
             missing after the e-mail address",
        ),
        (
            own(),
            basic("sync@example.com/token:old"),
            "the request sent Basic sync@example.com/token with another token than the account accepts",
        ),
        (
            own(),
            basic("ada@example.com/token:s3cr3t"),
            "the request sent Basic ada@example.com/token; the account accepts Basic sync@example.com/token",
        ),
        (
            own(),
            Some("Basic sync:s3cr3t".to_owned()),
            "the request sent Basic with a value that is not base64 of user:secret; the account accepts Basic \
             sync@example.com/token",
        ),
        (
            own(),
            Some("Bearer s3cr3t".to_owned()),
            "the request sent Bearer; the account accepts Basic sync@example.com/token",
        ),
        (
            oauth(),
            Some("Bearer old".to_owned()),
            "the request sent Bearer with another token than the account accepts",
        ),
        (
            oauth(),
            basic("sync@example.com:s3cr3t"),
            "the request sent Basic sync@example.com; the account accepts Bearer",
        ),
        (
            MockZendesk::builder(),
            None,
            "the request sent no credentials; the account accepts any Basic or Bearer credentials, such as \
             zendesk.authorization()",
        ),
        (
            MockZendesk::builder(),
            Some("Bearer".to_owned()),
            "the request sent Bearer without a token; the account accepts any Basic or Bearer credentials, such as \
             zendesk.authorization()",
        ),
        (
            MockZendesk::builder(),
            Some("basic".to_owned()),
            "the request sent Basic without a value; the account accepts any Basic or Bearer credentials, such as \
             zendesk.authorization()",
        ),
        (
            MockZendesk::builder(),
            Some("Token abcdef".to_owned()),
            "the request sent an Authorization header that is neither Basic nor Bearer; the account accepts any Basic or \
             Bearer credentials, such as zendesk.authorization()",
        ),
    ];
    for (builder, authorization, expected) in rows {
        let zendesk = builder.start().await;
        let request = Client::new().get(zendesk.url("/users"));
        let request = match authorization {
            Some(authorization) => request.header("authorization", authorization),
            None => request,
        };
        assert_eq!(request.send().await.unwrap().status(), 401);
        let hints: Vec<String> = zendesk
            .calls()
            .refused()
            .assert_once()
            .hints()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(hints, [expected]);
    }

    let zendesk = MockZendesk::start().await;
    let eve = users::NewUser::new("Eve")
        .email("eve@example.com")
        .suspended();
    let credentials = zendesk.credentials_for(&zendesk.seed().user(eve));
    let request = Client::new().get(zendesk.url("/users"));
    let request = request.header("authorization", credentials.authorization());
    assert_eq!(request.send().await.unwrap().status(), 401);
    let hint = zendesk.calls().refused().assert_once().hints()[0].to_string();
    let expected = "the request sent Basic eve@example.com/token, and this user is suspended";
    assert_eq!(hint, expected);
}

#[tokio::test]
async fn a_key_that_zendesk_ignores_is_told_with_the_one_that_was_meant() {
    let scene = Scene::start().await;
    for (sent, meant) in [
        ("org_id", Some("organization_id")),
        ("organizationId", Some("organization_id")),
        ("is_default", Some("default")),
        ("userid", Some("user_id")),
        ("user", Some("user_id")),
        ("usr_id", Some("user_id")),
        ("usre_id", Some("user_id")),
        ("organizatoin_id", Some("organization_id")),
        ("organisation_id", Some("organization_id")),
        ("Organization", Some("organization_id")),
        // What Zendesk shows is sent back by programs that read a record and write it.
        ("organization_name", None),
        ("updated_at", None),
        ("colour", None),
    ] {
        scene
            .post(
                "/organization_memberships",
                json!({"organization_membership": {sent: 1}}),
            )
            .await;
        let call = scene.zendesk.calls().last().unwrap();
        let hints: Vec<Hint> = call
            .hints()
            .iter()
            .filter(|hint| matches!(hint, Hint::IgnoredKey { .. }))
            .cloned()
            .collect();
        let sent = format!("organization_membership.{sent}");
        let expected: Vec<Hint> = meant
            .into_iter()
            .map(|meant| Hint::IgnoredKey {
                sent: sent.clone(),
                meant,
            })
            .collect();
        assert_eq!(hints, expected, "{sent}");
    }
}

#[tokio::test]
async fn equal_hints_are_one_and_those_that_are_left_out_are_counted() {
    let scene = Scene::start().await;
    for _ in 0..12 {
        reqwest::get(scene.zendesk.url("/users")).await.unwrap();
    }
    scene
        .get("/organization_memberships?page=1&page[size]=1")
        .await;
    for sent in ["org_id", "is_default"] {
        scene
            .post(
                "/organization_memberships",
                json!({"organization_membership": {sent: 1}}),
            )
            .await;
    }
    let text = scene
        .zendesk
        .calls()
        .try_assert_none()
        .unwrap_err()
        .to_string();
    let hints: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.starts_with("hint"))
        .collect();
    assert!(
        hints[0].starts_with("hint: #1 and 11 more: the request sent no credentials"),
        "{text}"
    );
    assert_eq!((hints.len(), hints[3]), (4, "(1 more hint)"), "{text}");
}

#[tokio::test]
#[ignore = "it fails: the next test runs it and reads what it prints"]
async fn fails_for_a_reason_of_its_own() {
    let scene = Scene::start().await;
    scene.join(&scene.acme).await;
    scene.join(&scene.acme).await;
    panic!("the program says: 422");
}

#[test]
fn a_test_that_panics_for_a_reason_of_its_own_is_told_what_went_wrong_with_its_calls() {
    let run = |arguments: &[&str]| {
        let test = std::process::Command::new(std::env::current_exe().unwrap())
            .args(arguments)
            .output()
            .unwrap();
        assert!(!test.status.success());
        String::from_utf8_lossy(&test.stderr).into_owned() + &String::from_utf8_lossy(&test.stdout)
    };
    let text = run(&[
        "--exact",
        "calls::fails_for_a_reason_of_its_own",
        "--ignored",
        "--nocapture",
    ]);
    let start = text.find("\nmock-zendesk: the test panicked; some calls to the double failed\n\n");
    let told = &text[start.expect(&text)..];
    assert!(
        told.contains("calls received (2), * = failed:\n    #1  POST  "),
        "{text}"
    );
    assert!(
        told.contains(
            "\n  * #2  POST  /api/v2/organization_memberships  -> 422  user_id: DuplicateValue, repeats #1\n"
        ),
        "{text}"
    );
}

#[tokio::test]
async fn what_kind_of_failure_it_is_can_be_told() {
    let scene = Scene::start().await;
    scene.get("/users/me").await;
    let calls = scene.zendesk.calls();
    let wrong = [users::LIST];
    assert_eq!(
        calls.try_assert_sequence(&wrong).unwrap_err().kind(),
        FailureKind::WrongOrder
    );
    assert_eq!(
        calls.try_assert_exact_sequence(&wrong).unwrap_err().kind(),
        FailureKind::WrongOrder
    );
    let longer = [users::ME, users::ME];
    let text = calls.try_assert_exact_sequence(&longer).unwrap_err();
    assert!(
        text.headline()
            .ends_with("; at position 2 expected ShowCurrentUser, got no more calls"),
        "{text}"
    );
    let text = calls.try_assert_exact_sequence(&[]).unwrap_err();
    assert!(
        text.headline()
            .ends_with("; at position 1 expected no more calls, got #1 (ShowCurrentUser)"),
        "{text}"
    );

    let headline = |expected: Value| {
        let failure = scene.zendesk.calls().try_assert_json(expected).unwrap_err();
        assert_eq!(failure.kind(), FailureKind::WrongBody);
        failure.headline().rsplit(": ").next().unwrap().to_owned()
    };
    assert_eq!(headline(json!({"a": 1})), "it has none");
    let scene = Scene::start().await;
    let post = Client::new().post(scene.zendesk.url("/users"));
    post.body("plain").send().await.unwrap();
    let failure = scene
        .zendesk
        .calls()
        .refused()
        .try_assert_json(json!({"a": 1}))
        .unwrap_err();
    assert!(
        failure.headline().ends_with(": it is not JSON"),
        "{failure}"
    );

    let scene = Scene::start().await;
    scene.join(&scene.acme).await;
    scene
        .zendesk
        .calls()
        .assert_json(json!({"organization_membership": {"user_id": scene.ada.id}}));
    scene
        .zendesk
        .calls()
        .assert_json(scene.membership(&scene.acme));
}

#[tokio::test]
async fn calls_that_change_groups_say_what_they_changed() {
    let scene = Scene::start().await;
    let id = |reply: &(u16, Value), kind: &str| reply.1[kind]["id"].as_u64().unwrap();
    let grace = id(
        &scene
            .post(
                "/users",
                json!({"user": {"name": "Grace", "role": "agent"}}),
            )
            .await,
        "user",
    );
    let tier_2 = id(
        &scene
            .post("/groups", json!({"group": {"name": "Tier 2"}}))
            .await,
        "group",
    );
    let new = json!({"group_membership": {"user_id": grace, "group_id": tier_2}});
    let joined = id(
        &scene.post("/group_memberships", new).await,
        "group_membership",
    );
    scene
        .send(
            Method::PUT,
            &format!("/users/{grace}/group_memberships/{joined}/make_default"),
            None,
        )
        .await;
    let ticket = json!({"ticket": {"description": "Help", "assignee_id": grace, "group_id": tier_2, "status": "open"}});
    let ticket = id(&scene.post("/tickets", ticket).await, "ticket");
    scene
        .send(
            Method::DELETE,
            &format!("/group_memberships/{joined}"),
            None,
        )
        .await;
    scene
        .send(Method::DELETE, &format!("/groups/{tier_2}"), None)
        .await;

    let account = scene.zendesk.account();
    let support = account.default_group();
    let first = account
        .group_membership(UserId::new(grace), support)
        .unwrap()
        .id;
    let (grace, tier_2) = (
        format!("user {grace} (Grace)"),
        format!("group {tier_2} (Tier 2)"),
    );
    let support = format!("group {support} (Support)");
    let moved = |from: &str, to: &str| {
        format!(
            "default of {grace} moved from {from} to {}",
            &to["group ".len()..]
        )
    };
    let updated = format!("ticket {ticket} updated");
    let expected = [
        vec![
            format!("{grace} created"),
            format!("group membership {first} created: {grace} in {support}, default"),
        ],
        vec![format!("{tier_2} created")],
        vec![format!(
            "group membership {joined} created: {grace} in {tier_2}"
        )],
        vec![moved(&support, &tier_2)],
        vec![format!("ticket {ticket} created")],
        // The job that takes the agent from the ticket follows from the call that left the group.
        vec![
            format!("group membership {joined} deleted: {grace} in {tier_2}"),
            moved(&tier_2, &support),
            updated.clone(),
        ],
        vec![updated, format!("{tier_2} deleted")],
    ];
    let effects: Vec<Vec<String>> = scene
        .zendesk
        .calls()
        .iter()
        .map(|call| call.effects().iter().map(ToString::to_string).collect())
        .collect();
    assert_eq!(effects, expected);
}

#[tokio::test]
async fn a_name_of_any_length_makes_no_long_text() {
    let scene = Scene::start().await;
    let long = "é".repeat(1_000_000);
    scene
        .post("/organizations", json!({"organization": {"name": long}}))
        .await;
    let organization = scene
        .zendesk
        .account()
        .organizations()
        .into_iter()
        .find(|of| of.name == long);
    let organization = organization.expect("it is created");
    scene.zendesk.seed().membership(&scene.ada, &organization);
    scene
        .send(
            Method::DELETE,
            &format!("/organizations/{}", organization.id),
            None,
        )
        .await;
    let texts = [
        scene.zendesk.transcript(),
        scene
            .zendesk
            .calls()
            .try_assert_none()
            .unwrap_err()
            .to_string(),
        scene
            .zendesk
            .calls()
            .matching(&long, |_| false)
            .try_assert_once()
            .unwrap_err()
            .to_string(),
        scene
            .zendesk
            .assert_user(&scene.ada)
            .try_organizations([&organization])
            .unwrap_err()
            .to_string(),
    ];
    for text in texts {
        assert!(text.len() < 20_000, "{} bytes", text.len());
    }
}

#[tokio::test]
async fn what_a_call_is_compared_by_is_shown_without_control_characters_and_cut() {
    let scene = Scene::start().await;
    scene
        .get(&format!("/organizations?page=%1B[2J{}", "9".repeat(3_000)))
        .await;
    let calls = scene
        .zendesk
        .calls()
        .of(organizations::LIST)
        .with_query("page", "2");
    let text = calls.try_assert_once().unwrap_err().to_string();
    assert!(text.contains(r"    ✗ query: page: \u{1b}[2J999"), "{text}");
    assert!(!text.contains('\u{1b}') && text.len() < 3_000, "{text}");
}

#[tokio::test]
async fn a_call_tells_what_it_did_to_identities() {
    let scene = Scene::start().await;
    let path = format!("/users/{}/identities", scene.ada.id);
    let identity = |value: &str| json!({"identity": {"type": "email", "value": value}});
    scene.post(&path, identity("a@example.com")).await;
    let (_, second) = scene.post(&path, identity("b@example.com")).await;
    let id = second["identity"]["id"].as_u64().unwrap();
    let one = format!("{path}/{id}");
    scene
        .send(Method::PUT, &one, Some(identity("c@example.com")))
        .await;
    scene
        .send(Method::PUT, &format!("{one}/make_primary"), None)
        .await;
    scene.send(Method::DELETE, &one, None).await;
    let calls = scene.zendesk.calls();
    let told: Vec<String> = calls.iter().flat_map(effects).collect();
    expect![[r#"
        identity 21859498330388 (a@example.com) created, of user ADA........... (Ada)
        identity 21859498330516 (b@example.com) created, of user ADA........... (Ada)
        identity 21859498330516 (c@example.com) updated
        identity 21859498330388 (a@example.com) updated
        identity 21859498330516 (c@example.com) updated
        identity 21859498330516 (c@example.com) deleted, of user ADA........... (Ada)"#]]
    .assert_eq(&scene.with_names(told.join("\n")));
}

#[tokio::test]
async fn a_budget_of_calls_counts_all_of_them_by_operation() {
    let scene = Scene::start().await;
    let nothing = scene.zendesk.calls().try_assert_at_most(1).unwrap_err();
    assert_eq!(nothing.kind(), FailureKind::NothingToJudge);
    scene.zendesk.assert_at_most_calls(0);
    for _ in 0..6 {
        scene.get("/users/me").await;
    }
    // Refused ones count.
    scene.join(&scene.acme).await;
    scene.join(&scene.acme).await;
    scene.zendesk.assert_at_most_calls(8);
    scene.zendesk.calls().of(users::CREATE).assert_at_most(1);
    let failed = here(scene.zendesk.calls().try_assert_at_most(7));
    scene.check(failed, &expect![[r#"
        expected at most 7 calls, got 8
          asserted at HERE
          6  ShowCurrentUser (GET /api/v2/users/me)
          2  CreateOrganizationMembership (POST /api/v2/organization_memberships)

        calls received (8), * = counted:
          * #1  GET   /api/v2/users/me                  -> 200  ShowCurrentUser
            … 5 more like it, up to #6 …
          * #7  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership
                  {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}
                  membership MEMBERSHIP.... created: user ADA........... (Ada) in organization ACME.......... (Acme), default
          * #8  POST  /api/v2/organization_memberships  -> 422  user_id: DuplicateValue, repeats #7
                  {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}"#]]);
    let panicked = panic_of(|| scene.zendesk.assert_at_most_calls(7));
    assert!(
        panicked.starts_with("expected at most 7 calls, got 8"),
        "{panicked}"
    );
}

#[tokio::test]
async fn a_transcript_shows_equal_calls_in_a_row_once() {
    let scene = Scene::start().await;
    for path in ["/users/me"; 3] {
        scene.get(path).await;
    }
    scene.get("/nowhere").await;
    for path in ["/users/me"; 5] {
        scene.get(path).await;
    }
    scene.get("/users/count").await;
    let transcript = scene.zendesk.transcript();
    expect![[r#"
        #1   GET  /api/v2/users/me     -> 200  ShowCurrentUser
        #2   GET  /api/v2/users/me     -> 200  ShowCurrentUser
        #3   GET  /api/v2/users/me     -> 200  ShowCurrentUser
        #4   GET  /api/v2/nowhere      -> 404  no such endpoint
        #5   GET  /api/v2/users/me     -> 200  ShowCurrentUser
            … 4 more like it, up to #9 …
        #10  GET  /api/v2/users/count  -> 200  CountUsers"#]]
    .assert_eq(&transcript);
    let _ = catch_unwind(AssertUnwindSafe(|| scene.zendesk.verify()));
}
