//! What the background jobs of users do.

use crate::base::ids::UserId;
use crate::base::refusal::Refusal;
use crate::resources::account::Account;
use crate::resources::job_statuses::model::{JobWords, Task};
use crate::resources::job_statuses::result::ItemResult;

use super::model::{Role, UserChanges};

/// The job of `create_many`.
#[derive(Debug)]
pub(crate) struct CreateMany {
    /// What is to be created, and the id that each will have.
    pub(crate) items: Vec<(UserId, UserChanges)>,
    /// The agent who asked. None if an admin did, who may do anything.
    pub(crate) by: Option<UserId>,
}

impl Task for CreateMany {
    fn words(&self) -> JobWords {
        JobWords {
            job_type: "Bulk Create User",
            start: "Creating Users",
            item: "Creating User",
        }
    }

    fn total(&self) -> usize {
        self.items.len()
    }

    fn work(&self, index: usize, account: &mut Account) -> Result<ItemResult, Refusal> {
        let (id, changes) = &self.items[index];
        if self.by.is_some() && matches!(changes.role, Some(Role::Agent | Role::Admin)) {
            return Err(Refusal::Forbidden);
        }
        let id = account.create_user_as(*id, changes.clone())?;
        Ok(ItemResult::done()
            .number("id", id.get())
            .text("status", "Created"))
    }

    fn failure(&self, index: usize, reason: &Refusal) -> ItemResult {
        // The id of a user that was not created is its place in the request.
        ItemResult::failed()
            .index("id", index)
            .text("error", "UserCreateError")
            .text("details", reason.details())
            .text("status", "Failed")
    }
}
