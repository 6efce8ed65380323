//! What may happen to groups, and how that affects their agents and tickets.

use crate::base::ids::GroupId;
use crate::base::record::Record;
use crate::base::refusal::Refusal;
use crate::resources::account::Account;
use crate::resources::seeded::Seeded;
use crate::resources::tickets::model::Ticket;

use super::model::{Group, GroupChanges, NewGroup};
use super::violations;

impl Account {
    /// Creates the default group that every new account has. Its id is below all others, so it does
    /// not change the ids that are drawn.
    pub(crate) fn create_default_group(&mut self) {
        let id = self.ids.birth_id(0);
        let name = "Support".to_owned();
        self.groups.put(Group {
            name,
            ..Group::fresh(id, self.now())
        });
        self.groups.default = id;
    }

    /// Creates a group. Names need not be unique.
    pub(crate) fn create_group(&mut self, changes: GroupChanges) -> Result<GroupId, Refusal> {
        check_name(Some(changes.name.as_deref().unwrap_or_default()))?;
        let id = self.draw_id();
        let mut group = Group::fresh(id, self.now());
        group.apply(changes);
        self.groups.put(group);
        self.record_created(id);
        Ok(id)
    }

    /// Changes a group. A deleted group is not found. A private group cannot become public again.
    pub(crate) fn update_group(
        &mut self,
        id: GroupId,
        changes: GroupChanges,
    ) -> Result<(), Refusal> {
        let mut group = self.groups.active(id).ok_or(Refusal::NotFound)?.clone();
        check_name(changes.name.as_deref())?;
        if changes.is_public == Some(true) && !group.is_public {
            return Err(Refusal::Invalid(vec![violations::stays_private()]));
        }
        group.apply(changes);
        group.updated_at = self.now();
        self.groups.put(group);
        self.record_updated(id);
        Ok(())
    }

    /// Deletes a group, unless it is the account's default or the default of an agent. Its
    /// memberships are deleted, and its tickets that are not closed lose the group and their
    /// assignee. The group can still be read by id.
    /// <https://support.zendesk.com/hc/en-us/articles/4408888517274>
    pub(crate) fn delete_group(&mut self, id: GroupId) -> Result<(), Refusal> {
        let group = self.groups.active(id).ok_or(Refusal::NotFound)?.clone();
        if self.groups.default == id || self.group_memberships.is_default_of_somebody(id) {
            return Err(Refusal::Invalid(vec![violations::is_a_default()]));
        }
        for membership in self.group_memberships.ids_of(id) {
            self.drop_group_membership(membership);
        }
        let now = self.now();
        let of_group = |ticket: &Ticket| ticket.group_id == Some(id) && ticket.status.is_working();
        for ticket in self.tickets().into_iter().filter(of_group) {
            let id = ticket.id;
            self.tickets.put(Ticket {
                group_id: None,
                assignee_id: None,
                updated_at: now,
                ..ticket
            });
            self.record_updated(id);
        }
        self.groups.put(Group {
            deleted: true,
            updated_at: now,
            ..group
        });
        self.record_deleted(id);
        Ok(())
    }
}

/// Checks a name for a group. `None` means that the name does not change.
fn check_name(name: Option<&str>) -> Result<(), Refusal> {
    let is_blank = name.is_some_and(|name| name.trim().is_empty());
    if is_blank {
        Err(Refusal::Invalid(vec![violations::name_blank()]))
    } else {
        Ok(())
    }
}

impl Seeded for NewGroup {
    type Record = Group;

    fn what(&self) -> String {
        format!("group {:?}", self.0.name.as_deref().unwrap_or_default())
    }

    fn put_into(self, account: &mut Account) -> Result<Group, String> {
        let created = account
            .create_group(self.0)
            .and_then(|id| account.group(id).ok_or(Refusal::NotFound));
        created.map_err(|refusal| refusal.details())
    }
}
