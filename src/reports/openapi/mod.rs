//! The operations of the double as an OpenAPI 3.1 document, with the feature `openapi`.
//!
//! [`document`] makes it from the operations, the attributes of the records and the errors of the
//! double, so it describes what the double serves. Zendesk has more operations, parameters and
//! attributes. The double does not serve the document: `cargo run --example openapi --features
//! openapi` prints it, to generate a client or to run a fuzzer against `serve`.
//!
//! This layer uses `base`, `api` and `resources`. No other layer uses it.

mod headers;
mod parameters;
mod replies;
mod schemas;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::api::operation::{AllowedFor, Operation};
use crate::api::takes::{OneOf, Takes};

use schemas::Components;

/// Returns the OpenAPI 3.1 document of what the double serves.
///
/// The schemas of replies are exact: they allow no other keys. Those of requests allow all keys,
/// because Zendesk ignores the ones that it does not know.
///
/// ```
/// let document = mock_zendesk::openapi::document();
/// let create = &document["paths"]["/api/v2/organization_memberships"]["post"];
/// assert_eq!(create["operationId"], "CreateOrganizationMembership");
/// let membership = &document["components"]["schemas"]["OrganizationMembership"];
/// assert_eq!(membership["properties"]["user_id"]["type"], "integer");
/// ```
#[must_use]
pub fn document() -> Value {
    let mut components = Components::default();
    let mut paths: Map<String, Value> = Map::new();
    for operation in Operation::all() {
        let described = described(&operation, &mut components);
        let path = paths.entry(operation.path()).or_insert_with(|| json!({}));
        if let Value::Object(methods) = path {
            methods.insert(operation.method().to_lowercase(), described);
        }
    }
    let responses = replies::error_components(&mut components);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "mock-zendesk",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The part of Zendesk's API that the test double mock-zendesk serves. \
                Zendesk has more operations, parameters and attributes.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{
            "url": "{origin}",
            "description": "The double.",
            "variables": {"origin": {
                "default": "http://127.0.0.1:8080",
                "description": "The scheme, the host and the port.",
            }},
        }],
        "security": [{"basic": []}, {"bearer": []}],
        "tags": tags(),
        "paths": paths,
        "components": {
            "schemas": components.into_schemas(),
            "responses": responses,
            "headers": headers::components(),
            "securitySchemes": {
                "basic": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "An API token: the user name is `EMAIL/token`, the password is the token.",
                },
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An OAuth access token.",
                },
            },
        },
    })
}

fn described(operation: &Operation, components: &mut Components) -> Value {
    let mut described = Map::new();
    let mut insert = |key: &str, value: Value| {
        described.insert(key.to_owned(), value);
    };
    insert("operationId", json!(operation.id()));
    insert("summary", json!(sentence(operation.id())));
    let choices = parameters::choices(operation);
    insert("description", json!(description(operation, &choices)));
    if !choices.is_empty() {
        insert("x-requires-one-of", json!(choices));
    }
    insert("tags", json!([operation.controller()]));
    let parameters = parameters::parameters(operation);
    if !parameters.is_empty() {
        insert("parameters", json!(parameters));
    }
    if let Some(body) = parameters::request_body(operation, components) {
        insert("requestBody", body);
    }
    insert("responses", replies::replies(operation, components));
    if operation.allowed_for() == AllowedFor::Anybody {
        insert("security", json!([{"basic": []}, {"bearer": []}, {}]));
    }
    Value::Object(described)
}

/// Returns the name of an operation in words: `Create organization membership`.
fn sentence(id: &str) -> String {
    let mut sentence = String::new();
    for letter in id.chars() {
        if letter.is_ascii_uppercase() && !sentence.is_empty() {
            sentence.push(' ');
            sentence.push(letter.to_ascii_lowercase());
        } else {
            sentence.push(letter);
        }
    }
    sentence
}

/// Returns who may call it, and of which parameters it needs one.
fn description(operation: &Operation, choices: &[OneOf]) -> String {
    let mut description = who(operation.allowed_for()).to_owned();
    for names in choices {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        description.push_str(&format!(" Needs {}.", names.join(" or ")));
    }
    if let Takes::OneOrMany { root, many, .. } = operation.takes() {
        description.push_str(&format!(
            " With `ids` or `external_ids` it needs `{root}`, and otherwise `{many}`."
        ));
    }
    description
}

fn who(allowed_for: AllowedFor) -> &'static str {
    match allowed_for {
        AllowedFor::Anybody => "For everybody, even without credentials.",
        AllowedFor::AgentsAndEndUsers => {
            "For agents and end users, who can access only their own records."
        }
        AllowedFor::Agents => "For agents.",
        AllowedFor::AdminsAndAgentsForEndUsers => {
            "For admins, and for agents if the affected user is an end user."
        }
        AllowedFor::Admins => "For admins.",
    }
}

fn tags() -> Vec<Value> {
    let controllers: BTreeSet<&str> = Operation::all()
        .map(|operation| operation.controller())
        .collect();
    let tag = |name: &str| {
        let words = name.replace('_', " ");
        json!({"name": name, "description": format!("The operations on {words}.")})
    };
    controllers.into_iter().map(tag).collect()
}
