//! [`Searched`]: what the search must know of a kind of record.

use crate::base::field_value::FieldValues;
use crate::base::ids::RecordId as _;
use crate::base::time::Timestamp;
use crate::base::words::IndexedWord;
use crate::resources::account::Account;
use crate::resources::shown::Show;

use super::fields::SearchedField;
use super::sought::{Asker, Read, Test, at_time};
use super::text::Text;

/// A kind of record that the search finds.
pub(super) trait Searched: Show {
    /// The keywords besides those of times, with those that mean the same.
    const KEYWORDS: &'static [(&'static [&'static str], Read<Self>)];

    /// The keywords that Zendesk has and the double does not implement.
    const NOT_MODELED: &'static [&'static str];

    /// Whether words that look like domains are alternatives to each other.
    const DOMAINS_ARE_ALTERNATIVES: bool = false;

    /// Returns the test for a word or a phrase that may be in any of the record's texts.
    fn with_text(text: Text) -> Test<Self>;

    /// Returns ids of records, among them all that have these words in one text.
    fn having(account: &Account, words: &[IndexedWord]) -> Vec<u64>;

    /// Returns all records that are not deleted, by id.
    fn each(account: &Account) -> Box<dyn Iterator<Item = &Self> + '_>;

    /// Returns a record unless it is deleted.
    fn live(account: &Account, id: u64) -> Option<&Self>;

    /// Returns the name, or the title.
    fn title(&self) -> &str {
        self.name()
    }

    fn times(&self) -> Times;

    /// Returns a number that sorts the records by a property. `None` means that the record does not
    /// have it.
    fn rank_by(&self, property: Property) -> Option<u64> {
        self.times().rank_by(property)
    }

    fn number(&self) -> u64 {
        self.id().number()
    }

    /// Returns the values of custom fields. `None` means that records of the kind have none.
    fn field_values(&self) -> Option<&FieldValues> {
        None
    }

    /// Returns what a keyword is for this kind of record: one of Zendesk's own, or else the key of a
    /// custom field. This is the only place where keywords are resolved.
    fn standing<'a>(keyword: &str, asker: &'a Asker) -> Standing<'a, Self> {
        match Self::own_standing(keyword) {
            Standing::Unknown => asker
                .field(Self::KIND, keyword)
                .map_or(Standing::Unknown, Standing::Field),
            own => own,
        }
    }

    /// Returns what a keyword is that every account has.
    fn own_standing<'a>(keyword: &str) -> Standing<'a, Self> {
        let known = Self::KEYWORDS
            .iter()
            .find(|(names, _)| names.contains(&keyword));
        match known {
            Some((names, read)) => Standing::Known(names[0], *read),
            None if ["created", "created_at"].contains(&keyword) => {
                Standing::Known("created", |sought, asker| {
                    at_time(sought, asker, |record: &Self| record.times().created_at)
                })
            }
            None if ["updated", "updated_at"].contains(&keyword) => {
                Standing::Known("updated", |sought, asker| {
                    at_time(sought, asker, |record: &Self| record.times().updated_at)
                })
            }
            None if Self::lacks(keyword) => Standing::NotModeled,
            None => Standing::Unknown,
        }
    }

    /// Returns whether Zendesk has this keyword and the double does not implement it.
    fn lacks(keyword: &str) -> bool {
        Self::NOT_MODELED
            .iter()
            .any(|name| match name.strip_suffix('*') {
                Some(start) => keyword.starts_with(start),
                None => *name == keyword,
            })
    }
}

/// What a keyword is for a kind of record.
pub(super) enum Standing<'a, R> {
    /// It is this keyword.
    Known(&'static str, Read<R>),
    /// It is the key of a custom field.
    Field(&'a SearchedField),
    NotModeled,
    /// Zendesk does not have it for records of this kind.
    Unknown,
}

/// The times that all records have.
pub(super) struct Times {
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

impl Times {
    pub(super) fn rank_by(&self, property: Property) -> Option<u64> {
        match property {
            Property::CreatedAt => Some(self.created_at.unix_seconds()),
            Property::UpdatedAt => Some(self.updated_at.unix_seconds()),
            Property::Priority | Property::Status | Property::TicketType => None,
        }
    }
}

/// What a search can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Property {
    CreatedAt,
    UpdatedAt,
    Priority,
    Status,
    TicketType,
}
