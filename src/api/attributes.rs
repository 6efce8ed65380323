//! [`Attributes`]: the attributes of a record as a request gives them, each read as the type that it must have.
//!
//! The coercions are those of Zendesk's own `stronger_parameters`: an integer may come as digits in a string, a boolean
//! in several forms, and null means "not given" unless the attribute can be emptied.

use serde_json::{Map, Value};

use super::error::{ApiError, Expected};
use super::operation::Operation;

/// An object in the body of a request.
#[derive(Clone, Debug)]
pub(crate) struct Attributes<'a> {
    operation: Operation,
    /// Where the object stands in the body: the root key, or a path with dots.
    path: String,
    object: &'a Map<String, Value>,
}

impl<'a> Attributes<'a> {
    pub(crate) fn new(operation: Operation, path: &str, value: &'a Value) -> Result<Self, ApiError> {
        match value {
            Value::Object(object) => Ok(Self { operation, path: path.to_owned(), object }),
            _ => Err(operation.invalid_attribute(path, Expected::Hash)),
        }
    }

    /// The id of another record. A number that no id can be becomes 0, which no record has.
    pub(crate) fn id<T: From<u64>>(&self, key: &str) -> Result<Option<T>, ApiError> {
        match self.given(key) {
            None => Ok(None),
            Some(value) => match integer(value) {
                Some(number) => Ok(Some(T::from(u64::try_from(number).unwrap_or(0)))),
                None => Err(self.invalid(key, Expected::Integer)),
            },
        }
    }

    pub(crate) fn boolean(&self, key: &str) -> Result<Option<bool>, ApiError> {
        match self.given(key) {
            None => Ok(None),
            Some(value) => match boolean(value) {
                Some(value) => Ok(Some(value)),
                None => Err(self.invalid(key, Expected::Boolean)),
            },
        }
    }

    pub(crate) fn text(&self, key: &str) -> Result<Option<String>, ApiError> {
        match self.given(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(self.invalid(key, Expected::Text)),
        }
    }

    pub(crate) fn texts(&self, key: &str) -> Result<Option<Vec<String>>, ApiError> {
        let Some(value) = self.given(key) else { return Ok(None) };
        let Value::Array(values) = value else { return Err(self.invalid(key, Expected::Array)) };
        let texts = values.iter().map(|value| match value {
            Value::String(text) => Ok(text.clone()),
            _ => Err(self.invalid(key, Expected::Text)),
        });
        texts.collect::<Result<_, _>>().map(Some)
    }

    /// One of a few words.
    pub(crate) fn word<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Result<Option<T>, ApiError> {
        match self.text(key)? {
            None => Ok(None),
            Some(text) => match words.iter().find(|(word, _)| *word == text) {
                Some((_, value)) => Ok(Some(*value)),
                None => Err(self.invalid(key, Expected::Text)),
            },
        }
    }

    /// An object within this one.
    pub(crate) fn hash(&self, key: &str) -> Result<Option<Self>, ApiError> {
        let value = self.object.get(key).filter(|value| !value.is_null());
        value.map(|value| Self::new(self.operation, &self.path_of(key), value)).transpose()
    }

    /// An attribute that null empties: the inner `None`. The outer one: it is not given.
    pub(crate) fn nullable<T>(
        &self,
        key: &str,
        read: impl FnOnce(&Self, &str) -> Result<Option<T>, ApiError>,
    ) -> Result<Option<Option<T>>, ApiError> {
        match self.object.get(key) {
            None => Ok(None),
            Some(_) => read(self, key).map(Some),
        }
    }

    fn given(&self, key: &str) -> Option<&Value> {
        self.object.get(key).filter(|value| !value.is_null())
    }

    fn invalid(&self, key: &str, expected: Expected) -> ApiError {
        self.operation.invalid_attribute(&self.path_of(key), expected)
    }

    fn path_of(&self, key: &str) -> String {
        format!("{}.{key}", self.path)
    }
}

impl Operation {
    /// The error of a parameter that has not the type that this operation expects.
    pub(crate) fn invalid_attribute(&self, name: &str, expected: Expected) -> ApiError {
        let endpoint = format!("{}/{}", self.controller(), self.action());
        ApiError::InvalidAttribute { name: name.to_owned(), expected, endpoint }
    }
}

/// A JSON integer, or digits in a string.
fn integer(value: &Value) -> Option<i128> {
    match value {
        Value::Number(number) => number.as_i128().or_else(|| {
            // JSON's own integers beyond 64 bits arrive here as floats. They are integers all the same, and no record
            // has them.
            number
                .as_f64()
                .filter(|float| float.fract() == 0.0 && float.abs() >= 9_223_372_036_854_775_807.0)
                .map(|_| 0)
        }),
        Value::String(digits) => parse_integer(digits),
        _ => None,
    }
}

fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::Number(number) => match number.as_i64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        },
        Value::String(text) => match text.as_str() {
            "true" | "1" | "on" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// Digits, with a minus sign at most. A number too large for any record becomes the largest there is.
pub(crate) fn parse_integer(text: &str) -> Option<i128> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(text.parse().unwrap_or(i128::MAX))
}
