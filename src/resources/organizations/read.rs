//! Reads the organizations of the account, for tests and for everything that answers.

use crate::base::ids::OrganizationId;
use crate::base::record::Record;
use crate::base::sequence::Sequence;
use crate::resources::account::Account;

use super::model::Organization;

impl Account {
    /// Returns the organization with this id.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let acme = seed.organization("Acme");
    /// assert_eq!(zendesk.account().organization(&acme), Some(acme));
    /// # }
    /// ```
    #[must_use]
    pub fn organization(&self, id: impl Into<OrganizationId>) -> Option<Organization> {
        self.organizations.get(id.into()).cloned()
    }

    /// Returns the organization with this name, ignoring case and surrounding space.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let acme = seed.organization("Acme");
    /// assert_eq!(zendesk.account().organization_named(" ACME "), Some(acme));
    /// # }
    /// ```
    #[must_use]
    pub fn organization_named(&self, name: &str) -> Option<Organization> {
        self.organization(self.organizations.named(name)?)
    }

    /// Returns the organization with this external id, whatever its case.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::{MockZendesk, organizations::NewOrganization};
    /// let zendesk = MockZendesk::start().await;
    /// let acme = NewOrganization::new("Acme").external_id("crm-7");
    /// let acme = zendesk.seed().organization(acme);
    /// assert_eq!(zendesk.account().organization_with_external_id("CRM-7"), Some(acme));
    /// # }
    /// ```
    #[must_use]
    pub fn organization_with_external_id(&self, external_id: &str) -> Option<Organization> {
        self.organization(self.organizations.with_external_id(external_id)?)
    }

    /// Returns the deleted organizations, by id. Only incremental exports show them.
    ///
    /// Their `deleted_at` and `updated_at` is the time of their deletion.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), reqwest::Error> {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let acme = zendesk.seed().organization("Acme");
    /// let url = zendesk.url(&format!("/organizations/{}", acme.id));
    /// let delete = reqwest::Client::new().delete(url);
    /// delete.header("authorization", zendesk.authorization()).send().await?;
    ///
    /// let account = zendesk.account();
    /// assert_eq!(account.organization(&acme), None);
    /// assert_eq!(account.deleted_organizations()[0].deleted_at, Some(zendesk.now()));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn deleted_organizations(&self) -> Vec<Organization> {
        let all = self.organizations.all();
        all.filter(|organization| organization.is_deleted())
            .cloned()
            .collect()
    }

    /// Returns all organizations, by name.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let acme = seed.organization("Acme");
    /// let aardvark = seed.organization("aardvark");
    /// assert_eq!(zendesk.account().organizations(), [aardvark, acme]);
    /// # }
    /// ```
    #[must_use]
    pub fn organizations(&self) -> Vec<Organization> {
        let list = self.organizations.by_name();
        list.ids(0..list.len())
            .into_iter()
            .filter_map(|id| self.organization(id))
            .collect()
    }

    /// Returns the number of organizations in the account.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let acme = seed.organization("Acme");
    /// assert_eq!(zendesk.account().organization_count(), 1);
    /// # }
    /// ```
    #[must_use]
    pub fn organization_count(&self) -> usize {
        self.organizations.len()
    }
}
