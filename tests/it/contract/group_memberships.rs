//! <https://developer.zendesk.com/api-reference/ticketing/groups/group_memberships/>

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mock_zendesk::{Clock, MockZendesk, job_statuses::JobPace};
use reqwest::Method;
use serde_json::{Value, json};

use super::groups::{
    agent, assert_hundred_a_page, assert_same_with_json, assignment, default_group, group, join,
    ticket, user_with, warning,
};
use super::pagination::pages;
use super::wire::keys_in_order;
use crate::api::{Answer, Api, errors};

const MEMBERSHIPS: &str = "/group_memberships";

/// An id that no record has.
const UNKNOWN: u64 = 9_223_372_036_854_775_807;

/// The keys of a group membership in the recorded order.
const KEYS: [&str; 7] = [
    "url",
    "id",
    "user_id",
    "group_id",
    "default",
    "created_at",
    "updated_at",
];

const GROUP_BLANK: &str = r#"{"error":"RecordInvalid","description":"Record validation errors","details":{"group":[{"description":"Group cannot be blank","error":"BlankValue"}]}}"#;
const BOTH_BLANK: &str = r#"{"error":"RecordInvalid","description":"Record validation errors","details":{"user":[{"description":"User cannot be blank","error":"BlankValue"}],"group":[{"description":"Group cannot be blank","error":"BlankValue"}]}}"#;

/// What a list says of one membership: the group, and whether it is the default.
type Place = (u64, bool);

/// The body that assigns an agent to a group.
fn body(user: u64, group: u64) -> Value {
    json!({"group_membership": {"user_id": user, "group_id": group}})
}

/// The path of a membership.
fn path_of(membership: u64) -> String {
    format!("{MEMBERSHIPS}/{membership}")
}

/// The path of an agent's memberships.
fn of_user(user: u64) -> String {
    format!("/users/{user}{MEMBERSHIPS}")
}

/// The path of a group's memberships.
fn of_group(group: u64) -> String {
    format!("/groups/{group}/memberships")
}

async fn make_default(api: &Api, user: u64, membership: u64) -> Answer {
    api.put(
        &format!("{}/{membership}/make_default", of_user(user)),
        Value::Null,
    )
    .await
}

#[track_caller]
fn ids(list: &Answer) -> Vec<u64> {
    list.each("group_memberships", "id")
        .iter()
        .map(|id| id.as_u64().unwrap())
        .collect()
}

#[track_caller]
fn places(list: &Answer) -> Vec<Place> {
    let list = list.json();
    let rows = list["group_memberships"].as_array().unwrap();
    rows.iter()
        .map(|row| {
            (
                row["group_id"].as_u64().unwrap(),
                row["default"].as_bool().unwrap(),
            )
        })
        .collect()
}

/// The groups that an agent is in, and which one is the default.
async fn places_of(api: &Api, user: u64) -> Vec<Place> {
    places(&api.get(&of_user(user)).await.expect(200))
}

/// Checks the memberships of a user, in whatever order, and that `default_group_id` says the
/// default one.
async fn assert_in(api: &Api, user: u64, expected: &[Place], what: &str) {
    let mut found = places_of(api, user).await;
    found.sort_unstable();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected, "{what}");
    let default = expected
        .iter()
        .find(|(_, default)| *default)
        .map_or(Value::Null, |(group, _)| json!(group));
    assert_eq!(default_group_of(api, user).await, default, "{what}");
}

/// `default_group_id`, as the user itself says it.
async fn default_group_of(api: &Api, user: u64) -> Value {
    api.get(&format!("/users/{user}")).await.expect(200).json()["user"]["default_group_id"].clone()
}

/// Takes an agent out of all groups.
async fn leave_all(api: &Api, user: u64) {
    for id in ids(&api.get(&of_user(user)).await.expect(200)) {
        api.delete(&path_of(id)).await.expect(204);
    }
    assert_eq!(places_of(api, user).await, []);
}

/// An agent in the account's default group and in one group of each name: the agent, the groups,
/// the memberships.
async fn agent_in<const N: usize>(api: &Api, names: [&str; N]) -> (u64, [u64; N], [u64; N]) {
    let user = agent(api).await;
    let (mut groups, mut memberships) = ([0; N], [0; N]);
    for (n, name) in names.into_iter().enumerate() {
        groups[n] = group(api, name).await;
        memberships[n] = join(api, user, groups[n], false).await;
    }
    (user, groups, memberships)
}

async fn create_many(api: &Api, items: Value) -> Answer {
    api.post(
        &format!("{MEMBERSHIPS}/create_many"),
        json!({"group_memberships": items}),
    )
    .await
}

async fn destroy_many(api: &Api, query: &str) -> Answer {
    api.delete(&format!("{MEMBERSHIPS}/destroy_many{query}"))
        .await
}

/// Checks that a validation error has this code for this attribute.
#[track_caller]
fn assert_refused(answer: Answer, attribute: &str, code: &str) {
    let error = answer.expect(422).json();
    assert_eq!(error["error"], "RecordInvalid");
    assert_eq!(error["details"][attribute][0]["error"], code, "{error}");
}

/// The recorded keys in the recorded order, `Location`, and the flat `url` on the nested route,
/// too.
#[tokio::test]
async fn no137_a_group_membership_has_the_recorded_keys_and_values() {
    let api = Api::start().await;
    let user = agent(&api).await;

    for path in [MEMBERSHIPS.to_owned(), of_user(user)] {
        let group = group(&api, "g").await;
        let answer = api.post(&path, body(user, group)).await.expect(201);

        assert_eq!(keys_in_order(&answer, "/group_membership"), KEYS);
        let membership = answer.json()["group_membership"].clone();
        let id = membership["id"].as_u64().unwrap();
        let expected = json!({
            "url": format!("{}/api/v2/group_memberships/{id}.json", api.uri()), "id": id, "user_id": user,
            "group_id": group, "default": false, "created_at": membership["created_at"],
            "updated_at": membership["created_at"],
        });
        assert_eq!(membership, expected, "{path}");
        assert_eq!(answer.header("location"), membership["url"].as_str());
        for path in [path_of(id), format!("{}/{id}", of_user(user))] {
            assert_eq!(api.get(&path).await.expect(200).body, answer.body, "{path}");
        }
    }
}

/// "POST by an agent in no group at all → `default:false`; afterwards its list is that one, still
/// false", recorded.
#[tokio::test]
async fn no138_no139_the_first_membership_is_not_the_default_and_the_last_can_be_deleted() {
    let api = Api::start().await;
    let (user, one, two) = (
        agent(&api).await,
        group(&api, "one").await,
        group(&api, "two").await,
    );
    let only = ids(&api.get(&of_user(user)).await.expect(200))[0];
    assert_eq!(api.delete(&path_of(only)).await.expect(204).body, "");
    assert_eq!(places_of(&api, user).await, []);

    let first = api.post(MEMBERSHIPS, body(user, one)).await.expect(201);
    assert_eq!(first.json()["group_membership"]["default"], json!(false));
    assert_eq!(places_of(&api, user).await, [(one, false)]);
    join(&api, user, two, false).await;
    assert_in(&api, user, &[(one, false), (two, false)], "the second").await;
    for id in ids(&api.get(&of_user(user)).await.expect(200)) {
        api.delete(&path_of(id)).await.expect(204);
    }
    assert_in(&api, user, &[], "none").await;
}

/// "DELETE 204", flat and nested; after it the membership is not found.
#[tokio::test]
async fn no139_a_deleted_membership_is_gone_at_once() {
    let api = Api::start().await;

    for nested in [false, true] {
        let (user, [group], [id]) = agent_in(&api, ["g"]).await;
        let path = if nested {
            format!("{}/{id}", of_user(user))
        } else {
            path_of(id)
        };

        api.delete(&path).await.expect(204);

        for path in [path_of(id), format!("{}/{id}", of_user(user)), path.clone()] {
            api.get(&path)
                .await
                .expect_error(404, errors::RECORD_NOT_FOUND);
        }
        api.delete(&path)
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
        for list in [of_user(user), of_group(group)] {
            assert!(
                !ids(&api.get(&list).await.expect(200)).contains(&id),
                "{list}"
            );
        }
    }
}

/// "DELETE of the default membership (others there): 204", live. Which one is the default then is a
/// choice, Q-NO11: the one with the lowest id, and none if none is left.
#[tokio::test]
async fn no140_q_no11_after_the_default_the_lowest_id_is_the_default() {
    let api = Api::start().await;
    let (user, groups, memberships) = agent_in(&api, ["zulu", "alpha", "mike"]).await;
    let default = default_group(&api).await;
    let initial = ids(&api.get(&of_user(user)).await.expect(200))
        .into_iter()
        .find(|id| !memberships.contains(id));
    make_default(&api, user, memberships[1]).await.expect(200);
    let mut left: Vec<(u64, u64)> = memberships
        .into_iter()
        .zip(groups)
        .chain([(initial.unwrap(), default)])
        .collect();
    left.sort_unstable();

    // First the default one, then one that is not.
    left.retain(|(_, group)| *group != groups[1]);
    api.delete(&path_of(memberships[1])).await.expect(204);
    let expected = |left: &[(u64, u64)]| {
        left.iter()
            .map(|(id, group)| (*group, *id == left[0].0))
            .collect::<Vec<_>>()
    };
    assert_in(&api, user, &expected(&left), "the default is left").await;
    api.delete(&path_of(left.pop().unwrap().0))
        .await
        .expect(204);
    assert_in(&api, user, &expected(&left), "another is left").await;
    while !left.is_empty() {
        api.delete(&path_of(left.remove(0).0)).await.expect(204);
        assert_in(&api, user, &expected(&left), "the default is left again").await;
    }
}

/// Without a default before, there is none after: "the first is not promoted" (NO138).
#[tokio::test]
async fn no138_leaving_a_group_that_is_not_the_default_promotes_none() {
    let api = Api::start().await;
    let user = agent(&api).await;
    leave_all(&api, user).await;
    let (one, two) = (group(&api, "one").await, group(&api, "two").await);
    join(&api, user, one, false).await;
    let second = join(&api, user, two, false).await;

    api.delete(&path_of(second)).await.expect(204);

    assert_in(&api, user, &[(one, false)], "no default").await;
}

/// "A new agent or admin gets a membership in the account's default group with `default:true`, made
/// with the user", recorded; end users get none.
#[tokio::test]
async fn no141_a_new_agent_is_in_the_default_group() {
    let api = Api::start().await;
    let default = default_group(&api).await;
    group(&api, "other").await;

    for role in ["agent", "admin"] {
        let user = user_with(&api, role, json!({})).await;
        assert_in(&api, user, &[(default, true)], role).await;
        let membership =
            api.get(&of_user(user)).await.expect(200).json()["group_memberships"][0].clone();
        let created_at =
            api.get(&format!("/users/{user}")).await.expect(200).json()["user"]["created_at"]
                .clone();
        assert_eq!(
            (&membership["created_at"], &membership["updated_at"]),
            (&created_at, &created_at),
            "{role}"
        );
    }
    let end_user = api.user("u").await;
    assert_in(&api, end_user, &[], "end user").await;
    let me = api.get("/users/me").await.expect(200).json()["user"]["id"]
        .as_u64()
        .unwrap();
    assert_in(&api, me, &[(default, true)], "the owner").await;

    let users = json!([{"name": api.name("a"), "role": "agent"}, {"name": api.name("b")}]);
    let job = api
        .post("/users/create_many", json!({"users": users}))
        .await
        .expect(200);
    let results = api.finished_job(&job).await["results"].clone();
    assert_in(
        &api,
        results[0]["id"].as_u64().unwrap(),
        &[(default, true)],
        "create_many",
    )
    .await;
    assert_in(&api, results[1]["id"].as_u64().unwrap(), &[], "create_many").await;
}

/// An end user who becomes an agent is a new agent. Who is one already is not.
#[tokio::test]
async fn no141_who_becomes_an_agent_joins_the_default_group() {
    let api = Api::start().await;
    let default = default_group(&api).await;

    for role in ["agent", "admin"] {
        let user = api.user("u").await;
        api.put(&format!("/users/{user}"), json!({"user": {"role": role}}))
            .await
            .expect(200);
        assert_in(&api, user, &[(default, true)], role).await;
    }

    let user = agent(&api).await;
    leave_all(&api, user).await;
    for change in [
        json!({"name": api.name("new")}),
        json!({"role": "agent"}),
        json!({"role": "admin"}),
    ] {
        let path = format!("/users/{user}");
        api.put(&path, json!({"user": change})).await.expect(200);
        assert_in(&api, user, &[], &change.to_string()).await;
    }
}

/// "make_default → list of all memberships of the user, that one `default:true`;
/// user.default_group_id follows."
#[tokio::test]
async fn no142_make_default_moves_the_default() {
    let api = Api::start().await;
    let (user, [g1, g2], [_, second]) = agent_in(&api, ["g1", "g2"]).await;
    let default = default_group(&api).await;
    let other = agent(&api).await;

    let answer = make_default(&api, user, second).await.expect(200);

    assert_eq!(keys_in_order(&answer, "/group_memberships/0"), KEYS);
    assert_eq!(
        answer.each("group_memberships", "user_id"),
        vec![json!(user); 3]
    );
    let expected = [(default, false), (g1, false), (g2, true)];
    let mut found = places(&answer);
    found.sort_unstable();
    let mut sorted = expected;
    sorted.sort_unstable();
    assert_eq!(found, sorted);
    assert_in(&api, user, &expected, "moved").await;
    assert_in(&api, other, &[(default, true)], "somebody else").await;
    let again = make_default(&api, user, second).await.expect(200);
    assert_eq!(again.json(), answer.json());
}

/// Without a default there is one afterwards.
#[tokio::test]
async fn no142_make_default_gives_a_default_to_who_has_none() {
    let api = Api::start().await;
    let user = agent(&api).await;
    leave_all(&api, user).await;
    let (one, two) = (group(&api, "one").await, group(&api, "two").await);
    let first = join(&api, user, one, false).await;
    join(&api, user, two, false).await;

    make_default(&api, user, first).await.expect(200);

    assert_in(
        &api,
        user,
        &[(one, true), (two, false)],
        "the first default",
    )
    .await;
}

/// "Wrong method 404"; a membership of somebody else, or of nobody, is not found; an id is a
/// number.
#[tokio::test]
async fn no142_make_default_takes_one_method_and_own_memberships() {
    let api = Api::start().await;
    let (user, _, [id]) = agent_in(&api, ["g"]).await;
    let other = agent(&api).await;
    let path = format!("{}/{id}/make_default", of_user(user));

    for method in [Method::GET, Method::POST, Method::PATCH, Method::DELETE] {
        api.send(method, &path, None)
            .await
            .expect_error(404, errors::INVALID_ENDPOINT);
    }
    for (user, id) in [(other, id), (UNKNOWN, id), (user, UNKNOWN)] {
        make_default(&api, user, id)
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
    }
    for (path, name) in [
        (format!("{}/abc/make_default", of_user(user)), "id"),
        (
            format!("/users/abc/group_memberships/{id}/make_default"),
            "user_id",
        ),
    ] {
        let expected = errors::invalid_attribute(
            &format!("{name} must be an integer"),
            "group_memberships/make_default",
        );
        api.put(&path, Value::Null)
            .await
            .expect_error(400, &expected);
    }
    let default = default_group(&api).await;
    assert!(places_of(&api, user).await.contains(&(default, true)));
}

/// "Both touched in the same second, others not", recorded; the user is touched as well. What moved
/// the default makes no difference.
#[tokio::test]
async fn a_change_of_the_default_carries_its_time() {
    for way in ["make_default", "create", "user", "delete"] {
        let api = Api::start().await;
        let (user, [g1, g2, _], memberships) = agent_in(&api, ["g1", "g2", "g3"]).await;
        let g4 = group(&api, "g4").await;
        let initial = ids(&api.get(&of_user(user)).await.expect(200))[0];
        make_default(&api, user, memberships[0]).await.expect(200);
        let time_of_user = async || {
            let shown = api.get(&format!("/users/{user}")).await.expect(200).json();
            shown["user"]["updated_at"].as_str().unwrap().to_owned()
        };
        let times = async || {
            let list = api.get(&of_user(user)).await.expect(200).json();
            let rows = list["group_memberships"].as_array().unwrap().clone();
            let time = |row: &Value| row["updated_at"].as_str().unwrap().to_owned();
            rows.iter()
                .map(|row| (row["id"].as_u64().unwrap(), time(row)))
                .collect::<Vec<_>>()
        };
        let (before, user_before) = (times().await, time_of_user().await);
        api.let_time_pass().await;
        assert_eq!(
            (times().await, time_of_user().await),
            (before.clone(), user_before.clone()),
            "{way}"
        );

        let moved = match way {
            "make_default" => {
                make_default(&api, user, memberships[1]).await.expect(200);
                vec![memberships[0], memberships[1]]
            }
            "create" => vec![memberships[0], join(&api, user, g4, true).await],
            "user" => {
                let change = json!({"user": {"default_group_id": g2}});
                api.put(&format!("/users/{user}"), change).await.expect(200);
                vec![memberships[0], memberships[1]]
            }
            _ => {
                api.delete(&path_of(memberships[0])).await.expect(204);
                vec![initial]
            }
        };

        let now = time_of_user().await;
        assert!(now > user_before, "{way}");
        let touched: Vec<u64> = times()
            .await
            .iter()
            .filter(|row| !before.contains(row))
            .map(|(id, _)| *id)
            .collect();
        assert_eq!(touched, moved, "{way}");
        assert!(
            times()
                .await
                .iter()
                .all(|row| before.contains(row) || row.1 == now),
            "{way}"
        );
        assert_ne!(default_group_of(&api, user).await, json!(g1), "{way}");
    }
}

/// A membership that is the default already is not touched by a wish that it be.
#[tokio::test]
async fn what_is_the_default_already_is_not_touched() {
    let api = Api::start().await;
    let (user, _, [id]) = agent_in(&api, ["g"]).await;
    let before = make_default(&api, user, id).await.expect(200).body;
    let user_before = api.get(&format!("/users/{user}")).await.expect(200).body;
    api.let_time_pass().await;

    assert_eq!(make_default(&api, user, id).await.expect(200).body, before);
    assert_eq!(
        api.get(&format!("/users/{user}")).await.expect(200).body,
        user_before
    );
}

/// "Account list by id", recorded under both paginations; "user and group lists: by id". The
/// default does not come first.
#[tokio::test]
async fn no143_group_memberships_are_listed_by_id() {
    let api = Api::start().await;
    let (user, [g1, ..], memberships) = agent_in(&api, ["Zulu", "Alpha", "Mike"]).await;
    make_default(&api, user, *memberships.iter().max().unwrap())
        .await
        .expect(200);
    for _ in 0..3 {
        let other = agent(&api).await;
        join(&api, other, g1, false).await;
    }

    let mut rows = vec![
        (of_user(user), 4),
        (of_group(g1), 4),
        (format!("{}/assignable", of_group(g1)), 4),
    ];
    if !api.is_shared() {
        let assignable = format!("{MEMBERSHIPS}/assignable");
        rows.extend([(MEMBERSHIPS.to_owned(), 11), (assignable, 11)]);
    }
    for (path, count) in rows {
        for (query, link) in [
            ("per_page=2", "/next_page"),
            ("page[size]=2", "/links/next"),
        ] {
            let found: Vec<u64> = pages(&api, &format!("{path}?{query}"), link)
                .await
                .iter()
                .flat_map(ids)
                .collect();
            assert!(
                found.is_sorted() && found.len() == count,
                "{path}?{query}: {found:?}"
            );
        }
        let offset = api.get(&path).await.expect(200);
        assert_eq!(
            keys_in_order(&offset, ""),
            ["group_memberships", "next_page", "previous_page", "count"],
            "{path}"
        );
        assert_eq!(offset.json()["count"], json!(count), "{path}");
        let cursor = api.get(&format!("{path}?page[size]=1")).await.expect(200);
        assert_eq!(
            keys_in_order(&cursor, ""),
            ["group_memberships", "meta", "links"],
            "{path}"
        );
        // The cursor is base64 of the order and the position.
        let cursor = cursor.json()["meta"]["after_cursor"]
            .as_str()
            .unwrap()
            .to_owned();
        let decoded = String::from_utf8(STANDARD.decode(cursor).unwrap()).unwrap();
        assert!(decoded.starts_with(r#"{"o":"id","#), "{path}: {decoded}");
    }
}

/// The lists hold what their paths say.
#[tokio::test]
async fn no17_memberships_are_listed_by_user_and_by_group() {
    let api = Api::start().await;
    let (one, [g1, g2], [m1, m2]) = agent_in(&api, ["g1", "g2"]).await;
    let two = agent(&api).await;
    let m3 = join(&api, two, g1, true).await;
    let empty = group(&api, "empty").await;

    let rows = [
        (of_group(g1), vec![m1, m3]),
        (format!("{}/assignable", of_group(g1)), vec![m1, m3]),
        (of_group(g2), vec![m2]),
        (of_group(empty), Vec::new()),
        (of_user(api.user("u").await), Vec::new()),
    ];
    for (path, expected) in rows {
        assert_eq!(ids(&api.get(&path).await.expect(200)), expected, "{path}");
    }
    assert_eq!(
        api.get(&of_user(one))
            .await
            .expect(200)
            .each("group_memberships", "user_id"),
        vec![json!(one); 3]
    );
    assert_eq!(
        api.get(&of_user(two))
            .await
            .expect(200)
            .each("group_memberships", "user_id"),
        vec![json!(two); 2]
    );
    api.get(&of_user(UNKNOWN))
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
}

/// "`page[size]` above 100 is an error", measured.
#[tokio::test]
async fn no23_a_page_has_a_hundred_group_memberships_at_most() {
    let api = Api::start().await;
    let (user, [group], _) = agent_in(&api, ["g"]).await;

    for path in [
        MEMBERSHIPS.to_owned(),
        format!("{MEMBERSHIPS}/assignable"),
        of_user(user),
        of_group(group),
    ] {
        assert_hundred_a_page(&api, &path).await;
    }
}

/// "Duplicate: 422 RecordInvalid, code DuplicateValue"; the text is a choice, Q-NO12.
#[tokio::test]
async fn no144_q_no12_an_agent_is_in_a_group_once() {
    let api = Api::start().await;
    let (user, [group], _) = agent_in(&api, ["g"]).await;
    let default = default_group(&api).await;
    let mut by_default = body(user, group);
    by_default["group_membership"]["default"] = json!(true);

    for body in [body(user, group), by_default, body(user, default)] {
        for path in [MEMBERSHIPS.to_owned(), of_user(user)] {
            assert_refused(
                api.post(&path, body.clone()).await,
                "user_id",
                "DuplicateValue",
            );
        }
    }

    assert_in(&api, user, &[(default, true), (group, false)], "unchanged").await;
}

/// "User is an end user: 422", with a text that is a choice (Q-NO12); "unknown user or group: 422
/// `User cannot be blank` / `Group cannot be blank`; nested unknown user 404".
#[tokio::test]
async fn no145_q_no12_who_or_what_cannot_be_joined_is_refused() {
    let api = Api::start().await;
    let (user, end_user, g) = (
        agent(&api).await,
        api.user("u").await,
        group(&api, "g").await,
    );
    let (gone, gone_group) = (agent(&api).await, group(&api, "gone").await);
    api.delete(&format!("/users/{gone}")).await.expect(200);
    api.delete(&format!("/groups/{gone_group}"))
        .await
        .expect(204);
    let rows = [
        (
            json!({"user_id": UNKNOWN, "group_id": g}),
            errors::USER_BLANK,
        ),
        (json!({"user_id": gone, "group_id": g}), errors::USER_BLANK),
        (json!({"group_id": g}), errors::USER_BLANK),
        (json!({"user_id": null, "group_id": g}), errors::USER_BLANK),
        (json!({"user_id": user, "group_id": UNKNOWN}), GROUP_BLANK),
        (
            json!({"user_id": user, "group_id": gone_group}),
            GROUP_BLANK,
        ),
        (json!({"user_id": user}), GROUP_BLANK),
        (json!({"user_id": UNKNOWN, "group_id": UNKNOWN}), BOTH_BLANK),
        (json!({"default": true}), BOTH_BLANK),
    ];

    for (membership, error) in rows {
        api.post(MEMBERSHIPS, json!({"group_membership": membership}))
            .await
            .expect_error(422, error);
    }
    api.post(&of_user(user), body(user, UNKNOWN))
        .await
        .expect_error(422, GROUP_BLANK);
    for user in [UNKNOWN, gone] {
        api.post(&of_user(user), body(user, g))
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
    }
    for path in [MEMBERSHIPS.to_owned(), of_user(end_user)] {
        assert_refused(
            api.post(&path, body(end_user, g)).await,
            "user",
            "InvalidValue",
        );
    }
    assert_eq!(
        api.get(&of_group(g)).await.expect(200).json()["count"],
        json!(0)
    );
    assert_in(&api, end_user, &[], "end user").await;
}

/// The user of the path is meant, whatever the body says.
#[tokio::test]
async fn no18_the_path_says_which_agent_joins() {
    let api = Api::start().await;
    let (user, other, g) = (agent(&api).await, agent(&api).await, group(&api, "g").await);

    for (n, membership) in [
        json!({"group_id": g}),
        json!({"user_id": other, "group_id": g}),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = api
            .post(&of_user(user), json!({"group_membership": membership}))
            .await
            .expect(201)
            .json();
        assert_eq!(answer["group_membership"]["user_id"], json!(user), "{n}");
        api.delete(&path_of(answer["group_membership"]["id"].as_u64().unwrap()))
            .await
            .expect(204);
    }
    assert_eq!(places_of(&api, other).await.len(), 1);
}

/// "The id is the membership's; a group id there: 404", reported.
#[tokio::test]
async fn no146_the_id_of_a_group_is_not_that_of_a_membership() {
    let api = Api::start().await;
    let (user, [group], [id]) = agent_in(&api, ["g"]).await;
    let other = agent(&api).await;

    let rows = [
        path_of(group),
        path_of(UNKNOWN),
        format!("{}/{group}", of_user(user)),
        format!("{}/{UNKNOWN}", of_user(user)),
        // The membership of somebody else, and of nobody.
        format!("{}/{id}", of_user(other)),
        format!("{}/{id}", of_user(UNKNOWN)),
    ];
    for path in rows {
        api.get(&path)
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
        api.delete(&path)
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
    }
    make_default(&api, user, group)
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);

    assert!(places_of(&api, user).await.contains(&(group, false)));
}

/// A path id that is no number is a parameter of the wrong type.
#[tokio::test]
async fn an_id_that_is_no_number_is_refused() {
    let api = Api::start().await;
    let user = agent(&api).await;
    let nested = format!("{}/abc", of_user(user));
    let rows = [
        (Method::GET, "/group_memberships/abc", "id", "show"),
        (Method::DELETE, "/group_memberships/abc", "id", "destroy"),
        (Method::GET, &nested, "id", "show"),
        (Method::DELETE, &nested, "id", "destroy"),
        (
            Method::GET,
            "/users/abc/group_memberships",
            "user_id",
            "index",
        ),
        (
            Method::POST,
            "/users/abc/group_memberships",
            "user_id",
            "create",
        ),
        (
            Method::GET,
            "/users/abc/group_memberships/1",
            "user_id",
            "show",
        ),
        (Method::GET, "/groups/abc/memberships", "group_id", "index"),
        (
            Method::GET,
            "/groups/abc/memberships/assignable",
            "group_id",
            "assignable",
        ),
    ];

    for (method, path, name, action) in rows {
        let body = Some(body(1, 1)).filter(|_| method == Method::POST);
        let expected = errors::invalid_attribute(
            &format!("{name} must be an integer"),
            &format!("group_memberships/{action}"),
        );
        api.send(method, path, body)
            .await
            .expect_error(400, &expected);
    }
}

/// Without the root key there is nothing to create.
#[tokio::test]
async fn a_body_of_another_form_is_refused() {
    let api = Api::start().await;
    let (user, g) = (agent(&api).await, group(&api, "g").await);
    let missing = |key: &str| {
        format!(r#"{{"error":"ParameterMissing","description":"Parameter {key} is required"}}"#)
    };

    for body in [
        json!({}),
        json!({"user_id": user, "group_id": g}),
        json!({"membership": {"group_id": g}}),
    ] {
        for path in [MEMBERSHIPS.to_owned(), of_user(user)] {
            api.post(&path, body.clone())
                .await
                .expect_error(400, &missing("group_membership"));
        }
        let answer = api.post(&format!("{MEMBERSHIPS}/create_many"), body).await;
        answer.expect_error(400, &missing("group_memberships"));
    }
}

/// "`default:true` in POST steals the default."
#[tokio::test]
async fn no147_a_membership_asked_to_be_the_default_takes_over() {
    let api = Api::start().await;
    let (user, [g1], _) = agent_in(&api, ["g1"]).await;
    let (g2, g3, default) = (
        group(&api, "g2").await,
        group(&api, "g3").await,
        default_group(&api).await,
    );

    let mut membership = body(user, g2);
    membership["group_membership"]["default"] = json!(true);
    let answer = api.post(MEMBERSHIPS, membership.clone()).await.expect(201);
    assert_eq!(answer.json()["group_membership"]["default"], json!(true));
    assert_in(
        &api,
        user,
        &[(default, false), (g1, false), (g2, true)],
        "flat",
    )
    .await;
    membership["group_membership"]["group_id"] = json!(g3);
    api.post(&of_user(user), membership).await.expect(201);
    assert_in(
        &api,
        user,
        &[(default, false), (g1, false), (g2, false), (g3, true)],
        "nested",
    )
    .await;

    let other = agent(&api).await;
    leave_all(&api, other).await;
    join(&api, other, g1, true).await;
    assert_in(&api, other, &[(g1, true)], "the first").await;
}

/// "DELETE schedules a job that unassigns (assignee null, group kept) open, pending and hold
/// tickets of that agent in that group", documented. What becomes of new and solved ones is not
/// known.
#[tokio::test]
async fn no148_the_working_tickets_of_an_agent_who_leaves_lose_their_assignee() {
    let api = Api::start().await;

    for way in ["flat", "nested", "job"] {
        let (user, [left, other_group], [id, _]) = agent_in(&api, ["left", "other"]).await;
        let other_agent = agent(&api).await;
        join(&api, other_agent, left, false).await;
        let mut lost = Vec::new();
        for status in ["open", "pending", "hold"] {
            lost.push(ticket(&api, user, left, status).await);
        }
        let kept = [
            (
                ticket(&api, user, left, "closed").await,
                (json!(user), json!(left)),
            ),
            (
                ticket(&api, user, other_group, "open").await,
                (json!(user), json!(other_group)),
            ),
            (
                ticket(&api, other_agent, left, "open").await,
                (json!(other_agent), json!(left)),
            ),
        ];

        match way {
            "flat" => _ = api.delete(&path_of(id)).await.expect(204),
            "nested" => {
                _ = api
                    .delete(&format!("{}/{id}", of_user(user)))
                    .await
                    .expect(204)
            }
            _ => {
                _ = api
                    .finished_job(&destroy_many(&api, &format!("?ids={id}")).await.expect(200))
                    .await
            }
        }

        for ticket in lost {
            let assignee = api
                .settled(&ticket, "/ticket/assignee_id", &Value::Null)
                .await;
            assert_eq!(assignee, Value::Null, "{way}");
            assert_eq!(
                assignment(&api, &ticket).await,
                (Value::Null, json!(left)),
                "{way}"
            );
        }
        for (ticket, expected) in kept {
            assert_eq!(assignment(&api, &ticket).await, expected, "{way}");
        }
    }
}

/// "Schedules a job": it runs after the time that jobs take. No request asked for it, so it has no
/// job status.
#[tokio::test(start_paused = true)]
async fn no148_the_tickets_keep_their_assignee_until_the_job_has_run() {
    let builder = MockZendesk::builder()
        .clock(Clock::tokio())
        .job_pace(JobPace::After(Duration::from_secs(600)));
    let api = Api::with(builder).await;
    let (user, [left], [id]) = agent_in(&api, ["left"]).await;
    let open = ticket(&api, user, left, "open").await;
    let before = api.get(&open).await.expect(200).json()["ticket"].clone();

    api.delete(&path_of(id)).await.expect(204);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(api.get(&open).await.expect(200).json()["ticket"], before);
    assert_eq!(
        api.get("/job_statuses")
            .await
            .expect(200)
            .each("job_statuses", "id"),
        Vec::<Value>::new()
    );
    tokio::time::sleep(Duration::from_secs(600)).await;

    let after = api.get(&open).await.expect(200).json()["ticket"].clone();
    assert_eq!(
        (&after["assignee_id"], &after["group_id"]),
        (&Value::Null, &json!(left))
    );
    assert_ne!(after["updated_at"], before["updated_at"]);
}

/// "create_many: results as membership jobs, job_type `Bulk Create Group Membership`".
#[tokio::test]
async fn no149_create_many_says_what_came_of_each_item() {
    let api = Api::start().await;
    let (user, end_user) = (agent(&api).await, api.user("u").await);
    let (g1, g2, default) = (
        group(&api, "g1").await,
        group(&api, "g2").await,
        default_group(&api).await,
    );
    let items = json!([
        {"user_id": user, "group_id": g1},
        {"user_id": user, "group_id": g1},
        {"user_id": user, "group_id": UNKNOWN},
        {"user_id": UNKNOWN, "group_id": g1},
        {"user_id": end_user, "group_id": g1},
        {"user_id": user, "group_id": g2, "default": true},
    ]);

    let queued = create_many(&api, items).await.expect(200);
    let job = &queued.json()["job_status"];
    assert_eq!(
        (&job["job_type"], &job["total"]),
        (&json!("Bulk Create Group Membership"), &json!(6))
    );
    assert_eq!(
        (&job["status"], &job["results"]),
        (&json!("queued"), &Value::Null)
    );
    assert_eq!(queued.header("location"), None);

    let job = api.finished_job(&queued).await;
    assert_eq!(
        (&job["status"], &job["job_type"]),
        (&json!("completed"), &json!("Bulk Create Group Membership"))
    );
    let results = job["results"].as_array().unwrap();
    assert_eq!(results.len(), 6);
    for (index, group) in [(0, g1), (5, g2)] {
        let id = results[index]["id"].as_u64().unwrap();
        assert_eq!(results[index], json!({"index": index, "id": id}));
        let shown = api.get(&path_of(id)).await.expect(200).json()["group_membership"].clone();
        assert_eq!(
            (&shown["user_id"], &shown["group_id"]),
            (&json!(user), &json!(group))
        );
    }
    for (index, details) in [(2, "Group cannot be blank"), (3, "User cannot be blank")] {
        let error = "GroupMembershipCreateFailed";
        assert_eq!(
            results[index],
            json!({"index": index, "error": error, "details": details})
        );
    }
    for index in [1, 4] {
        assert_eq!(results[index]["index"], json!(index));
        assert!(
            results[index]["error"].is_string() && results[index]["details"].is_string(),
            "{job}"
        );
        assert_eq!(results[index].get("id"), None);
    }
    assert_in(
        &api,
        user,
        &[(default, false), (g1, false), (g2, true)],
        "the agent",
    )
    .await;
    assert_in(&api, end_user, &[], "the end user").await;
}

/// "destroy_many: results as membership jobs, job_type `Bulk Delete Group Membership`".
#[tokio::test]
async fn no149_destroy_many_says_what_came_of_each_item() {
    let api = Api::start().await;
    let (user, [g1, _], [kept, deleted]) = agent_in(&api, ["g1", "g2"]).await;
    let default = default_group(&api).await;
    let initial = ids(&api.get(&of_user(user)).await.expect(200))
        .into_iter()
        .find(|id| ![kept, deleted].contains(id));
    let initial = initial.unwrap();

    let queued = destroy_many(
        &api,
        &format!("?ids={deleted},{UNKNOWN},{default},{initial}"),
    )
    .await
    .expect(200);
    let job = &queued.json()["job_status"];
    assert_eq!(
        (&job["job_type"], &job["total"]),
        (&json!("Bulk Delete Group Membership"), &json!(4))
    );
    assert_eq!(
        (&job["status"], &job["results"]),
        (&json!("queued"), &Value::Null)
    );

    let job = api.finished_job(&queued).await;
    assert_eq!(
        (&job["status"], &job["job_type"]),
        (&json!("completed"), &json!("Bulk Delete Group Membership"))
    );
    let failed = |id: u64| {
        json!({"action": "delete", "id": id, "success": false, "error": "RecordNotFound",
            "details": "Not found"})
    };
    let done =
        |id: u64| json!({"action": "delete", "id": id, "status": "Deleted", "success": true});
    assert_eq!(
        job["results"],
        json!([
            done(deleted),
            failed(UNKNOWN),
            failed(default),
            done(initial)
        ])
    );
    for id in [deleted, initial] {
        api.get(&path_of(id))
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
    }
    assert_in(&api, user, &[(g1, true)], "what is left is the default").await;
}

/// "create_many, destroy_many: ≤ 100": one more is refused whole.
#[tokio::test]
async fn no149_a_job_has_a_hundred_items_at_most() {
    let api = Api::start().await;
    let (user, [_], [id]) = agent_in(&api, ["g"]).await;
    let g = group(&api, "h").await;
    let mut items = vec![json!({"user_id": user, "group_id": g})];
    items.resize(101, json!({"user_id": UNKNOWN, "group_id": UNKNOWN}));
    let unknown: Vec<String> = (0..100).map(|n| (UNKNOWN - n).to_string()).collect();

    create_many(&api, json!(items))
        .await
        .expect_error(400, errors::TOO_MANY_VALUES);
    let ids = format!("?ids={id},{}", unknown.join(","));
    destroy_many(&api, &ids)
        .await
        .expect_error(400, errors::TOO_MANY_VALUES);
    assert_eq!(places_of(&api, user).await.len(), 2);

    let job = api
        .finished_job(&create_many(&api, json!(items[..100])).await.expect(200))
        .await;
    assert_eq!(
        (&job["status"], &job["total"]),
        (&json!("completed"), &json!(100))
    );
    assert_eq!(job["results"].as_array().unwrap().len(), 100);
    let ids = format!("?ids={id},{}", unknown[1..].join(","));
    let job = api
        .finished_job(&destroy_many(&api, &ids).await.expect(200))
        .await;
    assert_eq!(
        (&job["status"], &job["total"]),
        (&json!("completed"), &json!(100))
    );
    let places = places_of(&api, user).await;
    assert!(
        places.len() == 2 && places.contains(&(g, false)),
        "{places:?}"
    );
}

/// Ids that cannot be meant make no job; an empty list makes one that has nothing to do.
#[tokio::test]
async fn no149_ids_that_cannot_be_meant_are_refused() {
    let api = Api::start().await;
    let (_, _, [id]) = agent_in(&api, ["g"]).await;
    let missing = r#"{"error":"ParameterMissing","description":"Parameter ids is required"}"#;
    let no_integer =
        errors::invalid_attribute("ids must be an integer", "group_memberships/destroy_many");

    let rows = [
        (String::new(), missing),
        ("?ids=".to_owned(), missing),
        (format!("?ids={id},x"), &no_integer),
    ];
    for (query, error) in rows {
        destroy_many(&api, &query).await.expect_error(400, error);
    }
    api.get(&path_of(id)).await.expect(200);
    let job = api
        .finished_job(&create_many(&api, json!([])).await.expect(200))
        .await;
    assert_eq!(
        (&job["status"], &job["results"]),
        (&json!("completed"), &json!([]))
    );
}

/// "include=users,groups on the lists": after the memberships and before the paging keys, each
/// record once.
#[tokio::test]
async fn no150_users_and_groups_are_included() {
    let api = Api::start().await;
    let (user, [g1, g2], [id, _]) = agent_in(&api, ["g1", "g2"]).await;
    let other = agent(&api).await;
    join(&api, other, g1, false).await;
    let default = default_group(&api).await;
    let offset = ["next_page", "previous_page", "count"];
    let lists = [
        MEMBERSHIPS.to_owned(),
        format!("{MEMBERSHIPS}/assignable"),
        of_user(user),
        of_group(g1),
        format!("{}/assignable", of_group(g1)),
    ];
    for path in lists {
        let includes: [(&str, &[&str]); 5] = [
            ("users", &["users"]),
            ("groups", &["groups"]),
            ("users,groups", &["users", "groups"]),
            ("groups,users", &["users", "groups"]),
            ("organizations,foo", &[]),
        ];
        for (include, arrays) in includes {
            for (query, paging) in [("", &offset[..]), ("&page[size]=2", &["meta", "links"])] {
                let list = api
                    .get(&format!("{path}?include={include}{query}"))
                    .await
                    .expect(200);
                assert_eq!(
                    keys_in_order(&list, ""),
                    [&["group_memberships"], arrays, paging].concat(),
                    "{path}"
                );
                for (array, key) in [("users", "user_id"), ("groups", "group_id")] {
                    if arrays.contains(&array) {
                        let mut expected = list.each("group_memberships", key);
                        expected.sort_by_key(Value::as_u64);
                        expected.dedup();
                        let mut included = list.each(array, "id");
                        included.sort_by_key(Value::as_u64);
                        assert_eq!(included, expected, "{path}?include={include}");
                    }
                }
            }
        }
    }
    let of_group_included = api
        .get(&format!("{}?include=users", of_group(g1)))
        .await
        .expect(200);
    for included in of_group_included.json()["users"].as_array().unwrap() {
        let shown = api
            .get(&format!("/users/{}", included["id"]))
            .await
            .expect(200)
            .json();
        assert_eq!(shown["user"], *included);
    }
    let of_user_included = api
        .get(&format!("{}?include=groups", of_user(user)))
        .await
        .expect(200);
    let mut groups = of_user_included.each("groups", "id");
    groups.sort_by_key(Value::as_u64);
    let mut expected = [default, g1, g2].map(|id| json!(id));
    expected.sort_by_key(Value::as_u64);
    assert_eq!(groups, expected);
    for path in [path_of(id), format!("{}/{id}", of_user(user))] {
        let shown = api
            .get(&format!("{path}?include=users,groups"))
            .await
            .expect(200);
        assert_eq!(
            keys_in_order(&shown, ""),
            ["group_membership", "users", "groups"],
            "{path}"
        );
        assert_eq!(
            (shown.each("users", "id"), shown.each("groups", "id")),
            (vec![json!(user)], vec![json!(g1)])
        );
    }
}

/// "`default_group_id`: null for every end user, also deleted ones; never null for agents and
/// admins", recorded.
#[tokio::test]
async fn no151_agents_have_a_default_group_and_end_users_none() {
    let api = Api::start().await;
    let default = default_group(&api).await;
    let gone = api.user("gone").await;
    api.delete(&format!("/users/{gone}")).await.expect(200);
    let rows = [
        (user_with(&api, "agent", json!({})).await, json!(default)),
        (user_with(&api, "admin", json!({})).await, json!(default)),
        (api.user("u").await, Value::Null),
        (gone, Value::Null),
    ];

    for (user, expected) in &rows {
        assert_eq!(default_group_of(&api, *user).await, *expected);
    }
    let users = api
        .get(&format!("/users/show_many?ids={},{}", rows[0].0, rows[2].0))
        .await
        .expect(200)
        .json();
    for user in users["users"].as_array().unwrap() {
        let expected = if user["role"] == "end-user" {
            Value::Null
        } else {
            json!(default)
        };
        assert_eq!(user["default_group_id"], expected);
    }
}

/// "`default_group_id` on POST, PUT /users: for an agent it makes that membership the default,
/// creating it if it lacks; on an end user 200 and no effect."
#[tokio::test]
async fn no152_default_group_id_of_a_user_is_a_wish() {
    let api = Api::start().await;
    let (g1, g2, default) = (
        group(&api, "g1").await,
        group(&api, "g2").await,
        default_group(&api).await,
    );
    let set = async |user: u64, change: Value| {
        let answer = api
            .put(&format!("/users/{user}"), json!({"user": change}))
            .await
            .expect(200);
        assert_eq!(answer.header("x-zendesk-api-warn"), None);
        answer.json()["user"]["default_group_id"].clone()
    };

    let user = user_with(&api, "agent", json!({"default_group_id": g1})).await;
    assert!(places_of(&api, user).await.contains(&(g1, true)));
    assert_eq!(default_group_of(&api, user).await, json!(g1));

    let user = agent(&api).await;
    assert_eq!(set(user, json!({"default_group_id": g2})).await, json!(g2));
    assert_in(
        &api,
        user,
        &[(default, false), (g2, true)],
        "a membership that lacked",
    )
    .await;
    assert_eq!(
        set(user, json!({"default_group_id": default})).await,
        json!(default)
    );
    assert_in(
        &api,
        user,
        &[(default, true), (g2, false)],
        "one that was there",
    )
    .await;
    assert_eq!(
        set(user, json!({"default_group_id": default})).await,
        json!(default)
    );
    assert_eq!(
        set(user, json!({"default_group_id": null})).await,
        json!(default)
    );
    assert_in(&api, user, &[(default, true), (g2, false)], "nothing new").await;

    for group in [g1, UNKNOWN] {
        let user = user_with(&api, "end-user", json!({"default_group_id": group})).await;
        assert_in(&api, user, &[], "POST of an end user").await;
        assert_eq!(
            set(user, json!({"default_group_id": group})).await,
            Value::Null
        );
        assert_in(&api, user, &[], "PUT of an end user").await;
    }
    let promoted = api.user("u").await;
    assert_eq!(
        set(promoted, json!({"role": "agent", "default_group_id": g1})).await,
        json!(g1)
    );
    let demoted = agent(&api).await;
    assert_eq!(
        set(demoted, json!({"role": "end-user", "default_group_id": g1})).await,
        Value::Null
    );
    assert_in(&api, demoted, &[], "no agent any more").await;
}

/// An agent's wish for a group that is not there is refused, and nothing changes.
#[tokio::test]
async fn no152_an_unknown_default_group_of_an_agent_is_refused() {
    let api = Api::start().await;
    let (user, default) = (agent(&api).await, default_group(&api).await);
    let gone = group(&api, "gone").await;
    api.delete(&format!("/groups/{gone}")).await.expect(204);
    let end_user = api.user("u").await;

    for group in [UNKNOWN, gone] {
        let change = json!({"user": {"name": api.name("new"), "default_group_id": group}});
        api.put(&format!("/users/{user}"), change)
            .await
            .expect_error(422, GROUP_BLANK);
        for role in ["agent", "admin"] {
            let new = json!({"name": api.name("x"), "role": role, "default_group_id": group});
            api.post("/users", json!({"user": new}))
                .await
                .expect_error(422, GROUP_BLANK);
            let promote = json!({"user": {"role": role, "default_group_id": group}});
            api.put(&format!("/users/{end_user}"), promote)
                .await
                .expect_error(422, GROUP_BLANK);
        }
    }

    assert_in(&api, user, &[(default, true)], "the agent").await;
    assert_in(&api, end_user, &[], "the end user").await;
    let shown = api.get(&format!("/users/{user}")).await.expect(200).json();
    assert_eq!(shown["user"]["name"], api.name("agent"));
}

/// "Agent made end user, or user deleted: memberships vanish, default_group_id null."
/// As when the agent leaves each group by itself.
#[tokio::test]
async fn no148_no153_the_working_tickets_of_who_is_no_agent_any_more_lose_their_assignee() {
    let api = Api::start().await;
    let (user, [group, other], _) = agent_in(&api, ["g", "other"]).await;
    let mut lost = Vec::new();
    for (group, status) in [(group, "open"), (other, "pending")] {
        lost.push((ticket(&api, user, group, status).await, group));
    }
    let closed = ticket(&api, user, group, "closed").await;

    let body = json!({"user": {"role": "end-user"}});
    api.put(&format!("/users/{user}"), body).await.expect(200);

    for (ticket, group) in lost {
        let assignee = api.settled(&ticket, "/ticket/assignee_id", &Value::Null);
        assert_eq!(assignee.await, Value::Null);
        assert_eq!(assignment(&api, &ticket).await, (Value::Null, json!(group)));
    }
    assert_eq!(assignment(&api, &closed).await, (json!(user), json!(group)));
}

#[tokio::test]
async fn no153_who_is_no_agent_any_more_is_in_no_group() {
    let api = Api::start().await;

    for deleted in [false, true] {
        let (user, [group], [id]) = agent_in(&api, ["g"]).await;
        let stays = agent(&api).await;
        join(&api, stays, group, true).await;
        let path = format!("/users/{user}");
        let answer = match deleted {
            true => api.delete(&path).await,
            false => api.put(&path, json!({"user": {"role": "end-user"}})).await,
        };

        assert_eq!(
            answer.expect(200).json()["user"]["default_group_id"],
            Value::Null,
            "{deleted}"
        );
        assert_in(&api, user, &[], "no agent").await;
        api.get(&path_of(id))
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
        let members = api
            .get(&format!("/groups/{group}/users"))
            .await
            .expect(200)
            .each("users", "id");
        assert_eq!(members, [json!(stays)], "{deleted}");
        let groups = api.get(&format!("/users/{user}/groups")).await.expect(200);
        assert_eq!(groups.json()["count"], json!(0), "{deleted}");
        let of_group = api.get(&of_group(group)).await.expect(200);
        assert_eq!(
            of_group.each("group_memberships", "user_id"),
            [json!(stays)],
            "{deleted}"
        );
    }
}

/// A group that was the default of nobody but who is no agent any more can be deleted.
#[tokio::test]
async fn no153_no133_who_is_no_agent_any_more_has_no_default_group() {
    let api = Api::start().await;

    for deleted in [false, true] {
        let (user, group) = (agent(&api).await, group(&api, "g").await);
        join(&api, user, group, true).await;
        let (path, of_group) = (format!("/users/{user}"), format!("/groups/{group}"));
        api.delete(&of_group).await.expect(422);
        match deleted {
            true => api.delete(&path).await.expect(200),
            false => api
                .put(&path, json!({"user": {"role": "end-user"}}))
                .await
                .expect(200),
        };

        api.delete(&of_group).await.expect(204);
    }
}

/// "Keys that the endpoint does not permit are dropped and the request succeeds, with
/// `x-zendesk-api-warn`."
#[tokio::test]
async fn keys_that_are_not_permitted_are_dropped_with_a_warning() {
    let api = Api::start().await;
    let user = agent(&api).await;
    let with = |group: u64, key: &str| {
        let mut body = body(user, group);
        body["group_membership"][key] = json!(1);
        body
    };
    for key in ["id", "url", "created_at", "updated_at", "foo"] {
        for path in [MEMBERSHIPS.to_owned(), of_user(user)] {
            let answer = api
                .post(&path, with(group(&api, "g").await, key))
                .await
                .expect(201);
            let keys = format!(r#""group_membership.{key}""#);
            let expected = warning("group_memberships", "create", &keys);
            assert_eq!(
                answer.header("x-zendesk-api-warn"),
                Some(&*expected),
                "{path}"
            );
            assert_ne!(answer.json()["group_membership"]["id"], json!(1));
        }
    }
    let (user, [g], [id]) = agent_in(&api, ["g"]).await;
    let body = json!({"group_membership": {"default": true}});
    let keys = r#""group_membership.default", "group_membership""#;
    let make_default = format!("{}/{id}/make_default", of_user(user));
    let rows = [
        (Method::PUT, make_default, 200, "make_default"),
        (
            Method::DELETE,
            format!("{MEMBERSHIPS}/destroy_many?ids={UNKNOWN}"),
            200,
            "destroy_many",
        ),
        (Method::DELETE, path_of(id), 204, "destroy"),
        (Method::DELETE, path_of(id), 404, "destroy"),
    ];
    for (method, path, status, action) in rows {
        let answer = api
            .send(method, &path, Some(body.clone()))
            .await
            .expect(status);
        let expected = warning("group_memberships", action, keys);
        assert_eq!(
            answer.header("x-zendesk-api-warn"),
            Some(&*expected),
            "{path}"
        );
    }
    let permitted = json!({"group_membership": {"user_id": user, "group_id": g, "default": true}});
    assert_eq!(
        api.post(MEMBERSHIPS, permitted)
            .await
            .expect(201)
            .header("x-zendesk-api-warn"),
        None
    );
}

/// "All with and without `.json`".
#[tokio::test]
async fn no17_no18_no19_every_route_of_group_memberships_answers_alike_with_json() {
    let api = Api::start().await;
    let (user, [group], [id]) = agent_in(&api, ["g"]).await;
    let gets = [
        MEMBERSHIPS.to_owned(),
        format!("{MEMBERSHIPS}/assignable"),
        path_of(id),
        of_user(user),
        format!("{}/{id}", of_user(user)),
        of_group(group),
        format!("{}/assignable", of_group(group)),
    ];
    for path in gets {
        assert_same_with_json(&api, &path).await;
    }
    let path = format!("{}/{id}/make_default.json", of_user(user));
    assert!(places(&api.put(&path, Value::Null).await.expect(200)).contains(&(group, true)));
    api.delete(&format!("{}/{id}.json", of_user(user)))
        .await
        .expect(204);
    let again = api
        .post(&format!("{MEMBERSHIPS}.json"), body(user, group))
        .await
        .expect(201)
        .json();
    api.delete(&format!(
        "{MEMBERSHIPS}/{}.json",
        again["group_membership"]["id"]
    ))
    .await
    .expect(204);
    api.post(&format!("{}.json", of_user(user)), body(user, group))
        .await
        .expect(201);
    let items = json!({"group_memberships": []});
    api.post(&format!("{MEMBERSHIPS}/create_many.json"), items)
        .await
        .expect(200);
    api.delete(&format!("{MEMBERSHIPS}/destroy_many.json?ids={UNKNOWN}"))
        .await
        .expect(200);
}

/// A group's whole life with an agent in it, one step after the other.
#[tokio::test]
async fn tn5_groups() {
    let api = Api::start().await;
    let default = default_group(&api).await;
    let user = agent(&api).await;
    assert_in(&api, user, &[(default, true)], "a new agent").await;
    let initial = ids(&api.get(&of_user(user)).await.expect(200))[0];

    let (g1, g2) = (group(&api, "My Group").await, group(&api, "My Group").await);
    assert_ne!(g1, g2);
    let second = api
        .post(MEMBERSHIPS, body(user, g2))
        .await
        .expect(201)
        .json()["group_membership"]
        .clone();
    assert_eq!(second["default"], json!(false));
    let second = second["id"].as_u64().unwrap();
    let mut list = places(&make_default(&api, user, second).await.expect(200));
    list.sort_unstable_by_key(|(_, default)| *default);
    assert_eq!(list, [(default, false), (g2, true)]);
    assert_eq!(default_group_of(&api, user).await, json!(g2));

    let path = format!("/groups/{g2}");
    api.delete(&path).await.expect(422);
    assert_eq!(
        api.get(&path).await.expect(200).json()["group"]["deleted"],
        json!(false)
    );
    make_default(&api, user, initial).await.expect(200);
    api.delete(&path).await.expect(204);
    assert_eq!(
        api.get(&path).await.expect(200).json()["group"]["deleted"],
        json!(true)
    );
    let left = pages(&api, "/groups?page[size]=100", "/links/next").await;
    let left: Vec<Value> = left
        .iter()
        .flat_map(|page| page.each("groups", "id"))
        .collect();
    assert!(
        left.contains(&json!(g1)) && !left.contains(&json!(g2)),
        "{left:?}"
    );
    assert_in(
        &api,
        user,
        &[(default, true)],
        "the membership went with the group",
    )
    .await;

    api.delete(&path_of(initial)).await.expect(204);
    let again = api
        .post(MEMBERSHIPS, body(user, g1))
        .await
        .expect(201)
        .json();
    assert_eq!(again["group_membership"]["default"], json!(false));
    assert_eq!(places_of(&api, user).await, [(g1, false)]);
}

/// An agent reads groups and makes a membership the default; what admins alone may do is forbidden.
/// An end user does neither.
#[tokio::test]
async fn tn6_roles_of_groups() {
    let api = Api::start().await;
    let (member, [g], [id]) = agent_in(&api, ["g"]).await;
    let h = group(&api, "h").await;
    let email = |role: &str| format!("{role}@{}.example.com", api.name("tn6").replace(' ', "-"));
    for role in ["agent", "end-user"] {
        user_with(&api, role, json!({"email": email(role)})).await;
    }
    let of_member = of_user(member);
    let reads = [
        "/groups".to_owned(),
        "/groups/assignable".to_owned(),
        "/groups/count".to_owned(),
        format!("/groups/{g}"),
        format!("/groups/{g}/users"),
        format!("/users/{member}/groups"),
        MEMBERSHIPS.to_owned(),
        format!("{MEMBERSHIPS}/assignable"),
        path_of(id),
        of_member.clone(),
        format!("{of_member}/{id}"),
        of_group(g),
        format!("{}/assignable", of_group(g)),
    ];
    let make_default = (
        Method::PUT,
        format!("{of_member}/{id}/make_default"),
        Value::Null,
        200,
    );
    let reads = reads
        .into_iter()
        .map(|path| (Method::GET, path, Value::Null, 200))
        .chain([make_default]);
    let admins = [
        (
            Method::POST,
            "/groups".to_owned(),
            json!({"group": {"name": api.name("x")}}),
            403,
        ),
        (
            Method::PUT,
            format!("/groups/{g}"),
            json!({"group": {"name": api.name("x")}}),
            403,
        ),
        (Method::DELETE, format!("/groups/{h}"), Value::Null, 403),
        (Method::POST, MEMBERSHIPS.to_owned(), body(member, h), 403),
        (Method::POST, of_member.clone(), body(member, h), 403),
        (Method::DELETE, path_of(id), Value::Null, 403),
        (
            Method::DELETE,
            format!("{of_member}/{id}"),
            Value::Null,
            403,
        ),
        (
            Method::POST,
            format!("{MEMBERSHIPS}/create_many"),
            json!({"group_memberships": []}),
            403,
        ),
        (
            Method::DELETE,
            format!("{MEMBERSHIPS}/destroy_many?ids={id}"),
            Value::Null,
            403,
        ),
    ];
    let rows: Vec<_> = reads.chain(admins).collect();

    for role in ["end-user", "agent"] {
        let authorization = api.authorization_of(&email(role));
        let headers = [
            ("authorization", authorization.as_str()),
            ("content-type", "application/json"),
        ];
        for (method, path, body, status) in &rows {
            let body = if body.is_null() {
                Vec::new()
            } else {
                body.to_string().into_bytes()
            };
            let answer = api.raw(method.clone(), path, &headers, body).await;
            let expected = if role == "agent" { *status } else { 403 };
            assert_eq!(
                answer.status, expected,
                "{role}: {}: {}",
                answer.request, answer.body
            );
        }
        let (default, expected) = (default_group(&api).await, role == "agent");
        assert_in(&api, member, &[(default, !expected), (g, expected)], role).await;
    }
    let shown = api.get(&format!("/groups/{g}")).await.expect(200).json();
    assert_eq!(shown["group"]["name"], api.name("g"));
}
