//! Users who join an organization by the domain of their e-mail address.

use mock_zendesk::MockZendesk;
use reqwest::Method;
use serde_json::{Value, json};

use super::{create, path_of};
use crate::api::Api;

/// An account that maps domains.
async fn mapping() -> Api {
    Api::with(MockZendesk::builder().map_domains()).await
}

/// A domain that only this test has.
fn domain(api: &Api, name: &str) -> String {
    format!("{}.example", api.name(name).replace(' ', "-"))
}

async fn organization(api: &Api, name: &str, domains: &[&str]) -> u64 {
    create(api, name, json!({"domain_names": domains})).await
}

/// Creates a user with these attributes besides a name and an e-mail address at a domain.
async fn user_at(api: &Api, domain: &str, more: Value) -> u64 {
    let mut user = more;
    user["name"] = json!("User");
    user["email"] = json!(format!("user@{domain}"));
    let answer = api.post("/users", json!({"user": user})).await.expect(201);
    answer.json()["user"]["id"].as_u64().unwrap()
}

/// Verifies the user's last identity.
async fn verify(api: &Api, user: u64) {
    let path = format!("/users/{user}/identities");
    let identities = api.get(&path).await.expect(200).each("identities", "id");
    let last = identities.last().unwrap();
    api.send(Method::PUT, &format!("{path}/{last}/verify"), None)
        .await
        .expect(200);
}

/// Changes nothing of importance.
async fn update(api: &Api, user: u64) {
    let user_update = json!({"user": {"notes": "an update"}});
    api.put(&format!("/users/{user}"), user_update)
        .await
        .expect(200);
}

async fn set_domains(api: &Api, organization: u64, domains: &[&str]) {
    let changes = json!({"organization": {"domain_names": domains}});
    api.put(&path_of(organization), changes).await.expect(200);
}

/// The organizations that the user is in.
async fn organizations_of(api: &Api, user: u64) -> Vec<Value> {
    let path = format!("/users/{user}/organization_memberships");
    let list = api.get(&path).await.expect(200);
    list.each("organization_memberships", "organization_id")
}

/// "If the domain of the address is that of an organization, the user is added to it", documented of
/// the verification of an identity.
#[tokio::test]
async fn x18_no36_nu170_a_user_joins_when_the_address_is_verified() {
    let api = mapping().await;
    let acme = domain(&api, "Acme");
    let organization = organization(&api, "Acme", &["other.example", &acme]).await;
    let user = user_at(&api, &acme.to_uppercase(), json!({})).await;
    update(&api, user).await;
    assert_eq!(organizations_of(&api, user).await, [Value::Null; 0]);

    verify(&api, user).await;

    assert_eq!(organizations_of(&api, user).await, [json!(organization)]);
    assert_eq!(api.organization_of(user).await, organization);
}

/// A second address counts as well.
#[tokio::test]
async fn nu170_any_verified_address_of_a_user_counts() {
    let api = mapping().await;
    let (first, second) = (domain(&api, "First"), domain(&api, "Second"));
    let organization = organization(&api, "o", &[&second]).await;
    let user = user_at(&api, &first, json!({"verified": true})).await;
    let path = format!("/users/{user}/identities");
    let identity = json!({"identity": {"type": "email", "value": format!("user@{second}")}});
    api.post(&path, identity).await.expect(201);
    update(&api, user).await;
    assert_eq!(organizations_of(&api, user).await, [Value::Null; 0]);

    verify(&api, user).await;

    assert_eq!(organizations_of(&api, user).await, [json!(organization)]);
}

/// "Make a small update to the user. This is required when an agent or admin verifies the address",
/// reported: `verified` over the API takes effect with the next update.
#[tokio::test]
async fn nu170_verified_over_the_api_takes_effect_with_the_next_update() {
    let api = mapping().await;
    let (acme, globex) = (domain(&api, "Acme"), domain(&api, "Globex"));
    let organizations = [
        organization(&api, "Acme", &[&acme]).await,
        organization(&api, "Globex", &[&globex]).await,
    ];
    let created = user_at(&api, &acme, json!({"verified": true})).await;
    let updated = user_at(&api, &globex, json!({})).await;
    let verified = json!({"user": {"verified": true}});
    api.put(&format!("/users/{updated}"), verified)
        .await
        .expect(200);
    for user in [created, updated] {
        assert_eq!(organizations_of(&api, user).await, [Value::Null; 0]);
    }

    for (user, organization) in [created, updated].into_iter().zip(organizations) {
        update(&api, user).await;
        assert_eq!(organizations_of(&api, user).await, [json!(organization)]);
    }
}

/// "A user in no organization": who is in one stays there, and so does who is moved by the same
/// request.
#[tokio::test]
async fn x18_nu170_only_a_user_in_no_organization_joins() {
    let api = mapping().await;
    let acme = domain(&api, "Acme");
    organization(&api, "Acme", &[&acme]).await;
    let other = api.organization("other").await;
    let member = user_at(&api, &acme, json!({"organization_id": other})).await;
    verify(&api, member).await;
    update(&api, member).await;
    assert_eq!(organizations_of(&api, member).await, [json!(other)]);

    let user = json!({"name": "Moved", "email": format!("moved@{acme}"), "verified": true});
    let user = api.post("/users", json!({"user": user})).await.expect(201);
    let user = user.json()["user"]["id"].as_u64().unwrap();
    for (organization, expected) in [
        (Value::Null, Vec::new()),
        (json!(other), vec![json!(other)]),
    ] {
        let changes = json!({"user": {"organization_id": organization}});
        api.put(&format!("/users/{user}"), changes)
            .await
            .expect(200);
        assert_eq!(organizations_of(&api, user).await, expected);
    }
}

/// The articles speak of end users. An agent at the same domain does not join.
#[tokio::test]
async fn no36_agents_do_not_join() {
    let api = mapping().await;
    let acme = domain(&api, "Acme");
    let agent = user_at(&api, &acme, json!({"role": "agent", "verified": true})).await;
    let organization = organization(&api, "Acme", &[&acme]).await;
    update(&api, agent).await;
    verify(&api, agent).await;
    assert_eq!(organizations_of(&api, agent).await, [Value::Null; 0]);
    let path = format!("{}/organization_memberships", path_of(organization));
    assert_eq!(api.get(&path).await.expect(200).json()["count"], 0);
}

/// "Adding a domain pulls in existing users with a verified address", documented; "removing it takes
/// out those that came by it", reported.
#[tokio::test]
async fn no36_nu171_a_domain_that_is_added_brings_users_and_one_that_is_removed_takes_them_out() {
    let api = mapping().await;
    let (acme, globex) = (domain(&api, "Acme"), domain(&api, "Globex"));
    let other = api.organization("other").await;
    let organization = organization(&api, "o", &[]).await;
    let came = user_at(&api, &acme, json!({"verified": true})).await;
    let by_other = user_at(&api, &globex, json!({"verified": true})).await;
    let more = |name: &str| json!({"name": name, "email": format!("{name}@{acme}")});
    let mut others = Vec::new();
    for (name, verified, organization_id) in [
        ("unverified", false, Value::Null),
        ("elsewhere", true, json!(other)),
        ("before", true, json!(organization)),
    ] {
        let mut user = more(name);
        user["verified"] = json!(verified);
        user["organization_id"] = organization_id;
        let user = api.post("/users", json!({"user": user})).await.expect(201);
        others.push(user.json()["user"]["id"].as_u64().unwrap());
    }
    let expect = async |users: [(u64, Option<u64>); 5]| {
        for (user, organization) in users {
            let expected: Vec<Value> = organization.into_iter().map(|id| json!(id)).collect();
            assert_eq!(organizations_of(&api, user).await, expected, "{user}");
        }
    };
    let at = Some(organization);
    let others = [(others[0], None), (others[1], Some(other)), (others[2], at)];
    let with = |came_to, by_other_to| {
        [
            (came, came_to),
            (by_other, by_other_to),
            others[0],
            others[1],
            others[2],
        ]
    };
    expect(with(None, None)).await;

    set_domains(&api, organization, &[&acme]).await;
    expect(with(at, None)).await;
    set_domains(&api, organization, &[&acme, &globex]).await;
    expect(with(at, at)).await;
    // Nothing changes with other attributes.
    let notes = json!({"organization": {"notes": "n"}});
    api.put(&path_of(organization), notes).await.expect(200);
    expect(with(at, at)).await;
    set_domains(&api, organization, &[&globex]).await;
    expect(with(None, at)).await;
    assert_eq!(api.organization_of(came).await, Value::Null);
    set_domains(&api, organization, &[]).await;
    expect(with(None, None)).await;
}

/// Who leaves and comes back by hand is not taken out.
#[tokio::test]
async fn nu171_a_membership_that_was_given_by_hand_stays() {
    let api = mapping().await;
    let acme = domain(&api, "Acme");
    let user = user_at(&api, &acme, json!({"verified": true})).await;
    let organization = organization(&api, "o", &[&acme]).await;
    assert_eq!(organizations_of(&api, user).await, [json!(organization)]);
    let path = format!("/users/{user}/organization_memberships");
    let membership = api
        .get(&path)
        .await
        .expect(200)
        .each("organization_memberships", "id")[0]
        .clone();
    api.delete(&format!("/organization_memberships/{membership}"))
        .await
        .expect(204);
    api.membership(user, organization).await;

    set_domains(&api, organization, &[]).await;

    assert_eq!(organizations_of(&api, user).await, [json!(organization)]);
}

/// "A domain in two organizations: the alphabetically first wins", documented.
#[tokio::test]
async fn no36_nu172_of_several_organizations_the_first_by_name_counts() {
    let api = mapping().await;
    let acme = domain(&api, "Acme");
    organization(&api, "Zulu", &[&acme]).await;
    let alpha = organization(&api, "alpha", &[&acme]).await;
    organization(&api, "Mike", &[&acme]).await;
    let user = user_at(&api, &acme, json!({})).await;

    verify(&api, user).await;

    assert_eq!(organizations_of(&api, user).await, [json!(alpha)]);
}

/// A user whose first organization by name is another one is not brought by this one, and is not sent
/// to the other.
#[tokio::test]
async fn nu172_a_domain_that_is_added_brings_nobody_whom_another_organization_would_get() {
    let api = mapping().await;
    let acme = domain(&api, "Acme");
    let user = user_at(&api, &acme, json!({"verified": true})).await;
    let alpha = organization(&api, "Alpha", &[&acme]).await;
    let zulu = organization(&api, "Zulu", &[]).await;
    let path = format!("/users/{user}/organizations/{alpha}");
    api.delete(&path).await.expect(204);

    set_domains(&api, zulu, &[&acme]).await;

    assert_eq!(organizations_of(&api, user).await, [Value::Null; 0]);
    update(&api, user).await;
    assert_eq!(organizations_of(&api, user).await, [json!(alpha)]);
}

/// Without the setting domains have no effect.
#[tokio::test]
async fn x18_no36_domains_map_nobody_by_default() {
    let api = Api::with(MockZendesk::builder()).await;
    let acme = domain(&api, "Acme");
    let user = user_at(&api, &acme, json!({"verified": true})).await;
    organization(&api, "Acme", &[&acme]).await;
    update(&api, user).await;
    verify(&api, user).await;
    assert_eq!(organizations_of(&api, user).await, [Value::Null; 0]);
}
