//! The replies of an operation: of each status the body and the headers.

use serde_json::{Map, Value, json};

use crate::api::body::Body;
use crate::api::error_reply::{ERROR_REPLIES, ErrorReply};
use crate::api::export_kind::ExportKind;
use crate::api::operation::{AllowedFor, Operation, Success};
use crate::base::schema::{Key, Schema, Shape};

use super::headers;
use super::parameters::is_cursor_by_default;
use super::schemas::{Audience, Components};

/// The name of the reply with any other status.
const OTHER: &str = "Other";

/// Returns the replies of an operation, by status.
pub(super) fn replies(operation: &Operation, components: &mut Components) -> Value {
    let mut replies = Map::new();
    for success in operation.successes() {
        let reply = of_success(operation, success, components);
        replies.insert(success.status().to_string(), reply);
    }
    for error in ERROR_REPLIES
        .iter()
        .filter(|error| (error.is_of)(operation))
    {
        replies.insert(error.status.to_string(), reference(error.name));
    }
    replies.insert("default".to_owned(), reference(OTHER));
    Value::Object(replies)
}

/// Returns the replies with errors, by name.
pub(super) fn error_components(components: &mut Components) -> Value {
    let mut replies: Map<String, Value> = ERROR_REPLIES
        .iter()
        .map(|error| (error.name.to_owned(), of_error(error, components)))
        .collect();
    let other = json!({
        "description": "An error of the server or of the network, a fault that the test asked for, \
            or a search that the double does not implement.",
        "content": {
            "application/json": {"schema": {}},
            "text/plain": {"schema": {"type": "string"}},
            "text/html": {"schema": {"type": "string"}},
        },
    });
    replies.insert(OTHER.to_owned(), other);
    Value::Object(replies)
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/responses/{name}")})
}

fn of_error(error: &ErrorReply, components: &mut Components) -> Value {
    let schema = components.schema(&(error.json)(), Audience::Agents);
    let mut content = Map::new();
    content.insert("application/json".to_owned(), json!({"schema": schema}));
    for media_type in error.others {
        content.insert(
            (*media_type).to_owned(),
            json!({"schema": {"type": "string"}}),
        );
    }
    json!({
        "description": error.description,
        "headers": headers::of_error(error),
        "content": content,
    })
}

fn of_success(operation: &Operation, success: Success, components: &mut Components) -> Value {
    let mut reply = Map::new();
    let description = match success {
        Success::Ok => "The request succeeded.",
        Success::Created => "The record was created.",
        Success::NoContent => "The request succeeded, and there is nothing to show.",
    };
    reply.insert("description".to_owned(), json!(description));
    reply.insert(
        "headers".to_owned(),
        headers::of_success(operation, success),
    );
    if success != Success::NoContent {
        if let Some(schema) = body(operation, components) {
            let content = json!({"application/json": {"schema": schema}});
            reply.insert("content".to_owned(), content);
        }
    }
    Value::Object(reply)
}

/// Returns the schema of the body of a success.
fn body(operation: &Operation, components: &mut Components) -> Option<Value> {
    let audience = match operation.allowed_for() {
        AllowedFor::Anybody | AllowedFor::AgentsAndEndUsers => Audience::Everybody,
        _ => Audience::Agents,
    };
    let (mut keys, has_links) = match operation.body() {
        Body::Nothing => return None,
        Body::One(shape) => (with_sideloads(operation, shape, Number::One), false),
        Body::Many(shape) => (with_sideloads(operation, shape, Number::Many), true),
        Body::Keys(keys) => (keys(), operation.query().pages.is_some()),
    };
    let links = has_links.then(|| links(operation));
    let (mut condition, mut of_links) = (None, Vec::new());
    match links {
        Some(Links::One(links)) => of_links = links,
        Some(Links::Choice { offset, cursor }) => {
            condition = Some(either(&offset, &cursor));
            let all = offset.into_iter().chain(cursor);
            of_links = all.map(|key| Key::optional(key.name, key.schema)).collect();
        }
        None => {}
    }
    keys.append(&mut of_links);
    let mut schema = components.object(&keys, audience);
    if let (Some(condition), Value::Object(schema)) = (condition, &mut schema) {
        schema.extend(condition);
    }
    Some(schema)
}

/// How many records a body has under its key.
#[derive(Clone, Copy)]
enum Number {
    One,
    Many,
}

/// Returns the key of the records, and those of the sideloads that the operation implements.
fn with_sideloads(operation: &Operation, of: fn() -> Shape, number: Number) -> Vec<Key> {
    let shape = of();
    let first = match number {
        Number::One => Key::new(shape.one, Schema::Record(of)),
        Number::Many => Key::new(shape.many, Schema::Record(of).list()),
    };
    let included = operation.query().sideloads;
    let sideloads = shape.sideloads.iter().filter_map(|sideload| {
        let many = sideload().many;
        included
            .contains(&many)
            .then(|| Key::optional(many, Schema::Record(*sideload).list()))
    });
    std::iter::once(first).chain(sideloads).collect()
}

/// What a reply says about other pages.
enum Links {
    One(Vec<Key>),
    /// Depends on the pagination that the request chooses.
    Choice {
        offset: Vec<Key>,
        cursor: Vec<Key>,
    },
}

fn links(operation: &Operation) -> Links {
    let query = operation.query();
    if let Some(export) = query.export {
        return Links::One(of_export(export.kind));
    }
    match query.pages {
        Some(_) if is_cursor_by_default(operation) => Links::One(of_cursor()),
        Some(pages) if pages.parameters().contains(&"page[size]") => Links::Choice {
            offset: of_offset(),
            cursor: of_cursor(),
        },
        _ => Links::One(of_offset()),
    }
}

fn of_offset() -> Vec<Key> {
    vec![
        Key::new("next_page", Schema::Url.or_null()),
        Key::new("previous_page", Schema::Url.or_null()),
        Key::new("count", Schema::Integer),
    ]
}

fn of_cursor() -> Vec<Key> {
    vec![
        Key::new("meta", Schema::Record(meta_shape)),
        Key::new("links", Schema::Record(links_shape)),
    ]
}

fn meta_shape() -> Shape {
    let keys = vec![
        Key::new("has_more", Schema::Boolean),
        Key::new("after_cursor", Schema::Text.or_null()),
        Key::new("before_cursor", Schema::Text.or_null()),
    ];
    Shape::new("cursor_meta", "", "", keys)
}

fn links_shape() -> Shape {
    let keys = ["prev", "next"].map(|name| Key::new(name, Schema::Url.or_null()));
    Shape::new("cursor_links", "", "", keys.into())
}

fn of_export(kind: ExportKind) -> Vec<Key> {
    match kind {
        ExportKind::Time => vec![
            Key::new("next_page", Schema::Url.or_null()),
            Key::new("count", Schema::Integer),
            Key::new("end_of_stream", Schema::Boolean),
            Key::new("end_time", Schema::Integer.or_null()),
        ],
        ExportKind::Cursor => vec![
            Key::new("after_url", Schema::Url.or_null()),
            Key::new("before_url", Schema::Null),
            Key::new("after_cursor", Schema::Text.or_null()),
            Key::new("before_cursor", Schema::Null),
            Key::new("end_of_stream", Schema::Boolean),
        ],
    }
}

/// Returns the condition that an object has all keys of one kind of pagination. Generators of code
/// ignore it, and make one type with optional fields.
fn either(offset: &[Key], cursor: &[Key]) -> Map<String, Value> {
    let names = |keys: &[Key]| json!(keys.iter().map(|key| key.name).collect::<Vec<_>>());
    let condition = [
        ("if", json!({"required": ["meta"]})),
        ("then", json!({"required": names(cursor)})),
        ("else", json!({"required": names(offset)})),
    ];
    let condition = condition.into_iter();
    condition
        .map(|(name, schema)| (name.to_owned(), schema))
        .collect()
}
