//! Cases of single records. They run in any account: an export that starts at the time of a change has
//! that change soon, whatever others do.

use super::*;
use crate::api::Api;
use crate::contract::custom_fields::own_values;
use crate::contract::wire::keys_in_order;

/// A row of an export, with the reply that has it.
struct Exported {
    answer: Answer,
    /// The list that has the row, and the place of the row there.
    pointer: String,
    row: Value,
}

impl Exported {
    fn keys(&self) -> Vec<String> {
        keys_in_order(&self.answer, &self.pointer)
    }
}

/// How long an account may withhold a change, and how often it is asked: the limit of exports is low.
const EXPORT_PATIENCE: Duration = Duration::from_secs(240);
const EXPORT_PAUSE: Duration = Duration::from_secs(12);

/// The last change of a record, in seconds.
fn second(record: &Value) -> u64 {
    let time: Timestamp = record["updated_at"].as_str().unwrap().parse().unwrap();
    time.unix_seconds()
}

/// The path of an export, such as `users` or `tickets/cursor`, from the last change of a record on.
fn since(export: &str, record: &Value) -> String {
    format!("/incremental/{export}?start_time={}", second(record))
}

async fn start() -> Api {
    Api::start().await.marking()
}

async fn create(api: &Api, path: &str, root: &str, record: Value) -> Value {
    let created = api.post(path, json!({root: record})).await.expect(201);
    created.json()[root].clone()
}

async fn user(api: &Api, user: Value) -> Value {
    create(api, "/users", "user", user).await
}

async fn organization(api: &Api, organization: Value) -> Value {
    create(api, "/organizations", "organization", organization).await
}

async fn ticket(api: &Api, requester: &Value, subject: &str) -> Value {
    let comment = json!({"body": "c"});
    let ticket = json!({"subject": subject, "requester_id": requester["id"], "comment": comment});
    create(api, "/tickets", "ticket", ticket).await
}

async fn delete(api: &Api, path: &str) {
    let answer = api.delete(path).await;
    assert!(answer.status < 300, "{} {}", answer.request, answer.body);
}

/// The row of a record in an export, once it is as the condition says.
async fn exported(
    api: &Api,
    path: &str,
    record: &Value,
    condition: impl Fn(&Value) -> bool,
) -> Exported {
    let list = path.split(['/', '?']).nth(2).unwrap();
    let start = std::time::Instant::now();
    api.let_time_pass().await;
    loop {
        if let Some((answer, place)) = find(api, path, list, record).await {
            let row = answer.json()[list][place].clone();
            if condition(&row) {
                let pointer = format!("/{list}/{place}");
                return Exported {
                    answer,
                    pointer,
                    row,
                };
            }
        }
        let is_soon = api.is_shared() && start.elapsed() < EXPORT_PATIENCE;
        assert!(is_soon, "{path} does not show {record} as it is now");
        tokio::time::sleep(EXPORT_PAUSE).await;
    }
}

/// The page of an export that has a record, and the place of the record there.
async fn find(api: &Api, path: &str, list: &str, record: &Value) -> Option<(Answer, usize)> {
    let mut path = path.to_owned();
    loop {
        let answer = api.get(&path).await;
        if answer.status == 422 && api.is_shared() {
            // Too recent.
            return None;
        }
        let answer = answer.expect(200);
        let ids = answer.each(list, "id");
        if let Some(place) = ids.iter().rposition(|id| *id == record["id"]) {
            return Some((answer, place));
        }
        let page = answer.json();
        let next = page["next_page"].as_str().or(page["after_url"].as_str());
        let has_more = |next: &&str| page["end_of_stream"] == false && *next != path;
        path = next.filter(has_more)?.to_owned();
    }
}

/// [recorded] 852 deleted users of 2023 and 2 of 2026: the keys of a user, with
/// `permanently_deleted` after `user_fields`, and nothing that identifies the user.
#[tokio::test]
async fn ns8_ns64_ns99_a_deleted_user_stays_with_one_more_key() {
    let api = start().await;
    let acme = organization(&api, json!({"name": "~Acme"})).await;
    let bob = json!({
        "name": "~Bob", "email": "bob@~.example", "external_id": "~b", "verified": true,
        "phone": "+15550100", "organization_id": acme["id"],
    });
    let (ada, bob) = (
        user(&api, json!({"name": "~Ada"})).await,
        user(&api, bob).await,
    );
    api.let_time_pass().await;
    let path = format!("/users/{}", bob["id"]);
    let gone = api.delete(&path).await.expect(200).json()["user"].clone();

    let live = exported(&api, &since("users", &ada), &ada, |_| true).await;
    let is_deleted = |row: &Value| row["active"] == false;
    let deleted = exported(&api, &since("users", &gone), &bob, is_deleted).await;

    if !api.is_shared() {
        assert_eq!(
            live.answer.each("users", "id")[1..],
            [ada["id"].clone(), bob["id"].clone()]
        );
        assert_eq!(deleted.answer.each("users", "id"), [bob["id"].clone()]);
    }
    assert!(live.row.get("permanently_deleted").is_none());
    let shown = api.get(&format!("/users/{}", ada["id"])).await.expect(200);
    let mut keys = keys_in_order(&shown, "/user");
    let place = keys.iter().position(|key| key == "user_fields").unwrap();
    keys.insert(place + 1, "permanently_deleted".to_owned());
    assert_eq!(deleted.keys(), keys);
    let row = &deleted.row;
    for key in [
        "email",
        "external_id",
        "phone",
        "organization_id",
        "shared_phone_number",
    ] {
        assert_eq!(row[key], Value::Null, "{key}");
    }
    for key in ["active", "verified", "permanently_deleted"] {
        assert_eq!(row[key], false, "{key}");
    }
    assert_eq!(row["name"], "~Bob");
    assert_eq!(row["updated_at"], gone["updated_at"]);
    assert_ne!(row["updated_at"], bob["updated_at"]);
}

/// [inferred] from what other endpoints show of a user who is deleted permanently.
#[tokio::test]
async fn ns104_a_user_who_is_deleted_permanently_comes_again_without_personal_data() {
    let api = start().await;
    for field in [
        json!({"key": "~zone", "title": "Zone"}),
        json!({"key": "~vip", "title": "VIP", "type": "checkbox", "tag": "vip"}),
        json!({"key": "~plan", "title": "Plan"}),
    ] {
        create(&api, "/user_fields", "user_field", field).await;
    }
    let bob = user(
        &api,
        json!({
            "name": "~Bob", "email": "bob@~.example", "alias": "B", "details": "d", "notes": "n",
            "tags": ["t"], "user_fields": {"~zone": "9", "~vip": true},
        }),
    )
    .await;
    api.let_time_pass().await;
    let path = format!("/users/{}", bob["id"]);
    let gone = api.delete(&path).await.expect(200).json()["user"].clone();
    let is_deleted = |row: &Value| row["active"] == false;
    let deleted = exported(&api, &since("users", &gone), &bob, is_deleted).await;
    let values = ["~plan", "~vip", "~zone"];
    let value_keys = |exported: &Exported| {
        let pointer = format!("{}/user_fields", exported.pointer);
        let keys = keys_in_order(&exported.answer, &pointer).into_iter();
        keys.filter(|key| key.starts_with('~')).collect::<Vec<_>>()
    };
    assert_eq!(value_keys(&deleted), values);
    let row = &deleted.row;
    assert_eq!(row["permanently_deleted"], false);
    let kept = json!({"~plan": null, "~vip": true, "~zone": "9"});
    assert_eq!(own_values(&row["user_fields"]), kept);
    assert_eq!(
        (&row["name"], &row["tags"]),
        (&json!("~Bob"), &json!(["t", "vip"]))
    );

    api.let_time_pass().await;
    delete(&api, &format!("/deleted_users/{}", bob["id"])).await;

    for export in ["users", "users/cursor"] {
        let is_gone = |row: &Value| row["permanently_deleted"] == true;
        let exported = exported(&api, &since(export, &gone), &bob, is_gone).await;
        assert_eq!(value_keys(&exported), values);
        let row = &exported.row;
        assert_eq!(row["active"], false);
        assert_eq!(row["name"], "Permanently Deleted User");
        assert_eq!(row["tags"], json!([]));
        let none = json!({"~plan": null, "~vip": false, "~zone": null});
        assert_eq!(own_values(&row["user_fields"]), none);
        for key in ["email", "alias", "details", "notes", "phone"] {
            assert_eq!(row[key], Value::Null, "{key}");
        }
        assert!(second(row) > second(&gone), "{row}");
    }
}

/// [recorded] `deleted_at` is the last key of an organization, and null; [inferred] its value.
#[tokio::test]
async fn ns65_ns100_a_deleted_organization_stays_and_says_when() {
    let api = start().await;
    let acme = organization(&api, json!({"name": "~Acme"})).await;
    let one = format!("/organizations/{}", acme["id"]);
    let path = since("organizations", &acme);
    let live = exported(&api, &path, &acme, |_| true).await;
    let shown = api.get(&one).await;
    let mut keys = keys_in_order(&shown, "/organization");
    assert!(
        !keys.contains(&"deleted_at".to_owned()),
        "only exports show it"
    );
    keys.push("deleted_at".to_owned());
    assert_eq!(live.keys(), keys);
    assert_eq!(live.row["deleted_at"], Value::Null);

    let count = api.get("/organizations/count").await.expect(200).json();
    api.let_time_pass().await;
    delete(&api, &one).await;

    let is_deleted = |row: &Value| !row["deleted_at"].is_null();
    let deleted = exported(&api, &path, &acme, is_deleted).await;
    let row = &deleted.row;
    assert_eq!(row["name"], "~Acme");
    assert_eq!(row["deleted_at"], row["updated_at"]);
    assert!(second(row) > second(&acme), "{row}");
    if let Some(zendesk) = api.own() {
        let since_then = zendesk.now().unix_seconds() - second(row);
        assert_eq!(since_then, 60, "it was deleted a minute ago");
        assert_eq!(count["count"]["value"], 1);
        let count = api.get("/organizations/count").await.expect(200).json();
        assert_eq!(count["count"]["value"], 0);
        for list in ["/organizations", "/organizations?page[size]=10"] {
            let list = api.get(list).await.expect(200);
            assert_eq!(list.json()["organizations"], json!([]));
        }
    }
    // Nothing else shows it, and another organization may have its name.
    api.get(&one).await.expect(404);
    organization(&api, json!({"name": "~Acme"})).await;
}

/// [recorded] 404 at once, and an empty answer to whoever looks for it; [inferred] of some lists.
#[tokio::test]
async fn no33_no46_no154_ns100_only_exports_show_a_deleted_organization() {
    let api = start().await;
    let acme = json!({"name": "~Acme", "external_id": "~a1", "domain_names": ["~acme.test"]});
    let acme = organization(&api, acme).await["id"].as_u64().unwrap();
    let other = organization(&api, json!({"name": "~Other"})).await["id"]
        .as_u64()
        .unwrap();
    let ada = user(&api, json!({"name": "~Ada"})).await["id"]
        .as_u64()
        .unwrap();
    api.membership(ada, acme).await;
    api.membership(ada, other).await;
    let agent = user(&api, json!({"name": "~Agent", "role": "agent"})).await;
    let subscription = json!({"user_id": agent["id"], "organization_id": acme});
    let root = "organization_subscription";
    create(&api, "/organization_subscriptions", root, subscription).await;
    delete(&api, &format!("/organizations/{acme}")).await;

    let one = format!("/organizations/{acme}");
    for path in [
        String::new(),
        "/users".to_owned(),
        "/users/count".to_owned(),
        "/tickets".to_owned(),
        "/tags".to_owned(),
        "/related".to_owned(),
        "/merges".to_owned(),
        "/subscriptions".to_owned(),
        "/organization_memberships".to_owned(),
    ] {
        api.get(&format!("{one}{path}")).await.expect(404);
    }
    let merge = json!({"organization_merge": {"winner_id": other}});
    let tags = json!({"tags": ["t"]});
    let member = json!({"user": {"organization_id": acme}});
    for (method, path, body, status) in [
        (Method::DELETE, one.clone(), Value::Null, 404),
        (
            Method::PUT,
            one.clone(),
            json!({"organization": {"notes": "n"}}),
            404,
        ),
        (Method::PUT, format!("{one}/tags"), tags, 404),
        (Method::POST, format!("{one}/merge"), merge, 404),
        (Method::PUT, format!("/users/{ada}"), member, 404),
        (
            Method::POST,
            format!("/organizations/{other}/merge"),
            json!({"organization_merge": {"winner_id": acme}}),
            422,
        ),
        (
            Method::POST,
            "/organization_memberships".to_owned(),
            json!({"organization_membership": {"user_id": ada, "organization_id": acme}}),
            422,
        ),
        (
            Method::POST,
            "/organization_subscriptions".to_owned(),
            json!({"organization_subscription": {"user_id": agent["id"], "organization_id": acme}}),
            422,
        ),
        (
            Method::POST,
            "/organizations/create_or_update".to_owned(),
            json!({"organization": {"id": acme, "notes": "n"}}),
            404,
        ),
    ] {
        let body = Some(body).filter(|body| !body.is_null());
        api.send(method, &path, body).await.expect(status);
    }
    for path in [
        format!("/organizations/show_many?ids={acme}"),
        "/organizations/show_many?external_ids=~A1".to_owned(),
        "/organizations/search?name=~acme".to_owned(),
        "/organizations/search?external_id=~a1".to_owned(),
        "/organizations/autocomplete?name=~ac".to_owned(),
    ] {
        let found = api.get(&path).await.expect(200);
        assert_eq!(found.json()["organizations"], json!([]), "{path}");
    }
    let of_ada = format!("/users/{ada}/organizations");
    let list = api.get(&of_ada).await.expect(200);
    assert_eq!(list.each("organizations", "id"), [other]);
    let memberships = format!("/users/{ada}/organization_memberships?include=organizations");
    let list = api.get(&memberships).await.expect(200);
    assert_eq!(list.each("organizations", "id"), [other]);
    let count = api.get(&format!("{of_ada}/count")).await.expect(200);
    assert_eq!(count.json()["count"]["value"], 1);
    if !api.is_shared() {
        let list = api.get("/organizations").await.expect(200);
        assert_eq!(list.each("organizations", "id"), [other]);
        let count = api.get("/organizations/count").await.expect(200);
        assert_eq!(count.json()["count"]["value"], 1);
        for list in [
            "/users?",
            "/incremental/users?start_time=0&",
            "/organization_memberships?",
        ] {
            api.let_time_pass().await;
            let page = api
                .get(&format!("{list}include=organizations"))
                .await
                .expect(200);
            assert_eq!(page.each("organizations", "id"), [other], "{list}");
        }
    }
    // Another one may have its name and its external id.
    let again = json!({"organization": {"name": "~ACME", "external_id": "~A1"}});
    let created = api
        .post("/organizations/create_or_update", again)
        .await
        .expect(201);
    let again = created.json()["organization"]["id"].as_u64().unwrap();
    assert_ne!(again, acme);
    if let Some(zendesk) = api.own() {
        let held = zendesk.account();
        let name = api.marked("~acme");
        assert_eq!(held.organization(acme), None);
        assert_eq!(held.organization_named(&name).unwrap().id.get(), again);
        let external_id = api.marked("~a1");
        let found = held.organization_with_external_id(&external_id).unwrap();
        assert_eq!(found.id.get(), again);
        assert_eq!(held.organizations().len(), 2);
        assert_eq!(held.organization_count(), 2);
        assert_eq!(held.deleted_organizations()[0].id.get(), acme);
    }
}

/// [recorded] one deleted ticket of 2024; [documented] `exclude_deleted`.
#[tokio::test]
async fn ns66_ns67_ns101_a_deleted_ticket_has_that_status_unless_it_is_excluded() {
    let api = start().await;
    let ada = user(&api, json!({"name": "~Ada"})).await;
    let first = ticket(&api, &ada, "~first").await;
    let second_one = ticket(&api, &ada, "~second").await;
    api.let_time_pass().await;
    let one = format!("/tickets/{}", first["id"]);
    delete(&api, &one).await;
    for export in ["tickets", "tickets/cursor"] {
        let path = since(export, &first);
        let is_deleted = |row: &Value| row["status"] == "deleted";
        let deleted = exported(&api, &path, &first, is_deleted).await;
        let live = exported(&api, &path, &second_one, |_| true).await;
        if !api.is_shared() {
            let ids = [second_one["id"].clone(), first["id"].clone()];
            assert_eq!(deleted.answer.each("tickets", "id"), ids);
        }
        assert_eq!(live.row["status"], "new");
        assert_eq!(live.row["generated_timestamp"], second(&second_one));
        let of_deleted = deleted.row["generated_timestamp"].as_u64();
        assert!(of_deleted > Some(second(&first)), "{of_deleted:?}");
        assert_eq!(deleted.row["requester_id"], ada["id"]);
        let path = format!("{path}&exclude_deleted=true");
        let live = exported(&api, &path, &second_one, |_| true).await;
        assert!(!live.answer.each("tickets", "id").contains(&first["id"]));
        assert!(find(&api, &path, "tickets", &first).await.is_none());
    }
    // Nobody can give a ticket that status.
    let put = json!({"ticket": {"status": "deleted"}});
    let path = format!("/tickets/{}", second_one["id"]);
    api.put(&path, put).await.expect(400);
}

/// [recorded] the keys of a ticket in an export of May 2026.
#[tokio::test]
async fn ns9_a_ticket_has_the_keys_of_2026() {
    let api = start().await;
    let ada = user(&api, json!({"name": "~Ada"})).await;
    let new = ticket(&api, &ada, "~new").await;
    let exported = exported(&api, &since("tickets", &new), &new, |_| true).await;
    let keys = exported.keys();
    let after = |key: &str| {
        let place = keys.iter().position(|other| other == key).unwrap();
        keys[place + 1].as_str()
    };
    assert_eq!(after("updated_at"), "generated_timestamp");
    assert_eq!(after("custom_status_id"), "encoded_id");
    assert_eq!(keys.last().unwrap(), "support_type");
    let row = &exported.row;
    assert_eq!(row["support_type"], "agent");
    assert_eq!(row["generated_timestamp"], second(&new));
    let code = row["encoded_id"].as_str().unwrap();
    let (head, tail) = code.split_once('-').unwrap();
    assert_eq!((head.len(), tail.len()), (6, 5), "as LW3ZND-1926N: {code}");
    let is_sign = |sign: char| sign.is_ascii_uppercase() || sign.is_ascii_digit();
    assert!(head.chars().chain(tail.chars()).all(is_sign), "{code}");
}

/// [reported] the parameter and its error; [inferred] the status.
#[tokio::test]
async fn ns88_ns89_ns92_start_time_is_seconds() {
    let api = start().await;
    let missing =
        r#"{"error":"ParameterMissing","description":"Parameter start_time is required"}"#;
    for path in exports(&api)
        .into_iter()
        .chain(["users/cursor?cursor=", "users?start_time="])
    {
        let answer = api.get(&format!("/incremental/{path}")).await;
        assert_eq!(answer.expect(400).body, missing, "{path}");
    }
    let ada = user(&api, json!({"name": "~Ada"})).await;
    let at = second(&ada);
    for form in [at.to_string(), format!("{at}.0"), format!("{at}.5")] {
        for export in ["users", "users/cursor", "users/sample"] {
            if exports(&api).contains(&export) {
                let path = format!("/incremental/{export}?start_time={form}");
                exported(&api, &path, &ada, |_| true).await;
            }
        }
    }
    if !api.is_shared() {
        for start_time in ["0".to_owned(), (at + 1).to_string()] {
            for export in ["users", "users/cursor", "users/sample"] {
                let path = format!("/incremental/{export}?start_time={start_time}");
                let found = api.get(&path).await.expect(200).each("users", "id");
                let is_found = found.contains(&ada["id"]);
                assert_eq!(is_found, start_time == "0", "{path}");
            }
        }
    }
    for start_time in ["x", "2026-05-06", "1620000000.", "1e9"] {
        let path = format!("/incremental/users?start_time={start_time}");
        let answer = api.get(&path).await.expect(400);
        let message = "Invalid parameter: start_time must be an integer";
        assert!(answer.body.contains(message), "{}", answer.body);
    }
}

/// The exports that the account answers often enough: it limits samples to ten in twenty minutes.
fn exports(api: &Api) -> Vec<&'static str> {
    let is_limited = |export: &str| api.is_shared() && export.ends_with("/sample");
    let all = EXPORTS.into_iter();
    all.filter(|export| !is_limited(export)).collect()
}

/// [reported] `end_time` as a parameter has no effect; clients send it.
#[tokio::test]
async fn ns10_ns76_end_time_has_no_effect() {
    let api = start().await;
    let ada = user(&api, json!({"name": "~Ada"})).await;
    api.let_time_pass().await;
    let bob = user(&api, json!({"name": "~Bob"})).await;
    let path = format!("{}&end_time={}", since("users", &ada), second(&ada));
    for user in [&bob, &ada] {
        exported(&api, &path, user, |_| true).await;
    }
    if let Some(zendesk) = api.own() {
        zendesk.verify();
    }
}

/// [documented] of exports of tickets alone.
#[tokio::test]
async fn ns10_ns101_exclude_deleted_has_no_effect_on_users_and_organizations() {
    let builder = MockZendesk::builder().allow_unknown_parameter("?exclude_deleted");
    let api = Api::start_or(builder).await.marking();
    let ada = user(&api, json!({"name": "~Ada"})).await;
    let acme = organization(&api, json!({"name": "~Acme"})).await;
    api.let_time_pass().await;
    delete(&api, &format!("/users/{}", ada["id"])).await;
    delete(&api, &format!("/organizations/{}", acme["id"])).await;
    for (export, record) in [
        ("users", &ada),
        ("users/cursor", &ada),
        ("organizations", &acme),
    ] {
        let path = format!("{}&exclude_deleted=true", since(export, record));
        let is_deleted = |row: &Value| row["active"] == false || row["deleted_at"].is_string();
        exported(&api, &path, record, is_deleted).await;
    }
}

/// [inferred] from the error of cursor pagination, and that an empty one is none.
#[tokio::test]
async fn ns82_q_ns11_a_bad_cursor_is_refused_and_an_empty_one_is_none() {
    let api = start().await;
    let ada = user(&api, json!({"name": "~Ada"})).await;
    let refused = r#"{"error":"InvalidPaginationParameter","description":"cursor is not valid"}"#;
    for cursor in [
        "null",
        "None",
        "x",
        "MTY5NDMwMzUyNg==",
        "eyJvIjoiaWQiLCJ2IjoiYVFFQUFBQUFBQUFBIn0%3D",
    ] {
        let path = format!("/incremental/users/cursor?start_time=0&cursor={cursor}");
        assert_eq!(api.get(&path).await.expect(400).body, refused);
    }
    let path = format!("{}&cursor=", since("users/cursor", &ada));
    exported(&api, &path, &ada, |_| true).await;
}

/// [reported] of organizations by cursor, [inferred] of the others: these do not exist. Zendesk has
/// an export of ticket events, and the double does not.
#[tokio::test]
async fn ns11_ns129_there_is_no_export_of_memberships_and_no_cursor_for_organizations() {
    let api = start().await;
    let missing = r#"{"error":"InvalidEndpoint","description":"Not found"}"#;
    let of_the_double = ["ticket_events", "ticket_events/sample"];
    let of_all = [
        "organizations/cursor",
        "organization_memberships",
        "requests",
    ];
    for path in of_all.iter().chain(&of_the_double) {
        if api.is_shared() && of_the_double.contains(path) {
            continue;
        }
        let path = format!("/incremental/{path}?start_time=0");
        assert_eq!(api.get(&path).await.expect(404).body, missing, "{path}");
    }
}

/// [documented] admins only; [inferred] the refusal is the usual one.
#[tokio::test]
async fn ns12_only_admins_export() {
    let api = start().await;
    for (role, status) in [("admin", 200), ("agent", 403), ("end-user", 403)] {
        let email = format!("{role}@~.example");
        let new = json!({"name": "~A", "email": email, "role": role, "verified": true});
        user(&api, new).await;
        let authorization = api.authorization_of(&email);
        let headers = [("authorization", authorization.as_str())];
        for export in exports(&api) {
            let path = format!("/incremental/{export}?start_time=0&per_page=1");
            let answer = api.raw(Method::GET, &path, &headers, Vec::new()).await;
            answer.expect(status);
        }
    }
}

/// [recorded] the cache header; [documented] sideloads as of the lists, [inferred] their place.
#[tokio::test]
async fn ns4_ns68_the_cache_header_is_the_usual_one_and_sideloads_stand_before_the_links() {
    let api = start().await;
    let acme = organization(&api, json!({"name": "~Acme"})).await;
    let ada = json!({"name": "~Ada", "organization_id": acme["id"]});
    let ada = user(&api, ada).await;
    for (export, next) in [("users", "next_page"), ("users/cursor", "after_url")] {
        let path = format!("{}&include=organizations", since(export, &ada));
        let is_member = |row: &Value| row["organization_id"] == acme["id"];
        let answer = exported(&api, &path, &ada, is_member).await.answer;
        let cache = answer.header("cache-control");
        assert_eq!(cache, Some("max-age=0, private, must-revalidate"));
        assert_eq!(
            keys_in_order(&answer, "")[..3],
            ["users", "organizations", next]
        );
        let found = answer.each("organizations", "id");
        match api.is_shared() {
            true => assert!(found.contains(&acme["id"]), "{found:?}"),
            false => assert_eq!(found, [acme["id"].clone()]),
        }
    }
}
