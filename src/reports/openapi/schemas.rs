//! [`Components`]: the JSON schemas of what the records and bodies may be. Each record is one
//! component of the document.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::base::schema::{Key, Schema, Shape};

/// The components of the document that were referred to so far.
#[derive(Debug, Default)]
pub(super) struct Components {
    schemas: BTreeMap<String, Value>,
}

/// Who reads a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Audience {
    /// Zendesk, which reads requests. It ignores keys that it does not know, and looks at what a text
    /// says only when it checks the record.
    Zendesk,
    /// Agents and admins.
    Agents,
    /// Everybody. End users see some records in a shorter form.
    Everybody,
}

impl Components {
    /// Returns the schema of a value, and keeps the components that it refers to.
    pub(super) fn schema(&mut self, schema: &Schema, audience: Audience) -> Value {
        match schema {
            Schema::Null => json!({"type": "null"}),
            Schema::Boolean => json!({"type": "boolean"}),
            Schema::Integer => json!({"type": "integer", "format": "int64"}),
            Schema::Number => json!({"type": "number"}),
            Schema::Text => json!({"type": "string"}),
            Schema::Time => json!({"type": "string", "format": "date-time"}),
            Schema::Url => json!({"type": "string", "format": "uri"}),
            Schema::Words(words) => json!({"type": "string", "enum": words}),
            Schema::EmptyList => json!({"type": "array", "items": {}, "maxItems": 0}),
            Schema::List(items) => json!({"type": "array", "items": self.schema(items, audience)}),
            Schema::Object(keys) => self.object(keys, audience),
            Schema::Values(values) => {
                json!({"type": "object", "additionalProperties": self.schema(values, audience)})
            }
            Schema::Any(choices) => self.any(choices, audience),
            Schema::Record(shape) => self.record(&shape(), audience),
        }
    }

    /// Returns the schema of an object with these keys, and no others in replies.
    pub(super) fn object(&mut self, keys: &[Key], audience: Audience) -> Value {
        let properties: Map<String, Value> = keys
            .iter()
            .map(|key| (key.name.to_owned(), self.property(key, audience)))
            .collect();
        let required: Vec<&str> = keys
            .iter()
            .filter(|key| key.is_required)
            .map(|key| key.name)
            .collect();
        let mut object = Map::new();
        object.insert("type".to_owned(), json!("object"));
        object.insert("properties".to_owned(), Value::Object(properties));
        if audience != Audience::Zendesk {
            object.insert("additionalProperties".to_owned(), json!(false));
        }
        if !required.is_empty() {
            object.insert("required".to_owned(), json!(required));
        }
        Value::Object(object)
    }

    /// Returns all components.
    pub(super) fn into_schemas(self) -> BTreeMap<String, Value> {
        self.schemas
    }

    fn property(&mut self, key: &Key, audience: Audience) -> Value {
        let mut property = self.schema(&key.schema, audience);
        if let Value::Object(property) = &mut property {
            // The type of an address is a text. Its key tells more. It need not be ASCII.
            if key.name == "email" && audience != Audience::Zendesk {
                property.insert("format".to_owned(), json!("idn-email"));
            }
            if key.is_read_only {
                property.insert("readOnly".to_owned(), json!(true));
            }
        }
        property
    }

    /// Returns a reference to a record.
    fn record(&mut self, shape: &Shape, audience: Audience) -> Value {
        let name = type_name(&shape.name);
        let whole = self.component(&name, &shape.keys);
        match shape.for_end_users {
            Some(shown) if audience == Audience::Everybody => {
                let keys = shape.keys.iter();
                let keys: Vec<Key> = keys
                    .filter(|key| shown.contains(&key.name))
                    .cloned()
                    .collect();
                let short = self.component(&format!("{name}ForEndUsers"), &keys);
                json!({"anyOf": [whole, short]})
            }
            _ => whole,
        }
    }

    fn component(&mut self, name: &str, keys: &[Key]) -> Value {
        if !self.schemas.contains_key(name) {
            let schema = self.object(keys, Audience::Agents);
            self.schemas.insert(name.to_owned(), schema);
        }
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    fn any(&mut self, choices: &[Schema], audience: Audience) -> Value {
        if let [Schema::Null, other] | [other, Schema::Null] = choices {
            let schema = self.schema(other, audience);
            return or_null(schema);
        }
        let choices: Vec<Value> = choices
            .iter()
            .map(|choice| self.schema(choice, audience))
            .collect();
        json!({"anyOf": choices})
    }
}

/// Returns the schema of the same values and null, with both types in one list, where that is
/// possible: generated code is simpler then.
fn or_null(mut schema: Value) -> Value {
    let Some(object) = schema.as_object_mut() else {
        return schema;
    };
    let Some(Value::String(of_value)) = object.get("type") else {
        return json!({"anyOf": [schema, {"type": "null"}]});
    };
    let types = json!([of_value, "null"]);
    object.insert("type".to_owned(), types);
    if let Some(Value::Array(words)) = object.get_mut("enum") {
        words.push(Value::Null);
    }
    schema
}

/// Returns the name of a type: `OrganizationMembership` for `organization_membership`.
fn type_name(name: &str) -> String {
    let capitalized = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    name.split('_').map(capitalized).collect()
}
