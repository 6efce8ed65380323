//! Which events a step of the account makes. Everything here is a function of the account before
//! and after the step.

use crate::base::effect::{Effect, Named, Step};
use crate::base::field_value::FieldValues;
use crate::base::ids::{
    IdentityId, Kind, MembershipId, OrganizationId, RecordId, RecordRef, UserId,
};
use crate::resources::account::Account;
use crate::resources::custom_fields::model::Owner;
use crate::resources::custom_fields::store::FieldStore;
use crate::resources::identities::model::Identity;
use crate::resources::organizations::model::Organization;
use crate::resources::users::model::{Role, User};

use super::event_type::EventType;
use super::happened::{Change, Content, FieldChange, Happened, Subject};

type TextOf<R> = (EventType, fn(&Account, &R) -> String);
type FlagOf<R> = (EventType, fn(&R) -> bool);

/// The attributes of a user whose changes are events. One without a value counts as empty.
const TEXTS_OF_USER: &[TextOf<User>] = &[
    (EventType::UserAliasChanged, |_, user| or_empty(&user.alias)),
    (EventType::UserDefaultGroupChanged, |account, user| {
        default_group(account, user).to_string()
    }),
    (EventType::UserDetailsChanged, |_, user| {
        or_empty(&user.details)
    }),
    (EventType::UserExternalIdChanged, |_, user| {
        or_empty(&user.external_id)
    }),
    (EventType::UserNameChanged, |_, user| user.name.clone()),
    (EventType::UserNotesChanged, |_, user| or_empty(&user.notes)),
    (EventType::UserRoleChanged, |_, user| {
        user.role.word().to_owned()
    }),
    (EventType::UserTimeZoneChanged, |_, user| {
        user.time_zone.clone()
    }),
];

const FLAGS_OF_USER: &[FlagOf<User>] = &[
    (EventType::UserOnlyPrivateCommentsChanged, |user| {
        user.only_private_comments
    }),
    (EventType::UserSuspendedChanged, |user| user.suspended),
];

const TEXTS_OF_ORGANIZATION: &[TextOf<Organization>] = &[
    (
        EventType::OrganizationExternalIdChanged,
        |_, organization| or_empty(&organization.external_id),
    ),
    (EventType::OrganizationNameChanged, |_, organization| {
        organization.name.clone()
    }),
];

/// Returns what happened in a step, in order. If an attribute changes several times in a step, that
/// is one event.
pub(super) fn happened(step: &Step<Account>) -> Vec<Happened> {
    let mut events = Events {
        step,
        happened: Vec::new(),
    };
    for effect in &step.effects {
        match effect {
            Effect::Created {
                record, connects, ..
            } => events.came_or_went(CAME, record, connects),
            Effect::Deleted { record, connects } => events.came_or_went(WENT, record, connects),
            Effect::Updated { record } | Effect::DefaultMoved { user: record, .. } => {
                events.changed(record.record());
            }
            Effect::Merged { loser, winner } => events.merged(loser, winner),
            Effect::Moved { record, from, to } => events.moved(record, from, to),
            // There is no type for these.
            Effect::DeletedPermanently { .. }
            | Effect::MergeQueued { .. }
            | Effect::MergeFailed { .. }
            | Effect::TicketsMoved { .. }
            | Effect::DomainsLost { .. }
            | Effect::TicketsUnassigned { .. }
            | Effect::JobQueued { .. }
            | Effect::JobCompleted { .. }
            | Effect::JobFailed { .. } => {}
        }
    }
    events.happened
}

/// The types of events of records that come or go.
struct Types {
    user: EventType,
    organization: EventType,
    organization_membership: EventType,
    group_membership: EventType,
    identity: EventType,
    /// Whether the record is there after the step.
    is_there: bool,
}

const CAME: &Types = &Types {
    user: EventType::UserCreated,
    organization: EventType::OrganizationCreated,
    organization_membership: EventType::UserOrganizationMembershipCreated,
    group_membership: EventType::UserGroupMembershipCreated,
    identity: EventType::UserIdentityCreated,
    is_there: true,
};

const WENT: &Types = &Types {
    user: EventType::UserDeleted,
    organization: EventType::OrganizationDeleted,
    organization_membership: EventType::UserOrganizationMembershipDeleted,
    group_membership: EventType::UserGroupMembershipDeleted,
    identity: EventType::UserIdentityDeleted,
    is_there: false,
};

/// The events of one step, while they are collected.
struct Events<'a> {
    step: &'a Step<Account>,
    happened: Vec<Happened>,
}

impl Events<'_> {
    fn came_or_went(&mut self, types: &Types, record: &Named, connects: &[Named]) {
        let subject = connects.first().map_or(record.record(), Named::record);
        let linked = |key| {
            let other = connects.get(1)?;
            Some((Content::Record { key, id: other.id }, Some(other.record())))
        };
        let (event_type, content) = match record.kind {
            Kind::User => (types.user, Some((Content::Nothing, None))),
            Kind::Organization => (types.organization, Some((Content::Nothing, None))),
            Kind::OrganizationMembership => (types.organization_membership, linked("organization")),
            Kind::GroupMembership => (types.group_membership, linked("group")),
            Kind::Identity => {
                let id = IdentityId::new(record.id);
                let Step { before, after, .. } = self.step;
                let account = if types.is_there { after } else { before };
                let identity = account.identities.get(id);
                let content =
                    identity.map(|identity| Content::Identity(Box::new(identity.clone())));
                (
                    types.identity,
                    content.map(|content| (content, Some(id.into()))),
                )
            }
            Kind::Ticket
            | Kind::Group
            | Kind::OrganizationSubscription
            | Kind::CustomRole
            | Kind::UserField
            | Kind::OrganizationField => return,
        };
        if let Some((content, other)) = content {
            self.add(event_type, subject, other, content);
        }
        // "Current is false if the user has been soft deleted."
        if event_type == EventType::UserDeleted {
            let gone = Change {
                current: false,
                previous: true,
            };
            self.add(
                EventType::UserActiveChanged,
                subject,
                None,
                Content::Flag(gone),
            );
        }
    }

    /// Adds the event of a user who was merged into another one. Organizations have no such type.
    fn merged(&mut self, loser: &Named, winner: &Named) {
        if loser.kind == Kind::User {
            let id = winner.id;
            let content = Content::Record { key: "user", id };
            let other = Some(winner.record());
            self.add(EventType::UserMerged, loser.record(), other, content);
        }
    }

    /// Adds the events of a membership or an identity that moved in a merge: it goes from one user
    /// or organization, and comes to the other.
    fn moved(&mut self, record: &Named, from: &Named, to: &Named) {
        let account = &self.step.after;
        let membership = (record.kind == Kind::OrganizationMembership)
            .then(|| account.memberships.get(MembershipId::new(record.id)))
            .flatten();
        for (types, place) in [(WENT, from), (CAME, to)] {
            let connects = match (membership, place.kind) {
                (Some(membership), Kind::User) => {
                    vec![place.clone(), account.name(membership.organization_id)]
                }
                (Some(membership), _) => vec![account.name(membership.user_id), place.clone()],
                (None, _) => vec![place.clone()],
            };
            self.came_or_went(types, record, &connects);
        }
    }

    fn changed(&mut self, record: RecordRef) {
        let Step { before, after, .. } = self.step;
        match record.kind {
            Kind::User => {
                let id = UserId::new(record.id);
                let (Some(was), Some(is)) = (before.users.get(id), after.users.get(id)) else {
                    return;
                };
                self.texts_changed(TEXTS_OF_USER, was, is, record);
                for (event_type, flag) in FLAGS_OF_USER {
                    let (current, previous) = (flag(is), flag(was));
                    if current != previous {
                        let content = Content::Flag(Change { current, previous });
                        self.add_once(*event_type, record, None, content);
                    }
                }
                self.tags_changed(EventType::UserTagsChanged, &was.tags, &is.tags, record);
                let (event_type, fields) = (EventType::UserCustomFieldChanged, &after.user_fields);
                self.fields_changed(
                    event_type,
                    fields,
                    &was.user_fields,
                    &is.user_fields,
                    record,
                );
            }
            Kind::Organization => {
                let id = OrganizationId::new(record.id);
                let was = before.organizations.get(id);
                let (Some(was), Some(is)) = (was, after.organizations.get(id)) else {
                    return;
                };
                self.texts_changed(TEXTS_OF_ORGANIZATION, was, is, record);
                let event_type = EventType::OrganizationTagsChanged;
                self.tags_changed(event_type, &was.tags, &is.tags, record);
                let event_type = EventType::OrganizationCustomFieldChanged;
                let (was, is) = (&was.organization_fields, &is.organization_fields);
                self.fields_changed(event_type, &after.organization_fields, was, is, record);
            }
            Kind::Identity => {
                let id = IdentityId::new(record.id);
                let was = before.identities.get(id);
                if let (Some(was), Some(is)) = (was, after.identities.get(id)) {
                    self.identity_changed(was, is);
                }
            }
            _ => {}
        }
    }

    fn texts_changed<R>(&mut self, texts: &[TextOf<R>], was: &R, is: &R, record: RecordRef) {
        let Step { before, after, .. } = self.step;
        for (event_type, text) in texts {
            let (current, previous) = (text(after, is), text(before, was));
            if current != previous {
                let content = Content::Text(Change { current, previous });
                self.add_once(*event_type, record, None, content);
            }
        }
    }

    fn tags_changed(
        &mut self,
        event_type: EventType,
        was: &[String],
        is: &[String],
        record: RecordRef,
    ) {
        let without = |tags: &[String], others: &[String]| -> Vec<String> {
            let left = tags.iter().filter(|tag| !others.contains(tag));
            left.cloned().collect()
        };
        let (added, removed) = (without(is, was), without(was, is));
        if !added.is_empty() || !removed.is_empty() {
            self.add_once(event_type, record, None, Content::Tags { added, removed });
        }
    }

    /// Adds an event for each custom field whose value changed, by key.
    fn fields_changed<O: Owner>(
        &mut self,
        event_type: EventType,
        fields: &FieldStore<O>,
        was: &FieldValues,
        is: &FieldValues,
        record: RecordRef,
    ) {
        for key in was.differing(is) {
            let Some(field) = fields.with_key(&key) else {
                continue;
            };
            let change = FieldChange {
                id: field.id.number(),
                title: field.title.clone(),
                field_type: field.field_type,
                target: field.relationship_target_type.clone(),
                values: Change {
                    current: is.get(&key).cloned(),
                    previous: was.get(&key).cloned(),
                },
            };
            let content = Content::Field(Box::new(change));
            self.add_once(event_type, record, Some(field.id.into()), content);
        }
    }

    /// Adds the event of an identity if something changed that the event shows.
    fn identity_changed(&mut self, was: &Identity, is: &Identity) {
        let shown = |identity: &Identity| (identity.value.clone(), identity.primary);
        if shown(was) == shown(is) {
            return;
        }
        let change = Change {
            current: is.clone(),
            previous: was.clone(),
        };
        let (user, content) = (is.user_id.into(), Content::IdentityChange(Box::new(change)));
        self.add_once(
            EventType::UserIdentityChanged,
            user,
            Some(is.id.into()),
            content,
        );
    }

    /// Adds an event of which these records have one in each step.
    fn add_once(
        &mut self,
        event_type: EventType,
        record: RecordRef,
        other: Option<RecordRef>,
        content: Content,
    ) {
        let is_known = self.happened.iter().any(|happened| {
            happened.event_type == event_type
                && happened.subject.record() == record
                && happened.other == other
        });
        if !is_known {
            self.add(event_type, record, other, content);
        }
    }

    fn add(
        &mut self,
        event_type: EventType,
        record: RecordRef,
        other: Option<RecordRef>,
        content: Content,
    ) {
        if let Some(subject) = self.subject(record) {
            self.happened.push(Happened {
                event_type,
                cause: self.step.cause,
                at: self.step.after.now(),
                subject,
                other,
                content,
            });
        }
    }

    /// Returns the record in the state that the events of this step show: the one after the step,
    /// or the last one of a user who is deleted. A deleted organization keeps all that events show.
    fn subject(&self, record: RecordRef) -> Option<Subject> {
        let Step { before, after, .. } = self.step;
        match record.kind {
            Kind::User => {
                let id = UserId::new(record.id);
                let is = after.users.get(id).or(before.users.get(id))?;
                let was = before.users.get(id).filter(|was| was.active && !is.active);
                let (account, user) = match was {
                    // A deleted user does not have an address any more.
                    Some(was) => (
                        before,
                        User {
                            updated_at: is.updated_at,
                            ..was.clone()
                        },
                    ),
                    None => (after, is.clone()),
                };
                Some(Subject::User {
                    default_group: default_group(account, &user),
                    user: Box::new(user),
                })
            }
            Kind::Organization => {
                let id = OrganizationId::new(record.id);
                let organization = after.organizations.ever(id)?;
                Some(Subject::Organization(Box::new(organization.clone())))
            }
            _ => None,
        }
    }
}

fn or_empty(text: &Option<String>) -> String {
    text.clone().unwrap_or_default()
}

/// Returns the number of the user's default group. 0 means that there is none.
fn default_group(account: &Account, user: &User) -> u64 {
    if user.role == Role::EndUser {
        return 0;
    }
    let default = account.group_memberships.default_of(user.id);
    default.map_or(0, |default| default.group_id.get())
}
