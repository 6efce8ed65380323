//! Zendesk's texts for memberships that break its rules.

use crate::base::refusal::Violation;

/// Zendesk's text has the leading space.
pub(crate) fn already_member() -> Violation {
    Violation::duplicate(
        "user_id",
        " This user is already a member of this organization.",
    )
}

pub(crate) fn user_blank() -> Violation {
    Violation::blank("user", "User cannot be blank")
}

/// The limit is documented. The exact text is not known, so there is no code.
pub(crate) fn too_many_organizations(limit: usize) -> Violation {
    Violation::uncoded(
        "base",
        format!("Users can be in a maximum of {limit} organizations"),
    )
}
