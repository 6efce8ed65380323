//! [`Api`]: what the contract suite speaks with: a base URI and credentials, and nothing but HTTP.
//!
//! By default that is a double started for the test. With `ZENDESK_URI` and `ZENDESK_AUTHORIZATION`
//! in the environment the same cases run against whatever listens there.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use mock_zendesk::{MockZendesk, MockZendeskBuilder, Seed};
use reqwest::{Client, Method, header};
use serde_json::{Value, json};

use crate::openapi;

pub(crate) struct Api {
    uri: String,
    authorization: String,
    client: Client,
    /// Sets the names of this test's records apart from those of all others.
    mark: String,
    /// Keeps the double running.
    _zendesk: Option<MockZendesk>,
}

/// An answer, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) request: String,
    pub(crate) status: u16,
    pub(crate) headers: header::HeaderMap,
    pub(crate) body: String,
}

impl Api {
    /// What the environment names, or a double of its own.
    pub(crate) async fn start() -> Self {
        match (
            std::env::var("ZENDESK_URI"),
            std::env::var("ZENDESK_AUTHORIZATION"),
        ) {
            (Ok(uri), Ok(authorization)) => Self::new(uri, authorization, None),
            _ => Self::with(MockZendesk::builder()).await,
        }
    }

    /// A double that is set up otherwise: for cases that no other account could run.
    pub(crate) async fn with(builder: MockZendeskBuilder) -> Self {
        // The cases send what no program should.
        let builder = builder
            .allow_unknown_endpoints()
            .allow_unmodeled("user.organization_ids");
        let builder = builder
            .allow_unmodeled("ticket.comment")
            .allow_unmodeled("ticket.requester_id");
        let unknown = [
            "?foo",
            "?zeta",
            "?sort_by",
            "?sort_order",
            "?user_id",
            "?default",
            "?include=foo",
            "?include=tickets",
            "?include=organizations",
        ];
        let builder = unknown.into_iter().fold(
            builder,
            mock_zendesk::MockZendeskBuilder::allow_unknown_parameter,
        );
        let zendesk = builder.start().await;
        Self::new(zendesk.uri(), zendesk.authorization(), Some(zendesk))
    }

    /// A double with records that no request can make.
    pub(crate) async fn seeded(put: impl FnOnce(Seed<'_>)) -> Self {
        let zendesk = MockZendesk::start().await;
        put(zendesk.seed());
        Self::new(zendesk.uri(), zendesk.authorization(), Some(zendesk))
    }

    /// A double that the test goes on to control.
    pub(crate) fn of(zendesk: &MockZendesk) -> Self {
        Self::new(zendesk.uri(), zendesk.authorization(), None)
    }

    fn new(uri: String, authorization: String, zendesk: Option<MockZendesk>) -> Self {
        static TESTS: AtomicU64 = AtomicU64::new(0);
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs();
        let mark = format!("{now}-{}", TESTS.fetch_add(1, Ordering::Relaxed));
        Self {
            uri,
            authorization,
            client: Client::new(),
            mark,
            _zendesk: zendesk,
        }
    }

    pub(crate) fn uri(&self) -> &str {
        &self.uri
    }

    /// The url of a path below `/api/v2`, or a link as it is.
    pub(crate) fn url(&self, path: &str) -> String {
        if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}/api/v2{path}", self.uri)
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    /// A PUT; without a body if it is null.
    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body).filter(|body| !body.is_null()))
            .await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut headers = vec![("authorization", self.authorization.as_str())];
        if body.is_some() {
            headers.push(("content-type", "application/json"));
        }
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        self.raw(method, path, &headers, body.into_bytes()).await
    }

    /// A request with just these headers.
    pub(crate) async fn raw(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        let mut request = self.client.request(method.clone(), self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !body.is_empty() {
            request = request.body(body);
        }
        let reply = request.send().await.unwrap();
        let url = reply.url().clone();
        let answer = Answer {
            request: format!("{method} {path}"),
            status: reply.status().as_u16(),
            headers: reply.headers().clone(),
            body: reply.text().await.unwrap(),
        };
        openapi::check(&answer, &method, &url);
        answer
    }

    pub(crate) fn authorization(&self) -> &str {
        &self.authorization
    }

    /// The name that an organization of this test bears for `name`: no other test has it.
    pub(crate) fn name(&self, name: &str) -> String {
        format!("{name} {}", self.mark)
    }

    /// Creates an organization, and gives its id.
    pub(crate) async fn organization(&self, name: &str) -> u64 {
        let answer = self
            .post(
                "/organizations",
                json!({"organization": {"name": self.name(name)}}),
            )
            .await;
        answer.expect(201).json()["organization"]["id"]
            .as_u64()
            .unwrap()
    }

    /// Creates an end user, and gives its id.
    pub(crate) async fn user(&self, name: &str) -> u64 {
        let answer = self
            .post("/users", json!({"user": {"name": self.name(name)}}))
            .await;
        answer.expect(201).json()["user"]["id"].as_u64().unwrap()
    }

    /// Creates a membership, and gives its id.
    pub(crate) async fn membership(&self, user: u64, organization: u64) -> u64 {
        let answer = self
            .post("/organization_memberships", membership(user, organization))
            .await;
        answer.expect(201).json()["organization_membership"]["id"]
            .as_u64()
            .unwrap()
    }

    /// The user's organization, as the user itself says it.
    pub(crate) async fn organization_of(&self, user: u64) -> Value {
        self.get(&format!("/users/{user}")).await.expect(200).json()["user"]["organization_id"]
            .clone()
    }

    /// Asks after a job until it is finished, and gives it as it is then.
    pub(crate) async fn finished_job(&self, queued: &Answer) -> Value {
        let id = queued.json()["job_status"]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        for _ in 0..200 {
            let job = self
                .get(&format!("/job_statuses/{id}"))
                .await
                .expect(200)
                .json()["job_status"]
                .clone();
            if job["status"] == "completed" || job["status"] == "failed" {
                return job;
            }
            if self._zendesk.is_none() {
                tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            }
        }
        panic!("job {id} does not finish");
    }
}

/// The body that creates a membership.
pub(crate) fn membership(user: u64, organization: u64) -> Value {
    json!({"organization_membership": {"user_id": user, "organization_id": organization}})
}

impl Answer {
    /// The answer, if it has this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.request, self.body);
        self
    }

    /// Checks status and body of an error, the body to the letter.
    #[track_caller]
    pub(crate) fn expect_error(self, status: u16, body: &str) {
        assert_eq!(
            (self.status, self.body.as_str()),
            (status, body),
            "{}",
            self.request
        );
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{}: {error} in {:?}", self.request, self.body))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The value at a JSON pointer of each record in a list.
    #[track_caller]
    pub(crate) fn each(&self, list: &str, key: &str) -> Vec<Value> {
        let json = self.json();
        let rows = json[list]
            .as_array()
            .unwrap_or_else(|| panic!("{}: no {list} in {}", self.request, self.body));
        rows.iter().map(|row| row[key].clone()).collect()
    }
}

/// Bodies of errors that many cases meet.
pub(crate) mod errors {
    pub(crate) const RECORD_NOT_FOUND: &str =
        r#"{"error":"RecordNotFound","description":"Not found"}"#;
    pub(crate) const INVALID_ENDPOINT: &str =
        r#"{"error":"InvalidEndpoint","description":"Not found"}"#;
    pub(crate) const DUPLICATE_MEMBERSHIP: &str = r#"{"error":"RecordInvalid","description":"Record validation errors","details":{"user_id":[{"description":" This user is already a member of this organization.","error":"DuplicateValue"}]}}"#;
    pub(crate) const ORGANIZATION_BLANK: &str = r#"{"error":"RecordInvalid","description":"Record validation errors","details":{"organization":[{"description":"Organization cannot be blank","error":"BlankValue"}]}}"#;
    pub(crate) const USER_BLANK: &str = r#"{"error":"RecordInvalid","description":"Record validation errors","details":{"user":[{"description":"User cannot be blank","error":"BlankValue"}]}}"#;
    pub(crate) const NOT_AUTHENTICATED: &str = r#"{"error":"Couldn't authenticate you"}"#;
    pub(crate) const TOO_MANY_VALUES: &str = r#"{"error":"TooManyValues","description":"Parameter  cannot specify more than 100 values","max_count":100}"#;

    /// A parameter of the wrong type: `what` as in `id must be an integer`, `endpoint` as in
    /// `users/show`.
    pub(crate) fn invalid_attribute(what: &str, endpoint: &str) -> String {
        let name = what.split(' ').next().unwrap();
        format!(
            r#"{{"error":{{"title":"Invalid attribute","message":"You passed an invalid value for the {name} attribute. Invalid parameter: {what} from api/v2/{endpoint}"}}}}"#
        )
    }
}
