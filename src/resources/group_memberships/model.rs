//! The record of a group membership, and its description for seeds.

use crate::base::ids::{GroupId, GroupMembershipId, UserId};
use crate::base::record_macro::record;
use crate::base::time::Timestamp;

record! {
    /// The membership of an agent in a group.
    ///
    /// <https://developer.zendesk.com/api-reference/ticketing/groups/group_memberships/>
    ///
    /// Serializes as the API shows it, except that `url` starts with `/api/v2`, because the host
    /// depends on the client.
    #[derive(Copy)]
    pub struct GroupMembership is GroupMembership, id GroupMembershipId, changes GroupMembershipChanges,
        derived GroupMembershipDerived, row GroupMembership;
    path "group_memberships";
    fresh(id, now);
    name(_membership) = "";

    url;
    id;
    /// The agent who is in the group.
    kept user_id: UserId = UserId::new(0), given;
    /// The group that the agent is in.
    kept group_id: GroupId = GroupId::new(0), given;
    /// Whether this is the agent's default group. An agent can be without one, unlike a user with
    /// organizations.
    kept default: bool = false, given;
    /// When the agent joined.
    kept created_at: Timestamp = now;
    /// When it last changed. A change of the default changes both memberships.
    kept updated_at: Timestamp = now;
}

/// The description of a group membership to seed. [`Seed::add`](crate::Seed::add) accepts it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{MockZendesk, groups::NewGroup, group_memberships::NewGroupMembership, users::{NewUser, Role}};
///
/// let zendesk = MockZendesk::start().await;
/// let seed = zendesk.seed();
/// let grace = seed.user(NewUser::new("Grace").role(Role::Agent));
/// let escalations = seed.add(NewGroup::new("Escalations"));
/// let membership = seed.add(NewGroupMembership::new(&grace, &escalations));
/// assert!(!membership.default, "that is the account's default group, which every new agent joins");
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "a group membership comes into being when it is given to `seed().add(…)`"]
pub struct NewGroupMembership {
    pub(crate) user: UserId,
    pub(crate) group: GroupId,
    pub(crate) default: bool,
}

impl NewGroupMembership {
    /// Returns the description of the membership of this agent in this group.
    pub fn new(user: impl Into<UserId>, group: impl Into<GroupId>) -> Self {
        Self {
            user: user.into(),
            group: group.into(),
            default: false,
        }
    }

    /// Makes it the agent's default.
    pub fn default_group(mut self) -> Self {
        self.default = true;
        self
    }
}
