//! What may happen to organizations, and what follows from it.

use crate::base::ids::OrganizationId;
use crate::base::record::Record;
use crate::base::refusal::Refusal;
use crate::resources::account::Account;
use crate::resources::seeded::Seeded;

use super::model::{NewOrganization, Organization, OrganizationChanges};
use super::violations;

impl Account {
    pub(crate) fn create_organization(
        &mut self,
        changes: OrganizationChanges,
    ) -> Result<OrganizationId, Refusal> {
        self.check_organization(None, Some(changes.name.as_deref().unwrap_or_default()))?;
        let id = self.draw_id();
        let mut organization = Organization::fresh(id, self.now());
        organization.apply(tidied(changes));
        self.organizations.put(organization);
        self.record_created(id);
        Ok(id)
    }

    /// Changes an organization. Its memberships show a new name at once, and sort by it.
    pub(crate) fn update_organization(
        &mut self,
        id: OrganizationId,
        changes: OrganizationChanges,
    ) -> Result<(), Refusal> {
        let mut organization = self.organization(id).ok_or(Refusal::NotFound)?;
        self.check_organization(Some(id), changes.name.as_deref())?;
        organization.apply(tidied(changes));
        organization.updated_at = self.now();

        let old = self.organizations.sort_name(id);
        self.organizations.put(organization);
        let new = self.organizations.sort_name(id);
        if old != new {
            self.memberships.rename_organization(id, &old, &new);
        }
        self.record_updated(id);
        Ok(())
    }

    /// Deletes an organization: its memberships go, for each of its users another one becomes the
    /// default where it was, and its tickets that are not closed lose it.
    /// <https://support.zendesk.com/hc/en-us/articles/4408846640410>
    pub(crate) fn delete_organization(&mut self, id: OrganizationId) -> Result<(), Refusal> {
        self.organizations.get(id).ok_or(Refusal::NotFound)?;
        for membership in self.memberships.ids_of_organization(id) {
            self.delete_membership(membership)?;
        }
        self.queue_unassignment(id, None);
        self.record_deleted(id);
        self.organizations.remove(id);
        Ok(())
    }

    /// Checks a name that is to be given to an organization. `None`: it keeps the one that it has.
    fn check_organization(
        &self,
        id: Option<OrganizationId>,
        name: Option<&str>,
    ) -> Result<(), Refusal> {
        let Some(name) = name.map(str::trim) else {
            return Ok(());
        };
        let mut found = Vec::new();
        if name.is_empty() {
            found.push(violations::name_blank());
        } else if self
            .organizations
            .named(name)
            .is_some_and(|other| Some(other) != id)
        {
            found.push(violations::name_taken(name));
        }
        Refusal::unless_empty(found)
    }
}

/// The space around a name is not kept.
fn tidied(changes: OrganizationChanges) -> OrganizationChanges {
    OrganizationChanges {
        name: changes.name.map(|name| name.trim().to_owned()),
        ..changes
    }
}

impl Seeded for NewOrganization {
    type Record = Organization;

    fn what(&self) -> String {
        format!(
            "organization {:?}",
            self.0.name.as_deref().unwrap_or_default()
        )
    }

    fn put_into(self, account: &mut Account) -> Result<Organization, String> {
        let created = account.create_organization(self.0);
        let created = created.and_then(|id| account.organization(id).ok_or(Refusal::NotFound));
        created.map_err(|refusal| refusal.details())
    }
}
