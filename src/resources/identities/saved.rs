//! Saves identities in fixtures, and adds many at a time.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::base::folded::folded;
use crate::base::ids::{IdentityId, UserId};
use crate::base::record::Record;
use crate::resources::account::Account;
use crate::resources::saved::{BadRow, Row, Saved, in_rows, no_two};
use crate::resources::users::model::User;

use super::model::{Identity, IdentityType};
use super::rules::looks_like_email;

impl Saved for Identity {
    type Mark = ();

    const LIST: &'static str = "identities";
    const REQUIRED: &'static [&'static str] = &["user_id", "value"];
    const NEEDS_ID: bool = false;

    /// Returns the identities to save. Those that follow from what their users show are left out,
    /// and so are those of the account's owner, who is not saved either.
    fn to_save(account: &Account) -> Vec<Row<Self>> {
        let all = account.identities.iter();
        all.filter(|identity| identity.user_id != account.owner)
            .filter(|identity| !follows_from_user(identity, account))
            .cloned()
            .map(Row::plain)
            .collect()
    }

    /// Returns the identities that a fixture does not list: one for each e-mail address and direct
    /// line of a new user.
    fn unlisted(account: &mut Account, before: &Account) -> Vec<Self> {
        let mut identities: Vec<Self> = Vec::new();
        for user in new_users(account, before) {
            for (identity_type, value) in shown_by(&user) {
                if account.identities.find(identity_type, value).is_none() {
                    // One of them has the id that depends on the user's.
                    let is_first = identities.last().is_none_or(|last| last.user_id != user.id);
                    let id = if is_first {
                        account.draw_identity_id(user.id)
                    } else {
                        account.draw_id()
                    };
                    identities.push(following(&user, id, identity_type, value));
                }
            }
        }
        identities
    }

    /// Adds the identities of users whose address is not listed, and makes all users show what
    /// follows from their identities.
    fn complete(account: &mut Account, before: &Account) {
        let missing = Self::unlisted(account, before);
        account.identities.extend(missing);
        let new = account.identities.iter();
        let new = new.filter(|identity| before.identities.get(identity.id).is_none());
        let mut users: Vec<UserId> = new.map(|identity| identity.user_id).collect();
        users.dedup();
        for user in users {
            account.follow_identities(user);
        }
    }

    fn check(row: &Row<Self>, account: &Account) -> Result<(), String> {
        let Self {
            user_id,
            identity_type,
            value,
            primary,
            ..
        } = &row.record;
        let Some(user) = account.users.active(*user_id) else {
            return Err(format!("user {user_id} does not exist, or is deleted"));
        };
        // What a user shows is its primary identity.
        let shown = shown_by(user).find(|(shown_type, _)| shown_type == identity_type);
        let shown = shown.filter(|(_, shown)| *primary && folded(shown) != folded(value));
        if let Some((_, shown)) = shown {
            return Err(format!(
                "user {user_id} shows {shown}, so {value} cannot be primary"
            ));
        }
        if value.trim().is_empty() {
            return Err("an identity needs a value".to_owned());
        }
        if *identity_type == IdentityType::Email && !looks_like_email(value) {
            return Err(format!("{value} is no e-mail address"));
        }
        match account.identities.find(*identity_type, value) {
            Some(other) => Err(format!("user {} has {value} already", other.user_id)),
            None => Ok(()),
        }
    }

    fn check_together(rows: &[Row<Self>], account: &Account) -> Result<(), BadRow> {
        no_two(rows, "type and value", |row| {
            let Self {
                identity_type,
                value,
                ..
            } = &row.record;
            Some((*identity_type, folded(value).into_owned()))
        })?;
        let shown = if rows.is_empty() {
            BTreeMap::new()
        } else {
            shown_by_all(account)
        };
        in_rows(rows, |row| {
            let Self {
                user_id,
                identity_type,
                value,
                ..
            } = &row.record;
            match shown.get(&(*identity_type, folded(value))) {
                Some(other) if other != user_id => {
                    Err(format!("user {other} shows {value} already"))
                }
                _ => Ok(()),
            }
        })?;
        let mut primary: Vec<(UserId, IdentityType)> = Vec::new();
        for row in rows.iter().filter(|row| row.record.primary) {
            primary.push((row.record.user_id, row.record.identity_type));
        }
        primary.sort_unstable();
        let twice: Vec<_> = primary
            .windows(2)
            .filter(|pair| pair[0] == pair[1])
            .map(|pair| pair[0])
            .collect();
        in_rows(rows, |row| {
            let identity = &row.record;
            let of = (identity.user_id, identity.identity_type);
            if identity.primary && twice.binary_search(&of).is_ok() {
                return Err(format!(
                    "user {} has two primary identities of one type",
                    identity.user_id
                ));
            }
            Ok(())
        })
    }

    fn put_all(account: &mut Account, rows: Vec<Row<Self>>) {
        account
            .identities
            .extend(rows.into_iter().map(|row| row.record).collect());
    }
}

/// Returns the identity that follows from what a user shows.
fn following(user: &User, id: IdentityId, identity_type: IdentityType, value: &str) -> Identity {
    Identity {
        user_id: user.id,
        identity_type,
        value: value.trim().to_owned(),
        verified: user.verified && identity_type == IdentityType::Email,
        primary: true,
        ..Identity::fresh(id, user.created_at)
    }
}

/// Returns whether this identity would be the same without a row in the fixture.
fn follows_from_user(identity: &Identity, account: &Account) -> bool {
    let Some(user) = account.users.get(identity.user_id) else {
        return false;
    };
    account.ids.beside(user.id) == Some(identity.id.get())
        && *identity == following(user, identity.id, identity.identity_type, &identity.value)
        && shown_by(user).next() == Some((identity.identity_type, &identity.value))
}

/// Returns the users of a fixture.
fn new_users(account: &Account, before: &Account) -> Vec<User> {
    let is_new = |user: &User| before.users.get(user.id).is_none();
    account.users().into_iter().filter(is_new).collect()
}

/// Returns which user shows which value.
fn shown_by_all(account: &Account) -> BTreeMap<(IdentityType, Cow<'_, str>), UserId> {
    let active = account.users.all().filter(|user| user.active);
    let shown = active.flat_map(|user| shown_by(user).map(|shown| (shown, user.id)));
    shown
        .map(|((identity_type, value), user)| ((identity_type, folded(value)), user))
        .collect()
}

/// Returns the identities that follow from what a user shows.
pub(crate) fn shown_by(user: &User) -> impl Iterator<Item = (IdentityType, &str)> {
    let email = user
        .email
        .as_deref()
        .map(|email| (IdentityType::Email, email));
    let is_direct = user.shared_phone_number != Some(true);
    let phone = user.phone.as_deref().filter(|_| is_direct);
    let phone = phone.map(|phone| (IdentityType::PhoneNumber, phone));
    let shown = email.into_iter().chain(phone);
    shown.filter(|(_, value)| !value.trim().is_empty())
}
