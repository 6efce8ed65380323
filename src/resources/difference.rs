//! [`AccountDiff`]: what is different between two snapshots of an account, as data and as stable text.

use std::fmt;

use serde::Serialize;

use crate::base::ids::{OrganizationId, TicketId, UserId};
use crate::resources::account::Account;
use crate::resources::organizations::model::Organization;
use crate::resources::tickets::model::Ticket;
use crate::resources::users::model::User;

/// What a run changed in an account, in a stable order: users, organizations, memberships, defaults, tickets, each by
/// id. Shown as a line for each.
///
/// What follows from something else is left out: the times of changes.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use mock_zendesk::{Difference, MockZendesk};
///
/// let zendesk = MockZendesk::start().await;
/// let seed = zendesk.seed();
/// let (ada, acme, globex) = (seed.user("Ada"), seed.organization("Acme"), seed.organization("Globex"));
/// seed.membership(&ada, &globex);
///
/// let before = zendesk.snapshot();
/// seed.default_membership(&ada, &acme);
///
/// let diff = zendesk.diff_since(&before);
/// assert_eq!(diff.differences()[0], Difference::joined(&ada, &acme));
/// assert_eq!(
///     diff.to_string(),
///     format!("+ ({0}, {1})\ndefault of {0}: {2} -> {1}", ada.id, acme.id, globex.id)
/// );
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct AccountDiff {
    differences: Vec<Difference>,
}

/// One thing in which two snapshots of an account differ. Shown as a line, for example `+ (72, 89)` for a user 72 who is
/// in organization 89 now.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case", tag = "difference")]
#[non_exhaustive]
pub enum Difference {
    /// `+ user 72`
    UserCreated {
        /// The user.
        user: UserId,
    },
    /// `- user 72`
    UserDeleted {
        /// The user.
        user: UserId,
    },
    /// `user 72: name, tags`
    UserChanged {
        /// The user.
        user: UserId,
        /// The names of the attributes, but for the organization and the time of the change.
        attributes: Vec<&'static str>,
    },
    /// `+ organization 89`
    OrganizationCreated {
        /// The organization.
        organization: OrganizationId,
    },
    /// `- organization 89`
    OrganizationDeleted {
        /// The organization.
        organization: OrganizationId,
    },
    /// `organization 89: name`
    OrganizationChanged {
        /// The organization.
        organization: OrganizationId,
        /// The names of the attributes, but for the time of the change.
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
    /// `+ ticket 5`
    TicketCreated {
        /// The ticket.
        ticket: TicketId,
    },
    /// `- ticket 5`
    TicketDeleted {
        /// The ticket.
        ticket: TicketId,
    },
    /// `ticket 5: organization_id`
    TicketChanged {
        /// The ticket.
        ticket: TicketId,
        /// The names of the attributes, but for the time of the change.
        attributes: Vec<&'static str>,
    },
}

/// What tests mostly expect, in short.
impl Difference {
    /// The user is in this organization now.
    #[must_use]
    pub fn joined(user: impl Into<UserId>, organization: impl Into<OrganizationId>) -> Self {
        Self::Joined { user: user.into(), organization: organization.into() }
    }

    /// The user is not in this organization any more.
    #[must_use]
    pub fn left(user: impl Into<UserId>, organization: impl Into<OrganizationId>) -> Self {
        Self::Left { user: user.into(), organization: organization.into() }
    }

    /// The user's default is another one now.
    #[must_use]
    pub fn default_moved(
        user: impl Into<UserId>,
        from: impl Into<OrganizationId>,
        to: impl Into<OrganizationId>,
    ) -> Self {
        Self::DefaultMoved { user: user.into(), from: Some(from.into()), to: Some(to.into()) }
    }

    /// The user, who was in no organization, has this default now.
    #[must_use]
    pub fn default_gained(user: impl Into<UserId>, to: impl Into<OrganizationId>) -> Self {
        Self::DefaultMoved { user: user.into(), from: None, to: Some(to.into()) }
    }

    /// The user, who is in no organization any more, had this default.
    #[must_use]
    pub fn default_lost(user: impl Into<UserId>, from: impl Into<OrganizationId>) -> Self {
        Self::DefaultMoved { user: user.into(), from: Some(from.into()), to: None }
    }
}

impl Difference {
    /// How a test writes it, if there is a short form.
    pub(crate) fn as_code(&self) -> Option<String> {
        let code = match self {
            Self::Joined { user, organization } => format!("joined({user}, {organization})"),
            Self::Left { user, organization } => format!("left({user}, {organization})"),
            Self::DefaultMoved { user, from: Some(from), to: Some(to) } => {
                format!("default_moved({user}, {from}, {to})")
            }
            Self::DefaultMoved { user, from: None, to: Some(to) } => format!("default_gained({user}, {to})"),
            Self::DefaultMoved { user, from: Some(from), to: None } => format!("default_lost({user}, {from})"),
            _ => return None,
        };
        Some(format!("Difference::{code}"))
    }

    /// The records that it is about, but for tickets.
    pub(crate) fn ids(&self) -> Vec<u64> {
        match self {
            Self::UserCreated { user } | Self::UserDeleted { user } | Self::UserChanged { user, .. } => {
                vec![user.get()]
            }
            Self::OrganizationCreated { organization }
            | Self::OrganizationDeleted { organization }
            | Self::OrganizationChanged { organization, .. } => vec![organization.get()],
            Self::Left { user, organization } | Self::Joined { user, organization } => {
                vec![user.get(), organization.get()]
            }
            Self::DefaultMoved { user, from, to } => {
                let organizations = [from, to].into_iter().flatten().map(|id| id.get());
                [user.get()].into_iter().chain(organizations).collect()
            }
            Self::TicketCreated { .. } | Self::TicketDeleted { .. } | Self::TicketChanged { .. } => Vec::new(),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UserCreated { user } => write!(f, "+ user {user}"),
            Self::UserDeleted { user } => write!(f, "- user {user}"),
            Self::UserChanged { user, attributes } => write!(f, "user {user}: {}", attributes.join(", ")),
            Self::OrganizationCreated { organization } => write!(f, "+ organization {organization}"),
            Self::OrganizationDeleted { organization } => write!(f, "- organization {organization}"),
            Self::OrganizationChanged { organization, attributes } => {
                write!(f, "organization {organization}: {}", attributes.join(", "))
            }
            Self::Left { user, organization } => write!(f, "- ({user}, {organization})"),
            Self::Joined { user, organization } => write!(f, "+ ({user}, {organization})"),
            Self::DefaultMoved { user, from, to } => {
                let name = |id: &Option<OrganizationId>| id.map_or_else(|| "none".to_owned(), |id| id.to_string());
                write!(f, "default of {user}: {} -> {}", name(from), name(to))
            }
            Self::TicketCreated { ticket } => write!(f, "+ ticket {ticket}"),
            Self::TicketDeleted { ticket } => write!(f, "- ticket {ticket}"),
            Self::TicketChanged { ticket, attributes } => write!(f, "ticket {ticket}: {}", attributes.join(", ")),
        }
    }
}

impl AccountDiff {
    /// The differences, in their order.
    #[must_use]
    pub fn differences(&self) -> &[Difference] {
        &self.differences
    }

    /// Whether nothing is different.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.differences.is_empty()
    }
}

impl fmt::Display for AccountDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.differences.iter().map(Difference::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl Account {
    /// A difference with the names of the records behind it, as far as they are still there.
    pub(crate) fn describe(&self, difference: &Difference) -> String {
        let names: Vec<String> =
            difference.ids().into_iter().filter_map(|id| self.kind_of(id)).filter(|kind| kind.contains('(')).collect();
        if names.is_empty() { difference.to_string() } else { format!("{difference}  {}", names.join(", ")) }
    }

    /// What is different here from an earlier snapshot. Costs what has been changed, and not what there is.
    #[must_use]
    pub fn diff_since(&self, earlier: &Self) -> AccountDiff {
        let mut differences = Vec::new();
        for (old, new) in earlier.users.differences(&self.users) {
            differences.extend(user_differences(old, new));
        }
        for (old, new) in earlier.organizations.differences(&self.organizations) {
            differences.extend(organization_difference(old, new));
        }
        for ((user, organization), old, new) in earlier.memberships.differences(&self.memberships) {
            // A membership that was deleted and created again is another one.
            differences.extend(old.map(|_| Difference::Left { user, organization }));
            differences.extend(new.map(|_| Difference::Joined { user, organization }));
        }
        for (old, new) in earlier.tickets.differences(&self.tickets) {
            differences.extend(ticket_difference(old, new));
        }
        differences.sort();
        AccountDiff { differences }
    }
}

/// The names of the fields that are not the same in both.
macro_rules! changed {
    ($old:expr, $new:expr; $($field:ident),* $(,)?) => {{
        let mut names: Vec<&'static str> = Vec::new();
        $(if $old.$field != $new.$field {
            names.push(stringify!($field));
        })*
        names
    }};
}

fn user_differences(old: Option<&User>, new: Option<&User>) -> Vec<Difference> {
    let mut found = Vec::new();
    let Some(new) = new else { return found };
    let user = new.id;
    match old {
        // Deleted before anybody looked.
        None if !new.active => return found,
        None => found.push(Difference::UserCreated { user }),
        Some(old) if old.active && !new.active => found.push(Difference::UserDeleted { user }),
        Some(old) => {
            let attributes = changed!(old, new; name, email, time_zone, phone, role, verified, external_id, tags,
                alias, signature, details, notes, ticket_restriction, only_private_comments, suspended);
            if !attributes.is_empty() {
                found.push(Difference::UserChanged { user, attributes });
            }
        }
    }
    let (from, to) = (old.and_then(|old| old.organization_id), new.organization_id);
    if from != to {
        found.push(Difference::DefaultMoved { user, from, to });
    }
    found
}

fn organization_difference(old: Option<&Organization>, new: Option<&Organization>) -> Option<Difference> {
    match (old, new) {
        (None, new) => new.map(|new| Difference::OrganizationCreated { organization: new.id }),
        (Some(old), None) => Some(Difference::OrganizationDeleted { organization: old.id }),
        (Some(old), Some(new)) => {
            let attributes = changed!(old, new; name, shared_tickets, shared_comments, external_id, domain_names,
                details, notes, group_id, tags);
            let organization = new.id;
            (!attributes.is_empty()).then_some(Difference::OrganizationChanged { organization, attributes })
        }
    }
}

fn ticket_difference(old: Option<&Ticket>, new: Option<&Ticket>) -> Option<Difference> {
    match (old, new) {
        (None, new) => new.map(|new| Difference::TicketCreated { ticket: new.id }),
        (Some(old), None) => Some(Difference::TicketDeleted { ticket: old.id }),
        (Some(old), Some(new)) => {
            let attributes = changed!(old, new; external_id, ticket_type, subject, description, priority, status,
                requester_id, submitter_id, assignee_id, organization_id, group_id, tags);
            (!attributes.is_empty()).then_some(Difference::TicketChanged { ticket: new.id, attributes })
        }
    }
}
