//! What an organization membership is, and what one is made from.

use crate::base::ids::{MembershipId, OrganizationId, UserId};
use crate::base::time::Timestamp;

/// A user's place in an organization.
///
/// <https://developer.zendesk.com/api-reference/ticketing/organizations/organization_memberships/>
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OrganizationMembership {
    /// Assigned on creation.
    pub id: MembershipId,
    /// The user who is in the organization.
    pub user_id: UserId,
    /// The organization that the user is in.
    pub organization_id: OrganizationId,
    /// Whether this is the user's default organization. A user with memberships has exactly one default.
    pub default: bool,
    /// When the user joined.
    pub created_at: Timestamp,
    /// The organization's name as it is now.
    pub organization_name: String,
    /// When the membership last changed: a change of the default changes both memberships that it concerns.
    pub updated_at: Timestamp,
    /// Whether the user sees all tickets of the organization.
    pub view_tickets: bool,
}

impl From<&OrganizationMembership> for MembershipId {
    fn from(membership: &OrganizationMembership) -> Self {
        membership.id
    }
}

/// What a membership is to be made from, before any rule has looked at it.
#[derive(Clone, Debug, Default)]
pub(crate) struct NewMembership {
    pub(crate) user_id: Option<UserId>,
    pub(crate) organization_id: Option<OrganizationId>,
    pub(crate) default: Option<bool>,
}
