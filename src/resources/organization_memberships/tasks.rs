//! What the background jobs of memberships do: each item by the same rule as the operation on a single one.

use crate::base::ids::{MembershipId, UserId};
use crate::base::refusal::Refusal;
use crate::resources::account::Account;
use crate::resources::job_statuses::model::Task;
use crate::resources::job_statuses::result::ItemResult;

use super::model::NewMembership;

/// The job of `create_many`.
#[derive(Debug)]
pub(crate) struct CreateMany {
    /// What is to be created, and the id that each will have.
    pub(crate) items: Vec<(MembershipId, NewMembership)>,
    /// The agent who asked. None if an admin did, who may do anything.
    pub(crate) by: Option<UserId>,
}

impl Task for CreateMany {
    fn job_type(&self) -> &'static str {
        "Bulk Create Organization Membership"
    }

    fn working_message(&self, progress: usize) -> String {
        match progress {
            0 => "Creating Organization Memberships".to_owned(),
            progress => format!("Creating organization membership #{progress}"),
        }
    }

    fn total(&self) -> usize {
        self.items.len()
    }

    fn work(&self, index: usize, account: &mut Account) -> ItemResult {
        let (id, new) = &self.items[index];
        let allowed = account.check_agent(self.by, new.user_id);
        match allowed.and_then(|()| account.create_membership_as(*id, new)) {
            Ok(id) => ItemResult::created(index, id),
            Err(reason) => self.failure(index, &reason),
        }
    }

    fn failure(&self, index: usize, reason: &Refusal) -> ItemResult {
        ItemResult::not_created(index, "OrganizationMembershipCreateFailed", reason)
    }
}

/// The job of `destroy_many`.
#[derive(Debug)]
pub(crate) struct DestroyMany {
    /// As given: they need not be the ids of anything.
    pub(crate) ids: Vec<i64>,
    /// The agent who asked. None if an admin did, who may do anything.
    pub(crate) by: Option<UserId>,
}

impl Task for DestroyMany {
    fn job_type(&self) -> &'static str {
        "Bulk Delete Organization Membership"
    }

    fn working_message(&self, progress: usize) -> String {
        match progress {
            0 => "Deleting Organization Memberships".to_owned(),
            progress => format!("Deleting Organization Membership #{progress}"),
        }
    }

    fn total(&self) -> usize {
        self.ids.len()
    }

    fn work(&self, index: usize, account: &mut Account) -> ItemResult {
        let id = self.ids[index];
        let membership = u64::try_from(id).map_err(|_| Refusal::NotFound).map(MembershipId::new);
        let delete = |membership| {
            account.check_agent(self.by, account.memberships.get(membership).map(|row| row.user_id))?;
            account.delete_membership(membership)
        };
        match membership.and_then(delete) {
            Ok(()) => ItemResult::deleted(id),
            Err(reason) => self.failure(index, &reason),
        }
    }

    fn failure(&self, index: usize, reason: &Refusal) -> ItemResult {
        ItemResult::not_deleted(self.ids[index], reason)
    }
}
