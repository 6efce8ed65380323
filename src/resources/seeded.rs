//! [`Seeded`]: how a record is put into an account by a test, whatever its kind.

use super::account::Account;

/// What a test can put into an account: a description of a record, such as
/// [`NewGroup`](crate::groups::NewGroup). [`Seed::add`](crate::Seed::add) takes it.
pub trait Seeded {
    /// The record that comes into being.
    type Record;

    /// What it is called when it cannot be put in.
    #[doc(hidden)]
    fn what(&self) -> String;

    /// Puts it in, or says in Zendesk's words why not.
    #[doc(hidden)]
    fn put_into(self, account: &mut Account) -> Result<Self::Record, String>;
}
