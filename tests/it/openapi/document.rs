//! What the document says, and that a reply that is otherwise is refused.

use std::collections::BTreeSet;

use expect_test::{Expect, expect};
use mock_zendesk::{Operation, openapi};
use reqwest::{Method, Url, header::HeaderMap};
use serde_json::{Value, json};

use super::validation::complaint;
use crate::api::{Answer, Api};

#[test]
fn the_document_has_each_operation_of_the_registry_once() {
    let document = openapi::document();
    let mut described = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            let method = method.to_uppercase();
            assert!(described.insert(format!("{id} ({method} {path})")));
        }
    }
    let registry: BTreeSet<String> = Operation::all()
        .map(|operation| operation.to_string())
        .collect();
    assert_eq!(described, registry);
}

#[test]
fn no_reference_dangles_and_no_component_is_unused() {
    let document = openapi::document();
    let mut references = BTreeSet::new();
    collect_references(&document, &mut references);
    for reference in &references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} dangles");
    }
    for kind in ["schemas", "responses", "headers"] {
        for name in document["components"][kind].as_object().unwrap().keys() {
            let reference = format!("#/components/{kind}/{name}");
            assert!(
                references.contains(&reference),
                "nothing refers to {reference}"
            );
        }
    }
}

fn collect_references(value: &Value, references: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            let reference = object.get("$ref").and_then(Value::as_str);
            references.extend(reference.map(str::to_owned));
            object
                .values()
                .for_each(|value| collect_references(value, references));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|value| collect_references(value, references)),
        _ => {}
    }
}

#[test]
fn a_membership_is_described_by_its_attributes() {
    let document = openapi::document();
    let membership = &document["components"]["schemas"]["OrganizationMembership"];
    let expected = expect![[r#"
        {
          "additionalProperties": false,
          "properties": {
            "created_at": {
              "format": "date-time",
              "readOnly": true,
              "type": "string"
            },
            "default": {
              "type": [
                "boolean",
                "null"
              ]
            },
            "id": {
              "format": "int64",
              "readOnly": true,
              "type": "integer"
            },
            "organization_id": {
              "format": "int64",
              "type": "integer"
            },
            "organization_name": {
              "readOnly": true,
              "type": "string"
            },
            "updated_at": {
              "format": "date-time",
              "readOnly": true,
              "type": "string"
            },
            "url": {
              "format": "uri",
              "readOnly": true,
              "type": "string"
            },
            "user_id": {
              "format": "int64",
              "type": "integer"
            },
            "view_tickets": {
              "readOnly": true,
              "type": "boolean"
            }
          },
          "required": [
            "url",
            "id",
            "user_id",
            "organization_id",
            "default",
            "created_at",
            "organization_name",
            "updated_at",
            "view_tickets"
          ],
          "type": "object"
        }"#]];
    expected.assert_eq(&format!("{membership:#}"));
}

#[test]
fn a_request_may_contain_what_requests_may_write() {
    let document = openapi::document();
    let create = &document["paths"]["/api/v2/organization_memberships"]["post"]["requestBody"];
    let expected = expect![[r#"
        {
          "content": {
            "application/json": {
              "schema": {
                "properties": {
                  "organization_membership": {
                    "properties": {
                      "default": {
                        "type": [
                          "boolean",
                          "null"
                        ]
                      },
                      "organization_id": {
                        "format": "int64",
                        "type": "integer"
                      },
                      "user_id": {
                        "format": "int64",
                        "type": "integer"
                      }
                    },
                    "required": [
                      "user_id",
                      "organization_id"
                    ],
                    "type": "object"
                  }
                },
                "required": [
                  "organization_membership"
                ],
                "type": "object"
              }
            }
          },
          "required": true
        }"#]];
    expected.assert_eq(&format!("{create:#}"));
}

/// A reply of the double, changed by a test.
struct Changed {
    answer: Answer,
    url: Url,
}

impl Changed {
    async fn from_membership() -> Self {
        let api = Api::start().await;
        let (user, organization) = (api.user("Ada").await, api.organization("Acme").await);
        let id = api.membership(user, organization).await;
        let path = format!("/organization_memberships/{id}");
        let answer = api.get(&path).await;
        let url = Url::parse(&api.url(&path)).unwrap();
        Self { answer, url }
    }

    #[track_caller]
    fn expect_refused(self, expected: &Expect) {
        let complaint = complaint(&self.answer, &Method::GET, &self.url).unwrap_err();
        expected.assert_eq(&complaint);
    }

    fn membership(mut self, change: impl FnOnce(&mut Value)) -> Self {
        let mut body = self.answer.json();
        change(&mut body["organization_membership"]);
        self.answer.body = body.to_string();
        self
    }
}

#[tokio::test]
async fn a_reply_that_is_not_as_described_expect_refused() {
    let changed = Changed::from_membership().await;
    assert_eq!(
        complaint(&changed.answer, &Method::GET, &changed.url),
        Ok(())
    );

    let changed = Changed::from_membership().await;
    let more = changed.membership(|membership| membership["role"] = json!("agent"));
    more.expect_refused(&expect![[r#"ShowOrganizationMembershipById (GET /api/v2/organization_memberships/{organization_membership_id}), status 200: at "/organization_membership": Additional properties are not allowed ('role' was unexpected)"#]]);

    let changed = Changed::from_membership().await;
    let fewer = changed.membership(|membership| {
        membership.as_object_mut().unwrap().remove("default");
    });
    fewer.expect_refused(&expect![[r#"ShowOrganizationMembershipById (GET /api/v2/organization_memberships/{organization_membership_id}), status 200: at "/organization_membership": "default" is a required property"#]]);

    let changed = Changed::from_membership().await;
    let text = changed.membership(|membership| membership["user_id"] = json!("7"));
    text.expect_refused(&expect![[r#"ShowOrganizationMembershipById (GET /api/v2/organization_memberships/{organization_membership_id}), status 200: at "/organization_membership/user_id": "7" is not of type "integer""#]]);

    let changed = Changed::from_membership().await;
    let time = changed.membership(|membership| membership["created_at"] = json!("yesterday"));
    time.expect_refused(&expect![[r#"ShowOrganizationMembershipById (GET /api/v2/organization_memberships/{organization_membership_id}), status 200: at "/organization_membership/created_at": "yesterday" is not a "date-time""#]]);

    let mut status = Changed::from_membership().await;
    status.answer.status = 202;
    status.expect_refused(&expect!["ShowOrganizationMembershipById (GET /api/v2/organization_memberships/{organization_membership_id}), status 202: the status is not documented"]);

    let mut bare = Changed::from_membership().await;
    bare.answer.headers = HeaderMap::new();
    bare.expect_refused(&expect!["ShowOrganizationMembershipById (GET /api/v2/organization_memberships/{organization_membership_id}), status 200: the header ratelimit-limit is missing"]);
}
