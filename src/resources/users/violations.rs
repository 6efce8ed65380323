//! What Zendesk says of users that break its rules.

use crate::base::refusal::Violation;

pub(super) fn name_blank() -> Violation {
    Violation::blank("name", "Name: cannot be blank")
}

pub(super) fn email_malformed(email: &str) -> Violation {
    Violation::malformed("email", format!("Email: {email} is not properly formatted"))
}

pub(super) fn email_taken(email: &str) -> Violation {
    Violation::duplicate(
        "email",
        format!("Email: {email} is already being used by another user"),
    )
}
