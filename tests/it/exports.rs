//! What a test sees of incremental exports: walks, hints, refusals, changes between two pages.

use std::time::Duration;

use expect_test::{Expect, expect};
use http::Request;
use mock_zendesk::calls::{Failure, FailureKind};
use mock_zendesk::custom_fields::FieldType;
use mock_zendesk::custom_roles::NewCustomRole;
use mock_zendesk::fixtures::Fixture;
use mock_zendesk::groups::NewGroup;
use mock_zendesk::job_statuses::JobPace;
use mock_zendesk::organization_fields::NewOrganizationField;
use mock_zendesk::organization_merges::MergeStatus;
use mock_zendesk::organization_subscriptions::NewOrganizationSubscription;
use mock_zendesk::organizations::NewOrganization;
use mock_zendesk::tickets::{NewTicket, TicketStatus};
use mock_zendesk::time::Timestamp;
use mock_zendesk::user_fields::NewUserField;
use mock_zendesk::users::{NewUser, Role};
use mock_zendesk::{Clock, Fault, MockZendesk, MockZendeskBuilder, OrganizationId, UserId, users};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::normal::{here, normal_failure};
use crate::testing::seeded;

mod extraction;
mod naive;

const NOW: u64 = 1_800_000_000;

/// A double without a socket whose clock shows `NOW`.
fn double(builder: MockZendeskBuilder) -> MockZendesk {
    let now = Timestamp::from_unix_seconds(NOW);
    builder.clock(Clock::fixed_at(now)).without_socket()
}

fn start() -> MockZendesk {
    double(MockZendesk::builder())
}

/// Sends a request of the account's owner, for a path or a whole link.
fn send(zendesk: &MockZendesk, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let path = path.split_once("/api/v2").map_or(path, |(_, path)| path);
    let request = Request::builder()
        .method(method)
        .uri(zendesk.url(path))
        .header("content-type", "application/json")
        .header("authorization", zendesk.authorization());
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let reply = zendesk.send(request.body(body).unwrap()).unwrap();
    let json = serde_json::from_slice(reply.body()).unwrap_or_default();
    (reply.status().as_u16(), json)
}

fn get(zendesk: &MockZendesk, path: &str) -> Value {
    send(zendesk, "GET", path, &Value::Null).1
}

/// Adds users with these ids, who changed last at these seconds before `NOW`.
fn load_users(zendesk: &MockZendesk, rows: &[(u64, u64)]) {
    let row = |(id, before): &(u64, u64)| {
        let time = Timestamp::from_unix_seconds(NOW - before).to_string();
        json!({"id": id, "name": "Somebody", "created_at": time, "updated_at": time})
    };
    let rows: Vec<Value> = rows.iter().map(row).collect();
    let fixture = json!({ "users": rows }).to_string();
    let fixture = Fixture::from_json(&fixture).unwrap();
    zendesk.seed().load(&fixture);
}

/// Requests pages until the last one, as a correct program does. Returns the last page.
fn export(zendesk: &MockZendesk, path: &str) -> Value {
    let mut page = get(zendesk, path);
    for _ in 0..20 {
        if page["end_of_stream"] == true {
            return page;
        }
        let next = page["next_page"].as_str().or(page["after_url"].as_str());
        page = get(zendesk, next.unwrap());
    }
    panic!("{path} does not end: {page}")
}

/// The ids of the users on a page, and whether they are deleted.
fn rows(page: &Value) -> Vec<(u64, bool)> {
    let rows = page["users"].as_array().unwrap().iter();
    rows.map(|row| (row["id"].as_u64().unwrap(), row["active"] == false))
        .collect()
}

fn kind(result: Result<(), Failure>) -> Option<FailureKind> {
    result.err().map(|failure| failure.kind())
}

#[track_caller]
fn check(zendesk: &MockZendesk, result: Result<(), Failure>, expected: &Expect) {
    let text = normal_failure(zendesk, here(result));
    let head = text.lines().next().unwrap().to_owned();
    expected.assert_eq(&head);
}

#[test]
fn a_run_to_the_end_is_a_walk_and_rows_of_the_second_between_two_pages_may_repeat() {
    let zendesk = start();
    load_users(
        &zendesk,
        &[
            (70001, 900),
            (70002, 800),
            (70003, 800),
            (70004, 800),
            (70005, 700),
        ],
    );
    for path in ["/incremental/users", "/incremental/users/cursor"] {
        export(&zendesk, &format!("{path}?start_time=0&per_page=3"));
        let calls = zendesk.calls().to_path(path);
        calls.assert_walked_to_end();
        calls.assert_no_row_missed();
        calls.assert_each_row_once();
        calls.assert_no_page_twice();
    }
}

#[test]
fn a_run_that_stops_before_the_end_is_no_walk_to_the_end() {
    let zendesk = start();
    load_users(
        &zendesk,
        &[(70001, 900), (70002, 800), (70003, 700), (70004, 600)],
    );
    for path in ["/incremental/users", "/incremental/users/cursor"] {
        get(&zendesk, &format!("{path}?start_time=0&per_page=2"));
        let calls = zendesk.calls().to_path(path);
        assert_eq!(
            kind(calls.try_assert_walked_to_end()),
            Some(FailureKind::WrongOrder)
        );
        assert_eq!(
            kind(calls.try_assert_no_row_missed()),
            Some(FailureKind::MissedRow)
        );
    }
    check(
        &zendesk,
        zendesk.calls().of(users::EXPORT).try_assert_walked_to_end(),
        &expect![
            "expected a walk of IncrementalUserExportTime (GET /api/v2/incremental/users) to the end; #1 was the last page that was requested, and there are more"
        ],
    );
    // A program that computes its own start, and loses the others of that second.
    let zendesk = start();
    load_users(
        &zendesk,
        &[(70001, 900), (70002, 800), (70003, 800), (70004, 600)],
    );
    get(&zendesk, "/incremental/users?start_time=0&per_page=2");
    let own = format!("/incremental/users?per_page=2&start_time={}", NOW - 799);
    get(&zendesk, &own);
    check(
        &zendesk,
        zendesk.calls().of(users::EXPORT).try_assert_walked_to_end(),
        &expect![
            "expected a walk of IncrementalUserExportTime (GET /api/v2/incremental/users) to the end; #1 was the last page that was requested, and there are more; #2 requests start_time=1799999201"
        ],
    );
    check(
        &zendesk,
        zendesk.calls().of(users::EXPORT).try_assert_no_row_missed(),
        &expect![
            "expected every row to be on a page of IncrementalUserExportTime (GET /api/v2/incremental/users); SOMEBODY, SOMEBODY were in the list the whole time, but on no page"
        ],
    );
}

/// What a later run may do, and what loses its place.
#[test]
fn a_later_run_continues_where_the_former_ended() {
    let later = |kind: &str, act: &dyn Fn(&MockZendesk, &Value)| {
        let zendesk = start();
        load_users(
            &zendesk,
            &[(70001, 900), (70002, 800), (70003, 700), (70004, 600)],
        );
        let last = export(
            &zendesk,
            &format!("/incremental/users{kind}?start_time=0&per_page=3"),
        );
        act(&zendesk, &last);
        zendesk
    };
    let judged = |zendesk: &MockZendesk| kind(zendesk.calls().try_assert_resumed());
    let at = |before: u64| format!("/incremental/users?start_time={}", NOW - before);

    let zendesk = later("", &|zendesk, last| {
        let next = last["next_page"].as_str().unwrap();
        get(zendesk, next);
        get(zendesk, next);
    });
    zendesk.calls().assert_resumed();
    zendesk.calls().assert_walked_to_end();
    let zendesk = later("", &|zendesk, _| _ = get(zendesk, &at(650)));
    assert_eq!(judged(&zendesk), None, "a little earlier is safe");
    let zendesk = later("", &|_, _| {});
    assert_eq!(judged(&zendesk), Some(FailureKind::NothingToJudge));
    let zendesk = later("", &|zendesk, _| _ = get(zendesk, &at(599)));
    check(
        &zendesk,
        zendesk.calls().try_assert_resumed(),
        &expect![
            "expected each export to continue where the one before ended; #3 requests start_time=1799999401, and #2 ended at 1799999400: it skips what is between"
        ],
    );
    let zendesk = later("", &|zendesk, _| {
        _ = get(zendesk, "/incremental/users?start_time=0")
    });
    check(
        &zendesk,
        zendesk.calls().try_assert_resumed(),
        &expect![
            "expected each export to continue where the one before ended; #3 requests start_time=0 again, and #2 ended at 1799999400"
        ],
    );

    let cursor = "/incremental/users/cursor";
    let zendesk = later("/cursor", &|zendesk, last| {
        let saved = last["after_url"].as_str().unwrap();
        assert_eq!(get(zendesk, saved)["after_cursor"], Value::Null);
        get(zendesk, saved);
    });
    zendesk.calls().assert_resumed();
    zendesk.calls().assert_walked_to_end();
    zendesk.calls().assert_each_row_once();
    let zendesk = later("/cursor", &|zendesk, last| {
        let empty = get(zendesk, last["after_url"].as_str().unwrap());
        assert_eq!(empty["after_cursor"], Value::Null);
        get(zendesk, &format!("{cursor}?start_time=0"));
    });
    check(
        &zendesk,
        zendesk.calls().try_assert_resumed(),
        &expect![
            "expected each export to continue where the one before ended; #4 requests start_time=0 again, and the cursor to continue with after #3 is MTc5OTk5OTQwMC4wfHw3MDAwNHw="
        ],
    );
}

/// A program that starts again because a call failed has not lost its place.
#[test]
fn a_run_that_failed_may_start_again() {
    let zendesk = start();
    load_users(&zendesk, &[(70001, 900), (70002, 800), (70003, 700)]);
    let path = "/incremental/users/cursor?start_time=0&per_page=2";
    let page = get(&zendesk, path);
    zendesk.inject(Fault::status(500));
    get(&zendesk, page["after_url"].as_str().unwrap());
    export(&zendesk, path);
    zendesk.calls().assert_walked_to_end();
    zendesk.calls().assert_resumed();
}

/// Records may change between two pages: who follows the pages sees every state that is not
/// withheld.
#[test]
fn records_may_change_between_two_pages() {
    let zendesk = double(
        MockZendesk::builder()
            .max_page_size(2)
            .export_delay(Duration::ZERO),
    );
    load_users(
        &zendesk,
        &[(70001, 900), (70002, 800), (70003, 700), (70004, 600)],
    );
    zendesk.between_pages(users::EXPORT_BY_CURSOR, |page, seed| {
        if page == 1 {
            seed.user("New");
            let acme = seed.organization("Acme");
            seed.membership(UserId::new(70001), &acme);
        }
    });
    export(&zendesk, "/incremental/users/cursor?start_time=0");
    let calls = zendesk.calls().of(users::EXPORT_BY_CURSOR);
    calls.assert_walked_to_end();
    calls.assert_no_row_missed();
    calls.assert_each_row_once();
}

/// The first export of each kind has gone through all records that there were.
#[test]
fn records_that_are_loaded_after_an_export_have_their_places_in_the_next_one() {
    let zendesk = start();
    let lists = ["users", "organizations", "tickets"];
    let load = |number: u64, before: u64| {
        let time = Timestamp::from_unix_seconds(NOW - before).to_string();
        let row = |id: u64| {
            let name = format!("Record {id}");
            json!({"id": id, "name": name, "created_at": time, "updated_at": time})
        };
        let ticket = json!({
            "id": 90_000 + number, "requester_id": 70_000 + number, "created_at": time,
            "updated_at": time
        });
        let fixture = json!({
            "users": [row(70_000 + number)], "organizations": [row(80_000 + number)],
            "tickets": [ticket]
        });
        let fixture = Fixture::from_json(&fixture.to_string()).unwrap();
        zendesk.seed().load(&fixture);
    };
    for (number, before, order) in [(1, 900, vec![1]), (2, 950, vec![2, 1])] {
        load(number, before);
        for (list, kind) in lists.into_iter().zip([70_000, 80_000, 90_000]) {
            let page = get(&zendesk, &format!("/incremental/{list}?start_time=0"));
            let ids: Vec<u64> = order.iter().map(|number| kind + number).collect();
            let rows = page[list].as_array().unwrap().iter();
            let shown: Vec<u64> = rows.map(|row| row["id"].as_u64().unwrap()).collect();
            assert_eq!(shown, ids, "{list}");
        }
    }
}

fn hints(zendesk: &MockZendesk) -> Vec<String> {
    let failed = here(zendesk.calls().to_path("/nowhere").try_assert_once());
    let text = normal_failure(zendesk, failed);
    let hints = text.lines().filter(|line| line.starts_with("hint: "));
    hints.map(str::to_owned).collect()
}

#[track_caller]
fn check_hints(zendesk: &MockZendesk, expected: &Expect) {
    expected.assert_eq(&hints(zendesk).join("\n"));
}

#[test]
fn ns125_a_program_that_never_stops_is_refused_and_fails_the_test() {
    let zendesk = double(MockZendesk::builder().without_verify_on_drop());
    load_users(&zendesk, &[(70001, 900), (70002, 800)]);
    let mut next = "/incremental/users?start_time=0".to_owned();
    let mut calls = 0;
    let refused = loop {
        let (status, page) = send(&zendesk, "GET", &next, &Value::Null);
        if status != 200 {
            break status;
        }
        calls += 1;
        match page["next_page"].as_str() {
            Some(url) => next = url.to_owned(),
            None => panic!("next_page is never null"),
        }
    };
    // The first one had another start_time.
    assert_eq!((calls, refused), (11, 400));
    check_hints(
        &zendesk,
        &expect![
            "hint: #12: the program requested the last page of this export 11 times in a row, from #2 on; next_page is set on every page, so stop when end_of_stream is true"
        ],
    );
    let report = zendesk.report();
    assert_eq!(report.problems().len(), 1);
    assert_eq!(report.problems()[0].kind, FailureKind::EndlessExport);
    expect!["call #12, GET /api/v2/incremental/users.json: the program asked 10 times in a minute for the last page of this export and does not stop; stop when end_of_stream is true, because next_page is set on every page"].assert_eq(&report.problems()[0].headline);
    // A minute later it is allowed again: a program may wait for changes in this way.
    zendesk.advance(Duration::from_secs(60));
    assert_eq!(send(&zendesk, "GET", &next, &Value::Null).0, 200);
}

/// A program may poll by cursor: `after_url` of the last page is how it does so.
#[test]
fn a_program_may_ask_for_the_last_page_by_cursor_as_often_as_the_limit_allows() {
    let zendesk = double(MockZendesk::builder());
    load_users(&zendesk, &[(70001, 900), (70002, 800)]);
    let mut next = "/incremental/users/cursor?start_time=0".to_owned();
    for call in 1..=20 {
        let (status, page) = send(&zendesk, "GET", &next, &Value::Null);
        assert_eq!(status, 200, "call {call}: {page}");
        if let Some(url) = page["after_url"].as_str() {
            next = url.to_owned();
        }
    }
    zendesk.verify();
}

/// The clock of a test may stand in the past of the records of its fixture.
#[test]
fn ns128_a_start_time_of_the_future_is_too_recent_though_records_are_newer() {
    let zendesk = start();
    let row = json!({"id": 7, "name": "A", "created_at": "2030-01-01T00:00:00Z", "updated_at": "2030-01-01T00:00:00Z"});
    let fixture = Fixture::from_json(&json!({ "users": [row] }).to_string()).unwrap();
    zendesk.seed().load(&fixture);
    for path in ["/incremental/users", "/incremental/users/cursor"] {
        for start_time in [NOW, 1_999_999_999] {
            let path = format!("{path}?start_time={start_time}");
            let (status, body) = send(&zendesk, "GET", &path, &Value::Null);
            assert_eq!(status, 422, "{path}: {body}");
        }
    }
}

#[test]
fn ns127_a_null_cursor_that_is_saved_loses_the_place() {
    for lost in ["cursor=", "cursor=null", "start_time=0"] {
        let zendesk = start();
        zendesk.advance(Duration::from_secs(61));
        let path = "/incremental/users/cursor";
        let page = get(&zendesk, &format!("{path}?start_time=0"));
        get(&zendesk, page["after_url"].as_str().unwrap());
        assert_eq!(hints(&zendesk), Vec::<String>::new());
        get(&zendesk, &format!("{path}?{lost}"));
        let hint = "hint: #3: this does not continue where the former export ended: nothing was new in #2, so its \
                    after_cursor is null; keep the cursor of #1 then";
        assert_eq!(hints(&zendesk), [hint], "{lost}");
    }
}

#[test]
fn ns128_a_start_time_of_the_present_is_too_recent() {
    let zendesk = start();
    get(&zendesk, &format!("/incremental/users?start_time={NOW}"));
    check_hints(
        &zendesk,
        &expect![
            "hint: #1: the double's clock shows 2027-01-15T08:00:00Z, so start_time may be at most 1799999940; without .clock(…) on the builder it starts in 2024 and stands still"
        ],
    );
}

#[test]
fn ns130_an_exported_user_may_be_deleted() {
    let zendesk = start();
    let seed = zendesk.seed();
    let (ada, acme) = (seed.user("Ada").id, seed.organization("Acme").id);
    send(&zendesk, "DELETE", &format!("/users/{ada}"), &Value::Null);
    zendesk.advance(Duration::from_secs(61));
    get(&zendesk, "/incremental/users?start_time=0");
    let membership = json!({"user_id": ada, "organization_id": acme});
    let body = json!({ "organization_membership": membership });
    assert_eq!(
        send(&zendesk, "POST", "/organization_memberships", &body).0,
        422
    );
    check_hints(
        &zendesk,
        &expect![[r#"
        hint: #3: 21859498329364, sent as user_id, is no user of this account; it was Ada, removed by #1
        hint: #3: #2 exported user 21859498329364 with active: false; exports show deleted records, too"#]],
    );
}

#[test]
fn an_export_without_the_last_minute_says_so() {
    let zendesk = start();
    zendesk.seed().organization("Acme");
    get(&zendesk, "/incremental/organizations?start_time=0");
    check_hints(
        &zendesk,
        &expect![
            "hint: #1: 1 changed record is not older than 60 seconds, which exports withhold, and the double's clock stands still: call advance(Duration::from_secs(61)) before the export, or set .export_delay(Duration::ZERO) on the builder"
        ],
    );
    zendesk.advance(Duration::from_secs(61));
    get(&zendesk, "/incremental/organizations?start_time=0");
    check_hints(&zendesk, &expect![""]);
    zendesk.seed().organization("Globex");
    zendesk.seed().organization("Initech");
    get(&zendesk, "/incremental/organizations?start_time=0");
    check_hints(
        &zendesk,
        &expect![
            "hint: #3: 2 changed records are not older than 60 seconds, which exports withhold, and the double's clock stands still: call advance(Duration::from_secs(61)) before the export, or set .export_delay(Duration::ZERO) on the builder"
        ],
    );
    let zendesk = MockZendesk::builder().clock(Clock::wall()).without_socket();
    zendesk.seed().organization("Acme");
    get(&zendesk, "/incremental/organizations?start_time=0");
    check_hints(&zendesk, &expect![""]);
}

/// A saved account exports the same, byte for byte, and nothing of it can be told apart.
#[test]
fn deleted_records_are_saved_and_loaded() {
    let zendesk = start();
    let seed = zendesk.seed();
    let (ada, acme) = (seed.user("Ada"), seed.organization("Acme"));
    let ticket = seed.ticket(&ada, "Printer on fire");
    zendesk.advance(Duration::from_secs(100));
    for path in [
        format!("/organizations/{}", acme.id),
        format!("/tickets/{}", ticket.id),
    ] {
        assert_eq!(send(&zendesk, "DELETE", &path, &Value::Null).0, 204);
    }
    // Another organization may have the name.
    seed.organization("Acme");
    let saved = zendesk.account().to_fixture();
    assert_eq!(zendesk.account().deleted_tickets()[0].id, ticket.id);

    let loaded = start();
    loaded.seed().load(&saved);
    assert_eq!(loaded.account().to_fixture().to_json(), saved.to_json());
    for double in [&zendesk, &loaded] {
        double.advance(Duration::from_secs(161));
    }
    for path in ["organizations", "tickets"] {
        let path = format!("/incremental/{path}?start_time=0");
        assert_eq!(get(&zendesk, &path), get(&loaded, &path));
    }
    assert_eq!(loaded.account().organization(&acme), None);
    assert_eq!(
        loaded.account().deleted_organizations(),
        zendesk.account().deleted_organizations()
    );
    // A deleted record may come back, and only that.
    let row = json!({"id": acme.id, "name": "Acme again"});
    let back = json!({ "organizations": [row] }).to_string();
    let back = Fixture::from_json(&back).unwrap();
    loaded.seed().load(&back);
    assert_eq!(loaded.account().deleted_organizations(), []);
    assert_eq!(
        loaded.account().organization(&acme).unwrap().name,
        "Acme again"
    );
    assert_eq!(loaded.account().organizations().len(), 2);
    let row = json!({"id": acme.id, "name": "Acme for the third time"});
    let again = json!({ "organizations": [row] }).to_string();
    let again = Fixture::from_json(&again).unwrap();
    let again = loaded.seed().try_load(&again).unwrap_err().to_string();
    assert!(again.contains("has this id already"), "{again}");
}

/// A saved account with a record in every state exports the same, byte for byte, and goes on alike.
#[test]
fn an_account_with_records_in_every_state_is_saved_and_loaded() {
    let start = || {
        double(
            MockZendesk::builder()
                .job_pace(JobPace::Manual)
                .map_domains(),
        )
    };
    let zendesk = start();
    let act = |method: &str, path: String, body: Value| {
        let (status, reply) = send(&zendesk, method, &path, &body);
        assert!(status < 300, "{method} {path}: {status} {reply}");
        reply
    };
    let seed = zendesk.seed();
    zendesk.advance(Duration::from_secs(1));
    // Fields: in use, not active, deleted, deleted and created again.
    seed.add(NewUserField::dropdown("tier", ["gold", "tin"]));
    seed.add(NewUserField::checkbox("vip").tag("vip"));
    let off = seed.add(NewUserField::text("off"));
    let old = seed.add(NewUserField::text("old"));
    let again = seed.add(NewUserField::new("again", FieldType::Integer));
    seed.add(NewOrganizationField::multiselect(
        "areas",
        ["north", "south"],
    ));
    seed.add(NewOrganizationField::new("since", FieldType::Date));
    let gone = seed.add(NewOrganizationField::new("gone", FieldType::Decimal));
    seed.add(NewCustomRole::new("Auditor"));
    let group = seed.add(NewGroup::new("Second line"));
    let boss = NewUser::new("Boss")
        .email("boss@example.com")
        .role(Role::Admin);
    let boss = seed.user(boss.default_group_id(&group));

    let organizations = ["a", "b", "c", "d", "e", "f", "g"].map(|name| {
        let new = NewOrganization::new(name).external_id(format!("x-{name}"));
        let new = new.domain_names([format!("{name}.test")]).shared_tickets();
        let new = new.organization_field("since", "2024-02-29");
        seed.organization(new.organization_field("gone", 1.5)).id
    });
    let [a, b, c, d, e, f, g] = organizations;
    let users = [1, 2, 3, 4, 5, 6, 7].map(|number| {
        let new = NewUser::new(format!("User {number}")).external_id(format!("u-{number}"));
        let new = new
            .email(format!("u{number}@mail.test"))
            .alias("A")
            .notes("n");
        let new = new
            .user_field("tier", "gold")
            .user_field("vip", number % 2 == 0);
        let new = new.user_field("off", "hidden").user_field("old", "lost");
        let user = seed.user(new.user_field("again", number)).id;
        for organization in &organizations[..number as usize] {
            seed.membership(user, *organization);
        }
        user
    });
    // One who joined by a domain.
    seed.user(NewUser::new("By domain").email("joined@c.test").verified());
    for organization in [a, c, d] {
        seed.add(NewOrganizationSubscription::new(boss.id, organization));
    }
    seed.add(NewOrganizationSubscription::new(users[6], c));
    let tickets = users.map(|user| {
        let new = NewTicket::new("Ink").status(TicketStatus::Closed);
        seed.ticket(user, new).id
    });
    seed.ticket(users[5], "Paper");

    zendesk.advance(Duration::from_secs(100));
    act(
        "PUT",
        format!("/user_fields/{}", off.id),
        json!({"user_field": {"active": false}}),
    );
    act("DELETE", format!("/user_fields/{}", old.id), Value::Null);
    act("DELETE", format!("/user_fields/{}", again.id), Value::Null);
    seed.add(NewUserField::text("again"));
    act(
        "PUT",
        format!("/users/{}", users[6]),
        json!({"user": {"user_fields": {"again": "text"}}}),
    );
    let areas = json!({"organization": {"organization_fields": {"areas": ["south", "north"]}}});
    act("PUT", format!("/organizations/{g}"), areas);
    act("DELETE", format!("/organizations/{d}"), Value::Null);
    act(
        "DELETE",
        format!("/organization_fields/{}", gone.id),
        Value::Null,
    );
    act("DELETE", format!("/tickets/{}", tickets[0]), Value::Null);
    zendesk.advance(Duration::from_secs(7));
    act(
        "PUT",
        format!("/users/{}/merge", users[0]),
        json!({"user": {"id": users[1]}}),
    );
    act("DELETE", format!("/users/{}", users[2]), Value::Null);
    act("DELETE", format!("/users/{}", users[3]), Value::Null);
    act(
        "DELETE",
        format!("/deleted_users/{}", users[3]),
        Value::Null,
    );
    act(
        "PUT",
        format!("/users/{}", users[4]),
        json!({"user": {"email": "second@mail.test", "suspended": true}}),
    );
    seed.merge_organization(a, b);
    let merge = |loser, winner: OrganizationId| {
        let body = json!({"organization_merge": {"winner_id": winner}});
        act("POST", format!("/organizations/{loser}/merge"), body)
    };
    merge(e, b);
    zendesk.jobs().work_on_next(0);
    merge(f, b);
    // A name and an external id that deleted ones had.
    seed.organization(NewOrganization::new("d").external_id("x-a"));

    let saved = zendesk.account().to_fixture();
    let loaded = start();
    loaded.advance(Duration::from_secs(108));
    loaded
        .seed()
        .load(&Fixture::from_json(&saved.to_json()).unwrap());
    assert_eq!(loaded.account().to_fixture().to_json(), saved.to_json());
    let mut statuses = Vec::new();
    for _ in 0..2 {
        for double in [&zendesk, &loaded] {
            double.advance(Duration::from_secs(61));
        }
        let since = NOW + 1;
        let include = "include=organizations,identities,groups";
        for export in [
            format!("/incremental/users?start_time={since}&per_page=2&{include}"),
            format!("/incremental/users/cursor?start_time={since}&per_page=2&{include}"),
            format!("/incremental/organizations?start_time={since}&per_page=2"),
            format!("/incremental/tickets?start_time={since}&per_page=2"),
            format!("/incremental/tickets/cursor?start_time={since}&exclude_deleted=true"),
        ] {
            let of = |double: &MockZendesk| {
                let mut pages = vec![get(double, &export)];
                while pages.last().unwrap()["end_of_stream"] == false {
                    let page = pages.last().unwrap();
                    let next = page["next_page"].as_str().or(page["after_url"].as_str());
                    pages.push(get(double, next.unwrap()));
                }
                pages
            };
            let pages = of(&zendesk);
            assert!(pages.len() > 1 || export.contains("exclude"), "{export}");
            assert_eq!(pages, of(&loaded), "{export}");
        }
        let one = |path: &str, id: u64| format!("{path}/{id}");
        for path in [
            "/user_fields".to_owned(),
            "/organization_fields".to_owned(),
            one("/user_fields", old.id.get()),
            one("/organization_fields", gone.id.get()),
            "/organizations".to_owned(),
            "/organization_memberships".to_owned(),
            "/organization_subscriptions".to_owned(),
            "/groups".to_owned(),
            format!("/groups/{}/memberships", group.id),
            "/custom_roles".to_owned(),
            "/deleted_users".to_owned(),
            format!("/organizations/{b}/merges"),
            format!("/users/{}/related", boss.id),
            format!("/users/{}/identities", users[1]),
            format!("/users/{}/identities", users[4]),
            format!("/users/{}", users[3]),
            format!("/users/{}/compliance_deletion_statuses", users[3]),
        ] {
            let (status, reply) = send(&zendesk, "GET", &path, &Value::Null);
            assert_eq!(status, 200, "{path}: {reply}");
            assert_eq!(reply, get(&loaded, &path), "{path}");
        }
        let merges = zendesk.account().organization_merges();
        statuses.extend(merges.iter().map(|merge| merge.status));
        for double in [&zendesk, &loaded] {
            double.jobs().run_all();
        }
    }
    let [new, begun, done] = [
        MergeStatus::New,
        MergeStatus::InProgress,
        MergeStatus::Complete,
    ];
    assert_eq!(statuses, [done, begun, new, done, done, done]);
    let [one, other] = [&zendesk, &loaded].map(|double| double.account().to_fixture().to_json());
    assert_eq!(one, other);
}
