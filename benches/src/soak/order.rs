//! Changes the same few records from many clients at once. What the journal says happened, one call
//! after the other, must lead to the account as it is at the end.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use mock_zendesk::{MockZendesk, account::Kind, calls::Effect};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::measure::Row;

use super::{CLIENTS, check};

/// How long the clients send requests.
const TIME: Duration = Duration::from_secs(60);

/// How many users and how many organizations there are. They are few, so that clients meet.
const RECORDS: usize = 8;

/// Creates memberships, makes them the default and deletes them, until the time is over.
async fn client(zendesk: &MockZendesk, number: u64, users: &[u64], organizations: &[u64]) -> u64 {
    let (http, start) = (Client::new(), Instant::now());
    let mut sent = 0;
    while start.elapsed() < TIME {
        let turn = (number + sent) as usize;
        let (user, organization) = (users[turn % RECORDS], organizations[turn / 3 % RECORDS]);
        let send = async |method: Method, path: &str, body: Value| {
            let request = http.request(method, zendesk.url(path));
            let request = match body {
                Value::Null => request,
                body => request.json(&body),
            };
            let request = request.header("authorization", zendesk.authorization());
            let reply = request.send().await.expect("a reply");
            assert!(!reply.status().is_server_error(), "{}", reply.status());
            reply.json::<Value>().await.unwrap_or_default()
        };
        let pair = json!({"user_id": user, "organization_id": organization});
        let create = json!({"organization_membership": pair});
        let created = send(Method::POST, "/organization_memberships", create).await;
        sent += 1;
        // Without an id it existed already, so the client takes one that another client made.
        let mut membership = created["organization_membership"]["id"].as_u64();
        if membership.is_none() {
            let list = format!("/users/{user}/organization_memberships");
            let listed = send(Method::GET, &list, Value::Null).await;
            let listed = listed["organization_memberships"].as_array();
            let listed = listed.map_or(&[][..], Vec::as_slice);
            let one = listed.get(turn / 5 % listed.len().max(1));
            membership = one.and_then(|one| one["id"].as_u64());
            sent += 1;
        }
        let Some(membership) = membership else {
            continue;
        };
        let path = format!("/users/{user}/organization_memberships/{membership}/make_default");
        send(Method::PUT, &path, Value::Null).await;
        sent += 1;
        if turn.is_multiple_of(2) {
            let path = format!("/organization_memberships/{membership}");
            send(Method::DELETE, &path, Value::Null).await;
            sent += 1;
        }
    }
    sent
}

/// Applies the effects of the journal in its order, and compares the result with the account.
/// Returns the number of effects.
fn replay(zendesk: &MockZendesk) -> usize {
    let mut memberships: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
    let mut defaults: BTreeMap<u64, u64> = BTreeMap::new();
    let (mut last_id, mut effects) = (0, 0);
    for call in zendesk.calls().iter() {
        for effect in call.effects() {
            effects += 1;
            match &effect {
                Effect::Created {
                    record,
                    connects,
                    is_default,
                } => {
                    assert_eq!(record.kind, Kind::OrganizationMembership);
                    assert!(
                        record.id > last_id,
                        "an id out of order: {}",
                        call.ordinal()
                    );
                    last_id = record.id;
                    let (user, organization) = (connects[0].id, connects[1].id);
                    memberships.insert(record.id, (user, organization));
                    if *is_default {
                        assert_eq!(defaults.insert(user, organization), None, "{effect}");
                    }
                }
                Effect::DefaultMoved { user, from, to } => {
                    assert_eq!(defaults.remove(&user.id), Some(from.id), "{effect}");
                    if let Some(to) = to {
                        defaults.insert(user.id, to.id);
                    }
                }
                Effect::Deleted { record, .. } => {
                    assert!(memberships.remove(&record.id).is_some(), "{effect}");
                }
                other => panic!("no client did this: {other}"),
            }
        }
    }
    let account = zendesk.account();
    check(&account);
    let found: BTreeMap<u64, (u64, u64)> = account
        .memberships()
        .iter()
        .map(|row| (row.id.get(), (row.user_id.get(), row.organization_id.get())))
        .collect();
    assert_eq!(
        memberships, found,
        "the memberships that the journal leads to"
    );
    let users = account.users();
    for (user, organization) in &defaults {
        let user = users.iter().find(|found| found.id == *user);
        let default = user.expect("a user").organization_id;
        assert_eq!(default.map(|id| id.get()), Some(*organization));
    }
    effects
}

pub fn row() -> Row {
    let zendesk = MockZendesk::builder().start_blocking();
    let users: Vec<u64> = (0..RECORDS)
        .map(|n| zendesk.seed().user(format!("User {n}").as_str()).id.get())
        .collect();
    let organizations: Vec<u64> = (0..RECORDS)
        .map(|n| {
            zendesk
                .seed()
                .organization(format!("Organization {n}").as_str())
                .id
                .get()
        })
        .collect();
    let sent: u64 = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|number| {
                let (zendesk, users, organizations) = (&zendesk, &users, &organizations);
                scope.spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build();
                    let runtime = runtime.expect("a runtime");
                    runtime.block_on(client(zendesk, number, users, organizations))
                })
            })
            .collect();
        clients
            .into_iter()
            .map(|client| client.join().expect("a client"))
            .sum()
    });
    assert_eq!(
        zendesk.calls().len() as u64,
        sent,
        "each call is in the journal once"
    );
    let effects = replay(&zendesk);
    Row {
        what: format!("{CLIENTS} clients for a minute, who change the same records: calls"),
        against: "",
        ratio: format!(
            "{sent}, with {effects} changes; replayed in the order of the journal they lead to the account"
        ),
        bound: "the same account",
    }
}
