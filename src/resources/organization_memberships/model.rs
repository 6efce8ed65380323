//! The record of an organization membership, as the account keeps it and as tests see it, and its
//! description for creation.

use crate::base::ids::{MembershipId, OrganizationId, UserId};
use crate::base::open_question::Answers;
use crate::base::record_macro::record;
use crate::base::time::Timestamp;

record! {
    /// A membership as the account keeps it. Its user knows whether it is the default, and its
    /// organization knows the name.
    #[derive(Copy)]
    pub(crate) struct Membership is OrganizationMembership, id MembershipId, changes NewMembership,
        derived MembershipDerived, row Membership;
    path "organization_memberships";
    fresh(id, now);
    name(_membership) = "";

    url;
    id;
    /// The user who is in the organization.
    kept user_id: UserId = UserId::new(0), given;
    /// The organization that the user is in.
    kept organization_id: OrganizationId = OrganizationId::new(0), given;
    derived Default = "default";
    /// When the user joined.
    kept created_at: Timestamp = now;
    derived OrganizationName = "organization_name";
    /// When the membership last changed. A change of the default changes both memberships.
    kept updated_at: Timestamp = now;
    derived ViewTickets = "view_tickets";

    /// Whether it becomes the default.
    given default: bool;
}

/// The membership of a user in an organization.
///
/// <https://developer.zendesk.com/api-reference/ticketing/organizations/organization_memberships/>
///
/// Serializes as the API shows it, except that `url` starts with `/api/v2`, because the host
/// depends on the client.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OrganizationMembership {
    /// The id, which is assigned on creation.
    pub id: MembershipId,
    /// The user who is in the organization.
    pub user_id: UserId,
    /// The organization that the user is in.
    pub organization_id: OrganizationId,
    /// Whether this is the user's default organization. A user with memberships has exactly one
    /// default.
    pub default: bool,
    /// When the user joined.
    pub created_at: Timestamp,
    /// The present name of the organization.
    pub organization_name: String,
    /// When the membership last changed. A change of the default changes both memberships.
    pub updated_at: Timestamp,
    /// Whether the user sees all tickets of the organization.
    pub view_tickets: bool,
    /// They say how a reply shows `default` when it is false.
    pub(crate) answers: Answers,
}

impl From<&OrganizationMembership> for MembershipId {
    fn from(membership: &OrganizationMembership) -> Self {
        membership.id
    }
}
