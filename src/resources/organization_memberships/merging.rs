//! What becomes of memberships when users or organizations are merged.

use crate::base::ids::{MembershipId, OrganizationId, UserId};
use crate::base::settings::OrganizationsOfAUser;
use crate::resources::account::Account;

use super::model::Membership;

impl Account {
    /// Gives the memberships of a user to another one, who keeps the own default. A user who is in no
    /// organization gets the default, too. Where users are in one organization at most, only such a
    /// user gets a membership.
    pub(crate) fn give_memberships(&mut self, loser: UserId, winner: UserId) {
        let present = self.default_membership_id(winner);
        let default = self.default_membership_id(loser);
        let is_single = self.rules.organizations_of_a_user == OrganizationsOfAUser::One;
        let all: Vec<MembershipId> = self.memberships.of_user(loser).collect();
        let rows = all
            .into_iter()
            .filter_map(|id| self.memberships.get(id).copied());
        for row in rows.collect::<Vec<Membership>>() {
            let is_in_it = self.memberships.find(winner, row.organization_id).is_some();
            // The others are deleted with their user.
            if is_in_it || (is_single && (present.is_some() || Some(row.id) != default)) {
                continue;
            }
            self.reassign_membership(Membership {
                user_id: winner,
                ..row
            });
            self.record_moved(row.id, loser, winner);
        }
        if present.is_none() && default.is_some() {
            self.set_default(winner, default);
        }
        self.touch_user(winner);
    }

    /// Moves the members of an organization to another one. A user keeps the one default, also if it
    /// is in both already: then the membership in the first one is deleted.
    pub(crate) fn move_members(&mut self, loser: OrganizationId, winner: OrganizationId) {
        for id in self.memberships.ids_of_organization(loser) {
            let Some(row) = self.memberships.get(id).copied() else {
                continue;
            };
            let user = row.user_id;
            let was_default = self.default_membership_id(user) == Some(id);
            let stays = match self.memberships.find(user, winner) {
                Some(other) => {
                    self.drop_membership(row);
                    other
                }
                None => {
                    self.reassign_membership(Membership {
                        organization_id: winner,
                        ..row
                    });
                    self.record_moved(id, loser, winner);
                    id
                }
            };
            if was_default {
                self.set_default(user, Some(stays));
            }
            self.touch_user(user);
        }
    }

    fn reassign_membership(&mut self, membership: Membership) {
        let updated_at = self.now();
        let organizations = &self.organizations;
        self.memberships.reassign(
            Membership {
                updated_at,
                ..membership
            },
            |organization| organizations.sort_name(organization),
        );
    }
}
