//! Tests the account against a naive model of its users, their addresses and its organizations.
//! Both get the same random changes, and must agree after each. Every index is compared with a
//! search through all records.

#![allow(
    clippy::unwrap_used,
    reason = "a test that unwraps says what it expects"
)]

use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::Index;

use super::find::Criteria;
use super::model::UserChanges;
use crate::base::folded::folded;
use crate::base::ids::{IdentityId, OrganizationId, UserId};
use crate::base::sequence::Sequence;
use crate::base::settings::Rules;
use crate::base::time::Moment;
use crate::base::words::{IndexedWord, words};
use crate::resources::account::Account;
use crate::resources::identities::model::{IdentityChanges, IdentityType};
use crate::resources::organizations::model::OrganizationChanges;

/// There are only a few, so that they collide. Some differ only in case.
const EMAILS: [&str; 6] = [
    "a@x.example",
    "A@X.example",
    "b@x.example",
    "c@y.example",
    "bad",
    "d@y.example",
];
const EXTERNAL_IDS: [&str; 4] = ["x1", "X1", "x2", "x3"];
const NAMES: [&str; 5] = ["Ada Lovelace", "ada byron", "Bob", "  ", "Zoë Ada"];

#[derive(Clone, Debug)]
enum Change {
    /// An upsert finds a user or creates one. A plain creation only creates.
    Create {
        name: usize,
        email: Option<usize>,
        external_id: Option<usize>,
        upsert: bool,
    },
    Update {
        user: Index,
        name: Option<usize>,
        email: Option<usize>,
        external_id: Option<Option<usize>>,
    },
    Delete {
        user: Index,
    },
    DeletePermanently {
        user: Index,
    },
    Merge {
        loser: Index,
        winner: Index,
    },
    AddIdentity {
        user: Index,
        email: usize,
        primary: bool,
    },
    Readdress {
        identity: Index,
        email: usize,
    },
    MakePrimary {
        identity: Index,
    },
    DeleteIdentity {
        identity: Index,
    },
    SetOrganizations {
        user: Index,
        organizations: Vec<Index>,
    },
    CreateOrganization {
        name: usize,
        external_id: Option<usize>,
        upsert: bool,
    },
    DeleteOrganization {
        organization: Index,
    },
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<Index>;
    let (email, external_id) = (|| 0..EMAILS.len(), || 0..EXTERNAL_IDS.len());
    let name = || 0..NAMES.len();
    let option = prop::option::of::<std::ops::Range<usize>>;
    prop_oneof![
        4 => (name(), option(email()), option(external_id()), any::<bool>()).prop_map(
            |(name, email, external_id, upsert)| Change::Create { name, email, external_id, upsert }
        ),
        4 => (index(), option(name()), option(email()), prop::option::of(option(external_id()))).prop_map(
            |(user, name, email, external_id)| Change::Update { user, name, email, external_id }
        ),
        1 => index().prop_map(|user| Change::Delete { user }),
        1 => index().prop_map(|user| Change::DeletePermanently { user }),
        2 => (index(), index()).prop_map(|(loser, winner)| Change::Merge { loser, winner }),
        3 => (index(), email(), any::<bool>()).prop_map(
            |(user, email, primary)| Change::AddIdentity { user, email, primary }
        ),
        2 => (index(), email()).prop_map(|(identity, email)| Change::Readdress { identity, email }),
        3 => index().prop_map(|identity| Change::MakePrimary { identity }),
        1 => index().prop_map(|identity| Change::DeleteIdentity { identity }),
        2 => (index(), prop::collection::vec(index(), 0..4)).prop_map(
            |(user, organizations)| Change::SetOrganizations { user, organizations }
        ),
        2 => (name(), option(external_id()), any::<bool>()).prop_map(
            |(name, external_id, upsert)| Change::CreateOrganization { name, external_id, upsert }
        ),
        1 => index().prop_map(|organization| Change::DeleteOrganization { organization }),
    ]
}

#[derive(Clone, Debug)]
struct ModelUser {
    id: UserId,
    name: String,
    external_id: Option<String>,
    /// The addresses with their ids, by id, and which of them is the primary one.
    emails: Vec<(IdentityId, String, bool)>,
    /// The default is first.
    organizations: Vec<OrganizationId>,
}

impl ModelUser {
    /// Returns the address that the user shows. No address of the model is verified.
    fn email(&self) -> Option<&str> {
        let primary = self.emails.iter().find(|(_, _, primary)| *primary);
        let shown = primary.or(self.emails.first());
        shown.map(|(_, email, _)| email.as_str())
    }
}

#[derive(Debug, Default)]
struct Model {
    users: Vec<ModelUser>,
    deleted: Vec<UserId>,
    /// Those of the deleted users who are deleted permanently.
    permanently: Vec<UserId>,
    organizations: Vec<(OrganizationId, String, Option<String>)>,
}

impl Model {
    fn holder(&self, email: &str) -> Option<UserId> {
        let has = |user: &&ModelUser| {
            user.emails
                .iter()
                .any(|(_, own, _)| folded(own) == folded(email))
        };
        self.users.iter().find(has).map(|user| user.id)
    }

    fn with_external_id(&self, external_id: &str) -> Option<UserId> {
        let has = |user: &&ModelUser| {
            let own = user.external_id.as_deref();
            own.is_some_and(|own| folded(own) == folded(external_id))
        };
        self.users.iter().find(has).map(|user| user.id)
    }

    fn merge(&mut self, loser: UserId, winner: UserId) {
        let mut gone = self.user(loser).clone();
        self.users.retain(|user| user.id != loser);
        self.deleted.push(loser);
        let winner = self.user(winner);
        if !winner.emails.is_empty() {
            gone.emails.iter_mut().for_each(|row| row.2 = false);
        }
        winner.emails.append(&mut gone.emails);
        winner.emails.sort_by_key(|(id, ..)| *id);
        for organization in gone.organizations {
            if !winner.organizations.contains(&organization) {
                winner.organizations.push(organization);
            }
        }
    }

    fn user(&mut self, id: UserId) -> &mut ModelUser {
        self.users.iter_mut().find(|user| user.id == id).unwrap()
    }

    /// Returns any user ever. `None` means that there are none.
    fn pick(&self, index: &Index) -> Option<UserId> {
        let all: Vec<UserId> = self
            .users
            .iter()
            .map(|user| user.id)
            .chain(self.deleted.clone())
            .collect();
        (!all.is_empty()).then(|| *index.get(&all))
    }

    fn pick_identity(&self, index: &Index) -> Option<(UserId, IdentityId)> {
        let of = |user: &ModelUser| {
            user.emails
                .iter()
                .map(|(id, ..)| (user.id, *id))
                .collect::<Vec<_>>()
        };
        let all: Vec<_> = self.users.iter().flat_map(of).collect();
        (!all.is_empty()).then(|| *index.get(&all))
    }

    fn pick_organization(&self, index: &Index) -> Option<OrganizationId> {
        let all: Vec<_> = self.organizations.iter().map(|row| row.0).collect();
        (!all.is_empty()).then(|| *index.get(&all))
    }
}

fn is_address(email: &str) -> bool {
    email.contains('@')
}

/// Returns whether a user may get these attributes. `None` stands for a new one.
fn may_have(
    model: &Model,
    user: Option<UserId>,
    name: Option<&str>,
    email: Option<&str>,
    external_id: Option<&str>,
) -> bool {
    let is_other = |holder: Option<UserId>| holder.is_some() && holder != user;
    name.is_none_or(|name| !name.trim().is_empty())
        && email.is_none_or(|email| is_address(email) && !is_other(model.holder(email)))
        && external_id.is_none_or(|id| !is_other(model.with_external_id(id)))
}

/// Adds an address that the account has accepted to the model.
fn take_email(account: &Account, model: &mut Model, user: UserId, email: &str, primary: bool) {
    if model.holder(email).is_some() {
        return;
    }
    let id = account
        .identities
        .find(IdentityType::Email, email)
        .unwrap()
        .id;
    let user = model.user(user);
    let primary = primary || user.emails.is_empty();
    if primary {
        user.emails.iter_mut().for_each(|row| row.2 = false);
    }
    user.emails.push((id, email.to_owned(), primary));
    user.emails.sort_by_key(|(id, ..)| *id);
}

/// Applies a change to both, and checks that they react in the same way.
fn apply(account: &mut Account, model: &mut Model, change: &Change) {
    match change {
        Change::Create {
            name,
            email,
            external_id,
            upsert,
        } => {
            let name = NAMES[*name];
            let email = email.map(|email| EMAILS[email]);
            let external_id = external_id.map(|id| EXTERNAL_IDS[id]);
            let changes = UserChanges {
                name: Some(name.to_owned()),
                email: email.map(|email| Some(email.to_owned())),
                external_id: external_id.map(|id| Some(id.to_owned())),
                ..UserChanges::default()
            };
            let by_external_id = external_id.and_then(|id| model.with_external_id(id));
            let meant = by_external_id.or_else(|| model.holder(email?));
            assert_eq!(account.find_user(&Criteria::of(None, &changes)), meant);
            let meant = meant.filter(|_| *upsert);
            let may = may_have(model, meant, Some(name), email, external_id);
            let result = match meant {
                Some(id) => account.update_user(id, changes).map(|()| id),
                None => account.create_user(changes),
            };
            assert_eq!(result.is_ok(), may, "{result:?}");
            let Ok(id) = result else { return };
            if meant.is_none() {
                model.users.push(ModelUser {
                    id,
                    name: String::new(),
                    external_id: None,
                    emails: Vec::new(),
                    organizations: Vec::new(),
                });
            }
            let user = model.user(id);
            user.name = name.trim().to_owned();
            if let Some(external_id) = external_id {
                user.external_id = Some(external_id.to_owned());
            }
            if let Some(email) = email {
                take_email(account, model, id, email, false);
            }
        }
        Change::Update {
            user,
            name,
            email,
            external_id,
        } => {
            let Some(id) = model.pick(user) else { return };
            let name = name.map(|name| NAMES[name]);
            let email = email.map(|email| EMAILS[email]);
            let external_id = external_id.map(|id| id.map(|id| EXTERNAL_IDS[id]));
            let changes = UserChanges {
                name: name.map(str::to_owned),
                email: email.map(|email| Some(email.to_owned())),
                external_id: external_id.map(|id| id.map(str::to_owned)),
                ..UserChanges::default()
            };
            let may = !model.deleted.contains(&id)
                && may_have(model, Some(id), name, email, external_id.flatten());
            assert_eq!(account.update_user(id, changes).is_ok(), may);
            if !may {
                return;
            }
            let user = model.user(id);
            if let Some(name) = name {
                user.name = name.trim().to_owned();
            }
            if let Some(external_id) = external_id {
                user.external_id = external_id.map(str::to_owned);
            }
            if let Some(email) = email {
                take_email(account, model, id, email, false);
            }
        }
        Change::Delete { user } => {
            let Some(id) = model.pick(user) else { return };
            assert_eq!(
                account.delete_user(id).is_ok(),
                !model.deleted.contains(&id)
            );
            if !model.deleted.contains(&id) {
                model.users.retain(|user| user.id != id);
                model.deleted.push(id);
            }
        }
        Change::DeletePermanently { user } => {
            let Some(id) = model.pick(user) else { return };
            let may = model.deleted.contains(&id) && !model.permanently.contains(&id);
            let owner = account.owner;
            assert_eq!(account.delete_user_permanently(id, owner).is_ok(), may);
            if may {
                model.permanently.push(id);
            }
        }
        Change::Merge { loser, winner } => {
            let (Some(loser), Some(winner)) = (model.pick(loser), model.pick(winner)) else {
                return;
            };
            let is_there = |id: &UserId| !model.deleted.contains(id);
            let may = is_there(&loser) && is_there(&winner) && loser != winner;
            assert_eq!(account.merge_users(loser, winner).is_ok(), may);
            if may {
                model.merge(loser, winner);
            }
        }
        Change::AddIdentity {
            user,
            email,
            primary,
        } => {
            let Some(id) = model.pick(user) else { return };
            let email = EMAILS[*email];
            let changes = IdentityChanges {
                identity_type: Some(IdentityType::Email),
                value: Some(email.to_owned()),
                primary: Some(*primary),
                ..IdentityChanges::default()
            };
            let may =
                !model.deleted.contains(&id) && is_address(email) && model.holder(email).is_none();
            assert_eq!(account.create_identity(id, &changes).is_ok(), may);
            if may {
                take_email(account, model, id, email, *primary);
            }
        }
        Change::Readdress { identity, email } => {
            let Some((user, id)) = model.pick_identity(identity) else {
                return;
            };
            let email = EMAILS[*email];
            let changes = IdentityChanges {
                value: Some(email.to_owned()),
                ..IdentityChanges::default()
            };
            let is_own = model
                .user(user)
                .emails
                .iter()
                .any(|(other, own, _)| *other == id && folded(own) == folded(email));
            let may = is_address(email) && (is_own || model.holder(email).is_none());
            assert_eq!(account.update_identity(id, &changes).is_ok(), may);
            if may {
                let emails = model.user(user).emails.iter_mut();
                emails
                    .filter(|row| row.0 == id)
                    .for_each(|row| row.1 = email.to_owned());
            }
        }
        Change::MakePrimary { identity } => {
            let Some((user, id)) = model.pick_identity(identity) else {
                return;
            };
            account.make_primary(id).unwrap();
            model
                .user(user)
                .emails
                .iter_mut()
                .for_each(|row| row.2 = row.0 == id);
        }
        Change::DeleteIdentity { identity } => {
            let Some((user, id)) = model.pick_identity(identity) else {
                return;
            };
            account.delete_identity(id).unwrap();
            model.user(user).emails.retain(|row| row.0 != id);
        }
        Change::SetOrganizations {
            user,
            organizations,
        } => {
            let Some(id) = model.pick(user) else { return };
            let mut asked: Vec<OrganizationId> = Vec::new();
            for organization in organizations {
                let organization = model.pick_organization(organization);
                asked.extend(organization.filter(|id| !asked.contains(id)));
            }
            let changes = UserChanges {
                organization_ids: Some(super::model::OrganizationIds(asked.clone())),
                ..UserChanges::default()
            };
            let is_there = !model.deleted.contains(&id);
            assert_eq!(account.update_user(id, changes).is_ok(), is_there);
            if is_there {
                let user = model.user(id);
                let default = user.organizations.first().copied();
                let default = default.filter(|id| asked.contains(id));
                asked.sort_by_key(|id| Some(*id) != default);
                user.organizations = asked;
            }
        }
        Change::CreateOrganization {
            name,
            external_id,
            upsert,
        } => {
            let name = NAMES[*name];
            let external_id = external_id.map(|id| EXTERNAL_IDS[id]);
            let changes = OrganizationChanges {
                name: Some(name.to_owned()),
                external_id: external_id.map(|id| Some(id.to_owned())),
                ..OrganizationChanges::default()
            };
            let has_external_id = |row: &&(OrganizationId, String, Option<String>)| {
                let (own, given) = (row.2.as_deref(), external_id);
                own.is_some() && own.map(folded) == given.map(folded)
            };
            let holder = model
                .organizations
                .iter()
                .find(has_external_id)
                .map(|row| row.0);
            let meant = account.find_organization(None, &changes).unwrap();
            assert_eq!(meant, holder);
            let meant = meant.filter(|_| *upsert);
            let is_taken = model
                .organizations
                .iter()
                .any(|row| Some(row.0) != meant && folded(&row.1) == folded(name));
            let may = !name.trim().is_empty() && !is_taken && (holder.is_none() || holder == meant);
            let result = match meant {
                Some(id) => account.update_organization(id, changes).map(|()| id),
                None => account.create_organization(changes),
            };
            assert_eq!(result.is_ok(), may, "{result:?}");
            let Ok(id) = result else { return };
            model.organizations.retain(|row| row.0 != id);
            model
                .organizations
                .push((id, name.trim().to_owned(), external_id.map(str::to_owned)));
        }
        Change::DeleteOrganization { organization } => {
            let Some(id) = model.pick_organization(organization) else {
                return;
            };
            account.delete_organization(id).unwrap();
            model.organizations.retain(|row| row.0 != id);
            for user in &mut model.users {
                let was_default = user.organizations.first() == Some(&id);
                user.organizations.retain(|other| *other != id);
                if was_default {
                    // The rules of memberships choose the new default.
                    let default = account.users.get(user.id).unwrap().organization_id;
                    user.organizations
                        .sort_by_key(|other| Some(*other) != default);
                }
            }
        }
    }
}

/// Checks that everything that can be read, and every index, agrees with the model.
fn assert_agree(account: &Account, model: &Model) {
    for user in &model.users {
        let shown = account.user(user.id).unwrap();
        assert_eq!(shown.name, user.name);
        assert_eq!(shown.external_id, user.external_id);
        assert_eq!(shown.email.as_deref(), user.email());
        assert_eq!(shown.organization_id, user.organizations.first().copied());
        let mut organizations: Vec<_> = account.organization_ids_of_user(user.id).collect();
        organizations.sort_unstable();
        let mut expected = user.organizations.clone();
        expected.sort_unstable();
        assert_eq!(organizations, expected);
        let identities = account.identities.of_user(user.id).into_iter();
        let identities: Vec<_> = identities
            .map(|identity| (identity.id, identity.value.clone(), identity.primary))
            .collect();
        assert_eq!(identities, user.emails);
        assert!(user.emails.iter().filter(|row| row.2).count() <= 1);
    }
    for id in &model.deleted {
        let user = account.user(*id).unwrap();
        assert!(!user.active && user.email.is_none() && user.external_id.is_none());
        assert!(account.identities.of_user(*id).is_empty());
        let is_permanent = model.permanently.contains(id);
        assert_eq!(user.permanently_deleted, is_permanent);
        assert_eq!(user.name == "Permanently Deleted User", is_permanent);
        assert_eq!(account.users.deleted(*id).is_some(), !is_permanent);
    }
    let mut deleted: Vec<u64> = model.deleted.iter().map(|id| id.get()).collect();
    deleted.sort_unstable();
    let list = account.users.deleted_by_id();
    assert_eq!(list.ids(0..list.len()), deleted);
    for email in EMAILS {
        assert_eq!(
            account.holder_of_email(email),
            model.holder(email),
            "{email}"
        );
    }
    for external_id in EXTERNAL_IDS {
        let expected = model.with_external_id(external_id);
        assert_eq!(account.users.with_external_id(external_id), expected);
        let has = |row: &&(OrganizationId, String, Option<String>)| {
            row.2
                .as_deref()
                .is_some_and(|own| folded(own) == folded(external_id))
        };
        let expected = model.organizations.iter().find(has).map(|row| row.0);
        assert_eq!(
            account.organizations.with_external_id(external_id),
            expected
        );
    }
    for prefix in ["", "a", "ADA", "ada b", "z", "zoë", "lovelace"] {
        let mut expected: Vec<(String, UserId)> = model
            .users
            .iter()
            .map(|user| (folded(&user.name).into_owned(), user.id))
            .chain([("account owner".to_owned(), account.owner)])
            .filter(|(name, _)| name.starts_with(&*folded(prefix)))
            .collect();
        expected.sort_unstable();
        let expected: Vec<UserId> = expected.into_iter().map(|(_, id)| id).collect();
        let found: Vec<UserId> = account.users.with_name_prefix(prefix).collect();
        assert_eq!(found, expected, "{prefix}");
        let beginning = [IndexedWord::beginning(&folded(prefix))];
        let mut expected: Vec<UserId> = model
            .users
            .iter()
            .filter(|user| words(&user.name).any(|word| word.starts_with(&*folded(prefix))))
            .map(|user| user.id)
            .collect();
        expected.sort_unstable();
        let mut found = account.users.having(&beginning);
        found.retain(|id| *id != account.owner);
        assert_eq!(found, expected, "{prefix}");
        let mut expected: Vec<UserId> = model
            .users
            .iter()
            .filter(|user| {
                let mut texts = user.emails.iter().flat_map(|(_, email, _)| words(email));
                texts.any(|word| word.starts_with(&*folded(prefix)))
            })
            .map(|user| user.id)
            .collect();
        expected.sort_unstable();
        let mut found = account.identities.users_having(&beginning);
        found.retain(|id| *id != account.owner);
        assert_eq!(found, expected, "{prefix}");
    }
}

proptest! {
    #![proptest_config(crate::base::testing::seeded(300))]

    #[test]
    fn the_account_agrees_with_a_naive_model_of_users_addresses_and_organizations(
        changes in prop::collection::vec(change(), 1..60)
    ) {
        let moment = Moment::since_epoch(Duration::from_secs(1_700_000_000));
        let mut account = Account::new(Rules::default(), moment, "owner@example.com");
        let mut model = Model::default();
        for change in &changes {
            apply(&mut account, &mut model, change);
            assert_agree(&account, &model);
        }
    }
}
