//! The identities and their indexes.

use std::sync::Arc;

use crate::base::difference::Compare;
use crate::base::folded::folded;
use crate::base::ids::{IdentityId, UserId};
use crate::base::sequence::{ById, Sequence};
use crate::base::sorted::SortedMap;
use crate::base::table::{AnyTable, Store, Table};
use crate::base::words::{IndexedWord, WordIndex};

use super::model::{Identity, IdentityType};

#[derive(Clone, Debug)]
pub(crate) struct IdentityStore {
    rows: Table<Identity>,
    by_user: SortedMap<(UserId, IdentityId), ()>,
    by_value: SortedMap<(IdentityType, Arc<str>), IdentityId>,
    by_word: WordIndex<UserId>,
    /// The values that were given up, because their user has another one now, or is deleted.
    given_up: SortedMap<(IdentityType, Arc<str>), ()>,
}

impl IdentityStore {
    pub(crate) fn get(&self, id: IdentityId) -> Option<&Identity> {
        self.rows.get(id)
    }

    /// Returns the identity of this type with this value, ignoring case. There is at most one.
    pub(crate) fn find(&self, identity_type: IdentityType, value: &str) -> Option<&Identity> {
        // A borrowed key would need another map, and the text is short.
        let key = (identity_type, folded(value).into());
        self.get(*self.by_value.get(&key)?)
    }

    /// Adds an identity, or replaces the one with the same id, which another user may have had.
    pub(crate) fn put(&mut self, identity: Identity) {
        let id = identity.id;
        if let Some(former) = self.rows.get(id).cloned() {
            self.forget_value(&former);
            self.by_user.remove(&(former.user_id, id));
            if value_key(&former) != value_key(&identity) {
                self.given_up.insert(value_key(&former), ());
            }
        }
        self.by_user.insert((identity.user_id, id), ());
        self.by_value.insert(value_key(&identity), id);
        self.by_word.insert(identity.user_id, [&*identity.value]);
        self.rows.put(identity);
    }

    /// Adds many identities at once. Their ids and values must be new.
    pub(crate) fn extend(&mut self, identities: Vec<Identity>) {
        let users = identities
            .iter()
            .map(|identity| ((identity.user_id, identity.id), ()));
        self.by_user.extend(users.collect());
        let values = identities
            .iter()
            .map(|identity| (value_key(identity), identity.id));
        self.by_value.extend(values.collect());
        let texts = identities
            .iter()
            .map(|identity| (identity.user_id, [&*identity.value]));
        self.by_word.extend(texts);
        self.rows.extend(identities);
    }

    pub(crate) fn remove(&mut self, id: IdentityId) {
        let Some(identity) = self.rows.remove(id) else {
            return;
        };
        self.by_user.remove(&(identity.user_id, id));
        self.forget_value(&identity);
        self.given_up.insert(value_key(&identity), ());
    }

    /// Removes the value of an identity from the indexes.
    fn forget_value(&mut self, identity: &Identity) {
        let user = identity.user_id;
        self.by_value.remove(&value_key(identity));
        self.by_word.remove(user, [&*identity.value]);
        // Another identity of the user may have the same words.
        let others: Vec<String> = self
            .of_user(user)
            .into_iter()
            .filter(|other| other.id != identity.id)
            .map(|other| other.value.clone())
            .collect();
        self.by_word.insert(user, others.iter().map(String::as_str));
    }

    /// Returns users by id, among them all who have an identity with these words.
    pub(crate) fn users_having(&self, words: &[IndexedWord]) -> Vec<UserId> {
        self.by_word.having(words, || {
            let all = self.rows.iter();
            all.map(|identity| (identity.user_id, [&*identity.value]))
        })
    }

    /// Returns whether this was an e-mail address of a user, and belongs to nobody now.
    pub(crate) fn is_abandoned(&self, email: &str) -> bool {
        let key = (IdentityType::Email, folded(email).into());
        self.given_up.get(&key).is_some() && self.by_value.get(&key).is_none()
    }

    /// Returns all identities, by id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Identity> {
        self.rows.iter()
    }

    /// Returns the identities of a user, by id.
    pub(crate) fn of_user(&self, user: UserId) -> Vec<&Identity> {
        let list = ById::new(&self.by_user, user);
        list.ids(0..list.len())
            .into_iter()
            .filter_map(|id| self.get(IdentityId::new(id)))
            .collect()
    }

    /// Returns the user's primary identity of this type.
    pub(crate) fn primary_of(
        &self,
        user: UserId,
        identity_type: IdentityType,
    ) -> Option<&Identity> {
        self.of_user(user)
            .into_iter()
            .find(|identity| identity.primary && identity.identity_type == identity_type)
    }
}

impl Default for IdentityStore {
    fn default() -> Self {
        Self {
            rows: Table::default(),
            by_user: SortedMap::new(),
            by_value: SortedMap::new(),
            by_word: WordIndex::new(),
            given_up: SortedMap::new(),
        }
    }
}

impl Store for IdentityStore {
    fn table(&self) -> &dyn AnyTable {
        &self.rows
    }
}

impl Compare for Identity {}

fn value_key(identity: &Identity) -> (IdentityType, Arc<str>) {
    (identity.identity_type, folded(&identity.value).into())
}
