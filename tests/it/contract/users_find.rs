//! Users that are found: by an upsert, by show_many, by a search, by autocomplete.
//!
//! <https://developer.zendesk.com/api-reference/ticketing/users/users/>

use mock_zendesk::MockZendesk;
use serde_json::{Value, json};

use super::wire::keys_in_order;
use crate::api::{Answer, Api, errors};

/// An id that no record has.
const UNKNOWN: u64 = 9_223_372_036_854_775_807;

const NAME_TOO_SHORT: &str = r#"{"error":"RecordInvalid","description":"Record validation errors","details":{"name":[{"description":"Name:  is too short (minimum is 1 character)"}]}}"#;

const NOBODY: &str = r#"{"users":[],"next_page":null,"previous_page":null,"count":0}"#;

/// A word that no other test has.
fn mark(api: &Api, word: &str) -> String {
    api.name(word).replace([' ', '-'], "")
}

fn address(api: &Api, word: &str) -> String {
    format!("{}@example.com", mark(api, word))
}

fn address_taken(address: &str) -> String {
    format!(
        r#"{{"error":"RecordInvalid","description":"Record validation errors","details":{{"email":[{{"description":"Email: {address} is already being used by another user","error":"DuplicateValue"}}]}}}}"#
    )
}

async fn upsert(api: &Api, user: Value) -> Answer {
    api.post("/users/create_or_update", json!({"user": user}))
        .await
}

/// Creates a user with these attributes, and gives its id.
async fn create(api: &Api, user: Value) -> u64 {
    let created = api.post("/users", json!({"user": user})).await.expect(201);
    created.json()["user"]["id"].as_u64().unwrap()
}

async fn show(api: &Api, id: u64) -> Value {
    api.get(&format!("/users/{id}")).await.expect(200).json()["user"].clone()
}

async fn found(api: &Api, query: &str) -> Vec<Value> {
    let answer = api.get(&format!("/users/search?{query}")).await;
    answer.expect(200).each("users", "id")
}

/// The organizations of a user, the default one first.
async fn organizations_of(api: &Api, user: u64) -> Vec<Value> {
    let list = api
        .get(&format!("/users/{user}/organization_memberships"))
        .await
        .expect(200);
    list.each("organization_memberships", "organization_id")
}

/// "Creates a user if the user does not already exist, or updates an existing user"; a creation was
/// recorded with 201 and `Location`, and the same body twice gives one user in a live test.
#[tokio::test]
async fn nu20_nu79_nu90_nu93_the_same_upsert_twice_creates_one_user() {
    let api = Api::start().await;
    let user = json!({
        "name": api.name("u"), "email": address(&api, "u"), "external_id": mark(&api, "x"),
        "tags": ["a"], "identities": [{"type": "twitter", "value": mark(&api, "bird")}],
    });

    let created = upsert(&api, user.clone()).await.expect(201);

    let shown = created.json()["user"].clone();
    assert_eq!(created.header("location"), shown["url"].as_str());
    assert_eq!(shown["role"], "end-user");
    let updated = upsert(&api, user).await.expect(200);
    assert_eq!(updated.header("location"), None);
    assert_eq!(updated.json()["user"]["id"], shown["id"]);
    assert_eq!(
        keys_in_order(&updated, "/user"),
        keys_in_order(&created, "/user")
    );
    let identities = api
        .get(&format!("/users/{}/identities", shown["id"]))
        .await
        .expect(200);
    assert_eq!(identities.each("identities", "type"), ["email", "twitter"]);
}

/// Nothing matches and there is no name: as for any new user.
#[tokio::test]
async fn nu88_a_new_user_needs_a_name() {
    let api = Api::start().await;
    let email = address(&api, "u");

    upsert(&api, json!({"email": email}))
        .await
        .expect_error(422, NAME_TOO_SHORT);

    assert_eq!(
        found(&api, &format!("query={email}")).await,
        [Value::Null; 0]
    );
}

/// "Only the given keys change", live; tags are replaced, as was recorded of PUT.
#[tokio::test]
async fn nu80_nu92_an_upsert_of_a_user_changes_what_is_given() {
    let api = Api::start().await;
    let (name, email) = (api.name("u"), address(&api, "u"));
    let id = create(
        &api,
        json!({"name": name, "email": email, "notes": "old", "details": "kept", "tags": ["a", "b"]}),
    )
    .await;

    let answer = upsert(
        &api,
        json!({"email": email, "notes": "new", "tags": ["b", "c"], "role": "agent"}),
    )
    .await;

    let user = answer.expect(200).json()["user"].clone();
    let actual = ["id", "name", "email", "notes", "details", "tags", "role"];
    let actual = actual.map(|key| user[key].clone());
    let expected = [
        json!(id),
        json!(name),
        json!(email),
        json!("new"),
        json!("kept"),
        json!(["b", "c"]),
        json!("agent"),
    ];
    assert_eq!(actual, expected);
}

/// By what a user is found: its id, its external id, whatever the case, and any of its addresses.
/// "The stored external_id takes the case sent."
#[tokio::test]
async fn nu81_nu82_nu83_nu84_nu86_nu87_an_upsert_finds_a_user_by_id_external_id_or_any_address() {
    let api = Api::start().await;
    let [first, second, new] = ["first", "second", "new"].map(|word| address(&api, word));
    let [external_id, other_external_id] = ["x", "y"].map(|word| mark(&api, word));
    let name = api.name("u");
    let id = create(
        &api,
        json!({"name": name, "email": first, "external_id": external_id}),
    )
    .await;
    let identity = json!({"identity": {"type": "email", "value": second}});
    api.post(&format!("/users/{id}/identities"), identity)
        .await
        .expect(201);
    let upper = external_id.to_uppercase();

    // The criteria, and the external id that the user has then.
    let rows = [
        (
            "email in another case",
            json!({"email": first.to_uppercase()}),
            &external_id,
        ),
        ("secondary address", json!({"email": second}), &external_id),
        (
            "external id",
            json!({"external_id": external_id}),
            &external_id,
        ),
        (
            "external id in another case",
            json!({"external_id": upper}),
            &upper,
        ),
        (
            "id and external id",
            json!({"id": id, "external_id": upper}),
            &upper,
        ),
        ("id", json!({"id": id}), &upper),
        (
            "external id and new address",
            json!({"external_id": upper, "email": new}),
            &upper,
        ),
        (
            "unknown external id and address",
            json!({"external_id": other_external_id, "email": first}),
            &other_external_id,
        ),
        (
            "id before all others",
            json!({"id": id, "external_id": mark(&api, "z"), "email": address(&api, "z")}),
            &mark(&api, "z"),
        ),
        (
            "unknown id and address",
            json!({"id": UNKNOWN, "email": first}),
            &mark(&api, "z"),
        ),
    ];
    for (what, mut user, expected) in rows {
        user["notes"] = json!(what);
        let answer = upsert(&api, user).await;
        assert_eq!(answer.status, 200, "{what}: {}", answer.body);
        let user = &answer.json()["user"];
        assert_eq!(
            (&user["id"], &user["notes"], &user["external_id"]),
            (&json!(id), &json!(what), &json!(expected)),
            "{what}"
        );
        // A new address is a secondary one.
        assert_eq!(user["email"], json!(first), "{what}");
    }
    let identities = api
        .get(&format!("/users/{id}/identities"))
        .await
        .expect(200);
    assert_eq!(
        identities.each("identities", "value"),
        [first, second, new, address(&api, "z")]
    );
}

/// "Email … is already being used by another user" is reported where the external id is one user's
/// and the address another's: the external id is looked at first.
#[tokio::test]
async fn nu85_nu87_an_external_id_of_one_user_and_an_address_of_another_are_refused() {
    let api = Api::start().await;
    let [ada, bob] = ["ada", "bob"].map(|word| address(&api, word));
    let external_id = mark(&api, "x");
    let adas = create(
        &api,
        json!({"name": api.name("Ada"), "email": ada, "external_id": external_id}),
    )
    .await;
    let bobs = create(&api, json!({"name": api.name("Bob"), "email": bob})).await;
    let (before_ada, before_bob) = (show(&api, adas).await, show(&api, bobs).await);

    let user = json!({"external_id": external_id, "email": bob, "notes": "x", "tags": ["x"]});
    upsert(&api, user)
        .await
        .expect_error(422, &address_taken(&bob));

    assert_eq!(show(&api, adas).await, before_ada);
    assert_eq!(show(&api, bobs).await, before_bob);
    // By id Bob is meant, and then the external id is taken.
    let user = json!({"id": bobs, "external_id": external_id});
    let refused = upsert(&api, user).await.expect(422).json();
    assert_eq!(
        refused["details"]["external_id"][0]["description"],
        "External has already been taken"
    );
}

/// The external id and the address of a deleted user were recorded to be used again.
#[tokio::test]
async fn nu89_a_deleted_user_is_not_found_by_an_upsert() {
    let api = Api::start().await;
    let user = json!({
        "name": api.name("u"), "email": address(&api, "u"), "external_id": mark(&api, "x"),
    });
    let id = create(&api, user.clone()).await;
    api.delete(&format!("/users/{id}")).await.expect(200);

    let again = upsert(&api, user.clone()).await.expect(201).json();
    assert_ne!(again["user"]["id"], json!(id));
    let mut with_id = user;
    with_id["id"] = json!(id);
    let found = upsert(&api, with_id).await.expect(200).json();
    assert_eq!(found["user"]["id"], again["user"]["id"]);
}

/// An organization is given by its id or by its name, "added to a named organization"; PUT does not
/// take the name.
#[tokio::test]
async fn nu70_nu71_nu74_nu75_nu76_an_organization_may_be_named_on_creation() {
    let api = Api::start().await;
    let (o1, o2) = (api.organization("one").await, api.organization("two").await);
    let named = |name: &str| json!({"name": format!(" {} ", api.name(name).to_uppercase())});
    let user = |attributes: Value| {
        let mut user = json!({"name": api.name("u")});
        let attributes = attributes.as_object().unwrap().clone();
        user.as_object_mut().unwrap().extend(attributes);
        user
    };

    let by_id = create(&api, user(json!({"organization_id": o1}))).await;
    assert_eq!(organizations_of(&api, by_id).await, [json!(o1)]);
    let by_name = create(&api, user(json!({"organization": named("two")}))).await;
    assert_eq!(organizations_of(&api, by_name).await, [json!(o2)]);
    let both = user(json!({"organization_id": o1, "organization": named("two")}));
    let both = create(&api, both).await;
    assert_eq!(organizations_of(&api, both).await, [json!(o1)]);

    let dropped = api
        .put(
            &format!("/users/{by_name}"),
            json!({"user": {"organization": named("one")}}),
        )
        .await
        .expect(200);
    assert_eq!(
        dropped.header("x-zendesk-api-warn"),
        Some(
            r#"{:allowed_parameters=>{:controller=>"users", :action=>"update", :unpermitted_keys=>["user.organization"], :invalid_values=>[]}}"#
        )
    );
    assert_eq!(organizations_of(&api, by_name).await, [json!(o2)]);
    let moved = json!({"user": {"organization_id": o1}});
    api.put(&format!("/users/{by_name}"), moved)
        .await
        .expect(200);
    assert_eq!(organizations_of(&api, by_name).await, [json!(o1)]);
}

/// Nothing says what a name does that no organization has: it is created. One that none can have is
/// refused, and then there is no user either.
#[tokio::test]
async fn nu74_an_organization_that_is_named_and_not_there_is_created() {
    let api = Api::start().await;
    let new = api.name("New");
    let user = |organization: &str| json!({"user": {"name": api.name("u"), "organization": {"name": organization}}});

    let created = api.post("/users", user(&new)).await.expect(201).json();

    let organization = &created["user"]["organization_id"];
    let shown = api
        .get(&format!("/organizations/{organization}"))
        .await
        .expect(200);
    assert_eq!(shown.json()["organization"]["name"], json!(new));
    let count = async || api.get("/users").await.expect(200).json()["count"].clone();
    let before = count().await;
    api.post("/users", user("a|b")).await.expect(422);
    api.post("/users", user(" ")).await.expect(422);
    if !api.is_shared() {
        assert_eq!(count().await, before);
    }
}

/// A `organization_id` in an upsert of a user in several organizations takes the others away, as in
/// PUT. Without the key they stay.
#[tokio::test]
async fn nu73_nu191_nut3_upsert_and_memberships() {
    let api = Api::start().await;
    let (o1, o2, o3) = (
        api.organization("o1").await,
        api.organization("o2").await,
        api.organization("o3").await,
    );
    let email = address(&api, "u");
    let user = create(
        &api,
        json!({"name": api.name("u"), "email": email, "organization_id": o1}),
    )
    .await;
    api.membership(user, o2).await;
    let both = [json!(o1), json!(o2)];
    assert_eq!(organizations_of(&api, user).await, both);

    upsert(&api, json!({"email": email, "notes": "n"}))
        .await
        .expect(200);
    assert_eq!(organizations_of(&api, user).await, both);

    upsert(&api, json!({"email": email, "organization_id": o3}))
        .await
        .expect(200);
    let list = api
        .get(&format!("/users/{user}/organization_memberships"))
        .await
        .expect(200);
    assert_eq!(
        list.each("organization_memberships", "organization_id"),
        [json!(o3)]
    );
    assert_eq!(
        list.each("organization_memberships", "default"),
        [json!(true)]
    );

    api.membership(user, o1).await;
    let path = format!("/users/{user}");
    api.put(&path, json!({"user": {"name": api.name("v")}}))
        .await
        .expect(200);
    assert_eq!(organizations_of(&api, user).await, [json!(o3), json!(o1)]);

    let name = format!(" {} ", api.name("o2").to_uppercase());
    upsert(
        &api,
        json!({"email": email, "organization": {"name": name}}),
    )
    .await
    .expect(200);
    assert_eq!(organizations_of(&api, user).await, [json!(o2)]);
    upsert(&api, json!({"email": email, "organization_id": UNKNOWN}))
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
    assert_eq!(organizations_of(&api, user).await, [json!(o2)]);
}

/// The life of an upsert, and what a client gets that takes both criteria for alternatives.
#[tokio::test]
async fn nut2_nu190_upsert() {
    let api = Api::start().await;
    let [x1, x2] = ["x1", "x2"].map(|word| mark(&api, word));
    let [a, c] = ["a", "c"].map(|word| address(&api, word));
    let id = create(
        &api,
        json!({"name": api.name("M"), "email": a, "external_id": x1.to_uppercase()}),
    )
    .await;

    let user = json!({"external_id": x1, "name": api.name("N")});
    let updated = upsert(&api, user).await.expect(200).json();
    assert_eq!(
        (&updated["user"]["id"], &updated["user"]["external_id"]),
        (&json!(id), &json!(x1))
    );
    let other = json!({"external_id": x2, "email": c, "name": api.name("O")});
    let created = upsert(&api, other.clone()).await.expect(201);
    let before = show(&api, id).await;
    upsert(&api, json!({"external_id": x1, "email": c}))
        .await
        .expect_error(422, &address_taken(&c));
    assert_eq!(show(&api, id).await, before);
    let again = upsert(&api, other).await.expect(200);
    assert_eq!(again.json()["user"]["id"], created.json()["user"]["id"]);
    upsert(&api, json!({"email": "bad", "name": api.name("P")}))
        .await
        .expect_error(
            422,
            r#"{"error":"RecordInvalid","description":"Record validation errors","details":{"email":[{"description":"Email: bad is not properly formatted"}]}}"#,
        );
}

/// Five updates of one user a minute, by whichever of the two routes; a creation does not count, and
/// neither do other users.
#[tokio::test]
async fn nu91_nu192_an_upsert_that_updates_counts_as_an_update_of_that_user() {
    let api = Api::with(MockZendesk::builder().endpoint_limits()).await;
    let user = |word: &str| json!({"name": word, "external_id": word});
    let id = upsert(&api, user("a")).await.expect(201).json()["user"]["id"].clone();
    upsert(&api, user("b")).await.expect(201);
    let put = json!({"user": {"notes": "n"}});
    let path = format!("/users/{id}");
    for _ in 0..2 {
        api.put(&path, put.clone()).await.expect(200);
        upsert(&api, user("A")).await.expect(200);
    }
    api.put(&path, put.clone()).await.expect(200);

    let limited = upsert(&api, user("a")).await.expect(429);
    assert_eq!(limited.header("retry-after"), Some("60"));
    api.put(&path, put).await.expect(429);
    assert_eq!(show_external_id(&api, &id).await, "A");
    upsert(&api, user("b")).await.expect(200);
    upsert(&api, user("c")).await.expect(201);
}

async fn show_external_id(api: &Api, id: &Value) -> Value {
    api.get(&format!("/users/{id}")).await.expect(200).json()["user"]["external_id"].clone()
}

/// "Ascending by id, not as asked", and the keys of an offset page, recorded; the rest follows from
/// other lists.
#[tokio::test]
async fn nu16_nu117_show_many_gives_users_by_id_and_deleted_ones_where_asked() {
    let api = Api::start().await;
    let (a, b, gone) = (
        api.user("a").await,
        api.user("b").await,
        api.user("c").await,
    );
    api.delete(&format!("/users/{gone}")).await.expect(200);
    let list = format!("/users/show_many?ids={b},{UNKNOWN},{gone},{a},{b}");

    let answer = api.get(&list).await.expect(200);
    assert_eq!(answer.each("users", "id"), [json!(a), json!(b)]);
    assert_eq!(
        keys_in_order(&answer, ""),
        ["users", "next_page", "previous_page", "count"]
    );
    assert_eq!(answer.json()["count"], json!(2));
    for (flag, expected) in [("true", 3), ("false", 2)] {
        let answer = api
            .get(&format!("{list}&include_deleted={flag}"))
            .await
            .expect(200);
        assert_eq!(answer.json()["count"], json!(expected), "{flag}");
    }
    let with_deleted = api
        .get(&format!("{list}&include_deleted=true"))
        .await
        .expect(200);
    assert_eq!(
        with_deleted.each("users", "active"),
        [json!(true), json!(true), json!(false)]
    );

    let ids = |count: u64| (1..=count).map(|id| id.to_string()).collect::<Vec<_>>();
    let path = |count| format!("/users/show_many?ids={}", ids(count).join(","));
    api.get(&path(100)).await.expect(200);
    api.get(&path(101))
        .await
        .expect_error(400, errors::TOO_MANY_VALUES);
    let missing = r#"{"error":"ParameterMissing","description":"Parameter ids is required"}"#;
    api.get("/users/show_many").await.expect_error(400, missing);
}

/// External ids are compared whatever their case, and a user that is named twice comes once.
#[tokio::test]
async fn nu118_show_many_by_external_ids() {
    let api = Api::start().await;
    let [x, y] = ["x", "y"].map(|word| mark(&api, word));
    let first = create(&api, json!({"name": api.name("u"), "external_id": x})).await;
    let second = create(&api, json!({"name": api.name("u"), "external_id": y})).await;
    let upper = x.to_uppercase();

    let answer = api
        .get(&format!(
            "/users/show_many?external_ids={y},{upper},{x},nobody-{x}"
        ))
        .await
        .expect(200);

    assert_eq!(answer.each("users", "id"), [json!(first), json!(second)]);
    assert_eq!(answer.json()["count"], json!(2));
}

/// "The whole value, whatever the case", and found in the second after the creation, recorded.
#[tokio::test]
async fn nu17_nu121_nu122_nu128_nu129_a_search_by_external_id_compares_the_whole_value() {
    let api = Api::start().await;
    let external_id = mark(&api, "x");
    let user = json!({"name": api.name("u"), "external_id": external_id});
    let id = create(&api, user).await;
    let other = api.user("v").await;

    let answer = api
        .get(&format!(
            "/users/search?external_id={}",
            external_id.to_uppercase()
        ))
        .await
        .expect(200);
    assert_eq!(answer.each("users", "id"), [json!(id)]);
    assert_eq!(
        keys_in_order(&answer, ""),
        ["users", "next_page", "previous_page", "count"]
    );
    assert_eq!(answer.json()["count"], json!(1));
    assert_eq!(answer.header("cache-control"), Some("max-age=10, private"));

    let start = &external_id[..external_id.len() - 1];
    for query in [
        format!("external_id={start}"),
        format!("external_id={start}*"),
        format!("external_id={external_id}x"),
        "external_id=".to_owned(),
        "query=".to_owned(),
        String::new(),
    ] {
        let answer = api.get(&format!("/users/search?{query}")).await.expect(200);
        assert_eq!(answer.body, NOBODY, "{query}");
    }
    // Of both the external id counts, unless it is empty.
    let query = |external_id: &str| format!("query=name:v&external_id={external_id}");
    assert_eq!(found(&api, &query(&external_id)).await, [json!(id)]);
    assert!(found(&api, &query("")).await.contains(&json!(other)));

    api.delete(&format!("/users/{id}")).await.expect(200);
    let gone = api
        .get(&format!("/users/search?external_id={external_id}"))
        .await
        .expect(200);
    assert_eq!(gone.body, NOBODY);
}

/// "Finds by any e-mail identity", recorded. The `email` of the hit is the primary one here; once it
/// was seen to be the address that was asked for.
#[tokio::test]
async fn nu123_nu124_nu125_nu127_nu189_a_search_finds_a_user_by_any_address() {
    let api = Api::start().await;
    let [first, second] = ["first", "second"].map(|word| address(&api, word));
    let id = create(&api, json!({"name": api.name("u"), "email": first})).await;
    let user = json!({"user": {"email": second, "verified": true}});
    api.put(&format!("/users/{id}"), user).await.expect(200);

    for query in [
        first.clone(),
        second.clone(),
        second.to_uppercase(),
        format!("email:{second}"),
    ] {
        let answer = api
            .get(&format!("/users/search?query={query}"))
            .await
            .expect(200);
        assert_eq!(answer.each("users", "id"), [json!(id)], "{query}");
        assert_eq!(answer.each("users", "email"), [json!(first)], "{query}");
    }
    // Who looks for the user elsewhere, and creates it, is told.
    api.post("/users", json!({"user": {"name": "u", "email": second}}))
        .await
        .expect_error(422, &address_taken(&second));

    api.delete(&format!("/users/{id}")).await.expect(200);
    assert_eq!(
        found(&api, &format!("query={first}")).await,
        [Value::Null; 0]
    );
}

/// The search syntax, with `type:user` implied.
#[tokio::test]
async fn nu126_nu130_a_search_knows_words_and_properties() {
    let api = Api::start().await.marking();
    let organization = api.organization("Tyrell ~").await;
    let tyrell = api.name("Tyrell ~");
    let ada = json!({
        "name": "Ada Lovelace", "email": "countess@~.example", "notes": "likes engines ~",
        "tags": ["vip"], "organization_id": organization, "external_id": "~crm-1",
    });
    let adam = json!({
        "name": "Adam Zero", "phone": "+1555123", "role": "agent", "details": "second floor ~",
        "verified": true, "suspended": true, "external_id": "~",
    });
    let ada = json!(create(&api, ada).await);
    let adam = json!(create(&api, adam).await);
    let owner = api.get("/users/me").await.expect(200).json()["user"]["id"].clone();

    let (everybody, both) = (vec![&owner, &ada, &adam], vec![&ada, &adam]);
    let rows = [
        // The beginnings of words in names, addresses, notes, details and numbers.
        ("ada", both.clone()),
        ("love", vec![&ada]),
        ("vela", vec![]),
        ("LOVELACE", vec![&ada]),
        ("counte", vec![&ada]),
        ("engines", vec![&ada]),
        ("floor", vec![&adam]),
        ("1555", vec![&adam]),
        ("\"ada lovelace\"", vec![&ada]),
        ("\"lovelace ada\"", vec![]),
        ("nobody", vec![]),
        // Several terms hold together.
        ("ada zero", vec![&adam]),
        ("ada -zero", vec![&ada]),
        ("*", everybody.clone()),
        ("type:user", everybody.clone()),
        // Properties; several values of one are alternatives.
        ("name:lovelace", vec![&ada]),
        ("name:\"lovelace ada\"", vec![&ada]),
        ("name:love", vec![]),
        ("user:lovelace", vec![&ada]),
        ("user:countess@~.example", vec![&ada]),
        ("user:ada@lovelace", vec![]),
        ("email:countess@~.example", vec![&ada]),
        ("external_id:~CRM-1", vec![&ada]),
        ("role:agent", vec![&adam]),
        ("role:agent role:end-user", both.clone()),
        ("-role:agent -role:end-user", vec![&owner]),
        ("tags:vip", vec![&ada]),
        ("tags:none", vec![&owner, &adam]),
        ("organization:none", vec![&owner, &adam]),
        ("phone:*123", vec![&adam]),
        ("phone:\"+1555123\"", vec![&adam]),
        ("phone:\"+1 555-123\"", vec![&adam]),
        ("phone:*124", vec![]),
        ("phone:*", vec![&adam]),
        ("phone:*551*", vec![&adam]),
        ("phone:*124*", vec![]),
        ("phone:+1555*", vec![&adam]),
        ("phone:1555*", vec![]),
        ("phone:+1*2*3", vec![&adam]),
        ("phone:+1*2*1", vec![]),
        ("is_suspended:true", vec![&adam]),
        ("is_verified:false role:end-user", vec![&ada]),
    ];
    let of_organization = [
        (format!("organization:{organization}"), vec![&ada]),
        (format!("organization:\"{tyrell}\""), vec![&ada]),
        ("organization:tyrell".to_owned(), vec![&ada]),
        ("organization:tyr".to_owned(), vec![]),
    ];
    let rows = rows.map(|(query, users)| (query.to_owned(), users));
    for (mut query, mut expected) in rows.into_iter().chain(of_organization) {
        if api.is_shared() {
            // The owner does not have the word.
            query += " ~";
            expected.retain(|user| **user != owner);
        }
        let encoded = query.replace('+', "%2B").replace('"', "%22");
        let found = found(&api, &format!("query={encoded}")).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{query}");
    }
}

/// A search has offset pages alone: `per_page` up to 100, and `page[size]` does nothing.
#[tokio::test]
async fn nu131_a_search_has_offset_pages() {
    let builder = MockZendesk::builder().allow_unknown_parameter("?page[size]");
    let api = Api::start_or(builder).await.marking();
    for _ in 0..3 {
        api.user("~page").await;
    }
    let path = "/users/search?query=~page";

    let first = api.get(&format!("{path}&per_page=2")).await.expect(200);

    assert_eq!(first.each("users", "id").len(), 2);
    let json = first.json();
    assert_eq!(json["count"], json!(3));
    let next = api
        .get(json["next_page"].as_str().unwrap())
        .await
        .expect(200);
    assert_eq!(next.each("users", "id").len(), 1);
    assert_eq!(next.json()["next_page"], Value::Null);
    let with_size = api.get(&format!("{path}&page[size]=1")).await.expect(200);
    assert_eq!(with_size.each("users", "id").len(), 3);
    assert_eq!(
        keys_in_order(&with_size, ""),
        ["users", "next_page", "previous_page", "count"]
    );
    api.get(&format!("{path}&per_page=100&page=101"))
        .await
        .expect(400);
}

/// "Returns users whose name starts with the value", one page of them; by GET, and by POST with the
/// same in the body.
#[tokio::test]
async fn nu18_nu133_autocomplete_finds_names_and_numbers_by_their_start() {
    let api = Api::start().await.marking();
    let mut ids = Vec::new();
    for (name, phone) in [
        ("~Ada Zimmer", "+1555123"),
        ("~ada byron", "+4420"),
        ("Z~ada", "+15559"),
        ("~Adam", "+33"),
    ] {
        ids.push(json!(
            create(&api, json!({"name": name, "phone": phone})).await
        ));
    }
    api.delete(&format!("/users/{}", ids[3])).await.expect(200);
    let [zimmer, byron, hada, _] = &ids[..] else {
        panic!()
    };

    let rows = [
        (json!({"name": "~ada"}), vec![byron, zimmer]),
        (json!({"name": "~ADA Z"}), vec![zimmer]),
        (json!({"name": "byron"}), vec![]),
        (json!({"phone": "+1555"}), vec![zimmer, hada]),
        (json!({"phone": "1555"}), vec![]),
        (json!({"name": "~ada", "phone": "+33"}), vec![byron, zimmer]),
    ];
    let path = "/users/autocomplete";
    // Other users may have such names and numbers, too.
    let is_safe = |asked: &Value| {
        asked["name"]
            .as_str()
            .is_some_and(|name| name.contains('~'))
    };
    let rows = rows.into_iter();
    for (asked, expected) in rows.filter(|(asked, _)| !api.is_shared() || is_safe(asked)) {
        let pairs = asked.as_object().unwrap().iter();
        let pairs = pairs.map(|(name, value)| format!("{name}={}", value.as_str().unwrap()));
        let query = pairs.collect::<Vec<_>>().join("&").replace('+', "%2B");
        for answer in [
            api.get(&format!("{path}?{query}")).await,
            api.post(&format!("{path}?{query}"), json!({})).await,
            api.post(path, asked.clone()).await,
        ] {
            let found = answer.expect(200).each("users", "id");
            assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{query}");
        }
    }
    let page = api
        .get(&format!("{path}?name=~ada&per_page=1"))
        .await
        .expect(200);
    assert_eq!(page.each("users", "id"), std::slice::from_ref(byron));
    assert_eq!(
        keys_in_order(&page, ""),
        ["users", "next_page", "previous_page", "count"]
    );

    let invalid = r#"{"error":"Query Error","description":"Invalid query syntax"}"#;
    api.get(path).await.expect_error(400, invalid);
    api.get(&format!("{path}?name="))
        .await
        .expect_error(400, invalid);
    api.post(path, json!({"per_page": 1}))
        .await
        .expect_error(400, invalid);
}
