//! Merges a user into another one.
//!
//! <https://support.zendesk.com/hc/en-us/articles/4408887695898>

use crate::base::effect::Effect;
use crate::base::ids::UserId;
use crate::base::refusal::{Refusal, Violation};
use crate::base::sequence::Sequence;
use crate::base::settings::OrganizationsOfAUser;
use crate::resources::account::Account;
use crate::resources::identities::rules::Born;
use crate::resources::organization_memberships::violations::too_many_organizations;

use super::model::Role;
use super::violations;

impl Account {
    /// Merges the loser into the winner, and deletes it. The winner gets its organizations, the
    /// tickets that it requested, closed ones too, and its addresses and phone numbers. Everything
    /// else of the loser is lost to the winner. Both must be end users.
    ///
    /// A user's shared phone number is no identity. The winner gets it only if it has no number.
    pub(crate) fn merge_users(&mut self, loser: UserId, winner: UserId) -> Result<(), Refusal> {
        self.check_merge(loser, winner)?;
        self.record(|account| Effect::Merged {
            loser: account.name(loser),
            winner: account.name(winner),
        });
        // Tickets stay in an organization only while their requester is in it, so they go first.
        self.give_tickets_of_user(loser, winner);
        self.give_memberships(loser, winner);
        self.give_identities(loser, winner);
        let number = |account: &Self, user| account.users.get(user)?.phone.clone();
        if let (None, Some(shared)) = (number(self, winner), number(self, loser)) {
            self.take_phone(winner, Some(&shared), Born::Later);
        }
        self.touch_user(winner);
        self.delete_user(loser)
    }

    fn check_merge(&self, loser: UserId, winner: UserId) -> Result<(), Refusal> {
        let both = [loser, winner].map(|id| self.users.active(id));
        let [Some(loser), Some(winner)] = both else {
            return Err(Refusal::NotFound);
        };
        let mut found: Vec<Violation> = Vec::new();
        if loser.id == winner.id {
            found.push(violations::merges_itself());
        }
        if loser.role != Role::EndUser || winner.role != Role::EndUser {
            found.push(violations::merges_staff());
        }
        if self.tickets.requested_by(loser.id).len() > violations::MERGED_TICKETS_LIMIT {
            found.push(violations::merges_too_many_tickets());
        }
        let is_single = self.rules.organizations_of_a_user == OrganizationsOfAUser::One;
        let limit = self.rules.organizations_per_user;
        let of_loser = self.organization_ids_of_user(loser.id);
        let joined = of_loser.filter(|id| self.memberships.find(winner.id, *id).is_none());
        let sum = self.memberships.count_of_user(winner.id) + joined.count();
        if !is_single && sum > limit {
            found.push(too_many_organizations(limit));
        }
        Refusal::unless_empty(found)
    }
}

#[cfg(test)]
mod tests;
