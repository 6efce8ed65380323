//! The users and their indexes.

use std::borrow::Cow;
use std::sync::Arc;

use crate::base::difference::{Compare, Difference};
use crate::base::ids::UserId;
use crate::base::record::Record;
use crate::base::sequence::{ById, Sequence};
use crate::base::sorted::SortedMap;
use crate::base::table::{AnyTable, Store, Table};

use super::model::User;

#[derive(Clone, Debug)]
pub(crate) struct UserStore {
    /// All users ever, also the deleted ones: Zendesk still shows them by id.
    rows: Table<User>,
    active: SortedMap<UserId, ()>,
    by_email: SortedMap<Arc<str>, UserId>,
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

    /// The user, to change what no index depends on: neither `email` nor `active`.
    pub(crate) fn get_mut(&mut self, id: UserId) -> Option<&mut User> {
        self.rows.get_mut(id)
    }

    /// The user with this e-mail address, whatever the case.
    pub(crate) fn with_email(&self, email: &str) -> Option<UserId> {
        self.by_email.get(&*email_to_sort(email)).copied()
    }

    /// Puts a user in, or in the place of the one with its id.
    pub(crate) fn put(&mut self, user: User) {
        let id = user.id;
        if let Some(email) = self.rows.get(id).and_then(|former| former.email.as_deref()) {
            self.by_email.remove(&sort_email(email));
        }
        if let Some(email) = &user.email {
            self.by_email.insert(sort_email(email), id);
        }
        if user.active {
            self.active.insert(id, ());
        } else {
            self.active.remove(&id);
        }
        self.rows.put(user);
    }

    /// Puts many users in at once. Their ids and their e-mail addresses are new.
    pub(crate) fn extend(&mut self, users: Vec<User>) {
        let with_email = users
            .iter()
            .filter_map(|user| Some((sort_email(user.email.as_deref()?), user.id)));
        self.by_email.extend(with_email.collect());
        self.active.extend(
            users
                .iter()
                .filter(|user| user.active)
                .map(|user| (user.id, ()))
                .collect(),
        );
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
            by_email: SortedMap::new(),
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

fn sort_email(email: &str) -> Arc<str> {
    email_to_sort(email).into()
}

/// In lower case, which most of them are already.
fn email_to_sort(email: &str) -> Cow<'_, str> {
    let email = email.trim();
    let is_lower = email
        .bytes()
        .all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_lower {
        email.into()
    } else {
        email.to_lowercase().into()
    }
}
