//! The background job of a merge.

use std::sync::Arc;

use crate::base::effect::Effect;
use crate::base::ids::OrganizationId;
use crate::base::refusal::Refusal;
use crate::resources::account::Account;
use crate::resources::job_statuses::model::{Job, JobWords, Progress, Task};
use crate::resources::job_statuses::result::ItemResult;

use super::model::{MergeStatus, OrganizationMerge};

/// A merge of organizations. Its record shows how far it is, and no job status does.
#[derive(Debug)]
pub(super) struct Merging {
    pub(super) id: Arc<str>,
    pub(super) loser: OrganizationId,
    pub(super) winner: OrganizationId,
}

impl Task for Merging {
    fn words(&self) -> JobWords {
        JobWords {
            job_type: "Merge Organizations",
            start: "Merging Organizations",
            item: "Merging organization",
        }
    }

    fn total(&self) -> usize {
        1
    }

    fn work(&self, _: usize, account: &mut Account) -> Result<ItemResult, Refusal> {
        account.merge_organizations(&self.id, self.loser, self.winner)?;
        Ok(ItemResult::done())
    }

    fn failure(&self, _: usize, reason: &Refusal) -> ItemResult {
        ItemResult::failed().text("details", reason.details())
    }

    fn own_record(&self) -> Option<&Arc<str>> {
        Some(&self.id)
    }

    fn follow(&self, job: &Job, account: &mut Account) {
        let failed = |message: &str| Effect::MergeFailed {
            merge: self.id.to_string(),
            message: message.to_owned(),
        };
        let (status, effect) = match &job.progress {
            Progress::Queued => (MergeStatus::New, Some(self.queued(account))),
            Progress::Working => (MergeStatus::InProgress, None),
            // What it moved has effects already.
            Progress::Completed { .. } => (MergeStatus::Complete, None),
            Progress::AllFailed { .. } => {
                let reason = job.results.first().and_then(ItemResult::details);
                (MergeStatus::Error, Some(failed(reason.unwrap_or_default())))
            }
            Progress::Failed { message, .. } | Progress::Killed { message, .. } => {
                (MergeStatus::Error, Some(failed(message)))
            }
        };
        // Its work, once done, has set the status itself.
        if job.finished_at().is_some() || job.results.is_empty() {
            account.set_merge_status(&self.id, status);
        }
        if let Some(effect) = effect {
            account.record(|_| effect);
        }
    }
}

impl Merging {
    pub(super) fn of(merge: &OrganizationMerge) -> Self {
        Self {
            id: merge.id.as_str().into(),
            loser: merge.loser_id,
            winner: merge.winner_id,
        }
    }

    fn queued(&self, account: &Account) -> Effect {
        Effect::MergeQueued {
            merge: self.id.to_string(),
            loser: account.name(self.loser),
            winner: account.name(self.winner),
        }
    }
}
