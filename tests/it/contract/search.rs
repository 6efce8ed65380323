//! <https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/>

mod export;
mod fields;
mod mixed;
mod pages;
mod query;
mod tickets;

use mock_zendesk::{MockZendesk, MockZendeskBuilder};
use serde_json::{Value, json};

use crate::api::{Answer, Api};

/// An account in which `~` stands for a word that nothing else has, because a search finds whatever
/// is there.
async fn marking() -> Api {
    Api::start_or(builder()).await.marking()
}

fn builder() -> MockZendeskBuilder {
    // The cases send what no program should.
    MockZendesk::builder()
        .allow_unknown_parameter("?query foo")
        .allow_unknown_parameter("?query type:unicorn")
        .allow_unknown_parameter("?sort_by beauty")
        .allow_unknown_parameter("?count")
        .allow_unknown_parameter("?sort_by")
        .allow_unknown_parameter("?sort_order")
        .allow_unknown_parameter("?page[size]")
}

/// A text as it is written in a url.
fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The path of a search for this query.
fn search(query: &str) -> String {
    format!("/search?query={}", encoded(query))
}

async fn create(api: &Api, path: &str, root: &str, record: Value) -> Value {
    let answer = api.post(path, json!({root: record})).await.expect(201);
    answer.json()[root].clone()
}

async fn user(api: &Api, user: Value) -> Value {
    create(api, "/users", "user", user).await
}

async fn organization(api: &Api, organization: Value) -> Value {
    create(api, "/organizations", "organization", organization).await
}

async fn group(api: &Api, name: &str) -> Value {
    create(api, "/groups", "group", json!({"name": name})).await
}

async fn ticket(api: &Api, ticket: Value) -> Value {
    create(api, "/tickets", "ticket", ticket).await
}

/// The names, or the subjects, of what a query finds.
async fn found(api: &Api, query: &str) -> Vec<String> {
    names(&api.get(&search(query)).await.expect(200))
}

/// The names, or the subjects, of the results.
fn names(answer: &Answer) -> Vec<String> {
    let body = answer.json();
    let rows = body["results"].as_array().unwrap().iter();
    let name = |row: &Value| {
        let name = row.get("name").or(row.get("subject")).unwrap();
        name.as_str().unwrap_or_default().to_owned()
    };
    rows.map(name).collect()
}

/// Checks what each query finds, whatever the order.
async fn assert_finds(api: &Api, rows: &[(&str, &[&str])]) {
    for (query, expected) in rows {
        let mut names = found(api, query).await;
        names.sort_unstable();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(names, expected, "{query}");
    }
}

/// The answer to a query that is not understood, with the reason.
fn invalid(reason: &str) -> String {
    format!(r#"{{"error":"invalid","description":"Invalid search: {reason}"}}"#)
}
