//! Which events merges and deletions make.

use std::time::Duration;

use mock_zendesk::webhooks::EventType;
use mock_zendesk::{
    identities::NewIdentity, organizations::NewOrganization, user_fields::NewUserField,
    users::NewUser,
};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Hooked, short_type};

/// The type, the record that it is about, and what it says.
type Row = (String, String, Value);

async fn rows(hooked: &Hooked) -> Vec<Row> {
    let payloads = hooked.payloads().await.into_iter();
    payloads.map(|payload| row(&payload)).collect()
}

fn row(payload: &Value) -> Row {
    let subject = payload["subject"].as_str().unwrap();
    (
        short_type(payload),
        subject.to_owned(),
        payload["event"].clone(),
    )
}

fn expected<const N: usize>(rows: [(&str, String, Value); N]) -> Vec<Row> {
    let rows = rows.into_iter();
    rows.map(|(name, subject, event)| (name.to_owned(), subject, event))
        .collect()
}

/// What moves goes from one user and comes to the other. Then the first one is deleted.
#[tokio::test]
async fn ns105_ns109_ns116_a_merge_of_users_makes_events_of_both() {
    let hooked = Hooked::start().await;
    let scene = &hooked.scene;
    let seed = scene.zendesk.seed();
    seed.add(NewIdentity::email(&scene.ada, "ada@example.com"));
    seed.membership(&scene.ada, &scene.globex);
    let twin = NewUser::new("Ada L.").email("twin@example.com");
    let twin = seed.user(twin.external_id("p-1").organization_id(scene.acme.id));
    seed.membership(&twin, &scene.globex);
    let address = scene.zendesk.account().identities_of_user(&twin)[0].id;

    let path = format!("/users/{}/merge", twin.id);
    let body = json!({"user": {"id": scene.ada.id}});
    let (status, _) = scene.send(Method::PUT, &path, Some(body)).await;
    assert_eq!(status, 200);

    let loser = || format!("zen:user:{}", twin.id);
    let winner = || format!("zen:user:{}", scene.ada.id);
    let acme = json!({"organization": {"id": scene.acme.id.to_string()}});
    let globex = json!({"organization": {"id": scene.globex.id.to_string()}});
    let identity = |primary: bool| {
        json!({"identity": {
            "id": address.to_string(),
            "primary": primary,
            "type": "email",
            "value": "twin@example.com"
        }})
    };
    assert_eq!(
        rows(&hooked).await,
        expected([
            (
                "user.merged",
                loser(),
                json!({"user": {"id": scene.ada.id.to_string()}})
            ),
            (
                "user.organization_membership_deleted",
                loser(),
                acme.clone()
            ),
            ("user.organization_membership_created", winner(), acme),
            ("user.identity_deleted", loser(), identity(true)),
            ("user.identity_created", winner(), identity(false)),
            ("user.organization_membership_deleted", loser(), globex),
            ("user.deleted", loser(), json!({})),
            (
                "user.active_changed",
                loser(),
                json!({"current": false, "previous": true})
            ),
        ])
    );
    let merged = scene
        .zendesk
        .deliveries()
        .of_type(EventType::UserMerged)
        .about_user(&twin)
        .about_user(&scene.ada)
        .assert_once();
    let detail = merged.payload::<Value>()["detail"].clone();
    assert_eq!(detail["email"], "twin@example.com");
    assert_eq!(detail["external_id"], "p-1");
}

/// Organizations have no type of event for a merge. Their members leave one and join the other.
#[tokio::test]
async fn ns105_ns116_a_merge_of_organizations_moves_members_and_deletes_the_loser() {
    let hooked = Hooked::start().await;
    let scene = &hooked.scene;
    let seed = scene.zendesk.seed();
    let initech = NewOrganization::new("Initech").domain_names(["initech.example"]);
    let initech = seed.organization(initech);
    let bob = seed.user(NewUser::new("Bob").organization_id(initech.id));
    seed.membership(&scene.ada, &initech);
    seed.membership(&scene.ada, &scene.acme);

    let path = format!("/organizations/{}/merge", initech.id);
    let body = json!({"organization_merge": {"winner_id": scene.acme.id}});
    scene.post(&path, body).await;
    assert_eq!(rows(&hooked).await, [], "nothing has moved yet");
    scene.zendesk.jobs().run_all();

    let event = |id: mock_zendesk::OrganizationId| json!({"organization": {"id": id.to_string()}});
    let mut of_ada = rows(&hooked).await;
    let user = format!("zen:user:{}", bob.id);
    let of_bob: Vec<Row> = of_ada.extract_if(.., |row| row.1 == user).collect();
    assert_eq!(
        of_bob,
        expected([
            (
                "user.organization_membership_deleted",
                user.clone(),
                event(initech.id)
            ),
            (
                "user.organization_membership_created",
                user.clone(),
                event(scene.acme.id)
            ),
        ])
    );
    // Ada was in both.
    assert_eq!(
        of_ada,
        expected([
            (
                "user.organization_membership_deleted",
                format!("zen:user:{}", scene.ada.id),
                event(initech.id)
            ),
            (
                "organization.deleted",
                format!("zen:organization:{}", initech.id),
                json!({})
            ),
        ])
    );
    let queued = scene.zendesk.calls().assert_once();
    scene
        .zendesk
        .deliveries()
        .caused_by(&queued)
        .assert_times(4);
}

/// A deleted organization is shown with all that it was, and with the time of its deletion.
#[tokio::test]
async fn ns108_a_deleted_organization_is_shown_as_it_was() {
    let hooked = Hooked::start().await;
    let scene = &hooked.scene;
    let initech = NewOrganization::new("Initech").external_id("o-1");
    let initech = scene.zendesk.seed().organization(initech);
    scene.zendesk.advance(Duration::from_secs(60));
    let path = format!("/organizations/{}", initech.id);
    scene.send(Method::DELETE, &path, None).await;
    let payloads = hooked.payloads().await;
    assert_eq!(payloads.len(), 1);
    assert_eq!(short_type(&payloads[0]), "organization.deleted");
    assert_eq!(
        payloads[0]["detail"],
        json!({
            "created_at": "2024-09-06T18:52:00Z",
            "id": initech.id.to_string(),
            "name": "Initech",
            "shared_comments": false,
            "shared_tickets": false,
            "updated_at": "2024-09-06T18:53:00Z",
            "group_id": "0",
            "external_id": "o-1"
        })
    );
}

/// There is no type for it, although the user loses its name and more.
#[tokio::test]
async fn ns105_a_permanent_deletion_makes_no_event() {
    let hooked = Hooked::start().await;
    let scene = &hooked.scene;
    let seed = scene.zendesk.seed();
    seed.add(NewUserField::text("plan"));
    let grace = NewUser::new("Grace")
        .email("grace@example.com")
        .role(mock_zendesk::users::Role::Agent);
    let grace = grace.external_id("p-7").notes("n").tags(["a"]);
    let grace = seed.user(
        grace
            .user_field("plan", "gold")
            .organization_id(scene.acme.id),
    );
    let path = format!("/users/{}", grace.id);
    scene.send(Method::DELETE, &path, None).await;
    let deletion = [
        "user.organization_membership_deleted",
        "user.group_membership_deleted",
        "user.deleted",
        "user.active_changed",
    ];
    assert_eq!(hooked.types().await, deletion);

    let path = format!("/deleted_users/{}", grace.id);
    let (status, _) = scene.send(Method::DELETE, &path, None).await;
    assert_eq!(status, 200);
    assert_eq!(hooked.types().await, deletion);
}
