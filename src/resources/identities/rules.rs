//! The rules of identities, and what follows for their users.
//!
//! `email`, `verified` and a direct `phone` number of a user follow from its identities.
//! [`Account::follow_identities`] updates them, and nothing else writes them once a user has
//! identities.
//!
//! <https://developer.zendesk.com/api-reference/ticketing/users/user_identities/>

use crate::base::effect::Effect;
use crate::base::ids::{IdentityId, UserId};
use crate::base::record::Record;
use crate::base::refusal::{Refusal, Violation};
use crate::resources::account::Account;
use crate::resources::seeded::Seeded;

use super::model::{GivenIdentity, Identity, IdentityChanges, IdentityType, NewIdentity};
use super::violations::{self, GivenAs};

impl Account {
    /// Creates an identity of a user. The first of its type becomes the primary one, whatever the
    /// request says.
    pub(crate) fn create_identity(
        &mut self,
        user: UserId,
        changes: &IdentityChanges,
    ) -> Result<IdentityId, Refusal> {
        self.users.active(user).ok_or(Refusal::NotFound)?;
        let value = changes.value.clone().unwrap_or_default();
        let Some(identity_type) = changes.identity_type else {
            let blank = value.trim().is_empty().then(violations::value_blank);
            let found = [violations::type_invalid()].into_iter().chain(blank);
            return Err(Refusal::Invalid(found.collect()));
        };
        let given = GivenIdentity {
            identity_type,
            value,
            verified: changes.verifies().unwrap_or(false),
            primary: changes.primary.unwrap_or(false),
        };
        let found = self.why_not_identity(&given, GivenAs::Identity, None);
        Refusal::unless_empty(Vec::from_iter(found))?;
        let id = self.add_identity(user, given, Born::Later);
        self.record_identity_created(id, user);
        Ok(id)
    }

    /// Changes an identity. Its type stays the same, and so does whether it is primary.
    pub(crate) fn update_identity(
        &mut self,
        id: IdentityId,
        changes: &IdentityChanges,
    ) -> Result<(), Refusal> {
        let mut identity = self.identity(id).ok_or(Refusal::NotFound)?;
        if let Some(value) = &changes.value {
            let given = GivenIdentity {
                identity_type: identity.identity_type,
                value: value.clone(),
                verified: false,
                primary: false,
            };
            let found = self.why_not_identity(&given, GivenAs::Identity, Some(id));
            Refusal::unless_empty(Vec::from_iter(found))?;
            identity.value = value.trim().to_owned();
        }
        if let Some(verified) = changes.verifies() {
            identity.verified = verified;
        }
        self.put_changed(identity);
        Ok(())
    }

    /// Marks an identity as verified. If the account maps domains, its user joins the organization
    /// of the domain.
    pub(crate) fn verify_identity(&mut self, id: IdentityId) -> Result<(), Refusal> {
        let identity = self.identity(id).ok_or(Refusal::NotFound)?;
        // "You can't verify the account owner's email address."
        if identity.user_id == self.owner {
            return Err(Refusal::Forbidden);
        }
        let user = identity.user_id;
        self.set_identity_verified(identity, true);
        self.join_by_domain(user);
        Ok(())
    }

    /// Makes an identity the primary one of its type. The identity, the former primary one and the
    /// user get the time of the change. If it is primary already, nothing changes.
    pub(crate) fn make_primary(&mut self, id: IdentityId) -> Result<(), Refusal> {
        let identity = self.identity(id).ok_or(Refusal::NotFound)?;
        if identity.primary {
            return Ok(());
        }
        self.demote_primary(identity.user_id, identity.identity_type);
        self.put_changed(Identity {
            primary: true,
            ..identity
        });
        Ok(())
    }

    /// Sets whether an identity is verified.
    pub(crate) fn set_identity_verified(&mut self, identity: Identity, verified: bool) {
        self.put_changed(Identity {
            verified,
            ..identity
        });
    }

    /// Deletes all direct lines of a user.
    pub(crate) fn delete_phone_numbers(&mut self, user: UserId) {
        let numbers: Vec<IdentityId> = self
            .identities
            .of_user(user)
            .into_iter()
            .filter(|identity| identity.identity_type == IdentityType::PhoneNumber)
            .map(|identity| identity.id)
            .collect();
        for id in numbers {
            self.record_identity_deleted(id, user);
            self.identities.remove(id);
        }
        self.follow_identities(user);
        self.touch_user(user);
    }

    /// Deletes an identity. If it was the primary one, no other becomes primary.
    pub(crate) fn delete_identity(&mut self, id: IdentityId) -> Result<(), Refusal> {
        let user = self.identities.get(id).ok_or(Refusal::NotFound)?.user_id;
        self.record_identity_deleted(id, user);
        self.identities.remove(id);
        self.follow_identities(user);
        self.touch_user(user);
        Ok(())
    }

    /// Gives the identities of a user to another one, as verified as they are. They become secondary
    /// ones, except where the other user has none of their type.
    pub(crate) fn give_identities(&mut self, loser: UserId, winner: UserId) {
        let of_winner = self.identities.of_user(winner).into_iter();
        let present: Vec<IdentityType> = of_winner.map(|identity| identity.identity_type).collect();
        let of_loser = self.identities.of_user(loser).into_iter();
        let now = self.now();
        for identity in of_loser.cloned().collect::<Vec<Identity>>() {
            let id = identity.id;
            self.identities.put(Identity {
                user_id: winner,
                primary: identity.primary && !present.contains(&identity.identity_type),
                updated_at: now,
                ..identity
            });
            self.record_moved(id, loser, winner);
        }
        self.follow_identities(loser);
        self.follow_identities(winner);
        self.touch_user(winner);
    }

    /// Deletes all identities of a user. Their values become free.
    pub(crate) fn delete_identities_of(&mut self, user: UserId) {
        let all: Vec<IdentityId> = self
            .identities
            .of_user(user)
            .into_iter()
            .map(|identity| identity.id)
            .collect();
        for id in all {
            self.identities.remove(id);
        }
    }

    /// Adds a valid identity, and updates what its user shows. The caller decides whether to record
    /// an effect.
    pub(crate) fn add_identity(
        &mut self,
        user: UserId,
        given: GivenIdentity,
        born: Born,
    ) -> IdentityId {
        let GivenIdentity {
            identity_type,
            value,
            verified,
            primary,
        } = given;
        let is_first = !self
            .identities
            .of_user(user)
            .iter()
            .any(|identity| identity.identity_type == identity_type);
        if primary {
            self.demote_primary(user, identity_type);
        }
        let id = match born {
            Born::WithUser => self.draw_identity_id(user),
            Born::Later => self.draw_id(),
        };
        self.identities.put(Identity {
            user_id: user,
            identity_type,
            value: value.trim().to_owned(),
            verified,
            primary: primary || is_first,
            ..Identity::fresh(id, self.now())
        });
        self.follow_identities(user);
        self.touch_user(user);
        id
    }

    pub(crate) fn record_identity_created(&mut self, id: IdentityId, user: UserId) {
        self.record(|account| Effect::Created {
            record: account.name(id),
            connects: vec![account.name(user)],
            is_default: false,
        });
    }

    fn record_identity_deleted(&mut self, id: IdentityId, user: UserId) {
        self.record(|account| Effect::Deleted {
            record: account.name(id),
            connects: vec![account.name(user)],
        });
    }

    /// Returns why an identity may not have this value. `None` means that it may.
    pub(crate) fn why_not_identity(
        &self,
        given: &GivenIdentity,
        given_as: GivenAs,
        itself: Option<IdentityId>,
    ) -> Option<Violation> {
        let value = given.value.trim();
        if value.is_empty() {
            return Some(violations::value_blank());
        }
        if given.identity_type == IdentityType::Email && !looks_like_email(value) {
            return Some(violations::malformed(given_as, value));
        }
        let holder = self.identities.find(given.identity_type, value)?;
        (Some(holder.id) != itself).then(|| violations::taken(given_as, value))
    }

    /// Updates what a user shows from its identities. Without a primary e-mail identity, it shows
    /// the first verified one, or else the first.
    pub(crate) fn follow_identities(&mut self, user: UserId) {
        let all = self.identities.of_user(user);
        let email = {
            let emails = || all.iter().filter(|identity| identity.is_email());
            let shown = emails()
                .find(|identity| identity.primary)
                .or_else(|| emails().find(|identity| identity.verified))
                .or_else(|| emails().next());
            shown.map(|identity| identity.value.clone())
        };
        let direct_line = all
            .iter()
            .filter(|identity| identity.identity_type == IdentityType::PhoneNumber)
            .min_by_key(|identity| !identity.primary)
            .map(|identity| identity.value.clone());
        let verified = (!all.is_empty()).then(|| all.iter().any(|identity| identity.verified));
        self.users.update_in_place(user, |shown| {
            shown.email = email;
            if let Some(verified) = verified {
                shown.verified = verified;
            }
        });
        let Some(shown) = self.users.get(user) else {
            return;
        };
        let had_direct_line = shown.shared_phone_number == Some(false);
        if had_direct_line && direct_line == shown.phone {
            return;
        }
        if had_direct_line || direct_line.is_some() {
            self.users.update(user, |shown| {
                shown.shared_phone_number = direct_line.as_ref().map(|_| false);
                shown.phone = direct_line;
            });
        }
    }

    fn demote_primary(&mut self, user: UserId, identity_type: IdentityType) {
        if let Some(former) = self.identities.primary_of(user, identity_type).cloned() {
            self.put_changed(Identity {
                primary: false,
                ..former
            });
        }
    }

    fn put_changed(&mut self, identity: Identity) {
        let (id, user, now) = (identity.id, identity.user_id, self.now());
        self.identities.put(Identity {
            updated_at: now,
            ..identity
        });
        self.record_updated(id);
        self.follow_identities(user);
        self.touch_user(user);
    }

    /// Draws the id of an identity that is created with its user. The id of the first one depends
    /// on the user's id, so that identities do not change the ids of other records.
    pub(super) fn draw_identity_id(&mut self, user: UserId) -> IdentityId {
        match self.ids.beside(user) {
            Some(id) if self.record_with_id(id).is_none() => IdentityId::new(id),
            _ => self.draw_id(),
        }
    }
}

/// When an identity is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Born {
    /// Together with its user.
    WithUser,
    /// Later. Then its id is drawn, because a deleted identity may have had the id that depends on
    /// the user's.
    Later,
}

/// Returns whether this may be an e-mail address. Which ones Zendesk takes is not known, so the check
/// is lenient: a name without spaces and brackets, an at sign, and a domain with or without a dot.
/// The parts of the domain have letters, digits and hyphens, with a hyphen neither first nor last.
/// Both sides may have any character beyond ASCII.
pub(crate) fn looks_like_email(email: &str) -> bool {
    let is_odd = |c: char| c.is_whitespace() || c.is_control();
    let names = |c: char| !is_odd(c) && !"@<>()[],:;\\\"".contains(c);
    let hosts = |c: char| !is_odd(c) && (!c.is_ascii() || c.is_ascii_alphanumeric() || c == '-');
    email.split_once('@').is_some_and(|(name, domain)| {
        let is_label = |label: &str| {
            !label.is_empty() && label.chars().all(hosts) && label.trim_matches('-') == label
        };
        !name.is_empty() && name.chars().all(names) && domain.split('.').all(is_label)
    })
}

impl Seeded for NewIdentity {
    type Record = Identity;

    fn what(&self) -> String {
        format!("identity {:?} of user {}", self.given.value, self.user)
    }

    fn put_into(self, account: &mut Account) -> Result<Identity, String> {
        let Self { user, given } = self;
        if account.users.active(user).is_none() {
            return Err(format!("user {user} does not exist, or is deleted"));
        }
        if let Some(violation) = account.why_not_identity(&given, GivenAs::Identity, None) {
            return Err(violation.description);
        }
        let id = account.add_identity(user, given, Born::Later);
        account
            .identity(id)
            .ok_or_else(|| Refusal::NotFound.details())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_name_one_sign_and_a_domain() {
        for address in [
            "a@b",
            "a@localhost",
            "a@127.0.0.1",
            "ada@example.com",
            "ada+x@sub.sub.example.photography",
            "o'neil@x-y.test",
            "a.b-c_d/e=f%g!h#i$j&k*l?m^n`o{p|q}r~s@b.example",
            "a..b.@mail.example",
            "é@ü",
            "用户@例子.测试",
            "संपर्क@डाटामेल.भारत",
            "ada@xn--bcher-kva.example",
        ] {
            assert!(looks_like_email(address), "{address}");
        }
        for address in [
            "",
            "ada",
            "@",
            "ada@",
            "@example.com",
            "a@b@c",
            "a b@c",
            "a@b c",
            "a@\tb",
            "@@",
            "error@example.com_",
            "a@b..com",
            "a@.com",
            "a@b.com.",
            "a@b.com,",
            "a,b@c.com",
            "<a@b.com>",
            "Ada <a@b.com",
            "a@-b.com",
            "a@b-.com",
            "a@b/c",
            "mailto:a@b.com",
        ] {
            assert!(!looks_like_email(address), "{address}");
        }
    }
}
