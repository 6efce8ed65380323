//! What a record may have in a custom field, and what becomes of what a request gives it.
//!
//! A value for a field that the account does not have is dropped, without a warning in the reply.

use std::sync::Arc;

use regex::Regex;

use crate::base::calendar::day_number;
use crate::base::field_value::{FieldValue, FieldValues};
use crate::base::given_fields::{GivenFields, GivenValue};
use crate::base::open_question::{Answers, OpenQuestion};
use crate::base::refusal::Violation;
use crate::base::value::{AttributeValue, Given, parse_integer};

use super::model::{CustomField, FieldType, Owner};
use super::store::FieldStore;
use super::violations;

/// A value that a field cannot have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotOfType;

impl<O: Owner> FieldStore<O> {
    /// Returns why a record may not get these values.
    pub(crate) fn why_not(&self, given: &GivenFields, answers: Answers) -> Vec<Violation> {
        if answers.is_other(OpenQuestion::InvalidFieldValue) {
            return Vec::new();
        }
        let wrong = self.known(given).filter(|(field, _, value)| {
            let value = typed(field, value);
            value.is_err()
        });
        wrong
            .map(|(field, ..)| violations::value_invalid(&field.title))
            .collect()
    }

    /// Sets the given values. The others stay. A value that its field cannot have is dropped.
    pub(crate) fn set(&self, values: &mut FieldValues, given: &GivenFields) {
        for (field, key, value) in self.known(given) {
            if let Ok(value) = typed(field, value) {
                values.set(key, value);
            }
        }
    }

    /// Adds the tags of the given checkboxes that are checked, and removes those of the others.
    pub(crate) fn tag(&self, tags: &mut Vec<String>, given: &GivenFields) {
        for (field, _, value) in self.known(given) {
            let (FieldType::Checkbox, Some(tag)) = (field.field_type, &field.tag) else {
                continue;
            };
            match typed(field, value) {
                Ok(Some(_)) if !tags.contains(tag) => tags.push(tag.clone()),
                Ok(None) => tags.retain(|other| other != tag),
                _ => {}
            }
        }
    }

    /// Checks the values of a seed. Nothing of a seed is dropped, whatever the account does with the
    /// values in requests.
    pub(crate) fn check_seed(&self, given: &Option<GivenFields>) -> Result<(), String> {
        let Some(given) = given else { return Ok(()) };
        let mut keys = given.0.iter().map(|(key, _)| key);
        if let Some(key) = keys.find(|key| self.active(key).is_none()) {
            let kind = O::KIND;
            return Err(format!(
                "the account has no active {kind} {key:?}: seed the field first"
            ));
        }
        let violations = self.why_not(given, Answers::default());
        match violations.first() {
            None => Ok(()),
            Some(violation) => Err(violation.description.clone()),
        }
    }

    /// Returns the values of a fixture in the types of their fields, or what is wrong with them.
    /// They need not match the pattern of a field, which may have changed since.
    pub(crate) fn loaded(&self, values: &FieldValues) -> Result<FieldValues, String> {
        let mut loaded = FieldValues::default();
        for (key, value) in values.iter() {
            let list = O::VALUES;
            let Some(field) = self.with_key(key) else {
                return Err(format!("`{list}.{key}`: the account has no such field"));
            };
            let value = of_type(field, value).map_err(|NotOfType| {
                let word = field.field_type.word();
                format!("`{list}.{key}` is no value of a field of the type {word} with its options")
            })?;
            let shared = self.active(key).map(|(_, key)| Arc::clone(key));
            loaded.set(&shared.unwrap_or_else(|| key.into()), value);
        }
        Ok(loaded)
    }

    /// Turns the values of a fixture into the types of their fields. They were checked before.
    pub(crate) fn load(&self, values: &mut FieldValues) {
        if let Some(loaded) = (!values.is_empty())
            .then(|| self.loaded(values).ok())
            .flatten()
        {
            *values = loaded;
        }
    }

    /// Returns the given values whose keys are those of active fields.
    fn known<'a>(
        &'a self,
        given: &'a GivenFields,
    ) -> impl Iterator<Item = (&'a CustomField<O>, &'a Arc<str>, &'a GivenValue)> {
        given.0.iter().filter_map(|(key, value)| {
            let (field, key) = self.active(key)?;
            Some((field, key, value))
        })
    }
}

/// Returns the value that a field gets. `None` empties it.
fn typed<O: Owner>(
    field: &CustomField<O>,
    given: &GivenValue,
) -> Result<Option<FieldValue>, NotOfType> {
    let value = match given {
        GivenValue::Null => return Ok(None),
        GivenValue::Other => return Err(NotOfType),
        GivenValue::Value(value) => of_type(field, value)?,
    };
    match &value {
        Some(FieldValue::Text(text)) if !matches_pattern(field, text) => Err(NotOfType),
        _ => Ok(value),
    }
}

/// Returns whether a text matches the pattern of a field of the type `regexp`. A pattern that only
/// Ruby understands is not checked.
fn matches_pattern<O: Owner>(field: &CustomField<O>, text: &str) -> bool {
    let pattern = field.regexp_for_validation.as_deref();
    match (field.field_type, pattern.map(Regex::new)) {
        (FieldType::Regexp, Some(Ok(pattern))) => pattern.is_match(text),
        _ => true,
    }
}

/// Converts a value into the type of its field. `None` means that the field is not set then, as
/// with an empty text and a checkbox that is not checked.
fn of_type<O: Owner>(
    field: &CustomField<O>,
    value: &FieldValue,
) -> Result<Option<FieldValue>, NotOfType> {
    if value.as_str().is_some_and(str::is_empty) {
        return Ok(None);
    }
    let is_option = |value: &String| field.options.iter().any(|option| option.value == *value);
    let typed = match field.field_type {
        FieldType::Text | FieldType::Textarea | FieldType::Regexp => {
            plain_text(value).map(FieldValue::Text)
        }
        FieldType::Dropdown => plain_text(value).filter(is_option).map(FieldValue::Text),
        FieldType::Multiselect => {
            let Some(chosen) = chosen(value).filter(|chosen| chosen.iter().all(is_option)) else {
                return Err(NotOfType);
            };
            if chosen.is_empty() {
                return Ok(None);
            }
            Some(FieldValue::Options(chosen))
        }
        FieldType::Checkbox => {
            let is_checked = checked(value).ok_or(NotOfType)?;
            return Ok(is_checked.then_some(FieldValue::Checkbox(true)));
        }
        FieldType::Date => value.as_str().and_then(day).map(FieldValue::Date),
        FieldType::Integer => integer(value).map(FieldValue::Integer),
        FieldType::Decimal => decimal(value).map(FieldValue::Decimal),
        FieldType::Lookup => integer(value)
            .filter(|id| *id > 0)
            .map(|id| FieldValue::Text(id.to_string())),
    };
    typed.map(Some).ok_or(NotOfType)
}

fn plain_text(value: &FieldValue) -> Option<String> {
    match value {
        FieldValue::Text(text) | FieldValue::Date(text) => Some(text.clone()),
        FieldValue::Integer(number) => Some(number.to_string()),
        FieldValue::Decimal(number) => Some(number.to_string()),
        FieldValue::Checkbox(is_checked) => Some(is_checked.to_string()),
        FieldValue::Options(_) => None,
    }
}

/// Returns the options of a multiselect field, each once.
fn chosen(value: &FieldValue) -> Option<Vec<String>> {
    let FieldValue::Options(options) = value else {
        return plain_text(value).map(|option| vec![option]);
    };
    let mut each: Vec<String> = Vec::new();
    for option in options {
        if !each.contains(option) {
            each.push(option.clone());
        }
    }
    Some(each)
}

fn checked(value: &FieldValue) -> Option<bool> {
    let given = match value {
        FieldValue::Checkbox(is_checked) => Given::Bool(*is_checked),
        FieldValue::Integer(number) => Given::Integer((*number).into()),
        FieldValue::Text(text) => Given::Text(text),
        _ => return None,
    };
    bool::read(&given).ok().flatten()
}

fn integer(value: &FieldValue) -> Option<i64> {
    /// Beyond it, numbers do not fit into an `i64`.
    const LIMIT: f64 = 9_223_372_036_854_775_807.0;
    match value {
        FieldValue::Integer(number) => Some(*number),
        FieldValue::Decimal(number) if number.fract() == 0.0 && number.abs() < LIMIT => {
            Some(*number as i64)
        }
        FieldValue::Text(digits) => i64::try_from(parse_integer(digits)?).ok(),
        _ => None,
    }
}

fn decimal(value: &FieldValue) -> Option<f64> {
    let number = match value {
        FieldValue::Integer(number) => *number as f64,
        FieldValue::Decimal(number) => *number,
        FieldValue::Text(text) => {
            let is_plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-');
            let plain = text.chars().all(is_plain).then_some(text)?;
            plain.parse().ok()?
        }
        _ => return None,
    };
    number.is_finite().then_some(number)
}

/// Returns the day of a date, or of a time, which is cut off.
fn day(text: &str) -> Option<String> {
    let (day, rest) = text.split_at_checked(10)?;
    if !rest.is_empty() && !rest.starts_with(['T', ' ']) {
        return None;
    }
    day_number(day).map(|_| day.to_owned())
}
