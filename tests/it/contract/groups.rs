//! <https://developer.zendesk.com/api-reference/ticketing/groups/groups/>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mock_zendesk::MockZendesk;
use reqwest::Method;
use serde_json::{Value, json};

use super::pagination::pages;
use super::wire::{keys_in_order, looks_like};
use crate::api::{Answer, Api, errors};

/// An id that no record has.
const UNKNOWN: u64 = 9_223_372_036_854_775_807;

/// The keys of a group in the recorded order.
const KEYS: [&str; 9] = [
    "url",
    "id",
    "is_public",
    "name",
    "description",
    "default",
    "deleted",
    "created_at",
    "updated_at",
];

/// Creates a group, and gives its id.
pub(super) async fn group(api: &Api, name: &str) -> u64 {
    let answer = api
        .post("/groups", named(&api.name(name)))
        .await
        .expect(201);
    answer.json()["group"]["id"].as_u64().unwrap()
}

/// Creates a user with this role and more attributes, and gives its id.
pub(super) async fn user_with(api: &Api, role: &str, attributes: Value) -> u64 {
    let mut user = json!({"name": api.name(role), "role": role});
    user.as_object_mut()
        .unwrap()
        .extend(attributes.as_object().unwrap().clone());
    api.post("/users", json!({"user": user}))
        .await
        .expect(201)
        .json()["user"]["id"]
        .as_u64()
        .unwrap()
}

/// Creates an agent, who is in the account's default group, and gives its id.
pub(super) async fn agent(api: &Api) -> u64 {
    user_with(api, "agent", json!({})).await
}

/// Assigns an agent to a group, and gives the id of the membership.
pub(super) async fn join(api: &Api, user: u64, group: u64, default: bool) -> u64 {
    let membership =
        json!({"group_membership": {"user_id": user, "group_id": group, "default": default}});
    let answer = api.post("/group_memberships", membership).await.expect(201);
    answer.json()["group_membership"]["id"].as_u64().unwrap()
}

/// Creates a ticket with this status that is assigned to an agent in a group, and gives its path.
pub(super) async fn ticket(api: &Api, agent: u64, group: u64, status: &str) -> String {
    let ticket = json!({"subject": api.name("t"), "comment": {"body": "c"}, "assignee_id": agent, "group_id": group, "status": status});
    let created = api
        .post("/tickets", json!({"ticket": ticket}))
        .await
        .expect(201)
        .json()["ticket"]
        .clone();
    assert_eq!(
        (&created["assignee_id"], &created["group_id"]),
        (&json!(agent), &json!(group)),
        "{status}"
    );
    format!("/tickets/{}", created["id"])
}

/// The assignee and the group of a ticket.
pub(super) async fn assignment(api: &Api, ticket: &str) -> (Value, Value) {
    let ticket = api.get(ticket).await.expect(200).json()["ticket"].clone();
    (ticket["assignee_id"].clone(), ticket["group_id"].clone())
}

/// The account's default group.
pub(super) async fn default_group(api: &Api) -> u64 {
    let pages = pages(api, "/groups?page[size]=100", "/links/next").await;
    let groups = pages
        .iter()
        .flat_map(|page| page.json()["groups"].as_array().unwrap().clone());
    let defaults: Vec<Value> = groups.filter(|group| group["default"] == true).collect();
    assert_eq!(defaults.len(), 1, "{defaults:?}");
    defaults[0]["id"].as_u64().unwrap()
}

/// What `x-zendesk-api-warn` says of keys that were dropped.
pub(super) fn warning(controller: &str, action: &str, keys: &str) -> String {
    format!(
        r#"{{:allowed_parameters=>{{:controller=>"{controller}", :action=>"{action}", :unpermitted_keys=>[{keys}], :invalid_values=>[]}}}}"#
    )
}

/// Checks that a path answers the same with and without `.json` at its end.
pub(super) async fn assert_same_with_json(api: &Api, path: &str) {
    let mut bodies = [String::new(), String::new()];
    // Whoever uses the account may change a list between the two.
    for _ in 0..if api.is_shared() { 60 } else { 1 } {
        for (body, suffix) in bodies.iter_mut().zip(["", ".json"]) {
            *body = api.get(&format!("{path}{suffix}")).await.expect(200).body;
        }
        if bodies[0] == bodies[1] {
            break;
        }
    }
    let [plain, suffixed] = bodies;
    assert_eq!(suffixed, plain, "{path}");
}

/// Checks that a list refuses a `page[size]` above 100.
pub(super) async fn assert_hundred_a_page(api: &Api, path: &str) {
    let refused =
        r#"{"error":"InvalidPaginationParameter","description":"page[size] is not valid"}"#;
    api.get(&format!("{path}?page[size]=101"))
        .await
        .expect_error(400, refused);
    api.get(&format!("{path}?page[size]=100")).await.expect(200);
}

fn named(name: &str) -> Value {
    json!({"group": {"name": name}})
}

fn path_of(group: u64) -> String {
    format!("/groups/{group}")
}

async fn update(api: &Api, group: u64, changes: Value) -> Answer {
    api.put(&path_of(group), json!({"group": changes})).await
}

/// The group as it is shown now.
async fn shown(api: &Api, group: u64) -> Value {
    api.get(&path_of(group)).await.expect(200).json()["group"].clone()
}

/// Creates groups with exactly these names, and gives their ids.
async fn groups_named<const N: usize>(api: &Api, names: [&str; N]) -> [u64; N] {
    let mut ids = [0; N];
    for (id, name) in ids.iter_mut().zip(names) {
        *id = api.post("/groups", named(name)).await.expect(201).json()["group"]["id"]
            .as_u64()
            .unwrap();
    }
    ids
}

/// The values at a key of all groups of a list, page by page.
async fn walk(api: &Api, first: &str, link: &str, key: &str) -> Vec<Value> {
    pages(api, first, link)
        .await
        .iter()
        .flat_map(|page| page.each("groups", key))
        .collect()
}

/// "POST {name} → 201 + Location", with the recorded keys and values.
#[tokio::test]
async fn no123_no124_a_new_group_has_the_recorded_keys_and_values() {
    let api = Api::start().await;

    let answer = api.post("/groups", named(&api.name("g"))).await.expect(201);

    assert_eq!(keys_in_order(&answer, "/group"), KEYS);
    let group = answer.json()["group"].clone();
    assert_eq!(answer.header("location"), group["url"].as_str());
    let id = &group["id"];
    let expected = json!({
        "url": format!("{}/api/v2/groups/{id}.json", api.uri()), "id": id, "is_public": true, "name": api.name("g"),
        "description": "", "default": false, "deleted": false, "created_at": group["created_at"],
        "updated_at": group["created_at"],
    });
    assert_eq!(group, expected);
    assert_eq!(
        api.get(&format!("/groups/{id}")).await.expect(200).body,
        answer.body
    );
}

/// "Permitted: name, description, is_public": they are taken on creation and on update, and nothing
/// else changes.
#[tokio::test]
async fn no124_name_description_and_is_public_are_given() {
    let api = Api::start().await;
    let attributes = json!({"name": api.name("g"), "description": "d", "is_public": false});

    let created = api
        .post("/groups", json!({"group": attributes}))
        .await
        .expect(201);
    assert_eq!(created.header("x-zendesk-api-warn"), None);
    let mut expected = created.json()["group"].clone();
    for (key, value) in attributes.as_object().unwrap() {
        assert_eq!(&expected[key], value, "{key}");
    }
    let id = expected["id"].as_u64().unwrap();
    for (key, value) in [
        ("name", json!(api.name("other"))),
        ("description", json!("e")),
        ("description", json!("")),
    ] {
        expected[key] = value.clone();
        let updated = update(&api, id, json!({key: value})).await.expect(200);
        expected["updated_at"] = updated.json()["group"]["updated_at"].clone();
        assert_eq!(updated.json()["group"], expected, "{key}");
        assert_eq!(updated.header("x-zendesk-api-warn"), None, "{key}");
        assert_eq!(shown(&api, id).await, expected, "{key}");
    }
}

/// "Keys that the endpoint does not permit are dropped and the request succeeds", also those of a
/// DELETE with a body.
#[tokio::test]
async fn no124_no126_other_keys_are_dropped_with_a_warning() {
    let api = Api::start().await;
    let id = group(&api, "g").await;
    let before = shown(&api, id).await;
    let rows = [
        ("id", json!(1)),
        ("url", json!("http://x")),
        ("default", json!(true)),
        ("deleted", json!(true)),
        ("created_at", json!("2001-01-01T00:00:00Z")),
        ("updated_at", json!("2001-01-01T00:00:00Z")),
        ("foo", json!([1])),
    ];

    for (key, value) in rows {
        let body = json!({"group": {"name": before["name"], key: value}});
        let keys = format!(r#""group.{key}""#);
        let created = api.post("/groups", body.clone()).await.expect(201);
        assert_eq!(
            created.header("x-zendesk-api-warn"),
            Some(&*warning("groups", "create", &keys))
        );
        let created = created.json()["group"].clone();
        assert_eq!(
            (&created["default"], &created["deleted"]),
            (&json!(false), &json!(false)),
            "{key}"
        );
        assert_ne!(created["id"], json!(1));
        let updated = api.put(&path_of(id), body).await.expect(200);
        assert_eq!(
            updated.header("x-zendesk-api-warn"),
            Some(&*warning("groups", "update", &keys))
        );
        let mut updated = updated.json()["group"].clone();
        updated["updated_at"] = before["updated_at"].clone();
        assert_eq!(updated, before, "{key}");
    }
    for status in [204, 404] {
        let deleted = api
            .send(
                Method::DELETE,
                &path_of(id),
                Some(json!({"group": {"id": id}})),
            )
            .await
            .expect(status);
        let expected = warning("groups", "destroy", r#""group.id", "group""#);
        assert_eq!(
            deleted.header("x-zendesk-api-warn"),
            Some(&*expected),
            "{status}"
        );
    }
}

/// "Names need not be unique", recorded: neither on creation nor on update.
#[tokio::test]
async fn no125_several_groups_bear_the_same_name() {
    let api = Api::start().await;

    let (one, two, three) = (
        group(&api, "My Group").await,
        group(&api, "My Group").await,
        group(&api, "x").await,
    );
    update(&api, three, json!({"name": api.name("My Group")}))
        .await
        .expect(200);

    let pages = pages(&api, "/groups?page[size]=100", "/links/next").await;
    let groups = pages
        .iter()
        .flat_map(|page| page.json()["groups"].as_array().unwrap().clone());
    let alike = groups.filter(|group| group["name"] == api.name("My Group"));
    let mut ids: Vec<u64> = alike.map(|group| group["id"].as_u64().unwrap()).collect();
    ids.sort_unstable();
    let mut expected = [one, two, three];
    expected.sort_unstable();
    assert_eq!(ids, expected);
}

/// "PUT → 200 with Location; `id` dropped with warning", recorded.
#[tokio::test]
async fn no126_an_update_says_where_the_group_is() {
    let api = Api::start().await;
    let id = group(&api, "before").await;

    let answer = update(&api, id, json!({"id": id, "name": api.name("after")}))
        .await
        .expect(200);

    assert_eq!(keys_in_order(&answer, "/group"), KEYS);
    let updated = answer.json()["group"].clone();
    assert_eq!(
        (&updated["id"], &updated["name"]),
        (&json!(id), &json!(api.name("after")))
    );
    assert_eq!(answer.header("location"), updated["url"].as_str());
    assert_eq!(
        answer.header("x-zendesk-api-warn"),
        Some(&*warning("groups", "update", r#""group.id""#))
    );
    assert_eq!(shown(&api, id).await, updated);
}

/// What changes a group, or a ticket of it, carries its time; the time of the creation stays.
#[tokio::test]
async fn an_update_and_a_deletion_say_when() {
    let api = Api::start().await;
    let id = group(&api, "g").await;
    let user = agent(&api).await;
    let ticket = ticket(&api, user, id, "open").await;
    let ticket_updated_at =
        async || api.get(&ticket).await.expect(200).json()["ticket"]["updated_at"].to_string();
    let (created, ticket_before) = (shown(&api, id).await, ticket_updated_at().await);
    api.let_time_pass().await;

    let updated = update(&api, id, json!({"description": "d"}))
        .await
        .expect(200)
        .json()["group"]
        .clone();
    api.let_time_pass().await;
    api.delete(&path_of(id)).await.expect(204);
    let deleted = shown(&api, id).await;

    let times = [&created, &updated, &deleted]
        .map(|group| group["updated_at"].as_str().unwrap().to_owned());
    assert!(times[0] < times[1] && times[1] < times[2], "{times:?}");
    assert!(
        [updated, deleted]
            .iter()
            .all(|group| group["created_at"] == created["created_at"])
    );
    assert_ne!(ticket_updated_at().await, ticket_before);
}

/// "Exactly one group has `default:true`", recorded; "it cannot be set by the API", documented.
#[tokio::test]
async fn no127_one_group_is_the_default_and_stays_it() {
    let api = Api::start().await;
    let default = default_group(&api).await;
    let other = group(&api, "g").await;

    update(&api, other, json!({"default": true}))
        .await
        .expect(200);
    update(&api, default, json!({"default": false}))
        .await
        .expect(200);
    api.post(
        "/groups",
        json!({"group": {"name": api.name("h"), "default": true}}),
    )
    .await
    .expect(201);

    assert_eq!(default_group(&api).await, default);
    assert_eq!(shown(&api, other).await["default"], json!(false));
}

/// "A private group never becomes public again", documented; whether that is refused or ignored is
/// not known.
#[tokio::test]
async fn no128_a_private_group_stays_private() {
    let api = Api::start().await;
    let id = group(&api, "g").await;

    let hidden = update(&api, id, json!({"is_public": false}))
        .await
        .expect(200);
    assert_eq!(hidden.json()["group"]["is_public"], json!(false));
    let answer = update(&api, id, json!({"is_public": true})).await;
    assert!([200, 422].contains(&answer.status), "{}", answer.body);
    assert_eq!(shown(&api, id).await["is_public"], json!(false));

    // Everything else can be said of it.
    update(&api, id, json!({"is_public": false, "description": "d"}))
        .await
        .expect(200);
    assert_eq!(shown(&api, id).await["description"], json!("d"));
    let public = group(&api, "h").await;
    update(&api, public, json!({"is_public": true}))
        .await
        .expect(200);
}

/// "List order name, then id, under both paginations", recorded, also of the assignable ones;
/// "letters before emoji".
#[tokio::test]
async fn no129_no130_no136_groups_are_listed_by_name_and_then_by_id() {
    let api = Api::start().await.marking();
    let support = default_group(&api).await;
    let names = [
        "~testGroup0",
        "~🎯Support",
        "~beta",
        "~Alpha",
        "~beta",
        "~Beta",
        "~alpha",
    ];
    let [test_group, emoji, b1, a1, b2, b3, a2] = groups_named(&api, names).await;
    let in_order = |mut ids: Vec<u64>| {
        ids.sort_unstable();
        ids
    };
    let expected = [
        in_order(vec![a1, a2]),
        in_order(vec![b1, b2, b3]),
        vec![test_group, emoji, support],
    ]
    .concat();
    let user = agent(&api).await;
    for group in [emoji, b2, b1, a1] {
        join(&api, user, group, false).await;
    }
    let of_user = [vec![a1], in_order(vec![b1, b2]), vec![emoji, support]].concat();

    let rows = [
        ("/groups".to_owned(), &expected),
        ("/groups/assignable".to_owned(), &expected),
        (format!("/users/{user}/groups"), &of_user),
    ];
    for (path, expected) in rows {
        let size = if api.is_shared() { 100 } else { 2 };
        for (query, link) in [
            (format!("per_page={size}"), "/next_page"),
            (format!("page[size]={size}"), "/links/next"),
        ] {
            // The names of others are anywhere.
            let is_ours = |id: &u64| !api.is_shared() || *id != support;
            let expected: Vec<Value> = expected
                .iter()
                .filter(|id| is_ours(id))
                .map(|id| json!(id))
                .collect();
            let mut found = walk(&api, &format!("{path}?{query}"), link, "id").await;
            found.retain(|id| !api.is_shared() || expected.contains(id));
            assert_eq!(found, expected, "{path}?{query}");
        }
    }
}

/// A group is listed under the name that it has now.
#[tokio::test]
async fn no129_a_renamed_group_moves_in_the_list() {
    let api = Api::start().await.marking();
    let [id, other] = groups_named(&api, ["~a", "~b"]).await;

    update(&api, id, json!({"name": "~c"})).await.expect(200);

    let support = default_group(&api).await;
    let expected = [json!(other), json!(id), json!(support)];
    let mut ids = walk(&api, "/groups?page[size]=100", "/links/next", "id").await;
    match api.is_shared() {
        true => {
            ids.retain(|id| expected[..2].contains(id));
            assert_eq!(ids, expected[..2]);
        }
        false => assert_eq!(ids, expected),
    }
}

/// "DELETE 204. Afterwards: list leaves it out, GET by id is 200 with `deleted:true`,
/// `users/{id}/groups` leaves it out."
#[tokio::test]
async fn no131_no135_no136_a_deleted_group_is_left_out_of_lists_and_still_shown() {
    let api = Api::start().await;
    let (id, user) = (group(&api, "g").await, agent(&api).await);
    join(&api, user, id, false).await;
    let before = shown(&api, id).await;
    let lists = [
        "/groups?page[size]=100".to_owned(),
        "/groups?exclude_deleted=true&page[size]=100".to_owned(),
        "/groups?exclude_deleted=false&page[size]=100".to_owned(),
        "/groups/assignable?page[size]=100".to_owned(),
        format!("/users/{user}/groups?page[size]=100"),
        format!("/users/{user}/groups?exclude_deleted=false&page[size]=100"),
    ];
    for list in &lists {
        assert!(
            walk(&api, list, "/links/next", "id")
                .await
                .contains(&json!(id)),
            "{list}"
        );
    }

    let answer = api.delete(&path_of(id)).await.expect(204);

    assert_eq!(answer.body, "");
    for list in &lists {
        assert!(
            !walk(&api, list, "/links/next", "id")
                .await
                .contains(&json!(id)),
            "{list}"
        );
    }
    let after = api.get(&path_of(id)).await.expect(200);
    assert_eq!(keys_in_order(&after, "/group"), KEYS);
    let after = after.json()["group"].clone();
    assert_eq!(after["deleted"], json!(true));
    for key in [
        "id",
        "url",
        "name",
        "is_public",
        "description",
        "default",
        "created_at",
    ] {
        assert_eq!(after[key], before[key], "{key}");
    }
}

/// "Unknown id: GET, PUT, DELETE 404", recorded; of a deleted one PUT and DELETE are taken to be
/// the same (Q-NO9).
#[tokio::test]
async fn no132_q_no9_a_group_that_is_not_there_is_not_found() {
    let api = Api::start().await;
    let deleted = group(&api, "g").await;
    api.delete(&path_of(deleted)).await.expect(204);
    let before = shown(&api, deleted).await;

    for id in [UNKNOWN, deleted] {
        update(&api, id, json!({"name": api.name("x")}))
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
        api.delete(&path_of(id))
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
    }

    assert_eq!(shown(&api, deleted).await, before);
    let rows = [
        path_of(UNKNOWN),
        format!("/groups/{UNKNOWN}/users"),
        format!("/groups/{UNKNOWN}/memberships"),
        format!("/groups/{UNKNOWN}/memberships/assignable"),
        format!("/users/{UNKNOWN}/groups"),
    ];
    for path in rows {
        api.get(&path)
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
    }
}

/// A path id that is no number is a parameter of the wrong type.
#[tokio::test]
async fn an_id_that_is_no_number_is_refused() {
    let api = Api::start().await;
    let rows = [
        (Method::GET, "/groups/abc", "id", "groups/show"),
        (Method::PUT, "/groups/abc", "id", "groups/update"),
        (Method::DELETE, "/groups/abc", "id", "groups/destroy"),
        (Method::GET, "/groups/abc/users", "group_id", "users/index"),
        (Method::GET, "/users/abc/groups", "user_id", "groups/index"),
    ];

    for (method, path, name, endpoint) in rows {
        let body = Some(named("g")).filter(|_| method == Method::PUT);
        let expected = errors::invalid_attribute(&format!("{name} must be an integer"), endpoint);
        api.send(method, path, body)
            .await
            .expect_error(400, &expected);
    }
}

/// Without the root key there is nothing to create or to change.
#[tokio::test]
async fn a_body_of_another_form_is_refused() {
    let api = Api::start().await;
    let id = group(&api, "g").await;
    let missing = r#"{"error":"ParameterMissing","description":"Parameter group is required"}"#;

    for body in [
        json!({}),
        json!({"groups": [{"name": "x"}]}),
        json!({"name": "x"}),
    ] {
        api.post("/groups", body.clone())
            .await
            .expect_error(400, missing);
        api.put(&path_of(id), body).await.expect_error(400, missing);
    }
}

/// A group needs a name, when it is created and when it is changed.
#[tokio::test]
async fn a_blank_name_is_refused() {
    let api = Api::start().await;
    let id = group(&api, "g").await;
    let before = shown(&api, id).await;
    let refused = |answer: Answer| {
        let error = answer.expect(422).json();
        assert_eq!(error["error"], "RecordInvalid");
        assert_eq!(
            error["details"]["name"][0]["error"], "BlankValue",
            "{error}"
        );
    };

    for attributes in [json!({"description": "d"}), json!({"name": null})] {
        refused(api.post("/groups", json!({"group": attributes})).await);
    }
    for name in ["", "  "] {
        refused(api.post("/groups", named(name)).await);
        refused(update(&api, id, json!({"name": name, "description": "d"})).await);
    }

    assert_eq!(shown(&api, id).await, before);
}

/// "A group that is the account's default, or some agent's default, cannot be deleted", documented.
/// The form of the refusal is a choice, Q-NO10.
#[tokio::test]
async fn no133_q_no10_a_default_group_is_not_deleted() {
    let api = Api::with(MockZendesk::builder()).await;
    let (of_account, of_agent) = (default_group(&api).await, group(&api, "g").await);
    let user = agent(&api).await;
    // Nobody but the account has its default there any more.
    for agent in api
        .get("/group_memberships")
        .await
        .expect(200)
        .each("group_memberships", "user_id")
    {
        join(&api, agent.as_u64().unwrap(), of_agent, true).await;
    }

    for id in [of_account, of_agent] {
        let refused = api.delete(&path_of(id)).await.expect(422).json();
        assert_eq!(refused["error"], "RecordInvalid");
        assert!(
            refused["details"]["base"][0]["description"].is_string(),
            "{refused}"
        );
        assert_eq!(shown(&api, id).await["deleted"], json!(false));
        let members = api.get(&format!("/groups/{id}/users")).await.expect(200);
        assert!(members.each("users", "id").contains(&json!(user)));
    }

    // It is enough that one agent has its default there.
    let members = api
        .get(&format!("/groups/{of_account}/memberships"))
        .await
        .expect(200)
        .json();
    for membership in members["group_memberships"].as_array().unwrap() {
        api.delete(&path_of(of_agent)).await.expect(422);
        let path = format!(
            "/users/{}/group_memberships/{}/make_default",
            membership["user_id"], membership["id"]
        );
        api.put(&path, Value::Null).await.expect(200);
    }
    api.delete(&path_of(of_agent)).await.expect(204);
    api.delete(&path_of(of_account)).await.expect(422);
}

/// "A group with members whose default lies elsewhere can be deleted", recorded; "its memberships
/// vanish".
#[tokio::test]
async fn no134_the_memberships_of_a_deleted_group_vanish() {
    let api = Api::start().await;
    let (gone, stays) = (group(&api, "gone").await, group(&api, "stays").await);
    let (one, two) = (agent(&api).await, agent(&api).await);
    let mut vanish = Vec::new();
    for user in [one, two] {
        join(&api, user, stays, true).await;
        vanish.push(join(&api, user, gone, false).await);
    }

    api.delete(&path_of(gone)).await.expect(204);

    let default = default_group(&api).await;
    for user in [one, two] {
        let list = api
            .get(&format!("/users/{user}/group_memberships"))
            .await
            .expect(200);
        assert_eq!(
            list.each("group_memberships", "group_id"),
            [json!(default), json!(stays)]
        );
        assert_eq!(
            list.each("group_memberships", "default"),
            [json!(false), json!(true)]
        );
    }
    for membership in vanish {
        let path = format!("/group_memberships/{membership}");
        api.get(&path)
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
    }
}

/// "Its tickets that are not closed lose group and assignee", documented.
#[tokio::test]
async fn no134_the_tickets_of_a_deleted_group_lose_it_and_their_assignee() {
    let api = Api::start().await;
    let (gone, stays, user) = (
        group(&api, "gone").await,
        group(&api, "stays").await,
        agent(&api).await,
    );
    for group in [gone, stays] {
        join(&api, user, group, false).await;
    }
    let elsewhere = ticket(&api, user, stays, "open").await;
    let statuses = ["new", "open", "pending", "hold", "solved", "closed"];
    let mut tickets = Vec::new();
    for status in statuses {
        tickets.push(ticket(&api, user, gone, status).await);
    }

    api.delete(&path_of(gone)).await.expect(204);

    for (ticket, status) in tickets.iter().zip(statuses) {
        let expected = if status == "closed" {
            (json!(user), json!(gone))
        } else {
            (Value::Null, Value::Null)
        };
        assert_eq!(assignment(&api, ticket).await, expected, "{status}");
    }
    assert_eq!(
        assignment(&api, &elsewhere).await,
        (json!(user), json!(stays))
    );
}

/// "GET /groups/count": the groups that are not deleted. The time has an offset, as in all counts.
#[tokio::test]
async fn no16_groups_are_counted() {
    let api = Api::start().await;
    let count = async || api.get("/groups/count").await.expect(200);
    // Where others work, they create and delete groups, too.
    let assert_value = |answer: &Answer, expected: u64| {
        let value = &answer.json()["count"]["value"];
        match api.is_shared() {
            true => assert!(value.as_u64() >= Some(1), "{value}"),
            false => assert_eq!(*value, json!(expected)),
        }
    };
    assert_value(&count().await, 1);
    let id = group(&api, "g").await;

    let answer = count().await;

    assert_eq!(keys_in_order(&answer, "/count"), ["value", "refreshed_at"]);
    let counted = answer.json()["count"].clone();
    assert_value(&answer, 2);
    let time = counted["refreshed_at"].as_str().unwrap();
    assert!(
        looks_like(time, "9999-99-99T99:99:99+99:99") && time.ends_with("+00:00"),
        "{time}"
    );
    api.delete(&path_of(id)).await.expect(204);
    assert_value(&count().await, 1);
}

/// "GET /users/{id}/groups/count": the groups that an agent is in.
#[tokio::test]
async fn no16_no86_the_groups_of_a_user_are_counted() {
    let api = Api::start().await;
    let (user, end_user) = (agent(&api).await, api.user("u").await);
    let count = async |user| {
        let answer = api.get(&format!("/users/{user}/groups/count")).await;
        let answer = answer.expect(200);
        assert_eq!(keys_in_order(&answer, "/count"), ["value", "refreshed_at"]);
        answer.json()["count"]["value"].clone()
    };
    assert_eq!(
        (count(user).await, count(end_user).await),
        (json!(1), json!(0))
    );
    let id = group(&api, "g").await;
    join(&api, user, id, false).await;
    assert_eq!(count(user).await, json!(2));
    api.delete(&path_of(id)).await.expect(204);
    assert_eq!(count(user).await, json!(1));
    assert_same_with_json(&api, &format!("/users/{user}/groups/count")).await;
    api.get("/users/7/groups/count")
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
}

/// "GET /groups/{id}/users" and "GET /users/{id}/groups" list who is in what.
#[tokio::test]
async fn no16_members_and_their_groups_are_listed() {
    let api = Api::start().await;
    let (a, b, empty) = (
        group(&api, "a").await,
        group(&api, "b").await,
        group(&api, "empty").await,
    );
    let default = default_group(&api).await;
    let mut agents = [agent(&api).await, agent(&api).await, agent(&api).await];
    for user in [agents[2], agents[0]] {
        join(&api, user, a, false).await;
    }
    join(&api, agents[1], b, true).await;
    let members = [agents[0], agents[2]];
    agents.sort_unstable();

    let rows = [
        (a, members.to_vec()),
        (b, vec![agents[1]]),
        (empty, Vec::new()),
    ];
    for (group, expected) in rows {
        for query in ["?per_page=100", "?page[size]=100"] {
            let list = api
                .get(&format!("/groups/{group}/users{query}"))
                .await
                .expect(200);
            assert_eq!(
                list.each("users", "id"),
                expected.iter().map(|id| json!(id)).collect::<Vec<_>>(),
                "{query}"
            );
        }
        let list = api.get(&format!("/groups/{group}/users")).await.expect(200);
        assert_eq!(
            keys_in_order(&list, ""),
            ["users", "next_page", "previous_page", "count"]
        );
        assert_eq!(list.json()["count"], json!(expected.len()));
    }
    for (user, expected) in [(members[0], [a, default]), (agents[1], [b, default])] {
        let list = api.get(&format!("/users/{user}/groups")).await.expect(200);
        let mut ids = list.each("groups", "id");
        ids.sort_by_key(Value::as_u64);
        let mut expected = expected.map(|id| json!(id));
        expected.sort_by_key(Value::as_u64);
        assert_eq!(ids, expected);
        assert_eq!(list.json()["count"], json!(2));
    }
    let end_user = api.user("u").await;
    let list = api
        .get(&format!("/users/{end_user}/groups"))
        .await
        .expect(200);
    assert_eq!(list.each("groups", "id"), Vec::<Value>::new());
}

/// Both envelopes have the recorded keys.
#[tokio::test]
async fn the_lists_of_groups_have_both_envelopes() {
    let api = Api::start().await;
    let user = agent(&api).await;

    for path in [
        "/groups".to_owned(),
        "/groups/assignable".to_owned(),
        format!("/users/{user}/groups"),
    ] {
        let offset = api.get(&path).await.expect(200);
        assert_eq!(
            keys_in_order(&offset, ""),
            ["groups", "next_page", "previous_page", "count"],
            "{path}"
        );
        let cursor = api.get(&format!("{path}?page[size]=1")).await.expect(200);
        assert_eq!(
            keys_in_order(&cursor, ""),
            ["groups", "meta", "links"],
            "{path}"
        );
    }
}

/// "`page[size]` above 100 is an error", measured.
#[tokio::test]
async fn no23_a_page_has_a_hundred_groups_at_most() {
    let api = Api::start().await;
    let user = agent(&api).await;
    let users = format!("/groups/{}/users", default_group(&api).await);

    for path in [
        "/groups".to_owned(),
        "/groups/assignable".to_owned(),
        format!("/users/{user}/groups"),
        users,
    ] {
        assert_hundred_a_page(&api, &path).await;
    }
}

/// "All with and without `.json`".
#[tokio::test]
async fn no15_no16_every_route_of_groups_answers_alike_with_json() {
    let api = Api::start().await;
    let (id, user) = (group(&api, "g").await, agent(&api).await);
    let gets = [
        "/groups".to_owned(),
        "/groups/assignable".to_owned(),
        "/groups/count".to_owned(),
        path_of(id),
        format!("/groups/{id}/users"),
        format!("/users/{user}/groups"),
    ];

    for path in gets {
        assert_same_with_json(&api, &path).await;
    }
    let created = api
        .post("/groups.json", named(&api.name("h")))
        .await
        .expect(201)
        .json()["group"]
        .clone();
    let path = format!("/groups/{}.json", created["id"]);
    let updated = api
        .put(&path, json!({"group": {"description": "d"}}))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&updated["group"]["url"], &updated["group"]["description"]),
        (&created["url"], &json!("d"))
    );
    api.delete(&path).await.expect(204);
}

/// The order, the name and the id in a cursor: `s`, the number of characters in four bytes, the
/// name, `i`, the id.
fn name_and_id_in(cursor: &str) -> (String, u64) {
    let text = String::from_utf8(STANDARD.decode(cursor).unwrap()).unwrap();
    let inner = text
        .strip_prefix(r#"{"o":"name,id","v":""#)
        .and_then(|rest| rest.strip_suffix(r#""}"#));
    let bytes = STANDARD
        .decode(inner.unwrap_or_else(|| panic!("{text}")))
        .unwrap();
    let (head, id) = bytes.split_at(bytes.len() - 9);
    let (length, name) = head.split_at(5);
    assert_eq!((length[0], id[0]), (b's', b'i'), "{bytes:?}");
    let name = String::from_utf8(name.to_vec()).unwrap();
    assert_eq!(
        u32::from_le_bytes(length[1..].try_into().unwrap()) as usize,
        name.chars().count(),
        "{name}"
    );
    (name, u64::from_le_bytes(id[1..].try_into().unwrap()))
}

/// "The cursor's order is `name,id`"; "the length counts characters, not bytes"; "the name is
/// stored as it is": recorded of 17 cursors.
#[tokio::test]
async fn no160_a_walk_by_cursor_passes_every_name() {
    let api = Api::with(MockZendesk::builder()).await;
    let names = [
        "Éclair",
        "eclair",
        "équipe",
        "🎯Support",
        "Zürich",
        "zurich",
        "Same",
        "same",
        "Same",
        "👩‍👩‍👧 family",
        "日本",
        "İstanbul",
        "straße",
        "a\"b\\c",
    ];
    groups_named(&api, names).await;
    let expected = walk(&api, "/groups?per_page=3", "/next_page", "id").await;
    assert_eq!(expected.len(), names.len() + 1);

    let pages = pages(&api, "/groups?page[size]=1", "/links/next").await;

    let forth: Vec<Value> = pages
        .iter()
        .flat_map(|page| page.each("groups", "id"))
        .collect();
    assert_eq!(forth, expected);
    for (n, page) in pages[..expected.len()].iter().enumerate() {
        let row = page.json()["groups"][0].clone();
        let meta = page.json()["meta"].clone();
        let position = (
            row["name"].as_str().unwrap().to_owned(),
            row["id"].as_u64().unwrap(),
        );
        for cursor in ["after_cursor", "before_cursor"] {
            assert_eq!(name_and_id_in(meta[cursor].as_str().unwrap()), position);
        }
        assert_eq!(
            meta["has_more"],
            json!(n + 1 < expected.len()),
            "{position:?}"
        );
    }
    let last = pages[expected.len() - 1].json()["links"]["prev"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut back = walk(&api, &last, "/links/prev", "id").await;
    back.reverse();
    assert_eq!(back, expected[..expected.len() - 1]);
}

/// Cursors of a real account: each goes on behind the name in it, though the double has no such
/// group.
#[tokio::test]
async fn no160_recorded_cursors_are_understood() {
    let api = Api::with(MockZendesk::builder()).await;
    groups_named(&api, ["Alpha", "Tango", "testGroup1", "🎯Support B", "🏁"]).await;
    let rows = [
        (
            "eyJvIjoibmFtZSxpZCIsInYiOiJjd29BQUFCMFpYTjBSM0p2ZFhBd2FScGJxVENiQlFBQSJ9",
            ("testGroup0", 6_164_094_475_034),
        ),
        (
            "eyJvIjoibmFtZSxpZCIsInYiOiJjd2dBQUFEd240NnZVM1Z3Y0c5eWRHa2FULzZwbEFVQUFBPT0ifQ==",
            ("🎯Support", 6_136_065_314_586),
        ),
    ];
    let behind = [
        &["testGroup1", "🎯Support B", "🏁"][..],
        &["🎯Support B", "🏁"],
    ];

    for ((cursor, (name, id)), behind) in rows.into_iter().zip(behind) {
        assert_eq!(name_and_id_in(cursor), (name.to_owned(), id));
        let page = api
            .get(&format!(
                "/groups?page[size]=100&page[after]={}",
                cursor.replace('=', "%3D")
            ))
            .await;
        assert_eq!(
            page.expect(200).each("groups", "name"),
            behind.iter().map(|name| json!(name)).collect::<Vec<_>>()
        );
    }
}

/// A cursor is a position: it holds when its group is renamed or deleted meanwhile.
#[tokio::test]
async fn no160_a_cursor_outlives_its_group() {
    let api = Api::with(MockZendesk::builder()).await;
    let [a, b, _c] = groups_named(&api, ["a", "b", "c"]).await;
    let at = async |size: u32| {
        let page = api
            .get(&format!("/groups?page[size]={size}"))
            .await
            .expect(200)
            .json();
        page["links"]["next"].as_str().unwrap().to_owned()
    };
    let (behind_a, behind_b) = (at(1).await, at(2).await);

    update(&api, a, json!({"name": "z"})).await.expect(200);
    api.delete(&path_of(b)).await.expect(204);

    for link in [behind_a, behind_b] {
        // A page of one or two.
        let page = api.get(&link).await.expect(200);
        assert_eq!(page.each("groups", "name")[0], json!("c"));
    }
}
