//! What an organization is, and what one is made from.

use std::sync::Arc;

use crate::base::ids::{GroupId, OrganizationId};
use crate::base::record_macro::record;
use crate::base::setters::setters;
use crate::base::time::Timestamp;
use crate::base::value::{AnyHash, Shown, external_id, name};

record! {
    /// An organization.
    ///
    /// <https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/>
    ///
    /// Serializes as the API shows it, except that `url` starts with `/api/v2`: the host depends on
    /// the client.
    pub struct Organization is Organization, id OrganizationId, changes OrganizationChanges,
        derived OrganizationDerived, row Arc<Organization>;
    path "organizations";
    fresh(id, now);
    name(organization) = &organization.name;

    url;
    id;
    /// Unique in the account, whatever the case and the space around it. Without a `|`.
    kept name: String = String::new(), given by name;
    /// Whether its end users see each other's tickets.
    kept shared_tickets: bool = false, given;
    /// Whether its end users see each other's comments.
    kept shared_comments: bool = false, given;
    /// An id of the caller's own choice. Unique in the account, whatever its case.
    kept external_id: Option<String> = None, given by external_id;
    /// When it was created.
    kept created_at: Timestamp = now;
    /// When it last changed.
    kept updated_at: Timestamp = now;
    /// The e-mail domains that belong to it. Users join it by them only with
    /// [`map_domains`](crate::MockZendeskBuilder::map_domains).
    kept domain_names: Vec<String> = Vec::new(), given;
    /// Details, for example the address.
    kept details: Option<String> = None, given;
    /// Notes.
    kept notes: Option<String> = None, given;
    /// The group that new tickets of it are put in, unless they name one.
    kept group_id: Option<GroupId> = None, given;
    /// Tags.
    kept tags: Vec<String> = Vec::new(), given;
    constant "organization_fields" = Shown::EmptyHash;

    // The double's account has no custom fields, and Zendesk drops values for fields that an
    // account does not have.
    checked "organization_fields": AnyHash;
}

/// An organization to be seeded: a name, and what is to differ from a plain one.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{MockZendesk, organizations::NewOrganization};
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
        Self(OrganizationChanges {
            name: Some(name.into()),
            ..OrganizationChanges::default()
        })
    }
}

setters! { NewOrganization:
    /// Lets its end users see each other's tickets: `view_tickets` of its memberships is true.
    shared_tickets();
    /// Lets its end users see each other's comments.
    shared_comments();
    /// Sets an id of your own choice.
    external_id(text);
    /// Sets the e-mail domains that belong to it. Users join it by them only
    /// with [`map_domains`](crate::MockZendeskBuilder::map_domains).
    domain_names(texts);
    /// Sets details, for example the address.
    details(text);
    /// Sets the notes.
    notes(text);
    /// Sets the group that new tickets of it are put in.
    group_id(into GroupId);
    /// Sets the tags.
    tags(texts);
}

impl<T: Into<String>> From<T> for NewOrganization {
    fn from(name: T) -> Self {
        Self::new(name)
    }
}
