//! [`OpenQuestion`]: what Zendesk might do in either of two ways, and [`Answers`]: which way an
//! account does it.
//!
//! Each question is answered in one place, which asks [`Rules::is_other`]. A question with more than
//! two answers, or with a number as its answer, is a separate setting in `settings.rs`.
//!
//! [`Rules::is_other`]: super::settings::Rules::is_other

mod questions;

use std::fmt;

use questions::ALL;
pub use questions::OpenQuestion;

impl OpenQuestion {
    /// Returns all questions.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use mock_zendesk::{MockZendesk, settings::OpenQuestion};
    ///
    /// // Finds the questions on which a client depends.
    /// for question in OpenQuestion::all() {
    ///     let zendesk = MockZendesk::builder().other_answer(question).start().await;
    ///     // Run the client against `zendesk` here.
    ///     # let _ = zendesk;
    /// }
    /// # }
    /// ```
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.iter().copied()
    }
}

impl fmt::Display for OpenQuestion {
    /// Writes the name of the question, as in the code.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Which questions an account answers otherwise than usual.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Answers {
    /// A bit for each question, in the order of the enum.
    others: u64,
}

impl Answers {
    /// The other answer to every question. With more questions than bits, this does not compile.
    pub(crate) const ALL_OTHER: Self = Self {
        others: u64::MAX >> (u64::BITS as usize - ALL.len()),
    };

    /// Returns whether a question gets the other answer.
    pub(crate) fn is_other(self, question: OpenQuestion) -> bool {
        self.others & bit(question) != 0
    }

    /// Returns the questions that get the other answer.
    pub(crate) fn others(self) -> impl Iterator<Item = OpenQuestion> {
        OpenQuestion::all().filter(move |question| self.is_other(*question))
    }

    /// Returns the attributes of a user that are writable elsewhere and dropped in this account.
    pub(crate) fn dropped_attributes(self) -> &'static [&'static str] {
        if self.is_other(OpenQuestion::OrganizationIdsOnWrite) {
            &["organization_ids"]
        } else {
            &[]
        }
    }

    pub(crate) fn with_other(self, question: OpenQuestion) -> Self {
        let others = self.others | bit(question);
        Self { others }
    }

    pub(crate) fn with_usual(self, question: OpenQuestion) -> Self {
        let others = self.others & !bit(question);
        Self { others }
    }
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.others()).finish()
    }
}

fn bit(question: OpenQuestion) -> u64 {
    1 << question as u32
}
