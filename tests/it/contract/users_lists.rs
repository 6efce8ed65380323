//! Lists of users, what narrows them, counts, sideloads, what is related to a user, and its tags.
//!
//! <https://developer.zendesk.com/api-reference/ticketing/users/users/>

use mock_zendesk::MockZendesk;
use reqwest::Method;
use serde_json::{Value, json};

use super::wire::{keys_in_order, looks_like};
use crate::api::{Answer, Api, errors};

/// An id that no record has.
const UNKNOWN: u64 = 9_223_372_036_854_775_807;

/// Creates a user with these attributes, and gives its id.
async fn create(api: &Api, user: Value) -> u64 {
    let created = api.post("/users", json!({"user": user})).await.expect(201);
    created.json()["user"]["id"].as_u64().unwrap()
}

async fn delete(api: &Api, user: u64) {
    api.delete(&format!("/users/{user}")).await.expect(200);
}

async fn ids(api: &Api, path: &str) -> Vec<Value> {
    api.get(path).await.expect(200).each("users", "id")
}

/// A group, and an account with three users in it: an agent, an admin and another agent.
async fn group_of(api: &Api, users: &[u64]) -> u64 {
    let group = json!({"group": {"name": api.name("g")}});
    let group = api.post("/groups", group).await.expect(201).json()["group"]["id"]
        .as_u64()
        .unwrap();
    for user in users {
        let membership = json!({"group_membership": {"user_id": user, "group_id": group}});
        api.post("/group_memberships", membership).await.expect(201);
    }
    group
}

/// An account with users of all roles; the owner is one of two admins.
struct Staff {
    api: Api,
    owner: Value,
    admin: Value,
    agent: Value,
    end_user: Value,
    organization: u64,
    group: u64,
}

impl Staff {
    async fn start() -> Self {
        let builder = MockZendesk::builder()
            .allow_unknown_parameter("?email")
            .allow_unknown_parameter("?external_id");
        let api = Api::start_or(builder).await.marking();
        let owner = api.get("/users/me").await.expect(200).json()["user"]["id"].clone();
        let admin = create(&api, json!({"name": "~Bea", "role": "admin"})).await;
        let agent = create(&api, json!({"name": "~cyd", "role": "agent"})).await;
        let end_user = json!({"name": "~Ada", "external_id": "~Crm-1", "email": "ada@~.example"});
        let end_user = create(&api, end_user).await;
        let organization = api.organization("o").await;
        for user in [end_user, agent, admin] {
            api.membership(user, organization).await;
        }
        let group = group_of(&api, &[agent, admin]).await;
        Self {
            owner,
            admin: json!(admin),
            agent: json!(agent),
            end_user: json!(end_user),
            organization,
            group,
            api,
        }
    }

    /// The three lists, with the users that are in each. The list of all users has others in it, if
    /// others use the account.
    fn lists(&self) -> Vec<(String, Vec<&Value>)> {
        let Self {
            owner,
            admin,
            agent,
            end_user,
            ..
        } = self;
        let mut lists = vec![
            (
                format!("/organizations/{}/users", self.organization),
                vec![admin, agent, end_user],
            ),
            (format!("/groups/{}/users", self.group), vec![admin, agent]),
        ];
        if !self.api.is_shared() {
            let everybody = vec![owner, admin, agent, end_user];
            lists.push(("/users".to_owned(), everybody));
        }
        lists
    }
}

/// All users, those of an organization and those of a group, under both paginations and by id; a
/// deleted user is in none.
#[tokio::test]
async fn nu14_nu110_nu113_nu114_lists_of_users_are_by_id_and_without_deleted_ones() {
    let staff = Staff::start().await;
    let api = &staff.api;
    let gone = create(api, json!({"name": "~gone", "role": "agent"})).await;
    api.membership(gone, staff.organization).await;
    let membership = json!({"group_membership": {"user_id": gone, "group_id": staff.group}});
    api.post("/group_memberships", membership).await.expect(201);
    delete(api, gone).await;

    for (path, expected) in staff.lists() {
        let offset = api.get(&path).await.expect(200);
        assert_eq!(
            offset.each("users", "id").iter().collect::<Vec<_>>(),
            expected
        );
        assert_eq!(offset.json()["count"], json!(expected.len()), "{path}");
        let cursor = api.get(&format!("{path}?page[size]=1")).await.expect(200);
        assert_eq!(
            cursor.each("users", "id"),
            std::slice::from_ref(expected[0]),
            "{path}"
        );
        assert_eq!(keys_in_order(&cursor, ""), ["users", "meta", "links"]);
        let next = cursor.json()["links"]["next"].as_str().unwrap().to_owned();
        assert_eq!(
            ids(api, &next).await,
            std::slice::from_ref(expected[1]),
            "{path}"
        );
    }
    for path in [
        format!("/organizations/{UNKNOWN}/users"),
        format!("/groups/{UNKNOWN}/users"),
    ] {
        api.get(&path)
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
    }
    let others = group_of(api, &[]).await;
    api.delete(&format!("/groups/{others}")).await.expect(204);
    api.get(&format!("/groups/{others}/users"))
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
}

/// `role`, `role[]`, `permission_set` and `external_id` narrow a list together; `count` and links
/// follow.
#[tokio::test]
async fn nu111_nu112_filters_of_lists() {
    let staff = Staff::start().await;
    let api = &staff.api;
    let Staff {
        owner,
        admin,
        agent,
        end_user,
        ..
    } = &staff;
    let everybody = vec![owner, admin, agent, end_user];
    let rows = [
        ("role=agent", vec![agent]),
        ("role[]=agent", vec![agent]),
        ("role[]=agent&role[]=admin", vec![owner, admin, agent]),
        ("role=end-user", vec![end_user]),
        ("role=nobody", vec![]),
        ("role=", everybody),
        ("external_id=~crm-1", vec![end_user]),
        ("external_id=~crm", vec![]),
        ("external_id=~CRM-1&role=end-user", vec![end_user]),
        ("external_id=~CRM-1&role=agent", vec![]),
        ("permission_set=7", vec![]),
        ("permission_set=7&role=agent", vec![]),
    ];
    for (query, expected) in &rows {
        for (list, members) in staff.lists() {
            let expected: Vec<&Value> = expected
                .iter()
                .copied()
                .filter(|user| members.contains(user))
                .collect();
            let path = format!("{list}?{query}");
            let answer = api.get(&path).await.expect(200);
            let found = answer.each("users", "id");
            assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{path}");
            assert_eq!(answer.json()["count"], json!(expected.len()), "{path}");
            let cursor = api.get(&format!("{path}&page[size]=100")).await.expect(200);
            assert_eq!(cursor.each("users", "id"), found, "{path}");
        }
    }

    let query = "role[]=agent&role[]=admin";
    let list = format!("/organizations/{}/users", staff.organization);
    for first in [
        format!("{list}?{query}&per_page=1"),
        format!("{list}?{query}&page[size]=1"),
    ] {
        let answer = api.get(&first).await.expect(200);
        assert_eq!(answer.each("users", "id"), std::slice::from_ref(admin));
        let json = answer.json();
        let next = json["next_page"]
            .as_str()
            .or(json["links"]["next"].as_str());
        let next = next.unwrap();
        assert!(next.contains("role%5B%5D=agent&role%5B%5D=admin"), "{next}");
        assert_eq!(ids(api, next).await, std::slice::from_ref(agent), "{first}");
    }
    for (list, _) in staff.lists() {
        api.get(&format!("{list}?permission_set=x"))
            .await
            .expect_error(
                400,
                &errors::invalid_attribute("permission_set must be an integer", "users/index"),
            );
    }
}

/// "returns all users": there is no filter by address.
#[tokio::test]
async fn nu115_nu193_an_address_does_not_narrow_the_list() {
    let staff = Staff::start().await;
    let api = &staff.api;
    let answer = api.get("/users?email=ada@~.example").await.expect(200);
    let count = answer.json()["count"].as_u64().unwrap();
    match api.is_shared() {
        true => assert!(count >= 4, "{count}"),
        false => assert_eq!((count, &answer.each("users", "id")[0]), (4, &staff.owner)),
    }
}

/// `sort_by` and `sort_order` of the users of an organization, under offset pagination alone.
#[tokio::test]
async fn nu113_the_users_of_an_organization_may_be_sorted() {
    let staff = Staff::start().await;
    let api = &staff.api;
    let Staff {
        admin: bea,
        agent: cyd,
        end_user: ada,
        ..
    } = &staff;
    let list = format!("/organizations/{}/users", staff.organization);
    let by_id = vec![bea, cyd, ada];
    // Their memberships changed them, in an account perhaps not in the same second.
    let shown = api.get(&list).await.expect(200);
    let times = shown.each("users", "updated_at").into_iter();
    let mut by_time: Vec<(String, u64)> = times
        .map(|time| time.as_str().unwrap().to_owned())
        .zip(shown.each("users", "id").iter().filter_map(Value::as_u64))
        .collect();
    by_time.sort();
    let by_time: Vec<Value> = by_time.iter().map(|(_, id)| json!(id)).collect();
    for (query, expected) in [
        ("sort_by=name", vec![ada, bea, cyd]),
        ("sort_by=name&sort_order=desc", vec![cyd, bea, ada]),
        ("sort_by=name&sort_order=asc", vec![ada, bea, cyd]),
        ("sort_by=id&sort_order=desc", vec![ada, cyd, bea]),
        ("sort_by=created_at", by_id.clone()),
        ("sort_by=updated_at", by_time.iter().collect()),
        ("sort_by=name&role=agent", vec![cyd]),
        ("sort_by=name&page[size]=100", by_id),
    ] {
        let found = ids(api, &format!("{list}?{query}")).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{query}");
    }
    let first = api
        .get(&format!("{list}?sort_by=name&per_page=1"))
        .await
        .expect(200);
    assert_eq!(first.each("users", "id"), std::slice::from_ref(ada));
    let next = first.json()["next_page"].as_str().unwrap().to_owned();
    assert_eq!(ids(api, &next).await, std::slice::from_ref(bea));
}

/// Not documented: an order that nobody knows could be any.
#[tokio::test]
async fn nu198_an_order_of_users_that_is_not_known_is_refused() {
    let api = Api::start().await;
    let organization = api.organization("o").await;
    for pages in ["", "&page[size]=1"] {
        let keys = "id, name, created_at, and updated_at";
        for (name, value, words) in [
            ("sort_by", "phone", keys),
            ("sort_by", "", keys),
            ("sort_order", "null", "asc and desc"),
        ] {
            let path = format!("/organizations/{organization}/users?{name}={value}{pages}");
            let what = format!("{name} must be one of these: {words}");
            let expected = errors::invalid_attribute(&what, "users/index");
            api.get(&path).await.expect_error(400, &expected);
        }
    }
}

/// Counts have the filters of the lists but for `external_id`, and the form of other counts.
#[tokio::test]
async fn nu15_nu116_users_are_counted() {
    let staff = Staff::start().await;
    let api = &staff.api;
    for (list, members) in staff.lists() {
        let count = async |query: &str| {
            let answer = api.get(&format!("{list}/count{query}")).await.expect(200);
            assert_eq!(
                keys_in_order(&answer, "/count"),
                ["value", "refreshed_at"],
                "{list}"
            );
            let count = answer.json()["count"].clone();
            let time = count["refreshed_at"].as_str().unwrap();
            assert!(looks_like(time, "9999-99-99T99:99:99+00:00"), "{time}");
            count["value"].clone()
        };
        let having = |wanted: &[&Value]| {
            let having = members.iter().filter(|member| wanted.contains(member));
            json!(having.count())
        };
        let staff_members = [&staff.owner, &staff.admin, &staff.agent];
        assert_eq!(count("").await, json!(members.len()), "{list}");
        assert_eq!(
            count("?role=agent").await,
            having(&[&staff.agent]),
            "{list}"
        );
        assert_eq!(
            count("?role[]=agent&role[]=admin").await,
            having(&staff_members),
            "{list}"
        );
        assert_eq!(count("?permission_set=7").await, json!(0), "{list}");
        assert_eq!(
            count("?external_id=~Crm-1").await,
            json!(members.len()),
            "{list}"
        );
    }
    for path in [
        format!("/organizations/{UNKNOWN}/users/count"),
        format!("/groups/{UNKNOWN}/users/count"),
    ] {
        api.get(&path)
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
    }
    api.get("/users/count?permission_set=x").await.expect_error(
        400,
        &errors::invalid_attribute("permission_set must be an integer", "users/count"),
    );
}

/// What `include` brings along: the default organizations, the identities and the groups of the
/// users that are shown.
#[tokio::test]
async fn nu120_organizations_identities_and_groups_are_included() {
    let staff = Staff::start().await;
    let api = &staff.api;
    let (ada, agent) = (&staff.end_user, &staff.agent);
    let include = "include=groups,organizations,identities";
    for path in [
        format!("/users?external_id=~Crm-1&{include}"),
        format!("/users?external_id=~Crm-1&{include}&page[size]=1"),
        format!("/users/{ada}?{include}"),
        format!("/users/show_many?ids={ada}&{include}"),
        format!("/users/search?external_id=~crm-1&{include}"),
        format!(
            "/organizations/{}/users?external_id=~Crm-1&{include}",
            staff.organization
        ),
    ] {
        let answer = api.get(&path).await.expect(200);
        let keys = keys_in_order(&answer, "");
        assert_eq!(
            keys[1..4],
            ["organizations", "identities", "groups"],
            "{path}: {keys:?}"
        );
        assert_eq!(
            answer.each("organizations", "id"),
            [json!(staff.organization)],
            "{path}"
        );
        assert_eq!(
            answer.each("identities", "value"),
            ["ada@~.example"],
            "{path}"
        );
        assert_eq!(answer.each("groups", "id"), [Value::Null; 0], "{path}");
    }
    let with_groups = api
        .get(&format!("/users/{agent}?include=groups"))
        .await
        .expect(200);
    assert_eq!(keys_in_order(&with_groups, ""), ["user", "groups"]);
    assert_eq!(with_groups.each("groups", "id").len(), 2);
    let of_group = api
        .get(&format!("/groups/{}/users?include=groups", staff.group))
        .await
        .expect(200);
    assert!(of_group.each("groups", "id").contains(&json!(staff.group)));
}

/// "assigned_tickets, requested_tickets, ccd_tickets, organization_subscriptions": a deleted user
/// has none.
#[tokio::test]
async fn nu19_nu119_what_is_related_to_a_user_is_counted() {
    let api = Api::start().await;
    let agent = create(&api, json!({"name": api.name("a"), "role": "agent"})).await;
    let requester = api.user("r").await;
    for assignee in [json!(agent), Value::Null, json!(agent)] {
        let ticket = json!({"ticket": {
            "requester_id": requester, "assignee_id": assignee, "status": "solved",
            "comment": {"body": "c"},
        }});
        api.post("/tickets", ticket).await.expect(201);
    }
    let related = async |user: u64| {
        let answer = api.get(&format!("/users/{user}/related")).await.expect(200);
        assert_eq!(
            keys_in_order(&answer, "/user_related"),
            [
                "assigned_tickets",
                "requested_tickets",
                "ccd_tickets",
                "organization_subscriptions"
            ]
        );
        let counts = answer.json()["user_related"].clone();
        (
            counts["assigned_tickets"].as_u64().unwrap(),
            counts["requested_tickets"].as_u64().unwrap(),
        )
    };

    assert_eq!(related(agent).await, (2, 0));
    assert_eq!(related(requester).await, (0, 3));
    api.get(&format!("/users/{UNKNOWN}/related"))
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
    let tickets = api
        .get(&format!("/users/{requester}/tickets/requested"))
        .await
        .expect(200);
    for ticket in tickets.each("tickets", "id") {
        let closed = json!({"ticket": {"status": "closed"}});
        api.put(&format!("/tickets/{ticket}"), closed)
            .await
            .expect(200);
    }
    delete(&api, requester).await;
    assert_eq!(related(requester).await, (0, 0));
}

fn tags(answer: Answer, status: u16) -> Value {
    let answer = answer.expect(status);
    assert_eq!(keys_in_order(&answer, ""), ["tags"]);
    answer.json()["tags"].clone()
}

/// "POST replaces, PUT adds, DELETE removes", each with what is there then.
#[tokio::test]
async fn nu32_nu173_nu174_the_tags_of_a_user_are_set_added_and_removed() {
    let api = Api::start().await;
    let user = create(
        &api,
        json!({"name": api.name("u"), "tags": ["b", "a", "b"]}),
    )
    .await;
    let path = format!("/users/{user}/tags");
    let body = |tags: &[&str]| json!({"tags": tags});
    let delete = async |tags: &[&str]| api.send(Method::DELETE, &path, Some(body(tags))).await;

    assert_eq!(tags(api.get(&path).await, 200), json!(["b", "a"]));
    let set = api.post(&path, body(&["c", "a", "d", "c"])).await;
    // The old ones first, then the new ones as sent.
    assert_eq!(tags(set, 201), json!(["a", "c", "d"]));
    let added = api.put(&path, body(&["e", "a", "b"])).await;
    assert_eq!(tags(added, 200), json!(["a", "c", "d", "e", "b"]));
    assert_eq!(
        tags(delete(&["c", "zzz", "a"]).await, 200),
        json!(["d", "e", "b"])
    );
    let by_query = api.delete(&format!("{path}?tags=e,d")).await;
    assert_eq!(tags(by_query, 200), json!(["b"]));
    assert_eq!(tags(api.get(&path).await, 200), json!(["b"]));
    let shown = api.get(&format!("/users/{user}")).await.expect(200);
    assert_eq!(shown.json()["user"]["tags"], json!(["b"]));
    assert_eq!(tags(api.post(&path, body(&[])).await, 201), json!([]));

    let unknown = format!("/users/{UNKNOWN}/tags");
    for answer in [
        api.get(&unknown).await,
        api.post(&unknown, body(&["a"])).await,
        api.put(&unknown, body(&["a"])).await,
        api.send(Method::DELETE, &unknown, Some(body(&["a"]))).await,
    ] {
        answer.expect_error(404, errors::RECORD_NOT_FOUND);
    }
}

/// PUT of a user replaces its tags; the reply has the old ones first, whatever order they were sent
/// in, as was recorded.
#[tokio::test]
async fn nu174_nu175_nu195_an_update_replaces_the_tags_of_a_user() {
    let api = Api::start().await;
    let user = create(
        &api,
        json!({"name": api.name("u"), "tags": ["existing", "here"]}),
    )
    .await;
    let put = async |tags: Value| {
        let body = json!({"user": {"tags": tags}});
        let answer = api.put(&format!("/users/{user}"), body).await.expect(200);
        answer.json()["user"]["tags"].clone()
    };

    assert_eq!(
        put(json!(["new", "here", "existing", "last"])).await,
        json!(["existing", "here", "new", "last"])
    );
    assert_eq!(put(json!(["last", "x"])).await, json!(["last", "x"]));
    assert_eq!(put(json!([])).await, json!([]));
}

/// Filters, then the deletion of a user, with everything that it frees.
#[tokio::test]
async fn nut6_filters_and_deletion() {
    let api = Api::with(MockZendesk::builder().endpoint_limits()).await;
    create(&api, json!({"name": "Agent", "role": "agent"})).await;
    let ada = json!({"name": "Ada", "email": "ada@example.com", "external_id": "Ext"});
    let ada = create(&api, ada).await;
    let bob = create(&api, json!({"name": "Bob"})).await;

    assert_eq!(ids(&api, "/users?role=agent").await.len(), 1);
    let staff = "/users?role[]=agent&role[]=admin";
    let page = api.get(&format!("{staff}&per_page=1")).await.expect(200);
    assert_eq!(page.json()["count"], json!(2));
    let next = page.json()["next_page"].as_str().unwrap().to_owned();
    assert!(
        next.contains("role%5B%5D=agent") && next.contains("role%5B%5D=admin"),
        "{next}"
    );
    let rest = ids(&api, &next).await;
    assert_eq!(
        [page.each("users", "id"), rest].concat(),
        ids(&api, staff).await
    );
    assert_eq!(ids(&api, "/users?external_id=EXT").await, [json!(ada)]);

    let ticket = json!({"ticket": {"requester_id": ada, "comment": {"body": "c"}}});
    let ticket = api.post("/tickets", ticket).await.expect(201).json()["ticket"]["id"].clone();
    let path = format!("/users/{ada}");
    api.delete(&path).await.expect(422);
    let closed = json!({"ticket": {"status": "closed"}});
    api.put(&format!("/tickets/{ticket}"), closed)
        .await
        .expect(200);
    let deleted = api.delete(&path).await.expect(200).json();
    assert_eq!(deleted["user"]["external_id"], Value::Null);
    let again = json!({"name": "Ada", "email": "ada@example.com", "external_id": "Ext"});
    let again = create(&api, again).await;

    let many = format!("/users/show_many?ids={ada},{again}");
    assert_eq!(ids(&api, &many).await, [json!(again)]);
    assert_eq!(
        ids(&api, &format!("{many}&include_deleted=true")).await,
        [json!(ada), json!(again)]
    );

    let path = format!("/users/{bob}");
    let body = json!({"user": {"notes": "n"}});
    for _ in 0..5 {
        api.put(&path, body.clone()).await.expect(200);
    }
    let limited = api.put(&path, body).await.expect(429);
    let form = limited.header("content-type").unwrap();
    assert!(form.starts_with("text/plain"), "{form}");
    let wait: u64 = limited.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
}
