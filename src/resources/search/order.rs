//! [`Order`]: the order of what a search finds.

use crate::api::search_query::{Matter, SearchQuery, Term};
use crate::base::ids::{Kind, RecordRef};
use crate::base::words::words;
use crate::resources::account::Account;

use super::filter::is_without_meaning;
use super::searched::{Property, Searched};
use super::sought::Refused;

/// How a request sorts what it finds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sorting<'a> {
    /// As its parameters say, which count before what the query says.
    Asked {
        sort_by: Option<&'a str>,
        sort_order: Option<&'a str>,
    },
    /// By the time of creation, with the latest first.
    Newest,
}

/// The values of `sort_by`, and of `order_by` in a query.
const PROPERTIES: [(&str, Property); 7] = [
    ("created", Property::CreatedAt),
    ("created_at", Property::CreatedAt),
    ("updated", Property::UpdatedAt),
    ("updated_at", Property::UpdatedAt),
    ("priority", Property::Priority),
    ("status", Property::Status),
    ("ticket_type", Property::TicketType),
];

/// The order of what a search finds. Records that are equal come by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Records whose name or title equals the words of the query come first.
    Relevance(Exactly),
    /// Records without the property come last.
    By {
        property: Property,
        is_ascending: bool,
    },
}

/// What the name of the most relevant record is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Exactly {
    words: Vec<String>,
    /// The e-mail addresses among the words.
    addresses: Vec<String>,
}

/// A record that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub(super) id: u64,
    pub(super) kind: Kind,
    /// When it was created, in seconds since 1970.
    pub(super) created_at: u64,
}

impl Found {
    pub(super) fn record(self) -> RecordRef {
        let Self { kind, id, .. } = self;
        RecordRef { kind, id }
    }
}

/// A record with its place in an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ranked {
    is_last: bool,
    rank: u64,
    found: Found,
}

impl Ranked {
    pub(super) fn found(self) -> Found {
        self.found
    }
}

impl Order {
    const NEWEST: Self = Self::By {
        property: Property::CreatedAt,
        is_ascending: false,
    };

    /// Reads the order of a query.
    pub(super) fn read(query: &SearchQuery, sorting: Sorting<'_>) -> Result<Self, Refused> {
        let Sorting::Asked {
            sort_by,
            sort_order,
        } = sorting
        else {
            return Ok(Self::NEWEST);
        };
        let in_query = |name: &str| {
            let mut terms = query.terms.iter().rev();
            terms.find_map(|term| match &term.matter {
                Matter::Property { keyword, value, .. } if keyword == name => Some(value.text()),
                _ => None,
            })
        };
        let by = sort_by.or_else(|| in_query("order_by"));
        let direction = sort_order.or_else(|| in_query("sort"));
        if by.is_some_and(|by| by.eq_ignore_ascii_case("commented")) {
            return Err(Refused::NotModeled("order_by:commented".to_owned()));
        }
        let mut properties = PROPERTIES.iter();
        let property =
            properties.find(|(name, _)| by.is_some_and(|by| by.eq_ignore_ascii_case(name)));
        Ok(match property {
            Some((_, property)) => Self::By {
                property: *property,
                is_ascending: direction.is_some_and(|word| word.eq_ignore_ascii_case("asc")),
            },
            None => Self::Relevance(Exactly::of(query)),
        })
    }

    pub(super) fn rank<R: Searched>(&self, account: &Account, record: &R) -> Ranked {
        let found = Found {
            id: record.number(),
            kind: R::KIND,
            created_at: record.rank_by(Property::CreatedAt).unwrap_or_default(),
        };
        let (is_last, rank) = match self {
            Self::Relevance(exactly) => (!exactly.is(account, record), 0),
            Self::By {
                property,
                is_ascending,
            } => match record.rank_by(*property) {
                None => (true, 0),
                Some(rank) if *is_ascending => (false, rank),
                Some(rank) => (false, u64::MAX - rank),
            },
        };
        Ranked {
            is_last,
            rank,
            found,
        }
    }
}

impl Exactly {
    fn of(query: &SearchQuery) -> Self {
        let of_term = |term: &Term| match &term.matter {
            Matter::Text(value) if !term.is_negated && !is_without_meaning(term) => {
                Some(value.text().to_owned())
            }
            _ => None,
        };
        let texts: Vec<String> = query.terms.iter().filter_map(of_term).collect();
        Self {
            words: texts.iter().flat_map(|text| words(text)).collect(),
            addresses: texts
                .into_iter()
                .filter(|text| text.contains('@'))
                .collect(),
        }
    }

    fn is<R: Searched>(&self, account: &Account, record: &R) -> bool {
        let is_titled =
            || !self.words.is_empty() && words(record.title()).eq(self.words.iter().cloned());
        let has_address = |address: &String| {
            let holder = account.holder_of_email(address).map(RecordRef::from);
            let (kind, id) = (R::KIND, record.number());
            holder == Some(RecordRef { kind, id })
        };
        self.addresses.iter().any(has_address) || is_titled()
    }
}
