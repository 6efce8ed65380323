//! Incremental exports, from a client's side.
//!
//! <https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/>

use std::time::Duration;

use mock_zendesk::fixtures::Fixture;
use mock_zendesk::time::Timestamp;
use mock_zendesk::users::{NewUser, Role};
use mock_zendesk::{Clock, Credentials, MockZendesk, MockZendeskBuilder};
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::Answer;

mod rows;
mod rules;
mod shared;
mod walks;

/// Every export.
const EXPORTS: [&str; 8] = [
    "users",
    "users/cursor",
    "users/sample",
    "organizations",
    "organizations/sample",
    "tickets",
    "tickets/cursor",
    "tickets/sample",
];

/// The time of the double's clock in most cases.
const NOW: u64 = 1_800_000_000;

/// A double whose clock only the case moves.
struct Account {
    zendesk: MockZendesk,
    client: reqwest::Client,
}

impl Account {
    async fn at(seconds: u64) -> Self {
        Self::with(MockZendesk::builder(), seconds).await
    }

    async fn with(builder: MockZendeskBuilder, seconds: u64) -> Self {
        let start = Timestamp::from_unix_seconds(seconds);
        Self {
            zendesk: builder.clock(Clock::fixed_at(start)).start().await,
            client: reqwest::Client::new(),
        }
    }

    fn load(&self, fixture: &Value) {
        let fixture = Fixture::from_json(&fixture.to_string()).unwrap();
        self.zendesk.seed().load(&fixture);
    }

    fn wait(&self, seconds: u64) {
        self.zendesk.advance(Duration::from_secs(seconds));
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> Answer {
        let authorization = self.zendesk.authorization();
        self.send_as(&authorization, method, path, body).await
    }

    async fn send_as(
        &self,
        authorization: &str,
        method: Method,
        path: &str,
        body: Value,
    ) -> Answer {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            self.zendesk.url(path)
        };
        let mut request = self
            .client
            .request(method.clone(), url)
            .header("authorization", authorization);
        if !body.is_null() {
            request = request.json(&body);
        }
        let reply = request.send().await.unwrap();
        Answer {
            request: format!("{method} {path}"),
            status: reply.status().as_u16(),
            headers: reply.headers().clone(),
            body: reply.text().await.unwrap(),
        }
    }

    /// Sends a GET of a path or of a whole link.
    async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, Value::Null).await
    }

    async fn page(&self, path: &str) -> Value {
        self.get(path).await.expect(200).json()
    }

    async fn delete(&self, path: &str) {
        let answer = self.send(Method::DELETE, path, Value::Null).await;
        assert!(answer.status < 300, "{} {}", answer.request, answer.body);
    }

    /// A link of a reply, with the host of this double.
    fn link(&self, rest: &str) -> Value {
        json!(self.zendesk.url(&format!("/incremental{rest}")))
    }
}

fn ids(page: &Value, list: &str) -> Vec<u64> {
    let rows = page[list].as_array().unwrap().iter();
    rows.map(|row| row["id"].as_u64().unwrap()).collect()
}

/// What a time-based page says of itself: its count, whether it is the last, and where it ends.
fn end(page: &Value) -> (u64, bool, Value) {
    (
        page["count"].as_u64().unwrap(),
        page["end_of_stream"].as_bool().unwrap(),
        page["end_time"].clone(),
    )
}

fn link<'a>(page: &'a Value, key: &str) -> &'a str {
    page[key].as_str().unwrap()
}

fn time(seconds: u64) -> String {
    Timestamp::from_unix_seconds(seconds).to_string()
}

/// The row of a user that changed last at this time.
fn user(id: u64, seconds: u64) -> Value {
    let time = time(seconds);
    json!({"id": id, "name": format!("User {id}"), "created_at": time, "updated_at": time})
}

fn organization(id: u64, seconds: u64) -> Value {
    user(id, seconds)
}

fn ticket(id: u64, requester: u64, seconds: u64) -> Value {
    let time = time(seconds);
    json!({"id": id, "requester_id": requester, "created_at": time, "updated_at": time})
}
