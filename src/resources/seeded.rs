//! [`Seeded`]: a record of any kind that a test can add to an account.

use super::account::Account;

/// The description of a record to add to an account, such as [`NewGroup`](crate::groups::NewGroup).
/// [`Seed::add`](crate::Seed::add) accepts it.
pub trait Seeded {
    /// The record that is created.
    type Record;

    /// Returns its name in the text of a failure.
    #[doc(hidden)]
    fn what(&self) -> String;

    /// Adds it to the account, or returns in Zendesk's words why that is not possible.
    #[doc(hidden)]
    fn put_into(self, account: &mut Account) -> Result<Self::Record, String>;
}
