//! [`Record`]: what every kind of record implements, derived from one list of its attributes.
//!
//! The list is written with [`record!`](super::record_macro::record!), one line for each attribute
//! in the order in which Zendesk shows them. The following come from it: the record itself, the
//! changes that a request can make, reading and applying them, the JSON, the row of a fixture, and
//! the names of the attributes that differ between two states.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::sync::Arc;

use super::ids::{Kind, RecordId};
use super::schema::Schema;
use super::time::Timestamp;
use super::value::{AttributeValue, Given, Mismatch, Shown};

/// A record of the account.
pub(crate) trait Record: Clone + PartialEq + fmt::Debug + Send + Sync + 'static {
    type Id: RecordId;

    /// The attributes that a request or a fixture contains. The others are `None`.
    type Changes: Default;

    /// The attributes that are not kept, but computed when the record is shown.
    type Derived: Copy + 'static;

    /// How rows are kept: shared between snapshots, or copied if they are small.
    type Row: Row<Self>;

    const KIND: Kind;

    /// The segment of the URL path that names this kind.
    const PATH: &'static str;

    /// The attributes, in the order in which Zendesk shows them.
    const ATTRIBUTES: &'static [Attribute<Self>];

    /// Returns a record with every attribute at its default.
    fn fresh(id: Self::Id, now: Timestamp) -> Self;

    fn id(&self) -> Self::Id;

    /// Returns the name that texts show next to its id. Empty if it does not have a name.
    fn name(&self) -> &str {
        ""
    }

    /// Returns whether it is deleted but can still be read.
    fn is_deleted(&self) -> bool {
        false
    }

    /// Sets the kept attributes that the changes contain.
    fn apply(&mut self, changes: Self::Changes);

    /// Returns the keys of the kept attributes that differ, such as `name` or `user_fields.tier`. The
    /// time of the change is left out, because it says nothing by itself.
    fn differing(&self, other: &Self) -> Vec<Cow<'static, str>> {
        let mut differing = Vec::new();
        for attribute in Self::ATTRIBUTES {
            let Source::Kept { differs, parts, .. } = attribute.source else {
                continue;
            };
            if attribute.key == "updated_at" || !differs(self, other) {
                continue;
            }
            let parts = parts(self, other).into_iter();
            let before = differing.len();
            differing.extend(parts.map(|part| Cow::from(format!("{}.{part}", attribute.key))));
            if differing.len() == before {
                differing.push(attribute.key.into());
            }
        }
        differing
    }
}

/// A row of a table: a record that is shared between snapshots, or one that is small enough to
/// copy.
pub(crate) trait Row<R>:
    Clone + PartialEq + Borrow<R> + From<R> + Send + Sync + 'static
{
    fn get_mut(&mut self) -> &mut R;
}

impl<R: Clone + PartialEq + Send + Sync + 'static> Row<R> for Arc<R> {
    fn get_mut(&mut self) -> &mut R {
        Self::make_mut(self)
    }
}

impl<R: Copy + PartialEq + Send + Sync + 'static> Row<R> for R {
    fn get_mut(&mut self) -> &mut R {
        self
    }
}

/// One attribute of a kind of record.
pub(crate) struct Attribute<R: Record> {
    /// The key in JSON.
    pub(crate) key: &'static str,
    pub(crate) source: Source<R>,
    /// Who may write it.
    pub(crate) written: Written,
    /// Returns what its values are, if it has a type.
    pub(crate) schema: Option<fn() -> Schema>,
    /// Reads the attribute into changes. `None` means that it cannot be given.
    pub(crate) read: Option<Read<R>>,
}

pub(crate) type Read<R> = fn(&mut <R as Record>::Changes, &Given<'_>) -> Result<(), Mismatch>;

/// Where the value of an attribute comes from when it is shown.
pub(crate) enum Source<R: Record> {
    /// A field of the record.
    Kept {
        show: for<'a> fn(&'a R) -> Shown<'a>,
        in_replies: InReplies<R::Derived>,
        differs: fn(&R, &R) -> bool,
        /// Returns the names of the parts that differ, if the attribute has parts with names.
        parts: fn(&R, &R) -> Vec<String>,
    },
    /// The same value for every record, because the double does not model it.
    Constant(Shown<'static>),
    /// Computed from the account when the record is shown.
    Derived(R::Derived),
    /// Never shown.
    Hidden,
}

/// What replies show of a field. Fixtures contain the value itself.
#[derive(Clone, Copy, Debug)]
pub(crate) enum InReplies<D> {
    /// The value.
    Value,
    /// What this computes from it.
    Computed(D),
    /// Nothing.
    Nothing,
}

impl<R: Record> Source<R> {
    /// Returns the value as a reply shows it. `derive` computes those that the record does not
    /// keep, or shows otherwise. `None` means that the attribute is left out.
    pub(crate) fn shown<'a>(
        &self,
        record: &'a R,
        derive: impl Fn(R::Derived) -> Option<Shown<'a>>,
    ) -> Option<Shown<'a>> {
        match *self {
            Self::Kept {
                show, in_replies, ..
            } => match in_replies {
                InReplies::Value => Some(show(record)),
                InReplies::Computed(derived) => derive(derived),
                InReplies::Nothing => None,
            },
            Self::Derived(derived) => derive(derived),
            Self::Constant(shown) => Some(shown),
            Self::Hidden => None,
        }
    }
}

/// Returns the function that makes the schema of a field.
pub(crate) const fn schema_of<R, T: AttributeValue>(_: fn(&R) -> &T) -> fn() -> Schema {
    T::schema
}

/// Who may write an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// Only Zendesk. If a request contains the attribute, it is dropped, and the reply warns of it.
    ByZendesk,
    /// A request.
    ByRequests(When),
    /// A request, in Zendesk. The double does not model it.
    Unmodeled(When),
}

/// The requests that may contain an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Always,
    OnCreation,
    OnUpdate,
}

impl When {
    /// Returns whether a request with this method may contain it: creations are POST, updates PUT.
    pub(crate) fn includes(self, method: &str) -> bool {
        match self {
            Self::Always => true,
            Self::OnCreation => method == "POST",
            Self::OnUpdate => method == "PUT",
        }
    }
}

/// How an attribute in a request with a given method is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Permitted,
    /// Zendesk accepts it, the double drops it.
    Unmodeled,
    /// Zendesk drops it.
    Unpermitted,
}

/// The attributes of a kind of record, independent of the kind's type.
pub(crate) trait AttributeList: Sync {
    fn standing(&self, key: &str, method: &str) -> Standing;

    /// Returns the keys that a request with this method may contain.
    fn permitted(&self, method: &str) -> Vec<&'static str>;

    /// Returns what the value of a permitted key may be.
    #[cfg_attr(
        not(feature = "openapi"),
        allow(dead_code, reason = "only the OpenAPI document reads it")
    )]
    fn schema(&self, key: &str) -> Schema;
}

/// The attributes of a kind of record.
pub(crate) struct AttributesOf<R>(std::marker::PhantomData<fn() -> R>);

impl<R> AttributesOf<R> {
    pub(crate) const LIST: Self = Self(std::marker::PhantomData);
}

impl<R: Record> AttributeList for AttributesOf<R> {
    fn standing(&self, key: &str, method: &str) -> Standing {
        let written = R::ATTRIBUTES
            .iter()
            .filter(|attribute| attribute.key == key)
            .map(|attribute| attribute.written);
        let standing = |written: Written| match written {
            Written::ByRequests(when) if when.includes(method) => Standing::Permitted,
            Written::Unmodeled(when) if when.includes(method) => Standing::Unmodeled,
            _ => Standing::Unpermitted,
        };
        // A key may have two lines: one for the shown value, one for the given value.
        written
            .map(standing)
            .find(|standing| *standing != Standing::Unpermitted)
            .unwrap_or(Standing::Unpermitted)
    }

    fn permitted(&self, method: &str) -> Vec<&'static str> {
        let keys = R::ATTRIBUTES.iter().map(|attribute| attribute.key);
        keys.filter(|key| self.standing(key, method) == Standing::Permitted)
            .collect()
    }

    fn schema(&self, key: &str) -> Schema {
        let mut given = R::ATTRIBUTES.iter().filter(|attribute| {
            attribute.key == key && matches!(attribute.written, Written::ByRequests(_))
        });
        let schema = given.find_map(|attribute| {
            let (schema, read) = (attribute.schema?, attribute.read?);
            Some(as_read::<R>(schema(), read))
        });
        schema.unwrap_or(Schema::Null)
    }
}

/// Returns what a request may give for an attribute with this schema: fewer words if the attribute
/// is not read from all of them, and null if it is.
fn as_read<R: Record>(schema: Schema, read: Read<R>) -> Schema {
    let is_read = |given: &Given<'_>| read(&mut R::Changes::default(), given).is_ok();
    let schema = match schema {
        Schema::Words(mut words) => {
            words.retain(|word| is_read(&Given::Text(word)));
            Schema::Words(words)
        }
        schema => schema,
    };
    if is_read(&Given::Null) {
        schema.or_null()
    } else {
        schema
    }
}
