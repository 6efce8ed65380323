//! <https://developer.zendesk.com/api-reference/ticketing/users/user_identities/>

use mock_zendesk::{Credentials, MockZendesk};
use reqwest::Method;
use serde_json::{Value, json};

use super::wire::keys_in_order;
use crate::api::{Answer, Api, errors};

/// An id that no record has.
const UNKNOWN: u64 = 9_223_372_036_854_775_807;

const FORBIDDEN: &str = r#"{"error":{"title":"Forbidden","message":"You do not have access to this page. Please contact the account owner of this help desk for further help."}}"#;

/// The keys of a recorded identity.
const KEYS: [&str; 11] = [
    "url",
    "id",
    "user_id",
    "type",
    "value",
    "verified",
    "primary",
    "created_at",
    "updated_at",
    "undeliverable_count",
    "deliverable_state",
];

/// An address that no other test has.
fn address(api: &Api, name: &str) -> String {
    format!("{}@mail.test", api.name(name).replace(' ', "-"))
}

/// Creates a user with these attributes besides a name, and gives its id.
async fn user(api: &Api, attributes: Value) -> u64 {
    let mut user = json!({"name": api.name("u")});
    user.as_object_mut()
        .unwrap()
        .extend(attributes.as_object().unwrap().clone());
    let created = api.post("/users", json!({"user": user})).await.expect(201);
    created.json()["user"]["id"].as_u64().unwrap()
}

async fn shown(api: &Api, user: u64) -> Value {
    let shown = api.get(&format!("/users/{user}")).await.expect(200);
    shown.json()["user"].clone()
}

fn of(user: u64) -> String {
    format!("/users/{user}/identities")
}

async fn list(api: &Api, user: u64) -> Vec<Value> {
    let list = api.get(&of(user)).await.expect(200).json();
    list["identities"].as_array().unwrap().clone()
}

/// Value and `primary` of each identity, as they are listed.
async fn values(api: &Api, user: u64) -> Vec<(String, bool)> {
    let rows = list(api, user).await.into_iter();
    rows.map(|row| {
        let value = row["value"].as_str().unwrap().to_owned();
        (value, row["primary"].as_bool().unwrap())
    })
    .collect()
}

/// Adds an identity, and gives it.
async fn add(api: &Api, user: u64, identity: Value) -> Value {
    let created = api
        .post(&of(user), json!({"identity": identity}))
        .await
        .expect(201);
    created.json()["identity"].clone()
}

async fn add_email(api: &Api, user: u64, value: &str) -> u64 {
    let identity = add(api, user, json!({"type": "email", "value": value})).await;
    identity["id"].as_u64().unwrap()
}

fn invalid(field: &str, item: &str) -> String {
    format!(
        r#"{{"error":"RecordInvalid","description":"Record validation errors","details":{{"{field}":[{item}]}}}}"#
    )
}

fn taken(value: &str) -> String {
    invalid(
        "value",
        &format!(
            r#"{{"description":"Value: {value} is already being used by another user","error":"DuplicateValue"}}"#
        ),
    )
}

/// Sends a request as the user with this address.
async fn send_as(api: &Api, email: &str, method: Method, path: &str, body: Value) -> Answer {
    let authorization = api.authorization_of(email);
    let headers = [
        ("authorization", authorization.as_str()),
        ("content-type", "application/json"),
    ];
    let body = if body.is_null() {
        Vec::new()
    } else {
        body.to_string().into_bytes()
    };
    api.raw(method, path, &headers, body).await
}

/// The methods, statuses and root keys of the routes, documented, most of them recorded or used by
/// live tests: each with and without `.json`.
#[tokio::test]
async fn nu26_nu27_nu28_nu29_nu30_every_route_has_its_status_and_its_root() {
    let api = Api::start().await;
    for end in ["", ".json"] {
        let address = |name: &str| address(&api, &format!("{name}{end}"));
        let user = user(&api, json!({"email": address("first")})).await;
        let other = address("other");
        let second = add_email(&api, user, &address("second")).await;
        let new = json!({"identity": {"type": "email", "value": other}});
        let change = json!({"identity": {"verified": true}});
        let rows = [
            (Method::GET, String::new(), Value::Null, 200, "identities"),
            (Method::POST, String::new(), new, 201, "identity"),
            (
                Method::GET,
                format!("/{second}"),
                Value::Null,
                200,
                "identity",
            ),
            (Method::PUT, format!("/{second}"), change, 200, "identity"),
            (
                Method::PUT,
                format!("/{second}/make_primary"),
                Value::Null,
                200,
                "identities",
            ),
            (
                Method::PUT,
                format!("/{second}/verify"),
                Value::Null,
                200,
                "identity",
            ),
            (
                Method::PUT,
                format!("/{second}/request_verification"),
                Value::Null,
                200,
                "",
            ),
            (Method::DELETE, format!("/{second}"), Value::Null, 204, ""),
        ];
        for (method, path, body, status, root) in rows {
            let path = format!("{}{path}{end}", of(user));
            let body = Some(body).filter(|body| !body.is_null());
            let answer = api.send(method.clone(), &path, body).await.expect(status);
            if root.is_empty() {
                assert_eq!(answer.body, "", "{method} {path}");
            } else {
                assert_eq!(keys_in_order(&answer, "")[0], root, "{method} {path}");
            }
        }
        // Neither of them is a POST.
        for action in ["make_primary", "verify", "request_verification"] {
            api.post(&format!("{}/{second}/{action}{end}", of(user)), json!({}))
                .await
                .expect_error(404, errors::INVALID_ENDPOINT);
        }
    }
}

/// "If authenticating as an end user, you can only use" the routes below `end_users`: for verified
/// end users and their own identities. They have neither PUT of one nor `verify`.
#[tokio::test]
async fn nu31_verified_end_users_manage_their_own_identities() {
    let api = Api::start().await;
    let own = address(&api, "own");
    let ada = user(&api, json!({"email": own, "verified": true})).await;
    let others = user(&api, json!({"email": address(&api, "others")})).await;
    let path = |user: u64| format!("/end_users/{user}/identities");
    let new = |name: &str| json!({"identity": {"type": "email", "value": address(&api, name)}});
    let send = |method, path: String, body| {
        let own = own.clone();
        let api = &api;
        async move { send_as(api, &own, method, &path, body).await }
    };

    let created = send(Method::POST, path(ada), new("second"))
        .await
        .expect(201);
    let second = created.json()["identity"]["id"].clone();
    let of_second = format!("{}/{second}", path(ada));
    let listed = send(Method::GET, path(ada), Value::Null).await.expect(200);
    assert_eq!(listed.json()["count"], json!(2));
    send(Method::GET, of_second.clone(), Value::Null)
        .await
        .expect(200);
    let asked = format!("{of_second}/request_verification");
    assert_eq!(
        send(Method::PUT, asked, Value::Null).await.expect(200).body,
        ""
    );
    for (method, path) in [
        (Method::PUT, of_second.clone()),
        (Method::PUT, format!("{of_second}/verify")),
    ] {
        send(method, path, new("third"))
            .await
            .expect_error(404, errors::INVALID_ENDPOINT);
    }
    send(Method::DELETE, of_second, Value::Null)
        .await
        .expect(204);

    // Nothing of others, and nothing by the routes of agents but to look at their own.
    for (method, path, body) in [
        (Method::GET, path(others), Value::Null),
        (Method::POST, path(others), new("third")),
        (Method::GET, of(others), Value::Null),
        (Method::POST, of(ada), new("third")),
    ] {
        send(method, path, body).await.expect_error(403, FORBIDDEN);
    }
    send(Method::GET, of(ada), Value::Null).await.expect(200);

    // And nothing by who is not verified.
    let unverified = address(&api, "unverified");
    let eve = user(&api, json!({"email": unverified})).await;
    for (method, body) in [(Method::GET, Value::Null), (Method::POST, new("third"))] {
        send_as(&api, &unverified, method, &path(eve), body)
            .await
            .expect_error(403, FORBIDDEN);
    }
}

/// Eleven keys in this order, recorded in 2021 and in January 2024; the values of a fresh one.
#[tokio::test]
async fn an_identity_has_the_recorded_keys_in_the_recorded_order() {
    let api = Api::start().await;
    let email = address(&api, "first");
    let user = user(&api, json!({"email": email})).await;

    let id = list(&api, user).await[0]["id"].as_u64().unwrap();
    let answer = api.get(&format!("{}/{id}", of(user))).await.expect(200);

    assert_eq!(keys_in_order(&answer, "/identity"), KEYS);
    let identity = answer.json()["identity"].clone();
    let time = shown(&api, user).await["created_at"].clone();
    let expected = json!({
        "url": format!("{}/api/v2/users/{user}/identities/{id}.json", api.uri()), "id": id,
        "user_id": user, "type": "email", "value": email, "verified": false, "primary": true,
        "created_at": time, "updated_at": time, "undeliverable_count": 0,
        "deliverable_state": "deliverable",
    });
    assert_eq!(identity, expected);
}

/// The documented types. "`type[]=` filters the list"; that the last two keys are those of e-mail
/// addresses alone is inferred.
#[tokio::test]
async fn nu134_identities_have_types_and_only_addresses_say_whether_they_can_be_delivered() {
    let api = Api::start().await;
    let user = user(&api, json!({"email": address(&api, "first")})).await;
    let types = [
        "phone_number",
        "twitter",
        "facebook",
        "google",
        "agent_forwarding",
        "sdk",
        "foreign",
        "any_channel",
        "messaging",
    ];
    for identity_type in types {
        let value = api.name(identity_type);
        let path = of(user);
        let new = json!({"identity": {"type": identity_type, "value": value}});
        let created = api.post(&path, new).await.expect(201);
        assert_eq!(
            keys_in_order(&created, "/identity"),
            KEYS[..9],
            "{identity_type}"
        );
        assert_eq!(created.json()["identity"]["type"], identity_type);
    }

    let rows = [
        ("type[]=twitter", vec!["twitter"]),
        ("type[]=twitter&type[]=email", vec!["email", "twitter"]),
        ("type%5B%5D=sdk", vec!["sdk"]),
        ("type[]=pigeon", vec![]),
    ];
    for (query, expected) in rows {
        let list = api.get(&format!("{}?{query}", of(user))).await.expect(200);
        assert_eq!(list.each("identities", "type"), expected, "{query}");
        assert_eq!(list.json()["count"], json!(expected.len()), "{query}");
    }
    assert_eq!(list(&api, user).await.len(), 10);
}

/// "Primary first, then by id" in the envelope of offset pagination, recorded; cursors by a live
/// test.
#[tokio::test]
async fn nu135_the_list_gives_the_primary_identity_first_and_then_goes_by_id() {
    let api = Api::start().await;
    let [a, b, c] = ["a", "b", "c"].map(|name| address(&api, name));
    let user = user(&api, json!({"email": a})).await;
    let second = add_email(&api, user, &b).await;
    let third = add_email(&api, user, &c).await;
    let first = list(&api, user).await[0]["id"].clone();
    let make_primary = format!("{}/{third}/make_primary", of(user));
    api.put(&make_primary, Value::Null).await.expect(200);

    let answer = api.get(&of(user)).await.expect(200);

    assert_eq!(
        keys_in_order(&answer, ""),
        ["identities", "next_page", "previous_page", "count"]
    );
    let mut by_id = [first.as_u64().unwrap(), second];
    by_id.sort_unstable();
    let expected = [json!(third), json!(by_id[0]), json!(by_id[1])];
    assert_eq!(answer.each("identities", "id"), expected);
    assert_eq!(answer.json()["count"], json!(3));

    // By cursor, two on a page.
    let page = api
        .get(&format!("{}?page[size]=2", of(user)))
        .await
        .expect(200);
    assert_eq!(page.json()["meta"]["has_more"], json!(true));
    let next = page.json()["links"]["next"].as_str().unwrap().to_owned();
    let rest = api.get(&next).await.expect(200);
    let mut all = page.each("identities", "id");
    all.extend(rest.each("identities", "id"));
    assert!(all.is_sorted_by_key(|id| id.as_u64().unwrap()), "{all:?}");
    assert_eq!(all.len(), 3);
    api.get(&format!("{}?page[size]=101", of(user)))
        .await
        .expect(400);
}

/// "`reserved_example`: the email address is reserved for use as an example".
#[tokio::test]
async fn nu136_addresses_of_example_domains_are_reserved() {
    let api = Api::start().await;
    let user = user(&api, json!({})).await;
    let mark = api.name("a").replace(' ', "-");
    let rows = [
        ("example.com", "reserved_example"),
        ("example.net", "reserved_example"),
        ("Example.ORG", "reserved_example"),
        ("example.edu", "reserved_example"),
        ("example.de", "deliverable"),
        ("notexample.com", "deliverable"),
    ];
    for (domain, expected) in rows {
        let value = format!("{mark}@{domain}");
        let identity = add(&api, user, json!({"type": "email", "value": value})).await;
        assert_eq!(identity["deliverable_state"], expected, "{domain}");
    }
}

/// "201, not verified, not primary", recorded; `primary` and `verified` can be given, documented;
/// the first of its type is the primary one, inferred.
#[tokio::test]
async fn nu137_a_new_identity_is_primary_if_it_is_the_first_of_its_type_or_asked_to_be() {
    let api = Api::start().await;
    let [a, b, c] = ["a", "b", "c"].map(|name| address(&api, name));
    let user = user(&api, json!({"email": a})).await;

    let body = json!({"identity": {"type": "email", "value": b, "skip_verify_email": true}});
    let answer = api.post(&of(user), body).await.expect(201);
    let second = answer.json()["identity"].clone();
    assert_eq!(answer.header("location"), second["url"].as_str());
    assert_eq!(answer.header("x-zendesk-api-warn"), None);
    assert_eq!(
        (&second["verified"], &second["primary"]),
        (&json!(false), &json!(false))
    );

    let first_of_type = json!({"type": "twitter", "value": api.name("t")});
    assert_eq!(add(&api, user, first_of_type).await["primary"], json!(true));

    let asked = json!({"type": "email", "value": c, "primary": true, "verified": true});
    let third = add(&api, user, asked).await;
    assert_eq!(
        (&third["verified"], &third["primary"]),
        (&json!(true), &json!(true))
    );
    let of_emails: Vec<_> = values(&api, user).await.into_iter().collect();
    assert!(of_emails.contains(&(a, false)), "{of_emails:?}");
    let user = shown(&api, user).await;
    assert_eq!(
        (&user["email"], &user["verified"]),
        (&json!(c), &json!(true))
    );
}

/// "Value: … is already being used by another user", also if it is the user's own: live tests.
#[tokio::test]
async fn nu138_a_value_is_there_once_whoever_has_it() {
    let api = Api::start().await;
    let [a, b] = ["a", "b"].map(|name| address(&api, name));
    let own = user(&api, json!({"email": a})).await;
    let other = user(&api, json!({"email": b})).await;
    let secondary = address(&api, "secondary");
    let id = add_email(&api, other, &secondary).await;
    let number = json!({"type": "phone_number", "value": a});

    for value in [&a, &b, &secondary, &secondary.to_uppercase()] {
        let new = json!({"identity": {"type": "email", "value": value}});
        api.post(&of(own), new)
            .await
            .expect_error(422, &taken(value));
    }
    let change = json!({"identity": {"value": a}});
    api.put(&format!("{}/{id}", of(other)), change)
        .await
        .expect_error(422, &taken(&a));
    assert_eq!(list(&api, own).await.len(), 1);
    // Of another type it is another value, and in another case the own one.
    add(&api, own, number).await;
    let change = json!({"identity": {"value": secondary.to_uppercase()}});
    let path = format!("{}/{id}", of(other));
    let changed = api.put(&path, change).await.expect(200).json();
    assert_eq!(changed["identity"]["value"], secondary.to_uppercase());
}

/// "The address of a deleted user is free": a live test. Deleting a user deletes its identities.
#[tokio::test]
async fn nu139_nu150_a_deleted_user_has_no_identities_and_its_addresses_are_free() {
    let api = Api::start().await;
    let [a, b] = ["a", "b"].map(|name| address(&api, name));
    let gone = user(&api, json!({"email": a})).await;
    let id = add_email(&api, gone, &b).await;
    api.delete(&format!("/users/{gone}")).await.expect(200);

    assert_eq!(list(&api, gone).await, Vec::<Value>::new());
    api.get(&format!("{}/{id}", of(gone)))
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
    let new = json!({"identity": {"type": "email", "value": address(&api, "c")}});
    api.post(&of(gone), new)
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
    let other = user(&api, json!({"email": b})).await;
    add_email(&api, other, &a).await;
    assert_eq!(values(&api, other).await, [(b, true), (a, false)]);
}

/// Inferred from the words for `email` of a user; a type of another JSON type is a wrong parameter
/// (E4).
#[tokio::test]
async fn nu140_what_is_no_identity_is_refused() {
    let api = Api::start().await;
    let user = user(&api, json!({})).await;
    let malformed = invalid(
        "value",
        r#"{"description":"Value: nobody is not properly formatted"}"#,
    );
    let blank = invalid(
        "value",
        r#"{"description":"Value: cannot be blank","error":"BlankValue"}"#,
    );
    let unknown = invalid(
        "type",
        r#"{"description":"Type: is invalid","error":"InvalidValue"}"#,
    );
    let [array, number] = [
        "identity.type must be a string",
        "identity.value must be a string",
    ]
    .map(|what| errors::invalid_attribute(what, "identities/create"));
    let rows = [
        (json!({"type": "email", "value": "nobody"}), 422, malformed),
        (
            json!({"type": "email", "value": "a@b..test"}),
            422,
            invalid(
                "value",
                r#"{"description":"Value: a@b..test is not properly formatted"}"#,
            ),
        ),
        (json!({"type": "email", "value": " "}), 422, blank.clone()),
        (json!({"type": "email"}), 422, blank),
        (
            json!({"type": "pigeon", "value": "x"}),
            422,
            unknown.clone(),
        ),
        (json!({"value": "x"}), 422, unknown.clone()),
        (json!({"type": [], "value": "x"}), 400, array),
        (json!({"type": "sdk", "value": 1}), 400, number),
    ];
    for (identity, status, body) in rows {
        api.post(&of(user), json!({"identity": identity}))
            .await
            .expect_error(status, &body);
    }
    let missing = r#"{"error":"ParameterMissing","description":"Parameter identity is required"}"#;
    api.post(&of(user), json!({}))
        .await
        .expect_error(400, missing);
    assert_eq!(list(&api, user).await, Vec::<Value>::new());
}

/// "Set the specified identity as verified (by setting `verified` to "true" or `verification_method`
/// to "low")", and unverify it by "false" or "none": documented. That other values are refused is
/// documented, too. Which of both counts is not.
#[tokio::test]
async fn nu141_verification_method_none_and_low_say_whether_an_identity_is_verified() {
    let api = Api::start().await;
    let a = address(&api, "a");
    let user = user(&api, json!({"email": a})).await;
    let id = list(&api, user).await[0]["id"].as_u64().unwrap();
    let path = format!("{}/{id}", of(user));
    for (given, verified) in [
        (json!({"verification_method": "low"}), true),
        (json!({"verification_method": "none"}), false),
        (
            json!({"verification_method": "low", "verified": false}),
            true,
        ),
        (json!({"verification_method": null}), true),
        (
            json!({"verification_method": "none", "verified": true}),
            false,
        ),
    ] {
        let answer = api.put(&path, json!({"identity": given})).await.expect(200);
        assert_eq!(answer.json()["identity"]["verified"], verified, "{given}");
        assert_eq!(shown(&api, user).await["verified"], verified, "{given}");
        assert_eq!(answer.header("x-zendesk-api-warn"), None, "{given}");
    }
    for method in ["sso", "embed", "full", "other"] {
        let change = json!({"identity": {"verification_method": method, "verified": true}});
        let refused = errors::invalid_attribute(
            "identity.verification_method must be one of these: none and low",
            "identities/update",
        );
        api.put(&path, change).await.expect_error(400, &refused);
    }
    assert_eq!(list(&api, user).await[0]["verified"], false);
    let low = json!({"type": "email", "value": address(&api, "b"), "verification_method": "low"});
    assert_eq!(add(&api, user, low).await["verified"], true);
}

/// "The address changes in place, also of the primary: user.email follows": live tests. Other keys
/// are dropped.
#[tokio::test]
async fn nu141_value_and_verified_are_changed_and_nothing_else() {
    let api = Api::start().await;
    let [a, b] = ["a", "b"].map(|name| address(&api, name));
    let user = user(&api, json!({"email": a})).await;
    let id = list(&api, user).await[0]["id"].as_u64().unwrap();
    let path = format!("{}/{id}", of(user));

    let change = json!({"identity": {"value": format!(" {b} ")}});
    let changed = api.put(&path, change).await.expect(200).json();
    assert_eq!(changed["identity"]["value"], b);
    assert_eq!(changed["identity"]["id"], id);
    assert_eq!(shown(&api, user).await["email"], json!(b));

    let change = json!({"identity": {"verified": true}});
    let changed = api.put(&path, change).await.expect(200).json();
    assert_eq!(changed["identity"]["verified"], json!(true));
    assert_eq!(shown(&api, user).await["verified"], json!(true));

    let change = json!({"identity": {"primary": false, "type": "twitter", "id": 1}});
    let answer = api.put(&path, change).await.expect(200);
    let identity = answer.json()["identity"].clone();
    assert_eq!(
        (&identity["primary"], &identity["type"], &identity["id"]),
        (&json!(true), &json!("email"), &json!(id))
    );
    let warning = r#"{:allowed_parameters=>{:controller=>"identities", :action=>"update", :unpermitted_keys=>["identity.id", "identity.primary", "identity.type"], :invalid_values=>[]}}"#;
    assert_eq!(answer.header("x-zendesk-api-warn"), Some(warning));

    let malformed = invalid(
        "value",
        r#"{"description":"Value: nobody is not properly formatted"}"#,
    );
    api.put(&path, json!({"identity": {"value": "nobody"}}))
        .await
        .expect_error(422, &malformed);
    assert_eq!(shown(&api, user).await["email"], json!(b));
}

/// "The list, both identities' and the user's `updated_at` move to that second, `email` follows",
/// recorded.
#[tokio::test]
async fn nu142_make_primary_gives_the_list_and_moves_the_times() {
    let api = Api::start().await;
    let [a, b, c] = ["a", "b", "c"].map(|name| address(&api, name));
    let user = user(&api, json!({"email": a})).await;
    let second = add_email(&api, user, &b).await;
    add_email(&api, user, &c).await;
    let twitter = json!({"type": "twitter", "value": api.name("t")});
    add(&api, user, twitter).await;
    let before = list(&api, user).await;
    api.let_time_pass().await;

    let path = format!("{}/{second}/make_primary", of(user));
    let answer = api.put(&path, Value::Null).await.expect(200);

    assert_eq!(
        keys_in_order(&answer, ""),
        ["identities", "next_page", "previous_page", "count"]
    );
    assert_eq!(answer.body, api.get(&of(user)).await.expect(200).body);
    let shown = shown(&api, user).await;
    let time = shown["updated_at"].clone();
    assert!(time.as_str() > before[0]["updated_at"].as_str(), "{time}");
    assert_eq!(shown["email"], json!(b));
    for row in list(&api, user).await {
        let moves = row["value"] == json!(a) || row["value"] == json!(b);
        let former = before.iter().find(|former| former["id"] == row["id"]);
        let expected = if moves {
            &time
        } else {
            &former.unwrap()["updated_at"]
        };
        assert_eq!(&row["updated_at"], expected, "{row}");
        let is_primary = row["value"] == json!(b) || row["type"] == "twitter";
        assert_eq!(row["primary"], json!(is_primary), "{row}");
    }

    // Again it changes nothing.
    api.let_time_pass().await;
    let again = api.put(&path, Value::Null).await.expect(200);
    assert_eq!(again.body, answer.body);
}

/// "make_primary by an agent needs no verified address; by an end user it does", documented.
#[tokio::test]
async fn nu143_an_end_user_makes_only_a_verified_identity_primary() {
    let api = Api::start().await;
    let [a, b] = ["a", "b"].map(|name| address(&api, name));
    let user = user(&api, json!({"email": a, "verified": true})).await;
    let second = add_email(&api, user, &b).await;
    let own = format!("/end_users/{user}/identities/{second}/make_primary");

    send_as(&api, &a, Method::PUT, &own, Value::Null)
        .await
        .expect_error(403, FORBIDDEN);
    assert_eq!(shown(&api, user).await["email"], json!(a));
    let verify = format!("{}/{second}/verify", of(user));
    api.put(&verify, Value::Null).await.expect(200);
    let listed = send_as(&api, &a, Method::PUT, &own, Value::Null)
        .await
        .expect(200);
    assert_eq!(listed.json()["identities"][0]["value"], json!(b));

    // An agent does that to an identity that is not verified.
    let third = add_email(&api, user, &address(&api, "c")).await;
    let path = format!("{}/{third}/make_primary", of(user));
    api.put(&path, Value::Null).await.expect(200);
    assert_eq!(shown(&api, user).await["email"], json!(address(&api, "c")));
}

/// What an end user may not do to an identity later, it may not do on creation either.
#[tokio::test]
async fn nu199_an_end_user_adds_no_verified_and_no_primary_identity() {
    let api = Api::start().await;
    let [own, side] = ["own", "side"].map(|name| address(&api, name));
    let user = user(&api, json!({"email": own, "verified": true})).await;
    let path = format!("/end_users/{user}/identities");
    let new = |key: &str, value: Value| {
        let identity = json!({"type": "email", "value": side, key: value});
        json!({"identity": identity})
    };

    for (key, value) in [
        ("primary", json!(true)),
        ("verified", json!(true)),
        ("verification_method", json!("low")),
    ] {
        send_as(&api, &own, Method::POST, &path, new(key, value))
            .await
            .expect_error(403, FORBIDDEN);
    }
    assert_eq!(values(&api, user).await, [(own.clone(), true)]);
    assert_eq!(shown(&api, user).await["email"], json!(own));

    let plain = new("primary", json!(false));
    let created = send_as(&api, &own, Method::POST, &path, plain)
        .await
        .expect(201);
    let created = created.json()["identity"].clone();
    assert_eq!(
        (&created["verified"], &created["primary"]),
        (&json!(false), &json!(false))
    );
    let by_agent = json!({"type": "email", "value": address(&api, "c"), "verified": true});
    let by_agent = api
        .post(&path, json!({"identity": by_agent}))
        .await
        .expect(201);
    assert_eq!(by_agent.json()["identity"]["verified"], json!(true));
}

/// "Sets the specified identity as verified": "you can't verify the account owner's email
/// address". The status is inferred.
#[tokio::test]
async fn nu144_an_identity_is_verified_but_not_the_owners() {
    let api = Api::start().await;
    let user = user(&api, json!({"email": address(&api, "a")})).await;
    let id = list(&api, user).await[0]["id"].clone();

    let path = format!("{}/{id}/verify", of(user));
    let verified = api.put(&path, Value::Null).await.expect(200).json();
    assert_eq!(verified["identity"]["verified"], json!(true));
    assert_eq!(shown(&api, user).await["verified"], json!(true));

    // Whoever runs this in an account of their own need not be its owner.
    if api.is_shared() {
        return;
    }
    let owner = api.get("/users/me").await.expect(200).json()["user"]["id"]
        .as_u64()
        .unwrap();
    let id = list(&api, owner).await[0]["id"].clone();
    api.put(&format!("{}/{id}/verify", of(owner)), Value::Null)
        .await
        .expect_error(403, FORBIDDEN);
}

/// "Sends the user a verification email": an empty 200, and nothing changes.
#[tokio::test]
async fn nu145_asking_for_a_verification_changes_nothing() {
    let api = Api::start().await;
    let user = user(&api, json!({"email": address(&api, "a")})).await;
    let before = api.get(&of(user)).await.expect(200).body;
    let id = list(&api, user).await[0]["id"].clone();

    let path = format!("{}/{id}/request_verification", of(user));
    let answer = api.put(&path, Value::Null).await.expect(200);

    assert_eq!(answer.body, "");
    assert_eq!(api.get(&of(user)).await.expect(200).body, before);
}

/// "Deleting the primary leaves the others not primary until make_primary": a live test. What
/// `email` then shows is inferred.
#[tokio::test]
async fn nu146_nu147_deleting_the_primary_identity_promotes_no_other() {
    let api = Api::start().await;
    let [a, b, c] = ["a", "b", "c"].map(|name| address(&api, name));
    let user = user(&api, json!({"email": a})).await;
    let first = list(&api, user).await[0]["id"].clone();
    let second = add_email(&api, user, &b).await;
    let third = json!({"type": "email", "value": c, "verified": true});
    let third = add(&api, user, third).await["id"].clone();
    let delete = async |id: &Value| {
        let deleted = api.delete(&format!("{}/{id}", of(user))).await.expect(204);
        assert_eq!(deleted.body, "");
    };

    delete(&first).await;
    assert_eq!(
        values(&api, user).await,
        [(b.clone(), false), (c.clone(), false)]
    );
    // The verified one, and without one the first.
    assert_eq!(shown(&api, user).await["email"], json!(c));
    delete(&third).await;
    let one = shown(&api, user).await;
    assert_eq!(
        (&one["email"], &one["verified"]),
        (&json!(b), &json!(false))
    );

    delete(&json!(second)).await;
    assert_eq!(shown(&api, user).await["email"], Value::Null);
    assert_eq!(list(&api, user).await, Vec::<Value>::new());
    api.delete(&format!("{}/{second}", of(user)))
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
    // A new one does not get an id that there was.
    let again = add_email(&api, user, &a).await;
    assert!(json!(again) != first && again != second, "{again}");
    assert_eq!(values(&api, user).await, [(a, true)]);
}

/// Inferred from the routes of memberships: nobody else's identity, and no id that is no number.
#[tokio::test]
async fn nu148_an_identity_that_is_not_the_users_is_not_found() {
    let api = Api::start().await;
    let own = user(&api, json!({"email": address(&api, "a")})).await;
    let other = user(&api, json!({"email": address(&api, "b")})).await;
    let others = list(&api, other).await[0]["id"].as_u64().unwrap();
    let new = json!({"identity": {"type": "email", "value": address(&api, "c")}});
    let change = json!({"identity": {"verified": true}});

    for (user, id) in [(own, others), (own, UNKNOWN), (UNKNOWN, others), (own, 0)] {
        let path = format!("{}/{id}", of(user));
        let rows = [
            (Method::GET, String::new(), None),
            (Method::PUT, String::new(), Some(change.clone())),
            (Method::DELETE, String::new(), None),
            (Method::PUT, "/make_primary".to_owned(), None),
            (Method::PUT, "/verify".to_owned(), None),
            (Method::PUT, "/request_verification".to_owned(), None),
        ];
        for (method, action, body) in rows {
            api.send(method, &format!("{path}{action}"), body)
                .await
                .expect_error(404, errors::RECORD_NOT_FOUND);
        }
    }
    api.get(&of(UNKNOWN))
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
    api.post(&of(UNKNOWN), new)
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
    assert_eq!(list(&api, other).await[0]["verified"], json!(false));

    for (path, what, action) in [
        ("/users/x/identities".to_owned(), "user_id", "index"),
        (format!("{}/x", of(own)), "id", "show"),
    ] {
        let what = format!("{what} must be an integer");
        let body = errors::invalid_attribute(&what, &format!("identities/{action}"));
        api.get(&path).await.expect_error(400, &body);
    }
}

/// "You can't use" the scopes of users for identities: only `read` and `write`, documented.
#[tokio::test]
async fn nu149_the_scopes_of_users_do_not_suffice_for_identities() {
    let needs = |scope: &str| {
        format!(
            r#"{{"error":"Forbidden","description":"Missing the following required scopes: {scope}"}}"#
        )
    };
    let builder = MockZendesk::builder()
        .credentials(Credentials::oauth("all"))
        .credentials(Credentials::oauth("of users").scopes(["users:read", "users:write"]))
        .credentials(Credentials::oauth("plain").scopes(["read", "write"]));
    let api = Api::with(builder).await;
    let user = user(&api, json!({})).await;
    let new = json!({"identity": {"type": "email", "value": address(&api, "a")}});
    let send = async |token: &str, method: Method, path: &str, body: &Value| {
        let authorization = format!("Bearer {token}");
        let headers = [
            ("authorization", authorization.as_str()),
            ("content-type", "application/json"),
        ];
        api.raw(method, path, &headers, body.to_string().into_bytes())
            .await
    };

    let none = json!({});
    send("of users", Method::GET, &format!("/users/{user}"), &none)
        .await
        .expect(200);
    send("of users", Method::GET, &of(user), &none)
        .await
        .expect_error(403, &needs("read"));
    send("of users", Method::POST, &of(user), &new)
        .await
        .expect_error(403, &needs("write"));
    send("plain", Method::GET, &of(user), &none)
        .await
        .expect(200);
    send("plain", Method::POST, &of(user), &new)
        .await
        .expect(201);
}

/// An address changes: step by step, from the first one to another user who wants it.
#[tokio::test]
async fn nut1_an_address_changes() {
    let api = Api::start().await;
    let [a, b] = ["a", "b"].map(|name| address(&api, name));
    let external_id = api.name("X1");
    let created = json!({"email": a, "verified": true, "external_id": external_id});
    let user = user(&api, created).await;
    assert_eq!(shown(&api, user).await["email"], json!(a));
    assert_eq!(values(&api, user).await, [(a.clone(), true)]);
    api.let_time_pass().await;

    let change = json!({"user": {"email": b, "verified": true}});
    let changed = api.put(&format!("/users/{user}"), change).await.expect(200);
    assert_eq!(changed.json()["user"]["email"], json!(a));
    assert_eq!(
        values(&api, user).await,
        [(a.clone(), true), (b.clone(), false)]
    );
    let second = list(&api, user).await[1]["id"].clone();
    api.let_time_pass().await;

    let path = format!("{}/{second}/make_primary", of(user));
    let listed = api.put(&path, Value::Null).await.expect(200);
    assert_eq!(listed.each("identities", "value"), [json!(b), json!(a)]);
    let now = shown(&api, user).await;
    assert_eq!(now["email"], json!(b));
    for time in listed.each("identities", "updated_at") {
        assert_eq!(time, now["updated_at"]);
    }

    for query in [
        format!(
            "external_id={}",
            external_id.to_lowercase().replace(' ', "%20")
        ),
        format!("query={a}"),
    ] {
        let found = api.get(&format!("/users/search?{query}")).await.expect(200);
        assert_eq!(found.each("users", "id"), [json!(user)], "{query}");
        assert_eq!(found.each("users", "email"), [json!(b)], "{query}");
    }
    let body = json!({"user": {"name": api.name("other"), "email": a}});
    let taken = format!(
        r#"{{"error":"RecordInvalid","description":"Record validation errors","details":{{"email":[{{"description":"Email: {a} is already being used by another user","error":"DuplicateValue"}}]}}}}"#
    );
    api.post("/users", body).await.expect_error(422, &taken);
}
