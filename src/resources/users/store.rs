//! The users and their indexes.

use std::sync::Arc;

use crate::base::difference::{Compare, Difference};
use crate::base::folded::folded;
use crate::base::ids::UserId;
use crate::base::record::Record;
use crate::base::sequence::{ById, Sequence};
use crate::base::sorted::SortedMap;
use crate::base::table::{AnyTable, Store, Table};
use crate::base::words::WordIndex;

use super::model::User;

#[derive(Clone, Debug)]
pub(crate) struct UserStore {
    /// All users ever, also the deleted ones: Zendesk still shows them by id.
    rows: Table<User>,
    active: SortedMap<UserId, ()>,
    by_external_id: SortedMap<Arc<str>, UserId>,
    /// The users that are not deleted by their names, as names are compared.
    by_name: SortedMap<(Arc<str>, UserId), ()>,
    /// The users that are not deleted by the words of their texts.
    by_word: WordIndex<UserId>,
}

impl UserStore {
    /// The number of users that are not deleted.
    pub(crate) fn len(&self) -> usize {
        self.active.len()
    }

    pub(crate) fn get(&self, id: UserId) -> Option<&User> {
        self.rows.get(id)
    }

    /// The user, unless it is deleted.
    pub(crate) fn active(&self, id: UserId) -> Option<&User> {
        self.get(id).filter(|user| user.active)
    }

    /// The users that are not deleted and have a word that starts with this, by id.
    pub(crate) fn with_word(&self, word: &str) -> Vec<UserId> {
        let active = || self.rows.iter().filter(|user| user.active);
        self.by_word
            .starting_with(word, || active().map(|user| (user.id, user.texts())))
    }

    /// Changes a user that is there.
    pub(crate) fn update(&mut self, id: UserId, change: impl FnOnce(&mut User)) {
        if let Some(user) = self.rows.get(id) {
            let mut user = user.clone();
            change(&mut user);
            self.put(user);
        }
    }

    /// The user, to change what no index depends on: neither a text, `external_id` nor `active`.
    pub(crate) fn get_mut(&mut self, id: UserId) -> Option<&mut User> {
        self.rows.get_mut(id)
    }

    /// The user with this external id, whatever the case.
    pub(crate) fn with_external_id(&self, external_id: &str) -> Option<UserId> {
        self.by_external_id.get(&*folded(external_id)).copied()
    }

    /// The users that are not deleted whose name starts with this, whatever the case: by name.
    pub(crate) fn with_name_prefix(&self, prefix: &str) -> impl Iterator<Item = UserId> {
        let prefix: Arc<str> = folded(prefix).into();
        let first = self.by_name.rank_where(|(name, _)| **name < *prefix);
        self.by_name
            .iter_from(first)
            .take_while(move |((name, _), ())| name.starts_with(&*prefix))
            .map(|((_, id), ())| *id)
    }

    /// Puts a user in, or in the place of the one with its id.
    pub(crate) fn put(&mut self, user: User) {
        let id = user.id;
        if let Some(former) = self.rows.get(id) {
            if let Some(external_id) = &former.external_id {
                self.by_external_id.remove(&Arc::from(folded(external_id)));
            }
            self.by_name.remove(&(folded(&former.name).into(), id));
            if former.active {
                self.by_word.remove(id, former.texts());
            }
        }
        if let Some(external_id) = &user.external_id {
            self.by_external_id.insert(folded(external_id).into(), id);
        }
        if user.active {
            self.active.insert(id, ());
            self.by_name.insert((folded(&user.name).into(), id), ());
            self.by_word.insert(id, user.texts());
        } else {
            self.active.remove(&id);
        }
        self.rows.put(user);
    }

    /// Puts many users in at once. Their ids and their external ids are new.
    pub(crate) fn extend(&mut self, users: Vec<User>) {
        let external_ids = users
            .iter()
            .filter_map(|user| Some((folded(user.external_id.as_deref()?).into(), user.id)));
        self.by_external_id.extend(external_ids.collect());
        let active = || users.iter().filter(|user| user.active);
        self.active
            .extend(active().map(|user| (user.id, ())).collect());
        let names = active().map(|user| ((folded(&user.name).into(), user.id), ()));
        self.by_name.extend(names.collect());
        self.by_word
            .extend(active().map(|user| (user.id, user.texts())));
        self.rows.extend(users);
    }

    /// All users ever, by id.
    pub(crate) fn all(&self) -> impl Iterator<Item = &User> {
        self.rows.iter()
    }

    /// The users that are not deleted, by id.
    pub(crate) fn by_id(&self) -> impl Sequence + '_ {
        ById::new(&self.active, ())
    }
}

impl Default for UserStore {
    fn default() -> Self {
        Self {
            rows: Table::default(),
            active: SortedMap::new(),
            by_external_id: SortedMap::new(),
            by_name: SortedMap::new(),
            by_word: WordIndex::new(),
        }
    }
}

impl Store for UserStore {
    fn table(&self) -> &dyn AnyTable {
        &self.rows
    }
}

/// A deleted user is still there to be read, and the default says more than that an attribute has
/// changed.
impl Compare for User {
    fn compare(old: Option<&Self>, new: Option<&Self>) -> Vec<Difference> {
        let Some(new) = new else { return Vec::new() };
        let mut found = Vec::new();
        match old {
            // Deleted before anybody looked.
            None if !new.active => return found,
            None => found.push(Difference::created(new.id)),
            Some(old) if old.active && !new.active => found.push(Difference::deleted(new.id)),
            Some(old) => {
                let mut attributes = old.differing(new);
                attributes.retain(|key| *key != "organization_id");
                if !attributes.is_empty() {
                    found.push(Difference::changed(new.id, attributes));
                }
            }
        }
        let (from, to) = (old.and_then(|old| old.organization_id), new.organization_id);
        if from != to {
            found.push(Difference::DefaultMoved {
                user: new.id,
                from,
                to,
            });
        }
        found
    }
}
