//! The hints at mistakes with users and organizations, word for word. Each test also shows programs
//! that do it right, and get no hint.

use std::time::Duration;

use expect_test::{Expect, expect};
use mock_zendesk::{
    Credentials, MockZendesk, TicketId,
    calls::Failure,
    fixtures::Plan,
    identities::NewIdentity,
    job_statuses::JobPace,
    organization_fields::NewOrganizationField,
    organizations::NewOrganization,
    user_fields::NewUserField,
    users::{NewUser, Role},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::normal::{here, normal_failure};
use crate::scene::Scene;

/// Checks the hints in the text of a failure: the lines that start with `hint`.
#[track_caller]
pub(crate) fn check(scene: &Scene, expected: &Expect) {
    let failed = here(scene.zendesk.calls().to_path("/nowhere").try_assert_once());
    let text = normal_failure(&scene.zendesk, failed);
    let hints: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("hint: ") || line.ends_with("hints)"))
        .collect();
    expected.assert_eq(&scene.with_names(hints.join("\n")));
}

#[tokio::test]
async fn nu189_an_address_that_is_the_secondary_one_of_another_user() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    let bob = seed.user(NewUser::new("Bob").email("bob@example.com"));
    seed.add(NewIdentity::email(&bob, "bob@example.org"));
    let create = |email: &str| json!({"user": {"name": "New", "email": email}});
    // The reply says all of a primary address.
    scene.post("/users", create("bob@example.com")).await;
    scene.post("/users", create("BOB@example.com")).await;
    scene.post("/users", create("new@example.com")).await;
    check(&scene, &expect![[""]]);
    scene.post("/users", create("Bob@example.org")).await;
    check(
        &scene,
        &expect![
            "hint: #4: Bob@example.org is a secondary address of user BOB........... (Bob), whose email is bob@example.com; no other user can have it"
        ],
    );
}

#[tokio::test]
async fn nu190_the_external_id_of_one_user_and_the_address_of_another() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    seed.user(
        NewUser::new("Bob")
            .external_id("crm-1")
            .email("b@example.com"),
    );
    seed.user(
        NewUser::new("Cyd")
            .external_id("crm-2")
            .email("c@example.com"),
    );
    let upsert = |external_id: &str, email: &str| json!({"user": {"external_id": external_id, "email": email, "name": "X"}});
    let path = "/users/create_or_update";
    scene.post(path, upsert("crm-1", "b@example.com")).await;
    scene.post(path, upsert("crm-3", "new@example.com")).await;
    check(&scene, &expect![[""]]);
    scene.post(path, upsert("crm-1", "c@example.com")).await;
    check(
        &scene,
        &expect![[
            r#"hint: #3: external_id "crm-1" belongs to user X............. (X), and email c@example.com to user CYD........... (Cyd); create_or_update updates the user with the external_id, and cannot give them the address of another user"#
        ]],
    );
}

#[tokio::test]
async fn nu193_an_address_as_a_filter_of_the_list() {
    let builder = MockZendesk::builder()
        .allow_unknown_parameter("?email")
        .allow_unknown_parameter("?name");
    let scene = Scene::with(builder).await;
    scene.get("/users?role=end-user").await;
    scene.get("/users/search?query=a@example.com").await;
    scene.get("/organizations/search?name=Acme").await;
    check(&scene, &expect![[""]]);
    scene.get("/users?email=a@example.com").await;
    scene.get("/organizations?name=Acme").await;
    check(
        &scene,
        &expect![[r#"
        hint: #4: Zendesk ignores email here and lists everything; GET /api/v2/users/search?query=… finds by it
        hint: #5: Zendesk ignores name here and lists everything; GET /api/v2/organizations/search finds by it"#]],
    );
}

#[tokio::test]
async fn no161_an_upsert_by_name_alone() {
    let scene = Scene::start().await;
    scene
        .zendesk
        .seed()
        .add(NewOrganization::new("Initech").external_id("crm-1"));
    let path = "/organizations/create_or_update";
    let by_id = |name: &str| json!({"organization": {"external_id": "crm-1", "name": name}});
    scene.post(path, by_id("Initech")).await;
    // A name that is taken is another mistake.
    scene.post(path, by_id("Acme")).await;
    scene
        .post("/organizations", json!({"organization": {"name": "Acme"}}))
        .await;
    check(&scene, &expect![[""]]);
    scene
        .post(path, json!({"organization": {"name": "acme"}}))
        .await;
    scene
        .post(
            path,
            json!({"organization": {"external_id": "crm-2", "name": "Globex"}}),
        )
        .await;
    check(
        &scene,
        &expect![[r#"
        hint: #4: create_or_update finds an organization by id or external_id, never by name; "acme" is the name of organization ACME.......... (Acme), and GET /api/v2/organizations/search?name=… finds it
        hint: #5: create_or_update finds an organization by id or external_id, never by name; "Globex" is the name of organization GLOBEX........ (Globex), and GET /api/v2/organizations/search?name=… finds it"#]],
    );
}

#[tokio::test]
async fn no163_an_external_id_in_another_case() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    seed.add(NewOrganization::new("Initech").external_id("CRM-1"));
    seed.user(NewUser::new("Bob").external_id("Emp-1"));
    let organization =
        |external_id: &str| json!({"organization": {"name": "New", "external_id": external_id}});
    scene.post("/organizations", organization("CRM-1")).await;
    check(&scene, &expect![[""]]);
    scene.post("/organizations", organization("crm-1")).await;
    let user = json!({"user": {"external_id": "emp-1"}});
    let path = format!("/users/{}", scene.ada.id);
    scene.send(Method::PUT, &path, Some(user)).await;
    check(
        &scene,
        &expect![[r#"
        hint: #2: external_id "crm-1" is taken by organization INITECH....... (Initech), which has it as "CRM-1"; Zendesk ignores the case of external ids
        hint: #3: external_id "emp-1" is taken by user BOB........... (Bob), which has it as "Emp-1"; Zendesk ignores the case of external ids"#]],
    );
}

/// Sends the path with this method and attributes of one user.
async fn put(scene: &Scene, path: &str, user: Value) {
    scene
        .send(Method::PUT, path, Some(json!({ "user": user })))
        .await;
}

#[tokio::test]
async fn nu188_an_address_that_does_not_replace_the_present_one() {
    let scene = Scene::start().await;
    let bob = NewUser::new("Bob").email("b@example.com");
    let bob = scene.zendesk.seed().user(bob);
    let (ada, bob) = (scene.ada.id, bob.id);
    // The first address of a user is the primary one; the same one in another case is no other.
    let (path_of_ada, path_of_bob) = (format!("/users/{ada}"), format!("/users/{bob}"));
    put(&scene, &path_of_ada, json!({"email": "a@example.com"})).await;
    put(
        &scene,
        &path_of_bob,
        json!({"email": "B@example.com", "phone": "+49 30 1"}),
    )
    .await;
    put(&scene, &path_of_bob, json!({"name": "Bobby"})).await;
    check(&scene, &expect![[""]]);

    put(&scene, &path_of_bob, json!({"email": "bob@example.org"})).await;
    check(
        &scene,
        &expect![
            "hint: #4: bob@example.org is now a secondary address of user BOBBY......... (Bobby), whose email is still b@example.com; PUT /api/v2/users/{user_id}/identities/{identity_id}/make_primary makes it the email"
        ],
    );
    // An upsert by an address that the user has is no change of it.
    let upsert = json!({"user": {"email": "bob@example.org", "name": "Bob"}});
    scene.post("/users/create_or_update", upsert).await;
    check(
        &scene,
        &expect![
            "hint: #4: bob@example.org is now a secondary address of user BOB........... (Bobby), whose email is still b@example.com; PUT /api/v2/users/{user_id}/identities/{identity_id}/make_primary makes it the email"
        ],
    );

    // With an address that the user has, only the phone number is new.
    let known = json!({"email": "bob@example.org", "phone": "+49 30 2"});
    put(&scene, &path_of_bob, known).await;
    let effects = scene.zendesk.calls().last().unwrap().effects();
    assert!(
        effects
            .iter()
            .any(|effect| effect.to_string().contains("identity")),
        "{effects:?}"
    );
    check(
        &scene,
        &expect![
            "hint: #4: bob@example.org is now a secondary address of user BOB........... (Bobby), whose email is still b@example.com; PUT /api/v2/users/{user_id}/identities/{identity_id}/make_primary makes it the email"
        ],
    );

    // Who goes on with identities knows.
    let identities = scene.zendesk.account().identities_of_user(bob);
    let new = identities
        .iter()
        .find(|identity| identity.value == "bob@example.org");
    let new = new.unwrap().id;
    let primary = format!("/users/{bob}/identities/{new}/make_primary");
    scene.send(Method::PUT, &primary, None).await;
    check(&scene, &expect![[""]]);
}

#[tokio::test]
async fn nu188_an_upsert_with_another_address() {
    let scene = Scene::start().await;
    let bob = NewUser::new("Bob").email("b@example.com").external_id("1");
    scene.zendesk.seed().user(bob);
    let upsert = |email: &str| json!({"user": {"external_id": "1", "email": email, "name": "Bob"}});
    let path = "/users/create_or_update";
    scene.post(path, upsert("b@example.com")).await;
    check(&scene, &expect![[""]]);
    scene.post(path, upsert("bob@example.org")).await;
    check(
        &scene,
        &expect![
            "hint: #2: bob@example.org is now a secondary address of user BOB........... (Bob), whose email is still b@example.com; PUT /api/v2/users/{user_id}/identities/{identity_id}/make_primary makes it the email"
        ],
    );
}

#[tokio::test]
async fn nu191_an_organization_that_ends_the_others() {
    let scene = Scene::start().await;
    let (acme, globex) = (scene.acme.id, scene.globex.id);
    let initech = scene.zendesk.seed().organization("Initech");
    let path = format!("/users/{}", scene.ada.id);
    for organization in [&scene.acme, &scene.globex, &initech] {
        scene.join(organization).await;
    }
    put(&scene, &path, json!({"organization_id": acme})).await;
    check(
        &scene,
        &expect![
            "hint: #4: organization_id replaces all organizations of a user: user ADA........... (Ada) left 2 others; leave it out, or add one with POST /api/v2/organization_memberships"
        ],
    );
    // Who adds the others again knows.
    scene.join(&scene.globex).await;
    check(&scene, &expect![[""]]);
    let upsert = json!({"user": {"id": scene.ada.id, "name": "Ada", "organization_id": globex}});
    scene.post("/users/create_or_update", upsert).await;
    check(
        &scene,
        &expect![
            "hint: #6: organization_id replaces all organizations of a user: user ADA........... (Ada) left 1 other; leave it out, or add one with POST /api/v2/organization_memberships"
        ],
    );
}

#[tokio::test]
async fn nu191_a_user_who_is_meant_to_leave_gets_no_hint() {
    let one = |organization: u64| json!({"organization_id": organization});
    for case in [
        "the only one",
        "a move",
        "all are named",
        "none is named",
        "no organization",
    ] {
        let scene = Scene::start().await;
        let (acme, globex) = (scene.acme.id.get(), scene.globex.id.get());
        scene.join(&scene.acme).await;
        let user = match case {
            "the only one" => one(acme),
            "a move" => one(globex),
            _ => {
                scene.join(&scene.globex).await;
                match case {
                    "all are named" => json!({"organization_id": acme, "organization_ids": [acme]}),
                    "none is named" => json!({"organization_id": null}),
                    _ => json!({"name": "Ada L."}),
                }
            }
        };
        put(&scene, &format!("/users/{}", scene.ada.id), user).await;
        let last = scene.zendesk.calls().last().unwrap();
        assert_eq!(last.status(), Some(200), "{case}");
        check(&scene, &expect![[""]]);
    }
}

#[tokio::test]
async fn nu192_a_user_that_is_updated_too_often() {
    let scene = Scene::with(MockZendesk::builder().endpoint_limits()).await;
    let path = format!("/users/{}", scene.ada.id);
    for number in 1..=5 {
        put(&scene, &path, json!({"notes": number.to_string()})).await;
    }
    check(&scene, &expect![[""]]);
    put(&scene, &path, json!({"notes": "6"})).await;
    check(
        &scene,
        &expect![
            "hint: #6: Zendesk limits the updates of one user in a minute; wait 60 seconds, as Retry-After says, and do not parse the body of this reply, which is text"
        ],
    );
    // Who waits and tries again knows.
    scene.zendesk.advance(Duration::from_secs(60));
    put(&scene, &path, json!({"notes": "6"})).await;
    check(&scene, &expect![[""]]);
}

#[tokio::test]
async fn nu194_the_position_of_a_failed_item_as_an_id() {
    let scene = Scene::start().await;
    scene.get("/users/1").await;
    let users = json!({"users": [{"name": "New"}, {"name": ""}]});
    let (_, queued) = scene.post("/users/create_many", users).await;
    let job = queued["job_status"]["id"].as_str().unwrap();
    scene.get(&format!("/job_statuses/{job}")).await;
    scene.get("/users/0").await;
    scene.get(&format!("/users/{}", scene.ada.id)).await;
    scene.get("/organizations/1").await;
    // The id of a failed organization is one.
    let organizations = json!({"organizations": [{"id": 7, "notes": "x"}]});
    let path = "/organizations/update_many";
    let (_, queued) = scene.send(Method::PUT, path, Some(organizations)).await;
    let job = queued["job_status"]["id"].as_str().unwrap();
    let (_, done) = scene.get(&format!("/job_statuses/{job}")).await;
    assert_eq!(done["job_status"]["results"][0]["id"], 7);
    scene.get("/users/7").await;
    check(
        &scene,
        &expect![[r#"
            hint: job JOB................................ is completed, but 1 of 2 items failed; item 1: Name:  is too short (minimum is 1 character)
            hint: job JOB................................ failed, because its only item failed; item 0: Not found"#]],
    );
    scene.get("/users/1").await;
    check(
        &scene,
        &expect![[r#"
            hint: #10: 1, sent as user_id, is the position of a failed item in the results of job JOB................................, and no id
            hint: job JOB................................ is completed, but 1 of 2 items failed; item 1: Name:  is too short (minimum is 1 character)
            hint: job JOB................................ failed, because its only item failed; item 0: Not found"#]],
    );
}

#[tokio::test]
async fn no162_a_name_that_autocomplete_never_finds() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    seed.organization("⭐Acme");
    let create = |name: &str| json!({"organization": {"name": name}});
    scene.get("/organizations/autocomplete?name=Acme").await;
    scene.post("/organizations", create("Acme")).await;
    scene.post("/organizations", create("⭐Acme")).await;
    scene.get("/organizations/autocomplete?name=⭐New").await;
    scene.post("/organizations", create("⭐New")).await;
    check(&scene, &expect![[""]]);
    scene.get("/organizations/autocomplete?name=⭐Acme").await;
    scene.post("/organizations", create("⭐acme")).await;
    check(
        &scene,
        &expect![[
            r#"hint: #7: an organization is called "⭐acme", though autocomplete (#6) did not find it: it finds no name that starts with a sign; GET /api/v2/organizations/search?name=… does"#
        ]],
    );
    // Who searches then knows.
    scene.get("/organizations/search?name=⭐Acme").await;
    check(&scene, &expect![[""]]);
}

#[tokio::test]
async fn no164_one_domain_that_replaces_all() {
    let scene = Scene::start().await;
    let domains = ["a.example", "b.example"];
    let initech = NewOrganization::new("Initech").domain_names(domains);
    let path = format!(
        "/organizations/{}",
        scene.zendesk.seed().organization(initech).id
    );
    let put = async |domains: Value| {
        let organization = json!({"organization": {"domain_names": domains}});
        scene.send(Method::PUT, &path, Some(organization)).await
    };
    // To send all, or fewer of them, is meant.
    put(json!(["a.example", "B.example", "c.example"])).await;
    put(json!(["c.example", "a.example"])).await;
    check(&scene, &expect![[""]]);
    put(json!(["d.example"])).await;
    // Another change of the organization is no sign that the program knows.
    let notes = json!({"organization": {"notes": "n"}});
    scene.send(Method::PUT, &path, Some(notes)).await;
    check(
        &scene,
        &expect![
            "hint: #3: domain_names replaces all domains of an organization: organization INITECH....... (Initech) lost domains c.example, a.example; to add a domain, send all of them"
        ],
    );
    // Who sends more of them afterwards knows.
    put(json!(["a.example", "c.example", "d.example"])).await;
    check(&scene, &expect![[""]]);
}

#[tokio::test]
async fn nu187_a_password_that_the_account_lets_nobody_set() {
    let scene = Scene::start().await;
    let path = format!("/users/{}/password", scene.ada.id);
    scene
        .post(&path, json!({"password": "correct horse"}))
        .await;
    check(
        &scene,
        &expect![
            "hint: #1: no request may set a password, as long as the owner of the account does not allow it; in the double, `accept_passwords` of the builder allows it"
        ],
    );
}

#[tokio::test]
async fn no172_an_agent_who_searches_organizations() {
    let scene = Scene::start().await;
    let agent = NewUser::new("Agent").email("agent@example.com");
    scene.zendesk.seed().user(agent.role(Role::Agent));
    let credentials = Credentials::api_token("agent@example.com", "token");
    let get = async |path: &str| {
        let request = reqwest::Client::new().get(scene.zendesk.url(path));
        let request = request.header("authorization", credentials.authorization());
        request.send().await.unwrap()
    };
    get("/organizations").await;
    get("/organizations/autocomplete?name=Acme").await;
    check(&scene, &expect![[""]]);
    get("/organizations/search?name=Acme").await;
    check(
        &scene,
        &expect![
            "hint: #3: the caller is user AGENT......... (Agent), an agent; SearchOrganizations is for admins"
        ],
    );
}

#[tokio::test]
async fn nu197_a_ticket_that_keeps_its_organization_in_a_merge() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    let twin = seed.user(NewUser::new("Twin").organization_id(&scene.acme));
    let [ticket, other] = [seed.ticket(&twin, "Ink"), seed.ticket(&scene.ada, "Paper")];
    seed.membership(&scene.ada, &scene.globex);
    let merge = format!("/users/{}/merge", twin.id);
    let body = Some(json!({"user": {"id": scene.ada.id}}));
    let get = async |id: TicketId| scene.get(&format!("/tickets/{id}")).await;
    for _ in 0..3 {
        get(ticket.id).await;
    }
    scene.send(Method::PUT, &merge, body).await;
    for _ in 0..2 {
        get(ticket.id).await;
    }
    for _ in 0..3 {
        get(other.id).await;
    }
    check(&scene, &expect![[""]]);
    get(ticket.id).await;
    check(
        &scene,
        &expect![
            "hint: #4: ticket 1 keeps its organization, since a merge of users does not change it; the program has requested the ticket 3 times after the merge"
        ],
    );

    // Where it is the winner's own organization, nothing is waited for.
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    let twin = seed.user(NewUser::new("Twin").organization_id(&scene.acme));
    let ticket = seed.ticket(&twin, "Ink");
    let merge = format!("/users/{}/merge", twin.id);
    let body = Some(json!({"user": {"id": scene.ada.id}}));
    scene.send(Method::PUT, &merge, body).await;
    for _ in 0..3 {
        scene.get(&format!("/tickets/{}", ticket.id)).await;
    }
    check(&scene, &expect![[""]]);
}

#[tokio::test]
async fn no170_a_merge_among_the_jobs() {
    let scene = Scene::with(MockZendesk::builder().job_pace(JobPace::AfterPolls(3))).await;
    let path = format!("/organizations/{}/merge", scene.acme.id);
    let body = json!({"organization_merge": {"winner_id": scene.globex.id}});
    let (_, merge) = scene.post(&path, body).await;
    let id = merge["organization_merge"]["id"].as_str().unwrap();
    check(
        &scene,
        &expect![
            "hint: #1: the reply says only that merge 01J74AVM40J452VV4909EC3WS0 is new; the program never requested its status, which says when it is complete: GET /api/v2/organization_merges/01J74AVM40J452VV4909EC3WS0"
        ],
    );
    scene.get(&format!("/job_statuses/{id}")).await;
    scene.get("/job_statuses/V3-7").await;
    check(
        &scene,
        &expect![[r#"
        hint: #1: the reply says only that merge 01J74AVM40J452VV4909EC3WS0 is new; the program never requested its status, which says when it is complete: GET /api/v2/organization_merges/01J74AVM40J452VV4909EC3WS0
        hint: #2: 01J74AVM40J452VV4909EC3WS0 is a merge of organizations, and no job; GET /api/v2/organization_merges/01J74AVM40J452VV4909EC3WS0 shows its status"#]],
    );
    let path = format!("/organization_merges/{id}");
    scene.get(&path).await;
    check(
        &scene,
        &expect![
            "hint: #1: the program requested the status of merge 01J74AVM40J452VV4909EC3WS0 once, and the merge is not complete; request it again until it is"
        ],
    );
    scene.get(&path).await;
    scene.get(&path).await;
    check(&scene, &expect![[""]]);
}

#[tokio::test]
async fn no112_nu179_a_value_for_a_field_that_the_account_does_not_have() {
    let scene = Scene::start().await;
    scene.zendesk.seed().add(NewUserField::text("support_plan"));
    let user = |fields: Value| json!({"user": {"name": "New", "user_fields": fields}});
    // Known keys, none, and null get no hint, and neither do other attributes.
    scene.post("/users", user(json!({"support_plan": 7}))).await;
    scene.post("/users", user(json!({}))).await;
    scene.post("/users", user(Value::Null)).await;
    check(&scene, &expect![[""]]);
    scene
        .post("/users", user(json!({"supportplan": 7, "email": 1})))
        .await;
    let many = json!({"organizations": [
        {"name": "A", "organization_fields": {"support_plan": 1}},
        {"name": "B", "organization_fields": {"support_plan": 1}}
    ]});
    scene.post("/organizations/create_many", many).await;
    check(
        &scene,
        &expect![[r#"
        hint: #4: Zendesk drops user.user_fields.email without a warning, because the account has no active user field with this key; create the field first
        hint: #4: Zendesk drops user.user_fields.supportplan without a warning, because the account has no active user field with this key; did you mean support_plan?
        hint: #5: Zendesk drops organizations.organization_fields.support_plan without a warning, because the account has no active organization field with this key; create the field first"#]],
    );
    let transcript = scene.zendesk.transcript();
    let ignored = "ignored by Zendesk: user.user_fields.email, user.user_fields.supportplan";
    assert!(transcript.contains(ignored), "{transcript}");
}

#[tokio::test]
async fn no166_the_name_of_an_option_instead_of_its_value() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    seed.add(NewUserField::dropdown("tier", ["tin"]).option("Gold", "gold"));
    seed.add(NewOrganizationField::dropdown("tier", ["tin"]).option("Gold", "gold"));
    let user = |tier: &str| json!({"user": {"name": "New", "user_fields": {"tier": tier}}});
    scene.post("/users", user("gold")).await;
    scene.post("/users", user("tin")).await;
    // What is neither is no mistake with a name.
    scene.post("/users", user("bronze")).await;
    check(&scene, &expect![[""]]);
    scene.post("/users", user("Gold")).await;
    let organization = json!({"name": "B", "organization_fields": {"tier": "Gold"}});
    let organization = json!({"organization": organization});
    scene.post("/organizations", organization).await;
    check(
        &scene,
        &expect![
            "hint: #4, #5: Gold is the name of an option of tier; a record takes its value, gold"
        ],
    );
}

/// Sends a text as the JSON body of a new membership.
async fn send_text(scene: &Scene, text: String) {
    let request = scene.request(Method::POST, "/organization_memberships", None);
    let request = request
        .header("content-type", "application/json")
        .body(text);
    assert_eq!(request.send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn a_body_that_is_not_json_is_told_with_the_place() {
    let scene = Scene::start().await;
    let (ada, acme) = (scene.ada.id, scene.acme.id);
    let bodies = [
        format!(r#"{{"organization_membership": {{"user_id": {ada} "organization_id": {acme}}}}}"#),
        r#"{"organization_membership": {"user_id": "#.to_owned(),
        "{\n  'organization_membership': 1}".to_owned(),
    ];
    for body in bodies {
        send_text(&scene, body).await;
    }
    check(
        &scene,
        &expect![[r#"
        hint: #1: the body is not JSON: expected `,` or `}` at line 1 column 56
        hint: #2: the body is not JSON: EOF while parsing a value at line 1 column 40
        hint: #3: the body is not JSON: key must be a string at line 2 column 3"#]],
    );
    let scene = Scene::start().await;
    for body in [r#"[{"user_id": 1}]"#, r#""user""#] {
        send_text(&scene, body.to_owned()).await;
    }
    check(
        &scene,
        &expect![[r#"
        hint: #1: the body is not a JSON object, but an array
        hint: #2: the body is not a JSON object, but a single value"#]],
    );
}

/// Its records are not known, so it may be about each.
#[tokio::test]
async fn a_body_that_is_not_json_is_refused_about_every_record() {
    let scene = Scene::start().await;
    send_text(&scene, r#"{"organization_membership": {"user"#.to_owned()).await;
    let membership = scene.zendesk.assert_membership(&scene.ada, &scene.acme);
    scene.check(here(membership.try_exists()), &expect![[r#"
        expected user ADA........... (Ada) to be in organization ACME.......... (Acme), but the user is not
          asserted at HERE
          #1 was refused with 400, malformed JSON, and changed nothing

        calls received (1), * = about it:
          * #1  POST  /api/v2/organization_memberships  -> 400  malformed JSON
                  {"organization_membership": {"user

        changed in the account: nothing

        hint: #1: the body is not JSON: EOF while parsing a string at line 1 column 34"#]]);
    let head = |failed: Result<(), Failure>| failed.unwrap_err().to_string();
    let user = scene.zendesk.assert_user(&scene.ada);
    let job = scene.zendesk.assert_last_job();
    for text in [
        head(user.try_organizations([&scene.acme])),
        head(job.try_completed()),
    ] {
        assert!(text.contains("\n  #1 was refused with 400, "), "{text}");
    }
}

#[tokio::test]
async fn a_wrong_key_in_one_of_several_items_is_told_with_the_one_that_was_meant() {
    let scene = Scene::start().await;
    let (ada, acme, globex) = (scene.ada.id, scene.acme.id, scene.globex.id);
    let path = "/organization_memberships/create_many";
    let both = json!({"user_id": ada, "organization_id": acme, "org_id": acme});
    let good = json!({"user_id": ada, "organization_id": globex});
    let bad = json!({"user_id": ada, "org_id": acme});
    // Where the right key is there as well, the other one was not meant for it.
    let body = json!({"organization_memberships": [good, both]});
    scene.post(path, body).await;
    check(
        &scene,
        &expect![
            "hint: the reply to #1 says only that job JOB................................ is queued; the program never requested its status, which says when it is done and which items failed"
        ],
    );
    let body = json!({"organization_memberships": [good, bad]});
    scene.post(path, body).await;
    check(
        &scene,
        &expect![[r#"
        hint: #2: Zendesk ignores organization_memberships.org_id; did you mean organization_id?
        hint: the reply to #1 says only that job JOB................................ is queued; the program never requested its status, which says when it is done and which items failed
        hint: the reply to #2 says only that job JOB................................ is queued; the program never requested its status, which says when it is done and which items failed"#]],
    );
}

#[tokio::test]
async fn an_item_of_a_job_that_failed_is_told_with_its_reason() {
    let scene = Scene::start().await;
    let (ada, acme, globex) = (scene.ada.id, scene.acme.id, scene.globex.id);
    let good = json!({"user_id": ada, "organization_id": globex});
    let bad = json!({"user_id": ada, "org_id": acme});
    let body = json!({"organization_memberships": [good, bad]});
    scene
        .post("/organization_memberships/create_many", body)
        .await;
    let failed = || here(scene.zendesk.assert_membership(ada, acme).try_exists());
    scene.check(failed(), &expect![[r#"
        expected user ADA........... (Ada) to be in organization ACME.......... (Acme), but the user is not
          asserted at HERE
          job JOB................................, queued by #1, is not finished; zendesk.jobs().run_all() finishes it

        calls received (1), * = about it:
          * #1  POST  /api/v2/organization_memberships/create_many  -> 200  CreateManyOrganizationMemberships: queued
                  {"organization_memberships":[{"organization_id":GLOBEX........,"user_id":ADA...........},{"org_id":ACME..........,"user_id":ADA...........}]}
                  ignored by Zendesk: organization_memberships.org_id (did you mean organization_id?)
                  job JOB................................ queued: Bulk Create Organization Membership, 2 items

        hint: #1: Zendesk ignores organization_memberships.org_id; did you mean organization_id?
        hint: the reply to #1 says only that job JOB................................ is queued; the program never requested its status, which says when it is done and which items failed"#]]);
    scene.zendesk.jobs().run_all();
    scene.check(failed(), &expect![[r#"
        expected user ADA........... (Ada) to be in organization ACME.......... (Acme), but the user is not
          asserted at HERE
          item 1 of job JOB................................, queued by #1, failed: Organization cannot be blank

        calls received (1), * = about it:
          * #1  POST  /api/v2/organization_memberships/create_many  -> 200  CreateManyOrganizationMemberships: queued
                  {"organization_memberships":[{"organization_id":GLOBEX........,"user_id":ADA...........},{"org_id":ACME..........,"user_id":ADA...........}]}
                  ignored by Zendesk: organization_memberships.org_id (did you mean organization_id?)
                  job JOB................................ queued: Bulk Create Organization Membership, 2 items
                  later: membership MEMBERSHIP.... created: user ADA........... (Ada) in organization GLOBEX........ (Globex), default
                  later: job JOB................................ completed: 1 of 2 items failed

        hint: #1: Zendesk ignores organization_memberships.org_id; did you mean organization_id?
        hint: the reply to #1 says only that job JOB................................ is queued; the program never requested its status, which says when it is done and which items failed"#]]);
    let body = json!({"organization_memberships": vec![&bad; 9]});
    let path = "/organization_memberships/create_many";
    scene.post(path, body).await;
    scene.zendesk.jobs().fail_next("Internal Server Error");
    scene.check(failed(), &expect![[r#"
        expected user ADA........... (Ada) to be in organization ACME.......... (Acme), but the user is not
          asserted at HERE
          item 1 of job JOB................................, queued by #1, failed: Organization cannot be blank
          job JOB................................, queued by #2: it broke: Internal Server Error

        calls received (2), * = about it:
          * #1  POST  /api/v2/organization_memberships/create_many  -> 200  CreateManyOrganizationMemberships: queued
                  {"organization_memberships":[{"organization_id":GLOBEX........,"user_id":ADA...........},{"org_id":ACME..........,"user_id":ADA...........}]}
                  ignored by Zendesk: organization_memberships.org_id (did you mean organization_id?)
                  job JOB................................ queued: Bulk Create Organization Membership, 2 items
                  later: membership MEMBERSHIP.... created: user ADA........... (Ada) in organization GLOBEX........ (Globex), default
                  later: job JOB................................ completed: 1 of 2 items failed
          * #2  POST  /api/v2/organization_memberships/create_many  -> 200  CreateManyOrganizationMemberships: queued
                  {"organization_memberships":[{"org_id":ACME..........,"user_id":ADA...........},{"org_id":ACME..........,"user_id":ADA...........},{"org_id":ACME..........,"user_id":ADA...........},{"org_id":ACME..........,"user_id":ADA...........},{"org_id":ACME..........,"user_id":ADA...........},{"org_id":ACME..........,"user_id":ADA...........},{"org_id":ACME..........,"user_id":ADA...........},{"org_id":ACME..........,"user_id":ADA...........},{"org_id":ACME..........,"user_id":21859498… (480 of 489 characters)
                  ignored by Zendesk: organization_memberships.org_id (did you mean organization_id?)
                  job JOB................................ queued: Bulk Create Organization Membership, 9 items
                  later: job JOB................................ failed: Internal Server Error

        hint: #1, #2: Zendesk ignores organization_memberships.org_id; did you mean organization_id?
        hint: the reply to #1 says only that job JOB................................ is queued; the program never requested its status, which says when it is done and which items failed
        hint: the reply to #2 says only that job JOB................................ is queued; the program never requested its status, which says when it is done and which items failed"#]]);
}

#[tokio::test]
async fn ids_that_no_commas_separate() {
    let scene = Scene::start().await;
    for ids in ["1,2", "1;x", "1", "", ";"] {
        scene.get(&format!("/users/show_many?ids={ids}")).await;
    }
    check(&scene, &expect![[""]]);
    for ids in ["1;2;3", "1+2", "1|2;"] {
        scene.get(&format!("/users/show_many?ids={ids}")).await;
    }
    check(
        &scene,
        &expect![[r#"
        hint: #6: commas separate ids: send ids=1,2,3 instead of ids=1;2;3
        hint: #7: commas separate ids: send ids=1,2 instead of ids=1 2
        hint: #8: commas separate ids: send ids=1,2 instead of ids=1|2;"#]],
    );
}

#[tokio::test]
async fn a_parameter_that_an_operation_does_not_have_is_told_with_those_that_it_has() {
    let scene = Scene::with(MockZendesk::builder().without_verify_on_drop()).await;
    scene.get("/users/search?email=ada@example.com").await;
    scene.get("/users/me?email=x").await;
    let transcript = scene.zendesk.transcript();
    let ignored: Vec<&str> = transcript
        .lines()
        .filter(|line| line.contains("ignored by Zendesk"))
        .map(str::trim)
        .collect();
    expect![[r#"
        ignored by Zendesk: ?email; SearchUsers takes ?page, ?per_page, ?query, ?external_id
        ignored by Zendesk: ?email; ShowCurrentUser takes no parameters"#]]
    .assert_eq(&ignored.join("\n"));
}

/// So many records of another kind are removed with it that not all of them are remembered.
#[tokio::test]
async fn an_organization_that_many_memberships_were_removed_with() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    seed.plan(Plan::new().users(600));
    for user in scene.zendesk.account().users() {
        seed.membership(&user, &scene.acme);
    }
    let path = format!("/organizations/{}", scene.acme.id);
    scene.send(Method::DELETE, &path, None).await;
    assert_eq!(scene.get(&path).await.0, 404);
    check(
        &scene,
        &expect![
            "hint: #2: ACME.........., sent as organization_id, is no organization of this account; it was Acme, removed by #1"
        ],
    );
}
