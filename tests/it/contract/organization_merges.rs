//! <https://developer.zendesk.com/api-reference/ticketing/organizations/organization_merges/>

use mock_zendesk::{MockZendesk, job_statuses::JobPace};
use serde_json::{Value, json};

use super::custom_fields::own_values;
use super::wire::keys_in_order;
use crate::api::{Answer, Api, errors};

/// An id that no record has.
const UNKNOWN: u64 = 9_223_372_036_854_775_807;

async fn start(api: &Api, loser: u64, winner: u64) -> Answer {
    let body = json!({"organization_merge": {"winner_id": winner}});
    api.post(&format!("/organizations/{loser}/merge"), body)
        .await
}

fn id_of(merge: &Answer) -> String {
    let id = merge.json()["organization_merge"]["id"].clone();
    id.as_str().unwrap().to_owned()
}

/// The status of a merge; asking moves it.
async fn status(api: &Api, id: &str) -> Value {
    let merge = api.get(&format!("/organization_merges/{id}")).await;
    merge.expect(200).json()["organization_merge"]["status"].clone()
}

/// The status of a merge that has had the time that it needs.
async fn status_at_last(api: &Api, id: &str) -> Value {
    let path = format!("/organization_merges/{id}");
    api.settled(&path, "/organization_merge/status", &json!("complete"))
        .await
}

async fn paced(pace: JobPace) -> Api {
    Api::with(MockZendesk::builder().job_pace(pace)).await
}

/// The answer to a merge that cannot be.
fn error_on(field: &str, description: &str, code: &str) -> String {
    format!(
        r#"{{"error":"RecordInvalid","description":"Record validation errors","details":{{"{field}":[{{"description":"{description}"{code}}}]}}}}"#
    )
}

const RUNNING: &str = "Organization is being merged";

/// The memberships of a user: organization, default, when it was created.
async fn memberships(api: &Api, user: u64) -> Vec<(Value, Value, Value)> {
    let path = format!("/users/{user}/organization_memberships");
    let list = api.get(&path).await.expect(200);
    let rows = list.json()["organization_memberships"]
        .as_array()
        .unwrap()
        .clone();
    let row = |row: &Value| {
        let [a, b, c] = ["organization_id", "default", "created_at"].map(|key| row[key].clone());
        (a, b, c)
    };
    rows.iter().map(row).collect()
}

async fn ticket(api: &Api, requester: u64, attributes: Value) -> Value {
    let mut ticket = json!({"requester_id": requester, "comment": {"body": "Help"}});
    ticket
        .as_object_mut()
        .unwrap()
        .extend(attributes.as_object().unwrap().clone());
    let answer = api.post("/tickets", json!({"ticket": ticket})).await;
    answer.expect(201).json()["ticket"]["id"].clone()
}

async fn organization_of_ticket(api: &Api, ticket: &Value) -> Value {
    let shown = api.get(&format!("/tickets/{ticket}")).await.expect(200);
    shown.json()["ticket"]["organization_id"].clone()
}

/// The keys are documented; that they have this order is inferred.
#[tokio::test]
async fn no11_no12_no88_a_merge_has_a_record_with_a_ulid() {
    let api = Api::start().await;
    let [loser, winner] = [api.organization("L").await, api.organization("W").await];

    let answer = start(&api, loser, winner).await.expect(200);

    let keys = ["id", "url", "loser_id", "winner_id", "status"];
    assert_eq!(keys_in_order(&answer, "/organization_merge"), keys);
    assert_eq!(answer.header("location"), None);
    let id = id_of(&answer);
    let is_digit = |c: char| c.is_ascii_digit() || (c.is_ascii_uppercase() && !"ILOU".contains(c));
    assert!(id.len() == 26 && id.chars().all(is_digit), "{id}");
    let merge = answer.json()["organization_merge"].clone();
    let path = format!("/organization_merges/{id}");
    assert_eq!(merge["url"], format!("{}.json", api.url(&path)));
    assert_eq!(
        [&merge["loser_id"], &merge["winner_id"], &merge["status"]],
        [&json!(loser), &json!(winner), &json!("new")]
    );
    let shown = api.get(&path).await.expect(200);
    assert_eq!(keys_in_order(&shown, "/organization_merge"), keys);
    assert_eq!(status_at_last(&api, &id).await, "complete");
    let other = start(&api, winner, api.organization("V").await).await;
    assert_ne!(id_of(&other.expect(200)), id);
}

/// "new, in_progress, complete, error". A look at the merge moves it like a look at a job.
#[tokio::test]
async fn no89_no170_a_merge_moves_from_new_to_complete_and_is_no_job() {
    let api = paced(JobPace::AfterPolls(3)).await;
    let [loser, winner] = [api.organization("L").await, api.organization("W").await];
    let merge = start(&api, loser, winner).await.expect(200);
    let id = id_of(&merge);
    assert_eq!(merge.json()["organization_merge"]["status"], "new");

    let job = api.get(&format!("/job_statuses/{id}")).await;
    job.expect_error(404, errors::RECORD_NOT_FOUND);
    let many = api.get(&format!("/job_statuses/show_many?ids={id}")).await;
    assert_eq!(many.body, r#"{"job_statuses":[]}"#);
    let all = api.get("/job_statuses").await.expect(200);
    assert_eq!(all.json()["job_statuses"], json!([]));

    for expected in ["in_progress", "in_progress", "complete", "complete"] {
        assert_eq!(status(&api, &id).await, expected);
        let is_there = api.get(&format!("/organizations/{loser}")).await.status == 200;
        assert_eq!(is_there, expected == "in_progress", "all moves at once");
    }
}

/// The trace of a merge, from the help centre and the documentation.
#[tokio::test]
async fn tn3_no90_no91_no92_a_merge_of_organizations() {
    let api = Api::start().await;
    let [l, w, both] = ["l", "w", "both"].map(|word| {
        let name = api.name(word).replace(' ', "-");
        format!("{name}.test")
    });
    let attributes = json!({"organization": {
        "name": api.name("L"), "external_id": api.name("EXT"), "domain_names": [l, both],
        "tags": ["l"], "notes": "n", "details": "d",
    }});
    let created = api
        .post("/organizations", attributes.clone())
        .await
        .expect(201);
    let loser = created.json()["organization"]["id"].as_u64().unwrap();
    let own = json!({"organization": {"name": api.name("W"), "domain_names": [w, both]}});
    let created = api.post("/organizations", own).await.expect(201);
    let before = created.json()["organization"].clone();
    let winner = before["id"].as_u64().unwrap();
    let [u1, u2, u3] = [
        api.user("u1").await,
        api.user("u2").await,
        api.user("u3").await,
    ];
    for (user, organization) in [(u1, loser), (u1, winner), (u2, loser), (u3, winner)] {
        api.membership(user, organization).await;
    }
    let [of_u2, of_u3] = [memberships(&api, u2).await, memberships(&api, u3).await];
    let open = ticket(&api, u2, json!({})).await;
    let closed = ticket(&api, u1, json!({"status": "closed"})).await;
    let other = ticket(&api, u3, json!({})).await;

    let merge = start(&api, loser, winner).await.expect(200);
    assert_eq!(merge.json()["organization_merge"]["status"], "new");
    let rename = json!({"organization": {"name": api.name("New")}});
    let path = format!("/organizations/{loser}");
    api.put(&path, rename).await.expect(422);
    assert_eq!(status_at_last(&api, &id_of(&merge)).await, "complete");

    let rows = memberships(&api, u1).await;
    assert_eq!(rows.len(), 1);
    assert_eq!((&rows[0].0, &rows[0].1), (&json!(winner), &json!(true)));
    let moved = (json!(winner), json!(true), of_u2[0].2.clone());
    assert_eq!(
        memberships(&api, u2).await,
        [moved],
        "it is as old as before"
    );
    assert_eq!(memberships(&api, u3).await, of_u3);
    for user in [u1, u2] {
        assert_eq!(api.organization_of(user).await, winner);
    }
    for ticket in [&open, &closed, &other] {
        assert_eq!(organization_of_ticket(&api, ticket).await, winner);
    }
    let after = api
        .get(&format!("/organizations/{winner}"))
        .await
        .expect(200);
    let after = after.json()["organization"].clone();
    assert_eq!(after["domain_names"], json!([w, both, l]));
    for key in [
        "name",
        "external_id",
        "tags",
        "notes",
        "details",
        "group_id",
    ] {
        assert_eq!(after[key], before[key], "{key} is not moved");
    }
    api.get(&path)
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
    let again = api.post("/organizations", attributes).await.expect(201);
    assert_ne!(
        again.json()["organization"]["id"],
        loser,
        "name and id are free"
    );
    let list = api.get(&format!("/organizations/{winner}/merges")).await;
    assert_eq!(list.each("organization_merges", "id"), [id_of(&merge)]);
}

/// "custom fields" are not moved, nor are subscriptions, which keep the organization that is gone.
#[tokio::test]
async fn no90_no154_custom_fields_and_subscriptions_are_not_moved() {
    let api = Api::start().await.marking();
    for key in ["~plan", "~zone"] {
        let field = json!({"organization_field": {"key": key, "title": key}});
        api.post("/organization_fields", field).await.expect(201);
    }
    let mut ids = Vec::new();
    for (name, values) in [
        ("~L", json!({"~plan": "l", "~zone": "l"})),
        ("~W", json!({"~plan": "w"})),
    ] {
        let new = json!({"organization": {"name": name, "organization_fields": values}});
        let created = api.post("/organizations", new).await.expect(201);
        ids.push(created.json()["organization"]["id"].as_u64().unwrap());
    }
    let agent = json!({"user": {"name": "~Agent", "role": "agent"}});
    let agent = api.post("/users", agent).await.expect(201).json()["user"]["id"].clone();
    let subscription = json!({"user_id": agent, "organization_id": ids[0]});
    let body = json!({ "organization_subscription": subscription });
    let subscribed = api.post("/organization_subscriptions", body).await;
    let subscription = subscribed.expect(201).json()["organization_subscription"]["id"].clone();

    let merge = start(&api, ids[0], ids[1]).await.expect(200);
    assert_eq!(status_at_last(&api, &id_of(&merge)).await, "complete");

    let winner = api.get(&format!("/organizations/{}", ids[1])).await;
    let own = json!({"~plan": "w", "~zone": null});
    let values = winner.json()["organization"]["organization_fields"].clone();
    assert_eq!(own_values(&values), own);
    let path = format!("/organization_subscriptions/{subscription}");
    let kept = api.get(&path).await.expect(200).json();
    assert_eq!(kept["organization_subscription"]["organization_id"], ids[0]);
    let of_winner = format!("/organizations/{}/subscriptions", ids[1]);
    let of_winner = api.get(&of_winner).await.expect(200);
    assert_eq!(of_winner.each("organization_subscriptions", "id"), [0; 0]);
}

/// "Users who are in both": the default moves, whichever it was.
#[tokio::test]
async fn no91_a_user_in_both_organizations_keeps_one_membership() {
    let api = Api::start().await;
    let [loser, winner, third] = [
        api.organization("L").await,
        api.organization("W").await,
        api.organization("T").await,
    ];
    // The organizations of each user before, the default first, and afterwards.
    let cases = [
        (vec![loser, winner, third], vec![winner, third]),
        (vec![winner, loser, third], vec![winner, third]),
        (vec![third, loser, winner], vec![third, winner]),
        (vec![third, loser], vec![third, winner]),
        (vec![loser, third], vec![winner, third]),
    ];
    let mut users = Vec::new();
    for (before, _) in &cases {
        let user = api.user("u").await;
        for organization in before {
            api.membership(user, *organization).await;
        }
        users.push(user);
    }
    let merge = start(&api, loser, winner).await.expect(200);
    assert_eq!(status_at_last(&api, &id_of(&merge)).await, "complete");
    for (user, (before, after)) in users.into_iter().zip(cases) {
        let rows = memberships(&api, user).await;
        let organizations: Vec<Value> = rows.iter().map(|row| row.0.clone()).collect();
        assert_eq!(organizations, after, "before: {before:?}");
        let defaults: Vec<bool> = rows.iter().map(|row| row.1 == true).collect();
        assert_eq!(defaults, [true, false], "before: {before:?}");
        assert_eq!(api.organization_of(user).await, after[0]);
    }
}

/// "While a merge is in progress": the rules are documented, status and words are not.
#[tokio::test]
async fn no93_q_no7_what_cannot_be_done_while_a_merge_is_in_progress() {
    for pace in [JobPace::Manual, JobPace::AfterPolls(9)] {
        let api = paced(pace).await;
        let [loser, winner, third] = [
            api.organization("L").await,
            api.organization("W").await,
            api.organization("T").await,
        ];
        let merge = start(&api, loser, winner).await.expect(200);
        status(&api, &id_of(&merge)).await;
        let path = |organization: u64| format!("/organizations/{organization}");
        let changes = |changes: Value| json!({"organization": changes});
        let running = error_on("base", RUNNING, "");

        let answer = api.put(&path(loser), changes(json!({"notes": "n"}))).await;
        answer.expect_error(422, &running);
        api.delete(&path(loser)).await.expect_error(422, &running);
        let tags = format!("{}/tags", path(loser));
        api.put(&tags, json!({"tags": ["t"]})).await.expect(422);
        let job = api
            .delete(&format!("/organizations/destroy_many?ids={loser}"))
            .await;
        if pace != JobPace::Manual {
            let job = api.finished_job(&job).await;
            assert_eq!(job["results"][0]["details"], RUNNING);
        }
        for (one, other) in [(loser, third), (loser, winner), (third, loser)] {
            start(&api, one, other).await.expect_error(422, &running);
        }
        let domains = changes(json!({"domain_names": ["new.test"]}));
        api.put(&path(winner), domains).await.expect(422);
        // What does not change is let be, and so is everything else of the winner.
        let others = changes(json!({"domain_names": [], "notes": "n"}));
        api.put(&path(winner), others).await.expect(200);
        start(&api, third, winner).await.expect(200);
        let user = api.user("u").await;
        api.membership(user, loser).await;
    }
}

/// That the answers have these forms is chosen.
#[tokio::test]
async fn no96_q_no7_what_is_not_merged() {
    let api = Api::start().await;
    let [loser, winner] = [api.organization("L").await, api.organization("W").await];
    let missing = error_on(
        "winner_id",
        "Winner: is invalid",
        r#","error":"InvalidValue""#,
    );
    start(&api, loser, UNKNOWN)
        .await
        .expect_error(422, &missing);
    let same = "Winner: cannot be the same organization";
    let same = error_on("winner_id", same, r#","error":"InvalidValue""#);
    start(&api, loser, loser).await.expect_error(422, &same);
    start(&api, UNKNOWN, winner)
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
    let path = format!("/organizations/{loser}/merge");
    for (body, error) in [
        (json!({}), "ParameterMissing"),
        (json!({"organization_merge": {}}), "ParameterMissing"),
        (
            json!({"organization_merge": {"winner_id": null}}),
            "ParameterMissing",
        ),
    ] {
        let refused = api.post(&path, body).await.expect(400);
        assert_eq!(refused.json()["error"], error);
    }
    let bad = json!({"organization_merge": {"winner_id": "x"}});
    let what = "organization_merge.winner_id must be an integer";
    let expected = errors::invalid_attribute(what, "organization_merges/create");
    api.post(&path, bad).await.expect_error(400, &expected);
    for id in ["01HPZM6206BF4G63783E5349AD", "7", "abc"] {
        let missing = api.get(&format!("/organization_merges/{id}")).await;
        missing.expect_error(404, errors::RECORD_NOT_FOUND);
    }
}

/// "Lists the merges with this organization", under cursor pagination only. That both sides count,
/// and that the loser's list is gone with it, is inferred.
#[tokio::test]
async fn no12_no95_the_merges_of_an_organization_are_listed() {
    let api = Api::start().await;
    let winner = api.organization("W").await;
    let mut ids = Vec::new();
    let mut losers = Vec::new();
    for name in ["A", "B", "C"] {
        let loser = api.organization(name).await;
        ids.push(id_of(&start(&api, loser, winner).await.expect(200)));
        losers.push(loser);
    }
    let of_loser = api
        .get(&format!("/organizations/{}/merges", losers[2]))
        .await;
    assert_eq!(
        of_loser.expect(200).each("organization_merges", "id"),
        ids[2..]
    );
    if api.is_shared() {
        for id in &ids {
            assert_eq!(status_at_last(&api, id).await, "complete");
        }
    }
    let path = format!("/organizations/{winner}/merges");
    let list = api.get(&path).await.expect(200);
    let keys = ["organization_merges", "meta", "links"];
    assert_eq!(keys_in_order(&list, ""), keys);
    assert_eq!(list.each("organization_merges", "id"), ids);
    assert_eq!(list.each("organization_merges", "status"), ["complete"; 3]);
    let page = api.get(&format!("{path}?page[size]=2")).await.expect(200);
    assert_eq!(page.each("organization_merges", "id"), ids[..2]);
    let next = page.json()["links"]["next"].as_str().unwrap().to_owned();
    let page = api.get(&next).await.expect(200);
    assert_eq!(page.each("organization_merges", "id"), ids[2..]);
    api.get(&format!("{path}?page[size]=101")).await.expect(400);
    for missing in [losers[0], UNKNOWN] {
        let answer = api.get(&format!("/organizations/{missing}/merges")).await;
        answer.expect_error(404, errors::RECORD_NOT_FOUND);
    }
}
