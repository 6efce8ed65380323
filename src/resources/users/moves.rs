//! The organizations that a request puts a user into, from three attributes.

use crate::base::ids::OrganizationId;
use crate::base::open_question::OpenQuestion;
use crate::base::settings::Rules;

use super::model::UserChanges;

/// The organizations that a request puts a user into.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Moves {
    /// `organization_ids`.
    pub(super) set: Option<Vec<OrganizationId>>,
    /// `organization_id`. Null means no organization.
    pub(super) only: Option<Option<OrganizationId>>,
    /// `organization`, by its name.
    pub(super) named: Option<String>,
}

impl Moves {
    pub(super) fn take(changes: &mut UserChanges, rules: &Rules) -> Self {
        let set = changes.organization_ids.take().map(|ids| ids.0);
        Self {
            set: set.filter(|_| !rules.is_other(OpenQuestion::OrganizationIdsOnWrite)),
            only: changes.organization_id.take(),
            named: changes
                .organization
                .take()
                .map(|organization| organization.0),
        }
    }
}
