//! What may happen to organizations, and what follows from it.

use crate::base::effect::Effect;
use crate::base::ids::OrganizationId;
use crate::base::refusal::{Refusal, Violation};
use crate::resources::account::Account;
use crate::resources::set;

use super::model::{Organization, OrganizationChanges};

impl Account {
    pub(crate) fn create_organization(&mut self, changes: OrganizationChanges) -> Result<OrganizationId, Refusal> {
        self.check_organization(None, Some(changes.name.as_deref().unwrap_or_default()))?;
        let now = self.now();
        let id = self.draw_id();
        let mut organization = Organization::fresh(id, now);
        apply(&mut organization, changes);
        self.organizations.put(organization);
        self.record(|account| Effect::OrganizationCreated { organization: account.named_organization(id) });
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
        apply(&mut organization, changes);
        organization.updated_at = self.now();

        let old = self.organizations.sort_name(id);
        self.organizations.put(organization);
        let new = self.organizations.sort_name(id);
        if old != new {
            self.memberships.rename_organization(id, &old, &new);
        }
        self.record(|account| Effect::OrganizationUpdated { organization: account.named_organization(id) });
        Ok(())
    }

    /// Deletes an organization: its memberships go, for each of its users another one becomes the default where it was,
    /// and its tickets that are not closed lose it.
    /// <https://support.zendesk.com/hc/en-us/articles/4408846640410>
    pub(crate) fn delete_organization(&mut self, id: OrganizationId) -> Result<(), Refusal> {
        self.organizations.get(id).ok_or(Refusal::NotFound)?;
        for membership in self.memberships.ids_of_organization(id) {
            self.delete_membership(membership)?;
        }
        self.queue_unassignment(id, None);
        self.record(|account| Effect::OrganizationDeleted { organization: account.named_organization(id) });
        self.organizations.remove(id);
        Ok(())
    }

    /// Checks a name that is to be given to an organization. `None`: it keeps the one that it has.
    fn check_organization(&self, id: Option<OrganizationId>, name: Option<&str>) -> Result<(), Refusal> {
        let Some(name) = name else { return Ok(()) };
        let mut violations = Vec::new();
        if name.trim().is_empty() {
            violations.push(Violation::OrganizationNameBlank);
        } else if self.organizations.named(name).is_some_and(|other| Some(other) != id) {
            violations.push(Violation::OrganizationNameTaken { name: name.trim().to_owned() });
        }
        Refusal::unless_empty(violations)
    }
}

fn apply(organization: &mut Organization, changes: OrganizationChanges) {
    let OrganizationChanges {
        name,
        shared_tickets,
        shared_comments,
        external_id,
        domain_names,
        details,
        notes,
        group_id,
        tags,
    } = changes;
    set(&mut organization.name, name.map(|name| name.trim().to_owned()));
    set(&mut organization.shared_tickets, shared_tickets);
    set(&mut organization.shared_comments, shared_comments);
    set(&mut organization.external_id, external_id);
    set(&mut organization.domain_names, domain_names);
    set(&mut organization.details, details);
    set(&mut organization.notes, notes);
    set(&mut organization.group_id, group_id);
    set(&mut organization.tags, tags);
}
