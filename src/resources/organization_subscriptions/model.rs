//! The record of a subscription, and its description for seeds.

use crate::base::ids::{OrganizationId, SubscriptionId, UserId};
use crate::base::record_macro::record;
use crate::base::time::Timestamp;

record! {
    /// The subscription of a user, who is notified of new tickets in an organization.
    ///
    /// <https://developer.zendesk.com/api-reference/ticketing/organizations/organization_subscriptions/>
    ///
    /// Serializes as the API shows it, except that `url` starts with `/api/v2`, because the host
    /// depends on the client.
    #[derive(Copy)]
    pub struct OrganizationSubscription is OrganizationSubscription, id SubscriptionId,
        changes SubscriptionChanges, derived SubscriptionDerived, row OrganizationSubscription;
    path "organization_subscriptions";
    fresh(id, now);
    name(_subscription) = "";

    url;
    id;
    /// The organization whose tickets the user is notified of.
    kept organization_id: OrganizationId = OrganizationId::new(0), given;
    /// The user who is notified.
    kept user_id: UserId = UserId::new(0), given;
    /// When the user subscribed.
    kept created_at: Timestamp = now;
}

/// The description of a subscription to seed. [`Seed::add`](crate::Seed::add) accepts it.
///
/// An end user can only subscribe to an organization that shares its tickets, and that the user is
/// in.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{MockZendesk, organization_subscriptions::NewOrganizationSubscription};
/// use mock_zendesk::organizations::NewOrganization;
///
/// let zendesk = MockZendesk::start().await;
/// let seed = zendesk.seed();
/// let (ada, acme) = (seed.user("Ada"), seed.organization(NewOrganization::new("Acme").shared_tickets()));
/// seed.membership(&ada, &acme);
/// let subscription = seed.add(NewOrganizationSubscription::new(&ada, &acme));
/// assert_eq!(subscription.organization_id, acme.id);
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "a subscription comes into being when it is given to `seed().add(…)`"]
pub struct NewOrganizationSubscription {
    pub(crate) user: UserId,
    pub(crate) organization: OrganizationId,
}

impl NewOrganizationSubscription {
    /// Returns the description of the subscription of this user to this organization.
    pub fn new(user: impl Into<UserId>, organization: impl Into<OrganizationId>) -> Self {
        Self {
            user: user.into(),
            organization: organization.into(),
        }
    }
}
