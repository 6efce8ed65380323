//! [`Scene`]: a double with a few records and a client, for the tests of calls and of failure texts.

use std::panic::Location;

use mock_zendesk::{Failure, MockZendesk, MockZendeskBuilder, Organization, User};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use crate::api::Answer;

pub(crate) struct Scene {
    pub(crate) zendesk: MockZendesk,
    pub(crate) ada: User,
    pub(crate) acme: Organization,
    pub(crate) globex: Organization,
    client: Client,
}

impl Scene {
    pub(crate) async fn start() -> Self {
        Self::with(MockZendesk::builder()).await
    }

    pub(crate) async fn with(builder: MockZendeskBuilder) -> Self {
        let zendesk = builder.start().await;
        let seed = zendesk.seed();
        let (ada, acme, globex) = (seed.user("Ada"), seed.organization("Acme"), seed.organization("Globex"));
        Self { ada, acme, globex, zendesk, client: Client::new() }
    }

    /// Sends a request as the account's owner, and gives status and body.
    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let answer = self.answer(method, path, body).await;
        (answer.status, serde_json::from_str(&answer.body).unwrap_or_default())
    }

    /// Sends a request as the account's owner.
    pub(crate) async fn answer(&self, method: Method, path: impl Into<String>, body: Option<Value>) -> Answer {
        let path = path.into();
        let reply = self.request(method.clone(), &path, body).send().await.unwrap();
        Answer {
            request: format!("{method} {path}"),
            status: reply.status().as_u16(),
            headers: reply.headers().clone(),
            body: reply.text().await.unwrap(),
        }
    }

    /// A request of the account's owner.
    pub(crate) fn request(&self, method: Method, path: &str, body: Option<Value>) -> RequestBuilder {
        let request = self.client.request(method, self.zendesk.url(path));
        let request = request.header("authorization", self.zendesk.authorization());
        match body {
            Some(body) => request.json(&body),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.send(Method::POST, path, Some(body)).await
    }

    /// Creates Ada's membership in an organization.
    pub(crate) async fn join(&self, organization: &Organization) -> (u16, Value) {
        self.post("/organization_memberships", self.membership(organization)).await
    }

    pub(crate) fn membership(&self, organization: &Organization) -> Value {
        json!({"organization_membership": {"user_id": self.ada.id, "organization_id": organization.id}})
    }

    /// The text with names for the ids of the scene, filled up with dots, and `HERE` for a place in this line of a test.
    pub(crate) fn plain(&self, text: &str, file: &str, line: u32) -> String {
        let mut plain = text.to_owned();
        let names = [(self.ada.id.get(), "ADA"), (self.acme.id.get(), "ACME"), (self.globex.id.get(), "GLOBEX")];
        let ids = names.map(|(id, name)| (id.to_string(), name)).into_iter();
        let account = self.zendesk.account();
        let memberships = account.memberships().into_iter().map(|row| (row.id.to_string(), "MEMBERSHIP"));
        let jobs = account.jobs().into_iter().map(|job| (job.id, "JOB"));
        for (id, name) in ids.chain(memberships).chain(jobs) {
            // As long as the id, so that columns stay columns.
            plain = plain.replace(&id, &format!("{name:.<width$}", width = id.len()));
        }
        let place = format!("{file}:{line}:");
        while let Some(start) = plain.find(&place) {
            let rest = &plain[start + place.len()..];
            let column = rest.bytes().take_while(u8::is_ascii_digit).count();
            plain.replace_range(start..start + place.len() + column, "HERE");
        }
        plain
    }

    /// Checks the text of a failure to the letter. `line` is the line of the test, in the caller's file, that it is to
    /// name.
    #[track_caller]
    pub(crate) fn check<T>(&self, result: Result<T, Failure>, line: u32, expected: &str) {
        let failure = result.err().expect("it is to fail");
        let plain = self.plain(&failure.to_string(), Location::caller().file(), line);
        assert!(plain == expected, "the text is:\n{plain}\n\nexpected is:\n{expected}");
    }
}
