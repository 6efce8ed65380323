//! Compares the account with a naive model. The same random changes are applied to both, and they
//! must agree after each.
//!
//! The model keeps plain lists and always searches all of them. Where the account has an index, the
//! model sorts and filters.

#![allow(
    clippy::unwrap_used,
    reason = "a test that unwraps says what it expects"
)]

mod naive;

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use naive::{Change, LIMIT, Model, ModelMembership, ModelTicket, NAMES, Pair, change};

use super::model::NewMembership;
use super::tasks::{CreateMany, DestroyMany};
use crate::base::ids::{MembershipId, RecordId};
use crate::base::open_question::Answers;
use crate::base::refusal::Refusal;
use crate::base::sequence::{Sequence, Side};
use crate::base::settings::{OrganizationsOfAUser, Rules};
use crate::base::time::Moment;
use crate::resources::account::Account;
use crate::resources::organization_merges::model::MergeStatus;
use crate::resources::organizations::model::OrganizationChanges;
use crate::resources::tickets::model::{TicketChanges, TicketStatus};
use crate::resources::users::model::UserChanges;

/// The time when the account is created.
fn start() -> Moment {
    Moment::since_epoch(Duration::from_secs(1_725_648_720))
}

/// Applies a change to both, and checks that the results are the same.
fn apply(account: &mut Account, model: &mut Model, change: &Change) {
    let new = |model: &Model, pair: &Pair| NewMembership {
        user_id: Some(model.user(pair.user)),
        organization_id: Some(model.organization(pair.organization)),
        default: pair.default,
        ..NewMembership::default()
    };
    match change {
        Change::CreateUser { organization } => {
            let organization = organization.map(|number| model.organization(number));
            let name = Some("somebody".to_owned());
            let result = account.create_user(UserChanges {
                name,
                organization_id: Some(organization),
                ..UserChanges::default()
            });
            if organization.is_some_and(|id| model.name(id).is_none()) {
                assert_eq!(result, Err(Refusal::NotFound));
                return;
            }
            let user = result.unwrap();
            model.users.push((user, true));
            if let Some(organization) = organization {
                let id = account.membership(user, organization).unwrap().id;
                model.memberships.push(ModelMembership {
                    id,
                    user,
                    organization,
                    default: true,
                });
            }
        }
        Change::CreateOrganization { name } => {
            let name = NAMES[*name].to_owned();
            let changes = OrganizationChanges {
                name: Some(name.clone()),
                ..OrganizationChanges::default()
            };
            let result = account.create_organization(changes);
            assert_eq!(result.is_err(), model.is_taken(&name, None));
            model
                .organizations
                .extend(result.map(|id| (id, true, name)));
        }
        Change::CreateMembership(pair) => {
            let new = new(model, pair);
            let result = account.create_membership(&new);
            assert_eq!(result.as_ref().err(), model.refusal(&new).as_ref());
            if let Ok(id) = result {
                model.create(id, &new);
            }
        }
        Change::DeleteMembership(number) => {
            let id = model.membership(*number);
            assert_eq!(
                account.delete_membership(id).is_ok(),
                model.memberships.iter().any(|other| other.id == id)
            );
            model.delete(id);
        }
        Change::MakeDefault(number) => {
            let id = model.membership(*number);
            let user = model
                .memberships
                .iter()
                .find(|other| other.id == id)
                .map(|other| other.user);
            assert_eq!(account.make_default(id).is_ok(), user.is_some());
            for other in model
                .memberships
                .iter_mut()
                .filter(|other| Some(other.user) == user)
            {
                other.default = other.id == id;
            }
        }
        Change::CreateMany(pairs) => {
            let ids = account.draw_ids_for_job(pairs.len());
            let items: Vec<_> = ids
                .into_iter()
                .zip(pairs.iter().map(|pair| new(model, pair)))
                .collect();
            account.queue_job(Arc::new(CreateMany {
                items: items.clone(),
                by: None,
                answers: Answers::default(),
            }));
            account.complete_all_jobs();
            for (id, new) in items {
                if model.refusal(&new).is_none() {
                    model.create(id, &new);
                }
            }
        }
        Change::DestroyMany(numbers) => {
            let ids: Vec<_> = numbers
                .iter()
                .map(|number| model.membership(*number))
                .collect();
            account.queue_job(Arc::new(DestroyMany {
                ids: ids.iter().map(|id| id.get().into()).collect(),
                by: None,
                answers: Answers::default(),
            }));
            account.complete_all_jobs();
            ids.into_iter().for_each(|id| model.delete(id));
        }
        Change::Rename { organization, name } => {
            let id = model.organization(*organization);
            let name = NAMES[*name].to_owned();
            let changes = OrganizationChanges {
                name: Some(name.clone()),
                ..OrganizationChanges::default()
            };
            let result = account.update_organization(id, changes);
            let refused = model.name(id).is_none() || model.is_taken(&name, Some(id));
            assert_eq!(result.is_err(), refused);
            if !refused {
                model
                    .organizations
                    .iter_mut()
                    .filter(|other| other.0 == id)
                    .for_each(|other| other.2 = name.clone());
            }
        }
        Change::MoveUser { user, organization } => {
            let user = model.user(*user);
            let organization = organization.map(|number| model.organization(number));
            let changes = UserChanges {
                organization_id: Some(organization),
                ..UserChanges::default()
            };
            let result = account.update_user(user, changes);
            let refused = !model.users.contains(&(user, true))
                || organization.is_some_and(|id| model.name(id).is_none());
            assert_eq!(result.is_err(), refused);
            if refused {
                return;
            }
            for other in model.of_user(user) {
                if Some(other.organization) != organization {
                    model.remove(other.id);
                }
            }
            match (
                organization,
                model
                    .memberships
                    .iter_mut()
                    .find(|other| other.user == user),
            ) {
                (_, Some(stays)) => stays.default = true,
                (Some(organization), None) => {
                    let id = account.membership(user, organization).unwrap().id;
                    model.memberships.push(ModelMembership {
                        id,
                        user,
                        organization,
                        default: true,
                    });
                }
                (None, None) => {}
            }
        }
        Change::DeleteUser(number) => {
            let user = model.user(*number);
            let is_there = model.users.contains(&(user, true));
            let requests = |ticket: &ModelTicket| ticket.requester == user && !ticket.closed;
            let is_refused = !is_there || model.tickets.iter().any(requests);
            assert_eq!(account.delete_user(user).is_err(), is_refused);
            if is_refused {
                return;
            }
            for other in model.of_user(user) {
                model.remove(other.id);
            }
            model
                .users
                .iter_mut()
                .filter(|other| other.0 == user)
                .for_each(|other| other.1 = false);
        }
        Change::DeleteOrganization(number) => {
            let id = model.organization(*number);
            assert_eq!(
                account.delete_organization(id).is_ok(),
                model.name(id).is_some()
            );
            let members: Vec<_> = model
                .memberships
                .iter()
                .filter(|other| other.organization == id)
                .cloned()
                .collect();
            members
                .into_iter()
                .for_each(|member| model.delete(member.id));
            // Where users are in one organization, a merged user's tickets may be in another one.
            for ticket in &mut model.tickets {
                if ticket.organization == Some(id) && !ticket.closed {
                    ticket.organization = None;
                }
            }
            model
                .organizations
                .iter_mut()
                .filter(|other| other.0 == id)
                .for_each(|other| other.1 = false);
        }
        Change::CreateTicket { requester, closed } => {
            let requester = model.user(*requester);
            let status = Some(if *closed {
                TicketStatus::Closed
            } else {
                TicketStatus::Solved
            });
            let description = Some("text".to_owned());
            let changes = TicketChanges {
                requester_id: Some(requester),
                status,
                description,
                ..TicketChanges::default()
            };
            let result = account.create_ticket(changes, requester);
            assert_eq!(result.is_ok(), model.users.contains(&(requester, true)));
            if let Ok(id) = result {
                let organization = model
                    .of_user(requester)
                    .first()
                    .map(|default| default.organization);
                model.tickets.push(ModelTicket {
                    id,
                    requester,
                    organization,
                    closed: *closed,
                });
            }
        }
        Change::MergeUsers { loser, winner } => {
            let (loser, winner) = (model.user(*loser), model.user(*winner));
            let is_there = |user| model.users.contains(&(user, true));
            let mut organizations: Vec<_> = [model.of_user(loser), model.of_user(winner)]
                .concat()
                .into_iter()
                .map(|other| other.organization)
                .collect();
            organizations.sort_unstable();
            organizations.dedup();
            let fits = model.single_organization || organizations.len() <= LIMIT;
            let may = is_there(loser) && is_there(winner) && loser != winner && fits;
            assert_eq!(account.merge_users(loser, winner).is_ok(), may);
            if may {
                model.merge_users(loser, winner);
            }
        }
        Change::MergeOrganizations { loser, winner } => {
            let (loser, winner) = (model.organization(*loser), model.organization(*winner));
            let is_there = |id| model.name(id).is_some();
            let may = is_there(loser) && is_there(winner) && loser != winner;
            let queued = account.queue_merge(loser, winner);
            assert_eq!(queued.is_ok(), may);
            account.complete_all_jobs();
            if let Ok(merge) = queued {
                let merge = account.organization_merge(&merge.id).unwrap();
                assert_eq!(merge.status, MergeStatus::Complete);
                model.merge_organizations(loser, winner);
            }
        }
    }
}

/// Checks that everything that can be read is the same in the model.
fn assert_agree(account: &Account, model: &Model) {
    let read = |memberships: Vec<super::model::OrganizationMembership>| -> Vec<ModelMembership> {
        let read = memberships.into_iter().map(|m| ModelMembership {
            id: m.id,
            user: m.user_id,
            organization: m.organization_id,
            default: m.default,
        });
        read.collect()
    };
    let mut all = model.memberships.clone();
    all.sort_by_key(|other| other.id);
    assert_eq!(read(account.memberships()), all);
    assert_eq!(account.membership_count(), all.len());

    for (user, is_active) in &model.users {
        let list = model.of_user(*user);
        assert_eq!(read(account.memberships_of_user(*user)), list);
        assert_eq!(
            list.iter().filter(|other| other.default).count(),
            usize::from(!list.is_empty())
        );
        let seen = account.user(*user).unwrap();
        assert_eq!(
            seen.organization_id,
            list.first().map(|default| default.organization)
        );
        assert_eq!(seen.active, *is_active);
        if model.single_organization {
            assert!(list.len() <= 1);
        }
        let sequence = account.memberships.default_then_name(
            &account.organizations,
            *user,
            account.default_membership_id(*user),
        );
        assert_walks(
            &sequence,
            &list
                .iter()
                .map(|other| other.id.number())
                .collect::<Vec<_>>(),
        );
    }
    for (organization, is_there, name) in &model.organizations {
        let list: Vec<_> = all
            .iter()
            .filter(|other| other.organization == *organization)
            .cloned()
            .collect();
        assert_eq!(
            read(account.memberships_of_organization(*organization)),
            list
        );
        assert_eq!(
            account.organization(*organization).map(|seen| seen.name),
            is_there.then(|| name.trim().to_owned())
        );
        for (user, _) in &model.users {
            let found = account
                .membership(*user, *organization)
                .map(|found| found.id);
            assert_eq!(
                found,
                list.iter()
                    .find(|other| other.user == *user)
                    .map(|other| other.id)
            );
        }
        let mut users: Vec<_> = list.iter().map(|other| other.user.number()).collect();
        users.sort_unstable();
        assert_walks(&account.memberships.users_of(*organization), &users);
        assert_walks(
            &account.memberships.of_organization(*organization),
            &list
                .iter()
                .map(|other| other.id.number())
                .collect::<Vec<_>>(),
        );
    }
    let mut organizations: Vec<_> = model.organizations.iter().filter(|other| other.1).collect();
    organizations.sort_by_key(|other| (other.2.trim().to_lowercase(), other.0));
    let organizations: Vec<_> = organizations
        .into_iter()
        .map(|other| other.0.number())
        .collect();
    assert_walks(&account.organizations.by_name(), &organizations);
    for ticket in &model.tickets {
        let shown = account.ticket(ticket.id).unwrap();
        assert_eq!(shown.organization_id, ticket.organization);
        assert_eq!(shown.requester_id, ticket.requester);
    }
}

/// Checks that the list contains these ids in this order, by rank, and by position in both
/// directions.
fn assert_walks(list: &dyn Sequence, ids: &[u64]) {
    assert_eq!(list.len(), ids.len());
    assert_eq!(list.ids(0..ids.len()), ids);
    for rank in 0..ids.len() {
        assert_eq!(list.ids(rank..ids.len()), ids[rank..]);
        assert_eq!(list.ids(rank..rank + 1), [ids[rank]]);
        let position = list.position(rank).expect("a position for each rank");
        assert_eq!(list.rank(&position, Side::Before), Some(rank));
        assert_eq!(list.rank(&position, Side::After), Some(rank + 1));
    }
    assert_eq!(list.position(ids.len()), None);
}

fn assert_same_history(changes: &[Change], organizations_of_a_user: OrganizationsOfAUser) {
    let rules = Rules {
        organizations_of_a_user,
        organizations_per_user: LIMIT,
        ..Rules::default()
    };
    let now = start();
    let mut account = Account::new(rules, now, "owner@example.com");
    let mut model = Model {
        single_organization: organizations_of_a_user == OrganizationsOfAUser::One,
        users: Vec::new(),
        organizations: Vec::new(),
        memberships: Vec::new(),
        tickets: Vec::new(),
    };
    // There are few users and enough organizations, so that the changes affect each other.
    let users = [const { Change::CreateUser { organization: None } }; 3];
    let organizations = [0, 1, 2, 4, 5, 6, 8].map(|name| Change::CreateOrganization { name });
    for change in users.iter().chain(&organizations).chain(changes) {
        apply(&mut account, &mut model, change);
        account.advance_to(now);
        assert_agree(&account, &model);
    }
}

/// A change of memberships is also a change of the user. When the default moves, both memberships
/// change, and no others.
#[test]
fn each_change_leaves_its_time_on_what_it_changes() {
    let start = start();
    let mut account = Account::new(Rules::default(), start, "owner@example.com");
    let user = account.owner;
    let join = |account: &mut Account, name: &str| {
        let changes = OrganizationChanges {
            name: Some(name.to_owned()),
            ..OrganizationChanges::default()
        };
        let organization_id = Some(account.create_organization(changes).unwrap());
        account
            .create_membership(&NewMembership {
                user_id: Some(user),
                organization_id,
                ..NewMembership::default()
            })
            .unwrap()
    };
    let [a, b, c] = ["a", "b", "c"].map(|name| join(&mut account, name));
    let mut seconds = 0;
    let mut change_later =
        |account: &mut Account, change: &dyn Fn(&mut Account), changed: &[MembershipId]| {
            seconds += 10;
            account.advance_to(start.plus(Duration::from_secs(seconds)));
            let now = account.now();
            change(account);
            assert_eq!(account.user(user).unwrap().updated_at, now);
            let touched: Vec<_> = account
                .memberships()
                .iter()
                .filter(|m| m.updated_at == now)
                .map(|m| m.id)
                .collect();
            assert_eq!(touched, changed);
        };
    change_later(
        &mut account,
        &|account| account.make_default(c).unwrap(),
        &[a, c],
    );
    let before = (account.user(user), account.memberships());
    account.advance_to(start.plus(Duration::from_secs(15)));
    account.make_default(c).unwrap();
    assert_eq!(
        (account.user(user), account.memberships()),
        before,
        "it was the default already"
    );
    change_later(
        &mut account,
        &|account| account.delete_membership(b).unwrap(),
        &[],
    );
    change_later(
        &mut account,
        &|account| account.delete_membership(c).unwrap(),
        &[a],
    );
    assert_eq!(
        account.membership_by_id(a).unwrap().created_at,
        start.timestamp()
    );
    let d = join(&mut account, "d");
    change_later(
        &mut account,
        &|account| account.leave_all_but(user, Some(a)),
        &[],
    );
    assert_eq!(account.membership_by_id(d), None);
}

proptest! {
    #![proptest_config(crate::base::testing::seeded(200))]

    #[test]
    fn the_account_agrees_with_a_naive_model(changes in prop::collection::vec(change(), 1..60)) {
        assert_same_history(&changes, OrganizationsOfAUser::Many);
    }

    #[test]
    fn with_a_single_organization_too_the_account_agrees_with_a_naive_model(
        changes in prop::collection::vec(change(), 1..40)
    ) {
        assert_same_history(&changes, OrganizationsOfAUser::One);
    }

    /// A walk by cursors while rows are created, deleted and reordered. It never fails, and shows
    /// each unchanged row exactly once.
    #[test]
    fn a_walk_by_cursors_sees_every_untouched_row_once(
        names in prop::collection::btree_set("[a-z]{1,3}", 4..30),
        size in 1..5usize,
        touched in prop::collection::vec((any::<prop::sample::Index>(), 0..4u8, "[a-z]{4}"), 0..12),
    ) {
        let mut account = Account::new(Rules::default(), start(), "owner@example.com");
        let user = account.owner;
        let organization = |account: &mut Account, name: &str| {
            let changes = OrganizationChanges { name: Some(name.to_owned()), ..OrganizationChanges::default() };
            account.create_organization(changes)
        };
        let join = |account: &mut Account, id| {
            let new = NewMembership { user_id: Some(user), organization_id: Some(id), ..NewMembership::default() };
            account.create_membership(&new).unwrap()
        };
        let mut untouched: Vec<_> = names.iter().map(|name| {
            let id = organization(&mut account, name).unwrap();
            join(&mut account, id)
        }).collect();
        let all = untouched.clone();
        let mut touched = touched.into_iter();
        let mut seen = Vec::new();
        let mut position = None;
        for page in 0.. {
            prop_assert!(page < 100, "the walk does not end: {:?}", seen);
            let list = account.memberships.default_then_name(&account.organizations, user, account.default_membership_id(user));
            let start = position.as_ref().map_or(0, |position| list.rank(position, Side::After).unwrap());
            let end = (start + size).min(list.len());
            seen.extend(list.ids(start..end).into_iter().map(MembershipId::new));
            if start == end {
                break;
            }
            position = list.position(end - 1);
            let Some((which, how, name)) = touched.next() else { continue };
            let id = *which.get(&all);
            let Some(row) = account.memberships.get(id) else { continue };
            let former = account.default_membership_id(user);
            match how {
                0 => account.delete_membership(id).unwrap(),
                1 => account.make_default(id).unwrap(),
                2 => {
                    let changes = OrganizationChanges { name: Some(name), ..OrganizationChanges::default() };
                    let _taken = account.update_organization(row.organization_id, changes);
                }
                _ => {
                    if let Ok(new) = organization(&mut account, &name) {
                        join(&mut account, new);
                    }
                    continue;
                }
            }
            // Changed rows may be shown twice or never. These are the row itself, and the
            // memberships between which the default moved.
            let now_default = account.default_membership_id(user);
            untouched.retain(|other| {
                *other != id && (former == now_default || (Some(*other) != former && Some(*other) != now_default))
            });
        }
        for id in untouched {
            prop_assert_eq!(seen.iter().filter(|other| **other == id).count(), 1, "{:?} in {:?}", id, seen);
        }
    }
}
