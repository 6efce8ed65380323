//! Zendesk's texts for tickets that break its rules.

use crate::base::refusal::Violation;

pub(super) fn requester_blank() -> Violation {
    Violation::blank("requester", "Requester: cannot be blank")
}

/// What is wrong with the user whom a ticket would bring.
pub(super) fn of_requester(violation: &Violation) -> Violation {
    Violation {
        field: "requester",
        description: format!("Requester: {}", violation.description),
        code: violation.code,
    }
}

pub(super) fn description_blank() -> Violation {
    Violation::blank("base", "Description: cannot be blank")
}

/// Zendesk has no code for an update of a closed ticket.
pub(super) fn closed() -> Violation {
    Violation::uncoded("status", "closed prevents ticket update")
}

pub(super) fn organization_not_of_requester() -> Violation {
    Violation::invalid("organization", "Organization is invalid")
}
