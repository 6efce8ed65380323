//! The hints at mistakes with the search, word for word. Each test also shows programs that do it
//! right, and get no hint.

use expect_test::expect;
use mock_zendesk::{MockZendesk, settings::SearchLag};
use reqwest::Method;
use serde_json::json;

use crate::hints::check;
use crate::scene::Scene;

async fn start() -> Scene {
    Scene::with(MockZendesk::builder().without_verify_on_drop()).await
}

#[tokio::test]
async fn ns117_a_record_that_the_search_does_not_find_yet() {
    let builder = MockZendesk::builder().without_verify_on_drop();
    let scene = Scene::with(builder.search_lag(SearchLag::ByHand)).await;
    let organization = |name: &str| json!({"organization": {"name": name}});
    let user = |name: &str| json!({"user": {"name": name, "email": "eve@example.com"}});
    // Nobody searched.
    scene.post("/organizations", organization("Initech")).await;
    scene.post("/organizations", organization("initech")).await;
    // It was found.
    scene
        .get("/search?query=type:organization%20%22Acme%22")
        .await;
    scene.post("/organizations", organization("Acme")).await;
    check(&scene, &expect![[r#""#]]);

    scene
        .get("/search?query=type:organization%20%22Initech%22")
        .await;
    scene.post("/organizations", organization("Initech")).await;
    scene.post("/users", user("Eve")).await;
    scene.get("/search/count?query=eve@example.com").await;
    scene.post("/users", user("Eva")).await;
    check(
        &scene,
        &expect![[r#"
        hint: #6: #1 had created "Initech" when #5 searched for it: the index of the search lags, so not found does not mean missing; GET /api/v2/organizations/search finds it at once
        hint: #9: #7 had created "eve@example.com" when #8 searched for it: the index of the search lags, so not found does not mean missing; GET /api/v2/users/search finds it at once"#]],
    );
    // Who looks it up elsewhere then knows.
    scene.get("/organizations/search?name=Initech").await;
    scene.get("/users/search?query=eve@example.com").await;
    check(&scene, &expect![[r#""#]]);
}

#[tokio::test]
async fn ns118_the_first_result_of_a_quoted_name() {
    let scene = start().await;
    let ltd = scene.zendesk.seed().organization("Acme Ltd");
    let globex_inc = scene.zendesk.seed().organization("Globex Inc");
    let put = async |id: u64| {
        let body = json!({"organization": {"notes": "x"}});
        scene
            .send(Method::PUT, &format!("/organizations/{id}"), Some(body))
            .await;
    };
    // The equal name comes first, and a property is no quoted name.
    scene
        .get("/search?query=type:organization%20%22Acme%22")
        .await;
    put(scene.acme.id.get()).await;
    scene
        .get("/search?query=type:organization%20name:ltd")
        .await;
    put(ltd.id.get()).await;
    check(&scene, &expect![[r#""#]]);
    scene
        .get("/search?query=type:organization%20%22Inc%22")
        .await;
    put(globex_inc.id.get()).await;
    check(
        &scene,
        &expect![[
            r#"hint: #6: the first result of #5 is "Globex Inc", not "Inc": a quoted name also finds longer names, so compare the names of the results"#
        ]],
    );
}

#[tokio::test]
async fn ns121_ns124_pages_of_a_search_and_of_an_export() {
    let scene = start().await;
    scene.get("/search?query=ada&page=2&per_page=10").await;
    scene
        .get("/search/export?query=ada&filter[type]=user&page[size]=10")
        .await;
    check(&scene, &expect![[r#""#]]);
    let (status, _) = scene
        .get("/search?query=ada&per_page=10&page[size]=10")
        .await;
    assert_eq!(status, 400);
    scene
        .get("/search/export?query=ada&filter[type]=user&per_page=10")
        .await;
    check(
        &scene,
        &expect![[r#"
        hint: #3: this search takes page and per_page alone; GET /api/v2/search/export has cursors, for one kind of record
        hint: #4: an export has neither page and per_page, nor count and next_page; follow links.next while meta.has_more is true"#]],
    );
}

#[tokio::test]
async fn ns122_ns123_signs_in_a_query() {
    let scene = start().await;
    let right = [
        "created%3E2020-01-01",
        "tom%20%3E%20jerry",
        "phone:%2B1555",
        "created%3E=2020-01-01T00:00:00Z",
        "name:a*",
        "a%20:%20b",
        "1%20+%202",
    ];
    for query in right {
        let (status, _) = scene.get(&format!("/search?query={query}")).await;
        assert_eq!(status, 200, "{query}");
    }
    check(&scene, &expect![[r#""#]]);
    let wrong = [
        (
            "created%20%3E%202020-01-01",
            expect![
                "hint: #1: with spaces around the operator, created is a word to find; write created>2020-01-01"
            ],
        ),
        (
            "type:user%20email:%20ada@example.com",
            expect![
                "hint: #1: with spaces around the operator, email is a word to find; write email:ada@example.com"
            ],
        ),
        (
            "phone:+1555",
            expect!["hint: #1: a bare + is a space in a url; write %2B1555"],
        ),
        (
            "phone%3A%22+1555%22",
            expect!["hint: #1: a bare + is a space in a url; write %2B1555"],
        ),
        (
            "email:*@acme.com",
            expect![
                "hint: #1: * has no meaning in an address, so email:*@acme.com finds nobody; search for the domain without a keyword"
            ],
        ),
    ];
    for (query, expected) in wrong {
        let scene = start().await;
        let (status, body) = scene.get(&format!("/search?query={query}")).await;
        assert_eq!((status, &body["results"]), (200, &json!([])), "{query}");
        check(&scene, &expected);
    }
    let scene = start().await;
    scene
        .get("/users/search?query=Updated%20%3C%204hours")
        .await;
    check(
        &scene,
        &expect![
            "hint: #1: with spaces around the operator, Updated is a word to find; write Updated<4hours"
        ],
    );
}
