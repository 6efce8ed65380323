//! [`Gap`]: an outcome that no test has seen, in a sentence for the author of the tests.

use std::error::Error;
use std::fmt;

use crate::api::operation::Operation;

use super::outcome::Outcome;

/// An outcome that no test has seen. [`Coverage::gaps`](super::Coverage::gaps) returns them.
///
/// `Display` writes a sentence, such as `no test has seen a 422 from CreateOrganizationMembership,
/// for example because the user is a member already`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// An operation is large, and a gap may be an error.
    pub(super) operation: Box<Operation>,
    pub(super) outcome: Outcome,
}

impl Gap {
    /// Returns the operation.
    #[must_use]
    pub fn operation(&self) -> Operation {
        *self.operation
    }

    /// Returns the outcome that no call of the operation had.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}",
            sentence(self.outcome, *self.operation, self.operation.id())
        )
    }
}

impl Error for Gap {}

/// Returns the sentence about an outcome that none of these operations had. `operation` is one of
/// them.
pub(super) fn sentence(outcome: Outcome, operation: Operation, names: &str) -> String {
    let status = outcome.label(operation);
    let why = match operation.invalid_if() {
        Some(reason) => format!(", for example because {reason}"),
        None => String::new(),
    };
    let seen = match outcome {
        Outcome::Success => format!("a {status} from {names}: every call failed"),
        Outcome::Invalid => format!("a {status} from {names}{why}"),
        Outcome::NotFound => format!("a {status} from {names}, for a record that does not exist"),
        Outcome::JobCompleted => {
            format!("a job of {names} that completed without failed items")
        }
        Outcome::JobPartlyFailed => format!("a job of {names} in which some items failed"),
        Outcome::JobFailed => format!("a failed job of {names}"),
        Outcome::FurtherPage => format!("a second page of {names}"),
        Outcome::EmptyList => format!("an empty list from {names}"),
        Outcome::LostReply => {
            format!("the reply to {names} get lost after the request was processed")
        }
        Outcome::Disconnected => format!("the connection break before {names} was processed"),
        Outcome::SpoiledBody => format!("a reply to {names} that cannot be read"),
        Outcome::LateReply => format!("a late reply to {names}"),
        Outcome::OtherStatus => format!("any other status from {names}"),
        Outcome::RateLimited
        | Outcome::ServerError
        | Outcome::NotAuthenticated
        | Outcome::Forbidden
        | Outcome::BadRequest => format!("a {status} from {names}"),
    };
    format!("no test has seen {seen}")
}
