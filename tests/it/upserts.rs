//! Upserts and bulk jobs where it hurts: two at once, lost replies, every pace, chaos.

use std::time::Duration;

use mock_zendesk::{
    Fault, MockZendesk, Operation,
    chaos::for_each_seed,
    faults::Gate,
    job_statuses::JobPace,
    organizations,
    users::{self, NewUser},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::scene::Scene;

/// Sends both requests, lets them go in this order when both have arrived, and returns their
/// replies.
async fn race(
    scene: &Scene,
    operation: Operation,
    bodies: [Value; 2],
    order: [usize; 2],
) -> [(u16, Value); 2] {
    let gate: Gate = scene.zendesk.hold(operation);
    let path = operation.path().strip_prefix("/api/v2").unwrap();
    let send = |body: &Value| {
        let request = scene.request(Method::POST, path, Some(body.clone()));
        tokio::spawn(async move {
            let reply = request.send().await.unwrap();
            (reply.status().as_u16(), reply.json().await.unwrap())
        })
    };
    let first = send(&bodies[0]);
    gate.wait_for(1).await;
    let second = send(&bodies[1]);
    gate.wait_for(2).await;
    gate.release_in_order(order);
    [first.await.unwrap(), second.await.unwrap()]
}

#[tokio::test]
async fn of_two_upserts_of_one_user_the_first_creates_and_the_second_changes_it() {
    for (order, name) in [([0, 1], "Second"), ([1, 0], "First")] {
        let scene = Scene::start().await;
        let before = scene.zendesk.account();
        let user = |name: &str| json!({"user": {"name": name, "email": "new@example.com"}});
        let replies = race(
            &scene,
            users::CREATE_OR_UPDATE,
            [user("First"), user("Second")],
            order,
        )
        .await;
        let mut statuses = replies.each_ref().map(|(status, _)| *status);
        assert_eq!(statuses[order[0]], 201, "{order:?}: {statuses:?}");
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 201], "{order:?}");
        assert_eq!(replies[0].1["user"]["id"], replies[1].1["user"]["id"]);
        let account = scene.zendesk.account();
        let found = account.user_with_email("new@example.com").unwrap();
        assert_eq!(found.name, name);
        assert_eq!(account.users().len(), before.users().len() + 1);
    }
}

#[tokio::test]
async fn of_two_upserts_of_one_organization_the_first_creates_and_the_second_finds_it() {
    let bodies = [
        json!({"organization": {"name": "Initech", "external_id": "c-2"}}),
        json!({"organization": {"name": "INITECH", "external_id": "C-2", "notes": "x"}}),
    ];
    for order in [[0, 1], [1, 0]] {
        let scene = Scene::start().await;
        let before = scene.zendesk.account().organizations().len();
        let replies = race(
            &scene,
            organizations::CREATE_OR_UPDATE,
            bodies.clone(),
            order,
        )
        .await;
        let statuses = order.map(|nth| replies[nth].0);
        assert_eq!(statuses, [201, 200], "{order:?}");
        let account = scene.zendesk.account();
        assert_eq!(account.organizations().len(), before + 1, "{order:?}");
        let found = account.organization_with_external_id("c-2").unwrap();
        assert_eq!(found.notes.as_deref(), Some("x"), "{order:?}");
    }
}

#[tokio::test]
async fn of_two_creations_with_one_address_the_second_is_refused() {
    for order in [[0, 1], [1, 0]] {
        let scene = Scene::start().await;
        let user = |name: &str| json!({"user": {"name": name, "email": "new@example.com"}});
        let replies = race(
            &scene,
            users::CREATE,
            [user("First"), user("Second")],
            order,
        )
        .await;
        assert_eq!(order.map(|nth| replies[nth].0), [201, 422], "{order:?}");
    }
}

#[tokio::test]
async fn an_upsert_whose_reply_was_lost_is_repeated_without_harm_and_a_creation_is_refused() {
    let user = json!({"user": {"name": "New", "email": "new@example.com", "external_id": "p-1"}});
    for (operation, again) in [(users::CREATE_OR_UPDATE, 200), (users::CREATE, 422)] {
        let scene = Scene::start().await;
        scene.zendesk.inject(Fault::lost_reply().on(operation));
        let path = operation.path().strip_prefix("/api/v2").unwrap();
        let lost = scene.request(Method::POST, path, Some(user.clone()));
        assert!(lost.send().await.is_err());
        let before = scene.zendesk.account();
        assert_eq!(
            before.user_with_external_id("P-1").unwrap().name,
            "New",
            "the write was applied"
        );
        let (status, _) = scene.send(Method::POST, path, Some(user.clone())).await;
        assert_eq!(status, again, "{operation}");
        scene.zendesk.assert_changes(&before, []);
    }
}

/// Items of which some fail: a new user, one that is found by a secondary address, one whose name
/// is empty, one with an external id of somebody else, one without a change.
fn items() -> Value {
    json!({"users": [
        {"name": "New", "email": "new@example.com", "external_id": "p-9"},
        {"email": "ada@example.com", "notes": "found"},
        {"name": "", "email": "nobody@example.com"},
        {"name": "Bob", "email": "bob@example.com", "external_id": "P-1"},
        {"name": "Ada", "email": "ADA@example.com"},
    ]})
}

/// Runs the items as a job of this pace, with what the test does to it, and returns the job's
/// results and what it changed.
async fn bulk(pace: JobPace, act: impl AsyncFn(&MockZendesk)) -> (Value, String) {
    let zendesk = MockZendesk::builder().job_pace(pace).start().await;
    let seed = zendesk.seed();
    seed.user(
        NewUser::new("Ada")
            .email("ada@example.com")
            .external_id("p-1"),
    );
    seed.user(NewUser::new("Bob").email("bob@example.com"));
    let before = zendesk.account();
    let client = reqwest::Client::new();
    let send = async |method: Method, url: String, body: Option<Value>| -> Value {
        // A client that repeats what failed, as upserts allow.
        for _ in 0..10 {
            let request = client.request(method.clone(), &url);
            let request = request.header("authorization", zendesk.authorization());
            let request = match &body {
                Some(body) => request.json(body),
                None => request,
            };
            if let Ok(reply) = request.send().await {
                if reply.status().is_success() {
                    if let Ok(value) = reply.json().await {
                        return value;
                    }
                }
            }
        }
        panic!("ten requests failed");
    };
    let url = zendesk.url("/users/create_or_update_many");
    let queued = send(Method::POST, url, Some(items())).await;
    let id = queued["job_status"]["id"].as_str().unwrap().to_owned();
    for _ in 0..10 {
        act(&zendesk).await;
        let url = zendesk.url(&format!("/job_statuses/{id}"));
        let job = send(Method::GET, url, None).await["job_status"].clone();
        if job["status"] == "completed" {
            let changes = zendesk.changes_since(&before);
            return (job["results"].clone(), changes.to_string());
        }
    }
    panic!("the job does not end");
}

#[tokio::test]
async fn a_bulk_upsert_of_which_items_fail_gives_the_same_at_every_pace() {
    let nothing = async |_: &MockZendesk| {};
    let (results, changes) = bulk(JobPace::IMMEDIATE, nothing).await;
    let shown: Vec<(&Value, &Value)> = results
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (&item["status"], &item["error"]))
        .collect();
    assert_eq!(
        shown,
        [
            (&json!("Created"), &Value::Null),
            (&json!("Updated"), &Value::Null),
            (&json!("Failed"), &json!("UserUpdateError")),
            (&json!("Failed"), &json!("UserUpdateError")),
            (&json!("Updated"), &Value::Null),
        ],
        "{results}"
    );
    let expected = (results, changes);
    for polls in [1, 2, 3, 7] {
        assert_eq!(bulk(JobPace::AfterPolls(polls), nothing).await, expected);
    }
    let by_time = async |zendesk: &MockZendesk| zendesk.advance(Duration::from_secs(3));
    let pace = JobPace::After(Duration::from_secs(10));
    assert_eq!(bulk(pace, by_time).await, expected);
    let by_hand = async |zendesk: &MockZendesk| zendesk.jobs().run_all();
    assert_eq!(bulk(JobPace::Manual, by_hand).await, expected);
}

#[tokio::test]
async fn chaos_does_not_let_an_upserting_program_leave_anybody_twice() {
    let client = reqwest::Client::new();
    for_each_seed(
        0..100,
        MockZendesk::builder,
        async |zendesk: &MockZendesk| {
            let bob = zendesk
                .seed()
                .user(NewUser::new("Bob").email("bob@example.com"));
            let post = async |path: &str, body: Value| -> Option<Value> {
                for _ in 0..50 {
                    let request = client.post(zendesk.url(path)).json(&body);
                    let request = request.header("authorization", zendesk.authorization());
                    let Ok(reply) = request.send().await else {
                        continue;
                    };
                    let status = reply.status().as_u16();
                    match (status, reply.json().await) {
                        (200 | 201, Ok(value)) => return Some(value),
                        (422, _) => return None,
                        _ => {}
                    }
                }
                panic!("fifty requests failed");
            };
            let acme = json!({"organization": {"name": "Acme", "external_id": "c-1"}});
            let acme = post("/organizations/create_or_update", acme).await.unwrap();
            for (name, email) in [("Ada", "ada@example.com"), ("Bob", "bob@example.com")] {
                let user = json!({"user": {"name": name, "email": email}});
                let user = post("/users/create_or_update", user).await.unwrap();
                let (user, organization) = (&user["user"]["id"], &acme["organization"]["id"]);
                let membership = json!({"user_id": user, "organization_id": organization});
                // 422 if an earlier request was applied and its reply lost.
                post(
                    "/organization_memberships",
                    json!({"organization_membership": membership}),
                )
                .await;
            }
            let account = zendesk.account();
            let acme = account.organization_with_external_id("c-1").unwrap();
            assert_eq!(account.organizations().len(), 1);
            assert_eq!(account.users().len(), 3, "the owner, Ada and Bob");
            assert_eq!(account.memberships_of_organization(&acme).len(), 2);
            zendesk.assert_membership(&bob, &acme).is_default();
        },
    )
    .await;
}

/// As for organizations: whether an empty external id may repeat is not known.
#[tokio::test]
async fn an_empty_external_id_of_a_user_names_nobody() {
    let scene = Scene::start().await;
    let user = |email: &str| json!({"user": {"name": "A", "email": email, "external_id": ""}});
    for email in ["a@example.com", "b@example.com"] {
        let created = scene.post("/users", user(email)).await;
        assert_eq!(created.0, 201, "{}", created.1);
    }
    let path = "/users/create_or_update";
    let (status, third) = scene.post(path, user("c@example.com")).await;
    assert_eq!(status, 201, "{third}");
    let (status, again) = scene.post(path, user("c@example.com")).await;
    assert_eq!((status, &again["user"]["id"]), (200, &third["user"]["id"]));
    assert_eq!(scene.zendesk.account().user_with_external_id(""), None);
}
