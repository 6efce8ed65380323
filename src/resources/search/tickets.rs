//! What the search finds tickets by.
//!
//! <https://support.zendesk.com/hc/en-us/articles/4408886879258>

use crate::base::ids::{OrganizationId, TicketId, UserId};
use crate::base::open_question::OpenQuestion;
use crate::base::sequence::Sequence;
use crate::base::words::IndexedWord;
use crate::resources::account::Account;
use crate::resources::tickets::model::Ticket;

use super::keyword::{in_tags, in_words, is_external_id, is_named, is_none, ranked};
use super::searched::{Property, Searched, Times};
use super::sought::{Asker, Read, Refused, Sought, Test};
use super::text::Text;
use super::users::{is_organization, is_user, organizations, users, users_having};

impl Searched for Ticket {
    const KEYWORDS: &'static [(&'static [&'static str], Read<Self>)] = &[
        (&["status"], |sought, _| {
            ranked(sought, STATUSES, |ticket: &Self| {
                Some(rank(STATUSES, ticket.status.word()))
            })
        }),
        (&["priority"], |sought, _| {
            ranked(sought, PRIORITIES, |ticket: &Self| {
                Some(rank(PRIORITIES, ticket.priority?.word()))
            })
        }),
        (&["ticket_type"], |sought, _| ticket_type(sought)),
        (&["subject"], |sought, _| {
            in_words(sought, |ticket| ticket.subject.as_deref())
        }),
        // A ticket of the double has one comment, which is its description.
        (&["description"], |sought, _| {
            in_words(sought, |ticket| Some(&ticket.description))
        }),
        (&["comment"], |sought, _| comment(sought)),
        (&["requester", "requester_id"], |sought, asker| {
            in_role(
                sought,
                asker,
                |ticket| Some(ticket.requester_id),
                Some(requested_by),
            )
        }),
        (&["submitter", "submitter_id"], |sought, asker| {
            in_role(sought, asker, |ticket| Some(ticket.submitter_id), None)
        }),
        (&["assignee", "assignee_id"], |sought, asker| {
            in_role(sought, asker, |ticket| ticket.assignee_id, None)
        }),
        (&["organization", "organization_id"], organization),
        (&["group", "group_id"], |sought, _| group(sought)),
        (&["external_id"], |sought, _| {
            is_external_id(sought, |ticket: &Self| ticket.external_id.as_deref(), None)
        }),
        (&["tags"], |sought, _| {
            in_tags(sought, |ticket| &ticket.tags)
        }),
    ];

    const NOT_MODELED: &'static [&'static str] = &[
        "brand",
        "brand_id",
        "cc",
        "commenter",
        "custom_field_*",
        "custom_status_id",
        "due_date",
        "fieldvalue",
        "form",
        "has_attachment",
        "recipient",
        "satisfaction",
        "solved",
        "support_type",
        "via",
    ];

    fn with_text(text: Text) -> Test<Self> {
        let (indexed, number) = (text.indexed_words(), text.whole().parse().ok());
        let address = text.address().map(str::to_owned);
        let of_requester = address.clone();
        let test = Test::new(move |account: &Account, ticket: &Self| {
            let is_requester = || {
                let requester = account.users.active(ticket.requester_id);
                requester.is_some_and(|requester| match &address {
                    Some(address) => account.holder_of_email(address) == Some(requester.id),
                    None => {
                        let identities = account.identities.of_user(requester.id);
                        let mut values = identities.iter().filter(|identity| identity.is_email());
                        text.is_in(&requester.name)
                            || values.any(|identity| text.is_in(&identity.value))
                    }
                })
            };
            number == Some(ticket.id.get())
                || ticket.texts().any(|own| text.is_in(own))
                || is_requester()
        });
        test.indexed_by(move |account| {
            let requesters = match &of_requester {
                Some(address) => {
                    let holder = account.holder_of_email(address);
                    holder.into_iter().map(UserId::get).collect()
                }
                None => users_having(account, &indexed),
            };
            let mut found = Self::having(account, &indexed);
            found.extend(
                requesters
                    .into_iter()
                    .flat_map(|id| requested_by(account, id)),
            );
            found.extend(number);
            found
        })
    }

    fn having(account: &Account, words: &[IndexedWord]) -> Vec<u64> {
        let found = account.tickets.having(words);
        found.into_iter().map(TicketId::get).collect()
    }

    fn each(account: &Account) -> Box<dyn Iterator<Item = &Self> + '_> {
        Box::new(account.tickets.iter())
    }

    fn live(account: &Account, id: u64) -> Option<&Self> {
        account.tickets.get(TicketId::new(id))
    }

    fn title(&self) -> &str {
        self.subject.as_deref().unwrap_or_default()
    }

    fn times(&self) -> Times {
        Times {
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }

    fn rank_by(&self, property: Property) -> Option<u64> {
        let rank = match property {
            Property::CreatedAt | Property::UpdatedAt => return self.times().rank_by(property),
            Property::Priority => rank(PRIORITIES, self.priority?.word()),
            Property::Status => rank(STATUSES, self.status.word()),
            Property::TicketType => rank(TYPES, self.ticket_type?.word()),
        };
        u64::try_from(rank).ok()
    }
}

/// The statuses in their order.
const STATUSES: &[&str] = &["new", "open", "pending", "hold", "solved", "closed"];

/// The priorities in their order.
const PRIORITIES: &[&str] = &["low", "normal", "high", "urgent"];

/// The types of tickets by name.
const TYPES: &[&str] = &["incident", "problem", "question", "task"];

fn rank(order: &[&str], word: &str) -> usize {
    order.iter().position(|other| *other == word).unwrap_or(0)
}

fn ticket_type(sought: &Sought<'_>) -> Result<Test<Ticket>, Refused> {
    sought.exact()?;
    ranked(sought, TYPES, |ticket: &Ticket| {
        Some(rank(TYPES, ticket.ticket_type?.word()))
    })
}

/// Tests the comments: in quotes for words next to each other.
fn comment(sought: &Sought<'_>) -> Result<Test<Ticket>, Refused> {
    if !sought.is_quoted() {
        return in_words(sought, |ticket| Some(&ticket.description));
    }
    sought.exact_plain()?;
    let text = Text::read(sought.value)?;
    let indexed = text.indexed_words();
    let test = Test::new(move |_, ticket: &Ticket| text.is_in(&ticket.description));
    Ok(test.indexed_by(move |account| Ticket::having(account, &indexed)))
}

/// Tests for the tickets of a user in a role, by id, address, or words of the name, or of the
/// caller. `indexed` returns the tickets of a user in that role, if there is an index.
fn in_role(
    sought: &Sought<'_>,
    asker: &Asker,
    role: fn(&Ticket) -> Option<UserId>,
    indexed: Option<fn(&Account, u64) -> Vec<u64>>,
) -> Result<Test<Ticket>, Refused> {
    let value = sought.exact()?;
    if is_none(value) {
        return Ok(Test::new(move |_, ticket| role(ticket).is_none()));
    }
    let value = match asker.caller {
        Some(caller) if value.eq_ignore_ascii_case("me") => caller.to_string(),
        _ => value.to_owned(),
    };
    let of_users = value.clone();
    let test = Test::new(move |account: &Account, ticket: &Ticket| {
        let user = role(ticket).and_then(|id| account.users.active(id));
        user.is_some_and(|user| is_user(account, user, &value))
    });
    Ok(match indexed {
        None => test,
        Some(indexed) => test.indexed_by(move |account| {
            let users = users(account, &of_users).into_iter();
            users.flat_map(|id| indexed(account, id)).collect()
        }),
    })
}

fn requested_by(account: &Account, user: u64) -> Vec<u64> {
    all(&account.tickets.requested_by(UserId::new(user)))
}

fn all(list: &dyn Sequence) -> Vec<u64> {
    list.ids(0..list.len())
}

/// Tests for the tickets of an organization, by its id or by words of its name.
fn organization(sought: &Sought<'_>, asker: &Asker) -> Result<Test<Ticket>, Refused> {
    let value = sought.exact()?.to_owned();
    if is_none(&value) {
        return Ok(Test::new(|_, ticket: &Ticket| {
            ticket.organization_id.is_none()
        }));
    }
    if asker.answers.is_other(OpenQuestion::OrganizationOfATicket) {
        return Ok(Test::new(move |account: &Account, ticket: &Ticket| {
            let mut own = account.organization_ids_of_user(ticket.requester_id);
            own.any(|organization| is_organization(account, organization, &value))
        }));
    }
    let indexed = value.clone();
    let test = Test::new(move |account: &Account, ticket: &Ticket| {
        let own = ticket.organization_id;
        own.is_some_and(|own| is_organization(account, own, &value))
    });
    Ok(test.indexed_by(move |account| {
        let found: Vec<OrganizationId> = organizations(account, &indexed);
        let tickets = found
            .into_iter()
            .flat_map(|organization| all(&account.tickets.of_organization(organization)));
        tickets.collect()
    }))
}

/// Tests for the tickets of a group, by its id or by words of its name.
fn group(sought: &Sought<'_>) -> Result<Test<Ticket>, Refused> {
    let value = sought.exact()?.to_owned();
    Ok(Test::new(move |account: &Account, ticket: &Ticket| {
        if is_none(&value) {
            return ticket.group_id.is_none();
        }
        let Some(id) = ticket.group_id else {
            return false;
        };
        let group = account.groups.active(id);
        value == id.to_string() || group.is_some_and(|group| is_named(&group.name, &value))
    }))
}
