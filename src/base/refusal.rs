//! Why the account refuses a change, as data: the resources make the violations with their texts,
//! `api/error.rs` knows the envelopes that they come in.

/// What Zendesk says to callers whose role does not suffice.
pub(crate) const FORBIDDEN: &str = "You do not have access to this page. Please contact the account owner of this help desk for further help.";

/// The reason for which an operation on the account did nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The record that the operation is about does not exist.
    NotFound,
    /// The caller may not do this to this record.
    Forbidden,
    /// The test wants it to fail, for this reason.
    Failed(String),
    /// What was to be saved breaks these rules. Never empty: Zendesk names all of them in one
    /// reply.
    Invalid(Vec<Violation>),
}

/// One rule that a record to be saved breaks, in Zendesk's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    /// The attribute, or `base` for the record as a whole.
    pub(crate) field: &'static str,
    pub(crate) description: String,
    /// What the description says, for programs. A few have none.
    pub(crate) code: Option<&'static str>,
}

impl Violation {
    /// Something that has to be there is not.
    pub(crate) fn blank(field: &'static str, description: impl Into<String>) -> Self {
        Self::of(field, description, Some("BlankValue"))
    }

    /// Another record has it already.
    pub(crate) fn duplicate(field: &'static str, description: impl Into<String>) -> Self {
        Self::of(field, description, Some("DuplicateValue"))
    }

    /// It cannot be that.
    pub(crate) fn invalid(field: &'static str, description: impl Into<String>) -> Self {
        Self::of(field, description, Some("InvalidValue"))
    }

    /// One for which Zendesk has no code, or none that is known.
    pub(crate) fn uncoded(field: &'static str, description: impl Into<String>) -> Self {
        Self::of(field, description, None)
    }

    fn of(field: &'static str, description: impl Into<String>, code: Option<&'static str>) -> Self {
        Self {
            field,
            description: description.into(),
            code,
        }
    }
}

impl Refusal {
    /// `Ok` where nothing is violated.
    pub(crate) fn unless_empty(violations: Vec<Violation>) -> Result<(), Self> {
        if violations.is_empty() {
            Ok(())
        } else {
            Err(Self::Invalid(violations))
        }
    }

    /// The code of this refusal as the result of one item in a background job.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "RecordNotFound",
            Self::Forbidden => "Forbidden",
            Self::Failed(_) => "InternalError",
            Self::Invalid(_) => "RecordInvalid",
        }
    }

    /// The details of this refusal as the result of one item in a background job, where they are
    /// one string.
    pub(crate) fn details(&self) -> String {
        match self {
            Self::NotFound => "Not found".to_owned(),
            Self::Forbidden => FORBIDDEN.to_owned(),
            Self::Failed(reason) => reason.clone(),
            Self::Invalid(violations) => violations
                .iter()
                .map(|violation| violation.description.as_str())
                .collect::<Vec<_>>()
                .join(", "),
        }
    }
}
