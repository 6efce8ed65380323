//! The attributes of an organization, and of an organization to be created.

use std::sync::Arc;

use crate::base::field_value::{FieldValue, FieldValues};
use crate::base::given_fields::{GivenFields, GivenValue};
use crate::base::ids::{GroupId, OrganizationId};
use crate::base::record_macro::record;
use crate::base::setters::setters;
use crate::base::time::Timestamp;
use crate::base::value::{external_id, name};

record! {
    /// An organization.
    ///
    /// <https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/>
    ///
    /// Serializes like the API, with two exceptions: `url` starts with `/api/v2`, because the host
    /// depends on the client. `organization_fields` has only the fields that are set, because the
    /// account knows the others.
    pub struct Organization is Organization, id OrganizationId, changes OrganizationChanges,
        derived OrganizationDerived, row Arc<Organization>;
    path "organizations";
    fresh(id, now);
    name(organization) = &organization.name, deleted = organization.deleted_at.is_some();

    url;
    id;
    /// The name. Unique in the account, ignoring case and surrounding space. It cannot contain a
    /// `|`.
    kept name: String = String::new(), given by name;
    /// Whether its end users can see each other's tickets.
    kept shared_tickets: bool = false, given;
    /// Whether its end users can see each other's comments.
    kept shared_comments: bool = false, given;
    /// An id chosen by the caller. Unique in the account, ignoring case.
    kept external_id: Option<String> = None, given by external_id;
    /// The time of its creation.
    kept created_at: Timestamp = now;
    /// The time of its last change.
    kept updated_at: Timestamp = now;
    /// Its e-mail domains. Users join it by them only with
    /// [`map_domains`](crate::MockZendeskBuilder::map_domains).
    kept domain_names: Vec<String> = Vec::new(), given;
    /// The details, for example the address.
    kept details: Option<String> = None, given;
    /// The notes.
    kept notes: Option<String> = None, given;
    /// The group of its new tickets, unless they name one.
    kept group_id: Option<GroupId> = None, given;
    /// The tags.
    kept tags: Vec<String> = Vec::new(), given;
    /// The values of custom fields that are set.
    kept organization_fields: FieldValues = FieldValues::default(), shown by OrganizationFields;
    /// When it was deleted. Only incremental exports show deleted organizations, and this.
    hidden deleted_at: Option<Timestamp> = None;

    /// Values of custom fields, in addition to those that the organization has.
    given custom_values as "organization_fields": GivenFields;
}

impl Organization {
    /// Returns the texts that a search for words looks through.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let further = [&self.details, &self.notes, &self.external_id];
        let further = further.into_iter().filter_map(|text| text.as_deref());
        let tags = self.tags.iter().map(String::as_str);
        std::iter::once(&*self.name).chain(further).chain(tags)
    }

    /// Returns these texts and those of all custom fields, for the index of words. Which fields can
    /// be searched depends on the account.
    pub(crate) fn indexed_texts(&self) -> impl Iterator<Item = &str> {
        self.texts().chain(self.organization_fields.texts())
    }
}

/// An organization to be seeded: a name, and what differs from the defaults.
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
    /// Describes an organization with this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self(OrganizationChanges {
            name: Some(name.into()),
            ..OrganizationChanges::default()
        })
    }
}

impl NewOrganization {
    /// Sets the value of the organization field with this key, which the account must have.
    pub fn organization_field(
        mut self,
        key: impl Into<String>,
        value: impl Into<FieldValue>,
    ) -> Self {
        let given = self.0.custom_values.get_or_insert_default();
        given.0.push((key.into(), GivenValue::Value(value.into())));
        self
    }
}

setters! { NewOrganization:
    /// Lets its end users see each other's tickets: `view_tickets` of its memberships is true.
    shared_tickets();
    /// Lets its end users see each other's comments.
    shared_comments();
    /// Sets an id that you choose.
    external_id(text);
    /// Sets its e-mail domains. Users join it by them only with
    /// [`map_domains`](crate::MockZendeskBuilder::map_domains).
    domain_names(texts);
    /// Sets the details, for example the address.
    details(text);
    /// Sets the notes.
    notes(text);
    /// Sets the group of its new tickets.
    group_id(into GroupId);
    /// Sets the tags.
    tags(texts);
}

impl<T: Into<String>> From<T> for NewOrganization {
    fn from(name: T) -> Self {
        Self::new(name)
    }
}
