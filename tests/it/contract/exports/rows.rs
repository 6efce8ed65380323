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

/// [recorded] 852 deleted users of 2023 and 2 of 2026: the keys of a user, with
/// `permanently_deleted` after `user_fields`, and nothing that identifies the user.
#[tokio::test]
async fn ns8_ns64_ns99_a_deleted_user_stays_with_one_more_key() {
    let account = Account::at(NOW).await;
    let seed = account.zendesk.seed();
    let acme = seed.organization("Acme");
    let bob = NewUser::new("Bob")
        .email("bob@example.com")
        .external_id("b");
    let bob = bob.verified().phone("+15550100").organization_id(&acme);
    let (ada, bob) = (seed.user("Ada").id, seed.user(bob).id);
    account.wait(100);
    account.delete(&format!("/users/{bob}")).await;
    account.wait(100);
    let since = |seconds: u64| format!("/incremental/users?start_time={seconds}");

    let live = account.get(&since(NOW)).await.expect(200);
    let deleted = account.get(&since(NOW + 100)).await.expect(200);

    assert_eq!(ids(&live.json(), "users")[1..], [ada.get(), bob.get()]);
    assert_eq!(ids(&deleted.json(), "users"), [bob.get()]);
    assert!(live.json()["users"][1].get("permanently_deleted").is_none());
    let shown = account.get(&format!("/users/{ada}")).await.expect(200);
    let mut keys = keys_in_order(&shown, "/user");
    let place = keys.iter().position(|key| key == "user_fields").unwrap();
    keys.insert(place + 1, "permanently_deleted".to_owned());
    assert_eq!(keys_in_order(&deleted, "/users/0"), keys);
    let row = &deleted.json()["users"][0];
    for key in [
        "email",
        "external_id",
        "phone",
        "organization_id",
        "shared_phone_number",
    ] {
        assert_eq!(row[key], Value::Null, "{key}");
    }
    for key in ["active", "verified", "permanently_deleted"] {
        assert_eq!(row[key], false, "{key}");
    }
    assert_eq!(row["name"], "Bob");
    assert_eq!(row["updated_at"], time(NOW + 100));
}

/// [inferred] from what other endpoints show of a user who is deleted permanently.
#[tokio::test]
async fn ns104_a_user_who_is_deleted_permanently_comes_again_without_personal_data() {
    let account = Account::at(NOW).await;
    let seed = account.zendesk.seed();
    seed.add(NewUserField::text("zone"));
    seed.add(NewUserField::checkbox("vip").tag("vip"));
    seed.add(NewUserField::text("plan").position(0));
    let bob = NewUser::new("Bob")
        .email("bob@example.com")
        .alias("B")
        .details("d");
    let bob = bob.notes("n").tags(["t"]).user_field("zone", "9");
    let bob = seed.user(bob.user_field("vip", true)).id;
    account.wait(100);
    account.delete(&format!("/users/{bob}")).await;
    account.wait(100);
    let since = |seconds: u64| format!("/incremental/users?start_time={seconds}");
    let deleted = account.get(&since(NOW + 100)).await.expect(200);
    let values = ["plan", "vip", "zone"];
    assert_eq!(keys_in_order(&deleted, "/users/0/user_fields"), values);
    let row = &deleted.json()["users"][0];
    assert_eq!(row["permanently_deleted"], false);
    let kept = json!({"plan": null, "vip": true, "zone": "9"});
    assert_eq!((&row["user_fields"], &row["name"]), (&kept, &json!("Bob")));
    assert_eq!(row["tags"], json!(["t", "vip"]));

    account.delete(&format!("/deleted_users/{bob}")).await;
    account.wait(100);

    for kind in ["", "/cursor"] {
        let path = format!("/incremental/users{kind}?start_time={}", NOW + 101);
        let answer = account.get(&path).await.expect(200);
        assert_eq!(ids(&answer.json(), "users"), [bob.get()]);
        assert_eq!(keys_in_order(&answer, "/users/0/user_fields"), values);
        let row = &answer.json()["users"][0];
        assert_eq!(row["permanently_deleted"], true);
        assert_eq!(row["active"], false);
        assert_eq!(row["name"], "Permanently Deleted User");
        assert_eq!(row["tags"], json!([]));
        let none = json!({"plan": null, "vip": false, "zone": null});
        assert_eq!(row["user_fields"], none);
        for key in ["email", "alias", "details", "notes", "phone"] {
            assert_eq!(row[key], Value::Null, "{key}");
        }
        assert_eq!(row["updated_at"], time(NOW + 200));
    }
}

/// [recorded] `deleted_at` is the last key of an organization, and null; [inferred] its value.
#[tokio::test]
async fn ns65_ns100_a_deleted_organization_stays_and_says_when() {
    let account = Account::at(NOW).await;
    let acme = account.zendesk.seed().organization("Acme").id;
    account.wait(100);
    let export = "/incremental/organizations?start_time=0";
    let answer = account.get(export).await.expect(200);
    let shown = account.get(&format!("/organizations/{acme}")).await;
    let mut keys = keys_in_order(&shown, "/organization");
    assert!(
        !keys.contains(&"deleted_at".to_owned()),
        "only exports show it"
    );
    keys.push("deleted_at".to_owned());
    assert_eq!(keys_in_order(&answer, "/organizations/0"), keys);
    assert_eq!(answer.json()["organizations"][0]["deleted_at"], Value::Null);

    account.delete(&format!("/organizations/{acme}")).await;
    account.wait(100);

    let row = &account.page(export).await["organizations"][0];
    assert_eq!(row["name"], "Acme");
    assert_eq!(row["deleted_at"], time(NOW + 100));
    assert_eq!(row["updated_at"], time(NOW + 100));
    // Nothing else shows it, and another organization may have its name.
    account
        .get(&format!("/organizations/{acme}"))
        .await
        .expect(404);
    let count = account.page("/organizations/count").await;
    assert_eq!(count["count"]["value"], 0);
    for list in ["/organizations", "/organizations?page[size]=10"] {
        assert_eq!(account.page(list).await["organizations"], json!([]));
    }
    let body = json!({"organization": {"name": "Acme"}});
    let created = account.send(Method::POST, "/organizations", body).await;
    created.expect(201);
}

/// [recorded] 404 at once, and an empty answer to whoever looks for it; [inferred] of some lists.
#[tokio::test]
async fn no33_no46_no154_ns100_only_exports_show_a_deleted_organization() {
    let account = Account::at(NOW).await;
    let seed = account.zendesk.seed();
    let acme = NewOrganization::new("Acme").external_id("a1");
    let acme = seed.organization(acme.domain_names(["acme.test"])).id;
    let other = seed.organization("Other").id;
    let ada = seed.user("Ada").id;
    seed.membership(ada, acme);
    seed.membership(ada, other);
    let agent = seed.user(NewUser::new("Agent").role(Role::Agent)).id;
    seed.add(NewOrganizationSubscription::new(agent, acme));
    account.delete(&format!("/organizations/{acme}")).await;

    let one = format!("/organizations/{acme}");
    for path in [
        String::new(),
        "/users".to_owned(),
        "/users/count".to_owned(),
        "/tickets".to_owned(),
        "/tags".to_owned(),
        "/related".to_owned(),
        "/merges".to_owned(),
        "/subscriptions".to_owned(),
        "/organization_memberships".to_owned(),
    ] {
        account.get(&format!("{one}{path}")).await.expect(404);
    }
    let merge = json!({"organization_merge": {"winner_id": other}});
    let tags = json!({"tags": ["t"]});
    let user = json!({"user": {"organization_id": acme}});
    for (method, path, body, status) in [
        (Method::DELETE, one.clone(), Value::Null, 404),
        (
            Method::PUT,
            one.clone(),
            json!({"organization": {"notes": "n"}}),
            404,
        ),
        (Method::PUT, format!("{one}/tags"), tags, 404),
        (Method::POST, format!("{one}/merge"), merge, 404),
        (Method::PUT, format!("/users/{ada}"), user, 404),
        (
            Method::POST,
            format!("/organizations/{other}/merge"),
            json!({"organization_merge": {"winner_id": acme}}),
            422,
        ),
        (
            Method::POST,
            "/organization_memberships".to_owned(),
            json!({"organization_membership": {"user_id": ada, "organization_id": acme}}),
            422,
        ),
        (
            Method::POST,
            "/organization_subscriptions".to_owned(),
            json!({"organization_subscription": {"user_id": agent, "organization_id": acme}}),
            422,
        ),
        (
            Method::POST,
            "/organizations/create_or_update".to_owned(),
            json!({"organization": {"id": acme, "notes": "n"}}),
            404,
        ),
    ] {
        account.send(method, &path, body).await.expect(status);
    }
    for path in [
        format!("/organizations/show_many?ids={acme}"),
        "/organizations/show_many?external_ids=A1".to_owned(),
        "/organizations/search?name=acme".to_owned(),
        "/organizations/search?external_id=a1".to_owned(),
        "/organizations/autocomplete?name=ac".to_owned(),
    ] {
        assert_eq!(
            account.page(&path).await["organizations"],
            json!([]),
            "{path}"
        );
    }
    for path in [
        "/organizations".to_owned(),
        format!("/users/{ada}/organizations"),
    ] {
        assert_eq!(
            ids(&account.page(&path).await, "organizations"),
            [other.get()]
        );
    }
    let lists = ["/users", "/incremental/users", "/organization_memberships"];
    for list in lists {
        let start = if list.starts_with("/inc") {
            "&start_time=0"
        } else {
            ""
        };
        account.wait(61);
        let page = account
            .page(&format!("{list}?include=organizations{start}"))
            .await;
        assert_eq!(ids(&page, "organizations"), [other.get()], "{list}");
    }
    for path in [
        "/organizations/count".to_owned(),
        format!("/users/{ada}/organizations/count"),
    ] {
        assert_eq!(account.page(&path).await["count"]["value"], 1, "{path}");
    }
    // Another one may have its name and its external id.
    let again = json!({"organization": {"name": "ACME", "external_id": "A1"}});
    let path = "/organizations/create_or_update";
    let created = account.send(Method::POST, path, again).await.expect(201);
    assert_ne!(created.json()["organization"]["id"], acme.get());
    let held = account.zendesk.account();
    assert_eq!(held.organization(acme), None);
    assert_ne!(held.organization_named("acme").unwrap().id, acme);
    assert_ne!(held.organization_with_external_id("a1").unwrap().id, acme);
    assert_eq!(held.organizations().len(), 2);
    assert_eq!(held.organization_count(), 2);
    assert_eq!(held.deleted_organizations()[0].id, acme);
}

/// [recorded] one deleted ticket of 2024; [documented] `exclude_deleted`.
#[tokio::test]
async fn ns66_ns67_ns101_a_deleted_ticket_has_that_status_unless_it_is_excluded() {
    let account = Account::at(NOW).await;
    let seed = account.zendesk.seed();
    let ada = seed.user("Ada");
    let [first, second] = ["first", "second"].map(|subject| seed.ticket(&ada, subject).id.get());
    account.wait(100);
    account.delete(&format!("/tickets/{first}")).await;
    account.wait(100);
    for kind in ["", "/cursor"] {
        let path = format!("/incremental/tickets{kind}?start_time=0");
        let page = account.page(&path).await;
        assert_eq!(ids(&page, "tickets"), [second, first]);
        let [live, deleted] = [&page["tickets"][0], &page["tickets"][1]];
        assert_eq!(
            (&live["status"], &deleted["status"]),
            (&json!("new"), &json!("deleted"))
        );
        assert_eq!(live["generated_timestamp"], NOW);
        assert_eq!(deleted["generated_timestamp"], NOW + 100);
        assert_eq!(deleted["requester_id"], ada.id.get());
        let page = account.page(&format!("{path}&exclude_deleted=true")).await;
        assert_eq!(ids(&page, "tickets"), [second]);
    }
    account.get(&format!("/tickets/{first}")).await.expect(404);
    // Nobody can give a ticket that status.
    let put = json!({"ticket": {"status": "deleted"}});
    let path = format!("/tickets/{second}");
    account.send(Method::PUT, &path, put).await.expect(400);
}

/// [recorded] the keys of a ticket in an export of May 2026.
#[tokio::test]
async fn ns9_a_ticket_has_the_keys_of_2026() {
    let account = Account::at(NOW).await;
    let tickets = [ticket(2, 7, 1_778_055_393)];
    account.load(&json!({"users": [user(7, 1_600_000_000)], "tickets": tickets}));
    let answer = account.get("/incremental/tickets?start_time=0").await;
    let answer = answer.expect(200);
    let keys = keys_in_order(&answer, "/tickets/0");
    let after = |key: &str| {
        let place = keys.iter().position(|other| other == key).unwrap();
        keys[place + 1].as_str()
    };
    assert_eq!(after("updated_at"), "generated_timestamp");
    assert_eq!(after("custom_status_id"), "encoded_id");
    assert_eq!(keys.last().unwrap(), "support_type");
    let row = &answer.json()["tickets"][0];
    assert_eq!(row["support_type"], "agent");
    assert_eq!(row["generated_timestamp"], 1_778_055_393);
    let code = row["encoded_id"].as_str().unwrap();
    let (head, tail) = code.split_once('-').unwrap();
    assert_eq!((head.len(), tail.len()), (6, 5), "as LW3ZND-1926N: {code}");
    let is_sign = |sign: char| sign.is_ascii_uppercase() || sign.is_ascii_digit();
    assert!(head.chars().chain(tail.chars()).all(is_sign), "{code}");
}
