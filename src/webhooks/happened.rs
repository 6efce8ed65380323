//! What happened to a user or an organization, as data.

use crate::base::effect::{Cause, Named};
use crate::base::field_value::FieldValue;
use crate::base::ids::RecordRef;
use crate::base::time::Timestamp;
use crate::resources::custom_fields::model::FieldType;
use crate::resources::identities::model::Identity;
use crate::resources::organizations::model::Organization;
use crate::resources::users::model::User;

use super::event_type::EventType;

/// What happened to a user or an organization.
#[derive(Clone, Debug)]
pub(super) struct Happened {
    pub(super) event_type: EventType,
    pub(super) cause: Cause,
    pub(super) at: Timestamp,
    pub(super) subject: Subject,
    /// The record besides the subject: the organization, the group, the identity, the custom field
    /// or the other user of a merge.
    pub(super) other: Option<RecordRef>,
    pub(super) content: Content,
}

/// The user or the organization that an event is about, in the state that the event shows.
#[derive(Clone, Debug)]
pub(super) enum Subject {
    User { user: Box<User>, default_group: u64 },
    Organization(Box<Organization>),
}

/// What the `event` object says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    Nothing,
    /// The other record: an object with its id under this key.
    Record {
        key: &'static str,
        id: u64,
    },
    Text(Change<String>),
    Flag(Change<bool>),
    Tags {
        added: Vec<String>,
        removed: Vec<String>,
    },
    Identity(Box<Identity>),
    IdentityChange(Box<Change<Identity>>),
    Field(Box<FieldChange>),
}

/// A value before and after.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Change<T> {
    pub(super) current: T,
    pub(super) previous: T,
}

/// A custom field, and its values before and after. `None` means that it was not set.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FieldChange {
    pub(super) id: u64,
    pub(super) title: String,
    pub(super) field_type: FieldType,
    /// The kind of record that a lookup names, such as `zen:user`.
    pub(super) target: Option<String>,
    pub(super) values: Change<Option<FieldValue>>,
}

impl Subject {
    pub(super) fn record(&self) -> RecordRef {
        match self {
            Self::User { user, .. } => user.id.into(),
            Self::Organization(organization) => organization.id.into(),
        }
    }

    /// Returns the record as texts name it.
    pub(super) fn named(&self) -> Named {
        let RecordRef { kind, id } = self.record();
        let name = match self {
            Self::User { user, .. } => user.name.clone(),
            Self::Organization(organization) => organization.name.clone(),
        };
        Named { kind, id, name }
    }
}
