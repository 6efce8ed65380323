//! The proof of the suite: against a server that does some things wrong it reports these, and
//! nothing else; against one that does nothing wrong it reports nothing. It knows neither server.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use mock_zendesk::calls::KeepCalls;
use mock_zendesk::{Clock, MockZendesk};
use regex::Regex;
use reqwest::Method;
use reqwest::header::{ETAG, LOCATION};

use super::proxy::{Plant, start};
use super::report::Report;
use super::runner::{self, Config};

/// What the wrong server does.
const PLANTS: &[Plant] = &[
    Plant::new("a ticket that is deleted is a 410", &["U2"]).reply(|asked, reply| {
        let id = asked.path.trim_start_matches("/tickets/");
        let is_ticket = id.len() < 12 && id.bytes().all(|byte| byte.is_ascii_digit());
        if asked.is("GET", "tickets/_") && is_ticket && reply.status == 404 {
            reply.status = 410;
        }
    }),
    Plant::new("a sentence has another word", &["C16"]).reply(|_, reply| {
        let sentence = "Parameter organization_memberships cannot specify more than 1 value";
        reply.body = reply.body.replace(&format!("{sentence}s"), sentence);
    }),
    Plant::new("memberships of a user by name, from Z to A", &["K1", "L2"]).reply(
        |asked, reply| {
            if asked.is("GET", "users/_/organization_memberships") && !asked.query.contains("page")
            {
                reply.change_rows("organization_memberships", |rows| {
                    if rows.len() > 3 {
                        rows[1..].reverse();
                    }
                });
            }
        },
    ),
    Plant::new("a new group has no Location", &["NO123", "NO124"]).reply(|asked, reply| {
        if asked.is("POST", "groups") {
            reply.headers.remove(LOCATION);
        }
    }),
    Plant::new("a merge has no winner_id", &["NO11", "NO12", "NO88"]).reply(|asked, reply| {
        if asked.is("GET", "organization_merges/_") {
            let id = reply.json()["organization_merge"]["winner_id"].to_string();
            reply.body = reply.body.replace(&format!(r#""winner_id":{id},"#), "");
        }
    }),
    Plant::new("who leaves the default gets the newest membership", &["D4"]).act(|proxy, asked| {
        Box::pin(async move {
            if !asked.is("DELETE", "users/_/organizations/_") {
                return;
            }
            let user = asked.path.split('/').nth(2).unwrap();
            let path = format!("/users/{user}/organization_memberships");
            let list = proxy.send(asked, Method::GET, &path).await;
            let rows = list["organization_memberships"]
                .as_array()
                .into_iter()
                .flatten();
            if let Some(newest) = rows.filter_map(|row| row["id"].as_u64()).max() {
                let path = format!("{path}/{newest}/make_default");
                proxy.send(asked, Method::PUT, &path).await;
            }
        })
    }),
    Plant::new("per_page of 0 is 50", &["O1", "O4", "O5"]).ask(|asked| {
        asked.query = asked.query.replace("per_page=0", "per_page=50");
    }),
    Plant::new("an empty job has no total", &["J3"]).reply(|asked, reply| {
        if asked.is("GET", "job_statuses/_") {
            reply.body = reply.body.replace("\"total\":0", "\"total\":null");
        }
    }),
    Plant::new("the last page has more", &["B1", "P5", "P6", "P9"]).reply(|asked, reply| {
        if asked.is("GET", "organizations/_/organization_memberships")
            && !reply.body.contains(r#""organization_memberships":[]"#)
        {
            reply.body = reply
                .body
                .replace(r#""has_more":false"#, r#""has_more":true"#);
        }
    }),
    Plant::new("organization_ids are not read", &["NU3", "NU77", "X7"]).ask(|asked| {
        let mut body = asked.json();
        if asked.is("PUT", "users/_") && body["user"]["organization_ids"].is_array() {
            body["user"]
                .as_object_mut()
                .unwrap()
                .remove("organization_ids");
            asked.body = body.to_string();
        }
    }),
    Plant::new("a 429 does not say when to come back", &["R-a"]).reply(|asked, reply| {
        if asked.is("GET", "users/_") && asked.number % 5 == 0 {
            reply.status = 429;
            reply.headers.remove("retry-after");
        }
    }),
    Plant::new(
        "an upsert that finds by an external id is a 201",
        &["NO3", "NO58"],
    )
    .reply(|asked, reply| {
        if asked.is("POST", "organizations/create_or_update")
            && asked.json()["organization"]["id"].is_null()
            && reply.status == 200
        {
            reply.status = 201;
        }
    }),
    Plant::new("a list after make_primary goes by id", &["NU142", "NUT1"]).reply(|asked, reply| {
        if asked.is("PUT", "users/_/identities/_/make_primary") {
            reply.change_rows("identities", |rows| rows.sort_by_key(|row| id_in(row)));
        }
    }),
    Plant::new("a suspended user is not in the list", &["NU113"]).reply(|asked, reply| {
        if asked.is("GET", "organizations/_/users") {
            let is_suspended = |row: &str| row.contains(r#""suspended":true"#);
            reply.change_rows("users", |rows| rows.retain(|row| !is_suspended(row)));
        }
    }),
    Plant::new("an update leaves the time of an organization", &["NO39"]).reply(|asked, reply| {
        if asked.is("PUT", "organizations/_") && reply.status == 200 {
            let json = reply.json();
            let [from, to] = ["updated_at", "created_at"].map(|key| &json["organization"][key]);
            let is = |time| format!(r#""updated_at":{time}"#);
            reply.body = reply.body.replace(&is(from), &is(to));
        }
    }),
    Plant::new("organizations are listed by id", &["U3", "B38"]).reply(|asked, reply| {
        if asked.is("GET", "organizations") && !asked.query.contains("page") {
            reply.change_rows("organizations", |rows| rows.sort_by_key(|row| id_in(row)));
        }
    }),
    Plant::new("a count does not say when it was made", &["NO84"]).reply(|asked, reply| {
        if asked.is("GET", "organizations/count") && reply.status == 200 {
            let value = reply.json()["count"]["value"].clone();
            reply.body = format!(r#"{{"count":{{"value":{value}}}}}"#);
        }
    }),
    Plant::new("no page of all memberships has one before it", &["O3"]).reply(|asked, reply| {
        if asked.is("GET", "organization_memberships") {
            let page = Regex::new(r#""previous_page":"[^"]*""#).unwrap();
            let none = r#""previous_page":null"#;
            reply.body = page.replace(&reply.body, none).into_owned();
        }
    }),
    Plant::new("a deleted user is a 204", &["U2", "B31"]).reply(|asked, reply| {
        let is_of_many = asked.path.ends_with("_many");
        if asked.is("DELETE", "users/_") && !is_of_many && reply.status == 200 {
            reply.status = 204;
            reply.body.clear();
        }
    }),
    Plant::new("an ETag is strong", &["W8"]).reply(|_, reply| {
        let etag = reply.headers.get(ETAG).map(|etag| etag.to_str().unwrap());
        if let Some(strong) = etag.and_then(|etag| etag.strip_prefix("W/")) {
            let strong = strong.parse().unwrap();
            reply.headers.insert(ETAG, strong);
        }
    }),
    Plant::new("a name in another case is not found", &["NO1", "NO43"]).reply(|asked, reply| {
        let name = asked.query.strip_prefix("?name=");
        if let Some(name) = name.filter(|_| asked.is("GET", "organizations/search")) {
            let name = format!("name={name}");
            let (_, name) = url::form_urlencoded::parse(name.as_bytes()).next().unwrap();
            let shown = format!(r#""name":{}"#, serde_json::Value::from(&*name));
            if !reply.body.contains(&shown) && reply.json()["count"] == 1 {
                reply.body = NO_ORGANIZATION.to_owned();
            }
        }
    }),
    Plant::new(
        "a number comes without its signs",
        &["NU66", "NU67", "NU68", "NU153", "NU154"],
    )
    .reply(|asked, reply| {
        if asked.path.starts_with("/users") && reply.status < 300 {
            let phone = Regex::new(r#""phone":"([^"]*)""#).unwrap();
            let digits = |found: &regex::Captures<'_>| {
                let digits: String = found[1].chars().filter(char::is_ascii_digit).collect();
                format!(r#""phone":"{digits}""#)
            };
            reply.body = phone.replace_all(&reply.body, digits).into_owned();
        }
    }),
];

const NO_ORGANIZATION: &str =
    r#"{"organizations":[],"next_page":null,"previous_page":null,"count":0}"#;

/// The id of a record from its text in a reply.
fn id_in(row: &str) -> u64 {
    let id = row.split(r#""id":"#).nth(1).unwrap();
    id.split(',').next().unwrap().parse().unwrap()
}

/// A double as `mock-zendesk serve` starts one, with a few records of others.
async fn double() -> MockZendesk {
    let zendesk = MockZendesk::builder()
        .clock(Clock::wall())
        .keep_calls(KeepCalls::Last(100))
        .allow_unknown_endpoints()
        .export_delay(Duration::ZERO)
        .without_verify_on_drop()
        .start()
        .await;
    let seed = zendesk.seed();
    for n in 0..120 {
        let user = seed.user(format!("Somebody {n}"));
        seed.membership(&user, &seed.organization(format!("Company {n}")));
    }
    zendesk
}

async fn report_of(
    name: &str,
    plants: &'static [Plant],
    lost_per_mille: u64,
    only: &[&str],
) -> Report {
    let zendesk = double().await;
    let before = zendesk.account();
    let url = start(&zendesk.uri(), plants, lost_per_mille).await;
    let config = Config {
        url,
        email: zendesk
            .credentials()
            .username()
            .trim_end_matches("/token")
            .to_owned(),
        token: zendesk.credentials().secret().to_owned(),
        at_once: 4,
        folder: PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name),
        only: only.iter().map(|part| (*part).to_owned()).collect(),
        index_patience: Duration::from_secs(10),
    };
    let report = runner::run(&config).await.unwrap();
    report.write(&config.folder);
    eprintln!("{}", report.summary());
    let left = zendesk.changes_since(&before);
    assert!(left.is_empty(), "left behind: {left:#?}");
    let mut blemishes = report.blemishes();
    // A case with hundreds of requests hardly ever gets all replies.
    blemishes.retain(|blemish| lost_per_mille == 0 || !blemish.starts_with("inconclusive: "));
    assert_eq!(blemishes, Vec::<String>::new());
    report
}

/// Checks that a report has all rows that are planted, and no other.
fn assert_planted(report: &Report) {
    let found = report.differing_rows();
    for Plant { what, rows, .. } in PLANTS {
        let is_reported = rows.iter().all(|row| found.contains(*row));
        assert!(is_reported, "{what}: {rows:?} in {found:?}");
    }
    let planted = PLANTS.iter().flat_map(|plant| plant.rows);
    let planted: BTreeSet<String> = planted.map(|row| (*row).to_owned()).collect();
    assert_eq!(found, planted);
}

#[test]
fn the_planted_mistakes_break_rows() {
    assert!(PLANTS.len() >= 22);
    for Plant { what, rows, .. } in PLANTS {
        assert!(!rows.is_empty(), "{what}");
    }
}

/// The cases that the planted mistakes break, and some more.
const SHORT: [&str; 29] = [
    "addresses::nu6",
    "identities::nut1_",
    "merging::nu153_",
    "merging::nu154_a_number",
    "pagination::o1_o3_",
    "users::x10_x11_u2_",
    "wire::w5_w6_",
    "find::no1_no43_",
    "attributes::no39_",
    "counts::no84_",
    "identities::nu142_",
    "organizations::u3_b38_",
    "users::the_users_of_an_organization",
    "change::k1_",
    "change::d3_",
    "change::d4_",
    "create::c1",
    "read::l2_",
    "deleted_ticket",
    "no123_",
    "no11_",
    "o1_o4_",
    "o6_",
    "job_statuses::j3_",
    "p5_p6_",
    "p9_",
    "users::x7_",
    "upsert::no",
    "upsert::tn1_",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_server_is_reported_by_the_cases_that_its_mistakes_break() {
    assert_planted(&report_of("planted-short", PLANTS, 0, &SHORT).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_server_is_not_reported() {
    let report = report_of("right-short", &[], 0, &SHORT).await;
    assert_eq!(report.differing_cases(), BTreeSet::new());
    assert!(report.held() > 30, "only {} cases held", report.held());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes some minutes"]
async fn a_wrong_server_is_reported_with_all_that_is_wrong_and_nothing_else() {
    assert_planted(&report_of("planted", PLANTS, 0, &[]).await);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes some minutes"]
async fn a_server_that_loses_one_reply_in_twenty_is_not_reported() {
    let report = report_of("lossy", &[], 50, &[]).await;
    assert_eq!(report.differing_cases(), BTreeSet::new());
    assert!(report.held() > 450, "only {} cases held", report.held());
}
