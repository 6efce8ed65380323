//! The custom roles.

use crate::base::difference::Compare;
use crate::base::ids::CustomRoleId;
use crate::base::table::{AnyTable, Store, Table};

use super::model::CustomRole;

#[derive(Clone, Debug, Default)]
pub(crate) struct CustomRoleStore {
    rows: Table<CustomRole>,
}

impl CustomRoleStore {
    pub(crate) fn get(&self, id: CustomRoleId) -> Option<&CustomRole> {
        self.rows.get(id)
    }

    /// Adds a role. Its id must be new.
    pub(crate) fn put(&mut self, role: CustomRole) {
        self.rows.put(role);
    }

    /// Returns an iterator over all roles, by id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &CustomRole> {
        self.rows.iter()
    }

    /// Returns all roles by name without case, then by id.
    pub(crate) fn by_name(&self) -> Vec<&CustomRole> {
        let mut roles: Vec<&CustomRole> = self.iter().collect();
        roles.sort_by_cached_key(|role| (role.name.to_lowercase(), role.id));
        roles
    }
}

impl Store for CustomRoleStore {
    fn table(&self) -> &dyn AnyTable {
        &self.rows
    }
}

impl Compare for CustomRole {}
