//! Saves organizations in fixtures, and adds many at a time.

use crate::base::folded::folded;
use crate::base::ids::OrganizationId;
use crate::base::record::Record;
use crate::resources::account::Account;
use crate::resources::saved::{BadRow, Row, Saved, no_two};

use super::model::Organization;

impl Saved for Organization {
    type Mark = ();

    const LIST: &'static str = "organizations";
    const REQUIRED: &'static [&'static str] = &["name"];

    /// Returns all organizations, including deleted ones.
    fn to_save(account: &Account) -> Vec<Row<Self>> {
        let all = account.organizations.all();
        all.cloned().map(Row::plain).collect()
    }

    fn may_replace(account: &Account, id: OrganizationId) -> bool {
        account
            .organizations
            .ever(id)
            .is_some_and(Record::is_deleted)
    }

    fn check(row: &Row<Self>, account: &Account) -> Result<(), String> {
        let name = &row.record.name;
        if name.trim().is_empty() {
            return Err("an organization needs a name".to_owned());
        }
        let fields = &account.organization_fields;
        fields.loaded(&row.record.organization_fields)?;
        // Others may have the name and the external id of a deleted one.
        if row.record.is_deleted() {
            return Ok(());
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
        let live = |row: &Row<Self>| !row.record.is_deleted();
        no_two(rows, "name", |row| {
            live(row).then(|| folded(&row.record.name).into_owned())
        })?;
        no_two(rows, "external id", |row| {
            let external_id = folded(row.record.external_id.as_deref()?).into_owned();
            Some(external_id).filter(|external_id| live(row) && !external_id.is_empty())
        })
    }

    fn put_all(account: &mut Account, rows: Vec<Row<Self>>) {
        let with_values = |mut organization: Self| {
            let values = &mut organization.organization_fields;
            account.organization_fields.load(values);
            organization
        };
        let all = rows.into_iter().map(|row| with_values(row.record));
        let (returning, new) = all.partition(|row| account.organizations.ever(row.id).is_some());
        account.organizations.extend(new);
        let returning: Vec<Self> = returning;
        for organization in returning {
            account.organizations.put(organization);
        }
    }
}
