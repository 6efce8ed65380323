//! <https://developer.zendesk.com/api-reference/ticketing/account-configuration/custom_roles/>
//!
//! No request of the double makes a custom role, so these cases start from seeded ones.

use mock_zendesk::Credentials;
use mock_zendesk::custom_roles::{NewCustomRole, RoleType};
use reqwest::Method;
use serde_json::json;

use super::groups::{assert_same_with_json, user_with};
use super::wire::keys_in_order;
use crate::api::{Api, errors};

/// The keys of a custom role in the recorded order.
const KEYS: [&str; 8] = [
    "id",
    "name",
    "description",
    "role_type",
    "created_at",
    "updated_at",
    "configuration",
    "team_member_count",
];

/// The permissions in the recorded order.
const PERMISSIONS: [&str; 46] = [
    "chat_access",
    "end_user_list_access",
    "forum_access_restricted_content",
    "light_agent",
    "manage_business_rules",
    "manage_dynamic_content",
    "manage_extensions_and_channels",
    "manage_facebook",
    "moderate_forums",
    "side_conversation_create",
    "ticket_access",
    "ticket_comment_access",
    "ticket_deletion",
    "ticket_tag_editing",
    "twitter_search_access",
    "view_deleted_tickets",
    "voice_access",
    "group_access",
    "organization_editing",
    "organization_notes_editing",
    "assign_tickets_to_any_group",
    "end_user_profile_access",
    "explore_access",
    "forum_access",
    "macro_access",
    "report_access",
    "ticket_editing",
    "ticket_merge",
    "user_view_access",
    "view_access",
    "voice_dashboard_access",
    "manage_automations",
    "manage_contextual_workspaces",
    "manage_organization_fields",
    "manage_skills",
    "manage_slas",
    "manage_ticket_fields",
    "manage_ticket_forms",
    "manage_user_fields",
    "ticket_redaction",
    "manage_roles",
    "manage_groups",
    "manage_group_memberships",
    "manage_organizations",
    "manage_suspended_tickets",
    "manage_triggers",
];

/// The keys of a recorded role of admins, and what it may.
#[tokio::test]
async fn no22_no158_a_custom_role_shows_its_configuration() {
    let admin = NewCustomRole::new("Admin").role_type(RoleType::Admin);
    let admin = admin.description("Can manage all settings, except billing");
    let mut ids = [0; 2];
    let api = Api::seeded(|seed| {
        ids = [admin, NewCustomRole::new("Contractor")].map(|role| seed.add(role).id.get());
    })
    .await;
    for (id, name, role_type, tickets) in [
        (ids[0], "Admin", 4, "all"),
        (ids[1], "Contractor", 0, "within-groups"),
    ] {
        let path = format!("/custom_roles/{id}");
        let shown = api.get(&path).await.expect(200);
        assert_eq!(keys_in_order(&shown, "/custom_role"), KEYS);
        let permissions = keys_in_order(&shown, "/custom_role/configuration");
        assert_eq!(permissions, PERMISSIONS);
        let role = shown.json()["custom_role"].clone();
        assert_eq!(
            (
                &role["name"],
                &role["role_type"],
                &role["configuration"]["ticket_access"],
                &role["team_member_count"]
            ),
            (&json!(name), &json!(role_type), &json!(tickets), &json!(0))
        );
        assert_eq!(role["created_at"], role["updated_at"]);
        assert_same_with_json(&api, &path).await;
    }
    api.get("/custom_roles/7")
        .await
        .expect_error(404, errors::RECORD_NOT_FOUND);
    api.get("/custom_roles/x").await.expect_error(
        400,
        &errors::invalid_attribute("id must be an integer", "custom_roles/show"),
    );
}

/// The list of a recording is by name, in the envelope of an offset page. An account that is not on
/// the Enterprise plan has no roles: inferred.
#[tokio::test]
async fn no22_no158_custom_roles_are_listed_by_name() {
    let api = Api::seeded(|_| {}).await;
    let none = json!({"custom_roles": [], "next_page": null, "previous_page": null, "count": 0});
    assert_eq!(api.get("/custom_roles").await.expect(200).json(), none);

    let names = ["Staff", "light agent", "Advisor", "Team Leader"];
    let api = Api::seeded(|seed| {
        for name in names {
            seed.add(NewCustomRole::new(name));
        }
    })
    .await;
    let list = api.get("/custom_roles").await.expect(200);
    let by_name = ["Advisor", "light agent", "Staff", "Team Leader"];
    assert_eq!(list.each("custom_roles", "name"), by_name);
    assert_eq!(list.json()["count"], 4);
    assert_same_with_json(&api, "/custom_roles").await;
    let second = api.get("/custom_roles?per_page=3&page=2").await.expect(200);
    assert_eq!(second.each("custom_roles", "name"), by_name[3..]);
}

/// The list is for agents, a single role for admins: documented.
#[tokio::test]
async fn no22_agents_list_custom_roles_and_admins_show_one() {
    let mut id = 0;
    let api = Api::seeded(|seed| id = seed.add(NewCustomRole::new("Staff")).id.get()).await;
    let show = format!("/custom_roles/{id}");
    for (role, of_list, of_one) in [("agent", 200, 403), ("end-user", 403, 403)] {
        let email = format!("{role}@mail.test");
        user_with(&api, role, json!({"email": email})).await;
        let authorization = Credentials::api_token(email, "any").authorization();
        let headers = [("authorization", authorization.as_str())];
        for (path, status) in [("/custom_roles", of_list), (&show, of_one)] {
            let answer = api.raw(Method::GET, path, &headers, Vec::new()).await;
            assert_eq!(answer.status, status, "{path} by {role}: {}", answer.body);
        }
    }
}
