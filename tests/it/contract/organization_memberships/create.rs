//! POST: what is accepted, what becomes the default, what is refused.

use mock_zendesk::MockZendesk;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    MEMBERSHIPS, UNKNOWN, creating_paths, is_default, listed, of_user, organization_of_ticket,
    organizations, path_of, the_membership, ticket, user_in,
};
use crate::api::{Api, errors, membership};

const ROOT_MISSING: &str =
    r#"{"error":"ParameterMissing","description":"Parameter organization_membership is required"}"#;

/// The body that creates a membership, with `default`.
fn with_default(user: u64, organization: u64, default: Value) -> Value {
    let mut body = membership(user, organization);
    body["organization_membership"]["default"] = default;
    body
}

/// "A user's first membership becomes the default": recorded by the official Ruby client.
#[tokio::test]
async fn c1_the_first_membership_of_a_user_is_the_default() {
    let api = Api::start().await;
    let organization = api.organization("o").await;

    for nested in [0, 1] {
        let user = api.user("u").await;
        let path = &creating_paths(user)[nested];

        let answer = api
            .post(path, membership(user, organization))
            .await
            .expect(201);

        let created = the_membership(&answer);
        assert_eq!(created["default"], json!(true), "{path}");
        assert_eq!(answer.header("location"), created["url"].as_str(), "{path}");
        assert_eq!(
            api.organization_of(user).await,
            json!(organization),
            "{path}"
        );
    }
}

/// "Ids only: 201, not default; the user's organization is unchanged", live.
#[tokio::test]
async fn c2_a_further_membership_is_not_the_default() {
    let api = Api::start().await;
    let [o1, o2, o3] = organizations(&api, ["o1", "o2", "o3"]).await;
    let (user, [first]) = user_in(&api, [o1]).await;

    for (path, organization) in creating_paths(user).iter().zip([o2, o3]) {
        let answer = api
            .post(path, membership(user, organization))
            .await
            .expect(201);

        assert!(!is_default(&the_membership(&answer)), "{path}");
        assert_eq!(api.organization_of(user).await, json!(o1), "{path}");
    }
    let shown = api.get(&path_of(first)).await.expect(200);
    assert!(is_default(&the_membership(&shown)));
}

/// "`\"default\":true`: 201, `default: true`; the former default loses it": `default` is writable,
/// and there is one default.
#[tokio::test]
async fn c3_a_membership_created_as_the_default_takes_it_from_the_former() {
    let api = Api::start().await;
    let [o1, o2, o3] = organizations(&api, ["o1", "o2", "o3"]).await;
    let (user, [mut former]) = user_in(&api, [o1]).await;

    for (path, organization) in creating_paths(user).iter().zip([o2, o3]) {
        let answer = api
            .post(path, with_default(user, organization, json!(true)))
            .await
            .expect(201);

        let created = the_membership(&answer);
        assert!(is_default(&created), "{path}");
        let shown = api.get(&path_of(former)).await.expect(200);
        assert!(!is_default(&the_membership(&shown)), "{path}");
        assert_eq!(
            api.organization_of(user).await,
            json!(organization),
            "{path}"
        );
        former = created["id"].as_u64().unwrap();
    }
}

/// "`\"default\":false`: 201, `default: true` all the same": a user with memberships has exactly
/// one default.
#[tokio::test]
async fn c4_the_first_membership_is_the_default_even_if_it_is_not_to_be() {
    let api = Api::start().await;
    let organization = api.organization("o").await;

    for default in [json!(false), Value::Null] {
        let user = api.user("u").await;
        let answer = api
            .post(
                MEMBERSHIPS,
                with_default(user, organization, default.clone()),
            )
            .await
            .expect(201);

        assert_eq!(
            the_membership(&answer)["default"],
            json!(true),
            "default: {default}"
        );
        assert_eq!(
            api.organization_of(user).await,
            json!(organization),
            "default: {default}"
        );
    }
}

/// "You cannot create a membership that exists": 422, recorded.
#[tokio::test]
async fn c5_the_same_pair_again_is_a_duplicate_and_changes_nothing() {
    let api = Api::start().await;
    let [o1, o2] = organizations(&api, ["o1", "o2"]).await;
    let (user, _) = user_in(&api, [o1, o2]).await;
    let before = api.get(&of_user(user)).await.expect(200).body;

    for path in creating_paths(user) {
        api.post(&path, membership(user, o2))
            .await
            .expect_error(422, errors::DUPLICATE_MEMBERSHIP);
        let stealing = api.post(&path, with_default(user, o2, json!(true))).await;
        stealing.expect_error(422, errors::DUPLICATE_MEMBERSHIP);
    }

    assert_eq!(api.get(&of_user(user)).await.expect(200).body, before);
    assert_eq!(api.organization_of(user).await, json!(o1));
}

/// "NotFound organization_id, none, null, or another id given as one: 422 Organization cannot be
/// blank", reported.
#[tokio::test]
async fn c6_c7_c8_without_an_organization_there_is_no_membership() {
    let api = Api::start().await;
    let organization = api.organization("o").await;
    let (member, [id]) = user_in(&api, [organization]).await;
    let user = api.user("v").await;
    let rows = [
        ("C6: unknown", membership(user, UNKNOWN)),
        (
            "C7: none",
            json!({"organization_membership": {"user_id": user}}),
        ),
        (
            "C7: null",
            json!({"organization_membership": {"user_id": user, "organization_id": null}}),
        ),
        ("C8: the id of a membership", membership(user, id)),
        ("C8: the id of a user", membership(user, member)),
    ];

    for path in creating_paths(user) {
        for (row, body) in &rows {
            let answer = api.post(&path, body.clone()).await;
            assert_eq!(
                (answer.status, answer.body.as_str()),
                (422, errors::ORGANIZATION_BLANK),
                "{row}: {path}"
            );
        }
    }
    assert_eq!(listed(&api, user).await, []);
}

/// "Flat route, unknown user_id or none: 422 User cannot be blank".
#[tokio::test]
async fn c9_c10_without_a_user_there_is_no_membership() {
    let api = Api::start().await;
    let organization = api.organization("o").await;
    let rows = [
        ("C9: unknown", membership(UNKNOWN, organization)),
        (
            "C10: none",
            json!({"organization_membership": {"organization_id": organization}}),
        ),
        (
            "C10: null",
            json!({"organization_membership": {"user_id": null, "organization_id": organization}}),
        ),
    ];

    for (row, body) in rows {
        let answer = api.post(MEMBERSHIPS, body).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (422, errors::USER_BLANK),
            "{row}"
        );
    }
}

/// "All validation errors of one save come together in `details`", recorded.
#[tokio::test]
async fn c11_without_either_both_are_said_to_be_missing() {
    let api = Api::start().await;

    for body in [
        json!({"organization_membership": {"default": true}}),
        membership(UNKNOWN, UNKNOWN),
    ] {
        let answer = api.post(MEMBERSHIPS, body).await.expect(422);

        let expected = json!({
            "error": "RecordInvalid",
            "description": "Record validation errors",
            "details": {
                "organization": [{"description": "Organization cannot be blank", "error": "BlankValue"}],
                "user": [{"description": "User cannot be blank", "error": "BlankValue"}],
            },
        });
        assert_eq!(answer.json(), expected);
    }
}

/// "Nested route, unknown user in the path: 404", live; it wins over what the body lacks.
#[tokio::test]
async fn c12_a_user_in_the_path_who_is_unknown_is_not_found() {
    let api = Api::start().await;
    let organization = api.organization("o").await;

    for organization in [organization, UNKNOWN] {
        let answer = api
            .post(&of_user(UNKNOWN), membership(UNKNOWN, organization))
            .await;
        answer.expect_error(404, errors::RECORD_NOT_FOUND);
    }
}

/// "Body without user_id: 201, user of the path", and "other user_id in the body: the path wins".
#[tokio::test]
async fn c13_c14_the_user_of_the_path_is_the_user_of_the_membership() {
    let api = Api::start().await;
    let [organization] = organizations(&api, ["o"]).await;
    let other = api.user("other").await;
    let rows = [
        (
            "C13",
            json!({"organization_membership": {"organization_id": organization}}),
        ),
        ("C14", membership(other, organization)),
        ("C14, unknown", membership(UNKNOWN, organization)),
    ];

    for (row, body) in rows {
        let user = api.user("u").await;

        let answer = api.post(&of_user(user), body).await.expect(201);

        assert_eq!(the_membership(&answer)["user_id"], json!(user), "{row}");
        assert_eq!(
            api.organization_of(user).await,
            json!(organization),
            "{row}"
        );
        assert_eq!(listed(&api, other).await, [], "{row}");
    }
}

/// "Body `{}` or other root key: 400 ParameterMissing".
#[tokio::test]
async fn c15_another_root_key_is_a_missing_one() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    let attributes = json!({"user_id": user, "organization_id": organization});
    let bodies = [
        json!({}),
        json!({"group_membership": attributes}),
        json!({"membership": attributes}),
        attributes,
    ];

    for path in creating_paths(user) {
        for body in &bodies {
            let answer = api.post(&path, body.clone()).await;
            assert_eq!(
                (answer.status, answer.body.as_str()),
                (400, ROOT_MISSING),
                "{path}: {body}"
            );
        }
    }
    assert_eq!(listed(&api, user).await, []);
}

/// "Parameter organization_memberships cannot specify more than 1 values", reported: also for a
/// single one. That it comes before the root key that belongs there is a choice.
#[tokio::test]
async fn c16_the_root_key_of_create_many_names_too_many_values() {
    const TOO_MANY: &str = r#"{"error":"TooManyValues","description":"Parameter organization_memberships cannot specify more than 1 values","max_count":1}"#;
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    let attributes = json!({"user_id": user, "organization_id": organization});
    let bodies = [
        json!({"organization_memberships": [attributes]}),
        json!({"organization_memberships": [attributes, attributes]}),
        json!({"organization_memberships": []}),
        json!({"organization_memberships": [attributes], "organization_membership": attributes}),
    ];

    for path in creating_paths(user) {
        for body in &bodies {
            let answer = api.post(&path, body.clone()).await;
            assert_eq!(answer.header("x-zendesk-api-warn"), None, "{path}: {body}");
            answer.expect_error(400, TOO_MANY);
        }
    }
    assert_eq!(listed(&api, user).await, []);
}

/// "Integer accepts a JSON integer or a string of digits": documented by the official gem.
#[tokio::test]
async fn c17_an_id_may_be_a_string_of_digits() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    let body = json!({"organization_membership":
        {"user_id": user.to_string(), "organization_id": organization.to_string()}});

    let created = the_membership(&api.post(MEMBERSHIPS, body).await.expect(201));

    assert_eq!(
        (&created["user_id"], &created["organization_id"]),
        (&json!(user), &json!(organization))
    );
}

/// "Anything else is 400 Invalid attribute": `must be an integer`, `must be either true or false`.
#[tokio::test]
async fn c18_c19_an_attribute_of_another_type_is_refused() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    let integer = "must be an integer";
    let rows = [
        ("user_id", json!("abc"), integer),
        ("user_id", json!(1.5), integer),
        ("user_id", json!([]), integer),
        ("user_id", json!({}), integer),
        ("user_id", json!(true), integer),
        ("organization_id", json!("abc"), integer),
        ("organization_id", json!(1.5), integer),
        ("organization_id", json!([]), integer),
        ("default", json!("yes"), "must be either true or false"),
        ("default", json!(2), "must be either true or false"),
        ("default", json!([]), "must be either true or false"),
    ];

    for (key, value, must) in rows {
        let mut body = membership(user, organization);
        body["organization_membership"][key] = value.clone();
        let what = format!("organization_membership.{key} {must}");
        let expected = errors::invalid_attribute(&what, "organization_memberships/create");
        let answer = api.post(MEMBERSHIPS, body).await;
        assert_eq!(
            (answer.status, answer.body),
            (400, expected),
            "{key}: {value}"
        );
    }
    assert_eq!(listed(&api, user).await, []);
}

/// "Extra keys: 201, ignored, `x-zendesk-api-warn`", recorded for other resources.
#[tokio::test]
async fn c20_keys_that_are_not_permitted_are_ignored_with_a_warning() {
    let api = Api::start().await;
    let organization = api.organization("o").await;
    let rows = [
        ("id", json!(4)),
        ("url", json!("http://example.com")),
        ("created_at", json!("2001-01-01T00:00:00Z")),
        ("organization_name", json!("other")),
        ("view_tickets", json!(true)),
        ("foo", json!("bar")),
    ];

    for (key, value) in rows {
        let user = api.user("u").await;
        let mut body = membership(user, organization);
        body["organization_membership"][key] = value.clone();

        let answer = api.post(MEMBERSHIPS, body).await.expect(201);

        let warning = format!(
            r#"{{:allowed_parameters=>{{:controller=>"organization_memberships", :action=>"create", :unpermitted_keys=>["organization_membership.{key}"], :invalid_values=>[]}}}}"#
        );
        assert_eq!(answer.header("x-zendesk-api-warn"), Some(warning.as_str()));
        assert_ne!(the_membership(&answer).get(key), Some(&value), "{key}");
    }
}

/// "You may get a text/plain response in case of an error like a bad request": only the status is
/// certain.
#[tokio::test]
async fn c21_malformed_json_is_a_bad_request() {
    let api = Api::start().await;
    let user = api.user("u").await;
    let headers = [
        ("authorization", api.authorization()),
        ("content-type", "application/json"),
    ];

    for path in creating_paths(user) {
        for body in [r#"{"organization_membership":"#, "[1]", "x"] {
            let answer = api.raw(Method::POST, &path, &headers, body.into()).await;
            assert_eq!(answer.status, 400, "{path}: {body}");
        }
    }
    assert_eq!(listed(&api, user).await, []);
}

/// "A deleted user: flat 422 User cannot be blank, nested 404".
#[tokio::test]
async fn c22_a_deleted_user_joins_nothing() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    api.delete(&format!("/users/{user}")).await.expect(200);

    let flat = api.post(MEMBERSHIPS, membership(user, organization)).await;
    flat.expect_error(422, errors::USER_BLANK);
    let nested = api
        .post(&of_user(user), membership(user, organization))
        .await;
    nested.expect_error(404, errors::RECORD_NOT_FOUND);
}

/// "Users can be in a maximum of 300 organizations", documented; here two. The text of the error is
/// unknown.
#[tokio::test]
async fn c23_beyond_the_limit_of_organizations_a_user_joins_no_more() {
    let full = r#"{"error":"RecordInvalid","description":"Record validation errors","details":{"base":[{"description":"Users can be in a maximum of 2 organizations"}]}}"#;
    let api = Api::with(MockZendesk::builder().organizations_per_user(2)).await;
    let [o1, o2, o3] = organizations(&api, ["o1", "o2", "o3"]).await;
    let (user, [m1, m2]) = user_in(&api, [o1, o2]).await;

    for path in creating_paths(user) {
        api.post(&path, with_default(user, o3, json!(true)))
            .await
            .expect_error(422, full);
    }

    assert_eq!(listed(&api, user).await, [(m1, true), (m2, false)]);
    api.delete(&path_of(m2)).await.expect(204);
    api.membership(user, o3).await;
}

/// "An account without multiple organizations: 201, default true; the former membership is gone",
/// reported.
#[tokio::test]
async fn c24_b22_where_a_user_has_one_organization_joining_another_leaves_it() {
    let api = Api::with(MockZendesk::builder().single_organization()).await;
    let [o1, o2, o3] = organizations(&api, ["o1", "o2", "o3"]).await;
    let (user, [mut former]) = user_in(&api, [o1]).await;

    for (path, organization) in creating_paths(user).iter().zip([o2, o3]) {
        let created = the_membership(
            &api.post(path, membership(user, organization))
                .await
                .expect(201),
        );

        let id = created["id"].as_u64().unwrap();
        assert_eq!(created["default"], json!(true), "{path}");
        api.get(&path_of(former))
            .await
            .expect_error(404, errors::RECORD_NOT_FOUND);
        assert_eq!(listed(&api, user).await, [(id, true)], "{path}");
        assert_eq!(
            api.organization_of(user).await,
            json!(organization),
            "{path}"
        );
        former = id;
    }
}

/// "Existing tickets of the user are not moved by joining an organization", documented.
#[tokio::test]
async fn c2_c3_joining_an_organization_moves_no_ticket() {
    let api = Api::start().await;
    let [o1, o2, o3] = organizations(&api, ["o1", "o2", "o3"]).await;
    let (user, _) = user_in(&api, [o1]).await;
    let open = ticket(&api, user, o1, "open").await;

    api.membership(user, o2).await;
    api.post(MEMBERSHIPS, with_default(user, o3, json!(true)))
        .await
        .expect(201);

    assert_eq!(organization_of_ticket(&api, &open).await, json!(o1));
}
