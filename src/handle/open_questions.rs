//! Settings for questions about users and organizations that Zendesk's documentation leaves open.

use super::builder::MockZendeskBuilder;
use crate::base::settings::{
    InvalidFieldValue, NamedOrganization, OrganizationIdsOnWrite, QuotedEmail, UpsertOrganization,
};

/// # Questions that the documentation leaves open
impl MockZendeskBuilder {
    /// Chooses what `organization_ids` does when a request writes it to a user.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use mock_zendesk::{MockZendesk, settings::OrganizationIdsOnWrite};
    ///
    /// let builder = MockZendesk::builder();
    /// let zendesk = builder.organization_ids(OrganizationIdsOnWrite::IsIgnored).start().await;
    /// # let _ = zendesk;
    /// # }
    /// ```
    pub fn organization_ids(mut self, effect: OrganizationIdsOnWrite) -> Self {
        self.rules.organization_ids = effect;
        self
    }

    /// Chooses what the organization of an upsert means for an existing user.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use mock_zendesk::{MockZendesk, settings::UpsertOrganization};
    ///
    /// let builder = MockZendesk::builder();
    /// let zendesk = builder.upsert_organization(UpsertOrganization::Adds).start().await;
    /// # let _ = zendesk;
    /// # }
    /// ```
    pub fn upsert_organization(mut self, effect: UpsertOrganization) -> Self {
        self.rules.upsert_organization = effect;
        self
    }

    /// Chooses what happens if a request puts a user into an organization by a name that does not
    /// exist.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use mock_zendesk::{MockZendesk, settings::NamedOrganization};
    ///
    /// let builder = MockZendesk::builder();
    /// let zendesk = builder.named_organization(NamedOrganization::IsNotFound).start().await;
    /// # let _ = zendesk;
    /// # }
    /// ```
    pub fn named_organization(mut self, effect: NamedOrganization) -> Self {
        self.rules.named_organization = effect;
        self
    }

    /// Chooses what happens to a value that a custom field cannot have.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use mock_zendesk::{MockZendesk, settings::InvalidFieldValue};
    ///
    /// let builder = MockZendesk::builder();
    /// let zendesk = builder.invalid_field_value(InvalidFieldValue::Dropped).start().await;
    /// # let _ = zendesk;
    /// # }
    /// ```
    pub fn invalid_field_value(mut self, effect: InvalidFieldValue) -> Self {
        self.rules.invalid_field_value = effect;
        self
    }

    /// Sets what a search for `email:"dwight@example.com"` finds, with quotes.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::builder().quoted_email(settings::QuotedEmail::Beginning).start().await;
    /// # let _ = zendesk;
    /// # }
    /// ```
    pub fn quoted_email(mut self, quoted_email: QuotedEmail) -> Self {
        self.rules.quoted_email = quoted_email;
        self
    }
}
