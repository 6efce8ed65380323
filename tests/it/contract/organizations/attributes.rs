//! Names, external ids, domains and groups of organizations.

use mock_zendesk::{MockZendesk, settings::OpenQuestion};
use serde_json::{Value, json};

use super::{EXTERNAL_ID_TAKEN, UNKNOWN, error_on, name_error, named, path_of};
use crate::api::Api;
use crate::contract::wire::looks_like;

/// "Name: stored trimmed", documented.
#[tokio::test]
async fn no24_a_name_is_stored_without_the_space_around_it() {
    let api = Api::start().await;
    let name = api.name("Trimmed");

    let created = api
        .post("/organizations", named(&format!(" \t{name}  ")))
        .await
        .expect(201)
        .json();
    assert_eq!(created["organization"]["name"], name);

    let name = api.name("Renamed");
    let path = format!("/organizations/{}", created["organization"]["id"]);
    let renamed = api
        .put(&path, named(&format!("  {name}\n")))
        .await
        .expect(200)
        .json();
    assert_eq!(renamed["organization"]["name"], name);
}

/// "A name that contains a vertical bar: the organization won't be created", documented. The words
/// of the refusal are not known.
#[tokio::test]
async fn no28_q_no1_a_name_with_a_vertical_bar_is_refused() {
    let api = Api::start().await;
    let organization = api.organization("o").await;
    let error = name_error("Name: is invalid", "InvalidValue");
    let rows = ["one|two", "|", "end|"];

    for name in rows.map(|name| named(&api.name(name))) {
        api.post("/organizations", name.clone())
            .await
            .expect_error(422, &error);
        api.put(&path_of(organization), name)
            .await
            .expect_error(422, &error);
    }

    let shown = api.get(&path_of(organization)).await.expect(200).json();
    assert_eq!(shown["organization"]["name"], api.name("o"));
}

/// "external_id: unique in the account, case-insensitive; null may repeat; one character is fine;
/// spaces are fine": documented, and recorded of live tests.
#[tokio::test]
async fn no30_no31_q_no15_an_external_id_is_unique_whatever_its_case() {
    let api = Api::start().await;
    let (taken, spaced) = (api.name("CRM"), api.name("Test Id"));
    let with = |name: &str, external_id: Value| json!({"organization": {"name": api.name(name), "external_id": external_id}});
    let a = with("a", json!(taken));
    let a = api.post("/organizations", a).await.expect(201).json()["organization"].clone();
    let b = with("b", json!(spaced));
    let b = api.post("/organizations", b).await.expect(201).json()["organization"].clone();
    assert_eq!(
        (&a["external_id"], &b["external_id"]),
        (&json!(taken), &json!(spaced))
    );

    for other in [taken.clone(), taken.to_lowercase(), taken.to_uppercase()] {
        api.post("/organizations", with("c", json!(other)))
            .await
            .expect_error(422, EXTERNAL_ID_TAKEN);
        let changes = json!({"organization": {"external_id": other}});
        api.put(&format!("/organizations/{}", b["id"]), changes)
            .await
            .expect_error(422, EXTERNAL_ID_TAKEN);
    }
    // Its own one in another case is no conflict.
    let changes = json!({"organization": {"external_id": taken.to_lowercase()}});
    let changed = api
        .put(&format!("/organizations/{}", a["id"]), changes)
        .await
        .expect(200);
    assert_eq!(
        changed.json()["organization"]["external_id"],
        taken.to_lowercase()
    );
    for n in 0..2 {
        let none = with(&format!("null {n}"), Value::Null);
        let none = api.post("/organizations", none).await.expect(201).json();
        assert_eq!(none["organization"]["external_id"], Value::Null);
    }
}

/// One character is enough for an external id.
#[tokio::test]
async fn no30_an_external_id_may_have_one_character() {
    let api = Api::with(MockZendesk::builder()).await;
    let organization = json!({"organization": {"name": "one", "external_id": "i"}});

    let created = api
        .post("/organizations", organization)
        .await
        .expect(201)
        .json();

    assert_eq!(created["organization"]["external_id"], "i");
    let found = api.get("/organizations/search?external_id=I").await;
    assert_eq!(
        found.expect(200).each("organizations", "id"),
        [created["organization"]["id"].clone()]
    );
}

/// Whether an empty external id may repeat is not known. The double takes it for none.
#[tokio::test]
async fn an_empty_external_id_names_nothing() {
    let api = Api::start().await;
    for name in ["a", "b"] {
        let organization = json!({"organization": {"name": api.name(name), "external_id": ""}});
        api.post("/organizations", organization).await.expect(201);
    }
    let found = api.get("/organizations/search?external_id=").await;
    assert_eq!(found.expect(200).json()["count"], 0);
}

/// All errors of one save come together.
#[tokio::test]
async fn no32_a_taken_name_and_a_taken_external_id_are_told_together() {
    let api = Api::start().await;
    let external_id = api.name("id");
    let a = json!({"organization": {"name": api.name("a"), "external_id": external_id}});
    api.post("/organizations", a.clone()).await.expect(201);

    let refused = api.post("/organizations", a).await.expect(422).json();

    let details = &refused["details"];
    assert_eq!(details.as_object().unwrap().len(), 2, "{details}");
    assert_eq!(details["name"][0]["error"], "DuplicateValue");
    assert_eq!(
        details["external_id"],
        json!([{"description": "External has already been taken", "error": "DuplicateValue"}])
    );
}

/// "A deleted organization frees its name and its external id at once", recorded of live tests.
#[tokio::test]
async fn no33_a_deleted_organization_frees_its_name_and_its_external_id() {
    let api = Api::start().await;
    let a = json!({"organization": {"name": api.name("a"), "external_id": api.name("id")}});
    let mut ids = Vec::new();

    for _ in 0..3 {
        let created = api
            .post("/organizations", a.clone())
            .await
            .expect(201)
            .json();
        let id = created["organization"]["id"].as_u64().unwrap();
        assert!(!ids.contains(&id));
        ids.push(id);
        api.delete(&path_of(id)).await.expect(204);
    }
}

/// "will transform into a string even if you enter an integer", reported.
#[tokio::test]
async fn no34_a_number_as_external_id_becomes_a_string() {
    let api = Api::start().await;
    let organization = api.organization("o").await;
    // A number that no other test has.
    let changes = json!({"organization": {"external_id": organization}});

    let changed = api
        .put(&path_of(organization), changes)
        .await
        .expect(200)
        .json();

    assert_eq!(
        changed["organization"]["external_id"],
        organization.to_string()
    );
    let found = api
        .get(&format!("/organizations/search?external_id={organization}"))
        .await
        .expect(200);
    assert_eq!(
        found.each("organizations", "external_id"),
        [json!(organization.to_string())]
    );
}

/// "domain_names is replaced as a whole by PUT; absent = untouched; [] empties", documented.
#[tokio::test]
async fn no35_no164_a_put_with_one_domain_loses_the_others() {
    let api = Api::start().await;
    let path = path_of(api.organization("o").await);
    let rows = [
        (
            json!({"domain_names": ["a.example", "b.example"]}),
            json!(["a.example", "b.example"]),
        ),
        (json!({"notes": "n"}), json!(["a.example", "b.example"])),
        (json!({"domain_names": ["c.example"]}), json!(["c.example"])),
        (json!({"domain_names": []}), json!([])),
    ];

    for (changes, expected) in rows {
        let changed = api
            .put(&path, json!({"organization": changes}))
            .await
            .expect(200)
            .json();
        assert_eq!(changed["organization"]["domain_names"], expected);
        let shown = api.get(&path).await.expect(200).json();
        assert_eq!(shown["organization"]["domain_names"], expected);
    }
}

/// What Zendesk makes of a domain is not known: the double refuses none.
#[tokio::test]
async fn no37_domains_are_in_lower_case_and_each_once() {
    let api = Api::start().await;
    let domains = [
        " Example.COM ",
        "example.com",
        "",
        "no domain at all!",
        "é.example",
    ];
    let organization = json!({"organization": {"name": api.name("o"), "domain_names": domains}});

    let created = api
        .post("/organizations", organization)
        .await
        .expect(201)
        .json();

    assert_eq!(
        created["organization"]["domain_names"],
        json!(["example.com", "no domain at all!", "é.example"])
    );
}

/// "New tickets from users in this organization are automatically put in this group", documented.
#[tokio::test]
async fn no38_a_new_ticket_is_in_the_group_of_its_organization() {
    let api = Api::start().await;
    let mut groups = Vec::new();
    for name in ["own", "other"] {
        let group = json!({"group": {"name": api.name(name)}});
        groups.push(api.post("/groups", group).await.expect(201).json()["group"]["id"].clone());
    }
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    api.membership(user, organization).await;
    let ticket = async |more: Value| {
        let mut ticket = json!({"requester_id": user, "comment": {"body": "c"}});
        ticket
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let ticket = json!({"ticket": ticket});
        api.post("/tickets", ticket).await.expect(201).json()["ticket"]["group_id"].clone()
    };
    assert_eq!(ticket(json!({})).await, Value::Null);

    let changes = json!({"organization": {"group_id": groups[0]}});
    let changed = api.put(&path_of(organization), changes).await.expect(200);
    assert_eq!(changed.json()["organization"]["group_id"], groups[0]);

    assert_eq!(ticket(json!({})).await, groups[0]);
    assert_eq!(ticket(json!({"group_id": groups[1]})).await, groups[1]);
    api.delete(&format!("/groups/{}", groups[0]))
        .await
        .expect(204);
    assert_eq!(ticket(json!({})).await, Value::Null, "a deleted group");
}

/// Nothing says what becomes of a group that is not there. By default it is refused.
#[tokio::test]
async fn no38_q_no2_an_unknown_group_is_refused() {
    let api = Api::start().await;
    let organization = api.organization("o").await;
    let group = json!({"group": {"name": api.name("deleted")}});
    let deleted = api.post("/groups", group).await.expect(201).json()["group"]["id"].clone();
    api.delete(&format!("/groups/{deleted}")).await.expect(204);

    for group in [json!(UNKNOWN), deleted] {
        let error = error_on("group", "Group: is invalid", "InvalidValue");
        let changes = json!({"organization": {"name": api.name("new"), "group_id": group}});
        api.post("/organizations", changes.clone())
            .await
            .expect_error(422, &error);
        api.put(&path_of(organization), changes)
            .await
            .expect_error(422, &error);
    }
    let shown = api.get(&path_of(organization)).await.expect(200).json();
    assert_eq!(shown["organization"]["name"], api.name("o"));
    assert_eq!(shown["organization"]["group_id"], Value::Null);
}

/// The other answer to the same question, for those who ask for it.
#[tokio::test]
async fn q_no2_an_unknown_group_is_kept_where_the_account_accepts_it() {
    let api = Api::with(MockZendesk::builder().other_answer(OpenQuestion::UnknownGroup)).await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    api.membership(user, organization).await;

    let changes = json!({"organization": {"group_id": 7}});
    let changed = api.put(&path_of(organization), changes).await.expect(200);

    assert_eq!(changed.json()["organization"]["group_id"], 7);
    let ticket = json!({"ticket": {"requester_id": user, "comment": {"body": "c"}}});
    let ticket = api.post("/tickets", ticket).await.expect(201).json();
    assert_eq!(ticket["ticket"]["group_id"], Value::Null);
}

/// "updated_at changes with PUT, in whole seconds", recorded: created 00:16:16, changed 00:16:18.
#[tokio::test]
async fn no39_an_update_changes_the_time_of_the_last_change() {
    let api = Api::start().await;
    let path = path_of(api.organization("o").await);
    let before = api.get(&path).await.expect(200).json()["organization"].clone();
    assert_eq!(before["updated_at"], before["created_at"]);
    api.let_time_pass().await;

    let changes = json!({"organization": {"notes": "foo"}});
    let after = api.put(&path, changes).await.expect(200).json()["organization"].clone();

    assert_eq!(after["created_at"], before["created_at"]);
    let [before, time] = [&before, &after].map(|shown| shown["updated_at"].as_str().unwrap());
    assert!(time > before, "{time} is not after {before}");
    assert!(looks_like(time, "9999-99-99T99:99:99Z"), "{time}");
    let shown = api.get(&path).await.expect(200).json();
    assert_eq!(shown["organization"]["updated_at"], time);
}

/// "PUT with `id` in the body: dropped, with a warning", recorded; `url` and the times likewise.
#[tokio::test]
async fn no40_what_a_whole_record_has_besides_is_dropped_with_a_warning() {
    let api = Api::start().await;
    let organization = api.organization("o").await;
    let before = api.get(&path_of(organization)).await.expect(200);
    let mut whole = before.json()["organization"].clone();
    for (key, value) in [
        ("url", json!("https://example.com")),
        ("id", json!(1)),
        ("created_at", json!("2001-01-01T00:00:00Z")),
        ("updated_at", json!("2001-01-01T00:00:00Z")),
        ("notes", json!("n")),
    ] {
        whole[key] = value;
    }

    let answer = api
        .put(&path_of(organization), json!({"organization": whole}))
        .await
        .expect(200);

    let warning = answer.header("x-zendesk-api-warn").unwrap_or_default();
    let (_, keys) = warning.split_once(":unpermitted_keys=>[").expect(warning);
    let (keys, _) = keys.split_once(']').unwrap();
    let mut keys: Vec<&str> = keys.split(", ").collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            r#""organization.created_at""#,
            r#""organization.id""#,
            r#""organization.updated_at""#,
            r#""organization.url""#,
        ]
    );
    let (before, after) = (before.json(), answer.json());
    for key in ["url", "id", "name", "created_at"] {
        assert_eq!(after["organization"][key], before["organization"][key]);
    }
    assert_eq!(after["organization"]["notes"], "n");
}
