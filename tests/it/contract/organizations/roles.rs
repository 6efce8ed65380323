//! What agents and end users may do to organizations.

use reqwest::Method;
use serde_json::{Value, json};

use super::{path_of, value_of};
use crate::api::{Answer, Api};

const FORBIDDEN: &str = r#"{"error":{"title":"Forbidden","message":"You do not have access to this page. Please contact the account owner of this help desk for further help."}}"#;

/// Creates a user with this role, and gives what it authorizes itself with.
async fn caller(api: &Api, role: &str) -> String {
    let email = format!("{}@example.com", api.name(role).replace(' ', "-"));
    let user = json!({"user": {"name": api.name(role), "email": email, "role": role}});
    api.post("/users", user).await.expect(201);
    api.authorization_of(&email)
}

async fn send(api: &Api, authorization: &str, method: &Method, path: &str, body: &Value) -> Answer {
    let headers = [
        ("authorization", authorization),
        ("content-type", "application/json"),
    ];
    let body = if body.is_null() {
        Vec::new()
    } else {
        body.to_string().into_bytes()
    };
    api.raw(method.clone(), path, &headers, body).await
}

/// "Agents with no permissions restrictions can only update `notes`", documented.
#[tokio::test]
async fn no155_no156_q_no13_an_agent_changes_the_notes_and_nothing_else() {
    let api = Api::start().await;
    let agent = caller(&api, "agent").await;
    let organization = api.organization("o").await;
    let put = async |organization_body: Value| {
        let body = json!({"organization": organization_body});
        send(&api, &agent, &Method::PUT, &path_of(organization), &body).await
    };

    let changed = put(json!({"notes": "by an agent"})).await.expect(200);
    assert_eq!(changed.json()["organization"]["notes"], "by an agent");
    // Keys that are dropped anyway do not matter.
    put(json!({"notes": "2", "id": 1, "url": "x", "foo": 1}))
        .await
        .expect(200);
    for (key, value) in [
        ("name", json!(api.name("new"))),
        ("details", json!("d")),
        ("tags", json!(["t"])),
        ("external_id", json!(api.name("id"))),
        ("domain_names", json!(["a.example"])),
        ("shared_tickets", json!(true)),
        ("shared_comments", json!(true)),
        ("group_id", Value::Null),
        ("organization_fields", json!({})),
    ] {
        put(json!({"notes": "refused", key: value}))
            .await
            .expect_error(403, FORBIDDEN);
    }

    assert_eq!(value_of(&api, organization, "notes").await, "2");
    assert_eq!(value_of(&api, organization, "name").await, api.name("o"));
}

/// "Agents: notes only, by PUT and update_many", documented.
#[tokio::test]
async fn no5_no155_an_agent_changes_the_notes_of_many() {
    let api = Api::start().await;
    let agent = caller(&api, "agent").await;
    let organization = api.organization("o").await;
    let by_query = format!("/organizations/update_many?ids={organization}");
    let rows = [
        (
            by_query.clone(),
            json!({"organization": {"notes": "1"}}),
            true,
        ),
        (by_query, json!({"organization": {"name": "x"}}), false),
        (
            "/organizations/update_many".to_owned(),
            json!({"organizations": [{"id": organization, "notes": "2"}]}),
            true,
        ),
        (
            "/organizations/update_many".to_owned(),
            json!({"organizations": [
                {"id": organization, "notes": "refused"}, {"id": organization, "details": "d"},
            ]}),
            false,
        ),
    ];
    for (path, body, is_allowed) in rows {
        let answer = send(&api, &agent, &Method::PUT, &path, &body).await;
        if is_allowed {
            let status = api.finished_job(&answer.expect(200)).await;
            assert_eq!(status["results"][0]["success"], true, "{status}");
        } else {
            answer.expect_error(403, FORBIDDEN);
        }
    }
    assert_eq!(value_of(&api, organization, "notes").await, "2");
    assert_eq!(value_of(&api, organization, "details").await, Value::Null);
}

/// "create_many and create_or_update: agents, with restrictions on certain actions", documented.
/// What they do not let an agent do is not said: the double goes by what the single operations let
/// agents do.
#[tokio::test]
async fn no3_no4_an_agent_creates_no_organization_by_a_detour() {
    let api = Api::start().await;
    let agent = caller(&api, "agent").await;
    let organization = api.organization("o").await;
    let upsert = "/organizations/create_or_update";
    for (given, status) in [
        (json!({"name": api.name("new")}), 403),
        (json!({"id": organization, "name": api.name("new")}), 403),
        (json!({"id": organization, "notes": "n"}), 200),
    ] {
        let body = json!({"organization": given});
        let answer = send(&api, &agent, &Method::POST, upsert, &body).await;
        let answer = answer.expect(status);
        if status == 403 {
            assert_eq!(answer.body, FORBIDDEN);
        }
    }

    let body = json!({"organizations": [{"name": api.name("new")}]});
    let path = "/organizations/create_many";
    let queued = send(&api, &agent, &Method::POST, path, &body).await;
    let status = api.finished_job(&queued.expect(200)).await;

    let result = &status["results"][0];
    assert_eq!(result["error"], "OrganizationCreateFailed", "{status}");
    assert_eq!(status["results"].as_array().unwrap().len(), 1);
    api.organization("new").await;
}

/// Every route of organizations by an agent and by an end user.
#[tokio::test]
async fn tn6_no48_no172_roles_of_organizations() {
    let api = Api::start().await;
    let (agent, end_user) = (caller(&api, "agent").await, caller(&api, "end-user").await);
    let (user, organization) = (api.user("u").await, api.organization("o").await);
    let one = path_of(organization);
    let notes = json!({"organization": {"notes": "n"}});
    let new = json!({"organization": {"name": api.name("new")}});
    let tags = json!({"tags": ["t"]});
    let none = Value::Null;
    let rows = [
        (Method::GET, "/organizations".to_owned(), &none, 200),
        (Method::GET, one.clone(), &none, 200),
        (
            Method::GET,
            "/organizations/autocomplete?name=x".to_owned(),
            &none,
            200,
        ),
        (
            Method::POST,
            "/organizations/autocomplete?name=x".to_owned(),
            &none,
            200,
        ),
        (
            Method::GET,
            format!("/organizations/show_many?ids={organization}"),
            &none,
            200,
        ),
        (Method::GET, "/organizations/count".to_owned(), &none, 200),
        (
            Method::GET,
            format!("/users/{user}/organizations"),
            &none,
            200,
        ),
        (
            Method::GET,
            format!("/users/{user}/organizations/count"),
            &none,
            200,
        ),
        (Method::GET, format!("{one}/related"), &none, 200),
        (Method::GET, format!("{one}/tags"), &none, 200),
        (Method::PUT, one.clone(), &notes, 200),
        (
            Method::PUT,
            format!("/organizations/update_many?ids={organization}"),
            &notes,
            200,
        ),
        // Though the list works.
        (
            Method::GET,
            "/organizations/search?name=x".to_owned(),
            &none,
            403,
        ),
        (Method::PUT, one.clone(), &new, 403),
        (Method::POST, "/organizations".to_owned(), &new, 403),
        (
            Method::POST,
            "/organizations/create_or_update".to_owned(),
            &new,
            403,
        ),
        (Method::POST, format!("{one}/tags"), &tags, 403),
        (Method::PUT, format!("{one}/tags"), &tags, 403),
        (Method::DELETE, format!("{one}/tags"), &tags, 403),
        (
            Method::DELETE,
            format!("/organizations/destroy_many?ids={organization}"),
            &none,
            403,
        ),
        (Method::DELETE, one.clone(), &none, 403),
    ];
    for (method, path, body, of_agent) in rows {
        for (authorization, status) in [(&agent, of_agent), (&end_user, 403)] {
            let answer = send(&api, authorization, &method, &path, body).await;
            let answer = answer.expect(status);
            if status == 403 {
                assert_eq!(answer.body, FORBIDDEN, "{method} {path}");
            }
        }
    }
}
