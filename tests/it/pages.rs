//! The page of a double: what it shows, and when it is written for a test that fails.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use expect_test::expect;
use mock_zendesk::chaos::for_each_seed;
use mock_zendesk::http::Request;
use mock_zendesk::{
    Credentials, Fault, MockZendesk, MockZendeskBuilder, calls::KeepCalls, users, users::NewUser,
};
use serde_json::{Value, json};

use crate::testing::Scratch;

/// The text of a page as a browser reads it.
pub(crate) fn unescaped(page: &str) -> String {
    let escapes = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#x2f;", "/"),
        ("&amp;", "&"),
    ];
    let unescape = |text: String, (escape, letter)| text.replace(escape, letter);
    escapes.into_iter().fold(page.to_owned(), unescape)
}

/// What a page shows: a line for each line of its body that has a text.
fn shown(page: &str) -> String {
    let (_, body) = page.split_once("<main>").unwrap();
    let mut text = String::new();
    for part in body.split('<') {
        let (tag, behind) = part.split_once('>').unwrap_or(("", part));
        let is_block = ["li", "p", "/summary", "td", "th"];
        if is_block.iter().any(|start| tag.starts_with(start)) {
            text.push('\n');
        }
        text.push_str(behind);
    }
    let lines = text.lines().map(str::trim_end);
    let lines = lines.filter(|line| !line.trim().is_empty());
    unescaped(&lines.collect::<Vec<_>>().join("\n"))
}

/// A double with records that programs stumble over, and with a client.
struct Program {
    zendesk: MockZendesk,
    ada: u64,
    acme: u64,
    hostile: u64,
}

impl Program {
    fn new(builder: MockZendeskBuilder) -> Self {
        let zendesk = builder.without_verify_on_drop().without_socket();
        let seed = zendesk.seed();
        let ada = seed.user(NewUser::new("Ada").tags(["old"])).id.get();
        let acme = seed.organization("Acme").id.get();
        let hostile = seed.organization("<script>alert(1)</script>").id.get();
        Self {
            zendesk,
            ada,
            acme,
            hostile,
        }
    }

    fn send(&self, program: &str, method: &str, path: &str, body: Option<Value>) {
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/v2{path}"))
            .header("user-agent", program)
            .header("authorization", self.zendesk.authorization())
            .header("content-type", "application/json");
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        // A reply that is lost is a part of the test.
        let _ = self.zendesk.send(request.body(body).unwrap());
    }

    fn join(&self, program: &str, organization: u64) {
        let membership = json!({"user_id": self.ada, "organization_id": organization});
        let body = json!({ "organization_membership": membership });
        self.send(program, "POST", "/organization_memberships", Some(body));
    }

    /// Everything that a page can show, in few calls.
    fn act(&self) {
        self.join("sync/1", self.acme);
        self.join("sync/2", self.acme);
        self.zendesk.inject(Fault::lost_reply());
        self.join("sync/1", self.hostile);
        self.zendesk.inject(Fault::disconnect());
        self.send("sync/1", "GET", "/users/me", None);
        let items = [(self.ada, self.hostile), (7, self.acme)];
        let items = items.map(|(user, row)| json!({"user_id": user, "organization_id": row}));
        let many = json!({ "organization_memberships": items });
        let path = "/organization_memberships/create_many";
        self.send("sync/1", "POST", path, Some(many));
        let calls = self.zendesk.calls();
        let queued: Value = calls.last().unwrap().reply_json();
        let job = queued["job_status"]["id"].as_str().unwrap();
        self.send("sync/1", "GET", &format!("/job_statuses/{job}"), None);
        let user = json!({"user": {"name": "עדה", "tags": ["new"], "nmae": "Ada"}});
        let path = format!("/users/{}", self.ada);
        self.send("sync/1", "PUT", &path, Some(user));
        self.zendesk.seed().user("Grace");
    }
}

#[test]
fn a_page_shows_calls_jobs_and_what_changed() {
    let program = Program::new(MockZendesk::builder());
    program.act();
    let text = shown(&program.zendesk.to_html());
    let (before, rest) = text.split_once("started at ").unwrap();
    let (_, after) = rest.split_once(" and received").unwrap();
    let text = format!("{before}started at HERE and received{after}");
    let lines = text.lines().map(|line| match line.split_once("pages.rs:") {
        Some((before, _)) => format!("{before}pages.rs:LINE"),
        None => line.to_owned(),
    });
    expect![[r#"
        pages::a_page_shows_calls_jobs_and_what_changed
        The double was started at HERE and received 7 calls. Its clock says 2024-09-06T18:52:00Z.
        Calls
        Call
        client sync/1, Basic owner@example.com/token
        client sync/2, Basic owner@example.com/token
        Zendesk
        background jobs
        #1 2024-09-06T18:52:00Z
        POST /api/v2/organization_memberships →
        request body
        {
          "organization_membership": {
            "organization_id": 21859498329620,
            "user_id": 21859498329364
          }
        }
        ✓ 201
         CreateOrganizationMembership
        membership 21859498330388 created: user 21859498329364 (Ada) in organization 21859498329620 (Acme), default
        reply body
        {
          "organization_membership": {
            "url": "http://mock-zendesk.invalid/api/v2/organization_memberships/21859498330388.json",
            "id": 21859498330388,
            "user_id": 21859498329364,
            "organization_id": 21859498329620,
            "default": true,
            "created_at": "2024-09-06T18:52:00Z",
            "organization_name": "Acme",
            "updated_at": "2024-09-06T18:52:00Z",
            "view_tickets": false
          }
        }
        #2
        POST /api/v2/organization_memberships →
        request body
        {
          "organization_membership": {
            "organization_id": 21859498329620,
            "user_id": 21859498329364
          }
        }
        ✗ 422
         user_id: DuplicateValue
        reply body
        {
          "error": "RecordInvalid",
          "description": "Record validation errors",
          "details": {
            "user_id": [
              {
                "description": " This user is already a member of this organization.",
                "error": "DuplicateValue"
              }
            ]
          }
        }
        #3
        POST /api/v2/organization_memberships →
        request body
        {
          "organization_membership": {
            "organization_id": 21859498330004,
            "user_id": 21859498329364
          }
        }
        ⚡ 201
         CreateOrganizationMembership
        injected fault: reply lost, the call was applied, tests/it/pages.rs:LINE
        membership 21859498330516 created: user 21859498329364 (Ada) in organization 21859498330004 (<script>alert(1)</script>)
        reply body
        {
          "organization_membership": {
            "url": "http://mock-zendesk.invalid/api/v2/organization_memberships/21859498330516.json",
            "id": 21859498330516,
            "user_id": 21859498329364,
            "organization_id": 21859498330004,
            "default": null,
            "created_at": "2024-09-06T18:52:00Z",
            "organization_name": "<script>alert(1)</script>",
            "updated_at": "2024-09-06T18:52:00Z",
            "view_tickets": false
          }
        }
        #4
        GET /api/v2/users/me →
        ⚡ no reply
         ShowCurrentUser
        injected fault: disconnected before the call was applied, tests/it/pages.rs:LINE
        #5
        POST /api/v2/organization_memberships/create_many →
        request body
        {
          "organization_memberships": [
            {
              "organization_id": 21859498330004,
              "user_id": 21859498329364
            },
            {
              "organization_id": 21859498329620,
              "user_id": 7
            }
          ]
        }
        ✓ 200
         CreateManyOrganizationMemberships
        reply body
        {
          "job_status": {
            "id": "V3-910a2dec89025cc1f3203e9039f4a821",
            "job_type": "Bulk Create Organization Membership",
            "url": "http://mock-zendesk.invalid/api/v2/job_statuses/V3-910a2dec89025cc1f3203e9039f4a821.json",
            "total": 2,
            "progress": null,
            "status": "queued",
            "message": null,
            "results": null
          }
        }
        job V3-910a2dec89025cc1f3203e9039f4a821 queued: Bulk Create Organization Membership, 2 items
        later: job V3-910a2dec89025cc1f3203e9039f4a821 failed: all 2 items failed
        #6
        GET /api/v2/job_statuses/V3-910a2dec89025cc1f3203e9039f4a821 →
        ✓ 200
         ShowJobStatus
        reply body
        {
          "job_status": {
            "id": "V3-910a2dec89025cc1f3203e9039f4a821",
            "job_type": "Bulk Create Organization Membership",
            "url": "http://mock-zendesk.invalid/api/v2/job_statuses/V3-910a2dec89025cc1f3203e9039f4a821.json",
            "total": 2,
            "progress": 0,
            "status": "failed",
            "message": "Failed at 2024-09-06 18:52:00 +0000",
            "results": [
              {
                "index": 0,
                "error": "OrganizationMembershipCreateFailed",
                "details": " This user is already a member of this organization."
              },
              {
                "index": 1,
                "error": "OrganizationMembershipCreateFailed",
                "details": "User cannot be blank"
              }
            ]
          }
        }
        job V3-910a2dec89025cc1f3203e9039f4a821 seen: failed, 2 of 2 items failed
        #7
        PUT /api/v2/users/21859498329364 →
        request body
        {
          "user": {
            "name": "עדה",
            "nmae": "Ada",
            "tags": [
              "new"
            ]
          }
        }
        ✓ 200
         UpdateUser
        user 21859498329364 (עדה) updated
        ignored by Zendesk: user.nmae
        reply body
        {
          "user": {
            "id": 21859498329364,
            "url": "http://mock-zendesk.invalid/api/v2/users/21859498329364.json",
            "name": "עדה",
            "email": null,
            "created_at": "2024-09-06T18:52:00Z",
            "updated_at": "2024-09-06T18:52:00Z",
            "time_zone": "America/New_York",
            "iana_time_zone": "America/New_York",
            "phone": null,
            "shared_phone_number": null,
            "photo": null,
            "locale_id": 1,
            "locale": "en-US",
            "organization_id": 21859498329620,
            "role": "end-user",
            "verified": false,
            "external_id": null,
            "tags": [
              "new"
            ],
            "alias": null,
            "active": true,
            "shared": false,
            "shared_agent": false,
            "last_login_at": null,
            "two_factor_auth_enabled": null,
            "signature": null,
            "details": null,
            "notes": null,
            "role_type": null,
            "custom_role_id": null,
            "is_billing_admin": null,
            "moderator": false,
            "ticket_restriction": "requested",
            "only_private_comments": false,
            "restricted_agent": true,
            "suspended": false,
            "default_group_id": null,
            "report_csv": false,
            "user_fields": {},
            "suspension_details": null
          }
        }
        Background jobs
        ✗ job V3-910a2dec89025cc1f3203e9039f4a821, queued by #5, failed. Calls: #5, #6.
        What changed in the account
        Since the first call, by calls, background jobs and later seeds.
        +
        user 21859498331156 (Grace) created
        attribute
        before
        now
        id
        –
        21859498331156
        name
        –
        "Grace"
        created_at
        –
        "2024-09-06T18:52:00Z"
        updated_at
        –
        "2024-09-06T18:52:00Z"
        time_zone
        –
        "America/New_York"
        role
        –
        "end-user"
        verified
        –
        false
        active
        –
        true
        ticket_restriction
        –
        "requested"
        only_private_comments
        –
        false
        suspended
        –
        false
        permanently_deleted
        –
        false
        ~
        user 21859498329364 (עדה) changed
        attribute
        before
        now
        name
        "Ada"
        "עדה"
        tags
        ["old"]
        ["new"]
        +
        user 21859498329364 (עדה) joined organization 21859498329620 (Acme)
        +
        user 21859498329364 (עדה) joined organization 21859498330004 (<script>alert(1)</script>)
        ~
        default organization of user 21859498329364 (עדה): none → organization 21859498329620 (Acme)
        Records in the account
        kind
        before the first call
        now
        users
        2
        3
        organizations
        2
        2
        organization memberships
        0
        2
        groups
        1
        1
        group memberships
        1
        1
        identities
        1
        1"#]].assert_eq(&lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_page_needs_nothing_from_elsewhere_and_escapes_what_it_shows() {
    let program = Program::new(MockZendesk::builder());
    program.act();
    let page = program.zendesk.to_html();
    assert!(!page.contains("<script"), "{page}");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;&#x2f;script&gt;"));
    for word in ["src=", "<link", "@import", "url(", "href=\"http", "onload"] {
        assert!(!page.contains(word), "{word}");
    }
    let opened = page.matches("<details>").count();
    assert_eq!(opened, page.matches("</details>").count());
    for row in 1..=7 {
        assert!(page.contains(&format!("id=\"call-{row}\"")), "{row}");
    }
}

#[test]
fn each_client_has_a_lane_by_its_name_and_its_credentials() {
    let zendesk = MockZendesk::builder()
        .without_verify_on_drop()
        .without_socket();
    let send = |program: &str, token: &str| {
        let token = Credentials::oauth(token).authorization();
        let request = Request::get("/api/v2/users/me").header("authorization", token);
        let request = request.header("user-agent", program).body("").unwrap();
        zendesk.send(request).unwrap();
    };
    let lanes = || {
        let page = zendesk.to_html();
        let head = page.split_once("<thead").unwrap().1;
        let head = head.split_once("</thead>").unwrap().0;
        head.matches("<bdi").count()
    };
    send("sync", "first-token");
    assert_eq!(lanes(), 1);
    send("sync", "first-token");
    assert_eq!(lanes(), 1);
    send("other", "first-token");
    assert_eq!(lanes(), 2);
    for number in 0..9 {
        send(&format!("worker-{number}"), "first-token");
    }
    assert_eq!(lanes(), 4);
    assert!(zendesk.to_html().contains("other clients"));
}

#[test]
fn a_long_journal_is_shown_in_part_with_what_failed_in_the_middle() {
    let program = Program::new(MockZendesk::builder());
    for number in 1..=2_000 {
        let path = match number {
            1_000 => "/users/7",
            _ => "/users/me",
        };
        program.send("sync", "GET", path, None);
    }
    let page = program.zendesk.to_html();
    let rows = page.matches("<tr role=\"row\" id=\"call-").count();
    assert_eq!(rows, 50 + 1 + 100);
    let text = shown(&page);
    for part in [
        "received 2000 calls",
        "… 949 calls left out …",
        "… 900 calls left out …",
    ] {
        assert!(text.contains(part), "{part}");
    }
    for call in ["call-50", "call-1000", "call-1901"] {
        assert!(page.contains(&format!("id=\"{call}\"")), "{call}");
    }
}

#[test]
fn a_long_body_is_cut_and_a_call_that_was_not_kept_is_counted() {
    let program = Program::new(MockZendesk::builder().keep_calls(KeepCalls::Last(1)));
    program.send("sync", "GET", "/users/me", None);
    let long = json!({"user": {"name": "x".repeat(100_000)}});
    program.send("sync", "POST", "/users", Some(long));
    let page = program.zendesk.to_html();
    assert!(page.contains("(4000 of 1000"), "both lengths are said");
    assert!(page.len() < 60_000, "{}", page.len());
    assert!(shown(&page).contains("The first call was not kept."));
}

#[test]
fn a_double_without_calls_has_a_page() {
    let zendesk = MockZendesk::builder().without_socket();
    zendesk.seed().user("Ada");
    let text = shown(&zendesk.to_html());
    assert!(text.contains("received 0 calls"), "{text}");
    assert!(text.contains("Nothing, since the first call."), "{text}");
}

/// Runs one test of this binary in a process of its own, which writes into this folder.
#[test]
fn a_reply_that_the_client_could_read_is_not_called_lost() {
    let faults = [
        (Fault::status(500), false),
        (Fault::rate_limited(Duration::from_secs(30)), false),
        (Fault::html_error(502), false),
        (Fault::lost_reply(), true),
        (Fault::malformed_json(), true),
    ];
    for (fault, is_lost) in faults {
        let program = Program::new(MockZendesk::builder());
        let what = format!("{fault:?}");
        program.zendesk.inject(fault);
        let request = Request::get(program.zendesk.url("/users"));
        let request = request.header("authorization", program.zendesk.authorization());
        let _ = program.zendesk.send(request.body("").unwrap());
        let page = program.zendesk.to_html();
        let says_so = page.contains("The client could not read the reply.");
        assert_eq!(says_so, is_lost, "{what}");
    }
}

fn run(name: &str, folder: &Path) -> Output {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("pages::{name}"), "--include-ignored"])
        .env("MOCK_ZENDESK_REPORT_DIR", folder)
        .env("RUST_BACKTRACE", "0")
        .output()
        .unwrap()
}

fn pages_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|it| it == "html"))
        .collect()
}

#[test]
fn a_test_that_fails_names_the_page_and_the_page_has_the_failure() {
    let cases = [
        ("fails_by_an_assertion", "expected exactly 5 calls"),
        (
            "fails_by_an_assertion_that_it_unwraps",
            "some calls to the double failed",
        ),
        ("fails_by_itself", "some calls to the double failed"),
        (
            "fails_by_itself_after_good_calls",
            "the test panicked; its output says why",
        ),
        ("fails_by_verifying", "got none"),
        ("fails_by_dropping", "got none"),
        ("fails_by_an_error", "my own error"),
        ("fails_in_a_run", "the test fails under chaos with seed 3"),
        ("fails_while_it_waits", "within 1ms"),
    ];
    for (name, failure) in cases {
        let scratch = Scratch::new("page");
        let output = run(name, scratch.path());
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!output.status.success(), "{name} passes");
        let [path] = &pages_in(scratch.path())[..] else {
            panic!("{name}: {:?}\n{text}", pages_in(scratch.path()));
        };
        let line = format!("page: {}", path.display());
        assert!(text.contains(&line), "{name}: {line}\n{text}");
        let file = path.file_name().unwrap().to_str().unwrap();
        assert!(file.starts_with(&format!("pages.{name}-")), "{file}");
        let page = unescaped(&fs::read_to_string(path).unwrap());
        assert!(page.contains(&format!("<h1>pages::{name}</h1>")), "{name}");
        let shown = page.split_once("<h2 id=\"failure\">").expect(name).1;
        assert!(shown.contains(failure), "{name}: {failure}\n{page}");
        assert!(page.contains("id=\"call-1\""), "{name} shows its call");
    }
}

#[test]
fn each_double_of_a_test_that_fails_has_a_page() {
    let scratch = Scratch::new("two-pages");
    let output = run("fails_with_two_doubles", scratch.path());
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(pages_in(scratch.path()).len(), 2, "{text}");
    for path in pages_in(scratch.path()) {
        assert!(text.contains(path.to_str().unwrap()), "{text}");
    }
}

#[test]
fn a_test_that_fails_for_many_cases_keeps_the_last_pages() {
    let scratch = Scratch::new("many-pages");
    run("fails_for_many_cases", scratch.path());
    let pages = pages_in(scratch.path());
    assert_eq!(pages.len(), 8);
    let pages = pages.iter().map(|path| fs::read_to_string(path).unwrap());
    let pages: String = pages.collect();
    for case in 0..30 {
        let failure = format!("expected exactly {} calls", case + 5);
        assert_eq!(pages.contains(&failure), case >= 22, "{failure}");
    }
}

#[test]
fn a_test_that_passes_writes_no_page() {
    let names = [
        "passes_with_failures_that_it_ignores",
        "a_page_shows_calls_jobs_and_what_changed",
    ];
    for name in names {
        let scratch = Scratch::new("no-page");
        let output = run(name, scratch.path());
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{text}");
        assert!(text.contains("1 passed"), "{text}");
        assert_eq!(pages_in(scratch.path()), Vec::<PathBuf>::new());
    }
}

#[test]
fn a_page_that_cannot_be_written_hides_no_failure() {
    let scratch = Scratch::new("unwritable-page");
    let file = scratch.path().join("file");
    fs::write(&file, "").unwrap();
    let output = run("fails_by_an_assertion", &file);
    let (out, error) = (&output.stdout, &output.stderr);
    let (out, error) = (String::from_utf8_lossy(out), String::from_utf8_lossy(error));
    assert!(out.contains("expected exactly 5 calls"), "{out}");
    assert!(!out.contains("page: "), "{out}");
    assert_eq!(
        error.matches("cannot write its report").count(),
        1,
        "{error}"
    );
}

/// A program that makes one call that is refused.
fn refused(builder: MockZendeskBuilder) -> MockZendesk {
    let zendesk = builder.without_socket();
    let request = Request::get("/api/v2/users/7");
    let request = request.header("authorization", zendesk.authorization());
    zendesk.send(request.body("").unwrap()).unwrap();
    zendesk
}

#[test]
#[ignore = "another test runs it in a process of its own"]
fn fails_by_an_assertion() {
    refused(MockZendesk::builder()).calls().assert_times(5);
}

#[test]
#[ignore = "another test runs it in a process of its own"]
fn fails_by_an_assertion_that_it_unwraps() {
    let zendesk = refused(MockZendesk::builder());
    zendesk.calls().try_assert_times(5).unwrap();
}

#[test]
#[ignore = "another test runs it in a process of its own"]
fn fails_by_itself() {
    let _zendesk = refused(MockZendesk::builder());
    panic!("this is the test's own");
}

#[test]
#[ignore = "another test runs it in a process of its own"]
fn fails_by_itself_after_good_calls() {
    let zendesk = MockZendesk::builder().without_socket();
    let request = Request::get("/api/v2/users/me").body("").unwrap();
    zendesk.send(request).unwrap();
    let looked = zendesk.calls().of(users::ME).assert_once();
    panic!("{looked} is not what the test expects");
}

#[test]
#[ignore = "another test runs it in a process of its own"]
fn fails_by_verifying() {
    let zendesk = MockZendesk::builder().without_socket();
    zendesk.expect(users::LIST, 1);
    let request = Request::get("/api/v2/users/me").body("").unwrap();
    zendesk.send(request).unwrap();
    zendesk.verify();
}

#[test]
#[ignore = "another test runs it in a process of its own"]
fn fails_by_dropping() {
    let zendesk = MockZendesk::builder().without_socket();
    zendesk.expect(users::LIST, 1);
    let request = Request::get("/api/v2/users/me").body("").unwrap();
    zendesk.send(request).unwrap();
}

#[test]
#[ignore = "another test runs it in a process of its own"]
fn fails_by_an_error() -> Result<(), impl std::fmt::Debug> {
    let zendesk = refused(MockZendesk::builder());
    zendesk.explain(Err::<(), _>("my own error"))
}

#[tokio::test]
#[ignore = "another test runs it in a process of its own"]
async fn fails_in_a_run() {
    for_each_seed(3..5, MockZendesk::builder, async |zendesk| {
        let _ = reqwest::get(zendesk.url("/users/me")).await;
        zendesk.calls().assert_times(5);
    })
    .await;
}

#[tokio::test]
#[ignore = "another test runs it in a process of its own"]
async fn fails_while_it_waits() {
    let zendesk = refused(MockZendesk::builder());
    let short = std::time::Duration::from_millis(1);
    let _calls = zendesk.wait_for(users::LIST, 1, short).await;
}

#[test]
#[ignore = "another test runs it in a process of its own"]
fn fails_with_two_doubles() {
    let first = refused(MockZendesk::builder());
    let _second = refused(MockZendesk::builder());
    first.calls().assert_times(5);
}

#[test]
#[ignore = "another test runs it in a process of its own"]
fn fails_for_many_cases() {
    for case in 0..30 {
        let zendesk = refused(MockZendesk::builder());
        let calls = zendesk.calls();
        let failed = || calls.assert_times(case + 5);
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(failed)).unwrap_err();
    }
    panic!("no case passed");
}

#[test]
#[ignore = "another test runs it in a process of its own"]
fn passes_with_failures_that_it_ignores() {
    let zendesk = refused(MockZendesk::builder());
    for _ in 0..100 {
        zendesk.calls().try_assert_times(5).unwrap_err();
    }
    assert!(zendesk.report().is_empty());
    assert!(zendesk.try_verify().is_ok());
}
