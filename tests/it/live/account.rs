//! [`Account`]: the runner's own connection to the account: what it allows, and the removal of what
//! the cases made.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures::future::join_all;
use mock_zendesk::Credentials;
use mock_zendesk::time::Timestamp;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::notes::{Forbidden, made_by};
use super::runner::Config;
use super::session::{Sent, client, lookups_of, send_within_limit};
use crate::api::{Answer, Request};

/// How often a request is sent whose reply is lost each time.
const MAX_SENDINGS: u32 = 12;
/// How long the sweep waits until an export shows the changes of the run.
const MAX_EXPORT_DELAY: Duration = Duration::from_secs(180);
/// A program that asks an export for news all the time is refused.
const EXPORT_PAUSE: Duration = Duration::from_secs(20);
/// How often the probe starts that loses a reply each time.
const MAX_PROBES: u32 = 20;
/// How many records are removed at once.
const REMOVED_AT_ONCE: usize = 8;
/// How often a record that is busy is asked to go.
const MAX_REMOVALS: u32 = 8;

/// The kinds of records that are removed, in the order in which they can go. All else goes with them.
const REMOVED: [&str; 6] = [
    "/tickets/",
    "/users/",
    "/groups/",
    "/organizations/",
    "/user_fields/",
    "/organization_fields/",
];

pub(crate) struct Account {
    client: Client,
    url: String,
    email: String,
    token: String,
    /// The path of the user who runs the suite. It is never removed.
    me: String,
    /// Whether a reply to a request that changes something was lost.
    has_lost: AtomicBool,
}

/// What the account allows.
#[derive(Default)]
pub(crate) struct Allowed {
    pub(crate) forbidden: Vec<Forbidden>,
    pub(crate) has_one_organization: bool,
    pub(crate) speaks_for_others: bool,
    /// 0: the index of the search does not lag.
    pub(crate) index_seconds: u64,
    /// What a reader of the report should know of the account.
    pub(crate) remarks: Vec<String>,
}

impl Account {
    /// Connects, and checks that the user is an admin.
    pub(crate) async fn connect(config: &Config) -> Result<Self, String> {
        let mut account = Self {
            client: client(),
            url: config.url.clone(),
            email: config.email.clone(),
            token: config.token.clone(),
            me: String::new(),
            has_lost: AtomicBool::new(false),
        };
        let me = account.send(Method::GET, "/users/me", Value::Null).await?;
        let user = json_of(&me)["user"].clone();
        if me.status != 200 || user["role"] != "admin" {
            return Err(format!(
                "the suite needs the token of an admin: {} answered {} {}",
                me.request, me.status, me.body
            ));
        }
        account.me = format!("/users/{}", user["id"]);
        Ok(account)
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> Result<Answer, String> {
        self.send_as(&self.email, method, path, body).await
    }

    /// Sends a request until a reply comes.
    async fn send_as(
        &self,
        email: &str,
        method: Method,
        path: &str,
        body: Value,
    ) -> Result<Answer, String> {
        let authorization = Credentials::api_token(email, &self.token).authorization();
        let headers = [
            ("authorization", &*authorization),
            ("content-type", "application/json"),
        ];
        let has_body = !body.is_null();
        let request = Request {
            method,
            path,
            headers: &headers[..if has_body { 2 } else { 1 }],
            body: if has_body {
                body.to_string().into_bytes()
            } else {
                Vec::new()
            },
        };
        let url = match path.starts_with("http") {
            true => path.to_owned(),
            false => format!("{}/api/v2{path}", self.url),
        };
        for sending in 1..=MAX_SENDINGS {
            let sent = send_within_limit(&self.client, &url, &request, |_| {}).await;
            if let Sent::Replied(answer) = sent {
                return Ok(answer);
            }
            if request.method != Method::GET {
                self.has_lost.store(true, Ordering::Relaxed);
            }
            tokio::time::sleep(Duration::from_millis(100) * sending).await;
        }
        Err(format!("no reply to {} {path}", request.method))
    }

    /// Asks for one thing of each kind that a plan may forbid. A refusal says nothing after a lost
    /// reply: the account may refuse what it has done already. So it asks again then, for others.
    pub(crate) async fn probe(&self, run: &str, patience: Duration) -> Result<Allowed, String> {
        for probe in 1..=MAX_PROBES {
            let mut allowed = Allowed::default();
            let mut made = Vec::new();
            self.has_lost.store(false, Ordering::Relaxed);
            let mark = format!("{run}-{probe:03}");
            let result = self.probe_all(run, &mark, &mut allowed, &mut made).await;
            let has_lost = self.has_lost.load(Ordering::Relaxed);
            let left = self.remove(&made).await;
            if has_lost {
                // The sweep removes what is left.
                continue;
            }
            result?;
            if !left.is_empty() {
                return Err(format!("what the probe made cannot be removed: {left:?}"));
            }
            self.measure_index(&mark, patience, &mut allowed).await?;
            return Ok(allowed);
        }
        Err(format!("replies were lost in each of {MAX_PROBES} probes"))
    }

    async fn probe_all(
        &self,
        run: &str,
        mark: &str,
        allowed: &mut Allowed,
        made: &mut Vec<String>,
    ) -> Result<(), String> {
        let name = |what: &str| format!("probe {what} {mark}");
        let email = format!("probe-{mark}@mail.test");
        let mut ids = Vec::new();
        let organization = |name| json!({"organization": {"name": name, "shared_tickets": true}});
        for (path, body) in [
            ("/users", json!({"user": {"name": name("a")}})),
            ("/users", json!({"user": {"name": name("b")}})),
            ("/organizations", organization(name("o"))),
            ("/organizations", organization(name("p"))),
        ] {
            let answer = self.send(Method::POST, path, body).await?;
            note_made(made, &answer);
            let created = json_of(&answer);
            let id = created
                .as_object()
                .and_then(|root| root.values().next()?["id"].as_u64());
            let needed = || {
                format!(
                    "{} answered {} {}",
                    answer.request, answer.status, answer.body
                )
            };
            ids.push(id.ok_or_else(needed)?);
        }
        let [a, b, o, p] = ids[..] else {
            unreachable!("four were made")
        };
        let membership = |organization: u64| json!({"organization_membership": {"user_id": a, "organization_id": organization}});
        let key = format!("probe_{}", mark.replace('-', "_"));
        let [merge, user_merge] = [
            format!("/organizations/{o}/merge"),
            format!("/users/{a}/merge"),
        ];
        let field = json!({"key": key, "title": name("f")});
        let agent = json!({"user": {"name": name("agent"), "email": email, "role": "agent"}});
        let start = format!("/incremental/users/cursor?start_time={}", started(run));
        let rows = [
            ("more agents", Method::POST, "/users", agent, ("/users", "")),
            (
                "groups",
                Method::POST,
                "/groups",
                json!({"group": {"name": name("g")}}),
                ("/groups", ""),
            ),
            (
                "memberships of organizations",
                Method::POST,
                "/organization_memberships",
                membership(o),
                ("", "/organization_memberships"),
            ),
            (
                "several organizations of a user",
                Method::POST,
                "/organization_memberships",
                membership(p),
                ("", "/organization_memberships"),
            ),
            (
                "custom fields of users",
                Method::POST,
                "/user_fields",
                json!({"user_field": field}),
                ("/user_fields", ""),
            ),
            (
                "custom fields of organizations",
                Method::POST,
                "/organization_fields",
                json!({"organization_field": field}),
                ("/organization_fields", ""),
            ),
            (
                "subscriptions to organizations",
                Method::POST,
                "/organization_subscriptions",
                json!({"organization_subscription": {"user_id": a, "organization_id": o}}),
                ("", "/organization_subscriptions"),
            ),
            (
                "custom roles",
                Method::GET,
                "/custom_roles",
                Value::Null,
                ("/custom_roles", ""),
            ),
            (
                "tickets",
                Method::POST,
                "/tickets",
                json!({"ticket": {"subject": name("t"), "comment": {"body": name("c")}, "requester_id": b}}),
                ("/tickets", ""),
            ),
            (
                "incremental exports",
                Method::GET,
                &start,
                Value::Null,
                ("/incremental/", ""),
            ),
            (
                "merges of organizations",
                Method::POST,
                &merge,
                json!({"organization_merge": {"winner_id": p}}),
                ("/organizations/", "/merge"),
            ),
            (
                "merges of users",
                Method::PUT,
                &user_merge,
                json!({"user": {"id": b}}),
                ("/users/", "/merge"),
            ),
        ];
        for (what, method, path, body, (begin, end)) in rows {
            let answer = self.send(method.clone(), path, body).await?;
            note_made(made, &answer);
            let is_several = what.starts_with("several");
            let is_plan = matches!(answer.status, 402 | 403) || is_several && answer.status == 422;
            if is_plan {
                allowed
                    .remarks
                    .push(format!("It does not allow {what}: {}", answer.body));
                allowed.forbidden.push(Forbidden {
                    what: what.to_owned(),
                    method: method.to_string(),
                    path: (begin.to_owned(), end.to_owned()),
                    status: answer.status,
                    body: answer.body,
                });
            } else if is_several {
                let path = format!("/users/{a}/organization_memberships");
                let list = json_of(&self.send(Method::GET, &path, Value::Null).await?);
                let memberships = list["organization_memberships"].as_array();
                allowed.has_one_organization = memberships.is_some_and(|rows| rows.len() == 1);
                if allowed.has_one_organization {
                    allowed
                        .remarks
                        .push("A user is in one organization only.".to_owned());
                }
            }
        }
        let agent = self
            .send_as(&email, Method::GET, "/users/me", Value::Null)
            .await?;
        allowed.speaks_for_others = json_of(&agent)["user"]["email"] == email;
        if !allowed.speaks_for_others {
            let remark = format!(
                "Its token speaks for its owner only: {} {}",
                agent.status, agent.body
            );
            allowed.remarks.push(remark);
        }
        Ok(())
    }

    /// Finds out how long a case should wait for the index of the search.
    async fn measure_index(
        &self,
        mark: &str,
        patience: Duration,
        allowed: &mut Allowed,
    ) -> Result<(), String> {
        let name = format!("probe index {mark}");
        let body = json!({"user": {"name": name}});
        let created = self.send(Method::POST, "/users", body).await?;
        let mut made = Vec::new();
        note_made(&mut made, &created);
        allowed.index_seconds = self.index_seconds(&name, patience).await?;
        self.remove(&made).await;
        if allowed.index_seconds > 0 {
            allowed.remarks.push(format!(
                "The index of its search lags: a case waits for it up to {} s.",
                allowed.index_seconds
            ));
        }
        Ok(())
    }

    /// How long a case should wait for the index of the search: 0 if it knows the newest user now.
    async fn index_seconds(&self, name: &str, patience: Duration) -> Result<u64, String> {
        let start = Instant::now();
        let is_late = async || {
            for path in lookups_of(name) {
                let found = self.send(Method::GET, &path, Value::Null).await?;
                if !found.body.contains(name) {
                    return Ok::<_, String>(true);
                }
            }
            Ok(false)
        };
        if !is_late().await? {
            return Ok(0);
        }
        while is_late().await? && start.elapsed() < patience {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let taken = start.elapsed();
        Ok(if taken < patience {
            taken.as_secs().max(10) * 6
        } else {
            0
        })
    }

    /// Removes records by their paths. Gives what is left, and why.
    pub(crate) async fn remove(&self, made: &[String]) -> BTreeMap<String, String> {
        let mut left = BTreeMap::new();
        let paths: BTreeSet<&String> = made.iter().filter(|path| **path != self.me).collect();
        for merge in paths
            .iter()
            .filter(|path| path.starts_with("/organization_merges/"))
        {
            self.wait_for_merge(merge).await;
        }
        for kind in REMOVED {
            let is_kind = |path: &&&String| {
                let id = path.strip_prefix(kind);
                id.is_some_and(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()))
            };
            let of_kind: Vec<&String> = paths.iter().filter(is_kind).copied().collect();
            for some in of_kind.chunks(REMOVED_AT_ONCE) {
                let removals = some.iter().map(|path| self.remove_one(path));
                let ended = join_all(removals).await;
                for (path, result) in some.iter().zip(ended) {
                    if let Err(problem) = result {
                        left.insert((*path).clone(), problem);
                    }
                }
            }
        }
        left
    }

    /// Waits until a merge has ended: until then its organizations cannot be removed.
    async fn wait_for_merge(&self, path: &str) {
        for _ in 0..100 {
            let Ok(shown) = self.send(Method::GET, path, Value::Null).await else {
                return;
            };
            let status = json_of(&shown)["organization_merge"]["status"].clone();
            if shown.status != 200 || status == "complete" || status == "error" {
                return;
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }

    async fn remove_one(&self, path: &str) -> Result<(), String> {
        let mut answer = self.send(Method::DELETE, path, Value::Null).await?;
        for removal in 1..MAX_REMOVALS {
            if matches!(answer.status, 200..300 | 404) || self.is_gone(path).await? {
                return Ok(());
            }
            // It may be part of a merge, or its tickets are not gone yet.
            tokio::time::sleep(Duration::from_millis(250) * removal).await;
            answer = self.send(Method::DELETE, path, Value::Null).await?;
        }
        match answer.status {
            200..300 | 404 => Ok(()),
            status => Err(format!("{status} {}", answer.body)),
        }
    }

    async fn is_gone(&self, path: &str) -> Result<bool, String> {
        let shown = self.send(Method::GET, path, Value::Null).await?;
        let body = json_of(&shown);
        let is_deleted = body["user"]["active"] == false || body["group"]["deleted"] == true;
        Ok(shown.status == 404 || is_deleted)
    }

    /// Removes whatever has the mark of the run in its name: what a lost reply made, or a run that
    /// was stopped. It looks at the changes since the start of the run, so it does not depend on the
    /// index of the search. Gives what is left, and why.
    pub(crate) async fn sweep(&self, run: &str) -> Result<BTreeMap<String, String>, String> {
        let body = json!({"user": {"name": format!("sentinel {run}-999")}});
        let sentinel = self.send(Method::POST, "/users", body).await?;
        let id = json_of(&sentinel)["user"]["id"].clone();
        let is_ours = |row: &Value| is_of_run(row, run);
        let since = format!("start_time={}", started(run));
        let path = format!("/incremental/users/cursor?{since}");
        let begun = Instant::now();
        let (mut users, mut end) = self.export("users", &path, is_ours).await?;
        while !users.iter().any(|user| user["id"] == id) && begun.elapsed() < MAX_EXPORT_DELAY {
            tokio::time::sleep(EXPORT_PAUSE).await;
            let (more, new_end) = self.export("users", &end, is_ours).await?;
            users.extend(more);
            end = new_end;
        }
        let path = format!("/incremental/organizations?{since}");
        let (organizations, _) = self.export("organizations", &path, is_ours).await?;
        let ids: HashSet<u64> = users
            .iter()
            .filter_map(|user| user["id"].as_u64())
            .collect();
        let is_of_ours = |ticket: &Value| {
            let requester = ticket["requester_id"].as_u64();
            is_ours(ticket) || requester.is_some_and(|id| ids.contains(&id))
        };
        let path = format!("/incremental/tickets/cursor?{since}");
        let (tickets, _) = self.export("tickets", &path, is_of_ours).await?;
        let path = |kind: &str, row: &Value| format!("/{kind}/{}", row["id"]);
        let mut found = vec![format!("/users/{id}")];
        let users = users.iter().filter(|row| row["active"] != false);
        found.extend(users.map(|row| path("users", row)));
        let organizations = organizations.iter();
        let organizations = organizations.filter(|row| row["deleted_at"].is_null());
        found.extend(organizations.map(|row| path("organizations", row)));
        let tickets = tickets.iter().filter(|row| row["status"] != "deleted");
        found.extend(tickets.map(|row| path("tickets", row)));
        for kind in ["groups", "user_fields", "organization_fields"] {
            let rows = self.list(kind).await?;
            found.extend(
                rows.iter()
                    .filter(|row| is_ours(row))
                    .map(|row| path(kind, row)),
            );
        }
        Ok(self.remove(&found).await)
    }

    /// The rows of an incremental export that are kept, to its end, and where it goes on from there.
    async fn export(
        &self,
        key: &str,
        path: &str,
        is_kept: impl Fn(&Value) -> bool,
    ) -> Result<(Vec<Value>, String), String> {
        let (mut rows, mut path) = (Vec::new(), path.to_owned());
        loop {
            let page = self.page(&path).await?;
            let found = page[key].as_array().into_iter().flatten();
            rows.extend(found.filter(|row| is_kept(row)).cloned());
            let next = page["after_url"].as_str().or(page["next_page"].as_str());
            // A server that differs may not say where the end is: a link that leads back does.
            let is_end = next.is_none_or(|next| next == path) || page["end_of_stream"] == true;
            path = next.map_or(path, str::to_owned);
            if is_end {
                return Ok((rows, path));
            }
        }
    }

    /// The rows of a list, to its end.
    async fn list(&self, key: &str) -> Result<Vec<Value>, String> {
        let (mut rows, mut path) = (Vec::new(), format!("/{key}?page[size]=100"));
        loop {
            let page = self.page(&path).await?;
            let found = page[key].as_array().cloned().unwrap_or_default();
            // A server that differs may say that there is more behind an empty page.
            let has_more = page["meta"]["has_more"] == true && !found.is_empty();
            rows.extend(found);
            match page["links"]["next"].as_str() {
                Some(next) if has_more => path = next.to_owned(),
                _ => return Ok(rows),
            }
        }
    }

    async fn page(&self, path: &str) -> Result<Value, String> {
        let page = self.send(Method::GET, path, Value::Null).await?;
        match page.status {
            200 => Ok(json_of(&page)),
            status => Err(format!("{} answered {status} {}", page.request, page.body)),
        }
    }
}

fn note_made(made: &mut Vec<String>, answer: &Answer) {
    let location = answer.header("location");
    made.extend(made_by(
        &answer.request,
        answer.status,
        location,
        &answer.body,
    ));
}

/// The body, or null.
fn json_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_default()
}

/// Whether a record is of a run: it is not older, and one of the texts that name a record has the mark
/// of the run. Its other texts do not count: each user shows the keys of all custom fields.
fn is_of_run(record: &Value, run: &str) -> bool {
    const NAMING: [&str; 7] = [
        "name",
        "email",
        "external_id",
        "subject",
        "description",
        "key",
        "title",
    ];
    let is_named = |key: &str| record[key].as_str().is_some_and(|text| text.contains(run));
    let created_at = record["created_at"].as_str().unwrap_or_default();
    let is_newer = created_at
        >= Timestamp::from_unix_seconds(started(run))
            .to_string()
            .as_str();
    is_newer && NAMING.into_iter().any(is_named)
}

/// When exports of a run's changes start: two minutes before the run, in case the clocks differ.
/// The mark of a run starts with the Unix time of its start.
fn started(run: &str) -> u64 {
    let seconds: u64 = run
        .get(..10)
        .and_then(|start| start.parse().ok())
        .unwrap_or_default();
    seconds.saturating_sub(120)
}

#[test]
fn the_sweep_takes_what_is_named_after_the_run_and_nothing_older() {
    let run = "1795706086004";
    let (now, before) = ("2026-11-26T15:14:46Z", "2026-11-26T15:00:00Z");
    for (record, expected) in [
        (
            json!({"name": format!("u {run}-12"), "created_at": now}),
            true,
        ),
        (
            json!({"name": "Ada", "external_id": format!("x{run}1200"), "created_at": now}),
            true,
        ),
        (
            json!({"name": format!("u {run}-12"), "created_at": before}),
            false,
        ),
        (json!({"name": format!("u {run}-12")}), false),
        (json!({"name": "Ada", "created_at": now}), false),
        (
            json!({"name": "Ada", "user_fields": {format!("k_{run}"): null}, "created_at": now}),
            false,
        ),
        (
            json!({"name": "Ada", "notes": run, "created_at": now}),
            false,
        ),
    ] {
        assert_eq!(is_of_run(&record, run), expected, "{record}");
    }
}
