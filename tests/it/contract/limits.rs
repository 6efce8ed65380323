//! Limits of requests and of jobs, where they are enforced: from a client's side.

use std::time::Duration;

use mock_zendesk::{MockZendesk, job_statuses::JobPace, settings::RateLimitForm};
use serde_json::json;

use crate::api::{Answer, membership};
use crate::scene::Scene;

const LIMITED: &str = r#"{"error":"APIRateLimitExceeded","description":"Number of allowed API requests per minute exceeded"}"#;

async fn get(scene: &Scene, path: &str) -> Answer {
    scene.answer(reqwest::Method::GET, path, None).await
}

#[tokio::test]
async fn r_a_r_b_r_g_beyond_the_limit_comes_429_with_retry_after_until_the_next_minute_of_the_clock()
 {
    let scene = Scene::with(MockZendesk::builder().rate_limit(2)).await;
    scene.zendesk.advance(Duration::from_secs(18));
    let first = get(&scene, "/users/me").await.expect(200);
    assert_eq!(
        (
            first.header("x-rate-limit"),
            first.header("x-rate-limit-remaining")
        ),
        (Some("2"), Some("1"))
    );
    get(&scene, "/organization_memberships/1").await.expect(404);
    let limited = get(&scene, "/users/me").await.expect(429);
    assert_eq!(limited.body, LIMITED);
    for (name, value) in [
        ("retry-after", "42"),
        ("x-rate-limit-remaining", "0"),
        ("ratelimit-remaining", "0"),
        ("ratelimit-reset", "42"),
        ("cache-control", "no-cache"),
        ("content-type", "application/json; charset=utf-8"),
    ] {
        assert_eq!(limited.header(name), Some(value), "{name}");
    }
    scene.zendesk.advance(Duration::from_secs(41));
    get(&scene, "/users/me").await.expect(429);
    scene.zendesk.advance(Duration::from_secs(1));
    get(&scene, "/users/me").await.expect(200);
}

#[tokio::test]
async fn r_h_a_limited_request_does_nothing_and_comes_before_everything_but_the_route() {
    let scene = Scene::with(
        MockZendesk::builder()
            .rate_limit(0)
            .allow_unknown_endpoints(),
    )
    .await;
    assert_eq!(scene.join(&scene.acme).await.0, 429);
    assert_eq!(scene.zendesk.account().membership_count(), 0);
    let anonymous = reqwest::get(scene.zendesk.url("/organization_memberships/abc"))
        .await
        .unwrap();
    assert_eq!(anonymous.status(), 429);
    assert_eq!(scene.get("/organisations").await.0, 404);
}

#[tokio::test]
async fn r_c_r_d_the_limit_may_be_told_as_text_and_as_html() {
    for (form, content_type) in [
        (RateLimitForm::Text, "text/plain; charset=utf-8"),
        (RateLimitForm::Html, "text/html; charset=utf-8"),
    ] {
        let scene = Scene::with(MockZendesk::builder().rate_limit(0).rate_limit_form(form)).await;
        let limited = get(&scene, "/users/me").await.expect(429);
        assert_eq!(limited.header("content-type"), Some(content_type));
        assert_eq!(
            limited.body,
            "Number of allowed API requests per minute exceeded"
        );
        assert_eq!(limited.header("retry-after"), Some("60"));
    }
}

#[tokio::test]
async fn nu4_e26_a_user_and_an_organization_are_changed_five_times_a_minute_at_most() {
    let scene = Scene::with(MockZendesk::builder().endpoint_limits()).await;
    let paths = [
        (
            format!("/users/{}", scene.ada.id),
            json!({"user": {"notes": "x"}}),
        ),
        (
            format!("/organizations/{}", scene.acme.id),
            json!({"organization": {"notes": "x"}}),
        ),
    ];
    let put = |path: String, body| scene.answer(reqwest::Method::PUT, path, Some(body));
    let expected = [
        (
            "text/plain; charset=utf-8",
            "You have exceeded the rate limit for updating a single unique user. user email:  id:  external_id: ",
        ),
        (
            "application/json; charset=utf-8",
            r#"{"errors":[{"code":"TooManyRequests","title":"Too many requests to update"}]}"#,
        ),
    ];
    for ((path, body), (content_type, text)) in paths.iter().zip(expected) {
        for _ in 0..5 {
            put(path.clone(), body.clone()).await.expect(200);
        }
        let limited = put(path.clone(), body.clone()).await;
        assert_eq!(limited.header("retry-after"), Some("60"));
        assert_eq!(limited.header("content-type"), Some(content_type));
        // The limit of the account is another one.
        assert_ne!(limited.header("x-rate-limit-remaining"), Some("0"));
        limited.expect_error(429, text);
    }
    // Others are not concerned, and neither is the next minute.
    let globex = format!("/organizations/{}", scene.globex.id);
    put(globex, json!({"organization": {"notes": "x"}}))
        .await
        .expect(200);
    get(&scene, &paths[0].0).await.expect(200);
    scene.zendesk.advance(Duration::from_secs(60));
    put(paths[0].0.clone(), paths[0].1.clone())
        .await
        .expect(200);
}

/// "`zendesk-ratelimit-create-update-user: total=5; remaining=2; resets=4`" on PUT, recorded in 2026;
/// POST has none.
#[tokio::test]
async fn nu5_a_change_of_a_user_says_how_many_more_there_may_be() {
    const HEADER: &str = "zendesk-ratelimit-create-update-user";
    for (builder, expected) in [
        (
            MockZendesk::builder().endpoint_limits(),
            [(200, 4), (200, 3), (200, 2), (200, 1), (200, 0), (429, 0)],
        ),
        // What is not enforced is never used up.
        (
            MockZendesk::builder(),
            [(200, 4), (200, 3), (200, 2), (200, 1), (200, 1), (200, 1)],
        ),
    ] {
        let scene = Scene::with(builder).await;
        scene.zendesk.advance(Duration::from_secs(56));
        let path = format!("/users/{}", scene.ada.id);
        let put = |body| scene.answer(reqwest::Method::PUT, path.clone(), Some(body));
        for (status, remaining) in expected {
            let answer = put(json!({"user": {"notes": "x"}})).await.expect(status);
            let told = format!("total=5; remaining={remaining}; resets=4");
            assert_eq!(answer.header(HEADER), Some(told.as_str()));
        }
        scene.zendesk.advance(Duration::from_secs(4));
        let answer = put(json!({"user": {"notes": "x"}})).await.expect(200);
        assert_eq!(
            answer.header(HEADER),
            Some("total=5; remaining=4; resets=60")
        );

        let acme = format!("/organizations/{}", scene.acme.id);
        let notes = json!({"organization": {"notes": "x"}});
        let user = json!({"user": {"name": "x"}});
        for answer in [
            scene
                .answer(reqwest::Method::POST, "/users", Some(user))
                .await,
            scene.answer(reqwest::Method::PUT, acme, Some(notes)).await,
            get(&scene, &path).await,
        ] {
            assert_eq!(answer.header(HEADER), None, "{}", answer.request);
        }
    }
}

#[tokio::test]
async fn j10_the_thirty_first_job_is_one_too_many() {
    let scene = Scene::with(
        MockZendesk::builder()
            .job_limit(30)
            .job_pace(JobPace::Manual),
    )
    .await;
    let body = json!({"organization_memberships": [{"user_id": scene.ada.id, "organization_id": scene.acme.id}]});
    let create_many = || {
        scene.answer(
            reqwest::Method::POST,
            "/organization_memberships/create_many",
            Some(body.clone()),
        )
    };
    let mut ids = Vec::new();
    for left in (0..30).rev() {
        let queued = create_many().await.expect(200);
        let header = format!("total=30; remaining={left}; resets=60");
        assert_eq!(
            queued.header("zendesk-ratelimit-inflight-jobs"),
            Some(header.as_str())
        );
        ids.push(queued.json()["job_status"]["id"].clone());
    }
    let expected = json!({
        "error": "TooManyJobs",
        "description": "Too many Bulk Create Organization Membership jobs are currently queued or running. Try again later.",
        "current_job_ids": ids,
    });
    assert_eq!(create_many().await.expect(429).json(), expected);
    // Only a request that is in order gets so far.
    let invalid = scene
        .post(
            "/organization_memberships/create_many",
            json!({"organization_memberships": 1}),
        )
        .await;
    assert_eq!(invalid.0, 400);
    scene
        .post(
            "/organization_memberships",
            membership(scene.ada.id.get(), scene.globex.id.get()),
        )
        .await;
    assert_eq!(scene.zendesk.account().jobs().len(), 30);
    scene.zendesk.jobs().run_next();
    create_many().await.expect(200);
}

#[tokio::test]
async fn without_being_asked_to_the_double_enforces_no_limit() {
    let scene = Scene::with(MockZendesk::builder().job_pace(JobPace::Manual)).await;
    for _ in 0..35 {
        let body = json!({"organization_memberships": []});
        assert_eq!(
            scene
                .post("/organization_memberships/create_many", body)
                .await
                .0,
            200
        );
        let user = json!({"user": {"notes": "x"}});
        assert_eq!(
            scene
                .send(
                    reqwest::Method::PUT,
                    &format!("/users/{}", scene.ada.id),
                    Some(user)
                )
                .await
                .0,
            200
        );
    }
    assert_eq!(scene.zendesk.account().jobs().len(), 35);
}
