//! <https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/>

use mock_zendesk::MockZendesk;
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
    let mut later = ticket.clone();
    later["generated_timestamp"] = shown.json()["ticket"]["generated_timestamp"].clone();
    assert_eq!(shown.json(), json!({"ticket": later}));
}

/// All keys of a recorded ticket, in the recorded order: "typed clients fail otherwise". The values
/// are the recorded ones, but for those of forms, brands and statuses, of which only the type is.
/// `encoded_id` and `support_type` are recorded of 2026 only, in a search and in an export.
#[tokio::test]
async fn u15_a_ticket_has_all_recorded_keys_in_the_recorded_order() {
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
        "collaborator_ids",
        "follower_ids",
        "email_cc_ids",
        "forum_topic_id",
        "problem_id",
        "has_incidents",
        "is_public",
        "due_at",
        "tags",
        "custom_fields",
        "satisfaction_rating",
        "sharing_agreement_ids",
        "custom_status_id",
        "encoded_id",
        "fields",
        "followup_ids",
        "ticket_form_id",
        "brand_id",
        "allow_channelback",
        "allow_attachments",
        "from_messaging_channel",
        "support_type",
    ];
    let api = Api::start().await;
    let user = api.user("u").await;

    let created = create(&api, user, json!({})).await.expect(201);

    let keys = keys_in_order(&created, "/ticket");
    assert_eq!(keys, recorded);
    let mut ticket = created.json()["ticket"].clone();
    let mut ids = Vec::new();
    for key in ["custom_status_id", "ticket_form_id", "brand_id"] {
        ids.push(ticket[key].as_u64().unwrap());
        ticket[key] = json!("an id");
    }
    ids.dedup();
    assert_eq!(ids.len(), 3, "{ids:?}");
    let expected = json!({
        "url": ticket["url"], "id": ticket["id"], "external_id": null,
        "via": {"channel": "api", "source": {"from": {}, "to": {}, "rel": null}},
        "created_at": ticket["created_at"], "updated_at": ticket["created_at"],
        "generated_timestamp": 0, "type": null, "subject": "s", "raw_subject": "s",
        "description": "c", "priority": null, "status": "new", "recipient": null,
        "requester_id": user, "submitter_id": ticket["submitter_id"], "assignee_id": null,
        "organization_id": null, "group_id": null, "collaborator_ids": [], "follower_ids": [],
        "email_cc_ids": [], "forum_topic_id": null, "problem_id": null, "has_incidents": false,
        "is_public": true, "due_at": null, "tags": [], "custom_fields": [],
        "satisfaction_rating": null, "sharing_agreement_ids": [], "custom_status_id": "an id",
        "fields": [], "followup_ids": [], "ticket_form_id": "an id", "brand_id": "an id",
        "allow_channelback": false, "allow_attachments": true, "from_messaging_channel": false,
        "encoded_id": ticket["encoded_id"], "support_type": "agent",
    });
    assert_eq!(ticket, expected);
    // The custom status goes with the status.
    let path = format!("/tickets/{}", ticket["id"]);
    let open = json!({"ticket": {"status": "open"}});
    let open = api.put(&path, open).await.expect(200).json()["ticket"].clone();
    assert_ne!(open["custom_status_id"], json!(ids[0]));
    assert_eq!(open["brand_id"], json!(ids[2]));
}

/// "The requester is found by its e-mail address or made", documented: also by a secondary address,
/// in any case.
#[tokio::test]
async fn u16_a_ticket_may_name_its_requester_by_name_and_address() {
    let api = Api::start().await;
    let address = |name: &str| format!("{}@mail.test", api.name(name).replace(' ', "-"));
    let organization = api.organization("o").await;
    let user =
        json!({"name": api.name("u"), "email": address("a"), "organization_id": organization});
    let user = api.post("/users", json!({"user": user})).await.expect(201);
    let user = user.json()["user"]["id"].clone();
    let second = json!({"user": {"email": address("b")}});
    api.put(&format!("/users/{user}"), second).await.expect(200);
    let post = async |requester: Value| {
        let ticket = json!({"comment": {"body": "c"}, "requester": requester});
        api.post("/tickets", json!({"ticket": ticket})).await
    };

    for email in [address("a"), address("b").to_uppercase()] {
        let requester = json!({"name": "Somebody else", "email": email});
        let ticket = post(requester).await.expect(201).json()["ticket"].clone();
        assert_eq!(ticket["requester_id"], user, "{email}");
        assert_eq!(ticket["organization_id"], json!(organization), "{email}");
    }

    // Nobody has this address: a new end user.
    let requester = json!({"name": api.name("new"), "email": address("c")});
    let answer = post(requester.clone()).await.expect(201);
    assert_eq!(answer.header("x-zendesk-api-warn"), None);
    let new = answer.json()["ticket"]["requester_id"].clone();
    let shown = api.get(&format!("/users/{new}")).await.expect(200).json()["user"].clone();
    assert_eq!(shown["name"], api.name("new"));
    assert_eq!(shown["email"], address("c"));
    assert_eq!(shown["role"], "end-user");
    let again = post(json!({"email": address("c")})).await.expect(201);
    assert_eq!(again.json()["ticket"]["requester_id"], new);
}

/// "Requester: Name:  is too short (minimum is 1 character)", reported; nobody is made then.
#[tokio::test]
async fn u16_a_new_requester_needs_a_name() {
    let api = Api::start().await;
    let email = format!("{}@mail.test", api.name("a").replace(' ', "-"));
    let refused = |text: &str| {
        format!(
            r#"{{"error":"RecordInvalid","description":"Record validation errors","details":{{"requester":[{{"description":"Requester: {text}"}}]}}}}"#
        )
    };
    let nameless = refused("Name:  is too short (minimum is 1 character)");
    let rows = [
        (json!({"email": email}), nameless.clone()),
        (json!({"name": " ", "email": email}), nameless),
        (
            json!({"name": "x", "email": "badmail"}),
            refused("Email: badmail is not properly formatted"),
        ),
    ];
    for (requester, body) in rows {
        let ticket = json!({"ticket": {"comment": {"body": "c"}, "requester": requester}});
        api.post("/tickets", ticket).await.expect_error(422, &body);
    }
    let ticket = json!({"ticket": {"requester": {"name": "x", "email": email}}});
    api.post("/tickets", ticket).await.expect(422);
    let found = api
        .get(&format!("/users/search?query={email}"))
        .await
        .expect(200);
    assert_eq!(found.json()["count"], json!(0));
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
    let null = create(&api, user, json!({"organization_id": null})).await;
    assert_eq!(null.expect(201).json()["ticket"]["organization_id"], o1);
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

/// "When using cursor pagination": `sort` is `updated_at`, `id` or `status`, with a minus for the
/// other direction, documented for all lists of tickets. The double takes the orders that it does
/// not implement, gives the tickets by id, and tells the test.
#[tokio::test]
async fn tk4_lists_of_tickets_take_the_documented_orders_under_cursor() {
    let orders = ["updated_at", "-updated_at", "status", "-status"];
    let builder = orders.iter().fold(MockZendesk::builder(), |builder, sort| {
        builder.allow_unmodeled(format!("?sort={sort}"))
    });
    let api = Api::start_or(builder).await;
    let (organization, ada) = (api.organization("o").await, api.user("ada").await);
    api.membership(ada, organization).await;
    let mut paths = Vec::new();
    for status in ["new", "solved", "open"] {
        paths.push(ticket(&api, ada, organization, status).await);
    }
    let mut expected: Vec<_> = paths
        .iter()
        .map(|path| path.replace("/tickets/", ""))
        .collect();
    expected.sort();

    let mut lists = vec![
        format!("/organizations/{organization}/tickets"),
        format!("/users/{ada}/tickets/requested"),
    ];
    if !api.is_shared() {
        lists.push("/tickets".to_owned());
    }
    for list in lists {
        for sort in orders.into_iter().chain(["id", "-id"]) {
            let mut next = Some(format!("{list}?page[size]=2&sort={sort}"));
            let mut found = Vec::new();
            while let Some(path) = next {
                let page = api.get(&path).await.expect(200);
                found.extend(page.each("tickets", "id").iter().map(Value::to_string));
                let page = page.json();
                let link = page["links"]["next"].as_str().unwrap().to_owned();
                assert!(link.contains(&format!("&sort={sort}")), "{link}");
                next = (page["meta"]["has_more"] == true).then_some(link);
            }
            found.sort();
            assert_eq!(found, expected, "{list} {sort}");
        }
        for sort in ["created_at", "--status", "status,id", "-"] {
            api.get(&format!("{list}?page[size]=2&sort={sort}"))
                .await
                .expect_error(
                    400,
                    r#"{"error":"InvalidPaginationParameter","description":"sort is not valid"}"#,
                );
        }
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
            .post(
                "/tickets",
                json!({"ticket": {"subject": api.name("t"), "comment": {name: "Help"}}}),
            )
            .await
            .expect(201);
        assert_eq!(
            answer.json()["ticket"]["description"],
            json!("Help"),
            "{name}"
        );
    }
}
