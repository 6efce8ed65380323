//! [`Filters`]: the terms of a query as tests of the records of one kind.

use crate::api::search_query::{Matter, Operator, SearchQuery, Term};
use crate::resources::account::Account;

use super::by_field::by_field;
use super::searched::{Searched, Standing};
use super::sought::{Asker, Refused, Sought, Test, is_without_meaning};
use super::text::Text;

/// A term of a query.
struct Filter<R> {
    is_negated: bool,
    test: Test<R>,
}

/// Terms of which a record must match one.
struct Alternatives<R> {
    /// What makes other terms alternatives to these. `None` means that there are no others.
    key: Option<Key>,
    filters: Vec<Filter<R>>,
}

/// What the terms have in common that are alternatives to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    /// The same keyword, whatever its spelling.
    Keyword(String),
    /// Domains of e-mail addresses.
    Domain,
}

/// Once an index has found at most so many records, no other one is asked.
const FEW: usize = 32;

/// The tests that a query makes of the records of one kind.
pub(super) struct Filters<R>(Vec<Alternatives<R>>);

impl<R: Searched> Filters<R> {
    /// Reads the terms of a query.
    ///
    /// # Errors
    ///
    /// Returns all reasons why the query is refused.
    pub(super) fn read(query: &SearchQuery, asker: &Asker) -> Result<Self, Vec<Refused>> {
        let mut groups: Vec<Alternatives<R>> = Vec::new();
        let mut refused = Vec::new();
        for term in query.terms.iter().filter(|term| !is_without_meaning(term)) {
            let (key, test) = match Self::term(term, asker) {
                Ok(read) => read,
                Err(reason) => {
                    refused.push(reason);
                    continue;
                }
            };
            let key = key.filter(|_| !term.is_negated);
            let filter = Filter {
                is_negated: term.is_negated,
                test,
            };
            match groups
                .iter_mut()
                .find(|group| key.is_some() && group.key == key)
            {
                Some(group) => group.filters.push(filter),
                None => groups.push(Alternatives {
                    key,
                    filters: vec![filter],
                }),
            }
        }
        if refused.is_empty() {
            Ok(Self(groups))
        } else {
            Err(refused)
        }
    }

    fn term(term: &Term, asker: &Asker) -> Result<(Option<Key>, Test<R>), Refused> {
        let (keyword, operator, value) = match &term.matter {
            Matter::Text(value) => {
                let text = Text::read(value)?;
                let key = text.is_domain().then_some(Key::Domain);
                let test = match text {
                    Text::Anything => Test::any(),
                    text => R::with_text(text),
                };
                return Ok((key.filter(|_| R::DOMAINS_ARE_ALTERNATIVES), test));
            }
            Matter::Property {
                keyword,
                operator,
                value,
            } => (keyword.as_str(), *operator, value),
        };
        let sought = Sought {
            keyword,
            operator,
            value,
        };
        let (name, test) = match R::standing(keyword, asker) {
            Standing::Known(name, read) => (name, read(&sought, asker)?),
            Standing::Field(field) => (keyword, by_field(field, &sought, asker)?),
            Standing::NotModeled => return Err(sought.not_modeled("")),
            Standing::Unknown => (keyword, Test::nothing()),
        };
        // Comparisons with one keyword hold together: they are a range.
        let key = (operator == Operator::Is).then(|| Key::Keyword(name.to_owned()));
        Ok((key, test))
    }

    /// Returns the ids of the records that match, in ascending order.
    pub(super) fn ids(&self, account: &Account) -> Vec<u64> {
        let matches = |record: &R| self.0.iter().all(|group| group.holds(account, record));
        match self.candidates(account) {
            Some(ids) => {
                let records = ids.into_iter().filter_map(|id| R::live(account, id));
                records
                    .filter(|record| matches(record))
                    .map(R::number)
                    .collect()
            }
            None => R::each(account)
                .filter(|record| matches(record))
                .map(R::number)
                .collect(),
        }
    }

    /// Returns the fewest records that an index finds, in ascending order. `None` means that no
    /// term has an index.
    fn candidates(&self, account: &Account) -> Option<Vec<u64>> {
        let mut best: Option<Vec<u64>> = None;
        for group in &self.0 {
            let Some(mut found) = group.indexed(account) else {
                continue;
            };
            found.sort_unstable();
            found.dedup();
            let is_better = best.as_ref().is_none_or(|best| found.len() < best.len());
            if is_better {
                let is_enough = found.len() <= FEW;
                best = Some(found);
                if is_enough {
                    break;
                }
            }
        }
        best
    }
}

impl<R> Alternatives<R> {
    fn holds(&self, account: &Account, record: &R) -> bool {
        let mut filters = self.filters.iter();
        filters.any(|filter| filter.test.holds(account, record) != filter.is_negated)
    }

    /// Returns the records that one of the terms may match, if all of them have an index.
    fn indexed(&self, account: &Account) -> Option<Vec<u64>> {
        let of_filter = |filter: &Filter<R>| {
            let found = filter.test.indexed(account);
            found.filter(|_| !filter.is_negated)
        };
        let parts = self.filters.iter().map(of_filter);
        Some(parts.collect::<Option<Vec<_>>>()?.concat())
    }
}
