//! [`Attributes`]: the attributes of a record in a request, each read as the type that it must
//! have.

use serde_json::{Map, Value};

use crate::base::record::{Record, Written};
use crate::base::value::{AttributeValue, Expected, Given, Mismatch};

use super::error::ApiError;
use super::operation::Operation;

/// An object in the body of a request.
#[derive(Clone, Debug)]
pub(crate) struct Attributes<'a> {
    operation: Operation,
    /// The root key of the object.
    root: &'static str,
    object: &'a Map<String, Value>,
}

impl<'a> Attributes<'a> {
    pub(crate) fn new(
        operation: Operation,
        root: &'static str,
        value: &'a Value,
    ) -> Result<Self, ApiError> {
        match value {
            Value::Object(object) => Ok(Self {
                operation,
                root,
                object,
            }),
            _ => Err(operation.invalid_attribute(root, Expected::Hash)),
        }
    }

    /// Returns the changes that the object asks for. Keys that requests may not write are left out.
    pub(crate) fn changes<R: Record>(&self) -> Result<R::Changes, ApiError> {
        let mut changes = R::Changes::default();
        for attribute in R::ATTRIBUTES {
            let (Some(read), Written::ByRequests(when)) = (attribute.read, attribute.written)
            else {
                continue;
            };
            if !when.includes(self.operation.method()) {
                continue;
            }
            if let Some(value) = self.object.get(attribute.key) {
                read(&mut changes, &given(value))
                    .map_err(|mismatch| self.invalid(attribute.key, &mismatch))?;
            }
        }
        Ok(changes)
    }

    /// Returns the object as a whole.
    pub(crate) fn whole<T: AttributeValue>(&self) -> Result<Option<T>, ApiError> {
        let entries = self.object.iter();
        let entries = entries.map(|(key, value)| (key.as_str(), given(value)));
        T::read(&Given::Hash(entries.collect())).map_err(|mismatch| {
            let path = format!("{}{}", self.root, mismatch.below);
            self.operation.invalid_attribute(&path, mismatch.expected)
        })
    }

    /// Returns the `id` in the object, which no record need have. Null and an empty text count as not
    /// given.
    pub(crate) fn id(&self) -> Result<Option<i128>, ApiError> {
        match self.text("id") {
            Some("") => Ok(None),
            _ => self.integer("id"),
        }
    }

    /// Returns the integer under a key. Null counts as not given.
    pub(crate) fn integer(&self, key: &str) -> Result<Option<i128>, ApiError> {
        let value = self.object.get(key).filter(|value| !value.is_null());
        let Some(value) = value else { return Ok(None) };
        let integer = given(value).integer();
        let wrong = || self.invalid(key, &Expected::Integer.into());
        integer.map(Some).ok_or_else(wrong)
    }

    /// The value under a key, if it is a text.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.object.get(key)?.as_str()
    }

    fn invalid(&self, key: &str, mismatch: &Mismatch) -> ApiError {
        let path = format!("{}.{key}{}", self.root, mismatch.below);
        self.operation.invalid_attribute(&path, mismatch.expected)
    }
}

impl Operation {
    /// Returns the error for a parameter that does not have the type that this operation expects.
    pub(crate) fn invalid_attribute(&self, name: &str, expected: Expected) -> ApiError {
        let endpoint = format!("{}/{}", self.controller(), self.action());
        ApiError::InvalidAttribute {
            name: name.to_owned(),
            expected,
            endpoint,
        }
    }
}

/// Converts a JSON value into the form that the account reads.
pub(crate) fn given(value: &Value) -> Given<'_> {
    match value {
        Value::Null => Given::Null,
        Value::Bool(value) => Given::Bool(*value),
        Value::String(text) => Given::Text(text),
        Value::Array(values) => Given::List(values.iter().map(given).collect()),
        Value::Object(object) => Given::Hash(
            object
                .iter()
                .map(|(key, value)| (key.as_str(), given(value)))
                .collect(),
        ),
        Value::Number(number) => match (number.as_i128(), number.as_f64()) {
            (Some(number), _) => Given::Integer(number),
            // Integers beyond 64 bits arrive here as floats.
            (None, Some(float))
                if float.fract() == 0.0 && float.abs() >= 9_223_372_036_854_775_807.0 =>
            {
                Given::Huge(float)
            }
            (None, float) => Given::Fraction(float.unwrap_or_default()),
        },
    }
}
