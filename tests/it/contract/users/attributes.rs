//! The keys and values of a user, what is refused, and what a deletion leaves.

use mock_zendesk::{Credentials, MockZendesk};
use reqwest::Method;
use serde_json::{Value, json};

use super::{KEYS, create, memberships_of};
use crate::api::{Answer, Api, errors};
use crate::contract::wire::keys_in_order;

const FORBIDDEN: &str = r#"{"error":{"title":"Forbidden","message":"You do not have access to this page. Please contact the account owner of this help desk for further help."}}"#;

const NAME_TOO_SHORT: &str = r#"{"description":"Name:  is too short (minimum is 1 character)"}"#;

fn address(api: &Api, name: &str) -> String {
    format!("{}@mail.test", api.name(name).replace(' ', "-"))
}

fn invalid(field: &str, item: &str) -> String {
    format!(
        r#"{{"error":"RecordInvalid","description":"Record validation errors","details":{{"{field}":[{item}]}}}}"#
    )
}

async fn post(api: &Api, user: Value) -> Answer {
    api.post("/users", json!({"user": user})).await
}

async fn put(api: &Api, user: &Value, changes: Value) -> Answer {
    api.put(&format!("/users/{}", user["id"]), json!({"user": changes}))
        .await
}

async fn send_as(api: &Api, email: &str, path: &str) -> Answer {
    let authorization = api.authorization_of(email);
    let headers = [("authorization", authorization.as_str())];
    api.raw(Method::GET, path, &headers, Vec::new()).await
}

/// The answer without what stands before its users.
fn users_alone(answer: Answer) -> Answer {
    let users = answer.body.find(r#""users":"#).unwrap();
    let body = format!("{{{}", &answer.body[users..]);
    Answer { body, ..answer }
}

/// `id` is permitted in the body of POST and PUT, and has no effect: recorded 25 times without a
/// warning, also with `"id": ""`.
#[tokio::test]
async fn nu8_an_id_in_the_body_has_no_effect_and_earns_no_warning() {
    let api = Api::start().await;
    for id in [json!(7), json!(""), Value::Null] {
        let created = post(&api, json!({"id": id, "name": api.name("u")}))
            .await
            .expect(201);
        assert_eq!(created.header("x-zendesk-api-warn"), None, "{id}");
        let user = created.json()["user"].clone();
        assert_ne!(user["id"], id);
        let changed = put(&api, &user, json!({"id": id, "notes": "n"}))
            .await
            .expect(200);
        assert_eq!(changed.header("x-zendesk-api-warn"), None, "{id}");
        assert_eq!(changed.json()["user"]["id"], user["id"], "{id}");
    }
}

/// "`alias: null` becomes `""`", recorded; a fresh user has null.
#[tokio::test]
async fn nu10_an_alias_that_is_taken_away_is_empty() {
    let api = Api::start().await;
    let user = create(&api, json!({})).await;
    assert_eq!(user["alias"], Value::Null);
    for (alias, expected) in [(json!("BL"), "BL"), (Value::Null, "")] {
        let changed = put(&api, &user, json!({"alias": alias})).await.expect(200);
        assert_eq!(changed.json()["user"]["alias"], expected);
    }
}

/// "`Cache-Control: max-age=5, private`" of one user, and "`max-age=10, private`" of a search,
/// recorded in 2021, 2023 and 2026.
#[tokio::test]
async fn nu11_a_user_may_be_cached_for_five_seconds_and_a_search_for_ten() {
    let api = Api::start().await;
    let user = create(&api, json!({})).await["id"].clone();
    for (path, expected) in [
        (format!("/users/{user}"), "max-age=5, private"),
        ("/users/search?query=x".to_owned(), "max-age=10, private"),
        (
            format!("/users/show_many?ids={user}"),
            "max-age=0, private, must-revalidate",
        ),
    ] {
        let answer = api.get(&path).await.expect(200);
        assert_eq!(answer.header("cache-control"), Some(expected), "{path}");
    }
    let changed = api
        .put(&format!("/users/{user}"), json!({"user": {"notes": "n"}}))
        .await
        .expect(200);
    let expected = Some("max-age=0, private, must-revalidate");
    assert_eq!(changed.header("cache-control"), expected);
}

/// "Unrestricted agents and admins: `restricted_agent:false`", and fresh ones have no
/// `ticket_restriction`: documented and recorded. End users always have true.
#[tokio::test]
async fn nu12_u13_who_sees_all_tickets_is_no_restricted_agent() {
    let api = Api::start().await;
    for (role, restriction, restricted) in [
        ("end-user", json!("requested"), true),
        ("agent", Value::Null, false),
        ("admin", Value::Null, false),
    ] {
        let user = create(&api, json!({"role": role})).await;
        assert_eq!(
            (&user["ticket_restriction"], &user["restricted_agent"]),
            (&restriction, &json!(restricted)),
            "{role}"
        );
    }
    let restricted = json!({"role": "agent", "ticket_restriction": "groups"});
    let agent = create(&api, restricted).await;
    assert_eq!(agent["restricted_agent"], json!(true));
}

#[tokio::test]
async fn nu12_u13_who_gets_another_role_sees_the_tickets_of_the_role() {
    let api = Api::start().await;
    for (from, to, restriction, restricted) in [
        ("end-user", "agent", Value::Null, false),
        ("end-user", "admin", Value::Null, false),
        ("agent", "end-user", json!("requested"), true),
    ] {
        let user = create(&api, json!({"role": from})).await;
        let changed = put(&api, &user, json!({"role": to}))
            .await
            .expect(200)
            .json();
        assert_eq!(
            (
                &changed["user"]["ticket_restriction"],
                &changed["user"]["restricted_agent"]
            ),
            (&restriction, &json!(restricted)),
            "{from} to {to}"
        );
    }
    // What the request or another agent has set stays.
    let user = create(&api, json!({"role": "end-user"})).await;
    let both = json!({"role": "agent", "ticket_restriction": "groups"});
    let changed = put(&api, &user, both).await.expect(200).json();
    assert_eq!(changed["user"]["ticket_restriction"], "groups");
    let changed = put(&api, &user, json!({"role": "admin"}))
        .await
        .expect(200)
        .json();
    assert_eq!(changed["user"]["ticket_restriction"], "groups");
}

/// The documented keys of POST and PUT. Each is accepted without a warning.
#[tokio::test]
async fn nu37_nu38_nu40_the_documented_keys_are_permitted() {
    let api = Api::start().await;
    let organization = api.organization("o").await;
    let both = json!({
        "name": api.name("u"), "role": "end-user", "organization_id": organization,
        "verified": true, "skip_verify_email": true, "tags": ["a"], "alias": "a", "details": "d",
        "notes": "n", "signature": "s", "time_zone": "Berlin", "ticket_restriction": "requested",
        "only_private_comments": false, "suspended": false, "default_group_id": null,
        "user_fields": {}, "phone": null,
    });
    let mut new = both.clone();
    let of_new = json!({
        "email": address(&api, "a"), "external_id": api.name("x"), "password": "s3cret",
        "identities": [], "organization": null,
    });
    new.as_object_mut()
        .unwrap()
        .extend(of_new.as_object().unwrap().clone());

    let created = post(&api, new).await.expect(201);
    assert_eq!(created.header("x-zendesk-api-warn"), None);
    let user = created.json()["user"].clone();
    let changed = put(&api, &user, both).await.expect(200);
    assert_eq!(changed.header("x-zendesk-api-warn"), None);

    // Neither is ever shown.
    for key in ["password", "skip_verify_email"] {
        assert!(user.get(key).is_none(), "{key}");
    }
    // A password is for creations alone.
    let changed = put(&api, &user, json!({"password": "s3cret"}))
        .await
        .expect(200);
    let warning = changed.header("x-zendesk-api-warn").unwrap();
    assert!(warning.contains(r#"["user.password"]"#), "{warning}");
}

/// "custom_role_id, locale, locale_id, moderator, photo, shared_phone_number …" may be sent in an
/// update, documented. A key that may be sent earns no warning, also if it is not implemented.
#[tokio::test]
async fn nu38_w14_a_whole_user_sent_back_is_warned_of_what_zendesk_writes_alone() {
    let unmodeled = [
        "user.custom_role_id",
        "user.locale",
        "user.locale_id",
        "user.moderator",
        "user.photo",
        "user.shared_phone_number",
    ];
    let builder = MockZendesk::builder();
    let builder = unmodeled
        .iter()
        .fold(builder, |b, key| b.allow_unmodeled(*key));
    let api = Api::start_or(builder).await;
    let created = post(&api, json!({"name": api.name("u")})).await.expect(201);
    let user = created.json()["user"].clone();

    let changed = put(&api, &user, user.clone()).await.expect(200);

    let warning = changed.header("x-zendesk-api-warn").unwrap();
    for key in &unmodeled {
        assert!(!warning.contains(&format!("{key:?}")), "{key}: {warning}");
    }
    for key in ["active", "created_at", "shared", "updated_at", "url"] {
        assert!(warning.contains(&format!(r#""user.{key}""#)), "{warning}");
    }
    let alone = json!({"locale": "de", "moderator": false});
    let changed = put(&api, &user, alone).await.expect(200);
    assert_eq!(changed.header("x-zendesk-api-warn"), None);
}

/// "Not permitted: url, created_at, updated_at, active, shared", reported of 2014.
#[tokio::test]
async fn nu39_what_zendesk_writes_itself_is_dropped() {
    let api = Api::start().await;
    for key in ["active", "created_at", "shared", "updated_at", "url"] {
        let user = json!({"name": api.name("u"), key: "2014-01-01T00:00:00Z"});
        let created = post(&api, user).await.expect(201);
        let warning = created.header("x-zendesk-api-warn").unwrap().to_owned();
        assert!(warning.contains(&format!(r#"["user.{key}"]"#)), "{warning}");
        let changed = put(&api, &created.json()["user"], json!({key: null})).await;
        let changed = changed.expect(200);
        assert_eq!(changed.json()["user"]["active"], json!(true), "{key}");
        assert!(changed.header("x-zendesk-api-warn").is_some(), "{key}");
    }
}

/// "Name:  is too short (minimum is 1 character)", reported with its two spaces; 255 characters are
/// the most, reported; names need not differ.
#[tokio::test]
async fn nu13_nu41_a_name_has_one_to_255_characters() {
    let api = Api::start().await;
    let body = invalid("name", NAME_TOO_SHORT);
    let user = create(&api, json!({})).await;
    for name in [json!(""), json!(" "), Value::Null] {
        post(&api, json!({"name": name}))
            .await
            .expect_error(422, &body);
        put(&api, &user, json!({"name": name}))
            .await
            .expect_error(422, &body);
    }
    post(&api, json!({"notes": "n"}))
        .await
        .expect_error(422, &body);

    let longest = "é".repeat(255);
    for _ in 0..2 {
        let created = post(&api, json!({"name": longest})).await.expect(201);
        assert_eq!(created.json()["user"]["name"], longest);
    }
    // The space around a name does not count, and goes.
    let spaced = json!({"name": format!(" {longest}\t")});
    let created = post(&api, spaced.clone()).await.expect(201);
    assert_eq!(created.json()["user"]["name"], longest);
    let updated = put(&api, &user, spaced).await.expect(200);
    assert_eq!(updated.json()["user"]["name"], longest);
    let refused = post(&api, json!({"name": format!("{longest}x")})).await;
    assert!(refused.expect(422).json()["details"]["name"].is_array());
}

/// "Email: badmail is not properly formatted", recorded, without a code.
#[tokio::test]
async fn nu9_nu42_a_malformed_address_is_refused() {
    let api = Api::start().await;
    let user = create(&api, json!({})).await;
    for email in [
        "badmail",
        "a@",
        "@b.test",
        "a b@c.test",
        "error@example.com_",
        "a@b..test",
        "a@.test",
        "a@b.test,",
        "<a@b.test>",
        "a@-b.test",
    ] {
        let item = format!(r#"{{"description":"Email: {email} is not properly formatted"}}"#);
        let body = invalid("email", &item);
        post(&api, json!({"name": "x", "email": email}))
            .await
            .expect_error(422, &body);
        put(&api, &user, json!({"email": email}))
            .await
            .expect_error(422, &body);
    }
}

/// Nobody showed which addresses are well-formed, so the double takes what may be one.
#[tokio::test]
async fn nu42_an_unusual_address_is_taken() {
    let api = Api::start().await;
    for (local, domain) in [
        ("a+b", "mail.test"),
        ("o'neil", "sub.sub.mail.test"),
        ("a.b-c_d", "x-y.museum"),
        ("jörg", "bücher.example"),
        ("用户", "例子.测试"),
        ("a", "localhost"),
    ] {
        let name = api.name(local).replace(' ', "-");
        let email = format!("{name}@{domain}");
        assert_eq!(create(&api, json!({"email": email})).await["email"], email);
    }
}

/// "Email: … is already being used by another user", recorded in August 2026: in any case, and also
/// if it is a secondary address.
#[tokio::test]
async fn nu43_an_address_that_somebody_has_is_refused() {
    let api = Api::start().await;
    let [a, b] = ["a", "b"].map(|name| address(&api, name));
    let holder = create(&api, json!({"email": a})).await;
    put(&api, &holder, json!({"email": b})).await.expect(200);
    let other = create(&api, json!({})).await;
    for email in [a.clone(), b.clone(), a.to_uppercase(), b.to_uppercase()] {
        let item = format!(
            r#"{{"description":"Email: {email} is already being used by another user","error":"DuplicateValue"}}"#
        );
        let body = invalid("email", &item);
        post(&api, json!({"name": "x", "email": email}))
            .await
            .expect_error(422, &body);
        put(&api, &other, json!({"email": email}))
            .await
            .expect_error(422, &body);
    }
}

/// "External has already been taken", a live test; without regard to case, documented; null never
/// collides, and a JSON number is its digits.
#[tokio::test]
async fn nu44_nu45_u8_an_external_id_is_unique_whatever_its_case() {
    let api = Api::start().await;
    let id = api.name("Ext");
    let holder = create(&api, json!({"external_id": id})).await;
    let other = create(&api, json!({})).await;
    let body = invalid(
        "external_id",
        r#"{"description":"External has already been taken","error":"DuplicateValue"}"#,
    );
    for taken in [id.clone(), id.to_uppercase()] {
        post(&api, json!({"name": "x", "external_id": taken}))
            .await
            .expect_error(422, &body);
        put(&api, &other, json!({"external_id": taken}))
            .await
            .expect_error(422, &body);
    }
    // The own one in another case is no conflict, and stored as sent.
    let own = put(&api, &holder, json!({"external_id": id.to_uppercase()})).await;
    assert_eq!(
        own.expect(200).json()["user"]["external_id"],
        id.to_uppercase()
    );
    for _ in 0..2 {
        let user = create(&api, json!({"external_id": null})).await;
        assert_eq!(user["external_id"], Value::Null);
    }

    let number = other["id"].clone();
    let user = create(&api, json!({"external_id": number})).await;
    assert_eq!(user["external_id"], json!(number.to_string()));
}

/// "`user.tags must be an array from api/v2/users/update`", reported with its body.
#[tokio::test]
async fn nu46_tags_are_an_array() {
    let api = Api::start().await;
    let user = create(&api, json!({})).await;
    let refused = put(&api, &user, json!({"tags": "vip"})).await;
    let body = errors::invalid_attribute("user.tags must be an array", "users/update");
    refused.expect_error(400, &body);
}

/// "`end-user`, `agent` or `admin`", documented.
#[tokio::test]
async fn nu48_a_role_is_one_of_three_words() {
    let api = Api::start().await;
    for role in ["end-user", "agent", "admin"] {
        assert_eq!(create(&api, json!({"role": role})).await["role"], role);
    }
    let user = create(&api, json!({})).await;
    assert_eq!(user["role"], "end-user");
    let changed = put(&api, &user, json!({"role": "agent"})).await.expect(200);
    assert_eq!(changed.json()["user"]["role"], "agent");
    put(&api, &user, json!({"role": "boss"})).await.expect(400);
}

/// "`groups` or `assigned` on an end user is stored as `requested`", documented.
#[tokio::test]
async fn nu49_end_users_are_restricted_to_what_they_requested_or_their_organization() {
    let api = Api::start().await;
    for (given, expected) in [
        ("groups", "requested"),
        ("assigned", "requested"),
        ("requested", "requested"),
        ("organization", "organization"),
    ] {
        let new = create(&api, json!({"ticket_restriction": given})).await;
        assert_eq!(new["ticket_restriction"], expected, "{given}");
        let other = ["requested", "organization"]
            .into_iter()
            .find(|other| *other != expected);
        let other = create(&api, json!({"ticket_restriction": other})).await;
        let changed = put(&api, &other, json!({"ticket_restriction": given})).await;
        let changed = changed.expect(200).json()["user"]["ticket_restriction"].clone();
        assert_eq!(changed, expected, "{given}");
        let agent = create(&api, json!({"role": "agent", "ticket_restriction": given})).await;
        assert_eq!(agent["ticket_restriction"], given);
    }
}

/// "The same name: `updated_at` does not move", recorded in 2026; "a PUT that also sent verified,
/// email and tags moved it although nothing differed", recorded in 2021.
#[tokio::test]
async fn nu50_a_change_that_changes_nothing_leaves_the_time() {
    let api = Api::start().await;
    let a = address(&api, "a");
    let user = create(&api, json!({"email": a, "verified": true, "notes": "n"})).await;
    let rows = [
        (json!({"name": user["name"]}), false),
        (json!({"notes": "n"}), false),
        (json!({"phone": null}), false),
        (json!({}), false),
        (json!({"notes": "m"}), true),
        (json!({"email": a, "verified": true, "tags": []}), true),
        (json!({"email": a}), true),
        (json!({"verified": true}), true),
        (json!({"tags": []}), true),
    ];
    for (changes, moves) in rows {
        let path = format!("/users/{}", user["id"]);
        let before = api.get(&path).await.expect(200).json()["user"].clone();
        api.let_time_pass().await;
        let after = put(&api, &user, changes.clone()).await.expect(200).json();
        assert_eq!(
            after["user"]["updated_at"] != before["updated_at"],
            moves,
            "{changes}"
        );
    }
}

/// Several errors come together in `details`, by field.
#[tokio::test]
async fn nu52_several_errors_of_a_user_come_together() {
    let api = Api::start().await;
    let id = api.name("x");
    create(&api, json!({"external_id": id})).await;

    let refused = post(
        &api,
        json!({"name": "", "email": "badmail", "external_id": id}),
    )
    .await
    .expect(422);

    assert_eq!(
        keys_in_order(&refused, "/details"),
        ["name", "email", "external_id"]
    );
}

/// "If an end user makes the request, the user is returned with the following attributes":
/// documented.
#[tokio::test]
async fn nu53_end_users_see_a_short_form() {
    let api = Api::start().await;
    let a = address(&api, "a");
    let user = create(
        &api,
        json!({"email": a, "organization_id": api.organization("o").await}),
    )
    .await;
    let id = user["id"].as_u64().unwrap();
    let short = &KEYS[..16];
    assert_eq!(short.last(), Some(&"verified"));

    let me = send_as(&api, &a, "/users/me").await.expect(200);
    let mut keys = short.to_vec();
    keys.push("authenticity_token");
    assert_eq!(keys_in_order(&me, "/user"), keys);
    let url = format!("{}/api/v2/end_users/{id}.json", api.uri());
    assert_eq!(me.json()["user"]["url"], url);

    let path = format!("/users/{id}/organization_memberships?include=users");
    let included = users_alone(send_as(&api, &a, &path).await.expect(200));
    assert_eq!(keys_in_order(&included, "/users/0"), short);
    assert_eq!(included.json()["users"][0]["url"], url);
    // Agents see all of the same user.
    let included = users_alone(api.get(&path).await.expect(200));
    assert_eq!(keys_in_order(&included, "/users/0"), KEYS);
}

/// "A Rails name or an IANA name; `iana_time_zone` is the IANA name", a live test; that another name
/// is refused is inferred.
#[tokio::test]
async fn u14_a_time_zone_has_a_name_of_rails_or_of_iana() {
    let api = Api::start().await;
    for (given, iana) in [
        ("Pacific Time (US & Canada)", "America/Los_Angeles"),
        ("Arizona", "America/Phoenix"),
        ("Europe/Berlin", "Europe/Berlin"),
    ] {
        let user = create(&api, json!({"time_zone": given})).await;
        assert_eq!(
            (&user["time_zone"], &user["iana_time_zone"]),
            (&json!(given), &json!(iana))
        );
    }
    let refused = post(&api, json!({"name": "x", "time_zone": "Middle Earth"})).await;
    let refused = refused.expect(422).json();
    assert!(refused["details"]["time_zone"].is_array(), "{refused}");
}

/// "`external_id`, `email` and `organization_id` null, `verified` false; name, alias, tags, time
/// zone stay", recorded; a second DELETE and a PUT are a 404.
#[tokio::test]
async fn nu2_nu159_a_deleted_user_keeps_its_name_and_gives_up_what_is_unique() {
    let api = Api::start().await;
    let (a, external_id) = (address(&api, "a"), api.name("x"));
    let attributes = json!({
        "email": a, "external_id": external_id, "verified": true, "alias": "al", "tags": ["t"],
        "notes": "n", "details": "d", "time_zone": "Arizona",
        "organization_id": api.organization("o").await,
    });
    let user = create(&api, attributes.clone()).await;
    let path = format!("/users/{}", user["id"]);

    let deleted = api.delete(&path).await.expect(200);

    let mut expected = user.clone();
    for (key, value) in [
        ("email", Value::Null),
        ("external_id", Value::Null),
        ("organization_id", Value::Null),
        ("verified", json!(false)),
        ("active", json!(false)),
    ] {
        expected[key] = value;
    }
    assert_eq!(deleted.json()["user"], expected);
    assert_eq!(api.get(&path).await.expect(200).body, deleted.body);
    api.delete(&path)
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
    put(&api, &user, json!({"name": "x"}))
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
    // What was unique is free.
    let again = create(&api, attributes).await;
    assert_eq!(again["external_id"], json!(external_id));
}

/// "User is requester on 1 ticket that is not closed.": refused by the documentation and by a live
/// test, the words reported.
#[tokio::test]
async fn x10a_nu160_who_requested_a_ticket_that_is_not_closed_is_not_deleted() {
    let api = Api::start().await;
    let organization = api.organization("o").await;
    let user = create(&api, json!({"organization_id": organization})).await;
    let path = format!("/users/{}", user["id"]);
    let mut tickets = Vec::new();
    for status in ["open", "solved"] {
        let ticket =
            json!({"requester_id": user["id"], "comment": {"body": "c"}, "status": status});
        let created = api.post("/tickets", json!({"ticket": ticket})).await;
        tickets.push(created.expect(201).json()["ticket"]["id"].clone());
    }
    let refused = |text: &str| invalid("base", &format!(r#"{{"description":"{text}"}}"#));
    let close = async |ticket: &Value| {
        let closed = json!({"ticket": {"status": "closed"}});
        api.put(&format!("/tickets/{ticket}"), closed)
            .await
            .expect(200);
    };

    let two = refused("User is requester on 2 tickets that are not closed.");
    api.delete(&path).await.expect_error(422, &two);
    close(&tickets[0]).await;
    let one = refused("User is requester on 1 ticket that is not closed.");
    api.delete(&path).await.expect_error(422, &one);
    assert_eq!(
        memberships_of(&api, user["id"].as_u64().unwrap())
            .await
            .len(),
        1
    );
    close(&tickets[1]).await;
    api.delete(&path).await.expect(200);
}

/// "All users except the account owner", documented; nobody deletes themselves: a choice, NUQ9.
#[tokio::test]
async fn x10b_nu160_neither_the_owner_nor_the_caller_is_deleted() {
    let api = Api::with(MockZendesk::builder()).await;
    let owner = api.get("/users/me").await.expect(200).json()["user"]["id"].clone();
    let a = address(&api, "a");
    let admin = create(&api, json!({"email": a, "role": "admin"})).await["id"].clone();
    let by_admin = Credentials::api_token(a, "any").authorization();
    let headers = [("authorization", by_admin.as_str())];
    for id in [&owner, &admin] {
        let path = format!("/users/{id}");
        api.raw(Method::DELETE, &path, &headers, Vec::new())
            .await
            .expect_error(403, FORBIDDEN);
        let shown = api.get(&path).await.expect(200).json();
        assert_eq!(shown["user"]["active"], json!(true));
    }
    api.delete(&format!("/users/{owner}"))
        .await
        .expect_error(403, FORBIDDEN);
    api.delete(&format!("/users/{admin}")).await.expect(200);
}

/// The assignee of open tickets can be deleted, and the tickets lose it: nothing is known.
#[tokio::test]
async fn nu160_an_assignee_is_deleted_and_taken_from_its_tickets() {
    let api = Api::start().await;
    let requester = api.user("u").await;
    let agent = create(&api, json!({"role": "agent"})).await;
    let other = create(&api, json!({"role": "agent"})).await;
    let mut tickets = Vec::new();
    for (assignee, status) in [(&agent, "open"), (&agent, "solved"), (&other, "open")] {
        let ticket = json!({
            "requester_id": requester, "comment": {"body": "c"}, "status": status,
            "assignee_id": assignee["id"],
        });
        let created = api.post("/tickets", json!({"ticket": ticket})).await;
        tickets.push(created.expect(201).json()["ticket"]["id"].clone());
    }

    api.delete(&format!("/users/{}", agent["id"]))
        .await
        .expect(200);

    for (ticket, assignee) in tickets
        .iter()
        .zip([&Value::Null, &agent["id"], &other["id"]])
    {
        let path = format!("/tickets/{ticket}");
        let shown = api.settled(&path, "/ticket/assignee_id", assignee).await;
        assert_eq!(&shown, assignee);
    }
}

/// "`include` of users: organizations, identities, groups" and more, documented. Which organizations
/// is a choice, Q42: the default ones.
#[tokio::test]
async fn i3b_users_include_organizations_identities_and_groups() {
    let api = Api::start().await;
    let (o1, o2) = (api.organization("o1").await, api.organization("o2").await);
    let a = address(&api, "a");
    let attributes = json!({"email": a, "role": "agent", "organization_ids": [o1, o2]});
    let id = create(&api, attributes).await["id"].clone();
    let include = "include=groups,identities,organizations";
    for (path, last) in [
        (format!("/users/{id}?{include}"), None),
        (
            format!("/users/show_many?ids={id}&{include}"),
            Some("count"),
        ),
    ] {
        let answer = api.get(&path).await.expect(200);
        let keys = keys_in_order(&answer, "");
        assert_eq!(
            keys[1..4],
            ["organizations", "identities", "groups"],
            "{path}"
        );
        assert_eq!(keys.last().map(String::as_str), last.or(Some("groups")));
        assert_eq!(answer.each("organizations", "id"), [json!(o1)], "{path}");
        assert_eq!(answer.each("identities", "value"), [json!(a)], "{path}");
        assert_eq!(answer.each("groups", "default"), [json!(true)], "{path}");
    }
}
