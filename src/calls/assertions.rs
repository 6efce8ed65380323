//! The assertions on calls. Each panics at the line of the test, or as its `try_` twin gives the same text back.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use crate::api::operation::Operation;

use super::call::Call;
use super::criterion::{Check, describe};
use super::failure::{Failure, FailureKind};
use super::lines;
use super::select::Calls;
use super::subset::differences;
use super::text::{Nearest, Text};
use super::times::Times;
use crate::base::place::Place;

/// Asserting.
impl Calls {
    /// There is exactly one. Gives it.
    ///
    /// # Panics
    ///
    /// If there is none, or more than one.
    #[track_caller]
    #[allow(clippy::must_use_candidate, reason = "an assertion is made for its panic")]
    pub fn assert_once(&self) -> Call {
        Failure::or_panic(self.try_assert_once())
    }

    /// As [`Calls::assert_once`], with the text as an error.
    ///
    /// # Errors
    ///
    /// If there is none, or more than one.
    #[track_caller]
    pub fn try_assert_once(&self) -> Result<Call, Failure> {
        self.count(1.into(), Place::here())?;
        match self.first() {
            Some(call) => Ok(call),
            // One was counted; only a predicate that changes its mind gets here.
            None => Err(self.failure(FailureKind::TooFew, "expected 1 call, it is gone", Place::here())),
        }
    }

    /// There are so many: a number, or any range of numbers.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// reqwest::get(zendesk.url("/users/me")).await?;
    /// zendesk.calls().assert_times(1);
    /// zendesk.calls().assert_times(1..=3);
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// If there are fewer or more, or if no number is in the range.
    #[track_caller]
    pub fn assert_times(&self, times: impl Into<Times>) {
        Failure::or_panic(self.try_assert_times(times));
    }

    /// As [`Calls::assert_times`], with the text as an error.
    ///
    /// # Errors
    ///
    /// If there are fewer or more.
    ///
    /// # Panics
    ///
    /// If no number is in the range.
    #[track_caller]
    pub fn try_assert_times(&self, times: impl Into<Times>) -> Result<(), Failure> {
        self.count(times.into().checked(), Place::here())
    }

    /// There are none.
    ///
    /// # Panics
    ///
    /// If there are any.
    #[track_caller]
    pub fn assert_none(&self) {
        Failure::or_panic(self.try_assert_none());
    }

    /// As [`Calls::assert_none`], with the text as an error.
    ///
    /// # Errors
    ///
    /// If there are any.
    #[track_caller]
    pub fn try_assert_none(&self) -> Result<(), Failure> {
        self.count(0.into(), Place::here())
    }

    /// Calls of these operations came in this order. Others may have come before, between and after.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::{organizations, users};
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// for path in ["/users/me", "/users", "/organizations"] {
    ///     reqwest::get(zendesk.url(path)).await?;
    /// }
    /// zendesk.calls().assert_sequence(&[users::ME, organizations::LIST]);
    /// zendesk.calls().assert_exact_sequence(&[users::ME, users::LIST, organizations::LIST]);
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// If they did not come, or in another order.
    #[track_caller]
    pub fn assert_sequence(&self, operations: &[Operation]) {
        Failure::or_panic(self.try_assert_sequence(operations));
    }

    /// As [`Calls::assert_sequence`], with the text as an error.
    ///
    /// # Errors
    ///
    /// If they did not come, or in another order.
    #[track_caller]
    pub fn try_assert_sequence(&self, operations: &[Operation]) -> Result<(), Failure> {
        let place = Place::here();
        let mut found: Vec<&Call> = Vec::new();
        let mut calls = self.iter();
        for (index, operation) in operations.iter().enumerate() {
            match calls.find(|call| call.operation() == Some(*operation)) {
                Some(call) => found.push(call),
                None => {
                    let headline = missing_in_sequence(operations, index, &found);
                    let kind = if self.dropped() > 0 { FailureKind::CannotTell } else { FailureKind::WrongOrder };
                    let starred = found.iter().map(|call| call.ordinal()).collect();
                    let mut head = self.head(&self.or_cannot_tell(headline), place);
                    let earlier = self.iter().filter(|call| call.operation() == Some(*operation));
                    head.extend(earlier.last().map(|call| format!("  it came earlier: {}", lines::one_line(call))));
                    return Err(self.failure_of(kind, head, starred, "found", None));
                }
            }
        }
        Ok(())
    }

    /// The calls were just these, in this order, and no others.
    ///
    /// # Panics
    ///
    /// If they were not.
    #[track_caller]
    pub fn assert_exact_sequence(&self, operations: &[Operation]) {
        Failure::or_panic(self.try_assert_exact_sequence(operations));
    }

    /// As [`Calls::assert_exact_sequence`], with the text as an error.
    ///
    /// # Errors
    ///
    /// If they were not.
    #[track_caller]
    pub fn try_assert_exact_sequence(&self, operations: &[Operation]) -> Result<(), Failure> {
        let place = Place::here();
        let calls: Vec<&Call> = self.iter().collect();
        let is_same = |pair: &(&&Call, &Operation)| pair.0.operation() == Some(*pair.1);
        let same = calls.iter().zip(operations).take_while(is_same).count();
        if same == calls.len() && same == operations.len() && self.dropped() == 0 {
            return Ok(());
        }
        let expected = operations.get(same).map_or("the end", |operation| operation.id());
        let actual = calls.get(same).map_or_else(|| "the end".to_owned(), |call| named(call));
        let headline = format!(
            "expected exactly the calls {}{}; at place {} {expected} was expected, and {actual} came",
            ids(operations),
            self.subject(),
            same + 1,
        );
        let kind = if self.dropped() > 0 { FailureKind::CannotTell } else { FailureKind::WrongOrder };
        let head = self.head(&self.or_cannot_tell(headline), place);
        let starred = calls.iter().take(same).map(|call| call.ordinal()).collect();
        Err(self.failure_of(kind, head, starred, "as expected", None))
    }

    /// There is at least one, and the body of each includes this, as with [`Calls::with_json`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use serde_json::json;
    /// # let zendesk = mock_zendesk::MockZendesk::start().await;
    /// let body = json!({"user": {"name": "Ada", "email": "ada@example.com"}});
    /// reqwest::Client::new().post(zendesk.url("/users")).json(&body).send().await?;
    /// zendesk.calls().of(mock_zendesk::users::CREATE).assert_json(json!({"user": {"name": "Ada"}}));
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    ///
    /// If there is none, or the body of one does not include it.
    #[track_caller]
    pub fn assert_json(&self, included: impl Serialize) {
        Failure::or_panic(self.try_assert_json(included));
    }

    /// As [`Calls::assert_json`], with the text as an error.
    ///
    /// # Errors
    ///
    /// If there is none, or the body of one does not include it.
    ///
    /// # Panics
    ///
    /// If it cannot be written as JSON.
    #[track_caller]
    pub fn try_assert_json(&self, included: impl Serialize) -> Result<(), Failure> {
        let place = Place::here();
        let expected = match serde_json::to_value(included) {
            Ok(value) => value,
            Err(error) => panic!("what the body is to include cannot be written as JSON: {error}"),
        };
        self.count(Times::at_least(1), place)?;
        for call in self.iter() {
            let problem = match call.body_json() {
                Some(actual) => match differences(&expected, &actual) {
                    found if found.is_empty() => continue,
                    found => describe(&found, &self.journal.secrets).join("; "),
                },
                None if call.body().is_empty() => "it has none".to_owned(),
                None => "it is not JSON".to_owned(),
            };
            return Err(self.wrong_body(call, &expected, &problem, place));
        }
        Ok(())
    }

    fn wrong_body(&self, call: &Call, expected: &Value, problem: &str, place: Place) -> Failure {
        let headline = format!(
            "expected the body of each call{} to include {}; that of #{} does not: {problem}",
            self.subject(),
            lines::json(expected, &self.journal.secrets),
            call.ordinal(),
        );
        let starred = BTreeSet::from([call.ordinal()]);
        self.failure_of(FailureKind::WrongBody, self.head(&headline, place), starred, "the call", None)
    }

    /// The count is the one that every assertion and expectation comes down to.
    pub(super) fn count(&self, times: Times, place: Place) -> Result<(), Failure> {
        match self.problem(times) {
            None => Ok(()),
            Some((kind, headline)) => Err(self.failure(kind, &headline, place)),
        }
    }

    /// What is wrong if there are to be so many: the kind and the headline.
    pub(crate) fn problem(&self, times: Times) -> Option<(FailureKind, String)> {
        let count = self.len();
        let dropped = usize::try_from(self.dropped()).unwrap_or(usize::MAX);
        let most = count.saturating_add(dropped);
        let certain = times.allow(count) && times.allow(most);
        if certain {
            return None;
        }
        let got = match count {
            0 => "none".to_owned(),
            count => count.to_string(),
        };
        let headline = format!("expected {}, got {got}", self.expected(times));
        // Where the calls that were not kept cannot make up for it, it is wrong anyhow.
        Some(match (most < times.least, times.most.is_some_and(|most| most < count)) {
            (true, _) => (FailureKind::TooFew, headline),
            (_, true) => (FailureKind::TooMany, headline),
            _ => (FailureKind::CannotTell, self.or_cannot_tell(headline)),
        })
    }

    /// "at least 1 call of …"
    pub(super) fn expected(&self, times: Times) -> String {
        format!("{times}{}", self.subject())
    }

    fn or_cannot_tell(&self, headline: String) -> String {
        match self.dropped() {
            0 => headline,
            dropped => format!(
                "cannot tell: {headline} among those kept; the journal did not keep {dropped} earlier {}",
                if dropped == 1 { "call" } else { "calls" }
            ),
        }
    }

    pub(crate) fn failure(&self, kind: FailureKind, headline: &str, place: Place) -> Failure {
        let starred = self.iter().map(Call::ordinal).collect();
        let nearest = if kind == FailureKind::TooMany { None } else { self.nearest() };
        let mut head = self.head(headline, place);
        if kind != FailureKind::TooMany {
            let outside = self.out_of_scope().last();
            head.extend(outside.map(|call| {
                let when = if call.ordinal() <= self.after { "earlier" } else { "later" };
                format!("  one came {when}: {}", lines::one_line(call))
            }));
        }
        self.failure_of(kind, head, starred, "counted", nearest)
    }

    fn head(&self, headline: &str, place: Place) -> Vec<String> {
        vec![lines::line(headline, &self.journal.secrets), format!("  asserted at {place}")]
    }

    fn failure_of(
        &self,
        kind: FailureKind,
        head: Vec<String>,
        starred: BTreeSet<u64>,
        star: &'static str,
        nearest: Option<Nearest>,
    ) -> Failure {
        let headline = head.first().cloned().unwrap_or_default();
        let text = Text {
            head,
            journal: &self.journal,
            after: self.after,
            before: self.before,
            star,
            starred,
            nearest: nearest.into_iter().collect(),
        };
        Failure { kind, headline, text: text.compose() }
    }

    /// Of the calls that are not meant the one that comes nearest, the latest of several, with how it compares.
    pub(super) fn nearest(&self) -> Option<Nearest> {
        let compared = self.in_scope().filter_map(|call| {
            let checks: Vec<Check> = self.criteria.iter().flat_map(|criterion| criterion.checks(call)).collect();
            let weight: usize = checks.iter().map(|check| check.weight).sum();
            let most: usize = checks.iter().map(|check| check.most).sum();
            // A call that has less than half of what was asked for was meant for something else.
            let is_near = checks.iter().any(|check| !check.holds) && 2 * weight >= most;
            is_near.then_some((weight, call, checks))
        });
        let best = compared.max_by_key(|(weight, call, _)| (*weight, call.ordinal()));
        best.map(|(_, call, checks)| Nearest { problem: None, call: call.clone(), checks })
    }
}

/// `#2 (ShowCurrentUser)`
fn named(call: &Call) -> String {
    let what = call.operation().map_or_else(|| "no endpoint".to_owned(), |operation| operation.id().to_owned());
    format!("#{} ({what})", call.ordinal())
}

fn missing_in_sequence(operations: &[Operation], index: usize, found: &[&Call]) -> String {
    let after = match found.last() {
        Some(call) => format!(" after {} (#{})", operations[index - 1].id(), call.ordinal()),
        None => String::new(),
    };
    format!("expected the calls {} in this order; there is no {}{after}", ids(operations), operations[index].id())
}

fn ids(operations: &[Operation]) -> String {
    operations.iter().map(Operation::id).collect::<Vec<_>>().join(", ")
}
