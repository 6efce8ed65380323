//! Searches users.
//!
//! <https://support.zendesk.com/hc/en-us/articles/4408883318554>

use std::collections::BTreeSet;

use crate::api::error::ApiError;
use crate::api::search_query::{Operator, SearchQuery, Term};
use crate::base::folded::folded;
use crate::base::ids::{OrganizationId, UserId};
use crate::base::words::{has_beginning, has_phrase, words};
use crate::resources::account::Account;
use crate::resources::identities::model::IdentityType;

use super::model::User;

/// The maximum number of terms of a query.
const TERM_LIMIT: usize = 64;

/// Returns the users that are not deleted and match a query, by id.
///
/// # Errors
///
/// Returns an error if Zendesk supports a part of the query and the double does not.
pub(crate) fn search_users(account: &Account, query: &str) -> Result<Vec<UserId>, ApiError> {
    let query = SearchQuery::parse(query);
    if query.terms.len() > TERM_LIMIT {
        return Err(ApiError::InvalidSearch(format!(
            "a query has at most {TERM_LIMIT} words"
        )));
    }
    // Several terms for the same property are alternatives, if they name the property.
    let mut groups: Vec<Vec<Filter>> = Vec::new();
    let mut properties: Vec<Option<String>> = Vec::new();
    let mut unknown: Vec<String> = Vec::new();
    for term in &query.terms {
        let filter = match Filter::of(term) {
            Ok(filter) => filter,
            Err(NotModeled(keyword)) => {
                unknown.push(format!("?query {keyword}"));
                continue;
            }
        };
        let property = term
            .property
            .as_ref()
            .filter(|_| !term.is_negated)
            .map(|(name, _)| name.clone());
        let place = properties
            .iter()
            .position(|other| property.is_some() && *other == property);
        match place {
            Some(place) => groups[place].push(filter),
            None => {
                groups.push(vec![filter]);
                properties.push(property);
            }
        }
    }
    if !unknown.is_empty() {
        unknown.dedup();
        return Err(ApiError::NotModeled(unknown));
    }
    let Some(candidates) = candidates(account, &groups) else {
        return Ok(Vec::new());
    };
    let is_meant = |id: &UserId| {
        let Some(user) = account.users.active(*id) else {
            return false;
        };
        groups
            .iter()
            .all(|group| group.iter().any(|filter| filter.holds(account, user)))
    };
    Ok(candidates.into_iter().filter(is_meant).collect())
}

/// Returns a set that contains all matching users: from an index if one of the terms has one.
/// `None` means a query without terms, which finds nothing.
fn candidates(account: &Account, groups: &[Vec<Filter>]) -> Option<BTreeSet<UserId>> {
    if groups.is_empty() {
        return None;
    }
    let of_group = |group: &Vec<Filter>| {
        let parts = group.iter().map(|filter| filter.indexed(account));
        parts.collect::<Option<Vec<_>>>()
    };
    let best = groups
        .iter()
        .filter_map(of_group)
        .map(|parts| parts.into_iter().flatten().collect::<BTreeSet<UserId>>())
        .min_by_key(BTreeSet::len);
    Some(best.unwrap_or_else(|| account.users.all().map(|user| user.id).collect()))
}

/// The keyword of a term that Zendesk supports and the double does not.
struct NotModeled(String);

/// The meaning of a term for users.
struct Filter {
    is_negated: bool,
    test: Test,
}

enum Test {
    /// All users.
    Any,
    Email(String),
    ExternalId(String),
    /// A number, with optional wildcards at its start or end.
    Phone(Pattern),
    /// Words of a name, in any order.
    Name(Vec<String>),
    /// The beginning of a word in any text, or adjacent words.
    Text {
        words: Vec<String>,
        is_phrase: bool,
    },
    Role(String),
    /// An organization by its id, or by words of its name.
    Organization(String),
    Tags(Vec<String>),
    Suspended(bool),
    Verified(bool),
    /// Users without a value of this property.
    Without(Property),
}

#[derive(Clone, Copy)]
enum Property {
    Email,
    ExternalId,
    Phone,
    Organization,
    Tags,
}

/// A number with an optional `*` at its start or at its end. Without one, only its digits count.
struct Pattern(String);

impl Pattern {
    fn matches(&self, number: &str) -> bool {
        let inner = self.0.trim_matches('*');
        match (self.0.starts_with('*'), self.0.ends_with('*')) {
            (true, true) => number.contains(inner),
            (true, false) => number.ends_with(inner),
            (false, true) => number.starts_with(inner),
            (false, false) => digits(number) == digits(inner),
        }
    }
}

impl Filter {
    fn of(term: &Term) -> Result<Self, NotModeled> {
        let is_negated = term.is_negated;
        let test = match &term.property {
            None => Self::of_text(term)?,
            Some((name, operator)) => {
                let test = Self::of_property(name, term)?;
                if *operator != Operator::Is {
                    return Err(not_modeled(&format!("{name}{}", operator.sign())));
                }
                test
            }
        };
        Ok(Self { is_negated, test })
    }

    fn of_text(term: &Term) -> Result<Test, NotModeled> {
        let value = term.value.as_str();
        if value == "*" {
            return Ok(Test::Any);
        }
        if value.contains('*') {
            return Err(not_modeled("*"));
        }
        if value.contains('@') {
            return Ok(Test::Email(value.to_owned()));
        }
        Ok(Test::Text {
            words: words(value).collect(),
            is_phrase: term.is_phrase,
        })
    }

    fn of_property(name: &str, term: &Term) -> Result<Test, NotModeled> {
        let value = term.value.as_str();
        let is_none = value.eq_ignore_ascii_case("none");
        let has_wildcard = value.contains('*');
        let has_inner_wildcard = value.trim_matches('*').contains('*');
        let test = match name {
            "phone" if !is_none && !has_inner_wildcard => Test::Phone(Pattern(value.to_owned())),
            _ if has_wildcard => {
                return Err(not_modeled(&format!("{name}:*")));
            }
            "email" if is_none => Test::Without(Property::Email),
            "external_id" if is_none => Test::Without(Property::ExternalId),
            "phone" => Test::Without(Property::Phone),
            "organization" | "organization_id" if is_none => Test::Without(Property::Organization),
            "tags" if is_none => Test::Without(Property::Tags),
            "type" if value.eq_ignore_ascii_case("user") => Test::Any,
            "user" if value.contains('@') => Test::Email(value.to_owned()),
            "email" => Test::Email(value.to_owned()),
            "external_id" => Test::ExternalId(value.to_owned()),
            "name" | "user" => Test::Name(words(value).collect()),
            "role" => Test::Role(value.to_lowercase()),
            "organization" | "organization_id" => Test::Organization(value.to_owned()),
            "tags" => Test::Tags(value.split_whitespace().map(str::to_lowercase).collect()),
            "is_suspended" => Test::Suspended(is_true(value)),
            "is_verified" => Test::Verified(is_true(value)),
            _ => return Err(not_modeled(name)),
        };
        Ok(test)
    }

    /// Returns users from an index that include all matching ones. `None` means that no index
    /// applies.
    fn indexed(&self, account: &Account) -> Option<Vec<UserId>> {
        if self.is_negated {
            return None;
        }
        match &self.test {
            Test::Email(email) => Some(account.holder_of_email(email).into_iter().collect()),
            Test::ExternalId(external_id) => {
                let user = account.users.with_external_id(external_id);
                Some(user.into_iter().collect())
            }
            Test::Name(words) => Some(account.users.with_word(words.first()?)),
            Test::Text { words, .. } => {
                let first = words.first()?;
                let mut found = account.users.with_word(first);
                found.extend(account.identities.users_with_word(first));
                Some(found)
            }
            _ => None,
        }
    }

    fn holds(&self, account: &Account, user: &User) -> bool {
        self.test.holds(account, user) != self.is_negated
    }
}

impl Test {
    fn holds(&self, account: &Account, user: &User) -> bool {
        match self {
            Self::Any => true,
            Self::Email(email) => account.holder_of_email(email) == Some(user.id),
            Self::ExternalId(external_id) => user
                .external_id
                .as_deref()
                .is_some_and(|own| folded(own) == folded(external_id)),
            Self::Phone(pattern) => {
                let own = user.phone.as_deref().map(str::to_owned);
                let others = account.identities.of_user(user.id).into_iter();
                let others = others
                    .filter(|identity| identity.identity_type == IdentityType::PhoneNumber)
                    .map(|identity| identity.value.clone());
                let mut numbers = own.into_iter().chain(others);
                numbers.any(|number| pattern.matches(&number))
            }
            Self::Name(wanted) => {
                let name: Vec<String> = words(&user.name).collect();
                !wanted.is_empty() && wanted.iter().all(|word| name.contains(word))
            }
            Self::Text { words, is_phrase } => {
                let values = account.identities.of_user(user.id);
                let mut texts = user
                    .texts()
                    .chain(values.iter().map(|identity| &*identity.value));
                if *is_phrase {
                    texts.any(|text| has_phrase(text, words))
                } else {
                    texts.any(|text| has_beginning(text, words))
                }
            }
            Self::Role(role) => user.role.word() == role,
            Self::Organization(wanted) => account
                .organization_ids_of_user(user.id)
                .any(|organization| is_organization(account, organization, wanted)),
            Self::Tags(wanted) => wanted.iter().all(|tag| {
                let mut tags = user.tags.iter();
                tags.any(|own| own.to_lowercase() == *tag)
            }),
            Self::Suspended(expected) => user.suspended == *expected,
            Self::Verified(expected) => user.verified == *expected,
            Self::Without(property) => match property {
                Property::Email => user.email.is_none(),
                Property::ExternalId => user.external_id.is_none(),
                Property::Phone => user.phone.is_none(),
                Property::Organization => user.organization_id.is_none(),
                Property::Tags => user.tags.is_empty(),
            },
        }
    }
}

fn is_organization(account: &Account, id: OrganizationId, wanted: &str) -> bool {
    if wanted.parse::<u64>() == Ok(id.get()) {
        return true;
    }
    let Some(organization) = account.organizations.get(id) else {
        return false;
    };
    let name: Vec<String> = words(&organization.name).collect();
    let mut wanted = words(wanted).peekable();
    wanted.peek().is_some() && wanted.all(|word| name.contains(&word))
}

fn digits(number: &str) -> String {
    number
        .chars()
        .filter(|letter| letter.is_alphanumeric() || *letter == '+')
        .collect()
}

fn is_true(value: &str) -> bool {
    value.eq_ignore_ascii_case("true")
}

fn not_modeled(keyword: &str) -> NotModeled {
    NotModeled(keyword.to_owned())
}

#[cfg(test)]
mod tests;
