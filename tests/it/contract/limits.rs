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
async fn e26_a_user_and_an_organization_are_changed_five_times_a_minute_at_most() {
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
    for (path, body) in &paths {
        for _ in 0..5 {
            put(path.clone(), body.clone()).await.expect(200);
        }
        let limited = put(path.clone(), body.clone()).await;
        assert_eq!(limited.header("retry-after"), Some("60"));
        limited.expect_error(
            429,
            r#"{"errors":[{"code":"TooManyRequests","title":"Too many requests to update"}]}"#,
        );
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
