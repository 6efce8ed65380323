//! <https://developer.zendesk.com/api-reference/introduction/pagination/>: offset and cursor, and
//! what is included.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mock_zendesk::{MockZendesk, settings::OpenQuestion};
use serde_json::{Value, json};

use super::wire::keys_in_order;
use crate::api::{Answer, Api, errors};

const MEMBERSHIPS: &str = "/organization_memberships";
const NO_MEMBERSHIPS: &str = r#"{"organization_memberships":[],"meta":{"has_more":false,"after_cursor":null,"before_cursor":null},"links":{"prev":null,"next":null}}"#;
const TOO_DEEP: &str = r#"{"errors":[{"code":"InvalidPaginationDepth","title":"Pagination requests using Offset Pagination are limited to page 100 or up to 10000 records (page * per_page)","detail":"There are limits to the page depth in Offset Pagination. Offset Pagination will be deprecated fully in the near future.\nPlease switch to Cursor Pagination at the earliest. Cursor Pagination does not have any limits.\nSee https://developer.zendesk.com/documentation/api-basics/pagination/comparing-cursor-pagination-and-offset-pagination\n"}]}"#;

/// The refusal of a pagination parameter.
fn not_valid(parameter: &str) -> String {
    format!(r#"{{"error":"InvalidPaginationParameter","description":"{parameter} is not valid"}}"#)
}

/// A list from this path on, following the link at a JSON pointer until it is null.
pub(super) async fn pages(api: &Api, first: &str, link: &str) -> Vec<Answer> {
    let mut pages = vec![api.get(first).await.expect(200)];
    while let Some(next) = pages[pages.len() - 1]
        .json()
        .pointer(link)
        .and_then(Value::as_str)
    {
        assert!(pages.len() < 1000, "{first} does not end");
        pages.push(api.get(next).await.expect(200));
    }
    pages
}

#[track_caller]
fn ids(page: &Answer) -> Vec<u64> {
    page.each("organization_memberships", "id")
        .iter()
        .map(|id| id.as_u64().unwrap())
        .collect()
}

#[track_caller]
fn has_more(page: &Answer) -> bool {
    page.json()["meta"]["has_more"].as_bool().unwrap()
}

/// The string at a JSON pointer: a link or a cursor that is to be there.
#[track_caller]
fn string(page: &Answer, pointer: &str) -> String {
    let json = page.json();
    let string = json.pointer(pointer).and_then(Value::as_str);
    string
        .unwrap_or_else(|| panic!("{}: no {pointer} in {}", page.request, page.body))
        .to_owned()
}

fn encoded(value: &str) -> String {
    value
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D")
}

/// The path of a new organization's list, and its memberships by id.
async fn organization_with(api: &Api, members: usize) -> (String, Vec<u64>) {
    let organization = api.organization("o").await;
    let mut memberships = Vec::new();
    for _ in 0..members {
        memberships.push(api.membership(api.user("u").await, organization).await);
    }
    memberships.sort_unstable();
    (
        format!("/organizations/{organization}{MEMBERSHIPS}"),
        memberships,
    )
}

/// A new user, and the memberships in organizations of these names, in this order: the first is the
/// default.
async fn user_in<const N: usize>(api: &Api, names: [&str; N]) -> (u64, [u64; N]) {
    let user = api.user("u").await;
    let mut memberships = [0; N];
    for (membership, name) in memberships.iter_mut().zip(names) {
        *membership = api.membership(user, api.organization(name).await).await;
    }
    (user, memberships)
}

fn of_user(user: u64) -> String {
    format!("/users/{user}{MEMBERSHIPS}")
}

/// A list of each kind that holds at least three records: path, root key, Rails controller,
/// greatest `page[size]`.
async fn lists(api: &Api) -> [(String, &'static str, u32); 6] {
    let (of_organization, _) = organization_with(api, 3).await;
    let (user, _) = user_in(api, ["a", "b", "c"]).await;
    [
        (MEMBERSHIPS.to_owned(), "organization_memberships", 100),
        (of_user(user), "organization_memberships", 100),
        (
            format!("/users/{user}/organizations"),
            "organizations",
            1000,
        ),
        (of_organization, "organization_memberships", 100),
        ("/organizations".to_owned(), "organizations", 1000),
        ("/users".to_owned(), "users", 1000),
    ]
}

/// "Absolute, `.json`, all query parameters with `page` replaced, sorted by name, percent-encoded",
/// recorded.
#[tokio::test]
async fn o1_offset_links_have_all_parameters_in_order_of_name() {
    let api = Api::start().await;
    let (path, _) = organization_with(&api, 5).await;
    let url = api.url(&path);
    let rows = [
        (
            "?per_page=2&page=2",
            "page=1&per_page=2",
            "page=3&per_page=2",
        ),
        (
            "?page=2&per_page=2",
            "page=1&per_page=2",
            "page=3&per_page=2",
        ),
        (
            ".json?per_page=2&page=2",
            "page=1&per_page=2",
            "page=3&per_page=2",
        ),
        (
            "?per_page=2&page=2&include=users,organizations",
            "include=users%2Corganizations&page=1&per_page=2",
            "include=users%2Corganizations&page=3&per_page=2",
        ),
        (
            "?zeta=1&per_page=2&page=2&foo=x",
            "foo=x&page=1&per_page=2&zeta=1",
            "foo=x&page=3&per_page=2&zeta=1",
        ),
    ];

    for (query, previous, next) in rows {
        let page = api.get(&format!("{path}{query}")).await.expect(200);
        assert_eq!(
            string(&page, "/previous_page"),
            format!("{url}.json?{previous}"),
            "{query}"
        );
        assert_eq!(
            string(&page, "/next_page"),
            format!("{url}.json?{next}"),
            "{query}"
        );
    }
}

/// "`per_page` only if the client sent it"; the default is 100, recorded; more than 100 are 100,
/// and so are 0 and less.
#[tokio::test]
async fn o1_o4_o5_a_page_has_a_hundred_records_if_not_fewer_are_asked_for() {
    let api = Api::start().await;
    let (path, expected) = organization_with(&api, 101).await;

    for query in [
        "",
        "?per_page=100",
        "?per_page=101",
        "?per_page=1000",
        "?per_page=0",
        "?per_page=-1",
    ] {
        let pages = pages(&api, &format!("{path}{query}"), "/next_page").await;

        let found: Vec<Vec<u64>> = pages.iter().map(ids).collect();
        assert_eq!(found, [&expected[..100], &expected[100..]], "{query}");
        if query.is_empty() {
            assert_eq!(
                string(&pages[0], "/next_page"),
                format!("{}.json?page=2", api.url(&path))
            );
        }
    }
}

/// "`count` is the number of all records, on every page; last page: `next_page` null; first:
/// `previous_page` null."
#[tokio::test]
async fn o2_o3_offset_pages_end_with_null_and_count_all_records() {
    let api = Api::start().await;
    let (path, all) = organization_with(&api, 5).await;

    let forth = pages(&api, &format!("{path}?per_page=2"), "/next_page").await;

    let found: Vec<Vec<u64>> = forth.iter().map(ids).collect();
    assert_eq!(found, [&all[..2], &all[2..4], &all[4..]]);
    assert!(forth.iter().all(|page| page.json()["count"] == json!(5)));
    assert_eq!(forth[0].json()["previous_page"], Value::Null);
    let envelope = keys_in_order(&forth[1], "");
    assert_eq!(
        envelope,
        [
            "organization_memberships",
            "next_page",
            "previous_page",
            "count"
        ]
    );
    let back = pages(&api, &format!("{path}?per_page=2&page=3"), "/previous_page").await;
    let found: Vec<Vec<u64>> = back.iter().map(ids).collect();
    assert_eq!(found, [&all[4..], &all[2..4], &all[..2]]);
    let full = api.get(&format!("{path}?per_page=5")).await.expect(200);
    assert_eq!((ids(&full), &full.json()["next_page"]), (all, &Value::Null));
}

/// The same of the lists of the account, which others may use, and of lists of other records.
#[tokio::test]
async fn o1_o3_the_second_page_of_every_list_links_to_the_first() {
    let api = Api::start().await;
    let (organization, other) = (api.organization("o").await, api.organization("p").await);
    let user = api.user("u").await;
    for organization in [organization, other] {
        api.membership(user, organization).await;
    }
    let name = api.name("agent");
    let agent = json!({"user": {"name": name, "role": "agent", "organization_id": organization}});
    let agent = api.post("/users", agent).await.expect(201).json()["user"]["id"].clone();
    let group = json!({"group": {"name": api.name("g")}});
    let group = api.post("/groups", group).await.expect(201).json()["group"]["id"].clone();
    let member = json!({"group_membership": {"user_id": agent, "group_id": group}});
    api.post("/group_memberships", member).await.expect(201);
    for _ in 0..2 {
        let ticket = json!({"ticket": {"requester_id": user, "comment": {"body": "c"}}});
        api.post("/tickets", ticket).await.expect(201);
    }

    for list in [
        MEMBERSHIPS.to_owned(),
        "/users".to_owned(),
        "/organizations".to_owned(),
        "/groups".to_owned(),
        "/group_memberships".to_owned(),
        "/tickets".to_owned(),
        format!("/organizations/{organization}/users"),
        format!("/organizations/{organization}{MEMBERSHIPS}"),
        format!("/users/{user}/organizations"),
        format!("/users/{user}{MEMBERSHIPS}"),
        format!("/users/{user}/tickets/requested"),
        format!("/users/{user}/identities"),
        format!("/users/{agent}/groups"),
        format!("/users/{agent}/group_memberships"),
    ] {
        let page = |page: u32| format!("{}.json?page={page}&per_page=1", api.url(&list));
        let first = api.get(&format!("{list}?per_page=1")).await.expect(200);
        assert_eq!(first.json()["previous_page"], Value::Null, "O3: {list}");
        let second = api.get(&format!("{list}?per_page=1&page=2")).await;
        let second = second.expect(200).json();
        assert_ne!(second["previous_page"], Value::Null, "O3: {list}");
        assert_eq!(second["previous_page"], page(1), "O1: {list}");
        if !list.ends_with("/identities") {
            assert_ne!(first.json()["next_page"], Value::Null, "O3: {list}");
            assert_eq!(first.json()["next_page"], page(2), "O1: {list}");
        }
    }
}

/// "`page` beyond the last page: 200, empty array, `next_page` null, `previous_page` the page
/// before, `count` unchanged."
#[tokio::test]
async fn o6_beyond_the_last_page_there_is_an_empty_one() {
    let api = Api::start().await;
    let (path, _) = organization_with(&api, 3).await;

    for page in [3, 4, 100] {
        let answer = api
            .get(&format!("{path}?page={page}&per_page=2"))
            .await
            .expect(200);
        let expected = format!(
            r#"{{"organization_memberships":[],"next_page":null,"previous_page":"{}.json?page={}&per_page=2","count":3}}"#,
            api.url(&path),
            page - 1,
        );
        assert_eq!(answer.body, expected);
    }
}

/// "`page` 0 or negative: as page 1": a choice, Q14.
#[tokio::test]
async fn o7_no_page_comes_before_the_first() {
    let api = Api::start().await;
    let (path, _) = organization_with(&api, 3).await;
    let first = api
        .get(&format!("{path}?page=1&per_page=2"))
        .await
        .expect(200)
        .body;

    for page in ["0", "-1"] {
        assert_eq!(
            api.get(&format!("{path}?page={page}&per_page=2"))
                .await
                .expect(200)
                .body,
            first,
            "page={page}"
        );
    }
}

/// "`page=x`, `per_page=x`: 400 Invalid attribute", reported for search.
#[tokio::test]
async fn o8_a_page_that_is_no_number_is_refused() {
    let api = Api::start().await;

    for (path, controller, _) in lists(&api).await {
        for name in ["page", "per_page"] {
            let what = format!("{name} must be an integer");
            let expected = errors::invalid_attribute(&what, &format!("{controller}/index"));
            api.get(&format!("{path}?{name}=x"))
                .await
                .expect_error(400, &expected);
        }
    }
}

/// Zendesk checks the types of parameters before it uses them.
#[tokio::test]
async fn p19_o8_the_page_of_the_other_pagination_is_a_number_all_the_same() {
    let api = Api::start().await;

    for (path, controller, _) in lists(&api).await {
        for name in ["page", "per_page"] {
            let path = |value: &str| format!("{path}?page[size]=1&{name}={value}");
            let what = format!("{name} must be an integer");
            let expected = errors::invalid_attribute(&what, &format!("{controller}/index"));
            api.get(&path("x")).await.expect_error(400, &expected);
            let meta = api.get(&path("7")).await.expect(200).json()["meta"].clone();
            assert!(meta.is_object(), "{name} chooses the other pagination");
        }
    }
}

/// "page × per_page > 10 000: 400", reported on this endpoint; a small `per_page` may go beyond
/// page 100 (Q33).
#[tokio::test]
async fn o9_b3_offset_pagination_ends_at_ten_thousand_records() {
    let api = Api::start().await;

    for (path, _, _) in lists(&api).await {
        for query in [
            "page=101&per_page=100",
            "page=101",
            "page=1001&per_page=10",
            "page=10001&per_page=1",
        ] {
            api.get(&format!("{path}?{query}"))
                .await
                .expect_error(400, TOO_DEEP);
        }
        for query in [
            "page=100&per_page=100",
            "page=100",
            "page=1000&per_page=10",
            "page=101&per_page=10",
        ] {
            api.get(&format!("{path}?{query}")).await.expect(200);
        }
    }
}

/// "`next_page` of page 100 is still given, and following it fails"; "cursor pagination has no
/// depth limit", reported.
#[tokio::test]
async fn o10_p18_only_cursor_pagination_goes_beyond_ten_thousand_records() {
    let api = Api::start().await;
    let mut organizations = Vec::new();
    for n in 0..100 {
        organizations.push(api.organization(&format!("o{n}")).await);
    }
    for _ in 0..101 {
        let user = api.user("u").await;
        let items: Vec<Value> = organizations
            .iter()
            .map(|id| json!({"user_id": user, "organization_id": id}))
            .collect();
        let body = json!({"organization_memberships": items});
        let job = api
            .post("/organization_memberships/create_many", body)
            .await
            .expect(200);
        let status = api.finished_job(&job).await["status"].clone();
        // If the reply to a first request was lost, this one found all of them there.
        assert!(api.is_shared() || status == "completed", "{status}");
    }

    let last = api
        .get(&format!("{MEMBERSHIPS}?page=100"))
        .await
        .expect(200);

    assert_eq!(ids(&last).len(), 100);
    api.get(&string(&last, "/next_page"))
        .await
        .expect_error(400, TOO_DEEP);
    let count = last.json()["count"].as_u64().unwrap();
    assert!(count >= 10_100, "{count}");
    // The account may have many more memberships: all that are older than these are left out.
    let first = api
        .get(&format!(
            "/organizations/{}{MEMBERSHIPS}?page[size]=1",
            organizations[0]
        ))
        .await
        .expect(200);
    let start = if api.is_shared() {
        let cursor = encoded(&string(&first, "/meta/after_cursor"));
        format!("&page[after]={cursor}")
    } else {
        String::new()
    };
    let path = format!("{MEMBERSHIPS}?page[size]=100{start}");
    let pages = pages(&api, &path, "/links/next").await;
    assert!(pages.iter().flat_map(ids).is_sorted());
    // Others may have memberships in the same account.
    let of = pages
        .iter()
        .flat_map(|page| page.each("organization_memberships", "organization_id"));
    let own = of
        .filter(|id| organizations.iter().any(|own| id == own))
        .count();
    assert!(own > 10_000, "{own}");
    assert!(api.is_shared() || own == 10_100, "{own}");
}

/// "No snapshot: a client that deletes while paging skips records."
#[tokio::test]
async fn o11_b39_deleting_while_offset_paging_skips_records() {
    let api = Api::start().await;
    let (path, all) = organization_with(&api, 6).await;

    let first = api.get(&format!("{path}?per_page=2")).await.expect(200);
    for id in ids(&first) {
        api.delete(&format!("{MEMBERSHIPS}/{id}")).await.expect(204);
    }
    let second = api.get(&string(&first, "/next_page")).await.expect(200);

    assert_eq!(ids(&second), all[4..]);
    assert_eq!(second.json()["count"], json!(4));
}

/// "`meta` keys: has_more, after_cursor, before_cursor; `links` keys: prev, next. In that order."
/// Links as under offset.
#[tokio::test]
async fn p1_p4_p7_the_cursor_envelope_is_the_recorded_one_to_the_letter() {
    let api = Api::start().await;
    let (path, all) = organization_with(&api, 3).await;
    let url = api.url(&path);
    let rows = [
        ("?page[size]=2", ""),
        ("?page%5Bsize%5D=2", ""),
        (".json?page[size]=2", ""),
        (
            "?page[size]=2&include=users,organizations",
            "include=users%2Corganizations&",
        ),
    ];

    for (query, before) in rows {
        let page = api.get(&format!("{path}{query}")).await.expect(200);

        assert_eq!(ids(&page), all[..2], "{query}");
        let (after_cursor, before_cursor) = (
            string(&page, "/meta/after_cursor"),
            string(&page, "/meta/before_cursor"),
        );
        assert_ne!(after_cursor, before_cursor);
        let link = |which: &str, cursor: &str| {
            format!(
                "{url}.json?{before}page%5B{which}%5D={}&page%5Bsize%5D=2",
                encoded(cursor)
            )
        };
        let expected = format!(
            r#","meta":{{"has_more":true,"after_cursor":"{after_cursor}","before_cursor":"{before_cursor}"}},"links":{{"prev":"{}","next":"{}"}}}}"#,
            link("before", &before_cursor),
            link("after", &after_cursor),
        );
        assert!(page.body.ends_with(&expected), "{query}: {}", page.body);
    }
    let page = api.get(&format!("{path}?page[size]=2")).await.expect(200);
    assert_eq!(
        keys_in_order(&page, ""),
        ["organization_memberships", "meta", "links"]
    );
}

/// "On every page with at least one record both cursors and both links are set", recorded for all
/// plain lists.
#[tokio::test]
async fn p2_every_page_with_records_links_to_both_sides() {
    let api = Api::start().await;

    for (path, root, _) in lists(&api).await {
        let first = api.get(&format!("{path}?page[size]=2")).await.expect(200);
        let before_all = api.get(&string(&first, "/links/prev")).await.expect(200);
        assert!(before_all.each(root, "id").is_empty(), "{path}");

        let (mut page, mut full) = (first, 0);
        // Where others use the same account, its lists may be long.
        while !page.each(root, "id").is_empty() && full < 20 {
            for pointer in [
                "/meta/after_cursor",
                "/meta/before_cursor",
                "/links/prev",
                "/links/next",
            ] {
                string(&page, pointer);
            }
            page = api.get(&string(&page, "/links/next")).await.expect(200);
            full += 1;
        }
        assert!(full >= 2, "{path}");
    }
}

/// "An empty page": recorded, to the letter.
#[tokio::test]
async fn p3_an_empty_page_has_nothing_but_nulls() {
    let api = Api::start().await;
    let (path, _) = organization_with(&api, 1).await;
    let page = api.get(&format!("{path}?page[size]=1")).await.expect(200);
    let (empty_user, empty_organization) = (api.user("v").await, api.organization("empty").await);
    let rows = [
        string(&page, "/links/next"),
        string(&page, "/links/prev"),
        format!("{}?page[size]=10", of_user(empty_user)),
        format!("/organizations/{empty_organization}{MEMBERSHIPS}?page[size]=10"),
    ];

    for path in rows {
        assert_eq!(
            api.get(&path).await.expect(200).body,
            NO_MEMBERSHIPS,
            "{path}"
        );
    }
}

/// The id in a cursor of a list by id.
fn id_in(cursor: &str) -> u64 {
    let text = String::from_utf8(STANDARD.decode(cursor).unwrap()).unwrap();
    let inner = text
        .strip_prefix(r#"{"o":"id","v":""#)
        .and_then(|rest| rest.strip_suffix(r#""}"#));
    let bytes = STANDARD
        .decode(inner.unwrap_or_else(|| panic!("{text}")))
        .unwrap();
    assert_eq!((bytes.len(), bytes[0]), (9, b'i'), "{text}");
    u64::from_le_bytes(bytes[1..].try_into().unwrap())
}

/// "after_cursor encodes the last record, before_cursor the first": base64 of
/// `{"o":"id","v":base64 of i and the id}`.
#[tokio::test]
async fn p4_a_cursor_is_the_position_of_a_record() {
    let api = Api::start().await;
    let (path, all) = organization_with(&api, 3).await;

    for size in [1, 2, 3] {
        let page = api
            .get(&format!("{path}?page[size]={size}"))
            .await
            .expect(200);
        assert_eq!(
            id_in(&string(&page, "/meta/before_cursor")),
            all[0],
            "page[size]={size}"
        );
        assert_eq!(
            id_in(&string(&page, "/meta/after_cursor")),
            all[size - 1],
            "page[size]={size}"
        );
    }
}

/// All lists but a user's memberships, which have an order of their own.
#[tokio::test]
async fn p4_the_lists_by_id_have_cursors_of_ids() {
    let api = Api::start().await;
    let is_of_user = |path: &str| path.starts_with("/users/") && path.ends_with(MEMBERSHIPS);
    for (path, root, _) in lists(&api)
        .await
        .into_iter()
        .filter(|(path, ..)| !is_of_user(path))
    {
        let page = api.get(&format!("{path}?page[size]=2")).await.expect(200);
        let rows = page.each(root, "id");
        assert_eq!(
            json!(id_in(&string(&page, "/meta/before_cursor"))),
            rows[0],
            "{path}"
        );
        assert_eq!(
            json!(id_in(&string(&page, "/meta/after_cursor"))),
            rows[1],
            "{path}"
        );
    }
}

/// "A client that loops `while links.next` makes exactly one request more"; "`has_more` is exact",
/// recorded.
#[tokio::test]
async fn p5_p6_b1_a_walk_by_next_links_ends_with_one_empty_page() {
    let api = Api::start().await;
    let (path, all) = organization_with(&api, 4).await;

    for size in [1, 2, 3, 4, 100] {
        let pages = pages(&api, &format!("{path}?page[size]={size}"), "/links/next").await;

        let found: Vec<Vec<u64>> = pages.iter().map(ids).collect();
        let mut expected: Vec<&[u64]> = all.chunks(size).collect();
        expected.push(&[]);
        assert_eq!(found, expected, "page[size]={size}");
        let more: Vec<bool> = pages.iter().map(has_more).collect();
        let expected: Vec<bool> = (1..=pages.len())
            .map(|page| page * size < all.len())
            .collect();
        assert_eq!(more, expected, "page[size]={size}");
    }
}

/// "A cursor is a position, not a snapshot; it stays valid when its record is deleted", recorded.
#[tokio::test]
async fn p8_a_cursor_outlives_its_record() {
    let api = Api::start().await;
    let (path, all) = organization_with(&api, 5).await;
    let first = api.get(&format!("{path}?page[size]=2")).await.expect(200);

    for id in &all[..2] {
        api.delete(&format!("{MEMBERSHIPS}/{id}")).await.expect(204);
    }

    let second = api.get(&string(&first, "/links/next")).await.expect(200);
    assert_eq!(
        (ids(&second), has_more(&second)),
        (all[2..4].to_vec(), true)
    );
    let before = api.get(&string(&first, "/links/prev")).await.expect(200);
    assert_eq!(before.body, NO_MEMBERSHIPS);
    for id in &all[2..] {
        api.delete(&format!("{MEMBERSHIPS}/{id}")).await.expect(204);
    }
    assert_eq!(
        api.get(&string(&first, "/links/next"))
            .await
            .expect(200)
            .body,
        NO_MEMBERSHIPS
    );
}

/// "`page[before]=c` gives the records before c, in the normal order; `has_more` says whether there
/// are more before."
#[tokio::test]
async fn p9_a_walk_by_prev_links_goes_back_in_the_normal_order() {
    let api = Api::start().await;
    let (of_organization, by_id) = organization_with(&api, 5).await;
    let (user, [first, d, a, c, b]) = user_in(&api, ["first", "d", "a", "c", "b"]).await;
    let rows = [
        (of_organization, by_id),
        (of_user(user), vec![first, a, b, c, d]),
    ];

    for (path, all) in rows {
        let forth = pages(&api, &format!("{path}?page[size]=2"), "/links/next").await;
        let last = &forth[forth.len() - 2];
        assert_eq!(ids(last), all[4..], "{path}");

        let back = pages(&api, &string(last, "/links/prev"), "/links/prev").await;

        let found: Vec<(Vec<u64>, bool)> = back
            .iter()
            .map(|page| (ids(page), has_more(page)))
            .collect();
        let expected = [
            (all[2..4].to_vec(), true),
            (all[..2].to_vec(), false),
            (Vec::new(), false),
        ];
        assert_eq!(found, expected, "{path}");
        let again = api.get(&string(&back[1], "/links/next")).await.expect(200);
        assert_eq!(
            (ids(&again), has_more(&again)),
            (all[2..4].to_vec(), true),
            "{path}"
        );

        // Three records before the cursor: a page of two leaves the very first.
        let by_three = pages(&api, &format!("{path}?page[size]=3"), "/links/next").await;
        let cursor = encoded(&string(&by_three[1], "/meta/before_cursor"));
        let back = pages(
            &api,
            &format!("{path}?page[before]={cursor}&page[size]=2"),
            "/links/prev",
        )
        .await;
        let found: Vec<(Vec<u64>, bool)> = back
            .iter()
            .map(|page| (ids(page), has_more(page)))
            .collect();
        let expected = [
            (all[1..3].to_vec(), true),
            (all[..1].to_vec(), false),
            (Vec::new(), false),
        ];
        assert_eq!(found, expected, "{path}");
    }
}

/// "`page[size]` 1..100, organizations and users 1..1000; above: 400", measured; 0 and less are
/// refused too.
#[tokio::test]
async fn p10_p11_b5_a_page_size_out_of_range_is_refused() {
    let api = Api::start().await;

    for (path, _, most) in lists(&api).await {
        for size in [i64::from(most) + 1, 1_000_000, 0, -1] {
            api.get(&format!("{path}?page[size]={size}"))
                .await
                .expect_error(400, &not_valid("page[size]"));
        }
        for size in [1, most] {
            api.get(&format!("{path}?page[size]={size}"))
                .await
                .expect(200);
        }
    }
}

/// "`page[size]=x`: 400 `page.size must be an integer`", reported.
#[tokio::test]
async fn p12_a_page_size_that_is_no_number_is_refused() {
    let api = Api::start().await;

    for (path, controller, _) in lists(&api).await {
        let expected = errors::invalid_attribute(
            "page.size must be an integer",
            &format!("{controller}/index"),
        );
        api.get(&format!("{path}?page[size]=x"))
            .await
            .expect_error(400, &expected);
    }
}

/// "An undecodable cursor, also one whose `+` arrived as a space: 400."
#[tokio::test]
async fn p13_b4_a_cursor_that_cannot_be_decoded_is_refused() {
    let api = Api::start().await;
    let rows = [
        ("no base64", "bad!".to_owned()),
        (
            "a space",
            "eyJvIjoiaWQiLCJ2IjoiYVFF QUFBQUFBQUFBIn0=".to_owned(),
        ),
        (
            "a `+` that was not encoded",
            "eyJvIjoiaWQiLCJ2IjoiYVFF+UFBQUFBQUFBIn0=".to_owned(),
        ),
        (
            "its `=` cut off",
            "eyJvIjoiaWQiLCJ2IjoiYVFFQUFBQUFBQUFBIn0".to_owned(),
        ),
        ("no JSON", encoded(&STANDARD.encode("id"))),
        ("no position", encoded(&STANDARD.encode(r#"{"o":"id"}"#))),
        (
            "a position that is no base64",
            encoded(&STANDARD.encode(r#"{"o":"id","v":"!"}"#)),
        ),
    ];

    for (path, _, _) in lists(&api).await {
        for (row, cursor) in &rows {
            for name in ["after", "before"] {
                let answer = api
                    .get(&format!("{path}?page[{name}]={cursor}&page[size]=2"))
                    .await;
                let expected = not_valid(&format!("page[{name}]"));
                assert_eq!(
                    (answer.status, answer.body),
                    (400, expected),
                    "{row}: {path}, {name}"
                );
            }
        }
    }
}

/// "Both `page[after]` and `page[before]`": nothing is known but that it makes no sense; 400 is
/// recommended.
#[tokio::test]
async fn p14_there_is_one_direction_at_a_time() {
    let api = Api::start().await;

    for (path, _, _) in lists(&api).await {
        let page = api.get(&format!("{path}?page[size]=1")).await.expect(200);
        let cursor = encoded(&string(&page, "/meta/after_cursor"));
        let both = api
            .get(&format!(
                "{path}?page[after]={cursor}&page[before]={cursor}&page[size]=1"
            ))
            .await
            .expect(400);
        assert_eq!(both.json()["error"], "InvalidPaginationParameter", "{path}");
    }
}

/// "`page[after]` without `page[size]`: default size 100."
#[tokio::test]
async fn p15_a_cursor_without_a_size_gives_a_hundred_records() {
    let api = Api::start().await;
    let (path, all) = organization_with(&api, 102).await;
    let first = api.get(&format!("{path}?page[size]=1")).await.expect(200);
    let cursor = encoded(&string(&first, "/meta/after_cursor"));

    let second = api
        .get(&format!("{path}?page[after]={cursor}"))
        .await
        .expect(200);

    assert_eq!(
        (ids(&second), has_more(&second)),
        (all[1..101].to_vec(), true)
    );
}

/// "`sort_by`, `sort_order` under cursor: ignored, 200", probed.
#[tokio::test]
async fn p16_sort_by_is_ignored_under_cursor() {
    let api = Api::start().await;

    for (path, root, _) in lists(&api).await {
        let plain = api.get(&format!("{path}?page[size]=3")).await.expect(200);
        let sorted = api
            .get(&format!(
                "{path}?page[size]=3&sort_by=created_at&sort_order=desc"
            ))
            .await
            .expect(200);
        assert_eq!(sorted.each(root, "id"), plain.each(root, "id"), "{path}");
    }
}

/// "`sort=x` under cursor, x not allowed: 400 sort is not valid", documented.
#[tokio::test]
async fn p17_a_sort_that_is_not_allowed_is_refused_under_cursor() {
    let api = Api::start().await;

    for (path, _, _) in lists(&api).await.into_iter().take(3) {
        for sort in ["x", "organization_name", "-default"] {
            api.get(&format!("{path}?page[size]=2&sort={sort}"))
                .await
                .expect_error(400, &not_valid("sort"));
        }
    }
}

/// "Default first, then by name", documented without exception for a kind of pagination (Q16).
#[tokio::test]
async fn l4_l2_the_users_list_has_the_same_order_under_both_paginations() {
    let api = Api::start().await;
    let (user, [zulu, beta, gamma, alpha]) =
        user_in(&api, ["Zulu", "beta", "Gamma", "Alpha"]).await;
    let expected = [zulu, alpha, beta, gamma];

    for (query, link) in [
        ("per_page=1", "/next_page"),
        ("page[size]=1", "/links/next"),
    ] {
        let pages = pages(&api, &format!("{}?{query}", of_user(user)), link).await;
        assert_eq!(
            pages.iter().flat_map(ids).collect::<Vec<_>>(),
            expected,
            "{query}"
        );
    }
}

/// "A switch gives by id there too", as organizations are recorded.
#[tokio::test]
async fn l4_the_users_list_under_cursor_is_by_id_if_so_chosen() {
    let api =
        Api::with(MockZendesk::builder().other_answer(OpenQuestion::UserListUnderCursor)).await;
    let (user, [zulu, beta, gamma, alpha]) =
        user_in(&api, ["Zulu", "beta", "Gamma", "Alpha"]).await;
    api.put(
        &format!("{}/{gamma}/make_default", of_user(user)),
        Value::Null,
    )
    .await
    .expect(200);

    let cursor = pages(
        &api,
        &format!("{}?page[size]=1", of_user(user)),
        "/links/next",
    )
    .await;
    let offset = pages(&api, &format!("{}?per_page=1", of_user(user)), "/next_page").await;

    let mut by_id = [zulu, beta, gamma, alpha];
    by_id.sort_unstable();
    assert_eq!(cursor.iter().flat_map(ids).collect::<Vec<_>>(), by_id);
    assert_eq!(
        offset.iter().flat_map(ids).collect::<Vec<_>>(),
        [gamma, alpha, beta, zulu]
    );
}

/// "The cursor encodes the position in that order, and stays valid when rows or the default change"
/// (Q16).
#[tokio::test]
async fn p8_a_cursor_in_the_users_list_outlives_its_record_and_the_default() {
    let api = Api::start().await;
    let (user, [zulu, a, b, c, d]) = user_in(&api, ["Zulu", "a", "b", "c", "d"]).await;
    let at_zulu = api
        .get(&format!("{}?page[size]=1", of_user(user)))
        .await
        .expect(200);
    let at_a = api
        .get(&format!("{}?page[size]=2", of_user(user)))
        .await
        .expect(200);
    assert_eq!((ids(&at_zulu), ids(&at_a)), (vec![zulu], vec![zulu, a]));

    // The list becomes d, a, b, c, Zulu: after the former default come all that are not the
    // default.
    api.put(&format!("{}/{d}/make_default", of_user(user)), Value::Null)
        .await
        .expect(200);
    let rest = async |page: &Answer| {
        let rest = pages(&api, &string(page, "/links/next"), "/links/next").await;
        rest.iter().flat_map(ids).collect::<Vec<_>>()
    };
    assert_eq!(rest(&at_zulu).await, [a, b, c, zulu]);
    assert_eq!(rest(&at_a).await, [b, c, zulu]);

    api.delete(&format!("{MEMBERSHIPS}/{a}")).await.expect(204);
    assert_eq!(rest(&at_a).await, [b, c, zulu]);
}

/// "GET /organizations offset order: name, case-insensitive; cursor order: id", recorded; users are
/// by id under both.
#[tokio::test]
async fn u3_b38_organizations_and_users_are_walked_in_their_order() {
    let api = Api::start().await;
    let mut organizations = Vec::new();
    let mut users = Vec::new();
    for name in ["Zulu", "beta", "Alpha", "gamma"] {
        organizations.push(api.organization(name).await);
        users.push(api.user(name).await);
    }
    let by_name = [2, 1, 3, 0].map(|n| organizations[n]);
    organizations.sort_unstable();
    users.sort_unstable();
    for list in ["organizations", "users"] {
        let count = api.get(&format!("/{list}/count")).await.expect(200);
        if api.is_shared() && count.json()["count"]["value"].as_u64() > Some(9_000) {
            api.skip("needs an account whose lists offset pages reach to their ends");
        }
    }
    let size = if api.is_shared() { 100 } else { 3 };
    let rows = [
        (
            "/organizations?per_page=3",
            "/next_page",
            "organizations",
            by_name.to_vec(),
        ),
        (
            "/organizations?page[size]=3",
            "/links/next",
            "organizations",
            organizations,
        ),
        ("/users?per_page=3", "/next_page", "users", users.clone()),
        ("/users?page[size]=3", "/links/next", "users", users),
    ];

    for (path, link, root, expected) in rows {
        let path = &path.replace("=3", &format!("={size}"));
        let mut ours: Vec<u64> = Vec::new();
        // A walk misses rows if others delete rows meanwhile.
        for _ in 0..if api.is_shared() { 10 } else { 1 } {
            let pages = pages(&api, path, link).await;
            let found = pages
                .iter()
                .flat_map(|page| page.each(root, "id"))
                .map(|id| id.as_u64().unwrap());
            ours = found.filter(|id| expected.contains(id)).collect();
            if ours == expected {
                break;
            }
        }
        assert_eq!(ours, expected, "{path}");
    }
}

/// "`include=a,b` appends top-level arrays after the main one and before the paging keys": users,
/// then organizations.
#[tokio::test]
async fn l7_i1_i3_i6_what_is_included_comes_before_the_paging_keys() {
    let api = Api::start().await;
    let (of_organization, _) = organization_with(&api, 2).await;
    let (user, _) = user_in(&api, ["a", "b"]).await;
    let includes: [(&str, &[&str]); 4] = [
        ("users", &["users"]),
        ("organizations", &["organizations"]),
        ("users,organizations", &["users", "organizations"]),
        ("organizations,users", &["users", "organizations"]),
    ];
    let kinds: [(&str, &[&str]); 2] = [
        ("", &["next_page", "previous_page", "count"]),
        ("&page[size]=2", &["meta", "links"]),
    ];

    for path in [MEMBERSHIPS, &of_user(user), &of_organization] {
        for (include, arrays) in includes {
            for (query, paging) in kinds {
                let page = api
                    .get(&format!("{path}?include={include}{query}"))
                    .await
                    .expect(200);
                let expected = [&["organization_memberships"], arrays, paging].concat();
                assert_eq!(keys_in_order(&page, ""), expected, "{}", page.request);
            }
        }
    }
}

/// "Each related record once, only those of this page", recorded for another resource.
#[tokio::test]
async fn i4_each_related_record_of_the_page_is_included_once() {
    let api = Api::start().await;
    let (user, [first, a, b]) = user_in(&api, ["first", "a", "b"]).await;
    let shown = api.get(&format!("/users/{user}")).await.expect(200).json()["user"].clone();

    for query in ["per_page=2", "page[size]=2"] {
        let path = format!("{}?include=users,organizations&{query}", of_user(user));
        let link = if query.starts_with("per_page") {
            "/next_page"
        } else {
            "/links/next"
        };
        let pages = pages(&api, &path, link).await;

        assert_eq!(
            pages.iter().flat_map(ids).collect::<Vec<_>>(),
            [first, a, b],
            "{query}"
        );
        for page in pages {
            let rows = ids(&page).len();
            let users = page.json()["users"].clone();
            assert_eq!(
                users,
                if rows == 0 { json!([]) } else { json!([shown]) },
                "{}",
                page.request
            );
            let mut related = page.each("organizations", "id");
            let mut expected = page.each("organization_memberships", "organization_id");
            related.sort_by_key(Value::as_u64);
            expected.sort_by_key(Value::as_u64);
            assert_eq!(related, expected, "{}", page.request);
        }
    }
}

/// "Unknown names in `include` are ignored."
#[tokio::test]
async fn i5_names_that_cannot_be_included_are_ignored() {
    let api = Api::start().await;
    let (path, _) = organization_with(&api, 2).await;
    let plain = api.get(&path).await.expect(200).body;
    let users = api
        .get(&format!("{path}?include=users"))
        .await
        .expect(200)
        .body;
    assert_ne!(plain, users);

    for (include, expected) in [
        ("", &plain),
        ("foo", &plain),
        ("tickets,foo", &plain),
        ("foo,users", &users),
    ] {
        let answer = api
            .get(&format!("{path}?include={include}"))
            .await
            .expect(200);
        assert_eq!(answer.body, *expected, "include={include}");
    }
}

/// Memberships document no `sort`; the order that the list has anyway may be asked for.
#[tokio::test]
async fn p17_the_order_by_id_may_be_asked_for_in_both_directions() {
    let api = Api::start().await;
    let organization = api.organization("o").await;
    let mut by_id = Vec::new();
    for _ in 0..5 {
        by_id.push(api.membership(api.user("u").await, organization).await);
    }
    let path = format!("/organizations/{organization}/organization_memberships?page[size]=2&sort=");
    for sort in ["id", "-id"] {
        let walked = pages(&api, &format!("{path}{sort}"), "/links/next").await;
        assert_eq!(
            walked.iter().flat_map(ids).collect::<Vec<_>>(),
            by_id,
            "{sort}"
        );
        // Links keep it, and the way back gives the same pages.
        let second = walked[0].json()["links"]["next"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(second.contains(&format!("&sort={sort}")), "{second}");
        let second = api.get(&second).await.expect(200);
        let first = second.json()["links"]["prev"].as_str().unwrap().to_owned();
        assert_eq!(
            ids(&api.get(&first).await.expect(200)),
            by_id[..2],
            "{sort}"
        );
        by_id.reverse();
    }
    by_id.reverse();
    // A cursor is one of its order.
    let page = api.get(&format!("{path}-id")).await.expect(200);
    let after = page.json()["meta"]["after_cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    api.get(&format!(
        "{path}id&page[after]={}",
        after.replace('=', "%3D")
    ))
    .await
    .expect_error(400, &not_valid("page[after]"));
    // The list of a user is not by id.
    let user = api.user("u").await;
    for sort in ["id", "-id"] {
        api.get(&format!("{}?page[size]=2&sort={sort}", of_user(user)))
            .await
            .expect_error(400, &not_valid("sort"));
    }
}
