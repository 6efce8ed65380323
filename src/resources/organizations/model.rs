//! What an organization is, and what one is made from.

use crate::base::ids::OrganizationId;
use crate::base::time::Timestamp;

/// An organization.
///
/// <https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/>
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Organization {
    /// Assigned on creation.
    pub id: OrganizationId,
    /// Unique in the account, whatever the case and the space around it.
    pub name: String,
    /// Whether its end users see each other's tickets.
    pub shared_tickets: bool,
    /// Whether its end users see each other's comments.
    pub shared_comments: bool,
    /// An id of the caller's own choice.
    pub external_id: Option<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The e-mail domains that belong to it. The double does not assign users by them.
    pub domain_names: Vec<String>,
    /// Details, for example the address.
    pub details: Option<String>,
    /// Notes.
    pub notes: Option<String>,
    /// The group that new tickets of it are put in.
    pub group_id: Option<u64>,
    /// Tags.
    pub tags: Vec<String>,
}

impl Organization {
    /// An organization without a name yet, and with everything else as it is when nothing is said of it.
    pub(crate) fn fresh(id: OrganizationId, now: Timestamp) -> Self {
        Self {
            id,
            name: String::new(),
            shared_tickets: false,
            shared_comments: false,
            external_id: None,
            created_at: now,
            updated_at: now,
            domain_names: Vec::new(),
            details: None,
            notes: None,
            group_id: None,
            tags: Vec::new(),
        }
    }
}

impl From<&Organization> for OrganizationId {
    fn from(organization: &Organization) -> Self {
        organization.id
    }
}

/// An organization to be seeded: a name, and what is to differ from a plain one.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{MockZendesk, NewOrganization};
///
/// let zendesk = MockZendesk::start().await;
/// let acme = zendesk.seed().organization(NewOrganization::new("Acme").shared_tickets().external_id("crm-7"));
/// assert!(acme.shared_tickets);
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "an organization comes into being when it is given to `seed().organization(…)`"]
pub struct NewOrganization(pub(crate) OrganizationChanges);

impl NewOrganization {
    /// An organization with this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self(OrganizationChanges { name: Some(name.into()), ..OrganizationChanges::default() })
    }

    /// Its end users see each other's tickets: `view_tickets` of its memberships is true.
    pub fn shared_tickets(mut self) -> Self {
        self.0.shared_tickets = Some(true);
        self
    }

    /// With an id of your own.
    pub fn external_id(mut self, external_id: impl Into<String>) -> Self {
        self.0.external_id = Some(Some(external_id.into()));
        self
    }

    /// With these tags.
    pub fn tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.0.tags = Some(tags.into_iter().map(Into::into).collect());
        self
    }
}

impl<T: Into<String>> From<T> for NewOrganization {
    fn from(name: T) -> Self {
        Self::new(name)
    }
}

/// The attributes that a request gives; those that it does not give are `None`.
#[derive(Clone, Debug, Default)]
pub(crate) struct OrganizationChanges {
    pub(crate) name: Option<String>,
    pub(crate) shared_tickets: Option<bool>,
    pub(crate) shared_comments: Option<bool>,
    pub(crate) external_id: Option<Option<String>>,
    pub(crate) domain_names: Option<Vec<String>>,
    pub(crate) details: Option<Option<String>>,
    pub(crate) notes: Option<Option<String>>,
    pub(crate) group_id: Option<Option<u64>>,
    pub(crate) tags: Option<Vec<String>>,
}
