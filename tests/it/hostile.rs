//! Arbitrary requests: every answer is well formed, none is a 5xx, and the account stays sound
//! after each. Some of its records are later than its clock.

mod aimed;

use std::cell::RefCell;
use std::collections::BTreeSet;

use mock_zendesk::fixtures::Fixture;
use mock_zendesk::time::Timestamp;
use mock_zendesk::user_fields::NewUserField;
use mock_zendesk::{Account, MockZendesk, MockZendeskBuilder};
use proptest::prelude::*;
use reqwest::{Client, Method, Url};
use serde_json::json;

use crate::testing::seeded;
use aimed::{LATER, NOW, SUBJECTS, aimed, subject};

#[derive(Clone, Debug)]
struct Hostile {
    method: String,
    path: String,
    query: String,
    content_type: Option<String>,
    authorization: Option<String>,
    body: Vec<u8>,
}

/// What stands for ids that exist, and for the cursor of an earlier reply, in paths, queries and
/// bodies.
const KNOWN: [&str; 5] = ["USER", "ORGANIZATION", "MEMBERSHIP", "FIELD", "CURSOR"];

fn segment() -> impl Strategy<Value = String> {
    let words = [
        "organization_memberships",
        "organizations",
        "users",
        "tickets",
        "job_statuses",
        "groups",
        "group_memberships",
        "memberships",
        "create_many",
        "destroy_many",
        "show_many",
        "make_default",
        "me",
        "requested",
        "1",
        "0",
        "-1",
        "9223372036854775808",
        "99999999999999999999999999",
    ];
    prop_oneof![
        6 => prop::sample::select(words.to_vec()).prop_map(str::to_owned),
        6 => prop::sample::select(KNOWN.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
        1 => "[%.;~a-z0-9]{0,8}",
    ]
}

fn path() -> impl Strategy<Value = String> {
    (
        prop::collection::vec(segment(), 0..5),
        prop::sample::select(vec!["", "", ".json", ".json.json", "/", ".xml"]),
    )
        .prop_map(|(segments, end)| format!("/{}{end}", segments.join("/")))
}

fn query() -> impl Strategy<Value = String> {
    let names = [
        "page",
        "per_page",
        "page[size]",
        "page[after]",
        "page[before]",
        "ids",
        "ids[]",
        "include",
        "sort",
    ];
    let name = prop_oneof![4 => prop::sample::select(names.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,6}"];
    let value = prop_oneof![
        2 => "-?[0-9]{0,25}",
        2 => "[A-Za-z0-9+/=%]{0,30}",
        1 => "\\PC{0,10}",
        1 => prop::sample::select(vec!["USER", "MEMBERSHIP,MEMBERSHIP", "users,organizations", "eyJvIjoiaWQiLCJ2IjoiYVFFPSJ9"])
            .prop_map(str::to_owned),
    ];
    prop::collection::vec((name, value), 0..4).prop_map(|pairs| {
        let pairs: Vec<String> = pairs
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("&")
    })
}

fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        "-?[1-9][0-9]{0,30}",
        "[0-9]{1,3}\\.[0-9]{1,3}(e-?[0-9]{1,2})?",
        "\"[a-z0-9 \\\\]{0,10}\"",
        prop::sample::select(KNOWN.to_vec()).prop_map(str::to_owned),
    ];
    let keys = [
        "organization_membership",
        "organization_memberships",
        "user",
        "users",
        "organization",
        "ticket",
        "group",
        "group_membership",
        "group_id",
        "user_id",
        "organization_id",
        "default",
        "name",
        "email",
        "comment",
        "body",
        "status",
        "tags",
        "requester_id",
        "foo\\u0000é\\n",
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        let key = prop::sample::select(keys.to_vec());
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..6).prop_map(|items| format!("[{}]", items.join(","))),
            4 => prop::collection::vec((key, inner), 0..5).prop_map(|entries| {
                let entries: Vec<String> = entries.into_iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", entries.join(","))
            }),
        ]
    })
}

/// Bodies that are nearly right, so that some get as far as the rules.
fn nearly() -> impl Strategy<Value = String> {
    let value = prop_oneof![3 => Just("USER".to_owned()), 3 => Just("ORGANIZATION".to_owned()), 2 => any_json()];
    (value.clone(), value, 0..4usize).prop_map(|(user, organization, kind)| match kind {
        0 => format!(r#"{{"organization_membership":{{"user_id":{user},"organization_id":{organization}}}}}"#),
        1 => format!(r#"{{"organization_memberships":[{{"user_id":{user},"organization_id":{organization}}}]}}"#),
        2 => format!(r#"{{"user":{{"name":{user},"organization_id":{organization}}}}}"#),
        _ => format!(
            r#"{{"ticket":{{"comment":{{"body":"x"}},"requester_id":{user},"organization_id":{organization}}}}}"#
        ),
    })
}

fn hostile() -> impl Strategy<Value = Hostile> {
    prop_oneof![3 => arbitrary(), 2 => aimed()]
}

fn arbitrary() -> impl Strategy<Value = Hostile> {
    let method = prop_oneof![
        9 => prop::sample::select(vec!["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"]).prop_map(str::to_owned),
        1 => "[A-Za-z!#$]{1,10}",
    ];
    let body = prop_oneof![
        1 => Just(Vec::new()),
        3 => any_json().prop_map(String::into_bytes),
        3 => nearly().prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..50),
        1 => (1..400usize).prop_map(|depth| "[".repeat(depth).into_bytes()),
    ];
    let content_type = prop::option::weighted(
        0.9,
        prop_oneof![6 => Just("application/json".to_owned()), 1 => Just("Application/JSON; charset=x".to_owned()), 1 => "[ -~]{0,20}"],
    );
    let authorization = prop_oneof![9 => Just(None), 1 => prop::option::of("(Basic|Bearer|basic|Digest)? ?[A-Za-z0-9+/=:]{0,20}")];
    (method, path(), query(), content_type, authorization, body).prop_map(
        |(method, path, query, content_type, authorization, body)| Hostile {
            method,
            path,
            query,
            content_type,
            authorization,
            body,
        },
    )
}

/// What must hold of an account whatever has been asked of it.
fn assert_sound(account: &Account) {
    let memberships = account.memberships();
    let pairs: BTreeSet<_> = memberships
        .iter()
        .map(|m| (m.user_id, m.organization_id))
        .collect();
    assert_eq!(pairs.len(), memberships.len(), "a pair at most once");
    assert_eq!(memberships.len(), account.membership_count());
    for user in account.users() {
        let list = account.memberships_of_user(&user);
        assert_eq!(
            list.iter().filter(|m| m.default).count(),
            usize::from(!list.is_empty()),
            "one default"
        );
        assert_eq!(
            user.organization_id,
            list.first().map(|default| default.organization_id),
            "the default is first"
        );
        let key = |name: &str| name.trim().to_lowercase();
        assert!(
            list.iter()
                .skip(1)
                .is_sorted_by_key(|m| (key(&m.organization_name), m.id)),
            "then by name"
        );
        assert!(
            list.iter()
                .all(|m| account.membership(&user, m.organization_id).as_ref() == Some(m))
        );
    }
    let of_organizations: usize = account
        .organizations()
        .iter()
        .map(|o| account.memberships_of_organization(o).len())
        .sum();
    assert_eq!(
        memberships.len(),
        of_organizations,
        "every membership is in an organization"
    );
}

/// What the requests to one double have seen so far.
#[derive(Default)]
struct Seen {
    /// The cursor of the last reply that had one.
    cursor: String,
    /// What was answered with success.
    subjects: BTreeSet<&'static str>,
}

async fn throw(zendesk: &MockZendesk, client: &Client, hostile: &Hostile, seen: &mut Seen) {
    let account = zendesk.account();
    let user = account
        .users()
        .last()
        .map_or(0, |user| user.id.get())
        .to_string();
    let organization = account
        .organizations()
        .first()
        .map_or(0, |organization| organization.id.get())
        .to_string();
    let membership = account
        .memberships()
        .first()
        .map_or(0, |membership| membership.id.get())
        .to_string();
    let field = account
        .user_fields()
        .first()
        .map_or(0, |field| field.id.get())
        .to_string();
    let known = [user, organization, membership, field, seen.cursor.clone()];
    let fill = |text: &str| {
        KNOWN
            .iter()
            .zip(&known)
            .fold(text.to_owned(), |text, (name, id)| text.replace(name, id))
    };
    let mut url: Url = zendesk.url(&fill(&hostile.path)).parse().unwrap();
    url.set_query(Some(&fill(&hostile.query)));
    let method = Method::from_bytes(hostile.method.as_bytes()).unwrap();
    let known_authorization = zendesk.authorization();
    let mut request = client.request(method, url);
    request = request.header(
        "authorization",
        hostile
            .authorization
            .as_ref()
            .unwrap_or(&known_authorization),
    );
    if let Some(content_type) = &hostile.content_type {
        request = request.header("content-type", content_type);
    }
    let body = match std::str::from_utf8(&hostile.body) {
        Ok(text) => fill(text).into_bytes(),
        Err(_) => hostile.body.clone(),
    };
    let reply = request.body(body).send().await.unwrap();

    let (status, headers) = (reply.status(), reply.headers().clone());
    let text = String::from_utf8(reply.bytes().await.unwrap().to_vec()).expect("UTF-8");
    // The double says so of what it does not implement of the search.
    let is_unmodeled = status == 501 && hostile.path.contains("search");
    assert!(!status.is_server_error() || is_unmodeled, "{status} {text}");
    assert_eq!(headers["x-zendesk-api-version"], "v2");
    let content_type = headers
        .get("content-type")
        .map(|value| value.to_str().unwrap());
    match content_type {
        None => assert_eq!((status.as_u16(), text.as_str()), (204, "")),
        Some(_) if hostile.method == "HEAD" => assert_eq!(text, ""),
        Some("application/json; charset=utf-8") => {
            let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(
                json.get("error").is_some() || json.get("errors").is_some(),
                !status.is_success(),
                "{text}"
            );
            let cursors = ["/after_cursor", "/meta/after_cursor"];
            let cursor = |at: &str| json.pointer(at)?.as_str();
            if let Some(cursor) = cursors.into_iter().find_map(cursor) {
                seen.cursor = cursor.to_owned();
            }
        }
        Some(other) => {
            assert!(status == 400 || is_unmodeled, "{status} {text}");
            assert_eq!(other, "text/plain; charset=utf-8");
        }
    }
    if status.is_success() {
        seen.subjects.extend(subject(&hostile.path));
    }
    assert_sound(&zendesk.account());
}

/// Loads records that are later than the clock, as those of another account may be.
fn load_later_records(zendesk: &MockZendesk) {
    let [created, updated] = LATER.map(|later| Timestamp::from_unix_seconds(NOW + later));
    let row =
        |id: u64| json!({"id": id, "name": "Later", "created_at": created, "updated_at": updated});
    let ticket =
        json!({"id": 700, "requester_id": 701, "created_at": created, "updated_at": updated});
    let fixture = json!({
        "users": [row(701), row(702)], "organizations": [row(703)], "tickets": [ticket]
    });
    let fixture = Fixture::from_json(&fixture.to_string()).unwrap();
    zendesk.seed().load(&fixture);
}

#[test]
fn no_request_gets_a_malformed_answer_or_harms_the_account() {
    throw_at(40, MockZendesk::builder);
}

#[test]
fn nor_does_one_if_the_double_gives_all_other_answers() {
    throw_at(20, || MockZendesk::builder().all_other_answers());
}

/// Sends arbitrary requests to this number of doubles that are set up like this.
fn throw_at(cases: u32, builder: fn() -> MockZendeskBuilder) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let subjects = RefCell::new(BTreeSet::new());
    proptest!(seeded(cases), |(requests in prop::collection::vec(hostile(), 1..40))| {
        runtime.block_on(async {
            // What no program should send fails a test: that is not the question here.
            let zendesk = builder().without_verify_on_drop().start().await;
            let seed = zendesk.seed();
            let (ada, acme, zulu) = (seed.user("Ada"), seed.organization("Acme"), seed.organization("Zulu"));
            seed.membership(&ada, &zulu);
            seed.membership(&ada, &acme);
            seed.ticket(&ada, "Printer on fire");
            seed.add(NewUserField::text("plan"));
            load_later_records(&zendesk);
            let (client, mut seen) = (Client::new(), Seen::default());
            for request in &requests {
                throw(&zendesk, &client, request, &mut seen).await;
            }
            subjects.borrow_mut().extend(seen.subjects);
        });
    });
    assert_eq!(
        subjects.into_inner(),
        SUBJECTS.into_iter().collect(),
        "each had answers with success"
    );
}
