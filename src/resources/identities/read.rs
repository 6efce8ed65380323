//! Reads identities, for tests and for everything that answers.

use crate::base::ids::{IdentityId, UserId};
use crate::resources::account::Account;

use super::model::{Identity, IdentityType};

impl Account {
    /// Returns the identity with this id.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::{MockZendesk, users::NewUser};
    /// let zendesk = MockZendesk::start().await;
    /// let ada = zendesk.seed().user(NewUser::new("Ada").email("ada@example.com"));
    /// let account = zendesk.account();
    /// let [identity] = account.identities_of_user(&ada).try_into().unwrap();
    /// assert_eq!(account.identity(identity.id), Some(identity));
    /// # }
    /// ```
    #[must_use]
    pub fn identity(&self, id: impl Into<IdentityId>) -> Option<Identity> {
        self.identities.get(id.into()).cloned()
    }

    /// Returns the identities of a user, as Zendesk lists them: the primary ones first, then by id.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::{MockZendesk, identities::NewIdentity, users::NewUser};
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let ada = seed.user(NewUser::new("Ada").email("ada@example.com"));
    /// seed.add(NewIdentity::email(&ada, "ada@example.org"));
    /// let identities = zendesk.account().identities_of_user(&ada);
    /// let values: Vec<&str> = identities.iter().map(|identity| &*identity.value).collect();
    /// assert_eq!(values, ["ada@example.com", "ada@example.org"]);
    /// # }
    /// ```
    #[must_use]
    pub fn identities_of_user(&self, user: impl Into<UserId>) -> Vec<Identity> {
        let mut identities: Vec<Identity> = self
            .identities
            .of_user(user.into())
            .into_iter()
            .cloned()
            .collect();
        identities.sort_by_key(|identity| (!identity.primary, identity.id));
        identities
    }

    /// Returns the user who has this e-mail address, as the primary one or another.
    pub(crate) fn holder_of_email(&self, email: &str) -> Option<UserId> {
        let identity = self.identities.find(IdentityType::Email, email)?;
        Some(identity.user_id)
    }
}
