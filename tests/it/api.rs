//! [`Api`]: what the contract suite speaks with: a base URI and credentials, and nothing but HTTP.
//!
//! By default that is a double started for the test. In a child process that `live/runner.rs` has
//! started for one case, it is an account that is really there: `live/session.rs` sends the requests
//! then.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mock_zendesk::{Credentials, MockZendesk, MockZendeskBuilder, Seed};
use reqwest::{Client, Method, header};
use serde_json::{Value, json};

use crate::live::session::Session;
use crate::openapi;

/// How often a part of a case starts that loses a reply each time.
const MAX_ATTEMPTS: u32 = 20;

pub(crate) struct Api {
    uri: String,
    authorization: String,
    client: Client,
    /// Sets the names of this test's records apart from those of all others.
    mark: String,
    /// Sends the requests if this is an account that is really there.
    session: Option<&'static Session>,
    /// Whether the OpenAPI document says what the replies look like.
    is_described: bool,
    /// Whether `~` stands for a word that nobody else uses.
    is_marking: bool,
    /// The double that runs for this test only.
    zendesk: Option<MockZendesk>,
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
    /// A double of its own, or the account that the case was started for.
    pub(crate) async fn start() -> Self {
        Self::start_or(MockZendesk::builder()).await
    }

    /// The account that the case was started for, or a double of this kind.
    pub(crate) async fn start_or(builder: MockZendeskBuilder) -> Self {
        let Some(session) = Session::current() else {
            return Self::with(builder).await;
        };
        let mut api = Self::new(session.url().to_owned(), session.authorization(), None);
        api.mark = session.next_mark();
        api.session = Some(session);
        api
    }

    /// A double that is set up otherwise: for cases that no other account could run.
    pub(crate) async fn with(builder: MockZendeskBuilder) -> Self {
        Session::skip_if_live();
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
        Session::skip_if_live();
        let zendesk = MockZendesk::start().await;
        put(zendesk.seed());
        Self::new(zendesk.uri(), zendesk.authorization(), Some(zendesk))
    }

    /// A double that the test goes on to control.
    pub(crate) fn of(zendesk: &MockZendesk) -> Self {
        Session::skip_if_live();
        Self::new(zendesk.uri(), zendesk.authorization(), None)
    }

    /// The same for a double whose answers to open questions differ from those that the OpenAPI
    /// document describes.
    pub(crate) fn answering_otherwise(self) -> Self {
        Self {
            is_described: false,
            ..self
        }
    }

    /// The same with `~` for a word that nobody else in the account uses: in the paths and the bodies
    /// of requests it becomes that word, and in the bodies of replies the word becomes `~` again. So a
    /// search for `~acme` finds what this case has made, in whatever account it runs.
    pub(crate) fn marking(self) -> Self {
        Self {
            is_marking: true,
            ..self
        }
    }

    /// A text with the word for which `~` stands.
    pub(crate) fn marked(&self, text: &str) -> String {
        match self.is_marking {
            true => text.replace("%7E", "~").replace('~', &self.word()),
            false => text.to_owned(),
        }
    }

    /// The word for which `~` stands: letters and digits, and no other word starts with it.
    fn word(&self) -> String {
        match self.session {
            Some(_) => format!("m{}z", self.mark.replace('-', "x")),
            // Nobody else is there.
            None => "mine".to_owned(),
        }
    }

    /// The double that runs for this test only. None: an account that is really there, whose clock
    /// and settings no test changes.
    pub(crate) fn own(&self) -> Option<&MockZendesk> {
        self.zendesk.as_ref()
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
            session: None,
            is_described: true,
            is_marking: false,
            zendesk,
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
        let body = match std::str::from_utf8(&body) {
            Ok(text) => self.marked(text).into_bytes(),
            Err(_) => body,
        };
        let request = Request {
            method,
            path: &self.marked(path),
            headers,
            body,
        };
        let url = self.url(request.path);
        let mut answer = match self.session {
            Some(session) => session.send(&url, &request).await,
            None => request.send(&self.client, &url).await.unwrap(),
        };
        if self.session.is_none() && self.is_described {
            openapi::check(&answer, &request.method, &url.parse().unwrap());
        }
        if self.is_marking {
            answer.body = answer.body.replace(&self.word(), "~");
        }
        answer
    }

    pub(crate) fn authorization(&self) -> &str {
        &self.authorization
    }

    /// The credentials of the user with this e-mail address. A double takes any token; in an account
    /// that is really there, its token speaks for every user.
    pub(crate) fn authorization_of(&self, email: &str) -> String {
        let token = self.session.map_or("any", Session::token);
        Credentials::api_token(self.marked(email), token).authorization()
    }

    /// The name that an organization of this test bears for `name`: no other test has it.
    pub(crate) fn name(&self, name: &str) -> String {
        format!("{name} {}", self.mark)
    }

    /// Creates an organization, and gives its id.
    pub(crate) async fn organization(&self, name: &str) -> u64 {
        let name = self.name(name);
        let find = async || {
            let query: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
            let path = format!("/organizations/search?name={query}");
            let list = self.get(&path).await.expect(200);
            list.each("organizations", "id")
                .first()
                .and_then(Value::as_u64)
        };
        let body = json!({"organization": {"name": name}});
        self.make("/organizations", body, find).await
    }

    /// Creates an end user, and gives its id.
    pub(crate) async fn user(&self, name: &str) -> u64 {
        let body = json!({"user": {"name": self.name(name)}});
        self.make("/users", body, async || None).await
    }

    /// Creates a membership, and gives its id.
    pub(crate) async fn membership(&self, user: u64, organization: u64) -> u64 {
        let find = async || {
            let path = format!("/users/{user}/organization_memberships");
            let list = self.get(&path).await.expect(200);
            let list = list.json()["organization_memberships"].clone();
            let mut rows = list.as_array().unwrap().iter();
            rows.find(|row| row["organization_id"] == organization)
                .and_then(|row| row["id"].as_u64())
        };
        let body = membership(user, organization);
        self.make("/organization_memberships", body, find).await
    }

    /// Creates a record, and gives its id. Where the reply is lost, `find` says whether the record is
    /// there.
    async fn make(&self, path: &str, body: Value, find: impl AsyncFn() -> Option<u64>) -> u64 {
        let root = body.as_object().unwrap().keys().next().unwrap().clone();
        if let Some(session) = self.session {
            let headers = [
                ("authorization", self.authorization.as_str()),
                ("content-type", "application/json"),
            ];
            let request = Request {
                method: Method::POST,
                path,
                headers: &headers,
                body: self.marked(&body.to_string()).into_bytes(),
            };
            if let Some(answer) = session.send_once(&self.url(path), &request).await {
                return answer.expect(201).json()[&root]["id"].as_u64().unwrap();
            }
            if let Some(id) = find().await {
                session.made(&format!("{path}/{id}"));
                return id;
            }
        }
        let answer = self.post(path, body).await.expect(201);
        answer.json()[&root]["id"].as_u64().unwrap()
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
            self.pause().await;
        }
        panic!("job {id} does not finish");
    }

    /// What the custom fields of a record without values should be: none in a double for this test. In
    /// an account that is really there, whatever is shown: others may have added fields.
    pub(crate) fn no_fields(&self, shown: &Value) -> Value {
        match self.is_shared() {
            true => shown.clone(),
            false => json!({}),
        }
    }

    /// Runs a part of a case that is too long to get all its replies, and runs it again with another
    /// number if it failed after one was lost.
    pub(crate) async fn despite_losses<T>(&self, part: impl AsyncFn(u32) -> T) -> T {
        let mut number = 0;
        if let Some(session) = self.session {
            while number < MAX_ATTEMPTS {
                if let Some(result) = session.attempt(part(number)).await {
                    return result;
                }
                number += 1;
            }
        }
        part(number).await
    }

    /// Whether others may use the account, too.
    pub(crate) fn is_shared(&self) -> bool {
        self.session.is_some()
    }

    /// Ends the case, which cannot run in this account.
    pub(crate) fn skip(&self, why: &str) -> ! {
        match self.session {
            Some(session) => session.skip(why),
            None => panic!("a double runs every case: {why}"),
        }
    }

    /// The value at a JSON pointer of a record, once it is the one that is expected. What follows
    /// from a change in the background is there at once in a double whose jobs take no time; a real
    /// account may take a while.
    pub(crate) async fn settled(&self, path: &str, pointer: &str, expected: &Value) -> Value {
        let mut value = Value::Null;
        for _ in 0..200 {
            let shown = self.get(path).await.expect(200).json();
            value = shown.pointer(pointer).cloned().unwrap_or_default();
            if value == *expected || !self.is_shared() {
                break;
            }
            self.pause().await;
        }
        value
    }

    /// Lets some time pass: what changes afterwards has a later time than what changed before.
    pub(crate) async fn let_time_pass(&self) {
        match &self.zendesk {
            Some(zendesk) => zendesk.advance(Duration::from_secs(60)),
            // Times have whole seconds.
            None => tokio::time::sleep(Duration::from_millis(1_100)).await,
        }
    }

    /// Lets an account that is really there get on.
    async fn pause(&self) {
        if self.zendesk.is_none() {
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }
}

/// A request with just these headers.
pub(crate) struct Request<'a> {
    pub(crate) method: Method,
    /// The path below `/api/v2`, or a link.
    pub(crate) path: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: Vec<u8>,
}

impl Request<'_> {
    /// Sends it to a url once.
    pub(crate) async fn send(&self, client: &Client, url: &str) -> reqwest::Result<Answer> {
        let mut request = client.request(self.method.clone(), url);
        for (name, value) in self.headers {
            request = request.header(*name, *value);
        }
        if !self.body.is_empty() {
            request = request.body(self.body.clone());
        }
        let reply = request.send().await?;
        Ok(Answer {
            request: format!("{} {}", self.method, self.path),
            status: reply.status().as_u16(),
            headers: reply.headers().clone(),
            body: reply.text().await?,
        })
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

#[tokio::test]
async fn a_case_that_marks_sends_its_word_and_reads_the_sign_again() {
    let api = Api::with(MockZendesk::builder()).await.marking();
    let user = json!({"user": {"name": "~Ann", "email": "ann@~.example"}});
    let created = api.post("/users", user).await.expect(201).json()["user"].clone();
    assert_eq!(
        (&created["name"], &created["email"]),
        (&json!("~Ann"), &json!("ann@~.example"))
    );
    let held = api.own().unwrap().account();
    assert!(held.user_with_email("ann@mine.example").is_some());
    for name in ["~ann", "%7Eann"] {
        let found = api.get(&format!("/users/search?query={name}")).await;
        assert_eq!(
            found.expect(200).each("users", "id"),
            [created["id"].clone()],
            "{name}"
        );
    }
}
