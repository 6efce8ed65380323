//! How subscriptions are saved in fixtures, and loaded many at a time.

use crate::resources::account::Account;
use crate::resources::saved::{BadRow, Row, Saved, no_two};

use super::model::OrganizationSubscription;

impl Saved for OrganizationSubscription {
    type Mark = ();

    const LIST: &'static str = "organization_subscriptions";
    const REQUIRED: &'static [&'static str] = &["user_id", "organization_id"];
    const NEEDS_ID: bool = false;

    fn to_save(account: &Account) -> Vec<Row<Self>> {
        account
            .subscriptions
            .iter()
            .copied()
            .map(Row::plain)
            .collect()
    }

    /// The organization need not exist, because a subscription outlives it.
    fn check(row: &Row<Self>, account: &Account) -> Result<(), String> {
        let Self {
            user_id: user,
            organization_id: organization,
            ..
        } = row.record;
        if account.users.active(user).is_none() {
            return Err(format!("user {user} does not exist, or is deleted"));
        }
        if account.subscriptions.find(user, organization).is_some() {
            return Err(format!(
                "user {user} has subscribed to organization {organization} already"
            ));
        }
        Ok(())
    }

    fn check_together(rows: &[Row<Self>], _: &Account) -> Result<(), BadRow> {
        no_two(rows, "pair of user and organization", |row| {
            Some((row.record.user_id, row.record.organization_id))
        })
    }

    fn put_all(account: &mut Account, rows: Vec<Row<Self>>) {
        for row in rows {
            account.subscriptions.put(row.record);
        }
    }
}
