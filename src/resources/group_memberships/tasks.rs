//! The background jobs of group memberships. Each item follows the same rule as the operation on a
//! single membership.

use crate::base::ids::{GroupMembershipId, RecordId as _};
use crate::base::refusal::Refusal;
use crate::resources::account::Account;
use crate::resources::job_statuses::model::{JobWords, Task};
use crate::resources::job_statuses::result::ItemResult;

use super::model::GroupMembershipChanges;

/// The job of `create_many`.
#[derive(Debug)]
pub(crate) struct CreateMany {
    /// The memberships to create, each with its id.
    pub(crate) items: Vec<(GroupMembershipId, GroupMembershipChanges)>,
}

impl Task for CreateMany {
    fn words(&self) -> JobWords {
        JobWords {
            job_type: "Bulk Create Group Membership",
            start: "Creating Group Memberships",
            item: "Creating group membership",
        }
    }

    fn total(&self) -> usize {
        self.items.len()
    }

    fn work(&self, index: usize, account: &mut Account) -> Result<ItemResult, Refusal> {
        let (id, new) = &self.items[index];
        let id = account.create_group_membership_as(*id, new)?;
        Ok(ItemResult::created(index, id))
    }

    fn failure(&self, index: usize, reason: &Refusal) -> ItemResult {
        ItemResult::not_created(index, "GroupMembershipCreateFailed", reason)
    }
}

/// The job of `destroy_many`.
#[derive(Debug)]
pub(crate) struct DestroyMany {
    /// The ids in the request. The memberships need not exist.
    pub(crate) ids: Vec<i128>,
}

impl Task for DestroyMany {
    fn words(&self) -> JobWords {
        JobWords {
            job_type: "Bulk Delete Group Membership",
            start: "Deleting Group Memberships",
            item: "Deleting Group Membership",
        }
    }

    fn total(&self) -> usize {
        self.ids.len()
    }

    fn work(&self, index: usize, account: &mut Account) -> Result<ItemResult, Refusal> {
        account.delete_group_membership(GroupMembershipId::from_given(self.ids[index])?)?;
        Ok(ItemResult::deleted(self.ids[index]))
    }

    fn failure(&self, index: usize, reason: &Refusal) -> ItemResult {
        ItemResult::not_deleted(Some(self.ids[index]), reason)
    }
}
