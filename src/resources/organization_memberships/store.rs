//! The memberships and their indexes. All insertions and removals happen here, so that the indexes
//! agree.
//!
//! A row does not say whether its membership is the default. The default is the membership in the
//! user's own `organization_id`, so it is kept in one place, the user. The rules in `rules.rs`
//! decide what may happen.

use std::ops::Range;
use std::sync::Arc;

use crate::base::difference::{Compare, Difference};
use crate::base::ids::{MembershipId, OrganizationId, UserId};
use crate::base::sequence::{ById, Column, Position, Sequence, Side};
use crate::base::sorted::SortedMap;
use crate::base::table::{AnyTable, Store, Table};
use crate::base::time::Timestamp;
use crate::resources::organizations::store::{OrganizationStore, sort_name};

use super::model::Membership;

/// The key of a user's memberships in the order of their organizations' names: the sort form of the
/// name, then the id.
type NameKey = (UserId, Arc<str>, MembershipId);

#[derive(Clone, Debug)]
pub(crate) struct MembershipStore {
    rows: Table<Membership>,
    by_organization: SortedMap<(OrganizationId, MembershipId), ()>,
    by_pair: SortedMap<(OrganizationId, UserId), MembershipId>,
    by_name: SortedMap<NameKey, ()>,
    /// Those that came into being by a domain of their organization, and the domain.
    mapped: SortedMap<MembershipId, Arc<str>>,
}

impl MembershipStore {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn get(&self, id: MembershipId) -> Option<&Membership> {
        self.rows.get(id)
    }

    /// Returns the membership of this user in this organization. There is at most one.
    pub(crate) fn find(&self, user: UserId, organization: OrganizationId) -> Option<MembershipId> {
        self.by_pair.get(&(organization, user)).copied()
    }

    /// Adds a membership. The user must not be in the organization yet.
    pub(crate) fn insert(&mut self, membership: Membership, sort_name: Arc<str>) {
        let Membership {
            id,
            user_id,
            organization_id,
            ..
        } = membership;
        self.rows.put(membership);
        self.by_organization.insert((organization_id, id), ());
        self.by_pair.insert((organization_id, user_id), id);
        self.by_name.insert((user_id, sort_name, id), ());
    }

    /// Adds many memberships at once. Their ids, and their pairs of user and organization, must be
    /// new.
    pub(crate) fn extend(
        &mut self,
        memberships: Vec<Membership>,
        sort_name: impl Fn(OrganizationId) -> Arc<str>,
    ) {
        let rows = || memberships.iter().copied();
        self.by_organization.extend(
            rows()
                .map(|row| ((row.organization_id, row.id), ()))
                .collect(),
        );
        self.by_pair.extend(
            rows()
                .map(|row| ((row.organization_id, row.user_id), row.id))
                .collect(),
        );
        self.by_name.extend(
            rows()
                .map(|row| ((row.user_id, sort_name(row.organization_id), row.id), ()))
                .collect(),
        );
        self.rows.extend(memberships);
    }

    pub(crate) fn remove(&mut self, id: MembershipId, sort_name: &Arc<str>) -> Option<Membership> {
        let row = self.rows.remove(id)?;
        self.mapped.remove(&id);
        self.by_organization.remove(&(row.organization_id, id));
        self.by_pair.remove(&(row.organization_id, row.user_id));
        self.by_name
            .remove(&(row.user_id, Arc::clone(sort_name), id));
        Some(row)
    }

    /// Gives a membership another user or another organization. The user must not be in the
    /// organization yet. `sort_name` returns the names by which organizations sort.
    pub(crate) fn reassign(
        &mut self,
        membership: Membership,
        sort_name: impl Fn(OrganizationId) -> Arc<str>,
    ) {
        let domain = self.mapped.get(&membership.id).cloned();
        if let Some(former) = self.get(membership.id).copied() {
            self.remove(former.id, &sort_name(former.organization_id));
        }
        let (id, name) = (membership.id, sort_name(membership.organization_id));
        self.insert(membership, name);
        if let Some(domain) = domain {
            self.mark_mapped(id, domain);
        }
    }

    /// Marks a membership as come into being by this domain of its organization.
    pub(crate) fn mark_mapped(&mut self, id: MembershipId, domain: Arc<str>) {
        self.mapped.insert(id, domain);
    }

    /// The memberships of an organization that this domain brought, by id.
    pub(crate) fn mapped_by(
        &self,
        organization: OrganizationId,
        domain: &str,
    ) -> Vec<MembershipId> {
        let mut ids = self.ids_of_organization(organization);
        ids.retain(|id| self.mapped.get(id).is_some_and(|other| **other == *domain));
        ids
    }

    pub(crate) fn touch(&mut self, id: MembershipId, now: Timestamp) {
        if let Some(row) = self.rows.get_mut(id) {
            row.updated_at = now;
        }
    }

    /// Moves the memberships of an organization to the place of its new name. The cost grows with
    /// the number of members.
    pub(crate) fn rename_organization(
        &mut self,
        organization: OrganizationId,
        old: &Arc<str>,
        new: &Arc<str>,
    ) {
        for id in self.ids_of_organization(organization) {
            if let Some(row) = self.rows.get(id) {
                self.by_name.remove(&(row.user_id, Arc::clone(old), id));
                self.by_name.insert((row.user_id, Arc::clone(new), id), ());
            }
        }
    }

    pub(crate) fn ids_of_organization(&self, organization: OrganizationId) -> Vec<MembershipId> {
        let members = self.of_organization(organization);
        members
            .ids(0..members.len())
            .into_iter()
            .map(MembershipId::new)
            .collect()
    }

    /// Returns the user's memberships by organization name. The default has no special place.
    pub(crate) fn of_user(&self, user: UserId) -> impl Iterator<Item = MembershipId> {
        let ranks = self.ranks_of_user(user);
        self.by_name
            .iter_from(ranks.start)
            .take(ranks.len())
            .map(|((_, _, id), ())| *id)
    }

    pub(crate) fn count_of_user(&self, user: UserId) -> usize {
        self.ranks_of_user(user).len()
    }

    /// Returns an iterator over all memberships, by id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Membership> {
        self.rows.iter()
    }

    pub(crate) fn all(&self) -> ById<'_, MembershipId, Membership> {
        self.rows.by_id()
    }

    pub(crate) fn of_organization(
        &self,
        organization: OrganizationId,
    ) -> ById<'_, (OrganizationId, MembershipId), ()> {
        ById::new(&self.by_organization, organization)
    }

    /// Returns the users in an organization, by id.
    pub(crate) fn users_of(
        &self,
        organization: OrganizationId,
    ) -> ById<'_, (OrganizationId, UserId), MembershipId> {
        ById::new(&self.by_pair, organization)
    }

    /// Returns the list of a user's memberships: the default first, then by organization name.
    pub(crate) fn default_then_name<'a>(
        &'a self,
        organizations: &'a OrganizationStore,
        user: UserId,
        default: Option<MembershipId>,
    ) -> DefaultThenName<'a> {
        let ranks = self.ranks_of_user(user);
        let default = default.and_then(|id| self.of_user(user).position(|other| other == id));
        DefaultThenName {
            store: self,
            organizations,
            user,
            ranks,
            default,
        }
    }

    fn ranks_of_user(&self, user: UserId) -> Range<usize> {
        self.by_name.rank_where(|key| key.0 < user)..self.by_name.rank_where(|key| key.0 <= user)
    }
}

impl Default for MembershipStore {
    fn default() -> Self {
        Self {
            rows: Table::default(),
            by_organization: SortedMap::new(),
            by_pair: SortedMap::new(),
            by_name: SortedMap::new(),
            mapped: SortedMap::new(),
        }
    }
}

impl Store for MembershipStore {
    fn table(&self) -> &dyn AnyTable {
        &self.rows
    }
}

/// A test knows the user and the organization, not the id. A membership that was deleted and
/// created again counts as a different one. In a merge, a membership gets another user or
/// organization.
impl Compare for Membership {
    fn compare(old: Option<&Self>, new: Option<&Self>) -> Vec<Difference> {
        let pair = |row: &Self| (row.user_id, row.organization_id);
        match (old, new) {
            (Some(old), Some(new)) if pair(old) == pair(new) => Vec::new(),
            (old, new) => {
                let left = old.map(|row| Difference::left(row.user_id, row.organization_id));
                let joined = new.map(|row| Difference::joined(row.user_id, row.organization_id));
                left.into_iter().chain(joined).collect()
            }
        }
    }
}

/// A user's memberships: the default first, then by organization name, then by id. Their cursors
/// contain the name as it is written.
pub(crate) struct DefaultThenName<'a> {
    store: &'a MembershipStore,
    organizations: &'a OrganizationStore,
    user: UserId,
    /// The ranks of the user's memberships in `by_name`.
    ranks: Range<usize>,
    /// The index of the default among them.
    default: Option<usize>,
}

impl DefaultThenName<'_> {
    fn key(&self, rank: usize) -> Option<&NameKey> {
        let by_name = match self.default {
            Some(default) if rank == 0 => default,
            Some(default) if rank <= default => rank - 1,
            _ => rank,
        };
        let rank = Some(self.ranks.start + by_name).filter(|rank| self.ranks.contains(rank))?;
        self.store
            .by_name
            .iter_from(rank)
            .next()
            .map(|(key, ())| key)
    }
}

impl Sequence for DefaultThenName<'_> {
    fn order(&self) -> &'static str {
        "-default,organization_name,id"
    }

    fn len(&self) -> usize {
        self.ranks.len()
    }

    fn ids(&self, ranks: Range<usize>) -> Vec<u64> {
        let from = |rank: usize| {
            self.store
                .by_name
                .iter_from(self.ranks.start + rank)
                .map(|((_, _, id), ())| id.get())
        };
        let Some((place, default)) = self
            .default
            .and_then(|place| Some((place, from(place).next()?)))
        else {
            return from(ranks.start).take(ranks.len()).collect();
        };
        let first = Some(default).filter(|_| ranks.contains(&0));
        // The ranks of the others, without the default. From the place of the default on, the rank
        // by name is larger by one.
        let others = ranks.start.max(1) - 1..ranks.end.max(1) - 1;
        let start = others.start + usize::from(others.start >= place);
        first
            .into_iter()
            .chain(from(start).filter(|id| *id != default).take(others.len()))
            .collect()
    }

    fn position(&self, rank: usize) -> Option<Position> {
        let (_, _, id) = self.key(rank)?;
        let organization = self.store.get(*id)?.organization_id;
        let name = self.organizations.get(organization)?.name.clone();
        let is_default = rank == 0 && self.default.is_some();
        Some(Position(vec![
            Column::Integer(is_default.into()),
            Column::Text(name),
            Column::Integer(id.get() as i64),
        ]))
    }

    fn rank(&self, position: &Position, side: Side) -> Option<usize> {
        let [
            Column::Integer(is_default),
            Column::Text(name),
            Column::Integer(id),
        ] = position.0.as_slice()
        else {
            return None;
        };
        let id = MembershipId::new((*id).max(0) as u64);
        let name = sort_name(name);
        let name: &str = &name;
        // This is the order by name alone. The default has a different place in the list, which is
        // corrected below.
        let by_name = |other: &NameKey| (&*other.1, other.2).cmp(&(name, id));
        if *is_default != 0 {
            // Before such a position, there can only be the default, or nothing.
            let default = self.key(0).filter(|_| self.default.is_some());
            return Some(usize::from(
                default.is_some_and(|default| side.includes(by_name(default))),
            ));
        }
        let before = self.store.by_name.rank_where(|other| {
            other.0 < self.user || (other.0 == self.user && side.includes(by_name(other)))
        }) - self.ranks.start;
        match self.default {
            // The default is before the position, even if its name is not.
            Some(default) if default >= before => Some(before + 1),
            _ => Some(before),
        }
    }
}
