//! The users and their indexes.

use std::sync::Arc;

use crate::base::changes::{ChangeIndex, Changes};
use crate::base::difference::{Compare, Difference};
use crate::base::folded::{external_id_key, folded};
use crate::base::ids::UserId;
use crate::base::record::Record;
use crate::base::sequence::{ById, Sequence};
use crate::base::sorted::SortedMap;
use crate::base::table::{AnyTable, Store, Table};
use crate::base::words::{IndexedWord, WordIndex};

use super::model::User;

#[derive(Clone, Debug)]
pub(crate) struct UserStore {
    /// All users ever, including deleted ones, because Zendesk still shows them by id.
    rows: Table<User>,
    active: SortedMap<UserId, ()>,
    /// The users that are deleted, permanently or not.
    deleted: SortedMap<UserId, ()>,
    by_external_id: SortedMap<Arc<str>, UserId>,
    /// The users that are not deleted, by their names in the form for comparison.
    by_name: SortedMap<(Arc<str>, UserId), ()>,
    /// The users that are not deleted, by the words of their texts.
    by_word: WordIndex<UserId>,
    by_change: ChangeIndex<UserId>,
}

impl UserStore {
    /// Returns the number of users that are not deleted.
    pub(crate) fn len(&self) -> usize {
        self.active.len()
    }

    pub(crate) fn get(&self, id: UserId) -> Option<&User> {
        self.rows.get(id)
    }

    /// Returns the user. `None` means that it does not exist or is deleted.
    pub(crate) fn active(&self, id: UserId) -> Option<&User> {
        self.get(id).filter(|user| user.active)
    }

    /// Returns users that are not deleted by id, among them all that have these words.
    pub(crate) fn having(&self, words: &[IndexedWord]) -> Vec<UserId> {
        let active = || self.rows.iter().filter(|user| user.active);
        self.by_word.having(words, || {
            active().map(|user| (user.id, user.indexed_texts()))
        })
    }

    /// Changes an existing user, and updates the indexes.
    pub(crate) fn update(&mut self, id: UserId, change: impl FnOnce(&mut User)) {
        if let Some(user) = self.rows.get(id) {
            let mut user = user.clone();
            change(&mut user);
            self.put(user);
        }
    }

    /// Changes attributes that only the index of changes depends on: no text, custom field,
    /// `external_id` or `active`.
    pub(crate) fn update_in_place(&mut self, id: UserId, change: impl FnOnce(&mut User)) {
        if let Some(user) = self.rows.get_mut(id) {
            let from = user.updated_at;
            change(user);
            self.by_change.note(id, Some(from), Some(user.updated_at));
        }
    }

    /// Returns all users ever, in the order of their last changes.
    pub(crate) fn by_change(&self) -> Changes<'_, UserId> {
        self.by_change
            .of(|| self.rows.iter().map(|user| (user.updated_at, user.id)))
    }

    /// Returns the user with this external id, ignoring case.
    pub(crate) fn with_external_id(&self, external_id: &str) -> Option<UserId> {
        self.by_external_id.get(&*folded(external_id)).copied()
    }

    /// Returns the users that are not deleted and whose name starts with this, ignoring case, by
    /// name.
    pub(crate) fn with_name_prefix(&self, prefix: &str) -> impl Iterator<Item = UserId> {
        let prefix: Arc<str> = folded(prefix).into();
        let first = self.by_name.rank_where(|(name, _)| **name < *prefix);
        self.by_name
            .iter_from(first)
            .take_while(move |((name, _), ())| name.starts_with(&*prefix))
            .map(|((_, id), ())| *id)
    }

    /// Adds a user, or replaces the one with the same id.
    pub(crate) fn put(&mut self, user: User) {
        let id = user.id;
        let changed_before = self.rows.get(id).map(|former| former.updated_at);
        self.by_change
            .note(id, changed_before, Some(user.updated_at));
        if let Some(former) = self.rows.get(id) {
            if let Some(external_id) = external_id_key(former.external_id.as_deref()) {
                self.by_external_id.remove(&external_id);
            }
            self.by_name.remove(&(folded(&former.name).into(), id));
            if former.active {
                self.by_word.remove(id, former.indexed_texts());
            }
        }
        if let Some(external_id) = external_id_key(user.external_id.as_deref()) {
            self.by_external_id.insert(external_id, id);
        }
        if user.active {
            self.active.insert(id, ());
            self.by_name.insert((folded(&user.name).into(), id), ());
            self.by_word.insert(id, user.indexed_texts());
        } else {
            self.active.remove(&id);
            self.deleted.insert(id, ());
        }
        self.rows.put(user);
    }

    /// Adds many users at once. Their ids and their external ids must be new.
    pub(crate) fn extend(&mut self, users: Vec<User>) {
        let external_ids = users
            .iter()
            .filter_map(|user| Some((external_id_key(user.external_id.as_deref())?, user.id)));
        self.by_external_id.extend(external_ids.collect());
        let active = || users.iter().filter(|user| user.active);
        self.active
            .extend(active().map(|user| (user.id, ())).collect());
        let deleted = users.iter().filter(|user| !user.active);
        self.deleted
            .extend(deleted.map(|user| (user.id, ())).collect());
        let names = active().map(|user| ((folded(&user.name).into(), user.id), ()));
        self.by_name.extend(names.collect());
        self.by_word
            .extend(active().map(|user| (user.id, user.indexed_texts())));
        self.by_change
            .extend(users.iter().map(|user| (user.updated_at, user.id)));
        self.rows.extend(users);
    }

    /// Returns all users ever, by id.
    pub(crate) fn all(&self) -> impl Iterator<Item = &User> {
        self.rows.iter()
    }

    /// Returns the users that are not deleted, by id.
    pub(crate) fn by_id(&self) -> impl Sequence + '_ {
        ById::new(&self.active, ())
    }

    /// Returns the users that are deleted, permanently or not, by id.
    pub(crate) fn deleted_by_id(&self) -> impl Sequence + '_ {
        ById::new(&self.deleted, ())
    }

    /// Returns the user if it is deleted, but not permanently.
    pub(crate) fn deleted(&self, id: UserId) -> Option<&User> {
        self.get(id)
            .filter(|user| !user.active && !user.permanently_deleted)
    }
}

impl Default for UserStore {
    fn default() -> Self {
        Self {
            rows: Table::default(),
            active: SortedMap::new(),
            deleted: SortedMap::new(),
            by_external_id: SortedMap::new(),
            by_name: SortedMap::new(),
            by_word: WordIndex::new(),
            by_change: ChangeIndex::new(),
        }
    }
}

impl Store for UserStore {
    fn table(&self) -> &dyn AnyTable {
        &self.rows
    }
}

/// A deleted user can still be read. A change of the default has a separate difference, because it
/// says more than a changed attribute.
impl Compare for User {
    fn compare(old: Option<&Self>, new: Option<&Self>) -> Vec<Difference> {
        let Some(new) = new else { return Vec::new() };
        let mut found = Vec::new();
        match old {
            // It was created and deleted between the two snapshots.
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
