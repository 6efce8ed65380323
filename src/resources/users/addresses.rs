//! What happens to the addresses that a user gets: they become identities.

use crate::base::ids::{IdentityId, UserId};
use crate::resources::account::Account;
use crate::resources::identities::model::{GivenIdentity, IdentityType};
use crate::resources::identities::rules::Born;

impl Account {
    /// Adds the `email` of an existing user. A new address becomes an identity, and the primary one
    /// only if there is no other.
    pub(super) fn take_email(&mut self, user: UserId, email: &str, verified: Option<bool>) {
        let present = self.identities.find(IdentityType::Email, email).cloned();
        match (present, verified) {
            (None, verified) => {
                let verified = verified.unwrap_or(false);
                let id = self.add_identity(
                    user,
                    GivenIdentity {
                        verified,
                        ..email_identity(email)
                    },
                    Born::Later,
                );
                self.record_identity_created(id, user);
            }
            (Some(identity), Some(verified)) if identity.verified != verified => {
                self.set_identity_verified(identity, verified);
            }
            (Some(_), _) => {}
        }
    }

    /// Applies a `verified` without an address to the primary address.
    pub(super) fn take_verified(&mut self, user: UserId, verified: Option<bool>) {
        let Some(verified) = verified else { return };
        match self
            .identities
            .primary_of(user, IdentityType::Email)
            .cloned()
        {
            Some(identity) if identity.verified != verified => {
                self.set_identity_verified(identity, verified);
            }
            Some(_) => {}
            None => {
                self.users
                    .update_in_place(user, |user| user.verified = verified);
            }
        }
    }

    /// Sets a phone number, and returns the identity that this creates. A number that nobody else
    /// has is a direct line, and becomes an identity. A second one does not replace the first. An
    /// empty one removes all numbers.
    pub(super) fn take_phone(
        &mut self,
        user: UserId,
        number: Option<&str>,
        born: Born,
    ) -> Option<IdentityId> {
        let number = number.map(str::trim).filter(|number| !number.is_empty());
        let has_number = self
            .users
            .get(user)
            .is_some_and(|user| user.phone.is_some());
        let Some(number) = number else {
            if !has_number {
                return None;
            }
            self.delete_phone_numbers(user);
            self.users.update(user, |user| {
                user.phone = None;
                user.shared_phone_number = None;
            });
            return None;
        };
        let has_direct_line = self
            .identities
            .primary_of(user, IdentityType::PhoneNumber)
            .is_some();
        let holder = self.identities.find(IdentityType::PhoneNumber, number);
        let holder = holder.map(|identity| identity.user_id);
        // It may have come from a merged user. Then it is not primary, and still nobody else's.
        if holder == Some(user) {
            return None;
        }
        if holder.is_none() {
            let direct_line = GivenIdentity {
                identity_type: IdentityType::PhoneNumber,
                ..email_identity(number)
            };
            return Some(self.add_identity(user, direct_line, born));
        }
        if !has_direct_line {
            let now = self.now();
            self.users.update(user, |user| {
                if user.phone.as_deref() != Some(number) {
                    user.updated_at = now;
                }
                user.phone = Some(number.to_owned());
                user.shared_phone_number = Some(true);
            });
        }
        None
    }
}

pub(super) fn email_identity(email: &str) -> GivenIdentity {
    GivenIdentity {
        identity_type: IdentityType::Email,
        value: email.to_owned(),
        verified: false,
        primary: false,
    }
}
