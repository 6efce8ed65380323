//! Numbers of organizations, what is related to one, and the tags of one.

use mock_zendesk::{Clock, MockZendesk, time::Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

use super::{UNKNOWN, create, path_of, value_of};
use crate::api::{Api, errors};
use crate::contract::wire::{keys_in_order, looks_like};

/// "value first, and the time with `+00:00`, not `Z`", recorded of the count of views.
#[tokio::test]
async fn no8_no84_no85_no171_organizations_are_counted() {
    let clock = Clock::fixed_at(Timestamp::from_unix_seconds(1_695_080_259));
    let api = Api::with(MockZendesk::builder().clock(clock)).await;
    for (n, name) in ["a", "b", "c"].into_iter().enumerate() {
        let answer = api.get("/organizations/count").await.expect(200);
        assert_eq!(
            answer.body,
            format!(r#"{{"count":{{"value":{n},"refreshed_at":"2023-09-18T23:37:39+00:00"}}}}"#)
        );
        api.organization(name).await;
    }
}

/// The same form in an account where others work, too.
#[tokio::test]
async fn no84_the_count_of_organizations_has_its_time_behind_it() {
    let api = Api::start().await;
    api.organization("o").await;

    let answer = api.get("/organizations/count").await.expect(200);

    assert_eq!(keys_in_order(&answer, ""), ["count"]);
    assert_eq!(keys_in_order(&answer, "/count"), ["value", "refreshed_at"]);
    let count = answer.json()["count"].clone();
    assert!(count["value"].as_u64() >= Some(1), "{count}");
    let time = count["refreshed_at"].as_str().unwrap();
    assert!(looks_like(time, "9999-99-99T99:99:99+00:00"), "{time}");
}

/// The organizations of a user are counted alike.
#[tokio::test]
async fn no8_no86_the_organizations_of_a_user_are_counted() {
    let api = Api::start().await;
    let user = api.user("u").await;
    let path = format!("/users/{user}/organizations/count");
    for n in 0..3 {
        let answer = api.get(&path).await.expect(200);
        assert_eq!(answer.json()["count"]["value"], n);
        assert_eq!(keys_in_order(&answer, "/count"), ["value", "refreshed_at"]);
        let time = answer.json()["count"]["refreshed_at"].clone();
        let time = time.as_str().unwrap().to_owned();
        assert!(looks_like(&time, "9999-99-99T99:99:99+00:00"), "{time}");
        let organization = api.organization(&format!("o{n}")).await;
        api.membership(user, organization).await;
    }
    api.get(&format!("/users/{UNKNOWN}/organizations/count"))
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
}

/// "tickets_count, users_count", documented: the tickets and the members of the organization.
#[tokio::test]
async fn no9_no87_related_counts_tickets_and_members() {
    let api = Api::start().await;
    let (organization, other) = (api.organization("o").await, api.organization("other").await);
    let path = format!("{}/related", path_of(organization));
    let related = |tickets: u32, users: u32| {
        format!(r#"{{"organization_related":{{"tickets_count":{tickets},"users_count":{users}}}}}"#)
    };
    assert_eq!(api.get(&path).await.expect(200).body, related(0, 0));

    let (a, b) = (api.user("a").await, api.user("b").await);
    api.membership(a, organization).await;
    api.membership(a, other).await;
    api.membership(b, other).await;
    let membership = api.membership(b, organization).await;
    assert_eq!(api.get(&path).await.expect(200).body, related(0, 2));
    for n in 1..4 {
        let ticket = json!({"ticket": {"requester_id": a, "comment": {"body": "c"}}});
        api.post("/tickets", ticket).await.expect(201);
        assert_eq!(api.get(&path).await.expect(200).body, related(n, 2));
    }
    // This ticket belongs to the other organization.
    let ticket = json!({"ticket": {"requester_id": b, "comment": {"body": "c"}}});
    api.post("/tickets", ticket).await.expect(201);
    api.delete(&format!("/organization_memberships/{membership}"))
        .await
        .expect(204);
    assert_eq!(api.get(&path).await.expect(200).body, related(3, 1));

    api.get(&format!("/organizations/{UNKNOWN}/related"))
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
}

/// "POST replaces, PUT adds, DELETE removes the named ones", recorded of a live test; "as tags of
/// tickets: 201, 200 with all tags, 204", documented.
#[tokio::test]
async fn no10_no116_no117_no118_q_no17_tags_are_replaced_added_and_removed() {
    let api = Api::start().await;
    let organization = create(&api, "o", json!({"tags": ["old"]})).await;
    let path = format!("{}/tags", path_of(organization));
    let rows = [
        (Method::PUT, json!(["new", "Old"]), 200, &["new", "old"][..]),
        (
            Method::POST,
            json!(["c", "B", "a", "b"]),
            201,
            &["a", "b", "c"],
        ),
        // What is there already, and what is not.
        (Method::PUT, json!(["b"]), 200, &["a", "b", "c"]),
        (Method::DELETE, json!(["x"]), 204, &["a", "b", "c"]),
        (Method::DELETE, json!(["B", "c", "x"]), 204, &["a"]),
        (Method::PUT, json!([]), 200, &["a"]),
        (Method::POST, json!([]), 201, &[]),
    ];
    assert_eq!(api.get(&path).await.expect(200).body, r#"{"tags":["old"]}"#);

    for (method, tags, status, expected) in rows {
        let what = format!("{method} {tags}");
        let answer = api
            .send(method, &path, Some(json!({"tags": tags})))
            .await
            .expect(status);
        let expected = json!({"tags": expected}).to_string();
        assert_eq!(answer.header("location"), None, "{what}");
        assert_eq!(answer.header("x-zendesk-api-warn"), None, "{what}");
        if status == 204 {
            assert_eq!(answer.body, "", "{what}");
        } else {
            assert_eq!(answer.body, expected, "{what}");
        }
        assert_eq!(api.get(&path).await.expect(200).body, expected, "{what}");
    }
}

/// "They are the organization's `tags`."
#[tokio::test]
async fn no119_tags_are_an_attribute_of_the_organization() {
    let api = Api::start().await;
    let organization = api.organization("o").await;
    let path = format!("{}/tags", path_of(organization));

    api.post(&path, json!({"tags": ["a"]})).await.expect(201);
    assert_eq!(value_of(&api, organization, "tags").await, json!(["a"]));
    let changes = json!({"organization": {"tags": ["B"]}});
    api.put(&path_of(organization), changes).await.expect(200);
    assert_eq!(api.get(&path).await.expect(200).body, r#"{"tags":["b"]}"#);

    let path = format!("/organizations/{UNKNOWN}/tags");
    for (method, body) in [
        (Method::GET, Value::Null),
        (Method::POST, json!({"tags": ["a"]})),
        (Method::PUT, json!({"tags": ["a"]})),
        (Method::DELETE, json!({"tags": ["a"]})),
    ] {
        let body = Some(body).filter(|body| !body.is_null());
        api.send(method, &path, body)
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
    }
}

/// A change of the tags is a change of the organization.
#[tokio::test]
async fn no119_a_change_of_the_tags_changes_the_time_of_the_last_change() {
    let api = Api::start().await;
    let organization = api.organization("o").await;
    let path = format!("{}/tags", path_of(organization));
    for (method, status) in [
        (Method::POST, 201),
        (Method::PUT, 200),
        (Method::DELETE, 204),
    ] {
        let before = value_of(&api, organization, "updated_at").await;
        api.let_time_pass().await;
        let tags = Some(json!({"tags": ["t"]}));
        api.send(method, &path, tags).await.expect(status);
        assert_ne!(value_of(&api, organization, "updated_at").await, before);
    }
}
