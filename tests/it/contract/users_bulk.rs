//! Many users at once: background jobs that create, update and delete them.
//!
//! <https://developer.zendesk.com/api-reference/ticketing/users/users/#create-many-users>

use mock_zendesk::{MockZendesk, job_statuses::JobPace};
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{Answer, Api, errors};

/// An id that no record has.
const UNKNOWN: u64 = 9_223_372_036_854_775_807;

const MANY_USERS: &str =
    r#"{"error":"TooManyValues","description":"Maximum 100 users may be created per call"}"#;

fn missing(name: &str) -> String {
    format!(r#"{{"error":"ParameterMissing","description":"Parameter {name} is required"}}"#)
}

/// A word that no other test has.
fn mark(api: &Api, word: &str) -> String {
    api.name(word).replace([' ', '-'], "")
}

fn address(api: &Api, word: &str) -> String {
    format!("{}@example.com", mark(api, word))
}

/// Creates a user with these attributes, and gives its id.
async fn create(api: &Api, user: Value) -> u64 {
    let created = api.post("/users", json!({"user": user})).await.expect(201);
    created.json()["user"]["id"].as_u64().unwrap()
}

async fn show(api: &Api, id: impl std::fmt::Display) -> Value {
    api.get(&format!("/users/{id}")).await.expect(200).json()["user"].clone()
}

async fn organizations_of(api: &Api, user: impl std::fmt::Display) -> Vec<Value> {
    let list = api
        .get(&format!("/users/{user}/organization_memberships"))
        .await
        .expect(200);
    list.each("organization_memberships", "organization_id")
}

/// The results of a job, as the text that shows their order of keys.
async fn results(api: &Api, queued: Answer) -> (Value, String) {
    let queued = queued.expect(200);
    api.finished_job(&queued).await;
    let id = queued.json()["job_status"]["id"].clone();
    let path = format!("/job_statuses/{}", id.as_str().unwrap());
    let answer = api.get(&path).await.expect(200);
    let results = answer.json()["job_status"]["results"].clone();
    let (_, text) = answer.body.split_once(r#""results":"#).unwrap();
    (results, text.to_owned())
}

/// "These two keys", recorded; `email` and `external_id` where the item had them, live.
#[tokio::test]
async fn nu21_nu94_nu95_nu108_create_many_creates_whom_nobody_is() {
    let api = Api::start().await;
    let [ada, bob] = ["ada", "bob"].map(|word| address(&api, word));
    let [x, y] = ["x", "y"].map(|word| mark(&api, word));
    create(
        &api,
        json!({"name": api.name("a"), "email": ada, "external_id": x}),
    )
    .await;
    let name = api.name("n");
    let users = json!([
        {"name": name},
        {"name": name, "email": bob, "external_id": y},
        {"name": name, "email": ada},
        {"name": name, "external_id": x.to_uppercase()},
    ]);

    let queued = api
        .post("/users/create_many", json!({"users": users}))
        .await;

    assert_eq!(queued.json()["job_status"]["job_type"], "Bulk Create User");
    let (results, text) = results(&api, queued).await;
    let id = |place: usize| results[place]["id"].clone();
    let created = format!(
        r#"[{{"id":{},"status":"Created"}},{{"id":{},"status":"Created","email":"{bob}","external_id":"{y}"}},{{"id":2,"#,
        id(0),
        id(1)
    );
    assert!(text.starts_with(&created), "{text}");
    assert_eq!(show(&api, id(1)).await["email"], json!(bob));
    let failed = |place: u64, details: String| json!({"id": place, "error": "UserCreateError", "details": details, "status": "Failed"});
    assert_eq!(
        results[2],
        failed(
            2,
            format!("Email: {ada} is already being used by another user")
        )
    );
    assert_eq!(
        results[3],
        failed(3, "External has already been taken".to_owned())
    );
}

/// Nothing changes before the job runs.
#[tokio::test]
async fn nut4_a_bulk_upsert_that_is_queued_has_changed_nothing() {
    let api = Api::with(MockZendesk::builder().job_pace(JobPace::Manual)).await;
    let [ada, new] = ["ada", "new"].map(|word| address(&api, word));
    let user = create(&api, json!({"name": "Ada", "email": ada})).await;
    let (name, external_id) = (api.name("n"), mark(&api, "x"));
    let users = json!([
        {"email": ada, "notes": "n"},
        {"email": new, "external_id": external_id, "name": name},
        {"email": "bad", "name": name},
    ]);

    let queued = api
        .post("/users/create_or_update_many", json!({"users": users}))
        .await
        .expect(200);

    let job = &queued.json()["job_status"];
    assert_eq!(
        (&job["status"], &job["total"], &job["job_type"]),
        (&json!("queued"), &json!(3), &json!("Bulk Create User"))
    );
    assert_eq!(job["results"], Value::Null);
    assert_eq!(show(&api, user).await["notes"], Value::Null);
    assert_eq!(
        api.get("/users").await.expect(200).json()["count"],
        json!(2)
    );
}

/// "`Created` or `Updated`; no action, no success", live. A failed item has its position as `id`, and
/// who takes that for the id of a user touches the wrong one.
#[tokio::test]
async fn nut4_nu96_nu98_nu99_nu194_results_of_a_bulk_upsert() {
    let api = Api::start().await;
    let [ada, new] = ["ada", "new"].map(|word| address(&api, word));
    let user = create(&api, json!({"name": "Ada", "email": ada})).await;
    let (name, external_id) = (api.name("n"), mark(&api, "x"));
    let users = json!([
        {"email": ada, "notes": "n"},
        {"email": new, "external_id": external_id, "name": name},
        {"email": "error@example.com_", "name": name},
        {"email": new, "notes": "again"},
        {"id": user, "notes": "by id"},
        {"id": user, "email": "error@example.com_"},
    ]);

    let queued = api
        .post("/users/create_or_update_many", json!({"users": users}))
        .await;

    let (results, text) = results(&api, queued).await;
    let other = results[1]["id"].clone();
    let expected = [
        format!(r#"{{"id":{user},"status":"Updated","email":"{ada}"}}"#),
        format!(
            r#"{{"id":{other},"status":"Created","email":"{new}","external_id":"{external_id}"}}"#
        ),
        r#"{"id":2,"error":"UserUpdateError","details":"Email: error@example.com_ is not properly formatted","status":"Failed"}"#
            .to_owned(),
        format!(r#"{{"id":{other},"status":"Updated","email":"{new}"}}"#),
        format!(r#"{{"id":{user},"status":"Updated"}}"#),
        r#"{"id":5,"error":"UserUpdateError","details":"Email: error@example.com_ is not properly formatted","status":"Failed"}"#
            .to_owned(),
    ];
    let expected = format!("[{}]", expected.join(","));
    assert!(text.starts_with(&expected), "{text}\n{expected}");
    assert_eq!(show(&api, user).await["notes"], "by id");
    assert_eq!(show(&api, &other).await["notes"], "again");
}

/// "For each the same": one organization, and no other.
#[tokio::test]
async fn nu22_nu72_nu97_nu103_nu106_update_many_has_three_forms() {
    let api = Api::start().await;
    let (o1, o2) = (api.organization("o1").await, api.organization("o2").await);
    let [x, y] = ["x", "y"].map(|word| mark(&api, word));
    let mut users = Vec::new();
    for external_id in [&x, &y] {
        let user =
            json!({"name": api.name("u"), "external_id": external_id, "organization_id": o1});
        users.push(create(&api, user).await);
    }
    let (a, b) = (users[0], users[1]);
    api.membership(a, o2).await;
    let put = async |query: String, body: Value| {
        let queued = api.put(&format!("/users/update_many{query}"), body).await;
        let job = queued.json()["job_status"].clone();
        assert_eq!(job["job_type"], "Bulk Update User", "{query}");
        results(&api, queued).await.1
    };
    let updated = |ids: &[u64]| {
        let results = ids.iter().map(|id| {
            format!(r#"{{"id":{id},"action":"update","status":"Updated","success":true}}"#)
        });
        format!("[{}]", results.collect::<Vec<_>>().join(","))
    };

    let body = json!({"user": {"organization_id": o2}});
    let text = put(format!("?ids={b},{a}"), body).await;
    assert!(text.starts_with(&updated(&[b, a])), "{text}");
    for user in [a, b] {
        assert_eq!(organizations_of(&api, user).await, [json!(o2)]);
    }

    let body = json!({"user": {"organization_id": o1}});
    let text = put(format!("?external_ids={},{y}", x.to_uppercase()), body).await;
    assert!(text.starts_with(&updated(&[a, b])), "{text}");
    for user in [a, b] {
        assert_eq!(organizations_of(&api, user).await, [json!(o1)]);
    }

    let body = json!({"users": [
        {"id": a, "notes": "first", "organization_id": o2},
        {"external_id": y, "notes": "second"},
    ]});
    let text = put(String::new(), body).await;
    assert!(text.starts_with(&updated(&[a, b])), "{text}");
    assert_eq!(show(&api, a).await["notes"], "first");
    assert_eq!(show(&api, b).await["notes"], "second");
    assert_eq!(organizations_of(&api, a).await, [json!(o2)]);
    assert_eq!(organizations_of(&api, b).await, [json!(o1)]);

    // Of both the ids count.
    let body = json!({"user": {"notes": "third"}});
    let text = put(format!("?ids={a}&external_ids={y}"), body).await;
    assert!(text.starts_with(&updated(&[a])), "{text}");
    assert_eq!(show(&api, b).await["notes"], "second");
}

/// An item of a batch is named by its `id`, or by its `external_id` alone; with both the external id
/// is written.
#[tokio::test]
async fn nu100_nu105_items_of_a_batch_name_their_users() {
    let api = Api::start().await;
    let [x, y, z] = ["x", "y", "z"].map(|word| mark(&api, word));
    let a = create(&api, json!({"name": api.name("u"), "external_id": x})).await;
    let b = create(&api, json!({"name": api.name("u"), "external_id": y})).await;
    let users = json!([
        {"id": a, "external_id": z},
        {"external_id": y.to_uppercase(), "notes": "n"},
        {"id": UNKNOWN, "notes": "n"},
        {"external_id": x, "notes": "gone"},
        {"notes": "nobody"},
        {"id": b, "external_id": z},
    ]);

    let queued = api.put("/users/update_many", json!({"users": users})).await;

    let (results, _) = results(&api, queued).await;
    let updated =
        |id: u64| json!({"id": id, "action": "update", "status": "Updated", "success": true});
    assert_eq!(results[0], updated(a));
    assert_eq!(results[1], updated(b));
    // A failed item has its position as `id`.
    for place in 2..6 {
        let failed = &results[place];
        assert_eq!(
            (&failed["id"], &failed["error"], &failed["status"]),
            (&json!(place), &json!("UserUpdateError"), &json!("Failed"))
        );
        assert!(failed["details"].is_string(), "{failed}");
    }
    assert_eq!(show(&api, a).await["external_id"], json!(z));
    let b = show(&api, b).await;
    assert_eq!(
        (&b["external_id"], &b["notes"]),
        (&json!(y.to_uppercase()), &json!("n"))
    );
}

/// Each form needs its own body: a 400, reported without its text.
#[tokio::test]
async fn nu104_update_many_needs_the_body_of_its_form() {
    let api = Api::start().await;
    let user = api.user("u").await;
    let one = json!({"user": {"notes": "n"}});
    let many = json!({"users": [{"id": user, "notes": "n"}]});

    api.put(&format!("/users/update_many?ids={user}"), many.clone())
        .await
        .expect_error(400, &missing("user"));
    api.put("/users/update_many?external_ids=x", many)
        .await
        .expect_error(400, &missing("user"));
    api.put("/users/update_many", one)
        .await
        .expect_error(400, &missing("users"));
    assert_eq!(show(&api, user).await["notes"], Value::Null);
}

/// "I managed to use this method with `{ ids: "123456", user: { tags: ["my_tag"] } }`", reported:
/// the client sends this as the body. The other forms of a list in the body are inferred.
#[tokio::test]
async fn nu103_the_ids_of_update_many_may_stand_beside_the_user() {
    let api = Api::start().await;
    let external_id = api.name("x");
    let user = create(&api, json!({"name": "u", "external_id": external_id})).await;
    let bodies = [
        json!({"ids": user.to_string(), "user": {"notes": "a"}}),
        json!({"ids": [user], "user": {"notes": "b"}}),
        json!({"external_ids": external_id, "user": {"notes": "c"}}),
    ];

    for body in bodies {
        let notes = body["user"]["notes"].clone();
        let queued = api.put("/users/update_many", body).await;
        let (results, _) = results(&api, queued).await;
        assert_eq!(results.as_array().map(Vec::len), Some(1), "{notes}");
        assert_eq!(show(&api, user).await["notes"], notes);
    }
}

/// A hundred at a time.
#[tokio::test]
async fn nu101_more_than_a_hundred_are_refused() {
    let api = Api::start().await;
    let users = |count: usize| json!({"users": vec![json!({"name": "u"}); count]});
    let ids = |count: u64| (1..=count).map(|id| id.to_string()).collect::<Vec<_>>();
    let ids = |count: u64| ids(count).join(",");
    for path in ["/users/create_many", "/users/create_or_update_many"] {
        api.post(path, users(101))
            .await
            .expect_error(400, MANY_USERS);
    }
    for (method, path, body) in [
        (Method::PUT, "/users/update_many".to_owned(), users(101)),
        (
            Method::PUT,
            format!("/users/update_many?ids={}", ids(101)),
            json!({"user": {"notes": "n"}}),
        ),
        (
            Method::DELETE,
            format!("/users/destroy_many?ids={}", ids(101)),
            Value::Null,
        ),
    ] {
        let body = Some(body).filter(|body| !body.is_null());
        api.send(method, &path, body)
            .await
            .expect_error(400, errors::TOO_MANY_VALUES);
    }
    if api.is_shared() {
        // These would be users of others, and hundreds of new ones.
        return;
    }
    for path in ["/users/create_many", "/users/create_or_update_many"] {
        let queued = api.post(path, users(100)).await.expect(200);
        assert_eq!(queued.json()["job_status"]["total"], json!(100));
    }
    let path = format!("/users/destroy_many?ids={}", ids(100));
    api.delete(&path).await.expect(200);
}

/// The job of a deletion is called `Bulk Update User`, and a body is dropped with a warning, both
/// recorded. Each user goes as by a single deletion.
#[tokio::test]
async fn nu23_nu107_destroy_many_deletes_each_user_as_if_alone() {
    let api = Api::start().await;
    let x = mark(&api, "x");
    let user = json!({"name": api.name("a"), "external_id": x});
    let (a, b) = (create(&api, user).await, api.user("b").await);
    let ticket = json!({"ticket": {"requester_id": b, "comment": {"body": "c"}}});
    api.post("/tickets", ticket).await.expect(201);

    let queued = api
        .send(
            Method::DELETE,
            &format!("/users/destroy_many?ids={b},{a},{UNKNOWN}"),
            Some(json!({"users": [{"id": a}]})),
        )
        .await;

    assert_eq!(queued.json()["job_status"]["job_type"], "Bulk Update User");
    assert_eq!(
        queued.header("x-zendesk-api-warn"),
        Some(
            r#"{:allowed_parameters=>{:controller=>"users", :action=>"destroy_many", :unpermitted_keys=>["users"], :invalid_values=>[]}}"#
        )
    );
    let (found, text) = results(&api, queued).await;
    let deleted = format!(r#"{{"action":"delete","id":{a},"status":"Deleted","success":true}}"#);
    assert!(text.contains(&deleted), "{text}");
    for (place, id) in [(0, b), (2, UNKNOWN)] {
        let failed = &found[place];
        assert_eq!(
            (&failed["id"], &failed["success"]),
            (&json!(id), &json!(false))
        );
        assert!(failed["details"].is_string(), "{failed}");
    }
    assert_eq!(show(&api, a).await["active"], json!(false));
    assert_eq!(show(&api, b).await["active"], json!(true));

    // The external id is free, and names whoever has it now.
    let again = json!({"name": api.name("a"), "external_id": x.to_uppercase()});
    let again = create(&api, again).await;
    let queued = api
        .delete(&format!("/users/destroy_many?external_ids={x}"))
        .await;
    let (found, _) = results(&api, queued).await;
    assert_eq!(found[0]["id"], json!(again));
    assert_eq!(show(&api, again).await["active"], json!(false));
    api.delete("/users/destroy_many")
        .await
        .expect_error(400, &missing("ids"));
}

/// How an item names its user does not change the form of its result. Who is not found has no `id`.
#[tokio::test]
async fn nu107_a_user_who_is_not_deleted_has_one_form_of_result() {
    let api = Api::start().await;
    let [x, none] = ["x", "none"].map(|word| mark(&api, word));
    let user = create(&api, json!({"name": api.name("u"), "external_id": x})).await;
    let ticket = json!({"ticket": {"requester_id": user, "comment": {"body": "c"}}});
    api.post("/tickets", ticket).await.expect(201);
    let destroy = async |query: String| {
        let path = format!("/users/destroy_many?{query}");
        let queued = api.delete(&path).await;
        results(&api, queued).await
    };

    let (by_id, text) = destroy(format!("ids={user}")).await;
    let start = format!(
        r#"[{{"action":"delete","id":{user},"success":false,"error":"RecordInvalid","details":"#
    );
    assert!(text.starts_with(&start), "{text}");
    assert_eq!(destroy(format!("external_ids={x}")).await.0, by_id);
    let (_, text) = destroy(format!("external_ids={none}")).await;
    let not_found =
        r#"[{"action":"delete","success":false,"error":"RecordNotFound","details":"Not found"}]"#;
    assert!(text.starts_with(not_found), "{text}");
}

/// A client that appends `.json` twice.
#[tokio::test]
async fn nu109_json_at_the_end_twice_is_no_endpoint() {
    let api = Api::start().await;
    for path in [
        "/users/create_many.json.json",
        "/users/create_or_update_many.json.json",
    ] {
        api.post(path, json!({"users": []}))
            .await
            .expect_error(404, errors::INVALID_ENDPOINT);
    }
}

/// `Creating User #53` and `Updating user #82` were recorded, with a capital letter and without.
#[tokio::test]
async fn nu108_a_job_says_at_which_user_it_is() {
    let api = Api::with(MockZendesk::builder().job_pace(JobPace::AfterPolls(3))).await;
    let users = json!({"users": [{"name": "a"}, {"name": "b"}, {"name": "c"}]});
    let ids = [
        api.user("u").await,
        api.user("v").await,
        api.user("w").await,
    ];
    let ids = ids.map(|id| id.to_string()).join(",");
    let update = format!("/users/update_many?ids={ids}");
    let notes = json!({"user": {"notes": "n"}});
    for (queued, expected) in [
        (
            api.post("/users/create_many", users.clone()).await,
            "Creating User #1",
        ),
        (
            api.post("/users/create_or_update_many", users).await,
            "Creating User #1",
        ),
        (api.put(&update, notes).await, "Updating user #1"),
        (
            api.delete(&format!("/users/destroy_many?ids={ids}")).await,
            "Updating user #1",
        ),
    ] {
        let job = queued.expect(200).json()["job_status"]["id"].clone();
        let path = format!("/job_statuses/{}", job.as_str().unwrap());
        let working = api.get(&path).await.expect(200).json()["job_status"].clone();
        assert_eq!(
            (&working["status"], &working["message"]),
            (&json!("working"), &json!(expected))
        );
    }
}
