//! Merges of users and of organizations, and deleted users, as a test holds them: paces and failures,
//! the journal, differences, fixtures, and races with bulk jobs.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use expect_test::expect;
use mock_zendesk::{
    Account, Call, Fault, MockZendesk, TicketId, UserId,
    account::Difference,
    fixtures::Fixture,
    job_statuses::JobPace,
    organization_merges::{self, MergeStatus},
    organizations::{NewOrganization, Organization},
    tickets::{NewTicket, TicketStatus},
    users::{self, NewUser},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::normal::normal;
use crate::scene::Scene;

async fn start(scene: &Scene, loser: &Organization, winner: &Organization) -> String {
    let path = format!("/organizations/{}/merge", loser.id);
    let body = json!({"organization_merge": {"winner_id": winner.id}});
    let (status, merge) = scene.post(&path, body).await;
    assert_eq!(status, 200, "{merge}");
    let merge = &merge["organization_merge"];
    assert_eq!(merge["status"], "new", "whatever the pace is");
    merge["id"].as_str().unwrap().to_owned()
}

async fn poll(scene: &Scene, merge: &str) -> Value {
    let (status, merge) = scene.get(&format!("/organization_merges/{merge}")).await;
    assert_eq!(status, 200);
    merge["organization_merge"]["status"].clone()
}

fn status(scene: &Scene, merge: &str) -> MergeStatus {
    scene
        .zendesk
        .account()
        .organization_merge(merge)
        .unwrap()
        .status
}

async fn merge_users(scene: &Scene, loser: UserId, winner: UserId) -> u16 {
    let body = Some(json!({"user": {"id": winner}}));
    let (status, _) = scene
        .send(Method::PUT, &format!("/users/{loser}/merge"), body)
        .await;
    status
}

/// What holds of every account, whatever happens in which order.
fn assert_invariants(account: &Account) {
    let users: BTreeMap<UserId, _> = account.users().into_iter().map(|u| (u.id, u)).collect();
    let (mut pairs, mut defaults) = (BTreeSet::new(), BTreeMap::new());
    for row in account.memberships() {
        assert!(users.contains_key(&row.user_id), "{row:?}");
        assert!(
            account.organization(row.organization_id).is_some(),
            "{row:?}"
        );
        assert!(
            pairs.insert((row.user_id, row.organization_id)),
            "twice: {row:?}"
        );
        if row.default {
            assert_eq!(defaults.insert(row.user_id, row.organization_id), None);
        }
    }
    let (mut values, mut primary) = (BTreeSet::new(), BTreeSet::new());
    for user in users.values() {
        let is_member = pairs.iter().any(|(id, _)| *id == user.id);
        assert_eq!(user.organization_id, defaults.get(&user.id).copied());
        assert_eq!(user.organization_id.is_some(), is_member, "{user:?}");
        for identity in account.identities_of_user(user.id) {
            let of = (identity.identity_type, identity.value.to_lowercase());
            assert!(values.insert(of), "twice: {identity:?}");
            let is_second = !primary.insert((user.id, identity.identity_type));
            assert!(!identity.primary || !is_second, "{identity:?}");
        }
    }
    for ticket in account.tickets() {
        let organization = ticket
            .organization_id
            .filter(|_| ticket.status != TicketStatus::Closed);
        let pair = organization.map(|organization| (ticket.requester_id, organization));
        assert!(pair.is_none_or(|pair| pairs.contains(&pair)), "{ticket:?}");
    }
    for user in account.deleted_users() {
        assert!(!user.active && user.email.is_none(), "{user:?}");
        assert!(account.identities_of_user(user.id).is_empty());
    }
}

/// What a test author expects of `jobs()`: a merge is one of them, without items.
#[tokio::test]
async fn no89_every_pace_and_every_failure_of_a_job_is_one_of_a_merge() {
    // Immediately.
    let scene = Scene::with(MockZendesk::builder().job_pace(JobPace::IMMEDIATE)).await;
    let merge = start(&scene, &scene.acme, &scene.globex).await;
    assert_eq!(status(&scene, &merge), MergeStatus::Complete);

    // By the clock: in progress from the first look on.
    let ten_seconds = JobPace::After(Duration::from_secs(10));
    let scene = Scene::with(MockZendesk::builder().job_pace(ten_seconds)).await;
    let merge = start(&scene, &scene.acme, &scene.globex).await;
    for (seconds, expected) in [(0, "in_progress"), (9, "in_progress"), (1, "complete")] {
        scene.zendesk.advance(Duration::from_secs(seconds));
        assert_eq!(poll(&scene, &merge).await, expected);
    }

    // By hand, and paused.
    let scene = Scene::with(MockZendesk::builder().job_pace(JobPace::Manual)).await;
    let merge = start(&scene, &scene.acme, &scene.globex).await;
    assert_eq!(poll(&scene, &merge).await, "new");
    scene.zendesk.jobs().work_on_next(0);
    assert_eq!(poll(&scene, &merge).await, "in_progress");
    scene.zendesk.jobs().run_next();
    assert_eq!(status(&scene, &merge), MergeStatus::Complete);
    let scene = Scene::start().await;
    let merge = start(&scene, &scene.acme, &scene.globex).await;
    scene.zendesk.jobs().pause();
    assert_eq!(poll(&scene, &merge).await, "new");
    scene.zendesk.jobs().resume();
    assert_eq!(poll(&scene, &merge).await, "complete");
    let scene = Scene::start().await;
    let merge = start(&scene, &scene.acme, &scene.globex).await;
    scene.zendesk.jobs().run_all();
    assert_eq!(status(&scene, &merge), MergeStatus::Complete);

    // Failures, planned before or after the merge was queued. It can be requested again.
    for (index, is_early) in [
        (0, true),
        (1, true),
        (2, true),
        (0, false),
        (1, false),
        (2, false),
    ] {
        let scene = Scene::start().await;
        let fail = || match index {
            0 => scene.zendesk.jobs().fail_next("no"),
            1 => scene.zendesk.jobs().kill_next("no"),
            _ => scene.zendesk.jobs().fail_items_of_next([0], "no"),
        };
        if is_early {
            fail();
        }
        let before = scene.zendesk.account();
        let merge = start(&scene, &scene.acme, &scene.globex).await;
        if !is_early {
            fail();
        }
        assert_eq!(poll(&scene, &merge).await, "error");
        assert_eq!(poll(&scene, &merge).await, "error", "it stays so");
        assert!(scene.zendesk.changes_since(&before).is_empty());
        let again = start(&scene, &scene.acme, &scene.globex).await;
        assert_eq!(poll(&scene, &again).await, "complete");
        scene.zendesk.verify();
    }

    // A winner that is gone by then.
    let scene = Scene::start().await;
    let merge = start(&scene, &scene.acme, &scene.globex).await;
    scene.zendesk.seed().remove_organization(&scene.globex);
    assert_eq!(poll(&scene, &merge).await, "error");
    assert!(scene.zendesk.account().organization(&scene.acme).is_some());
    let text = scene.zendesk.transcript();
    assert!(
        text.contains(&format!("merge {merge} failed: Not found")),
        "{text}"
    );
}

/// Merges do not count as jobs: neither in their list nor for their limit.
#[tokio::test]
async fn a_merge_is_no_job_status() {
    let builder = MockZendesk::builder()
        .job_pace(JobPace::Manual)
        .job_limit(1);
    let scene = Scene::with(builder).await;
    start(&scene, &scene.acme, &scene.globex).await;
    assert!(scene.zendesk.account().jobs().is_empty());
    let body = json!({"organization_memberships": []});
    let path = "/organization_memberships/create_many";
    assert_eq!(scene.post(path, body.clone()).await.0, 200);
    assert_eq!(scene.post(path, body).await.0, 429);
    assert_eq!(scene.zendesk.account().jobs().len(), 1);
}

#[tokio::test]
async fn the_journal_says_what_a_merge_has_moved() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    let twin = seed.user(
        NewUser::new("Twin")
            .email("twin@example.com")
            .organization_id(&scene.acme),
    );
    seed.membership(&scene.ada, &scene.globex);
    seed.ticket(&twin, "Paper");
    seed.ticket(&twin, NewTicket::new("Ink").status(TicketStatus::Closed));
    let before = scene.zendesk.account();
    let [address] = before.identities_of_user(&twin).try_into().unwrap();

    assert_eq!(merge_users(&scene, twin.id, scene.ada.id).await, 200);

    let merge = scene.zendesk.calls().of(users::MERGE);
    merge.about_user(&twin).assert_once();
    merge.about_user(&scene.ada).assert_once();
    let twin_id = twin.id.to_string();
    let lines = |call: Call| {
        let lines: Vec<String> = call.effects().iter().map(ToString::to_string).collect();
        let text = normal(&scene.zendesk, &lines.join("\n"), &[]);
        scene.with_names(text.replace(&twin_id, "TWIN"))
    };
    expect![[r#"
        user TWIN (Twin) merged into ADA........... (Ada)
        tickets 1, 2 moved from user TWIN (Twin) to ADA........... (Ada)
        membership MEMBERSHIP.... moved from user TWIN (Twin) to ADA........... (Ada)
        identity 21859498330452 (twin@example.com) moved from user TWIN (Twin) to ADA........... (Ada)
        user TWIN (Twin) deleted"#]].assert_eq(&lines(merge.last().unwrap()));
    scene.zendesk.assert_changes(
        &before,
        [
            Difference::deleted(twin.id),
            Difference::left(&twin, &scene.acme),
            Difference::joined(&scene.ada, &scene.acme),
            Difference::default_lost(&twin, &scene.acme),
            Difference::changed(scene.ada.id, ["email"]),
            Difference::changed(TicketId::new(1), ["requester_id"]),
            Difference::changed(TicketId::new(2), ["requester_id"]),
            Difference::changed(address.id, ["user_id"]),
        ],
    );
    let before = scene.zendesk.account();

    start(&scene, &scene.acme, &scene.globex).await;
    scene.zendesk.jobs().run_all();
    let merge = scene.zendesk.calls().of(organization_merges::CREATE);
    expect![[r#"
        merge 01J74AVM40J452VV4909EC3WS0 queued: organization ACME.......... (Acme) into GLOBEX........ (Globex)
        organization ACME.......... (Acme) merged into GLOBEX........ (Globex)
        tickets 1, 2 moved from organization ACME.......... (Acme) to GLOBEX........ (Globex)
        membership 21859498330516 deleted: user ADA........... (Ada) in organization ACME.......... (Acme)
        organization ACME.......... (Acme) deleted"#]].assert_eq(&lines(merge.last().unwrap()));
    scene.zendesk.assert_changes(
        &before,
        [
            Difference::deleted(scene.acme.id),
            Difference::left(&scene.ada, &scene.acme),
            Difference::changed(TicketId::new(1), ["organization_id"]),
            Difference::changed(TicketId::new(2), ["organization_id"]),
        ],
    );
}

/// "created_at" of a membership that moves is inferred to stay; the user and the tickets change, which
/// an export shows.
#[tokio::test]
async fn no91_a_membership_that_moves_is_as_old_as_before() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    let bob = seed.user("Bob");
    let old = seed.membership(&bob, &scene.acme);
    let ticket = seed.ticket(&bob, "Ink");
    scene.zendesk.advance(Duration::from_secs(100));
    let now = seed.merge_user(&bob, &scene.ada).updated_at;
    assert!(now > old.created_at);
    let of_ada = |organization: &Organization| {
        let row = scene.zendesk.account().membership(&scene.ada, organization);
        row.unwrap()
    };
    let row = of_ada(&scene.acme);
    assert_eq!(
        (row.id, row.created_at, row.updated_at),
        (old.id, old.created_at, now)
    );
    let shown = scene.zendesk.account().ticket(&ticket).unwrap();
    assert_eq!(
        (shown.created_at, shown.updated_at),
        (ticket.created_at, now)
    );

    scene.zendesk.advance(Duration::from_secs(100));
    seed.merge_organization(&scene.acme, &scene.globex);
    let row = of_ada(&scene.globex);
    assert_eq!((row.id, row.created_at), (old.id, old.created_at));
    let user = scene.zendesk.account().user(&scene.ada).unwrap();
    let shown = scene.zendesk.account().ticket(&ticket).unwrap();
    assert!(row.updated_at > now && user.updated_at > now && shown.updated_at > now);
}

/// Fixtures with merges at each stage and with users deleted in both ways.
#[tokio::test]
async fn merges_and_deleted_users_are_saved_and_loaded_with_everything() {
    let scene = Scene::with(MockZendesk::builder().job_pace(JobPace::Manual)).await;
    let seed = scene.zendesk.seed();
    let agent = seed.user(
        NewUser::new("Agent")
            .email("agent@example.com")
            .role(users::Role::Admin),
    );
    let new = |name: &str| {
        let organization = NewOrganization::new(name).domain_names([format!("{name}.test")]);
        seed.organization(organization)
    };
    let rows: Vec<Organization> = ["a", "b", "c", "d", "e", "f"].map(new).into();
    for row in &rows {
        let user = seed.user(NewUser::new("Member").organization_id(row));
        seed.ticket(&user, NewTicket::new("Ink").status(TicketStatus::Closed));
    }
    let [one, two, three] = [seed.user("One"), seed.user("Two"), seed.user("Three")];
    seed.merge_user(&one, &scene.ada);
    seed.remove_user(&two);
    seed.remove_user_permanently(&two);
    seed.remove_user(&three);
    scene.zendesk.advance(Duration::from_secs(7));
    let path = scene.zendesk.url(&format!("/deleted_users/{}", three.id));
    let delete = reqwest::Client::new().delete(path);
    let by_agent = scene.zendesk.credentials_for(&agent).authorization();
    let reply = delete
        .header("authorization", by_agent)
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), 200);
    let deleted = seed.merge_organization(&rows[0], &rows[1]);
    assert_eq!(deleted.status, MergeStatus::Complete);
    let failed = start(&scene, &rows[1], &rows[2]).await;
    scene.zendesk.jobs().fail_next("no");
    let working = start(&scene, &rows[2], &rows[3]).await;
    scene.zendesk.jobs().work_on_next(0);
    let queued = start(&scene, &rows[4], &rows[3]).await;
    let statuses = [
        MergeStatus::Error,
        MergeStatus::InProgress,
        MergeStatus::New,
    ];
    let ids = [&failed, &working, &queued];
    assert_eq!(ids.map(|id| status(&scene, id)), statuses);

    let account = scene.zendesk.account();
    let json = account.to_fixture().to_json();
    let builder = MockZendesk::builder().job_pace(JobPace::Manual);
    let fresh = builder.start().await;
    fresh.seed().load(&Fixture::from_json(&json).unwrap());
    fresh.advance(Duration::from_secs(7));
    let loaded = fresh.account();
    assert_eq!(loaded.to_fixture().to_json(), json);
    assert_eq!(loaded.organization_merges(), account.organization_merges());
    assert_eq!(loaded.deleted_users(), account.deleted_users());
    assert_eq!(loaded.users(), account.users());
    // The merges go on, each from where it was.
    for zendesk in [&scene.zendesk, &fresh] {
        zendesk.jobs().run_all();
        let statuses: Vec<MergeStatus> = zendesk
            .account()
            .organization_merges()
            .iter()
            .map(|merge| merge.status)
            .collect();
        let [done, error] = [MergeStatus::Complete, MergeStatus::Error];
        assert_eq!(statuses, [done, error, done, done]);
        assert_invariants(&zendesk.account());
    }
    let [one, two] = [&scene.zendesk, &fresh].map(|zendesk| zendesk.account());
    assert_eq!(one.memberships(), two.memberships());
    assert_eq!(one.tickets(), two.tickets());
    // New merges and organizations get ids of their own.
    let [x, y] = [
        fresh.seed().organization("x"),
        fresh.seed().organization("y"),
    ];
    let fresh_merge = fresh.seed().merge_organization(&x, &y);
    let losers = account.organization_merges();
    assert!(
        losers
            .iter()
            .all(|merge| merge.loser_id != x.id && merge.id != fresh_merge.id)
    );
}

/// Only the loser cannot be deleted while a merge is open. Without its winner a merge fails.
#[tokio::test]
async fn a_merge_whose_winner_is_deleted_is_saved_and_loaded_and_fails() {
    let scene = Scene::with(MockZendesk::builder().job_pace(JobPace::Manual)).await;
    let merge = start(&scene, &scene.acme, &scene.globex).await;
    scene.zendesk.seed().remove_organization(&scene.globex);
    let json = scene.zendesk.account().to_fixture().to_json();
    let fresh = MockZendesk::builder()
        .job_pace(JobPace::Manual)
        .without_socket();
    fresh.seed().load(&Fixture::from_json(&json).unwrap());
    assert_eq!(fresh.account().to_fixture().to_json(), json);
    for zendesk in [&scene.zendesk, &fresh] {
        zendesk.jobs().run_all();
        let account = zendesk.account();
        let status = account.organization_merge(&merge).unwrap().status;
        assert_eq!(status, MergeStatus::Error);
        assert!(account.organization(&scene.acme).is_some());
    }
}

/// The loser of a merge has no row of its own, and yet nothing else gets its id.
#[test]
fn an_organization_that_was_merged_keeps_its_id_for_itself() {
    let zendesk = MockZendesk::builder().without_socket();
    let seed = zendesk.seed();
    let [winner, loser] = [seed.organization("W"), seed.organization("L")];
    seed.merge_organization(&loser, &winner);
    let fresh = MockZendesk::builder().without_socket();
    fresh.seed().load(&zendesk.account().to_fixture());
    assert_ne!(fresh.seed().organization("New").id, loser.id);
}

/// Where users are in one organization, a merged user's open tickets keep one that the winner is not
/// in. Such an account can be saved and loaded, too.
#[test]
fn tickets_of_another_organization_than_the_winners_are_saved_and_loaded() {
    let start = || {
        MockZendesk::builder()
            .single_organization()
            .without_socket()
    };
    let zendesk = start();
    let seed = zendesk.seed();
    let [a, b] = [seed.organization("A"), seed.organization("B")];
    let [loser, winner] = [&a, &b].map(|row| seed.user(NewUser::new("U").organization_id(row)));
    let ticket = seed.ticket(&loser, "Ink");
    seed.merge_user(&loser, &winner);
    let account = zendesk.account();
    assert_eq!(account.ticket(&ticket).unwrap().organization_id, Some(a.id));
    let fixture = account.to_fixture();
    let fresh = start();
    fresh.seed().load(&fixture);
    assert_eq!(fresh.account().to_fixture(), fixture);
}

#[test]
fn a_bad_row_of_merges_names_itself_and_the_reason() {
    let good = json!({"id": "01HPZM6206BF4G63783E5349AD", "loser_id": 3, "winner_id": 1, "status": "complete"});
    let with = |key: &str, value: Value| {
        let mut row = good.clone();
        row[key] = value;
        vec![row]
    };
    let open = |loser: u64, winner: u64, id: &str| json!({"id": id, "loser_id": loser, "winner_id": winner, "status": "new"});
    let (a, b) = ("01HPZM6206BF4G63783E5349AA", "01HPZM6206BF4G63783E5349AB");
    for (rows, reason) in [
        (
            with("id", json!("7")),
            "`id` must be a ULID, such as 01HPZM6206BF4G63783E5349AD",
        ),
        (with("id", json!(7)), "`id` must be a string"),
        (
            with("loser_id", json!(0)),
            "`loser_id` must be an integer from 1 to 9223372036854775807",
        ),
        (
            with("winner_id", json!("x")),
            "`winner_id` must be an integer",
        ),
        (
            with("status", json!("done")),
            "`status` must be one of `new`, `in_progress`, `complete`, `error`",
        ),
        (with("status", Value::Null), "missing field `status`"),
        (
            with("loser_id", json!(1)),
            "an organization cannot be merged into itself",
        ),
        (
            with("loser_id", json!(2)),
            "organization 2 exists, so its merge is not complete",
        ),
        (
            with("status", json!("new")),
            "organization 3 does not exist",
        ),
        (
            vec![good.clone(), good.clone()],
            "the account has a merge 01HPZM6206BF4G63783E5349AD already",
        ),
        (
            vec![open(1, 2, a), open(1, 2, b)],
            "merge 01HPZM6206BF4G63783E5349AA of organization 1 into 2 is not complete, so 1 cannot be merged into 2",
        ),
        (
            vec![open(1, 2, a), open(2, 4, b)],
            "merge 01HPZM6206BF4G63783E5349AA of organization 1 into 2 is not complete, so 2 cannot be merged into 4",
        ),
        (
            vec![open(2, 4, a), open(1, 2, b)],
            "merge 01HPZM6206BF4G63783E5349AA of organization 2 into 4 is not complete, so 1 cannot be merged into 2",
        ),
    ] {
        let fixture = json!({
            "organizations": [{"id": 1, "name": "A"}, {"id": 2, "name": "B"}, {"id": 4, "name": "D"}],
            "organization_merges": rows,
        });
        let zendesk = MockZendesk::builder().without_socket();
        let loaded = Fixture::from_json(&fixture.to_string())
            .and_then(|fixture| zendesk.seed().try_load(&fixture));
        let error = loaded.expect_err(reason).to_string();
        let index = rows.len() - 1;
        assert!(
            error.contains(&format!("organization_merges[{index}]: {reason}")),
            "{error}"
        );
    }
    // Two may be merged into the same one.
    let rows = [good, open(1, 2, a), open(4, 2, b)];
    let fixture = json!({
        "organizations": [{"id": 1, "name": "A"}, {"id": 2, "name": "B"}, {"id": 4, "name": "D"}],
        "organization_merges": rows,
    });
    let zendesk = MockZendesk::builder().without_socket();
    zendesk
        .seed()
        .load(&Fixture::from_json(&fixture.to_string()).unwrap());
    assert_eq!(zendesk.account().organization_merges().len(), 3);
    let active = json!({"users": [{"id": 1, "name": "A", "permanently_deleted": true}]});
    let error = zendesk
        .seed()
        .try_load(&Fixture::from_json(&active.to_string()).unwrap());
    assert_eq!(
        error.unwrap_err().to_string(),
        "users[0]: a user who is deleted permanently is not active"
    );
}

/// Bulk jobs over the same users and organizations run while both kinds of merges do: at every pace,
/// and in every order by hand.
#[tokio::test]
async fn merges_and_bulk_jobs_over_the_same_records_leave_a_sound_account() {
    let ten_seconds = JobPace::After(Duration::from_secs(10));
    let paces = [
        JobPace::IMMEDIATE,
        JobPace::AfterPolls(1),
        JobPace::AfterPolls(3),
        ten_seconds,
        JobPace::Manual,
    ];
    for pace in paces {
        for order in 0..6usize {
            let scene = Scene::with(MockZendesk::builder().job_pace(pace)).await;
            let seed = scene.zendesk.seed();
            let third = seed.organization("Third");
            let people: Vec<UserId> = (0..4)
                .map(|n| {
                    let user = seed.user(NewUser::new("P").email(format!("p{n}@example.com")));
                    seed.membership(&user, if n % 2 == 0 { &scene.acme } else { &third });
                    seed.ticket(&user, NewTicket::new("Ink"));
                    user.id
                })
                .collect();
            let all = [&scene.acme, &scene.globex, &third];
            let pairs = people.iter().flat_map(|user| all.map(|row| (user, row.id)));
            let items: Vec<Value> = pairs
                .map(|(user, id)| json!({"user_id": user, "organization_id": id, "default": true}))
                .collect();
            let mut jobs = vec![
                (
                    Method::POST,
                    "/organization_memberships/create_many".to_owned(),
                    json!({"organization_memberships": items}),
                ),
                (
                    Method::PUT,
                    format!("/users/update_many?ids={},{}", people[0], people[1]),
                    json!({"user": {"organization_id": scene.acme.id, "email": "new@example.com"}}),
                ),
                (
                    Method::DELETE,
                    format!("/users/destroy_many?ids={}", people[3]),
                    Value::Null,
                ),
            ];
            jobs.rotate_left(order % 3);
            for (method, path, body) in jobs {
                scene
                    .send(method, &path, Some(body).filter(|body| !body.is_null()))
                    .await;
                if pace == JobPace::Manual && order % 2 == 1 {
                    scene.zendesk.jobs().work_on_next(order);
                }
            }
            let merge = start(&scene, &scene.acme, &scene.globex).await;
            assert_invariants(&scene.zendesk.account());
            if order >= 3 {
                assert_eq!(merge_users(&scene, people[0], people[1]).await, 200);
            }
            poll(&scene, &merge).await;
            scene.zendesk.advance(Duration::from_secs(5));
            assert_invariants(&scene.zendesk.account());
            if order < 3 {
                assert_eq!(merge_users(&scene, people[1], people[2]).await, 200);
            }
            scene.get("/job_statuses").await;
            scene.zendesk.advance(Duration::from_secs(60));
            assert_invariants(&scene.zendesk.account());
            scene.zendesk.jobs().run_all();
            let account = scene.zendesk.account();
            assert_invariants(&account);
            assert_eq!(status(&scene, &merge), MergeStatus::Complete, "{pace:?}");
            let json = account.to_fixture().to_json();
            let fresh = MockZendesk::builder().without_socket();
            fresh.seed().load(&Fixture::from_json(&json).unwrap());
            assert_eq!(fresh.account().to_fixture().to_json(), json);
        }
    }
}

/// Faults work as on every other call.
#[tokio::test]
async fn a_lost_reply_to_a_merge_leaves_it_done() {
    let scene = Scene::start().await;
    let twin = scene.zendesk.seed().user("Twin");
    scene.zendesk.inject(Fault::lost_reply().on(users::MERGE));
    let body = json!({"user": {"id": scene.ada.id}});
    let path = format!("/users/{}/merge", twin.id);
    let lost = scene.request(Method::PUT, &path, Some(body)).send().await;
    assert!(lost.is_err());
    assert!(!scene.zendesk.account().user(&twin).unwrap().active);
    assert_eq!(
        merge_users(&scene, twin.id, scene.ada.id).await,
        404,
        "a retry finds no loser"
    );

    let unavailable = Fault::unavailable(Duration::from_secs(1)).on(organization_merges::CREATE);
    scene.zendesk.inject(unavailable);
    let path = format!("/organizations/{}/merge", scene.acme.id);
    let body = json!({"organization_merge": {"winner_id": scene.globex.id}});
    assert_eq!(scene.post(&path, body).await.0, 503);
    assert!(scene.zendesk.account().organization_merges().is_empty());
}
