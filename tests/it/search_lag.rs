//! The index of the search lags where the test says so: by requests, by time, or by hand.

use std::time::Duration;

use mock_zendesk::{
    MockZendesk, MockZendeskBuilder,
    chaos::{Chaos, try_for_each_seed},
    http::{Request, Response},
    job_statuses::JobPace,
    settings::SearchLag,
    user_fields::NewUserField,
    users::NewUser,
};
use reqwest::{Client, Method};
use serde_json::{Value, json};

/// A double without a socket, as a client of it.
struct Scene(MockZendesk);

impl Scene {
    fn with(lag: SearchLag) -> Self {
        Self::of(MockZendesk::builder().search_lag(lag))
    }

    fn of(builder: MockZendeskBuilder) -> Self {
        Self(builder.without_socket())
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let request = Request::builder()
            .method(method)
            .uri(self.0.url(path))
            .header("content-type", "application/json")
            .header("authorization", self.0.authorization());
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let reply: Response<Vec<u8>> = self.0.send(request.body(body).unwrap()).unwrap();
        let (status, body) = (reply.status().as_u16(), reply.into_body());
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    fn get(&self, path: &str) -> Value {
        let (status, body) = self.send("GET", path, &Value::Null);
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    fn create(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send("POST", path, body)
    }

    /// The names of what a query finds, and the count.
    fn found(&self, query: &str) -> (Vec<String>, u64) {
        let body = self.get(&format!("/search?query={query}"));
        let rows = body["results"].as_array().unwrap().iter();
        let names = rows.map(|row| row["name"].as_str().unwrap_or_default().to_owned());
        (names.collect(), body["count"].as_u64().unwrap())
    }

    fn names(&self, query: &str) -> Vec<String> {
        self.found(query).0
    }
}

fn acme() -> Value {
    json!({"organization": {"name": "Acme"}})
}

const MINUTE: Duration = Duration::from_secs(60);

/// Find or create, with an index that lags by a minute. Matching uses the index, the row is the
/// record as it is now, and a deleted record disappears at once.
#[test]
fn tns1_ns59_ns60_ns117_find_or_create_with_lag() {
    let scene = Scene::with(SearchLag::Time(MINUTE));
    let (status, created) = scene.create("/organizations", &acme());
    let path = format!("/organizations/{}", created["organization"]["id"]);
    assert_eq!(status, 201);
    let query = "type:organization%20%22Acme%22";
    assert_eq!(scene.found(query), (vec![], 0));
    let (status, again) = scene.create("/organizations", &acme());
    assert_eq!(
        (status, &again["details"]["name"][0]["error"]),
        (422, &json!("DuplicateValue"))
    );

    scene.0.advance(MINUTE - Duration::from_secs(1));
    assert_eq!(scene.found(query), (vec![], 0));
    scene.0.advance(Duration::from_secs(1));
    assert_eq!(scene.found(query), (vec!["Acme".to_owned()], 1));

    let zeta = json!({"organization": {"name": "Zeta"}});
    assert_eq!(scene.send("PUT", &path, &zeta).0, 200);
    assert_eq!(
        scene.found(query),
        (vec!["Zeta".to_owned()], 1),
        "the row is the record"
    );
    assert_eq!(scene.names("zeta"), [""; 0]);
    scene.0.advance(MINUTE);
    assert_eq!(
        (scene.names(query), scene.names("zeta")),
        (vec![], vec!["Zeta".to_owned()])
    );

    assert_eq!(scene.send("DELETE", &path, &Value::Null).0, 204);
    assert_eq!(scene.found("zeta"), (vec![], 1), "the count is the index's");
    assert_eq!(scene.get("/search/count?query=zeta"), json!({"count": 1}));
    let export = "/search/export?query=zeta&filter[type]=organization";
    assert_eq!(scene.get(export)["results"], json!([]));
    scene.0.advance(MINUTE);
    assert_eq!(scene.found("zeta"), (vec![], 0));
}

#[test]
fn a_change_is_found_after_a_number_of_further_requests() {
    for requests in [0, 1, 4] {
        let scene = Scene::with(SearchLag::Requests(requests));
        scene.create("/organizations", &acme());
        for request in 0..requests {
            assert_eq!(
                scene.names("acme"),
                [""; 0],
                "request {request} of {requests}"
            );
        }
        assert_eq!(scene.names("acme"), ["Acme"], "{requests}");
    }
    // Every request counts, whatever it asks for.
    let scene = Scene::with(SearchLag::Requests(2));
    scene.create("/organizations", &acme());
    scene.get("/users/me");
    scene.get("/organizations");
    assert_eq!(scene.names("acme"), ["Acme"]);
}

#[test]
fn by_hand_a_change_is_found_when_the_test_says_so() {
    let scene = Scene::with(SearchLag::ByHand);
    scene.create("/organizations", &acme());
    scene.0.advance(MINUTE * 60 * 24);
    assert_eq!(scene.names("acme"), [""; 0]);
    scene.0.search_index().catch_up();
    assert_eq!(scene.names("acme"), ["Acme"]);
    scene.create(
        "/organizations",
        &json!({"organization": {"name": "Acme 2"}}),
    );
    assert_eq!(scene.names("acme"), ["Acme"]);
    scene.0.search_index().catch_up();
    assert_eq!(scene.names("acme"), ["Acme", "Acme 2"]);
}

/// What is there before the first request is old. Later seeds lag like other changes.
#[test]
fn what_is_there_at_first_is_in_the_index() {
    let scene = Scene::with(SearchLag::ByHand);
    let ada = scene.0.seed().user("Ada");
    assert_eq!(scene.names("ada"), ["Ada"]);
    let acme = scene.0.seed().organization("Acme");
    scene.0.seed().membership(&ada, &acme);
    assert_eq!(scene.names("acme"), [""; 0]);
    assert_eq!(scene.names("type:user%20organization:acme"), [""; 0]);
    scene.0.search_index().catch_up();
    assert_eq!(scene.names("type:user%20organization:acme"), ["Ada"]);
}

/// What a background job does enters the index after the moment when the job was done.
#[test]
fn the_changes_of_a_job_lag_from_when_they_happened() {
    let pace = JobPace::After(Duration::from_secs(10));
    let builder = MockZendesk::builder().job_pace(pace);
    let scene = Scene::of(builder.search_lag(SearchLag::Time(MINUTE)));
    let items = json!({"organizations": [{"name": "Acme"}]});
    assert_eq!(scene.create("/organizations/create_many", &items).0, 200);
    scene.0.advance(Duration::from_secs(69));
    assert_eq!(scene.names("acme"), [""; 0]);
    scene.0.advance(Duration::from_secs(1));
    assert_eq!(scene.names("acme"), ["Acme"]);
}

/// Whatever a search can match by lags: values of custom fields, too, and what a merge moves, which
/// happens in a request that only asks for the state of the merge.
#[test]
fn custom_fields_and_merges_lag_like_other_changes() {
    let scene = Scene::with(SearchLag::ByHand);
    let seed = scene.0.seed();
    seed.add(NewUserField::text("plan"));
    let [acme, zeta] = ["Acme", "Zeta"].map(|name| seed.organization(name));
    let ann = NewUser::new("Ann")
        .user_field("plan", "Gold")
        .email("ann@a.example");
    let ann = seed.user(ann);
    let bob = seed.user("Bob");
    seed.membership(&ann, &acme);
    scene.get("/users/me");

    let into_zeta = json!({"organization_merge": {"winner_id": zeta.id}});
    let path = format!("/organizations/{}/merge", acme.id);
    let (status, merge) = scene.create(&path, &into_zeta);
    assert_eq!(status, 200);
    let merge = merge["organization_merge"]["id"].as_str().unwrap();
    let path = format!("/organization_merges/{merge}");
    // What the request for the merge changed is known to the index; what it does later is not.
    scene.0.search_index().catch_up();
    while scene.get(&path)["organization_merge"]["status"] != "complete" {}

    let rows = |plan: &str, organization: &str| {
        let query = format!("type:user%20plan:{plan}%20organization:{organization}");
        scene.names(&query)
    };
    assert_eq!(rows("gold", "acme"), ["Ann"]);
    assert_eq!(rows("gold", "zeta"), [""; 0]);
    scene.0.search_index().catch_up();
    assert_eq!(rows("gold", "zeta"), ["Ann"]);

    let silver = json!({"user": {"user_fields": {"plan": "Silver"}}});
    let path = format!("/users/{}", ann.id);
    assert_eq!(scene.send("PUT", &path, &silver).0, 200);
    assert_eq!(rows("gold", "zeta"), ["Ann"]);
    assert_eq!(rows("silver", "zeta"), [""; 0]);
    scene.0.search_index().catch_up();
    assert_eq!(rows("gold", "zeta"), [""; 0]);
    assert_eq!(rows("silver", "zeta"), ["Ann"]);

    // Who was merged disappears at once. The winner is found by what was moved later.
    let into_bob = json!({"user": {"id": bob.id}});
    let path = format!("/users/{}/merge", ann.id);
    assert_eq!(scene.send("PUT", &path, &into_bob).0, 200);
    assert_eq!(scene.found("email:ann@a.example"), (vec![], 1));
    scene.0.search_index().catch_up();
    assert_eq!(
        scene.found("email:ann@a.example"),
        (vec!["Bob".to_owned()], 1)
    );
}

/// The look-ups of users and of organizations have a separate setting.
#[test]
fn look_ups_lag_only_by_their_own_setting() {
    let paths = [
        ("/users/search?query=ada", "users"),
        ("/users/search?external_id=7", "users"),
        ("/users/autocomplete?name=ada", "users"),
        ("/organizations/search?name=ada", "organizations"),
        ("/organizations/search?external_id=7", "organizations"),
        ("/organizations/autocomplete?name=ada", "organizations"),
    ];
    let builder = MockZendesk::builder;
    let search = builder().search_lag(SearchLag::ByHand);
    let lookup = builder().lookup_lag(SearchLag::ByHand);
    for (builder, is_late) in [(search, false), (lookup, true)] {
        let scene = Scene::of(builder);
        scene.get("/users/me");
        let [user, organization] = ["user", "organization"].map(|root| {
            let body = json!({root: {"name": "Ada", "external_id": "7"}});
            let (status, body) = scene.create(&format!("/{root}s"), &body);
            assert_eq!(status, 201);
            format!("/{root}s/{}", body[root]["id"])
        });
        let count = |path: &str, list: &str| scene.get(path)[list].as_array().unwrap().len();
        for (path, list) in paths {
            assert_eq!(count(path, list), usize::from(!is_late), "{path}");
        }
        let searched = if is_late { 2 } else { 0 };
        assert_eq!(scene.names("ada").len(), searched);
        scene.0.search_index().catch_up();
        for path in [user, organization] {
            scene.send("DELETE", &path, &Value::Null);
        }
        for (path, list) in paths {
            assert_eq!(count(path, list), 0, "deleted: {path}");
        }
    }
}

#[test]
fn walks_and_snapshots_see_the_index_as_it_was() {
    let scene = Scene::with(SearchLag::ByHand);
    for name in ["Ann", "Bob", "Cy"] {
        scene.0.seed().user(NewUser::new(name).external_id(name));
    }
    scene.get("/users/me");
    scene.0.seed().user(NewUser::new("Di"));
    let path = "/search?query=type:user%20role:end-user&per_page=2";
    let first = scene.get(path);
    assert_eq!(first["count"], 3);
    scene.get("/search?query=type:user%20role:end-user&per_page=2&page=2");
    let calls = scene.0.calls().of(mock_zendesk::search::SEARCH);
    calls.assert_walked_to_end();
    calls.assert_no_row_missed();
}

/// A program that makes sure that organizations exist, through the search.
struct Program<'a> {
    zendesk: &'a MockZendesk,
    client: &'a Client,
    tolerates_lag: bool,
}

impl Program<'_> {
    async fn send(&self, method: Method, path: &str, body: &Value) -> Result<(u16, Value), String> {
        for _ in 0..4 {
            let request = self.client.request(method.clone(), self.zendesk.url(path));
            let request = request.header("authorization", self.zendesk.authorization());
            let request = if body.is_null() {
                request
            } else {
                request.json(body)
            };
            let Ok(reply) = request.send().await else {
                continue;
            };
            let status = reply.status().as_u16();
            if status < 429 {
                return Ok((status, reply.json().await.unwrap_or_default()));
            }
            // The program waits as it is told; the test lets that take no time.
            let wait = reply
                .headers()
                .get("retry-after")
                .and_then(|wait| wait.to_str().ok());
            let wait = wait.and_then(|wait| wait.parse().ok()).unwrap_or(0);
            self.zendesk.advance(Duration::from_secs(wait));
        }
        Err("no answer".to_owned())
    }

    /// The organization with this name among the rows of a list.
    fn named(body: &Value, list: &str, name: &str) -> Option<u64> {
        let rows = body[list].as_array().into_iter().flatten();
        let mut named = rows.filter(|row| row["name"] == name);
        named.next().and_then(|row| row["id"].as_u64())
    }

    async fn ensure(&self, name: &str) -> Result<u64, String> {
        let search = format!("/search?query=type:organization%20%22{name}%22");
        let (_, found) = self.send(Method::GET, &search, &Value::Null).await?;
        if let Some(id) = Self::named(&found, "results", name) {
            return Ok(id);
        }
        let body = json!({"organization": {"name": name}});
        let (status, created) = self.send(Method::POST, "/organizations", &body).await?;
        if status == 201 {
            return created["organization"]["id"]
                .as_u64()
                .ok_or("no id".to_owned());
        }
        if status == 422 && self.tolerates_lag {
            // It is there, and the index does not have it yet. This look-up does not lag.
            let look_up = format!("/organizations/search?name={name}");
            let (_, found) = self.send(Method::GET, &look_up, &Value::Null).await?;
            return Self::named(&found, "organizations", name).ok_or("not there".to_owned());
        }
        Err(format!("{name}: {status} {created}"))
    }

    async fn run(&self) -> Result<(), String> {
        let mut ids = Vec::new();
        for name in ["Acme", "Globex", "Acme"] {
            ids.push(self.ensure(name).await?);
        }
        if ids[0] != ids[2] || self.zendesk.account().organization_count() != 2 {
            return Err(format!("{ids:?}"));
        }
        Ok(())
    }
}

/// Runs the program that does not tolerate the lag under chaos without faults, and returns how many
/// seeds catch it.
fn caught(builder: impl Fn(Chaos) -> MockZendeskBuilder) -> usize {
    let client = Client::new();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let fails = |seed: &u64| {
        let chaos = Chaos::seeded(*seed).chance(0);
        runtime.block_on(async {
            let zendesk = builder(chaos).start().await;
            let program = Program {
                zendesk: &zendesk,
                client: &client,
                tolerates_lag: false,
            };
            program.run().await.is_err()
        })
    };
    (0..50).filter(fails).count()
}

#[test]
fn ns117_chaos_catches_a_program_that_takes_a_search_for_the_truth() {
    assert!(caught(|chaos| MockZendesk::builder().chaos(chaos)) > 0);
    // It is the lag that catches it. What a test sets counts, before chaos and behind it.
    let without = caught(|chaos| {
        MockZendesk::builder()
            .chaos(chaos)
            .search_lag(SearchLag::None)
    });
    assert_eq!(without, 0);
    let always = |chaos| {
        MockZendesk::builder()
            .search_lag(SearchLag::ByHand)
            .chaos(chaos)
    };
    assert_eq!(caught(always), 50);
}

#[tokio::test]
async fn ns117_a_program_that_tolerates_the_lag_survives_a_thousand_seeds() {
    let client = Client::new();
    let run = async |zendesk: &MockZendesk| {
        let program = Program {
            zendesk,
            client: &client,
            tolerates_lag: true,
        };
        program.run().await.unwrap();
        zendesk.assert_no_advice();
    };
    try_for_each_seed(0..1_000, MockZendesk::builder, run)
        .await
        .unwrap();
}

/// A setting of the builder, which the start of the double once overwrote.
#[test]
fn all_other_answers_let_the_index_lag_by_three_requests() {
    let scene = Scene::of(MockZendesk::builder().all_other_answers());
    scene.get("/users/me");
    let acme = json!({"organization": {"name": "Acme"}});
    assert_eq!(scene.create("/organizations", &acme).0, 201);
    let found = (0..5).map(|_| scene.found("acme").1);
    assert_eq!(found.collect::<Vec<_>>(), [0, 0, 0, 1, 1]);
    let now = SearchLag::None;
    let scene = Scene::of(MockZendesk::builder().all_other_answers().search_lag(now));
    assert_eq!(scene.create("/organizations", &acme).0, 201);
    assert_eq!(scene.found("acme").1, 1);
}
