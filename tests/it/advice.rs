//! The advice about programs: for each rule one program that earns it, and programs that come near
//! and do not.
//!
//! A program is a list of lines: a request, or what happens around it.

use std::time::Duration;

use expect_test::{Expect, expect};
use http::Request;
use mock_zendesk::{
    Fault, MockZendesk,
    advice::AdviceKind,
    calls::{FailureKind, KeepCalls},
    job_statuses::JobPace,
    organizations,
    settings::SearchLag,
};
use serde_json::Value;

use crate::normal::{here, line_of, normal, normal_failure};

/// A double with three users and three organizations besides the account's owner, two rows on a
/// page, jobs that take ten requests, and an index of the search that gets nothing new.
fn start() -> MockZendesk {
    let zendesk = MockZendesk::builder()
        .max_page_size(2)
        .job_pace(JobPace::AfterPolls(10))
        .search_lag(SearchLag::ByHand)
        .allow_unknown_parameter("?api_key")
        .allow_unknown_parameter("?x")
        .without_socket();
    for name in ["Ada", "Bob", "Cy"] {
        zendesk.seed().user(name);
    }
    for name in ["Acme", "Globex", "Initech"] {
        zendesk.seed().organization(name);
    }
    zendesk.search_index().catch_up();
    zendesk
}

/// Runs the lines of a program:
///
/// - `GET /users`, `POST /users {"user":{"name":"Dan"}}`: a request; `{ada}` is the id of Ada, and
///   `{job}` that of the last job;
/// - `advance 500`: this many milliseconds pass on the double's clock;
/// - `limit 30`, `fail`, `lose`: the next request is limited for this many seconds, fails, or its
///   reply is lost;
/// - `seed`: the test adds an organization.
fn run(zendesk: &MockZendesk, lines: &[&str]) {
    for line in lines {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let number = || rest.parse().unwrap();
        match word {
            "advance" => zendesk.advance(Duration::from_millis(number())),
            "limit" => drop(zendesk.inject(Fault::rate_limited(Duration::from_secs(number())))),
            "fail" => drop(zendesk.inject(Fault::status(500))),
            "lose" => drop(zendesk.inject(Fault::lost_reply())),
            "seed" => drop(zendesk.seed().organization("Umbrella")),
            method => send(zendesk, method, rest),
        }
    }
}

fn send(zendesk: &MockZendesk, method: &str, rest: &str) {
    let account = zendesk.account();
    let id_of = |name: &str| {
        let mut users = account.users().into_iter();
        let user = users
            .find(|user| user.name == name)
            .map(|user| user.id.get());
        let mut organizations = account.organizations().into_iter();
        let organization = organizations
            .find(|row| row.name == name)
            .map(|row| row.id.get());
        user.or(organization).unwrap().to_string()
    };
    let mut rest = rest.to_owned();
    for name in ["Ada", "Bob", "Cy", "Acme", "Globex", "Initech"] {
        let place = format!("{{{}}}", name.to_lowercase());
        if rest.contains(&place) {
            rest = rest.replace(&place, &id_of(name));
        }
    }
    if let Some(job) = account.last_job() {
        rest = rest.replace("{job}", &job.id);
    }
    let (path, body) = rest.split_once(' ').unwrap_or((&rest, ""));
    let request = Request::builder()
        .method(method)
        .uri(zendesk.url(path))
        .header("content-type", "application/json")
        .header("authorization", zendesk.authorization());
    // A lost reply is an error here.
    let _ = zendesk.send(request.body(body.to_owned()).unwrap());
}

/// Checks the one piece of advice that a program earns, and that others earn none.
#[track_caller]
fn check(kind: AdviceKind, earns: &[&str], text: &Expect, near: &[(&str, &[&str])]) {
    let zendesk = start();
    run(&zendesk, earns);
    let advice = zendesk.advice();
    let kinds: Vec<AdviceKind> = advice.iter().map(|advice| advice.kind()).collect();
    assert_eq!(kinds, [kind], "{advice}");
    let only = advice.iter().next().unwrap();
    let calls = format!("{:?} {}", only.calls(), only.text());
    text.assert_eq(&normal(&zendesk, &calls, &[]));
    for (why, lines) in near {
        let zendesk = start();
        run(&zendesk, lines);
        let advice = zendesk.advice();
        assert!(advice.is_empty(), "{why}: {advice}");
    }
}

#[test]
fn b28_a_request_that_comes_again_before_retry_after_is_over() {
    check(
        AdviceKind::RetriedTooSoon,
        &[
            "limit 30",
            "GET /users/me",
            "advance 10000",
            "GET /users/me",
        ],
        &expect![
            "[1, 2] #1 asked to wait 30s (Retry-After), and the same request came again after 10s, as #2"
        ],
        &[
            (
                "it waited",
                &[
                    "limit 30",
                    "GET /users/me",
                    "advance 30000",
                    "GET /users/me",
                ],
            ),
            (
                "nobody knows how long it waited",
                &["limit 30", "GET /users/me", "GET /users/me"],
            ),
            (
                "another request came first",
                &[
                    "limit 30",
                    "GET /users/me",
                    "advance 10000",
                    "GET /users/count",
                ],
            ),
        ],
    );
}

const JOB: &str = r#"POST /users/create_many {"users":[{"name":"Dan"}]}"#;

#[test]
fn b47_a_job_that_is_polled_without_pauses() {
    let poll = "GET /job_statuses/{job}";
    let (short, long) = ("advance 100", "advance 1000");
    check(
        AdviceKind::PolledTooFast,
        &[JOB, poll, short, poll, short, poll, short, poll],
        &expect![
            "[2, 3, 4, 5] the status of job JOB................................ was requested 4 times in a row with pauses under 1s, #2 to #5"
        ],
        &[
            (
                "three requests are not four",
                &[JOB, poll, short, poll, short, poll],
            ),
            (
                "it paused in between",
                &[JOB, poll, short, poll, short, poll, long, poll, short, poll],
            ),
            (
                "the clock stands still, so nobody knows",
                &[JOB, poll, poll, poll, poll, poll],
            ),
        ],
    );
}

#[test]
fn b48_a_walk_by_offset_through_a_list_with_cursors() {
    check(
        AdviceKind::OffsetWalk,
        &["GET /users", "GET /users?page=2"],
        &expect![
            "[1, 2] 2 pages of ListUsers (GET /api/v2/users) were read by offset pagination, from #1 on"
        ],
        &[
            ("one page", &["GET /users?per_page=1"]),
            (
                "sorted",
                &[
                    "GET /organizations/{acme}/users?sort_by=name",
                    "GET /organizations/{acme}/users?sort_by=name&page=2",
                ],
            ),
            (
                "the search has no cursors",
                &[
                    "GET /search?query=type:organization",
                    "GET /search?query=type:organization&page=2",
                ],
            ),
        ],
    );
    // By cursors.
    let zendesk = start();
    run(&zendesk, &["GET /users?page[size]=2"]);
    let first = zendesk.calls().last().unwrap();
    let page: Value = serde_json::from_slice(first.reply().unwrap().body()).unwrap();
    let (_, next) = page["links"]["next"]
        .as_str()
        .unwrap()
        .split_once("/api/v2")
        .unwrap();
    run(&zendesk, &[&format!("GET {next}")]);
    zendesk.calls().assert_walked_to_end();
    zendesk.assert_no_advice();
}

#[test]
fn b49_a_list_of_which_only_the_first_page_is_read() {
    check(
        AdviceKind::StoppedAtFirstPage,
        &["GET /organizations?page[size]=2"],
        &expect![
            "[1] #1 returned 2 of the 3 rows of ListOrganizations (GET /api/v2/organizations), and no further page was requested"
        ],
        &[
            ("it asked for one row", &["GET /organizations?per_page=1"]),
            (
                "the next page failed",
                &["GET /users", "fail", "GET /users?page=2"],
            ),
            ("all rows are on one page", &["GET /users/{ada}/identities"]),
            ("a search", &["GET /search?query=type:organization"]),
            (
                "an export goes on later",
                &[
                    "advance 120000",
                    "GET /incremental/users/cursor?start_time=0",
                ],
            ),
        ],
    );
}

/// Creates a user by a line.
macro_rules! user {
    ($name:literal) => {
        concat!(r#"POST /users {"user":{"name":""#, $name, r#""}}"#)
    };
}

#[test]
fn b50_records_that_are_created_one_by_one() {
    let group = |name: &str| format!(r#"POST /groups {{"group":{{"name":"{name}"}}}}"#);
    let groups = ["A", "B", "C"].map(group);
    check(
        AdviceKind::CreatedOneByOne,
        &[user!("Dan"), "GET /users/me", user!("Eve"), user!("Fay")],
        &expect![
            "[1, 3, 4] CreateUser (POST /api/v2/users) was called 3 times, from #1 to #4; CreateManyUsers (POST /api/v2/users/create_many) takes up to 100 at once"
        ],
        &[
            ("two are not three", &[user!("Dan"), user!("Eve")]),
            (
                "over a minute lies in between",
                &[user!("Dan"), user!("Eve"), "advance 61000", user!("Fay")],
            ),
            (
                "one failed",
                &[user!("Dan"), user!("Eve"), "fail", user!("Fay")],
            ),
            (
                "there is no bulk operation for groups",
                &[&groups[0], &groups[1], &groups[2]],
            ),
            (
                "they were in a bulk operation before",
                &[
                    r#"POST /users/create_many {"users":[{"name":"Dan"},{"name":"Eve"},{"name":"Fay"}]}"#,
                    user!("Dan"),
                    user!("Eve"),
                    user!("Fay"),
                ],
            ),
        ],
    );
}

#[test]
fn b51_a_request_that_is_sent_again_after_it_succeeded() {
    let join = r#"POST /organization_memberships {"organization_membership":{"user_id":{ada},"organization_id":{acme}}}"#;
    let rename = r#"PUT /organizations/{acme} {"organization":{"notes":"x"}}"#;
    let other = r#"PUT /organizations/{acme} {"organization":{"notes":"y"}}"#;
    check(
        AdviceKind::SentAgain,
        &[join, "GET /users/me", join],
        &expect!["[1, 3] #3 sent the same as #1, which had succeeded; it was refused"],
        &[
            ("the first reply was lost", &["lose", join, join]),
            ("the first one failed", &["fail", join, join]),
            ("another write came in between", &[rename, other, rename]),
            ("a read", &["GET /users/me", "GET /users/me"]),
            (
                "a read by POST",
                &[
                    r#"POST /organizations/autocomplete {"name":"Ac"}"#,
                    r#"POST /organizations/autocomplete {"name":"Ac"}"#,
                ],
            ),
        ],
    );
    for (lines, what) in [
        ([rename, rename], "changed nothing"),
        ([user!("Dan"), user!("Dan")], "created the same again"),
        ([JOB, JOB], "started the same job again"),
    ] {
        let zendesk = start();
        run(&zendesk, &lines);
        let advice = zendesk.advice().to_string();
        assert!(advice.contains(&format!("it {what}: ")), "{advice}");
    }
    // Zendesk takes requests with the same key for one.
    let zendesk = start();
    for _ in 0..2 {
        let request = Request::post(zendesk.url("/groups"))
            .header("content-type", "application/json")
            .header("authorization", zendesk.authorization())
            .header("idempotency-key", "k-1");
        let body = r#"{"group":{"name":"A"}}"#.to_owned();
        let reply = zendesk.send(request.body(body).unwrap()).unwrap();
        assert_eq!(reply.status(), 201);
    }
    zendesk.assert_no_advice();
    // A job that failed may be started again.
    let zendesk = start();
    zendesk.jobs().fail_next("Broken");
    run(&zendesk, &[JOB]);
    zendesk.jobs().run_all();
    run(&zendesk, &[JOB]);
    zendesk.assert_no_advice();
}

#[test]
fn b52_a_secret_in_a_query() {
    check(
        AdviceKind::SecretInQuery,
        &["GET /users/me?api_key=0123", "GET /users/me?api_key=0123"],
        &expect!["[1, 2] #1 has the parameter api_key in its query, and so has 1 more call"],
        &[(
            "a cursor is no secret",
            &["GET /users/{ada}/identities?page[size]=2"],
        )],
    );
    let zendesk = start();
    let secret = "0e1f2a3b4c5d6e7f";
    let request = Request::builder()
        .uri(zendesk.url(&format!("/users/me?x={secret}")))
        .header("authorization", format!("Bearer {secret}"));
    zendesk.send(request.body(String::new()).unwrap()).unwrap();
    let advice = zendesk.advice().to_string();
    assert!(
        advice.starts_with("#1 has a secret in its query: "),
        "{advice}"
    );
    assert!(!advice.contains(secret), "{advice}");
}

#[test]
fn b53_a_list_that_is_read_again() {
    let list = "GET /organizations?per_page=1";
    let write = r#"PUT /organizations/{acme} {"organization":{"notes":"x"}}"#;
    check(
        AdviceKind::ReadAgain,
        &[list, "GET /users/me", list],
        &expect![
            "[1, 3] ListOrganizations (GET /api/v2/organizations) was read again as #3, after #1 had returned the same"
        ],
        &[
            ("something was written", &[list, write, list]),
            ("something failed", &[list, "fail", "GET /users/me", list]),
            ("a minute passed", &[list, "advance 60000", list]),
            (
                "the list has changed",
                &["GET /organizations/count", list, "seed", list],
            ),
            (
                "it waits for the index",
                &["GET /users/search?query=x", "GET /users/search?query=x"],
            ),
            (
                "it waits for a job",
                &[JOB, "GET /job_statuses", "GET /job_statuses"],
            ),
        ],
    );
}

#[test]
fn no161_an_organization_that_is_upserted_by_its_name() {
    let upsert = "POST /organizations/create_or_update";
    check(
        AdviceKind::UpsertedByName,
        &[&format!(
            r#"{upsert} {{"organization":{{"name":"Umbrella"}}}}"#
        )],
        &expect!["[1] #1 upserted an organization by its name alone"],
        &[
            (
                "by external id",
                &[&format!(
                    r#"{upsert} {{"organization":{{"name":"Umbrella","external_id":"u"}}}}"#
                )],
            ),
            (
                "by id",
                &[&format!(
                    r#"{upsert} {{"organization":{{"name":"Umbrella","id":{{acme}}}}}}"#
                )],
            ),
        ],
    );
}

#[test]
fn ns117_a_record_that_is_looked_up_in_the_index() {
    let exact = "GET /organizations/search?name=Umbrella";
    let create = r#"POST /organizations {"organization":{"name":"Umbrella"}}"#;
    check(
        AdviceKind::LookedUpInIndex,
        &["GET /search?query=type:organization%20name:Acme"],
        &expect![
            "[1] #1 looks up the name of an organization in the index of the search; GET /api/v2/organizations/search?name=… finds it at once"
        ],
        &[
            (
                "many records",
                &["GET /search?query=type:user%20role:agent"],
            ),
            ("any address", &["GET /search?query=email:*@example.com"]),
            (
                "more conditions",
                &["GET /search?query=email:a@example.com%20role:agent"],
            ),
            ("an exact look-up", &[exact]),
            (
                "an exact look-up followed",
                &["GET /search?query=type:organization%20name:Umbrella", exact],
            ),
            (
                "what was not there was created",
                &[
                    "GET /search?query=type:organization%20%22Umbrella%22",
                    create,
                ],
            ),
        ],
    );
    // The index does not have yet what the program created, and the program creates it again.
    let zendesk = start();
    let search = "GET /search?query=type:organization%20%22Umbrella%22";
    let other = r#"POST /organizations {"organization":{"name":"Hooli"}}"#;
    run(&zendesk, &[create, other, search, create]);
    expect!["#3 did not find in the index what #1 had created, and #4 created it again; GET /api/v2/organizations/search finds it at once: use a lookup that does not depend on the index, because the search finds new records only later <https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/>"].assert_eq(&zendesk.advice().to_string());
}

#[test]
fn every_kind_has_a_rule_a_public_source_and_a_row_in_the_guide() {
    let guide = include_str!("../../docs/guide/advice.md");
    for kind in AdviceKind::ALL {
        assert!(guide.contains(&format!("\n| `{kind}` | ")), "{kind}");
        assert!(kind.rule().contains(", because "), "{kind}");
        assert!(kind.source().starts_with("https://"), "{kind}");
    }
}

#[test]
fn a_failure_names_all_advice_with_its_rules_and_sources() {
    let zendesk = start();
    let upsert = r#"POST /organizations/create_or_update {"organization":{"name":"Umbrella"}}"#;
    run(&zendesk, &["GET /users", "GET /users?page=2", upsert]);
    let failed = here(zendesk.try_assert_no_advice());
    assert_eq!(
        failed.value.as_ref().unwrap_err().kind(),
        FailureKind::Advised
    );
    expect![[r#"
        expected no calls that Zendesk punishes, got 2 pieces of advice
          asserted at HERE
          1. 2 pages of ListUsers (GET /api/v2/users) were read by offset pagination, from #1 on
             use cursor pagination, because deep offset pages are slow and end at 10,000 records, and rows that move are missed
             https://developer.zendesk.com/api-reference/introduction/pagination/
          2. #3 upserted an organization by its name alone
             send the external_id, because Zendesk finds no organization by its name and refuses the second run
             https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#create-or-update-organization
          to allow this: zendesk.advice().without(AdviceKind::OffsetWalk).assert_none()

        calls received (3), * = advised against:
          * #1  GET   /api/v2/users                           -> 200  ListUsers
          * #2  GET   /api/v2/users?page=2                    -> 200  ListUsers
          * #3  POST  /api/v2/organizations/create_or_update  -> 201  CreateOrUpdateOrganization
                  {"organization":{"name":"Umbrella"}}
                  organization UMBRELLA...... (Umbrella) created"#]].assert_eq(&normal_failure(&zendesk, failed));

    let rest = zendesk.advice().without(AdviceKind::OffsetWalk);
    assert_eq!(rest.len(), 1);
    rest.without(AdviceKind::UpsertedByName).assert_none();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        line_of(|| zendesk.assert_no_advice());
    }));
    assert!(panicked.is_err());
}

#[test]
fn advice_is_data() {
    let zendesk = start();
    run(&zendesk, &["GET /organizations?page[size]=2"]);
    expect![[r##"
        [
          {
            "kind": "stopped_at_first_page",
            "calls": [
              1
            ],
            "text": "#1 returned 2 of the 3 rows of ListOrganizations (GET /api/v2/organizations), and no further page was requested",
            "rule": "follow the pages until there is no next one, because no page contains all rows",
            "source": "https://developer.zendesk.com/api-reference/introduction/pagination/"
          }
        ]"##]].assert_eq(&serde_json::to_string_pretty(&zendesk.advice()).unwrap());
}

#[test]
fn advice_is_about_the_selected_calls_and_judges_by_all() {
    let zendesk = start();
    let list = "GET /organizations?per_page=1";
    run(&zendesk, &[list]);
    let mark = zendesk.mark();
    run(&zendesk, &[list]);
    assert_eq!(zendesk.advice().len(), 1);
    assert_eq!(zendesk.calls().of(organizations::LIST).advice().len(), 1);
    assert_eq!(zendesk.calls().of(organizations::SHOW).advice().len(), 0);
    zendesk.calls().since(mark).advice().assert_none();
    // The write in between is not selected, and counts all the same.
    let zendesk = start();
    let write = r#"PUT /organizations/{acme} {"organization":{"notes":"x"}}"#;
    run(&zendesk, &[list, write, list]);
    zendesk
        .calls()
        .of(organizations::LIST)
        .advice()
        .assert_none();
}

#[test]
fn without_calls_there_is_nothing_to_judge() {
    let zendesk = start();
    assert!(zendesk.advice().is_empty());
    let failure = zendesk.try_assert_no_advice().unwrap_err();
    assert_eq!(failure.kind(), FailureKind::NothingToJudge);
    let zendesk = MockZendesk::builder()
        .keep_calls(KeepCalls::Last(1))
        .without_socket();
    run(&zendesk, &["GET /users/me", "GET /users/count"]);
    let failure = zendesk.try_assert_no_advice().unwrap_err();
    assert_eq!(failure.kind(), FailureKind::CannotTell);
}
