//! The texts of the rules of identities.

use crate::base::refusal::Violation;

/// The attribute that contained an address, and the label at the start of its texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GivenAs {
    /// `email` of a user.
    Email,
    /// `value` of an identity.
    Identity,
}

impl GivenAs {
    fn field(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Identity => "value",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Email => "Email",
            Self::Identity => "Value",
        }
    }
}

/// Returns the violation of a malformed value, recorded without a code.
pub(crate) fn malformed(given_as: GivenAs, value: &str) -> Violation {
    Violation::uncoded(
        given_as.field(),
        format!("{}: {value} is not properly formatted", given_as.label()),
    )
}

pub(crate) fn taken(given_as: GivenAs, value: &str) -> Violation {
    Violation::duplicate(
        given_as.field(),
        format!(
            "{}: {value} is already being used by another user",
            given_as.label()
        ),
    )
}

pub(super) fn value_blank() -> Violation {
    Violation::blank("value", "Value: cannot be blank")
}

pub(super) fn type_invalid() -> Violation {
    Violation::invalid("type", "Type: is invalid")
}
