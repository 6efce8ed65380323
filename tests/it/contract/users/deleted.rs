//! Deleted users, and their permanent deletion.

use std::time::Duration;

use mock_zendesk::MockZendesk;
use reqwest::Method;
use serde_json::{Value, json};

use super::create;
use crate::api::{Answer, Api, errors};
use crate::contract::pagination::pages;
use crate::contract::wire::keys_in_order;
use crate::scene::Scene;

/// The required keys of the OpenAPI document, in its order.
const KEYS: [&str; 15] = [
    "id",
    "url",
    "name",
    "email",
    "created_at",
    "updated_at",
    "time_zone",
    "phone",
    "shared_phone_number",
    "photo",
    "locale_id",
    "locale",
    "organization_id",
    "role",
    "active",
];

/// Creates a user with much to lose, and deletes it.
async fn deleted(api: &Api) -> Value {
    let address = format!("{}@mail.test", api.name("gone").replace(' ', "-"));
    let attributes = json!({
        "email": address, "phone": "+1 555", "alias": "a", "details": "d", "notes": "n", "signature": "s",
        "tags": ["t"],
    });
    let user = create(api, attributes).await;
    api.delete(&format!("/users/{}", user["id"]))
        .await
        .expect(200);
    user
}

async fn delete_permanently(api: &Api, user: &Value) -> Answer {
    api.delete(&format!("/deleted_users/{}", user["id"])).await
}

/// The keys, documented: `required` of the OpenAPI document. That the e-mail address is null is a
/// choice: the examples show one.
#[tokio::test]
async fn nu162_nu163_a_deleted_user_is_shown_with_fifteen_keys() {
    let api = Api::start().await;
    let user = deleted(&api).await;
    let path = format!("/deleted_users/{}", user["id"]);

    let shown = api.get(&path).await.expect(200);

    assert_eq!(keys_in_order(&shown, "/deleted_user"), KEYS);
    let one = shown.json()["deleted_user"].clone();
    assert_eq!(one["url"], format!("{}.json", api.url(&path)));
    for key in ["id", "name", "created_at", "time_zone", "role"] {
        assert_eq!(one[key], user[key], "{key}");
    }
    assert_eq!(
        (&one["active"], &one["email"]),
        (&json!(false), &json!(null))
    );
    let pages = pages(&api, "/deleted_users?page[size]=100", "/links/next").await;
    let lists = pages
        .iter()
        .map(|page| page.json()["deleted_users"].clone());
    let has_one = lists
        .into_iter()
        .any(|list| list.as_array().unwrap().contains(&one));
    assert!(has_one, "{one} is in none of {} pages", pages.len());
}

/// "Returns deleted users, including permanently deleted users", by id, under both paginations, at
/// most 100 a page.
#[tokio::test]
async fn nu25_nu161_deleted_users_are_listed_by_id() {
    let api = Api::with(MockZendesk::builder()).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(deleted(&api).await["id"].clone());
    }
    api.user("alive").await;
    api.delete(&format!("/deleted_users/{}", ids[1]))
        .await
        .expect(200);

    let list = api.get("/deleted_users").await.expect(200);
    assert_eq!(list.each("deleted_users", "id"), ids);
    let keys = ["deleted_users", "next_page", "previous_page", "count"];
    assert_eq!(keys_in_order(&list, ""), keys);
    let names = list.each("deleted_users", "name");
    assert_eq!(names[1], "Permanently Deleted User");
    assert_eq!(list.each("deleted_users", "phone")[1], Value::Null);
    assert_eq!(list.each("deleted_users", "active"), [false, false, false]);
    let second = api
        .get("/deleted_users?per_page=2&page=2")
        .await
        .expect(200);
    assert_eq!(second.each("deleted_users", "id"), ids[2..]);

    let mut walked = Vec::new();
    let mut next = json!("/deleted_users?page[size]=2");
    while let Some(url) = next.as_str() {
        let page = api.get(url).await.expect(200);
        walked.extend(page.each("deleted_users", "id"));
        let more = page.json()["meta"]["has_more"] == true;
        next = page.json()["links"]["next"].clone();
        if !more {
            break;
        }
    }
    assert_eq!(walked, ids);
    api.get("/deleted_users?page[size]=101").await.expect(400);

    let count = api.get("/deleted_users/count").await.expect(200);
    assert_eq!(count.json()["count"]["value"], 3);
}

/// "Returns users that have been deleted but not permanently yet."
#[tokio::test]
async fn nu164_nu166_only_a_user_who_is_deleted_and_not_permanently_is_found() {
    let api = Api::start().await;
    let alive = api.user("alive").await;
    let gone = deleted(&api).await;
    delete_permanently(&api, &gone).await.expect(200);
    for id in [json!(alive), gone["id"].clone(), json!(super::UNKNOWN)] {
        let path = format!("/deleted_users/{id}");
        api.get(&path)
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
        api.delete(&path)
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
    }
    let bad = api.get("/deleted_users/abc").await;
    let expected = errors::invalid_attribute("id must be an integer", "deleted_users/show");
    bad.expect_error(400, &expected);
}

/// 200 with a body is documented, and so are the name and that personal data are null.
#[tokio::test]
async fn nu165_a_user_who_is_deleted_permanently_loses_its_personal_data() {
    let api = Api::start().await;
    let user = deleted(&api).await;

    let answer = delete_permanently(&api, &user).await.expect(200);

    assert_eq!(keys_in_order(&answer, "/deleted_user"), KEYS);
    assert_eq!(
        answer.json()["deleted_user"]["name"],
        "Permanently Deleted User"
    );
    let shown = api.get(&format!("/users/{}", user["id"])).await.expect(200);
    let shown = shown.json()["user"].clone();
    assert_eq!(shown["name"], "Permanently Deleted User");
    for key in [
        "email",
        "phone",
        "alias",
        "details",
        "notes",
        "signature",
        "external_id",
    ] {
        assert_eq!(shown[key], Value::Null, "{key}");
    }
    assert_eq!(
        (&shown["active"], &shown["tags"]),
        (&json!(false), &json!([]))
    );
    assert_eq!(
        shown.get("permanently_deleted"),
        None,
        "only exports show it"
    );
    for key in ["id", "created_at", "time_zone", "role"] {
        assert_eq!(shown[key], user[key], "{key}");
    }
    let path = format!("/users/show_many?ids={}", user["id"]);
    let left_out = api.get(&path).await.expect(200);
    assert_eq!(left_out.json()["count"], 0);
    let all = api.get(&format!("{path}&include_deleted=true")).await;
    assert_eq!(all.each("users", "name"), ["Permanently Deleted User"]);
}

/// "700 permanent deletions per 10 minutes", with `Retry-After`, documented. Whose window starts
/// when is not known.
#[tokio::test]
async fn nu167_seven_hundred_users_are_deleted_permanently_in_ten_minutes() {
    let scene = Scene::with(MockZendesk::builder().endpoint_limits()).await;
    scene.zendesk.advance(Duration::from_secs(100));
    let delete = async || {
        let answer = scene.answer(Method::DELETE, "/deleted_users/1", None).await;
        (
            answer.status,
            answer.header("retry-after").map(str::to_owned),
        )
    };
    for _ in 0..700 {
        assert_eq!(delete().await.0, 404);
    }
    // The double starts at 18:52:00, so the window ends at 19:00:00.
    assert_eq!(delete().await, (429, Some("380".to_owned())));
    scene.zendesk.advance(Duration::from_secs(379));
    assert_eq!(delete().await, (429, Some("1".to_owned())));
    scene.zendesk.advance(Duration::from_secs(1));
    assert_eq!(delete().await.0, 404);

    let free = Scene::start().await;
    for _ in 0..701 {
        let answer = free.answer(Method::DELETE, "/deleted_users/1", None).await;
        assert_eq!(answer.status, 404, "nothing is limited by itself");
    }
}

/// Live test: 404 before, then the first status is `request_deletion` of `all`.
#[tokio::test]
async fn nu36_nu169_the_request_to_delete_a_user_permanently_is_shown() {
    let api = Api::start().await;
    let user = deleted(&api).await;
    let path = format!("/users/{}/compliance_deletion_statuses", user["id"]);
    api.get(&path)
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
    let me = api.get("/users/me").await.json()["user"]["id"].clone();
    let answer = delete_permanently(&api, &user).await.expect(200);

    let statuses = api.get(&path).await.expect(200);

    let keys = [
        "action",
        "application",
        "account_subdomain",
        "executer_id",
        "user_id",
        "created_at",
    ];
    assert_eq!(
        keys_in_order(&statuses, "/compliance_deletion_statuses/0"),
        keys
    );
    let first = statuses.json()["compliance_deletion_statuses"][0].clone();
    let at = answer.json()["deleted_user"]["updated_at"].clone();
    for (key, value) in [
        ("action", json!("request_deletion")),
        ("application", json!("all")),
        ("executer_id", me),
        ("user_id", user["id"].clone()),
        ("created_at", at),
    ] {
        assert_eq!(first[key], value, "{key}");
    }
    for missing in [super::UNKNOWN, api.user("alive").await] {
        let path = format!("/users/{missing}/compliance_deletion_statuses");
        api.get(&path).await.expect(404);
    }
}
