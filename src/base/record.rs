//! [`Record`]: what every kind of record can tell of itself, from one list of its attributes.
//!
//! The list is written with [`record!`](super::record_macro::record!), a line for each attribute in
//! the order in which Zendesk shows them. From it come the record itself, the changes that a
//! request may bring, reading and applying them, the JSON, the row of a fixture, and the names of
//! what is different between two states.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use super::ids::{Kind, RecordId};
use super::time::Timestamp;
use super::value::{Given, Mismatch, Shown};

/// A record of the account.
pub(crate) trait Record: Clone + PartialEq + fmt::Debug + Send + Sync + 'static {
    type Id: RecordId;

    /// The attributes that a request or a fixture gives; those that it does not give are `None`.
    type Changes: Default;

    /// The attributes that are not kept, but made when the record is shown.
    type Derived: Copy + 'static;

    /// How rows are kept: shared between snapshots, or copied where they are small.
    type Row: Row<Self>;

    const KIND: Kind;

    /// What stands in the paths of its urls.
    const PATH: &'static str;

    /// In the order in which Zendesk shows them.
    const ATTRIBUTES: &'static [Attribute<Self>];

    /// A record with everything as it is when nothing is said of it.
    fn fresh(id: Self::Id, now: Timestamp) -> Self;

    fn id(&self) -> Self::Id;

    /// What texts call it, beside its id. Empty if it has no name.
    fn name(&self) -> &str {
        ""
    }

    /// Whether it is deleted and can be read all the same.
    fn is_deleted(&self) -> bool {
        false
    }

    /// Takes over the attributes that are kept.
    fn apply(&mut self, changes: Self::Changes);

    /// The kept attributes that are not the same in both, by their keys. The time of the change
    /// says nothing by itself.
    fn differing(&self, other: &Self) -> Vec<&'static str> {
        let differs = |attribute: &&Attribute<Self>| match attribute.source {
            Source::Kept { differs, .. } => attribute.key != "updated_at" && differs(self, other),
            _ => false,
        };
        Self::ATTRIBUTES
            .iter()
            .filter(differs)
            .map(|attribute| attribute.key)
            .collect()
    }
}

/// A row of a table: a record that is shared between snapshots, or one that is small enough to be
/// copied.
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
    /// As it stands in JSON.
    pub(crate) key: &'static str,
    pub(crate) source: Source<R>,
    /// Who may write it.
    pub(crate) written: Written,
    /// Reads it into changes. None: it cannot be given.
    pub(crate) read: Option<Read<R>>,
}

pub(crate) type Read<R> = fn(&mut <R as Record>::Changes, &Given<'_>) -> Result<(), Mismatch>;

/// Where the value of an attribute comes from when it is shown.
pub(crate) enum Source<R: Record> {
    /// A field of the record.
    Kept {
        show: for<'a> fn(&'a R) -> Shown<'a>,
        differs: fn(&R, &R) -> bool,
    },
    /// The same for every record: what the double does not model.
    Constant(Shown<'static>),
    /// Made from the account when it is shown.
    Derived(R::Derived),
    /// Not shown at all.
    Hidden,
}

/// Who may write an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// Nobody but Zendesk: what a request gives is dropped, and the reply warns of it.
    ByZendesk,
    /// A request.
    ByRequests(When),
    /// A request, as far as Zendesk goes; the double does not model it.
    Unmodeled(When),
}

/// In which requests an attribute may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Always,
    OnCreation,
    OnUpdate,
}

impl When {
    /// Whether it may stand in a request with this method: creations are POST, updates PUT.
    pub(crate) fn includes(self, method: &str) -> bool {
        match self {
            Self::Always => true,
            Self::OnCreation => method == "POST",
            Self::OnUpdate => method == "PUT",
        }
    }
}

/// What a request with this method may do with an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Permitted,
    /// Zendesk takes it, the double drops it.
    Unmodeled,
    /// Zendesk drops it.
    Unpermitted,
}

/// The attributes of a kind of record, as far as the kind does not matter.
pub(crate) trait AttributeList: Sync {
    fn standing(&self, key: &str, method: &str) -> Standing;

    /// The keys that a request with this method may give.
    fn permitted(&self, method: &str) -> Vec<&'static str>;
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
        // A key may have two lines: one for what is shown, one for what is given.
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
}
