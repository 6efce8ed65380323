//! How custom roles are saved in fixtures, and loaded many at a time.

use crate::resources::account::Account;
use crate::resources::saved::{Row, Saved};

use super::model::CustomRole;

impl Saved for CustomRole {
    type Mark = ();

    const LIST: &'static str = "custom_roles";
    const REQUIRED: &'static [&'static str] = &["name"];

    fn to_save(account: &Account) -> Vec<Row<Self>> {
        account
            .custom_roles
            .iter()
            .cloned()
            .map(Row::plain)
            .collect()
    }

    fn check(row: &Row<Self>, _: &Account) -> Result<(), String> {
        row.record.check()
    }

    fn put_all(account: &mut Account, rows: Vec<Row<Self>>) {
        for row in rows {
            account.custom_roles.put(row.record);
        }
    }
}
