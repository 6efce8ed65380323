//! Every assertion panics where it does not hold, at the line of the test, with the text that its
//! `try_` twin gives back.

use std::collections::BTreeSet;
use std::time::Duration;

use mock_zendesk::{
    Credentials, Fault, MockZendesk,
    account::Difference,
    calls::{Failure, Report},
    coverage::Outcome,
    organization_memberships, organizations, users,
};
use serde_json::json;

use crate::handle::panic_of;
use crate::normal::{Here, here, line_of, with_places};
use crate::scene::Scene;
use crate::tidy::source;

/// An assertion that does not hold: its name, itself, and the text of its twin, without the line
/// that it names.
struct Row<'a> {
    name: &'static str,
    act: &'a dyn Fn(),
    twin: String,
}

fn text(result: Result<(), Failure>) -> String {
    result.unwrap_err().to_string()
}

#[tokio::test]
async fn asking_for_credentials_that_nobody_gave_panics_at_the_line_of_the_test() {
    let builder = MockZendesk::builder().credentials(Credentials::api_token("a@b.test", "t"));
    let zendesk = builder.start().await;
    let user = users::NewUser::new("Ada").email("ada@example.com");
    let ada = zendesk.seed().user(user);
    let (text, file, _) = panic_of(|| drop(zendesk.credentials_for(&ada)));
    assert!(
        text.contains("given no credentials of ada@example.com"),
        "{text}"
    );
    assert_eq!(file, file!());
}

#[tokio::test]
async fn every_assertion_that_does_not_hold_panics_at_its_line_with_the_text_of_its_twin() {
    let scene = Scene::with(
        MockZendesk::builder()
            .max_page_size(1)
            .without_verify_on_drop(),
    )
    .await;
    let zendesk = &scene.zendesk;
    zendesk.expect(users::LIST, 1);
    let before = zendesk.account();
    zendesk.inject(Fault::rate_limited(Duration::from_secs(30)).times(2));
    for path in [
        "/users/me",
        "/users/me",
        "/organizations?page=1",
        "/organizations?page=1",
    ] {
        scene.get(path).await;
    }
    let (ada, acme, globex) = (&scene.ada, &scene.acme, &scene.globex);
    zendesk.seed().membership(ada, acme);
    let all = || zendesk.calls();
    let lists = || zendesk.calls().of(organizations::LIST);
    let user = || zendesk.assert_user(ada);
    let membership = |of| zendesk.assert_membership(ada, of);
    let by_cursor = Scene::with(MockZendesk::builder().max_page_size(1)).await;
    let (_, page) = by_cursor.get("/organizations?page[size]=1").await;
    for _ in 0..2 {
        let cursor = page["meta"]["after_cursor"].as_str().unwrap();
        by_cursor
            .get(&format!("/organizations?page[size]=1&page[after]={cursor}"))
            .await;
    }
    let again = || by_cursor.zendesk.calls().of(organizations::LIST);
    let changes = || [Difference::left(ada, globex)];
    let report: Report = zendesk.try_verify().unwrap_err();
    let body = json!({"a": 1});
    let rows = [
        Row {
            name: "assert_once",
            act: &|| drop(all().assert_once()),
            twin: text(all().try_assert_once().map(drop)),
        },
        Row {
            name: "assert_times",
            act: &|| all().assert_times(9),
            twin: text(all().try_assert_times(9)),
        },
        Row {
            name: "assert_none",
            act: &|| all().assert_none(),
            twin: text(all().try_assert_none()),
        },
        Row {
            name: "assert_json",
            act: &|| all().assert_json(&body),
            twin: text(all().try_assert_json(&body)),
        },
        Row {
            name: "assert_sequence",
            act: &|| all().assert_sequence(&[users::LIST]),
            twin: text(all().try_assert_sequence(&[users::LIST])),
        },
        Row {
            name: "assert_exact_sequence",
            act: &|| all().assert_exact_sequence(&[users::LIST]),
            twin: text(all().try_assert_exact_sequence(&[users::LIST])),
        },
        Row {
            name: "assert_walked_to_end",
            act: &|| lists().assert_walked_to_end(),
            twin: text(lists().try_assert_walked_to_end()),
        },
        Row {
            name: "assert_no_row_missed",
            act: &|| lists().assert_no_row_missed(),
            twin: text(lists().try_assert_no_row_missed()),
        },
        Row {
            name: "assert_each_row_once",
            act: &|| again().assert_each_row_once(),
            twin: text(again().try_assert_each_row_once()),
        },
        Row {
            name: "assert_no_page_twice",
            act: &|| lists().assert_no_page_twice(),
            twin: text(lists().try_assert_no_page_twice()),
        },
        Row {
            name: "assert_resumed",
            act: &|| lists().assert_resumed(),
            twin: text(lists().try_assert_resumed()),
        },
        Row {
            name: "assert_honored_retry_after",
            act: &|| all().assert_honored_retry_after(),
            twin: text(all().try_assert_honored_retry_after()),
        },
        Row {
            name: "assert_at_most",
            act: &|| all().assert_at_most(1),
            twin: text(all().try_assert_at_most(1)),
        },
        Row {
            name: "assert_at_most_calls",
            act: &|| zendesk.assert_at_most_calls(1),
            twin: text(all().try_assert_at_most(1)),
        },
        Row {
            name: "assert_max_consecutive_429",
            act: &|| all().assert_max_consecutive_429(1),
            twin: text(all().try_assert_max_consecutive_429(1)),
        },
        Row {
            name: "assert_no_advice",
            act: &|| zendesk.assert_no_advice(),
            twin: text(zendesk.try_assert_no_advice()),
        },
        #[cfg(feature = "webhooks")]
        Row {
            name: "assert_all_delivered",
            act: &|| zendesk.deliveries().assert_all_delivered(),
            twin: text(zendesk.deliveries().try_assert_all_delivered()),
        },
        Row {
            name: "assert_changes",
            act: &|| zendesk.assert_changes(&before, changes()),
            twin: text(zendesk.try_assert_changes(&before, changes())),
        },
        Row {
            name: "assert_user",
            act: &|| {
                user().organizations([globex]);
            },
            twin: text(user().try_organizations([globex])),
        },
        Row {
            name: "default",
            act: &|| {
                user().default(globex);
            },
            twin: text(user().try_default(globex)),
        },
        Row {
            name: "assert_membership",
            act: &|| membership(globex).exists(),
            twin: text(membership(globex).try_exists()),
        },
        Row {
            name: "absent",
            act: &|| membership(acme).absent(),
            twin: text(membership(acme).try_absent()),
        },
        Row {
            name: "assert_last_job",
            act: &|| zendesk.assert_last_job().completed(),
            twin: text(zendesk.assert_last_job().try_completed()),
        },
        Row {
            name: "assert_job",
            act: &|| zendesk.assert_job("V3-0").failed_items([1]),
            twin: text(zendesk.assert_job("V3-0").try_failed_items([1])),
        },
        Row {
            name: "assert_met",
            act: &|| {
                zendesk
                    .coverage()
                    .assert_met(users::LIST, Outcome::RateLimited)
            },
            twin: format!(
                "{}\n  asserted at {}:{}:{}\n\n{}",
                zendesk
                    .coverage()
                    .try_assert_met(users::LIST, Outcome::RateLimited)
                    .unwrap_err(),
                file!(),
                line!(),
                column!(),
                zendesk.coverage(),
            ),
        },
        Row {
            name: "verify",
            act: &|| zendesk.verify(),
            twin: report.to_string(),
        },
    ];
    for Row { name, act, twin } in &rows {
        let (text, file, line) = panic_of(act);
        // The places are not those of the twin.
        assert_eq!(with_places(&text, &[]), with_places(twin, &[]), "{name}");
        assert!(
            file.ends_with("panics.rs"),
            "{name} points at {file}:{line}"
        );
        assert!(
            text.contains("panics.rs:") || *name == "verify",
            "{name} names no line: {text}"
        );
    }

    // None is forgotten.
    let mut found = BTreeSet::new();
    let is_built = |file: &str| cfg!(feature = "webhooks") || !file.starts_with("webhooks/");
    for (file, lines) in source().into_iter().filter(|(file, _)| is_built(file)) {
        for (_, line) in lines {
            let name = line
                .trim_start()
                .strip_prefix("pub fn ")
                .and_then(|rest| rest.split(['(', '<']).next());
            let is_one = |name: &&str| name.starts_with("assert_") || *name == "verify";
            found.extend(
                name.filter(is_one)
                    .map(|name| (name.to_owned(), file.clone())),
            );
        }
    }
    assert!(found.len() >= 15, "only {found:?}");
    for (name, file) in found {
        assert!(
            rows.iter().any(|row| row.name == name),
            "{name} of src/{file} has no row"
        );
    }
}

#[tokio::test]
async fn what_is_awaited_or_dropped_panics_with_the_line_of_the_test() {
    let zendesk = MockZendesk::start().await;
    let place = line_of(|| zendesk.expect(organization_memberships::CREATE, 1));
    let panic =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(zendesk))).unwrap_err();
    let text = with_places(panic.downcast_ref::<String>().unwrap(), &[(place, "HERE")]);
    assert!(text.contains("expected at HERE"), "{text}");

    let zendesk = MockZendesk::start().await;
    let wait = Duration::from_millis(1);
    let Here {
        value: waiting,
        place,
    } = here(async { zendesk.wait_for(users::ME, 1, wait).await });
    let panic = with_places(&caught(waiting).await, &[(place, "HERE")]);
    assert!(panic.contains("asserted at HERE"), "{panic}");
}

/// The text that a future panics with.
async fn caught<T>(future: impl Future<Output = T>) -> String {
    let mut future = Box::pin(future);
    std::future::poll_fn(|context| {
        let polled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            future.as_mut().poll(context)
        }));
        match polled {
            Ok(std::task::Poll::Pending) => std::task::Poll::Pending,
            Ok(std::task::Poll::Ready(_)) => std::task::Poll::Ready(String::new()),
            Err(panic) => {
                std::task::Poll::Ready(panic.downcast_ref::<String>().cloned().unwrap_or_default())
            }
        }
    })
    .await
}
