//! Finds subscriptions in the account, for tests.

use crate::base::ids::{OrganizationId, UserId};
use crate::resources::account::Account;

use super::model::OrganizationSubscription;

impl Account {
    /// Returns the subscription of this user to this organization.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::{organization_subscriptions::NewOrganizationSubscription, users::*, *};
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let (grace, acme) = (seed.user(NewUser::new("Grace").role(Role::Agent)), seed.organization("Acme"));
    /// let subscription = seed.add(NewOrganizationSubscription::new(&grace, &acme));
    /// assert_eq!(zendesk.account().organization_subscription(&grace, &acme), Some(subscription));
    /// # }
    /// ```
    #[must_use]
    pub fn organization_subscription(
        &self,
        user: impl Into<UserId>,
        organization: impl Into<OrganizationId>,
    ) -> Option<OrganizationSubscription> {
        let id = self.subscriptions.find(user.into(), organization.into())?;
        self.subscriptions.get(id).copied()
    }

    /// Returns the user's subscriptions, by id.
    #[must_use]
    pub fn organization_subscriptions_of_user(
        &self,
        user: impl Into<UserId>,
    ) -> Vec<OrganizationSubscription> {
        let list = self.subscriptions.of_user(user.into());
        self.subscriptions.rows_of(&list).copied().collect()
    }

    /// Returns the organization's subscriptions, by id.
    #[must_use]
    pub fn organization_subscriptions_of_organization(
        &self,
        organization: impl Into<OrganizationId>,
    ) -> Vec<OrganizationSubscription> {
        let list = self.subscriptions.of(organization.into());
        self.subscriptions.rows_of(&list).copied().collect()
    }
}
