//! The recorded pages, rebuilt from records that changed at the recorded times.

use super::*;
use crate::contract::wire::keys_in_order;

/// [recorded] of users and organizations: `next_page` comes before `count`.
#[tokio::test]
async fn ns61_ns74_ns77_a_last_page_of_organizations_is_the_recorded_one() {
    let account = Account::at(1_778_061_384).await;
    let times = [
        (46_406_146_527_249, 1_778_053_546),
        (46_407_197_673_361, 1_778_057_187),
        (46_407_197_673_489, 1_778_057_622),
    ];
    let rows = times.map(|(id, seconds)| organization(id, seconds));
    account.load(&json!({ "organizations": rows }));
    let path = "/incremental/organizations?per_page=1000&start_time=0";

    let answer = account.get(path).await.expect(200);

    let keys = [
        "organizations",
        "next_page",
        "count",
        "end_of_stream",
        "end_time",
    ];
    assert_eq!(keys_in_order(&answer, ""), keys);
    let page = answer.json();
    assert_eq!(ids(&page, "organizations"), times.map(|(id, _)| id));
    assert_eq!(end(&page), (3, true, json!(1_778_057_622)));
    let next = "/organizations.json?per_page=1000&start_time=1778057622";
    assert_eq!(page["next_page"], account.link(next));
}

/// [recorded] the last pages of 2025 and 2026: the rows with their times, the links and the cursors.
#[tokio::test]
async fn ns6_ns62_ns63_ns67_ns77_ns84_the_recorded_last_pages() {
    let account = Account::at(NOW).await;
    // The changes of a user who was created earlier, and of one who was deleted.
    let users = [
        (46_406_145_565_073, 1_778_058_342, true),
        (46_406_156_914_577, 1_778_053_583, true),
        (46_408_833_012_241, 1_778_057_267, false),
        (22_883_624_375_167, 1_740_178_420, true),
    ];
    let users = users.map(|(id, seconds, active)| {
        let mut row = user(id, seconds);
        row["active"] = json!(active);
        row
    });
    let tickets = [
        ticket(2, 46_406_145_565_073, 1_778_055_393),
        ticket(3, 46_406_145_565_073, 1_778_058_569),
    ];
    let organizations = [organization(26_363_643_450_387, 1_708_014_184)];
    account.load(&json!({"users": users, "organizations": organizations, "tickets": tickets}));

    let page = account
        .page("/incremental/organizations?start_time=0")
        .await;
    assert_eq!(ids(&page, "organizations"), [26_363_643_450_387]);
    assert_eq!(end(&page), (1, true, json!(1_708_014_184)));
    let next = "/organizations.json?start_time=1708014184";
    assert_eq!(page["next_page"], account.link(next));

    let page = account.page("/incremental/tickets?start_time=0").await;
    assert_eq!(ids(&page, "tickets"), [2, 3]);
    assert_eq!(end(&page), (2, true, json!(1_778_058_569)));
    let next = "/tickets.json?start_time=1778058569";
    assert_eq!(page["next_page"], account.link(next));

    let recorded = [46_406_156_914_577, 46_408_833_012_241, 46_406_145_565_073];
    let all = [&[22_883_624_375_167], &recorded[..]].concat();
    let path = "/incremental/users/cursor?per_page=100&start_time=0";
    let page = account.page(path).await;
    assert_eq!(ids(&page, "users"), all, "not by id");
    let of_the_deleted = &page["users"][2];
    assert_eq!(of_the_deleted["permanently_deleted"], false);
    assert_eq!(
        page["after_cursor"],
        "MTc3ODA1ODM0Mi4wfHw0NjQwNjE0NTU2NTA3M3w="
    );
    assert_eq!(page["end_of_stream"], true);
    let cursor = "MTc0MDE3ODQyMC4wfHwyMjg4MzYyNDM3NTE2N3w%3D";
    let page = account
        .page(&format!(
            "/incremental/users/cursor?cursor={cursor}&per_page=19"
        ))
        .await;
    assert_eq!(ids(&page, "users"), recorded);
    let cursor = "MTc3ODA1ODM0Mi4wfHw0NjQwNjE0NTU2NTA3M3w%3D";
    let url = format!("/users/cursor?cursor={cursor}&per_page=19");
    assert_eq!(page["after_url"], account.link(&url));
}

/// [recorded] `per_page=1`: a second with one user, and one with four. Each page is a whole second,
/// and ends one second later.
#[tokio::test]
async fn ns71_ns72_ns73_a_page_of_one_second_has_all_of_it_and_ends_a_second_later() {
    let account = Account::at(NOW).await;
    let four = [
        6_133_249_966_618,
        6_133_249_967_386,
        6_133_249_969_178,
        6_133_249_970_970,
    ];
    let first = 6_130_869_168_922;
    let mut rows = vec![user(first, 1_694_303_526)];
    rows.extend(four.map(|id| user(id, 1_694_375_851)));
    rows.push(user(6_133_249_970_971, 1_694_375_999));
    account.load(&json!({ "users": rows }));

    let page = account
        .page("/incremental/users.json?per_page=1&start_time=0")
        .await;
    assert_eq!(ids(&page, "users"), [first]);
    assert_eq!(end(&page), (1, false, json!(1_694_303_527)));
    let next = "/users.json?per_page=1&start_time=1694303527";
    assert_eq!(page["next_page"], account.link(next));

    let page = account.page(link(&page, "next_page")).await;
    assert_eq!(ids(&page, "users"), four);
    assert_eq!(end(&page), (4, false, json!(1_694_375_852)));

    // Two seconds on one page: the next page repeats the last one.
    let page = account
        .page("/incremental/users.json?per_page=3&start_time=0")
        .await;
    assert_eq!(ids(&page, "users"), [first, four[0], four[1]]);
    assert_eq!(end(&page), (3, false, json!(1_694_375_851)));
    let page = account.page(link(&page, "next_page")).await;
    assert_eq!(ids(&page, "users"), four);
    assert_eq!(end(&page), (4, false, json!(1_694_375_852)));
}

/// [recorded] without `per_page`: 1000 rows, and links without it.
#[tokio::test]
async fn ns69_a_page_has_a_thousand_rows_and_links_name_per_page_only_if_it_was_sent() {
    let account = Account::at(NOW).await;
    let rows = (0..1_100).map(|n| user(1_000 + n, 1_695_072_964 + n));
    account.load(&json!({ "users": rows.collect::<Vec<_>>() }));
    for sent in ["", "per_page=2000&"] {
        let page = account
            .page(&format!("/incremental/users.json?{sent}start_time=0"))
            .await;
        assert_eq!(end(&page), (1000, false, json!(1_695_073_963)));
        let next = format!("/users.json?{sent}start_time=1695073963");
        assert_eq!(page["next_page"], account.link(&next));
        let last = account.page(link(&page, "next_page")).await;
        assert_eq!(end(&last), (101, true, json!(1_695_074_063)));
    }
}

/// [recorded] of tickets: `count` comes before `next_page`.
#[tokio::test]
async fn ns62_pages_of_tickets_have_another_order_of_keys() {
    let account = Account::at(NOW).await;
    let rows = (28..35).map(|id| ticket(id, 7, 1_695_052_663));
    let rows: Vec<Value> = rows.collect();
    account.load(&json!({"users": [user(7, 1_695_000_000)], "tickets": rows}));

    let path = "/incremental/tickets.json?per_page=1&start_time=0";
    let answer = account.get(path).await.expect(200);

    let keys = ["tickets", "count", "end_of_stream", "next_page", "end_time"];
    assert_eq!(keys_in_order(&answer, ""), keys);
    let page = answer.json();
    assert_eq!(end(&page), (7, false, json!(1_695_052_664)));
    let next = "/tickets.json?per_page=1&start_time=1695052664";
    assert_eq!(page["next_page"], account.link(next));
}

/// [recorded] cursors of 2023, 2025 and 2026: base64 of `1694303526.0||6130869168922|`. `after_url`
/// has `.json` if the request had it, and no `start_time`.
#[tokio::test]
async fn ns5_ns63_ns70_ns79_ns83_cursors_and_their_links_are_the_recorded_ones() {
    let account = Account::at(NOW).await;
    let tickets = [ticket(28, 7, 1_695_052_663), ticket(29, 7, 1_695_052_663)];
    let users = [
        user(7, 1_600_000_000),
        user(6_130_869_168_922, 1_694_303_526),
        user(26_363_624_373_267, 1_740_178_420),
        user(46_406_145_565_073, 1_778_058_342),
    ];
    account.load(&json!({"users": users, "tickets": tickets}));
    for (list, suffix, start_time, cursor) in [
        (
            "users",
            ".json",
            1_694_303_526,
            "MTY5NDMwMzUyNi4wfHw2MTMwODY5MTY4OTIyfA==",
        ),
        (
            "users",
            "",
            1_700_000_000,
            "MTc0MDE3ODQyMC4wfHwyNjM2MzYyNDM3MzI2N3w=",
        ),
        (
            "users",
            "",
            1_778_000_000,
            "MTc3ODA1ODM0Mi4wfHw0NjQwNjE0NTU2NTA3M3w=",
        ),
        ("tickets", ".json", 0, "MTY5NTA1MjY2My4wfHwyOHw="),
    ] {
        let path = format!("/incremental/{list}/cursor{suffix}?start_time={start_time}&per_page=1");
        let answer = account.get(&path).await.expect(200);
        let keys = [
            list,
            "after_url",
            "before_url",
            "after_cursor",
            "before_cursor",
            "end_of_stream",
        ];
        assert_eq!(keys_in_order(&answer, ""), keys);
        let page = answer.json();
        assert_eq!(ids(&page, list).len(), 1, "{path}");
        assert_eq!(page["after_cursor"], cursor, "{path}");
        let encoded = cursor.replace('=', "%3D");
        let url = format!("/{list}/cursor{suffix}?cursor={encoded}&per_page=1");
        assert_eq!(page["after_url"], account.link(&url));
        assert_eq!(page["before_url"], Value::Null);
        assert_eq!(page["before_cursor"], Value::Null);
        assert_eq!(page["end_of_stream"], false, "a full page: {path}");
    }
}

/// [recorded] 6 May 2026: the cursor wins over `start_time`, and nothing new has no cursor.
#[tokio::test]
async fn ns6_ns81_ns84_after_the_last_cursor_comes_an_empty_page_without_one() {
    let account = Account::at(NOW).await;
    account.load(&json!({"users": [user(46_406_145_565_073, 1_778_058_342)]}));
    let path = "/incremental/users/cursor?per_page=100&start_time=0";
    let last = account.page(path).await;
    assert_eq!(last["end_of_stream"], true);
    let cursor = "MTc3ODA1ODM0Mi4wfHw0NjQwNjE0NTU2NTA3M3w";
    assert_eq!(last["after_cursor"], format!("{cursor}="));
    let url = format!("/users/cursor?cursor={cursor}%3D&per_page=100");
    assert_eq!(last["after_url"], account.link(&url));

    let path = format!("/incremental/users/cursor?cursor={cursor}=&per_page=100&start_time=0");
    let answer = account.get(&path).await.expect(200);

    let body = r#"{"users":[],"after_url":null,"before_url":null,"after_cursor":null,"before_cursor":null,"end_of_stream":true}"#;
    assert_eq!(answer.body, body);
}

/// [inferred] from the page by cursor: a time-based page without rows has nulls.
#[tokio::test]
async fn q_ns8_a_time_based_page_without_rows_has_no_end_time_and_no_link() {
    let account = Account::at(NOW).await;
    for (list, body) in [
        (
            "users",
            r#"{"users":[],"next_page":null,"count":0,"end_of_stream":true,"end_time":null}"#,
        ),
        (
            "tickets",
            r#"{"tickets":[],"count":0,"end_of_stream":true,"next_page":null,"end_time":null}"#,
        ),
    ] {
        let answer = account
            .get(&format!("/incremental/{list}?start_time=0"))
            .await;
        assert_eq!(answer.expect(200).body, body);
    }
}
