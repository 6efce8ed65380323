//! Which events a step of the account makes. Everything here is a function of the account before
//! and after the step.

use crate::base::effect::{Cause, Effect, Named, Step};
use crate::base::ids::{IdentityId, Kind, OrganizationId, RecordRef, UserId};
use crate::base::time::Timestamp;
use crate::resources::account::Account;
use crate::resources::identities::model::Identity;
use crate::resources::organizations::model::Organization;
use crate::resources::users::model::{Role, User};

use super::event_type::EventType;

/// What happened to a user or an organization.
#[derive(Clone, Debug)]
pub(super) struct Happened {
    pub(super) event_type: EventType,
    pub(super) cause: Cause,
    pub(super) at: Timestamp,
    pub(super) subject: Subject,
    /// The record besides the subject: the organization, the group or the identity.
    pub(super) other: Option<RecordRef>,
    pub(super) content: Content,
}

/// The user or the organization that an event is about, in the state that the event shows.
#[derive(Clone, Debug)]
pub(super) enum Subject {
    User { user: Box<User>, default_group: u64 },
    Organization(Box<Organization>),
}

/// What the `event` object says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    Nothing,
    /// The other record: an object with its id under this key.
    Record {
        key: &'static str,
        id: u64,
    },
    Text(Change<String>),
    Flag(Change<bool>),
    Tags {
        added: Vec<String>,
        removed: Vec<String>,
    },
    Identity(Box<Identity>),
    IdentityChange(Box<Change<Identity>>),
}

/// A value before and after.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Change<T> {
    pub(super) current: T,
    pub(super) previous: T,
}

impl Subject {
    pub(super) fn record(&self) -> RecordRef {
        match self {
            Self::User { user, .. } => user.id.into(),
            Self::Organization(organization) => organization.id.into(),
        }
    }

    /// Returns the record as texts name it.
    pub(super) fn named(&self) -> Named {
        let RecordRef { kind, id } = self.record();
        let name = match self {
            Self::User { user, .. } => user.name.clone(),
            Self::Organization(organization) => organization.name.clone(),
        };
        Named { kind, id, name }
    }
}

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
            Effect::DeletedPermanently { .. }
            | Effect::MergeQueued { .. }
            | Effect::MergeFailed { .. }
            | Effect::Merged { .. }
            | Effect::Moved { .. }
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
}

const CAME: &Types = &Types {
    user: EventType::UserCreated,
    organization: EventType::OrganizationCreated,
    organization_membership: EventType::UserOrganizationMembershipCreated,
    group_membership: EventType::UserGroupMembershipCreated,
    identity: EventType::UserIdentityCreated,
};

const WENT: &Types = &Types {
    user: EventType::UserDeleted,
    organization: EventType::OrganizationDeleted,
    organization_membership: EventType::UserOrganizationMembershipDeleted,
    group_membership: EventType::UserGroupMembershipDeleted,
    identity: EventType::UserIdentityDeleted,
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
                let identity = after.identities.get(id).or(before.identities.get(id));
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
                        self.add_once(
                            *event_type,
                            record,
                            Content::Flag(Change { current, previous }),
                        );
                    }
                }
                self.tags_changed(EventType::UserTagsChanged, &was.tags, &is.tags, record);
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
                self.add_once(
                    *event_type,
                    record,
                    Content::Text(Change { current, previous }),
                );
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
            self.add_once(event_type, record, Content::Tags { added, removed });
        }
    }

    /// Adds the event of an identity if something changed that the event shows.
    fn identity_changed(&mut self, was: &Identity, is: &Identity) {
        let event_type = EventType::UserIdentityChanged;
        let other = Some(is.id.into());
        let is_known = self
            .happened
            .iter()
            .any(|happened| happened.event_type == event_type && happened.other == other);
        let shown = |identity: &Identity| (identity.value.clone(), identity.primary);
        if is_known || shown(was) == shown(is) {
            return;
        }
        let change = Change {
            current: is.clone(),
            previous: was.clone(),
        };
        let content = Content::IdentityChange(Box::new(change));
        self.add(event_type, is.user_id.into(), other, content);
    }

    /// Adds an event of which a record has one in each step.
    fn add_once(&mut self, event_type: EventType, record: RecordRef, content: Content) {
        let is_known = self.happened.iter().any(|happened| {
            happened.event_type == event_type && happened.subject.record() == record
        });
        if !is_known {
            self.add(event_type, record, None, content);
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
    /// or the last one of a record that is gone.
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
                let organization = after.organizations.get(id).or(before.organizations.get(id));
                Some(Subject::Organization(Box::new(organization?.clone())))
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
