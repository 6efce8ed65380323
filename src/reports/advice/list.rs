//! [`AdviceList`]: the advice about some calls, and its assertions.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::base::place::Place;
use crate::calls::{Calls, Failure, FailureKind, line};

use super::kind::AdviceKind;
use super::rules::rule;
use super::seen::Seen;

/// One thing that the code under test did and that Zendesk punishes.
///
/// `Display` writes the calls and what they did, then the rule and its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    kind: AdviceKind,
    calls: Vec<u64>,
    text: String,
}

impl Advice {
    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> AdviceKind {
        self.kind
    }

    /// Returns the [ordinals](crate::Call::ordinal) of the calls that it is about, from the first to
    /// the last. There is at least one.
    #[must_use]
    pub fn calls(&self) -> &[u64] {
        &self.calls
    }

    /// Returns what the calls did, in one line.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns what to do instead, and why, in one sentence.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        self.kind.rule()
    }

    /// Returns the URL of the page that the rule follows from.
    #[must_use]
    pub fn source(&self) -> &'static str {
        self.kind.source()
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (text, rule, source) = (&self.text, self.rule(), self.source());
        write!(f, "{text}: {rule} <{source}>")
    }
}

/// Writes the kind, the calls, the text, the rule and the source.
impl Serialize for Advice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            kind: AdviceKind,
            calls: &'a [u64],
            text: &'a str,
            rule: &'static str,
            source: &'static str,
        }
        let shown = Shown {
            kind: self.kind,
            calls: &self.calls,
            text: &self.text,
            rule: self.rule(),
            source: self.source(),
        };
        shown.serialize(serializer)
    }
}

/// The advice about some calls, in the order of the first call of each.
///
/// [`MockZendesk::advice`](crate::MockZendesk::advice) and
/// [`Calls::advice`](crate::Calls::advice) return it. `Display` writes each on a line.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
/// use mock_zendesk::{MockZendesk, advice::AdviceKind};
///
/// let zendesk = MockZendesk::builder().max_page_size(2).start().await;
/// for name in ["Acme", "Globex", "Initech"] {
///     zendesk.seed().organization(name);
/// }
/// let list = reqwest::Client::new().get(zendesk.url("/organizations"));
/// list.header("authorization", zendesk.authorization()).send().await?;
///
/// let advice = zendesk.advice();
/// let first = advice.iter().next().unwrap();
/// assert_eq!((first.kind(), first.calls()), (AdviceKind::StoppedAtFirstPage, &[1][..]));
/// assert!(first.text().starts_with("#1 returned 2 of the 3 rows of ListOrganizations"));
/// advice.without(AdviceKind::StoppedAtFirstPage).assert_none();
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use = "advice fails nothing; ask whether it is empty, or call `assert_none`"]
pub struct AdviceList {
    calls: Calls,
    all: Vec<Advice>,
}

impl AdviceList {
    fn about(calls: &Calls) -> Self {
        let scope = calls.whole_scope();
        let seen = Seen::of(&scope);
        let selected: BTreeSet<u64> = calls.iter().map(|call| call.ordinal()).collect();
        let mut all: Vec<Advice> = Vec::new();
        for kind in AdviceKind::ALL {
            let found = rule(kind)(&seen).into_iter();
            let about =
                found.filter(|found| found.calls.iter().any(|call| selected.contains(call)));
            all.extend(about.map(|found| Advice {
                kind,
                calls: found.calls,
                text: line(&found.text, &calls.journal.secrets),
            }));
        }
        // The sort is stable, so that advice about the same call stays in the order of the kinds.
        all.sort_by_key(|advice| advice.calls.first().copied());
        Self {
            calls: calls.clone(),
            all,
        }
    }

    /// Leaves out one kind of advice.
    #[must_use = "leaving out advice checks nothing; call `assert_none`"]
    pub fn without(mut self, kind: AdviceKind) -> Self {
        self.all.retain(|advice| advice.kind != kind);
        self
    }

    /// Returns the advice, in the order of the first call of each.
    pub fn iter(&self) -> impl Iterator<Item = &Advice> {
        self.all.iter()
    }

    /// Returns the number of pieces of advice.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Returns whether there is none. That no call was received is no reason for advice, but
    /// [`assert_none`](Self::assert_none) fails in that case.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Asserts that there is no advice.
    ///
    /// # Panics
    ///
    /// Panics if there is some, with one text for all of it, if no call was received, or if the
    /// journal did not keep all calls.
    #[track_caller]
    pub fn assert_none(&self) {
        Failure::or_panic(self.try_assert_none());
    }

    /// Like [`AdviceList::assert_none`], but returns the failure instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if there is some, if no call was received, or if the journal did not keep
    /// all calls.
    #[track_caller]
    pub fn try_assert_none(&self) -> Result<(), Failure> {
        let place = Place::here();
        let expected = format!(
            "expected no calls{} that Zendesk punishes",
            self.calls.subject()
        );
        if self.all.is_empty() {
            self.calls
                .need_all(&format!("{expected}, and there are none"), place)?;
            if !self.calls.is_empty() {
                return Ok(());
            }
            let headline =
                format!("{expected}; there is no such call, so there is nothing to judge");
            return Err(self
                .calls
                .failure(FailureKind::NothingToJudge, &headline, place));
        }
        let what = match self.all.len() {
            1 => "1 piece of advice".to_owned(),
            count => format!("{count} pieces of advice"),
        };
        let mut head = self.calls.head(&format!("{expected}, got {what}"), place);
        for (index, advice) in self.all.iter().enumerate() {
            head.push(format!("  {}. {}", index + 1, advice.text));
            head.push(format!("     {}", advice.rule()));
            head.push(format!("     {}", advice.source()));
        }
        head.push(format!(
            "  to allow this: zendesk.advice().without(AdviceKind::{}).assert_none()",
            self.all[0].kind
        ));
        let starred = self.all.iter().flat_map(|advice| advice.calls.clone());
        let starred = starred.collect();
        Err(self
            .calls
            .failure_about(FailureKind::Advised, head, starred, "advised against"))
    }
}

/// # Advice
impl Calls {
    /// Returns what these calls did that Zendesk punishes.
    ///
    /// Select calls [by time](Calls::since) to judge one run of a program that a test runs several
    /// times. Other conditions select the advice that is about one of these calls; what came in
    /// between them counts.
    pub fn advice(&self) -> AdviceList {
        AdviceList::about(self)
    }
}

impl fmt::Display for AdviceList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, advice) in self.all.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(f, "{end}{advice}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for AdviceList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.all).finish()
    }
}

/// Writes the advice as an array.
impl Serialize for AdviceList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.all.serialize(serializer)
    }
}
