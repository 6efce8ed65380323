//! <https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/>

mod attributes;
mod bulk;
mod counts;
mod domains;
mod find;
mod roles;
mod upsert;

use serde_json::{Value, json};

use super::wire::keys_in_order;
use crate::api::{Api, errors};

/// An id that no record has.
const UNKNOWN: u64 = 9_223_372_036_854_775_807;

/// The keys of an organization in the recorded order.
const KEYS: [&str; 14] = [
    "url",
    "id",
    "name",
    "shared_tickets",
    "shared_comments",
    "external_id",
    "created_at",
    "updated_at",
    "domain_names",
    "details",
    "notes",
    "group_id",
    "tags",
    "organization_fields",
];

fn named(name: &str) -> Value {
    json!({"organization": {"name": name}})
}

/// The path of an organization.
fn path_of(organization: u64) -> String {
    format!("/organizations/{organization}")
}

/// The answer to a value that breaks a rule.
fn error_on(field: &str, description: &str, code: &str) -> String {
    format!(
        r#"{{"error":"RecordInvalid","description":"Record validation errors","details":{{"{field}":[{{"description":"{description}","error":"{code}"}}]}}}}"#
    )
}

/// The answer to a name that breaks a rule.
fn name_error(description: &str, code: &str) -> String {
    error_on("name", description, code)
}

/// The answer to a name that another organization has.
fn name_taken(name: &str) -> String {
    name_error(
        &format!("Name: {name} has already been taken"),
        "DuplicateValue",
    )
}

/// The answer to an external id that another organization has.
const EXTERNAL_ID_TAKEN: &str = r#"{"error":"RecordInvalid","description":"Record validation errors","details":{"external_id":[{"description":"External has already been taken","error":"DuplicateValue"}]}}"#;

/// The envelope of a list without records.
const NOTHING_FOUND: &str =
    r#"{"organizations":[],"next_page":null,"previous_page":null,"count":0}"#;

/// Creates an organization with these attributes besides a name of this test, and gives its id.
async fn create(api: &Api, name: &str, attributes: Value) -> u64 {
    let mut organization = attributes;
    organization["name"] = json!(api.name(name));
    let body = json!({"organization": organization});
    let answer = api.post("/organizations", body).await.expect(201);
    answer.json()["organization"]["id"].as_u64().unwrap()
}

/// The value of an attribute of an organization, as it is now.
async fn value_of(api: &Api, organization: u64, key: &str) -> Value {
    let shown = api.get(&path_of(organization)).await.expect(200).json();
    shown["organization"][key].clone()
}

/// A text as a query has it.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => encoded.push(byte.into()),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// Creates organizations whose names, ids and codepoints sort differently: by id they are as given,
/// by name as numbered.
async fn unsorted(api: &Api) -> [u64; 3] {
    [
        api.organization("Zulu").await,
        api.organization("alpha").await,
        api.organization("Mike").await,
    ]
}

/// "POST /organizations 201 + Location", with the keys and the values of a recorded one.
#[tokio::test]
async fn u1_a_new_organization_has_the_recorded_keys_and_values() {
    let api = Api::start().await;

    let answer = api
        .post("/organizations", named(&api.name("o")))
        .await
        .expect(201);

    assert_eq!(keys_in_order(&answer, "/organization"), KEYS);
    let organization = answer.json()["organization"].clone();
    assert_eq!(answer.header("location"), organization["url"].as_str());
    let id = &organization["id"];
    let expected = json!({
        "url": format!("{}/api/v2/organizations/{id}.json", api.uri()), "id": id, "name": api.name("o"),
        "shared_tickets": false, "shared_comments": false, "external_id": null,
        "created_at": organization["created_at"], "updated_at": organization["created_at"], "domain_names": [],
        "details": null, "notes": null, "group_id": null, "tags": [],
        "organization_fields": api.no_fields(&organization["organization_fields"]),
    });
    assert_eq!(organization, expected);
    assert_eq!(
        api.get(&format!("/organizations/{id}"))
            .await
            .expect(200)
            .body,
        answer.body
    );
}

/// "GET /organizations offset order: name, case-insensitive; cursor order: id", recorded.
#[tokio::test]
async fn u3_b38_organizations_are_listed_by_name_under_offset_and_by_id_under_cursor() {
    let api = Api::start().await;
    // The first ones by name, also in an account with many organizations.
    let [zulu, alpha, mike] = [
        api.organization("!! Zulu").await,
        api.organization("!! alpha").await,
        api.organization("!! Mike").await,
    ];

    let by_name = api.get("/organizations").await.expect(200);
    let by_id = api.get("/organizations?page[size]=100").await.expect(200);

    let own = [json!(alpha), json!(mike), json!(zulu)];
    let mut first = by_name.each("organizations", "id");
    first.retain(|id| own.contains(id));
    assert_eq!(first, own);
    let ids = by_id.each("organizations", "id");
    let is_sorted = ids.is_sorted_by_key(|id| id.as_u64().unwrap());
    assert!(is_sorted, "under cursor: {ids:?}");
    let is_there = own.iter().all(|id| ids.contains(id));
    assert!(is_there || ids.len() == 100, "under cursor: {ids:?}");
}

/// "organizations/show_many: sorted by name, offset envelope", recorded.
#[tokio::test]
async fn u4_show_many_sorts_by_name_in_an_offset_envelope() {
    let api = Api::start().await;
    let [zulu, alpha, mike] = unsorted(&api).await;
    api.organization("other").await;

    let answer = api
        .get(&format!(
            "/organizations/show_many?ids={zulu},{UNKNOWN},{mike},{alpha}"
        ))
        .await
        .expect(200);

    assert_eq!(
        answer.each("organizations", "id"),
        [json!(alpha), json!(mike), json!(zulu)]
    );
    assert_eq!(
        keys_in_order(&answer, ""),
        ["organizations", "next_page", "previous_page", "count"]
    );
    let envelope = answer.json();
    assert_eq!(
        (
            &envelope["next_page"],
            &envelope["previous_page"],
            &envelope["count"]
        ),
        (&Value::Null, &Value::Null, &json!(3))
    );
}

/// "GET /organizations under cursor has `cache-control: max-age=30, private`", recorded.
#[tokio::test]
async fn u5_the_list_under_cursor_may_be_cached_for_half_a_minute() {
    let api = Api::start().await;

    let answer = api.get("/organizations?page[size]=1").await.expect(200);

    assert_eq!(answer.header("cache-control"), Some("max-age=30, private"));
}

/// "Name unique (case-insensitive, trimmed)", documented; the error recorded.
#[tokio::test]
async fn a_name_that_another_organization_has_is_refused() {
    let api = Api::start().await;
    let (taken, other) = (api.name("Taken"), api.organization("other").await);
    api.organization("Taken").await;
    let error = name_error(
        &format!("Name: {taken} has already been taken"),
        "DuplicateValue",
    );

    api.post("/organizations", named(&taken))
        .await
        .expect_error(422, &error);
    api.put(&format!("/organizations/{other}"), named(&taken))
        .await
        .expect_error(422, &error);
    for variant in [
        taken.to_lowercase(),
        taken.to_uppercase(),
        format!("  {taken} "),
    ] {
        let refused = api
            .post("/organizations", named(&variant))
            .await
            .expect(422)
            .json();
        assert_eq!(
            refused["details"]["name"][0]["error"], "DuplicateValue",
            "{variant:?}"
        );
    }
    let shown = api
        .get(&format!("/organizations/{other}"))
        .await
        .expect(200)
        .json();
    assert_eq!(shown["organization"]["name"], api.name("other"));
}

/// "Name unique" among organizations: its own name is no obstacle, and that of a deleted one is
/// free.
#[tokio::test]
async fn a_name_that_no_other_organization_has_is_taken() {
    let api = Api::start().await;
    let organization = api.organization("o").await;
    let path = format!("/organizations/{organization}");

    let recased = api.name("o").to_uppercase();
    let updated = api.put(&path, named(&recased)).await.expect(200).json();
    assert_eq!(updated["organization"]["name"], recased);
    api.delete(&path).await.expect(204);

    api.organization("o").await;
}

/// "Blank name: `Name: cannot be blank`, BlankValue".
#[tokio::test]
async fn a_blank_name_is_refused() {
    let api = Api::start().await;
    let error = name_error("Name: cannot be blank", "BlankValue");

    let rows = [
        json!({"notes": "n"}),
        json!({"name": null}),
        json!({"name": ""}),
        json!({"name": "  "}),
    ];

    for organization in rows {
        api.post("/organizations", json!({"organization": organization}))
            .await
            .expect_error(422, &error);
    }
}

/// "204; its memberships vanish; another one of each user becomes default if it was; non-closed
/// tickets lose it."
#[tokio::test]
async fn x9_u2_deleting_an_organization_takes_it_from_its_members_and_their_tickets() {
    let api = Api::start().await;
    let (gone, stays) = (
        api.organization("gone").await,
        api.organization("stays").await,
    );
    let (both, other, only) = (
        api.user("both").await,
        api.user("other").await,
        api.user("only").await,
    );
    let membership = api.membership(both, gone).await;
    api.membership(both, stays).await;
    api.membership(other, stays).await;
    api.membership(other, gone).await;
    api.membership(only, gone).await;
    let ticket =
        json!({"ticket": {"subject": "s", "comment": {"body": "c"}, "requester_id": both}});
    let open = api
        .post("/tickets", ticket.clone())
        .await
        .expect(201)
        .json()["ticket"]
        .clone();
    let closed = api.post("/tickets", ticket).await.expect(201).json()["ticket"].clone();
    let closing = json!({"ticket": {"status": "closed"}});
    api.put(&format!("/tickets/{}", closed["id"]), closing)
        .await
        .expect(200);

    let answer = api
        .delete(&format!("/organizations/{gone}"))
        .await
        .expect(204);

    assert_eq!(answer.body, "");
    let shown = api
        .get(&format!("/organization_memberships/{membership}"))
        .await;
    shown.expect_error(404, errors::RECORD_NOT_FOUND);
    for (user, organization) in [
        (both, json!(stays)),
        (other, json!(stays)),
        (only, Value::Null),
    ] {
        assert_eq!(api.organization_of(user).await, organization);
        let list = api
            .get(&format!("/users/{user}/organization_memberships"))
            .await
            .expect(200);
        let left: Vec<Value> = Some(organization)
            .filter(|id| !id.is_null())
            .into_iter()
            .collect();
        assert_eq!(
            list.each("organization_memberships", "organization_id"),
            left
        );
        assert!(
            list.each("organization_memberships", "default")
                .iter()
                .all(|default| *default == json!(true))
        );
    }
    for (ticket, organization) in [(open, Value::Null), (closed, json!(gone))] {
        let path = format!("/tickets/{}", ticket["id"]);
        let shown = api
            .settled(&path, "/ticket/organization_id", &organization)
            .await;
        assert_eq!(shown, organization);
    }
}

/// "GET /organizations/{id} of a deleted one: 404", recorded.
#[tokio::test]
async fn x12_a_deleted_organization_is_not_found() {
    let api = Api::start().await;
    let path = format!("/organizations/{}", api.organization("o").await);
    api.delete(&path).await.expect(204);

    api.get(&path)
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
    api.put(&path, named(&api.name("o")))
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
    api.delete(&path)
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
}

/// "Rename of an organization: `organization_name` of its memberships follows."
#[tokio::test]
async fn x17_a_membership_says_the_present_name_of_its_organization() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("before").await);
    let membership = api.membership(user, organization).await;

    api.put(
        &format!("/organizations/{organization}"),
        named(&api.name("after")),
    )
    .await
    .expect(200);

    let shown = api
        .get(&format!("/organization_memberships/{membership}"))
        .await
        .expect(200)
        .json();
    assert_eq!(
        shown["organization_membership"]["organization_name"],
        api.name("after")
    );
}

/// "GET /users/{id}/organizations": those the user is a member of.
#[tokio::test]
async fn the_organizations_of_a_user_are_those_of_the_memberships() {
    let api = Api::start().await;
    let [zulu, alpha, _other] = unsorted(&api).await;
    let user = api.user("u").await;
    api.membership(user, zulu).await;
    api.membership(user, alpha).await;

    let answer = api
        .get(&format!("/users/{user}/organizations"))
        .await
        .expect(200);

    let mut ids = answer.each("organizations", "id");
    ids.sort_by_key(Value::as_u64);
    assert_eq!(ids, [json!(zulu), json!(alpha)]);
    assert_eq!(answer.json()["count"], json!(2));
    api.get(&format!("/users/{UNKNOWN}/organizations"))
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
}

/// Recorded of the list under cursor pagination only.
#[tokio::test]
async fn u5_the_list_under_offset_may_not_be_cached() {
    let list = Api::start().await.get("/organizations").await.expect(200);
    assert_eq!(
        list.header("cache-control"),
        Some("max-age=0, private, must-revalidate")
    );
}
