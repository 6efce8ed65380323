//! What changed in the account between two moments, for a page: in words, with the values before and
//! afterwards.

use serde::Serialize;
use serde_json::Value;

use crate::base::difference::Difference;
use crate::base::ids::RecordRef;
use crate::calls::JournalView;
use crate::resources::account::Account;

/// The number of changes that are shown.
const MAX_CHANGES: usize = 200;

/// The account before and afterwards.
#[derive(Debug, Serialize)]
pub(super) struct Changes {
    changes: Vec<Change>,
    /// How many more there are.
    more: usize,
    counts: Vec<Count>,
}

#[derive(Debug, Serialize)]
struct Change {
    sign: &'static str,
    text: String,
    values: Vec<ChangedValue>,
}

/// The value of an attribute, as JSON. `None` means that there is no record at that moment.
#[derive(Debug, Serialize)]
struct ChangedValue {
    name: &'static str,
    before: Option<String>,
    after: Option<String>,
}

/// How many records of a kind there are.
#[derive(Debug, Serialize)]
struct Count {
    kind: String,
    before: usize,
    after: usize,
}

impl Changes {
    /// Returns what changed between two states of an account. The journal knows what must not be
    /// shown.
    pub(super) fn between(before: &Account, after: &Account, journal: &JournalView) -> Self {
        let two = Two {
            before,
            after,
            journal,
        };
        let diff = after.changes_since(before);
        let all = diff.differences();
        let tables = before.tables().into_iter().zip(after.tables());
        let counts = tables.map(|(before, after)| Count {
            kind: after.kind().plural().replace('_', " "),
            before: before.count(),
            after: after.count(),
        });
        Self {
            changes: all
                .iter()
                .take(MAX_CHANGES)
                .map(|one| two.change(one))
                .collect(),
            more: all.len().saturating_sub(MAX_CHANGES),
            counts: counts
                .filter(|count| count.before + count.after > 0)
                .collect(),
        }
    }
}

struct Two<'a> {
    before: &'a Account,
    after: &'a Account,
    journal: &'a JournalView,
}

impl Two<'_> {
    fn change(&self, difference: &Difference) -> Change {
        let (sign, text, values) = match difference {
            Difference::Created { record } => {
                let text = format!("{} created", self.name(*record));
                ("+", text, self.values(*record, None))
            }
            Difference::Deleted { record } => {
                let text = format!("{} deleted", self.name(*record));
                ("−", text, self.values(*record, None))
            }
            Difference::Changed { record, attributes } => {
                let text = format!("{} changed", self.name(*record));
                let names: Vec<&str> = attributes.iter().map(|name| first_part(name)).collect();
                ("~", text, self.values(*record, Some(&names)))
            }
            Difference::Joined { user, organization } => {
                let (user, organization) = (self.name(*user), self.name(*organization));
                ("+", format!("{user} joined {organization}"), Vec::new())
            }
            Difference::Left { user, organization } => {
                let (user, organization) = (self.name(*user), self.name(*organization));
                ("−", format!("{user} left {organization}"), Vec::new())
            }
            Difference::DefaultMoved { user, from, to } => {
                let name = |id: Option<_>| id.map_or("none".to_owned(), |id| self.name(id));
                let text = format!(
                    "default organization of {}: {} → {}",
                    self.name(*user),
                    name(*from),
                    name(*to)
                );
                ("~", text, Vec::new())
            }
        };
        Change {
            sign,
            text: self.journal.line(&text),
            values,
        }
    }

    /// Returns the kind, the id and the last name of a record.
    fn name(&self, record: impl Into<RecordRef>) -> String {
        let record = record.into();
        let last = self.after.name(record);
        match last.name.as_str() {
            "" => self.before.name(record).to_string(),
            _ => last.to_string(),
        }
    }

    /// Returns the values of the named attributes, or of all that the record has.
    fn values(&self, record: RecordRef, names: Option<&[&str]>) -> Vec<ChangedValue> {
        let (before, after) = (values(self.before, record), values(self.after, record));
        let some = if after.is_empty() { &before } else { &after };
        let value = |values: &[(&'static str, Value)], name: &'static str| {
            let (_, value) = values.iter().find(|(other, _)| *other == name)?;
            Some(self.journal.value(name, value))
        };
        let is_meant = |name: &str, value: &Value| match names {
            Some(names) => names.contains(&name),
            None => !is_empty(value),
        };
        let meant = some.iter().filter(|(name, value)| is_meant(name, value));
        meant
            .map(|(name, _)| ChangedValue {
                name,
                before: value(&before, name),
                after: value(&after, name),
            })
            .collect()
    }
}

/// Returns the attributes that a record keeps. Empty if it does not exist, or is deleted.
fn values(account: &Account, record: RecordRef) -> Vec<(&'static str, Value)> {
    let mut tables = account.tables().into_iter();
    let table = tables.find(|table| table.kind() == record.kind);
    let shown = table
        .map(|table| table.values(record.id))
        .unwrap_or_default();
    let json = |shown| serde_json::to_value(shown).unwrap_or_default();
    shown
        .into_iter()
        .map(|(name, shown)| (name, json(shown)))
        .collect()
}

/// `user_fields.tier` is a part of `user_fields`.
fn first_part(name: &str) -> &str {
    name.split_once('.').map_or(name, |(first, _)| first)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
