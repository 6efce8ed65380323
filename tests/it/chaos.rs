//! Chaos, the sweep, the adversary of walks, and manners: a naive program is caught on each of its
//! mistakes, a correct one survives.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use mock_zendesk::{
    Call, Clock, Fault, MockZendesk, MockZendeskBuilder, OrganizationId, UserId,
    calls::FailureKind,
    chaos::{Chaos, ChaosKind, sweep, try_for_each_seed, try_sweep},
    job_statuses::JobPace,
    organization_memberships, organizations,
    settings::SearchLag,
    users,
};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::normal::{Here, here, line_of, with_places, without_port};
use crate::scene::Scene;

/// What a sync program does, right or wrong. Each mistake is one that programs really make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mistake {
    /// It gives up at the first failure.
    NoRetry,
    /// It takes the first page of a list for the list.
    FirstPageOnly,
    /// It creates without looking at what is there, and takes the duplicate for an error.
    CreatesWithoutLooking,
    /// It looks at a job once, and takes that for the end.
    StopsPolling,
}

/// A program that puts users into organizations by a bulk operation.
struct Program<'a> {
    zendesk: &'a MockZendesk,
    client: Client,
    mistake: Option<Mistake>,
}

impl<'a> Program<'a> {
    fn new(zendesk: &'a MockZendesk, client: &Client, mistake: Option<Mistake>) -> Self {
        Self {
            zendesk,
            client: client.clone(),
            mistake,
        }
    }

    fn makes(&self, mistake: Mistake) -> bool {
        self.mistake == Some(mistake)
    }

    /// A request that is sent again while that makes sense.
    async fn send(
        &self,
        method: Method,
        url: &str,
        body: Option<&Value>,
    ) -> Result<(u16, Value), String> {
        for _ in 0..4 {
            let request = self.client.request(method.clone(), url);
            let request = request.header("authorization", self.zendesk.authorization());
            let request = if let Some(body) = body {
                request.json(body)
            } else {
                request
            };
            match request.send().await {
                Err(error) if self.makes(Mistake::NoRetry) => return Err(error.to_string()),
                Err(_) => {}
                Ok(reply) => {
                    let status = reply.status().as_u16();
                    if status < 429 {
                        return Ok((status, reply.json().await.unwrap_or_default()));
                    }
                    if self.makes(Mistake::NoRetry) {
                        return Err(format!("status {status}"));
                    }
                    // The program sleeps as it is told; the test lets that take no time.
                    let wait = reply
                        .headers()
                        .get("retry-after")
                        .map_or("1", |value| value.to_str().unwrap());
                    self.zendesk
                        .advance(Duration::from_secs(wait.parse().unwrap()));
                }
            }
        }
        Err("tried too often".to_owned())
    }

    async fn list(&self, path: &str, key: &str) -> Result<Vec<Value>, String> {
        let mut url = self.zendesk.url(&format!("{path}?page[size]=100"));
        let mut all = Vec::new();
        loop {
            let (_, page) = self.send(Method::GET, &url, None).await?;
            all.extend(page[key].as_array().ok_or("no list")?.iter().cloned());
            if self.makes(Mistake::FirstPageOnly) || page["meta"]["has_more"] != true {
                return Ok(all);
            }
            url = page["links"]["next"].as_str().ok_or("no link")?.to_owned();
        }
    }

    /// Puts every user but the account's owner into this organization.
    async fn run(&self, organization: OrganizationId) -> Result<(), String> {
        let users = self.list("/users", "users").await?;
        let users = users
            .iter()
            .filter(|user| user["role"] == "end-user")
            .filter_map(|user| user["id"].as_u64());
        let mut present = BTreeSet::new();
        if !self.makes(Mistake::CreatesWithoutLooking) {
            let path = format!("/organizations/{organization}/organization_memberships");
            let memberships = self.list(&path, "organization_memberships").await?;
            present.extend(
                memberships
                    .iter()
                    .filter_map(|membership| membership["user_id"].as_u64()),
            );
        }
        let missing: Vec<u64> = users.filter(|user| !present.contains(user)).collect();
        for part in missing.chunks(100) {
            self.create(part, organization).await?;
        }
        Ok(())
    }

    async fn create(&self, users: &[u64], organization: OrganizationId) -> Result<(), String> {
        let items: Vec<Value> = users
            .iter()
            .map(|user| json!({"user_id": user, "organization_id": organization}))
            .collect();
        let url = self.zendesk.url("/organization_memberships/create_many");
        let (status, queued) = self
            .send(
                Method::POST,
                &url,
                Some(&json!({"organization_memberships": items})),
            )
            .await?;
        let job = queued["job_status"]["url"]
            .as_str()
            .ok_or(format!("status {status}"))?
            .to_owned();
        for _ in 0..20 {
            let (_, answer) = self.send(Method::GET, &job, None).await?;
            let results = answer["job_status"]["results"].as_array();
            if let Some(results) = results {
                let failed = results
                    .iter()
                    .filter(|result| result.get("error").is_some());
                // After a lost reply the memberships are there already, which is as good.
                let mut failures = failed.filter_map(|result| result["details"].as_str());
                let is_fatal = |details: &str| {
                    self.makes(Mistake::CreatesWithoutLooking)
                        || !details.contains("already a member")
                };
                return match failures.find(|details| is_fatal(details)) {
                    Some(details) => Err(details.to_owned()),
                    None => Ok(()),
                };
            }
            if self.makes(Mistake::StopsPolling) {
                return Ok(());
            }
        }
        Err("the job does not finish".to_owned())
    }
}

/// Runs the program against an account of twelve users, some of whom are in the organization
/// already.
async fn scenario(zendesk: &MockZendesk, client: &Client, mistake: Option<Mistake>) {
    let seed = zendesk.seed();
    let acme = seed.organization("Acme");
    let users: Vec<UserId> = (0..12).map(|n| seed.user(format!("User {n}")).id).collect();
    for user in &users[..3] {
        seed.membership(*user, &acme);
    }
    Program::new(zendesk, client, mistake)
        .run(acme.id)
        .await
        .unwrap();
    let members: BTreeSet<UserId> = zendesk
        .account()
        .memberships_of_organization(&acme)
        .into_iter()
        .map(|membership| membership.user_id)
        .collect();
    assert_eq!(members, users.into_iter().collect(), "all of them are in");
    zendesk.calls().assert_honored_retry_after();
    if mistake.is_none() {
        zendesk.assert_no_advice();
    }
}

#[tokio::test]
async fn chaos_catches_a_naive_program_on_each_of_its_mistakes_within_fifty_seeds() {
    let client = Client::new();
    let mistakes = [
        Mistake::NoRetry,
        Mistake::FirstPageOnly,
        Mistake::CreatesWithoutLooking,
        Mistake::StopsPolling,
    ];
    for mistake in mistakes {
        let run = async |zendesk: &MockZendesk| scenario(zendesk, &client, Some(mistake)).await;
        let failure = try_for_each_seed(0..50, MockZendesk::builder, run)
            .await
            .expect_err(&format!("{mistake:?}"));
        let text = failure.to_string();
        let head = format!(
            "the test fails under chaos with seed {0}; MOCK_ZENDESK_CHAOS={0} repeats only this run\n",
            failure.name()
        );
        assert!(
            text.starts_with(&head) && text.contains("\n\ntranscript:\n#1 "),
            "{mistake:?}: {text}"
        );
    }
}

#[tokio::test]
async fn a_run_that_no_fault_disturbs_says_so_and_every_run_has_the_hints() {
    let client = Client::new();
    let run = async |zendesk: &MockZendesk| {
        zendesk.seed().organization("Acme");
        let url = zendesk.url("/organizations/create_or_update");
        let request = client.post(url).bearer_auth("t");
        let body = json!({"organization": {"name": "Acme"}});
        let reply = request.json(&body).send().await;
        panic!("{:?}", reply.map(|reply| reply.status()));
    };
    let mut undisturbed = 0;
    for seed in 0..20 {
        let failure = try_for_each_seed([seed], MockZendesk::builder, run);
        let text = failure.await.unwrap_err().to_string();
        let said =
            "\nno fault happened to a call of this run, so the test may fail without chaos, too\n";
        assert_eq!(text.contains(said), !text.contains("injected"), "{text}");
        if text.contains(said) {
            undisturbed += 1;
            let hint = "\n\nhint: #1: create_or_update finds an organization by id or external_id, never by name";
            assert!(text.contains(hint), "{text}");
        }
    }
    assert!((1..20).contains(&undisturbed), "{undisturbed}");
}

/// Recorded: a user who was created a minute after another one has a smaller id.
#[test]
fn w10_b46_new_ids_do_not_always_rise_under_chaos() {
    let mut rising = 0;
    for seed in 0..40 {
        let chaos = Chaos::seeded(seed).only([ChaosKind::IdsOutOfOrder]);
        let zendesk = MockZendesk::builder().chaos(chaos).without_socket();
        let users = (0..7).map(|number| zendesk.seed().user(format!("User {number}")).id.get());
        let ids: Vec<u64> = users.collect();
        let different: BTreeSet<u64> = ids.iter().copied().collect();
        assert_eq!(different.len(), ids.len(), "{ids:?}");
        rising += u32::from(ids.is_sorted());
    }
    assert!((10..30).contains(&rising), "{rising}");
}

#[tokio::test]
async fn a_correct_program_survives_a_thousand_seeds() {
    let client = Client::new();
    let run = async |zendesk: &MockZendesk| scenario(zendesk, &client, None).await;
    try_for_each_seed(0..1_000, MockZendesk::builder, run)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_correct_program_survives_chaos_under_all_other_answers() {
    let client = Client::new();
    let run = async |zendesk: &MockZendesk| scenario(zendesk, &client, None).await;
    let builder = || MockZendesk::builder().all_other_answers();
    try_for_each_seed(0..100, builder, run).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn in_paused_time_chaos_delays_replies_too() {
    let client = Client::new();
    let delayed = std::cell::Cell::new(0);
    let run = async |zendesk: &MockZendesk| {
        for _ in 0..20 {
            for _ in 0..3 {
                let reply = client.get(zendesk.url("/users/me")).send().await;
                if reply.is_ok_and(|reply| reply.status().is_success()) {
                    break;
                }
            }
        }
        let is_late = |call: &Call| call.fault().is_some_and(|fault| fault.contains("delayed"));
        delayed.set(delayed.get() + zendesk.calls().matching("the reply is late", is_late).len());
    };
    let builder = || MockZendesk::builder().clock(Clock::tokio());
    try_for_each_seed(0..5, builder, run).await.unwrap();
    assert!(delayed.get() > 0);
}

#[tokio::test]
async fn a_failing_seed_fails_in_the_same_way_every_time() {
    let client = Client::new();
    let run =
        async |zendesk: &MockZendesk| scenario(zendesk, &client, Some(Mistake::NoRetry)).await;
    let first = try_for_each_seed(0..50, MockZendesk::builder, run)
        .await
        .unwrap_err();
    let seed: u64 = first.name().parse().unwrap();
    for _ in 0..10 {
        let again = try_for_each_seed([seed], MockZendesk::builder, run)
            .await
            .unwrap_err();
        assert_eq!(
            without_port(&again.to_string()),
            without_port(&first.to_string())
        );
    }
}

#[tokio::test]
async fn the_sweep_puts_every_fault_to_every_call_and_names_the_one_that_does_harm() {
    let client = Client::new();
    let faults = || {
        [
            Fault::unavailable(Duration::from_secs(2)),
            Fault::disconnect(),
            Fault::lost_reply(),
        ]
    };
    sweep(faults(), MockZendesk::builder, async |zendesk| {
        scenario(zendesk, &client, None).await
    })
    .await;

    // A program that creates one by one, and takes a duplicate for a failure.
    let naive = async |zendesk: &MockZendesk| {
        let (ada, acme) = (
            zendesk.seed().user("Ada"),
            zendesk.seed().organization("Acme"),
        );
        let program = Program::new(zendesk, &client, None);
        program.list("/users", "users").await.unwrap();
        let url = zendesk.url("/organization_memberships");
        let body =
            json!({"organization_membership": {"user_id": ada.id, "organization_id": acme.id}});
        let (status, _) = program.send(Method::POST, &url, Some(&body)).await.unwrap();
        assert_eq!(status, 201);
    };
    let failure = try_sweep(faults(), MockZendesk::builder, naive)
        .await
        .unwrap_err();
    assert_eq!(failure.name(), "2/2");
    assert!(
        failure.to_string().starts_with(
            "the test fails when call 2 meets this fault: reply lost, the call was applied; MOCK_ZENDESK_SWEEP=2/2 \
             repeats only this run\n  without the fault that call is: #2  POST  /api/v2/organization_memberships  -> 201  \
             CreateOrganizationMembership\n\nassertion `left == right` failed\n  left: 422\n right: 201\n\ntranscript:\n#1  GET"
        ),
        "{failure}"
    );
    let broken = try_sweep(faults(), MockZendesk::builder, async |_: &MockZendesk| {
        panic!("mine")
    })
    .await
    .unwrap_err();
    assert!(
        broken
            .to_string()
            .starts_with("the test fails without a fault of the sweep\n\nmine"),
        "{broken}"
    );
}

#[tokio::test]
async fn a_run_whose_double_has_something_to_say_fails() {
    let run = async |zendesk: &MockZendesk| zendesk.expect(users::ME, 1);
    let failure = try_for_each_seed([3], MockZendesk::builder, run)
        .await
        .unwrap_err();
    assert!(
        failure
            .to_string()
            .contains("\n\nexpected exactly 1 call of ShowCurrentUser"),
        "{failure}"
    );
}

/// Walks through a list by its links, from page to page, and gives the ids.
async fn walk(scene: &Scene, path: &str, key: &str) -> Vec<u64> {
    let mut ids = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let (_, page) = scene.get(&path).await;
        ids.extend(
            page[key]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["id"].as_u64().unwrap()),
        );
        let link = match page.get("meta") {
            Some(meta) => page["links"]["next"]
                .as_str()
                .filter(|_| meta["has_more"] == true),
            None => page["next_page"].as_str(),
        };
        next = link.map(|link| link.split("/api/v2").nth(1).unwrap().to_owned());
    }
    ids
}

#[tokio::test]
async fn pages_are_smaller_than_asked_for_and_a_walk_by_links_sees_every_row_once() {
    for path in [
        "/organizations",
        "/organizations?per_page=50",
        "/organizations?page[size]=50",
    ] {
        let scene = Scene::with(MockZendesk::builder().max_page_size(2)).await;
        for n in 0..5 {
            scene
                .zendesk
                .seed()
                .organization(format!("Organization {n}"));
        }
        assert_eq!(walk(&scene, path, "organizations").await.len(), 7, "{path}");
        let calls = scene.zendesk.calls().of(organizations::LIST);
        calls.assert_times(4);
        calls.assert_walked_to_end();
        calls.assert_each_row_once();
        calls.assert_no_page_twice();
    }
}

#[tokio::test]
async fn a_walk_that_is_not_one_is_told() {
    let scene = Scene::with(MockZendesk::builder().max_page_size(1)).await;
    let kind_of = |result: Result<(), mock_zendesk::calls::Failure>| {
        result.map_err(|failure| (failure.kind(), failure.headline().to_owned()))
    };
    let lists = || scene.zendesk.calls().of(organizations::LIST);
    let none = "expected a walk of ListOrganizations (GET /api/v2/organizations) to the end; no page was returned, so there is \
                nothing to check";
    assert_eq!(
        kind_of(lists().try_assert_walked_to_end()),
        Err((FailureKind::NothingToJudge, none.to_owned()))
    );

    scene.get("/organizations?page[size]=1").await;
    let early = "expected a walk of ListOrganizations (GET /api/v2/organizations) to the end; #1 was the last page that was \
                 requested, and there are more";
    assert_eq!(
        kind_of(lists().try_assert_walked_to_end()),
        Err((FailureKind::WrongOrder, early.to_owned()))
    );

    scene.get("/organizations.json?page%5Bsize%5D=1").await;
    let twice = "expected no page twice of ListOrganizations (GET /api/v2/organizations); #2 requests the page that #1 returned";
    assert_eq!(
        kind_of(lists().try_assert_no_page_twice()),
        Err((FailureKind::TooMany, twice.to_owned()))
    );
    // To begin again is another walk.
    lists().assert_each_row_once();
    let scene = Scene::with(MockZendesk::builder().max_page_size(1)).await;
    let lists = || scene.zendesk.calls().of(organizations::LIST);
    let next = "/organizations?page[size]=1&page[after]=";
    let (_, page) = scene.get("/organizations?page[size]=1").await;
    for _ in 0..2 {
        scene
            .get(&format!(
                "{next}{}",
                page["meta"]["after_cursor"].as_str().unwrap()
            ))
            .await;
    }
    let row = format!(
        "expected each row once on the pages of ListOrganizations (GET /api/v2/organizations); {} is on #2 and on #3",
        scene.globex.id
    );
    assert_eq!(
        kind_of(lists().try_assert_each_row_once()),
        Err((FailureKind::TooMany, row))
    );
}

#[tokio::test]
async fn b39_o11_p8_between_two_pages_rows_come_and_go() {
    // Under offset pagination a row that goes shifts the others, and one of them is never seen.
    for (query, is_safe) in [("?per_page=2", false), ("?page[size]=2", true)] {
        let scene = Scene::start().await;
        let seed = scene.zendesk.seed();
        let memberships: Vec<_> = (0..6)
            .map(|n| seed.membership(&seed.user(format!("User {n}")), &scene.acme))
            .collect();
        let first = memberships[0].id;
        let globex = scene.globex.id;
        scene
            .zendesk
            .between_pages(organization_memberships::LIST, move |page, seed| {
                if page == 1 {
                    seed.remove_membership(first);
                    seed.membership(&seed.user("New"), globex);
                }
            });
        let seen: BTreeSet<u64> = walk(
            &scene,
            &format!("/organization_memberships{query}"),
            "organization_memberships",
        )
        .await
        .into_iter()
        .collect();
        let untouched = memberships[1..]
            .iter()
            .filter(|membership| seen.contains(&membership.id.get()))
            .count();
        assert_eq!(untouched == 5, is_safe, "{query}: {untouched} of 5");
        scene
            .zendesk
            .calls()
            .of(organization_memberships::LIST)
            .assert_each_row_once();
    }
}

#[tokio::test]
async fn what_a_test_does_between_pages_may_panic_without_harm_to_the_server_and_fails_the_test() {
    let scene = Scene::with(
        MockZendesk::builder()
            .max_page_size(1)
            .without_verify_on_drop(),
    )
    .await;
    let (zendesk, list) = (&scene.zendesk, organizations::LIST);
    let place = line_of(|| zendesk.between_pages(list, |_, seed| drop(seed.organization("Acme"))));
    assert_eq!(
        walk(&scene, "/organizations", "organizations").await.len(),
        2
    );
    let report = scene.zendesk.report();
    assert_eq!(report.problems().len(), 1, "{report}");
    assert_eq!(report.problems()[0].kind, FailureKind::Panicked);
    let headline = "the act between two pages of ListOrganizations (GET /api/v2/organizations) panicked: cannot seed \
                    organization \"Acme\": Name: Acme has already been taken; Zendesk refuses this, too; seed something that \
                    follows its rules";
    assert_eq!(report.problems()[0].headline, headline);
    assert_eq!(
        with_places(&report.problems()[0].place(), &[(place, "HERE")]),
        "HERE"
    );
}

#[tokio::test]
async fn b28_a_client_that_does_not_wait_is_told() {
    let scene = Scene::start().await;
    scene
        .zendesk
        .inject(Fault::rate_limited(Duration::from_secs(30)).times(3));
    for seconds in [30, 10, 0] {
        scene.get("/users/me").await;
        scene.zendesk.advance(Duration::from_secs(seconds));
    }
    scene.get("/users/me").await;
    let calls = scene.zendesk.calls();
    let early = calls.try_assert_honored_retry_after().unwrap_err();
    assert_eq!(
        early.headline(),
        "expected no call for 30s after #2, as its Retry-After says; #3 came after 10s"
    );
    let first = calls.first().unwrap();
    let third = calls.iter().nth(2).unwrap().clone();
    calls.before(&third).assert_honored_retry_after();
    let row = calls.try_assert_max_consecutive_429(2).unwrap_err();
    assert_eq!(
        row.headline(),
        "expected at most 2 calls in a row with status 429; #3 is number 3"
    );
    let row = calls.try_assert_max_consecutive_429(1).unwrap_err();
    assert_eq!(
        row.headline(),
        "expected at most 1 call in a row with status 429; #2 is number 2"
    );
    let none = calls.try_assert_max_consecutive_429(0).unwrap_err();
    assert_eq!(
        none.headline(),
        "expected no calls with status 429; #1 has it"
    );
    calls.assert_max_consecutive_429(3);
    calls.after(&first).assert_max_consecutive_429(2);
}

#[tokio::test(start_paused = true)]
async fn whether_a_client_waits_is_not_seen_on_a_clock_that_stands_still_and_the_text_says_so() {
    let times = |builder: MockZendeskBuilder| async {
        let scene = Scene::with(builder).await;
        scene
            .zendesk
            .inject(Fault::rate_limited(Duration::from_secs(30)));
        scene.get("/users/me").await;
        tokio::time::sleep(Duration::from_secs(30)).await;
        scene.get("/users/me").await;
        scene.zendesk.calls().try_assert_honored_retry_after()
    };
    let blind = times(MockZendesk::builder()).await.unwrap_err();
    assert_eq!(
        blind.headline(),
        "expected no call for 30s after #1, as its Retry-After says; #2 came after 0ns on the double's clock, which stands still; \
         to see a client wait, set .clock(Clock::tokio()) or .clock(Clock::wall()) on the builder"
    );
    times(MockZendesk::builder().clock(Clock::tokio()))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_run_that_fails_names_no_line_but_those_of_the_test() {
    let run = async |zendesk: &MockZendesk| {
        let reply = reqwest::get(zendesk.url("/users/me")).await;
        assert!(
            reply.is_ok_and(|reply| reply.status().is_success()),
            "no success"
        );
    };
    let Here {
        value: swept,
        place,
    } = here(try_sweep([Fault::status(500)], MockZendesk::builder, run));
    let text = with_places(&swept.await.unwrap_err().to_string(), &[(place, "HERE")]);
    assert!(!text.contains("src/"), "{text}");
    let unknown = async |zendesk: &MockZendesk| drop(reqwest::get(zendesk.url("/nowhere")).await);
    let Here {
        value: seeds,
        place,
    } = here(try_for_each_seed(0..1, MockZendesk::builder, unknown));
    let text = with_places(&seeds.await.unwrap_err().to_string(), &[(place, "HERE")]);
    assert!(text.contains("started at HERE"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_of_overlapping_sets_and_deletes_at_once_keep_the_invariants_at_every_pace() {
    for pace in [
        JobPace::IMMEDIATE,
        JobPace::AfterPolls(1),
        JobPace::AfterPolls(3),
        JobPace::Manual,
    ] {
        let scene = Scene::with(MockZendesk::builder().job_pace(pace)).await;
        let seed = scene.zendesk.seed();
        let users: Vec<_> = (0..6).map(|n| seed.user(format!("User {n}")).id).collect();
        let organizations: Vec<_> = (0..4)
            .map(|n| seed.organization(format!("Organization {n}")).id)
            .collect();
        let kept = seed.membership(users[0], organizations[0]).id;
        let mut tasks = Vec::new();
        for n in 0..8 {
            let pairs = (0..12).map(|k| (users[(n + k) % 6], organizations[(n * k) % 4]));
            let items: Vec<Value> =
                pairs.map(|(user, organization)| json!({"user_id": user, "organization_id": organization})).collect();
            let body = json!({"organization_memberships": items});
            let create = scene.request(
                Method::POST,
                "/organization_memberships/create_many",
                Some(body),
            );
            let list = scene.request(Method::GET, "/job_statuses", None);
            let delete = scene.request(
                Method::DELETE,
                &format!("/organization_memberships/destroy_many?ids={kept}"),
                None,
            );
            tasks.push(tokio::spawn(async move {
                create.send().await.unwrap();
                list.send().await.unwrap();
                delete.send().await.unwrap();
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        scene.zendesk.jobs().run_all();
        let account = scene.zendesk.account();
        let mut defaults: BTreeMap<UserId, Vec<OrganizationId>> = BTreeMap::new();
        let mut pairs = BTreeSet::new();
        for membership in account.memberships() {
            assert!(
                pairs.insert((membership.user_id, membership.organization_id)),
                "{pace:?}: a pair twice"
            );
            let list = defaults.entry(membership.user_id).or_default();
            list.extend(membership.default.then_some(membership.organization_id));
        }
        for user in users {
            let default = defaults.remove(&user).unwrap_or_default();
            assert_eq!(
                account.user(user).unwrap().organization_id,
                default.first().copied(),
                "{pace:?}"
            );
            assert!(default.len() <= 1, "{pace:?}");
        }
        // The journal tells the same story as the account.
        let created = count(&scene, "created: user");
        let deleted = count(&scene, "deleted: user");
        assert_eq!(
            1 + created - deleted,
            account.membership_count(),
            "{pace:?}"
        );
    }
}

fn count(scene: &Scene, what: &str) -> usize {
    let effects = |call: &Call| {
        call.effects()
            .iter()
            .filter(|effect| effect.to_string().contains(what))
            .count()
    };
    scene.zendesk.calls().iter().map(effects).sum()
}

#[tokio::test]
async fn chaos_leaves_what_the_test_chose_in_either_order() {
    let chaos = |seed| Chaos::seeded(seed).chance(0);
    let pace = JobPace::AfterPolls(6);
    for seed in 0..20 {
        for builder in [
            MockZendesk::builder().job_pace(pace).chaos(chaos(seed)),
            MockZendesk::builder().chaos(chaos(seed)).job_pace(pace),
        ] {
            assert_eq!(polls_of_a_job(builder, |_| {}).await, 6, "seed {seed}");
        }
        let set = |zendesk: &MockZendesk| zendesk.jobs().set_pace(pace);
        let builder = MockZendesk::builder().chaos(chaos(seed));
        assert_eq!(polls_of_a_job(builder, set).await, 6, "seed {seed}");
        let lag = SearchLag::None;
        for builder in [
            MockZendesk::builder().search_lag(lag).chaos(chaos(seed)),
            MockZendesk::builder().chaos(chaos(seed)).search_lag(lag),
        ] {
            let scene = Scene::with(builder).await;
            let body = json!({"organization": {"name": "Umbrella"}});
            scene.post("/organizations", body).await;
            let (_, found) = scene
                .get("/search?query=type:organization%20Umbrella")
                .await;
            assert_eq!(found["count"], 1, "seed {seed}");
        }
    }
    // What the test does not choose is left to chaos.
    let mut paces = BTreeSet::new();
    for seed in 0..20 {
        let builder = MockZendesk::builder().chaos(chaos(seed));
        paces.insert(polls_of_a_job(builder, |_| {}).await);
    }
    assert!(paces.len() > 1, "{paces:?}");
}

/// The number of requests for its status that a job takes.
async fn polls_of_a_job(builder: MockZendeskBuilder, act: impl Fn(&MockZendesk)) -> usize {
    let scene = Scene::with(builder).await;
    act(&scene.zendesk);
    let body = json!({"users": [{"name": "Dan"}]});
    let (_, queued) = scene.post("/users/create_many", body).await;
    let job = format!(
        "/job_statuses/{}",
        queued["job_status"]["id"].as_str().unwrap()
    );
    for polls in 1..20 {
        if scene.get(&job).await.1["job_status"]["status"] == "completed" {
            return polls;
        }
    }
    panic!("the job does not end")
}

#[tokio::test]
async fn chaos_brings_only_the_kinds_of_trouble_that_are_asked_for() {
    let statuses = async |chaos: Chaos| {
        let zendesk = MockZendesk::builder().chaos(chaos).start().await;
        let client = Client::new();
        let mut seen = BTreeSet::new();
        for _ in 0..60 {
            let reply = client.get(zendesk.url("/users/me")).send().await;
            seen.insert(reply.map_or(0, |reply| reply.status().as_u16()));
        }
        seen
    };
    let chaos = Chaos::seeded(7).chance(90);
    let cases = [
        (chaos, BTreeSet::from([0, 200, 429, 500, 502, 503])),
        (
            chaos.only([ChaosKind::RateLimited]),
            BTreeSet::from([200, 429]),
        ),
        (
            chaos.only([ChaosKind::Unavailable]),
            BTreeSet::from([200, 503]),
        ),
        (
            chaos.only([ChaosKind::ServerError]),
            BTreeSet::from([200, 500]),
        ),
        (
            chaos.only([ChaosKind::HtmlError]),
            BTreeSet::from([200, 502]),
        ),
        (
            chaos.only([ChaosKind::Disconnect]),
            BTreeSet::from([0, 200]),
        ),
        (chaos.only([ChaosKind::LostReply]), BTreeSet::from([0, 200])),
        (chaos.only([ChaosKind::SmallPages]), BTreeSet::from([200])),
        (
            chaos
                .without(ChaosKind::RateLimited)
                .without(ChaosKind::HtmlError),
            BTreeSet::from([0, 200, 500, 503]),
        ),
    ];
    for (chaos, expected) in cases {
        assert_eq!(statuses(chaos).await, expected, "{chaos:?}");
    }
}
