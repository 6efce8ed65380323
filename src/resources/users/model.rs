//! What a user is, and what one is made from.

use serde::{Deserialize, Serialize};

use crate::base::ids::{OrganizationId, UserId};
use crate::base::time::Timestamp;

/// A user: an end user, an agent or an admin.
///
/// <https://developer.zendesk.com/api-reference/ticketing/users/users/>
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct User {
    /// Assigned on creation.
    pub id: UserId,
    /// The name. Several users may bear the same one.
    pub name: String,
    /// The primary e-mail address, unique in the account. A deleted user has none.
    pub email: Option<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed; a change of its memberships is a change of the user.
    pub updated_at: Timestamp,
    /// The time zone, as Zendesk names it.
    pub time_zone: String,
    /// The primary phone number.
    pub phone: Option<String>,
    /// The organization of the default membership. None exactly if the user is in no organization.
    pub organization_id: Option<OrganizationId>,
    /// What the user may do.
    pub role: Role,
    /// Whether one of its identities has been verified.
    pub verified: bool,
    /// An id of the caller's own choice.
    pub external_id: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// The name that end users see.
    pub alias: Option<String>,
    /// False once the user is deleted.
    pub active: bool,
    /// The signature.
    pub signature: Option<String>,
    /// Details, for example the address.
    pub details: Option<String>,
    /// Notes.
    pub notes: Option<String>,
    /// Which tickets the user sees.
    pub ticket_restriction: Option<TicketRestriction>,
    /// Whether an agent can only write private comments.
    pub only_private_comments: bool,
    /// Whether the user is suspended.
    pub suspended: bool,
}

impl User {
    /// A user with this role, without a name yet, and with everything else as it is when nothing is said of it.
    pub(crate) fn fresh(id: UserId, role: Role, now: Timestamp) -> Self {
        Self {
            id,
            name: String::new(),
            email: None,
            created_at: now,
            updated_at: now,
            time_zone: "America/New_York".to_owned(),
            phone: None,
            organization_id: None,
            role,
            verified: false,
            external_id: None,
            tags: Vec::new(),
            alias: None,
            active: true,
            signature: None,
            details: None,
            notes: None,
            ticket_restriction: (role == Role::EndUser).then_some(TicketRestriction::Requested),
            only_private_comments: false,
            suspended: false,
        }
    }

    pub(crate) fn sees_tickets_of_organization(&self) -> bool {
        self.ticket_restriction == Some(TicketRestriction::Organization)
    }
}

impl From<&User> for UserId {
    fn from(user: &User) -> Self {
        user.id
    }
}

/// What a user may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Role {
    /// Requests tickets. `end-user` on the wire.
    EndUser,
    /// Works on tickets.
    Agent,
    /// Works on tickets and manages the account.
    Admin,
}

/// Which tickets a user sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TicketRestriction {
    /// Those of the user's organizations.
    Organization,
    /// Those of the user's groups.
    Groups,
    /// Those assigned to the user.
    Assigned,
    /// Those that the user requested.
    Requested,
}

/// A user to be seeded: a name, and what is to differ from a fresh end user.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{MockZendesk, NewUser, Role};
///
/// let zendesk = MockZendesk::start().await;
/// let grace = zendesk.seed().user(NewUser::new("Grace").email("grace@example.com").role(Role::Agent));
/// assert_eq!(grace.role, Role::Agent);
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a user comes into being when it is given to `seed().user(…)`"]
pub struct NewUser(pub(crate) UserChanges);

impl NewUser {
    /// An end user with this name and no e-mail address.
    pub fn new(name: impl Into<String>) -> Self {
        Self(UserChanges { name: Some(name.into()), ..UserChanges::default() })
    }

    /// With this e-mail address. No other user of the account may have it.
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.0.email = Some(Some(email.into()));
        self
    }

    /// With this role instead of [`Role::EndUser`].
    pub fn role(mut self, role: Role) -> Self {
        self.0.role = Some(role);
        self
    }

    /// With an id of your own.
    pub fn external_id(mut self, external_id: impl Into<String>) -> Self {
        self.0.external_id = Some(Some(external_id.into()));
        self
    }

    /// With this restriction instead of [`TicketRestriction::Requested`].
    pub fn ticket_restriction(mut self, restriction: TicketRestriction) -> Self {
        self.0.ticket_restriction = Some(Some(restriction));
        self
    }

    /// Suspended.
    pub fn suspended(mut self) -> Self {
        self.0.suspended = Some(true);
        self
    }

    /// With these tags.
    pub fn tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.0.tags = Some(tags.into_iter().map(Into::into).collect());
        self
    }
}

impl<T: Into<String>> From<T> for NewUser {
    fn from(name: T) -> Self {
        Self::new(name)
    }
}

/// The attributes that a request gives; those that it does not give are `None`.
#[derive(Clone, Debug, Default)]
pub(crate) struct UserChanges {
    pub(crate) name: Option<String>,
    pub(crate) email: Option<Option<String>>,
    pub(crate) time_zone: Option<String>,
    pub(crate) phone: Option<Option<String>>,
    pub(crate) organization_id: Option<Option<OrganizationId>>,
    pub(crate) role: Option<Role>,
    pub(crate) verified: Option<bool>,
    pub(crate) external_id: Option<Option<String>>,
    pub(crate) tags: Option<Vec<String>>,
    pub(crate) alias: Option<Option<String>>,
    pub(crate) signature: Option<Option<String>>,
    pub(crate) details: Option<Option<String>>,
    pub(crate) notes: Option<Option<String>>,
    pub(crate) ticket_restriction: Option<Option<TicketRestriction>>,
    pub(crate) only_private_comments: Option<bool>,
    pub(crate) suspended: Option<bool>,
}
