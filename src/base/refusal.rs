//! Why the account refuses a change, as data. `api/error.rs` puts it in Zendesk's words.

/// The reason for which an operation on the account did nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The record that the operation is about does not exist.
    NotFound,
    /// The caller may not do this to this record.
    Forbidden,
    /// The test wants it to fail, for this reason.
    Failed(String),
    /// What was to be saved breaks these rules. Never empty: Zendesk names all of them in one reply.
    Invalid(Vec<Violation>),
}

/// One rule that a record to be saved breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Violation {
    AlreadyMember,
    OrganizationBlank,
    UserBlank,
    TooManyOrganizations { limit: usize },
    OrganizationNameBlank,
    OrganizationNameTaken { name: String },
    UserNameBlank,
    EmailMalformed { email: String },
    EmailTaken { email: String },
    RequesterBlank,
    DescriptionBlank,
    TicketClosed,
    OrganizationNotOfRequester,
}

impl Refusal {
    /// `Ok` where nothing is violated.
    pub(crate) fn unless_empty(violations: Vec<Violation>) -> Result<(), Self> {
        if violations.is_empty() { Ok(()) } else { Err(Self::Invalid(violations)) }
    }
}
