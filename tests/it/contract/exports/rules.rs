//! Parameters, errors, callers and limits of incremental exports.

use super::*;

/// [inferred] from the lists: 0 counts as not sent, and more than the largest size as that.
#[tokio::test]
async fn q_ns15_per_page_is_clamped() {
    let account = Account::at(NOW).await;
    account.load(&json!({"users": [user(7, 1_620_000_000), user(8, 1_620_000_001)]}));
    for (per_page, rows) in [
        ("1", 1),
        ("2", 2),
        ("0", 2),
        ("-1", 2),
        ("1001", 2),
        ("", 2),
    ] {
        let path = format!("/incremental/users?start_time=0&per_page={per_page}");
        assert_eq!(account.page(&path).await["count"], rows, "{path}");
    }
    let path = "/incremental/users?start_time=0&per_page=x";
    let answer = account.get(path).await.expect(400);
    assert!(
        answer.body.contains("per_page must be an integer"),
        "{}",
        answer.body
    );
}

/// [documented] "Must be at least one minute in the past. Data isn't provided for the most recent
/// minute"; [reported] status and body, with the words of an older rule.
#[tokio::test]
async fn ns90_ns91_ns93_q_ns10_the_last_minute_is_withheld_and_refused() {
    let account = Account::at(NOW).await;
    account.load(&json!({"users": [user(7, NOW - 60), user(8, NOW - 59)]}));
    let refused = r#"{"error":"InvalidValue","description":"Too recent start_time. Use a start_time older than 1 minute"}"#;
    for kind in ["users", "users/cursor", "users/sample"] {
        let at = |seconds: u64| format!("/incremental/{kind}?start_time={seconds}");
        for start_time in [0, NOW - 60] {
            assert_eq!(
                ids(&account.page(&at(start_time)).await, "users"),
                [7],
                "{kind}"
            );
        }
        for start_time in [NOW - 59, NOW, NOW + 1_000] {
            let answer = account.get(&at(start_time)).await;
            assert_eq!(answer.expect(422).body, refused, "{kind}");
        }
    }
    account.wait(1);
    let page = account.page("/incremental/users?start_time=0").await;
    assert_eq!(ids(&page, "users"), [7, 8]);
}

/// [chosen] another delay, for a test that does not move the clock.
#[tokio::test]
async fn ns93_without_a_delay_every_change_is_shown_at_once() {
    let path = format!("/incremental/users?start_time={NOW}");
    let builder = MockZendesk::builder().export_delay(Duration::ZERO);
    let account = Account::with(builder, NOW).await;
    let ada = account.zendesk.seed().user("Ada");
    let page = account.page(&path).await;
    assert_eq!(ids(&page, "users")[1..], [ada.id.get()]);
    let builder = MockZendesk::builder().export_delay(Duration::from_secs(90));
    let account = Account::with(builder, NOW).await;
    let answer = account.get(&path).await.expect(422);
    assert!(
        answer.body.contains("older than 90 seconds"),
        "{}",
        answer.body
    );
}

/// [chosen] the page behind a full page of the last second that is shown is empty, and its link is
/// not refused: a client follows it, and the clock may stand still.
#[tokio::test]
async fn ns132_the_link_of_a_full_page_of_the_last_second_that_is_shown_is_followed() {
    let account = Account::at(NOW).await;
    let behind = format!("/incremental/users?start_time={}", NOW - 59);
    account.get(&behind).await.expect(422);
    let last = [user(7, NOW - 60), user(8, NOW - 60)];
    account.load(&json!({"users": last, "organizations": [organization(9, NOW - 60)]}));
    for (list, rows) in [("users", vec![7, 8]), ("organizations", vec![9])] {
        for per_page in [1, rows.len()] {
            let path = format!("/incremental/{list}?per_page={per_page}&start_time=0");
            let page = account.page(&path).await;
            assert_eq!(ids(&page, list), rows, "{path}");
            let count = rows.len() as u64;
            assert_eq!(end(&page), (count, false, json!(NOW - 59)), "{path}");
            let behind = account.page(link(&page, "next_page")).await;
            assert_eq!(end(&behind), (0, true, Value::Null), "{path}");
        }
    }
    // Rows of earlier seconds do not make that page full.
    let account = Account::at(NOW).await;
    let rows = [(7, NOW - 90), (8, NOW - 90), (9, NOW - 60)];
    let rows = rows.map(|(id, seconds)| organization(id, seconds));
    account.load(&json!({ "organizations": rows }));
    for (per_page, status) in [(1, 200), (2, 422)] {
        let start_time = NOW - 59;
        let path =
            format!("/incremental/organizations?per_page={per_page}&start_time={start_time}");
        account.get(&path).await.expect(status);
    }
}

/// [recorded] the headers, and that they count the seconds to the next minute of the clock;
/// [reported] the body.
#[tokio::test]
async fn ns94_ns95_ns96_ns97_exports_have_limits_by_the_minute_of_the_clock() {
    let builder = MockZendesk::builder().endpoint_limits();
    let account = Account::with(builder, NOW - NOW % 60 + 24).await;
    let limited = r#"{"error":"APIRateLimitExceeded","description":"Number of allowed incremental export API requests per minute exceeded"}"#;
    let by_time: &[&str] = &["users", "organizations", "tickets"];
    let by_cursor: &[&str] = &["users/cursor", "tickets/cursor"];
    for (header, paths, total) in [
        ("zendesk-ratelimit-incremental-exports", by_time, 10),
        (
            "zendesk-ratelimit-incremental-exports-cursor",
            by_cursor,
            20,
        ),
    ] {
        for call in 1..=total {
            let path = paths[call % paths.len()];
            let path = format!("/incremental/{path}?start_time={call}");
            let answer = account.get(&path).await.expect(200);
            let told = format!("total={total}; remaining={}; resets=36", total - call);
            assert_eq!(answer.header(header), Some(told.as_str()));
        }
        let path = format!("/incremental/{}?start_time=0", paths[0]);
        let answer = account.get(&path).await.expect(429);
        assert_eq!(answer.body, limited);
        assert_eq!(answer.header("retry-after"), Some("36"));
        let told = format!("total={total}; remaining=0; resets=36");
        assert_eq!(answer.header(header), Some(told.as_str()));
    }
    let answer = account.get("/users/me").await;
    let left = answer.header("x-rate-limit-remaining");
    assert_eq!(
        left,
        Some("667"),
        "exports count for the account's 700, too"
    );
    account.wait(36);
    account
        .get("/incremental/users?start_time=0")
        .await
        .expect(200);
}

/// [documented] "more strict in terms of rate limiting, at 10 requests per 20 minutes instead of 10
/// requests per minute. It also returns only up to 50 results per request."
#[tokio::test]
async fn ns98_a_sample_has_fifty_rows_and_ten_of_them_come_in_twenty_minutes() {
    let builder = MockZendesk::builder().endpoint_limits();
    let account = Account::with(builder, NOW - NOW % 1200 + 30).await;
    let rows = (0..60).map(|n| user(1_000 + n, 1_620_000_000 + n));
    account.load(&json!({ "users": rows.collect::<Vec<_>>() }));
    for kind in ["tickets", "organizations", "users"]
        .iter()
        .cycle()
        .take(10)
    {
        let path = format!("/incremental/{kind}/sample?start_time=0&per_page=100");
        let page = account.page(&path).await;
        let rows = if *kind == "users" { 50 } else { 0 };
        assert_eq!(
            (page["count"].as_u64(), &page["end_of_stream"]),
            (Some(rows), &json!(rows == 0))
        );
        account.wait(60);
    }
    let sample = "/incremental/users/sample?start_time=0";
    let answer = account.get(sample).await.expect(429);
    assert_eq!(answer.header("retry-after"), Some("570"));
    account.wait(569);
    account.get(sample).await.expect(429);
    account.wait(1);
    account.get(sample).await.expect(200);
}
