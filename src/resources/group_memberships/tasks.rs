//! What the background jobs of group memberships do: each item by the same rule as the operation on a single one.

use crate::base::ids::GroupMembershipId;
use crate::base::refusal::Refusal;
use crate::resources::account::Account;
use crate::resources::job_statuses::model::Task;
use crate::resources::job_statuses::result::ItemResult;

use super::model::GroupMembershipChanges;

/// The job of `create_many`.
#[derive(Debug)]
pub(crate) struct CreateMany {
    /// What is created, and the id that each will have.
    pub(crate) items: Vec<(GroupMembershipId, GroupMembershipChanges)>,
}

impl Task for CreateMany {
    fn job_type(&self) -> &'static str {
        "Bulk Create Group Membership"
    }

    fn working_message(&self, progress: usize) -> String {
        match progress {
            0 => "Creating Group Memberships".to_owned(),
            progress => format!("Creating group membership #{progress}"),
        }
    }

    fn total(&self) -> usize {
        self.items.len()
    }

    fn work(&self, index: usize, account: &mut Account) -> ItemResult {
        let (id, new) = &self.items[index];
        match account.create_group_membership_as(*id, new) {
            Ok(id) => ItemResult::created(index, id),
            Err(reason) => self.failure(index, &reason),
        }
    }

    fn failure(&self, index: usize, reason: &Refusal) -> ItemResult {
        ItemResult::not_created(index, "GroupMembershipCreateFailed", reason)
    }
}

/// The job of `destroy_many`.
#[derive(Debug)]
pub(crate) struct DestroyMany {
    /// As given: they need not be the ids of anything.
    pub(crate) ids: Vec<i64>,
}

impl Task for DestroyMany {
    fn job_type(&self) -> &'static str {
        "Bulk Delete Group Membership"
    }

    fn working_message(&self, progress: usize) -> String {
        match progress {
            0 => "Deleting Group Memberships".to_owned(),
            progress => format!("Deleting Group Membership #{progress}"),
        }
    }

    fn total(&self) -> usize {
        self.ids.len()
    }

    fn work(&self, index: usize, account: &mut Account) -> ItemResult {
        let id = self.ids[index];
        let membership = u64::try_from(id).map_err(|_| Refusal::NotFound).map(GroupMembershipId::new);
        match membership.and_then(|membership| account.delete_group_membership(membership)) {
            Ok(()) => ItemResult::deleted(id),
            Err(reason) => self.failure(index, &reason),
        }
    }

    fn failure(&self, index: usize, reason: &Refusal) -> ItemResult {
        ItemResult::not_deleted(self.ids[index], reason)
    }
}
