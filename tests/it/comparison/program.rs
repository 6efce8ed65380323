//! [`Program`]: a small client of Zendesk's, right or with one of the [`Mistake`]s that such clients
//! make. It knows neither the double nor the tests.

use std::time::Duration;

use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};

/// What the program does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mistake {
    Nothing,
    WrongRootKey,
    MisspelledPath,
    SwappedIds,
    NoTokenSuffix,
    DuplicateIsAnError,
    OnlyFirstPage,
    TooLargePages,
    IgnoresFailedItems,
    DoesNotWaitForJob,
    TooManyItems,
    UpsertReplacesOrganizations,
    UpsertWithoutKey,
    RetriesAtOnce,
    NeverRetries,
    SendsTwice,
}

impl Mistake {
    /// All mistakes, each with what it is.
    pub(crate) const ALL: [(Self, &str); 15] = [
        (Self::WrongRootKey, "a wrong root key in a body"),
        (Self::MisspelledPath, "a misspelled path"),
        (Self::SwappedIds, "the ids of user and organization swapped"),
        (Self::NoTokenSuffix, "`/token` forgotten in the user name"),
        (
            Self::DuplicateIsAnError,
            "a membership that exists is an error",
        ),
        (Self::OnlyFirstPage, "only the first page is read"),
        (Self::TooLargePages, "pages of 500 rows are asked for"),
        (
            Self::IgnoresFailedItems,
            "a completed job counts as a success, whatever its items say",
        ),
        (
            Self::DoesNotWaitForJob,
            "a job that is queued counts as done",
        ),
        (Self::TooManyItems, "250 items in one `create_many`"),
        (
            Self::UpsertReplacesOrganizations,
            "an upsert with `organization_id`, which removes the others",
        ),
        (
            Self::UpsertWithoutKey,
            "an upsert whose key is misspelled, which creates a second user",
        ),
        (
            Self::RetriesAtOnce,
            "a retry that does not wait as long as told",
        ),
        (Self::NeverRetries, "no retry after 429"),
        (Self::SendsTwice, "the same write sent twice"),
    ];
}

/// Why the program gave up: what it did, and what came.
#[derive(Debug)]
#[expect(dead_code, reason = "read in the text of a panic")]
pub(crate) struct Error(String);

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        Self(error.to_string())
    }
}

pub(crate) struct Program {
    api: String,
    email: String,
    token: String,
    client: Client,
    mistake: Mistake,
}

impl Program {
    pub(crate) fn new(uri: &str, mistake: Mistake) -> Self {
        Self {
            api: format!("{uri}/api/v2"),
            email: "owner@example.com".to_owned(),
            token: "token".to_owned(),
            client: Client::new(),
            mistake,
        }
    }

    /// Puts a user into an organization.
    pub(crate) async fn link(&self, user: u64, organization: u64) -> Result<(), Error> {
        let root = match self.mistake {
            Mistake::WrongRootKey => "membership",
            _ => "organization_membership",
        };
        let path = match self.mistake {
            Mistake::MisspelledPath => "/organisation_memberships",
            _ => "/organization_memberships",
        };
        let (user, organization) = match self.mistake {
            Mistake::SwappedIds => (organization, user),
            _ => (user, organization),
        };
        let body = json!({root: {"user_id": user, "organization_id": organization}});
        if self.mistake == Mistake::SendsTwice {
            self.send(Method::POST, path, Some(&body)).await?;
        }
        let reply = self.send(Method::POST, path, Some(&body)).await?;
        if reply.status() == StatusCode::UNPROCESSABLE_ENTITY {
            let error: Value = reply.json().await?;
            let is_member = error["details"]["user_id"][0]["error"] == "DuplicateValue";
            return match is_member && self.mistake != Mistake::DuplicateIsAnError {
                true => Ok(()),
                false => Err(Error(error.to_string())),
            };
        }
        succeeded(reply).await.map(drop)
    }

    /// Returns the organizations of a user.
    pub(crate) async fn organizations_of(&self, user: u64) -> Result<Vec<u64>, Error> {
        let size = match self.mistake {
            Mistake::TooLargePages => 500,
            _ => 2,
        };
        let mut url = format!("/users/{user}/organization_memberships?page[size]={size}");
        let mut found = Vec::new();
        loop {
            let page = succeeded(self.send(Method::GET, &url, None).await?).await?;
            let rows = page["organization_memberships"].as_array();
            let rows = rows.ok_or_else(|| Error(format!("no memberships in {page}")))?;
            found.extend(
                rows.iter()
                    .filter_map(|row| row["organization_id"].as_u64()),
            );
            let has_more = match self.mistake {
                Mistake::OnlyFirstPage => false,
                _ => page["meta"]["has_more"] == true,
            };
            if !has_more {
                return Ok(found);
            }
            let next = page["links"]["next"].as_str();
            let next = next.ok_or_else(|| Error(format!("no next page in {page}")))?;
            let (_, path) = next.split_once("/api/v2").unwrap_or(("", next));
            url = path.to_owned();
        }
    }

    /// Puts users into an organization by background jobs. Returns those that could not be put there.
    pub(crate) async fn link_all(
        &self,
        users: &[u64],
        organization: u64,
    ) -> Result<Vec<u64>, Error> {
        let most = match self.mistake {
            Mistake::TooManyItems => 250,
            _ => 100,
        };
        let mut refused = Vec::new();
        for chunk in users.chunks(most) {
            let item = |user: &u64| json!({"user_id": user, "organization_id": organization});
            let items: Vec<Value> = chunk.iter().map(item).collect();
            let body = json!({"organization_memberships": items});
            let path = "/organization_memberships/create_many";
            let queued = succeeded(self.send(Method::POST, path, Some(&body)).await?).await?;
            let mut job = queued["job_status"].clone();
            while self.mistake != Mistake::DoesNotWaitForJob
                && (job["status"] == "queued" || job["status"] == "working")
            {
                let id = job["id"].as_str().unwrap_or_default();
                let path = format!("/job_statuses/{id}");
                let polled = succeeded(self.send(Method::GET, &path, None).await?).await?;
                job = polled["job_status"].clone();
            }
            for result in job["results"].as_array().into_iter().flatten() {
                let index = result["index"].as_u64().unwrap_or_default();
                let index = usize::try_from(index).unwrap_or_default();
                let has_failed = result["error"].is_string();
                if has_failed && self.mistake != Mistake::IgnoresFailedItems {
                    refused.extend(chunk.get(index));
                }
            }
        }
        Ok(refused)
    }

    /// Finds a user by external id or creates it, and makes sure that it is in an organization.
    pub(crate) async fn upsert(
        &self,
        external_id: &str,
        name: &str,
        organization: u64,
    ) -> Result<u64, Error> {
        let key = match self.mistake {
            Mistake::UpsertWithoutKey => "externalId",
            _ => "external_id",
        };
        let mut user = json!({key: external_id, "name": name});
        if self.mistake == Mistake::UpsertReplacesOrganizations {
            user["organization_id"] = organization.into();
        }
        let (path, body) = ("/users/create_or_update", json!({"user": user}));
        let reply = succeeded(self.send(Method::POST, path, Some(&body)).await?).await?;
        let user = reply["user"]["id"].as_u64();
        let user = user.ok_or_else(|| Error(format!("no user in {reply}")))?;
        if self.mistake != Mistake::UpsertReplacesOrganizations {
            self.link(user, organization).await?;
        }
        Ok(user)
    }

    /// Sends a request, up to three times if it is limited.
    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Response, Error> {
        let user_name = match self.mistake {
            Mistake::NoTokenSuffix => self.email.clone(),
            _ => format!("{}/token", self.email),
        };
        let mut left = 3;
        loop {
            let url = format!("{}{path}", self.api);
            let request = self.client.request(method.clone(), url);
            let request = request.basic_auth(&user_name, Some(&self.token));
            let request = match body {
                Some(body) => request.json(body),
                None => request,
            };
            let reply = request.send().await?;
            left -= 1;
            let is_limited = reply.status() == StatusCode::TOO_MANY_REQUESTS;
            if !is_limited || left == 0 || self.mistake == Mistake::NeverRetries {
                return Ok(reply);
            }
            let wait = reply.headers().get("retry-after");
            let wait = wait.and_then(|wait| wait.to_str().ok()?.parse().ok());
            if self.mistake != Mistake::RetriesAtOnce {
                tokio::time::sleep(Duration::from_secs(wait.unwrap_or(60))).await;
            }
        }
    }
}

/// The body of a reply that is a success.
async fn succeeded(reply: Response) -> Result<Value, Error> {
    let (status, text) = (reply.status(), reply.text().await?);
    match status.is_success() {
        true => serde_json::from_str(&text).map_err(|error| Error(format!("{error} in {text}"))),
        false => Err(Error(format!("{status}: {text}"))),
    }
}
