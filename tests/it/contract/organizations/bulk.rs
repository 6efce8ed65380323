//! Background jobs on many organizations.

use mock_zendesk::{MockZendesk, job_statuses::JobPace};
use reqwest::Method;
use serde_json::{Value, json};

use super::{NOTHING_FOUND, UNKNOWN, create, encoded, name_taken, named, path_of, value_of};
use crate::api::{Answer, Api, errors};

const CREATE_MANY: &str = "/organizations/create_many";
const UPDATE_MANY: &str = "/organizations/update_many";
const DESTROY_MANY: &str = "/organizations/destroy_many";

/// The body that creates organizations of these names.
fn many(names: impl IntoIterator<Item = String>) -> Value {
    let organizations: Vec<Value> = names
        .into_iter()
        .map(|name| json!({"name": name}))
        .collect();
    json!({"organizations": organizations})
}

/// What the details of a failed item say of a name that is taken: with two spaces.
fn taken(name: &str) -> String {
    format!("Name:  {name} has already been taken")
}

async fn job(api: &Api, queued: &Answer) -> Answer {
    let id = queued.json()["job_status"]["id"].clone();
    let path = format!("/job_statuses/{}", id.as_str().unwrap());
    api.get(&path).await.expect(200)
}

/// Checks the results of a finished job, with the order of their keys.
#[track_caller]
fn assert_results(answer: &Answer, expected: &[String]) {
    let (_, results) = answer.body.split_once(r#""results":"#).unwrap();
    let results = results.strip_suffix("}}").unwrap();
    assert_eq!(results, format!("[{}]", expected.join(",")));
}

fn created(id: &Value) -> String {
    format!(r#"{{"status":"Created","id":{id}}}"#)
}

fn updated(id: u64) -> String {
    format!(r#"{{"action":"update","id":{id},"status":"Updated","success":true}}"#)
}

fn deleted(id: u64) -> String {
    format!(r#"{{"action":"delete","id":{id},"status":"Deleted","success":true}}"#)
}

fn not_created(index: usize, details: &str) -> String {
    format!(r#"{{"index":{index},"error":"OrganizationCreateFailed","details":"{details}"}}"#)
}

fn not_updated(index: usize, id: u64, details: &str) -> String {
    format!(
        r#"{{"index":{index},"error":"OrganizationUpdateFailed","id":{id},"details":"{details}"}}"#
    )
}

/// "create_many: 200 queued; then results in request order, with two keys", recorded; "nothing is
/// there before the job ran".
#[tokio::test]
async fn no4_no70_no83_create_many_tells_the_ids_in_the_order_of_the_request() {
    let api = Api::start().await;
    let names = ["z", "a", "m"].map(|name| api.name(name));

    let queued = api.post(CREATE_MANY, many(names.clone())).await.expect(200);

    let status = queued.json()["job_status"].clone();
    assert_eq!(
        (&status["status"], &status["total"], &status["progress"]),
        (&json!("queued"), &json!(3), &Value::Null)
    );
    let search = |name: &str| format!("/organizations/search?name={}", encoded(name));
    assert_eq!(
        api.get(&search(&names[0])).await.expect(200).body,
        NOTHING_FOUND
    );

    api.finished_job(&queued).await;
    let finished = job(&api, &queued).await;

    let mut expected = Vec::new();
    for name in &names {
        let found = api.get(&search(name)).await.expect(200);
        expected.push(created(&found.each("organizations", "id")[0]));
    }
    assert_results(&finished, &expected);
    assert_eq!(finished.json()["job_status"]["status"], "completed");
}

/// "101 items: 400 with 104 bytes, and no job", recorded.
#[tokio::test]
async fn no71_more_than_a_hundred_items_are_refused() {
    let api = Api::start().await;
    let names = |n: usize| many((0..n).map(|n| api.name(&format!("o{n}"))));
    let update = |n: usize| json!({"organizations": vec![json!({"id": 1, "notes": "n"}); n]});

    let refused = api.post(CREATE_MANY, names(101)).await;

    assert_eq!(refused.body.len(), 104);
    refused.expect_error(400, errors::TOO_MANY_VALUES);
    let refused = api.put(UPDATE_MANY, update(101)).await;
    refused.expect_error(400, errors::TOO_MANY_VALUES);
    let first = format!("/organizations/search?name={}", encoded(&api.name("o0")));
    assert_eq!(api.get(&first).await.expect(200).body, NOTHING_FOUND);
    let queued = api.post(CREATE_MANY, names(100)).await.expect(200);
    assert_eq!(queued.json()["job_status"]["total"], 100);
    api.finished_job(&queued).await;
    assert!(
        job(&api, &queued)
            .await
            .json()
            .pointer("/job_status/results/99/id")
            .is_some()
    );
}

/// A failed item of create_many is formed as one of update_many; a single call has one space in the
/// same text.
#[tokio::test]
async fn no26_no72_an_item_that_cannot_be_created_fails_alone() {
    let api = Api::start().await;
    let (old, new) = (api.name("old"), api.name("new"));
    api.organization("old").await;
    let items = json!({"organizations": [
        {"name": format!("  {}", old.to_uppercase())},
        {"name": new},
        {"name": new.to_uppercase()},
        {"notes": "no name"},
        {"name": api.name("a"), "external_id": api.name("id")},
        {"name": api.name("b"), "external_id": api.name("ID")},
    ]});

    let queued = api.post(CREATE_MANY, items).await.expect(200);
    let status = api.finished_job(&queued).await;

    let id = |index: usize| status["results"][index]["id"].clone();
    let expected = [
        not_created(0, &taken(&old.to_uppercase())),
        created(&id(1)),
        not_created(2, &taken(&new.to_uppercase())),
        not_created(3, "Name:  cannot be blank"),
        created(&id(4)),
        not_created(5, "External has already been taken"),
    ];
    assert_results(&job(&api, &queued).await, &expected);
    assert_eq!(status["status"], "completed");
    api.post("/organizations", named(&new))
        .await
        .expect_error(422, &name_taken(&new));
}

/// "update_many by a batch", recorded.
#[tokio::test]
async fn no5_no73_a_batch_gives_each_organization_its_own_changes() {
    let api = Api::start().await;
    let (a, b) = (api.organization("a").await, api.organization("b").await);
    let items =
        json!({"organizations": [{"id": b, "notes": "b"}, {"id": a.to_string(), "details": "a"}]});

    let queued = api.put(UPDATE_MANY, items).await.expect(200);
    assert_eq!(queued.header("x-zendesk-api-warn"), None);
    assert_eq!(value_of(&api, b, "notes").await, Value::Null, "not yet");
    api.finished_job(&queued).await;

    assert_results(&job(&api, &queued).await, &[updated(b), updated(a)]);
    assert_eq!(value_of(&api, b, "notes").await, "b");
    assert_eq!(value_of(&api, a, "details").await, "a");
    assert_eq!(value_of(&api, a, "notes").await, Value::Null);
}

/// "A hundred items with one name: the first is updated, 99 fail, the job is completed", recorded,
/// with the order of the keys and the two spaces.
#[tokio::test]
async fn no74_of_a_hundred_items_with_one_name_the_first_gets_it() {
    let api = Api::start().await;
    let names = (0..100).map(|n| api.name(&format!("o{n}")));
    let queued = api.post(CREATE_MANY, many(names)).await.expect(200);
    let status = api.finished_job(&queued).await;
    let ids: Vec<u64> = status["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| result["id"].as_u64().unwrap())
        .collect();
    let name = api.name("the same");
    let items: Vec<Value> = ids
        .iter()
        .map(|id| json!({"id": id, "name": name}))
        .collect();

    let queued = api.put(UPDATE_MANY, json!({"organizations": items})).await;
    let status = api.finished_job(&queued).await;

    assert_eq!(status["status"], "completed");
    assert_eq!(status["progress"], 100);
    let failed = ids
        .iter()
        .enumerate()
        .skip(1)
        .map(|(index, id)| not_updated(index, *id, &taken(&name)));
    let expected: Vec<String> = [updated(ids[0])].into_iter().chain(failed).collect();
    assert_results(&job(&api, &queued).await, &expected);
}

/// "?ids=1,2 or ?external_ids=a,b with one organization: the same change to each", documented.
#[tokio::test]
async fn no5_no75_no76_the_ids_of_the_query_get_the_same_changes() {
    let api = Api::start().await;
    let a = create(&api, "a", json!({"external_id": api.name("A")})).await;
    let b = create(&api, "b", json!({"external_id": api.name("B")})).await;
    let c = api.organization("c").await;
    let external_ids = format!(
        "external_ids={},{}",
        encoded(&api.name("B").to_lowercase()),
        encoded(&api.name("A"))
    );

    let rows = [
        (format!("ids={a},{b}"), [a, b]),
        (external_ids, [b, a]),
        (format!("ids[]={b}&ids[]={a}"), [b, a]),
    ];
    for (n, (query, expected)) in rows.into_iter().enumerate() {
        let notes = format!("n{n}");
        // Of a batch besides nothing is done.
        let body =
            json!({"organization": {"notes": notes}, "organizations": [{"id": c, "notes": "c"}]});

        let queued = api.put(&format!("{UPDATE_MANY}?{query}"), body).await;
        assert_eq!(queued.json()["job_status"]["total"], 2, "{query}");
        api.finished_job(&queued).await;

        assert_results(&job(&api, &queued).await, &expected.map(updated));
        for organization in [a, b] {
            assert_eq!(value_of(&api, organization, "notes").await, notes);
        }
    }
    assert_eq!(value_of(&api, c, "notes").await, Value::Null);
}

/// A batch item with an external id alone names nothing.
#[tokio::test]
async fn no76_q_no6_a_batch_item_needs_an_id() {
    let api = Api::start().await;
    let external_id = api.name("id");
    let organization = create(&api, "o", json!({"external_id": external_id})).await;
    let items = json!({"organizations": [{"external_id": external_id, "notes": "n"}]});

    let queued = api.put(UPDATE_MANY, items).await.expect(200);
    api.finished_job(&queued).await;

    let failed = r#"{"index":0,"error":"OrganizationUpdateFailed","details":"Not found"}"#;
    assert_results(&job(&api, &queued).await, &[failed.to_owned()]);
    assert_eq!(value_of(&api, organization, "notes").await, Value::Null);
}

/// "Queued for a poll or more, then working with `Deleting Organization #17`, then completed; the
/// types of the jobs", recorded.
#[tokio::test]
async fn no77_no83_a_job_says_what_it_works_on() {
    let api = Api::with(MockZendesk::builder().job_pace(JobPace::AfterPolls(2))).await;
    let names = (0..4).map(|n| api.name(&format!("o{n}")));
    let mut seen = Vec::new();
    let created = api.post(CREATE_MANY, many(names)).await.expect(200);
    seen.push((
        job(&api, &created).await,
        "Bulk Create Organization",
        "Creating organization #",
    ));
    let all = api.get("/organizations").await.expect(200);
    let there = all.each("organizations", "id");
    assert!((1..4).contains(&there.len()), "a part of it is there");
    api.finished_job(&created).await;
    let all = api.get("/organizations").await.expect(200);
    let ids: Vec<String> = all
        .each("organizations", "id")
        .iter()
        .map(Value::to_string)
        .collect();
    let ids = ids.join(",");

    let notes = json!({"organization": {"notes": "n"}});
    let queued = api.put(&format!("{UPDATE_MANY}?ids={ids}"), notes).await;
    seen.push((
        job(&api, &queued).await,
        "Bulk Update Organization",
        "Updating organization #",
    ));
    api.finished_job(&queued).await;
    let queued = api.delete(&format!("{DESTROY_MANY}?ids={ids}")).await;
    seen.push((
        job(&api, &queued).await,
        "Bulk Delete Organization",
        "Deleting Organization #",
    ));
    api.finished_job(&queued).await;

    let list = api.get("/job_statuses").await.expect(200);
    let types = list.each("job_statuses", "job_type");
    for (working, job_type, start) in seen {
        let status = working.json()["job_status"].clone();
        assert_eq!(status["status"], "working");
        let message = format!("{start}{}", status["progress"]);
        assert_eq!(status["message"], message);
        assert!(types.contains(&json!(job_type)), "{job_type} in {types:?}");
    }
}

/// "destroy_many: results in request order", recorded; a body is dropped with a warning.
#[tokio::test]
async fn no6_no78_destroy_many_deletes_each_as_alone() {
    let api = Api::start().await;
    let (a, b) = (api.organization("a").await, api.organization("b").await);
    let user = api.user("u").await;
    let membership = api.membership(user, a).await;
    let path = format!("{DESTROY_MANY}?ids={b},{a}");

    let body = json!({"organizations": [{"id": b}]});
    let queued = api
        .send(Method::DELETE, &path, Some(body))
        .await
        .expect(200);
    let warning = queued.header("x-zendesk-api-warn").unwrap_or_default();
    assert!(
        warning.contains(r#"action=>"destroy_many", :unpermitted_keys=>["#)
            && warning.contains(r#""organizations"]"#),
        "{warning}"
    );
    assert_eq!(value_of(&api, a, "id").await, a, "not yet");
    api.finished_job(&queued).await;

    assert_results(&job(&api, &queued).await, &[deleted(b), deleted(a)]);
    for organization in [a, b] {
        api.get(&path_of(organization))
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
    }
    api.get(&format!("/organization_memberships/{membership}"))
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
    assert_eq!(api.organization_of(user).await, Value::Null);
}

/// "destroy_many?external_ids=Test Id 1,External Id 1", recorded of a live test.
#[tokio::test]
async fn no6_no79_destroy_many_takes_external_ids() {
    let api = Api::start().await;
    let (one, two) = (api.name("Test Id 1"), api.name("External Id 1"));
    let a = create(&api, "a", json!({"external_id": one})).await;
    let b = create(&api, "b", json!({"external_id": two})).await;
    let stays = api.organization("stays").await;
    let path = format!(
        "{DESTROY_MANY}?external_ids={},{}",
        encoded(&two),
        encoded(&one.to_uppercase())
    );

    let queued = api.delete(&path).await.expect(200);
    api.finished_job(&queued).await;

    assert_results(&job(&api, &queued).await, &[deleted(b), deleted(a)]);
    assert_eq!(value_of(&api, stays, "name").await, api.name("stays"));
}

/// What is not there fails in the results.
#[tokio::test]
async fn no80_unknown_organizations_fail_in_the_results() {
    let api = Api::start().await;
    let (there, gone) = (api.organization("o").await, api.organization("gone").await);
    api.delete(&path_of(gone)).await.expect(204);
    let notes = json!({"organization": {"notes": "n"}});

    let path = format!("{UPDATE_MANY}?ids={gone},{there},{UNKNOWN}");
    let queued = api.put(&path, notes.clone()).await.expect(200);
    api.finished_job(&queued).await;
    let expected = [
        not_updated(0, gone, "Not found"),
        updated(there),
        not_updated(2, UNKNOWN, "Not found"),
    ];
    assert_results(&job(&api, &queued).await, &expected);

    let path = format!("{UPDATE_MANY}?external_ids={}", encoded(&api.name("none")));
    let queued = api.put(&path, notes).await.expect(200);
    api.finished_job(&queued).await;
    let failed = r#"{"index":0,"error":"OrganizationUpdateFailed","details":"Not found"}"#;
    assert_results(&job(&api, &queued).await, &[failed.to_owned()]);

    for query in [
        format!("ids={gone}"),
        format!("external_ids={}", encoded(&api.name("none"))),
    ] {
        let queued = api.delete(&format!("{DESTROY_MANY}?{query}")).await;
        let status = api.finished_job(&queued.expect(200)).await;
        let result = &status["results"][0];
        assert_eq!(result["success"], false, "{result}");
        assert_eq!(result["error"], "RecordNotFound", "{result}");
    }
}

/// Who reads all results alike fails: created ones have no `success`, failed ones no `status`,
/// deleted ones no `index`.
#[tokio::test]
async fn no165_the_results_of_the_three_jobs_have_different_keys() {
    let api = Api::start().await;
    api.organization("taken").await;
    let mut keys = Vec::new();
    let names = ["taken", "new"].map(|name| api.name(name));
    let queued = api.post(CREATE_MANY, many(names)).await.expect(200);
    let status = api.finished_job(&queued).await;
    keys.push(status["results"][0].clone());
    keys.push(status["results"][1].clone());
    let id = status["results"][1]["id"].clone();
    let notes = json!({"organization": {"notes": "n"}});
    let queued = api.put(&format!("{UPDATE_MANY}?ids={id}"), notes).await;
    keys.push(api.finished_job(&queued).await["results"][0].clone());
    let queued = api.delete(&format!("{DESTROY_MANY}?ids={id}")).await;
    keys.push(api.finished_job(&queued).await["results"][0].clone());

    let keys: Vec<Vec<&String>> = keys
        .iter()
        .map(|result| result.as_object().unwrap().keys().collect())
        .collect();
    // Sorted by name.
    assert_eq!(
        keys,
        [
            &["details", "error", "index"][..],
            &["id", "status"],
            &["action", "id", "status", "success"],
            &["action", "id", "status", "success"],
        ]
    );
}

/// A life of two organizations, all in background jobs.
#[tokio::test]
async fn tn2_bulk() {
    let api = Api::start().await;
    let (x, y) = (api.name("x"), api.name("y"));
    let names = [x.clone(), y.clone(), x.to_uppercase()];

    let queued = api.post(CREATE_MANY, many(names)).await.expect(200);
    assert_eq!(queued.json()["job_status"]["status"], "queued");
    assert_eq!(queued.json()["job_status"]["total"], 3);
    let search = format!("/organizations/search?name={}", encoded(&x));
    assert_eq!(api.get(&search).await.expect(200).body, NOTHING_FOUND);

    let status = api.finished_job(&queued).await;
    assert_eq!(status["status"], "completed");
    let [id_x, id_y] = [0, 1].map(|n: usize| status["results"][n]["id"].as_u64().unwrap());
    let expected = [
        created(&json!(id_x)),
        created(&json!(id_y)),
        not_created(2, &taken(&x.to_uppercase())),
    ];
    assert_results(&job(&api, &queued).await, &expected);

    let items = json!({"organizations": [
        {"id": id_x, "name": y},
        {"id": id_y, "notes": "n", "external_id": api.name("y id")},
    ]});
    let queued = api.put(UPDATE_MANY, items).await.expect(200);
    api.finished_job(&queued).await;
    let expected = [not_updated(0, id_x, &taken(&y)), updated(id_y)];
    assert_results(&job(&api, &queued).await, &expected);

    let path = format!("{UPDATE_MANY}?ids={id_x},{id_y}");
    let tags = json!({"organization": {"tags": ["t"]}});
    let queued = api.put(&path, tags).await.expect(200);
    api.finished_job(&queued).await;
    for organization in [id_x, id_y] {
        assert_eq!(value_of(&api, organization, "tags").await, json!(["t"]));
    }

    let path = format!("{DESTROY_MANY}?external_ids={}", encoded(&api.name("y id")));
    let queued = api.delete(&path).await.expect(200);
    api.finished_job(&queued).await;
    assert_results(&job(&api, &queued).await, &[deleted(id_y)]);
    let queued = api.delete(&format!("{DESTROY_MANY}?ids={id_x}")).await;
    api.finished_job(&queued).await;
    let path = format!("/organizations/show_many?ids={id_x},{id_y}");
    assert_eq!(api.get(&path).await.expect(200).body, NOTHING_FOUND);
}
