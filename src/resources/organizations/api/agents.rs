//! What agents may do to organizations.

use crate::api::error::ApiError;
use crate::api::request::ApiRequest;
use crate::resources::account::Account;

/// Agents change nothing of an organization but its notes.
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
