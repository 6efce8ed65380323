//! The double's clock, and jobs that a test moves by hand or lets go wrong.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use mock_zendesk::{
    Clock, MockZendesk,
    job_statuses::{self, JobPace, JobState},
    time::Timestamp,
    users,
};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::normal::{line_of, with_places};
use crate::scene::Scene;

#[tokio::test]
async fn time_stands_still_until_it_is_put_forward_and_everything_follows_it() {
    let scene = Scene::start().await;
    let created = async |name: &str| {
        let (_, organization) = scene
            .post("/organizations", json!({"organization": {"name": name}}))
            .await;
        organization["organization"]["created_at"].clone()
    };
    assert_eq!(
        [created("A").await, created("B").await],
        ["2024-09-06T18:52:00Z", "2024-09-06T18:52:00Z"]
    );
    scene.zendesk.advance(Duration::from_millis(1_500));
    scene.zendesk.advance(Duration::from_millis(500));
    assert_eq!(created("C").await, "2024-09-06T18:52:02Z");
    scene
        .zendesk
        .set_time(Timestamp::from_unix_seconds(1_735_689_600));
    assert_eq!(created("D").await, "2025-01-01T00:00:00Z");
    assert_eq!(
        scene.zendesk.calls().last().unwrap().at(),
        scene.zendesk.now()
    );
    let back = catch_unwind(AssertUnwindSafe(|| {
        scene.zendesk.set_time(Timestamp::from_unix_seconds(0))
    }))
    .unwrap_err();
    assert_eq!(
        back.downcast_ref::<String>().unwrap(),
        "the clock of the double shows 2025-01-01T00:00:00Z already; it cannot go back to 1970-01-01T00:00:00Z"
    );
}

/// A client as it should be: it waits as long as it is told, at most so often.
async fn patient(client: &Client, url: String, attempts: usize) -> u16 {
    let mut status = 0;
    for _ in 0..attempts {
        let reply = client.get(&url).send().await.unwrap();
        status = reply.status().as_u16();
        if status != 429 {
            return status;
        }
        let seconds = reply.headers()["retry-after"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }
    status
}

#[tokio::test(start_paused = true)]
async fn in_paused_time_waiting_takes_none_and_a_time_out_does_not_fire_while_a_request_is_under_way()
 {
    let zendesk = MockZendesk::builder()
        .clock(Clock::tokio())
        .rate_limit(1)
        .start()
        .await;
    let client = Client::builder()
        .timeout(Duration::from_secs(30))
        .build()
        .unwrap();
    let start = zendesk.now().unix_seconds();
    for _ in 0..4 {
        assert_eq!(patient(&client, zendesk.url("/users/me"), 2).await, 200);
    }
    // Each of the last three waited for its minute.
    assert!(
        (180..240).contains(&(zendesk.now().unix_seconds() - start)),
        "{} s",
        zendesk.now().unix_seconds() - start
    );
    zendesk.calls().of(users::ME).any_outcome().assert_times(7);
}

#[tokio::test(start_paused = true)]
async fn in_paused_time_jobs_move_as_the_program_sleeps() {
    let builder = MockZendesk::builder()
        .clock(Clock::tokio())
        .job_pace(JobPace::After(Duration::from_secs(600)));
    let scene = Scene::with(builder).await;
    let items: Vec<Value> = [&scene.acme, &scene.globex]
        .map(|organization| json!({"user_id": scene.ada.id, "organization_id": organization.id}))
        .into();
    let (_, queued) = scene
        .post(
            "/organization_memberships/create_many",
            json!({"organization_memberships": items}),
        )
        .await;
    let path = format!(
        "/job_statuses/{}",
        queued["job_status"]["id"].as_str().unwrap()
    );
    let mut seen = Vec::new();
    loop {
        let job = scene.get(&path).await.1["job_status"].clone();
        seen.push((job["status"].clone(), job["progress"].clone()));
        if job["status"] == "completed" {
            break;
        }
        tokio::time::sleep(Duration::from_secs(100)).await;
    }
    assert_eq!(seen.len(), 7, "{seen:?}");
    assert_eq!(seen[0], (json!("queued"), Value::Null));
    assert_eq!(seen[3], (json!("working"), json!(1)));
    scene
        .zendesk
        .assert_user(&scene.ada)
        .organizations([&scene.acme, &scene.globex]);
}

/// A scene with a job of three items, and its path.
async fn with_job(pace: JobPace) -> (Scene, String) {
    let scene = Scene::with(MockZendesk::builder().job_pace(pace)).await;
    let path = queue(&scene).await;
    (scene, path)
}

async fn queue(scene: &Scene) -> String {
    let item =
        |organization: u64| json!({"user_id": scene.ada.id, "organization_id": organization});
    let items = [
        item(scene.acme.id.get()),
        item(7),
        item(scene.globex.id.get()),
    ];
    let body = json!({"organization_memberships": items});
    let (status, queued) = scene
        .post("/organization_memberships/create_many", body)
        .await;
    assert_eq!(
        (status, &queued["job_status"]["status"]),
        (200, &json!("queued")),
        "{queued}"
    );
    format!(
        "/job_statuses/{}",
        queued["job_status"]["id"].as_str().unwrap()
    )
}

async fn job(scene: &Scene, path: &str) -> Value {
    scene.get(path).await.1["job_status"].clone()
}

#[tokio::test]
async fn a_job_at_a_manual_pace_moves_by_the_tests_hand_and_its_items_are_visible_one_by_one() {
    let (scene, path) = with_job(JobPace::Manual).await;
    for _ in 0..3 {
        assert_eq!(job(&scene, &path).await["status"], "queued");
    }
    scene.zendesk.jobs().work_on_next(1);
    let working = job(&scene, &path).await;
    assert_eq!(
        (
            &working["status"],
            &working["progress"],
            &working["results"]
        ),
        (&json!("working"), &json!(1), &Value::Null)
    );
    assert_eq!(working["message"], "Creating organization membership #1");
    scene
        .zendesk
        .assert_user(&scene.ada)
        .organizations([&scene.acme]);
    scene.zendesk.jobs().work_on_next(1);
    scene
        .zendesk
        .assert_user(&scene.ada)
        .organizations([&scene.acme]);
    scene.zendesk.jobs().work_on_next(5);
    assert_eq!(job(&scene, &path).await["status"], "completed");
    scene
        .zendesk
        .assert_user(&scene.ada)
        .organizations([&scene.acme, &scene.globex]);
}

#[tokio::test]
async fn held_jobs_do_nothing_whatever_the_pace_until_they_are_released() {
    for pace in [
        JobPace::IMMEDIATE,
        JobPace::AfterPolls(1),
        JobPace::After(Duration::from_secs(5)),
    ] {
        let scene = Scene::with(MockZendesk::builder().job_pace(pace)).await;
        scene.zendesk.jobs().pause();
        let path = queue(&scene).await;
        scene.zendesk.advance(Duration::from_secs(60));
        for _ in 0..3 {
            assert_eq!(job(&scene, &path).await["status"], "queued", "{pace:?}");
        }
        scene.zendesk.jobs().resume();
        if pace == JobPace::IMMEDIATE {
            scene.zendesk.jobs().run_next();
        }
        assert_eq!(job(&scene, &path).await["status"], "completed", "{pace:?}");
        assert_eq!(scene.zendesk.account().membership_count(), 2, "{pace:?}");
    }
}

#[tokio::test]
async fn a_pace_can_change_during_a_test() {
    let (scene, path) = with_job(JobPace::Manual).await;
    assert_eq!(job(&scene, &path).await["status"], "queued");
    scene.zendesk.jobs().set_pace(JobPace::AfterPolls(1));
    assert_eq!(job(&scene, &path).await["status"], "completed");
    scene.zendesk.jobs().set_pace(JobPace::IMMEDIATE);
    let before = scene.zendesk.account().jobs().len();
    queue(&scene).await;
    let jobs = scene.zendesk.account().jobs();
    assert_eq!(
        (
            jobs.len(),
            jobs.iter().all(|job| job.state != JobState::Queued)
        ),
        (before + 1, true)
    );
}

#[tokio::test]
async fn a_job_fails_or_is_killed_with_a_message_now_or_when_it_comes() {
    type GoesWrong = fn(&MockZendesk);
    let ways: [(&str, JobState, GoesWrong); 2] = [
        ("failed", JobState::Failed, |zendesk| {
            zendesk.jobs().fail_next("The worker broke")
        }),
        ("killed", JobState::Killed, |zendesk| {
            zendesk.jobs().kill_next("The worker broke")
        }),
    ];
    for (status, state, go_wrong) in ways {
        let (scene, path) = with_job(JobPace::Manual).await;
        scene.zendesk.jobs().work_on_next(1);
        go_wrong(&scene.zendesk);
        let broken = job(&scene, &path).await;
        assert_eq!(
            (&broken["status"], &broken["message"]),
            (&json!(status), &json!("The worker broke"))
        );
        assert_eq!(
            (
                &broken["progress"],
                broken["results"].as_array().unwrap().len()
            ),
            (&json!(1), 1)
        );
        // Nothing moves it any more.
        scene.zendesk.jobs().run_all();
        assert_eq!(job(&scene, &path).await, broken);
        scene
            .zendesk
            .assert_user(&scene.ada)
            .organizations([&scene.acme]);
        assert_eq!(scene.zendesk.account().jobs()[0].state, state);

        // With no job there, the next one that is queued.
        go_wrong(&scene.zendesk);
        let path = queue(&scene).await;
        assert_eq!(job(&scene, &path).await["status"], status);
        let path = queue(&scene).await;
        assert_eq!(
            job(&scene, &path).await["status"],
            "queued",
            "only one of them goes wrong"
        );
    }
}

#[tokio::test]
async fn chosen_items_of_a_job_fail_and_it_is_completed_all_the_same() {
    let scene = Scene::start().await;
    scene
        .zendesk
        .jobs()
        .fail_items_of_next([0], "Try again later");
    let path = queue(&scene).await;
    let done = job(&scene, &path).await;
    assert_eq!(
        (&done["status"], &done["progress"]),
        (&json!("completed"), &json!(3))
    );
    assert_eq!(
        done["results"][0],
        json!({"index": 0, "error": "OrganizationMembershipCreateFailed", "details": "Try again later"})
    );
    assert!(
        done["results"][1]["error"].is_string() && done["results"][2]["id"].is_u64(),
        "{done}"
    );
    scene
        .zendesk
        .assert_user(&scene.ada)
        .organizations([&scene.globex]);

    let membership = scene.zendesk.account().memberships()[0].id;
    scene
        .zendesk
        .jobs()
        .fail_items_of_next([0], "Try again later");
    let path = format!("/organization_memberships/destroy_many?ids={membership}");
    let (_, queued) = scene.send(Method::DELETE, &path, None).await;
    let path = format!(
        "/job_statuses/{}",
        queued["job_status"]["id"].as_str().unwrap()
    );
    let result = job(&scene, &path).await["results"][0].clone();
    assert_eq!(
        (&result["id"], &result["success"]),
        (&json!(membership), &json!(false))
    );
    assert_eq!(scene.zendesk.account().membership_count(), 1);
}

#[tokio::test]
async fn items_that_were_to_fail_and_did_not_fail_the_test_and_say_why() {
    type Plan = fn(&MockZendesk);
    // Before the job comes, after it has come, and what happens to it then. The job has three
    // items.
    let rows: [(Plan, Plan, Plan, Option<&str>); 11] = [
        (
            |zendesk| zendesk.jobs().fail_items_of_next([0], "no"),
            |_| (),
            |zendesk| zendesk.jobs().run_all(),
            None,
        ),
        (
            |zendesk| zendesk.jobs().fail_items_of_next([7, 2], "no"),
            |_| (),
            |zendesk| zendesk.jobs().run_all(),
            None,
        ),
        (
            |zendesk| zendesk.jobs().fail_items_of_next(0.., "no"),
            |_| (),
            |zendesk| zendesk.jobs().run_all(),
            None,
        ),
        (
            |zendesk| zendesk.jobs().fail_items_of_next([7, 3, 7], "no"),
            |_| (),
            |zendesk| zendesk.jobs().run_all(),
            Some(
                "items [3, 7] of a job fail: no; the job that came has only 3 items, counted from 0",
            ),
        ),
        (
            |zendesk| zendesk.jobs().fail_items_of_next(3.., "no"),
            |_| (),
            |zendesk| zendesk.jobs().run_all(),
            Some(
                "items [3, 4, 5, 6, 7, 8, 9, 10] and 9992 more of a job fail: no; the job that came has only 3 items, \
                 counted from 0",
            ),
        ),
        (
            |_| (),
            |zendesk| zendesk.jobs().fail_items_of_next([usize::MAX], "no"),
            |_| (),
            Some(
                "items [18446744073709551615] of a job fail: no; the job that came has only 3 items, counted from 0",
            ),
        ),
        (
            |_| (),
            |zendesk| {
                zendesk.jobs().work_on_next(2);
                zendesk.jobs().fail_items_of_next([0, 1, 3], "no");
            },
            |zendesk| zendesk.jobs().run_all(),
            Some("items [0, 1, 3] of a job fail: no; the job had worked on them by then"),
        ),
        (
            |zendesk| zendesk.jobs().fail_items_of_next([1], "no"),
            |zendesk| zendesk.jobs().work_on_next(1),
            |_| (),
            Some("items [1] of a job fail: no; the job has not come to them"),
        ),
        (
            |zendesk| zendesk.jobs().fail_items_of_next([1], "no"),
            |zendesk| zendesk.jobs().work_on_next(1),
            |zendesk| zendesk.jobs().kill_next("over"),
            Some("items [1] of a job fail: no; the job ended before it came to them"),
        ),
        // Two for the same job: both happen if they are for different items.
        (
            |_| (),
            |zendesk| {
                zendesk.jobs().fail_items_of_next([0], "no");
                zendesk.jobs().fail_items_of_next([2], "neither");
            },
            |zendesk| zendesk.jobs().run_all(),
            None,
        ),
        (
            |_| (),
            |zendesk| {
                zendesk.jobs().fail_items_of_next([0], "no");
                zendesk.jobs().fail_items_of_next([9], "neither");
            },
            |zendesk| zendesk.jobs().run_all(),
            Some(
                "items [9] of a job fail: neither; the job that came has only 3 items, counted from 0",
            ),
        ),
    ];
    for (before, after, then, expected) in rows {
        let builder = MockZendesk::builder()
            .job_pace(JobPace::Manual)
            .without_verify_on_drop();
        let scene = Scene::with(builder).await;
        before(&scene.zendesk);
        queue(&scene).await;
        after(&scene.zendesk);
        then(&scene.zendesk);
        let report = scene.zendesk.report();
        let headlines: Vec<&str> = report
            .problems()
            .iter()
            .map(|problem| problem.headline.as_str())
            .collect();
        let expected: Vec<String> = expected
            .iter()
            .map(|expected| format!("expected to happen, but never did: {expected}"))
            .collect();
        assert_eq!(headlines, expected);
    }
    for (items, expected) in [
        (0, "the job that came has no items"),
        (1, "the job that came has only 1 item, which is item 0"),
    ] {
        let scene = Scene::with(MockZendesk::builder().without_verify_on_drop()).await;
        let place = line_of(|| scene.zendesk.jobs().fail_items_of_next([1], "no"));
        let item = json!({"user_id": scene.ada.id, "organization_id": scene.acme.id});
        let body = json!({"organization_memberships": vec![item; items]});
        assert_eq!(
            scene
                .post("/organization_memberships/create_many", body)
                .await
                .0,
            200
        );
        scene.zendesk.jobs().run_all();
        let report = scene.zendesk.report();
        let problem = &report.problems()[0];
        assert!(
            problem
                .headline
                .ends_with(&format!("items [1] of a job fail: no; {expected}")),
            "{report}"
        );
        assert_eq!(with_places(&problem.place(), &[(place, "HERE")]), "HERE");
    }
}

#[tokio::test]
async fn two_mishaps_of_one_job_both_give_their_reason() {
    let (scene, path) = with_job(JobPace::Manual).await;
    scene.zendesk.jobs().fail_items_of_next([0, 2], "first");
    scene.zendesk.jobs().fail_items_of_next([1, 2], "second");
    scene.zendesk.jobs().run_all();
    let results = job(&scene, &path).await["results"].clone();
    let details = [0, 1, 2].map(|index| results[index]["details"].clone());
    assert_eq!(details, ["first", "second", "first"]);
}

#[tokio::test]
async fn g2_g6_b15_a_job_is_not_found_a_day_after_it_was_created() {
    let (scene, path) = with_job(JobPace::AfterPolls(1)).await;
    // When it is finished does not matter.
    scene.zendesk.advance(Duration::from_secs(60 * 60));
    assert_eq!(job(&scene, &path).await["status"], "completed");
    scene.zendesk.advance(Duration::from_secs(23 * 60 * 60 - 1));
    assert_eq!(scene.get(&path).await.0, 200);
    scene.zendesk.advance(Duration::from_secs(1));
    assert_eq!(scene.get(&path).await.0, 404);
    assert_eq!(
        scene.get("/job_statuses").await.1["job_statuses"],
        json!([])
    );
    scene
        .zendesk
        .calls()
        .of(job_statuses::SHOW)
        .succeeded()
        .assert_times(2);
    scene
        .zendesk
        .calls()
        .of(job_statuses::SHOW)
        .refused()
        .assert_once();
}

#[tokio::test]
async fn g6_an_unfinished_job_is_not_found_either_but_ends() {
    let (scene, path) = with_job(JobPace::Manual).await;
    scene.zendesk.advance(Duration::from_secs(24 * 60 * 60 - 1));
    assert_eq!(job(&scene, &path).await["status"], "queued");
    scene.zendesk.advance(Duration::from_secs(1));
    assert_eq!(scene.get(&path).await.0, 404);
    let id = path.rsplit('/').next().unwrap();
    let many = format!("/job_statuses/show_many?ids={id}");
    for list in ["/job_statuses", &many] {
        assert_eq!(scene.get(list).await.1["job_statuses"], json!([]), "{list}");
    }
    assert_eq!(scene.zendesk.account().memberships().len(), 0);
    scene.zendesk.jobs().run_all();
    assert_eq!(scene.zendesk.account().memberships().len(), 2);
    assert_eq!(scene.get(&path).await.0, 404);
}

#[tokio::test]
async fn tickets_lose_their_organization_when_the_pace_says() {
    type Act = fn(&MockZendesk);
    let seconds = JobPace::After(Duration::from_secs(10));
    // What a test does until the ticket has no organization any more. Before that it has one.
    let rows: [(JobPace, &[Act]); 5] = [
        (JobPace::IMMEDIATE, &[]),
        (JobPace::AfterPolls(1), &[]),
        (JobPace::AfterPolls(5), &[]),
        (
            JobPace::Manual,
            &[
                |zendesk| zendesk.advance(Duration::from_secs(60)),
                |zendesk| zendesk.jobs().run_all(),
            ],
        ),
        (
            seconds,
            &[
                |zendesk| zendesk.advance(Duration::from_millis(9_999)),
                |zendesk| zendesk.advance(Duration::from_millis(1)),
            ],
        ),
    ];
    for (pace, acts) in rows {
        for is_held in [false, true] {
            let scene = Scene::with(MockZendesk::builder().job_pace(pace)).await;
            let membership = scene.zendesk.seed().membership(&scene.ada, &scene.acme);
            let ticket = scene.zendesk.seed().ticket(&scene.ada, "Printer on fire");
            let organization = || {
                scene
                    .zendesk
                    .account()
                    .ticket(&ticket)
                    .unwrap()
                    .organization_id
            };
            if is_held {
                scene.zendesk.jobs().pause();
            }
            scene
                .send(
                    Method::DELETE,
                    &format!("/organization_memberships/{}", membership.id),
                    None,
                )
                .await;
            for act in acts {
                assert_eq!(organization(), Some(scene.acme.id), "{pace:?}");
                act(&scene.zendesk);
            }
            // What is run by hand is run though it is held.
            let waits = is_held && pace != JobPace::Manual;
            assert_eq!(
                organization(),
                waits.then_some(scene.acme.id),
                "{pace:?}, held: {is_held}"
            );
            scene.zendesk.jobs().resume();
            assert_eq!(organization(), None, "{pace:?}");
        }
    }
}

#[tokio::test]
async fn tickets_keep_their_organization_while_jobs_wait() {
    let scene =
        Scene::with(MockZendesk::builder().job_pace(JobPace::After(Duration::from_secs(10)))).await;
    let membership = scene.zendesk.seed().membership(&scene.ada, &scene.acme);
    let ticket = scene.zendesk.seed().ticket(&scene.ada, "Printer on fire");
    let organization = || {
        scene
            .zendesk
            .account()
            .ticket(&ticket)
            .unwrap()
            .organization_id
    };
    scene
        .send(
            Method::DELETE,
            &format!("/organization_memberships/{}", membership.id),
            None,
        )
        .await;
    scene.zendesk.advance(Duration::from_secs(9));
    assert_eq!(organization(), Some(scene.acme.id));
    scene.zendesk.advance(Duration::from_secs(1));
    assert_eq!(organization(), None);
}

/// The job takes the organization from the tickets that had it when their requester left.
#[tokio::test]
async fn d6_a_ticket_that_gets_the_organization_after_its_requester_left_keeps_it() {
    let pace = JobPace::After(Duration::from_secs(10));
    let scene = Scene::with(MockZendesk::builder().job_pace(pace)).await;
    let membership = scene.zendesk.seed().membership(&scene.ada, &scene.acme);
    let ticket = |subject| scene.zendesk.seed().ticket(&scene.ada, subject).id;
    let [kept, changed, given_back] = ["kept", "changed", "given back"].map(ticket);
    let put = async |ticket, change: Value| {
        let path = format!("/tickets/{ticket}");
        scene
            .send(Method::PUT, &path, Some(json!({"ticket": change})))
            .await
    };
    let path = format!("/organization_memberships/{}", membership.id);
    scene.send(Method::DELETE, &path, None).await;
    scene.zendesk.advance(Duration::from_secs(9));
    let joined = scene.join(&scene.acme).await.1["organization_membership"]["id"].clone();

    let seeded = ticket("seeded");
    let new = json!({"ticket": {"requester_id": scene.ada.id, "comment": {"body": "new"}}});
    let new = scene.post("/tickets", new).await.1["ticket"]["id"]
        .as_u64()
        .unwrap();
    put(changed, json!({"priority": "high"})).await;
    put(given_back, json!({"organization_id": null})).await;
    put(given_back, json!({"organization_id": scene.acme.id})).await;
    scene.zendesk.advance(Duration::from_secs(1));

    let acme = Some(scene.acme.id);
    for (ticket, expected) in [
        (kept, None),
        (changed, None),
        (given_back, acme),
        (seeded, acme),
        (new.into(), acme),
    ] {
        let ticket = scene.zendesk.account().ticket(ticket).unwrap();
        assert_eq!(ticket.organization_id, expected, "{ticket:?}");
    }

    // Whoever leaves again loses these as well.
    let path = format!("/organization_memberships/{joined}");
    scene.send(Method::DELETE, &path, None).await;
    scene.zendesk.advance(Duration::from_secs(10));
    for ticket in [given_back, seeded, new.into()] {
        let ticket = scene.zendesk.account().ticket(ticket).unwrap();
        assert_eq!(ticket.organization_id, None, "{ticket:?}");
    }
}
