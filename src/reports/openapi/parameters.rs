//! The parameters of an operation: in its path, in its query, and in a body without a root key.

use serde_json::{Map, Value, json};

use crate::api::export_kind::ExportKind;
use crate::api::operation::Operation;
use crate::api::page_limits::Pagination;
use crate::api::takes::Takes;
use crate::base::record::AttributeList;
use crate::base::schema::{Key, Schema};

use super::schemas::{Audience, Components};

/// The parameters that Zendesk reads from the query or from the body. Their values can be long or
/// secret, so the document has them in the body.
const IN_BODY: &[&str] = &[
    "organization_field_ids",
    "password",
    "previous_password",
    "tags",
    "user_field_ids",
];

/// The kinds of records that `filter[type]` names.
const KINDS: &[&str] = &["user", "organization", "ticket", "group"];

/// Returns the parameters in the path and in the query.
pub(super) fn parameters(operation: &Operation) -> Vec<Value> {
    let in_path = operation.path().split('/').filter_map(|segment| {
        let name = segment.strip_prefix('{')?.strip_suffix('}')?;
        Some(json!({
            "name": name,
            "in": "path",
            "required": true,
            "schema": of_path(name),
        }))
    });
    let query = operation.query();
    let reads = || query.of_pages().iter().chain(query.reads);
    let names = reads().filter(|name| {
        // `ids[]` is another way to write `ids`.
        let plain = name.strip_suffix("[]");
        let is_double = plain.is_some_and(|plain| reads().any(|other| *other == plain));
        !is_double && !is_in_body(operation, name)
    });
    let in_query = names.map(|name| of_query(operation, name));
    let include = Some("include").filter(|_| !query.sideloads.is_empty());
    let include = include.map(|name| of_query(operation, name));
    in_path.chain(in_query).chain(include).collect()
}

/// Returns the body of the requests. `None` means that they have no body.
pub(super) fn request_body(operation: &Operation, components: &mut Components) -> Option<Value> {
    let mut one = |attributes: &dyn AttributeList| {
        let keys = attributes.permitted(operation.method()).into_iter();
        let keys = keys.map(|name| (name, attributes.schema(name)));
        let also = operation.also_taken().iter();
        let also = also.map(|name| (*name, Schema::Integer));
        open(components, keys.chain(also).collect())
    };
    let below = |root: &str, value: Value| json!({"type": "object", "required": [root], "properties": {root: value}});
    let several = |value: Value| json!({"type": "array", "items": value, "maxItems": 100});
    let schema = match operation.takes() {
        Takes::Nothing => {
            let reads = operation.query().reads.iter();
            let names: Vec<&str> = reads
                .copied()
                .filter(|name| is_in_body(operation, name))
                .collect();
            if names.is_empty() {
                return None;
            }
            let keys = names.iter().map(|name| (*name, of_body(name)));
            let mut schema = open(components, keys.collect());
            if let Value::Object(schema) = &mut schema {
                schema.insert("required".to_owned(), json!(names));
            }
            schema
        }
        Takes::One { root, attributes } => below(root, one(attributes)),
        Takes::Many { root, attributes } => below(root, several(one(attributes))),
        Takes::OneOrMany {
            root,
            many,
            attributes,
        } => {
            let record = one(attributes);
            let all = below(many, several(record.clone()));
            json!({"anyOf": [below(root, record), all]})
        }
    };
    Some(json!({"required": true, "content": {"application/json": {"schema": schema}}}))
}

/// Returns the schema of an object with these keys, none of which is required. Zendesk ignores
/// others.
fn open(components: &mut Components, keys: Vec<(&'static str, Schema)>) -> Value {
    let keys = keys.into_iter();
    let keys: Vec<Key> = keys
        .map(|(name, schema)| Key::optional(name, schema))
        .collect();
    let mut object = components.object(&keys, Audience::Agents);
    if let Value::Object(object) = &mut object {
        object.remove("additionalProperties");
    }
    object
}

fn is_in_body(operation: &Operation, name: &str) -> bool {
    matches!(operation.method(), "POST" | "PUT") && IN_BODY.contains(&name)
}

fn of_body(name: &str) -> Schema {
    match name {
        "tags" => Schema::Text.list(),
        "organization_field_ids" | "user_field_ids" => Schema::Integer.list(),
        _ => Schema::Text,
    }
}

/// Returns the schema of a name in the template of a path.
fn of_path(name: &str) -> Value {
    match name {
        "job_status_id" | "organization_merge_id" => json!({"type": "string"}),
        // The id or the key.
        "organization_field_id" | "user_field_id" => json!({"type": ["integer", "string"]}),
        _ => json!({"type": "integer", "format": "int64"}),
    }
}

/// Returns a parameter of the query.
fn of_query(operation: &Operation, name: &str) -> Value {
    let (schema, description) = query_schema(operation, name);
    let is_list = schema.get("items").is_some();
    let mut parameter = Map::new();
    parameter.insert("name".to_owned(), json!(name));
    parameter.insert("in".to_owned(), json!("query"));
    parameter.insert("schema".to_owned(), schema);
    parameter.insert("description".to_owned(), json!(description));
    if is_list {
        // `ids=1,2`, but `role[]=agent&role[]=admin`.
        parameter.insert("style".to_owned(), json!("form"));
        parameter.insert("explode".to_owned(), json!(name.ends_with("[]")));
    }
    if is_required(operation, name) {
        parameter.insert("required".to_owned(), json!(true));
    }
    Value::Object(parameter)
}

/// Returns what the values of a parameter are, and what it says.
fn query_schema(operation: &Operation, name: &str) -> (Value, &'static str) {
    let query = operation.query();
    let text = || json!({"type": "string"});
    let integer = || json!({"type": "integer"});
    let id = || json!({"type": "integer", "format": "int64"});
    let words = |words: &[&str]| json!({"type": "string", "enum": words});
    let list = |items: Value| json!({"type": "array", "items": items, "minItems": 1});
    // An element that is empty counts as not given.
    let texts = || list(json!({"type": "string", "pattern": "^[^,\\s]"}));
    match name {
        "page" => (integer(), "The number of the page, from 1."),
        "per_page" => (integer(), "The number of records on a page."),
        "page[size]" => {
            let largest = query.pages.map(|pages| pages.largest_cursor_page);
            let size = json!({"type": "integer", "minimum": 1, "maximum": largest});
            (size, "The number of records on a page.")
        }
        "page[after]" | "page[before]" => (text(), "The cursor in a link to another page."),
        "start_time" => (
            integer(),
            "The start of the exported changes, in Unix seconds.",
        ),
        "end_time" => (integer(), "Ignored."),
        "cursor" => (text(), "The cursor of the next page."),
        "include" => (
            list(words(query.sideloads)),
            "The related records that the reply has, too.",
        ),
        "ids" if operation.controller() == "job_statuses" => (texts(), "The ids of the jobs."),
        "ids" => (list(id()), "The ids of the records."),
        "external_ids" => (texts(), "The external ids of the records."),
        "keys" => (texts(), "The keys of the fields."),
        "tags" => (texts(), "The tags."),
        "role[]" | "type[]" => (texts(), "The values for which the list is filtered."),
        "permission_set" => (id(), "The custom role of the users."),
        "query" => (text(), "What to search for."),
        "filter[type]" => (words(KINDS), "The kind of record."),
        "sort_order" => (words(&["asc", "desc"]), "The direction of the order."),
        "exclude_deleted" => (
            json!({"type": "boolean"}),
            "Whether deleted records are left out.",
        ),
        _ => (text(), "A filter or a choice, as documented by Zendesk."),
    }
}

/// Returns whether a request without the parameter is refused.
fn is_required(operation: &Operation, name: &str) -> bool {
    let query = operation.query();
    let takes_nothing = matches!(operation.takes(), Takes::Nothing);
    match name {
        "start_time" => query
            .export
            .is_some_and(|export| export.kind == ExportKind::Time),
        // Changes in the body or external ids can take their place.
        "ids" => takes_nothing && !query.reads.contains(&"external_ids"),
        "query" => operation.controller() == "search",
        // Other look-ups have a second way to say what to look for.
        "name" => query.reads == ["name"],
        "filter[type]" | "tags" => true,
        _ => false,
    }
}

/// Returns whether a list is under cursor pagination unless the request chooses another one.
pub(super) fn is_cursor_by_default(operation: &Operation) -> bool {
    let pages = operation.query().pages;
    pages.is_some_and(|pages| pages.default == Pagination::Cursor)
}
