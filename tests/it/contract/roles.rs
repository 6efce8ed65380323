//! Who may do what: each operation by each role, over HTTP alone.

use mock_zendesk::{Credentials, MockZendesk, Operation, users::AllowedFor};
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{Answer, Api};

const FORBIDDEN: &str = r#"{"error":{"title":"Forbidden","message":"You do not have access to this page. Please contact the account owner of this help desk for further help."}}"#;

/// Somebody who calls.
struct Caller {
    id: u64,
    authorization: String,
}

async fn caller(api: &Api, role: &str) -> Caller {
    caller_named(api, role, role).await
}

async fn caller_named(api: &Api, role: &str, name: &str) -> Caller {
    let email = format!("{}@example.com", api.name(name).replace(' ', "-"));
    let user = json!({"user": {"name": api.name(name), "email": email, "role": role}});
    let id = api.post("/users", user).await.expect(201).json()["user"]["id"]
        .as_u64()
        .unwrap();
    Caller {
        id,
        authorization: api.authorization_of(&email),
    }
}

async fn send(api: &Api, caller: &Caller, method: &str, path: &str, body: Value) -> Answer {
    let headers = [
        ("authorization", caller.authorization.as_str()),
        ("content-type", "application/json"),
    ];
    let body = if body.is_null() {
        Vec::new()
    } else {
        body.to_string().into_bytes()
    };
    api.raw(
        Method::from_bytes(method.as_bytes()).unwrap(),
        path,
        &headers,
        body,
    )
    .await
}

/// A path and a body that reach the operation, about this user, with everything that it names
/// there.
pub(crate) async fn request(
    api: &Api,
    operation: Operation,
    user: u64,
    mark: &str,
) -> (String, Value) {
    let mark = &api.name(mark);
    let (member_of, other) = (
        api.organization(mark).await,
        api.organization(&format!("Other {mark}")).await,
    );
    let membership = api.membership(user, member_of).await;
    let job = api
        .post(
            "/organization_memberships/create_many",
            json!({"organization_memberships": []}),
        )
        .await;
    let job = job.json()["job_status"]["id"].as_str().unwrap().to_owned();
    // Whoever requests a ticket that is not closed cannot be deleted.
    let requester = api.user("Requester").await;
    let ticket = json!({"ticket": {"requester_id": requester, "comment": {"body": "Help"}}});
    let ticket_id = api.post("/tickets", ticket.clone()).await.json()["ticket"]["id"].clone();
    // Of groups only agents are members. This one is in two, and the second is nobody's default.
    let agent = json!({"user": {"name": format!("Agent {mark}"), "role": "agent"}});
    let agent = api.post("/users", agent).await.expect(201).json()["user"]["id"]
        .as_u64()
        .unwrap();
    let [group, other_group] =
        [mark.clone(), format!("Other {mark}")].map(|name| json!({"group": {"name": name}}));
    let group = api.post("/groups", group).await.expect(201).json()["group"]["id"].clone();
    let other_group =
        api.post("/groups", other_group).await.expect(201).json()["group"]["id"].clone();
    let member_of_group = json!({"group_membership": {"user_id": agent, "group_id": group}});
    let member_of_group = api
        .post("/group_memberships", member_of_group)
        .await
        .expect(201);
    let member_of_group = member_of_group.json()["group_membership"]["id"].to_string();
    let address = format!("{}@example.com", mark.replace(' ', "-"));
    let identity = json!({"identity": {"type": "email", "value": address}});
    let identity_id = api
        .post(&format!("/users/{user}/identities"), identity)
        .await
        .expect(201)
        .json()["identity"]["id"]
        .clone();
    if operation.id().contains("Subscription") {
        let shared = json!({"organization": {"shared_tickets": true}});
        let path = format!("/organizations/{member_of}");
        api.put(&path, shared).await.expect(200);
    }
    let subscription =
        json!({"organization_subscription": {"user_id": user, "organization_id": member_of}});
    let fields = fields(api, operation, mark).await;
    let path = operation.path().trim_start_matches("/api/v2");
    let subscription_id = if path.contains("{organization_subscription_id}") {
        let created = api
            .post("/organization_subscriptions", subscription.clone())
            .await;
        created.expect(201).json()["organization_subscription"]["id"].to_string()
    } else {
        String::new()
    };
    let is_about_groups = operation.id().contains("Group")
        && !operation
            .path()
            .starts_with("/api/v2/groups/{group_id}/users");
    let user_in_path = if is_about_groups { agent } else { user };
    let path = path
        .replace("{user_id}", &user_in_path.to_string())
        .replace("{organization_id}", &member_of.to_string());
    let path = path.replace("{organization_membership_id}", &membership.to_string());
    let path = path
        .replace("{job_status_id}", &job)
        .replace("{ticket_id}", &ticket_id.to_string());
    let path = path
        .replace("{group_id}", &group.to_string())
        .replace("{group_membership_id}", &member_of_group)
        .replace("{identity_id}", &identity_id.to_string())
        .replace("{organization_subscription_id}", &subscription_id);
    let path = fields
        .iter()
        .fold(path, |path, (name, id)| path.replace(name, id));
    let path = path.replace("{deleted_user_id}", &user.to_string());
    let is_about_deleted = operation.path().contains("/deleted_users/{");
    if is_about_deleted || operation.id() == "ShowUserComplianceDeletionStatuses" {
        api.delete(&format!("/users/{user}")).await.expect(200);
    }
    if operation.id() == "ShowUserComplianceDeletionStatuses" {
        api.delete(&format!("/deleted_users/{user}"))
            .await
            .expect(200);
    }
    let merge = json!({"organization_merge": {"winner_id": other}});
    let path = if path.contains("{organization_merge_id}") {
        let started = format!("/organizations/{member_of}/merge");
        let started = api.post(&started, merge.clone()).await.expect(200).json();
        let id = started["organization_merge"]["id"].as_str().unwrap();
        path.replace("{organization_merge_id}", id)
    } else {
        path
    };
    let ids = match operation.controller_of_ids() {
        Some("user_fields") => "?keys=a".to_owned(),
        Some("users") => format!("?ids={user}"),
        Some("organizations") => format!("?ids={member_of}"),
        Some("job_statuses") => format!("?ids={job}"),
        Some("group_memberships") => format!("?ids={member_of_group}"),
        Some(_) => format!("?ids={membership}"),
        None => match operation.path() {
            path if path.starts_with("/api/v2/incremental/") => "?start_time=0".to_owned(),
            path if path.ends_with("/users/search") => "?query=somebody".to_owned(),
            path if path.ends_with("/export") => "?query=x&filter[type]=user".to_owned(),
            path if path.starts_with("/api/v2/search") => "?query=x".to_owned(),
            path if path.ends_with("/search") => "?external_id=7".to_owned(),
            path if path.ends_with("/autocomplete") => "?name=some".to_owned(),
            path if path.ends_with("/tags") && operation.method() == "DELETE" => {
                "?tags=a".to_owned()
            }
            _ => String::new(),
        },
    };
    let body = match (operation.method(), operation.id()) {
        ("GET" | "DELETE", _) => Value::Null,
        (_, "ReorderUserField") => json!({"user_field_ids": [7]}),
        (_, "ReorderOrganizationField") => json!({"organization_field_ids": [7]}),
        (_, id) if id.ends_with("UserFieldOption") => {
            let option = &fields[1].1;
            json!({"custom_field_option": {"id": option, "name": "B", "value": "b"}})
        }
        (_, id) if id.ends_with("UserField") => {
            json!({"user_field": {"key": key(mark), "title": "T"}})
        }
        (_, id) if id.ends_with("OrganizationField") => {
            json!({"organization_field": {"key": key(mark), "title": "T"}})
        }
        (_, id) if id.ends_with("AsDefault") => Value::Null,
        (_, id) if id.starts_with("Autocomplete") => Value::Null,
        (_, id) if id.contains("Verif") || id.contains("Primary") => Value::Null,
        (_, id) if id.contains("Tags") => json!({"tags": ["a"]}),
        (_, "UpdateUserIdentity") => json!({"identity": {"verified": true}}),
        (_, id) if id.contains("Identity") => {
            json!({"identity": {"type": "email", "value": format!("2.{address}")}})
        }
        (_, "CreateOrganizationMerge") => merge,
        (_, "MergeEndUsers") => json!({"user": {"id": requester}}),
        (_, "CreateOrUpdateManyUsers") => json!({"users": []}),
        (_, "CreateManyOrganizations") => json!({"organizations": []}),
        // Agents may write the notes of an organization that is there.
        (_, "CreateOrUpdateOrganization") => {
            json!({"organization": {"id": member_of, "notes": "n"}})
        }
        (_, "UpdateOrganization" | "UpdateManyOrganizations") => {
            json!({"organization": {"notes": "n"}})
        }
        (_, "CreateManyOrganizationMemberships") => json!({"organization_memberships": []}),
        (_, "GroupMembershipBulkCreate") => json!({"group_memberships": []}),
        (_, "GroupMembershipSetDefault") => Value::Null,
        (_, id) if id.contains("GroupMembership") => {
            json!({"group_membership": {"user_id": agent, "group_id": other_group}})
        }
        (_, id) if id.contains("Group") => json!({"group": {"name": format!("New {mark}")}}),
        (_, "CreateManyUsers") => json!({"users": []}),
        (_, id) if id.contains("Membership") => {
            json!({"organization_membership": {"user_id": user, "organization_id": other}})
        }
        (_, "CreateOrganizationSubscription") => subscription,
        (_, id) if id.ends_with("Password") => json!({"password": "correct horse"}),
        (_, id) if id.contains("User") => json!({"user": {"name": format!("New {mark}")}}),
        (_, id) if id.contains("Organization") => {
            json!({"organization": {"name": api.name(&format!("New {mark}"))}})
        }
        _ => ticket,
    };
    (format!("{path}{ids}"), body)
}

/// The key of a field of this test.
fn key(mark: &str) -> String {
    mark.replace([' ', '-'], "_")
}

/// The ids of a field and of its option that an operation on custom fields names, each with its name
/// in the path.
async fn fields(api: &Api, operation: Operation, mark: &str) -> Vec<(&'static str, String)> {
    if !operation.path().contains("_field_id}") {
        return Vec::new();
    }
    let options = json!([{"name": "A", "value": "a"}]);
    let key = format!("of_{}", key(mark));
    let field =
        json!({"key": key, "title": "T", "type": "dropdown", "custom_field_options": options});
    let (path, root) = match operation.path().contains("{user_field_id}") {
        true => ("/user_fields", "user_field"),
        false => ("/organization_fields", "organization_field"),
    };
    let created = api
        .post(path, json!({root: field}))
        .await
        .expect(201)
        .json()[root]
        .clone();
    vec![
        (
            if root == "user_field" {
                "{user_field_id}"
            } else {
                "{organization_field_id}"
            },
            created["id"].to_string(),
        ),
        (
            "{user_field_option_id}",
            created["custom_field_options"][0]["id"].to_string(),
        ),
    ]
}

trait OfIds {
    /// The resource whose `ids` the operation takes.
    fn controller_of_ids(&self) -> Option<&'static str>;
}

impl OfIds for Operation {
    fn controller_of_ids(&self) -> Option<&'static str> {
        let takes_ids = ["/show_many", "/destroy_many", "/update_many"]
            .iter()
            .any(|end| self.path().ends_with(end));
        takes_ids.then(|| self.path().split('/').nth(3).unwrap())
    }
}

#[tokio::test]
async fn every_operation_lets_in_whom_its_page_allows() {
    let api = Api::start().await;
    let callers = api
        .despite_losses(async |number| {
            let role = |role: &str| format!("{role} {number}");
            [
                caller_named(&api, "agent", &role("agent")).await,
                caller_named(&api, "end-user", &role("end-user")).await,
            ]
        })
        .await;
    // These have their own cases: no request makes a custom role, and a password is one's own.
    let has_case = ["ShowCurrentUser", "ShowCustomRoleById", "ChangeOwnPassword"];
    for operation in Operation::all().filter(|operation| !has_case.contains(&operation.id())) {
        for (caller, is_agent) in callers.iter().zip([true, false]) {
            for target_is_agent in [false, true] {
                api.despite_losses(async |number| {
                    let target = if target_is_agent { "agent" } else { "end-user" };
                    lets_in(&api, operation, caller, is_agent, target, number).await;
                })
                .await;
            }
        }
    }
}

/// Checks whether an operation lets in a caller, about a user of the role `target`.
async fn lets_in(
    api: &Api,
    operation: Operation,
    caller: &Caller,
    is_agent: bool,
    target: &str,
    number: u32,
) {
    let target_is_agent = target == "agent";
    let new = json!({"user": {"name": api.name("Target"), "role": target}});
    let target = api.post("/users", new).await.expect(201).json()["user"]["id"]
        .as_u64()
        .unwrap();
    let mark = format!("{} {is_agent} {target_is_agent} {number}", operation.id());
    let (path, body) = request(api, operation, target, &mark).await;
    let is_about_a_user = operation.path().contains("{user_id}")
        || operation.path().contains("{deleted_user_id}")
        || operation.path().contains("{organization_membership_id}")
        || operation.path().contains("{organization_subscription_id}")
        || operation.id() == "CreateOrganizationMembership"
        || operation.id() == "CreateOrganizationSubscription";
    let allowed = match operation.allowed_for() {
        AllowedFor::Anybody => true,
        AllowedFor::Agents => is_agent,
        // Somebody else's list is not an end user's, and neither is that of an organization that it
        // is not in.
        AllowedFor::AgentsAndEndUsers => {
            is_agent || !(is_about_a_user || operation.path().contains("{organization_id}"))
        }
        AllowedFor::Admins => false,
        AllowedFor::AdminsAndAgentsForEndUsers => is_agent && !(is_about_a_user && target_is_agent),
        _ => false,
    };
    let answer = send(api, caller, operation.method(), &path, body).await;
    let what = format!(
        "{}: {operation} by an agent: {is_agent}, about an agent: {target_is_agent}",
        answer.request
    );
    match allowed {
        // An upsert says by its status which of both it did.
        true if operation.id() == "CreateOrUpdateUser" => {
            assert_eq!(answer.status, 201, "{what}: {}", answer.body);
        }
        true => assert_eq!(
            answer.status,
            operation.success_status(),
            "{what}: {}",
            answer.body
        ),
        false => assert_eq!(
            (answer.status, answer.body.as_str()),
            (403, FORBIDDEN),
            "{what}"
        ),
    }
}

/// What the case above expects comes from the operations themselves. This is what their pages say,
/// where that is not all agents.
#[test]
fn the_operations_that_are_not_for_all_agents_are_the_documented_ones() {
    let others = Operation::all().filter(|operation| operation.allowed_for() != AllowedFor::Agents);
    let lines: Vec<String> = others
        .map(|operation| format!("{:?} {}", operation.allowed_for(), operation.id()))
        .collect();
    assert_eq!(lines, OTHERS, "{lines:#?}");
}

const OTHERS: [&str; 76] = [
    "Admins ReorderOrganizationField",
    "Admins CreateOrganizationField",
    "Admins UpdateOrganizationField",
    "Admins DeleteOrganizationField",
    "Admins ReorderUserField",
    "Admins CreateUserField",
    "Admins UpdateUserField",
    "Admins DeleteUserField",
    "Admins CreateOrUpdateUserFieldOption",
    "Admins DeleteUserFieldOption",
    "Admins ShowCustomRoleById",
    "Admins CreateGroupMembership",
    "Admins CreateUserGroupMembership",
    "Admins GroupMembershipBulkCreate",
    "Admins GroupMembershipBulkDelete",
    "Admins DeleteGroupMembership",
    "Admins DeleteUserGroupMembership",
    "Admins CreateGroup",
    "Admins UpdateGroup",
    "Admins DeleteGroup",
    "AgentsAndEndUsers ListUserIdentities",
    "AgentsAndEndUsers ListEndUserIdentities",
    "AgentsAndEndUsers CreateEndUserIdentity",
    "AgentsAndEndUsers ShowUserIdentity",
    "AgentsAndEndUsers ShowEndUserIdentity",
    "AgentsAndEndUsers DeleteEndUserIdentity",
    "AgentsAndEndUsers MakeEndUserIdentityPrimary",
    "AgentsAndEndUsers RequestEndUserVerification",
    "AgentsAndEndUsers ListOrganizationMemberships",
    "AgentsAndEndUsers ListUserOrganizationMemberships",
    "AgentsAndEndUsers ListOrganizationOrganizationMemberships",
    "AdminsAndAgentsForEndUsers CreateOrganizationMembership",
    "AdminsAndAgentsForEndUsers CreateUserOrganizationMembership",
    "AdminsAndAgentsForEndUsers DeleteOrganizationMembership",
    "AdminsAndAgentsForEndUsers DeleteUserOrganizationMembership",
    "AdminsAndAgentsForEndUsers SetOrganizationMembershipAsDefault",
    "AdminsAndAgentsForEndUsers UnassignOrganization",
    "AdminsAndAgentsForEndUsers SetOrganizationAsDefault",
    "Admins CreateOrganizationMerge",
    "Admins ShowOrganizationMerge",
    "Admins ListOrganizationMerges",
    "AgentsAndEndUsers ListOrganizationSubscriptions",
    "AgentsAndEndUsers ListOrganizationOrganizationSubscriptions",
    "AgentsAndEndUsers ListUserOrganizationSubscriptions",
    "AgentsAndEndUsers ShowOrganizationSubscription",
    "AgentsAndEndUsers CreateOrganizationSubscription",
    "AgentsAndEndUsers DeleteOrganizationSubscription",
    "Admins SearchOrganizations",
    "Admins BulkDeleteOrganizations",
    "Admins SetTagsOrganization",
    "Admins PutTagsOrganization",
    "Admins DeleteTagsOrganization",
    "Admins CreateOrganization",
    "Admins DeleteOrganization",
    "Admins IncrementalOrganizationExport",
    "Admins IncrementalSampleOrganizationExport",
    "Admins IncrementalTicketExportTime",
    "Admins IncrementalTicketExportCursor",
    "Admins IncrementalSampleTicketExport",
    "Anybody ShowCurrentUser",
    "AdminsAndAgentsForEndUsers CreateOrUpdateUser",
    "AdminsAndAgentsForEndUsers CreateOrUpdateManyUsers",
    "AdminsAndAgentsForEndUsers CreateManyUsers",
    "AdminsAndAgentsForEndUsers UpdateManyUsers",
    "Admins DestroyManyUsers",
    "Admins SetUserPassword",
    "AgentsAndEndUsers ChangeOwnPassword",
    "AgentsAndEndUsers GetUserPasswordRequirements",
    "AdminsAndAgentsForEndUsers CreateUser",
    "AdminsAndAgentsForEndUsers UpdateUser",
    "AdminsAndAgentsForEndUsers DeleteUser",
    "AdminsAndAgentsForEndUsers MergeEndUsers",
    "AdminsAndAgentsForEndUsers PermanentlyDeleteUser",
    "Admins IncrementalUserExportTime",
    "Admins IncrementalUserExportCursor",
    "Admins IncrementalSampleUserExport",
];

#[tokio::test]
async fn l8_an_end_user_lists_the_own_memberships_only() {
    let api = Api::start().await;
    let ada = caller(&api, "end-user").await;
    let (acme, bob) = (api.organization("Acme").await, api.user("Bob").await);
    let own = api.membership(ada.id, acme).await;
    let others = api.membership(bob, acme).await;
    for path in [
        "/organization_memberships?per_page=100",
        "/organization_memberships?page[size]=100",
    ] {
        let answer = send(&api, &ada, "GET", path, Value::Null).await.expect(200);
        assert_eq!(
            answer.each("organization_memberships", "id"),
            [json!(own)],
            "{path}"
        );
    }
    let path = format!("/users/{}/organization_memberships", ada.id);
    let answer = send(&api, &ada, "GET", &path, Value::Null)
        .await
        .expect(200);
    assert_eq!(answer.each("organization_memberships", "id"), [json!(own)]);
    let path = format!("/users/{bob}/organization_memberships");
    send(&api, &ada, "GET", &path, Value::Null)
        .await
        .expect_error(403, FORBIDDEN);
    let path = format!("/organization_memberships/{others}");
    send(&api, &ada, "GET", &path, Value::Null)
        .await
        .expect_error(403, FORBIDDEN);
}

/// "Own organization: yes, own rows only; other: 403": end users are allowed by the documentation,
/// the rest is inferred.
#[tokio::test]
async fn an_end_user_lists_the_own_membership_of_an_own_organization() {
    let api = Api::start().await;
    let ada = caller(&api, "end-user").await;
    let (acme, globex) = (
        api.organization("Acme").await,
        api.organization("Globex").await,
    );
    let own = api.membership(ada.id, acme).await;
    let bob = api.user("Bob").await;
    let others = api.membership(bob, acme).await;
    api.membership(bob, globex).await;
    let path =
        |organization: u64| format!("/organizations/{organization}/organization_memberships");

    for end in ["?per_page=100", "?page[size]=100"] {
        let path = format!("{}{end}", path(acme));
        let listed = send(&api, &ada, "GET", &path, Value::Null)
            .await
            .expect(200);
        assert_eq!(listed.each("organization_memberships", "id"), [json!(own)]);
        let listed = api.get(&path).await.expect(200);
        let all = [json!(own), json!(others)];
        assert_eq!(listed.each("organization_memberships", "id"), all);
    }
    send(&api, &ada, "GET", &path(globex), Value::Null)
        .await
        .expect_error(403, FORBIDDEN);
    // Also one that is not the default.
    let second = api.membership(ada.id, globex).await;
    let listed = send(&api, &ada, "GET", &path(globex), Value::Null).await;
    let listed = listed.expect(200).each("organization_memberships", "id");
    assert_eq!(listed, [json!(second)]);
}

/// "Deleted user: 401, never anybody else's rights": inferred. So is an address that the user gave
/// up.
#[tokio::test]
async fn a10_nobody_calls_by_an_address_that_a_user_has_no_more() {
    const NOT_AUTHENTICATED: &str = r#"{"error":"Couldn't authenticate you"}"#;
    let api = Api::start().await;
    let (gone, here) = (caller(&api, "end-user").await, caller(&api, "agent").await);
    let me = async |caller: &Caller| send(&api, caller, "GET", "/users/me", Value::Null).await;
    assert_eq!(me(&gone).await.expect(200).json()["user"]["id"], gone.id);

    api.delete(&format!("/users/{}", gone.id)).await.expect(200);
    for path in ["/users/me", "/users", "/organization_memberships"] {
        send(&api, &gone, "GET", path, Value::Null)
            .await
            .expect_error(401, NOT_AUTHENTICATED);
    }

    // By another address the same user calls, by the former one nobody.
    let path = format!("/users/{}/identities", here.id);
    let identity = api.get(&path).await.expect(200).json()["identities"][0]["id"].clone();
    let other = format!("{}@example.com", api.name("other").replace(' ', "-"));
    let change = json!({"identity": {"value": other}});
    api.put(&format!("{path}/{identity}"), change)
        .await
        .expect(200);
    me(&here).await.expect_error(401, NOT_AUTHENTICATED);
    let here = Caller {
        authorization: api.authorization_of(&other),
        ..here
    };
    assert_eq!(me(&here).await.expect(200).json()["user"]["id"], here.id);
}

#[tokio::test]
async fn c25_c26_d12_an_agent_changes_no_agents_memberships_and_an_end_user_none() {
    let api = Api::start().await;
    let (agent, end_user) = (caller(&api, "agent").await, caller(&api, "end-user").await);
    let (acme, globex) = (
        api.organization("Acme").await,
        api.organization("Globex").await,
    );
    let membership = |user: u64, organization: u64| json!({"organization_membership": {"user_id": user, "organization_id": organization}});
    let create = |who, user| {
        send(
            &api,
            who,
            "POST",
            "/organization_memberships",
            membership(user, acme),
        )
    };
    create(&agent, agent.id).await.expect_error(403, FORBIDDEN);
    create(&end_user, end_user.id)
        .await
        .expect_error(403, FORBIDDEN);
    create(&agent, end_user.id).await.expect(201);
    let of_agent = api.membership(agent.id, globex).await;
    let path = format!("/organization_memberships/{of_agent}");
    send(&api, &agent, "DELETE", &path, Value::Null)
        .await
        .expect_error(403, FORBIDDEN);
    assert_eq!(api.organization_of(agent.id).await, json!(globex));
}

#[tokio::test]
async fn the_role_is_looked_at_after_the_record_and_before_validation() {
    let api = Api::start().await;
    let (agent, end_user) = (caller(&api, "agent").await, caller(&api, "end-user").await);
    for (who, method, path, body, status) in [
        (
            &end_user,
            "GET",
            "/organization_memberships/abc".to_owned(),
            Value::Null,
            400,
        ),
        (
            &end_user,
            "GET",
            "/organization_memberships/1".to_owned(),
            Value::Null,
            404,
        ),
        (
            &end_user,
            "DELETE",
            "/organization_memberships/1".to_owned(),
            Value::Null,
            404,
        ),
        (
            &end_user,
            "PUT",
            "/organizations/1".to_owned(),
            json!({"organization": {"name": "x"}}),
            404,
        ),
        (
            &end_user,
            "POST",
            "/organizations".to_owned(),
            json!({"organization": {"name": " "}}),
            403,
        ),
        (
            &agent,
            "POST",
            "/organizations".to_owned(),
            json!({"organization": {"name": " "}}),
            403,
        ),
        (
            &agent,
            "POST",
            "/organization_memberships".to_owned(),
            json!({"organization_membership": {}}),
            422,
        ),
        (
            &agent,
            "POST",
            format!("/users/{}/organization_memberships", agent.id),
            json!({}),
            400,
        ),
    ] {
        let answer = send(&api, who, method, &path, body).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
    }
}

#[tokio::test]
async fn q36_what_an_agent_may_not_do_fails_item_by_item() {
    let api = Api::start().await;
    let agent = caller(&api, "agent").await;
    let (acme, ada) = (api.organization("Acme").await, api.user("Ada").await);
    let items = [agent.id, ada].map(|user| json!({"user_id": user, "organization_id": acme}));
    let body = json!({"organization_memberships": items});
    let queued = send(
        &api,
        &agent,
        "POST",
        "/organization_memberships/create_many",
        body,
    )
    .await
    .expect(200);
    let job = api.finished_job(&queued).await;
    assert_eq!(
        (&job["status"], &job["results"][0]["index"]),
        (&json!("completed"), &json!(0))
    );
    assert!(
        job["results"][0]["error"].is_string() && job["results"][0].get("id").is_none(),
        "{job}"
    );
    assert!(job["results"][1]["id"].is_u64(), "{job}");

    let of_agent = api.membership(agent.id, acme).await;
    let path = format!(
        "/organization_memberships/destroy_many?ids={of_agent},{}",
        job["results"][1]["id"]
    );
    let queued = send(&api, &agent, "DELETE", &path, Value::Null)
        .await
        .expect(200);
    let results = api.finished_job(&queued).await["results"].clone();
    assert_eq!(
        (&results[0]["success"], &results[1]["success"]),
        (&json!(false), &json!(true)),
        "{results}"
    );

    let users =
        json!({"users": [{"name": api.name("A"), "role": "admin"}, {"name": api.name("B")}]});
    let queued = send(&api, &agent, "POST", "/users/create_many", users)
        .await
        .expect(200);
    let results = api.finished_job(&queued).await["results"].clone();
    assert_eq!(
        (&results[0]["status"], &results[1]["status"]),
        (&json!("Failed"), &json!("Created")),
        "{results}"
    );
}

#[tokio::test]
async fn an_agent_makes_nobody_an_agent() {
    let api = Api::start().await;
    let (agent, ada) = (caller(&api, "agent").await, api.user("Ada").await);
    let promote = json!({"user": {"role": "admin"}});
    send(&api, &agent, "PUT", &format!("/users/{ada}"), promote)
        .await
        .expect_error(403, FORBIDDEN);
    let create = json!({"user": {"name": api.name("Eve"), "role": "agent"}});
    send(&api, &agent, "POST", "/users", create)
        .await
        .expect_error(403, FORBIDDEN);
}

#[tokio::test]
async fn a3_a7_an_oauth_token_is_limited_by_its_scopes_and_by_its_users_role() {
    const NO_WRITE: &str =
        r#"{"error":"Forbidden","description":"Missing the following required scopes: write"}"#;
    const NO_READ: &str =
        r#"{"error":"Forbidden","description":"Missing the following required scopes: read"}"#;
    let owner = Credentials::oauth("all");
    let builder = MockZendesk::builder()
        .credentials(owner)
        .credentials(Credentials::oauth("reader").scopes(["read"]))
        .credentials(
            Credentials::oauth("organizer").scopes(["organizations:read", "organizations:write"]),
        )
        .credentials(
            Credentials::oauth("ada")
                .for_user("ada@example.com")
                .scopes(["read", "write"]),
        );
    let api = Api::with(builder).await;
    let ada = json!({"user": {"name": "Ada", "email": "ada@example.com"}});
    let ada = api.post("/users", ada).await.expect(201).json()["user"]["id"]
        .as_u64()
        .unwrap();
    let acme = api.organization("Acme").await;
    let membership = json!({"organization_membership": {"user_id": ada, "organization_id": acme}});
    let by = |token: &str| Caller {
        id: 0,
        authorization: format!("Bearer {token}"),
    };
    let rows = [
        (
            "reader",
            "GET",
            "/organization_memberships",
            Value::Null,
            200,
            "",
        ),
        (
            "reader",
            "POST",
            "/organization_memberships",
            membership.clone(),
            403,
            NO_WRITE,
        ),
        // The scope comes before the syntax and the types of what is sent.
        (
            "reader",
            "DELETE",
            "/organization_memberships/abc",
            Value::Null,
            403,
            NO_WRITE,
        ),
        ("organizer", "GET", "/organizations", Value::Null, 200, ""),
        ("organizer", "GET", "/users", Value::Null, 403, NO_READ),
        (
            "organizer",
            "POST",
            "/organization_memberships",
            membership.clone(),
            201,
            "",
        ),
        (
            "ada",
            "GET",
            "/organization_memberships",
            Value::Null,
            200,
            "",
        ),
        (
            "ada",
            "POST",
            "/organization_memberships",
            membership,
            403,
            FORBIDDEN,
        ),
    ];
    for (token, method, path, body, status, text) in rows {
        let answer = send(&api, &by(token), method, path, body).await;
        assert_eq!(
            answer.status, status,
            "{token} {method} {path}: {}",
            answer.body
        );
        assert!(
            text.is_empty() || answer.body == text,
            "{token} {method} {path}: {}",
            answer.body
        );
    }
    send(&api, &by("unknown"), "GET", "/users/me", Value::Null)
        .await
        .expect(401);
}
