//! The rules of organizations, and what follows from a change.

use crate::base::effect::Effect;
use crate::base::folded::folded;
use crate::base::ids::{OrganizationId, RecordId as _};
use crate::base::open_question::OpenQuestion;
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
        let changes = self.checked_new_organization(changes)?;
        let id = self.draw_id();
        self.insert_organization(id, changes);
        Ok(id)
    }

    /// Creates an organization like [`Account::create_organization`], with an id that was drawn
    /// before.
    pub(crate) fn create_organization_as(
        &mut self,
        id: OrganizationId,
        changes: OrganizationChanges,
    ) -> Result<OrganizationId, Refusal> {
        let changes = self.checked_new_organization(changes)?;
        let id = self.drawn_or_another(id);
        self.insert_organization(id, changes);
        Ok(id)
    }

    fn checked_new_organization(
        &self,
        changes: OrganizationChanges,
    ) -> Result<OrganizationChanges, Refusal> {
        let name = Some(changes.name.clone().unwrap_or_default());
        let changes = OrganizationChanges { name, ..changes };
        self.check_organization(None, &changes)?;
        Ok(changes)
    }

    fn insert_organization(&mut self, id: OrganizationId, changes: OrganizationChanges) {
        let mut organization = Organization::fresh(id, self.now());
        self.change(&mut organization, changes);
        self.organizations.put(organization);
        self.record_created(id);
        self.follow_domains(id, &[]);
    }

    /// Sets the attributes, and the values of custom fields.
    fn change(&self, organization: &mut Organization, mut changes: OrganizationChanges) {
        if let Some(given) = changes.custom_values.take() {
            let values = &mut organization.organization_fields;
            self.organization_fields.set(values, &given);
        }
        organization.apply(tidied(changes));
    }

    /// Changes an organization. Its memberships show a new name at once, and sort by it.
    pub(crate) fn update_organization(
        &mut self,
        id: OrganizationId,
        changes: OrganizationChanges,
    ) -> Result<(), Refusal> {
        let mut organization = self.organization(id).ok_or(Refusal::NotFound)?;
        self.check_is_not_merged(id)?;
        self.check_organization(Some(id), &changes)?;
        let former_domains = organization.domain_names.clone();
        self.change(&mut organization, changes);
        if organization.domain_names != former_domains {
            self.check_domains_may_change(id)?;
        }
        organization.updated_at = self.now();

        let without = |domains: &[String], others: &[String]| -> Vec<String> {
            let rest = domains.iter().filter(|domain| !others.contains(domain));
            rest.cloned().collect()
        };
        let lost = without(&former_domains, &organization.domain_names);
        let gained = without(&organization.domain_names, &former_domains);
        let old = self.organizations.sort_name(id);
        self.organizations.put(organization);
        let new = self.organizations.sort_name(id);
        if old != new {
            self.memberships.rename_organization(id, &old, &new);
        }
        self.record_updated(id);
        if !lost.is_empty() {
            self.record(|account| Effect::DomainsLost {
                organization: account.name(id),
                lost,
                gained,
            });
        }
        self.follow_domains(id, &former_domains);
        Ok(())
    }

    /// Deletes an organization and its memberships. Each of its users for whom it was the default
    /// gets another default, and its tickets that are not closed lose it. Only incremental exports
    /// still show it.
    /// <https://support.zendesk.com/hc/en-us/articles/4408846640410>
    pub(crate) fn delete_organization(&mut self, id: OrganizationId) -> Result<(), Refusal> {
        let organization = self.organization(id).ok_or(Refusal::NotFound)?;
        self.check_is_not_merged(id)?;
        for membership in self.memberships.ids_of_organization(id) {
            self.delete_membership(membership)?;
        }
        self.queue_unassignment(id, None);
        self.record_deleted(id);
        let now = self.now();
        self.organizations.put(Organization {
            updated_at: now,
            deleted_at: Some(now),
            ..organization
        });
        Ok(())
    }

    /// Replaces the tags of an organization.
    pub(crate) fn change_tags_of_organization(
        &mut self,
        id: OrganizationId,
        change: impl FnOnce(&[String]) -> Vec<String>,
    ) -> Result<(), Refusal> {
        let organization = self.organizations.get(id).ok_or(Refusal::NotFound)?;
        let tags = change(&organization.tags);
        self.update_organization(
            id,
            OrganizationChanges {
                tags: Some(tags),
                ..OrganizationChanges::default()
            },
        )
    }

    /// Returns the organization with this name, for a user who is put into it by name. If there is
    /// none, it is created. The documentation does not say what happens then.
    pub(crate) fn organization_for_user(&mut self, name: &str) -> Result<OrganizationId, Refusal> {
        if let Some(id) = self.organizations.named(name) {
            return Ok(id);
        }
        if self.rules.is_other(OpenQuestion::NamedOrganization) {
            return Err(Refusal::NotFound);
        }
        self.create_organization(OrganizationChanges {
            name: Some(name.to_owned()),
            ..OrganizationChanges::default()
        })
    }

    /// Checks that a user can be put into the organization with this name.
    pub(crate) fn check_organization_for_user(&self, name: &str) -> Result<(), Refusal> {
        if self.organizations.named(name).is_some() {
            return Ok(());
        }
        if self.rules.is_other(OpenQuestion::NamedOrganization) {
            return Err(Refusal::NotFound);
        }
        let changes = OrganizationChanges {
            name: Some(name.to_owned()),
            ..OrganizationChanges::default()
        };
        self.check_organization(None, &changes)
    }

    /// Finds the organization that an upsert means: by id, or else by external id. Its name does
    /// not count. An id that does not exist is not found, or does not count either.
    pub(crate) fn find_organization(
        &self,
        id: Option<i128>,
        changes: &OrganizationChanges,
    ) -> Result<Option<OrganizationId>, Refusal> {
        if let Some(id) = id {
            let id = OrganizationId::from_given(id)?;
            if self.organizations.get(id).is_some() {
                return Ok(Some(id));
            }
            if !self.rules.is_other(OpenQuestion::UpsertByUnknownId) {
                return Err(Refusal::NotFound);
            }
        }
        let external_id = changes.external_id.as_ref().and_then(Option::as_deref);
        Ok(external_id.and_then(|external_id| self.organizations.with_external_id(external_id)))
    }

    /// Checks attributes that an organization is about to get.
    fn check_organization(
        &self,
        id: Option<OrganizationId>,
        changes: &OrganizationChanges,
    ) -> Result<(), Refusal> {
        let is_other = |other: OrganizationId| Some(other) != id;
        let mut found = Vec::new();
        if let Some(name) = changes.name.as_deref().map(str::trim) {
            if name.is_empty() {
                found.push(violations::name_blank());
            } else if name.contains('|') {
                found.push(violations::name_invalid());
            } else if self.organizations.named(name).is_some_and(is_other) {
                found.push(violations::name_taken(name));
            }
        }
        if let Some(Some(external_id)) = &changes.external_id {
            let holder = self.organizations.with_external_id(external_id);
            if holder.is_some_and(is_other) {
                found.push(violations::external_id_taken(self.rules.answers));
            }
        }
        if let Some(given) = &changes.custom_values {
            found.extend(self.organization_fields.why_not(given, self.rules.answers));
        }
        let group = changes.group_id.flatten();
        let is_unknown = group.is_some_and(|group| self.groups.active(group).is_none());
        if is_unknown && !self.rules.is_other(OpenQuestion::UnknownGroup) {
            found.push(violations::group_invalid());
        }
        Refusal::unless_empty(found)
    }
}

/// Removes the space around a name. Domains and tags become lower case, each once.
fn tidied(changes: OrganizationChanges) -> OrganizationChanges {
    let each_once = |texts: Vec<String>| {
        let mut each: Vec<String> = Vec::new();
        for text in texts {
            let text = folded(&text).into_owned();
            if !text.is_empty() && !each.contains(&text) {
                each.push(text);
            }
        }
        each
    };
    OrganizationChanges {
        name: changes.name.map(|name| name.trim().to_owned()),
        domain_names: changes.domain_names.map(each_once),
        tags: changes.tags.map(|tags| {
            let mut tags = each_once(tags);
            tags.sort();
            tags
        }),
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
        account
            .organization_fields
            .check_seed(&self.0.custom_values)?;
        let created = account.create_organization(self.0);
        let created = created.and_then(|id| account.organization(id).ok_or(Refusal::NotFound));
        created.map_err(|refusal| refusal.details())
    }
}
