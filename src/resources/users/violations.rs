//! The texts of the rules of users.

use crate::base::refusal::Violation;

/// The maximum number of characters of a name.
pub(super) const NAME_LIMIT: usize = 255;

/// Returns the violation of a name that is too short. No recording shows its code. The two spaces
/// are Zendesk's.
pub(super) fn name_too_short() -> Violation {
    Violation::uncoded("name", "Name:  is too short (minimum is 1 character)")
}

pub(super) fn name_too_long() -> Violation {
    Violation::uncoded(
        "name",
        format!("Name:  is too long (maximum is {NAME_LIMIT} characters)"),
    )
}

pub(super) fn external_id_taken() -> Violation {
    Violation::duplicate("external_id", "External has already been taken")
}

/// Returns the violation of an invalid time zone. Its text is not known.
pub(super) fn time_zone_invalid() -> Violation {
    Violation::invalid("time_zone", "Time zone: is invalid")
}

pub(super) fn requests_tickets(count: usize) -> Violation {
    let description = if count == 1 {
        "User is requester on 1 ticket that is not closed.".to_owned()
    } else {
        format!("User is requester on {count} tickets that are not closed.")
    };
    Violation::uncoded("base", description)
}

/// Returns the violation of a user who deletes itself. Its text is not known.
pub(super) fn deletes_itself() -> Violation {
    Violation::uncoded("base", "You cannot delete yourself.")
}

/// The largest number of tickets of a user who is merged into another one.
pub(super) const MERGED_TICKETS_LIMIT: usize = 10_000;

/// Returns the violation of a user who is merged into itself. Its text is not known.
pub(super) fn merges_itself() -> Violation {
    Violation::uncoded("base", "A user cannot be merged into itself.")
}

/// Returns the violation of a merge of agents or admins. Its text is not known.
pub(super) fn merges_staff() -> Violation {
    Violation::uncoded("base", "Only end users can be merged.")
}

/// Returns the violation of a user with too many tickets. Its text is not known.
pub(super) fn merges_too_many_tickets() -> Violation {
    Violation::uncoded(
        "base",
        format!("A user with more than {MERGED_TICKETS_LIMIT} requested tickets cannot be merged."),
    )
}
