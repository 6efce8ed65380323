//! How groups are saved in fixtures, and loaded many at a time.

use crate::resources::account::Account;
use crate::resources::saved::{Row, Saved};

use super::model::Group;

impl Saved for Group {
    type Mark = ();

    const LIST: &'static str = "groups";
    const REQUIRED: &'static [&'static str] = &["name"];

    /// Returns the groups to save. Deleted groups are included. The account's default group is not,
    /// because every account has one.
    fn to_save(account: &Account) -> Vec<Row<Self>> {
        let groups = account
            .groups
            .all()
            .filter(|group| group.id != account.groups.default);
        groups.cloned().map(Row::plain).collect()
    }

    fn check(row: &Row<Self>, _: &Account) -> Result<(), String> {
        if row.record.name.trim().is_empty() {
            Err("a group needs a name".to_owned())
        } else {
            Ok(())
        }
    }

    fn put_all(account: &mut Account, rows: Vec<Row<Self>>) {
        for row in rows {
            account.groups.put(row.record);
        }
    }
}
