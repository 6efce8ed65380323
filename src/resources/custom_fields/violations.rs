//! The texts of the rules of custom fields. Only that of a taken key is known. The others follow the
//! form of Zendesk's texts for other records.

use crate::base::refusal::Violation;

use super::model::FieldType;

pub(super) fn key_blank() -> Violation {
    Violation::blank("key", "Key: cannot be blank")
}

pub(super) fn key_invalid() -> Violation {
    Violation::invalid("key", "Key: is invalid")
}

pub(super) fn key_taken(key: &str) -> Violation {
    Violation::duplicate("key", format!("Key: {key} has already been taken"))
}

pub(super) fn title_blank() -> Violation {
    Violation::blank("title", "Title: cannot be blank")
}

pub(super) fn type_invalid() -> Violation {
    Violation::invalid("type", "Type: is invalid")
}

/// Returns the violation of a dropdown or multiselect field without options. Its text is that of
/// ticket fields.
pub(super) fn no_options() -> Violation {
    Violation::empty(OPTIONS, "Field options: must contain at least one option")
}

pub(super) fn option_blank() -> Violation {
    Violation::blank(OPTIONS, "Field options: name and value cannot be blank")
}

pub(super) fn option_taken(value: &str) -> Violation {
    Violation::duplicate(
        OPTIONS,
        format!("Field options: {value} has already been taken"),
    )
}

/// Returns the violation of a record with a value that its field cannot have.
pub(crate) fn value_invalid(title: &str) -> Violation {
    Violation::uncoded("base", format!("{title}: is invalid"))
}

/// Returns why a seed or a row of a fixture cannot be a field: an attribute that fields of its type
/// do not have.
pub(super) fn unfitting(name: &str, field_type: FieldType) -> String {
    format!("a field of the type {} has no {name}", field_type.word())
}

const OPTIONS: &str = "custom_field_options";
