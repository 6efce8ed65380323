//! Zendesk's texts for group memberships that break its rules. The refusals are documented, or
//! follow from the documentation. The texts are those of organization memberships.

use crate::base::refusal::Violation;

/// The leading space comes from Zendesk's text for organization memberships.
pub(super) fn already_member() -> Violation {
    Violation::duplicate("user_id", " This user is already a member of this group.")
}

pub(super) fn user_blank() -> Violation {
    Violation::blank("user", "User cannot be blank")
}

pub(super) fn not_an_agent() -> Violation {
    Violation::invalid("user", "User is not an agent")
}
