//! [`Order`]: the order of what a search finds.

use crate::api::search_query::{Matter, Operator, SearchQuery, Term};
use crate::base::ids::{Kind, RecordRef};
use crate::base::words::words;
use crate::resources::account::Account;

use super::searched::{Property, Searched};
use super::sought::{Refused, is_without_meaning};

/// How a request sorts what it finds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sorting<'a> {
    /// As its parameters say, which count before what the query says.
    Asked {
        sort_by: Option<&'a str>,
        sort_order: Option<&'a str>,
    },
    /// By the time of creation, with the latest first. What asks for another order has no effect.
    Newest,
    /// Not at all. Whether something else can be asked for is not known.
    Unsorted,
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
        let (sort_by, sort_order) = match sorting {
            Sorting::Asked {
                sort_by,
                sort_order,
            } => (sort_by, sort_order),
            Sorting::Newest => return Ok(Self::NEWEST),
            Sorting::Unsorted => {
                let mut asked = ["order_by", "sort"].into_iter();
                return match asked.find(|name| last_term(query, name).is_some()) {
                    Some(name) => Err(Refused::NotModeled(name.to_owned())),
                    None => Ok(Self::NEWEST),
                };
            }
        };
        let by = sort_by.map_or_else(|| in_query(query, "order_by"), |by| Ok(Some(by)))?;
        let direction = sort_order.map_or_else(|| in_query(query, "sort"), |to| Ok(Some(to)))?;
        if by.is_some_and(|by| by.eq_ignore_ascii_case("commented")) {
            return Err(Refused::NotModeled("order_by:commented".to_owned()));
        }
        Ok(match by.and_then(property) {
            Some(property) => Self::By {
                property,
                is_ascending: direction.is_some_and(|word| word.eq_ignore_ascii_case("asc")),
            },
            None => Self::Relevance(Exactly::of(query)),
        })
    }

    /// Returns the orders that are asked for and that Zendesk does not know, as parts of parameters.
    /// They have no effect.
    pub(super) fn unknown(query: &SearchQuery, sorting: Sorting<'_>) -> Vec<String> {
        let Sorting::Asked {
            sort_by,
            sort_order,
        } = sorting
        else {
            return Vec::new();
        };
        let given = |name| in_query(query, name).ok().flatten();
        let is_direction = |word: &str| ["asc", "desc"].contains(&&*word.to_ascii_lowercase());
        let rows = [
            ("?sort_by ", sort_by, true),
            ("?query order_by:", given("order_by"), true),
            ("?sort_order ", sort_order, false),
            ("?query sort:", given("sort"), false),
        ];
        let is_unknown = |word: &str, is_property| match is_property {
            true => property(word).is_none(),
            false => !is_direction(word),
        };
        let unknown = rows.into_iter().filter_map(|(name, word, is_property)| {
            let word = word.filter(|word| is_unknown(word, is_property))?;
            Some(format!("{name}{word}"))
        });
        unknown.collect()
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

/// Returns the property with a name in `sort_by`.
fn property(name: &str) -> Option<Property> {
    let mut properties = PROPERTIES.iter();
    let found = properties.find(|(other, _)| other.eq_ignore_ascii_case(name));
    found.map(|(_, property)| *property)
}

/// Returns the last term with a keyword, which counts.
fn last_term<'a>(query: &'a SearchQuery, name: &str) -> Option<&'a Term> {
    let mut terms = query.terms.iter().rev();
    terms.find(|term| matches!(&term.matter, Matter::Property { keyword, .. } if keyword == name))
}

/// Returns what a query asks for with `order_by:` or `sort:`.
fn in_query<'a>(query: &'a SearchQuery, name: &str) -> Result<Option<&'a str>, Refused> {
    let Some(term) = last_term(query, name) else {
        return Ok(None);
    };
    match &term.matter {
        Matter::Property {
            operator: Operator::Is,
            value,
            ..
        } if !term.is_negated => Ok(Some(value.text())),
        Matter::Property { operator, .. } => {
            let minus = if term.is_negated { "-" } else { "" };
            let sign = operator.sign();
            Err(Refused::NotModeled(format!("{minus}{name}{sign}")))
        }
        Matter::Text(_) => Ok(None),
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
