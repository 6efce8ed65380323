//! Reads the users of the account, for tests and for everything that answers.

use crate::base::ids::UserId;
use crate::base::sequence::Sequence;
use crate::resources::account::Account;

use super::model::User;

impl Account {
    /// Returns the user with this id, even if it is deleted. `None` means that there never was one.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let ada = seed.user(users::NewUser::new("Ada").email("ada@example.com"));
    /// assert_eq!(zendesk.account().user(&ada), Some(ada));
    /// # }
    /// ```
    #[must_use]
    pub fn user(&self, id: impl Into<UserId>) -> Option<User> {
        self.users.get(id.into()).cloned()
    }

    /// Returns the user with this e-mail address, the primary one or another, whatever its case.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let ada = seed.user(users::NewUser::new("Ada").email("ada@example.com"));
    /// assert_eq!(zendesk.account().user_with_email("ADA@example.com"), Some(ada));
    /// # }
    /// ```
    #[must_use]
    pub fn user_with_email(&self, email: &str) -> Option<User> {
        self.user(self.holder_of_email(email)?)
    }

    /// Returns the user with this external id, whatever its case.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::{MockZendesk, users::NewUser};
    /// let zendesk = MockZendesk::start().await;
    /// let ada = zendesk.seed().user(NewUser::new("Ada").external_id("crm-7"));
    /// assert_eq!(zendesk.account().user_with_external_id("CRM-7"), Some(ada));
    /// # }
    /// ```
    #[must_use]
    pub fn user_with_external_id(&self, external_id: &str) -> Option<User> {
        self.user(self.users.with_external_id(external_id)?)
    }

    /// Returns the account's owner: the admin that every account has from the start.
    ///
    /// Callers act as the owner if their credentials do not name another user.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let account = zendesk.account();
    /// assert_eq!(account.user(account.owner()).unwrap().role, users::Role::Admin);
    /// # }
    /// ```
    #[must_use]
    pub fn owner(&self) -> UserId {
        self.owner
    }

    /// Returns all users that are not deleted, by id. The account's owner is the first.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let ada = seed.user(users::NewUser::new("Ada").email("ada@example.com"));
    /// let users = zendesk.account().users();
    /// assert_eq!(users[0].id, zendesk.account().owner());
    /// assert_eq!(users[1..], [ada]);
    /// # }
    /// ```
    #[must_use]
    pub fn users(&self) -> Vec<User> {
        self.users_in(&self.users.by_id())
    }

    /// Returns all users that are deleted, by id.
    ///
    /// For those that are deleted permanently, [`User::permanently_deleted`] is true.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let (ada, bob) = (seed.user("Ada"), seed.user("Bob"));
    /// seed.remove_user(&ada);
    /// seed.remove_user(&bob);
    /// seed.remove_user_permanently(&bob);
    /// let deleted = zendesk.account().deleted_users();
    /// let names: Vec<&str> = deleted.iter().map(|user| &*user.name).collect();
    /// assert_eq!(names, ["Ada", "Permanently Deleted User"]);
    /// assert!(deleted[1].permanently_deleted);
    /// # }
    /// ```
    #[must_use]
    pub fn deleted_users(&self) -> Vec<User> {
        self.users_in(&self.users.deleted_by_id())
    }

    fn users_in(&self, list: &dyn Sequence) -> Vec<User> {
        let ids = list.ids(0..list.len()).into_iter();
        ids.filter_map(|id| self.user(id)).collect()
    }

    /// Returns the number of users that are not deleted, including the account's owner.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let ada = seed.user(users::NewUser::new("Ada").email("ada@example.com"));
    /// assert_eq!(zendesk.account().user_count(), 2);
    /// # }
    /// ```
    #[must_use]
    pub fn user_count(&self) -> usize {
        self.users.len()
    }
}
