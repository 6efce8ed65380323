//! The background jobs of memberships. Each item follows the same rule as the operation on a single
//! membership.

use crate::base::ids::{MembershipId, RecordId as _, UserId};
use crate::base::open_question::{Answers, OpenQuestion};
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
    /// They say how an item that failed is shown.
    pub(crate) answers: Answers,
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
        self.check_role(index, account)?;
        let id = account.create_membership_as(*id, new)?;
        Ok(ItemResult::created(index, id))
    }

    fn check_role(&self, index: usize, account: &Account) -> Result<(), Refusal> {
        account.check_agent(self.by, self.items[index].1.user_id)
    }

    fn failure(&self, index: usize, reason: &Refusal) -> ItemResult {
        let error = "OrganizationMembershipCreateFailed";
        if self.answers.is_other(OpenQuestion::FailedCreation) {
            return ItemResult::failed()
                .text("action", "create")
                .text("details", reason.details())
                .text("error", error)
                .index("id", index)
                .flag("success", false);
        }
        ItemResult::not_created(index, error, reason)
    }
}

/// The job of `destroy_many`.
#[derive(Debug)]
pub(crate) struct DestroyMany {
    /// The ids in the request. The memberships need not exist.
    pub(crate) ids: Vec<i128>,
    /// The agent who sent the request. `None` means that an admin sent it, who may do anything.
    pub(crate) by: Option<UserId>,
    /// They say how an item that failed is shown.
    pub(crate) answers: Answers,
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
        self.check_role(index, account)?;
        account.delete_membership(id)?;
        Ok(ItemResult::deleted(self.ids[index]))
    }

    fn check_role(&self, index: usize, account: &Account) -> Result<(), Refusal> {
        let id = MembershipId::from_given(self.ids[index]).ok();
        let row = id.and_then(|id| account.memberships.get(id));
        account.check_agent(self.by, row.map(|row| row.user_id))
    }

    fn failure(&self, index: usize, reason: &Refusal) -> ItemResult {
        if self.answers.is_other(OpenQuestion::FailedDeletion) {
            return ItemResult::failed()
                .index("index", index)
                .text("error", "OrganizationMembershipDeleteFailed")
                .number("id", self.ids[index])
                .text("details", reason.details());
        }
        ItemResult::not_deleted(Some(self.ids[index]), reason)
    }
}
