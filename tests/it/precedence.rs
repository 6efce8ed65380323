//! Which error wins when several things are wrong with one request: the order, as a table.
//!
//! Each row is wrong in the way that its verdict names, and in all later ways of the table that its
//! route allows.

use crate::api::Api;

struct Row<'a> {
    what: &'a str,
    request: &'a str,
    body: &'a str,
    status: u16,
    /// A part of the answer that only this error has.
    verdict: &'a str,
    has_credentials: bool,
    content_type: &'a str,
}

impl<'a> Row<'a> {
    fn new(what: &'a str, request: &'a str, body: &'a str, status: u16, verdict: &'a str) -> Self {
        Self {
            what,
            request,
            body,
            status,
            verdict,
            has_credentials: true,
            content_type: "application/json",
        }
    }

    fn without_credentials(self) -> Self {
        Self {
            has_credentials: false,
            ..self
        }
    }

    fn of_type(self, content_type: &'a str) -> Self {
        Self {
            content_type,
            ..self
        }
    }
}

#[tokio::test]
async fn the_first_error_in_zendesks_order_is_the_one_that_is_told() {
    let too_many_ids = format!(
        "DELETE /organization_memberships/destroy_many?ids=x{}",
        ",1".repeat(100)
    );
    let rows = [
        Row::new(
            "no such route, not authenticated, malformed JSON",
            "POST /organisation_memberships",
            "{",
            404,
            "InvalidEndpoint",
        )
        .without_credentials(),
        Row::new(
            "wrong method, not authenticated",
            "PUT /organization_memberships/create_many",
            "{",
            404,
            "InvalidEndpoint",
        )
        .without_credentials(),
        Row::new(
            "not authenticated, malformed JSON, id of a wrong type",
            "POST /users/abc/organization_memberships",
            "{",
            401,
            "Couldn't authenticate you",
        )
        .without_credentials(),
        Row::new(
            "not authenticated, unknown record",
            "GET /organization_memberships/1",
            "",
            401,
            "Couldn't authenticate you",
        )
        .without_credentials(),
        Row::new(
            "malformed JSON, id of a wrong type",
            "POST /users/abc/organization_memberships",
            "{",
            400,
            "Bad Request",
        ),
        Row::new(
            "malformed JSON, unknown user in the path",
            "POST /users/1/organization_memberships",
            "[1]",
            400,
            "Bad Request",
        ),
        Row::new(
            "id of a wrong type in the path, root key missing",
            "POST /users/abc/organization_memberships",
            "{}",
            400,
            "user_id must be an integer from api/v2/organization_memberships/create",
        ),
        Row::new(
            "root key missing, unknown user in the path",
            "POST /users/1/organization_memberships",
            r#"{"membership":{}}"#,
            400,
            "Parameter organization_membership is required",
        ),
        Row::new(
            "body that does not say that it is JSON, unknown user in the path",
            "POST /users/1/organization_memberships",
            r#"{"organization_membership":{"organization_id":1}}"#,
            400,
            "Parameter organization_membership is required",
        )
        .of_type("text/plain"),
        Row::new(
            "attribute of a wrong type, unknown user in the path",
            "POST /users/1/organization_memberships",
            r#"{"organization_membership":{"organization_id":"x"}}"#,
            400,
            "organization_membership.organization_id must be an integer",
        ),
        Row::new(
            "page too large, unknown user in the path",
            "GET /users/1/organization_memberships?page[size]=101",
            "",
            400,
            "page[size] is not valid",
        ),
        Row::new(
            "page too deep, unknown organization in the path",
            "GET /organizations/1/organization_memberships?page=101",
            "",
            400,
            "InvalidPaginationDepth",
        ),
        Row::new(
            "unknown user in the path, unknown organization in the body",
            "POST /users/1/organization_memberships",
            r#"{"organization_membership":{"organization_id":1}}"#,
            404,
            "RecordNotFound",
        ),
        Row::new(
            "unknown organization in the body, unknown user in the body: both are told",
            "POST /organization_memberships",
            r#"{"organization_membership":{"organization_id":1,"user_id":1}}"#,
            422,
            r#""details":{"organization":[{"description":"Organization cannot be blank","error":"BlankValue"}],"user":[{"description":"User cannot be blank","error":"BlankValue"}]}"#,
        ),
        Row::new(
            "too many ids, one of a wrong type",
            &too_many_ids,
            "",
            400,
            "TooManyValues",
        ),
    ];
    let api = Api::start().await;
    for row in rows {
        let (method, path) = row.request.split_once(' ').unwrap();
        let mut headers = vec![("content-type", row.content_type)];
        if row.has_credentials {
            headers.push(("authorization", api.authorization()));
        }
        let answer = api
            .raw(method.parse().unwrap(), path, &headers, row.body.into())
            .await;
        let told = answer.status == row.status && answer.body.contains(row.verdict);
        assert!(told, "{}: {} {}", row.what, answer.status, answer.body);
    }
}
