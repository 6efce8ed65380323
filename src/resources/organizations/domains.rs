//! How users join organizations by the domains of their e-mail addresses, and leave them again,
//! where the account maps domains.
//!
//! Only end users join, only by addresses that are verified, only while they are in no organization,
//! and only the first organization by name that has the domain.
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

/// The organization that a user is to join, and the domain that it does so by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ByDomain {
    organization: OrganizationId,
    domain: Arc<str>,
}

impl Account {
    /// Finds the organization that a user joins by a domain. `None`: none has one of the user's, or
    /// the user is in an organization already, or the account does not map domains.
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

    /// Puts a user into the organization that it joins by a domain, if there is one.
    pub(crate) fn join_by_domain(&mut self, user: UserId) {
        if let Some(found) = self.organization_by_domain(user) {
            self.join_as_found(user, found);
        }
    }

    /// Puts a user into the organization that was found for it. Where a user may be in none, it
    /// stays in none.
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

    /// Lets the users follow the domains of an organization, which had the `former` ones: those whom
    /// a lost one brought leave, then those whom a new one brings join.
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
                // It is there: the list is of those that are.
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

/// The domain of an e-mail address.
fn domain_of(email: &str) -> Option<Arc<str>> {
    let (_, domain) = email.rsplit_once('@')?;
    Some(folded(domain).into())
}
