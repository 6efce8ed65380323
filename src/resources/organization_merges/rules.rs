//! What a merge of organizations moves, and what may not happen meanwhile.
//!
//! <https://support.zendesk.com/hc/en-us/articles/6216929727898>

use std::sync::Arc;

use crate::base::effect::Effect;
use crate::base::ids::OrganizationId;
use crate::base::refusal::Refusal;
use crate::resources::account::Account;

use super::model::{MergeStatus, OrganizationMerge};
use super::tasks::Merging;
use super::violations;

impl Account {
    /// Queues the merge of an organization into another one, and returns its record as the first
    /// reply shows it.
    pub(crate) fn queue_merge(
        &mut self,
        loser_id: OrganizationId,
        winner_id: OrganizationId,
    ) -> Result<OrganizationMerge, Refusal> {
        self.organizations.get(loser_id).ok_or(Refusal::NotFound)?;
        let mut found = Vec::new();
        if self.organizations.get(winner_id).is_none() {
            found.push(violations::winner_missing());
        } else if loser_id == winner_id {
            found.push(violations::merges_itself());
        }
        if self.merge_in_the_way(loser_id, winner_id).is_some() {
            found.push(violations::is_being_merged());
        }
        Refusal::unless_empty(found)?;
        let merge = OrganizationMerge {
            id: self.merges.draw_id(self.moment()).to_string(),
            loser_id,
            winner_id,
            status: MergeStatus::New,
        };
        self.merges.put(merge.clone());
        self.queue_job(Arc::new(Merging::of(&merge)));
        Ok(merge)
    }

    /// Returns an open merge beside which these organizations cannot be merged: one of the loser, or
    /// one that the winner loses. Others may be merged into the same winner.
    pub(crate) fn merge_in_the_way(
        &self,
        loser_id: OrganizationId,
        winner_id: OrganizationId,
    ) -> Option<&OrganizationMerge> {
        self.merges.open().find(|merge| {
            let of_loser = [merge.loser_id, merge.winner_id].contains(&loser_id);
            of_loser || merge.loser_id == winner_id
        })
    }

    /// Adds a merge of a fixture. One that has not ended goes on.
    pub(crate) fn load_merge(&mut self, merge: OrganizationMerge) {
        if merge.status.is_open() {
            // The merge says whether it has begun, so its job may be queued again.
            let task = Arc::new(Merging::of(&merge));
            self.jobs.add(task, self.moment(), None);
        }
        self.merges.put(merge);
    }

    /// Returns a merge for a request that shows it. The request may move it.
    pub(crate) fn poll_merge(&mut self, id: &str) -> Option<OrganizationMerge> {
        if let Some(job) = self.jobs.number_of_record(id) {
            self.poll_job(job);
        }
        self.merges.with_id(id).cloned()
    }

    /// Completes a merge, even if jobs are paused.
    pub(crate) fn complete_merge(&mut self, id: &str) -> Option<OrganizationMerge> {
        if let Some(job) = self.jobs.number_of_record(id) {
            self.complete_job(job);
        }
        self.merges.with_id(id).cloned()
    }

    pub(super) fn set_merge_status(&mut self, id: &str, status: MergeStatus) {
        if let Some(merge) = self.merges.with_id(id).cloned() {
            self.merges.put(OrganizationMerge { status, ..merge });
        }
    }

    /// Moves the users, the tickets and the domain names of the loser to the winner, and deletes it.
    /// Its other attributes are lost. A domain that moves brings no further users.
    pub(super) fn merge_organizations(
        &mut self,
        id: &str,
        loser: OrganizationId,
        winner: OrganizationId,
    ) -> Result<(), Refusal> {
        let former = self.organization(loser).ok_or(Refusal::NotFound)?;
        let mut winning = self.organization(winner).ok_or(Refusal::NotFound)?;
        self.record(|account| Effect::Merged {
            loser: account.name(loser),
            winner: account.name(winner),
        });
        // Tickets stay in an organization only while their requester is in it, so they go first.
        self.give_tickets_of_organization(loser, winner);
        self.move_members(loser, winner);
        let present = winning.domain_names.len();
        for domain in former.domain_names {
            if !winning.domain_names.contains(&domain) {
                winning.domain_names.push(domain);
            }
        }
        if winning.domain_names.len() > present {
            winning.updated_at = self.now();
            self.organizations.put(winning);
            self.record_updated(winner);
        }
        // While the merge is open, the loser cannot be deleted.
        self.set_merge_status(id, MergeStatus::Complete);
        self.delete_organization(loser)
    }

    /// Checks that an organization may be changed or deleted: "the losing organization can't be
    /// changed" while a merge is in progress.
    pub(crate) fn check_is_not_merged(&self, organization: OrganizationId) -> Result<(), Refusal> {
        let is_losing = |merge: &OrganizationMerge| merge.loser_id == organization;
        if self.merges.open().any(is_losing) {
            return Err(Refusal::Invalid(vec![violations::is_being_merged()]));
        }
        Ok(())
    }

    /// Checks that the domain names of an organization may change: they may not while another one is
    /// being merged into it.
    pub(crate) fn check_domains_may_change(
        &self,
        organization: OrganizationId,
    ) -> Result<(), Refusal> {
        let is_winning = |merge: &OrganizationMerge| merge.winner_id == organization;
        if self.merges.open().any(is_winning) {
            return Err(Refusal::Invalid(vec![
                violations::domains_are_being_merged(),
            ]));
        }
        Ok(())
    }
}
