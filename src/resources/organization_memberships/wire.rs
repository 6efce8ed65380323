//! What a membership looks like on the wire.

use serde::{Serialize, Serializer};

use crate::account::Account;
use crate::api::request::{ApiRequest, ResourceUrl};
use crate::clock::Timestamp;
use crate::ids::{MembershipId, OrganizationId, UserId};
use crate::rules::NonDefault;

use super::model::OrganizationMembership;

pub(super) fn url<'a>(request: &'a ApiRequest<'_>, id: MembershipId) -> ResourceUrl<'a> {
    request.url("organization_memberships", id.get())
}

/// A membership as it goes over the wire, in Zendesk's order of keys. Its url is the flat one, whatever the route.
#[derive(Serialize)]
pub(super) struct MembershipBody<'a> {
    url: ResourceUrl<'a>,
    id: MembershipId,
    user_id: UserId,
    organization_id: OrganizationId,
    default: Default,
    created_at: Timestamp,
    organization_name: &'a str,
    updated_at: Timestamp,
    view_tickets: bool,
}

impl<'a> MembershipBody<'a> {
    pub(super) fn new(account: &Account, request: &'a ApiRequest<'_>, membership: &'a OrganizationMembership) -> Self {
        Self {
            url: url(request, membership.id),
            id: membership.id,
            user_id: membership.user_id,
            organization_id: membership.organization_id,
            default: if membership.default { Default::Yes } else { Default::No(account.rules.non_default) },
            created_at: membership.created_at,
            organization_name: &membership.organization_name,
            updated_at: membership.updated_at,
            view_tickets: membership.view_tickets,
        }
    }
}

enum Default {
    Yes,
    No(NonDefault),
}

impl Serialize for Default {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Yes => serializer.serialize_bool(true),
            Self::No(NonDefault::Null) => serializer.serialize_none(),
            Self::No(NonDefault::False) => serializer.serialize_bool(false),
        }
    }
}
