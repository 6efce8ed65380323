//! Saves users in fixtures, and adds many at a time.

use crate::base::folded::folded;
use crate::base::ids::UserId;
use crate::base::time::Timestamp;
use crate::resources::account::Account;
use crate::resources::saved::{BadRow, Row, Saved, no_two};

use super::model::{Role, User, UserChanges};
use crate::resources::identities::model::IdentityType;
use crate::resources::identities::rules::looks_like_email;

impl Saved for User {
    type Mark = ();

    const LIST: &'static str = "users";
    const REQUIRED: &'static [&'static str] = &["name"];
    // It follows from the default membership.
    const FOLLOWING: &'static [&'static str] = &["organization_id"];

    /// Returns all users, including deleted ones, but not the account's owner.
    fn to_save(account: &Account) -> Vec<Row<Self>> {
        account
            .users
            .all()
            .filter(|user| user.id != account.owner)
            .cloned()
            .map(Row::plain)
            .collect()
    }

    fn unsaid(id: UserId, now: Timestamp, changes: &UserChanges) -> Self {
        Self::with_role(id, changes.role.unwrap_or(Role::EndUser), now)
    }

    fn unsaid_of(&self, created_at: Timestamp) -> Self {
        // The role is saved only if it is not the usual one.
        Self {
            role: Role::EndUser,
            ..Self::with_role(self.id, self.role, created_at)
        }
    }

    fn check(row: &Row<Self>, account: &Account) -> Result<(), String> {
        let user = &row.record;
        if user.name.trim().is_empty() {
            return Err("a user needs a name".to_owned());
        }
        if user.permanently_deleted && user.active {
            return Err("a user who is deleted permanently is not active".to_owned());
        }
        if let Some(external_id) = &user.external_id {
            if !user.active {
                return Err("a deleted user has no external id".to_owned());
            }
            if account.users.with_external_id(external_id).is_some() {
                return Err(format!(
                    "another user of the account has the external id {external_id}"
                ));
            }
        }
        if let Some(phone) = direct_line(user) {
            let number = account.identities.find(IdentityType::PhoneNumber, phone);
            if number.is_some() {
                return Err(format!(
                    "another user of the account has the phone number {phone}: \
                     \"shared_phone_number\": true says that both have it"
                ));
            }
        }
        account.user_fields.loaded(&user.user_fields)?;
        let Some(email) = &user.email else {
            return Ok(());
        };
        if !looks_like_email(email) {
            return Err(format!("{email} is no e-mail address"));
        }
        if !user.active {
            return Err("a deleted user has no e-mail address".to_owned());
        }
        if account.holder_of_email(email).is_some() {
            return Err(format!(
                "another user of the account has the e-mail address {email}"
            ));
        }
        Ok(())
    }

    fn check_together(rows: &[Row<Self>], _: &Account) -> Result<(), BadRow> {
        no_two(rows, "e-mail address", |row| {
            Some(folded(row.record.email.as_deref()?).into_owned())
        })?;
        no_two(rows, "phone number", |row| {
            Some(folded(direct_line(&row.record)?).into_owned())
        })?;
        no_two(rows, "external id", |row| {
            Some(folded(row.record.external_id.as_deref()?).into_owned())
        })
    }

    fn put_all(account: &mut Account, rows: Vec<Row<Self>>) {
        let mut users: Vec<Self> = rows.into_iter().map(|row| row.record).collect();
        for user in &mut users {
            account.user_fields.load(&mut user.user_fields);
        }
        account.users.extend(users);
    }
}

/// Returns the phone number of a user that no other user shares.
fn direct_line(user: &User) -> Option<&str> {
    let is_alone = user.active && user.shared_phone_number != Some(true);
    let phone = user.phone.as_deref().filter(|_| is_alone)?.trim();
    Some(phone).filter(|phone| !phone.is_empty())
}
