//! What agents may change of organizations.

use crate::api::error::ApiError;
use crate::api::request::ApiRequest;
use crate::resources::account::Account;

/// Checks that an agent changes only the notes of an organization.
/// <https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#update-organization>
pub(super) fn check_agents_keys(
    account: &Account,
    request: &ApiRequest<'_>,
) -> Result<(), ApiError> {
    let is_of_notes = |key: &str| key == "notes" || key == "id";
    if request.agent(account).is_some() && !request.permitted_keys().into_iter().all(is_of_notes) {
        return Err(ApiError::Forbidden);
    }
    Ok(())
}
