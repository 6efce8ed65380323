//! The hints at mistakes with users and organizations, word for word. Each test also shows programs
//! that do it right, and get no hint.

use expect_test::{Expect, expect};
use mock_zendesk::{
    MockZendesk, identities::NewIdentity, organizations::NewOrganization, users::NewUser,
};
use reqwest::Method;
use serde_json::json;

use crate::normal::{here, normal_failure};
use crate::scene::Scene;

/// Checks the hints in the text of a failure: the lines that start with `hint`.
#[track_caller]
fn check(scene: &Scene, expected: &Expect) {
    let failed = here(scene.zendesk.calls().to_path("/nowhere").try_assert_once());
    let text = normal_failure(&scene.zendesk, failed);
    let hints: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("hint: ") || line.ends_with("hints)"))
        .collect();
    expected.assert_eq(&scene.with_names(hints.join("\n")));
}

#[tokio::test]
async fn nu189_an_address_that_is_the_secondary_one_of_another_user() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    let bob = seed.user(NewUser::new("Bob").email("bob@example.com"));
    seed.add(NewIdentity::email(&bob, "bob@example.org"));
    let create = |email: &str| json!({"user": {"name": "New", "email": email}});
    // The reply says all of a primary address.
    scene.post("/users", create("bob@example.com")).await;
    scene.post("/users", create("BOB@example.com")).await;
    scene.post("/users", create("new@example.com")).await;
    check(&scene, &expect![[""]]);
    scene.post("/users", create("Bob@example.org")).await;
    check(
        &scene,
        &expect![
            "hint: #4: Bob@example.org is a secondary address of user BOB........... (Bob), whose email is bob@example.com; no other user can have it"
        ],
    );
}

#[tokio::test]
async fn nu190_the_external_id_of_one_user_and_the_address_of_another() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    seed.user(
        NewUser::new("Bob")
            .external_id("crm-1")
            .email("b@example.com"),
    );
    seed.user(
        NewUser::new("Cyd")
            .external_id("crm-2")
            .email("c@example.com"),
    );
    let upsert = |external_id: &str, email: &str| json!({"user": {"external_id": external_id, "email": email, "name": "X"}});
    let path = "/users/create_or_update";
    scene.post(path, upsert("crm-1", "b@example.com")).await;
    scene.post(path, upsert("crm-3", "new@example.com")).await;
    check(&scene, &expect![[""]]);
    scene.post(path, upsert("crm-1", "c@example.com")).await;
    check(
        &scene,
        &expect![[
            r#"hint: #3: external_id "crm-1" belongs to user X............. (X), and email c@example.com to user CYD........... (Cyd); create_or_update updates the user with the external_id, and cannot give them the address of another user"#
        ]],
    );
}

#[tokio::test]
async fn nu193_an_address_as_a_filter_of_the_list() {
    let builder = MockZendesk::builder()
        .allow_unknown_parameter("?email")
        .allow_unknown_parameter("?name");
    let scene = Scene::with(builder).await;
    scene.get("/users?role=end-user").await;
    scene.get("/users/search?query=a@example.com").await;
    scene.get("/organizations/search?name=Acme").await;
    check(&scene, &expect![[""]]);
    scene.get("/users?email=a@example.com").await;
    scene.get("/organizations?name=Acme").await;
    check(
        &scene,
        &expect![[r#"
        hint: #4: Zendesk ignores email here and lists everything; GET /api/v2/users/search?query=… finds by it
        hint: #5: Zendesk ignores name here and lists everything; GET /api/v2/organizations/search finds by it"#]],
    );
}

#[tokio::test]
async fn no161_an_upsert_by_name_alone() {
    let scene = Scene::start().await;
    scene
        .zendesk
        .seed()
        .add(NewOrganization::new("Initech").external_id("crm-1"));
    let path = "/organizations/create_or_update";
    let by_id = |name: &str| json!({"organization": {"external_id": "crm-1", "name": name}});
    scene.post(path, by_id("Initech")).await;
    // A name that is taken is another mistake.
    scene.post(path, by_id("Acme")).await;
    scene
        .post("/organizations", json!({"organization": {"name": "Acme"}}))
        .await;
    check(&scene, &expect![[""]]);
    scene
        .post(path, json!({"organization": {"name": "acme"}}))
        .await;
    scene
        .post(
            path,
            json!({"organization": {"external_id": "crm-2", "name": "Globex"}}),
        )
        .await;
    check(
        &scene,
        &expect![[r#"
        hint: #4: create_or_update finds an organization by id or external_id, never by name; "acme" is the name of organization ACME.......... (Acme), and GET /api/v2/organizations/search?name=… finds it
        hint: #5: create_or_update finds an organization by id or external_id, never by name; "Globex" is the name of organization GLOBEX........ (Globex), and GET /api/v2/organizations/search?name=… finds it"#]],
    );
}

#[tokio::test]
async fn no163_an_external_id_in_another_case() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    seed.add(NewOrganization::new("Initech").external_id("CRM-1"));
    seed.user(NewUser::new("Bob").external_id("Emp-1"));
    let organization =
        |external_id: &str| json!({"organization": {"name": "New", "external_id": external_id}});
    scene.post("/organizations", organization("CRM-1")).await;
    check(&scene, &expect![[""]]);
    scene.post("/organizations", organization("crm-1")).await;
    let user = json!({"user": {"external_id": "emp-1"}});
    let path = format!("/users/{}", scene.ada.id);
    scene.send(Method::PUT, &path, Some(user)).await;
    check(
        &scene,
        &expect![[r#"
        hint: #2: external_id "crm-1" is taken by organization INITECH....... (Initech), which has it as "CRM-1"; Zendesk ignores the case of external ids
        hint: #3: external_id "emp-1" is taken by user BOB........... (Bob), which has it as "Emp-1"; Zendesk ignores the case of external ids"#]],
    );
}
