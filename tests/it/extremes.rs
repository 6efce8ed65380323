//! Every duration, time and number that a test can give, at its largest and at zero: the server
//! answers, nothing overflows, nothing hangs. What nothing could ever come of panics at the line of
//! the test.

use std::panic::Location;
use std::time::Duration;

use mock_zendesk::{
    Clock, Fault, MockZendesk, MockZendeskBuilder, OrganizationId, UserId,
    calls::{KeepCalls, Times},
    chaos::Chaos,
    fixtures::Plan,
    job_statuses::JobPace,
    tickets::NewTicket,
    time::Timestamp,
    users,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::handle::panic_of;
use crate::scene::Scene;
use crate::tidy::source;

const LONGEST: Duration = Duration::MAX;

/// The last second that a timestamp can say.
fn end_of_time() -> Timestamp {
    Timestamp::from_unix_seconds(u64::MAX)
}

/// Sends a request, and gives the body. A panic of the server shows as a connection that breaks
/// without a fault.
async fn send(scene: &Scene, what: &str, method: Method, path: &str, body: Option<Value>) -> Value {
    match scene.request(method, path, body).send().await {
        Ok(reply) => {
            let times = ["date", "retry-after", "ratelimit-reset"]
                .map(|name| reply.headers().get(name).cloned());
            assert!(
                times
                    .iter()
                    .flatten()
                    .all(|value| value.to_str().is_ok_and(|text| !text.is_empty())),
                "{what}"
            );
            serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap_or_default()
        }
        Err(error) => {
            let has_fault = scene
                .zendesk
                .calls()
                .last()
                .is_some_and(|call| call.fault().is_some());
            assert!(has_fault, "{what}: {path}: {error}");
            Value::Null
        }
    }
}

/// Makes calls of every sort, and looks at all that they leave behind.
async fn make_calls(scene: &Scene, what: &str) {
    let get = async |path: &str| send(scene, what, Method::GET, path, None).await;
    let post =
        async |path: &str, body: Value| send(scene, what, Method::POST, path, Some(body)).await;
    get("/users/me").await;
    get("/users?per_page=1&page=1").await;
    get("/users?page[size]=1").await;
    post("/organization_memberships", scene.membership(&scene.acme)).await;
    let items = [&scene.acme, &scene.globex]
        .map(|one| json!({"user_id": scene.ada.id, "organization_id": one.id}));
    let job = post(
        "/organization_memberships/create_many",
        json!({"organization_memberships": items}),
    )
    .await;
    post(
        "/tickets",
        json!({"ticket": {"description": "Help", "requester_id": scene.ada.id}}),
    )
    .await;
    for _ in 0..2 {
        if let Some(id) = job["job_status"]["id"].as_str() {
            get(&format!("/job_statuses/{id}")).await;
        }
        get("/job_statuses?page[size]=1").await;
    }
    let user = json!({"user": {"name": "Ada"}});
    let changed = send(
        scene,
        what,
        Method::PUT,
        &format!("/users/{}", scene.ada.id),
        Some(user),
    )
    .await;
    for key in ["created_at", "updated_at"] {
        if let Some(time) = changed["user"][key].as_str() {
            assert_eq!(
                time.parse::<Timestamp>().unwrap().to_string(),
                time,
                "{what}"
            );
        }
    }
    scene.zendesk.jobs().run_all();
    assert_eq!(
        scene.zendesk.now().to_string().parse(),
        Ok(scene.zendesk.now()),
        "{what}"
    );
    let _ = (
        scene.zendesk.transcript(),
        scene.zendesk.report().to_string(),
    );
    let _ = (
        scene.zendesk.calls().try_assert_honored_retry_after(),
        scene.zendesk.calls().try_assert_walked_to_end(),
    );
}

#[tokio::test]
async fn every_setting_works_at_its_largest_and_at_zero() {
    let builder = MockZendesk::builder;
    let fixed =
        |seconds: u64| builder().clock(Clock::fixed_at(Timestamp::from_unix_seconds(seconds)));
    let chaos = |chaos: Chaos| builder().chaos(chaos);
    let rows: Vec<(&str, MockZendeskBuilder)> = vec![
        (
            "organizations_per_user(0)",
            builder().organizations_per_user(0),
        ),
        (
            "organizations_per_user(MAX)",
            builder().organizations_per_user(usize::MAX),
        ),
        ("export_delay(0)", builder().export_delay(Duration::ZERO)),
        ("export_delay(MAX)", builder().export_delay(LONGEST)),
        ("rate_limit(0)", builder().rate_limit(0)),
        ("rate_limit(MAX)", builder().rate_limit(u32::MAX)),
        (
            "rate_limit(1), endpoint_limits()",
            builder().rate_limit(1).endpoint_limits(),
        ),
        (
            "rate_limit(1), rate_window(1s)",
            builder().rate_limit(1).rate_window(Duration::from_secs(1)),
        ),
        (
            "rate_limit(1), rate_window(MAX)",
            builder().rate_limit(1).rate_window(LONGEST),
        ),
        ("job_limit(0)", builder().job_limit(0)),
        ("job_limit(MAX)", builder().job_limit(usize::MAX)),
        ("max_page_size(1)", builder().max_page_size(1)),
        ("max_page_size(MAX)", builder().max_page_size(usize::MAX)),
        ("journal(Last(0))", builder().keep_calls(KeepCalls::Last(0))),
        (
            "journal(Last(MAX))",
            builder().keep_calls(KeepCalls::Last(usize::MAX)),
        ),
        (
            "job_pace(AfterPolls(0))",
            builder().job_pace(JobPace::AfterPolls(0)),
        ),
        (
            "job_pace(AfterPolls(MAX))",
            builder().job_pace(JobPace::AfterPolls(u32::MAX)),
        ),
        (
            "job_pace(After(0))",
            builder().job_pace(JobPace::After(Duration::ZERO)),
        ),
        (
            "job_pace(After(1 ns))",
            builder().job_pace(JobPace::After(Duration::from_nanos(1))),
        ),
        (
            "job_pace(After(MAX))",
            builder().job_pace(JobPace::After(LONGEST)),
        ),
        ("fixed_at(0)", fixed(0)),
        ("fixed_at(MAX)", fixed(u64::MAX)),
        (
            "fixed_at(MAX), job_pace(After(MAX))",
            fixed(u64::MAX).job_pace(JobPace::After(LONGEST)),
        ),
        (
            "fixed_at(MAX), rate_limit(0)",
            fixed(u64::MAX).rate_limit(0),
        ),
        ("chaos(seeded(MAX))", chaos(Chaos::seeded(u64::MAX))),
        ("chaos(chance(0))", chaos(Chaos::seeded(0).chance(0))),
        (
            "chaos(chance(100), in_a_row(MAX))",
            chaos(Chaos::seeded(0).chance(100).in_a_row(u32::MAX)),
        ),
        (
            "chaos(chance(100), in_a_row(1))",
            chaos(Chaos::seeded(0).chance(100).in_a_row(1)),
        ),
    ];
    for (what, builder) in rows {
        let scene = Scene::with(builder.without_verify_on_drop()).await;
        make_calls(&scene, what).await;
    }
}

#[tokio::test]
async fn every_fault_works_at_its_largest_and_at_zero() {
    let rows: Vec<(Fault, Option<&str>)> = vec![
        (Fault::rate_limited(Duration::ZERO), Some("0")),
        (Fault::rate_limited(LONGEST), Some("18446744073709551615")),
        (Fault::unavailable(LONGEST), Some("18446744073709551615")),
        (Fault::rate_limited(Duration::from_nanos(1)), Some("1")),
        (Fault::status(599), None),
        (Fault::html_error(400), None),
        (Fault::status(500).nth(u64::MAX), None),
        (Fault::status(500).times(u64::MAX), None),
        (Fault::status(500).every(u64::MAX), None),
        (Fault::slow_body(Duration::from_nanos(1)), None),
        (Fault::delay(Duration::from_nanos(1)), None),
    ];
    for (fault, retry_after) in rows {
        let what = fault.to_string();
        // What is to come later needs a clock that runs.
        let clock = if what.contains("1ns") {
            Clock::wall()
        } else {
            Clock::default()
        };
        let builder = MockZendesk::builder().clock(clock).without_verify_on_drop();
        let scene = Scene::with(builder).await;
        scene.zendesk.inject(fault);
        let answer = scene.answer(Method::GET, "/users/me", None).await;
        assert_eq!(answer.header("retry-after"), retry_after, "{what}");
        make_calls(&scene, &what).await;
    }
}

#[tokio::test]
async fn a_reply_that_is_due_at_the_end_of_time_keeps_nobody_else_waiting() {
    for fault in [Fault::delay(LONGEST), Fault::slow_body(LONGEST)] {
        let what = fault.to_string();
        let builder = MockZendesk::builder().without_verify_on_drop();
        let scene = Scene::with(builder).await;
        scene.zendesk.inject(fault);
        let waiting = tokio::spawn(scene.request(Method::GET, "/users/me", None).send());
        assert_eq!(scene.zendesk.wait_for(users::ME, 1, LONGEST).await.len(), 1);
        make_calls(&scene, &what).await;
        scene.zendesk.set_time(end_of_time());
        make_calls(&scene, &what).await;
        drop(scene);
        // The body has not come, nor has what is before it in the case of a delay.
        let reply = waiting.await.unwrap();
        assert!(match reply {
            Ok(reply) => reply.bytes().await.is_err(),
            Err(_) => true,
        });
    }
}

#[tokio::test]
async fn what_the_handle_takes_works_at_its_largest_and_at_zero() {
    let scene = Scene::with(MockZendesk::builder().without_verify_on_drop()).await;
    let zendesk = &scene.zendesk;
    let none = UserId::new(u64::MAX);
    let account = zendesk.account();
    assert!(account.user(none).is_none() && account.user(UserId::new(0)).is_none());
    assert!(
        zendesk
            .assert_user(none)
            .try_organizations([OrganizationId::new(u64::MAX)])
            .is_err()
    );

    zendesk.advance(Duration::ZERO);
    zendesk.advance(Duration::from_nanos(1));
    zendesk.set_time(zendesk.now());
    assert!(
        zendesk
            .try_wait_for_calls(|calls| calls, usize::MAX, Duration::ZERO)
            .await
            .is_err()
    );
    let text = zendesk
        .try_wait_for(users::ME, usize::MAX, Duration::ZERO)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        text.starts_with("expected at least 18446744073709551615 calls of ShowCurrentUser"),
        "{text}"
    );
    let gate = zendesk.hold(users::ME);
    drop(gate.wait_for_within(1, LONGEST));
    gate.release_all();
    drop(gate);

    for times in [
        Times::from(usize::MAX),
        (0..usize::MAX).into(),
        (usize::MAX..).into(),
        (..=usize::MAX).into(),
    ] {
        zendesk.expect(users::ME, times);
        zendesk.expect_calls(|calls| calls, times);
        let _ = zendesk.calls().try_assert_times(times);
    }
    zendesk.calls().assert_times(0);
    zendesk.calls().assert_times(..usize::MAX);
    zendesk.calls().assert_at_most(0);
    zendesk.assert_at_most_calls(0);
    assert!(
        zendesk.calls().try_assert_at_most(usize::MAX).is_err(),
        "there is nothing to judge"
    );
    zendesk.calls().assert_max_consecutive_429(0);
    assert!(
        zendesk
            .calls()
            .try_assert_max_consecutive_429(usize::MAX)
            .is_err(),
        "there is nothing to check"
    );
    assert!(zendesk.calls().with_status(599).is_empty());

    let items = [&scene.acme, &scene.globex]
        .map(|one| json!({"user_id": scene.ada.id, "organization_id": one.id}));
    for _ in 0..2 {
        scene
            .post(
                "/organization_memberships/create_many",
                json!({"organization_memberships": items}),
            )
            .await;
    }
    assert_eq!(
        zendesk
            .wait_for_calls(|calls| calls, 1, LONGEST)
            .await
            .len(),
        2
    );
    assert_eq!(
        zendesk
            .wait_for_calls(|calls| calls, 2, Duration::ZERO)
            .await
            .len(),
        2
    );
    zendesk.jobs().fail_items_of_next([usize::MAX], "no");
    zendesk.jobs().fail_items_of_next(0.., "no");
    zendesk.jobs().work_on_next(0);
    zendesk.jobs().work_on_next(usize::MAX);
    let job = zendesk.assert_last_job();
    assert!(job.try_failed_items([usize::MAX]).is_err());
    assert!(job.try_failed_items(0..).is_err());
    assert_eq!(
        job.try_failed_items([]).is_ok(),
        job.try_completed().is_ok()
    );
    zendesk.jobs().set_pace(JobPace::After(LONGEST));
    zendesk.set_time(end_of_time());
    make_calls(&scene, "at the end of time").await;
    assert_eq!(zendesk.now().to_string(), "9999-12-31T23:59:59Z");
}

#[tokio::test]
async fn a_plan_can_have_the_largest_seed_number_and_nothing_in_it() {
    let zendesk = MockZendesk::builder().without_socket();
    zendesk.seed().plan(
        Plan::new()
            .random_seed(u64::MAX)
            .memberships_per_user(0..=0)
            .user_in_organizations(0),
    );
    assert_eq!(zendesk.account().user_count(), 2);
    let other = MockZendesk::builder().without_socket();
    other.seed().plan(
        Plan::new()
            .random_seed(0)
            .memberships_per_user(0..=usize::MAX)
            .tickets_per_user(0..=usize::MAX),
    );
    assert_eq!(other.account().user_count(), 1);
}

#[tokio::test]
async fn what_nothing_could_come_of_panics_at_the_line_of_the_test() {
    let scene = Scene::with(MockZendesk::builder().without_verify_on_drop()).await;
    let zendesk = &scene.zendesk;
    let seed = zendesk.seed();
    let plan = || Plan::new().users(1);
    let here = Location::caller();
    let rows: [(&dyn Fn(), &str); 26] = [
        (
            &|| drop(Fault::delay(Duration::ZERO)),
            "a delay of zero changes nothing",
        ),
        (
            &|| drop(Fault::slow_body(Duration::ZERO)),
            "a body that takes no time is not slow",
        ),
        (
            &|| drop(Fault::status(500).times(0)),
            "a fault that happens 0 times never happens; give at least 1",
        ),
        (
            &|| drop(Fault::status(500).nth(0)),
            "calls are counted from 1",
        ),
        (
            &|| drop(Fault::status(500).every(0)),
            "there is no 0th call",
        ),
        (&|| drop(Fault::status(0)), "0 is not an error status"),
        (
            &|| drop(Fault::html_error(u16::MAX)),
            "65535 is not an error status",
        ),
        (
            &|| _ = Chaos::seeded(0).chance(u8::MAX),
            "a chance of 255 percent is not possible",
        ),
        (
            &|| _ = Chaos::seeded(0).in_a_row(0),
            "with 0 calls in a row there is never any trouble; give at least 1",
        ),
        (
            &|| drop(MockZendesk::builder().rate_window(Duration::from_millis(999))),
            "a window of 999ms is too short",
        ),
        (
            &|| drop(MockZendesk::builder().max_page_size(0)),
            "a page must have at least 1 row",
        ),
        (&|| zendesk.advance(LONGEST), "it would pass the year 9999"),
        (
            &|| zendesk.set_time(Timestamp::from_unix_seconds(0)),
            "it cannot go back",
        ),
        (
            &|| zendesk.expect(users::ME, 0..0),
            "this range contains no number",
        ),
        (
            &|| drop(zendesk.calls().try_assert_times(0..0)),
            "this range contains no number",
        ),
        (
            &|| zendesk.hold(users::ME).release_in_order([usize::MAX]),
            "has not arrived at the gate",
        ),
        (
            &|| zendesk.jobs().work_on_next(usize::MAX),
            "no background job is queued or working",
        ),
        (
            &|| zendesk.jobs().fail_items_of_next([], "no"),
            "there are no items to fail; give at least one",
        ),
        (
            &|| zendesk.assert_last_job().failed_items(0..),
            "but no job was queued",
        ),
        (&|| drop(seed.plan(plan().users(usize::MAX))), "is the most"),
        (
            &|| drop(seed.plan(plan().organizations(usize::MAX))),
            "is the most",
        ),
        (
            &|| drop(seed.plan(plan().user_in_organizations(usize::MAX))),
            "are more than the 0 of the plan",
        ),
        (
            &|| drop(seed.plan(plan().memberships_per_user(0..=usize::MAX))),
            "are more than the 0 of the plan",
        ),
        (
            &|| drop(seed.plan(plan().tickets_per_user(usize::MAX..=usize::MAX))),
            "is the most",
        ),
        (
            &|| drop(seed.membership(UserId::new(u64::MAX), UserId::new(0).get())),
            "User cannot be blank",
        ),
        (
            &|| drop(seed.ticket(&scene.ada, NewTicket::new("x").organization_id(u64::MAX))),
            "Organization is invalid",
        ),
    ];
    for (act, expected) in rows {
        let (text, file, line) = panic_of(act);
        assert!(
            text.contains(expected),
            "{text} does not contain {expected}"
        );
        assert_eq!(file, here.file(), "{text}");
        assert!(line > here.line(), "{text}: line {line}");
    }
}

#[tokio::test]
async fn what_a_request_passes_over_is_all_kept_however_much_it_is() {
    const KEYS: usize = 20_000;
    let scene = Scene::with(MockZendesk::builder().without_verify_on_drop()).await;
    let keys = |start: &str| {
        let keys = (0..KEYS).map(|n| (format!("{start}{n}"), json!(1)));
        Value::Object(keys.collect())
    };
    // Each of these looks like `organization_id`, and is a hint.
    let near = keys("organization_id_");
    let (path, root) = ("/organization_memberships", "organization_membership");
    let many = format!("{path}/create_many");
    let plural = "organization_memberships";
    for (path, body, ignored, hints) in [
        (path, json!({root: keys("k")}), KEYS, 0),
        (path, json!({root: near.clone()}), KEYS, 1_000),
        // The body is no attribute, and its keys are passed over with it.
        (path, json!({root: {}, "other": keys("k")}), KEYS + 1, 0),
        // A key that several items have is named once.
        (&many, json!({plural: [keys("k"), keys("k")]}), KEYS, 0),
        (&many, json!({plural: vec![keys("k"); 1]}), KEYS, 0),
    ] {
        scene.post(path, body).await;
        let call = scene.zendesk.calls().last().unwrap();
        assert_eq!(
            (call.ignored().len(), call.hints().len()),
            (ignored, hints),
            "{path}"
        );
        let warning = call
            .reply()
            .unwrap()
            .header("x-zendesk-api-warn")
            .unwrap()
            .len();
        assert!((1_900..2_200).contains(&warning), "{warning}");
    }
    let ids = vec![json!({"user_id": scene.acme.id}); KEYS];
    scene.post(&many, json!({plural: ids})).await;
    // One of them is that there are too many.
    assert_eq!(scene.zendesk.calls().last().unwrap().hints().len(), 1_001);
}

/// The parameters of a function, of which this is what stands behind the opening parenthesis.
fn parameters(text: &str) -> &str {
    let mut depth = 1;
    let end = text.find(|c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth == 0
    });
    &text[..end.unwrap()]
}

#[cfg(feature = "webhooks")]
#[tokio::test]
async fn deliveries_take_every_duration() {
    use mock_zendesk::webhooks::{DeliveryFault, DeliveryState};

    let zendesk = MockZendesk::start().await;
    zendesk.webhook("http://127.0.0.1:9");
    let (text, ..) = panic_of(|| drop(DeliveryFault::late(Duration::ZERO)));
    assert!(
        text.starts_with("a delay of zero changes nothing"),
        "{text}"
    );
    zendesk.inject_delivery(DeliveryFault::late(LONGEST).times(u64::MAX));
    let post = reqwest::Client::new().post(zendesk.url("/users"));
    let post = post.header("authorization", zendesk.authorization());
    post.json(&json!({"user": {"name": "Ada"}}))
        .send()
        .await
        .unwrap();
    zendesk.settle_deliveries_within(LONGEST).await;
    zendesk
        .try_settle_deliveries_within(Duration::ZERO)
        .await
        .unwrap();
    let deliveries = zendesk.deliveries();
    deliveries.in_state(DeliveryState::Pending).assert_once();
    let shown = deliveries.try_assert_times(2..).unwrap_err().to_string();
    assert!(shown.contains("due at 9999-12-31T23:59:59Z"), "{shown}");
}

#[test]
fn every_public_function_that_takes_a_duration_a_time_or_a_number_is_tried_here() {
    let tried = include_str!("extremes.rs");
    let types = [
        "Duration",
        "Timestamp",
        "Times",
        "u8",
        "u16",
        "u32",
        "u64",
        "usize",
        "JobPace",
        "KeepCalls",
    ];
    let (mut found, mut missing) = (0, Vec::new());
    for (file, lines) in source() {
        let text: String = lines.into_iter().map(|(_, line)| line + "\n").collect();
        for (start, public) in text.match_indices("    pub ") {
            let signature = text[start + public.len()..]
                .trim_start_matches("const ")
                .trim_start_matches("async ");
            let Some((name, rest)) = signature
                .strip_prefix("fn ")
                .and_then(|rest| rest.split_once('('))
            else {
                continue;
            };
            let parameters = parameters(rest);
            let words: Vec<&str> = parameters.split(|c: char| !c.is_alphanumeric()).collect();
            // A number that is given to a closure is not one that the test gives.
            if name != "between_pages" && types.iter().any(|kind| words.contains(kind)) {
                found += 1;
                let is_tried = [format!(".{name}("), format!("::{name}(")]
                    .iter()
                    .any(|call| tried.contains(call));
                missing.extend((!is_tried).then(|| format!("src/{file}: {name}({parameters})")));
            }
        }
    }
    assert!(found > 30, "only {found} functions were found");
    assert!(
        missing.is_empty(),
        "not tried at its largest and at zero:\n{}",
        missing.join("\n")
    );
}
