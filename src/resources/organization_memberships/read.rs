//! Finds memberships in the account, for tests and for replies.

use crate::base::ids::{MembershipId, OrganizationId, RecordId, UserId};
use crate::base::refusal::Refusal;
use crate::base::sequence::Sequence;
use crate::resources::account::Account;

use crate::resources::users::model::User;

use super::model::{Membership, OrganizationMembership};

/// The attributes that a membership takes from its user and its organization.
pub(super) struct MembershipView<'a> {
    pub(super) default: bool,
    pub(super) organization_name: &'a str,
    pub(super) view_tickets: bool,
}

impl Account {
    /// Returns the membership of this user in this organization.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let (ada, acme) = (seed.user("Ada"), seed.organization("Acme"));
    /// let membership = seed.membership(&ada, &acme);
    /// assert_eq!(zendesk.account().membership(&ada, &acme), Some(membership));
    /// assert_eq!(zendesk.account().membership(&ada, OrganizationId::new(7)), None);
    /// # }
    /// ```
    #[must_use]
    pub fn membership(
        &self,
        user: impl Into<UserId>,
        organization: impl Into<OrganizationId>,
    ) -> Option<OrganizationMembership> {
        self.membership_by_id(self.memberships.find(user.into(), organization.into())?)
    }

    /// Returns the membership with this id.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let (ada, acme) = (seed.user("Ada"), seed.organization("Acme"));
    /// let membership = seed.membership(&ada, &acme);
    /// assert_eq!(zendesk.account().membership_by_id(&membership), Some(membership));
    /// # }
    /// ```
    #[must_use]
    pub fn membership_by_id(&self, id: impl Into<MembershipId>) -> Option<OrganizationMembership> {
        let membership = self.memberships.get(id.into())?;
        let view = self.view_membership(membership);
        Some(OrganizationMembership {
            id: membership.id,
            user_id: membership.user_id,
            organization_id: membership.organization_id,
            default: view.default,
            created_at: membership.created_at,
            organization_name: view.organization_name.to_owned(),
            updated_at: membership.updated_at,
            view_tickets: view.view_tickets,
            answers: self.rules.answers,
        })
    }

    /// Returns the attributes that a membership takes from its user and its organization. Both
    /// exist as long as the membership.
    pub(super) fn view_membership(&self, membership: &Membership) -> MembershipView<'_> {
        let user = self.users.get(membership.user_id);
        let organization = self.organizations.get(membership.organization_id);
        MembershipView {
            default: user
                .is_some_and(|user| user.organization_id == Some(membership.organization_id)),
            organization_name: organization
                .map(|organization| organization.name.as_str())
                .unwrap_or_default(),
            view_tickets: organization.is_some_and(|organization| organization.shared_tickets)
                || user.is_some_and(User::sees_tickets_of_organization),
        }
    }

    /// Returns the membership in the user's default organization. `None` means that the user has no
    /// membership or does not exist.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let (ada, acme) = (seed.user("Ada"), seed.organization("Acme"));
    /// let membership = seed.membership(&ada, &acme);
    /// assert_eq!(zendesk.account().default_membership(&ada).unwrap().organization_id, acme.id);
    /// # }
    /// ```
    #[must_use]
    pub fn default_membership(&self, user: impl Into<UserId>) -> Option<OrganizationMembership> {
        self.membership_by_id(self.default_membership_id(user.into())?)
    }

    /// Returns the user's memberships in the order of Zendesk's list: the default first, then by
    /// organization name.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let ada = seed.user("Ada");
    /// for name in ["Zulu", "beta", "Alpha"] {
    ///     seed.membership(&ada, &seed.organization(name));
    /// }
    /// let names = zendesk.account().memberships_of_user(&ada).into_iter().map(|m| m.organization_name);
    /// assert_eq!(names.collect::<Vec<_>>(), ["Zulu", "Alpha", "beta"]);
    /// # }
    /// ```
    #[must_use]
    pub fn memberships_of_user(&self, user: impl Into<UserId>) -> Vec<OrganizationMembership> {
        let user = user.into();
        let list = self.memberships.default_then_name(
            &self.organizations,
            user,
            self.default_membership_id(user),
        );
        self.memberships_of(&list)
    }

    /// Returns the organization's memberships, by id.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let (ada, acme) = (seed.user("Ada"), seed.organization("Acme"));
    /// let membership = seed.membership(&ada, &acme);
    /// assert_eq!(zendesk.account().memberships_of_organization(&acme), [membership]);
    /// # }
    /// ```
    #[must_use]
    pub fn memberships_of_organization(
        &self,
        organization: impl Into<OrganizationId>,
    ) -> Vec<OrganizationMembership> {
        self.memberships_of(&self.memberships.of_organization(organization.into()))
    }

    /// Returns all memberships, by id. This copies every one of them. Use
    /// [`Account::membership_count`] if you need only their number.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let (ada, acme) = (seed.user("Ada"), seed.organization("Acme"));
    /// let membership = seed.membership(&ada, &acme);
    /// assert_eq!(zendesk.account().memberships(), [membership]);
    /// # }
    /// ```
    #[must_use]
    pub fn memberships(&self) -> Vec<OrganizationMembership> {
        self.memberships_of(&self.memberships.all())
    }

    /// Returns the number of memberships in the account.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// let zendesk = MockZendesk::start().await;
    /// let seed = zendesk.seed();
    /// let (ada, acme) = (seed.user("Ada"), seed.organization("Acme"));
    /// let membership = seed.membership(&ada, &acme);
    /// assert_eq!(zendesk.account().membership_count(), 1);
    /// # }
    /// ```
    #[must_use]
    pub fn membership_count(&self) -> usize {
        self.memberships.len()
    }

    fn memberships_of(&self, list: &dyn Sequence) -> Vec<OrganizationMembership> {
        list.ids(0..list.len())
            .into_iter()
            .filter_map(|id| self.membership_by_id(MembershipId::from_number(id)))
            .collect()
    }

    /// Returns the organizations of a user, by name.
    pub(crate) fn organization_ids_of_user(
        &self,
        user: UserId,
    ) -> impl Iterator<Item = OrganizationId> {
        self.memberships
            .of_user(user)
            .filter_map(|id| self.memberships.get(id))
            .map(|row| row.organization_id)
    }

    pub(crate) fn default_membership_id(&self, user: UserId) -> Option<MembershipId> {
        self.memberships
            .find(user, self.users.get(user)?.organization_id?)
    }

    /// Returns the membership if it belongs to this user, and an error otherwise.
    pub(crate) fn membership_of_user(
        &self,
        id: MembershipId,
        user: UserId,
    ) -> Result<MembershipId, Refusal> {
        match self.memberships.get(id) {
            Some(row) if row.user_id == user => Ok(id),
            _ => Err(Refusal::NotFound),
        }
    }

    /// Returns the membership of this user in this organization, or an error if there is none.
    pub(crate) fn membership_of_pair(
        &self,
        user: UserId,
        organization: OrganizationId,
    ) -> Result<MembershipId, Refusal> {
        self.memberships
            .find(user, organization)
            .ok_or(Refusal::NotFound)
    }
}
