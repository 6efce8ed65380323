//! [`Scene`]: a double with a few records and a client, for the tests of calls and of failure texts.

use expect_test::Expect;
use mock_zendesk::{
    MockZendesk, MockZendeskBuilder, calls::Failure, organizations::Organization, users::User,
};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use crate::api::Answer;
use crate::normal::{Here, normal_failure};

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
        let (ada, acme, globex) = (
            seed.user("Ada"),
            seed.organization("Acme"),
            seed.organization("Globex"),
        );
        Self {
            ada,
            acme,
            globex,
            zendesk,
            client: Client::new(),
        }
    }

    /// Sends a request as the account's owner, and gives status and body.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (u16, Value) {
        let answer = self.answer(method, path, body).await;
        (
            answer.status,
            serde_json::from_str(&answer.body).unwrap_or_default(),
        )
    }

    /// Sends a request as the account's owner.
    pub(crate) async fn answer(
        &self,
        method: Method,
        path: impl Into<String>,
        body: Option<Value>,
    ) -> Answer {
        let path = path.into();
        let reply = self
            .request(method.clone(), &path, body)
            .send()
            .await
            .unwrap();
        Answer {
            request: format!("{method} {path}"),
            status: reply.status().as_u16(),
            headers: reply.headers().clone(),
            body: reply.text().await.unwrap(),
        }
    }

    /// A request of the account's owner.
    pub(crate) fn request(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> RequestBuilder {
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
        self.post("/organization_memberships", self.membership(organization))
            .await
    }

    pub(crate) fn membership(&self, organization: &Organization) -> Value {
        json!({"organization_membership": {"user_id": self.ada.id, "organization_id": organization.id}})
    }

    /// Checks the text of a failure to the letter: it has `HERE` for the line that it happened in.
    #[track_caller]
    pub(crate) fn check<T>(&self, failed: Here<Result<T, Failure>>, expected: &Expect) {
        let text = normal_failure(&self.zendesk, failed);
        expected.assert_eq(&self.with_names(text));
    }

    /// Names the records of the scene that the account does not have any more.
    pub(crate) fn with_names(&self, text: String) -> String {
        let (user, organizations) = (&self.ada, [&self.acme, &self.globex]);
        let organizations = organizations.map(|row| (row.id.to_string(), &row.name));
        let all = organizations
            .into_iter()
            .chain([(user.id.to_string(), &user.name)]);
        all.fold(text, |text, (id, name)| {
            let name = format!("{:.<width$}", name.to_uppercase(), width = id.len());
            text.replace(&id, &name)
        })
    }
}
