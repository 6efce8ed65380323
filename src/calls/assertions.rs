//! Checks how many calls there are, how they ended, and what they sent. These are the `try_` twins,
//! which return the failure; `asserting.rs` has those that panic.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::call::Call;
use super::contradiction::why_vacuous;
use super::criterion::{Check, describe};
use super::failure::{Failure, FailureKind};
use super::lines;
use super::select::Calls;
use super::subset::differences;
use super::text::{Nearest, Text};
use super::times::Times;
use crate::base::place::Place;

/// # Assertions that return a `Result`
impl Calls {
    /// Like [`Calls::assert_once`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if no call came, or more than one, or if it was refused.
    #[track_caller]
    pub fn try_assert_once(&self) -> Result<Call, Failure> {
        self.count(1.into(), Place::here())?;
        match self.first() {
            Some(call) => Ok(call),
            // One call was counted, so only a predicate that changes its answer leads here.
            None => Err(self.failure(
                FailureKind::TooFew,
                "expected 1 call, but it is gone",
                Place::here(),
            )),
        }
    }

    /// Like [`Calls::assert_times`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if there are fewer or more, or if one was refused.
    ///
    /// # Panics
    ///
    /// Panics if the range is empty or contains every number.
    #[track_caller]
    pub fn try_assert_times(&self, times: impl Into<Times>) -> Result<(), Failure> {
        self.count(times.into().checked(), Place::here())
    }

    /// Like [`Calls::assert_at_most`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if there are more, or if none came and `most` is not 0.
    #[track_caller]
    pub fn try_assert_at_most(&self, most: usize) -> Result<(), Failure> {
        let place = Place::here();
        let expected = format!("expected {}", self.expected(Times::from(..=most)));
        let count = self.len();
        if count > most {
            let mut head = self.head(&format!("{expected}, got {count}"), place);
            head.extend(self.by_operation());
            let starred = self.iter().map(Call::ordinal).collect();
            return Err(self.failure_about(FailureKind::TooMany, head, starred, "counted"));
        }
        self.need_all(&format!("{expected}, got {count}"), place)?;
        if most == 0 || self.in_scope().next().is_some() {
            return Ok(());
        }
        let headline = format!("{expected}; no call came at all, so there is nothing to judge");
        Err(self.failure(FailureKind::NothingToJudge, &headline, place))
    }

    /// Like [`Calls::assert_none`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if there are any, or if calls were selected and none came at all.
    #[track_caller]
    pub fn try_assert_none(&self) -> Result<(), Failure> {
        self.count(0.into(), Place::here())
    }

    /// Like [`Calls::assert_json`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if there is none, if the body of one does not include it, or if one was
    /// refused.
    ///
    /// # Panics
    ///
    /// Panics if it cannot be written as JSON.
    #[track_caller]
    pub fn try_assert_json(&self, included: impl Serialize) -> Result<(), Failure> {
        let place = Place::here();
        let expected = match serde_json::to_value(included) {
            Ok(value) => value,
            Err(error) => panic!("the expected body cannot be written as JSON: {error}"),
        };
        if let Some(why) = why_vacuous(&expected) {
            panic!("{why}");
        }
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
        let secrets = &self.journal.secrets;
        let headline = format!(
            "expected the body of each call{} to include {}",
            self.subject(),
            lines::json(&expected, secrets)
        );
        self.need_all(&format!("{headline}, and it does"), place)
    }
}

impl Calls {
    fn wrong_body(&self, call: &Call, expected: &Value, problem: &str, place: Place) -> Failure {
        let headline = format!(
            "expected the body of each call{} to include {}; the body of #{} does not: {problem}",
            self.subject(),
            lines::json(expected, &self.journal.secrets),
            call.ordinal(),
        );
        let starred = BTreeSet::from([call.ordinal()]);
        self.failure_of(
            FailureKind::WrongBody,
            self.head(&headline, place),
            starred,
            "the call",
            None,
        )
    }

    /// Checks the number of calls. Every assertion and expectation about numbers uses this.
    pub(super) fn count(&self, times: Times, place: Place) -> Result<(), Failure> {
        match self.problem(times) {
            None => Ok(()),
            Some((kind, headline)) => Err(self.failure(kind, &headline, place)),
        }
    }

    /// Returns the kind and the headline of the problem with the number of calls. `None` means that
    /// there is no problem.
    pub(crate) fn problem(&self, times: Times) -> Option<(FailureKind, String)> {
        let count = self.len();
        let dropped = usize::try_from(self.dropped()).unwrap_or(usize::MAX);
        let most = count.saturating_add(dropped);
        let certain = times.allow(count) && times.allow(most);
        if certain {
            if times.least == 0 && self.nothing_came() {
                let expected = self.expected(times);
                let headline = format!(
                    "expected {expected}; the double received no call at all{}, so this says nothing about the program",
                    self.ends()
                );
                return Some((FailureKind::NothingToJudge, headline));
            }
            // If 0 calls are allowed, the test makes no statement about those that came.
            let counted: Vec<&Call> = self.iter().filter(|_| times.least > 0).collect();
            return self
                .refusal(&counted, || self.expected(times))
                .map(|headline| (FailureKind::Refused, headline));
        }
        let got = match count {
            0 => "none".to_owned(),
            count => count.to_string(),
        };
        let headline = format!("expected {}, got {got}", self.expected(times));
        // If even the calls that were not kept could not satisfy it, it is wrong in any case.
        Some(
            match (
                most < times.least,
                times.most.is_some_and(|most| most < count),
            ) {
                (true, _) => (FailureKind::TooFew, headline),
                (_, true) => (FailureKind::TooMany, headline),
                _ => (FailureKind::CannotTell, self.or_cannot_tell(headline)),
            },
        )
    }

    /// Returns whether the test selects calls although none came at all. An assertion that none came
    /// at all does not select any.
    fn nothing_came(&self) -> bool {
        !self.criteria.is_empty() && self.before == u64::MAX && self.journal.received <= self.after
    }

    /// Returns the problem if one of these calls was refused and the test does not allow that.
    /// `None` means that there is no problem.
    fn refusal(&self, calls: &[&Call], expected: impl Fn() -> String) -> Option<String> {
        let mut refused = calls
            .iter()
            .filter(|call| call.is_refused() && !self.say_outcome());
        let first = refused.next()?;
        let status = first.status().unwrap_or_default();
        let error = first.received().error.as_deref().unwrap_or_default();
        let others = match refused.count() {
            0 => String::new(),
            more => format!("; {more} more were refused, too"),
        };
        Some(format!(
            "expected {}, but #{} was refused with {status}, {error}{others}",
            expected(),
            first.ordinal()
        ))
    }

    /// Returns a line for each operation of the calls with their number, the largest number first.
    fn by_operation(&self) -> Vec<String> {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for call in self.iter() {
            let operation = call.operation().map(|operation| operation.to_string());
            let what = operation.unwrap_or_else(|| "to no operation of the double".to_owned());
            *counts.entry(what).or_default() += 1;
        }
        let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| Reverse(*count));
        let width = counts
            .first()
            .map_or(0, |(_, count)| count.to_string().len());
        let lines = counts.into_iter();
        lines
            .map(|(what, count)| format!("  {count:>width$}  {what}"))
            .collect()
    }

    /// Fails if one of the calls that were found was refused.
    pub(super) fn accept(
        &self,
        found: &[&Call],
        expected: &str,
        place: Place,
    ) -> Result<(), Failure> {
        let Some(headline) = self.refusal(found, || expected.to_owned()) else {
            return Ok(());
        };
        let mut head = self.head(&headline, place);
        head.extend(self.ways_out());
        let starred = found.iter().map(|call| call.ordinal()).collect();
        Err(self.failure_of(FailureKind::Refused, head, starred, "found", None))
    }

    /// Fails if calls that were not kept might change the outcome.
    pub(crate) fn need_all(&self, headline: &str, place: Place) -> Result<(), Failure> {
        if self.dropped() == 0 {
            return Ok(());
        }
        Err(self.failure(
            FailureKind::CannotTell,
            &self.or_cannot_tell(headline.to_owned()),
            place,
        ))
    }

    /// Returns what a test can write to allow a refusal.
    fn ways_out(&self) -> Option<String> {
        let refused = self.iter().find(|call| call.is_refused())?;
        let status = refused.status().unwrap_or_default();
        Some(format!(
            "  if the test means refused calls: add .refused(), .with_status({status}) or .any_outcome() before the assertion"
        ))
    }

    /// Returns what a test can write if no call came at all.
    fn instead_of_nothing(&self) -> [String; 2] {
        let since = if self.after == 0 { "" } else { ".since(…)" };
        [
            format!(
                "  if the program should call nothing at all, write zendesk.calls(){since}.assert_none()"
            ),
            "  otherwise check that the program calls zendesk.uri()".to_owned(),
        ]
    }

    /// Returns, for example, "at least 1 call of …".
    pub(super) fn expected(&self, times: Times) -> String {
        format!("{times}{}", self.subject())
    }

    pub(super) fn or_cannot_tell(&self, headline: String) -> String {
        match self.dropped() {
            0 => headline,
            dropped => format!(
                "cannot tell: {headline} among the calls that were kept; the journal did not keep {dropped} earlier {}",
                if dropped == 1 { "call" } else { "calls" }
            ),
        }
    }

    pub(crate) fn failure(&self, kind: FailureKind, headline: &str, place: Place) -> Failure {
        let starred = self.iter().map(Call::ordinal).collect();
        let is_enough = !matches!(
            kind,
            FailureKind::TooFew
                | FailureKind::CannotTell
                | FailureKind::WrongOrder
                | FailureKind::TimedOut
        );
        let nearest = if is_enough { None } else { self.nearest() };
        let mut head = self.head(headline, place);
        if kind == FailureKind::Refused {
            head.extend(self.ways_out());
        }
        if self.nothing_came() && kind == FailureKind::NothingToJudge {
            head.extend(self.instead_of_nothing());
        }
        if !is_enough {
            let outside = self.out_of_scope().last();
            head.extend(outside.map(|call| {
                let when = if call.ordinal() <= self.after {
                    "earlier"
                } else {
                    "later"
                };
                format!("  one came {when}: {}", lines::one_line(call))
            }));
        }
        self.failure_of(kind, head, starred, "counted", nearest)
    }

    pub(crate) fn head(&self, headline: &str, place: Place) -> Vec<String> {
        vec![
            lines::line(headline, &self.journal.secrets),
            format!("  asserted at {place}"),
        ]
    }

    /// Returns a failure about these starred calls. `star` says what they are.
    pub(crate) fn failure_about(
        &self,
        kind: FailureKind,
        head: Vec<String>,
        starred: BTreeSet<u64>,
        star: &'static str,
    ) -> Failure {
        self.failure_of(kind, head, starred, star, None)
    }

    pub(super) fn failure_of(
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
            star: star.into(),
            starred,
            nearest: nearest.into_iter().collect(),
        };
        Failure {
            kind,
            headline,
            text: text.compose(),
            double: self.journal.double,
        }
    }

    /// Returns the closest call that does not match, with its comparison. Of several equally close
    /// calls, it is the latest.
    pub(super) fn nearest(&self) -> Option<Nearest> {
        let compared = self.in_scope().filter_map(|call| {
            let checks: Vec<Check> = self
                .criteria
                .iter()
                .flat_map(|criterion| criterion.checks(call, &self.journal))
                .collect();
            let weight: usize = checks.iter().map(|check| check.weight).sum();
            let most: usize = checks.iter().map(|check| check.most).sum();
            // A call that meets less than half of the criteria was probably not the intended one.
            let is_near = checks.iter().any(|check| !check.holds) && 2 * weight >= most;
            is_near.then_some((weight, call, checks))
        });
        let best = compared.max_by_key(|(weight, call, _)| (*weight, call.ordinal()));
        best.map(|(_, call, checks)| Nearest {
            problem: None,
            call: call.clone(),
            checks,
        })
    }
}
