//! The bodies of events, in Zendesk's order of keys.
//!
//! <https://developer.zendesk.com/api-reference/webhooks/event-types/webhook-event-types/>

use std::fmt::Display;

use serde::Serialize;

use crate::api::json::JsonObject;
use crate::base::field_value::FieldValue;
use crate::resources::custom_fields::model::FieldType;
use crate::resources::identities::model::Identity;

use super::happened::{Change, Content, FieldChange, Happened, Subject};

/// The account's number in events, the one in Zendesk's examples.
pub(super) const ACCOUNT_ID: u64 = 10_973_248;

/// The version of the form of events.
const EVENT_VERSION: &str = "2022-06-20";

/// Returns the body of an event.
pub(super) fn payload(id: &str, happened: &Happened) -> Vec<u8> {
    let Happened {
        event_type,
        at,
        subject,
        content,
        ..
    } = happened;
    let record = subject.record();
    JsonObject::new()
        .field("type", &event_type.to_string())
        .field("account_id", &ACCOUNT_ID)
        .field("subject", &format!("zen:{}:{}", record.kind, record.id))
        .field("id", id)
        .field("time", at)
        .field("zendesk_event_version", EVENT_VERSION)
        .object("detail", |object| detail(object, subject))
        .object("event", |object| event(object, content))
        .into_bytes()
}

/// Writes the subject. All ids are strings; one that is missing is "0".
fn detail(object: JsonObject, subject: &Subject) -> JsonObject {
    match subject {
        Subject::User {
            user,
            default_group,
        } => object
            .field("created_at", &user.created_at)
            .field("default_group_id", &default_group.to_string())
            .field("email", or_empty(&user.email))
            .field("external_id", or_empty(&user.external_id))
            .field("id", &user.id.to_string())
            .field("organization_id", &or_zero(user.organization_id))
            .field("role", user.role.word())
            .field("updated_at", &user.updated_at),
        Subject::Organization(organization) => object
            .field("created_at", &organization.created_at)
            .field("id", &organization.id.to_string())
            .field("name", &organization.name)
            .field("shared_comments", &organization.shared_comments)
            .field("shared_tickets", &organization.shared_tickets)
            .field("updated_at", &organization.updated_at)
            .field("group_id", &or_zero(organization.group_id))
            .field("external_id", or_empty(&organization.external_id)),
    }
}

fn event(object: JsonObject, content: &Content) -> JsonObject {
    let tags = |object: JsonObject, tags: &[String]| object.field("tags", tags);
    match content {
        Content::Nothing => object,
        Content::Record { key, id } => {
            object.object(key, |object| object.field("id", &id.to_string()))
        }
        Content::Text(change) => changed(object, change),
        Content::Flag(change) => changed(object, change),
        Content::Tags { added, removed } => object
            .object("added", |object| tags(object, added))
            .object("removed", |object| tags(object, removed)),
        Content::Identity(shown) => object.object("identity", |object| identity(object, shown)),
        Content::IdentityChange(change) => object
            .object("current", |object| identity(object, &change.current))
            .object("previous", |object| identity(object, &change.previous)),
        Content::Field(change) => {
            let FieldChange {
                id,
                title,
                field_type,
                values,
                ..
            } = &**change;
            let object = value(object, "current", change, values.current.as_ref());
            let object = object.object("custom_field", |object| {
                object
                    .field("id", &id.to_string())
                    .field("title", title)
                    .field("type", field_type.word())
            });
            value(object, "previous", change, values.previous.as_ref())
        }
    }
}

/// Writes a value of a custom field as the API shows it. That of a lookup is an object.
fn value(
    object: JsonObject,
    key: &'static str,
    change: &FieldChange,
    value: Option<&FieldValue>,
) -> JsonObject {
    match (change.field_type, value) {
        (FieldType::Lookup, Some(id)) => object.object(key, |object| {
            object
                .field("relationship_target", or_empty(&change.target))
                .field("id", id)
        }),
        (FieldType::Checkbox, None) => object.field(key, &false),
        (_, value) => object.field(key, &value),
    }
}

fn changed<T: Serialize>(object: JsonObject, change: &Change<T>) -> JsonObject {
    object
        .field("current", &change.current)
        .field("previous", &change.previous)
}

fn identity(object: JsonObject, identity: &Identity) -> JsonObject {
    object
        .field("id", &identity.id.to_string())
        .field("primary", &identity.primary)
        .field("type", identity.identity_type.word())
        .field("value", &identity.value)
}

fn or_empty(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or_default()
}

fn or_zero(id: Option<impl Display>) -> String {
    id.map_or_else(|| "0".to_owned(), |id| id.to_string())
}
