//! The control page and its JSON routes.

use std::time::Duration;

use expect_test::expect;
use mock_zendesk::fixtures::Fixture;
use mock_zendesk::job_statuses::JobPace;
use mock_zendesk::time::Timestamp;
use mock_zendesk::{Clock, Fault, MockZendesk, users};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};

/// Starts a double with a page.
async fn start() -> MockZendesk {
    MockZendesk::builder().control_page().start().await
}

async fn get(zendesk: &MockZendesk, path: &str) -> Response {
    let get = Client::new().get(format!("{}{path}", zendesk.uri()));
    get.send().await.unwrap()
}

/// Reads JSON from a route of the page.
async fn read(zendesk: &MockZendesk, route: &str) -> Value {
    let reply = get(zendesk, &format!("/_mock/{route}")).await;
    assert_eq!(reply.status(), 200, "{route}");
    reply.json().await.unwrap()
}

async fn post(zendesk: &MockZendesk, route: &str, body: Value) -> (u16, Value) {
    let post = Client::new().post(format!("{}/_mock/{route}", zendesk.uri()));
    let reply = post.json(&body).send().await.unwrap();
    (reply.status().as_u16(), reply.json().await.unwrap())
}

/// Sends a request of a client to the API, and returns the status and the body.
async fn call(zendesk: &MockZendesk, method: Method, path: &str, body: Value) -> (u16, Value) {
    let request = Client::new().request(method, zendesk.url(path));
    let request = request.header("authorization", zendesk.authorization());
    let reply = request.json(&body).send().await.unwrap();
    let status = reply.status().as_u16();
    (status, reply.json().await.unwrap_or_default())
}

async fn create_organization(zendesk: &MockZendesk, name: &str) -> (u16, Value) {
    let body = json!({"organization": {"name": name}});
    call(zendesk, Method::POST, "/organizations", body).await
}

#[tokio::test]
async fn a_reset_goes_back_to_the_state_before_the_first_request() {
    let zendesk = start().await;
    zendesk.seed().organization("Acme");
    zendesk.inject(Fault::status(500).on(users::LIST));
    let before = read(&zendesk, "account").await;
    let first = create_organization(&zendesk, "Globex").await;
    assert_eq!(
        call(&zendesk, Method::GET, "/users", json!({})).await.0,
        500
    );
    post(&zendesk, "clock/advance", json!({"seconds": 60})).await;
    post(
        &zendesk,
        "faults",
        json!({"status": 503, "on": "CreateOrganization"}),
    )
    .await;
    assert_eq!(read(&zendesk, "calls").await["received"], 2);

    let (status, after) = post(&zendesk, "reset", json!({})).await;
    assert_eq!(status, 200);
    for part in ["time", "received", "records", "jobs", "faults"] {
        assert_eq!(after[part], before[part], "{part}");
    }
    assert_ne!(after["run"], before["run"]);
    assert_eq!(zendesk.calls().len(), 0);
    assert_eq!(create_organization(&zendesk, "Globex").await, first);
    assert_eq!(zendesk.calls().first().unwrap().ordinal(), 1);
    assert_eq!(
        call(&zendesk, Method::GET, "/users", json!({})).await.0,
        500
    );
}

#[tokio::test]
async fn the_clock_and_the_jobs_move_when_they_are_told_to() {
    let pace = mock_zendesk::job_statuses::JobPace::Manual;
    let builder = MockZendesk::builder().control_page().job_pace(pace);
    let zendesk = builder.start().await;
    let (status, account) = post(&zendesk, "clock/advance", json!({"seconds": 61.5})).await;
    assert_eq!(
        (status, &account["time"]),
        (200, &json!("2024-09-06T18:53:01Z"))
    );

    let (ada, acme) = (
        zendesk.seed().user("Ada"),
        zendesk.seed().organization("Acme"),
    );
    let item = json!({"user_id": ada.id, "organization_id": acme.id});
    let body = json!({"organization_memberships": [item, item]});
    call(
        &zendesk,
        Method::POST,
        "/organization_memberships/create_many",
        body,
    )
    .await;
    assert_eq!(
        read(&zendesk, "account").await["jobs"][0]["status"],
        "queued"
    );
    let (_, account) = post(&zendesk, "jobs/run", json!({})).await;
    assert_eq!(account["jobs"][0]["status"], "completed");
    assert_eq!(account["jobs"][0]["failed_items"], 1);
    assert_eq!(account["records"]["organization_memberships"], 1);
    let calls = read(&zendesk, "calls").await;
    let effect = calls["calls"][0]["effects"][1].as_str().unwrap();
    assert!(effect.starts_with("later: membership "), "{effect}");
}

#[tokio::test]
async fn a_fault_happens_as_it_is_described_and_can_be_cleared() {
    let zendesk = start().await;
    let fault = json!({"rate_limited": 7, "on": "CreateOrganization", "times": 2});
    let (status, account) = post(&zendesk, "faults", fault).await;
    assert_eq!(status, 200);
    let expected = json!([{"fault": "status 429, retry after 7s on CreateOrganization, 2 times", "happened": 0}]);
    assert_eq!(account["faults"], expected);
    assert_eq!(create_organization(&zendesk, "Acme").await.0, 429);
    let outcome = &read(&zendesk, "calls").await["calls"][0]["outcome"];
    assert_eq!(
        outcome,
        "429  injected fault: status 429, retry after 7s, given at /_mock/faults"
    );
    let (_, account) = post(&zendesk, "faults/clear", json!({})).await;
    assert_eq!(account["faults"], json!([]));
    assert_eq!(create_organization(&zendesk, "Acme").await.0, 201);
}

#[tokio::test]
async fn what_would_fail_a_test_can_be_read_until_the_next_reset() {
    let zendesk = start().await;
    assert_eq!(read(&zendesk, "problems").await, json!([]));
    for path in ["/userz", "/views", "/users?per_pages=3"] {
        call(&zendesk, Method::GET, path, json!({})).await;
    }
    post(
        &zendesk,
        "faults",
        json!({"status": 503, "on": "CreateUser"}),
    )
    .await;
    let problems = read(&zendesk, "problems").await;
    let rows = problems.as_array().unwrap().iter();
    let rows: Vec<String> = rows.map(Value::to_string).collect();
    expect![[r#"
        {"call":null,"kind":"never_happened","text":"expected to happen, but never did: status 503 on CreateUser; no call matched it"}
        {"call":1,"kind":"unknown_endpoint","text":"call #1, GET /api/v2/userz: no such endpoint; did you mean /api/v2/users?"}
        {"call":2,"kind":"unknown_endpoint","text":"call #2, GET /api/v2/views: Zendesk has this endpoint, but the double does not implement it; in Rust, mount a Mock for it on zendesk.server()"}
        {"call":3,"kind":"unknown_parameter","text":"call #3, GET /api/v2/users: Zendesk does not have ?per_pages here and ignores it; did you mean ?per_page?"}"#]].assert_eq(&rows.join("\n"));
    post(&zendesk, "reset", json!({})).await;
    assert_eq!(read(&zendesk, "problems").await, json!([]));
}

#[tokio::test]
async fn a_fixture_can_be_read_and_added() {
    let zendesk = start().await;
    zendesk.seed().organization("Acme");
    let fixture = read(&zendesk, "fixture").await;
    assert_eq!(fixture["organizations"][0]["name"], "Acme");
    let other = start().await;
    let (status, account) = post(&other, "fixture", fixture.clone()).await;
    assert_eq!(
        (status, &account["records"]["organizations"]),
        (200, &json!(1))
    );
    assert_eq!(read(&other, "fixture").await, fixture);
    let (status, error) = post(&other, "fixture", fixture).await;
    assert_eq!(status, 400);
    assert!(
        error["error"]
            .as_str()
            .unwrap()
            .starts_with("body: organizations[0]: "),
        "{error}"
    );
}

#[tokio::test]
async fn a_program_can_wait_for_a_call_and_for_a_reset() {
    let zendesk = start().await;
    let (calls, _) = tokio::join!(
        read(&zendesk, "calls?after=0&wait=30"),
        create_organization(&zendesk, "Acme"),
    );
    assert_eq!(calls["calls"][0]["operation"], "CreateOrganization");
    let (calls, _) = tokio::join!(
        read(&zendesk, "calls?after=1&wait=30"),
        post(&zendesk, "reset", json!({})),
    );
    assert_eq!(
        (&calls["received"], &calls["calls"]),
        (&json!(0), &json!([]))
    );
    assert_eq!(read(&zendesk, "calls?after=7").await["calls"], json!([]));
}

#[tokio::test]
async fn a_reset_ends_the_wait_of_a_delayed_reply() {
    let zendesk = start().await;
    read(&zendesk, "account").await;
    zendesk.inject(Fault::delay(Duration::from_secs(1_000_000)));
    let (created, ()) = tokio::join!(create_organization(&zendesk, "Acme"), async {
        read(&zendesk, "calls?after=0&wait=30").await;
        post(&zendesk, "reset", json!({})).await;
    });
    assert_eq!(created.0, 201);
}

#[tokio::test]
async fn the_page_is_beside_the_api() {
    let zendesk = start().await;
    zendesk.inject(Fault::status(500).always());
    let page = get(&zendesk, "/_mock/").await.text().await.unwrap();
    assert_eq!(get(&zendesk, "/_mock").await.text().await.unwrap(), page);
    let welcome = get(&zendesk, "/").await;
    assert_eq!(welcome.status(), 200);
    assert!(
        welcome
            .text()
            .await
            .unwrap()
            .contains("The page at /_mock/ shows")
    );
    assert_eq!(get(&zendesk, "/favicon.ico").await.status(), 404);
    let head = Client::new().head(format!("{}/_mock/", zendesk.uri()));
    let head = head.send().await.unwrap();
    let length = head.headers()["content-length"].to_str().unwrap().parse();
    assert_eq!(length, Ok(page.len()));
    zendesk.calls().assert_none();
    // What only looks like it is for the API.
    for path in [
        "/_mockery",
        "/_MOCK/",
        "/%5fmock/",
        "//_mock/",
        "/api/v2/_mock/",
    ] {
        assert_eq!(get(&zendesk, path).await.status(), 500, "{path}");
    }
    assert_eq!(get(&zendesk, "/api/../_mock/account").await.status(), 200);
    assert_eq!(zendesk.calls().len(), 5);
}

#[tokio::test]
async fn without_the_page_its_paths_are_for_the_api() {
    let zendesk = MockZendesk::builder()
        .allow_unknown_endpoints()
        .start()
        .await;
    for path in ["/", "/_mock/", "/favicon.ico"] {
        assert_eq!(get(&zendesk, path).await.status(), 404, "{path}");
    }
    assert_eq!(zendesk.calls().any_outcome().len(), 3);
}

#[tokio::test]
async fn what_a_program_sent_is_escaped_and_its_secrets_are_left_out() {
    let zendesk = start().await;
    let script = "<script>alert('x')</script>\"'><img src=x onerror=alert(1)>";
    assert_eq!(create_organization(&zendesk, script).await.0, 201);
    let path = "/organizations/%3Cscript%3E?a=<script>&token=s3cretT0ken";
    call(
        &zendesk,
        Method::GET,
        path,
        json!({"password": "s3cretPassw0rd"}),
    )
    .await;
    let page = get(&zendesk, "/_mock/").await.text().await.unwrap();
    assert_eq!(page.matches("<script").count(), 1, "{page}");
    assert_eq!(page.matches("<img").count(), 0, "{page}");
    assert!(page.contains("&lt;script&gt;alert"), "{page}");
    let calls = read(&zendesk, "calls").await.to_string();
    let transcript = get(&zendesk, "/_mock/transcript")
        .await
        .text()
        .await
        .unwrap();
    let advice = read(&zendesk, "advice").await.to_string();
    assert!(advice.contains("secret_in_query"), "{advice}");
    for text in [page, calls, transcript, advice] {
        assert!(!text.contains("s3cret"), "{text}");
    }
}

#[tokio::test]
async fn what_changes_the_direction_of_a_text_is_escaped_wherever_a_name_is_shown() {
    let zendesk = start().await;
    let before = zendesk.account();
    let name = "Acme \u{202e}gnp.exe\u{2066}\u{200f}\u{61c}";
    assert_eq!(create_organization(&zendesk, name).await.0, 201);
    let failure = zendesk.try_assert_changes(&before, []).unwrap_err();
    let texts = [
        get(&zendesk, "/_mock/").await.text().await.unwrap(),
        read(&zendesk, "calls").await["calls"].to_string(),
        zendesk.transcript(),
        failure.to_string(),
    ];
    for text in texts {
        assert!(text.contains("u{202e}gnp.exe"), "{text}");
        let is_directional = |c: char| "\u{202e}\u{2066}\u{200f}\u{61c}".contains(c);
        assert!(!text.contains(is_directional), "{text:?}");
    }
}

#[tokio::test]
async fn a_page_reads_only_the_start_of_a_large_body() {
    let zendesk = start().await;
    let secret = "pwd\":\"abc";
    let body = format!(
        r#"{{"user":{{"{secret}","name":"{}\n"}}}}"#,
        "x".repeat(1 << 20)
    );
    let request = Client::new().post(zendesk.url("/users")).body(body);
    let request = request.header("content-type", "application/json");
    let request = request.header("authorization", zendesk.authorization());
    assert_eq!(request.send().await.unwrap().status(), 422);
    let calls = read(&zendesk, "calls").await;
    let shown = calls["calls"][0]["body"].as_str().unwrap();
    let start = r#"{"user":{"pwd":"[secret]","name":"xxx"#;
    assert!(shown.starts_with(start), "{shown}");
    assert!(
        shown.ends_with("xxx… (480 of 1048610 characters)"),
        "{shown}"
    );
    let page = get(&zendesk, "/_mock/").await.text().await.unwrap();
    assert!(page.len() < 64 * 1024, "{}", page.len());
}

#[tokio::test]
async fn advice_is_about_the_calls_since_a_reset_and_coverage_about_all() {
    let zendesk = start().await;
    assert_eq!(read(&zendesk, "advice").await, json!([]));
    for name in ["Acme", "Globex", "Initech"] {
        create_organization(&zendesk, name).await;
    }
    create_organization(&zendesk, "Acme").await;
    let advice = read(&zendesk, "advice").await;
    assert_eq!(advice[0]["kind"], "created_one_by_one");
    assert_eq!(advice[0]["calls"], json!([1, 2, 3]));
    let of_creation = |coverage: &Value| coverage["operations"]["CreateOrganization"].clone();
    let before = of_creation(&read(&zendesk, "coverage").await);
    assert_eq!(before["calls"], 4);
    assert_eq!(before["met"]["success"]["count"], 3);
    assert_eq!(before["met"]["invalid"]["count"], 1);
    assert!(before["not_met"].to_string().contains("rate_limited"));

    post(&zendesk, "reset", json!({})).await;
    assert_eq!(read(&zendesk, "advice").await, json!([]));
    assert_eq!(of_creation(&read(&zendesk, "coverage").await), before);
}

/// The first job of every run has the same id.
#[tokio::test]
async fn coverage_knows_the_jobs_of_a_run_from_those_before_a_reset() {
    let builder = MockZendesk::builder()
        .control_page()
        .job_pace(JobPace::Manual);
    let zendesk = builder.start().await;
    let queue = async |path, body| {
        let (status, reply) = call(&zendesk, Method::POST, path, body).await;
        assert_eq!(status, 200, "{reply}");
        reply["job_status"]["id"].clone()
    };
    let users = queue("/users/create_many", json!({"users": [{"name": "Ada"}]}));
    let users = users.await;
    post(&zendesk, "reset", json!({})).await;
    let organizations = queue(
        "/organizations/create_many",
        json!({"organizations": [{"name": "Acme"}]}),
    );
    assert_eq!(organizations.await, users);
    post(&zendesk, "jobs/run", json!({})).await;

    let coverage = read(&zendesk, "coverage").await;
    let met = ["CreateManyUsers", "CreateManyOrganizations"].map(|operation| {
        let of_operation = &coverage["operations"][operation];
        let count = |outcome: &str| of_operation["met"][outcome]["count"].clone();
        (of_operation["calls"].clone(), count("job_completed"))
    });
    assert_eq!(met, [(json!(1), Value::Null), (json!(1), json!(1))]);
}

/// After a reset, the start of a page of an export is the start of a first page again.
#[tokio::test]
async fn coverage_does_not_know_the_pages_of_exports_from_before_a_reset() {
    let zendesk = start().await;
    let row = |id: u64| {
        let time = Timestamp::from_unix_seconds(1_700_000_000 + id).to_string();
        json!({"id": id, "name": format!("O{id}"), "created_at": time, "updated_at": time})
    };
    let fixture = json!({"organizations": [row(1), row(2), row(3)]}).to_string();
    zendesk.seed().load(&Fixture::from_json(&fixture).unwrap());
    let path = "/incremental/organizations?start_time=0&per_page=1";
    let (_, page) = call(&zendesk, Method::GET, path, json!({})).await;
    let (_, next) = page["next_page"]
        .as_str()
        .unwrap()
        .split_once("/api/v2")
        .unwrap();
    call(&zendesk, Method::GET, next, json!({})).await;
    let further = async || {
        let coverage = read(&zendesk, "coverage").await;
        let met = &coverage["operations"]["IncrementalOrganizationExport"]["met"];
        met["further_page"]["count"].clone()
    };
    assert_eq!(further().await, 1);
    post(&zendesk, "reset", json!({})).await;
    call(&zendesk, Method::GET, next, json!({})).await;
    assert_eq!(further().await, 1);
}

#[tokio::test]
async fn every_reply_tells_the_browser_what_it_must_not_do() {
    let zendesk = start().await;
    for path in [
        "/",
        "/_mock/",
        "/_mock/page.js",
        "/_mock/page.css",
        "/_mock/account",
        "/_mock/no",
    ] {
        let reply = get(&zendesk, path).await;
        let header = |name: &str| reply.headers()[name].to_str().unwrap().to_owned();
        assert!(
            header("content-security-policy").starts_with("default-src 'none'; script-src 'self';")
        );
        assert!(!header("content-security-policy").contains("unsafe"));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("x-frame-options"), "DENY");
        assert_eq!(header("cache-control"), "no-store");
        assert!(reply.headers().get("access-control-allow-origin").is_none());
    }
    let page = include_str!("../../../src/standalone/page/page.html");
    for inline in [
        " style=",
        " onclick=",
        " onsubmit=",
        "<style",
        "javascript:",
        "|safe",
    ] {
        assert!(!page.contains(inline), "{inline}: the policy forbids it");
    }
}

#[tokio::test]
async fn only_this_host_and_its_own_page_may_use_it() {
    let builder = MockZendesk::builder().control_page_host("Zendesk.test");
    let zendesk = builder.start().await;
    let own = zendesk.uri().trim_start_matches("http://").to_owned();
    let port = own.rsplit(':').next().unwrap().to_owned();
    let origin = format!("http://{own}");
    let other_port = "http://127.0.0.1:1".to_owned();
    let local = format!("localhost:{port}");
    let rows: Vec<(u16, Vec<(&str, &str)>)> = vec![
        (200, vec![]),
        (200, vec![("host", &local)]),
        (200, vec![("host", "LOCALHOST")]),
        (200, vec![("host", "[::1]:80")]),
        (200, vec![("host", "127.1.2.3")]),
        (200, vec![("host", "zendesk.test:8080")]),
        (403, vec![("host", "evil.example")]),
        (403, vec![("host", "localhost.evil.example")]),
        (403, vec![("host", "127.0.0.1.evil.example")]),
        (403, vec![("host", "localhost@evil.example")]),
        (403, vec![("host", "evil.example@localhost")]),
        (403, vec![("host", "192.0.2.1")]),
        (403, vec![("host", "0.0.0.0")]),
        (403, vec![("host", "")]),
        (403, vec![("host", "local host")]),
        (403, vec![("host", &local), ("host", "evil.example")]),
        (200, vec![("origin", &origin)]),
        (
            200,
            vec![("origin", &origin), ("sec-fetch-site", "same-origin")],
        ),
        (403, vec![("origin", "http://evil.example")]),
        (403, vec![("origin", "null")]),
        (403, vec![("origin", "")]),
        (403, vec![("origin", &other_port)]),
        (403, vec![("origin", "http://localhost")]),
        (403, vec![("sec-fetch-site", "cross-site")]),
        (403, vec![("sec-fetch-site", "same-site")]),
        (200, vec![("sec-fetch-site", "none")]),
    ];
    for (status, headers) in rows {
        for method in [Method::GET, Method::POST] {
            let route = if method == Method::GET {
                "account"
            } else {
                "reset"
            };
            let request = format!("{}/_mock/{route}", zendesk.uri());
            let mut request = Client::new().request(method, request).json(&json!({}));
            for (name, value) in &headers {
                request = request.header(*name, *value);
            }
            let reply = request.send().await.unwrap();
            assert_eq!(reply.status(), status, "{headers:?}");
        }
    }
    // A link on another page opens ours, and cannot do more.
    let page = Client::new().get(format!("{}/_mock/", zendesk.uri()));
    let page = page
        .header("sec-fetch-site", "cross-site")
        .header("sec-fetch-mode", "navigate");
    assert_eq!(page.send().await.unwrap().status(), 200);
    let reset = Client::new()
        .post(format!("{}/_mock/reset", zendesk.uri()))
        .json(&json!({}));
    let reset = reset
        .header("sec-fetch-site", "cross-site")
        .header("sec-fetch-mode", "navigate");
    assert_eq!(reset.send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn a_wrong_request_is_refused_with_what_is_wrong() {
    let zendesk = MockZendesk::builder()
        .control_page()
        .clock(Clock::default())
        .start()
        .await;
    let json = "application/json";
    let rows = [
        ("GET", "nothing/here", json, ""),
        ("GET", "..%2f..%2fetc/passwd", json, ""),
        ("GET", "page.html", json, ""),
        ("GET", "reset", json, ""),
        ("POST", "calls", json, ""),
        ("DELETE", "fixture", json, ""),
        ("POST", "reset", "text/plain", "{}"),
        ("POST", "reset", "application/x-www-form-urlencoded", "a=b"),
        ("POST", "reset", "", ""),
        ("POST", "reset", json, "[]"),
        ("POST", "reset", json, "{"),
        ("POST", "reset", json, r#"{"hard": true}"#),
        ("POST", "clock/advance", json, ""),
        ("POST", "clock/advance", json, r#"{"seconds": 0}"#),
        ("POST", "clock/advance", json, r#"{"seconds": "60"}"#),
        ("POST", "clock/advance", json, r#"{"seconds": 1e300}"#),
        ("POST", "clock/advance", json, r#"{"seconds": 1e12}"#),
        ("POST", "clock/advance", json, r#"{"minutes": 1}"#),
        ("POST", "jobs/run", json, r#"{"all": true}"#),
        ("POST", "faults", json, "{}"),
        ("POST", "faults", json, r#"{"status": 200}"#),
        ("POST", "faults", json, r#"{"status": 503, "on": 7}"#),
        ("POST", "faults", json, r#"{"status": 503, "timse": 2}"#),
        ("POST", "fixture", json, ""),
        ("POST", "fixture", json, r#"{"users": [{}]}"#),
        ("POST", "fixture", json, r#"{"userz": []}"#),
        ("GET", "calls?after=-1", json, ""),
        ("GET", "calls?wait=31", json, ""),
        ("GET", "calls?since=1", json, ""),
        ("GET", "account?x=1", json, ""),
        ("GET", "?after=1", json, ""),
        ("GET", "page.js?v=2", json, ""),
        ("GET", "reset?x=1", json, ""),
        ("POST", "reset?hard", json, ""),
    ];
    let mut told = String::new();
    for (method, route, content_type, body) in rows {
        let method = method.parse().unwrap();
        let request = Client::new().request(method, format!("{}/_mock/{route}", zendesk.uri()));
        let request = request.header("content-type", content_type).body(body);
        let reply = request.send().await.unwrap();
        let status = reply.status().as_u16();
        let text = reply.text().await.unwrap();
        let error = serde_json::from_str::<Value>(&text).unwrap_or_default();
        let error = error["error"].as_str().unwrap_or("no error of the page");
        told += &format!("{route} {body}\n    {status} {error}\n");
    }
    expect![[r#"
        nothing/here 
            404 there is no /_mock/nothing/here; there are GET /_mock/, GET /_mock/page.css, GET /_mock/page.js, GET /_mock/account, GET /_mock/fixture, GET /_mock/calls, GET /_mock/transcript, GET /_mock/problems, GET /_mock/advice, GET /_mock/coverage, POST /_mock/fixture, POST /_mock/reset, POST /_mock/clock/advance, POST /_mock/jobs/run, POST /_mock/faults, POST /_mock/faults/clear
        ..%2f..%2fetc/passwd 
            404 there is no /_mock/..%2f..%2fetc/passwd; there are GET /_mock/, GET /_mock/page.css, GET /_mock/page.js, GET /_mock/account, GET /_mock/fixture, GET /_mock/calls, GET /_mock/transcript, GET /_mock/problems, GET /_mock/advice, GET /_mock/coverage, POST /_mock/fixture, POST /_mock/reset, POST /_mock/clock/advance, POST /_mock/jobs/run, POST /_mock/faults, POST /_mock/faults/clear
        page.html 
            404 there is no /_mock/page.html; there are GET /_mock/, GET /_mock/page.css, GET /_mock/page.js, GET /_mock/account, GET /_mock/fixture, GET /_mock/calls, GET /_mock/transcript, GET /_mock/problems, GET /_mock/advice, GET /_mock/coverage, POST /_mock/fixture, POST /_mock/reset, POST /_mock/clock/advance, POST /_mock/jobs/run, POST /_mock/faults, POST /_mock/faults/clear
        reset 
            405 /_mock/reset takes only POST
        calls 
            405 /_mock/calls takes only GET
        fixture 
            405 /_mock/fixture takes only GET, POST
        reset {}
            415 Content-Type: it must be application/json
        reset a=b
            415 Content-Type: it must be application/json
        reset 
            415 Content-Type: it must be application/json
        reset []
            400 body: this is JSON, but not an object
        reset {
            400 body: this is not JSON: EOF while parsing an object at line 1 column 1
        reset {"hard": true}
            400 hard: the route has no such field; it takes none
        clock/advance 
            400 seconds: it must be a number above 0, and is missing
        clock/advance {"seconds": 0}
            400 seconds: it must be a number above 0, and is 0
        clock/advance {"seconds": "60"}
            400 seconds: it must be a number above 0, and is "60"
        clock/advance {"seconds": 1e300}
            400 seconds: the time would be after the year 9999
        clock/advance {"seconds": 1e12}
            400 seconds: the time would be after the year 9999
        clock/advance {"minutes": 1}
            400 minutes: the route has no such field; it takes seconds
        jobs/run {"all": true}
            400 all: the route has no such field; it takes none
        faults {}
            400 a fault needs one of status, html_error, rate_limited, unavailable, delay, slow_body, disconnect, lost_reply, malformed_json, empty_body, wrong_content_type, truncated_body
        faults {"status": 200}
            400 status: it takes a status from 400 to 599, and not 200
        faults {"status": 503, "on": 7}
            400 on: it takes the id of an operation such as ListUsers, and not 7
        faults {"status": 503, "timse": 2}
            400 timse: a fault has no such field; did you mean times?
        fixture 
            400 body: cannot read the fixture: EOF while parsing a value at line 1 column 0
        fixture {"users": [{}]}
            400 body: cannot read the fixture: users[0]: missing field `name` at line 1 column 13
        fixture {"userz": []}
            400 body: cannot read the fixture: unknown field `userz`, expected one of `user_fields`, `organization_fields`, `users`, `organizations`, `memberships`, `organization_memberships`, `tickets`, `groups`, `group_memberships`, `identities`, `organization_subscriptions`, `custom_roles`, `organization_merges` at line 1 column 8
        calls?after=-1 
            400 after: it must be the number of a call, and is -1
        calls?wait=31 
            400 wait: it must be a number of seconds up to 30, and is 31
        calls?since=1 
            400 since: the route has no such parameter; it takes after, wait
        account?x=1 
            400 x: the route has no such parameter; it takes none
        ?after=1 
            400 after: the route has no such parameter; it takes none
        page.js?v=2 
            400 v: the route has no such parameter; it takes none
        reset?x=1 
            405 /_mock/reset takes only POST
        reset?hard 
            400 hard: the route has no such parameter; it takes none
    "#]].assert_eq(&told);
    assert_eq!(
        read(&zendesk, "account").await["time"],
        "2024-09-06T18:52:00Z"
    );
}
