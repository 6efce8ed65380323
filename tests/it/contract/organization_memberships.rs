//! <https://developer.zendesk.com/api-reference/ticketing/organizations/organization_memberships/>

mod change;
mod create;
mod read;

use serde_json::{Value, json};

use crate::api::{Answer, Api};

const MEMBERSHIPS: &str = "/organization_memberships";

/// An id that no record has.
const UNKNOWN: u64 = 9_223_372_036_854_775_807;

/// The path of a membership.
fn path_of(membership: u64) -> String {
    format!("{MEMBERSHIPS}/{membership}")
}

/// The path of a user's memberships.
fn of_user(user: u64) -> String {
    format!("/users/{user}{MEMBERSHIPS}")
}

/// The path of an organization's memberships.
fn of_organization(organization: u64) -> String {
    format!("/organizations/{organization}{MEMBERSHIPS}")
}

/// Both paths that create a membership of a user.
fn creating_paths(user: u64) -> [String; 2] {
    [MEMBERSHIPS.to_owned(), of_user(user)]
}

async fn organizations<const N: usize>(api: &Api, names: [&str; N]) -> [u64; N] {
    let mut ids = [0; N];
    for (id, name) in ids.iter_mut().zip(names) {
        *id = api.organization(name).await;
    }
    ids
}

/// A user who joined these organizations in this order, and the memberships: the first one is the
/// default.
async fn user_in<const N: usize>(api: &Api, organizations: [u64; N]) -> (u64, [u64; N]) {
    let user = api.user("u").await;
    let mut ids = [0; N];
    for (id, organization) in ids.iter_mut().zip(organizations) {
        *id = api.membership(user, organization).await;
    }
    (user, ids)
}

/// The membership of an answer with a single one.
#[track_caller]
fn the_membership(answer: &Answer) -> Value {
    answer.json()["organization_membership"].clone()
}

/// Whether a membership says that it is the default. Null and false mean the same.
#[track_caller]
fn is_default(membership: &Value) -> bool {
    match &membership["default"] {
        Value::Bool(default) => *default,
        Value::Null if membership.get("default").is_some() => false,
        other => panic!("default is {other} in {membership}"),
    }
}

/// The ids in a list of memberships, in its order.
#[track_caller]
fn ids(list: &Answer) -> Vec<Value> {
    list.each("organization_memberships", "id")
}

/// What a user's list says: which memberships there are, and which of them are the default.
async fn listed(api: &Api, user: u64) -> Vec<(u64, bool)> {
    let list = api.get(&of_user(user)).await.expect(200).json();
    let rows = list["organization_memberships"].as_array().unwrap();
    rows.iter()
        .map(|row| (row["id"].as_u64().unwrap(), is_default(row)))
        .collect()
}

/// Creates a ticket of this requester in this organization, gives it the status, and gives its
/// path.
async fn ticket(api: &Api, requester: u64, organization: u64, status: &str) -> String {
    let ticket = json!({"subject": "s", "comment": {"body": "c"}, "requester_id": requester,
        "organization_id": organization, "status": status});
    let created = api
        .post("/tickets", json!({"ticket": ticket}))
        .await
        .expect(201)
        .json()["ticket"]
        .clone();
    assert_eq!(
        (&created["organization_id"], &created["status"]),
        (&json!(organization), &json!(status))
    );
    format!("/tickets/{}", created["id"])
}

async fn organization_of_ticket(api: &Api, ticket: &str) -> Value {
    api.get(ticket).await.expect(200).json()["ticket"]["organization_id"].clone()
}
