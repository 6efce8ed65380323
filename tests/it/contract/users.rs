//! <https://developer.zendesk.com/api-reference/ticketing/users/users/>

mod addresses;
mod attributes;
mod deleted;
mod merging;
mod passwords;

use mock_zendesk::{Credentials, MockZendesk};
use reqwest::Method;
use serde_json::{Value, json};

use super::wire::keys_in_order;
use crate::api::{Api, errors};

/// An id that no record has.
const UNKNOWN: u64 = 9_223_372_036_854_775_807;

/// The keys of a user in the recorded order, but for `authenticity_token`.
const KEYS: [&str; 39] = [
    "id",
    "url",
    "name",
    "email",
    "created_at",
    "updated_at",
    "time_zone",
    "iana_time_zone",
    "phone",
    "shared_phone_number",
    "photo",
    "locale_id",
    "locale",
    "organization_id",
    "role",
    "verified",
    "external_id",
    "tags",
    "alias",
    "active",
    "shared",
    "shared_agent",
    "last_login_at",
    "two_factor_auth_enabled",
    "signature",
    "details",
    "notes",
    "role_type",
    "custom_role_id",
    "is_billing_admin",
    "moderator",
    "ticket_restriction",
    "only_private_comments",
    "restricted_agent",
    "suspended",
    "default_group_id",
    "report_csv",
    "user_fields",
    "suspension_details",
];

/// Creates a user with more than a name, and gives it.
async fn create(api: &Api, attributes: Value) -> Value {
    let mut user = json!({"name": api.name("u")});
    user.as_object_mut()
        .unwrap()
        .extend(attributes.as_object().unwrap().clone());
    api.post("/users", json!({"user": user}))
        .await
        .expect(201)
        .json()["user"]
        .clone()
}

/// The id of a user who is in these organizations, and the ids of the memberships.
async fn member_of(api: &Api, organizations: &[u64]) -> (u64, Vec<u64>) {
    let user = api.user("u").await;
    let mut memberships = Vec::new();
    for organization in organizations {
        memberships.push(api.membership(user, *organization).await);
    }
    (user, memberships)
}

async fn set_organization(api: &Api, user: u64, organization: Value) -> Value {
    let answer = api
        .put(
            &format!("/users/{user}"),
            json!({"user": {"organization_id": organization}}),
        )
        .await;
    answer.expect(200).json()["user"].clone()
}

/// The memberships of a user: id, organization, default.
async fn memberships_of(api: &Api, user: u64) -> Vec<(Value, Value, Value)> {
    let list = api
        .get(&format!("/users/{user}/organization_memberships"))
        .await
        .expect(200);
    let rows = list.json()["organization_memberships"]
        .as_array()
        .unwrap()
        .clone();
    rows.iter()
        .map(|row| {
            (
                row["id"].clone(),
                row["organization_id"].clone(),
                row["default"].clone(),
            )
        })
        .collect()
}

/// The keys of a recorded user, in the recorded order.
#[tokio::test]
async fn a_user_has_the_recorded_keys_in_the_recorded_order() {
    let api = Api::start().await;
    let user = api.user("u").await;

    let shown = api.get(&format!("/users/{user}")).await.expect(200);

    assert_eq!(keys_in_order(&shown, "/user"), KEYS);
}

/// "Fresh end-user: `role:"end-user"`, `verified:false`, `tags:[]`, … others null or false",
/// recorded.
#[tokio::test]
async fn u1_a_new_user_is_an_unverified_end_user_with_the_recorded_values() {
    let api = Api::start().await;

    let answer = api
        .post("/users", json!({"user": {"name": api.name("u")}}))
        .await
        .expect(201);

    let mut user = answer.json()["user"].clone();
    assert_eq!(answer.header("location"), user["url"].as_str());
    let mut shown = api
        .get(&format!("/users/{}", user["id"]))
        .await
        .expect(200)
        .json();
    if api.is_shared() {
        // Whoever uses the account may have added fields.
        for user in [&mut user, &mut shown["user"]] {
            user["user_fields"] = json!({});
        }
    }
    assert_eq!(shown["user"], user);
    let id = user["id"].as_u64().unwrap();
    // These depend on the account and the time.
    for key in [
        "created_at",
        "updated_at",
        "time_zone",
        "iana_time_zone",
        "locale",
    ] {
        assert!(
            user.as_object_mut()
                .unwrap()
                .remove(key)
                .unwrap()
                .is_string(),
            "{key}"
        );
    }
    assert!(
        user.as_object_mut()
            .unwrap()
            .remove("locale_id")
            .unwrap()
            .is_u64()
    );
    let expected = json!({
        "id": id, "url": format!("{}/api/v2/users/{id}.json", api.uri()), "name": api.name("u"), "email": null,
        "phone": null, "shared_phone_number": null, "photo": null, "organization_id": null, "role": "end-user",
        "verified": false, "external_id": null, "tags": [], "alias": null, "active": true, "shared": false,
        "shared_agent": false, "last_login_at": null, "two_factor_auth_enabled": null, "signature": null,
        "details": null, "notes": null, "role_type": null, "custom_role_id": null, "is_billing_admin": null, "moderator": false,
        "ticket_restriction": "requested", "only_private_comments": false, "restricted_agent": true,
        "suspended": false, "default_group_id": null, "report_csv": false, "user_fields": api.no_fields(&user["user_fields"]),
        "suspension_details": null,
    });
    assert_eq!(user, expected);
}

/// "GET /users offset order: id; cursor order: id", recorded.
#[tokio::test]
async fn u3_users_are_listed_by_id_under_both_paginations() {
    let api = Api::start().await;
    let mut created = Vec::new();
    for name in ["c", "a", "b"] {
        created.push(json!(api.user(name).await));
    }

    for path in ["/users", "/users?page[size]=100"] {
        let ids = api.get(path).await.expect(200).each("users", "id");
        assert!(
            ids.is_sorted_by_key(|id| id.as_u64().unwrap()),
            "{path}: {ids:?}"
        );
        // In an account with many users they are on a later page.
        let is_there = created.iter().all(|id| ids.contains(id));
        assert!(is_there || ids.len() == 100, "{path}: {ids:?}");
    }
}

/// "POST /users with `organization_id`: a default membership exists", live and recorded.
#[tokio::test]
async fn x1_a_user_created_with_an_organization_is_its_member() {
    let api = Api::start().await;
    let organization = api.organization("o").await;

    let user = create(&api, json!({"organization_id": organization})).await;

    assert_eq!(user["organization_id"], json!(organization));
    let memberships = memberships_of(&api, user["id"].as_u64().unwrap()).await;
    assert_eq!(memberships.len(), 1);
    assert_eq!(
        (&memberships[0].1, &memberships[0].2),
        (&json!(organization), &json!(true))
    );
}

/// "POST or PUT /users with unknown organization_id: 404 RecordNotFound, no user is made or changed",
/// reported of POST.
#[tokio::test]
async fn x2_an_unknown_organization_is_refused_and_nothing_changes() {
    let api = Api::start().await;
    let organization = api.organization("o").await;
    let (user, memberships) = member_of(&api, &[organization]).await;
    let unknown = json!({"user": {"name": api.name("x"), "organization_id": UNKNOWN}});

    api.post("/users", unknown.clone())
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
    api.put(&format!("/users/{user}"), unknown)
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);

    assert_eq!(
        memberships_of(&api, user).await,
        [(json!(memberships[0]), json!(organization), json!(true))]
    );
    let name = api.get(&format!("/users/{user}")).await.expect(200).json()["user"]["name"].clone();
    assert_eq!(name, api.name("u"));
}

/// "Updates the default organization for that user and removes all other organizations currently
/// associated with that user."
#[tokio::test]
async fn x3_b21_setting_the_organization_of_a_user_removes_all_others() {
    let api = Api::start().await;
    let (o1, o2, o3) = (
        api.organization("o1").await,
        api.organization("o2").await,
        api.organization("o3").await,
    );
    let (user, _) = member_of(&api, &[o1, o2]).await;

    let answer = set_organization(&api, user, json!(o3)).await;

    assert_eq!(answer["organization_id"], json!(o3));
    let memberships = memberships_of(&api, user).await;
    assert_eq!(memberships.len(), 1, "{memberships:?}");
    assert_eq!(
        (&memberships[0].1, &memberships[0].2),
        (&json!(o3), &json!(true))
    );
}

/// "The (u,o2) membership survives (same id) and is default, the others vanish": a choice, Q35.
#[tokio::test]
async fn x4_the_membership_that_there_was_already_is_kept() {
    let api = Api::start().await;
    let (o1, o2) = (api.organization("o1").await, api.organization("o2").await);
    let (user, memberships) = member_of(&api, &[o1, o2]).await;

    set_organization(&api, user, json!(o2)).await;

    assert_eq!(
        memberships_of(&api, user).await,
        [(json!(memberships[1]), json!(o2), json!(true))]
    );
    assert_eq!(api.organization_of(user).await, json!(o2));
    // Also if the value does not change: a client that sends a whole user back.
    api.membership(user, o1).await;
    set_organization(&api, user, json!(o2)).await;
    assert_eq!(
        memberships_of(&api, user).await,
        [(json!(memberships[1]), json!(o2), json!(true))]
    );
}

/// "`organization_id: null`: all memberships vanish."
#[tokio::test]
async fn x5_taking_the_organization_from_a_user_takes_all() {
    let api = Api::start().await;
    let (o1, o2) = (api.organization("o1").await, api.organization("o2").await);
    let (user, memberships) = member_of(&api, &[o1, o2]).await;

    let answer = set_organization(&api, user, Value::Null).await;

    assert_eq!(answer["organization_id"], Value::Null);
    assert_eq!(memberships_of(&api, user).await, []);
    for membership in memberships {
        let shown = api
            .get(&format!("/organization_memberships/{membership}"))
            .await;
        shown.expect_error(404, errors::RECORD_NOT_FOUND);
    }
}

/// "The tickets of vanished pairs lose their organization": those of the pair that stays keep it.
#[tokio::test]
async fn x6_tickets_of_the_organizations_that_are_left_lose_them() {
    let api = Api::start().await;
    let (o1, o2) = (api.organization("o1").await, api.organization("o2").await);
    let (user, _) = member_of(&api, &[o1, o2]).await;
    let mut tickets = Vec::new();
    for organization in [o1, o2] {
        let ticket = json!({"subject": "s", "comment": {"body": "c"}, "requester_id": user, "organization_id": organization});
        tickets.push(
            api.post("/tickets", json!({"ticket": ticket}))
                .await
                .expect(201)
                .json()["ticket"]["id"]
                .clone(),
        );
    }

    set_organization(&api, user, json!(o2)).await;

    for (ticket, organization) in tickets.iter().zip([Value::Null, json!(o2)]) {
        let path = format!("/tickets/{ticket}");
        let shown = api
            .settled(&path, "/ticket/organization_id", &organization)
            .await;
        assert_eq!(shown, organization);
    }
}

/// "`organization_ids: […]`: accepted; afterwards exactly these; the default stays if it is among
/// them, else the first becomes it": a choice, NU77.
#[tokio::test]
async fn x7_nu77_organization_ids_of_a_user_are_the_organizations_that_it_is_in() {
    let api = Api::start().await;
    let mut organizations = Vec::new();
    for name in ["a", "b", "c"] {
        organizations.push(api.organization(name).await);
    }
    let [a, b, c] = organizations[..].try_into().unwrap();
    let body = |ids: Value| json!({"user": {"name": api.name("u"), "organization_ids": ids}});
    let rows = async |user: u64| {
        let rows = memberships_of(&api, user).await.into_iter();
        let rows = rows.map(|(_, organization, default)| (organization, default == json!(true)));
        rows.collect::<Vec<_>>()
    };

    let created = api.post("/users", body(json!([b, a]))).await.expect(201);
    assert_eq!(created.header("x-zendesk-api-warn"), None);
    let user = created.json()["user"]["id"].as_u64().unwrap();
    assert_eq!(rows(user).await, [(json!(b), true), (json!(a), false)]);

    let path = format!("/users/{user}");
    // The default stays; the other one goes.
    api.put(&path, body(json!([c, b]))).await.expect(200);
    assert_eq!(rows(user).await, [(json!(b), true), (json!(c), false)]);
    // The first takes its place where it goes.
    let shown = api.put(&path, body(json!([a, c]))).await.expect(200);
    assert_eq!(shown.json()["user"]["organization_id"], a);
    assert_eq!(rows(user).await, [(json!(a), true), (json!(c), false)]);
    api.put(&path, body(json!([a, UNKNOWN])))
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
    assert_eq!(rows(user).await.len(), 2);
    for none in [json!([]), Value::Null] {
        api.put(&path, body(json!([a]))).await.expect(200);
        api.put(&path, body(none)).await.expect(200);
        assert_eq!(rows(user).await, []);
    }
}

/// Which of the two counts is not known. Nothing is deleted and created again.
#[tokio::test]
async fn w16_x7_nu77_organization_id_names_the_default_of_organization_ids() {
    let api = Api::start().await;
    let (a, b) = (api.organization("a").await, api.organization("b").await);
    let new =
        json!({"user": {"name": api.name("u"), "organization_ids": [a], "organization_id": null}});
    let created = api.post("/users", new).await.expect(201).json();
    assert_eq!(created["user"]["organization_id"], a);
    let user = created["user"]["id"].as_u64().unwrap();
    let before = memberships_of(&api, user).await;

    let path = format!("/users/{user}");
    let both =
        |ids: Value, id: u64| json!({"user": {"organization_ids": ids, "organization_id": id}});
    let shown = api.put(&path, both(json!([a, b]), b)).await.expect(200);
    assert_eq!(shown.json()["user"]["organization_id"], b);
    let after = memberships_of(&api, user).await;
    let ids =
        |rows: &[(Value, Value, Value)]| rows.iter().map(|row| row.0.clone()).collect::<Vec<_>>();
    assert_eq!(after.len(), 2, "{after:?}");
    assert!(ids(&after).contains(&before[0].0), "{after:?}");

    let shown = api.put(&path, both(json!([a, b]), a)).await.expect(200);
    assert_eq!(shown.json()["user"]["organization_id"], a);
    let mut now = ids(&memberships_of(&api, user).await);
    now.reverse();
    assert_eq!(now, ids(&after), "the same two, the other way around");
    // One outside of the set is the only one.
    api.put(&path, both(json!([a]), b)).await.expect(200);
    let rows = memberships_of(&api, user).await;
    assert_eq!((rows.len(), &rows[0].1), (1, &json!(b)));
}

/// "Users can be in a maximum of 300 organizations", documented; here two, by `organization_ids`.
#[tokio::test]
async fn c23_nu77_organization_ids_beyond_the_limit_are_refused() {
    let full = r#"{"error":"RecordInvalid","description":"Record validation errors","details":{"base":[{"description":"Users can be in a maximum of 2 organizations"}]}}"#;
    let api = Api::with(MockZendesk::builder().organizations_per_user(2)).await;
    let mut organizations = Vec::new();
    for name in ["a", "b", "c"] {
        organizations.push(api.organization(name).await);
    }
    let body = |ids: &[u64]| json!({"user": {"name": "u", "organization_ids": ids}});
    let before = api.get("/users").await.expect(200).body;

    api.post("/users", body(&organizations))
        .await
        .expect_error(422, full);

    assert_eq!(api.get("/users").await.expect(200).body, before);
    let created = api.post("/users", body(&organizations[..2])).await;
    let user = created.expect(201).json()["user"]["id"].as_u64().unwrap();
    let memberships = memberships_of(&api, user).await;
    assert_eq!(memberships.len(), 2);
    api.put(&format!("/users/{user}"), body(&organizations))
        .await
        .expect_error(422, full);
    assert_eq!(memberships_of(&api, user).await, memberships);
}

/// "200 with the user: `active:false`, `email:null`, `organization_id:null`; memberships vanish",
/// and "GET of a deleted user: 200".
#[tokio::test]
async fn x10_x11_u2_b31_a_deleted_user_is_given_back_and_can_still_be_shown() {
    let api = Api::start().await;
    let organization = api.organization("o").await;
    let email = format!("{}@example.com", api.name("u").replace(' ', "-"));
    let user = create(
        &api,
        json!({"email": email, "organization_id": organization}),
    )
    .await;
    assert_eq!(user["email"], json!(email));
    let id = user["id"].as_u64().unwrap();
    let membership = memberships_of(&api, id).await[0].0.clone();

    let deleted = api.delete(&format!("/users/{id}")).await.expect(200);

    assert_eq!(keys_in_order(&deleted, "/user"), KEYS);
    for answer in [deleted, api.get(&format!("/users/{id}")).await.expect(200)] {
        let user = &answer.json()["user"];
        assert_eq!((&user["id"], &user["active"]), (&json!(id), &json!(false)));
        assert_eq!(
            (&user["email"], &user["organization_id"]),
            (&Value::Null, &Value::Null)
        );
    }
    let shown = api
        .get(&format!("/organization_memberships/{membership}"))
        .await;
    shown.expect_error(404, errors::RECORD_NOT_FOUND);
    let of_organization = api
        .get(&format!(
            "/organizations/{organization}/organization_memberships"
        ))
        .await
        .expect(200);
    assert_eq!(of_organization.json()["count"], json!(0));
}

/// A deletion is a change of the user: inferred.
#[tokio::test]
async fn x10_a_deletion_moves_the_time_of_the_user() {
    let api = Api::start().await;
    let user = create(&api, json!({})).await;
    api.let_time_pass().await;

    let deleted = api.delete(&format!("/users/{}", user["id"])).await;

    let deleted = deleted.expect(200).json()["user"].clone();
    assert_eq!(deleted["created_at"], user["created_at"]);
    assert!(deleted["updated_at"].as_str() > user["updated_at"].as_str());
}

/// "none, or wrong password, on GET /users/me: 200 Anonymous user", reported.
#[tokio::test]
async fn a6_b30_users_me_answers_everybody_who_shows_no_token() {
    let credentials = Credentials::api_token("a@b.example", "t");
    let api = Api::start_or(MockZendesk::builder().credentials(credentials)).await;
    // a@b.example:wrong
    let wrong_password = ("authorization", "Basic YUBiLmV4YW1wbGU6d3Jvbmc=");

    for headers in [&[][..], &[wrong_password]] {
        if api.is_shared() && !headers.is_empty() {
            // An account may take any password, or none.
            continue;
        }
        let answer = api
            .raw(Method::GET, "/users/me", headers, Vec::new())
            .await
            .expect(200);
        let user = &answer.json()["user"];
        assert_eq!(
            (&user["id"], &user["name"]),
            (&Value::Null, &json!("Anonymous user")),
            "{headers:?}"
        );
    }
}

/// "`authenticity_token` after `verified`; headers `vary: origin`,
/// `access-control-expose-headers: X-Zendesk-API-Warn`", recorded.
#[tokio::test]
async fn a12_users_me_is_the_caller_with_an_authenticity_token() {
    let credentials = Credentials::api_token("a@b.example", "t");
    let api = Api::start_or(MockZendesk::builder().credentials(credentials)).await;

    let answer = api.get("/users/me").await.expect(200);

    let me = answer.json()["user"].clone();
    assert_eq!(me["role"], "admin");
    assert!(api.is_shared() || me["email"] == "a@b.example", "{me}");
    let mut keys = KEYS.to_vec();
    let verified = keys.iter().position(|key| *key == "verified").unwrap();
    keys.insert(verified + 1, "authenticity_token");
    assert_eq!(keys_in_order(&answer, "/user"), keys);
    assert_eq!(answer.header("vary"), Some("origin"));
    assert_eq!(
        answer.header("access-control-expose-headers"),
        Some("X-Zendesk-API-Warn")
    );

    let shown = api.get(&format!("/users/{}", me["id"])).await.expect(200);
    assert_eq!(shown.json()["user"]["email"], me["email"]);
    assert_eq!(keys_in_order(&shown, "/user"), KEYS);
}

/// show_many leaves out what it does not find, as it does with other resources.
#[tokio::test]
async fn show_many_gives_the_users_that_are_there() {
    let api = Api::start().await;
    let (a, b, _other) = (
        api.user("a").await,
        api.user("b").await,
        api.user("c").await,
    );

    let answer = api
        .get(&format!("/users/show_many?ids={b},{UNKNOWN},{a}"))
        .await
        .expect(200);

    let mut ids = answer.each("users", "id");
    ids.sort_by_key(Value::as_u64);
    assert_eq!(ids, [json!(a), json!(b)]);
    let missing = r#"{"error":"ParameterMissing","description":"Parameter ids is required"}"#;
    api.get("/users/show_many").await.expect_error(400, missing);
}

/// An e-mail address belongs to one user: a duplicate is a validation error of the field `email`.
#[tokio::test]
async fn an_email_address_that_another_user_has_is_refused() {
    let api = Api::start().await;
    let email = format!("{}@example.com", api.name("u").replace(' ', "-"));
    create(&api, json!({"email": email})).await;
    let other = create(&api, json!({"email": format!("other-{email}")})).await;
    let same = json!({"user": {"name": api.name("x"), "email": email.to_uppercase()}});

    for answer in [
        api.post("/users", same.clone()).await,
        api.put(&format!("/users/{}", other["id"]), same).await,
    ] {
        let error = answer.expect(422).json();
        assert_eq!(error["error"], "RecordInvalid");
        assert_eq!(error["details"]["email"][0]["error"], "DuplicateValue");
    }
}

/// A deleted user has no e-mail address any more, so another user can have it.
#[tokio::test]
async fn x10_the_email_address_of_a_deleted_user_is_free_again() {
    let api = Api::start().await;
    let email = format!("{}@example.com", api.name("u").replace(' ', "-"));
    let user = create(&api, json!({"email": email})).await;
    api.delete(&format!("/users/{}", user["id"]))
        .await
        .expect(200);

    assert_eq!(
        create(&api, json!({"email": email})).await["email"],
        json!(email)
    );
}

/// "GET /organizations/{id}/users": its members, also those whose default is another organization.
#[tokio::test]
async fn the_users_of_an_organization_are_its_members() {
    let api = Api::start().await;
    let (o1, o2) = (api.organization("o1").await, api.organization("o2").await);
    let (first, _) = member_of(&api, &[o1]).await;
    let (second, _) = member_of(&api, &[o2, o1]).await;
    member_of(&api, &[o2]).await;
    // A suspended user stays a member.
    let suspended = json!({"organization_id": o1, "suspended": true});
    let third = create(&api, suspended).await["id"].clone();

    let answer = api
        .get(&format!("/organizations/{o1}/users"))
        .await
        .expect(200);

    assert_eq!(
        answer.each("users", "id"),
        [json!(first), json!(second), third]
    );
    assert_eq!(answer.json()["count"], json!(3));
    api.get(&format!("/organizations/{UNKNOWN}/users"))
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
}

/// "users create `{id,status:"Created"}`", recorded; "failure: id is the position", reported.
#[tokio::test]
async fn create_many_gives_results_in_a_shape_of_its_own() {
    let api = Api::start().await;
    let organization = api.organization("o").await;
    let names = [api.name("a"), api.name("b"), api.name("c")];
    let users = json!([
        {"name": names[0], "organization_id": organization},
        {"name": names[1], "organization_id": UNKNOWN},
        {"name": names[2]},
    ]);

    let queued = api
        .post("/users/create_many", json!({"users": users}))
        .await
        .expect(200);
    let job = &queued.json()["job_status"];
    assert_eq!(
        (&job["job_type"], &job["total"]),
        (&json!("Bulk Create User"), &json!(3))
    );
    assert_eq!(
        (&job["status"], &job["results"]),
        (&json!("queued"), &Value::Null)
    );
    let members = format!("/organizations/{organization}/users");
    let count = async || api.get(&members).await.expect(200).json()["count"].clone();
    // The job of a real account may be quicker than the next request.
    if !api.is_shared() {
        assert_eq!(count().await, json!(0));
    }

    let job = api.finished_job(&queued).await;
    assert_eq!(count().await, json!(1));
    for index in [0, 2] {
        let id = job["results"][index]["id"].as_u64().unwrap();
        assert_eq!(
            job["results"][index],
            json!({"id": id, "status": "Created"})
        );
        assert_eq!(
            api.get(&format!("/users/{id}")).await.expect(200).json()["user"]["name"],
            names[index]
        );
    }
    let failed = &job["results"][1];
    assert_eq!(
        (&failed["id"], &failed["status"]),
        (&json!(1), &json!("Failed"))
    );
    assert!(failed["error"].is_string(), "{failed}");
    let member = memberships_of(&api, job["results"][0]["id"].as_u64().unwrap()).await;
    assert_eq!(
        (&member[0].1, &member[0].2),
        (&json!(organization), &json!(true))
    );
}

/// "Maximum 100 users may be created per call", recorded: a wording of its own.
#[tokio::test]
async fn e9b_more_than_a_hundred_users_are_refused() {
    let api = Api::start().await;
    let organization = api.organization("o").await;
    let users = vec![json!({"name": api.name("u"), "organization_id": organization}); 101];

    let answer = api
        .post("/users/create_many", json!({"users": users}))
        .await;

    answer.expect_error(
        400,
        r#"{"error":"TooManyValues","description":"Maximum 100 users may be created per call"}"#,
    );
    let members = format!("/organizations/{organization}/users");
    let members = api.get(&members).await.expect(200).json();
    assert_eq!(members["count"], json!(0));
}

/// What updates and the deletion of a user do to the memberships, one after the other.
#[tokio::test]
async fn t4_users_api() {
    let api = Api::start().await;
    let (o1, o2, o3) = (
        api.organization("o1").await,
        api.organization("o2").await,
        api.organization("o3").await,
    );
    let (user, memberships) = member_of(&api, &[o1, o2, o3]).await;
    assert_eq!(api.organization_of(user).await, json!(o1));

    set_organization(&api, user, json!(o2)).await;
    assert_eq!(
        memberships_of(&api, user).await,
        [(json!(memberships[1]), json!(o2), json!(true))]
    );

    set_organization(&api, user, Value::Null).await;
    assert_eq!(memberships_of(&api, user).await, []);

    api.membership(user, o3).await;
    let deleted = api.delete(&format!("/users/{user}")).await.expect(200);
    assert_eq!(deleted.json()["user"]["active"], json!(false));
    assert_eq!(
        api.get(&format!("/users/{user}")).await.expect(200).json()["user"]["active"],
        json!(false)
    );
    let lists = [
        format!("/users/{user}/organization_memberships"),
        format!("/organizations/{o3}/organization_memberships"),
    ];
    for list in lists {
        assert_eq!(
            api.get(&list).await.expect(200).json()["count"],
            json!(0),
            "{list}"
        );
    }
}
