//! The options of the builder for what Zendesk's documentation leaves open.

use super::builder::MockZendeskBuilder;
use crate::api::error::RateLimitForm;
use crate::base::open_question::{Answers, OpenQuestion};
use crate::base::settings::SearchLag;

/// How many further requests the index of the search lags by if the test asks for all other
/// answers.
const OTHER_SEARCH_LAG: SearchLag = SearchLag::Requests(3);

/// # Questions that the documentation leaves open
impl MockZendeskBuilder {
    /// Gives the other answer to one question.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use mock_zendesk::{MockZendesk, settings::OpenQuestion};
    ///
    /// // A client must take null and false alike: run its tests with both.
    /// let builder = MockZendesk::builder().other_answer(OpenQuestion::NonDefaultValue);
    /// let zendesk = builder.start().await;
    /// # let _ = zendesk;
    /// # }
    /// ```
    pub fn other_answer(mut self, question: OpenQuestion) -> Self {
        self.rules.answers = self.rules.answers.with_other(question);
        self
    }

    /// Gives the usual answer to one question again, for a client that is known to depend on it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use mock_zendesk::{MockZendesk, settings::OpenQuestion};
    ///
    /// let builder = MockZendesk::builder().all_other_answers();
    /// let zendesk = builder.usual_answer(OpenQuestion::NamedOrganization).start().await;
    /// # let _ = zendesk;
    /// # }
    /// ```
    pub fn usual_answer(mut self, question: OpenQuestion) -> Self {
        self.rules.answers = self.rules.answers.with_usual(question);
        self
    }

    /// Gives the other answer to every [`OpenQuestion`], so that a test shows whether a client
    /// depends on what nobody knows.
    ///
    /// Two settings that are no such questions change as well: a 429 of the account's limit is text
    /// ([`rate_limit_form`](Self::rate_limit_form)), and the index of `/search` lags by three
    /// requests ([`search_lag`](Self::search_lag)). Later calls of the builder change single
    /// answers.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use mock_zendesk::MockZendesk;
    ///
    /// let zendesk = MockZendesk::builder().all_other_answers().start().await;
    /// let seed = zendesk.seed();
    /// let (ada, acme) = (seed.user("Ada"), seed.organization("Acme"));
    /// seed.membership(&ada, &acme);
    /// // Run the client, and assert the same as in a test with the usual answers.
    /// zendesk.assert_membership(&ada, &acme).is_default();
    /// # }
    /// ```
    #[doc(alias("strict", "robustness", "strangest", "least convenient"))]
    pub fn all_other_answers(mut self) -> Self {
        self.rules.answers = Answers::ALL_OTHER;
        self.limits.form = RateLimitForm::Text;
        self.search_lag = Some(OTHER_SEARCH_LAG);
        self
    }
}
