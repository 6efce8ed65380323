//! The attributes of a user, and of a user to be created.

use std::sync::Arc;

use serde::Serialize;

use crate::base::field_value::{FieldValue, FieldValues};
use crate::base::given_fields::{GivenFields, GivenValue};
use crate::base::ids::{GroupId, OrganizationId, UserId};
use crate::base::record::Record;
use crate::base::record_macro::record;
use crate::base::schema::Schema;
use crate::base::setters::setters;
use crate::base::time::Timestamp;
use crate::base::value::{
    AttributeValue, Expected, Given, Mismatch, Shown, external_id, name, words,
};
use crate::resources::identities::model::{GivenIdentities, GivenIdentity, IdentityType};

record! {
    /// A user: an end user, an agent or an admin.
    ///
    /// <https://developer.zendesk.com/api-reference/ticketing/users/users/>
    ///
    /// Serializes like the API, with three exceptions: `url` starts with `/api/v2`, because the host
    /// depends on the client. The `default_group_id` of an agent or an admin is missing, because it
    /// is kept in the group memberships. `user_fields` has only the fields that are set, because the
    /// account knows the others.
    pub struct User is User, id UserId, changes UserChanges, derived UserDerived, row Arc<User>;
    path "users";
    fresh(id, now);
    name(user) = &user.name, deleted = !user.active;

    id;
    url;
    /// The name. Several users may have the same one.
    kept name: String = String::new(), given by name;
    /// The primary e-mail address, unique in the account. `None` means that the user has none, as
    /// after its deletion.
    kept email: Option<String> = None, given;
    /// The time of its creation.
    kept created_at: Timestamp = now;
    /// The time of its last change. A change of its memberships counts, too.
    kept updated_at: Timestamp = now;
    /// The time zone, by Zendesk's name for it.
    kept time_zone: String = "America/New_York".to_owned(), given;
    derived IanaTimeZone = "iana_time_zone";
    /// The primary phone number.
    kept phone: Option<String> = None, given;
    /// Whether other users have the same phone number. `None` means that there is no number.
    kept shared_phone_number: Option<bool> = None;
    constant "photo" = Shown::Null;
    constant "locale_id" = Shown::Integer(1);
    constant "locale" = Shown::Text("en-US");
    /// The organization of the default membership. `None` means that the user is in no
    /// organization.
    kept organization_id: Option<OrganizationId> = None, given;
    /// The role, which decides what the user may do.
    kept role: Role = Role::EndUser, given;
    /// Whether any of its identities is verified.
    kept verified: bool = false, given;
    derived AuthenticityToken = "authenticity_token";
    /// An id chosen by the caller.
    kept external_id: Option<String> = None, given by external_id;
    /// The tags.
    kept tags: Vec<String> = Vec::new(), given;
    /// The name that end users see.
    kept alias: Option<String> = None, given by alias;
    /// False once the user is deleted.
    kept active: bool = true;
    constant "shared" = Shown::Bool(false);
    constant "shared_agent" = Shown::Bool(false);
    constant "last_login_at" = Shown::Null;
    derived TwoFactorAuthEnabled = "two_factor_auth_enabled";
    /// The signature.
    kept signature: Option<String> = None, given;
    /// The details, for example the address.
    kept details: Option<String> = None, given;
    /// The notes.
    kept notes: Option<String> = None, given;
    derived RoleType = "role_type";
    constant "custom_role_id" = Shown::Null;
    derived IsBillingAdmin = "is_billing_admin";
    derived Moderator = "moderator";
    /// The tickets that the user can see.
    kept ticket_restriction: Option<TicketRestriction> = Some(TicketRestriction::Requested), given;
    /// Whether the user, an agent, can only write private comments.
    kept only_private_comments: bool = false, given;
    derived RestrictedAgent = "restricted_agent";
    /// Whether the user is suspended.
    kept suspended: bool = false, given;
    derived DefaultGroupId = "default_group_id";
    derived ReportCsv = "report_csv";
    /// The values of custom fields that are set.
    kept user_fields: FieldValues = FieldValues::default(), shown by UserFields;
    /// Whether the user is deleted permanently: its personal data are gone, too.
    kept permanently_deleted: bool = false, shown by PermanentlyDeleted;
    /// The user who deleted it permanently. `None` means the account's owner, or nobody so far.
    hidden permanently_deleted_by: Option<UserId> = None;
    constant "suspension_details" = Shown::Null;

    /// The organizations of the user. It leaves all others.
    given organization_ids: OrganizationIds;
    /// An organization by its name, instead of its id.
    given on creation organization: NamedOrganization;
    /// The identities of a new user besides its `email`.
    given on creation identities: GivenIdentities;
    /// The default group of an agent.
    given default_group_id: GroupId;
    /// Values of custom fields, in addition to those that the user has.
    given custom_values as "user_fields": GivenFields;
    // Whether to send an e-mail. The double never does.
    checked "skip_verify_email": bool;
    // Nobody signs in to the double's account.
    checked on creation "password": String;
    unmodeled always
        "agent_brand_ids", "custom_role_id", "group_id", "language", "locale", "locale_id",
        "moderator", "remote_photo_url", "shared_phone_number";
    unmodeled on creation
        "active_brand_id", "group_ids", "organization_name", "separation";
    unmodeled on update "identities", "photo";
}

impl User {
    /// Returns a user with this role, and with the default of every other attribute.
    pub(crate) fn with_role(id: UserId, role: Role, now: Timestamp) -> Self {
        let fresh = Self::fresh(id, now);
        // Only end users have a restriction by default.
        let ticket_restriction = fresh.ticket_restriction.filter(|_| role == Role::EndUser);
        Self {
            role,
            ticket_restriction,
            ..fresh
        }
    }

    /// Returns the texts that a search for words looks through.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let (alias, notes) = (self.alias.as_deref(), self.notes.as_deref());
        let (details, phone) = (self.details.as_deref(), self.phone.as_deref());
        let external_id = self.external_id.as_deref();
        let further = [alias, notes, details, phone, external_id];
        let tags = self.tags.iter().map(String::as_str);
        std::iter::once(&*self.name)
            .chain(further.into_iter().flatten())
            .chain(tags)
    }

    /// Returns these texts and those of all custom fields, for the index of words. Which fields can
    /// be searched depends on the account.
    pub(crate) fn indexed_texts(&self) -> impl Iterator<Item = &str> {
        self.texts().chain(self.user_fields.texts())
    }

    pub(crate) fn sees_tickets_of_organization(&self) -> bool {
        self.ticket_restriction == Some(TicketRestriction::Organization)
    }
}

/// Reads an alias. Null makes it empty, as recorded.
fn alias(given: &Given<'_>) -> Result<Option<Option<String>>, Mismatch> {
    Ok(Some(Some(name(given)?.unwrap_or_default())))
}

/// The organizations of a user in a request. Null means none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OrganizationIds(pub(crate) Vec<OrganizationId>);

impl AttributeValue for OrganizationIds {
    fn schema() -> Schema {
        Schema::Integer.list().or_null()
    }

    fn show(&self) -> Shown<'_> {
        Shown::Null
    }

    fn read(given: &Given<'_>) -> Result<Option<Self>, Mismatch> {
        let items = match given {
            Given::Null => return Ok(Some(Self::default())),
            Given::List(items) => items,
            _ => return Err(Expected::Array.into()),
        };
        let ids = items.iter().map(|item| match OrganizationId::read(item)? {
            Some(id) => Ok(id),
            None => Err(Expected::Integer.into()),
        });
        ids.collect::<Result<_, _>>().map(Self).map(Some)
    }
}

/// An organization by its name instead of its id: `{"name": "VIP Customers"}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedOrganization(pub(crate) String);

impl AttributeValue for NamedOrganization {
    fn schema() -> Schema {
        Schema::given([("name", Schema::Text)])
    }

    fn show(&self) -> Shown<'_> {
        Shown::Null
    }

    fn read(given: &Given<'_>) -> Result<Option<Self>, Mismatch> {
        match given {
            Given::Null => Ok(None),
            Given::Hash(_) => Ok(given.field("name")?.map(Self)),
            _ => Err(Expected::Hash.into()),
        }
    }
}

/// The role of a user, which decides what the user may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
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

words!(Role: "end-user" = EndUser, "agent" = Agent, "admin" = Admin);

/// The tickets that a user can see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TicketRestriction {
    /// The tickets of the user's organizations.
    Organization,
    /// The tickets of the user's groups.
    Groups,
    /// The tickets assigned to the user.
    Assigned,
    /// The tickets that the user requested.
    Requested,
}

words!(
    TicketRestriction:
    "organization" = Organization, "groups" = Groups, "assigned" = Assigned, "requested" = Requested
);

/// A user to be seeded: a name, and what differs from the defaults of an end user.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{MockZendesk, users::{NewUser, Role}};
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
    /// Describes an end user with this name and without an e-mail address.
    pub fn new(name: impl Into<String>) -> Self {
        Self(UserChanges {
            name: Some(name.into()),
            ..UserChanges::default()
        })
    }
}

setters! { NewUser:
    /// Sets the e-mail address. No other user of the account may have it.
    email(text);
    /// Sets the time zone by Zendesk's name for it, instead of `America/New_York`.
    time_zone(text);
    /// Sets the primary phone number.
    phone(text);
    /// Makes the user a member of this organization, which becomes the default.
    organization_id(into OrganizationId);
    /// Sets the role, instead of [`Role::EndUser`].
    role(Role);
    /// Marks the user as verified.
    verified();
    /// Sets an id that you choose.
    external_id(text);
    /// Sets the tags.
    tags(texts);
    /// Sets the name that end users see.
    alias(text);
    /// Sets the signature.
    signature(text);
    /// Sets the details, for example the address.
    details(text);
    /// Sets the notes.
    notes(text);
    /// Sets which tickets the user can see, instead of [`TicketRestriction::Requested`].
    ticket_restriction(TicketRestriction);
    /// Limits the user, an agent, to private comments.
    only_private_comments();
    /// Suspends the user.
    suspended();
    /// Makes the user join this group, as its default.
    ///
    /// The user must be an agent or an admin. For an end user, this changes nothing.
    default_group_id(into GroupId);
}

impl NewUser {
    /// Adds an identity besides the `email`, not verified.
    ///
    /// If the user has no `email`, its first address becomes the primary one.
    pub fn identity(mut self, identity_type: IdentityType, value: impl Into<String>) -> Self {
        let identities = self.0.identities.get_or_insert_default();
        identities.0.push(GivenIdentity {
            identity_type,
            value: value.into(),
            verified: false,
            primary: false,
        });
        self
    }

    /// Sets the value of the user field with this key, which the account must have.
    pub fn user_field(mut self, key: impl Into<String>, value: impl Into<FieldValue>) -> Self {
        let given = self.0.custom_values.get_or_insert_default();
        given.0.push((key.into(), GivenValue::Value(value.into())));
        self
    }

    /// Makes the user a member of these organizations. The first becomes the default.
    pub fn organization_ids<O: Into<OrganizationId>>(
        mut self,
        organization_ids: impl IntoIterator<Item = O>,
    ) -> Self {
        let ids = organization_ids.into_iter().map(Into::into).collect();
        self.0.organization_ids = Some(OrganizationIds(ids));
        self
    }

    /// Makes the user a member of the organization with this name.
    ///
    /// If there is no such organization, it is created.
    pub fn organization(mut self, name: impl Into<String>) -> Self {
        self.0.organization = Some(NamedOrganization(name.into()));
        self
    }
}

impl<T: Into<String>> From<T> for NewUser {
    fn from(name: T) -> Self {
        Self::new(name)
    }
}
