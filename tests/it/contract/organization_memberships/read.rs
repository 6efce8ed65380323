//! GET: the record on the wire, the lists, one record; and the texts of wrong parameters.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mock_zendesk::{MockZendesk, settings::OpenQuestion};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    MEMBERSHIPS, UNKNOWN, ids, of_organization, of_user, organizations, path_of, the_membership,
    user_in,
};
use crate::api::{Answer, Api, errors, membership};
use crate::contract::pagination::pages;

/// The body of an answer with one membership, as recorded: only ids, host, name and time are put
/// in.
#[track_caller]
fn recorded_form(
    api: &Api,
    answer: &Answer,
    name: &str,
    default: &str,
    view_tickets: bool,
) -> String {
    let membership = the_membership(answer);
    let (id, user, organization) = (
        &membership["id"],
        &membership["user_id"],
        &membership["organization_id"],
    );
    let time = membership["created_at"].as_str().unwrap();
    format!(
        r#"{{"organization_membership":{{"url":"{}/api/v2/organization_memberships/{id}.json","id":{id},"user_id":{user},"organization_id":{organization},"default":{default},"created_at":"{time}","organization_name":"{}","updated_at":"{time}","view_tickets":{view_tickets}}}}}"#,
        api.uri(),
        api.name(name),
    )
}

/// The keys in the order recorded in 2023, 2024 and 2025, with `organization_name` between the two
/// timestamps.
#[tokio::test]
async fn om1_a_membership_has_the_recorded_form() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("Jinmu").await);

    let created = api
        .post(MEMBERSHIPS, membership(user, organization))
        .await
        .expect(201);

    assert_eq!(
        created.body,
        recorded_form(&api, &created, "Jinmu", "true", false)
    );
    let the = the_membership(&created);
    assert_eq!(
        (&the["user_id"], &the["organization_id"]),
        (&json!(user), &json!(organization))
    );
}

/// "If false, returns `null`"; a consumer must take false alike, so the double can give it.
#[tokio::test]
async fn om2_a_membership_that_is_not_the_default_says_null_or_by_option_false() {
    let rows = [
        ("null", MockZendesk::builder()),
        (
            "false",
            MockZendesk::builder().other_answer(OpenQuestion::NonDefaultValue),
        ),
    ];

    for (default, builder) in rows {
        let api = Api::with(builder).await;
        let [first, second] = organizations(&api, ["first", "second"]).await;
        let (user, _) = user_in(&api, [first]).await;

        let created = api
            .post(MEMBERSHIPS, membership(user, second))
            .await
            .expect(201);

        assert_eq!(
            created.body,
            recorded_form(&api, &created, "second", default, false)
        );
        let path = path_of(the_membership(&created)["id"].as_u64().unwrap());
        assert_eq!(api.get(&path).await.expect(200).body, created.body);
        let list = api
            .get(&of_user(user))
            .await
            .expect(200)
            .each("organization_memberships", "default");
        assert_eq!(
            list,
            [json!(true), serde_json::from_str::<Value>(default).unwrap()]
        );
    }
}

/// "`view_tickets`: true when the organization has `shared_tickets: true`", recorded; or the user
/// may see its tickets.
#[tokio::test]
async fn om3_view_tickets_follows_the_organization_and_the_user() {
    let api = Api::start().await;
    let rows = [
        ("neither", json!({}), json!({}), false),
        (
            "the user sees requested ones",
            json!({}),
            json!({"ticket_restriction": "requested"}),
            false,
        ),
        (
            "the organization shares",
            json!({"shared_tickets": true}),
            json!({}),
            true,
        ),
        (
            "the user sees those of the organization",
            json!({}),
            json!({"ticket_restriction": "organization"}),
            true,
        ),
    ];

    for (row, mut organization, mut user, expected) in rows {
        organization["name"] = json!(api.name(row));
        user["name"] = json!(api.name(row));
        let organization = api
            .post("/organizations", json!({"organization": organization}))
            .await
            .expect(201)
            .json();
        let user = api
            .post("/users", json!({"user": user}))
            .await
            .expect(201)
            .json();
        let [organization, user] = [&organization["organization"], &user["user"]]
            .map(|record| record["id"].as_u64().unwrap());

        let created = api
            .post(MEMBERSHIPS, membership(user, organization))
            .await
            .expect(201);

        assert_eq!(
            created.body,
            recorded_form(&api, &created, row, "true", expected),
            "{row}"
        );
    }
}

/// The table of 5.1: "You passed an invalid value for the {P} attribute. Invalid parameter: {P}
/// must be …".
#[tokio::test]
async fn e4_a_parameter_of_a_wrong_type_is_named() {
    let api = Api::start().await;
    let (get, post, delete) = (Method::GET, Method::POST, Method::DELETE);
    let none = Value::Null;
    let membership = |attributes: Value| json!({"organization_membership": attributes});
    let rows = [
        (
            &get,
            "/organization_memberships/abc",
            none.clone(),
            "id must be an integer",
            "show",
        ),
        (
            &delete,
            "/organization_memberships/abc",
            none.clone(),
            "id must be an integer",
            "destroy",
        ),
        (
            &get,
            "/users/abc/organization_memberships",
            none.clone(),
            "user_id must be an integer",
            "index",
        ),
        (
            &get,
            "/organizations/abc/organization_memberships",
            none.clone(),
            "organization_id must be an integer",
            "index",
        ),
        (
            &post,
            MEMBERSHIPS,
            membership(json!({"user_id": "x"})),
            "organization_membership.user_id must be an integer",
            "create",
        ),
        (
            &post,
            MEMBERSHIPS,
            membership(json!({"default": "maybe"})),
            "organization_membership.default must be either true or false",
            "create",
        ),
        (
            &post,
            MEMBERSHIPS,
            membership(json!([1])),
            "organization_membership must be a hash",
            "create",
        ),
        (
            &post,
            "/organization_memberships/create_many",
            json!({"organization_memberships": {"user_id": 1}}),
            "organization_memberships must be an array",
            "create_many",
        ),
        (
            &delete,
            "/organization_memberships/destroy_many?ids=1,x",
            none.clone(),
            "ids must be an integer",
            "destroy_many",
        ),
        (
            &get,
            "/organization_memberships?page=x",
            none.clone(),
            "page must be an integer",
            "index",
        ),
        (
            &get,
            "/organization_memberships?per_page=x",
            none.clone(),
            "per_page must be an integer",
            "index",
        ),
        (
            &get,
            "/organization_memberships?page[size]=x",
            none.clone(),
            "page.size must be an integer",
            "index",
        ),
        // No route of its own: "would match with id create_many".
        (
            &get,
            "/organization_memberships/create_many",
            none,
            "id must be an integer",
            "show",
        ),
    ];

    for (method, path, body, what, action) in rows {
        let answer = api
            .send(
                method.clone(),
                path,
                Some(body).filter(|body| !body.is_null()),
            )
            .await;
        answer.expect_error(
            400,
            &errors::invalid_attribute(what, &format!("organization_memberships/{action}")),
        );
    }
}

/// "Route 1, no parameters: 200 offset envelope, at most 100 records, by id ascending", recorded
/// for other resources.
#[tokio::test]
async fn l1_the_memberships_of_the_account_are_listed_by_id() {
    let api = Api::start().await;
    let [zulu, alpha] = organizations(&api, ["Zulu", "Alpha"]).await;
    let (_, [m1, m2]) = user_in(&api, [zulu, alpha]).await;
    let (_, [m3]) = user_in(&api, [alpha]).await;

    let mut all: Vec<u64> = Vec::new();
    let mut path = MEMBERSHIPS.to_owned();
    let mut count = Value::Null;
    // Offset pages end at ten thousand records, which an account that others use may have.
    for _ in 0..100 {
        let page = api.get(&path).await.expect(200);
        assert!(ids(&page).len() <= 100);
        all.extend(ids(&page).iter().map(|id| id.as_u64().unwrap()));
        count = page.json()["count"].clone();
        let Some(next) = page.json()["next_page"].as_str().map(str::to_owned) else {
            break;
        };
        path = next;
    }

    assert!(all.is_sorted(), "{all:?}");
    if !api.is_shared() {
        assert_eq!(count, json!(all.len()));
    }
    let is_whole = all.len() < 10_000;
    assert!(
        !is_whole || [m1, m2, m3].iter().all(|id| all.contains(id)),
        "{all:?}"
    );
}

/// "When returned for a user: the default first, then by organization name": case does not matter.
#[tokio::test]
async fn l2_the_memberships_of_a_user_are_listed_default_first_then_by_name() {
    let api = Api::start().await;
    let orgs = organizations(&api, ["Zulu", "beta", "Gamma", "Alpha", "delta"]).await;
    let (user, [zulu, beta, gamma, alpha, delta]) = user_in(&api, orgs).await;

    let list = api.get(&of_user(user)).await.expect(200);

    assert_eq!(
        ids(&list),
        [zulu, alpha, beta, delta, gamma].map(|id| json!(id))
    );
    assert_eq!(list.json()["count"], json!(5));
}

/// "Route 12: 200 offset envelope; by id": neither the default nor a name comes first.
#[tokio::test]
async fn l3_the_memberships_of_an_organization_are_listed_by_id() {
    let api = Api::start().await;
    let [other, organization] = organizations(&api, ["other", "o"]).await;
    let (_, [_, not_default]) = user_in(&api, [other, organization]).await;
    let (_, [default]) = user_in(&api, [organization]).await;
    let (_, [_, also_not]) = user_in(&api, [other, organization]).await;

    let list = api.get(&of_organization(organization)).await.expect(200);

    let mut expected = [not_default, default, also_not];
    expected.sort_unstable();
    assert_eq!(ids(&list), expected.map(|id| json!(id)));
    assert_eq!(list.json()["count"], json!(3));
}

/// "No memberships": recorded for another resource, to the letter.
#[tokio::test]
async fn l5_an_empty_list_has_the_whole_envelope() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);

    for path in [of_user(user), of_organization(organization)] {
        let list = api.get(&path).await.expect(200);
        assert_eq!(
            list.body,
            r#"{"organization_memberships":[],"next_page":null,"previous_page":null,"count":0}"#,
            "{path}"
        );
    }
}

/// "Unknown user or organization in the path: 404", under both paginations; a deleted organization
/// is unknown too.
#[tokio::test]
async fn l6_the_list_of_somebody_unknown_is_not_found() {
    let api = Api::start().await;
    let deleted = api.organization("o").await;
    api.delete(&format!("/organizations/{deleted}"))
        .await
        .expect(204);

    for path in [
        of_user(UNKNOWN),
        of_organization(UNKNOWN),
        of_organization(deleted),
    ] {
        api.get(&path)
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
        api.get(&format!("{path}?page[size]=1"))
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
    }
}

/// "Unknown query parameters: ignored."
#[tokio::test]
async fn l9_query_parameters_that_are_unknown_are_ignored() {
    let api = Api::start().await;
    let [zulu, alpha] = organizations(&api, ["Zulu", "Alpha"]).await;
    let (user, _) = user_in(&api, [zulu, alpha]).await;
    user_in(&api, [alpha]).await;

    for path in [of_user(user), of_organization(alpha)] {
        let plain = api.get(&path).await.expect(200).body;
        let query = "?sort_by=id&sort_order=desc&foo=bar&user_id=1&default=true";
        assert_eq!(
            api.get(&format!("{path}{query}")).await.expect(200).body,
            plain
        );
    }
    // Others may create and delete memberships meanwhile, but hardly the ten oldest.
    let oldest = format!("{MEMBERSHIPS}?per_page=10");
    let all = api
        .get(&format!(
            "{oldest}&sort_by=id&sort_order=desc&user_id={user}"
        ))
        .await
        .expect(200);
    assert_eq!(ids(&all), ids(&api.get(&oldest).await.expect(200)));
}

/// "Existing: 200 `{\"organization_membership\":{…}}`", recorded; through its user the same.
#[tokio::test]
async fn s1_a_membership_is_shown_as_it_was_created() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    let created = api
        .post(MEMBERSHIPS, membership(user, organization))
        .await
        .expect(201);
    let id = the_membership(&created)["id"].as_u64().unwrap();

    for path in [path_of(id), format!("{}/{id}", of_user(user))] {
        assert_eq!(
            api.get(&path).await.expect(200).body,
            created.body,
            "{path}"
        );
    }
}

/// "NotFound, deleted, or 9223372036854775807: 404", recorded; so are ids that no record can have.
#[tokio::test]
async fn s2_s3_a_membership_that_is_not_there_is_not_found() {
    let api = Api::start().await;
    let organization = api.organization("o").await;
    let (user, [deleted]) = user_in(&api, [organization]).await;
    api.delete(&path_of(deleted)).await.expect(204);
    let deleted = deleted.to_string();

    for id in [
        deleted.as_str(),
        "9223372036854775807",
        "9223372036854775808",
        "99999999999999999999999",
        "-1",
        "0",
    ] {
        for path in [MEMBERSHIPS, &of_user(user)] {
            api.get(&format!("{path}/{id}"))
                .await
                .expect_error(404, errors::RECORD_NOT_FOUND);
        }
    }
}

/// "Not a number: 400 Invalid attribute": documented for users.
#[tokio::test]
async fn s4_an_id_that_is_no_number_is_refused() {
    let api = Api::start().await;
    let user = api.user("u").await;

    for path in [MEMBERSHIPS, &of_user(user)] {
        let answer = api.get(&format!("{path}/abc")).await;
        answer.expect_error(
            400,
            &errors::invalid_attribute("id must be an integer", "organization_memberships/show"),
        );
    }
    let answer = api.get("/users/abc/organization_memberships/1").await;
    answer.expect_error(
        400,
        &errors::invalid_attribute(
            "user_id must be an integer",
            "organization_memberships/show",
        ),
    );
}

/// "Nested, membership of another user: 404", and "both unknown: 404".
#[tokio::test]
async fn s5_s6_a_user_shows_only_own_memberships() {
    let api = Api::start().await;
    let organization = api.organization("o").await;
    let (_, [of_another]) = user_in(&api, [organization]).await;
    let (user, _) = user_in(&api, [organization]).await;

    for (user, membership) in [
        (user, of_another),
        (UNKNOWN, of_another),
        (UNKNOWN, UNKNOWN),
    ] {
        let path = format!("{}/{membership}", of_user(user));
        api.get(&path)
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
    }
}

/// "`?include=users`: adds `\"users\":[…]` after the membership", recorded for another resource.
#[tokio::test]
async fn s7_i2_what_is_included_comes_after_the_membership() {
    let api = Api::start().await;
    let organization = api.organization("o").await;
    let (user, [id]) = user_in(&api, [organization]).await;
    let plain = api.get(&path_of(id)).await.expect(200).body;
    let user_body = api.get(&format!("/users/{user}")).await.expect(200).body;
    let organization_body = api
        .get(&format!("/organizations/{organization}"))
        .await
        .expect(200)
        .body;
    let users = user_body
        .replacen(r#"{"user":"#, r#""users":["#, 1)
        .strip_suffix('}')
        .unwrap()
        .to_owned()
        + "]";
    let organizations = organization_body
        .replacen(r#"{"organization":"#, r#""organizations":["#, 1)
        .strip_suffix('}')
        .unwrap()
        .to_owned()
        + "]";
    let open = plain.strip_suffix('}').unwrap();
    let rows = [
        ("users", format!("{open},{users}}}")),
        ("organizations", format!("{open},{organizations}}}")),
        (
            "users,organizations",
            format!("{open},{users},{organizations}}}"),
        ),
        ("foo", plain.clone()),
    ];

    for (include, expected) in rows {
        for path in [path_of(id), format!("{}/{id}", of_user(user))] {
            let answer = api
                .get(&format!("{path}?include={include}"))
                .await
                .expect(200);
            assert_eq!(answer.body, expected, "{path}?include={include}");
        }
    }
}

/// "The name is stored as it is; the length counts characters, not bytes", recorded of groups: a text
/// in the cursor of any list has this form.
#[tokio::test]
async fn no160_the_cursors_of_a_users_list_have_the_name_as_it_is_written() {
    let api = Api::start().await;
    let user = api.user("u").await;
    let mut expected = Vec::new();
    for name in ["🎯 Zulu", "Éclair", "ALPHA", "alpha 2"].map(|name| api.name(name)) {
        let organization = json!({"organization": {"name": name}});
        let organization = api.post("/organizations", organization).await.expect(201);
        let organization = organization.json()["organization"]["id"].as_u64().unwrap();
        expected.push((name, api.membership(user, organization).await));
    }
    // The first one is the default, the others come by name.
    expected[1..].sort_by_key(|(name, _)| name.to_lowercase());
    assert!(expected[1].0.starts_with("ALPHA"));

    let pages = pages(
        &api,
        &format!("{}?page[size]=1", of_user(user)),
        "/links/next",
    )
    .await;

    for (page, (name, id)) in pages.iter().zip(&expected) {
        assert_eq!(ids(page), [json!(id)]);
        let cursor = page.json()["meta"]["after_cursor"].clone();
        let text = STANDARD.decode(cursor.as_str().unwrap()).unwrap();
        let outer: Value = serde_json::from_slice(&text).unwrap();
        let bytes = STANDARD.decode(outer["v"].as_str().unwrap()).unwrap();
        let length = u32::try_from(name.chars().count()).unwrap();
        let mut end = vec![b's'];
        end.extend(length.to_le_bytes());
        end.extend(name.as_bytes());
        end.push(b'i');
        end.extend(id.to_le_bytes());
        assert!(bytes.ends_with(&end), "{name}: {bytes:?}");
    }
    assert!(pages.len() >= expected.len(), "{} pages", pages.len());
}
