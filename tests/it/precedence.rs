//! Which error wins when several things are wrong with one request: the order of section 5.2, as a table.
//!
//! Each row is wrong in the way that its verdict names, and in all later ways of the table that its route allows.

use reqwest::Method;

use crate::api::Api;

/// What is expected: a part of the body that only this error has.
struct Row {
    what: &'static str,
    method: Method,
    path: &'static str,
    authorized: bool,
    content_type: &'static str,
    body: &'static str,
    status: u16,
    verdict: &'static str,
}

const JSON: &str = "application/json";

#[tokio::test]
async fn the_first_error_in_zendesks_order_is_the_one_that_is_told() {
    let rows = [
        Row {
            what: "no such route, not authenticated, malformed JSON",
            method: Method::POST,
            path: "/organisation_memberships",
            authorized: false,
            content_type: JSON,
            body: "{",
            status: 404,
            verdict: "InvalidEndpoint",
        },
        Row {
            what: "wrong method, not authenticated",
            method: Method::PUT,
            path: "/organization_memberships/create_many",
            authorized: false,
            content_type: JSON,
            body: "{",
            status: 404,
            verdict: "InvalidEndpoint",
        },
        Row {
            what: "not authenticated, malformed JSON, id of a wrong type",
            method: Method::POST,
            path: "/users/abc/organization_memberships",
            authorized: false,
            content_type: JSON,
            body: "{",
            status: 401,
            verdict: "Couldn't authenticate you",
        },
        Row {
            what: "not authenticated, unknown record",
            method: Method::GET,
            path: "/organization_memberships/1",
            authorized: false,
            content_type: JSON,
            body: "",
            status: 401,
            verdict: "Couldn't authenticate you",
        },
        Row {
            what: "malformed JSON, id of a wrong type",
            method: Method::POST,
            path: "/users/abc/organization_memberships",
            authorized: true,
            content_type: JSON,
            body: "{",
            status: 400,
            verdict: "Bad Request",
        },
        Row {
            what: "malformed JSON, unknown user in the path",
            method: Method::POST,
            path: "/users/1/organization_memberships",
            authorized: true,
            content_type: JSON,
            body: "[1]",
            status: 400,
            verdict: "Bad Request",
        },
        Row {
            what: "id of a wrong type in the path, root key missing",
            method: Method::POST,
            path: "/users/abc/organization_memberships",
            authorized: true,
            content_type: JSON,
            body: "{}",
            status: 400,
            verdict: "user_id must be an integer from api/v2/organization_memberships/create",
        },
        Row {
            what: "root key missing, unknown user in the path",
            method: Method::POST,
            path: "/users/1/organization_memberships",
            authorized: true,
            content_type: JSON,
            body: r#"{"membership":{}}"#,
            status: 400,
            verdict: "Parameter organization_membership is required",
        },
        Row {
            what: "body that does not say that it is JSON, unknown user in the path",
            method: Method::POST,
            path: "/users/1/organization_memberships",
            authorized: true,
            content_type: "text/plain",
            body: r#"{"organization_membership":{"organization_id":1}}"#,
            status: 400,
            verdict: "Parameter organization_membership is required",
        },
        Row {
            what: "attribute of a wrong type, unknown user in the path",
            method: Method::POST,
            path: "/users/1/organization_memberships",
            authorized: true,
            content_type: JSON,
            body: r#"{"organization_membership":{"organization_id":"x"}}"#,
            status: 400,
            verdict: "organization_membership.organization_id must be an integer",
        },
        Row {
            what: "page too large, unknown user in the path",
            method: Method::GET,
            path: "/users/1/organization_memberships?page[size]=101",
            authorized: true,
            content_type: JSON,
            body: "",
            status: 400,
            verdict: "page[size] is not valid",
        },
        Row {
            what: "page too deep, unknown organization in the path",
            method: Method::GET,
            path: "/organizations/1/organization_memberships?page=101",
            authorized: true,
            content_type: JSON,
            body: "",
            status: 400,
            verdict: "InvalidPaginationDepth",
        },
        Row {
            what: "unknown user in the path, unknown organization in the body",
            method: Method::POST,
            path: "/users/1/organization_memberships",
            authorized: true,
            content_type: JSON,
            body: r#"{"organization_membership":{"organization_id":1}}"#,
            status: 404,
            verdict: "RecordNotFound",
        },
        Row {
            what: "unknown organization in the body, unknown user in the body: both are told",
            method: Method::POST,
            path: "/organization_memberships",
            authorized: true,
            content_type: JSON,
            body: r#"{"organization_membership":{"organization_id":1,"user_id":1}}"#,
            status: 422,
            verdict: r#""details":{"organization":[{"description":"Organization cannot be blank","error":"BlankValue"}],"user":[{"description":"User cannot be blank","error":"BlankValue"}]}"#,
        },
        Row {
            what: "too many ids, one of a wrong type",
            method: Method::DELETE,
            path: "/organization_memberships/destroy_many?ids=x,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1",
            authorized: true,
            content_type: JSON,
            body: "",
            status: 400,
            verdict: "TooManyValues",
        },
    ];
    let api = Api::start().await;
    for row in rows {
        let mut headers = vec![("content-type", row.content_type)];
        if row.authorized {
            headers.push(("authorization", api.authorization()));
        }
        let answer = api.raw(row.method, row.path, &headers, row.body.into()).await;
        let told = answer.status == row.status && answer.body.contains(row.verdict);
        assert!(told, "{}: {} {}", row.what, answer.status, answer.body);
    }
}
