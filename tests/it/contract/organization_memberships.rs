//! <https://developer.zendesk.com/api-reference/ticketing/organizations/organization_memberships/>

use serde_json::json;

use crate::api::{Api, errors, membership};

/// "A user's first membership becomes the default": recorded by the official Ruby client.
#[tokio::test]
async fn c1_the_first_membership_of_a_user_is_the_default() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);

    let answer = api.post("/organization_memberships", membership(user, organization)).await.expect(201);

    let created = answer.json()["organization_membership"].clone();
    assert_eq!(created["default"], json!(true));
    assert_eq!(answer.header("location"), created["url"].as_str());
    assert_eq!(api.organization_of(user).await, json!(organization));
}

/// "You cannot create a membership that exists": 422, recorded.
#[tokio::test]
async fn c5_the_same_pair_again_is_a_duplicate_and_changes_nothing() {
    let api = Api::start().await;
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    api.membership(user, organization).await;

    let again = api.post("/organization_memberships", membership(user, organization)).await;

    again.expect_error(422, errors::DUPLICATE_MEMBERSHIP);
    let list = api.get(&format!("/users/{user}/organization_memberships")).await.expect(200);
    assert_eq!(list.json()["count"], json!(1));
}
