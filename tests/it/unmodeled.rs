//! What Zendesk takes and the double does not know is answered as well as it can be, and fails the
//! test.

use expect_test::expect;
use mock_zendesk::{Call, MockZendesk, calls::FailureKind, http, user_fields::NewUserField};
use reqwest::Method;
use serde_json::{Value, json};

use crate::normal::{Here, here, normal};
use crate::scene::Scene;

/// The names of what a request gives and the double drops.
async fn unmodeled(method: Method, path: &str, body: Value) -> Vec<String> {
    let builder = MockZendesk::builder()
        .allow_unknown_parameter("?colour")
        .allow_unknown_parameter("?include=colours");
    let scene = Scene::with(builder.without_verify_on_drop()).await;
    let ticket = scene.zendesk.seed().ticket(&scene.ada, "Help");
    let path = path
        .replace("ADA", &scene.ada.id.to_string())
        .replace("ACME", &scene.acme.id.to_string());
    let path = path.replace("TICKET", &ticket.id.to_string());
    let answer = scene
        .answer(method, path, Some(body).filter(|body| !body.is_null()))
        .await;
    assert!(
        (200..300).contains(&answer.status),
        "{}: {}",
        answer.request,
        answer.body
    );
    let calls = scene.zendesk.calls();
    let names: Vec<String> = calls.iter().flat_map(Call::unmodeled).cloned().collect();
    let report = scene.zendesk.report();
    let problems: Vec<FailureKind> = report
        .problems()
        .iter()
        .map(|problem| problem.kind)
        .collect();
    assert_eq!(
        problems,
        vec![FailureKind::Unmodeled; names.len()],
        "{report}"
    );
    names
}

#[tokio::test]
async fn what_the_documentation_has_and_the_double_has_not_is_silent_nowhere() {
    let rows: [(Method, &str, Value, &[&str]); 17] = [
        (
            Method::GET,
            "/users?brand_id=1",
            Value::Null,
            &["?brand_id"],
        ),
        (
            Method::GET,
            "/organizations?include_item_cursors=true",
            Value::Null,
            &["?include_item_cursors"],
        ),
        (
            Method::GET,
            "/users?include_item_cursors=12",
            Value::Null,
            &["?include_item_cursors"],
        ),
        (
            Method::GET,
            "/users?include=organizations,roles",
            Value::Null,
            &["?include=roles"],
        ),
        (
            Method::GET,
            "/users/show_many?ids=ADA&brand_id=1",
            Value::Null,
            &["?brand_id"],
        ),
        (
            Method::GET,
            "/organizations/autocomplete?name=a&field_id=1",
            Value::Null,
            &["?field_id"],
        ),
        (
            Method::GET,
            "/users/ADA?include=identities,abilities",
            Value::Null,
            &["?include=abilities"],
        ),
        (
            Method::GET,
            "/tickets/TICKET?include=comment_count",
            Value::Null,
            &["?include=comment_count"],
        ),
        (
            Method::GET,
            "/tickets?page[size]=2&sort=-updated_at",
            Value::Null,
            &["?sort=-updated_at"],
        ),
        (
            Method::GET,
            "/organizations/ACME/tickets?page[size]=2&sort=status",
            Value::Null,
            &["?sort=status"],
        ),
        (
            Method::GET,
            "/users/ADA/tickets/requested?page[size]=2&sort=-id",
            Value::Null,
            &[],
        ),
        (
            Method::GET,
            "/organizations/ACME/tickets?sort_by=updated_at&sort_order=desc",
            Value::Null,
            &["?sort_by", "?sort_order"],
        ),
        (
            Method::PUT,
            "/tickets/TICKET",
            json!({"ticket": {"custom_fields": [{"id": 1, "value": "a"}]}}),
            &["ticket.custom_fields"],
        ),
        (
            Method::POST,
            "/users",
            json!({"user": {"name": "Bob", "language": "en"}}),
            &["user.language"],
        ),
        (
            Method::PUT,
            "/users/ADA",
            json!({"user": {"photo": {}}}),
            &["user.photo"],
        ),
        // What Zendesk does not know either is another matter.
        (
            Method::GET,
            "/users?colour=red&include=colours",
            Value::Null,
            &[],
        ),
        (
            Method::POST,
            "/users",
            json!({"user": {"name": "Bob", "colour": "red"}}),
            &[],
        ),
    ];
    for (method, path, body, expected) in rows {
        assert_eq!(
            unmodeled(method.clone(), path, body).await,
            expected,
            "{method} {path}"
        );
    }
}

/// Nobody knows what Zendesk does with these. Nothing of them is kept.
#[tokio::test]
async fn attributes_of_fields_of_other_types_are_dropped_and_reported() {
    let option = json!([{"name": "Gold", "value": "gold"}]);
    let builder = MockZendesk::builder().without_verify_on_drop();
    let scene = Scene::with(builder).await;
    let reported = async |method: Method, path: &str, root: &str, field: Value| {
        let body = json!({root: field});
        let answer = scene.answer(method.clone(), path, Some(body)).await;
        assert!((200..300).contains(&answer.status), "{}", answer.body);
        let call = scene.zendesk.calls().last().unwrap();
        let shown: Value = serde_json::from_str(&answer.body).unwrap();
        (call.unmodeled().to_vec(), shown[root].clone())
    };
    for (root, many) in [
        ("user_field", "/user_fields"),
        ("organization_field", "/organization_fields"),
    ] {
        let all = json!({
            "tag": "vip", "custom_field_options": option, "relationship_target_type": "zen:user"
        });
        let rows: [(&str, &[&str]); 5] = [
            (
                "text",
                &["custom_field_options", "tag", "relationship_target_type"],
            ),
            ("dropdown", &["tag", "relationship_target_type"]),
            ("multiselect", &["tag", "relationship_target_type"]),
            (
                "checkbox",
                &["custom_field_options", "relationship_target_type"],
            ),
            ("lookup", &["custom_field_options", "tag"]),
        ];
        for (field_type, unfitting) in rows {
            let names = unfitting
                .iter()
                .map(|name| format!("{root}.{name} of type {field_type}"));
            let names: Vec<String> = names.collect();
            let mut field = all.clone();
            field["key"] = json!(field_type);
            field["title"] = json!("T");
            field["type"] = json!(field_type);
            let (on_creation, created) = reported(Method::POST, many, root, field).await;
            assert_eq!(on_creation, names, "{field_type}");
            let path = format!("{many}/{}", created["id"]);
            let (on_change, changed) = reported(Method::PUT, &path, root, all.clone()).await;
            assert_eq!(on_change, names, "{field_type}");
            for name in unfitting {
                assert_eq!(changed[name], Value::Null, "{name} of {field_type}");
            }
            if let ("user_field", Some(kept)) =
                (root, scene.zendesk.account().user_field(field_type))
            {
                let has = [
                    ("custom_field_options", !kept.options.is_empty()),
                    ("tag", kept.tag.is_some()),
                    (
                        "relationship_target_type",
                        kept.relationship_target_type.is_some(),
                    ),
                ];
                for (name, is_kept) in has {
                    assert_eq!(
                        is_kept,
                        !unfitting.contains(&name),
                        "{name} of {field_type}"
                    );
                }
            }
            // Without a value there is nothing to drop.
            let none = json!({
                "tag": null, "custom_field_options": null, "relationship_target_type": null
            });
            let (on_change, _) = reported(Method::PUT, &path, root, none).await;
            assert_eq!(on_change, [""; 0], "{field_type}");
        }
    }
    let kinds = scene.zendesk.report();
    let mut kinds = kinds.problems().iter().map(|problem| problem.kind);
    assert!(kinds.all(|kind| kind == FailureKind::Unmodeled));
}

/// The schema of the body is that of an upsert, so Zendesk may read more than the id.
#[tokio::test]
async fn a_winner_of_a_merge_that_is_named_by_more_than_its_id_is_reported() {
    let path = "/users/ADA/merge";
    let scene = Scene::with(MockZendesk::builder().without_verify_on_drop()).await;
    let path = path.replace("ADA", &scene.ada.id.to_string());
    let winner = scene.zendesk.seed().user("Grace");
    let body = json!({"user": {"id": winner.id, "email": "g@example.com", "colour": "red"}});
    let answer = scene.answer(Method::PUT, path, Some(body)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let call = scene.zendesk.calls().assert_once();
    assert_eq!(call.unmodeled(), ["user.email"]);
    assert_eq!(call.ignored(), ["user.colour"]);
}

#[tokio::test]
async fn an_order_of_fields_with_unknown_ids_is_reported() {
    let scene = Scene::with(MockZendesk::builder().without_verify_on_drop()).await;
    let field = NewUserField::text("plan");
    let id = scene.zendesk.seed().add(field).id.get();
    let deleted = scene.zendesk.seed().add(NewUserField::text("gone")).id;
    let path = format!("/user_fields/{deleted}");
    scene.send(Method::DELETE, &path, None).await;
    let rows: [(Value, &[&str]); 4] = [
        (json!([id]), &[]),
        (json!([id, 7]), &["?user_field_ids of no field"]),
        (json!([-1, id]), &["?user_field_ids of no field"]),
        (json!([deleted]), &["?user_field_ids of no field"]),
    ];
    for (ids, expected) in rows {
        let body = json!({"user_field_ids": ids});
        let order = scene.answer(Method::PUT, "/user_fields/reorder", Some(body));
        assert_eq!(order.await.status, 200);
        let call = scene.zendesk.calls().last().unwrap();
        assert_eq!(call.unmodeled(), expected, "{ids}");
    }
}

#[test]
fn the_failure_names_what_was_dropped_and_how_to_allow_it() {
    let Here {
        value: zendesk,
        place,
    } = here(
        MockZendesk::builder()
            .without_verify_on_drop()
            .without_socket(),
    );
    let request = |method, path: &str, body: &str| {
        let request = http::Request::builder()
            .method(method)
            .uri(zendesk.url(path));
        let request = request.header("authorization", zendesk.authorization());
        zendesk
            .send(
                request
                    .header("content-type", "application/json")
                    .body(body.to_owned())
                    .unwrap(),
            )
            .unwrap();
    };
    request("GET", "/users?brand_id=1&page=1", "");
    request(
        "POST",
        "/users",
        r#"{"user": {"name": "Bob", "custom_role_id": 4}}"#,
    );
    request("GET", "/users?brand_id=1&page=2", "");
    let text = normal(&zendesk, &zendesk.report().to_string(), &[(place, "HERE")]);
    expect![[r#"
        2 problems with the calls received:
          1. call #1, GET /api/v2/users: Zendesk reads ?brand_id, but the double does not implement it
          2. call #2, POST /api/v2/users: Zendesk reads user.custom_role_id, but the double does not implement it
          received by the double of test unmodeled::the_failure_names_what_was_dropped_and_how_to_allow_it, started at HERE
          if the test does not depend on it: MockZendesk::builder().allow_unmodeled("?brand_id").allow_unmodeled("user.custom_role_id")

        calls received (3), * = named above:
          * #1  GET   /api/v2/users?brand_id=1&page=1  -> 200  ListUsers
                  not implemented by the double: ?brand_id
          * #2  POST  /api/v2/users                    -> 201  CreateUser
                  {"user": {"name": "Bob", "custom_role_id": 4}}
                  not implemented by the double: user.custom_role_id
                  user BOB........... (Bob) created
            #3  GET   /api/v2/users?brand_id=1&page=2  -> 200  ListUsers"#]]
    .assert_eq(&text);
}

#[tokio::test]
async fn a_parameter_that_is_dropped_fails_the_test_when_the_double_is_dropped() {
    let zendesk = MockZendesk::start().await;
    let url = zendesk.url("/users?brand_id=1");
    let request = reqwest::Client::new()
        .get(url)
        .header("authorization", zendesk.authorization());
    request.send().await.unwrap();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(zendesk)));
    assert!(panicked.is_err());
}

#[tokio::test]
async fn what_is_allowed_by_name_fails_nothing_and_everything_else_still_does() {
    let builder = MockZendesk::builder()
        .allow_unmodeled("?brand_id")
        .allow_unmodeled("user.photo");
    let scene = Scene::with(builder.without_verify_on_drop()).await;
    scene.get("/users?brand_id=1").await;
    let photo = json!({"user": {"photo": {}}});
    scene
        .send(
            Method::PUT,
            &format!("/users/{}", scene.ada.id),
            Some(photo),
        )
        .await;
    scene.zendesk.verify();
    scene
        .get("/users?brand_id=1&include_item_cursors=true")
        .await;
    let report = scene.zendesk.report();
    assert_eq!(report.problems().len(), 1, "{report}");
    assert!(
        report.to_string().contains("?include_item_cursors"),
        "{report}"
    );
}

/// A search for users, as the program under test sends it.
fn search(zendesk: &MockZendesk, query: &str) -> http::Response<Vec<u8>> {
    let query = query
        .replace('>', "%3E")
        .replace('<', "%3C")
        .replace(' ', "%20");
    let request = http::Request::builder()
        .method("GET")
        .uri(zendesk.url(&format!("/users/search?query={query}")))
        .header("authorization", zendesk.authorization());
    zendesk.send(request.body("").unwrap()).unwrap()
}

#[test]
fn a_word_of_a_search_that_the_double_does_not_know_is_loud() {
    let Here {
        value: zendesk,
        place,
    } = here(
        MockZendesk::builder()
            .without_verify_on_drop()
            .without_socket(),
    );
    for query in [
        "role:agent whatsapp:1",
        "-whatsapp<2",
        "role:ag* created:4hours",
    ] {
        assert_eq!(search(&zendesk, query).status(), 501, "{query}");
    }
    let text = normal(&zendesk, &zendesk.report().to_string(), &[(place, "HERE")]);
    expect![[r#"
        3 problems with the calls received:
          1. call #1, GET /api/v2/users/search: Zendesk reads ?query whatsapp, but the double does not implement it
          2. call #3, GET /api/v2/users/search: Zendesk reads ?query role:*, but the double does not implement it
          3. call #3, GET /api/v2/users/search: Zendesk reads ?query created:4hours, but the double does not implement it
          received by the double of test unmodeled::a_word_of_a_search_that_the_double_does_not_know_is_loud, started at HERE
          if the test does not depend on it: MockZendesk::builder().allow_unmodeled("?query whatsapp").allow_unmodeled("?query role:*").allow_unmodeled("?query created:4hours")

        calls received (3), * = named above:
          * #1  GET  /api/v2/users/search?query=role:agent%20whatsapp:1    -> 501  not implemented
                  not implemented by the double: ?query whatsapp
            #2  GET  /api/v2/users/search?query=-whatsapp%3C2              -> 501  not implemented
          * #3  GET  /api/v2/users/search?query=role:ag*%20created:4hours  -> 501  not implemented
                  not implemented by the double: ?query role:*, ?query created:4hours

        changed in the account: nothing"#]].assert_eq(&text);
}

/// A keyword that nobody knows may be the key of a field that the account does not have, or a typo.
#[test]
fn a_keyword_that_zendesk_does_not_have_is_loud_and_can_be_allowed() {
    let Here {
        value: zendesk,
        place,
    } = here(
        MockZendesk::builder()
            .allow_unknown_parameter("?query tier")
            .without_verify_on_drop()
            .without_socket(),
    );
    for query in ["tier:gold", "tagz:vip"] {
        assert_eq!(search(&zendesk, query).status(), 200, "{query}");
    }
    let text = normal(&zendesk, &zendesk.report().to_string(), &[(place, "HERE")]);
    expect![[r#"
        call #2, GET /api/v2/users/search: Zendesk does not have ?query tagz here and ignores it
          received by the double of test unmodeled::a_keyword_that_zendesk_does_not_have_is_loud_and_can_be_allowed, started at HERE
          if the program should send it anyway: MockZendesk::builder().allow_unknown_parameter("?query tagz")

        calls received (2), * = named above:
            #1  GET  /api/v2/users/search?query=tier:gold  -> 200  SearchUsers
          * #2  GET  /api/v2/users/search?query=tagz:vip   -> 200  SearchUsers
                  ignored by Zendesk: ?query tagz

        changed in the account: nothing"#]].assert_eq(&text);
}

#[test]
fn a_word_of_a_search_is_allowed_by_its_name_and_still_refused() {
    let zendesk = MockZendesk::builder()
        .allow_unmodeled("?query whatsapp")
        .without_verify_on_drop()
        .without_socket();
    let refused = search(&zendesk, "whatsapp:1");
    assert_eq!(refused.status(), 501);
    let body = String::from_utf8_lossy(refused.body());
    assert_eq!(body, "mock-zendesk does not implement ?query whatsapp");
    zendesk.verify();
    search(&zendesk, "whatsapp:1 role:ag*");
    let report = zendesk.report();
    let kinds: Vec<FailureKind> = report
        .problems()
        .iter()
        .map(|problem| problem.kind)
        .collect();
    assert_eq!(kinds, [FailureKind::Unmodeled], "{report}");
    assert!(report.to_string().contains("?query role:*"), "{report}");
}

#[tokio::test]
async fn a_call_that_is_refused_anyway_is_not_told_of() {
    let scene = Scene::start().await;
    assert_eq!(scene.get("/users?brand_id=1&page[size]=0").await.0, 400);
    assert_eq!(
        scene
            .post("/users", json!({"user": {"name": " ", "photo": {}}}))
            .await
            .0,
        422
    );
    scene.zendesk.verify();
}

#[tokio::test]
async fn a_parameter_that_zendesk_does_not_have_is_told_once_with_the_one_that_was_meant() {
    let scene = Scene::with(
        MockZendesk::builder()
            .allow_unknown_parameter("?n")
            .without_verify_on_drop(),
    )
    .await;
    for _ in 0..2 {
        scene
            .get("/organizations?page[sise]=2&n=1&include=foo&email=a")
            .await;
    }
    // A refused call has its own error.
    scene.get("/organizations?page[size]=0&x=1").await;
    let report = scene.zendesk.report();
    let headlines: Vec<&str> = report
        .problems()
        .iter()
        .map(|problem| problem.headline.as_str())
        .collect();
    let expected = [
        "call #1, GET /api/v2/organizations: Zendesk does not have ?page[sise] here and ignores it; did you mean ?page[size]?",
        "call #1, GET /api/v2/organizations: Zendesk does not have ?include=foo here and ignores it",
        "call #1, GET /api/v2/organizations: Zendesk does not have ?email here and ignores it; ListOrganizations takes ?page, \
         ?per_page, ?page[size], ?page[after], ?page[before], ?include_boundary_indicators, ?include_item_cursors",
    ];
    assert_eq!(headlines, expected);
    assert!(
        report
            .problems()
            .iter()
            .all(|problem| problem.kind == FailureKind::UnknownParameter)
    );
    let way_out = "if the program should send it anyway: MockZendesk::builder().allow_unknown_parameter(\"?page[sise]\")\
                   .allow_unknown_parameter(\"?include=foo\").allow_unknown_parameter(\"?email\")";
    assert!(report.to_string().contains(way_out), "{report}");
}
