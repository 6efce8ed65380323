//! Walks through lists that change while they are walked.

use std::collections::BTreeMap;

use http::Request;
use mock_zendesk::{Account, MockZendesk, OrganizationId, UserId, fixtures::Plan};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::testing::seeded;

fn send(zendesk: &MockZendesk, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
    let request = Request::builder()
        .method(method)
        .uri(zendesk.url(path))
        .header("content-type", "application/json");
    let request = request.header("authorization", zendesk.authorization());
    let body = body.map(|body| body.to_string()).unwrap_or_default();
    let reply = zendesk.send(request.body(body).unwrap()).unwrap();
    (
        reply.status().as_u16(),
        serde_json::from_slice(reply.body()).unwrap_or_default(),
    )
}

/// Walks a list to its end by following its links; `between` happens between any two pages. The ids
/// seen, in their order.
fn walk(zendesk: &MockZendesk, path: &str, size: usize, mut between: impl FnMut()) -> Vec<u64> {
    let root = if path.ends_with("memberships") {
        "organization_memberships"
    } else {
        &path[1..]
    };
    let mut seen = Vec::new();
    let mut next = format!("{path}?page[size]={size}");
    loop {
        let (status, page) = send(zendesk, "GET", &next, None);
        assert_eq!(status, 200, "{next}: {page}");
        seen.extend(
            page[root]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["id"].as_u64().unwrap()),
        );
        if page["meta"]["has_more"] == false {
            return seen;
        }
        next = page["links"]["next"]
            .as_str()
            .unwrap()
            .split_once("/api/v2")
            .unwrap()
            .1
            .to_owned();
        between();
    }
}

/// What is done between two pages. The numbers choose among the records that are there.
#[derive(Clone, Debug)]
enum Change {
    Join(usize, usize),
    Leave(usize),
    MakeDefault(usize),
    Rename(usize, String),
    NewUser,
    NewOrganization(String),
    DeleteUser(usize),
    DeleteOrganization(usize),
}

fn change() -> impl Strategy<Value = Change> {
    let any = any::<usize>;
    prop_oneof![
        4 => (any(), any()).prop_map(|(user, organization)| Change::Join(user, organization)),
        4 => any().prop_map(Change::Leave),
        3 => any().prop_map(Change::MakeDefault),
        3 => (any(), "[A-Za-zé]{1,4}").prop_map(|(organization, name)| Change::Rename(organization, name)),
        2 => Just(Change::NewUser),
        2 => "[A-Za-zé]{1,4}".prop_map(Change::NewOrganization),
        1 => any().prop_map(Change::DeleteUser),
        1 => any().prop_map(Change::DeleteOrganization),
    ]
}

/// Does it over the API, as another client would. Zendesk may refuse it: a name is taken, a pair is
/// there already.
fn apply(zendesk: &MockZendesk, change: &Change, (user, organization): (UserId, OrganizationId)) {
    let account = zendesk.account();
    let (memberships, users, organizations) = (
        account.memberships(),
        account.users(),
        account.organizations(),
    );
    let membership = |index: &usize| memberships.get(index % memberships.len().max(1));
    let other_user = |index: &usize| users[index % users.len()].id;
    let other_organization = |index: &usize| {
        organizations
            .get(index % organizations.len().max(1))
            .map(|other| other.id)
    };
    let (method, path, body) = match change {
        Change::Join(member, of) => {
            let Some(of) = other_organization(of) else {
                return;
            };
            let pair = json!({"user_id": other_user(member), "organization_id": of});
            (
                "POST",
                "/organization_memberships".to_owned(),
                Some(json!({"organization_membership": pair})),
            )
        }
        Change::Leave(index) => match membership(index) {
            Some(membership) => (
                "DELETE",
                format!("/organization_memberships/{}", membership.id),
                None,
            ),
            None => return,
        },
        Change::MakeDefault(index) => match membership(index) {
            Some(of) => (
                "PUT",
                format!(
                    "/users/{}/organization_memberships/{}/make_default",
                    of.user_id, of.id
                ),
                None,
            ),
            None => return,
        },
        Change::Rename(index, name) => {
            let Some(of) = other_organization(index) else {
                return;
            };
            (
                "PUT",
                format!("/organizations/{of}"),
                Some(json!({"organization": {"name": name}})),
            )
        }
        Change::NewUser => (
            "POST",
            "/users".to_owned(),
            Some(json!({"user": {"name": "New"}})),
        ),
        Change::NewOrganization(name) => (
            "POST",
            "/organizations".to_owned(),
            Some(json!({"organization": {"name": name}})),
        ),
        // Those whose lists are walked stay.
        Change::DeleteUser(index) => match other_user(index) {
            other if other != user => ("DELETE", format!("/users/{other}"), None),
            _ => return,
        },
        Change::DeleteOrganization(index) => match other_organization(index) {
            Some(other) if other != organization => {
                ("DELETE", format!("/organizations/{other}"), None)
            }
            _ => return,
        },
    };
    let (status, reply) = send(zendesk, method, &path, body);
    assert!(status < 500, "{method} {path}: {status} {reply}");
}

/// Everything of a row of each list that its place could depend on, by id.
fn rows(account: &Account, path: &str) -> BTreeMap<u64, String> {
    match path {
        "/users" => account
            .users()
            .into_iter()
            .map(|user| (user.id.get(), user.name))
            .collect(),
        "/organizations" => account
            .organizations()
            .into_iter()
            .map(|of| (of.id.get(), of.name))
            .collect(),
        _ => {
            let row = |of: mock_zendesk::organization_memberships::OrganizationMembership| {
                (
                    of.id.get(),
                    format!(
                        "{} {} {} {}",
                        of.user_id, of.organization_id, of.default, of.organization_name
                    ),
                )
            };
            account.memberships().into_iter().map(row).collect()
        }
    }
}

/// Each list that a cursor walks, while others change the account: the walk never fails and comes
/// to its end, and a row that was there all the time and that nobody touched is seen exactly once.
#[test]
fn a_walk_under_concurrent_change_sees_every_untouched_row_exactly_once() {
    proptest!(seeded(150), |(
        list in 0..5usize,
        size in 1..6usize,
        seed in 0..1000u64,
        changes in prop::collection::vec(prop::collection::vec(change(), 0..4), 0..25),
    )| {
        let zendesk = MockZendesk::builder().without_socket();
        let plan = Plan::new().random_seed(seed).users(6).organizations(9).memberships_per_user(2..=5);
        let planned = zendesk.seed().plan(plan.user_in_organizations(8));
        let (user, organization) = (planned.in_many_organizations[0], planned.organizations[0]);
        let path = [
            "/users".to_owned(),
            "/organizations".to_owned(),
            "/organization_memberships".to_owned(),
            format!("/users/{user}/organization_memberships"),
            format!("/organizations/{organization}/organization_memberships"),
        ][list].clone();
        let of_list: Vec<u64> = walk(&zendesk, &path, 100, || ());
        let mark = zendesk.mark();
        let mut untouched = rows(&zendesk.account(), &path);
        untouched.retain(|id, _| of_list.contains(id));
        let mut changes = changes.iter();
        let mut pages = 0;
        let seen = walk(&zendesk, &path, size, || {
            pages += 1;
            assert!(pages < 500, "the walk does not end");
            for change in changes.next().into_iter().flatten() {
                apply(&zendesk, change, (user, organization));
                zendesk.jobs().run_all();
                let now = rows(&zendesk.account(), &path);
                untouched.retain(|id, row| now.get(id) == Some(row));
            }
        });
        // What the assertions say is what a naive look says.
        let calls = zendesk.calls().since(mark).matching("they are of the walk", move |call| call.method() == "GET");
        let now: Vec<u64> = walk(&zendesk, &path, 100, || ());
        let missed: Vec<&u64> = of_list.iter().filter(|id| now.contains(id) && !seen.contains(id)).collect();
        let is_twice = seen.iter().any(|id| seen.iter().filter(|other| *other == id).count() > 1);
        prop_assert!(calls.try_assert_walked_to_end().is_ok() && calls.try_assert_no_page_twice().is_ok());
        prop_assert_eq!(calls.try_assert_no_row_missed().is_ok(), missed.is_empty(), "{:?} are missed", missed);
        prop_assert_eq!(calls.try_assert_each_row_once().is_err(), is_twice, "{:?}", seen);
        for id in untouched.keys() {
            let times = seen.iter().filter(|other| *other == id).count();
            prop_assert_eq!(times, 1, "row {} of {} in {:?}", id, path, seen);
        }
    });
}
