//! [`Session`]: how a case speaks with an account that is really there, in the child process that
//! the runner started for it.
//!
//! A request whose reply is lost is sent again. If it may have changed something, that is noted: the
//! runner does not believe a failure of the case then, and runs it again from its start. A request
//! beyond the account's limit is sent again when the account says. That is noted, too: a job may have
//! ended meanwhile of which the case wants to see the start. Before a search the session waits
//! until the account's index has caught up.

use std::collections::{HashMap, HashSet};
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use futures::FutureExt as _;
use mock_zendesk::Credentials;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::notes::{CASE, Case, Note, cut, made_by};
use crate::api::{Answer, Request};

/// How often a request is sent whose reply is lost each time.
const MAX_SENDINGS: u64 = 8;
/// How long one request may be held up by the account's limit.
const MAX_WAIT: Duration = Duration::from_secs(900);
/// After this time without a reply it counts as lost.
const REPLY_TIMEOUT: Duration = Duration::from_secs(60);

const SETUP: &str = "needs an account that is set up otherwise";

pub(crate) struct Session {
    case: Case,
    token: String,
    client: Client,
    notes: Mutex<File>,
    /// The path below which each job makes records, by the id of the job.
    jobs: Mutex<HashMap<String, String>>,
    /// The users that were put into an organization.
    members: Mutex<HashSet<u64>>,
    /// How many replies were lost to requests that change something.
    lost: AtomicU64,
    /// How many that were when the part of the case began that may start again. [`u64::MAX`]: none may.
    lost_before_part: AtomicU64,
    /// Whether something was changed since the index of the search was last waited for.
    is_index_behind: AtomicBool,
    marks: AtomicU64,
}

/// The client that the suite uses for accounts.
pub(crate) fn client() -> Client {
    Client::builder().timeout(REPLY_TIMEOUT).build().unwrap()
}

/// What came of one sending.
pub(crate) enum Sent {
    Replied(Answer),
    Lost,
}

/// Sends a request once, and again as long as the account's limit refuses it. Such a request did
/// nothing. That it waits is noted, and a 429 that does not say when to come back.
pub(crate) async fn send_within_limit(
    client: &Client,
    url: &str,
    request: &Request<'_>,
    note: impl Fn(Note),
) -> Sent {
    let start = Instant::now();
    loop {
        let Ok(answer) = request.send(client, url).await else {
            return Sent::Lost;
        };
        if answer.status != 429 || start.elapsed() > MAX_WAIT {
            return Sent::Replied(answer);
        }
        note(Note::Delayed(answer.request.clone()));
        let retry_after = answer.header("retry-after").map(str::to_owned);
        let seconds = retry_after.as_ref().and_then(|value| value.parse().ok());
        if seconds.is_none() {
            note(Note::Broken {
                row: "R-a".to_owned(),
                request: answer.request.clone(),
                expected: "429 with the header Retry-After: whole seconds".to_owned(),
                came: format!("Retry-After: {retry_after:?}"),
            });
        }
        tokio::time::sleep(Duration::from_secs(seconds.unwrap_or(1).clamp(1, 600))).await;
    }
}

impl Session {
    /// The session of this process, if the runner has started it for a case.
    pub(crate) fn current() -> Option<&'static Self> {
        static SESSION: OnceLock<Option<Session>> = OnceLock::new();
        SESSION.get_or_init(Self::from_environment).as_ref()
    }

    fn from_environment() -> Option<Self> {
        let case: Case = serde_json::from_str(&std::env::var(CASE).ok()?).unwrap();
        let token = std::env::var("ZENDESK_TOKEN").unwrap();
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&case.notes);
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let payload = info.payload();
            let message = payload.downcast_ref::<String>().cloned().or_else(|| {
                payload
                    .downcast_ref::<&str>()
                    .map(|text| (*text).to_owned())
            });
            let place = info.location().map(ToString::to_string).unwrap_or_default();
            if let Some(session) = Self::current().filter(|session| !session.is_excused()) {
                let message = message.unwrap_or_default();
                session.note(&Note::Panicked { message, place });
            }
            before(info);
        }));
        Some(Self {
            case,
            token,
            client: client(),
            notes: Mutex::new(file.unwrap()),
            jobs: Mutex::default(),
            members: Mutex::default(),
            lost: AtomicU64::new(0),
            lost_before_part: AtomicU64::new(u64::MAX),
            is_index_behind: AtomicBool::new(false),
            marks: AtomicU64::new(0),
        })
    }

    /// Ends the case if it runs against an account that is really there.
    pub(crate) fn skip_if_live() {
        if let Some(session) = Self::current() {
            session.skip(SETUP);
        }
    }

    /// Ends the case.
    pub(crate) fn skip(&self, why: &str) -> ! {
        self.note(&Note::Skipped(why.to_owned()));
        std::process::exit(0)
    }

    pub(crate) fn url(&self) -> &str {
        &self.case.url
    }

    pub(crate) fn authorization(&self) -> String {
        Credentials::api_token(&self.case.email, &self.token).authorization()
    }

    /// The token, to speak for another user. Ends the case if the account does not take it so.
    pub(crate) fn token(&self) -> &str {
        if !self.case.speaks_for_others {
            self.skip("the token speaks for its owner only");
        }
        &self.token
    }

    /// A mark that no other [`crate::api::Api`] of the run has.
    pub(crate) fn next_mark(&self) -> String {
        format!(
            "{}{:02}",
            self.case.mark,
            self.marks.fetch_add(1, Ordering::Relaxed)
        )
    }

    /// Notes the path of a record that the case made.
    pub(crate) fn made(&self, path: &str) {
        self.note(&Note::Made(path.to_owned()));
    }

    /// Writes a note before the case goes on.
    fn note(&self, note: &Note) {
        let line = serde_json::to_string(note).unwrap() + "\n";
        let mut file = self.notes.lock().unwrap();
        file.write_all(line.as_bytes()).unwrap();
    }

    /// Runs a part of a case. None: it failed after a reply was lost, so its failure says nothing.
    pub(crate) async fn attempt<T>(&self, part: impl Future<Output = T>) -> Option<T> {
        let lost = self.lost.load(Ordering::Relaxed);
        self.lost_before_part.store(lost, Ordering::Relaxed);
        let result = AssertUnwindSafe(part).catch_unwind().await;
        let is_excused = self.is_excused();
        self.lost_before_part.store(u64::MAX, Ordering::Relaxed);
        match result {
            Ok(result) => Some(result),
            Err(_) if is_excused => None,
            Err(panic) => panic::resume_unwind(panic),
        }
    }

    /// Whether a failure says nothing, because the part that fails starts again.
    fn is_excused(&self) -> bool {
        self.lost.load(Ordering::Relaxed) > self.lost_before_part.load(Ordering::Relaxed)
    }

    /// Sends a request until a reply comes.
    pub(crate) async fn send(&self, url: &str, request: &Request<'_>) -> Answer {
        for sending in 1..=MAX_SENDINGS {
            if let Some(answer) = self.send_once(url, request).await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(100 * sending)).await;
        }
        let request = format!("{} {}", request.method, request.path);
        self.note(&Note::Unreachable(request));
        std::process::exit(1)
    }

    /// Sends a request once. None: its reply is lost.
    pub(crate) async fn send_once(&self, url: &str, request: &Request<'_>) -> Option<Answer> {
        let changes = request.method != Method::GET && request.method != Method::HEAD;
        if changes {
            self.is_index_behind.store(true, Ordering::Relaxed);
        } else if reads_the_index(request.path) {
            self.wait_for_index().await;
        }
        let note = |note| self.note(&note);
        match send_within_limit(&self.client, url, request, note).await {
            Sent::Replied(answer) => {
                self.look_at(request, &answer);
                Some(answer)
            }
            Sent::Lost => {
                let request = format!("{} {}", request.method, request.path);
                if changes {
                    self.lost.fetch_add(1, Ordering::Relaxed);
                    self.note(&Note::Lost(request));
                } else {
                    self.note(&Note::Delayed(request));
                }
                None
            }
        }
    }

    /// Notes an exchange and what it made, and ends the case if the account does not allow the
    /// operation.
    fn look_at(&self, request: &Request<'_>, answer: &Answer) {
        self.note(&Note::Exchange {
            request: answer.request.clone(),
            sent: cut(&String::from_utf8_lossy(&request.body)),
            status: answer.status,
            reply: cut(&answer.body),
        });
        let location = answer.header("location");
        for path in made_by(&answer.request, answer.status, location, &answer.body) {
            self.made(&path);
        }
        self.look_at_job(request, answer);
        self.look_at_membership(answer);
        for forbidden in &self.case.forbidden {
            if forbidden.is_met_by(
                request.method.as_str(),
                request.path,
                answer.status,
                &answer.body,
            ) {
                self.skip(&format!("the account does not allow {}", forbidden.what));
            }
        }
    }

    /// Notes what a background job has made.
    fn look_at_job(&self, request: &Request<'_>, answer: &Answer) {
        let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let job = &body["job_status"];
        let Some(id) = job["id"].as_str() else { return };
        let mut jobs = self.jobs.lock().unwrap();
        let makes = ["/create_many", "/create_or_update_many"];
        if let Some(path) = makes.iter().find_map(|end| request.path.split_once(end)) {
            jobs.insert(id.to_owned(), path.0.to_owned());
        }
        let (Some(path), Some(results)) = (jobs.get(id), job["results"].as_array()) else {
            return;
        };
        let is_new = |row: &&Value| row["action"] == "create" || row["status"] == "Created";
        for row in results.iter().filter(is_new) {
            self.made(&format!("{path}/{}", row["id"]));
        }
    }

    /// Ends the case at the second organization of a user, if the account allows one.
    fn look_at_membership(&self, answer: &Answer) {
        if !self.case.has_one_organization || answer.status != 201 {
            return;
        }
        let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        if let Some(user) = body["organization_membership"]["user_id"].as_u64() {
            if !self.members.lock().unwrap().insert(user) {
                self.skip("the account does not allow several organizations of a user");
            }
        }
    }

    /// Waits until the searches find a user that is created now, so that they find what was there
    /// before as well. If none is found in time, the case shows what the search does.
    async fn wait_for_index(&self) {
        let is_behind = self.is_index_behind.swap(false, Ordering::Relaxed);
        if !is_behind || self.case.index_seconds == 0 {
            return;
        }
        let name = format!("sentinel {}", self.next_mark());
        let authorization = self.authorization();
        let headers = [
            ("authorization", &*authorization),
            ("content-type", "application/json"),
        ];
        let send = async |method: Method, path: &str, body: Vec<u8>| {
            let request = Request {
                method,
                path,
                headers: &headers,
                body,
            };
            let url = format!("{}/api/v2{path}", self.case.url);
            match send_within_limit(&self.client, &url, &request, |note| self.note(&note)).await {
                Sent::Replied(answer) => Some(answer),
                Sent::Lost => None,
            }
        };
        let body = json!({"user": {"name": name}}).to_string().into_bytes();
        let Some(created) = send(Method::POST, "/users", body).await else {
            return;
        };
        let location = created.header("location");
        for path in made_by(&created.request, created.status, location, &created.body) {
            self.made(&path);
        }
        let start = Instant::now();
        for path in lookups_of(&name) {
            while start.elapsed() < Duration::from_secs(self.case.index_seconds) {
                let found = send(Method::GET, &path, Vec::new()).await;
                if found.is_some_and(|answer| answer.body.contains(&name)) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        }
    }
}

/// The paths of the searches for a user by its whole name. One may lag, and the other not.
pub(crate) fn lookups_of(name: &str) -> [String; 2] {
    let query = format!("\"{name}\"");
    let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
    ["/users/search", "/search"].map(|search| format!("{search}?query={query}"))
}

/// Whether the reply comes from the index of the search, which lags.
fn reads_the_index(path: &str) -> bool {
    path.contains("/search") || path.contains("/autocomplete")
}
