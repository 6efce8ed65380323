//! The texts of the rules of merges. Zendesk documents the rules; the texts are not known.

use crate::base::refusal::Violation;

pub(super) fn winner_missing() -> Violation {
    Violation::invalid("winner_id", "Winner: is invalid")
}

pub(super) fn merges_itself() -> Violation {
    Violation::invalid("winner_id", "Winner: cannot be the same organization")
}

/// Returns the violation of an organization that is part of another merge.
pub(super) fn is_being_merged() -> Violation {
    Violation::uncoded("base", "Organization is being merged")
}

/// Returns the violation of an organization that is to get the domains of another one.
pub(super) fn domains_are_being_merged() -> Violation {
    Violation::uncoded(
        "base",
        "Domain names cannot be changed while another organization is being merged into this one",
    )
}
