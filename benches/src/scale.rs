//! A million memberships: seeding them, and comparing their lists with lists in a small account.

use std::collections::HashMap;
use std::hint::black_box;
use std::time::Instant;

use http::Request;
use mock_zendesk::{
    MockZendesk, OrganizationId, calls::KeepCalls, fixtures::Plan,
    organization_memberships::OrganizationMembership,
};
use serde::Deserialize;
use serde_json::{Value, json};
use stats_alloc::Region;

use crate::ALLOCATOR;
use crate::measure::{Row, time_ratio};

const USERS: usize = 200_000;
const ORGANIZATIONS: usize = 50_000;

fn plan(users: usize, organizations: usize) -> Plan {
    Plan::new()
        .users(users)
        .organizations(organizations)
        .memberships_per_user(1..=9)
}

pub fn double() -> MockZendesk {
    MockZendesk::builder()
        .keep_calls(KeepCalls::Off)
        .without_socket()
}

pub fn get(zendesk: &MockZendesk, path: &str) -> Vec<u8> {
    let request = Request::get(path)
        .header("authorization", "Basic b3duZXI6eA==")
        .body("")
        .expect("a request");
    let reply = zendesk.send(request).expect("a reply");
    assert_eq!(reply.status(), 200, "{path}");
    reply.into_body()
}

pub fn rows() -> Vec<Row> {
    let mut rows = Vec::new();

    // Seeding is compared with the least that any code must do with the same tuples.
    let mut ratios = Vec::new();
    let mut kept = None;
    for _ in 0..5 {
        drop(kept.take());
        let zendesk = double();
        let start = Instant::now();
        let planned = zendesk.seed().plan(plan(USERS, ORGANIZATIONS));
        let ours = start.elapsed();
        let tuples: Vec<(u64, u64, u64)> = zendesk
            .account()
            .memberships()
            .iter()
            .map(|row| (row.id.get(), row.user_id.get(), row.organization_id.get()))
            .collect();
        let start = Instant::now();
        let mut by_id = HashMap::new();
        let mut by_pair = HashMap::new();
        for (id, user, organization) in &tuples {
            by_id.insert(*id, (*user, *organization));
            by_pair.insert((*user, *organization), *id);
        }
        black_box((&by_id, &by_pair));
        ratios.push(ours.as_secs_f64() / start.elapsed().as_secs_f64());
        kept = Some((zendesk, planned));
    }
    ratios.sort_by(f64::total_cmp);
    let (zendesk, planned) = kept.expect("the last one");
    rows.push(Row {
        what: "a million memberships by a plan, 200,000 users and 50,000 organizations with them: time".to_owned(),
        against: "the same memberships into two `HashMap`s",
        ratio: format!("{:.1}", ratios[2]),
        bound: "at most 6",
    });
    rows.push(bytes_per_membership());

    let page = "/api/v2/organization_memberships?page[size]=100";
    let mut deep = page.to_owned();
    for _ in 1..9_999 {
        let body: serde_json::Value = serde_json::from_slice(&get(&zendesk, &deep)).expect("JSON");
        deep = body["links"]["next"]
            .as_str()
            .expect("a link")
            .split(".invalid")
            .nth(1)
            .expect("a path")
            .to_owned();
    }
    let batch = |path: &str| {
        for _ in 0..200 {
            black_box(get(&zendesk, path));
        }
    };
    let ratio = time_ratio(|| batch(&deep), || batch(page));
    rows.push(Row {
        what: "page 9,999 of a million memberships: time".to_owned(),
        against: "page 1 of them",
        ratio: format!("{ratio:.2}"),
        bound: "at most 1.20",
    });

    let small = double();
    let few = small.seed().plan(plan(200, 50));
    rows.push(walks(&zendesk, &small));
    // Users with the same number of memberships, in the middle of both accounts.
    let user_of = |zendesk: &MockZendesk, users: &[mock_zendesk::UserId]| {
        let account = zendesk.account();
        let middle = users[users.len() / 2..].iter();
        *middle
            .clone()
            .find(|user| account.memberships_of_user(**user).len() == 5)
            .expect("a user with five")
    };
    let path =
        |user: mock_zendesk::UserId| format!("/api/v2/users/{user}/organization_memberships");
    let (large_path, small_path) = (
        path(user_of(&zendesk, &planned.users)),
        path(user_of(&small, &few.users)),
    );
    let lists = |zendesk: &MockZendesk, path: &str| {
        for _ in 0..2_000 {
            black_box(get(zendesk, path));
        }
    };
    let ratio = time_ratio(
        || lists(&zendesk, &large_path),
        || lists(&small, &small_path),
    );
    rows.push(Row {
        what: "the memberships of a user, in a million: time".to_owned(),
        against: "the same in a thousand",
        ratio: format!("{ratio:.2}"),
        bound: "at most 1.50",
    });
    rows.extend(changes(&zendesk, &small));
    rows
}

fn send(zendesk: &MockZendesk, method: &str, path: &str, body: &Value, status: u16) -> Value {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", "application/json");
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let request = request
        .header("authorization", "Basic b3duZXI6eA==")
        .body(body)
        .expect("a request");
    let reply = zendesk.send(request).expect("a reply");
    assert_eq!(reply.status(), status, "{method} {path}");
    serde_json::from_slice(reply.body()).unwrap_or_default()
}

/// Measures that a change of several records costs as much as these records, and not as much as the
/// account.
fn changes(large: &MockZendesk, small: &MockZendesk) -> Vec<Row> {
    let organizations = |zendesk: &MockZendesk| {
        let account = zendesk.account();
        let all = account.organizations();
        let ids: Vec<OrganizationId> = all.iter().map(|organization| organization.id).collect();
        let with_twenty = ids
            .iter()
            .find(|id| account.memberships_of_organization(**id).len() == 20);
        (*with_twenty.expect("one with twenty members"), ids)
    };
    let ((renamed_large, all_large), (renamed_small, all_small)) =
        (organizations(large), organizations(small));
    let rename = |zendesk: &MockZendesk, organization: OrganizationId| {
        let path = format!("/api/v2/organizations/{organization}");
        for round in 0..200 {
            let name = if round % 2 == 0 {
                "Aardvark of Many"
            } else {
                "Zyzzyva of Many"
            };
            send(
                zendesk,
                "PUT",
                &path,
                &json!({"organization": {"name": name}}),
                200,
            );
        }
    };
    let renaming = time_ratio(
        || rename(large, renamed_large),
        || rename(small, renamed_small),
    );
    let come_and_go = |zendesk: &MockZendesk, organizations: &[OrganizationId]| {
        for round in 0..50 {
            let user = &send(
                zendesk,
                "POST",
                "/api/v2/users",
                &json!({"user": {"name": "Ada"}}),
                201,
            )["user"]["id"];
            for place in 1..=5 {
                let organization = organizations
                    [(round * 7 + place * organizations.len() / 6) % organizations.len()];
                let body = json!({"organization_membership": {"user_id": user, "organization_id": organization}});
                send(
                    zendesk,
                    "POST",
                    "/api/v2/organization_memberships",
                    &body,
                    201,
                );
            }
            send(
                zendesk,
                "DELETE",
                &format!("/api/v2/users/{user}"),
                &Value::Null,
                200,
            );
        }
    };
    let coming = time_ratio(
        || come_and_go(large, &all_large),
        || come_and_go(small, &all_small),
    );
    let row = |what: &str, ratio: f64| Row {
        what: what.to_owned(),
        against: "the same in a thousand",
        ratio: format!("{ratio:.2}"),
        bound: "",
    };
    vec![
        row(
            "renaming an organization with twenty members, in a million memberships: time",
            renaming,
        ),
        row(
            "a user created, put into five organizations and deleted, in a million memberships: time",
            coming,
        ),
    ]
}

/// Walks a list to its end, and checks that it has the right rows in the right order. Returns the
/// number of pages.
fn walk(zendesk: &MockZendesk, path: &str, expected: &[OrganizationMembership]) -> usize {
    #[derive(Deserialize)]
    struct Page {
        organization_memberships: Vec<Membership>,
        meta: Meta,
        links: Links,
    }
    #[derive(Deserialize)]
    struct Membership {
        id: u64,
        user_id: u64,
        organization_id: u64,
    }
    #[derive(Deserialize)]
    struct Meta {
        has_more: bool,
    }
    #[derive(Deserialize)]
    struct Links {
        next: Option<String>,
    }
    let mut expected = expected.iter();
    let mut next = format!("{path}?page[size]=100");
    for pages in 1.. {
        let page: Page = serde_json::from_slice(&get(zendesk, &next)).expect("a page");
        for Membership {
            id,
            user_id,
            organization_id,
        } in page.organization_memberships
        {
            let row = expected.next().expect("no row too many");
            assert_eq!(
                (id, user_id, organization_id),
                (row.id.get(), row.user_id.get(), row.organization_id.get())
            );
        }
        if !page.meta.has_more {
            assert_eq!(expected.next(), None, "{path} has a row too few");
            return pages;
        }
        next = page.links.next.expect("a link");
    }
    unreachable!("a walk ends")
}

/// Walks all memberships: as one list, by users, and by organizations.
fn walks(large: &MockZendesk, small: &MockZendesk) -> Row {
    let account = large.account();
    let all = account.memberships();
    for user in account.users() {
        let path = format!("/api/v2/users/{}/organization_memberships", user.id);
        walk(large, &path, &account.memberships_of_user(&user));
    }
    for organization in account.organizations() {
        let path = format!(
            "/api/v2/organizations/{}/organization_memberships",
            organization.id
        );
        walk(
            large,
            &path,
            &account.memberships_of_organization(&organization),
        );
    }
    let path = "/api/v2/organization_memberships";
    let per_page = |zendesk: &MockZendesk, rows: &[OrganizationMembership], times: usize| {
        let mut pages = 0;
        let start = Instant::now();
        for _ in 0..times {
            pages += walk(zendesk, path, rows);
        }
        start.elapsed().as_secs_f64() / pages as f64
    };
    let few = small.account().memberships();
    let ratio = per_page(large, &all, 1) / per_page(small, &few, all.len() / few.len());
    Row {
        what: "a whole walk of a million memberships by cursors: time for each page".to_owned(),
        against: "the same of a thousand",
        ratio: format!("{ratio:.2}"),
        bound: "",
    }
}

/// Measures the memory of the memberships: that of an account with them, minus that of the same
/// account without them.
fn bytes_per_membership() -> Row {
    let bytes = |plan: Plan| {
        let zendesk = double();
        let region = Region::new(ALLOCATOR);
        let planned = zendesk.seed().plan(plan);
        drop(planned.users);
        drop(planned.organizations);
        let change = region.change();
        let live = change.bytes_allocated as f64 - change.bytes_deallocated as f64;
        (live, zendesk.account().membership_count())
    };
    let (with, count) = bytes(plan(USERS, ORGANIZATIONS));
    let (without, _) = bytes(Plan::new().users(USERS).organizations(ORGANIZATIONS));
    Row {
        what: "bytes for each of a million memberships, all indexes included".to_owned(),
        against: "",
        ratio: format!("{:.0}", (with - without) / count as f64),
        bound: "at most 200",
    }
}
