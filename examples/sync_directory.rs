//! The main job: a program that syncs a company directory to Zendesk, tested against the double.
//!
//! The program (`Sync` and below) does not know the double. `run` is what a test would do: seed an
//! account, point the program at it, let it act, and inspect the resulting account.

#![allow(clippy::print_stdout, reason = "the example shows what it does")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::time::Duration;

use mock_zendesk::{
    Fault, MockZendesk, MockZendeskBuilder,
    identities::NewIdentity,
    job_statuses::JobPace,
    organization_memberships, organizations,
    users::{self, NewUser},
};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(MockZendesk::builder()).await?;
    // Once more where Zendesk's documentation leaves open what happens, and the double does what
    // is less usual: the program depends on none of that.
    println!("\nwith all other answers:");
    run(MockZendesk::builder().all_other_answers()).await
}

async fn run(builder: MockZendeskBuilder) -> Result<(), Box<dyn Error>> {
    // Arrange: Zendesk knows 60 of 150 people, half of them by their e-mail address alone. Somebody
    // created Acme by hand, without the id that the directory has for it.
    let zendesk = builder.job_pace(JobPace::AfterPolls(2)).start().await;
    let seed = zendesk.seed();
    let (acme, globex) = (seed.organization("ACME"), seed.organization("Globex"));
    let mut directory = Directory::default();
    for (id, name) in [("c-1", "Acme"), ("c-2", "Initech")] {
        directory.companies.insert(id.to_owned(), name.to_owned());
    }
    for n in 1..=150 {
        let (id, email) = (format!("p-{n}"), format!("person{n}@example.com"));
        let name = format!("Person {n}");
        match n {
            1..=30 => {
                let person = NewUser::new(&name).email(&email).external_id(&id);
                seed.membership(&seed.user(person), &acme);
            }
            31..=60 => {
                let person = seed.user(NewUser::new("Unknown").email(&email));
                seed.membership(&person, &globex);
            }
            _ => {}
        }
        let companies = if n % 3 == 0 {
            &["c-1", "c-2"][..]
        } else {
            &["c-1"]
        };
        let companies = companies.iter().map(|id| (*id).to_owned()).collect();
        let person = Person {
            name,
            email,
            companies,
        };
        directory.people.insert(id, person);
    }
    // The address of person 150 is another user's second address: this upsert has to fail.
    let other = seed.user(
        NewUser::new("Other")
            .email("other@example.com")
            .external_id("x"),
    );
    seed.add(NewIdentity::email(&other, "second@example.com"));
    if let Some(person) = directory.people.get_mut("p-1") {
        person.email = "second@example.com".to_owned();
    }
    // Zendesk limits the first request that creates memberships.
    let limited =
        Fault::rate_limited(Duration::from_secs(1)).on(organization_memberships::CREATE_MANY);
    let limited = zendesk.inject(limited);

    // Act.
    let sync = Sync::new(&zendesk.uri(), &zendesk.authorization());
    let refused = sync.run(&directory).await?;

    // Assert, on the account itself.
    let account = zendesk.account();
    assert_eq!(refused, ["p-1"]);
    let of_company = |id: &str| {
        let company = account.organization_with_external_id(id);
        let company = company.unwrap_or_else(|| panic!("the sync has no company {id}"));
        account.memberships_of_organization(&company).len()
    };
    assert_eq!((of_company("c-1"), of_company("c-2")), (150, 50));
    assert!(account.memberships_of_organization(&globex).is_empty());
    assert_eq!(
        account.organization(&acme).map(|acme| acme.name).as_deref(),
        Some("Acme")
    );
    let third = account
        .user_with_email("person3@example.com")
        .expect("seeded");
    assert_eq!(third.external_id.as_deref(), Some("p-3"));
    zendesk.assert_membership(&third, &acme).is_default();
    assert_eq!(limited.fired(), 1);
    // The limited request, and the two that took all memberships in.
    let creations = zendesk.calls().of(organization_memberships::CREATE_MANY);
    creations.assert_times(3);

    // Once more: nothing is left to do but the person who was refused.
    println!("\nonce more:");
    let (mark, before) = (zendesk.mark(), zendesk.account());
    assert_eq!(sync.run(&directory).await?, ["p-1"]);
    let calls = zendesk.calls().since(mark);
    calls.of(organizations::CREATE_OR_UPDATE).assert_none();
    calls.of(users::CREATE_OR_UPDATE_MANY).assert_once();
    calls
        .of(organization_memberships::CREATE_MANY)
        .assert_none();
    zendesk.assert_changes(&before, []);
    // Nothing that it did is what Zendesk punishes.
    zendesk.assert_no_advice();
    Ok(())
}

/// Who works where, by the ids of the company's own systems.
#[derive(Default)]
struct Directory {
    /// The name of each company.
    companies: BTreeMap<String, String>,
    people: BTreeMap<String, Person>,
}

struct Person {
    name: String,
    email: String,
    /// The ids of its companies.
    companies: BTreeSet<String>,
}

/// The program under test.
struct Sync {
    client: Client,
    api: String,
    authorization: String,
}

impl Sync {
    fn new(uri: &str, authorization: &str) -> Self {
        Self {
            client: Client::new(),
            api: format!("{uri}/api/v2"),
            authorization: authorization.to_owned(),
        }
    }

    /// Makes Zendesk's users, organizations and memberships those of the directory. Returns the
    /// people whom Zendesk refused.
    async fn run(&self, directory: &Directory) -> Result<Vec<String>, Box<dyn Error>> {
        let organizations = self.sync_organizations(directory).await?;
        let (users, refused) = self.sync_users(directory).await?;
        let mut wanted = BTreeSet::new();
        for (id, user) in &users {
            for company in &directory.people[id].companies {
                wanted.insert((*user, organizations[company]));
            }
        }
        self.sync_memberships(&wanted).await?;
        Ok(refused)
    }

    /// Finds the organization of each company, and creates or renames it where that is necessary.
    async fn sync_organizations(
        &self,
        directory: &Directory,
    ) -> Result<BTreeMap<String, u64>, Box<dyn Error>> {
        let known = self
            .by_external_id("organizations", directory.companies.keys())
            .await?;
        let mut ids = BTreeMap::new();
        for (company, name) in &directory.companies {
            let id = match known.get(company) {
                Some(organization) if organization["name"] == json!(name) => {
                    id(&organization["id"])?
                }
                _ => self.upsert_organization(company, name).await?,
            };
            ids.insert(company.clone(), id);
        }
        Ok(ids)
    }

    /// Creates an organization, or renames the one with this external id. The name may be taken by
    /// one that has no external id yet: that one is meant, then.
    async fn upsert_organization(&self, company: &str, name: &str) -> Result<u64, Box<dyn Error>> {
        let organization = json!({"organization": {"name": name, "external_id": company}});
        let path = "/organizations/create_or_update";
        let (status, reply) = self.send(Method::POST, path, Some(&organization)).await?;
        if status.is_success() {
            println!("organization {name}: {status}");
            return id(&reply["organization"]["id"]);
        }
        let query = reqwest::Url::parse_with_params("http://host/", [("name", name)])?;
        let path = format!(
            "/organizations/search?{}",
            query.query().unwrap_or_default()
        );
        let (_, found) = self.send(Method::GET, &path, None).await?;
        let found = id(&found["organizations"][0]["id"])?;
        let path = format!("/organizations/{found}");
        expect_success(self.send(Method::PUT, &path, Some(&organization)).await?)?;
        println!("organization {name}: it was there without an external id");
        Ok(found)
    }

    /// Finds the user of each person, creates or updates those that differ, and returns the ids of
    /// the users, and the people who were refused.
    async fn sync_users(
        &self,
        directory: &Directory,
    ) -> Result<(BTreeMap<String, u64>, Vec<String>), Box<dyn Error>> {
        let known = self
            .by_external_id("users", directory.people.keys())
            .await?;
        let mut ids = BTreeMap::new();
        let mut different = Vec::new();
        for (person, Person { name, email, .. }) in &directory.people {
            if let Some(user) = known.get(person) {
                ids.insert(person.clone(), id(&user["id"])?);
                if user["name"] == json!(name) && user["email"] == json!(email) {
                    continue;
                }
            }
            different.push(json!({"external_id": person, "name": name, "email": email}));
        }
        let mut refused = Vec::new();
        for users in different.chunks(100) {
            let path = "/users/create_or_update_many";
            let queued = self
                .send(Method::POST, path, Some(&json!({"users": users})))
                .await?;
            let results = self.results(&expect_success(queued)?).await?;
            for (user, result) in users.iter().zip(&results) {
                let person = text(&user["external_id"])?;
                // The id of a failed item is its place in the request, not that of a user.
                if result["status"] == json!("Failed") {
                    println!("{person} was refused: {}", result["details"]);
                    refused.push(person);
                } else {
                    ids.insert(person, id(&result["id"])?);
                }
            }
            println!("created or updated {} users", results.len());
        }
        Ok((ids, refused))
    }

    /// Makes the memberships of these pairs of user and organization, and no others.
    async fn sync_memberships(&self, wanted: &BTreeSet<(u64, u64)>) -> Result<(), Box<dyn Error>> {
        let mut present = BTreeMap::new();
        for membership in self.all("organization_memberships").await? {
            let pair = (
                id(&membership["user_id"])?,
                id(&membership["organization_id"])?,
            );
            present.insert(pair, id(&membership["id"])?);
        }
        let missing: Vec<_> = wanted
            .iter()
            .filter(|pair| !present.contains_key(pair))
            .collect();
        let surplus: Vec<_> = present
            .iter()
            .filter(|(pair, _)| !wanted.contains(pair))
            .map(|(_, id)| id.to_string())
            .collect();
        // Everybody joins before anybody leaves, so that nobody is without an organization in
        // between.
        for pairs in missing.chunks(100) {
            let items: Vec<Value> = pairs
                .iter()
                .map(|(user, organization)| {
                    json!({"user_id": user, "organization_id": organization})
                })
                .collect();
            let body = json!({"organization_memberships": items});
            let path = "/organization_memberships/create_many";
            let queued = self.send(Method::POST, path, Some(&body)).await?;
            let results = self.results(&expect_success(queued)?).await?;
            // Somebody may have been quicker: then there is nothing left to do.
            for failed in results
                .iter()
                .filter(|result| result.get("error").is_some())
            {
                self.create_membership(&items[usize::try_from(id(&failed["index"])?)?])
                    .await?;
            }
            println!("created {} memberships", results.len());
        }
        for ids in surplus.chunks(100) {
            let path = format!(
                "/organization_memberships/destroy_many?ids={}",
                ids.join(",")
            );
            let queued = self.send(Method::DELETE, &path, None).await?;
            let results = self.results(&expect_success(queued)?).await?;
            println!("deleted {} memberships", results.len());
        }
        Ok(())
    }

    /// A single membership. That it is there already is as good as having created it.
    async fn create_membership(&self, membership: &Value) -> Result<(), Box<dyn Error>> {
        let body = json!({"organization_membership": membership});
        let path = "/organization_memberships";
        let (status, reply) = self.send(Method::POST, path, Some(&body)).await?;
        let duplicate = reply["details"]["user_id"][0]["error"] == json!("DuplicateValue");
        if duplicate {
            Ok(())
        } else {
            expect_success((status, reply)).map(drop)
        }
    }

    /// The records that have one of these external ids, by it.
    async fn by_external_id(
        &self,
        list: &str,
        ids: impl Iterator<Item = &String>,
    ) -> Result<BTreeMap<String, Value>, Box<dyn Error>> {
        let ids: Vec<&str> = ids.map(String::as_str).collect();
        let mut records = BTreeMap::new();
        for ids in ids.chunks(100) {
            let path = format!("/{list}/show_many?external_ids={}", ids.join(","));
            let found = expect_success(self.send(Method::GET, &path, None).await?)?;
            for record in found[list].as_array().into_iter().flatten() {
                records.insert(text(&record["external_id"])?, record.clone());
            }
        }
        println!(
            "{} of {} {list} have a known external id",
            records.len(),
            ids.len()
        );
        Ok(records)
    }

    /// All records of a list, page by page. `has_more` tells the end: `links.next` is set even on
    /// the last page.
    async fn all(&self, list: &str) -> Result<Vec<Value>, Box<dyn Error>> {
        let mut records = Vec::new();
        let mut path = format!("/{list}?page[size]=100");
        loop {
            let page = expect_success(self.send(Method::GET, &path, None).await?)?;
            records.extend(page[list].as_array().ok_or("no list")?.iter().cloned());
            let next = page["links"]["next"].as_str();
            match next.and_then(|next| next.split_once("/api/v2")) {
                Some((_, next)) if page["meta"]["has_more"] == json!(true) => {
                    path = next.to_owned();
                }
                _ => break,
            }
        }
        println!("read {} {list}", records.len());
        Ok(records)
    }

    /// Asks for the status of a job until it has ended, and returns the results of its items.
    async fn results(&self, queued: &Value) -> Result<Vec<Value>, Box<dyn Error>> {
        let path = format!("/job_statuses/{}", text(&queued["job_status"]["id"])?);
        for _ in 0..100 {
            let reply = expect_success(self.send(Method::GET, &path, None).await?)?;
            let job = &reply["job_status"];
            println!(
                "job {}: {} of {}",
                job["status"], job["progress"], job["total"]
            );
            match job["status"].as_str() {
                Some("queued" | "working") => tokio::time::sleep(Duration::from_millis(10)).await,
                // A job of which every item failed is `failed`, and has results all the same.
                _ => {
                    let results = job["results"].as_array().ok_or_else(|| job.to_string())?;
                    return Ok(results.clone());
                }
            }
        }
        Err("the job does not end".into())
    }

    /// Sends a request, again if Zendesk limits it, and returns status and body.
    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<(StatusCode, Value), Box<dyn Error>> {
        for _ in 0..5 {
            let request = self
                .client
                .request(method.clone(), format!("{}{path}", self.api))
                .header("authorization", &self.authorization);
            let request = match body {
                Some(body) => request.json(body),
                None => request,
            };
            let reply = request.send().await?;
            let status = reply.status();
            if status != StatusCode::TOO_MANY_REQUESTS {
                let text = reply.text().await?;
                return Ok((
                    status,
                    serde_json::from_str(&text).unwrap_or(Value::String(text)),
                ));
            }
            let wait = reply.headers().get("retry-after");
            let wait = wait.and_then(|wait| wait.to_str().ok()?.parse().ok());
            println!("429, waiting as long as Zendesk says");
            tokio::time::sleep(Duration::from_secs(wait.unwrap_or(10))).await;
        }
        Err("limited too often".into())
    }
}

fn expect_success((status, body): (StatusCode, Value)) -> Result<Value, Box<dyn Error>> {
    if status.is_success() {
        Ok(body)
    } else {
        Err(format!("{status}: {body}").into())
    }
}

fn id(value: &Value) -> Result<u64, Box<dyn Error>> {
    value
        .as_u64()
        .ok_or_else(|| format!("no id: {value}").into())
}

fn text(value: &Value) -> Result<String, Box<dyn Error>> {
    let text = value.as_str().ok_or_else(|| format!("no text: {value}"))?;
    Ok(text.to_owned())
}
