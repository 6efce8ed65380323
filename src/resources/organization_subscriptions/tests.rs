//! Subscriptions against a naive model: a list of who subscribed to what.

#![allow(
    clippy::unwrap_used,
    reason = "a test that unwraps says what it expects"
)]

use proptest::prelude::*;

use crate::base::ids::{OrganizationId, SubscriptionId, UserId};
use crate::base::refusal::Refusal;
use crate::base::settings::Rules;
use crate::base::time::Moment;
use crate::resources::account::Account;
use crate::resources::organization_memberships::model::NewMembership;
use crate::resources::organizations::model::OrganizationChanges;
use crate::resources::users::model::{NewUser, Role};

use super::model::SubscriptionChanges;

/// A change. Users and organizations are named by numbers; the last one of each does not exist.
#[derive(Clone, Debug)]
enum Change {
    Subscribe(usize, usize),
    /// Deletes one of the subscriptions that there were.
    Unsubscribe(usize),
    Join(usize, usize),
    Leave(usize, usize),
    Share(usize, bool),
    DeleteUser(usize),
    DeleteOrganization(usize),
}

const USERS: usize = 5;
const AGENTS: usize = 2;
const ORGANIZATIONS: usize = 4;

fn change() -> impl Strategy<Value = Change> {
    let (user, organization) = (0..=USERS, 0..=ORGANIZATIONS);
    let pair = || (user.clone(), organization.clone());
    prop_oneof![
        8 => pair().prop_map(|(user, organization)| Change::Subscribe(user, organization)),
        3 => (0..20usize).prop_map(Change::Unsubscribe),
        6 => pair().prop_map(|(user, organization)| Change::Join(user, organization)),
        2 => pair().prop_map(|(user, organization)| Change::Leave(user, organization)),
        4 => (organization.clone(), any::<bool>()).prop_map(|(organization, shared)| Change::Share(organization, shared)),
        1 => user.clone().prop_map(Change::DeleteUser),
        1 => organization.clone().prop_map(Change::DeleteOrganization),
    ]
}

/// What there is, as plain lists.
struct Model {
    users: Vec<(UserId, bool)>,
    organizations: Vec<(OrganizationId, bool)>,
    shared: Vec<OrganizationId>,
    members: Vec<(UserId, OrganizationId)>,
    /// All subscriptions that there ever were, and whether they are still there.
    subscriptions: Vec<(SubscriptionId, UserId, OrganizationId, bool)>,
}

impl Model {
    fn user(&self, number: usize) -> (UserId, bool) {
        let nobody = (UserId::new(1), false);
        self.users.get(number).copied().unwrap_or(nobody)
    }

    fn organization(&self, number: usize) -> (OrganizationId, bool) {
        let none = (OrganizationId::new(2), false);
        self.organizations.get(number).copied().unwrap_or(none)
    }

    fn there(&self) -> Vec<(SubscriptionId, UserId, OrganizationId)> {
        let there = self.subscriptions.iter().filter(|row| row.3);
        let mut there: Vec<_> = there.map(|row| (row.0, row.1, row.2)).collect();
        there.sort();
        there
    }

    /// Whether this user, by its number, may subscribe.
    fn may_subscribe(&self, number: usize, organization: usize) -> bool {
        let ((user, is_there), (organization, exists)) =
            (self.user(number), self.organization(organization));
        let is_agent = number < AGENTS;
        let is_shared =
            self.shared.contains(&organization) && self.members.contains(&(user, organization));
        let repeats =
            |row: &(SubscriptionId, UserId, OrganizationId)| (row.1, row.2) == (user, organization);
        is_there && exists && (is_agent || is_shared) && !self.there().iter().any(repeats)
    }
}

fn start() -> (Account, Model) {
    let now = Moment::since_epoch(std::time::Duration::from_secs(1_725_648_720));
    let mut account = Account::new(Rules::default(), now, "owner@example.com");
    let users = (0..USERS).map(|number| {
        let role = if number < AGENTS {
            Role::Agent
        } else {
            Role::EndUser
        };
        let new = NewUser::new(format!("u{number}")).role(role);
        (account.create_user(new.0).unwrap(), true)
    });
    let users = users.collect();
    let organizations = (0..ORGANIZATIONS).map(|number| {
        let changes = OrganizationChanges {
            name: Some(format!("o{number}")),
            ..OrganizationChanges::default()
        };
        (account.create_organization(changes).unwrap(), true)
    });
    let organizations = organizations.collect();
    let model = Model {
        users,
        organizations,
        shared: Vec::new(),
        members: Vec::new(),
        subscriptions: Vec::new(),
    };
    (account, model)
}

fn apply(account: &mut Account, model: &mut Model, change: &Change) -> Result<(), TestCaseError> {
    match *change {
        Change::Subscribe(user, organization) => {
            let may = model.may_subscribe(user, organization);
            let (user, organization) = (model.user(user).0, model.organization(organization).0);
            let created = account.create_subscription(&SubscriptionChanges {
                user_id: Some(user),
                organization_id: Some(organization),
                ..SubscriptionChanges::default()
            });
            prop_assert_eq!(created.is_ok(), may, "{:?}", created);
            if let Ok(id) = created {
                model.subscriptions.push((id, user, organization, true));
            }
        }
        Change::Unsubscribe(number) => {
            let Some(row) = model.subscriptions.get_mut(number) else {
                return Ok(());
            };
            let deleted = account.delete_subscription(row.0);
            let expected = if row.3 {
                Ok(())
            } else {
                Err(Refusal::NotFound)
            };
            prop_assert_eq!(deleted, expected);
            row.3 = false;
        }
        Change::Join(user, organization) => {
            let pair = (model.user(user).0, model.organization(organization).0);
            let joined = account.create_membership(&NewMembership {
                user_id: Some(pair.0),
                organization_id: Some(pair.1),
                ..NewMembership::default()
            });
            if joined.is_ok() {
                model.members.push(pair);
            }
        }
        Change::Leave(user, organization) => {
            let pair = (model.user(user).0, model.organization(organization).0);
            if let Ok(id) = account.membership_of_pair(pair.0, pair.1) {
                account.delete_membership(id).unwrap();
            }
            model.members.retain(|member| *member != pair);
        }
        Change::Share(organization, shared) => {
            let id = model.organization(organization).0;
            let changes = OrganizationChanges {
                shared_tickets: Some(shared),
                ..OrganizationChanges::default()
            };
            if account.update_organization(id, changes).is_ok() {
                model.shared.retain(|other| *other != id);
                model.shared.extend(shared.then_some(id));
            }
        }
        Change::DeleteUser(number) => {
            if let Some(row) = model.users.get_mut(number).filter(|row| row.1) {
                account.delete_user(row.0).unwrap();
                row.1 = false;
                let id = row.0;
                model.members.retain(|member| member.0 != id);
                let gone = model.subscriptions.iter_mut().filter(|other| other.1 == id);
                gone.for_each(|other| other.3 = false);
            }
        }
        Change::DeleteOrganization(number) => {
            if let Some(row) = model.organizations.get_mut(number).filter(|row| row.1) {
                account.delete_organization(row.0).unwrap();
                row.1 = false;
                let id = row.0;
                model.members.retain(|member| member.1 != id);
            }
        }
    }
    Ok(())
}

/// Checks that the account has the subscriptions of the model, and that every index agrees.
fn assert_same(account: &Account, model: &Model) -> Result<(), TestCaseError> {
    let there = model.there();
    let all = account.subscriptions.iter();
    let all: Vec<_> = all
        .map(|row| (row.id, row.user_id, row.organization_id))
        .collect();
    prop_assert_eq!(&all, &there);
    for (user, _) in &model.users {
        let of_user = account.organization_subscriptions_of_user(*user);
        let of_user: Vec<_> = of_user.iter().map(|row| row.id).collect();
        let expected = there.iter().filter(|row| row.1 == *user);
        prop_assert_eq!(of_user, expected.map(|row| row.0).collect::<Vec<_>>());
        for (organization, _) in &model.organizations {
            let found = account.organization_subscription(*user, *organization);
            let expected = there
                .iter()
                .find(|row| (row.1, row.2) == (*user, *organization));
            prop_assert_eq!(found.map(|row| row.id), expected.map(|row| row.0));
        }
    }
    for (organization, _) in &model.organizations {
        let of = account.organization_subscriptions_of_organization(*organization);
        let of: Vec<_> = of.iter().map(|row| row.id).collect();
        let expected = there.iter().filter(|row| row.2 == *organization);
        prop_assert_eq!(of, expected.map(|row| row.0).collect::<Vec<_>>());
    }
    Ok(())
}

proptest! {
    #![proptest_config(crate::base::testing::seeded(200))]

    #[test]
    fn subscriptions_are_those_of_a_naive_model(changes in prop::collection::vec(change(), 0..60)) {
        let (mut account, mut model) = start();
        for change in &changes {
            apply(&mut account, &mut model, change)?;
            assert_same(&account, &model)?;
        }
    }
}
