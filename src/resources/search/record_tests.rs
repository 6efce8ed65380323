//! Tests the search for organizations, tickets and groups against a naive scan: after random
//! changes of the account, both must find the same records in the same order.

#![allow(
    clippy::unwrap_used,
    reason = "a test that unwraps says what it expects"
)]

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;

use super::found::{KINDS, Search};
use super::order::Sorting;
use super::sought::Asker;
use crate::base::ids::{Kind, OrganizationId, TicketId, UserId};
use crate::base::settings::Rules;
use crate::base::time::Moment;
use crate::resources::account::Account;
use crate::resources::groups::model::GroupChanges;
use crate::resources::organizations::model::OrganizationChanges;
use crate::resources::tickets::model::{TicketChanges, TicketPriority, TicketStatus};
use crate::resources::users::model::UserChanges;

/// The words of all texts. Some are the beginning of others.
const WORDS: [&str; 5] = ["Ada", "adam", "Love", "lovelace", "Élan"];

const TAGS: [&str; 3] = ["vip", "vip-2", "Old"];

const IDS: [&str; 3] = ["crm-1", "CRM-2", "7"];

const STATUSES: [(&str, TicketStatus); 3] = [
    ("new", TicketStatus::New),
    ("pending", TicketStatus::Pending),
    ("closed", TicketStatus::Closed),
];

const PRIORITIES: [(&str, TicketPriority); 2] = [
    ("low", TicketPriority::Low),
    ("urgent", TicketPriority::Urgent),
];

fn text() -> impl Strategy<Value = String> {
    let word = prop::sample::select(&WORDS[..]);
    prop::collection::vec(word, 1..3).prop_map(|words| words.join(" "))
}

fn tags() -> impl Strategy<Value = Vec<String>> {
    let tags = prop::sample::subsequence(&TAGS[..], 0..3);
    tags.prop_map(|tags| tags.into_iter().map(str::to_owned).collect())
}

/// A change of the account. A number stands for a record, in the order of creation.
#[derive(Clone, Debug)]
enum Change {
    Organization(OrganizationChanges),
    UpdateOrganization(usize, OrganizationChanges),
    DeleteOrganization(usize),
    Group(String),
    Ticket(usize, TicketChanges),
    DeleteTicket(usize),
    RenameUser(usize, String),
    Wait,
}

fn organization() -> impl Strategy<Value = OrganizationChanges> {
    let of_text = || prop::option::of(text());
    let id = prop::option::of(prop::sample::select(&IDS[..]));
    (of_text(), of_text(), id, prop::option::of(tags())).prop_map(|(name, notes, id, tags)| {
        OrganizationChanges {
            name,
            notes: notes.map(Some),
            external_id: id.map(|id| Some(id.to_owned())),
            tags,
            ..OrganizationChanges::default()
        }
    })
}

fn ticket() -> impl Strategy<Value = TicketChanges> {
    let status = prop::sample::select(&STATUSES[..]);
    let priority = prop::option::of(prop::sample::select(&PRIORITIES[..]));
    (prop::option::of(text()), text(), tags(), status, priority).prop_map(
        |(subject, description, tags, (_, status), priority)| TicketChanges {
            subject: subject.map(Some),
            description: Some(description),
            tags: Some(tags),
            status: Some(status),
            priority: priority.map(|(_, priority)| Some(priority)),
            ..TicketChanges::default()
        },
    )
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => organization().prop_map(Change::Organization),
        3 => (0..4usize, organization())
            .prop_map(|(place, changes)| Change::UpdateOrganization(place, changes)),
        1 => (0..4usize).prop_map(Change::DeleteOrganization),
        1 => text().prop_map(Change::Group),
        4 => (0..3usize, ticket()).prop_map(|(user, changes)| Change::Ticket(user, changes)),
        1 => (0..4usize).prop_map(Change::DeleteTicket),
        1 => (0..3usize, text()).prop_map(|(user, name)| Change::RenameUser(user, name)),
        2 => Just(Change::Wait),
    ]
}

/// Returns the account after these changes. Changes that break a rule are skipped. The terms of a
/// query may search the index between them.
fn account_after(changes: &[Change]) -> Account {
    let mut now = Moment::since_epoch(Duration::from_secs(1_725_648_720));
    let mut account = Account::new(Rules::default(), now, "owner@example.com");
    let users: Vec<UserId> = ["ada@love.example", "x@y.example", "adam@x.example"]
        .into_iter()
        .map(|email| {
            let changes = UserChanges {
                name: Some("Nobody".to_owned()),
                email: Some(Some(email.to_owned())),
                ..UserChanges::default()
            };
            account.create_user(changes).unwrap()
        })
        .collect();
    let mut organizations: Vec<OrganizationId> = Vec::new();
    let mut tickets: Vec<TicketId> = Vec::new();
    for change in changes {
        match change.clone() {
            Change::Organization(changes) => {
                organizations.extend(account.create_organization(changes));
            }
            Change::UpdateOrganization(place, changes) => {
                if let Some(id) = organizations.get(place) {
                    let _ = account.update_organization(*id, changes);
                }
            }
            Change::DeleteOrganization(place) => {
                if let Some(id) = organizations.get(place) {
                    let _ = account.delete_organization(*id);
                }
            }
            Change::Group(name) => {
                let name = Some(name);
                let _ = account.create_group(GroupChanges {
                    name,
                    ..GroupChanges::default()
                });
            }
            Change::Ticket(user, changes) => {
                tickets.extend(account.create_ticket(changes, users[user]));
            }
            Change::DeleteTicket(place) => {
                if let Some(id) = tickets.get(place) {
                    let _ = account.delete_ticket(*id);
                }
            }
            Change::RenameUser(user, name) => {
                let name = Some(name);
                let changes = UserChanges {
                    name,
                    ..UserChanges::default()
                };
                account.update_user(users[user], changes).unwrap();
            }
            // From now on the indexes are there, and the clock has moved.
            Change::Wait => {
                now = now.plus(Duration::from_secs(60));
                account.advance_to(now);
                run(&account, "x");
            }
        }
    }
    account
}

/// Returns what a query finds, in order.
fn run(account: &Account, query: &str) -> Vec<(Kind, u64)> {
    let asker = Asker::new(account, None);
    let sorting = Sorting::Asked {
        sort_by: None,
        sort_order: None,
    };
    let search = Search::read(query, KINDS, sorting, &asker).unwrap();
    let found = search.run(account).into_iter();
    found.map(|found| (found.kind, found.id)).collect()
}

/// A record as the scan sees it.
struct Seen {
    kind: Kind,
    id: u64,
    title: String,
    /// All its texts, among them those of the requester of a ticket.
    texts: Vec<String>,
    tags: Option<Vec<String>>,
    /// `None` means that records of the kind have no such keyword.
    external_id: Option<Option<String>>,
    status: Option<TicketStatus>,
    created_at: u64,
}

fn seen(account: &Account) -> Vec<Seen> {
    let mut all = Vec::new();
    for organization in account.organizations.iter() {
        let texts = [&organization.notes, &organization.external_id];
        let texts = texts.into_iter().flatten().chain(&organization.tags);
        all.push(Seen {
            kind: Kind::Organization,
            id: organization.id.get(),
            title: organization.name.clone(),
            texts: texts.chain([&organization.name]).cloned().collect(),
            tags: Some(organization.tags.clone()),
            external_id: Some(organization.external_id.clone()),
            status: None,
            created_at: organization.created_at.unix_seconds(),
        });
    }
    for ticket in account.tickets.iter() {
        let mut texts: Vec<String> = ticket.subject.iter().cloned().collect();
        texts.push(ticket.description.clone());
        texts.extend(ticket.tags.iter().cloned());
        let requester = account.users.get(ticket.requester_id).unwrap();
        texts.push(requester.name.clone());
        texts.extend(requester.email.clone());
        all.push(Seen {
            kind: Kind::Ticket,
            id: ticket.id.get(),
            title: ticket.subject.clone().unwrap_or_default(),
            texts,
            tags: Some(ticket.tags.clone()),
            external_id: Some(ticket.external_id.clone()),
            status: Some(ticket.status),
            created_at: ticket.created_at.unix_seconds(),
        });
    }
    for group in account.groups.all().filter(|group| !group.deleted) {
        all.push(Seen {
            kind: Kind::Group,
            id: group.id.get(),
            title: group.name.clone(),
            texts: vec![group.name.clone()],
            tags: None,
            external_id: None,
            status: None,
            created_at: group.created_at.unix_seconds(),
        });
    }
    all
}

/// A term of a query, with its meaning.
#[derive(Clone, Debug)]
enum Term {
    Word(String),
    Phrase(String),
    Name(String),
    Tag(&'static str),
    ExternalId(&'static str),
    WithoutTags,
    Status(usize),
    StatusBelow(usize),
    Type(&'static str),
    /// Created in a minute of the test.
    Later(u64),
}

fn term() -> impl Strategy<Value = (bool, Term)> {
    let beginning = (prop::sample::select(&WORDS[..]), 1..9usize)
        .prop_map(|(word, length)| word.chars().take(length).collect());
    let term = prop_oneof![
        4 => beginning.prop_map(Term::Word),
        2 => text().prop_map(Term::Phrase),
        2 => text().prop_map(Term::Name),
        2 => prop::sample::select(&TAGS[..]).prop_map(Term::Tag),
        1 => prop::sample::select(&IDS[..]).prop_map(Term::ExternalId),
        1 => Just(Term::WithoutTags),
        1 => (0..3usize).prop_map(Term::Status),
        1 => (0..3usize).prop_map(Term::StatusBelow),
        1 => prop::sample::select(&["organization", "ticket", "group"][..]).prop_map(Term::Type),
        1 => (0..4u64).prop_map(Term::Later),
    ];
    (any::<bool>(), term)
}

fn later(minutes: u64) -> u64 {
    1_725_648_720 + 60 * minutes
}

impl Term {
    fn written(&self) -> (Option<&'static str>, String) {
        let of =
            |keyword: &'static str, value: &str| (Some(keyword), format!("{keyword}:\"{value}\""));
        match self {
            Self::Word(word) => (None, word.clone()),
            Self::Phrase(phrase) => (None, format!("\"{phrase}\"")),
            Self::Name(name) => of("name", name),
            Self::Tag(tag) => of("tags", tag),
            Self::ExternalId(id) => of("external_id", &id.to_uppercase()),
            Self::WithoutTags => of("tags", "none"),
            Self::Status(status) => of("status", STATUSES[*status].0),
            Self::StatusBelow(status) => (None, format!("status<{}", STATUSES[*status].0)),
            // Several of them hold together.
            Self::Type(kind) => (None, format!("type:{kind}")),
            Self::Later(minutes) => {
                let time = crate::base::time::Timestamp::from_unix_seconds(later(*minutes));
                (None, format!("created_at>={time}"))
            }
        }
    }

    fn is_about(&self, record: &Seen) -> bool {
        match self {
            Self::Word(word) => {
                let word = format!(" {}", word.to_lowercase());
                record.texts.iter().any(|text| spaced(text).contains(&word))
            }
            Self::Phrase(phrase) => {
                let phrase = spaced(phrase);
                record
                    .texts
                    .iter()
                    .any(|text| spaced(text).contains(&phrase))
            }
            Self::Name(name) => {
                let words = spaced(name);
                record.kind != Kind::Ticket
                    && words
                        .split_whitespace()
                        .all(|word| spaced(&record.title).contains(&format!(" {word} ")))
            }
            Self::Tag(tag) => record.tags.as_ref().is_some_and(|tags| {
                tags.iter()
                    .any(|own| own.to_lowercase() == tag.to_lowercase())
            }),
            Self::ExternalId(id) => record.external_id.as_ref().is_some_and(|own| {
                own.as_ref()
                    .is_some_and(|own| own.to_lowercase() == id.to_lowercase())
            }),
            Self::WithoutTags => record.tags.as_ref().is_some_and(Vec::is_empty),
            Self::Status(status) => record.status == Some(STATUSES[*status].1),
            Self::StatusBelow(status) => {
                let places = STATUSES.iter().take(*status);
                let below: Vec<TicketStatus> = places.map(|(_, status)| *status).collect();
                record.status.is_some_and(|own| below.contains(&own))
            }
            Self::Type(kind) => record.kind.wire() == *kind,
            Self::Later(minutes) => record.created_at >= later(*minutes),
        }
    }
}

/// Returns the words of a text in lower case, with a space before each and after the last.
fn spaced(text: &str) -> String {
    let text = text.to_lowercase().replace(['-', '@', '.'], " ");
    let words: Vec<&str> = text.split_whitespace().collect();
    format!(" {} ", words.join(" "))
}

/// Returns the records that match the terms, by checking each of them.
fn scan(account: &Account, terms: &[(bool, Term)]) -> Vec<(Kind, u64)> {
    let mut found = Vec::new();
    let mut exactly = String::new();
    for (is_negated, term) in terms {
        if let (false, Term::Word(text) | Term::Phrase(text)) = (is_negated, term) {
            exactly += &spaced(text);
        }
    }
    for record in seen(account) {
        let holds = |(is_negated, term): &(bool, Term)| Holds {
            keyword: term.written().0.filter(|_| !is_negated),
            holds: term.is_about(&record) != *is_negated,
        };
        if all_hold(terms.iter().map(holds)) {
            let is_exact = !exactly.is_empty() && spaced(&record.title) == spaced(&exactly);
            found.push((!is_exact, record.id, record.kind));
        }
    }
    found.sort_unstable();
    found.into_iter().map(|(_, id, kind)| (kind, id)).collect()
}

/// Whether a term of a query holds for a record, and the keyword that it shares with alternatives.
pub(super) struct Holds {
    pub(super) keyword: Option<&'static str>,
    pub(super) holds: bool,
}

/// Returns whether a record matches a query. Of several terms with one keyword, one must hold, and
/// so must all other terms. A query without terms finds nothing.
pub(super) fn all_hold(terms: impl Iterator<Item = Holds>) -> bool {
    let mut alternatives: BTreeMap<&str, bool> = BTreeMap::new();
    let (mut is_meant, mut has_terms) = (true, false);
    for Holds { keyword, holds } in terms {
        has_terms = true;
        match keyword {
            Some(keyword) => *alternatives.entry(keyword).or_default() |= holds,
            None => is_meant &= holds,
        }
    }
    has_terms && is_meant && alternatives.values().all(|holds| *holds)
}

proptest! {
    #![proptest_config(crate::base::testing::seeded(600))]

    #[test]
    fn the_indexed_search_and_a_naive_scan_find_the_same_records(
        changes in prop::collection::vec(change(), 1..25),
        queries in prop::collection::vec(prop::collection::vec(term(), 0..4), 1..12),
    ) {
        let account = account_after(&changes);
        for terms in queries {
            let written = terms.iter().map(|(is_negated, term)| {
                let sign = if *is_negated { "-" } else { "" };
                format!("{sign}{}", term.written().1)
            });
            let query = written.chain(["-type:user".to_owned()]).collect::<Vec<_>>().join(" ");
            let found = run(&account, &query);
            let expected = match terms.is_empty() {
                true => scan(&account, &[(true, Term::Type("user"))]),
                false => scan(&account, &terms),
            };
            prop_assert_eq!(found, expected, "{}", query);
        }
    }
}
