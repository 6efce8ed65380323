//! The texts of the rules of organizations.

use crate::base::open_question::{Answers, OpenQuestion};
use crate::base::refusal::Violation;

pub(super) fn name_blank() -> Violation {
    Violation::blank("name", "Name: cannot be blank")
}

pub(super) fn name_taken(name: &str) -> Violation {
    Violation::duplicate("name", format!("Name: {name} has already been taken"))
}

/// Returns the violation of a name that is not allowed. Its text is not known.
pub(super) fn name_invalid() -> Violation {
    Violation::invalid("name", "Name: is invalid")
}

/// Returns the violation of an external id that another organization has. Its field is not known.
pub(super) fn external_id_taken(answers: Answers) -> Violation {
    let field = match answers.is_other(OpenQuestion::TakenExternalId) {
        true => "name",
        false => "external_id",
    };
    Violation::duplicate(field, "External has already been taken")
}

/// Returns the violation of a group that does not exist. Its text is not known.
pub(super) fn group_invalid() -> Violation {
    Violation::invalid("group", "Group: is invalid")
}

/// Returns the violation of a record that names a missing organization.
pub(crate) fn organization_blank() -> Violation {
    Violation::blank("organization", "Organization cannot be blank")
}
