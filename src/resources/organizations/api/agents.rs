//! What agents may change of organizations.

use crate::api::error::ApiError;
use crate::api::request::ApiRequest;
use crate::base::open_question::OpenQuestion;
use crate::resources::account::Account;
use crate::resources::organizations::model::OrganizationChanges;

/// Returns the changes of an organization that the caller may make. An agent may change only its
/// notes: a request for more is refused, or the rest of it is dropped.
/// <https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#update-organization>
pub(super) fn allowed_changes(
    account: &Account,
    request: &ApiRequest<'_>,
    changes: OrganizationChanges,
) -> Result<OrganizationChanges, ApiError> {
    if request.agent(account).is_none() {
        return Ok(changes);
    }
    if request.answers.is_other(OpenQuestion::OtherKeysOfAgents) {
        return Ok(OrganizationChanges {
            notes: changes.notes,
            ..OrganizationChanges::default()
        });
    }
    let is_of_notes = |key: &str| key == "notes" || key == "id";
    if !request.permitted_keys().into_iter().all(is_of_notes) {
        return Err(ApiError::Forbidden);
    }
    Ok(changes)
}
