//! The handle that a test holds: seeding, looking, and what it says of misuse.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use expect_test::expect;
use futures::executor::block_on;
use mock_zendesk::{
    Clock, Credentials, MockZendesk, UserId,
    identities::NewIdentity,
    job_statuses::JobState,
    organization_subscriptions::NewOrganizationSubscription,
    organizations::NewOrganization,
    tickets::{NewTicket, TicketStatus},
    time::Timestamp,
    users::{NewUser, Role, User},
};
use serde_json::json;

use crate::normal::{Here, here, normal, with_places};

thread_local! {
    static LAST_PANIC: RefCell<Option<(String, u32)>> = const { RefCell::new(None) };
}

/// The text of the panic that `act` causes, and the file and line that it names.
pub(crate) fn panic_of(act: impl FnOnce()) -> (String, String, u32) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let former = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let location = info
                .location()
                .map(|location| (location.file().to_owned(), location.line()));
            LAST_PANIC.with_borrow_mut(|last| *last = location);
            former(info);
        }));
    });
    let payload = catch_unwind(AssertUnwindSafe(act)).expect_err("it is to panic");
    let literal = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    let text = payload
        .downcast_ref::<String>()
        .cloned()
        .or(literal)
        .unwrap();
    let (file, line) = LAST_PANIC.with_borrow_mut(Option::take).unwrap();
    (text, file, line)
}

#[tokio::test]
async fn a_seed_that_breaks_a_rule_panics_at_the_line_of_the_test() {
    let zendesk = MockZendesk::start().await;
    let seed = zendesk.seed();
    let (ada, acme) = (seed.user("Ada"), seed.organization("Acme"));
    seed.membership(&ada, &acme);

    let Here {
        value: (text, file, line),
        place,
    } = here(panic_of(|| drop(seed.membership(&ada, &acme))));

    expect![[r#"
        cannot seed membership of user ADA........... in organization ACME..........: This user is already a member of this organization.
          Zendesk refuses this, too; seed something that follows its rules"#]]
    .assert_eq(&normal(&zendesk, &text, &[]));
    assert_eq!((file.as_str(), line), (place.file(), place.line()));
    assert_eq!(
        zendesk.account().membership_count(),
        1,
        "the double is still usable"
    );
}

#[tokio::test]
async fn several_records_are_seeded_in_order_up_to_the_first_that_breaks_a_rule() {
    let zendesk = MockZendesk::start().await;
    let seed = zendesk.seed();
    let names =
        |users: &[User]| -> Vec<String> { users.iter().map(|user| user.name.clone()).collect() };
    let users = seed.users(["Ada", "Bob"]);
    assert_eq!(names(&users), ["Ada", "Bob"]);
    let organizations = seed.organizations([
        NewOrganization::new("Globex"),
        NewOrganization::new("Acme").external_id("1"),
    ]);
    let memberships = seed.memberships(&users[0], &organizations);
    let in_order: Vec<_> = memberships
        .iter()
        .map(|membership| (membership.organization_id, membership.default))
        .collect();
    let expected = [(organizations[0].id, true), (organizations[1].id, false)];
    assert_eq!(in_order, expected);
    assert_eq!(seed.users(Vec::<String>::new()), []);

    let Here {
        value: (text, file, line),
        place,
    } = here(panic_of(|| drop(seed.users(["Eve", " ", "Mallory"]))));
    assert!(text.starts_with("cannot seed user \" \": "), "{text}");
    assert_eq!((file.as_str(), line), (place.file(), place.line()));
    let there = names(&zendesk.account().users()[1..]);
    assert_eq!(there, ["Ada", "Bob", "Eve"]);
    let (ada, all) = (&users[0], &organizations);
    let Here {
        value: (_, file, line),
        place,
    } = here(panic_of(|| drop(seed.memberships(ada, all))));
    assert_eq!((file.as_str(), line), (place.file(), place.line()));
}

#[tokio::test]
async fn a_seed_that_breaks_a_rule_is_named() {
    let zendesk = MockZendesk::start().await;
    let seed = zendesk.seed();
    let ada = seed.user(NewUser::new("Ada").email("ada@example.com"));
    let acme = seed.organization("Acme");
    let (organization, ..) = panic_of(|| drop(seed.organization("ACME")));
    let (user, ..) = panic_of(|| drop(seed.user(NewUser::new("Bob").email("ADA@example.com"))));
    let (identity, ..) = panic_of(|| drop(seed.add(NewIdentity::email(&ada, "ada@example.com"))));
    let subscription = NewOrganizationSubscription::new(&ada, &acme);
    let (subscription, ..) = panic_of(|| _ = seed.add(subscription));
    let texts = [organization, user, identity, subscription].join("\n");
    expect![[r#"
        cannot seed organization "ACME": Name: ACME has already been taken
          Zendesk refuses this, too; seed something that follows its rules
        cannot seed user "Bob": Email: ADA@example.com is already being used by another user
          Zendesk refuses this, too; seed something that follows its rules
        cannot seed identity "ada@example.com" of user ADA...........: Value: ada@example.com is already being used by another user
          Zendesk refuses this, too; seed something that follows its rules
        cannot seed subscription of user ADA........... to organization ACME..........: Organization: is invalid
          Zendesk refuses this, too; seed something that follows its rules"#]].assert_eq(&normal(&zendesk, &texts, &[]));
}

#[test]
fn a_double_that_cannot_be_started_names_the_line_of_the_test() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let other = block_on(MockZendesk::start());
    let address_of_other = other.uri().trim_start_matches("http://").parse().unwrap();
    let at = |address| MockZendesk::builder().address(address);
    let no_runtime = || MockZendesk::builder().clock(Clock::tokio());
    let cannot_listen = |address| format!("mock-zendesk cannot listen at {address}: ");
    for (builder, expected) in [
        (at(address), cannot_listen(address)),
        (at(address_of_other), cannot_listen(address_of_other)),
        (
            no_runtime(),
            "Clock::tokio() follows the tokio runtime ".to_owned(),
        ),
    ] {
        let start = here(catch_unwind(AssertUnwindSafe(|| block_on(builder.start()))));
        let text = *start
            .value
            .expect_err("it has to panic")
            .downcast::<String>()
            .unwrap();
        assert!(text.starts_with(&expected), "{text}");
        let text = with_places(&text, &[(start.place, "HERE")]);
        assert!(text.contains("\n  started at HERE"), "{text}");
    }
    // This panics right there, as every function does that is not async.
    let Here {
        value: (text, file, line),
        place,
    } = here(panic_of(|| drop(no_runtime().without_socket())));
    assert!(
        text.starts_with("Clock::tokio() follows the tokio runtime "),
        "{text}"
    );
    assert_eq!((file.as_str(), line), (place.file(), place.line()));
}

#[tokio::test]
async fn every_seed_names_what_zendesk_would_refuse() {
    let zendesk = MockZendesk::start().await;
    let seed = zendesk.seed();
    let ada = seed.user(NewUser::new("Ada").email("ada@example.com"));
    let acme = seed.organization("Acme");
    let cases: [(&dyn Fn(), &str); 6] = [
        (
            &|| drop(seed.user("  ")),
            "cannot seed user \"  \": Name:  is too short (minimum is 1 character)",
        ),
        (
            &|| drop(seed.user(NewUser::new("Bob").email("ADA@example.com"))),
            "cannot seed user \"Bob\": Email: ADA@example.com is already being used by another user",
        ),
        (
            &|| drop(seed.organization(" ACME ")),
            "cannot seed organization \" ACME \": Name: ACME has already been taken",
        ),
        (
            &|| drop(seed.membership(UserId::new(7), &acme)),
            "User cannot be blank",
        ),
        (
            &|| drop(seed.ticket(&ada, NewTicket::new("x").organization_id(&acme))),
            "Organization is invalid",
        ),
        (
            &|| zendesk.jobs().run_next(),
            "no background job is queued or working",
        ),
    ];
    for (act, expected) in cases {
        let (text, file, _) = panic_of(act);
        assert!(text.contains(expected), "{text}");
        assert!(file.ends_with("handle.rs"), "{file}");
    }
}

#[tokio::test]
async fn seeds_can_say_more_than_a_name() {
    let zendesk = MockZendesk::start().await;
    let seed = zendesk.seed();
    let user = seed.user(
        NewUser::new("Ada")
            .role(Role::Agent)
            .external_id("7")
            .tags(["vip"])
            .suspended(),
    );
    assert_eq!(
        (user.role, user.external_id.as_deref(), user.suspended),
        (Role::Agent, Some("7"), true)
    );
    assert_eq!(user.tags, ["vip"]);

    let organization =
        seed.organization(NewOrganization::new("Acme").shared_tickets().tags(["big"]));
    assert!(seed.membership(&user, &organization).view_tickets);

    let ticket = seed.ticket(
        &user,
        NewTicket::new("Printer").status(TicketStatus::Pending),
    );
    assert_eq!(
        (ticket.id.get(), ticket.status, ticket.organization_id),
        (1, TicketStatus::Pending, Some(organization.id))
    );
}

#[tokio::test]
async fn a_fresh_account_holds_its_owner_and_nothing_else() {
    let zendesk = MockZendesk::start().await;
    let account = zendesk.account();
    assert_eq!(
        account
            .users()
            .iter()
            .map(|user| user.role)
            .collect::<Vec<_>>(),
        [Role::Admin]
    );
    let owner = &account.users()[0];
    assert_eq!(owner.id, account.owner());
    assert!(owner.verified);
    assert_eq!(
        (
            account.organization_count(),
            account.membership_count(),
            account.tickets().len()
        ),
        (0, 0, 0)
    );
    let counts = "users: 1, organizations: 0, organization_memberships: 0, tickets: 0, groups: 1, group_memberships: 1, identities: 1, organization_subscriptions: 0, custom_roles: 0, user_fields: 0, organization_fields: 0, calls: 0";
    assert_eq!(
        format!("{zendesk:?}"),
        format!("MockZendesk {{ uri: {:?}, {counts} }}", zendesk.uri())
    );
}

#[tokio::test]
async fn a_snapshot_does_not_change_afterwards() {
    let zendesk = MockZendesk::start().await;
    let seed = zendesk.seed();
    let acme = seed.organization("Acme");
    let ada = seed.user("Ada");
    let before = zendesk.account();
    seed.membership(&ada, &acme);
    seed.user("Bob");
    assert_eq!((before.user_count(), before.membership_count()), (2, 0));
    assert_eq!(before.user(&ada).unwrap().organization_id, None);
    assert_eq!(
        zendesk.account().user(&ada).unwrap().organization_id,
        Some(acme.id)
    );
}

#[tokio::test]
async fn two_doubles_that_are_told_the_same_are_the_same() {
    let tell = async || {
        let zendesk = MockZendesk::start().await;
        let (ada, acme) = (
            zendesk.seed().user("Ada"),
            zendesk.seed().organization("Acme"),
        );
        zendesk.seed().membership(&ada, &acme);
        let url = zendesk.url("/organization_memberships?include=users,organizations&page[size]=1");
        let request = reqwest::Client::new()
            .get(url)
            .header("authorization", zendesk.authorization());
        let reply = request
            .header("host", "example.zendesk.com")
            .send()
            .await
            .unwrap();
        (
            format!("{:?}", reply.headers()),
            reply.text().await.unwrap(),
        )
    };
    assert_eq!(tell().await, tell().await);
}

#[tokio::test]
async fn the_clock_of_the_double_is_in_every_time_it_gives() {
    let time = Timestamp::from_unix_seconds(1_702_524_992);
    let zendesk = MockZendesk::builder()
        .clock(Clock::fixed_at(time))
        .start()
        .await;
    let reply = reqwest::get(zendesk.url("/users/me")).await.unwrap();
    assert_eq!(reply.headers()["date"], "Thu, 14 Dec 2023 03:36:32 GMT");
    assert_eq!(reply.headers()["ratelimit-reset"], "28");
    assert_eq!(zendesk.seed().organization("Acme").created_at, time);
}

#[tokio::test]
async fn a_job_that_is_made_to_fail_says_so_and_keeps_what_it_has_done() {
    let pace = mock_zendesk::job_statuses::JobPace::AfterPolls(2);
    let zendesk = MockZendesk::builder().job_pace(pace).start().await;
    let acme = zendesk.seed().organization("Acme");
    let (ada, bob) = (zendesk.seed().user("Ada"), zendesk.seed().user("Bob"));
    let client = reqwest::Client::new();
    let send = |request: reqwest::RequestBuilder| async {
        let authorization = zendesk.authorization();
        let reply = request
            .header("authorization", authorization)
            .send()
            .await
            .unwrap();
        reply.json::<serde_json::Value>().await.unwrap()
    };
    let items = [&ada, &bob].map(|user| json!({"user_id": user.id, "organization_id": acme.id}));
    let create_many = client.post(zendesk.url("/organization_memberships/create_many"));
    let queued = send(create_many.json(&json!({"organization_memberships": items}))).await;
    let url = queued["job_status"]["url"].as_str().unwrap();
    assert_eq!(send(client.get(url)).await["job_status"]["progress"], 1);

    zendesk.jobs().fail_next("The worker broke");

    let failed = send(client.get(url)).await["job_status"].clone();
    assert_eq!(
        (&failed["status"], &failed["message"]),
        (&json!("failed"), &json!("The worker broke"))
    );
    let account = zendesk.account();
    assert_eq!(
        (account.jobs()[0].state, account.jobs()[0].progress),
        (JobState::Failed, 1)
    );
    assert!(account.membership(&ada, &acme).is_some() && account.membership(&bob, &acme).is_none());
}

#[tokio::test]
async fn the_server_is_gone_once_the_double_is_dropped() {
    let zendesk = MockZendesk::start().await;
    let (uri, wiremock) = (zendesk.uri(), zendesk.server().uri());
    drop(zendesk);
    assert!(reqwest::get(&uri).await.unwrap_err().is_connect());
    // wiremock's thread closes its socket on its own time; it need not have done so yet.
    for _ in 0..10_000 {
        if reqwest::get(&wiremock).await.is_err() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    panic!("{wiremock} still answers");
}

#[test]
fn the_double_can_be_shared_between_threads() {
    fn assert_send_sync<T: Send + Sync>() {}
    assert_send_sync::<MockZendesk>();
    assert_send_sync::<mock_zendesk::Account>();
    assert_send_sync::<Credentials>();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_clients_that_create_the_same_membership_one_succeeds() {
    let zendesk = MockZendesk::start().await;
    let (ada, acme) = (
        zendesk.seed().user("Ada"),
        zendesk.seed().organization("Acme"),
    );
    let body = json!({"organization_membership": {"user_id": ada.id, "organization_id": acme.id}});
    let clients = (0..50).map(|_| {
        let create = reqwest::Client::new()
            .post(zendesk.url("/organization_memberships"))
            .json(&body);
        let create = create.header("authorization", zendesk.authorization());
        tokio::spawn(async move { create.send().await.unwrap().status().as_u16() })
    });
    let mut statuses = Vec::new();
    for client in clients.collect::<Vec<_>>() {
        statuses.push(client.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!((statuses[0], &statuses[1..]), (201, &[422; 49][..]));
}

#[tokio::test]
async fn the_caller_is_the_user_whose_credentials_they_are_unless_suspended() {
    let zendesk = MockZendesk::start().await;
    let ada = zendesk
        .seed()
        .user(NewUser::new("Ada").email("ada@example.com"));
    zendesk
        .seed()
        .user(NewUser::new("Sue").email("sue@example.com").suspended());
    let me = async |email: &str| {
        let credentials = Credentials::api_token(email, "any");
        let request = reqwest::Client::new().get(zendesk.url("/users/me"));
        let reply = request
            .basic_auth(credentials.username(), Some(credentials.secret()))
            .send()
            .await
            .unwrap();
        (
            reply.status().as_u16(),
            reply.json::<serde_json::Value>().await.unwrap()["user"]["id"].clone(),
        )
    };
    assert_eq!(me("ADA@example.com").await, (200, json!(ada.id)));
    assert_eq!(
        me("nobody@example.com").await,
        (200, json!(zendesk.account().owner()))
    );
    assert_eq!(me("sue@example.com").await, (401, json!(null)));
}

#[tokio::test]
async fn a_call_that_is_refused_says_what_became_of_its_user() {
    let grace = Credentials::oauth("s3cret").for_user("grace@example.com");
    let owner = Credentials::api_token("owner@example.com", "t");
    let named = || {
        MockZendesk::builder()
            .credentials(owner.clone())
            .credentials(grace.clone())
    };
    let plain = Credentials::api_token("grace@example.com", "any").authorization();
    let rows = [
        (
            MockZendesk::builder(),
            plain,
            "Basic grace@example.com/token",
        ),
        // The token by itself does not say whose it is.
        (named(), grace.authorization(), "Bearer"),
    ];
    for (builder, authorization, shown) in rows {
        for (is_deleted, why) in [
            (false, "this user is suspended"),
            (true, "no user has this e-mail address any more"),
        ] {
            let zendesk = builder.clone().start().await;
            let seed = zendesk.seed();
            let grace = NewUser::new("Grace").email("grace@example.com").suspended();
            let grace = seed.user(grace);
            if is_deleted {
                seed.remove_user(&grace);
            }
            let request = reqwest::Client::new().get(zendesk.url("/users"));
            let request = request.header("authorization", &authorization);
            assert_eq!(request.send().await.unwrap().status(), 401);
            let failed = zendesk.calls().try_assert_none().unwrap_err().to_string();
            let hint = format!("the request sent {shown}, and {why}");
            assert!(failed.contains(&hint), "{failed}");
        }
    }
}

#[test]
fn secrets_are_never_printed() {
    let all = [
        Credentials::api_token("ada@example.com", "s3cret"),
        Credentials::basic("ada@example.com", "s3cret"),
        Credentials::oauth("s3cret"),
    ];
    assert_eq!(
        format!("{all:?}"),
        r#"[Credentials(token of "ada@example.com"), Credentials(password of "ada@example.com"), Credentials(OAuth token)]"#
    );
}

#[tokio::test]
async fn a_double_can_be_dropped_in_a_task_that_has_used_up_its_share_of_scheduling() {
    // As by dropping many doubles in one step: wiremock alone hangs at the 129th.
    let mut zendesk = Some(MockZendesk::start().await);
    let _ = zendesk.as_ref().unwrap().server();
    std::future::poll_fn(|context| {
        while tokio::task::coop::has_budget_remaining() {
            let _ = std::pin::pin!(tokio::task::coop::consume_budget()).poll(context);
        }
        drop(zendesk.take());
        std::task::Poll::Ready(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_doubles_at_once_do_not_know_of_each_other() {
    let tasks = (0..20).map(|n| {
        tokio::spawn(async move {
            let zendesk = MockZendesk::start().await;
            let user = zendesk.seed().user(format!("User {n}"));
            let url = zendesk.url(&format!("/users/{}", user.id));
            let request = reqwest::Client::new()
                .get(url)
                .header("authorization", zendesk.authorization());
            let reply: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
            assert_eq!(reply["user"]["name"], format!("User {n}"));
            zendesk.calls().assert_once();
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn an_id_turns_into_a_number_and_compares_with_one() {
    let zendesk = MockZendesk::start().await;
    let ada = zendesk.seed().user("Ada");
    let number: u64 = ada.id.into();
    assert_eq!(ada.id, number);
    assert_eq!(number, ada.id);
    assert_ne!(ada.id, number + 1);
}
