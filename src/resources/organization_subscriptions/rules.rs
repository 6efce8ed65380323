//! What may happen to subscriptions, and what follows.
//!
//! Whether an end user may subscribe is checked once, on creation. A subscription stays until it is
//! deleted, or its user is. It keeps the id of an organization that is deleted.

use crate::base::ids::{OrganizationId, SubscriptionId, UserId};
use crate::base::record::Record;
use crate::base::refusal::Refusal;
use crate::resources::account::Account;
use crate::resources::organization_memberships::violations::user_blank;
use crate::resources::organizations::violations::organization_blank;
use crate::resources::seeded::Seeded;
use crate::resources::users::model::Role;

use super::model::{NewOrganizationSubscription, OrganizationSubscription, SubscriptionChanges};
use super::violations;

impl Account {
    /// Subscribes a user to an organization.
    pub(crate) fn create_subscription(
        &mut self,
        new: &SubscriptionChanges,
    ) -> Result<SubscriptionId, Refusal> {
        let (user_id, organization_id) = self.check_subscription(new)?;
        let id = self.draw_id();
        let fresh = OrganizationSubscription::fresh(id, self.now());
        self.subscriptions.put(OrganizationSubscription {
            user_id,
            organization_id,
            ..fresh
        });
        self.record_connected(id, user_id, organization_id, false);
        Ok(id)
    }

    pub(crate) fn delete_subscription(&mut self, id: SubscriptionId) -> Result<(), Refusal> {
        let removed = self.subscriptions.remove(id).ok_or(Refusal::NotFound)?;
        self.record_disconnected(id, removed.user_id, removed.organization_id);
        Ok(())
    }

    /// Deletes the subscriptions of a user who is deleted.
    pub(crate) fn delete_subscriptions_of(&mut self, user: UserId) {
        for id in self.subscriptions.ids_of_user(user) {
            let _ = self.delete_subscription(id);
        }
    }

    /// Checks a new subscription. Returns its user and organization, or all violations.
    ///
    /// "End users can only subscribe to shared organizations in which they're members."
    /// <https://developer.zendesk.com/api-reference/ticketing/organizations/organization_subscriptions/#create-organization-subscription>
    fn check_subscription(
        &self,
        new: &SubscriptionChanges,
    ) -> Result<(UserId, OrganizationId), Refusal> {
        let user = new.user_id.and_then(|id| self.users.active(id));
        let organization = new
            .organization_id
            .and_then(|id| self.organizations.get(id));
        let mut found = Vec::new();
        if organization.is_none() {
            found.push(organization_blank());
        }
        if user.is_none() {
            found.push(user_blank());
        }
        let (Some(user), Some(organization)) = (user, organization) else {
            return Err(Refusal::Invalid(found));
        };
        let is_member = self.memberships.find(user.id, organization.id).is_some();
        let is_shared_with_user = organization.shared_tickets && is_member;
        if user.role == Role::EndUser && !is_shared_with_user {
            found.push(violations::not_shared_with_user());
        }
        if self.subscriptions.find(user.id, organization.id).is_some() {
            found.push(violations::already_subscribed());
        }
        Refusal::unless_empty(found)?;
        Ok((user.id, organization.id))
    }
}

impl Seeded for NewOrganizationSubscription {
    type Record = OrganizationSubscription;

    fn what(&self) -> String {
        format!(
            "subscription of user {} to organization {}",
            self.user, self.organization
        )
    }

    fn put_into(self, account: &mut Account) -> Result<OrganizationSubscription, String> {
        let created = account.create_subscription(&SubscriptionChanges {
            user_id: Some(self.user),
            organization_id: Some(self.organization),
            ..SubscriptionChanges::default()
        });
        let subscription =
            created.and_then(|id| account.subscriptions.get(id).ok_or(Refusal::NotFound));
        subscription.copied().map_err(|refusal| refusal.details())
    }
}
