//! What the background jobs of users do.

use crate::base::ids::UserId;
use crate::base::refusal::Refusal;
use crate::resources::account::Account;
use crate::resources::job_statuses::model::Task;
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
    fn job_type(&self) -> &'static str {
        "Bulk Create User"
    }

    fn working_message(&self, progress: usize) -> String {
        match progress {
            0 => "Creating Users".to_owned(),
            progress => format!("Creating User #{progress}"),
        }
    }

    fn total(&self) -> usize {
        self.items.len()
    }

    fn work(&self, index: usize, account: &mut Account) -> ItemResult {
        let (id, changes) = &self.items[index];
        let allowed = match (self.by, changes.role) {
            (Some(_), Some(Role::Agent | Role::Admin)) => Err(Refusal::Forbidden),
            _ => Ok(()),
        };
        match allowed.and_then(|()| account.create_user_as(*id, changes.clone())) {
            Ok(id) => ItemResult::done().number("id", id.get()).text("status", "Created"),
            Err(reason) => self.failure(index, &reason),
        }
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
