//! `create_or_update`.

use serde_json::{Value, json};

use super::{
    EXTERNAL_ID_TAKEN, NOTHING_FOUND, UNKNOWN, create, encoded, name_error, name_taken, path_of,
    value_of,
};
use crate::api::{Answer, Api, errors};

const PATH: &str = "/organizations/create_or_update";

async fn upsert(api: &Api, organization: Value) -> Answer {
    api.post(PATH, json!({"organization": organization})).await
}

fn id_of(answer: &Answer) -> u64 {
    answer.json()["organization"]["id"].as_u64().unwrap()
}

async fn count(api: &Api) -> Value {
    api.get("/organizations/count").await.expect(200).json()["count"]["value"].clone()
}

/// "201 created, 200 updated", documented; a created one has a `Location`.
#[tokio::test]
async fn no3_no59_no68_the_status_says_whether_one_was_created() {
    let api = Api::start().await;
    let given = json!({"name": api.name("o"), "external_id": api.name("id"), "notes": "n"});

    let created = upsert(&api, given.clone()).await.expect(201);

    let organization = created.json()["organization"].clone();
    assert_eq!(created.header("location"), organization["url"].as_str());
    for (key, value) in given.as_object().unwrap() {
        assert_eq!(&organization[key], value, "{key}");
    }
    let shown = api.get(&path_of(id_of(&created))).await.expect(200);
    assert_eq!(shown.body, created.body);

    let updated = upsert(&api, given).await.expect(200);
    assert_eq!(updated.header("location"), None);
    assert_eq!(id_of(&updated), id_of(&created));
}

/// "`id` of an existing one: 200, only the given keys change", recorded of live tests; "as number
/// or string", documented.
#[tokio::test]
async fn no57_an_id_names_the_organization_that_is_changed() {
    let api = Api::start().await;
    let attributes = json!({"external_id": api.name("id"), "details": "d", "tags": ["t"]});
    let organization = create(&api, "o", attributes).await;

    for (n, id) in [json!(organization), json!(organization.to_string())]
        .into_iter()
        .enumerate()
    {
        let notes = format!("n{n}");
        let answer = upsert(&api, json!({"id": id, "notes": notes})).await;
        let answer = answer.expect(200);
        assert_eq!(id_of(&answer), organization);
        // The id is permitted here.
        assert_eq!(answer.header("x-zendesk-api-warn"), None);
        let changed = &answer.json()["organization"];
        assert_eq!(changed["notes"], notes);
        assert_eq!(changed["name"], api.name("o"));
        assert_eq!(changed["external_id"], api.name("id"));
        assert_eq!(changed["details"], "d");
        assert_eq!(changed["tags"], json!(["t"]));
    }
}

/// "`external_id` of an existing one, another name: 200, renamed", recorded of a live test.
#[tokio::test]
async fn no58_no63_an_external_id_names_the_organization_that_is_renamed() {
    let api = Api::start().await;
    let external_id = api.name("Id");
    let organization = create(&api, "o", json!({"external_id": external_id, "notes": "n"})).await;

    for (name, spelled) in [
        ("renamed", external_id.clone()),
        ("again", external_id.to_uppercase()),
    ] {
        let given = json!({"name": api.name(name), "external_id": spelled});
        let answer = upsert(&api, given).await.expect(200);
        assert_eq!(id_of(&answer), organization);
        assert_eq!(answer.json()["organization"]["name"], api.name(name));
        assert_eq!(answer.json()["organization"]["notes"], "n");
    }
}

/// "The name is no criterion": the second call of the classic loop fails, reported.
#[tokio::test]
async fn no60_no61_no62_no161_a_name_names_nothing() {
    let api = Api::start().await;
    let given = json!({"name": api.name("o")});
    let organization = id_of(&upsert(&api, given.clone()).await.expect(201));
    let other = create(&api, "other", json!({"external_id": api.name("other id")})).await;
    let before = count(&api).await;
    let upper = api.name("o").to_uppercase();

    let rows = [
        given,
        json!({"name": upper}),
        // An external id that nobody has.
        json!({"name": api.name("o"), "external_id": api.name("new id")}),
        // One of another organization.
        json!({"name": api.name("o"), "external_id": api.name("other id")}),
    ];
    for given in rows {
        let name = given["name"].as_str().unwrap().to_owned();
        upsert(&api, given)
            .await
            .expect_error(422, &name_taken(&name));
    }

    if !api.is_shared() {
        assert_eq!(count(&api).await, before);
    }
    assert_eq!(
        value_of(&api, organization, "external_id").await,
        Value::Null
    );
    assert_eq!(value_of(&api, other, "name").await, api.name("other"));
    // What helps: to look it up.
    let path = format!("/organizations/search?name={}", encoded(&api.name("o")));
    let found = api.get(&path).await.expect(200);
    assert_eq!(found.each("organizations", "id"), [json!(organization)]);
}

/// What cannot be created or changed is refused as by POST and PUT.
#[tokio::test]
async fn no64_no66_what_breaks_a_rule_is_refused() {
    let api = Api::start().await;
    let a = create(&api, "a", json!({"external_id": api.name("a id")})).await;
    create(&api, "b", json!({"external_id": api.name("b id")})).await;
    let blank = name_error("Name: cannot be blank", "BlankValue");

    let rows = [
        (json!({"external_id": api.name("new id")}), &blank[..]),
        (json!({"notes": "n"}), &blank),
        (json!({"id": a, "name": " "}), &blank),
        // The id says which one is meant.
        (
            json!({"id": a, "external_id": api.name("B ID")}),
            EXTERNAL_ID_TAKEN,
        ),
    ];
    for (given, error) in rows {
        upsert(&api, given).await.expect_error(422, error);
    }

    assert_eq!(value_of(&api, a, "external_id").await, api.name("a id"));
}

/// An id that no organization has: nothing is created.
#[tokio::test]
async fn no65_q_no5_an_unknown_id_is_not_found() {
    let api = Api::start().await;
    let deleted = api.organization("deleted").await;
    api.delete(&path_of(deleted)).await.expect(204);
    let before = count(&api).await;

    for id in [json!(UNKNOWN), json!(deleted), json!("0")] {
        let given = json!({"id": id, "name": api.name("new")});
        upsert(&api, given)
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
    }
    if !api.is_shared() {
        assert_eq!(count(&api).await, before);
    }
}

/// An external id that is null or empty names nothing.
#[tokio::test]
async fn no67_an_empty_external_id_is_no_criterion() {
    let api = Api::start().await;
    create(&api, "null", json!({})).await;
    create(&api, "empty", json!({"external_id": ""})).await;

    for (name, external_id) in [("a", Value::Null), ("b", json!("")), ("c", json!(" "))] {
        let given = json!({"name": api.name(name), "external_id": external_id});
        upsert(&api, given).await.expect(201);
    }
}

/// "Memberships and tickets are untouched but for the name that they show."
#[tokio::test]
async fn no68_memberships_follow_the_name() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    let membership = api.membership(user, organization).await;
    let path = format!("/organization_memberships/{membership}");
    let before = api.get(&path).await.expect(200).json();

    let given = json!({"id": organization, "name": api.name("new")});
    upsert(&api, given).await.expect(200);

    let mut expected = before;
    expected["organization_membership"]["organization_name"] = json!(api.name("new"));
    assert_eq!(api.get(&path).await.expect(200).json(), expected);
}

/// The body has another form.
#[tokio::test]
async fn no69_another_body_is_refused() {
    let api = Api::start().await;
    let organization = json!({"name": api.name("o")});
    let missing =
        r#"{"error":"ParameterMissing","description":"Parameter organization is required"}"#;

    api.post(PATH, json!({"organizations": [organization]}))
        .await
        .expect_error(400, missing);
    api.post(PATH, json!({"organization": [organization]}))
        .await
        .expect_error(
            400,
            &errors::invalid_attribute(
                "organization must be a hash",
                "organizations/create_or_update",
            ),
        );
}

/// A loop that brings organizations up to date, run again and again.
#[tokio::test]
async fn tn1_upsert_loop() {
    let api = Api::start().await;
    let (acme, ltd, a1) = (api.name("Acme"), api.name("Acme Ltd"), api.name("A1"));
    let search = |parameter: &str, value: &str| {
        format!("/organizations/search?{parameter}={}", encoded(value))
    };

    let created = upsert(&api, json!({"name": acme, "external_id": a1})).await;
    let created = created.expect(201);
    assert!(created.header("location").is_some());
    let organization = id_of(&created);
    let membership = api.membership(api.user("u").await, organization).await;

    let given = json!({"name": ltd, "external_id": a1.to_lowercase()});
    assert_eq!(id_of(&upsert(&api, given).await.expect(200)), organization);
    let shown = api
        .get(&format!("/organization_memberships/{membership}"))
        .await
        .expect(200);
    assert_eq!(
        shown.json()["organization_membership"]["organization_name"],
        ltd
    );

    upsert(&api, json!({"name": ltd.to_lowercase()}))
        .await
        .expect_error(422, &name_taken(&ltd.to_lowercase()));

    let found = api.get(&search("name", &ltd.to_uppercase())).await;
    let found = found.expect(200);
    assert_eq!(found.each("organizations", "id"), [json!(organization)]);
    assert_eq!(found.json()["count"], 1);
    let former = api.get(&search("name", &acme)).await.expect(200);
    assert_eq!(former.body, NOTHING_FOUND);

    let given = json!({"id": organization, "notes": "n"});
    let noted = upsert(&api, given).await.expect(200).json();
    assert_eq!(noted["organization"]["name"], ltd);

    let other = json!({"organization": {"name": api.name("B"), "external_id": a1}});
    api.post("/organizations", other)
        .await
        .expect_error(422, EXTERNAL_ID_TAKEN);

    api.delete(&path_of(organization)).await.expect(204);
    let gone = api.get(&search("external_id", &a1)).await.expect(200);
    assert_eq!(gone.body, NOTHING_FOUND);
    let again = upsert(&api, json!({"name": acme, "external_id": a1})).await;
    assert_ne!(id_of(&again.expect(201)), organization);
}
