//! What `email`, `verified` and `phone` of a user do to its identities, and what they then show.

use mock_zendesk::MockZendesk;
use serde_json::{Value, json};

use super::create;
use crate::api::Api;

/// An address that no other test has.
fn address(api: &Api, name: &str) -> String {
    format!("{}@mail.test", api.name(name).replace(' ', "-"))
}

/// A phone number that no other test has.
fn number(api: &Api, name: &str) -> String {
    let digits = api.name(name).replace(|c: char| !c.is_ascii_digit(), "");
    format!("+{digits}{}", name.len())
}

async fn create_id(api: &Api, attributes: Value) -> u64 {
    create(api, attributes).await["id"].as_u64().unwrap()
}

/// Changes a user, and gives it as the reply has it.
async fn change(api: &Api, user: u64, changes: Value) -> Value {
    let answer = api
        .put(&format!("/users/{user}"), json!({"user": changes}))
        .await
        .expect(200);
    answer.json()["user"].clone()
}

/// The identities of a user as they are listed: type, value, verified, primary.
async fn identities(api: &Api, user: u64) -> Vec<(String, String, bool, bool)> {
    let list = api
        .get(&format!("/users/{user}/identities"))
        .await
        .expect(200)
        .json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let flag = |value: &Value| value.as_bool().unwrap();
    let rows = list["identities"].as_array().unwrap().iter();
    rows.map(|row| {
        let (kind, value) = (text(&row["type"]), text(&row["value"]));
        (kind, value, flag(&row["verified"]), flag(&row["primary"]))
    })
    .collect()
}

/// An identity that is an e-mail address.
fn email(value: &str, verified: bool, primary: bool) -> (String, String, bool, bool) {
    ("email".to_owned(), value.to_owned(), verified, primary)
}

fn phone(value: &str, primary: bool) -> (String, String, bool, bool) {
    ("phone_number".to_owned(), value.to_owned(), false, primary)
}

/// "One identity, primary, verified as `verified` says", live and recorded; without an address
/// there is none, recorded. `email` and `verified` show it.
#[tokio::test]
async fn nu54_nu55_nu56_nu65_a_new_user_has_an_identity_for_its_address() {
    let api = Api::start().await;
    let [a, b] = ["a", "b"].map(|name| address(&api, name));
    let rows = [
        (json!({"email": a}), json!(a), vec![email(&a, false, true)]),
        (
            json!({"email": b, "verified": true}),
            json!(b),
            vec![email(&b, true, true)],
        ),
        (json!({}), Value::Null, vec![]),
    ];
    for (attributes, shown, expected) in rows {
        let user = create(&api, attributes.clone()).await;
        let verified = expected.iter().any(|identity| identity.2);
        assert_eq!(
            (&user["email"], &user["verified"]),
            (&shown, &json!(verified)),
            "{attributes}"
        );
        let id = user["id"].as_u64().unwrap();
        assert_eq!(identities(&api, id).await, expected, "{attributes}");
        let list = api
            .get(&format!("/users/{id}/identities"))
            .await
            .expect(200);
        for key in ["created_at", "updated_at"] {
            for time in list.each("identities", key) {
                assert_eq!(time, user["created_at"], "{attributes}");
            }
        }
    }
}

/// "`identities` are made with the user": the first address is the primary one, unless `email` is
/// given, which then is; that is inferred.
#[tokio::test]
async fn nu57_identities_may_be_given_with_a_new_user() {
    let api = Api::start().await;
    let [a, b, c] = ["a", "b", "c"].map(|name| address(&api, name));
    let twitter = api.name("t");
    let given = json!([
        {"type": "email", "value": a},
        {"type": "twitter", "value": twitter},
        {"type": "email", "value": b, "verified": true},
    ]);

    let user = create(&api, json!({"identities": given})).await;

    assert_eq!(
        (&user["email"], &user["verified"]),
        (&json!(a), &json!(true))
    );
    let listed = identities(&api, user["id"].as_u64().unwrap()).await;
    let of_twitter = ("twitter".to_owned(), twitter, false, true);
    assert_eq!(listed.len(), 3);
    for expected in [email(&a, false, true), of_twitter, email(&b, true, false)] {
        assert!(listed.contains(&expected), "{expected:?} in {listed:?}");
    }

    let given = json!([{"type": "email", "value": address(&api, "d")}]);
    let user = create(&api, json!({"email": c, "identities": given})).await;
    assert_eq!(user["email"], json!(c));
    let listed = identities(&api, user["id"].as_u64().unwrap()).await;
    assert_eq!(
        listed,
        [
            email(&c, false, true),
            email(&address(&api, "d"), false, false)
        ]
    );

    // What is somebody's already, or there twice, makes no user.
    let body = |identities: Value| json!({"user": {"name": "x", "identities": identities}});
    for value in [
        json!([{"value": a}]),
        json!([{"value": "x@y.test"}, {"value": "X@y.test"}]),
    ] {
        let refused = api.post("/users", body(value)).await.expect(422).json();
        assert_eq!(refused["details"]["value"][0]["error"], "DuplicateValue");
    }
}

/// "A PUT with an address that the user has makes no identity", recorded; another one is added,
/// `email` stays, recorded and documented.
#[tokio::test]
async fn nu1_nu58_nu59_nu60_another_address_becomes_a_secondary_identity() {
    let api = Api::start().await;
    let [a, b, c] = ["a", "b", "c"].map(|name| address(&api, name));
    let user = create_id(&api, json!({"email": a})).await;

    for same in [a.clone(), a.to_uppercase()] {
        let shown = change(&api, user, json!({"email": same})).await;
        assert_eq!(shown["email"], json!(a));
        assert_eq!(identities(&api, user).await, [email(&a, false, true)]);
    }

    let shown = change(&api, user, json!({"email": b, "verified": true})).await;
    assert_eq!(
        (&shown["email"], &shown["verified"]),
        (&json!(a), &json!(true))
    );
    let shown = change(&api, user, json!({"email": c})).await;
    assert_eq!(shown["email"], json!(a));
    let expected = [
        email(&a, false, true),
        email(&b, true, false),
        email(&c, false, false),
    ];
    assert_eq!(identities(&api, user).await, expected);
    // The secondary ones are the user's, too.
    change(&api, user, json!({"email": b})).await;
    assert_eq!(identities(&api, user).await, expected);
}

/// "`updated_at` of the user is `created_at` of the identity", recorded.
#[tokio::test]
async fn nu59_the_user_changes_with_its_new_identity() {
    let api = Api::start().await;
    let user = create_id(&api, json!({"email": address(&api, "a")})).await;
    api.let_time_pass().await;

    let shown = change(&api, user, json!({"email": address(&api, "b")})).await;

    assert!(shown["updated_at"].as_str() > shown["created_at"].as_str());
    let list = api
        .get(&format!("/users/{user}/identities"))
        .await
        .expect(200);
    let times = list.each("identities", "created_at");
    assert_eq!(
        times,
        [&shown["created_at"], &shown["updated_at"]].map(Clone::clone)
    );
    let times = list.each("identities", "updated_at");
    assert_eq!(
        times,
        [&shown["created_at"], &shown["updated_at"]].map(Clone::clone)
    );
}

/// The first address becomes the primary one, whenever it comes: inferred.
#[tokio::test]
async fn nu61_the_first_address_of_a_user_becomes_the_primary_one() {
    let api = Api::start().await;
    let a = address(&api, "a");
    let user = create_id(&api, json!({})).await;

    let shown = change(&api, user, json!({"email": a})).await;

    assert_eq!(shown["email"], json!(a));
    assert_eq!(identities(&api, user).await, [email(&a, false, true)]);
}

/// "`verified` alone" is said of the primary address, documented.
#[tokio::test]
async fn nu62_verified_alone_is_said_of_the_primary_address() {
    let api = Api::start().await;
    let [a, b] = ["a", "b"].map(|name| address(&api, name));
    let user = create_id(&api, json!({"email": a})).await;
    change(&api, user, json!({"email": b})).await;

    for verified in [true, false] {
        let shown = change(&api, user, json!({"verified": verified})).await;
        assert_eq!(shown["verified"], json!(verified));
        assert_eq!(
            identities(&api, user).await,
            [email(&a, verified, true), email(&b, false, false)]
        );
    }
}

/// `verified` beside an address that the user has is said of that address: inferred from what is
/// said of a new one. What does not change keeps its time.
#[tokio::test]
async fn nu58_verified_beside_an_address_of_the_user_is_said_of_that_address() {
    let api = Api::start().await;
    let [a, b] = ["a", "b"].map(|name| address(&api, name));
    let user = create_id(&api, json!({"email": a})).await;
    change(&api, user, json!({"email": b})).await;
    let times = async || {
        let list = api.get(&format!("/users/{user}/identities")).await;
        list.expect(200).each("identities", "updated_at")
    };

    let rows = [
        (json!({"email": b, "verified": true}), (false, true)),
        (json!({"email": b, "verified": true}), (false, true)),
        (json!({"email": b}), (false, true)),
        (json!({"verified": false}), (false, true)),
        (json!({"email": b, "verified": false}), (false, false)),
        (json!({"verified": true}), (true, false)),
        (json!({"verified": true}), (true, false)),
    ];
    let (mut first, mut second) = (false, false);
    for (changes, verified) in rows {
        let before = times().await;
        api.let_time_pass().await;
        change(&api, user, changes.clone()).await;
        assert_eq!(
            identities(&api, user).await,
            [email(&a, verified.0, true), email(&b, verified.1, false)],
            "{changes}"
        );
        let moved: Vec<bool> = times()
            .await
            .iter()
            .zip(&before)
            .map(|(after, before)| after != before)
            .collect();
        assert_eq!(
            moved,
            [first != verified.0, second != verified.1],
            "{changes}"
        );
        (first, second) = verified;
    }
}

/// `email` null has no effect, since identities are deleted by their own route: inferred.
/// `identities` of a user who is there have none on the present ones, reported.
#[tokio::test]
async fn nu63_nu64_neither_null_nor_identities_take_an_address_away() {
    let builder = MockZendesk::builder().allow_unmodeled("user.identities");
    let api = Api::start_or(builder).await;
    let a = address(&api, "a");
    let user = create_id(&api, json!({"email": a, "verified": true})).await;
    let given = json!([{"type": "email", "value": address(&api, "b")}]);

    for changes in [
        json!({"email": null}),
        json!({"identities": given}),
        json!({"identities": []}),
    ] {
        let shown = change(&api, user, changes.clone()).await;
        assert_eq!(shown["email"], json!(a), "{changes}");
        assert_eq!(
            identities(&api, user).await,
            [email(&a, true, true)],
            "{changes}"
        );
    }
}

/// "A number that nobody else has is a direct line" and an identity; "in use elsewhere it is a
/// shared number", documented.
#[tokio::test]
async fn nu66_a_number_is_a_direct_line_if_nobody_else_has_it() {
    let api = Api::start().await;
    let one = number(&api, "one");

    let first = create(&api, json!({"phone": one})).await;
    let second = create(&api, json!({"phone": one})).await;

    for (user, shared, expected) in [
        (&first, false, vec![phone(&one, true)]),
        (&second, true, vec![]),
    ] {
        assert_eq!(
            (&user["phone"], &user["shared_phone_number"]),
            (&json!(one), &json!(shared))
        );
        let id = user["id"].as_u64().unwrap();
        assert_eq!(identities(&api, id).await, expected);
    }
}

/// A direct line follows the identities as `email` does: inferred from what is said of `email`.
#[tokio::test]
async fn nu66_a_direct_line_follows_from_the_identities() {
    let api = Api::start().await;
    let [one, two, three] = ["one", "three", "seventh"].map(|name| number(&api, name));
    let user = create_id(&api, json!({"phone": one})).await;
    change(&api, user, json!({"phone": two})).await;
    let path = format!("/users/{user}/identities");
    let ids = api.get(&path).await.expect(200).each("identities", "id");
    let [first, second] = ids.try_into().unwrap();
    let (first, second) = (format!("{path}/{first}"), format!("{path}/{second}"));
    let expect = async |phone: Value, shared: Value| {
        let shown = api.get(&format!("/users/{user}")).await.expect(200).json();
        let shown = &shown["user"];
        assert_eq!(
            (&shown["phone"], &shown["shared_phone_number"]),
            (&phone, &shared)
        );
    };

    let changed = json!({"identity": {"value": three}});
    api.put(&first, changed).await.expect(200);
    expect(json!(three), json!(false)).await;
    api.put(&format!("{second}/make_primary"), Value::Null)
        .await
        .expect(200);
    expect(json!(two), json!(false)).await;
    // Without the primary one, the first is shown.
    api.delete(&second).await.expect(204);
    expect(json!(three), json!(false)).await;
    api.delete(&first).await.expect(204);
    expect(Value::Null, Value::Null).await;
}

/// "A second phone identity is added, `phone` stays", documented and reported.
#[tokio::test]
async fn nu67_a_second_number_does_not_replace_a_direct_line() {
    let api = Api::start().await;
    let [one, two, three] = ["one", "three", "seventh"].map(|name| number(&api, name));
    create(&api, json!({"phone": three})).await;
    let user = create_id(&api, json!({"phone": one})).await;

    let shown = change(&api, user, json!({"phone": two})).await;
    assert_eq!(
        (&shown["phone"], &shown["shared_phone_number"]),
        (&json!(one), &json!(false))
    );
    let expected = [phone(&one, true), phone(&two, false)];
    assert_eq!(identities(&api, user).await, expected);
    // Neither does one that somebody else has, or the same again.
    for given in [&three, &one] {
        let shown = change(&api, user, json!({"phone": given})).await;
        assert_eq!(shown["phone"], json!(one));
        assert_eq!(identities(&api, user).await, expected);
    }
}

/// A change that changes something moves the time of the user: inferred from NU50.
#[tokio::test]
async fn nu50_nu66_a_shared_number_moves_the_time_of_its_user_once() {
    let api = Api::start().await;
    let one = number(&api, "one");
    create(&api, json!({"phone": one})).await;
    let user = create(&api, json!({})).await;
    let mut before = user["updated_at"].clone();
    for moves in [true, false] {
        api.let_time_pass().await;
        let id = user["id"].as_u64().unwrap();
        let after = change(&api, id, json!({"phone": one})).await;
        assert_eq!(after["shared_phone_number"], true);
        assert_eq!(after["updated_at"] != before, moves);
        before = after["updated_at"].clone();
    }
}

/// "If the user has only a shared number: unique, it is a direct line; else another shared number",
/// documented.
#[tokio::test]
async fn nu68_a_shared_number_is_replaced() {
    let api = Api::start().await;
    let [one, two, three] = ["one", "three", "seventh"].map(|name| number(&api, name));
    for taken in [&one, &two] {
        create(&api, json!({"phone": taken})).await;
    }
    let user = create_id(&api, json!({"phone": one})).await;

    let shown = change(&api, user, json!({"phone": two})).await;
    assert_eq!(
        (&shown["phone"], &shown["shared_phone_number"]),
        (&json!(two), &json!(true))
    );
    assert_eq!(identities(&api, user).await, []);
    let shown = change(&api, user, json!({"phone": three})).await;
    assert_eq!(
        (&shown["phone"], &shown["shared_phone_number"]),
        (&json!(three), &json!(false))
    );
    assert_eq!(identities(&api, user).await, [phone(&three, true)]);
}

/// "To delete a phone number, set `phone` to an empty string", documented; null is the same here.
#[tokio::test]
async fn nu69_an_empty_number_clears_it() {
    let api = Api::start().await;
    let [one, two] = ["one", "three"].map(|name| number(&api, name));
    for empty in [json!(""), Value::Null] {
        let direct = create_id(&api, json!({"phone": one})).await;
        change(&api, direct, json!({"phone": two})).await;
        let shared = create_id(&api, json!({"phone": one})).await;
        for user in [shared, direct] {
            let shown = change(&api, user, json!({"phone": empty})).await;
            assert_eq!(
                (&shown["phone"], &shown["shared_phone_number"]),
                (&Value::Null, &Value::Null)
            );
            assert_eq!(identities(&api, user).await, []);
        }
    }
}

/// `email` and `verified` of a user are those of its identities, whichever route changes them:
/// "`verified`: any of the user's identities is verified", documented and recorded.
#[tokio::test]
async fn nu65_email_and_verified_follow_from_the_identities() {
    let api = Api::start().await;
    let [a, b] = ["a", "b"].map(|name| address(&api, name));
    let user = create_id(&api, json!({"email": a})).await;
    let path = format!("/users/{user}/identities");
    let new = json!({"identity": {"type": "email", "value": b, "verified": true}});
    let added = api.post(&path, new).await.expect(201).json();
    let second = format!("{path}/{}", added["identity"]["id"]);
    let shown = async || {
        let shown = api.get(&format!("/users/{user}")).await.expect(200).json();
        (
            shown["user"]["email"].clone(),
            shown["user"]["verified"].clone(),
        )
    };

    assert_eq!(shown().await, (json!(a), json!(true)));
    let unverified = json!({"identity": {"verified": false}});
    api.put(&second, unverified).await.expect(200);
    assert_eq!(shown().await, (json!(a), json!(false)));
    api.put(&format!("{second}/make_primary"), Value::Null)
        .await
        .expect(200);
    assert_eq!(shown().await, (json!(b), json!(false)));
}
