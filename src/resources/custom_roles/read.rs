//! Finds custom roles in the account, for tests.

use crate::base::ids::CustomRoleId;
use crate::resources::account::Account;

use super::model::CustomRole;

impl Account {
    /// Returns the custom role with this id.
    #[must_use]
    pub fn custom_role(&self, id: impl Into<CustomRoleId>) -> Option<CustomRole> {
        self.custom_roles.get(id.into()).cloned()
    }

    /// Returns all custom roles, by name.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::{MockZendesk, custom_roles::NewCustomRole};
    /// let zendesk = MockZendesk::start().await;
    /// let advisor = zendesk.seed().add(NewCustomRole::new("Advisor"));
    /// assert_eq!(zendesk.account().custom_roles(), [advisor]);
    /// # }
    /// ```
    #[must_use]
    pub fn custom_roles(&self) -> Vec<CustomRole> {
        self.custom_roles.by_name().into_iter().cloned().collect()
    }
}
