//! [`ItemResult`]: the result of one item of a background job, with the keys of its kind of job.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use crate::base::ids::RecordId;
use crate::base::refusal::Refusal;

/// The result of one item. The task chooses the keys, because every kind of job has different ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ItemResult {
    /// Whether the item failed.
    pub(crate) failed: bool,
    entries: Vec<(&'static str, Entry)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Entry {
    Number(i128),
    Text(String),
    Flag(bool),
}

impl ItemResult {
    /// Returns the result of an item that is done.
    pub(crate) fn done() -> Self {
        Self {
            failed: false,
            entries: Vec::new(),
        }
    }

    /// Returns the result of an item that failed.
    pub(crate) fn failed() -> Self {
        Self {
            failed: true,
            entries: Vec::new(),
        }
    }

    /// Returns the result of a membership that was created, with its index in the request.
    pub(crate) fn created(index: usize, id: impl RecordId) -> Self {
        Self::done().index("index", index).number("id", id.number())
    }

    /// Returns the result of a membership that was not created, with its index in the request.
    pub(crate) fn not_created(index: usize, error: &'static str, reason: &Refusal) -> Self {
        Self::failed()
            .index("index", index)
            .text("error", error)
            .text("details", reason.details())
    }

    /// Returns the result of a record that was deleted.
    pub(crate) fn deleted(id: impl Into<i128>) -> Self {
        Self::done()
            .text("action", "delete")
            .number("id", id)
            .text("status", "Deleted")
            .flag("success", true)
    }

    /// Returns the result of a record that was not deleted. Without an id, it was named otherwise and
    /// not found.
    pub(crate) fn not_deleted(id: Option<i128>, reason: &Refusal) -> Self {
        let failed = Self::failed().text("action", "delete");
        let failed = match id {
            Some(id) => failed.number("id", id),
            None => failed,
        };
        failed
            .flag("success", false)
            .text("error", reason.code())
            .text("details", reason.details())
    }

    /// Returns the details of an item that failed.
    pub(crate) fn details(&self) -> Option<&str> {
        self.entries.iter().find_map(|(key, entry)| match entry {
            Entry::Text(text) if *key == "details" => Some(text.as_str()),
            _ => None,
        })
    }

    pub(crate) fn number(self, key: &'static str, number: impl Into<i128>) -> Self {
        self.entry(key, Entry::Number(number.into()))
    }

    /// Adds an index or a count.
    pub(crate) fn index(self, key: &'static str, index: usize) -> Self {
        self.number(key, index as u64)
    }

    pub(crate) fn text(self, key: &'static str, text: impl Into<String>) -> Self {
        self.entry(key, Entry::Text(text.into()))
    }

    pub(crate) fn flag(self, key: &'static str, flag: bool) -> Self {
        self.entry(key, Entry::Flag(flag))
    }

    fn entry(mut self, key: &'static str, entry: Entry) -> Self {
        self.entries.push((key, entry));
        self
    }
}

impl Serialize for ItemResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.entries.len()))?;
        for (key, entry) in &self.entries {
            map.serialize_entry(key, entry)?;
        }
        map.end()
    }
}
