//! [`Search`]: a query that was understood, and what it finds.

use crate::api::error::ApiError;
use crate::api::search_query::{Matter, Operator, SearchQuery, Term};
use crate::base::ids::Kind;
use crate::resources::account::Account;
use crate::resources::groups::model::Group;
use crate::resources::organizations::model::Organization;
use crate::resources::tickets::model::Ticket;
use crate::resources::users::model::User;

use super::filter::Filters;
use super::order::{Found, Order, Ranked, Sorting};
use super::searched::{Searched, Standing};
use super::sought::{Asker, CONTROLS, Refused, is_without_meaning};

/// The largest number of words in a query.
const WORD_LIMIT: usize = 64;

/// The kinds that a search finds.
pub(super) const KINDS: &[Kind] = &[Kind::User, Kind::Organization, Kind::Ticket, Kind::Group];

/// A query that was understood.
pub(crate) struct Search {
    users: Option<Filters<User>>,
    organizations: Option<Filters<Organization>>,
    tickets: Option<Filters<Ticket>>,
    groups: Option<Filters<Group>>,
    order: Order,
    /// What Zendesk does not know: keywords that it has for no kind of record, kinds, and orders. They
    /// are named as parts of parameters: `?query foo`.
    pub(crate) unknown: Vec<String>,
}

impl Search {
    /// Reads a query for records of these kinds.
    ///
    /// # Errors
    ///
    /// Returns an error if Zendesk does not understand the query, or if the double does not
    /// implement a part of it.
    pub(crate) fn read(
        query: &str,
        among: &[Kind],
        sorting: Sorting<'_>,
        asker: &Asker,
    ) -> Result<Self, ApiError> {
        let query = SearchQuery::parse(query);
        if query.word_count() > WORD_LIMIT {
            let reason = format!("a query has at most {WORD_LIMIT} words");
            return Err(ApiError::InvalidSearch(reason));
        }
        let mut reasons = Reasons::default();
        let kinds = reasons.sort_out(kinds(&query, among).map_err(|reason| vec![reason]));
        let kinds = kinds.unwrap_or_default();
        let order = Order::read(&query, sorting);
        let order = reasons.sort_out(order.map_err(|reason| vec![reason]));
        let search = Self {
            users: reasons.filters(&query, &kinds, asker),
            organizations: reasons.filters(&query, &kinds, asker),
            tickets: reasons.filters(&query, &kinds, asker),
            groups: reasons.filters(&query, &kinds, asker),
            order: match order {
                Some(order) => order,
                None => return Err(reasons.error()),
            },
            unknown: unknown(&query, sorting, asker),
        };
        if reasons.0.is_empty() {
            Ok(search)
        } else {
            Err(reasons.error())
        }
    }

    /// Returns the records that match, sorted.
    pub(super) fn run(&self, account: &Account) -> Vec<Found> {
        let mut ranks = Vec::new();
        self.add(&self.users, account, &mut ranks);
        self.add(&self.organizations, account, &mut ranks);
        self.add(&self.tickets, account, &mut ranks);
        self.add(&self.groups, account, &mut ranks);
        ranks.sort_unstable();
        ranks.into_iter().map(Ranked::found).collect()
    }

    /// Returns the ids of the users that match, in ascending order.
    pub(crate) fn users(&self, account: &Account) -> Vec<u64> {
        let users = self.users.as_ref();
        users.map_or_else(Vec::new, |filters| filters.ids(account))
    }

    fn add<R: Searched>(
        &self,
        filters: &Option<Filters<R>>,
        account: &Account,
        ranks: &mut Vec<Ranked>,
    ) {
        let Some(filters) = filters else { return };
        let found = filters.ids(account).into_iter();
        let records = found.filter_map(|id| R::live(account, id));
        ranks.extend(records.map(|record| self.order.rank(account, record)));
    }
}

/// Why a query is refused.
#[derive(Default)]
struct Reasons(Vec<Refused>);

impl Reasons {
    fn sort_out<T>(&mut self, result: Result<T, Vec<Refused>>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(reasons) => {
                self.0.extend(reasons);
                None
            }
        }
    }

    /// Reads the terms of a query for one kind of record. `None` means that the query does not find
    /// records of that kind.
    fn filters<R: Searched>(
        &mut self,
        query: &SearchQuery,
        kinds: &[Kind],
        asker: &Asker,
    ) -> Option<Filters<R>> {
        let is_sought = kinds.contains(&R::KIND);
        let filters = is_sought.then(|| Filters::read(query, asker))?;
        self.sort_out(filters)
    }

    /// Returns the error. What Zendesk does not understand either counts first.
    fn error(self) -> ApiError {
        let mut names: Vec<String> = Vec::new();
        for reason in self.0 {
            match reason {
                Refused::Invalid(reason) => return ApiError::InvalidSearch(reason),
                Refused::NotModeled(name) => {
                    let name = format!("?query {name}");
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
            }
        }
        ApiError::NotModeled(names)
    }
}

/// Returns the kinds of records that a query can find. A query without a term finds nothing.
fn kinds(query: &SearchQuery, among: &[Kind]) -> Result<Vec<Kind>, Refused> {
    let mut kinds = among.to_vec();
    let mut is_empty = true;
    for term in &query.terms {
        is_empty &= is_without_meaning(term);
        let Matter::Property {
            keyword,
            operator,
            value,
        } = &term.matter
        else {
            continue;
        };
        if keyword != "type" {
            continue;
        }
        if *operator != Operator::Is {
            return Err(Refused::NotModeled(format!("type{}", operator.sign())));
        }
        is_empty = false;
        let is_meant = |kind: &Kind| is_named_kind(*kind, value.text());
        kinds.retain(|kind| is_meant(kind) != term.is_negated);
    }
    Ok(if is_empty { Vec::new() } else { kinds })
}

/// Returns whether the value of `type:` names this kind.
fn is_named_kind(kind: Kind, value: &str) -> bool {
    kind.wire().eq_ignore_ascii_case(value.trim())
}

/// Returns whether Zendesk has this keyword in every account, for any kind of record or for none in
/// particular.
pub(crate) fn is_keyword(keyword: &str) -> bool {
    fn is_of<R: Searched>(keyword: &str) -> bool {
        !matches!(R::own_standing(keyword), Standing::Unknown)
    }
    CONTROLS.contains(&keyword)
        || is_of::<User>(keyword)
        || is_of::<Organization>(keyword)
        || is_of::<Ticket>(keyword)
        || is_of::<Group>(keyword)
}

/// Returns what Zendesk does not know of a query and of the order that is asked for.
fn unknown(query: &SearchQuery, sorting: Sorting<'_>, asker: &Asker) -> Vec<String> {
    let is_known = |keyword: &str| {
        let mut owners = KINDS.iter();
        is_keyword(keyword) || owners.any(|owner| asker.field(*owner, keyword).is_some())
    };
    let is_kind = |value: &str| KINDS.iter().any(|kind| is_named_kind(*kind, value));
    let unknown = |term: &Term| match &term.matter {
        Matter::Property { keyword, value, .. } if keyword == "type" => {
            Some(format!("type:{}", value.text())).filter(|_| !is_kind(value.text()))
        }
        Matter::Property { keyword, .. } => {
            Some(keyword.clone()).filter(|keyword| !is_known(keyword))
        }
        Matter::Text(_) => None,
    };
    let in_query = query.terms.iter().filter_map(unknown);
    let in_query = in_query.map(|name| format!("?query {name}"));
    let mut names: Vec<String> = Vec::new();
    for name in in_query.chain(Order::unknown(query, sorting)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
