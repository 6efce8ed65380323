//! What the background jobs of users do.

use crate::account::Account;
use crate::ids::UserId;
use crate::resources::job_statuses::model::{ItemResult, Task};

use super::model::UserChanges;

/// The job of `create_many`.
#[derive(Debug)]
pub(crate) struct CreateMany {
    /// What is to be created, and the id that each will have.
    pub(crate) items: Vec<(UserId, UserChanges)>,
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
        match account.create_user_as(*id, changes.clone()) {
            Ok(()) => ItemResult::UserCreated { id: *id },
            Err(reason) => ItemResult::UserNotCreated { index, reason },
        }
    }
}
