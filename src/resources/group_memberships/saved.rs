//! How group memberships are saved in fixtures, and loaded many at a time.

use std::collections::BTreeSet;

use crate::base::ids::UserId;
use crate::base::record::Record;
use crate::resources::account::Account;
use crate::resources::saved::{BadRow, Row, Saved, in_rows, no_two};
use crate::resources::users::model::Role;

use super::model::GroupMembership;

impl Saved for GroupMembership {
    type Mark = ();

    const LIST: &'static str = "group_memberships";
    const REQUIRED: &'static [&'static str] = &["user_id", "group_id"];
    const NEEDS_ID: bool = false;

    /// Returns the memberships to save. Those of the account's owner are not included, because the
    /// owner is not saved either.
    fn to_save(account: &Account) -> Vec<Row<Self>> {
        let all = account
            .group_memberships
            .iter()
            .filter(|membership| membership.user_id != account.owner);
        all.copied().map(Row::plain).collect()
    }

    /// A new agent joins the account's default group.
    fn unlisted(account: &mut Account, before: &Account) -> Vec<Self> {
        let users = account
            .users()
            .into_iter()
            .filter(|user| before.users.get(user.id).is_none());
        let agents: Vec<UserId> = users
            .filter(|user| user.role != Role::EndUser)
            .map(|user| user.id)
            .collect();
        let (group_id, now) = (account.groups.default, account.now());
        let membership = |user_id| Self {
            user_id,
            group_id,
            default: true,
            ..Self::fresh(account.draw_id(), now)
        };
        agents.into_iter().map(membership).collect()
    }

    fn check(row: &Row<Self>, account: &Account) -> Result<(), String> {
        let Self {
            user_id: user,
            group_id: group,
            ..
        } = row.record;
        match account.users.active(user) {
            None => return Err(format!("user {user} does not exist, or is deleted")),
            Some(user) if user.role == Role::EndUser => {
                return Err(format!("user {} is not an agent", user.id));
            }
            Some(_) => {}
        }
        if account.groups.active(group).is_none() {
            return Err(format!("group {group} does not exist, or is deleted"));
        }
        if account.group_memberships.find(user, group).is_some() {
            return Err(format!("user {user} is in group {group} already"));
        }
        Ok(())
    }

    fn check_together(rows: &[Row<Self>], account: &Account) -> Result<(), BadRow> {
        no_two(rows, "pair of user and group", |row| {
            Some((row.record.user_id, row.record.group_id))
        })?;
        let mut defaults = BTreeSet::new();
        in_rows(rows, |row| {
            let user = row.record.user_id;
            let has_one = account.group_memberships.default_of(user).is_some();
            if row.record.default && (has_one || !defaults.insert(user)) {
                return Err(format!("user {user} has two default group memberships"));
            }
            Ok(())
        })
    }

    fn put_all(account: &mut Account, rows: Vec<Row<Self>>) {
        for row in rows {
            account.group_memberships.put(row.record);
        }
    }
}
