//! <https://developer.zendesk.com/api-reference/ticketing/users/user_passwords/>

use mock_zendesk::{Credentials, MockZendesk};
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{Answer, Api, errors};
use crate::contract::groups::{assert_same_with_json, user_with};

const FORBIDDEN: &str = r#"{"error":{"title":"Forbidden","message":"You do not have access to this page. Please contact the account owner of this help desk for further help."}}"#;

/// A user with this role, and the header of its requests.
async fn caller(api: &Api, role: &str) -> (u64, String) {
    let email = format!("{}@mail.test", api.name(role).replace(' ', "-"));
    let user = user_with(api, role, json!({"email": email})).await;
    (user, api.authorization_of(&email))
}

async fn send_as(api: &Api, who: &str, method: Method, path: &str, body: Value) -> Answer {
    let headers = [("authorization", who), ("content-type", "application/json")];
    let body = if body.is_null() {
        Vec::new()
    } else {
        body.to_string().into_bytes()
    };
    api.raw(method, path, &headers, body).await
}

fn path_of(user: u64) -> String {
    format!("/users/{user}/password")
}

fn both() -> Value {
    json!({"previous_password": "correct", "password": "correct horse"})
}

/// "An admin can set a user's password only if the setting is enabled": documented, with the empty
/// replies. "You can only change your own password."
#[tokio::test]
async fn nu35_nu187_passwords_are_set_if_the_owner_allows_it() {
    let api = Api::with(MockZendesk::builder().accept_passwords()).await;
    let ada = api.user("Ada").await;
    let password = json!({"password": "correct horse"});
    let before = api.get(&format!("/users/{ada}")).await.expect(200).body;
    let set = api.post(&path_of(ada), password.clone()).await.expect(200);
    assert_eq!(
        (set.body.as_str(), set.header("x-zendesk-api-warn")),
        ("", None)
    );
    let after = api.get(&format!("/users/{ada}")).await.expect(200).body;
    assert_eq!(after, before);
    api.put(&path_of(ada), both())
        .await
        .expect_error(403, FORBIDDEN);

    for role in ["agent", "end-user", "admin"] {
        let (own, who) = caller(&api, role).await;
        let changed = send_as(&api, &who, Method::PUT, &path_of(own), both()).await;
        assert_eq!((changed.status, changed.body.as_str()), (200, ""), "{role}");
        let others = send_as(&api, &who, Method::PUT, &path_of(ada), both()).await;
        others.expect_error(403, FORBIDDEN);
        let set = send_as(&api, &who, Method::POST, &path_of(ada), password.clone()).await;
        assert_eq!(
            set.status,
            if role == "admin" { 200 } else { 403 },
            "{role}"
        );
    }
}

/// "The setting is off by default": documented.
#[tokio::test]
async fn nu187_without_the_setting_no_password_is_set() {
    let api = Api::start().await;
    let ada = api.user("Ada").await;
    api.post(&path_of(ada), json!({"password": "correct horse"}))
        .await
        .expect_error(403, FORBIDDEN);
    let (own, who) = caller(&api, "agent").await;
    send_as(&api, &who, Method::PUT, &path_of(own), both())
        .await
        .expect_error(403, FORBIDDEN);
}

/// For agents, and for end users themselves: documented.
#[tokio::test]
async fn nu35_nu187_the_requirements_of_passwords_are_listed() {
    let api = Api::start().await;
    let (own, who) = caller(&api, "end-user").await;
    let ada = api.user("Ada").await;
    let path = |user: u64| format!("{}/requirements", path_of(user));
    let listed = send_as(&api, &who, Method::GET, &path(own), Value::Null).await;
    let requirements = listed.expect(200).json()["requirements"].clone();
    let requirements = requirements.as_array().unwrap();
    assert!(requirements.len() > 1 && requirements.iter().all(Value::is_string));
    send_as(&api, &who, Method::GET, &path(ada), Value::Null)
        .await
        .expect_error(403, FORBIDDEN);
    assert_same_with_json(&api, &path(ada)).await;
    api.get(&path(7))
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
}

/// That it is a string was recorded, in the form that errors had in 2015.
#[tokio::test]
async fn nu35_nu187_a_password_must_be_there_and_be_a_string() {
    let api = Api::with(MockZendesk::builder().accept_passwords()).await;
    let ada = api.user("Ada").await;
    let number = errors::invalid_attribute("password must be a string", "passwords/create");
    api.post(&path_of(ada), json!({"password": 123456}))
        .await
        .expect_error(400, &number);
    let missing = |name: &str| {
        format!(r#"{{"error":"ParameterMissing","description":"Parameter {name} is required"}}"#)
    };
    api.post(&path_of(ada), json!({"user": {"password": "x"}}))
        .await
        .expect_error(400, &missing("password"));
    api.put(&path_of(ada), json!({"password": "correct horse"}))
        .await
        .expect_error(400, &missing("previous_password"));
    api.post(&path_of(7), json!({"password": "correct horse"}))
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
}

/// "This API does not support OAuth tokens scoped for "users:write" or "users:read"": documented.
#[tokio::test]
async fn nu35_a_password_is_no_matter_of_a_scope_of_users() {
    let password = json!({"password": "correct horse"});
    // The scope counts before the user is looked up.
    for (scope, status) in [("users:write", 403), ("write", 404)] {
        let token = Credentials::oauth("t0ken").scopes([scope]);
        let builder = MockZendesk::builder().accept_passwords();
        let api = Api::with(builder.credentials(token.clone())).await;
        let who = token.authorization();
        let answer = send_as(&api, &who, Method::POST, &path_of(7), password.clone()).await;
        assert_eq!(answer.status, status, "{scope}: {}", answer.body);
    }
}
