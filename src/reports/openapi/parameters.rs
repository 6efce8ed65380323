//! The parameters of an operation: in its path, in its query, and in a body without a root key.

use serde_json::{Map, Value, json};

use crate::api::operation::Operation;
use crate::api::page_limits::{PARAMETERS, Pagination};
use crate::api::request::ITEM_LIMIT;
use crate::api::takes::{OneOf, Takes};
use crate::base::record::AttributeList;
use crate::base::schema::{Key, Schema};
use crate::resources::users::api::{SORT_KEYS, SORT_ORDERS};

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

/// What every text is that has more than space.
const NOT_BLANK: &str = "\\S";

/// What every cursor is: base64.
const CURSOR_PATTERN: &str = "^[A-Za-z0-9+/]+={0,2}$";

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
    let offers = |name: &str| {
        let pages = query.pages.filter(|_| PARAMETERS.contains(&name));
        pages.is_none_or(|pages| pages.offers(name))
    };
    let names = reads().filter(|name| {
        // `ids[]` is another way to write `ids`.
        let plain = name.strip_suffix("[]");
        let is_double = plain.is_some_and(|plain| reads().any(|other| *other == plain));
        !is_double && offers(name) && !is_in_body(operation, name)
    });
    let in_query = names.map(|name| of_query(operation, name));
    let include = Some("include").filter(|_| !query.sideloads.is_empty());
    let include = include.map(|name| of_query(operation, name));
    in_path.chain(in_query).chain(include).collect()
}

/// Returns the body of the requests. `None` means that they have no body.
pub(super) fn request_body(operation: &Operation, components: &mut Components) -> Option<Value> {
    let also = operation.also_read();
    let mut one = |attributes: &dyn AttributeList, also: &[&'static str], requires: &[OneOf]| {
        let keys = attributes.permitted(operation.method()).into_iter();
        let keys = keys.map(|name| (name, attributes.schema(name)));
        let also = also.iter().map(|name| (*name, Schema::Integer.or_null()));
        open(components, keys.chain(also).collect(), requires)
    };
    let below = |root: &str, value: Value| json!({"type": "object", "required": [root], "properties": {root: value}});
    let several = |value: Value| json!({"type": "array", "items": value, "maxItems": ITEM_LIMIT});
    let requires: Vec<OneOf> = operation.requires().collect();
    let schema = match operation.takes() {
        Takes::Nothing => of_plain_body(operation)?,
        Takes::One { root, attributes } => below(root, one(attributes, also, &requires)),
        Takes::Many { root, attributes } => below(root, several(one(attributes, also, &[]))),
        Takes::OneOrMany {
            root,
            many,
            attributes,
        } => {
            // The query names the records of the single one.
            let single = below(root, one(attributes, &[], &[]));
            let all = below(many, several(one(attributes, also, &[])));
            json!({"anyOf": [single, all]})
        }
    };
    Some(json!({"required": true, "content": {"application/json": {"schema": schema}}}))
}

/// Returns the schema of an object with these keys, of which some are required. Zendesk ignores
/// others.
fn open(
    components: &mut Components,
    keys: Vec<(&'static str, Schema)>,
    requires: &[OneOf],
) -> Value {
    let keys = keys.into_iter().map(|(name, schema)| {
        if requires.contains(&[name].as_slice()) {
            // Null counts as not given.
            Key::new(name, schema.without_null())
        } else {
            Key::optional(name, schema)
        }
    });
    let mut object = components.object(&keys.collect::<Vec<_>>(), Audience::Zendesk);
    let choices = requires.iter().filter(|names| names.len() > 1);
    let choices: Vec<Value> = choices.map(|names| any_of(names)).collect();
    if !choices.is_empty() {
        object["allOf"] = json!(choices);
    }
    for names in requires {
        for name in *names {
            let property = &mut object["properties"][*name];
            // A blank one is refused like a missing one.
            if property["type"] == "string" && property.get("enum").is_none() {
                property["pattern"] = json!(NOT_BLANK);
            }
        }
    }
    object
}

/// Returns the condition that an object has at least one of these keys.
fn any_of(names: OneOf) -> Value {
    let choices = names.iter().map(|name| json!({"required": [name]}));
    json!({"anyOf": choices.collect::<Vec<_>>()})
}

/// Returns the schema of a body without a root key.
fn of_plain_body(operation: &Operation) -> Option<Value> {
    let reads = operation.query().reads.iter();
    let names: Vec<&str> = reads
        .copied()
        .filter(|name| is_in_body(operation, name))
        .collect();
    if names.is_empty() {
        return None;
    }
    let properties: Map<String, Value> = names
        .iter()
        .map(|name| ((*name).to_owned(), of_body(name)))
        .collect();
    Some(json!({"type": "object", "required": names, "properties": properties}))
}

fn is_in_body(operation: &Operation, name: &str) -> bool {
    matches!(operation.method(), "POST" | "PUT") && IN_BODY.contains(&name)
}

fn of_body(name: &str) -> Value {
    match name {
        "tags" => json!({"type": "array", "items": {"type": "string"}}),
        "organization_field_ids" | "user_field_ids" => json!({
            "type": "array",
            "items": {"type": "integer", "format": "int64"},
            "minItems": 1,
            "maxItems": ITEM_LIMIT,
        }),
        _ => json!({"type": "string"}),
    }
}

/// Returns the lists of parameters of which a request needs at least one. The document says it in
/// words and in an extension, because OpenAPI has nothing for that.
pub(super) fn choices(operation: &Operation) -> Vec<OneOf> {
    let requires = operation.requires().filter(|names| names.len() > 1);
    let takes_nothing = matches!(operation.takes(), Takes::Nothing);
    requires.filter(|_| takes_nothing).collect()
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
    let needed = [name];
    if operation.requires().any(|names| names == needed) {
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
    let flag = || json!({"type": "boolean"});
    let list = |items: Value| json!({"type": "array", "items": items, "minItems": 1});
    let ids = || json!({"type": "array", "items": id(), "minItems": 1, "maxItems": ITEM_LIMIT});
    // An element that is empty counts as not given.
    let texts = || {
        let is_given = json!({"pattern": "[^,\\s]"});
        json!({"type": "array", "items": text(), "contains": is_given, "maxItems": ITEM_LIMIT})
    };
    let cursor = || json!({"type": "string", "pattern": CURSOR_PATTERN});
    match name {
        "page" => {
            let records = query.pages.map(|pages| pages.depth.records());
            let page = json!({"type": "integer", "maximum": records});
            let text = "The number of the page, from 1. `page` times `per_page` must not exceed the maximum.";
            (page, text)
        }
        "per_page" => (integer(), "The number of records on a page."),
        "page[size]" => {
            let largest = query.pages.map(|pages| pages.largest_cursor_page);
            let size = json!({"type": "integer", "minimum": 1, "maximum": largest});
            (size, "The number of records on a page.")
        }
        "page[after]" | "page[before]" => (
            cursor(),
            "The cursor in a link to another page. No other is accepted, and not both at once.",
        ),
        "start_time" => (
            json!({"type": ["integer", "string"], "pattern": "^-?[0-9]+(\\.[0-9]+)?$"}),
            "The start of the exported changes, in Unix seconds. A fraction is dropped.",
        ),
        "end_time" => (text(), "Ignored."),
        "cursor" => (
            cursor(),
            "The cursor of the next page, as in a reply. No other is accepted.",
        ),
        "include" => (
            list(words(query.sideloads)),
            "The related records that the reply has, too.",
        ),
        "ids" if operation.controller() == "job_statuses" => (texts(), "The ids of the jobs."),
        "ids" => (ids(), "The ids of the records."),
        "external_ids" => (texts(), "The external ids of the records."),
        "keys" => (list(text()), "The keys of the fields."),
        "tags" => (texts(), "The tags."),
        "role[]" | "type[]" => (list(text()), "The values for which the list is filtered."),
        "permission_set" => (id(), "The custom role of the users."),
        "query" => (text(), "What to search for."),
        "filter[type]" => (words(KINDS), "The kind of record."),
        "sort_order" if operation.controller() == "search" => {
            (text(), "The direction of the order: `asc`, or else `desc`.")
        }
        "sort_order" => (words(SORT_ORDERS), "The direction of the order."),
        "sort_by" if operation.controller() != "search" => (words(SORT_KEYS), "The order."),
        "exclude_deleted" => (flag(), "Whether deleted records are left out."),
        "include_deleted" => (flag(), "Whether deleted records are shown, too."),
        _ => (text(), "A filter or a choice, as documented by Zendesk."),
    }
}

/// Returns whether a list is under cursor pagination unless the request chooses another one.
pub(super) fn is_cursor_by_default(operation: &Operation) -> bool {
    let pages = operation.query().pages;
    pages.is_some_and(|pages| pages.default == Pagination::Cursor)
}
