//! [`Difference`]: one difference between two snapshots of an account; [`Compare`]: how a kind of
//! record is compared.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::ids::{Kind, OrganizationId, RecordRef, UserId};
use super::record::Record;

/// One difference between two snapshots of an account. Shown as one line, for example `+ (72, 89)`
/// if user 72 joined organization 89.
///
/// Serialized as an object that contains the kind of difference and the records, without their
/// names. [`AccountDiff`](crate::account::AccountDiff) adds the names.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// `+ user 72`
    Created {
        /// The record.
        record: RecordRef,
    },
    /// `- user 72`
    Deleted {
        /// The record.
        record: RecordRef,
    },
    /// `user 72: name, tags`
    Changed {
        /// The record.
        record: RecordRef,
        /// The names of the attributes, without the user's organization and the time of the change.
        /// A custom field has the name `user_fields.tier`.
        attributes: Vec<Cow<'static, str>>,
    },
    /// `- (72, 90)`
    Left {
        /// The user who is not in the organization any more.
        user: UserId,
        /// The organization.
        organization: OrganizationId,
    },
    /// `+ (72, 89)`
    Joined {
        /// The user who is now in the organization.
        user: UserId,
        /// The organization.
        organization: OrganizationId,
    },
    /// `default of 72: 90 -> 88`
    DefaultMoved {
        /// The user whose default moved.
        user: UserId,
        /// The default before. `None` means that there was none.
        from: Option<OrganizationId>,
        /// The default now. `None` means that there is none.
        to: Option<OrganizationId>,
    },
}

/// Constructors for the differences that tests expect most often.
impl Difference {
    /// Returns the difference for a record that was created.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use mock_zendesk::*;
    /// # let zendesk = MockZendesk::start().await;
    /// let before = zendesk.account();
    /// let acme = zendesk.seed().organization("Acme");
    /// zendesk.assert_changes(&before, [account::Difference::created(acme.id)]);
    /// # }
    /// ```
    #[must_use]
    pub fn created(record: impl Into<RecordRef>) -> Self {
        Self::Created {
            record: record.into(),
        }
    }

    /// Returns the difference for a record that was deleted.
    #[must_use]
    pub fn deleted(record: impl Into<RecordRef>) -> Self {
        Self::Deleted {
            record: record.into(),
        }
    }

    /// Returns the difference for a record whose attributes changed.
    #[must_use]
    pub fn changed(
        record: impl Into<RecordRef>,
        attributes: impl IntoIterator<Item: Into<Cow<'static, str>>>,
    ) -> Self {
        Self::Changed {
            record: record.into(),
            attributes: attributes.into_iter().map(Into::into).collect(),
        }
    }

    /// Returns the difference for a user who joined this organization.
    #[must_use]
    pub fn joined(user: impl Into<UserId>, organization: impl Into<OrganizationId>) -> Self {
        Self::Joined {
            user: user.into(),
            organization: organization.into(),
        }
    }

    /// Returns the difference for a user who left this organization.
    #[must_use]
    pub fn left(user: impl Into<UserId>, organization: impl Into<OrganizationId>) -> Self {
        Self::Left {
            user: user.into(),
            organization: organization.into(),
        }
    }

    /// Returns the difference for a user whose default moved to another organization.
    #[must_use]
    pub fn default_moved(
        user: impl Into<UserId>,
        from: impl Into<OrganizationId>,
        to: impl Into<OrganizationId>,
    ) -> Self {
        Self::DefaultMoved {
            user: user.into(),
            from: Some(from.into()),
            to: Some(to.into()),
        }
    }

    /// Returns the difference for a user who was in no organization and got this default.
    #[must_use]
    pub fn default_gained(user: impl Into<UserId>, to: impl Into<OrganizationId>) -> Self {
        Self::DefaultMoved {
            user: user.into(),
            from: None,
            to: Some(to.into()),
        }
    }

    /// Returns the difference for a user who is in no organization any more and lost this default.
    #[must_use]
    pub fn default_lost(user: impl Into<UserId>, from: impl Into<OrganizationId>) -> Self {
        Self::DefaultMoved {
            user: user.into(),
            from: Some(from.into()),
            to: None,
        }
    }
}

/// Compares two states of a record.
pub(crate) trait Compare: Record {
    /// Returns the differences between an earlier and a later state. `None` means that the record
    /// did not exist. A deleted record counts as missing, although it is still in its table.
    fn compare(old: Option<&Self>, new: Option<&Self>) -> Vec<Difference> {
        let live = |record: &&Self| !record.is_deleted();
        match (old.filter(live), new.filter(live)) {
            (None, None) => Vec::new(),
            (None, Some(new)) => vec![Difference::created(new.id())],
            (Some(old), None) => vec![Difference::deleted(old.id())],
            (Some(old), Some(new)) => match old.differing(new) {
                attributes if attributes.is_empty() => Vec::new(),
                attributes => vec![Difference::changed(new.id(), attributes)],
            },
        }
    }
}

impl Difference {
    /// Returns the Rust expression that a test would write for it.
    pub(crate) fn as_code(&self) -> String {
        let id = |record: &RecordRef| format!("{}::new({})", record.kind.id_type(), record.id);
        let code = match self {
            Self::Created { record } => format!("created({})", id(record)),
            Self::Deleted { record } => format!("deleted({})", id(record)),
            Self::Changed { record, attributes } => {
                format!("changed({}, {attributes:?})", id(record))
            }
            Self::Joined { user, organization } => format!("joined({user}, {organization})"),
            Self::Left { user, organization } => format!("left({user}, {organization})"),
            Self::DefaultMoved { user, from, to } => match (from, to) {
                (Some(from), Some(to)) => format!("default_moved({user}, {from}, {to})"),
                (None, Some(to)) => format!("default_gained({user}, {to})"),
                (Some(from), None) => format!("default_lost({user}, {from})"),
                // This is not a real difference. Only a test can construct it.
                (None, None) => {
                    let user = id(&(*user).into());
                    format!("DefaultMoved {{ user: {user}, from: None, to: None }}")
                }
            },
        };
        format!("Difference::{code}")
    }

    /// Returns the records that it is about.
    pub(crate) fn records(&self) -> impl Iterator<Item = RecordRef> {
        self.fields().into_iter().filter_map(|(_, record)| record)
    }

    /// Returns the records that it is about, with the names of their fields.
    fn fields(&self) -> Vec<(&'static str, Option<RecordRef>)> {
        match self {
            Self::Created { record } | Self::Deleted { record } | Self::Changed { record, .. } => {
                vec![("record", Some(*record))]
            }
            Self::Left { user, organization } | Self::Joined { user, organization } => vec![
                ("user", Some((*user).into())),
                ("organization", Some((*organization).into())),
            ],
            Self::DefaultMoved { user, from, to } => vec![
                ("user", Some((*user).into())),
                ("from", from.map(Into::into)),
                ("to", to.map(Into::into)),
            ],
        }
    }

    /// Returns its name in serialized form.
    fn word(&self) -> &'static str {
        match self {
            Self::Created { .. } => "created",
            Self::Deleted { .. } => "deleted",
            Self::Changed { .. } => "changed",
            Self::Left { .. } => "left",
            Self::Joined { .. } => "joined",
            Self::DefaultMoved { .. } => "default_moved",
        }
    }

    /// Returns the sort key: the kind of record, the kind of difference, and the ids.
    fn key(&self) -> (Kind, u8, u64, u64) {
        let of = |record: &RecordRef, step| (record.kind, step, record.id, 0);
        match self {
            Self::Created { record } => of(record, 0),
            Self::Deleted { record } => of(record, 1),
            Self::Changed { record, .. } => of(record, 2),
            Self::Left { user, organization } => (
                Kind::OrganizationMembership,
                3,
                user.get(),
                organization.get(),
            ),
            Self::Joined { user, organization } => (
                Kind::OrganizationMembership,
                4,
                user.get(),
                organization.get(),
            ),
            Self::DefaultMoved { user, .. } => (Kind::OrganizationMembership, 5, user.get(), 0),
        }
    }
}

/// By kind of record, then by kind of difference, then by id.
impl Ord for Difference {
    fn cmp(&self, other: &Self) -> Ordering {
        // Two differences with the same key can still differ in the rest of their text.
        self.key()
            .cmp(&other.key())
            .then_with(|| self.to_string().cmp(&other.to_string()))
    }
}

impl PartialOrd for Difference {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Created { record } => write!(f, "+ {record}"),
            Self::Deleted { record } => write!(f, "- {record}"),
            Self::Changed { record, attributes } => {
                write!(f, "{record}: {}", attributes.join(", "))
            }
            Self::Left { user, organization } => write!(f, "- ({user}, {organization})"),
            Self::Joined { user, organization } => write!(f, "+ ({user}, {organization})"),
            Self::DefaultMoved { user, from, to } => {
                let name = |id: &Option<OrganizationId>| {
                    id.map_or_else(|| "none".to_owned(), |id| id.to_string())
                };
                write!(f, "default of {user}: {} -> {}", name(from), name(to))
            }
        }
    }
}

impl Serialize for Difference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Showing(self, |record| record).serialize(serializer)
    }
}

/// Serializes a difference, with each record as the function shows it.
pub(crate) struct Showing<'a, F>(pub(crate) &'a Difference, pub(crate) F);

impl<T: Serialize, F: Fn(RecordRef) -> T> Serialize for Showing<'_, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(difference, show) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("difference", difference.word())?;
        for (field, record) in difference.fields() {
            map.serialize_entry(field, &record.map(show))?;
        }
        if let Difference::Changed { attributes, .. } = difference {
            map.serialize_entry("attributes", attributes)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::{
        CustomRoleId, GroupId, GroupMembershipId, IdentityId, MembershipId, OrganizationFieldId,
        SubscriptionId, TicketId, UserFieldId,
    };

    /// Pairs each piece of code with the difference that it makes.
    macro_rules! code {
        ($($code:expr),* $(,)?) => {
            [$((stringify!($code), $code)),*]
        };
    }

    /// Returns the name of the variant. The compiler asks for a new variant here.
    fn case(difference: &Difference) -> &'static str {
        match difference {
            Difference::Created { .. } => "created",
            Difference::Deleted { .. } => "deleted",
            Difference::Changed { .. } => "changed",
            Difference::Left { .. } => "left",
            Difference::Joined { .. } => "joined",
            Difference::DefaultMoved { from, to, .. } => match (from, to) {
                (Some(_), Some(_)) => "moved",
                (None, Some(_)) => "gained",
                (Some(_), None) => "lost",
                (None, None) => "none",
            },
        }
    }

    #[test]
    fn the_code_of_a_difference_makes_it() {
        let table = code![
            Difference::created(UserId::new(72)),
            Difference::created(OrganizationId::new(88)),
            Difference::created(MembershipId::new(5)),
            Difference::created(TicketId::new(1)),
            Difference::created(GroupId::new(7)),
            Difference::created(GroupMembershipId::new(9)),
            Difference::created(IdentityId::new(4)),
            Difference::created(SubscriptionId::new(6)),
            Difference::created(CustomRoleId::new(3)),
            Difference::created(UserFieldId::new(6)),
            Difference::created(OrganizationFieldId::new(8)),
            Difference::deleted(UserId::new(72)),
            Difference::changed(UserId::new(72), ["name", "tags"]),
            Difference::changed(TicketId::new(1), ["organization_id"]),
            Difference::joined(72, 88),
            Difference::left(72, 88),
            Difference::default_moved(72, 88, 90),
            Difference::default_gained(72, 88),
            Difference::default_lost(72, 88),
            Difference::DefaultMoved {
                user: UserId::new(72),
                from: None,
                to: None
            },
        ];
        let mut cases = Vec::new();
        let mut kinds = Vec::new();
        for (code, difference) in table {
            assert_eq!(difference.as_code(), code);
            cases.push(case(&difference));
            if let Difference::Created { record } = difference {
                kinds.push(record.kind);
            }
        }
        cases.sort_unstable();
        cases.dedup();
        assert_eq!(cases.len(), 9, "every case is in the table: {cases:?}");
        assert_eq!(kinds, Kind::ALL, "and every kind of record");
    }
}
