//! <https://developer.zendesk.com/api-reference/introduction/requests/>: what holds for every
//! route.

use mock_zendesk::{Credentials, MockZendesk, settings::OpenQuestion};
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{Answer, Api, errors, membership};

const JSON: &str = "application/json; charset=utf-8";
const ROOT_MISSING: &str =
    r#"{"error":"ParameterMissing","description":"Parameter organization_membership is required"}"#;
const MEMBERSHIPS: &str = "/organization_memberships";

/// The keys of the object at a JSON pointer, in the order in which they stand in the body.
#[track_caller]
pub(super) fn keys_in_order(answer: &Answer, pointer: &str) -> Vec<String> {
    let json = answer.json();
    let object = json.pointer(pointer).and_then(Value::as_object);
    let object = object.unwrap_or_else(|| {
        panic!(
            "{}: no object {pointer:?} in {}",
            answer.request, answer.body
        )
    });
    let mut keys: Vec<String> = object.keys().cloned().collect();
    keys.sort_by_key(|key| answer.body.find(&format!(r#""{key}":"#)));
    keys
}

/// Whether a text has a form: `9` stands for any digit, `x` for a lower-case hexadecimal digit, `A`
/// for a capital letter.
pub(super) fn looks_like(text: &str, form: &str) -> bool {
    let fits = |(c, form): (char, char)| match form {
        '9' => c.is_ascii_digit(),
        'x' => c.is_ascii_digit() || ('a'..='f').contains(&c),
        'A' => c.is_ascii_uppercase(),
        form => c == form,
    };
    text.chars().count() == form.chars().count() && text.chars().zip(form.chars()).all(fits)
}

/// One answer of each kind of success: 200, 201, 204.
async fn successes(api: &Api) -> [Answer; 3] {
    let (user, organization) = (api.user("s").await, api.organization("s").await);
    let created = api
        .post(MEMBERSHIPS, membership(user, organization))
        .await
        .expect(201);
    let path = format!(
        "{MEMBERSHIPS}/{}",
        created.json()["organization_membership"]["id"]
    );
    let shown = api.get(&path).await.expect(200);
    [shown, created, api.delete(&path).await.expect(204)]
}

/// One answer of each kind of JSON error: 400, 401, 404 of a record, 404 of a route, 422.
async fn failures(api: &Api) -> [Answer; 5] {
    [
        api.get("/organization_memberships/abc").await.expect(400),
        api.raw(Method::GET, MEMBERSHIPS, &[], Vec::new())
            .await
            .expect(401),
        api.get("/organization_memberships/9223372036854775807")
            .await
            .expect(404),
        api.get("/nowhere").await.expect(404),
        api.post(
            MEMBERSHIPS,
            json!({"organization_membership": {"default": true}}),
        )
        .await
        .expect(422),
    ]
}

/// Sends a request to every route, the path as `form` makes it, to a double of its own. Gives what
/// came back, without the host.
async fn every_route(form: fn(&str) -> String) -> Vec<(String, u16, String, Option<String>)> {
    let api = Api::with(MockZendesk::builder()).await;
    let (mut users, mut organizations) = (Vec::new(), Vec::new());
    for n in 0..3 {
        let user = api
            .post("/users", json!({"user": {"name": format!("u{n}")}}))
            .await
            .expect(201)
            .json();
        users.push(user["user"]["id"].as_u64().unwrap());
        let organization = json!({"organization": {"name": format!("o{n}")}});
        let organization = api
            .post("/organizations", organization)
            .await
            .expect(201)
            .json();
        organizations.push(organization["organization"]["id"].as_u64().unwrap());
    }
    let ([u, v, w], [o, p, q]) = (
        [users[0], users[1], users[2]],
        [organizations[0], organizations[1], organizations[2]],
    );
    let (m1, m2, m3) = (
        api.membership(u, o).await,
        api.membership(u, p).await,
        api.membership(v, o).await,
    );
    let ticket = json!({"ticket": {"subject": "s", "comment": {"body": "c"}, "requester_id": u}});
    let t = api
        .post("/tickets", ticket.clone())
        .await
        .expect(201)
        .json()["ticket"]["id"]
        .clone();
    let many = json!({"organization_memberships": [{"user_id": w, "organization_id": q}]});
    let job = api
        .post("/organization_memberships/create_many", many.clone())
        .await
        .expect(200);
    let j = api.finished_job(&job).await["id"]
        .as_str()
        .unwrap()
        .to_owned();

    let none = || Value::Null;
    let rows = [
        (Method::GET, MEMBERSHIPS.to_owned(), none()),
        (Method::GET, format!("{MEMBERSHIPS}?page[size]=1"), none()),
        (
            Method::GET,
            format!("{MEMBERSHIPS}?per_page=1&page=2"),
            none(),
        ),
        (Method::POST, MEMBERSHIPS.to_owned(), membership(v, p)),
        (Method::GET, format!("{MEMBERSHIPS}/{m1}"), none()),
        (
            Method::GET,
            format!("/users/{u}/organization_memberships"),
            none(),
        ),
        (
            Method::POST,
            format!("/users/{v}/organization_memberships"),
            membership(v, q),
        ),
        (
            Method::GET,
            format!("/users/{u}/organization_memberships/{m1}"),
            none(),
        ),
        (
            Method::GET,
            format!("/organizations/{o}/organization_memberships"),
            none(),
        ),
        (
            Method::PUT,
            format!("/users/{u}/organization_memberships/{m2}/make_default"),
            none(),
        ),
        (
            Method::PUT,
            format!("/users/{u}/organizations/{o}/make_default"),
            none(),
        ),
        (Method::POST, format!("{MEMBERSHIPS}/create_many"), many),
        (
            Method::DELETE,
            format!("{MEMBERSHIPS}/destroy_many?ids={m1}"),
            none(),
        ),
        (Method::DELETE, format!("{MEMBERSHIPS}/{m3}"), none()),
        (
            Method::DELETE,
            format!("/users/{u}/organization_memberships/{m2}"),
            none(),
        ),
        (
            Method::DELETE,
            format!("/users/{v}/organizations/{p}"),
            none(),
        ),
        (Method::GET, "/job_statuses".to_owned(), none()),
        (Method::GET, format!("/job_statuses/{j}"), none()),
        (
            Method::GET,
            format!("/job_statuses/show_many?ids={j}"),
            none(),
        ),
        (Method::GET, "/users".to_owned(), none()),
        (
            Method::POST,
            "/users".to_owned(),
            json!({"user": {"name": "new"}}),
        ),
        (Method::GET, format!("/users/{u}"), none()),
        (
            Method::PUT,
            format!("/users/{u}"),
            json!({"user": {"name": "other"}}),
        ),
        (Method::GET, "/users/me".to_owned(), none()),
        (Method::GET, format!("/users/show_many?ids={u},{v}"), none()),
        (
            Method::POST,
            "/users/create_many".to_owned(),
            json!({"users": [{"name": "one"}]}),
        ),
        (Method::GET, format!("/users/{v}/organizations"), none()),
        (Method::GET, format!("/users/{u}/tickets/requested"), none()),
        (Method::GET, "/organizations".to_owned(), none()),
        (
            Method::POST,
            "/organizations".to_owned(),
            json!({"organization": {"name": "new"}}),
        ),
        (Method::GET, format!("/organizations/{o}"), none()),
        (
            Method::PUT,
            format!("/organizations/{o}"),
            json!({"organization": {"name": "other"}}),
        ),
        (
            Method::GET,
            format!("/organizations/show_many?ids={o},{p}"),
            none(),
        ),
        (Method::GET, format!("/organizations/{q}/users"), none()),
        (Method::GET, format!("/organizations/{o}/tickets"), none()),
        (Method::GET, "/tickets".to_owned(), none()),
        (Method::POST, "/tickets".to_owned(), ticket),
        (Method::GET, format!("/tickets/{t}"), none()),
        (
            Method::PUT,
            format!("/tickets/{t}"),
            json!({"ticket": {"status": "open"}}),
        ),
        (Method::DELETE, format!("/tickets/{t}"), none()),
        (Method::DELETE, format!("/organizations/{o}"), none()),
        (Method::DELETE, format!("/users/{w}"), none()),
        // Errors are answered alike, too.
        (Method::GET, format!("{MEMBERSHIPS}/{m3}"), none()),
        (Method::GET, format!("{MEMBERSHIPS}/abc"), none()),
    ];

    let mut answers = Vec::new();
    for (method, path, body) in rows {
        let row = format!("{method} {path}");
        let answer = api
            .send(
                method,
                &form(&path),
                Some(body).filter(|body| !body.is_null()),
            )
            .await;
        let location = answer
            .header("location")
            .map(|location| location.replace(api.uri(), "{host}"));
        answers.push((
            row,
            answer.status,
            answer.body.replace(api.uri(), "{host}"),
            location,
        ));
    }
    answers
}

/// "Every route answers with and without `.json` at the end of the path; the answers are
/// identical", recorded in both forms.
#[tokio::test]
async fn w1_every_route_answers_alike_with_and_without_json() {
    let without = every_route(str::to_owned).await;
    let with = every_route(|path| match path.split_once('?') {
        Some((path, query)) => format!("{path}.json?{query}"),
        None => format!("{path}.json"),
    })
    .await;

    assert_eq!(without.len(), with.len());
    for (without, with) in without.iter().zip(&with) {
        let fails = without.0.ends_with("/abc") || without.1 == 404;
        assert!(fails || without.1 < 300, "{without:?}");
        assert_eq!(without, with);
    }
    assert_eq!(
        without.iter().filter(|answer| answer.1 >= 300).count(),
        2,
        "only the last two rows are errors"
    );
}

/// "`url` fields, the `Location` header and paging links always carry `.json`, whatever form the
/// request had", recorded.
#[tokio::test]
async fn w2_b7_urls_in_answers_carry_json_though_the_request_does_not() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    api.membership(user, organization).await;
    let ticket =
        json!({"ticket": {"subject": "s", "comment": {"body": "c"}, "requester_id": user}});
    let rows = [
        (
            "/organizations",
            "organization",
            json!({"organization": {"name": api.name("x")}}),
        ),
        ("/users", "user", json!({"user": {"name": api.name("x")}})),
        ("/tickets", "ticket", ticket),
        (
            MEMBERSHIPS,
            "organization_membership",
            membership(user, api.organization("y").await),
        ),
    ];

    for (path, root, body) in rows {
        let answer = api.post(path, body).await.expect(201);
        let id = answer.json()[root]["id"].clone();
        let url = format!("{}/api/v2{path}/{id}.json", api.uri());
        assert_eq!(answer.json()[root]["url"], url);
        // W9
        assert_eq!(answer.header("location"), Some(&*url));
        assert_eq!(api.get(&url).await.expect(200).json()[root]["id"], id);
    }
    let list = format!("/users/{user}/organization_memberships");
    let page = api
        .get(&format!("{list}?per_page=1"))
        .await
        .expect(200)
        .json();
    assert_eq!(
        page["next_page"],
        format!("{}/api/v2{list}.json?page=2&per_page=1", api.uri())
    );
    let page = api
        .get(&format!("{list}?page[size]=1"))
        .await
        .expect(200)
        .json();
    for link in ["prev", "next"] {
        let url = page["links"][link].as_str().unwrap();
        assert!(
            url.starts_with(&format!("{}/api/v2{list}.json?", api.uri())),
            "{url}"
        );
    }
}

/// "A membership's `url` is always the flat one, also when it was made or read through a user or
/// organization route."
#[tokio::test]
async fn w3_the_url_of_a_membership_is_flat_on_every_route() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    let nested = format!("/users/{user}/organization_memberships");

    let created = api
        .post(&nested, membership(user, organization))
        .await
        .expect(201);

    let id = created.json()["organization_membership"]["id"].clone();
    let url = format!("{}/api/v2/organization_memberships/{id}.json", api.uri());
    assert_eq!(created.header("location"), Some(&*url));
    assert_eq!(created.json()["organization_membership"]["url"], url);
    let shown = api.get(&format!("{nested}/{id}")).await.expect(200).json();
    assert_eq!(shown["organization_membership"]["url"], url);
    for list in [
        nested,
        format!("/organizations/{organization}/organization_memberships"),
    ] {
        assert_eq!(
            api.get(&list)
                .await
                .expect(200)
                .each("organization_memberships", "url"),
            [json!(url)],
            "{list}"
        );
    }
}

/// "Bodies are compact JSON, UTF-8, no trailing newline", recorded.
#[tokio::test]
async fn w4_bodies_are_compact_utf_8() {
    let api = Api::start().await;
    let name = api.name("Zoë & Šimon 日本");
    let named = api
        .post("/users", json!({"user": {"name": name}}))
        .await
        .expect(201);
    assert!(named.body.contains(&name), "{}", named.body);

    let [shown, created, _] = successes(&api).await;
    for answer in failures(&api)
        .await
        .into_iter()
        .chain([named, shown, created])
    {
        // Whatever the order of the keys, the compact text has one length.
        assert_eq!(
            answer.body.len(),
            answer.json().to_string().len(),
            "{}",
            answer.body
        );
    }
}

/// "`Content-Type: application/json; charset=utf-8` on success and on JSON errors";
/// "`Cache-Control: max-age=0, private, must-revalidate` on 200 and 201, `no-cache` on 204 and on
/// errors"; "200 and 201 carry a weak `ETag`": all recorded.
#[tokio::test]
async fn w5_w6_w7_w8_content_type_cache_control_and_etag_go_by_the_status() {
    let api = Api::start().await;
    let [shown, created, deleted] = successes(&api).await;

    for answer in [shown, created] {
        assert_eq!(
            answer.header("content-type"),
            Some(JSON),
            "W5: {}",
            answer.request
        );
        assert_eq!(
            answer.header("cache-control"),
            Some("max-age=0, private, must-revalidate"),
            "W7: {}",
            answer.request
        );
        let etag = answer.header("etag").unwrap_or_default();
        assert!(
            looks_like(etag, &format!("W/\"{}\"", "x".repeat(32))),
            "W8: {}: {etag}",
            answer.request
        );
    }
    assert_eq!(deleted.body, "", "W6");
    assert_eq!(deleted.header("cache-control"), Some("no-cache"), "W7");
    for name in [
        "content-type",
        "etag",
        "content-length",
        "transfer-encoding",
    ] {
        assert_eq!(deleted.header(name), None, "W6: {name} on 204");
    }
    for answer in failures(&api).await {
        assert_eq!(
            answer.header("content-type"),
            Some(JSON),
            "W5: {}",
            answer.request
        );
        assert_eq!(
            answer.header("cache-control"),
            Some("no-cache"),
            "W7: {}",
            answer.request
        );
        assert_eq!(answer.header("etag"), None, "W8: {}", answer.request);
    }
}

/// "201 carries `Location:`; create_many and destroy_many carry none."
#[tokio::test]
async fn w9_only_a_created_record_has_a_location() {
    let api = Api::start().await;
    let [shown, created, deleted] = successes(&api).await;
    let many = api
        .post(
            "/organization_memberships/create_many",
            json!({"organization_memberships": []}),
        )
        .await
        .expect(200);
    let destroyed = api
        .delete("/organization_memberships/destroy_many?ids=9223372036854775807")
        .await
        .expect(200);

    assert_eq!(
        created.header("location"),
        created.json()["organization_membership"]["url"].as_str()
    );
    for answer in [shown, deleted, many, destroyed] {
        assert_eq!(answer.header("location"), None, "{}", answer.request);
    }
}

/// "Timestamps are `YYYY-MM-DDTHH:MM:SSZ`" and "on creation `created_at` == `updated_at`",
/// recorded.
#[tokio::test]
async fn w11_w12_timestamps_have_whole_seconds_and_are_equal_on_creation() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    let ticket =
        json!({"ticket": {"subject": "s", "comment": {"body": "c"}, "requester_id": user}});

    let rows = [
        ("user", api.get(&format!("/users/{user}")).await),
        (
            "organization",
            api.get(&format!("/organizations/{organization}")).await,
        ),
        ("ticket", api.post("/tickets", ticket).await),
        (
            "organization_membership",
            api.post(MEMBERSHIPS, membership(user, organization)).await,
        ),
    ];

    for (root, answer) in rows {
        let record = answer.json()[root].clone();
        let created_at = record["created_at"].as_str().unwrap();
        assert!(
            looks_like(created_at, "9999-99-99T99:99:99Z"),
            "{root}: {created_at}"
        );
        // The membership that came later has touched the user, and no case looks at it before.
        assert_eq!(record["updated_at"], created_at, "{root}");
    }
}

/// "JSON property names are case sensitive", documented: another spelling is another key.
#[tokio::test]
async fn w13_property_names_are_case_sensitive() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);

    let root =
        json!({"Organization_Membership": {"user_id": user, "organization_id": organization}});
    api.post(MEMBERSHIPS, root)
        .await
        .expect_error(400, ROOT_MISSING);

    let key =
        json!({"organization_membership": {"User_id": user, "organization_id": organization}});
    api.post(MEMBERSHIPS, key)
        .await
        .expect_error(422, errors::USER_BLANK);
}

/// "Keys that the endpoint does not permit are dropped and the request succeeds, with
/// `x-zendesk-api-warn`", recorded, also of a DELETE with a body and of errors.
#[tokio::test]
async fn w14_keys_that_are_not_permitted_are_dropped_with_a_warning() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    let (o2, o3) = (api.organization("o2").await, api.organization("o3").await);
    let first = api.membership(user, o2).await;
    let (id, of_organization) = (
        json!({"organization": {"id": 1}}),
        r#""organization.id", "organization""#,
    );
    let make_default = format!("/users/{user}/organization_memberships/{first}/make_default");
    let extra = |key: &str, value: Value| {
        let mut body = membership(user, organization);
        body["organization_membership"][key] = value;
        body
    };
    let named = json!({"user": {"id": 1, "name": "x"}});
    let rename = json!({"organization": {"id": 1, "name": api.name("new")}});
    let default = json!({"organization_membership": {"default": true}});

    let rows = [
        (
            Method::POST,
            MEMBERSHIPS.to_owned(),
            extra("foo", json!(1)),
            201,
            "organization_memberships",
            "create",
            r#""organization_membership.foo""#,
        ),
        (
            Method::POST,
            MEMBERSHIPS.to_owned(),
            extra("foo", json!(1)),
            422,
            "organization_memberships",
            "create",
            r#""organization_membership.foo""#,
        ),
        (
            Method::PUT,
            make_default,
            default,
            200,
            "organization_memberships",
            "make_default",
            r#""organization_membership.default", "organization_membership""#,
        ),
        (
            Method::PUT,
            format!("/organizations/{o3}"),
            rename,
            200,
            "organizations",
            "update",
            r#""organization.id""#,
        ),
        (
            Method::DELETE,
            format!("/organizations/{o3}"),
            id.clone(),
            204,
            "organizations",
            "destroy",
            of_organization,
        ),
        (
            Method::DELETE,
            format!("/organizations/{o3}"),
            id,
            404,
            "organizations",
            "destroy",
            of_organization,
        ),
        (
            Method::DELETE,
            format!("/users/{user}"),
            named,
            200,
            "users",
            "destroy",
            r#""user.id", "user.name", "user""#,
        ),
    ];

    for (method, path, body, status, controller, action, keys) in rows {
        let answer = api.send(method, &path, Some(body)).await.expect(status);
        let warning = format!(
            r#"{{:allowed_parameters=>{{:controller=>"{controller}", :action=>"{action}", :unpermitted_keys=>[{keys}], :invalid_values=>[]}}}}"#
        );
        assert_eq!(
            answer.header("x-zendesk-api-warn"),
            Some(&*warning),
            "{} {status}",
            answer.request
        );
    }
}

/// "… with `x-zendesk-api-warn`" only when earned.
#[tokio::test]
async fn w14_permitted_keys_earn_no_warning() {
    let api = Api::start().await;

    for answer in successes(&api).await {
        assert_eq!(
            answer.header("x-zendesk-api-warn"),
            None,
            "{}",
            answer.request
        );
    }
}

/// "Integer accepts a JSON integer or a string of digits; boolean accepts `true` `"true"` `1` `"1"`
/// `"on"` and `false` …", documented by the official gem.
#[tokio::test]
async fn w15_values_of_another_type_are_taken_if_they_can_be_read() {
    let api = Api::start().await;
    let (user, first) = (api.user("u").await, api.organization("first").await);
    api.membership(user, first).await;
    let truths = [
        json!(true),
        json!("true"),
        json!(1),
        json!("1"),
        json!("on"),
    ];
    let falsehoods = [json!(false), json!("false"), json!(0), json!("0")];
    let rows = truths
        .into_iter()
        .map(|value| (value, true))
        .chain(falsehoods.into_iter().map(|value| (value, false)));

    for (n, (value, becomes_default)) in rows.enumerate() {
        let organization = api.organization(&format!("o{n}")).await;
        let before = api.organization_of(user).await;
        let body = json!({
            "user_id": user.to_string(), "organization_id": organization.to_string(), "default": value,
        });
        let created = api
            .post(MEMBERSHIPS, json!({"organization_membership": body}))
            .await
            .expect(201)
            .json();
        let created = &created["organization_membership"];
        assert_eq!(
            (&created["user_id"], &created["organization_id"]),
            (&json!(user), &json!(organization))
        );
        assert_eq!(
            created["default"] == json!(true),
            becomes_default,
            "{value}"
        );
        let expected = if becomes_default {
            json!(organization)
        } else {
            before
        };
        assert_eq!(api.organization_of(user).await, expected, "{value}");
    }
}

/// "Anything else is a 400": what cannot be read as the type is named, and nothing is done.
#[tokio::test]
async fn w15_e4_values_that_cannot_be_read_are_refused() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    let no_integer = [
        json!("abc"),
        json!(1.5),
        json!("1.5"),
        json!([]),
        json!({}),
        json!(true),
    ];
    let no_boolean = [
        json!("yes"),
        json!("off?"),
        json!(2),
        json!("2"),
        json!([]),
        json!({}),
    ];
    let integer = |key: &'static str| {
        no_integer
            .iter()
            .map(move |value| (key, "must be an integer", value))
    };
    let boolean = no_boolean
        .iter()
        .map(|value| ("default", "must be either true or false", value));

    for (key, must, value) in integer("user_id")
        .chain(integer("organization_id"))
        .chain(boolean)
    {
        let mut body = membership(user, organization);
        body["organization_membership"][key] = value.clone();
        let error = errors::invalid_attribute(
            &format!("organization_membership.{key} {must}"),
            "organization_memberships/create",
        );
        let answer = api.post(MEMBERSHIPS, body).await;
        assert_eq!(
            (answer.status, &answer.body),
            (400, &error),
            "{key}: {value}"
        );
    }
    assert_eq!(api.organization_of(user).await, Value::Null);
}

/// "`null` for an optional attribute is accepted and means: not given."
#[tokio::test]
async fn w16_null_means_not_given() {
    let api = Api::start().await;
    let (user, o1, o2) = (
        api.user("u").await,
        api.organization("o1").await,
        api.organization("o2").await,
    );
    api.membership(user, o1).await;
    let body = |user: Value| json!({"organization_membership": {"user_id": user, "organization_id": o2, "default": null}});

    api.post(MEMBERSHIPS, body(Value::Null))
        .await
        .expect_error(422, errors::USER_BLANK);

    let nested = format!("/users/{user}/organization_memberships");
    let created = api
        .post(&nested, body(Value::Null))
        .await
        .expect(201)
        .json();
    assert_eq!(created["organization_membership"]["user_id"], json!(user));
    assert_eq!(api.organization_of(user).await, json!(o1));
    let none = json!({"user": {"name": api.name("v"), "organization_id": null, "email": null}});
    assert_eq!(
        api.post("/users", none).await.expect(201).json()["user"]["organization_id"],
        Value::Null
    );
}

/// "`page[size]` and `page%5Bsize%5D` are the same; `ids=1,2` and `ids=1%2C2` are the same",
/// recorded.
#[tokio::test]
async fn w18_query_parameters_may_be_percent_encoded() {
    let api = Api::start().await;
    let (user, o1, o2) = (
        api.user("u").await,
        api.organization("o1").await,
        api.organization("o2").await,
    );
    api.membership(user, o1).await;
    api.membership(user, o2).await;
    let list = format!("/users/{user}/organization_memberships");
    let rows = [
        (
            format!("{list}?page[size]=1"),
            format!("{list}?page%5Bsize%5D=1"),
            "organization_memberships",
            1,
        ),
        (
            format!("/organizations/show_many?ids={o1},{o2}"),
            format!("/organizations/show_many?ids={o1}%2C{o2}"),
            "organizations",
            2,
        ),
    ];

    for (plain, encoded, root, records) in rows {
        let answer = api.get(&plain).await.expect(200);
        assert_eq!(answer.each(root, "id").len(), records, "{plain}");
        assert_eq!(
            api.get(&encoded).await.expect(200).body,
            answer.body,
            "{encoded}"
        );
    }
}

/// The headers that every recorded answer has: "`x-request-id`: 16 hex, dash, airport code",
/// "`x-runtime`: seconds, 6 decimals".
#[tokio::test]
async fn every_answer_says_its_request_runtime_and_version() {
    let api = Api::start().await;

    let mut ids = Vec::new();
    for answer in successes(&api)
        .await
        .into_iter()
        .chain(failures(&api).await)
    {
        let header = |name: &str| answer.header(name).unwrap_or_default().to_owned();
        let id = header("x-request-id");
        assert!(
            looks_like(&id, "xxxxxxxxxxxxxxxx-AAA"),
            "{}: {id}",
            answer.request
        );
        let runtime = header("x-runtime");
        assert!(
            looks_like(&runtime, "9.999999"),
            "{}: {runtime}",
            answer.request
        );
        assert_eq!(header("x-zendesk-api-version"), "v2", "{}", answer.request);
        ids.push(id);
    }
    let answers = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), answers, "{ids:?}");
}

/// "On every response": the limit, what is left of it in this minute, and the seconds to the next,
/// in old and new names.
#[tokio::test]
async fn the_rate_limit_is_told_on_success_and_on_error() {
    let api = Api::start().await;

    for answer in successes(&api)
        .await
        .into_iter()
        .chain(failures(&api).await)
    {
        let number = |name: &str| {
            answer
                .header(name)
                .and_then(|value| value.parse::<u32>().ok())
        };
        let (limit, remaining) = (number("x-rate-limit"), number("x-rate-limit-remaining"));
        assert!(
            limit.is_some() && remaining < limit && remaining.is_some(),
            "{}: {remaining:?} of {limit:?}",
            answer.request
        );
        assert_eq!(
            (number("ratelimit-limit"), number("ratelimit-remaining")),
            (limit, remaining),
            "{}",
            answer.request
        );
        assert!(
            (1..=61).contains(&number("ratelimit-reset").unwrap_or_default()),
            "{:?}",
            answer.headers
        );
    }
}

/// "HEAD: as GET without body": a choice, Q30.
#[tokio::test]
async fn f11_head_is_get_without_a_body() {
    let api = Api::start().await;
    let user = api.user("u").await;
    let path = format!("/users/{user}");
    let unknown = "/users/9223372036854775807";

    let (get, head) = (
        api.get(&path).await.expect(200),
        api.send(Method::HEAD, &path, None).await.expect(200),
    );

    assert_eq!(head.body, "");
    for name in ["content-type", "cache-control", "etag"] {
        assert_eq!(head.header(name), get.header(name), "{name}");
    }
    assert_eq!(
        api.send(Method::HEAD, unknown, None).await.expect(404).body,
        ""
    );
}

/// "OPTIONS: 404 InvalidEndpoint": a choice, Q29.
#[tokio::test]
async fn f12_options_is_no_endpoint() {
    let api = Api::start().await;

    api.send(Method::OPTIONS, MEMBERSHIPS, None)
        .await
        .expect_error(404, errors::INVALID_ENDPOINT);
}

/// "`Content-Type` not JSON on a write: body not parsed as JSON, so the root key is missing";
/// never 415.
#[tokio::test]
async fn f13_a_body_that_does_not_say_it_is_json_is_not_read_as_json() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    let body = membership(user, organization).to_string();
    let authorization = ("authorization", api.authorization());

    for content_type in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
    ] {
        let mut headers = vec![authorization];
        headers.extend(content_type.map(|content_type| ("content-type", content_type)));
        let answer = api
            .raw(
                Method::POST,
                MEMBERSHIPS,
                &headers,
                body.clone().into_bytes(),
            )
            .await;
        assert_eq!(
            (answer.status, &*answer.body),
            (400, ROOT_MISSING),
            "{content_type:?}"
        );
    }
    let headers = [
        authorization,
        ("content-type", "application/json; charset=UTF-8"),
    ];
    api.raw(Method::POST, MEMBERSHIPS, &headers, body.into_bytes())
        .await
        .expect(201);
}

/// "Record not found: 404 RecordNotFound", recorded.
#[tokio::test]
async fn e1_b29_a_record_that_is_not_there_is_not_found() {
    let api = Api::start().await;
    let unknown = "9223372036854775807";
    let rows = [
        (Method::GET, "/organization_memberships/{}"),
        (Method::DELETE, "/organization_memberships/{}"),
        (Method::GET, "/users/{}"),
        (Method::PUT, "/users/{}"),
        (Method::DELETE, "/users/{}"),
        (Method::GET, "/organizations/{}"),
        (Method::PUT, "/organizations/{}"),
        (Method::DELETE, "/organizations/{}"),
        (Method::GET, "/tickets/{}"),
        (Method::PUT, "/tickets/{}"),
        (Method::DELETE, "/tickets/{}"),
        (Method::GET, "/job_statuses/{}"),
        (Method::GET, "/users/{}/organization_memberships"),
        (Method::GET, "/users/{}/organizations"),
        (Method::GET, "/organizations/{}/organization_memberships"),
        (Method::GET, "/organizations/{}/users"),
        (
            Method::PUT,
            "/users/{}/organization_memberships/{}/make_default",
        ),
        (Method::PUT, "/users/{}/organizations/{}/make_default"),
        (Method::DELETE, "/users/{}/organizations/{}"),
    ];

    for (method, path) in rows {
        let body = (method == Method::PUT && !path.ends_with("make_default"))
            .then(|| json!({"user": {"notes": "n"}, "organization": {"notes": "n"}, "ticket": {"subject": "s"}}));
        let answer = api.send(method, &path.replace("{}", unknown), body).await;
        answer.expect_error(404, errors::RECORD_NOT_FOUND);
    }
}

/// "No such route, or wrong method on a path: 404 InvalidEndpoint", recorded and reported.
#[tokio::test]
async fn e2_b17_b43_a_route_that_is_not_there_is_no_endpoint() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    let m = api.membership(user, organization).await;
    let rows = [
        (Method::GET, "/nowhere".to_owned()),
        (Method::GET, "/organization_membership".to_owned()),
        (Method::GET, format!("{MEMBERSHIPS}/{m}/nowhere")),
        (Method::PUT, format!("{MEMBERSHIPS}/{m}")),
        (Method::PATCH, format!("{MEMBERSHIPS}/{m}")),
        (Method::POST, format!("{MEMBERSHIPS}/{m}")),
        (Method::PUT, MEMBERSHIPS.to_owned()),
        (Method::DELETE, MEMBERSHIPS.to_owned()),
        (Method::POST, format!("{MEMBERSHIPS}/create_or_update")),
        (Method::PUT, format!("{MEMBERSHIPS}/{m}/make_default")),
        (
            Method::POST,
            format!("/users/{user}/organization_memberships/{m}/make_default"),
        ),
        (
            Method::GET,
            format!("/users/{user}/organization_memberships/{m}/make_default"),
        ),
        (
            Method::PUT,
            format!("/users/{user}/organization_memberships/{m}"),
        ),
        (
            Method::POST,
            format!("/users/{user}/organizations/{organization}/make_default"),
        ),
        (
            Method::POST,
            format!("/organizations/{organization}/organization_memberships"),
        ),
        (Method::POST, "/job_statuses".to_owned()),
        (
            Method::DELETE,
            "/job_statuses/V3-00000000000000000000000000000000".to_owned(),
        ),
        (Method::POST, "/users/me".to_owned()),
        (Method::DELETE, "/users".to_owned()),
        (Method::GET, format!("{}/api/v1{MEMBERSHIPS}", api.uri())),
        (Method::GET, format!("{}/api/v2", api.uri())),
    ];

    for (method, path) in rows {
        api.send(method.clone(), &path, None)
            .await
            .expect_error(404, errors::INVALID_ENDPOINT);
        // The route is looked up before the caller.
        api.raw(method, &path, &[], Vec::new())
            .await
            .expect_error(404, errors::INVALID_ENDPOINT);
    }
    api.get(&format!("{MEMBERSHIPS}/{m}")).await.expect(200);
}

/// "400 text/plain possible": only the status is certain, and that a client must survive a body
/// that is not JSON.
#[tokio::test]
async fn e17_b26_malformed_json_is_answered_with_something_that_is_not_json() {
    let api = Api::start().await;
    let headers = [
        ("authorization", api.authorization()),
        ("content-type", "application/json"),
    ];

    for body in [
        "{",
        r#"{"organization_membership":{}"#,
        "{} {}",
        "not json",
        "[]",
        "1",
        r#""text""#,
    ] {
        let answer = api
            .raw(Method::POST, MEMBERSHIPS, &headers, body.into())
            .await;
        assert_eq!(answer.status, 400, "{body}");
        assert!(
            serde_json::from_str::<Value>(&answer.body).is_err(),
            "{body}: {}",
            answer.body
        );
    }
}

/// The order of the filter chain: route, caller, syntax, types, record, validation.
#[tokio::test]
async fn the_earlier_check_wins_over_the_later() {
    let api = Api::start().await;
    let authorization = ("authorization", api.authorization());
    let json = ("content-type", "application/json");
    let unknown = "/users/9223372036854775807/organization_memberships";

    let anonymous = api
        .raw(Method::POST, MEMBERSHIPS, &[json], b"{".to_vec())
        .await;
    anonymous.expect_error(401, errors::NOT_AUTHENTICATED);
    let malformed = api
        .raw(Method::POST, unknown, &[authorization, json], b"{".to_vec())
        .await;
    assert_eq!(malformed.status, 400);
    api.post(unknown, json!({}))
        .await
        .expect_error(400, ROOT_MISSING);
    let invalid = api
        .post(
            unknown,
            json!({"organization_membership": {"organization_id": null}}),
        )
        .await;
    invalid.expect_error(404, errors::RECORD_NOT_FOUND);
}

/// "none, on any route but users/me: 401", reported; also where there is no such record.
#[tokio::test]
async fn a4_e10_without_credentials_nobody_gets_in() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    let m = api.membership(user, organization).await;
    let rows = [
        (Method::GET, MEMBERSHIPS.to_owned()),
        (Method::POST, MEMBERSHIPS.to_owned()),
        (Method::GET, format!("{MEMBERSHIPS}/{m}")),
        (Method::GET, format!("{MEMBERSHIPS}/9223372036854775807")),
        (Method::GET, format!("{MEMBERSHIPS}/abc")),
        (Method::DELETE, format!("{MEMBERSHIPS}/{m}")),
        (Method::POST, format!("{MEMBERSHIPS}/create_many")),
        (
            Method::DELETE,
            format!("{MEMBERSHIPS}/destroy_many?ids={m}"),
        ),
        (
            Method::GET,
            format!("/users/{user}/organization_memberships"),
        ),
        (
            Method::PUT,
            format!("/users/{user}/organization_memberships/{m}/make_default"),
        ),
        (
            Method::DELETE,
            format!("/users/{user}/organizations/{organization}"),
        ),
        (Method::GET, "/job_statuses".to_owned()),
        (Method::GET, "/users".to_owned()),
        (Method::DELETE, format!("/users/{user}")),
        (Method::GET, "/organizations".to_owned()),
        (Method::DELETE, format!("/organizations/{organization}")),
        (Method::GET, "/tickets".to_owned()),
    ];

    for (method, path) in rows {
        api.raw(method, &path, &[], Vec::new())
            .await
            .expect_error(401, errors::NOT_AUTHENTICATED);
    }
    api.get(&format!("{MEMBERSHIPS}/{m}")).await.expect(200);
}

/// "`Basic base64(email/token:api_token)`", "`Basic base64(email:password)`",
/// "`Bearer oauth_token`": each of them, and no other.
#[tokio::test]
async fn a1_a2_a3_a5_only_the_credentials_of_the_account_are_let_in() {
    // a@b.example/token:t, the same with the address in other case, a@b.example:pw
    let (token, recased, password) = (
        "Basic YUBiLmV4YW1wbGUvdG9rZW46dA==",
        "Basic QUBCLkV4YW1wbGUvdG9rZW46dA==",
        "Basic YUBiLmV4YW1wbGU6cHc=",
    );
    // a@b.example/token:wrong, a@b.example:wrong, a@b.example:t
    let wrong = [
        "Basic YUBiLmV4YW1wbGUvdG9rZW46d3Jvbmc=",
        "Basic YUBiLmV4YW1wbGU6d3Jvbmc=",
        "Basic YUBiLmV4YW1wbGU6dA==",
    ];
    let rows = [
        (
            Credentials::api_token("a@b.example", "t"),
            vec![token, recased],
            vec![password, "Bearer t"],
        ),
        (
            Credentials::basic("a@b.example", "pw"),
            vec![password],
            vec![token, "Bearer pw"],
        ),
        (
            Credentials::oauth("o"),
            vec!["Bearer o"],
            vec![token, password, "Bearer wrong"],
        ),
    ];

    for (credentials, right, others) in rows {
        let api = Api::with(MockZendesk::builder().credentials(credentials.clone())).await;
        let send = |authorization| {
            let headers = [("authorization", authorization)];
            let api = &api;
            async move {
                api.raw(Method::GET, MEMBERSHIPS, &headers, Vec::new())
                    .await
            }
        };
        for authorization in right {
            let answer = send(authorization).await;
            assert_eq!(answer.status, 200, "{authorization} for {credentials:?}");
        }
        for authorization in wrong.into_iter().chain(others) {
            let answer = send(authorization).await;
            let got = (answer.status, &*answer.body);
            assert_eq!(
                got,
                (401, errors::NOT_AUTHENTICATED),
                "{authorization} for {credentials:?}"
            );
        }
    }
}

/// "Wrong API token: 401, also on users/me", reported.
#[tokio::test]
async fn a5_a_wrong_token_is_refused_even_by_users_me() {
    let api =
        Api::with(MockZendesk::builder().credentials(Credentials::api_token("a@b.example", "t")))
            .await;

    // a@b.example/token:wrong
    let headers = [("authorization", "Basic YUBiLmV4YW1wbGUvdG9rZW46d3Jvbmc=")];
    let answer = api
        .raw(Method::GET, "/users/me", &headers, Vec::new())
        .await;

    answer.expect_error(401, errors::NOT_AUTHENTICATED);
}

/// Recordings of 2016 and 2023 show the anonymous user instead: a setting.
#[tokio::test]
async fn a5b_a_wrong_token_may_be_anonymous_at_users_me_by_a_setting() {
    let builder = MockZendesk::builder()
        .credentials(Credentials::api_token("a@b.example", "t"))
        .other_answer(OpenQuestion::WrongTokenOnUsersMe);
    let api = Api::with(builder).await;
    // a@b.example/token:wrong
    for wrong in ["Basic YUBiLmV4YW1wbGUvdG9rZW46d3Jvbmc=", "Bearer wrong"] {
        let headers = [("authorization", wrong)];
        let me = api
            .raw(Method::GET, "/users/me", &headers, Vec::new())
            .await
            .expect(200)
            .json();
        assert_eq!(me["user"]["id"], Value::Null, "{wrong}");
        assert_eq!(me["user"]["name"], "Anonymous user", "{wrong}");
        api.raw(Method::GET, "/users", &headers, Vec::new())
            .await
            .expect_error(401, errors::NOT_AUTHENTICATED);
    }
}

/// A word where an id would stand is no bad id if a route of Zendesk's, or one that clients believe
/// in, ends in it.
#[tokio::test]
async fn e2_routes_that_are_not_there_are_not_taken_for_ids() {
    let api = Api::start().await;
    for path in [
        "/organization_memberships/count",
        "/organization_memberships/show_many?ids=1",
        "/organization_memberships/create_or_update.json",
        "/tickets/count",
        "/tickets/show_many.json?ids=1",
    ] {
        api.get(path)
            .await
            .expect_error(404, errors::INVALID_ENDPOINT);
    }
}

/// Parameters have the booleans of bodies.
#[tokio::test]
async fn w21_a_parameter_that_is_no_boolean_is_refused() {
    let api = Api::start().await;
    let user = api.user("u").await;
    let of_user = format!("/users/{user}/groups?exclude_deleted");
    let of_users = format!("/users/show_many?ids={user}&include_deleted");
    for (path, endpoint) in [
        ("/groups?exclude_deleted", "groups/index"),
        (&of_user, "groups/index"),
        (&of_users, "users/show_many"),
        (
            "/incremental/tickets?start_time=0&exclude_deleted",
            "incremental/tickets",
        ),
        (
            "/incremental/tickets/cursor?start_time=0&exclude_deleted",
            "incremental/tickets_cursor",
        ),
        (
            "/incremental/tickets/sample?start_time=0&exclude_deleted",
            "incremental/sample",
        ),
    ] {
        for value in ["true", "on", "1", "false", "0"] {
            api.get(&format!("{path}={value}")).await.expect(200);
        }
        let name = path.rsplit(['?', '&']).next().unwrap();
        let what = format!("{name} must be either true or false");
        let expected = errors::invalid_attribute(&what, endpoint);
        for value in ["null", "yes", ""] {
            let answer = api.get(&format!("{path}={value}")).await;
            answer.expect_error(400, &expected);
        }
    }
    api.delete(&format!("/users/{user}")).await.expect(200);
    for (value, is_shown) in [("true", true), ("1", true), ("on", true), ("0", false)] {
        let found = api.get(&format!("{of_users}={value}")).await.expect(200);
        assert_eq!(found.each("users", "id").len() == 1, is_shown, "{value}");
    }
}

/// Rails reads these from the body, too. What is in them must have the right type.
#[tokio::test]
async fn w22_ids_in_a_body_are_numbers_or_texts() {
    let api = Api::start().await;
    let user = json!({"notes": "n"});
    for (ids, what) in [
        (json!({"ids": [true]}), "ids must be an integer"),
        (json!({"ids": [{"id": 1}]}), "ids must be an integer"),
        (json!({"ids": [7.5]}), "ids must be an integer"),
        (json!({"ids": 7}), "ids must be an array"),
        (json!({"ids": {}}), "ids must be an array"),
        (
            json!({"external_ids": [null]}),
            "external_ids must be a string",
        ),
        (json!({"external_ids": 7}), "external_ids must be an array"),
    ] {
        let mut body = ids;
        body["user"] = user.clone();
        let expected = errors::invalid_attribute(what, "users/update_many");
        let answer = api.put("/users/update_many", body).await;
        answer.expect_error(400, &expected);
    }
    for root in ["user", "organization"] {
        let what = format!("{root}_field_ids must be an array");
        let expected = errors::invalid_attribute(&what, &format!("{root}_fields/reorder"));
        let body = json!({format!("{root}_field_ids"): 7});
        let answer = api.put(&format!("/{root}_fields/reorder"), body).await;
        answer.expect_error(400, &expected);
    }
}

/// The words of the constraint for a list of words in `stronger_parameters`.
#[tokio::test]
async fn e4_a_word_that_is_not_in_its_list_is_refused_with_the_list() {
    let api = Api::start().await;
    let user = api.user("u").await;
    let restrictions = "organization, groups, assigned, and requested";
    let statuses = "new, open, pending, hold, solved, and closed";
    let priorities = "urgent, high, normal, and low";
    for (root, key, words) in [
        ("user", "role", "end-user, agent, and admin"),
        ("user", "ticket_restriction", restrictions),
        ("ticket", "status", statuses),
        ("ticket", "priority", priorities),
    ] {
        for value in [json!("foo"), json!(7)] {
            let mut given = match root {
                "user" => json!({"name": api.name("n")}),
                _ => json!({"requester_id": user, "comment": {"body": "c"}}),
            };
            given[key] = value;
            let answer = api.post(&format!("/{root}s"), json!({root: given})).await;
            let what = format!("{root}.{key} must be one of these: {words}");
            let expected = errors::invalid_attribute(&what, &format!("{root}s/create"));
            answer.expect_error(400, &expected);
        }
    }
}

/// An integer that is too large for an id is an id that no record has, as in a path (S3).
#[tokio::test]
async fn s3_w15_y6_an_id_beyond_63_bits_in_a_list_is_of_no_record() {
    let api = Api::start().await;
    for id in ["9223372036854775808", "18446744073709551616", "-1"] {
        for list in ["users", "organizations"] {
            let path = format!("/{list}/show_many?ids={id}");
            let shown = api.get(&path).await.expect(200).json();
            assert_eq!(shown[list], json!([]), "{path}");
        }
        for list in [
            "users",
            "organizations",
            "organization_memberships",
            "group_memberships",
        ] {
            let path = format!("/{list}/destroy_many?ids={id}");
            let job = api.finished_job(&api.delete(&path).await.expect(200)).await;
            let result = &job["results"][0];
            assert_eq!(
                result["id"].to_string().parse(),
                id.parse::<f64>(),
                "{path}"
            );
            assert_eq!(result["details"], json!("Not found"), "{path}");
        }
    }
    for (root, list) in [("user", "users"), ("organization", "organizations")] {
        for id in [json!(9_223_372_036_854_775_808_u64), json!(1e20)] {
            let body = json!({"ids": [id], root: {"notes": "n"}});
            let path = format!("/{list}/update_many");
            let job = api
                .finished_job(&api.put(&path, body.clone()).await.expect(200))
                .await;
            assert_eq!(job["results"][0]["details"], json!("Not found"), "{body}");
        }
    }
}

/// An `id` that cannot be read would make an upsert create a second record.
#[tokio::test]
async fn w23_e4_an_id_that_names_a_record_is_an_integer() {
    let api = Api::start().await;
    let user = api.user("u").await;
    let bad = || json!({"id": "abc", "name": api.name("n")});
    let merge = format!("/users/{user}/merge");
    let cases = [
        ("/users/create_or_update", json!({"user": bad()})),
        ("/users/create_or_update_many", json!({"users": [bad()]})),
        ("/users/update_many", json!({"users": [bad()]})),
        (&merge, json!({"user": bad()})),
        (
            "/organizations/create_or_update",
            json!({"organization": bad()}),
        ),
        (
            "/organizations/update_many",
            json!({"organizations": [bad()]}),
        ),
    ];
    for (path, body) in cases {
        let root = body.as_object().unwrap().keys().next().unwrap().clone();
        let segments: Vec<&str> = path.split('/').collect();
        let (controller, action) = (segments[1], segments.last().unwrap());
        let expected = errors::invalid_attribute(
            &format!("{root}.id must be an integer"),
            &format!("{controller}/{action}"),
        );
        let method = match path.contains("create") {
            true => Method::POST,
            false => Method::PUT,
        };
        let answer = api.send(method, path, Some(body)).await;
        answer.expect_error(400, &expected);
    }
    // Clients send an empty `id` with a new user.
    let new = json!({"user": {"id": "", "name": api.name("n")}});
    api.post("/users/create_or_update", new).await.expect(201);
    // No organization has so large an id.
    let large = json!({"organization": {"id": u64::MAX, "name": api.name("n")}});
    let answer = api.post("/organizations/create_or_update", large).await;
    answer.expect_error(404, errors::RECORD_NOT_FOUND);
}
