//! The users and their indexes.

use std::borrow::Cow;
use std::sync::Arc;

use crate::base::ids::UserId;
use crate::base::sequence::{ById, Sequence};
use crate::base::sorted::SortedMap;

use super::model::User;

#[derive(Clone, Debug)]
pub(crate) struct UserStore {
    /// All users ever, also the deleted ones: Zendesk still shows them by id.
    rows: SortedMap<UserId, Arc<User>>,
    active: SortedMap<UserId, ()>,
    by_email: SortedMap<Arc<str>, UserId>,
}

impl UserStore {
    pub(crate) fn new() -> Self {
        Self { rows: SortedMap::new(), active: SortedMap::new(), by_email: SortedMap::new() }
    }

    /// The number of users that are not deleted.
    pub(crate) fn len(&self) -> usize {
        self.active.len()
    }

    /// The rows that are not the same in `later`: what is here, and what is there.
    pub(crate) fn differences<'a>(&'a self, later: &'a Self) -> Vec<(Option<&'a User>, Option<&'a User>)> {
        let found = self.rows.differences(&later.rows).into_iter();
        found.map(|(old, new)| (old.map(|(_, row)| &**row), new.map(|(_, row)| &**row))).collect()
    }

    pub(crate) fn get(&self, id: UserId) -> Option<&User> {
        self.rows.get(&id).map(|user| &**user)
    }

    /// The user, to change what no index depends on: neither `email` nor `active`.
    pub(crate) fn get_mut(&mut self, id: UserId) -> Option<&mut User> {
        self.rows.get_mut(&id).map(Arc::make_mut)
    }

    /// The user with this e-mail address, whatever the case.
    pub(crate) fn with_email(&self, email: &str) -> Option<UserId> {
        self.by_email.get(&*email_to_sort(email)).copied()
    }

    /// Puts a user in, or in the place of the one with its id.
    pub(crate) fn put(&mut self, user: User) {
        let id = user.id;
        if let Some(email) = self.rows.get(&id).and_then(|former| former.email.as_deref()) {
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
        self.rows.insert(id, Arc::new(user));
    }

    /// Puts many users in at once. Their ids and their e-mail addresses are new.
    pub(crate) fn extend(&mut self, users: Vec<User>) {
        let with_email = users.iter().filter_map(|user| Some((sort_email(user.email.as_deref()?), user.id)));
        self.by_email.extend(with_email.collect());
        self.active.extend(users.iter().filter(|user| user.active).map(|user| (user.id, ())).collect());
        self.rows.extend(users.into_iter().map(|user| (user.id, Arc::new(user))).collect());
    }

    /// All users ever, by id.
    pub(crate) fn all(&self) -> impl Iterator<Item = &User> {
        self.rows.iter().map(|(_, user)| &**user)
    }

    /// The users that are not deleted, by id.
    pub(crate) fn by_id(&self) -> impl Sequence + '_ {
        ById::new(&self.active, ())
    }
}

fn sort_email(email: &str) -> Arc<str> {
    email_to_sort(email).into()
}

/// In lower case, which most of them are already.
fn email_to_sort(email: &str) -> Cow<'_, str> {
    let email = email.trim();
    let is_lower = email.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_lower { email.into() } else { email.to_lowercase().into() }
}
