//! The rows of a reply, which are records of several kinds, and what belongs to them.

use crate::api::json::JsonObject;
use crate::api::request::ApiRequest;
use crate::base::ids::{GroupId, OrganizationId, RecordRef, UserId};
use crate::base::record::Record;
use crate::base::schema::{Key, Schema, Shape};
use crate::base::sequence::SortedIds;
use crate::resources::account::Account;
use crate::resources::groups::model::Group;
use crate::resources::identities::model::Identity;
use crate::resources::organizations::model::Organization;
use crate::resources::shown::{Show, Sideload, WriteSideload, shape, write};
use crate::resources::tickets::model::Ticket;
use crate::resources::users::model::User;

use super::order::Found;
use super::searched::Searched;

/// The values that `include` accepts.
pub(super) const SIDELOADS: &[&str] = &[
    "tickets(groups)",
    "tickets(organizations)",
    "tickets(users)",
    "users(groups)",
    "users(identities)",
    "users(organizations)",
];

/// The values that `include` accepts in Zendesk and that the double does not implement.
pub(super) const LACKING_SIDELOADS: &[&str] = &[
    "tickets(comment_count)",
    "tickets(dates)",
    "tickets(incident_counts)",
    "tickets(last_audits)",
    "tickets(metric_events)",
    "tickets(metric_sets)",
    "tickets(sharing_agreements)",
    "tickets(slas)",
    "tickets(ticket_forms)",
    "users(abilities)",
    "users(open_ticket_count)",
    "users(roles)",
];

/// What belongs to a ticket.
const OF_TICKETS: &[Sideload<Ticket>] = &[
    Sideload::of::<User>(|_, ticket| {
        let users = [
            Some(ticket.requester_id),
            Some(ticket.submitter_id),
            ticket.assignee_id,
        ];
        users.into_iter().flatten().map(UserId::get).collect()
    }),
    Sideload::of::<Organization>(|_, ticket| {
        let organization = ticket.organization_id.into_iter();
        organization.map(OrganizationId::get).collect()
    }),
    Sideload::of::<Group>(|_, ticket| ticket.group_id.into_iter().map(GroupId::get).collect()),
];

/// Writes the records that still exist, as `results`, and the records that the request sideloads.
pub(super) fn write_results(
    body: JsonObject,
    account: &Account,
    request: &ApiRequest<'_>,
    found: &[Found],
) -> JsonObject {
    let rows: Vec<Row<'_>> = found
        .iter()
        .filter_map(|found| Row::of(account, found.record()))
        .collect();
    let body = body.objects("results", &rows, |object, row| match row {
        Row::User(user) => write_row(object, account, request, *user),
        Row::Organization(organization) => write_row(object, account, request, *organization),
        Row::Ticket(ticket) => write_row(object, account, request, *ticket),
        Row::Group(group) => write_row(object, account, request, *group),
    });
    let mut related = Related::default();
    let (mut users, mut tickets) = (Vec::new(), Vec::new());
    for row in &rows {
        match row {
            Row::User(user) => users.push(*user),
            Row::Ticket(ticket) => tickets.push(*ticket),
            Row::Organization(_) | Row::Group(_) => {}
        }
    }
    related.add(account, request, User::SIDELOADS, &users);
    related.add(account, request, OF_TICKETS, &tickets);
    related.write(body, account, request)
}

/// Writes a record as its own endpoint does, with its kind as the last key.
fn write_row<'a, R: Show>(
    object: JsonObject,
    account: &'a Account,
    request: &ApiRequest<'_>,
    record: &'a R,
) -> JsonObject {
    write(object, account, request, record).field("result_type", R::KIND.wire())
}

/// Returns the keys of a reply with rows.
pub(super) fn results_keys() -> Vec<Key> {
    let rows = vec![
        Schema::Record(row_shape::<User>),
        Schema::Record(row_shape::<Organization>),
        Schema::Record(row_shape::<Ticket>),
        Schema::Record(row_shape::<Group>),
    ];
    let identities = Schema::Record(shape::<Identity>);
    vec![
        Key::new("results", Schema::Any(rows).list()),
        Key::new("facets", Schema::Null),
        Key::optional(User::MANY, Schema::Record(shape::<User>).list()),
        Key::optional(
            Organization::MANY,
            Schema::Record(shape::<Organization>).list(),
        ),
        Key::optional(Group::MANY, Schema::Record(shape::<Group>).list()),
        Key::optional(Identity::MANY, identities.list()),
    ]
}

/// Returns the keys that [`write_row`] writes.
fn row_shape<R: Show>() -> Shape {
    let name = format!("{}_result", R::ONE);
    shape::<R>().with(
        &name,
        Key::new("result_type", Schema::Words(vec![R::KIND.wire()])),
    )
}

/// A record that was found.
enum Row<'a> {
    User(&'a User),
    Organization(&'a Organization),
    Ticket(&'a Ticket),
    Group(&'a Group),
}

impl<'a> Row<'a> {
    /// Returns the record as it is now. `None` means that it is deleted.
    fn of(account: &'a Account, record: RecordRef) -> Option<Self> {
        let RecordRef { kind, id } = record;
        match kind {
            User::KIND => User::live(account, id).map(Self::User),
            Organization::KIND => Organization::live(account, id).map(Self::Organization),
            Ticket::KIND => Ticket::live(account, id).map(Self::Ticket),
            Group::KIND => Group::live(account, id).map(Self::Group),
            _ => None,
        }
    }
}

/// The records that belong to the rows, under their keys.
#[derive(Default)]
struct Related(Vec<(&'static str, WriteSideload, Vec<u64>)>);

impl Related {
    /// Adds what belongs to the rows of one kind, as far as the request asks for it.
    fn add<R: Show>(
        &mut self,
        account: &Account,
        request: &ApiRequest<'_>,
        sideloads: &[Sideload<R>],
        rows: &[&R],
    ) {
        for sideload in sideloads {
            let name = sideload.name();
            if !request.includes(&format!("{}({name})", R::MANY)) {
                continue;
            }
            let ids = rows.iter().flat_map(|row| sideload.ids(account, row));
            match self.0.iter_mut().find(|(other, _, _)| *other == name) {
                Some((_, _, all)) => all.extend(ids),
                None => self.0.push((name, sideload.writer(), ids.collect())),
            }
        }
    }

    fn write(self, body: JsonObject, account: &Account, request: &ApiRequest<'_>) -> JsonObject {
        self.0.into_iter().fold(body, |body, (_, write, ids)| {
            write(body, account, request, &SortedIds::new(ids))
        })
    }
}
