//! Adds users to organizations by the domains of their e-mail addresses, and removes them again, if
//! the account maps domains.
//!
//! Only end users join, only by verified addresses, only while they are in no organization, and
//! only the first organization by name that has the domain.
//!
//! <https://support.zendesk.com/hc/en-us/articles/4408825828250>

use std::sync::Arc;

use crate::base::folded::folded;
use crate::base::ids::{OrganizationId, UserId};
use crate::base::sequence::Sequence;
use crate::base::settings::DomainMapping;
use crate::resources::account::Account;
use crate::resources::organization_memberships::model::NewMembership;
use crate::resources::users::model::Role;

/// The organization that a user will join, and the domain that causes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ByDomain {
    organization: OrganizationId,
    domain: Arc<str>,
}

impl Account {
    /// Finds the organization that a user joins by a domain. `None` means that no organization has
    /// a domain of the user's, that the user is in an organization already, or that the account
    /// does not map domains.
    pub(crate) fn organization_by_domain(&self, user: UserId) -> Option<ByDomain> {
        if self.rules.domain_mapping == DomainMapping::Off
            || self.users.active(user)?.role != Role::EndUser
            || self.memberships.count_of_user(user) > 0
        {
            return None;
        }
        let identities = self.identities.of_user(user);
        let verified = identities
            .into_iter()
            .filter(|identity| identity.verified && identity.is_email());
        let domains: Vec<Arc<str>> = verified
            .filter_map(|identity| domain_of(&identity.value))
            .collect();
        if domains.is_empty() {
            return None;
        }
        let by_name = self.organizations.by_name();
        let organizations = by_name.ids(0..by_name.len()).into_iter();
        organizations
            .filter_map(|id| self.organizations.get(OrganizationId::new(id)))
            .find_map(|organization| {
                let has = |domain: &&Arc<str>| {
                    let names = &organization.domain_names;
                    names.iter().any(|name| **name == ***domain)
                };
                let domain = domains.iter().find(has)?;
                Some(ByDomain {
                    organization: organization.id,
                    domain: Arc::clone(domain),
                })
            })
    }

    /// Adds a user to the organization of its domain, if there is one.
    pub(crate) fn join_by_domain(&mut self, user: UserId) {
        if let Some(found) = self.organization_by_domain(user) {
            self.join_as_found(user, found);
        }
    }

    /// Adds a user to the organization that was found for it. If the limit of organizations is
    /// zero, the user stays in none.
    pub(crate) fn join_as_found(&mut self, user: UserId, found: ByDomain) {
        let joined = self.create_membership(&NewMembership {
            user_id: Some(user),
            organization_id: Some(found.organization),
            ..NewMembership::default()
        });
        if let Ok(id) = joined {
            self.memberships.mark_mapped(id, found.domain);
        }
    }

    /// Updates the members after an organization's domains changed from the `former` ones: users
    /// whom a lost domain brought leave, then users of a new domain join.
    pub(crate) fn follow_domains(&mut self, organization: OrganizationId, former: &[String]) {
        if self.rules.domain_mapping == DomainMapping::Off {
            return;
        }
        let present = match self.organizations.get(organization) {
            Some(organization) => organization.domain_names.clone(),
            None => return,
        };
        for domain in former.iter().filter(|domain| !present.contains(domain)) {
            for membership in self.memberships.mapped_by(organization, domain) {
                // It exists, because the list contains only existing ones.
                let _there = self.delete_membership(membership);
            }
        }
        if present.iter().all(|domain| former.contains(domain)) {
            return;
        }
        let users: Vec<UserId> = self.users.all().map(|user| user.id).collect();
        for user in users {
            let found = self.organization_by_domain(user).filter(|found| {
                let is_new = !former.iter().any(|domain| **domain == *found.domain);
                is_new && found.organization == organization
            });
            if let Some(found) = found {
                self.join_as_found(user, found);
            }
        }
    }
}

/// Returns the domain of an e-mail address.
fn domain_of(email: &str) -> Option<Arc<str>> {
    let (_, domain) = email.rsplit_once('@')?;
    Some(folded(domain).into())
}
