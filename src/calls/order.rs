//! Assertions on the order of calls.

use crate::api::operation::Operation;
use crate::base::place::Place;

use super::call::Call;
use super::failure::{Failure, FailureKind};
use super::lines;
use super::select::Calls;

impl Calls {
    /// Like [`Calls::assert_sequence`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if they did not come, or came in another order, or if one was refused.
    ///
    /// # Panics
    ///
    /// Panics if no operation is named.
    #[track_caller]
    pub fn try_assert_sequence(&self, operations: &[Operation]) -> Result<(), Failure> {
        assert!(
            !operations.is_empty(),
            "no operation is named, so this asserts nothing; name the operations that must be called"
        );
        let place = Place::here();
        let mut found: Vec<&Call> = Vec::new();
        let mut calls = self.iter();
        for (index, operation) in operations.iter().enumerate() {
            match calls.find(|call| call.operation() == Some(*operation)) {
                Some(call) => found.push(call),
                None => {
                    let headline = missing_in_sequence(operations, index, &found);
                    let kind = if self.dropped() > 0 {
                        FailureKind::CannotTell
                    } else {
                        FailureKind::WrongOrder
                    };
                    let starred = found.iter().map(|call| call.ordinal()).collect();
                    let mut head = self.head(&self.or_cannot_tell(headline), place);
                    let earlier = self
                        .iter()
                        .filter(|call| call.operation() == Some(*operation));
                    head.extend(
                        earlier
                            .last()
                            .map(|call| format!("  it came earlier: {}", lines::one_line(call))),
                    );
                    return Err(self.failure_of(kind, head, starred, "found", None));
                }
            }
        }
        self.accept(
            &found,
            &format!("the calls {} in this order", ids(operations)),
            place,
        )
    }

    /// Like [`Calls::assert_exact_sequence`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if other calls came, or in another order, or if one was refused.
    #[track_caller]
    pub fn try_assert_exact_sequence(&self, operations: &[Operation]) -> Result<(), Failure> {
        let place = Place::here();
        let calls: Vec<&Call> = self.iter().collect();
        let is_same = |pair: &(&&Call, &Operation)| pair.0.operation() == Some(*pair.1);
        let same = calls.iter().zip(operations).take_while(is_same).count();
        if same == calls.len() && same == operations.len() && self.dropped() == 0 {
            return self.accept(
                &calls,
                &format!("exactly the calls {}", ids(operations)),
                place,
            );
        }
        let expected = operations
            .get(same)
            .map_or("no more calls", |operation| operation.id());
        let actual = calls
            .get(same)
            .map_or_else(|| "no more calls".to_owned(), |call| named(call));
        let headline = format!(
            "expected exactly the calls {}{}; at position {} expected {expected}, got {actual}",
            ids(operations),
            self.subject(),
            same + 1,
        );
        let kind = if self.dropped() > 0 {
            FailureKind::CannotTell
        } else {
            FailureKind::WrongOrder
        };
        let head = self.head(&self.or_cannot_tell(headline), place);
        let starred = calls.iter().take(same).map(|call| call.ordinal()).collect();
        Err(self.failure_of(kind, head, starred, "as expected", None))
    }
}

/// Returns the name of a call, such as `#2 (ShowCurrentUser)`.
fn named(call: &Call) -> String {
    let what = call.operation().map_or_else(
        || "unknown endpoint".to_owned(),
        |operation| operation.id().to_owned(),
    );
    format!("#{} ({what})", call.ordinal())
}

fn missing_in_sequence(operations: &[Operation], index: usize, found: &[&Call]) -> String {
    let after = match found.last() {
        Some(call) => format!(
            " after {} (#{})",
            operations[index - 1].id(),
            call.ordinal()
        ),
        None => String::new(),
    };
    format!(
        "expected the calls {} in this order; there is no {}{after}",
        ids(operations),
        operations[index].id()
    )
}

fn ids(operations: &[Operation]) -> String {
    operations
        .iter()
        .map(Operation::id)
        .collect::<Vec<_>>()
        .join(", ")
}
