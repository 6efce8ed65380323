//! <https://developer.zendesk.com/api-reference/ticketing/ticket-management/job_statuses/>, and the
//! jobs of organization memberships.

use std::time::Duration;

use mock_zendesk::{Clock, MockZendesk, job_statuses::JobPace, time::Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

use super::wire::looks_like;
use crate::api::{Answer, Api, errors};

/// An id that no record has.
const UNKNOWN: u64 = 9_223_372_036_854_775_807;
const IDS_MISSING: &str =
    r#"{"error":"ParameterMissing","description":"Parameter ids is required"}"#;
const CREATE_MANY: &str = "/organization_memberships/create_many";

/// Asks to create these pairs of user and organization.
async fn create_many(api: &Api, pairs: &[(u64, u64)]) -> Answer {
    let items: Vec<Value> = pairs
        .iter()
        .map(|(user, org)| json!({"user_id": user, "organization_id": org}))
        .collect();
    api.post(CREATE_MANY, json!({"organization_memberships": items}))
        .await
}

async fn destroy_many(api: &Api, query: &str) -> Answer {
    api.delete(&format!("/organization_memberships/destroy_many{query}"))
        .await
}

/// A user in so many organizations: the user, the memberships, the organizations.
async fn member_of(api: &Api, organizations: usize) -> (u64, Vec<u64>, Vec<u64>) {
    let user = api.user("u").await;
    let (mut memberships, mut joined) = (Vec::new(), Vec::new());
    for n in 0..organizations {
        joined.push(api.organization(&format!("o{n}")).await);
        memberships.push(api.membership(user, joined[n]).await);
    }
    (user, memberships, joined)
}

/// The organizations that the user is in, default first, then by name.
async fn organizations_of(api: &Api, user: u64) -> Vec<Value> {
    let list = api
        .get(&format!("/users/{user}/organization_memberships"))
        .await
        .expect(200);
    list.each("organization_memberships", "organization_id")
}

#[track_caller]
fn id_of(queued: &Answer) -> String {
    queued.json()["job_status"]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// The text of `results` in a finished job, as it stands on the wire.
async fn results_text(api: &Api, queued: &Answer) -> String {
    api.finished_job(queued).await;
    let job = api
        .get(&format!("/job_statuses/{}", id_of(queued)))
        .await
        .expect(200);
    let (_, results) = job.body.split_once(r#","results":"#).unwrap();
    results.strip_suffix("}}").unwrap().to_owned()
}

/// "200 job_status queued": the recorded keys, in the recorded order, null where nothing is known
/// yet.
#[tokio::test]
async fn j1_y1_a_job_is_queued_with_eight_keys_four_of_which_are_null_or_queued() {
    let api = Api::start().await;
    let (user, memberships, _) = member_of(&api, 2).await;
    let other = api.organization("other").await;

    let rows = [
        (
            "Bulk Create Organization Membership",
            1,
            create_many(&api, &[(user, other)]).await,
        ),
        (
            "Bulk Delete Organization Membership",
            2,
            destroy_many(&api, &format!("?ids={},{}", memberships[0], memberships[1])).await,
        ),
    ];

    for (job_type, total, answer) in rows {
        let answer = answer.expect(200);
        let (id, uri) = (id_of(&answer), api.uri());
        let expected = format!(
            r#"{{"job_status":{{"id":"{id}","job_type":"{job_type}","url":"{uri}/api/v2/job_statuses/{id}.json","total":{total},"progress":null,"status":"queued","message":null,"results":null}}}}"#
        );
        assert_eq!(answer.body, expected);
    }
}

/// "`V3-` + 32 lower-case hex", recorded: neither a number nor bare hex.
#[tokio::test]
async fn b14_the_id_of_a_job_is_v3_and_32_hexadecimal_digits() {
    let api = Api::start().await;

    let first = id_of(&create_many(&api, &[(UNKNOWN, UNKNOWN)]).await.expect(200));
    let second = id_of(&create_many(&api, &[(UNKNOWN, UNKNOWN)]).await.expect(200));

    for id in [&first, &second] {
        assert!(looks_like(id, &format!("V3-{}", "x".repeat(32))), "{id}");
    }
    assert_ne!(first, second);
}

/// "`results`: null until completed", "`progress`, `message`: null while queued", the states
/// queued, working, completed: recorded.
#[tokio::test]
async fn b12_b13_a_job_goes_from_queued_over_working_to_completed_and_its_items_appear_as_they_are_worked()
 {
    let api = Api::with(MockZendesk::builder().job_pace(JobPace::AfterPolls(3))).await;
    let user = api.user("u").await;
    let mut pairs = Vec::new();
    for n in 0..6 {
        pairs.push((user, api.organization(&format!("o{n}")).await));
    }
    let queued = create_many(&api, &pairs).await.expect(200);
    assert_eq!(organizations_of(&api, user).await, Vec::<Value>::new());

    let mut seen = Vec::new();
    for _ in 0..3 {
        let job = api
            .get(&format!("/job_statuses/{}", id_of(&queued)))
            .await
            .expect(200)
            .json()["job_status"]
            .clone();
        let progress = job["progress"].as_u64().unwrap();
        assert_eq!(
            organizations_of(&api, user).await.len() as u64,
            progress,
            "{job}"
        );
        assert_eq!(job["total"], json!(6));
        if job["status"] == "working" {
            assert_eq!(job["results"], Value::Null);
            assert!((1..6).contains(&progress), "{job}");
            assert!(
                job["message"]
                    .as_str()
                    .unwrap()
                    .ends_with(&format!("#{progress}")),
                "{job}"
            );
        }
        seen.push((job["status"].as_str().unwrap().to_owned(), progress));
    }

    assert_eq!(
        seen.iter()
            .map(|(status, _)| status.as_str())
            .collect::<Vec<_>>(),
        ["working", "working", "completed"]
    );
    assert!(seen[0].1 < seen[1].1, "{seen:?}");
    assert_eq!(seen[2].1, 6);
}

/// "`Completed at 2023-09-18 23:35:12 +0000`", recorded; the time is that of the completion, in
/// UTC.
#[tokio::test]
async fn w11_the_message_of_a_completed_job_says_when_in_a_format_of_its_own() {
    let clock = Clock::fixed_at(Timestamp::from_unix_seconds(1_695_080_112));
    let api = Api::start_or(MockZendesk::builder().clock(clock)).await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);

    let job = api
        .finished_job(&create_many(&api, &[(user, organization)]).await)
        .await;

    let message = job["message"].as_str().unwrap();
    match api.is_shared() {
        true => assert!(
            looks_like(message, "Completed at 9999-99-99 99:99:99 +0000"),
            "{message}"
        ),
        false => assert_eq!(message, "Completed at 2023-09-18 23:35:12 +0000"),
    }
}

/// "Nothing changes after completed": not a byte.
#[tokio::test]
async fn a_completed_job_stays_as_it_is() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    let queued = create_many(&api, &[(user, organization)]).await;
    api.finished_job(&queued).await;
    let path = format!("/job_statuses/{}", id_of(&queued));
    let before = api.get(&path).await.expect(200).body;
    assert!(looks_like(
        api.get(&path).await.json()["job_status"]["message"]
            .as_str()
            .unwrap(),
        "Completed at 9999-99-99 99:99:99 +0000"
    ));

    let joined = organizations_of(&api, user).await;

    assert_eq!(api.get(&path).await.expect(200).body, before);
    assert_eq!(organizations_of(&api, user).await, joined);
}

/// "TooManyValues", recorded for organizations and tickets: 101 items are refused whole, 100 are
/// not.
#[tokio::test]
async fn j2_b34_a_hundred_items_are_taken_and_one_more_is_refused_with_nothing_done() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    let mut pairs = vec![(user, organization)];
    pairs.resize(101, (UNKNOWN, UNKNOWN));

    create_many(&api, &pairs)
        .await
        .expect_error(400, errors::TOO_MANY_VALUES);
    assert_eq!(organizations_of(&api, user).await, Vec::<Value>::new());

    let job = api
        .finished_job(&create_many(&api, &pairs[..100]).await.expect(200))
        .await;
    assert_eq!(job["total"], json!(100));
    assert_eq!(job["results"].as_array().unwrap().len(), 100);
    assert_eq!(organizations_of(&api, user).await, [json!(organization)]);
}

/// "200 job with total 0 that completes with `[]`": a choice, Q11.
#[tokio::test]
async fn j3_an_empty_list_makes_a_job_that_has_nothing_to_do() {
    let api = Api::start().await;

    let job = api
        .finished_job(&create_many(&api, &[]).await.expect(200))
        .await;

    assert_eq!(job["total"], json!(0));
    assert_eq!(job["progress"], json!(0));
    assert_eq!(job["status"], "completed");
    assert_eq!(job["results"], json!([]));
}

/// "Parameter … is required", "must be an array", "must be an integer": no job is made of what has
/// not the form of memberships.
#[tokio::test]
async fn j4_j5_j7_a_body_of_another_form_is_refused() {
    let api = Api::start().await;
    let missing = r#"{"error":"ParameterMissing","description":"Parameter organization_memberships is required"}"#;
    let no_array = errors::invalid_attribute(
        "organization_memberships must be an array",
        "organization_memberships/create_many",
    );
    let wrong_type = errors::invalid_attribute(
        "organization_memberships.user_id must be an integer",
        "organization_memberships/create_many",
    );
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    let valid = json!({"user_id": user, "organization_id": organization});

    let rows = [
        (json!({}), missing),
        (json!({"organization_membership": valid}), missing),
        (json!({"organization_memberships": valid}), &no_array),
        (json!({"organization_memberships": "x"}), &no_array),
        (
            json!({"organization_memberships": [valid, {"user_id": "x", "organization_id": organization}]}),
            &wrong_type,
        ),
    ];

    for (body, error) in rows {
        api.post(CREATE_MANY, body).await.expect_error(400, error);
    }
    assert_eq!(organizations_of(&api, user).await, Vec::<Value>::new());
}

/// "A job is `completed` although items failed; failures are only in `results`", recorded.
#[tokio::test]
async fn j6_b10_a_job_of_which_some_items_failed_is_completed() {
    let api = Api::start().await;
    let (user, _, joined) = member_of(&api, 1).await;
    let new = api.organization("new").await;

    let pairs = [(user, joined[0]), (UNKNOWN, joined[0]), (user, new)];
    let job = api
        .finished_job(&create_many(&api, &pairs).await.expect(200))
        .await;

    assert_eq!(
        (&job["status"], &job["progress"]),
        (&json!("completed"), &json!(3))
    );
    let failed = |result: &Value| result["error"].is_string();
    let results = job["results"].as_array().unwrap();
    let failed: Vec<bool> = results.iter().map(failed).collect();
    assert_eq!(failed, [true, true, false]);
}

/// "A job in which every item failed is `failed`: progress 0, `results` present", reported.
#[tokio::test]
async fn j6_b45_a_job_of_which_every_item_failed_is_failed() {
    let api = Api::start().await;
    let (user, _, joined) = member_of(&api, 1).await;

    let job = api
        .finished_job(
            &create_many(&api, &[(user, joined[0]), (UNKNOWN, joined[0])])
                .await
                .expect(200),
        )
        .await;

    assert_eq!(
        (&job["status"], &job["progress"]),
        (&json!("failed"), &json!(0))
    );
    let message = job["message"].as_str().unwrap();
    assert!(message.starts_with("Failed at 2"), "{message}");
    assert_eq!(job["results"].as_array().unwrap().len(), 2);
    for (index, result) in job["results"].as_array().unwrap().iter().enumerate() {
        assert_eq!(result["index"], json!(index), "{result}");
        assert!(
            result["error"].is_string() && result.get("id").is_none(),
            "{result}"
        );
    }
    assert_eq!(organizations_of(&api, user).await, [json!(joined[0])]);
}

/// "PUT instead of POST: 404", "POST destroy_many: 404": reported of clients that did it.
#[tokio::test]
async fn j8_y12_b16_other_methods_are_no_endpoints() {
    let api = Api::start().await;
    let body = json!({"organization_memberships": []});

    api.put(CREATE_MANY, body.clone())
        .await
        .expect_error(404, errors::INVALID_ENDPOINT);
    let answer = api
        .post("/organization_memberships/destroy_many?ids=1", body)
        .await;
    answer.expect_error(404, errors::INVALID_ENDPOINT);
}

/// "Right after the 200 the memberships do not exist yet": a live test of a .NET client guards
/// against it.
#[tokio::test]
async fn j9_b9_right_after_the_reply_the_memberships_do_not_exist_yet() {
    let api = Api::with(MockZendesk::builder()).await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);

    let queued = create_many(&api, &[(user, organization)]).await.expect(200);

    assert_eq!(organizations_of(&api, user).await, Vec::<Value>::new());
    assert_eq!(api.organization_of(user).await, Value::Null);
    api.finished_job(&queued).await;
    assert_eq!(organizations_of(&api, user).await, [json!(organization)]);
    assert_eq!(api.organization_of(user).await, json!(organization));
}

/// "`{"index":0,"id":461}`: only these two keys", asserted by a live test; the failures are a
/// choice, Q8.
#[tokio::test]
async fn b11_the_results_of_create_many_to_the_letter() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    let pairs = [
        (user, organization),
        (user, organization),
        (user, UNKNOWN),
        (UNKNOWN, organization),
    ];

    let results = results_text(&api, &create_many(&api, &pairs).await.expect(200)).await;

    let list = api
        .get(&format!("/users/{user}/organization_memberships"))
        .await
        .expect(200);
    let id = list.each("organization_memberships", "id")[0].clone();
    let expected = [
        format!(r#"{{"index":0,"id":{id}}}"#),
        r#"{"index":1,"error":"OrganizationMembershipCreateFailed","details":" This user is already a member of this organization."}"#.to_owned(),
        r#"{"index":2,"error":"OrganizationMembershipCreateFailed","details":"Organization cannot be blank"}"#.to_owned(),
        r#"{"index":3,"error":"OrganizationMembershipCreateFailed","details":"User cannot be blank"}"#.to_owned(),
    ];
    assert_eq!(results, format!("[{}]", expected.join(",")));
}

/// "`{"action":"delete","id":244,"status":"Deleted","success":true}`", recorded for organizations;
/// the failure is a choice, Q9.
#[tokio::test]
async fn b11_the_results_of_destroy_many_to_the_letter() {
    let api = Api::start().await;
    let (_, memberships, _) = member_of(&api, 1).await;
    let gone = memberships[0];

    let results = results_text(
        &api,
        &destroy_many(&api, &format!("?ids={gone},{UNKNOWN}"))
            .await
            .expect(200),
    )
    .await;

    assert_eq!(
        results,
        format!(
            r#"[{{"action":"delete","id":{gone},"status":"Deleted","success":true}},{{"action":"delete","id":{UNKNOWN},"success":false,"error":"RecordNotFound","details":"Not found"}}]"#
        )
    );
}

/// "New ids are not in ascending order within one job", "order: in request order": both recorded.
#[tokio::test]
async fn the_results_follow_the_request_and_the_new_ids_do_not_rise() {
    let api = Api::start().await;
    let user = api.user("u").await;
    let mut pairs = Vec::new();
    for n in 0..8 {
        pairs.push((user, api.organization(&format!("o{n}")).await));
    }

    let job = api
        .finished_job(&create_many(&api, &pairs).await.expect(200))
        .await;

    let mut ids = Vec::new();
    for (index, result) in job["results"].as_array().unwrap().iter().enumerate() {
        assert_eq!(result["index"], json!(index));
        let path = format!("/organization_memberships/{}", result["id"]);
        let created = api.get(&path).await.expect(200).json()["organization_membership"].clone();
        assert_eq!(
            created["organization_id"],
            json!(pairs[index].1),
            "item {index}"
        );
        ids.push(created["id"].as_u64().unwrap());
    }
    assert!(!ids.is_sorted(), "{ids:?}");
}

/// "Within one create_many the rules apply in order: the first membership of a user becomes
/// default; `default:true` later steals."
#[tokio::test]
async fn each_user_of_a_job_gets_the_default_that_single_requests_would_give() {
    let api = Api::start().await;
    let (ada, bob) = (api.user("ada").await, api.user("bob").await);
    let (o1, o2) = (api.organization("o1").await, api.organization("o2").await);

    let items = json!([
        {"user_id": ada, "organization_id": o1, "default": false},
        {"user_id": bob, "organization_id": o1},
        {"user_id": ada, "organization_id": o2},
        {"user_id": bob, "organization_id": o2, "default": true},
    ]);
    let queued = api
        .post(CREATE_MANY, json!({"organization_memberships": items}))
        .await
        .expect(200);
    api.finished_job(&queued).await;

    assert_eq!(organizations_of(&api, ada).await, [json!(o1), json!(o2)]);
    assert_eq!(api.organization_of(ada).await, json!(o1));
    assert_eq!(organizations_of(&api, bob).await, [json!(o2), json!(o1)]);
    assert_eq!(api.organization_of(bob).await, json!(o2));
}

/// "`?ids=1,2,3` (comma, also `%2C`)" is documented; of `ids=1&ids=2` Rack keeps the last; `ids[]=`
/// is accepted.
#[tokio::test]
async fn y1_y2_y3_b33_which_memberships_are_meant_depends_on_how_the_ids_are_written() {
    let rows = [
        ("?ids={0},{1}", vec![0, 1]),
        ("?ids={0}%2C{1}", vec![0, 1]),
        ("?ids={0}&ids={1}", vec![1]),
        ("?ids[]={0}&ids[]={1}", vec![0, 1]),
        ("?ids%5B%5D={0}&ids%5B%5D={1}", vec![0, 1]),
    ];
    let api = Api::start().await;

    for (query, meant) in rows {
        let (user, memberships, joined) = member_of(&api, 3).await;
        let ids = query
            .replace("{0}", &memberships[0].to_string())
            .replace("{1}", &memberships[1].to_string());

        let job = api
            .finished_job(&destroy_many(&api, &ids).await.expect(200))
            .await;

        assert_eq!(job["total"], json!(meant.len()), "{query}");
        let kept = (0..3)
            .filter(|n| !meant.contains(n))
            .map(|n| json!(joined[n]))
            .collect::<Vec<_>>();
        assert_eq!(organizations_of(&api, user).await, kept, "{query}");
        for organization in joined {
            api.delete(&format!("/organizations/{organization}"))
                .await
                .expect(204);
        }
    }
}

/// "`ids` only in a JSON body: it works", reported; the shape was not shown. Those in the query come
/// first.
#[tokio::test]
async fn y4b_ids_may_stand_in_the_body() {
    for in_one_text in [false, true] {
        let api = Api::start().await;
        let (user, memberships, joined) = member_of(&api, 3).await;
        let ids = if in_one_text {
            json!({"ids": format!("{},{}", memberships[0], memberships[1])})
        } else {
            json!({"ids": memberships[..2]})
        };

        let path = "/organization_memberships/destroy_many";
        let answer = api
            .send(Method::DELETE, path, Some(ids.clone()))
            .await
            .expect(200);

        assert_eq!(answer.header("x-zendesk-api-warn"), None, "{ids}");
        assert_eq!(api.finished_job(&answer).await["total"], json!(2), "{ids}");
        assert_eq!(organizations_of(&api, user).await, [json!(joined[2])]);

        let path = format!("{path}?ids={}", memberships[2]);
        let answer = api.send(Method::DELETE, &path, Some(ids)).await.expect(200);
        assert_eq!(api.finished_job(&answer).await["total"], json!(1));
        assert_eq!(organizations_of(&api, user).await, [] as [Value; 0]);
    }
    let api = Api::start().await;
    for none in [json!({"ids": []}), json!({"ids": ""}), json!({"ids": null})] {
        let path = "/organization_memberships/destroy_many";
        let answer = api.send(Method::DELETE, path, Some(none)).await;
        let missing = r#"{"error":"ParameterMissing","description":"Parameter ids is required"}"#;
        answer.expect_error(400, missing);
    }
}

/// "No `ids`, or empty: ParameterMissing"; "101 ids: TooManyValues"; "non-numeric id: 400": no job
/// is made.
#[tokio::test]
async fn y4_y5_y7_ids_that_cannot_be_meant_are_refused() {
    let api = Api::start().await;
    let (user, memberships, joined) = member_of(&api, 1).await;
    let id = memberships[0];
    let no_integer = errors::invalid_attribute(
        "ids must be an integer",
        "organization_memberships/destroy_many",
    );
    let hundred: String = (1..=100).map(|n| format!(",{n}")).collect();

    let rows = [
        (String::new(), IDS_MISSING),
        ("?ids=".to_owned(), IDS_MISSING),
        (format!("?ids={id}{hundred}"), errors::TOO_MANY_VALUES),
        (format!("?ids={id},x"), &no_integer),
    ];

    for (query, error) in rows {
        destroy_many(&api, &query).await.expect_error(400, error);
        assert_eq!(
            organizations_of(&api, user).await,
            [json!(joined[0])],
            "{query}"
        );
    }
}

/// "ids per destroy_many: 100".
#[tokio::test]
async fn y5_a_hundred_ids_are_taken() {
    let api = Api::start().await;
    let ids = (0..100)
        .map(|n| (UNKNOWN - n).to_string())
        .collect::<Vec<_>>()
        .join(",");

    let job = api
        .finished_job(&destroy_many(&api, &format!("?ids={ids}")).await.expect(200))
        .await;

    assert_eq!(job["total"], json!(100));
}

/// "Unknown ids: 200; failure in results": a live test sends ids that were deleted before.
#[tokio::test]
async fn y6_an_unknown_id_fails_alone() {
    let api = Api::start().await;
    let (user, memberships, joined) = member_of(&api, 2).await;
    let (gone, id) = (memberships[0], memberships[1]);
    api.delete(&format!("/organization_memberships/{gone}"))
        .await
        .expect(204);
    assert_eq!(organizations_of(&api, user).await, [json!(joined[1])]);

    let job = api
        .finished_job(
            &destroy_many(&api, &format!("?ids={gone},{id}"))
                .await
                .expect(200),
        )
        .await;

    assert_eq!(job["status"], "completed");
    let results = job["results"].as_array().unwrap();
    let said: Vec<_> = results
        .iter()
        .map(|result| (result["id"].clone(), result["success"].clone()))
        .collect();
    assert_eq!(
        said,
        [(json!(gone), json!(false)), (json!(id), json!(true))]
    );
    assert_eq!(organizations_of(&api, user).await, Vec::<Value>::new());
}

/// "Same id twice: total = distinct ids": a choice.
#[tokio::test]
async fn y8_an_id_that_is_given_twice_counts_once() {
    let api = Api::start().await;
    let (_, memberships, _) = member_of(&api, 1).await;
    let id = memberships[0];

    let job = api
        .finished_job(
            &destroy_many(&api, &format!("?ids={id},{id}"))
                .await
                .expect(200),
        )
        .await;

    assert_eq!(job["total"], json!(1));
    assert_eq!(
        job["results"],
        json!([{"action": "delete", "id": id, "status": "Deleted", "success": true}])
    );
}

/// "Before the job ran: memberships still there"; the documented "immediately removes" is a queued
/// job.
#[tokio::test]
async fn y9_right_after_the_reply_the_memberships_are_still_there() {
    let api = Api::with(MockZendesk::builder()).await;
    let (user, memberships, joined) = member_of(&api, 1).await;
    let path = format!("/organization_memberships/{}", memberships[0]);

    let queued = destroy_many(&api, &format!("?ids={}", memberships[0]))
        .await
        .expect(200);

    api.get(&path).await.expect(200);
    assert_eq!(api.organization_of(user).await, json!(joined[0]));
    api.finished_job(&queued).await;
    api.get(&path)
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
    assert_eq!(api.organization_of(user).await, Value::Null);
}

/// "Effect of each item: as DELETE": another default is chosen, and the tickets lose the
/// organization.
#[tokio::test]
async fn y10_each_item_does_what_a_single_delete_does() {
    let api = Api::start().await;
    let (user, memberships, joined) = member_of(&api, 3).await;
    let ticket =
        json!({"ticket": {"subject": "s", "comment": {"body": "c"}, "requester_id": user}});
    let ticket = api.post("/tickets", ticket).await.expect(201).json()["ticket"].clone();
    assert_eq!(ticket["organization_id"], json!(joined[0]));

    let queued = destroy_many(&api, &format!("?ids={},{}", memberships[0], memberships[2]))
        .await
        .expect(200);
    api.finished_job(&queued).await;

    assert_eq!(organizations_of(&api, user).await, [json!(joined[1])]);
    assert_eq!(api.organization_of(user).await, json!(joined[1]));
    let path = format!("/tickets/{}", ticket["id"]);
    let organization = api
        .settled(&path, "/ticket/organization_id", &Value::Null)
        .await;
    assert_eq!(organization, Value::Null);
}

/// "A body is sent too: ignored, x-zendesk-api-warn", recorded.
#[tokio::test]
async fn y11_a_body_of_destroy_many_is_ignored_with_a_warning() {
    let api = Api::start().await;
    let (user, memberships, joined) = member_of(&api, 2).await;
    let path = format!(
        "/organization_memberships/destroy_many?ids={}",
        memberships[0]
    );
    let body = json!({"organization_membership": {"id": memberships[1]}});

    let answer = api
        .send(Method::DELETE, &path, Some(body))
        .await
        .expect(200);

    assert_eq!(
        answer.header("x-zendesk-api-warn"),
        Some(
            r#"{:allowed_parameters=>{:controller=>"organization_memberships", :action=>"destroy_many", :unpermitted_keys=>["organization_membership.id", "organization_membership"], :invalid_values=>[]}}"#
        )
    );
    api.finished_job(&answer).await;
    assert_eq!(organizations_of(&api, user).await, [json!(joined[1])]);
}

/// "GET /job_statuses/{id}: 200 `{"job_status":{…}}`", with and without `.json`, and by the job's
/// own `url`.
#[tokio::test]
async fn g1_a_job_is_found_by_its_id_and_by_its_url() {
    let api = Api::start().await;
    let queued = create_many(&api, &[(UNKNOWN, UNKNOWN)]).await.expect(200);
    let finished = api.finished_job(&queued).await;
    let id = id_of(&queued);

    for path in [
        format!("/job_statuses/{id}"),
        format!("/job_statuses/{id}.json"),
        finished["url"].as_str().unwrap().to_owned(),
    ] {
        assert_eq!(
            api.get(&path).await.expect(200).json(),
            json!({"job_status": finished}),
            "{path}"
        );
    }
}

/// "NotFound, foreign or expired id: 404 RecordNotFound".
#[tokio::test]
async fn g2_a_job_that_is_not_there_is_not_found() {
    let api = Api::start().await;

    for id in [
        "V3-00000000000000000000000000000000",
        "00000000000000000000000000000000",
        "V3-x",
        "1",
    ] {
        api.get(&format!("/job_statuses/{id}"))
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
    }
}

/// "Finished first by completion time descending, then by creation descending"; "cursor pagination
/// only".
#[tokio::test]
async fn g3_the_list_gives_finished_jobs_first_and_then_the_newest() {
    let api = Api::with(MockZendesk::builder().job_pace(JobPace::AfterPolls(3))).await;
    let first = create_many(&api, &[(UNKNOWN, UNKNOWN)]).await.expect(200);
    let second = create_many(&api, &[(UNKNOWN, UNKNOWN)]).await.expect(200);
    let third = create_many(&api, &[(UNKNOWN, UNKNOWN)]).await.expect(200);
    api.finished_job(&first).await;

    let list = api.get("/job_statuses").await.expect(200);

    let expected = [&first, &third, &second].map(|job| json!(id_of(job)));
    assert_eq!(list.each("job_statuses", "id"), expected);
    assert_eq!(
        super::wire::keys_in_order(&list, ""),
        ["job_statuses", "meta", "links"]
    );
    assert_eq!(list.json()["meta"]["has_more"], json!(false));
}

/// "show_many: unknown ids left out", and nothing but the jobs in the body.
#[tokio::test]
async fn g4_show_many_gives_the_jobs_that_are_there() {
    let api = Api::start().await;
    let mut expected = Vec::new();
    for _ in 0..2 {
        let queued = create_many(&api, &[(UNKNOWN, UNKNOWN)]).await.expect(200);
        expected.push(api.finished_job(&queued).await["id"].clone());
    }
    let ids = format!(
        "{},V3-00000000000000000000000000000000,{}",
        expected[0], expected[1]
    )
    .replace('"', "");

    let answer = api
        .get(&format!("/job_statuses/show_many?ids={ids}"))
        .await
        .expect(200);

    let mut given = answer.each("job_statuses", "id");
    given.sort_by_key(Value::to_string);
    expected.sort_by_key(Value::to_string);
    assert_eq!(given, expected);
    assert_eq!(super::wire::keys_in_order(&answer, ""), ["job_statuses"]);
}

/// "show_many without ids: 400 ParameterMissing".
#[tokio::test]
async fn g5_show_many_without_ids_is_refused() {
    let api = Api::start().await;

    api.get("/job_statuses/show_many")
        .await
        .expect_error(400, IDS_MISSING);
}

/// "`zendesk-ratelimit-inflight-jobs: total=30; remaining=29; resets=60`", documented.
#[tokio::test]
async fn g7_a_reply_that_makes_a_job_says_how_many_more_may_be_under_way() {
    let api = Api::start().await;

    for remaining in [29, 28] {
        let answer = create_many(&api, &[(UNKNOWN, UNKNOWN)]).await.expect(200);
        let header = answer
            .header("zendesk-ratelimit-inflight-jobs")
            .unwrap_or_default();
        let expected = match api.is_shared() {
            // Others have jobs, too.
            true => "total=30; remaining=".to_owned(),
            false => format!("total=30; remaining={remaining}; resets="),
        };
        assert!(header.starts_with(&expected), "{header}");
    }
    let other = api.get("/organization_memberships").await.expect(200);
    assert_eq!(other.header("zendesk-ratelimit-inflight-jobs"), None);
}

/// The whole way of two jobs, with duplicates and unknown ids among their items.
#[tokio::test]
async fn t3_bulk() {
    let api = Api::with(MockZendesk::builder().job_pace(JobPace::AfterPolls(2))).await;
    let (user, o1, o2) = (
        api.user("u").await,
        api.organization("o1").await,
        api.organization("o2").await,
    );

    let queued = create_many(&api, &[(user, o1), (user, o1), (user, UNKNOWN), (user, o2)])
        .await
        .expect(200);
    let job = &queued.json()["job_status"];
    assert_eq!(
        (&job["status"], &job["total"], &job["progress"]),
        (&json!("queued"), &json!(4), &Value::Null)
    );
    assert_eq!(organizations_of(&api, user).await, Vec::<Value>::new());

    let path = format!("/job_statuses/{}", id_of(&queued));
    assert_eq!(
        api.get(&path).await.expect(200).json()["job_status"]["status"],
        "working"
    );
    let job = api.get(&path).await.expect(200).json()["job_status"].clone();
    assert_eq!(
        (&job["status"], &job["progress"]),
        (&json!("completed"), &json!(4))
    );
    let results = job["results"].as_array().unwrap();
    let shape: Vec<_> = results
        .iter()
        .map(|r| (r["index"].clone(), r["id"].is_u64(), r["error"].is_string()))
        .collect();
    assert_eq!(
        shape,
        [
            (json!(0), true, false),
            (json!(1), false, true),
            (json!(2), false, true),
            (json!(3), true, false)
        ]
    );
    assert_eq!(organizations_of(&api, user).await, [json!(o1), json!(o2)]);

    let m1 = &results[0]["id"];
    let queued = destroy_many(&api, &format!("?ids={m1},{UNKNOWN}"))
        .await
        .expect(200);
    assert_eq!(queued.json()["job_status"]["total"], json!(2));
    let job = api.finished_job(&queued).await;
    assert_eq!(
        job["results"][0],
        json!({"action": "delete", "id": m1, "status": "Deleted", "success": true})
    );
    assert_eq!(
        (&job["results"][1]["id"], &job["results"][1]["success"]),
        (&json!(UNKNOWN), &json!(false))
    );
    assert_eq!(organizations_of(&api, user).await, [json!(o2)]);
    assert_eq!(api.organization_of(user).await, json!(o2));
}

/// The list says of a job what its own status says, and its cursors stand where the jobs then are.
#[tokio::test]
async fn g3_the_cursors_of_the_list_are_those_of_the_jobs_as_it_shows_them() {
    let api = Api::with(MockZendesk::builder()).await;
    api.delete("/organization_memberships/destroy_many?ids=1")
        .await
        .expect(200);
    let first = api.get("/job_statuses").await.expect(200);
    assert_eq!(first.each("job_statuses", "status"), ["failed"]);
    assert_eq!(first.body, api.get("/job_statuses").await.expect(200).body);
}

/// The positions of a cursor are finer than seconds, and coarser than the clock of the double.
#[tokio::test]
async fn g3_pages_show_each_job_once_however_close_in_time_the_jobs_finished() {
    let zendesk = MockZendesk::builder().start().await;
    let api = Api::of(&zendesk);
    let mut queued = Vec::new();
    for _ in 0..3 {
        queued.push(create_many(&api, &[(UNKNOWN, UNKNOWN)]).await.expect(200));
    }
    for job in queued.iter().rev() {
        api.finished_job(job).await;
        zendesk.advance(Duration::from_nanos(10));
    }

    let (mut seen, mut path) = (Vec::new(), "/job_statuses?page[size]=1".to_owned());
    loop {
        let page = api.get(&path).await.expect(200);
        seen.extend(page.each("job_statuses", "id"));
        let json = page.json();
        if json["meta"]["has_more"] == json!(false) {
            break;
        }
        let cursor = json["meta"]["after_cursor"].as_str().unwrap();
        path = format!("/job_statuses?page[size]=1&page[after]={cursor}");
    }

    let all = api.get("/job_statuses").await.expect(200);
    assert_eq!(seen.len(), 3);
    assert_eq!(seen, all.each("job_statuses", "id"));
}
