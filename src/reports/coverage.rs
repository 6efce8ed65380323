//! [`Coverage`]: which outcomes of which operations were met, and which were not.

use std::collections::BTreeMap;

use crate::api::operation::Operation;
use crate::base::place::Place;

use super::counts::{Counted, Counts};
use super::gap::Gap;
use super::outcome::Outcome;

/// Which operations were called, which [outcomes](Outcome) the calls had, and which outcomes no test
/// has seen.
///
/// [`MockZendesk::coverage`](crate::MockZendesk::coverage) returns that of one double;
/// [`Coverage::of_folder`] that of a whole test run.
///
/// Only operations that were called are compared with what they can answer: an operation that the
/// program does not use is no gap. `Display` writes a text for people. Serializes as JSON, which
/// deserializes again.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
/// use mock_zendesk::{MockZendesk, coverage::Outcome, users};
///
/// let zendesk = MockZendesk::start().await;
/// reqwest::get(zendesk.url("/users/me")).await?;
///
/// let coverage = zendesk.coverage();
/// assert_eq!(coverage.count(users::ME, Outcome::Success), 1);
/// let gap = coverage.try_assert_met(users::ME, Outcome::RateLimited).unwrap_err();
/// assert_eq!(gap.to_string(), "no test has seen a 429 from ShowCurrentUser");
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// How many doubles it is about.
    pub(super) doubles: u64,
    /// The operations that were called, by their ids.
    pub(super) called: BTreeMap<&'static str, Covered>,
}

/// What is known of an operation that was called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Covered {
    pub(super) operation: Operation,
    pub(super) calls: u64,
    pub(super) met: BTreeMap<Outcome, Met>,
}

/// An outcome that was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Met {
    /// How often.
    pub(super) count: u64,
    /// The test that met it first.
    pub(super) first: String,
}

impl Coverage {
    /// Returns the coverage of one double, which this test started.
    pub(crate) fn of_double(counts: &Counts, test: &str) -> Self {
        let covered = |counted: &Counted| Covered {
            operation: counted.operation,
            calls: counted.calls,
            met: counted
                .outcomes()
                .map(|(outcome, count)| {
                    let first = test.to_owned();
                    (outcome, Met { count, first })
                })
                .collect(),
        };
        let called = counts
            .by_operation()
            .map(|counted| (counted.operation.id(), covered(counted)))
            .collect();
        Self { doubles: 1, called }
    }

    /// Adds the counts of another coverage. Where both met an outcome, this one met it first.
    pub fn merge(&mut self, other: Self) {
        self.doubles += other.doubles;
        for (id, covered) in other.called {
            match self.called.get_mut(id) {
                Some(own) => own.merge(covered),
                None => {
                    self.called.insert(id, covered);
                }
            }
        }
    }

    /// Returns how often this operation was called. This includes calls that a mock of the test
    /// answered, whose outcome is not known.
    #[must_use]
    pub fn calls(&self, operation: Operation) -> u64 {
        let covered = self.called.get(operation.id());
        covered.map_or(0, |covered| covered.calls)
    }

    /// Returns how often a call of this operation had this outcome.
    #[must_use]
    pub fn count(&self, operation: Operation, outcome: Outcome) -> u64 {
        let covered = self.called.get(operation.id());
        let met = covered.and_then(|covered| covered.met.get(&outcome));
        met.map_or(0, |met| met.count)
    }

    /// Returns the test that met this outcome first: its name, or the line that started the double
    /// if the thread does not have the name of a test. `None` means that no test met it.
    #[must_use]
    pub fn first_met_by(&self, operation: Operation, outcome: Outcome) -> Option<&str> {
        let met = self.called.get(operation.id())?.met.get(&outcome)?;
        Some(&met.first)
    }

    /// Returns the operations that were called, by name.
    #[must_use]
    pub fn called(&self) -> Vec<Operation> {
        let covered = self.called.values();
        covered.map(|covered| covered.operation).collect()
    }

    /// Returns the operations that were not called, in the order of [`Operation::all`].
    #[must_use]
    pub fn not_called(&self) -> Vec<Operation> {
        let is_called = |operation: &Operation| self.called.contains_key(operation.id());
        Operation::all()
            .filter(|operation| !is_called(operation))
            .collect()
    }

    /// Returns the outcomes that operations which were called can have and that no call had, the
    /// most important first.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// use mock_zendesk::{MockZendesk, coverage::Outcome};
    ///
    /// let zendesk = MockZendesk::start().await;
    /// reqwest::get(zendesk.url("/users/7")).await?;
    /// let coverage = zendesk.coverage();
    /// let unseen: Vec<_> = coverage.gaps().iter().map(|gap| gap.outcome()).collect();
    /// assert_eq!(unseen[..2], [Outcome::Success, Outcome::NotFound]);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn gaps(&self) -> Vec<Gap> {
        let mut gaps: Vec<Gap> = self.called.values().flat_map(Covered::gaps).collect();
        gaps.sort_by_key(Gap::outcome);
        gaps
    }

    /// Asserts that a call of this operation had this outcome.
    ///
    /// # Panics
    ///
    /// Panics if no call had it.
    #[track_caller]
    pub fn assert_met(&self, operation: Operation, outcome: Outcome) {
        if let Err(gap) = self.try_assert_met(operation, outcome) {
            panic!("{gap}\n  asserted at {}\n\n{self}", Place::here());
        }
    }

    /// Like [`Coverage::assert_met`], but returns the gap instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if no call had the outcome.
    pub fn try_assert_met(&self, operation: Operation, outcome: Outcome) -> Result<(), Gap> {
        match self.count(operation, outcome) {
            0 => Err(Gap {
                operation: Box::new(operation),
                outcome,
            }),
            _ => Ok(()),
        }
    }
}

impl Covered {
    fn merge(&mut self, other: Self) {
        self.calls += other.calls;
        for (outcome, met) in other.met {
            self.met
                .entry(outcome)
                .and_modify(|own| own.count += met.count)
                .or_insert(met);
        }
    }

    /// Returns the outcomes that it can have and did not have.
    pub(super) fn not_met(&self) -> impl Iterator<Item = Outcome> {
        let possible = Outcome::possible_for(self.operation).into_iter();
        possible.filter(|outcome| !self.met.contains_key(outcome))
    }

    /// Returns how many outcomes it can have.
    pub(super) fn possible(&self) -> usize {
        Outcome::possible_for(self.operation).len()
    }

    fn gaps(&self) -> impl Iterator<Item = Gap> {
        let operation = self.operation;
        self.not_met().map(move |outcome| Gap {
            operation: Box::new(operation),
            outcome,
        })
    }
}
