//! <https://developer.zendesk.com/api-reference/ticketing/organizations/organization_subscriptions/>

use reqwest::Method;
use serde_json::{Value, json};

use super::groups::{agent, assert_hundred_a_page, assert_same_with_json, user_with, warning};
use super::wire::keys_in_order;
use crate::api::{Answer, Api, errors};

const SUBSCRIPTIONS: &str = "/organization_subscriptions";

/// An id that no record has.
const UNKNOWN: u64 = 9_223_372_036_854_775_807;

const FORBIDDEN: &str = r#"{"error":{"title":"Forbidden","message":"You do not have access to this page. Please contact the account owner of this help desk for further help."}}"#;
const BOTH_BLANK: &str = r#"{"error":"RecordInvalid","description":"Record validation errors","details":{"organization":[{"description":"Organization cannot be blank","error":"BlankValue"}],"user":[{"description":"User cannot be blank","error":"BlankValue"}]}}"#;
const NOT_SHARED: &str = r#"{"error":"RecordInvalid","description":"Record validation errors","details":{"organization":[{"description":"Organization: is invalid","error":"InvalidValue"}]}}"#;
const TAKEN: &str = r#"{"error":"RecordInvalid","description":"Record validation errors","details":{"user_id":[{"description":"User: has already been taken","error":"DuplicateValue"}]}}"#;

fn body(user: u64, organization: u64) -> Value {
    json!({"organization_subscription": {"user_id": user, "organization_id": organization}})
}

fn path_of(subscription: u64) -> String {
    format!("{SUBSCRIPTIONS}/{subscription}")
}

fn of_user(user: u64) -> String {
    format!("/users/{user}{SUBSCRIPTIONS}")
}

fn of_organization(organization: u64) -> String {
    format!("/organizations/{organization}/subscriptions")
}

#[track_caller]
fn id(answer: Answer, status: u16) -> u64 {
    answer.expect(status).json()["organization_subscription"]["id"]
        .as_u64()
        .unwrap()
}

async fn subscribe(api: &Api, user: u64, organization: u64) -> u64 {
    id(api.post(SUBSCRIPTIONS, body(user, organization)).await, 201)
}

#[track_caller]
fn ids(list: Answer) -> Vec<Value> {
    list.expect(200).each("organization_subscriptions", "id")
}

async fn share(api: &Api, organization: u64, shared: bool) {
    let change = json!({"organization": {"shared_tickets": shared}});
    api.put(&format!("/organizations/{organization}"), change)
        .await
        .expect(200);
}

/// An organization that shares its tickets.
async fn shared(api: &Api, name: &str) -> u64 {
    let organization = api.organization(name).await;
    share(api, organization, true).await;
    organization
}

/// An end user with an address, and the header of its requests.
async fn end_user(api: &Api, name: &str) -> (u64, String) {
    let email = format!("{}@mail.test", api.name(name).replace(' ', "-"));
    let user = user_with(api, "end-user", json!({"email": email})).await;
    (user, api.authorization_of(&email))
}

async fn send_as(
    api: &Api,
    authorization: &str,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Answer {
    let headers = [
        ("authorization", authorization),
        ("content-type", "application/json"),
    ];
    let body = body.map(|body| body.to_string().into_bytes());
    api.raw(method, path, &headers, body.unwrap_or_default())
        .await
}

/// The routes, their statuses and their root keys: documented. 201 was recorded, though the
/// documentation says 200. The keys are documented, their order is inferred.
#[tokio::test]
async fn no14_no122_subscriptions_are_created_shown_listed_and_deleted() {
    let api = Api::start().await;
    let (acme, grace) = (api.organization("Acme").await, agent(&api).await);

    let created = api.post(SUBSCRIPTIONS, body(grace, acme)).await.expect(201);
    let keys = ["url", "id", "organization_id", "user_id", "created_at"];
    assert_eq!(keys_in_order(&created, "/organization_subscription"), keys);
    let subscription = created.json()["organization_subscription"].clone();
    let url = api.url(&format!("{SUBSCRIPTIONS}/{}.json", subscription["id"]));
    assert_eq!(
        (
            &subscription["url"],
            &subscription["user_id"],
            &subscription["organization_id"],
            created.header("location"),
        ),
        (&json!(url), &json!(grace), &json!(acme), Some(url.as_str()))
    );

    let path = path_of(id(created, 201));
    let shown = api.get(&path).await.expect(200).json();
    assert_eq!(shown["organization_subscription"], subscription);
    for list in [of_user(grace), of_organization(acme)] {
        let listed = api.get(&list).await.expect(200).json();
        let one = json!({"organization_subscriptions": [subscription], "next_page": null, "previous_page": null, "count": 1});
        assert_eq!(listed, one, "{list}");
        assert_same_with_json(&api, &list).await;
        assert_hundred_a_page(&api, &list).await;
    }
    assert_same_with_json(&api, &path).await;
    let all = api.get(&format!("{SUBSCRIPTIONS}?page[size]=100")).await;
    assert!(ids(all).contains(&subscription["id"]));
    assert_hundred_a_page(&api, SUBSCRIPTIONS).await;

    api.delete(&path).await.expect(204);
    for (method, path) in [(Method::GET, &path), (Method::DELETE, &path)] {
        let gone = api.send(method, path, None).await;
        gone.expect_error(404, errors::RECORD_NOT_FOUND);
    }
    assert_eq!(ids(api.get(&of_user(grace)).await), [] as [Value; 0]);
}

/// Lists are by id under both kinds of pagination: inferred.
#[tokio::test]
async fn no14_no23_lists_of_subscriptions_are_by_id_under_both_paginations() {
    let api = Api::start().await;
    let (acme, grace) = (api.organization("Acme").await, agent(&api).await);
    let mut of_acme = vec![subscribe(&api, grace, acme).await];
    let globex = api.organization("Globex").await;
    let mut of_grace = vec![of_acme[0], subscribe(&api, grace, globex).await];
    of_acme.push(subscribe(&api, agent(&api).await, acme).await);
    of_acme.sort_unstable();
    of_grace.sort_unstable();
    for (path, all) in [(of_user(grace), of_grace), (of_organization(acme), of_acme)] {
        for (first, second) in [
            ("page[size]=1", "/links/next"),
            ("per_page=1", "/next_page"),
        ] {
            let first = api.get(&format!("{path}?{first}")).await.expect(200);
            let next = first
                .json()
                .pointer(second)
                .unwrap()
                .as_str()
                .unwrap()
                .to_owned();
            let rows = [ids(first), ids(api.get(&next).await)].concat();
            assert_eq!(rows, [json!(all[0]), json!(all[1])], "{path}, {second}");
        }
    }
    for path in [of_user(UNKNOWN), of_organization(UNKNOWN), path_of(UNKNOWN)] {
        let unknown = api.get(&path).await;
        unknown.expect_error(404, errors::RECORD_NOT_FOUND);
    }
}

/// "End users can only subscribe to shared organizations in which they're members": documented. The
/// answer to others is not known. A live test has to share the tickets and to make a membership
/// first.
#[tokio::test]
async fn no122_an_end_user_subscribes_to_a_shared_organization_that_it_is_in() {
    let api = Api::start().await;
    let ada = api.user("Ada").await;
    let (acme, globex) = (api.organization("Acme").await, shared(&api, "Globex").await);
    let subscribe_ada = |organization| api.post(SUBSCRIPTIONS, body(ada, organization));

    // In neither; in one that does not share its tickets.
    for organization in [acme, globex] {
        subscribe_ada(organization)
            .await
            .expect_error(422, NOT_SHARED);
    }
    api.membership(ada, acme).await;
    subscribe_ada(acme).await.expect_error(422, NOT_SHARED);
    assert_eq!(ids(api.get(&of_user(ada)).await), [] as [Value; 0]);

    share(&api, acme, true).await;
    let first = id(subscribe_ada(acme).await, 201);
    // Members need not be in it by default.
    api.membership(ada, globex).await;
    let second = id(subscribe_ada(globex).await, 201);
    let mut both = [first, second];
    both.sort_unstable();
    assert_eq!(ids(api.get(&of_user(ada)).await), both.map(|id| json!(id)));

    // Agents subscribe to any organization.
    let other = api.organization("Other").await;
    subscribe(&api, agent(&api).await, other).await;
}

/// A second subscription of the same user to the same organization is refused: nobody showed it.
#[tokio::test]
async fn no122_a_user_subscribes_to_an_organization_once() {
    let api = Api::start().await;
    let (acme, grace) = (api.organization("Acme").await, agent(&api).await);
    let first = subscribe(&api, grace, acme).await;
    let again = api.post(SUBSCRIPTIONS, body(grace, acme)).await;
    again.expect_error(422, TAKEN);
    assert_eq!(ids(api.get(&of_user(grace)).await), [json!(first)]);
    api.delete(&path_of(first)).await.expect(204);
    subscribe(&api, grace, acme).await;
}

/// Without a user or an organization: like memberships, inferred.
#[tokio::test]
async fn no122_e5_e6_a_subscription_needs_a_user_and_an_organization() {
    let api = Api::start().await;
    let (acme, grace) = (api.organization("Acme").await, agent(&api).await);
    let gone = agent(&api).await;
    api.delete(&format!("/users/{gone}")).await.expect(200);
    for (given, refused) in [
        (json!({}), BOTH_BLANK),
        (json!({"user_id": grace}), errors::ORGANIZATION_BLANK),
        (
            json!({"user_id": grace, "organization_id": UNKNOWN}),
            errors::ORGANIZATION_BLANK,
        ),
        (json!({"organization_id": acme}), errors::USER_BLANK),
        (
            json!({"user_id": UNKNOWN, "organization_id": acme}),
            errors::USER_BLANK,
        ),
        (
            json!({"user_id": gone, "organization_id": acme}),
            errors::USER_BLANK,
        ),
    ] {
        let body = json!({"organization_subscription": given});
        let answer = api.post(SUBSCRIPTIONS, body).await;
        answer.expect_error(422, refused);
    }
    let missing = r#"{"error":"ParameterMissing","description":"Parameter organization_subscription is required"}"#;
    let answer = api.post(SUBSCRIPTIONS, json!({"user_id": grace})).await;
    answer.expect_error(400, missing);
    let mut more = body(grace, acme);
    more["organization_subscription"]["created_at"] = json!("2009-07-20T22:55:29Z");
    let created = api.post(SUBSCRIPTIONS, more).await.expect(201);
    let dropped = warning(
        "organization_subscriptions",
        "create",
        r#""organization_subscription.created_at""#,
    );
    assert_eq!(created.header("x-zendesk-api-warn"), Some(dropped.as_str()));
}

/// "For end users, the response will only list the subscriptions created by the requesting end
/// user": documented. What belongs to others is a 403: inferred.
#[tokio::test]
async fn no14_no122_an_end_user_sees_and_deletes_own_subscriptions_only() {
    let api = Api::start().await;
    let (ada, as_ada) = end_user(&api, "ada").await;
    let (acme, globex) = (shared(&api, "Acme").await, shared(&api, "Globex").await);
    let bob = api.user("Bob").await;
    for (user, organization) in [(ada, acme), (bob, acme), (bob, globex)] {
        api.membership(user, organization).await;
    }
    let of_bob = subscribe(&api, bob, acme).await;
    let get = async |path: &str| send_as(&api, &as_ada, Method::GET, path, None).await;
    let post = async |user, organization| {
        let body = Some(body(user, organization));
        send_as(&api, &as_ada, Method::POST, SUBSCRIPTIONS, body).await
    };

    let own = id(post(ada, acme).await, 201);
    for list in [SUBSCRIPTIONS, &of_user(ada), &of_organization(acme)] {
        assert_eq!(ids(get(list).await), [json!(own)], "{list}");
    }
    get(&path_of(own)).await.expect(200);
    for others in [of_user(bob), path_of(of_bob), of_organization(globex)] {
        get(&others).await.expect_error(403, FORBIDDEN);
    }
    post(bob, globex).await.expect_error(403, FORBIDDEN);
    post(ada, globex).await.expect_error(422, NOT_SHARED);
    let delete = async |id| send_as(&api, &as_ada, Method::DELETE, &path_of(id), None).await;
    delete(of_bob).await.expect_error(403, FORBIDDEN);
    delete(own).await.expect(204);
    assert_eq!(ids(get(SUBSCRIPTIONS).await), [] as [Value; 0]);
    api.get(&path_of(of_bob)).await.expect(200);
}

/// A subscription keeps the id of a deleted organization, and stays when its user leaves the
/// organization or this no longer shares its tickets: inferred. With its user it is deleted.
#[tokio::test]
async fn no154_a_subscription_outlives_all_but_its_user() {
    let api = Api::start().await;
    let ada = api.user("Ada").await;
    let (acme, globex) = (shared(&api, "Acme").await, shared(&api, "Globex").await);
    let membership = api.membership(ada, acme).await;
    api.membership(ada, globex).await;
    let mut both = [
        subscribe(&api, ada, acme).await,
        subscribe(&api, ada, globex).await,
    ];
    both.sort_unstable();
    let both = both.map(|id| json!(id));

    api.delete(&format!("/organization_memberships/{membership}"))
        .await
        .expect(204);
    share(&api, globex, false).await;
    assert_eq!(ids(api.get(&of_user(ada)).await), both);
    api.delete(&format!("/organizations/{globex}"))
        .await
        .expect(204);
    let kept = api.get(&of_user(ada)).await.expect(200);
    let mut organizations = kept.each("organization_subscriptions", "organization_id");
    organizations.sort_by_key(Value::as_u64);
    assert_eq!(organizations, [json!(acme), json!(globex)]);
    api.get(&of_organization(globex))
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
    api.get(&format!("/users/{ada}/related")).await.expect(200);

    api.delete(&format!("/users/{ada}")).await.expect(200);
    assert_eq!(ids(api.get(&of_user(ada)).await), [] as [Value; 0]);
    assert_eq!(ids(api.get(&of_organization(acme)).await), [] as [Value; 0]);
}

/// The number of subscriptions is part of what is related to a user: documented.
#[tokio::test]
async fn nu119_the_subscriptions_of_a_user_are_counted() {
    let api = Api::start().await;
    let grace = agent(&api).await;
    for name in ["Acme", "Globex"] {
        subscribe(&api, grace, api.organization(name).await).await;
    }
    let related = api.get(&format!("/users/{grace}/related")).await;
    let related = related.expect(200).json();
    assert_eq!(related["user_related"]["organization_subscriptions"], 2);
}
