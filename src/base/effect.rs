//! [`Effect`]: a change of the account, as data. The rules record effects, and the journal keeps
//! each one with the call that caused it, even if a background job caused it later.

use std::fmt;

use serde::Serialize;

use super::ids::{Kind, OrganizationId, RecordRef, TicketId};

/// A record as a text names it: its kind, its id, and the name that it had at that moment.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{MockZendesk, account::Kind, calls::Named};
///
/// let zendesk = MockZendesk::start().await;
/// let acme = zendesk.seed().organization("Acme");
/// let named = Named { kind: Kind::Organization, id: acme.id.get(), name: "Acme".into() };
/// assert_eq!(named.to_string(), format!("organization {} (Acme)", acme.id));
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The kind of record.
    pub kind: Kind,
    /// Its id.
    pub id: u64,
    /// Its name. Empty if the record does not exist, or if its kind has no names.
    pub name: String,
}

impl Named {
    /// Returns the name of a record whose kind has no names.
    pub(crate) fn nameless(record: impl Into<RecordRef>) -> Self {
        let RecordRef { kind, id } = record.into();
        Self {
            kind,
            id,
            name: String::new(),
        }
    }

    pub(crate) fn record(&self) -> RecordRef {
        RecordRef {
            kind: self.kind,
            id: self.id,
        }
    }

    /// Returns the id and the name without the kind: `9 (Acme)`.
    pub(crate) fn brief(&self) -> String {
        match self.name.as_str() {
            "" => self.id.to_string(),
            name => format!("{} ({name})", self.id),
        }
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.brief())
    }
}

/// Something that a call changed in the account.
///
/// [`Call::effects`](crate::Call::effects) lists the effects of a call. Shown as one line, for
/// example `membership 31 created: user 7 (Ada) in organization 9 (Acme), default`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "effect")]
#[non_exhaustive]
pub enum Effect {
    /// A record was created.
    Created {
        /// The record.
        record: Named,
        /// The records that it connects. For a membership these are the user, and the organization
        /// or group. For an identity it is the user.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        connects: Vec<Named>,
        /// Whether it is a membership that became the user's default.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        is_default: bool,
    },
    /// Attributes of a record were set.
    Updated {
        /// The record, with the name that it has now.
        record: Named,
    },
    /// A record was deleted. Records that are deleted with it, such as the memberships of a user,
    /// have separate effects.
    Deleted {
        /// The record.
        record: Named,
        /// The records that it connected.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        connects: Vec<Named>,
    },
    /// A deleted user was deleted permanently, and lost its name.
    DeletedPermanently {
        /// The user, with its last name.
        user: Named,
    },
    /// The default of a user moved from one organization or group to another, or was lost with the
    /// last membership.
    DefaultMoved {
        /// The user whose default moved.
        user: Named,
        /// The default before.
        from: Named,
        /// The default now. `None` means that the last membership was deleted.
        to: Option<Named>,
    },
    /// The merge of an organization into another one was queued. Nothing has moved yet.
    MergeQueued {
        /// The id of the merge.
        merge: String,
        /// The organization that will be deleted.
        loser: Named,
        /// The organization that will stay.
        winner: Named,
    },
    /// The merge of an organization into another one failed.
    MergeFailed {
        /// The id of the merge.
        merge: String,
        /// Why it failed.
        message: String,
    },
    /// A record was merged into another one of its kind. What moved has separate effects, and so
    /// has the deletion of the first one.
    Merged {
        /// The record that is deleted.
        loser: Named,
        /// The record that stays.
        winner: Named,
    },
    /// A membership or an identity moved from one user or organization to another in a merge.
    Moved {
        /// The membership or the identity.
        record: Named,
        /// The user or organization before.
        from: Named,
        /// The user or organization now.
        to: Named,
    },
    /// Tickets got another requester or organization in a merge.
    TicketsMoved {
        /// The tickets, by id. Never empty.
        tickets: Vec<TicketId>,
        /// The requester or organization before.
        from: Named,
        /// The requester or organization now.
        to: Named,
    },
    /// An organization lost domains, because a request replaced all of them.
    DomainsLost {
        /// The organization.
        organization: Named,
        /// The domains that it had.
        lost: Vec<String>,
        /// The domains that the request added.
        gained: Vec<String>,
    },
    /// Tickets lost their organization, because the requester left it or it was deleted.
    TicketsUnassigned {
        /// The tickets, by id. Never empty.
        tickets: Vec<TicketId>,
        /// The organization that they had.
        organization: OrganizationId,
    },
    /// A background job was queued. None of its work is done yet.
    JobQueued {
        /// The id of the job.
        job: String,
        /// Zendesk's name for the kind of job.
        job_type: &'static str,
        /// The number of items in the job.
        total: usize,
    },
    /// A background job processed all its items.
    JobCompleted {
        /// The id of the job.
        job: String,
        /// The number of items that it processed.
        total: usize,
        /// How many of the items failed. Zendesk calls the job completed even then.
        failed_items: usize,
    },
    /// A background job failed as a whole.
    JobFailed {
        /// The id of the job.
        job: String,
        /// The message in its status.
        message: String,
    },
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Created {
                record,
                connects,
                is_default,
            } => {
                let default = if *is_default { ", default" } else { "" };
                write!(f, "{record} created{}{default}", behind(record, connects))
            }
            Self::Updated { record } => write!(f, "{record} updated"),
            Self::DeletedPermanently { user } => write!(f, "{user} deleted permanently"),
            Self::Deleted { record, connects } => {
                write!(f, "{record} deleted{}", behind(record, connects))
            }
            Self::DefaultMoved {
                user,
                from,
                to: Some(to),
            } => {
                write!(f, "default of {user} moved from {from} to {}", to.brief())
            }
            Self::DefaultMoved {
                user,
                from,
                to: None,
            } => {
                write!(f, "default of {user} was {from}, none is left")
            }
            Self::MergeQueued {
                merge,
                loser,
                winner,
            } => write!(f, "merge {merge} queued: {loser} into {}", winner.brief()),
            Self::MergeFailed { merge, message } => write!(f, "merge {merge} failed: {message}"),
            Self::Merged { loser, winner } => {
                write!(f, "{loser} merged into {}", winner.brief())
            }
            Self::Moved { record, from, to } => {
                write!(f, "{record} moved from {from} to {}", to.brief())
            }
            Self::TicketsMoved { tickets, from, to } => {
                write!(f, "{} moved from {from} to {}", list(tickets), to.brief())
            }
            Self::DomainsLost {
                organization, lost, ..
            } => write!(f, "{organization} lost {}", domains(lost)),
            Self::TicketsUnassigned {
                tickets,
                organization,
            } => write!(f, "{} lost organization {organization}", list(tickets)),
            Self::JobQueued {
                job,
                job_type,
                total,
            } => {
                write!(f, "job {job} queued: {job_type}, {total} {}", items(*total))
            }
            Self::JobCompleted {
                job,
                total,
                failed_items: 0,
            } => {
                write!(f, "job {job} completed: {total} {}", items(*total))
            }
            Self::JobCompleted {
                job,
                total,
                failed_items,
            } => {
                write!(
                    f,
                    "job {job} completed: {failed_items} of {total} {} failed",
                    items(*total)
                )
            }
            Self::JobFailed { job, message } => write!(f, "job {job} failed: {message}"),
        }
    }
}

/// Returns domains as a text, such as `domain a.example` or `domains a.example, b.example`.
pub(crate) fn domains(domains: &[String]) -> String {
    let word = if domains.len() == 1 {
        "domain"
    } else {
        "domains"
    };
    format!("{word} {}", domains.join(", "))
}

/// Returns what a membership connects, or whose an identity is, as the end of a text.
fn behind(record: &Named, connects: &[Named]) -> String {
    match connects {
        [who, whom] if record.kind == Kind::OrganizationSubscription => {
            format!(": {who} to {whom}")
        }
        [who, whom] => format!(": {who} in {whom}"),
        [whose] => format!(", of {whose}"),
        _ => String::new(),
    }
}

fn list(tickets: &[TicketId]) -> String {
    let word = if tickets.len() == 1 {
        "ticket"
    } else {
        "tickets"
    };
    let ids: Vec<String> = tickets.iter().map(TicketId::to_string).collect();
    format!("{word} {}", ids.join(", "))
}

fn items(count: usize) -> &'static str {
    if count == 1 { "item" } else { "items" }
}

impl Effect {
    /// Returns the effect with its names of records and messages of jobs changed by the function.
    pub(crate) fn with_texts(mut self, change: &dyn Fn(&str) -> String) -> Self {
        let named = |named: &mut Named| named.name = change(&named.name);
        match &mut self {
            Self::Created {
                record, connects, ..
            }
            | Self::Deleted { record, connects } => {
                named(record);
                connects.iter_mut().for_each(named);
            }
            Self::Updated { record } | Self::DeletedPermanently { user: record } => named(record),
            Self::DefaultMoved { user, from, to } => {
                [user, from].into_iter().chain(to).for_each(named);
            }
            Self::MergeQueued { loser, winner, .. } | Self::Merged { loser, winner } => {
                [loser, winner].into_iter().for_each(named)
            }
            Self::Moved { record, from, to } => [record, from, to].into_iter().for_each(named),
            Self::TicketsMoved { from, to, .. } => [from, to].into_iter().for_each(named),
            Self::JobFailed { message, .. } | Self::MergeFailed { message, .. } => {
                *message = change(message);
            }
            Self::DomainsLost {
                organization,
                lost,
                gained,
            } => {
                named(organization);
                let domains = lost.iter_mut().chain(gained);
                domains.for_each(|domain| *domain = change(domain));
            }
            Self::TicketsUnassigned { .. } | Self::JobQueued { .. } | Self::JobCompleted { .. } => {
            }
        }
        self
    }

    /// Returns whether a record of this kind was created.
    pub(crate) fn creates(&self, kind: Kind) -> bool {
        matches!(self, Self::Created { record, .. } if record.kind == kind)
    }

    /// Returns whether it is about a record: the record that it names first, or one that this
    /// record connects.
    pub(crate) fn concerns(&self, record: RecordRef) -> bool {
        let is_it = |named: &Named| named.record() == record;
        match self {
            Self::Created {
                record, connects, ..
            }
            | Self::Deleted {
                record, connects, ..
            } => is_it(record) || connects.iter().any(is_it),
            Self::Updated { record }
            | Self::DeletedPermanently { user: record }
            | Self::DomainsLost {
                organization: record,
                ..
            } => is_it(record),
            Self::DefaultMoved { user, from, to } => {
                is_it(user) || is_it(from) || to.as_ref().is_some_and(is_it)
            }
            Self::MergeQueued { loser, winner, .. } | Self::Merged { loser, winner } => {
                is_it(loser) || is_it(winner)
            }
            Self::Moved {
                record: moved,
                from,
                to,
            } => is_it(moved) || is_it(from) || is_it(to),
            Self::TicketsMoved { tickets, from, to } => {
                is_it(from) || is_it(to) || tickets.iter().any(|ticket| record == (*ticket).into())
            }
            Self::TicketsUnassigned {
                tickets,
                organization,
            } => {
                record == (*organization).into()
                    || tickets.iter().any(|ticket| record == (*ticket).into())
            }
            Self::JobQueued { .. }
            | Self::JobCompleted { .. }
            | Self::JobFailed { .. }
            | Self::MergeFailed { .. } => false,
        }
    }
}

/// What caused an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    /// The number of the double's call, from 1.
    pub(crate) call: u64,
    /// Whether a background job of that call caused it, and not the call itself.
    pub(crate) in_background: bool,
}

/// The effects that were not collected yet. A seed has no cause, so its effects are not recorded.
#[derive(Clone, Debug, Default)]
pub(crate) struct EffectLog {
    pub(crate) cause: Option<Cause>,
    pub(crate) entries: Vec<(Cause, Effect)>,
}

/// What one cause changed at once, with the account `A` before and afterwards. A call, an item of a
/// background job and a chore make one step each.
#[cfg(feature = "webhooks")]
#[derive(Clone, Debug)]
pub(crate) struct Step<A> {
    pub(crate) cause: Cause,
    /// Never empty.
    pub(crate) effects: Vec<Effect>,
    pub(crate) before: A,
    pub(crate) after: A,
}
