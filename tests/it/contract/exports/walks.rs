//! Whole runs of exports.

use super::*;

/// What a page of organizations says: its rows, whether it is the last, and where it ends.
fn told(page: &Value) -> (Vec<u64>, Value, bool) {
    let (_, is_end, end_time) = end(page);
    (ids(page, "organizations"), end_time, is_end)
}

/// [recorded] the form of each page; the records are others.
#[tokio::test]
async fn tns4_time_based() {
    let account = Account::at(10).await;
    let seed = account.zendesk.seed();
    let [one, two] = ["o1", "o2"].map(|name| seed.organization(name).id.get());
    account.wait(1);
    let three = seed.organization("o3").id.get();
    account.wait(189);
    let export = |parameters: &str| format!("/incremental/organizations?{parameters}");

    let page = account.page(&export("per_page=1&start_time=0")).await;
    assert_eq!(told(&page), (vec![one, two], json!(11), false));
    let page = account.page(link(&page, "next_page")).await;
    assert_eq!(told(&page), (vec![three], json!(12), false));

    let page = account.page(&export("per_page=2&start_time=0")).await;
    assert_eq!(told(&page), (vec![one, two], json!(11), false));
    let page = account.page(link(&page, "next_page")).await;
    assert_eq!(told(&page), (vec![three], json!(11), true));
    // A client that stops only without `next_page` never stops.
    let again = account.page(link(&page, "next_page")).await;
    assert_eq!(again, page);

    let page = account.page(&export("per_page=1000&start_time=0")).await;
    assert_eq!(told(&page), (vec![one, two, three], json!(11), true));
    assert_ne!(page["next_page"], Value::Null);
    account.get(&export("start_time=190")).await.expect(422);

    let four = seed.organization("o4").id.get();
    let from = export("start_time=12");
    assert_eq!(told(&account.page(&from).await).0, Vec::<u64>::new());
    account.wait(61);
    assert_eq!(told(&account.page(&from).await).0, [four]);
    account.delete(&format!("/organizations/{one}")).await;
    account.wait(61);
    let page = account.page(&export("start_time=0")).await;
    assert_eq!(told(&page).0, [two, three, four, one]);
    assert_eq!(page["organizations"][3]["deleted_at"], time(261));
}

/// [recorded] the form of each page; the records are others.
#[tokio::test]
async fn tns5_ns78_ns80_ns85_ns86_ns87_ns102_ns103_cursor() {
    let start = NOW - NOW % 60;
    let builder = MockZendesk::builder().endpoint_limits();
    let account = Account::with(builder, start).await;
    let seed = account.zendesk.seed();
    let [u1, u2, u3] = ["u1", "u2", "u3"].map(|name| seed.user(name).id.get());
    let acme = seed.organization("Acme").id;
    account.wait(120);
    // The owner is there from the start, and exported like everybody.
    let owner = account.zendesk.account().owner().get();
    let told = |page: &Value| (ids(page, "users"), page["end_of_stream"] == true);
    let export = |parameters: &str| format!("/incremental/users/cursor?{parameters}");

    let page = account.page(&export("start_time=0&per_page=3")).await;
    assert_eq!(told(&page), (vec![owner, u1, u2], false));
    let url = link(&page, "after_url");
    assert!(
        !url.contains(".json") && !url.contains("start_time"),
        "{url}"
    );
    let page = account.page(url).await;
    assert_eq!(told(&page), (vec![u3], true));
    let saved = link(&page, "after_url");
    let empty = account.page(saved).await;
    assert_eq!(told(&empty), (vec![], true));
    assert_eq!(empty["after_url"], Value::Null);
    assert_eq!(empty["after_cursor"], Value::Null);

    let membership = json!({"user_id": u1, "organization_id": acme});
    let body = json!({"organization_membership": membership});
    let created = account.send(Method::POST, "/organization_memberships", body);
    created.await.expect(201);
    assert_eq!(told(&account.page(saved).await), (vec![], true));
    account.wait(61);
    let page = account.page(saved).await;
    assert_eq!(told(&page), (vec![u1], true), "whose membership is new");
    let path = format!("/incremental/organizations?start_time={start}");
    let page = account.page(&path).await;
    let expected = (1, true, json!(start));
    assert_eq!(end(&page), expected, "a membership does not change it");

    account.delete(&format!("/users/{u2}")).await;
    account.wait(61);
    let page = account.page(saved).await;
    assert_eq!(told(&page), (vec![u1, u2], true), "an old cursor works");
    assert_eq!(page["users"][1]["active"], false);
    assert_eq!(page["users"][1]["permanently_deleted"], false);

    let full = account.page(&export("start_time=0&per_page=4")).await;
    assert_eq!(told(&full), (vec![owner, u3, u1, u2], false));
    let page = account.page(link(&full, "after_url")).await;
    assert_eq!(told(&page), (vec![], true));

    let agent = NewUser::new("Agent").email("agent@example.com");
    seed.user(agent.role(Role::Agent).verified());
    let agent = Credentials::api_token("agent@example.com", "any").authorization();
    let refused = account.send_as(&agent, Method::GET, saved, Value::Null);
    refused.await.expect(403);

    account.wait(70 - account.zendesk.now().unix_seconds() % 60);
    for call in 0..20 {
        let path = export(&format!("start_time={call}"));
        account.get(&path).await.expect(200);
    }
    let answer = account.get(&export("start_time=0")).await.expect(429);
    assert_eq!(answer.header("retry-after"), Some("50"));
}

/// [recorded] of the deletion of a membership; [inferred] of every other change of one.
#[tokio::test]
async fn q_ns14_every_change_of_a_membership_moves_its_user_to_the_end() {
    let account = Account::at(NOW).await;
    let seed = account.zendesk.seed();
    let (ada, bob) = (seed.user("Ada").id, seed.user("Bob").id);
    let organizations = ["Acme", "Globex", "Initech", "Umbrella"];
    let [acme, globex, initech, umbrella] = organizations.map(|name| seed.organization(name).id);
    let of_acme = seed.membership(ada, acme).id;
    let of_globex = seed.membership(ada, globex).id;
    let of_umbrella = seed.membership(ada, umbrella).id;
    let new = json!({"user_id": ada, "organization_id": initech});
    let memberships = "/organization_memberships";
    let of_ada = format!("/users/{ada}{memberships}");
    for (method, path, body) in [
        (
            Method::PUT,
            format!("{of_ada}/{of_globex}/make_default"),
            Value::Null,
        ),
        (
            Method::POST,
            format!("{memberships}/create_many"),
            json!({ "organization_memberships": [new] }),
        ),
        (
            Method::DELETE,
            format!("{memberships}/{of_acme}"),
            Value::Null,
        ),
        (
            Method::DELETE,
            format!("{memberships}/destroy_many?ids={of_umbrella}"),
            Value::Null,
        ),
        (
            Method::PUT,
            format!("/users/{ada}"),
            json!({"user": {"organization_ids": [acme]}}),
        ),
        (
            Method::DELETE,
            format!("/organizations/{acme}"),
            Value::Null,
        ),
    ] {
        account.wait(61);
        let notes = json!({"user": {"notes": path}});
        let of_bob = format!("/users/{bob}");
        account.send(Method::PUT, &of_bob, notes).await.expect(200);
        account.wait(61);
        let answer = account.send(method, &path, body).await;
        assert!(answer.status < 300, "{path} {}", answer.body);
        account.zendesk.jobs().run_all();
        account.wait(61);
        let page = account
            .page(&format!("/incremental/users?start_time={NOW}"))
            .await;
        assert_eq!(ids(&page, "users").last(), Some(&ada.get()), "{path}");
    }
}

/// [inferred] from the changes of memberships and from the deletions in a merge.
#[tokio::test]
async fn ns99_ns100_ns102_merges_move_those_whom_they_change() {
    let account = Account::at(NOW).await;
    let seed = account.zendesk.seed();
    let [loser, winner] = ["L", "W"].map(|name| seed.organization(name).id);
    let [inside, both, outside] = ["a", "b", "c"].map(|name| seed.user(name).id);
    seed.membership(inside, loser);
    seed.membership(both, winner);
    seed.membership(both, loser);
    seed.membership(outside, winner);
    account.wait(100);
    let body = json!({"organization_merge": {"winner_id": winner}});
    let path = format!("/organizations/{loser}/merge");
    let merge = account.send(Method::POST, &path, body).await.expect(200);
    let merge = merge.json()["organization_merge"]["id"].clone();
    let path = format!("/organization_merges/{}", merge.as_str().unwrap());
    let merge = account.page(&path).await["organization_merge"].clone();
    assert_eq!(merge["status"], "complete");
    account.wait(100);

    let since = |list: &str, seconds: u64| format!("/incremental/{list}?start_time={seconds}");
    let page = account.page(&since("users", NOW + 100)).await;
    assert_eq!(ids(&page, "users"), [inside.get(), both.get()]);
    for row in page["users"].as_array().unwrap() {
        assert_eq!(row["organization_id"], winner.get());
    }
    let page = account.page(&since("organizations", NOW + 100)).await;
    // Without domains to move, nothing of the winner itself changes.
    assert_eq!(ids(&page, "organizations"), [loser.get()]);
    assert_eq!(page["organizations"][0]["deleted_at"], time(NOW + 100));

    let body = json!({"user": {"id": outside}});
    let path = format!("/users/{inside}/merge");
    account.send(Method::PUT, &path, body).await.expect(200);
    account.wait(100);
    let page = account.page(&since("users", NOW + 200)).await;
    assert_eq!(ids(&page, "users"), [inside.get(), outside.get()]);
    assert_eq!(page["users"][0]["active"], false);
    assert_eq!(page["users"][1]["active"], true);
}
