//! [`Difference`]: one thing in which two snapshots of an account differ; [`Compare`]: how a kind of record is compared.

use std::cmp::Ordering;
use std::fmt;

use serde::Serialize;

use super::ids::{Kind, OrganizationId, RecordRef, UserId};
use super::record::Record;

/// One thing in which two snapshots of an account differ. Shown as a line, for example `+ (72, 89)`
/// for a user 72 who is in organization 89 now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "difference")]
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
        /// The names of the attributes, without the organization of a user and the time of the
        /// change.
        attributes: Vec<&'static str>,
    },
    /// `- (72, 90)`
    Left {
        /// Who is not in the organization any more.
        user: UserId,
        /// The organization.
        organization: OrganizationId,
    },
    /// `+ (72, 89)`
    Joined {
        /// Who is in the organization now.
        user: UserId,
        /// The organization.
        organization: OrganizationId,
    },
    /// `default of 72: 90 -> 88`
    DefaultMoved {
        /// Whose default it is.
        user: UserId,
        /// The default before. None if there was none.
        from: Option<OrganizationId>,
        /// The default now. None if there is none.
        to: Option<OrganizationId>,
    },
}

/// What tests mostly expect, in short.
impl Difference {
    /// This record is there now.
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

    /// This record is not there any more.
    #[must_use]
    pub fn deleted(record: impl Into<RecordRef>) -> Self {
        Self::Deleted {
            record: record.into(),
        }
    }

    /// These attributes of a record have other values now.
    #[must_use]
    pub fn changed(
        record: impl Into<RecordRef>,
        attributes: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        Self::Changed {
            record: record.into(),
            attributes: attributes.into_iter().collect(),
        }
    }

    /// The user is in this organization now.
    #[must_use]
    pub fn joined(user: impl Into<UserId>, organization: impl Into<OrganizationId>) -> Self {
        Self::Joined {
            user: user.into(),
            organization: organization.into(),
        }
    }

    /// The user is not in this organization any more.
    #[must_use]
    pub fn left(user: impl Into<UserId>, organization: impl Into<OrganizationId>) -> Self {
        Self::Left {
            user: user.into(),
            organization: organization.into(),
        }
    }

    /// The user's default is another one now.
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

    /// The user, who was in no organization, has this default now.
    #[must_use]
    pub fn default_gained(user: impl Into<UserId>, to: impl Into<OrganizationId>) -> Self {
        Self::DefaultMoved {
            user: user.into(),
            from: None,
            to: Some(to.into()),
        }
    }

    /// The user, who is in no organization any more, had this default.
    #[must_use]
    pub fn default_lost(user: impl Into<UserId>, from: impl Into<OrganizationId>) -> Self {
        Self::DefaultMoved {
            user: user.into(),
            from: Some(from.into()),
            to: None,
        }
    }
}

/// How two states of a record are compared.
pub(crate) trait Compare: Record {
    /// What is different between an earlier and a later state. None: the record was not there.
    fn compare(old: Option<&Self>, new: Option<&Self>) -> Vec<Difference> {
        match (old, new) {
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
    /// How a test writes it, if there is a short form.
    pub(crate) fn as_code(&self) -> Option<String> {
        let code = match self {
            Self::Joined { user, organization } => format!("joined({user}, {organization})"),
            Self::Left { user, organization } => format!("left({user}, {organization})"),
            Self::DefaultMoved {
                user,
                from: Some(from),
                to: Some(to),
            } => {
                format!("default_moved({user}, {from}, {to})")
            }
            Self::DefaultMoved {
                user,
                from: None,
                to: Some(to),
            } => format!("default_gained({user}, {to})"),
            Self::DefaultMoved {
                user,
                from: Some(from),
                to: None,
            } => format!("default_lost({user}, {from})"),
            _ => return None,
        };
        Some(format!("Difference::{code}"))
    }

    /// The records that it is about.
    pub(crate) fn records(&self) -> Vec<RecordRef> {
        match self {
            Self::Created { record } | Self::Deleted { record } | Self::Changed { record, .. } => {
                vec![*record]
            }
            Self::Left { user, organization } | Self::Joined { user, organization } => {
                vec![(*user).into(), (*organization).into()]
            }
            Self::DefaultMoved { user, from, to } => {
                let organizations = [from, to].into_iter().flatten().map(|id| (*id).into());
                [(*user).into()].into_iter().chain(organizations).collect()
            }
        }
    }

    /// What it is sorted by: the kind of record, what became of it, and the ids.
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

/// By kind, then by what became of the record, then by id.
impl Ord for Difference {
    fn cmp(&self, other: &Self) -> Ordering {
        // Two that have the same key still differ in what stands behind the ids.
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
