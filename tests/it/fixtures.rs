//! Accounts in bulk: faked from a seed number, and saved to and loaded from JSON.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};

use mock_zendesk::{
    GroupId, MockZendesk, OrganizationId, UserId,
    custom_fields::{FieldType, FieldValue},
    custom_roles::{NewCustomRole, RoleType},
    fixtures::{Fixture, Plan},
    group_memberships::NewGroupMembership,
    groups::NewGroup,
    identities::{IdentityType, NewIdentity},
    job_statuses::JobPace,
    organization_fields::NewOrganizationField,
    organization_memberships,
    organization_subscriptions::NewOrganizationSubscription,
    organizations::NewOrganization,
    tickets::{NewTicket, TicketStatus},
    user_fields::NewUserField,
    users::{NewUser, Role},
};
use reqwest::Method;
use serde_json::json;

use crate::scene::Scene;

fn panic_of(act: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(act)).expect_err("it is to panic");
    payload.downcast_ref::<String>().unwrap().clone()
}

fn plan() -> Plan {
    Plan::new()
        .random_seed(42)
        .users(100)
        .organizations(30)
        .memberships_per_user(0..=5)
        .tickets_per_user(0..=3)
        .user_in_organizations(30)
        .suspended_user()
        .organization_without_members()
        .names_that_differ_in_accents()
        .names_that_differ_in_a_digit()
}

#[tokio::test]
async fn the_same_seed_number_gives_the_same_account_whatever_else_is_done() {
    let plain = MockZendesk::start().await;
    let planned = plain.seed().plan(plan());
    let fixture = plain.account().to_fixture().to_json();

    let busy = Scene::start().await;
    busy.zendesk.seed().plan(
        Plan::new()
            .random_seed(43)
            .users(10)
            .organizations(10)
            .memberships_per_user(1..=3),
    );
    busy.join(&busy.acme).await;
    busy.post("/organizations", json!({"organization": {"name": "Hooli"}}))
        .await;
    let before = busy.zendesk.account();
    assert_eq!(busy.zendesk.seed().plan(plan()), planned);
    let added: BTreeSet<String> = busy
        .zendesk
        .changes_since(&before)
        .differences()
        .iter()
        .map(ToString::to_string)
        .collect();
    let empty = MockZendesk::start().await.account();
    let expected: BTreeSet<String> = plain
        .account()
        .changes_since(&empty)
        .differences()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(added, expected);

    let again = MockZendesk::start().await;
    again.seed().plan(plan());
    assert_eq!(again.account().to_fixture().to_json(), fixture);
    let other = MockZendesk::start().await;
    other.seed().plan(plan().random_seed(41));
    assert_ne!(other.account().to_fixture().to_json(), fixture);
}

#[cfg(feature = "fake")]
#[tokio::test]
async fn what_a_seed_number_gives_is_pinned() {
    let zendesk = MockZendesk::start().await;
    let plan = Plan::new()
        .random_seed(7)
        .users(3)
        .organizations(3)
        .memberships_per_user(1..=2)
        .tickets_per_user(1..=1);
    zendesk.seed().plan(plan);
    let fixture = zendesk.account().to_fixture().to_json();
    let plain = fixture.replace(
        "\"created_at\":\"2024-09-06T18:52:00Z\",\"updated_at\":\"2024-09-06T18:52:00Z\"",
        "\"AT\"",
    );
    assert!(plain == PINNED, "{plain}");
}

#[cfg(feature = "fake")]
const PINNED: &str = r#"{
  "user_fields": [],
  "organization_fields": [],
  "users": [
    {"id":53924491912576,"name":"Leonardo Kertzmann","email":"leonardo.kertzmann0@seed-7.example.com","AT"},
    {"id":53924491912704,"name":"Vincenza Schamberger","email":"vincenza.schamberger1@seed-7.example.com","AT"},
    {"id":53924491912832,"name":"Elda Borer","email":"elda.borer2@seed-7.example.com","AT"}
  ],
  "organizations": [
    {"id":53924491911424,"name":"O'Reilly Seamless LLC","AT"},
    {"id":53924491911552,"name":"Orn Seamless Inc","AT"},
    {"id":53924491912064,"name":"Ortiz Seamless LLC","AT"}
  ],
  "memberships": [
    {"id":53924491912960,"user_id":53924491912576,"organization_id":53924491912064,"AT","default":true},
    {"id":53924491913344,"user_id":53924491912576,"organization_id":53924491911552,"AT"},
    {"id":53924491913728,"user_id":53924491912704,"organization_id":53924491911424,"AT","default":true},
    {"id":53924491914240,"user_id":53924491912832,"organization_id":53924491911552,"AT","default":true}
  ],
  "tickets": [
    {"id":7434000001,"AT","subject":"Please synergize the system engine","description":"Please synergize the system engine","status":"closed","requester_id":53924491912576,"organization_id":53924491912064},
    {"id":7434000002,"AT","subject":"Please mesh the secured line","description":"Please mesh the secured line","status":"pending","requester_id":53924491912704,"organization_id":53924491911424},
    {"id":7434000003,"AT","subject":"Please whiteboard the portal","description":"Please whiteboard the portal","status":"hold","requester_id":53924491912832,"organization_id":53924491911552}
  ],
  "groups": [],
  "group_memberships": [],
  "identities": [],
  "organization_subscriptions": [],
  "custom_roles": [],
  "organization_merges": []
}
"#;

#[tokio::test]
async fn a_plan_has_what_it_was_asked_for() {
    let zendesk = MockZendesk::start().await;
    let planned = zendesk.seed().plan(plan());
    let account = zendesk.account();
    assert_eq!(
        (planned.users.len(), planned.organizations.len()),
        (102, 35)
    );
    assert_eq!(
        (account.user_count(), account.organization_count()),
        (103, 35)
    );
    assert_eq!(
        (planned.memberships, planned.alike.len()),
        (account.membership_count(), 2)
    );
    let counts: BTreeSet<usize> = planned.users[..100]
        .iter()
        .map(|user| account.memberships_of_user(*user).len())
        .collect();
    assert_eq!(counts, (0..=5).collect());
    assert_eq!(
        account
            .memberships_of_user(planned.in_many_organizations[0])
            .len(),
        30
    );
    assert!(account.user(planned.suspended[0]).unwrap().suspended);
    assert!(
        account
            .memberships_of_organization(planned.without_members[0])
            .is_empty()
    );
    for [one, other] in &planned.alike {
        let names = [one, other].map(|id| account.organization(*id).unwrap().name);
        assert_ne!(names[0], names[1]);
        let differ = names[0]
            .chars()
            .zip(names[1].chars())
            .filter(|(a, b)| a != b)
            .count();
        assert!(
            names[0].chars().count() == names[1].chars().count() && differ <= 3,
            "{names:?}"
        );
    }
    for user in &planned.users {
        let memberships = account.memberships_of_user(*user);
        let default = memberships
            .iter()
            .filter(|membership| membership.default)
            .count();
        assert_eq!(default, usize::from(!memberships.is_empty()));
        let tickets = account.tickets_requested_by(*user);
        let organization = account.user(*user).unwrap().organization_id;
        assert!(
            tickets.len() <= 3
                && tickets
                    .iter()
                    .all(|ticket| ticket.organization_id == organization)
        );
    }
    let statuses: BTreeSet<String> = account
        .tickets()
        .iter()
        .map(|ticket| format!("{:?}", ticket.status))
        .collect();
    assert_eq!(statuses.len(), 6);
}

#[tokio::test]
async fn fifty_thousand_organizations_and_users_have_names_of_their_own() {
    let zendesk = MockZendesk::start().await;
    zendesk
        .seed()
        .plan(Plan::new().organizations(50_000).users(50_000));
    let account = zendesk.account();
    let names: BTreeSet<String> = account
        .organizations()
        .into_iter()
        .map(|organization| organization.name.to_lowercase())
        .collect();
    assert_eq!(names.len(), 50_000);
    let emails: BTreeSet<String> = account
        .users()
        .into_iter()
        .filter_map(|user| user.email)
        .collect();
    assert_eq!(emails.len(), 50_001);
}

#[tokio::test]
async fn by_hand_and_by_plan_mix() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    let planned = seed.plan(
        Plan::new()
            .users(2)
            .organizations(2)
            .memberships_per_user(1..=1)
            .tickets_per_user(1..=1),
    );
    seed.membership(planned.users[0], &scene.acme);
    seed.membership(&scene.ada, planned.organizations[0]);
    let bob = seed.user("Bob");
    let ticket = seed.ticket(&bob, "Ink");
    assert_eq!(ticket.id.get(), 1);
    scene
        .zendesk
        .assert_membership(planned.users[0], &scene.acme)
        .exists();
    assert_eq!(scene.join(&scene.globex).await.0, 201);
    let (status, list) = scene.get("/organization_memberships?page[size]=100").await;
    assert_eq!(
        (
            status,
            list["organization_memberships"].as_array().unwrap().len()
        ),
        (200, 5)
    );
}

#[tokio::test]
async fn a_plan_that_cannot_be_says_why_and_leaves_no_trace() {
    let zendesk = MockZendesk::start().await;
    zendesk.seed().plan(Plan::new().users(2));
    let before = zendesk.account();
    let rows = [
        (
            Plan::new().users(1),
            "another user of the account has the e-mail address",
        ),
        (
            Plan::new()
                .random_seed(1)
                .users(3)
                .organizations(2)
                .memberships_per_user(3..=3),
            "3 organizations for one user are more than the 2 of the plan",
        ),
        (
            Plan::new()
                .random_seed(1)
                .suspended_user()
                .memberships_per_user(0..=1),
            "1 organizations for one user are more than",
        ),
        (
            Plan::new()
                .random_seed(1)
                .user_in_organizations(2)
                .organizations(1),
            "2 organizations for one user are more than the 1",
        ),
        (
            Plan::new()
                .random_seed(1)
                .users(1)
                .memberships_per_user(0..=usize::MAX),
            "18446744073709551615 organizations for one",
        ),
        (
            Plan::new()
                .random_seed(1)
                .users(1)
                .tickets_per_user(0..=usize::MAX),
            "it might make 18446744073709551616 records",
        ),
        (
            Plan::new()
                .random_seed(1)
                .users(usize::MAX)
                .suspended_user(),
            "records, and 8000000 is the most",
        ),
        (
            Plan::new()
                .random_seed(1)
                .users(1)
                .tickets_per_user(RangeInclusive::new(3, 1)),
            "tickets_per_user(3..=1) is an empty range",
        ),
        (
            Plan::new()
                .random_seed(1)
                .organizations(301)
                .user_in_organizations(301),
            "memberships[300]: user ",
        ),
    ];
    for (plan, expected) in rows {
        let text = panic_of(|| _ = zendesk.seed().plan(plan));
        assert!(
            text.starts_with("cannot seed this plan: ") && text.contains(expected),
            "{text}"
        );
        assert!(zendesk.changes_since(&before).is_empty());
    }
}

#[tokio::test]
async fn an_account_is_saved_and_loaded_with_everything_that_it_has() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    seed.plan(plan());
    let grace = seed.user(
        NewUser::new("Grace")
            .email("grace@example.com")
            .role(Role::Agent)
            .external_id("7")
            .tags(["vip"])
            .suspended(),
    );
    let shared = seed.organization(
        NewOrganization::new("Shared")
            .shared_tickets()
            .external_id("crm-7")
            .tags(["x"]),
    );
    seed.membership(&grace, &shared);
    seed.membership(&scene.ada, &scene.acme);
    seed.default_membership(&scene.ada, &scene.globex);
    seed.ticket(
        &scene.ada,
        NewTicket::new("Paper")
            .status(TicketStatus::Closed)
            .organization_id(&scene.acme),
    );
    let gone = seed.user("Gone");
    seed.ticket(&gone, NewTicket::new("Ink").status(TicketStatus::Closed));
    seed.remove_user(&gone);
    scene.zendesk.advance(std::time::Duration::from_secs(60));
    scene
        .send(
            Method::PUT,
            &format!("/users/{}", scene.ada.id),
            Some(json!({"user": {"notes": "n"}})),
        )
        .await;
    // Roles come and go without what a new user with them has.
    for (role, change) in [
        (Role::EndUser, json!({"role": "agent"})),
        (Role::Agent, json!({"role": "end-user"})),
        (Role::EndUser, json!({"ticket_restriction": null})),
        (Role::Agent, json!({"ticket_restriction": "organization"})),
    ] {
        let user = seed.user(NewUser::new("Turncoat").role(role));
        let (status, _) = scene
            .send(
                Method::PUT,
                &format!("/users/{}", user.id),
                Some(json!({"user": change})),
            )
            .await;
        assert_eq!(status, 200);
    }

    let json = scene.zendesk.account().to_fixture().to_json();
    let fixture = Fixture::from_json(&json).unwrap();
    let other = Scene::start().await;
    let fresh = MockZendesk::start().await;
    fresh.seed().load(&fixture);
    assert_eq!(fresh.account().to_fixture().to_json(), json);
    assert_eq!(fresh.account().users(), scene.zendesk.account().users());
    assert_eq!(
        fresh.account().organizations(),
        scene.zendesk.account().organizations()
    );
    assert_eq!(
        fresh.account().memberships(),
        scene.zendesk.account().memberships()
    );
    assert_eq!(fresh.account().tickets(), scene.zendesk.account().tickets());
    // New records are out of the way of the loaded ones, also over HTTP.
    let known: BTreeSet<u64> = fresh
        .account()
        .users()
        .iter()
        .map(|user| user.id.get())
        .collect();
    assert!(!known.contains(&fresh.seed().user("New").id.get()));
    // What is there already is in the way.
    let text = panic_of(|| other.zendesk.seed().load(&fixture));
    assert!(
        text.starts_with(
            "cannot load this fixture: users[0]: the account has this id already: user "
        ),
        "{text}"
    );
}

#[test]
fn tickets_are_saved_as_they_will_be_when_the_jobs_are_done() {
    let zendesk = MockZendesk::builder()
        .job_pace(JobPace::Manual)
        .without_socket();
    let seed = zendesk.seed();
    let (ada, acme) = (seed.user("Ada"), seed.organization("Acme"));
    let membership = seed.membership(&ada, &acme);
    let tickets = [TicketStatus::Open, TicketStatus::Closed].map(|status| {
        seed.ticket(
            &ada,
            NewTicket::new("Ink").status(status).organization_id(&acme),
        )
    });
    let path = format!("/api/v2/organization_memberships/{}", membership.id);
    let delete = http_request("DELETE", &path, &zendesk);
    assert_eq!(zendesk.send(delete).unwrap().status(), 204);
    let organizations = |zendesk: &MockZendesk| {
        let account = zendesk.account();
        tickets
            .each_ref()
            .map(|ticket| account.ticket(ticket.id).unwrap().organization_id)
    };
    assert_eq!(
        organizations(&zendesk),
        [Some(acme.id); 2],
        "the job has not been done"
    );
    let other = MockZendesk::builder().without_socket();
    other.seed().load(&zendesk.account().to_fixture());
    assert_eq!(organizations(&other), [None, Some(acme.id)]);
    zendesk.jobs().run_all();
    assert_eq!(organizations(&zendesk), organizations(&other));
}

fn http_request(
    method: &str,
    path: &str,
    zendesk: &MockZendesk,
) -> mock_zendesk::http::Request<&'static str> {
    let request = mock_zendesk::http::Request::builder()
        .method(method)
        .uri(path);
    request
        .header("authorization", zendesk.authorization())
        .body("")
        .unwrap()
}

#[test]
fn an_id_is_never_given_out_twice_whatever_was_loaded_or_planned() {
    let load = |zendesk: &MockZendesk, json: String| {
        zendesk.seed().try_load(&Fixture::from_json(&json).unwrap())
    };
    let started = || MockZendesk::builder().without_socket();
    // What is loaded lies just before what is planned.
    let zendesk = started();
    let planned = zendesk
        .seed()
        .plan(Plan::new().random_seed(7).users(5).tickets_per_user(1..=1));
    let (first, ticket) = (
        planned.users[0].get(),
        zendesk.account().tickets()[0].id.get(),
    );
    let near = [128, 256, 384, 512]
        .map(|less| format!(r#"{{"id": {}, "name": "Eve"}}"#, first - less))
        .join(",");
    let tickets = format!(
        r#""tickets": [{{"id": {}, "requester_id": {first}}}]"#,
        ticket - 1
    );
    load(&zendesk, format!(r#"{{"users": [{near}], {tickets}}}"#)).unwrap();
    let before = zendesk.account();
    for _ in 0..20 {
        let user = zendesk.seed().user("Zed");
        assert_eq!(before.user(user.id), None);
        let ticket = zendesk.seed().ticket(&user, "Ink");
        assert_eq!(before.ticket(ticket.id), None);
    }
    assert_eq!(zendesk.account().user_count(), before.user_count() + 20);
    // The largest ids that there are.
    let zendesk = started();
    let largest = i64::MAX;
    load(
        &zendesk,
        format!(
            r#"{{"users": [{{"id": {largest}, "name": "Max"}}, {{"id": {}, "name": "Moritz"}}]}}"#,
            largest - 1
        ),
    )
    .unwrap();
    assert!(zendesk.seed().user("Zed").id.get() < 1 << 53);
    load(
        &zendesk,
        format!(r#"{{"tickets": [{{"id": {largest}, "requester_id": {largest}}}]}}"#),
    )
    .unwrap();
    assert_eq!(
        zendesk
            .seed()
            .ticket(UserId::new(largest as u64), "Ink")
            .id
            .get(),
        1
    );
    // A file that is not loaded leaves no trace in what is drawn.
    let (zendesk, other) = (started(), started());
    let refused = load(
        &zendesk,
        r#"{"users": [{"id": 99999999999999, "name": "A"}, {"id": 0, "name": "B"}]}"#.to_owned(),
    );
    refused.unwrap_err();
    assert_eq!(zendesk.seed().user("x").id, other.seed().user("x").id);
}

#[test]
fn an_id_that_waits_for_a_job_and_is_loaded_meanwhile_is_not_given_out_twice() {
    let zendesk = MockZendesk::builder()
        .job_pace(JobPace::Manual)
        .without_socket();
    let user = |name: &str| json!({"name": name});
    let body = json!({"users": [user("A"), user("B")]}).to_string();
    let request = mock_zendesk::http::Request::post("/api/v2/users/create_many")
        .header("content-type", "application/json");
    let request = request
        .header("authorization", zendesk.authorization())
        .body(body)
        .unwrap();
    assert_eq!(zendesk.send(request).unwrap().status(), 200);
    // The ids that the job's users will have, as a double that is told the same gives them.
    let twin = MockZendesk::builder().without_socket();
    let ids = [twin.seed().user("A").id, twin.seed().user("B").id];
    let loaded = ids
        .map(|id| format!(r#"{{"id": {id}, "name": "Loaded"}}"#))
        .join(",");
    zendesk
        .seed()
        .load(&Fixture::from_json(&format!(r#"{{"users": [{loaded}]}}"#)).unwrap());
    zendesk.jobs().run_all();
    let account = zendesk.account();
    let mut names: Vec<String> = account
        .users()
        .into_iter()
        .skip(1)
        .map(|user| user.name)
        .collect();
    names.sort();
    assert_eq!(names, ["A", "B", "Loaded", "Loaded"]);
}

#[tokio::test]
async fn a_bad_file_names_the_row_and_the_reason() {
    let zendesk = MockZendesk::start().await;
    let rows = [
        (
            "{",
            "cannot read the fixture: EOF while parsing an object at line 1 column 1",
        ),
        (
            r#"{"user": []}"#,
            "cannot read the fixture: unknown field `user`, expected one of `user_fields`, `organization_fields`, `users`, `organizations`, `memberships`, `organization_memberships`, `tickets`, `groups`, `group_memberships`, `identities`, `organization_subscriptions`, `custom_roles`, `organization_merges` at line 1 column 7",
        ),
        (
            r#"{"users": [{"id": 1}]}"#,
            "cannot read the fixture: users[0]: missing field `name` at line 1 column 20",
        ),
        (
            r#"{"users": [{"id": 1, "name": "Ada", "created_at": "x"}]}"#,
            "cannot read the fixture: users[0]: `created_at` must be a time such as 2024-09-06T18:52:11Z at line 1 column 54",
        ),
        (
            r#"{"users": [{"id": 1, "name": "Ada"}, {"id": 1, "name": "Bob"}]}"#,
            "users[1]: it has the same id as users[0]: UserId(1)",
        ),
        (
            r#"{"users": [{"id": 0, "name": "Ada"}]}"#,
            "users[0]: 0 is no id: they go from 1 to 9223372036854775807",
        ),
        (
            r#"{"organizations": [{"id": 9223372036854775808, "name": "Acme"}]}"#,
            "organizations[0]: 9223372036854775808 is no id: they go from 1 to 9223372036854775807",
        ),
        (
            r#"{"users": [{"id": 72, "name": "A"}], "tickets": [{"id": 0, "requester_id": 72}]}"#,
            "tickets[0]: 0 is no id: they go from 1 to 9223372036854775807",
        ),
        (
            r#"{"users": [{"id": 72, "name": "A", "active": false, "email": "a@b"}]}"#,
            "users[0]: a deleted user has no e-mail address",
        ),
        (
            r#"{"users": [{"id": 72, "name": "A", "active": false}], "organizations": [{"id": 2, "name": "B"}], "memberships": [{"user_id": 72, "organization_id": 2}]}"#,
            "memberships[0]: user 72 is deleted, and can be in none",
        ),
        (
            "[]",
            "cannot read the fixture: it is a list; an object with lists is expected, such as {\"users\": […], \"memberships\": […]}",
        ),
        (
            r#"{"users": [{"id": 1, "name": " "}]}"#,
            "users[0]: a user needs a name",
        ),
        (
            r#"{"users": [{"id": 1, "name": "A", "email": "a"}]}"#,
            "users[0]: a is no e-mail address",
        ),
        (
            r#"{"users": [{"id": 1, "name": "A", "email": "a@b"}, {"id": 2, "name": "B", "email": "A@b"}]}"#,
            "users[1]: it has the same e-mail address as users[0]: \"a@b\"",
        ),
        (
            r#"{"users": [{"id": 1, "name": "A", "email": "Owner@example.com"}]}"#,
            "users[0]: another user of the account has the e-mail address Owner@example.com",
        ),
        (
            r#"{"organizations": [{"id": 1, "name": "A"}, {"id": 2, "name": " a "}]}"#,
            "organizations[1]: it has the same name as organizations[0]: \"a\"",
        ),
        (
            r#"{"organizations": [{"id": 1, "name": ""}]}"#,
            "organizations[0]: an organization needs a name",
        ),
        (
            r#"{"users": [{"id": 1, "name": "A"}], "memberships": [{"user_id": 1, "organization_id": 2}]}"#,
            "memberships[0]: organization 2 does not exist",
        ),
        (
            r#"{"memberships": [{"user_id": 72, "organization_id": 2}]}"#,
            "memberships[0]: user 72 does not exist",
        ),
        (
            r#"{"tickets": [{"id": 1, "requester_id": 72}]}"#,
            "tickets[0]: user 72 does not exist",
        ),
        (
            r#"{"tickets": [{"id": 1, "requester_id": 2, "subject": "a"}, {"id": 2, "requester": 2}]}"#,
            "cannot read the fixture: tickets[1]: unknown field `requester`, expected one of `id`, `external_id`, `created_at`, `updated_at`, `type`, `subject`, `description`, `priority`, `status`, `requester_id`, `submitter_id`, `assignee_id`, `organization_id`, `group_id`, `tags`, `deleted_at` at line 1 column 80",
        ),
        (
            r#"{"users": {"id": 1}}"#,
            "cannot read the fixture: invalid type: map, expected the list of users at line 1 column 10",
        ),
        (
            r#"{"users": [{"id": 1, "name": "Ada"}], "organizations": [{"id": 1, "name": "Acme"}]}"#,
            "organizations[0]: it has the id of user 1 (Ada): no two records have the same, of whatever kind",
        ),
    ];
    for (json, expected) in rows {
        let error = Fixture::from_json(json)
            .and_then(|fixture| zendesk.seed().try_load(&fixture))
            .unwrap_err();
        assert_eq!(error.to_string(), expected, "{json}");
        assert_eq!(zendesk.account().user_count(), 1, "nothing of it is there");
    }
    // Some editors mark a file so.
    assert_eq!(Fixture::from_json("\u{feff}{}"), Ok(Fixture::default()));
    let two = r#"{"users": [{"id": 1, "name": "A"}], "organizations": [{"id": 2, "name": "B"}, {"id": 3, "name": "C"}], "#;
    let rows = [
        (
            r#""memberships": [{"user_id": 1, "organization_id": 2}, {"user_id": 1, "organization_id": 2}]}"#,
            "memberships[1]: it has the same pair of user and organization as memberships[0]: (UserId(1), OrganizationId(2))",
        ),
        (
            r#""memberships": [{"user_id": 1, "organization_id": 2, "default": true}, {"user_id": 1, "organization_id": 3, "default": true}]}"#,
            "memberships[1]: user 1 has two default memberships",
        ),
        (
            r#""tickets": [{"id": 1, "requester_id": 1, "organization_id": 2}]}"#,
            "tickets[0]: user 1 is not in organization 2",
        ),
    ];
    for (json, expected) in rows {
        let fixture = Fixture::from_json(&format!("{two}{json}")).unwrap();
        assert_eq!(
            zendesk.seed().try_load(&fixture).unwrap_err().to_string(),
            expected,
            "{json}"
        );
    }
    let marked = r#""organization_memberships": [{"user_id": 1, "organization_id": 2}, {"user_id": 1, "organization_id": 3, "default": true}]}"#;
    zendesk
        .seed()
        .load(&Fixture::from_json(&format!("{two}{marked}")).unwrap());
    zendesk
        .assert_user(UserId::new(1))
        .default(OrganizationId::new(3));
}

#[test]
fn every_kind_of_bad_value_names_its_list_its_row_and_its_field() {
    let user = r#""id": 1, "name": "A""#;
    let ticket = r#""id": 1, "requester_id": 1"#;
    let membership = r#""user_id": 1, "organization_id": 2"#;
    let id = "must be an integer from 1 to 9223372036854775807";
    let text = "must be a string";
    // The list, the row, and the reason.
    let rows = [
        (
            "users",
            r#""id": "1", "name": "A""#.to_owned(),
            format!("`id` {id}"),
        ),
        (
            "users",
            r#""id": 1.5, "name": "A""#.to_owned(),
            format!("`id` {id}"),
        ),
        (
            "users",
            r#""id": -1, "name": "A""#.to_owned(),
            format!("`id` {id}"),
        ),
        (
            "users",
            r#""id": null, "name": "A""#.to_owned(),
            format!("`id` {id}"),
        ),
        (
            "users",
            r#""name": "A""#.to_owned(),
            "missing field `id`".to_owned(),
        ),
        (
            "users",
            r#""id": 1, "name": null"#.to_owned(),
            "missing field `name`".to_owned(),
        ),
        (
            "users",
            r#""id": 1, "name": 5"#.to_owned(),
            format!("`name` {text}"),
        ),
        (
            "users",
            format!(r#"{user}, "email": {{"a": 1}}"#),
            format!("`email` {text}"),
        ),
        (
            "users",
            format!(r#"{user}, "verified": "maybe""#),
            "`verified` must be either true or false".to_owned(),
        ),
        (
            "users",
            format!(r#"{user}, "suspended": -1"#),
            "`suspended` must be either true or false".to_owned(),
        ),
        (
            "users",
            format!(r#"{user}, "role": "boss""#),
            "`role` must be one of `end-user`, `agent`, `admin`".to_owned(),
        ),
        (
            "users",
            format!(r#"{user}, "tags": "a""#),
            "`tags` must be an array".to_owned(),
        ),
        (
            "users",
            format!(r#"{user}, "tags": ["a", "b", 3]"#),
            format!("`tags[2]` {text}"),
        ),
        (
            "users",
            format!(r#"{user}, "updated_at": "yesterday""#),
            "`updated_at` must be a time such as 2024-09-06T18:52:11Z".to_owned(),
        ),
        (
            "users",
            format!(r#"{user}, "updated_at": 1725648720"#),
            "`updated_at` must be a time such as 2024-09-06T18:52:11Z".to_owned(),
        ),
        (
            "users",
            format!(r#"{user}, "name": "B""#),
            "duplicate field `name`".to_owned(),
        ),
        (
            "organizations",
            format!(r#"{user}, "domain_names": [null]"#),
            format!("`domain_names[0]` {text}"),
        ),
        (
            "organizations",
            format!(r#"{user}, "group_id": "x""#),
            "`group_id` must be an integer".to_owned(),
        ),
        (
            "organizations",
            format!(r#"{user}, "group_id": -7"#),
            format!("`group_id` {id}"),
        ),
        (
            "organizations",
            format!(r#"{user}, "group_id": 7.5"#),
            "`group_id` must be an integer".to_owned(),
        ),
        (
            "organizations",
            format!(r#"{user}, "group_id": 123456789012345678901234567890"#),
            format!("`group_id` {id}"),
        ),
        (
            "memberships",
            r#""user_id": null, "organization_id": 2"#.to_owned(),
            "missing field `user_id`".to_owned(),
        ),
        (
            "memberships",
            format!(r#"{membership}, "default": "yes""#),
            "`default` must be either true or false".to_owned(),
        ),
        (
            "tickets",
            format!(r#"{ticket}, "type": "fire""#),
            "`type` must be one of `problem`, `incident`, `question`, `task`".to_owned(),
        ),
        (
            "tickets",
            format!(r#"{ticket}, "status": 5"#),
            "`status` must be one of `new`, `open`, `pending`, `hold`, `solved`, `closed`"
                .to_owned(),
        ),
        (
            "groups",
            format!(r#"{user}, "is_public": []"#),
            "`is_public` must be either true or false".to_owned(),
        ),
        (
            "group_memberships",
            r#""user_id": 1, "group_id": true"#.to_owned(),
            "`group_id` must be an integer".to_owned(),
        ),
        // What is no JSON.
        (
            "users",
            r#""id": 1, "name": tru"#.to_owned(),
            "`name`: expected ident".to_owned(),
        ),
        (
            "users",
            format!(r#"{user}, "tags": ["a" 1]"#),
            "`tags`: expected `,` or `]`".to_owned(),
        ),
    ];
    for (list, row, reason) in rows {
        let good = match list {
            "memberships" => r#"{"user_id": 8, "organization_id": 9}"#,
            "group_memberships" => r#"{"user_id": 8, "group_id": 9}"#,
            "tickets" => r#"{"id": 8, "requester_id": 9}"#,
            _ => r#"{"id": 8, "name": "Good"}"#,
        };
        let json = format!(r#"{{"{list}": [{good}, {{{row}}}]}}"#);
        let expected = format!("cannot read the fixture: {list}[1]: {reason} at line 1 column ");
        let error = Fixture::from_json(&json).expect_err(&json).to_string();
        assert!(error.starts_with(&expected), "{json}\n{error}\n{expected}");
    }
}

#[tokio::test]
async fn a_large_account_serves_whole_walks_by_account_by_user_and_by_organization() {
    let scene = Scene::start().await;
    let plan = Plan::new()
        .users(3_000)
        .organizations(400)
        .memberships_per_user(1..=4)
        .user_in_organizations(300);
    let planned = scene.zendesk.seed().plan(plan);
    let account = scene.zendesk.account();
    let user = planned.in_many_organizations[0];
    let organization = planned.organizations[7];
    let lists = [
        (
            "/organization_memberships".to_owned(),
            account.memberships(),
        ),
        (
            format!("/users/{user}/organization_memberships"),
            account.memberships_of_user(user),
        ),
        (
            format!("/organizations/{organization}/organization_memberships"),
            account.memberships_of_organization(organization),
        ),
    ];
    for (path, expected) in lists {
        let mut seen = Vec::new();
        let mut next = Some(format!("{path}?page[size]=100"));
        while let Some(path) = next {
            let (_, page) = scene.get(&path).await;
            let rows = page["organization_memberships"].as_array().unwrap();
            seen.extend(rows.iter().map(|row| row["id"].as_u64().unwrap()));
            let link = page["links"]["next"]
                .as_str()
                .filter(|_| page["meta"]["has_more"] == true);
            next = link.map(|link| link.split("/api/v2").nth(1).unwrap().to_owned());
        }
        let expected: Vec<u64> = expected
            .iter()
            .map(|membership| membership.id.get())
            .collect();
        assert!(
            seen == expected,
            "{path}: {} rows of {}",
            seen.len(),
            expected.len()
        );
    }
    scene
        .zendesk
        .calls()
        .of(organization_memberships::LIST)
        .assert_walked_to_end();
}

#[tokio::test]
async fn groups_and_their_memberships_are_saved_and_loaded_with_everything() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    let private = seed.add(NewGroup::new("🎯 Équipe").description("d").private());
    let (gone, alike) = (
        seed.add(NewGroup::new("Gone")),
        seed.add(NewGroup::new("Gone")),
    );
    let agent = |name: &str| seed.user(NewUser::new(name).role(Role::Agent));
    let (grace, linus, nowhere, demoted) = (
        agent("Grace"),
        agent("Linus"),
        agent("Nowhere"),
        agent("Demoted"),
    );
    seed.add(NewGroupMembership::new(&grace, &private).default_group());
    seed.add(NewGroupMembership::new(&linus, &private));
    seed.add(NewGroupMembership::new(&linus, &gone));
    for user in [&nowhere, &linus] {
        let path = format!("/users/{}/group_memberships", user.id);
        for membership in scene.get(&path).await.1["group_memberships"]
            .as_array()
            .unwrap()
        {
            let path = format!("/group_memberships/{}", membership["id"]);
            assert_eq!(scene.send(Method::DELETE, &path, None).await.0, 204);
        }
    }
    scene.zendesk.advance(std::time::Duration::from_secs(60));
    seed.add(NewGroupMembership::new(&linus, &alike));
    seed.add(NewGroupMembership::new(&linus, &gone));
    let demotion = json!({"user": {"role": "end-user"}});
    assert_eq!(
        scene
            .send(
                Method::PUT,
                &format!("/users/{}", demoted.id),
                Some(demotion)
            )
            .await
            .0,
        200
    );
    assert_eq!(
        scene
            .send(Method::DELETE, &format!("/groups/{}", gone.id), None)
            .await
            .0,
        204
    );
    let rename = json!({"group": {"description": "later"}});
    assert_eq!(
        scene
            .send(
                Method::PUT,
                &format!("/groups/{}", private.id),
                Some(rename)
            )
            .await
            .0,
        200
    );

    let json = scene.zendesk.account().to_fixture().to_json();
    let fresh = MockZendesk::start().await;
    fresh.seed().load(&Fixture::from_json(&json).unwrap());
    let (before, after) = (scene.zendesk.account(), fresh.account());
    assert_eq!(after.to_fixture().to_json(), json);
    assert_eq!(after.users(), before.users());
    assert_eq!(after.groups(), before.groups());
    for group in [&private, &gone, &alike] {
        assert_eq!(after.group(group), before.group(group));
        assert_eq!(
            after.group_memberships_of_group(group),
            before.group_memberships_of_group(group)
        );
    }
    for user in [&grace, &linus, &nowhere, &demoted] {
        assert_eq!(
            after.group_memberships_of_user(user),
            before.group_memberships_of_user(user)
        );
    }
    assert!(after.group(&gone).unwrap().deleted);
    assert_eq!(after.group_memberships_of_user(&linus).len(), 1);
    assert!(!after.group_memberships_of_user(&linus)[0].default);
    assert!(after.group_memberships_of_user(&nowhere).is_empty());
    // New groups are out of the way of the loaded ones.
    assert_eq!(before.group(&fresh.seed().add(NewGroup::new("New"))), None);
}

#[tokio::test]
async fn subscriptions_are_saved_and_loaded_with_everything() {
    let zendesk = MockZendesk::start().await;
    let seed = zendesk.seed();
    let shared = |name: &str| seed.organization(NewOrganization::new(name).shared_tickets());
    let (acme, gone) = (shared("Acme"), shared("Gone"));
    let (ada, grace) = (
        seed.user("Ada"),
        seed.user(NewUser::new("Grace").role(Role::Agent)),
    );
    for organization in [&acme, &gone] {
        seed.membership(&ada, organization);
        seed.add(NewOrganizationSubscription::new(&ada, organization));
    }
    zendesk.advance(std::time::Duration::from_secs(60));
    let late = seed.add(NewOrganizationSubscription::new(&grace, &acme));
    seed.remove_membership(&zendesk.account().membership(&ada, &acme).unwrap());
    seed.remove_organization(&gone);

    let before = zendesk.account();
    let json = before.to_fixture().to_json();
    let fresh = MockZendesk::start().await;
    fresh.seed().load(&Fixture::from_json(&json).unwrap());
    let after = fresh.account();
    assert_eq!(after.to_fixture().to_json(), json);
    assert_eq!(after.organization_subscriptions_of_user(&ada).len(), 2);
    for user in [&ada, &grace] {
        let subscriptions = before.organization_subscriptions_of_user(user);
        assert_eq!(
            after.organization_subscriptions_of_user(user),
            subscriptions
        );
    }
    assert_eq!(after.organization_subscription(&grace, &acme), Some(late));
}

#[tokio::test]
async fn custom_roles_are_saved_and_loaded_with_everything() {
    let zendesk = MockZendesk::start().await;
    let seed = zendesk.seed();
    let admin = NewCustomRole::new("Admin").role_type(RoleType::Admin);
    let roles = [
        seed.add(admin.description("Can manage all settings")),
        seed.add(NewCustomRole::new("Staff")),
    ];
    let json = zendesk.account().to_fixture().to_json();
    let fresh = MockZendesk::start().await;
    fresh.seed().load(&Fixture::from_json(&json).unwrap());
    assert_eq!(fresh.account().to_fixture().to_json(), json);
    for role in roles {
        assert_eq!(fresh.account().custom_role(&role), Some(role));
    }

    for (row, reason) in [
        (
            r#"{"id": 5, "name": " "}"#,
            "custom_roles[0]: a custom role needs a name",
        ),
        (
            r#"{"id": 5, "name": "A", "role_type": 6}"#,
            "cannot read the fixture: custom_roles[0]: `role_type` must be one of `0`, `1`, `2`, `3`, `4`, `5` at line 1 column 56",
        ),
    ] {
        let json = format!(r#"{{"custom_roles": [{row}]}}"#);
        let loaded = Fixture::from_json(&json).and_then(|fixture| seed.try_load(&fixture));
        assert_eq!(loaded.unwrap_err().to_string(), reason);
    }
}

#[tokio::test]
async fn a_bad_row_of_subscriptions_names_itself_and_the_reason() {
    let zendesk = MockZendesk::start().await;
    let seed = zendesk.seed();
    let (grace, acme) = (
        seed.user(NewUser::new("Grace").role(Role::Agent)),
        seed.organization("Acme"),
    );
    seed.add(NewOrganizationSubscription::new(&grace, &acme));
    let row = |user: u64, organization: u64| {
        format!(r#"{{"user_id": {user}, "organization_id": {organization}}}"#)
    };
    for (rows, reason) in [
        (
            row(2, 1),
            "organization_subscriptions[0]: user 2 does not exist, or is deleted".to_owned(),
        ),
        (
            row(1, 7) + "," + &row(1, 7),
            "organization_subscriptions[1]: it has the same pair of user and organization as organization_subscriptions[0]: (UserId(1), OrganizationId(7))".to_owned(),
        ),
        (
            row(grace.id.get(), acme.id.get()),
            format!(
                "organization_subscriptions[0]: user {} has subscribed to organization {} already",
                grace.id, acme.id
            ),
        ),
        (
            r#"{"user_id": 1}"#.to_owned(),
            "cannot read the fixture: organization_subscriptions[0]: missing field `organization_id` at line 1 column 81".to_owned(),
        ),
    ] {
        let users = r#""users": [{"id": 1, "name": "A"}]"#;
        let json = format!(r#"{{{users}, "organization_subscriptions": [{rows}]}}"#);
        let loaded = Fixture::from_json(&json).and_then(|fixture| seed.try_load(&fixture));
        assert_eq!(loaded.unwrap_err().to_string(), reason);
    }
}

#[tokio::test]
async fn an_agent_of_a_fixture_is_in_the_groups_that_it_lists_or_in_the_default_group() {
    let users = r#""users": [
        {"id": 1, "name": "Grace", "role": "agent"},
        {"id": 2, "name": "Linus", "role": "admin"},
        {"id": 3, "name": "Ada"},
        {"id": 4, "name": "Gone", "role": "agent", "active": false}
    ]"#;
    let groups = r#""groups": [{"id": 5, "name": "Escalations"}, {"id": 6, "name": "Night", "is_public": false}]"#;
    let listed = r#""group_memberships": [
        {"user_id": 1, "group_id": 5, "default": true}, {"id": 9, "user_id": 1, "group_id": 6}
    ]"#;
    let default = MockZendesk::start().await.account().default_group();
    let (escalations, night) = (GroupId::new(5), GroupId::new(6));
    type Places = [(GroupId, bool)];
    let rows: [(String, [&Places; 4]); 3] = [
        (
            format!("{{{users}, {groups}}}"),
            [&[(default, true)], &[(default, true)], &[], &[]],
        ),
        (
            format!("{{{users}, {groups}, {listed}}}"),
            [&[(escalations, true), (night, false)], &[], &[], &[]],
        ),
        (
            format!(r#"{{{users}, "group_memberships": []}}"#),
            [&[], &[], &[], &[]],
        ),
    ];
    for (json, expected) in rows {
        let zendesk = MockZendesk::start().await;
        // Who is there already stays where they are.
        let here = zendesk.seed().user(NewUser::new("Here").role(Role::Agent));
        zendesk.seed().load(&Fixture::from_json(&json).unwrap());
        let account = zendesk.account();
        let places = |user: UserId| {
            let memberships = account.group_memberships_of_user(user).into_iter();
            let mut places: Vec<_> = memberships.map(|row| (row.group_id, row.default)).collect();
            places.sort_unstable();
            places
        };
        for (id, expected) in (1..).zip(expected) {
            assert_eq!(places(UserId::new(id)), expected, "user {id} of {json}");
        }
        assert_eq!(places(here.id), [(default, true)], "{json}");
        assert_eq!(places(account.owner()), [(default, true)], "{json}");
    }
}

#[tokio::test]
async fn a_bad_row_of_groups_or_group_memberships_names_itself_and_the_reason() {
    let zendesk = MockZendesk::start().await;
    let default = zendesk.account().default_group();
    let users = r#""users": [{"id": 1, "name": "A", "role": "agent"}, {"id": 2, "name": "B"}, {"id": 3, "name": "C", "role": "agent", "active": false}]"#;
    let groups = r#""groups": [{"id": 5, "name": "G"}, {"id": 6, "name": "H"}, {"id": 7, "name": "I", "deleted": true}]"#;
    let rows = [
        (
            r#"{"user_id": 2, "group_id": 5}"#,
            "group_memberships[0]: user 2 is not an agent",
        ),
        (
            r#"{"user_id": 4, "group_id": 5}"#,
            "group_memberships[0]: user 4 does not exist, or is deleted",
        ),
        (
            r#"{"user_id": 3, "group_id": 5}"#,
            "group_memberships[0]: user 3 does not exist, or is deleted",
        ),
        (
            r#"{"user_id": 1, "group_id": 8}"#,
            "group_memberships[0]: group 8 does not exist, or is deleted",
        ),
        (
            r#"{"user_id": 1, "group_id": 7}"#,
            "group_memberships[0]: group 7 does not exist, or is deleted",
        ),
        (
            r#"{"user_id": 1, "group_id": 5, "default": true}, {"user_id": 1, "group_id": 6, "default": true}"#,
            "group_memberships[1]: user 1 has two default group memberships",
        ),
        (
            r#"{"user_id": 1, "group_id": 5}, {"user_id": 1, "group_id": 5}"#,
            "group_memberships[1]: it has the same pair of user and group as group_memberships[0]: (UserId(1), GroupId(5))",
        ),
    ];
    for (memberships, expected) in rows {
        let json = format!(r#"{{{users}, {groups}, "group_memberships": [{memberships}]}}"#);
        let error = zendesk
            .seed()
            .try_load(&Fixture::from_json(&json).unwrap())
            .unwrap_err();
        assert_eq!(error.to_string(), expected, "{json}");
        let account = zendesk.account();
        assert_eq!(
            (account.user_count(), account.groups().len()),
            (1, 1),
            "nothing of it is there"
        );
    }
    let rows = [
        (
            r#"{"groups": [{"id": 5, "name": "G"}, {"id": 6, "name": " "}]}"#,
            "groups[1]: a group needs a name",
        ),
        (
            r#"{"groups": [{"id": 5, "name": "G"}, {"id": 5, "name": "H"}]}"#,
            "groups[1]: it has the same id as groups[0]: GroupId(5)",
        ),
        (
            r#"{"groups": [{"id": 5}]}"#,
            "cannot read the fixture: groups[0]: missing field `name` at line 1 column 21",
        ),
        (
            r#"{"group_memberships": [{"user_id": 1}]}"#,
            "cannot read the fixture: group_memberships[0]: missing field `group_id` at line 1 column 37",
        ),
    ];
    for (json, expected) in rows {
        let error = Fixture::from_json(json)
            .and_then(|fixture| zendesk.seed().try_load(&fixture))
            .unwrap_err();
        assert_eq!(error.to_string(), expected, "{json}");
    }
    // What an account has already counts as well.
    let grace = zendesk.seed().user(NewUser::new("Grace").role(Role::Agent));
    let rows = [
        (
            default.get(),
            false,
            format!("user {} is in group {default} already", grace.id),
        ),
        (
            5,
            true,
            format!("user {} has two default group memberships", grace.id),
        ),
    ];
    for (group, default, expected) in rows {
        let membership = json!({"user_id": grace.id, "group_id": group, "default": default});
        let json = json!({"groups": [{"id": 5, "name": "G"}], "group_memberships": [membership]})
            .to_string();
        let error = zendesk
            .seed()
            .try_load(&Fixture::from_json(&json).unwrap())
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("group_memberships[0]: {expected}")
        );
    }
}

/// Changes a user or its identities over HTTP.
async fn change(scene: &Scene, method: Method, path: String, body: serde_json::Value) {
    let body = Some(body).filter(|body| !body.is_null());
    let (status, reply) = scene.send(method, &path, body).await;
    assert!((200..300).contains(&status), "{path}: {reply}");
}

#[tokio::test]
async fn identities_are_saved_and_loaded_with_everything() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    let put = async |user: UserId, changes: serde_json::Value| {
        let body = json!({"user": changes});
        change(&scene, Method::PUT, format!("/users/{user}"), body).await;
    };
    let ids = |user: UserId| -> Vec<u64> {
        let identities = scene.zendesk.account().identities_of_user(user);
        identities
            .iter()
            .map(|identity| identity.id.get())
            .collect()
    };
    let email = |name: &str| NewUser::new(name).email(format!("{name}@example.com"));
    let of = |user: UserId, id: u64| format!("/users/{user}/identities/{id}");

    let moved = seed.user(email("moved")).id;
    seed.add(NewIdentity::email(moved, "second@example.com").verified());
    let deprived = seed.user(email("deprived")).id;
    seed.add(NewIdentity::email(deprived, "b@example.com"));
    seed.add(NewIdentity::email(deprived, "c@example.com").verified());
    let direct = seed.user(email("direct")).id;
    let sharing = seed.user(email("sharing")).id;
    let cleared = seed.user("cleared").id;
    let only_phone = seed.user("only phone").id;
    let changed = seed.user(email("changed")).id;
    let gone = seed.user(email("gone").external_id("7")).id;
    let heir = seed.user(email("heir")).id;
    let late = seed.user("late").id;
    seed.add(NewIdentity::new(scene.ada.id, IdentityType::Twitter, "ada").verified());
    scene.zendesk.advance(std::time::Duration::from_secs(60));

    let second = ids(moved)[1];
    let make_primary = format!("{}/make_primary", of(moved, second));
    change(&scene, Method::PUT, make_primary, json!(null)).await;
    change(
        &scene,
        Method::DELETE,
        of(deprived, ids(deprived)[0]),
        json!(null),
    )
    .await;
    put(direct, json!({"phone": "+1"})).await;
    put(direct, json!({"phone": "+2", "verified": true})).await;
    put(
        sharing,
        json!({"phone": "+1", "email": "sharing@example.org"}),
    )
    .await;
    put(cleared, json!({"phone": "+3", "verified": true})).await;
    put(cleared, json!({"phone": ""})).await;
    put(only_phone, json!({"phone": "+4"})).await;
    let value = json!({"identity": {"value": "other@example.com", "verified": true}});
    change(&scene, Method::PUT, of(changed, ids(changed)[0]), value).await;
    put(gone, json!({"phone": "+5", "email": "gone@example.org"})).await;
    seed.remove_user(gone);
    put(heir, json!({"email": "gone@example.com", "phone": "+5"})).await;
    put(late, json!({"email": "late@example.com"})).await;

    let account = scene.zendesk.account();
    let json = account.to_fixture().to_json();
    let fresh = MockZendesk::start().await;
    fresh.seed().load(&Fixture::from_json(&json).unwrap());

    let loaded = fresh.account();
    assert_eq!(loaded.to_fixture().to_json(), json);
    assert_eq!(loaded.users()[1..], account.users()[1..]);
    assert_eq!(loaded.user(gone), account.user(gone));
    let mut identities = 0;
    for user in account.users()[1..]
        .iter()
        .map(|user| user.id)
        .chain([gone])
    {
        let listed = account.identities_of_user(user);
        assert_eq!(loaded.identities_of_user(user), listed, "{user}");
        identities += listed.len();
    }
    assert_eq!(identities, 16);
    // What is given up is free, and what is somebody's is not.
    for (address, holder) in [
        ("gone@example.org", None),
        ("changed@example.com", None),
        ("sharing@example.org", Some(sharing)),
        ("gone@example.com", Some(heir)),
        ("second@example.com", Some(moved)),
    ] {
        let user = loaded.user_with_email(address).map(|user| user.id);
        assert_eq!(user, holder, "{address}");
    }
    // Most identities follow from their users, and have no row.
    let rows = json.split("\"identities\": [").nth(1).unwrap();
    assert!(!rows.contains("heir@example.com"), "{rows}");
    assert!(rows.contains("gone@example.com"), "{rows}");
}

#[test]
fn an_address_and_a_number_of_a_fixture_are_identities_without_a_row() {
    let users = r#""users": [
        {"id": 72, "name": "A", "email": "a@b", "verified": true, "phone": "+1"},
        {"id": 73, "name": "B", "phone": "+1", "shared_phone_number": true},
        {"id": 74, "name": "C", "phone": "+2"},
        {"id": 75, "name": "D", "active": false, "phone": "+1"}
    ]"#;
    let further = r#"{"user_id": 72, "value": "a@c", "verified": true}, {"user_id": 73, "type": "sdk", "value": "x"}"#;
    for (identities, of_first, of_second) in [
        (String::new(), vec!["a@b", "+1"], vec![]),
        (
            r#", "identities": []"#.to_owned(),
            vec!["a@b", "+1"],
            vec![],
        ),
        (
            format!(r#", "identities": [{further}]"#),
            vec!["a@b", "+1", "a@c"],
            vec!["x"],
        ),
    ] {
        let json = format!("{{{users}{identities}}}");
        let zendesk = MockZendesk::builder().without_socket();
        zendesk.seed().load(&Fixture::from_json(&json).unwrap());
        let account = zendesk.account();
        let values = |user: u64| -> BTreeSet<String> {
            let identities = account.identities_of_user(UserId::new(user)).into_iter();
            identities.map(|identity| identity.value).collect()
        };
        let expected = |values: Vec<&str>| values.into_iter().map(str::to_owned).collect();
        assert_eq!(values(72), expected(of_first), "{json}");
        assert_eq!(values(73), expected(of_second), "{json}");
        assert_eq!(values(74), expected(vec!["+2"]), "{json}");
        assert_eq!(values(75), BTreeSet::new(), "{json}");
        let shared = |user: u64| account.user(UserId::new(user)).unwrap().shared_phone_number;
        assert_eq!(
            [72, 73, 74].map(shared),
            [Some(false), Some(true), Some(false)],
            "{json}"
        );

        let saved = account.to_fixture().to_json();
        let other = MockZendesk::builder().without_socket();
        other.seed().load(&Fixture::from_json(&saved).unwrap());
        assert_eq!(other.account().to_fixture().to_json(), saved);
    }
}

#[tokio::test]
async fn a_bad_row_of_identities_names_itself_and_the_reason() {
    let zendesk = MockZendesk::start().await;
    let seed = zendesk.seed();
    let here = seed.user(NewUser::new("Here").email("here@b"));
    seed.add(NewIdentity::new(&here, IdentityType::PhoneNumber, "+9"));
    let users = r#""users": [{"id": 1, "name": "A", "email": "a@b", "phone": "+1"}, {"id": 2, "name": "B"}, {"id": 3, "name": "C", "active": false}]"#;
    let rows = [
        (
            r#"{"user_id": 4, "value": "x@y"}"#,
            "identities[0]: user 4 does not exist, or is deleted",
        ),
        (
            r#"{"user_id": 3, "value": "x@y"}"#,
            "identities[0]: user 3 does not exist, or is deleted",
        ),
        (
            r#"{"user_id": 2, "value": " "}"#,
            "identities[0]: an identity needs a value",
        ),
        (
            r#"{"user_id": 2, "value": "nobody"}"#,
            "identities[0]: nobody is no e-mail address",
        ),
        (
            r#"{"user_id": 2, "value": "x@y"}, {"user_id": 1, "value": "X@y"}"#,
            "identities[1]: it has the same type and value as identities[0]: (Email, \"x@y\")",
        ),
        (
            r#"{"user_id": 2, "value": "A@b"}"#,
            "identities[0]: user 1 shows A@b already",
        ),
        (
            r#"{"user_id": 2, "type": "phone_number", "value": "+1"}"#,
            "identities[0]: user 1 shows +1 already",
        ),
        (
            r#"{"user_id": 1, "value": "x@y", "primary": true}"#,
            "identities[0]: user 1 shows a@b, so x@y cannot be primary",
        ),
        (
            r#"{"user_id": 2, "value": "x@y", "primary": true}, {"user_id": 2, "value": "y@y", "primary": true}"#,
            "identities[0]: user 2 has two primary identities of one type",
        ),
        (
            r#"{"id": 1, "user_id": 2, "value": "x@y"}"#,
            "identities[0]: it has the id of user 1 (A): no two records have the same, of whatever kind",
        ),
    ];
    for (identities, expected) in rows {
        let json = format!(r#"{{{users}, "identities": [{identities}]}}"#);
        let fixture = Fixture::from_json(&json).unwrap();
        let error = seed.try_load(&fixture).unwrap_err();
        assert_eq!(error.to_string(), expected, "{json}");
        assert_eq!(zendesk.account().user_count(), 2, "nothing of it is there");
    }
    let here_has = |value: &str| format!("identities[0]: user {} has {value} already", here.id);
    let rows = [
        (
            r#"{"identities": [{"user_id": HERE, "value": "Here@b"}]}"#,
            here_has("Here@b"),
        ),
        (
            r#"{"identities": [{"user_id": HERE, "type": "pigeon", "value": "x"}]}"#,
            "cannot read the fixture: identities[0]: `type` must be one of `email`, `phone_number`".to_owned(),
        ),
        (
            r#"{"identities": [{"user_id": HERE}]}"#,
            "cannot read the fixture: identities[0]: missing field `value` at line 1".to_owned(),
        ),
        (
            r#"{"users": [{"id": 1, "name": "A", "phone": "+1"}, {"id": 2, "name": "B", "phone": "+1"}]}"#,
            "users[1]: it has the same phone number as users[0]: \"+1\"".to_owned(),
        ),
        (
            r#"{"users": [{"id": 1, "name": "A", "phone": "+9"}]}"#,
            "users[0]: another user of the account has the phone number +9: \"shared_phone_number\": true says that both have it".to_owned(),
        ),
        (
            r#"{"users": [{"id": 1, "name": "A", "external_id": "x"}, {"id": 2, "name": "B", "external_id": "X"}]}"#,
            "users[1]: it has the same external id as users[0]: \"x\"".to_owned(),
        ),
    ];
    for (json, expected) in rows {
        let json = json.replace("HERE", &here.id.to_string());
        let error = Fixture::from_json(&json)
            .and_then(|fixture| seed.try_load(&fixture))
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(&expected), "{json}: {error}");
        assert_eq!(zendesk.account().user_count(), 2, "nothing of it is there");
    }
}

#[tokio::test]
async fn an_error_prints_no_control_character_and_no_long_value() {
    let zendesk = MockZendesk::builder().without_socket();
    let user = |name: &str| {
        json!({"users": [{"id": 1, "name": name}, {"id": 2, "name": name}]}).to_string()
    };
    let long = "x".repeat(1_000_000);
    let nasty = "\u{1b}[2J\n\u{7}\u{9b}";
    let escaped = "\\u{1b}[2J\\n\\u{7}\\u{9b}";
    let organizations =
        |name: &str| json!({"organizations": [{"id": 1, "name": name}, {"id": 2, "name": name}]});
    let unreadable = "cannot read the fixture: ";
    // What the JSON is, how the text starts, and what stands near its end.
    let rows = [
        (
            json!({nasty: []}).to_string(),
            format!("{unreadable}unknown field `{escaped}`, expected"),
            " at line 1 column ",
        ),
        (
            json!({&long: []}).to_string(),
            format!("{unreadable}unknown field `xxx"),
            " at line 1 column ",
        ),
        (
            json!({"users": [{nasty: 1}]}).to_string(),
            format!("{unreadable}users[0]: unknown field `{escaped}`, expected"),
            " at line 1 column ",
        ),
        (
            json!({"users": [{&long: 1}]}).to_string(),
            format!("{unreadable}users[0]: unknown field `xxx"),
            " at line 1 column ",
        ),
        (
            json!({"users": long}).to_string(),
            format!("{unreadable}invalid type: string \"xxx"),
            " at line 1 column ",
        ),
        (
            format!("{{\"users\": {long}"),
            format!("{unreadable}expected value"),
            " at line 1 column ",
        ),
        (
            organizations(nasty).to_string(),
            "organizations[1]: ".to_owned(),
            "",
        ),
        (
            organizations(&long).to_string(),
            "organizations[1]: ".to_owned(),
            "xxx",
        ),
    ];
    for (json, start, near_end) in rows {
        let error = Fixture::from_json(&json)
            .and_then(|fixture| zendesk.seed().try_load(&fixture))
            .unwrap_err();
        let text = error.to_string();
        assert!(!text.contains(char::is_control), "{text:?}");
        assert!(text.len() < 700, "{text:?}");
        assert!(
            text.starts_with(&start) && text.contains(near_end),
            "{text:?}"
        );
    }
    assert!(
        zendesk
            .seed()
            .try_load(&Fixture::from_json(&user(nasty)).unwrap())
            .is_ok(),
        "such a name is allowed"
    );
    let missing = format!("no{nasty}such.json");
    let text = Fixture::from_file(&missing).unwrap_err().to_string();
    assert!(
        text.starts_with(&format!("no{escaped}such.json: ")) && !text.contains(char::is_control),
        "{text:?}"
    );
}

/// The fields of both kinds, one of each type.
fn seed_fields(zendesk: &MockZendesk) {
    let seed = zendesk.seed();
    seed.add(NewUserField::text("plan").title("Plan").description(""));
    seed.add(NewUserField::checkbox("vip").tag("vip"));
    seed.add(NewUserField::dropdown("tier", ["gold", "silver"]).position(0));
    seed.add(NewUserField::multiselect("langs", ["de", "en"]));
    seed.add(NewUserField::regexp("code", r"\A[a-z]+\z"));
    for (key, field_type) in [
        ("day", FieldType::Date),
        ("count", FieldType::Integer),
        ("rate", FieldType::Decimal),
        ("boss", FieldType::Lookup),
    ] {
        seed.add(NewUserField::new(key, field_type));
        seed.add(NewOrganizationField::new(key, field_type));
    }
    seed.add(NewOrganizationField::dropdown("tier", [""; 0]).option("Gold", "gold"));
    seed.add(NewOrganizationField::text("hidden").inactive());
}

#[tokio::test]
async fn custom_fields_and_their_values_are_saved_and_loaded() {
    let scene = Scene::start().await;
    let zendesk = &scene.zendesk;
    seed_fields(zendesk);
    let seed = zendesk.seed();
    let full = NewUser::new("Full")
        .user_field("plan", "p")
        .user_field("vip", true)
        .user_field("tier", "gold")
        .user_field("langs", ["en", "de"])
        .user_field("code", "abc")
        .user_field("day", "1958-11-04")
        .user_field("count", -7)
        .user_field("rate", 2.0)
        .user_field("boss", 72);
    let full = seed.user(full);
    let gone = seed.user(NewUser::new("Gone").user_field("plan", "kept"));
    seed.remove_user(&gone);
    let acme = NewOrganization::new("Valued").organization_field("tier", "gold");
    let acme = seed.organization(acme.organization_field("day", "2024-02-29"));
    // A value that its pattern does not match any more, a field that is not active any more, and
    // one that is deleted.
    let of = |key: &str| zendesk.account().user_field(key).unwrap().id;
    let [code, plan, boss] = ["code", "plan", "boss"].map(of);
    for (path, body) in [
        (
            code,
            json!({"user_field": {"regexp_for_validation": "[0-9]"}}),
        ),
        (plan, json!({"user_field": {"active": false}})),
    ] {
        change(&scene, Method::PUT, format!("/user_fields/{path}"), body).await;
    }
    change(
        &scene,
        Method::DELETE,
        format!("/user_fields/{boss}"),
        json!(null),
    )
    .await;

    let account = zendesk.account();
    let json = account.to_fixture().to_json();
    let fresh = MockZendesk::start().await;
    fresh.seed().load(&Fixture::from_json(&json).unwrap());
    let loaded = fresh.account();
    assert_eq!(loaded.to_fixture().to_json(), json);
    assert_eq!(loaded.user_fields(), account.user_fields());
    assert_eq!(loaded.organization_fields(), account.organization_fields());
    assert_eq!(loaded.user(&full), account.user(&full));
    assert_eq!(loaded.user(&gone), account.user(&gone));
    assert_eq!(loaded.organization(&acme), account.organization(&acme));
    assert_eq!(
        loaded.field_values_of_user(&full),
        account.field_values_of_user(&full)
    );
    assert_eq!(loaded.user(&full).unwrap().user_fields.len(), 8);
    let row = json.lines().find(|row| row.contains("\"Full\"")).unwrap();
    let values = r#""user_fields":{"code":"abc","count":-7,"day":"1958-11-04T00:00:00+00:00","langs":["en","de"],"plan":"p","rate":2.0,"tier":"gold","vip":true}"#;
    assert!(row.contains(values), "{row}");
    // New options have ids that are not in the file.
    let field = fresh.seed().add(NewUserField::dropdown("new", ["x"]));
    assert!(!json.contains(&field.options[0].id.to_string()));
}

#[test]
fn a_hand_written_field_needs_a_key_and_a_title() {
    let zendesk = MockZendesk::builder().without_socket();
    let json = r#"{
        "user_fields": [
            {"key": "plan", "title": "Plan"},
            {"key": "tier", "title": "Tier", "type": "dropdown",
             "custom_field_options": [{"name": "Gold", "value": "gold"}, {"name": "Tin", "value": "tin"}]}
        ],
        "users": [{"id": 72, "name": "Ada", "user_fields": {"tier": "gold", "plan": 7}}]
    }"#;
    zendesk.seed().load(&Fixture::from_json(json).unwrap());
    let account = zendesk.account();
    let positions: Vec<u64> = account
        .user_fields()
        .iter()
        .map(|field| field.position)
        .collect();
    assert_eq!(positions, [0, 1]);
    let options = account.user_field("tier").unwrap().options;
    assert!(options[0].id > 0 && options[0].id != options[1].id);
    let ada = account.user(UserId::new(72)).unwrap();
    assert_eq!(ada.user_fields.get("plan"), Some(&"7".into()));
}

#[test]
fn a_bad_row_of_fields_or_of_values_names_itself_and_the_reason() {
    let field = |more: &str| format!(r#"{{"id": 5, "key": "plan", "title": "P"{more}}}"#);
    let tier = r#"{"id": 6, "key": "tier", "title": "T", "type": "dropdown", "custom_field_options": [{"id": 1, "name": "G", "value": "gold"}]}"#;
    for (json, expected) in [
        (
            format!(
                r#"{{"user_fields": [{}, {}]}}"#,
                field(""),
                field(r#", "id": 6"#)
            ),
            "cannot read the fixture: user_fields[1]: duplicate field `id`",
        ),
        (
            format!(
                r#"{{"user_fields": [{}, {}]}}"#,
                field(""),
                r#"{"id": 6, "key": "plan", "title": "Q"}"#
            ),
            "user_fields[1]: it has the same key as user_fields[0]: \"plan\"",
        ),
        (
            r#"{"organization_fields": [{"id": 5, "key": "", "title": "Q"}]}"#.to_owned(),
            "organization_fields[0]: a custom field needs a key",
        ),
        (
            r#"{"organization_fields": [{"id": 5, "key": "plan"}]}"#.to_owned(),
            "cannot read the fixture: organization_fields[0]: missing field `title`",
        ),
        (
            format!(r#"{{"user_fields": [{}]}}"#, field(r#", "deleted": true"#)),
            "user_fields[0]: a deleted field is not active",
        ),
        (
            format!(r#"{{"user_fields": [{}]}}"#, field(r#", "type": "pigeon""#)),
            "cannot read the fixture: user_fields[0]: `type` must be one of `text`, `textarea`",
        ),
        (
            r#"{"users": [{"id": 1, "name": "A", "user_fields": {"none": 1}}]}"#.to_owned(),
            "users[0]: `user_fields.none`: the account has no such field",
        ),
        (
            format!(
                r#"{{"user_fields": [{tier}], "users": [{{"id": 2, "name": "A", "user_fields": {{"tier": "tin"}}}}]}}"#
            ),
            "users[0]: `user_fields.tier` is no value of a field of the type dropdown with its options",
        ),
        (
            r#"{"users": [{"id": 1, "name": "A", "user_fields": {"none": {}}}]}"#.to_owned(),
            "cannot read the fixture: users[0]: `user_fields.none` must be a string",
        ),
        (
            r#"{"organizations": [{"id": 1, "name": "A", "organization_fields": {"none": 1}}]}"#
                .to_owned(),
            "organizations[0]: `organization_fields.none`: the account has no such field",
        ),
        (
            r#"{"organizations": [{"id": 1, "name": "A", "deleted_at": "2024-01-02T03:04:05Z", "organization_fields": {"none": 1}}]}"#
                .to_owned(),
            "organizations[0]: `organization_fields.none`: the account has no such field",
        ),
    ] {
        let zendesk = MockZendesk::builder().without_socket();
        let error = match Fixture::from_json(&json) {
            Err(error) => error.to_string(),
            Ok(fixture) => panic_of(|| zendesk.seed().load(&fixture)),
        };
        assert!(error.contains(expected), "{json}: {error}");
    }
    let zendesk = MockZendesk::builder().without_socket();
    zendesk.seed().add(NewUserField::text("plan"));
    let again = Fixture::from_json(&format!(r#"{{"user_fields": [{}]}}"#, field(""))).unwrap();
    let error = panic_of(|| zendesk.seed().load(&again));
    let taken = "user_fields[0]: another user field of the account has the key plan";
    assert!(error.contains(taken), "{error}");
}

#[test]
fn a_plan_gives_its_records_values() {
    let plan = || {
        Plan::new()
            .random_seed(7)
            .users(60)
            .organizations(30)
            .user_field(NewUserField::dropdown("tier", ["gold", "silver"]))
            .user_field(NewUserField::checkbox("vip"))
            .user_field(NewUserField::multiselect("langs", ["de", "en"]))
            .user_field(NewUserField::regexp("code", "[a-z]"))
            .organization_field(NewOrganizationField::new("day", FieldType::Date))
            .organization_field(NewOrganizationField::new("count", FieldType::Integer))
            .organization_field(NewOrganizationField::new("rate", FieldType::Decimal))
            .organization_field(NewOrganizationField::text("plan"))
    };
    let zendesk = MockZendesk::builder().without_socket();
    let planned = zendesk.seed().plan(plan());
    let account = zendesk.account();
    let with = |key: &str| {
        let users = planned.users.iter().filter_map(|id| account.user(*id));
        users
            .filter(|user| user.user_fields.get(key).is_some())
            .count()
    };
    assert!((40..60).contains(&with("tier")), "{}", with("tier"));
    assert!((10..40).contains(&with("vip")), "{}", with("vip"));
    assert_eq!(with("code"), 0);
    for id in &planned.organizations {
        let organization = account.organization(*id).unwrap();
        for (key, value) in organization.organization_fields.iter() {
            let is_typed = match key {
                "day" | "plan" => value.as_str().is_some(),
                "count" => value.as_i64().is_some(),
                _ => matches!(value, FieldValue::Decimal(_)),
            };
            assert!(is_typed, "{key}: {value:?}");
        }
    }
    // Fields change no other ids, and the same number gives the same values.
    let bare = MockZendesk::builder().without_socket();
    let same = Plan::new().random_seed(7).users(60).organizations(30);
    assert_eq!(bare.seed().plan(same), planned);
    let again = MockZendesk::builder().without_socket();
    again.seed().plan(plan());
    assert_eq!(again.account().to_fixture(), account.to_fixture());
    let text = panic_of(|| drop(again.seed().plan(plan().random_seed(8))));
    let taken = "user_fields[0]: Key: tier has already been taken";
    assert!(text.contains(taken), "{text}");
}
