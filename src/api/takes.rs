//! [`Takes`]: what an operation accepts in the body of a request; [`OneOf`]: what it needs.

use crate::base::record::{AttributeList, AttributesOf, Record, Standing};
use crate::base::schema::Schema;

/// What an operation accepts in the body of a request. Keys that are not permitted are dropped, and
/// the reply warns of them.
#[derive(Clone, Copy)]
pub(crate) enum Takes {
    Nothing,
    /// An object under a root key.
    One {
        root: &'static str,
        attributes: &'static dyn AttributeList,
    },
    /// An array of objects under a root key.
    Many {
        root: &'static str,
        attributes: &'static dyn AttributeList,
    },
    /// An object under `root`, or an array of objects under `many`.
    OneOrMany {
        root: &'static str,
        many: &'static str,
        attributes: &'static dyn AttributeList,
    },
}

impl Takes {
    /// Accepts the attributes of a record of this kind, under this root key.
    pub(crate) const fn one<R: Record>(root: &'static str) -> Self {
        Self::One {
            root,
            attributes: &AttributesOf::<R>::LIST,
        }
    }

    /// Accepts the attributes of one record of this kind under the first root key, or of several in
    /// an array under the second.
    pub(crate) const fn one_or_many<R: Record>(root: &'static str, many: &'static str) -> Self {
        Self::OneOrMany {
            root,
            many,
            attributes: &AttributesOf::<R>::LIST,
        }
    }

    /// Returns whether the body may have this root key.
    pub(crate) fn has_root(self, key: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::One { root, .. } | Self::Many { root, .. } => root == key,
            Self::OneOrMany { root, many, .. } => root == key || many == key,
        }
    }

    /// Returns the attributes of the objects in the body.
    pub(crate) fn attributes(self) -> Option<&'static dyn AttributeList> {
        match self {
            Self::Nothing => None,
            Self::One { attributes, .. }
            | Self::Many { attributes, .. }
            | Self::OneOrMany { attributes, .. } => Some(attributes),
        }
    }

    /// Accepts the attributes of several records of this kind, in an array under this root key.
    pub(crate) const fn many<R: Record>(root: &'static str) -> Self {
        Self::Many {
            root,
            attributes: &AttributesOf::<R>::LIST,
        }
    }
}

/// Names of attributes or of parameters. A request must have at least one of them.
pub(crate) type OneOf = &'static [&'static str];

/// The keys of an object that is not a record: those of the schema that this returns.
pub(crate) struct OnlyKeys(pub(crate) fn() -> Schema);

impl AttributeList for OnlyKeys {
    fn standing(&self, key: &str, method: &str) -> Standing {
        if self.permitted(method).contains(&key) {
            Standing::Permitted
        } else {
            Standing::Unpermitted
        }
    }

    fn permitted(&self, _: &str) -> Vec<&'static str> {
        (self.0)().keys().iter().map(|key| key.name).collect()
    }

    fn schema(&self, key: &str) -> Schema {
        (self.0)().of_key(key)
    }
}
