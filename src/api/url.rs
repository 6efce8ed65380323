//! [`ResourceUrl`]: the URL of a record, as in every record and every `Location` header.

use serde::{Serialize, Serializer};

/// The URL of a record, which is formatted only when it is needed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ResourceUrl<'a, I = u64> {
    pub(crate) base: &'a str,
    /// The record whose path contains this one: the part before that record's id, such as `users`,
    /// and the id.
    pub(crate) below: Option<(&'static str, u64)>,
    pub(crate) resource: &'static str,
    pub(crate) id: I,
}

impl<I: std::fmt::Display> std::fmt::Display for ResourceUrl<'_, I> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/api/v2/", self.base)?;
        if let Some((resource, id)) = self.below {
            write!(f, "{resource}/{id}/")?;
        }
        write!(f, "{}/{}.json", self.resource, self.id)
    }
}

impl<I: std::fmt::Display> Serialize for ResourceUrl<'_, I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
