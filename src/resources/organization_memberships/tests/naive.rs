//! The naive model, and the changes that are applied to it and to the account.

use proptest::prelude::*;

use crate::base::ids::{MembershipId, OrganizationId, TicketId, UserId};
use crate::base::refusal::{Refusal, Violation};
use crate::resources::organization_memberships::model::NewMembership;

pub(super) const LIMIT: usize = 4;

/// Names whose order by bytes differs from the order without case. Some of them are the same
/// without case.
pub(super) const NAMES: [&str; 9] = [
    "alpha", "Beta", "gamma", "ALPHA ", "Zulu", "émile", "Emile", "beta", "_",
];

/// A change. Records are named by numbers, modulo one more than the number of records so far. The
/// additional number names a record that does not exist.
#[derive(Clone, Debug)]
pub(super) enum Change {
    CreateUser {
        organization: Option<usize>,
    },
    CreateOrganization {
        name: usize,
    },
    CreateMembership(Pair),
    DeleteMembership(usize),
    MakeDefault(usize),
    CreateMany(Vec<Pair>),
    DestroyMany(Vec<usize>),
    Rename {
        organization: usize,
        name: usize,
    },
    MoveUser {
        user: usize,
        organization: Option<usize>,
    },
    DeleteUser(usize),
    DeleteOrganization(usize),
    CreateTicket {
        requester: usize,
        closed: bool,
    },
    MergeUsers {
        loser: usize,
        winner: usize,
    },
    MergeOrganizations {
        loser: usize,
        winner: usize,
    },
}

#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) user: usize,
    pub(super) organization: usize,
    pub(super) default: Option<bool>,
}

pub(super) fn pair() -> impl Strategy<Value = Pair> {
    (0..60usize, 0..60usize, any::<Option<bool>>()).prop_map(|(user, organization, default)| Pair {
        user,
        organization,
        default,
    })
}

pub(super) fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        2 => prop::option::of(0..60usize).prop_map(|organization| Change::CreateUser { organization }),
        3 => (0..NAMES.len()).prop_map(|name| Change::CreateOrganization { name }),
        9 => pair().prop_map(Change::CreateMembership),
        3 => (0..60usize).prop_map(Change::DeleteMembership),
        4 => (0..60usize).prop_map(Change::MakeDefault),
        2 => prop::collection::vec(pair(), 0..6).prop_map(Change::CreateMany),
        2 => prop::collection::vec(0..60usize, 0..4).prop_map(Change::DestroyMany),
        3 => (0..60usize, 0..NAMES.len()).prop_map(|(organization, name)| Change::Rename { organization, name }),
        1 => (0..60usize, prop::option::of(0..60usize))
            .prop_map(|(user, organization)| Change::MoveUser { user, organization }),
        1 => (0..60usize).prop_map(Change::DeleteUser),
        1 => (0..60usize).prop_map(Change::DeleteOrganization),
        2 => (0..60usize, any::<bool>()).prop_map(|(requester, closed)| Change::CreateTicket { requester, closed }),
        1 => (0..60usize, 0..60usize).prop_map(|(loser, winner)| Change::MergeUsers { loser, winner }),
        1 => (0..60usize, 0..60usize).prop_map(|(loser, winner)| Change::MergeOrganizations { loser, winner }),
    ]
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct ModelMembership {
    pub(super) id: MembershipId,
    pub(super) user: UserId,
    pub(super) organization: OrganizationId,
    pub(super) default: bool,
}

pub(super) struct ModelTicket {
    pub(super) id: TicketId,
    pub(super) requester: UserId,
    pub(super) organization: Option<OrganizationId>,
    pub(super) closed: bool,
}

pub(super) struct Model {
    pub(super) single_organization: bool,
    /// All users and organizations, including deleted ones, and whether they still exist.
    pub(super) users: Vec<(UserId, bool)>,
    pub(super) organizations: Vec<(OrganizationId, bool, String)>,
    pub(super) memberships: Vec<ModelMembership>,
    pub(super) tickets: Vec<ModelTicket>,
}

impl Model {
    pub(super) fn user(&self, number: usize) -> UserId {
        // One more than there are: the last number names a user who does not exist.
        self.users
            .get(number % (self.users.len() + 1))
            .map_or(UserId::new(0), |user| user.0)
    }

    pub(super) fn organization(&self, number: usize) -> OrganizationId {
        let number = number % (self.organizations.len() + 1);
        self.organizations
            .get(number)
            .map_or(OrganizationId::new(0), |organization| organization.0)
    }

    pub(super) fn membership(&self, number: usize) -> MembershipId {
        let number = number % (self.memberships.len() + 1);
        self.memberships
            .get(number)
            .map_or(MembershipId::new(0), |membership| membership.id)
    }

    pub(super) fn name(&self, id: OrganizationId) -> Option<&str> {
        self.organizations
            .iter()
            .find(|other| other.0 == id && other.1)
            .map(|other| other.2.as_str())
    }

    pub(super) fn is_taken(&self, name: &str, but: Option<OrganizationId>) -> bool {
        let same = |other: &str| other.trim().to_lowercase() == name.trim().to_lowercase();
        self.organizations
            .iter()
            .any(|(id, is_there, other)| *is_there && Some(*id) != but && same(other))
    }

    pub(super) fn of_user(&self, user: UserId) -> Vec<ModelMembership> {
        let mut list: Vec<_> = self
            .memberships
            .iter()
            .filter(|other| other.user == user)
            .cloned()
            .collect();
        list.sort_by_key(|m| {
            (
                !m.default,
                self.name(m.organization)
                    .map(|name| name.trim().to_lowercase()),
                m.id,
            )
        });
        list
    }

    pub(super) fn refusal(&self, new: &NewMembership) -> Option<Refusal> {
        let organization = new.organization_id.filter(|id| self.name(*id).is_some());
        let user = new.user_id.filter(|id| self.users.contains(&(*id, true)));
        let mut violations = Vec::new();
        if organization.is_none() {
            violations.push(Violation::blank(
                "organization",
                "Organization cannot be blank",
            ));
        }
        if user.is_none() {
            violations.push(Violation::blank("user", "User cannot be blank"));
        }
        if let (Some(user), Some(organization)) = (user, organization) {
            let of_user = self.of_user(user);
            if of_user
                .iter()
                .any(|other| other.organization == organization)
            {
                let text = " This user is already a member of this organization.";
                violations.push(Violation::duplicate("user_id", text));
            } else if of_user.len() >= LIMIT && !self.single_organization {
                let text = format!("Users can be in a maximum of {LIMIT} organizations");
                violations.push(Violation::uncoded("base", text));
            }
        }
        (!violations.is_empty()).then_some(Refusal::Invalid(violations))
    }

    pub(super) fn create(&mut self, id: MembershipId, new: &NewMembership) {
        // This is not called for a refused creation. If the account accepted one, it will not agree
        // with the model.
        let (Some(user), Some(organization)) = (new.user_id, new.organization_id) else {
            return;
        };
        if self.single_organization {
            for other in self.of_user(user) {
                self.remove(other.id);
            }
        }
        let default = new.default == Some(true) || self.of_user(user).is_empty();
        if default {
            self.memberships
                .iter_mut()
                .filter(|other| other.user == user)
                .for_each(|other| other.default = false);
        }
        self.memberships.push(ModelMembership {
            id,
            user,
            organization,
            default,
        });
    }

    pub(super) fn delete(&mut self, id: MembershipId) {
        let Some(gone) = self.remove(id) else { return };
        let successor = self
            .memberships
            .iter_mut()
            .filter(|other| other.user == gone.user)
            .min_by_key(|other| other.id);
        if let Some(successor) = successor.filter(|_| gone.default) {
            successor.default = true;
        }
    }

    /// Removes a membership, and its organization from the tickets that are not closed.
    pub(super) fn remove(&mut self, id: MembershipId) -> Option<ModelMembership> {
        let index = self.memberships.iter().position(|other| other.id == id)?;
        let gone = self.memberships.remove(index);
        for ticket in &mut self.tickets {
            if ticket.requester == gone.user
                && ticket.organization == Some(gone.organization)
                && !ticket.closed
            {
                ticket.organization = None;
            }
        }
        Some(gone)
    }

    /// Gives everything of a user to another one, and deletes it.
    pub(super) fn merge_users(&mut self, loser: UserId, winner: UserId) {
        for ticket in &mut self.tickets {
            if ticket.requester == loser {
                ticket.requester = winner;
            }
        }
        let had_none = self.of_user(winner).is_empty();
        for row in self.of_user(loser) {
            let is_in_it = self
                .of_user(winner)
                .iter()
                .any(|other| other.organization == row.organization);
            if is_in_it || (self.single_organization && !had_none) {
                self.remove(row.id);
                continue;
            }
            if let Some(row) = self.memberships.iter_mut().find(|other| other.id == row.id) {
                row.user = winner;
                row.default &= had_none;
            }
        }
        for user in self.users.iter_mut().filter(|other| other.0 == loser) {
            user.1 = false;
        }
    }

    /// Gives everything of an organization to another one, and deletes it.
    pub(super) fn merge_organizations(&mut self, loser: OrganizationId, winner: OrganizationId) {
        for ticket in &mut self.tickets {
            if ticket.organization == Some(loser) {
                ticket.organization = Some(winner);
            }
        }
        let of_loser = |other: &&ModelMembership| other.organization == loser;
        let all: Vec<_> = self.memberships.iter().filter(of_loser).cloned().collect();
        for row in all {
            let in_winner = |other: &&mut ModelMembership| {
                other.user == row.user && other.organization == winner
            };
            match self.memberships.iter_mut().find(in_winner) {
                Some(other) => {
                    other.default |= row.default;
                    self.remove(row.id);
                }
                None => {
                    let moved = self
                        .memberships
                        .iter_mut()
                        .filter(|other| other.id == row.id);
                    moved.for_each(|row| row.organization = winner);
                }
            }
        }
        let organizations = self.organizations.iter_mut();
        for organization in organizations.filter(|other| other.0 == loser) {
            organization.1 = false;
        }
    }
}
