//! The texts of the rules of organizations.

use crate::base::refusal::Violation;

pub(super) fn name_blank() -> Violation {
    Violation::blank("name", "Name: cannot be blank")
}

pub(super) fn name_taken(name: &str) -> Violation {
    Violation::duplicate("name", format!("Name: {name} has already been taken"))
}

/// Such names are refused, but the text is not known.
pub(super) fn name_invalid() -> Violation {
    Violation::invalid("name", "Name: is invalid")
}

pub(super) fn external_id_taken() -> Violation {
    Violation::duplicate("external_id", "External has already been taken")
}

/// The text is not known.
pub(super) fn group_invalid() -> Violation {
    Violation::invalid("group", "Group: is invalid")
}

/// The organization that another record names does not exist.
pub(crate) fn organization_blank() -> Violation {
    Violation::blank("organization", "Organization cannot be blank")
}
