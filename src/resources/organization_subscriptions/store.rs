//! The subscriptions and their indexes.

use crate::base::difference::Compare;
use crate::base::ids::{OrganizationId, UserId};
use crate::base::pairs::{Pair, Pairs};

use super::model::OrganizationSubscription;

pub(crate) type SubscriptionStore = Pairs<OrganizationSubscription>;

impl Pair for OrganizationSubscription {
    type Other = OrganizationId;

    fn pair(&self) -> (UserId, OrganizationId) {
        (self.user_id, self.organization_id)
    }
}

impl Compare for OrganizationSubscription {}
