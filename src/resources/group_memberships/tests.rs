//! Compares the account with a naive model of its groups. The same random changes are applied to
//! both, and they must agree after each.

#![allow(
    clippy::unwrap_used,
    reason = "a test that unwraps says what it expects"
)]

use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::Index;

use super::model::{GroupMembership, GroupMembershipChanges};
use crate::base::ids::{GroupId, GroupMembershipId, UserId};
use crate::base::settings::Rules;
use crate::base::time::Moment;
use crate::resources::account::Account;
use crate::resources::groups::model::GroupChanges;
use crate::resources::users::model::{Role, UserChanges};

#[derive(Clone, Debug)]
enum Change {
    CreateUser {
        role: Role,
    },
    CreateGroup,
    Join {
        user: Index,
        group: Index,
        default: bool,
    },
    Leave {
        membership: Index,
    },
    MakeDefault {
        membership: Index,
    },
    UpdateUser {
        user: Index,
        role: Option<Role>,
        default_group: Option<Index>,
    },
    DeleteUser {
        user: Index,
    },
    DeleteGroup {
        group: Index,
    },
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<Index>;
    let role = || prop_oneof![Just(Role::EndUser), Just(Role::Agent), Just(Role::Admin)];
    prop_oneof![
        2 => role().prop_map(|role| Change::CreateUser { role }),
        2 => Just(Change::CreateGroup),
        6 => (index(), index(), any::<bool>()).prop_map(|(user, group, default)| Change::Join { user, group, default }),
        3 => index().prop_map(|membership| Change::Leave { membership }),
        3 => index().prop_map(|membership| Change::MakeDefault { membership }),
        3 => (index(), prop::option::of(role()), prop::option::of(index())).prop_map(|(user, role, default_group)| {
            Change::UpdateUser { user, role, default_group }
        }),
        1 => index().prop_map(|user| Change::DeleteUser { user }),
        2 => index().prop_map(|group| Change::DeleteGroup { group }),
    ]
}

/// The members of the groups, as plain lists that are searched from the start.
#[derive(Debug)]
struct Model {
    /// All users, including deleted ones, with the role. `None` means that the user is deleted.
    users: Vec<(UserId, Option<Role>)>,
    /// All groups, and whether they still exist. The first one is the account's default.
    groups: Vec<(GroupId, bool)>,
    /// The memberships, by id.
    memberships: Vec<(GroupMembershipId, UserId, GroupId, bool)>,
}

impl Model {
    fn is_agent(&self, user: UserId) -> bool {
        self.users
            .iter()
            .any(|(id, role)| *id == user && role.is_some_and(|role| role != Role::EndUser))
    }

    fn is_there(&self, group: GroupId) -> bool {
        self.groups.contains(&(group, true))
    }

    fn find(&self, user: UserId, group: GroupId) -> Option<GroupMembershipId> {
        self.memberships
            .iter()
            .find(|row| (row.1, row.2) == (user, group))
            .map(|row| row.0)
    }

    fn make_default(&mut self, membership: GroupMembershipId) {
        let user = self
            .memberships
            .iter()
            .find(|row| row.0 == membership)
            .unwrap()
            .1;
        self.memberships
            .iter_mut()
            .filter(|row| row.1 == user)
            .for_each(|row| row.3 = row.0 == membership);
    }

    /// Adds the agent to a group by default. A new membership gets the id that the account
    /// assigned.
    fn join_by_default(&mut self, account: &Account, user: UserId, group: GroupId) {
        if self.find(user, group).is_none() {
            let id = account.group_membership(user, group).unwrap().id;
            self.memberships.push((id, user, group, false));
        }
        self.make_default(self.find(user, group).unwrap());
    }
}

/// Applies a change to both, and checks that the results are the same.
fn apply(account: &mut Account, model: &mut Model, change: &Change) {
    let user = |index: &Index, model: &Model| index.get(&model.users).0;
    let group = |index: &Index, model: &Model| index.get(&model.groups).0;
    let default_group = model.groups[0].0;
    match change {
        Change::CreateUser { role } => {
            let changes = UserChanges {
                name: Some("somebody".to_owned()),
                role: Some(*role),
                ..UserChanges::default()
            };
            let id = account.create_user(changes).unwrap();
            model.users.push((id, Some(*role)));
            if *role != Role::EndUser {
                model.join_by_default(account, id, default_group);
            }
        }
        Change::CreateGroup => {
            let changes = GroupChanges {
                name: Some("a group".to_owned()),
                ..GroupChanges::default()
            };
            model
                .groups
                .push((account.create_group(changes).unwrap(), true));
        }
        Change::Join {
            user: of,
            group: to,
            default,
        } => {
            let (user, group) = (user(of, model), group(to, model));
            let allowed =
                model.is_agent(user) && model.is_there(group) && model.find(user, group).is_none();
            let (user_id, group_id, default) = (Some(user), Some(group), Some(*default));
            let new = GroupMembershipChanges {
                user_id,
                group_id,
                default,
                ..GroupMembershipChanges::default()
            };
            let result = account.create_group_membership(&new);
            assert_eq!(result.is_ok(), allowed, "{result:?}");
            if let Ok(id) = result {
                model.memberships.push((id, user, group, false));
                if default == Some(true) {
                    model.make_default(id);
                }
            }
        }
        Change::Leave { membership } => {
            let Some((id, user, _, was_default)) = picked(membership, model) else {
                return;
            };
            account.delete_group_membership(id).unwrap();
            model.memberships.retain(|row| row.0 != id);
            let lowest = model
                .memberships
                .iter()
                .filter(|row| row.1 == user)
                .map(|row| row.0)
                .min();
            if let Some(lowest) = lowest.filter(|_| was_default) {
                model.make_default(lowest);
            }
        }
        Change::MakeDefault { membership } => {
            let Some((id, ..)) = picked(membership, model) else {
                return;
            };
            account.make_default_group(id);
            model.make_default(id);
        }
        Change::UpdateUser {
            user: of,
            role,
            default_group: wish,
        } => {
            let id = user(of, model);
            let wish = wish.as_ref().map(|wish| group(wish, model));
            let former = model.users.iter().find(|(user, _)| *user == id).unwrap().1;
            let becomes = former.map(|former| role.unwrap_or(former));
            let is_agent = becomes.is_some_and(|role| role != Role::EndUser);
            let allowed =
                former.is_some() && !(is_agent && wish.is_some_and(|group| !model.is_there(group)));
            let changes = UserChanges {
                role: *role,
                default_group_id: wish,
                ..UserChanges::default()
            };
            let result = account.update_user(id, changes);
            assert_eq!(result.is_ok(), allowed, "{result:?}");
            if !allowed {
                return;
            }
            let was_agent = model.is_agent(id);
            model
                .users
                .iter_mut()
                .filter(|(user, _)| *user == id)
                .for_each(|user| user.1 = becomes);
            if !is_agent {
                model.memberships.retain(|row| row.1 != id);
                return;
            }
            if !was_agent {
                model.join_by_default(account, id, default_group);
            }
            if let Some(group) = wish {
                model.join_by_default(account, id, group);
            }
        }
        Change::DeleteUser { user: of } => {
            let id = user(of, model);
            let result = account.delete_user(id);
            if id == account.owner {
                assert!(result.is_err());
                return;
            }
            model
                .users
                .iter_mut()
                .filter(|(user, _)| *user == id)
                .for_each(|(_, role)| {
                    assert_eq!(result.is_ok(), role.is_some());
                    *role = None;
                });
            model.memberships.retain(|row| row.1 != id);
        }
        Change::DeleteGroup { group: which } => {
            let id = group(which, model);
            let is_a_default =
                id == default_group || model.memberships.iter().any(|row| row.2 == id && row.3);
            let result = account.delete_group(id);
            assert_eq!(
                result.is_ok(),
                model.is_there(id) && !is_a_default,
                "{result:?}"
            );
            if result.is_ok() {
                model
                    .groups
                    .iter_mut()
                    .filter(|(group, _)| *group == id)
                    .for_each(|group| group.1 = false);
                model.memberships.retain(|row| row.2 != id);
            }
        }
    }
}

fn picked(index: &Index, model: &Model) -> Option<(GroupMembershipId, UserId, GroupId, bool)> {
    (!model.memberships.is_empty()).then(|| *index.get(&model.memberships))
}

/// Compares everything that the account returns about group memberships.
fn assert_same(account: &Account, model: &Model) {
    let plain = |row: GroupMembership| (row.id, row.user_id, row.group_id, row.default);
    let by_id = |mut rows: Vec<(GroupMembershipId, UserId, GroupId, bool)>| {
        rows.sort_unstable();
        rows
    };
    let all = account
        .group_memberships
        .iter()
        .copied()
        .map(plain)
        .collect::<Vec<_>>();
    assert_eq!(all, by_id(model.memberships.clone()));
    for (user, _) in &model.users {
        let of_user = account
            .group_memberships_of_user(*user)
            .into_iter()
            .map(plain)
            .collect::<Vec<_>>();
        let expected: Vec<_> = model
            .memberships
            .iter()
            .copied()
            .filter(|row| row.1 == *user)
            .collect();
        assert_eq!(of_user, by_id(expected));
    }
    for (group, is_there) in &model.groups {
        let of_group = account
            .group_memberships_of_group(*group)
            .into_iter()
            .map(plain)
            .collect::<Vec<_>>();
        let expected: Vec<_> = model
            .memberships
            .iter()
            .copied()
            .filter(|row| row.2 == *group)
            .collect();
        assert_eq!(of_group, by_id(expected));
        assert_eq!(account.group(*group).unwrap().deleted, !is_there);
    }
    let listed = account
        .groups()
        .into_iter()
        .filter(|group| group.deleted)
        .count();
    assert_eq!(listed, 0, "a list has no deleted group");
    assert_eq!(
        account.groups().len(),
        model
            .groups
            .iter()
            .filter(|(_, is_there)| *is_there)
            .count()
    );
}

proptest! {
    #![proptest_config(crate::base::testing::seeded(200))]

    #[test]
    fn the_account_agrees_with_a_naive_model_of_its_groups(changes in prop::collection::vec(change(), 1..60)) {
        let now = Moment::since_epoch(Duration::from_secs(1_725_648_720));
        let mut account = Account::new(Rules::default(), now, "owner@example.com");
        let (owner, default_group) = (account.owner, account.default_group());
        let of_owner = account.group_membership(owner, default_group).unwrap().id;
        let mut model = Model {
            users: vec![(owner, Some(Role::Admin))],
            groups: vec![(default_group, true)],
            memberships: vec![(of_owner, owner, default_group, true)],
        };
        for change in &changes {
            apply(&mut account, &mut model, change);
            assert_same(&account, &model);
        }
    }
}
