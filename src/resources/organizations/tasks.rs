//! The background jobs of organizations. Each item follows the same rule as the operation on a
//! single organization.

use crate::base::ids::{OrganizationId, RecordId as _, UserId};
use crate::base::refusal::Refusal;
use crate::resources::account::Account;
use crate::resources::job_statuses::model::{JobWords, Task};
use crate::resources::job_statuses::result::ItemResult;

use super::model::OrganizationChanges;

/// How an item names its organization.
#[derive(Clone, Debug)]
pub(crate) enum Named {
    /// The id as given, which may not exist.
    ById(i128),
    ByExternalId(String),
    /// No organization is named.
    Nothing,
}

impl Named {
    fn find(&self, account: &Account) -> Result<OrganizationId, Refusal> {
        let found = match self {
            Self::ById(id) => {
                let id = OrganizationId::from_given(*id)?;
                account.organizations.get(id).map(|found| found.id)
            }
            Self::ByExternalId(external_id) => account.organizations.with_external_id(external_id),
            Self::Nothing => None,
        };
        found.ok_or(Refusal::NotFound)
    }
}

/// The job of `create_many`.
#[derive(Debug)]
pub(crate) struct CreateMany {
    /// The organizations to create, and the id that each will have.
    pub(crate) items: Vec<(OrganizationId, OrganizationChanges)>,
    /// The agent who sent the request. `None` means an admin.
    pub(crate) by: Option<UserId>,
}

impl Task for CreateMany {
    fn words(&self) -> JobWords {
        JobWords {
            job_type: "Bulk Create Organization",
            start: "Creating Organizations",
            item: "Creating organization",
        }
    }

    fn total(&self) -> usize {
        self.items.len()
    }

    fn work(&self, index: usize, account: &mut Account) -> Result<ItemResult, Refusal> {
        let (id, changes) = &self.items[index];
        // Agents cannot create organizations.
        if self.by.is_some() {
            return Err(Refusal::Forbidden);
        }
        let id = account.create_organization_as(*id, changes.clone())?;
        Ok(ItemResult::done()
            .text("status", "Created")
            .number("id", id.get()))
    }

    fn failure(&self, index: usize, reason: &Refusal) -> ItemResult {
        ItemResult::failed()
            .index("index", index)
            .text("error", "OrganizationCreateFailed")
            .text("details", details(reason))
    }
}

/// The job of `update_many`.
#[derive(Debug)]
pub(crate) struct UpdateMany {
    pub(crate) items: Vec<(Named, OrganizationChanges)>,
}

impl Task for UpdateMany {
    fn words(&self) -> JobWords {
        JobWords {
            job_type: "Bulk Update Organization",
            start: "Updating Organizations",
            item: "Updating organization",
        }
    }

    fn total(&self) -> usize {
        self.items.len()
    }

    fn work(&self, index: usize, account: &mut Account) -> Result<ItemResult, Refusal> {
        let (named, changes) = &self.items[index];
        let id = named.find(account)?;
        account.update_organization(id, changes.clone())?;
        Ok(ItemResult::done()
            .text("action", "update")
            .number("id", id.get())
            .text("status", "Updated")
            .flag("success", true))
    }

    fn failure(&self, index: usize, reason: &Refusal) -> ItemResult {
        let failed = ItemResult::failed()
            .index("index", index)
            .text("error", "OrganizationUpdateFailed");
        let failed = match self.items[index].0 {
            Named::ById(id) => failed.number("id", id),
            Named::ByExternalId(_) | Named::Nothing => failed,
        };
        failed.text("details", details(reason))
    }
}

/// The job of `destroy_many`.
#[derive(Debug)]
pub(crate) struct DestroyMany {
    pub(crate) items: Vec<Named>,
}

impl Task for DestroyMany {
    fn words(&self) -> JobWords {
        JobWords {
            job_type: "Bulk Delete Organization",
            start: "Deleting Organizations",
            item: "Deleting Organization",
        }
    }

    fn total(&self) -> usize {
        self.items.len()
    }

    fn work(&self, index: usize, account: &mut Account) -> Result<ItemResult, Refusal> {
        let id = self.items[index].find(account)?;
        account.delete_organization(id)?;
        Ok(ItemResult::deleted(id.get()))
    }

    fn failure(&self, index: usize, reason: &Refusal) -> ItemResult {
        let id = match &self.items[index] {
            Named::ById(id) => Some(*id),
            // No organization has the external id, or nobody looked for it.
            Named::ByExternalId(_) | Named::Nothing => None,
        };
        ItemResult::not_deleted(id, reason)
    }
}

/// Returns the details of a failed item. In a job, the label of a name is followed by two spaces,
/// in a reply by one.
fn details(reason: &Refusal) -> String {
    reason.details().replace("Name: ", "Name:  ")
}
