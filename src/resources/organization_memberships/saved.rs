//! How memberships are saved in fixtures, and loaded many at a time.

use std::collections::BTreeMap;

use crate::base::ids::{OrganizationId, UserId};
use crate::base::settings::OrganizationsOfAUser;
use crate::base::value::Shown;
use crate::resources::account::Account;
use crate::resources::saved::{BadRow, Row, Saved, in_rows, no_two};

use super::model::{Membership, NewMembership};

/// Whether a row marks its membership as the default. If no row of a user has a mark, the first one
/// is the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mark {
    Default,
    #[default]
    None,
}

impl Saved for Membership {
    type Mark = Mark;

    const LIST: &'static str = "memberships";
    const ALIASES: &'static [&'static str] = &["organization_memberships"];
    const REQUIRED: &'static [&'static str] = &["user_id", "organization_id"];
    const NEEDS_ID: bool = false;

    fn to_save(account: &Account) -> Vec<Row<Self>> {
        let row = |membership: &Self| {
            let user = account.users.get(membership.user_id);
            let is_default =
                user.is_some_and(|user| user.organization_id == Some(membership.organization_id));
            Row {
                record: *membership,
                mark: if is_default {
                    Mark::Default
                } else {
                    Mark::None
                },
            }
        };
        account.memberships.iter().map(row).collect()
    }

    fn mark_key() -> Option<&'static str> {
        Some("default")
    }

    fn shown_mark(mark: Mark) -> Option<Shown<'static>> {
        (mark == Mark::Default).then_some(Shown::Bool(true))
    }

    fn given_mark(changes: &NewMembership) -> Mark {
        if changes.default == Some(true) {
            Mark::Default
        } else {
            Mark::None
        }
    }

    fn check(row: &Row<Self>, account: &Account) -> Result<(), String> {
        let Self {
            user_id: user,
            organization_id: organization,
            ..
        } = row.record;
        match account.users.get(user) {
            None => return Err(format!("user {user} does not exist")),
            Some(deleted) if !deleted.active => {
                return Err(format!("user {user} is deleted, and can be in none"));
            }
            Some(_) => {}
        }
        if account.organizations.get(organization).is_none() {
            return Err(format!("organization {organization} does not exist"));
        }
        if account.memberships.find(user, organization).is_some() {
            return Err(format!(
                "user {user} is in organization {organization} already"
            ));
        }
        Ok(())
    }

    fn check_together(rows: &[Row<Self>], account: &Account) -> Result<(), BadRow> {
        no_two(rows, "pair of user and organization", |row| {
            Some((row.record.user_id, row.record.organization_id))
        })?;
        let single = account.rules.organizations_of_a_user == OrganizationsOfAUser::One;
        let limit = if single {
            1
        } else {
            account.rules.organizations_per_user
        };
        let mut counts: BTreeMap<UserId, usize> = BTreeMap::new();
        let mut marked: BTreeMap<UserId, OrganizationId> = BTreeMap::new();
        in_rows(rows, |row| {
            let user = row.record.user_id;
            let count = counts
                .entry(user)
                .or_insert_with(|| account.memberships.count_of_user(user));
            *count += 1;
            if *count > limit {
                return Err(format!(
                    "user {user} would be in more than {limit} organizations"
                ));
            }
            if row.mark == Mark::Default
                && marked.insert(user, row.record.organization_id).is_some()
            {
                return Err(format!("user {user} has two default memberships"));
            }
            Ok(())
        })
    }

    fn put_all(account: &mut Account, rows: Vec<Row<Self>>) {
        let defaults = defaults(&rows);
        let organizations = &account.organizations;
        let memberships = rows.into_iter().map(|row| row.record).collect();
        account.memberships.extend(memberships, |organization| {
            organizations.sort_name(organization)
        });
        for (user, (organization, mark)) in defaults {
            let takes_over = mark == Mark::Default;
            account.users.update_in_place(user, |user| {
                if takes_over || user.organization_id.is_none() {
                    user.organization_id = Some(organization);
                }
            });
        }
    }
}

/// Returns the default of each user: the marked one, or else the first one, as if they were created
/// in this order.
fn defaults(rows: &[Row<Membership>]) -> BTreeMap<UserId, (OrganizationId, Mark)> {
    let mut defaults = BTreeMap::new();
    for row in rows {
        let default = (row.record.organization_id, row.mark);
        if row.mark == Mark::Default {
            defaults.insert(row.record.user_id, default);
        } else {
            defaults.entry(row.record.user_id).or_insert(default);
        }
    }
    defaults
}
