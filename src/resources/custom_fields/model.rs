//! The attributes of a custom field, and of a field to be created.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::base::field_value::FieldOption;
use crate::base::ids::{Kind, OrganizationFieldId, RecordId, UserFieldId};
use crate::base::record_macro::record;
use crate::base::setters::setters;
use crate::base::time::Timestamp;
use crate::base::value::{Shown, words};
use crate::resources::organizations::model::Organization;
use crate::resources::users::model::User;

/// A kind of record that has custom fields: [`User`] or [`Organization`].
pub trait FieldOwner: fmt::Debug + Clone + Eq + Send + Sync + 'static {
    /// The id of one of its fields.
    type FieldId: fmt::Debug + fmt::Display + Copy + Ord + Send + Sync + 'static;
}

impl FieldOwner for User {
    type FieldId = UserFieldId;
}

impl FieldOwner for Organization {
    type FieldId = OrganizationFieldId;
}

/// What distinguishes the two kinds of fields.
pub(crate) trait Owner: FieldOwner<FieldId: RecordId> {
    /// The kind of the fields.
    const KIND: Kind;
    /// The segment of their path, and the key of several of them.
    const PATH: &'static str;
    /// The key of one of them.
    const ROOT: &'static str;
    /// The key of their ids in a request for another order.
    const IDS: &'static str;
    /// The attribute of the owner that has the values.
    const VALUES: &'static str;
}

impl Owner for User {
    const KIND: Kind = Kind::UserField;
    const PATH: &'static str = "user_fields";
    const ROOT: &'static str = "user_field";
    const IDS: &'static str = "user_field_ids";
    const VALUES: &'static str = "user_fields";
}

impl Owner for Organization {
    const KIND: Kind = Kind::OrganizationField;
    const PATH: &'static str = "organization_fields";
    const ROOT: &'static str = "organization_field";
    const IDS: &'static str = "organization_field_ids";
    const VALUES: &'static str = "organization_fields";
}

/// A custom field of users.
pub type UserField = CustomField<User>;

/// A custom field of organizations.
pub type OrganizationField = CustomField<Organization>;

record! {
    /// A custom field. [`UserField`] and [`OrganizationField`] are its two kinds.
    ///
    /// <https://developer.zendesk.com/api-reference/ticketing/users/user_fields/>
    ///
    /// Serializes like the API, except that `url` starts with `/api/v2`, because the host depends on
    /// the client.
    pub struct CustomField<O: FieldOwner, Owner> is of O, id O::FieldId, changes FieldChanges,
        derived FieldDerived, row Arc<Self>;
    fresh(id, now);
    name(field) = &field.key, deleted = field.deleted;

    url;
    id;
    /// The type, which decides what values the field can have. It never changes.
    kept field_type as "type": FieldType = FieldType::Text, given;
    /// The key of the values on records. It is unique among the fields that are not deleted, and
    /// never changes.
    kept key: String = String::new(), given;
    /// The title.
    kept title: String = String::new(), given;
    /// The description.
    kept description: String = String::new(), given;
    derived RawTitle = "raw_title";
    derived RawDescription = "raw_description";
    /// The place of the field in the list, from 0 on. The reply to its creation shows 9999.
    kept position: u64 = 0, given, shown by Position;
    /// Whether records show the field.
    kept active: bool = true, given;
    constant "system" = Shown::Bool(false);
    /// The pattern that the values of a field of the type `regexp` must match.
    kept regexp_for_validation: Option<String> = None, given;
    /// The time of its creation.
    kept created_at: Timestamp = now;
    /// The time of its last change. A change of its position counts, too.
    kept updated_at: Timestamp = now;
    /// The options of a dropdown or multiselect field, in order.
    kept options as "custom_field_options": Vec<FieldOption> = Vec::new(), given, shown by Options;
    /// The tag that users get with a checked checkbox.
    kept tag: Option<String> = None, given, shown by Tag;
    /// The kind of record that a lookup names, such as `zen:user`.
    kept relationship_target_type: Option<String> = None, given, shown by TargetType;
    derived TargetFilter = "relationship_filter";
    /// Whether it is deleted. A deleted field can still be read by its id, and shows
    /// `"active": false`.
    kept deleted: bool = false, shown by Deleted;

    /// The title as its author wrote it. The double has no placeholders, so it is the title.
    given raw_title: String;
    /// The same for the description.
    given raw_description: String;
    unmodeled always "relationship_filter";
}

impl<O: FieldOwner> CustomField<O> {
    /// Returns the option with this id.
    pub(crate) fn option(&self, id: u64) -> Option<&FieldOption> {
        self.options.iter().find(|option| option.id == id)
    }
}

impl From<&UserField> for UserFieldId {
    fn from(field: &UserField) -> Self {
        field.id
    }
}

impl From<&OrganizationField> for OrganizationFieldId {
    fn from(field: &OrganizationField) -> Self {
        field.id
    }
}

/// The type of a custom field, which decides what values it can have.
///
/// <https://support.zendesk.com/hc/en-us/articles/203661866>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FieldType {
    /// A line of text.
    Text,
    /// A text with several lines.
    Textarea,
    /// True or false. A checked one can add a tag to the user.
    Checkbox,
    /// A day.
    Date,
    /// An integer.
    Integer,
    /// A number with decimals.
    Decimal,
    /// A text that matches a pattern.
    Regexp,
    /// One of several options.
    Dropdown,
    /// Some of several options.
    Multiselect,
    /// The id of a record.
    Lookup,
}

words!(
    FieldType:
    "text" = Text, "textarea" = Textarea, "checkbox" = Checkbox, "date" = Date,
    "integer" = Integer, "decimal" = Decimal, "regexp" = Regexp, "dropdown" = Dropdown,
    "multiselect" = Multiselect, "lookup" = Lookup
);

impl FieldType {
    /// Returns whether the values of the field are among its options.
    pub(crate) fn has_options(self) -> bool {
        matches!(self, Self::Dropdown | Self::Multiselect)
    }
}

impl FieldChanges {
    /// Returns the attributes that have a value, and that only fields of other types have.
    pub(crate) fn unfitting(&self, field_type: FieldType) -> Vec<&'static str> {
        let has_options = self.options.as_ref().is_some_and(|list| !list.is_empty());
        let has_target = matches!(self.relationship_target_type, Some(Some(_)));
        let given = [
            (
                "custom_field_options",
                has_options,
                field_type.has_options(),
            ),
            (
                "tag",
                matches!(self.tag, Some(Some(_))),
                field_type == FieldType::Checkbox,
            ),
            (
                "relationship_target_type",
                has_target,
                field_type == FieldType::Lookup,
            ),
        ];
        let unfitting = given
            .into_iter()
            .filter(|(_, is_given, fits)| *is_given && !fits);
        unfitting.map(|(name, ..)| name).collect()
    }

    /// Returns the changes without those attributes.
    pub(crate) fn fitting(mut self, field_type: FieldType) -> Self {
        if !field_type.has_options() {
            self.options = None;
        }
        if field_type != FieldType::Checkbox {
            self.tag = None;
        }
        if field_type != FieldType::Lookup {
            self.relationship_target_type = None;
        }
        self
    }
}

/// A user field to be seeded.
pub type NewUserField = NewCustomField<User>;

/// An organization field to be seeded.
pub type NewOrganizationField = NewCustomField<Organization>;

/// A custom field to be seeded: a key, a type, and what differs from the defaults. Use it as
/// [`NewUserField`] or [`NewOrganizationField`], with [`Seed::add`](crate::Seed::add).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{MockZendesk, user_fields::NewUserField};
///
/// let zendesk = MockZendesk::start().await;
/// let tier = zendesk.seed().add(NewUserField::dropdown("tier", ["gold", "silver"]).title("Tier"));
/// assert_eq!((tier.title.as_str(), tier.options[1].value.as_str()), ("Tier", "silver"));
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a field comes into being when it is given to `seed().add(…)`"]
pub struct NewCustomField<O: FieldOwner>(pub(crate) FieldChanges, PhantomData<O>);

impl<O: FieldOwner> NewCustomField<O> {
    /// Describes a field with this key and this type. Its title is the key.
    pub fn new(key: impl Into<String>, field_type: FieldType) -> Self {
        let key = key.into();
        let changes = FieldChanges {
            title: Some(key.clone()),
            key: Some(key),
            field_type: Some(field_type),
            ..FieldChanges::default()
        };
        Self(changes, PhantomData)
    }

    /// Describes a field for a line of text.
    pub fn text(key: impl Into<String>) -> Self {
        Self::new(key, FieldType::Text)
    }

    /// Describes a checkbox.
    pub fn checkbox(key: impl Into<String>) -> Self {
        Self::new(key, FieldType::Checkbox)
    }

    /// Describes a field for a text that matches this pattern, wherever in the text.
    pub fn regexp(key: impl Into<String>, pattern: impl Into<String>) -> Self {
        Self::new(key, FieldType::Regexp).regexp_for_validation(pattern)
    }

    /// Describes a field for one of these values. Each option has its value as its name.
    pub fn dropdown<T: Into<String>>(
        key: impl Into<String>,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        Self::new(key, FieldType::Dropdown).values(values)
    }

    /// Describes a field for some of these values. Each option has its value as its name.
    pub fn multiselect<T: Into<String>>(
        key: impl Into<String>,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        Self::new(key, FieldType::Multiselect).values(values)
    }

    /// Adds an option whose name is not its value.
    pub fn option(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let options = self.0.options.get_or_insert_default();
        options.push(FieldOption {
            id: 0,
            name: name.into(),
            value: value.into(),
        });
        self
    }

    /// Hides the field from records.
    pub fn inactive(mut self) -> Self {
        self.0.active = Some(false);
        self
    }

    fn values<T: Into<String>>(self, values: impl IntoIterator<Item = T>) -> Self {
        let values = values.into_iter().map(Into::into);
        values.fold(self, |field, value: String| {
            field.option(value.clone(), value)
        })
    }
}

setters! { NewCustomField<O: FieldOwner>:
    /// Sets the title, instead of the key.
    title(text);
    /// Sets the description, instead of the title.
    description(text);
    /// Puts the field at this place in the list, instead of the end.
    position(u64);
    /// Sets the pattern that the values of a field of the type `regexp` must match.
    regexp_for_validation(text);
    /// Sets the tag that users get with a checked checkbox.
    tag(text);
    /// Sets the kind of record that a lookup names, such as `zen:user`.
    relationship_target_type(text);
}
