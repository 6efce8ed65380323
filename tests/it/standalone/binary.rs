//! The binary: what its options do, what it tells, and how it ends.

use std::fs;
use std::net::TcpListener;
use std::process::Command;

use expect_test::expect;
use serde_json::json;

use super::program::{PROGRAM, Program, output};

#[test]
fn a_wrong_option_is_named_in_a_sentence_and_the_exit_code_is_2() {
    let rows: [&[&str]; 26] = [
        &[],
        &["serv"],
        &["serve", "extra"],
        &["serve", "--prot", "1"],
        &["serve", "--port"],
        &["serve", "--port", "abc"],
        &["serve", "--port", "65536"],
        &["serve", "--host", "localhost"],
        &["serve", "--page-host", "zendesk:8080"],
        &["serve", "--credentials", "s3cret"],
        &["serve", "--memberships", "1"],
        &["serve", "--job-seconds", "-1"],
        &["serve", "--export-delay", "NaN"],
        &["serve", "--rate-window-seconds", "5"],
        &["serve", "--rate-limit", "1", "--rate-window-seconds", "0"],
        &["serve", "--quiet=yes"],
        &["serve", "--fixture", "no/such/file.json"],
        &["serve", "--fixture", "f.json", "--users", "1"],
        &["serve", "--users", "-3"],
        &["serve", "--organizations", "10000001"],
        &["serve", "--rate-limit", "4294967296"],
        &["serve", "--save", "no/such/folder/file.json"],
        &["serve", "--fault", "stats=503"],
        &["serve", "--fault", "status=200"],
        &["serve", "--fault", "status=503,on=ListUser"],
        &["serve", "--fault", ""],
    ];
    let mut told = String::new();
    for arguments in rows {
        let output = output(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        let (problem, advice) = text.trim_end().split_once('\n').unwrap();
        assert_eq!(advice, "`mock-zendesk --help` lists the options");
        told += problem.trim_start_matches("mock-zendesk: ");
        told += "\n";
    }
    expect![[r#"
        say `mock-zendesk serve` to start it
        unexpected argument "serv"
        unexpected argument "extra"
        invalid option '--prot'
        missing argument for option '--port'
        --port abc: it takes a number from 0 to 65535
        --port 65536: it takes a number from 0 to 65535
        --host localhost: invalid IP address syntax
        --page-host: it takes the name of a host, without a port
        --credentials: it takes EMAIL:TOKEN
        --memberships: 1 need more users or organizations: 0 fit
        --job-seconds -1: it takes a number of seconds from 0 to 1000000000
        --export-delay NaN: it takes a number of seconds from 0 to 1000000000
        --rate-window-seconds: it changes --rate-limit, which is missing
        --rate-window-seconds 0: it takes a number of seconds from 1 to 4294967295
        unexpected argument for option '--quiet': "yes"
        --fixture no/such/file.json: No such file or directory (os error 2)
        --users: its records could be in the fixture already; leave out --fixture or this
        --users -3: it takes a number from 0 to 10000000
        --organizations 10000001: it takes a number from 0 to 10000000
        --rate-limit 4294967296: it takes a number from 0 to 4294967295
        --save no/such/folder/file.json: No such file or directory (os error 2)
        --fault stats=503: stats: a fault has no such field; did you mean status?
        --fault status=200: status: it takes a status from 400 to 599, and not 200
        --fault status=503,on=ListUser: on: there is no operation ListUser; did you mean ListUsers?
        --fault : a fault needs one of status, html_error, rate_limited, unavailable, delay, slow_body, disconnect, lost_reply, malformed_json, empty_body, wrong_content_type, truncated_body
    "#]].assert_eq(&told);
}

#[test]
fn a_port_in_use_is_a_sentence_that_names_the_option() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port().to_string();
    let output = output(&["serve", "--port", &port]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    let start = format!("mock-zendesk: --port: cannot listen at 127.0.0.1:{port}: ");
    assert!(text.starts_with(&start), "{text}");
    assert!(!text.contains("panicked"), "{text}");
}

#[test]
fn help_names_every_option_and_version_is_that_of_the_package() {
    for arguments in [&["--help"] as &[&str], &["serve", "--help"], &["-h"]] {
        let output = output(arguments);
        assert_eq!(output.status.code(), Some(0));
        let text = String::from_utf8(output.stdout).unwrap();
        let source = include_str!("../../../src/standalone/options.rs");
        let options: Vec<&str> = source
            .split("Long(\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        assert!(options.len() > 15, "{options:?}");
        for option in options {
            assert!(text.contains(&format!("  --{option} ")), "{option}");
        }
    }
    let version = output(&["--version"]).stdout;
    let expected = concat!("mock-zendesk ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(String::from_utf8(version).unwrap(), expected);
}

#[cfg(unix)]
#[test]
fn requests_are_told_with_their_effects_and_hints_and_the_transcript_at_the_end() {
    let program = Program::serving(&[
        "--port=0",
        "--transcript",
        "--fault",
        "status=503,on=ListUsers",
    ]);
    assert_eq!(program.get("/api/v2/users").status(), 503);
    let body = json!({"organization": {"name": "Acme", "domainNames": ["acme.example"]}});
    assert_eq!(program.post("/api/v2/organizations", &body).status(), 201);
    assert_eq!(program.get("/api/v2/organisations").status(), 404);
    let (code, stdout, stderr) = program.stopped_by("INT");
    assert_eq!(code, Some(0));
    let (tries, transcript) = stdout.split_once('\n').unwrap();
    assert!(tries.starts_with("try: curl -u owner@example.com/token:token http://127.0.0.1:"));
    expect![[r##"
        #1  GET  /api/v2/users  -> 503  injected fault: status 503, given as text
        #2  POST  /api/v2/organizations  -> 201  CreateOrganization
                {"organization":{"domainNames":["acme.example"],"name":"Acme"}}
                ignored by Zendesk: organization.domainNames (did you mean domain_names?)
                organization 21859498329364 (Acme) created
                hint: Zendesk ignores organization.domainNames; did you mean domain_names?
        #3  GET  /api/v2/organisations  -> 404  no such endpoint; did you mean /api/v2/organizations?
        stopped by SIGINT after 3 calls
    "##]].assert_eq(&stderr);
    assert!(
        transcript.ends_with("did you mean /api/v2/organizations?\n"),
        "{transcript}"
    );
    assert_eq!(
        transcript.matches("(Acme) created").count(),
        1,
        "{transcript}"
    );
}

#[cfg(unix)]
#[test]
fn after_a_reset_the_calls_are_told_from_1_and_the_faults_of_the_options_happen_again() {
    let program = Program::serving(&["--fault", "status=503,on=ListUsers"]);
    for status in [503, 200] {
        assert_eq!(program.get("/api/v2/users").status(), status);
    }
    assert_eq!(program.post("/_mock/reset", &json!({})).status(), 200);
    assert_eq!(program.get("/api/v2/users").status(), 503);
    let (_, _, stderr) = program.stopped_by("TERM");
    expect![[r#"
        #1  GET  /api/v2/users  -> 503  injected fault: status 503, given as text
        #2  GET  /api/v2/users  -> 200  ListUsers
        #1  GET  /api/v2/users  -> 503  injected fault: status 503, given as text
        stopped by SIGTERM after 1 call
    "#]]
    .assert_eq(&stderr);
}

/// A shell lets the programs that it starts in the background ignore SIGINT.
#[cfg(unix)]
#[test]
fn a_background_process_that_inherits_an_ignored_signal_ends_as_well() {
    for signal in ["INT", "TERM"] {
        let mut command = Command::new("sh");
        let script = format!("trap '' INT TERM; exec {PROGRAM} serve --quiet");
        command.args(["-c", &script]);
        let program = Program::run(command);
        assert_eq!(program.get("/api/v2/users").status(), 200);
        let (code, _, stderr) = program.stopped_by(signal);
        assert_eq!(code, Some(0));
        assert_eq!(stderr, format!("stopped by SIG{signal} after 1 call\n"));
    }
}

#[cfg(unix)]
#[test]
fn what_is_saved_can_be_the_fixture_of_another_run() {
    let file = std::env::temp_dir().join(format!("mock-zendesk-save-{}.json", std::process::id()));
    let name = file.to_str().unwrap();
    let options = ["--users", "2", "--organizations", "2", "--memberships", "3"];
    let program = Program::serving(&[&options[..], &["--save", name]].concat());
    assert!(
        fs::read_to_string(&file)
            .unwrap()
            .contains("Organization 0002")
    );
    let body = json!({"organization": {"name": "Acme"}});
    assert_eq!(program.post("/api/v2/organizations", &body).status(), 201);
    assert_eq!(program.stopped_by("TERM").0, Some(0));

    let program = Program::serving(&["--fixture", name]);
    let list: serde_json::Value = program.get("/api/v2/organizations").json().unwrap();
    assert_eq!(list["organizations"][0]["name"], "Acme");
    let list = program.get("/api/v2/organization_memberships");
    let list: serde_json::Value = list.json().unwrap();
    let memberships = list["organization_memberships"].as_array();
    assert_eq!(memberships.map(Vec::len), Some(3));
    fs::remove_file(file).unwrap();
}

#[test]
fn a_job_that_nobody_polls_is_done_when_its_time_is_over() {
    let program = Program::serving(&["--users", "1", "--organizations", "1", "--job-seconds", "0"]);
    let list: serde_json::Value = program.get("/api/v2/users?role=end-user").json().unwrap();
    let user = &list["users"][0]["id"];
    let list: serde_json::Value = program.get("/api/v2/organizations").json().unwrap();
    let organization = &list["organizations"][0]["id"];
    let body =
        json!({"organization_memberships": [{"user_id": user, "organization_id": organization}]});
    let queued = program.post("/api/v2/organization_memberships/create_many", &body);
    assert_eq!(queued.status(), 200);
    let list = program.get("/api/v2/organization_memberships");
    let list: serde_json::Value = list.json().unwrap();
    assert_eq!(list["organization_memberships"][0]["user_id"], *user);
}

#[test]
fn the_window_of_the_rate_limit_is_what_the_option_says() {
    let program = Program::serving(&["--rate-limit", "0", "--rate-window-seconds", "2"]);
    let limited = program.get("/api/v2/users");
    assert_eq!(limited.status(), 429);
    let wait: u64 = limited.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
}

#[test]
fn only_the_given_credentials_are_accepted() {
    let program = Program::serving(&[
        "--credentials",
        "ada@example.com:s3cret",
        "--credentials",
        "owner@example.com:token",
    ]);
    assert_eq!(program.get("/api/v2/users").status(), 200);
    let program = Program::serving(&["--credentials", "ada@example.com:s3cret"]);
    assert_eq!(program.get("/api/v2/users").status(), 401);
}
