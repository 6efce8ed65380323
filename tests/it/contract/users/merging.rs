//! One end user is merged into another one.

use mock_zendesk::MockZendesk;
use reqwest::Method;
use serde_json::{Value, json};

use super::create;
use crate::api::{Answer, Api, errors};
use crate::contract::custom_fields::own_values;

async fn merge(api: &Api, loser: &Value, winner: &Value) -> Answer {
    let body = json!({"user": {"id": winner["id"]}});
    api.put(&format!("/users/{}/merge", loser["id"]), body)
        .await
}

fn address(api: &Api, name: &str) -> String {
    format!("{}@mail.test", api.name(name).replace(' ', "-"))
}

/// Creates a user and puts it into these organizations, of which the first is the default.
async fn member(api: &Api, attributes: Value, organizations: &[u64]) -> Value {
    let user = create(api, attributes).await;
    for organization in organizations {
        api.membership(user["id"].as_u64().unwrap(), *organization)
            .await;
    }
    user
}

async fn shown(api: &Api, user: &Value) -> Value {
    let answer = api.get(&format!("/users/{}", user["id"])).await;
    answer.expect(200).json()["user"].clone()
}

/// The organizations of a user, the default first, the others in the order of their names.
async fn organizations(api: &Api, user: &Value) -> Vec<Value> {
    let path = format!("/users/{}/organization_memberships", user["id"]);
    let list = api.get(&path).await.expect(200);
    list.each("organization_memberships", "organization_id")
}

/// The values of the identities of a user: type, value, verified, primary.
async fn identities(api: &Api, user: &Value) -> Vec<(Value, Value, Value, Value)> {
    let list = api.get(&format!("/users/{}/identities", user["id"])).await;
    let rows = list.expect(200).json()["identities"]
        .as_array()
        .unwrap()
        .clone();
    let row = |row: &Value| {
        let [a, b, c, d] = ["type", "value", "verified", "primary"].map(|key| row[key].clone());
        (a, b, c, d)
    };
    rows.iter().map(row).collect()
}

async fn ticket(api: &Api, requester: &Value, attributes: Value) -> Value {
    let mut ticket = json!({"requester_id": requester["id"], "comment": {"body": "Help"}});
    ticket
        .as_object_mut()
        .unwrap()
        .extend(attributes.as_object().unwrap().clone());
    let answer = api.post("/tickets", json!({"ticket": ticket})).await;
    answer.expect(201).json()["ticket"].clone()
}

async fn ticket_now(api: &Api, ticket: &Value) -> Value {
    let answer = api.get(&format!("/tickets/{}", ticket["id"])).await;
    answer.expect(200).json()["ticket"].clone()
}

/// What the help centre says of a merge, from both users to the deletion of the loser.
#[tokio::test]
async fn nut5_nu24_nu151_nu152_nu153_nu154_nu155_a_merge_of_users() {
    let api = Api::start().await;
    let [o1, o2, o3] = [
        api.organization("A").await,
        api.organization("B").await,
        api.organization("C").await,
    ];
    let (a, b) = (address(&api, "loser"), address(&api, "winner"));
    let attributes = json!({"email": a, "external_id": api.name("L"), "tags": ["l"], "details": "d", "notes": "n"});
    let loser = member(&api, attributes, &[o1, o2]).await;
    let attributes =
        json!({"email": b, "external_id": api.name("W"), "tags": ["w"], "verified": true});
    let winner = member(&api, attributes, &[o3]).await;
    let open = ticket(&api, &loser, json!({"organization_id": o1})).await;
    let closed = ticket(&api, &loser, json!({"status": "closed"})).await;
    let own = ticket(&api, &winner, json!({})).await;

    let answer = merge(&api, &loser, &winner).await.expect(200);

    let merged = answer.json()["user"].clone();
    assert_eq!(merged["id"], winner["id"]);
    for key in ["name", "email", "external_id", "tags", "details", "notes"] {
        assert_eq!(merged[key], winner[key], "{key} is the winner's own");
    }
    assert_eq!(merged["organization_id"], o3);
    assert_eq!(
        organizations(&api, &winner).await,
        [o3, o1, o2].map(Value::from)
    );
    let email = |value: &str, verified: bool, primary: bool| {
        (
            json!("email"),
            json!(value),
            json!(verified),
            json!(primary),
        )
    };
    assert_eq!(
        identities(&api, &winner).await,
        [email(&b, true, true), email(&a, false, false)]
    );
    for (ticket, organization) in [(&open, o1), (&closed, o1), (&own, o3)] {
        let now = ticket_now(&api, ticket).await;
        assert_eq!(now["requester_id"], winner["id"]);
        assert_eq!(now["organization_id"], organization, "it is not changed");
        assert_eq!(now["status"], ticket["status"]);
    }
    let gone = shown(&api, &loser).await;
    for (key, value) in [
        ("active", json!(false)),
        ("email", Value::Null),
        ("external_id", Value::Null),
        ("organization_id", Value::Null),
        ("name", loser["name"].clone()),
    ] {
        assert_eq!(gone[key], value, "{key}");
    }
    let path = format!("/deleted_users/{}", loser["id"]);
    api.get(&path).await.expect(200);
    api.delete(&path).await.expect(200);
    api.get(&path).await.expect(404);
}

/// "custom fields" of the loser are lost, and with them the tag of a checkbox. What the loser itself
/// keeps is what every deleted user keeps.
#[tokio::test]
async fn nu154_nu178_a_winner_keeps_its_own_values_and_their_tags() {
    let api = Api::start().await.marking();
    for field in [
        json!({"key": "~plan", "title": "Plan"}),
        json!({"key": "~zone", "title": "Zone"}),
        json!({"key": "~vip", "title": "VIP", "type": "checkbox", "tag": "vip"}),
    ] {
        let created = api.post("/user_fields", json!({ "user_field": field }));
        created.await.expect(201);
    }
    let of_loser = json!({"~plan": "l", "~vip": true, "~zone": "l"});
    let loser = create(&api, json!({"user_fields": of_loser})).await;
    let winner = create(&api, json!({"user_fields": {"~plan": "w"}})).await;
    let merged = merge(&api, &loser, &winner).await.expect(200).json();
    for winner in [merged["user"].clone(), shown(&api, &winner).await] {
        let own = json!({"~plan": "w", "~vip": false, "~zone": null});
        assert_eq!(
            (own_values(&winner["user_fields"]), &winner["tags"]),
            (own, &json!([]))
        );
    }
    let loser = shown(&api, &loser).await;
    assert_eq!(own_values(&loser["user_fields"]), of_loser);
    assert_eq!(loser["tags"], json!(["vip"]));
}

/// "the winner gets the loser's organizations too" if users may be in several. Of a user in none,
/// the default is inferred.
#[tokio::test]
async fn nu151_a_winner_without_organizations_gets_the_default_too() {
    let api = Api::start().await;
    let [o1, o2] = [api.organization("B").await, api.organization("A").await];
    let loser = member(&api, json!({}), &[o1, o2]).await;
    let winner = create(&api, json!({})).await;
    let merged = merge(&api, &loser, &winner).await.expect(200).json();
    assert_eq!(merged["user"]["organization_id"], o1);
    assert_eq!(
        organizations(&api, &winner).await,
        [o1, o2].map(Value::from)
    );

    // Both are in the same ones, and each keeps the own default.
    let [one, two] = [
        member(&api, json!({}), &[o1, o2]).await,
        member(&api, json!({}), &[o2, o1]).await,
    ];
    merge(&api, &one, &two).await.expect(200);
    assert_eq!(organizations(&api, &two).await, [o2, o1].map(Value::from));
    assert!(organizations(&api, &one).await.is_empty());
}

/// Where users are in one organization, the winner gets one "only if it had none".
#[tokio::test]
async fn nu151_in_an_account_of_single_organizations_a_member_stays_where_it_is() {
    let api = Api::with(MockZendesk::builder().single_organization()).await;
    let [o1, o2] = [api.organization("A").await, api.organization("B").await];
    let loser = member(&api, json!({}), &[o1]).await;
    let winner = member(&api, json!({}), &[o2]).await;
    let open = ticket(&api, &loser, json!({})).await;
    merge(&api, &loser, &winner).await.expect(200);
    assert_eq!(organizations(&api, &winner).await, [json!(o2)]);
    let now = ticket_now(&api, &open).await;
    assert_eq!(now["organization_id"], o1, "a ticket keeps it all the same");

    let loser = member(&api, json!({}), &[o1]).await;
    let nobody = create(&api, json!({})).await;
    merge(&api, &loser, &nobody).await.expect(200);
    assert_eq!(organizations(&api, &nobody).await, [json!(o1)]);
}

/// "Phone: second number of the winner."
#[tokio::test]
async fn nu153_nu154_addresses_and_numbers_become_secondary_ones() {
    let api = Api::start().await;
    let [a, b] = ["a", "b"].map(|name| address(&api, name));
    let [p, q] = ["p", "q"].map(|name| api.name(name));
    let loser = create(&api, json!({"email": a, "verified": true, "phone": p})).await;
    let winner = create(&api, json!({"email": b, "phone": q})).await;
    let merged = merge(&api, &loser, &winner).await.expect(200).json()["user"].clone();
    assert_eq!((&merged["email"], &merged["phone"]), (&json!(b), &json!(q)));
    assert_eq!(merged["verified"], true, "one of its addresses is verified");
    let mut rows = identities(&api, &winner).await;
    rows.sort_by_key(|row| row.1.to_string());
    let row = |kind: &str, value: &str, verified: bool, primary: bool| {
        (json!(kind), json!(value), json!(verified), json!(primary))
    };
    let mut expected = vec![
        row("email", &a, true, false),
        row("email", &b, false, true),
        row("phone_number", &p, false, false),
        row("phone_number", &q, false, true),
    ];
    expected.sort_by_key(|row| row.1.to_string());
    assert_eq!(rows, expected);
    // Both addresses find the winner now, and nobody else can have one.
    let found = api
        .get(&format!("/users/search?query={a}"))
        .await
        .expect(200);
    assert_eq!(found.each("users", "id"), [winner["id"].clone()]);
    let taken = json!({"user": {"name": "n", "email": a}});
    api.post("/users", taken).await.expect(422);

    // Who has neither gets both as they were.
    let loser = create(
        &api,
        json!({"email": address(&api, "c"), "phone": api.name("r")}),
    )
    .await;
    let nobody = create(&api, json!({})).await;
    let merged = merge(&api, &loser, &nobody).await.expect(200).json()["user"].clone();
    for key in ["email", "phone", "shared_phone_number"] {
        assert_eq!(merged[key], loser[key], "{key}");
    }
}

/// The rules are documented, the answers are not.
#[tokio::test]
async fn nu154_a_number_that_came_with_a_merge_is_not_shared_when_it_is_written_again() {
    let api = Api::start().await;
    let number = api.name("p");
    let loser = create(&api, json!({"phone": number})).await;
    let winner = create(&api, json!({"phone": api.name("q")})).await;
    merge(&api, &loser, &winner).await.expect(200);
    // The number that the winner had is given up, so the other one is left, and is not primary.
    let path = format!("/users/{}/identities", winner["id"]);
    let list = api.get(&path).await.expect(200).json();
    let list = list["identities"].as_array().unwrap();
    let own = list.iter().find(|row| row["value"] == winner["phone"]);
    let own = format!("{path}/{}", own.unwrap()["id"]);
    api.delete(&own).await.expect(204);
    for body in [
        json!({"phone": number}),
        json!({"phone": format!(" {number} ")}),
    ] {
        let path = format!("/users/{}", winner["id"]);
        let user = api.put(&path, json!({"user": body})).await.expect(200);
        let user = user.json()["user"].clone();
        assert_eq!(user["phone"], json!(number));
        assert_eq!(user["shared_phone_number"], json!(false), "{user}");
    }
}

#[tokio::test]
async fn nu156_nuq8_what_is_not_merged() {
    let api = Api::start().await;
    let agent = create(&api, json!({"role": "agent"})).await;
    let admin = create(&api, json!({"role": "admin"})).await;
    let [user, other] = [create(&api, json!({})).await, create(&api, json!({})).await];
    for (loser, winner) in [
        (&user, &user),
        (&agent, &user),
        (&user, &agent),
        (&admin, &user),
        (&user, &admin),
    ] {
        let refused = merge(&api, loser, winner).await.expect(422);
        let details = &refused.json()["details"];
        assert!(details["base"][0]["description"].is_string(), "{details}");
        assert_eq!(shown(&api, loser).await["active"], true);
    }
    let gone = create(&api, json!({})).await;
    api.delete(&format!("/users/{}", gone["id"]))
        .await
        .expect(200);
    let unknown = json!({"id": super::UNKNOWN});
    for missing in [&gone, &unknown] {
        for (loser, winner) in [(missing, &user), (&user, missing)] {
            let refused = merge(&api, loser, winner).await;
            refused.expect_error(404, errors::RECORD_NOT_FOUND);
        }
    }
    let path = format!("/users/{}/merge", user["id"]);
    for body in [
        json!({"user": {}}),
        json!({"user": {"id": null}}),
        json!({}),
    ] {
        let refused = api.put(&path, body).await.expect(400);
        assert_eq!(refused.json()["error"], "ParameterMissing");
    }
    merge(&api, &user, &other).await.expect(200);
}

/// The body has the same keys as an upsert. That only `id` counts is inferred.
#[tokio::test]
async fn nu157_the_other_attributes_of_the_body_have_no_effect() {
    let builder = MockZendesk::builder()
        .allow_unmodeled("user.email")
        .allow_unmodeled("user.name");
    let api = Api::with(builder).await;
    let winner = create(&api, json!({"email": address(&api, "w")})).await;
    let [loser, other] = [create(&api, json!({})).await, create(&api, json!({})).await];
    let path = format!("/users/{}/merge", loser["id"]);
    let by_email = json!({"user": {"email": winner["email"]}});
    api.put(&path, by_email).await.expect(400);
    let body = json!({"user": {"id": other["id"], "email": winner["email"], "name": "New"}});
    let answer = api.put(&path, body).await.expect(200);
    let merged = answer.json()["user"].clone();
    assert_eq!(
        (&merged["id"], &merged["name"]),
        (&other["id"], &other["name"])
    );
    assert_eq!(answer.header("x-zendesk-api-warn"), None);
}

/// Reported: the address has moved to the winner, and the external id is lost.
#[tokio::test]
async fn nu158_an_upsert_with_what_the_loser_had() {
    let api = Api::start().await;
    let (email, external_id) = (address(&api, "l"), api.name("L"));
    let loser = create(&api, json!({"email": email, "external_id": external_id})).await;
    let winner = create(&api, json!({"external_id": api.name("W")})).await;
    merge(&api, &loser, &winner).await.expect(200);
    let third = create(&api, json!({"external_id": external_id})).await;

    let stale = json!({"user": {"name": "n", "email": email, "external_id": external_id}});
    let refused = api.post("/users/create_or_update", stale).await.expect(422);
    let first = refused.json()["details"]["email"][0]["error"].clone();
    assert_eq!(first, "DuplicateValue");
    assert_eq!(shown(&api, &third).await["email"], Value::Null);
}

/// "Admins, and agents who may edit end users."
#[tokio::test]
async fn nu24_an_agent_merges_end_users_and_nobody_else() {
    let api = Api::start().await;
    let email = address(&api, "agent");
    let agent = create(&api, json!({"email": email, "role": "agent"})).await;
    let other = create(&api, json!({"role": "agent"})).await;
    let [loser, winner] = [create(&api, json!({})).await, create(&api, json!({})).await];
    let authorization = api.authorization_of(&email);
    let send = async |loser: &Value, winner: &Value| {
        let headers = [
            ("authorization", authorization.as_str()),
            ("content-type", "application/json"),
        ];
        let body = json!({"user": {"id": winner["id"]}}).to_string();
        let path = format!("/users/{}/merge", loser["id"]);
        api.raw(Method::PUT, &path, &headers, body.into_bytes())
            .await
    };
    send(&other, &winner).await.expect(403);
    send(&loser, &agent).await.expect(403);
    send(&loser, &winner).await.expect(200);
}
