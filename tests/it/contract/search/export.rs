//! The export of a search: cursors that are bound to a query and live for an hour.

use std::cmp::Reverse;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mock_zendesk::time::Timestamp;
use serde_json::{Value, json};

use super::{marking, names, organization, user};
use crate::api::Api;
use crate::contract::wire::keys_in_order;

const BAD_CURSOR: &str =
    r#"{"error":"InvalidPaginationParameter","description":"page[after] is not valid"}"#;

fn export(query: &str, kind: &str, rest: &str) -> String {
    let query = super::encoded(query);
    format!("/search/export?filter[type]={kind}&query={query}{rest}")
}

/// Three users of at least two seconds, by name in the order of an export: the latest first, and by id
/// in a second.
async fn three(api: &Api) -> Vec<String> {
    let mut rows = Vec::new();
    for name in ["~Ann", "~Bob", "~Cy"] {
        if name == "~Cy" {
            api.let_time_pass().await;
        }
        rows.push(user(api, json!({"name": name, "tags": ["~t"]})).await);
    }
    let second = |row: &Value| row["created_at"].as_str().unwrap().to_owned();
    rows.sort_by_key(|row| (Reverse(second(row)), row["id"].as_u64()));
    let names = rows
        .iter()
        .map(|row| row["name"].as_str().unwrap().to_owned());
    names.collect()
}

/// The envelope, the order and the links, as recorded: the latest first, and by id in a second.
#[tokio::test]
async fn nsx3_nsx4_nsx5_nsx8_ns12_the_envelope_of_an_export() {
    let api = marking().await;
    let expected = three(&api).await;
    let query = "created_at>=2023-09-14T00:39:54Z type:user tags:~t";
    let first = api
        .get(&export(query, "user", "&page[size]=2"))
        .await
        .expect(200);
    assert_eq!(first.header("cache-control"), Some("max-age=10, private"));
    assert_eq!(
        keys_in_order(&first, ""),
        ["results", "facets", "meta", "links"]
    );
    assert_eq!(
        keys_in_order(&first, "/meta"),
        ["has_more", "after_cursor", "before_cursor"]
    );
    assert_eq!(keys_in_order(&first, "/links"), ["prev", "next"]);
    assert_eq!(
        keys_in_order(&first, "/results/0").last().unwrap(),
        "result_type"
    );
    assert_eq!(names(&first), expected[..2]);
    let body = first.json();
    assert_eq!(body["meta"]["has_more"], true);
    assert_eq!(
        (&body["meta"]["before_cursor"], &body["links"]["prev"]),
        (&Value::Null, &Value::Null)
    );
    let next = body["links"]["next"].as_str().unwrap();
    let start = "/api/v2/search/export.json?filter%5Btype%5D=user&page%5Bafter%5D=";
    assert!(next.starts_with(&format!("{}{start}", api.uri())), "{next}");
    let end =
        "&page%5Bsize%5D=2&query=created_at%3E%3D2023-09-14T00%3A39%3A54Z+type%3Auser+tags%3A~t";
    assert!(next.ends_with(end), "{next}");

    let last = api.get(next).await.expect(200);
    assert_eq!(names(&last), expected[2..]);
    let body = last.json();
    assert_eq!(body["meta"]["has_more"], false);
    assert_eq!(
        (&body["meta"]["before_cursor"], &body["links"]["prev"]),
        (&Value::Null, &Value::Null)
    );
    // The link is still there, and leads to an empty page.
    let behind = api
        .get(body["links"]["next"].as_str().unwrap())
        .await
        .expect(200);
    assert_eq!(names(&behind), [""; 0]);
    assert_eq!(
        behind.json()["meta"],
        json!({"has_more": false, "after_cursor": null, "before_cursor": null})
    );
    assert_eq!(behind.json()["links"], json!({"prev": null, "next": null}));
}

/// Sort parameters and `order_by` have no effect, and the kind need not be in the query.
#[tokio::test]
async fn nsx1_nsx4_ns58_an_export_has_one_order() {
    let api = marking().await;
    let expected = three(&api).await;
    organization(&api, json!({"name": "~O", "tags": ["~t"]})).await;
    for (query, rest) in [
        ("tags:~t", ""),
        ("tags:~t order_by:created_at sort:asc", ""),
        ("tags:~t", "&sort_by=created_at&sort_order=asc"),
    ] {
        let answer = api.get(&export(query, "user", rest)).await.expect(200);
        assert_eq!(names(&answer), expected, "{query}{rest}");
    }
    let answer = api
        .get(&export("tags:~t", "organization", ""))
        .await
        .expect(200);
    assert_eq!(names(&answer), ["~O"]);
    let other = api
        .get(&export("tags:~t type:user", "organization", ""))
        .await
        .expect(200);
    assert_eq!(names(&other), [""; 0]);
}

/// The keys in a cursor, as recorded.
#[tokio::test]
async fn nsx6_a_cursor_is_a_position_with_a_time() {
    let api = marking().await;
    three(&api).await;
    let body = api
        .get(&export("tags:~t", "user", "&page[size]=1"))
        .await
        .expect(200)
        .json();
    let cursor = body["meta"]["after_cursor"].as_str().unwrap();
    let cursor = STANDARD.decode(cursor).unwrap();
    let cursor = String::from_utf8(cursor).unwrap();
    let row = &body["results"][0];
    let created_at: Timestamp = row["created_at"].as_str().unwrap().parse().unwrap();
    let start = format!(
        r#"{{"field":"created_at","desc":true,"tieBreakField":"id","tieBreakDesc":false,"sortValues":[{}000,{}],"exportedThusFar":1,"sessionStart":"#,
        created_at.unix_seconds(),
        row["id"]
    );
    assert!(cursor.starts_with(&start), "{cursor}");
    assert!(cursor.contains(r#","saltedRequestHash":"#), "{cursor}");
    assert!(cursor.contains(r#","saltedCursorHash":"#), "{cursor}");
    if let Some(zendesk) = api.own() {
        let now = zendesk.now().unix_seconds();
        let times = format!(r#""sessionStart":{now}000,"createdAt":{now}000,"#);
        assert!(cursor.contains(&times), "{cursor}");
    }
}

/// A cursor lives for an hour, and belongs to its query and its kind.
#[tokio::test]
async fn nsx6_nsx7_q_ns7_a_cursor_that_is_old_or_of_another_query_is_refused() {
    let api = marking().await;
    let expected = three(&api).await;
    let body = api
        .get(&export("tags:~t", "user", "&page[size]=1"))
        .await
        .expect(200)
        .json();
    let cursor = super::encoded(body["meta"]["after_cursor"].as_str().unwrap());
    let after = |query: &str, kind: &str, cursor: &str| {
        export(query, kind, &format!("&page[size]=1&page[after]={cursor}"))
    };
    for (query, kind) in [("tags:~u", "user"), ("tags:~t", "ticket")] {
        api.get(&after(query, kind, &cursor))
            .await
            .expect_error(400, BAD_CURSOR);
    }
    // The position of a cursor cannot be changed.
    let position = STANDARD.decode(body["meta"]["after_cursor"].as_str().unwrap());
    let position = String::from_utf8(position.unwrap()).unwrap();
    let changed = position.replace(r#""exportedThusFar":1"#, r#""exportedThusFar":2"#);
    assert_ne!(changed, position);
    let changed = super::encoded(&STANDARD.encode(changed));
    for junk in ["x", "e30%3D", "", &changed] {
        api.get(&after("tags:~t", "user", junk))
            .await
            .expect_error(400, BAD_CURSOR);
    }
    if let Some(zendesk) = api.own() {
        zendesk.advance(Duration::from_secs(60 * 60));
    }
    let next = api
        .get(&after("tags:~t", "user", &cursor))
        .await
        .expect(200);
    assert_eq!(names(&next), expected[1..2]);
    if let Some(zendesk) = api.own() {
        zendesk.advance(Duration::from_secs(1));
        api.get(&after("tags:~t", "user", &cursor))
            .await
            .expect_error(400, BAD_CURSOR);
    }
    // The cursor of the second page is younger.
    let cursor = super::encoded(next.json()["meta"]["after_cursor"].as_str().unwrap());
    let last = api
        .get(&after("tags:~t", "user", &cursor))
        .await
        .expect(200);
    assert_eq!(names(&last), expected[2..]);
}

/// `filter[type]` is required, and is one of four; pages have up to 1,000 rows.
#[tokio::test]
async fn nsx1_nsx2_q_ns6_parameters_of_an_export() {
    let api = marking().await;
    let missing = r#"{"error":"ParameterMissing","description":"Parameter filter is required"}"#;
    api.get("/search/export?query=x")
        .await
        .expect_error(400, missing);
    let unknown = r#"{"error":{"title":"Invalid attribute","message":"You passed an invalid value for the filter.type attribute. Invalid parameter: filter.type must be one of these: user, organization, ticket, and group from api/v2/search/export"}}"#;
    api.get(&export("x", "article", ""))
        .await
        .expect_error(400, unknown);
    for (size, status) in [("1", 200), ("1000", 200), ("1001", 400), ("0", 400)] {
        let answer = api
            .get(&export("x", "user", &format!("&page[size]={size}")))
            .await;
        assert_eq!(answer.status, status, "{size}");
    }
    for kind in ["user", "organization", "ticket", "group"] {
        api.get(&export("x", kind, "")).await.expect(200);
    }
}
