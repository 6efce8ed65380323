//! What a run changed in the account, as data and as text.

use expect_test::expect;
use mock_zendesk::{
    Account, MockZendesk, OrganizationId, TicketId, UserId,
    account::Difference,
    tickets::{NewTicket, TicketStatus},
};
use reqwest::Method;
use serde_json::json;

use crate::scene::Scene;

#[tokio::test]
async fn a_diff_names_everything_that_a_run_changed_in_a_stable_order() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    let (ada, acme, globex) = (scene.ada.id, scene.acme.id, scene.globex.id);
    let (bob, initech) = (seed.user("Bob").id, seed.organization("Initech").id);
    seed.membership(ada, globex);
    seed.membership(bob, initech);
    seed.ticket(ada, "Printer on fire");
    seed.ticket(ada, NewTicket::new("Paper").status(TicketStatus::Closed));
    seed.ticket(bob, "Ink");

    let before = scene.zendesk.account();
    assert_eq!(scene.zendesk.changes_since(&before).to_string(), "");
    assert!(scene.zendesk.changes_since(&before).is_empty());
    scene.join(&scene.acme).await;
    let left = scene.zendesk.account().membership(ada, globex).unwrap().id;
    scene
        .send(
            Method::DELETE,
            &format!("/organization_memberships/{left}"),
            None,
        )
        .await;
    let rename = json!({"organization": {"name": "Acme2", "tags": ["a"]}});
    scene
        .send(Method::PUT, &format!("/organizations/{acme}"), Some(rename))
        .await;
    scene
        .send(Method::DELETE, &format!("/organizations/{initech}"), None)
        .await;
    scene
        .send(
            Method::PUT,
            &format!("/users/{ada}"),
            Some(json!({"user": {"alias": "countess"}})),
        )
        .await;
    scene.send(Method::DELETE, "/tickets/3", None).await;
    scene
        .send(Method::DELETE, &format!("/users/{bob}"), None)
        .await;
    let (cid, hooli) = (seed.user("Cid").id, seed.organization("Hooli").id);
    seed.ticket(cid, "Toner");

    let diff = scene.zendesk.changes_since(&before);
    let expected = [
        format!("+ user {cid}  (Cid)"),
        format!("- user {bob}  (Bob)"),
        format!("user {ada}: alias  (Ada)"),
        format!("+ organization {hooli}  (Hooli)"),
        format!("- organization {initech}  (Initech)"),
        format!("organization {acme}: name, tags  (Acme2)"),
        format!("- ({ada}, {globex})  (Ada, Globex)"),
        format!("- ({bob}, {initech})  (Bob, Initech)"),
        format!("+ ({ada}, {acme})  (Ada, Acme2)"),
        format!("default of {ada}: {globex} -> {acme}  (Ada, Globex, Acme2)"),
        format!("default of {bob}: {initech} -> none  (Bob, Initech)"),
        "+ ticket 4".to_owned(),
        "- ticket 3".to_owned(),
        "ticket 1: organization_id".to_owned(),
    ];
    assert_eq!(diff.to_string(), expected.join("\n"));
    assert!(
        diff.differences()
            .contains(&Difference::default_moved(ada, globex, acme))
    );
    assert!(
        diff.differences()
            .contains(&Difference::default_lost(bob, initech))
    );
    assert!(diff.differences().contains(&Difference::left(ada, globex)));
    assert_eq!(
        serde_json::to_value(&diff).unwrap()[8],
        json!({
            "difference": "joined",
            "user": {"kind": "user", "id": ada, "name": "Ada"},
            "organization": {"kind": "organization", "id": acme, "name": "Acme2"},
        })
    );
    assert_eq!(
        serde_json::to_value(Difference::joined(ada, acme)).unwrap(),
        json!({
            "difference": "joined",
            "user": {"kind": "user", "id": ada},
            "organization": {"kind": "organization", "id": acme},
        }),
        "one by itself knows no names"
    );
    // The other way round it is the same turned over.
    assert!(
        before
            .changes_since(&scene.zendesk.account())
            .differences()
            .contains(&Difference::joined(ada, globex))
    );
}

/// A double in which something of every kind has changed since the snapshot.
fn changed() -> (MockZendesk, Account) {
    let zendesk = MockZendesk::builder().without_socket();
    let seed = zendesk.seed();
    let [ada, bob, cid] = ["Ada", "Bob", "Cid"].map(|name| seed.user(name));
    let [acme, globex, hooli] = ["Acme", "Globex", "Hooli"].map(|name| seed.organization(name));
    seed.membership(&ada, &globex);
    seed.membership(&bob, &hooli);
    seed.ticket(&bob, "Ink");

    let before = zendesk.account();
    seed.user("Dan");
    seed.default_membership(&ada, &acme);
    seed.membership(&cid, &acme);
    seed.remove_organization(&hooli);
    (zendesk, before)
}

#[test]
fn a_serialized_diff_has_names_beside_ids_and_is_the_same_in_every_run() {
    let serialized = || {
        let (zendesk, before) = changed();
        serde_json::to_string(&zendesk.changes_since(&before)).unwrap()
    };
    let diff = serialized();
    assert_eq!(diff, serialized());
    expect![[r#"
        [{"difference":"created","record":{"kind":"user","id":21859498331412,"name":"Dan"}},
        {"difference":"deleted","record":{"kind":"organization","id":21859498330644,"name":"Hooli"}},
        {"difference":"left","user":{"kind":"user","id":21859498329620,"name":"Bob"},"organization":{"kind":"organization","id":21859498330644,"name":"Hooli"}},
        {"difference":"joined","user":{"kind":"user","id":21859498329364,"name":"Ada"},"organization":{"kind":"organization","id":21859498330388,"name":"Acme"}},
        {"difference":"joined","user":{"kind":"user","id":21859498330004,"name":"Cid"},"organization":{"kind":"organization","id":21859498330388,"name":"Acme"}},
        {"difference":"default_moved","user":{"kind":"user","id":21859498329364,"name":"Ada"},"from":{"kind":"organization","id":21859498330516,"name":"Globex"},"to":{"kind":"organization","id":21859498330388,"name":"Acme"}},
        {"difference":"default_moved","user":{"kind":"user","id":21859498329620,"name":"Bob"},"from":{"kind":"organization","id":21859498330644,"name":"Hooli"},"to":null},
        {"difference":"default_moved","user":{"kind":"user","id":21859498330004,"name":"Cid"},"from":null,"to":{"kind":"organization","id":21859498330388,"name":"Acme"}},
        {"difference":"changed","record":{"kind":"ticket","id":1,"name":""},"attributes":["organization_id"]}]"#]].assert_eq(&diff.replace("},{\"diff", "},\n{\"diff"));
}

/// Differences, and the code that makes each of them.
macro_rules! with_code {
    ($($difference:expr,)*) => {
        [$((stringify!($difference), $difference),)*]
    };
}

#[test]
fn whatever_has_changed_the_failure_says_how_to_expect_it() {
    let (zendesk, before) = changed();
    let text = zendesk.try_assert_changes(&before, []).unwrap_err();
    let expected = with_code![
        Difference::created(UserId::new(21859498331412)),
        Difference::deleted(OrganizationId::new(21859498330644)),
        Difference::left(21859498329620, 21859498330644),
        Difference::joined(21859498329364, 21859498330388),
        Difference::joined(21859498330004, 21859498330388),
        Difference::default_moved(21859498329364, 21859498330516, 21859498330388),
        Difference::default_lost(21859498329620, 21859498330644),
        Difference::default_gained(21859498330004, 21859498330388),
        Difference::changed(TicketId::new(1), ["organization_id"]),
    ];
    let text = text.to_string();
    let codes: Vec<&str> = text
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("to expect it: "))
        .collect();
    assert_eq!(codes, expected.clone().map(|(code, _)| code));
    zendesk.assert_changes(&before, expected.map(|(_, difference)| difference));
}

#[tokio::test]
async fn what_came_and_went_between_two_snapshots_is_no_difference() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    let before = scene.zendesk.account();
    let user = seed.user("Passer-by");
    seed.membership(&user, &scene.acme);
    seed.remove_user(&user);
    let organization = seed.organization("Passing");
    seed.remove_organization(&organization);
    scene.zendesk.assert_changes(&before, []);
}

#[tokio::test]
async fn a_membership_that_was_deleted_and_created_again_is_another_one() {
    let scene = Scene::start().await;
    let membership = scene.zendesk.seed().membership(&scene.ada, &scene.acme);
    let before = scene.zendesk.account();
    scene
        .send(
            Method::DELETE,
            &format!("/organization_memberships/{}", membership.id),
            None,
        )
        .await;
    scene.join(&scene.acme).await;
    let expected = [
        Difference::left(&scene.ada, &scene.acme),
        Difference::joined(&scene.ada, &scene.acme),
    ];
    scene.zendesk.assert_changes(&before, expected);
}

#[tokio::test]
async fn two_creates_may_be_one_row() {
    let scene = Scene::start().await;
    let before = scene.zendesk.account();
    scene.join(&scene.acme).await;
    scene.join(&scene.acme).await;
    scene
        .zendesk
        .calls()
        .of(mock_zendesk::organization_memberships::CREATE)
        .any_outcome()
        .assert_times(2);
    let expected = [
        Difference::joined(&scene.ada, &scene.acme),
        Difference::default_gained(&scene.ada, &scene.acme),
    ];
    scene.zendesk.assert_changes(&before, expected);
}

#[tokio::test]
async fn the_account_is_asserted_in_the_words_of_the_domain() {
    let scene = Scene::start().await;
    let (zendesk, seed) = (&scene.zendesk, scene.zendesk.seed());
    zendesk
        .assert_user(&scene.ada)
        .organizations([] as [OrganizationId; 0]);
    seed.membership(&scene.ada, &scene.globex);
    seed.membership(&scene.ada, &scene.acme);
    zendesk
        .assert_user(&scene.ada)
        .organizations([&scene.acme, &scene.globex])
        .default(&scene.globex);
    zendesk.assert_membership(&scene.ada, &scene.acme).exists();
    zendesk
        .assert_membership(&scene.ada, OrganizationId::new(1))
        .absent();
    let nobody = zendesk
        .assert_user(UserId::new(1))
        .try_organizations([] as [OrganizationId; 0]);
    let headline = "expected user 1 to be in no organization, but there is no such user";
    assert_eq!(nobody.unwrap_err().headline(), headline);
}

#[tokio::test]
async fn a_diff_of_a_large_account_costs_what_was_changed() {
    let zendesk = MockZendesk::start().await;
    let seed = zendesk.seed();
    let users: Vec<_> = (0..2_000)
        .map(|n| seed.user(format!("User {n}")).id)
        .collect();
    let organizations: Vec<_> = (0..5)
        .map(|n| seed.organization(format!("Organization {n}")).id)
        .collect();
    for user in &users {
        seed.membership(*user, organizations[0]);
    }
    let before = zendesk.account();
    for index in [0, 999, 1_999] {
        seed.membership(users[index], organizations[3]);
    }
    let joined = [0, 999, 1_999].map(|index| Difference::joined(users[index], organizations[3]));
    zendesk.assert_changes(&before, joined);
}

#[tokio::test]
async fn a_ticket_that_loses_its_organization_is_updated_at_that_time() {
    let scene = Scene::start().await;
    let membership = scene.zendesk.seed().membership(&scene.ada, &scene.acme);
    let ticket = scene.zendesk.seed().ticket(&scene.ada, "Printer on fire");
    assert_eq!(
        scene
            .zendesk
            .account()
            .ticket(ticket.id)
            .unwrap()
            .organization_id,
        Some(scene.acme.id)
    );
    scene.zendesk.advance(std::time::Duration::from_secs(60));
    scene
        .send(
            reqwest::Method::DELETE,
            &format!("/organization_memberships/{}", membership.id),
            None,
        )
        .await;
    let now = scene.zendesk.account().ticket(ticket.id).unwrap();
    assert_eq!(
        (now.organization_id, now.updated_at),
        (None, scene.zendesk.now())
    );
    assert_ne!(now.updated_at, ticket.updated_at);
}
