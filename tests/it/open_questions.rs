//! What Zendesk's documentation leaves open about users, each answer chosen by the builder.

use mock_zendesk::{MockZendesk, MockZendeskBuilder, settings::OpenQuestion};
use serde_json::{Value, json};

use crate::api::Api;

fn other(question: OpenQuestion) -> MockZendeskBuilder {
    MockZendesk::builder().other_answer(question)
}

/// The names of the user's organizations, the default first.
async fn organizations(api: &Api, user: &Value) -> Vec<Value> {
    let path = format!("/users/{user}/organization_memberships");
    let list = api.get(&path).await.expect(200);
    list.each("organization_memberships", "organization_name")
}

async fn user_in(api: &Api, organization: u64) -> Value {
    let user =
        json!({"user": {"name": "Ada", "external_id": "7", "organization_id": organization}});
    api.post("/users", user).await.expect(201).json()["user"]["id"].clone()
}

#[tokio::test]
async fn organization_ids_replace_or_are_ignored_with_a_warning() {
    let rows = [
        (MockZendesk::builder(), "Globex", None),
        (
            other(OpenQuestion::OrganizationIdsOnWrite),
            "Acme",
            Some(
                r#"{:allowed_parameters=>{:controller=>"users", :action=>"update", :unpermitted_keys=>["user.organization_ids"], :invalid_values=>[]}}"#,
            ),
        ),
    ];
    for (builder, expected, warning) in rows {
        let api = Api::with(builder).await;
        let [acme, globex] = [
            api.organization("Acme").await,
            api.organization("Globex").await,
        ];
        let user = user_in(&api, acme).await;
        let body = json!({"user": {"organization_ids": [globex]}});
        let answer = api.put(&format!("/users/{user}"), body).await.expect(200);
        assert_eq!(answer.header("x-zendesk-api-warn"), warning, "{expected}");
        let names = organizations(&api, &user).await;
        assert_eq!(names, [api.name(expected)]);
    }
}

#[tokio::test]
async fn the_organization_of_an_upsert_replaces_the_others_or_is_added() {
    for (builder, expected) in [
        (MockZendesk::builder(), &["Globex"][..]),
        (other(OpenQuestion::UpsertOrganization), &["Acme", "Globex"]),
    ] {
        for by_name in [false, true] {
            let api = Api::with(builder.clone()).await;
            let acme = api.organization("Acme").await;
            let globex = api.organization("Globex").await;
            let user = user_in(&api, acme).await;
            let mut body = json!({"user": {"external_id": "7"}});
            if by_name {
                body["user"]["organization"] = json!({"name": api.name("Globex")});
            } else {
                body["user"]["organization_id"] = json!(globex);
            }
            let answer = api.post("/users/create_or_update", body).await.expect(200);
            assert_eq!(answer.json()["user"]["id"], user);
            let names = organizations(&api, &user).await;
            let expected: Vec<String> = expected.iter().map(|name| api.name(name)).collect();
            assert_eq!(names, expected, "by name: {by_name}");
        }
    }
}

#[tokio::test]
async fn an_organization_that_is_only_named_is_created_or_not_found() {
    let body = json!({"user": {"name": "Ada", "organization": {"name": " New One "}}});

    let api = Api::with(MockZendesk::builder()).await;
    let user = api.post("/users", body.clone()).await.expect(201).json()["user"]["id"].clone();
    assert_eq!(organizations(&api, &user).await, ["New One"]);

    let api = Api::with(other(OpenQuestion::NamedOrganization)).await;
    api.post("/users", body).await.expect(404);
    let count = api.get("/users/count").await.expect(200);
    assert_eq!(count.json()["count"]["value"], 1, "only the owner is there");
}

#[tokio::test]
async fn an_upsert_without_room_for_another_organization_changes_nothing() {
    let builder = other(OpenQuestion::UpsertOrganization).organizations_per_user(1);
    let api = Api::with(builder).await;
    let acme = api.organization("Acme").await;
    let globex = api.organization("Globex").await;
    let user = user_in(&api, acme).await;
    let before = api.get(&format!("/users/{user}")).await.expect(200).body;

    let body = json!({"user": {"external_id": "7", "name": "Countess", "organization_id": globex}});
    api.post("/users/create_or_update", body).await.expect(422);

    let after = api.get(&format!("/users/{user}")).await.expect(200).body;
    assert_eq!(after, before);
    assert_eq!(organizations(&api, &user).await, [api.name("Acme")]);
}
