//! Tests the search against a naive scan: after random changes of the account, both must find the
//! same users. The scan visits every user and every identity, and compares plain texts.

#![allow(
    clippy::unwrap_used,
    reason = "a test that unwraps says what it expects"
)]

use std::time::Duration;

use proptest::prelude::*;

use super::record_tests::{Holds, all_hold};
use crate::api::error::ApiError;
use crate::base::field_value::FieldValue;
use crate::base::given_fields::{GivenFields, GivenValue};
use crate::base::ids::{Kind, UserId};
use crate::base::settings::Rules;
use crate::base::time::Moment;
use crate::resources::account::Account;
use crate::resources::custom_fields::model::{FieldType, NewUserField};
use crate::resources::identities::model::{Identity, IdentityType};
use crate::resources::organizations::model::OrganizationChanges;
use crate::resources::search::found::Search;
use crate::resources::search::order::Sorting;
use crate::resources::search::sought::Asker;
use crate::resources::seeded::Seeded as _;
use crate::resources::users::model::{Role, User, UserChanges};

/// Returns the users that match a query, by id.
fn search_users(account: &Account, query: &str) -> Result<Vec<UserId>, ApiError> {
    let asker = Asker::new(account, None);
    let search = Search::read(query, &[Kind::User], Sorting::Unsorted, &asker)?;
    Ok(search.users(account).into_iter().map(UserId::new).collect())
}

/// The words of all texts. Some are the beginning of others.
const WORDS: [&str; 6] = ["Ada", "adam", "Love", "lovelace", "Élan", "x1"];

/// Words of addresses and numbers. Several values of one user may share them.
const SHARED: [&str; 3] = ["example", "com", "1555"];

const EMAILS: [&str; 5] = [
    "ada@example.com",
    "Ada.Love@example.com",
    "adam@example.org",
    "x1@love.example",
    "nobody@example.net",
];

const PHONES: [&str; 3] = ["+1 555 123", "+1555456", "+44123"];

const TAGS: [&str; 3] = ["vip", "VIP", "old"];

const ORGANIZATIONS: [&str; 3] = ["Love Inc", "Ada and adam", "Élan"];

const TIERS: [&str; 3] = ["gold", "gold_plus", "Élan"];

const ROLES: [Role; 3] = [Role::EndUser, Role::Agent, Role::Admin];

fn text() -> impl Strategy<Value = String> {
    let word = prop::sample::select(&WORDS[..]);
    prop::collection::vec(word, 1..4).prop_map(|words| words.join(" "))
}

fn user() -> impl Strategy<Value = UserChanges> {
    let texts = (
        prop::option::of(text()),
        prop::option::of(text()),
        prop::option::of(text()),
        prop::option::of(prop::sample::select(&EMAILS[..])),
        prop::option::of(prop::sample::select(&PHONES[..])),
    );
    let rest = (
        prop::option::of(prop::sample::select(&WORDS[..])),
        prop::option::of(prop::sample::select(&ROLES[..])),
        prop::option::of(prop::sample::subsequence(&TAGS[..], 0..3)),
        prop::option::of(any::<bool>()),
        prop::option::of(any::<bool>()),
        fields(),
    );
    (texts, rest).prop_map(|((name, notes, alias, email, phone), rest)| {
        let (external_id, role, tags, suspended, verified, custom_values) = rest;
        UserChanges {
            name,
            notes: notes.map(Some),
            alias: alias.map(Some),
            email: email.map(|email| Some(email.to_owned())),
            phone: phone.map(|phone| Some(phone.to_owned())),
            external_id: external_id.map(|external_id| Some(external_id.to_owned())),
            role,
            tags: tags.map(|tags| tags.into_iter().map(str::to_owned).collect()),
            suspended,
            verified,
            custom_values: Some(custom_values),
            ..UserChanges::default()
        }
    })
}

/// Values of custom fields: a dropdown, a text and a number. Some are emptied.
fn fields() -> impl Strategy<Value = GivenFields> {
    let tier = prop::sample::select(&TIERS[..]).prop_map(FieldValue::from);
    let motto = text().prop_map(FieldValue::from);
    let age = (0..3i64).prop_map(FieldValue::from);
    let given = |value: Option<FieldValue>| value.map_or(GivenValue::Null, GivenValue::Value);
    let values = (
        prop::option::of(tier),
        prop::option::of(motto),
        prop::option::of(age),
    );
    (values, 0..4usize).prop_map(move |((tier, motto, age), length)| {
        let named = [("tier", tier), ("motto", motto), ("age", age)];
        let all = named.map(|(key, value)| (key.to_owned(), given(value)));
        GivenFields(all.into_iter().take(length).collect())
    })
}

/// A change of the account. A number stands for a user, in the order of creation.
#[derive(Clone, Debug)]
enum Change {
    Create(UserChanges),
    Update(usize, UserChanges),
    Move(usize, Option<usize>),
    DeleteUser(usize),
    DeleteIdentity(usize, usize),
    DeletePermanently(usize),
    Merge(usize, usize),
    /// From then on, the indexes are there.
    Search,
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => user().prop_map(Change::Create),
        6 => (0..4usize, user()).prop_map(|(user, changes)| Change::Update(user, changes)),
        2 => (0..4usize, prop::option::of(0..ORGANIZATIONS.len()))
            .prop_map(|(user, organization)| Change::Move(user, organization)),
        1 => (0..4usize).prop_map(Change::DeleteUser),
        3 => (0..4usize, 0..3usize).prop_map(|(user, identity)| Change::DeleteIdentity(user, identity)),
        1 => (0..4usize).prop_map(Change::DeletePermanently),
        1 => (0..4usize, 0..4usize).prop_map(|(loser, winner)| Change::Merge(loser, winner)),
        1 => Just(Change::Search),
    ]
}

/// Returns the account after these changes. Changes that break a rule are skipped.
fn account_after(changes: &[Change]) -> Account {
    let now = Moment::since_epoch(Duration::from_secs(1_725_648_720));
    let mut account = Account::new(Rules::default(), now, "owner@example.com");
    let organizations = ORGANIZATIONS.map(|name| {
        let name = Some(name.to_owned());
        let changes = OrganizationChanges {
            name,
            ..OrganizationChanges::default()
        };
        account.create_organization(changes).unwrap()
    });
    let tier = NewUserField::dropdown("tier", TIERS);
    for field in [
        tier,
        NewUserField::text("motto"),
        NewUserField::new("age", FieldType::Integer),
    ] {
        field.put_into(&mut account).unwrap();
    }
    let mut users = Vec::new();
    for change in changes {
        match change {
            Change::Create(changes) => users.extend(account.create_user(changes.clone())),
            Change::Update(user, changes) => {
                if let Some(user) = users.get(*user) {
                    let _ = account.update_user(*user, changes.clone());
                }
            }
            Change::Move(user, organization) => {
                if let Some(user) = users.get(*user) {
                    let organization_id = Some(organization.map(|place| organizations[place]));
                    let changes = UserChanges {
                        organization_id,
                        ..UserChanges::default()
                    };
                    let _ = account.update_user(*user, changes);
                }
            }
            Change::DeleteUser(user) => {
                if let Some(user) = users.get(*user) {
                    let _ = account.delete_user(*user);
                }
            }
            Change::DeletePermanently(user) => {
                if let Some(user) = users.get(*user) {
                    let _ = account.delete_user(*user);
                    let _ = account.delete_user_permanently(*user, account.owner);
                }
            }
            Change::Merge(loser, winner) => {
                if let (Some(loser), Some(winner)) = (users.get(*loser), users.get(*winner)) {
                    let _ = account.merge_users(*loser, *winner);
                }
            }
            Change::Search => drop(search_users(&account, "x").unwrap()),
            Change::DeleteIdentity(user, place) => {
                let Some(user) = users.get(*user) else {
                    continue;
                };
                if let Some(identity) = account.identities_of_user(*user).get(*place) {
                    account.delete_identity(identity.id).unwrap();
                }
            }
        }
    }
    account
}

/// A term of a query, with its meaning.
#[derive(Clone, Debug)]
enum Term {
    /// The beginning of a word in any text.
    Word(String),
    Phrase(String),
    /// An address, without a property.
    Address(&'static str),
    Email(&'static str),
    ExternalId(&'static str),
    Name(String),
    /// The beginning of a word of the name.
    NameStart(String),
    Role(Role),
    Organization(&'static str),
    Tag(&'static str),
    PhoneEnd(&'static str),
    Phone(&'static str),
    Suspended(bool),
    Verified(bool),
    Without(&'static str),
    Tier(&'static str),
    Motto(String),
    Older(i64),
    Anybody,
}

fn term() -> impl Strategy<Value = (bool, Term)> {
    let word = || prop::sample::select(&WORDS[..]);
    let sought = prop_oneof![2 => word(), 1 => prop::sample::select(&SHARED[..])];
    let beginning = (sought, 1..9usize)
        .prop_map(|(word, length)| word.to_uppercase().chars().take(length).collect());
    let term = prop_oneof![
        4 => beginning.prop_map(Term::Word),
        2 => text().prop_map(Term::Phrase),
        1 => prop::sample::select(&EMAILS[..]).prop_map(Term::Address),
        1 => prop::sample::select(&EMAILS[..]).prop_map(Term::Email),
        1 => word().prop_map(Term::ExternalId),
        2 => text().prop_map(Term::Name),
        1 => ("[alx]", "[ad]?").prop_map(|(first, second)| Term::NameStart(first + &second)),
        1 => prop::sample::select(&ROLES[..]).prop_map(Term::Role),
        1 => prop::sample::select(&["Love", "and", "élan", "inc love", "ov"][..])
            .prop_map(Term::Organization),
        1 => prop::sample::select(&TAGS[..]).prop_map(Term::Tag),
        1 => prop::sample::select(&["123", "6", "9"][..]).prop_map(Term::PhoneEnd),
        1 => prop::sample::select(&PHONES[..]).prop_map(Term::Phone),
        1 => any::<bool>().prop_map(Term::Suspended),
        1 => any::<bool>().prop_map(Term::Verified),
        1 => prop::sample::select(&["email", "external_id", "phone", "organization", "tags", "motto"][..])
            .prop_map(Term::Without),
        2 => prop::sample::select(&TIERS[..]).prop_map(Term::Tier),
        2 => text().prop_map(Term::Motto),
        1 => (-1..3i64).prop_map(Term::Older),
        1 => Just(Term::Anybody),
    ];
    (any::<bool>(), term).prop_map(|(is_negated, term)| (is_negated, term))
}

impl Term {
    /// Returns the property of the term, and its text in a query.
    fn written(&self) -> (Option<&'static str>, String) {
        let of = |property: &'static str, value: &str| {
            (Some(property), format!("{property}:\"{value}\""))
        };
        match self {
            Self::Word(word) => (None, word.clone()),
            Self::Phrase(phrase) => (None, format!("\"{phrase}\"")),
            Self::Address(address) => (None, (*address).to_owned()),
            Self::Email(address) => of("email", &address.to_uppercase()),
            Self::ExternalId(id) => of("external_id", &id.to_uppercase()),
            Self::Name(name) => of("name", name),
            Self::NameStart(start) => (Some("name"), format!("name:{start}*")),
            Self::Role(role) => of("role", role.word()),
            Self::Organization(name) => of("organization", name),
            Self::Tag(tag) => of("tags", tag),
            Self::PhoneEnd(end) => (Some("phone"), format!("phone:*{end}")),
            Self::Phone(number) => of("phone", number),
            Self::Suspended(is) => of("is_suspended", &is.to_string()),
            Self::Verified(is) => of("is_verified", &is.to_string()),
            Self::Without(property) => (Some(property), format!("{property}:none")),
            Self::Tier(tier) => (Some("tier"), format!("TIER:{}", tier.to_uppercase())),
            Self::Motto(motto) => of("motto", motto),
            // Several of them hold together.
            Self::Older(age) => (None, format!("age>{age}")),
            Self::Anybody => (None, "*".to_owned()),
        }
    }

    fn is_about(&self, account: &Account, user: &User, identities: &[&Identity]) -> bool {
        let texts = [&user.alias, &user.notes, &user.details, &user.phone];
        let texts = texts.into_iter().chain([&user.external_id]).flatten();
        let of_field = |key: &str| user.user_fields.get(key).and_then(FieldValue::as_str);
        let of_fields: Vec<String> = ["tier", "motto"]
            .into_iter()
            .filter_map(|key| Some(of_field(key)?.to_owned()))
            .collect();
        let texts = texts
            .chain([&user.name])
            .chain(&user.tags)
            .chain(&of_fields);
        let mut texts = texts.chain(identities.iter().map(|identity| &identity.value));
        let has_email = |address: &str| {
            let emails = identities
                .iter()
                .filter(|identity| identity.identity_type == IdentityType::Email);
            emails
                .into_iter()
                .any(|email| email.value.to_lowercase() == address.to_lowercase())
        };
        let numbers = identities
            .iter()
            .filter(|identity| identity.identity_type == IdentityType::PhoneNumber)
            .map(|identity| &identity.value)
            .chain(&user.phone);
        match self {
            Self::Word(word) => {
                texts.any(|text| spaced(text).contains(&format!(" {}", lower(word))))
            }
            Self::Phrase(phrase) => texts.any(|text| spaced(text).contains(&spaced(phrase))),
            Self::Address(address) | Self::Email(address) => has_email(address),
            Self::ExternalId(id) => {
                let own = user.external_id.as_deref();
                own.is_some_and(|own| own.to_lowercase() == id.to_lowercase())
            }
            Self::Name(name) => has_words(&user.name, name),
            Self::NameStart(start) => spaced(&user.name).contains(&format!(" {start}")),
            Self::Role(role) => user.role == *role,
            Self::Organization(name) => {
                let all = account.memberships().into_iter();
                let mut own = all.filter(|membership| membership.user_id == user.id);
                own.any(|membership| {
                    let organization = account.organization(membership.organization_id).unwrap();
                    has_words(&organization.name, name)
                })
            }
            Self::Tag(tag) => user.tags.iter().any(|own| lower(own) == lower(tag)),
            Self::PhoneEnd(end) => numbers.into_iter().any(|number| number.ends_with(end)),
            Self::Phone(wanted) => numbers
                .into_iter()
                .any(|number| number.replace(' ', "") == wanted.replace(' ', "")),
            Self::Suspended(is) => user.suspended == *is,
            Self::Verified(is) => user.verified == *is,
            Self::Without(property) => match *property {
                "email" => user.email.is_none(),
                "external_id" => user.external_id.is_none(),
                "phone" => user.phone.is_none(),
                "tags" => user.tags.is_empty(),
                "motto" => of_field("motto").is_none(),
                _ => user.organization_id.is_none(),
            },
            Self::Tier(tier) => of_field("tier") == Some(tier),
            Self::Motto(motto) => of_field("motto").is_some_and(|own| has_words(own, motto)),
            Self::Older(age) => {
                let own = user.user_fields.get("age").and_then(FieldValue::as_i64);
                own.is_some_and(|own| own > *age)
            }
            Self::Anybody => true,
        }
    }
}

fn lower(text: &str) -> String {
    text.to_lowercase()
}

/// Returns the words of a text in lower case, with a space before each and after the last.
fn spaced(text: &str) -> String {
    let sign = |letter: char| {
        if letter.is_alphanumeric() {
            letter
        } else {
            ' '
        }
    };
    let text: String = lower(text).chars().map(sign).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    format!(" {} ", words.join(" "))
}

/// Returns whether a text contains all of these words, in any order.
fn has_words(text: &str, words: &str) -> bool {
    let words = spaced(words);
    let mut words = words.split_whitespace();
    words.all(|word| spaced(text).contains(&format!(" {word} ")))
}

/// Returns the users that match the terms, by checking each user.
fn scan(account: &Account, terms: &[(bool, Term)]) -> Vec<UserId> {
    let mut found = Vec::new();
    for user in account.users.all().filter(|user| user.active) {
        let all = account.identities.iter();
        let identities: Vec<&Identity> =
            all.filter(|identity| identity.user_id == user.id).collect();
        let holds = |(is_negated, term): &(bool, Term)| Holds {
            keyword: term.written().0.filter(|_| !is_negated),
            holds: term.is_about(account, user, &identities) != *is_negated,
        };
        if all_hold(terms.iter().map(holds)) {
            found.push(user.id);
        }
    }
    found
}

proptest! {
    #![proptest_config(crate::base::testing::seeded(600))]

    #[test]
    fn the_indexed_search_and_a_naive_scan_find_the_same_users(
        changes in prop::collection::vec(change(), 1..25),
        queries in prop::collection::vec(prop::collection::vec(term(), 0..4), 1..12),
    ) {
        let account = account_after(&changes);
        for terms in queries {
            let written = terms.iter().map(|(is_negated, term)| {
                let sign = if *is_negated { "-" } else { "" };
                format!("{sign}{}", term.written().1)
            });
            let query = written.collect::<Vec<_>>().join(" ");
            let found = search_users(&account, &query).unwrap();
            prop_assert_eq!(found, scan(&account, &terms), "{}", query);
        }
    }
}

#[test]
fn what_the_double_does_not_know_is_refused_by_its_keyword() {
    let account = account_after(&[]);
    let rows: [(&str, &[&str]); 12] = [
        ("whatsapp:1 ada -WhatsApp<2", &["?query whatsapp"]),
        ("ada lov*", &["?query *"]),
        ("role:ag*", &["?query role:*"]),
        ("role>=agent", &["?query role>="]),
        ("external_id<7", &["?query external_id<"]),
        ("type>user", &["?query type>"]),
        ("created:4hours", &["?query created:4hours"]),
        ("is_verified:yes", &["?query is_verified:yes"]),
        ("-is_suspended:none", &["?query is_suspended:none"]),
        ("role:boss", &["?query role:boss"]),
        ("ada order_by:created", &["?query order_by"]),
        (
            "is_verified:* role>x",
            &["?query is_verified:*", "?query role>"],
        ),
    ];
    for (query, expected) in rows {
        let refused = search_users(&account, query);
        let Err(ApiError::NotModeled(names)) = refused else {
            panic!("{query}: {refused:?}");
        };
        assert_eq!(names, expected, "{query}");
    }
}

#[test]
fn a_query_has_a_limit_of_words() {
    let account = account_after(&[]);
    let query = |count: usize| vec!["a"; count].join(" ");
    assert!(search_users(&account, &query(64)).is_ok());
    let refused = search_users(&account, &query(65));
    assert!(
        matches!(refused, Err(ApiError::InvalidSearch(_))),
        "{refused:?}"
    );
}
