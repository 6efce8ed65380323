//! How a test adds custom roles. No request can.

use crate::base::record::Record;
use crate::resources::account::Account;
use crate::resources::seeded::Seeded;

use super::model::{CustomRole, NewCustomRole};

impl Seeded for NewCustomRole {
    type Record = CustomRole;

    fn what(&self) -> String {
        format!(
            "custom role {:?}",
            self.0.name.as_deref().unwrap_or_default()
        )
    }

    fn put_into(self, account: &mut Account) -> Result<CustomRole, String> {
        let mut role = CustomRole::fresh(account.draw_id(), account.now());
        role.apply(self.0);
        role.check()?;
        account.custom_roles.put(role.clone());
        Ok(role)
    }
}

impl CustomRole {
    pub(super) fn check(&self) -> Result<(), String> {
        if self.name.trim().is_empty() {
            Err("a custom role needs a name".to_owned())
        } else {
            Ok(())
        }
    }
}
