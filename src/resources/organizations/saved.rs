//! Saves organizations in fixtures, and adds many at a time.

use crate::base::folded::folded;
use crate::resources::account::Account;
use crate::resources::saved::{BadRow, Row, Saved, no_two};

use super::model::Organization;

impl Saved for Organization {
    type Mark = ();

    const LIST: &'static str = "organizations";
    const REQUIRED: &'static [&'static str] = &["name"];

    fn to_save(account: &Account) -> Vec<Row<Self>> {
        account.organizations_by_id().map(Row::plain).collect()
    }

    fn check(row: &Row<Self>, account: &Account) -> Result<(), String> {
        let name = &row.record.name;
        if name.trim().is_empty() {
            return Err("an organization needs a name".to_owned());
        }
        if account.organizations.named(name).is_some() {
            return Err(format!(
                "another organization of the account is called {name}"
            ));
        }
        if let Some(external_id) = &row.record.external_id {
            if account
                .organizations
                .with_external_id(external_id)
                .is_some()
            {
                return Err(format!(
                    "another organization of the account has the external id {external_id}"
                ));
            }
        }
        Ok(())
    }

    fn check_together(rows: &[Row<Self>], _: &Account) -> Result<(), BadRow> {
        no_two(rows, "name", |row| {
            Some(folded(&row.record.name).into_owned())
        })?;
        no_two(rows, "external id", |row| {
            let external_id = folded(row.record.external_id.as_deref()?).into_owned();
            Some(external_id).filter(|external_id| !external_id.is_empty())
        })
    }

    fn put_all(account: &mut Account, rows: Vec<Row<Self>>) {
        account
            .organizations
            .extend(rows.into_iter().map(|row| row.record).collect());
    }
}
