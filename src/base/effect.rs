//! [`Effect`]: what happened to the account, as data. The rules write it down; the journal keeps it with the call that
//! caused it, also where a background job did it later.

use std::fmt;

use serde::Serialize;

use crate::base::ids::{MembershipId, OrganizationId, TicketId, UserId};

/// A record as a text names it: its id, and the name that it had at that moment.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{MockZendesk, Named};
///
/// let zendesk = MockZendesk::start().await;
/// let acme = zendesk.seed().organization("Acme");
/// assert_eq!(Named { id: acme.id, name: "Acme".into() }.to_string(), format!("{} (Acme)", acme.id));
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Named<I> {
    /// The record's id.
    pub id: I,
    /// Its name. Empty for a record that is not there.
    pub name: String,
}

impl<I: fmt::Display> fmt::Display for Named<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.as_str() {
            "" => self.id.fmt(f),
            name => write!(f, "{} ({name})", self.id),
        }
    }
}

/// Something that a call changed in the account.
///
/// [`Call::effects`](crate::Call::effects) lists those of a call. Shown as one line, for example `membership 31 created:
/// user 7 (Ada) in organization 9 (Acme), default`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "effect")]
#[non_exhaustive]
pub enum Effect {
    /// A user came into being.
    UserCreated {
        /// The user.
        user: Named<UserId>,
    },
    /// Attributes of a user were set.
    UserUpdated {
        /// The user, with the name that it has now.
        user: Named<UserId>,
    },
    /// A user was deleted. Its memberships were, too, each with an effect of its own.
    UserDeleted {
        /// The user.
        user: Named<UserId>,
    },
    /// An organization came into being.
    OrganizationCreated {
        /// The organization.
        organization: Named<OrganizationId>,
    },
    /// Attributes of an organization were set.
    OrganizationUpdated {
        /// The organization, with the name that it has now.
        organization: Named<OrganizationId>,
    },
    /// An organization was deleted. Its memberships were, too, each with an effect of its own.
    OrganizationDeleted {
        /// The organization.
        organization: Named<OrganizationId>,
    },
    /// A user joined an organization.
    MembershipCreated {
        /// The membership.
        membership: MembershipId,
        /// Who joined.
        user: Named<UserId>,
        /// What.
        organization: Named<OrganizationId>,
        /// Whether it is the user's default from the start.
        default: bool,
    },
    /// A user left an organization.
    MembershipDeleted {
        /// The membership.
        membership: MembershipId,
        /// Who left.
        user: Named<UserId>,
        /// What.
        organization: Named<OrganizationId>,
    },
    /// The default of a user went from one organization to another, or away with the last membership.
    DefaultMoved {
        /// Whose default.
        user: Named<UserId>,
        /// The default until then.
        from: Named<OrganizationId>,
        /// The default from then on. None with the last membership.
        to: Option<Named<OrganizationId>>,
    },
    /// A ticket came into being.
    TicketCreated {
        /// The ticket.
        ticket: TicketId,
    },
    /// Attributes of a ticket were set.
    TicketUpdated {
        /// The ticket.
        ticket: TicketId,
    },
    /// A ticket was deleted.
    TicketDeleted {
        /// The ticket.
        ticket: TicketId,
    },
    /// Tickets lost their organization, since the requester left it or it was deleted.
    TicketsUnassigned {
        /// The tickets, by id. Never empty.
        tickets: Vec<TicketId>,
        /// The organization that they had.
        organization: OrganizationId,
    },
    /// A background job was queued. Nothing of it has been done by then.
    JobQueued {
        /// The id of the job.
        job: String,
        /// Zendesk's name for what the job does.
        job_type: &'static str,
        /// The number of items that it is to work on.
        total: usize,
    },
    /// A background job has worked on all its items.
    JobCompleted {
        /// The id of the job.
        job: String,
        /// The number of items that it worked on.
        total: usize,
        /// The number of items among those that failed. Zendesk calls the job completed all the same.
        failed_items: usize,
    },
    /// A background job broke.
    JobFailed {
        /// The id of the job.
        job: String,
        /// What its status says.
        message: String,
    },
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UserCreated { user } => write!(f, "user {user} created"),
            Self::UserUpdated { user } => write!(f, "user {user} updated"),
            Self::UserDeleted { user } => write!(f, "user {user} deleted"),
            Self::OrganizationCreated { organization } => write!(f, "organization {organization} created"),
            Self::OrganizationUpdated { organization } => write!(f, "organization {organization} updated"),
            Self::OrganizationDeleted { organization } => write!(f, "organization {organization} deleted"),
            Self::MembershipCreated { membership, user, organization, default } => {
                let default = if *default { ", default" } else { "" };
                write!(f, "membership {membership} created: user {user} in organization {organization}{default}")
            }
            Self::MembershipDeleted { membership, user, organization } => {
                write!(f, "membership {membership} deleted: user {user} in organization {organization}")
            }
            Self::DefaultMoved { user, from, to: Some(to) } => {
                write!(f, "default of user {user} moved from organization {from} to {to}")
            }
            Self::DefaultMoved { user, from, to: None } => {
                write!(f, "default of user {user} was organization {from}, none is left")
            }
            Self::TicketCreated { ticket } => write!(f, "ticket {ticket} created"),
            Self::TicketUpdated { ticket } => write!(f, "ticket {ticket} updated"),
            Self::TicketDeleted { ticket } => write!(f, "ticket {ticket} deleted"),
            Self::TicketsUnassigned { tickets, organization } => {
                let word = if tickets.len() == 1 { "ticket" } else { "tickets" };
                let list: Vec<String> = tickets.iter().map(TicketId::to_string).collect();
                write!(f, "{word} {} lost organization {organization}", list.join(", "))
            }
            Self::JobQueued { job, job_type, total } => {
                write!(f, "job {job} queued: {job_type}, {total} {}", items(*total))
            }
            Self::JobCompleted { job, total, failed_items: 0 } => {
                write!(f, "job {job} completed: {total} {}", items(*total))
            }
            Self::JobCompleted { job, total, failed_items } => {
                write!(f, "job {job} completed: {failed_items} of {total} {} failed", items(*total))
            }
            Self::JobFailed { job, message } => write!(f, "job {job} failed: {message}"),
        }
    }
}

fn items(count: usize) -> &'static str {
    if count == 1 { "item" } else { "items" }
}

impl Effect {
    pub(crate) fn concerns_user(&self, id: UserId) -> bool {
        match self {
            Self::UserCreated { user }
            | Self::UserUpdated { user }
            | Self::UserDeleted { user }
            | Self::MembershipCreated { user, .. }
            | Self::MembershipDeleted { user, .. }
            | Self::DefaultMoved { user, .. } => user.id == id,
            _ => false,
        }
    }

    pub(crate) fn concerns_organization(&self, id: OrganizationId) -> bool {
        match self {
            Self::OrganizationCreated { organization }
            | Self::OrganizationUpdated { organization }
            | Self::OrganizationDeleted { organization }
            | Self::MembershipCreated { organization, .. }
            | Self::MembershipDeleted { organization, .. } => organization.id == id,
            Self::DefaultMoved { from, to, .. } => from.id == id || to.as_ref().is_some_and(|to| to.id == id),
            Self::TicketsUnassigned { organization, .. } => *organization == id,
            _ => false,
        }
    }

    pub(crate) fn concerns_membership(&self, id: MembershipId) -> bool {
        match self {
            Self::MembershipCreated { membership, .. } | Self::MembershipDeleted { membership, .. } => {
                *membership == id
            }
            _ => false,
        }
    }
}

/// What lets something happen to the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    /// Which call of the double, from 1.
    pub(crate) call: u64,
    /// Whether a background job of that call does it, and not the call itself.
    pub(crate) in_background: bool,
}

/// The effects that nobody has taken yet. What a seed does has no cause, and is not written down.
#[derive(Clone, Debug, Default)]
pub(crate) struct EffectLog {
    pub(crate) cause: Option<Cause>,
    pub(crate) entries: Vec<(Cause, Effect)>,
}
