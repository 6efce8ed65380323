//! The failure texts, word for word, on the mistakes that programs make. Each names the line of the
//! test that asserts.

use expect_test::expect;
use mock_zendesk::settings::OpenQuestion;
use mock_zendesk::{
    Call, Credentials, Fault, MockZendesk, UserId,
    account::Difference,
    calls::{Hint, KeepCalls},
    fixtures::Fixture,
    job_statuses::{self, JobPace},
    organization_memberships, organizations,
    users::{self, NewUser, Role},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::normal::{here, line_of, normal};
use crate::scene::Scene;

#[tokio::test]
async fn called_twice() {
    let scene = Scene::start().await;
    scene
        .get(&format!("/users/{}/organization_memberships", scene.ada.id))
        .await;
    scene.join(&scene.acme).await;
    scene.join(&scene.acme).await;
    let creates = scene.zendesk.calls().of(organization_memberships::CREATE);
    let result = here(creates.try_assert_once());
    scene.check(
        result,
        &expect![[r#"
            expected exactly 1 call of CreateOrganizationMembership (POST /api/v2/organization_memberships), got 2
              asserted at HERE

            calls received (3), * = counted:
                #1  GET   /api/v2/users/ADA.........../organization_memberships  -> 200  ListUserOrganizationMemberships
              * #2  POST  /api/v2/organization_memberships                       -> 201  CreateOrganizationMembership
                      {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}
                      membership MEMBERSHIP.... created: user ADA........... (Ada) in organization ACME.......... (Acme), default
              * #3  POST  /api/v2/organization_memberships                       -> 422  user_id: DuplicateValue, repeats #2
                      {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}"#]],
    );
}

#[tokio::test]
async fn a_write_that_is_sent_again() {
    let scene = Scene::start().await;
    scene.zendesk.inject(Fault::status(503).nth(2));
    for organization in [&scene.acme, &scene.globex, &scene.acme, &scene.globex] {
        scene.join(organization).await;
    }
    let membership = scene.zendesk.account().memberships()[0].id;
    let path = format!("/organization_memberships/{membership}");
    for method in [Method::GET, Method::GET, Method::DELETE, Method::DELETE] {
        scene.send(method, &path, None).await;
    }
    let lines = scene.zendesk.transcript();
    let repeats: Vec<_> = lines
        .lines()
        .filter_map(|line| Some((line.split_once("  ")?.0, line.split_once(", repeats ")?.1)))
        .collect();
    assert_eq!(
        repeats,
        [("#3", "#1"), ("#4", "#2"), ("#8", "#7")],
        "{lines}"
    );
    let result = here(scene.zendesk.calls().of(users::ME).try_assert_once());
    scene.check(
        result,
        &expect![[r#"
            expected exactly 1 call of ShowCurrentUser (GET /api/v2/users/me), got none
              asserted at HERE

            calls received (8):
                #1  POST    /api/v2/organization_memberships                 -> 201  CreateOrganizationMembership
                #2  POST    /api/v2/organization_memberships                 -> 503  injected fault: status 503, tests/it/messages.rs:LINE
                #3  POST    /api/v2/organization_memberships                 -> 422  user_id: DuplicateValue, repeats #1
                #4  POST    /api/v2/organization_memberships                 -> 201  CreateOrganizationMembership, repeats #2
                #5  GET     /api/v2/organization_memberships/21859498330388  -> 200  ShowOrganizationMembershipById
                #6  GET     /api/v2/organization_memberships/21859498330388  -> 200  ShowOrganizationMembershipById
                #7  DELETE  /api/v2/organization_memberships/21859498330388  -> 204  DeleteOrganizationMembership
                #8  DELETE  /api/v2/organization_memberships/21859498330388  -> 404  no such record, repeats #7

            changed in the account:
                #1  membership 21859498330388 created: user ADA........... (Ada) in organization ACME.......... (Acme), default
                #4  membership MEMBERSHIP.... created: user ADA........... (Ada) in organization GLOBEX........ (Globex)
                #7  membership 21859498330388 deleted: user ADA........... (Ada) in organization ACME.......... (Acme)
                #7  default of user ADA........... (Ada) moved from organization ACME.......... (Acme) to GLOBEX........ (Globex)

            hint: #8: 21859498330388, sent as organization_membership_id, is no membership of this account; it was removed by #7"#]],
    );
}

#[tokio::test]
async fn never_called() {
    let scene = Scene::start().await;
    scene.get("/organizations").await;
    let creates = scene.zendesk.calls().of(organization_memberships::CREATE);
    let result = here(creates.try_assert_times(1..));
    scene.check(
        result,
        &expect![[r#"
            expected at least 1 call of CreateOrganizationMembership (POST /api/v2/organization_memberships), got none
              asserted at HERE

            calls received (1):
                #1  GET  /api/v2/organizations  -> 200  ListOrganizations

            changed in the account: nothing"#]],
    );
}

#[tokio::test]
async fn never_called_at_all() {
    let scene = Scene::start().await;
    let result = here(scene.zendesk.calls().of(users::ME).try_assert_once());
    scene.check(
        result,
        &expect![[r#"
            expected exactly 1 call of ShowCurrentUser (GET /api/v2/users/me), got none
              asserted at HERE

            no calls received"#]],
    );
}

#[tokio::test]
async fn none_of_some_calls_where_none_came_at_all() {
    let scene = Scene::with(MockZendesk::builder().without_verify_on_drop()).await;
    let zendesk = &scene.zendesk;
    let result = here(zendesk.calls().of(users::LIST).try_assert_none());
    scene.check(
        result,
        &expect![[r#"
            expected no call of ListUsers (GET /api/v2/users); the double received no call at all, so this says nothing about the program
              asserted at HERE
              if the program should call nothing at all, write zendesk.calls().assert_none()
              otherwise check that the program calls zendesk.uri()

            no calls received"#]],
    );
    zendesk.calls().assert_none();
    let place = line_of(|| zendesk.expect(users::LIST, 0));
    let report = zendesk.try_verify().unwrap_err().to_string();
    expect![[r#"
        expected no call of ListUsers (GET /api/v2/users); the double received no call at all, so this says nothing about the program
          expected at HERE
          if the program should call nothing at all, write zendesk.expect_calls(|calls| calls, 0), or zendesk.calls().assert_none() after it ran
          otherwise check that the program calls zendesk.uri()

        no calls received"#]]
    .assert_eq(&normal(zendesk, &report, &[(place, "HERE")]));

    scene.get("/users/me").await;
    let later = zendesk.calls().since(zendesk.mark());
    let result = here(later.of(users::LIST).try_assert_times(..=2));
    scene.check(
        result,
        &expect![[r#"
            expected at most 2 calls of ListUsers (GET /api/v2/users) after #1 (ShowCurrentUser); the double received no call at all after #1, so this says nothing about the program
              asserted at HERE
              if the program should call nothing at all, write zendesk.calls().since(…).assert_none()
              otherwise check that the program calls zendesk.uri()

            no calls received after #1"#]],
    );
    later.assert_none();
}

#[tokio::test]
async fn a_wrong_path() {
    let scene = Scene::with(MockZendesk::builder().allow_unknown_endpoints()).await;
    scene
        .post("/organisation_memberships", scene.membership(&scene.acme))
        .await;
    let result = here(
        scene
            .zendesk
            .calls()
            .of(organization_memberships::CREATE)
            .try_assert_once(),
    );
    scene.check(
        result,
        &expect![[r#"
            expected exactly 1 call of CreateOrganizationMembership (POST /api/v2/organization_memberships), got none
              asserted at HERE

            calls received (1):
                #1  POST  /api/v2/organisation_memberships  -> 404  no such endpoint; did you mean /api/v2/organization_memberships?

            nearest call, #1:
                ✓ verb: POST
                ✗ path: /api/v2/organisation_memberships, expected /api/v2/organization_memberships
                  body sent: {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}

            changed in the account: nothing"#]],
    );
}

#[tokio::test]
async fn a_wrong_method() {
    let scene = Scene::with(MockZendesk::builder().allow_unknown_endpoints()).await;
    scene.join(&scene.acme).await;
    let membership = scene.zendesk.account().memberships()[0].id;
    let path = format!(
        "/users/{}/organization_memberships/{membership}/make_default",
        scene.ada.id
    );
    scene.send(Method::POST, &path, None).await;
    let result = here(
        scene
            .zendesk
            .calls()
            .of(organization_memberships::MAKE_DEFAULT)
            .try_assert_once(),
    );
    scene.check(
        result,
        &expect![[r#"
            expected exactly 1 call of SetOrganizationMembershipAsDefault (PUT /api/v2/users/{user_id}/organization_memberships/{organization_membership_id}/make_default), got none
              asserted at HERE

            calls received (2):
                #1  POST  /api/v2/organization_memberships                                                   -> 201  CreateOrganizationMembership
                #2  POST  /api/v2/users/ADA.........../organization_memberships/MEMBERSHIP..../make_default  -> 404  this path does not take this method, only PUT

            nearest call, #2:
                ✗ verb: POST, expected PUT
                ✓ path: /api/v2/users/ADA.........../organization_memberships/MEMBERSHIP..../make_default

            changed in the account:
                #1  membership MEMBERSHIP.... created: user ADA........... (Ada) in organization ACME.......... (Acme), default

            hint: #2: this path takes PUT, not POST"#]],
    );
}

#[tokio::test]
async fn a_wrong_id() {
    let scene = Scene::start().await;
    let ids = json!({"organization_membership": {"user_id": scene.acme.id, "organization_id": scene.ada.id}});
    scene.post("/organization_memberships", ids).await;
    let created = scene
        .zendesk
        .calls()
        .of(organization_memberships::CREATE)
        .with_status(201);
    let result = here(created.try_assert_once());
    scene.check(
        result,
        &expect![[r#"
            expected exactly 1 call of CreateOrganizationMembership (POST /api/v2/organization_memberships) with status 201, got none
              asserted at HERE

            calls received (1):
                #1  POST  /api/v2/organization_memberships  -> 422  organization: BlankValue, user: BlankValue

            nearest call, #1:
                ✓ verb: POST
                ✓ path: /api/v2/organization_memberships
                ✗ status: 422, expected 201
                  body sent: {"organization_membership":{"organization_id":ADA...........,"user_id":ACME..........}}

            changed in the account: nothing

            hint: #1: organization_id and user_id are swapped: organization_id is user ADA........... (Ada), and user_id is organization ACME.......... (Acme)"#]],
    );
}

#[tokio::test]
async fn one_wrong_id_is_not_called_swapped() {
    let scene = Scene::start().await;
    let (ada, acme) = (scene.ada.id, scene.acme.id);
    let rows = [
        (
            acme.get(),
            acme.get(),
            format!("{acme}, sent as user_id, is organization {acme} (Acme)"),
        ),
        (
            ada.get(),
            ada.get(),
            format!("{ada}, sent as organization_id, is user {ada} (Ada)"),
        ),
    ];
    for (user, organization, expected) in rows {
        let ids = json!({"user_id": user, "organization_id": organization});
        let body = json!({ "organization_membership": ids });
        scene.post("/organization_memberships", body).await;
        let call = scene.zendesk.calls().last().unwrap();
        let hints: Vec<String> = call.hints().iter().map(ToString::to_string).collect();
        assert_eq!(hints, [expected]);
    }
}

#[tokio::test]
async fn an_id_of_a_record_that_was_removed() {
    let scene = Scene::start().await;
    let removed_by_call = format!("/organizations/{}", scene.globex.id);
    scene.send(Method::DELETE, &removed_by_call, None).await;
    scene.join(&scene.globex).await;
    scene.zendesk.seed().remove_organization(&scene.acme);
    scene.join(&scene.acme).await;
    let created = scene
        .zendesk
        .calls()
        .of(organization_memberships::CREATE)
        .succeeded();
    let result = here(created.try_assert_once());
    scene.check(
        result,
        &expect![[r#"
            expected exactly 1 call of CreateOrganizationMembership (POST /api/v2/organization_memberships) that succeeded, got none
              asserted at HERE

            calls received (3):
                #1  DELETE  /api/v2/organizations/GLOBEX........  -> 204  DeleteOrganization
                #2  POST    /api/v2/organization_memberships      -> 422  organization: BlankValue
                #3  POST    /api/v2/organization_memberships      -> 422  organization: BlankValue

            nearest call, #3:
                ✓ verb: POST
                ✓ path: /api/v2/organization_memberships
                ✗ that succeeded
                  body sent: {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}

            changed in the account:
                #1  organization GLOBEX........ (Globex) deleted

            hint: #3: ACME.........., sent as organization_id, is no organization of this account; it was Acme, removed by the test
            hint: #2: GLOBEX........, sent as organization_id, is no organization of this account; it was Globex, removed by #1"#]],
    );
    let membership = scene
        .zendesk
        .assert_membership(&scene.ada, &scene.globex)
        .try_exists();
    let headline = membership.unwrap_err().headline().to_owned();
    let expected = "expected user ADA........... (Ada) to be in organization GLOBEX........ (Globex), but the user is not";
    assert_eq!(scene.with_names(headline), expected);
}

#[tokio::test]
async fn an_id_of_a_user_or_a_membership_that_was_removed() {
    let scene = Scene::start().await;
    let membership = scene.zendesk.seed().membership(&scene.ada, &scene.globex);
    let path = format!("/organization_memberships/{}", membership.id);
    scene.send(Method::DELETE, &path, None).await;
    scene.send(Method::DELETE, &path, None).await;
    scene.zendesk.seed().remove_user(&scene.ada);
    scene.join(&scene.acme).await;
    let path = format!("/users/{}/organization_memberships", scene.ada.id);
    scene.post(&path, scene.membership(&scene.acme)).await;
    let result = here(
        scene
            .zendesk
            .assert_membership(&scene.ada, &scene.acme)
            .try_exists(),
    );
    scene.check(
        result,
        &expect![[r#"
            expected user ADA........... (Ada) to be in organization ACME.......... (Acme), but the user is not
              asserted at HERE
              #3 was refused with 422, user: BlankValue, and changed nothing
              #4 was refused with 404, no such record, and changed nothing

            calls received (4), * = about it:
              * #1  DELETE  /api/v2/organization_memberships/21859498330388        -> 204  DeleteOrganizationMembership
                      membership 21859498330388 deleted: user ADA........... (Ada) in organization GLOBEX........ (Globex)
                      default of user ADA........... (Ada) was organization GLOBEX........ (Globex), none is left
                #2  DELETE  /api/v2/organization_memberships/21859498330388        -> 404  no such record, repeats #1
              * #3  POST    /api/v2/organization_memberships                       -> 422  user: BlankValue
                      {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}
              * #4  POST    /api/v2/users/ADA.........../organization_memberships  -> 404  no such record
                      {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}

            hint: #3, #4: ADA..........., sent as user_id, is no user of this account; it was Ada, removed by the test
            hint: #2: 21859498330388, sent as organization_membership_id, is no membership of this account; it was removed by #1"#]],
    );
}

#[tokio::test]
async fn an_id_of_no_record() {
    let scene = Scene::start().await;
    let body = json!({"organization_membership": {"user_id": 7, "organization_id": "8"}});
    scene.post("/organization_memberships", body).await;
    let created = scene.zendesk.calls().with_status(201);
    let result = here(created.try_assert_once());
    scene.check(
        result,
        &expect![[r#"
            expected exactly 1 call with status 201, got none
              asserted at HERE

            calls received (1):
                #1  POST  /api/v2/organization_memberships  -> 422  organization: BlankValue, user: BlankValue

            changed in the account: nothing

            hint: #1: 8, sent as organization_id, is no organization of this account
            hint: #1: 7, sent as user_id, is no user of this account"#]],
    );
}

/// The id is not to blame for every error of a request that names it.
#[tokio::test]
async fn an_id_is_only_called_unknown_if_the_error_is_about_it() {
    let accepts_groups = MockZendesk::builder().other_answer(OpenQuestion::UnknownGroup);
    let scene = Scene::with(accepts_groups).await;
    let named = json!({"organization": {"name": "Acme", "group_id": 7}});
    assert_eq!(scene.post("/organizations", named).await.0, 422);
    assert_eq!(scene.get("/users/7").await.0, 404);
    // What was removed is there again.
    let saved = scene.zendesk.account().to_fixture();
    let other = Scene::start().await;
    let path = format!("/organizations/{}", other.acme.id);
    other.send(Method::DELETE, &path, None).await;
    let mut acme: serde_json::Value = serde_json::from_str(&saved.to_json()).unwrap();
    acme = json!({"organizations": [acme["organizations"][0]]});
    let acme = Fixture::from_json(&acme.to_string()).unwrap();
    other.zendesk.seed().load(&acme);
    let ticket =
        json!({"subject": "x", "comment": {"body": "x"}, "organization_id": other.acme.id});
    let (status, reply) = other.post("/tickets", json!({ "ticket": ticket })).await;
    assert_eq!(
        (status, &reply["details"]["organization"].is_array()),
        (422, &true),
        "{reply}"
    );
    assert_eq!(other.zendesk.calls().last().unwrap().hints(), []);
    for call in scene.zendesk.calls().iter() {
        assert_eq!(call.hints(), [], "{call}");
    }
}

#[tokio::test]
async fn a_wrong_field_in_the_body() {
    let scene = Scene::start().await;
    scene.join(&scene.globex).await;
    let expected =
        json!({"organization_membership": {"organization_id": scene.acme.id, "default": true}});
    let calls = scene.zendesk.calls().of(organization_memberships::CREATE);
    let result = here(calls.with_json(&expected).try_assert_once());
    scene.check(
        result,
        &expect![[r#"
            expected exactly 1 call of CreateOrganizationMembership (POST /api/v2/organization_memberships) with a body that includes {"organization_membership":{"default":true,"organization_id":ACME..........}}, got none
              asserted at HERE

            calls received (1):
                #1  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership

            nearest call, #1:
                ✓ verb: POST
                ✓ path: /api/v2/organization_memberships
                ✗ body: organization_membership.default: missing, expected true
                ✗ body: organization_membership.organization_id: GLOBEX........, expected ACME..........
                  body sent: {"organization_membership":{"organization_id":GLOBEX........,"user_id":ADA...........}}

            changed in the account:
                #1  membership MEMBERSHIP.... created: user ADA........... (Ada) in organization GLOBEX........ (Globex), default"#]],
    );
    let result = here(calls.try_assert_json(&expected));
    scene.check(
        result,
        &expect![[r#"
            expected the body of each call of CreateOrganizationMembership (POST /api/v2/organization_memberships) to include {"organization_membership":{"default":true,"organization_id":ACME..........}}; the body of #1 does not: organization_membership.default: missing, expected true; organization_membership.organization_id: GLOBEX........, expected ACME..........
              asserted at HERE

            calls received (1), * = the call:
              * #1  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership
                      {"organization_membership":{"organization_id":GLOBEX........,"user_id":ADA...........}}
                      membership MEMBERSHIP.... created: user ADA........... (Ada) in organization GLOBEX........ (Globex), default"#]],
    );
}

#[tokio::test]
async fn a_wrong_attribute() {
    let scene = Scene::start().await;
    let (ada, acme) = (scene.ada.id, scene.acme.id);
    for attributes in [
        json!({"userid": ada, "organisation_id": acme}),
        json!({"user_id": ada, "organization_id": acme, "user": "Ada", "colour": "red"}),
    ] {
        let body = json!({ "organization_membership": attributes });
        scene.post("/organization_memberships", body).await;
    }
    let result = here(scene.zendesk.calls().try_assert_none());
    scene.check(
        result,
        &expect![[r#"
            expected no call, got 2
              asserted at HERE

            calls received (2), * = counted:
              * #1  POST  /api/v2/organization_memberships  -> 422  organization: BlankValue, user: BlankValue
                      {"organization_membership":{"organisation_id":ACME..........,"userid":ADA...........}}
                      ignored by Zendesk: organization_membership.organisation_id (did you mean organization_id?), organization_membership.userid (did you mean user_id?)
              * #2  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership
                      {"organization_membership":{"colour":"red","organization_id":ACME..........,"user":"Ada","user_id":ADA...........}}
                      ignored by Zendesk: organization_membership.colour, organization_membership.user
                      membership MEMBERSHIP.... created: user ADA........... (Ada) in organization ACME.......... (Acme), default

            hint: #1: Zendesk ignores organization_membership.organisation_id; did you mean organization_id?
            hint: #1: Zendesk ignores organization_membership.userid; did you mean user_id?"#]],
    );
    let items = [json!({"user": ada, "organization_id": acme})];
    let body = json!({ "organization_memberships": items });
    scene
        .post("/organization_memberships/create_many", body)
        .await;
    let transcript = scene.zendesk.transcript();
    let line =
        "\n        ignored by Zendesk: organization_memberships.user (did you mean user_id?)\n";
    assert!(transcript.contains(line), "{transcript}");
}

#[tokio::test]
async fn a_missing_header() {
    let scene = Scene::start().await;
    scene.join(&scene.acme).await;
    let calls = scene.zendesk.calls().of(organization_memberships::CREATE);
    let result = here(
        calls
            .with_header("Idempotency-Key", "sync-7")
            .try_assert_once(),
    );
    scene.check(
        result,
        &expect![[r#"
            expected exactly 1 call of CreateOrganizationMembership (POST /api/v2/organization_memberships) with header Idempotency-Key: sync-7, got none
              asserted at HERE

            calls received (1):
                #1  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership

            nearest call, #1:
                ✓ verb: POST
                ✓ path: /api/v2/organization_memberships
                ✗ header: Idempotency-Key: not sent, expected sync-7; the request has authorization, content-type, accept, host, content-length
                  body sent: {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}

            changed in the account:
                #1  membership MEMBERSHIP.... created: user ADA........... (Ada) in organization ACME.......... (Acme), default"#]],
    );
}

#[tokio::test]
async fn records_have_their_names() {
    let scene = Scene::start().await;
    scene.join(&scene.acme).await;
    let creates = scene.zendesk.calls().of(organization_memberships::CREATE);
    let result = here(creates.about_organization(&scene.globex).try_assert_once());
    scene.check(
        result,
        &expect![[r#"
            expected exactly 1 call of CreateOrganizationMembership (POST /api/v2/organization_memberships) about organization GLOBEX........ (Globex), got none
              asserted at HERE

            calls received (1):
                #1  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership

            nearest call, #1:
                ✓ verb: POST
                ✓ path: /api/v2/organization_memberships
                ✗ about organization GLOBEX........ (Globex)
                  body sent: {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}

            changed in the account:
                #1  membership MEMBERSHIP.... created: user ADA........... (Ada) in organization ACME.......... (Acme), default"#]],
    );
    // Also of one that is not there any more, and none of one that never was.
    scene.zendesk.seed().remove_organization(&scene.globex);
    let gone = scene.zendesk.calls().about_organization(&scene.globex);
    let never = scene.zendesk.calls().about_user(UserId::new(7));
    for (calls, expected) in [
        (
            gone,
            "expected at least 1 call about organization GLOBEX........ (Globex), got none",
        ),
        (never, "expected at least 1 call about user 7, got none"),
    ] {
        let failure = calls.try_assert_times(1..).unwrap_err();
        assert_eq!(scene.with_names(failure.headline().to_owned()), expected);
    }
}

#[tokio::test]
async fn a_body_that_does_not_say_that_it_is_json() {
    let scene = Scene::start().await;
    let create = reqwest::Client::new().post(scene.zendesk.url("/organization_memberships"));
    let create = create.header("authorization", scene.zendesk.authorization());
    create
        .body(scene.membership(&scene.acme).to_string())
        .send()
        .await
        .unwrap();
    let calls = scene.zendesk.calls().of(organization_memberships::CREATE);
    let result = here(calls.with_status(201).try_assert_once());
    scene.check(
        result,
        &expect![[r#"
            expected exactly 1 call of CreateOrganizationMembership (POST /api/v2/organization_memberships) with status 201, got none
              asserted at HERE

            calls received (1):
                #1  POST  /api/v2/organization_memberships  -> 400  ParameterMissing: organization_membership

            nearest call, #1:
                ✓ verb: POST
                ✓ path: /api/v2/organization_memberships
                ✗ status: 400, expected 201
                  body sent: {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}

            changed in the account: nothing

            hint: #1: the body was not read: it needs the content-type application/json, and has none"#]],
    );
}

#[tokio::test]
async fn a_wrong_order() {
    let scene = Scene::start().await;
    scene.join(&scene.acme).await;
    scene.get("/organization_memberships").await;
    let order = [
        organization_memberships::LIST,
        organization_memberships::CREATE,
    ];
    let result = here(scene.zendesk.calls().try_assert_sequence(&order));
    scene.check(
        result,
        &expect![[r#"
            expected the calls ListOrganizationMemberships, CreateOrganizationMembership in this order; there is no CreateOrganizationMembership after ListOrganizationMemberships (#2)
              asserted at HERE
              it came earlier: #1  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership

            calls received (2), * = found:
                #1  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership
              * #2  GET   /api/v2/organization_memberships  -> 200  ListOrganizationMemberships

            changed in the account:
                #1  membership MEMBERSHIP.... created: user ADA........... (Ada) in organization ACME.......... (Acme), default"#]],
    );
    let result = here(scene.zendesk.calls().try_assert_exact_sequence(&order));
    scene.check(
        result,
        &expect![[r#"
            expected exactly the calls ListOrganizationMemberships, CreateOrganizationMembership; at position 1 expected ListOrganizationMemberships, got #1 (CreateOrganizationMembership)
              asserted at HERE

            calls received (2):
                #1  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership
                #2  GET   /api/v2/organization_memberships  -> 200  ListOrganizationMemberships

            changed in the account:
                #1  membership MEMBERSHIP.... created: user ADA........... (Ada) in organization ACME.......... (Acme), default"#]],
    );
}

#[tokio::test]
async fn an_ignored_422() {
    let scene = Scene::start().await;
    scene.join(&scene.acme).await;
    scene.join(&scene.acme).await;
    let result = here(
        scene
            .zendesk
            .assert_user(&scene.ada)
            .try_organizations([&scene.acme, &scene.globex]),
    );
    scene.check(
        result,
        &expect![[r#"
            expected user ADA........... (Ada) to be in organizations ACME.......... (Acme), GLOBEX........ (Globex), but the user is in organization ACME.......... (Acme)
              asserted at HERE
              missing:    organization GLOBEX........ (Globex)
              #2 was refused with 422, user_id: DuplicateValue, and changed nothing

            calls received (2), * = about it:
              * #1  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership
                      {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}
                      membership MEMBERSHIP.... created: user ADA........... (Ada) in organization ACME.......... (Acme), default
              * #2  POST  /api/v2/organization_memberships  -> 422  user_id: DuplicateValue, repeats #1
                      {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}"#]],
    );
    let result = here(
        scene
            .zendesk
            .assert_membership(&scene.ada, &scene.globex)
            .try_exists(),
    );
    scene.check(
        result,
        &expect![[r#"
            expected user ADA........... (Ada) to be in organization GLOBEX........ (Globex), but the user is not
              asserted at HERE
              #2 was refused with 422, user_id: DuplicateValue, and changed nothing

            calls received (2), * = about it:
              * #1  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership
                      {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}
                      membership MEMBERSHIP.... created: user ADA........... (Ada) in organization ACME.......... (Acme), default
              * #2  POST  /api/v2/organization_memberships  -> 422  user_id: DuplicateValue, repeats #1
                      {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}"#]],
    );
    let result = here(
        scene
            .zendesk
            .assert_membership(&scene.ada, &scene.acme)
            .try_absent(),
    );
    scene.check(
        result,
        &expect![[r#"
            expected user ADA........... (Ada) not to be in organization ACME.......... (Acme), but the user is
              asserted at HERE
              #2 was refused with 422, user_id: DuplicateValue, and changed nothing

            calls received (2), * = about it:
              * #1  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership
                      {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}
                      membership MEMBERSHIP.... created: user ADA........... (Ada) in organization ACME.......... (Acme), default
              * #2  POST  /api/v2/organization_memberships  -> 422  user_id: DuplicateValue, repeats #1
                      {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}"#]],
    );
    let result = here(
        scene
            .zendesk
            .assert_user(&scene.ada)
            .try_default(&scene.globex),
    );
    scene.check(
        result,
        &expect![[r#"
            expected the default organization of user ADA........... (Ada) to be GLOBEX........ (Globex), but it is ACME.......... (Acme)
              asserted at HERE
              #2 was refused with 422, user_id: DuplicateValue, and changed nothing

            calls received (2), * = about it:
              * #1  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership
                      {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}
                      membership MEMBERSHIP.... created: user ADA........... (Ada) in organization ACME.......... (Acme), default
              * #2  POST  /api/v2/organization_memberships  -> 422  user_id: DuplicateValue, repeats #1
                      {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}"#]],
    );
}

/// Refused calls that name only the organization, also in a wrong place.
#[tokio::test]
async fn refused_calls_about_the_organization() {
    let scene = Scene::start().await;
    let user = json!({"name": "Bob", "email": "no address", "organization_id": scene.acme.id});
    scene.post("/users", json!({ "user": user })).await;
    let nobody = json!({"user_id": 7, "organization_id": scene.globex.id});
    let body = json!({ "organization_membership": nobody });
    for _ in 0..4 {
        scene.post("/organization_memberships", body.clone()).await;
    }
    let path = format!("/organizations/{}/users", scene.globex.id);
    scene.get(&path).await;
    let user = scene.zendesk.assert_user(&scene.ada);
    let result = here(user.try_organizations([&scene.globex]));
    scene.check(
        result,
        &expect![[r#"
            expected user ADA........... (Ada) to be in organization GLOBEX........ (Globex), but the user is in no organization
              asserted at HERE
              missing:    organization GLOBEX........ (Globex)
              #2 was refused with 422, user: BlankValue, and changed nothing
              #3 was refused with 422, user: BlankValue, and changed nothing
              #4 was refused with 422, user: BlankValue, and changed nothing
              1 more was refused

            calls received (6), * = about it:
                #1  POST  /api/v2/users                               -> 422  email: Email: no address is not properly formatted
              * #2  POST  /api/v2/organization_memberships            -> 422  user: BlankValue
                      {"organization_membership":{"organization_id":GLOBEX........,"user_id":7}}
                … 3 more like it, up to #5 …
                #6  GET   /api/v2/organizations/GLOBEX......../users  -> 200  ListOrganizationUsers

            changed in the account: nothing

            hint: #2 and 3 more: 7, sent as user_id, is no user of this account"#]],
    );
    let result = here(user.try_default(&scene.acme));
    scene.check(
        result,
        &expect![[r#"
            expected the default organization of user ADA........... (Ada) to be ACME.......... (Acme), but there is none
              asserted at HERE
              #1 was refused with 422, email: Email: no address is not properly formatted, and changed nothing

            calls received (6), * = about it:
              * #1  POST  /api/v2/users                               -> 422  email: Email: no address is not properly formatted
                      {"user":{"email":"no address","name":"Bob","organization_id":ACME..........}}
                #2  POST  /api/v2/organization_memberships            -> 422  user: BlankValue
                … 3 more like it, up to #5 …
                #6  GET   /api/v2/organizations/GLOBEX......../users  -> 200  ListOrganizationUsers

            changed in the account: nothing

            hint: #2 and 3 more: 7, sent as user_id, is no user of this account"#]],
    );
    let membership = scene.zendesk.assert_membership(&scene.ada, &scene.acme);
    let result = here(membership.try_exists());
    scene.check(
        result,
        &expect![[r#"
            expected user ADA........... (Ada) to be in organization ACME.......... (Acme), but the user is not
              asserted at HERE
              #1 was refused with 422, email: Email: no address is not properly formatted, and changed nothing

            calls received (6), * = about it:
              * #1  POST  /api/v2/users                               -> 422  email: Email: no address is not properly formatted
                      {"user":{"email":"no address","name":"Bob","organization_id":ACME..........}}
                #2  POST  /api/v2/organization_memberships            -> 422  user: BlankValue
                … 3 more like it, up to #5 …
                #6  GET   /api/v2/organizations/GLOBEX......../users  -> 200  ListOrganizationUsers

            changed in the account: nothing

            hint: #2 and 3 more: 7, sent as user_id, is no user of this account"#]],
    );
}

#[tokio::test]
async fn an_ignored_401_and_403() {
    let scene = Scene::start().await;
    let bob = NewUser::new("Bob").email("bob@example.com");
    let bob = scene.zendesk.seed().user(bob);
    let create = || {
        let create = reqwest::Client::new().post(scene.zendesk.url("/organization_memberships"));
        create.json(&scene.membership(&scene.acme))
    };
    create().send().await.unwrap();
    let credentials = scene.zendesk.credentials_for(&bob);
    let create = create().header("authorization", credentials.authorization());
    create.send().await.unwrap();
    let result = here(
        scene
            .zendesk
            .assert_membership(&scene.ada, &scene.acme)
            .try_exists(),
    );
    scene.check(
        result,
        &expect![[r#"
            expected user ADA........... (Ada) to be in organization ACME.......... (Acme), but the user is not
              asserted at HERE
              #1 was refused with 401, Couldn't authenticate you, and changed nothing
              #2 was refused with 403, Forbidden, and changed nothing

            calls received (2), * = about it:
              * #1  POST  /api/v2/organization_memberships  -> 401  Couldn't authenticate you
                      {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}
              * #2  POST  /api/v2/organization_memberships  -> 403  Forbidden, repeats #1
                      {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}

            changed in the account: nothing

            hint: #1: the request sent no credentials; the account accepts any Basic or Bearer credentials, such as zendesk.authorization()
            hint: #2: the caller is user BOB........... (Bob), an end user; CreateOrganizationMembership is for admins and agents"#]],
    );
}

#[tokio::test]
async fn polling_that_was_given_up() {
    let scene = Scene::with(MockZendesk::builder().job_pace(JobPace::AfterPolls(3))).await;
    let items = json!([{"user_id": scene.ada.id, "organization_id": scene.acme.id}]);
    let create_many = json!({"organization_memberships": items});
    let (_, queued) = scene
        .post("/organization_memberships/create_many", create_many)
        .await;
    let result = here(
        scene
            .zendesk
            .assert_membership(&scene.ada, &scene.acme)
            .try_exists(),
    );
    scene.check(
        result,
        &expect![[r#"
            expected user ADA........... (Ada) to be in organization ACME.......... (Acme), but the user is not
              asserted at HERE
              job JOB................................, queued by #1, is not finished; zendesk.jobs().run_all() finishes it

            calls received (1), * = about it:
              * #1  POST  /api/v2/organization_memberships/create_many  -> 200  CreateManyOrganizationMemberships: queued
                      {"organization_memberships":[{"organization_id":ACME..........,"user_id":ADA...........}]}
                      job JOB................................ queued: Bulk Create Organization Membership, 1 item

            hint: the reply to #1 says only that job JOB................................ is queued; the program never requested its status, which says when it is done and which items failed"#]],
    );

    scene
        .get(&format!(
            "/job_statuses/{}",
            queued["job_status"]["id"].as_str().unwrap()
        ))
        .await;
    let result = here(
        scene
            .zendesk
            .calls()
            .of(job_statuses::SHOW)
            .try_assert_times(3..),
    );
    scene.check(
        result,
        &expect![[r#"
            expected at least 3 calls of ShowJobStatus (GET /api/v2/job_statuses/{job_status_id}), got 1
              asserted at HERE

            calls received (2), * = counted:
                #1  POST  /api/v2/organization_memberships/create_many              -> 200  CreateManyOrganizationMemberships: queued
              * #2  GET   /api/v2/job_statuses/JOB................................  -> 200  ShowJobStatus: working, 0 of 1 item done

            changed in the account:
                #1  job JOB................................ queued: Bulk Create Organization Membership, 1 item

            hint: the program requested the status of job JOB................................ once, and the job is not finished: 0 of 1 item done, outstanding: item 0 {"organization_id":ACME..........,"user_id":ADA...........}; request it again until it is finished"#]],
    );
}

#[tokio::test]
async fn jobs_that_are_not_done() {
    let scene = Scene::with(MockZendesk::builder().job_pace(JobPace::AfterPolls(3))).await;
    let item = json!({"user_id": scene.ada.id, "organization_id": scene.acme.id});
    let items = [&item; 7];
    let create_many = json!({ "organization_memberships": items });
    let (_, created) = scene
        .post("/organization_memberships/create_many", create_many)
        .await;
    let created = format!(
        "/job_statuses/{}",
        created["job_status"]["id"].as_str().unwrap()
    );
    scene.get(&created).await;
    let text = scene.zendesk.calls().try_assert_none().unwrap_err();
    let outstanding: Vec<String> = (2..5).map(|index| format!("item {index} {item}")).collect();
    let outstanding = format!(
        "2 of 7 items done, outstanding: {} and 2 more; request it again until it is finished",
        outstanding.join(", ")
    );
    assert!(text.to_string().ends_with(&outstanding), "{text}");
    let delete_many = "/organization_memberships/destroy_many?ids=1,2,2,3";
    let (_, deleted) = scene.send(Method::DELETE, delete_many, None).await;
    let deleted = deleted["job_status"]["id"].as_str().unwrap().to_owned();
    for _ in 0..2 {
        scene
            .get(&format!("/job_statuses/show_many?ids={deleted}"))
            .await;
    }
    scene.get(&created).await;
    scene.zendesk.jobs().fail_next("Internal Server Error");
    scene.get(&created).await;
    let result = here(scene.zendesk.calls().of(users::ME).try_assert_once());
    scene.check(
        result,
        &expect![[r#"
            expected exactly 1 call of ShowCurrentUser (GET /api/v2/users/me), got none
              asserted at HERE

            calls received (7):
                #1  POST    /api/v2/organization_memberships/create_many                            -> 200  CreateManyOrganizationMemberships: queued
                #2  GET     /api/v2/job_statuses/JOB................................                -> 200  ShowJobStatus: working, 2 of 7 items done
                #3  DELETE  /api/v2/organization_memberships/destroy_many?ids=1,2,2,3               -> 200  DeleteManyOrganizationMemberships: queued
                #4  GET     /api/v2/job_statuses/show_many?ids=JOB................................  -> 200  ShowManyJobStatuses: working, 1 of 3 items done
                #5  GET     /api/v2/job_statuses/show_many?ids=JOB................................  -> 200  ShowManyJobStatuses: working, 2 of 3 items done
                #6  GET     /api/v2/job_statuses/JOB................................                -> 200  ShowJobStatus: working, 4 of 7 items done
                #7  GET     /api/v2/job_statuses/JOB................................                -> 200  ShowJobStatus: failed, 3 of 7 items failed

            changed in the account:
                #1  job JOB................................ queued: Bulk Create Organization Membership, 7 items
                #1  later: membership MEMBERSHIP.... created: user ADA........... (Ada) in organization ACME.......... (Acme), default
                #1  later: job JOB................................ failed: Internal Server Error
                #3  job JOB................................ queued: Bulk Delete Organization Membership, 3 items

            hint: job JOB................................ is completed, but 3 of 7 items failed; item 1: This user is already a member of this organization; item 2: This user is already a member of this organization; item 3: This user is already a member of this organization
            hint: the program requested the status of job JOB................................ 2 times, and the job is not finished: 2 of 3 items done, outstanding: item 2 (id 3); request it again until it is finished"#]],
    );
}

#[tokio::test]
async fn completed_taken_for_done() {
    let scene = Scene::start().await;
    let item = json!({"user_id": scene.ada.id, "organization_id": scene.acme.id});
    let create_many = json!({"organization_memberships": [item, item]});
    let (_, queued) = scene
        .post("/organization_memberships/create_many", create_many)
        .await;
    scene
        .get(&format!(
            "/job_statuses/{}",
            queued["job_status"]["id"].as_str().unwrap()
        ))
        .await;
    let result = here(
        scene
            .zendesk
            .assert_user(&scene.ada)
            .try_organizations([&scene.acme, &scene.globex]),
    );
    scene.check(
        result,
        &expect![[r#"
            expected user ADA........... (Ada) to be in organizations ACME.......... (Acme), GLOBEX........ (Globex), but the user is in organization ACME.......... (Acme)
              asserted at HERE
              missing:    organization GLOBEX........ (Globex)
              item 1 of job JOB................................, queued by #1, failed: This user is already a member of this organization.

            calls received (2), * = about it:
              * #1  POST  /api/v2/organization_memberships/create_many              -> 200  CreateManyOrganizationMemberships: queued
                      {"organization_memberships":[{"organization_id":ACME..........,"user_id":ADA...........},{"organization_id":ACME..........,"user_id":ADA...........}]}
                      job JOB................................ queued: Bulk Create Organization Membership, 2 items
                      later: membership MEMBERSHIP.... created: user ADA........... (Ada) in organization ACME.......... (Acme), default
                      later: job JOB................................ completed: 1 of 2 items failed
                #2  GET   /api/v2/job_statuses/JOB................................  -> 200  ShowJobStatus: completed, 1 of 2 items failed

            hint: job JOB................................ is completed, but 1 of 2 items failed; item 1: This user is already a member of this organization"#]],
    );
}

#[tokio::test]
async fn unauthorised() {
    let scene = Scene::with(
        MockZendesk::builder().credentials(Credentials::api_token("sync@example.com", "s3cr3t")),
    )
    .await;
    let create = reqwest::Client::new().post(scene.zendesk.url("/organization_memberships"));
    let create = create.basic_auth("sync@example.com/token", Some("an-old-secret"));
    create
        .json(&scene.membership(&scene.acme))
        .send()
        .await
        .unwrap();
    let credentials = scene.zendesk.credentials();
    let calls = scene.zendesk.calls().of(organization_memberships::CREATE);
    let result = here(calls.with_credentials(credentials).try_assert_once());
    scene.check(
        result,
        &expect![[r#"
            expected exactly 1 call of CreateOrganizationMembership (POST /api/v2/organization_memberships) by Basic sync@example.com/token, got none
              asserted at HERE

            calls received (1):
                #1  POST  /api/v2/organization_memberships  -> 401  Couldn't authenticate you

            nearest call, #1:
                ✓ verb: POST
                ✓ path: /api/v2/organization_memberships
                ✗ auth: Basic sync@example.com/token, but another value was expected (secrets are not shown)
                  body sent: {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}

            changed in the account: nothing

            hint: #1: the request sent Basic sync@example.com/token with another token than the account accepts"#]],
    );
}

#[tokio::test]
async fn refused_for_the_role() {
    let scene = Scene::start().await;
    scene
        .zendesk
        .seed()
        .user(NewUser::new("Bob").email("bob@example.com"));
    let create = reqwest::Client::new().post(scene.zendesk.url("/organization_memberships"));
    let create = create.header(
        "authorization",
        Credentials::api_token("bob@example.com", "token").authorization(),
    );
    create
        .json(&scene.membership(&scene.acme))
        .send()
        .await
        .unwrap();
    let result = here(
        scene
            .zendesk
            .calls()
            .of(organization_memberships::CREATE)
            .succeeded()
            .try_assert_once(),
    );
    scene.check(
        result,
        &expect![[r#"
            expected exactly 1 call of CreateOrganizationMembership (POST /api/v2/organization_memberships) that succeeded, got none
              asserted at HERE

            calls received (1):
                #1  POST  /api/v2/organization_memberships  -> 403  Forbidden

            nearest call, #1:
                ✓ verb: POST
                ✓ path: /api/v2/organization_memberships
                ✗ that succeeded
                  body sent: {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}

            changed in the account: nothing

            hint: #1: the caller is user BOB........... (Bob), an end user; CreateOrganizationMembership is for admins and agents"#]],
    );
}

/// Each row of whom an operation is for, as far as somebody is refused by it.
#[tokio::test]
async fn the_hint_at_a_role_says_for_whom_the_operation_is() {
    let scene = Scene::start().await;
    let seed = scene.zendesk.seed();
    let bob = seed.user(NewUser::new("Bob").email("bob@example.com"));
    let grace = seed.user(
        NewUser::new("Grace")
            .email("grace@example.com")
            .role(Role::Agent),
    );
    let ada = scene.ada.id;
    let joins = format!("/users/{}/organization_memberships", grace.id);
    let rows = [
        (
            &bob,
            Method::GET,
            "/users".to_owned(),
            "an end user; ListUsers is for agents and admins",
        ),
        (
            &bob,
            Method::GET,
            format!("/users/{ada}"),
            "an end user; ShowUser is for agents and admins",
        ),
        (
            &bob,
            Method::POST,
            joins.clone(),
            "an end user; CreateUserOrganizationMembership is for admins and agents",
        ),
        (
            &grace,
            Method::POST,
            joins,
            "an agent; CreateUserOrganizationMembership is for admins; agents may use it only for end users",
        ),
        (
            &bob,
            Method::GET,
            format!("/users/{ada}/organization_memberships"),
            "an end user; ListUserOrganizationMemberships shows end users only their own records",
        ),
        (
            &grace,
            Method::POST,
            "/organizations".to_owned(),
            "an agent; CreateOrganization is for admins",
        ),
    ];
    for (caller, method, path, expected) in rows {
        let request = reqwest::Client::new().request(method, scene.zendesk.url(&path));
        let credentials = Credentials::api_token(caller.email.clone().unwrap(), "token");
        let body = json!({"organization_membership": {"organization_id": scene.acme.id}, "organization": {"name": "X"}});
        let reply = request
            .header("authorization", credentials.authorization())
            .json(&body)
            .send()
            .await
            .unwrap();
        assert_eq!(reply.status(), 403, "{path}");
        let hint = scene.zendesk.calls().last().unwrap().hints()[0].to_string();
        assert_eq!(
            hint,
            format!(
                "the caller is user {} ({}), {expected}",
                caller.id, caller.name
            )
        );
    }
}

#[tokio::test]
async fn the_usual_mistakes_with_bodies_and_pages() {
    let scene = Scene::with(MockZendesk::builder().allow_unknown_parameter("?pagesize")).await;
    let attributes = json!({"user_id": scene.ada.id, "organization_id": scene.acme.id});
    scene
        .post("/organization_memberships", attributes.clone())
        .await;
    scene
        .post(
            "/organization_memberships",
            json!({"organization_memberships": [attributes]}),
        )
        .await;
    scene
        .get("/organization_memberships?page=2&page[size]=10&pagesize=5")
        .await;
    let result = here(scene.zendesk.calls().with_status(201).try_assert_once());
    scene.check(
        result,
        &expect![[r#"
            expected exactly 1 call with status 201, got none
              asserted at HERE

            calls received (3):
                #1  POST  /api/v2/organization_memberships                                  -> 400  ParameterMissing: organization_membership
                #2  POST  /api/v2/organization_memberships                                  -> 400  TooManyValues: organization_memberships
                #3  GET   /api/v2/organization_memberships?page=2&page[size]=10&pagesize=5  -> 200  ListOrganizationMemberships

            changed in the account: nothing

            hint: #1: the body lacks its wrapper key: send {"organization_membership": …} around the attributes
            hint: #2: the body has the key "organization_memberships" where this operation expects "organization_membership"
            hint: #3: page or per_page (offset) is mixed with page[…] (cursor), and Zendesk uses the cursor"#]],
    );

    let mark = scene.zendesk.mark();
    let many: Vec<_> = (0..101).map(|_| attributes.clone()).collect();
    scene
        .post(
            "/organization_memberships/create_many",
            json!({"organization_memberships": many}),
        )
        .await;
    let calls = scene
        .zendesk
        .calls()
        .since(mark)
        .of(organization_memberships::CREATE_MANY);
    let result = here(calls.with_status(200).try_assert_once());
    scene.check(
        result,
        &expect![[r#"
            expected exactly 1 call of CreateManyOrganizationMemberships (POST /api/v2/organization_memberships/create_many) with status 200 after #3 (ListOrganizationMemberships), got none
              asserted at HERE

            calls received after #3 (1):
                #4  POST  /api/v2/organization_memberships/create_many  -> 400  TooManyValues

            nearest call, #4:
                ✓ verb: POST
                ✓ path: /api/v2/organization_memberships/create_many
                ✗ status: 400, expected 200
                  body sent: {"organization_memberships":[{"organization_id":ACME..........,"user_id":ADA...........},{"organization_id":ACME..........,"user_id":ADA...........},{"organization_id":ACME..........,"user_id":ADA...........},{"organization_id":ACME..........,"user_id":ADA...........},{"organization_id":ACME..........,"user_id":ADA...........},{"organization_id":ACME..........,"user_id":ADA...........},{"organization_id":ACME..........,"user_id":ADA...........},{"organization_id":218594983296… (480 of 6090 characters)

            changed in the account: nothing

            hint: #4: one request may have at most 100 items, and this one has 101"#]],
    );
}

#[tokio::test]
async fn other_changes_than_expected() {
    let scene = Scene::start().await;
    let before = scene.zendesk.account();
    scene.join(&scene.acme).await;
    let expected = [
        Difference::joined(&scene.ada, &scene.globex),
        Difference::default_gained(&scene.ada, &scene.acme),
    ];
    let result = here(scene.zendesk.try_assert_changes(&before, expected));
    scene.check(
        result,
        &expect![[r#"
            expected 2 changes in the account, got 2 changes
              asserted at HERE
              missing:    + (ADA..........., GLOBEX........)  (Ada, Globex)
              unexpected: + (ADA..........., ACME..........)  (Ada, Acme)
                          to expect it: Difference::joined(ADA..........., ACME..........)

            calls received (1), * = about it:
              * #1  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership
                      {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}
                      membership MEMBERSHIP.... created: user ADA........... (Ada) in organization ACME.......... (Acme), default"#]],
    );
    let result = here(scene.zendesk.try_assert_changes(&before, []));
    scene.check(
        result,
        &expect![[r#"
            expected no change in the account, got 2 changes
              asserted at HERE
              unexpected: + (ADA..........., ACME..........)  (Ada, Acme)
                          to expect it: Difference::joined(ADA..........., ACME..........)
              unexpected: default of ADA...........: none -> ACME..........  (Ada, Acme)
                          to expect it: Difference::default_gained(ADA..........., ACME..........)

            calls received (1), * = about it:
              * #1  POST  /api/v2/organization_memberships  -> 201  CreateOrganizationMembership
                      {"organization_membership":{"organization_id":ACME..........,"user_id":ADA...........}}
                      membership MEMBERSHIP.... created: user ADA........... (Ada) in organization ACME.......... (Acme), default"#]],
    );
}

#[tokio::test]
async fn what_the_journal_did_not_keep() {
    let scene = Scene::with(MockZendesk::builder().keep_calls(KeepCalls::Last(2))).await;
    for _ in 0..3 {
        scene.get("/users/me").await;
    }
    let result = here(scene.zendesk.calls().of(users::ME).try_assert_times(2));
    scene.check(
        result,
        &expect![[r#"
            cannot tell: expected exactly 2 calls of ShowCurrentUser (GET /api/v2/users/me), got 2 among the calls that were kept; the journal did not keep 1 earlier call
              asserted at HERE

            calls received (3, the first of them not kept), * = counted:
              * #2  GET  /api/v2/users/me  -> 200  ShowCurrentUser
              * #3  GET  /api/v2/users/me  -> 200  ShowCurrentUser"#]],
    );
    let result = here(
        scene
            .zendesk
            .calls()
            .of(organizations::LIST)
            .try_assert_none(),
    );
    scene.check(
        result,
        &expect![[r#"
            cannot tell: expected no call of ListOrganizations (GET /api/v2/organizations), got none among the calls that were kept; the journal did not keep 1 earlier call
              asserted at HERE

            calls received (3, the first of them not kept):
                #2  GET  /api/v2/users/me  -> 200  ShowCurrentUser
                #3  GET  /api/v2/users/me  -> 200  ShowCurrentUser"#]],
    );
    let result = here(
        scene
            .zendesk
            .calls()
            .try_assert_sequence(&[organizations::LIST, users::ME]),
    );
    scene.check(
        result,
        &expect![[r#"
            cannot tell: expected the calls ListOrganizations, ShowCurrentUser in this order; there is no ListOrganizations among the calls that were kept; the journal did not keep 1 earlier call
              asserted at HERE

            calls received (3, the first of them not kept):
                #2  GET  /api/v2/users/me  -> 200  ShowCurrentUser
                #3  GET  /api/v2/users/me  -> 200  ShowCurrentUser"#]],
    );

    let scene = Scene::with(MockZendesk::builder().keep_calls(KeepCalls::Off)).await;
    scene.get("/users/me").await;
    let result = here(scene.zendesk.calls().of(users::ME).try_assert_once());
    scene.check(
        result,
        &expect![[r#"
            cannot tell: expected exactly 1 call of ShowCurrentUser (GET /api/v2/users/me), got none among the calls that were kept; the journal did not keep 1 earlier call
              asserted at HERE

            calls received (1, none of them kept)"#]],
    );
}

#[tokio::test]
async fn equal_calls_in_a_row() {
    let scene = Scene::with(MockZendesk::builder().job_pace(JobPace::Manual)).await;
    for _ in 0..3 {
        scene.get("/users/me").await;
    }
    let item = json!({"user_id": scene.ada.id, "organization_id": scene.acme.id});
    let body = json!({ "organization_memberships": [item] });
    let path = "/organization_memberships/create_many";
    let (_, queued) = scene.post(path, body).await;
    let job = format!(
        "/job_statuses/{}",
        queued["job_status"]["id"].as_str().unwrap()
    );
    for _ in 0..18 {
        scene.get(&job).await;
    }
    scene.zendesk.jobs().run_all();
    for _ in 0..4 {
        scene.get(&job).await;
    }
    let polls = scene.zendesk.calls().of(job_statuses::SHOW);
    let result = here(polls.try_assert_times(..=9));
    scene.check(
        result,
        &expect![[r#"
            expected at most 9 calls of ShowJobStatus (GET /api/v2/job_statuses/{job_status_id}), got 22
              asserted at HERE

            calls received (26), * = counted:
                #1   GET   /api/v2/users/me                                          -> 200  ShowCurrentUser
                #2   GET   /api/v2/users/me                                          -> 200  ShowCurrentUser
                #3   GET   /api/v2/users/me                                          -> 200  ShowCurrentUser
                #4   POST  /api/v2/organization_memberships/create_many              -> 200  CreateManyOrganizationMemberships: queued
              * #5   GET   /api/v2/job_statuses/JOB................................  -> 200  ShowJobStatus: queued
                … 17 more like it, up to #22 …
              * #23  GET   /api/v2/job_statuses/JOB................................  -> 200  ShowJobStatus: completed, 1 item done
                … 3 more like it, up to #26 …

            changed in the account:
                #4  job JOB................................ queued: Bulk Create Organization Membership, 1 item
                #4  later: membership MEMBERSHIP.... created: user ADA........... (Ada) in organization ACME.......... (Acme), default
                #4  later: job JOB................................ completed: 1 item"#]],
    );
    // What is starred is not hidden among what is not.
    let early = |call: &Call| call.ordinal() < 8;
    let some = polls.matching("it is early", early);
    let text = some.try_assert_none().unwrap_err().to_string();
    for line in [
        "\n  * #7   GET ",
        "\n    #8   GET ",
        "\n    … 14 more like it, up to #22 …",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    // The nearest call stays.
    let nearest = scene
        .zendesk
        .calls()
        .of(job_statuses::SHOW)
        .with_status(404);
    let result = here(nearest.try_assert_once());
    let text = result.value.unwrap_err().to_string();
    for line in [
        "\n    … 17 more like it, up to #22 …\n    #23  GET ",
        "\n    #25  GET ",
        "\n    #26  GET ",
        "\nnearest call, #26:\n",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
}

#[tokio::test]
async fn a_long_journal_and_a_long_body() {
    let scene = Scene::start().await;
    for page in 1..=50 {
        scene.get(&format!("/users?page={page}")).await;
        if page == 25 {
            scene
                .post(
                    "/organizations",
                    json!({"organization": {"name": "Initech", "notes": "x".repeat(600)}}),
                )
                .await;
        }
    }
    let result = here(
        scene
            .zendesk
            .calls()
            .of(organizations::CREATE)
            .try_assert_none(),
    );
    scene.check(
        result,
        &expect![[r#"
            expected no call of CreateOrganization (POST /api/v2/organizations), got 1
              asserted at HERE

            calls received (51), * = counted:
                #1   GET   /api/v2/users?page=1   -> 200  ListUsers
                #2   GET   /api/v2/users?page=2   -> 200  ListUsers
                #3   GET   /api/v2/users?page=3   -> 200  ListUsers
                #4   GET   /api/v2/users?page=4   -> 200  ListUsers
                #5   GET   /api/v2/users?page=5   -> 200  ListUsers
                … 20 calls …
              * #26  POST  /api/v2/organizations  -> 201  CreateOrganization
                      {"organization":{"name":"Initech","notes":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… (480 of 646 characters)
                      organization INITECH....... (Initech) created
                … 15 calls …
                #42  GET   /api/v2/users?page=41  -> 200  ListUsers
                #43  GET   /api/v2/users?page=42  -> 200  ListUsers
                #44  GET   /api/v2/users?page=43  -> 200  ListUsers
                #45  GET   /api/v2/users?page=44  -> 200  ListUsers
                #46  GET   /api/v2/users?page=45  -> 200  ListUsers
                #47  GET   /api/v2/users?page=46  -> 200  ListUsers
                #48  GET   /api/v2/users?page=47  -> 200  ListUsers
                #49  GET   /api/v2/users?page=48  -> 200  ListUsers
                #50  GET   /api/v2/users?page=49  -> 200  ListUsers
                #51  GET   /api/v2/users?page=50  -> 200  ListUsers"#]],
    );
}

#[tokio::test]
async fn ids_that_are_swapped_get_one_hint_wherever_they_are() {
    let scene = Scene::start().await;
    let (ada, acme) = (scene.ada.id.get(), scene.acme.id.get());
    let hints = |method: Method, path: String, body: Value| {
        let scene = &scene;
        async move {
            let body = (!body.is_null()).then_some(body);
            scene.send(method, &path, body).await;
            let call = scene.zendesk.calls().last().unwrap();
            call.hints().to_vec()
        }
    };
    let swapped = |hint: &&Hint| matches!(hint, Hint::SwappedIds { .. });
    // In the path and in the body.
    let path = format!("/users/{acme}/organization_memberships");
    let body = json!({"organization_membership": {"organization_id": ada}});
    let found = hints(Method::POST, path, body).await;
    assert_eq!(found.iter().filter(swapped).count(), 1, "{found:?}");
    assert_eq!(found.len(), 1, "{found:?}");
    // With another mistake between them.
    let body = json!({"ticket": {
        "comment": {"body": "x"}, "assignee_id": acme, "group_id": acme, "organization_id": ada,
    }});
    let found = hints(Method::POST, "/tickets".to_owned(), body).await;
    assert_eq!(found.iter().filter(swapped).count(), 1, "{found:?}");
}
