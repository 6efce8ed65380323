//! What the search finds users by.
//!
//! <https://support.zendesk.com/hc/en-us/articles/4408883318554>

use crate::base::field_value::FieldValues;
use crate::base::folded::folded;
use crate::base::ids::{OrganizationId, UserId};
use crate::base::open_question::OpenQuestion;
use crate::base::sequence::Sequence as _;
use crate::base::words::{IndexedWord, words};
use crate::resources::account::Account;
use crate::resources::identities::model::IdentityType;
use crate::resources::users::model::{Role, User};

use super::fields::texts_of_user;
use super::keyword::{
    Pattern, in_tags, in_words, indexed_words, is, is_external_id, is_named, is_none,
};
use super::searched::{Searched, Times};
use super::sought::{Asker, Read, Refused, Sought, Test};
use super::text::Text;

impl Searched for User {
    const KEYWORDS: &'static [(&'static [&'static str], Read<Self>)] = &[
        (&["name"], |sought, _| {
            in_words(sought, |user| Some(&user.name))
        }),
        (&["email"], email),
        (&["phone"], phone),
        (&["external_id"], |sought, _| {
            is_external_id(
                sought,
                |user| user.external_id.as_deref(),
                Some(|account, value| account.users.with_external_id(value).map(UserId::get)),
            )
        }),
        (&["role"], |sought, _| role(sought)),
        (&["group", "group_id"], |sought, _| group(sought)),
        (&["organization", "organization_id"], |sought, _| {
            organization(sought)
        }),
        (&["user"], |sought, _| user(sought)),
        (&["notes"], |sought, _| {
            in_words(sought, |user| user.notes.as_deref())
        }),
        (&["details"], |sought, _| {
            in_words(sought, |user| user.details.as_deref())
        }),
        (&["tags"], |sought, _| in_tags(sought, |user| &user.tags)),
        (&["is_verified"], |sought, _| {
            is(sought, |user| user.verified)
        }),
        (&["is_suspended"], |sought, _| {
            is(sought, |user| user.suspended)
        }),
    ];

    const NOT_MODELED: &'static [&'static str] = &["whatsapp"];

    const DOMAINS_ARE_ALTERNATIVES: bool = true;

    fn with_text(text: Text) -> Test<Self> {
        if let Some(address) = text.address() {
            return with_address(address.to_owned());
        }
        let indexed = text.indexed_words();
        Test::new(move |account, user: &Self| {
            let identities = account.identities.of_user(user.id);
            let values = identities.iter().map(|identity| &*identity.value);
            let own = user.texts().chain(texts_of_user(account, user));
            own.chain(values).any(|own| text.is_in(own))
        })
        .indexed_by(move |account| users_having(account, &indexed))
    }

    fn having(account: &Account, words: &[IndexedWord]) -> Vec<u64> {
        numbers(account.users.having(words))
    }

    fn each(account: &Account) -> Box<dyn Iterator<Item = &Self> + '_> {
        Box::new(account.users.all().filter(|user| user.active))
    }

    fn live(account: &Account, id: u64) -> Option<&Self> {
        account.users.active(UserId::new(id))
    }

    fn field_values(&self) -> Option<&FieldValues> {
        Some(&self.user_fields)
    }

    fn times(&self) -> Times {
        Times {
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

fn numbers(ids: Vec<UserId>) -> Vec<u64> {
    ids.into_iter().map(UserId::get).collect()
}

/// Returns users, among them all that have these words in one text or in one address.
pub(super) fn users_having(account: &Account, words: &[IndexedWord]) -> Vec<u64> {
    let mut found = numbers(account.users.having(words));
    found.extend(numbers(account.identities.users_having(words)));
    found
}

/// Tests for the user who has an address, the primary one or another.
fn with_address(address: String) -> Test<User> {
    let indexed = address.clone();
    Test::new(move |account, user: &User| account.holder_of_email(&address) == Some(user.id))
        .indexed_by(move |account| numbers(account.holder_of_email(&indexed).into_iter().collect()))
}

fn email(sought: &Sought<'_>, asker: &Asker) -> Result<Test<User>, Refused> {
    let value = sought.exact()?;
    if is_none(value) {
        return Ok(Test::new(|_, user: &User| user.email.is_none()));
    }
    let local = value.split_once('@').map(|(local, _)| folded(local));
    let finds_beginnings = asker.answers.is_other(OpenQuestion::QuotedEmail);
    match local {
        Some(local) if finds_beginnings && sought.is_quoted() => {
            let local = local.into_owned();
            let indexed: Vec<IndexedWord> = words(&local)
                .last()
                .map(|word| IndexedWord::beginning(&word))
                .into_iter()
                .collect();
            let test = Test::new(move |account, user: &User| {
                let mut own = account.identities.of_user(user.id).into_iter();
                own.any(|identity| {
                    identity.is_email() && folded(&identity.value).starts_with(&*local)
                })
            });
            Ok(match indexed.is_empty() {
                true => test,
                false => test
                    .indexed_by(move |account| numbers(account.identities.users_having(&indexed))),
            })
        }
        // A `*` is a letter like others here: it finds nobody.
        _ => Ok(with_address(value.to_owned())),
    }
}

fn phone(sought: &Sought<'_>, _: &Asker) -> Result<Test<User>, Refused> {
    let value = sought.exact()?;
    if is_none(value) {
        return Ok(Test::new(|_, user: &User| user.phone.is_none()));
    }
    let wanted = Pattern::new(value);
    let plain = digits(value);
    Ok(Test::new(move |account: &Account, user: &User| {
        let identities = account.identities.of_user(user.id).into_iter();
        let others = identities
            .filter(|identity| identity.identity_type == IdentityType::PhoneNumber)
            .map(|identity| &*identity.value);
        let mut numbers = user.phone.as_deref().into_iter().chain(others);
        numbers.any(|number| match wanted.is_plain() {
            true => digits(number) == plain,
            false => wanted.matches(number),
        })
    }))
}

/// Returns the digits and letters of a phone number, with its `+`.
fn digits(number: &str) -> String {
    number
        .chars()
        .filter(|letter| letter.is_alphanumeric() || *letter == '+')
        .collect()
}

fn role(sought: &Sought<'_>) -> Result<Test<User>, Refused> {
    let value = sought.exact_plain()?;
    let mut roles = [Role::EndUser, Role::Agent, Role::Admin].into_iter();
    let wanted = roles
        .find(|role| role.word().eq_ignore_ascii_case(value))
        .ok_or_else(|| sought.not_modeled_value())?;
    Ok(Test::new(move |_, user: &User| user.role == wanted))
}

/// Tests for the members of a group, by its id or by words of its name.
fn group(sought: &Sought<'_>) -> Result<Test<User>, Refused> {
    let value = sought.exact()?.to_owned();
    Ok(Test::new(move |account: &Account, user: &User| {
        let memberships = account.group_memberships.ids_of_user(user.id);
        if is_none(&value) {
            return memberships.is_empty();
        }
        let rows = memberships
            .into_iter()
            .filter_map(|id| account.group_memberships.get(id));
        let mut groups = rows.filter_map(|row| account.groups.active(row.group_id));
        groups.any(|group| value == group.id.to_string() || is_named(&group.name, &value))
    }))
}

/// Tests for the members of an organization, by its id or by words of its name.
fn organization(sought: &Sought<'_>) -> Result<Test<User>, Refused> {
    let value = sought.exact()?.to_owned();
    if is_none(&value) {
        return Ok(Test::new(|_, user: &User| user.organization_id.is_none()));
    }
    let indexed = value.clone();
    let test = Test::new(move |account: &Account, user: &User| {
        let mut own = account.organization_ids_of_user(user.id);
        own.any(|organization| is_organization(account, organization, &value))
    });
    Ok(test.indexed_by(move |account| {
        let found = organizations(account, &indexed).into_iter();
        let members = found.flat_map(|organization| {
            let users = account.memberships.users_of(organization);
            users.ids(0..users.len())
        });
        members.collect()
    }))
}

/// Returns whether an organization has this id, or these words in its name.
pub(super) fn is_organization(account: &Account, id: OrganizationId, value: &str) -> bool {
    let organization = account.organizations.get(id);
    value == id.to_string()
        || organization.is_some_and(|organization| is_named(&organization.name, value))
}

/// Returns the organizations with this id, or with these words in their names.
pub(super) fn organizations(account: &Account, value: &str) -> Vec<OrganizationId> {
    let by_id = value.parse().map(OrganizationId::new);
    let words = indexed_words(value);
    let found = match words.is_empty() {
        true => account
            .organizations
            .iter()
            .map(|organization| organization.id)
            .collect(),
        false => account.organizations.having(&words),
    };
    let is_meant = |id: &OrganizationId| is_organization(account, *id, value);
    found.into_iter().chain(by_id).filter(is_meant).collect()
}

/// Tests for a user by id, address, or words of the name.
fn user(sought: &Sought<'_>) -> Result<Test<User>, Refused> {
    let value = sought.exact()?.to_owned();
    let indexed = value.clone();
    let test = Test::new(move |account, user: &User| is_user(account, user, &value));
    Ok(test.indexed_by(move |account| users(account, &indexed)))
}

/// Returns whether a user has this id or address, or these words in the name.
pub(super) fn is_user(account: &Account, user: &User, value: &str) -> bool {
    if value.contains('@') {
        return account.holder_of_email(value) == Some(user.id);
    }
    value == user.id.to_string() || is_named(&user.name, value)
}

/// Returns the users with this id or address, or with these words in their names, and others.
pub(super) fn users(account: &Account, value: &str) -> Vec<u64> {
    if value.contains('@') {
        return numbers(account.holder_of_email(value).into_iter().collect());
    }
    let words = indexed_words(value);
    let named = match words.is_empty() {
        true => User::each(account).map(User::number).collect(),
        false => User::having(account, &words),
    };
    named.into_iter().chain(value.parse().ok()).collect()
}
