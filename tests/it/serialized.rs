//! Records serialize as a reply shows them.

use mock_zendesk::{
    MockZendesk, MockZendeskBuilder,
    group_memberships::NewGroupMembership,
    groups::NewGroup,
    identities::{IdentityType, NewIdentity},
    job_statuses::{JobPace, JobState},
    organization_subscriptions::NewOrganizationSubscription,
    organizations::NewOrganization,
    settings::OpenQuestion,
    tickets::{NewTicket, TicketPriority, TicketStatus, TicketType},
    users::{NewUser, Role, TicketRestriction},
};
use reqwest::Method;
use serde::Serialize;
use serde_json::json;

use crate::scene::Scene;

/// What a reply shows, without the root key and without the host in urls, and without what only the
/// account knows.
async fn shown(scene: &Scene, root: &str, path: &str, unknown: &[&str]) -> String {
    let answer = scene.answer(Method::GET, path, None).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    let inner = answer
        .body
        .strip_prefix(&format!("{{\"{root}\":"))
        .and_then(|body| body.strip_suffix('}'))
        .unwrap_or_else(|| panic!("{path} has no {root}: {}", answer.body));
    let without_host = inner.replace(&scene.zendesk.uri(), "");
    assert_ne!(without_host, inner, "{path} has a url");
    unknown.iter().fold(without_host, |text, key| {
        let start = text.find(&format!("\"{key}\":")).unwrap();
        let end = start + text[start..].find(',').unwrap() + 1;
        text[..start].to_owned() + &text[end..]
    })
}

#[track_caller]
fn text(record: &impl Serialize) -> String {
    serde_json::to_string(record).unwrap()
}

#[tokio::test]
async fn a_user_serializes_as_a_reply_shows_it() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    let full = NewUser::new("Cid \"C\" Ö")
        .email("cid@example.com")
        .time_zone("UTC")
        .phone("+1555")
        .organization_id(&scene.acme)
        .verified()
        .external_id("7")
        .tags(["a", "b"])
        .alias("count")
        .signature("C.")
        .details("Here")
        .notes("Late")
        .ticket_restriction(TicketRestriction::Organization)
        .suspended();
    let tier_2 = seed.add(NewGroup::new("Tier 2"));
    let agent = NewUser::new("Grace").role(Role::Agent);
    let gone = seed.user("Gone").id;
    seed.remove_user(gone);
    let users = [
        (scene.ada.id, &[][..]),
        (seed.user(full).id, &[]),
        (
            seed.user(agent.default_group_id(&tier_2)).id,
            &["default_group_id"],
        ),
        (
            scene.zendesk.account().owner(),
            &["is_billing_admin", "default_group_id"],
        ),
        (gone, &[]),
    ];
    for (id, unknown) in users {
        let user = scene.zendesk.account().user(id).unwrap();
        let path = format!("/users/{id}");
        assert_eq!(text(&user), shown(&scene, "user", &path, unknown).await);
    }
}

#[tokio::test]
async fn an_identity_serializes_as_a_reply_shows_it() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    let email = seed.add(NewIdentity::email(&scene.ada, "second@example.org").verified());
    let twitter = NewIdentity::new(&scene.ada, IdentityType::Twitter, "ada");
    for identity in [email, seed.add(twitter)] {
        let path = format!("/users/{}/identities/{}", scene.ada.id, identity.id);
        assert_eq!(text(&identity), shown(&scene, "identity", &path, &[]).await);
    }
}

#[tokio::test]
async fn an_organization_serializes_as_a_reply_shows_it() {
    let scene = Scene::start().await;
    let full = NewOrganization::new("Initech")
        .shared_tickets()
        .shared_comments()
        .external_id("7")
        .domain_names(["a.b"])
        .details("Here")
        .notes("Late")
        .group_id(scene.zendesk.account().default_group())
        .tags(["a", "b"]);
    let full = scene.zendesk.seed().organization(full);
    for organization in [&scene.acme, &full] {
        let path = format!("/organizations/{}", organization.id);
        assert_eq!(
            text(organization),
            shown(&scene, "organization", &path, &[]).await
        );
    }
}

#[tokio::test]
async fn an_organization_membership_serializes_as_a_reply_shows_it() {
    let settings: [fn() -> MockZendeskBuilder; 2] = [MockZendesk::builder, || {
        MockZendesk::builder().other_answer(OpenQuestion::NonDefaultValue)
    }];
    let mut texts = Vec::new();
    for builder in settings {
        let scene = Scene::with(builder()).await;
        let seed = scene.zendesk.seed();
        let shared = seed.organization(NewOrganization::new("Shared").shared_tickets());
        for organization in [&scene.acme, &shared] {
            let membership = seed.membership(&scene.ada, organization);
            let path = format!("/organization_memberships/{}", membership.id);
            let shown = shown(&scene, "organization_membership", &path, &[]).await;
            assert_eq!(text(&membership), shown);
            texts.push(shown);
        }
    }
    assert_eq!(texts[0], texts[2], "the default");
    assert_ne!(texts[1], texts[3], "the other one");
}

#[tokio::test]
async fn a_ticket_serializes_as_a_reply_shows_it() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    seed.membership(&scene.ada, &scene.acme);
    let grace = seed.user(NewUser::new("Grace").role(Role::Agent));
    let full = NewTicket::new("Toner")
        .external_id("7")
        .ticket_type(TicketType::Problem)
        .description("Black")
        .priority(TicketPriority::Urgent)
        .status(TicketStatus::Pending)
        .submitter_id(&grace)
        .assignee_id(&grace)
        .group_id(scene.zendesk.account().default_group())
        .tags(["a", "b"]);
    for ticket in [NewTicket::new("Ink"), full] {
        let ticket = seed.ticket(&scene.ada, ticket);
        let path = format!("/tickets/{}", ticket.id);
        assert_eq!(text(&ticket), shown(&scene, "ticket", &path, &[]).await);
    }
}

#[tokio::test]
async fn a_group_and_its_memberships_serialize_as_replies_show_them() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    let account = scene.zendesk.account();
    let support = account.group(account.default_group()).unwrap();
    let tier_2 = seed.add(NewGroup::new("Tier 2").description("Next").private());
    for group in [&support, &tier_2] {
        let path = format!("/groups/{}", group.id);
        assert_eq!(
            text(group),
            shown(&scene, "group", &path, &["default"]).await
        );
    }
    let grace = seed.user(NewUser::new("Grace").role(Role::Agent));
    let memberships = [
        scene.zendesk.account().group_memberships_of_user(&grace)[0],
        seed.add(NewGroupMembership::new(&grace, &tier_2)),
    ];
    assert_eq!(
        memberships.map(|membership| membership.default),
        [true, false]
    );
    for membership in memberships {
        let path = format!("/group_memberships/{}", membership.id);
        assert_eq!(
            text(&membership),
            shown(&scene, "group_membership", &path, &[]).await
        );
    }
}

#[tokio::test]
async fn a_subscription_serializes_as_a_reply_shows_it() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    let grace = seed.user(NewUser::new("Grace").role(Role::Agent));
    let subscription = seed.add(NewOrganizationSubscription::new(&grace, &scene.acme));
    let path = format!("/organization_subscriptions/{}", subscription.id);
    assert_eq!(
        text(&subscription),
        shown(&scene, "organization_subscription", &path, &[]).await
    );
}

#[tokio::test]
async fn a_job_serializes_as_a_reply_shows_it_in_every_state() {
    let scene = Scene::with(MockZendesk::builder().job_pace(JobPace::Manual)).await;
    let (zendesk, jobs) = (&scene.zendesk, scene.zendesk.jobs());
    let mut seen = Vec::new();
    let start = async || {
        let rows = [&scene.acme, &scene.globex].map(
            |organization| json!({"user_id": scene.ada.id, "organization_id": organization.id}),
        );
        let body = json!({"organization_memberships": rows});
        let (status, body) = scene
            .post("/organization_memberships/create_many", body)
            .await;
        assert_eq!(status, 200, "{body}");
        let id = body["job_status"]["id"].as_str().unwrap();
        format!("/job_statuses/{id}")
    };
    let mut look = async |path: &str| {
        let shown = shown(&scene, "job_status", path, &[]).await;
        let jobs = zendesk.account().jobs();
        let job = jobs.iter().find(|job| path.ends_with(&job.id)).unwrap();
        assert_eq!(text(job), shown);
        seen.push((job.state, shown.contains("\"results\":[")));
    };

    jobs.fail_items_of_next([1], "is full");
    let completed = start().await;
    look(&completed).await;
    jobs.work_on_next(0);
    look(&completed).await;
    jobs.work_on_next(1);
    look(&completed).await;
    jobs.run_next();
    look(&completed).await;
    let failed = start().await;
    jobs.work_on_next(1);
    jobs.fail_next("broken");
    look(&failed).await;
    let killed = start().await;
    jobs.kill_next("ended");
    look(&killed).await;
    let expected = [
        (JobState::Queued, false),
        (JobState::Working, false),
        (JobState::Working, false),
        (JobState::Completed, true),
        (JobState::Failed, true),
        (JobState::Killed, false),
    ];
    assert_eq!(seen, expected);
}
