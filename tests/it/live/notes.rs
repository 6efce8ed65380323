//! What a case notes while it runs, for the runner: one line of JSON each, written before the case
//! goes on.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The variable that holds the [`Case`] in the environment of a child.
pub(crate) const CASE: &str = "CONTRACT_CASE";

/// What a child is told about the case that it runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Case {
    pub(crate) url: String,
    pub(crate) email: String,
    /// In the names of all that this run of the case makes.
    pub(crate) mark: String,
    /// The file of the notes.
    pub(crate) notes: String,
    /// How long the index of the search is waited for, in seconds. 0: it does not lag.
    pub(crate) index_seconds: u64,
    /// What the account does not allow.
    pub(crate) forbidden: Vec<Forbidden>,
    /// A user of the account is in one organization only.
    pub(crate) has_one_organization: bool,
    /// The token speaks for every user of the account.
    pub(crate) speaks_for_others: bool,
}

/// An operation that the account refuses whoever asks: its plan, or its settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Forbidden {
    /// What a report calls it.
    pub(crate) what: String,
    pub(crate) method: String,
    /// The start of the path, and its end.
    pub(crate) path: (String, String),
    pub(crate) status: u16,
    /// The account's words.
    pub(crate) body: String,
}

impl Forbidden {
    /// Whether a reply is this refusal.
    pub(crate) fn is_met_by(&self, method: &str, path: &str, status: u16, body: &str) -> bool {
        let path = path.split('?').next().unwrap_or_default();
        let path = path.strip_suffix(".json").unwrap_or(path);
        let (start, end) = &self.path;
        (method, status, body) == (&*self.method, self.status, &*self.body)
            && path.starts_with(start.as_str())
            && path.ends_with(end.as_str())
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Note {
    /// A request and its reply, long bodies cut.
    Exchange {
        request: String,
        sent: String,
        status: u16,
        reply: String,
    },
    /// The path of a record that the case made.
    Made(String),
    /// The reply to a request that changes something did not come.
    Lost(String),
    /// Time passed before the reply came: the account's limit held the request up, or a reply that
    /// changes nothing was lost.
    Delayed(String),
    /// No reply came however often the request was sent.
    Unreachable(String),
    /// A reply that breaks a rule for every reply: the row of the rule, what it asks for, what came.
    Broken {
        row: String,
        request: String,
        expected: String,
        came: String,
    },
    Skipped(String),
    Panicked {
        message: String,
        place: String,
    },
}

/// The notes of a file. A last line that was cut off is left out.
pub(crate) fn read(file: &Path) -> Vec<Note> {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

/// At most this many characters of a body are noted.
const MAX_NOTED_CHARS: usize = 4_000;

/// A text without what is beyond the limit.
pub(crate) fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_NOTED_CHARS) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
    }
}

/// The paths of the records that a reply says it made.
pub(crate) fn made_by(
    request: &str,
    status: u16,
    location: Option<&str>,
    reply: &str,
) -> Vec<String> {
    if !request.starts_with("POST ") || !(200..300).contains(&status) {
        return Vec::new();
    }
    let reply: Value = serde_json::from_str(reply).unwrap_or_default();
    let roots = reply.as_object().into_iter().flat_map(|root| root.values());
    let urls = roots.filter_map(|record| record["url"].as_str());
    let mut paths: Vec<String> = location
        .into_iter()
        .chain(urls)
        .filter_map(path_of)
        .collect();
    paths.dedup();
    paths
}

/// The path below `/api/v2` of a record's url.
fn path_of(url: &str) -> Option<String> {
    let (_, path) = url.split_once("/api/v2")?;
    Some(path.strip_suffix(".json").unwrap_or(path).to_owned())
}

#[test]
fn what_a_reply_made_is_read_from_its_location_or_its_url() {
    let url = "https://x.zendesk.com/api/v2/users/7.json";
    let body = format!(r#"{{"user":{{"id":7,"url":"{url}"}}}}"#);
    for (request, status, location, reply, expected) in [
        ("POST /users", 201, Some(url), "", &["/users/7"][..]),
        (
            "POST /users/create_or_update",
            200,
            None,
            &*body,
            &["/users/7"],
        ),
        ("POST /users", 201, Some(url), &body, &["/users/7"]),
        ("POST /users", 422, None, &body, &[]),
        ("PUT /users/7", 200, None, &body, &[]),
    ] {
        assert_eq!(
            made_by(request, status, location, reply),
            expected,
            "{request} {status}"
        );
    }
}
