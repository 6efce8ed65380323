//! The main job: a program that syncs a company directory to Zendesk, tested against the double.
//!
//! The program (`Sync` and below) knows nothing of the double. `main` is what a test would do: seed
//! an account, point the program at it, let it act, and look at what has become of the account.

#![allow(clippy::print_stdout, reason = "the example shows what it does")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::time::Duration;

use mock_zendesk::{
    Fault, MockZendesk, job_statuses::JobPace, organization_memberships, users::NewUser,
};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // Arrange: 150 people whom Zendesk knows already, two companies, and memberships that are
    // partly right.
    let zendesk = MockZendesk::builder()
        .job_pace(JobPace::AfterPolls(2))
        .start()
        .await;
    let seed = zendesk.seed();
    let (acme, globex) = (seed.organization("Acme"), seed.organization("Globex"));
    let mut directory = Directory::new();
    for n in 1..=150 {
        let email = format!("person{n}@example.com");
        let person = seed.user(NewUser::new(format!("Person {n}")).email(&email));
        match n {
            1..=20 => drop(seed.membership(&person, &acme)),
            21..=25 => drop(seed.membership(&person, &globex)),
            _ => {}
        }
        // By the directory, everybody is at Acme, and every third person at Initech too, which
        // Zendesk does not know yet.
        let companies = if n % 3 == 0 {
            vec!["Acme", "Initech"]
        } else {
            vec!["Acme"]
        };
        directory.insert(email, companies.into_iter().map(str::to_owned).collect());
    }
    // Zendesk limits the first request that creates memberships.
    let limited =
        Fault::rate_limited(Duration::from_secs(1)).on(organization_memberships::CREATE_MANY);
    let limited = zendesk.inject(limited);

    // Act.
    let sync = Sync::new(&zendesk.uri(), &zendesk.authorization());
    sync.run(&directory).await?;

    // Assert, on the account itself.
    let account = zendesk.account();
    let initech = account
        .organization_named("initech")
        .expect("created by the sync");
    assert_eq!(account.memberships_of_organization(&acme).len(), 150);
    assert_eq!(account.memberships_of_organization(&initech).len(), 50);
    assert!(account.memberships_of_organization(&globex).is_empty());
    // The limited request, and the two that took all memberships in.
    assert_eq!(limited.fired(), 1);
    zendesk
        .calls()
        .of(organization_memberships::CREATE_MANY)
        .assert_times(3);
    let third = account
        .user_with_email("person3@example.com")
        .expect("seeded");
    let default = account
        .default_membership(&third)
        .expect("in two organizations");
    assert_eq!(
        default.organization_name, "Acme",
        "the first membership is the default"
    );

    // Once more: nothing is left to do.
    println!("\nonce more:");
    let (mark, before) = (zendesk.mark(), zendesk.account());
    sync.run(&directory).await?;
    zendesk
        .calls()
        .since(mark)
        .of(organization_memberships::CREATE_MANY)
        .assert_none();
    zendesk.assert_changes(&before, []);
    Ok(())
}

/// Who is in which companies: e-mail addresses and names of organizations.
type Directory = BTreeMap<String, BTreeSet<String>>;

/// The program under test.
struct Sync {
    client: Client,
    uri: String,
    authorization: String,
}

impl Sync {
    fn new(uri: &str, authorization: &str) -> Self {
        Self {
            client: Client::new(),
            uri: uri.to_owned(),
            authorization: authorization.to_owned(),
        }
    }

    /// Makes Zendesk's memberships those of the directory.
    async fn run(&self, directory: &Directory) -> Result<(), Box<dyn Error>> {
        let mut organizations = BTreeMap::new();
        for organization in self.all("organizations").await? {
            organizations.insert(text(&organization["name"])?, id(&organization["id"])?);
        }
        for name in directory.values().flatten().collect::<BTreeSet<_>>() {
            if !organizations.contains_key(name) {
                organizations.insert(name.clone(), self.create_organization(name).await?);
            }
        }
        let mut wanted = BTreeSet::new();
        for user in self.all("users").await? {
            let companies = user["email"]
                .as_str()
                .and_then(|email| directory.get(email));
            for company in companies.into_iter().flatten() {
                wanted.insert((id(&user["id"])?, organizations[company]));
            }
        }
        let mut present = BTreeMap::new();
        for membership in self.all("organization_memberships").await? {
            let pair = (
                id(&membership["user_id"])?,
                id(&membership["organization_id"])?,
            );
            present.insert(pair, id(&membership["id"])?);
        }
        println!(
            "{} memberships wanted, {} present",
            wanted.len(),
            present.len()
        );
        let missing: Vec<_> = wanted
            .iter()
            .filter(|pair| !present.contains_key(pair))
            .collect();
        let surplus: Vec<_> = present
            .iter()
            .filter(|(pair, _)| !wanted.contains(pair))
            .map(|(_, id)| *id)
            .collect();
        // Everybody joins before anybody leaves, so that nobody is without an organization in
        // between.
        for pairs in missing.chunks(100) {
            self.create_memberships(pairs).await?;
        }
        for ids in surplus.chunks(100) {
            self.delete_memberships(ids).await?;
        }
        Ok(())
    }

    /// All records of a list, page by page. `has_more` tells the end: `links.next` is set even on
    /// the last page.
    async fn all(&self, list: &str) -> Result<Vec<Value>, Box<dyn Error>> {
        let mut records = Vec::new();
        let mut url = format!("{}/api/v2/{list}?page[size]=100", self.uri);
        loop {
            let (_, page) = self.send(Method::GET, &url, None).await?;
            records.extend(page[list].as_array().ok_or("no list")?.iter().cloned());
            match page["links"]["next"].as_str() {
                Some(next) if page["meta"]["has_more"] == json!(true) => url = next.to_owned(),
                _ => break,
            }
        }
        println!("read {} {list}", records.len());
        Ok(records)
    }

    async fn create_organization(&self, name: &str) -> Result<u64, Box<dyn Error>> {
        let url = format!("{}/api/v2/organizations", self.uri);
        let (_, body) = self
            .send(
                Method::POST,
                &url,
                Some(json!({"organization": {"name": name}})),
            )
            .await?;
        println!("created organization {name}");
        id(&body["organization"]["id"])
    }

    async fn create_memberships(&self, pairs: &[&(u64, u64)]) -> Result<(), Box<dyn Error>> {
        let items = pairs
            .iter()
            .map(|(user, organization)| json!({"user_id": user, "organization_id": organization}));
        let body = json!({"organization_memberships": items.collect::<Vec<_>>()});
        let url = format!("{}/api/v2/organization_memberships/create_many", self.uri);
        let (_, queued) = self.send(Method::POST, &url, Some(body)).await?;
        let results = self.results(&queued).await?;
        // A completed job may hold items that failed. Somebody may have been quicker: then there is
        // nothing left to do.
        for failed in results
            .iter()
            .filter(|result| result.get("error").is_some())
        {
            let (user, organization) = pairs[usize::try_from(id(&failed["index"])?)?];
            self.create_membership(*user, *organization).await?;
        }
        println!("created {} memberships", results.len());
        Ok(())
    }

    /// A single membership. That it is there already is as good as having created it.
    async fn create_membership(&self, user: u64, organization: u64) -> Result<(), Box<dyn Error>> {
        let url = format!("{}/api/v2/organization_memberships", self.uri);
        let body =
            json!({"organization_membership": {"user_id": user, "organization_id": organization}});
        let (status, answer) = self.send(Method::POST, &url, Some(body)).await?;
        let duplicate = answer["details"]["user_id"][0]["error"] == json!("DuplicateValue");
        if status == StatusCode::CREATED || duplicate {
            Ok(())
        } else {
            Err(answer.to_string().into())
        }
    }

    async fn delete_memberships(&self, ids: &[u64]) -> Result<(), Box<dyn Error>> {
        let list = ids.iter().map(u64::to_string).collect::<Vec<_>>().join(",");
        let url = format!(
            "{}/api/v2/organization_memberships/destroy_many?ids={list}",
            self.uri
        );
        let (_, queued) = self.send(Method::DELETE, &url, None).await?;
        let results = self.results(&queued).await?;
        println!("deleted {} memberships", results.len());
        Ok(())
    }

    /// Asks after a job until it is done.
    async fn results(&self, queued: &Value) -> Result<Vec<Value>, Box<dyn Error>> {
        let url = text(&queued["job_status"]["url"])?;
        for _ in 0..100 {
            let (_, answer) = self.send(Method::GET, &url, None).await?;
            let job = &answer["job_status"];
            println!(
                "job {}: {} of {}",
                job["status"], job["progress"], job["total"]
            );
            match job["status"].as_str() {
                Some("completed") => {
                    return Ok(job["results"].as_array().cloned().unwrap_or_default());
                }
                Some("queued" | "working") => tokio::time::sleep(Duration::from_millis(10)).await,
                _ => return Err(job.to_string().into()),
            }
        }
        Err("the job does not finish".into())
    }

    /// Sends a request, again if Zendesk asks for time, and gives status and body. Of the errors,
    /// 422 is left to the caller.
    async fn send(
        &self,
        method: Method,
        url: &str,
        body: Option<Value>,
    ) -> Result<(StatusCode, Value), Box<dyn Error>> {
        for _ in 0..5 {
            let request = self
                .client
                .request(method.clone(), url)
                .header("authorization", &self.authorization);
            let request = match &body {
                Some(body) => request.json(body),
                None => request,
            };
            let reply = request.send().await?;
            let status = reply.status();
            if status == StatusCode::TOO_MANY_REQUESTS {
                let wait = reply
                    .headers()
                    .get("retry-after")
                    .and_then(|wait| wait.to_str().ok()?.parse().ok());
                println!("429, waiting as long as Zendesk says");
                tokio::time::sleep(Duration::from_secs(wait.unwrap_or(10))).await;
            } else if status.is_success() || status == StatusCode::UNPROCESSABLE_ENTITY {
                return Ok((status, reply.json().await?));
            } else {
                return Err(format!("{method} {url}: {status} {}", reply.text().await?).into());
            }
        }
        Err("limited too often".into())
    }
}

fn id(value: &Value) -> Result<u64, Box<dyn Error>> {
    value
        .as_u64()
        .ok_or_else(|| format!("no id: {value}").into())
}

fn text(value: &Value) -> Result<String, Box<dyn Error>> {
    Ok(value
        .as_str()
        .ok_or_else(|| format!("no text: {value}"))?
        .to_owned())
}
