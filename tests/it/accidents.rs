//! Tests that are wrong must not pass: each mistake that the double can notice, and what it says.

use std::time::Duration;

use expect_test::expect;
use mock_zendesk::{
    Calls, MockZendesk,
    calls::{Failure, FailureKind},
    organization_memberships, organizations, users,
};
use serde_json::json;

use crate::handle::panic_of;
use crate::normal::{here, line_of, normal, with_places};
use crate::scene::Scene;

/// What panicked, which has to point at this file.
fn panic_here(act: impl FnOnce()) -> String {
    let (text, file, _) = panic_of(act);
    assert!(
        file.ends_with("accidents.rs"),
        "it points at {file}: {text}"
    );
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
        (
            "assert_exact_sequence",
            of.try_assert_exact_sequence(&[create, create]),
        ),
        ("assert_json", of.try_assert_json(&includes)),
        (
            "wait_for",
            scene
                .zendesk
                .try_wait_for(create, 2, Duration::from_secs(10))
                .await
                .map(drop),
        ),
    ];
    for (name, result) in cases {
        let failure = result.expect_err(name);
        assert_eq!(failure.kind(), FailureKind::Refused, "{name}: {failure}");
        let refusal = "#2 was refused with 422, user_id: DuplicateValue";
        assert!(failure.headline().contains(refusal), "{name}: {failure}");
        let ways_out = "if the test means refused calls: add .refused(), .with_status(422) or .any_outcome() before the assertion";
        assert!(failure.to_string().contains(ways_out), "{name}: {failure}");
    }
    // Each way out is one, and a range that allows for no call says nothing of what became of them.
    let content: [fn(&Calls) -> Calls; 3] = [Calls::refused, Calls::any_outcome, |calls| {
        calls.with_status(422)
    }];
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
    scene.zendesk.expect_calls(
        |calls| calls.of(organization_memberships::CREATE).refused(),
        1,
    );
    scene.zendesk.expect(organizations::LIST, 0);
    scene.join(&scene.acme).await;
    scene.join(&scene.acme).await;
    let report = scene.zendesk.report();
    assert_eq!(report.problems().len(), 1, "{report}");
    assert_eq!(report.problems()[0].kind, FailureKind::Refused);
    let text = report.to_string();
    assert!(text.contains("but #2 was refused with 422"), "{text}");
    assert!(
        text.contains(
            "if the test means refused calls: expect_calls(|calls| calls.of(…).refused(), …)"
        ),
        "{text}"
    );
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
        (
            "assert_times(..)",
            &|| calls().assert_times(..),
            "this range contains every number",
        ),
        (
            "assert_times(0..)",
            &|| calls().assert_times(0..),
            "this range contains every number",
        ),
        (
            "try_assert_times(..)",
            &|| drop(calls().try_assert_times(..)),
            "this range contains every number",
        ),
        (
            "expect(..)",
            &|| zendesk.expect(users::ME, ..),
            "this range contains every number",
        ),
        (
            "expect_calls(0..)",
            &|| zendesk.expect_calls(|calls| calls.clone(), 0..),
            "this range contains every number",
        ),
        (
            "assert_sequence(&[])",
            &|| calls().assert_sequence(&[]),
            "no operation is named",
        ),
        (
            "wait_for 0",
            &|| drop(zendesk.wait_for(users::ME, 0, wait)),
            "to wait for 0 calls is not to wait",
        ),
        (
            "try_wait_for 0",
            &|| drop(zendesk.try_wait_for(users::ME, 0, wait)),
            "to wait for 0 calls is not to wait",
        ),
        (
            "to_path",
            &|| drop(calls().to_path("/users?token=s3cr3t-s3cr3t")),
            "a path ends before the question mark",
        ),
    ];
    for (name, act, text) in cases {
        let panic = panic_here(act);
        assert!(
            panic.contains(text) && !panic.contains("s3cr3t"),
            "{name}: {panic}"
        );
    }
    calls().assert_exact_sequence(&[]);
}

#[tokio::test]
async fn what_depends_on_calls_that_were_not_kept_says_so() {
    let scene =
        Scene::with(MockZendesk::builder().keep_calls(mock_zendesk::calls::KeepCalls::Last(1)))
            .await;
    let body = json!({"organization": {"name": "Initech"}});
    scene.post("/organizations", body.clone()).await;
    scene
        .post("/organizations", json!({"organization": {"name": "Hooli"}}))
        .await;
    let failure = scene
        .zendesk
        .calls()
        .try_assert_json(json!({"organization": {"name": "Hooli"}}))
        .unwrap_err();
    assert_eq!(failure.kind(), FailureKind::CannotTell, "{failure}");
    assert!(
        failure
            .headline()
            .starts_with("cannot tell: expected the body of each call to include"),
        "{failure}"
    );
    // What is wrong with the kept ones is wrong anyhow.
    assert_eq!(
        scene
            .zendesk
            .calls()
            .try_assert_json(body)
            .unwrap_err()
            .kind(),
        FailureKind::WrongBody
    );
}

/// A double whose list of organizations has five rows, two on a page.
async fn listing() -> Scene {
    let scene = Scene::with(MockZendesk::builder().without_verify_on_drop()).await;
    for name in ["Hooli", "Initech", "Umbrella"] {
        scene.zendesk.seed().organization(name);
    }
    scene
}

/// Asks for the pages of offset pagination with these numbers, two rows on each.
async fn ask(scene: &Scene, pages: &[usize]) {
    for page in pages {
        scene
            .get(&format!("/organizations?page={page}&per_page=2"))
            .await;
    }
}

/// The kinds of failure of several assertions. None: it holds.
type Verdicts<const N: usize> = [Option<FailureKind>; N];

fn kind_of(result: Result<(), Failure>) -> Option<FailureKind> {
    result.err().map(|failure| failure.kind())
}

/// What each assertion on walks makes of these pages: to the end, no row missed, each row once, no
/// page twice.
fn verdicts(calls: &Calls) -> Verdicts<4> {
    [
        calls.try_assert_walked_to_end(),
        calls.try_assert_no_row_missed(),
        calls.try_assert_each_row_once(),
        calls.try_assert_no_page_twice(),
    ]
    .map(kind_of)
}

#[tokio::test]
async fn a_walk_is_judged_by_all_of_its_pages() {
    use FailureKind::{MissedRow, NothingToJudge, TooMany, WrongOrder};
    let cases: [(&str, &[usize], Verdicts<4>); 9] = [
        ("whole", &[1, 2, 3], [None; 4]),
        ("two whole ones", &[1, 2, 3, 1, 2, 3], [None; 4]),
        (
            "one beyond the end, as some clients do",
            &[1, 2, 3, 4],
            [None; 4],
        ),
        ("side by side, in any order", &[1, 3, 2], [None; 4]),
        (
            "pages skipped",
            &[1, 3],
            [Some(WrongOrder), Some(MissedRow), None, None],
        ),
        (
            "broken off, then a whole one",
            &[1, 2, 1, 2, 3],
            [Some(WrongOrder), Some(WrongOrder), None, Some(TooMany)],
        ),
        (
            "without the first",
            &[2, 3],
            [Some(WrongOrder), Some(WrongOrder), None, None],
        ),
        (
            "a page again",
            &[1, 2, 2, 3],
            [None, None, Some(TooMany), Some(TooMany)],
        ),
        ("none", &[], [Some(NothingToJudge); 4]),
    ];
    for (name, pages, expected) in cases {
        let scene = listing().await;
        ask(&scene, pages).await;
        assert_eq!(
            verdicts(&scene.zendesk.calls().of(organizations::LIST)),
            expected,
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_row_that_is_on_no_page_though_it_was_there_all_the_time_is_missed() {
    for (first, next) in [("?per_page=2", true), ("?page[size]=2", false)] {
        let scene = listing().await;
        let gone = scene.acme.id;
        scene
            .zendesk
            .between_pages(organizations::LIST, move |page, seed| {
                if page == 1 {
                    seed.remove_organization(gone);
                    seed.organization("Newcomer");
                }
            });
        let mut path = Some(format!("/organizations{first}"));
        while let Some(of) = path {
            let (_, page) = scene.get(&of).await;
            let more = page["meta"]["has_more"] == true;
            let link = page["next_page"]
                .as_str()
                .or(page["links"]["next"].as_str().filter(|_| more));
            path = link.map(|link| link.split("/api/v2").nth(1).unwrap().to_owned());
        }
        let expected = if next {
            Some(FailureKind::MissedRow)
        } else {
            None
        };
        assert_eq!(
            verdicts(&scene.zendesk.calls()),
            [None, expected, None, None],
            "{first}"
        );
    }
}

#[tokio::test]
async fn a_walk_that_broke_off_at_an_error_is_excused_by_a_later_one() {
    for fault in [
        mock_zendesk::Fault::status(500),
        mock_zendesk::Fault::malformed_json(),
    ] {
        let scene = listing().await;
        scene.zendesk.inject(fault.nth(2));
        ask(&scene, &[1, 2]).await;
        let calls = || scene.zendesk.calls().of(organizations::LIST);
        assert_eq!(
            kind_of(calls().try_assert_walked_to_end()),
            Some(FailureKind::WrongOrder)
        );
        // Tried again, or begun again.
        ask(&scene, &[1, 2, 3]).await;
        assert_eq!(verdicts(&calls()), [None; 4]);
    }
}

#[tokio::test]
async fn walks_through_several_lists_are_told_apart_and_rows_by_their_own_ids() {
    let scene = Scene::with(MockZendesk::builder().max_page_size(1)).await;
    let seed = scene.zendesk.seed();
    let bob = seed.user("Bob");
    for user in [&scene.ada, &bob] {
        seed.membership(user, &scene.acme);
        seed.membership(user, &scene.globex);
    }
    // Users who share an organization are two rows, also where the organization is sideloaded with
    // both.
    for path in [
        "/organization_memberships?include=organizations",
        &format!(
            "/users/{}/organization_memberships?page[size]=1",
            scene.ada.id
        ),
        &format!("/users/{}/organization_memberships?page[size]=1", bob.id),
        "/users",
    ] {
        let mut path = Some(path.to_owned());
        while let Some(of) = path {
            let (_, page) = scene.get(&of).await;
            let more = page["meta"]["has_more"] == true;
            let link = page["next_page"]
                .as_str()
                .or(page["links"]["next"].as_str().filter(|_| more));
            path = link.map(|link| link.split("/api/v2").nth(1).unwrap().to_owned());
        }
    }
    assert_eq!(verdicts(&scene.zendesk.calls()), [None; 4]);
    scene.get("/users?per_page=1").await;
    let all = verdicts(&scene.zendesk.calls());
    assert_eq!(
        all,
        [
            Some(FailureKind::WrongOrder),
            Some(FailureKind::MissedRow),
            None,
            None
        ]
    );
}

#[tokio::test]
async fn what_is_asserted_of_walks_and_manners_needs_all_calls_and_something_to_judge() {
    let scene = Scene::with(
        MockZendesk::builder()
            .keep_calls(mock_zendesk::calls::KeepCalls::Last(2))
            .without_verify_on_drop(),
    )
    .await;
    let judge = || {
        let calls = scene.zendesk.calls();
        let [end, missed, once, twice] = verdicts(&calls);
        [
            end,
            missed,
            once,
            twice,
            kind_of(calls.try_assert_honored_retry_after()),
            kind_of(calls.try_assert_max_consecutive_429(1)),
        ]
    };
    scene.get("/users/me").await;
    assert_eq!(judge(), [Some(FailureKind::NothingToJudge); 6]);
    scene.zendesk.calls().assert_max_consecutive_429(0);
    for _ in 0..2 {
        scene.get("/users/me").await;
    }
    assert_eq!(judge(), [Some(FailureKind::CannotTell); 6]);
    ask(&scene, &[1]).await;
    scene
        .zendesk
        .inject(mock_zendesk::Fault::rate_limited(Duration::ZERO));
    ask(&scene, &[1]).await;
    assert_eq!(judge(), [Some(FailureKind::CannotTell); 6]);
}

#[tokio::test]
async fn what_a_test_planned_and_nothing_met_is_a_problem() {
    let scene = Scene::with(MockZendesk::builder().without_verify_on_drop()).await;
    let planned = line_of(|| scene.zendesk.between_pages(organizations::LIST, |_, _| ()));
    scene.get("/organizations").await;
    let report = scene.zendesk.report();
    assert_eq!(report.problems().len(), 1, "{report}");
    assert_eq!(report.problems()[0].kind, FailureKind::NeverHappened);
    assert_eq!(
        with_places(&report.problems()[0].place(), &[(planned, "HERE")]),
        "HERE"
    );
}

#[tokio::test]
async fn a_fault_that_has_nothing_to_spoil_has_not_happened() {
    let faults = [
        mock_zendesk::Fault::malformed_json(),
        mock_zendesk::Fault::empty_body(),
        mock_zendesk::Fault::wrong_content_type(),
    ];
    for fault in faults {
        let scene = Scene::with(MockZendesk::builder().without_verify_on_drop()).await;
        let planned = scene.zendesk.inject(fault.clone().times(2));
        let membership = scene.zendesk.seed().membership(&scene.ada, &scene.acme);
        let path = format!("/organization_memberships/{}", membership.id);
        scene.answer(reqwest::Method::DELETE, path, None).await;
        scene.answer(reqwest::Method::HEAD, "/users/me", None).await;
        assert_eq!(planned.fired(), 0);
        assert!(
            scene
                .zendesk
                .calls()
                .iter()
                .all(|call| call.fault().is_none())
        );
        let report = scene.zendesk.report();
        assert_eq!(report.problems().len(), 1, "{report}");
        let headline = &report.problems()[0].headline;
        assert!(
            headline.ends_with(", 2 times; it met #1, which has no body to spoil"),
            "{headline}"
        );
    }
}

#[tokio::test]
async fn a_call_that_a_mock_of_the_tests_own_answers_is_a_call_of_its_operation() {
    use wiremock::{Mock, ResponseTemplate, matchers::method};
    let scene = Scene::with(MockZendesk::builder().without_verify_on_drop()).await;
    let mock = Mock::given(method("POST")).respond_with(ResponseTemplate::new(201));
    mock.mount(scene.zendesk.server()).await;
    scene.zendesk.expect(organization_memberships::CREATE, 0);
    scene.join(&scene.acme).await;
    let kinds: Vec<FailureKind> = scene
        .zendesk
        .report()
        .problems()
        .iter()
        .map(|problem| problem.kind)
        .collect();
    assert_eq!(kinds, [FailureKind::TooMany]);
}

#[tokio::test]
async fn a_selection_that_no_call_can_be_in_panics_and_says_why() {
    use mock_zendesk::Credentials;
    let zendesk = MockZendesk::start().await;
    let other = MockZendesk::start().await;
    for path in ["/users/me", "/users/me"] {
        reqwest::get(other.url(path)).await.unwrap();
        reqwest::get(zendesk.url(path)).await.unwrap();
    }
    let calls = || zendesk.calls();
    let create = organization_memberships::CREATE;
    let (first, last) = (calls().first().unwrap(), calls().last().unwrap());
    let foreign = other.calls().first().unwrap();
    let cases: [(&dyn Fn() -> Calls, &str); 24] = [
        (
            &|| calls().of(create).of(users::ME),
            "a call has one operation",
        ),
        (
            &|| calls().with_status(422).with_status(400),
            "a call has one status",
        ),
        (
            &|| calls().to_path("/users").to_path("/tickets"),
            "a call has one path",
        ),
        (
            &|| calls().with_query("page", "1").with_query("page", "2"),
            "only one value of the parameter page counts",
        ),
        (
            &|| calls().succeeded().refused(),
            "no call both succeeded and was refused",
        ),
        (
            &|| calls().succeeded().with_status(422),
            "no call succeeded with the status 422",
        ),
        (
            &|| calls().with_status(200).refused(),
            "no call was refused with the status 200",
        ),
        (
            &|| calls().to_unknown_endpoints().of(create),
            "CreateOrganizationMembership is a known endpoint",
        ),
        (
            &|| calls().of(create).with_status(200),
            "CreateOrganizationMembership replies with 201 or an error",
        ),
        (
            &|| calls().of(create).to_path("/users"),
            "CreateOrganizationMembership has another path",
        ),
        (&|| calls().with_status(42), "no reply has the status 42"),
        (&|| calls().with_status(600), "no reply has the status 600"),
        (&|| calls().to_path(zendesk.url("/users")), "this is a url"),
        (
            &|| calls().to_path("/users/{user_id}"),
            "this is the template of a path",
        ),
        (
            &|| calls().to_path("GET /users"),
            "no path has a space in it",
        ),
        (
            &|| calls().with_header("x batch", "7"),
            "no header has this name",
        ),
        (
            &|| calls().with_header("x-batch: 7", "7"),
            "no header has this name",
        ),
        (
            &|| calls().with_query("page%5Bsize%5D", "7"),
            "no parameter has this name",
        ),
        (
            &|| calls().with_query("?page", "7"),
            "no parameter has this name",
        ),
        (
            &|| calls().with_json(json!({"user": {}})),
            "every object includes this",
        ),
        (&|| calls().after(&last).before(&first), "swap the two"),
        (
            &|| calls().after(&foreign),
            "this call was received by another double",
        ),
        (
            &|| calls().before(&foreign),
            "this call was received by another double",
        ),
        (
            &|| calls().since(other.mark()),
            "this mark is from another double",
        ),
    ];
    for (pick, text) in cases {
        let panic = panic_here(|| drop(pick()));
        assert!(panic.contains(text), "{text}: {panic}");
    }
    // What only looks alike is fine.
    let me = calls()
        .of(users::ME)
        .to_path("/users/me.json")
        .with_status(200)
        .with_status(200)
        .succeeded();
    me.before(&last).after(&first).any_outcome().assert_none();
    calls()
        .of(create)
        .with_status(422)
        .with_credentials(&Credentials::oauth("x"))
        .refused()
        .assert_none();
    calls()
        .with_query("page", "1")
        .with_query("page[size]", "2")
        .with_json(json!({"user": null}))
        .assert_none();
    calls()
        .of(organization_memberships::SHOW)
        .to_path("/organization_memberships/7")
        .assert_none();
}

#[tokio::test]
async fn nothing_is_said_of_some_calls_where_none_came_at_all() {
    let zendesk = MockZendesk::builder()
        .without_verify_on_drop()
        .start()
        .await;
    let none = |calls: Calls| kind_of(calls.of(users::LIST).try_assert_none());
    assert_eq!(none(zendesk.calls()), Some(FailureKind::NothingToJudge));
    assert_eq!(
        kind_of(zendesk.calls().of(users::LIST).try_assert_times(..=3)),
        Some(FailureKind::NothingToJudge)
    );
    zendesk.calls().assert_none();
    zendesk.expect(users::LIST, 0);
    zendesk.expect_calls(|calls| calls, 0);
    let report = zendesk.report();
    assert_eq!(report.problems().len(), 1, "{report}");
    reqwest::get(zendesk.url("/users/me")).await.unwrap();
    assert_eq!(none(zendesk.calls()), None);
    assert_eq!(
        none(zendesk.calls().since(zendesk.mark())),
        Some(FailureKind::NothingToJudge)
    );
    // Before the first call there is honestly nothing.
    assert_eq!(
        none(zendesk.calls().before(&zendesk.calls().first().unwrap())),
        None
    );
}

#[tokio::test]
async fn what_is_said_twice_or_too_late_is_told() {
    let scene = Scene::with(MockZendesk::builder().without_verify_on_drop()).await;
    let zendesk = &scene.zendesk;
    let first = line_of(|| zendesk.expect(users::ME, 1));
    let panic = with_places(
        &panic_here(|| zendesk.expect(users::ME, 1)),
        &[(first, "HERE")],
    );
    assert!(
        panic.starts_with("the same expectation was declared at HERE"),
        "{panic}"
    );
    zendesk.expect(users::ME, 1..);
    let panic = panic_here(|| zendesk.expect_calls(|calls| calls.of(users::ME).of(users::LIST), 0));
    assert!(panic.starts_with("a call has one operation"), "{panic}");

    // A snapshot that was taken after the program acted.
    scene.get("/users/me").await;
    zendesk.expect(users::ME, 1);
    let late = zendesk.account();
    assert_eq!(
        kind_of(zendesk.try_assert_changes(&late, [])),
        Some(FailureKind::NothingToJudge)
    );
    scene.get("/users/me").await;
    zendesk.assert_changes(&late, []);
    let other = MockZendesk::builder().without_socket();
    let panic = panic_here(|| zendesk.assert_changes(&other.account(), []));
    assert!(
        panic.starts_with("this snapshot is from another double"),
        "{panic}"
    );

    // An assertion on the account is about the account when it is made.
    let early = zendesk.assert_membership(&scene.ada, &scene.acme);
    let user = zendesk.assert_user(&scene.ada);
    scene.join(&scene.acme).await;
    early.exists();
    user.organizations([&scene.acme]).default(&scene.acme);
}

#[tokio::test]
async fn a_wait_of_no_time_and_one_that_nobody_came_after_are_not_judged() {
    let scene = Scene::start().await;
    scene
        .zendesk
        .inject(mock_zendesk::Fault::rate_limited(Duration::ZERO));
    scene
        .zendesk
        .inject(mock_zendesk::Fault::rate_limited(Duration::from_secs(9)).nth(3));
    for _ in 0..4 {
        scene.get("/users/me").await;
    }
    let judge = || kind_of(scene.zendesk.calls().try_assert_honored_retry_after());
    assert_eq!(judge(), Some(FailureKind::NothingToJudge));
    scene.zendesk.advance(Duration::from_secs(9));
    scene.get("/users/me").await;
    assert_eq!(judge(), None);
}

#[tokio::test]
async fn what_a_fault_can_only_have_once_is_not_replaced_in_silence() {
    use mock_zendesk::{Fault, chaos::try_sweep};
    let cases: [(&dyn Fn() -> Fault, &str); 4] = [
        (
            &|| Fault::status(500).on(users::ME).on(users::LIST),
            "this fault already has an operation",
        ),
        (
            &|| Fault::status(500).when("a", |_| true).when("b", |_| true),
            "this fault already has a condition",
        ),
        (
            &|| Fault::status(500).nth(2).always(),
            "this fault already says which calls",
        ),
        (
            &|| Fault::status(500).every(2).times(3),
            "this fault already says which calls",
        ),
    ];
    for (make, text) in cases {
        let panic = panic_here(|| drop(make()));
        assert!(panic.starts_with(text), "{text}: {panic}");
    }
    let call = async |zendesk: &MockZendesk| drop(reqwest::get(zendesk.url("/users/me")).await);
    let failure = try_sweep([Fault::status(500).nth(2)], MockZendesk::builder, call)
        .await
        .unwrap_err();
    assert!(
        failure
            .to_string()
            .starts_with("the sweep chooses the call for each fault"),
        "{failure}"
    );
    let failure = try_sweep(
        [Fault::status(500).on(users::LIST)],
        MockZendesk::builder,
        call,
    )
    .await
    .unwrap_err();
    assert!(
        failure
            .to_string()
            .starts_with("this fault happened in no run of the sweep"),
        "{failure}"
    );
}

#[tokio::test]
async fn a_fault_that_never_happened_says_what_came_instead() {
    use mock_zendesk::Fault;
    let scene = Scene::with(MockZendesk::builder().without_verify_on_drop()).await;
    let first = here(scene.zendesk.inject(Fault::status(500).on(users::ME))).place;
    scene.zendesk.inject(Fault::status(501).nth(5));
    scene.zendesk.inject(Fault::status(502));
    scene.zendesk.inject(Fault::status(504).on(users::LIST));
    scene.get("/users/me").await;
    scene.get("/groups").await;
    let report = scene.zendesk.report();
    let headlines: Vec<&str> = report
        .problems()
        .iter()
        .map(|problem| problem.headline.as_str())
        .collect();
    expect![[r#"
        expected to happen, but never did: status 501, call 5; a call that it matches met the fault planned at HERE instead, because a call meets one fault
        expected to happen, but never did: status 504 on ListUsers; no call matched it"#]]
    .assert_eq(&normal(&scene.zendesk, &headlines.join("\n"), &[(first, "HERE")]));
}

#[tokio::test]
async fn who_never_was_there_is_not_absent() {
    let scene = Scene::start().await;
    let nobody = mock_zendesk::UserId::new(7);
    let failure = scene
        .zendesk
        .assert_membership(nobody, &scene.acme)
        .try_absent()
        .unwrap_err();
    assert_eq!(failure.kind(), FailureKind::NothingToJudge, "{failure}");
    // A user who was deleted, and an organization that was, are absent.
    scene
        .send(
            reqwest::Method::DELETE,
            &format!("/users/{}", scene.ada.id),
            None,
        )
        .await;
    scene
        .send(
            reqwest::Method::DELETE,
            &format!("/organizations/{}", scene.acme.id),
            None,
        )
        .await;
    scene
        .zendesk
        .assert_membership(&scene.ada, &scene.acme)
        .absent();
}

#[tokio::test]
async fn an_expectation_that_is_declared_too_late_says_what_came_before() {
    let scene = Scene::with(MockZendesk::builder().without_verify_on_drop()).await;
    scene.get("/users/me").await;
    scene.zendesk.expect(users::ME, 1);
    let report = scene.zendesk.report();
    let headline = "expected exactly 1 call of ShowCurrentUser (GET /api/v2/users/me) after #1 (ShowCurrentUser), got none; #1 \
                    came before the expectation was declared";
    assert_eq!(report.problems()[0].headline, headline);
}
