//! Why the account refuses a change, as data. The resources make the violations with their texts,
//! and `api/error.rs` knows the form of the reply.

/// Zendesk's text for a caller whose role is not allowed to do something.
pub(crate) const FORBIDDEN: &str = "You do not have access to this page. Please contact the account owner of this help desk for further help.";

/// The reason why an operation on the account did nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The record that the operation is about does not exist.
    NotFound,
    /// The caller may not do this to this record.
    Forbidden,
    /// The test wants the operation to fail for this reason.
    Failed(String),
    /// The record breaks these rules. Never empty: Zendesk names all of them in one reply.
    Invalid(Vec<Violation>),
}

/// One rule that a record breaks, in Zendesk's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    /// The attribute, or `base` for the record as a whole.
    pub(crate) field: &'static str,
    pub(crate) description: String,
    /// The description as a code for programs. A few violations do not have one.
    pub(crate) code: Option<&'static str>,
}

/// The code for a value that another record already has.
const DUPLICATE: &str = "DuplicateValue";

impl Violation {
    /// Returns the violation for a missing value.
    pub(crate) fn blank(field: &'static str, description: impl Into<String>) -> Self {
        Self::of(field, description, Some("BlankValue"))
    }

    /// Returns the violation for a value that another record already has.
    pub(crate) fn duplicate(field: &'static str, description: impl Into<String>) -> Self {
        Self::of(field, description, Some(DUPLICATE))
    }

    /// Returns the violation for a value that is not allowed.
    pub(crate) fn invalid(field: &'static str, description: impl Into<String>) -> Self {
        Self::of(field, description, Some("InvalidValue"))
    }

    /// Returns the violation for a list without items.
    pub(crate) fn empty(field: &'static str, description: impl Into<String>) -> Self {
        Self::of(field, description, Some("EmptyValue"))
    }

    /// Returns a violation without a code: Zendesk has none, or it is not known.
    pub(crate) fn uncoded(field: &'static str, description: impl Into<String>) -> Self {
        Self::of(field, description, None)
    }

    /// Returns whether it is about a value that another record already has.
    pub(crate) fn is_duplicate(&self) -> bool {
        self.code == Some(DUPLICATE)
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
    /// Returns an error if there are violations.
    pub(crate) fn unless_empty(violations: Vec<Violation>) -> Result<(), Self> {
        if violations.is_empty() {
            Ok(())
        } else {
            Err(Self::Invalid(violations))
        }
    }

    /// Returns the code of this refusal for the result of one item in a background job.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "RecordNotFound",
            Self::Forbidden => "Forbidden",
            Self::Failed(_) => "InternalError",
            Self::Invalid(_) => "RecordInvalid",
        }
    }

    /// Returns the details of this refusal for the result of one item in a background job that
    /// shows them as one string.
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
