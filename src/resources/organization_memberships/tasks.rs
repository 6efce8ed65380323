//! The background jobs of memberships. Each item follows the same rule as the operation on a single
//! membership.

use crate::base::ids::{MembershipId, RecordId as _, UserId};
use crate::base::refusal::Refusal;
use crate::resources::account::Account;
use crate::resources::job_statuses::model::{JobWords, Task};
use crate::resources::job_statuses::result::ItemResult;

use super::model::NewMembership;

/// The job of `create_many`.
#[derive(Debug)]
pub(crate) struct CreateMany {
    /// The memberships to create, each with its id.
    pub(crate) items: Vec<(MembershipId, NewMembership)>,
    /// The agent who sent the request. `None` means that an admin sent it, who may do anything.
    pub(crate) by: Option<UserId>,
}

impl Task for CreateMany {
    fn words(&self) -> JobWords {
        JobWords {
            job_type: "Bulk Create Organization Membership",
            start: "Creating Organization Memberships",
            item: "Creating organization membership",
        }
    }

    fn total(&self) -> usize {
        self.items.len()
    }

    fn work(&self, index: usize, account: &mut Account) -> Result<ItemResult, Refusal> {
        let (id, new) = &self.items[index];
        account.check_agent(self.by, new.user_id)?;
        let id = account.create_membership_as(*id, new)?;
        Ok(ItemResult::created(index, id))
    }

    fn failure(&self, index: usize, reason: &Refusal) -> ItemResult {
        ItemResult::not_created(index, "OrganizationMembershipCreateFailed", reason)
    }
}

/// The job of `destroy_many`.
#[derive(Debug)]
pub(crate) struct DestroyMany {
    /// The ids in the request. The memberships need not exist.
    pub(crate) ids: Vec<i64>,
    /// The agent who sent the request. `None` means that an admin sent it, who may do anything.
    pub(crate) by: Option<UserId>,
}

impl Task for DestroyMany {
    fn words(&self) -> JobWords {
        JobWords {
            job_type: "Bulk Delete Organization Membership",
            start: "Deleting Organization Memberships",
            item: "Deleting Organization Membership",
        }
    }

    fn total(&self) -> usize {
        self.ids.len()
    }

    fn work(&self, index: usize, account: &mut Account) -> Result<ItemResult, Refusal> {
        let id = MembershipId::from_given(self.ids[index])?;
        account.check_agent(self.by, account.memberships.get(id).map(|row| row.user_id))?;
        account.delete_membership(id)?;
        Ok(ItemResult::deleted(self.ids[index]))
    }

    fn failure(&self, index: usize, reason: &Refusal) -> ItemResult {
        ItemResult::not_deleted(self.ids[index], reason)
    }
}
