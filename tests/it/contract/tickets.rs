//! <https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/>

use serde_json::{Value, json};

use super::wire::keys_in_order;
use crate::api::{Answer, Api, errors};

/// "closed prevents ticket update": the item has no `error`.
const CLOSED: &str = r#"{"error":"RecordInvalid","description":"Record validation errors","details":{"status":[{"description":"closed prevents ticket update"}]}}"#;

/// Creates a ticket of this requester, with more attributes.
async fn create(api: &Api, requester: u64, attributes: Value) -> Answer {
    let mut ticket = json!({"subject": "s", "comment": {"body": "c"}, "requester_id": requester});
    ticket
        .as_object_mut()
        .unwrap()
        .extend(attributes.as_object().unwrap().clone());
    api.post("/tickets", json!({"ticket": ticket})).await
}

/// Creates a ticket that gets this status, in this organization, and gives its path.
async fn ticket(api: &Api, requester: u64, organization: u64, status: &str) -> String {
    let created = create(api, requester, json!({"organization_id": organization}))
        .await
        .expect(201)
        .json();
    assert_eq!(created["ticket"]["organization_id"], json!(organization));
    let path = format!("/tickets/{}", created["ticket"]["id"]);
    if status != "new" {
        let updated = api
            .put(&path, json!({"ticket": {"status": status}}))
            .await
            .expect(200)
            .json();
        assert_eq!(updated["ticket"]["status"], status);
    }
    path
}

async fn organization_of(api: &Api, ticket: &str) -> Value {
    api.get(ticket).await.expect(200).json()["ticket"]["organization_id"].clone()
}

/// "POST /tickets 201 + Location, body has `ticket`, then `audit`", recorded 7 of 7 times.
#[tokio::test]
async fn u1_a_new_ticket_comes_with_an_audit() {
    let api = Api::start().await;
    let user = api.user("u").await;

    let answer = create(&api, user, json!({})).await.expect(201);

    assert_eq!(keys_in_order(&answer, ""), ["ticket", "audit"]);
    let ticket = answer.json()["ticket"].clone();
    assert_eq!(
        ticket["url"],
        format!("{}/api/v2/tickets/{}.json", api.uri(), ticket["id"])
    );
    assert_eq!(answer.header("location"), ticket["url"].as_str());
    assert_eq!(
        (&ticket["requester_id"], &ticket["subject"]),
        (&json!(user), &json!("s"))
    );
    let shown = api
        .get(&format!("/tickets/{}", ticket["id"]))
        .await
        .expect(200);
    assert_eq!(shown.json(), json!({"ticket": ticket}));
}

/// The keys of a recorded ticket, as far as there is something to say, stand in the recorded order.
#[tokio::test]
async fn the_keys_of_a_ticket_are_in_the_recorded_order() {
    let recorded = [
        "url",
        "id",
        "external_id",
        "via",
        "created_at",
        "updated_at",
        "generated_timestamp",
        "type",
        "subject",
        "raw_subject",
        "description",
        "priority",
        "status",
        "recipient",
        "requester_id",
        "submitter_id",
        "assignee_id",
        "organization_id",
        "group_id",
    ];
    let api = Api::start().await;
    let user = api.user("u").await;

    let keys = keys_in_order(&create(&api, user, json!({})).await.expect(201), "/ticket");

    let known: Vec<&str> = keys
        .iter()
        .map(String::as_str)
        .filter(|key| recorded.contains(key))
        .collect();
    let expected: Vec<&str> = recorded
        .into_iter()
        .filter(|key| known.contains(key))
        .collect();
    assert_eq!(known, expected);
    for key in [
        "id",
        "url",
        "requester_id",
        "organization_id",
        "status",
        "subject",
        "created_at",
        "updated_at",
    ] {
        assert!(known.contains(&key), "{key} is missing in {keys:?}");
    }
}

/// "New ticket: status `new`, organization_id of the requester's default membership, or null",
/// recorded.
#[tokio::test]
async fn x14_u6_a_new_ticket_is_new_and_gets_the_requesters_default_organization() {
    let api = Api::start().await;
    let (o1, o2) = (api.organization("o1").await, api.organization("o2").await);
    let user = api.user("u").await;

    let before = create(&api, user, json!({})).await.expect(201).json()["ticket"].clone();
    api.membership(user, o1).await;
    api.membership(user, o2).await;
    let after = create(&api, user, json!({})).await.expect(201).json()["ticket"].clone();

    assert_eq!(
        (&before["status"], &before["organization_id"]),
        (&json!("new"), &Value::Null)
    );
    assert_eq!(
        (&after["status"], &after["organization_id"]),
        (&json!("new"), &json!(o1))
    );
    // "Existing tickets of the user are not moved by joining an organization."
    assert_eq!(
        organization_of(&api, &format!("/tickets/{}", before["id"])).await,
        Value::Null
    );
}

/// "You can only specify the ID of an organization associated with the requester"; that it is a 422
/// is a choice, Q39.
#[tokio::test]
async fn x15_an_organization_that_is_not_the_requesters_is_refused() {
    let api = Api::start().await;
    let (o1, o2, other) = (
        api.organization("o1").await,
        api.organization("o2").await,
        api.organization("other").await,
    );
    let user = api.user("u").await;
    api.membership(user, o1).await;
    api.membership(user, o2).await;

    let refused = create(&api, user, json!({"organization_id": other}))
        .await
        .expect(422)
        .json();

    assert_eq!(refused["error"], "RecordInvalid");
    assert!(
        refused["details"]["organization"][0]["description"].is_string(),
        "{refused}"
    );
    let requested = api
        .get(&format!("/users/{user}/tickets/requested"))
        .await
        .expect(200);
    assert_eq!(requested.json()["count"], json!(0));
    let taken = create(&api, user, json!({"organization_id": o2}))
        .await
        .expect(201)
        .json();
    assert_eq!(taken["ticket"]["organization_id"], json!(o2));
}

/// "PUT of a closed ticket: 422", "closed cannot be reopened": the body reported twice.
#[tokio::test]
async fn x16_e24_u7_a_closed_ticket_cannot_be_updated() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    api.membership(user, organization).await;
    let closed = ticket(&api, user, organization, "closed").await;
    let before = api.get(&closed).await.expect(200).body;

    for change in [
        json!({"status": "open"}),
        json!({"subject": "x"}),
        json!({"organization_id": null}),
    ] {
        api.put(&closed, json!({"ticket": change}))
            .await
            .expect_error(422, CLOSED);
    }

    assert_eq!(api.get(&closed).await.expect(200).body, before);
}

/// "Closed cannot be reopened"; solved can.
#[tokio::test]
async fn u7_a_solved_ticket_can_be_reopened() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    api.membership(user, organization).await;
    let solved = ticket(&api, user, organization, "solved").await;

    let reopened = api
        .put(
            &solved,
            json!({"ticket": {"status": "open", "subject": "again"}}),
        )
        .await
        .expect(200)
        .json();

    assert_eq!(
        (
            &reopened["ticket"]["status"],
            &reopened["ticket"]["subject"]
        ),
        (&json!("open"), &json!("again"))
    );
}

/// "DELETE ticket 204", recorded 8 of 9 times, the ninth is a 404.
#[tokio::test]
async fn u2_a_deleted_ticket_is_gone() {
    let api = Api::start().await;
    let user = api.user("u").await;
    let path = format!(
        "/tickets/{}",
        create(&api, user, json!({})).await.expect(201).json()["ticket"]["id"]
    );

    assert_eq!(api.delete(&path).await.expect(204).body, "");

    api.get(&path)
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
    api.delete(&path)
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
    let requested = api
        .get(&format!("/users/{user}/tickets/requested"))
        .await
        .expect(200);
    assert_eq!(requested.each("tickets", "id"), Vec::<Value>::new());
}

/// "GET /organizations/{id}/tickets" and "GET /users/{id}/tickets/requested" list what their paths
/// say.
#[tokio::test]
async fn tickets_are_listed_by_organization_and_by_requester() {
    let api = Api::start().await;
    let (o1, o2) = (api.organization("o1").await, api.organization("o2").await);
    let (ada, bob) = (api.user("ada").await, api.user("bob").await);
    api.membership(ada, o1).await;
    api.membership(ada, o2).await;
    api.membership(bob, o1).await;
    let mut ids = Vec::new();
    for (requester, organization) in [(ada, o1), (ada, o2), (bob, o1)] {
        let path = ticket(&api, requester, organization, "new").await;
        ids.push(api.get(&path).await.expect(200).json()["ticket"]["id"].clone());
    }

    let rows = [
        (
            format!("/organizations/{o1}/tickets"),
            vec![&ids[0], &ids[2]],
        ),
        (format!("/organizations/{o2}/tickets"), vec![&ids[1]]),
        (
            format!("/users/{ada}/tickets/requested"),
            vec![&ids[0], &ids[1]],
        ),
        (format!("/users/{bob}/tickets/requested"), vec![&ids[2]]),
    ];

    for (path, expected) in rows {
        let list = api.get(&path).await.expect(200);
        assert_eq!(
            list.each("tickets", "id").iter().collect::<Vec<_>>(),
            expected,
            "{path}"
        );
        assert_eq!(list.json()["count"], json!(expected.len()), "{path}");
    }
    for path in [
        "/organizations/9223372036854775807/tickets",
        "/users/9223372036854775807/tickets/requested",
    ] {
        api.get(path)
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
    }
}

/// "Existing tickets: not touched; new tickets take the new default", documented.
#[tokio::test]
async fn k8_another_default_moves_no_ticket_but_new_ones() {
    let api = Api::start().await;
    let (o1, o2) = (api.organization("o1").await, api.organization("o2").await);
    let user = api.user("u").await;
    api.membership(user, o1).await;
    let second = api.membership(user, o2).await;
    let before = ticket(&api, user, o1, "open").await;

    let path = format!("/users/{user}/organization_memberships/{second}/make_default");
    api.put(&path, Value::Null).await.expect(200);

    assert_eq!(organization_of(&api, &before).await, json!(o1));
    let after = create(&api, user, json!({})).await.expect(201).json();
    assert_eq!(after["ticket"]["organization_id"], json!(o2));
}

/// The text of a ticket may be called `value`, as the official Ruby client does.
#[tokio::test]
async fn a_comment_may_bring_its_text_under_any_of_its_names() {
    let api = Api::start().await;
    for name in ["body", "html_body", "value"] {
        let answer = api
            .post("/tickets", json!({"ticket": {"comment": {name: "Help"}}}))
            .await
            .expect(201);
        assert_eq!(
            answer.json()["ticket"]["description"],
            json!("Help"),
            "{name}"
        );
    }
}
