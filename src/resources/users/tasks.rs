//! The background jobs of users. Each item follows the same rule as the operation on a single user.

use crate::base::ids::UserId;
use crate::base::refusal::Refusal;
use crate::resources::account::Account;
use crate::resources::job_statuses::model::{JobWords, Task};
use crate::resources::job_statuses::result::ItemResult;

use super::find::Criteria;
use super::model::{Role, UserChanges};

const CREATING: JobWords = JobWords {
    job_type: "Bulk Create User",
    start: "Creating Users",
    item: "Creating User",
};

/// The words of updates and of deletions, as recorded.
const UPDATING: JobWords = JobWords {
    job_type: "Bulk Update User",
    start: "Updating users",
    item: "Updating user",
};

/// How an item names its user.
#[derive(Clone, Debug)]
pub(crate) enum Named {
    /// The id as given, which may not exist.
    ById(i128),
    ByExternalId(String),
    /// No user is named.
    Nobody,
}

/// The job of `create_many`.
#[derive(Debug)]
pub(crate) struct CreateMany {
    /// The users to create, and the id that each will have.
    pub(crate) items: Vec<(UserId, UserChanges)>,
    /// The agent who sent the request. `None` means an admin, who may do anything.
    pub(crate) by: Option<UserId>,
}

impl Task for CreateMany {
    fn words(&self) -> JobWords {
        CREATING
    }

    fn total(&self) -> usize {
        self.items.len()
    }

    fn work(&self, index: usize, account: &mut Account) -> Result<ItemResult, Refusal> {
        let (id, changes) = &self.items[index];
        self.check_role(index, account)?;
        let id = account.create_user_as(*id, changes.clone())?;
        Ok(done(id, "Created", changes))
    }

    fn check_role(&self, index: usize, _: &Account) -> Result<(), Refusal> {
        check_role(self.by, &self.items[index].1)
    }

    fn failure(&self, index: usize, reason: &Refusal) -> ItemResult {
        failed(index, "UserCreateError", reason)
    }
}

/// The job of `create_or_update_many`.
#[derive(Debug)]
pub(crate) struct CreateOrUpdateMany {
    /// The id of each item if it is created, the id that it names, and its attributes.
    pub(crate) items: Vec<(UserId, Option<i128>, UserChanges)>,
    /// The agent who sent the request. `None` means an admin, who may do anything.
    pub(crate) by: Option<UserId>,
}

impl Task for CreateOrUpdateMany {
    fn words(&self) -> JobWords {
        CREATING
    }

    fn total(&self) -> usize {
        self.items.len()
    }

    fn work(&self, index: usize, account: &mut Account) -> Result<ItemResult, Refusal> {
        let (fresh, id, changes) = &self.items[index];
        check_role(self.by, changes)?;
        match account.find_user(&Criteria::of(*id, changes)) {
            Some(id) => {
                account.check_agent(self.by, Some(id))?;
                account.upsert_user(id, changes.clone())?;
                Ok(done(id, "Updated", changes))
            }
            None => {
                let id = account.create_user_as(*fresh, changes.clone())?;
                Ok(done(id, "Created", changes))
            }
        }
    }

    fn failure(&self, index: usize, reason: &Refusal) -> ItemResult {
        failed(index, "UserUpdateError", reason)
    }
}

/// The job of `update_many`.
#[derive(Debug)]
pub(crate) struct UpdateMany {
    pub(crate) items: Vec<(Named, UserChanges)>,
    /// The agent who sent the request. `None` means an admin, who may do anything.
    pub(crate) by: Option<UserId>,
}

impl Task for UpdateMany {
    fn words(&self) -> JobWords {
        UPDATING
    }

    fn total(&self) -> usize {
        self.items.len()
    }

    fn work(&self, index: usize, account: &mut Account) -> Result<ItemResult, Refusal> {
        let (named, changes) = &self.items[index];
        let id = named.find(account).ok_or(Refusal::NotFound)?;
        account.check_agent(self.by, Some(id))?;
        check_role(self.by, changes)?;
        account.update_user(id, changes.clone())?;
        Ok(ItemResult::done()
            .number("id", id.get())
            .text("action", "update")
            .text("status", "Updated")
            .flag("success", true))
    }

    fn failure(&self, index: usize, reason: &Refusal) -> ItemResult {
        failed(index, "UserUpdateError", reason)
    }
}

/// The job of `destroy_many`.
#[derive(Debug)]
pub(crate) struct DestroyMany {
    pub(crate) items: Vec<Named>,
    /// The user who sent the request.
    pub(crate) caller: Option<UserId>,
}

impl Task for DestroyMany {
    fn words(&self) -> JobWords {
        UPDATING
    }

    fn total(&self) -> usize {
        self.items.len()
    }

    fn work(&self, index: usize, account: &mut Account) -> Result<ItemResult, Refusal> {
        let id = self.items[index].find(account).ok_or(Refusal::NotFound)?;
        let deleted = if self.caller == Some(id) {
            Err(Refusal::Forbidden)
        } else {
            account.delete_user(id)
        };
        Ok(match deleted {
            Ok(()) => ItemResult::deleted(id.get()),
            Err(reason) => ItemResult::not_deleted(Some(id.get().into()), &reason),
        })
    }

    fn failure(&self, index: usize, reason: &Refusal) -> ItemResult {
        let id = match &self.items[index] {
            Named::ById(id) => Some(*id),
            // Nobody has the external id, or nobody looked for it.
            Named::ByExternalId(_) | Named::Nobody => None,
        };
        ItemResult::not_deleted(id, reason)
    }
}

/// Checks that an agent does not make anybody an agent or an admin.
fn check_role(by: Option<UserId>, changes: &UserChanges) -> Result<(), Refusal> {
    match (by, changes.role) {
        (Some(_), Some(Role::Agent | Role::Admin)) => Err(Refusal::Forbidden),
        _ => Ok(()),
    }
}

/// Returns the result of an item that succeeded. It contains the address and the external id if the
/// item did.
fn done(id: UserId, status: &'static str, changes: &UserChanges) -> ItemResult {
    let mut result = ItemResult::done()
        .number("id", id.get())
        .text("status", status);
    if let Some(Some(email)) = &changes.email {
        result = result.text("email", email.trim());
    }
    if let Some(Some(external_id)) = &changes.external_id {
        result = result.text("external_id", external_id);
    }
    result
}

/// Returns the result of an item that failed. If its user was not changed or created, its id is its
/// index in the request.
fn failed(index: usize, error: &'static str, reason: &Refusal) -> ItemResult {
    ItemResult::failed()
        .index("id", index)
        .text("error", error)
        .text("details", reason.details())
        .text("status", "Failed")
}
