//! The language of queries, for users, organizations and groups.

use mock_zendesk::{MockZendesk, settings::OpenQuestion, time::Timestamp};
use serde_json::json;

use super::{assert_finds, builder, found, group, invalid, marking, organization, search, user};
use crate::api::Api;

/// Ann in A with the tag x, Bob in A and B with the tag y, Cy in no organization.
async fn people(api: &Api) -> [u64; 2] {
    let mut organizations = [0; 2];
    for (place, name) in ["~A", "~B"].into_iter().enumerate() {
        let organization = organization(api, json!({"name": name})).await;
        organizations[place] = organization["id"].as_u64().unwrap();
    }
    let [a, b] = organizations;
    let ann = json!({
        "name": "~Ann", "email": "ann@~a.example", "tags": ["~x", "~"], "organization_id": a,
    });
    let bob = json!({
        "name": "~Bob", "email": "bob@~a.example", "tags": ["~y", "~"], "organization_ids": [a, b],
    });
    let cy = json!({"name": "~Cy", "email": "cy@~b.example", "phone": "+1555123", "notes": "~"});
    for person in [ann, bob, cy] {
        user(api, person).await;
    }
    organizations
}

/// The grammar, query by query.
#[tokio::test]
async fn tns2_ns33_ns36_ns37_ns38_ns39_ns46_ns52_the_grammar() {
    let api = marking().await;
    let [_, b] = people(&api).await;

    let rows: [(&str, &[&str]); 14] = [
        (
            r#"type:user email:"ann@~a.example" email:"CY@~b.example""#,
            &["~Ann", "~Cy"],
        ),
        ("type:user tags:~x tags:~y", &["~Ann", "~Bob"]),
        (r#"type:user tags:"~x ~y""#, &[]),
        ("type:user organization:~B", &["~Bob"]),
        ("type:user -tags:~x role:end-user ~", &["~Bob", "~Cy"]),
        // A domain; and either of two domains.
        ("type:user ~a.example", &["~Ann", "~Bob"]),
        ("type:user ~a.example ~b.example", &["~Ann", "~Bob", "~Cy"]),
        ("type:user bob@~a.example ~b.example", &[]),
        ("type:user ~an", &["~Ann"]),
        ("type:user name:~an", &[]),
        ("type:user name:~an*", &["~Ann"]),
        ("type:user email:an* ~ann", &[]),
        ("type:user email:*@~a.example", &[]),
        ("type:user ~ann created > 2020-01-01", &[]),
    ];
    assert_finds(&api, &rows).await;

    // The organization follows the memberships.
    let path = format!("/organizations/{b}/organization_memberships");
    let membership =
        api.get(&path).await.expect(200).json()["organization_memberships"][0]["id"].clone();
    api.delete(&format!("/organization_memberships/{membership}"))
        .await
        .expect(204);
    assert_finds(&api, &[("type:user organization:~B", &[])]).await;
}

/// "The search matches words or the beginnings of words: `top` finds Top, Tip-Top and Toppings, not
/// Desktop", documented.
#[tokio::test]
async fn ns32_ns33_ns34_ns35_ns36_words_and_phrases() {
    let api = marking().await;
    for name in [
        "~Top",
        "~Tip-~Top",
        "~Toppings Inc.",
        "~Desktop",
        "~Alex J. ~Anderson",
        "~Anderson ~Alex",
    ] {
        organization(&api, json!({"name": name})).await;
    }
    let rows: [(&str, &[&str]); 12] = [
        ("~top", &["~Top", "~Tip-~Top", "~Toppings Inc."]),
        ("~TOPP", &["~Toppings Inc."]),
        ("~tip-~t", &["~Tip-~Top"]),
        ("inc ~top", &["~Toppings Inc."]),
        (
            "~alex ~anderson",
            &["~Alex J. ~Anderson", "~Anderson ~Alex"],
        ),
        (r#""j ~anderson""#, &["~Alex J. ~Anderson"]),
        (r#""~alex ~anderson""#, &[]),
        (r#""~anderson ~al""#, &[]),
        (
            r#"name:"~anderson ~alex""#,
            &["~Alex J. ~Anderson", "~Anderson ~Alex"],
        ),
        ("name:~topp", &[]),
        ("name:~topp*", &["~Toppings Inc."]),
        // Signs without letters say nothing.
        ("~top & inc -", &["~Toppings Inc."]),
    ];
    assert_finds(&api, &rows).await;
}

/// A quoted name also finds names that contain it, so programs must compare: `type:organization
/// "Acme"`. The equal name comes first.
#[tokio::test]
async fn ns17_ns35_ns53_ns118_a_quoted_name_finds_longer_names_too_and_the_equal_one_first() {
    let api = marking().await;
    for name in ["The ~Acme Shop", "~Acme Ltd", "~ACME", "~Acmeville"] {
        organization(&api, json!({"name": name})).await;
    }
    let names = found(&api, r#"type:organization "~Acme""#).await;
    assert_eq!(names, ["~ACME", "The ~Acme Shop", "~Acme Ltd"]);
    let names = found(&api, "type:organization name:~acme").await;
    assert_eq!(names, ["The ~Acme Shop", "~Acme Ltd", "~ACME"]);
}

/// "A bare or a quoted address finds the user", live tests: the user comes first, and with
/// `type:user` marking.
#[tokio::test]
async fn ns44_ns45_ns55_an_address_finds_its_user() {
    let api = marking().await;
    people(&api).await;
    organization(
        &api,
        json!({"name": "~Z", "notes": "ask ann@~a.example first"}),
    )
    .await;
    for query in ["ann@~a.example", r#""Ann@~A.example""#] {
        assert_eq!(found(&api, query).await, ["~Ann", "~Z"], "{query}");
        let first =
            api.get(&search(query)).await.expect(200).json()["results"][0]["result_type"].clone();
        assert_eq!(first, "user", "{query}");
    }
    let rows: [(&str, &[&str]); 6] = [
        ("type:user ann@~a.example", &["~Ann"]),
        (r#"type:user "ann@~a.example""#, &["~Ann"]),
        (r#"type:user "ask ann@~a.example first""#, &[]),
        ("type:user email:ann@~a.example", &["~Ann"]),
        ("type:user email:ann@~a", &[]),
        ("type:user user:~ann user:cy@~b.example", &["~Ann", "~Cy"]),
    ];
    assert_finds(&api, &rows).await;
}

/// Several addresses find the user of each, which a program sends.
#[tokio::test]
async fn ns54_several_addresses_find_several_users() {
    let api = marking().await;
    people(&api).await;
    let query =
        r#"type:user email:"ann@~a.example" email:"BOB@~A.example" email:"nobody@~a.example""#;
    assert_finds(&api, &[(query, &["~Ann", "~Bob"])]).await;
}

/// In quotes, an address "may return any user whose email starts with" the part before the `@`,
/// documented. By default it does not.
#[tokio::test]
async fn q_ns3_ns45_a_quoted_address_is_exact_unless_the_account_is_set_otherwise() {
    quoted_address_finds(&marking().await, &["~Ann"]).await;
}

/// The other answer to the same question.
#[tokio::test]
async fn q_ns3_ns45_a_quoted_address_may_find_whose_address_starts_like_it() {
    let builder = builder().other_answer(OpenQuestion::QuotedEmail);
    let api = Api::with(builder).await.marking();
    quoted_address_finds(&api, &["~Ann", "~Anna"]).await;
}

/// Checks what Ann's address in quotes finds. Anna's starts like it, and has another domain.
async fn quoted_address_finds(api: &Api, expected: &[&str]) {
    for (name, email) in [("~Ann", "~ann@a.example"), ("~Anna", "~Anna@b.example")] {
        user(api, json!({"name": name, "email": email})).await;
    }
    let quoted = found(api, r#"type:user email:"~ann@a.example""#).await;
    assert_eq!(quoted, expected);
    assert_eq!(found(api, "type:user email:~ann@a.example").await, ["~Ann"]);
}

/// "`key:none` finds records without a value", documented.
#[tokio::test]
async fn ns40_none_finds_records_without_a_value() {
    let api = marking().await;
    people(&api).await;
    let agents = group(&api, "~Agents").await["id"].clone();
    let agent = json!({
        "name": "~Di", "role": "agent", "default_group_id": agents, "external_id": "~7", "notes": "~",
    });
    user(&api, agent).await;
    let rows: [(&str, &[&str]); 7] = [
        ("type:user organization:none role:end-user ~", &["~Cy"]),
        ("type:user tags:none role:end-user ~", &["~Cy"]),
        ("type:user email:none ~", &["~Di"]),
        (r#"type:user email:"none" ~"#, &["~Di"]),
        ("type:user phone:none role:end-user ~", &["~Ann", "~Bob"]),
        ("type:user -external_id:none ~", &["~Di"]),
        ("type:user group:none ~", &["~Ann", "~Bob", "~Cy"]),
    ];
    assert_finds(&api, &rows).await;
    let rows: [(&str, &[&str]); 3] = [
        ("type:user group:~agents", &["~Di"]),
        ("type:organization tags:none ~", &["~A", "~B"]),
        ("type:organization -external_id:none ~", &[]),
    ];
    assert_finds(&api, &rows).await;
}

/// "The plus is required and must be sent as `%2B`", documented: a bare `+` is a space.
#[tokio::test]
async fn ns47_ns122_a_phone_number_needs_its_plus() {
    let api = marking().await;
    people(&api).await;
    assert_finds(
        &api,
        &[("phone:+1555123 ~", &["~Cy"]), ("phone:1555123 ~", &[])],
    )
    .await;
    let bare = api.get("/search?query=~+phone:+1555123").await.expect(200);
    assert_eq!(
        bare.json()["results"],
        json!([]),
        "it is the word phone: and a number"
    );
}

/// A day is a day in UTC, `created>D` starts after its end, and `4hours` means four hours ago.
#[tokio::test]
async fn ns37_ns41_times_are_compared() {
    let start: Timestamp = "2024-08-03T10:00:00Z".parse().unwrap();
    let clock = mock_zendesk::Clock::fixed_at(start);
    let api = Api::start_or(builder().clock(clock)).await.marking();
    let ann = user(&api, json!({"name": "~Ann"})).await;
    let time = ann["created_at"].as_str().unwrap();
    let seconds = time.parse::<Timestamp>().unwrap().unix_seconds();
    let at = |seconds: u64| Timestamp::from_unix_seconds(seconds).to_string();
    let day = |seconds: u64| at(seconds)[..10].to_owned();
    const DAY: u64 = 24 * 60 * 60;
    let today = day(seconds);
    let [before, earlier] = [DAY, 2 * DAY].map(|more| day(seconds - more));
    let [after, later] = [DAY, 2 * DAY].map(|more| day(seconds + more));
    let in_paris = at(seconds + 2 * 60 * 60).replace('Z', "+02:00");
    let rows = [
        (format!("created:{today}"), true),
        (format!("created:{before}"), false),
        (format!("created>{before}"), true),
        (format!("created>{today}"), false),
        (format!("created>={today}"), true),
        (format!("created<{today}"), false),
        (format!("created<={today}"), true),
        (format!("created<{after}"), true),
        // Comparisons hold together: they are a range.
        (format!("created>{earlier} created<{later}"), true),
        (format!("created>{earlier} created<{today}"), false),
        (format!("created_at>={time}"), true),
        (format!("created_at>{time}"), false),
        (format!("created_at:{in_paris}"), true),
        ("created>4hours".to_owned(), true),
        ("created<4hours".to_owned(), false),
        ("updated>1days".to_owned(), true),
        ("updated<1days".to_owned(), false),
        (format!("created:{today} created:{later}"), true),
        (format!(r#"created:"{today}""#), true),
    ];
    for (query, is_found) in rows {
        let expected: &[&str] = if is_found { &["~Ann"] } else { &[] };
        assert_finds(&api, &[(&format!("{query} ~ann"), expected)]).await;
    }
}

/// A query that cannot be understood is a 422, reported of `due_date:"<1 day"`.
#[tokio::test]
async fn ns25_a_query_that_is_not_understood_is_refused() {
    let api = marking().await;
    for query in [
        r#"created:"<1 day""#,
        "updated>yesterday",
        "created<2024-02-30",
    ] {
        let value = query.split(['>', '<', ':']).next_back().unwrap();
        let answer = api.get(&search(query)).await;
        assert_eq!(answer.status, 422, "{query}");
        assert!(
            answer
                .body
                .starts_with(r#"{"error":"invalid","description":"Invalid search: "#)
        );
        assert!(
            answer.body.contains(value.trim_matches('"')),
            "{}",
            answer.body
        );
    }
    let words = vec!["a"; 65].join(" ");
    let answer = api.get(&search(&words)).await;
    answer.expect_error(422, &invalid("a query has at most 64 words"));
    api.get(&search(&words[2..])).await.expect(200);
}

/// A keyword that Zendesk does not have finds nothing, and so does one of another kind.
#[tokio::test]
async fn q_ns5_ns51_a_keyword_of_nothing_finds_nothing() {
    let api = marking().await;
    people(&api).await;
    let rows: [(&str, &[&str]); 5] = [
        ("foo:bar", &[]),
        ("~ foo:bar", &[]),
        ("type:user foo:bar", &[]),
        ("status:open type:user", &[]),
        ("type:organization role:agent", &[]),
    ];
    assert_finds(&api, &rows).await;
    assert_finds(&api, &[("type:user -status:open tags:~x", &["~Ann"])]).await;
}

/// Without a query: 400. With an empty one, or with signs marking: nothing is found.
#[tokio::test]
async fn q_ns1_q_ns2_q_ns13_queries_without_words() {
    let api = marking().await;
    people(&api).await;
    for path in [
        "/search",
        "/search/count",
        "/search/export?filter[type]=user",
    ] {
        let missing = r#"{"error":"ParameterMissing","description":"Parameter query is required"}"#;
        api.get(path).await.expect_error(400, missing);
    }
    for query in ["", " ", "-", "\"", "&"] {
        assert_finds(&api, &[(query, &[])]).await;
        let count = api
            .get(&search(query).replace("search", "search/count"))
            .await
            .expect(200);
        assert_eq!(count.body, r#"{"count":0}"#, "{query}");
    }
    // A quote that is not closed is left out, and an unknown order is the usual one.
    assert_finds(&api, &[(r#""~ann -tags:~y"#, &["~Ann"])]).await;
    // Ann's name equals the words, so she comes before a younger user and an older one.
    user(&api, json!({"name": "~Ann Other"})).await;
    user(&api, json!({"name": "~An", "alias": "~ann"})).await;
    for parameters in ["", "&sort_by=beauty"] {
        let path = format!("{}{parameters}", search("type:user ~ann"));
        let names = super::names(&api.get(&path).await.expect(200));
        assert_eq!(names, ["~Ann", "~Ann Other", "~An"], "{parameters}");
    }
}

/// [chosen] what Zendesk does not know in a query or in an order has no effect or finds nothing, and
/// the test fails. What another word than the documented ones finds is not known: 501.
#[tokio::test]
async fn q_ns5_q_ns13_what_zendesk_does_not_know_fails_the_test() {
    let rows = [
        (200, "type:unicorn", "", &["?query type:unicorn"][..]),
        (200, "ann", "&sort_by=beauty", &["?sort_by beauty"]),
        (
            200,
            "ann",
            "&sort_by=status&sort_order=up",
            &["?sort_order up"],
        ),
        (
            200,
            "ann order_by:x sort:y foo:z",
            "",
            &["?query foo", "?query order_by:x", "?query sort:y"],
        ),
        (501, "is_verified:yes", "", &["?query is_verified:yes"]),
        (501, "is_suspended:none", "", &["?query is_suspended:none"]),
        (501, "role:boss", "", &["?query role:boss"]),
        (501, "status:opne", "", &["?query status:opne"]),
        (501, "priority>hgih", "", &["?query priority>hgih"]),
        (501, "ann -order_by:created", "", &["?query -order_by:"]),
        (501, "ann sort<asc", "", &["?query sort<"]),
    ];
    for (status, query, parameters, expected) in rows {
        let zendesk = MockZendesk::builder()
            .without_verify_on_drop()
            .start()
            .await;
        let path = format!("{}{parameters}", search(query));
        Api::of(&zendesk).get(&path).await.expect(status);
        let report = zendesk.try_verify().unwrap_err().to_string();
        for name in expected {
            assert!(report.contains(name), "{path}: {name} in {report}");
        }
    }
}

/// Hostile queries are answered, and none of them takes long.
#[tokio::test]
async fn ns25_a_hostile_query_is_answered() {
    let zendesk = builder().without_verify_on_drop().start().await;
    let api = Api::of(&zendesk).marking();
    people(&api).await;
    let long = "x".repeat(9_000);
    let queries = [
        vec!["word"; 10_000].join(" "),
        format!("\"{}\"", vec!["word"; 5_000].join(" ")),
        "\"".repeat(9_999),
        "-".repeat(9_999),
        "((((a OR b) AND c)".repeat(500),
        "name:*".to_owned() + &"*a".repeat(5_000),
        format!("name:{long} {long}@{long}.example tags:{long}*"),
        format!("{}:x", "a.".repeat(5_000)),
        "created>9999-12-31 updated<0000-01-01 created<99999999999999999999years".to_owned(),
        "\u{202e}name:\u{0} \u{feff}e\u{301}\u{200d}👩‍👩‍👧 İI".to_owned(),
        "type:user type:user type:* -type:group".to_owned(),
        "a:b:c:d<e>f>=g \"\" -\"\" -:".to_owned(),
    ];
    for query in queries {
        for path in [
            search(&query),
            search(&query).replace("/search", "/users/search"),
        ] {
            let status = api.get(&path).await.status;
            assert!([200, 422, 501].contains(&status), "{status}: {path:.80}");
        }
    }
}
