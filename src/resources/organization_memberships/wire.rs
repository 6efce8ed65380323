//! What a membership looks like on the wire.

use crate::api::json::JsonObject;
use crate::api::request::ApiRequest;
use crate::api::url::ResourceUrl;
use crate::base::ids::MembershipId;
use crate::base::settings::NonDefault;
use crate::resources::account::Account;

use super::read::MembershipView;

pub(super) fn url<'a>(request: &'a ApiRequest<'_>, id: MembershipId) -> ResourceUrl<'a> {
    request.url("organization_memberships", id.get())
}

/// Writes a membership as it goes over the wire, in Zendesk's order of keys. Its url is the flat one, whatever the route.
pub(super) fn write(
    object: JsonObject,
    account: &Account,
    request: &ApiRequest<'_>,
    membership: &MembershipView<'_>,
) -> JsonObject {
    let default = match (membership.default, account.rules.non_default) {
        (true, _) => Some(true),
        (false, NonDefault::Null) => None,
        (false, NonDefault::False) => Some(false),
    };
    object
        .url("url", url(request, membership.id))
        .field("id", &membership.id)
        .field("user_id", &membership.user_id)
        .field("organization_id", &membership.organization_id)
        .field("default", &default)
        .time("created_at", membership.created_at)
        .field("organization_name", membership.organization_name)
        .time("updated_at", membership.updated_at)
        .field("view_tickets", &membership.view_tickets)
}
