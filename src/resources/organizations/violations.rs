//! What Zendesk says of organizations that break its rules.

use crate::base::refusal::Violation;

pub(super) fn name_blank() -> Violation {
    Violation::blank("name", "Name: cannot be blank")
}

pub(super) fn name_taken(name: &str) -> Violation {
    Violation::duplicate("name", format!("Name: {name} has already been taken"))
}

/// The organization that another record names is not there.
pub(crate) fn organization_blank() -> Violation {
    Violation::blank("organization", "Organization cannot be blank")
}
