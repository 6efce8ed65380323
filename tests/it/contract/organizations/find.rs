//! How organizations are found: search, autocomplete and show_many.

use mock_zendesk::MockZendesk;
use reqwest::Method;
use serde_json::{Value, json};

use super::{KEYS, NOTHING_FOUND, UNKNOWN, create, encoded, named, path_of};
use crate::api::{Answer, Api, errors};
use crate::contract::wire::keys_in_order;

fn search(parameter: &str, value: &str) -> String {
    format!("/organizations/search?{parameter}={}", encoded(value))
}

fn autocomplete(prefix: &str) -> String {
    format!("/organizations/autocomplete?name={}", encoded(prefix))
}

fn ids(answer: &Answer) -> Vec<Value> {
    answer.each("organizations", "id")
}

/// The answer to a parameter that is missing.
fn missing(parameter: &str) -> String {
    format!(r#"{{"error":"ParameterMissing","description":"Parameter {parameter} is required"}}"#)
}

/// Every route below `/organizations` answers alike with `.json` at its end.
#[tokio::test]
async fn no1_no2_no7_no8_no9_no10_every_route_answers_alike_with_json() {
    let api = Api::start().await;
    let (user, id) = (api.user("u").await, api.organization("o").await);
    let name = format!("?name={}", encoded(&api.name("o")));
    let rows = [
        ("/organizations/search".to_owned(), name.clone()),
        ("/organizations/autocomplete".to_owned(), name),
        ("/organizations/show_many".to_owned(), format!("?ids={id}")),
        ("/organizations/count".to_owned(), String::new()),
        (format!("/users/{user}/organizations/count"), String::new()),
        (format!("/organizations/{id}/related"), String::new()),
        (format!("/organizations/{id}/tags"), String::new()),
    ];
    for (path, query) in rows {
        let plain = api.get(&format!("{path}{query}")).await.expect(200);
        let suffixed = api.get(&format!("{path}.json{query}")).await.expect(200);
        // A count says when it was taken, and others may create records meanwhile.
        let without_digits = |body: &str| body.replace(|c: char| c.is_ascii_digit(), "");
        match path.ends_with("/count") {
            true => assert_eq!(
                without_digits(&plain.body),
                without_digits(&suffixed.body),
                "{path}"
            ),
            false => assert_eq!(plain.body, suffixed.body, "{path}"),
        }
    }
}

/// "search?external_id=: those whose external_id equals it, case-insensitive, whole value; full
/// records in the envelope of an offset page", recorded.
#[tokio::test]
async fn no1_no42_no45_no163_an_external_id_is_found_whatever_its_case() {
    let api = Api::start().await;
    let external_id = api.name("CRM 1");
    let organization = create(&api, "o", json!({"external_id": external_id})).await;
    create(&api, "other", json!({"external_id": api.name("CRM 10")})).await;

    for spelled in [
        external_id.clone(),
        external_id.to_lowercase(),
        external_id.to_uppercase(),
    ] {
        let found = api.get(&search("external_id", &spelled)).await.expect(200);
        assert_eq!(ids(&found), [json!(organization)], "{spelled}");
        assert_eq!(found.json()["count"], 1);
        assert_eq!(
            keys_in_order(&found, ""),
            ["organizations", "next_page", "previous_page", "count"]
        );
        assert_eq!(keys_in_order(&found, "/organizations/0"), KEYS);
        let shown = api.get(&path_of(organization)).await.expect(200).json();
        assert_eq!(found.json()["organizations"][0], shown["organization"]);
    }
    for part in ["CRM 1", &external_id[..external_id.len() - 1], "*"] {
        let found = api.get(&search("external_id", part)).await.expect(200);
        assert!(!ids(&found).contains(&json!(organization)), "{part}");
    }
}

/// "search?name=: whole name, case-insensitive: no prefix, no wildcard", documented.
#[tokio::test]
async fn no1_no43_a_name_is_found_as_a_whole() {
    let api = Api::start().await;
    let organization = api.organization("Acme Ltd").await;
    let name = api.name("Acme Ltd");

    for spelled in [name.clone(), name.to_uppercase(), name.to_lowercase()] {
        let found = api.get(&search("name", &spelled)).await.expect(200);
        assert_eq!(ids(&found), [json!(organization)], "{spelled}");
    }
    for part in [&name[..name.len() - 1], "Acme*", &name[1..]] {
        let found = api.get(&search("name", part)).await.expect(200);
        assert!(!ids(&found).contains(&json!(organization)), "{part}");
    }
}

/// "No match: 200 and an empty list", recorded.
#[tokio::test]
async fn no44_nothing_found_is_an_empty_list() {
    let api = Api::start().await;
    let nothing = api.name("nothing of this name");
    for path in [
        search("external_id", &nothing),
        search("name", &nothing),
        autocomplete(&nothing),
        format!("/organizations/show_many?ids={UNKNOWN}"),
    ] {
        let found = api.get(&path).await.expect(200);
        assert_eq!(found.body, NOTHING_FOUND, "{path}");
    }
}

/// "No index lag: found in the same second as the PUT that set the external id; none right after
/// the DELETE", recorded.
#[tokio::test]
async fn no46_what_changes_is_found_at_once() {
    let api = Api::start().await;
    let (external_id, other) = (api.name("id"), api.name("other id"));
    let organization = create(&api, "o", json!({"external_id": external_id})).await;
    let many = format!(
        "/organizations/show_many?external_ids={}",
        encoded(&external_id)
    );
    assert_eq!(
        ids(&api.get(&many).await.expect(200)),
        [json!(organization)]
    );

    let changes = json!({"organization": {"external_id": other, "name": api.name("new")}});
    api.put(&path_of(organization), changes).await.expect(200);

    for (path, is_found) in [
        (search("external_id", &external_id), false),
        (search("external_id", &other), true),
        (search("name", &api.name("o")), false),
        (search("name", &api.name("new")), true),
        (autocomplete(&api.name("new")), true),
    ] {
        let found = ids(&api.get(&path).await.expect(200));
        assert_eq!(found.contains(&json!(organization)), is_found, "{path}");
    }

    api.delete(&path_of(organization)).await.expect(204);
    for path in [
        search("external_id", &other),
        search("name", &api.name("new")),
        autocomplete(&api.name("new")),
        format!("/organizations/show_many?external_ids={}", encoded(&other)),
    ] {
        assert_eq!(api.get(&path).await.expect(200).body, NOTHING_FOUND);
    }
}

/// "Search by name or external id, but not both". What both get is not known.
#[tokio::test]
async fn no47_q_no3_of_both_parameters_the_external_id_counts() {
    let api = Api::start().await;
    let a = create(&api, "a", json!({"external_id": api.name("id")})).await;
    let b = api.organization("b").await;
    let path = format!(
        "{}&name={}",
        search("external_id", &api.name("id")),
        encoded(&api.name("b"))
    );

    let found = ids(&api.get(&path).await.expect(200));

    assert_eq!(found, [json!(a)], "and not {b}");
}

/// Neither parameter, or an empty one: not known.
#[tokio::test]
async fn no47_no56_q_no4_a_missing_parameter_is_refused_and_an_empty_one_finds_nothing() {
    let api = Api::start().await;
    create(&api, "o", json!({"external_id": ""})).await;

    for (path, parameter) in [
        ("/organizations/search", "external_id"),
        ("/organizations/autocomplete", "name"),
    ] {
        api.get(path).await.expect_error(400, &missing(parameter));
    }
    for path in [
        "/organizations/search?external_id=",
        "/organizations/search?name=",
        "/organizations/autocomplete?name=",
    ] {
        assert_eq!(
            api.get(path).await.expect(200).body,
            NOTHING_FOUND,
            "{path}"
        );
    }
}

/// The parameters of cursors have no effect: "autocomplete: offset only", documented.
#[tokio::test]
async fn no49_cursor_parameters_are_ignored() {
    let builder = MockZendesk::builder().allow_unknown_parameter("?page[size]");
    let api = Api::start_or(builder).await.marking();
    let names = ["a", "b", "c"].map(|name| format!("~x {name}"));
    let mut found = Vec::new();
    for name in &names {
        let created = api.post("/organizations", named(name)).await.expect(201);
        found.push(created.json()["organization"]["id"].clone());
    }
    let all = found.iter().map(Value::to_string).collect::<Vec<_>>();
    let rows = [
        ("/organizations/search?name=~x+a".to_owned(), &found[..1]),
        ("/organizations/autocomplete?name=~x".to_owned(), &found[..]),
        (
            format!("/organizations/show_many?ids={}", all.join(",")),
            &found[..],
        ),
    ];

    for (path, expected) in rows {
        let answer = api.get(&format!("{path}&page[size]=1")).await.expect(200);
        assert_eq!(ids(&answer), expected, "{path}");
        assert_eq!(
            keys_in_order(&answer, ""),
            ["organizations", "next_page", "previous_page", "count"],
            "{path}"
        );
    }
    // Offset pages it has.
    let page = api
        .get("/organizations/autocomplete?name=~x&per_page=2&page=2")
        .await;
    let page = page.expect(200);
    assert_eq!(ids(&page), found[2..]);
    assert_eq!(page.json()["count"], 3);
}

/// "autocomplete: organizations whose name starts with `name`, case-insensitive", documented: "imp"
/// finds "Important Customers" and "Imperial College". They come by name.
#[tokio::test]
async fn no2_no50_no162_autocomplete_finds_by_the_start_of_the_name() {
    let api = Api::start().await;
    let mark = api.name("x");
    let mut created = Vec::new();
    for name in ["Important Customers", "IMPERIAL College", "Simple", "im"] {
        let name = format!("{mark}: {name}");
        let answer = api.post("/organizations", named(&name)).await.expect(201);
        created.push(answer.json()["organization"]["id"].clone());
    }

    for prefix in ["imp", "IMP", "Imp"] {
        let found = api.get(&autocomplete(&format!("{mark}: {prefix}"))).await;
        let found = found.expect(200);
        // By name, not by id.
        assert_eq!(ids(&found), [created[1].clone(), created[0].clone()]);
        assert_eq!(found.json()["count"], 2);
        assert_eq!(keys_in_order(&found, "/organizations/0"), KEYS);
    }
    let found = api.get(&autocomplete("Simple")).await.expect(200);
    assert!(!ids(&found).contains(&created[2]), "not in the middle");
}

/// "autocomplete misses names that start with a non-alphanumeric sign; search finds them",
/// reported.
#[tokio::test]
async fn no51_autocomplete_misses_names_that_start_with_a_sign() {
    let api = Api::start().await;
    for (name, is_found) in [
        (api.name("⭐⭐ INCIDENT"), false),
        (api.name("- dash"), false),
        (api.name("Élan"), true),
        (api.name("7 dwarfs"), true),
    ] {
        let created = api.post("/organizations", named(&name)).await.expect(201);
        let id = created.json()["organization"]["id"].clone();

        let completed = api.get(&autocomplete(&name)).await.expect(200);
        let searched = api.get(&search("name", &name)).await.expect(200);

        assert_eq!(ids(&completed).contains(&id), is_found, "{name}");
        assert_eq!(ids(&searched), [id], "{name}");
    }
}

/// An organization is found as soon as it is there. Zendesk may take a while.
#[tokio::test]
async fn no52_autocomplete_does_not_lag() {
    let api = Api::start().await;
    for name in ["a", "b", "c"] {
        let organization = api.organization(name).await;
        let found = api.get(&autocomplete(&api.name(name))).await.expect(200);
        assert_eq!(ids(&found), [json!(organization)]);
    }
}

/// "At least 2 characters" is gone from the documentation.
#[tokio::test]
async fn no53_q_no14_one_character_is_enough_for_autocomplete() {
    let api = Api::with(MockZendesk::builder()).await;
    let created = api.post("/organizations", named("Zulu")).await.expect(201);

    let found = api.get("/organizations/autocomplete?name=z").await;

    assert_eq!(
        ids(&found.expect(200)),
        [created.json()["organization"]["id"].clone()]
    );
}

/// "POST autocomplete?name= answers like GET", recorded of a live test.
#[tokio::test]
async fn no54_autocomplete_by_post_answers_alike() {
    let api = Api::start().await;
    api.organization("o").await;

    for path in [autocomplete(&api.name("O")), autocomplete("\u{1}")] {
        let got = api.get(&path).await.expect(200);
        let posted = api.send(Method::POST, &path, None).await.expect(200);
        assert_eq!(got.body, posted.body);
        assert_eq!(posted.header("location"), None);
    }
    let path = "/organizations/autocomplete";
    api.send(Method::POST, path, None)
        .await
        .expect_error(400, &missing("name"));
}

/// "show_many: comma separated ids or external_ids, unknown and deleted ones left out, sorted by
/// name; external ids case-insensitive", the order recorded.
#[tokio::test]
async fn no7_no81_show_many_names_organizations_in_two_ways() {
    let api = Api::start().await;
    let external = |name: &str| api.name(&format!("{name} ID"));
    let zulu = create(&api, "Zulu", json!({"external_id": external("z")})).await;
    let alpha = create(&api, "alpha", json!({"external_id": external("a")})).await;
    let gone = create(&api, "gone", json!({"external_id": external("g")})).await;
    let mike = api.organization("Mike").await;
    api.delete(&path_of(gone)).await.expect(204);

    let by_ids = format!("ids={zulu},{gone},{UNKNOWN},{mike},{alpha},{zulu}");
    let by_external_ids = format!(
        "external_ids={},{},nothing-{zulu},{},{}",
        encoded(&external("z").to_lowercase()),
        encoded(&external("g")),
        encoded(&external("A").to_uppercase()),
        encoded(&external("Z")),
    );
    let (all, two) = (
        [json!(alpha), json!(mike), json!(zulu)],
        [json!(alpha), json!(zulu)],
    );
    let rows = [
        (by_ids.clone(), &all[..]),
        (by_external_ids.clone(), &two[..]),
        // Both: ids win.
        (format!("{by_external_ids}&{by_ids}"), &all[..]),
        (format!("ids[]={zulu}&ids[]={alpha}"), &two[..]),
    ];

    for (query, expected) in rows {
        let answer = api
            .get(&format!("/organizations/show_many?{query}"))
            .await
            .expect(200);
        assert_eq!(ids(&answer), expected, "{query}");
        assert_eq!(answer.json()["count"], json!(expected.len()), "{query}");
        assert_eq!(
            keys_in_order(&answer, ""),
            ["organizations", "next_page", "previous_page", "count"],
            "{query}"
        );
    }
}

/// Neither kind of ids is given.
#[tokio::test]
async fn no82_the_ids_of_a_bulk_operation_must_be_there() {
    let api = Api::start().await;
    let update = json!({"organization": {"notes": "n"}});
    for (method, path, body) in [
        (Method::GET, "/organizations/show_many", None),
        (Method::GET, "/organizations/show_many?ids=", None),
        (Method::GET, "/organizations/show_many?external_ids=,", None),
        (Method::DELETE, "/organizations/destroy_many", None),
        (Method::PUT, "/organizations/update_many", Some(update)),
    ] {
        api.send(method, path, body)
            .await
            .expect_error(400, &missing("ids"));
    }
}

/// "up to 100" is documented; the answer to more is that of every bulk operation.
#[tokio::test]
async fn q_no16_more_than_a_hundred_ids_are_refused() {
    let api = Api::start().await;
    let numbers: Vec<String> = (1..=101).map(|n| n.to_string()).collect();
    for parameter in ["ids", "external_ids"] {
        let path = |n: usize| {
            let numbers = numbers[..n].join(",");
            format!("/organizations/show_many?{parameter}={numbers}")
        };
        api.get(&path(100)).await.expect(200);
        api.get(&path(101))
            .await
            .expect_error(400, errors::TOO_MANY_VALUES);
    }
}
