//! A merge of organizations, as its record shows it.

use serde::Serialize;

use crate::base::ids::OrganizationId;
use crate::base::value::words;

/// A merge of an organization into another one, as [`Account::organization_merge`] returns it.
///
/// <https://developer.zendesk.com/api-reference/ticketing/organizations/organization_merges/>
///
/// Serializes as the API shows it, except that `url` starts with `/api/v2`, because the host depends
/// on the client.
///
/// [`Account::organization_merge`]: crate::Account::organization_merge
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OrganizationMerge {
    /// The id: a ULID, which has 26 characters.
    pub id: String,
    /// The organization that is merged into the other one, and deleted.
    pub loser_id: OrganizationId,
    /// The organization that stays.
    pub winner_id: OrganizationId,
    /// How far the merge is.
    pub status: MergeStatus,
}

/// The status of a merge of organizations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MergeStatus {
    /// Nothing has been done yet.
    New,
    /// The merge has begun. The double moves everything at once, at the end.
    InProgress,
    /// The loser is deleted, and the winner has its users, tickets and domains.
    Complete,
    /// Nothing was moved. The merge may be requested again.
    Error,
}

words!(
    MergeStatus:
    "new" = New, "in_progress" = InProgress, "complete" = Complete, "error" = Error
);

impl MergeStatus {
    /// Returns whether the merge has not ended so far.
    pub(crate) fn is_open(self) -> bool {
        matches!(self, Self::New | Self::InProgress)
    }
}
