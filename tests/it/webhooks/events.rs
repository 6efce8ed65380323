//! Which events the account's changes make, and what they say.

use std::collections::BTreeMap;
use std::time::Duration;

use mock_zendesk::calls::Effect;
use mock_zendesk::webhooks::{EventType, signature};
use mock_zendesk::{
    Clock, MockZendesk, identities::NewIdentity, job_statuses::JobPace, users::NewUser,
};
use proptest::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Hooked, short_type};
use crate::scene::Scene;
use crate::testing::seeded;

/// The keys of a JSON object, in the order in which they are written.
pub(super) fn keys(body: &[u8], under: &str) -> Vec<String> {
    let text = std::str::from_utf8(body).unwrap();
    let start = match under {
        "" => 0,
        under => text.find(&format!("\"{under}\":{{")).unwrap() + under.len() + 3,
    };
    let (mut depth, mut keys) = (0, Vec::new());
    let mut parts = text[start..].split('"');
    while let Some(part) = parts.next() {
        for letter in part.chars() {
            depth += i32::from(letter == '{') - i32::from(letter == '}');
        }
        if depth == 0 {
            break;
        }
        let Some(quoted) = parts.next() else { break };
        let mut rest = parts.clone();
        if depth == 1 && rest.next().is_some_and(|next| next.starts_with(':')) {
            keys.push(quoted.to_owned());
        }
    }
    keys
}

/// "POST membership → one POST: type user.organization_membership_created, subject zen:user:{id}".
#[tokio::test]
async fn tns6_ns105_ns109_a_membership_makes_an_event_when_it_comes_and_when_it_goes() {
    let hooked = Hooked::start().await;
    let Hooked { scene, .. } = &hooked;
    let (ada, acme) = (scene.ada.id.to_string(), scene.acme.id.to_string());
    let (_, made) = scene.join(&scene.acme).await;
    let path = format!(
        "/organization_memberships/{}",
        made["organization_membership"]["id"]
    );
    scene.send(Method::DELETE, &path, None).await;

    let payloads = hooked.payloads().await;
    let types: Vec<String> = payloads.iter().map(short_type).collect();
    assert_eq!(
        types,
        [
            "user.organization_membership_created",
            "user.organization_membership_deleted"
        ]
    );
    for (payload, default) in payloads.iter().zip([acme.as_str(), "0"]) {
        assert_eq!(payload["subject"], format!("zen:user:{ada}"));
        assert_eq!(payload["event"], json!({"organization": {"id": acme}}));
        assert_eq!(payload["detail"]["id"], ada);
        assert_eq!(payload["detail"]["organization_id"], default);
    }
}

/// The keys and their order are those of the documented example of a created organization.
#[tokio::test]
async fn ns106_ns108_an_event_of_an_organization_has_the_documented_form() {
    let hooked = Hooked::start().await;
    let body = json!({"organization": {"name": "Initech"}});
    let (_, created) = hooked.scene.post("/organizations", body).await;
    let id = created["organization"]["id"].to_string();

    let request = &hooked.received().await[0];
    assert_eq!(
        keys(&request.body, ""),
        [
            "type",
            "account_id",
            "subject",
            "id",
            "time",
            "zendesk_event_version",
            "detail",
            "event"
        ]
    );
    assert_eq!(
        keys(&request.body, "detail"),
        [
            "created_at",
            "id",
            "name",
            "shared_comments",
            "shared_tickets",
            "updated_at",
            "group_id",
            "external_id"
        ]
    );
    let payload: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(
        payload,
        json!({
            "type": "zen:event-type:organization.created",
            "account_id": 10_973_248,
            "subject": format!("zen:organization:{id}"),
            "id": payload["id"],
            "time": "2024-09-06T18:52:00Z",
            "zendesk_event_version": "2022-06-20",
            "detail": {
                "created_at": "2024-09-06T18:52:00Z",
                "id": id,
                "name": "Initech",
                "shared_comments": false,
                "shared_tickets": false,
                "updated_at": "2024-09-06T18:52:00Z",
                "group_id": "0",
                "external_id": ""
            },
            "event": {}
        })
    );
}

/// "default_group_id (returned as a string), id (returned as a string), organization_id (returned
/// as a string)".
#[tokio::test]
async fn ns107_the_detail_of_a_user_has_ids_as_strings_and_zero_for_none() {
    let hooked = Hooked::start().await;
    let users = [
        json!({"user": {"name": "Grace", "email": "grace@example.com", "role": "agent"}}),
        json!({"user": {"name": "Bob", "organization_id": hooked.scene.acme.id}}),
    ];
    for user in users {
        hooked.scene.post("/users", user).await;
    }
    let received = hooked.received().await;
    let of_users = received.iter().filter(|request| {
        let payload: Value = serde_json::from_slice(&request.body).unwrap();
        short_type(&payload) == "user.created"
    });
    let of_users: Vec<_> = of_users.collect();
    assert_eq!(
        keys(&of_users[0].body, "detail"),
        [
            "created_at",
            "default_group_id",
            "email",
            "external_id",
            "id",
            "organization_id",
            "role",
            "updated_at"
        ]
    );
    let details: Vec<Value> = of_users
        .iter()
        .map(|request| serde_json::from_slice::<Value>(&request.body).unwrap()["detail"].clone())
        .collect();
    let group = hooked.scene.zendesk.account().default_group().to_string();
    assert_eq!(details[0]["default_group_id"], group);
    assert_eq!(details[0]["organization_id"], "0");
    assert_eq!(details[0]["email"], "grace@example.com");
    assert_eq!(details[0]["role"], "agent");
    assert_eq!(details[1]["default_group_id"], "0");
    assert_eq!(details[1]["external_id"], "");
    assert_eq!(
        details[1]["organization_id"],
        hooked.scene.acme.id.to_string()
    );
}

/// "{"current": …, "previous": …}": each change of an attribute says what it was before.
#[tokio::test]
async fn ns109_a_change_says_what_is_and_what_was() {
    let hooked = Hooked::start().await;
    let Hooked { scene, .. } = &hooked;
    let user = format!("/users/{}", scene.ada.id);
    let organization = format!("/organizations/{}", scene.acme.id);
    let rows: [(&str, Value, &str, Value); 12] = [
        (
            &user,
            json!({"user": {"name": "Ada L."}}),
            "user.name_changed",
            json!({"current": "Ada L.", "previous": "Ada"}),
        ),
        (
            &user,
            json!({"user": {"external_id": "p-1"}}),
            "user.external_id_changed",
            json!({"current": "p-1", "previous": ""}),
        ),
        (
            &user,
            json!({"user": {"alias": "A."}}),
            "user.alias_changed",
            json!({"current": "A.", "previous": ""}),
        ),
        (
            &user,
            json!({"user": {"details": "d"}}),
            "user.details_changed",
            json!({"current": "d", "previous": ""}),
        ),
        (
            &user,
            json!({"user": {"notes": "n"}}),
            "user.notes_changed",
            json!({"current": "n", "previous": ""}),
        ),
        (
            &user,
            json!({"user": {"time_zone": "Berlin"}}),
            "user.time_zone_changed",
            json!({"current": "Berlin", "previous": "America/New_York"}),
        ),
        (
            &user,
            json!({"user": {"only_private_comments": true}}),
            "user.only_private_comments_changed",
            json!({"current": true, "previous": false}),
        ),
        (
            &user,
            json!({"user": {"tags": ["a", "b"]}}),
            "user.tags_changed",
            json!({"added": {"tags": ["a", "b"]}, "removed": {"tags": []}}),
        ),
        (
            &user,
            json!({"user": {"suspended": true}}),
            "user.suspended_changed",
            json!({"current": true, "previous": false}),
        ),
        (
            &organization,
            json!({"organization": {"name": "Acme Corp"}}),
            "organization.name_changed",
            json!({"current": "Acme Corp", "previous": "Acme"}),
        ),
        (
            &organization,
            json!({"organization": {"external_id": "c-1"}}),
            "organization.external_id_changed",
            json!({"current": "c-1", "previous": ""}),
        ),
        (
            &organization,
            json!({"organization": {"tags": ["vip"]}}),
            "organization.tags_changed",
            json!({"added": {"tags": ["vip"]}, "removed": {"tags": []}}),
        ),
    ];
    for (path, body, _, _) in &rows {
        let (status, reply) = scene.send(Method::PUT, path, Some(body.clone())).await;
        assert_eq!(status, 200, "{body}: {reply}");
    }
    // Nothing changes, so nothing happens.
    scene
        .send(Method::PUT, &user, Some(rows[0].1.clone()))
        .await;

    let payloads = hooked.payloads().await;
    let got: Vec<(String, Value)> = payloads
        .iter()
        .map(|payload| (short_type(payload), payload["event"].clone()))
        .collect();
    let expected: Vec<(String, Value)> = rows
        .iter()
        .map(|(_, _, name, event)| ((*name).to_owned(), event.clone()))
        .collect();
    assert_eq!(got, expected);
}

#[tokio::test]
async fn ns105_identities_groups_and_roles_make_events() {
    let hooked = Hooked::start().await;
    let Hooked { scene, .. } = &hooked;
    let seed = scene.zendesk.seed();
    let group = seed.add(mock_zendesk::groups::NewGroup::new("Tier 2"));
    let first = seed.add(NewIdentity::email(&scene.ada, "ada@example.com"));
    let identities = format!("/users/{}/identities", scene.ada.id);
    let body = json!({"identity": {"type": "email", "value": "a@example.com"}});
    let (_, made) = scene.post(&identities, body).await;
    let second = &made["identity"]["id"];
    let primary = format!("{identities}/{second}/make_primary");
    scene.send(Method::PUT, &primary, None).await;
    let gone = format!("{identities}/{}", first.id);
    scene.send(Method::DELETE, &gone, None).await;
    let user = format!("/users/{}", scene.ada.id);
    let role = json!({"user": {"role": "agent"}});
    scene.send(Method::PUT, &user, Some(role)).await;
    let body = json!({"group_membership": {"user_id": scene.ada.id, "group_id": group.id}});
    scene.post("/group_memberships", body).await;

    let payloads = hooked.payloads().await;
    let got: Vec<(String, Value)> = payloads
        .iter()
        .map(|payload| (short_type(payload), payload["event"].clone()))
        .collect();
    let shown = |id: String, primary: bool, value: &str| json!({"id": id, "primary": primary, "type": "email", "value": value});
    let (first, second) = (first.id.to_string(), second.to_string());
    let default = scene.zendesk.account().default_group().to_string();
    let old = |primary| shown(first.clone(), primary, "ada@example.com");
    let new = |primary| shown(second.clone(), primary, "a@example.com");
    assert_eq!(
        got,
        [
            (
                "user.identity_created".to_owned(),
                json!({"identity": new(false)})
            ),
            (
                "user.identity_changed".to_owned(),
                json!({"current": old(false), "previous": old(true)})
            ),
            (
                "user.identity_changed".to_owned(),
                json!({"current": new(true), "previous": new(false)})
            ),
            (
                "user.identity_deleted".to_owned(),
                json!({"identity": old(false)})
            ),
            (
                "user.default_group_changed".to_owned(),
                json!({"current": default, "previous": "0"})
            ),
            (
                "user.role_changed".to_owned(),
                json!({"current": "agent", "previous": "end-user"})
            ),
            (
                "user.group_membership_created".to_owned(),
                json!({"group": {"id": default}})
            ),
            (
                "user.group_membership_created".to_owned(),
                json!({"group": {"id": group.id.to_string()}})
            ),
        ]
    );
}

/// The request changes the notes, and then moves the default: two changes of the same user.
#[tokio::test]
async fn an_attribute_makes_one_event_although_its_user_changes_again_in_the_same_call() {
    let hooked = Hooked::start().await;
    let scene = &hooked.scene;
    scene.join(&scene.acme).await;
    scene.join(&scene.globex).await;
    scene.zendesk.settle_deliveries().await;
    let path = format!("/users/{}", scene.ada.id);
    let body = json!({"user": {"notes": "n", "organization_id": scene.globex.id}});
    scene.send(Method::PUT, &path, Some(body)).await;
    let last = scene.zendesk.calls().last().unwrap();
    let of_ada =
        |effect: &Effect| matches!(effect, Effect::Updated { .. } | Effect::DefaultMoved { .. });
    assert_eq!(
        last.effects()
            .iter()
            .filter(|effect| of_ada(effect))
            .count(),
        2
    );
    let deliveries = scene.zendesk.deliveries().caused_by(&last);
    deliveries
        .of_type(EventType::UserNotesChanged)
        .assert_once();
}

/// Membership events come of every change of memberships, and none of a moved default.
#[tokio::test]
async fn ns116_q_ns12_each_row_that_comes_or_goes_makes_an_event_whatever_the_cause() {
    let hooked = Hooked::start().await;
    let Hooked { scene, .. } = &hooked;
    let Scene {
        ada, acme, globex, ..
    } = scene;
    let user = format!("/users/{}", ada.id);
    scene.join(acme).await;
    let (_, second) = scene.join(globex).await;
    // The default moves, which is no event.
    let id = &second["organization_membership"]["id"];
    let path = format!("{user}/organization_memberships/{id}/make_default");
    scene.send(Method::PUT, &path, None).await;
    // Setting the organization leaves the other one.
    let body = json!({"user": {"organization_id": acme.id}});
    scene.send(Method::PUT, &user, Some(body)).await;
    // A job.
    let bob = scene.zendesk.seed().user("Bob");
    let item = |organization: u64| json!({"user_id": bob.id, "organization_id": organization});
    let items = [item(acme.id.get()), item(globex.id.get())];
    let body = json!({"organization_memberships": items});
    scene
        .post("/organization_memberships/create_many", body)
        .await;
    scene.zendesk.jobs().run_all();
    // What is deleted takes its memberships with it.
    let path = format!("/organizations/{}", globex.id);
    scene.send(Method::DELETE, &path, None).await;
    scene.send(Method::DELETE, &user, None).await;

    let created = |user: u64, organization: u64| ("created", user, organization);
    let deleted = |user: u64, organization: u64| ("deleted", user, organization);
    let payloads = hooked.payloads().await;
    let of_memberships = payloads.iter().filter_map(|payload| {
        let name = short_type(payload);
        let what = name.strip_prefix("user.organization_membership_")?;
        let number = |id: &Value| id.as_str().unwrap().parse::<u64>().unwrap();
        let what = if what == "created" { created } else { deleted };
        Some(what(
            number(&payload["detail"]["id"]),
            number(&payload["event"]["organization"]["id"]),
        ))
    });
    let (ada, bob) = (ada.id.get(), bob.id.get());
    let (acme, globex) = (acme.id.get(), globex.id.get());
    assert_eq!(
        of_memberships.collect::<Vec<_>>(),
        [
            created(ada, acme),
            created(ada, globex),
            deleted(ada, globex),
            created(bob, acme),
            created(bob, globex),
            deleted(bob, globex),
            deleted(ada, acme),
        ]
    );
    let last: Vec<String> = payloads.iter().rev().take(2).map(short_type).collect();
    assert_eq!(last, ["user.active_changed", "user.deleted"]);
    // The job's events belong to the call that queued it.
    let queued = scene
        .zendesk
        .calls()
        .to_path("/organization_memberships/create_many");
    let queued = queued.assert_once();
    let of_job = scene.zendesk.deliveries().caused_by(&queued);
    of_job
        .of_type(EventType::UserOrganizationMembershipCreated)
        .assert_times(2);
}

/// The detail of a user who was deleted shows the address that it had, as in the documented example
/// of a user who is not active any more.
#[tokio::test]
async fn ns107_a_deleted_user_is_shown_as_it_was() {
    let hooked = Hooked::start().await;
    let Hooked { scene, .. } = &hooked;
    let grace = NewUser::new("Grace")
        .email("grace@example.com")
        .external_id("p-7");
    let grace = scene.zendesk.seed().user(grace);
    scene.zendesk.advance(Duration::from_secs(60));
    let path = format!("/users/{}", grace.id);
    scene.send(Method::DELETE, &path, None).await;
    let payloads = hooked.payloads().await;
    let deleted = payloads
        .iter()
        .find(|payload| short_type(payload) == "user.deleted");
    let detail = &deleted.unwrap()["detail"];
    assert_eq!(detail["email"], "grace@example.com");
    assert_eq!(detail["external_id"], "p-7");
    assert_eq!(detail["created_at"], "2024-09-06T18:52:00Z");
    assert_eq!(detail["updated_at"], "2024-09-06T18:53:00Z");
}

#[tokio::test]
async fn seeds_and_refused_calls_make_no_events() {
    let hooked = Hooked::start().await;
    let Hooked { scene, .. } = &hooked;
    scene.zendesk.seed().membership(&scene.ada, &scene.acme);
    let (status, _) = scene.join(&scene.acme).await;
    assert_eq!(status, 422);
    assert_eq!(hooked.types().await, [""; 0]);
    scene.zendesk.deliveries().assert_none();
}

/// What a seed changes between two calls is no change of the second call.
#[tokio::test]
async fn a_seed_between_two_calls_does_not_count_as_a_change() {
    let hooked = Hooked::start().await;
    let Hooked { scene, .. } = &hooked;
    let user = format!("/users/{}", scene.ada.id);
    let put = |body: Value| scene.send(Method::PUT, &user, Some(json!({"user": body})));
    put(json!({"notes": "n"})).await;
    scene
        .zendesk
        .seed()
        .add(NewIdentity::email(&scene.ada, "ada@example.com"));
    put(json!({"notes": "m"})).await;
    assert_eq!(hooked.types().await, ["user.notes_changed"; 2]);
}

#[tokio::test]
async fn ns110_ns111_requests_have_zendesks_headers_and_a_signature_over_time_and_body() {
    let hooked = Hooked::start().await;
    hooked.scene.join(&hooked.scene.acme).await;
    hooked.scene.zendesk.settle_deliveries().await;
    let request = &hooked.received().await[0];
    let header = |name: &str| request.headers[name].to_str().unwrap().to_owned();
    assert_eq!(
        (request.method.as_str(), request.url.path()),
        ("POST", "/hook")
    );
    assert_eq!(header("content-type"), "application/json; charset=utf-8");
    assert_eq!(header("x-zendesk-account-id"), "10973248");
    assert_eq!(header("x-zendesk-webhook-id"), hooked.webhook.id());
    let timestamp = header("x-zendesk-webhook-signature-timestamp");
    assert_eq!(timestamp, "2024-09-06T18:52:00Z");
    assert_eq!(
        header("x-zendesk-webhook-signature"),
        signature(hooked.webhook.secret(), &timestamp, &request.body)
    );
    let delivery = hooked.scene.zendesk.deliveries().assert_once();
    assert_eq!(
        header("x-zendesk-webhook-invocation-id"),
        delivery.invocation_id()
    );
    assert_eq!(hooked.webhook.id().len(), 26);
    assert_eq!(delivery.body(), request.body);
    assert_eq!(delivery.event_id(), delivery.payload::<Value>()["id"]);
}

#[tokio::test]
async fn events_are_the_same_in_every_run() {
    let run = async || {
        let hooked = Hooked::start().await;
        hooked.scene.join(&hooked.scene.acme).await;
        let request = hooked.received().await.remove(0);
        let headers = request
            .headers
            .iter()
            .filter(|(name, _)| name.as_str().starts_with("x-"));
        let headers: BTreeMap<String, String> = headers
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        (hooked.webhook.secret().to_owned(), headers, request.body)
    };
    assert_eq!(run().await, run().await);
}

/// A job that runs as time passes makes its events at its time, though nobody asks after it.
#[tokio::test(start_paused = true)]
async fn a_job_makes_events_when_it_is_due() {
    let builder = MockZendesk::builder().clock(Clock::tokio());
    let pace = JobPace::After(Duration::from_secs(30));
    let hooked = Hooked::with(builder.job_pace(pace), |webhook| webhook).await;
    let Hooked { scene, .. } = &hooked;
    let item = json!({"user_id": scene.ada.id, "organization_id": scene.acme.id});
    let body = json!({"organization_memberships": [item]});
    scene
        .post("/organization_memberships/create_many", body)
        .await;
    tokio::time::sleep(Duration::from_secs(40)).await;
    let received = hooked.receiver.received_requests().await.unwrap();
    assert_eq!(received.len(), 1);
    let payload: Value = serde_json::from_slice(&received[0].body).unwrap();
    let queued = scene.zendesk.calls().assert_once().at().unix_seconds();
    let time: mock_zendesk::time::Timestamp = payload["time"].as_str().unwrap().parse().unwrap();
    assert_eq!(time.unix_seconds() - queued, 30);
}

/// The call and its job are two steps, although they happen at once.
#[tokio::test]
async fn a_job_that_runs_within_its_call_makes_each_event_once() {
    let builder = MockZendesk::builder().job_pace(JobPace::IMMEDIATE);
    let hooked = Hooked::with(builder, |webhook| webhook).await;
    let Hooked { scene, .. } = &hooked;
    let item =
        |organization: u64| json!({"user_id": scene.ada.id, "organization_id": organization});
    let items = [item(scene.acme.id.get()), item(scene.globex.id.get())];
    let body = json!({"organization_memberships": items});
    scene
        .post("/organization_memberships/create_many", body)
        .await;
    let joined = "user.organization_membership_created";
    assert_eq!(hooked.types().await, [joined; 2]);
}

/// One change of Ada's memberships.
#[derive(Clone, Debug)]
enum Act {
    /// A user of this organization is merged into Ada.
    MergeUser(usize),
    /// The first organization is merged into the second one.
    Merge(usize, usize),
    Join(usize),
    Leave(usize),
    MoveTo(usize),
    SetAll(Vec<usize>),
    Forget(usize),
}

fn act() -> impl Strategy<Value = Act> {
    let one = || 0..4usize;
    prop_oneof![
        one().prop_map(Act::Join),
        one().prop_map(Act::Leave),
        one().prop_map(Act::MoveTo),
        prop::collection::vec(one(), 0..4).prop_map(Act::SetAll),
        one().prop_map(Act::Forget),
        one().prop_map(Act::MergeUser),
        (one(), one()).prop_map(|(loser, winner)| Act::Merge(loser, winner)),
    ]
}

proptest! {
    #![proptest_config(seeded(24))]

    /// Whoever applies the membership events in order knows the memberships.
    #[test]
    fn ns116_a_copy_that_follows_the_events_equals_the_account(acts in prop::collection::vec(act(), 1..12)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(follow(acts));
    }
}

async fn follow(acts: Vec<Act>) {
    let hooked = Hooked::start().await;
    let Hooked { scene, .. } = &hooked;
    let zendesk = &scene.zendesk;
    let organizations: Vec<u64> = (0..4)
        .map(|n| zendesk.seed().organization(format!("O{n}")).id.get())
        .collect();
    let user = format!("/users/{}", scene.ada.id);
    for act in acts {
        let membership = |index: usize| {
            zendesk
                .account()
                .membership(&scene.ada, organizations[index])
        };
        match act {
            Act::Join(index) => {
                let membership =
                    json!({"user_id": scene.ada.id, "organization_id": organizations[index]});
                let body = json!({"organization_membership": membership});
                scene.post("/organization_memberships", body).await;
            }
            Act::Leave(index) => {
                if let Some(membership) = membership(index) {
                    let path = format!("/organization_memberships/{}", membership.id);
                    scene.send(Method::DELETE, &path, None).await;
                }
            }
            Act::MoveTo(index) => {
                let body = json!({"user": {"organization_id": organizations[index]}});
                scene.send(Method::PUT, &user, Some(body)).await;
            }
            Act::SetAll(indexes) => {
                let ids: Vec<u64> = indexes.iter().map(|index| organizations[*index]).collect();
                let body = json!({"user": {"organization_ids": ids}});
                scene.send(Method::PUT, &user, Some(body)).await;
            }
            Act::Forget(index) => {
                let path = format!("/organizations/{}", organizations[index]);
                scene.send(Method::DELETE, &path, None).await;
            }
            Act::MergeUser(index) => {
                let twin = zendesk.seed().user("Twin");
                let id = organizations[index];
                if zendesk.account().organization(id).is_some() {
                    zendesk.seed().membership(&twin, id);
                }
                let path = format!("/users/{}/merge", twin.id);
                let body = json!({"user": {"id": scene.ada.id}});
                scene.send(Method::PUT, &path, Some(body)).await;
            }
            Act::Merge(loser, winner) => {
                let path = format!("/organizations/{}/merge", organizations[loser]);
                let body = json!({"organization_merge": {"winner_id": organizations[winner]}});
                scene.post(&path, body).await;
                zendesk.jobs().run_all();
            }
        }
    }
    let of_ada = format!("zen:user:{}", scene.ada.id);
    let mut copy: Vec<String> = Vec::new();
    for payload in hooked.payloads().await {
        if payload["subject"] != of_ada {
            continue;
        }
        let organization = payload["event"]["organization"]["id"]
            .as_str()
            .unwrap_or_default();
        match short_type(&payload).as_str() {
            "user.organization_membership_created" => {
                assert!(
                    !copy.iter().any(|known| known == organization),
                    "made twice"
                );
                copy.push(organization.to_owned());
            }
            "user.organization_membership_deleted" => {
                let known = copy.iter().position(|known| known == organization);
                copy.remove(known.expect("it was made before"));
            }
            _ => {}
        }
    }
    copy.sort();
    let memberships = zendesk.account().memberships_of_user(&scene.ada);
    let mut actual: Vec<String> = memberships
        .iter()
        .map(|row| row.organization_id.to_string())
        .collect();
    actual.sort();
    assert_eq!(copy, actual);
}
