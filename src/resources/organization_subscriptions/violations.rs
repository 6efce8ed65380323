//! Zendesk's texts for subscriptions that break its rules. That end users are refused is
//! documented, the texts are not known.

use crate::base::refusal::Violation;

pub(super) fn already_subscribed() -> Violation {
    Violation::duplicate("user_id", "User: has already been taken")
}

/// Returns the violation for an end user who is not in the organization, or for an organization
/// that does not share its tickets.
pub(super) fn not_shared_with_user() -> Violation {
    Violation::invalid("organization", "Organization: is invalid")
}
