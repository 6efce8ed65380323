//! [`by_field`]: the keys of custom fields as keywords.
//!
//! <https://support.zendesk.com/hc/en-us/articles/4408883318554>

use std::cmp::Ordering;
use std::sync::Arc;

use crate::api::search_query::Operator;
use crate::base::field_value::FieldValue;
use crate::base::words::words;
use crate::resources::custom_fields::model::FieldType;

use super::fields::SearchedField;
use super::keyword::{
    Pattern, has_words, indexed_by, indexed_by_words, indexed_words, is_none, patterns,
};
use super::searched::Searched;
use super::sought::{Asker, Refused, Sought, Test, span};

/// Reads a term whose keyword is the key of a custom field.
pub(super) fn by_field<R: Searched>(
    field: &SearchedField,
    sought: &Sought<'_>,
    asker: &Asker,
) -> Result<Test<R>, Refused> {
    // Zendesk shows false where a checkbox has no value, so what is none is not known.
    let may_be_none = field.field_type != FieldType::Checkbox;
    if may_be_none && is_none(sought.value.text()) && sought.operator == Operator::Is {
        return Ok(test(field, |value| value.is_none()));
    }
    match field.field_type {
        FieldType::Text | FieldType::Textarea | FieldType::Regexp => in_text(field, sought),
        FieldType::Dropdown | FieldType::Multiselect => by_option(field, sought),
        FieldType::Checkbox => is_checked(field, sought),
        FieldType::Date => {
            let (span, operator) = (span(sought, asker)?, sought.operator);
            Ok(test(field, move |value| {
                let day = value.and_then(FieldValue::as_str);
                day.is_some_and(|day| span.compares_day(day, operator))
            }))
        }
        FieldType::Integer | FieldType::Decimal => by_number(field, sought),
        // The key of a lookup is no keyword.
        FieldType::Lookup => Err(sought.not_modeled("")),
    }
}

/// Tests the value of a field. `None` means that it is not set.
fn test<R: Searched>(
    field: &SearchedField,
    holds: impl Fn(Option<&FieldValue>) -> bool + 'static,
) -> Test<R> {
    let key = Arc::clone(&field.key);
    Test::new(move |_, record: &R| {
        let values = record.field_values();
        holds(values.and_then(|values| values.get(&key)))
    })
}

/// Tests a text for all words of the value, in any order.
fn in_text<R: Searched>(field: &SearchedField, sought: &Sought<'_>) -> Result<Test<R>, Refused> {
    let value = sought.exact()?;
    let wanted = patterns(value);
    let test = test(field, move |own| {
        let own = own.and_then(FieldValue::as_str);
        own.is_some_and(|own| has_words(own, &wanted))
    });
    Ok(indexed_by(test, indexed_words(value)))
}

/// Tests the chosen options for the value, which is that of an option, or those of several.
fn by_option<R: Searched>(field: &SearchedField, sought: &Sought<'_>) -> Result<Test<R>, Refused> {
    let value = sought.exact()?.to_lowercase();
    let whole = Pattern::new(&value);
    let each: Vec<Pattern> = value.split_whitespace().map(Pattern::new).collect();
    let test = test(field, move |own| {
        let own = own.into_iter().flat_map(FieldValue::texts);
        let own: Vec<String> = own.map(str::to_lowercase).collect();
        let is_chosen = |wanted: &Pattern| own.iter().any(|own| wanted.matches(own));
        is_chosen(&whole) || (!each.is_empty() && each.iter().all(is_chosen))
    });
    let plain = value.split_whitespace().filter(|part| !part.contains('*'));
    Ok(indexed_by_words(test, plain.flat_map(words)))
}

fn is_checked<R: Searched>(field: &SearchedField, sought: &Sought<'_>) -> Result<Test<R>, Refused> {
    let expected = sought.truth()?;
    // A checkbox that is not checked is kept as one that is not set.
    Ok(test(field, move |value| value.is_some() == expected))
}

fn by_number<R: Searched>(field: &SearchedField, sought: &Sought<'_>) -> Result<Test<R>, Refused> {
    let (value, operator) = (sought.value.text(), sought.operator);
    let wanted = number(value.trim()).ok_or_else(|| sought.not_modeled_value())?;
    Ok(test(field, move |own| {
        let ordering = own.and_then(|own| compare(own, &wanted));
        ordering.is_some_and(|ordering| operator.allows(ordering))
    }))
}

fn number(text: &str) -> Option<FieldValue> {
    if let Ok(number) = text.parse::<i64>() {
        return Some(FieldValue::Integer(number));
    }
    let is_plain = |letter: char| letter.is_ascii_digit() || matches!(letter, '.' | '-');
    let plain = text.chars().all(is_plain).then_some(text)?;
    plain.parse().ok().map(FieldValue::Decimal)
}

/// Compares two numbers. Integers are compared as integers, because large ones are equal as
/// decimals.
fn compare(one: &FieldValue, other: &FieldValue) -> Option<Ordering> {
    match (one.as_i64(), other.as_i64()) {
        (Some(one), Some(other)) => Some(one.cmp(&other)),
        _ => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}
